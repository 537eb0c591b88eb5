/* SPDX-License-Identifier: ISC */
/* rib_path.c - what one source says of one prefix */

/*
 * A path is in two lists: with the other paths of its entry, oldest first,
 * and with the other paths of its source and family, so that what a neighbour
 * leaves behind is found at the cost of its own paths and of no other's.
 *
 * It holds a reference on the attributes as they came in, on those that
 * import made of them, and on the next hop of the latter.  All three are set
 * here and released here.
 *
 * Whatever could change the decision marks the entry.  Whatever changes a
 * path that was best, or in the equal set, also notes that sinks must be told
 * even if it is best again: a path that is withdrawn and comes back within
 * one turn is told once too often, which costs them a comparison, and no
 * entry has to remember what it told.  A stale mark (RFC 4724) changes
 * neither; the long-lived one (RFC 9494 4.3) does, and comes as a community.
 */

#include "rib/rib_private.h"

#include "rib/community.h"

uint32_t
path_find(
    const struct table *t, uint32_t entry, uint32_t source, uint32_t path_id)
{
	uint32_t id = entry_at(t, entry)->paths;

	while (id != 0 &&
	    (path_at(t, id)->source != source ||
		path_at(t, id)->path_id != path_id))
		id = path_at(t, id)->next;
	return id;
}

struct path_place
path_look(
    const struct table *t, uint32_t entry, uint32_t source, uint32_t path_id)
{
	struct path_place place = { .entry = entry };
	uint32_t id = entry_at(t, entry)->paths;
	const struct path *p;

	for (; id != 0 && place.id == 0; id = p->next) {
		p = path_at(t, id);
		place.last = id;
		place.count += p->source == source;
		if (p->source == source && p->path_id == path_id)
			place.id = id;
	}
	return place;
}

static void
entry_link(struct table *t, const struct path_place *place, uint32_t id)
{
	if (place->last != 0) {
		path_at(t, place->last)->next = id;
		return;
	}
	entry_at(t, place->entry)->paths = id;
	t->with_path++;
}

static void
entry_unlink(struct table *t, uint32_t entry, uint32_t id)
{
	struct entry *e = entry_at(t, entry);
	uint32_t *place = &e->paths;

	while (*place != id)
		place = &path_at(t, *place)->next;
	*place = path_at(t, id)->next;
	if (e->paths == 0)
		t->with_path--;
}

static void
source_link(struct table *t, struct source_list *list, uint32_t id)
{
	struct path *p = path_at(t, id);

	p->before = list->last;
	p->behind = 0;
	if (list->last != 0)
		path_at(t, list->last)->behind = id;
	else
		list->first = id;
	list->last = id;
	list->received++;
}

static void
source_unlink(struct table *t, struct source_list *list, uint32_t id)
{
	const struct path *p = path_at(t, id);

	if (p->before != 0)
		path_at(t, p->before)->behind = p->behind;
	else
		list->first = p->behind;
	if (p->behind != 0)
		path_at(t, p->behind)->before = p->before;
	else
		list->last = p->before;
	list->received--;
}

static struct source_list *
list_of(const struct rib *rib, const struct table *t, const struct path *p)
{
	return &source_at(rib, p->source)->of[t->family];
}

void
path_touch(struct table *t, uint32_t id, unsigned int news)
{
	const struct path *p = path_at(t, id);
	struct entry *e = entry_at(t, p->entry);

	if (e->best == id || p->multipath)
		e->touched = true;
	entry_dirty(t, p->entry, news);
}

uint32_t
path_new(struct rib *rib, struct table *t, const struct path_place *place,
    const struct rib_input *in)
{
	uint32_t id = slab_take(&t->paths);
	struct path *p = path_at(t, id);

	p->entry = place->entry;
	p->source = in->source;
	p->path_id = in->path_id;
	entry_link(t, place, id);
	list_of(rib, t, p)->refused[RIB_ACCEPTED]++;
	source_link(t, list_of(rib, t, p), id);
	entry_dirty(t, place->entry, NEXTHOP_DEPTH);
	return id;
}

void
path_fill(const struct table *t, uint32_t id, struct rib_path *out)
{
	const struct path *p = path_at(t, id);

	*out = (struct rib_path){
		.source = p->source,
		.path_id = p->path_id,
		.received = p->received,
		.accepted = p->accepted,
		.nexthop = p->nexthop,
		.refusal = p->refusal,
		.rule = p->rule,
		.step = p->step,
		.best = entry_at(t, p->entry)->best == id,
		.multipath = p->multipath,
		.stale = p->stale,
		.since = (int64_t)p->since * 1000,
	};
}

/* What is confirmed moves behind all that is not: see struct source_list. */
void
path_set_stale(struct rib *rib, struct table *t, uint32_t id, bool stale)
{
	struct path *p = path_at(t, id);
	struct source_list *list = list_of(rib, t, p);

	if (p->stale == stale)
		return;
	p->stale = stale;
	list->stale += stale ? 1 : UINT32_MAX;
	if (p->accepted != 0)
		list->stale_accepted += stale ? 1 : UINT32_MAX;
	if (!stale) {
		source_unlink(t, list, id);
		source_link(t, list, id);
	}
}

/* One more that is let in, or one less. */
static void
count_accepted(struct source_list *list, const struct path *p, uint32_t by)
{
	list->accepted += by;
	if (p->stale)
		list->stale_accepted += by;
}

/* The next hop that the attributes name, or 0; a reference. */
static uint32_t
nexthop_of(struct rib *rib, const struct path *p, const struct attrs *attrs)
{
	const struct rib_source *source = &source_at(rib, p->source)->identity;
	const struct address *a = &attrs->next_hop;
	bool scoped;

	if (source_is_here(source->kind))
		return 0;
	/* Unnumbered speakers may send :: beside the one that counts. */
	if (address_is_unset(a))
		a = &attrs->link_local;
	if (address_is_unset(a))
		return 0;
	scoped = a->family == FAMILY_IPV6 && address_is_link_local(a);
	return nexthop_take(rib->nexthops, a, scoped ? source->scope : 0);
}

/* It is filtered, and would perhaps not be if its next hop led elsewhere. */
static bool
is_followed(const struct rib *rib, const struct path *p)
{
	return p->refusal == RIB_FILTERED && source_at(rib, p->source)->tracked;
}

/* Takes from the accepted attributes what decisions need often. */
static void
path_read(struct rib *rib, struct path *p)
{
	uint32_t old = p->nexthop;
	struct attrs attrs;

	p->nexthop = 0;
	p->long_stale = false;
	if (p->accepted != 0) {
		attr_get(rib->attrs, p->accepted, &attrs);
		p->nexthop = nexthop_of(rib, p, &attrs);
		p->long_stale =
		    community_has(attrs.communities, COMMUNITY_LLGR_STALE);
	} else if (is_followed(rib, p)) {
		attr_get(rib->attrs, p->received, &attrs);
		p->nexthop = nexthop_of(rib, p, &attrs);
	}
	nexthop_give(rib->nexthops, old);
}

/* Takes a reference on the new attributes and drops the old one. */
static void
attrs_replace(struct rib *rib, uint32_t *held, uint32_t attrs)
{
	uint32_t old = *held;

	*held = attrs != 0 ? attr_ref(rib->attrs, attrs) : 0;
	attr_unref(rib->attrs, old);
}

bool
path_set_received(struct rib *rib, struct path *p, uint32_t attrs)
{
	if (p->received == attrs)
		return false;
	attrs_replace(rib, &p->received, attrs);
	return true;
}

void
path_set_accepted(
    struct rib *rib, struct table *t, uint32_t id, const struct rib_input *in)
{
	struct path *p = path_at(t, id);
	struct source_list *list = list_of(rib, t, p);

	list->refused[p->refusal]--;
	p->refusal = in->refusal & 0xf;
	list->refused[p->refusal]++;
	p->rule = in->rule;
	if (p->accepted == in->accepted) {
		if (p->accepted == 0)
			path_read(rib, p);
		return;
	}
	path_touch(t, id, NEXTHOP_DEPTH);
	if (p->accepted != 0)
		count_accepted(list, p, UINT32_MAX);
	if (in->accepted != 0)
		count_accepted(list, p, 1);
	else if (entry_at(t, p->entry)->best == id)
		entry_set_best(t, p->entry, 0);
	attrs_replace(rib, &p->accepted, in->accepted);
	path_read(rib, p);
}

void
path_set_source(struct rib *rib, struct table *t, uint32_t id)
{
	path_touch(t, id, NEXTHOP_DEPTH);
	path_read(rib, path_at(t, id));
}

void
path_remove(struct rib *rib, struct table *t, uint32_t id)
{
	struct path *p = path_at(t, id);
	struct source_list *list = list_of(rib, t, p);

	path_touch(t, id, NEXTHOP_DEPTH);
	if (entry_at(t, p->entry)->best == id)
		entry_set_best(t, p->entry, 0);
	path_set_stale(rib, t, id, false);
	if (p->accepted != 0)
		list->accepted--;
	list->refused[p->refusal]--;
	source_unlink(t, list, id);
	entry_unlink(t, p->entry, id);
	attr_unref(rib->attrs, p->received);
	attr_unref(rib->attrs, p->accepted);
	nexthop_give(rib->nexthops, p->nexthop);
	p->entry = 0;
	slab_give(&t->paths, id);
}
