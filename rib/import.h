/* SPDX-License-Identifier: ISC */
/* import.h - what import makes of the attributes of a route */
/*
 * The twin of export.h.  Pure: attributes as they were received and who they
 * came from in; the same attributes, perhaps changed, or one reason why the
 * route is not let in, out.  This comes before any policy, which judges what
 * is left.  RFC 4271 9.1.2 and 4456 8 (loops), 4271 6.3 and 9774 (paths that are
 * no good), 9234 (roles), 8326 and 7999 (communities that ask for something).
 */
#ifndef RIB_IMPORT_H
#define RIB_IMPORT_H

#include "rib/rib.h"
#include "rib/role.h"

/* Between whom: all of a neighbor that import looks at. */
struct import_terms {
	bool		external;
	uint32_t	local_as;	/* this node's */
	uint32_t	session_as;	/* what it calls itself there */
	uint32_t	remote_as;
	unsigned int	own_as;		/* how often ours may be in a path */
	bool		reject_as_set;
	bool		enforce_first_as;
	uint32_t	identifier;	/* ours */
	uint32_t	cluster_id;	/* 0: our identifier */
	enum role	role;		/* ours towards it */
};

/* Room for lists that grow; the result borrows it. */
struct import_scratch {
	uint8_t	communities[65536];	/* more than a message has */
};

/*
 * Changes the attributes as the rules ask; *changed says whether anything
 * did.  Refused ones are to be kept as they were received, with the reason.
 */
enum rib_refusal import_attrs(const struct import_terms *,
	    struct import_scratch *, struct attrs *, bool *changed);

#endif
