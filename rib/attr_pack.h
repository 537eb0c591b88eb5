/* SPDX-License-Identifier: ISC */
/* attr_pack.h - path attributes in as few bytes as they need */
/* For attr.c alone. */
#ifndef RIB_ATTR_PACK_H
#define RIB_ATTR_PACK_H

#include "rib/attr.h"

/* No packed form of these attributes is longer. */
size_t	attr_pack_bound(const struct attrs *);

/*
 * Writes the packed form, the same bytes for equal attributes, and returns
 * its length.  out has room for attr_pack_bound.
 */
size_t	attr_pack(const struct attrs *, uint8_t *out);

/* The view of a packed form; its spans point into it. */
void	attr_unpack(const uint8_t *packed, struct attrs *);

#endif
