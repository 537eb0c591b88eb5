/* SPDX-License-Identifier: ISC */
/* community_pattern.h - one community of any kind, or many by wildcard */
/*
 * A pattern is an element of a list in its wire form, and which of its bits
 * count.  Text: `64512:9`, `64512:*`, a well-known name; `64512:1:*` (large);
 * `rt:64512:1`, `soo:10.0.0.1:1`, `rt:64512:*`, `rt:*:*`, sixteen hex digits
 * behind 0x (extended).
 */
#ifndef RIB_COMMUNITY_PATTERN_H
#define RIB_COMMUNITY_PATTERN_H

#include <stdbool.h>

#include "rib/attr.h"

enum community_kind {
	COMMUNITY_STANDARD,	/* RFC 1997 */
	COMMUNITY_EXTENDED,	/* RFC 4360 */
	COMMUNITY_LARGE,	/* RFC 8092 */
	COMMUNITY_KIND_MAX
};

#define COMMUNITY_OCTETS	12	/* of the longest kind */

struct community_pattern {
	enum community_kind	kind;
	bool			wild;	/* some bits do not count */
	uint8_t			bytes[COMMUNITY_OCTETS];	/* 0 where they do not */
	uint8_t			mask[COMMUNITY_OCTETS];
};

/* 4, 8, 12 */
size_t	community_octets(enum community_kind);
/* The list of that kind. */
struct span *community_list(struct attrs *, enum community_kind);
struct span community_list_get(const struct attrs *, enum community_kind);

bool	community_pattern_parse(const char *, struct community_pattern *);
/* element: of a list of the pattern's kind */
bool	community_pattern_fits(const struct community_pattern *,
	    const uint8_t *element);
/* Any element of the list of its kind. */
bool	community_pattern_matches(const struct community_pattern *,
	    const struct attrs *);
bool	community_pattern_equal(const struct community_pattern *,
	    const struct community_pattern *);
/* By kind, bytes and mask. */
int	community_pattern_compare(const struct community_pattern *,
	    const struct community_pattern *);
#define COMMUNITY_PATTERN_STRLEN	40	/* with the NUL */
char	*community_pattern_format(const struct community_pattern *,
	    char buf[COMMUNITY_PATTERN_STRLEN]);

#endif
