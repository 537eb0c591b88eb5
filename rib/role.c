/* SPDX-License-Identifier: ISC */
/* role.c - who is above whom, and routes that only go down: RFC 9234 */

/*
 * In come this node's role towards a neighbor and the attributes of a route;
 * out come the same attributes, perhaps with OTC, or "no".  The rules of
 * section 5 in the order of the RFC: on the way in, a marked route from below
 * is a leak, and so is one from a peer that somebody else has marked; what
 * comes from above or from a peer is marked with the neighbor's AS.  On the
 * way out, what goes down or to a peer is marked with our own AS, and what is
 * marked goes nowhere else.  An OTC that is there is never changed.
 *
 * A row for each role: its word, the only role that the other side may have,
 * and which of the four rules apply.  Without a role none does.
 */

#include "rib/role.h"

#include <assert.h>

enum mark {
	MARK_FINE,
	MARK_FOREIGN_LEAKS, /* unless it is the neighbor's own */
	MARK_LEAKS
};

static const struct row {
	enum role other;
	enum mark marked_in;
	bool marks_in;
	bool holds_marked; /* not sent */
	bool marks_out;
} rows[ROLE_MAX] = {
	[ROLE_NONE] = { ROLE_NONE, MARK_FINE, false, false, false },
	[ROLE_PROVIDER] = { ROLE_CUSTOMER, MARK_LEAKS, false, false, true },
	[ROLE_RS] = { ROLE_RS_CLIENT, MARK_LEAKS, false, false, true },
	[ROLE_RS_CLIENT] = { ROLE_RS, MARK_FINE, true, true, false },
	[ROLE_CUSTOMER] = { ROLE_PROVIDER, MARK_FINE, true, true, false },
	[ROLE_PEER] = { ROLE_PEER, MARK_FOREIGN_LEAKS, true, true, true },
};

const struct symbol role_words[] = {
	{ "none", ROLE_NONE },
	{ "provider", ROLE_PROVIDER },
	{ "rs", ROLE_RS },
	{ "rs-client", ROLE_RS_CLIENT },
	{ "customer", ROLE_CUSTOMER },
	{ "peer", ROLE_PEER },
	{ NULL, 0 },
};

/* IANA numbers them from 0, in this order. */
uint8_t
role_code(enum role role)
{
	assert(role > ROLE_NONE && role < ROLE_MAX);
	return (uint8_t)(role - 1);
}

enum role
role_of_code(uint8_t code)
{
	return code < ROLE_MAX - 1 ? (enum role)(code + 1) : ROLE_MAX;
}

bool
role_fits(enum role ours, enum role theirs)
{
	return ours < ROLE_MAX && rows[ours].other == theirs;
}

static void
mark(struct attrs *attrs, uint32_t as)
{
	attrs->has |= ATTR_HAS_OTC;
	attrs->otc = as;
}

bool
role_import(enum role ours, uint32_t remote_as, struct attrs *attrs)
{
	const struct row *row = &rows[ours];

	if ((attrs->has & ATTR_HAS_OTC) == 0) {
		if (row->marks_in)
			mark(attrs, remote_as);
		return true;
	}
	return row->marked_in == MARK_FINE ||
	    (row->marked_in == MARK_FOREIGN_LEAKS && attrs->otc == remote_as);
}

bool
role_export(enum role ours, uint32_t local_as, struct attrs *attrs)
{
	const struct row *row = &rows[ours];

	if ((attrs->has & ATTR_HAS_OTC) != 0)
		return !row->holds_marked;
	if (row->marks_out)
		mark(attrs, local_as);
	return true;
}
