/* SPDX-License-Identifier: ISC */
/* fake_conn.c - connections and listeners over memory pipes */

/*
 * A connection is two ends; each holds the bytes that it has not yet read.
 * Whatever one end does to the other (bytes, room for bytes, a close) wakes
 * it a millisecond later, and the wake-up is where things arrive: so a cut
 * between two addresses is one question, asked there.  Wake-ups are level
 * triggered, as those of the real loop are.
 *
 * What TCP does is kept where a session can tell: a refused connect fails, a
 * dial over a cut retries its SYN each second and times out after 127, a
 * dial to nobody fails after three (neighbour discovery), a connection that
 * the listener does not know is up and then closed, a close is not heard of
 * while the net is cut, and until then writes go into the void.  Two ends with
 * different keys are cut off from each other, and who drops what counts it.
 * Encryption is fake_tls.c's.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "rib/mem.h"
#include "tests/sim/fake_private.h"

#define LATENCY 1
static const int64_t syn_retry = 1000;
static const int64_t syn_timeout = 127 * 1000;
static const int64_t unreachable_after = 3 * 1000;

void
fake_conn_wake(struct io_conn *conn)
{
	struct fake_clock *clock = &conn->node->net->clock;

	if (conn->event.slot == 0)
		fake_clock_set(clock, &conn->event, clock->now + LATENCY);
}

static struct io_listener *
find_listener(struct fake_node *node, const struct io_endpoint *to)
{
	struct io_listener *listener, *found = NULL;

	LIST_FOREACH(listener, &node->listeners, next)
	{
		const struct address *at = &listener->at.address;

		if (listener->at.port != to->port ||
		    at->family != to->address.family)
			continue;
		if (address_equal(at, &to->address))
			return listener;
		if (address_is_unset(at))
			found = listener;
	}
	return found;
}

static size_t
room(const struct io_conn *conn)
{
	size_t size = conn->node->net->pipe_size;
	size_t used = conn->peer != NULL ? conn->peer->used : conn->lost;

	return size > used ? size - used : 0;
}

static bool
is_readable(const struct io_conn *conn)
{
	return conn->arrived > 0 || (conn->fin_arrived && !conn->fin_told);
}

static bool
is_writable(const struct io_conn *conn)
{
	return conn->wants_write && (conn->fin_arrived || room(conn) > 0);
}

/* What a listener asks of an address, by the longest prefix. */
static struct io_key
key_due(const struct io_listener *listener, const struct address *from)
{
	const struct fake_sign *sign, *found = NULL;

	LIST_FOREACH(sign, &listener->signs, next)
	if (prefix_covers(&sign->from, from) &&
	    (found == NULL || found->from.length < sign->from.length))
		found = sign;
	return found != NULL ? found->key
			     : (struct io_key){ .scheme = IO_UNSIGNED };
}

static void
count_drop(struct fake_node *node, const struct io_key *due)
{
	if (due->scheme == IO_UNSIGNED)
		node->counters.signature_unexpected++;
	else
		node->counters.signature_wrong++;
}

/* Does what the other end sends get through to this one? */
static bool
is_heard(struct io_conn *conn)
{
	if (fake_is_cut(conn->node->net, conn))
		return false;
	if (conn->peer == NULL || io_key_equal(&conn->key, &conn->peer->key))
		return true;
	count_drop(conn->node, &conn->key);
	return false;
}

void
fake_conn_arrive(struct io_conn *conn)
{
	if (!is_heard(conn))
		return;
	conn->arrived = conn->used;
	conn->fin_arrived = conn->fin;
}

static void
deliver(struct io_conn *conn)
{
	struct fake_net *net = conn->node->net;

	if (fake_tls_is_shaking(conn)) {
		fake_tls_step(conn);
		return;
	}
	fake_conn_arrive(conn);
	if (conn->cb == NULL)
		return;
	net->firing = conn;
	if (is_readable(conn))
		conn->cb(conn->arg, IO_READABLE, 0);
	if (net->firing == conn && is_writable(conn))
		conn->cb(conn->arg, IO_WRITABLE, 0);
	if (net->firing == conn && (is_readable(conn) || is_writable(conn)))
		fake_conn_wake(conn);
	net->firing = NULL;
}

static void conn_fire(struct fake_event *);

static struct io_conn *
conn_new(struct fake_node *node, const struct io_endpoint *local,
    const struct io_endpoint *remote)
{
	struct io_conn *conn = xcalloc(1, sizeof(*conn));

	conn->event.fire = conn_fire;
	conn->node = node;
	conn->local = *local;
	conn->remote = *remote;
	LIST_INSERT_HEAD(&node->net->conns, conn, next);
	return conn;
}

/* The peer's end exists from the SYN on; its owner hears of it later. */
static void
join(struct io_conn *conn, struct io_listener *listener)
{
	struct io_conn *other =
	    conn_new(listener->node, &conn->remote, &conn->local);

	other->key = conn->key;
	other->listener = listener;
	other->up = true;
	other->peer = conn;
	conn->peer = other;
	fake_conn_wake(other);
}

static void
dial_failed(struct io_conn *conn, int error)
{
	conn->dialled_at = 0;
	conn->cb(conn->arg, IO_FAILED, error);
}

/* Nobody answers: try again, until it is time to give up. */
static void
dial_again(struct io_conn *conn, int64_t timeout, int error)
{
	struct fake_clock *clock = &conn->node->net->clock;

	if (clock->now - conn->dialled_at >= timeout)
		dial_failed(conn, error);
	else
		fake_clock_set(clock, &conn->event, clock->now + syn_retry);
}

static void
dial(struct io_conn *conn)
{
	struct fake_node *node =
	    fake_node_find(conn->node, &conn->remote.address);
	struct io_listener *listener;
	struct io_key due;

	if (node == NULL) {
		dial_again(conn, unreachable_after, EHOSTUNREACH);
		return;
	}
	if (fake_is_cut(node->net, conn)) {
		dial_again(conn, syn_timeout, ETIMEDOUT);
		return;
	}
	listener = find_listener(node, &conn->remote);
	if (listener == NULL) {
		dial_failed(conn, ECONNREFUSED);
		return;
	}
	due = key_due(listener, &conn->local.address);
	if (!io_key_equal(&due, &conn->key)) {
		count_drop(node, &due);
		dial_again(conn, syn_timeout, ETIMEDOUT);
		return;
	}
	conn->dialled_at = 0;
	conn->up = true;
	if (listener->known(listener->arg, &conn->local)) {
		join(conn, listener);
	} else {
		node->counters.refused_unknown++;
		conn->fin = true;
		fake_conn_wake(conn);
	}
	if (conn->tls != NULL)
		fake_conn_wake(conn);
	else
		conn->cb(conn->arg, IO_CONNECTED, 0);
}

static void
conn_fire(struct fake_event *event)
{
	struct io_conn *conn = (struct io_conn *)event;
	struct io_listener *listener = conn->listener;

	if (conn->dialled_at != 0) {
		dial(conn);
	} else if (listener != NULL) {
		conn->listener = NULL;
		conn->node->counters.accepted++;
		fake_conn_wake(conn);
		listener->accept(
		    listener->arg, conn, &conn->remote, &conn->local);
	} else if (conn->up) {
		deliver(conn);
	}
}

static bool
choose_source(struct fake_node *node, const struct io_target *target,
    struct io_endpoint *source)
{
	enum family family = target->remote.address.family;
	const struct fake_address *own;

	*source = target->source;
	if (source->port == 0)
		source->port = node->next_port++;
	if (!address_is_unset(&source->address))
		return fake_node_has(node, &source->address);
	if (address_is_loopback(&target->remote.address)) {
		source->address = target->remote.address;
		return true;
	}
	LIST_FOREACH(own, &node->addresses, next)
	if (own->address.family == family) {
		source->address = own->address;
		return true;
	}
	return false;
}

struct io_conn *
fake_connect(
    struct io *io, const struct io_target *target, io_conn_cb *cb, void *arg)
{
	struct fake_node *node = fake_node_of(io);
	struct io_endpoint source;
	struct io_conn *conn;

	if (!choose_source(node, target, &source)) {
		errno = EADDRNOTAVAIL;
		return NULL;
	}
	conn = conn_new(node, &source, &target->remote);
	conn->cb = cb;
	conn->arg = arg;
	conn->key = target->key;
	if (target->tls.credentials != NULL)
		fake_tls_begin(conn, &target->tls);
	conn->dialled_at = node->net->clock.now;
	fake_conn_wake(conn);
	return conn;
}

void
fake_attach(struct io_conn *conn, io_conn_cb *cb, void *arg)
{
	conn->cb = cb;
	conn->arg = arg;
	fake_conn_wake(conn);
}

enum io_read
fake_read(struct io_conn *conn, void *buf, size_t size, size_t *length,
    bool *more, int *error)
{
	size_t n = conn->arrived < size ? conn->arrived : size;

	*more = false;
	*error = 0;
	*length = n;
	if (n == 0 && conn->fin_arrived) {
		conn->fin_told = true;
		return IO_CLOSED;
	}
	if (n == 0)
		return IO_AGAIN;
	memcpy(buf, conn->bytes, n);
	memmove(conn->bytes, conn->bytes + n, conn->used - n);
	conn->used -= n;
	conn->arrived -= n;
	if (conn->peer != NULL)
		fake_conn_wake(conn->peer);
	return IO_BYTES;
}

static void
pipe_add(struct io_conn *conn, const void *bytes, size_t length)
{
	conn->bytes = xreallocarray(conn->bytes, conn->used + length, 1);
	memcpy(conn->bytes + conn->used, bytes, length);
	conn->used += length;
	fake_conn_wake(conn);
}

ssize_t
fake_write(struct io_conn *conn, const struct iovec *iov, int count)
{
	size_t total = 0, n;
	int i;

	if (!conn->up)
		return 0;
	if (conn->fin_arrived) {
		errno = EPIPE;
		return -1;
	}
	for (i = 0; i < count; i++) {
		n = room(conn);
		if (n > iov[i].iov_len)
			n = iov[i].iov_len;
		if (n == 0)
			continue;
		if (conn->peer != NULL)
			pipe_add(conn->peer, iov[i].iov_base, n);
		else
			conn->lost += n;
		total += n;
	}
	return (ssize_t)total;
}

void
fake_want_write(struct io_conn *conn, bool wanted)
{
	conn->wants_write = wanted;
	if (wanted && conn->up)
		fake_conn_wake(conn);
}

int
fake_secure(struct io_conn *conn, const struct io_target *target)
{
	conn->key = target->key;
	fake_conn_wake(conn);
	if (conn->peer != NULL)
		fake_conn_wake(conn->peer);
	return 0;
}

void
fake_local(const struct io_conn *conn, struct io_endpoint *local)
{
	*local = conn->local;
}

/* What has arrived is confirmed, read or not. */
size_t
fake_unacked(const struct io_conn *conn)
{
	return conn->peer != NULL ? conn->peer->used - conn->peer->arrived
				  : conn->lost;
}

void
fake_conn_close(struct io_conn *conn)
{
	struct fake_net *net = conn->node->net;

	if (conn->peer != NULL) {
		conn->peer->fin = true;
		conn->peer->peer = NULL;
		fake_conn_wake(conn->peer);
	}
	if (net->firing == conn)
		net->firing = NULL;
	fake_clock_cancel(&net->clock, &conn->event);
	fake_tls_free(conn);
	LIST_REMOVE(conn, next);
	free(conn->bytes);
	free(conn);
}

struct io_listener *
fake_listen(struct io *io, const struct io_endpoint *at, io_known_cb *known,
    io_accept_cb *accept, void *arg)
{
	struct fake_node *node = fake_node_of(io);
	struct io_listener *listener;

	LIST_FOREACH(listener, &node->listeners, next)
	if (listener->at.port == at->port &&
	    address_equal(&listener->at.address, &at->address)) {
		errno = EADDRINUSE;
		return NULL;
	}
	if (!address_is_unset(&at->address) &&
	    !fake_node_has(node, &at->address)) {
		errno = EADDRNOTAVAIL;
		return NULL;
	}
	listener = xcalloc(1, sizeof(*listener));
	listener->node = node;
	listener->at = *at;
	listener->known = known;
	listener->accept = accept;
	listener->arg = arg;
	LIST_INSERT_HEAD(&node->listeners, listener, next);
	return listener;
}

static void
sign_free(struct fake_sign *sign)
{
	LIST_REMOVE(sign, next);
	free(sign);
}

void
fake_unlisten(struct io_listener *listener)
{
	struct io_conn *conn, *after;

	if (listener == NULL)
		return;
	for (conn = LIST_FIRST(&listener->node->net->conns); conn != NULL;
	     conn = after) {
		after = LIST_NEXT(conn, next);
		if (conn->listener == listener)
			fake_conn_close(conn);
	}
	while (!LIST_EMPTY(&listener->signs))
		sign_free(LIST_FIRST(&listener->signs));
	LIST_REMOVE(listener, next);
	free(listener);
}

int
fake_sign(struct io_listener *listener, const struct prefix *from,
    const struct io_key *key, const struct io_key *before)
{
	struct fake_sign *sign;

	LIST_FOREACH(sign, &listener->signs, next)
	if (prefix_equal(&sign->from, from))
		break;
	if (sign == NULL && key->scheme == IO_UNSIGNED) {
		errno = ENOENT;
		return -1;
	}
	assert(io_key_equal(
	    before, sign == NULL ? &(struct io_key){ 0 } : &sign->key));
	if (key->scheme == IO_UNSIGNED) {
		sign_free(sign);
		return 0;
	}
	if (sign == NULL) {
		sign = xcalloc(1, sizeof(*sign));
		sign->from = *from;
		LIST_INSERT_HEAD(&listener->signs, sign, next);
	}
	sign->key = *key;
	return 0;
}
