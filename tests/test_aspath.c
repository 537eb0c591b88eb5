/* SPDX-License-Identifier: ISC */
/* test_aspath.c - AS_PATH */

/*
 * Wire forms are written as bytes where the form is the point.  Elsewhere
 * paths are written as aspath_format writes them, with `|` where a new
 * sequence starts, which its text does not show; path_make turns that into
 * bytes, and results are compared as bytes.
 */

#include "rib/aspath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

static const struct span nothing;

struct path {
	uint8_t bytes[8192];
	size_t length;
	size_t open; /* header of the segment being written */
	bool is_open;
};

static void
path_open(struct path *p, uint8_t type)
{
	p->open = p->length;
	p->is_open = true;
	p->bytes[p->length++] = type;
	p->bytes[p->length++] = 0;
}

static void
path_add(struct path *p, uint32_t as, unsigned int octets)
{
	if (!p->is_open)
		path_open(p, ASPATH_SEQUENCE);
	while (octets-- > 0)
		p->bytes[p->length++] = (uint8_t)(as >> 8 * octets);
	p->bytes[p->open + 1]++;
}

static struct span
path_make(struct path *p, const char *text, unsigned int octets)
{
	static const char opening[] = "{ ([";
	const char *type;
	char *end;

	memset(p, 0, sizeof(*p));
	while (*text != '\0') {
		type = strchr(opening, *text);
		if (*text == ' ') {
			text++;
		} else if (type != NULL) {
			path_open(p, (uint8_t)(type - opening + 1));
			text++;
		} else if (strchr("})]|", *text) != NULL) {
			p->is_open = false;
			text++;
		} else {
			path_add(p, (uint32_t)strtoul(text, &end, 10), octets);
			assert_ptr_not_equal(end, text);
			text = end;
			if (strncmp(text, " {", 2) == 0 ||
			    strncmp(text, " (", 2) == 0 ||
			    strncmp(text, " [", 2) == 0)
				p->is_open = false;
		}
	}
	return (struct span){ p->bytes, p->length };
}

static void
assert_path(
    const uint8_t *bytes, size_t length, const char *text, unsigned int octets)
{
	struct path want;

	path_make(&want, text, octets);
	assert_int_equal(length, want.length);
	assert_memory_equal(bytes, want.bytes, length);
}

/* clang-format off */
static const uint8_t example[] = {
	0x02, 0x02,			/* sequence of 2 */
	0x00, 0x00, 0xfc, 0x00,		/* 64512 */
	0xff, 0xff, 0xff, 0xff,		/* 4294967295 */
	0x01, 0x01,			/* set of 1 */
	0x00, 0x00, 0x00, 0x07,		/* 7 */
};

static const uint8_t example_narrow[] = {
	0x02, 0x02,			/* sequence of 2 */
	0xfc, 0x00,			/* 64512 */
	0x5b, 0xa0,			/* 23456, AS_TRANS */
	0x01, 0x01,			/* set of 1 */
	0x00, 0x07,			/* 7 */
};
/* clang-format on */

static void
test_helper_makes_the_example(void **state)
{
	(void)state;

	assert_path(example, sizeof(example), "64512 4294967295 {7}", 4);
}

static void
check_sound_is_ok(void **state)
{
	(void)state;

	assert_int_equal(aspath_check(SPAN(example), 4), ASPATH_OK);
	assert_int_equal(aspath_check(SPAN(example_narrow), 2), ASPATH_OK);
}

static void
check_empty_is_ok(void **state)
{
	(void)state;

	assert_int_equal(aspath_check(nothing, 4), ASPATH_OK);
	assert_int_equal(aspath_check(nothing, 2), ASPATH_OK);
}

static void
check_every_cut_is_truncated(void **state)
{
	size_t n;

	(void)state;

	for (n = 1; n < sizeof(example); n++)
		assert_int_equal(aspath_check((struct span){ example, n }, 4),
		    n == 10 ? ASPATH_OK : ASPATH_TRUNCATED);
}

static void
check_wrong_octets_is_not_ok(void **state)
{
	struct path p;

	(void)state;

	assert_int_not_equal(
	    aspath_check(path_make(&p, "1 2", 2), 4), ASPATH_OK);
	assert_int_not_equal(
	    aspath_check(path_make(&p, "1 2", 4), 2), ASPATH_OK);
}

static void
check_segment_without_as_is_empty(void **state)
{
	const uint8_t path[] = { 0x02, 0x00 };

	(void)state;

	assert_int_equal(aspath_check(SPAN(path), 4), ASPATH_EMPTY_SEGMENT);
}

static void
check_unknown_type_is_bad(void **state)
{
	const uint8_t types[] = { 0, 5, 255 };
	uint8_t path[] = { 0x00, 0x01, 0x00, 0x00, 0x00, 0x01 };
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(types); i++) {
		path[0] = types[i];
		assert_int_equal(
		    aspath_check(SPAN(path), 4), ASPATH_BAD_SEGMENT);
	}
}

static void
check_confederation_is_told(void **state)
{
	struct path p;

	(void)state;

	assert_int_equal(
	    aspath_check(path_make(&p, "(1 2) 3", 4), 4), ASPATH_CONFED);
	assert_int_equal(
	    aspath_check(path_make(&p, "3 [1 2]", 4), 4), ASPATH_CONFED);
}

static void
check_unsound_confederation_is_unsound(void **state)
{
	struct path p;
	struct span s = path_make(&p, "(1 2) 3", 4);

	(void)state;
	s.length--;

	assert_int_equal(aspath_check(s, 4), ASPATH_TRUNCATED);
}

static void
check_as_zero_is_told(void **state)
{
	static const char *const cases[] = { "0", "1 0", "1 {2 0}", "(0) 1" };
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(aspath_check(path_make(&p, cases[i], 4), 4),
		    ASPATH_AS_ZERO);
		assert_int_equal(aspath_check(path_make(&p, cases[i], 2), 2),
		    ASPATH_AS_ZERO);
	}
}

static void
path_properties_are_known(void **state)
{
	static const struct {
		const char *text;
		unsigned int hops;
		uint32_t first;
		uint32_t origin;
		bool wide;
		bool confed;
	} cases[] = {
		{ "", 0, 0, 0, false, false },
		{ "1", 1, 1, 1, false, false },
		{ "1 2 3", 3, 1, 3, false, false },
		{ "1 1 1", 3, 1, 1, false, false },
		{ "1 2|3", 3, 1, 3, false, false },
		{ "{1 2}", 1, 0, 0, false, false },
		{ "1 {2 3}", 2, 1, 0, false, false },
		{ "{2 3} 1", 2, 0, 1, false, false },
		{ "(1 2)", 0, 0, 0, false, true },
		{ "(1 2) 3", 1, 0, 3, false, true },
		{ "[1 2] 3 {4}", 2, 0, 0, false, true },
		{ "65535", 1, 65535, 65535, false, false },
		{ "65536", 1, 65536, 65536, true, false },
		{ "1 {2 4294967295}", 2, 1, 0, true, false },
	};
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		struct span s = path_make(&p, cases[i].text, 4);

		assert_int_equal(aspath_hops(s), cases[i].hops);
		assert_int_equal(aspath_first(s), cases[i].first);
		assert_int_equal(aspath_origin(s), cases[i].origin);
		assert_int_equal(aspath_is_wide(s), cases[i].wide);
		assert_int_equal(aspath_has_confed(s), cases[i].confed);
	}
}

static void
count_finds_an_as_in_every_segment(void **state)
{
	struct path p;
	struct span s = path_make(&p, "7 1 7 {7 2} (7) [7]", 4);

	(void)state;

	assert_int_equal(aspath_count(s, 7), 5);
	assert_int_equal(aspath_count(s, 2), 1);
	assert_int_equal(aspath_count(s, 9), 0);
}

static void
prepend_extends_the_leading_sequence(void **state)
{
	static const struct {
		const char *in;
		unsigned int times;
		const char *out;
	} cases[] = {
		{ "", 1, "9" },
		{ "", 0, "" },
		{ "1 2", 1, "9 1 2" },
		{ "1 2", 3, "9 9 9 1 2" },
		{ "1 2", 0, "1 2" },
		{ "1|2", 1, "9 1|2" },
		{ "{1 2}", 1, "9 {1 2}" },
		{ "{1 2}", 0, "{1 2}" },
		{ "(1) 2", 2, "9 9 (1) 2" },
	};
	uint8_t out[256];
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		bool ok = false;
		size_t n = aspath_prepend(path_make(&p, cases[i].in, 4), 9,
		    cases[i].times, out, sizeof(out), &ok);

		assert_true(ok);
		assert_path(out, n, cases[i].out, 4);
	}
}

/* A sequence of count times 1. */
static struct span
path_of_ones(struct path *p, unsigned int count)
{
	memset(p, 0, sizeof(*p));
	while (count-- > 0)
		path_add(p, 1, 4);
	return (struct span){ p->bytes, p->length };
}

static void
prepend_to_a_full_segment_starts_another(void **state)
{
	static const struct {
		unsigned int ones;
		unsigned int times;
		unsigned int counts[3]; /* of the segments made */
	} cases[] = {
		{ 254, 1, { 255 } },
		{ 255, 1, { 1, 255 } },
		{ 254, 3, { 2, 255 } },
		{ 255, 0, { 255 } },
		{ 0, 255, { 255 } },
		{ 0, 256, { 1, 255 } },
		{ 10, 600, { 100, 255, 255 } },
	};
	uint8_t out[8192];
	struct path p;
	size_t i, j, n, at;
	bool ok;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		n = aspath_prepend(path_of_ones(&p, cases[i].ones), 9,
		    cases[i].times, out, sizeof(out), &ok);

		assert_true(ok);
		for (j = 0, at = 0; at < n; j++, at += 2 + 4 * out[at + 1])
			assert_int_equal(out[at + 1], cases[i].counts[j]);
		assert_int_equal(at, n);
		assert_int_equal(
		    aspath_check((struct span){ out, n }, 4), ASPATH_OK);
		assert_int_equal(
		    aspath_count((struct span){ out, n }, 9), cases[i].times);
		assert_int_equal(
		    aspath_count((struct span){ out, n }, 1), cases[i].ones);
		assert_int_equal(aspath_first((struct span){ out, n }),
		    cases[i].times > 0 ? 9 : 1);
	}
}

static void
prepend_that_does_not_fit_is_refused(void **state)
{
	uint8_t out[64];
	struct path p;
	struct span s = path_make(&p, "1 2 {3}", 4);
	bool ok;
	size_t size;

	(void)state;

	for (size = 0; size < s.length + 4; size++) {
		ok = true;
		assert_int_equal(aspath_prepend(s, 9, 1, out, size, &ok), 0);
		assert_false(ok);
	}
	assert_int_equal(aspath_prepend(s, 9, 1, out, size, &ok), size);
	assert_true(ok);
}

static void
prepend_of_absurd_times_ends(void **state)
{
	uint8_t out[64];
	bool ok = true;

	(void)state;

	aspath_prepend(nothing, 9, UINT32_MAX, out, sizeof(out), &ok);

	assert_false(ok);
}

static void
widen_makes_four_octets(void **state)
{
	uint8_t out[64];
	bool ok = false;
	size_t n;

	(void)state;

	n = aspath_widen(SPAN(example_narrow), out, sizeof(out), &ok);

	assert_true(ok);
	assert_path(out, n, "64512 23456 {7}", 4);
}

static void
widen_that_does_not_fit_is_refused(void **state)
{
	uint8_t out[15];
	bool ok = true;

	(void)state;

	assert_int_equal(
	    aspath_widen(SPAN(example_narrow), out, sizeof(out), &ok), 0);
	assert_false(ok);
}

static void
narrow_puts_as_trans_where_it_does_not_fit(void **state)
{
	uint8_t out[64];
	bool ok = false;
	size_t n;

	(void)state;

	n = aspath_narrow(SPAN(example), out, sizeof(out), &ok);

	assert_true(ok);
	assert_int_equal(n, sizeof(example_narrow));
	assert_memory_equal(out, example_narrow, n);
}

static void
narrow_that_does_not_fit_is_refused(void **state)
{
	uint8_t out[9];
	bool ok = true;

	(void)state;

	assert_int_equal(
	    aspath_narrow(SPAN(example), out, sizeof(out), &ok), 0);
	assert_false(ok);
}

static void
merge_follows_rfc_6793(void **state)
{
	static const struct {
		const char *as_path;
		const char *as4_path;
		const char *merged;
	} cases[] = {
		{ "", "", "" },
		{ "1 2", "", "1 2" },
		/* The same hops: AS4_PATH is the whole truth. */
		{ "23456 2", "70000 2", "70000 2" },
		/* Old speakers in front have added theirs. */
		{ "1 23456 3", "70000 3", "1 70000 3" },
		{ "1 2 23456 23456", "70000 70001", "1 2 70000 70001" },
		/* Fewer hops than AS4_PATH: somebody aggregated. */
		{ "1", "70000 2", "1" },
		{ "", "70000", "" },
		/* A set is one hop. */
		{ "1 {23456 3}", "{70000 3}", "1 {70000 3}" },
		{ "{1 2} 23456", "70000", "{1 2} 70000" },
		{ "{1 2} 23456 {3 4}", "70000 {3 4}", "{1 2} 70000 {3 4}" },
		{ "1 2 {3 4}", "70000 2 3 4", "1 2 {3 4}" },
		/* Segments that are taken in part, or whole. */
		{ "1 2|3 23456", "70000", "1 2|3 70000" },
		{ "1 2|23456 3", "70000 3", "1 2 70000 3" },
		/* Leading confederation segments stay. */
		{ "(5) 23456", "70000", "(5) 70000" },
		{ "(5 6) [7] 1 23456", "70000", "(5 6) [7] 1 70000" },
		/* One that stands behind a hop taken stays as well. */
		{ "1 (5) 23456", "70000", "1 (5) 70000" },
		{ "23456 (5)", "70000", "70000" },
	};
	uint8_t out[256];
	struct path a, b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		bool ok = false;
		size_t n = aspath_merge(path_make(&a, cases[i].as_path, 4),
		    path_make(&b, cases[i].as4_path, 4), out, sizeof(out), &ok);

		assert_true(ok);
		assert_path(out, n, cases[i].merged, 4);
	}
}

static void
merge_of_full_segments_does_not_join_them(void **state)
{
	uint8_t out[4096];
	struct path p;
	struct span s = path_of_ones(&p, 255);
	struct path q;
	bool ok = false;
	size_t n;

	(void)state;
	path_make(&q, "2", 4);
	memcpy(q.bytes + q.length, p.bytes, p.length);
	q.length += p.length;

	n = aspath_merge(
	    (struct span){ q.bytes, q.length }, s, out, sizeof(out), &ok);

	assert_true(ok);
	assert_int_equal(n, q.length);
	assert_memory_equal(out, q.bytes, n);
}

static void
merge_that_does_not_fit_is_refused(void **state)
{
	uint8_t out[32];
	struct path a, b;
	struct span as_path = path_make(&a, "1 23456 {3}", 4);
	struct span as4_path = path_make(&b, "70000 {3}", 4);
	size_t size;
	bool ok;

	(void)state;

	for (size = 0; size < as_path.length; size++) {
		ok = true;
		assert_int_equal(
		    aspath_merge(as_path, as4_path, out, size, &ok), 0);
		assert_false(ok);
	}
	assert_int_equal(aspath_merge(as_path, as4_path, out, size, &ok), size);
}

static void
strip_confed_keeps_the_rest(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "" },
		{ "1 {2 3}", "1 {2 3}" },
		{ "(1 2) 3", "3" },
		{ "(1) [2]", "" },
		{ "1 (2) {3} [4]", "1 {3}" },
	};
	uint8_t out[64];
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		bool ok = false;
		size_t n = aspath_strip_confed(
		    path_make(&p, cases[i].in, 4), out, sizeof(out), &ok);

		assert_true(ok);
		assert_path(out, n, cases[i].out, 4);
	}
}

static void
strip_private_keeps_what_is_public_and_the_exception(void **state)
{
	static const struct {
		const char *in;
		uint32_t but;
		const char *out;
	} cases[] = {
		{ "", 0, "" },
		{ "64512", 0, "" },
		{ "64511 64512 65534 65535", 0, "64511 65535" },
		{ "4199999999 4200000000 4294967294 4294967295", 0,
		    "4199999999 4294967295" },
		{ "64512 65001 1", 65001, "65001 1" },
		{ "1 {64512 2} {64513} 3", 0, "1 {2}|3" },
		{ "23456 65001", 0, "23456" },
	};
	uint8_t out[64];
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		bool ok = false;
		size_t n = aspath_strip_private(path_make(&p, cases[i].in, 4),
		    cases[i].but, out, sizeof(out), &ok);

		assert_true(ok);
		assert_path(out, n, cases[i].out, 4);
		/* And over itself. */
		n = aspath_strip_private(path_make(&p, cases[i].in, 4),
		    cases[i].but, p.bytes, sizeof(p.bytes), &ok);
		assert_true(ok);
		assert_path(p.bytes, n, cases[i].out, 4);
	}
}

static void
replace_finds_each_of_them(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "" },
		{ "1 2", "1 2" },
		{ "65001", "64512" },
		{ "65001 65001 7 {65001 8}", "64512 64512 7 {64512 8}" },
	};
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		bool ok = false;
		size_t n = aspath_replace(path_make(&p, cases[i].in, 4), 65001,
		    64512, p.bytes, sizeof(p.bytes), &ok);

		assert_true(ok);
		assert_path(p.bytes, n, cases[i].out, 4);
	}
}

static void
sets_of_both_kinds_are_found(void **state)
{
	struct path p;

	(void)state;

	assert_false(aspath_has_set(nothing));
	assert_false(aspath_has_set(path_make(&p, "1 2 (3)", 4)));
	assert_true(aspath_has_set(path_make(&p, "1 {2}", 4)));
	assert_true(aspath_has_set(path_make(&p, "[1] 2", 4)));
}

static void
format_shows_each_kind_of_segment(void **state)
{
	static const char *const cases[] = { "", "64512",
		"64512 65001 {1 2} (3 4)", "[5 6] 4294967295", "{1}" };
	char buf[64];
	struct path p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    aspath_format(path_make(&p, cases[i], 4), buf, sizeof(buf)),
		    cases[i]);
}

static void
format_that_does_not_fit_is_cut_between_numbers(void **state)
{
	char buf[16];
	struct path p;

	(void)state;

	aspath_format(path_make(&p, "64512 65001 65002", 4), buf, sizeof(buf));

	assert_string_equal(buf, "64512 65001 ...");
}

static void
format_of_a_huge_path_is_cut(void **state)
{
	char buf[8];
	struct path p;

	(void)state;

	aspath_format(path_of_ones(&p, 255), buf, sizeof(buf));

	assert_string_equal(buf, "1 1 ...");
}

static void
as_text_is_parsed(void **state)
{
	/* RFC 5396 */
	static const struct {
		const char *text;
		uint32_t as;
	} cases[] = {
		{ "1", 1 },
		{ "64512", 64512 },
		{ "4294967295", UINT32_MAX },
		{ "0.1", 1 },
		{ "1.0", 65536 },
		{ "1.10", 65546 },
		{ "65535.65535", UINT32_MAX },
	};
	uint32_t as;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		assert_true(as_parse(cases[i].text, &as));
		assert_int_equal(as, cases[i].as);
	}
}

static void
as_malformed_is_refused(void **state)
{
	static const char *const cases[] = { "", "0", "0.0", ".", "1.", ".1",
		"1.2.3", "01", "1.01", "65536.0", "1.65536", "4294967296", "-1",
		"+1", " 1", "1 ", "AS1", "0x1" };
	uint32_t as;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (as_parse(cases[i], &as))
			fail_msg("taken for an AS: %s", cases[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_helper_makes_the_example),
		cmocka_unit_test(check_sound_is_ok),
		cmocka_unit_test(check_empty_is_ok),
		cmocka_unit_test(check_every_cut_is_truncated),
		cmocka_unit_test(check_wrong_octets_is_not_ok),
		cmocka_unit_test(check_segment_without_as_is_empty),
		cmocka_unit_test(check_unknown_type_is_bad),
		cmocka_unit_test(check_confederation_is_told),
		cmocka_unit_test(check_unsound_confederation_is_unsound),
		cmocka_unit_test(check_as_zero_is_told),
		cmocka_unit_test(path_properties_are_known),
		cmocka_unit_test(count_finds_an_as_in_every_segment),
		cmocka_unit_test(prepend_extends_the_leading_sequence),
		cmocka_unit_test(prepend_to_a_full_segment_starts_another),
		cmocka_unit_test(prepend_that_does_not_fit_is_refused),
		cmocka_unit_test(prepend_of_absurd_times_ends),
		cmocka_unit_test(widen_makes_four_octets),
		cmocka_unit_test(widen_that_does_not_fit_is_refused),
		cmocka_unit_test(narrow_puts_as_trans_where_it_does_not_fit),
		cmocka_unit_test(narrow_that_does_not_fit_is_refused),
		cmocka_unit_test(merge_follows_rfc_6793),
		cmocka_unit_test(merge_of_full_segments_does_not_join_them),
		cmocka_unit_test(merge_that_does_not_fit_is_refused),
		cmocka_unit_test(strip_confed_keeps_the_rest),
		cmocka_unit_test(
		    strip_private_keeps_what_is_public_and_the_exception),
		cmocka_unit_test(replace_finds_each_of_them),
		cmocka_unit_test(sets_of_both_kinds_are_found),
		cmocka_unit_test(format_shows_each_kind_of_segment),
		cmocka_unit_test(
		    format_that_does_not_fit_is_cut_between_numbers),
		cmocka_unit_test(format_of_a_huge_path_is_cut),
		cmocka_unit_test(as_text_is_parsed),
		cmocka_unit_test(as_malformed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
