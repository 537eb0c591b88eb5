/* SPDX-License-Identifier: ISC */
/* netlink_route.h - rtnetlink bytes <-> links, addresses, routes, objects */
#ifndef KERNEL_NETLINK_ROUTE_H
#define KERNEL_NETLINK_ROUTE_H

#include <stddef.h>

#include "kernel/kernel.h"

struct nl_msg;

/* More than any change of ours needs: 16 paths of IPv6. */
#define NETLINK_MESSAGE_MAX	1024

enum netlink_told {
	NETLINK_TOLD_NOTHING,		/* of no interest */
	NETLINK_TOLD_MALFORMED,
	NETLINK_TOLD_LINK,
	NETLINK_TOLD_ADDRESS,
	NETLINK_TOLD_ROUTE,
	NETLINK_TOLD_OBJECT
};

struct netlink_event {
	bool	gone;
	union {
		struct kernel_link	link;
		struct kernel_address	address;
		struct kernel_route	route;
		struct kernel_object	object;
	};
};

/*
 * One message with its header; length is what there is of it, and it is
 * aligned to 4 bytes.  It is not changed, only libnl is not const.  Fills the
 * event that the kind names.
 */
enum netlink_told netlink_decode(void *message, size_t length,
	    struct netlink_event *);

/*
 * Writes a change as one message without NLM_F_ACK; returns its length, or 0
 * when it does not fit.  buf is aligned to 4 bytes.  The scratch is a message
 * of NETLINK_MESSAGE_MAX, of whatever content before and afterwards.
 */
size_t	netlink_encode(struct nl_msg *scratch, const struct kernel_change *,
	    uint32_t seq, uint8_t *buf, size_t size);
struct nl_msg *netlink_scratch_new(void);	/* NULL: no memory */
void	netlink_scratch_free(struct nl_msg *);	/* NULL is ignored */

#endif
