/* SPDX-License-Identifier: ISC */
/* test_prefix_set.c - prefixes with ranges of lengths */

#include "rib/prefix_set.h"

#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct row {
	const char *prefix;
	unsigned int ge, le;
};

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

static struct prefix_set *
set_of(const struct row *rows, size_t count)
{
	struct prefix_set *set = prefix_set_new();
	struct prefix_range range;
	size_t i;

	for (i = 0; i < count; i++) {
		range.prefix = prefix(rows[i].prefix);
		range.ge = (uint8_t)rows[i].ge;
		range.le = (uint8_t)rows[i].le;
		prefix_set_add(set, &range);
	}
	prefix_set_seal(set);
	return set;
}

static const struct row mixed[] = {
	{ "10.0.0.0/8", 8, 8 },
	{ "10.1.0.0/16", 16, 24 },
	{ "10.1.0.0/16", 28, 28 },
	{ "0.0.0.0/0", 0, 0 },
	{ "192.0.2.0/24", 25, 32 },
	{ "fd00::/8", 48, 64 },
	{ "fd00:1::/32", 128, 128 },
	{ "2001:db8::/32", 32, 128 },
	{ "198.51.100.7/32", 32, 32 },
	{ "198.51.100.0/24", 24, 24 },
};

static void
set_check(size_t count)
{
	static const struct {
		const char *prefix;
		bool in;
	} rows[] = {
		{ "10.0.0.0/8", true },
		{ "10.0.0.0/9", false },
		{ "10.1.0.0/16", true },
		{ "10.1.2.0/24", true },
		{ "10.1.2.0/25", false },
		{ "10.1.2.16/28", true },
		{ "10.2.0.0/16", false },
		{ "0.0.0.0/0", true },
		{ "::/0", false },
		{ "192.0.2.0/24", false },
		{ "192.0.2.128/25", true },
		{ "192.0.2.1/32", true },
		{ "fd00::/8", false },
		{ "fd12::/48", true },
		{ "fd00:1::1/128", true },
		{ "fd00:2::1/128", false },
	};
	struct prefix_set *set = set_of(mixed, count);
	struct prefix p;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		p = prefix(rows[i].prefix);
		if (prefix_set_has(set, &p) != rows[i].in)
			fail_msg("%s in %zu", rows[i].prefix, count);
	}
	prefix_set_unref(set);
}

/* One by one, and through the trie. */
static void
prefix_set_has_what_lies_within_lengths(void **state)
{
	(void)state;

	set_check(8);
	set_check(COUNT(mixed));
}

static void
prefix_set_order_and_doubles_do_not_count(void **state)
{
	const struct row reverse[] = { mixed[2], mixed[1], mixed[0], mixed[1] };
	struct prefix_set *a = set_of(mixed, 3), *b = set_of(reverse, 4);
	struct prefix_set *c = set_of(mixed, 4);

	(void)state;

	assert_int_equal(prefix_set_count(b), 3);
	assert_true(prefix_set_equal(a, b));
	assert_false(prefix_set_equal(a, c));
	prefix_set_unref(a);
	prefix_set_unref(b);
	prefix_set_unref(c);
}

static void
prefix_range_is_written_as_a_config_has_it(void **state)
{
	static const struct {
		struct row row;
		const char *text;
	} rows[] = {
		{ { "10.0.0.0/8", 8, 8 }, "10.0.0.0/8" },
		{ { "10.0.0.0/8", 8, 24 }, "10.0.0.0/8 le 24" },
		{ { "10.0.0.0/8", 8, 32 }, "10.0.0.0/8 le 32" },
		{ { "10.0.0.0/8", 16, 32 }, "10.0.0.0/8 ge 16" },
		{ { "10.0.0.0/8", 16, 24 }, "10.0.0.0/8 ge 16 le 24" },
		{ { "10.0.0.1/32", 32, 32 }, "10.0.0.1/32" },
		{ { "::/0", 0, 128 }, "::/0 le 128" },
	};
	char buf[PREFIX_RANGE_STRLEN];
	struct prefix_range range;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		range.prefix = prefix(rows[i].row.prefix);
		range.ge = (uint8_t)rows[i].row.ge;
		range.le = (uint8_t)rows[i].row.le;
		assert_string_equal(
		    prefix_range_format(&range, buf), rows[i].text);
	}
}

/* Few first octets, so that ranges nest and collide. */
static struct prefix
prefix_random(void)
{
	struct address a = { .family = (uint8_t)(rand() % 2) };
	size_t i;

	for (i = 0; i < family_octets(a.family); i++)
		a.bytes[i] = (uint8_t)(rand() % 3 * 0x55);
	return prefix_of(&a, (unsigned int)rand() % 33);
}

static bool
naive_has(
    const struct prefix_range *ranges, size_t count, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (prefix_contains(&ranges[i].prefix, p) &&
		    p->length >= ranges[i].ge && p->length <= ranges[i].le)
			return true;
	return false;
}

static void
prefix_set_agrees_with_one_by_one(void **state)
{
	struct prefix_range ranges[200];
	struct prefix_set *set;
	unsigned int round, i;
	size_t count, hits = 0;
	struct prefix p;

	(void)state;

	srand(1);
	for (round = 0; round < 200; round++) {
		set = prefix_set_new();
		count = 1 + (size_t)rand() % COUNT(ranges);
		for (i = 0; i < count; i++) {
			p = prefix_random();
			ranges[i].prefix = p;
			ranges[i].ge =
			    (uint8_t)(p.length + rand() % (33 - p.length));
			ranges[i].le = (uint8_t)(ranges[i].ge +
			    rand() % (33 - ranges[i].ge));
			prefix_set_add(set, &ranges[i]);
		}
		prefix_set_seal(set);
		for (i = 0; i < 500; i++) {
			p = prefix_random();
			assert_int_equal(prefix_set_has(set, &p),
			    naive_has(ranges, count, &p));
			hits += prefix_set_has(set, &p);
		}
		prefix_set_unref(set);
	}
	assert_true(hits > 1000 && hits < 99000);
}

/* Enough of them for the steps, of few first bits and of many. */
static void
prefix_set_of_many_agrees_with_one_by_one(void **state)
{
	static struct prefix_range ranges[6000];
	struct prefix_set *set = prefix_set_new();
	struct address a;
	struct prefix p;
	size_t i, hits = 0;

	(void)state;

	srand(2);
	for (i = 0; i < COUNT(ranges); i++) {
		a = address_v4((uint32_t)(rand() % 8) << 13 | 10u << 24 |
		    (uint32_t)(rand() % 64) << 16 | (uint32_t)rand() % 8192);
		ranges[i].prefix = prefix_of(&a, 9 + (unsigned int)rand() % 24);
		ranges[i].ge = ranges[i].prefix.length;
		ranges[i].le =
		    (uint8_t)(ranges[i].ge + rand() % (33 - ranges[i].ge) / 4);
		if (rand() % 2)
			ranges[i].ge = ranges[i].le;
		prefix_set_add(set, &ranges[i]);
	}
	prefix_set_seal(set);
	for (i = 0; i < 3000; i++) {
		a = address_v4(10u << 24 | (uint32_t)rand() % (1 << 22));
		p = prefix_of(&a, (unsigned int)rand() % 33);
		assert_int_equal(prefix_set_has(set, &p),
		    naive_has(ranges, COUNT(ranges), &p));
		hits += prefix_set_has(set, &p);
	}
	prefix_set_unref(set);
	assert_true(hits > 100 && hits < 2900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefix_set_has_what_lies_within_lengths),
		cmocka_unit_test(prefix_set_order_and_doubles_do_not_count),
		cmocka_unit_test(prefix_range_is_written_as_a_config_has_it),
		cmocka_unit_test(prefix_set_agrees_with_one_by_one),
		cmocka_unit_test(prefix_set_of_many_agrees_with_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
