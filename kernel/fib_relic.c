/* SPDX-License-Identifier: ISC */
/* fib_relic.c - routes that another daemon left, to be taken over */

/*
 * A node that moves from another daemon to this one has that one's routes in
 * its kernel, and traffic on them.  They are adopted as our own would be after
 * a restart: what the first dump finds is held, a wish that leads the same way
 * confirms it, and what nobody confirms is swept when the hold ends.  But a
 * relic is never left: a confirmed one is replaced by ours, so that the kernel
 * says whose route it is.
 *
 * REPLACE looks at prefix and metric alone, so a relic at our metric is
 * replaced in one step.  Of two metrics the kernel uses the lower one and
 * falls back to the other, so elsewhere ours is added first; a relic is
 * deleted, by its own protocol and metric, only when ours is acknowledged or
 * nothing is wanted.
 *
 * Routes of our own protocol with another metric may be adopted too: FRR marks
 * its BGP routes as we do, and the metric of the config may have changed.
 *
 * Only what the first dump told is a relic.  Routes of that protocol that come
 * later mean that the other daemon still runs, or runs again: they are another
 * owner's, as are those that take the place of a relic.  So the right to
 * replace ends by itself when the last relic has gone.
 */

#include "kernel/fib_relic.h"

#include <string.h>

#include "kernel/fib_store.h"

bool
fib_is_ours(
    const struct fib *f, enum family family, uint8_t protocol, uint32_t metric)
{
	return protocol == f->config.protocol &&
	    metric == fib_metric(f, family);
}

static bool
is_adopted(const struct fib *f, const struct kernel_route *route)
{
	unsigned int i;

	if (fib_is_ours(f, route->prefix.address.family, route->protocol,
		route->metric))
		return false;
	for (i = 0; i < FIB_ADOPT_MAX && f->config.adopt[i] != 0; i++) {
		if (f->config.adopt[i] == route->protocol)
			return true;
	}
	return false;
}

struct fib_relic *
fib_relic_first(const struct fib *f, const struct fib_entry *e)
{
	const struct fib_trouble *t = fib_trouble_find(f, e);

	return t == NULL || t->relic == 0 ? NULL
					  : slab_at(&f->relics, t->relic);
}

static struct fib_relic *
relic_next(const struct fib *f, const struct fib_relic *r)
{
	return r->next == 0 ? NULL : slab_at(&f->relics, r->next);
}

static struct fib_relic *
relic_at(const struct fib *f, const struct fib_entry *e, uint32_t metric)
{
	struct fib_relic *r = fib_relic_first(f, e);

	while (r != NULL && r->metric != metric)
		r = relic_next(f, r);
	return r;
}

bool
fib_relic_in_place(const struct fib *f, const struct fib_entry *e)
{
	const struct fib_relic *r = fib_relic_first(f, e);

	while (r != NULL && !r->in_place)
		r = relic_next(f, r);
	return r != NULL;
}

static void
relic_add(struct fib *f, struct fib_entry *e, const struct kernel_route *route)
{
	uint32_t *link = &fib_trouble_take(f, e)->relic;
	uint32_t id = slab_take(&f->relics);
	struct fib_relic *r = slab_at(&f->relics, id), *other;

	while (*link != 0) {
		other = slab_at(&f->relics, *link);
		if (other->metric > route->metric)
			break;
		link = &other->next;
	}
	r->next = *link;
	r->metric = route->metric;
	r->in_place = r->metric == fib_metric(f, route->prefix.address.family);
	*link = id;
}

void
fib_relic_drop(struct fib *f, struct fib_entry *e, uint32_t metric)
{
	struct fib_trouble *t = fib_trouble_find(f, e);
	uint32_t *link, id;
	struct fib_relic *r;

	if (t == NULL)
		return;
	for (link = &t->relic; (id = *link) != 0; link = &r->next) {
		r = slab_at(&f->relics, id);
		if (r->metric != metric)
			continue;
		*link = r->next;
		hops_unref(&f->hops, r->hops);
		slab_give(&f->relics, id);
		return;
	}
}

uint32_t
fib_used(const struct fib *f, enum family family, const struct fib_entry *e)
{
	const struct fib_relic *r = fib_relic_first(f, e);

	if (r != NULL && (e->kernel == 0 || r->metric < fib_metric(f, family)))
		return r->hops;
	return e->kernel;
}

/* ---- what the kernel tells ---- */

static void
relic_found(struct fib *f, const struct kernel_route *route)
{
	enum family family = route->prefix.address.family;
	uint32_t id = fib_entry_take(f, &route->prefix);
	struct fib_entry *e = fib_entry(f, family, id);
	struct fib_relic *r;

	if (relic_at(f, e, route->metric) == NULL)
		relic_add(f, e, route);
	r = relic_at(f, e, route->metric);
	r->seen = true;
	r->protocol = route->protocol;
	hops_unref(&f->hops, r->hops);
	r->hops = fib_route_hops(f, route);
	if (!f->adopted && !fib_route_is_dead(route))
		e->flags |= FIB_ADOPTED;
	fib_settle(f, family, id);
}

/* IPv6 may lose it path by path. */
static void
relic_gone(struct fib *f, struct fib_entry *e, struct fib_relic *r,
    const struct kernel_route *route)
{
	r->hops = fib_hops_left(f, r->hops, route);
	if (r->hops == 0)
		fib_relic_drop(f, e, route->metric);
}

bool
fib_relic_told(struct fib *f, const struct kernel_route *route, bool gone)
{
	bool adopted = is_adopted(f, route) && !route->replaces;
	enum family family = route->prefix.address.family;
	uint32_t id = fib_entry_find(f, &route->prefix);
	struct fib_entry *e = id == 0 ? NULL : fib_entry(f, family, id);
	struct fib_relic *r = id == 0 ? NULL : relic_at(f, e, route->metric);

	/* A dump did not show it, and the sweep is on its way: a new one. */
	if (r != NULL && f->dumping && f->sweeping && !r->seen) {
		fib_relic_drop(f, e, route->metric);
		fib_settle(f, family, id);
		return fib_relic_told(f, route, gone);
	}
	if (adopted && !gone && (r != NULL || !f->adopted)) {
		relic_found(f, route);
		return true;
	}
	if (r == NULL)
		return false;
	if (gone && r->protocol == route->protocol) {
		relic_gone(f, e, r, route);
		fib_settle(f, family, id);
		return true;
	}
	if (route->replaces) {
		fib_relic_drop(f, e, route->metric);
		if (e->flags & FIB_FLIGHT)
			e->flags |= FIB_TOLD;
		fib_settle(f, family, id);
	}
	return false;
}

bool
fib_is_relic(const struct fib *f, const struct kernel_route *route)
{
	uint32_t id = fib_entry_find(f, &route->prefix);
	const struct fib_relic *r;

	if (id == 0 || route->table != f->config.table)
		return false;
	r = relic_at(
	    f, fib_entry(f, route->prefix.address.family, id), route->metric);
	return r != NULL && r->protocol == route->protocol;
}

void
fib_relics_dump_begin(struct fib *f, struct fib_entry *e)
{
	struct fib_relic *r;

	for (r = fib_relic_first(f, e); r != NULL; r = relic_next(f, r))
		r->seen = (e->flags & FIB_FLIGHT) != 0;
}

void
fib_relics_dump_end(struct fib *f, struct fib_entry *e)
{
	struct fib_relic *r = fib_relic_first(f, e), *next;

	for (; r != NULL; r = next) {
		next = relic_next(f, r);
		if (!r->seen)
			fib_relic_drop(f, e, r->metric);
	}
}

void
fib_relics_lose_marked(struct fib *f, struct fib_entry *e)
{
	struct fib_relic *r = fib_relic_first(f, e), *next;

	for (; r != NULL; r = next) {
		next = relic_next(f, r);
		if (fib_is_marked(f, r->hops))
			fib_relic_drop(f, e, r->metric);
	}
}

/* ---- the end ---- */

static void
forget_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	struct fib_relic *r;

	while ((r = fib_relic_first(f, e)) != NULL)
		fib_relic_drop(f, e, r->metric);
	fib_settle(f, family, id);
}

void
fib_forget_relics(struct fib *f)
{
	memset(f->config.adopt, 0, sizeof(f->config.adopt));
	if (f->relics.used == 0)
		return;
	fib_visit_all(f, FAMILY_IPV4, forget_visit);
	fib_visit_all(f, FAMILY_IPV6, forget_visit);
}
