/* SPDX-License-Identifier: ISC */
/* test_control_loop.c - the control socket on the real loop */

/*
 * What test_control.c asks of clients on a clock of its own is asked here in
 * short of libevent's loop: that an adopted descriptor reads, writes, is
 * closed with its owner, and is told once that the other side has closed.
 * Both ends live in one loop; a test ends it, or its deadline does.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bgpd/control/client.h"
#include "bgpd/control/record.h"
#include "bgpd/session/io_event.h"
#include "tests/testing.h"

#define DEADLINE 10000 /* ms */
#define ROWS     20000

struct loop {
	struct io *io;
	struct io_timer *deadline;
	struct io_watch *watch;
	struct client *client;
	int fd; /* the far end */
	size_t lines;
	size_t length;
	bool closed;
	bool gone; /* the client has left by itself */
	bool late;
};

static bool
rows_next(struct request *r)
{
	json_t *record;

	if (r->cursor == ROWS)
		return false;
	record = record_new("config");
	record_number(record, "line", ++r->cursor);
	record_string(record, "text", "some text to fill the line with");
	request_emit(r, record);
	return true;
}

static const struct argument no_arguments[] = { { NULL, false, false } };
static const struct command commands[] = {
	{ "rows", COMMAND_READ, no_arguments, NULL, rows_next, NULL },
	{ NULL, COMMAND_READ, NULL, NULL, NULL, NULL },
};

static bool
may_all(void *arg, const struct local_peer *peer, enum command_access access)
{
	return true;
}

static void
client_gone(void *arg, struct client *client)
{
	struct loop *l = arg;

	l->gone = true;
	if (l->watch == NULL)
		io_event_stop(l->io);
}

static void
deadline_passed(void *arg)
{
	struct loop *l = arg;

	l->late = true;
	io_event_stop(l->io);
}

static void
far_readable(void *arg)
{
	struct loop *l = arg;
	char buf[16384];
	ssize_t n = recv(l->fd, buf, sizeof(buf), MSG_DONTWAIT), i;

	for (i = 0; i < n; i++)
		l->lines += buf[i] == '\n';
	l->length += n > 0 ? (size_t)n : 0;
	l->closed = n == 0 || (n < 0 && errno != EAGAIN);
	if (l->closed || l->lines == ROWS + 1)
		io_event_stop(l->io);
}

static int
loop_setup(void **state)
{
	static struct client_host host;
	struct loop *l = calloc(1, sizeof(*l));
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		return -1;
	l->io = io_event_new();
	l->fd = fds[1];
	l->deadline = l->io->ops->timer_new(l->io, deadline_passed, l);
	l->io->ops->timer_set(l->deadline, l->io->ops->now(l->io) + DEADLINE);
	host = (struct client_host){ l->io, NULL, commands, may_all,
		client_gone, l };
	l->client = client_new(&host, fds[0]);
	l->watch = l->io->ops->watch(l->io, l->fd, far_readable, l);
	*state = l;
	return l->client == NULL ? -1 : 0;
}

static int
loop_teardown(void **state)
{
	struct loop *l = *state;

	if (!l->gone)
		client_free(l->client);
	if (l->watch != NULL)
		l->io->ops->unwatch(l->watch);
	l->io->ops->timer_free(l->deadline);
	io_event_free(l->io);
	close(l->fd);
	free(l);
	return 0;
}

static void
say(struct loop *l, const char *text)
{
	assert_int_equal(send(l->fd, text, strlen(text), 0), strlen(text));
}

#define ROWS_REQUEST "{\"schema\":1,\"command\":\"rows\"}\n"

static void
request_is_answered_on_the_loop(void **state)
{
	struct loop *l = *state;

	say(l, ROWS_REQUEST);
	assert_int_equal(io_event_run(l->io), 0);

	assert_false(l->late);
	assert_int_equal(l->lines, ROWS + 1);
	assert_false(l->closed);
}

static void
half_closed_client_is_answered_and_closed(void **state)
{
	struct loop *l = *state;

	say(l, ROWS_REQUEST);
	shutdown(l->fd, SHUT_WR);
	assert_int_equal(io_event_run(l->io), 0);
	if (!l->closed)
		assert_int_equal(io_event_run(l->io), 0);

	assert_false(l->late);
	assert_int_equal(l->lines, ROWS + 1);
	assert_true(l->closed);
	assert_true(l->gone);
}

/* Closed by the far end while nobody reads its answer: the loop must rest. */
static void
half_closed_client_that_never_reads_does_not_spin(void **state)
{
	struct loop *l = *state;
	struct timespec begin, end;
	int64_t used;

	l->io->ops->unwatch(l->watch);
	l->watch = NULL;
	say(l, ROWS_REQUEST);
	shutdown(l->fd, SHUT_WR);
	l->io->ops->timer_set(l->deadline, l->io->ops->now(l->io) + 300);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	assert_int_equal(io_event_run(l->io), 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);

	used = (end.tv_sec - begin.tv_sec) * INT64_C(1000) +
	    (end.tv_nsec - begin.tv_nsec) / 1000000;
	assert_in_range(used, 0, 150);
	assert_false(l->gone);
}

static void
client_that_hangs_up_is_forgotten(void **state)
{
	struct loop *l = *state;

	l->io->ops->unwatch(l->watch);
	l->watch = NULL;
	shutdown(l->fd, SHUT_RDWR);
	assert_int_equal(io_event_run(l->io), 0);

	assert_true(l->gone);
	assert_false(l->late);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, loop_setup, loop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(request_is_answered_on_the_loop),
		TEST(half_closed_client_is_answered_and_closed),
		TEST(half_closed_client_that_never_reads_does_not_spin),
		TEST(client_that_hangs_up_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
