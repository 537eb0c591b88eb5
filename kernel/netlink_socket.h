/* SPDX-License-Identifier: ISC */
/* netlink_socket.h - rtnetlink sockets as this daemon wants them */
#ifndef KERNEL_NETLINK_SOCKET_H
#define KERNEL_NETLINK_SOCKET_H

#include <stdint.h>

struct nl_sock;

/*
 * A connected rtnetlink socket with a receive buffer of so many bytes, if it
 * can be had; NULL and errno.  The caller frees it.
 */
struct nl_sock	*netlink_socket_open(int bytes);

/* Hears of links, addresses, routes and objects from now on; 0, or -1 and errno. */
int		 netlink_socket_listen(struct nl_sock *);

/*
 * Asks for all of a kind (RTM_GETLINK, RTM_GETADDR, RTM_GETNEXTHOP,
 * RTM_GETROUTE) and address family; routes of one table only.  0, or -1 when it was not taken.
 */
int		 netlink_socket_dump(struct nl_sock *, int type, int af,
		    uint32_t table, uint32_t seq);

/* 0, or -1 and errno (EPERM) when changes will be refused on this socket. */
int		 netlink_socket_check(struct nl_sock *);

#endif
