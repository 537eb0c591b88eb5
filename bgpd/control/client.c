/* SPDX-License-Identifier: ISC */
/* client.c - one connection at the control socket */

/*
 * Lines come in, at most SCHEMA_LINE bytes each; records go out.  A read
 * turn only collects bytes and begins a request; rows are made in the write
 * turn, while at most UNSENT_MAX bytes wait and for at most STEPS_MAX steps,
 * then the loop has its way.  So neither a large table nor a client that
 * does not read costs anybody else more than that.
 *
 * One request runs at a time; what is sent behind it waits in the buffer of
 * lines, and who fills that is sent away.  A client has STALL_TIME to send a
 * whole request, and as long again each time it takes some bytes.  One that
 * has closed its side gets the rest of its reply.
 *
 * A client frees itself and says so; it never does when called by its owner.
 */

#include "bgpd/control/client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "rib/mem.h"

#define UNSENT_MAX 65536u
#define STEPS_MAX  256u
#define READ_MAX   4096u

static const int64_t stall_time = 30000;

struct client {
	const struct client_host *host;
	struct io_conn *conn;
	struct io_timer *deadline;
	struct local_peer peer;
	char *line; /* bytes that are not yet a request */
	size_t length;
	size_t size;
	struct outbox out;
	struct request request;
	bool running;
	bool closing; /* once all is sent; nothing is read any more */
	bool ended;   /* it closed its side */
};

static void
client_leave(struct client *c)
{
	const struct client_host *host = c->host;

	host->gone(host->arg, c);
	client_free(c);
}

static void
deadline_move(struct client *c)
{
	const struct io_ops *ops = c->host->io->ops;

	ops->timer_set(c->deadline, ops->now(c->host->io) + stall_time);
}

static void
deadline_passed(void *arg)
{
	client_leave(arg);
}

/* ---- requests ---- */

static void
request_over(struct client *c)
{
	if (c->running)
		request_end(&c->request);
	c->running = false;
}

static void
client_refuse(struct client *c, const struct request_error *error)
{
	request_error_dump(&c->out, error);
	if (error->lost) {
		c->closing = true;
		c->length = 0;
	}
}

static void
request_take(struct client *c, struct span line)
{
	const struct client_host *host = c->host;
	struct request_error error;
	const struct command *command;
	json_t *arguments;

	command = request_parse(host->commands, line, &arguments, &error);
	if (command == NULL) {
		client_refuse(c, &error);
		return;
	}
	if (!host->may(host->arg, &c->peer, command->access)) {
		json_decref(arguments);
		request_error_set(&error, SCHEMA_NOT_PERMITTED,
		    "see group and write-group of control, bgpd.conf(5)",
		    "not permitted: %s", command->name);
		client_refuse(c, &error);
		return;
	}
	c->running = true;
	request_begin(&c->request, host->bgpd, command, arguments, &c->out);
}

/* Takes the next whole line, if there is one and nothing runs. */
static bool
line_take(struct client *c)
{
	char *end;
	size_t length;
	struct span line;
	char *copy;

	if (c->running || c->closing || c->length == 0)
		return false;
	end = memchr(c->line, '\n', c->length);
	if (end == NULL)
		return false;
	length = (size_t)(end - c->line);
	copy = xmemdup(c->line, length + 1);
	c->length -= length + 1;
	memmove(c->line, end + 1, c->length);
	deadline_move(c);
	line = (struct span){ (const uint8_t *)copy, length };
	request_take(c, line);
	free(copy);
	return true;
}

/* The buffer is full and nothing can be taken from it. */
static void
client_overflow(struct client *c)
{
	struct request_error error = { .lost = true };

	request_error_set(&error, SCHEMA_USAGE, NULL,
	    "more than %u bytes without a whole request", SCHEMA_LINE);
	request_over(c);
	client_refuse(c, &error);
}

/* ---- bytes ---- */

static void
line_grow(struct client *c)
{
	if (c->size - c->length >= READ_MAX)
		return;
	c->size += READ_MAX;
	c->line = xreallocarray(c->line, c->size, 1);
}

/* False when the client has left. */
static bool
client_read(struct client *c)
{
	enum io_read result;
	char waste[READ_MAX];
	size_t length;
	bool more;
	int error;

	line_grow(c);
	result = c->host->io->ops->read(c->conn,
	    c->closing ? waste : c->line + c->length, READ_MAX, &length, &more,
	    &error);
	switch (result) {
	case IO_AGAIN: return true;
	case IO_BYTES:
		if (!c->closing)
			c->length += length;
		return true;
	case IO_CLOSED:
		c->ended = true;
		if (memchr(c->line, '\n', c->length) == NULL)
			c->length = 0;
		if (c->running || c->length > 0 || c->out.length > 0)
			return true;
		break;
	case IO_ERROR: break;
	}
	client_leave(c);
	return false;
}

static void
client_readable(struct client *c)
{
	if (!client_read(c))
		return;
	line_take(c);
	if (!c->closing && c->length > SCHEMA_LINE)
		client_overflow(c);
	if (c->running || c->out.length > 0)
		c->host->io->ops->want_write(c->conn, true);
}

/* Makes rows until enough are unsent or the turn is over. */
static void
client_produce(struct client *c)
{
	unsigned int steps;

	for (steps = 0; steps < STEPS_MAX; steps++) {
		if (c->out.length >= UNSENT_MAX)
			return;
		if (!c->running && !line_take(c))
			return;
		if (c->running && !request_step(&c->request))
			request_over(c);
	}
}

static void
client_writable(struct client *c)
{
	struct iovec iov;
	const char *unsent;
	ssize_t n = 0;

	client_produce(c);
	if (c->out.length > 0) {
		unsent = outbox_unsent(&c->out);
		memcpy(&iov.iov_base, &unsent, sizeof(unsent));
		iov.iov_len = c->out.length;
		n = c->host->io->ops->write(c->conn, &iov, 1);
	}
	if (n < 0) {
		client_leave(c);
		return;
	}
	if (n > 0) {
		outbox_sent(&c->out, (size_t)n);
		deadline_move(c);
	}
	if (c->running && c->out.length == 0)
		deadline_move(c); /* the search is long, it waits for us */
	if (c->running || c->out.length > 0)
		return;
	if (c->closing || c->ended)
		client_leave(c);
	else
		c->host->io->ops->want_write(c->conn, false);
}

static void
client_event(void *arg, enum io_event event, int error)
{
	struct client *c = arg;

	(void)error;
	switch (event) {
	case IO_READABLE: client_readable(c); break;
	case IO_WRITABLE: client_writable(c); break;
	case IO_CONNECTED:
	case IO_FAILED: break;
	}
}

struct client *
client_new(const struct client_host *host, int fd)
{
	struct client *c = xcalloc(1, sizeof(*c));

	c->host = host;
	local_peer_init(&c->peer, fd);
	c->conn = host->io->ops->adopt(host->io, fd);
	if (c->conn == NULL) {
		close(fd);
		local_peer_clear(&c->peer);
		free(c);
		return NULL;
	}
	c->deadline = host->io->ops->timer_new(host->io, deadline_passed, c);
	outbox_init(&c->out);
	deadline_move(c);
	host->io->ops->attach(c->conn, client_event, c);
	return c;
}

void
client_free(struct client *c)
{
	request_over(c);
	c->host->io->ops->timer_free(c->deadline);
	c->host->io->ops->close(c->conn);
	outbox_clear(&c->out);
	local_peer_clear(&c->peer);
	free(c->line);
	free(c);
}
