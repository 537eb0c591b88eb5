/* SPDX-License-Identifier: ISC */
/* attribute_community.c - the lists of communities */
/*
 * Their lengths were judged by the table of attribute.c.  A list is taken as
 * it came, in its order; only large communities are looked into, for RFC 8092
 * wants duplicates gone.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/wire/attribute.h"

void
attribute_communities(struct attribute_state *s, struct span value)
{
	s->update->attrs.communities = value;
}

void
attribute_ext_communities(struct attribute_state *s, struct span value)
{
	s->update->attrs.ext_communities = value;
}

static int
large_compare(const void *a, const void *b)
{
	return memcmp(a, b, LARGE_COMMUNITY_SIZE);
}

/* Copies a list without what equals its predecessor. */
static struct span
large_unique(struct wr *w, struct span list)
{
	struct rd r = rd_of(list);
	size_t start = wr_length(w);
	struct span last = { NULL, 0 }, next;

	while (rd_left(&r) > 0) {
		next = rd_span(&r, LARGE_COMMUNITY_SIZE);
		if (last.length == 0 ||
		    large_compare(last.data, next.data) != 0)
			wr_span(w, next);
		last = next;
	}
	return wr_since(w, start);
}

static bool
large_ascends(struct span list)
{
	struct rd r = rd_of(list);
	struct span last = rd_span(&r, LARGE_COMMUNITY_SIZE), next;

	while (rd_left(&r) > 0) {
		next = rd_span(&r, LARGE_COMMUNITY_SIZE);
		if (large_compare(last.data, next.data) >= 0)
			return false;
		last = next;
	}
	return true;
}

/*
 * RFC 8092 5: duplicates go silently.  They are found by sorting, for a list
 * may have thousands of members; one that ascends has none.
 */
void
attribute_large_communities(struct attribute_state *s, struct span value)
{
	size_t start = wr_length(&s->scratch);
	uint8_t *copy = s->scratch.pos;

	if (!large_ascends(value)) {
		wr_span(&s->scratch, value);
		qsort(copy, value.length / LARGE_COMMUNITY_SIZE,
		    LARGE_COMMUNITY_SIZE, large_compare);
		value = large_unique(&s->scratch, wr_since(&s->scratch, start));
	}
	s->update->attrs.large_communities = value;
}
