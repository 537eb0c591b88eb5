/* SPDX-License-Identifier: ISC */
/* filter.c - filters and sets: from statements, and among themselves */

/*
 * Sets come first, for rules name them, then filters, for settings name those;
 * the order of the text does not count.  The rules are rule.c's.  Each name
 * remembers whether it was used, so that what is left over can be said: a
 * filter that nobody applies is mostly a misspelt one.
 *
 * A filter whose rules were refused still exists, so that whoever names it is
 * not told that there is none.
 */

#include "bgpd/conf/filter.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/form.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/rule.h"
#include "rib/mem.h"

/* ---- sets -------------------------------------------------------------- */

static void
prefix_entry(struct conf_build *b, const struct conf_statement *s,
    struct prefix_set *set)
{
	struct conf_value *words;
	struct conf_rule r = { .build = b, .count = s->nvalues + 1, .at = 1 };
	struct prefix_range range;

	words = xcalloc(r.count, sizeof(*words));
	r.words = words;
	if (s->nvalues > 0)
		memcpy(words + 1, s->values, s->nvalues * sizeof(*words));
	if (conf_form_entry(b->messages, s, CONF_TYPE_PREFIX, &words[0])) {
		range.prefix = words[0].is.prefix;
		conf_rule_range(&r, &range);
		if (!r.failed)
			prefix_set_add(set, &range);
	}
	free(words);
}

static void
take_prefix_set(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	struct conf_prefix_set *made;
	const struct conf_statement *entry;

	conf->prefix_sets =
	    conf_grow(conf->prefix_sets, conf->nprefix_sets, sizeof(*made));
	made = &conf->prefix_sets[conf->nprefix_sets++];
	made->name = xstrdup(s->values[0].word->text);
	made->set = prefix_set_new();
	for (entry = s->first; entry != NULL; entry = entry->next)
		if (!entry->bad)
			prefix_entry(b, entry, made->set);
	prefix_set_seal(made->set);
}

static void
take_community_set(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	struct conf_community_set *made;
	const struct conf_statement *entry;
	struct conf_value value;

	conf->community_sets = conf_grow(
	    conf->community_sets, conf->ncommunity_sets, sizeof(*made));
	made = &conf->community_sets[conf->ncommunity_sets++];
	made->name = xstrdup(s->values[0].word->text);
	made->set = community_set_new();
	for (entry = s->first; entry != NULL; entry = entry->next)
		if (!entry->bad &&
		    conf_form_entry(
			b->messages, entry, CONF_TYPE_PATTERN, &value))
			community_set_add(made->set, &value.is.pattern);
	community_set_seal(made->set);
}

/* ---- names ------------------------------------------------------------- */

/* The statement that defines a name, or NULL; refused ones count. */
static const struct conf_statement *
definition(const struct conf_build *b, const char *keyword, const char *name)
{
	const struct conf_statement *s;

	for (s = b->root; s != NULL; s = s->next)
		if (s->row != NULL && s->nvalues > 0 &&
		    strcmp(s->row->word, keyword) == 0 &&
		    strcmp(s->values[0].word->text, name) == 0)
			return s;
	return NULL;
}

static void
mark_used(struct conf_build *b, const struct conf_statement *s)
{
	if (s == NULL)
		return;
	b->used = conf_grow(b->used, b->nused, sizeof(const void *));
	b->used[b->nused++] = s;
}

static bool
is_used(const struct conf_build *b, const struct conf_statement *s)
{
	size_t i;

	for (i = 0; i < b->nused; i++)
		if (b->used[i] == s)
			return true;
	return false;
}

/* There is none of that name; the nearest of its kind may be meant. */
static struct conf_message *
name_refuse(struct conf_build *b, const struct conf_word *word,
    const char *keyword, const char *nearest)
{
	const struct conf_statement *s;
	struct conf_message *m;

	m = conf_error(
	    b->messages, word, "there is no %s '%.60s'", keyword, word->text);
	for (s = b->root; s != NULL; s = s->next)
		if (s->row != NULL && s->nvalues > 0 &&
		    strcmp(s->row->word, keyword) == 0)
			symbol_nearest(
			    word->text, s->values[0].word->text, &nearest);
	if (nearest != NULL)
		conf_help(m, "did you mean '%s'?", nearest);
	return nearest != NULL ? NULL : m;
}

struct prefix_set *
conf_prefix_set_find(struct conf_build *b, const struct conf_word *word)
{
	const struct conf *conf = b->conf;
	size_t i;

	mark_used(b, definition(b, "prefix-set", word->text));
	for (i = 0; i < conf->nprefix_sets; i++)
		if (strcmp(conf->prefix_sets[i].name, word->text) == 0)
			return conf->prefix_sets[i].set;
	if (!b->incomplete && definition(b, "prefix-set", word->text) == NULL)
		name_refuse(b, word, "prefix-set", NULL);
	return NULL;
}

struct community_set *
conf_community_set_find(struct conf_build *b, const struct conf_word *word)
{
	const struct conf *conf = b->conf;
	size_t i;

	mark_used(b, definition(b, "community-set", word->text));
	for (i = 0; i < conf->ncommunity_sets; i++)
		if (strcmp(conf->community_sets[i].name, word->text) == 0)
			return conf->community_sets[i].set;
	if (!b->incomplete &&
	    definition(b, "community-set", word->text) == NULL)
		name_refuse(b, word, "community-set", NULL);
	return NULL;
}

void
conf_filter_names(
    struct conf_build *b, const struct conf_word *word, bool group)
{
	b->named = conf_grow(b->named, b->nnamed, sizeof(*b->named));
	b->named[b->nnamed++] = (struct conf_named){ word, group };
}

/* ---- filters ----------------------------------------------------------- */

static size_t
rules_count(const struct conf *conf)
{
	size_t i, count = 0;

	for (i = 0; i < conf->nfilters; i++)
		count += conf->filters[i]->nrules;
	return count;
}

static void
take_filter(struct conf_build *b, const struct conf_statement *s)
{
	const struct conf_word *name = s->values[0].word;
	struct conf *conf = b->conf;
	const struct conf_statement *rule;
	struct filter *made = filter_new(name->text);

	conf->filters =
	    conf_grow(conf->filters, conf->nfilters, sizeof(struct filter *));
	conf->filters[conf->nfilters++] = made;
	if (s->first == NULL)
		conf_help(conf_error(b->messages, name,
			      "filter '%.60s' has no rule", name->text),
		    "as in: accept 10.0.0.0/8 le 24");
	for (rule = s->first; rule != NULL; rule = rule->next)
		if (!rule->bad)
			conf_rule_take(b, made, rule);
	filter_seal(made);
	if (policy_builtin_find(name->text) != NULL)
		conf_error(b->messages, name,
		    "'%s' is built in, a filter needs another name",
		    name->text);
	if (rules_count(conf) > FILTER_RULES)
		conf_error(b->messages, name,
		    "more than %u rules are in all filters", FILTER_RULES);
}

static const struct filter *
filter_find(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->nfilters; i++)
		if (strcmp(conf->filters[i]->name, name) == 0)
			return conf->filters[i];
	return NULL;
}

static void
filter_missing(struct conf_build *b, const struct conf_word *word)
{
	const char *nearest = NULL, *name;
	enum policy_builtin i;

	if (b->incomplete || definition(b, "filter", word->text) != NULL)
		return;
	for (i = 0; i < POLICY_BUILTIN_MAX; i++) {
		name = policy_builtin(i)->name;
		if (policy_builtin_find(name) != NULL)
			symbol_nearest(word->text, name, &nearest);
	}
	conf_help(name_refuse(b, word, "filter", nearest),
	    "built in are all, none, own-blocks and pools");
}

static void
filter_link(struct conf_build *b, const struct conf_statement *s,
    struct conf_value *value)
{
	if (value->is.filter != NULL)
		return;
	mark_used(b, definition(b, "filter", value->word->text));
	value->is.filter = filter_find(b->conf, value->word->text);
	if (value->is.filter == NULL)
		filter_missing(b, value->word);
	else if ((value->is.filter->needs & FILTER_SETS_HOP) != 0 &&
	    strcmp(s->row->word, "import") == 0)
		conf_help(conf_error(b->messages, value->word,
			      "filter '%.60s' sets next-hop self or keep,"
			      " which only export can",
			      value->word->text),
		    "import may set next-hop to an address");
}

/* Every name of a filter, wherever it stands, gets its filter. */
static void
filters_link(struct conf_build *b, const struct conf_statement *s)
{
	unsigned int i;

	for (; s != NULL; s = s->next) {
		if (s->row == NULL)
			continue; /* of a block that nobody knows */
		filters_link(b, s->first);
		if (s->bad || s->row->store != CONF_STORE_POLICY)
			continue;
		for (i = 0; i < s->nvalues; i++)
			filter_link(b, s, &s->values[i]);
		if (s->nvalues > POLICY_CHAIN)
			conf_error(b->messages, s->values[POLICY_CHAIN].word,
			    "at most %d filters are possible", POLICY_CHAIN);
	}
}

static void
stores_take(struct conf_build *b, enum conf_store store,
    void (*take)(struct conf_build *, const struct conf_statement *))
{
	const struct conf_statement *s;

	for (s = b->root; s != NULL; s = s->next)
		if (!s->bad && s->row->store == store)
			take(b, s);
}

void
conf_filters_take(struct conf_build *b)
{
	stores_take(b, CONF_STORE_PREFIX_SET, take_prefix_set);
	stores_take(b, CONF_STORE_COMMUNITY_SET, take_community_set);
	stores_take(b, CONF_STORE_FILTER, take_filter);
	filters_link(b, b->root);
}

/* ---- checks ------------------------------------------------------------ */

/* A rule behind one that takes everything. */
static void
reach_check(struct conf_build *b, const struct conf_statement *s)
{
	const struct conf_statement *rule, *last = NULL;

	for (rule = s->first; rule != NULL; rule = rule->next) {
		if (rule->bad || rule->row == NULL)
			continue;
		if (last != NULL) {
			conf_help(conf_warn(b->messages, &rule->words[0],
				      "this rule is never reached"),
			    "'%s' in line %u takes everything",
			    last->words[0].text, last->words[0].place.line);
			return;
		}
		if (strcmp(rule->row->word, "continue") != 0 &&
		    (rule->nvalues == 0 ||
			strcmp(rule->values[0].word->text, "set") == 0))
			last = rule;
	}
}

static void
use_check(struct conf_build *b, const struct conf_statement *s)
{
	const enum conf_store store = s->row->store;

	if (s->bad ||
	    (store != CONF_STORE_FILTER && store != CONF_STORE_PREFIX_SET &&
		store != CONF_STORE_COMMUNITY_SET))
		return;
	if (!is_used(b, s) && !b->incomplete)
		conf_warn(b->messages, s->values[0].word,
		    "%s '%.60s' is not used", s->row->word,
		    s->values[0].word->text);
	if (store != CONF_STORE_FILTER && s->first == NULL)
		conf_warn(b->messages, s->values[0].word, "%s '%.60s' is empty",
		    s->row->word, s->values[0].word->text);
	if (store == CONF_STORE_FILTER)
		reach_check(b, s);
}

/*
 * The neighbor or group that a rule names.  No error: a text that many nodes
 * share may name a neighbor that only some of them have.
 */
static void
named_check(struct conf_build *b, const struct conf_named *named)
{
	const struct conf_word *word = named->word;
	const struct conf_statement *s;
	const char *nearest = NULL;
	struct conf_message *m;
	size_t i;

	if (b->incomplete)
		return;
	for (s = b->root; named->group && s != NULL; s = s->next)
		if (s->row != NULL && s->row->store == CONF_STORE_GROUP &&
		    s->nvalues > 0) {
			if (strcmp(s->values[0].word->text, word->text) == 0)
				return;
			symbol_nearest(
			    word->text, s->values[0].word->text, &nearest);
		}
	for (i = 0; !named->group && i < b->nentries; i++) {
		if (strcmp(b->entries[i].name->text, word->text) == 0)
			return;
		symbol_nearest(word->text, b->entries[i].name->text, &nearest);
	}
	m = conf_warn(b->messages, word,
	    "there is no %s '%.60s', so this never holds",
	    named->group ? "group" : "neighbor", word->text);
	if (nearest != NULL)
		conf_help(m, "did you mean '%s'?", nearest);
}

void
conf_filters_check(struct conf_build *b)
{
	const struct conf_statement *s;
	size_t i;

	/* what is refused may have been meant for a use */
	for (s = b->root; s != NULL && b->messages->errors == 0; s = s->next)
		if (s->row != NULL)
			use_check(b, s);
	for (i = 0; i < b->nnamed; i++)
		named_check(b, &b->named[i]);
}
