/* SPDX-License-Identifier: ISC */
/* test_community.c - communities, extended, large */

#include "rib/community.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

static const struct span nothing;

/* clang-format off */
static const uint8_t plain[] = {
	0xfc, 0x00, 0x00, 0x09,			/* 64512:9 */
	0xff, 0xff, 0xff, 0x01,			/* no-export */
	0x00, 0x00, 0xff, 0xff,			/* 0:65535 */
};

static const uint8_t large[] = {
	0x00, 0x00, 0xfc, 0x00,			/* 64512 */
	0x00, 0x00, 0x00, 0x01,			/* 1 */
	0xff, 0xff, 0xff, 0xff,			/* 4294967295 */
	0x00, 0x00, 0x00, 0x00,			/* 0 */
	0x00, 0x00, 0x00, 0x00,			/* 0 */
	0x00, 0x00, 0x00, 0x00,			/* 0 */
};

static const uint8_t ext[] = {
	0x00, 0x02,				/* route target, 2-octet AS */
	0xfc, 0x00, 0x00, 0x01, 0x00, 0x00,	/* 64512, 65536 */
	0x01, 0x03,				/* route origin, IPv4 */
	0x0a, 0x00, 0x00, 0x01, 0x00, 0x07,	/* 10.0.0.1, 7 */
	0x40, 0x04,				/* link bandwidth */
	0xfc, 0x00, 0x00, 0x00, 0x00, 0x00,	/* 64512, 0.0 */
	0x02, 0x02,				/* route target, 4-octet AS */
	0xfa, 0x56, 0xea, 0x00, 0x00, 0x05,	/* 4200000000, 5 */
};
/* clang-format on */

static void
community_has_finds_each_element(void **state)
{
	(void)state;

	assert_true(community_has(SPAN(plain), 0xfc000009));
	assert_true(community_has(SPAN(plain), COMMUNITY_NO_EXPORT));
	assert_true(community_has(SPAN(plain), 0x0000ffff));
}

static void
community_has_ignores_what_spans_elements(void **state)
{
	(void)state;

	assert_false(community_has(SPAN(plain), 0x0009ffff));
}

static void
community_has_nothing_in_an_empty_list(void **state)
{
	(void)state;

	assert_false(community_has(nothing, 0));
}

static void
community_text_is_parsed(void **state)
{
	static const struct {
		const char *text;
		uint32_t number;
	} cases[] = {
		{ "64512:9", 0xfc000009 },
		{ "0:0", 0 },
		{ "65535:65535", 0xffffffff },
		{ "no-export", 0xffffff01 },
		{ "no-advertise", 0xffffff02 },
		{ "no-export-subconfed", 0xffffff03 },
		{ "graceful-shutdown", 0xffff0000 },
		{ "llgr-stale", 0xffff0006 },
		{ "no-llgr", 0xffff0007 },
		{ "blackhole", 0xffff029a },
	};
	uint32_t number;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		assert_true(community_parse(cases[i].text, &number));
		assert_int_equal(number, cases[i].number);
	}
}

static void
community_malformed_is_refused(void **state)
{
	static const char *const cases[] = { "", ":", "1", "1:", ":1", "1:2:3",
		"65536:1", "1:65536", "01:1", "1:-1", " 1:1", "1:1 ", "1: 1",
		"No-Export", "no-export ", "64512.9" };
	uint32_t number;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (community_parse(cases[i], &number))
			fail_msg("taken for a community: %s", cases[i]);
}

static void
large_text_is_parsed(void **state)
{
	struct community_large l;

	(void)state;

	assert_true(community_large_parse("64512:0:4294967295", &l));
	assert_int_equal(l.part[0], 64512);
	assert_int_equal(l.part[1], 0);
	assert_int_equal(l.part[2], 4294967295);
}

static void
large_malformed_is_refused(void **state)
{
	static const char *const cases[] = { "", "1", "1:2", "1:2:", "1:2:3:4",
		"1:2:4294967296", "1:02:3", "1:2:3 ", "no-export" };
	struct community_large l;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (community_large_parse(cases[i], &l))
			fail_msg("taken for a community: %s", cases[i]);
}

static void
community_list_is_formatted(void **state)
{
	char buf[64];

	(void)state;

	assert_string_equal(community_format(SPAN(plain), buf, sizeof(buf)),
	    "64512:9 no-export 0:65535");
}

static void
large_list_is_formatted(void **state)
{
	char buf[64];

	(void)state;

	assert_string_equal(
	    community_large_format(SPAN(large), buf, sizeof(buf)),
	    "64512:1:4294967295 0:0:0");
}

static void
ext_list_is_formatted(void **state)
{
	char buf[128];

	(void)state;

	assert_string_equal(community_ext_format(SPAN(ext), buf, sizeof(buf)),
	    "rt:64512:65536 soo:10.0.0.1:7 0x4004fc0000000000 "
	    "rt:4200000000:5");
}

static void
empty_lists_are_empty_text(void **state)
{
	char buf[8];

	(void)state;

	assert_string_equal(community_format(nothing, buf, sizeof(buf)), "");
	assert_string_equal(
	    community_large_format(nothing, buf, sizeof(buf)), "");
	assert_string_equal(
	    community_ext_format(nothing, buf, sizeof(buf)), "");
}

static void
community_list_is_cut_between_elements(void **state)
{
	char buf[20];

	(void)state;

	assert_string_equal(
	    community_format(SPAN(plain), buf, sizeof(buf)), "64512:9 ...");
}

static void
link_bandwidth_is_found_among_others(void **state)
{
	static const uint8_t list[] = {
		0x00, 0x02, 0xfc, 0x00, 0, 0, 0, 9, /* rt:64512:9 */
		0x40, 0x04, 0xfc, 0x00, /* link bandwidth of 64512 */
		0x4c, 0xee, 0x6b, 0x28, /* 125e6 octets a second */
	};

	(void)state;
	assert_true(community_link_bandwidth(SPAN(list)) == 125e6f);
}

static void
link_bandwidth_of_nonsense_is_none(void **state)
{
	static const uint8_t lists[][8] = {
		{ 0x40, 0x04, 0xfc, 0x00, 0x00, 0x00, 0x00, 0x00 }, /* 0 */
		{ 0x40, 0x04, 0xfc, 0x00, 0xcc, 0xee, 0x6b, 0x28 }, /* < 0 */
		{ 0x40, 0x04, 0xfc, 0x00, 0x7f, 0x80, 0x00, 0x00 }, /* inf */
		{ 0x40, 0x04, 0xfc, 0x00, 0x7f, 0xc0, 0x00, 0x00 }, /* NaN */
		{ 0x40, 0x05, 0xfc, 0x00, 0x4c, 0xee, 0x6b, 0x28 },
		{ 0x41, 0x04, 0xfc, 0x00, 0x4c, 0xee, 0x6b, 0x28 },
	};
	size_t i;

	(void)state;
	assert_true(community_link_bandwidth(nothing) == 0);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_true(community_link_bandwidth(SPAN(lists[i])) == 0);
}

static void
ext_transitive_keeps_the_others(void **state)
{
	uint8_t out[sizeof(ext)];
	size_t length;

	(void)state;

	length = community_ext_transitive(SPAN(ext), out);

	assert_int_equal(length, sizeof(ext) - 8);
	assert_memory_equal(out, ext, 16);
	assert_memory_equal(out + 16, ext + 24, 8);
}

static void
ext_transitive_of_nothing_is_nothing(void **state)
{
	uint8_t out[1];

	(void)state;

	assert_int_equal(community_ext_transitive(nothing, out), 0);
}

static void
add_puts_one_more_at_the_end(void **state)
{
	static const uint8_t one[] = { 0xfc, 0x00, 0x00, 0x09 };
	uint8_t out[8];
	size_t length;

	(void)state;
	assert_true(community_add((struct span){ one, sizeof(one) },
	    COMMUNITY_LLGR_STALE, out, sizeof(out), &length));

	assert_int_equal(length, 8);
	assert_memory_equal(out, "\xfc\x00\x00\x09\xff\xff\x00\x06", 8);
}

static void
add_without_room_adds_nothing(void **state)
{
	static const uint8_t one[] = { 0xfc, 0x00, 0x00, 0x09 };
	uint8_t out[7];
	size_t length;

	(void)state;

	assert_false(community_add((struct span){ one, sizeof(one) },
	    COMMUNITY_LLGR_STALE, out, sizeof(out), &length));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(add_puts_one_more_at_the_end),
		cmocka_unit_test(add_without_room_adds_nothing),
		cmocka_unit_test(community_has_finds_each_element),
		cmocka_unit_test(community_has_ignores_what_spans_elements),
		cmocka_unit_test(community_has_nothing_in_an_empty_list),
		cmocka_unit_test(community_text_is_parsed),
		cmocka_unit_test(community_malformed_is_refused),
		cmocka_unit_test(large_text_is_parsed),
		cmocka_unit_test(large_malformed_is_refused),
		cmocka_unit_test(community_list_is_formatted),
		cmocka_unit_test(large_list_is_formatted),
		cmocka_unit_test(ext_list_is_formatted),
		cmocka_unit_test(empty_lists_are_empty_text),
		cmocka_unit_test(community_list_is_cut_between_elements),
		cmocka_unit_test(ext_transitive_keeps_the_others),
		cmocka_unit_test(link_bandwidth_is_found_among_others),
		cmocka_unit_test(link_bandwidth_of_nonsense_is_none),
		cmocka_unit_test(ext_transitive_of_nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
