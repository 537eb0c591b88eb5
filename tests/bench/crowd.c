/* SPDX-License-Identifier: ISC */
/* crowd.c - many BGP clients at once, and how late the last one hears */
/*
 *	crowd [-b] DAEMON FIRST COUNT
 *
 * Plays COUNT internal speakers, from the addresses FIRST, FIRST + 1 and so
 * on, to the daemon at the address DAEMON; with -b they speak BFD as well.
 * They dial at once.  Orders are lines of stdin, answers lines of JSON:
 *
 *	up		when all sessions are: {"up": COUNT}
 *	flap N		client 0 announces one prefix and withdraws it, N times
 *			each; milliseconds until the last of the others has it,
 *			and has lost it: percentiles
 *	table N		client 0 sends N prefixes, five to a set of attributes;
 *			answers when the last byte has left
 *	gaps		the longest gap between BFD packets to one client
 *
 * An order waits for the one before it.  End of file ends all.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/crowd.h"

#define AS        64512u
#define MARKER    16
#define HEADER    19
#define MESSAGE   4096
#define KEEPALIVE 10000000 /* us */
#define STDIN_ID  UINT32_MAX
#define BFD_ID    (UINT32_MAX - 1)

enum { OPEN = 1, UPDATE = 2, NOTIFICATION = 3, KEEPALIVE_MESSAGE = 4 };
enum state { CONNECTING, OPEN_SENT, ESTABLISHED };

struct client {
	int fd;
	enum state state;
	bool has; /* the prefix that flaps */
	uint8_t in[MESSAGE];
	size_t length;
};

static struct {
	struct in_addr daemon, first;
	uint32_t count, up, holders;
	struct client *clients;
	struct bfd_crowd *bfd;
	int poll;
	int64_t keepalive_at;
} crowd;

int64_t
crowd_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
crowd_die(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- messages ---- */

static uint8_t *
put(uint8_t *p, unsigned int size, uint32_t value)
{
	while (size-- > 0)
		*p++ = (uint8_t)(value >> 8 * size);
	return p;
}

static uint8_t *
header(uint8_t *m, unsigned int type)
{
	memset(m, 0xff, MARKER);
	return put(m + MARKER + 2, 1, type);
}

static size_t
finish(uint8_t *m, const uint8_t *end)
{
	put(m + MARKER, 2, (uint32_t)(end - m));
	return (size_t)(end - m);
}

/* Capabilities: IPv4 unicast, route refresh, the AS in four octets. */
static size_t
open_make(uint8_t *m, uint32_t id)
{
	uint8_t *p = header(m, OPEN);

	p = put(p, 1, 4);
	p = put(p, 2, AS);
	p = put(p, 2, 240);
	p = put(p, 4, id);
	p = put(p, 3, 16 << 16 | 2 << 8 | 14);
	p = put(p, 4, 1 << 24 | 4 << 16 | 1);
	p = put(p, 2, 1);
	p = put(p, 2, 2 << 8);
	p = put(p, 2, 65 << 8 | 4);
	p = put(p, 4, AS);
	return finish(m, p);
}

static uint8_t *
attributes(uint8_t *p, uint32_t hop, uint32_t set)
{
	uint32_t i, hops = set == 0 ? 0 : 3 + set % 3;

	p = put(p, 4, 0x40010100);
	p = put(p, 3, 0x400200 | (hops == 0 ? 0 : 2 + 4 * hops));
	if (hops > 0)
		p = put(p, 2, 2 << 8 | hops);
	for (i = 0; i < hops; i++)
		p = put(p, 4, 100000 + (set * 7919 + i * 104729) % 70000);
	p = put(p, 3, 0x400304);
	p = put(p, 4, hop);
	p = put(p, 3, 0x400504);
	return put(p, 4, 100);
}

/* So many /24 from 1.0.0.0 + from of one set of attributes. */
static size_t
update_make(uint8_t *m, uint32_t hop, uint32_t set, uint32_t from, uint32_t n)
{
	uint8_t *p = header(m, UPDATE), *length, *begin;

	p = put(p, 2, 0);
	length = p;
	begin = p + 2;
	p = attributes(begin, hop, set);
	put(length, 2, (uint32_t)(p - begin));
	for (; n > 0; n--, from++) {
		p = put(p, 1, 24);
		p = put(p, 3, 0x010000 + from);
	}
	return finish(m, p);
}

static size_t
withdraw_make(uint8_t *m)
{
	uint8_t *p = header(m, UPDATE);

	p = put(p, 2, 4);
	p = put(p, 4, 24u << 24 | 0x010000);
	return finish(m, put(p, 2, 0));
}

/* ---- clients ---- */

static void
watch(int fd, uint32_t id, uint32_t events, int operation)
{
	struct epoll_event e = { .events = events, .data.u32 = id };

	if (epoll_ctl(crowd.poll, operation, fd, &e) != 0)
		crowd_die("epoll_ctl");
}

static struct in_addr
address_of(uint32_t i)
{
	return (struct in_addr){ htonl(ntohl(crowd.first.s_addr) + i) };
}

static void
dial(uint32_t i)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr = address_of(i) };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(179),
		.sin_addr = crowd.daemon };
	struct client *c = &crowd.clients[i];
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&from, sizeof(from)))
		crowd_die("socket");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 &&
	    errno != EINPROGRESS)
		crowd_die("connect");
	watch(c->fd, i, EPOLLOUT, EPOLL_CTL_ADD);
}

/* Small enough to fit always: what does not is an error of the test. */
static void
tell(struct client *c, const uint8_t *m, size_t length)
{
	if (send(c->fd, m, length, MSG_NOSIGNAL) != (ssize_t)length)
		crowd_die("send");
}

static void
tell_keepalive(struct client *c)
{
	uint8_t m[HEADER];

	tell(c, m, finish(m, header(m, KEEPALIVE_MESSAGE)));
}

static void
heard_update(struct client *c, const uint8_t *p, size_t length)
{
	size_t withdrawn = (size_t)p[0] << 8 | p[1];
	size_t attrs = (size_t)p[2 + withdrawn] << 8 | p[3 + withdrawn];
	bool announces = 4 + withdrawn + attrs < length;

	if (withdrawn == 0 && !announces)
		return; /* End-of-RIB */
	if (c->has != announces)
		crowd.holders += announces ? 1 : UINT32_MAX;
	c->has = announces;
}

static void
heard(struct client *c, const uint8_t *m, size_t length)
{
	switch (m[HEADER - 1]) {
	case OPEN: tell_keepalive(c); break;
	case UPDATE: heard_update(c, m + HEADER, length - HEADER); break;
	case NOTIFICATION:
		fprintf(stderr, "crowd: notification %u/%u\n", m[HEADER],
		    m[HEADER + 1]);
		exit(1);
	case KEEPALIVE_MESSAGE:
		crowd.up += c->state != ESTABLISHED;
		c->state = ESTABLISHED;
		break;
	}
}

static void
readable(struct client *c)
{
	ssize_t n =
	    recv(c->fd, c->in + c->length, sizeof(c->in) - c->length, 0);
	size_t at = 0, length;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		crowd_die("a session went down");
	c->length += (size_t)n;
	while (c->length - at >= HEADER) {
		length =
		    (size_t)c->in[at + MARKER] << 8 | c->in[at + MARKER + 1];
		if (c->length - at < length)
			break;
		heard(c, c->in + at, length);
		at += length;
	}
	memmove(c->in, c->in + at, c->length - at);
	c->length -= at;
}

static void
connected(uint32_t i)
{
	struct client *c = &crowd.clients[i];
	uint8_t m[MESSAGE];
	socklen_t size = sizeof(errno);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &errno, &size);
	if (errno != 0)
		crowd_die("connect");
	tell(c, m, open_make(m, ntohl(address_of(i).s_addr)));
	c->state = OPEN_SENT;
	watch(c->fd, i, EPOLLIN, EPOLL_CTL_MOD);
}

static void
keepalives(void)
{
	uint32_t i;

	if (crowd_now() < crowd.keepalive_at)
		return;
	crowd.keepalive_at = crowd_now() + KEEPALIVE;
	for (i = 0; i < crowd.count; i++)
		if (crowd.clients[i].state == ESTABLISHED)
			tell_keepalive(&crowd.clients[i]);
}

/* One look at everybody, of at most that many milliseconds. */
static void
look(int ms)
{
	struct epoll_event e[256];
	int i, n;

	keepalives();
	if (crowd.bfd != NULL)
		bfd_crowd_send(crowd.bfd);
	n = epoll_wait(
	    crowd.poll, e, 256, crowd.bfd != NULL && ms > 5 ? 5 : ms);
	for (i = 0; i < n; i++) {
		if (e[i].data.u32 == BFD_ID)
			bfd_crowd_read(crowd.bfd);
		else if (e[i].data.u32 == STDIN_ID)
			continue;
		else if (crowd.clients[e[i].data.u32].state == CONNECTING)
			connected(e[i].data.u32);
		else
			readable(&crowd.clients[e[i].data.u32]);
	}
}

/* ---- orders ---- */

static void
order_up(void)
{
	while (crowd.up < crowd.count)
		look(100);
	printf("{\"up\":%u}\n", crowd.up);
}

/* Until that many have the prefix; in microseconds. */
static int64_t
wait_holders(uint32_t wanted, int64_t begun)
{
	while (crowd.holders != wanted)
		look(100);
	return crowd_now() - begun;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
percentiles_print(int64_t *times, uint32_t n)
{
	qsort(times, n, sizeof(*times), by_size);
	printf("{\"changes\":%u,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
	       "\"worst_ms\":%.2f}\n",
	    n, (double)times[n / 2] / 1000,
	    (double)times[(uint64_t)n * 99 / 100] / 1000,
	    (double)times[n - 1] / 1000);
}

static void
order_flap(uint32_t n)
{
	struct client *c = &crowd.clients[0];
	int64_t *times = calloc(2 * (size_t)n, sizeof(*times)), begun;
	uint8_t m[MESSAGE];
	uint32_t i;

	if (times == NULL)
		crowd_die("calloc");
	for (i = 0; i < n; i++) {
		begun = crowd_now();
		tell(c, m, update_make(m, ntohl(crowd.first.s_addr), 0, 0, 1));
		times[2 * i] = wait_holders(crowd.count - 1, begun);
		begun = crowd_now();
		tell(c, m, withdraw_make(m));
		times[2 * i + 1] = wait_holders(0, begun);
	}
	percentiles_print(times, 2 * n);
	free(times);
}

/* What the daemon does not take yet waits here, while all else goes on. */
static void
tell_all(struct client *c, const uint8_t *m, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = send(c->fd, m, length, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			crowd_die("send");
		if (n > 0) {
			m += n;
			length -= (size_t)n;
		} else
			look(1);
	}
}

static void
order_table(uint32_t n)
{
	int64_t begun = crowd_now();
	uint8_t m[64 * 1024];
	size_t length = 0;
	uint32_t i;

	for (i = 0; i < n; i += 5) {
		length += update_make(m + length, ntohl(crowd.first.s_addr),
		    1 + i / 5, i, n - i < 5 ? n - i : 5);
		if (length + MESSAGE > sizeof(m) || i + 5 >= n) {
			tell_all(&crowd.clients[0], m, length);
			length = 0;
			look(0);
		}
	}
	printf("{\"sent\":%u,\"seconds\":%.3f}\n", n,
	    (double)(crowd_now() - begun) / 1e6);
}

static void
order(const char *line)
{
	uint32_t n = 0;

	if (strcmp(line, "up\n") == 0)
		order_up();
	else if (sscanf(line, "flap %u", &n) == 1 && n > 0)
		order_flap(n);
	else if (sscanf(line, "table %u", &n) == 1 && n > 0)
		order_table(n);
	else if (strcmp(line, "gaps\n") == 0 && crowd.bfd != NULL)
		bfd_crowd_report(crowd.bfd);
	else
		printf("{\"error\":\"no such order\"}\n");
	fflush(stdout);
}

/* Lines that have come; false at the end of file. */
static bool
orders(void)
{
	static char line[256];
	static size_t length;
	char byte;
	ssize_t n;

	while ((n = read(STDIN_FILENO, &byte, 1)) == 1) {
		if (length + 2 < sizeof(line))
			line[length++] = byte;
		if (byte != '\n')
			continue;
		line[length] = '\0';
		length = 0;
		order(line);
	}
	return n != 0;
}

static void
crowd_begin(bool bfd)
{
	struct rlimit limit;
	uint32_t i;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	crowd.clients = calloc(crowd.count, sizeof(*crowd.clients));
	crowd.poll = epoll_create1(0);
	if (crowd.clients == NULL || crowd.poll < 0)
		crowd_die("begin");
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	watch(STDIN_FILENO, STDIN_ID, EPOLLIN, EPOLL_CTL_ADD);
	for (i = 0; i < crowd.count; i++)
		dial(i);
	if (!bfd)
		return;
	crowd.bfd = bfd_crowd_new(crowd.daemon, crowd.first, crowd.count);
	watch(bfd_crowd_fd(crowd.bfd), BFD_ID, EPOLLIN, EPOLL_CTL_ADD);
}

int
main(int argc, char **argv)
{
	bool bfd = argc > 1 && strcmp(argv[1], "-b") == 0;

	argv += bfd;
	argc -= bfd;
	if (argc != 4 || inet_pton(AF_INET, argv[1], &crowd.daemon) != 1 ||
	    inet_pton(AF_INET, argv[2], &crowd.first) != 1 ||
	    (crowd.count = (uint32_t)strtoul(argv[3], NULL, 10)) < 2) {
		fprintf(stderr, "usage: crowd [-b] DAEMON FIRST COUNT\n");
		return 2;
	}
	crowd_begin(bfd);
	while (orders())
		look(100);
	return 0;
}
