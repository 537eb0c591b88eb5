/* SPDX-License-Identifier: ISC */
/* fib.c - the routes wanted against the routes installed */

/*
 * In come wishes (what the decision wants for a prefix), what the kernel
 * tells (fib_event.c) and what became of our changes; out go batches of
 * changes.  The difference is kept per prefix, in fib_store.c; this file is
 * the way of a change: queued, sent, in flight, over.
 *
 * Deletions go before first installs, and these before moves, which may come
 * down to one change for many (fib_move.h).  A wish that changes while its
 * entry waits costs nothing; one that changes while the entry is in flight is
 * sent afterwards.  What became of it is in fib_result.c.
 *
 * Never done here: a REPLACE of something not known to be ours or a relic
 * (fib_relic.c), since the kernel replaces without looking at the protocol;
 * APPEND; a deletion without its protocol.  No socket, no clock, no log: the
 * caller decides what is worth a line.  The caller owns the fib; wishes and
 * changes are copied.
 */

#include "kernel/fib.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fib_move.h"
#include "kernel/fib_relic.h"

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
	fib_forget_relics(f);
	flush(f, FAMILY_IPV4);
	flush(f, FAMILY_IPV6);
}

void
fib_expect(struct fib *f, bool more, int64_t now)
{
	int64_t latest;

	more |= f->moved != f->moved_before;
	f->moved_before = f->moved;
	if (!more && now > f->expect_until)
		f->expect_since = 0;
	if (!more)
		return;
	if (f->expect_since == 0)
		f->expect_since = now;
	latest = f->expect_since + FIB_EXPECT;
	f->expect_until = now + FIB_QUIET < latest ? now + FIB_QUIET : latest;
}

/* ---- batches ---- */

struct fib_flight *
fib_flight_put(struct fib_batch *batch)
{
	if (batch->count == batch->room) {
		batch->room = batch->room == 0 ? 64 : 2 * batch->room;
		batch->at =
		    xreallocarray(batch->at, batch->room, sizeof(*batch->at));
	}
	return &batch->at[batch->count++];
}

/* Most of a change is paths, and the object has them. */
static void
change_fill(struct fib *f, enum family family, const struct fib_flight *flight,
    struct kernel_change *c)
{
	const struct hops *set;

	memset(c, 0, offsetof(struct kernel_change, route.path));
	c->verb = flight->verb;
	c->cookie = flight->id;
	c->route.table = f->config.table;
	c->route.metric = flight->metric;
	c->route.protocol = flight->protocol;
	fib_entry_prefix(f, family, flight->id, &c->route.prefix);
	if (flight->set == 0)
		return;
	set = hops_at(&f->hops, flight->set);
	c->route.type = set->type;
	c->route.object = set->object;
	if (set->object != 0)
		return;
	c->route.count = set->count;
	memcpy(c->route.path, set->path, set->count * sizeof(*set->path));
}

/* The form that a change asks for, counted; false when the sheet is full. */
static bool
form_take(struct fib *f, enum family family, uint32_t wish,
    struct fib_sheet *sheet, uint32_t *form)
{
	*form = wish;
	if (wish != 0 && fib_object_fits(f, wish))
		*form = fib_object_form(f, family, wish, sheet);
	hops_ref(&f->hops, *form);
	return wish == 0 || *form != 0;
}

/* Whose route it is: a deletion is of a relic when nothing of ours differs. */
static void
flight_address(const struct fib *f, enum family family,
    const struct fib_entry *e, struct fib_flight *flight)
{
	const struct fib_relic *relic = fib_relic_first(f, e);

	flight->metric = fib_metric(f, family);
	flight->protocol = f->config.protocol;
	if (flight->verb == KERNEL_DELETE && fib_is_same(f, e)) {
		flight->metric = relic->metric;
		flight->protocol = relic->protocol;
	}
}

/* One change, of the route or of all that share its object; false: no room. */
static bool
change_write(struct fib *f, enum family family, uint32_t id,
    enum kernel_verb verb, struct fib_sheet *sheet)
{
	struct fib_entry *e = fib_entry(f, family, id);
	struct fib_flight *flight;
	uint32_t form;

	if (verb == KERNEL_REPLACE && fib_move_is_for_all(f, family, e))
		return fib_object_move(f, family, e->kernel, e->wish, sheet);
	if (!form_take(f, family, e->wish, sheet, &form))
		return false;
	flight = fib_flight_put(sheet->batch);
	*flight = (struct fib_flight){ .id = id, .verb = verb, .set = form };
	flight_address(f, family, e, flight);
	fib_set_flight(f, e, true);
	change_fill(f, family, flight, &sheet->changes[sheet->count++]);
	return true;
}

/* Takes changes out of one queue. */
static void
batch_fill(struct fib *f, enum family family, enum fib_flag queue,
    struct fib_sheet *sheet)
{
	enum kernel_verb verb;
	struct fib_entry *e;
	uint32_t id;
	bool room = true;

	while (room && sheet->count < sheet->max &&
	    (id = fib_queue_take(f, family, queue)) != 0) {
		e = fib_entry(f, family, id);
		if (fib_next_verb(f, e, &verb) &&
		    fib_next_queue(f, e, verb) == queue)
			room = change_write(f, family, id, verb, sheet);
		fib_settle(f, family, id);
	}
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
	struct fib_sheet sheet = { .batch = fib_batch_at(side, side->nbatches),
		.changes = changes,
		.max = max };

	f->now = now;
	fib_timers_run(f, family);
	if (is_busy(f, side) || side->blocked_until > now)
		return 0;
	batch_fill(f, family, FIB_TO_DELETE, &sheet);
	batch_fill(f, family, FIB_TO_WRITE, &sheet);
	if (!fib_move_waits(f))
		batch_fill(f, family, FIB_TO_MOVE, &sheet);
	fib_objects_tidy(f, family, &sheet);
	side->nbatches += sheet.count > 0;
	return sheet.count;
}

static void
flight_unsent(struct fib *f, enum family family, struct fib_flight *flight)
{
	if (kernel_verb_is_object(flight->verb)) {
		fib_object_unsent(f, family, flight);
		hops_unref(&f->hops, flight->set);
		return;
	}
	hops_unref(&f->hops, flight->set);
	fib_set_flight(f, fib_entry(f, family, flight->id), false);
	fib_entry(f, family, flight->id)->flags &= (uint16_t)~FIB_TOLD;
	fib_settle(f, family, flight->id);
}

void
fib_unsent(struct fib *f, enum family family,
    const struct kernel_change *changes, size_t count)
{
	struct fib_side *side = &f->side[family];
	struct fib_batch *batch;

	while (count-- > 0) {
		assert(side->nbatches > 0);
		batch = fib_batch_at(side, side->nbatches - 1);
		batch->count--;
		side->nbatches -= batch->count == 0;
		assert(batch->at[batch->count].id == changes[count].cookie);
		flight_unsent(f, family, &batch->at[batch->count]);
	}
}

/* When there is something to be sent, as far as it is known; 0: never. */
static int64_t
side_due(const struct fib *f, enum family family)
{
	const struct fib_side *side = &f->side[family];
	int64_t idle = fib_objects_idle_at(f, family);
	int64_t due = side->ntimers > 0 ? side->timers[0].at : 0;

	if (side->moves.count > 0 && (due == 0 || f->expect_until < due))
		due = f->expect_until + 1;
	if (side->deletes.count > 0 || side->writes.count > 0)
		due = 1;
	if (idle != 0 && (due == 0 || idle < due))
		due = idle;
	if (due != 0 && due < side->blocked_until)
		due = side->blocked_until;
	return due;
}

bool
fib_has_work(const struct fib *f, enum family family, int64_t now)
{
	int64_t due = side_due(f, family);

	return !is_busy(f, &f->side[family]) && due != 0 && due <= now;
}

/* 0: nothing waits for the clock, or something is to be told first. */
static int64_t
side_next_retry(const struct fib *f, enum family family)
{
	const struct fib_side *side = &f->side[family];
	int64_t due = side_due(f, family);

	if (is_busy(f, side) || side->nbatches > 0)
		return 0;
	return due == 1 ? 0 : due;
}

int64_t
fib_next_retry(const struct fib *f)
{
	int64_t four = side_next_retry(f, FAMILY_IPV4);
	int64_t six = side_next_retry(f, FAMILY_IPV6);

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
