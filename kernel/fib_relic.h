/* SPDX-License-Identifier: ISC */
/* fib_relic.h - routes that another daemon left, to be taken over */
/*
 * Inside of fib only.  A relic is a route of a protocol that the config adopts,
 * found by the first dump, at any metric.  It stands in the way of an entry:
 * at our metric ours takes its place in one step; at another one ours is added
 * and it is deleted then.
 */
#ifndef KERNEL_FIB_RELIC_H
#define KERNEL_FIB_RELIC_H

#include "kernel/kernel.h"

struct fib;
struct fib_entry;

/* Owned by its entry, by way of the trouble; the lowest metric first. */
struct fib_relic {
	uint32_t	next;		/* id; 0: none */
	uint32_t	hops;		/* its set, counted */
	uint32_t	metric;
	uint8_t		protocol;
	bool		in_place;	/* at our metric */
	bool		seen;		/* in this dump */
};

/* By what the kernel knows of it: no relic, and nobody else's. */
bool	 fib_is_ours(const struct fib *, enum family, uint8_t protocol,
	    uint32_t metric);
/* True when that was of a relic, and of no interest to anybody else. */
bool	 fib_relic_told(struct fib *, const struct kernel_route *, bool gone);
/* NULL when the entry has none: the one of the lowest metric. */
struct fib_relic *fib_relic_first(const struct fib *, const struct fib_entry *);
/* True when one is where ours is to be: it can be replaced. */
bool	 fib_relic_in_place(const struct fib *, const struct fib_entry *);
/* It is no more, if it was there. */
void	 fib_relic_drop(struct fib *, struct fib_entry *, uint32_t metric);
/* The form of what packets take now, ours or a relic; 0: nothing. */
uint32_t fib_used(const struct fib *, enum family, const struct fib_entry *);

void	 fib_relics_dump_begin(struct fib *, struct fib_entry *);
void	 fib_relics_dump_end(struct fib *, struct fib_entry *);
/* Those that lead over what is marked are no more. */
void	 fib_relics_lose_marked(struct fib *, struct fib_entry *);

#endif
