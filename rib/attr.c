/* SPDX-License-Identifier: ISC */
/* attr.c - the table that interns path attributes */

/*
 * In go views, out come ids.  A view is packed (attr_pack.h) into the table's
 * scratch; there is one packed form of a set, so two sets are equal when
 * their bytes are, and interning a set that is already there costs one hash
 * and one memcmp.  A new one is copied into a single allocation.
 *
 * The index is an open-addressing hash of {id, hash} with linear probing.
 * The hash in the slot keeps a probe from touching any set but the right one,
 * and lets the index grow without looking at sets at all, which lie all over
 * the heap: idmap.h would have to read each.  It grows by half when seven
 * eighths are used, so slots cost 9 to 14 bytes a set.  Removal closes the
 * gap instead of leaving a tombstone: routes come and go for years, and
 * nothing may collect.
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
#include "rib/mem.h"

#define SLOTS_MIN 64

struct set {
	uint32_t refs;
	uint32_t length; /* of bytes */
	uint8_t bytes[];
};

struct slot {
	uint32_t id; /* 0: free */
	uint32_t hash;
};

struct attr_table {
	uint64_t seed;
	struct slab sets; /* of struct set *, by id */
	struct slot *slots;
	size_t nslots;    /* at most seven eighths are used */
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

/* Where the search for a hash starts: its share of the slots. */
static size_t
slot_home(const struct attr_table *t, uint32_t hash)
{
	return (size_t)((uint64_t)hash * t->nslots >> 32);
}

static size_t
slot_next(const struct attr_table *t, size_t i)
{
	return i + 1 < t->nslots ? i + 1 : 0;
}

/* Steps from one slot forward to another. */
static size_t
slot_distance(const struct attr_table *t, size_t from, size_t to)
{
	return to >= from ? to - from : to + t->nslots - from;
}

static void
slot_insert(struct attr_table *t, struct slot slot)
{
	size_t i = slot_home(t, slot.hash);

	while (t->slots[i].id != 0)
		i = slot_next(t, i);
	t->slots[i] = slot;
}

static void
slots_grow(struct attr_table *t)
{
	struct slot *old = t->slots;
	size_t i, n = t->nslots;

	t->nslots = n < SLOTS_MIN ? SLOTS_MIN : n + n / 2;
	t->slots = xcalloc(t->nslots, sizeof(*t->slots));
	for (i = 0; i < n; i++)
		if (old[i].id != 0)
			slot_insert(t, old[i]);
	free(old);
}

/* Fills the gap with those behind it that may stand there. */
static void
slot_remove(struct attr_table *t, size_t gap)
{
	size_t i = gap;
	size_t home;

	for (;;) {
		i = slot_next(t, i);
		if (t->slots[i].id == 0)
			break;
		home = slot_home(t, t->slots[i].hash);
		if (slot_distance(t, home, i) < slot_distance(t, gap, i))
			continue;
		t->slots[gap] = t->slots[i];
		gap = i;
	}
	t->slots[gap] = (struct slot){ 0 };
}

static bool
set_is(const struct set *s, const uint8_t *bytes, size_t length)
{
	return s->length == length && memcmp(s->bytes, bytes, length) == 0;
}

/* The id of the set with these bytes, or 0. */
static uint32_t
index_find(const struct attr_table *t, uint32_t hash, size_t length)
{
	const struct slot *slot;
	size_t i;

	if (t->nslots == 0)
		return 0;
	for (i = slot_home(t, hash);; i = slot_next(t, i)) {
		slot = &t->slots[i];
		if (slot->id == 0)
			return 0;
		if (slot->hash == hash &&
		    set_is(set_of(t, slot->id), t->scratch, length))
			return slot->id;
	}
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
	if ((size_t)t->sets.used * 8 > t->nslots * 7)
		slots_grow(t);
	slot_insert(t, (struct slot){ id, hash });
	return id;
}

static void
set_free(struct attr_table *t, uint32_t id)
{
	struct set *s = set_of(t, id);
	size_t i = slot_home(t, bytes_hash(t->seed, s->bytes, s->length));

	while (t->slots[i].id != id)
		i = slot_next(t, i);
	slot_remove(t, i);
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
	return t;
}

void
attr_table_free(struct attr_table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->nslots; i++)
		if (t->slots[i].id != 0)
			free(set_of(t, t->slots[i].id));
	slab_clear(&t->sets);
	free(t->slots);
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
	return sizeof(*t) + slab_bytes(&t->sets) +
	    t->nslots * sizeof(*t->slots) + t->set_bytes + t->scratch_size;
}

size_t
attr_table_count(const struct attr_table *t)
{
	return t->sets.used;
}
