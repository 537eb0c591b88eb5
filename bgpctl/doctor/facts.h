/* SPDX-License-Identifier: ISC */
/* facts.h - what is known of a node before it is judged */
/*
 * Values only.  They come from the kernel (read_kernel.c, rtnl.c), the files
 * of /proc (read_proc.c), the running daemon (read_daemon.c) and, if asked
 * for, from pings (probe.c).  What could not be read is FACTS_UNKNOWN, or an
 * empty list with the reason beside it.
 */
#ifndef BGPCTL_DOCTOR_FACTS_H
#define BGPCTL_DOCTOR_FACTS_H

#include "rib/prefix.h"

#define FACTS_UNKNOWN	(-1L)
#define FACTS_NAME	16		/* of a link, with its NUL */
#define FACTS_TEXT	192

struct facts_link {
	uint32_t	index;
	char		name[FACTS_NAME];
	bool		up, loopback;
	bool		uplink;		/* leads to other nodes */
	bool		pod;		/* leads to a pod of this node */
	uint32_t	mtu;
	long		disable_ipv6;	/* sysctls of the link */
	long		forwarding[FAMILY_MAX];
	long		accept_ra;
	long		rp_filter;
};

struct facts_address {
	uint32_t	link;
	struct address	address;
	uint8_t		length;
	bool		tentative, dad_failed, deprecated, temporary;
	uint32_t	valid;		/* seconds; UINT32_MAX: for ever */
};

/* Routes of the main table, but for those of protocol bgp. */
struct facts_route {
	struct prefix	prefix;
	struct address	gateway;	/* unset: on link */
	uint32_t	link;		/* 0: several, or none */
	uint32_t	metric;
	uint8_t		protocol;
};

/* Of ip rule, but for the three that each kernel begins with. */
struct facts_rule {
	uint32_t	priority, table;
	struct prefix	from, to;	/* length 0: any */
	enum family	family;
	bool		selects_more;	/* by mark, interface, ... */
};

struct facts_neighbor {			/* of ARP and neighbor discovery */
	uint32_t	link;
	struct address	address;
	bool		failed;
};

struct facts_peer {
	char		name[64];
	struct address	address;
	enum family	family;		/* of this row */
	bool		established;
	char		reason[FACTS_TEXT];
	long		pinged;		/* 1 answered, 0 not, or UNKNOWN */
};

/* One that the daemon shows to neighbors. */
struct facts_certificate {
	char		file[256];
	char		subject[FACTS_TEXT];	/* may be "": names are its SANs */
	char		problem[FACTS_TEXT];
	bool		loaded;
	double		expires_in;	/* seconds, when loaded */
};

/* A row of `show fib` that is not in sync. */
struct facts_entry {
	struct prefix	prefix;
	char		status[16];
	char		owner[16];
	char		reason[FACTS_TEXT];
	double		age;
};

/* A chain of nftables on the way of forwarded packets. */
struct facts_chain {
	char		family[8], table[64], name[64];
	bool		drops[FAMILY_MAX];	/* and accepts no pool */
};

struct facts_pod {
	struct address	address;
	long		pinged;
};

struct facts_listen {
	struct address	address;	/* all zero: the wildcard */
	uint16_t	port;
	long		connects;	/* errno; 0: accepted; or UNKNOWN */
	long		ours;		/* bgpd has it: 1, 0 or UNKNOWN */
};

struct facts_family {
	bool		expected;	/* the config wants it; or not known */
	struct address	node;		/* chosen, or unset */
	struct address	listed;		/* what the mesh says, or unset */
	char		problem[FACTS_TEXT];
	long		forwarding;	/* of all links */
	long		disabled_all, disabled_default;
	long		gc_thresh3;
	size_t		neighbors;	/* entries of the kernel's table */
	size_t		routes;		/* of the main table, all protocols */
	long		route_limit;	/* net.ipv6.route.max_size */
};

struct facts {
	bool		daemon;		/* it answers */
	char		no_daemon[FACTS_TEXT];
	char		node[256];
	char		bgpctl[512];	/* how to ask it, for a shell */
	bool		exists_ipv6;	/* the kernel has it at all */
	struct facts_family family[FAMILY_MAX];
	long		rp_filter_all;

	struct facts_link	*links;
	struct facts_address	*addresses;
	struct facts_route	*routes;
	struct facts_rule	*rules;
	struct facts_neighbor	*failed;	/* neighbors without an answer */
	struct facts_peer	*peers;
	struct facts_entry	*entries;
	struct prefix		*blocks, *pools;
	struct facts_listen	*listens;
	struct facts_chain	*chains;
	struct facts_pod	*pods;		/* of this node */
	struct facts_certificate *certificates;
	size_t	nlinks, naddresses, nroutes, nrules, nfailed, npeers;
	size_t	nentries, nblocks, npools, nlistens, nchains, npods;
	size_t	ncertificates;
	char	no_chains[FACTS_TEXT];	/* why they could not be read, or "" */
	size_t	entries_in_sync, entries_off;	/* as the daemon counts */
	bool	entries_known;	/* few enough to be looked at one by one */

	long	pid, descriptors, descriptors_limit;	/* of the daemon */
	bool	needs_clock;		/* something with certificates */
	long	clock_synced;		/* 1, 0 or UNKNOWN */
	bool	probed;
};

void	facts_init(struct facts *);
void	facts_clear(struct facts *);
/* One more record at the end of a list, zeroed. */
#define FACTS_ADD(list, count) \
	((list) = facts_grow((list), (count), sizeof(*(list))), \
	    &(list)[(count)++])
void	*facts_grow(void *list, size_t count, size_t size);

const struct facts_link *facts_link(const struct facts *, uint32_t index);
/* "eth0", "#7" for one that is not known. */
const char *facts_link_name(const struct facts *, uint32_t index,
	    char buf[FACTS_NAME]);

/* The readers: each adds what it finds. */
void	facts_read_daemon(struct facts *, const char *socket);
void	facts_read_kernel(struct facts *);
void	facts_read_proc(struct facts *);
void	facts_probe(struct facts *);

#endif
