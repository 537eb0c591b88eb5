/* SPDX-License-Identifier: ISC */
/* address.h - the verdict on each candidate for the node's own address */
/*
 * Pure.  Input: all links and addresses that the kernel has, the rules of
 * the config, what is known about the cluster, the address in use.  Output:
 * one verdict per address with one stable reason word, and the chosen one.
 * The order of the tests is the order of enum address_reason: the first that
 * applies is the reason; of several rules that all refuse, the one that came
 * furthest down that order.  A fixed address minds only what makes it unusable
 * now: its link is down, its DAD failed or is not over.  Ranking of what is
 * left: the current one (sticky while valid), one that the mesh lists for this
 * node, the earlier rule, a global scope before unique-local before site-local,
 * the lower interface index, the lower address.
 */
#ifndef KERNEL_ADDRESS_H
#define KERNEL_ADDRESS_H

#include "kernel/kernel.h"

enum address_reason {
	ADDRESS_CHOSEN,			/* accepted, and the best */
	ADDRESS_LOWER_RANK,		/* fine, another one is better */
	ADDRESS_FAMILY_DISABLED,	/* `address FAMILY none` */
	ADDRESS_LOOPBACK,
	ADDRESS_LINK_LOCAL,
	ADDRESS_MULTICAST,
	ADDRESS_INTERFACE_EXCLUDED,	/* by glob, or the built-in list */
	ADDRESS_INTERFACE_DOWN,
	ADDRESS_NO_CARRIER,
	ADDRESS_DAD_FAILED,
	ADDRESS_TENTATIVE,
	ADDRESS_DEPRECATED,
	ADDRESS_TEMPORARY,
	ADDRESS_HOST_PREFIX,		/* /32, /128: virtual addresses */
	ADDRESS_INSIDE_POD_POOL,
	ADDRESS_OUTSIDE_PREFIX,		/* not `within` */
	ADDRESS_NOT_REACHABLE,		/* not the way to `reach` */
	ADDRESS_REASON_MAX
};

#define ADDRESS_GLOBS	8
#define ADDRESS_WITHIN	8

/* One `address FAMILY ...` line; clauses AND, values of one clause OR. */
struct address_rule {
	bool		none;
	struct address	fixed;		/* `address ipv4 10.0.0.1`, or unset */
	unsigned int	ninterface, nskip, nwithin;
	char		interface[ADDRESS_GLOBS][KERNEL_IFNAME];
	char		skip[ADDRESS_GLOBS][KERNEL_IFNAME];
	struct prefix	within[ADDRESS_WITHIN];
	struct address	reach;		/* or unset */
	/* Filled in by the caller from the routing table, 0: no route. */
	uint32_t	reach_index;
	struct address	reach_source;	/* preferred source, or unset */
};

struct address_input {
	enum family			 family;
	const struct kernel_link	*links;		/* ascending index */
	size_t				 nlinks;
	const struct kernel_address	*addresses;	/* both families */
	size_t				 naddresses;
	const struct address_rule	*rules;		/* none: auto */
	size_t				 nrules;
	const struct address		*listed;	/* mesh entries of this node */
	size_t				 nlisted;
	const struct prefix		*pools;		/* and own blocks */
	size_t				 npools;
	struct address			 current;	/* or unset */
};

struct address_verdict {
	struct kernel_address	candidate;
	char			interface[KERNEL_IFNAME];
	enum address_reason	reason;
	bool			site_local;	/* accepted with a warning */
	unsigned int		rule;		/* index that took it */
};

/*
 * Writes a verdict for each address of the family (at most max) in a stable
 * order (interface index, then address) and their number to *count; returns
 * the index of the chosen one, or -1.
 */
int	address_judge(const struct address_input *, struct address_verdict *,
	    size_t max, size_t *count);

/* "interface-excluded", ... */
const char	*address_reason_word(enum address_reason);
/* A sentence for a tired person: why that matters and what would mend it. */
const char	*address_reason_text(enum address_reason);

#endif
