/* SPDX-License-Identifier: ISC */
/* encap.c - the way of a route, and the tunnel that its pool may want */
/*
 * Pods of other nodes are reached by the addresses of those nodes, and where
 * routers are in between that know nothing of pods, a tunnel has to carry the
 * packets: the CrossSubnet of Calico's pools.  In comes a prefix with a next
 * hop that is resolved; out goes the link and gateway for the kernel.  In a
 * tunnel the gateway is the BGP next hop itself, for it is the other end, and
 * never a router on the way there.  Without `onlink` there is no gateway: the
 * device knows by itself where a packet goes, as WireGuard does.
 *
 * Other-subnet: the next hop is not on link by a route that one of our own
 * addresses on that link lies in.  Default routes are no subnets.
 *
 * Each path is judged for itself, so that of two equal ones one may go directly
 * and the other by the tunnel.  A route outside of all pools that is reached
 * through a route inside of one (a pod is its next hop) goes the way of that.
 *
 * A tunnel that is not there is no reason to go without: packets of pods that
 * nobody expects would come to routers that send them anywhere.  There is no
 * way then, until a link of that name comes up.
 *
 * Link-local next hops are left alone: they are no addresses beyond a link.
 */
#include "bgpd/encap.h"

#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "rib/symbol.h"
#include "rib/text.h"

/* One that rules name; NONE as long as nobody has looked. */
struct device {
	char name[KERNEL_IFNAME];
	uint32_t index;           /* of its link; 0: none */
	enum encap_verdict state; /* TUNNEL: it can be used */
};

struct encap {
	struct encap_host host;
	const struct conf *conf;
	struct device *devices; /* no two of one name */
	size_t ndevices;
	size_t *device_of; /* each of conf->tunnels */
	bool looked;       /* the node knows its links */
};

struct encap *
encap_new(const struct encap_host *host, const struct conf *conf)
{
	struct encap *e = xcalloc(1, sizeof(*e));

	e->host = *host;
	encap_configure(e, conf);
	return e;
}

void
encap_free(struct encap *e)
{
	if (e == NULL)
		return;
	free(e->devices);
	free(e->device_of);
	free(e);
}

/* ---- devices ---- */

static void
device_tell(const struct encap *e, const struct device *d)
{
	if (d->state == ENCAP_TUNNEL)
		log_info(e->host.log, "pools: %s is up", d->name);
	else
		log_warn(e->host.log,
		    "pools: %s is %s: there is no way for routes "
		    "that want it",
		    d->name, d->state == ENCAP_MISSING ? "not there" : "down");
}

/* True when it is not what it was. */
static bool
device_look(const struct encap *e, struct device *d)
{
	const struct device before = *d;
	const struct kernel_link *link;

	d->index = node_link_index(e->host.node, d->name);
	link = node_find_link(e->host.node, d->index);
	if (link == NULL)
		d->state = ENCAP_MISSING;
	else
		d->state =
		    link->up && link->running ? ENCAP_TUNNEL : ENCAP_DOWN;
	/* That it is there at the start is no news. */
	if (d->state != before.state &&
	    (before.state != ENCAP_NONE || d->state != ENCAP_TUNNEL))
		device_tell(e, d);
	return d->state != before.state || d->index != before.index;
}

bool
encap_link(struct encap *e, uint32_t index)
{
	const struct kernel_link *link = node_find_link(e->host.node, index);
	bool changed = index == 0 && e->conf->fib.nonlink > 0;
	struct device *d;
	size_t i;

	e->looked |= index == 0;
	if (!e->looked)
		return false;
	for (i = 0; i < e->ndevices; i++) {
		d = &e->devices[i];
		if (index == 0 || d->index == index ||
		    (link != NULL && strcmp(link->name, d->name) == 0))
			changed |= device_look(e, d);
	}
	return changed;
}

/* The number of a device, which is taken from the old ones if it is there. */
static size_t
device_take(
    struct encap *e, const char *name, const struct device *old, size_t nold)
{
	struct device made = { .state = ENCAP_NONE };
	size_t i;

	for (i = 0; i < e->ndevices; i++)
		if (strcmp(e->devices[i].name, name) == 0)
			return i;
	snprintf(made.name, sizeof(made.name), "%s", name);
	for (i = 0; i < nold; i++)
		if (strcmp(old[i].name, name) == 0)
			made = old[i];
	e->devices =
	    xreallocarray(e->devices, e->ndevices + 1, sizeof(*e->devices));
	e->devices[e->ndevices] = made;
	return e->ndevices++;
}

void
encap_configure(struct encap *e, const struct conf *conf)
{
	struct device *old = e->devices;
	size_t i, nold = e->ndevices;

	e->conf = conf;
	e->devices = NULL;
	e->ndevices = 0;
	free(e->device_of);
	e->device_of = xcalloc(conf->ntunnels + 1, sizeof(*e->device_of));
	for (i = 0; i < conf->ntunnels; i++)
		e->device_of[i] =
		    device_take(e, conf->tunnels[i].device, old, nold);
	free(old);
	if (e->looked)
		encap_link(e, 0);
}

bool
encap_minds_subnets(const struct encap *e)
{
	size_t i;

	for (i = 0; i < e->conf->ntunnels; i++)
		if (e->conf->tunnels[i].other_subnet)
			return true;
	return false;
}

const char *
encap_missed(const struct encap *e, size_t *cursor, enum encap_verdict *state)
{
	const struct device *d;

	while (*cursor < e->ndevices) {
		d = &e->devices[(*cursor)++];
		*state = d->state;
		if (d->state == ENCAP_MISSING || d->state == ENCAP_DOWN)
			return d->name;
	}
	return NULL;
}

static const struct device *
device_find(const struct encap *e, const struct conf_tunnel *tunnel)
{
	return &e->devices[e->device_of[tunnel - e->conf->tunnels]];
}

/* ---- ways ---- */

static bool
is_same_subnet(const struct encap *e, const struct nexthop_result *way,
    const struct address *next_hop)
{
	const struct nexthop_route *route;

	if (!way->connected || way->recursive)
		return false;
	route = nexthop_cover(e->host.nexthops, next_hop);
	return route != NULL && !prefix_is_default(&route->prefix) &&
	    node_is_within(e->host.node, way->index, &route->prefix);
}

static enum encap_verdict
judge(const struct encap *e, const struct encap_way *w,
    const struct nexthop_result *way)
{
	const struct device *d = device_find(e, w->tunnel);

	if (address_is_link_local(&w->next_hop))
		return ENCAP_LINK_LOCAL;
	if (w->tunnel->other_subnet && is_same_subnet(e, way, &w->next_hop))
		return ENCAP_SAME_SUBNET;
	if (d->state != ENCAP_TUNNEL)
		return d->state == ENCAP_NONE ? ENCAP_MISSING : d->state;
	return way->index == d->index ? ENCAP_INSIDE : ENCAP_TUNNEL;
}

/*
 * Notes whose pool the way is of: the route's own, or that of the first one it
 * leads through.  The next hop that is to be judged; 0: there is no such pool.
 */
static uint32_t
tunnel_find(const struct encap *e, const struct prefix *p, uint32_t nexthop,
    struct encap_way *w)
{
	uint32_t hop = nexthop;
	unsigned int step = 0;

	w->through = *p;
	while (hop != 0 &&
	    (w->tunnel = conf_tunnel_find(e->conf, &w->through)) == NULL)
		hop = nexthop_through(
		    e->host.nexthops, nexthop, step++, &w->through);
	return hop;
}

static bool
is_onlink(const struct encap *e, const struct kernel_nexthop *hop)
{
	const struct kernel_link *link;

	if (hop->onlink || e->conf->fib.nonlink == 0 ||
	    address_is_unset(&hop->gateway))
		return hop->onlink;
	link = node_find_link(e->host.node, hop->index);
	return link != NULL && conf_device_is_onlink(e->conf, link->name);
}

bool
encap_way(const struct encap *e, const struct prefix *p, uint32_t nexthop,
    struct encap_way *w)
{
	const struct nexthop_result *way =
	    nexthop_get(e->host.nexthops, nexthop);
	uint32_t judged = 0;

	memset(w, 0, sizeof(*w));
	w->hop = (struct kernel_nexthop){ .gateway = way->gateway,
		.index = way->index,
		.weight = 1,
		.onlink = way->onlink };
	if (e->conf->ntunnels > 0)
		judged = tunnel_find(e, p, nexthop, w);
	if (judged != 0) {
		w->next_hop = *nexthop_address(e->host.nexthops, judged);
		w->verdict = judge(e, w, nexthop_get(e->host.nexthops, judged));
	}
	if (w->verdict == ENCAP_TUNNEL) {
		w->hop.index = device_find(e, w->tunnel)->index;
		w->hop.onlink = w->tunnel->onlink;
		w->hop.gateway = w->tunnel->onlink
		    ? w->next_hop
		    : (struct address){ .family = p->address.family };
	}
	w->hop.onlink = is_onlink(e, &w->hop);
	return way->state == NEXTHOP_RESOLVED && w->verdict < ENCAP_MISSING;
}

/* ---- words ---- */

const char *
encap_word(enum encap_verdict verdict)
{
	static const struct symbol words[] = {
		{ "", ENCAP_NONE },
		{ "tunnel", ENCAP_TUNNEL },
		{ "same-subnet", ENCAP_SAME_SUBNET },
		{ "link-local", ENCAP_LINK_LOCAL },
		{ "inside", ENCAP_INSIDE },
		{ "missing", ENCAP_MISSING },
		{ "down", ENCAP_DOWN },
		{ NULL, 0 },
	};

	return symbol_word(words, (int)verdict);
}

/*
 * IPv6 believes in no gateway on link of one device while a route other than
 * the default one leads to it by another (ip6_route_check_nh_onlink).
 */
static void
add_objection(const struct encap *e, const struct encap_way *w, struct text *t)
{
	const struct nexthop_route *route;
	char name[PREFIX_STRLEN];

	if (w->hop.gateway.family != FAMILY_IPV6 || !w->hop.onlink)
		return;
	route = nexthop_cover(e->host.nexthops, &w->next_hop);
	if (route == NULL || prefix_is_default(&route->prefix) ||
	    route->index == w->hop.index)
		return;
	text_add(t,
	    "; but the kernel takes no new IPv6 gateway there while "
	    "%s leads to it by another interface",
	    prefix_format(&route->prefix, name));
}

void
encap_text(const struct encap *e, const struct encap_way *w, struct text *t)
{
	char hop[ADDRESS_STRLEN], pool[PREFIX_STRLEN];
	const struct conf_tunnel *tunnel = w->tunnel;

	if (tunnel == NULL)
		return;
	address_format(&w->next_hop, hop);
	text_add(t,
	    "%s is via-device %s%s%s: ", prefix_format(&tunnel->prefix, pool),
	    tunnel->device, tunnel->onlink ? " onlink" : "",
	    tunnel->other_subnet ? " when other-subnet" : "");
	switch (w->verdict) {
	case ENCAP_NONE: break;
	case ENCAP_TUNNEL:
		text_add(t, "%s is %s, so by %s", hop,
		    tunnel->other_subnet ? "in another subnet" : "its next hop",
		    tunnel->device);
		add_objection(e, w, t);
		break;
	case ENCAP_SAME_SUBNET:
		text_add(t, "%s is in a subnet of this node, so directly", hop);
		break;
	case ENCAP_LINK_LOCAL:
		text_add(t, "%s is link-local, so directly", hop);
		break;
	case ENCAP_INSIDE:
		text_add(t, "%s is reached by %s anyway", hop, tunnel->device);
		break;
	case ENCAP_MISSING:
		text_add(t, "%s is not there", tunnel->device);
		break;
	case ENCAP_DOWN: text_add(t, "%s is down", tunnel->device); break;
	}
}
