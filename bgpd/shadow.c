/* SPDX-License-Identifier: ISC */
/* shadow.c - routes of others beside ours, with another metric */
/*
 * The kernel keeps several routes of one prefix when their metrics differ, and
 * uses the one with the lowest.  So a route of ours may be installed, and
 * acknowledged, and do nothing: somebody's static route of metric 0 is enough.
 * No conflict and no errno tells of that; whoever looks for the reason finds
 * everything in sync.
 *
 * The table of next hops has the foreign routes of the main table, whatever
 * came first, theirs or ours; it is asked here, so that nothing is kept twice.
 * Of another table (`fib { table N }`) it knows nothing, and neither do we.
 *
 * That a route is beaten is said once when either of the two comes, and shown
 * for as long as it is so.  Nothing is done about it: the route is not ours.
 */
#include "bgpd/shadow.h"

#include "bgpd/bgpd_private.h"
#include "bgpd/trouble.h"
#include "rib/text.h"

#define IPV6_METRIC 1024u /* what the kernel makes of 0 */

static uint32_t
our_metric(const struct bgpd *b, enum family f)
{
	uint32_t metric = b->conf->fib.metric;

	return metric == 0 && f == FAMILY_IPV6 ? IPV6_METRIC : metric;
}

static bool
is_beaten(const struct bgpd *b, const struct nexthop_route *r)
{
	return r->metric < our_metric(b, r->prefix.address.family);
}

const struct nexthop_route *
shadow_find(const struct bgpd *b, const struct fib_view *view, bool *beats)
{
	const struct nexthop_route *route;

	if (!view->installed || b->conf->fib.table != KERNEL_TABLE_MAIN)
		return NULL;
	route = nexthop_route_find(rib_nexthops(b->rib), &view->prefix);
	*beats = route != NULL && is_beaten(b, route);
	return route;
}

uint32_t
shadow_walk(const struct bgpd *b, uint32_t cursor, unsigned int most,
    struct fib_view *view, bool *found)
{
	const struct nexthop_table *nexthops = rib_nexthops(b->rib);
	const struct nexthop_route *route;
	bool beats;

	*found = false;
	if (b->fib == NULL || b->conf->fib.table != KERNEL_TABLE_MAIN)
		return 0;
	while (most-- > 0 && !*found) {
		cursor = nexthop_route_walk(nexthops, cursor, &route);
		if (cursor == 0)
			break;
		/* Several may beat one: it is found by the best of them. */
		*found = is_beaten(b, route) &&
		    fib_find(b->fib, &route->prefix, view) &&
		    shadow_find(b, view, &beats) == route;
	}
	return cursor;
}

void
shadow_hop_text(
    const struct bgpd *b, const struct kernel_nexthop *hop, struct text *t)
{
	const struct kernel_link *link = node_find_link(b->node, hop->index);
	char address[ADDRESS_STRLEN];

	if (!address_is_unset(&hop->gateway))
		text_add(t, "via %s ", address_format(&hop->gateway, address));
	if (link != NULL)
		text_add(t, "dev %s", link->name);
	else
		text_add(t, "dev #%u", (unsigned int)hop->index);
	if (hop->weight > 1)
		text_add(t, " weight %u", hop->weight);
	if (hop->onlink)
		text_add(t, " onlink");
	if (hop->dead)
		text_add(t, " dead");
}

void
shadow_text(const struct bgpd *b, const struct nexthop_route *r, bool beats,
    char *buf, size_t size)
{
	const struct kernel_nexthop hop = {
		.gateway = r->gateway, .index = r->index, .onlink = r->onlink
	};
	struct text t = text_of(buf, size);
	char owner[CONF_PROTOCOL_STRLEN];

	text_add(&t, "%s a route of protocol %s, metric %u, ",
	    beats ? "beaten by" : "before",
	    conf_protocol_name(r->protocol, owner), (unsigned int)r->metric);
	if (r->blackhole)
		text_add(&t, "to nowhere");
	else
		shadow_hop_text(b, &hop, &t);
}

void
shadow_report(struct bgpd *b, const struct prefix *prefix)
{
	const struct nexthop_route *route;
	struct fib_view view;
	char text[PREFIX_STRLEN], reason[256];

	if (b->fib == NULL || b->conf->fib.table != KERNEL_TABLE_MAIN)
		return;
	/* Mostly there is none, so this comes before the look at the fib. */
	route = nexthop_route_find(rib_nexthops(b->rib), prefix);
	if (route == NULL || !is_beaten(b, route) ||
	    !fib_find(b->fib, prefix, &view) || !view.wanted)
		return;
	shadow_text(b, route, true, reason, sizeof(reason));
	log_limited(b->log, CONF_WARN, "fib: beaten routes", bgpd_now(b),
	    "fib: %s is of no use: %s", prefix_format(prefix, text), reason);
}
