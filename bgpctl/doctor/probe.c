/* SPDX-License-Identifier: ISC */
/* probe.c - one echo to each neighbor and each pod of this node */

/*
 * All are sent at once and the answers are taken for a second, so that a mesh
 * of hundreds takes no longer than one neighbor.  Raw sockets, which need
 * CAP_NET_RAW; where that is missing, those that net.ipv4.ping_group_range
 * allows, whose identifier the kernel chooses.  Who answered is known by the
 * address.  RFC 792, RFC 4443 4.1.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bgpctl/doctor/facts.h"

#define PATIENCE  1000 /* ms */
#define ECHO_SIZE 16u

struct target {
	struct address address;
	long *pinged;
};

struct probe {
	int fd[FAMILY_MAX];
	bool raw[FAMILY_MAX];
	struct target *targets;
	size_t count;
};

static const struct {
	int af, protocol;
	uint8_t request, reply;
} kinds[FAMILY_MAX] = {
	[FAMILY_IPV4] = { AF_INET, IPPROTO_ICMP, 8, 0 },
	[FAMILY_IPV6] = { AF_INET6, IPPROTO_ICMPV6, 128, 129 },
};

static void
sockets_open(struct probe *p)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		p->raw[f] = true;
		p->fd[f] =
		    socket(kinds[f].af, SOCK_RAW | flags, kinds[f].protocol);
		if (p->fd[f] != -1)
			continue;
		p->raw[f] = false;
		p->fd[f] =
		    socket(kinds[f].af, SOCK_DGRAM | flags, kinds[f].protocol);
	}
}

/* RFC 1071; IPv6's is the kernel's to make, with its pseudo header. */
static uint16_t
checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
echo_send(const struct probe *p, const struct target *t)
{
	enum family f = t->address.family;
	uint8_t echo[ECHO_SIZE] = { kinds[f].request, [4] = 0xb6, 0xb9, 0, 1 };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	uint16_t sum = checksum(echo, sizeof(echo));

	if (f == FAMILY_IPV6) {
		memcpy(&six.sin6_addr, t->address.bytes, sizeof(six.sin6_addr));
		sendto(p->fd[f], echo, sizeof(echo), 0, (struct sockaddr *)&six,
		    sizeof(six));
		return;
	}
	echo[2] = (uint8_t)(sum >> 8);
	echo[3] = (uint8_t)sum;
	memcpy(&four.sin_addr, t->address.bytes, sizeof(four.sin_addr));
	sendto(p->fd[f], echo, sizeof(echo), 0, (struct sockaddr *)&four,
	    sizeof(four));
}

static void
answer_note(struct probe *p, enum family f, const struct sockaddr_storage *from)
{
	const struct sockaddr_in6 *six = (const void *)from;
	const struct sockaddr_in *four = (const void *)from;
	struct address address = f == FAMILY_IPV6
	    ? address_from(f, (const uint8_t *)&six->sin6_addr)
	    : address_from(f, (const uint8_t *)&four->sin_addr);
	size_t i;

	for (i = 0; i < p->count; i++) {
		if (address_equal(&p->targets[i].address, &address))
			*p->targets[i].pinged = 1;
	}
}

/* A raw IPv4 socket gives the IP header too. */
static void
answers_take(struct probe *p, enum family f)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	uint8_t packet[512];
	size_t at = 0;
	ssize_t n;

	while ((n = recvfrom(p->fd[f], packet, sizeof(packet), 0,
		    (struct sockaddr *)&from, &size)) > 0) {
		if (f == FAMILY_IPV4 && p->raw[f])
			at = (packet[0] & 0xfu) * 4u;
		if ((size_t)n > at && packet[at] == kinds[f].reply)
			answer_note(p, f, &from);
		size = sizeof(from);
	}
}

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
all_answered(const struct probe *p)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		if (*p->targets[i].pinged != 1)
			return false;
	}
	return true;
}

static void
answers_wait(struct probe *p)
{
	int64_t until = milliseconds() + PATIENCE, left;
	struct pollfd polled[FAMILY_MAX];
	enum family f;

	while (!all_answered(p) && (left = until - milliseconds()) > 0) {
		for (f = 0; f < FAMILY_MAX; f++)
			polled[f] = (struct pollfd){ p->fd[f], POLLIN, 0 };
		poll(polled, FAMILY_MAX, (int)left);
		for (f = 0; f < FAMILY_MAX; f++)
			if (polled[f].revents & POLLIN)
				answers_take(p, f);
	}
}

static void
target_add(struct probe *p, const struct address *address, long *pinged)
{
	struct target *t;

	if (p->fd[address->family] == -1 || address_is_link_local(address))
		return;
	t = FACTS_ADD(p->targets, p->count);
	*t = (struct target){ *address, pinged };
	*pinged = 0;
}

void
facts_probe(struct facts *f)
{
	struct probe p = { .count = 0 };
	enum family family;
	size_t i;

	f->probed = true;
	sockets_open(&p);
	for (i = 0; i < f->npeers; i++)
		target_add(&p, &f->peers[i].address, &f->peers[i].pinged);
	for (i = 0; i < f->npods; i++)
		target_add(&p, &f->pods[i].address, &f->pods[i].pinged);
	for (i = 0; i < p.count; i++)
		echo_send(&p, &p.targets[i]);
	answers_wait(&p);
	for (family = 0; family < FAMILY_MAX; family++)
		if (p.fd[family] != -1)
			close(p.fd[family]);
	free(p.targets);
}
