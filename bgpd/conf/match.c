/* SPDX-License-Identifier: ISC */
/* match.c - the arguments of a statement against the form of its keyword */

/*
 * The forms of schema.h are small enough to be matched as they are written,
 * left to right with one word of look-ahead: an optional part is taken when
 * its first element fits, a list goes on while its element fits.  Out come
 * typed values, or one error.
 *
 * While a word is refused, all that was tried on it is collected, so that the
 * error can say what was expected and which word was probably meant; taking a
 * word forgets them.  A word that the form itself knows is never taken for
 * free text (a name, a file), unless it stands in quotes.  Commas are skipped
 * between the items of a list only.
 *
 * No statement is compared with another one here, and nothing is stored but
 * the values.
 */

#include "bgpd/conf/match.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "rib/mem.h"
#include "rib/text.h"

#define EXPECTED_MAX 16u
#define USAGE_SIZE   256u
#define GROUPS_MAX   8u /* in one ( ) */

/* One element of a form: `a|B|c..`. */
struct element {
	const char *text;
	size_t length;
	bool repeats;
};

struct match {
	struct conf_matcher *matcher;
	const struct conf_statement *s;
	const struct conf_keyword *row;
	unsigned int at;                       /* index of the next word */
	bool failed;                           /* and reported */
	struct element expected[EXPECTED_MAX]; /* tried on that word */
	unsigned int nexpected;
};

static bool
is_argument(const struct match *m)
{
	return m->at < m->s->nwords;
}

static bool
is_comma(const struct match *m)
{
	return is_argument(m) && m->s->words[m->at].token == CONF_TOKEN_COMMA;
}

static void
value_push(struct conf_matcher *f, const struct conf_value *value)
{
	if (f->count == f->size) {
		f->size = f->size == 0 ? 64 : 2 * f->size;
		f->values =
		    xreallocarray(f->values, f->size, sizeof(*f->values));
	}
	f->values[f->count++] = *value;
}

/* ---- elements ---------------------------------------------------------- */

/* Reads one element and moves behind it and its `..`. */
static struct element
element_read(const char **form)
{
	struct element e = { .text = *form };

	e.length = strcspn(*form, " .[]()");
	*form += e.length;
	e.repeats = strncmp(*form, "..", 2) == 0;
	if (e.repeats)
		*form += 2;
	return e;
}

/* The next alternative of an element, false behind the last. */
static bool
alternative_read(struct element *rest, struct element *one)
{
	size_t length;

	if (rest->length == 0)
		return false;
	one->text = rest->text;
	for (length = 0; length < rest->length; length++)
		if (rest->text[length] == '|')
			break;
	one->length = length;
	length += length < rest->length;
	rest->text += length;
	rest->length -= length;
	return true;
}

static bool
is_literal(const struct element *e)
{
	return islower((unsigned char)e->text[0]);
}

static bool
literal_fits(const struct element *e, const struct conf_word *word)
{
	return word->token == CONF_TOKEN_WORD &&
	    strlen(word->text) == e->length &&
	    memcmp(word->text, e->text, e->length) == 0;
}

/* Whether the form knows the word itself: then it is no free text. */
bool
conf_form_has_word(const char *form, const char *text)
{
	struct conf_word word = { .text = text, .token = CONF_TOKEN_WORD };
	struct element rest, one;

	while (*form != '\0') {
		if (strchr(" .[]()", *form) != NULL) {
			form++;
			continue;
		}
		rest = element_read(&form);
		while (alternative_read(&rest, &one))
			if (is_literal(&one) && literal_fits(&one, &word))
				return true;
	}
	return false;
}

/* ---- errors ------------------------------------------------------------ */

static void
expect(struct match *m, const struct element *e)
{
	unsigned int i;

	for (i = 0; i < m->nexpected; i++)
		if (m->expected[i].text == e->text)
			return;
	if (m->nexpected < EXPECTED_MAX)
		m->expected[m->nexpected++] = *e;
}

static void
expected_text(const struct match *m, char *buf, size_t size)
{
	struct text text = text_of(buf, size);
	const struct element *e;
	enum conf_type type;
	unsigned int i;

	for (i = 0; i < m->nexpected; i++) {
		e = &m->expected[i];
		if (i > 0)
			text_add(&text, i + 1 == m->nexpected ? " or " : ", ");
		type = conf_type_find(e->text, e->length);
		if (is_literal(e))
			text_add(&text, "'%.*s'", (int)e->length, e->text);
		else
			text_add(&text, "%s", conf_type_what(type));
	}
}

/* The word of the form that was probably meant, or NULL. */
static const struct element *
expected_nearest(const struct match *m, const char *word)
{
	const struct element *best = NULL;
	const char *nearest = NULL, *before;
	char literal[32];
	char kept[32];
	unsigned int i;

	for (i = 0; i < m->nexpected; i++) {
		if (!is_literal(&m->expected[i]))
			continue;
		snprintf(literal, sizeof(literal), "%.*s",
		    (int)m->expected[i].length, m->expected[i].text);
		before = nearest;
		symbol_nearest(word, literal, &nearest);
		if (nearest == before)
			continue;
		memcpy(kept, literal, sizeof(kept));
		nearest = kept;
		best = &m->expected[i];
	}
	return best;
}

/* The next word, or its absence, is not what the form wants. */
static void
match_fail(struct match *m)
{
	struct conf_messages *messages = m->matcher->messages;
	const struct conf_word *words = m->s->words;
	const struct element *meant;
	struct conf_message *message;
	char expected[USAGE_SIZE], usage[USAGE_SIZE];

	m->failed = true;
	conf_usage_text(m->row, usage, sizeof(usage));
	expected_text(m, expected, sizeof(expected));
	if (!is_argument(m)) {
		words += m->s->nwords - 1;
		message = conf_error(messages, words,
		    "%s is expected behind '%.60s'", expected,
		    words->token == CONF_TOKEN_COMMA ? "," : words->text);
		conf_help(message, "the form is: %s", usage);
		return;
	}
	words += m->at;
	if (words->token == CONF_TOKEN_COMMA || m->nexpected == 0)
		message = conf_error(messages, words, "unexpected '%.60s'",
		    words->token == CONF_TOKEN_COMMA ? "," : words->text);
	else
		message = conf_error(messages, words,
		    "expected %s, not '%.60s'", expected, words->text);
	meant = expected_nearest(m, words->text);
	if (meant != NULL)
		conf_help(message, "did you mean '%.*s'?", (int)meant->length,
		    meant->text);
	else
		conf_help(message, "the form is: %s", usage);
}

static void
value_fail(struct match *m, const struct conf_fault *fault)
{
	struct conf_message *message;

	m->failed = true;
	message = conf_error(
	    m->matcher->messages, &m->s->words[m->at], "%s", fault->text);
	if (fault->help[0] != '\0')
		conf_help(message, "%s", fault->help);
}

/* ---- matching ---------------------------------------------------------- */

/* The next word against one alternative. */
static enum conf_fit
alternative_fits(
    struct match *m, const struct element *e, struct conf_value *value)
{
	const struct conf_word *word = &m->s->words[m->at];
	struct conf_fault fault;
	enum conf_type type;
	enum conf_fit fit;

	*value = (struct conf_value){ .word = word };
	if (is_literal(e))
		return literal_fits(e, word) ? CONF_FIT : CONF_NO_FIT;
	type = conf_type_find(e->text, e->length);
	if (conf_type_is_open(type) && word->token == CONF_TOKEN_WORD &&
	    conf_form_has_word(m->row->form, word->text))
		return CONF_NO_FIT;
	fit = conf_value_parse(type, m->row, word, value, &fault);
	if (fit == CONF_WRONG)
		value_fail(m, &fault);
	return fit;
}

/* The next word against all alternatives of an element. */
static enum conf_fit
element_fits(struct match *m, struct element e, struct conf_value *value)
{
	enum conf_fit fit = CONF_NO_FIT;
	struct element one;

	while (fit == CONF_NO_FIT && alternative_read(&e, &one)) {
		if (is_argument(m) && !is_comma(m))
			fit = alternative_fits(m, &one, value);
		if (fit == CONF_NO_FIT)
			expect(m, &one);
	}
	return m->failed ? CONF_WRONG : fit;
}

static void
value_take(struct match *m, const struct conf_value *value)
{
	value_push(m->matcher, value);
	m->at++;
	m->nexpected = 0;
}

static void
element_take(struct match *m, struct element e)
{
	struct conf_value value;
	enum conf_fit fit;
	bool needed = true; /* the first one, and one behind a comma */

	for (;;) {
		fit = element_fits(m, e, &value);
		if (fit == CONF_FIT)
			value_take(m, &value);
		else if (fit == CONF_NO_FIT && needed)
			match_fail(m);
		if (fit != CONF_FIT || !e.repeats)
			return;
		needed = is_comma(m);
		if (needed)
			m->at++;
		else if (element_fits(m, e, &value) != CONF_FIT)
			return;
	}
}

/* The end of the group that starts here, behind its bracket. */
static const char *
group_end(const char *form)
{
	unsigned int open = 0;

	do {
		open += *form == '[';
		open -= *form == ']';
		form++;
	} while (open > 0);
	return form;
}

/* Whether the next word starts the group `[..]`. */
static bool
group_starts(struct match *m, const char *group)
{
	struct conf_value value;

	group++;
	return element_fits(m, element_read(&group), &value) == CONF_FIT;
}

static void sequence_take(struct match *, const char **form);

static void
group_take(struct match *m, const char *group)
{
	group++;
	sequence_take(m, &group);
}

/* `( [a..] [b..] )`: each at most once, in any order. */
static void
unordered_take(struct match *m, const char **form)
{
	const char *groups[GROUPS_MAX];
	bool taken[GROUPS_MAX] = { false };
	size_t count = 0, i;
	bool more;

	for ((*form)++; **form != ')';) {
		if (**form != '[') {
			(*form)++;
			continue;
		}
		groups[count++] = *form;
		*form = group_end(*form);
	}
	(*form)++;
	do {
		more = false;
		for (i = 0; i < count && !m->failed; i++) {
			if (taken[i] || !group_starts(m, groups[i]))
				continue;
			taken[i] = more = true;
			group_take(m, groups[i]);
		}
	} while (more);
}

/* All elements up to the end of the form or of the group. */
static void
sequence_take(struct match *m, const char **form)
{
	while (**form != '\0' && **form != ']' && !m->failed) {
		if (**form == ' ')
			(*form)++;
		else if (**form == '(')
			unordered_take(m, form);
		else if (**form == '[') {
			if (group_starts(m, *form))
				group_take(m, *form);
			*form = group_end(*form);
		} else
			element_take(m, element_read(form));
	}
}

bool
conf_match(struct conf_matcher *matcher, const struct conf_statement *s)
{
	struct match m = { .matcher = matcher, .s = s, .row = s->row, .at = 1 };
	const char *form = s->row->form;

	matcher->count = 0;
	sequence_take(&m, &form);
	if (!m.failed && is_argument(&m))
		match_fail(&m);
	return !m.failed;
}
