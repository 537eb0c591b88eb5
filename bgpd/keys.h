/* SPDX-License-Identifier: ISC */
/* keys.h - which keys a listener asks for, by the fewest prefixes */
/*
 * The kernel keeps the keys of a listening socket in memory that the option
 * buffer of that one socket bounds, and looks through them for each segment.
 * Neighbors mostly share a key, so a prefix stands for all of them as long as
 * it covers no neighbor and nobody of a range with another key or without one;
 * strangers it covers are turned away in any case.  Of nested rules the longer counts, so a
 * neighbor may have another key than the range around it, but not none.  Pure.
 */
#ifndef BGPD_KEYS_H
#define BGPD_KEYS_H

#include "bgpd/session/io.h"

/* A neighbor, or a range of them. */
struct keys_neighbor {
	struct prefix	from;
	struct io_key	key;		/* or unsigned */
};
struct keys_rule {
	struct prefix	prefix;
	struct io_key	key;
	bool		refused;	/* the kernel has no room: its user's */
};

/*
 * Sorts the neighbors and writes the rules that suit them, at most as many,
 * in the order of their prefixes; returns how many.  Of two neighbors from
 * the same place (on two links) the key of either counts.
 */
size_t	keys_fold(struct keys_neighbor *, size_t count, struct keys_rule *);

#endif
