/* SPDX-License-Identifier: ISC */
/* test_io.c - what io.h promises, asked of each implementation */

/*
 * Fakes drift.  So the same facts are asked of the simulation's io and of
 * libevent's, both over 127.0.0.1; what only one of them has to answer for
 * (the counters of real accepts, cuts of the net) stands elsewhere.
 *
 * Nothing sleeps: a test waits for a condition with a deadline.  One loop
 * serves both ends of every connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bgpd/session/io_event.h"
#include "rib/mem.h"
#include "tests/sim/fake_io.h"
#include "tests/testing.h"

#define DEADLINE 10000

struct bench {
	struct io *io;
	struct fake_net *net; /* NULL: the real one */
	uint16_t port;
};

/* One end of a connection and all that it was told. */
struct end {
	struct bench *bench;
	struct io_conn *conn;
	unsigned int connected, failed, readable, writable;
	int error;
	bool closed;
	bool reset; /* not in peace */
	uint8_t *bytes;
	size_t length;
	size_t slice; /* read at most so much; 0: nothing */
};

struct server {
	struct end end;
	struct io_listener *listener;
	struct io_endpoint remote, local;
	bool knows;
	unsigned int asked, accepted;
};

/* ---- waiting ---- */

struct wait {
	struct bench *bench;
	bool (*done)(void *);
	void *arg;
	int64_t deadline;
	bool result;
	struct io_timer *timer;
};

static void
wait_check(void *arg)
{
	struct wait *w = arg;
	struct io *io = w->bench->io;

	w->result = w->done(w->arg);
	if (w->result || io->ops->now(io) >= w->deadline)
		io_event_stop(io);
	else
		io->ops->timer_set(w->timer, io->ops->now(io) + 1);
}

static bool
wait_real(struct bench *b, bool (*done)(void *), void *arg, int64_t ms)
{
	struct wait w = { .bench = b, .done = done, .arg = arg };

	w.deadline = b->io->ops->now(b->io) + ms;
	w.timer = b->io->ops->timer_new(b->io, wait_check, &w);
	b->io->ops->timer_set(w.timer, 0);
	assert_int_equal(io_event_run(b->io), 0);
	b->io->ops->timer_free(w.timer);
	return w.result;
}

static void
wait_for(struct bench *b, bool (*done)(void *), void *arg)
{
	if (b->net != NULL)
		assert_true(fake_net_wait(b->net, done, arg, DEADLINE));
	else
		assert_true(wait_real(b, done, arg, DEADLINE));
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

static void
let_pass(struct bench *b, int64_t ms)
{
	if (b->net != NULL)
		fake_net_run(b->net, ms);
	else
		wait_real(b, never, NULL, ms);
}

/* ---- ends ---- */

static const struct io_endpoint loopback = { .address = { .family = FAMILY_IPV4,
						 .bytes = { 127, 0, 0, 1 } } };

static void
end_read(struct end *end)
{
	uint8_t buf[65536];
	bool more = false;
	size_t length = 0;
	int error = 0;

	if (end->slice == 0)
		return;
	switch (end->bench->io->ops->read(
	    end->conn, buf, end->slice, &length, &more, &error)) {
	case IO_BYTES:
		end->bytes = xreallocarray(end->bytes, end->length + length, 1);
		memcpy(end->bytes + end->length, buf, length);
		end->length += length;
		break;
	case IO_AGAIN: break;
	case IO_CLOSED:
	case IO_ERROR:
		end->closed = true;
		end->reset = error != 0;
		end->bench->io->ops->close(end->conn);
		end->conn = NULL;
		break;
	}
}

static void
end_event(void *arg, enum io_event event, int error)
{
	struct end *end = arg;

	switch (event) {
	case IO_CONNECTED: end->connected++; break;
	case IO_FAILED:
		end->failed++;
		end->error = error;
		break;
	case IO_READABLE:
		end->readable++;
		end_read(end);
		break;
	case IO_WRITABLE:
		end->writable++;
		end->bench->io->ops->want_write(end->conn, false);
		break;
	}
}

static void
end_init(struct end *end, struct bench *b)
{
	*end = (struct end){ .bench = b, .slice = 65536 };
}

static struct io_key
key_of(const char *text)
{
	struct io_key key = { .scheme = IO_UNSIGNED };

	if (*text == '\0')
		return key;
	key.scheme = IO_MD5;
	key.count = 1;
	key.secrets[0].length = (uint8_t)strlen(text);
	memcpy(key.secrets[0].bytes, text, key.secrets[0].length);
	return key;
}

/* The key "" signs nothing. */
static void
end_dial_signed(struct end *end, struct bench *b, const char *key)
{
	struct io_target target = { .remote = loopback, .key = key_of(key) };

	end_init(end, b);
	target.remote.port = b->port;
	end->conn = b->io->ops->connect(b->io, &target, end_event, end);
	assert_non_null(end->conn);
	assert_int_equal(end->connected + end->failed, 0);
}

static void
end_dial(struct end *end, struct bench *b)
{
	end_dial_signed(end, b, "");
}

static void
end_close(struct end *end)
{
	if (end->conn != NULL)
		end->bench->io->ops->close(end->conn);
	end->conn = NULL;
	free(end->bytes);
	end->bytes = NULL;
}

static ssize_t
end_write(struct end *end, const void *bytes, size_t length)
{
	/* Two parts, as a queue would have them. */
	size_t half = length / 2;
	uint8_t *copy = xmemdup(bytes, length);
	struct iovec iov[2] = { { .iov_base = copy, .iov_len = half },
		{ .iov_base = copy + half, .iov_len = length - half } };
	ssize_t n = end->bench->io->ops->write(end->conn, iov, 2);

	free(copy);
	return n;
}

static bool
server_known(void *arg, const struct io_endpoint *remote)
{
	struct server *s = arg;

	assert_true(address_equal(&remote->address, &loopback.address));
	s->asked++;
	return s->knows;
}

static void
server_accept(void *arg, struct io_conn *conn, const struct io_endpoint *remote,
    const struct io_endpoint *local)
{
	struct server *s = arg;

	s->accepted++;
	s->remote = *remote;
	s->local = *local;
	s->end.conn = conn;
	s->end.bench->io->ops->attach(conn, end_event, &s->end);
}

static void
server_open(struct server *s, struct bench *b)
{
	struct io_endpoint at = loopback;

	*s = (struct server){ .knows = true };
	end_init(&s->end, b);
	at.port = b->port;
	s->listener =
	    b->io->ops->listen(b->io, &at, server_known, server_accept, s);
	assert_non_null(s->listener);
}

static void
server_close(struct server *s)
{
	end_close(&s->end);
	s->end.bench->io->ops->unlisten(s->listener);
}

static bool
is_connected(void *arg)
{
	return ((struct end *)arg)->connected > 0;
}

static bool
is_failed(void *arg)
{
	return ((struct end *)arg)->failed > 0;
}

static bool
is_closed(void *arg)
{
	return ((struct end *)arg)->closed;
}

static bool
is_writable(void *arg)
{
	return ((struct end *)arg)->writable > 0;
}

static bool
has_bytes(void *arg)
{
	return ((struct end *)arg)->length > 0;
}

static bool
is_accepted(void *arg)
{
	return ((struct server *)arg)->accepted > 0;
}

/* Both ends up. */
static void
connect_pair(struct bench *b, struct server *server, struct end *client)
{
	server_open(server, b);
	end_dial(client, b);
	wait_for(b, is_connected, client);
	wait_for(b, is_accepted, server);
}

static void
close_pair(struct server *server, struct end *client)
{
	end_close(client);
	server_close(server);
}

/* ---- facts about connections ---- */

static void
connect_to_a_listener_comes_up_on_both_ends(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);

	assert_int_equal(client.connected, 1);
	assert_int_equal(client.failed, 0);
	assert_int_equal(server.accepted, 1);
	close_pair(&server, &client);
}

static void
connect_to_nobody_is_refused_later(void **state)
{
	struct bench *b = *state;
	struct end client;

	end_dial(&client, b);
	wait_for(b, is_failed, &client);

	assert_int_equal(client.error, ECONNREFUSED);
	assert_int_equal(client.connected, 0);
	end_close(&client);
}

static void
connect_from_a_foreign_address_fails_at_once(void **state)
{
	struct bench *b = *state;
	struct io_target target = { .remote = loopback };
	struct end client;

	end_init(&client, b);
	target.remote.port = b->port;
	target.source.address = address_v4(0xc0000201); /* 192.0.2.1 */

	errno = 0;
	assert_null(b->io->ops->connect(b->io, &target, end_event, &client));
	assert_int_equal(errno, EADDRNOTAVAIL);
}

static void
connect_closed_before_its_end_calls_nobody(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	server_open(&server, b);
	end_dial(&client, b);
	end_close(&client);
	let_pass(b, 50);

	assert_int_equal(client.connected + client.failed, 0);
	server_close(&server);
}

static void
ends_see_each_other_mirrored(void **state)
{
	struct bench *b = *state;
	struct io_endpoint local;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	b->io->ops->local(client.conn, &local);

	assert_int_equal(local.port, server.remote.port);
	assert_true(address_equal(&local.address, &server.remote.address));
	assert_int_equal(server.local.port, b->port);
	close_pair(&server, &client);
}

static void
unknown_remote_is_closed_and_never_accepted(void **state)
{
	struct bench *b = *state;
	struct io_counters counters;
	struct server server;
	struct end client;

	server_open(&server, b);
	server.knows = false;
	end_dial(&client, b);
	wait_for(b, is_closed, &client);

	assert_int_equal(server.asked, 1);
	assert_int_equal(server.accepted, 0);
	b->io->ops->counters(b->io, &counters);
	assert_int_equal(counters.refused_unknown, 1);
	assert_int_equal(counters.accepted, 0);
	close_pair(&server, &client);
}

static void
bytes_arrive_in_both_directions(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	assert_int_equal(end_write(&client, "there", 5), 5);
	assert_int_equal(end_write(&server.end, "back again", 10), 10);
	wait_for(b, has_bytes, &server.end);
	wait_for(b, has_bytes, &client);

	assert_int_equal(server.end.length, 5);
	assert_memory_equal(server.end.bytes, "there", 5);
	assert_int_equal(client.length, 10);
	assert_memory_equal(client.bytes, "back again", 10);
	close_pair(&server, &client);
}

static bool
has_all_of_eleven(void *arg)
{
	return ((struct end *)arg)->length == 11;
}

/* Level triggered: whoever reads a part is called again. */
static void
bytes_read_in_small_parts_are_announced_again(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	server.end.slice = 2;
	end_write(&client, "hello world", 11);
	wait_for(b, has_all_of_eleven, &server.end);

	assert_memory_equal(server.end.bytes, "hello world", 11);
	assert_true(server.end.readable >= 6);
	close_pair(&server, &client);
}

static void
read_of_nothing_says_again(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;
	bool more = true;
	size_t length = 1;
	int error = 0;
	char byte;

	connect_pair(b, &server, &client);

	assert_int_equal(
	    b->io->ops->read(client.conn, &byte, 1, &length, &more, &error),
	    IO_AGAIN);
	assert_int_equal(length, 0);
	close_pair(&server, &client);
}

static void
close_is_heard_after_the_last_byte(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	end_write(&client, "last words", 10);
	end_close(&client);
	wait_for(b, is_closed, &server.end);

	assert_int_equal(server.end.length, 10);
	assert_memory_equal(server.end.bytes, "last words", 10);
	close_pair(&server, &client);
}

/*
 * The closing end has not read what the other one keeps sending.  A plain
 * close would answer with a reset and take the last words along.
 */
static void
close_with_unread_bytes_keeps_the_last_words(void **state)
{
	static const uint8_t noise[4096];
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	client.slice = 0;
	end_write(&server.end, noise, sizeof(noise));
	let_pass(b, 20);
	server.end.slice = 0;
	end_write(&client, "last words", 10);
	end_close(&client);
	assert_int_equal(
	    end_write(&server.end, noise, sizeof(noise)), sizeof(noise));
	let_pass(b, 20);
	server.end.slice = 65536;
	wait_for(b, is_closed, &server.end);

	assert_int_equal(server.end.length, 10);
	assert_false(server.end.reset);
	close_pair(&server, &client);
}

/* ---- a peer that does not read ---- */

/* Writes until the connection takes no more; how much it took. */
static size_t
fill(struct end *end)
{
	static const uint8_t noise[32768];
	size_t total = 0;
	ssize_t n;

	while ((n = end_write(end, noise, sizeof(noise))) > 0)
		total += (size_t)n;
	assert_int_equal(n, 0);
	return total;
}

static void
write_to_a_full_connection_takes_nothing(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	server.end.slice = 0;

	assert_true(fill(&client) > 0);
	assert_int_equal(end_write(&client, "x", 1), 0);
	close_pair(&server, &client);
}

static void
want_write_calls_when_the_peer_reads_on(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	server.end.slice = 0;
	do
		let_pass(b, 20);
	while (fill(&client) > 0);
	b->io->ops->want_write(client.conn, true);
	let_pass(b, 20);
	assert_int_equal(client.writable, 0);
	server.end.slice = 65536;
	wait_for(b, is_writable, &client);

	assert_true(end_write(&client, "x", 1) == 1);
	close_pair(&server, &client);
}

static void
want_write_with_room_calls_soon(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	b->io->ops->want_write(client.conn, true);
	assert_int_equal(client.writable, 0);
	wait_for(b, is_writable, &client);
	close_pair(&server, &client);
}

static bool
is_write_refused(void *arg)
{
	return end_write(arg, "x", 1) < 0;
}

static void
write_to_a_closed_peer_fails_in_the_end(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_pair(b, &server, &client);
	server.end.slice = 0;
	end_close(&client);
	wait_for(b, is_write_refused, &server.end);
	close_pair(&server, &client);
}

/* ---- listeners ---- */

static void
listen_twice_is_refused(void **state)
{
	struct bench *b = *state;
	struct io_endpoint at = loopback;
	struct server server;

	server_open(&server, b);
	at.port = b->port;

	assert_null(b->io->ops->listen(
	    b->io, &at, server_known, server_accept, &server));
	assert_int_equal(errno, EADDRINUSE);
	server_close(&server);
}

static void
listen_on_a_foreign_address_is_refused(void **state)
{
	struct bench *b = *state;
	struct io_endpoint at = { .address = address_v4(0xc0000201) };

	at.port = b->port;

	assert_null(
	    b->io->ops->listen(b->io, &at, server_known, server_accept, NULL));
	assert_int_equal(errno, EADDRNOTAVAIL);
}

static void
listen_on_a_wildcard_takes_any_address(void **state)
{
	struct bench *b = *state;
	struct io_endpoint at = { .address = address_v4(0) };
	struct server server = { .knows = true };
	struct end client;

	end_init(&server.end, b);
	at.port = b->port;
	server.listener = b->io->ops->listen(
	    b->io, &at, server_known, server_accept, &server);
	assert_non_null(server.listener);
	end_dial(&client, b);
	wait_for(b, is_accepted, &server);
	close_pair(&server, &client);
}

/* An IPv6 listener leaves IPv4 to its twin. */
static void
listen_on_both_wildcards_is_possible(void **state)
{
	struct bench *b = *state;
	struct io_endpoint at = { .port = b->port };
	struct io_listener *four, *six;

	four =
	    b->io->ops->listen(b->io, &at, server_known, server_accept, NULL);
	at.address.family = FAMILY_IPV6;
	six = b->io->ops->listen(b->io, &at, server_known, server_accept, NULL);
	if (six == NULL && errno == EAFNOSUPPORT)
		print_message("this machine has no IPv6\n");
	else
		assert_non_null(six);

	assert_non_null(four);
	b->io->ops->unlisten(four);
	b->io->ops->unlisten(six);
}

static void
unlisten_refuses_the_next(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	server_open(&server, b);
	server_close(&server);
	end_dial(&client, b);
	wait_for(b, is_failed, &client);

	assert_int_equal(client.error, ECONNREFUSED);
	end_close(&client);
}

/* ---- timers ---- */

struct alarm {
	struct bench *bench;
	struct io_timer *timer;
	unsigned int fired;
	int64_t at, due;
};

static void
alarm_fired(void *arg)
{
	struct alarm *a = arg;

	a->fired++;
	a->at = a->bench->io->ops->now(a->bench->io);
}

static bool
has_fired(void *arg)
{
	return ((struct alarm *)arg)->fired > 0;
}

static struct alarm
alarm_new(struct bench *b)
{
	return (struct alarm){ .bench = b };
}

static void
timer_fires_once_and_not_before_its_time(void **state)
{
	struct bench *b = *state;
	struct alarm a = alarm_new(b);
	int64_t due = b->io->ops->now(b->io) + 40;

	a.timer = b->io->ops->timer_new(b->io, alarm_fired, &a);
	b->io->ops->timer_set(a.timer, due);
	wait_for(b, has_fired, &a);
	assert_true(a.at >= due);
	let_pass(b, 60);

	assert_int_equal(a.fired, 1);
	b->io->ops->timer_free(a.timer);
}

static void
timer_in_the_past_fires_in_the_next_turn(void **state)
{
	struct bench *b = *state;
	struct alarm a = alarm_new(b);

	a.timer = b->io->ops->timer_new(b->io, alarm_fired, &a);
	b->io->ops->timer_set(a.timer, 1);
	assert_int_equal(a.fired, 0);
	wait_for(b, has_fired, &a);
	b->io->ops->timer_free(a.timer);
}

static void
timer_set_again_replaces(void **state)
{
	struct bench *b = *state;
	struct alarm a = alarm_new(b);
	int64_t now = b->io->ops->now(b->io);

	a.timer = b->io->ops->timer_new(b->io, alarm_fired, &a);
	b->io->ops->timer_set(a.timer, now + 10);
	b->io->ops->timer_set(a.timer, now + 80);
	wait_for(b, has_fired, &a);

	assert_true(a.at >= now + 80);
	assert_int_equal(a.fired, 1);
	b->io->ops->timer_free(a.timer);
}

static void
timer_stopped_or_freed_stays_silent(void **state)
{
	struct bench *b = *state;
	struct alarm a = alarm_new(b);
	struct io_timer *other;
	int64_t now = b->io->ops->now(b->io);

	a.timer = b->io->ops->timer_new(b->io, alarm_fired, &a);
	other = b->io->ops->timer_new(b->io, alarm_fired, &a);
	b->io->ops->timer_set(a.timer, now + 10);
	b->io->ops->timer_set(other, now + 10);
	b->io->ops->timer_stop(a.timer);
	b->io->ops->timer_free(other);
	let_pass(b, 50);

	assert_int_equal(a.fired, 0);
	b->io->ops->timer_free(a.timer);
}

static void
alarm_is_slow(void *arg)
{
	struct alarm *a = arg;
	struct io *io = a->bench->io;
	int64_t until = io->ops->now(io) + 30;

	if (a->fired++ > 0) {
		a->at = io->ops->now(io);
		return;
	}
	/* A virtual clock stands still in here. */
	while (a->bench->net == NULL && io->ops->now(io) < until)
		;
	a->due = io->ops->now(io) + 10;
	io->ops->timer_set(a->timer, a->due);
}

static bool
has_fired_twice(void *arg)
{
	return ((struct alarm *)arg)->fired >= 2;
}

/* A delay counts from now, not from the start of a turn. */
static void
timer_set_late_in_a_turn_is_not_early(void **state)
{
	struct bench *b = *state;
	struct alarm a = alarm_new(b);

	a.timer = b->io->ops->timer_new(b->io, alarm_is_slow, &a);
	b->io->ops->timer_set(a.timer, 1);
	wait_for(b, has_fired_twice, &a);

	assert_true(a.at >= a.due);
	b->io->ops->timer_free(a.timer);
}

/* What one callback takes is what another timer waits. */
static void
lag_is_that_of_the_slowest_callback(void **state)
{
	struct bench *b = *state;
	const struct io_lag *lag = b->io->ops->lag(b->io);
	struct alarm slow = alarm_new(b), other = alarm_new(b);

	slow.timer = b->io->ops->timer_new(b->io, alarm_is_slow, &slow);
	other.timer = b->io->ops->timer_new(b->io, alarm_fired, &other);
	b->io->ops->timer_set(slow.timer, b->io->ops->now(b->io) + 5);
	b->io->ops->timer_set(other.timer, b->io->ops->now(b->io) + 15);
	wait_for(b, has_fired, &other);

	assert_true(lag->held.worst >= 29000);
	assert_true(lag->late.worst >= 15000);
	assert_true(lag->late.count >= 2);
	b->io->ops->timer_free(slow.timer);
	b->io->ops->timer_free(other.timer);
}

/* ---- watches ---- */

struct watched {
	struct io_watch *watch;
	int fd;
	unsigned int called;
};

static void
watched_readable(void *arg)
{
	struct watched *w = arg;
	char byte;

	assert_int_equal(read(w->fd, &byte, 1), 1);
	w->called++;
}

static bool
is_called_twice(void *arg)
{
	return ((struct watched *)arg)->called >= 2;
}

static void
watch_calls_as_long_as_there_is_something(void **state)
{
	struct bench *b = *state;
	struct watched w = { .called = 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	w.fd = ends[0];
	w.watch = b->io->ops->watch(b->io, ends[0], watched_readable, &w);
	let_pass(b, 20);
	assert_int_equal(w.called, 0);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	wait_for(b, is_called_twice, &w);
	b->io->ops->unwatch(w.watch);
	assert_int_equal(write(ends[1], "c", 1), 1);
	let_pass(b, 20);

	assert_int_equal(w.called, 2);
	close(ends[0]);
	close(ends[1]);
}

/* ---- the benches ---- */

static int
fake_setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->net = fake_net_new(1);
	b->io = fake_net_node(b->net);
	b->port = 179;
	*state = b;
	return 0;
}

static int
fake_teardown(void **state)
{
	struct bench *b = *state;

	fake_net_free(b->net);
	free(b);
	return 0;
}

/* A port that nobody listens on: the kernel's choice of a moment ago. */
static uint16_t
free_port(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t length = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &length), 0);
	close(fd);
	return ntohs(sin.sin_port);
}

static int
event_setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->io = io_event_new();
	assert_non_null(b->io);
	b->port = free_port();
	*state = b;
	return 0;
}

static int
event_teardown(void **state)
{
	struct bench *b = *state;

	io_event_free(b->io);
	free(b);
	return 0;
}

/* ---- what only the real one has to answer for ---- */

static void
limit_descriptors(rlim_t limit)
{
	struct rlimit rl;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &rl), 0);
	rl.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &rl), 0);
}

/* The connection waits in the backlog; the loop rests instead of spinning. */
static void
accept_without_descriptors_rests_and_tries_again(void **state)
{
	struct bench *b = *state;
	struct io_counters counters;
	struct server server;
	struct rlimit before;
	struct end client;
	int lowest;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	server_open(&server, b);
	end_dial(&client, b);
	lowest = dup(0);
	assert_true(lowest >= 0);
	close(lowest);
	limit_descriptors((rlim_t)lowest);
	let_pass(b, 100);
	limit_descriptors(before.rlim_cur);
	b->io->ops->counters(b->io, &counters);
	assert_int_equal(counters.accept_failed, 1);
	wait_for(b, is_accepted, &server);

	assert_int_equal(server.accepted, 1);
	close_pair(&server, &client);
}

/* ---- signatures ---- */

static int
server_sign(
    struct server *s, unsigned int length, const char *before, const char *text)
{
	struct prefix from = prefix_of(&loopback.address, length);
	struct io_key key = key_of(text);

	struct io_key old = key_of(before);

	return s->end.bench->io->ops->sign(s->listener, &from, &key, &old);
}

static void
end_secure(struct end *end, const char *text)
{
	struct io_target target = { .remote = loopback, .key = key_of(text) };

	assert_int_equal(end->bench->io->ops->secure(end->conn, &target), 0);
}

/* Both ends up, with one key. */
static void
connect_signed(struct bench *b, struct server *server, struct end *client)
{
	server_open(server, b);
	assert_int_equal(server_sign(server, 8, "", "secret"), 0);
	end_dial_signed(client, b, "secret");
	wait_for(b, is_connected, client);
	wait_for(b, is_accepted, server);
}

static void
sign_with_one_key_comes_up_and_carries_bytes(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_signed(b, &server, &client);
	assert_int_equal(end_write(&client, "there", 5), 5);
	assert_int_equal(end_write(&server.end, "back", 4), 4);
	wait_for(b, has_bytes, &client);
	wait_for(b, has_bytes, &server.end);

	close_pair(&server, &client);
}

static void
sign_with_another_key_is_not_answered_but_counted(void **state)
{
	struct io_counters before, after;
	struct bench *b = *state;
	struct server server;
	struct end client;

	b->io->ops->counters(b->io, &before);
	server_open(&server, b);
	assert_int_equal(server_sign(&server, 32, "", "secret"), 0);
	end_dial_signed(&client, b, "another");
	let_pass(b, 100);
	b->io->ops->counters(b->io, &after);

	assert_int_equal(client.connected + client.failed, 0);
	assert_true(after.signature_wrong > before.signature_wrong);
	close_pair(&server, &client);
}

static void
sign_to_who_has_no_key_is_not_answered_but_counted(void **state)
{
	struct io_counters before, after;
	struct bench *b = *state;
	struct server server;
	struct end client;

	b->io->ops->counters(b->io, &before);
	server_open(&server, b);
	end_dial_signed(&client, b, "secret");
	let_pass(b, 100);
	b->io->ops->counters(b->io, &after);

	assert_int_equal(client.connected + client.failed, 0);
	assert_true(after.signature_unexpected > before.signature_unexpected);
	close_pair(&server, &client);
}

static void
sign_of_the_longer_prefix_counts(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	server_open(&server, b);
	assert_int_equal(server_sign(&server, 8, "", "for many"), 0);
	assert_int_equal(server_sign(&server, 32, "", "for one"), 0);
	end_dial_signed(&client, b, "for one");
	wait_for(b, is_connected, &client);

	close_pair(&server, &client);
}

static void
sign_taken_back_leaves_the_door_open(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	server_open(&server, b);
	assert_int_equal(server_sign(&server, 32, "", "secret"), 0);
	assert_int_equal(server_sign(&server, 32, "secret", ""), 0);
	assert_int_equal(server_sign(&server, 32, "secret", ""), -1);
	end_dial(&client, b);
	wait_for(b, is_connected, &client);

	close_pair(&server, &client);
}

/* One end first: what it sends meanwhile waits for the other. */
static void
secure_with_a_new_key_keeps_the_connection(void **state)
{
	struct bench *b = *state;
	struct server server;
	struct end client;

	connect_signed(b, &server, &client);
	end_secure(&client, "rotated");
	assert_int_equal(end_write(&client, "there", 5), 5);
	let_pass(b, 100);
	assert_int_equal(server.end.length, 0);
	end_secure(&server.end, "rotated");
	wait_for(b, has_bytes, &server.end);

	close_pair(&server, &client);
}

struct signalled {
	struct io *io;
	int signo;
};

static void
signal_came(void *arg, int signo)
{
	((struct signalled *)arg)->signo = signo;
}

static bool
is_signalled(void *arg)
{
	return ((struct signalled *)arg)->signo != 0;
}

static void
signal_calls_back_in_the_loop(void **state)
{
	struct bench *b = *state;
	struct signalled s = { .io = b->io };

	io_event_signal(b->io, SIGHUP, signal_came, &s);
	assert_int_equal(raise(SIGHUP), 0);
	assert_int_equal(s.signo, 0);
	wait_for(b, is_signalled, &s);

	assert_int_equal(s.signo, SIGHUP);
}

#define FACT(f)                         \
	{                               \
#f, f, NULL, NULL, NULL \
	}

static const struct CMUnitTest facts[] = {
	FACT(connect_to_a_listener_comes_up_on_both_ends),
	FACT(connect_to_nobody_is_refused_later),
	FACT(connect_from_a_foreign_address_fails_at_once),
	FACT(connect_closed_before_its_end_calls_nobody),
	FACT(ends_see_each_other_mirrored),
	FACT(unknown_remote_is_closed_and_never_accepted),
	FACT(bytes_arrive_in_both_directions),
	FACT(bytes_read_in_small_parts_are_announced_again),
	FACT(read_of_nothing_says_again),
	FACT(close_is_heard_after_the_last_byte),
	FACT(close_with_unread_bytes_keeps_the_last_words),
	FACT(write_to_a_full_connection_takes_nothing),
	FACT(want_write_calls_when_the_peer_reads_on),
	FACT(want_write_with_room_calls_soon),
	FACT(write_to_a_closed_peer_fails_in_the_end),
	FACT(listen_twice_is_refused),
	FACT(listen_on_a_foreign_address_is_refused),
	FACT(listen_on_a_wildcard_takes_any_address),
	FACT(listen_on_both_wildcards_is_possible),
	FACT(unlisten_refuses_the_next),
	FACT(sign_with_one_key_comes_up_and_carries_bytes),
	FACT(sign_with_another_key_is_not_answered_but_counted),
	FACT(sign_to_who_has_no_key_is_not_answered_but_counted),
	FACT(sign_of_the_longer_prefix_counts),
	FACT(sign_taken_back_leaves_the_door_open),
	FACT(secure_with_a_new_key_keeps_the_connection),
	FACT(timer_fires_once_and_not_before_its_time),
	FACT(timer_in_the_past_fires_in_the_next_turn),
	FACT(timer_set_again_replaces),
	FACT(timer_set_late_in_a_turn_is_not_early),
	FACT(timer_stopped_or_freed_stays_silent),
	FACT(watch_calls_as_long_as_there_is_something),
};

#define REAL(f) cmocka_unit_test_setup_teardown(f, event_setup, event_teardown)
#define FACTS   (sizeof(facts) / sizeof(facts[0]))

/* The facts with another bench under them. */
static void
on_bench(struct CMUnitTest *tests, CMFixtureFunction setup,
    CMFixtureFunction teardown)
{
	size_t i;

	for (i = 0; i < FACTS; i++) {
		tests[i] = facts[i];
		tests[i].setup_func = setup;
		tests[i].teardown_func = teardown;
	}
}

int
main(void)
{
	const struct CMUnitTest real[] = {
		REAL(accept_without_descriptors_rests_and_tries_again),
		REAL(lag_is_that_of_the_slowest_callback),
		REAL(signal_calls_back_in_the_loop),
	};
	struct CMUnitTest fake[FACTS], event[FACTS];
	int failed;

	on_bench(fake, fake_setup, fake_teardown);
	on_bench(event, event_setup, event_teardown);
	failed = cmocka_run_group_tests_name("fake_io", fake, NULL, NULL);
	failed += cmocka_run_group_tests_name("io_event", event, NULL, NULL);
	failed +=
	    cmocka_run_group_tests_name("io_event only", real, NULL, NULL);
	return failed;
}
