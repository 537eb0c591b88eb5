/* SPDX-License-Identifier: ISC */
/* sim.c - whole daemons in one process, on a virtual clock */
/*
 * Joins what the daemon's main would join to the real world: the node's
 * `struct io` of the fake net, a fake kernel per machine whose wake callback
 * becomes a timer that calls ready, and a config file in a folder of the
 * simulation.  SIM_LOG=1 in the environment shows every log line.
 */
#include "tests/sim/sim.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rib/mem.h"

#define TABLE      254u /* main */
#define PROTOCOL   186u /* bgp */
#define ROUTES_MAX 16384

struct sim_node {
	struct sim *sim;
	char *name;
	char *path; /* of its config */
	struct io *io;
	struct fake_kernel *machine;
	struct kernel *kernel; /* the daemon's view of it */
	struct io_timer *ready;
	char *v4, *v6;               /* or NULL, as at first */
	int64_t slow;                /* ms until it is called */
	struct nd *(*nd)(void *arg); /* or NULL */
	void *nd_arg;
	struct bgpd *bgpd; /* NULL: not running */
	struct sim_node *next;
	struct bfd_io *bfd; /* or NULL */
};

struct sim {
	struct fake_net *net;
	struct log *log;
	int fd;
	char folder[64];
	struct sim_node *nodes;
};

struct sim *
sim_new(uint32_t seed)
{
	struct sim *s = xcalloc(1, sizeof(*s));
	char *made;

	s->net = fake_net_new(seed);
	s->fd = getenv("SIM_LOG") != NULL
	    ? dup(2)
	    : open("/dev/null", O_WRONLY | O_CLOEXEC);
	s->log = log_new(s->fd);
	log_set(s->log, CONF_DEBUG, CONF_LOG_TEXT);
	snprintf(s->folder, sizeof(s->folder), "/tmp/bgpd-sim.XXXXXX");
	made = mkdtemp(s->folder);
	assert(made != NULL);
	return s;
}

struct fake_net *
sim_net(struct sim *s)
{
	return s->net;
}

static void
node_ready(void *arg)
{
	struct sim_node *n = arg;

	if (n->kernel != NULL)
		n->kernel->ops->ready(n->kernel);
}

static void
node_wake(void *arg)
{
	struct sim_node *n = arg;

	n->io->ops->timer_set(n->ready, n->io->ops->now(n->io) + n->slow);
}

/* Splits "10.0.0.1" or "10.0.0.1/24" into the kernel's terms. */
static struct kernel_address
node_kernel_address(const char *text)
{
	struct kernel_address a = { .index = SIM_LINK };
	struct prefix p;
	char copy[PREFIX_STRLEN], *slash;
	bool ok;

	snprintf(copy, sizeof(copy), "%s", text);
	ok = prefix_parse(copy, &p, NULL);
	assert(ok);
	if ((slash = strchr(copy, '/')) != NULL)
		*slash = '\0';
	ok = address_parse(copy, &a.address);
	assert(ok);
	a.length = slash != NULL              ? p.length
	    : a.address.family == FAMILY_IPV4 ? 16
					      : 64;
	return a;
}

void
sim_address_add(struct sim_node *n, const char *text)
{
	struct kernel_address a = node_kernel_address(text);

	fake_node_remove(n->io, &a.address);
	fake_node_add(n->io, &a.address);
	fake_address(n->machine, &a);
}

void
sim_address_remove(struct sim_node *n, const char *text)
{
	struct kernel_address a = node_kernel_address(text);

	fake_address_remove(n->machine, a.index, &a.address);
	fake_node_remove(n->io, &a.address);
}

struct sim_node *
sim_node(struct sim *s, const char *name, const char *v4, const char *v6,
    const char *config)
{
	struct kernel_link lo = { 1, "lo", true, true, true };
	struct kernel_link eth = { SIM_LINK, "eth0", true, true, false };
	struct sim_node *n = xcalloc(1, sizeof(*n));

	n->sim = s;
	n->name = xstrdup(name);
	n->v4 = v4 != NULL ? xstrdup(v4) : NULL;
	n->v6 = v6 != NULL ? xstrdup(v6) : NULL;
	n->path = xasprintf("%s/%s.conf", s->folder, name);
	n->io = fake_net_node(s->net);
	n->ready = n->io->ops->timer_new(n->io, node_ready, n);
	n->machine = fake_kernel_new(node_wake, n);
	fake_link(n->machine, &lo);
	fake_link(n->machine, &eth);
	if (v4 != NULL)
		sim_address_add(n, v4);
	if (v6 != NULL)
		sim_address_add(n, v6);
	sim_config(n, config);
	n->next = s->nodes;
	s->nodes = n;
	return n;
}

void
sim_config(struct sim_node *n, const char *config)
{
	FILE *f = fopen(n->path, "w");

	assert(f != NULL);
	fputs(config, f);
	fclose(f);
}

static struct kernel *
node_kernel(void *arg, const struct conf *conf,
    const struct kernel_events *events, void *events_arg)
{
	struct sim_node *n = arg;

	n->kernel =
	    fake_kernel_open(n->machine, conf->fib.table, events, events_arg);
	return n->kernel;
}

void
sim_watch(struct sim_node *n, struct bfd_io *io)
{
	n->bfd = io;
}

void
sim_nd(struct sim_node *n, struct nd *(*nd)(void *), void *arg)
{
	n->nd = nd;
	n->nd_arg = arg;
}

void
sim_start(struct sim_node *n)
{
	struct conf_messages messages = { NULL, 0, 0 };
	struct bgpd_setup setup = { .io = n->io,
		.log = n->sim->log,
		.conf_path = n->path,
		.random = fake_net_random,
		.random_arg = n->sim->net,
		.kernel = node_kernel,
		.kernel_arg = n,
		.bfd = n->bfd,
		.nd = n->nd,
		.nd_arg = n->nd_arg };

	assert(n->bgpd == NULL);
	setup.conf = conf_load(n->path, n->name, NULL, &messages);
	if (setup.conf == NULL)
		conf_messages_print(&messages, stderr);
	conf_messages_clear(&messages);
	assert(setup.conf != NULL);
	n->bgpd = bgpd_new(&setup);
	assert(n->bgpd != NULL);
	bgpd_start(n->bgpd);
}

void
sim_kill(struct sim_node *n)
{
	if (n->bgpd == NULL)
		return;
	bgpd_free(n->bgpd);
	n->bgpd = NULL;
	n->kernel = NULL;
	n->io->ops->timer_stop(n->ready);
}

static void
darken(struct sim_node *n, const char *text)
{
	struct kernel_address a = node_kernel_address(text);
	struct address everybody = { .family = a.address.family };
	struct sim_node *other;

	fake_net_cut(n->sim->net, &a.address, &everybody, true);
	for (other = n->sim->nodes; other != NULL; other = other->next)
		fake_host(other->machine, SIM_LINK, &a.address, true, false);
}

void
sim_power_off(struct sim_node *n)
{
	if (n->v4 != NULL)
		darken(n, n->v4);
	if (n->v6 != NULL)
		darken(n, n->v6);
	sim_kill(n);
}

void
sim_stop(struct sim_node *n)
{
	if (n->bgpd != NULL)
		bgpd_stop(n->bgpd);
	sim_kill(n);
}

bool
sim_reload(struct sim_node *n)
{
	struct bgpd_reload r = { .applied = false };
	bool applied;

	bgpd_reload(n->bgpd, false, true, &r);
	applied = r.applied;
	bgpd_reload_clear(&r);
	return applied;
}

void
sim_slow_kernel(struct sim_node *n, int64_t ms)
{
	n->slow = ms;
}

struct bgpd *
sim_bgpd(struct sim_node *n)
{
	return n->bgpd;
}

struct fake_kernel *
sim_kernel(struct sim_node *n)
{
	return n->machine;
}

void
sim_run(struct sim *s, int64_t ms)
{
	fake_net_run(s->net, ms);
}

bool
sim_wait(struct sim *s, bool (*done)(void *), void *arg, int64_t ms)
{
	return fake_net_wait(s->net, done, arg, ms);
}

size_t
sim_established(struct sim_node *n)
{
	struct peer *p;
	uint32_t cursor = 0;
	size_t up = 0;

	if (n->bgpd == NULL)
		return 0;
	while ((p = neighbors_walk(n->bgpd->neighbors, &cursor)) != NULL)
		if (peer_state(p) == FSM_ESTABLISHED)
			up++;
	return up;
}

bool
sim_route(struct sim_node *n, const char *prefix, char *gateway, size_t size)
{
	struct kernel_route key = { .table = TABLE, .metric = 1024 };
	const struct kernel_route *r;
	char text[ADDRESS_STRLEN];
	bool ok;

	ok = prefix_parse(prefix, &key.prefix, NULL);
	assert(ok);
	r = fake_route_find(n->machine, &key);
	if (r == NULL || r->protocol != PROTOCOL)
		return false;
	snprintf(gateway, size, "%s",
	    r->type == KERNEL_BLACKHOLE
		? "blackhole"
		: address_format(&r->path[0].gateway, text));
	return true;
}

size_t
sim_routes(struct sim_node *n)
{
	const struct kernel_route **r;
	size_t i, count, ours = 0;

	r = xreallocarray(NULL, ROUTES_MAX, sizeof(*r));
	count = fake_routes(n->machine, TABLE, r, ROUTES_MAX);
	for (i = 0; i < count; i++)
		if (r[i]->protocol == PROTOCOL)
			ours++;
	free(r);
	return ours;
}

void
sim_free(struct sim *s)
{
	struct sim_node *n;

	while ((n = s->nodes) != NULL) {
		s->nodes = n->next;
		sim_kill(n);
		n->io->ops->timer_free(n->ready);
		fake_kernel_free(n->machine);
		unlink(n->path);
		free(n->v4);
		free(n->v6);
		free(n->path);
		free(n->name);
		free(n);
	}
	fake_net_free(s->net);
	log_free(s->log);
	close(s->fd);
	rmdir(s->folder);
	free(s);
}
