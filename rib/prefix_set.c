/* SPDX-License-Identifier: ISC */
/* prefix_set.c - a set of prefixes with ranges of lengths */

/*
 * In go ranges, out comes yes or no for a prefix.  The entries are one sorted
 * array without doubles, which is also how they are compared and printed.  Up
 * to a handful are looked at one by one; of more, the trie that serves the
 * longest match of next hops finds those that cover the prefix, each node
 * naming the first of its ranges in the array.  All nodes that cover an
 * address lie on one way up, so a question costs the depth of the trie and
 * nothing for each entry.  The upper half of that way is the same for all
 * IPv4 prefixes with the same first 16 bits: a big set knows where it ends, and
 * each node the next one above it that stands for an entry.
 *
 * Nothing is removed and nothing added once a set is sealed.
 */

#include "rib/prefix_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "rib/nexthop_trie.h"
#include "rib/text.h"

#define FEW   8u        /* so many are compared one by one */
#define BIG   4096u     /* entries that make the steps worth their memory */
#define STEPS (1 << 16) /* by the first bits of an IPv4 address */

struct prefix_set {
	unsigned int refs;
	bool sealed;
	struct prefix_range *at;
	size_t count;
	size_t room;
	/*
	 * Of more than a few.  `routes` of a node: an index plus one; `hops`:
	 * the next node above with routes, or 0.
	 */
	struct trie trie[FAMILY_MAX];
	uint32_t *steps; /* the last node of that length, or NULL */
};

struct prefix_set *
prefix_set_new(void)
{
	struct prefix_set *set = xcalloc(1, sizeof(*set));
	enum family f;

	set->refs = 1;
	for (f = 0; f < FAMILY_MAX; f++)
		trie_init(&set->trie[f]);
	return set;
}

struct prefix_set *
prefix_set_ref(struct prefix_set *set)
{
	set->refs++;
	return set;
}

void
prefix_set_unref(struct prefix_set *set)
{
	enum family f;

	if (set == NULL || --set->refs > 0)
		return;
	for (f = 0; f < FAMILY_MAX; f++)
		trie_clear(&set->trie[f]);
	free(set->steps);
	free(set->at);
	free(set);
}

void
prefix_set_add(struct prefix_set *set, const struct prefix_range *range)
{
	assert(!set->sealed);
	assert(range->prefix.length <= range->ge && range->ge <= range->le);
	if (set->count == set->room) {
		set->room = set->room == 0 ? FEW : 2 * set->room;
		set->at = xreallocarray(set->at, set->room, sizeof(*set->at));
	}
	set->at[set->count++] = *range;
}

static int
range_compare(const void *left, const void *right)
{
	const struct prefix_range *a = left, *b = right;
	int order = prefix_compare(&a->prefix, &b->prefix);

	if (order == 0)
		order = a->ge - b->ge;
	return order != 0 ? order : a->le - b->le;
}

static void
doubles_drop(struct prefix_set *set)
{
	size_t i, kept = 0;

	for (i = 0; i < set->count; i++)
		if (kept == 0 ||
		    range_compare(&set->at[kept - 1], &set->at[i]) != 0)
			set->at[kept++] = set->at[i];
	set->count = kept;
}

static void
nodes_link(struct trie *trie)
{
	struct trie_node *node, *parent;
	uint32_t id;

	for (id = trie->root; id != 0; id = trie_next(trie, trie->root, id)) {
		node = trie_node(trie, id);
		if (node->parent == 0)
			continue;
		parent = trie_node(trie, node->parent);
		node->hops = parent->routes != 0 ? node->parent : parent->hops;
	}
}

/* For each start of an address the longest node that is not longer than it. */
static void
steps_make(struct prefix_set *set)
{
	const struct trie *trie = &set->trie[FAMILY_IPV4];
	struct address a;
	uint32_t i, id;

	if (set->count < BIG || trie->root == 0)
		return;
	set->steps = xcalloc(STEPS, sizeof(*set->steps));
	for (i = 0; i < STEPS; i++) {
		a = address_v4(i << 16);
		id = trie_cover(trie, &a);
		while (id != 0 && trie_node(trie, id)->prefix.length > 16)
			id = trie_node(trie, id)->parent;
		set->steps[i] = id != 0 ? id : trie->root;
	}
}

static uint32_t
cover(const struct prefix_set *set, const struct address *a)
{
	const struct trie *trie = &set->trie[a->family];

	if (set->steps == NULL || a->family != FAMILY_IPV4)
		return trie_cover(trie, a);
	return trie_cover_from(
	    trie, set->steps[a->bytes[0] << 8 | a->bytes[1]], a);
}

void
prefix_set_seal(struct prefix_set *set)
{
	const struct prefix *prefix;
	struct trie_node *node;
	struct trie *trie;
	size_t i;

	assert(!set->sealed);
	set->sealed = true;
	if (set->count == 0)
		return;
	qsort(set->at, set->count, sizeof(*set->at), range_compare);
	doubles_drop(set);
	for (i = 0; i < set->count && set->count > FEW; i++) {
		prefix = &set->at[i].prefix;
		trie = &set->trie[prefix->address.family];
		node = trie_node(trie, trie_insert(trie, prefix));
		if (node->routes == 0)
			node->routes = (uint32_t)i + 1;
	}
	nodes_link(&set->trie[FAMILY_IPV4]);
	nodes_link(&set->trie[FAMILY_IPV6]);
	steps_make(set);
}

static bool
range_has(const struct prefix_range *range, const struct prefix *p)
{
	return p->length >= range->ge && p->length <= range->le &&
	    prefix_contains(&range->prefix, p);
}

/* Whether one of the ranges of that node's prefix takes a length. */
static bool
node_takes(const struct prefix_set *set, const struct trie_node *node,
    unsigned int length)
{
	const struct prefix_range *range;
	size_t i;

	for (i = node->routes - 1; i < set->count; i++) {
		range = &set->at[i];
		if (!prefix_equal(&range->prefix, &node->prefix))
			return false;
		if (length >= range->ge && length <= range->le)
			return true;
	}
	return false;
}

bool
prefix_set_has(const struct prefix_set *set, const struct prefix *p)
{
	const struct trie *trie = &set->trie[p->address.family];
	const struct trie_node *node;
	uint32_t id;
	size_t i;

	assert(set->sealed);
	if (set->count <= FEW) {
		for (i = 0; i < set->count; i++)
			if (range_has(&set->at[i], p))
				return true;
		return false;
	}
	for (id = cover(set, &p->address); id != 0; id = node->hops) {
		node = trie_node(trie, id);
		if (node->routes != 0 && node->prefix.length <= p->length &&
		    node_takes(set, node, p->length))
			return true;
	}
	return false;
}

size_t
prefix_set_count(const struct prefix_set *set)
{
	return set->count;
}

const struct prefix_range *
prefix_set_at(const struct prefix_set *set, size_t i)
{
	assert(i < set->count);
	return &set->at[i];
}

bool
prefix_set_equal(const struct prefix_set *a, const struct prefix_set *b)
{
	size_t i;

	if (a == b)
		return true;
	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (range_compare(&a->at[i], &b->at[i]) != 0)
			return false;
	return true;
}

size_t
prefix_set_bytes(const struct prefix_set *set)
{
	size_t bytes = sizeof(*set) + set->room * sizeof(*set->at);
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		bytes += slab_bytes(&set->trie[f].nodes);
	if (set->steps != NULL)
		bytes += STEPS * sizeof(*set->steps);
	return bytes;
}

char *
prefix_range_format(
    const struct prefix_range *range, char buf[PREFIX_RANGE_STRLEN])
{
	const unsigned int length = range->prefix.length;
	const unsigned int bits = family_bits(range->prefix.address.family);
	struct text t = text_of(buf, PREFIX_RANGE_STRLEN);
	char prefix[PREFIX_STRLEN];

	text_add(&t, "%s", prefix_format(&range->prefix, prefix));
	if (range->ge > length)
		text_add(&t, " ge %u", range->ge);
	if (range->le > length && (range->le < bits || range->ge == length))
		text_add(&t, " le %u", range->le);
	return buf;
}
