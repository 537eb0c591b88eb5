/* SPDX-License-Identifier: ISC */
/* test_community_set.c - communities by pattern, and sets of them */

#include "rib/community_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rib/bytes.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

/* clang-format off */
static const uint8_t plain[] = {
	0xfc, 0x00, 0x00, 0x09,			/* 64512:9 */
	0xff, 0xff, 0xff, 0x01,			/* no-export */
};
static const uint8_t large[] = {
	0x00, 0x00, 0xfc, 0x00,			/* 64512 */
	0x00, 0x00, 0x00, 0x01,			/* 1 */
	0xff, 0xff, 0xff, 0xff,			/* 4294967295 */
};
static const uint8_t ext[] = {
	0x00, 0x02,				/* rt, 2-octet AS */
	0xfc, 0x00, 0x00, 0x01, 0x00, 0x00,	/* 64512, 65536 */
	0x01, 0x03,				/* soo, IPv4 */
	0x0a, 0x00, 0x00, 0x01, 0x00, 0x07,	/* 10.0.0.1, 7 */
	0x02, 0x02,				/* rt, 4-octet AS */
	0xfa, 0x56, 0xea, 0x00, 0x00, 0x05,	/* 4200000000, 5 */
	0x40, 0x04,				/* link bandwidth */
	0xfc, 0x00, 0x00, 0x00, 0x00, 0x00,	/* 64512, 0.0 */
};
/* clang-format on */

static const struct attrs all = {
	.communities = { plain, sizeof(plain) },
	.ext_communities = { ext, sizeof(ext) },
	.large_communities = { large, sizeof(large) },
};

static struct community_pattern
pattern(const char *text)
{
	struct community_pattern p;

	assert_true(community_pattern_parse(text, &p));
	return p;
}

static void
community_pattern_matches_what_it_says(void **state)
{
	static const struct {
		const char *text;
		bool matches;
	} rows[] = {
		{ "64512:9", true },
		{ "64512:8", false },
		{ "64512:*", true },
		{ "64513:*", false },
		{ "*:9", true },
		{ "*:*", true },
		{ "no-export", true },
		{ "no-advertise", false },
		{ "64512:1:4294967295", true },
		{ "64512:1:*", true },
		{ "64512:*:*", true },
		{ "*:2:*", false },
		{ "64513:1:*", false },
		{ "rt:64512:65536", true },
		{ "rt:64512:*", true },
		{ "rt:*:65536", true },
		{ "rt:64512:65537", false },
		{ "rt:4200000000:5", true },
		{ "rt:4200000000:*", true },
		{ "rt:4200000001:*", false },
		{ "rt:*:*", true },
		{ "soo:10.0.0.1:7", true },
		{ "soo:10.0.0.1:*", true },
		{ "soo:10.0.0.2:*", false },
		{ "soo:64512:*", false },
		{ "soo:*:*", true },
		{ "0x4004fc0000000000", true },
		{ "0x4004fc0000000001", false },
	};
	struct community_pattern p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		p = pattern(rows[i].text);
		if (community_pattern_matches(&p, &all) != rows[i].matches)
			fail_msg("%s", rows[i].text);
	}
}

static void
community_pattern_reads_back_as_written(void **state)
{
	static const char *const rows[] = { "64512:9", "64512:*", "*:9", "*:*",
		"no-export", "64512:1:2", "64512:1:*", "*:*:*", "rt:64512:1",
		"rt:64512:*", "rt:*:7", "rt:*:*", "rt:4200000000:5",
		"rt:4200000000:*", "rt:10.0.0.1:5", "soo:10.0.0.1:*",
		"0x4004fc0000000000" };
	char buf[COMMUNITY_PATTERN_STRLEN];
	struct community_pattern p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		p = pattern(rows[i]);
		assert_string_equal(community_pattern_format(&p, buf), rows[i]);
		assert_int_equal(p.wild, strchr(rows[i], '*') != NULL);
	}
}

static void
community_pattern_refuses_what_is_none(void **state)
{
	static const char *const rows[] = { "", "*", "64512", "65536:1",
		"1:65536", "1:*1", "1:**", "1:", ":1", "1:2:3:4",
		"1:2:", "4294967296:1:1", "no-such", "rt:", "rt:1", "rt:1:2:3",
		"rt:4294967296:1", "rt:70000:65536", "rt:10.0.0.1:65536",
		"rt:::1:5", "xx:1:2", "0x", "0x12", "0x4004fc000000000g",
		"0x4004fc00000000000" };
	struct community_pattern p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++)
		if (community_pattern_parse(rows[i], &p))
			fail_msg("'%s' was taken", rows[i]);
}

static struct community_set *
set_of(const char *const *texts, size_t count)
{
	struct community_set *set = community_set_new();
	struct community_pattern p;
	size_t i;

	for (i = 0; i < count; i++) {
		p = pattern(texts[i]);
		community_set_add(set, &p);
	}
	community_set_seal(set);
	return set;
}

static void
community_set_matches_any_kind(void **state)
{
	static const char *const hits[] = { "64512:9", "64512:1:*", "soo:*:*" };
	static const char *const misses[] = { "64512:10", "64512:2:*",
		"soo:10.0.0.2:*" };
	struct community_set *set;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(hits); i++) {
		set = set_of(&hits[i], 1);
		assert_true(community_set_matches(set, &all));
		community_set_unref(set);
	}
	set = set_of(misses, COUNT(misses));
	assert_false(community_set_matches(set, &all));
	community_set_unref(set);
}

static void
community_set_of_many_finds_each_and_no_other(void **state)
{
	struct community_set *set = community_set_new();
	struct community_pattern p = pattern("0:0");
	uint8_t element[4];
	uint32_t i;

	(void)state;

	for (i = 0; i < 100000; i++) {
		bytes_put_u32(p.bytes, i * 3);
		community_set_add(set, &p);
	}
	community_set_seal(set);

	for (i = 0; i < 300000; i++) {
		bytes_put_u32(element, i);
		assert_int_equal(
		    community_set_has(set, COMMUNITY_STANDARD, element),
		    i % 3 == 0);
	}
	community_set_unref(set);
}

static void
community_set_order_and_doubles_do_not_count(void **state)
{
	static const char *const left[] = { "1:2", "1:*", "3:4:5" };
	static const char *const right[] = { "3:4:5", "1:*", "1:2", "1:2" };
	static const char *const other[] = { "3:4:5", "1:*", "1:3" };
	struct community_set *a = set_of(left, COUNT(left));
	struct community_set *b = set_of(right, COUNT(right));
	struct community_set *c = set_of(other, COUNT(other));

	(void)state;

	assert_int_equal(community_set_count(b), 3);
	assert_true(community_set_equal(a, b));
	assert_false(community_set_equal(a, c));
	community_set_unref(a);
	community_set_unref(b);
	community_set_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(community_pattern_matches_what_it_says),
		cmocka_unit_test(community_pattern_reads_back_as_written),
		cmocka_unit_test(community_pattern_refuses_what_is_none),
		cmocka_unit_test(community_set_matches_any_kind),
		cmocka_unit_test(community_set_of_many_finds_each_and_no_other),
		cmocka_unit_test(community_set_order_and_doubles_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
