/* SPDX-License-Identifier: ISC */
/* test_update_encode.c - UPDATE: routes to bytes */

#include "bgpd/wire/update.h"

#include <string.h>

#include "tests/testing.h"
#include "tests/wire.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#define MARKER "ffffffffffffffffffffffffffffffff "

static const struct update_context ibgp = { .four_octet_as = true,
	.internal = true,
	.family = { true, true },
	.max_size = MSG_MAX_SIZE };
static const struct update_context old = {
	.internal = true, .family = { true, true }, .max_size = MSG_MAX_SIZE
};

/* An own block as the mesh hears it: IGP, empty path, LOCAL_PREF 100. */
static struct attrs
block_attrs(const char *next_hop)
{
	struct attrs a = { .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
		    ATTR_HAS_NEXT_HOP | ATTR_HAS_LOCAL_PREF,
		.local_pref = 100 };

	assert_true(address_parse(next_hop, &a.next_hop));
	return a;
}

static struct update_route
route(const char *text)
{
	struct update_route r = { .path_id = 7 };

	assert_true(prefix_parse(text, &r.prefix, NULL));
	return r;
}

/* Writes one message with one prefix; returns what was written. */
static struct span
encode_one(const struct update_context *context, const char *prefix,
    const struct attrs *attrs)
{
	static uint8_t buf[MSG_MAX_SIZE_EXTENDED];
	struct wr w = wr_of(buf, sizeof(buf));
	struct update_route r = route(prefix);
	struct update_writer u;
	size_t length;

	assert_true(
	    update_begin(&u, &w, context, r.prefix.address.family, attrs));
	assert_true(update_add(&u, &r));
	length = update_end(&u);
	assert_int_equal(length, wr_length(&w));
	return wr_written(&w);
}

static void
announce_ipv4_is_classic(void **state)
{
	struct attrs a = block_attrs("10.0.0.1");

	(void)state;

	wire_assert(encode_one(&ibgp, "10.244.1.64/26", &a),
	    MARKER "0031 02 0000 0015"
		   "40 01 01 00"
		   "40 02 00"
		   "40 03 04 0a000001"
		   "40 05 04 00000064"
		   "1a 0af40140");
}

static void
announce_ipv6_has_mp_reach_first(void **state)
{
	struct attrs a = block_attrs("fd00::1");

	(void)state;

	wire_assert(encode_one(&ibgp, "fd00:10:244::40/122", &a),
	    MARKER "004e 02 0000 0037"
		   "80 0e 26 0002 01 10 fd000000000000000000000000000001 00"
		   "7a fd000010024400000000000000000040"
		   "40 01 01 00"
		   "40 02 00"
		   "40 05 04 00000064");
}

static void
announce_keeps_the_partial_bit(void **state)
{
	struct attrs a = block_attrs("10.0.0.1");
	const uint8_t list[] = { 0xfd, 0xe8, 0x00, 0x01 };

	(void)state;
	a.communities = (struct span){ list, sizeof(list) };
	a.large_communities = (struct span){ NULL, 0 };
	a.has |= ATTR_PARTIAL_COMMUNITIES | ATTR_PARTIAL_LARGE_COMMUNITIES;

	wire_assert(encode_one(&ibgp, "10.0.0.0/8", &a),
	    MARKER "0035 02 0000 001c"
		   "40 01 01 00"
		   "40 02 00"
		   "40 03 04 0a000001"
		   "40 05 04 00000064"
		   "e0 08 04 fde80001"
		   "08 0a");
}

static void
announce_link_local_stands_behind_the_global_one(void **state)
{
	struct attrs a = block_attrs("fd00::1");
	struct span bytes;

	(void)state;
	assert_true(address_parse("fe80::1", &a.link_local));
	bytes = encode_one(&ibgp, "fd00::/8", &a);
	bytes.data += 23;
	bytes.length = 3 + 4 + 32;

	wire_assert(bytes,
	    "80 0e 27 0002 01 20 fd000000000000000000000000000001"
	    "fe800000000000000000000000000001");
}

static void
announce_ipv4_over_ipv6_is_in_mp_reach(void **state)
{
	struct update_context context = ibgp;
	struct attrs a = block_attrs("fd00::1");

	(void)state;
	context.extended_next_hop = true;

	wire_assert(encode_one(&context, "10.0.0.0/8", &a),
	    MARKER "003f 02 0000 0028"
		   "80 0e 17 0001 01 10 fd000000000000000000000000000001"
		   "00 08 0a"
		   "40 01 01 00"
		   "40 02 00"
		   "40 05 04 00000064");
}

static void
announce_add_path_has_the_id(void **state)
{
	struct update_context context = ibgp;
	struct attrs a = block_attrs("10.0.0.1");
	struct span bytes;

	(void)state;
	context.add_path[FAMILY_IPV4] = true;
	bytes = encode_one(&context, "10.0.0.0/8", &a);
	bytes.data += bytes.length - 6;
	bytes.length = 6;

	wire_assert(bytes, "00000007 08 0a");
}

static void
withdraw_ipv4_is_classic(void **state)
{
	(void)state;

	wire_assert(encode_one(&ibgp, "10.244.1.64/26", NULL),
	    MARKER "001c 02 0005 1a 0af40140 0000");
}

static void
withdraw_ipv6_is_in_mp_unreach(void **state)
{
	(void)state;

	wire_assert(encode_one(&ibgp, "fd00::/8", NULL),
	    MARKER "001f 02 0000 0008 80 0f 05 0002 01 08 fd");
}

static void
end_of_rib_is_empty(void **state)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	update_end_of_rib_encode(&w, FAMILY_IPV4);
	update_end_of_rib_encode(&w, FAMILY_IPV6);

	wire_assert(wr_written(&w),
	    MARKER "0017 02 0000 0000" MARKER
		   "001d 02 0000 0006 80 0f 03 0002 01");
}

static void
attributes_ascend_with_unknown_among_them(void **state)
{
	uint8_t unknown[64];
	struct attrs a = block_attrs("10.0.0.1");

	(void)state;
	a.has |= ATTR_HAS_MED | ATTR_HAS_ATOMIC | ATTR_HAS_AGGREGATOR |
	    ATTR_HAS_ORIGINATOR | ATTR_HAS_OTC;
	a.med = 5;
	a.aggregator_as = 65001;
	a.aggregator_id = 0x0a000009;
	a.originator = 0x0a000002;
	a.otc = 65002;
	a.communities = (struct span){ (const uint8_t *)"\xfc\0\0\1", 4 };
	a.cluster_list = (struct span){ (const uint8_t *)"\x0a\0\0\3", 4 };
	a.ext_communities =
	    (struct span){ (const uint8_t *)"\0\2\xfc\0\0\0\0\1", 8 };
	a.large_communities =
	    (struct span){ (const uint8_t *)"\0\0\xfc\0\0\0\0\1\0\0\0\2", 12 };
	a.unknown.data = unknown;
	a.unknown.length = wire_hex("e0 00 00 e0 0b 01 aa f0 17 0001 bb"
				    "e0 28 00 e0 ff 00",
	    unknown, sizeof(unknown));

	wire_assert(encode_one(&ibgp, "10.0.0.0/8", &a),
	    MARKER "008b 02 0000 0072"
		   "e0 00 00"
		   "40 01 01 00"
		   "40 02 00"
		   "40 03 04 0a000001"
		   "80 04 04 00000005"
		   "40 05 04 00000064"
		   "40 06 00"
		   "c0 07 08 0000fde9 0a000009"
		   "c0 08 04 fc000001"
		   "80 09 04 0a000002"
		   "80 0a 04 0a000003"
		   "e0 0b 01 aa"
		   "c0 10 08 0002fc0000000001"
		   "f0 17 0001 bb"
		   "c0 20 0c 0000fc00 00000001 00000002"
		   "c0 23 04 0000fdea"
		   "e0 28 00"
		   "e0 ff 00"
		   "08 0a");
}

static void
attribute_over_255_octets_has_two_length_octets(void **state)
{
	static const uint8_t list[256];
	struct attrs a = block_attrs("10.0.0.1");
	struct span bytes;

	(void)state;
	a.communities = (struct span){ list, 252 };
	bytes = encode_one(&ibgp, "10.0.0.0/8", &a);
	bytes.data += 23 + 21;
	bytes.length = 3;
	wire_assert(bytes, "c0 08 fc");

	a.communities.length = 256;
	bytes = encode_one(&ibgp, "10.0.0.0/8", &a);
	bytes.data += 23 + 21;
	bytes.length = 4;
	wire_assert(bytes, "d0 08 0100");
}

static void
old_speaker_gets_narrow_paths_and_twins(void **state)
{
	static const struct {
		const char *what;
		const char *path;
		uint32_t aggregator;
		const char *wanted;
	} cases[] = {
		{ "nothing is lost", "02 02 0000fde9 0000fdea", 65001,
		    "40 02 06 02 02 fde9 fdea 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 fde9 0a000009" },
		{ "empty", "", 1,
		    "40 02 00 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 0001 0a000009" },
		{ "wide path", "02 02 0000fde9 00010000", 65001,
		    "40 02 06 02 02 fde9 5ba0 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 fde9 0a000009"
		    "c0 11 0a 02 02 0000fde9 00010000" },
		{ "wide aggregator", "02 01 0000fde9", 65536,
		    "40 02 04 02 01 fde9 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 5ba0 0a000009"
		    "c0 12 08 00010000 0a000009" },
		{ "confederation stays out of the twin",
		    "03 01 00010000 02 01 00010001", 1,
		    "40 02 08 03 01 5ba0 02 01 5ba0 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 0001 0a000009"
		    "c0 11 06 02 01 00010001" },
		{ "confederation only, no twin", "03 01 00010000", 1,
		    "40 02 04 03 01 5ba0 40 03 04 0a000001"
		    "40 05 04 00000064 c0 07 06 0001 0a000009" },
	};
	struct attrs a = block_attrs("10.0.0.1");
	uint8_t path[64], wanted[256];
	struct span bytes;
	size_t i, length;

	(void)state;
	a.has |= ATTR_HAS_AGGREGATOR;
	a.aggregator_id = 0x0a000009;
	for (i = 0; i < COUNT(cases); i++) {
		a.as_path.data = path;
		a.as_path.length = wire_hex(cases[i].path, path, sizeof(path));
		a.aggregator_as = cases[i].aggregator;
		bytes = encode_one(&old, "10.0.0.0/8", &a);
		bytes.data += 23 + 4; /* behind ORIGIN */
		bytes.length -= 23 + 4 + 2;
		length = wire_hex(cases[i].wanted, wanted, sizeof(wanted));
		if (bytes.length != length ||
		    memcmp(bytes.data, wanted, length) != 0)
			fail_msg("%s", cases[i].what);
	}
}

static void
old_speaker_gets_long_paths_with_two_length_octets(void **state)
{
	uint8_t path[2 + 4 * 200] = { 2, 200 };
	struct attrs a = block_attrs("10.0.0.1");
	struct span bytes;
	size_t i;

	(void)state;
	for (i = 0; i < 200; i++)
		path[2 + 4 * i + 3] = 1;
	a.as_path = (struct span){ path, sizeof(path) };
	bytes = encode_one(&old, "10.0.0.0/8", &a);
	bytes.data += 23 + 4;
	bytes.length = 8;

	wire_assert(bytes, "50 02 0192 02 c8 0001");
}

/* How many prefixes of a length one message takes. */
static unsigned int
capacity(const struct update_context *context, struct update_route r,
    const struct attrs *attrs)
{
	static uint8_t buf[MSG_MAX_SIZE_EXTENDED];
	struct wr w = wr_of(buf, sizeof(buf));
	struct update_writer u;
	unsigned int count = 0;
	size_t length;

	assert_true(
	    update_begin(&u, &w, context, r.prefix.address.family, attrs));
	while (update_add(&u, &r))
		count++;
	length = update_end(&u);
	assert_true(length <= context->max_size);
	assert_int_equal(length, wr_length(&w));
	return count;
}

static void
message_holds_as_many_as_fit(void **state)
{
	static const struct {
		const char *what;
		const char *prefix;
		bool add_path, reflected, link_local, withdraw;
		unsigned int plain, extended;
	} cases[] = {
		{ "IPv4 /26", "10.244.1.64/26", false, false, false, false, 810,
		    13098 },
		{ "IPv4 /26 reflected", "10.244.1.64/26", false, true, false,
		    false, 807, 13095 },
		{ "IPv4 /26 ADD-PATH", "10.244.1.64/26", true, false, false,
		    false, 450, 7276 },
		{ "IPv6 /122", "fd00::40/122", false, false, false, false, 237,
		    3851 },
		{ "IPv6 /122 link-local", "fd00::40/122", false, false, true,
		    false, 236, 3850 },
		{ "IPv6 /122 ADD-PATH", "fd00::40/122", true, false, false,
		    false, 192, 3117 },
		{ "IPv4 /26 withdrawn", "10.244.1.64/26", false, false, false,
		    true, 814, 13102 },
		{ "IPv6 /122 withdrawn", "fd00::40/122", false, false, false,
		    true, 239, 3853 },
	};
	static const uint8_t cluster[4] = { 10, 0, 0, 250 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct update_route r = route(cases[i].prefix);
		bool ipv6 = r.prefix.address.family == FAMILY_IPV6;
		struct attrs a = block_attrs(ipv6 ? "fd00::1" : "10.0.0.1");
		const struct attrs *attrs = cases[i].withdraw ? NULL : &a;
		struct update_context context = ibgp;
		unsigned int plain, extended;

		context.add_path[ipv6] = cases[i].add_path;
		if (cases[i].link_local)
			assert_true(address_parse("fe80::1", &a.link_local));
		if (cases[i].reflected) {
			a.has |= ATTR_HAS_ORIGINATOR;
			a.cluster_list = (struct span){ cluster, 4 };
		}
		plain = capacity(&context, r, attrs);
		context.max_size = MSG_MAX_SIZE_EXTENDED;
		extended = capacity(&context, r, attrs);
		if (plain != cases[i].plain || extended != cases[i].extended)
			fail_msg("%s: %u, %u", cases[i].what, plain, extended);
	}
}

static void
message_without_prefixes_is_taken_back(void **state)
{
	struct attrs a = block_attrs("fd00::1");
	uint8_t buf[MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct update_writer u;

	(void)state;
	msg_keepalive_encode(&w);
	assert_true(update_begin(&u, &w, &ibgp, FAMILY_IPV6, &a));

	assert_int_equal(update_end(&u), 0);
	assert_int_equal(wr_length(&w), MSG_HEADER_SIZE);
	assert_int_equal(wr_left(&w), MSG_MAX_SIZE - MSG_HEADER_SIZE);
}

static void
message_with_too_large_attributes_does_not_begin(void **state)
{
	/* One octet too many for the longest prefix, and just not. */
	static uint8_t list[MSG_MAX_SIZE];
	struct attrs a = block_attrs("10.0.0.1");
	static uint8_t buf[2 * MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct update_writer u;
	size_t room = MSG_MAX_SIZE - (23 + 21 + 4 + 5);

	(void)state;
	msg_keepalive_encode(&w);
	a.communities = (struct span){ list, room + 1 };
	assert_false(update_begin(&u, &w, &ibgp, FAMILY_IPV4, &a));
	assert_false(w.failed);
	assert_int_equal(wr_length(&w), MSG_HEADER_SIZE);

	a.communities.length = room;
	assert_true(update_begin(&u, &w, &ibgp, FAMILY_IPV4, &a));
}

static void
message_without_room_in_the_buffer_does_not_begin(void **state)
{
	struct attrs v4 = block_attrs("10.0.0.1"), v6 = block_attrs("fd00::1");
	uint8_t buf[128];
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(buf); size++) {
		struct wr w = wr_of(buf, size);
		struct update_writer u;

		assert_int_equal(update_begin(&u, &w, &ibgp, FAMILY_IPV4, &v4),
		    size >= 23 + 21 + 5);
		w = wr_of(buf, size);
		assert_int_equal(update_begin(&u, &w, &ibgp, FAMILY_IPV6, &v6),
		    size >= 23 + 14 + 25 + 17);
		w = wr_of(buf, size);
		assert_int_equal(update_begin(&u, &w, &ibgp, FAMILY_IPV4, NULL),
		    size >= 23 + 5);
		w = wr_of(buf, size);
		assert_int_equal(update_begin(&u, &w, &ibgp, FAMILY_IPV6, NULL),
		    size >= 23 + 7 + 17);
	}
}

static void
messages_share_a_buffer(void **state)
{
	static uint8_t buf[2 * MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct attrs a = block_attrs("fd00::1");
	struct update_route r = route("fd00:10::/32");
	struct msg_header header;
	struct msg_error error = { 0 };
	struct update_writer u;
	unsigned int i, messages = 0;
	struct span rest;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(update_begin(&u, &w, &ibgp, FAMILY_IPV6, &a));
		assert_true(update_add(&u, &r));
		assert_int_equal(update_end(&u), 23 + 14 + 24 + 5);
	}

	for (rest = wr_written(&w); rest.length > 0; messages++) {
		assert_int_equal(msg_frame(rest, MSG_MAX_SIZE, &header, &error),
		    FRAME_WHOLE);
		rest.data += header.length;
		rest.length -= header.length;
	}
	assert_int_equal(messages, 3);
}

/* What goes out comes in again as it was. */
static void
round_trip(struct wire *wire, const struct update_context *context,
    const struct attrs *a, const char *prefix)
{
	const struct attrs *b = &wire->update.attrs;
	struct span bytes = encode_one(context, prefix, a);
	bool classic = a->next_hop.family == FAMILY_IPV4;

	update_decode(context,
	    (struct span){ bytes.data + 19, bytes.length - 19 }, &wire->scratch,
	    &wire->update);
	wire->context = *context;

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_string_equal(
	    wire_prefixes(wire, classic ? UPDATE_NLRI : UPDATE_MP_REACH),
	    prefix);
	assert_true(address_equal(
	    &a->next_hop, classic ? &b->next_hop : &wire->update.mp_next_hop));
	assert_int_equal(
	    a->has & ~ATTR_HAS_NEXT_HOP, b->has & ~ATTR_HAS_NEXT_HOP);
	assert_int_equal(a->origin, b->origin);
	assert_int_equal(a->med, b->med);
	assert_int_equal(a->local_pref, b->local_pref);
	assert_int_equal(a->originator, b->originator);
	assert_int_equal(a->aggregator_as, b->aggregator_as);
	assert_int_equal(a->aggregator_id, b->aggregator_id);
	assert_int_equal(a->as_path.length, b->as_path.length);
	assert_memory_equal(
	    a->as_path.data, b->as_path.data, a->as_path.length);
	assert_int_equal(a->aigp.length, b->aigp.length);
	assert_memory_equal(a->aigp.data, b->aigp.data, a->aigp.length);
	assert_int_equal(a->unknown.length, b->unknown.length);
	assert_memory_equal(
	    a->unknown.data, b->unknown.data, a->unknown.length);
}

static void
everything_round_trips(void **state)
{
	struct wire *wire = *state;
	struct attrs a = block_attrs("10.0.0.1");
	uint8_t path[64], unknown[16], aigp[16];

	a.has |= ATTR_HAS_MED | ATTR_HAS_ATOMIC | ATTR_HAS_AGGREGATOR |
	    ATTR_HAS_ORIGINATOR;
	a.origin = ORIGIN_INCOMPLETE;
	a.med = 0xffffffff;
	a.aggregator_as = 4200000000u;
	a.aggregator_id = 0x0a000009;
	a.originator = 0x0a000002;
	a.as_path.data = path;
	a.as_path.length = wire_hex("02 02 0000fde9 00010000"
				    "01 02 0000fde9 00010001",
	    path, sizeof(path));
	a.aigp.data = aigp;
	a.aigp.length =
	    wire_hex("01 000b 0000000000000014", aigp, sizeof(aigp));
	a.unknown.data = unknown;
	a.unknown.length = wire_hex("e0 63 02 abcd", unknown, sizeof(unknown));

	round_trip(wire, &ibgp, &a, "10.244.1.64/26");
	round_trip(wire, &old, &a, "10.244.1.64/26");
	assert_true(address_parse("fd00::1", &a.next_hop));
	round_trip(wire, &ibgp, &a, "fd00::40/122");
	round_trip(wire, &old, &a, "fd00::40/122");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(announce_ipv4_is_classic),
		cmocka_unit_test(announce_ipv6_has_mp_reach_first),
		cmocka_unit_test(announce_keeps_the_partial_bit),
		cmocka_unit_test(
		    announce_link_local_stands_behind_the_global_one),
		cmocka_unit_test(announce_ipv4_over_ipv6_is_in_mp_reach),
		cmocka_unit_test(announce_add_path_has_the_id),
		cmocka_unit_test(withdraw_ipv4_is_classic),
		cmocka_unit_test(withdraw_ipv6_is_in_mp_unreach),
		cmocka_unit_test(end_of_rib_is_empty),
		cmocka_unit_test(attributes_ascend_with_unknown_among_them),
		cmocka_unit_test(
		    attribute_over_255_octets_has_two_length_octets),
		cmocka_unit_test(old_speaker_gets_narrow_paths_and_twins),
		cmocka_unit_test(
		    old_speaker_gets_long_paths_with_two_length_octets),
		cmocka_unit_test(message_holds_as_many_as_fit),
		cmocka_unit_test(message_without_prefixes_is_taken_back),
		cmocka_unit_test(
		    message_with_too_large_attributes_does_not_begin),
		cmocka_unit_test(
		    message_without_room_in_the_buffer_does_not_begin),
		cmocka_unit_test(messages_share_a_buffer),
		cmocka_unit_test_setup_teardown(
		    everything_round_trips, wire_setup, wire_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
