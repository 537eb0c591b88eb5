/* SPDX-License-Identifier: ISC */
/* nexthop_resolve.c - the way to an address, step by step */

/*
 * In comes an address, with its link if it is link-local; out goes the
 * gateway and the link behind which it lies, or the state that says why there
 * is none.  Nothing is written here but the caller's result.
 *
 * The longest match of both feeders counts, the kernel's where they are equal.
 * A foreign route ends the way.  A best route of ours leads on to its own
 * next hop, whose way is known, and so the rest is taken from there: each next
 * hop keeps the trail that it came by.  What depends on it is looked at when
 * it changes, so everybody's trail is right once nothing is left to look at.
 *
 * A route whose trail comes by the very next hop that asks is passed over for
 * the next shorter one: were it a dead end instead, the route would go, come
 * back and go again, for ever.  For the same reason a path asks
 * nexthop_passes before it is used: of two paths of one prefix, one must not
 * be reached through the other.  Trails are no longer than NEXTHOP_DEPTH.
 *
 * A link-local address is on its link and needs no route (RFC 2545 3).  What
 * is inside one of our own blocks leads nowhere unless the kernel has a route
 * for it, which then is longer.  RFC 4271 9.1.2.1.
 */

#include "rib/nexthop_private.h"

/* Link-local, and so no address without its link. */
static bool
is_scoped(const struct address *a)
{
	return a->family == FAMILY_IPV6 && address_is_link_local(a);
}

static struct nexthop_result
dead_end(enum nexthop_state state)
{
	return (struct nexthop_result){ .state = state };
}

static struct nexthop_result
resolve_scoped(const struct address *a, uint32_t scope)
{
	if (scope == 0)
		return dead_end(NEXTHOP_UNRESOLVED);
	return (struct nexthop_result){
		.state = NEXTHOP_RESOLVED,
		.gateway = *a,
		.index = scope,
		.connected = true,
	};
}

/* The longest node over an address that is a route, or the address our own. */
static const struct trie_node *
foreign_cover(const struct nexthop_table *t, const struct address *a)
{
	const struct trie *trie = &t->tries[a->family];
	uint32_t id = trie_cover(trie, a);
	const struct trie_node *n;

	for (; id != 0; id = n->parent) {
		n = trie_node(trie, id);
		if (n->routes != 0 || n->local)
			return n;
	}
	return NULL;
}

static struct nexthop_result
resolve_foreign(const struct nexthop_table *t, const struct trie_node *n,
    const struct address *a)
{
	const struct nexthop_route *r;
	bool connected;

	if (n == NULL)
		return dead_end(NEXTHOP_UNRESOLVED);
	if (n->local)
		return dead_end(NEXTHOP_SELF);
	r = &route_at(t, n->routes)->r;
	if (r->blackhole)
		return dead_end(NEXTHOP_BLACKHOLE);
	connected = address_is_unset(&r->gateway);
	return (struct nexthop_result){
		.state = NEXTHOP_RESOLVED,
		.gateway = connected ? *a : r->gateway,
		.index = r->index,
		.metric = r->metric,
		.onlink = r->onlink,
		.connected = connected,
	};
}

/* Does the way of one next hop begin at, or pass, another? */
static bool
leads_back(const struct nexthop_table *t, uint32_t from, uint32_t id)
{
	const struct trail *trail = hop_trail(t, hop_at(t, from));
	unsigned int i;

	if (from == id)
		return true;
	for (i = 0; trail != NULL && i < trail->depth; i++)
		if (trail->hop[i] == id)
			return true;
	return false;
}

/*
 * The best route of ours that is longer than the foreign one and does not
 * lead back.  *hop is where it leads on to, 0 when it is our own.
 */
static bool
own_cover(const struct nexthop_table *t, const struct address *a, uint32_t id,
    int longer_than, struct prefix *prefix, uint32_t *hop)
{
	int at_most = (int)family_bits(a->family);

	while (at_most > longer_than) {
		if (!t->own.find(
			t->own.arg, a, (unsigned int)at_most, prefix, hop))
			return false;
		if ((int)prefix->length <= longer_than)
			return false;
		if (*hop == 0 || !leads_back(t, *hop, id))
			return true;
		at_most = (int)prefix->length - 1;
	}
	return false;
}

/* The way of the next hop that a best route of ours leads on to. */
static struct nexthop_result
resolve_through(const struct nexthop_table *t, const struct prefix *through,
    uint32_t hop, struct trail *trail)
{
	const struct hop *next = hop_at(t, hop);
	const struct trail *rest = hop_trail(t, next);
	struct nexthop_result result = next->result;
	unsigned int i;

	if (rest != NULL && rest->depth == NEXTHOP_DEPTH)
		return dead_end(NEXTHOP_LOOP);
	trail->hop[0] = hop;
	trail->through[0] = *through;
	trail->depth = 1;
	for (i = 0; rest != NULL && i < rest->depth; i++) {
		trail->hop[trail->depth] = rest->hop[i];
		trail->through[trail->depth++] = rest->through[i];
	}
	result.connected = false;
	result.recursive = true;
	return result;
}

/*
 * Where an address leads, and by which way; id is the tracked next hop with
 * that address, or 0.
 */
static struct nexthop_result
resolve(const struct nexthop_table *t, const struct address *a, uint32_t id,
    struct trail *trail)
{
	const struct trie_node *foreign = foreign_cover(t, a);
	const struct hop *h = id != 0 ? hop_at(t, id) : NULL;
	struct prefix prefix;
	uint32_t hop;

	trail->depth = 0;
	if (is_scoped(a) && (foreign == NULL || !foreign->local))
		return resolve_scoped(a, h != NULL ? hop_scope(h) : 0);
	if (t->own.find == NULL || (h != NULL && hop_is_stubborn(h)) ||
	    !own_cover(
		t, a, id, foreign ? foreign->prefix.length : -1, &prefix, &hop))
		return resolve_foreign(t, foreign, a);
	if (hop == 0)
		return dead_end(NEXTHOP_BLACKHOLE);
	return resolve_through(t, &prefix, hop, trail);
}

static bool
result_equal(const struct nexthop_result *a, const struct nexthop_result *b)
{
	return a->state == b->state && a->index == b->index &&
	    a->metric == b->metric && a->onlink == b->onlink &&
	    a->connected == b->connected && a->recursive == b->recursive &&
	    address_equal(&a->gateway, &b->gateway);
}

static bool
trail_equal(const struct trail *a, const struct trail *b)
{
	unsigned int i;

	if (a->depth != b->depth)
		return false;
	for (i = 0; i < a->depth; i++)
		if (a->hop[i] != b->hop[i] ||
		    !prefix_equal(&a->through[i], &b->through[i]))
			return false;
	return true;
}

/* Keeps the trail with the hop; true when it is not what it was. */
static bool
trail_set(struct nexthop_table *t, struct hop *h, const struct trail *trail)
{
	static const struct trail none = { .depth = 0 };
	struct trail *old = hop_trail(t, h);

	if (trail_equal(old != NULL ? old : &none, trail))
		return false;
	if (trail->depth == 0) {
		slab_give(&t->trails, h->trail);
		h->trail = 0;
	} else {
		if (old == NULL)
			h->trail = slab_take(&t->trails);
		*hop_trail(t, h) = *trail;
	}
	return true;
}

bool
nexthop_update(struct nexthop_table *t, uint32_t id)
{
	struct hop *h = hop_at(t, id);
	struct nexthop_result result;
	struct trail trail;
	bool changed;

	result = resolve(t, &h->address, id, &trail);
	changed = trail_set(t, h, &trail) || !result_equal(&result, &h->result);
	h->result = result;
	return changed;
}

struct nexthop_result
nexthop_lookup(const struct nexthop_table *t, const struct address *a)
{
	struct trail trail;

	return resolve(t, a, nexthop_find(t, a, 0), &trail);
}

bool
nexthop_passes(
    const struct nexthop_table *t, uint32_t id, const struct prefix *prefix)
{
	const struct trail *trail = hop_trail(t, hop_at(t, id));
	unsigned int i;

	for (i = 0; trail != NULL && i < trail->depth; i++)
		if (prefix_equal(&trail->through[i], prefix))
			return true;
	return false;
}

const struct address *
nexthop_address(const struct nexthop_table *t, uint32_t id)
{
	return &hop_at(t, id)->address;
}

uint32_t
nexthop_through(const struct nexthop_table *t, uint32_t id, unsigned int step,
    struct prefix *through)
{
	const struct trail *trail = hop_trail(t, hop_at(t, id));

	if (trail == NULL || step >= trail->depth)
		return 0;
	*through = trail->through[step];
	return trail->hop[step];
}

const struct nexthop_route *
nexthop_cover(const struct nexthop_table *t, const struct address *a)
{
	const struct trie *trie = &t->tries[a->family];
	uint32_t id = trie_cover(trie, a);

	while (id != 0 && trie_node(trie, id)->routes == 0)
		id = trie_node(trie, id)->parent;
	if (id == 0)
		return NULL;
	return &route_at(t, trie_node(trie, id)->routes)->r;
}
