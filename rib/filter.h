/* SPDX-License-Identifier: ISC */
/* filter.h - the rules that judge and change a route */
/*
 * A filter is a list of rules; a rule has conditions, which must all hold, a
 * verdict, and actions.  The first accept or reject whose conditions hold ends
 * the filter; continue acts and goes on, and what it changed is what the next
 * rule sees.  At the end nothing was said: the next filter of the chain is
 * asked (policy.h).
 *
 * Made rule by rule, then sealed: from then on it is immutable and counted,
 * but for its counters of hits, its number and its places, which only the one
 * who shows them reads.  Pure, and judging allocates nothing.
 */
#ifndef RIB_FILTER_H
#define RIB_FILTER_H

#include "rib/community_set.h"
#include "rib/prefix_set.h"

/* Who a route comes from, or what a session is. */
enum source_kind {
	SOURCE_LOCAL,		/* own blocks, announced prefixes */
	SOURCE_LEARNED,		/* routes of this node's kernel */
	SOURCE_INTERNAL,	/* iBGP, not a client */
	SOURCE_CLIENT,		/* iBGP, our reflector client */
	SOURCE_EXTERNAL
};

/* Said by this node, and by no neighbor. */
static inline bool
source_is_here(enum source_kind kind)
{
	return kind == SOURCE_LOCAL || kind == SOURCE_LEARNED;
}

enum filter_verdict {
	FILTER_NOTHING,		/* goes on: to the next rule, or filter */
	FILTER_ACCEPT,
	FILTER_REJECT
};

/* What a condition looks at. */
enum filter_kind {
	FILTER_PREFIX,
	FILTER_FAMILY,
	FILTER_COMMUNITY,
	FILTER_AS_ORIGIN,
	FILTER_AS_STARTS_WITH,
	FILTER_AS_CONTAINS,
	FILTER_AS_EXACT,
	FILTER_AS_LENGTH,
	FILTER_NEXT_HOP,
	FILTER_SOURCE,		/* who the route comes from */
	FILTER_SESSION,		/* whom the filter stands between */
	FILTER_INTERFACE,
	FILTER_PREF,
	FILTER_MED,
	FILTER_KIND_MAX
};

enum filter_party {
	FILTER_LOCAL,
	FILTER_LEARNED,
	FILTER_IBGP,
	FILTER_EBGP,
	FILTER_NEIGHBOR,	/* by name */
	FILTER_GROUP
};

/* One of the values of a condition; which members count, its kind says. */
struct filter_value {
	struct prefix_set	*prefixes;	/* PREFIX, NEXT_HOP */
	struct community_set	*communities;
	uint32_t		*as;		/* AS_*: a sequence */
	size_t			 nas;
	uint32_t		 low, high;	/* FAMILY (low), LENGTH, PREF, MED */
	enum filter_party	 party;
	char			*name;		/* of a party, or a glob */
};

/* Holds when any of its values fits, or none if negated. */
struct filter_condition {
	enum filter_kind	 kind;
	bool			 negated;
	struct filter_value	*values;
	size_t			 nvalues;
};

enum filter_action_kind {
	FILTER_SET_PREF,
	FILTER_SET_MED,
	FILTER_PREPEND,
	FILTER_ADD_COMMUNITIES,
	FILTER_REMOVE_COMMUNITIES,	/* by pattern */
	FILTER_REPLACE_COMMUNITIES,	/* all of the kinds that are named */
	FILTER_SET_NEXT_HOP,
	FILTER_ACTION_MAX
};

enum filter_hop {
	FILTER_HOP_UNSET,
	FILTER_HOP_SELF,
	FILTER_HOP_KEEP,
	FILTER_HOP_ADDRESS
};

struct filter_action {
	enum filter_action_kind	 kind;
	uint32_t		 number;	/* pref, med, AS */
	unsigned int		 times;		/* of an AS */
	enum filter_hop		 hop;
	struct address		 address;
	struct community_pattern *communities;
	size_t			 ncommunities;
};

struct filter_rule {
	enum filter_verdict	 verdict;	/* NOTHING: continue */
	struct filter_condition	*conditions;
	size_t			 nconditions;
	struct filter_action	*actions;
	size_t			 nactions;
	char			*text;		/* as a config has it */
	char			*file;
	unsigned int		 line;
};

/* What rules ask for, or do, beyond the route; bits. */
enum filter_need {
	FILTER_READS_SESSION = 1 << 0,	/* names of it */
	FILTER_READS_INTERFACE = 1 << 1,
	FILTER_READS_SOURCE = 1 << 2,	/* names of it */
	FILTER_SETS_HOP = 1 << 3	/* self or keep: for export alone */
};

struct filter {
	const char		*name;
	int			 builtin;	/* policy.c's; 0: rules */
	uint16_t		 base;		/* number of the first rule; 0: none */
	unsigned int		 refs;
	unsigned int		 needs;
	struct filter_rule	*rules;
	size_t			 nrules;
	uint64_t		*hits;		/* of each rule */
};

#define FILTER_RULES	10000u	/* at most, in all filters */

/* With one reference. */
struct filter	*filter_new(const char *name);
struct filter	*filter_ref(struct filter *);
void		 filter_unref(struct filter *);	/* NULL is ignored */
/* Until the seal.  Results live until the next call for the same filter. */
struct filter_rule *filter_rule_add(struct filter *, enum filter_verdict);
/* The one of that kind and sign, made when it is not there. */
struct filter_condition *filter_condition_add(struct filter_rule *,
		    enum filter_kind, bool negated);
/* Values, their sets and texts belong to the filter from then on. */
struct filter_value *filter_value_add(struct filter_condition *);
struct filter_action *filter_action_add(struct filter_rule *,
		    enum filter_action_kind);
void		 filter_seal(struct filter *);
/* The same name and rules, sets included; places and hits do not count. */
bool		 filter_equal(const struct filter *, const struct filter *);
/* Takes over the places of the rules of an equal one, which gets these. */
void		 filter_places_swap(struct filter *, struct filter *);
/* The rule has no conditions: nothing gets past it. */
bool		 filter_rule_is_open(const struct filter_rule *);

/* All that rules look at but the attributes. */
struct filter_who {
	enum source_kind	 kind;
	const char		*neighbor;	/* or NULL */
	const char		*group;		/* or NULL */
};
struct filter_route {
	const struct prefix	*prefix;
	struct filter_who	 source;
	struct filter_who	 session;
	const char		*interface;	/* NULL: none, or unknown */
};

/* Room for lists that grow; whoever judges has one. */
#define FILTER_ROOM	65536
struct filter_scratch {
	unsigned int	turn;			/* the as_path not in use */
	uint8_t		as_path[2][FILTER_ROOM];
	uint8_t		list[COMMUNITY_KIND_MAX][FILTER_ROOM];
};

enum filter_changed {
	FILTER_CHANGED = 1 << 0,	/* anything of the attributes */
	FILTER_CHANGED_MED = 1 << 1,
	FILTER_TOO_BIG = 1 << 2		/* a list has outgrown every message */
};

struct filter_outcome {
	enum filter_verdict	 verdict;
	const struct filter	*filter;	/* whose rule decided, or NULL */
	size_t			 rule;
	unsigned int		 changed;	/* enum filter_changed */
	enum filter_hop		 hop;		/* the last word on it */
};

/*
 * Judges by one filter of rules; goes on from the outcome of the one before.
 * attrs are changed in place, with spans in the scratch.  counts: rules whose
 * conditions hold are counted.
 */
void	filter_judge(const struct filter *, const struct filter_route *,
	    struct attrs *, struct filter_scratch *, bool counts,
	    struct filter_outcome *);

/* filter_match.c and filter_action.c, for filter.c */
bool	filter_condition_holds(const struct filter_condition *,
	    const struct filter_route *, const struct attrs *);
void	filter_act(const struct filter_action *, struct attrs *,
	    struct filter_scratch *, struct filter_outcome *);

#endif
