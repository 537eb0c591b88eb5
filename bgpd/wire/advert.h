/* SPDX-License-Identifier: ISC */
/* advert.h - router advertisements and solicitations, as bytes */
/*
 * The two messages of neighbour discovery (RFC 4861) by which routers on a
 * cable find each other: an advertisement (6.1.2) says that there is a
 * router, a solicitation (6.1.1) asks who is.  In comes an ICMPv6 message
 * with what the IPv6 header said of it, out comes whether a host may believe
 * it, by all the checks that the RFC makes a duty but that of the checksum,
 * which the kernel has done.  What an advertisement tells hosts (prefixes, a
 * lifetime) is of no interest here, so options are only walked through.
 *
 * What is made here tells hosts nothing either: lifetime 0 (4.2), no options.
 */
#ifndef BGPD_WIRE_ADVERT_H
#define BGPD_WIRE_ADVERT_H

#include "bgpd/wire/buf.h"
#include "rib/address.h"

#define ADVERT_TYPE_SOLICIT	133	/* ICMPv6 */
#define ADVERT_TYPE_ROUTER	134
#define ADVERT_HOP_LIMIT	255	/* RFC 4861 6.1: from this link */
#define ADVERT_SIZE		16	/* of the longer one, as made here */

enum advert_kind {
	ADVERT_SOLICIT,
	ADVERT_ROUTER,
	ADVERT_KIND_MAX
};

/* What the header in front of a message said. */
struct advert_header {
	struct address	from;
	unsigned int	hop_limit;
};

/* NULL when it is good, else what is wrong with it, in a few words. */
const char	*advert_decode(struct span, const struct advert_header *,
		    enum advert_kind *);
/* The checksum is left to the kernel. */
void		 advert_encode(struct wr *, enum advert_kind);

#endif
