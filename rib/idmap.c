/* SPDX-License-Identifier: ISC */
/* idmap.c - ids of records, found by a hash of what is in the record */

/*
 * Open addressing with linear probing, where ids stand in the order of their
 * homes: whoever comes from further away stands first, and all behind make
 * room ("Robin Hood").  A byte of each slot says how far its id is from home,
 * so a search reads no records but those with the same home, who stand
 * together: mostly one, and mostly none for what is not in the map.
 *
 *	slot  5  6  7  8  9  10	A search from home 6 counts 1 at slot 6,
 *	home  5  5  5  6  8  -	2 at slot 7 and 3 at slot 8, where it meets
 *	step  1  2  3  3  2  0	its own; from home 7 it ends there, at 2.
 *
 * A hash is a share of the slots, so their number need not be a power of two
 * and grows by half when seven eighths are used: 6 to 9 bytes a record.
 *
 * Removal closes the gap: whoever stands behind it and is not at home moves
 * up.  So there are no tombstones, and a table whose routes come and go for
 * years is as quick as a new one.  It never shrinks; what was needed once is
 * needed again after the next restart of a peer.
 *
 * The map owns its slots; the records, and what equal means, are the owner's.
 */

#include "rib/idmap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "rib/mem.h"

#define ROOM_MIN 16u
#define STEP_MAX UINT8_MAX

void
idmap_init(struct idmap *m, idmap_hash *hash, const void *arg)
{
	*m = (struct idmap){ .hash = hash, .arg = arg };
}

void
idmap_clear(struct idmap *m)
{
	free(m->slots);
	free(m->steps);
	idmap_init(m, m->hash, m->arg);
}

/* Moves all from there on by one; false, and nothing done: one too far. */
static bool
make_way(struct idmap *m, uint32_t at)
{
	uint32_t to = at, from;

	for (; m->steps[to] != 0; to = idmap_after(m, to))
		if (m->steps[to] == STEP_MAX)
			return false;
	for (; to != at; to = from) {
		from = to > 0 ? to - 1 : m->room - 1;
		m->slots[to] = m->slots[from];
		m->steps[to] = (uint8_t)(m->steps[from] + 1);
	}
	return true;
}

/* False, and nothing done, when one would stand too far from its home. */
static bool
place(struct idmap *m, uint32_t hash, uint32_t id)
{
	uint32_t at = idmap_home(m, hash);
	unsigned int step = 1;

	for (; m->steps[at] >= step; step++)
		at = idmap_after(m, at);
	if (step > STEP_MAX || !make_way(m, at))
		return false;
	m->slots[at] = id;
	m->steps[at] = (uint8_t)step;
	return true;
}

static void
grow(struct idmap *m)
{
	struct idmap old = *m;
	bool placed = true;
	uint32_t i, id;

	m->room = old.room < ROOM_MIN ? ROOM_MIN : old.room + old.room / 2;
	assert(m->room > old.room);
	m->slots = xcalloc(m->room, sizeof(*m->slots));
	m->steps = xcalloc(m->room, sizeof(*m->steps));
	for (i = 0; i < old.room; i++)
		if ((id = old.slots[i]) != 0)
			placed &= place(m, m->hash(m->arg, id), id);
	assert(placed);
	free(old.slots);
	free(old.steps);
}

void
idmap_insert(struct idmap *m, uint32_t hash, uint32_t id)
{
	assert(id != 0);
	if ((uint64_t)m->used * 8 >= (uint64_t)m->room * 7)
		grow(m);
	while (!place(m, hash, id)) {
		/* Where so many have one home, it is no hash. */
		assert(m->room / 64 < m->used);
		grow(m);
	}
	m->used++;
}

void
idmap_remove(struct idmap *m, uint32_t id)
{
	uint32_t gap = idmap_home(m, m->hash(m->arg, id));
	uint32_t at;

	while (m->slots[gap] != id) {
		assert(m->slots[gap] != 0);
		gap = idmap_after(m, gap);
	}
	for (at = idmap_after(m, gap); m->steps[at] > 1;
	     at = idmap_after(m, at)) {
		m->slots[gap] = m->slots[at];
		m->steps[gap] = (uint8_t)(m->steps[at] - 1);
		gap = at;
	}
	m->slots[gap] = 0;
	m->steps[gap] = 0;
	m->used--;
}

size_t
idmap_bytes(const struct idmap *m)
{
	return (size_t)m->room * (sizeof(*m->slots) + sizeof(*m->steps));
}
