/* SPDX-License-Identifier: ISC */
/* netlink_object.h - rtnetlink bytes <-> next hop objects */
#ifndef KERNEL_NETLINK_OBJECT_H
#define KERNEL_NETLINK_OBJECT_H

#include "kernel/netlink_route.h"

struct nl_msg;
struct nlmsghdr;

/* Inside of netlink_route.c's netlink_decode and netlink_encode only. */
enum netlink_told netlink_object_decode(struct nlmsghdr *,
	    struct kernel_object *);
/* Appends body and attributes; 0, or less when there is no room. */
int	netlink_object_put(struct nl_msg *, const struct kernel_change *);

#endif
