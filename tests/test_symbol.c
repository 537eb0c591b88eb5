/* SPDX-License-Identifier: ISC */
/* test_symbol.c - word tables, globs, and the word that was meant */

#include "rib/symbol.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct symbol colours[] = {
	{ "red", 3 },
	{ "green", -1 },
	{ NULL, 0 },
};

static void
symbol_known_value_has_its_word(void **state)
{
	(void)state;

	assert_string_equal(symbol_word(colours, -1), "green");
}

static void
symbol_unknown_value_is_a_question_mark(void **state)
{
	(void)state;

	assert_string_equal(symbol_word(colours, 0), "?");
}

static void
symbol_known_word_has_its_value(void **state)
{
	int value = 0;

	(void)state;

	assert_true(symbol_value(colours, "red", &value));
	assert_int_equal(value, 3);
}

static void
symbol_unknown_word_has_none(void **state)
{
	int value = 7;

	(void)state;

	assert_false(symbol_value(colours, "re", &value));
	assert_false(symbol_value(colours, "Red", &value));
	assert_int_equal(value, 7);
}

static void
glob_matches_like_a_shell(void **state)
{
	static const struct {
		const char *pattern;
		const char *text;
		bool match;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "eth0", "eth0", true },
		{ "eth0", "eth00", false },
		{ "eth0", "eth", false },
		{ "eth?", "eth0", true },
		{ "eth?", "eth", false },
		{ "eth?", "eth10", false },
		{ "*", "", true },
		{ "*", "anything", true },
		{ "eth*", "eth", true },
		{ "eth*", "eth0.100", true },
		{ "eth*", "veth0", false },
		{ "*eth*", "veth0", true },
		{ "cali*", "cali1234abcd", true },
		{ "*.100", "eth0.100.100", true },
		{ "*.100", "eth0.100.10", false },
		{ "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXbXbX", false },
		{ "a**c", "abc", true },
		{ "*?", "", false },
		{ "?*?", "ab", true },
		{ "*aab", "aaaaaab", true },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (symbol_glob(cases[i].pattern, cases[i].text) !=
		    cases[i].match)
			fail_msg("%s, %s", cases[i].pattern, cases[i].text);
}

/* Exponential time would not end; one pass over the last star does. */
static void
glob_of_many_stars_ends(void **state)
{
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';

	assert_false(symbol_glob("a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void
distance_counts_slips(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "abc", "abc", 0 },
		{ "abc", "abd", 1 },
		{ "abc", "ab", 1 },
		{ "abc", "xabc", 1 },
		{ "ab", "ba", 1 },
		{ "neigbhor", "neighbor", 1 },
		{ "kitten", "sitting", 3 },
		{ "ca", "abc", 3 }, /* restricted: no letter twice */
		{ "abcd", "badc", 2 },
		{ "import", "export", 2 },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		size_t d = symbol_distance(cases[i].a, cases[i].b);
		size_t back = symbol_distance(cases[i].b, cases[i].a);

		if (d != cases[i].distance || back != d)
			fail_msg("%s, %s: %zu", cases[i].a, cases[i].b, d);
	}
}

static void
distance_of_longest_words_is_exact(void **state)
{
	char a[64], b[64];

	(void)state;
	memset(a, 'a', 63);
	memset(b, 'b', 63);
	a[63] = b[63] = '\0';

	assert_int_equal(symbol_distance(a, b), 63);
}

static void
distance_of_overlong_words_is_far(void **state)
{
	char a[65];

	(void)state;
	memset(a, 'a', 64);
	a[64] = '\0';

	assert_true(symbol_distance(a, a) > 64);
}

static const char *
nearest(const char *word)
{
	static const char *const words[] = { "neighbor", "neighbors", "mesh",
		"group", "filter", "fib", "keep-on-exit" };
	const char *best = NULL;
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		symbol_nearest(word, words[i], &best);
	return best;
}

static void
nearest_is_the_word_meant(void **state)
{
	static const struct {
		const char *word;
		const char *meant;
	} cases[] = {
		{ "neigbhor", "neighbor" },
		{ "neighbours", "neighbors" },
		{ "meshes", "mesh" },
		{ "gruop", "group" },
		{ "fob", "fib" },
		{ "fliter", "filter" },
		{ "keeponexit", "keep-on-exit" },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(nearest(cases[i].word), cases[i].meant);
}

static void
nearest_of_a_strange_word_is_none(void **state)
{
	(void)state;

	assert_null(nearest("xyz"));
	assert_null(nearest("fo"));
	assert_null(nearest("keepitonatexit"));
}

static void
nearest_of_equals_is_the_first(void **state)
{
	const char *best = NULL;

	(void)state;

	symbol_nearest("abx", "aba", &best);
	symbol_nearest("abx", "abb", &best);

	assert_string_equal(best, "aba");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbol_known_value_has_its_word),
		cmocka_unit_test(symbol_unknown_value_is_a_question_mark),
		cmocka_unit_test(symbol_known_word_has_its_value),
		cmocka_unit_test(symbol_unknown_word_has_none),
		cmocka_unit_test(glob_matches_like_a_shell),
		cmocka_unit_test(glob_of_many_stars_ends),
		cmocka_unit_test(distance_counts_slips),
		cmocka_unit_test(distance_of_longest_words_is_exact),
		cmocka_unit_test(distance_of_overlong_words_is_far),
		cmocka_unit_test(nearest_is_the_word_meant),
		cmocka_unit_test(nearest_of_a_strange_word_is_none),
		cmocka_unit_test(nearest_of_equals_is_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
