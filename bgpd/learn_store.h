/* SPDX-License-Identifier: ISC */
/* learn_store.h - kernel routes by prefix and by link */
/*
 * For learn.c alone.  The routes of one prefix are a row, the lowest metric
 * first; each path of a route is a member of its link.
 */
#ifndef BGPD_LEARN_STORE_H
#define BGPD_LEARN_STORE_H

#include "kernel/kernel.h"
#include "rib/idmap.h"
#include "rib/mem.h"

/* The kernel knows a route by prefix, table and metric. */
struct learn_known {
	struct prefix	prefix;
	uint32_t	table;
	uint32_t	metric;
	struct address	gateway;	/* of the first path */
	uint32_t	next;		/* of the row */
	uint32_t	members;	/* its paths, in their order */
	uint32_t	shape;		/* a hash of all beyond the key */
	uint32_t	dump;		/* the last one that told it */
	uint8_t		protocol;
	uint8_t		type;		/* enum kernel_route_type */
	uint8_t		verdict;	/* enum rib_refusal */
	bool		used;		/* else the record is free */
	bool		sourced;	/* prefers an address of this node */
	bool		several;	/* the key may have another one */
};

/* One path of a route. */
struct learn_member {
	uint32_t	known;
	uint32_t	link;
	uint32_t	of_route;	/* the next one */
	uint32_t	after, before;	/* of the link */
};

/* A link that paths lead over. */
struct learn_link {
	uint32_t	index;
	uint32_t	members;
};

struct learn_store {
	uint64_t	seed;
	struct slab	known, members, links;
	struct idmap	by_prefix;	/* the first of each row */
	struct idmap	by_index;
	uint32_t	sourced;	/* routes that are */
};

static inline struct learn_known *
learn_known_at(const struct learn_store *s, uint32_t id)
{
	return slab_at(&s->known, id);
}

static inline struct learn_member *
learn_member_at(const struct learn_store *s, uint32_t id)
{
	return slab_at(&s->members, id);
}

static inline struct learn_link *
learn_link_at(const struct learn_store *s, uint32_t id)
{
	return slab_at(&s->links, id);
}

/* Embedded; it may not move. */
void	 learn_store_init(struct learn_store *, uint64_t seed);
void	 learn_store_clear(struct learn_store *);
size_t	 learn_store_bytes(const struct learn_store *);

/* All that tells two routes of one key apart. */
uint32_t learn_shape(const struct learn_store *, const struct kernel_route *);

/* These two are 0 when there is none. */
uint32_t learn_row(const struct learn_store *, const struct prefix *);
uint32_t learn_known_find(const struct learn_store *,
	    const struct kernel_route *);
/* Makes a record of a route whose key has none. */
uint32_t learn_known_add(struct learn_store *, const struct kernel_route *);
/* The same route in another shape. */
void	 learn_known_set(struct learn_store *, uint32_t id,
	    const struct kernel_route *);
void	 learn_known_drop(struct learn_store *, uint32_t id);

/* The first member of a link, or 0; those of one route stand together. */
uint32_t learn_members(const struct learn_store *, uint32_t index);
static inline uint32_t
learn_member_index(const struct learn_store *s, const struct learn_member *m)
{
	return learn_link_at(s, m->link)->index;
}

#endif
