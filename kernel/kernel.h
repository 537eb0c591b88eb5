/* SPDX-License-Identifier: ISC */
/* kernel.h - what the daemon asks of the kernel, and what it hears from it */
/*
 * Seven requests (tables, dump, submit, probe, interest, audit, close) and ten
 * events.  Implementations: netlink.c on libnl-3 with a worker thread, and
 * tests/sim/fake_kernel.c in memory; tests/test_kernel.c (fake) and
 * tests/netns (real) run the same conformance checks.  Events come only from
 * inside kernel->ops->ready,
 * never from inside a request, save those of an audit.
 *
 * A batch is written by the worker, acknowledged once, and reported by
 * sequence number: one failed() for each change that the kernel refused,
 * then one finished().  A few batches of a family may be in flight; they are
 * carried out and reported in the order of their submission.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include "rib/prefix.h"

#define KERNEL_IFNAME	16
#define KERNEL_PATHS	16	/* next hops of one route, at most */
#define KERNEL_BATCHES	16	/* of a family in flight, at most */
#define KERNEL_WITHIN	8	/* prefixes of pods' addresses, at most */
#define KERNEL_TABLE_MAIN 254	/* where the kernel looks for gateways */
#define KERNEL_TABLES	16	/* heard of beside that and ours, at most */

struct kernel_link {
	uint32_t	index;
	char		name[KERNEL_IFNAME];
	bool		up;		/* IFF_UP */
	bool		running;	/* carrier: IFF_LOWER_UP */
	bool		loopback;
};

/* Bits of kernel_address.flags. */
enum kernel_address_flag {
	KERNEL_TENTATIVE = 1 << 0,
	KERNEL_DAD_FAILED = 1 << 1,
	KERNEL_DEPRECATED = 1 << 2,
	KERNEL_TEMPORARY = 1 << 3
};

struct kernel_address {
	uint32_t	index;		/* of its link */
	struct address	address;
	uint8_t		length;
	uint32_t	flags;		/* enum kernel_address_flag bits */
};

enum kernel_route_type {
	KERNEL_UNICAST,
	KERNEL_BLACKHOLE,
	KERNEL_UNREACHABLE,
	KERNEL_PROHIBIT,
	KERNEL_OTHER		/* local, broadcast, ...: of no use to us */
};

struct kernel_nexthop {
	struct address	gateway;	/* unset: on link */
	uint32_t	index;		/* of the link; 0 for blackholes */
	uint8_t		weight;		/* 1 is usual */
	bool		onlink;		/* RTNH_F_ONLINK */
	bool		dead;		/* RTNH_F_DEAD or LINKDOWN */
};

struct kernel_route {
	struct prefix		prefix;
	uint32_t		table;
	uint32_t		metric;
	uint8_t			protocol;
	enum kernel_route_type	type;
	bool			replaces;	/* event: took another's place */
	struct address		source;		/* RTA_PREFSRC, or unset */
	/*
	 * Not 0: the paths are those of this object.  They are told as well
	 * where the kernel does (net.ipv4.nexthop_compat_mode).
	 */
	uint32_t		object;
	uint8_t			count;
	struct kernel_nexthop	path[KERNEL_PATHS];
};

/*
 * A next hop that the kernel keeps by itself, for routes to name, or a group of
 * such.  It outlives whoever made it, but not its link's carrier: then it goes
 * without a word, out of its groups too, and takes its routes with it; IPv4
 * ones without a word.  When it is replaced, so is the way of all its routes.
 */
struct kernel_object {
	uint32_t		id;		/* never 0 */
	uint8_t			protocol;
	uint8_t			count;		/* of members; 0: no group */
	struct kernel_nexthop	path;		/* of a single one */
	struct {
		uint32_t	id;
		uint8_t		weight;		/* 1 is usual */
	} member[KERNEL_PATHS];
};

enum kernel_verb {
	KERNEL_ADD,		/* NLM_F_CREATE | NLM_F_EXCL */
	KERNEL_REPLACE,		/* NLM_F_REPLACE, no CREATE */
	KERNEL_DELETE,
	KERNEL_OBJECT_ADD,	/* the same, of objects */
	KERNEL_OBJECT_REPLACE,	/* a group by a group, a single by a single */
	KERNEL_OBJECT_DELETE,
	KERNEL_VERB_MAX
};

struct kernel_change {
	enum kernel_verb	verb;
	uint32_t		cookie;		/* comes back in failed() */
	union {
		struct kernel_route	route;
		struct kernel_object	object;	/* of KERNEL_OBJECT verbs */
	};
};

static inline bool
kernel_verb_is_object(enum kernel_verb verb)
{
	return verb >= KERNEL_OBJECT_ADD;
}

/* What the owner hears. */
struct kernel_events {
	void	(*link)(void *arg, const struct kernel_link *, bool gone);
	void	(*address)(void *arg, const struct kernel_address *,
		    bool gone);
	/*
	 * A route of our table, of the main one or of one asked for, ours or
	 * not, by a dump or an event; also of any protocol.  Echoes of our own changes are not
	 * told.
	 */
	void	(*route)(void *arg, const struct kernel_route *, bool gone);
	/* A next hop object, anybody's; in a dump before the routes. */
	void	(*object)(void *arg, const struct kernel_object *, bool gone);
	/*
	 * A dump begins: what is not told before dump_end does not exist.
	 * lost: it follows from an overrun.  It may begin again before its
	 * end, when the kernel did not bring it to one.
	 */
	void	(*dump_begin)(void *arg, bool lost);
	void	(*dump_end)(void *arg);
	void	(*failed)(void *arg, enum family, uint32_t cookie, int error);
	/* error: the batch as a whole could not be handed over, or 0. */
	void	(*finished)(void *arg, enum family, int error);
	/* A route, for whoever asked for an audit; as route(). */
	void	(*audited)(void *arg, const struct kernel_route *);
	/*
	 * A host on a link has left all questions (ARP, neighbour discovery)
	 * of the kernel unanswered, whoever caused them.  Told of any host,
	 * and again each time; may be lost.
	 */
	void	(*silent)(void *arg, uint32_t index, const struct address *);
};

/*
 * What need not be told, because pods come and go all day.  Unless pods: links
 * with the name of a pod's end (cali*, veth*) that have no subnet and no route
 * but those to hosts; their link-local addresses and prefixes; and routes over
 * them to hosts within these prefixes.
 */
struct kernel_interest {
	bool		pods;		/* they are wanted */
	unsigned int	count;
	struct prefix	within[KERNEL_WITHIN];
};

enum kernel_audit {
	KERNEL_AUDIT_MORE,
	KERNEL_AUDIT_DONE,
	KERNEL_AUDIT_FAILED	/* it cannot be had now, or has a gap */
};

struct kernel_ops;
struct kernel {
	const struct kernel_ops	*ops;	/* first member of implementations */
};

struct kernel_ops {
	/* Descriptors to watch for reading; ready() serves them all. */
	int	(*fds)(struct kernel *, int fds[4]);	/* how many */
	void	(*ready)(struct kernel *);
	/*
	 * Routes of these tables are told, too, and no longer of those asked
	 * for before; what is in them already by the next dump.
	 */
	void	(*tables)(struct kernel *, const uint32_t *, size_t count);
	/* Asks for a whole dump of all that events are of; coalesces. */
	void	(*dump)(struct kernel *);
	/*
	 * Takes the first changes of a list, as many as fit a batch of 16
	 * KiB; returns how many, 0 while KERNEL_BATCHES are in flight or a
	 * dump runs or is due (finished or dump_end will be told).
	 */
	size_t	(*submit)(struct kernel *, enum family,
		    const struct kernel_change *, size_t count);
	/*
	 * Has the kernel ask a host on a link now, whatever it believes of it:
	 * silent() follows, in three seconds by default, if it does not
	 * answer.  Nothing follows if it does, or if an administrator has
	 * written down where it is.
	 */
	void	(*probe)(struct kernel *, uint32_t index,
		    const struct address *);
	/*
	 * From now on; at first nothing is left out.  What was told and is of
	 * interest no more, or the other way round, is for a dump.
	 */
	void	(*interest)(struct kernel *, const struct kernel_interest *);
	/*
	 * A slice of a slow reading of our table, for who trusts no event:
	 * some hundred routes are told by audited(), within this call, as
	 * they were at the slice before.  anew: from the beginning.
	 */
	enum kernel_audit (*audit)(struct kernel *, bool anew);
	/* Memory of it. */
	size_t	(*bytes)(const struct kernel *);
	void	(*close)(struct kernel *);
};

struct kernel_counters {
	uint64_t	batches;
	uint64_t	changes;
	uint64_t	overruns;
	uint64_t	dumps;
	uint64_t	malformed;	/* messages that did not decode */
};

/*
 * The real one: sockets and worker; NULL and errno when refused (EPERM).
 * Nothing is told before the first dump.
 */
struct kernel	*netlink_open(uint32_t table, const struct kernel_events *,
		    void *arg);
void		 netlink_counters(const struct kernel *,
		    struct kernel_counters *);

#endif
