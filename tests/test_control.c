/* SPDX-License-Identifier: ISC */
/* test_control.c - the control socket under friends and enemies */

/*
 * A real unix socket in a folder of its own, a real client at the other end,
 * and the daemon's side on poll_io, whose clock stands until a test moves it.
 * The table of commands is the test's: "count" emits as many records as it is
 * told, "fail" fails, "act" needs write access.  What the daemon's own
 * commands answer is tests/test_control_show.c's business.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bgpd/control/client.h"
#include "bgpd/control/control.h"
#include "bgpd/control/local.h"
#include "bgpd/control/record.h"
#include "bgpd/log.h"
#include "tests/poll_io.h"
#include "tests/testing.h"

#define MIB (1024 * 1024)

/* ---- commands ---- */

static void
count_begin(struct request *r)
{
	r->state = malloc(1);
	r->stage = (unsigned int)atoi(request_text(r, "number"));
}

/* bgpd.reloads counts the steps, for the tests to see. */
static bool
count_next(struct request *r)
{
	json_t *record;
	char padding[200];

	r->bgpd->reloads++;
	if (r->cursor == r->stage)
		return false;
	memset(padding, 'x', sizeof(padding));
	padding[sizeof(padding) - 1] = '\0';
	record = record_new("config");
	record_number(record, "line", ++r->cursor);
	record_string(record, "text", padding);
	request_emit(r, record);
	return true;
}

static bool
fail_next(struct request *r)
{
	request_fail(r, SCHEMA_NO_SUCH, "look elsewhere", "no %s", "such");
	return false;
}

static bool
act_next(struct request *r)
{
	(void)r;
	return false;
}

static const struct argument count_arguments[] = { { "number", false, true },
	{ "loud", true, false }, { NULL, false, false } };
static const struct argument no_arguments[] = { { NULL, false, false } };

/* In the place of bgpd/control/command.c's. */
const struct command control_commands[] = { { "count", COMMAND_READ,
						count_arguments, count_begin,
						count_next, NULL },
	{ "fail", COMMAND_READ, no_arguments, NULL, fail_next, NULL },
	{ "act", COMMAND_WRITE, no_arguments, NULL, act_next, NULL },
	{ NULL, COMMAND_READ, NULL, NULL, NULL, NULL } };

#define COUNT_3 \
	"{\"schema\":1,\"command\":\"count\",\"arguments\":{\"number\":\"3\"}}\n"
#define COUNT_MANY                             \
	"{\"schema\":1,\"command\":\"count\"," \
	"\"arguments\":{\"number\":\"20000\"}}\n"

/* ---- a daemon of the least kind ---- */

struct fixture {
	struct bgpd bgpd;
	struct conf conf;
	struct control *control;
	char folder[64];
	char path[96];
	int log_fd;
};

static int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/test_control.XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/run/sock", f->folder);
	f->log_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	f->bgpd.io = poll_io_new();
	f->bgpd.log = log_new(f->log_fd);
	f->conf.control = f->path;
	f->bgpd.conf = &f->conf;
	f->control = control_new(&f->bgpd, &f->conf, NULL);
	*state = f;
	return 0;
}

static int
fixture_teardown(void **state)
{
	struct fixture *f = *state;
	char command[160];

	control_free(f->control);
	log_free(f->bgpd.log);
	poll_io_free(f->bgpd.io);
	close(f->log_fd);
	snprintf(command, sizeof(command), "rm -r '%s'", f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static int
dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
say(int fd, const void *bytes, size_t length)
{
	assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), length);
}

/* Turns until nothing is ready. */
static void
settle(struct fixture *f)
{
	while (poll_io_turn(f->bgpd.io))
		continue;
}

struct reply {
	char *text;
	size_t length;
	bool closed;
};

/* Reads and turns until neither side has anything more to say. */
static struct reply
hear(struct fixture *f, int fd)
{
	struct reply r = { .text = calloc(1, 1) };
	char buf[16384];
	ssize_t n;
	bool busy = true;

	while (busy && !r.closed) {
		busy = poll_io_turn(f->bgpd.io);
		n = recv(fd, buf, sizeof(buf), 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			r.closed = true;
		if (n <= 0)
			continue;
		busy = true;
		r.text = realloc(r.text, r.length + (size_t)n + 1);
		memcpy(r.text + r.length, buf, (size_t)n);
		r.length += (size_t)n;
		r.text[r.length] = '\0';
	}
	return r;
}

static size_t
lines(const struct reply *r)
{
	size_t i, count = 0;

	for (i = 0; i < r->length; i++)
		count += r->text[i] == '\n';
	return count;
}

/* Says it, hears the whole answer. */
static struct reply
ask(struct fixture *f, int fd, const char *text)
{
	say(fd, text, strlen(text));
	return hear(f, fd);
}

static void
assert_ends(const struct reply *r, const char *line)
{
	size_t length = strlen(line);

	if (r->length < length ||
	    strcmp(r->text + r->length - length, line) != 0)
		fail_msg("'%s' does not end in '%s'", r->text, line);
}

#define END_OF(n) \
	"{\"record\":\"end\",\"schema\":1,\"count\":" #n ",\"complete\":true}\n"

/* ---- friends ---- */

static void
request_gets_records_and_end(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, COUNT_3);

	assert_int_equal(lines(&r), 4);
	assert_ends(&r, END_OF(3));
	assert_false(r.closed);
	free(r.text);
	close(fd);
	settle(f);
}

static void
two_requests_use_one_connection(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, COUNT_3);

	free(r.text);
	r = ask(f, fd, COUNT_3);
	assert_int_equal(lines(&r), 4);
	free(r.text);
	close(fd);
	settle(f);
}

static void
requests_in_one_write_are_answered_in_order(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r =
	    ask(f, fd, COUNT_3 "{\"schema\":1,\"command\":\"fail\"}\n" COUNT_3);

	assert_int_equal(lines(&r), 9);
	assert_ends(&r, END_OF(3));
	free(r.text);
	close(fd);
	settle(f);
}

static void
request_in_two_writes_is_one(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, "{\"schema\":1,\"comm");

	assert_int_equal(r.length, 0);
	free(r.text);
	r = ask(f, fd, "and\":\"fail\"}\n");
	assert_int_equal(lines(&r), 1);
	free(r.text);
	close(fd);
	settle(f);
}

static void
long_listing_arrives_whole(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, COUNT_MANY);

	assert_int_equal(lines(&r), 20001);
	assert_ends(&r, END_OF(20000));
	free(r.text);
	close(fd);
	settle(f);
}

static void
failing_command_ends_in_error(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, "{\"schema\":1,\"command\":\"fail\"}\n");

	assert_string_equal(r.text,
	    "{\"record\":\"error\",\"schema\":1,"
	    "\"exit\":4,\"error\":\"no such\",\"hint\":\"look elsewhere\"}\n");
	assert_false(r.closed);
	free(r.text);
	close(fd);
	settle(f);
}

static void
half_closed_client_gets_all(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r;

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	shutdown(fd, SHUT_WR);
	r = hear(f, fd);

	assert_ends(&r, END_OF(20000));
	assert_true(r.closed);
	free(r.text);
	close(fd);
}

/* ---- enemies ---- */

static void
assert_refused(
    struct fixture *f, const char *request, const char *error, bool closed)
{
	int fd = dial(f->path);
	struct reply r = ask(f, fd, request);

	if (strstr(r.text, error) == NULL)
		fail_msg("%s: '%s' is not '%s'", request, r.text, error);
	assert_non_null(strstr(r.text, "\"exit\":2"));
	assert_int_equal(lines(&r), 1);
	assert_int_equal(r.closed, closed);
	free(r.text);
	close(fd);
	settle(f);
}

static void
bad_requests_get_their_error(void **state)
{
	static const struct {
		const char *request, *error;
		bool closed;
	} rows[] = {
		{ "hello\n", "one JSON object", true },
		{ "\n", "one JSON object", true },
		{ "[]\n", "one JSON object", true },
		{ "{\"schema\":1,\"command\":\"fail\"} x\n", "one JSON object",
		    true },
		{ "{\"schema\":1,\"schema\":1,\"command\":\"fail\"}\n",
		    "one JSON object", true },
		{ "{\"schema\":1,\"command\":\"a\\u0000b\"}\n",
		    "one JSON object", true },
		{ "{}\n", "schema 1", false },
		{ "{\"schema\":2,\"command\":\"fail\"}\n", "schema 1", false },
		{ "{\"schema\":\"1\",\"command\":\"fail\"}\n", "schema 1",
		    false },
		{ "{\"schema\":1}\n", "needs a command", false },
		{ "{\"schema\":1,\"command\":7}\n", "needs a command", false },
		{ "{\"schema\":1,\"command\":\"fial\"}\n",
		    "did you mean "
		    "'fail'",
		    false },
		{ "{\"schema\":1,\"command\":\"fail\",\"x\":1}\n",
		    "and arguments only", false },
		{ "{\"schema\":1,\"command\":\"fail\",\"arguments\":[]}\n",
		    "no JSON object", false },
		{ "{\"schema\":1,\"command\":\"fail\",\"arguments\":"
		  "{\"x\":\"y\"}}\n",
		    "unknown argument 'x'", false },
		{ "{\"schema\":1,\"command\":\"count\"}\n",
		    "needs the argument 'number'", false },
		{ "{\"schema\":1,\"command\":\"count\",\"arguments\":"
		  "{\"number\":3}}\n",
		    "no text in argument", false },
		{ "{\"schema\":1,\"command\":\"count\",\"arguments\":"
		  "{\"number\":\"3\",\"loud\":\"x\"}}\n",
		    "no boolean in argument", false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(
		    *state, rows[i].request, rows[i].error, rows[i].closed);
}

static void
binary_is_refused_and_closed(void **state)
{
	static const char bytes[] = {
		0x16, 0x03, 0x01, 0x02, 0x00,      /* a TLS record */
		(char)0xff, (char)0xfe, 0x00, 0x0a /* and a newline */
	};
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r;

	say(fd, bytes, sizeof(bytes));
	r = hear(f, fd);

	assert_true(r.closed);
	assert_non_null(strstr(r.text, "\"exit\":2"));
	free(r.text);
	close(fd);
}

/* Writes as much as is taken while the daemon turns. */
static void
pour(struct fixture *f, int fd, size_t total)
{
	char buf[8192];
	ssize_t n;

	memset(buf, 'a', sizeof(buf));
	while (total > 0) {
		n = send(fd, buf, total < sizeof(buf) ? total : sizeof(buf),
		    MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			return;
		total -= n > 0 ? (size_t)n : 0;
		if (!poll_io_turn(f->bgpd.io) && n < 0)
			return;
	}
}

static void
line_of_a_mebibyte_is_refused_and_closed(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r;

	pour(f, fd, MIB);
	r = hear(f, fd);

	assert_true(r.closed);
	assert_non_null(strstr(r.text, "more than 65536 bytes"));
	free(r.text);
	close(fd);
}

static void
longest_line_is_still_read(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r;
	char tail[] = "{\"schema\":1,\"command\":\"fail\"}\n";
	char spaces[SCHEMA_LINE - 64];

	memset(spaces, ' ', sizeof(spaces));
	say(fd, spaces, sizeof(spaces));
	r = ask(f, fd, tail);

	assert_non_null(strstr(r.text, "\"exit\":4"));
	free(r.text);
	close(fd);
	settle(f);
}

static void
half_a_line_is_dropped_in_time(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r = ask(f, fd, "{\"schema\":1,");

	free(r.text);
	poll_io_pass(f->bgpd.io, 29999);
	assert_int_equal(poll_io_conns(f->bgpd.io), 1);
	poll_io_pass(f->bgpd.io, 1);
	assert_int_equal(poll_io_conns(f->bgpd.io), 0);
	close(fd);
}

static void
dripping_client_is_dropped_in_time(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path), i;

	for (i = 0; i < 40; i++) {
		send(fd, "x", 1, MSG_NOSIGNAL);
		settle(f);
		poll_io_pass(f->bgpd.io, 1000);
	}
	assert_int_equal(poll_io_conns(f->bgpd.io), 0);
	close(fd);
}

static void
client_that_never_reads_costs_little(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	settle(f);

	/* What its socket takes and 64 KiB, of 5 MB. */
	assert_in_range(f->bgpd.reloads, 1, 4000);
	assert_int_equal(poll_io_conns(f->bgpd.io), 1);
	close(fd);
	settle(f);
}

static void
client_that_never_reads_is_dropped_in_time(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	settle(f);
	poll_io_pass(f->bgpd.io, 30000);

	assert_int_equal(poll_io_conns(f->bgpd.io), 0);
	close(fd);
}

static void
client_that_never_reads_stalls_nobody(void **state)
{
	struct fixture *f = *state;
	int deaf = dial(f->path), other = dial(f->path);
	struct reply r;

	say(deaf, COUNT_MANY, strlen(COUNT_MANY));
	settle(f);
	r = ask(f, other, COUNT_3);

	assert_ends(&r, END_OF(3));
	free(r.text);
	close(deaf);
	close(other);
	settle(f);
}

static void
slow_reader_is_not_dropped(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path), i;
	char buf[65536];

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	for (i = 0; i < 10; i++) {
		settle(f);
		poll_io_pass(f->bgpd.io, 20000);
		assert_true(recv(fd, buf, sizeof(buf), 0) > 0);
	}
	assert_int_equal(poll_io_conns(f->bgpd.io), 1);
	close(fd);
	settle(f);
}

static void
client_that_leaves_in_the_middle_is_forgotten(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	poll_io_turn(f->bgpd.io);
	poll_io_turn(f->bgpd.io);
	close(fd);
	settle(f);

	assert_int_equal(poll_io_conns(f->bgpd.io), 0);
}

/* Requests behind a running one wait, but not without end. */
static void
flood_of_requests_is_closed(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path), i;
	struct reply r;

	say(fd, COUNT_MANY, strlen(COUNT_MANY));
	settle(f);
	for (i = 0; i < 20000; i++) {
		if (send(fd, COUNT_3, strlen(COUNT_3), MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN)
			break;
		poll_io_turn(f->bgpd.io);
	}
	r = hear(f, fd);

	assert_true(r.closed);
	assert_non_null(strstr(r.text, "more than 65536 bytes"));
	free(r.text);
	close(fd);
	settle(f);
}

static void
two_hundred_connections_get_served_or_an_answer(void **state)
{
	struct fixture *f = *state;
	int fds[200], i, refused = 0;
	struct reply r;

	for (i = 0; i < 200; i++) {
		fds[i] = dial(f->path);
		settle(f);
	}
	assert_int_equal(poll_io_conns(f->bgpd.io), 64);
	for (i = 0; i < 200; i++) {
		r = hear(f, fds[i]);
		refused += r.closed && strstr(r.text, "64 clients") != NULL;
		free(r.text);
	}
	assert_int_equal(refused, 136);
	for (i = 0; i < 200; i++)
		close(fds[i]);
	settle(f);
	assert_int_equal(poll_io_conns(f->bgpd.io), 0);
	i = dial(f->path);
	r = ask(f, i, COUNT_3);
	assert_ends(&r, END_OF(3));
	free(r.text);
	close(i);
	settle(f);
}

/* ---- who may ---- */

static bool
may_read_only(
    void *arg, const struct local_peer *peer, enum command_access access)
{
	(void)arg;
	assert_true(peer->known);
	return access == COMMAND_READ;
}

static void
forget(void *arg, struct client *client)
{
	(void)client;
	*(bool *)arg = true;
}

static void
write_without_permission_is_refused(void **state)
{
	struct fixture *f = *state;
	bool gone = false;
	struct client_host host = { f->bgpd.io, &f->bgpd, control_commands,
		may_read_only, forget, &gone };
	struct reply r;
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_non_null(client_new(&host, fds[0]));
	r = ask(f, fds[1], "{\"schema\":1,\"command\":\"act\"}\n");

	assert_non_null(strstr(r.text, "\"exit\":6"));
	assert_non_null(strstr(r.text, "not permitted: act"));
	assert_false(r.closed);
	free(r.text);
	close(fds[1]);
	settle(f);
	assert_true(gone);
}

static void
peer_is_told_by_the_kernel(void **state)
{
	struct local_peer peer;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	local_peer_init(&peer, fds[0]);

	assert_true(peer.known);
	assert_int_equal(peer.uid, geteuid());
	assert_true(local_peer_in(&peer, getegid()));
	assert_true(local_peer_owns(&peer));
	local_peer_clear(&peer);
	assert_false(local_peer_owns(&peer));
	close(fds[0]);
	close(fds[1]);
}

static void
peer_is_in_its_groups_only(void **state)
{
	gid_t groups[] = { 17, 1000 };
	struct local_peer peer = { true, 12345, groups, 2 };

	(void)state;
	assert_true(local_peer_in(&peer, 17));
	assert_true(local_peer_in(&peer, 1000));
	assert_false(local_peer_in(&peer, 0));
	assert_false(local_peer_in(&peer, LOCAL_NO_GROUP));
	assert_false(local_peer_owns(&peer));
}

/* ---- the file ---- */

static unsigned int
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
socket_without_group_is_the_owners(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mode_of(f->path), 0600);
}

static void
socket_with_group_is_open_to_it(void **state)
{
	struct fixture *f = *state;
	const struct group *group = getgrgid(getegid());
	struct stat st;

	if (group == NULL)
		skip();
	f->conf.control_group = strdup(group->gr_name);
	control_configure(f->control, &f->conf);

	assert_int_equal(mode_of(f->path), 0660);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_gid, getegid());
	free(f->conf.control_group);
	f->conf.control_group = NULL;
}

static void
missing_folder_is_made(void **state)
{
	struct fixture *f = *state;
	char folder[96];

	snprintf(folder, sizeof(folder), "%s/run", f->folder);
	assert_int_equal(mode_of(folder) & 0700, 0700);
}

static void
socket_is_removed_at_the_end(void **state)
{
	struct fixture *f = *state;

	control_free(f->control);
	f->control = NULL;

	assert_int_equal(access(f->path, F_OK), -1);
}

static void
stale_socket_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[108];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(path, sizeof(path), "%s/stale", f->folder);
	strcpy(address.sun_path, path);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	f->conf.control = path;
	control_configure(f->control, &f->conf);

	assert_true(control_is_listening(f->control));
	fd = dial(path);
	assert_true(fd >= 0);
	close(fd);
	settle(f);
}

static void
answering_socket_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct control *second = control_new(&f->bgpd, &f->conf, NULL);

	assert_false(control_is_listening(second));
	assert_true(control_is_taken(second));
	control_free(second);
	assert_int_equal(access(f->path, F_OK), 0);
}

static void
lost_socket_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct control *second = control_new(&f->bgpd, &f->conf, NULL);

	control_free(f->control);
	f->control = second;
	assert_false(control_is_listening(second));
	poll_io_pass(f->bgpd.io, 10000);

	assert_true(control_is_listening(second));
	assert_false(control_is_taken(second));
}

static void
plain_file_is_left_alone(void **state)
{
	struct fixture *f = *state;
	char path[108];
	int fd;

	snprintf(path, sizeof(path), "%s/file", f->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	close(fd);
	f->conf.control = path;
	control_configure(f->control, &f->conf);

	assert_false(control_is_listening(f->control));
	assert_int_equal(access(path, F_OK), 0);
}

/* Of somebody whom we cannot ask whether he listens. */
static void
socket_of_another_kind_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char path[108];
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(path, sizeof(path), "%s/datagrams", f->folder);
	strcpy(address.sun_path, path);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	f->conf.control = path;
	control_configure(f->control, &f->conf);

	assert_false(control_is_listening(f->control));
	assert_int_equal(access(path, F_OK), 0);
	close(fd);
	unlink(path);
}

static void
too_long_path_is_reported(void **state)
{
	struct fixture *f = *state;
	char path[200];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	f->conf.control = path;
	control_configure(f->control, &f->conf);

	assert_false(control_is_listening(f->control));
}

static void
path_of_the_command_line_holds(void **state)
{
	struct fixture *f = *state;
	struct control *fixed;
	char path[108];

	snprintf(path, sizeof(path), "%s/fixed", f->folder);
	fixed = control_new(&f->bgpd, &f->conf, path);
	control_configure(fixed, &f->conf);

	assert_true(control_is_listening(fixed));
	assert_int_equal(access(path, F_OK), 0);
	control_free(fixed);
}

static void
clients_survive_a_move(void **state)
{
	struct fixture *f = *state;
	int fd = dial(f->path);
	struct reply r;
	char path[108];

	settle(f);
	snprintf(path, sizeof(path), "%s/moved", f->folder);
	f->conf.control = path;
	control_configure(f->control, &f->conf);
	r = ask(f, fd, COUNT_3);

	assert_ends(&r, END_OF(3));
	assert_int_equal(access(f->path, F_OK), -1);
	free(r.text);
	close(fd);
	settle(f);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(request_gets_records_and_end),
		TEST(two_requests_use_one_connection),
		TEST(requests_in_one_write_are_answered_in_order),
		TEST(request_in_two_writes_is_one),
		TEST(long_listing_arrives_whole),
		TEST(failing_command_ends_in_error),
		TEST(half_closed_client_gets_all),
		TEST(bad_requests_get_their_error),
		TEST(binary_is_refused_and_closed),
		TEST(line_of_a_mebibyte_is_refused_and_closed),
		TEST(longest_line_is_still_read),
		TEST(half_a_line_is_dropped_in_time),
		TEST(dripping_client_is_dropped_in_time),
		TEST(client_that_never_reads_costs_little),
		TEST(client_that_never_reads_is_dropped_in_time),
		TEST(client_that_never_reads_stalls_nobody),
		TEST(slow_reader_is_not_dropped),
		TEST(client_that_leaves_in_the_middle_is_forgotten),
		TEST(flood_of_requests_is_closed),
		TEST(two_hundred_connections_get_served_or_an_answer),
		TEST(write_without_permission_is_refused),
		cmocka_unit_test(peer_is_told_by_the_kernel),
		cmocka_unit_test(peer_is_in_its_groups_only),
		TEST(socket_without_group_is_the_owners),
		TEST(socket_with_group_is_open_to_it),
		TEST(missing_folder_is_made),
		TEST(socket_is_removed_at_the_end),
		TEST(stale_socket_is_replaced),
		TEST(answering_socket_is_left_alone),
		TEST(lost_socket_is_tried_again),
		TEST(plain_file_is_left_alone),
		TEST(socket_of_another_kind_is_left_alone),
		TEST(too_long_path_is_reported),
		TEST(path_of_the_command_line_holds),
		TEST(clients_survive_a_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
