/* SPDX-License-Identifier: ISC */
/* adjout.c - who was told what: one record per prefix for a group of peers */

/*
 * In come what the group says of an entry, and members that join, leave and
 * move on; out go windows of records behind a cursor.  What is sent to whom,
 * in which bytes, is the caller's.
 *
 * Live records and tombstones have an order each, both by the one sequence
 * that counts changes; a window is merged from the two.  So the tombstones
 * that every member is past are at the head of theirs, and go from there.
 *
 * A member is past a tombstone when its cursor is, or when the tombstone was
 * there before it joined; the lesser of all these (the floor) is kept, with
 * how many members stand at it, so that only the last one to leave it costs a
 * look at all of them.
 *
 * The source of a route is not told it, but may have been told what somebody
 * else said before.  Unless it is certain that it was not, the record says
 * `recall`: a withdrawal too many does no harm, one too few would leave a
 * route with it for ever.
 *
 * End-of-RIB must not come before a prefix that was there at join and has
 * moved to the tail since: the other side would take it for gone.  So the
 * goal of those still catching up moves along with it.
 */

#include "rib/adjout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/adjout_store.h"
#include "rib/attr.h"
#include "rib/mem.h"

struct member {
	uint32_t id;
	bool caught_up;
	uint64_t cursor;
	uint64_t since;
};

struct adjout {
	struct attr_table *attrs;
	struct adjout_hooks hooks;
	struct store store;
	struct order live;
	struct order dead;
	uint64_t sequence; /* of the latest change */

	struct member *members; /* by id */
	size_t nmembers;
	uint64_t floor;
	size_t at_floor;
	uint64_t goal; /* of those not caught up */
	size_t behind; /* how many these are */

	uint32_t *sourced; /* live records by source */
	size_t nsourced;
};

struct adjout *
adjout_new(struct attr_table *attrs, const struct adjout_hooks *hooks)
{
	struct adjout *a = xcalloc(1, sizeof(*a));

	a->attrs = attrs;
	a->hooks = *hooks;
	a->floor = UINT64_MAX;
	return a;
}

static void
record_free(struct adjout *a, uint32_t entry)
{
	attr_unref(a->attrs, store_find(&a->store, entry)->attrs);
	store_free(&a->store, entry);
	a->hooks.release(a->hooks.arg, entry);
}

static void
order_free(struct adjout *a, struct order *o)
{
	uint32_t entry;

	while ((entry = o->first) != 0) {
		order_remove(o, &a->store, entry);
		record_free(a, entry);
	}
	order_clear(o);
}

void
adjout_free(struct adjout *a)
{
	if (a == NULL)
		return;
	order_free(a, &a->live);
	order_free(a, &a->dead);
	store_clear(&a->store);
	free(a->members);
	free(a->sourced);
	free(a);
}

/* Members. */

/* Where the member stands in the array, or would stand. */
static size_t
member_place(const struct adjout *a, uint32_t id)
{
	size_t low = 0, high = a->nmembers, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (a->members[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct member *
member_find(const struct adjout *a, uint32_t id)
{
	size_t i = member_place(a, id);

	if (i == a->nmembers || a->members[i].id != id)
		return NULL;
	return &a->members[i];
}

static struct member *
member_get(const struct adjout *a, uint32_t id)
{
	struct member *m = member_find(a, id);

	assert(m != NULL);
	return m;
}

/* Tombstones up to there are nothing to it. */
static uint64_t
member_floor(const struct member *m)
{
	return m->cursor > m->since ? m->cursor : m->since;
}

static void
floor_add(struct adjout *a, const struct member *m)
{
	uint64_t at = member_floor(m);

	if (at < a->floor) {
		a->floor = at;
		a->at_floor = 0;
	}
	a->at_floor += at == a->floor;
}

static void
floor_find(struct adjout *a)
{
	size_t i;

	a->floor = UINT64_MAX;
	a->at_floor = 0;
	for (i = 0; i < a->nmembers; i++)
		floor_add(a, &a->members[i]);
}

static void
tombstones_free(struct adjout *a)
{
	uint32_t entry;

	while ((entry = a->dead.first) != 0 &&
	    store_find(&a->store, entry)->sequence <= a->floor) {
		order_remove(&a->dead, &a->store, entry);
		record_free(a, entry);
	}
}

/* A member that was at this floor is there no more. */
static void
floor_left(struct adjout *a, uint64_t was)
{
	if (was != a->floor || --a->at_floor > 0)
		return;
	floor_find(a);
	tombstones_free(a);
}

static bool
is_in_step(const struct adjout *a, const struct member *m)
{
	return order_end(&a->live, &a->store) <= m->cursor &&
	    order_end(&a->dead, &a->store) <= member_floor(m);
}

static void
member_catch_up(struct adjout *a, struct member *m)
{
	if (m->caught_up || (m->cursor < a->goal && !is_in_step(a, m)))
		return;
	m->caught_up = true;
	a->behind--;
}

/* From the head, with all there is now to be heard. */
static void
member_begin(struct adjout *a, struct member *m)
{
	m->cursor = 0;
	m->caught_up = false;
	a->behind++;
	a->goal = a->sequence;
	member_catch_up(a, m);
}

void
adjout_join(struct adjout *a, uint32_t id)
{
	size_t i = member_place(a, id);
	struct member *m;

	assert(id != 0 && member_find(a, id) == NULL);
	a->members =
	    xreallocarray(a->members, a->nmembers + 1, sizeof(*a->members));
	m = &a->members[i];
	memmove(m + 1, m, (a->nmembers - i) * sizeof(*m));
	a->nmembers++;
	*m = (struct member){ .id = id, .since = a->sequence };
	member_begin(a, m);
	floor_add(a, m);
}

void
adjout_leave(struct adjout *a, uint32_t id)
{
	struct member *m = member_get(a, id);
	uint64_t was = member_floor(m);

	if (!m->caught_up)
		a->behind--;
	a->nmembers--;
	memmove(m, m + 1, (size_t)(a->members + a->nmembers - m) * sizeof(*m));
	floor_left(a, was);
}

/* What was withdrawn while it had not heard of it is still to be told. */
void
adjout_rewind(struct adjout *a, uint32_t id)
{
	struct member *m = member_get(a, id);

	m->since = member_floor(m);
	if (!m->caught_up)
		a->behind--;
	member_begin(a, m);
}

bool
adjout_in_step(const struct adjout *a, uint32_t id)
{
	return is_in_step(a, member_get(a, id));
}

bool
adjout_caught_up(const struct adjout *a, uint32_t id)
{
	return member_get(a, id)->caught_up;
}

uint64_t
adjout_cursor(const struct adjout *a, uint32_t id)
{
	return member_get(a, id)->cursor;
}

uint64_t
adjout_since(const struct adjout *a, uint32_t id)
{
	return member_get(a, id)->since;
}

void
adjout_advance(struct adjout *a, uint32_t id, uint64_t sequence)
{
	struct member *m = member_get(a, id);
	uint64_t was = member_floor(m);

	assert(sequence >= m->cursor && sequence <= a->sequence);
	m->cursor = sequence;
	member_catch_up(a, m);
	if (member_floor(m) != was)
		floor_left(a, was);
}

/* Records. */

/* How many live records a source has, for adjout_told. */
static uint32_t *
sourced_of(struct adjout *a, uint32_t source)
{
	size_t n = a->nsourced;

	if (source >= n) {
		a->nsourced = (size_t)source * 2 + 8;
		a->sourced =
		    xreallocarray(a->sourced, a->nsourced, sizeof(*a->sourced));
		memset(
		    a->sourced + n, 0, (a->nsourced - n) * sizeof(*a->sourced));
	}
	return &a->sourced[source];
}

/* Must the source be told that what it may have heard is gone? */
static bool
needs_recall(const struct adjout *a, const struct record *r, uint32_t source)
{
	const struct member *m = member_find(a, source);

	if (m == NULL)
		return false;
	if (r->source == source)
		return r->recall && m->cursor < r->sequence;
	if (r->attrs == 0)
		return r->sequence > member_floor(m);
	return true;
}

static void
record_unlink(struct adjout *a, struct record *r, uint32_t entry)
{
	if (r->attrs == 0) {
		order_remove(&a->dead, &a->store, entry);
		return;
	}
	order_remove(&a->live, &a->store, entry);
	--*sourced_of(a, r->source);
	attr_unref(a->attrs, r->attrs);
}

static void
record_link(struct adjout *a, struct record *r, uint32_t entry)
{
	r->sequence = ++a->sequence;
	if (r->attrs == 0) {
		order_append(&a->dead, &a->store, entry);
		return;
	}
	order_append(&a->live, &a->store, entry);
	++*sourced_of(a, r->source);
	attr_ref(a->attrs, r->attrs);
}

/* What somebody may be waiting for moves to the tail: so does the goal. */
static void
goal_follow(struct adjout *a, const struct record *r)
{
	if (a->behind > 0 && r->sequence <= a->goal)
		a->goal = a->sequence + 1;
}

bool
adjout_set(struct adjout *a, uint32_t entry, uint32_t attrs, uint32_t source)
{
	struct record *r = store_find(&a->store, entry);
	bool recall;

	if (r == NULL) {
		if (attrs == 0)
			return false;
		a->hooks.hold(a->hooks.arg, entry);
		r = store_make(&a->store, entry);
		r->attrs = attrs;
		r->source = source;
		record_link(a, r, entry);
		return true;
	}
	if (attrs == 0)
		source = r->source;
	if (r->attrs == attrs && r->source == source)
		return false;
	recall = needs_recall(a, r, source);
	goal_follow(a, r);
	/* Taken before the old one is dropped: they may be the same. */
	if (attrs != 0)
		attr_ref(a->attrs, attrs);
	record_unlink(a, r, entry);
	r->attrs = attrs;
	r->source = source;
	r->recall = recall;
	record_link(a, r, entry);
	attr_unref(a->attrs, attrs);
	tombstones_free(a); /* at once when there are no members */
	return true;
}

static int
record_compare(const void *a, const void *b)
{
	const struct adjout_record *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->attrs != y->attrs)
		return x->attrs < y->attrs ? -1 : 1;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* Takes the earlier of two; each is 0 when its order is at its end. */
static uint32_t
earlier(const struct adjout *a, uint32_t live, uint32_t dead)
{
	if (live == 0 || dead == 0)
		return live != 0 ? live : dead;
	return store_find(&a->store, live)->sequence <
		store_find(&a->store, dead)->sequence
	    ? live
	    : dead;
}

size_t
adjout_window(const struct adjout *a, uint64_t after, uint64_t since,
    struct adjout_record *out, size_t max, uint64_t *last)
{
	uint32_t live = order_after(&a->live, &a->store, after);
	uint32_t dead =
	    order_after(&a->dead, &a->store, since > after ? since : after);
	const struct record *r;
	uint32_t entry;
	size_t n;

	*last = after;
	for (n = 0; n < max && (entry = earlier(a, live, dead)) != 0; n++) {
		r = store_find(&a->store, entry);
		out[n] = (struct adjout_record){
			.entry = entry,
			.attrs = r->attrs,
			.source = r->source,
			.recall = r->recall,
			.sequence = r->sequence,
		};
		*last = r->sequence;
		if (entry == live)
			live = r->behind;
		else
			dead = r->behind;
	}
	if (live == 0 && dead == 0)
		*last = a->sequence;
	qsort(out, n, sizeof(*out), record_compare);
	return n;
}

bool
adjout_said(
    const struct adjout *a, uint64_t up_to, const struct adjout_record *said)
{
	const struct record *r = store_find(&a->store, said->entry);

	return r != NULL && r->attrs == said->attrs &&
	    r->source == said->source && r->sequence <= up_to;
}

uint32_t
adjout_find(const struct adjout *a, uint32_t entry, uint32_t *source)
{
	const struct record *r = store_find(&a->store, entry);

	*source = r != NULL ? r->source : 0;
	return r != NULL ? r->attrs : 0;
}

uint32_t
adjout_told(const struct adjout *a, uint32_t member)
{
	uint32_t own = member < a->nsourced ? a->sourced[member] : 0;

	return (uint32_t)a->live.count - own;
}

size_t
adjout_count(const struct adjout *a)
{
	return a->live.count;
}

size_t
adjout_bytes(const struct adjout *a)
{
	return sizeof(*a) + store_bytes(&a->store) + order_bytes(&a->live) +
	    order_bytes(&a->dead) + a->nmembers * sizeof(*a->members) +
	    a->nsourced * sizeof(*a->sourced);
}
