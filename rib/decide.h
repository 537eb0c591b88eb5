/* SPDX-License-Identifier: ISC */
/* decide.h - the decision process, RFC 4271 9.1.2 */
/*
 * Pure: candidates in, winner and the step that eliminated each loser out.
 * Steps are eliminations over the whole set in the order of enum decide_step,
 * so that the result does not depend on the order of arrival; MED is
 * compared only among candidates of the same neighbouring AS (9.1.2.2 c),
 * unless the rules say otherwise.
 */
#ifndef RIB_DECIDE_H
#define RIB_DECIDE_H

#include "rib/address.h"

enum decide_step {
	STEP_WINNER,		/* not eliminated */
	STEP_INELIGIBLE,	/* rejected by policy, or a loop: see path */
	STEP_NEXT_HOP,		/* unresolvable: 9.1.2 */
	STEP_LOCAL_ROUTE,	/* we originate the prefix ourselves */
	STEP_STALE,		/* RFC 9494 4.3: long-lived stale loses */
	STEP_LOCAL_PREF,	/* 9.1.1 */
	STEP_AS_PATH,		/* 9.1.2.2 a */
	STEP_ORIGIN,		/* b */
	STEP_MED,		/* c */
	STEP_EXTERNAL,		/* d */
	STEP_IGP_METRIC,	/* e */
	STEP_IDENTIFIER,	/* f, with ORIGINATOR_ID: RFC 4456 9 */
	STEP_CLUSTER_LIST,	/* RFC 4456 9 */
	STEP_ADDRESS,		/* g */
	STEP_PATH_ID,		/* two of one neighbour, RFC 7911 */
	STEP_MAX
};

struct candidate {
	bool		eligible;
	bool		reachable;
	bool		local;
	bool		stale;
	bool		external;
	uint8_t		origin;
	uint32_t	local_pref;
	uint32_t	hops;
	uint32_t	neighbour_as;	/* whose MED it is; 0: none */
	uint32_t	med;
	uint32_t	metric;		/* to the next hop */
	uint32_t	identifier;	/* ORIGINATOR_ID, or the peer's */
	uint32_t	clusters;	/* length of CLUSTER_LIST */
	struct address	address;	/* the peer's */
	uint32_t	path_id;

	/* Results. */
	enum decide_step step;		/* that eliminated it */
	bool		multipath;	/* equal up to STEP_IGP_METRIC */
};

/* What of it may be set; all zero is not the default, see below. */
struct decide_rules {
	bool	always_compare_med;	/* of different AS too */
	bool	multipath;		/* else the equal set is the winner */
};
extern const struct decide_rules decide_default_rules;

/* Index of the winner, or -1 when no candidate is usable. */
int		 decide(const struct decide_rules *, struct candidate *,
		    unsigned int count);
/*
 * The next best: of the same candidates without the last winner, who is not
 * eligible from now on.  So a set is ranked by asking until nobody is left,
 * each time as a whole: MED allows no shorter way (9.1.2.2 c).
 */
int		 decide_next(const struct decide_rules *, struct candidate *,
		    unsigned int count, int winner);
/* "local-pref", "as-path", ... */
const char	*decide_step_word(enum decide_step);

#endif
