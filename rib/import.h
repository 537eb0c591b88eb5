/* SPDX-License-Identifier: ISC */
/* import.h - what import makes of the attributes of a route */
/*
 * The twin of export.h.  Pure: attributes as they were received and who they
 * came from in; the same attributes, perhaps changed, or one reason why the
 * route is not let in, out.  This comes before any policy, which judges what
 * is left.  RFC 4271 9.1.2 and 4456 8 (loops), 9234 (roles).
 */
#ifndef RIB_IMPORT_H
#define RIB_IMPORT_H

#include "rib/rib.h"
#include "rib/role.h"

/* Between whom: all of a neighbor that import looks at. */
struct import_terms {
	uint32_t	local_as;
	uint32_t	remote_as;
	uint32_t	identifier;	/* ours */
	uint32_t	cluster_id;	/* 0: our identifier */
	enum role	role;		/* ours towards it */
};

/*
 * Changes the attributes as the rules ask; *changed says whether anything
 * did.  Refused ones are to be kept as they were received, with the reason.
 */
enum rib_refusal import_attrs(const struct import_terms *, struct attrs *,
	    bool *changed);

#endif
