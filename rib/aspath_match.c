/* SPDX-License-Identifier: ISC */
/* aspath_match.c - does an AS_PATH look like this? */

/*
 * In come a path as it is on the wire and the sequence that a filter names;
 * one pass over both, without memory.  The other questions that filters ask
 * of a path (how long, who was first, is somebody in it) are aspath.h's.
 */

#include "rib/aspath_match.h"

#include "rib/aspath.h"
#include "rib/bytes.h"

enum { SEGMENT_HEADER = 2, AS_SIZE = 4 };

/* How many of the sequence the path begins with; *whole: and that is all. */
static size_t
leading(struct span path, const uint32_t *as, size_t count, bool *whole)
{
	size_t found = 0, end, at;
	uint8_t type;

	*whole = false;
	while (path.length > 0) {
		type = path.data[0];
		end = SEGMENT_HEADER + (size_t)path.data[1] * AS_SIZE;
		if (type == ASPATH_SET)
			return found;
		if (type == ASPATH_SEQUENCE)
			for (at = SEGMENT_HEADER; at < end; at += AS_SIZE) {
				if (found == count ||
				    bytes_u32(path, at) != as[found])
					return found;
				found++;
			}
		path = bytes_from(path, end);
	}
	*whole = true;
	return found;
}

bool
aspath_starts_with(struct span path, const uint32_t *as, size_t count)
{
	bool whole;

	return leading(path, as, count, &whole) == count;
}

bool
aspath_is(struct span path, const uint32_t *as, size_t count)
{
	bool whole;

	return leading(path, as, count, &whole) == count && whole;
}
