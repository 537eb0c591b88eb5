/* SPDX-License-Identifier: ISC */
/* rib_candidate.c - the paths of an entry as the decision sees them */

/*
 * In come the paths of an entry, out go candidates (decide.h): whether a path
 * was let in, whether its next hop leads anywhere, and what the steps of the
 * decision compare.  A path whose next hop is reached through our own route
 * for the same prefix is not usable: it would hold itself up.
 *
 * Who tells more than the best path walks over all that are usable.  In order
 * of preference that is one decision after the other over what is left.
 *
 * The candidates are scratch of the rib, good until the next entry is asked
 * about.
 */

#include <stdlib.h>

#include "rib/aspath.h"
#include "rib/rib_private.h"

static bool
is_local(const struct rib *rib, const struct path *p)
{
	return source_is_here(source_at(rib, p->source)->identity.kind);
}

bool
path_is_reachable(
    const struct rib *rib, const struct table *t, const struct path *p)
{
	const struct nexthop_result *r;
	struct prefix prefix;

	if (is_local(rib, p))
		return true;
	if (p->nexthop == 0)
		return false;
	r = nexthop_get(rib->nexthops, p->nexthop);
	if (r->state != NEXTHOP_RESOLVED)
		return false;
	if (!r->recursive)
		return true;
	entry_prefix(t, p->entry, &prefix);
	return !nexthop_passes(rib->nexthops, p->nexthop, &prefix);
}

/* RFC 4271 9.1.1: what is not said has a value all the same. */
static void
candidate_read(const struct rib *rib, const struct path *p, struct candidate *c)
{
	const struct rib_source *source = &source_at(rib, p->source)->identity;
	struct attrs attrs;

	attr_get(rib->attrs, p->accepted, &attrs);
	c->stale = p->long_stale;
	c->external = source->kind == SOURCE_EXTERNAL;
	c->origin = attrs.origin;
	c->local_pref = attrs.has & ATTR_HAS_LOCAL_PREF ? attrs.local_pref
							: LOCAL_PREF_DEFAULT;
	c->hops = aspath_hops(attrs.as_path);
	c->neighbour_as = aspath_first(attrs.as_path);
	c->med = attrs.has & ATTR_HAS_MED ? attrs.med : 0;
	c->metric = p->nexthop != 0
	    ? nexthop_get(rib->nexthops, p->nexthop)->metric
	    : 0;
	c->identifier = attrs.has & ATTR_HAS_ORIGINATOR ? attrs.originator
							: source->identifier;
	c->clusters = (uint32_t)(attrs.cluster_list.length / 4);
	c->address = source->address;
	c->path_id = p->path_id;
}

static struct candidate
candidate_of(const struct rib *rib, const struct table *t, const struct path *p)
{
	struct candidate c = {
		.eligible = p->accepted != 0,
		.local = is_local(rib, p),
	};

	c.reachable = c.eligible && path_is_reachable(rib, t, p);
	if (c.reachable)
		candidate_read(rib, p, &c);
	return c;
}

unsigned int
candidates_fill(struct rib *rib, const struct table *t, uint32_t entry)
{
	unsigned int n = 0;
	uint32_t id;

	for (id = entry_at(t, entry)->paths; id != 0;
	     id = path_at(t, id)->next) {
		if (n == rib->ncandidates) {
			rib->ncandidates = n == 0 ? 8 : 2 * n;
			rib->candidates = xreallocarray(rib->candidates,
			    rib->ncandidates, sizeof(*rib->candidates));
		}
		rib->candidates[n++] = candidate_of(rib, t, path_at(t, id));
	}
	return n;
}

void
rib_usable(struct rib *rib, enum family f, uint32_t entry, bool ranked)
{
	const struct table *t = &rib->of[f];
	struct usable *u = &rib->usable;

	*u = (struct usable){ .table = t, .entry = entry, .winner = -1 };
	if (!ranked) {
		u->next = entry_at(t, entry)->paths;
		return;
	}
	u->count = candidates_fill(rib, t, entry);
	u->winner = decide(&rib->rules, rib->candidates, u->count);
}

/* Takes the best of what is left. */
static uint32_t
usable_ranked(struct rib *rib, struct usable *u)
{
	uint32_t id = entry_at(u->table, u->entry)->paths;
	int i;

	if (u->winner < 0)
		return 0;
	for (i = 0; i < u->winner; i++)
		id = path_at(u->table, id)->next;
	u->winner =
	    decide_next(&rib->rules, rib->candidates, u->count, u->winner);
	return id;
}

static uint32_t
usable_any(struct rib *rib, struct usable *u)
{
	const struct path *p;
	uint32_t id;

	while ((id = u->next) != 0) {
		p = path_at(u->table, id);
		u->next = p->next;
		if (p->accepted != 0 && path_is_reachable(rib, u->table, p))
			break;
	}
	return id;
}

bool
rib_usable_next(struct rib *rib, struct rib_path *out)
{
	struct usable *u = &rib->usable;
	uint32_t id = u->count > 0 ? usable_ranked(rib, u) : usable_any(rib, u);

	if (id != 0)
		path_fill(u->table, id, out);
	return id != 0;
}
