/* SPDX-License-Identifier: ISC */
/* prefix_set.h - a set of prefixes with ranges of lengths */
/*
 * Filled once, sealed, and immutable from then on; counted, for a config and
 * the filters of the one before it share what is equal.  100,000 entries are
 * a usual size: a few are compared one by one, many hang in a trie.
 */
#ifndef RIB_PREFIX_SET_H
#define RIB_PREFIX_SET_H

#include "rib/prefix.h"

/* What lies inside the prefix and is of a length from ge to le. */
struct prefix_range {
	struct prefix	prefix;
	uint8_t		ge;		/* prefix.length <= ge <= le */
	uint8_t		le;
};

struct prefix_set;

/* With one reference. */
struct prefix_set *prefix_set_new(void);
struct prefix_set *prefix_set_ref(struct prefix_set *);
void	 prefix_set_unref(struct prefix_set *);	/* NULL is ignored */

void	 prefix_set_add(struct prefix_set *, const struct prefix_range *);
/* Sorts, drops doubles, and makes it fit for questions. */
void	 prefix_set_seal(struct prefix_set *);

bool	 prefix_set_has(const struct prefix_set *, const struct prefix *);
size_t	 prefix_set_count(const struct prefix_set *);
/* In order; by index below the count. */
const struct prefix_range *prefix_set_at(const struct prefix_set *, size_t);
/* The same entries, in whatever order they were added. */
bool	 prefix_set_equal(const struct prefix_set *, const struct prefix_set *);
size_t	 prefix_set_bytes(const struct prefix_set *);

#define PREFIX_RANGE_STRLEN	(PREFIX_STRLEN + 16)
/* "10.0.0.0/8 ge 16 le 24", as a config has it */
char	*prefix_range_format(const struct prefix_range *,
	    char buf[PREFIX_RANGE_STRLEN]);

#endif
