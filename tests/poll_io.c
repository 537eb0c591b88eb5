/* SPDX-License-Identifier: ISC */
/* poll_io.c - io on poll(2), with a clock that stands until it is moved */

/*
 * Everything is an entry of one list: a watch, a connection or a timer.  A
 * turn asks poll about all descriptors with a timeout of zero and calls back
 * for each that is ready.  What is closed from a callback is only marked, and
 * swept when the turn is over.  Level triggered, as the real loop.
 */

#include "tests/poll_io.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rib/mem.h"

struct poll_entry {
	TAILQ_ENTRY(poll_entry) next;
	struct poll_io *io;
	int fd; /* -1: a timer */
	bool gone;
	bool conn;
	short events;
	int64_t at; /* of a timer; 0: stopped */
	io_conn_cb *conn_cb;
	void (*cb)(void *arg);
	void *arg;
};

struct io_conn {
	struct poll_entry entry;
};
struct io_timer {
	struct poll_entry entry;
};
struct io_watch {
	struct poll_entry entry;
};

struct poll_io {
	struct io io;
	TAILQ_HEAD(poll_entries, poll_entry) entries;
	int64_t now;
};

static void *
entry_new(struct io *io, int fd)
{
	struct poll_io *p = (struct poll_io *)io;
	struct poll_entry *e = xcalloc(1, sizeof(*e));

	e->io = p;
	e->fd = fd;
	TAILQ_INSERT_TAIL(&p->entries, e, next);
	return e;
}

static void
sweep(struct poll_io *p)
{
	struct poll_entry *e, *next;

	for (e = TAILQ_FIRST(&p->entries); e != NULL; e = next) {
		next = TAILQ_NEXT(e, next);
		if (!e->gone)
			continue;
		TAILQ_REMOVE(&p->entries, e, next);
		free(e);
	}
}

/* ---- the calls ---- */

static int64_t
now(struct io *io)
{
	return ((struct poll_io *)io)->now;
}

static struct io_timer *
timer_new(struct io *io, io_timer_cb *cb, void *arg)
{
	struct io_timer *t = entry_new(io, -1);

	t->entry.cb = cb;
	t->entry.arg = arg;
	return t;
}

static void
timer_set(struct io_timer *t, int64_t at)
{
	t->entry.at = at;
}

static void
timer_stop(struct io_timer *t)
{
	t->entry.at = 0;
}

static void
timer_free(struct io_timer *t)
{
	t->entry.gone = true;
}

static struct io_conn *
adopt(struct io *io, int fd)
{
	struct io_conn *c = entry_new(io, fd);

	c->entry.conn = true;
	return c;
}

static void
attach(struct io_conn *c, io_conn_cb *cb, void *arg)
{
	c->entry.conn_cb = cb;
	c->entry.arg = arg;
	c->entry.events = POLLIN;
}

static enum io_read
conn_read(struct io_conn *c, void *buf, size_t size, size_t *length, bool *more,
    int *error)
{
	ssize_t n = recv(c->entry.fd, buf, size, MSG_DONTWAIT);

	*more = false;
	*length = n > 0 ? (size_t)n : 0;
	*error = n < 0 ? errno : 0;
	if (n > 0)
		return IO_BYTES;
	if (n < 0 && errno == EAGAIN)
		return IO_AGAIN;
	c->entry.events &= ~POLLIN;
	return n == 0 ? IO_CLOSED : IO_ERROR;
}

static ssize_t
conn_write(struct io_conn *c, const struct iovec *iov, int count)
{
	ssize_t n = 0;

	if (count > 0)
		n = send(c->entry.fd, iov->iov_base, iov->iov_len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 && errno == EAGAIN ? 0 : n;
}

static void
want_write(struct io_conn *c, bool wanted)
{
	if (wanted)
		c->entry.events |= POLLOUT;
	else
		c->entry.events &= ~POLLOUT;
}

static void
conn_close(struct io_conn *c)
{
	close(c->entry.fd);
	c->entry.gone = true;
}

static struct io_watch *
watch(struct io *io, int fd, io_watch_cb *cb, void *arg)
{
	struct io_watch *w = entry_new(io, fd);

	w->entry.cb = cb;
	w->entry.arg = arg;
	w->entry.events = POLLIN;
	return w;
}

static void
unwatch(struct io_watch *w)
{
	w->entry.gone = true;
}

/* ---- turns ---- */

static void
serve(struct poll_entry *e, short revents)
{
	if (!e->conn) {
		e->cb(e->arg);
		return;
	}
	/* poll names an error nobody asked for; reading tells it. */
	if (revents & POLLIN ||
	    (revents & (POLLERR | POLLHUP) && e->events & POLLIN))
		e->conn_cb(e->arg, IO_READABLE, 0);
	if (!e->gone && revents & e->events & POLLOUT)
		e->conn_cb(e->arg, IO_WRITABLE, 0);
}

bool
poll_io_turn(struct io *io)
{
	struct poll_io *p = (struct poll_io *)io;
	struct poll_entry *e, *last = TAILQ_LAST(&p->entries, poll_entries);
	bool any = false;

	TAILQ_FOREACH(e, &p->entries, next)
	{
		struct pollfd fd = { .fd = e->fd, .events = e->events };

		if (e->gone || e->fd == -1 || e->events == 0)
			continue;
		if (poll(&fd, 1, 0) == 1 &&
		    (fd.revents & (e->events | POLLERR | POLLHUP))) {
			serve(e, fd.revents);
			any = true;
		}
		if (e == last)
			break;
	}
	sweep(p);
	return any;
}

void
poll_io_pass(struct io *io, int64_t ms)
{
	struct poll_io *p = (struct poll_io *)io;
	struct poll_entry *e;

	p->now += ms;
	TAILQ_FOREACH(e, &p->entries, next)
	{
		if (e->gone || e->fd != -1 || e->at == 0 || e->at > p->now)
			continue;
		e->at = 0;
		e->cb(e->arg);
	}
	sweep(p);
}

unsigned int
poll_io_conns(const struct io *io)
{
	const struct poll_io *p = (const struct poll_io *)io;
	const struct poll_entry *e;
	unsigned int count = 0;

	TAILQ_FOREACH(e, &p->entries, next)
	count += e->conn && !e->gone;
	return count;
}

struct io *
poll_io_new(void)
{
	static const struct io_ops ops = {
		.now = now,
		.timer_new = timer_new,
		.timer_set = timer_set,
		.timer_stop = timer_stop,
		.timer_free = timer_free,
		.adopt = adopt,
		.attach = attach,
		.read = conn_read,
		.write = conn_write,
		.want_write = want_write,
		.close = conn_close,
		.watch = watch,
		.unwatch = unwatch,
	};
	struct poll_io *p = xcalloc(1, sizeof(*p));

	p->io.ops = &ops;
	p->now = 1;
	TAILQ_INIT(&p->entries);
	return &p->io;
}

void
poll_io_free(struct io *io)
{
	sweep((struct poll_io *)io);
	free(io);
}
