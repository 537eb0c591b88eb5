/* SPDX-License-Identifier: ISC */
/* io_event_listen.c - io.h on libevent: listeners */

/*
 * A listener takes a bounded batch and rests until the bytes of the others
 * had their chance; without descriptors it rests for a second, and the
 * connections wait in the backlog.  Whoever is not known is closed before
 * anything is allocated.
 */
#include <errno.h>
#include <unistd.h>

#include "bgpd/session/io_event_private.h"
#include "bgpd/session/tcp.h"

#define ACCEPTS_PER_TURN 64

static const int64_t starved_rest = 1000;

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
	listener->accept(
	    listener->arg, io_event_conn_new(loop, fd), &remote, &local);
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
	listener = io_event_take(loop, sizeof(*listener));
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
	io_event_give(listener->loop, listener);
}

int
io_event_sign(struct io_listener *listener, const struct prefix *from,
    const struct io_key *key, const struct io_key *before)
{
	return tcp_sign(listener->fd, from, key, before);
}
