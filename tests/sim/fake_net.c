/* SPDX-License-Identifier: ISC */
/* fake_net.c - nodes, addresses, cuts and the time that passes */

/*
 * A net is what all nodes share: the clock, the seed, who may talk to whom.
 * A node is a `struct io` with addresses; which node an address leads to is
 * looked up when somebody dials it, so addresses may come and go.
 *
 * fake_net_run and fake_net_wait are the loop: they take the next event and
 * jump to its time.  Descriptors that are watched are real ones and are
 * polled between two events, for whoever writes to them does so from one.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "rib/mem.h"
#include "tests/sim/fake_private.h"

static bool
cut_is(const struct fake_cut *cut, const struct address *a,
    const struct address *b)
{
	return address_equal(&cut->a, a) &&
	    (address_is_unset(&cut->b) || address_equal(&cut->b, b));
}

bool
fake_is_cut(const struct fake_net *net, const struct io_conn *conn)
{
	const struct address *a = &conn->local.address;
	const struct address *b = &conn->remote.address;
	const struct fake_cut *cut;

	LIST_FOREACH(cut, &net->cuts, next)
	if (cut_is(cut, a, b) || cut_is(cut, b, a))
		return true;
	return false;
}

bool
fake_node_has(const struct fake_node *node, const struct address *address)
{
	const struct fake_address *own;

	LIST_FOREACH(own, &node->addresses, next)
	if (address_equal(&own->address, address))
		return true;
	return address_is_loopback(address);
}

/* The node behind an address as another one sees it. */
struct fake_node *
fake_node_find(struct fake_node *from, const struct address *address)
{
	struct fake_node *node;

	if (fake_node_has(from, address))
		return from;
	LIST_FOREACH(node, &from->net->nodes, next)
	if (fake_node_has(node, address))
		return node;
	return NULL;
}

static int64_t
fake_now(struct io *io)
{
	return fake_node_of(io)->net->clock.now;
}

static void
timer_fire(struct fake_event *event)
{
	struct io_timer *timer = (struct io_timer *)event;

	timer->cb(timer->arg);
}

static struct io_timer *
fake_timer_new(struct io *io, io_timer_cb *cb, void *arg)
{
	struct io_timer *timer = xcalloc(1, sizeof(*timer));

	timer->event.fire = timer_fire;
	timer->net = fake_node_of(io)->net;
	timer->cb = cb;
	timer->arg = arg;
	return timer;
}

static void
fake_timer_set(struct io_timer *timer, int64_t at)
{
	fake_clock_set(&timer->net->clock, &timer->event, at);
}

static void
fake_timer_stop(struct io_timer *timer)
{
	fake_clock_cancel(&timer->net->clock, &timer->event);
}

static void
fake_timer_free(struct io_timer *timer)
{
	if (timer == NULL)
		return;
	fake_timer_stop(timer);
	free(timer);
}

static struct io_watch *
fake_watch(struct io *io, int fd, io_watch_cb *cb, void *arg)
{
	struct io_watch *watch = xcalloc(1, sizeof(*watch));

	watch->fd = fd;
	watch->cb = cb;
	watch->arg = arg;
	LIST_INSERT_HEAD(&fake_node_of(io)->net->watches, watch, next);
	return watch;
}

static void
fake_unwatch(struct io_watch *watch)
{
	if (watch == NULL)
		return;
	LIST_REMOVE(watch, next);
	free(watch);
}

/* One callback at most: it may unwatch whatever it likes. */
static bool
poll_watches(struct fake_net *net)
{
	struct io_watch *watch;

	LIST_FOREACH(watch, &net->watches, next)
	{
		struct pollfd fd = { .fd = watch->fd, .events = POLLIN };

		if (poll(&fd, 1, 0) == 1) {
			watch->cb(watch->arg);
			return true;
		}
	}
	return false;
}

/* Nothing real becomes a connection here. */
static struct io_conn *
fake_adopt(struct io *io, int fd)
{
	(void)io;
	(void)fd;
	errno = ENOTSUP;
	return NULL;
}

static void
fake_counters(const struct io *io, struct io_counters *counters)
{
	*counters = ((const struct fake_node *)io)->counters;
}

/* It is the net's, not a node's. */
static size_t
fake_bytes(const struct io *io)
{
	(void)io;
	return 0;
}

struct io_lag *
fake_node_lag(struct io *io)
{
	return &fake_node_of(io)->lag;
}

static const struct io_lag *
fake_lag(const struct io *io)
{
	return &((const struct fake_node *)io)->lag;
}

static const struct io_ops fake_ops = {
	.now = fake_now,
	.timer_new = fake_timer_new,
	.timer_set = fake_timer_set,
	.timer_stop = fake_timer_stop,
	.timer_free = fake_timer_free,
	.connect = fake_connect,
	.attach = fake_attach,
	.read = fake_read,
	.write = fake_write,
	.want_write = fake_want_write,
	.tls = &fake_tls_ops,
	.secure = fake_secure,
	.local = fake_local,
	.unacked = fake_unacked,
	.close = fake_conn_close,
	.listen = fake_listen,
	.unlisten = fake_unlisten,
	.sign = fake_sign,
	.adopt = fake_adopt,
	.watch = fake_watch,
	.unwatch = fake_unwatch,
	.counters = fake_counters,
	.bytes = fake_bytes,
	.lag = fake_lag,
};

struct fake_net *
fake_net_new(uint32_t seed)
{
	struct fake_net *net = xcalloc(1, sizeof(*net));

	fake_clock_init(&net->clock);
	net->seed = (uint64_t)seed * 2 + 1;
	net->pipe_size = 65536;
	return net;
}

static void
node_free(struct fake_node *node)
{
	struct fake_address *own;

	while ((own = LIST_FIRST(&node->addresses)) != NULL) {
		LIST_REMOVE(own, next);
		free(own);
	}
	while (!LIST_EMPTY(&node->listeners))
		fake_unlisten(LIST_FIRST(&node->listeners));
	LIST_REMOVE(node, next);
	free(node);
}

void
fake_net_free(struct fake_net *net)
{
	struct fake_cut *cut;

	while (!LIST_EMPTY(&net->conns))
		fake_conn_close(LIST_FIRST(&net->conns));
	while (!LIST_EMPTY(&net->watches))
		fake_unwatch(LIST_FIRST(&net->watches));
	while (!LIST_EMPTY(&net->nodes))
		node_free(LIST_FIRST(&net->nodes));
	while ((cut = LIST_FIRST(&net->cuts)) != NULL) {
		LIST_REMOVE(cut, next);
		free(cut);
	}
	fake_clock_clear(&net->clock);
	free(net);
}

struct io *
fake_net_node(struct fake_net *net)
{
	struct fake_node *node = xcalloc(1, sizeof(*node));

	node->io.ops = &fake_ops;
	node->net = net;
	node->next_port = 32768;
	LIST_INSERT_HEAD(&net->nodes, node, next);
	return &node->io;
}

void
fake_node_add(struct io *io, const struct address *address)
{
	struct fake_address *own = xcalloc(1, sizeof(*own));

	own->address = *address;
	LIST_INSERT_HEAD(&fake_node_of(io)->addresses, own, next);
}

void
fake_node_remove(struct io *io, const struct address *address)
{
	struct fake_address *own, *after;

	for (own = LIST_FIRST(&fake_node_of(io)->addresses); own != NULL;
	     own = after) {
		after = LIST_NEXT(own, next);
		if (!address_equal(&own->address, address))
			continue;
		LIST_REMOVE(own, next);
		free(own);
	}
}

int64_t
fake_net_now(const struct fake_net *net)
{
	return net->clock.now;
}

/* Knuth's MMIX generator; its high bits are the good ones. */
uint32_t
fake_net_random(void *arg)
{
	struct fake_net *net = arg;

	net->seed = net->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(net->seed >> 32);
}

void
fake_net_cut(struct fake_net *net, const struct address *a,
    const struct address *b, bool wanted)
{
	struct fake_cut *cut;
	struct io_conn *conn;

	LIST_FOREACH(cut, &net->cuts, next)
	if (address_equal(&cut->a, a) && address_equal(&cut->b, b))
		break;
	if (wanted && cut == NULL) {
		cut = xcalloc(1, sizeof(*cut));
		cut->a = *a;
		cut->b = *b;
		LIST_INSERT_HEAD(&net->cuts, cut, next);
	} else if (!wanted && cut != NULL) {
		LIST_REMOVE(cut, next);
		free(cut);
		LIST_FOREACH(conn, &net->conns, next)
		fake_conn_wake(conn);
	}
}

void
fake_net_pipe(struct fake_net *net, size_t size)
{
	net->pipe_size = size;
}

static bool
step(struct fake_net *net, int64_t until)
{
	return poll_watches(net) || fake_clock_step(&net->clock, until);
}

void
fake_net_run(struct fake_net *net, int64_t ms)
{
	int64_t until = net->clock.now + ms;

	while (step(net, until))
		;
	net->clock.now = until;
}

void
fake_net_stall(struct fake_net *net, int64_t ms)
{
	struct io_conn *conn;

	net->clock.now += ms;
	LIST_FOREACH(conn, &net->conns, next)
	{
		fake_conn_arrive(conn);
		if (conn->event.slot != 0)
			fake_clock_set(&net->clock, &conn->event, 0);
	}
}

bool
fake_net_wait(struct fake_net *net, bool (*done)(void *), void *arg, int64_t ms)
{
	int64_t until = net->clock.now + ms;

	while (!done(arg))
		if (!step(net, until)) {
			net->clock.now = until;
			return done(arg);
		}
	return true;
}
