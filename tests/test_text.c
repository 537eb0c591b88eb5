/* SPDX-License-Identifier: ISC */
/* test_text.c - bounded text and strict numbers */

#include "rib/text.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Adds the words with blanks between them. */
static void
add_words(struct text *t, const char *const *words)
{
	for (; *words != NULL; words++) {
		text_add(t, "%s", *words);
		if (words[1] != NULL)
			text_add(t, " ");
	}
}

static void
text_new_is_empty(void **state)
{
	char buf[8] = "old";

	(void)state;

	text_of(buf, sizeof(buf));

	assert_string_equal(buf, "");
}

static void
text_of_every_size_is_cut_between_pieces(void **state)
{
	static const char *const words[] = { "64512", "65001", "7", NULL };
	static const struct {
		size_t size;
		const char *text;
	} cases[] = {
		{ 1, "" },
		{ 2, "." },
		{ 4, "..." },
		{ 8, "..." },
		{ 9, "64512..." },
		{ 10, "64512 ..." },
		{ 13, "64512 ..." },
		{ 14, "64512 65001 7" },
		{ 15, "64512 65001 7" },
	};
	char buf[16];
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		struct text t = text_of(buf, cases[i].size);

		add_words(&t, words);
		assert_string_equal(buf, cases[i].text);
	}
}

static void
text_after_the_cut_is_dropped(void **state)
{
	char buf[6];
	struct text t = text_of(buf, sizeof(buf));

	(void)state;
	text_add(&t, "ab");
	text_add(&t, "long one");

	text_add(&t, "c");

	assert_string_equal(buf, "ab...");
}

static void
text_length_is_kept(void **state)
{
	char buf[16];
	struct text t = text_of(buf, sizeof(buf));

	(void)state;

	text_add(&t, "%u", 64512u);
	text_add(&t, "!");

	assert_int_equal(t.length, 6);
}

static void
number_sound_is_read(void **state)
{
	static const struct {
		const char *text;
		uint32_t max;
		uint32_t number;
		const char *rest;
	} cases[] = {
		{ "0", 0, 0, "" },
		{ "7", 10, 7, "" },
		{ "10", 10, 10, "" },
		{ "64512:9", 65535, 64512, ":9" },
		{ "4294967295", UINT32_MAX, UINT32_MAX, "" },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		const char *p = cases[i].text;
		uint32_t n;

		assert_true(text_number(&p, cases[i].max, &n));
		assert_int_equal(n, cases[i].number);
		assert_string_equal(p, cases[i].rest);
	}
}

static void
number_unsound_is_refused(void **state)
{
	static const struct {
		const char *text;
		uint32_t max;
	} cases[] = {
		{ "", 10 },
		{ "-1", 10 },
		{ "+1", 10 },
		{ " 1", 10 },
		{ "x", 10 },
		{ "01", 10 },
		{ "00", 10 },
		{ "11", 10 },
		{ "4294967296", UINT32_MAX },
		{ "99999999999999999999999", UINT32_MAX },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		const char *p = cases[i].text;
		uint32_t n;

		assert_false(text_number(&p, cases[i].max, &n));
		assert_ptr_equal(p, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_new_is_empty),
		cmocka_unit_test(text_of_every_size_is_cut_between_pieces),
		cmocka_unit_test(text_after_the_cut_is_dropped),
		cmocka_unit_test(text_length_is_kept),
		cmocka_unit_test(number_sound_is_read),
		cmocka_unit_test(number_unsound_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
