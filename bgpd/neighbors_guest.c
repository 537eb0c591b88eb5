/* SPDX-License-Identifier: ISC */
/* neighbors_guest.c - neighbors that are known by where they connect from */
/*
 * A range of the config is a pattern: whoever connects from there is a guest,
 * a neighbor with the settings of the range and its address as its name, that
 * waits and never dials.  A range has so many of them at a time and no more;
 * beyond that, connections are closed before anything is allocated, and the
 * log says so.  Of two ranges the longer counts, and a neighbor that the
 * config names by its address is no guest.  Nor is who is disabled by bgpctl,
 * alone or with the range: such a guest is sent away, and forgotten like any.
 *
 * A guest that is down stays as long as its routes are kept for its return, or
 * it is held off for an error; then it is forgotten.  That is looked after
 * once a second while somebody is leaving, and not at all otherwise.
 *
 * A guest owns its settings.  A reload makes them anew from what its range is
 * by then, and the old ones go when the peer has let go of them.
 */
#include <stdio.h>

#include "bgpd/neighbors_private.h"

#define LOOK_TIME 1000 /* ms */

/* Guests of a range. */
struct guests {
	uint32_t all;
	uint32_t gone; /* that are kept all the same: for their routes, say */
};

static struct guests
guests_of(const struct neighbors *ns, const struct conf_neighbor *range)
{
	struct guests n = { .all = 0 };
	const struct slot *slot;
	uint32_t i;

	for (i = 1; i < ns->nslots; i++) {
		slot = &ns->slots[i];
		if (slot->peer == NULL || slot->range != range)
			continue;
		n.all++;
		n.gone += peer_state(slot->peer) < FSM_OPENSENT;
	}
	return n;
}

static void
full_log(struct neighbors *ns, const struct conf_neighbor *range,
    const struct address *a, const struct guests *guests)
{
	struct io *io = ns->host->io;
	char text[ADDRESS_STRLEN], gone[80] = "";

	if (guests->gone > 0)
		snprintf(gone, sizeof(gone),
		    " and %u have left but are kept for a while", guests->gone);
	log_limited(ns->host->log, CONF_WARN, range->name, io->ops->now(io),
	    "neighbors %s: %s is turned away: %u are connected%s, the limit "
	    "is %u",
	    range->name, address_format(a, text), guests->all - guests->gone,
	    gone, range->limit);
}

/* The range that has room for one more, or NULL; a full one is said. */
static const struct conf_neighbor *
range_open(struct neighbors *ns, const struct address *a)
{
	const struct conf *conf = ns->host->conf;
	const struct conf_neighbor *range = conf_range_find(conf, a);
	struct guests guests;

	if (range == NULL || conf_neighbor_is_disabled(range) ||
	    conf_is_shut_out(conf, a))
		return NULL;
	guests = guests_of(ns, range);
	if (guests.all < range->limit)
		return range;
	full_log(ns, range, a, &guests);
	return NULL;
}

bool
neighbors_expect(struct neighbors *ns, const struct address *a, uint32_t scope)
{
	return neighbors_find(ns, a, scope) != NULL ||
	    range_open(ns, a) != NULL;
}

struct peer *
neighbors_welcome(struct neighbors *ns, const struct address *a, uint32_t scope)
{
	struct peer *p = neighbors_find(ns, a, scope);
	const struct conf_neighbor *range;
	struct conf_neighbor *guest;
	struct slot *slot;

	if (p != NULL)
		return p;
	range = range_open(ns, a);
	if (range == NULL)
		return NULL;
	guest = conf_guest_new(ns->host->conf, range, a);
	p = neighbors_add(ns, guest);
	slot = &ns->slots[ns->by_source[peer_source(p)]];
	slot->guest = guest;
	slot->range = range;
	return p;
}

bool
neighbors_may_come(const struct neighbors *ns, enum family f)
{
	const struct conf *conf = ns->host->conf;
	const struct conf_neighbor *range;
	size_t i;

	for (i = 0; i < conf->nranges; i++) {
		range = &conf->neighbors[conf->ranges[i]];
		if (!conf_neighbor_is_disabled(range) &&
		    range->settings.family[f])
			return true;
	}
	return false;
}

static void
look_later(struct neighbors *ns)
{
	struct io *io = ns->host->io;

	io->ops->timer_set(ns->look, io->ops->now(io) + LOOK_TIME);
}

void
neighbors_heed(struct neighbors *ns, struct peer *p)
{
	if (ns->slots[ns->by_source[peer_source(p)]].guest != NULL &&
	    peer_state(p) != FSM_ESTABLISHED)
		look_later(ns);
}

void
guests_look(void *arg)
{
	struct neighbors *ns = arg;
	const struct slot *slot;
	bool leaving = false;
	uint32_t i;

	for (i = 1; i < ns->nslots; i++) {
		slot = &ns->slots[i];
		if (slot->guest == NULL)
			continue;
		if (peer_has_gone(slot->peer))
			neighbors_remove(ns, slot->peer);
		else
			leaving |= peer_state(slot->peer) != FSM_ESTABLISHED;
	}
	if (leaving)
		look_later(ns);
}

/* What a reload costs the guests of a range: as its change says. */
static enum conf_cost
range_cost(
    const struct conf_changes *changes, const struct conf_neighbor *range)
{
	size_t i;

	for (i = 0; i < changes->count; i++)
		if (changes->at[i].after == range)
			return changes->at[i].cost;
	return CONF_COST_NONE;
}

/* Guests whom the config names by now are its own. */
static void
named_leave(struct neighbors *ns)
{
	const struct conf *conf = ns->host->conf;
	const struct conf_neighbor *n;
	struct peer *p;
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		n = &conf->neighbors[i];
		p = n->kind == CONF_RANGE ? NULL
					  : neighbors_find(ns, &n->address, 0);
		if (p != NULL &&
		    ns->slots[ns->by_source[peer_source(p)]].guest != NULL)
			neighbors_remove(ns, p);
	}
}

static void
guest_follow(struct neighbors *ns, struct slot *slot,
    const struct conf_changes *changes, bool reset)
{
	const struct conf *conf = ns->host->conf;
	struct conf_neighbor *before = slot->guest;
	const struct conf_neighbor *range =
	    conf_range_find(conf, &before->address);

	if (range == NULL) {
		neighbors_remove(ns, slot->peer);
		return;
	}
	reset |= range->length != slot->range->length;
	slot->guest = conf_guest_new(conf, range, &before->address);
	reset |= slot->guest->commanded_down != before->commanded_down;
	slot->range = range;
	peer_configure(slot->peer, slot->guest,
	    reset ? CONF_COST_RESET : range_cost(changes, range));
	conf_guest_free(before);
}

void
neighbors_follow(
    struct neighbors *ns, const struct conf_changes *changes, bool reset)
{
	uint32_t i;

	named_leave(ns);
	for (i = 1; i < ns->nslots; i++)
		if (ns->slots[i].guest != NULL)
			guest_follow(ns, &ns->slots[i], changes, reset);
}
