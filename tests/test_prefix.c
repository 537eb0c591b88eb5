/* SPDX-License-Identifier: ISC */
/* test_prefix.c - address blocks as values */

#include "rib/prefix.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	if (!prefix_parse(text, &p, NULL))
		fail_msg("no prefix: %s", text);
	return p;
}

static void
prefix_text_is_canonical(void **state)
{
	static const struct {
		const char *in;
		const char *out;
		bool had_host_bits;
	} cases[] = {
		{ "10.0.0.0/8", "10.0.0.0/8", false },
		{ "10.1.2.3/8", "10.0.0.0/8", true },
		{ "10.1.2.3/0", "0.0.0.0/0", true },
		{ "0.0.0.0/0", "0.0.0.0/0", false },
		{ "10.1.2.3", "10.1.2.3/32", false },
		{ "10.1.2.3/32", "10.1.2.3/32", false },
		{ "10.1.2.3/31", "10.1.2.2/31", true },
		{ "10.244.1.64/26", "10.244.1.64/26", false },
		{ "10.244.1.127/26", "10.244.1.64/26", true },
		{ "::/0", "::/0", false },
		{ "::1", "::1/128", false },
		{ "fd00:10:244:1::/122", "fd00:10:244:1::/122", false },
		{ "fd00::7f/122", "fd00::40/122", true },
		{ "ffff:ffff::/9", "ff80::/9", true },
		{ "1:2:3:4:5:6:7:8/127", "1:2:3:4:5:6:7:8/127", false },
	};
	char buf[PREFIX_STRLEN];
	struct prefix p;
	bool had;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		assert_true(prefix_parse(cases[i].in, &p, &had));
		assert_string_equal(prefix_format(&p, buf), cases[i].out);
		assert_int_equal(had, cases[i].had_host_bits);
	}
}

static void
prefix_longest_text_fits(void **state)
{
	const char *text = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128";
	struct prefix p = prefix(text);
	char buf[PREFIX_STRLEN];

	(void)state;

	assert_string_equal(prefix_format(&p, buf), text);
}

static void
prefix_malformed_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"/",
		"/8",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/+8",
		"10.0.0.0/08",
		"10.0.0.0/00",
		"10.0.0.0/ 8",
		"10.0.0.0/8 ",
		"10.0.0.0/8/8",
		"10.0.0.0/x",
		"10.0.0.0/8x",
		"10.0.0.0/0x8",
		"10.0.0.0/4294967304",
		"10.0.0/8",
		"10/8",
		"10.0.0.0/255.0.0.0",
		"::/129",
		"::/",
		"fe80::%eth0/10",
		"default",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0/8",
	};
	struct prefix p;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (prefix_parse(cases[i], &p, NULL))
			fail_msg("taken for a prefix: %s", cases[i]);
}

static void
prefix_of_every_length_is_masked(void **state)
{
	const uint8_t ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255 };
	struct address a = address_from(FAMILY_IPV6, ones);
	unsigned int length, i;

	(void)state;

	for (length = 0; length <= 128; length++) {
		struct prefix p = prefix_of(&a, length);
		unsigned int set = 0;

		for (i = 0; i < 128; i++)
			set += p.address.bytes[i / 8] >> (7 - i % 8) & 1;
		assert_int_equal(p.length, length);
		assert_int_equal(set, length);
	}
}

static void
prefix_length_is_cut_to_the_family(void **state)
{
	struct address a = address_v4(0x0a000001);

	(void)state;

	assert_int_equal(prefix_of(&a, 33).length, 32);
	assert_int_equal(prefix_of(&a, UINT32_MAX).length, 32);
}

static void
prefix_of_other_length_is_different(void **state)
{
	struct prefix a = prefix("10.0.0.0/8");
	struct prefix b = prefix("10.0.0.0/9");

	(void)state;

	assert_false(prefix_equal(&a, &b));
	assert_true(prefix_hash(0, &a) != prefix_hash(0, &b));
}

static void
prefix_with_other_host_bits_is_equal(void **state)
{
	struct prefix a = prefix("10.0.0.1/8");
	struct prefix b = prefix("10.255.0.0/8");

	(void)state;

	assert_true(prefix_equal(&a, &b));
	assert_int_equal(prefix_hash(0, &a), prefix_hash(0, &b));
}

static void
prefix_order_puts_blocks_before_parts(void **state)
{
	static const char *const sorted[] = { "0.0.0.0/0", "10.0.0.0/8",
		"10.0.0.0/9", "10.0.0.0/32", "10.128.0.0/9", "11.0.0.0/8",
		"::/0", "::/128", "fd00::/8" };
	size_t i;

	(void)state;

	for (i = 1; i < COUNT(sorted); i++) {
		struct prefix a = prefix(sorted[i - 1]);
		struct prefix b = prefix(sorted[i]);

		assert_true(prefix_compare(&a, &b) < 0);
		assert_true(prefix_compare(&b, &a) > 0);
		assert_int_equal(prefix_compare(&a, &a), 0);
	}
}

static void
prefix_contains_what_lies_inside(void **state)
{
	static const struct {
		const char *outer;
		const char *inner;
		bool contains;
	} cases[] = {
		{ "0.0.0.0/0", "10.0.0.0/8", true },
		{ "0.0.0.0/0", "0.0.0.0/0", true },
		{ "10.0.0.0/8", "0.0.0.0/0", false },
		{ "10.0.0.0/8", "10.0.0.0/8", true },
		{ "10.0.0.0/8", "10.255.255.255/32", true },
		{ "10.0.0.0/8", "11.0.0.0/32", false },
		{ "10.0.0.0/9", "10.0.0.0/8", false },
		{ "10.244.1.64/26", "10.244.1.127/32", true },
		{ "10.244.1.64/26", "10.244.1.128/32", false },
		{ "10.244.1.64/26", "10.244.1.63/32", false },
		{ "10.0.0.1/32", "10.0.0.1/32", true },
		{ "10.0.0.1/32", "10.0.0.0/32", false },
		{ "::/0", "10.0.0.0/8", false },
		{ "0.0.0.0/0", "::/0", false },
		{ "fd00::40/122", "fd00::7f", true },
		{ "fd00::40/122", "fd00::80", false },
		{ "::1/128", "::1/128", true },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		struct prefix outer = prefix(cases[i].outer);
		struct prefix inner = prefix(cases[i].inner);

		if (prefix_contains(&outer, &inner) != cases[i].contains)
			fail_msg("%s, %s", cases[i].outer, cases[i].inner);
	}
}

static void
prefix_covers_its_addresses(void **state)
{
	struct prefix p = prefix("10.244.1.64/26");
	struct address inside = address_v4(0x0af4017f);
	struct address outside = address_v4(0x0af40180);

	(void)state;

	assert_true(prefix_covers(&p, &inside));
	assert_false(prefix_covers(&p, &outside));
}

static void
prefix_of_length_zero_is_default(void **state)
{
	struct prefix v4 = prefix("0.0.0.0/0");
	struct prefix v6 = prefix("::/0");
	struct prefix other = prefix("0.0.0.0/1");

	(void)state;

	assert_true(prefix_is_default(&v4));
	assert_true(prefix_is_default(&v6));
	assert_false(prefix_is_default(&other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefix_text_is_canonical),
		cmocka_unit_test(prefix_longest_text_fits),
		cmocka_unit_test(prefix_malformed_is_refused),
		cmocka_unit_test(prefix_of_every_length_is_masked),
		cmocka_unit_test(prefix_length_is_cut_to_the_family),
		cmocka_unit_test(prefix_of_other_length_is_different),
		cmocka_unit_test(prefix_with_other_host_bits_is_equal),
		cmocka_unit_test(prefix_order_puts_blocks_before_parts),
		cmocka_unit_test(prefix_contains_what_lies_inside),
		cmocka_unit_test(prefix_covers_its_addresses),
		cmocka_unit_test(prefix_of_length_zero_is_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
