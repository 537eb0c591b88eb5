/* SPDX-License-Identifier: ISC */
/* policy.h - what is let in and out */
/*
 * A policy is a chain of filters; the first filter that decides ends the
 * chain and its end is `reject`.  Filters are built in or come from the config
 * file (filter.h).  Pure.
 */
#ifndef RIB_POLICY_H
#define RIB_POLICY_H

#include "rib/filter.h"

enum policy_builtin {
	POLICY_ALL,		/* accept everything */
	POLICY_NONE,		/* reject everything */
	POLICY_OWN_BLOCKS,	/* what this node originates */
	POLICY_POOLS,		/* inside `pools`, not shorter; no default */
	POLICY_NOT_DEFAULT,	/* everything but default routes */
	POLICY_BUILTIN_MAX
};

#define POLICY_CHAIN	8

/* Filters are borrowed, but see policy_ref. */
struct policy {
	unsigned int		 count;	/* 0: reject everything */
	const struct filter	*chain[POLICY_CHAIN];
};

/* What filters look at besides the route. */
struct policy_env {
	const struct prefix	*pools;
	size_t			 npools;
	/*
	 * The names of a source of the rib, and of a link; may be NULL, then
	 * nobody has one.  Asked only for filters that read them.
	 */
	void		(*names)(void *arg, uint32_t source, struct filter_who *);
	const char	*(*link)(void *arg, uint32_t index);
	void		*arg;
};

/* What a route is exported from: as import left it. */
struct policy_route {
	const struct prefix	*prefix;
	const struct attrs	*attrs;
	bool			 counts;	/* hits of rules */
	/* Where the policy reads them. */
	const char		*neighbor;	/* that said it */
	const char		*group;
	const char		*interface;	/* of its next hop */
};

/*
 * One verdict for the whole chain.  attrs are changed as the rules ask, also
 * of a route that is rejected in the end; their spans may point into the
 * scratch.  counts: hits are counted, which an explanation does not want.
 */
void	 policy_judge(const struct policy *, const struct policy_env *,
	    const struct filter_route *, struct attrs *,
	    struct filter_scratch *, bool counts, struct filter_outcome *);
/*
 * The number of the rule that decided, for who keeps it: 0 at the end of the
 * chain, else from the base of its filter on.
 */
uint16_t policy_rule(const struct filter_outcome *);
#define POLICY_RULES	16u	/* the first number that is free for rules */

/* All enum filter_need of the chain. */
unsigned int policy_needs(const struct policy *);
/* The very same filters. */
bool	 policy_equal(const struct policy *, const struct policy *);
/* Holds its filters as long as somebody needs them, or lets them go. */
void	 policy_ref(const struct policy *);
void	 policy_unref(const struct policy *);

const struct filter *policy_builtin(enum policy_builtin);
/* "all", "none", "own-blocks", "pools"; NULL when it is none of them. */
const struct filter *policy_builtin_find(const char *);

#endif
