/* SPDX-License-Identifier: ISC */
/* policy.c - what is let in and out */

/*
 * In come a route and the chain of filters that it has to pass, out goes a
 * verdict and the index of the filter that gave it.  A filter has one of
 * three answers: accepted, rejected, or nothing said; then the next is asked,
 * and behind the last one stands `reject`.  So an empty chain lets nothing
 * through, which is what RFC 8212 wants of an external neighbor that nobody
 * has named a filter for.
 *
 * The filters so far are the built-in ones, a row each: the name of the
 * config file, and the function that answers.  They change nothing about the
 * route.  What they need besides the route (the pools) is handed in and never
 * kept; a reload hands in another.
 *
 * Loops (own AS, ORIGINATOR_ID, CLUSTER_LIST) are no policy: see rib.h for
 * what is refused on the way in, export.h for the way out.
 */

#include "rib/policy.h"

#include <assert.h>
#include <string.h>

enum answer { ANSWER_NONE, ANSWER_ACCEPT, ANSWER_REJECT };

typedef enum answer filter(
    const struct policy_env *, const struct policy_route *);

static enum answer
filter_all(const struct policy_env *env, const struct policy_route *route)
{
	(void)env;
	(void)route;
	return ANSWER_ACCEPT;
}

static enum answer
filter_none(const struct policy_env *env, const struct policy_route *route)
{
	(void)env;
	(void)route;
	return ANSWER_REJECT;
}

static enum answer
filter_own_blocks(
    const struct policy_env *env, const struct policy_route *route)
{
	(void)env;
	return route->originated ? ANSWER_ACCEPT : ANSWER_NONE;
}

/* A pool of length 0 is no licence to send default routes about. */
static enum answer
filter_pools(const struct policy_env *env, const struct policy_route *route)
{
	size_t i;

	if (prefix_is_default(route->prefix))
		return ANSWER_NONE;
	for (i = 0; i < env->npools; i++)
		if (prefix_contains(&env->pools[i], route->prefix))
			return ANSWER_ACCEPT;
	return ANSWER_NONE;
}

static enum answer
filter_not_default(
    const struct policy_env *env, const struct policy_route *route)
{
	(void)env;
	return prefix_is_default(route->prefix) ? ANSWER_NONE : ANSWER_ACCEPT;
}

static const struct {
	const char *name;
	filter *answer;
	bool spoken; /* a config file may name it */
} builtins[POLICY_BUILTIN_MAX] = {
	[POLICY_ALL] = { "all", filter_all, true },
	[POLICY_NONE] = { "none", filter_none, true },
	[POLICY_OWN_BLOCKS] = { "own-blocks", filter_own_blocks, true },
	[POLICY_POOLS] = { "pools", filter_pools, true },
	[POLICY_NOT_DEFAULT] = { "not-default", filter_not_default, false },
};

bool
policy_accepts(const struct policy *policy, const struct policy_env *env,
    const struct policy_route *route, unsigned int *rule)
{
	enum answer answer = ANSWER_NONE;
	unsigned int i;

	assert(policy->count <= POLICY_CHAIN);
	for (i = 0; i < policy->count; i++) {
		answer = builtins[policy->chain[i]].answer(env, route);
		if (answer != ANSWER_NONE)
			break;
	}
	*rule = i;
	return answer == ANSWER_ACCEPT;
}

bool
policy_builtin_parse(const char *word, enum policy_builtin *out)
{
	enum policy_builtin b;

	for (b = 0; b < POLICY_BUILTIN_MAX; b++)
		if (builtins[b].spoken && strcmp(builtins[b].name, word) == 0) {
			*out = b;
			return true;
		}
	return false;
}

const char *
policy_builtin_name(enum policy_builtin b)
{
	return builtins[b].name;
}
