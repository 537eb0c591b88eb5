/* SPDX-License-Identifier: ISC */
/* encap.h - the way of a route, and the tunnel that its pool may want */
/*
 * A next hop is resolved for all routes alike; a pool may have its own routes
 * go to the very same next hop by another device (`via-device`).  This decides
 * it for one prefix and one next hop, and says why.
 */
#ifndef BGPD_ENCAP_H
#define BGPD_ENCAP_H

#include "bgpd/log.h"
#include "bgpd/node.h"

struct encap;

struct encap_host {
	struct log			*log;
	const struct node		*node;
	const struct nexthop_table	*nexthops;
};

enum encap_verdict {
	ENCAP_NONE,		/* no pool with a tunnel concerns it */
	ENCAP_TUNNEL,
	ENCAP_SAME_SUBNET,	/* direct, and so it was asked for */
	ENCAP_LINK_LOCAL,	/* direct: the next hop is no address beyond */
	ENCAP_INSIDE,		/* the next hop is reached by the device */
	ENCAP_MISSING,		/* no way: the device is not there */
	ENCAP_DOWN		/* no way: it carries nothing */
};

struct encap_way {
	enum encap_verdict		 verdict;
	const struct conf_tunnel	*tunnel;	/* not of NONE */
	struct prefix			 through;	/* whose pool it is */
	struct address			 next_hop;	/* what was judged */
	struct kernel_nexthop		 hop;		/* if there is a way */
};

struct encap	*encap_new(const struct encap_host *, const struct conf *);
void		 encap_free(struct encap *);
/* Another config, borrowed. */
void		 encap_configure(struct encap *, const struct conf *);
/*
 * The node has heard of a link, or of all of them (0), which comes first: true
 * when a way may differ.  Says in the log which devices are missed.
 */
bool		 encap_link(struct encap *, uint32_t index);
/* Does it matter in which subnets this node is? */
bool		 encap_minds_subnets(const struct encap *);

/* The way to a tracked next hop; false: there is none now. */
bool		 encap_way(const struct encap *, const struct prefix *,
		    uint32_t nexthop, struct encap_way *);
/* "tunnel", "same-subnet", ...; "" of NONE. */
const char	*encap_word(enum encap_verdict);
/*
 * Why in a sentence, nothing of NONE: "10.244.0.0/16 is via-device vxlan0 onlink
 * when other-subnet: 10.1.0.2 is in another subnet, so by vxlan0".
 */
struct text;
void		 encap_text(const struct encap *, const struct encap_way *,
		    struct text *);
/*
 * The devices that are missed, one after the other, each once: its name, or
 * NULL behind the last; *cursor is 0 to begin with.
 */
const char	*encap_missed(const struct encap *, size_t *cursor,
		    enum encap_verdict *);

#endif
