/* SPDX-License-Identifier: ISC */
/* io_event_tls.c - io.h on libevent: handshakes, in slices */

/*
 * A step of a handshake takes up to a millisecond, so a thousand of them at
 * once would keep everybody else waiting for a second.  They stand in a queue,
 * of which a turn does a few milliseconds' worth; then it goes behind the
 * bytes that wait, as a listener does.  Who has begun comes before who has not:
 * a handshake holds much memory until it is over.  Whoever is at rest between
 * two steps waits for its socket, and has until IO_TLS_TIME after the first in
 * all.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/session/io_event_private.h"

#define SLICE 3 /* ms */

static void
step_queue(struct io_conn *conn)
{
	struct io_event_loop *loop = conn->loop;

	event_del(&conn->read);
	event_del(&conn->write);
	if (conn->queued)
		return;
	if (TAILQ_EMPTY(&loop->steps))
		event_active(&loop->step, EV_TIMEOUT, 0);
	if (conn->begun)
		TAILQ_INSERT_HEAD(&loop->steps, conn, next_step);
	else
		TAILQ_INSERT_TAIL(&loop->steps, conn, next_step);
	conn->queued = true;
}

static void
step_unqueue(struct io_conn *conn)
{
	if (conn->queued)
		TAILQ_REMOVE(&conn->loop->steps, conn, next_step);
	conn->queued = false;
}

static void
shake_failed(struct io_conn *conn, int error)
{
	conn->loop->counters.handshakes_failed++;
	conn->cb(conn->arg, IO_FAILED, error);
}

/* Until the socket is ready, or the time is over. */
static void
shake_wait(struct io_conn *conn, struct event *event)
{
	int64_t left = conn->shake_until - io_event_now(&conn->loop->io);
	struct timeval tv = io_event_delay(left > 0 ? left : 1);

	event_add(event, &tv);
}

static void
shake_step(struct io_conn *conn)
{
	conn->begun = true;
	switch (tls_shake(conn->tls)) {
	case TLS_WANTS_READ: shake_wait(conn, &conn->read); break;
	case TLS_WANTS_WRITE: shake_wait(conn, &conn->write); break;
	case TLS_FAILED: shake_failed(conn, EPROTO); break;
	case TLS_DONE:
		conn->shaking = false;
		event_add(&conn->read, NULL);
		conn->cb(conn->arg, IO_CONNECTED, 0);
		break;
	}
}

static void
steps_do(evutil_socket_t fd, short what, void *arg)
{
	struct io_event_loop *loop = arg;
	int64_t until = io_event_now(&loop->io) + SLICE;
	uint64_t entered = io_event_enter();
	struct io_conn *conn;

	(void)fd;
	(void)what;
	while ((conn = TAILQ_FIRST(&loop->steps)) != NULL &&
	    io_event_now(&loop->io) < until) {
		step_unqueue(conn);
		shake_step(conn);
	}
	if (!TAILQ_EMPTY(&loop->steps))
		event_active(&loop->step, EV_TIMEOUT, 0);
	io_event_leave(loop, entered);
}

void
io_event_tls_init(struct io_event_loop *loop)
{
	TAILQ_INIT(&loop->steps);
	io_event_assign(loop, &loop->step, -1, 0, steps_do, loop);
	event_priority_set(&loop->step, PRIORITY_BYTES);
}

void
io_event_shake(struct io_conn *conn)
{
	conn->shaking = true;
	conn->shake_until = io_event_now(&conn->loop->io) + IO_TLS_TIME;
	conn->loop->counters.handshakes++;
	step_queue(conn);
}

void
io_event_shake_ready(struct io_conn *conn, short what)
{
	if ((what & EV_TIMEOUT) == 0) {
		step_queue(conn);
		return;
	}
	event_del(&conn->read);
	event_del(&conn->write);
	tls_fail(conn->tls, IO_TLS_SLOW);
	shake_failed(conn, EPROTO);
}

void
io_event_tls_free(struct io_conn *conn)
{
	step_unqueue(conn);
	tls_free(conn->tls);
	conn->tls = NULL;
}

static void
encrypt(struct io_conn *conn, const struct io_tls *with)
{
	conn->tls = tls_new(with, conn->fd, NULL);
	conn->shaking = true;
}

static bool
view(const struct io_conn *conn, struct io_tls_view *v)
{
	if (conn->tls == NULL)
		return false;
	tls_view(conn->tls, v);
	return true;
}

const struct io_tls_ops io_event_tls_ops = {
	.judge = tls_judge,
	.credentials_new = tls_credentials_new,
	.credentials_unref = tls_credentials_unref,
	.credentials_load = tls_credentials_load,
	.credentials_show = tls_credentials_show,
	.encrypt = encrypt,
	.view = view,
};
