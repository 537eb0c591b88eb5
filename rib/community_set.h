/* SPDX-License-Identifier: ISC */
/* community_set.h - a set of communities of all kinds */
/*
 * Like prefix_set.h: filled once, sealed, immutable, counted.  Whole
 * communities are found by hash, those with wildcards one by one.
 */
#ifndef RIB_COMMUNITY_SET_H
#define RIB_COMMUNITY_SET_H

#include "rib/community_pattern.h"

struct community_set;

/* With one reference. */
struct community_set *community_set_new(void);
struct community_set *community_set_ref(struct community_set *);
void	 community_set_unref(struct community_set *);	/* NULL is ignored */

void	 community_set_add(struct community_set *,
	    const struct community_pattern *);
/* Sorts, drops doubles, and makes it fit for questions. */
void	 community_set_seal(struct community_set *);

/* Whether any community of these attributes is in the set. */
bool	 community_set_matches(const struct community_set *,
	    const struct attrs *);
/* element: of a list of that kind. */
bool	 community_set_has(const struct community_set *, enum community_kind,
	    const uint8_t *element);
size_t	 community_set_count(const struct community_set *);
/* In order; by index below the count. */
const struct community_pattern *community_set_at(const struct community_set *,
	    size_t);
bool	 community_set_equal(const struct community_set *,
	    const struct community_set *);
size_t	 community_set_bytes(const struct community_set *);

#endif
