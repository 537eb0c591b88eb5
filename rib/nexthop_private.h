/* SPDX-License-Identifier: ISC */
/* nexthop_private.h - what the resolver and its feeders share */
/* For nexthop.c and nexthop_resolve.c alone. */
#ifndef RIB_NEXTHOP_PRIVATE_H
#define RIB_NEXTHOP_PRIVATE_H

#include "rib/idmap.h"
#include "rib/mem.h"
#include "rib/nexthop.h"
#include "rib/nexthop_trie.h"

#define NEXTHOP_ECHOES 8

/* A foreign route; those of one prefix are chained by metric. */
struct route {
	uint32_t next;
	uint32_t node; /* 0: the record is free */
	struct nexthop_route r;
	bool marked; /* not told again since nexthop_mark */
};

/*
 * The way of a next hop that is reached through best routes of ours: their
 * prefixes, and the next hop that each leads on to.
 */
struct trail {
	uint32_t hop[NEXTHOP_DEPTH];
	struct prefix through[NEXTHOP_DEPTH];
	unsigned int depth;
};

/*
 * A tracked next hop.  One that was given back while it waits to be looked at
 * is freed then.
 */
struct hop {
	uint32_t link; /* in the list of those to look at */
	uint32_t refs;
	uint32_t same;	/* the next with this address, on another link */
	uint32_t node;	/* 0: the record is free */
	uint32_t trail; /* 0: none of our own routes is on its way */
	uint32_t scope;
	struct address address;
	struct nexthop_result result;
	uint8_t news;	/* of what touched it */
	uint8_t echoes; /* changes since the last news */
	bool pending;
	bool down; /* its link, if it is link-local */
};

struct nexthop_table {
	uint64_t seed;
	struct nexthop_recursion own;
	struct trie tries[FAMILY_MAX];
	struct slab routes;
	struct slab hops;
	struct slab trails;
	struct idmap by_address;
	uint32_t first; /* to look at */
	uint32_t last;
	uint32_t ndown; /* hops whose link is down */
	bool echoed;	/* an echo was let through, and not yet decided */
};

static inline struct hop *
hop_at(const struct nexthop_table *t, uint32_t id)
{
	return slab_at(&t->hops, id);
}

static inline struct route *
route_at(const struct nexthop_table *t, uint32_t id)
{
	return slab_at(&t->routes, id);
}

/* NULL when it has none. */
static inline struct trail *
hop_trail(const struct nexthop_table *t, const struct hop *h)
{
	return h->trail != 0 ? slab_at(&t->trails, h->trail) : NULL;
}

/* The link that a link-local next hop can be reached on, or 0. */
static inline uint32_t
hop_scope(const struct hop *h)
{
	return h->down ? 0 : h->scope;
}

/*
 * It changed so often without any news that it holds itself up: our own
 * routes are not asked for it until there are some.
 */
static inline bool
hop_is_stubborn(const struct hop *h)
{
	return h->echoes >= NEXTHOP_ECHOES;
}

/* nexthop.c: the id of a tracked one, or 0. */
uint32_t nexthop_find(const struct nexthop_table *, const struct address *,
	    uint32_t scope);

/* nexthop_resolve.c: resolves it; true when that makes a difference. */
bool	 nexthop_update(struct nexthop_table *, uint32_t id);

#endif
