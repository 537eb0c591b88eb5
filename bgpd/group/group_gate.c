/* SPDX-License-Identifier: ISC */
/* group_gate.c - what is not told before this node can forward it */
/*
 * A route that is told with this node as its next hop draws traffic here.  So
 * a prefix that a group has not told waits until the gate opens for it: the
 * kernel has a route.  What is told already does not wait when it changes, nor
 * does a withdrawal; a route of this node's own is no matter of forwarding;
 * one whose next hop stays somebody else's draws nothing, so a plain reflector
 * is never held up, and the gate is not even asked.
 *
 * Nothing is kept of what waits: the change is dropped, and groups_opened
 * makes it again.  End-of-RIB stands behind all that has no verdict yet; what
 * was refused is told when it is mended, if ever.
 */
#include "bgpd/group/group_private.h"

static bool
has_told(const struct group *g, uint32_t entry)
{
	uint32_t source, id;

	if (!group_has_paths(g))
		return adjout_find(g->adjout, entry, &source) != 0;
	for (id = slots_next(g->form.slots, entry, 0); id != 0;
	     id = slots_next(g->form.slots, entry, id))
		if (adjout_find(g->adjout, id, &source) != 0)
			return true;
	return false;
}

/* Is it usual that the group sets next hop self on others' routes? */
static bool
sets_self(const struct group *g)
{
	const struct export_target *t = &g->key.target;

	return t->kind == SOURCE_EXTERNAL || t->hop == EXPORT_HOP_SELF ||
	    (policy_needs(&t->policy) & FILTER_SETS_HOP) != 0;
}

static enum group_gate
judge(struct group *g, const struct group_route *route)
{
	const struct groups_gate *gate = &g->groups->gate;

	if (gate->judge == NULL || has_told(g, route->entry))
		return GROUP_GATE_OPEN;
	return gate->judge(gate->arg, route->prefix);
}

bool
group_gate_counts(struct group *g, const struct group_route *route)
{
	return route->counts &&
	    (!sets_self(g) || judge(g, route) == GROUP_GATE_OPEN);
}

enum export_reason
group_gate_judge(struct group *g, const struct group_route *route,
    enum source_kind from, const struct attrs *out)
{
	static const enum export_reason reasons[] = {
		[GROUP_GATE_OPEN] = EXPORT_OK,
		[GROUP_GATE_WAITS] = EXPORT_NOT_INSTALLED,
		[GROUP_GATE_REFUSED] = EXPORT_KERNEL_REFUSED,
	};

	if (source_is_here(from) ||
	    !address_equal(&out->next_hop, &g->key.target.self))
		return EXPORT_OK;
	return reasons[judge(g, route)];
}

bool
group_gate_waits(const struct group *g)
{
	const struct groups_gate *gate = &g->groups->gate;

	return gate->judge != NULL && sets_self(g) &&
	    gate->waits(gate->arg, g->family);
}

void
groups_opened(struct groups *gs, enum family family, uint32_t entry,
    const struct prefix *prefix)
{
	struct group *g;

	for (g = gs->list; g != NULL; g = g->next)
		if (g->family == family && !has_told(g, entry))
			group_change(g, entry, prefix);
}

void
groups_set_gate(struct groups *gs, const struct groups_gate *gate)
{
	static const struct groups_gate none = { .judge = NULL };

	gs->gate = gate == NULL ? none : *gate;
	groups_policy(gs, gs->policy);
}
