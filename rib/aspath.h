/* SPDX-License-Identifier: ISC */
/* aspath.h - AS_PATH (RFC 4271 4.3, 9.1.2.2; RFC 5065; RFC 6793) */
/*
 * A path is its own wire form with 4-octet AS numbers: segments of
 * {type, count, count x AS}, in network order.  Every function but
 * aspath_check expects a path that aspath_check accepted.
 */
#ifndef RIB_ASPATH_H
#define RIB_ASPATH_H

#include <stdbool.h>

#include "rib/span.h"

enum aspath_segment {		/* RFC 4271 4.3, RFC 5065 3 */
	ASPATH_SET = 1,
	ASPATH_SEQUENCE = 2,
	ASPATH_CONFED_SEQUENCE = 3,
	ASPATH_CONFED_SET = 4
};

#define AS_TRANS	23456u		/* RFC 6793 */
#define AS_PRIVATE_FIRST	64512u		/* RFC 6996 5 */
#define AS_PRIVATE_LAST		65534u
#define AS_PRIVATE_WIDE_FIRST	4200000000u
#define AS_PRIVATE_WIDE_LAST	4294967294u

enum aspath_verdict {
	ASPATH_OK,
	ASPATH_TRUNCATED,	/* a segment runs past the end, or is left over */
	ASPATH_EMPTY_SEGMENT,
	ASPATH_BAD_SEGMENT,	/* unknown type */
	ASPATH_CONFED,		/* a confederation segment; sound otherwise */
	ASPATH_AS_ZERO		/* RFC 7607 */
};

/* octets: of one AS number on the wire, 2 or 4. */
enum aspath_verdict aspath_check(struct span, unsigned int octets);

/* Hops for the decision: a set counts as one, confederation segments none. */
unsigned int aspath_hops(struct span);
/* How often the AS stands in the path. */
unsigned int aspath_count(struct span, uint32_t as);
/* The neighbouring AS: first of a leading sequence, else 0. */
uint32_t aspath_first(struct span);
/* The origin AS: last of a trailing sequence, else 0. */
uint32_t aspath_origin(struct span);
/* Any AS over 65535, so that AS4_PATH is needed towards an old speaker. */
bool	 aspath_is_wide(struct span);
bool	 aspath_has_confed(struct span);
/* An AS_SET or AS_CONFED_SET: RFC 9774. */
bool	 aspath_has_set(struct span);
/* RFC 6996 5: nobody's in particular. */
bool	 as_is_private(uint32_t);

/*
 * The rest write the new path to out (never more than size) and return
 * its length, or 0 with *ok false when it does not fit.
 */
/* Prepends an AS; starts a new segment when the first is full (255). */
size_t	 aspath_prepend(struct span, uint32_t as, unsigned int times,
	    uint8_t *out, size_t size, bool *ok);
/* 2-octet wire path to ours. */
size_t	 aspath_widen(struct span narrow, uint8_t *out, size_t size, bool *ok);
/* Ours to 2 octets, AS_TRANS where it does not fit. */
size_t	 aspath_narrow(struct span, uint8_t *out, size_t size, bool *ok);
/* AS_PATH (already widened) and AS4_PATH into one: RFC 6793 4.2.3. */
size_t	 aspath_merge(struct span as_path, struct span as4_path, uint8_t *out,
	    size_t size, bool *ok);
/* The last three may be written over the path itself. */
/* The path without its confederation segments: RFC 5065 4.1, RFC 6793 3. */
size_t	 aspath_strip_confed(struct span, uint8_t *out, size_t size, bool *ok);
/* Without private AS numbers, but for `but`; 0: without exception. */
size_t	 aspath_strip_private(struct span, uint32_t but, uint8_t *out,
	    size_t size, bool *ok);
/* With one AS in place of another, wherever it stands. */
size_t	 aspath_replace(struct span, uint32_t as, uint32_t by, uint8_t *out,
	    size_t size, bool *ok);

/* "64512 65001 {1 2} (3 4)"; cut with "..." when it does not fit. */
char	*aspath_format(struct span, char *buf, size_t size);

/* AS numbers: plain or asdot; 0 is refused. */
bool	 as_parse(const char *, uint32_t *);

#endif
