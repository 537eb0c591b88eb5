/* SPDX-License-Identifier: ISC */
/* netlink.c - the real kernel behind kernel.h */

/*
 * Sockets and their order.  One monitor socket hears all events and carries
 * the dumps as well, so that dumps and events stand in one queue, in the order
 * in which they happened.  One request socket per family belongs to the
 * worker (netlink_worker.c); the echoes of what it does have its port as the
 * sender, and a filter (netlink_interest.c) keeps them from the monitor: half a
 * million routes would be as many messages to read.
 *
 * The monitor is read in slices, never to the end at any price: a dump of a
 * million routes must not hold up a keepalive.  A report of the worker is told
 * when the monitor is empty, so that events from before the change come
 * first; a monitor that never gets empty delays it by a few turns only.
 *
 * Several batches of a family may be on their way; the worker carries them
 * out, and they are told, in the order in which they were taken.  A dump
 * (netlink_dump.c) begins when none is, and none is taken until it ends.
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
#include <unistd.h>

#include "kernel/netlink_neighbor.h"
#include "kernel/netlink_private.h"
#include "kernel/netlink_route.h"
#include "kernel/netlink_socket.h"
#include "rib/mem.h"

#define MONITOR_BYTES (8 << 20) /* receive buffer of the monitor */
#define REQUEST_BYTES (1 << 20) /* of a request socket: a batch of errors */
#define READS_MAX     16        /* in one turn; about 5,000 routes */
#define PATIENCE      8         /* turns that a report waits for events */

static struct netlink *
netlink_of(struct kernel *k)
{
	/* kernel is its first member */
	return (struct netlink *)(void *)k;
}

void
netlink_tell(struct netlink *n, struct nlmsghdr *h)
{
	struct netlink_event e;

	enum netlink_told told = netlink_decode(h, h->nlmsg_len, &e);

	if (!netlink_interest_takes(n, told, &e))
		return;
	switch (told) {
	case NETLINK_TOLD_NOTHING: break;
	case NETLINK_TOLD_MALFORMED: n->counters.malformed++; break;
	case NETLINK_TOLD_LINK: n->events->link(n->arg, &e.link, e.gone); break;
	case NETLINK_TOLD_ADDRESS:
		n->events->address(n->arg, &e.address, e.gone);
		break;
	case NETLINK_TOLD_ROUTE:
		if (netlink_filter_hears(&n->filter, e.route.table))
			n->events->route(n->arg, &e.route, e.gone);
		break;
	case NETLINK_TOLD_OBJECT:
		n->events->object(n->arg, &e.object, e.gone);
		break;
	}
}

/* Where the filter could not be had. */
static bool
is_echo(const struct netlink *n, const struct nlmsghdr *h)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (h->nlmsg_pid == nl_socket_get_local_port(n->request[f]))
			return true;
	}
	return false;
}

static void
monitor_take(struct netlink *n, int length)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)n->buf;

	for (; nlmsg_ok(h, length); h = nlmsg_next(h, &length)) {
		if (h->nlmsg_pid == n->monitor_port)
			netlink_dump_take(n, h);
		else if (n->listening && !is_echo(n, h))
			netlink_tell(n, h);
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
			netlink_dump_overrun(n);
		else if (from.nl_pid == 0) /* the kernel, no neighbour */
			monitor_take(n, (int)length);
	}
	return false;
}

static bool
is_flying(const struct netlink *n)
{
	return n->flights[FAMILY_IPV4].count > 0 ||
	    n->flights[FAMILY_IPV6].count > 0;
}

/* The oldest batch of the family; false when it is not over. */
static bool
report_tell(struct netlink *n, enum family family)
{
	struct flights *flights = &n->flights[family];
	const struct flight *f = &flights->at[flights->head];
	struct worker_report report;
	uint32_t place;
	size_t i;

	if (!worker_take(n->worker, family, &report))
		return false;
	for (i = 0; i < report.count && report.error == 0; i++) {
		place = report.results[i].seq - f->first;
		n->events->failed(
		    n->arg, family, f->cookies[place], report.results[i].error);
	}
	/* Not before: now the slot may be given again. */
	flights->head = (flights->head + 1) % WORKER_SLOTS;
	flights->count--;
	n->events->finished(n->arg, family, report.error);
	return true;
}

/* The worker's descriptor stays readable for as long as it has to wait. */
static void
reports_tell(struct netlink *n, bool drained)
{
	enum family f;

	if (is_flying(n) && !drained && ++n->patience < PATIENCE)
		return;
	n->patience = 0;
	worker_clear(n->worker);
	for (f = 0; f < FAMILY_MAX; f++) {
		while (report_tell(n, f))
			;
	}
}

static int
ops_fds(struct kernel *k, int fds[4])
{
	struct netlink *n = netlink_of(k);

	fds[0] = nl_socket_get_fd(n->monitor);
	fds[1] = worker_fd(n->worker);
	fds[2] = n->timer_fd;
	fds[3] = neighbor_watch_fd(n->neighbors);
	return 4;
}

static void
ops_ready(struct kernel *k)
{
	struct netlink *n = netlink_of(k);
	uint64_t ticks;

	(void)!read(n->timer_fd, &ticks, sizeof(ticks));
	reports_tell(n, monitor_read(n));
	neighbor_watch_ready(n->neighbors, n->events, n->arg);
	if (netlink_dump_is_due(n) && !is_flying(n))
		netlink_dump_begin(n);
}

static void
ops_tables(struct kernel *k, const uint32_t *tables, size_t count)
{
	netlink_interest_tables(netlink_of(k), tables, count);
}

static void
ops_dump(struct kernel *k)
{
	netlink_dump_want(netlink_of(k));
}

static bool
may_submit(const struct netlink *n)
{
	return n->listening && !n->dump.running && !n->dump.lost &&
	    !netlink_dump_is_due(n);
}

static size_t
ops_submit(struct kernel *k, enum family family,
    const struct kernel_change *changes, size_t count)
{
	struct netlink *n = netlink_of(k);
	struct flights *flights = &n->flights[family];
	struct flight *f =
	    &flights->at[(flights->head + flights->count) % WORKER_SLOTS];
	uint8_t *buf = worker_buffer(n->worker, family);
	struct nlmsghdr *last = NULL;
	size_t length = 0, bytes;

	if (!may_submit(n) || buf == NULL)
		return 0;
	f->first = n->seq[family];
	f->count = 0;
	while (f->count < count && f->count < WORKER_RESULTS) {
		bytes = netlink_encode(n->scratch, &changes[f->count],
		    n->seq[family], buf + length, WORKER_BYTES - length);
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
	flights->count++;
	n->counters.batches++;
	n->counters.changes += f->count;
	worker_give(n->worker, family, nl_socket_get_fd(n->request[family]),
	    length, f->count);
	return f->count;
}

static void
ops_probe(struct kernel *k, uint32_t index, const struct address *address)
{
	neighbor_watch_probe(netlink_of(k)->neighbors, index, address);
}

static void
ops_interest(struct kernel *k, const struct kernel_interest *interest)
{
	netlink_interest_set(netlink_of(k), interest);
}

static enum kernel_audit
ops_audit(struct kernel *k, bool anew)
{
	return netlink_audit(netlink_of(k), anew);
}

static void
ops_close(struct kernel *k)
{
	struct netlink *n = netlink_of(k);

	netlink_audit_end(n);
	neighbor_watch_close(n->neighbors);
	worker_free(n->worker);
	if (n->timer_fd >= 0)
		close(n->timer_fd);
	netlink_scratch_free(n->scratch);
	nl_socket_free(n->request[FAMILY_IPV6]);
	nl_socket_free(n->request[FAMILY_IPV4]);
	nl_socket_free(n->monitor);
	netlink_interest_clear(n);
	free(n);
}

static size_t
ops_bytes(const struct kernel *k)
{
	const struct netlink *n = (const struct netlink *)(const void *)k;

	return mem_bytes(n) + mem_bytes(n->worker) + mem_bytes(n->neighbors);
}

static const struct kernel_ops netlink_ops = {
	.fds = ops_fds,
	.ready = ops_ready,
	.tables = ops_tables,
	.dump = ops_dump,
	.submit = ops_submit,
	.probe = ops_probe,
	.interest = ops_interest,
	.audit = ops_audit,
	.bytes = ops_bytes,
	.close = ops_close,
};

static int
sockets_open(struct netlink *n)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		n->request[f] = netlink_socket_open(REQUEST_BYTES);
		if (n->request[f] == NULL)
			return -1;
	}
	n->monitor = netlink_socket_open(MONITOR_BYTES);
	if (n->monitor == NULL)
		return -1;
	n->monitor_port = nl_socket_get_local_port(n->monitor);
	netlink_interest_init(n);
	if (netlink_socket_listen(n->monitor) < 0)
		return -1;
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
	n->scratch = netlink_scratch_new();
	if (n->scratch == NULL || n->timer_fd < 0 || sockets_open(n) < 0 ||
	    (n->worker = worker_new()) == NULL ||
	    (n->neighbors = neighbor_watch_open()) == NULL) {
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
