/* SPDX-License-Identifier: ISC */
/* fib_hops.h - sets of next hops, each kept once */
#ifndef KERNEL_FIB_HOPS_H
#define KERNEL_FIB_HOPS_H

#include "kernel/fib.h"
#include "rib/idmap.h"

/* Immutable but for refs, done and marked. Owned by its table. */
struct hops {
	uint32_t		refs;
	uint32_t		hash;
	uint16_t		done;	/* bit i: gateway of path i has finished */
	uint8_t			type;	/* enum kernel_route_type */
	uint8_t			count;
	bool			marked;	/* for one walk, by whoever walks */
	struct kernel_nexthop	path[];	/* sorted, no two alike */
};

/* Embedded. Ids are never 0. */
struct hops_table {
	struct hops	**sets;		/* by id; NULL: free */
	uint32_t	 *spare;	/* free ids */
	uint32_t	  nspare;
	uint32_t	  high;		/* ids below this were given out once */
	uint32_t	  room;
	size_t		  bytes;	/* of the sets */
	uint64_t	  seed;		/* of the hash */
	struct idmap	  ids;
};

void	 hops_table_init(struct hops_table *, uint64_t seed);
void	 hops_table_clear(struct hops_table *);

/* The id of the set, with one more reference; order and doubles are no matter. */
uint32_t hops_intern(struct hops_table *, const struct fib_wish *);
uint32_t hops_ref(struct hops_table *, uint32_t id);	/* 0 is ignored */
void	 hops_unref(struct hops_table *, uint32_t id);	/* 0 is ignored */
/* NULL for an id that is free, so that all can be walked up to high. */
struct hops *hops_at(const struct hops_table *, uint32_t id);
void	 hops_get(const struct hops_table *, uint32_t id, struct fib_wish *);
/* The set without the paths of the other; 0 when nothing is left. */
uint32_t hops_minus(struct hops_table *, uint32_t id, const struct fib_wish *);
bool	 hops_uses(const struct hops *, uint32_t index);
/* Notes that a gateway has finished; true when that was the last of the set. */
bool	 hops_done(struct hops *, const struct address *gateway);
size_t	 hops_bytes(const struct hops_table *);

#endif
