/* SPDX-License-Identifier: ISC */
/* owners.c - which node a pod block is of, as far as the config says */
/*
 * Sorted by address, blocks that do not overlap are apart, so a prefix lies in
 * at most one of them, the last that is not behind it, and those that lie in
 * the prefix follow it in a row.  A mesh node of two addresses has its blocks
 * twice in the config; equal ones of one node do no harm.
 */
#include "bgpd/owners.h"

#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

struct owned {
	struct prefix block;
	const char *node;
};

struct owners {
	size_t count;
	struct owned at[];
};

static int
owned_compare(const void *left, const void *right)
{
	const struct owned *a = left, *b = right;

	return prefix_compare(&a->block, &b->block);
}

static void
owners_add(struct owners *o, const struct prefix *blocks, size_t count,
    const char *node)
{
	size_t i;

	for (i = 0; i < count; i++)
		o->at[o->count++] = (struct owned){ blocks[i], node };
}

struct owners *
owners_new(const struct conf *conf)
{
	const struct conf_neighbor *n = conf->neighbors;
	size_t count = conf->nblocks, i;
	struct owners *o;

	for (i = 0; i < conf->nneighbors; i++)
		count += n[i].nblocks;
	o = xcalloc(1, sizeof(*o) + count * sizeof(o->at[0]));
	owners_add(o, conf->blocks, conf->nblocks, conf->node);
	for (i = 0; i < conf->nneighbors; i++)
		owners_add(o, n[i].blocks, n[i].nblocks, n[i].name);
	qsort(o->at, o->count, sizeof(o->at[0]), owned_compare);
	return o;
}

void
owners_free(struct owners *o)
{
	free(o);
}

/* The first block that is behind the prefix, or equal to it. */
static size_t
first_behind(const struct owners *o, const struct prefix *prefix)
{
	size_t low = 0, high = o->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (prefix_compare(&o->at[middle].block, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum owners_answer
owners_ask(const struct owners *o, const struct prefix *prefix,
    const char *node, const char **other)
{
	size_t i = first_behind(o, prefix);
	bool itself = false;

	if (i > 0 && prefix_contains(&o->at[i - 1].block, prefix))
		i--;
	*other = NULL;
	for (; i < o->count; i++) {
		itself = prefix_contains(&o->at[i].block, prefix);
		if (!itself && !prefix_contains(prefix, &o->at[i].block))
			break;
		if (strcmp(o->at[i].node, node) != 0) {
			*other = o->at[i].node;
			return OWNERS_OTHER;
		}
		if (itself)
			return OWNERS_ITSELF;
	}
	return OWNERS_NOBODY;
}
