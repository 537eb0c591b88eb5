/* SPDX-License-Identifier: ISC */
/* rule.c - the words of a filter's rule */

/*
 * A rule is `accept|reject|continue [CONDITION..] [set ACTION..]`.  match.c saw
 * that it is, and here each word is read at its position: what a word means
 * depends on those before it.  The steps that conditions (rule_condition.c)
 * and actions (rule_action.c) are read by are here, and the errors: what was
 * expected, and which word was probably meant.
 *
 * The text of the rule is made of its words; it is what `show filters` shows,
 * what `show config` writes and what tells two filters apart (rib/filter.c).
 */

#include "bgpd/conf/rule.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/print.h"
#include "rib/mem.h"

/* ---- words ------------------------------------------------------------- */

const struct conf_word *
conf_rule_word(const struct conf_rule *r)
{
	return r->at < r->count ? r->words[r->at].word : NULL;
}

bool
conf_rule_is(const struct conf_rule *r, const char *text)
{
	const struct conf_word *word = conf_rule_word(r);

	return word != NULL && word->token == CONF_TOKEN_WORD &&
	    strcmp(word->text, text) == 0;
}

bool
conf_rule_takes(struct conf_rule *r, const char *text)
{
	if (!conf_rule_is(r, text))
		return false;
	r->at++;
	return true;
}

struct conf_message *
conf_rule_error(
    struct conf_rule *r, const struct conf_word *word, const char *format, ...)
{
	char text[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	r->failed = true;
	return conf_error(r->build->messages, word, "%s", text);
}

bool
conf_rule_value(
    struct conf_rule *r, enum conf_type type, struct conf_value *value)
{
	const struct conf_word *word = conf_rule_word(r);
	struct conf_fault fault;
	enum conf_fit fit;

	if (word == NULL || r->failed)
		return false;
	fit = conf_value_parse(type, NULL, word, value, &fault);
	if (fit == CONF_WRONG) {
		struct conf_message *m =
		    conf_rule_error(r, word, "%s", fault.text);

		if (fault.help[0] != '\0')
			conf_help(m, "%s", fault.help);
	}
	r->at += fit == CONF_FIT;
	return fit == CONF_FIT;
}

void
conf_rule_refuse(struct conf_rule *r, const char *what,
    const char *const *words, size_t count)
{
	const struct conf_word *word = conf_rule_word(r);
	const char *nearest = NULL;
	struct conf_message *m;
	size_t i;

	if (r->failed)
		return;
	if (word == NULL) {
		word = r->words[r->count - 1].word;
		conf_rule_error(
		    r, word, "%s is expected behind '%.60s'", what, word->text);
		return;
	}
	m = conf_rule_error(r, word, "expected %s%s%s, not '%.60s'", what,
	    r->more != NULL ? " or " : "", r->more != NULL ? r->more : "",
	    word->text);
	for (i = 0; i < count; i++)
		symbol_nearest(word->text, words[i], &nearest);
	if (nearest != NULL)
		conf_help(m, "did you mean '%s'?", nearest);
}

bool
conf_rule_needs(
    struct conf_rule *r, enum conf_type type, struct conf_value *value)
{
	if (conf_rule_value(r, type, value))
		return true;
	r->more = NULL;
	conf_rule_refuse(r, conf_type_what(type), NULL, 0);
	return false;
}

static char *
text_of_rule(const struct conf_statement *s)
{
	struct conf_text text;
	unsigned int i;

	conf_text_open(&text);
	fputs(s->words[0].text, text.out);
	for (i = 0; i < s->nvalues; i++) {
		putc(' ', text.out);
		if (s->values[i].word->token == CONF_TOKEN_TEXT)
			conf_text_print(s->values[i].word->text, text.out);
		else
			conf_print_word(s->values[i].word->text, text.out);
	}
	return conf_text_take(&text);
}

/* Those made here; named ones are sealed already, and behind them. */
static void
sets_seal(struct filter_rule *rule)
{
	const struct filter_condition *c;
	size_t i;

	for (i = 0; i < rule->nconditions; i++) {
		c = &rule->conditions[i];
		if (c->nvalues > 0 && c->values[0].prefixes != NULL)
			prefix_set_seal(c->values[0].prefixes);
		if (c->nvalues > 0 && c->values[0].communities != NULL)
			community_set_seal(c->values[0].communities);
	}
}

static const struct filter_condition *
condition_find(const struct filter_rule *rule, enum filter_kind kind)
{
	size_t i;

	for (i = 0; i < rule->nconditions; i++)
		if (rule->conditions[i].kind == kind &&
		    !rule->conditions[i].negated)
			return &rule->conditions[i];
	return NULL;
}

/* Prefixes of one family beside the word of the other. */
static bool
is_contradiction(const struct filter_rule *rule)
{
	const struct filter_condition *family, *prefix;
	const struct prefix_set *set;
	size_t i;

	family = condition_find(rule, FILTER_FAMILY);
	prefix = condition_find(rule, FILTER_PREFIX);
	if (family == NULL || family->nvalues != 1 || prefix == NULL ||
	    prefix->nvalues != 1)
		return false;
	set = prefix->values[0].prefixes;
	for (i = 0; i < prefix_set_count(set); i++)
		if (prefix_set_at(set, i)->prefix.address.family ==
		    family->values[0].low)
			return false;
	return true;
}

static enum filter_verdict
verdict_of(const char *word)
{
	static const struct symbol verdicts[] = {
		{ "accept", FILTER_ACCEPT },
		{ "reject", FILTER_REJECT },
		{ "continue", FILTER_NOTHING },
		{ NULL, 0 },
	};
	int verdict = FILTER_NOTHING;

	symbol_value(verdicts, word, &verdict);
	return (enum filter_verdict)verdict;
}

bool
conf_rule_take(
    struct conf_build *b, struct filter *filter, const struct conf_statement *s)
{
	struct conf_rule r = {
		.build = b,
		.words = s->values,
		.count = s->nvalues,
		.rule = filter_rule_add(filter, verdict_of(s->words[0].text)),
	};

	r.rule->text = text_of_rule(s);
	r.rule->file = xstrdup(s->words[0].place.file);
	r.rule->line = s->words[0].place.line;
	while (!r.failed && r.at < r.count && !conf_rule_is(&r, "set"))
		conf_rule_condition(&r);
	r.more = NULL;
	if (conf_rule_is(&r, "set") && r.rule->verdict == FILTER_REJECT)
		conf_rule_error(&r, conf_rule_word(&r),
		    "nothing is left to set of a route that is rejected");
	if (!r.failed && conf_rule_takes(&r, "set"))
		conf_rule_actions(&r);
	sets_seal(r.rule);
	if (!r.failed && is_contradiction(r.rule))
		conf_rule_error(&r, &s->words[0],
		    "no route is of that family and within these prefixes");
	return !r.failed;
}
