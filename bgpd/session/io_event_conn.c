/* SPDX-License-Identifier: ISC */
/* io_event_conn.c - io.h on libevent: connections and listeners */

/*
 * A connection is a descriptor with one event for reading, added while it is
 * up and attached, and one for writing, added while it is dialled or asked
 * for.  Both are level triggered, so whoever reads a bounded amount a turn
 * is called again.
 *
 * Closing must not cost the peer our last message.  A close with unread
 * bytes in the kernel answers with a reset, and a reset makes the peer's
 * kernel forget what it has not yet handed over: the NOTIFICATION.  So our
 * side is shut down and what still comes is thrown away, until the peer
 * closes too or a second has passed.  The owner is not bothered with it.
 *
 * A listener takes a bounded batch and rests until the bytes of the others
 * had their chance; without descriptors it rests for a second, and the
 * connections wait in the backlog.  Whoever is not known is closed before
 * anything is allocated.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/session/io_event_private.h"
#include "bgpd/session/tcp.h"
#include "rib/mem.h"

#define ACCEPTS_PER_TURN 64
#define LINGERERS_MAX    256
#define DRAIN_READS      16

static const int64_t linger_time = 1000;
static const int64_t starved_rest = 1000;

struct io_conn {
	struct event read;
	struct event write;
	LIST_ENTRY(io_conn) next; /* while it lingers */
	struct io_event_loop *loop;
	int fd;
	bool dialling;
	bool over; /* nobody left to listen */
	int64_t linger_until;
	io_conn_cb *cb;
	void *arg;
};

struct io_listener {
	struct event event;
	struct event rested;
	struct io_event_loop *loop;
	int fd;
	bool *ended; /* unlistened from a callback */
	io_known_cb *known;
	io_accept_cb *accept;
	void *arg;
};

/* ---- connections ---- */

static void
conn_readable(evutil_socket_t fd, short what, void *arg)
{
	struct io_conn *conn = arg;
	struct io_event_loop *loop = conn->loop;
	uint64_t entered = io_event_enter();

	(void)fd;
	(void)what;
	conn->cb(conn->arg, IO_READABLE, 0);
	io_event_leave(loop, entered);
}

static void
dial_ended(struct io_conn *conn)
{
	int error = tcp_error(conn->fd);

	conn->dialling = false;
	event_del(&conn->write);
	if (error != 0) {
		conn->over = true;
		conn->cb(conn->arg, IO_FAILED, error);
		return;
	}
	event_add(&conn->read, NULL);
	conn->cb(conn->arg, IO_CONNECTED, 0);
}

static void
conn_writable(evutil_socket_t fd, short what, void *arg)
{
	struct io_conn *conn = arg;
	struct io_event_loop *loop = conn->loop;
	uint64_t entered = io_event_enter();

	(void)fd;
	(void)what;
	if (conn->dialling)
		dial_ended(conn);
	else
		conn->cb(conn->arg, IO_WRITABLE, 0);
	io_event_leave(loop, entered);
}

static struct io_conn *
conn_new(struct io_event_loop *loop, int fd)
{
	struct io_conn *conn = xcalloc(1, sizeof(*conn));

	conn->loop = loop;
	conn->fd = fd;
	io_event_assign(
	    loop, &conn->read, fd, EV_READ | EV_PERSIST, conn_readable, conn);
	io_event_assign(
	    loop, &conn->write, fd, EV_WRITE | EV_PERSIST, conn_writable, conn);
	return conn;
}

static void
conn_free(struct io_conn *conn)
{
	event_del(&conn->read);
	event_del(&conn->write);
	close(conn->fd);
	free(conn);
}

struct io_conn *
io_event_connect(
    struct io *io, const struct io_target *target, io_conn_cb *cb, void *arg)
{
	int fd = tcp_connect(target);
	struct io_conn *conn;

	if (fd < 0)
		return NULL;
	conn = conn_new(io_event_loop(io), fd);
	conn->cb = cb;
	conn->arg = arg;
	conn->dialling = true;
	event_add(&conn->write, NULL);
	return conn;
}

struct io_conn *
io_event_adopt(struct io *io, int fd)
{
	return conn_new(io_event_loop(io), fd);
}

void
io_event_attach(struct io_conn *conn, io_conn_cb *cb, void *arg)
{
	conn->cb = cb;
	conn->arg = arg;
	event_add(&conn->read, NULL);
}

enum io_read
io_event_read(struct io_conn *conn, void *buf, size_t size, size_t *length,
    bool *more, int *error)
{
	ssize_t n = recv(conn->fd, buf, size, 0);

	*more = false;
	*length = n > 0 ? (size_t)n : 0;
	*error = n < 0 ? errno : 0;
	if (n > 0)
		return IO_BYTES;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return IO_AGAIN;
	conn->over = true;
	/* It stays readable, and says nothing new: the owner may yet write. */
	event_del(&conn->read);
	return n == 0 ? IO_CLOSED : IO_ERROR;
}

ssize_t
io_event_write(struct io_conn *conn, const struct iovec *iov, int count)
{
	struct msghdr message = { .msg_iovlen = (size_t)count };
	ssize_t n;

	/* sendmsg does not write to what it is given. */
	memcpy(&message.msg_iov, &iov, sizeof(iov));
	n = sendmsg(conn->fd, &message, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		conn->over = true;
	return n;
}

void
io_event_want_write(struct io_conn *conn, bool wanted)
{
	if (conn->dialling)
		return;
	if (wanted)
		event_add(&conn->write, NULL);
	else
		event_del(&conn->write);
}

int
io_event_secure(struct io_conn *conn, const struct io_target *target)
{
	return tcp_secure(conn->fd, target);
}

void
io_event_local(const struct io_conn *conn, struct io_endpoint *local)
{
	tcp_local(conn->fd, local);
}

size_t
io_event_unacked(const struct io_conn *conn)
{
	return tcp_unacked(conn->fd);
}

/* ---- going away ---- */

static void
linger_end(struct io_conn *conn)
{
	LIST_REMOVE(conn, next);
	conn->loop->lingerers--;
	conn_free(conn);
}

static void
linger_fired(evutil_socket_t fd, short what, void *arg)
{
	struct io_conn *conn = arg;
	char waste[16384];
	ssize_t n = -1;
	int i;

	(void)what;
	for (i = 0; i < DRAIN_READS; i++) {
		n = recv(fd, waste, sizeof(waste), 0);
		if (n <= 0)
			break;
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    io_event_now(&conn->loop->io) >= conn->linger_until)
		linger_end(conn);
}

static void
linger_begin(struct io_conn *conn)
{
	struct io_event_loop *loop = conn->loop;
	struct timeval tv = io_event_delay(linger_time);

	event_del(&conn->read);
	event_del(&conn->write);
	conn->linger_until = io_event_now(&loop->io) + linger_time;
	io_event_assign(loop, &conn->read, conn->fd, EV_READ | EV_PERSIST,
	    linger_fired, conn);
	event_add(&conn->read, &tv);
	LIST_INSERT_HEAD(&loop->lingering, conn, next);
	loop->lingerers++;
}

void
io_event_close(struct io_conn *conn)
{
	if (conn->over || conn->dialling ||
	    conn->loop->lingerers >= LINGERERS_MAX ||
	    shutdown(conn->fd, SHUT_WR) != 0)
		conn_free(conn);
	else
		linger_begin(conn);
}

void
io_event_lingerers_free(struct io_event_loop *loop)
{
	while (!LIST_EMPTY(&loop->lingering))
		linger_end(LIST_FIRST(&loop->lingering));
}

/* ---- listeners ---- */

enum accepted {
	ACCEPTED_ONE,
	ACCEPTED_NONE,   /* the backlog is empty */
	ACCEPTED_STARVED /* nothing to accept it with */
};

/* Errors of a connection that is gone already, accept(2). */
static bool
is_its_own_fault(int error)
{
	static const int faults[] = { EINTR, ECONNABORTED, EPROTO, EPERM,
		ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET,
		ENOPROTOOPT, EOPNOTSUPP };
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i] == error)
			return true;
	return false;
}

static enum accepted
accept_one(struct io_listener *listener)
{
	struct io_event_loop *loop = listener->loop;
	struct io_endpoint remote, local;
	int fd = tcp_accept(listener->fd, &remote);

	if (fd < 0 && errno == EAGAIN)
		return ACCEPTED_NONE;
	if (fd < 0) {
		loop->counters.accept_failed++;
		return is_its_own_fault(errno) ? ACCEPTED_ONE
					       : ACCEPTED_STARVED;
	}
	if (!listener->known(listener->arg, &remote)) {
		loop->counters.refused_unknown++;
		close(fd);
		return ACCEPTED_ONE;
	}
	loop->counters.accepted++;
	tcp_options(fd, remote.address.family);
	tcp_local(fd, &local);
	listener->accept(listener->arg, conn_new(loop, fd), &remote, &local);
	return ACCEPTED_ONE;
}

/* Takes a bounded batch; false when the listener has gone meanwhile. */
static bool
accept_some(struct io_listener *listener, enum accepted *result)
{
	bool ended = false;
	int i;

	*result = ACCEPTED_ONE;
	listener->ended = &ended;
	for (i = 0; i < ACCEPTS_PER_TURN && *result == ACCEPTED_ONE; i++) {
		*result = accept_one(listener);
		if (ended)
			return false;
	}
	listener->ended = NULL;
	return true;
}

/* Rested is queued behind the bytes that wait already. */
static void
listener_rest(struct io_listener *listener, enum accepted result)
{
	struct timeval tv = io_event_delay(starved_rest);

	event_del(&listener->event);
	if (result == ACCEPTED_STARVED)
		event_add(&listener->rested, &tv);
	else
		event_active(&listener->rested, EV_TIMEOUT, 0);
}

static void
listener_ready(evutil_socket_t fd, short what, void *arg)
{
	struct io_listener *listener = arg;
	struct io_event_loop *loop = listener->loop;
	uint64_t entered = io_event_enter();
	enum accepted result;

	(void)fd;
	(void)what;
	if (accept_some(listener, &result))
		listener_rest(listener, result);
	io_event_leave(loop, entered);
}

static void
listener_rested(evutil_socket_t fd, short what, void *arg)
{
	struct io_listener *listener = arg;

	(void)fd;
	(void)what;
	event_add(&listener->event, NULL);
}

struct io_listener *
io_event_listen(struct io *io, const struct io_endpoint *at, io_known_cb *known,
    io_accept_cb *accept, void *arg)
{
	struct io_event_loop *loop = io_event_loop(io);
	struct io_listener *listener;
	int fd = tcp_listen(at);

	if (fd < 0)
		return NULL;
	listener = xcalloc(1, sizeof(*listener));
	listener->loop = loop;
	listener->fd = fd;
	listener->known = known;
	listener->accept = accept;
	listener->arg = arg;
	io_event_assign(loop, &listener->event, fd, EV_READ | EV_PERSIST,
	    listener_ready, listener);
	event_priority_set(&listener->event, PRIORITY_FIRST);
	io_event_assign(
	    loop, &listener->rested, -1, 0, listener_rested, listener);
	event_priority_set(&listener->rested, PRIORITY_BYTES);
	event_add(&listener->event, NULL);
	return listener;
}

void
io_event_unlisten(struct io_listener *listener)
{
	if (listener == NULL)
		return;
	if (listener->ended != NULL)
		*listener->ended = true;
	event_del(&listener->event);
	event_del(&listener->rested);
	close(listener->fd);
	free(listener);
}

int
io_event_sign(struct io_listener *listener, const struct prefix *from,
    const struct io_key *key, const struct io_key *before)
{
	return tcp_sign(listener->fd, from, key, before);
}
