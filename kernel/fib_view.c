/* SPDX-License-Identifier: ISC */
/* fib_view.c - what the fib shows of itself */

/*
 * For `show fib`, metrics and the gate of the announcements: one entry by its
 * prefix, all entries by a cursor, the counts.  A cursor is the id of the
 * entry shown last; ids outlive any change of others, so a walk may pause for
 * minutes and still shows each entry that existed throughout exactly once.
 * Views are copies; nothing is changed here.
 */

#include <errno.h>
#include <string.h>

#include "kernel/fib_relic.h"
#include "kernel/fib_store.h"

static const char *const words[FIB_STATUS_MAX] = {
	[FIB_IN_SYNC] = "in-sync",
	[FIB_PENDING] = "pending",
	[FIB_HELD] = "held",
	[FIB_CONFLICT] = "conflict",
	[FIB_FAILED] = "failed",
	[FIB_REMOVING] = "removing",
};

const char *
fib_status_word(enum fib_status status)
{
	return status < FIB_STATUS_MAX ? words[status] : "none";
}

static void
foreign_fill(
    const struct fib *f, uint32_t set, uint8_t owner, struct fib_view *v)
{
	v->owner = owner;
	v->foreign = set != 0;
	if (v->foreign)
		hops_get(&f->hops, set, &v->kernel);
}

static void
view_fill(
    const struct fib *f, enum family family, uint32_t id, struct fib_view *v)
{
	const struct fib_entry *e = fib_entry(f, family, id);
	const struct fib_trouble *t = fib_trouble_find(f, e);
	const struct fib_relic *relic = fib_relic_first(f, e);

	memset(v, 0, sizeof(*v));
	fib_entry_prefix(f, family, id, &v->prefix);
	v->status = e->status;
	v->since = (int64_t)e->since << FIB_TICK_BITS;
	v->wanted = e->wish != 0;
	v->installed = e->kernel != 0;
	if (v->wanted)
		hops_get(&f->hops, e->wish, &v->wish);
	if (v->installed)
		hops_get(&f->hops, e->kernel, &v->kernel);
	if (v->status == FIB_FAILED)
		v->error = ENETDOWN;
	if (v->status == FIB_PENDING)
		v->taken = e->taken;
	if (t == NULL)
		return;
	if (t->error != 0)
		v->error = t->error;
	v->retry_at = t->at;
	if (v->status == FIB_CONFLICT)
		foreign_fill(f, t->hops, t->owner, v);
	else if (relic != NULL && !v->installed)
		foreign_fill(f, relic->hops, relic->protocol, v);
}

bool
fib_find(const struct fib *f, const struct prefix *p, struct fib_view *v)
{
	enum family family = p->address.family;
	uint32_t id = fib_entry_find(f, p);

	if (id == 0 || fib_entry(f, family, id)->status == FIB_STATUS_MAX)
		return false;
	view_fill(f, family, id, v);
	return true;
}

uint32_t
fib_walk(const struct fib *f, enum family family, uint32_t cursor,
    struct fib_view *v)
{
	const struct slab *entries = &f->side[family].entries;
	const struct fib_entry *e;
	uint32_t id;

	for (id = cursor + 1; id < entries->high; id++) {
		e = fib_entry(f, family, id);
		if ((e->flags & FIB_IN_USE) && e->status != FIB_STATUS_MAX) {
			view_fill(f, family, id, v);
			return id;
		}
	}
	return 0;
}

void
fib_counts(const struct fib *f, enum family family, struct fib_counts *counts)
{
	*counts = f->side[family].counts;
}

static size_t
side_bytes(const struct fib_side *side)
{
	uint32_t flights = 0;
	unsigned int i;

	for (i = 0; i < KERNEL_BATCHES; i++)
		flights += side->batches[i].room;
	return slab_bytes(&side->entries) + idmap_bytes(&side->ids) +
	    slab_bytes(&side->objects.all) + idmap_bytes(&side->objects.ids) +
	    (side->deletes.room + side->writes.room + side->moves.room +
		side->arrived.room) *
	    sizeof(uint32_t) +
	    side->timers_room * sizeof(*side->timers) +
	    flights * sizeof(struct fib_flight);
}

size_t
fib_bytes(const struct fib *f)
{
	return sizeof(*f) + side_bytes(&f->side[FAMILY_IPV4]) +
	    side_bytes(&f->side[FAMILY_IPV6]) + hops_bytes(&f->hops) +
	    slab_bytes(&f->troubles) + slab_bytes(&f->relics) +
	    f->down_room * sizeof(*f->down);
}
