/* SPDX-License-Identifier: ISC */
/* attr.h - path attributes: a view of them, and the table that interns them */
/*
 * `struct attrs` is a view: it is what the decoder makes of an UPDATE (spans
 * borrow the message), what the exporter edits, what the encoder writes, and
 * what the table hands out (spans borrow the table).  The table keeps each
 * distinct set once, packed, immutable and counted; elsewhere a route carries
 * its 32-bit id, and equal attributes have equal ids.  Numbers are in host
 * order; spans are in wire form.
 */
#ifndef RIB_ATTR_H
#define RIB_ATTR_H

#include <stdbool.h>

#include "rib/address.h"
#include "rib/span.h"

enum attr_origin {		/* RFC 4271 4.3 */
	ORIGIN_IGP = 0,
	ORIGIN_EGP = 1,
	ORIGIN_INCOMPLETE = 2
};

/* Of a route that names none: the usual one, for no RFC does. */
#define LOCAL_PREF_DEFAULT	100u

/* Bits of attrs.has: attributes whose absence differs from zero. */
enum attr_has {
	ATTR_HAS_ORIGIN = 1 << 0,
	ATTR_HAS_AS_PATH = 1 << 1,
	ATTR_HAS_NEXT_HOP = 1 << 2,
	ATTR_HAS_MED = 1 << 3,
	ATTR_HAS_LOCAL_PREF = 1 << 4,
	ATTR_HAS_ATOMIC = 1 << 5,
	ATTR_HAS_AGGREGATOR = 1 << 6,
	ATTR_HAS_ORIGINATOR = 1 << 7,
	ATTR_HAS_OTC = 1 << 8,		/* RFC 9234 */
	/* It came with the Partial bit, which stays (RFC 4271 5). */
	ATTR_PARTIAL_AGGREGATOR = 1 << 9,
	ATTR_PARTIAL_COMMUNITIES = 1 << 10,
	ATTR_PARTIAL_EXT_COMMUNITIES = 1 << 11,
	ATTR_PARTIAL_LARGE_COMMUNITIES = 1 << 12,
	ATTR_PARTIAL_OTC = 1 << 13
};

struct attrs {
	uint32_t	has;		/* enum attr_has bits */
	uint32_t	med;
	uint32_t	local_pref;
	uint32_t	originator;	/* ORIGINATOR_ID as a number */
	uint32_t	aggregator_as;
	uint32_t	aggregator_id;	/* its address as a number */
	uint32_t	otc;
	uint8_t		origin;		/* enum attr_origin */
	struct address	next_hop;	/* the global one of RFC 2545 */
	struct address	link_local;	/* its second, unset if none */
	struct span	as_path;	/* 4-octet, see aspath.h */
	struct span	communities;
	struct span	ext_communities;
	struct span	large_communities;
	struct span	cluster_list;
	struct span	aigp;		/* its TLVs, RFC 7311 3 */
	struct span	unknown;	/* whole TLVs, ascending type, Partial set */
};

struct attr_table;

/* The seed is that of its hash, see bytes_hash.h. */
struct attr_table *attr_table_new(uint64_t seed);
void		 attr_table_free(struct attr_table *);

/*
 * The id of these attributes, with one more reference; the view is copied.
 * Ids are never 0.  Fields whose bit in `has` is not set are not looked at
 * (link_local: without a next hop), so they never make two sets differ.
 */
uint32_t attr_intern(struct attr_table *, const struct attrs *);
uint32_t attr_ref(struct attr_table *, uint32_t id);	/* returns id */
void	 attr_unref(struct attr_table *, uint32_t id);	/* 0 is ignored */
/* Fills a view whose spans live as long as the reference. */
void	 attr_get(const struct attr_table *, uint32_t id, struct attrs *);

size_t	 attr_table_bytes(const struct attr_table *);
size_t	 attr_table_count(const struct attr_table *);

#endif
