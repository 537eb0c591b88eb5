/* SPDX-License-Identifier: ISC */
/* socket.c - the UDP sockets of BFD: ports 3784 and 4784 */
/*
 * Packets of one family and port come in by one socket, in batches, with what
 * the kernel knows of each: where it was for, its link and its hop limit.  The
 * port is taken alone: where another daemon has it, packets would come to
 * either at random.
 *
 * Each session sends from a port of its own out of the last quarter (RFC 5881
 * 4), by a socket that is bound to the address of the BGP session and is never
 * read.  One that cannot be had now, since the address is still tentative or
 * gone for a moment, is tried again at each packet.
 */
#include "bgpd/bfd/socket.h"

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "rib/mem.h"

#define PORT_SINGLE   3784
#define PORT_MULTIHOP 4784
#define PORT_FIRST    49152u
#define PORT_COUNT    16384u
#define PORT_TRIES    64u
#define CLASS         0xc0 /* CS6, as of routing protocols */
#define BATCH         32u
#define BATCHES       16u /* of one turn */
#define BYTES         128u
#define RECEIVE_SPACE (1 << 20)

union any_address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
	    CMSG_SPACE(sizeof(int))];
};

struct receiver {
	struct bfd_socket *owner;
	enum family family;
	bool multihop;
	int fd; /* -1: not wanted, or not to be had */
	struct io_watch *watch;
};

struct bfd_socket {
	struct bfd_io io; /* first */
	struct io *loop;
	uint32_t next_port;
	struct receiver receivers[FAMILY_MAX][2];
};

struct bfd_port {
	struct bfd_socket *owner;
	struct bfd_path path;
	int fd; /* -1: to be opened */
};

static socklen_t
address_put(union any_address *out, const struct address *a, uint16_t port,
    uint32_t scope)
{
	*out = (union any_address){ 0 };
	if (a->family == FAMILY_IPV4) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		memcpy(&out->v4.sin_addr, a->bytes, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(port);
	out->v6.sin6_scope_id = scope;
	memcpy(&out->v6.sin6_addr, a->bytes, 16);
	return sizeof(out->v6);
}

static void
address_get(struct address *a, enum family family, const void *bytes)
{
	*a = (struct address){ .family = (uint8_t)family };
	memcpy(a->bytes, bytes, family == FAMILY_IPV4 ? 4 : 16);
}

static int
option_on(int fd, int level, int name)
{
	int on = 1;

	return setsockopt(fd, level, name, &on, sizeof(on));
}

static int
option_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static int
udp_open(enum family f)
{
	return socket(f == FAMILY_IPV4 ? AF_INET : AF_INET6,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int
close_failed(int fd)
{
	int saved = errno;

	if (fd != -1)
		close(fd);
	errno = saved;
	return -1;
}

/* ---- receiving --------------------------------------------------------- */

static void
control_read(struct msghdr *m, enum family family, struct bfd_datagram *d)
{
	struct in6_pktinfo v6;
	struct in_pktinfo v4;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
		    (c->cmsg_level == IPPROTO_IPV6 &&
			c->cmsg_type == IPV6_HOPLIMIT)) {
			memcpy(&d->hops, CMSG_DATA(c), sizeof(d->hops));
		} else if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(c), sizeof(v4));
			d->link = (uint32_t)v4.ipi_ifindex;
			address_get(&d->local, family, &v4.ipi_addr);
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(c), sizeof(v6));
			d->link = v6.ipi6_ifindex;
			address_get(&d->local, family, &v6.ipi6_addr);
		}
	}
}

static void
datagram_hand(const struct receiver *r, struct mmsghdr *m)
{
	const union any_address *from = m->msg_hdr.msg_name;
	struct bfd_datagram d = {
		.bytes = { m->msg_hdr.msg_iov->iov_base, m->msg_len },
		.hops = -1,
		.multihop = r->multihop,
	};

	address_get(&d.remote, r->family,
	    r->family == FAMILY_IPV4 ? (const void *)&from->v4.sin_addr
				     : (const void *)&from->v6.sin6_addr);
	control_read(&m->msg_hdr, r->family, &d);
	r->owner->io.receive(r->owner->io.arg, &d);
}

/* False when there is no more. */
static bool
batch_read(const struct receiver *r)
{
	uint8_t bytes[BATCH][BYTES];
	union any_address from[BATCH];
	union control control[BATCH];
	struct iovec iov[BATCH];
	struct mmsghdr m[BATCH];
	int i, count;

	for (i = 0; i < (int)BATCH; i++) {
		iov[i] = (struct iovec){ bytes[i], BYTES };
		m[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &from[i],
					     .msg_namelen = sizeof(from[i]),
					     .msg_iov = &iov[i],
					     .msg_iovlen = 1,
					     .msg_control = &control[i],
					     .msg_controllen =
						 sizeof(control[i]) } };
	}
	count = recvmmsg(r->fd, m, BATCH, 0, NULL);
	for (i = 0; i < count; i++)
		datagram_hand(r, &m[i]);
	return count == (int)BATCH;
}

static void
readable(void *arg)
{
	const struct receiver *r = arg;
	unsigned int i;

	for (i = 0; i < BATCHES && batch_read(r); i++)
		;
}

static void
socket_read(struct bfd_io *io)
{
	struct bfd_socket *s = (struct bfd_socket *)io;
	enum family f;
	int i;

	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < 2; i++)
			if (s->receivers[f][i].fd != -1)
				readable(&s->receivers[f][i]);
}

static int
receiver_options(int fd, enum family f)
{
	/* More is what a burst needs; less would do. */
	option_set(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_SPACE);
	if (f == FAMILY_IPV4)
		return option_on(fd, IPPROTO_IP, IP_PKTINFO) |
		    option_on(fd, IPPROTO_IP, IP_RECVTTL);
	return option_on(fd, IPPROTO_IPV6, IPV6_V6ONLY) |
	    option_on(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO) |
	    option_on(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT);
}

static int
socket_listen(struct bfd_io *io, enum family f, bool multihop)
{
	struct bfd_socket *s = (struct bfd_socket *)io;
	struct receiver *r = &s->receivers[f][multihop];
	const struct address any = { .family = (uint8_t)f };
	union any_address at;
	socklen_t length;
	int fd;

	if (r->fd != -1)
		return 0;
	length =
	    address_put(&at, &any, multihop ? PORT_MULTIHOP : PORT_SINGLE, 0);
	fd = udp_open(f);
	if (fd == -1 || receiver_options(fd, f) != 0 ||
	    bind(fd, &at.sa, length) != 0)
		return close_failed(fd);
	r->watch = s->loop->ops->watch(s->loop, fd, readable, r);
	r->fd = fd;
	return 0;
}

/* ---- sending ----------------------------------------------------------- */

static int
sender_options(int fd, enum family f)
{
	option_set(fd, SOL_SOCKET, SO_RCVBUF, 0); /* nobody reads it */
	if (f == FAMILY_IPV4)
		return option_set(fd, IPPROTO_IP, IP_TTL, BFD_HOPS) |
		    option_set(fd, IPPROTO_IP, IP_TOS, CLASS);
	return option_set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, BFD_HOPS) |
	    option_set(fd, IPPROTO_IPV6, IPV6_TCLASS, CLASS);
}

static int
port_bind(const struct bfd_port *p, int fd)
{
	struct bfd_socket *s = p->owner;
	union any_address at;
	socklen_t length;
	uint16_t port;
	unsigned int i;

	for (i = 0; i < PORT_TRIES; i++) {
		port = (uint16_t)(PORT_FIRST + s->next_port++ % PORT_COUNT);
		length = address_put(&at, &p->path.local, port, p->path.scope);
		if (bind(fd, &at.sa, length) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	return -1;
}

static int
port_try(struct bfd_port *p)
{
	enum family f = p->path.remote.family;
	int fd = udp_open(f);

	if (fd == -1 || sender_options(fd, f) != 0 || port_bind(p, fd) != 0)
		return close_failed(fd);
	p->fd = fd;
	return 0;
}

static struct bfd_port *
socket_open(struct bfd_io *io, const struct bfd_path *path)
{
	struct bfd_port *p = xcalloc(1, sizeof(*p));

	p->owner = (struct bfd_socket *)io;
	p->path = *path;
	p->fd = -1;
	return p;
}

static int
socket_send(struct bfd_port *p, struct span packet)
{
	union any_address to;
	socklen_t length;

	if (p->fd == -1 && port_try(p) != 0)
		return -1;
	length = address_put(&to, &p->path.remote,
	    p->path.multihop ? PORT_MULTIHOP : PORT_SINGLE, p->path.scope);
	return sendto(p->fd, packet.data, packet.length, MSG_NOSIGNAL, &to.sa,
		   length) == -1
	    ? -1
	    : 0;
}

static void
socket_close(struct bfd_port *p)
{
	if (p->fd != -1)
		close(p->fd);
	free(p);
}

static void
socket_free(struct bfd_io *io)
{
	struct bfd_socket *s = (struct bfd_socket *)io;
	struct receiver *r;
	enum family f;
	int i;

	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < 2; i++) {
			r = &s->receivers[f][i];
			if (r->fd == -1)
				continue;
			s->loop->ops->unwatch(r->watch);
			close(r->fd);
		}
	free(s);
}

static const struct bfd_io_ops socket_ops = { .listen = socket_listen,
	.open = socket_open,
	.send = socket_send,
	.close = socket_close,
	.read = socket_read,
	.free = socket_free };

struct bfd_io *
bfd_socket_new(struct io *loop, uint32_t random)
{
	struct bfd_socket *s = xcalloc(1, sizeof(*s));
	enum family f;
	int i;

	s->io.ops = &socket_ops;
	s->loop = loop;
	s->next_port = random % PORT_COUNT;
	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < 2; i++)
			s->receivers[f][i] = (struct receiver){
				.owner = s, .family = f, .multihop = i, .fd = -1
			};
	return &s->io;
}
