/* SPDX-License-Identifier: ISC */
/* control.c - the control socket of the daemon */

/*
 * Owns the listening socket and the clients, and says who may do what: root
 * and the daemon's own user everything; the group of the config may read,
 * its write-group may read and write.  The kernel names the peer, and it is
 * judged again for every request, for a reload may change the groups.
 *
 * At most CLIENTS_MAX clients; one more hears why and is closed.  A socket
 * that cannot be had (another daemon, a read-only /run) is tried again every
 * retry_time and logged when the reason is new: routing goes on without it.
 * Out of descriptors, accepting rests for a second instead of spinning.
 *
 * The path of the command line holds, whatever a config says later.
 */

#include "bgpd/control/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/control/client.h"
#include "bgpd/control/local.h"
#include "bgpd/log.h"
#include "rib/mem.h"

#define CLIENTS_MAX      64u
#define ACCEPTS_PER_TURN 16u

static const int64_t retry_time = 10000;
static const int64_t starved_rest = 1000;

struct control {
	struct bgpd *bgpd;
	struct client_host host;
	struct client *clients[CLIENTS_MAX]; /* NULL: free */
	struct local local;
	struct io_watch *watch; /* NULL while it rests */
	struct io_timer *retry;
	char *fixed; /* path of the command line, or NULL */
	char *path;
	gid_t group;
	gid_t write_group;
	char problem[256]; /* logged last, or "" */
};

static bool
control_may(
    void *arg, const struct local_peer *peer, enum command_access access)
{
	const struct control *c = arg;

	if (local_peer_owns(peer) || local_peer_in(peer, c->write_group))
		return true;
	return access == COMMAND_READ && local_peer_in(peer, c->group);
}

static void
client_gone(void *arg, struct client *client)
{
	struct control *c = arg;
	unsigned int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (c->clients[i] == client)
			c->clients[i] = NULL;
}

/* ---- accepting ---- */

static struct client **
free_slot(struct control *c)
{
	unsigned int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (c->clients[i] == NULL)
			return &c->clients[i];
	return NULL;
}

/* A word to it, if its socket takes it, and good bye. */
static void
turn_away(int fd)
{
	struct request_error error = { .lost = true };
	struct outbox out;
	ssize_t n;

	request_error_set(&error, SCHEMA_FAILED, "try again in a moment",
	    "%u clients are connected already", CLIENTS_MAX);
	outbox_init(&out);
	request_error_dump(&out, &error);
	n = send(
	    fd, outbox_unsent(&out), out.length, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)n;
	outbox_clear(&out);
	close(fd);
}

static void
rest(struct control *c, int64_t time)
{
	const struct io_ops *ops = c->bgpd->io->ops;

	if (c->watch != NULL)
		ops->unwatch(c->watch);
	c->watch = NULL;
	ops->timer_set(c->retry, ops->now(c->bgpd->io) + time);
}

static void
accept_ready(void *arg)
{
	struct control *c = arg;
	struct client **slot;
	unsigned int i;
	int fd;

	for (i = 0; i < ACCEPTS_PER_TURN; i++) {
		fd = local_accept(&c->local);
		if (fd == -1)
			break;
		slot = free_slot(c);
		if (slot == NULL)
			turn_away(fd);
		else
			*slot = client_new(&c->host, fd);
	}
	if (i == ACCEPTS_PER_TURN || errno == EAGAIN || errno == EINTR ||
	    errno == ECONNABORTED)
		return;
	log_limited(c->bgpd->log, CONF_WARN, "control socket",
	    c->bgpd->io->ops->now(c->bgpd->io), "control socket %s: %s",
	    c->path, strerror(errno));
	rest(c, starved_rest);
}

static void
watch_begin(struct control *c)
{
	const struct io_ops *ops = c->bgpd->io->ops;

	c->watch = ops->watch(c->bgpd->io, c->local.fd, accept_ready, c);
	if (c->watch == NULL)
		rest(c, retry_time);
}

/* ---- the socket ---- */

/* Says each problem once. */
static void
problem_report(struct control *c, const char *problem, bool fatal)
{
	if (strcmp(c->problem, problem) == 0)
		return;
	snprintf(c->problem, sizeof(c->problem), "%s", problem);
	if (problem[0] == '\0')
		return;
	if (fatal)
		log_error(
		    c->bgpd->log, "no control socket %s: %s", c->path, problem);
	else
		log_warn(
		    c->bgpd->log, "control socket %s: %s", c->path, problem);
}

static void
socket_open(struct control *c)
{
	char problem[sizeof(c->problem)];
	gid_t group;
	bool good;

	group = c->group != LOCAL_NO_GROUP ? c->group : c->write_group;
	good = local_open(&c->local, c->path, group, problem, sizeof(problem));
	problem_report(c, problem, !good);
	if (!good) {
		rest(c, retry_time);
		return;
	}
	log_debug(c->bgpd->log, "control socket %s", c->path);
	watch_begin(c);
}

static void
socket_close(struct control *c)
{
	const struct io_ops *ops = c->bgpd->io->ops;

	if (c->watch != NULL)
		ops->unwatch(c->watch);
	c->watch = NULL;
	ops->timer_stop(c->retry);
	local_close(&c->local);
}

static void
retry_passed(void *arg)
{
	struct control *c = arg;

	if (c->local.fd == -1)
		socket_open(c);
	else
		watch_begin(c);
}

static gid_t
group_find(struct control *c, const char *name)
{
	gid_t group = local_group(name);

	if (name != NULL && group == LOCAL_NO_GROUP)
		log_warn(c->bgpd->log,
		    "control socket: no group %s on this machine", name);
	return group;
}

void
control_configure(struct control *c, const struct conf *conf)
{
	gid_t group = group_find(c, conf->control_group);
	gid_t write_group = group_find(c, conf->control_write_group);
	const char *path = c->fixed;

	if (path == NULL)
		path = conf->control != NULL ? conf->control : BGPD_SOCKET_PATH;
	if (c->path != NULL && strcmp(c->path, path) == 0 &&
	    c->group == group && c->write_group == write_group)
		return;
	socket_close(c);
	free(c->path);
	c->path = xstrdup(path);
	c->group = group;
	c->write_group = write_group;
	c->problem[0] = '\0';
	socket_open(c);
}

struct control *
control_new(struct bgpd *bgpd, const struct conf *conf, const char *path)
{
	struct control *c = xcalloc(1, sizeof(*c));

	c->bgpd = bgpd;
	c->host = (struct client_host){
		.io = bgpd->io,
		.bgpd = bgpd,
		.commands = control_commands,
		.may = control_may,
		.gone = client_gone,
		.arg = c,
	};
	c->fixed = path == NULL ? NULL : xstrdup(path);
	c->retry = bgpd->io->ops->timer_new(bgpd->io, retry_passed, c);
	local_init(&c->local);
	control_configure(c, conf);
	return c;
}

void
control_free(struct control *c)
{
	unsigned int i;

	if (c == NULL)
		return;
	socket_close(c);
	for (i = 0; i < CLIENTS_MAX; i++)
		if (c->clients[i] != NULL)
			client_free(c->clients[i]);
	c->bgpd->io->ops->timer_free(c->retry);
	free(c->fixed);
	free(c->path);
	free(c);
}

bool
control_is_listening(const struct control *c)
{
	return c->local.fd != -1;
}

bool
control_is_taken(const struct control *c)
{
	return c->local.taken;
}
