/* SPDX-License-Identifier: ISC */
/* filters.c - the filters that are in use, and routes judged by them again */
/*
 * New input is judged by the new rules at once; what is there already is
 * judged again by a walk over the rib by entry ids, so that whatever changes
 * meanwhile cannot lead it astray.  Only paths of peers that asked for it are
 * touched (peer_reimport).  A second reload during the walk adds its peers, and
 * another walk follows.
 *
 * Numbers come from one space of 16 bits that old and new filters share while
 * the walk lasts.  FILTER_RULES bounds what one config takes, so there is room
 * for several configs; should it ever run out, the walk is finished there and
 * then, which frees all numbers but those in use.
 */
#include "bgpd/filters.h"

#include <assert.h>
#include <stdlib.h>

#include "bgpd/bgpd_private.h"
#include "rib/mem.h"

#define SLICE     500u /* entries between looks at the clock */
#define TURN_TIME 5    /* ms of a turn, about */

static_assert(POLICY_RULES + 3 * FILTER_RULES <= UINT16_MAX,
    "room for the config in use, the next, and one that retires");

/* Whether so many numbers from there on are nobody's; else where to try next.
 */
static bool
is_free(const struct filters *f, uint32_t base, size_t count, uint32_t *next)
{
	const struct filter *other;
	size_t i;

	for (i = 0; i < f->count; i++) {
		other = f->at[i];
		*next = (uint32_t)(other->base + other->nrules);
		if (base < *next && other->base < base + count)
			return false;
	}
	return true;
}

static bool
number(struct filters *f, struct filter *filter)
{
	uint32_t base = POLICY_RULES, next = base;

	while (!is_free(f, base, filter->nrules, &next))
		base = next;
	if (base + filter->nrules > UINT16_MAX)
		return false;
	filter->base = (uint16_t)base;
	f->at = xreallocarray(f->at, f->count + 1, sizeof(struct filter *));
	f->at[f->count++] = filter_ref(filter);
	return true;
}

static bool
is_in(const struct conf *conf, const struct filter *filter)
{
	size_t i;

	for (i = 0; i < conf->nfilters; i++)
		if (conf->filters[i] == filter)
			return true;
	return false;
}

/* Those that only paths still cited. */
static void
retire(struct filters *f, const struct conf *conf)
{
	size_t i, kept = 0;

	for (i = 0; i < f->count; i++)
		if (is_in(conf, f->at[i]))
			f->at[kept++] = f->at[i];
		else
			filter_unref(f->at[i]);
	f->count = kept;
}

void
filters_use(struct bgpd *b, const struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->nfilters; i++) {
		if (conf->filters[i]->base != 0)
			continue;
		if (number(&b->filters, conf->filters[i]))
			continue;
		while (filters_turn(b))
			continue;
		if (!number(&b->filters, conf->filters[i]))
			assert(!"numbers for all rules");
	}
}

/* policy_env */
static void
env_names(void *arg, uint32_t source, struct filter_who *who)
{
	const struct bgpd *b = arg;
	const struct peer *p = neighbors_by_source(b->neighbors, source);

	if (p == NULL)
		return;
	who->neighbor = conf_neighbor_known_as(peer_conf(p));
	who->group = peer_conf(p)->group;
}

/* policy_env */
static const char *
env_link(void *arg, uint32_t index)
{
	const struct bgpd *b = arg;

	return node_link_name(b->node, index);
}

void
filters_env(struct bgpd *b)
{
	b->policy = (struct policy_env){
		.pools = b->conf->pools,
		.npools = b->conf->npools,
		.names = env_names,
		.link = env_link,
		.arg = b,
	};
}

void
filters_rejudge(void *arg)
{
	struct bgpd *b = arg;
	struct filters *f = &b->filters;

	f->again |= f->walking && (f->family != FAMILY_IPV4 || f->cursor != 0);
	f->walking = true;
	bgpd_wake(b);
}

void
filters_settle(struct bgpd *b)
{
	if (!b->filters.walking)
		retire(&b->filters, b->conf);
}

static void
entry_rejudge(struct bgpd *b, const struct prefix *prefix)
{
	const struct filters *f = &b->filters;
	struct rib_path path;
	uint32_t cursor = 0;
	struct peer *p;

	while ((cursor = rib_path_next(
		    b->rib, f->family, f->cursor, cursor, &path)) != 0) {
		p = neighbors_by_source(b->neighbors, path.source);
		if (p != NULL)
			peer_rejudge(p, prefix, &path);
	}
}

/* False when it was not asked for once more meanwhile. */
static bool
walk_end(struct bgpd *b)
{
	struct filters *f = &b->filters;
	uint32_t cursor = 0;
	struct peer *p;

	f->family = FAMILY_IPV4;
	f->cursor = 0;
	f->walking = f->again;
	f->again = false;
	if (f->walking)
		return true;
	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		peer_rejudged(p);
	retire(f, b->conf);
	return false;
}

/* False at the end of the walk. */
static bool
walk_slice(struct bgpd *b)
{
	struct filters *f = &b->filters;
	struct prefix prefix;
	unsigned int n;

	for (n = 0; n < SLICE; n++) {
		f->cursor = rib_walk(b->rib, f->family, f->cursor, &prefix);
		if (f->cursor != 0)
			entry_rejudge(b, &prefix);
		else if (++f->family == FAMILY_MAX)
			return walk_end(b);
	}
	return true;
}

bool
filters_turn(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + TURN_TIME;

	if (!b->filters.walking)
		return false;
	do {
		if (!walk_slice(b))
			return false;
	} while (bgpd_now(b) < until);
	return true;
}

void
filters_clear(struct filters *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		filter_unref(f->at[i]);
	free(f->at);
	*f = (struct filters){ .at = NULL };
}

const struct filter *
filters_find(const struct filters *f, uint16_t number, size_t *rule)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (number >= f->at[i]->base &&
		    number < f->at[i]->base + f->at[i]->nrules) {
			*rule = (size_t)(number - f->at[i]->base);
			return f->at[i];
		}
	return NULL;
}
