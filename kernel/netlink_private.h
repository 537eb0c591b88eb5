/* SPDX-License-Identifier: ISC */
/* netlink_private.h - what netlink.c and netlink_dump.c share */
#ifndef KERNEL_NETLINK_PRIVATE_H
#define KERNEL_NETLINK_PRIVATE_H

#include <linux/netlink.h>

#include "kernel/kernel.h"
#include "kernel/netlink_filter.h"
#include "kernel/netlink_route.h"
#include "kernel/netlink_worker.h"

#define NETLINK_READ	65536	/* no message of the kernel is larger */

struct neighbor_watch;
struct nl_msg;
struct nl_sock;

/* A batch on its way. */
struct flight {
	uint32_t	first;		/* sequence number of its first message */
	uint32_t	count;
	uint32_t	cookies[WORKER_RESULTS];
};

/* The batches of a family on their way, in the order of the worker's ring. */
struct flights {
	unsigned int	head;
	unsigned int	count;
	struct flight	at[WORKER_SLOTS];
};

struct dump {
	bool		wanted;
	bool		running;
	bool		lost;	/* events are; nothing is sent before its end */
	bool		disturbed;	/* the step at hand */
	unsigned int	step;
	unsigned int	repeats;
	uint32_t	seq;
	int64_t		began;
	int64_t		not_before;
};

/* A slow reading of our table, on a socket of its own while it runs. */
struct audit {
	struct nl_sock	*socket;	/* NULL: none */
	unsigned int	 step;		/* family */
	bool		 asked;		/* there is something to read */
	uint32_t	 seq;
};

/* Which links matter; see netlink_interest.c. */
struct links {
	struct link_kept {
		uint32_t index;
		bool	 seen;	/* in this dump */
	}			*at;		/* sorted by index */
	size_t			 count;
	bool			 changed;	/* since the filter was made */
	struct kernel_link	*aside;		/* of pods, in a dump */
	size_t			 naside;
};

struct netlink {
	struct kernel		 kernel;	/* what the daemon holds */
	const struct kernel_events *events;
	void			*arg;
	uint32_t		 table;
	struct nl_sock		*monitor;
	struct nl_sock		*request[FAMILY_MAX];
	uint32_t		 monitor_port;	/* sender of answers to dumps */
	uint32_t		 seq[FAMILY_MAX];
	int			 timer_fd;	/* calls ready: a dump is due */
	struct worker		*worker;
	struct nl_msg		*scratch;	/* to write changes with */
	struct neighbor_watch	*neighbors;
	struct flights		 flights[FAMILY_MAX];
	unsigned int		 patience;
	bool			 listening;	/* since the first dump began */
	struct dump		 dump;
	struct audit		 audit;
	struct links		 links;
	struct netlink_filter	 filter;
	struct kernel_counters	 counters;
	_Alignas(NLMSG_ALIGNTO) uint8_t buf[NETLINK_READ];
};

/* netlink_interest.c: the filter of the monitor, and the same here. */
void	netlink_interest_init(struct netlink *);
void	netlink_interest_clear(struct netlink *);
void	netlink_interest_set(struct netlink *, const struct kernel_interest *);
/* Routes of these tables are told, too. */
void	netlink_interest_tables(struct netlink *, const uint32_t *, size_t);
/* Is it to be told?  What is concluded from it is done. */
bool	netlink_interest_takes(struct netlink *, enum netlink_told,
	    const struct netlink_event *);
/* A dump begins; all its links were told; it is over. */
void	netlink_interest_dump_begin(struct netlink *);
void	netlink_interest_dump_links(struct netlink *);
void	netlink_interest_dump_end(struct netlink *);

/* netlink_audit.c */
enum kernel_audit netlink_audit(struct netlink *, bool anew);
void	netlink_audit_end(struct netlink *);

/* Tells an object of the kernel, from a dump or an event. */
void	netlink_tell(struct netlink *, struct nlmsghdr *);

/* Soon, or when the one that runs has ended. */
void	netlink_dump_want(struct netlink *);
bool	netlink_dump_is_due(const struct netlink *);
void	netlink_dump_begin(struct netlink *);
/* A message that answers a request of a dump. */
void	netlink_dump_take(struct netlink *, struct nlmsghdr *);
/* Events were lost. */
void	netlink_dump_overrun(struct netlink *);

#endif
