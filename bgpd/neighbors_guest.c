/* SPDX-License-Identifier: ISC */
/* neighbors_guest.c - neighbors that no line of the config names */
/*
 * A pattern of the config stands for neighbors to come.  Whoever connects from
 * a range is a guest, a neighbor with the settings of the range and its
 * address as its name, that waits and never dials.  Whoever connects over, or
 * advertises itself on, an interface of a pattern is a guest too, named after
 * pattern and interface, and is dialled as well.  Until somebody is found
 * there, a guest without an address stands for it, so that there is a row that
 * says what is missing.
 *
 * A range has so many guests at a time and no more, and so has an interface;
 * beyond that, connections are closed before anything is allocated, and the
 * log says so.  Of two ranges the longer counts, an interface comes before
 * both, and a neighbor that the config names by its address is no guest.  Nor
 * is who is disabled by bgpctl, alone or with the pattern: such a guest is
 * sent away, and forgotten like any.
 *
 * A guest that is down stays as long as its routes are kept for its return, or
 * it is held off for an error; then it is forgotten.  One that was found stays
 * until it has given no sign of life for a while: a session that was up, an
 * advertisement, a connection.  That is looked after once a second while
 * somebody is leaving, and not at all otherwise.
 *
 * A guest owns its settings.  A reload makes them anew from what its pattern
 * is by then, and the old ones go when the peer has let go of them.
 */
#include <stdio.h>
#include <string.h>

#include "bgpd/neighbors_private.h"

#define LOOK_TIME    1000  /* ms */
#define SILENCE_TIME 45000 /* ms; it is asked every 10 s, see unnumbered.c */

static int64_t
now_of(const struct neighbors *ns)
{
	return ns->host->io->ops->now(ns->host->io);
}

static struct slot *
slot_of(const struct neighbors *ns, const struct peer *p)
{
	return &ns->slots[ns->by_source[peer_source(p)]];
}

/* Does it stand for somebody who is not there yet? */
static bool
is_nobody(const struct slot *slot)
{
	return slot->guest != NULL && address_is_unset(&slot->guest->address);
}

/* The name of the link that an address is good for only, or "". */
static const char *
link_of(const struct neighbors *ns, const struct address *a, uint32_t scope)
{
	const char *name = NULL;

	if (address_is_link_local(a) && scope != 0 && ns->host->link != NULL)
		name = ns->host->link(ns->host->arg, scope);
	return name != NULL ? name : "";
}

/* What the config says of whoever comes from there, or NULL. */
static const struct conf_neighbor *
pattern_find(
    const struct neighbors *ns, const struct address *a, const char *link)
{
	const struct conf *conf = ns->host->conf;
	const struct conf_neighbor *links = NULL;

	if (link[0] != '\0')
		links = conf_links_find(conf, link);
	return links != NULL ? links : conf_range_find(conf, a);
}

/* Guests of a range, or on an interface. */
struct guests {
	uint32_t all;
	uint32_t gone; /* that are kept all the same: for their routes, say */
};

static struct guests
guests_of(const struct neighbors *ns, const struct conf_neighbor *pattern,
    const char *link)
{
	struct guests n = { .all = 0 };
	const struct slot *slot;
	uint32_t i;

	for (i = 1; i < ns->nslots; i++) {
		slot = &ns->slots[i];
		if (slot->guest == NULL || slot->pattern != pattern ||
		    is_nobody(slot) || strcmp(slot->guest->zone, link) != 0)
			continue;
		n.all++;
		n.gone += peer_state(slot->peer) < FSM_OPENSENT;
	}
	return n;
}

static void
full_log(struct neighbors *ns, const struct conf_neighbor *pattern,
    const struct address *a, const char *link, const struct guests *guests)
{
	char text[ADDRESS_STRLEN], key[128], gone[80] = "";

	if (guests->gone > 0)
		snprintf(gone, sizeof(gone),
		    " and %u have left but are kept for a while", guests->gone);
	snprintf(key, sizeof(key), "%s %s", pattern->name, link);
	log_limited(ns->host->log, CONF_WARN, key, now_of(ns),
	    "neighbors %s: %s%s%s is turned away: %u are connected%s, the "
	    "limit is %u",
	    pattern->name, address_format(a, text), link[0] != '\0' ? "%" : "",
	    link, guests->all - guests->gone, gone, pattern->limit);
}

/* The pattern that has room for one more, or NULL; a full one is said. */
static const struct conf_neighbor *
pattern_open(struct neighbors *ns, const struct address *a, const char *link)
{
	const struct conf_neighbor *pattern = pattern_find(ns, a, link);
	const char *counted;
	struct guests guests;

	if (pattern == NULL || pattern->settings.disabled ||
	    conf_guest_is_shut_out(ns->host->conf, pattern, a, link))
		return NULL;
	counted = pattern->kind == CONF_LINKS ? link : "";
	guests = guests_of(ns, pattern, counted);
	if (guests.all < pattern->limit)
		return pattern;
	full_log(ns, pattern, a, counted, &guests);
	return NULL;
}

bool
neighbors_expect(struct neighbors *ns, const struct address *a, uint32_t scope,
    bool encrypted)
{
	struct peer *p = neighbors_find(ns, a, scope);
	const struct conf_neighbor *conf = p != NULL
	    ? peer_conf(p)
	    : pattern_open(ns, a, link_of(ns, a, scope));

	if (conf == NULL || encrypted)
		return conf != NULL && conf->settings.tls.on;
	if (p != NULL && !conf_takes_plain(conf))
		peer_tls_missed(p);
	return conf_takes_plain(conf);
}

static bool
encrypt(struct neighbors *ns, struct io_conn *conn,
    const struct conf_neighbor *conf)
{
	const struct io_ops *ops = ns->host->io->ops;
	struct io_target target;

	peer_target(ns->host, conf, &target);
	if (target.tls.credentials == NULL || ops->secure(conn, &target) != 0)
		return false;
	ops->tls->encrypt(conn, &target.tls);
	return true;
}

bool
neighbors_encrypt(struct neighbors *ns, struct io_conn *conn,
    const struct io_endpoint *remote)
{
	const struct address *a = &remote->address;
	struct peer *p = neighbors_find(ns, a, remote->scope);
	const char *link = link_of(ns, a, remote->scope);
	const struct conf_neighbor *pattern;
	struct conf_neighbor *guest;
	bool good;

	if (p != NULL)
		return encrypt(ns, conn, peer_conf(p));
	pattern = pattern_open(ns, a, link);
	if (pattern == NULL)
		return false;
	guest = conf_guest_new(ns->host->conf, pattern, a, link);
	good = encrypt(ns, conn, guest);
	conf_guest_free(guest);
	return good;
}

/* The one who stood for it is needed no more. */
static void
nobody_dismiss(struct neighbors *ns, const char *link)
{
	uint32_t i;

	for (i = 1; i < ns->nslots; i++)
		if (is_nobody(&ns->slots[i]) &&
		    strcmp(ns->slots[i].guest->zone, link) == 0)
			neighbors_remove(ns, ns->slots[i].peer);
}

/* The hosts of a restart must not miss it in between: add, then dismiss. */
static struct peer *
guest_add(struct neighbors *ns, const struct conf_neighbor *pattern,
    const struct address *a, const char *link)
{
	struct conf_neighbor *guest =
	    conf_guest_new(ns->host->conf, pattern, a, link);
	struct peer *p = neighbors_add(ns, guest);
	struct slot *slot = slot_of(ns, p);

	slot->guest = guest;
	slot->pattern = pattern;
	slot->heard = now_of(ns);
	if (guest->kind != CONF_FOUND)
		return p;
	ns->host->event(ns->host->arg, p);
	if (!address_is_unset(a))
		nobody_dismiss(ns, guest->zone);
	return p;
}

struct peer *
neighbors_welcome(struct neighbors *ns, const struct address *a, uint32_t scope)
{
	struct peer *p = neighbors_find(ns, a, scope);
	const char *link = link_of(ns, a, scope);
	const struct conf_neighbor *pattern;

	if (p != NULL) {
		slot_of(ns, p)->heard = now_of(ns);
		return p;
	}
	pattern = pattern_open(ns, a, link);
	return pattern == NULL ? NULL : guest_add(ns, pattern, a, link);
}

bool
neighbors_found(struct neighbors *ns, const struct address *a, uint32_t scope)
{
	struct peer *p = neighbors_find(ns, a, scope);
	const char *link = link_of(ns, a, scope);
	const struct conf_neighbor *pattern = pattern_find(ns, a, link);

	if (p != NULL) {
		slot_of(ns, p)->heard = now_of(ns);
		return false;
	}
	if (pattern == NULL || pattern->kind != CONF_LINKS ||
	    (ns->host->owns != NULL && ns->host->owns(ns->host->arg, a, scope)))
		return false;
	pattern = pattern_open(ns, a, link);
	if (pattern == NULL)
		return false;
	guest_add(ns, pattern, a, link);
	return true;
}

void
neighbors_await(
    struct neighbors *ns, const struct conf_neighbor *pattern, const char *link)
{
	static const struct address nobody = { .family = FAMILY_IPV6 };
	const struct peer *p;
	uint32_t cursor = 0;

	while ((p = neighbors_walk(ns, &cursor)) != NULL)
		if (strcmp(peer_conf(p)->zone, link) == 0)
			return;
	guest_add(ns, pattern, &nobody, link);
}

void
neighbors_leave(struct neighbors *ns, const char *link)
{
	const struct conf_neighbor *guest;
	uint32_t i;

	for (i = 1; i < ns->nslots; i++) {
		guest = ns->slots[i].guest;
		if (guest != NULL && guest->kind == CONF_FOUND &&
		    strcmp(guest->zone, link) == 0)
			neighbors_remove(ns, ns->slots[i].peer);
	}
}

bool
neighbors_is_up_on(const struct neighbors *ns, const char *link)
{
	const struct peer *p;
	uint32_t cursor = 0;

	while ((p = neighbors_walk(ns, &cursor)) != NULL)
		if (strcmp(peer_conf(p)->zone, link) == 0 &&
		    peer_state(p) == FSM_ESTABLISHED)
			return true;
	return false;
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
	ns->host->io->ops->timer_set(ns->look, now_of(ns) + LOOK_TIME);
}

void
neighbors_heed(struct neighbors *ns, struct peer *p)
{
	struct slot *slot = slot_of(ns, p);
	bool up = peer_state(p) == FSM_ESTABLISHED;

	if (slot->was_up && !up)
		slot->heard = now_of(ns);
	slot->was_up = up;
	if (slot->guest != NULL && !is_nobody(slot) && !up)
		look_later(ns);
}

/* One that is dialled is never at rest: it has left when it is silent. */
static bool
guest_has_left(const struct neighbors *ns, const struct slot *slot)
{
	if (slot->guest->kind != CONF_FOUND)
		return peer_has_gone(slot->peer);
	return peer_state(slot->peer) != FSM_ESTABLISHED &&
	    !peer_is_kept(slot->peer) &&
	    now_of(ns) - slot->heard > SILENCE_TIME;
}

static void
guest_forget(struct neighbors *ns, struct slot *slot)
{
	const struct conf_neighbor *pattern = slot->pattern;
	char link[KERNEL_IFNAME];

	memcpy(link, slot->guest->zone, sizeof(link));
	neighbors_remove(ns, slot->peer);
	if (link[0] != '\0')
		neighbors_await(ns, pattern, link);
}

void
guests_look(void *arg)
{
	struct neighbors *ns = arg;
	struct slot *slot;
	bool leaving = false;
	uint32_t i;

	for (i = 1; i < ns->nslots; i++) {
		slot = &ns->slots[i];
		if (slot->guest == NULL || is_nobody(slot))
			continue;
		if (guest_has_left(ns, slot))
			guest_forget(ns, slot);
		else
			leaving |= peer_state(slot->peer) != FSM_ESTABLISHED;
	}
	if (leaving)
		look_later(ns);
}

/* What a reload costs the guests of a pattern: as its change says. */
static enum conf_cost
pattern_cost(
    const struct conf_changes *changes, const struct conf_neighbor *pattern)
{
	size_t i;

	for (i = 0; i < changes->count; i++)
		if (changes->at[i].after == pattern)
			return changes->at[i].cost;
	return CONF_COST_NONE;
}

/* The link of a neighbor of the config, as it is now; 0: none. */
static uint32_t
scope_of(const struct neighbors *ns, const struct conf_neighbor *n)
{
	if (n->zone[0] == '\0' || ns->host->link_index == NULL)
		return 0;
	return ns->host->link_index(ns->host->arg, n->zone);
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
		p = conf_neighbor_is_pattern(n)
		    ? NULL
		    : neighbors_find(ns, &n->address, scope_of(ns, n));
		if (p != NULL && slot_of(ns, p)->guest != NULL)
			neighbors_remove(ns, p);
	}
}

/* The name of somebody found is made of its pattern's. */
static bool
is_guest_of(
    const struct conf_neighbor *guest, const struct conf_neighbor *pattern)
{
	if (pattern == NULL || guest->kind != CONF_FOUND)
		return pattern != NULL && pattern->kind == CONF_RANGE;
	return pattern->kind == CONF_LINKS &&
	    strcmp(guest->pattern, pattern->name) == 0;
}

static void
guest_follow(struct neighbors *ns, struct slot *slot,
    const struct conf_changes *changes, bool reset)
{
	const struct conf *conf = ns->host->conf;
	struct conf_neighbor *before = slot->guest;
	const struct conf_neighbor *pattern =
	    pattern_find(ns, &before->address, before->zone);

	if (!is_guest_of(before, pattern)) {
		neighbors_remove(ns, slot->peer);
		return;
	}
	reset |= pattern->length != slot->pattern->length;
	slot->guest =
	    conf_guest_new(conf, pattern, &before->address, before->zone);
	reset |= slot->guest->commanded_down != before->commanded_down;
	slot->pattern = pattern;
	peer_configure(slot->peer, slot->guest,
	    reset ? CONF_COST_RESET : pattern_cost(changes, pattern));
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
