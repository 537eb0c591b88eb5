/* SPDX-License-Identifier: ISC */
/* parse.c - words to a tree of statements */

/*
 * A statement is `WORD args.. [{ statements }]` and ends at a newline, `;`,
 * `}` or the end of the file; its block ends it too.  Nothing here knows a
 * keyword but `include`, whose statements take its place in the list, in
 * whatever block it stands.  Round brackets only join lines; commas stay
 * among the words, for only the schema knows where a list is.
 *
 * An error spoils one statement and the parser goes on at that statement's
 * end.  Braces that do not match are the exception: then the nesting of
 * everything behind is a guess, and `broken` tells the caller to stop after
 * parsing.  The depth is bounded, for the text is foreign; a block that is
 * too deep is skipped without recursion.
 *
 * Statements and words live in the arena.
 */

#include "bgpd/conf/parse.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "rib/mem.h"

#define DEPTH_MAX 16u

/* One file being parsed. */
struct parse {
	struct conf_parser *parser;
	struct conf_lexer lexer;
	struct conf_word token; /* the current one */
	unsigned int depth;
	struct conf_word *words; /* of the statement in the making */
	size_t nwords, size;
};

static void
advance(struct parse *p)
{
	p->token = conf_lexer_next(&p->lexer);
}

static void
list_append(struct conf_list *list, struct conf_statement *s)
{
	if (list->last == NULL)
		list->first = s;
	else
		list->last->next = s;
	list->last = s;
}

static void
words_push(struct parse *p, struct conf_word word)
{
	if (p->nwords == p->size) {
		p->size = p->size == 0 ? 64 : 2 * p->size;
		p->words = xreallocarray(p->words, p->size, sizeof(*p->words));
	}
	p->words[p->nwords++] = word;
}

/* Makes the collected words a statement. */
static struct conf_statement *
statement_new(struct parse *p, bool bad)
{
	struct conf_arena *arena = p->parser->arena;
	struct conf_statement *s = conf_arena_take(arena, sizeof(*s));
	size_t bytes = p->nwords * sizeof(*p->words);

	*s = (struct conf_statement){
		.words = conf_arena_take(arena, bytes),
		.nwords = (unsigned int)p->nwords,
		.bad = bad,
	};
	memcpy(s->words, p->words, bytes);
	p->nwords = 0;
	return s;
}

/* Behind the `}` of a block that is too deep. */
static void
block_skip(struct parse *p)
{
	unsigned int open = 1;

	while (open > 0 && p->token.token != CONF_TOKEN_EOF) {
		if (p->token.token == CONF_TOKEN_OPEN)
			open++;
		if (p->token.token == CONF_TOKEN_CLOSE)
			open--;
		advance(p);
	}
}

static bool
ends_arguments(enum conf_token token)
{
	return token == CONF_TOKEN_END || token == CONF_TOKEN_EOF ||
	    token == CONF_TOKEN_OPEN || token == CONF_TOKEN_CLOSE;
}

/* False when something in it was reported. */
static bool
argument_take(struct parse *p, struct conf_word *round, unsigned int *open)
{
	switch (p->token.token) {
	case CONF_TOKEN_OPEN_ROUND:
		if ((*open)++ == 0)
			*round = p->token;
		return true;
	case CONF_TOKEN_CLOSE_ROUND:
		if (*open == 0) {
			conf_error(
			    p->parser->messages, &p->token, "')' without '('");
			return false;
		}
		(*open)--;
		return true;
	case CONF_TOKEN_WORD:
	case CONF_TOKEN_TEXT:
	case CONF_TOKEN_COMMA: words_push(p, p->token); return true;
	case CONF_TOKEN_BAD:
	case CONF_TOKEN_OPEN:
	case CONF_TOKEN_CLOSE:
	case CONF_TOKEN_END:
	case CONF_TOKEN_EOF: break;
	}
	return false;
}

/* All words up to the end of the statement or its `{`. */
static bool
arguments_take(struct parse *p)
{
	struct conf_word round = { .text = "" };
	unsigned int open = 0;
	bool good = true;

	for (; !ends_arguments(p->token.token); advance(p))
		good = argument_take(p, &round, &open) && good;
	if (open > 0) {
		conf_error(p->parser->messages, &round, "'(' is not closed");
		p->parser->broken = true;
		p->lexer.round = 0;
		return false;
	}
	return good;
}

static void statements_take(
    struct parse *, const struct conf_word *open, struct conf_list *);

/* The current token is `{`. */
static void
block_take(struct parse *p, struct conf_statement *s)
{
	struct conf_list list = { .first = NULL };
	struct conf_word open = p->token;

	advance(p);
	s->block = true;
	if (p->depth == DEPTH_MAX) {
		conf_error(
		    p->parser->messages, &open, "blocks are nested too deep");
		s->bad = true;
		block_skip(p);
		return;
	}
	p->depth++;
	statements_take(p, &open, &list);
	p->depth--;
	s->first = list.first;
}

static bool
is_include(const struct conf_statement *s)
{
	return s->words[0].token == CONF_TOKEN_WORD &&
	    strcmp(s->words[0].text, "include") == 0;
}

static void
include_take(struct parse *p, struct conf_statement *s, struct conf_list *list)
{
	struct conf_messages *messages = p->parser->messages;

	if (s->bad)
		return;
	if (s->nwords != 2 || s->block || s->words[1].token == CONF_TOKEN_COMMA)
		conf_help(conf_error(messages, &s->words[0],
			      "'include' takes one file name or pattern"),
		    "as in: include \"conf.d/*.conf\"");
	else if (p->parser->include == NULL)
		conf_error(
		    messages, &s->words[0], "'include' works only in a file");
	else
		p->parser->include(p->parser, s, list);
}

static void
statement_take(struct parse *p, struct conf_list *list)
{
	struct conf_word start = p->token;
	struct conf_statement *s;
	bool good;

	good = arguments_take(p);
	if (good && start.token != CONF_TOKEN_WORD) {
		conf_error(p->parser->messages, &start,
		    "a statement starts with a word");
		good = false;
	}
	if (p->nwords == 0)
		words_push(p, start);
	s = statement_new(p, !good);
	if (p->token.token == CONF_TOKEN_OPEN)
		block_take(p, s);
	if (is_include(s))
		include_take(p, s, list);
	else
		list_append(list, s);
}

/* `{` where a statement should start: most often on a line of its own. */
static void
stray_open_take(struct parse *p, struct conf_statement *last)
{
	conf_help(conf_error(p->parser->messages, &p->token,
		      "'{' without a statement"),
	    "it belongs on the line of its statement");
	if (last != NULL && !last->block)
		block_take(p, last);
	else {
		advance(p);
		block_skip(p);
	}
}

/* Said once: one brace may be missing for many. */
static void
braces_differ(struct parse *p, const struct conf_word *word, const char *how)
{
	if (!p->parser->broken)
		conf_error(p->parser->messages, word, "%s", how);
	p->parser->broken = true;
}

/* Up to the end of the file, or behind the `}` of a block. */
static void
statements_take(
    struct parse *p, const struct conf_word *open, struct conf_list *list)
{
	while (p->token.token != CONF_TOKEN_EOF) {
		switch (p->token.token) {
		case CONF_TOKEN_OPEN: stray_open_take(p, list->last); break;
		case CONF_TOKEN_CLOSE:
			if (open == NULL)
				braces_differ(p, &p->token, "'}' without '{'");
			advance(p);
			if (open != NULL)
				return;
			break;
		case CONF_TOKEN_EOF:
		case CONF_TOKEN_END: advance(p); break;
		case CONF_TOKEN_WORD:
		case CONF_TOKEN_TEXT:
		case CONF_TOKEN_COMMA:
		case CONF_TOKEN_OPEN_ROUND:
		case CONF_TOKEN_CLOSE_ROUND:
		case CONF_TOKEN_BAD: statement_take(p, list);
		}
	}
	if (open != NULL)
		braces_differ(p, open, "'{' is not closed");
}

void
conf_parse_text(struct conf_parser *parser, const char *file, const char *text,
    struct conf_list *list)
{
	struct parse p = { .parser = parser };

	conf_lexer_init(&p.lexer, file, text, parser->arena, parser->messages);
	advance(&p);
	statements_take(&p, NULL, list);
	free(p.words);
}
