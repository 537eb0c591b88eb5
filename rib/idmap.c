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
 * A million records are not hashed again in one call, which would hold up
 * everybody for a fifth of a second.  While a map grows it has two sets of
 * slots; new ids go to the new set, each change moves MOVES slots over, from
 * slot 0 of the old set on, and a search that fails in the new set goes on in
 * the old one.  A slot that was moved keeps its step and loses its id, so
 * that searches pass it by; whoever closes a gap moves it like any other.
 * With half as much room again, the old set is empty long before the new one
 * is full.
 *
 * The map owns its slots; the records, and what equal means, are the owner's.
 */

#include "rib/idmap.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/mem.h"

#define ROOM_MIN  16u
#define ROOM_SOON 4096u /* smaller ones are moved at once */
#define MOVES     8u    /* 3 would do before it has to grow again */
#define STEP_MAX  UINT8_MAX

void
idmap_init(struct idmap *m, idmap_hash *hash, const void *arg)
{
	*m = (struct idmap){ .hash = hash, .arg = arg };
}

static struct idmap_slots
slots_new(uint32_t room)
{
	return (struct idmap_slots){ xcalloc(room, sizeof(uint32_t)),
		xcalloc(room, sizeof(uint8_t)), room };
}

static void
slots_free(struct idmap_slots *s)
{
	free(s->ids);
	free(s->steps);
	*s = (struct idmap_slots){ .room = 0 };
}

void
idmap_clear(struct idmap *m)
{
	slots_free(&m->now);
	slots_free(&m->old);
	idmap_init(m, m->hash, m->arg);
}

/* Moves all from there on by one; false, and nothing done: one too far. */
static bool
make_way(struct idmap_slots *s, uint32_t at)
{
	uint32_t to = at, from;

	for (; s->steps[to] != 0; to = idmap_after(s, to))
		if (s->steps[to] == STEP_MAX)
			return false;
	for (; to != at; to = from) {
		from = to > 0 ? to - 1 : s->room - 1;
		s->ids[to] = s->ids[from];
		s->steps[to] = (uint8_t)(s->steps[from] + 1);
	}
	return true;
}

/* False, and nothing done, when one would stand too far from its home. */
static bool
place(struct idmap_slots *s, uint32_t hash, uint32_t id)
{
	uint32_t at = idmap_home(s, hash);
	unsigned int step = 1;

	for (; s->steps[at] >= step; step++)
		at = idmap_after(s, at);
	if (step > STEP_MAX || !make_way(s, at))
		return false;
	s->ids[at] = id;
	s->steps[at] = (uint8_t)step;
	return true;
}

static struct idmap_slots
larger(const struct idmap_slots *s)
{
	uint32_t room = s->room + s->room / 2;

	assert(room >= s->room && room <= UINT32_MAX / 2);
	return slots_new(room < ROOM_MIN ? ROOM_MIN : room);
}

static void
place_all(struct idmap *m, struct idmap_slots *from)
{
	bool placed = true;
	uint32_t i, id;

	for (i = 0; i < from->room; i++)
		if ((id = from->ids[i]) != 0)
			placed &= place(&m->now, m->hash(m->arg, id), id);
	assert(placed);
	slots_free(from);
}

/* At once: it is small, or so crowded that there is no other way. */
static void
rebuild(struct idmap *m)
{
	struct idmap_slots now = m->now, old = m->old;

	m->old = (struct idmap_slots){ .room = 0 };
	m->now = larger(&now);
	place_all(m, &now);
	place_all(m, &old);
}

static void
grow(struct idmap *m)
{
	if (m->now.room < ROOM_SOON || m->old.room != 0) {
		rebuild(m);
		return;
	}
	m->old = m->now;
	m->now = larger(&m->old);
	m->moved = 0;
}

static void
move_some(struct idmap *m)
{
	unsigned int n;
	uint32_t id;

	for (n = 0; n < MOVES && m->old.room != 0; n++) {
		id = m->old.ids[m->moved];
		if (id != 0 && !place(&m->now, m->hash(m->arg, id), id)) {
			rebuild(m);
			return;
		}
		m->old.ids[m->moved] = 0;
		if (++m->moved == m->old.room)
			slots_free(&m->old);
	}
}

void
idmap_insert(struct idmap *m, uint32_t hash, uint32_t id)
{
	assert(id != 0);
	move_some(m);
	if ((uint64_t)m->used * 8 >= (uint64_t)m->now.room * 7)
		grow(m);
	while (!place(&m->now, hash, id)) {
		/* Where so many have one home, it is no hash. */
		assert(m->now.room / 64 < m->used);
		rebuild(m);
	}
	m->used++;
}

/* Closes the gap; false when the id is not in there. */
static bool
take_out(struct idmap_slots *s, uint32_t hash, uint32_t id)
{
	uint32_t gap, at;
	unsigned int step = 1;

	if (s->room == 0)
		return false;
	gap = idmap_home(s, hash);
	for (; s->ids[gap] != id; step++) {
		if (s->steps[gap] < step)
			return false;
		gap = idmap_after(s, gap);
	}
	for (at = idmap_after(s, gap); s->steps[at] > 1;
	     at = idmap_after(s, at)) {
		s->ids[gap] = s->ids[at];
		s->steps[gap] = (uint8_t)(s->steps[at] - 1);
		gap = at;
	}
	s->ids[gap] = 0;
	s->steps[gap] = 0;
	return true;
}

void
idmap_remove(struct idmap *m, uint32_t id)
{
	uint32_t hash = m->hash(m->arg, id);
	bool was_in =
	    take_out(&m->now, hash, id) || take_out(&m->old, hash, id);

	assert(was_in);
	m->used--;
	move_some(m);
}

size_t
idmap_bytes(const struct idmap *m)
{
	return ((size_t)m->now.room + m->old.room) *
	    (sizeof(*m->now.ids) + sizeof(*m->now.steps));
}
