/* SPDX-License-Identifier: ISC */
/* community_set.c - a set of communities of all kinds */

/*
 * In go patterns, out comes yes or no for a list or an element of it.  The
 * entries are one sorted array without doubles: by kind, and within a kind by
 * bytes.  Those without a wildcard are in a hash by kind and bytes, whatever
 * their number; those with one are few in any config that a person writes and
 * are tried in turn, those of the element's kind only.
 *
 * The hash needs no secret seed: what is in it comes from the config, and a
 * question costs the longest run of the table whatever a peer sends.
 */

#include "rib/community_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/bytes_hash.h"
#include "rib/idmap.h"
#include "rib/mem.h"

#define ROOM_MIN 8u

struct community_set {
	unsigned int refs;
	bool sealed;
	struct community_pattern *at;
	size_t count;
	size_t room;
	struct idmap whole[COMMUNITY_KIND_MAX]; /* index plus one */
	uint32_t *wild[COMMUNITY_KIND_MAX];     /* indexes */
	size_t nwild[COMMUNITY_KIND_MAX];
};

/* idmap_hash */
static uint32_t
entry_hash(const void *arg, uint32_t id)
{
	const struct community_set *set = arg;
	const struct community_pattern *p = &set->at[id - 1];

	return bytes_hash(0, p->bytes, community_octets(p->kind));
}

struct community_set *
community_set_new(void)
{
	struct community_set *set = xcalloc(1, sizeof(*set));
	enum community_kind kind;

	set->refs = 1;
	for (kind = 0; kind < COMMUNITY_KIND_MAX; kind++)
		idmap_init(&set->whole[kind], entry_hash, set);
	return set;
}

struct community_set *
community_set_ref(struct community_set *set)
{
	set->refs++;
	return set;
}

void
community_set_unref(struct community_set *set)
{
	enum community_kind kind;

	if (set == NULL || --set->refs > 0)
		return;
	for (kind = 0; kind < COMMUNITY_KIND_MAX; kind++) {
		idmap_clear(&set->whole[kind]);
		free(set->wild[kind]);
	}
	free(set->at);
	free(set);
}

void
community_set_add(
    struct community_set *set, const struct community_pattern *pattern)
{
	assert(!set->sealed);
	if (set->count == set->room) {
		set->room = set->room == 0 ? ROOM_MIN : 2 * set->room;
		set->at = xreallocarray(set->at, set->room, sizeof(*set->at));
	}
	set->at[set->count++] = *pattern;
}

static int
entry_compare(const void *left, const void *right)
{
	return community_pattern_compare(left, right);
}

static void
doubles_drop(struct community_set *set)
{
	size_t i, kept = 0;

	for (i = 0; i < set->count; i++)
		if (kept == 0 ||
		    !community_pattern_equal(&set->at[kept - 1], &set->at[i]))
			set->at[kept++] = set->at[i];
	set->count = kept;
}

static void
entry_index(struct community_set *set, uint32_t i)
{
	const enum community_kind kind = set->at[i].kind;
	uint32_t **wild = &set->wild[kind];

	if (!set->at[i].wild) {
		idmap_insert(&set->whole[kind], entry_hash(set, i + 1), i + 1);
		return;
	}
	*wild = xreallocarray(*wild, set->nwild[kind] + 1, sizeof(**wild));
	(*wild)[set->nwild[kind]++] = i;
}

void
community_set_seal(struct community_set *set)
{
	uint32_t i;

	assert(!set->sealed);
	set->sealed = true;
	if (set->count == 0)
		return;
	qsort(set->at, set->count, sizeof(*set->at), entry_compare);
	doubles_drop(set);
	for (i = 0; i < set->count; i++)
		entry_index(set, i);
}

bool
community_set_has(const struct community_set *set, enum community_kind kind,
    const uint8_t *element)
{
	const size_t size = community_octets(kind);
	const struct idmap *whole = &set->whole[kind];
	uint32_t hash = bytes_hash(0, element, size), id, place = 0;
	size_t i;

	assert(set->sealed);
	for (id = idmap_first(whole, hash, &place); id != 0;
	     id = idmap_next(whole, hash, &place))
		if (memcmp(set->at[id - 1].bytes, element, size) == 0)
			return true;
	for (i = 0; i < set->nwild[kind]; i++)
		if (community_pattern_fits(
			&set->at[set->wild[kind][i]], element))
			return true;
	return false;
}

bool
community_set_matches(const struct community_set *set, const struct attrs *a)
{
	enum community_kind kind;
	struct span list;
	size_t at;

	for (kind = 0; kind < COMMUNITY_KIND_MAX; kind++) {
		list = community_list_get(a, kind);
		for (at = 0; at < list.length; at += community_octets(kind))
			if (community_set_has(set, kind, list.data + at))
				return true;
	}
	return false;
}

size_t
community_set_count(const struct community_set *set)
{
	return set->count;
}

const struct community_pattern *
community_set_at(const struct community_set *set, size_t i)
{
	assert(i < set->count);
	return &set->at[i];
}

bool
community_set_equal(
    const struct community_set *a, const struct community_set *b)
{
	size_t i;

	if (a == b)
		return true;
	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!community_pattern_equal(&a->at[i], &b->at[i]))
			return false;
	return true;
}

size_t
community_set_bytes(const struct community_set *set)
{
	size_t bytes = sizeof(*set) + set->room * sizeof(*set->at);
	enum community_kind kind;

	for (kind = 0; kind < COMMUNITY_KIND_MAX; kind++)
		bytes += idmap_bytes(&set->whole[kind]) +
		    set->nwild[kind] * sizeof(*set->wild[kind]);
	return bytes;
}
