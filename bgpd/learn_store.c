/* SPDX-License-Identifier: ISC */
/* learn_store.c - kernel routes by prefix and by link */
/*
 * Records, ids and lists; what a route is worth, and what becomes of it, is
 * learn.c's.  A row is found by a hash of its prefix and is mostly one route
 * long; a link by a hash of its index, as long as a path leads over it.
 */
#include "bgpd/learn_store.h"

#include <string.h>

#include "rib/bytes_hash.h"

/* idmap_hash */
static uint32_t
hash_known(const void *arg, uint32_t id)
{
	const struct learn_store *s = arg;

	return prefix_hash(s->seed, &learn_known_at(s, id)->prefix);
}

static uint32_t
index_hash(const struct learn_store *s, uint32_t index)
{
	return bytes_hash(s->seed, &index, sizeof(index));
}

/* idmap_hash */
static uint32_t
hash_link(const void *arg, uint32_t id)
{
	const struct learn_store *s = arg;

	return index_hash(s, learn_link_at(s, id)->index);
}

void
learn_store_init(struct learn_store *s, uint64_t seed)
{
	s->seed = seed;
	s->sourced = 0;
	slab_init(&s->known, sizeof(struct learn_known));
	slab_init(&s->members, sizeof(struct learn_member));
	slab_init(&s->links, sizeof(struct learn_link));
	idmap_init(&s->by_prefix, hash_known, s);
	idmap_init(&s->by_index, hash_link, s);
}

void
learn_store_clear(struct learn_store *s)
{
	idmap_clear(&s->by_prefix);
	idmap_clear(&s->by_index);
	slab_clear(&s->known);
	slab_clear(&s->members);
	slab_clear(&s->links);
}

size_t
learn_store_bytes(const struct learn_store *s)
{
	return slab_bytes(&s->known) + slab_bytes(&s->members) +
	    slab_bytes(&s->links) + idmap_bytes(&s->by_prefix) +
	    idmap_bytes(&s->by_index);
}

uint32_t
learn_shape(const struct learn_store *s, const struct kernel_route *r)
{
	struct {
		uint32_t protocol, type, object, count;
		uint8_t source[sizeof(r->source.bytes)];
		struct {
			uint8_t gateway[sizeof(r->source.bytes)];
			uint32_t index;
		} path[KERNEL_PATHS];
	} bytes;
	unsigned int i;

	memset(&bytes, 0, sizeof(bytes));
	bytes.protocol = r->protocol;
	bytes.type = r->type;
	bytes.object = r->object;
	bytes.count = r->count;
	memcpy(bytes.source, r->source.bytes, sizeof(bytes.source));
	for (i = 0; i < r->count; i++) {
		memcpy(bytes.path[i].gateway, r->path[i].gateway.bytes,
		    sizeof(bytes.path[i].gateway));
		bytes.path[i].index = r->path[i].index;
	}
	return bytes_hash(s->seed, &bytes, sizeof(bytes));
}

/* ---- links and their members ---- */

static uint32_t
link_find(const struct learn_store *s, uint32_t index)
{
	uint32_t hash = index_hash(s, index), at, id;

	for (id = idmap_first(&s->by_index, hash, &at); id != 0;
	     id = idmap_next(&s->by_index, hash, &at)) {
		if (learn_link_at(s, id)->index == index)
			break;
	}
	return id;
}

static uint32_t
link_make(struct learn_store *s, uint32_t index)
{
	uint32_t id = link_find(s, index);

	if (id != 0)
		return id;
	id = slab_take(&s->links);
	learn_link_at(s, id)->index = index;
	idmap_insert(&s->by_index, index_hash(s, index), id);
	return id;
}

uint32_t
learn_members(const struct learn_store *s, uint32_t index)
{
	uint32_t id = link_find(s, index);

	return id != 0 ? learn_link_at(s, id)->members : 0;
}

/* At the end of the route's members; gives the new end. */
static uint32_t *
member_add(struct learn_store *s, uint32_t known, uint32_t index, uint32_t *end)
{
	uint32_t id = slab_take(&s->members);
	struct learn_member *m = learn_member_at(s, id);
	struct learn_link *link;

	m->known = known;
	m->link = link_make(s, index);
	link = learn_link_at(s, m->link);
	m->after = link->members;
	if (m->after != 0)
		learn_member_at(s, m->after)->before = id;
	link->members = id;
	*end = id;
	return &m->of_route;
}

static void
member_drop(struct learn_store *s, uint32_t id)
{
	struct learn_member *m = learn_member_at(s, id);
	struct learn_link *link = learn_link_at(s, m->link);

	if (m->before != 0)
		learn_member_at(s, m->before)->after = m->after;
	else
		link->members = m->after;
	if (m->after != 0)
		learn_member_at(s, m->after)->before = m->before;
	if (link->members == 0) {
		idmap_remove(&s->by_index, m->link);
		slab_give(&s->links, m->link);
	}
	slab_give(&s->members, id);
}

static void
members_clear(struct learn_store *s, struct learn_known *k)
{
	uint32_t id, next;

	for (id = k->members; id != 0; id = next) {
		next = learn_member_at(s, id)->of_route;
		member_drop(s, id);
	}
	k->members = 0;
}

/* ---- rows ---- */

uint32_t
learn_row(const struct learn_store *s, const struct prefix *prefix)
{
	uint32_t hash = prefix_hash(s->seed, prefix), at, id;

	for (id = idmap_first(&s->by_prefix, hash, &at); id != 0;
	     id = idmap_next(&s->by_prefix, hash, &at)) {
		if (prefix_equal(&learn_known_at(s, id)->prefix, prefix))
			break;
	}
	return id;
}

static bool
comes_first(const struct learn_known *a, const struct learn_known *b)
{
	if (a->metric != b->metric)
		return a->metric < b->metric;
	return a->table < b->table;
}

static void
row_insert(struct learn_store *s, uint32_t id)
{
	struct learn_known *k = learn_known_at(s, id), *at;
	uint32_t first = learn_row(s, &k->prefix);

	if (first == 0 || comes_first(k, learn_known_at(s, first))) {
		if (first != 0)
			idmap_remove(&s->by_prefix, first);
		k->next = first;
		idmap_insert(&s->by_prefix, hash_known(s, id), id);
		return;
	}
	at = learn_known_at(s, first);
	while (at->next != 0 && !comes_first(k, learn_known_at(s, at->next)))
		at = learn_known_at(s, at->next);
	k->next = at->next;
	at->next = id;
}

static void
row_remove(struct learn_store *s, uint32_t id)
{
	struct learn_known *k = learn_known_at(s, id), *at;
	uint32_t first = learn_row(s, &k->prefix);

	if (first != id) {
		at = learn_known_at(s, first);
		while (at->next != id)
			at = learn_known_at(s, at->next);
		at->next = k->next;
		return;
	}
	idmap_remove(&s->by_prefix, id);
	if (k->next != 0)
		idmap_insert(&s->by_prefix, hash_known(s, k->next), k->next);
}

/* ---- records ---- */

uint32_t
learn_known_find(const struct learn_store *s, const struct kernel_route *r)
{
	uint32_t id = learn_row(s, &r->prefix);

	while (id != 0 &&
	    (learn_known_at(s, id)->table != r->table ||
		learn_known_at(s, id)->metric != r->metric))
		id = learn_known_at(s, id)->next;
	return id;
}

void
learn_known_set(
    struct learn_store *s, uint32_t id, const struct kernel_route *r)
{
	struct learn_known *k = learn_known_at(s, id);
	uint32_t *end = &k->members;
	unsigned int i;

	members_clear(s, k);
	s->sourced -= k->sourced;
	k->sourced = !address_is_unset(&r->source);
	s->sourced += k->sourced;
	k->shape = learn_shape(s, r);
	k->protocol = r->protocol;
	k->type = (uint8_t)r->type;
	k->gateway = (struct address){ .family = r->prefix.address.family };
	if (r->count > 0)
		k->gateway = r->path[0].gateway;
	for (i = 0; i < r->count; i++)
		end = member_add(s, id, r->path[i].index, end);
}

uint32_t
learn_known_add(struct learn_store *s, const struct kernel_route *r)
{
	uint32_t id = slab_take(&s->known);
	struct learn_known *k = learn_known_at(s, id);

	k->used = true;
	k->prefix = r->prefix;
	k->table = r->table;
	k->metric = r->metric;
	learn_known_set(s, id, r);
	row_insert(s, id);
	return id;
}

void
learn_known_drop(struct learn_store *s, uint32_t id)
{
	struct learn_known *k = learn_known_at(s, id);

	row_remove(s, id);
	members_clear(s, k);
	s->sourced -= k->sourced;
	k->used = false;
	slab_give(&s->known, id);
}
