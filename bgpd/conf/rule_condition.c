/* SPDX-License-Identifier: ISC */
/* rule_condition.c - when a rule of a filter holds */

/*
 * A prefix, or the word of a condition with its values, and `not` before any
 * of them.  Values go on as long as they fit, so that no bracket is needed:
 *
 *	accept 10.0.0.0/8 le 24, 192.0.2.0/24 not community 64512:*
 *
 * Conditions of one kind and sign are one condition with all their values; the
 * prefixes and communities that stand in the rule itself are one set of it,
 * the first of its values, and named sets follow.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/filter.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/rule.h"
#include "rib/mem.h"

/* ---- lengths and numbers ----------------------------------------------- */

/* `le N` or `ge N`, of at most so much; false when there is none. */
static bool
bound_take(struct conf_rule *r, bool *le, uint32_t most, uint32_t *number)
{
	struct conf_value value;

	if (!conf_rule_is(r, "le") && !conf_rule_is(r, "ge"))
		return false;
	*le = conf_rule_is(r, "le");
	r->at++;
	if (!conf_rule_needs(r, CONF_TYPE_N, &value))
		return false;
	if (value.is.number > most)
		conf_rule_error(
		    r, value.word, "%u is more than %u", value.is.number, most);
	*number = value.is.number;
	return !r->failed;
}

/* Both bounds, each at most once, in any order. */
static void
bounds_take(
    struct conf_rule *r, uint32_t most, uint32_t bound[2], bool given[2])
{
	const struct conf_word *word = conf_rule_word(r);
	uint32_t number;
	bool le;

	while (bound_take(r, &le, most, &number)) {
		if (given[le]) {
			conf_rule_error(
			    r, word, "'%s' is given twice", word->text);
			return;
		}
		given[le] = true;
		bound[le] = number;
		word = conf_rule_word(r);
	}
	if (!r->failed && given[0] && given[1] && bound[0] > bound[1])
		conf_rule_error(r, r->words[r->at - 1].word,
		    "from %u to %u there is nothing", bound[0], bound[1]);
}

void
conf_rule_range(struct conf_rule *r, struct prefix_range *range)
{
	const unsigned int length = range->prefix.length;
	const unsigned int bits = family_bits(range->prefix.address.family);
	const struct conf_word *prefix = r->words[r->at - 1].word;
	uint32_t bound[2] = { length, bits };
	bool given[2] = { false };

	range->ge = range->le = (uint8_t)length;
	bounds_take(r, bits, bound, given);
	if (r->failed || (!given[0] && !given[1]))
		return;
	if (bound[0] < length || bound[1] < length) {
		conf_rule_error(r, r->words[r->at - 1].word,
		    "'%s %u' is shorter than '%.60s' itself",
		    bound[0] < length ? "ge" : "le",
		    bound[0] < length ? bound[0] : bound[1], prefix->text);
		return;
	}
	range->ge = (uint8_t)bound[0];
	range->le = (uint8_t)bound[1];
}

/* ---- conditions -------------------------------------------------------- */

static void
take_prefixes(struct conf_rule *r, struct filter_condition *c)
{
	struct prefix_range range;
	struct conf_value value;

	while (conf_rule_value(r, CONF_TYPE_PREFIX, &value)) {
		range.prefix = value.is.prefix;
		if (c->kind == FILTER_NEXT_HOP)
			range.ge = range.le =
			    (uint8_t)family_bits(range.prefix.address.family);
		else
			conf_rule_range(r, &range);
		if (r->failed)
			return;
		prefix_set_add(c->values[0].prefixes, &range);
	}
	r->more = conf_type_what(CONF_TYPE_PREFIX);
}

static void
take_inline(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);

	/* the first value is the rule's own, the others are named sets */
	if (c->nvalues == 0)
		filter_value_add(c)->prefixes = prefix_set_new();
	take_prefixes(r, c);
}

static void
take_next_hop(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	unsigned int at = r->at;

	take_inline(r, kind, negated);
	if (r->at > at)
		return;
	r->more = NULL;
	if (!r->failed)
		conf_rule_refuse(r, conf_type_what(CONF_TYPE_PREFIX), NULL, 0);
}

static void
take_prefix_set(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	struct conf_value name;
	struct prefix_set *set;

	if (c->nvalues == 0)
		filter_value_add(c)->prefixes = prefix_set_new();
	if (!conf_rule_needs(r, CONF_TYPE_NAME, &name))
		return;
	set = conf_prefix_set_find(r->build, name.word);
	if (set == NULL)
		r->failed = true;
	else
		filter_value_add(c)->prefixes = prefix_set_ref(set);
}

static void
take_family(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct conf_value value;

	r->at--; /* the word is the value */
	if (conf_rule_value(r, CONF_TYPE_FAMILY, &value))
		filter_value_add(filter_condition_add(r->rule, kind, negated))
		    ->low = value.is.number;
}

static void
take_community(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	struct conf_value value;

	if (c->nvalues == 0)
		filter_value_add(c)->communities = community_set_new();
	if (!conf_rule_needs(r, CONF_TYPE_PATTERN, &value))
		return;
	do {
		community_set_add(c->values[0].communities, &value.is.pattern);
	} while (conf_rule_value(r, CONF_TYPE_PATTERN, &value));
	r->more = conf_type_what(CONF_TYPE_PATTERN);
}

static void
take_community_set(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	struct community_set *set;
	struct conf_value name;

	if (c->nvalues == 0)
		filter_value_add(c)->communities = community_set_new();
	if (!conf_rule_needs(r, CONF_TYPE_NAME, &name))
		return;
	set = conf_community_set_find(r->build, name.word);
	if (set == NULL)
		r->failed = true;
	else
		filter_value_add(c)->communities = community_set_ref(set);
}

/* Numbers, and ranges `ge N le N`. */
static void
take_numbers(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	unsigned int start = r->at;
	struct filter_value *v;
	struct conf_value value;

	while (!r->failed) {
		uint32_t bound[2] = { 0, UINT32_MAX };
		bool given[2] = { false };

		if (conf_rule_value(r, CONF_TYPE_N, &value))
			bound[0] = bound[1] = value.is.number;
		else {
			bounds_take(r, UINT32_MAX, bound, given);
			if (!given[0] && !given[1])
				break;
		}
		v = filter_value_add(c);
		v->low = bound[0];
		v->high = bound[1];
	}
	if (r->at == start)
		conf_rule_refuse(r, "a number, 'le' or 'ge'", NULL, 0);
	r->more = conf_type_what(CONF_TYPE_N);
}

static void
as_append(struct filter_value *v, uint32_t as)
{
	v->as = xreallocarray(v->as, v->nas + 1, sizeof(*v->as));
	v->as[v->nas++] = as;
}

static const struct {
	const char *word;
	enum filter_kind kind;
	bool sequence; /* all numbers are one value */
} paths[] = {
	{ "origin", FILTER_AS_ORIGIN, false },
	{ "starts-with", FILTER_AS_STARTS_WITH, true },
	{ "contains", FILTER_AS_CONTAINS, false },
	{ "exact", FILTER_AS_EXACT, true },
	{ "length", FILTER_AS_LENGTH, false },
};

#define PATH_COUNT (sizeof(paths) / sizeof(paths[0]))

static void
take_numbers_of_as(struct conf_rule *r, size_t which, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, paths[which].kind, negated);
	struct filter_value *v = NULL;
	struct conf_value value;

	if (!conf_rule_needs(r, CONF_TYPE_AS, &value))
		return;
	do {
		if (v == NULL || !paths[which].sequence)
			v = filter_value_add(c);
		as_append(v, value.is.number);
	} while (conf_rule_value(r, CONF_TYPE_AS, &value));
	r->more = conf_type_what(CONF_TYPE_AS);
}

static void
take_as_path(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	const char *words[PATH_COUNT];
	size_t i;

	for (i = 0; i < PATH_COUNT; i++) {
		words[i] = paths[i].word;
		if (!conf_rule_takes(r, paths[i].word))
			continue;
		if (paths[i].kind == kind)
			take_numbers(r, kind, negated);
		else
			take_numbers_of_as(r, i, negated);
		return;
	}
	r->more = NULL;
	conf_rule_refuse(r,
	    "'origin', 'starts-with', 'contains', 'exact' or 'length'", words,
	    PATH_COUNT);
}

static const struct {
	const char *word;
	enum filter_party party;
	bool named;
} parties[] = {
	{ "ibgp", FILTER_IBGP, false },
	{ "ebgp", FILTER_EBGP, false },
	{ "neighbor", FILTER_NEIGHBOR, true },
	{ "group", FILTER_GROUP, true },
	/* The rest of a source only: no session is with this node itself. */
	{ "local", FILTER_LOCAL, false },
	{ "learned", FILTER_LEARNED, false },
};

#define PARTY_COUNT   (sizeof(parties) / sizeof(parties[0]))
#define SESSION_COUNT (PARTY_COUNT - 2)

/* False when the next word is none. */
static bool
party_take(struct conf_rule *r, struct filter_condition *c, size_t count)
{
	struct conf_value name = { .word = NULL };
	struct filter_value *v;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!conf_rule_takes(r, parties[i].word))
			continue;
		if (parties[i].named &&
		    !conf_rule_needs(r, CONF_TYPE_NAME, &name))
			return false;
		v = filter_value_add(c);
		v->party = parties[i].party;
		if (parties[i].named) {
			v->name = xstrdup(name.word->text);
			conf_filter_names(
			    r->build, name.word, v->party == FILTER_GROUP);
		}
		return true;
	}
	return false;
}

static void
take_parties(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	bool source = kind == FILTER_SOURCE;
	size_t i, count = source ? PARTY_COUNT : SESSION_COUNT;
	const char *words[PARTY_COUNT];
	bool any = false;

	while (party_take(r, c, count))
		any = true;
	r->more = "another one";
	if (any || r->failed)
		return;
	for (i = 0; i < count; i++)
		words[i] = parties[i].word;
	r->more = NULL;
	conf_rule_refuse(r,
	    source ? "'local', 'learned', 'ibgp', 'ebgp', 'neighbor' or 'group'"
		   : "'ibgp', 'ebgp', 'neighbor' or 'group'",
	    words, count);
}

typedef void take(struct conf_rule *, enum filter_kind, bool negated);
static take take_interface;

static const struct {
	const char *word;
	take *take;
	enum filter_kind kind;
} conditions[] = {
	{ "ipv4", take_family, FILTER_FAMILY },
	{ "ipv6", take_family, FILTER_FAMILY },
	{ "prefix-set", take_prefix_set, FILTER_PREFIX },
	{ "community", take_community, FILTER_COMMUNITY },
	{ "community-set", take_community_set, FILTER_COMMUNITY },
	{ "as-path", take_as_path, FILTER_AS_LENGTH },
	{ "next-hop", take_next_hop, FILTER_NEXT_HOP },
	{ "source", take_parties, FILTER_SOURCE },
	{ "session", take_parties, FILTER_SESSION },
	{ "interface", take_interface, FILTER_INTERFACE },
	{ "pref", take_numbers, FILTER_PREF },
	{ "med", take_numbers, FILTER_MED },
};

#define CONDITION_COUNT (sizeof(conditions) / sizeof(conditions[0]))

static bool
is_condition(const struct conf_rule *r)
{
	size_t i;

	for (i = 0; i < CONDITION_COUNT; i++)
		if (conf_rule_is(r, conditions[i].word))
			return true;
	return conf_rule_is(r, "not") || conf_rule_is(r, "set");
}

static void
take_interface(struct conf_rule *r, enum filter_kind kind, bool negated)
{
	struct filter_condition *c =
	    filter_condition_add(r->rule, kind, negated);
	struct conf_value value;

	if (!is_condition(r) && conf_rule_needs(r, CONF_TYPE_GLOB, &value))
		do {
			filter_value_add(c)->name = xstrdup(value.word->text);
		} while (!is_condition(r) &&
		    conf_rule_value(r, CONF_TYPE_GLOB, &value));
	else
		conf_rule_refuse(r, conf_type_what(CONF_TYPE_GLOB), NULL, 0);
}

/* Sound or not. */
static bool
is_prefix(const struct conf_rule *r)
{
	const struct conf_word *word = conf_rule_word(r);
	struct conf_value value;
	struct conf_fault fault;

	return word != NULL &&
	    conf_value_parse(CONF_TYPE_PREFIX, NULL, word, &value, &fault) !=
	    CONF_NO_FIT;
}

void
conf_rule_condition(struct conf_rule *r)
{
	bool negated = conf_rule_takes(r, "not");
	const char *words[CONDITION_COUNT];
	size_t i;

	if (negated)
		r->more = NULL;
	if (is_prefix(r)) {
		take_inline(r, FILTER_PREFIX, negated);
		return;
	}
	for (i = 0; i < CONDITION_COUNT; i++) {
		words[i] = conditions[i].word;
		if (!conf_rule_takes(r, conditions[i].word))
			continue;
		conditions[i].take(r, conditions[i].kind, negated);
		return;
	}
	conf_rule_refuse(r, "a condition", words, CONDITION_COUNT);
}
