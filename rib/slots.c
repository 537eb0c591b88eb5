/* SPDX-License-Identifier: ISC */
/* slots.c - path identifiers that we announce: RFC 7911 */

/*
 * In come paths, named by entry, source and the identifier that the source
 * gave them; out go ids.  Slots lie in a slab, whose ids are small and never
 * 0, and are found by a hash of the path.  Those of one entry form a list, so
 * that what is told of it and no longer meant can be found; only the head of
 * a list is in the other hash.
 *
 * The identifier of the source is chosen outside, so the hash is keyed.
 */

#include "rib/slots.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/bytes_hash.h"
#include "rib/idmap.h"
#include "rib/mem.h"

struct record {
	struct slot slot;
	uint32_t refs;
	uint32_t before; /* of the same entry */
	uint32_t behind;
	bool marked;
};

struct slots {
	struct adjout_hooks hooks;
	uint64_t seed;
	struct slab records;
	struct idmap by_path;
	struct idmap by_entry; /* heads of lists */
};

static struct record *
at(const struct slots *s, uint32_t id)
{
	return slab_at(&s->records, id);
}

static uint32_t
path_hash(const struct slots *s, const struct slot *slot)
{
	return bytes_hash(s->seed, slot, sizeof(*slot));
}

static uint32_t
entry_hash(const struct slots *s, uint32_t entry)
{
	return bytes_hash(s->seed, &entry, sizeof(entry));
}

static uint32_t
record_path_hash(const void *arg, uint32_t id)
{
	const struct slots *s = arg;

	return path_hash(s, &at(s, id)->slot);
}

static uint32_t
record_entry_hash(const void *arg, uint32_t id)
{
	const struct slots *s = arg;

	return entry_hash(s, at(s, id)->slot.entry);
}

struct slots *
slots_new(const struct adjout_hooks *hooks, uint64_t seed)
{
	struct slots *s = xcalloc(1, sizeof(*s));

	s->hooks = *hooks;
	s->seed = seed;
	slab_init(&s->records, sizeof(struct record));
	idmap_init(&s->by_path, record_path_hash, s);
	idmap_init(&s->by_entry, record_entry_hash, s);
	return s;
}

void
slots_free(struct slots *s)
{
	if (s == NULL)
		return;
	assert(s->records.used == 0);
	idmap_clear(&s->by_path);
	idmap_clear(&s->by_entry);
	slab_clear(&s->records);
	free(s);
}

static uint32_t
path_find(const struct slots *s, const struct slot *slot)
{
	const struct slot *other;
	uint32_t hash = path_hash(s, slot), id, place;

	for (id = idmap_first(&s->by_path, hash, &place); id != 0;
	     id = idmap_next(&s->by_path, hash, &place)) {
		other = &at(s, id)->slot;
		if (other->entry == slot->entry &&
		    other->source == slot->source &&
		    other->path_id == slot->path_id)
			break;
	}
	return id;
}

static uint32_t
entry_first(const struct slots *s, uint32_t entry)
{
	uint32_t hash = entry_hash(s, entry), id, place;

	for (id = idmap_first(&s->by_entry, hash, &place); id != 0;
	     id = idmap_next(&s->by_entry, hash, &place))
		if (at(s, id)->slot.entry == entry)
			break;
	return id;
}

static void
entry_link(struct slots *s, uint32_t id)
{
	uint32_t entry = at(s, id)->slot.entry;
	uint32_t head = entry_first(s, entry);

	if (head != 0) {
		at(s, id)->behind = head;
		at(s, head)->before = id;
		idmap_remove(&s->by_entry, head);
	} else
		s->hooks.hold(s->hooks.arg, entry);
	idmap_insert(&s->by_entry, entry_hash(s, entry), id);
}

static void
entry_unlink(struct slots *s, uint32_t id)
{
	const struct record *r = at(s, id);
	uint32_t entry = r->slot.entry;

	if (r->behind != 0)
		at(s, r->behind)->before = r->before;
	if (r->before != 0) {
		at(s, r->before)->behind = r->behind;
		return;
	}
	idmap_remove(&s->by_entry, id);
	if (r->behind != 0)
		idmap_insert(&s->by_entry, entry_hash(s, entry), r->behind);
	else
		s->hooks.release(s->hooks.arg, entry);
}

uint32_t
slots_take(struct slots *s, const struct slot *slot)
{
	uint32_t id = path_find(s, slot);

	if (id == 0) {
		id = slab_take(&s->records);
		at(s, id)->slot = *slot;
		idmap_insert(&s->by_path, path_hash(s, slot), id);
		entry_link(s, id);
	}
	slots_ref(s, id);
	return id;
}

void
slots_ref(struct slots *s, uint32_t id)
{
	at(s, id)->refs++;
}

void
slots_give(struct slots *s, uint32_t id)
{
	struct record *r = at(s, id);

	assert(r->refs > 0);
	if (--r->refs > 0)
		return;
	entry_unlink(s, id);
	idmap_remove(&s->by_path, id);
	slab_give(&s->records, id);
}

const struct slot *
slots_get(const struct slots *s, uint32_t id)
{
	return &at(s, id)->slot;
}

uint32_t
slots_next(const struct slots *s, uint32_t entry, uint32_t cursor)
{
	return cursor == 0 ? entry_first(s, entry) : at(s, cursor)->behind;
}

void
slots_mark(struct slots *s, uint32_t id)
{
	at(s, id)->marked = true;
}

bool
slots_unmark(struct slots *s, uint32_t id)
{
	bool was = at(s, id)->marked;

	at(s, id)->marked = false;
	return was;
}

size_t
slots_count(const struct slots *s)
{
	return s->records.used;
}

size_t
slots_bytes(const struct slots *s)
{
	return sizeof(*s) + slab_bytes(&s->records) + idmap_bytes(&s->by_path) +
	    idmap_bytes(&s->by_entry);
}
