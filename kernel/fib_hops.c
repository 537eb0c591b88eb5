/* SPDX-License-Identifier: ISC */
/* fib_hops.c - sets of next hops, each kept once */

/*
 * A node has many routes and few ways to go.  Each distinct set of paths is
 * kept once, counted, and named by an id, so that a route carries four bytes
 * for what it wants and four for what the kernel has, and comparing the two is
 * comparing numbers.
 *
 * For that to be right a set has one form: paths sorted by gateway and link,
 * no two alike, no traces of what is a state and not a wish (dead), of what
 * the kernel makes up (weight 0 is 1), of bytes behind an unset gateway.  The
 * kernel may list the paths of an ECMP route in another order than we did.
 *
 * A set is packed: 40 bytes and 28 a path, however many routes share it.  The
 * sets are few enough to be walked when a link or a neighbour changes; only
 * when one of them is concerned are the routes walked.
 */

#include "kernel/fib_hops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

static uint32_t
hash_of(const void *arg, uint32_t id)
{
	const struct hops_table *t = arg;

	return t->sets[id]->hash;
}

void
hops_table_init(struct hops_table *t, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->seed = seed;
	t->high = 1;
	idmap_init(&t->ids, hash_of, t);
}

void
hops_table_clear(struct hops_table *t)
{
	uint32_t id;

	for (id = 1; id < t->high; id++)
		free(t->sets[id]);
	free(t->sets);
	free(t->spare);
	free(t->idle);
	idmap_clear(&t->ids);
}

static int
path_compare(const void *a, const void *b)
{
	const struct kernel_nexthop *x = a;
	const struct kernel_nexthop *y = b;
	int order = address_compare(&x->gateway, &y->gateway);

	if (order != 0)
		return order;
	return (x->index > y->index) - (x->index < y->index);
}

/* The one form of a set of paths. */
static void
canonical(const struct fib_wish *in, struct fib_wish *out)
{
	struct kernel_nexthop *to;
	unsigned int i, n = 0;

	assert(in->count <= KERNEL_PATHS);
	memset(out, 0, sizeof(*out));
	out->type = in->type;
	if (in->type != KERNEL_UNICAST)
		return; /* the kernel adds a device of its own */
	for (i = 0; i < in->count; i++) {
		to = &out->path[i];
		if (!address_is_unset(&in->path[i].gateway))
			to->gateway = in->path[i].gateway;
		to->index = in->path[i].index;
		to->weight = in->path[i].weight == 0 ? 1 : in->path[i].weight;
		to->onlink = in->path[i].onlink;
	}
	qsort(out->path, in->count, sizeof(*out->path), path_compare);
	for (i = 0; i < in->count; i++) {
		if (n > 0 &&
		    path_compare(&out->path[n - 1], &out->path[i]) == 0)
			continue;
		out->path[n++] = out->path[i];
	}
	out->count = (uint8_t)n;
}

static uint32_t
mix(uint32_t hash, uint32_t value)
{
	hash = (hash ^ value) * 0x9e3779b1u;
	return hash ^ hash >> 15;
}

static uint32_t
canonical_hash(const struct hops_table *t, const struct fib_wish *w)
{
	uint32_t hash = mix(w->type, w->count);
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		hash = mix(hash, address_hash(t->seed, &w->path[i].gateway));
		hash = mix(hash, w->path[i].index);
		hash = mix(hash, w->path[i].weight * 2u + w->path[i].onlink);
	}
	return hash;
}

static bool
path_equal(const struct kernel_nexthop *a, const struct kernel_nexthop *b)
{
	return a->index == b->index && a->weight == b->weight &&
	    a->onlink == b->onlink && address_equal(&a->gateway, &b->gateway);
}

static bool
set_equal(const struct hops *set, const struct fib_wish *w)
{
	unsigned int i;

	if (set->object != 0 || set->type != w->type || set->count != w->count)
		return false;
	for (i = 0; i < set->count; i++) {
		if (!path_equal(&set->path[i], &w->path[i]))
			return false;
	}
	return true;
}

static uint32_t
id_take(struct hops_table *t)
{
	if (t->nspare > 0)
		return t->spare[--t->nspare];
	if (t->high >= t->room) {
		t->room = t->room == 0 ? 16 : 2 * t->room;
		t->sets = xreallocarray(t->sets, t->room, sizeof(*t->sets));
		t->spare = xreallocarray(t->spare, t->room, sizeof(*t->spare));
	}
	return t->high++;
}

static size_t
set_bytes(unsigned int count)
{
	return offsetof(struct hops, path) +
	    count * sizeof(struct kernel_nexthop);
}

/* A new set with one reference. */
static uint32_t
set_put(struct hops_table *t, const struct fib_wish *w, uint32_t hash)
{
	uint32_t id = id_take(t);
	struct hops *set = xcalloc(1, set_bytes(w->count));

	set->refs = 1;
	set->hash = hash;
	set->type = (uint8_t)w->type;
	set->count = w->count;
	memcpy(set->path, w->path, w->count * sizeof(*w->path));
	t->sets[id] = set;
	t->bytes += set_bytes(w->count);
	idmap_insert(&t->ids, hash, id);
	return id;
}

static uint32_t
set_search(const struct hops_table *t, const struct fib_wish *w, uint32_t hash)
{
	uint32_t id, at;

	for (id = idmap_first(&t->ids, hash, &at); id != 0;
	     id = idmap_next(&t->ids, hash, &at)) {
		if (t->sets[id]->hash == hash && set_equal(t->sets[id], w))
			break;
	}
	return id;
}

uint32_t
hops_find(const struct hops_table *t, const struct fib_wish *wish)
{
	struct fib_wish w;

	canonical(wish, &w);
	return set_search(t, &w, canonical_hash(t, &w));
}

uint32_t
hops_intern(struct hops_table *t, const struct fib_wish *wish)
{
	struct fib_wish w;
	uint32_t hash, id;

	/* Mostly as the last one was, and in its one form already. */
	if (t->last != 0 && set_equal(t->sets[t->last], wish))
		return hops_ref(t, t->last);
	canonical(wish, &w);
	hash = canonical_hash(t, &w);
	id = set_search(t, &w, hash);
	t->last = id != 0 ? hops_ref(t, id) : set_put(t, &w, hash);
	return t->last;
}

uint32_t
hops_intern_form(struct hops_table *t, uint32_t plain, uint32_t object)
{
	uint32_t hash = mix(t->sets[plain]->hash, object);
	struct fib_wish w;
	struct hops *set;
	uint32_t id, at;

	for (id = idmap_first(&t->ids, hash, &at); id != 0;
	     id = idmap_next(&t->ids, hash, &at)) {
		set = t->sets[id];
		if (set->object == object && set->plain == plain) {
			set->refs++;
			return id;
		}
	}
	hops_get(t, plain, &w);
	id = set_put(t, &w, hash);
	t->sets[id]->object = object;
	t->sets[id]->plain = hops_ref(t, plain);
	return id;
}

uint32_t
hops_ref(struct hops_table *t, uint32_t id)
{
	if (id != 0)
		t->sets[id]->refs++;
	return id;
}

void
hops_idle(struct hops_table *t, uint32_t id)
{
	if (t->nidle == t->idle_room) {
		t->idle_room = t->idle_room == 0 ? 16 : 2 * t->idle_room;
		t->idle =
		    xreallocarray(t->idle, t->idle_room, sizeof(*t->idle));
	}
	t->idle[t->nidle++] = id;
}

void
hops_unref(struct hops_table *t, uint32_t id)
{
	struct hops *set;

	if (id == 0)
		return;
	set = t->sets[id];
	assert(set != NULL && set->refs > 0);
	if (--set->refs == 1 && set->object != 0)
		hops_idle(t, id);
	if (set->refs > 0)
		return;
	hops_unref(t, set->plain);
	if (t->last == id)
		t->last = 0;
	idmap_remove(&t->ids, id);
	t->bytes -= set_bytes(set->count);
	t->sets[id] = NULL;
	t->spare[t->nspare++] = id;
	free(set);
}

struct hops *
hops_at(const struct hops_table *t, uint32_t id)
{
	assert(id != 0 && id < t->high);
	return t->sets[id];
}

void
hops_get(const struct hops_table *t, uint32_t id, struct fib_wish *out)
{
	const struct hops *set = hops_at(t, id);

	memset(out, 0, sizeof(*out));
	out->type = set->type;
	out->count = set->count;
	memcpy(out->path, set->path, set->count * sizeof(*set->path));
}

uint32_t
hops_minus(struct hops_table *t, uint32_t id, const struct fib_wish *minus)
{
	struct fib_wish have, gone, left = { .type = KERNEL_UNICAST };
	unsigned int i, j;

	hops_get(t, id, &have);
	canonical(minus, &gone);
	for (i = 0; i < have.count; i++) {
		for (j = 0; j < gone.count; j++) {
			if (path_compare(&have.path[i], &gone.path[j]) == 0)
				break;
		}
		if (j == gone.count)
			left.path[left.count++] = have.path[i];
	}
	return left.count == 0 ? 0 : hops_intern(t, &left);
}

bool
hops_uses(const struct hops *set, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (set->path[i].index == index)
			return true;
	}
	return false;
}

bool
hops_done(struct hops *set, const struct address *gateway, uint32_t index)
{
	uint16_t all = (uint16_t)((1u << set->count) - 1);
	uint16_t before = set->done;
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		if (address_equal(&set->path[i].gateway, gateway) &&
		    (index == 0 || set->path[i].index == index))
			set->done |= (uint16_t)(1u << i);
	}
	return set->done != before && set->done == all;
}

size_t
hops_bytes(const struct hops_table *t)
{
	return t->bytes + idmap_bytes(&t->ids) +
	    t->idle_room * sizeof(*t->idle) +
	    t->room * (sizeof(*t->sets) + sizeof(*t->spare));
}
