/* SPDX-License-Identifier: ISC */
/* group_explain.c - where a member stands, for people who ask */
/*
 * Nothing here is kept or changed: what shapes a member's output, and how far
 * it has heard of what its group tells.  Why a route is not told at all is
 * groups_explain's.
 */
#include "bgpd/group/group_private.h"

bool
groups_view(const struct groups *gs, enum family family, uint32_t source,
    struct group_view *view)
{
	const struct member *m = group_member(gs, family, source);

	if (m == NULL)
		return false;
	*view = (struct group_view){
		.key = &m->group->key,
		.deferred = gs->deferred[family],
		.feeding = m->group->feeding,
		.in_step = adjout_in_step(m->group->adjout, source),
	};
	return true;
}
