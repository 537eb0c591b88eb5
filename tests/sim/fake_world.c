/* SPDX-License-Identifier: ISC */
/* fake_world.c - the machine inside of a fake kernel */

/*
 * Links, addresses and routes as Linux keeps them, as far as a routing daemon
 * can notice.  What is here was seen on a real kernel (tests/netns runs the
 * same checks there):
 *
 *  - A link that goes down takes with it every route whose paths are all over
 *    links that are down: IPv4 routes without a word, IPv6 ones with an event
 *    each, after the event of the link.  IPv6 addresses go too, and are told.
 *  - A link that is removed takes every IPv4 route with any path over it; of
 *    IPv6 routes it takes those paths, with an event each.
 *  - A route that keeps one way out shows the others as dead, in dumps only.
 *  - The last IPv4 address of a link takes the IPv4 routes over it, silently.
 *  - An address brings and takes the route to its subnet (protocol kernel),
 *    told; a link that comes up brings them again for IPv4.
 *  - A link must exist (ENODEV) and be up (ENETDOWN).  A gateway must be on
 *    the subnet of an address of its link, be link-local, or be declared
 *    on-link: EHOSTUNREACH.  IPv4 says ENETUNREACH to all three, unless the
 *    gateway is declared on-link.
 *
 * Next hop objects are in fake_object.c.  What no test needs is not here:
 * rules, metrics of paths, caches, DAD.
 */

#include "tests/sim/fake_world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/fake_kernel.h"

#define PROTOCOL_KERNEL    2   /* RTPROT_KERNEL */
#define TABLE_MAIN         254 /* RT_TABLE_MAIN */
#define METRIC_IPV6_KERNEL 256

/* ---- routes ---- */

struct kernel_route *
fake_world_route(const struct fake_world *w, uint32_t id)
{
	struct fake_route *r = slab_at(&w->routes, id);

	return r->used ? &r->route : NULL;
}

static uint32_t
key_hash(const struct kernel_route *r)
{
	return prefix_hash(0, &r->prefix) ^ r->table * 31 ^ r->metric * 131;
}

static uint32_t
hash_of(const void *arg, uint32_t id)
{
	return key_hash(fake_world_route(arg, id));
}

void
fake_world_init(struct fake_world *w)
{
	memset(w, 0, sizeof(*w));
	slab_init(&w->routes, sizeof(struct fake_route));
	idmap_init(&w->ids, hash_of, w);
}

void
fake_world_clear(struct fake_world *w)
{
	slab_clear(&w->routes);
	idmap_clear(&w->ids);
	free(w->objects);
	free(w->links);
	free(w->addresses);
}

uint32_t
fake_world_find(const struct fake_world *w, const struct kernel_route *key)
{
	const struct kernel_route *r;
	uint32_t hash = key_hash(key), id, at;

	for (id = idmap_first(&w->ids, hash, &at); id != 0;
	     id = idmap_next(&w->ids, hash, &at)) {
		r = fake_world_route(w, id);
		if (r->table == key->table && r->metric == key->metric &&
		    prefix_equal(&r->prefix, &key->prefix))
			return id;
	}
	return 0;
}

uint32_t
fake_world_put(struct fake_world *w, const struct kernel_route *route)
{
	uint32_t id = slab_take(&w->routes);
	struct fake_route *r = slab_at(&w->routes, id);

	r->used = 1;
	r->route = *route;
	r->route.replaces = false;
	if (route->object != 0)
		(void)fake_object_resolve(w, &r->route);
	idmap_insert(&w->ids, key_hash(route), id);
	return id;
}

void
fake_world_drop(struct fake_world *w, uint32_t id)
{
	struct fake_route *r = slab_at(&w->routes, id);

	idmap_remove(&w->ids, id);
	r->used = 0;
	slab_give(&w->routes, id);
}

/* ---- links and addresses ---- */

static struct kernel_link *
link_find(const struct fake_world *w, uint32_t index)
{
	size_t i;

	for (i = 0; i < w->nlinks; i++) {
		if (w->links[i].index == index)
			return &w->links[i];
	}
	return NULL;
}

static bool
link_is_up(const struct fake_world *w, uint32_t index)
{
	const struct kernel_link *link = link_find(w, index);

	return link != NULL && link->up;
}

static bool
is_on_link(const struct fake_world *w, const struct kernel_nexthop *path)
{
	const struct kernel_address *a;
	struct prefix subnet;
	size_t i;

	if (path->onlink || address_is_unset(&path->gateway) ||
	    (path->gateway.family == FAMILY_IPV6 &&
		address_is_link_local(&path->gateway)))
		return true;
	for (i = 0; i < w->naddresses; i++) {
		a = &w->addresses[i];
		subnet = prefix_of(&a->address, a->length);
		if (a->index == path->index &&
		    prefix_covers(&subnet, &path->gateway))
			return true;
	}
	return false;
}

/* IPv4 looks up a gateway as it would a destination, and says no more. */
static bool
is_looked_up(const struct kernel_route *r, const struct kernel_nexthop *path)
{
	return r->prefix.address.family == FAMILY_IPV4 && !path->onlink &&
	    path->gateway.family == FAMILY_IPV4 &&
	    !address_is_unset(&path->gateway);
}

static int
path_judge(const struct fake_world *w, const struct kernel_route *r,
    const struct kernel_nexthop *path)
{
	if (is_looked_up(r, path))
		return link_is_up(w, path->index) && is_on_link(w, path)
		    ? 0
		    : ENETUNREACH;
	if (link_find(w, path->index) == NULL)
		return ENODEV;
	if (!is_on_link(w, path))
		return EHOSTUNREACH;
	return link_is_up(w, path->index) ? 0 : ENETDOWN;
}

int
fake_world_judge_object(
    const struct fake_world *w, const struct kernel_nexthop *path)
{
	const struct kernel_link *link = link_find(w, path->index);

	if (link == NULL)
		return EINVAL;
	if (!link->up || !link->running)
		return ENETDOWN;
	if (is_on_link(w, path))
		return 0;
	return path->gateway.family == FAMILY_IPV4 ? ENETUNREACH : EHOSTUNREACH;
}

int
fake_world_judge(const struct fake_world *w, const struct kernel_route *r)
{
	struct kernel_route named = *r;
	unsigned int i;
	int error = 0;

	if (r->object != 0)
		return fake_object_resolve(w, &named) ? 0 : EINVAL;
	if (r->type != KERNEL_UNICAST)
		return 0;
	if (r->count == 0)
		return EINVAL;
	for (i = 0; i < r->count && error == 0; i++)
		error = path_judge(w, r, &r->path[i]);
	return error;
}

void
fake_world_show(const struct fake_world *w, uint32_t id, struct kernel_route *r)
{
	unsigned int i;

	*r = *fake_world_route(w, id);
	for (i = 0; i < r->count; i++)
		r->path[i].dead = !link_is_up(w, r->path[i].index);
}

/* ---- telling ---- */

static void
tell_link(struct fake_world *w, const struct kernel_link *link, bool gone)
{
	struct fake_event event = { .kind = FAKE_LINK, .gone = gone };

	event.link = *link;
	fake_tell(w, &event);
}

static void
tell_address(struct fake_world *w, const struct kernel_address *a, bool gone)
{
	struct fake_event event = { .kind = FAKE_ADDRESS, .gone = gone };

	event.address = *a;
	fake_tell(w, &event);
}

static void
tell_route(struct fake_world *w, const struct kernel_route *r, bool gone)
{
	struct fake_event event = { .kind = FAKE_ROUTE, .gone = gone };

	event.route = *r;
	fake_tell(w, &event);
}

/* IPv6 tells path by path; how many are left. */
static unsigned int
paths_lose(
    struct fake_world *w, struct kernel_route *r, uint32_t index, bool all)
{
	struct kernel_route one = *r;
	unsigned int i, count = r->count;

	one.count = 1;
	r->count = 0;
	for (i = 0; i < count; i++) {
		one.path[0] = r->path[i];
		if (all || one.path[0].index == index)
			tell_route(w, &one, true);
		else
			r->path[r->count++] = one.path[0];
	}
	return r->count;
}

/* ---- what follows from what ---- */

static bool
uses(const struct kernel_route *r, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < r->count; i++) {
		if (r->path[i].index == index)
			return true;
	}
	return false;
}

static bool
all_lost(
    const struct fake_world *w, const struct kernel_route *r, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < r->count; i++) {
		if (r->path[i].index != index &&
		    link_is_up(w, r->path[i].index))
			return false;
	}
	return true;
}

/* Routes of a family over a link; any: one path is enough. */
static void
routes_lose(struct fake_world *w, enum family family, uint32_t index, bool any)
{
	struct kernel_route *r;
	uint32_t id;

	for (id = 1; id < w->routes.high; id++) {
		r = fake_world_route(w, id);
		if (r == NULL || r->object != 0 ||
		    r->prefix.address.family != family || !uses(r, index) ||
		    !(any || all_lost(w, r, index)))
			continue;
		if (family == FAMILY_IPV4 ||
		    paths_lose(w, r, index, all_lost(w, r, index)) == 0)
			fake_world_drop(w, id);
	}
}

static void
connected_route(const struct kernel_address *a, struct kernel_route *r)
{
	memset(r, 0, sizeof(*r));
	r->prefix = prefix_of(&a->address, a->length);
	r->table = TABLE_MAIN;
	r->protocol = PROTOCOL_KERNEL;
	r->type = KERNEL_UNICAST;
	r->count = 1;
	r->path[0].index = a->index;
	r->path[0].weight = 1;
	if (a->address.family == FAMILY_IPV4)
		r->source = a->address;
	else
		r->metric = METRIC_IPV6_KERNEL;
}

static void
connected_add(struct fake_world *w, const struct kernel_address *a)
{
	struct kernel_route r;

	connected_route(a, &r);
	if (a->length == family_bits(a->address.family) ||
	    !link_is_up(w, a->index) || fake_world_find(w, &r) != 0)
		return;
	fake_world_put(w, &r);
	tell_route(w, &r, false);
}

/* Unless another address of the link is in the same subnet. */
static void
connected_remove(struct fake_world *w, const struct kernel_address *a)
{
	struct kernel_route r;
	struct prefix subnet;
	uint32_t id;
	size_t i;

	connected_route(a, &r);
	for (i = 0; i < w->naddresses; i++) {
		subnet =
		    prefix_of(&w->addresses[i].address, w->addresses[i].length);
		if (w->addresses[i].index == a->index &&
		    prefix_equal(&subnet, &r.prefix))
			return;
	}
	id = fake_world_find(w, &r);
	if (id == 0 || !uses(fake_world_route(w, id), a->index))
		return;
	fake_world_drop(w, id);
	tell_route(w, &r, true);
}

static bool
has_ipv4(const struct fake_world *w, uint32_t index)
{
	size_t i;

	for (i = 0; i < w->naddresses; i++) {
		if (w->addresses[i].index == index &&
		    w->addresses[i].address.family == FAMILY_IPV4)
			return true;
	}
	return false;
}

static void
address_take_away(struct fake_world *w, size_t i)
{
	struct kernel_address a = w->addresses[i];

	w->addresses[i] = w->addresses[--w->naddresses];
	tell_address(w, &a, true);
	connected_remove(w, &a);
	if (a.address.family == FAMILY_IPV4 && !has_ipv4(w, a.index))
		routes_lose(w, FAMILY_IPV4, a.index, false);
}

static void
addresses_take_away(struct fake_world *w, enum family family, uint32_t index)
{
	size_t i;

	for (i = w->naddresses; i-- > 0;) {
		if (w->addresses[i].index == index &&
		    w->addresses[i].address.family == family)
			address_take_away(w, i);
	}
}

static void
link_went_down(struct fake_world *w, uint32_t index)
{
	routes_lose(w, FAMILY_IPV4, index, false);
	routes_lose(w, FAMILY_IPV6, index, false);
	addresses_take_away(w, FAMILY_IPV6, index);
}

static void
link_came_up(struct fake_world *w, uint32_t index)
{
	size_t i;

	for (i = 0; i < w->naddresses; i++) {
		if (w->addresses[i].index == index)
			connected_add(w, &w->addresses[i]);
	}
}

void
fake_world_link(struct fake_world *w, const struct kernel_link *link)
{
	struct kernel_link *have = link_find(w, link->index);
	bool was_up = have != NULL && have->up;
	bool had_carrier = was_up && have->running;

	if (have == NULL) {
		w->links =
		    xreallocarray(w->links, w->nlinks + 1, sizeof(*w->links));
		have = &w->links[w->nlinks++];
	}
	*have = *link;
	if (had_carrier && !(link->up && link->running))
		fake_objects_lose(w, link->index);
	tell_link(w, link, false);
	if (was_up && !link->up)
		link_went_down(w, link->index);
	if (!was_up && link->up)
		link_came_up(w, link->index);
}

void
fake_world_link_set(struct fake_world *w, uint32_t index, bool up)
{
	struct kernel_link *have = link_find(w, index);
	struct kernel_link link;

	if (have == NULL || have->up == up)
		return;
	link = *have;
	link.up = link.running = up;
	fake_world_link(w, &link);
}

void
fake_world_link_remove(struct fake_world *w, uint32_t index)
{
	struct kernel_link *have;
	struct kernel_link link;

	fake_world_link_set(w, index, false);
	have = link_find(w, index);
	if (have == NULL)
		return;
	link = *have;
	routes_lose(w, FAMILY_IPV4, index, true);
	routes_lose(w, FAMILY_IPV6, index, true);
	addresses_take_away(w, FAMILY_IPV4, index);
	addresses_take_away(w, FAMILY_IPV6, index);
	*have = w->links[--w->nlinks];
	tell_link(w, &link, true);
}

static struct kernel_address *
address_find(
    const struct fake_world *w, uint32_t index, const struct address *a)
{
	size_t i;

	for (i = 0; i < w->naddresses; i++) {
		if (w->addresses[i].index == index &&
		    address_equal(&w->addresses[i].address, a))
			return &w->addresses[i];
	}
	return NULL;
}

void
fake_world_address(struct fake_world *w, const struct kernel_address *a)
{
	struct kernel_address *have = address_find(w, a->index, &a->address);

	if (have == NULL) {
		w->addresses = xreallocarray(
		    w->addresses, w->naddresses + 1, sizeof(*w->addresses));
		have = &w->addresses[w->naddresses++];
	}
	*have = *a;
	tell_address(w, a, false);
	connected_add(w, a);
}

void
fake_world_address_remove(
    struct fake_world *w, uint32_t index, const struct address *address)
{
	struct kernel_address *have = address_find(w, index, address);

	if (have != NULL)
		address_take_away(w, (size_t)(have - w->addresses));
}
