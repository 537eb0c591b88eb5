/* SPDX-License-Identifier: ISC */
/* nexthop.c - where a BGP next hop really leads, RFC 4271 9.1.2.1 */

/*
 * In come the kernel's foreign routes, our own addresses and word of every
 * best route of ours that changed; out go, for each next hop that somebody
 * tracks, a gateway and a link, or the state that says why not.
 *
 * Foreign routes, our addresses and the tracked next hops all hang in one
 * trie per family.  A route that comes or goes concerns the next hops below
 * its prefix; these are put on a list and looked at again when the rib asks
 * for changes, so a burst of kernel events costs one look each.  Most of our
 * own million routes have no next hop below them, and cost one search.
 *
 * A re-dump tells every route again; one that is as it was touches nothing.
 * So losing events costs work and no change.
 *
 * A next hop may hold up the route that it is reached through, in ways that no
 * local look can see.  So a change carries how far it is from what a source or
 * the kernel said: further than NEXTHOP_DEPTH it is its own echo.  Echoes are
 * decided one at a time, so that two of them do not change places for ever,
 * and a next hop that still changes for the NEXTHOP_ECHOES-th time is left to
 * foreign routes until there is news.  Nothing a peer says makes us spin.
 *
 * A tracked next hop belongs to whoever holds references on it and is found
 * by address and link.  How it is resolved stands in nexthop_resolve.c.
 * Nothing is asked of the kernel here, and nothing told to it.
 */

#include "rib/nexthop.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/nexthop_private.h"
#include "rib/symbol.h"

static uint32_t
hash_of(const struct nexthop_table *t, const struct address *a, uint32_t scope)
{
	return address_hash(t->seed ^ scope, a);
}

static uint32_t
hop_hash(const void *arg, uint32_t id)
{
	const struct nexthop_table *t = arg;
	const struct hop *h = hop_at(t, id);

	return hash_of(t, &h->address, h->scope);
}

struct nexthop_table *
nexthop_table_new(const struct nexthop_recursion *own, uint64_t seed)
{
	struct nexthop_table *t = xcalloc(1, sizeof(*t));
	enum family f;

	t->seed = seed;
	if (own != NULL)
		t->own = *own;
	for (f = 0; f < FAMILY_MAX; f++)
		trie_init(&t->tries[f]);
	slab_init(&t->routes, sizeof(struct route));
	slab_init(&t->hops, sizeof(struct hop));
	slab_init(&t->trails, sizeof(struct trail));
	idmap_init(&t->by_address, hop_hash, t);
	return t;
}

void
nexthop_table_free(struct nexthop_table *t)
{
	enum family f;

	if (t == NULL)
		return;
	idmap_clear(&t->by_address);
	slab_clear(&t->trails);
	slab_clear(&t->hops);
	slab_clear(&t->routes);
	for (f = 0; f < FAMILY_MAX; f++)
		trie_clear(&t->tries[f]);
	free(t);
}

/* Puts a next hop on the list of those to look at. */
static void
touch(struct nexthop_table *t, uint32_t id, unsigned int news)
{
	struct hop *h = hop_at(t, id);

	if (news > 0)
		h->echoes = 0;
	if (news > h->news)
		h->news = (uint8_t)news;
	if (h->pending)
		return;
	h->pending = true;
	h->link = 0;
	if (t->last != 0)
		hop_at(t, t->last)->link = id;
	else
		t->first = id;
	t->last = id;
}

static void
touch_below(struct nexthop_table *t, const struct prefix *p, unsigned int news)
{
	const struct trie *trie = &t->tries[p->address.family];
	uint32_t top = trie_below(trie, p);
	uint32_t node, id;

	for (node = top; node != 0; node = trie_next(trie, top, node))
		for (id = trie_node(trie, node)->hops; id != 0;
		     id = hop_at(t, id)->same)
			touch(t, id, news);
}

/* Notes for the link-local next hops on a link whether it is down. */
static void
scope_set(struct nexthop_table *t, uint32_t index, bool down)
{
	struct hop *h;
	uint32_t id;

	for (id = 1; id < t->hops.high; id++) {
		h = hop_at(t, id);
		if (h->node == 0 || h->scope != index || h->down == down)
			continue;
		h->down = down;
		t->ndown = down ? t->ndown + 1 : t->ndown - 1;
		touch(t, id, NEXTHOP_DEPTH);
	}
}

static bool
route_equal(const struct nexthop_route *a, const struct nexthop_route *b)
{
	return prefix_equal(&a->prefix, &b->prefix) && a->metric == b->metric &&
	    a->index == b->index && a->protocol == b->protocol &&
	    a->blackhole == b->blackhole && a->onlink == b->onlink &&
	    address_equal(&a->gateway, &b->gateway) &&
	    address_equal(&a->source, &b->source);
}

/* Where the route of that metric is linked, or would be. */
static uint32_t *
route_place(struct nexthop_table *t, struct trie_node *n, uint32_t metric)
{
	uint32_t *place = &n->routes;

	while (*place != 0 && route_at(t, *place)->r.metric < metric)
		place = &route_at(t, *place)->next;
	return place;
}

void
nexthop_route_add(struct nexthop_table *t, const struct nexthop_route *r)
{
	struct trie *trie = &t->tries[r->prefix.address.family];
	uint32_t node = trie_insert(trie, &r->prefix);
	uint32_t *place = route_place(t, trie_node(trie, node), r->metric);
	struct route *route;
	uint32_t id = *place;

	if (t->ndown > 0 && r->index != 0)
		scope_set(t, r->index, false);
	if (id == 0 || route_at(t, id)->r.metric != r->metric) {
		id = slab_take(&t->routes);
		route = route_at(t, id);
		route->next = *place;
		route->node = node;
		*place = id;
	} else {
		route = route_at(t, id);
		route->marked = false;
		if (route_equal(&route->r, r))
			return;
	}
	route->r = *r;
	touch_below(t, &r->prefix, NEXTHOP_DEPTH);
}

static void
route_drop(struct nexthop_table *t, uint32_t id)
{
	struct route *route = route_at(t, id);
	struct prefix prefix = route->r.prefix;
	struct trie *trie = &t->tries[prefix.address.family];
	uint32_t node = route->node;
	uint32_t *place =
	    route_place(t, trie_node(trie, node), route->r.metric);

	*place = route->next;
	route->node = 0;
	slab_give(&t->routes, id);
	touch_below(t, &prefix, NEXTHOP_DEPTH);
	trie_prune(trie, node);
}

void
nexthop_route_remove(
    struct nexthop_table *t, const struct prefix *p, uint32_t metric)
{
	struct trie *trie = &t->tries[p->address.family];
	uint32_t node = trie_find(trie, p);
	uint32_t id;

	if (node == 0)
		return;
	id = *route_place(t, trie_node(trie, node), metric);
	if (id != 0 && route_at(t, id)->r.metric == metric)
		route_drop(t, id);
}

const struct nexthop_route *
nexthop_route_find(const struct nexthop_table *t, const struct prefix *p)
{
	const struct trie *trie = &t->tries[p->address.family];
	uint32_t node = trie_find(trie, p);
	uint32_t id = node == 0 ? 0 : trie_node(trie, node)->routes;

	return id == 0 ? NULL : &route_at(t, id)->r;
}

uint32_t
nexthop_route_walk(const struct nexthop_table *t, uint32_t cursor,
    const struct nexthop_route **route)
{
	uint32_t id;

	for (id = cursor + 1; id < t->routes.high; id++) {
		if (route_at(t, id)->node == 0)
			continue;
		*route = &route_at(t, id)->r;
		return id;
	}
	return 0;
}

void
nexthop_link_down(struct nexthop_table *t, uint32_t index)
{
	uint32_t id;

	for (id = 1; id < t->routes.high; id++)
		if (route_at(t, id)->node != 0 &&
		    route_at(t, id)->r.index == index)
			route_drop(t, id);
	if (index != 0)
		scope_set(t, index, true);
}

static void
local_set(struct nexthop_table *t, const struct address *a, bool local)
{
	struct prefix host = prefix_of(a, family_bits(a->family));
	struct trie *trie = &t->tries[a->family];
	uint32_t node = trie_insert(trie, &host);

	if (trie_node(trie, node)->local != local) {
		trie_node(trie, node)->local = local;
		touch_below(t, &host, NEXTHOP_DEPTH);
	}
	trie_prune(trie, node);
}

void
nexthop_local_add(struct nexthop_table *t, const struct address *a)
{
	local_set(t, a, true);
}

void
nexthop_local_remove(struct nexthop_table *t, const struct address *a)
{
	local_set(t, a, false);
}

void
nexthop_mark(struct nexthop_table *t)
{
	uint32_t id;

	for (id = 1; id < t->routes.high; id++)
		route_at(t, id)->marked = true;
}

void
nexthop_sweep(struct nexthop_table *t)
{
	uint32_t id;

	for (id = 1; id < t->routes.high; id++)
		if (route_at(t, id)->node != 0 && route_at(t, id)->marked)
			route_drop(t, id);
}

void
nexthop_best_changed(
    struct nexthop_table *t, const struct prefix *p, unsigned int news)
{
	touch_below(t, p, news);
}

uint32_t
nexthop_find(
    const struct nexthop_table *t, const struct address *a, uint32_t scope)
{
	uint32_t hash = hash_of(t, a, scope), at, id;

	for (id = idmap_first(&t->by_address, hash, &at); id != 0;
	     id = idmap_next(&t->by_address, hash, &at))
		if (hop_at(t, id)->scope == scope &&
		    address_equal(&hop_at(t, id)->address, a))
			break;
	return id;
}

static uint32_t
hop_new(struct nexthop_table *t, const struct address *a, uint32_t scope)
{
	struct prefix host = prefix_of(a, family_bits(a->family));
	uint32_t id = slab_take(&t->hops);
	struct hop *h = hop_at(t, id);
	struct trie *trie = &t->tries[a->family];

	h->address = *a;
	h->scope = scope;
	h->node = trie_insert(trie, &host);
	h->same = trie_node(trie, h->node)->hops;
	trie_node(trie, h->node)->hops = id;
	idmap_insert(&t->by_address, hash_of(t, a, scope), id);
	return id;
}

static void
hop_free(struct nexthop_table *t, uint32_t id)
{
	struct hop *h = hop_at(t, id);
	struct trie *trie = &t->tries[h->address.family];
	uint32_t *place = &trie_node(trie, h->node)->hops;

	while (*place != id)
		place = &hop_at(t, *place)->same;
	*place = h->same;
	trie_prune(trie, h->node);
	idmap_remove(&t->by_address, id);
	t->ndown -= h->down;
	if (h->trail != 0)
		slab_give(&t->trails, h->trail);
	h->node = 0;
	slab_give(&t->hops, id);
}

uint32_t
nexthop_take(struct nexthop_table *t, const struct address *a, uint32_t scope)
{
	uint32_t id = nexthop_find(t, a, scope);

	if (id == 0)
		id = hop_new(t, a, scope);
	if (hop_at(t, id)->refs++ == 0)
		nexthop_update(t, id);
	return id;
}

void
nexthop_give(struct nexthop_table *t, uint32_t id)
{
	struct hop *h;

	if (id == 0)
		return;
	h = hop_at(t, id);
	assert(h->refs > 0);
	if (--h->refs == 0 && !h->pending)
		hop_free(t, id);
}

const struct nexthop_result *
nexthop_get(const struct nexthop_table *t, uint32_t id)
{
	return &hop_at(t, id)->result;
}

uint32_t
nexthop_walk(
    const struct nexthop_table *t, uint32_t cursor, struct nexthop_view *view)
{
	const struct hop *h;
	uint32_t id;

	for (id = cursor + 1; id < t->hops.high; id++) {
		h = hop_at(t, id);
		if (h->node == 0 || h->refs == 0)
			continue;
		*view = (struct nexthop_view){ h->address, h->scope, h->refs,
			h->result };
		return id;
	}
	return 0;
}

/* Takes the first one off the list. */
static void
pending_take(struct nexthop_table *t)
{
	struct hop *h = hop_at(t, t->first);

	t->first = h->link;
	if (t->first == 0)
		t->last = 0;
	h->pending = false;
}

uint32_t
nexthop_changed(struct nexthop_table *t, unsigned int *news)
{
	struct hop *h;
	uint32_t id;

	while ((id = t->first) != 0) {
		h = hop_at(t, id);
		if (h->news == 0 && t->echoed)
			break;
		pending_take(t);
		*news = h->news;
		h->news = 0;
		if (h->refs == 0) {
			hop_free(t, id);
		} else if (nexthop_update(t, id)) {
			if (*news > 0) {
				--*news;
				return id;
			}
			t->echoed = true;
			if (++h->echoes == NEXTHOP_ECHOES)
				nexthop_update(t, id);
			return id;
		}
	}
	t->echoed = false;
	return 0;
}

bool
nexthop_is_pending(const struct nexthop_table *t)
{
	return t->first != 0;
}

size_t
nexthop_table_bytes(const struct nexthop_table *t)
{
	size_t bytes = sizeof(*t);
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		bytes += slab_bytes(&t->tries[f].nodes);
	return bytes + slab_bytes(&t->routes) + slab_bytes(&t->hops) +
	    slab_bytes(&t->trails) + idmap_bytes(&t->by_address);
}

const char *
nexthop_state_word(enum nexthop_state state)
{
	static const struct symbol words[] = {
		{ "unresolved", NEXTHOP_UNRESOLVED },
		{ "resolved", NEXTHOP_RESOLVED },
		{ "self", NEXTHOP_SELF },
		{ "blackhole", NEXTHOP_BLACKHOLE },
		{ "loop", NEXTHOP_LOOP },
		{ NULL, 0 },
	};

	return symbol_word(words, (int)state);
}

const char *
nexthop_state_text(enum nexthop_state state)
{
	static const char *const texts[] = {
		[NEXTHOP_UNRESOLVED] = "no route leads to it",
		[NEXTHOP_RESOLVED] = "it is reached through this very route",
		[NEXTHOP_SELF] = "it is an address of this node",
		[NEXTHOP_BLACKHOLE] = "the route that covers it leads nowhere",
		[NEXTHOP_LOOP] = "it is reached through itself",
	};

	return texts[state];
}
