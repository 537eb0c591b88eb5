/* SPDX-License-Identifier: ISC */
/* aspath_private.h - the segments of a path, for aspath*.c */
#ifndef RIB_ASPATH_PRIVATE_H
#define RIB_ASPATH_PRIVATE_H

#include "rib/aspath.h"

enum {
	SEGMENT_HEADER = 2,	/* octets: type, count */
	SEGMENT_MAX = 255,	/* ASes in one */
	AS_SIZE = 4
};

struct segment_kind {
	const char	*open;
	const char	*close;
	bool		 is_set;
	bool		 is_confed;
};

/* A segment of a path that was checked. */
struct segment {
	const struct segment_kind	*kind;
	uint8_t				 type;
	unsigned int			 count;
	unsigned int			 octets;	/* of one number */
	struct span			 numbers;
};

/* Cuts the first segment off the path; false at the end. */
bool	 segment_cut(struct span *path, unsigned int octets, struct segment *);
bool	 segment_next(struct span *path, struct segment *);	/* of ours */
uint32_t segment_as(const struct segment *, unsigned int i);

#endif
