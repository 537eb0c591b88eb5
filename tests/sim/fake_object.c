/* SPDX-License-Identifier: ISC */
/* fake_object.c - the next hop objects of a fake machine */

/*
 * As seen on a real kernel (the same checks run there):
 *
 *  - A link that goes down or loses its carrier takes the objects over it
 *    without a word; each leaves its groups, also without a word, and a group
 *    goes with its last member.
 *  - With an object go the routes that name it: IPv4 ones without a word, IPv6
 *    ones with an event each, before the event of the link.
 *  - Somebody's deletion of an object is told, and what becomes of its groups.
 *  - No object is made over a link that is down or has no carrier (ENETDOWN).
 *  - Addresses that go take no object.
 *  - A replacement changes the object and all that name it; a group is replaced
 *    by a group, a single by a single.  Each route is told as replaced.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/fake_world.h"

static struct kernel_object *
object_find(const struct fake_world *w, uint32_t id)
{
	size_t i;

	for (i = 0; i < w->nobjects; i++) {
		if (w->objects[i].id == id)
			return &w->objects[i];
	}
	return NULL;
}

static void
tell(struct fake_world *w, const struct kernel_object *o, bool gone)
{
	struct fake_event event = { .kind = FAKE_OBJECT, .gone = gone };

	event.object = *o;
	fake_tell(w, &event);
}

bool
fake_object_resolve(const struct fake_world *w, struct kernel_route *r)
{
	const struct kernel_object *o = object_find(w, r->object);
	unsigned int i;

	if (o == NULL)
		return false;
	r->count = o->count > 0 ? o->count : 1;
	r->path[0] = o->path;
	r->path[0].weight = 1;
	for (i = 0; i < o->count; i++) {
		r->path[i] = object_find(w, o->member[i].id)->path;
		r->path[i].weight = o->member[i].weight;
	}
	return true;
}

/* Its routes go, or show what is left of it. */
static void
routes_follow(struct fake_world *w, uint32_t object, bool gone)
{
	struct fake_event event = { .kind = FAKE_ROUTE, .gone = true };
	struct kernel_route *r;
	uint32_t id;

	for (id = 1; id < w->routes.high; id++) {
		r = fake_world_route(w, id);
		if (r == NULL || r->object != object)
			continue;
		if (!gone) {
			(void)fake_object_resolve(w, r);
			continue;
		}
		event.route = *r;
		fake_world_drop(w, id);
		if (event.route.prefix.address.family == FAMILY_IPV6)
			fake_tell(w, &event);
	}
}

/* True when it was one. */
static bool
member_leave(struct kernel_object *group, uint32_t id)
{
	unsigned int i, left = 0, before = group->count;

	for (i = 0; i < before; i++) {
		if (group->member[i].id != id)
			group->member[left++] = group->member[i];
	}
	group->count = (uint8_t)left;
	return left < before;
}

static void
object_drop(struct fake_world *w, uint32_t id, bool loud)
{
	struct kernel_object *o = object_find(w, id);
	size_t i;

	if (loud)
		tell(w, o, true);
	routes_follow(w, id, true);
	w->nobjects--;
	memmove(o, o + 1, (size_t)(w->objects + w->nobjects - o) * sizeof(*o));
	for (i = w->nobjects; i-- > 0;) {
		o = &w->objects[i];
		if (!member_leave(o, id))
			continue;
		if (o->count == 0) {
			o->count = 1; /* told as the group that it was */
			object_drop(w, o->id, loud);
			continue;
		}
		routes_follow(w, o->id, false);
		if (loud)
			tell(w, o, false);
	}
}

void
fake_objects_lose(struct fake_world *w, uint32_t index)
{
	size_t i;

	for (i = w->nobjects; i-- > 0;) {
		if (i < w->nobjects && w->objects[i].count == 0 &&
		    w->objects[i].path.index == index)
			object_drop(w, w->objects[i].id, false);
	}
}

static int
object_judge(const struct fake_world *w, const struct kernel_object *o,
    const struct kernel_object *old)
{
	unsigned int i;

	if (old != NULL && (old->count > 0) != (o->count > 0))
		return EINVAL;
	if (o->count == 0)
		return fake_world_judge_object(w, &o->path);
	for (i = 0; i < o->count; i++) {
		if (object_find(w, o->member[i].id) == NULL)
			return EINVAL;
	}
	return 0;
}

static void
object_put(struct fake_world *w, const struct kernel_object *o)
{
	size_t i = w->nobjects++;

	w->objects =
	    xreallocarray(w->objects, w->nobjects, sizeof(*w->objects));
	for (; i > 0 && w->objects[i - 1].id > o->id; i--)
		w->objects[i] = w->objects[i - 1];
	w->objects[i] = *o;
}

/* The routes of an object, or of any group that it is in. */
static void
routes_tell(struct fake_world *w, uint32_t object)
{
	struct fake_event event = { .kind = FAKE_ROUTE };
	struct kernel_route *r;
	uint32_t id;

	for (id = 1; id < w->routes.high; id++) {
		r = fake_world_route(w, id);
		if (r == NULL || r->object != object)
			continue;
		event.route = *r;
		event.route.replaces = true;
		fake_tell(w, &event);
	}
}

static bool
is_member(const struct kernel_object *group, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < group->count; i++) {
		if (group->member[i].id == id)
			return true;
	}
	return false;
}

static void
object_replace(struct fake_world *w, const struct kernel_object *o, bool loud)
{
	size_t i;

	*object_find(w, o->id) = *o;
	routes_follow(w, o->id, false);
	for (i = 0; i < w->nobjects; i++) {
		if (is_member(&w->objects[i], o->id))
			routes_follow(w, w->objects[i].id, false);
	}
	if (!loud)
		return;
	tell(w, o, false);
	routes_tell(w, o->id);
}

int
fake_object_change(struct fake_world *w, enum kernel_verb verb,
    const struct kernel_object *o, bool loud)
{
	int error;

	if (verb == KERNEL_OBJECT_DELETE) {
		if (object_find(w, o->id) == NULL)
			return ENOENT;
		object_drop(w, o->id, loud);
		return 0;
	}
	if (verb == KERNEL_OBJECT_ADD && object_find(w, o->id) != NULL)
		return EEXIST;
	if (verb == KERNEL_OBJECT_REPLACE && object_find(w, o->id) == NULL)
		return ENOENT;
	error = object_judge(w, o, object_find(w, o->id));
	if (error != 0)
		return error;
	if (verb == KERNEL_OBJECT_REPLACE) {
		object_replace(w, o, loud);
		return 0;
	}
	object_put(w, o);
	if (loud)
		tell(w, o, false);
	return 0;
}
