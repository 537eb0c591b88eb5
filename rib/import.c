/* SPDX-License-Identifier: ISC */
/* import.c - what import makes of the attributes of a route */

/*
 * In come the attributes of an UPDATE that the codec found sound, and the
 * terms between us and who sent it; out go the same attributes as policy and
 * decision are to see them, or the one reason why the route is of no use.
 *
 * First the loops, for a route that has been here tells nothing new: our AS in
 * the path (RFC 4271 9.1.2), our identifier as who brought it in, our cluster
 * among those that it passed (RFC 4456 8).  Then the roles (RFC 9234 5), which
 * may refuse a route or mark it.
 *
 * A refused path is no error of the session.  It takes the place of what the
 * neighbor said before and is not eligible, which is what the RFCs mean by
 * "as if withdrawn"; that it is kept at all is for who asks where it went.
 */

#include "rib/import.h"

#include "rib/aspath.h"
#include "rib/bytes.h"

static bool
clusters_have(struct span list, uint32_t id)
{
	size_t at;

	for (at = 0; at < list.length; at += sizeof(id))
		if (bytes_u32(list, at) == id)
			return true;
	return false;
}

static enum rib_refusal
find_loop(const struct import_terms *terms, const struct attrs *attrs)
{
	uint32_t cluster =
	    terms->cluster_id != 0 ? terms->cluster_id : terms->identifier;

	if (aspath_count(attrs->as_path, terms->local_as) > 0)
		return RIB_AS_LOOP;
	if ((attrs->has & ATTR_HAS_ORIGINATOR) != 0 &&
	    attrs->originator == terms->identifier)
		return RIB_ORIGINATOR_LOOP;
	if (clusters_have(attrs->cluster_list, cluster))
		return RIB_CLUSTER_LOOP;
	return RIB_ACCEPTED;
}

enum rib_refusal
import_attrs(
    const struct import_terms *terms, struct attrs *attrs, bool *changed)
{
	enum rib_refusal refusal = find_loop(terms, attrs);
	uint32_t before = attrs->has;

	*changed = false;
	if (refusal != RIB_ACCEPTED)
		return refusal;
	if (!role_import(terms->role, terms->remote_as, attrs))
		return RIB_ROUTE_LEAK;
	*changed = attrs->has != before;
	return RIB_ACCEPTED;
}
