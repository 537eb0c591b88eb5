/* SPDX-License-Identifier: ISC */
/* aspath_match.h - does an AS_PATH look like this? */
/*
 * Paths are those of aspath.h.  What a confederation put in is looked through
 * (RFC 5065 4.1); an AS_SET is no part of a sequence, so a sequence that a
 * filter asks for never reaches over one.
 */
#ifndef RIB_ASPATH_MATCH_H
#define RIB_ASPATH_MATCH_H

#include <stdbool.h>

#include "rib/span.h"

/* The path begins with these, nearest AS first. */
bool	aspath_starts_with(struct span, const uint32_t *as, size_t count);
/* It is these and nothing else. */
bool	aspath_is(struct span, const uint32_t *as, size_t count);

#endif
