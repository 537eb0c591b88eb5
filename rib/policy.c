/* SPDX-License-Identifier: ISC */
/* policy.c - what is let in and out */

/*
 * In come a route and the chain of filters that it has to pass, out goes a
 * verdict, the rule that gave it, and the attributes as rules changed them.  A
 * filter has one of three answers: accepted, rejected, or nothing said; then
 * the next is asked, and behind the last one stands `reject`.  So an empty
 * chain lets nothing through, which is what RFC 8212 wants of an external
 * neighbor that nobody has named a filter for.
 *
 * The built-in filters are a row each: the name of the config file, and the
 * function that answers.  They change nothing about the route.  What they need
 * besides the route (the pools) is handed in and never kept; a reload hands in
 * another.
 *
 * Loops (own AS, ORIGINATOR_ID, CLUSTER_LIST) are no policy: see import.h for
 * what is refused on the way in, export.h for the way out.
 */

#include "rib/policy.h"

#include <assert.h>
#include <string.h>

typedef enum filter_verdict answer(
    const struct policy_env *, const struct filter_route *);

static enum filter_verdict
answer_all(const struct policy_env *env, const struct filter_route *route)
{
	(void)env;
	(void)route;
	return FILTER_ACCEPT;
}

static enum filter_verdict
answer_none(const struct policy_env *env, const struct filter_route *route)
{
	(void)env;
	(void)route;
	return FILTER_REJECT;
}

static enum filter_verdict
answer_own_blocks(
    const struct policy_env *env, const struct filter_route *route)
{
	(void)env;
	return route->source.kind == SOURCE_LOCAL ? FILTER_ACCEPT
						  : FILTER_NOTHING;
}

/* A pool of length 0 is no licence to send default routes about. */
static enum filter_verdict
answer_pools(const struct policy_env *env, const struct filter_route *route)
{
	size_t i;

	if (prefix_is_default(route->prefix))
		return FILTER_NOTHING;
	for (i = 0; i < env->npools; i++)
		if (prefix_contains(&env->pools[i], route->prefix))
			return FILTER_ACCEPT;
	return FILTER_NOTHING;
}

static enum filter_verdict
answer_not_default(
    const struct policy_env *env, const struct filter_route *route)
{
	(void)env;
	return prefix_is_default(route->prefix) ? FILTER_NOTHING
						: FILTER_ACCEPT;
}

static const struct {
	answer *answer;
	bool spoken; /* a config file may name it */
} answers[POLICY_BUILTIN_MAX] = {
	[POLICY_ALL] = { answer_all, true },
	[POLICY_NONE] = { answer_none, true },
	[POLICY_OWN_BLOCKS] = { answer_own_blocks, true },
	[POLICY_POOLS] = { answer_pools, true },
	[POLICY_NOT_DEFAULT] = { answer_not_default, false },
};

#define BUILTIN(which, word) \
	[which] = { .name = word, .builtin = (which) + 1, .base = (which) + 1 }

static const struct filter builtins[POLICY_BUILTIN_MAX] = {
	BUILTIN(POLICY_ALL, "all"),
	BUILTIN(POLICY_NONE, "none"),
	BUILTIN(POLICY_OWN_BLOCKS, "own-blocks"),
	BUILTIN(POLICY_POOLS, "pools"),
	BUILTIN(POLICY_NOT_DEFAULT, "not-default"),
};

static_assert(POLICY_BUILTIN_MAX < POLICY_RULES, "numbers of rules");

void
policy_judge(const struct policy *policy, const struct policy_env *env,
    const struct filter_route *route, struct attrs *attrs,
    struct filter_scratch *scratch, bool counts, struct filter_outcome *out)
{
	const struct filter *f;
	unsigned int i;

	assert(policy->count <= POLICY_CHAIN);
	*out = (struct filter_outcome){ .verdict = FILTER_NOTHING };
	for (i = 0; i < policy->count; i++) {
		f = policy->chain[i];
		if (f->builtin == 0)
			filter_judge(f, route, attrs, scratch, counts, out);
		else if ((out->verdict = answers[f->builtin - 1].answer(
			      env, route)) != FILTER_NOTHING)
			out->filter = f;
		if (out->verdict != FILTER_NOTHING)
			return;
	}
	out->verdict = FILTER_REJECT;
}

uint16_t
policy_rule(const struct filter_outcome *out)
{
	if (out->filter == NULL)
		return 0;
	return (uint16_t)(out->filter->base + out->rule);
}

unsigned int
policy_needs(const struct policy *policy)
{
	unsigned int i, needs = 0;

	for (i = 0; i < policy->count; i++)
		needs |= policy->chain[i]->needs;
	return needs;
}

bool
policy_equal(const struct policy *a, const struct policy *b)
{
	return a->count == b->count &&
	    memcmp(a->chain, b->chain, a->count * sizeof(a->chain[0])) == 0;
}

/* Those built in are constants, and nobody's. */
static struct filter *
counted(const struct filter *f)
{
	return f->builtin != 0 ? NULL : (struct filter *)(uintptr_t)f;
}

void
policy_ref(const struct policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->count; i++)
		if (counted(policy->chain[i]) != NULL)
			filter_ref(counted(policy->chain[i]));
}

void
policy_unref(const struct policy *policy)
{
	unsigned int i;

	for (i = 0; i < policy->count; i++)
		filter_unref(counted(policy->chain[i]));
}

const struct filter *
policy_builtin(enum policy_builtin b)
{
	return &builtins[b];
}

const struct filter *
policy_builtin_find(const char *word)
{
	enum policy_builtin b;

	for (b = 0; b < POLICY_BUILTIN_MAX; b++)
		if (answers[b].spoken && strcmp(builtins[b].name, word) == 0)
			return &builtins[b];
	return NULL;
}
