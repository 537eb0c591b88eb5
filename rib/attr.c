/* SPDX-License-Identifier: ISC */
/* attr.c - the table that interns path attributes */

/*
 * In go views, out come ids.  A view is packed (attr_pack.h) into the table's
 * scratch; there is one packed form of a set, so two sets are equal when
 * their bytes are, and interning a set that is already there costs one hash
 * and one memcmp.  A new one is copied into a single allocation.
 *
 * A set lives while somebody holds a reference, never changes, and never
 * moves, so the spans of attr_get are good until the last attr_unref.  Whether
 * attributes are sound (RFC 4271 5, RFC 7606) was the decoder's business; how
 * much memory may be used is the rib's, by attr_table_bytes.
 */

#include "rib/attr.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/attr_pack.h"
#include "rib/bytes_hash.h"
#include "rib/idmap.h"
#include "rib/mem.h"

struct set {
	uint32_t refs;
	uint32_t length; /* of bytes */
	uint8_t bytes[];
};

struct attr_table {
	uint64_t seed;
	struct slab sets; /* of struct set *, by id */
	struct idmap index;
	size_t set_bytes; /* what malloc spends on the sets */
	uint8_t *scratch; /* where a view is packed */
	size_t scratch_size;
};

static struct set *
set_of(const struct attr_table *t, uint32_t id)
{
	struct set *const *record = slab_at(&t->sets, id);

	assert(id != 0 && *record != NULL);
	return *record;
}

static uint32_t
set_hash(const void *arg, uint32_t id)
{
	const struct attr_table *t = arg;
	const struct set *s = set_of(t, id);

	return bytes_hash(t->seed, s->bytes, s->length);
}

/* The id of the set that is in the scratch, or 0. */
static uint32_t
index_find(const struct attr_table *t, uint32_t hash, size_t length)
{
	const struct set *s;
	uint32_t at, id;

	for (id = idmap_first(&t->index, hash, &at); id != 0;
	     id = idmap_next(&t->index, &at)) {
		s = set_of(t, id);
		if (s->length == length &&
		    memcmp(s->bytes, t->scratch, length) == 0)
			break;
	}
	return id;
}

/* Packs into the scratch and returns the length. */
static size_t
pack(struct attr_table *t, const struct attrs *a)
{
	size_t bound = attr_pack_bound(a);

	if (bound > t->scratch_size) {
		t->scratch = xreallocarray(t->scratch, 2, bound);
		t->scratch_size = 2 * bound;
	}
	return attr_pack(a, t->scratch);
}

/* What malloc spends on a set: its own word, and 16-byte steps. */
static size_t
footprint(size_t length)
{
	return (sizeof(struct set) + length + sizeof(size_t) + 15) &
	    ~(size_t)15;
}

static uint32_t
set_new(struct attr_table *t, uint32_t hash, size_t length)
{
	struct set *s;
	uint32_t id;

	assert(length <= UINT32_MAX);
	s = xmalloc(sizeof(*s) + length);
	id = slab_take(&t->sets);
	s->refs = 1;
	s->length = (uint32_t)length;
	memcpy(s->bytes, t->scratch, length);
	*(struct set **)slab_at(&t->sets, id) = s;
	t->set_bytes += footprint(length);
	idmap_insert(&t->index, hash, id);
	return id;
}

static void
set_free(struct attr_table *t, uint32_t id)
{
	struct set *s = set_of(t, id);

	idmap_remove(&t->index, id);
	slab_give(&t->sets, id);
	t->set_bytes -= footprint(s->length);
	free(s);
}

struct attr_table *
attr_table_new(uint64_t seed)
{
	struct attr_table *t = xcalloc(1, sizeof(*t));

	t->seed = seed;
	slab_init(&t->sets, sizeof(struct set *));
	idmap_init(&t->index, set_hash, t);
	return t;
}

void
attr_table_free(struct attr_table *t)
{
	uint32_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->index.room; i++)
		if (t->index.slots[i] != 0)
			free(set_of(t, t->index.slots[i]));
	idmap_clear(&t->index);
	slab_clear(&t->sets);
	free(t->scratch);
	free(t);
}

uint32_t
attr_intern(struct attr_table *t, const struct attrs *a)
{
	size_t length = pack(t, a);
	uint32_t hash = bytes_hash(t->seed, t->scratch, length);
	uint32_t id = index_find(t, hash, length);

	return id != 0 ? attr_ref(t, id) : set_new(t, hash, length);
}

uint32_t
attr_ref(struct attr_table *t, uint32_t id)
{
	struct set *s = set_of(t, id);

	assert(s->refs < UINT32_MAX);
	s->refs++;
	return id;
}

void
attr_unref(struct attr_table *t, uint32_t id)
{
	struct set *s;

	if (id == 0)
		return;
	s = set_of(t, id);
	assert(s->refs > 0);
	if (--s->refs == 0)
		set_free(t, id);
}

void
attr_get(const struct attr_table *t, uint32_t id, struct attrs *out)
{
	attr_unpack(set_of(t, id)->bytes, out);
}

size_t
attr_table_bytes(const struct attr_table *t)
{
	return sizeof(*t) + slab_bytes(&t->sets) + idmap_bytes(&t->index) +
	    t->set_bytes + t->scratch_size;
}

size_t
attr_table_count(const struct attr_table *t)
{
	return t->sets.used;
}
