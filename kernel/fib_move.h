/* SPDX-License-Identifier: ISC */
/* fib_move.h - one change of the kernel for all routes that share a way */
/*
 * Inside of fib only.  A next hop object is replaced in place when all routes
 * that have it want the same other set: one message, whether there are ten of
 * them or a million.
 *
 * Objects are kept by where they lead, and not by the BGP next hops that were
 * resolved to that.  By BGP next hop, one that comes to lead elsewhere would
 * be one message before anything is decided; but when a router in between is
 * lost, each of the thousand next hops behind it would be one, where by where
 * they lead all of them are one.  And mostly it is no next hop that changes
 * but the choice: a session ends, and what it said is gone from the equal set.
 * So it is asked of the outcome: what did the routes of this object come to?
 *
 *	a next hop leads elsewhere	all routes of the object, one message
 *	a session or a link ends	the same, for each set that it was in,
 *					and when it comes back
 *	what is no longer wanted	deleted, route by route, before that
 *	a neighbor says other routes	route by route: these and no others
 *
 * Those that want something else go their way first; whoever is left is
 * counted, and when nobody stays, the object is replaced for all of them.
 * One that wants what it has keeps the object as it is: then all others move
 * route by route.  A table comes in pieces, so such moves wait while the rib
 * has more to decide and for FIB_QUIET after the last of them, FIB_EXPECT at
 * most; first installs, deletions, and routes that few others share an object
 * with never wait.  The kernel takes a group for a group and a single for a
 * single only, so a group that is left with one member stays a group.
 *
 * Costs: some counts in each form and a bit in each entry; the result of a
 * replacement is a walk over the routes of the family.
 */
#ifndef KERNEL_FIB_MOVE_H
#define KERNEL_FIB_MOVE_H

#include "kernel/fib_store.h"

#define FIB_EXPECT	100	/* ms */
#define FIB_QUIET	10
#define FIB_CROWD	4	/* routes of an object; fewer move by themselves */

/* Could the object of its route be replaced by what it wants? */
bool	 fib_move_fits(const struct fib *, const struct fib_entry *);
/* That is what is on its way. */
bool	 fib_move_is_coming(const struct fib *, const struct fib_entry *);
/* It wants that, and nothing else has to be awaited. */
void	 fib_move_join(struct fib *, struct fib_entry *);
/* Before what it wants, what it has or its flight changes. */
void	 fib_move_leave(struct fib *, struct fib_entry *);
/* True while moves wait for more of them. */
bool	 fib_move_waits(const struct fib *);

/* True when the object of its route moves for all; nothing is written yet. */
bool	 fib_move_is_for_all(const struct fib *, enum family,
	    const struct fib_entry *);

#endif
