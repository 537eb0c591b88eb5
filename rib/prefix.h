/* SPDX-License-Identifier: ISC */
/* prefix.h - an address block as a value */
/* Host bits are always zero: everyone who makes a prefix masks it. */
#ifndef RIB_PREFIX_H
#define RIB_PREFIX_H

#include "rib/address.h"

#define PREFIX_STRLEN	50	/* with the NUL */

struct prefix {
	struct address	address;
	uint8_t		length;		/* in bits */
};

/* Masks the host bits away; length is cut to the family's bits. */
struct prefix	prefix_of(const struct address *, unsigned int length);

/*
 * "10.0.0.0/8".  An address alone is a host prefix.  *had_host_bits tells
 * that bits behind the length were set (may be NULL).
 */
bool	 prefix_parse(const char *, struct prefix *, bool *had_host_bits);
char	*prefix_format(const struct prefix *, char buf[PREFIX_STRLEN]);

bool	 prefix_equal(const struct prefix *, const struct prefix *);
int	 prefix_compare(const struct prefix *, const struct prefix *);
uint32_t prefix_hash(uint64_t seed, const struct prefix *);
/* True when the second lies inside the first or equals it. */
bool	 prefix_contains(const struct prefix *, const struct prefix *);
bool	 prefix_covers(const struct prefix *, const struct address *);
bool	 prefix_is_default(const struct prefix *);	/* length 0 */

#endif
