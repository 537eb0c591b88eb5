/* SPDX-License-Identifier: ISC */
/* community.h - communities (RFC 1997), extended (4360), large (8092) */
/* Lists are their own wire form, in network order. */
#ifndef RIB_COMMUNITY_H
#define RIB_COMMUNITY_H

#include <stdbool.h>

#include "rib/span.h"

#define COMMUNITY_NO_EXPORT		0xffffff01u	/* RFC 1997 */
#define COMMUNITY_NO_ADVERTISE		0xffffff02u
#define COMMUNITY_NO_EXPORT_SUBCONFED	0xffffff03u
#define COMMUNITY_GRACEFUL_SHUTDOWN	0xffff0000u	/* RFC 8326 */
#define COMMUNITY_LLGR_STALE		0xffff0006u	/* RFC 9494 */
#define COMMUNITY_NO_LLGR		0xffff0007u
#define COMMUNITY_BLACKHOLE		0xffff029au	/* RFC 7999 */

struct community_large {
	uint32_t	part[3];
};

bool	community_has(struct span, uint32_t);
/* The list with one more at its end; false when there is no room for it. */
bool	community_add(struct span, uint32_t, uint8_t *out, size_t size,
	    size_t *length);
/* "64512:9" or a well-known name such as no-export. */
bool	community_parse(const char *, uint32_t *);
bool	community_large_parse(const char *, struct community_large *);
/* A list, separated by blanks; cut with "..." when it does not fit. */
char	*community_format(struct span, char *buf, size_t size);
char	*community_large_format(struct span, char *buf, size_t size);
char	*community_ext_format(struct span, char *buf, size_t size);
/* Drops non-transitive ones (RFC 4360 6), returns the new length. */
size_t	community_ext_transitive(struct span, uint8_t *out);
/*
 * The link bandwidth in octets a second (draft-ietf-idr-link-bandwidth), of
 * extended communities; 0 when there is none, or none that makes sense.
 */
float	community_link_bandwidth(struct span);

#endif
