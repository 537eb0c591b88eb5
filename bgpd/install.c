/* SPDX-License-Identifier: ISC */
/* install.c - best paths as wishes, and wishes as changes of the kernel */
/*
 * In the run turn each change of the rib becomes a wish of the fib: the best
 * path, with those that are equal to it up to `fib { ecmp N }`, by the
 * gateways that their next hops resolve to; a block of our own as a
 * blackhole, and so what a neighbor marks (RFC 7999) that may; anything else
 * that this node originates is not the kernel's business, or is what the kernel
 * says itself.  Paths that lead the same way count once towards the limit;
 * their order is of no matter to the fib.  Where all of several say the
 * bandwidth of their link, traffic is split by that.
 *
 * In the output turn what the fib wants changed goes to the kernel in
 * batches, a few in flight for each family; their results come back through
 * kernel_feed.c.  Nothing is kept here.
 */
#include <assert.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/latency.h"
#include "bgpd/shadow.h"
#include "rib/community.h"
#include "rib/mem.h"

#define BATCH     320  /* of one object each, they fill the kernel's 16 KiB */
#define SLICE     500u /* entries between looks at the clock */
#define TURN_TIME 5    /* ms of a turn, about */

/* Of the widest of several paths; the others have their part of it. */
#define WEIGHT_MAX 100

/* A wish in the making, and the attributes of each of its paths. */
struct making {
	struct fib_wish wish;
	uint32_t attrs[KERNEL_PATHS];
};

/*
 * IPv6 has no route of several paths where one is a device alone: the first
 * one stays.
 */
static bool
stands_alone(const struct fib_wish *wish, const struct prefix *prefix,
    const struct kernel_nexthop *next)
{
	return prefix->address.family == FAMILY_IPV6 && wish->count > 0 &&
	    (address_is_unset(&next->gateway) ||
		address_is_unset(&wish->path[0].gateway));
}

/* Adds where a path leads, unless another one leads there already. */
static void
wish_add(const struct bgpd *b, const struct prefix *prefix,
    const struct rib_path *path, struct making *m)
{
	struct fib_wish *wish = &m->wish;
	const struct kernel_nexthop *next;
	struct encap_way way;
	unsigned int i;

	if (path->nexthop == 0 ||
	    !encap_way(b->encap, prefix, path->nexthop, &way) ||
	    stands_alone(wish, prefix, &way.hop))
		return;
	next = &way.hop;
	for (i = 0; i < wish->count; i++) {
		if (wish->path[i].index == next->index &&
		    address_equal(&wish->path[i].gateway, &next->gateway))
			return;
	}
	wish->path[wish->count] = *next;
	m->attrs[wish->count++] = path->accepted;
}

/* Left alone unless all of them say their bandwidth. */
static void
wish_weigh(const struct bgpd *b, struct making *m)
{
	float each[KERNEL_PATHS], most = 0, least = 0, part;
	struct attrs attrs;
	unsigned int i;

	for (i = 0; i < m->wish.count; i++) {
		attr_get(rib_attrs(b->rib), m->attrs[i], &attrs);
		each[i] = community_link_bandwidth(attrs.ext_communities);
		if (each[i] == 0)
			return;
		most = i == 0 || each[i] > most ? each[i] : most;
		least = i == 0 || each[i] < least ? each[i] : least;
	}
	for (i = 0; i < m->wish.count && least < most; i++) {
		part = each[i] / most * WEIGHT_MAX;
		m->wish.path[i].weight = part < 1 ? 1 : (uint8_t)part;
	}
}

static void
wish_paths(const struct bgpd *b, const struct rib_change *change,
    const struct rib_path *best, struct making *m)
{
	unsigned int max = b->conf->fib.ecmp;
	struct rib_path path;
	uint32_t cursor = 0;

	if (max > KERNEL_PATHS)
		max = KERNEL_PATHS;
	wish_add(b, &change->prefix, best, m);
	while (m->wish.count < max &&
	    (cursor = rib_path_next(
		 b->rib, change->family, change->entry, cursor, &path)) != 0) {
		if (path.multipath && !path.best)
			wish_add(b, &change->prefix, &path, m);
	}
	if (m->wish.count > 1)
		wish_weigh(b, m);
}

/* Is it to be dropped here, and may who says it say that? */
static bool
is_marked(const struct bgpd *b, const struct rib_path *best)
{
	const struct peer *p = neighbors_by_source(b->neighbors, best->source);
	struct attrs attrs;

	if (p == NULL || !peer_conf(p)->settings.blackhole)
		return false;
	attr_get(rib_attrs(b->rib), best->accepted, &attrs);
	return community_has(attrs.communities, COMMUNITY_BLACKHOLE);
}

void
install_change(struct bgpd *b, const struct rib_change *change)
{
	struct making making = { .wish = { .type = KERNEL_UNICAST } };
	struct fib_wish *wish = &making.wish;
	struct rib_path best;

	if (b->fib == NULL)
		return;
	if (!rib_best(b->rib, change->family, change->entry, &best)) {
		fib_unwant(b->fib, &change->prefix);
		return;
	}
	if (is_marked(b, &best))
		wish->type = KERNEL_BLACKHOLE;
	else if (best.source != RIB_LOCAL)
		wish_paths(b, change, &best, &making);
	else if (origin_is_block(b->origin, &change->prefix))
		wish->type = KERNEL_BLACKHOLE;
	if (wish->type == KERNEL_UNICAST && wish->count == 0) {
		fib_unwant(b->fib, &change->prefix);
	} else {
		fib_want(b->fib, &change->prefix, wish);
		latency_wish(b->latency, b->fib, &change->prefix, best.since);
		shadow_report(b, &change->prefix);
	}
}

/* A walk comes to its end however often it is asked for. */
void
install_all(struct bgpd *b)
{
	struct install_walk *walk = &b->loop->wishes;

	walk->again |=
	    walk->walking && (walk->family != FAMILY_IPV4 || walk->cursor != 0);
	walk->walking = b->fib != NULL;
	bgpd_wake(b);
}

/* False when it was not asked for once more meanwhile. */
static bool
walk_end(struct install_walk *walk)
{
	*walk = (struct install_walk){ .walking = walk->again };
	return walk->walking;
}

/* False at the end of the walk. */
static bool
walk_slice(struct bgpd *b)
{
	struct install_walk *walk = &b->loop->wishes;
	struct rib_change change;
	unsigned int n;

	for (n = 0; n < SLICE; n++) {
		change.family = walk->family;
		change.entry = walk->cursor = rib_walk(
		    b->rib, walk->family, walk->cursor, &change.prefix);
		if (change.entry != 0)
			install_change(b, &change);
		else if (++walk->family == FAMILY_MAX)
			return walk_end(walk);
	}
	return true;
}

bool
install_turn(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + TURN_TIME;
	struct install_walk *walk = &b->loop->wishes;

	while (walk->walking) {
		walk->walking = walk_slice(b);
		if (bgpd_now(b) >= until)
			break;
	}
	return walk->walking;
}

static void
install_prefix(struct bgpd *b, const struct prefix *prefix)
{
	struct rib_change change = { .family = prefix->address.family,
		.entry = rib_find(b->rib, prefix),
		.prefix = *prefix };

	if (change.entry != 0)
		install_change(b, &change);
}

void
install_own(struct bgpd *b)
{
	const struct conf *conf = b->conf;
	size_t i;

	for (i = 0; i < conf->nblocks; i++)
		install_prefix(b, &conf->blocks[i]);
	for (i = 0; i < conf->nannounce; i++)
		install_prefix(b, &conf->announce[i].prefix);
}

/* One batch; true when the kernel took some of it. */
static bool
submit_batch(struct bgpd *b, enum family f)
{
	struct kernel_change *changes = b->loop->changes;
	size_t count, taken;

	count = fib_batch(b->fib, f, changes, BATCH, bgpd_now(b));
	if (count == 0)
		return false;
	taken = b->kernel->ops->submit(b->kernel, f, changes, count);
	assert(taken <= count);
	fib_unsent(b->fib, f, changes + taken, count - taken);
	return taken > 0;
}

void
install_submit(struct bgpd *b)
{
	enum family f;

	if (b->fib == NULL)
		return;
	if (b->loop->changes == NULL)
		b->loop->changes = xcalloc(BATCH, sizeof(*b->loop->changes));
	fib_expect(b->fib, rib_is_dirty(b->rib), bgpd_now(b));
	for (f = 0; f < FAMILY_MAX; f++)
		while (
		    fib_has_work(b->fib, f, bgpd_now(b)) && submit_batch(b, f))
			;
}

uint32_t
install_left(const struct bgpd *b)
{
	struct fib_counts c;
	uint32_t left = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX && b->fib != NULL; f++) {
		fib_counts(b->fib, f, &c);
		left += c.by_status[FIB_REMOVING] + c.by_status[FIB_PENDING];
	}
	return left;
}
