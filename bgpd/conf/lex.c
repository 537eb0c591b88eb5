/* SPDX-License-Identifier: ISC */
/* lex.c - config text to words and punctuation */

/*
 * A word is a run of anything but blank, newline and `; { } , ( ) "`, so that
 * `*`, `::/0`, `fe80::1%eth1` and `[::1]:9179` are words and the schema says
 * what a word means where it stands.  `#` starts a comment only at the start
 * of a word.  A statement ends at a newline or `;`; a newline behind `,` or
 * `{`, inside `( )` or behind `\` is a blank.  Text in quotes stays on its
 * line; in it `\` makes the next letter stand for itself.
 *
 * Out comes one token at a time, each with file, line, column and width;
 * columns count letters, not octets, so that a caret stands where an eye
 * looks.  Words are copied into the arena and end with NUL.
 *
 * The bytes are foreign: what is not printable UTF-8 inside a word, what is
 * too long, and quotes without an end are reported here and become a token
 * BAD, which spoils its statement and nothing else.  The text may hold
 * anything but NUL, which ends it.
 */

#include "bgpd/conf/lex.h"

#include <string.h>

#include "bgpd/conf/message.h"

static const struct {
	char letter;
	enum conf_token token;
} punctuation[] = {
	{ ';', CONF_TOKEN_END },
	{ '\n', CONF_TOKEN_END },
	{ '{', CONF_TOKEN_OPEN },
	{ '}', CONF_TOKEN_CLOSE },
	{ ',', CONF_TOKEN_COMMA },
	{ '(', CONF_TOKEN_OPEN_ROUND },
	{ ')', CONF_TOKEN_CLOSE_ROUND },
};

/* Lead octets of UTF-8 with the range of the octet behind (RFC 3629 4). */
static const struct {
	unsigned char first, last, size, low, high;
} utf8[] = {
	{ 0x20, 0x7e, 1, 0x00, 0xff },
	{ 0xc2, 0xc2, 2, 0xa0, 0xbf }, /* without the C1 controls */
	{ 0xc3, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

unsigned int
conf_letter_size(const char *text)
{
	unsigned char lead = (unsigned char)text[0];
	unsigned char next = (unsigned char)text[lead != '\0'];
	size_t i;

	for (i = 0; i < sizeof(utf8) / sizeof(*utf8); i++) {
		if (lead < utf8[i].first || lead > utf8[i].last)
			continue;
		if (next < utf8[i].low || next > utf8[i].high)
			return 0;
		if (utf8[i].size > 2 && !is_tail(text[2]))
			return 0;
		if (utf8[i].size > 3 && !is_tail(text[3]))
			return 0;
		return utf8[i].size;
	}
	return 0;
}

/* Behind one octet that is no newline. */
static void
step(struct conf_lexer *l)
{
	l->at++;
	if (!is_tail(*l->at))
		l->place.column++;
}

/* Behind a newline. */
static void
step_line(struct conf_lexer *l)
{
	l->at++;
	l->line = l->at;
	l->place.line++;
	l->place.column = 1;
}

/* Octets of a `\` with its newline, or 0. */
static size_t
continuation(const char *at)
{
	if (at[0] != '\\')
		return 0;
	if (at[1] == '\n')
		return 2;
	return at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

static void
skip_blanks(struct conf_lexer *l)
{
	for (;;) {
		if (*l->at == ' ' || *l->at == '\t' || *l->at == '\r')
			step(l);
		else if (*l->at == '#')
			while (*l->at != '\0' && *l->at != '\n')
				step(l);
		else if (*l->at == '\n' && (l->joined || l->round > 0))
			step_line(l);
		else if (continuation(l->at) > 0) {
			l->at += continuation(l->at) - 1;
			step_line(l);
		} else
			return;
	}
}

static bool
ends_word(const char *at)
{
	return strchr(" \t\r\n;{},()\"", *at) != NULL || continuation(at) > 0;
}

static struct conf_word
word_spoil(struct conf_lexer *l, struct conf_word word, const char *why)
{
	word.token = CONF_TOKEN_BAD;
	conf_error(l->messages, &word, "%s", why);
	return word;
}

/* Takes the quoting `\` out, in place. */
static void
text_unquote(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		*to++ = *text;
	}
	*to = '\0';
}

static struct conf_word
word_finish(
    struct conf_lexer *l, struct conf_word word, size_t length, bool clean)
{
	char *copy;

	word.width = l->place.column - word.place.column;
	if (length > CONF_WORD_SIZE)
		return word_spoil(l, word, "this word is too long");
	if (!clean)
		return word_spoil(l, word, "this is not printable UTF-8");
	copy = conf_arena_text(l->arena, l->at - length, length);
	if (word.token == CONF_TOKEN_TEXT)
		text_unquote(copy);
	word.text = copy;
	return word;
}

/* Moves over one letter; false when it is not printable. */
static bool
letter_take(struct conf_lexer *l)
{
	unsigned int size = conf_letter_size(l->at);

	if (size == 0) {
		step(l);
		return false;
	}
	while (size-- > 0)
		step(l);
	return true;
}

static struct conf_word
word_take(struct conf_lexer *l, struct conf_word word)
{
	const char *start = l->at;
	bool clean = true;

	while (!ends_word(l->at))
		clean = letter_take(l) && clean;
	return word_finish(l, word, (size_t)(l->at - start), clean);
}

static struct conf_word
text_take(struct conf_lexer *l, struct conf_word word)
{
	const char *start;
	bool clean = true;

	step(l);
	start = l->at;
	while (*l->at != '"' && *l->at != '\n' && *l->at != '\0') {
		if (*l->at == '\\' && l->at[1] != '\n' && l->at[1] != '\0')
			step(l);
		clean = letter_take(l) && clean;
	}
	if (*l->at != '"') {
		word.width = 1;
		return word_spoil(l, word, "this quote has no end on its line");
	}
	word = word_finish(l, word, (size_t)(l->at - start), clean);
	step(l);
	word.width++;
	return word;
}

static struct conf_word
punctuation_take(struct conf_lexer *l, struct conf_word word)
{
	if (word.token == CONF_TOKEN_OPEN_ROUND)
		l->round++;
	if (word.token == CONF_TOKEN_CLOSE_ROUND && l->round > 0)
		l->round--;
	l->joined =
	    word.token == CONF_TOKEN_COMMA || word.token == CONF_TOKEN_OPEN;
	word.width = 1;
	if (*l->at == '\n')
		step_line(l);
	else
		step(l);
	return word;
}

struct conf_word
conf_lexer_next(struct conf_lexer *l)
{
	struct conf_word word = { .text = "", .token = CONF_TOKEN_EOF };
	size_t i;

	skip_blanks(l);
	word.line = l->line;
	word.place = l->place;
	if (*l->at == '\0')
		return word;
	for (i = 0; i < sizeof(punctuation) / sizeof(*punctuation); i++)
		if (*l->at == punctuation[i].letter) {
			word.token = punctuation[i].token;
			return punctuation_take(l, word);
		}
	l->joined = false;
	word.token = CONF_TOKEN_WORD;
	if (*l->at != '"')
		return word_take(l, word);
	word.token = CONF_TOKEN_TEXT;
	return text_take(l, word);
}

void
conf_lexer_init(struct conf_lexer *l, const char *file, const char *text,
    struct conf_arena *arena, struct conf_messages *messages)
{
	*l = (struct conf_lexer){
		.at = text,
		.line = text,
		.place = { .file = file, .line = 1, .column = 1 },
		.arena = arena,
		.messages = messages,
	};
}
