/* SPDX-License-Identifier: ISC */
/* netlink_socket.c - rtnetlink sockets as this daemon wants them */

/*
 * Options that an older kernel lacks are no failure: it sends more than is
 * needed, or less strictly what is asked for, and nothing here relies on it.
 * A receive buffer may be forced to any size with CAP_NET_ADMIN in the first
 * user namespace; inside of a container the limit of the system holds
 * (net.core.rmem_max), and an overrun only comes sooner.
 *
 * Whether routes may be changed is asked with a deletion that is too short to
 * name a route.  The kernel looks at the permission first: EPERM, or EINVAL
 * for those who may.  So a daemon without CAP_NET_ADMIN says so at start and
 * not at its first route.
 */

#include "kernel/netlink_socket.h"

#include <sys/socket.h>

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#define ANSWER_BYTES 1024

static void
option_set(const struct nl_sock *s, int option)
{
	int on = 1;

	/* An older kernel without it sends more than is needed, no worse. */
	(void)setsockopt(
	    nl_socket_get_fd(s), SOL_NETLINK, option, &on, sizeof(on));
}

struct nl_sock *
netlink_socket_open(int bytes)
{
	struct nl_sock *s = nl_socket_alloc();

	if (s == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	nl_socket_disable_auto_ack(s);
	if (nl_connect(s, NETLINK_ROUTE) < 0) {
		nl_socket_free(s);
		errno = EPROTONOSUPPORT;
		return NULL;
	}
	/* Forcing needs the capability in the first user namespace. */
	if (setsockopt(nl_socket_get_fd(s), SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		sizeof(bytes)) < 0)
		(void)setsockopt(nl_socket_get_fd(s), SOL_SOCKET, SO_RCVBUF,
		    &bytes, sizeof(bytes));
	option_set(s, NETLINK_CAP_ACK);
	option_set(s, NETLINK_GET_STRICT_CHK);
	return s;
}

/* The strict check wants exactly the header of the kind, and filters by it. */
static int
dump_put(struct nl_msg *m, int type, int af, uint32_t table)
{
	struct ifinfomsg link = { .ifi_family = (unsigned char)af };
	struct ifaddrmsg address = { .ifa_family = (unsigned char)af };
	struct rtmsg route = { .rtm_family = (unsigned char)af };
	struct nhmsg object = { .nh_family = (unsigned char)af };

	if (type == RTM_GETADDR)
		return nlmsg_append(
		    m, &address, sizeof(address), NLMSG_ALIGNTO);
	if (type == RTM_GETNEXTHOP)
		return nlmsg_append(m, &object, sizeof(object), NLMSG_ALIGNTO);
	if (type == RTM_GETLINK) {
		if (nlmsg_append(m, &link, sizeof(link), NLMSG_ALIGNTO) < 0)
			return -1;
		return nla_put_u32(m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	}
	if (nlmsg_append(m, &route, sizeof(route), NLMSG_ALIGNTO) < 0)
		return -1;
	return nla_put_u32(m, RTA_TABLE, table);
}

int
netlink_socket_listen(struct nl_sock *sk)
{
	/* Before Linux 5.3 there is no such group. */
	(void)nl_socket_add_membership(sk, RTNLGRP_NEXTHOP);
	if (nl_socket_add_memberships(sk, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
		RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
		RTNLGRP_NONE) == 0)
		return 0;
	errno = EPROTONOSUPPORT;
	return -1;
}

int
netlink_socket_dump(
    struct nl_sock *s, int type, int af, uint32_t table, uint32_t seq)
{
	struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_REQUEST | NLM_F_DUMP);
	int error;

	if (m == NULL)
		return -1;
	nlmsg_hdr(m)->nlmsg_seq = seq;
	error = dump_put(m, type, af, table);
	if (error == 0)
		error = nl_send_auto(s, m);
	nlmsg_free(m);
	return error < 0 ? -1 : 0;
}

int
netlink_socket_check(struct nl_sock *s)
{
	struct rtgenmsg probe = { .rtgen_family = AF_INET };
	_Alignas(NLMSG_ALIGNTO) uint8_t buf[ANSWER_BYTES];
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)buf;
	const struct nlmsgerr *e;
	ssize_t length;

	if (nl_send_simple(s, RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK, &probe,
		sizeof(probe)) < 0) {
		errno = EPERM;
		return -1;
	}
	length = recv(nl_socket_get_fd(s), buf, sizeof(buf), 0);
	if (length < 0)
		return -1;
	if (!nlmsg_ok(h, (int)length) || h->nlmsg_type != NLMSG_ERROR ||
	    nlmsg_datalen(h) < (int)sizeof(e->error)) {
		errno = EPROTO;
		return -1;
	}
	e = nlmsg_data(h);
	if (e->error == -EPERM) {
		errno = EPERM;
		return -1;
	}
	return 0;
}
