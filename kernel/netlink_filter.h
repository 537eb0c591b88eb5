/* SPDX-License-Identifier: ISC */
/* netlink_filter.h - which events the kernel is not to send at all */
/*
 * On a node where pods come and go, most of what the kernel tells is of their
 * ends of veth pairs: links, link-local addresses, host routes, and the local
 * table.  A filter is a value that says what of this is wanted; it becomes a
 * program that the kernel runs for each message of the socket, and nobody is
 * woken for what it drops.
 */
#ifndef KERNEL_NETLINK_FILTER_H
#define KERNEL_NETLINK_FILTER_H

#include "kernel/kernel.h"

struct sock_filter;

#define NETLINK_FILTER_PORTS	4
#define NETLINK_FILTER_TABLES	(2 + KERNEL_TABLES)
#define NETLINK_FILTER_LINKS	64
#define NETLINK_FILTER_CODE	512	/* instructions, at most */

struct netlink_filter {
	uint32_t		port;		/* answers to it pass */
	unsigned int		nignored;	/* who caused what we know */
	uint32_t		ignored[NETLINK_FILTER_PORTS];
	unsigned int		ntables;	/* routes of others do not pass */
	uint32_t		tables[NETLINK_FILTER_TABLES];
	struct kernel_interest	interest;
	/* That matter, whatever their name; more than LINKS: all do. */
	size_t			nlinks;
	uint32_t		links[NETLINK_FILTER_LINKS];
};

/* Is a route of that table to be told? */
static inline bool
netlink_filter_hears(const struct netlink_filter *f, uint32_t table)
{
	unsigned int i;

	for (i = 0; i < f->ntables; i++) {
		if (f->tables[i] == table)
			return true;
	}
	return false;
}

/* Writes the program; returns its length, <= NETLINK_FILTER_CODE. */
size_t	 netlink_filter_write(const struct netlink_filter *,
	    struct sock_filter *);

#endif
