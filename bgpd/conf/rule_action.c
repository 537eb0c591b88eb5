/* SPDX-License-Identifier: ISC */
/* rule_action.c - what a rule of a filter sets */

/*
 * Behind `set` stand actions, one after the other, in the order in which they
 * are done.  What cannot be meant is refused here: a wildcard in a community
 * that is to be added, a next hop that is no address of a host.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/rule.h"
#include "rib/mem.h"

#define PREPEND_MAX 64u

static void
take_number(struct conf_rule *r, enum filter_action_kind kind)
{
	struct conf_value value;

	if (conf_rule_needs(r, CONF_TYPE_N, &value))
		filter_action_add(r->rule, kind)->number = value.is.number;
}

static void
take_prepend(struct conf_rule *r, enum filter_action_kind kind)
{
	struct filter_action *action;
	struct conf_value value;

	if (!conf_rule_needs(r, CONF_TYPE_AS, &value))
		return;
	action = filter_action_add(r->rule, kind);
	action->number = value.is.number;
	action->times = 1;
	r->more = "a count";
	if (!conf_rule_value(r, CONF_TYPE_N, &value))
		return;
	r->more = NULL;
	action->times = value.is.number;
	if (value.is.number == 0 || value.is.number > PREPEND_MAX)
		conf_rule_error(r, value.word, "%u is not within 1 to %u",
		    value.is.number, PREPEND_MAX);
}

static void
pattern_append(
    struct conf_rule *r, struct filter_action *a, const struct conf_value *v)
{
	if (v->is.pattern.wild && a->kind != FILTER_REMOVE_COMMUNITIES) {
		conf_help(conf_rule_error(r, v->word,
			      "'%.60s' is not one community", v->word->text),
		    "only 'community remove' takes wildcards");
		return;
	}
	a->communities = xreallocarray(
	    a->communities, a->ncommunities + 1, sizeof(*a->communities));
	a->communities[a->ncommunities++] = v->is.pattern;
}

static void
take_communities(struct conf_rule *r, enum filter_action_kind kind)
{
	static const char *const words[] = { "add", "remove", "replace" };
	struct filter_action *action;
	struct conf_value value;
	size_t i;

	for (i = 0; i < 3 && !conf_rule_takes(r, words[i]); i++)
		continue;
	if (i == 3) {
		conf_rule_refuse(r, "'add', 'remove' or 'replace'", words, 3);
		return;
	}
	action =
	    filter_action_add(r->rule, (enum filter_action_kind)(kind + i));
	if (!conf_rule_needs(r, CONF_TYPE_PATTERN, &value))
		return;
	do {
		pattern_append(r, action, &value);
	} while (conf_rule_value(r, CONF_TYPE_PATTERN, &value));
	r->more = conf_type_what(CONF_TYPE_PATTERN);
}

static void
take_next_hop(struct conf_rule *r, enum filter_action_kind kind)
{
	static const char *const words[] = { "self", "keep" };
	struct filter_action *action = filter_action_add(r->rule, kind);
	struct conf_value value;

	if (conf_rule_takes(r, "self"))
		action->hop = FILTER_HOP_SELF;
	else if (conf_rule_takes(r, "keep"))
		action->hop = FILTER_HOP_KEEP;
	else if (conf_rule_value(r, CONF_TYPE_ADDRESS, &value)) {
		action->hop = FILTER_HOP_ADDRESS;
		action->address = value.is.address;
		if (address_is_martian(&value.is.address) ||
		    address_is_link_local(&value.is.address))
			conf_rule_error(r, value.word,
			    "'%.60s' cannot be a next hop", value.word->text);
	} else
		conf_rule_refuse(r, "'self', 'keep' or an address", words, 2);
}

static const struct {
	const char *word;
	void (*take)(struct conf_rule *, enum filter_action_kind);
	enum filter_action_kind kind;
} actions[] = {
	{ "pref", take_number, FILTER_SET_PREF },
	{ "med", take_number, FILTER_SET_MED },
	{ "prepend", take_prepend, FILTER_PREPEND },
	{ "community", take_communities, FILTER_ADD_COMMUNITIES },
	{ "next-hop", take_next_hop, FILTER_SET_NEXT_HOP },
};

#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

static_assert(FILTER_REMOVE_COMMUNITIES == FILTER_ADD_COMMUNITIES + 1 &&
	FILTER_REPLACE_COMMUNITIES == FILTER_ADD_COMMUNITIES + 2,
    "in the order of their words");

static void
action_take(struct conf_rule *r)
{
	const char *words[ACTION_COUNT];
	size_t i;

	for (i = 0; i < ACTION_COUNT; i++) {
		words[i] = actions[i].word;
		if (!conf_rule_takes(r, actions[i].word))
			continue;
		r->more = NULL;
		actions[i].take(r, actions[i].kind);
		return;
	}
	conf_rule_refuse(r, "an action", words, ACTION_COUNT);
}

void
conf_rule_actions(struct conf_rule *r)
{
	while (!r->failed && r->at < r->count)
		action_take(r);
}
