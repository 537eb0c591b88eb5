/* SPDX-License-Identifier: ISC */
/* test_update.c - UPDATE: its frame, its fields of prefixes, next hops */

#include "bgpd/wire/update.h"

#include <string.h>

#include "tests/testing.h"
#include "tests/wire.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#define LL "fe800000000000000000000000000001 "

static void
frame_bad_lengths_are_reset(void **state)
{
	/* RFC 4271 6.3: withdrawn length + attribute length + 23 > message */
	static const struct {
		const char *what;
		const char *body;
	} cases[] = {
		{ "empty", "" },
		{ "one octet", "00" },
		{ "no attribute length", "0000" },
		{ "half an attribute length", "0000 00" },
		{ "withdrawn too long", "0001 0000" },
		{ "withdrawn far too long", "ffff 0000" },
		{ "attributes too long", "0000 0001" },
		{ "attributes far too long", "0000 ffff 00" },
		{ "both just too long", "0002 0808 0002 40" },
	};
	struct wire *wire = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		wire_decode_body(wire, cases[i].body);
		if (wire->update.error.severity != SEVERITY_RESET)
			fail_msg("%s: accepted", cases[i].what);
		assert_int_equal(wire->update.error.code, ERR_UPDATE);
		assert_int_equal(
		    wire->update.error.subcode, UPDATE_MALFORMED_LIST);
	}
}

static void
update_of_all_fields_is_decoded(void **state)
{
	struct wire *wire = *state;
	const struct update *u = wire_decode(
	    wire, "10 0a01", MANDATORY MP_REACH MP_UNREACH, NLRI "08 0b");

	assert_int_equal(u->error.severity, SEVERITY_OK);
	assert_int_equal(u->end_of_rib, FAMILY_MAX);
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_WITHDRAWN), "10.1.0.0/16");
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_MP_UNREACH), "fd00:20::/32");
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_NLRI), "10.1.2.0/24 11.0.0.0/8");
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_MP_REACH), "fd00:10::/32");
}

static void
update_empty_fields_are_not_present(void **state)
{
	struct wire *wire = *state;
	const struct update *u = wire_decode(wire, "", MANDATORY, "");
	size_t i;

	for (i = 0; i < UPDATE_FIELD_MAX; i++)
		assert_false(u->field[i].present);
}

static void
update_classic_hop_beside_mp_is_ignored(void **state)
{
	/* RFC 4760 3 */
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(
	    wire, "", ORIGIN AS_PATH "40 03 04 00000000" MP_REACH, "");

	assert_int_equal(u->error.severity, SEVERITY_OK);
	assert_int_equal(u->attrs.has, ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH);
}

static void
update_mp_needs_no_classic_hop(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(wire, "", ORIGIN AS_PATH MP_REACH, "");

	assert_int_equal(u->error.severity, SEVERITY_OK);
	assert_true(u->field[UPDATE_MP_REACH].present);
}

static void
update_mp_without_origin_is_withdraw(void **state)
{
	struct wire *wire = *state;
	const struct update *u = wire_decode(wire, "", MP_REACH, "");

	assert_int_equal(u->error.severity, SEVERITY_WITHDRAW);
	assert_int_equal(u->error.subcode, UPDATE_MISSING);
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_MP_REACH), "fd00:10::/32");
}

static void
update_mp_unreach_beside_bare_prefixes_is_withdraw(void **state)
{
	struct wire *wire = *state;
	const struct update *u = wire_decode(wire, "", MP_UNREACH, NLRI);

	assert_int_equal(u->error.severity, SEVERITY_WITHDRAW);
	assert_int_equal(u->error.subcode, UPDATE_MISSING);
}

/* A field of prefixes in each place where it can stand. */
static void
prefixes_bad_ones_are_reset(void **state)
{
	static const struct {
		const char *what;
		const char *withdrawn, *attributes, *nlri;
		unsigned int subcode;
	} cases[] = {
		{ "/33", "", MANDATORY, "21 0a00000000", UPDATE_BAD_NETWORK },
		{ "/255", "", MANDATORY, "ff 0a", UPDATE_BAD_NETWORK },
		{ "cut short", "", MANDATORY, "18 0a01", UPDATE_BAD_NETWORK },
		{ "the second cut short", "", MANDATORY, NLRI "18 0a",
		    UPDATE_BAD_NETWORK },
		{ "withdrawn /33", "21 0a00000000", "", "",
		    UPDATE_BAD_NETWORK },
		{ "withdrawn cut short", "18 0a01", "", "",
		    UPDATE_BAD_NETWORK },
		{ "MP_REACH /129", "",
		    ORIGIN AS_PATH
		    "80 0e 27 0002 01 10 fd000000000000000000000000000001 00"
		    "81 fd00000000000000000000000000000100",
		    "", UPDATE_BAD_OPTIONAL },
		{ "MP_REACH cut short", "",
		    ORIGIN AS_PATH
		    "80 0e 17 0002 01 10 fd000000000000000000000000000001 00"
		    "20 fd",
		    "", UPDATE_BAD_OPTIONAL },
		{ "MP_UNREACH /129", "", "80 0f 05 0002 01 81 fd", "",
		    UPDATE_BAD_OPTIONAL },
		{ "MP_UNREACH cut short", "", "80 0f 05 0002 01 10 fd", "",
		    UPDATE_BAD_OPTIONAL },
	};
	struct wire *wire = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		wire_decode(wire, cases[i].withdrawn, cases[i].attributes,
		    cases[i].nlri);
		if (wire->update.error.severity != SEVERITY_RESET ||
		    wire->update.error.subcode != cases[i].subcode)
			fail_msg("%s: %d, subcode %u", cases[i].what,
			    wire->update.error.severity,
			    wire->update.error.subcode);
	}
}

static void
prefixes_bad_ones_of_mp_have_the_attribute_as_data(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", "80 0f 05 0002 01 10 fd", "");

	wire_assert(
	    (struct span){ wire->update.error.data, wire->update.error.length },
	    "80 0f 05 0002 01 10 fd");
}

static void
prefixes_all_lengths_are_accepted(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", MANDATORY, "00 01 80 20 0a000001 1a 0af40140");

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_string_equal(wire_prefixes(wire, UPDATE_NLRI),
	    "0.0.0.0/0 128.0.0.0/1 10.0.0.1/32 10.244.1.64/26");
}

static void
prefixes_host_bits_are_masked(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", MANDATORY, "09 0aff");

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_string_equal(wire_prefixes(wire, UPDATE_NLRI), "10.128.0.0/9");
}

static void
prefixes_multicast_are_passed_over(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(wire, "",
	    MANDATORY "80 0e 1a 0002 01 10 fd000000000000000000000000000001 00"
		      "08 ff 10 fd01",
	    "04 e0 08 0b 18 ef0102 03 e0");

	assert_int_equal(u->error.severity, SEVERITY_DISCARD);
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_NLRI), "11.0.0.0/8 224.0.0.0/3");
	assert_string_equal(wire_prefixes(wire, UPDATE_MP_REACH), "fd01::/16");
}

static void
prefixes_of_add_path_have_their_id(void **state)
{
	struct wire *wire = *state;

	wire->context.add_path[FAMILY_IPV4] = true;
	wire_decode(wire, "00000001 08 0b", MANDATORY MP_REACH,
	    "00000007 18 0a0102 ffffffff 18 0a0102");

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_WITHDRAWN), "1:11.0.0.0/8");
	assert_string_equal(wire_prefixes(wire, UPDATE_NLRI),
	    "7:10.1.2.0/24 4294967295:10.1.2.0/24");
	assert_string_equal(
	    wire_prefixes(wire, UPDATE_MP_REACH), "fd00:10::/32");
}

static void
prefixes_of_add_path_cut_short_are_reset(void **state)
{
	static const struct {
		const char *attributes, *nlri;
		unsigned int subcode;
	} cases[] = {
		{ MANDATORY, "000000", UPDATE_BAD_NETWORK },
		{ MANDATORY, "00000001", UPDATE_BAD_NETWORK },
		{ MANDATORY, "00000001 08 0b 00", UPDATE_BAD_NETWORK },
		{ "80 0f 06 0002 01 000000", "", UPDATE_BAD_OPTIONAL },
	};
	struct wire *wire = *state;
	size_t i;

	wire->context.add_path[FAMILY_IPV4] = true;
	wire->context.add_path[FAMILY_IPV6] = true;
	for (i = 0; i < COUNT(cases); i++) {
		wire_decode(wire, "", cases[i].attributes, cases[i].nlri);
		assert_int_equal(wire->update.error.severity, SEVERITY_RESET);
		assert_int_equal(wire->update.error.subcode, cases[i].subcode);
	}
}

static void
family_not_negotiated_is_ignored(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	wire->context.family[FAMILY_IPV6] = false;
	u = wire_decode(wire, "",
	    MANDATORY MP_UNREACH
	    "80 0e 09 0002 01 77 fd00000010", /* whatever it holds */
	    NLRI);

	assert_int_equal(u->error.severity, SEVERITY_OK);
	assert_false(u->field[UPDATE_MP_REACH].present);
	assert_false(u->field[UPDATE_MP_UNREACH].present);
	assert_true(u->field[UPDATE_NLRI].present);
}

static void
family_foreign_is_ignored(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	/* flowspec with an empty rule; EVPN; multicast SAFI */
	u = wire_decode(wire, "", "80 0e 06 0001 85 00 00 00", "");
	assert_int_equal(u->error.severity, SEVERITY_OK);
	u = wire_decode(wire, "", "80 0f 05 0019 46 ff ff", "");
	assert_int_equal(u->error.severity, SEVERITY_OK);
	u = wire_decode(wire, "", "80 0f 05 0001 02 21 0a", "");
	assert_int_equal(u->error.severity, SEVERITY_OK);
}

static void
family_ipv4_not_negotiated_ignores_classic_fields(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	wire->context.family[FAMILY_IPV4] = false;
	u = wire_decode(wire, "21 0a", ORIGIN AS_PATH MP_REACH, "ff");

	assert_int_equal(u->error.severity, SEVERITY_OK);
	assert_false(u->field[UPDATE_WITHDRAWN].present);
	assert_false(u->field[UPDATE_NLRI].present);
	assert_true(u->field[UPDATE_MP_REACH].present);
}

/* MP_REACH_NLRI up to the reserved octet, behind what every route needs. */
static void
mp_next_hop_follows_its_table(void **state)
{
	static const struct {
		const char *what;
		const char *attributes;
		bool extended;
		enum msg_severity severity;
		const char *hop, *local;
	} cases[] = {
		{ "IPv6",
		    "80 0e 16 0002 01 10 fd000000000000000000000000000001 00"
		    "00",
		    false, SEVERITY_OK, "fd00::1", "0.0.0.0" },
		{ "IPv6 with link-local",
		    "80 0e 26 0002 01 20 fd000000000000000000000000000001" LL
		    "00 00",
		    false, SEVERITY_OK, "fd00::1", "fe80::1" },
		{ "link-local alone", "80 0e 16 0002 01 10" LL "00 00", false,
		    SEVERITY_OK, "fe80::1", "0.0.0.0" },
		{ "link-local twice", "80 0e 26 0002 01 20" LL LL "00 00",
		    false, SEVERITY_OK, "fe80::1", "fe80::1" },
		{ "unspecified with link-local",
		    "80 0e 26 0002 01 20 00000000000000000000000000000000" LL
		    "00 00",
		    false, SEVERITY_OK, "fe80::1", "fe80::1" },
		{ "the second is not link-local",
		    "80 0e 26 0002 01 20 fd000000000000000000000000000001"
		    "fd000000000000000000000000000002 00 00",
		    false, SEVERITY_OK, "fd00::1", "0.0.0.0" },
		{ "reserved octet set",
		    "80 0e 16 0002 01 10 fd000000000000000000000000000001 ff"
		    "00",
		    false, SEVERITY_OK, "fd00::1", "0.0.0.0" },
		{ "IPv4 in MP_REACH", "80 0e 0a 0001 01 04 0a000001 00 00",
		    false, SEVERITY_OK, "10.0.0.1", "0.0.0.0" },
		{ "IPv4 over IPv6",
		    "80 0e 16 0001 01 10 fd000000000000000000000000000001 00"
		    "00",
		    true, SEVERITY_OK, "fd00::1", "0.0.0.0" },
		{ "IPv4 over both",
		    "80 0e 26 0001 01 20 fd000000000000000000000000000001" LL
		    "00 00",
		    true, SEVERITY_OK, "fd00::1", "fe80::1" },
		{ "IPv4 over IPv6, not negotiated",
		    "80 0e 16 0001 01 10 fd000000000000000000000000000001 00"
		    "00",
		    false, SEVERITY_RESET, NULL, NULL },
		{ "IPv6 over IPv4", "80 0e 0a 0002 01 04 0a000001 00 00", true,
		    SEVERITY_RESET, NULL, NULL },
		{ "length 0", "80 0e 06 0002 01 00 00 00", false,
		    SEVERITY_RESET, NULL, NULL },
		{ "length 15",
		    "80 0e 15 0002 01 0f fd0000000000000000000000000000 00"
		    "00",
		    false, SEVERITY_RESET, NULL, NULL },
		{ "length 24",
		    "80 0e 1e 0002 01 18 0000000000000000"
		    "fd000000000000000000000000000001 00 00",
		    false, SEVERITY_RESET, NULL, NULL },
		{ "runs past the attribute", "80 0e 06 0002 01 10 fd 00", false,
		    SEVERITY_RESET, NULL, NULL },
		{ "no reserved octet",
		    "80 0e 14 0002 01 10 fd000000000000000000000000000001",
		    false, SEVERITY_RESET, NULL, NULL },
		{ "four octets", "80 0e 04 0002 01 10", false, SEVERITY_RESET,
		    NULL, NULL },
		{ "nothing", "80 0e 00", false, SEVERITY_RESET, NULL, NULL },
		{ "unspecified",
		    "80 0e 16 0002 01 10 00000000000000000000000000000000 00"
		    "00",
		    false, SEVERITY_WITHDRAW, "::", "0.0.0.0" },
		{ "loopback",
		    "80 0e 16 0002 01 10 00000000000000000000000000000001 00"
		    "00",
		    false, SEVERITY_WITHDRAW, "::1", "0.0.0.0" },
		{ "multicast",
		    "80 0e 16 0002 01 10 ff020000000000000000000000000001 00"
		    "00",
		    false, SEVERITY_WITHDRAW, "ff02::1", "0.0.0.0" },
		{ "IPv4-mapped",
		    "80 0e 16 0002 01 10 00000000000000000000ffff0a000001 00"
		    "00",
		    false, SEVERITY_WITHDRAW, "::ffff:10.0.0.1", "0.0.0.0" },
		{ "IPv4 unspecified", "80 0e 0a 0001 01 04 00000000 00 00",
		    false, SEVERITY_WITHDRAW, "0.0.0.0", "0.0.0.0" },
	};
	struct wire *wire = *state;
	const struct update *u = &wire->update;
	char hop[ADDRESS_STRLEN], local[ADDRESS_STRLEN], list[256];
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		wire->context.extended_next_hop = cases[i].extended;
		strcpy(list, ORIGIN AS_PATH);
		strcat(list, cases[i].attributes);
		wire_decode(wire, "", list, "");
		if (u->error.severity != cases[i].severity)
			fail_msg("%s: %d", cases[i].what, u->error.severity);
		if (cases[i].severity == SEVERITY_RESET)
			assert_int_equal(u->error.subcode, UPDATE_BAD_OPTIONAL);
		if (cases[i].severity == SEVERITY_WITHDRAW)
			assert_int_equal(u->error.subcode, UPDATE_BAD_NEXT_HOP);
		if (cases[i].hop == NULL)
			continue;
		address_format(&u->mp_next_hop, hop);
		address_format(&u->mp_link_local, local);
		if (strcmp(hop, cases[i].hop) != 0 ||
		    strcmp(local, cases[i].local) != 0)
			fail_msg("%s: %s %s", cases[i].what, hop, local);
	}
}

static void
mp_unreach_too_short_is_reset(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", "80 0f 02 0002", "");

	assert_int_equal(wire->update.error.severity, SEVERITY_RESET);
	assert_int_equal(wire->update.error.subcode, UPDATE_BAD_OPTIONAL);
}

static void
end_of_rib_is_an_update_of_nothing(void **state)
{
	/* RFC 4724 2 */
	static const struct {
		const char *what;
		const char *withdrawn, *attributes, *nlri;
		enum family family;
	} cases[] = {
		{ "empty", "", "", "", FAMILY_IPV4 },
		{ "empty MP_UNREACH", "", "80 0f 03 0002 01", "", FAMILY_IPV6 },
		{ "with two length octets", "", "90 0f 0003 0002 01", "",
		    FAMILY_IPV6 },
		{ "IPv4 in MP_UNREACH", "", "80 0f 03 0001 01", "",
		    FAMILY_IPV4 },
		{ "foreign family", "", "80 0f 03 0019 46", "", FAMILY_MAX },
		{ "withdrawn prefixes", "08 0b", "", "", FAMILY_MAX },
		{ "withdrawn beside it", "08 0b", "80 0f 03 0002 01", "",
		    FAMILY_MAX },
		{ "prefixes in it", "", MP_UNREACH, "", FAMILY_MAX },
		{ "another attribute before it", "", ORIGIN "80 0f 03 0002 01",
		    "", FAMILY_MAX },
		{ "another attribute behind it", "",
		    "80 0f 03 0002 01 80 63 00", "", FAMILY_MAX },
		{ "bad flags", "", "c0 0f 03 0002 01", "", FAMILY_MAX },
		{ "an octet left over", "", "80 0f 03 0002 01 80", "",
		    FAMILY_MAX },
	};
	struct wire *wire = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		wire_decode(wire, cases[i].withdrawn, cases[i].attributes,
		    cases[i].nlri);
		if (wire->update.end_of_rib != cases[i].family)
			fail_msg(
			    "%s: %d", cases[i].what, wire->update.end_of_rib);
	}
}

static void
end_of_rib_of_a_family_not_negotiated_is_none(void **state)
{
	struct wire *wire = *state;

	wire->context.family[FAMILY_IPV4] = false;
	assert_int_equal(wire_decode(wire, "", "", "")->end_of_rib, FAMILY_MAX);
	wire->context.family[FAMILY_IPV6] = false;
	assert_int_equal(
	    wire_decode(wire, "", "80 0f 03 0002 01", "")->end_of_rib,
	    FAMILY_MAX);
}

static void
cursor_on_unchecked_bytes_ends(void **state)
{
	static const uint8_t bytes[] = { 0x21, 0x0a };
	struct rd cursor = rd_of((struct span){ bytes, sizeof(bytes) });
	struct wire *wire = *state;
	struct update_route route;

	assert_false(update_next(&wire->context, FAMILY_IPV4, &cursor, &route));
	assert_false(update_next(&wire->context, FAMILY_IPV4, &cursor, &route));
}

#define test(name) \
	cmocka_unit_test_setup_teardown(name, wire_setup, wire_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		test(frame_bad_lengths_are_reset),
		test(update_of_all_fields_is_decoded),
		test(update_empty_fields_are_not_present),
		test(update_classic_hop_beside_mp_is_ignored),
		test(update_mp_needs_no_classic_hop),
		test(update_mp_without_origin_is_withdraw),
		test(update_mp_unreach_beside_bare_prefixes_is_withdraw),
		test(prefixes_bad_ones_are_reset),
		test(prefixes_bad_ones_of_mp_have_the_attribute_as_data),
		test(prefixes_all_lengths_are_accepted),
		test(prefixes_host_bits_are_masked),
		test(prefixes_multicast_are_passed_over),
		test(prefixes_of_add_path_have_their_id),
		test(prefixes_of_add_path_cut_short_are_reset),
		test(family_not_negotiated_is_ignored),
		test(family_foreign_is_ignored),
		test(family_ipv4_not_negotiated_ignores_classic_fields),
		test(mp_next_hop_follows_its_table),
		test(mp_unreach_too_short_is_reset),
		test(end_of_rib_is_an_update_of_nothing),
		test(end_of_rib_of_a_family_not_negotiated_is_none),
		test(cursor_on_unchecked_bytes_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
