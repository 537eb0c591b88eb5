/* SPDX-License-Identifier: ISC */
/* adjout_store.c - the records of a group and the order they changed in */

/*
 * Entry ids are small and close together, so records lie in pages of an array
 * that is indexed by them.  A group that tells a whole table pays for its
 * records and nothing else; one that tells a few blocks of a large table pays
 * for the pages they are in, and never more than the former.
 *
 * An order is a list through the records.  A cursor is only a number: to find
 * what is behind it, every MILESTONE-th record that is appended is noted in
 * an array, which is searched in halves, and the list is followed from there.
 * A milestone that leaves hands its place on to the one behind it, so they
 * never stand further apart than they did.  Members therefore need no place
 * in the list, and a record can move without asking who stands at it.
 *
 * Sequences have 62 bits and do not wrap.
 */

#include "rib/adjout_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define PAGE      64u
#define MILESTONE 64u

struct page {
	uint32_t used;
	struct record records[PAGE];
};

void
store_clear(struct store *s)
{
	size_t i;

	for (i = 0; i < s->npages; i++)
		free(s->pages[i]);
	free(s->pages);
	*s = (struct store){ .pages = NULL };
}

struct record *
store_find(const struct store *s, uint32_t entry)
{
	size_t i = entry / PAGE;
	struct record *r;

	if (i >= s->npages || s->pages[i] == NULL)
		return NULL;
	r = &s->pages[i]->records[entry % PAGE];
	return r->sequence != 0 ? r : NULL;
}

static void
store_grow(struct store *s, size_t least)
{
	size_t n = s->npages;

	s->npages = least < 2 * n ? 2 * n : least;
	s->pages = xreallocarray(s->pages, s->npages, sizeof(*s->pages));
	memset(s->pages + n, 0, (s->npages - n) * sizeof(*s->pages));
}

struct record *
store_make(struct store *s, uint32_t entry)
{
	size_t i = entry / PAGE;

	if (i >= s->npages)
		store_grow(s, i + 1);
	if (s->pages[i] == NULL) {
		s->pages[i] = xcalloc(1, sizeof(*s->pages[i]));
		s->used++;
	}
	s->pages[i]->used++;
	return &s->pages[i]->records[entry % PAGE];
}

void
store_free(struct store *s, uint32_t entry)
{
	struct page **page = &s->pages[entry / PAGE];

	(*page)->records[entry % PAGE] = (struct record){ .attrs = 0 };
	if (--(*page)->used > 0)
		return;
	free(*page);
	*page = NULL;
	s->used--;
}

size_t
store_bytes(const struct store *s)
{
	return s->npages * sizeof(*s->pages) + s->used * sizeof(struct page);
}

/* A record that is known to be there. */
static struct record *
at(const struct store *s, uint32_t entry)
{
	return &s->pages[entry / PAGE]->records[entry % PAGE];
}

static struct milestone *
stone(const struct order *o, size_t i)
{
	return &o->stones[o->start + i];
}

/* How many milestones there are up to a sequence. */
static size_t
stones_up_to(const struct order *o, uint64_t sequence)
{
	size_t low = 0, high = o->nstones, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (stone(o, middle)->sequence <= sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
stone_append(struct order *o, struct record *r, uint32_t entry)
{
	if (o->start > o->room / 2) {
		memmove(
		    o->stones, stone(o, 0), o->nstones * sizeof(*o->stones));
		o->start = 0;
	}
	if (o->start + o->nstones == o->room) {
		o->room = o->room == 0 ? 4 : 2 * o->room;
		o->stones =
		    xreallocarray(o->stones, o->room, sizeof(*o->stones));
	}
	r->milestone = true;
	*stone(o, o->nstones++) = (struct milestone){ r->sequence, entry };
	o->plain = 0;
}

/* The record leaves: the one behind it takes its place, if it is plain. */
static void
stone_remove(struct order *o, const struct store *s, struct record *r)
{
	size_t i = stones_up_to(o, r->sequence) - 1;
	struct record *next = r->behind != 0 ? at(s, r->behind) : NULL;

	r->milestone = false;
	if (next != NULL && !next->milestone) {
		next->milestone = true;
		*stone(o, i) = (struct milestone){ next->sequence, r->behind };
		return;
	}
	if (next == NULL)
		o->plain = MILESTONE; /* the next one appended is due */
	o->nstones--;
	if (i == 0)
		o->start++;
	else
		memmove(stone(o, i), stone(o, i + 1),
		    (o->nstones - i) * sizeof(*o->stones));
}

void
order_append(struct order *o, const struct store *s, uint32_t entry)
{
	struct record *r = at(s, entry);

	assert(r->sequence > order_end(o, s));
	r->before = o->last;
	r->behind = 0;
	if (o->last != 0)
		at(s, o->last)->behind = entry;
	else
		o->first = entry;
	o->last = entry;
	o->count++;
	if (o->nstones == 0 || ++o->plain >= MILESTONE)
		stone_append(o, r, entry);
}

void
order_remove(struct order *o, const struct store *s, uint32_t entry)
{
	struct record *r = at(s, entry);

	if (r->milestone)
		stone_remove(o, s, r);
	if (r->before != 0)
		at(s, r->before)->behind = r->behind;
	else
		o->first = r->behind;
	if (r->behind != 0)
		at(s, r->behind)->before = r->before;
	else
		o->last = r->before;
	o->count--;
}

uint64_t
order_end(const struct order *o, const struct store *s)
{
	return o->last != 0 ? at(s, o->last)->sequence : 0;
}

uint32_t
order_after(const struct order *o, const struct store *s, uint64_t sequence)
{
	size_t n;
	uint32_t entry;

	if (order_end(o, s) <= sequence)
		return 0;
	n = stones_up_to(o, sequence);
	entry = n > 0 ? stone(o, n - 1)->entry : o->first;
	while (at(s, entry)->sequence <= sequence)
		entry = at(s, entry)->behind;
	return entry;
}

void
order_clear(struct order *o)
{
	free(o->stones);
	*o = (struct order){ .first = 0 };
}

size_t
order_bytes(const struct order *o)
{
	return o->room * sizeof(*o->stones);
}
