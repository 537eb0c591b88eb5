/* SPDX-License-Identifier: ISC */
/* nexthop.h - where a BGP next hop really leads, RFC 4271 9.1.2.1 */
/*
 * One resolver with two feeders: the kernel's foreign routes (never ours) and
 * our own best routes.  Depth is at most 4 and a cycle is unresolvable.
 * Tracked next hops have 32-bit ids and are counted; whatever changes them
 * puts them on a list that the rib takes from.  Pure: routes are told here,
 * nothing is asked.
 */
#ifndef RIB_NEXTHOP_H
#define RIB_NEXTHOP_H

#include "rib/prefix.h"

#define NEXTHOP_DEPTH	4

enum nexthop_state {
	NEXTHOP_UNRESOLVED,	/* no route */
	NEXTHOP_RESOLVED,
	NEXTHOP_SELF,		/* one of our own addresses */
	NEXTHOP_BLACKHOLE,	/* the covering route leads nowhere */
	NEXTHOP_LOOP		/* through itself, or too deep */
};

struct nexthop_result {
	enum nexthop_state	state;
	struct address		gateway;	/* to hand to the kernel */
	uint32_t		index;		/* of the link */
	uint32_t		metric;		/* of the covering route */
	bool			onlink;
	bool			connected;	/* no router in between */
	bool			recursive;	/* through a best route of ours */
};

/* A foreign route as the resolver needs it. */
struct nexthop_route {
	struct prefix	prefix;
	uint32_t	metric;
	struct address	gateway;	/* unset: on link */
	uint32_t	index;
	struct address	source;		/* preferred source, or unset */
	uint8_t		protocol;	/* whose it is, for people */
	bool		blackhole;
	bool		onlink;
};

/* The best routes of our own: ask the rib. */
struct nexthop_recursion {
	/*
	 * The longest one of at most that length that covers an address and
	 * is fit to lead to it.  False: none.  *hop is its next hop's id, 0
	 * when it has none because it is ours.
	 */
	bool	(*find)(void *arg, const struct address *,
		    unsigned int at_most, struct prefix *prefix,
		    uint32_t *hop);
	void	*arg;
};

struct nexthop_table;
/*
 * Without recursion (NULL) only foreign routes count.  The seed is that of
 * its hash, see bytes_hash.h.
 */
struct nexthop_table *nexthop_table_new(const struct nexthop_recursion *,
	    uint64_t seed);
void	 nexthop_table_free(struct nexthop_table *);

/* Feeders.  Several foreign routes of one prefix: the lowest metric counts. */
void	 nexthop_route_add(struct nexthop_table *, const struct nexthop_route *);
/* The route with that prefix and metric has gone. */
void	 nexthop_route_remove(struct nexthop_table *, const struct prefix *,
	    uint32_t metric);
/*
 * All routes over a link have gone (it went down), and link-local next hops
 * on it, until a route over it is told again.
 */
void	 nexthop_link_down(struct nexthop_table *, uint32_t index);
/* A set: told once, however many links carry the address. */
void	 nexthop_local_add(struct nexthop_table *, const struct address *);
void	 nexthop_local_remove(struct nexthop_table *, const struct address *);
/* A re-dump: routes not added between these two are removed. */
void	 nexthop_mark(struct nexthop_table *);
void	 nexthop_sweep(struct nexthop_table *);
/*
 * A best route of our own changed: what it covers is resolved again.  news is
 * NEXTHOP_DEPTH when a source said so, and what nexthop_changed gave when a
 * changed next hop was the cause.
 */
void	 nexthop_best_changed(struct nexthop_table *, const struct prefix *,
	    unsigned int news);

/* Tracking.  scope: the link of a link-local next hop, else 0. */
uint32_t nexthop_take(struct nexthop_table *, const struct address *,
	    uint32_t scope);
void	 nexthop_give(struct nexthop_table *, uint32_t id);
const struct nexthop_result *nexthop_get(const struct nexthop_table *,
	    uint32_t id);
/* The address that it stands for. */
const struct address *nexthop_address(const struct nexthop_table *,
	    uint32_t id);
/*
 * The best routes of ours that its way passes, from the one that covers it on:
 * the next hop of one of them, 0 behind the last.
 */
uint32_t nexthop_through(const struct nexthop_table *, uint32_t id,
	    unsigned int step, struct prefix *);
struct nexthop_view {
	struct address		address;
	uint32_t		scope;		/* or 0 */
	uint32_t		users;		/* paths that have it */
	struct nexthop_result	result;
};
/* The tracked next hop behind a cursor (0 begins); 0 ends. */
uint32_t nexthop_walk(const struct nexthop_table *, uint32_t cursor,
	    struct nexthop_view *);
/*
 * Resolves what a feeder touched, one by one, until one comes out different;
 * 0 when there is none left, or when what it gave is to be decided first.
 * Until then nexthop_get answers as before.  *news: how many steps on this
 * is still news; at 0 it is an echo, and few of these are let through.
 */
uint32_t nexthop_changed(struct nexthop_table *, unsigned int *news);
/* Feeders touched something that nexthop_changed has not looked at. */
bool	 nexthop_is_pending(const struct nexthop_table *);
/*
 * True when the way to it uses our route for that prefix: a path of the
 * prefix may not depend on itself.
 */
bool	 nexthop_passes(const struct nexthop_table *, uint32_t id,
	    const struct prefix *);

/* The way to any address now, without tracking it. */
struct nexthop_result nexthop_lookup(const struct nexthop_table *,
	    const struct address *);
/* The foreign route that covers it best; NULL when none does. */
const struct nexthop_route *nexthop_cover(const struct nexthop_table *,
	    const struct address *);
/* The foreign route of just that prefix with the lowest metric, or NULL. */
const struct nexthop_route *nexthop_route_find(const struct nexthop_table *,
	    const struct prefix *);
/* The foreign route behind a cursor (0 begins); 0 ends. */
uint32_t nexthop_route_walk(const struct nexthop_table *, uint32_t cursor,
	    const struct nexthop_route **);
size_t	 nexthop_table_bytes(const struct nexthop_table *);
const char *nexthop_state_word(enum nexthop_state);
/* Why a path has no way, in a sentence: resolved is through itself then. */
const char *nexthop_state_text(enum nexthop_state);

#endif
