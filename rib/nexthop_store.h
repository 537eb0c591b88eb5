/* SPDX-License-Identifier: ISC */
/* nexthop_store.h - what the resolver and its feeders share */
/* For nexthop.c and nexthop_resolve.c alone. */
#ifndef RIB_NEXTHOP_STORE_H
#define RIB_NEXTHOP_STORE_H

#include "rib/idmap.h"
#include "rib/mem.h"
#include "rib/nexthop.h"
#include "rib/nexthop_trie.h"

/* A foreign route; those of one prefix are chained by metric. */
struct route {
	uint32_t next;
	uint32_t node; /* 0: the record is free */
	struct nexthop_route r;
	bool marked; /* not told again since nexthop_mark */
};

/*
 * A tracked next hop.  One that was given back while it waits to be looked at
 * is freed then.
 */
struct hop {
	uint32_t link; /* in the list of those to look at */
	uint32_t refs;
	uint32_t same; /* the next with this address, on another link */
	uint32_t node; /* 0: the record is free */
	uint32_t scope;
	struct address address;
	struct nexthop_result result;
	bool pending;
	bool down; /* its link, if it is link-local */
};

struct nexthop_table {
	struct nexthop_recursion own;
	struct trie tries[FAMILY_MAX];
	struct slab routes;
	struct slab hops;
	struct idmap by_address;
	uint32_t first; /* to look at */
	uint32_t last;
	uint32_t ndown; /* hops whose link is down */
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

/* The link that a link-local next hop can be reached on, or 0. */
static inline uint32_t
hop_scope(const struct hop *h)
{
	return h->down ? 0 : h->scope;
}

struct nexthop_result nexthop_resolve(const struct nexthop_table *,
	    const struct address *, uint32_t scope);

#endif
