/* SPDX-License-Identifier: ISC */
/* client.c - one conversation with the daemon */

/*
 * A request goes out as one line, records come back as lines; the last one is
 * "end" or "error" and is the caller's to tell from the others.  Blocking,
 * with a limit: a daemon that says nothing for half a minute is as good as
 * none, and a line has an end before it fills the memory.
 *
 * Failures are sentences with an exit code, and with what to try next where
 * that is known: no socket, nobody behind it, no permission.
 */

#include "bgpctl/client.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "rib/mem.h"

#define READ_MAX     65536u
#define LINE_MAX_LEN (16u * 1024 * 1024)
#define PATIENCE     30 /* seconds */

struct client {
	int fd;
	char *bytes; /* read and not yet a record */
	size_t length;
	size_t size;
};

static void __attribute__((format(printf, 4, 5))) failure_set(struct failure *f,
    enum schema_exit code, const char *hint, const char *format, ...)
{
	va_list args;

	f->exit = code;
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	snprintf(f->hint, sizeof(f->hint), "%s", hint);
}

/* "connection refused", to stand inside of a sentence. */
static const char *
error_text(int error, char *buf, size_t size)
{
	snprintf(buf, size, "%s", strerror(error));
	buf[0] = (char)tolower((unsigned char)buf[0]);
	return buf;
}

static void
explain_connect(struct failure *f, const char *path, int error)
{
	char buf[128];

	error_text(error, buf, sizeof(buf));
	if (error == EACCES || error == EPERM)
		failure_set(f, SCHEMA_NOT_PERMITTED,
		    "become root, or a member of the socket's group",
		    "may not speak to bgpd at %s: %s", path, buf);
	else
		failure_set(f, SCHEMA_UNREACHABLE,
		    "see systemctl status bgpd; -s names another socket",
		    "cannot reach bgpd at %s: %s. Is it running?", path, buf);
}

struct client *
client_open(const char *path, struct failure *failure)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE };
	struct client *c;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		explain_connect(failure, path, ENAMETOOLONG);
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1) {
		explain_connect(failure, path, errno);
		return NULL;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) ==
	    -1) {
		explain_connect(failure, path, errno);
		close(fd);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->fd = fd;
	return c;
}

void
client_close(struct client *c)
{
	close(c->fd);
	free(c->bytes);
	free(c);
}

long
client_pid(const struct client *c)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);

	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) ==
	    -1)
		return -1;
	return credentials.pid;
}

static bool
send_all(int fd, const char *bytes, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = send(fd, bytes, length, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

/* A request that is not taken may have an answer nevertheless: read on. */
bool
client_ask(struct client *c, const char *command, const json_t *arguments,
    struct failure *failure)
{
	json_t *request = json_object();
	char *line, *text, buf[128];
	bool sent;

	json_object_set_new(request, "schema", json_integer(SCHEMA_VERSION));
	json_object_set_new(request, "command", json_string(command));
	json_object_set_new(request, "arguments", json_deep_copy(arguments));
	line = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	if (line == NULL) {
		failure_set(
		    failure, SCHEMA_USAGE, "", "the command is no UTF-8 text");
		return false;
	}
	text = xasprintf("%s\n", line);
	sent = send_all(c->fd, text, strlen(text)) || errno == EPIPE;
	if (!sent)
		failure_set(failure, SCHEMA_FAILED, "",
		    "cannot send to bgpd: %s",
		    error_text(errno, buf, sizeof(buf)));
	free(text);
	free(line);
	return sent;
}

/* False and *failure when nothing more comes. */
static bool
read_more(struct client *c, struct failure *failure)
{
	char buf[128];
	ssize_t n;

	if (c->length > LINE_MAX_LEN) {
		failure_set(failure, SCHEMA_FAILED, "",
		    "bgpd sends a line without end");
		return false;
	}
	if (c->size - c->length < READ_MAX) {
		c->size = 2 * c->size + READ_MAX;
		c->bytes = xreallocarray(c->bytes, c->size, 1);
	}
	do
		n = recv(c->fd, c->bytes + c->length, READ_MAX, 0);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		c->length += (size_t)n;
		return true;
	}
	if (n == 0)
		failure_set(failure, SCHEMA_FAILED, "",
		    "bgpd closed the connection before its answer was whole");
	else if (errno == EAGAIN)
		failure_set(failure, SCHEMA_FAILED, "",
		    "bgpd said nothing for %d seconds", PATIENCE);
	else
		failure_set(failure, SCHEMA_FAILED, "",
		    "cannot read from bgpd: %s",
		    error_text(errno, buf, sizeof(buf)));
	return false;
}

json_t *
client_next(struct client *c, struct failure *failure)
{
	size_t looked = 0, used;
	char *end = NULL;
	json_t *record;

	for (;;) {
		if (c->length > looked)
			end =
			    memchr(c->bytes + looked, '\n', c->length - looked);
		if (end != NULL)
			break;
		looked = c->length;
		if (!read_more(c, failure))
			return NULL;
	}
	used = (size_t)(end - c->bytes) + 1;
	record = json_loadb(c->bytes, used - 1, 0, NULL);
	c->length -= used;
	memmove(c->bytes, c->bytes + used, c->length);
	if (json_is_object(record))
		return record;
	json_decref(record);
	failure_set(failure, SCHEMA_FAILED,
	    "is there another daemon behind it?",
	    "what answers at the socket is no bgpd of ours");
	return NULL;
}
