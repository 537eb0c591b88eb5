/* SPDX-License-Identifier: ISC */
/* import.c - what import makes of the attributes of a route */

/*
 * In come the attributes of an UPDATE that the codec found sound, and the
 * terms between us and who sent it; out go the same attributes as policy and
 * decision are to see them, or the one reason why the route is of no use.
 *
 * First the loops, for a route that has been here tells nothing new: our AS in
 * the path more often than is allowed (RFC 4271 9.1.2), our identifier as who
 * brought it in, our cluster among those that it passed (RFC 4456 8).  Our AS
 * is two where this node calls itself by another one towards the neighbor.
 * Then paths that are no good: a set in them (RFC 9774 3), a first AS that is
 * not the external neighbor's (RFC 4271 6.3), but that a route server does not
 * put itself in front (RFC 7947 2.2.2.1).  Then the roles (RFC 9234 5), which
 * may refuse a route or mark it.
 *
 * Last, what communities ask for.  GRACEFUL_SHUTDOWN: the way will go soon, so
 * any other is better (RFC 8326 4.1); from inside, too, for the node that
 * drains says it to its mesh the same way.  BLACKHOLE: no business of other
 * networks, which NO_EXPORT says to all of ours (RFC 7999 3.2).
 *
 * A refused path is no error of the session.  It takes the place of what the
 * neighbor said before and is not eligible, which is what the RFCs mean by
 * "as if withdrawn"; that it is kept at all is for who asks where it went.
 */

#include "rib/import.h"

#include <assert.h>

#include "rib/aspath.h"
#include "rib/bytes.h"
#include "rib/community.h"

static bool
clusters_have(struct span list, uint32_t id)
{
	size_t at;

	for (at = 0; at < list.length; at += sizeof(id))
		if (bytes_u32(list, at) == id)
			return true;
	return false;
}

static bool
is_as_loop(const struct import_terms *terms, struct span path)
{
	unsigned int count = aspath_count(path, terms->local_as);

	if (terms->session_as != terms->local_as)
		count += aspath_count(path, terms->session_as);
	return count > terms->own_as;
}

static enum rib_refusal
find_loop(const struct import_terms *terms, const struct attrs *attrs)
{
	uint32_t cluster =
	    terms->cluster_id != 0 ? terms->cluster_id : terms->identifier;

	if (is_as_loop(terms, attrs->as_path))
		return RIB_AS_LOOP;
	if ((attrs->has & ATTR_HAS_ORIGINATOR) != 0 &&
	    attrs->originator == terms->identifier)
		return RIB_ORIGINATOR_LOOP;
	if (clusters_have(attrs->cluster_list, cluster))
		return RIB_CLUSTER_LOOP;
	return RIB_ACCEPTED;
}

static enum rib_refusal
find_fault(const struct import_terms *terms, struct span path)
{
	if (terms->reject_as_set && aspath_has_set(path))
		return RIB_AS_SET;
	if (terms->external && terms->enforce_first_as &&
	    terms->role != ROLE_RS_CLIENT &&
	    aspath_first(path) != terms->remote_as)
		return RIB_FIRST_AS;
	return RIB_ACCEPTED;
}

/* True when it was not so before. */
static bool
shut_down_gracefully(struct attrs *attrs)
{
	if (!community_has(attrs->communities, COMMUNITY_GRACEFUL_SHUTDOWN) ||
	    ((attrs->has & ATTR_HAS_LOCAL_PREF) && attrs->local_pref == 0))
		return false;
	attrs->has |= ATTR_HAS_LOCAL_PREF;
	attrs->local_pref = 0;
	return true;
}

static bool
keep_blackhole_inside(struct import_scratch *scratch, struct attrs *attrs)
{
	const struct span list = attrs->communities;
	bool ok;

	if (!community_has(list, COMMUNITY_BLACKHOLE) ||
	    community_has(list, COMMUNITY_NO_EXPORT) ||
	    community_has(list, COMMUNITY_NO_ADVERTISE))
		return false;
	ok = community_add(list, COMMUNITY_NO_EXPORT, scratch->communities,
	    sizeof(scratch->communities), &attrs->communities.length);
	assert(ok);
	attrs->communities.data = scratch->communities;
	return ok;
}

enum rib_refusal
import_attrs(const struct import_terms *terms, struct import_scratch *scratch,
    struct attrs *attrs, bool *changed)
{
	enum rib_refusal refusal = find_loop(terms, attrs);
	uint32_t before = attrs->has;

	*changed = false;
	if (refusal == RIB_ACCEPTED)
		refusal = find_fault(terms, attrs->as_path);
	if (refusal != RIB_ACCEPTED)
		return refusal;
	if (!role_import(terms->role, terms->remote_as, attrs))
		return RIB_ROUTE_LEAK;
	*changed = attrs->has != before;
	*changed |= shut_down_gracefully(attrs);
	if (terms->external)
		*changed |= keep_blackhole_inside(scratch, attrs);
	return RIB_ACCEPTED;
}
