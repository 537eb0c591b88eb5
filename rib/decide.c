/* SPDX-License-Identifier: ISC */
/* decide.c - the decision process, RFC 4271 9.1.2 */

/*
 * In come the candidates of one prefix, out go the winner, the set that is
 * equal to it up to the metric, and for every other candidate the step that
 * eliminated it.  The array is the caller's; nothing is kept.
 *
 * Each step looks at all that are still in, keeps those that are best by its
 * measure and eliminates the rest; the next step sees only what is left.
 * Almost all measures are a number where less is better, so a step is a row:
 * its name and how to take that number.  Two are not: MED is compared only
 * among candidates of the same neighbouring AS (9.1.2.2 c) unless the rules
 * want it compared always, and addresses do not fit a number.
 *
 * Comparing candidates in pairs, as many speakers do, is wrong with MED: it
 * is no total order, so the outcome would depend on the order of arrival.
 * Whole-set elimination has one outcome for one set.  "Prefer the oldest"
 * (RFC 5004) is left out for the same reason.
 *
 * RFC 4271 9.1.2.2, with RFC 4456 9 (ORIGINATOR_ID, CLUSTER_LIST) and
 * RFC 9494 4.3 (long-lived stale).
 */

#include "rib/decide.h"

#define SETTLED STEP_MAX /* stays in, and MED has seen it */

const struct decide_rules decide_default_rules = {
	.always_compare_med = false,
	.multipath = true,
};

static uint32_t
rank_eligible(const struct candidate *c)
{
	return !c->eligible;
}

static uint32_t
rank_reachable(const struct candidate *c)
{
	return !c->reachable;
}

static uint32_t
rank_local(const struct candidate *c)
{
	return !c->local;
}

static uint32_t
rank_stale(const struct candidate *c)
{
	return c->stale;
}

static uint32_t
rank_local_pref(const struct candidate *c)
{
	return UINT32_MAX - c->local_pref; /* the highest wins */
}

static uint32_t
rank_hops(const struct candidate *c)
{
	return c->hops;
}

static uint32_t
rank_origin(const struct candidate *c)
{
	return c->origin;
}

static uint32_t
rank_external(const struct candidate *c)
{
	return !c->external;
}

static uint32_t
rank_metric(const struct candidate *c)
{
	return c->metric;
}

static uint32_t
rank_med(const struct candidate *c)
{
	return c->med;
}

static uint32_t
rank_identifier(const struct candidate *c)
{
	return c->identifier;
}

static uint32_t
rank_clusters(const struct candidate *c)
{
	return c->clusters;
}

static uint32_t
rank_path_id(const struct candidate *c)
{
	return c->path_id;
}

/* In the order of elimination; no rank, or MED's: see eliminate. */
static const struct {
	const char *word;
	uint32_t (*rank)(const struct candidate *);
	bool absolute; /* a rank above 0 is out, even if nobody is better */
} steps[STEP_MAX] = {
	[STEP_WINNER] = { "best", NULL, false },
	[STEP_INELIGIBLE] = { "not-accepted", rank_eligible, true },
	[STEP_NEXT_HOP] = { "next-hop", rank_reachable, true },
	[STEP_LOCAL_ROUTE] = { "local-route", rank_local, false },
	[STEP_STALE] = { "stale", rank_stale, false },
	[STEP_LOCAL_PREF] = { "local-pref", rank_local_pref, false },
	[STEP_AS_PATH] = { "as-path", rank_hops, false },
	[STEP_ORIGIN] = { "origin", rank_origin, false },
	[STEP_MED] = { "med", rank_med, false },
	[STEP_EXTERNAL] = { "external", rank_external, false },
	[STEP_IGP_METRIC] = { "igp-metric", rank_metric, false },
	[STEP_IDENTIFIER] = { "identifier", rank_identifier, false },
	[STEP_CLUSTER_LIST] = { "cluster-list", rank_clusters, false },
	[STEP_ADDRESS] = { "address", NULL, false },
	[STEP_PATH_ID] = { "path-id", rank_path_id, false },
};

static void
eliminate_by_rank(
    struct candidate *c, unsigned int count, enum decide_step step)
{
	uint32_t best = steps[step].absolute ? 0 : UINT32_MAX;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER && steps[step].rank(&c[i]) < best)
			best = steps[step].rank(&c[i]);
	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER && steps[step].rank(&c[i]) > best)
			c[i].step = step;
}

/*
 * RFC 4271 9.1.2.2 c, for the neighbouring AS of one candidate.  Empty paths
 * count as one AS, our own.
 */
static void
eliminate_by_med_of(struct candidate *c, unsigned int count, uint32_t as)
{
	uint32_t best = UINT32_MAX;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER && c[i].neighbour_as == as &&
		    c[i].med < best)
			best = c[i].med;
	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER && c[i].neighbour_as == as)
			c[i].step = c[i].med > best ? STEP_MED : SETTLED;
}

static void
eliminate_by_med(struct candidate *c, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER)
			eliminate_by_med_of(c, count, c[i].neighbour_as);
	for (i = 0; i < count; i++)
		if (c[i].step == SETTLED)
			c[i].step = STEP_WINNER;
}

static void
eliminate_by_address(struct candidate *c, unsigned int count)
{
	const struct address *best = NULL;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER &&
		    (best == NULL || address_compare(&c[i].address, best) < 0))
			best = &c[i].address;
	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER &&
		    !address_equal(&c[i].address, best))
			c[i].step = STEP_ADDRESS;
}

static void
eliminate(const struct decide_rules *rules, struct candidate *c,
    unsigned int count, enum decide_step step)
{
	if (step == STEP_MED && !rules->always_compare_med)
		eliminate_by_med(c, count);
	else if (step == STEP_ADDRESS)
		eliminate_by_address(c, count);
	else
		eliminate_by_rank(c, count, step);
}

/* How many are still in; *first is the first of them. */
static unsigned int
remaining(const struct candidate *c, unsigned int count, int *first)
{
	unsigned int i, n = 0;

	*first = -1;
	for (i = 0; i < count; i++) {
		if (c[i].step != STEP_WINNER)
			continue;
		if (n++ == 0)
			*first = (int)i;
	}
	return n;
}

static void
multipath_set(struct candidate *c, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		c[i].multipath = c[i].step == STEP_WINNER;
}

int
decide(
    const struct decide_rules *rules, struct candidate *c, unsigned int count)
{
	unsigned int i, left = count;
	enum decide_step step;
	int first = -1;

	for (i = 0; i < count; i++)
		c[i].step = STEP_WINNER;
	for (step = STEP_INELIGIBLE; step < STEP_MAX; step++) {
		if (left > 1 || steps[step].absolute) {
			eliminate(rules, c, count, step);
			left = remaining(c, count, &first);
		}
		if (step == STEP_IGP_METRIC)
			multipath_set(c, count);
	}
	/* Alike in everything, the first stands: it is the same route. */
	for (i = 0; i < count; i++)
		if (c[i].step == STEP_WINNER && (int)i != first)
			c[i].step = STEP_PATH_ID;
	if (!rules->multipath)
		multipath_set(c, count);
	return first;
}

int
decide_next(const struct decide_rules *rules, struct candidate *c,
    unsigned int count, int winner)
{
	c[winner].eligible = false;
	return decide(rules, c, count);
}

const char *
decide_step_word(enum decide_step step)
{
	return steps[step].word;
}
