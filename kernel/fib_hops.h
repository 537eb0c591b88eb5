/* SPDX-License-Identifier: ISC */
/* fib_hops.h - sets of next hops, each kept once */
/*
 * A set is what is wanted: paths.  A form of it is how the kernel has it: by a
 * next hop object.  The set itself stands for the inline form.  Forms are sets
 * as well, with an id of their own; routes that the kernel has carry the id of
 * a form, and hops_plain says what it comes to.
 *
 * The counts say how many routes have a form or want a set, and whether those
 * that have a form all want the same other set (fib_move.h).
 */
#ifndef KERNEL_FIB_HOPS_H
#define KERNEL_FIB_HOPS_H

#include "kernel/fib.h"
#include "rib/idmap.h"

/* What it is does not change, what is noted of it does. Owned by its table. */
struct hops {
	uint32_t		refs;
	uint32_t		hash;
	uint32_t		object;	/* a form: the kernel's id; 0: inline */
	uint32_t		plain;	/* a form: of which set; counted */
	uint32_t		next;	/* what it becomes in a walk; 0: lost */
	uint32_t		way[FAMILY_MAX]; /* a set: its object, by number */
	uint32_t		wishes;	/* routes that want it */
	uint32_t		routes;	/* that the kernel has by it */
	uint32_t		flying;	/* of these, with a change in flight */
	uint32_t		movers;	/* a form: routes counted to want `to` */
	uint32_t		to;	/* a set, while there are movers */
	uint32_t		moving;	/* the set that it is about to be, or 0 */
	bool			stuck;	/* a form: the kernel did not have it */
	int			error;	/* a set: why its object was refused */
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
	uint32_t	  last;		/* interned; 0: it has gone */
	/* Forms that came down to one reference, to be judged. */
	uint32_t	 *idle;
	uint32_t	  nidle, idle_room;
};

void	 hops_table_init(struct hops_table *, uint64_t seed);
void	 hops_table_clear(struct hops_table *);

/* The id of the set, with one more reference; order and doubles are no matter. */
uint32_t hops_intern(struct hops_table *, const struct fib_wish *);
/* Without the reference: 0 when there is none. */
uint32_t hops_find(const struct hops_table *, const struct fib_wish *);
/* The same for the form of a set; object is not 0. */
uint32_t hops_intern_form(struct hops_table *, uint32_t set, uint32_t object);
uint32_t hops_ref(struct hops_table *, uint32_t id);	/* 0 is ignored */
void	 hops_unref(struct hops_table *, uint32_t id);	/* 0 is ignored */
/* NULL for an id that is free, so that all can be walked up to high. */
struct hops *hops_at(const struct hops_table *, uint32_t id);
/* Puts a form among the idle, where it is judged. */
void	 hops_idle(struct hops_table *, uint32_t id);
/* The set of a form, or the set itself; 0 of 0. */
static inline uint32_t
hops_plain(const struct hops_table *t, uint32_t id)
{
	return id == 0 || t->sets[id]->plain == 0 ? id : t->sets[id]->plain;
}

void	 hops_get(const struct hops_table *, uint32_t id, struct fib_wish *);
/* The set without the paths of the other; 0 when nothing is left. */
uint32_t hops_minus(struct hops_table *, uint32_t id, const struct fib_wish *);
bool	 hops_uses(const struct hops *, uint32_t index);
/* Notes that a gateway has finished; true when that was the last of the set. */
bool	 hops_done(struct hops *, const struct address *gateway,
	    uint32_t index);
size_t	 hops_bytes(const struct hops_table *);

#endif
