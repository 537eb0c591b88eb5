/* SPDX-License-Identifier: ISC */
/* io_event.c - io.h on libevent: the loop, timers, signals, watches */

/*
 * The only loop of the process; nothing else in it waits.  Each turn asks
 * the kernel what is ready and runs callbacks in two classes: accepting,
 * timers and signals first, then bytes.  libevent runs the second only when
 * the first is empty, so nothing in the first may come back for ever: a
 * timer that is due already when it is set goes behind the bytes that wait,
 * and a listener rests until they had their chance.  There is no third class:
 * it would starve for as long as one peer keeps sending.  After some callbacks
 * about bytes, or some milliseconds, libevent looks again for events of the
 * first class, so that a thousand loud peers do not keep a keepalive waiting.
 *
 * Time is CLOCK_MONOTONIC in milliseconds.  libevent counts from the start of
 * its turn, so a timer may come early; it is then set again for the rest.
 *
 * Each callback is timed, and each timer held against the time it was set to,
 * which costs two readings of the clock: see struct io_lag.
 *
 * The structs are allocated here and freed by the call that ends them; a
 * callback may end its own.
 */
#include "bgpd/session/io_event.h"

#include <stdlib.h>
#include <time.h>

#include "bgpd/session/io_event_private.h"
#include "bgpd/session/tcp.h"
#include "rib/mem.h"

/* Callbacks about bytes before accepts and timers are looked for again. */
#define BYTES_PER_LOOK 64
static const int64_t look_interval = 3;

struct io_timer {
	struct event event;
	struct io_event_loop *loop;
	int64_t at;
	uint64_t due; /* in microseconds */
	io_timer_cb *cb;
	void *arg;
};

struct io_watch {
	struct event event;
	struct io_event_loop *loop;
	io_watch_cb *cb;
	void *arg;
};

struct io_event_signal {
	LIST_ENTRY(io_event_signal) next;
	struct event event;
	struct io_event_loop *loop;
	io_signal_cb *cb;
	void *arg;
};

static uint64_t
microseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

int64_t
io_event_now(struct io *io)
{
	(void)io;
	return (int64_t)(microseconds() / 1000);
}

void *
io_event_take(struct io_event_loop *loop, size_t size)
{
	void *piece = xcalloc(1, size);

	loop->bytes += mem_bytes(piece);
	return piece;
}

void
io_event_give(struct io_event_loop *loop, void *piece)
{
	loop->bytes -= mem_bytes(piece);
	free(piece);
}

uint64_t
io_event_enter(void)
{
	return microseconds();
}

void
io_event_leave(struct io_event_loop *loop, uint64_t entered)
{
	histogram_add(&loop->lag.held, microseconds() - entered);
}

struct timeval
io_event_delay(int64_t ms)
{
	return (
	    struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

void
io_event_assign(struct io_event_loop *loop, struct event *event, int fd,
    short what, event_callback_fn cb, void *arg)
{
	int priority = fd < 0 ? PRIORITY_FIRST : PRIORITY_BYTES;

	event_assign(event, loop->base, fd, what, cb, arg);
	event_priority_set(event, priority);
}

/* ---- timers ---- */

static void
timer_arm(struct io_timer *timer, int64_t now)
{
	int64_t delay = timer->at - now;
	struct timeval tv = io_event_delay(delay);
	bool is_due = delay < 1;

	event_del(&timer->event);
	event_priority_set(
	    &timer->event, is_due ? PRIORITY_BYTES : PRIORITY_FIRST);
	timer->due = is_due ? microseconds() : (uint64_t)timer->at * 1000;
	if (is_due)
		event_active(&timer->event, EV_TIMEOUT, 0);
	else
		event_add(&timer->event, &tv);
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct io_timer *timer = arg;
	struct io_event_loop *loop = timer->loop;
	uint64_t entered = io_event_enter();
	int64_t now = (int64_t)(entered / 1000);

	(void)fd;
	(void)what;
	if (now < timer->at) {
		timer_arm(timer, now);
		return;
	}
	histogram_add(
	    &loop->lag.late, entered > timer->due ? entered - timer->due : 0);
	timer->cb(timer->arg);
	io_event_leave(loop, entered);
}

static struct io_timer *
timer_new(struct io *io, io_timer_cb *cb, void *arg)
{
	struct io_event_loop *loop = io_event_loop(io);
	struct io_timer *timer = io_event_take(loop, sizeof(*timer));

	timer->loop = loop;
	timer->cb = cb;
	timer->arg = arg;
	io_event_assign(timer->loop, &timer->event, -1, 0, timer_fired, timer);
	return timer;
}

static void
timer_set(struct io_timer *timer, int64_t at)
{
	timer->at = at;
	timer_arm(timer, io_event_now(&timer->loop->io));
}

static void
timer_stop(struct io_timer *timer)
{
	event_del(&timer->event);
}

static void
timer_free(struct io_timer *timer)
{
	if (timer == NULL)
		return;
	event_del(&timer->event);
	io_event_give(timer->loop, timer);
}

/* ---- watches ---- */

static void
watch_fired(evutil_socket_t fd, short what, void *arg)
{
	struct io_watch *watch = arg;
	struct io_event_loop *loop = watch->loop;
	uint64_t entered = io_event_enter();

	(void)fd;
	(void)what;
	watch->cb(watch->arg);
	io_event_leave(loop, entered);
}

static struct io_watch *
watch_new(struct io *io, int fd, io_watch_cb *cb, void *arg)
{
	struct io_event_loop *loop = io_event_loop(io);
	struct io_watch *watch = io_event_take(loop, sizeof(*watch));

	watch->loop = loop;
	watch->cb = cb;
	watch->arg = arg;
	io_event_assign(
	    loop, &watch->event, fd, EV_READ | EV_PERSIST, watch_fired, watch);
	event_add(&watch->event, NULL);
	return watch;
}

static void
watch_free(struct io_watch *watch)
{
	if (watch == NULL)
		return;
	event_del(&watch->event);
	io_event_give(watch->loop, watch);
}

static void
counters(const struct io *io, struct io_counters *out)
{
	*out = ((const struct io_event_loop *)io)->counters;
	tcp_counters(out);
}

static size_t
bytes(const struct io *io)
{
	return ((const struct io_event_loop *)io)->bytes;
}

static const struct io_lag *
lag(const struct io *io)
{
	return &((const struct io_event_loop *)io)->lag;
}

static const struct io_ops ops = {
	.now = io_event_now,
	.timer_new = timer_new,
	.timer_set = timer_set,
	.timer_stop = timer_stop,
	.timer_free = timer_free,
	.connect = io_event_connect,
	.attach = io_event_attach,
	.read = io_event_read,
	.write = io_event_write,
	.want_write = io_event_want_write,
	.tls = &io_event_tls_ops,
	.secure = io_event_secure,
	.local = io_event_local,
	.unacked = io_event_unacked,
	.close = io_event_close,
	.listen = io_event_listen,
	.unlisten = io_event_unlisten,
	.sign = io_event_sign,
	.adopt = io_event_adopt,
	.watch = watch_new,
	.unwatch = watch_free,
	.counters = counters,
	.bytes = bytes,
	.lag = lag,
};

/* ---- signals ---- */

static void
signal_fired(evutil_socket_t signo, short what, void *arg)
{
	struct io_event_signal *signal = arg;
	uint64_t entered = io_event_enter();

	(void)what;
	signal->cb(signal->arg, (int)signo);
	io_event_leave(signal->loop, entered);
}

void
io_event_signal(struct io *io, int signo, io_signal_cb *cb, void *arg)
{
	struct io_event_loop *loop = io_event_loop(io);
	struct io_event_signal *signal = xcalloc(1, sizeof(*signal));

	signal->loop = loop;
	signal->cb = cb;
	signal->arg = arg;
	evsignal_assign(
	    &signal->event, loop->base, signo, signal_fired, signal);
	event_priority_set(&signal->event, PRIORITY_FIRST);
	event_add(&signal->event, NULL);
	LIST_INSERT_HEAD(&loop->signals, signal, next);
}

/* ---- the loop ---- */

struct event_base *
io_event_base(struct io *io)
{
	return io_event_loop(io)->base;
}

static struct event_base *
base_new(void)
{
	struct timeval interval = io_event_delay(look_interval);
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (config == NULL)
		return NULL;
	event_config_set_max_dispatch_interval(
	    config, &interval, BYTES_PER_LOOK, PRIORITY_BYTES);
	base = event_base_new_with_config(config);
	event_config_free(config);
	if (base != NULL)
		event_base_priority_init(base, PRIORITY_COUNT);
	return base;
}

struct io *
io_event_new(void)
{
	struct event_base *base = base_new();
	struct io_event_loop *loop;

	if (base == NULL)
		return NULL;
	loop = xcalloc(1, sizeof(*loop));
	loop->io.ops = &ops;
	loop->base = base;
	io_event_tls_init(loop);
	return &loop->io;
}

void
io_event_free(struct io *io)
{
	struct io_event_loop *loop = io_event_loop(io);
	struct io_event_signal *signal;

	if (io == NULL)
		return;
	io_event_lingerers_free(loop);
	event_del(&loop->step);
	while ((signal = LIST_FIRST(&loop->signals)) != NULL) {
		LIST_REMOVE(signal, next);
		event_del(&signal->event);
		free(signal);
	}
	event_base_free(loop->base);
	free(loop);
}

int
io_event_run(struct io *io)
{
	return event_base_loop(
	    io_event_loop(io)->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void
io_event_stop(struct io *io)
{
	event_base_loopbreak(io_event_loop(io)->base);
}
