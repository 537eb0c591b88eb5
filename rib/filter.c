/* SPDX-License-Identifier: ISC */
/* filter.c - the rules that judge and change a route */

/*
 * In come a route and its attributes, out come a verdict, the rule that gave
 * it, and the attributes as the rules left them; what a condition asks is in
 * filter_match.c, what an action does in filter_action.c.
 *
 * Two filters are equal when their texts are and the sets that they name: the
 * text is made from the words of the rule, so nothing is in the rule that is
 * not in its text but the contents of sets.  Equal filters are made one when a
 * config takes the place of another, so that numbers, hits and update groups
 * stay what they were.
 */

#include "rib/filter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

struct filter *
filter_new(const char *name)
{
	struct filter *f = xcalloc(1, sizeof(*f));

	f->refs = 1;
	f->name = xstrdup(name);
	return f;
}

struct filter *
filter_ref(struct filter *f)
{
	f->refs++;
	return f;
}

static void
condition_clear(struct filter_condition *c)
{
	struct filter_value *v;
	size_t i;

	for (i = 0; i < c->nvalues; i++) {
		v = &c->values[i];
		prefix_set_unref(v->prefixes);
		community_set_unref(v->communities);
		free(v->as);
		free(v->name);
	}
	free(c->values);
}

static void
rule_clear(struct filter_rule *r)
{
	size_t i;

	for (i = 0; i < r->nconditions; i++)
		condition_clear(&r->conditions[i]);
	for (i = 0; i < r->nactions; i++)
		free(r->actions[i].communities);
	free(r->conditions);
	free(r->actions);
	free(r->text);
	free(r->file);
}

void
filter_unref(struct filter *f)
{
	size_t i;

	if (f == NULL || --f->refs > 0)
		return;
	for (i = 0; i < f->nrules; i++)
		rule_clear(&f->rules[i]);
	free(f->rules);
	free(f->hits);
	free((char *)(uintptr_t)f->name);
	free(f);
}

/* One more element, zeroed. */
static void *
append(void *list, size_t *count, size_t size)
{
	char *at = xreallocarray(*(void **)list, *count + 1, size);

	*(void **)list = at;
	memset(at + *count * size, 0, size);
	return at + (*count)++ * size;
}

struct filter_rule *
filter_rule_add(struct filter *f, enum filter_verdict verdict)
{
	struct filter_rule *r = append(&f->rules, &f->nrules, sizeof(*r));

	assert(f->hits == NULL);
	r->verdict = verdict;
	return r;
}

struct filter_condition *
filter_condition_add(struct filter_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c;
	size_t i;

	for (i = 0; i < r->nconditions; i++) {
		c = &r->conditions[i];
		if (c->kind == kind && c->negated == negated)
			return c;
	}
	c = append(&r->conditions, &r->nconditions, sizeof(*c));
	c->kind = kind;
	c->negated = negated;
	return c;
}

struct filter_value *
filter_value_add(struct filter_condition *c)
{
	return append(&c->values, &c->nvalues, sizeof(*c->values));
}

struct filter_action *
filter_action_add(struct filter_rule *r, enum filter_action_kind kind)
{
	struct filter_action *a = append(&r->actions, &r->nactions, sizeof(*a));

	a->kind = kind;
	return a;
}

static unsigned int
condition_needs(const struct filter_condition *c)
{
	static const unsigned int named[FILTER_KIND_MAX] = {
		[FILTER_INTERFACE] = FILTER_READS_INTERFACE,
		[FILTER_SESSION] = FILTER_READS_SESSION,
		[FILTER_SOURCE] = FILTER_READS_SOURCE,
	};
	unsigned int needs = 0;
	size_t i;

	for (i = 0; i < c->nvalues; i++)
		if (c->values[i].name != NULL)
			needs |= named[c->kind];
	return needs;
}

void
filter_seal(struct filter *f)
{
	const struct filter_rule *r;
	size_t i, j;

	f->hits = xcalloc(f->nrules + 1, sizeof(*f->hits));
	for (i = 0; i < f->nrules; i++) {
		r = &f->rules[i];
		for (j = 0; j < r->nconditions; j++)
			f->needs |= condition_needs(&r->conditions[j]);
		for (j = 0; j < r->nactions; j++)
			if (r->actions[j].hop == FILTER_HOP_SELF ||
			    r->actions[j].hop == FILTER_HOP_KEEP)
				f->needs |= FILTER_SETS_HOP;
	}
}

/* ---- the same rules? --------------------------------------------------- */

static bool
sets_equal(const struct filter_condition *a, const struct filter_condition *b)
{
	const struct filter_value *v, *w;
	size_t i;

	if (a->nvalues != b->nvalues)
		return false;
	for (i = 0; i < a->nvalues; i++) {
		v = &a->values[i];
		w = &b->values[i];
		if ((v->prefixes == NULL) != (w->prefixes == NULL) ||
		    (v->communities == NULL) != (w->communities == NULL))
			return false;
		if (v->prefixes != NULL &&
		    !prefix_set_equal(v->prefixes, w->prefixes))
			return false;
		if (v->communities != NULL &&
		    !community_set_equal(v->communities, w->communities))
			return false;
	}
	return true;
}

static bool
rule_equal(const struct filter_rule *a, const struct filter_rule *b)
{
	size_t i;

	if (strcmp(a->text, b->text) != 0 || a->nconditions != b->nconditions)
		return false;
	for (i = 0; i < a->nconditions; i++)
		if (!sets_equal(&a->conditions[i], &b->conditions[i]))
			return false;
	return true;
}

bool
filter_equal(const struct filter *a, const struct filter *b)
{
	size_t i;

	if (a == b)
		return true;
	if (a->builtin != b->builtin || a->nrules != b->nrules ||
	    strcmp(a->name, b->name) != 0)
		return false;
	for (i = 0; i < a->nrules; i++)
		if (!rule_equal(&a->rules[i], &b->rules[i]))
			return false;
	return true;
}

void
filter_places_swap(struct filter *a, struct filter *b)
{
	struct filter_rule *left, *right;
	unsigned int line;
	char *file;
	size_t i;

	assert(a->nrules == b->nrules);
	for (i = 0; i < a->nrules; i++) {
		left = &a->rules[i];
		right = &b->rules[i];
		line = left->line;
		file = left->file;
		left->line = right->line;
		left->file = right->file;
		right->line = line;
		right->file = file;
	}
}

bool
filter_rule_is_open(const struct filter_rule *r)
{
	return r->nconditions == 0 && r->verdict != FILTER_NOTHING;
}

/* ---- judging ----------------------------------------------------------- */

static bool
rule_holds(const struct filter_rule *r, const struct filter_route *route,
    const struct attrs *attrs)
{
	size_t i;

	for (i = 0; i < r->nconditions; i++)
		if (!filter_condition_holds(&r->conditions[i], route, attrs))
			return false;
	return true;
}

/* IPv4 goes through an IPv6 next hop (RFC 8950), never the other way. */
static bool
is_misfit(const struct filter_action *a, const struct filter_route *route)
{
	return a->hop == FILTER_HOP_ADDRESS &&
	    a->address.family == FAMILY_IPV4 &&
	    route->prefix->address.family == FAMILY_IPV6;
}

void
filter_judge(const struct filter *f, const struct filter_route *route,
    struct attrs *attrs, struct filter_scratch *scratch, bool counts,
    struct filter_outcome *out)
{
	const struct filter_rule *r;
	size_t i, j;

	for (i = 0; i < f->nrules; i++) {
		r = &f->rules[i];
		if (!rule_holds(r, route, attrs))
			continue;
		f->hits[i] += counts;
		for (j = 0; j < r->nactions; j++)
			if (!is_misfit(&r->actions[j], route))
				filter_act(&r->actions[j], attrs, scratch, out);
		out->verdict = r->verdict;
		if (out->changed & FILTER_TOO_BIG)
			out->verdict = FILTER_REJECT;
		if (out->verdict == FILTER_NOTHING)
			continue;
		out->filter = f;
		out->rule = i;
		return;
	}
}
