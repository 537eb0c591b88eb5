/* SPDX-License-Identifier: ISC */
/* fib_hash.c - ids by hash, open addressing */

/*
 * Four bytes a slot is all that finding a route by its prefix costs: the slot
 * holds the record's id, the record holds the key, and the caller compares.
 * Collisions go to the next slot.  A removal closes the gap by moving back
 * what had been pushed past it, so that there are no tombstones and a table
 * that churns stays as fast as a fresh one.
 *
 * The table doubles at three quarters and does not shrink.  Nothing else is
 * kept here: no hash, no key, no order; a walk goes over the records by id.
 */

#include "kernel/fib_hash.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/mem.h"

#define ROOM_FIRST 16u

void
fib_hash_init(struct fib_hash *h)
{
	h->room = ROOM_FIRST;
	h->used = 0;
	h->slots = xcalloc(h->room, sizeof(*h->slots));
}

void
fib_hash_clear(struct fib_hash *h)
{
	free(h->slots);
	*h = (struct fib_hash){ NULL, 0, 0 };
}

uint32_t
fib_hash_next(const struct fib_hash *h, uint32_t *slot)
{
	return h->slots[(*slot)++ & (h->room - 1)];
}

static void
place(struct fib_hash *h, uint32_t id, uint32_t hash)
{
	uint32_t mask = h->room - 1;
	uint32_t i = hash & mask;

	while (h->slots[i] != 0)
		i = (i + 1) & mask;
	h->slots[i] = id;
}

static void
grow(struct fib_hash *h, fib_hash_of *hash_of, const void *arg)
{
	uint32_t *old = h->slots;
	uint32_t i, room = h->room;

	h->room = 2 * room;
	h->slots = xcalloc(h->room, sizeof(*h->slots));
	for (i = 0; i < room; i++) {
		if (old[i] != 0)
			place(h, old[i], hash_of(arg, old[i]));
	}
	free(old);
}

void
fib_hash_insert(
    struct fib_hash *h, uint32_t id, fib_hash_of *hash_of, const void *arg)
{
	if (h->used >= h->room / 4 * 3)
		grow(h, hash_of, arg);
	place(h, id, hash_of(arg, id));
	h->used++;
}

/* True when slot i lies in the cyclic range (from, to]. */
static int
between(uint32_t i, uint32_t from, uint32_t to)
{
	if (from <= to)
		return from < i && i <= to;
	return from < i || i <= to;
}

void
fib_hash_remove(
    struct fib_hash *h, uint32_t id, fib_hash_of *hash_of, const void *arg)
{
	uint32_t mask = h->room - 1;
	uint32_t gap = hash_of(arg, id) & mask;
	uint32_t i;

	while (h->slots[gap] != id) {
		assert(h->slots[gap] != 0);
		gap = (gap + 1) & mask;
	}
	for (i = (gap + 1) & mask; h->slots[i] != 0; i = (i + 1) & mask) {
		/* May move back unless its home lies behind the gap. */
		if (between(hash_of(arg, h->slots[i]) & mask, gap, i))
			continue;
		h->slots[gap] = h->slots[i];
		gap = i;
	}
	h->slots[gap] = 0;
	h->used--;
}

size_t
fib_hash_bytes(const struct fib_hash *h)
{
	return h->room * sizeof(*h->slots);
}
