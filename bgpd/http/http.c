/* SPDX-License-Identifier: ISC */
/* http.c - where HTTP is served */

/*
 * The endpoints of `metrics` come in; listening sockets go to the server.  One
 * that cannot be had (the port is in use, the address is not there yet) is
 * said once, with the reason, and tried again every retry_time; the others,
 * and everything else, work meanwhile.  A reload opens what is new, closes
 * what has gone and leaves alone what stays.
 *
 * At a unix socket the group of `control` may ask, as it may there.
 */

#include "bgpd/http/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/bgpd.h"
#include "bgpd/control/local.h"
#include "bgpd/http/server.h"
#include "bgpd/http/site.h"
#include "rib/mem.h"
#include "rib/text.h"

#define BACKLOG 128

static const int64_t retry_time = 5000;

struct door {
	struct conf_endpoint at; /* its path is ours */
	struct local local;      /* its fd is of TCP, too; -1: closed */
	char problem[160];       /* logged last, or "" */
	bool wanted;
};

struct http {
	struct bgpd *bgpd;
	struct site *site;     /* both are NULL until an endpoint is */
	struct server *server; /* named for the first time */
	struct io_timer *retry;
	gid_t group;
	struct door *doors;
	size_t count;
};

/* ---- sockets ---- */

static socklen_t
sockaddr_of(const struct conf_endpoint *at, struct sockaddr_storage *sa)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (at->address.family == FAMILY_IPV4) {
		v4.sin_port = htons(at->port);
		memcpy(&v4.sin_addr, at->address.bytes, sizeof(v4.sin_addr));
		memcpy(sa, &v4, sizeof(v4));
		return sizeof(v4);
	}
	v6.sin6_port = htons(at->port);
	memcpy(&v6.sin6_addr, at->address.bytes, sizeof(v6.sin6_addr));
	memcpy(sa, &v6, sizeof(v6));
	return sizeof(v6);
}

static int
tcp_open(const struct conf_endpoint *at)
{
	bool v6 = at->address.family == FAMILY_IPV6;
	int fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_storage sa;
	socklen_t length = sockaddr_of(at, &sa);
	const int on = 1;
	int error;

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    (!v6 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ==
		    0) &&
	    bind(fd, (const struct sockaddr *)&sa, length) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* ---- doors ---- */

/* "127.0.0.1:9179", "[::1]:9179", "/run/bgpd/metrics.sock" */
static char *
door_name(const struct door *d, char *buf, size_t size)
{
	struct text t = text_of(buf, size);
	char address[ADDRESS_STRLEN];
	bool v6 = d->at.address.family == FAMILY_IPV6;

	if (d->at.path != NULL)
		text_add(&t, "%s", d->at.path);
	else
		text_add(&t, "%s%s%s:%u", v6 ? "[" : "",
		    address_format(&d->at.address, address), v6 ? "]" : "",
		    d->at.port);
	return buf;
}

static void
door_close(struct http *h, struct door *d)
{
	if (d->local.fd != -1)
		server_unlisten(h->server, d->local.fd);
	local_close(&d->local);
}

static void
door_open(struct http *h, struct door *d)
{
	char name[128], problem[sizeof(d->problem)] = "";
	bool good;

	if (d->at.path != NULL) {
		good = local_open(
		    &d->local, d->at.path, h->group, problem, sizeof(problem));
	} else {
		d->local.fd = tcp_open(&d->at);
		good = d->local.fd != -1;
	}
	if (good && !server_listen(h->server, d->local.fd)) {
		local_close(&d->local);
		good = false;
	}
	if (!good && problem[0] == '\0')
		snprintf(problem, sizeof(problem), "%s", strerror(errno));
	door_name(d, name, sizeof(name));
	if (good)
		log_info(h->bgpd->log, "metrics at %s", name);
	if (problem[0] != '\0' && strcmp(problem, d->problem) != 0)
		log_warn(h->bgpd->log, "metrics at %s: %s%s", name, problem,
		    good ? "" : "; trying again every 5 s");
	memcpy(d->problem, problem, sizeof(problem));
}

static void
doors_open(void *arg)
{
	struct http *h = arg;
	const struct io_ops *ops = h->bgpd->io->ops;
	bool all = true;
	size_t i;

	for (i = 0; i < h->count; i++) {
		if (h->doors[i].local.fd == -1)
			door_open(h, &h->doors[i]);
		all &= h->doors[i].local.fd != -1;
	}
	if (!all)
		ops->timer_set(h->retry, ops->now(h->bgpd->io) + retry_time);
}

static bool
is_at(const struct door *d, const struct conf_endpoint *at)
{
	if (d->at.path != NULL || at->path != NULL)
		return d->at.path != NULL && at->path != NULL &&
		    strcmp(d->at.path, at->path) == 0;
	return d->at.port == at->port &&
	    address_equal(&d->at.address, &at->address);
}

static void
door_want(struct http *h, const struct conf_endpoint *at)
{
	struct door *d;
	size_t i;

	for (i = 0; i < h->count; i++)
		if (is_at(&h->doors[i], at)) {
			h->doors[i].wanted = true;
			return;
		}
	h->doors = xreallocarray(h->doors, h->count + 1, sizeof(*h->doors));
	d = &h->doors[h->count++];
	*d = (struct door){ .at = *at, .wanted = true };
	if (at->path != NULL)
		d->at.path = xstrdup(at->path);
	local_init(&d->local);
}

static void
server_start(struct http *h)
{
	struct bgpd *b = h->bgpd;

	if (h->site == NULL)
		h->site = site_new(b);
	h->server = server_new(b->io, b->log, site_answer, h->site);
	if (h->server == NULL)
		log_error(b->log, "metrics: libevent gives no HTTP server");
	else
		site_watch(h->site, h->server);
}

/* What goes is closed first: what comes may want the same port. */
void
http_configure(struct http *h, const struct conf *conf)
{
	const char *group = conf->control_write_group;
	size_t i, n = 0;

	if (conf->nmetrics > 0 && h->server == NULL)
		server_start(h);
	if (h->server == NULL)
		return;
	if (conf->control_group != NULL)
		group = conf->control_group;
	h->group = local_group(group);
	for (i = 0; i < h->count; i++)
		h->doors[i].wanted = false;
	for (i = 0; i < conf->nmetrics; i++)
		door_want(h, &conf->metrics[i]);
	for (i = 0; i < h->count; i++) {
		if (h->doors[i].wanted) {
			h->doors[n++] = h->doors[i];
			continue;
		}
		door_close(h, &h->doors[i]);
		free(h->doors[i].at.path);
	}
	h->count = n;
	h->bgpd->io->ops->timer_stop(h->retry);
	doors_open(h);
}

struct http *
http_new(struct bgpd *b, const struct conf *conf)
{
	struct http *h = xcalloc(1, sizeof(*h));

	h->bgpd = b;
	h->retry = b->io->ops->timer_new(b->io, doors_open, h);
	http_configure(h, conf);
	return h;
}

void
http_free(struct http *h)
{
	size_t i;

	if (h == NULL)
		return;
	for (i = 0; i < h->count; i++) {
		door_close(h, &h->doors[i]);
		free(h->doors[i].at.path);
	}
	server_free(h->server);
	site_free(h->site);
	h->bgpd->io->ops->timer_free(h->retry);
	free(h->doors);
	free(h);
}
