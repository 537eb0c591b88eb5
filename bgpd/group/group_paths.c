/* SPDX-License-Identifier: ISC */
/* group_paths.c - groups that tell several paths of a prefix: RFC 7911 */
/*
 * In such a group a record of the adj-rib-out stands for a path and not for
 * a prefix: it is named by a slot (rib/slots.h), whose id is the identifier
 * on the wire.  All groups of a family share the slots, so a member that
 * changes group knows the paths of the new one by the names they had.
 *
 * A change of an entry is a look at all its usable paths: each is exported as
 * if it were the best one, and what was told of the entry and is no longer
 * among them is withdrawn.  With a number given the best are told that may be
 * told at all; one that the member said itself counts, because a group says
 * the same to all of its members.
 *
 * The rib speaks of paths other than the best only while somebody watches:
 * each of these groups does.
 */
#include "bgpd/group/group_private.h"

bool
group_has_paths(const struct group *g)
{
	return g->form.slots != NULL;
}

static void
entry_hold(void *arg, uint32_t entry)
{
	const struct group_slots *of = arg;

	rib_entry_hold(of->rib, of->family, entry);
}

static void
entry_release(void *arg, uint32_t entry)
{
	const struct group_slots *of = arg;

	rib_entry_release(of->rib, of->family, entry);
}

void
group_paths_begin(struct group *g)
{
	struct rib *rib = g->groups->rib;
	struct group_slots *of = &g->groups->slots[g->family];
	const struct adjout_hooks hooks = { entry_hold, entry_release, of };

	if (of->slots == NULL) {
		of->rib = rib;
		of->family = g->family;
		of->slots = slots_new(&hooks, rib_seed(rib));
	}
	g->form.slots = of->slots;
	rib_watch(rib, g->family);
}

void
group_paths_end(struct group *g)
{
	rib_unwatch(g->groups->rib, g->family);
}

/*
 * Withdraws what has no mark.  A slot may go with that, but no other one:
 * what could go before has gone.
 */
static void
unmarked_withdraw(struct group *g, uint32_t entry)
{
	struct slots *slots = g->form.slots;
	uint32_t id, next;

	for (id = slots_next(slots, entry, 0); id != 0; id = next) {
		next = slots_next(slots, entry, id);
		if (!slots_unmark(slots, id))
			group_set(g, id, 0, 0);
	}
}

static void
path_announce(struct group *g, const struct slot *slot, uint32_t attrs)
{
	struct slots *slots = g->form.slots;
	uint32_t id = slots_take(slots, slot);

	slots_mark(slots, id);
	group_set(g, id, attrs, slot->source);
	slots_give(slots, id);
}

void
group_paths_change(struct group *g, uint32_t entry, const struct prefix *prefix)
{
	const struct group_route what = { entry, prefix, true };
	struct rib *rib = g->groups->rib;
	unsigned int told = 0, most = g->key.paths;
	enum export_reason reason;
	struct rib_path path;
	struct slot slot;
	uint32_t attrs;

	rib_usable(rib, g->family, entry, most > 0);
	while ((most == 0 || told < most) && rib_usable_next(rib, &path)) {
		attrs = group_export_path(g, &what, &path, &reason);
		if (attrs == 0)
			continue;
		slot = (struct slot){ entry, path.source, path.path_id };
		path_announce(g, &slot, attrs);
		told++;
	}
	unmarked_withdraw(g, entry);
}

static bool
is_left_out(struct group *g, uint32_t entry, const struct rib_path *path)
{
	struct slots *slots = g->form.slots;
	struct slot slot = { entry, path->source, path->path_id };
	uint32_t id = slots_take(slots, &slot);
	bool out = group_is_full_for(g, id);

	slots_give(slots, id);
	return out;
}

enum export_reason
group_paths_explain(struct group *g, uint32_t member, uint32_t entry,
    const struct prefix *prefix)
{
	const struct group_route what = { entry, prefix, false };
	struct rib *rib = g->groups->rib;
	enum export_reason reason, first = EXPORT_NO_ROUTE;
	unsigned int told = 0, most = g->key.paths;
	struct rib_path path;
	uint32_t attrs;

	rib_usable(rib, g->family, entry, true);
	while ((most == 0 || told < most) && rib_usable_next(rib, &path)) {
		attrs = group_export_path(g, &what, &path, &reason);
		attr_unref(rib_attrs(rib), attrs);
		told += attrs != 0;
		if (path.source == member)
			reason = EXPORT_SPLIT_HORIZON;
		else if (attrs != 0 && is_left_out(g, entry, &path))
			reason = EXPORT_OUT_LIMIT;
		if (reason == EXPORT_OK)
			return EXPORT_OK;
		if (first == EXPORT_NO_ROUTE)
			first = reason;
	}
	return first;
}
