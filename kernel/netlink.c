/* SPDX-License-Identifier: ISC */
/* netlink.c - the real kernel behind kernel.h */

/*
 * Sockets and their order.  One monitor socket hears all events and carries
 * the dumps as well, so that dumps and events stand in one queue, in the order
 * in which they happened.  One request socket per family belongs to the
 * worker (netlink_worker.c); the echoes of what it does come back on the
 * monitor with its port as the sender, and are dropped unread.
 *
 * The monitor is read in slices, never to the end at any price: a dump of a
 * million routes must not hold up a keepalive.  A report of the worker is told
 * when the monitor is empty, so that events from before the change come
 * first; a monitor that never gets empty delays it by a few turns only.
 *
 * A dump is a row of requests (links, addresses, routes of both families); one
 * that the kernel says was disturbed is repeated.  It begins when no batch is
 * in flight, and none is taken until it ends.  An overrun (ENOBUFS, or whatever
 * else recv says) is counted and leads to a dump, from its beginning if one
 * runs, and no batch is taken until that has told the truth; dumps keep a
 * distance from each other, however many are asked for.
 *
 * Never done here: deciding what to change (fib.c), waiting, logging.
 */

#include <sys/socket.h>
#include <sys/timerfd.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/netlink_route.h"
#include "kernel/netlink_socket.h"
#include "kernel/netlink_worker.h"
#include "rib/mem.h"

#define MONITOR_BYTES (8 << 20) /* receive buffer of the monitor */
#define REQUEST_BYTES (1 << 20) /* of a request socket: a batch of errors */
#define READ_BYTES    65536     /* no message of the kernel is larger */
#define READS_MAX     16        /* in one turn; about 5,000 routes */
#define PATIENCE      8         /* turns that a report waits for events */
#define DUMP_DISTANCE 200       /* ms, and as long as the last one took */
#define DUMP_REPEATS  5         /* of one step that is always disturbed */

/* One batch on its way; the worker's slot has the number of the family. */
struct flight {
	uint32_t first; /* sequence number of its first message */
	uint32_t count; /* 0: none in flight */
	uint32_t cookies[WORKER_RESULTS];
};

struct dump {
	bool wanted;
	bool running;
	bool lost;      /* events are; nothing is sent before it is over */
	bool disturbed; /* the step at hand */
	unsigned int step;
	unsigned int repeats;
	uint32_t seq;
	int64_t began;
	int64_t not_before;
};

struct netlink {
	struct kernel kernel; /* what the daemon holds */
	const struct kernel_events *events;
	void *arg;
	uint32_t table;
	struct nl_sock *monitor;
	struct nl_sock *request[FAMILY_MAX];
	uint32_t monitor_port;     /* the sender of answers to a dump */
	uint32_t port[FAMILY_MAX]; /* the sender of our echoes */
	uint32_t seq[FAMILY_MAX];
	int timer_fd; /* calls ready when a dump is due */
	struct worker *worker;
	struct flight flight[FAMILY_MAX];
	unsigned int patience;
	bool listening; /* since the first dump began */
	struct dump dump;
	struct kernel_counters counters;
	_Alignas(NLMSG_ALIGNTO) uint8_t buf[READ_BYTES];
};

static struct netlink *
netlink_of(struct kernel *k)
{
	/* kernel is its first member */
	return (struct netlink *)(void *)k;
}

static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const struct {
	int type;
	int af;
	uint32_t table; /* 0: ours */
} dump_steps[] = {
	{ RTM_GETLINK, AF_UNSPEC, 0 },
	{ RTM_GETADDR, AF_UNSPEC, 0 },
	{ RTM_GETROUTE, AF_INET, 0 },
	{ RTM_GETROUTE, AF_INET6, 0 },
	{ RTM_GETROUTE, AF_INET, KERNEL_TABLE_MAIN },
	{ RTM_GETROUTE, AF_INET6, KERNEL_TABLE_MAIN },
};

#define DUMP_STEPS (sizeof(dump_steps) / sizeof(*dump_steps))

/* The main table is read once, also when it is ours. */
static bool
dump_is_over(const struct netlink *n)
{
	return n->dump.step == DUMP_STEPS ||
	    dump_steps[n->dump.step].table == n->table;
}

static int
dump_send(struct netlink *n)
{
	uint32_t table = dump_steps[n->dump.step].table;

	n->dump.disturbed = false;
	n->dump.seq++;
	return netlink_socket_dump(n->monitor, dump_steps[n->dump.step].type,
	    dump_steps[n->dump.step].af, table == 0 ? n->table : table,
	    n->dump.seq);
}

static void
timer_set(struct netlink *n, int64_t delay)
{
	struct itimerspec at = { .it_value = {
				     .tv_sec = delay / 1000,
				     .tv_nsec = delay % 1000 * 1000000 + 1,
				 } };

	timerfd_settime(n->timer_fd, 0, &at, NULL);
}

static void
dump_want(struct netlink *n)
{
	int64_t delay = n->dump.not_before - clock_now();

	n->dump.wanted = true;
	if (!n->dump.running)
		timer_set(n, delay > 0 ? delay : 0);
}

static void
dump_end(struct netlink *n)
{
	int64_t now = clock_now();

	n->dump.running = false;
	n->dump.not_before = now + DUMP_DISTANCE + (now - n->dump.began);
	n->counters.dumps++;
	if (n->dump.wanted)
		dump_want(n);
	n->events->dump_end(n->arg);
}

/* The kernel is out of something: all again, a little later, without an end. */
static void
dump_give_up(struct netlink *n)
{
	n->dump.running = false;
	n->dump.lost = true;
	n->dump.not_before = clock_now() + DUMP_DISTANCE;
	dump_want(n);
}

/* A step is over.  Of errors, most mean that there is nothing to show. */
static void
dump_step(struct netlink *n, int error)
{
	if (error == -EBUSY || error == -ENOBUFS || error == -ENOMEM) {
		dump_give_up(n);
		return;
	}
	if (n->dump.disturbed && n->dump.repeats < DUMP_REPEATS) {
		n->dump.repeats++;
	} else {
		n->dump.repeats = 0;
		n->dump.step++;
	}
	if (dump_is_over(n))
		dump_end(n);
	else if (dump_send(n) < 0)
		dump_give_up(n);
}

static bool
is_flying(const struct netlink *n)
{
	return n->flight[FAMILY_IPV4].count > 0 ||
	    n->flight[FAMILY_IPV6].count > 0;
}

static bool
dump_is_due(const struct netlink *n)
{
	return n->dump.wanted && !n->dump.running &&
	    clock_now() >= n->dump.not_before;
}

static void
dump_begin(struct netlink *n)
{
	bool lost = n->dump.lost;

	n->dump = (struct dump){
		.running = true,
		.seq = n->dump.seq,
		.began = clock_now(),
	};
	n->listening = true;
	n->events->dump_begin(n->arg, lost);
	if (dump_send(n) < 0)
		dump_give_up(n);
}

/* A dump that runs may have stalled for the same reason: it begins again. */
static void
overrun(struct netlink *n)
{
	n->counters.overruns++;
	n->dump.lost = true;
	if (n->dump.running)
		dump_give_up(n);
	else
		dump_want(n);
}

static void
event_tell(struct netlink *n, struct nlmsghdr *h)
{
	struct netlink_event e;

	switch (netlink_decode(h, h->nlmsg_len, &e)) {
	case NETLINK_TOLD_NOTHING: break;
	case NETLINK_TOLD_MALFORMED: n->counters.malformed++; break;
	case NETLINK_TOLD_LINK: n->events->link(n->arg, &e.link, e.gone); break;
	case NETLINK_TOLD_ADDRESS:
		n->events->address(n->arg, &e.address, e.gone);
		break;
	case NETLINK_TOLD_ROUTE:
		if (e.route.table == n->table ||
		    e.route.table == KERNEL_TABLE_MAIN)
			n->events->route(n->arg, &e.route, e.gone);
		break;
	}
}

static void
dump_take(struct netlink *n, struct nlmsghdr *h)
{
	int error = 0;

	if (!n->dump.running || h->nlmsg_seq != n->dump.seq)
		return;
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		n->dump.disturbed = true;
	if (h->nlmsg_type != NLMSG_DONE && h->nlmsg_type != NLMSG_ERROR) {
		event_tell(n, h);
		return;
	}
	/* Both begin with an error. */
	if (nlmsg_datalen(h) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(h), sizeof(error));
	dump_step(n, error);
}

static bool
is_echo(const struct netlink *n, const struct nlmsghdr *h)
{
	return h->nlmsg_pid == n->port[FAMILY_IPV4] ||
	    h->nlmsg_pid == n->port[FAMILY_IPV6];
}

static void
monitor_take(struct netlink *n, int length)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)n->buf;

	for (; nlmsg_ok(h, length); h = nlmsg_next(h, &length)) {
		if (h->nlmsg_pid == n->monitor_port)
			dump_take(n, h);
		else if (n->listening && !is_echo(n, h))
			event_tell(n, h);
	}
}

/* True when there is nothing left to read. */
static bool
monitor_read(struct netlink *n)
{
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t length;
	int i;

	for (i = 0; i < READS_MAX; i++) {
		length = recvfrom(nl_socket_get_fd(n->monitor), n->buf,
		    sizeof(n->buf), MSG_DONTWAIT | MSG_TRUNC,
		    (struct sockaddr *)(void *)&from, &size);
		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return errno == EAGAIN;
		if (length < 0 || length > (ssize_t)sizeof(n->buf))
			overrun(n);
		else if (from.nl_pid == 0) /* the kernel, no neighbour */
			monitor_take(n, (int)length);
	}
	return false;
}

static void
report_tell(struct netlink *n, enum family family)
{
	struct flight *f = &n->flight[family];
	struct worker_report report;
	uint32_t place;
	size_t i;

	if (!worker_take(n->worker, family, &report))
		return;
	for (i = 0; i < report.count && report.error == 0; i++) {
		place = report.results[i].seq - f->first;
		n->events->failed(
		    n->arg, family, f->cookies[place], report.results[i].error);
	}
	f->count = 0; /* not before: now the slot may be given again */
	n->events->finished(n->arg, family, report.error);
}

/* The worker's descriptor stays readable for as long as it has to wait. */
static void
reports_tell(struct netlink *n, bool drained)
{
	if (is_flying(n) && !drained && ++n->patience < PATIENCE)
		return;
	n->patience = 0;
	worker_clear(n->worker);
	report_tell(n, FAMILY_IPV4);
	report_tell(n, FAMILY_IPV6);
}

static int
ops_fds(struct kernel *k, int fds[4])
{
	struct netlink *n = netlink_of(k);

	fds[0] = nl_socket_get_fd(n->monitor);
	fds[1] = worker_fd(n->worker);
	fds[2] = n->timer_fd;
	return 3;
}

static void
ops_ready(struct kernel *k)
{
	struct netlink *n = netlink_of(k);
	uint64_t ticks;

	(void)!read(n->timer_fd, &ticks, sizeof(ticks));
	reports_tell(n, monitor_read(n));
	if (dump_is_due(n) && !is_flying(n))
		dump_begin(n);
}

static void
ops_dump(struct kernel *k)
{
	dump_want(netlink_of(k));
}

static bool
may_submit(const struct netlink *n, enum family family)
{
	return n->listening && n->flight[family].count == 0 &&
	    worker_is_idle(n->worker, family) && !n->dump.running &&
	    !n->dump.lost && !dump_is_due(n);
}

static size_t
ops_submit(struct kernel *k, enum family family,
    const struct kernel_change *changes, size_t count)
{
	struct netlink *n = netlink_of(k);
	struct flight *f = &n->flight[family];
	uint8_t *buf = worker_buffer(n->worker, family);
	struct nlmsghdr *last = NULL;
	size_t length = 0, bytes;

	if (!may_submit(n, family))
		return 0;
	f->first = n->seq[family];
	while (f->count < count && f->count < WORKER_RESULTS) {
		bytes = netlink_encode(&changes[f->count], n->seq[family],
		    buf + length, WORKER_BYTES - length);
		if (bytes == 0)
			break;
		last = (struct nlmsghdr *)(void *)(buf + length);
		length += bytes;
		n->seq[family]++;
		f->cookies[f->count] = changes[f->count].cookie;
		f->count++;
	}
	if (last == NULL)
		return 0;
	last->nlmsg_flags |= NLM_F_ACK;
	n->counters.batches++;
	n->counters.changes += f->count;
	worker_give(n->worker, family, nl_socket_get_fd(n->request[family]),
	    length, f->count);
	return f->count;
}

static void
ops_close(struct kernel *k)
{
	struct netlink *n = netlink_of(k);

	worker_free(n->worker);
	if (n->timer_fd >= 0)
		close(n->timer_fd);
	nl_socket_free(n->request[FAMILY_IPV6]);
	nl_socket_free(n->request[FAMILY_IPV4]);
	nl_socket_free(n->monitor);
	free(n);
}

static const struct kernel_ops netlink_ops = {
	.fds = ops_fds,
	.ready = ops_ready,
	.dump = ops_dump,
	.submit = ops_submit,
	.close = ops_close,
};

static int
sockets_open(struct netlink *n)
{
	enum family f;

	n->monitor = netlink_socket_open(MONITOR_BYTES);
	if (n->monitor == NULL || netlink_socket_listen(n->monitor) < 0)
		return -1;
	n->monitor_port = nl_socket_get_local_port(n->monitor);
	for (f = 0; f < FAMILY_MAX; f++) {
		n->request[f] = netlink_socket_open(REQUEST_BYTES);
		if (n->request[f] == NULL)
			return -1;
		n->port[f] = nl_socket_get_local_port(n->request[f]);
	}
	return netlink_socket_check(n->request[FAMILY_IPV4]);
}

struct kernel *
netlink_open(uint32_t table, const struct kernel_events *events, void *arg)
{
	struct netlink *n = xcalloc(1, sizeof(*n));
	int error;

	n->kernel.ops = &netlink_ops;
	n->events = events;
	n->arg = arg;
	n->table = table;
	n->timer_fd =
	    timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (n->timer_fd < 0 || sockets_open(n) < 0 ||
	    (n->worker = worker_new()) == NULL) {
		error = errno;
		ops_close(&n->kernel);
		errno = error;
		return NULL;
	}
	return &n->kernel;
}

void
netlink_counters(const struct kernel *k, struct kernel_counters *counters)
{
	/* kernel is its first member */
	*counters = ((const struct netlink *)(const void *)k)->counters;
}
