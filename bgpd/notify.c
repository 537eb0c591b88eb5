/* SPDX-License-Identifier: ISC */
/* notify.c - tells the service manager how this daemon stands */
/*
 * One datagram of NAME=VALUE lines for each thing that is told, to the socket
 * that the environment names; a leading @ means an abstract one.  From the
 * first READY on, a timer of the loop sends WATCHDOG twice in the time that
 * it has: when the loop stands still, so does it.  With it goes a line for
 * people.  A manager that does not read loses that, and we lose nothing: the
 * socket never blocks.
 *
 * The protocol is four words, and a library that speaks it would bring much
 * more into a process that may change routes.
 */
#include "bgpd/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bgpd/bgpd.h"
#include "rib/mem.h"

#define STATUS_TIME 10000 /* ms between looks, without a watchdog */

struct notify {
	struct bgpd *bgpd;
	struct io_timer *beat;
	int64_t interval; /* ms */
	bool watched;
	char status[128]; /* as it was told */
	struct sockaddr_un address;
	socklen_t length;
	int fd;
};

static void
tell(struct notify *n, const char *text)
{
	sendto(n->fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&n->address, n->length);
}

/* Established sessions, and routes that the kernel has of us. */
static void
status_write(const struct bgpd *b, char *text, size_t size)
{
	uint32_t cursor = 0, sessions = 0, up = 0;
	struct fib_counts counts;
	uint32_t routes = 0;
	const struct peer *p;
	enum family f;

	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL) {
		sessions++;
		up += peer_state(p) == FSM_ESTABLISHED;
	}
	for (f = 0; f < FAMILY_MAX && b->fib != NULL; f++) {
		fib_counts(b->fib, f, &counts);
		routes += counts.by_status[FIB_IN_SYNC];
	}
	snprintf(text, size,
	    "STATUS=%" PRIu32 " of %" PRIu32 " sessions established, %" PRIu32
	    " routes in the kernel",
	    up, sessions, routes);
}

static void
beat(void *arg)
{
	struct notify *n = arg;
	const struct io_ops *ops = n->bgpd->io->ops;
	char status[sizeof(n->status)];

	if (n->watched)
		tell(n, "WATCHDOG=1");
	status_write(n->bgpd, status, sizeof(status));
	if (strcmp(status, n->status) != 0) {
		memcpy(n->status, status, sizeof(status));
		tell(n, status);
	}
	ops->timer_set(n->beat, ops->now(n->bgpd->io) + n->interval);
}

/* How long the loop may stand still; 0: nobody minds. */
static int64_t
watchdog_time(void)
{
	const char *time = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (time == NULL || (pid != NULL && atol(pid) != (long)getpid()))
		return 0;
	return strtoll(time, NULL, 10) / 1000;
}

static bool
address_set(struct notify *n, const char *name)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') ||
	    length >= sizeof(n->address.sun_path))
		return false;
	n->address.sun_family = AF_UNIX;
	memcpy(n->address.sun_path, name, length);
	if (name[0] == '@')
		n->address.sun_path[0] = '\0';
	n->length =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return true;
}

struct notify *
notify_new(struct bgpd *b)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int64_t watchdog = watchdog_time();
	struct notify *n;

	if (name == NULL)
		return NULL;
	n = xcalloc(1, sizeof(*n));
	n->bgpd = b;
	n->watched = watchdog > 0;
	n->interval = n->watched ? watchdog / 2 : STATUS_TIME;
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->fd < 0 || !address_set(n, name)) {
		log_warn(
		    b->log, "nothing can be told to NOTIFY_SOCKET '%s'", name);
		notify_free(n);
		return NULL;
	}
	n->beat = b->io->ops->timer_new(b->io, beat, n);
	return n;
}

void
notify_free(struct notify *n)
{
	if (n == NULL)
		return;
	if (n->beat != NULL)
		n->bgpd->io->ops->timer_free(n->beat);
	if (n->fd >= 0)
		close(n->fd);
	free(n);
}

void
notify_ready(struct notify *n)
{
	if (n == NULL || !n->bgpd->synced)
		return;
	tell(n, "READY=1");
	beat(n);
}

/* The time tells the manager which READY belongs to it. */
void
notify_reloading(struct notify *n)
{
	struct timespec now;
	char text[64];

	if (n == NULL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(n, text);
}

void
notify_stopping(struct notify *n)
{
	if (n != NULL)
		tell(n, "STOPPING=1\nSTATUS=leaving");
}
