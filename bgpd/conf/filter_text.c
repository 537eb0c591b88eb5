/* SPDX-License-Identifier: ISC */
/* filter_text.c - filters and sets as the text of a config, and differences */

/*
 * Rules are written as the words that they were read from.  A difference says
 * what has changed in a filter, or in a set that filters name, at a cost of
 * nothing: the routes that are judged again are those of the neighbors that
 * use it, and each of these says so itself (way.c compares what a filter does,
 * not what it is called).
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/filter.h"

void
conf_filters_format(const struct conf *conf, FILE *out)
{
	char range[PREFIX_RANGE_STRLEN], pattern[COMMUNITY_PATTERN_STRLEN];
	const struct community_set *communities;
	const struct prefix_set *prefixes;
	size_t i, j;

	for (i = 0; i < conf->nprefix_sets; i++) {
		prefixes = conf->prefix_sets[i].set;
		fputs("\nprefix-set ", out);
		conf_name_print(conf->prefix_sets[i].name, out);
		fputs(" {\n", out);
		for (j = 0; j < prefix_set_count(prefixes); j++)
			fprintf(out, "    %s\n",
			    prefix_range_format(
				prefix_set_at(prefixes, j), range));
		fputs("}\n", out);
	}
	for (i = 0; i < conf->ncommunity_sets; i++) {
		communities = conf->community_sets[i].set;
		fputs("\ncommunity-set ", out);
		conf_name_print(conf->community_sets[i].name, out);
		fputs(" {\n", out);
		for (j = 0; j < community_set_count(communities); j++)
			fprintf(out, "    %s\n",
			    community_pattern_format(
				community_set_at(communities, j), pattern));
		fputs("}\n", out);
	}
	for (i = 0; i < conf->nfilters; i++) {
		fputs("\nfilter ", out);
		conf_name_print(conf->filters[i]->name, out);
		fputs(" {\n", out);
		for (j = 0; j < conf->filters[i]->nrules; j++)
			fprintf(
			    out, "    %s\n", conf->filters[i]->rules[j].text);
		fputs("}\n", out);
	}
}

/* ---- differences ------------------------------------------------------- */

static struct conf_texts
prefix_texts(const struct prefix_set *set)
{
	struct conf_texts texts = { .at = NULL };
	char buf[PREFIX_RANGE_STRLEN];
	struct conf_text text;
	size_t i;

	for (i = 0; set != NULL && i < prefix_set_count(set); i++) {
		conf_text_open(&text);
		fputs(
		    prefix_range_format(prefix_set_at(set, i), buf), text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

static struct conf_texts
community_texts(const struct community_set *set)
{
	struct conf_texts texts = { .at = NULL };
	char buf[COMMUNITY_PATTERN_STRLEN];
	struct conf_text text;
	size_t i;

	for (i = 0; set != NULL && i < community_set_count(set); i++) {
		conf_text_open(&text);
		fputs(community_pattern_format(community_set_at(set, i), buf),
		    text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

/* What differs between two of one name, either of which may be missing. */
typedef void differ(struct conf_difference *, const struct conf *before,
    const struct conf *after, const char *name);

static struct prefix_set *
prefix_set_named(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->nprefix_sets; i++)
		if (strcmp(conf->prefix_sets[i].name, name) == 0)
			return conf->prefix_sets[i].set;
	return NULL;
}

static struct community_set *
community_set_named(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->ncommunity_sets; i++)
		if (strcmp(conf->community_sets[i].name, name) == 0)
			return conf->community_sets[i].set;
	return NULL;
}

static const struct filter *
filter_named(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->nfilters; i++)
		if (strcmp(conf->filters[i]->name, name) == 0)
			return conf->filters[i];
	return NULL;
}

/* Said of one that is new or gone; false when both are there. */
static bool
one_missing(struct conf_difference *d, const void *old, const void *new)
{
	if (old != NULL && new != NULL)
		return false;
	fputs(old == NULL ? "added" : "removed",
	    conf_part_start(d, CONF_COST_NONE));
	return true;
}

static void
prefix_set_differ(struct conf_difference *d, const struct conf *before,
    const struct conf *after, const char *name)
{
	const struct prefix_set *old = prefix_set_named(before, name);
	const struct prefix_set *new = prefix_set_named(after, name);
	struct conf_texts left, right;

	if (one_missing(d, old, new) || prefix_set_equal(old, new))
		return;
	left = prefix_texts(old);
	right = prefix_texts(new);
	conf_texts_diff(d, CONF_COST_NONE, &left, &right);
}

static void
community_set_differ(struct conf_difference *d, const struct conf *before,
    const struct conf *after, const char *name)
{
	const struct community_set *old = community_set_named(before, name);
	const struct community_set *new = community_set_named(after, name);
	struct conf_texts left, right;

	if (one_missing(d, old, new) || community_set_equal(old, new))
		return;
	left = community_texts(old);
	right = community_texts(new);
	conf_texts_diff(d, CONF_COST_NONE, &left, &right);
}

/* The first rule that differs stands for all: a person looks at the rest. */
static void
filter_differ(struct conf_difference *d, const struct conf *before,
    const struct conf *after, const char *name)
{
	const struct filter *old = filter_named(before, name);
	const struct filter *new = filter_named(after, name);
	size_t i = 0;

	if (one_missing(d, old, new))
		return;
	while (i < old->nrules &&
	    i < new->nrules &&strcmp(old->rules[i].text, new->rules[i].text) ==
		0)
		i++;
	if (i == old->nrules && i == new->nrules)
		return; /* but for its sets, which speak for themselves */
	fprintf(conf_part_start(d, CONF_COST_NONE), "rule %zu '%s' -> '%s'",
	    i + 1, i < old->nrules ? old->rules[i].text : "none",
	    i < new->nrules ? new->rules[i].text : "none");
	if (old->nrules != new->nrules)
		fprintf(d->text.out, ", rules %zu -> %zu", old->nrules,
		    new->nrules);
}

struct diff {
	const struct conf *before, *after;
	conf_filter_change *change;
	void *arg;
};

static void
one_diff(const struct diff *diff, differ *compare, const char *what,
    const char *name)
{
	struct conf_difference d = { .any = false };
	char *text;

	conf_text_open(&d.text);
	fprintf(d.text.out, "%s %s: ", what, name);
	compare(&d, diff->before, diff->after, name);
	text = conf_text_take(&d.text);
	if (d.any)
		diff->change(diff->arg, d.cost, text);
	else
		free(text);
}

/* Those of `after` in their order, then those that only `before` has. */
void
conf_filters_diff(const struct conf *before, const struct conf *after,
    conf_filter_change *change, void *arg)
{
	const struct diff diff = { before, after, change, arg };
	const char *name;
	size_t i;

	for (i = 0; i < after->nprefix_sets; i++)
		one_diff(&diff, prefix_set_differ, "prefix-set",
		    after->prefix_sets[i].name);
	for (i = 0; i < before->nprefix_sets; i++) {
		name = before->prefix_sets[i].name;
		if (prefix_set_named(after, name) == NULL)
			one_diff(&diff, prefix_set_differ, "prefix-set", name);
	}
	for (i = 0; i < after->ncommunity_sets; i++)
		one_diff(&diff, community_set_differ, "community-set",
		    after->community_sets[i].name);
	for (i = 0; i < before->ncommunity_sets; i++) {
		name = before->community_sets[i].name;
		if (community_set_named(after, name) == NULL)
			one_diff(
			    &diff, community_set_differ, "community-set", name);
	}
	for (i = 0; i < after->nfilters; i++)
		one_diff(
		    &diff, filter_differ, "filter", after->filters[i]->name);
	for (i = 0; i < before->nfilters; i++) {
		name = before->filters[i]->name;
		if (filter_named(after, name) == NULL)
			one_diff(&diff, filter_differ, "filter", name);
	}
}
