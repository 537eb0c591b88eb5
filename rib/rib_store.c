/* SPDX-License-Identifier: ISC */
/* rib_store.c - the entries of one family, found by prefix and by cover */

/*
 * In come prefixes, out go ids.  An entry holds a prefix in as many bytes as
 * its family has, the head of its paths and which of them is best; equal
 * prefixes have one entry, found by a hash of ids.
 *
 * The longest cover of an address is found without a trie: how many entries
 * there are of each length is counted, and only lengths in use are asked for,
 * long before short.  A table has twenty of them; a trie of a million
 * prefixes would cost more memory than the paths.
 *
 * Entries to be decided form a list through the entries themselves, first
 * marked first decided, each at most once.  So a prefix that flaps ten
 * thousand times between two turns is decided once.
 *
 * An entry goes when it has no path, nobody holds its id, and it has been
 * decided; every place that takes one of these away calls entry_reap.
 */

#include "rib/rib_private.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

void
entry_prefix(const struct table *t, uint32_t id, struct prefix *out)
{
	const struct entry *e = entry_at(t, id);

	out->address = address_from(t->family, e->bytes);
	out->length = e->length;
}

static uint32_t
entry_hash(const void *arg, uint32_t id)
{
	const struct table *t = arg;
	struct prefix p;

	entry_prefix(t, id, &p);
	return prefix_hash(t->seed, &p);
}

void
table_init(struct table *t, enum family family, uint64_t seed)
{
	t->family = family;
	t->seed = seed;
	slab_init(
	    &t->entries, offsetof(struct entry, bytes) + family_octets(family));
	slab_init(&t->paths, sizeof(struct path));
	idmap_init(&t->index, entry_hash, t);
}

void
table_clear(struct table *t)
{
	idmap_clear(&t->index);
	slab_clear(&t->paths);
	slab_clear(&t->entries);
}

static uint32_t
find(const struct table *t, const struct prefix *p, uint32_t hash)
{
	unsigned int octets = family_octets(t->family);
	const struct entry *e;
	uint32_t at, id;

	for (id = idmap_first(&t->index, hash, &at); id != 0;
	     id = idmap_next(&t->index, hash, &at)) {
		e = entry_at(t, id);
		if (e->length == p->length &&
		    memcmp(e->bytes, p->address.bytes, octets) == 0)
			break;
	}
	return id;
}

uint32_t
entry_find(const struct table *t, const struct prefix *p)
{
	return find(t, p, prefix_hash(t->seed, p));
}

uint32_t
entry_make(struct table *t, const struct prefix *p)
{
	uint32_t hash = prefix_hash(t->seed, p);
	uint32_t id = find(t, p, hash);
	struct entry *e;

	if (id != 0)
		return id;
	id = slab_take(&t->entries);
	e = entry_at(t, id);
	e->length = p->length;
	memcpy(e->bytes, p->address.bytes, family_octets(t->family));
	idmap_insert(&t->index, hash, id);
	t->lengths[p->length]++;
	return id;
}

void
entry_reap(struct table *t, uint32_t id)
{
	struct entry *e = entry_at(t, id);

	if (e->paths != 0 || e->holds > 0 || e->dirty)
		return;
	idmap_remove(&t->index, id);
	t->lengths[e->length]--;
	slab_give(&t->entries, id);
}

void
entry_set_best(struct table *t, uint32_t id, uint32_t path)
{
	struct entry *e = entry_at(t, id);

	if (e->best == 0 && path != 0)
		t->with_best++;
	else if (e->best != 0 && path == 0)
		t->with_best--;
	e->best = path;
}

void
entry_dirty(struct table *t, uint32_t id, unsigned int news)
{
	struct entry *e = entry_at(t, id);

	if (news > e->news)
		e->news = news & 7;
	if (e->dirty)
		return;
	e->dirty = true;
	e->dirty_next = 0;
	if (t->dirty_last != 0)
		entry_at(t, t->dirty_last)->dirty_next = id;
	else
		t->dirty_first = id;
	t->dirty_last = id;
}

uint32_t
entry_take_dirty(struct table *t)
{
	uint32_t id = t->dirty_first;
	struct entry *e;

	if (id == 0)
		return 0;
	e = entry_at(t, id);
	e->dirty = false;
	t->dirty_first = e->dirty_next;
	if (t->dirty_first == 0)
		t->dirty_last = 0;
	return id;
}

uint32_t
entry_cover(
    const struct table *t, const struct address *a, unsigned int at_most)
{
	unsigned int length = at_most + 1;
	struct prefix p;
	uint32_t id;

	assert(at_most <= family_bits(t->family));
	while (length-- > 0) {
		if (t->lengths[length] == 0)
			continue;
		p = prefix_of(a, length);
		id = entry_find(t, &p);
		if (id != 0 && entry_at(t, id)->best != 0)
			return id;
	}
	return 0;
}
