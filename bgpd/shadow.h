/* SPDX-License-Identifier: ISC */
/* shadow.h - routes of others beside ours, with another metric */
#ifndef BGPD_SHADOW_H
#define BGPD_SHADOW_H

#include "bgpd/bgpd.h"

/*
 * The route of somebody else for a prefix that we have in the kernel, or
 * NULL; borrowed until the next event.  *beats: the kernel prefers it.
 */
const struct nexthop_route *shadow_find(const struct bgpd *,
		    const struct fib_view *, bool *beats);
/*
 * The same from the other side: the prefix behind a cursor (0 begins) that
 * is beaten by the route of somebody else, and the entry that it beats.  One
 * step looks at `most` routes; 0 ends, *found says whether there was one.
 */
uint32_t	 shadow_walk(const struct bgpd *, uint32_t cursor,
		    unsigned int most, struct fib_view *, bool *found);
/* "beaten by a route of protocol static, metric 0, via 10.0.0.3 dev eth0" */
void		 shadow_text(const struct bgpd *, const struct nexthop_route *,
		    bool beats, char *, size_t);

/* Either has come: says so when ours is beaten. */
void		 shadow_report(struct bgpd *, const struct prefix *);

/* "via 10.0.0.3 dev eth0 onlink"; a gap before each word but the first. */
struct text;
void		 shadow_hop_text(const struct bgpd *,
		    const struct kernel_nexthop *, struct text *);

#endif
