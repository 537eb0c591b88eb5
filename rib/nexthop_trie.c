/* SPDX-License-Identifier: ISC */
/* nexthop_trie.c - prefixes of one family, for the longest match */

/*
 * A binary trie with the paths compressed: a node is a prefix that somebody
 * put in, or one where two of them part.  So there are fewer than two nodes
 * for a prefix, and a search takes as many steps as there are prefixes in one
 * another and partings above them, not one for each bit.
 *
 * Nodes know their parent.  That costs four bytes and buys walks without
 * recursion and without a stack: from a cover to the next shorter one, and
 * over all that lies inside a prefix.
 *
 * What hangs on a node (routes, tracked next hops, "this is our address") is
 * the owner's; the trie only looks whether there is anything, to know which
 * nodes can go.
 */

#include "rib/nexthop_trie.h"

void
trie_init(struct trie *t)
{
	slab_init(&t->nodes, sizeof(struct trie_node));
	t->root = 0;
}

void
trie_clear(struct trie *t)
{
	slab_clear(&t->nodes);
	t->root = 0;
}

struct trie_node *
trie_node(const struct trie *t, uint32_t id)
{
	return slab_at(&t->nodes, id);
}

static unsigned int
bit(const struct address *a, unsigned int i)
{
	return a->bytes[i / 8] >> (7 - i % 8) & 1;
}

/* How many leading bits two prefixes share. */
static unsigned int
shared_bits(const struct prefix *a, const struct prefix *b)
{
	unsigned int most = a->length < b->length ? a->length : b->length;
	unsigned int i = 0;

	while (
	    i + 8 <= most && a->address.bytes[i / 8] == b->address.bytes[i / 8])
		i += 8;
	while (i < most && bit(&a->address, i) == bit(&b->address, i))
		i++;
	return i;
}

/* The child on the way to an address that the node covers. */
static uint32_t *
branch(struct trie_node *n, const struct address *a)
{
	return &n->child[bit(a, n->prefix.length)];
}

/* Whether there can be anything longer below. */
static bool
is_host(const struct prefix *p)
{
	return p->length == family_bits(p->address.family);
}

uint32_t
trie_find(const struct trie *t, const struct prefix *p)
{
	uint32_t id = trie_below(t, p);

	return id != 0 && trie_node(t, id)->prefix.length == p->length ? id : 0;
}

/* A node that takes the place of another, which may be none. */
static uint32_t
node_new(struct trie *t, const struct prefix *p, uint32_t *place)
{
	uint32_t id = slab_take(&t->nodes);
	struct trie_node *n = trie_node(t, id);
	uint32_t below = *place;
	struct trie_node *child;

	n->prefix = *p;
	*place = id;
	if (below != 0) {
		child = trie_node(t, below);
		n->parent = child->parent;
		child->parent = id;
		*branch(n, &child->prefix.address) = below;
	}
	return id;
}

uint32_t
trie_insert(struct trie *t, const struct prefix *p)
{
	uint32_t *place = &t->root;
	uint32_t parent = 0;
	struct trie_node *n;
	struct prefix parting;
	unsigned int shared;
	uint32_t id;

	while (*place != 0) {
		n = trie_node(t, *place);
		shared = shared_bits(&n->prefix, p);
		if (shared < n->prefix.length && shared < p->length) {
			parting = prefix_of(&p->address, shared);
			node_new(t, &parting, place);
			continue;
		}
		if (shared < n->prefix.length)
			break; /* p lies above this node */
		if (n->prefix.length == p->length)
			return *place;
		parent = *place;
		place = branch(n, &p->address);
	}
	id = node_new(t, p, place);
	trie_node(t, id)->parent = parent;
	return id;
}

static bool
is_needed(const struct trie_node *n)
{
	return n->routes != 0 || n->hops != 0 || n->local ||
	    (n->child[0] != 0 && n->child[1] != 0);
}

void
trie_prune(struct trie *t, uint32_t id)
{
	struct trie_node *n, *parent;
	uint32_t child, up;

	while (id != 0 && !is_needed(n = trie_node(t, id))) {
		child = n->child[0] != 0 ? n->child[0] : n->child[1];
		up = n->parent;
		if (child != 0)
			trie_node(t, child)->parent = up;
		if (up == 0) {
			t->root = child;
		} else {
			parent = trie_node(t, up);
			*branch(parent, &n->prefix.address) = child;
		}
		slab_give(&t->nodes, id);
		id = up;
	}
}

uint32_t
trie_cover(const struct trie *t, const struct address *a)
{
	return trie_cover_from(t, t->root, a);
}

uint32_t
trie_cover_from(const struct trie *t, uint32_t id, const struct address *a)
{
	uint32_t found = 0;
	struct trie_node *n;

	while (id != 0) {
		n = trie_node(t, id);
		if (!prefix_covers(&n->prefix, a))
			break;
		found = id;
		id = is_host(&n->prefix) ? 0 : *branch(n, a);
	}
	return found;
}

uint32_t
trie_below(const struct trie *t, const struct prefix *p)
{
	uint32_t id = t->root;
	struct trie_node *n;

	while (id != 0) {
		n = trie_node(t, id);
		if (prefix_contains(p, &n->prefix))
			return id;
		if (!prefix_contains(&n->prefix, p))
			break;
		id = *branch(n, &p->address);
	}
	return 0;
}

uint32_t
trie_next(const struct trie *t, uint32_t top, uint32_t id)
{
	const struct trie_node *n = trie_node(t, id);
	uint32_t from;

	if (n->child[0] != 0)
		return n->child[0];
	if (n->child[1] != 0)
		return n->child[1];
	while (id != top) {
		from = id;
		id = n->parent;
		n = trie_node(t, id);
		if (n->child[0] == from && n->child[1] != 0)
			return n->child[1];
	}
	return 0;
}
