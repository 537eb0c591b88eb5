/* SPDX-License-Identifier: ISC */
/* kernel_feed.c - the kernel's events, told to whom they concern */
/*
 *	link      node, fib, tunnels, what is learned, and the next hops when
 *	          it can carry nothing
 *	address   node, which tells the next hops of ours; tunnels, if the
 *	          subnets of this node are others now
 *	route     ours (by table and protocol, or adopted): fib.  Foreign: fib,
 *	          for conflicts, what is learned, and, in the main table, the
 *	          next hops, which it may lead to
 *	object    fib
 *	audited   fib
 *	dump      node, next hops, fib, what is learned: what it does not show
 *	          has gone
 *	results   fib
 *	silent    the neighbour whose host it is
 *
 * Nothing is decided here: the turn is woken and does it.
 *
 * Some losses are silent.  Routes over a link without carrier stay in the
 * kernel, marked dead, and come to life again without an event; so the links
 * of such routes are remembered as dark, and one that lights up is reason to
 * read everything again.  A link that loses its last IPv4 address loses its
 * IPv4 routes without a word; while it stays up that is another reason.
 *
 * A route over several links outlives one of them: that path is dead without
 * a word, or removed with an event (IPv6) that does not say what is left.  So
 * the links of such routes are remembered as shared; when one is lost, what
 * led over it stays until everything was read again.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/latency.h"
#include "bgpd/shadow.h"
#include "rib/mem.h"

static bool
link_usable(const struct kernel_link *link)
{
	return link != NULL && link->up && link->running;
}

static uint32_t *
links_find(const struct link_set *set, uint32_t index)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		if (set->at[i] == index)
			return &set->at[i];
	}
	return NULL;
}

static void
links_add(struct link_set *set, uint32_t index)
{
	if (links_find(set, index) != NULL)
		return;
	set->at = xreallocarray(set->at, set->count + 1, sizeof(*set->at));
	set->at[set->count++] = index;
}

/* True when it was there. */
static bool
links_remove(struct link_set *set, uint32_t index)
{
	uint32_t *at = links_find(set, index);

	if (at == NULL)
		return false;
	*at = set->at[--set->count];
	return true;
}

/* After a dump, which told what is left of the routes over them. */
static void
shared_settle(struct bgpd *b)
{
	struct link_set *shared = &b->loop->shared;
	const struct kernel_link *link;
	size_t i;

	for (i = shared->count; i-- > 0;) {
		link = node_find_link(b->node, shared->at[i]);
		if (link_usable(link))
			continue;
		nexthop_link_down(rib_nexthops(b->rib), shared->at[i]);
		if (link == NULL)
			links_remove(shared, shared->at[i]);
	}
}

/* A link of the same index has another name: is it among the patterns? */
static bool
onlink_differs(const struct bgpd *b, const struct kernel_link *link)
{
	const struct kernel_link *before = node_find_link(b->node, link->index);

	return before != NULL && strcmp(before->name, link->name) != 0 &&
	    conf_device_is_onlink(b->conf, before->name) !=
	    conf_device_is_onlink(b->conf, link->name);
}

static void
feed_link(void *arg, const struct kernel_link *link, bool gone)
{
	struct bgpd *b = arg;
	const struct kernel_link *known = node_find_link(b->node, link->index);
	struct kernel_link before;
	bool renamed = onlink_differs(b, link);
	bool was = link_usable(known);
	bool is = !gone && link_usable(link);

	if (gone || !link->up)
		links_remove(&b->loop->dark, link->index);
	else if (was && !is)
		links_add(&b->loop->dark, link->index);
	else if (is && links_remove(&b->loop->dark, link->index))
		b->kernel->ops->dump(b->kernel);
	if (known != NULL)
		before = *known;
	node_link(b->node, link, gone);
	if (encap_link(b->encap, link->index) || renamed)
		install_all(b);
	if (!learn_link(b->learn, link->index, known != NULL ? &before : NULL,
		bgpd_now(b)))
		b->kernel->ops->dump(b->kernel);
	unnumbered_changed(b->loop->unnumbered);
	if (b->fib != NULL)
		fib_link(b->fib, link->index, fib_link_state(link, gone));
	if (!is && links_find(&b->loop->shared, link->index) == NULL)
		nexthop_link_down(rib_nexthops(b->rib), link->index);
	else if (!is && was)
		b->kernel->ops->dump(b->kernel);
	bgpd_wake(b);
}

/* Its IPv4 routes went with the last address. */
static void
link_flushed(struct bgpd *b, uint32_t index)
{
	const struct kernel_link *link = node_find_link(b->node, index);

	if (b->fib != NULL)
		fib_link_flushed(b->fib, index);
	if (link != NULL && link->up)
		b->kernel->ops->dump(b->kernel);
}

static void
feed_address(void *arg, const struct kernel_address *a, bool gone)
{
	struct bgpd *b = arg;
	bool had = node_has_subnet(b->node, a);

	node_address(b->node, a, gone);
	if (node_has_subnet(b->node, a) != had &&
	    !address_is_link_local(&a->address) &&
	    encap_minds_subnets(b->encap))
		install_all(b);
	unnumbered_changed(b->loop->unnumbered);
	if (gone && a->address.family == FAMILY_IPV4 &&
	    node_link_addresses(b->node, a->index, FAMILY_IPV4) == 0)
		link_flushed(b, a->index);
	if (gone && !learn_address_gone(b->learn, &a->address))
		b->kernel->ops->dump(b->kernel);
	bgpd_wake(b);
}

/* The first path that leads somewhere; false when none does. */
static bool
route_path(struct bgpd_loop *loop, const struct kernel_route *r,
    struct nexthop_route *out)
{
	const struct kernel_nexthop *path;
	unsigned int i;
	bool found = false;

	for (i = 0; i < r->count; i++) {
		path = &r->path[i];
		if (r->count > 1)
			links_add(&loop->shared, path->index);
		if (path->dead) {
			links_add(&loop->dark, path->index);
		} else if (!found) {
			found = true;
			out->gateway = path->gateway;
			out->index = path->index;
			out->onlink = path->onlink;
		}
	}
	return found;
}

/* IPv6 has lost a path; is the whole route gone with it? */
static bool
is_doubtful(const struct bgpd_loop *loop, const struct kernel_route *r)
{
	return r->prefix.address.family == FAMILY_IPV6 && r->count == 1 &&
	    links_find(&loop->shared, r->path[0].index) != NULL;
}

/* A dump tells again what is known: that is no news of a route of ours. */
static void
foreign_add(struct bgpd *b, const struct nexthop_route *route)
{
	struct nexthop_table *nexthops = rib_nexthops(b->rib);
	const struct nexthop_route *best;
	uint32_t before = UINT32_MAX;

	best = nexthop_route_find(nexthops, &route->prefix);
	if (best != NULL)
		before = best->metric;
	nexthop_route_add(nexthops, route);
	if (route->metric < before)
		shadow_report(b, &route->prefix);
}

static void
feed_foreign(struct bgpd *b, const struct kernel_route *r, bool gone)
{
	struct nexthop_table *nexthops = rib_nexthops(b->rib);
	struct nexthop_route route;

	if (r->type == KERNEL_OTHER)
		return;
	if (gone && is_doubtful(b->loop, r)) {
		b->kernel->ops->dump(b->kernel);
		return;
	}
	memset(&route, 0, sizeof(route));
	route.prefix = r->prefix;
	route.metric = r->metric;
	route.protocol = r->protocol;
	route.source = r->source;
	route.gateway.family = r->prefix.address.family;
	route.blackhole = r->type != KERNEL_UNICAST;
	if (gone || (!route_path(b->loop, r, &route) && !route.blackhole)) {
		nexthop_route_remove(nexthops, &r->prefix, r->metric);
	} else {
		foreign_add(b, &route);
		if (b->fib != NULL)
			fib_link_reaches(b->fib, route.index);
	}
	node_routes_changed(b->node);
}

/* Gateways are looked for in the main table, whichever is ours. */
static void
feed_main(struct bgpd *b, const struct kernel_route *r, bool gone)
{
	const struct conf_fib *fib = &b->conf->fib;

	if (b->fib == NULL || fib->table != r->table ||
	    (fib->protocol != r->protocol && !fib_is_relic(b->fib, r)))
		feed_foreign(b, r, gone);
	else if (r->replaces && !gone)
		nexthop_route_remove(
		    rib_nexthops(b->rib), &r->prefix, r->metric);
}

static void
feed_route(void *arg, const struct kernel_route *r, bool gone)
{
	struct bgpd *b = arg;

	if (b->fib != NULL)
		fib_route(b->fib, r, gone, bgpd_now(b));
	if (!learn_route(b->learn, r, gone, bgpd_now(b)))
		b->kernel->ops->dump(b->kernel);
	if (r->table == KERNEL_TABLE_MAIN)
		feed_main(b, r, gone);
	bgpd_wake(b);
}

static void
feed_object(void *arg, const struct kernel_object *object, bool gone)
{
	struct bgpd *b = arg;

	if (b->fib == NULL)
		return;
	fib_object(b->fib, object, gone, bgpd_now(b));
	bgpd_wake(b);
}

static void
feed_audited(void *arg, const struct kernel_route *r)
{
	struct bgpd *b = arg;

	fib_audit_route(b->fib, r, bgpd_now(b));
}

static void
feed_dump_begin(void *arg, bool lost)
{
	struct bgpd *b = arg;

	if (lost)
		log_limited(b->log, CONF_WARN, "kernel events", bgpd_now(b),
		    "kernel: events were lost, reading everything again");
	node_dump_begin(b->node);
	nexthop_mark(rib_nexthops(b->rib));
	learn_dump_begin(b->learn);
	if (b->fib != NULL)
		fib_dump_begin(b->fib);
}

static void
feed_dump_end(void *arg)
{
	struct bgpd *b = arg;

	node_dump_end(b->node);
	if (encap_link(b->encap, 0) || encap_minds_subnets(b->encap))
		install_all(b);
	unnumbered_changed(b->loop->unnumbered);
	nexthop_sweep(rib_nexthops(b->rib));
	shared_settle(b);
	learn_dump_end(b->learn, bgpd_now(b));
	if (b->fib != NULL)
		fib_dump_end(b->fib, bgpd_now(b));
	node_routes_changed(b->node);
	if (!b->synced && b->loop->stop_by == 0)
		bgpd_sync(b);
	bgpd_wake(b);
}

static void
feed_failed(void *arg, enum family f, uint32_t cookie, int error)
{
	struct bgpd *b = arg;

	if (b->fib != NULL)
		fib_failed(b->fib, f, cookie, error, bgpd_now(b));
}

static void
feed_answered(struct bgpd *b, enum family f, int error)
{
	int64_t now = bgpd_now(b);

	fib_finished(b->fib, f, error, now);
	latency_answer(b->latency, b->fib, f, now);
}

static void
feed_finished(void *arg, enum family f, int error)
{
	struct bgpd *b = arg;

	if (error != 0)
		log_limited(b->log, CONF_WARN, "kernel batch", bgpd_now(b),
		    "kernel: a batch of %s routes failed: %s", family_name(f),
		    strerror(error));
	if (b->fib != NULL)
		feed_answered(b, f, error);
	bgpd_wake(b);
}

/* The link that its host is on, 0: none, or a router is in between. */
static uint32_t
host_link(const struct bgpd *b, const struct address *host, uint32_t scope)
{
	struct nexthop_result way;

	if (address_is_link_local(host) && scope != 0)
		return scope;
	way = nexthop_lookup(rib_nexthops(b->rib), host);
	return way.state == NEXTHOP_RESOLVED && way.connected && !way.recursive
	    ? way.index
	    : 0;
}

void
kernel_feed_probe(void *arg, const struct address *host, uint32_t scope)
{
	struct bgpd *b = arg;
	uint32_t index = host_link(b, host, scope);

	if (index != 0)
		b->kernel->ops->probe(b->kernel, index, host);
}

static void
feed_silent(void *arg, uint32_t index, const struct address *host)
{
	struct bgpd *b = arg;
	struct peer *p = neighbors_find(b->neighbors, host, index);

	if (p == NULL || host_link(b, host, index) != index)
		return;
	peer_silent(p);
	restart_silent(b->restart, p);
}

void
kernel_feed_tables(struct bgpd *b)
{
	uint32_t tables[KERNEL_TABLES];
	size_t count = learn_tables(b->conf, tables);

	b->kernel->ops->tables(b->kernel, tables, count);
}

const struct kernel_events kernel_feed = { .link = feed_link,
	.address = feed_address,
	.route = feed_route,
	.object = feed_object,
	.dump_begin = feed_dump_begin,
	.dump_end = feed_dump_end,
	.failed = feed_failed,
	.finished = feed_finished,
	.audited = feed_audited,
	.silent = feed_silent };
