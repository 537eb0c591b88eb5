/* SPDX-License-Identifier: ISC */
/* test_address.c - addresses as values */

#include "rib/address.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static struct address
address(const char *text)
{
	struct address a;

	if (!address_parse(text, &a))
		fail_msg("no address: %s", text);
	return a;
}

static void
family_properties_are_known(void **state)
{
	(void)state;

	assert_string_equal(family_name(FAMILY_IPV4), "ipv4");
	assert_string_equal(family_name(FAMILY_IPV6), "ipv6");
	assert_int_equal(family_bits(FAMILY_IPV4), 32);
	assert_int_equal(family_bits(FAMILY_IPV6), 128);
	assert_int_equal(family_octets(FAMILY_IPV4), 4);
	assert_int_equal(family_octets(FAMILY_IPV6), 16);
}

static void
address_text_is_canonical(void **state)
{
	/* RFC 5952 4 and 5 */
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "10.0.0.1", "10.0.0.1" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "2001:0db8::0001", "2001:db8::1" },
		{ "2001:DB8::A", "2001:db8::a" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
		{ "::ffff:a00:1", "::ffff:10.0.0.1" },
		{ "fe80::", "fe80::" },
	};
	char buf[ADDRESS_STRLEN];
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		struct address a = address(cases[i].in);

		assert_string_equal(address_format(&a, buf), cases[i].out);
	}
}

static void
address_malformed_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		" ",
		"10",
		"10.0.0",
		"10.0.0.",
		"10.0.0.256",
		"10.0.0.01",
		"010.0.0.1",
		"10.0.0.1 ",
		" 10.0.0.1",
		"10.0.0.1/32",
		"0x0a000001",
		"10.0.0.1.1",
		":",
		":::",
		"1::2::3",
		"12345::",
		"g::",
		"fe80::1%eth0",
		"::1/128",
		"[::1]",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"::ffff:10.0.0.256",
	};
	struct address a;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++)
		if (address_parse(cases[i], &a))
			fail_msg("taken for an address: %s", cases[i]);
}

static void
address_v4_has_network_order(void **state)
{
	struct address a = address_v4(0x0a000102);

	(void)state;

	assert_true(a.bytes[0] == 10 && a.bytes[3] == 2);
	assert_int_equal(address_v4_number(&a), 0x0a000102);
}

static void
address_from_v4_ignores_the_bytes_behind(void **state)
{
	const uint8_t bytes[16] = { 10, 0, 0, 1, 0xff, 0xff };
	struct address a = address_from(FAMILY_IPV4, bytes);
	struct address b = address("10.0.0.1");

	(void)state;

	assert_true(address_equal(&a, &b));
}

static void
address_of_other_family_is_different(void **state)
{
	struct address a = address("0.0.0.0");
	struct address b = address("::");

	(void)state;

	assert_false(address_equal(&a, &b));
}

static void
address_order_is_numeric_by_family(void **state)
{
	static const char *const sorted[] = { "0.0.0.0", "9.255.255.255",
		"10.0.0.0", "10.0.0.1", "200.0.0.0", "::", "::1",
		"1::", "fe80::" };
	size_t i;

	(void)state;

	for (i = 1; i < COUNT(sorted); i++) {
		struct address a = address(sorted[i - 1]);
		struct address b = address(sorted[i]);

		assert_true(address_compare(&a, &b) < 0);
		assert_true(address_compare(&b, &a) > 0);
		assert_int_equal(address_compare(&a, &a), 0);
	}
}

enum kind {
	UNSET = 1 << 0,
	LOOPBACK = 1 << 1,
	MULTICAST = 1 << 2,
	LINK_LOCAL = 1 << 3,
	SITE_LOCAL = 1 << 4,
	MARTIAN = 1 << 5
};

static int
kinds(const struct address *a)
{
	return (address_is_unset(a) ? UNSET : 0) |
	    (address_is_loopback(a) ? LOOPBACK : 0) |
	    (address_is_multicast(a) ? MULTICAST : 0) |
	    (address_is_link_local(a) ? LINK_LOCAL : 0) |
	    (address_is_site_local(a) ? SITE_LOCAL : 0) |
	    (address_is_martian(a) ? MARTIAN : 0);
}

static void
address_kinds_end_where_their_range_ends(void **state)
{
	static const struct {
		const char *text;
		int kinds;
	} cases[] = {
		{ "0.0.0.0", UNSET | MARTIAN },
		{ "0.255.255.255", MARTIAN },
		{ "1.0.0.0", 0 },
		{ "126.255.255.255", 0 },
		{ "127.0.0.1", LOOPBACK | MARTIAN },
		{ "127.255.255.255", LOOPBACK | MARTIAN },
		{ "128.0.0.0", 0 },
		{ "169.253.255.255", 0 },
		{ "169.254.0.0", LINK_LOCAL },
		{ "169.254.255.255", LINK_LOCAL },
		{ "169.255.0.0", 0 },
		{ "223.255.255.255", 0 },
		{ "224.0.0.0", MULTICAST | MARTIAN },
		{ "239.255.255.255", MULTICAST | MARTIAN },
		{ "240.0.0.0", MARTIAN },
		{ "255.255.255.255", MARTIAN },
		{ "::", UNSET | MARTIAN },
		{ "::1", LOOPBACK | MARTIAN },
		{ "::2", 0 },
		{ "::fffe:ffff:ffff", 0 },
		{ "::ffff:0.0.0.0", MARTIAN },
		{ "::ffff:10.0.0.1", MARTIAN },
		{ "::1:0:0:0", 0 },
		{ "7f00::", 0 },
		{ "e000::", 0 },
		{ "2001:db8::1", 0 },
		{ "fd00::1", 0 },
		{ "fe7f:ffff::", 0 },
		{ "fe80::1", LINK_LOCAL },
		{ "febf:ffff::", LINK_LOCAL },
		{ "fec0::", SITE_LOCAL },
		{ "feff:ffff::", SITE_LOCAL },
		{ "ff00::", MULTICAST | MARTIAN },
		{ "ff02::1", MULTICAST | MARTIAN },
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(cases); i++) {
		struct address a = address(cases[i].text);

		if (kinds(&a) != cases[i].kinds)
			fail_msg(
			    "%s: %#x", cases[i].text, (unsigned int)kinds(&a));
	}
}

static void
address_hash_of_equals_is_equal(void **state)
{
	struct address a = address("2001:db8::1");
	struct address b = address("2001:0db8:0::1");

	(void)state;

	assert_int_equal(address_hash(0, &a), address_hash(0, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(family_properties_are_known),
		cmocka_unit_test(address_text_is_canonical),
		cmocka_unit_test(address_malformed_is_refused),
		cmocka_unit_test(address_v4_has_network_order),
		cmocka_unit_test(address_from_v4_ignores_the_bytes_behind),
		cmocka_unit_test(address_of_other_family_is_different),
		cmocka_unit_test(address_order_is_numeric_by_family),
		cmocka_unit_test(address_kinds_end_where_their_range_ends),
		cmocka_unit_test(address_hash_of_equals_is_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
