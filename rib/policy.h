/* SPDX-License-Identifier: ISC */
/* policy.h - what is let in and out */
/*
 * A policy is a chain of filters; the first filter that decides ends the
 * chain and its end is `reject`.  So far the filters are the built-in ones;
 * those of the config file will be rows of the same kind.  Pure.
 */
#ifndef RIB_POLICY_H
#define RIB_POLICY_H

#include "rib/attr.h"
#include "rib/prefix.h"

enum policy_builtin {
	POLICY_ALL,		/* accept everything */
	POLICY_NONE,		/* reject everything */
	POLICY_OWN_BLOCKS,	/* what this node originates */
	POLICY_POOLS,		/* inside `pools`, not shorter; no default */
	POLICY_NOT_DEFAULT,	/* everything but default routes */
	POLICY_BUILTIN_MAX
};

#define POLICY_CHAIN	8

struct policy {
	unsigned int		count;	/* 0: reject everything */
	enum policy_builtin	chain[POLICY_CHAIN];
};

/* What filters look at besides the route. */
struct policy_env {
	const struct prefix	*pools;
	size_t			 npools;
};

struct policy_route {
	const struct prefix	*prefix;
	const struct attrs	*attrs;
	bool			 originated;	/* by this node */
};

/* True: accepted.  *rule is the index that decided, or count at the end. */
bool	policy_accepts(const struct policy *, const struct policy_env *,
	    const struct policy_route *, unsigned int *rule);

/* "all", "none", "own-blocks", "pools"; false when it is none of them. */
bool		 policy_builtin_parse(const char *, enum policy_builtin *);
const char	*policy_builtin_name(enum policy_builtin);

#endif
