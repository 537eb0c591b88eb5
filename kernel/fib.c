/* SPDX-License-Identifier: ISC */
/* fib.c - the routes wanted against the routes installed */

/*
 * In come wishes (what the decision wants for a prefix), what the kernel
 * tells (fib_event.c) and what became of our changes; out go batches of
 * changes.  The difference is kept per prefix, in fib_store.c; this file is
 * the way of a change: queued, sent, in flight, over.
 *
 * Deletions go before writes.  A wish that changes while its entry waits costs
 * nothing; one that changes while the entry is in flight is sent afterwards.
 * The worker reports failures only, so when a batch is over, what was not
 * refused is in the kernel.  What a refusal means is a table, by verb and
 * errno: the route was gone, another owner holds the prefix, it may work after
 * an event or when the clock says so.
 *
 * Never done here: a REPLACE of something not known to be ours, since the
 * kernel replaces without looking at the protocol; APPEND; a deletion without
 * our protocol.  No socket, no clock, no log: the caller decides what is worth
 * a line.  The caller owns the fib; wishes and changes are copied.
 */

#include "kernel/fib.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "kernel/fib_store.h"

#define TRIES_MAX 16 /* far behind the longest delay */

struct fib *
fib_new(const struct fib_config *config)
{
	struct fib *f = xcalloc(1, sizeof(*f));

	f->config = *config;
	fib_store_init(f);
	return f;
}

void
fib_free(struct fib *f)
{
	if (f == NULL)
		return;
	fib_store_clear(f);
	free(f);
}

/* ---- wishes ---- */

/* What failed for another wish says nothing about this one. */
static void
trouble_forget(struct fib *f, struct fib_entry *e)
{
	struct fib_trouble *t = fib_trouble_find(f, e);

	if (t == NULL || t->error == 0 || (e->flags & FIB_FOREIGN))
		return;
	t->error = 0;
	t->at = 0;
	t->tries = 0;
}

static void
wish_change(struct fib *f, enum family family, uint32_t id, uint32_t set)
{
	struct fib_entry *e = fib_entry(f, family, id);

	if (set != e->wish)
		trouble_forget(f, e);
	fib_set_wish(f, e, set);
	fib_settle(f, family, id);
}

void
fib_want(struct fib *f, const struct prefix *p, const struct fib_wish *wish)
{
	uint32_t id = fib_entry_take(f, p);

	assert(wish->type == KERNEL_BLACKHOLE ||
	    (wish->type == KERNEL_UNICAST && wish->count > 0));
	wish_change(f, p->address.family, id, hops_intern(&f->hops, wish));
}

void
fib_unwant(struct fib *f, const struct prefix *p)
{
	uint32_t id = fib_entry_find(f, p);

	if (id != 0)
		wish_change(f, p->address.family, id, 0);
}

static void
flush(struct fib *f, enum family family)
{
	struct fib_entry *e;
	uint32_t id;

	for (id = 1; id < f->side[family].entries.high; id++) {
		e = fib_entry(f, family, id);
		if (!(e->flags & FIB_IN_USE))
			continue;
		e->flags &= (uint16_t)~FIB_ADOPTED;
		wish_change(f, family, id, 0);
	}
}

void
fib_flush(struct fib *f)
{
	flush(f, FAMILY_IPV4);
	flush(f, FAMILY_IPV6);
}

/* ---- batches ---- */

static struct fib_flight *
flight_put(struct fib_batch *batch)
{
	if (batch->count == batch->room) {
		batch->room = batch->room == 0 ? 64 : 2 * batch->room;
		batch->at =
		    xreallocarray(batch->at, batch->room, sizeof(*batch->at));
	}
	return &batch->at[batch->count++];
}

static void
change_fill(struct fib *f, enum family family, const struct fib_flight *flight,
    struct kernel_change *c)
{
	const struct hops *set;
	unsigned int i;

	*c = (struct kernel_change){
		.verb = flight->verb,
		.cookie = flight->id,
		.route = {
			.table = f->config.table,
			.metric = fib_metric(f, family),
			.protocol = f->config.protocol,
		},
	};
	fib_entry_prefix(f, family, flight->id, &c->route.prefix);
	if (flight->set == 0)
		return;
	set = hops_at(&f->hops, flight->set);
	c->route.type = set->type;
	c->route.count = set->count;
	for (i = 0; i < set->count; i++)
		c->route.path[i] = set->path[i];
}

/* Takes changes out of one queue, at most max. */
static size_t
batch_fill(struct fib *f, enum family family, enum fib_flag queue,
    struct kernel_change *changes, size_t max)
{
	struct fib_side *side = &f->side[family];
	struct fib_flight *flight;
	struct fib_entry *e;
	enum kernel_verb verb;
	uint32_t id;
	size_t n = 0;

	while (n < max && (id = fib_queue_take(f, family, queue)) != 0) {
		e = fib_entry(f, family, id);
		if (!fib_next_verb(f, e, &verb) ||
		    (verb == KERNEL_DELETE) != (queue == FIB_TO_DELETE)) {
			fib_settle(f, family, id);
			continue;
		}
		flight = flight_put(fib_batch_at(side, side->nbatches));
		*flight = (struct fib_flight){
			.id = id,
			.verb = verb,
			.set = hops_ref(&f->hops, e->wish),
		};
		e->flags |= FIB_FLIGHT;
		change_fill(f, family, flight, &changes[n++]);
		fib_settle(f, family, id);
	}
	return n;
}

/* Until the kernel has told the rest: a result, or the end of a dump. */
static bool
is_busy(const struct fib *f, const struct fib_side *side)
{
	return !f->adopted || f->dumping || side->nbatches == KERNEL_BATCHES;
}

size_t
fib_batch(struct fib *f, enum family family, struct kernel_change *changes,
    size_t max, int64_t now)
{
	struct fib_side *side = &f->side[family];
	size_t n;

	f->now = now;
	fib_timers_run(f, family);
	if (is_busy(f, side) || side->blocked_until > now)
		return 0;
	n = batch_fill(f, family, FIB_TO_DELETE, changes, max);
	n += batch_fill(f, family, FIB_TO_WRITE, changes + n, max - n);
	side->nbatches += n > 0;
	return n;
}

void
fib_unsent(struct fib *f, const struct kernel_change *changes, size_t count)
{
	struct fib_side *side;
	struct fib_batch *batch;
	struct fib_flight *flight;
	enum family family;

	while (count-- > 0) {
		family = changes[count].route.prefix.address.family;
		side = &f->side[family];
		assert(side->nbatches > 0);
		batch = fib_batch_at(side, side->nbatches - 1);
		flight = &batch->at[--batch->count];
		side->nbatches -= batch->count == 0;
		assert(flight->id == changes[count].cookie);
		hops_unref(&f->hops, flight->set);
		fib_entry(f, family, flight->id)->flags &=
		    (uint16_t) ~(FIB_FLIGHT | FIB_TOLD);
		fib_settle(f, family, flight->id);
	}
}

bool
fib_has_work(const struct fib *f, enum family family, int64_t now)
{
	const struct fib_side *side = &f->side[family];

	if (is_busy(f, side) || side->blocked_until > now)
		return false;
	return side->deletes.count > 0 || side->writes.count > 0 ||
	    (side->ntimers > 0 && side->timers[0].at <= now);
}

/* 0: nothing waits, or something is to be told first. */
static int64_t
side_next_retry(const struct fib *f, const struct fib_side *side)
{
	int64_t next = side->ntimers > 0 ? side->timers[0].at : 0;

	if (is_busy(f, side) || side->nbatches > 0)
		return 0;
	if (side->blocked_until <= f->now)
		return next;
	if (side->deletes.count > 0 || side->writes.count > 0 ||
	    (next != 0 && next < side->blocked_until))
		return side->blocked_until;
	return next;
}

int64_t
fib_next_retry(const struct fib *f)
{
	int64_t four = side_next_retry(f, &f->side[FAMILY_IPV4]);
	int64_t six = side_next_retry(f, &f->side[FAMILY_IPV6]);

	if (four == 0 || (six != 0 && six < four))
		return six;
	return four;
}

bool
fib_wants_dump(struct fib *f)
{
	bool wants = f->wants_dump;

	f->wants_dump = false;
	return wants;
}

/* ---- results ---- */

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

static void
flight_refused(struct fib *f, enum family family, const struct fib_flight *fl)
{
	struct fib_entry *e = fib_entry(f, family, fl->id);
	enum refusal refusal = refusal_of(fl->verb, fl->error);
	struct fib_trouble *t;

	f->side[family].counts.failed++;
	if (refusal == REFUSAL_GONE) {
		if (!(e->flags & FIB_TOLD))
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

/* A success that an event contradicts by naming another owner is a doubt. */
static void
flight_done(struct fib *f, enum family family, struct fib_flight *fl)
{
	struct fib_counts *counts = &f->side[family].counts;
	struct fib_entry *e = fib_entry(f, family, fl->id);
	struct fib_trouble *t = fib_trouble_find(f, e);

	if (t != NULL && !(e->flags & FIB_FOREIGN)) {
		t->error = 0;
		t->tries = 0;
	}
	counts->added += fl->verb == KERNEL_ADD;
	counts->replaced += fl->verb == KERNEL_REPLACE;
	counts->deleted += fl->verb == KERNEL_DELETE;
	if (e->flags & FIB_TOLD) {
		if (fl->verb != KERNEL_DELETE && (e->flags & FIB_FOREIGN))
			f->wants_dump = true;
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

static void
batch_end(struct fib *f, enum family family, struct fib_batch *batch, int error)
{
	struct fib_flight *fl;
	struct fib_entry *e;

	for (fl = batch->at; fl < batch->at + batch->count; fl++) {
		e = fib_entry(f, family, fl->id);
		e->flags &= (uint16_t)~FIB_FLIGHT;
		if (error == 0 && fl->error != 0)
			flight_refused(f, family, fl);
		else if (error == 0)
			flight_done(f, family, fl);
		e->flags &= (uint16_t)~FIB_TOLD;
		hops_unref(&f->hops, fl->set);
		fib_settle(f, family, fl->id);
	}
	batch->count = 0;
}

void
fib_finished(struct fib *f, enum family family, int error, int64_t now)
{
	struct fib_side *side = &f->side[family];

	assert(side->nbatches > 0);
	f->now = now;
	if (error != 0)
		batch_refused(f, side);
	else
		side->tries = 0;
	batch_end(f, family, fib_batch_at(side, 0), error);
	side->oldest = (side->oldest + 1) % KERNEL_BATCHES;
	side->nbatches--;
}
