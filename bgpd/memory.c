/* SPDX-License-Identifier: ISC */
/* memory.c - the memory limit: what counts, and what is done at it */
/*
 * The limit is held against what routes cost: the rib, what groups have told
 * and the fib, without the records that were given back and wait for new
 * routes, or a table that has gone would be held against the next one.
 *
 * Peers ask before they store.  At the limit no new path is taken; those that
 * are there may change, which can still cost, up to an eighth above it.
 *
 * A table that one external neighbour lets loose on this node must not cost it
 * its mesh: who is external and has more than half of all paths is reset with
 * Cease, out of resources (6/8, RFC 4486), and comes back after its penalty.
 * Where nobody stands out so far, a reset would help nobody.
 *
 * Routes that were not taken are not forgotten: when an eighth is free again,
 * whoever sent them is asked for all of its routes (RFC 2918).
 */
#include "bgpd/bgpd_private.h"

size_t
bgpd_memory(const struct bgpd *b)
{
	size_t fib = b->fib == NULL ? 0 : fib_bytes(b->fib);

	return rib_bytes(b->rib) - rib_bytes_idle(b->rib) +
	    groups_bytes(b->groups) + learn_bytes(b->learn) + fib;
}

enum peer_room
memory_room(struct bgpd *b)
{
	size_t limit = b->peers.memory_limit, used;

	if (limit == 0)
		return ROOM_FOR_ALL;
	used = bgpd_memory(b);
	if (used < limit)
		return ROOM_FOR_ALL;
	b->loop->short_of_memory = true;
	return used - limit < limit / 8 ? ROOM_FOR_CHANGES : ROOM_FOR_NONE;
}

static uint32_t
paths_of(const struct bgpd *b, const struct peer *p)
{
	uint32_t received, accepted, paths = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_source_counts(
		    b->rib, peer_source(p), f, &received, &accepted);
		paths += received;
	}
	return paths;
}

static uint32_t
paths_of_all(const struct bgpd *b)
{
	struct rib_counts counts;
	uint32_t paths = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_counts(b->rib, f, &counts);
		paths += counts.paths;
	}
	return paths;
}

static void
shed_the_largest(struct bgpd *b)
{
	uint32_t half = paths_of_all(b) / 2, cursor = 0;
	struct peer *p;

	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		if (!peer_internal(p) && paths_of(b, p) > half)
			peer_shed(p);
}

static void
ask_again(struct bgpd *b)
{
	struct peer *p;
	uint32_t cursor = 0;

	b->loop->short_of_memory = false;
	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		peer_ask_again(p);
}

void
memory_turn(struct bgpd *b)
{
	size_t limit = b->peers.memory_limit, used;

	if (!b->loop->short_of_memory)
		return;
	used = bgpd_memory(b);
	if (limit == 0 || used < limit - limit / 8)
		ask_again(b);
	else if (used >= limit)
		shed_the_largest(b);
}
