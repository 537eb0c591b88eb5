/* SPDX-License-Identifier: ISC */
/* idmap.c - ids of records, found by a hash of what is in the record */

/*
 * Open addressing with linear probing.  A hash is a share of the slots, so
 * their number need not be a power of two and grows by half: with a million
 * records that is 5 to 8 bytes a record instead of 5 to 11.
 *
 * Removal closes the gap: whoever stands behind it and would be found earlier
 * moves up.  So there are no tombstones, and a table whose routes come and go
 * for years is as quick as a new one.  It never shrinks; what was needed once
 * is needed again after the next restart of a peer.
 *
 * The map owns its slots; the records, and what equal means, are the owner's.
 */

#include "rib/idmap.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/mem.h"

#define ROOM_MIN 16u

void
idmap_init(struct idmap *m, idmap_hash *hash, const void *arg)
{
	*m = (struct idmap){ .hash = hash, .arg = arg };
}

void
idmap_clear(struct idmap *m)
{
	free(m->slots);
	idmap_init(m, m->hash, m->arg);
}

/* Where the search for an id starts. */
static uint32_t
home(const struct idmap *m, uint32_t id)
{
	return (uint32_t)((uint64_t)m->hash(m->arg, id) * m->room >> 32);
}

static void
place(struct idmap *m, uint32_t id)
{
	uint32_t at = home(m, id);

	while (m->slots[at] != 0)
		at = at + 1 < m->room ? at + 1 : 0;
	m->slots[at] = id;
}

static void
grow(struct idmap *m)
{
	uint32_t *old = m->slots;
	uint32_t room = m->room;
	uint32_t i;

	m->room = room < ROOM_MIN ? ROOM_MIN : room + room / 2;
	assert(m->room > room);
	m->slots = xcalloc(m->room, sizeof(*m->slots));
	for (i = 0; i < room; i++)
		if (old[i] != 0)
			place(m, old[i]);
	free(old);
}

void
idmap_insert(struct idmap *m, uint32_t id)
{
	if ((uint64_t)m->used * 4 >= (uint64_t)m->room * 3)
		grow(m);
	place(m, id);
	m->used++;
}

/* Steps forward from one slot to another. */
static uint32_t
distance(const struct idmap *m, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : to + (m->room - from);
}

void
idmap_remove(struct idmap *m, uint32_t id)
{
	uint32_t gap = home(m, id);
	uint32_t at;

	while (m->slots[gap] != id) {
		assert(m->slots[gap] != 0);
		gap = gap + 1 < m->room ? gap + 1 : 0;
	}
	for (at = gap;;) {
		at = at + 1 < m->room ? at + 1 : 0;
		if (m->slots[at] == 0)
			break;
		/* One that starts behind the gap would be lost in it. */
		if (distance(m, home(m, m->slots[at]), at) <
		    distance(m, gap, at))
			continue;
		m->slots[gap] = m->slots[at];
		gap = at;
	}
	m->slots[gap] = 0;
	m->used--;
}

size_t
idmap_bytes(const struct idmap *m)
{
	return (size_t)m->room * sizeof(*m->slots);
}
