/* SPDX-License-Identifier: ISC */
/* fib_result.c - what became of a change */

/*
 * The worker reports failures only, so when a batch is over, what was not
 * refused is in the kernel.  What a refusal means is a table, by verb and
 * errno: the route was gone, another owner holds the prefix, it may work after
 * an event or when the clock says so.  A route whose object was refused before
 * it failed for the object's reason, which is what is shown.
 */

#include <assert.h>
#include <errno.h>

#include "kernel/fib_relic.h"
#include "kernel/fib_store.h"

#define TRIES_MAX 16 /* far behind the longest delay */

enum refusal {
	REFUSAL_GONE,  /* what was to be changed is not there */
	REFUSAL_OWNED, /* something else is there */
	REFUSAL_EVENT, /* an event may mend it; the clock as well */
	REFUSAL_CLOCK  /* only the clock */
};

static const struct {
	enum kernel_verb verb; /* KERNEL_VERB_MAX: any */
	int error;
	enum refusal refusal;
} refusals[] = {
	{ KERNEL_DELETE, ESRCH, REFUSAL_GONE },
	{ KERNEL_DELETE, ENOENT, REFUSAL_GONE },
	{ KERNEL_REPLACE, ESRCH, REFUSAL_GONE },
	{ KERNEL_REPLACE, ENOENT, REFUSAL_GONE },
	{ KERNEL_ADD, EEXIST, REFUSAL_OWNED },
	{ KERNEL_VERB_MAX, ENETUNREACH, REFUSAL_EVENT },
	{ KERNEL_VERB_MAX, EHOSTUNREACH, REFUSAL_EVENT },
	{ KERNEL_VERB_MAX, ENETDOWN, REFUSAL_EVENT },
	{ KERNEL_VERB_MAX, ENODEV, REFUSAL_EVENT },
	{ KERNEL_VERB_MAX, EINVAL, REFUSAL_EVENT },
};

static enum refusal
refusal_of(enum kernel_verb verb, int error)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (refusals[i].error == error &&
		    (refusals[i].verb == verb ||
			refusals[i].verb == KERNEL_VERB_MAX))
			return refusals[i].refusal;
	}
	return REFUSAL_CLOCK; /* ENOBUFS, ENOMEM, EPERM, ... */
}

bool
fib_error_is_of_event(int error)
{
	return refusal_of(KERNEL_VERB_MAX, error) == REFUSAL_EVENT;
}

/* EEXIST: told who it is, or in doubt, or it has become ours since. */
static void
owned_judge(struct fib *f, struct fib_entry *e)
{
	if (e->kernel != 0 || (e->flags & FIB_FOREIGN))
		return;
	e->flags |= FIB_FOREIGN;
	fib_trouble_take(f, e)->owner = 0;
	f->wants_dump = true;
}

/* Its object was not there: why is the object's affair. */
static bool
object_excuses(struct fib *f, enum family family, struct fib_flight *fl)
{
	int error;

	if (fl->error != EINVAL || fl->set == 0 ||
	    hops_at(&f->hops, fl->set)->object == 0)
		return false;
	if (!fib_object_is_lost(f, family, fl->set, &error)) {
		f->wants_dump = true; /* it went without a word */
		return false;
	}
	if (error != 0)
		fl->error = error;
	return error == 0;
}

/* The deletion of a route that was never ours. */
static bool
is_of_relic(
    const struct fib *f, enum family family, const struct fib_flight *fl)
{
	return !fib_is_ours(f, family, fl->protocol, fl->metric);
}

static void
flight_refused(struct fib *f, enum family family, struct fib_flight *fl)
{
	struct fib_entry *e = fib_entry(f, family, fl->id);
	enum refusal refusal;
	struct fib_trouble *t;

	if (object_excuses(f, family, fl))
		return; /* by another one */
	refusal = refusal_of(fl->verb, fl->error);
	f->side[family].counts.failed++;
	if (refusal == REFUSAL_GONE) {
		fib_relic_drop(f, e, fl->metric);
		if (!(e->flags & FIB_TOLD) && !is_of_relic(f, family, fl))
			fib_set_kernel(f, e, 0);
		return;
	}
	if (refusal == REFUSAL_OWNED) {
		owned_judge(f, e);
		if (e->kernel != 0)
			return;
	}
	t = fib_trouble_take(f, e);
	t->error = fl->error;
	if (refusal == REFUSAL_OWNED && t->owner != 0)
		return; /* the end of that route will be told */
	fib_back_off(f, family, fl->id, t->tries);
	if (t->tries < TRIES_MAX)
		t->tries++;
}

/*
 * It was done, and an event told of the route as well: which of them is the
 * past?  A doubt where another owner was named, something of ours was left, or
 * IPv6 may have lost but one of the paths that it has now; or where a link that
 * took the route is up again, since it may have come behind that.
 */
static bool
is_in_doubt(const struct fib *f, enum family family, const struct fib_entry *e,
    const struct fib_flight *fl)
{
	const struct hops *set =
	    fl->set == 0 ? NULL : hops_at(&f->hops, fl->set);

	if (fl->lost && !fib_hops_down(f, hops_plain(&f->hops, fl->set)))
		return true;
	if (fl->verb != KERNEL_DELETE && (e->flags & FIB_FOREIGN))
		return true;
	if (e->kernel != 0)
		return e->kernel != fl->set;
	return family == FAMILY_IPV6 && set != NULL && set->object == 0 &&
	    set->count > 1;
}

static void
flight_done(struct fib *f, enum family family, struct fib_flight *fl)
{
	struct fib_counts *counts = &f->side[family].counts;
	struct fib_entry *e = fib_entry(f, family, fl->id);
	struct fib_trouble *t = fib_trouble_find(f, e);
	struct fib_wish unclear = { .type = KERNEL_UNICAST };
	int error;

	if (t != NULL && !(e->flags & FIB_FOREIGN)) {
		t->error = 0;
		t->tries = 0;
	}
	counts->added += fl->verb == KERNEL_ADD;
	counts->replaced += fl->verb == KERNEL_REPLACE;
	counts->deleted += fl->verb == KERNEL_DELETE;
	fib_relic_drop(f, e, fl->metric);
	if (is_of_relic(f, family, fl))
		return;
	if (fl->lost && !(e->flags & FIB_TOLD))
		fib_set_kernel(f, e, 0);
	if (fl->lost || (e->flags & FIB_TOLD)) {
		if (is_in_doubt(f, family, e, fl))
			f->wants_dump = true;
		return;
	}
	/* The id was somebody else's: it leads where it leads. */
	if (fib_object_is_lost(f, family, fl->set, &error)) {
		fib_set_kernel(f, e, hops_intern(&f->hops, &unclear));
		return;
	}
	fib_set_kernel(f, e, fl->set);
	fl->set = 0;
	if (fl->verb != KERNEL_DELETE && (e->flags & FIB_REPAIR)) {
		counts->repaired++;
		fib_entry_prefix(f, family, fl->id, &counts->repaired_last);
		e->flags &= (uint16_t)~FIB_REPAIR;
	}
}

void
fib_failed(
    struct fib *f, enum family family, uint32_t cookie, int error, int64_t now)
{
	struct fib_side *side = &f->side[family];
	struct fib_batch *batch = fib_batch_at(side, 0);
	uint32_t i;

	f->now = now;
	for (i = 0; i < batch->count; i++) {
		if (batch->at[i].id == cookie)
			batch->at[i].error = error;
	}
}

/* The batch was not taken as a whole, or nobody knows what became of it. */
static void
batch_refused(struct fib *f, struct fib_side *side)
{
	side->blocked_until = f->now + fib_delay(side->tries);
	if (side->tries < TRIES_MAX)
		side->tries++;
	f->wants_dump = true;
}

/* known: what became of it. */
static void
flight_end(struct fib *f, enum family family, struct fib_flight *fl, bool known)
{
	struct fib_entry *e;

	if (kernel_verb_is_object(fl->verb)) {
		fib_object_done(f, family, fl, known);
		hops_unref(&f->hops, fl->set);
		return;
	}
	e = fib_entry(f, family, fl->id);
	fib_set_flight(f, e, false);
	if (f->auditing)
		e->flags |= FIB_SEEN;
	if (known && fl->error != 0)
		flight_refused(f, family, fl);
	else if (known)
		flight_done(f, family, fl);
	e->flags &= (uint16_t)~FIB_TOLD;
	hops_unref(&f->hops, fl->set);
	fib_settle(f, family, fl->id);
}

static void
batch_end(struct fib *f, enum family family, struct fib_batch *batch, int error)
{
	uint32_t i;

	for (i = 0; i < batch->count; i++)
		flight_end(f, family, &batch->at[i], error == 0);
	batch->count = 0;
	if (f->side[family].follows)
		fib_marks_follow(f, family);
}

void
fib_finished(struct fib *f, enum family family, int error, int64_t now)
{
	struct fib_side *side = &f->side[family];

	assert(side->nbatches > 0);
	f->now = now;
	side->ended = (uint32_t)(now >> FIB_TICK_BITS);
	if (error != 0)
		batch_refused(f, side);
	else
		side->tries = 0;
	batch_end(f, family, fib_batch_at(side, 0), error);
	side->oldest = (side->oldest + 1) % KERNEL_BATCHES;
	side->nbatches--;
}
