/* SPDX-License-Identifier: ISC */
/* bfd.c - a thousand BFD neighbours on two sockets */
/*
 * One socket hears the packets to all clients and knows by their destination
 * whose they are; the other sends, each time from the address of the client.
 * A client goes up by the rules of RFC 5880 6.8.6, as far as a daemon that
 * behaves needs them, and says so every 250 ms.
 *
 * What is measured is the daemon: the gap between two of its packets to one
 * client, by the kernel's time of arrival, so that this program may be late.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tests/bench/crowd.h"

#define BFD_PORT 3784
#define BFD_SIZE 24
#define INTERVAL 300000 /* us: what is asked for, each way */
#define PERIOD   250000 /* us: what is done */

enum { DOWN = 1, INIT, UP };

struct client {
	uint32_t remote; /* discriminator */
	uint8_t state;   /* of ours */
	int64_t heard;   /* 0: never since the last report */
	int64_t worst;   /* gap */
};

struct bfd_crowd {
	int in, out;
	struct sockaddr_in daemon;
	uint32_t first, count;
	struct client *clients;
	uint32_t next; /* to send */
	int64_t begun; /* the round */
};

static int
udp(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int one = 1, ttl = 255, size = 8 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		crowd_die("bfd socket");
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

struct bfd_crowd *
bfd_crowd_new(struct in_addr daemon, struct in_addr first, uint32_t count)
{
	struct bfd_crowd *c = calloc(1, sizeof(*c));
	uint32_t i;

	if (c == NULL ||
	    (c->clients = calloc(count, sizeof(*c->clients))) == NULL)
		crowd_die("calloc");
	c->in = udp(BFD_PORT);
	c->out = udp(49152);
	c->daemon = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(BFD_PORT),
		.sin_addr = daemon };
	c->first = ntohl(first.s_addr);
	c->count = count;
	for (i = 0; i < count; i++)
		c->clients[i].state = DOWN;
	c->begun = crowd_now();
	return c;
}

int
bfd_crowd_fd(const struct bfd_crowd *c)
{
	return c->in;
}

static void
send_one(struct bfd_crowd *c, uint32_t i, bool final)
{
	struct client *client = &c->clients[i];
	uint32_t words[BFD_SIZE / 4] = { 0 };
	uint8_t *bytes = (uint8_t *)words;
	struct iovec iov = { words, sizeof(words) };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = { .room = { 0 } };
	struct in_pktinfo info = { 0 };
	struct msghdr m = { &c->daemon, sizeof(c->daemon), &iov, 1, &control,
		sizeof(control), 0 };

	bytes[0] = 1 << 5;
	bytes[1] = (uint8_t)(client->state << 6 | (final ? 0x10 : 0));
	bytes[2] = 3;
	bytes[3] = BFD_SIZE;
	words[1] = htonl(i + 1);
	words[2] = client->remote;
	words[3] = words[4] = htonl(INTERVAL);
	info.ipi_spec_dst.s_addr = htonl(c->first + i);
	control.header.cmsg_level = IPPROTO_IP;
	control.header.cmsg_type = IP_PKTINFO;
	control.header.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&control.header), &info, sizeof(info));
	if (sendmsg(c->out, &m, 0) < 0 && errno != EAGAIN)
		crowd_die("bfd send");
}

static void
heard(struct bfd_crowd *c, uint32_t i, const uint8_t *bytes, int64_t at)
{
	struct client *client = &c->clients[i];
	uint8_t state = bytes[1] >> 6;
	int64_t gap = at - client->heard;

	if (client->heard != 0 && gap > client->worst)
		client->worst = gap;
	client->heard = at;
	memcpy(&client->remote, bytes + 4, sizeof(client->remote));
	if (state == DOWN)
		client->state = INIT;
	else if (state >= INIT)
		client->state = UP;
	if (bytes[1] & 0x20)
		send_one(c, i, true);
}

void
bfd_crowd_read(struct bfd_crowd *c)
{
	uint8_t bytes[128];
	char control[256];
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *h;
	struct in_pktinfo info = { 0 };
	struct timespec ts = { 0 };
	uint32_t i;

	for (;;) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		if (recvmsg(c->in, &m, 0) < BFD_SIZE)
			return;
		for (h = CMSG_FIRSTHDR(&m); h != NULL; h = CMSG_NXTHDR(&m, h)) {
			if (h->cmsg_type == IP_PKTINFO)
				memcpy(&info, CMSG_DATA(h), sizeof(info));
			else if (h->cmsg_type == SCM_TIMESTAMPNS)
				memcpy(&ts, CMSG_DATA(h), sizeof(ts));
		}
		i = ntohl(info.ipi_addr.s_addr) - c->first;
		if (i < c->count)
			heard(c, i, bytes,
			    (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
	}
}

/* So many of a round as the time since its beginning demands. */
void
bfd_crowd_send(struct bfd_crowd *c)
{
	int64_t now = crowd_now(), past = now - c->begun;
	uint32_t due = c->count;

	if (past < PERIOD)
		due = (uint32_t)(past * c->count / PERIOD);
	while (c->next < due)
		send_one(c, c->next++, false);
	if (past >= PERIOD) {
		c->begun = now;
		c->next = 0;
	}
}

void
bfd_crowd_report(struct bfd_crowd *c)
{
	int64_t worst = 0;
	uint32_t i, up = 0;

	for (i = 0; i < c->count; i++) {
		up += c->clients[i].state == UP;
		if (c->clients[i].worst > worst)
			worst = c->clients[i].worst;
		c->clients[i].worst = 0;
		c->clients[i].heard = 0;
	}
	printf("{\"bfd_up\":%u,\"worst_gap_ms\":%.1f}\n", up,
	    (double)worst / 1000);
	fflush(stdout);
}
