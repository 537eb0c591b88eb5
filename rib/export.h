/* SPDX-License-Identifier: ISC */
/* export.h - what of a route is told to a kind of peer, and in which form */
/*
 * Pure: the route, where it came from and who would hear it in; attributes as
 * they go out, or one reason why not, out.  RFC 4271 5.1, 9.2; 1997; 4456
 * (reflection); 2545 (IPv6 next hops); 8326 (a node that drains); 9234 (roles);
 * 7311 (AIGP); 6793 is the codec's business.
 */
#ifndef RIB_EXPORT_H
#define RIB_EXPORT_H

#include "rib/drain.h"
#include "rib/filter.h"
#include "rib/policy.h"
#include "rib/role.h"

enum export_reason {
	EXPORT_OK,
	EXPORT_NO_ROUTE,		/* nothing usable for the prefix */
	EXPORT_SPLIT_HORIZON,		/* it came from that neighbour */
	EXPORT_INTERNAL_ONLY,		/* iBGP to iBGP, nobody a client */
	EXPORT_NO_ADVERTISE,		/* RFC 1997 */
	EXPORT_NO_EXPORT,
	EXPORT_FILTERED,		/* by the export policy */
	EXPORT_NO_NEXT_HOP,		/* no address of ours in that family */
	EXPORT_LONG_LIVED_STALE,	/* RFC 9494 4.3: it cannot tell */
	EXPORT_ONLY_TO_CUSTOMER,	/* RFC 9234 5, and it is none */
	EXPORT_TOO_BIG,			/* does not fit the peer's messages */
	EXPORT_OUT_LIMIT,		/* max-prefix-out others are told */
	EXPORT_DRAINED,			/* this node is drained */
	EXPORT_NOT_INSTALLED,		/* the kernel has not said yes yet */
	EXPORT_KERNEL_REFUSED,		/* it said no */
	EXPORT_REASON_MAX
};

/* Whose address the next hop is, where the family lets it. */
enum export_hop {
	EXPORT_HOP_AUTO,		/* by the usual rules */
	EXPORT_HOP_SELF,		/* ours, always */
	EXPORT_HOP_KEEP			/* theirs, but for our own routes */
};

/* Where the route comes from. */
struct export_source {
	enum source_kind	kind;
	uint32_t		identifier;	/* of the peer, for ORIGINATOR_ID */
};

/* All that shapes what a group of peers hears. */
struct export_target {
	enum source_kind	kind;		/* INTERNAL, CLIENT or EXTERNAL */
	enum family		family;
	uint32_t		local_as;	/* what we call ourselves there */
	uint32_t		remote_as;
	uint32_t		identifier;	/* ours */
	uint32_t		cluster_id;	/* 0: our identifier */
	bool			reflector;	/* we have clients */
	struct address		self;		/* our next hop of this family */
	struct address		self_link_local;	/* RFC 2545, or unset */
	bool			extended_next_hop;
	bool			shared_subnet_ok;	/* third party allowed */
	enum export_hop		hop;
	bool			as_override;		/* its AS by ours */
	bool			remove_private_as;
	enum role		role;		/* ours towards it */
	bool			long_lived;	/* it announced RFC 9494's */
	enum drain		drain;		/* RFC 8326 */
	struct policy		policy;
	const char		*neighbor;	/* NULL unless it reads them */
	const char		*group;
};

/* Room for paths that grow; the result borrows it. */
struct export_scratch {
	uint8_t	as_path[65536];
	uint8_t	old_path[65536];	/* what ours goes in front of */
	uint8_t	cluster_list[4096];
	uint8_t	ext_communities[65536];
	uint8_t	communities[65536];
	struct filter_scratch	filter;
	/* What the policy said, if it was asked. */
	struct filter_outcome	outcome;
};

/*
 * Fills *out from the imported attributes, or says why not.  third_party:
 * the next hop of the route lies on the subnet shared with the target.
 */
enum export_reason export_route(const struct export_target *,
	    const struct export_source *, const struct policy_env *,
	    const struct policy_route *, bool third_party,
	    struct export_scratch *, struct attrs *out);

const char	*export_reason_word(enum export_reason);
/* The same in a sentence, for "it is not told: ...". */
const char	*export_reason_text(enum export_reason);

#endif
