/* SPDX-License-Identifier: ISC */
/* nexthop_resolve.c - the way to an address, step by step */

/*
 * In comes an address, with its link if it is link-local; out goes the
 * gateway and the link behind which it lies, or the state that says why there
 * is none.  Nothing is written here but the caller's result.
 *
 * A step takes the longest match of both feeders, the kernel's where they are
 * equal.  A foreign route ends the way.  A best route of ours leads on to its
 * own next hop, at most NEXTHOP_DEPTH times.  One that would lead back to
 * where the way came from is passed over for the next shorter one: were it a
 * dead end instead, the route would go, come back and go again, for ever.
 * For the same reason a path asks nexthop_passes before it is used: of two
 * paths of one prefix, one must not be reached through the other.
 *
 * A link-local address is on its link and needs no route (RFC 2545 3).  What
 * is inside one of our own blocks leads nowhere unless the kernel has a route
 * for it, which then is longer.  RFC 4271 9.1.2.1.
 */

#include "rib/nexthop_store.h"

/* The way so far: addresses asked for, and the own routes that led on. */
struct way {
	unsigned int depth;
	struct address at[NEXTHOP_DEPTH + 1];
	uint32_t scope[NEXTHOP_DEPTH + 1];
	struct prefix through[NEXTHOP_DEPTH];
};

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

static bool
leads_back(const struct way *w, const struct hop *h)
{
	unsigned int i;

	for (i = 0; i <= w->depth; i++)
		if (w->scope[i] == hop_scope(h) &&
		    address_equal(&w->at[i], &h->address))
			return true;
	return false;
}

/*
 * The best route of ours that is longer than the foreign one and does not
 * lead back.  *hop is where it leads on to, 0 when it is our own.
 */
static bool
own_cover(const struct nexthop_table *t, const struct way *w, int longer_than,
    struct prefix *prefix, uint32_t *hop)
{
	const struct address *a = &w->at[w->depth];
	int at_most = (int)family_bits(a->family);

	if (t->own.find == NULL)
		return false;
	while (at_most > longer_than) {
		if (!t->own.find(
			t->own.arg, a, (unsigned int)at_most, prefix, hop))
			return false;
		if ((int)prefix->length <= longer_than)
			return false;
		if (*hop == 0 || !leads_back(w, hop_at(t, *hop)))
			return true;
		at_most = (int)prefix->length - 1;
	}
	return false;
}

/* Follows a way that begins at w->at[0] to its end. */
static struct nexthop_result
resolve(const struct nexthop_table *t, struct way *w)
{
	const struct trie_node *foreign;
	struct nexthop_result result;
	const struct address *a;
	const struct hop *next;
	struct prefix prefix;
	uint32_t hop;

	for (;;) {
		a = &w->at[w->depth];
		foreign = foreign_cover(t, a);
		if (is_scoped(a) && (foreign == NULL || !foreign->local)) {
			result = resolve_scoped(a, w->scope[w->depth]);
			break;
		}
		if (!own_cover(t, w, foreign ? foreign->prefix.length : -1,
			&prefix, &hop)) {
			result = resolve_foreign(t, foreign, a);
			break;
		}
		if (hop == 0)
			return dead_end(NEXTHOP_BLACKHOLE);
		if (w->depth == NEXTHOP_DEPTH)
			return dead_end(NEXTHOP_LOOP);
		next = hop_at(t, hop);
		w->through[w->depth++] = prefix;
		w->at[w->depth] = next->address;
		w->scope[w->depth] = hop_scope(next);
	}
	if (w->depth > 0) {
		result.connected = false;
		result.recursive = true;
	}
	return result;
}

struct nexthop_result
nexthop_resolve(
    const struct nexthop_table *t, const struct address *a, uint32_t scope)
{
	struct way w = { .at = { *a }, .scope = { scope } };

	return resolve(t, &w);
}

struct nexthop_result
nexthop_lookup(const struct nexthop_table *t, const struct address *a)
{
	return nexthop_resolve(t, a, 0);
}

bool
nexthop_passes(
    const struct nexthop_table *t, uint32_t id, const struct prefix *prefix)
{
	const struct hop *h = hop_at(t, id);
	struct way w = { .at = { h->address }, .scope = { hop_scope(h) } };
	unsigned int i;

	resolve(t, &w);
	for (i = 0; i < w.depth; i++)
		if (prefix_equal(&w.through[i], prefix))
			return true;
	return false;
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
