/* SPDX-License-Identifier: ISC */
/* nd_socket.c - neighbour discovery on a raw ICMPv6 socket */
/*
 * One socket for all links (RFC 3542).  The kernel's filter lets router
 * advertisements and solicitations pass and nothing else, so that pings and
 * the kernel's own discovery wake nobody.  What this host sends itself does
 * not come back to it.
 */
#include "bgpd/nd.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rib/mem.h"

#define HOPS 255 /* RFC 4861 4.1, 4.2 */

struct nd_socket {
	struct nd nd;
	int fd;
};

static const struct nd_ops ops;

static struct nd_socket *
socket_of(struct nd *nd)
{
	return (struct nd_socket *)nd;
}

static int
number_set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_IPV6, option, &value, sizeof(value));
}

static int
filter_set(int fd)
{
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_ADVERT, &filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
	return setsockopt(
	    fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter));
}

static bool
socket_prepare(int fd)
{
	return filter_set(fd) == 0 &&
	    number_set(fd, IPV6_RECVPKTINFO, 1) == 0 &&
	    number_set(fd, IPV6_RECVHOPLIMIT, 1) == 0 &&
	    number_set(fd, IPV6_MULTICAST_HOPS, HOPS) == 0 &&
	    number_set(fd, IPV6_MULTICAST_LOOP, 0) == 0;
}

struct nd *
nd_open(void)
{
	struct nd_socket *s;
	int fd, saved;

	fd = socket(
	    AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
	if (fd < 0)
		return NULL;
	if (!socket_prepare(fd)) {
		saved = errno;
		close(fd);
		errno = saved;
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->nd.ops = &ops;
	s->fd = fd;
	return &s->nd;
}

static int
nd_fd(const struct nd *nd)
{
	return ((const struct nd_socket *)nd)->fd;
}

/* What the IPv6 header said, as far as the kernel tells. */
static void
header_read(struct msghdr *h, struct nd_message *m)
{
	struct in6_pktinfo info;
	struct cmsghdr *c;
	int hops;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			m->link = info.ipi6_ifindex;
		} else if (c->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
			m->hop_limit = (unsigned int)hops;
		}
	}
}

static bool
nd_receive(struct nd *nd, struct nd_message *m)
{
	_Alignas(struct cmsghdr) uint8_t control[256];
	struct iovec bytes = { m->bytes, sizeof(m->bytes) };
	struct sockaddr_in6 from = { .sin6_family = AF_INET6 };
	struct msghdr h = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t length;

	do
		length = recvmsg(socket_of(nd)->fd, &h, 0);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return false;
	m->link = m->hop_limit = 0;
	m->from = address_from(FAMILY_IPV6, from.sin6_addr.s6_addr);
	m->cut = (h.msg_flags & MSG_TRUNC) != 0;
	m->length = (size_t)length;
	header_read(&h, m);
	return true;
}

static struct in6_addr
group_address(enum nd_group group)
{
	struct in6_addr a = { .s6_addr = { 0xff, 0x02 } };

	a.s6_addr[15] = group == ND_ALL_NODES ? 1 : 2;
	return a;
}

/* From that address and by that link, whatever routes say. */
static void
source_write(struct msghdr *h, const struct in6_pktinfo *info, uint8_t *control)
{
	struct cmsghdr *c;

	h->msg_control = control;
	h->msg_controllen = CMSG_SPACE(sizeof(*info));
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(*info));
	memcpy(CMSG_DATA(c), info, sizeof(*info));
}

static int
nd_send(struct nd *nd, uint32_t link, const struct address *from,
    enum nd_group group, struct span data)
{
	_Alignas(struct cmsghdr)
	    uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	struct in6_pktinfo info = { .ipi6_ifindex = link };
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
		.sin6_addr = group_address(group),
		.sin6_scope_id = link };
	struct iovec bytes = { (void *)(uintptr_t)data.data, data.length };
	struct msghdr h = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &bytes,
		.msg_iovlen = 1 };

	memcpy(&info.ipi6_addr, from->bytes, sizeof(info.ipi6_addr));
	source_write(&h, &info, control);
	return sendmsg(socket_of(nd)->fd, &h, 0) < 0 ? -1 : 0;
}

static int
nd_join(struct nd *nd, uint32_t link, bool join)
{
	struct ipv6_mreq r = { .ipv6mr_multiaddr =
				   group_address(ND_ALL_ROUTERS),
		.ipv6mr_interface = link };
	int status;

	status = setsockopt(socket_of(nd)->fd, IPPROTO_IPV6,
	    join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &r, sizeof(r));
	return status < 0 && join && errno == EADDRINUSE ? 0 : status;
}

static void
nd_close(struct nd *nd)
{
	close(socket_of(nd)->fd);
	free(socket_of(nd));
}

static const struct nd_ops ops = { .fd = nd_fd,
	.receive = nd_receive,
	.send = nd_send,
	.join = nd_join,
	.close = nd_close };
