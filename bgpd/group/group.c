/* SPDX-License-Identifier: ISC */
/* group.c - update groups: encode once, tell many */
/*
 * This file knows who is in which group; group_output.c knows what they
 * hear.  Members are found by (family, source id) through a plain array, and
 * a group lives as long as somebody is in it.
 *
 * A member that changes group stays in the old one as a ghost until it has
 * heard all of the new one but what it had heard just so; then whatever the
 * old group may have told and the new one does not is withdrawn.  So a change
 * of next hop or policy replaces routes in one step, says nothing twice and
 * leaves nothing behind.
 */
#include "bgpd/group/group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/group/group_private.h"
#include "rib/mem.h"

struct groups *
groups_new(struct rib *rib, const struct policy_env *policy)
{
	struct groups *gs = xcalloc(1, sizeof(*gs));

	gs->rib = rib;
	gs->policy = policy;
	gs->encoder = window_encoder_new();
	gs->scratch = xmalloc(sizeof(*gs->scratch));
	return gs;
}

/* NULL and NULL are equal. */
static bool
name_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
target_equal(const struct export_target *a, const struct export_target *b)
{
	return a->kind == b->kind && a->family == b->family &&
	    a->local_as == b->local_as && a->remote_as == b->remote_as &&
	    a->identifier == b->identifier && a->cluster_id == b->cluster_id &&
	    a->reflector == b->reflector && address_equal(&a->self, &b->self) &&
	    address_equal(&a->self_link_local, &b->self_link_local) &&
	    a->extended_next_hop == b->extended_next_hop &&
	    a->role == b->role && a->long_lived == b->long_lived &&
	    a->drain == b->drain &&
	    a->shared_subnet_ok == b->shared_subnet_ok && a->hop == b->hop &&
	    a->as_override == b->as_override &&
	    a->remove_private_as == b->remove_private_as &&
	    policy_equal(&a->policy, &b->policy) &&
	    name_equal(a->neighbor, b->neighbor) &&
	    name_equal(a->group, b->group);
}

static bool
context_equal(const struct update_context *a, const struct update_context *b,
    enum family f)
{
	return a->four_octet_as == b->four_octet_as &&
	    a->internal == b->internal && a->add_path[f] == b->add_path[f] &&
	    a->extended_next_hop == b->extended_next_hop &&
	    a->max_size == b->max_size;
}

static bool
key_equal(const struct group_key *a, const struct group_key *b)
{
	return target_equal(&a->target, &b->target) && a->limit == b->limit &&
	    context_equal(&a->context, &b->context, a->target.family) &&
	    a->paths == b->paths && prefix_equal(&a->subnet, &b->subnet);
}

bool
group_writes_like(const struct group *a, const struct group *b)
{
	return context_equal(&a->key.context, &b->key.context, a->family);
}

static void
group_hold(void *arg, uint32_t id)
{
	struct group *g = arg;

	if (group_has_paths(g))
		slots_ref(g->form.slots, id);
	else
		rib_entry_hold(g->groups->rib, g->family, id);
}

static void
group_release(void *arg, uint32_t id)
{
	struct group *g = arg;

	if (group_has_paths(g))
		slots_give(g->form.slots, id);
	else
		rib_entry_release(g->groups->rib, g->family, id);
}

static char *
name_copy(const char *name)
{
	return name == NULL ? NULL : xstrdup(name);
}

/* What a key borrows goes with the config, the group may stay. */
static void
key_hold(struct group_key *held, const struct group_key *key)
{
	*held = *key;
	policy_ref(&held->target.policy);
	held->target.neighbor = name_copy(key->target.neighbor);
	held->target.group = name_copy(key->target.group);
}

static void
key_release(struct group_key *held)
{
	policy_unref(&held->target.policy);
	free((char *)(uintptr_t)held->target.neighbor);
	free((char *)(uintptr_t)held->target.group);
}

static struct group *
group_find(struct groups *gs, enum family family, const struct group_key *key)
{
	struct adjout_hooks hooks = { group_hold, group_release, NULL };
	struct group *g;

	for (g = gs->list; g != NULL; g = g->next)
		if (g->family == family && key_equal(&g->key, key))
			return g;
	g = xcalloc(1, sizeof(*g));
	g->groups = gs;
	g->number = ++gs->made;
	key_hold(&g->key, key);
	g->family = family;
	g->feeding = true;
	TAILQ_INIT(&g->members);
	g->form =
	    (struct window_form){ gs->rib, NULL, &g->key.context, family };
	if (key->context.add_path[family])
		group_paths_begin(g);
	hooks.arg = g;
	g->adjout = adjout_new(rib_attrs(gs->rib), &hooks);
	g->next = gs->list;
	gs->list = g;
	return g;
}

static void
group_free(struct group *g)
{
	adjout_free(g->adjout);
	if (group_has_paths(g))
		group_paths_end(g);
	window_clear(&g->window);
	key_release(&g->key);
	free(g);
}

void
groups_reap(struct groups *gs)
{
	struct group **at = &gs->list, *g;

	while ((g = *at) != NULL) {
		if (!TAILQ_EMPTY(&g->members) || g->ghosts > 0) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		group_free(g);
	}
}

struct member *
group_member(const struct groups *gs, enum family family, uint32_t source)
{
	if (source >= gs->nmembers[family])
		return NULL;
	return gs->members[family][source];
}

static void
member_store(
    struct groups *gs, enum family family, uint32_t source, struct member *m)
{
	size_t n = gs->nmembers[family];

	if (source >= n) {
		n = (size_t)source * 2 + 16;
		gs->members[family] =
		    xreallocarray(gs->members[family], n, sizeof(m));
		memset(gs->members[family] + gs->nmembers[family], 0,
		    (n - gs->nmembers[family]) * sizeof(m));
		gs->nmembers[family] = n;
	}
	gs->members[family][source] = m;
}

static void
member_link(struct member *m, struct group *g)
{
	m->group = g;
	TAILQ_INSERT_TAIL(&g->members, m, next);
	m->early = g->feeding;
	g->dirty = true;
	adjout_join(g->adjout, m->source);
}

/*
 * Ghosts do not pile up: what an older one told is withdrawn at once, before
 * the new group is looked for, which may be that very one.  What both groups
 * tell is compared by its id, so both name prefixes or both name paths; a
 * session has ADD-PATH or has it not.
 */
static void
member_move(struct member *m, const struct group_key *key)
{
	struct group *from = m->group;

	assert(group_has_paths(from) == key->context.add_path[from->family]);
	if (m->ghost != NULL)
		member_settle(m);
	TAILQ_REMOVE(&from->members, m, next);
	m->ghost = from;
	from->ghosts++;
	member_link(m, group_find(from->groups, from->family, key));
	groups_reap(from->groups);
}

void
groups_join(struct groups *gs, enum family family, uint32_t source,
    const struct group_key *key, const struct group_member_ops *ops, void *arg)
{
	struct member *m = group_member(gs, family, source);

	if (m == NULL) {
		m = xcalloc(1, sizeof(*m));
		m->source = source;
		member_store(gs, family, source, m);
		member_link(m, group_find(gs, family, key));
	} else if (!key_equal(&m->group->key, key)) {
		member_move(m, key);
	}
	m->ops = ops;
	m->arg = arg;
}

void
groups_leave(struct groups *gs, enum family family, uint32_t source)
{
	struct member *m = group_member(gs, family, source);

	if (m == NULL)
		return;
	if (m->ghost != NULL) {
		adjout_leave(m->ghost->adjout, source);
		m->ghost->ghosts--;
	}
	TAILQ_REMOVE(&m->group->members, m, next);
	adjout_leave(m->group->adjout, source);
	gs->members[family][source] = NULL;
	free(m);
	groups_reap(gs);
}

void
groups_refresh(struct groups *gs, enum family family, uint32_t source)
{
	struct member *m = group_member(gs, family, source);

	if (m == NULL)
		return;
	if (m->synced && !m->refreshing)
		member_refresh(m);
	else
		m->again = true;
}

void
groups_change(struct groups *gs, const struct rib_change *change)
{
	struct group *g;

	for (g = gs->list; g != NULL; g = g->next)
		if (g->family == change->family &&
		    (change->best || group_has_paths(g)))
			group_change(g, change->entry, &change->prefix);
}

static void
group_judge_again(struct group *g)
{
	g->waiting = false;
	g->feeding = true;
	g->feed = 0;
	g->dirty = true;
}

void
groups_policy(struct groups *gs, const struct policy_env *policy)
{
	struct group *g;

	gs->policy = policy;
	for (g = gs->list; g != NULL; g = g->next)
		group_judge_again(g);
}

/* Nobody moves, so that members in step are told with the same bytes. */
void
groups_drain(struct groups *gs, enum drain drain)
{
	struct group *g;

	for (g = gs->list; g != NULL; g = g->next) {
		g->key.target.drain = drain;
		group_judge_again(g);
	}
}

void
groups_defer(struct groups *gs, enum family family, bool deferred)
{
	gs->deferred[family] = deferred;
}

void
groups_free(struct groups *gs)
{
	struct group *g;
	struct member *m;
	enum family f;

	if (gs == NULL)
		return;
	while ((g = gs->list) != NULL) {
		gs->list = g->next;
		while ((m = TAILQ_FIRST(&g->members)) != NULL) {
			TAILQ_REMOVE(&g->members, m, next);
			free(m);
		}
		group_free(g);
	}
	for (f = 0; f < FAMILY_MAX; f++) {
		slots_free(gs->slots[f].slots);
		free(gs->members[f]);
	}
	window_encoder_free(gs->encoder);
	free(gs->scratch);
	free(gs);
}

/* The records that an entry may have: itself, or its slots. */
static uint32_t
group_next(const struct group *g, uint32_t entry, uint32_t cursor)
{
	if (group_has_paths(g))
		return slots_next(g->form.slots, entry, cursor);
	return cursor == 0 ? entry : 0;
}

uint32_t
groups_told(const struct groups *gs, const struct group_asked *asked,
    uint32_t cursor, struct group_told *told)
{
	const struct member *m = group_member(gs, asked->family, asked->source);

	while (m != NULL &&
	    (cursor = group_next(m->group, asked->entry, cursor)) != 0) {
		*told = (struct group_told){ 0 };
		told->attrs =
		    adjout_find(m->group->adjout, cursor, &told->source);
		if (told->attrs == 0 || told->source == asked->source)
			continue;
		if (group_has_paths(m->group)) {
			told->path_id = cursor;
			told->received_id =
			    slots_get(m->group->form.slots, cursor)->path_id;
		}
		return cursor;
	}
	return 0;
}

enum export_reason
groups_explain(
    struct groups *gs, enum family family, uint32_t source, uint32_t entry)
{
	struct member *m = group_member(gs, family, source);
	enum export_reason reason;
	struct prefix prefix;
	uint32_t attrs, from;

	if (m == NULL)
		return EXPORT_NO_ROUTE;
	gs->scratch->outcome = (struct filter_outcome){ .filter = NULL };
	rib_prefix(gs->rib, family, entry, &prefix);
	if (group_has_paths(m->group))
		return group_paths_explain(m->group, source, entry, &prefix);
	attrs = group_export(m->group,
	    &(struct group_route){ entry, &prefix, false }, &from, &reason);
	attr_unref(rib_attrs(gs->rib), attrs);
	if (from == source)
		return EXPORT_SPLIT_HORIZON;
	return attrs != 0 && group_is_full_for(m->group, entry)
	    ? EXPORT_OUT_LIMIT
	    : reason;
}

bool
groups_is_full(const struct groups *gs, enum family family, uint32_t source)
{
	const struct member *m = group_member(gs, family, source);

	return m != NULL && m->group->waiting &&
	    adjout_count(m->group->adjout) >= m->group->key.limit;
}

const struct filter_outcome *
groups_outcome(const struct groups *gs)
{
	return &gs->scratch->outcome;
}

uint32_t
groups_told_count(const struct groups *gs, enum family family, uint32_t source)
{
	const struct member *m = group_member(gs, family, source);

	return m == NULL ? 0 : adjout_told(m->group->adjout, source);
}

size_t
groups_count(const struct groups *gs)
{
	const struct group *g;
	size_t n = 0;

	for (g = gs->list; g != NULL; g = g->next)
		n++;
	return n;
}

size_t
groups_buffers(const struct groups *gs)
{
	size_t n = window_encoder_bytes(gs->encoder);
	const struct group *g;

	for (g = gs->list; g != NULL; g = g->next)
		n += window_bytes(&g->window);
	return n;
}

size_t
groups_bytes(const struct groups *gs)
{
	size_t n = sizeof(*gs) + sizeof(*gs->scratch) + groups_buffers(gs);
	const struct group *g;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		n += mem_bytes(gs->members[f]);
		if (gs->slots[f].slots != NULL)
			n += slots_bytes(gs->slots[f].slots);
	}
	for (g = gs->list; g != NULL; g = g->next)
		n += sizeof(*g) + adjout_bytes(g->adjout);
	return n;
}
