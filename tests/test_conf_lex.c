/* SPDX-License-Identifier: ISC */
/* test_conf_lex.c - words, punctuation and their places */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/lex.h"
#include "tests/testing.h"

static const char *const token_names[] = {
	[CONF_TOKEN_COMMA] = ",",
	[CONF_TOKEN_OPEN] = "{",
	[CONF_TOKEN_CLOSE] = "}",
	[CONF_TOKEN_OPEN_ROUND] = "(",
	[CONF_TOKEN_CLOSE_ROUND] = ")",
	[CONF_TOKEN_END] = ";",
	[CONF_TOKEN_EOF] = ".",
	[CONF_TOKEN_BAD] = "BAD",
};

/* All tokens of a text, as one line: words as they are, texts in < >. */
struct reading {
	struct conf_arena arena;
	struct conf_messages messages;
	char line[512];
	struct conf_word last; /* the one before the end */
};

static void
token_append(char *line, size_t size, const struct conf_word *word)
{
	size_t length = strlen(line);
	const char *blank = length > 0 ? " " : "";

	if (word->token == CONF_TOKEN_WORD)
		snprintf(
		    line + length, size - length, "%s%s", blank, word->text);
	else if (word->token == CONF_TOKEN_TEXT)
		snprintf(
		    line + length, size - length, "%s<%s>", blank, word->text);
	else
		snprintf(line + length, size - length, "%s%s", blank,
		    token_names[word->token]);
}

static void
reading_take(struct reading *r, const char *text)
{
	struct conf_lexer lexer;
	struct conf_word word;

	*r = (struct reading){ .line = "" };
	conf_lexer_init(&lexer, "test", text, &r->arena, &r->messages);
	do {
		word = conf_lexer_next(&lexer);
		token_append(r->line, sizeof(r->line), &word);
		if (word.token != CONF_TOKEN_EOF)
			r->last = word;
	} while (word.token != CONF_TOKEN_EOF);
}

static void
reading_clear(struct reading *r)
{
	conf_messages_clear(&r->messages);
	conf_arena_clear(&r->arena);
}

static void
text_becomes_tokens(void **state)
{
	static const struct {
		const char *text, *tokens;
	} rows[] = {
		{ "", "." },
		{ "as 64512", "as 64512 ." },
		{ "as 64512\nnode a", "as 64512 ; node a ." },
		{ "as 1; node a;", "as 1 ; node a ; ." },
		{ "a{b}c", "a { b } c ." },
		{ "a { b\nc }", "a { b ; c } ." },
		{ "a {\nb }", "a { b } ." },
		{ "a b,\nc\nd", "a b , c ; d ." },
		{ "a (b\nc) d\ne", "a ( b c ) d ; e ." },
		{ "a (b (c\n) d\n) e\n", "a ( b ( c ) d ) e ; ." },
		{ "a \\\nb", "a b ." },
		{ "a \\\r\nb\r\nc", "a b ; c ." },
		{ "a\\\nb", "a b ." },
		{ "a\\b", "a\\b ." },
		{ "# comment\na # another { ; \"\nb", "; a ; b ." },
		{ "a#b c", "a#b c ." },
		{ "a{#b\nc}", "a { c } ." },
		{ "* ::/0 fe80::1%eth1 [::1]:9179 not!",
		    "* ::/0 fe80::1%eth1"
		    " [::1]:9179 not! ." },
		{ "\"two words\"", "<two words> ." },
		{ "\"a \\\"b\\\" \\\\ # ; { \"", "<a \"b\" \\ # ; { > ." },
		{ "\"\"", "<> ." },
		{ "a\"b\"c", "a <b> c ." },
		{ "\tk\303\266ln \342\202\254", "k\303\266ln \342\202\254 ." },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		reading_take(&r, rows[i].text);
		assert_string_equal(r.line, rows[i].tokens);
		assert_int_equal(r.messages.count, 0);
		reading_clear(&r);
	}
}

static void
bad_text_is_one_error(void **state)
{
	static const struct {
		const char *text, *tokens, *error;
	} rows[] = {
		{ "\"a b\nc", "BAD ; c .",
		    "this quote has no end on its line" },
		{ "\"a", "BAD .", "this quote has no end on its line" },
		{ "\"a\\", "BAD .", "this quote has no end on its line" },
		{ "\"a\\\n\"", "BAD ; BAD .", NULL },
		{ "a\001b c", "BAD c .", "this is not printable UTF-8" },
		{ "\177", "BAD .", "this is not printable UTF-8" },
		{ "\"a\tb\" c", "BAD c .", "this is not printable UTF-8" },
		{ "a\200 b", "BAD b .", "this is not printable UTF-8" },
		{ "a\303 b", "BAD b .", "this is not printable UTF-8" },
		{ "\300\200", "BAD .", "this is not printable UTF-8" },
		{ "\302\200", "BAD .", "this is not printable UTF-8" },
		{ "\340\200\200", "BAD .", "this is not printable UTF-8" },
		{ "\355\240\200", "BAD .", "this is not printable UTF-8" },
		{ "\364\220\200\200", "BAD .", "this is not printable UTF-8" },
		{ "\342\202", "BAD .", "this is not printable UTF-8" },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		reading_take(&r, rows[i].text);
		assert_string_equal(r.line, rows[i].tokens);
		if (rows[i].error != NULL) {
			assert_int_equal(r.messages.count, 1);
			assert_string_equal(
			    r.messages.at[0].text, rows[i].error);
		}
		reading_clear(&r);
	}
}

static void
last_word_has_its_place(void **state)
{
	static const struct {
		const char *text;
		unsigned int line, column, width;
	} rows[] = {
		{ "as", 1, 1, 2 },
		{ "as 64512", 1, 4, 5 },
		{ "\tas", 1, 2, 2 },
		{ "a\nb\n  cd", 3, 3, 2 },
		{ "a \\\n  b", 2, 3, 1 },
		{ "a b,\n c", 2, 2, 1 },
		{ "\303\266\303\266 abc", 1, 4, 3 },
		{ "# \303\266\n\303\266", 2, 1, 1 },
		{ "x \"a\\\"b\"", 1, 3, 6 },
		{ "x }", 1, 3, 1 },
	};
	struct reading r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		reading_take(&r, rows[i].text);
		assert_string_equal(r.last.place.file, "test");
		assert_int_equal(r.last.place.line, rows[i].line);
		assert_int_equal(r.last.place.column, rows[i].column);
		assert_int_equal(r.last.width, rows[i].width);
		reading_clear(&r);
	}
}

static void
word_knows_its_line(void **state)
{
	struct reading r;

	(void)state;
	reading_take(&r, "one\ntwo three");

	assert_string_equal(r.last.line, "two three");
	reading_clear(&r);
}

static void
word_too_long_is_bad(void **state)
{
	char *text = malloc(CONF_WORD_SIZE + 2);
	struct reading r;

	(void)state;
	memset(text, 'x', CONF_WORD_SIZE + 1);
	text[CONF_WORD_SIZE + 1] = '\0';

	reading_take(&r, text);

	assert_string_equal(r.line, "BAD .");
	assert_string_equal(r.messages.at[0].text, "this word is too long");
	reading_clear(&r);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_tokens),
		cmocka_unit_test(bad_text_is_one_error),
		cmocka_unit_test(last_word_has_its_place),
		cmocka_unit_test(word_knows_its_line),
		cmocka_unit_test(word_too_long_is_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
