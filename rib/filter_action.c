/* SPDX-License-Identifier: ISC */
/* filter_action.c - what a rule does to the attributes */

/*
 * One row for each kind of action.  Attributes are a view, so a list that
 * changes is written into the scratch and the view points there; the interned
 * one is never touched.  An AS_PATH that grows twice goes from one half of the
 * scratch to the other; a list of communities is changed where it is once it
 * has been copied.  The same community is never twice in a list for our doing.
 *
 * What outgrows the scratch would fit no message either: it is marked and the
 * route goes no further.  Next hops of the words self and keep are for export
 * to make (export.c), who alone knows what they are.
 */

#include "rib/aspath.h"
#include "rib/filter.h"

#include <string.h>

typedef void act(const struct filter_action *, struct attrs *,
    struct filter_scratch *, struct filter_outcome *);

static void
act_pref(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	(void)scratch;
	attrs->has |= ATTR_HAS_LOCAL_PREF;
	attrs->local_pref = a->number;
	out->changed |= FILTER_CHANGED;
}

static void
act_med(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	(void)scratch;
	attrs->has |= ATTR_HAS_MED;
	attrs->med = a->number;
	out->changed |= FILTER_CHANGED | FILTER_CHANGED_MED;
}

static void
act_prepend(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	uint8_t *room = scratch->as_path[scratch->turn];
	size_t length;
	bool ok;

	length = aspath_prepend(
	    attrs->as_path, a->number, a->times, room, FILTER_ROOM, &ok);
	out->changed |= ok ? FILTER_CHANGED : FILTER_TOO_BIG;
	if (!ok)
		return;
	attrs->has |= ATTR_HAS_AS_PATH;
	attrs->as_path = (struct span){ room, length };
	scratch->turn = !scratch->turn;
}

/* The list in the scratch, where it may be changed. */
static struct span *
list_own(struct attrs *attrs, struct filter_scratch *scratch,
    enum community_kind kind)
{
	struct span *list = community_list(attrs, kind);
	uint8_t *room = scratch->list[kind];

	if (list->length == 0 || list->data == room)
		return list;
	if (list->length > FILTER_ROOM)
		return NULL;
	memcpy(room, list->data, list->length);
	list->data = room;
	return list;
}

/* It is no longer, or not only, what came with the Partial bit. */
static void
partial_drop(struct attrs *attrs, enum community_kind kind)
{
	static const uint32_t bits[COMMUNITY_KIND_MAX] = {
		[COMMUNITY_STANDARD] = ATTR_PARTIAL_COMMUNITIES,
		[COMMUNITY_EXTENDED] = ATTR_PARTIAL_EXT_COMMUNITIES,
		[COMMUNITY_LARGE] = ATTR_PARTIAL_LARGE_COMMUNITIES,
	};

	attrs->has &= ~bits[kind];
}

static void
community_append(const struct community_pattern *p, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	const size_t size = community_octets(p->kind);
	uint8_t *room = scratch->list[p->kind];
	struct span *list;

	if (community_pattern_matches(p, attrs))
		return;
	list = list_own(attrs, scratch, p->kind);
	if (list == NULL || list->length > FILTER_ROOM - size) {
		out->changed |= FILTER_TOO_BIG;
		return;
	}
	memcpy(room + list->length, p->bytes, size);
	*list = (struct span){ room, list->length + size };
	out->changed |= FILTER_CHANGED;
}

static void
community_strike(const struct community_pattern *p, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	const size_t size = community_octets(p->kind);
	uint8_t *room = scratch->list[p->kind];
	size_t at, kept = 0;
	struct span *list;

	if (!community_pattern_matches(p, attrs))
		return;
	out->changed |= FILTER_CHANGED;
	list = list_own(attrs, scratch, p->kind);
	if (list == NULL) {
		out->changed |= FILTER_TOO_BIG;
		return;
	}
	for (at = 0; at < list->length; at += size) {
		if (community_pattern_fits(p, room + at))
			continue;
		memmove(room + kept, room + at, size);
		kept += size;
	}
	*list = (struct span){ kept > 0 ? room : NULL, kept };
	if (kept == 0)
		partial_drop(attrs, p->kind);
}

static void
act_add(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	size_t i;

	for (i = 0; i < a->ncommunities; i++)
		community_append(&a->communities[i], attrs, scratch, out);
}

static void
act_remove(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	size_t i;

	for (i = 0; i < a->ncommunities; i++)
		community_strike(&a->communities[i], attrs, scratch, out);
}

static void
act_replace(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	size_t i;

	for (i = 0; i < a->ncommunities; i++) {
		*community_list(attrs, a->communities[i].kind) =
		    (struct span){ NULL, 0 };
		partial_drop(attrs, a->communities[i].kind);
	}
	out->changed |= FILTER_CHANGED;
	act_add(a, attrs, scratch, out);
}

static void
act_next_hop(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	(void)scratch;
	out->hop = a->hop;
	if (a->hop != FILTER_HOP_ADDRESS)
		return;
	attrs->has |= ATTR_HAS_NEXT_HOP;
	attrs->next_hop = a->address;
	attrs->link_local = (struct address){ .family = FAMILY_IPV6 };
	out->changed |= FILTER_CHANGED;
}

static act *const kinds[FILTER_ACTION_MAX] = {
	[FILTER_SET_PREF] = act_pref,
	[FILTER_SET_MED] = act_med,
	[FILTER_PREPEND] = act_prepend,
	[FILTER_ADD_COMMUNITIES] = act_add,
	[FILTER_REMOVE_COMMUNITIES] = act_remove,
	[FILTER_REPLACE_COMMUNITIES] = act_replace,
	[FILTER_SET_NEXT_HOP] = act_next_hop,
};

void
filter_act(const struct filter_action *a, struct attrs *attrs,
    struct filter_scratch *scratch, struct filter_outcome *out)
{
	kinds[a->kind](a, attrs, scratch, out);
}
