/* SPDX-License-Identifier: ISC */
/* audit.c - the kernel's routes are looked through now and then */
/*
 * `fib { audit 5m }`: events tell what others do to our routes, and this finds
 * what no event told.  The kernel is asked for its table in slices that are a
 * moment apart, so that half a million routes take a minute and a quarter and
 * nobody notices; the fib compares.  What is found wrong is put right by
 * the usual way, counted, and told in the log.  Here are also the slices in
 * which the fib sweeps, be it behind an audit or a dump.  An audit that a dump
 * has made needless, or that has a gap, is begun again at the next time.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "bgpd/bgpd_private.h"
#include "rib/mem.h"

#define AUDIT_PACE  50     /* ms between slices */
#define AUDIT_LATE  1000   /* what is told is too old by then */
#define SWEEP_SLICE 20000u /* entries between looks at the clock */
#define SWEEP_TIME  5      /* ms of a turn, about */

struct audit {
	struct bgpd *bgpd;
	struct io_timer *timer;
	uint32_t interval; /* ms; 0: off */
	bool running;
	int64_t last;   /* slice */
	uint64_t found; /* by those before */
};

static uint64_t
found_count(const struct bgpd *b)
{
	struct fib_counts four, six;

	fib_counts(b->fib, FAMILY_IPV4, &four);
	fib_counts(b->fib, FAMILY_IPV6, &six);
	return four.audited + six.audited;
}

static void
audit_wait(struct audit *a, int64_t delay)
{
	struct io *io = a->bgpd->io;

	io->ops->timer_set(a->timer, bgpd_now(a->bgpd) + delay);
}

static void
audit_report(struct audit *a)
{
	uint64_t found = found_count(a->bgpd);

	if (found > a->found)
		log_warn(a->bgpd->log,
		    "fib: an audit found %" PRIu64
		    " routes that were not as the kernel had told",
		    found - a->found);
	a->found = found;
}

/* A slice is over: the next one, or the next audit. */
static void
audit_next(struct audit *a, enum kernel_audit result)
{
	struct bgpd *b = a->bgpd;

	a->running = result == KERNEL_AUDIT_MORE;
	if (!a->running)
		fib_audit_end(b->fib, result == KERNEL_AUDIT_DONE, bgpd_now(b));
	audit_wait(a, a->running ? AUDIT_PACE : a->interval);
	bgpd_wake(b);
}

static void
audit_slice(void *arg)
{
	struct audit *a = arg;
	struct bgpd *b = a->bgpd;
	bool anew = !a->running;

	if (!b->synced || b->loop->stop_by != 0)
		audit_wait(a, a->interval);
	else if (anew && !fib_audit_begin(b->fib, bgpd_now(b)))
		audit_wait(a, AUDIT_PACE);
	else if (!fib_is_auditing(b->fib) ||
	    (!anew && bgpd_now(b) > a->last + AUDIT_LATE))
		audit_next(a, KERNEL_AUDIT_FAILED);
	else
		audit_next(a, b->kernel->ops->audit(b->kernel, anew));
	a->last = bgpd_now(b);
}

void
audit_init(struct bgpd *b)
{
	struct audit *a = xcalloc(1, sizeof(*a));

	a->bgpd = b;
	a->timer = b->io->ops->timer_new(b->io, audit_slice, a);
	b->loop->audit = a;
	audit_configure(b);
}

/* Behind the interval that is new, and not in the midst of one that runs. */
void
audit_configure(struct bgpd *b)
{
	struct audit *a = b->loop->audit;
	uint32_t interval = b->fib == NULL ? 0 : b->conf->fib.audit;

	if (interval == a->interval)
		return;
	a->interval = interval;
	if (interval == 0) {
		if (b->fib != NULL)
			fib_audit_end(b->fib, false, bgpd_now(b));
		a->running = false;
		b->io->ops->timer_stop(a->timer);
	} else if (!a->running) {
		audit_wait(a, interval);
	}
}

bool
audit_turn(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + SWEEP_TIME;
	bool more;

	do
		more = fib_sweep(b->fib, SWEEP_SLICE, bgpd_now(b));
	while (more && bgpd_now(b) < until);
	if (!fib_is_auditing(b->fib))
		audit_report(b->loop->audit);
	return more;
}

void
audit_free(struct bgpd *b)
{
	struct audit *a = b->loop->audit;

	if (a == NULL)
		return;
	b->io->ops->timer_free(a->timer);
	free(a);
}
