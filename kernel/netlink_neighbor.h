/* SPDX-License-Identifier: ISC */
/* netlink_neighbor.h - which hosts on our links do not answer, by the kernel */
#ifndef KERNEL_NETLINK_NEIGHBOR_H
#define KERNEL_NETLINK_NEIGHBOR_H

#include "kernel/kernel.h"

struct nlmsghdr;
struct neighbor_watch;

/* Listens from now on; NULL and errno when it cannot. */
struct neighbor_watch *neighbor_watch_open(void);
/* Waits for the question that is being asked, if any. */
void	 neighbor_watch_close(struct neighbor_watch *);	/* NULL is ignored */
/* Readable when neighbor_watch_ready has something to tell by events->silent. */
int	 neighbor_watch_fd(const struct neighbor_watch *);
void	 neighbor_watch_ready(struct neighbor_watch *,
	    const struct kernel_events *, void *arg);
/* kernel->ops->probe; never waits. */
void	 neighbor_watch_probe(struct neighbor_watch *, uint32_t index,
	    const struct address *);

/* What an entry of the neighbor table says; false: nothing that we know of. */
struct neighbor_entry {
	uint32_t	index;
	struct address	address;
	uint16_t	state;		/* NUD_* */
	bool		foreign;	/* another actor looks after it */
};
/* One RTM_NEWNEIGH with its header; length is what there is of it. */
bool	 netlink_neighbor_decode(struct nlmsghdr *, size_t length,
	    struct neighbor_entry *);

#endif
