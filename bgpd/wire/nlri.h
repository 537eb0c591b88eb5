/* SPDX-License-Identifier: ISC */
/* nlri.h - fields of prefixes, for use inside of wire */
#ifndef BGPD_WIRE_NLRI_H
#define BGPD_WIRE_NLRI_H

#include "bgpd/wire/update.h"

/*
 * Judges a whole field; *error gets a reset with that subcode of the UPDATE
 * error and that data when a prefix is too long or cut short, and a discard
 * when one is multicast, which update_next will pass over.
 */
void	nlri_check(const struct update_context *, const struct update_nlri *,
	    unsigned int subcode, struct span data, struct msg_error *);
/* The octets that a prefix takes. */
size_t	nlri_size(const struct update_context *, const struct prefix *);
void	nlri_encode(struct wr *, const struct update_context *,
	    const struct update_route *);

#endif
