/* SPDX-License-Identifier: ISC */
/* role.h - who is above whom, and routes that only go down: RFC 9234 */
/*
 * A role is this node's towards a neighbor: `customer` means that the
 * neighbor is our provider.  The attribute OTC (only to customer) marks a
 * route that went down or sideways once and must not go up again.  Pure.
 */
#ifndef RIB_ROLE_H
#define RIB_ROLE_H

#include "rib/attr.h"
#include "rib/symbol.h"

enum role {
	ROLE_NONE,		/* not said: no rule applies */
	ROLE_PROVIDER,
	ROLE_RS,		/* route server */
	ROLE_RS_CLIENT,
	ROLE_CUSTOMER,
	ROLE_PEER,
	ROLE_MAX
};

/* "none", "provider", "rs", ... */
extern const struct symbol role_words[];

/* The octet of the capability (4.1), and back; ROLE_MAX for another one. */
uint8_t		 role_code(enum role);
enum role	 role_of_code(uint8_t);
/* May two neighbors with these roles meet (4.2)? */
bool		 role_fits(enum role ours, enum role theirs);

/*
 * A route that came from a neighbor, or would go to it (5): marked where the
 * rules ask for it; false when they forbid it, a route leak.
 */
bool		 role_import(enum role ours, uint32_t remote_as,
		    struct attrs *);
bool		 role_export(enum role ours, uint32_t local_as,
		    struct attrs *);

#endif
