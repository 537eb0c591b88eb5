/* SPDX-License-Identifier: ISC */
/* fib_way.c - what the fib shows of next hops */

/*
 * For `show nexthops`: each next hop object of ours, each set that routes have
 * by gateways of their own, and each that is wanted and not there yet.  The
 * cursor is the id of a set or form, so a walk may pause as that of the routes
 * does.  An object is in sync from its acknowledgement to the next change of
 * it, and one that the kernel refused is gone: its set says why.
 */

#include "kernel/fib_object_private.h"

/* By an object of its own, or of its set. */
static bool
has_object(const struct hops *set)
{
	return set->object != 0 || set->way[FAMILY_IPV4] != 0 ||
	    set->way[FAMILY_IPV6] != 0;
}

static void
object_fill(const struct fib *f, const struct hops *form, struct fib_way *w)
{
	uint32_t number, i;
	const struct fib_object *o;

	w->object = form->object;
	(void)fib_object_id_read(form->object, &w->family, &w->group);
	number = fib_object_find(f, w->family, form->object);
	if (number == 0)
		return;
	o = fib_object_at(f, w->family, number);
	for (i = 0; i < o->count; i++)
		w->member[w->members++] =
		    fib_object_at(f, w->family, o->member[i])->id;
	if (o->flights == 0 && o->state == FIB_OBJECT_HERE && w->hops.count > 0)
		w->status = FIB_IN_SYNC;
}

static void
way_fill(const struct fib *f, uint32_t id, struct fib_way *w)
{
	const struct hops *set = hops_at(&f->hops, id);
	const struct hops *plain = hops_at(&f->hops, hops_plain(&f->hops, id));

	*w = (struct fib_way){ .routes = set->routes,
		.wanted = plain->wishes,
		.status = FIB_PENDING };
	hops_get(&f->hops, id, &w->hops);
	if (w->hops.count > 0)
		w->family = w->hops.path[0].gateway.family;
	if (set->object != 0)
		object_fill(f, set, w);
	else if (set->routes > 0 && set->routes >= set->wishes)
		w->status = FIB_IN_SYNC;
	else if (set->routes == 0 && set->error != 0)
		w->status = FIB_FAILED;
	w->error = w->status == FIB_FAILED ? set->error : 0;
}

/* A form that its object has left lives on for a moment. */
static bool
is_shown(const struct fib *f, uint32_t id)
{
	const struct hops *set = hops_at(&f->hops, id);
	uint32_t number = 0;
	enum family family;
	bool group;

	if (set == NULL)
		return false;
	if (set->object == 0)
		return set->routes > 0 || (set->wishes > 0 && !has_object(set));
	if (fib_object_id_read(set->object, &family, &group))
		number = fib_object_find(f, family, set->object);
	return number != 0 && fib_object_at(f, family, number)->form == id;
}

uint32_t
fib_way_walk(const struct fib *f, uint32_t cursor, struct fib_way *w)
{
	uint32_t id;

	for (id = cursor + 1; id < f->hops.high; id++) {
		if (is_shown(f, id)) {
			way_fill(f, id, w);
			return id;
		}
	}
	return 0;
}

uint32_t
fib_way_object(
    const struct fib *f, enum family family, const struct kernel_nexthop *hop)
{
	struct fib_wish w = { .type = KERNEL_UNICAST, .count = 1 };
	uint32_t set, number;

	w.path[0] = *hop;
	w.path[0].weight = 1;
	set = hops_find(&f->hops, &w);
	number = set == 0 ? 0 : hops_at(&f->hops, set)->way[family];
	return number == 0 ? 0 : fib_object_at(f, family, number)->id;
}
