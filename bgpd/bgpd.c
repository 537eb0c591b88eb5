/* SPDX-License-Identifier: ISC */
/* bgpd.c - the circuit diagram: what is joined to what */
/*
 *	kernel --events--> node, fib, next hops          (kernel_feed.c)
 *	sockets --> sessions --> peers --> rib            the input turn
 *	rib --changes--> groups, fib                      the run turn
 *	groups --> peers --> sessions                     the output turn
 *	fib --batches--> kernel                           (install.c)
 *
 * Everything is made by bgpd_new and starts with the end of the first dump
 * of the kernel: then this node knows its addresses and what an earlier
 * daemon left in the FIB, and only then are listeners opened and neighbours
 * dialled.
 *
 * The turns are one timer that whoever has work sets to now.  Each of them
 * does a slice of its work and asks for another turn if there is more, so
 * that sockets and timers come between.  The order in a turn is the order of
 * the picture: what came in is decided, what was decided is told.
 *
 * This file owns all it makes and frees it in reverse.  It knows neither
 * libevent nor netlink nor the control socket: main.c hands them in.
 */
#include "bgpd/bgpd.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/health.h"
#include "bgpd/latency.h"
#include "bgpd/runtime.h"
#include "rib/mem.h"

#define RUN_SLICE 256u    /* entries decided between looks at the clock */
#define TURN_TIME 3       /* ms of each part of a turn, about */
#define STOP_TIME 2000    /* ms without a route that leaves the kernel */
#define HOLD_TIME 120000u /* ms, with `keep-on-exit off` */

int64_t
bgpd_now(const struct bgpd *b)
{
	return b->io->ops->now(b->io);
}

void
bgpd_wake(struct bgpd *b)
{
	if (b->loop->woken)
		return;
	b->loop->woken = true;
	b->io->ops->timer_set(b->loop->turn, bgpd_now(b));
}

/* Node and restart know us by these; for peers see host.c. */

void
host_wake(void *arg)
{
	bgpd_wake(arg);
}

static void
node_changed(void *arg, enum family f)
{
	struct bgpd *b = arg;
	struct peer *p;
	uint32_t cursor = 0;

	b->peers.self[f] = node_chosen(b->node, f);
	b->peers.self_link_local = node_link_local(b->node);
	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		peer_address_changed(p, f);
	bgpd_wake(b);
}

/* learn_host */
static const struct kernel_link *
host_link(const void *arg, uint32_t index)
{
	const struct bgpd *b = arg;

	return node_find_link(b->node, index);
}

/* When both families announce again, the next OPEN is a usual one. */
static void
deferral_done(void *arg, enum family f)
{
	struct bgpd *b = arg;

	b->peers.restarting = restart_deferring(b->restart, FAMILY_IPV4) ||
	    restart_deferring(b->restart, FAMILY_IPV6);
	bgpd_wake(b);
}

/* The turns. */

/* A batch that is over leaves room for the next one, and nobody waits. */
static void
kernel_ready(void *arg)
{
	struct bgpd *b = arg;

	b->kernel->ops->ready(b->kernel);
	install_submit(b);
}

static void
rib_sink_change(void *arg, const struct rib_change *change)
{
	struct bgpd *b = arg;

	if (change->best)
		install_change(b, change);
	groups_change(b->groups, change);
	peers_guard_note(&b->peers, change);
}

/* Next hops lead elsewhere: an import that asked for that judges again. */
static void
imports_judge(struct bgpd *b)
{
	struct peer *p;
	uint32_t source;

	while ((source = rib_take_moved(b->rib)) != 0) {
		p = neighbors_by_source(b->neighbors, source);
		if (p != NULL)
			peer_reimport(p);
	}
}

/* True when more is dirty. */
static bool
turn_run(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + TURN_TIME;
	bool more;

	rib_nexthops_changed(b->rib);
	do {
		more = rib_run(b->rib, RUN_SLICE, rib_sink_change, b);
		if (install_left(b) > 0)
			kernel_ready(b);
	} while (more && bgpd_now(b) < until);
	imports_judge(b);
	peers_guard_run(&b->peers);
	return more;
}

static bool
turn_output(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + TURN_TIME;
	bool more;

	do {
		more = groups_output(b->groups);
		peers_flush(&b->peers);
	} while (more && bgpd_now(b) < until);
	return more;
}

/* True when there is more. */
static bool
turn_kernel(struct bgpd *b)
{
	bool more;

	if (b->fib == NULL)
		return false;
	more = audit_turn(b);
	pods_turn(b);
	install_submit(b);
	if (fib_wants_dump(b->fib))
		b->kernel->ops->dump(b->kernel);
	trouble_report(&b->loop->trouble, b->fib, b->log, bgpd_now(b));
	return more;
}

static void
sooner(int64_t *at, int64_t other)
{
	if (other != 0 && (*at == 0 || other < *at))
		*at = other;
}

/* What has to be done at a time rather than after an event. */
static void
later_set(struct bgpd *b)
{
	int64_t at = node_next(b->node);

	if (b->fib != NULL)
		sooner(&at, fib_next_retry(b->fib));
	sooner(&at, trouble_next(&b->loop->trouble));
	if (b->loop->stop_by != 0)
		at = b->loop->stop_by;
	if (at != 0)
		b->io->ops->timer_set(b->loop->later, at);
	else
		b->io->ops->timer_stop(b->loop->later);
}

/* Nobody hears or decides anything any more; the kernel is tidied. */
static void
turn_stop(struct bgpd *b)
{
	struct bgpd_loop *loop = b->loop;
	uint32_t left;

	if (loop->stopped)
		return;
	if (turn_kernel(b))
		bgpd_wake(b);
	left = b->conf->fib.keep ? 0 : install_left(b);
	if (left < loop->left) {
		loop->left = left;
		loop->stop_by = bgpd_now(b) + STOP_TIME;
	}
	if (left > 0 && bgpd_now(b) < loop->stop_by) {
		later_set(b);
		return;
	}
	if (left > 0)
		log_warn(b->log,
		    "%" PRIu32 " routes do not get out of the kernel: the next "
		    "start adopts what is left",
		    left);
	loop->stopped = true;
	if (loop->setup.stopped != NULL)
		loop->setup.stopped(loop->setup.hook_arg);
}

static void
turn(void *arg)
{
	struct bgpd *b = arg;
	bool more;

	b->loop->woken = false;
	if (b->loop->stop_by != 0) {
		turn_stop(b);
		return;
	}
	if (!b->synced)
		return;
	node_judge(b->node, bgpd_now(b));
	unnumbered_turn(b->loop->unnumbered);
	more = filters_turn(b);
	more |= turn_run(b);
	more |= install_turn(b);
	more |= gate_turn(b);
	if (!rib_is_dirty(b->rib))
		latency_decided(b->latency, bgpd_now(b));
	if (!more && !rib_is_dirty(b->rib))
		restart_run(b->restart);
	memory_turn(b);
	more |= turn_output(b);
	more |= turn_kernel(b);
	later_set(b);
	if (more || rib_is_dirty(b->rib))
		bgpd_wake(b);
}

/* The first dump is in: everything starts. */

static uint32_t
adopted_count(const struct bgpd *b, enum family f)
{
	struct fib_counts c;

	if (b->fib == NULL)
		return 0;
	fib_counts(b->fib, f, &c);
	return c.by_status[FIB_HELD];
}

/* RFC 4724 4.1: routes that were kept are what the R and F bits tell of. */
static void
restart_prepare(struct bgpd *b, uint32_t adopted[FAMILY_MAX])
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		adopted[f] = adopted_count(b, f);
		b->peers.forwarding[f] = adopted[f] > 0 || b->fib == NULL;
		b->peers.restarting |= adopted[f] > 0;
		if (adopted[f] > 0)
			groups_defer(b->groups, f, true);
	}
}

void
bgpd_sync(struct bgpd *b)
{
	const struct conf_fib *fib = &b->conf->fib;
	uint32_t adopted[FAMILY_MAX];
	size_t i;

	node_judge(b->node, bgpd_now(b));
	b->peers.router_id = node_router_id(b->node);
	b->synced = true;
	restart_prepare(b, adopted);
	origin_configure(b->origin, b->conf, bgpd_now(b));
	for (i = 0; i < b->conf->nneighbors; i++)
		if (!conf_neighbor_is_pattern(&b->conf->neighbors[i]))
			neighbors_add(b->neighbors, &b->conf->neighbors[i]);
	unnumbered_configure(b->loop->unnumbered, b->conf);
	unnumbered_turn(b->loop->unnumbered);
	restart_begin(
	    b->restart, adopted, fib->keep ? fib->keep_time : HOLD_TIME);
	listeners_configure(b->loop->listeners, b->conf);
	if (b->loop->setup.started != NULL)
		b->loop->setup.started(b->loop->setup.hook_arg);
}

/* Making and joining. */

static bool
kernel_open(struct bgpd *b)
{
	const struct bgpd_setup *s = &b->loop->setup;
	int fds[KERNEL_FDS], i;

	b->kernel = s->kernel(s->kernel_arg, b->conf, &kernel_feed, b);
	if (b->kernel == NULL)
		return false;
	kernel_feed_tables(b);
	b->loop->nwatches = b->kernel->ops->fds(b->kernel, fds);
	for (i = 0; i < b->loop->nwatches; i++)
		b->loop->watches[i] =
		    b->io->ops->watch(b->io, fds[i], kernel_ready, b);
	return true;
}

static void
loop_new(struct bgpd *b, const struct bgpd_setup *setup)
{
	struct bgpd_loop *loop = xcalloc(1, sizeof(*loop));

	loop->setup = *setup;
	b->loop = loop;
	loop->turn = b->io->ops->timer_new(b->io, turn, b);
	loop->later = b->io->ops->timer_new(b->io, host_wake, b);
}

static void
join_rib(struct bgpd *b, uint64_t seed)
{
	const struct conf *conf = b->conf;
	struct fib_config fib = { .table = conf->fib.table,
		.metric = conf->fib.metric,
		.protocol = conf->fib.protocol,
		.seed = seed,
		.objects = conf->fib.objects };
	const struct node_host node = { b->log, rib_nexthops(b->rib),
		node_changed, b };

	static_assert(
	    sizeof(fib.adopt) == sizeof(conf->fib.adopt), "adopt differs");
	memcpy(fib.adopt, conf->fib.adopt, sizeof(fib.adopt));
	filters_use(b, conf);
	filters_env(b);
	b->groups = groups_new(b->rib, &b->policy);
	b->node = node_new(&node, conf);
	b->encap = encap_new(
	    &(struct encap_host){ b->log, b->node, rib_nexthops(b->rib) },
	    conf);
	b->origin = origin_new(b->rib);
	b->learn = learn_new(
	    &(struct learn_host){ b->origin, host_link, b, seed }, conf);
	if (!conf->fib.off)
		b->fib = fib_new(&fib);
	gate_configure(b);
}

static void
join_peers(struct bgpd *b, const struct bgpd_setup *setup)
{
	host_init(b, setup);
	watch_init(b, setup);
	audit_init(b);
	b->neighbors = neighbors_new(&b->peers);
	b->restart = restart_new(&(struct restart_host){ b->io, b->log, b->fib,
	    b->groups, b->neighbors, host_wake, deferral_done, b });
	b->credentials = credentials_new(b->io, b->log);
	credentials_configure(b->credentials, b->conf);
	b->loop->listeners = listeners_new(b->io, b->log, b->neighbors);
	b->loop->unnumbered = unnumbered_new(
	    &(struct unnumbered_host){ b->io, b->log, b->node, b->neighbors,
		setup->random, setup->random_arg, setup->nd, setup->nd_arg });
}

struct bgpd *
bgpd_new(const struct bgpd_setup *setup)
{
	struct bgpd *b = xcalloc(1, sizeof(*b));

	b->io = setup->io;
	b->log = setup->log;
	b->conf = setup->conf;
	b->conf_path = setup->conf_path;
	b->started = bgpd_now(b);
	b->health = xcalloc(1, sizeof(*b->health));
	b->latency = latency_new();
	b->runtime = runtime_new(b, setup->state_directory);
	b->rib = rib_new(setup->hash_seed);
	rib_set_decision(b->rib, &b->conf->decision);
	loop_new(b, setup);
	join_rib(b, setup->hash_seed);
	join_peers(b, setup);
	if (!kernel_open(b)) {
		bgpd_free(b);
		return NULL;
	}
	pods_configure(b);
	return b;
}

void
bgpd_start(struct bgpd *b)
{
	b->kernel->ops->dump(b->kernel);
}

void
bgpd_stop(struct bgpd *b)
{
	struct peer *p;
	uint32_t cursor = 0;

	if (b->loop->stop_by != 0)
		return;
	b->loop->stop_by = bgpd_now(b) + STOP_TIME;
	b->loop->left = UINT32_MAX;
	listeners_free(b->loop->listeners);
	b->loop->listeners = NULL;
	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		peer_depart(p);
	if (b->fib != NULL && !b->conf->fib.keep)
		fib_flush(b->fib);
	bgpd_wake(b);
}

static void
loop_free(struct bgpd *b)
{
	struct bgpd_loop *loop = b->loop;

	audit_free(b);
	b->io->ops->timer_free(loop->turn);
	b->io->ops->timer_free(loop->later);
	free(loop->changes);
	free(loop->dark.at);
	free(loop->shared.at);
	free(loop);
}

void
bgpd_free(struct bgpd *b)
{
	int i, saved = errno;

	if (b == NULL)
		return;
	for (i = 0; i < b->loop->nwatches; i++)
		b->io->ops->unwatch(b->loop->watches[i]);
	if (b->kernel != NULL)
		b->kernel->ops->close(b->kernel);
	listeners_free(b->loop->listeners);
	unnumbered_free(b->loop->unnumbered);
	restart_free(b->restart);
	neighbors_free(b->neighbors);
	credentials_free(b->credentials);
	owners_free(b->peers.owners);
	free(b->peers.guarded.at);
	bfd_free(b->peers.bfd);
	free(b->peers.session.buffer);
	fib_free(b->fib);
	encap_free(b->encap);
	learn_free(b->learn);
	origin_free(b->origin);
	node_free(b->node);
	groups_free(b->groups);
	rib_free(b->rib);
	filters_clear(&b->filters);
	loop_free(b);
	runtime_free(b->runtime);
	latency_free(b->latency);
	free(b->health);
	conf_free(b->conf);
	free(b);
	errno = saved;
}
