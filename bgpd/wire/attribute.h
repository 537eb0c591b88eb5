/* SPDX-License-Identifier: ISC */
/* attribute.h - path attributes on the wire, for use inside of wire */
/*
 * One attribute_state lives as long as one update_decode.  It keeps where
 * each attribute of the message lies, by type, so that they can be judged in
 * ascending order whatever order they came in, and each one once.
 */
#ifndef BGPD_WIRE_ATTRIBUTE_H
#define BGPD_WIRE_ATTRIBUTE_H

#include "bgpd/wire/update.h"

enum attribute_flag {		/* RFC 4271 4.3; the low four are unused */
	FLAG_OPTIONAL = 0x80,
	FLAG_TRANSITIVE = 0x40,
	FLAG_PARTIAL = 0x20,
	FLAG_EXTENDED = 0x10	/* the length has two octets */
};

enum attribute_type {		/* IANA's numbers */
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MED = 4,
	ATTR_LOCAL_PREF = 5,
	ATTR_ATOMIC_AGGREGATE = 6,
	ATTR_AGGREGATOR = 7,
	ATTR_COMMUNITIES = 8,		/* RFC 1997 */
	ATTR_ORIGINATOR_ID = 9,		/* RFC 4456 */
	ATTR_CLUSTER_LIST = 10,		/* RFC 4456 */
	ATTR_MP_REACH = 14,		/* RFC 4760 */
	ATTR_MP_UNREACH = 15,		/* RFC 4760 */
	ATTR_EXT_COMMUNITIES = 16,	/* RFC 4360 */
	ATTR_AS4_PATH = 17,		/* RFC 6793 */
	ATTR_AS4_AGGREGATOR = 18,	/* RFC 6793 */
	ATTR_AIGP = 26,			/* RFC 7311 */
	ATTR_LARGE_COMMUNITIES = 32,	/* RFC 8092 */
	ATTR_OTC = 35,			/* RFC 9234 */
	ATTR_KNOWN_MAX
};

#define LARGE_COMMUNITY_SIZE	12	/* RFC 8092 3 */

#define ATTRIBUTE_TYPES	256
#define ATTRIBUTE_WORDS	(ATTRIBUTE_TYPES / 64)

struct attribute_raw {
	struct span	tlv;		/* all of it */
	struct span	value;
	uint8_t		flags;
};

struct attribute_state {
	const struct update_context	*context;
	struct update			*update;
	struct wr			 scratch;
	bool				 classic_nlri;	/* there is some */
	bool				 mp_reach_nlri;	/* even foreign */
	bool				 broken;	/* the list is cut */
	uint64_t			 seen[ATTRIBUTE_WORDS];
	uint64_t			 opaque[ATTRIBUTE_WORDS]; /* go on */
	struct span			 as4_path;	/* empty when none */
	uint32_t			 as4_aggregator_as; /* 0 when none */
	uint32_t			 as4_aggregator_id;
	struct attribute_raw		 raw[ATTRIBUTE_TYPES];	/* of seen */
};

/* Decodes the list into state->update; what is wrong is in its error. */
void	attribute_list_decode(struct attribute_state *, struct span list);
bool	attribute_was_seen(const struct attribute_state *, unsigned int type);
/* Nothing but this one was seen. */
bool	attribute_is_only(const struct attribute_state *, unsigned int type);

/* The flags that a type is sent with. */
uint8_t	attribute_flags(enum attribute_type);
/* The bit of attrs.has that says to add Partial, or 0. */
uint32_t attribute_partial(enum attribute_type);

/* For the hooks of the table: this attribute is bad, as bad as its row says. */
void	attribute_bad(struct attribute_state *, enum attribute_type,
	    unsigned int subcode, const char *text);
/* It is dropped, whatever its row says. */
void	attribute_discard(struct attribute_state *, enum attribute_type,
	    unsigned int subcode, const char *text);

/* Hooks of the other attribute_*.c. */
void	attribute_as_path(struct attribute_state *, struct span);
void	attribute_aggregator(struct attribute_state *, struct span);
void	attribute_as4_path(struct attribute_state *, struct span);
void	attribute_as4_aggregator(struct attribute_state *, struct span);
void	attribute_communities(struct attribute_state *, struct span);
void	attribute_ext_communities(struct attribute_state *, struct span);
void	attribute_large_communities(struct attribute_state *, struct span);
void	attribute_aigp(struct attribute_state *, struct span);
void	attribute_mp_reach(struct attribute_state *, struct span);
void	attribute_mp_unreach(struct attribute_state *, struct span);
/* Puts what an old speaker sent in two pieces together: RFC 6793 4.2.3. */
void	attribute_as4_merge(struct attribute_state *);

#endif
