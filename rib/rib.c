/* SPDX-License-Identifier: ISC */
/* rib.c - prefixes, their paths, and the best of them */

/*
 * The room where values become routes, seen from outside.  In come paths,
 * each from a source and with the attributes before and after import; what
 * comes out is decided in rib_run.c and told to a sink.  Everything is named
 * by 32-bit ids, so a cursor of a walk over the entries survives whatever
 * happens between two of its steps.
 *
 *	rib_store.c	entries: prefix, cover, what is to be decided
 *	rib_path.c	paths, in their entry and with their source
 *	rib_candidate.c	paths as the decision sees them
 *	rib_run.c	the decision, and who is told
 *
 * The rib owns its tables of attributes and next hops, and each path holds
 * references into both.  An entry lives while it has a path, while somebody
 * holds its id (adj-rib-out), and until it was decided.
 *
 * Restart (RFC 4724 4.2) is two walks over a source's own paths: mark, and
 * sweep what is still marked.  Saying a path again takes its mark off and, if
 * it is as before, does nothing else: no decision, no change told.
 *
 * Import is not here: whether a path is let in, by whom and why not, comes
 * with it.  No socket, no clock, no log.
 */

#include "rib/rib.h"

#include <assert.h>
#include <stdlib.h>

#include "rib/rib_private.h"

static bool
own_find(void *arg, const struct address *a, unsigned int at_most,
    struct prefix *prefix, uint32_t *hop)
{
	struct rib *rib = arg;
	const struct table *t = &rib->of[a->family];
	const struct path *p;
	uint32_t id;

	while ((id = entry_cover(t, a, at_most)) != 0) {
		p = path_at(t, entry_at(t, id)->best);
		entry_prefix(t, id, prefix);
		*hop = p->nexthop;
		/*
		 * What a neighbour says does not lead to the neighbour, and
		 * what the kernel says it says as a foreign route, too.
		 */
		if (p->source != RIB_LEARNED &&
		    !address_equal(
			&source_at(rib, p->source)->identity.address, a))
			return true;
		if (prefix->length == 0)
			break;
		at_most = prefix->length - 1u;
	}
	return false;
}

static uint32_t
source_hash(const void *arg, uint32_t id)
{
	const struct rib *rib = arg;

	return address_hash(
	    rib_seed(rib), &source_at(rib, id)->identity.address);
}

/* Whose address is not set is not found by it. */
static void
source_place(struct rib *rib, uint32_t id, const struct rib_source *identity)
{
	struct rib_source *now = &source_at(rib, id)->identity;

	if (!address_is_unset(&now->address))
		idmap_remove(&rib->by_address, id);
	*now = *identity;
	if (!address_is_unset(&now->address))
		idmap_insert(&rib->by_address, source_hash(rib, id), id);
}

struct rib *
rib_new(uint64_t seed)
{
	struct rib *rib = xcalloc(1, sizeof(*rib));
	const struct nexthop_recursion own = { own_find, rib };
	const struct rib_source local = { .kind = SOURCE_LOCAL };
	const struct rib_source learned = { .kind = SOURCE_LEARNED };
	enum family f;
	uint32_t id;

	rib->rules = decide_default_rules;
	rib->attrs = attr_table_new(seed);
	rib->nexthops = nexthop_table_new(&own, seed);
	slab_init(&rib->sources, sizeof(struct source));
	idmap_init(&rib->by_address, source_hash, rib);
	for (f = 0; f < FAMILY_MAX; f++)
		table_init(&rib->of[f], f, seed);
	id = rib_source_add(rib, &local);
	assert(id == RIB_LOCAL);
	id = rib_source_add(rib, &learned);
	assert(id == RIB_LEARNED);
	return rib;
}

void
rib_free(struct rib *rib)
{
	enum family f;

	if (rib == NULL)
		return;
	for (f = 0; f < FAMILY_MAX; f++)
		table_clear(&rib->of[f]);
	free(rib->candidates);
	idmap_clear(&rib->by_address);
	slab_clear(&rib->sources);
	nexthop_table_free(rib->nexthops);
	attr_table_free(rib->attrs);
	free(rib);
}

struct attr_table *
rib_attrs(struct rib *rib)
{
	return rib->attrs;
}

struct nexthop_table *
rib_nexthops(struct rib *rib)
{
	return rib->nexthops;
}

uint64_t
rib_seed(const struct rib *rib)
{
	return rib->of[FAMILY_IPV4].seed;
}

uint32_t
rib_source_add(struct rib *rib, const struct rib_source *identity)
{
	uint32_t id = slab_take(&rib->sources);

	source_place(rib, id, identity);
	return id;
}

static bool
identity_equal(const struct rib_source *a, const struct rib_source *b)
{
	return a->kind == b->kind && a->as == b->as &&
	    a->identifier == b->identifier && a->scope == b->scope &&
	    address_equal(&a->address, &b->address);
}

/* Its paths may win or lose by who it is now. */
void
rib_source_set(struct rib *rib, uint32_t id, const struct rib_source *identity)
{
	struct source *s = source_at(rib, id);
	enum family f;
	uint32_t path;

	if (identity_equal(&s->identity, identity))
		return;
	source_place(rib, id, identity);
	for (f = 0; f < FAMILY_MAX; f++)
		for (path = s->of[f].first; path != 0;
		     path = path_at(&rib->of[f], path)->behind)
			path_set_source(rib, &rib->of[f], path);
}

const struct rib_source *
rib_source_get(const struct rib *rib, uint32_t id)
{
	return &source_at(rib, id)->identity;
}

bool
rib_source_is_at(const struct rib *rib, const struct address *address)
{
	uint32_t hash = address_hash(rib_seed(rib), address), id, at;

	for (id = idmap_first(&rib->by_address, hash, &at); id != 0;
	     id = idmap_next(&rib->by_address, hash, &at))
		if (address_equal(
			&source_at(rib, id)->identity.address, address))
			return true;
	return false;
}

void
rib_source_remove(struct rib *rib, uint32_t id)
{
	static const struct rib_source nobody = { .kind = SOURCE_LOCAL };
	enum family f;

	assert(id != RIB_LOCAL && id != RIB_LEARNED);
	for (f = 0; f < FAMILY_MAX; f++)
		rib_flush(rib, id, f);
	source_place(rib, id, &nobody);
	rib->nmoved -= source_at(rib, id)->moved;
	source_at(rib, id)->moved = false;
	slab_give(&rib->sources, id);
}

bool
rib_update(struct rib *rib, const struct prefix *prefix,
    const struct rib_input *in, int64_t now)
{
	struct table *t = &rib->of[prefix->address.family];
	struct path_place place =
	    path_look(t, entry_make(t, prefix), in->source, in->path_id);
	uint32_t id = place.id;
	bool is_new = id == 0;

	if (is_new && in->path_id != 0 && place.count >= RIB_PATHS_MAX)
		return false;
	if (is_new)
		id = path_new(rib, t, &place, in);
	/* Said again it is no younger. */
	if (path_set_received(rib, path_at(t, id), in->received) || is_new)
		path_at(t, id)->since = (uint32_t)(now / 1000);
	path_set_stale(rib, t, id, false);
	path_set_accepted(rib, t, id, in);
	return true;
}

static uint32_t
find_path(const struct table *t, const struct prefix *prefix, uint32_t source,
    uint32_t path_id)
{
	uint32_t entry = entry_find(t, prefix);

	return entry != 0 ? path_find(t, entry, source, path_id) : 0;
}

void
rib_reimport(
    struct rib *rib, const struct prefix *prefix, const struct rib_input *in)
{
	struct table *t = &rib->of[prefix->address.family];
	uint32_t id = find_path(t, prefix, in->source, in->path_id);

	if (id != 0)
		path_set_accepted(rib, t, id, in);
}

bool
rib_withdraw(struct rib *rib, const struct prefix *prefix, uint32_t source,
    uint32_t path_id)
{
	struct table *t = &rib->of[prefix->address.family];
	uint32_t id = find_path(t, prefix, source, path_id);

	if (id != 0)
		path_remove(rib, t, id);
	return id != 0;
}

void
rib_flush(struct rib *rib, uint32_t source, enum family f)
{
	struct source_list *list = &source_at(rib, source)->of[f];

	while (list->first != 0)
		path_remove(rib, &rib->of[f], list->first);
}

void
rib_mark_stale(struct rib *rib, uint32_t source, enum family f)
{
	struct table *t = &rib->of[f];
	uint32_t id = source_at(rib, source)->of[f].last;

	for (; id != 0 && !path_at(t, id)->stale; id = path_at(t, id)->before)
		path_set_stale(rib, t, id, true);
}

void
rib_sweep_stale(struct rib *rib, uint32_t source, enum family f)
{
	const struct source_list *list = &source_at(rib, source)->of[f];
	struct table *t = &rib->of[f];

	while (list->first != 0 && path_at(t, list->first)->stale)
		path_remove(rib, t, list->first);
}

void
rib_watch(struct rib *rib, enum family f)
{
	rib->watches[f]++;
}

void
rib_unwatch(struct rib *rib, enum family f)
{
	assert(rib->watches[f] > 0);
	rib->watches[f]--;
}

uint32_t
rib_find(const struct rib *rib, const struct prefix *prefix)
{
	const struct table *t = &rib->of[prefix->address.family];
	uint32_t id = entry_find(t, prefix);

	return id != 0 && entry_at(t, id)->paths != 0 ? id : 0;
}

uint32_t
rib_cover(const struct rib *rib, const struct address *a)
{
	return entry_cover(&rib->of[a->family], a, family_bits(a->family));
}

void
rib_prefix(
    const struct rib *rib, enum family f, uint32_t entry, struct prefix *out)
{
	entry_prefix(&rib->of[f], entry, out);
}

bool
rib_best(
    const struct rib *rib, enum family f, uint32_t entry, struct rib_path *out)
{
	uint32_t id = entry_at(&rib->of[f], entry)->best;

	if (id != 0)
		path_fill(&rib->of[f], id, out);
	return id != 0;
}

uint32_t
rib_path_next(const struct rib *rib, enum family f, uint32_t entry,
    uint32_t cursor, struct rib_path *out)
{
	const struct table *t = &rib->of[f];
	uint32_t id;

	if (cursor == 0)
		id = entry_at(t, entry)->paths;
	else if (path_at(t, cursor)->entry == entry)
		id = path_at(t, cursor)->next;
	else
		id = 0; /* the path has gone meanwhile */
	if (id != 0)
		path_fill(t, id, out);
	return id;
}

uint32_t
rib_source_next(const struct rib *rib, uint32_t source, enum family f,
    uint32_t cursor, struct prefix *prefix, struct rib_path *out)
{
	const struct table *t = &rib->of[f];
	uint32_t id;

	if (cursor == 0)
		id = source_at(rib, source)->of[f].first;
	else if (path_at(t, cursor)->source == source)
		id = path_at(t, cursor)->behind;
	else
		id = 0; /* the path has gone meanwhile */
	if (id == 0)
		return 0;
	entry_prefix(t, path_at(t, id)->entry, prefix);
	path_fill(t, id, out);
	return id;
}

uint32_t
rib_walk(
    const struct rib *rib, enum family f, uint32_t cursor, struct prefix *out)
{
	const struct table *t = &rib->of[f];

	while (++cursor < t->entries.high)
		if (entry_at(t, cursor)->paths != 0) {
			entry_prefix(t, cursor, out);
			return cursor;
		}
	return 0;
}

void
rib_entry_hold(struct rib *rib, enum family f, uint32_t entry)
{
	struct entry *e = entry_at(&rib->of[f], entry);

	assert(e->holds < UINT16_MAX);
	e->holds++;
}

void
rib_entry_release(struct rib *rib, enum family f, uint32_t entry)
{
	struct entry *e = entry_at(&rib->of[f], entry);

	assert(e->holds > 0);
	e->holds--;
	entry_reap(&rib->of[f], entry);
}

void
rib_counts(const struct rib *rib, enum family f, struct rib_counts *out)
{
	const struct table *t = &rib->of[f];

	out->entries = t->with_path;
	out->paths = t->paths.used;
	out->best = t->with_best;
	out->without_way = t->without_way;
}

void
rib_source_counts(const struct rib *rib, uint32_t source, enum family f,
    uint32_t *received, uint32_t *accepted)
{
	const struct source_list *list = &source_at(rib, source)->of[f];

	*received = list->received;
	*accepted = list->accepted;
}

void
rib_source_fresh(const struct rib *rib, uint32_t source, enum family f,
    uint32_t *received, uint32_t *accepted)
{
	const struct source_list *list = &source_at(rib, source)->of[f];

	*received = list->received - list->stale;
	*accepted = list->accepted - list->stale_accepted;
}

uint32_t
rib_source_refused(const struct rib *rib, uint32_t source, enum family f,
    enum rib_refusal refusal)
{
	return source_at(rib, source)->of[f].refused[refusal];
}

void
rib_memory(const struct rib *rib, struct rib_memory *m)
{
	enum family f;

	*m = (struct rib_memory){ .attributes = attr_table_bytes(rib->attrs),
		.next_hops = nexthop_table_bytes(rib->nexthops),
		.sources = sizeof(*rib) + slab_bytes(&rib->sources) +
		    idmap_bytes(&rib->by_address) };
	m->paths = rib->ncandidates * sizeof(*rib->candidates);
	for (f = 0; f < FAMILY_MAX; f++) {
		m->paths += slab_bytes(&rib->of[f].paths);
		m->prefixes += slab_bytes(&rib->of[f].entries) +
		    idmap_bytes(&rib->of[f].index);
	}
}

size_t
rib_bytes(const struct rib *rib)
{
	struct rib_memory m;

	rib_memory(rib, &m);
	return m.prefixes + m.paths + m.attributes + m.next_hops + m.sources;
}

size_t
rib_bytes_idle(const struct rib *rib)
{
	size_t bytes = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		bytes += slab_bytes_idle(&rib->of[f].entries) +
		    slab_bytes_idle(&rib->of[f].paths);
	return bytes;
}
