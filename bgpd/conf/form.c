/* SPDX-License-Identifier: ISC */
/* form.c - statements against the schema */

/*
 * In comes the tree of statements; out goes the same tree where each
 * statement knows its row of the schema and carries its arguments as typed
 * values (match.c).
 *
 * A word that does not stand in its scope gets the nearest one that does, or
 * the scopes where it belongs; its block is not looked at, for nobody knows
 * what it is.  A word of a later version is refused once; its arguments and
 * its block are checked for form all the same, and nothing inside is refused
 * again.  An error concerns one statement, which stays bad so that the checks
 * of meaning leave it alone.
 *
 * Nothing is stored in the conf here, and no two statements are compared but
 * for being given twice.
 */

#include "bgpd/conf/form.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/capability.h"
#include "bgpd/conf/match.h"
#include "bgpd/conf/message.h"

#define PLACES_SIZE 256u

struct form {
	struct conf_arena *arena;
	struct conf_messages *messages;
	struct conf_matcher matcher;
	bool later; /* within what is refused already */
};

/* The first statement of each row, and of each capability, in one block. */
struct seen {
	const struct conf_word *words[CONF_SCHEMA_MAX];
	const struct conf_word *capabilities[CONF_CAPABILITY_MAX];
};

__attribute__((format(printf, 3, 4))) static struct conf_message *
refuse(struct form *f, struct conf_statement *s, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	s->bad = true;
	return conf_error(f->messages, &s->words[0], "%s", text);
}

/* A word that belongs elsewhere, unless a word of this scope was meant. */
static void
keyword_misplaced(struct form *f, struct conf_statement *s,
    enum conf_scope scope, unsigned int scopes)
{
	const struct conf_keyword *near =
	    conf_schema_nearest(scope, s->words[0].text);
	const char *word = s->words[0].text;
	struct conf_message *message;
	char places[PLACES_SIZE];

	conf_scopes_text(scopes, places, sizeof(places));
	message = refuse(f, s, "'%s' does not belong %s %s", word,
	    scope == CONF_SCOPE_TOP ? "at" : "in", conf_scope_name(scope));
	if (near != NULL)
		conf_help(message, "did you mean '%s'? '%s' belongs in %s",
		    near->word, word, places);
	else
		conf_help(message, "it belongs in %s", places);
}

static void
keyword_refuse(struct form *f, struct conf_statement *s, enum conf_scope scope)
{
	const char *word = s->words[0].text;
	unsigned int scopes = conf_schema_scopes(word);
	struct conf_message *message;

	if (scopes != 0) {
		keyword_misplaced(f, s, scope, scopes);
		return;
	}
	s->row = conf_schema_type(scope);
	if (s->row != NULL) {
		refuse(f, s, "expected %s, not '%.60s'",
		    conf_type_what(
			conf_type_find(s->row->word, strlen(s->row->word))),
		    word);
		return;
	}
	message = scope == CONF_SCOPE_TOP
	    ? refuse(f, s, "unknown setting '%.60s'", word)
	    : refuse(f, s, "unknown setting '%.60s' in %s", word,
		  conf_scope_name(scope));
	if (message == NULL)
		return; /* enough was said about this file */
	s->row = conf_schema_nearest(scope, word);
	if (s->row != NULL)
		conf_help(message, "did you mean '%s'?", s->row->word);
}

static void
arguments_check(struct form *f, struct conf_statement *s)
{
	size_t bytes;

	if (!conf_match(&f->matcher, s))
		s->bad = true;
	bytes = f->matcher.count * sizeof(*s->values);
	if (bytes == 0)
		return;
	s->values = conf_arena_take(f->arena, bytes);
	s->nvalues = (unsigned int)f->matcher.count;
	memcpy(s->values, f->matcher.values, bytes);
}

/* It is refused as a whole: what else is wrong with it is not said. */
static void
arguments_pass(struct form *f, struct conf_statement *s)
{
	struct conf_messages unsaid = { 0 };

	f->matcher.messages = &unsaid;
	arguments_check(f, s);
	f->matcher.messages = f->messages;
	conf_messages_clear(&unsaid);
}

static void
once_check(struct form *f, struct conf_statement *s, const char *word,
    const struct conf_word **first)
{
	if (*first == NULL)
		*first = &s->words[0];
	else if (!s->bad)
		conf_help(refuse(f, s, "'%s' is given twice", word),
		    "first at %s:%u", (*first)->place.file,
		    (*first)->place.line);
}

static void
twice_check(struct form *f, struct conf_statement *s, struct seen *seen)
{
	if ((s->row->flags & CONF_REPEAT) == 0)
		once_check(
		    f, s, s->row->word, &seen->words[s->row - conf_schema]);
}

/* It may stand again, but not for the same name: that is an argument. */
static void
capability_check(struct form *f, struct conf_statement *s, struct seen *seen)
{
	enum conf_capability capability;

	if (s->bad || s->row->store != CONF_STORE_CAPABILITIES)
		return;
	capability = (enum conf_capability)s->values[0].is.number;
	once_check(f, s, conf_capability_statement(capability),
	    &seen->capabilities[capability]);
}

/* What the row says about a block. */
static void
brackets_check(struct form *f, struct conf_statement *s)
{
	const struct conf_keyword *row = s->row;

	if (s->block && row->opens == CONF_SCOPE_MAX)
		refuse(f, s, "'%s' takes no { }", row->word);
	else if (!s->block && (row->flags & CONF_NEEDS_BLOCK) != 0)
		refuse(f, s, "'%s' needs { }", row->word);
}

static void
later_check(struct form *f, struct conf_statement *s)
{
	if ((s->row->flags & CONF_LATER) != 0)
		refuse(f, s, "'%.60s' is not available in this version",
		    s->words[0].text);
	else
		return;
	f->later = true;
}

static void list_check(struct form *, struct conf_statement *, enum conf_scope);

/* A statement that is bad already still has a row and a block. */
static void
statement_check(struct form *f, struct conf_statement *s, enum conf_scope scope,
    struct seen *seen)
{
	bool spoilt = s->bad;
	bool later = f->later;

	if (s->words[0].token != CONF_TOKEN_WORD)
		return;
	s->row = conf_schema_find(scope, s->words[0].text);
	if (s->row == NULL) {
		keyword_refuse(f, s, scope);
		return;
	}
	twice_check(f, s, seen);
	brackets_check(f, s);
	if (!later)
		later_check(f, s);
	if (!spoilt && f->later && !later)
		arguments_pass(f, s);
	else if (!spoilt)
		arguments_check(f, s);
	capability_check(f, s, seen);
	if (s->row->opens != CONF_SCOPE_MAX)
		list_check(f, s->first, s->row->opens);
	f->later = later;
}

static void
list_check(struct form *f, struct conf_statement *list, enum conf_scope scope)
{
	struct seen seen = { .words = { NULL } };
	struct conf_statement *s;

	for (s = list; s != NULL; s = s->next)
		statement_check(f, s, scope, &seen);
}

void
conf_form_check(struct conf_statement *list, struct conf_arena *arena,
    struct conf_messages *messages)
{
	struct form f = {
		.arena = arena,
		.messages = messages,
		.matcher = { .messages = messages },
	};

	list_check(&f, list, CONF_SCOPE_TOP);
	free(f.matcher.values);
}

bool
conf_form_entry(struct conf_messages *messages, const struct conf_statement *s,
    enum conf_type type, struct conf_value *value)
{
	struct conf_message *m;
	struct conf_fault fault;

	if (conf_value_parse(type, NULL, &s->words[0], value, &fault) ==
	    CONF_FIT)
		return true;
	m = conf_error(messages, &s->words[0], "%s", fault.text);
	if (fault.help[0] != '\0')
		conf_help(m, "%s", fault.help);
	return false;
}
