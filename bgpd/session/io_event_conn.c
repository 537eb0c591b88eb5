/* SPDX-License-Identifier: ISC */
/* io_event_conn.c - io.h on libevent: connections */

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
 * One that is encrypted (io_event_tls.c) reads and writes through TLS, which
 * may hold the rest of a record that did not fit into the socket: then the
 * connection waits for room, whether its owner does or not.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/session/io_event_private.h"
#include "bgpd/session/tcp.h"

#define LINGERERS_MAX 256
#define DRAIN_READS   16

static const int64_t linger_time = 1000;

/* ---- connections ---- */

static void
conn_readable(evutil_socket_t fd, short what, void *arg)
{
	struct io_conn *conn = arg;
	struct io_event_loop *loop = conn->loop;
	uint64_t entered = io_event_enter();

	(void)fd;
	if (conn->shaking)
		io_event_shake_ready(conn, what);
	else
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
	if (conn->tls != NULL) {
		io_event_shake(conn);
		return;
	}
	event_add(&conn->read, NULL);
	conn->cb(conn->arg, IO_CONNECTED, 0);
}

/* Is the rest of a record out?  A failure is told by the next write. */
static bool
tls_is_flushed(struct io_conn *conn)
{
	return conn->tls == NULL || !tls_flush(conn->tls) ||
	    tls_unsent(conn->tls) == 0;
}

static void
write_follow(struct io_conn *conn)
{
	if (conn->wants_write ||
	    (conn->tls != NULL && tls_unsent(conn->tls) > 0))
		event_add(&conn->write, NULL);
	else
		event_del(&conn->write);
}

static void
conn_writable(evutil_socket_t fd, short what, void *arg)
{
	struct io_conn *conn = arg;
	struct io_event_loop *loop = conn->loop;
	uint64_t entered = io_event_enter();

	(void)fd;
	if (conn->dialling) {
		dial_ended(conn);
	} else if (conn->shaking) {
		io_event_shake_ready(conn, what);
	} else if (tls_is_flushed(conn)) {
		write_follow(conn);
		if (conn->wants_write)
			conn->cb(conn->arg, IO_WRITABLE, 0);
	}
	io_event_leave(loop, entered);
}

struct io_conn *
io_event_conn_new(struct io_event_loop *loop, int fd)
{
	struct io_conn *conn = io_event_take(loop, sizeof(*conn));

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
	io_event_tls_free(conn);
	event_del(&conn->read);
	event_del(&conn->write);
	close(conn->fd);
	io_event_give(conn->loop, conn);
}

struct io_conn *
io_event_connect(
    struct io *io, const struct io_target *target, io_conn_cb *cb, void *arg)
{
	int fd = tcp_connect(target);
	struct io_conn *conn;

	if (fd < 0)
		return NULL;
	conn = io_event_conn_new(io_event_loop(io), fd);
	if (target->tls.credentials != NULL)
		conn->tls = tls_new(&target->tls, fd, &target->remote);
	conn->cb = cb;
	conn->arg = arg;
	conn->dialling = true;
	event_add(&conn->write, NULL);
	return conn;
}

struct io_conn *
io_event_adopt(struct io *io, int fd)
{
	return io_event_conn_new(io_event_loop(io), fd);
}

void
io_event_attach(struct io_conn *conn, io_conn_cb *cb, void *arg)
{
	conn->cb = cb;
	conn->arg = arg;
	if (conn->shaking)
		io_event_shake(conn);
	else
		event_add(&conn->read, NULL);
}

static enum io_read
plain_read(struct io_conn *conn, void *buf, size_t size, size_t *length,
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
	return n == 0 ? IO_CLOSED : IO_ERROR;
}

enum io_read
io_event_read(struct io_conn *conn, void *buf, size_t size, size_t *length,
    bool *more, int *error)
{
	enum io_read result = conn->tls != NULL
	    ? tls_read(conn->tls, buf, size, length, more, error)
	    : plain_read(conn, buf, size, length, more, error);

	if (result == IO_CLOSED || result == IO_ERROR) {
		conn->over = true;
		/* It stays readable, and says nothing new: the owner may yet
		 * write. */
		event_del(&conn->read);
	}
	return result;
}

static ssize_t
encrypted_write(struct io_conn *conn, const struct iovec *iov, int count)
{
	ssize_t n = conn->shaking ? 0 : tls_write(conn->tls, iov, count);

	if (n < 0)
		conn->over = true;
	else if (!conn->shaking)
		write_follow(conn);
	return n;
}

ssize_t
io_event_write(struct io_conn *conn, const struct iovec *iov, int count)
{
	struct msghdr message = { .msg_iovlen = (size_t)count };
	ssize_t n;

	if (conn->tls != NULL)
		return encrypted_write(conn, iov, count);

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
	conn->wants_write = wanted;
	if (!conn->dialling && !conn->shaking)
		write_follow(conn);
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
	return tcp_unacked(conn->fd) +
	    (conn->tls != NULL ? tls_unsent(conn->tls) : 0);
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

	conn->shaking = false;
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
	io_event_tls_free(conn);
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
