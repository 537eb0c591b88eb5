/* SPDX-License-Identifier: ISC */
/* test_open.c - OPEN: decoding, encoding, judging, negotiating */

#include "bgpd/wire/open.h"

#include <string.h>

#include "rib/aspath.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define BYTES(...)                        \
	(const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ })

/* version 4, AS 64512, hold time 90, identifier 10.0.0.1 */
#define FIXED 0x04, 0xfc, 0x00, 0x00, 0x5a, 0x0a, 0x00, 0x00, 0x01

/* Decodes from a heap block of exactly that size. */
static bool
decode(const uint8_t *bytes, size_t length, struct open *open,
    struct msg_error *error)
{
	uint8_t *copy = test_malloc(length);
	bool good;

	memcpy(copy, bytes, length);
	good = open_decode((struct span){ copy, length }, open, error);
	test_free(copy);
	return good;
}

/* An OPEN whose one parameter holds these capabilities. */
static bool
decode_capabilities(const uint8_t *bytes, size_t length, struct open *open,
    struct msg_error *error)
{
	static const uint8_t fixed[] = { FIXED };
	uint8_t body[300];
	struct wr w = wr_of(body, sizeof(body));

	wr_bytes(&w, fixed, sizeof(fixed));
	wr_u8(&w, (uint8_t)(length + 2));
	wr_u8(&w, 2);
	wr_u8(&w, (uint8_t)length);
	wr_bytes(&w, bytes, length);
	return decode(body, wr_length(&w), open, error);
}

static void
decode_plain_open_has_its_fields(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode(BYTES(FIXED, 0x00), &open, &error));
	assert_int_equal(open.as, 64512);
	assert_int_equal(open.my_as, 64512);
	assert_int_equal(open.hold_time, 90);
	assert_int_equal(open.identifier, 0x0a000001);
	assert_int_equal(open.has, 0);
}

static void
decode_bad_form_is_reset(void **state)
{
	const struct {
		const char *what;
		const uint8_t *bytes;
		size_t length;
		unsigned int subcode;
	} cases[] = {
		{ "parameter of type 1",
		    BYTES(
			FIXED, /* length */ 3, /* type */ 1, /* length */ 1, 0),
		    OPEN_BAD_PARAMETER },
		{ "parameter of type 3 behind a good one",
		    BYTES(FIXED, 6, /* capabilities */ 2, 2, 2, 0,
			/* type 3 */ 3, 0),
		    OPEN_BAD_PARAMETER },
		{ "parameters longer than the message",
		    BYTES(FIXED, 5, 2, 2, 2, 0), OPEN_UNSPECIFIC },
		{ "parameters shorter than the message",
		    BYTES(FIXED, 4, 2, 2, 2, 0, 0), OPEN_UNSPECIFIC },
		{ "octets behind length 0", BYTES(FIXED, 0, 2, 2, 2, 0),
		    OPEN_UNSPECIFIC },
		{ "parameter runs past the end", BYTES(FIXED, 4, 2, 3, 2, 0),
		    OPEN_UNSPECIFIC },
		{ "one octet left over", BYTES(FIXED, 5, 2, 2, 2, 0, 2),
		    OPEN_UNSPECIFIC },
		{ "capability runs past its parameter",
		    BYTES(FIXED, 4, 2, 2, 2, 1), OPEN_UNSPECIFIC },
		{ "capability runs into the next parameter",
		    BYTES(FIXED, 8, /* AS4, 4 octets claimed */ 2, 2, 65, 4,
			/* the next */ 2, 2, 2, 0),
		    OPEN_UNSPECIFIC },
		{ "capability of one octet", BYTES(FIXED, 3, 2, 1, 65),
		    OPEN_UNSPECIFIC },
		{ "AS4 of length 0", BYTES(FIXED, 4, 2, 2, 65, 0),
		    OPEN_UNSPECIFIC },
		{ "AS4 of length 0 before another",
		    BYTES(FIXED, 10, 2, 8,
			/* AS4 */ 65, 0, /* multiprotocol */ 1, 4, 0, 1, 0, 1),
		    OPEN_UNSPECIFIC },
		{ "AS4 of length 5",
		    BYTES(FIXED, 9, 2, 7, 65, 5, 0, 0, 0xfc, 0, 0),
		    OPEN_UNSPECIFIC },
		{ "multiprotocol of length 3",
		    BYTES(FIXED, 7, 2, 5, 1, 3, 0, 1, 0), OPEN_UNSPECIFIC },
		{ "length 255 and nothing else", BYTES(FIXED, 255),
		    OPEN_UNSPECIFIC },
		{ "extended, cut before its length", BYTES(FIXED, 255, 255),
		    OPEN_UNSPECIFIC },
		{ "extended, cut in its length", BYTES(FIXED, 255, 255, 0),
		    OPEN_UNSPECIFIC },
		{ "extended, length too great",
		    BYTES(FIXED, 255, 255, 0, 6, 2, 0, 2, 2, 0),
		    OPEN_UNSPECIFIC },
		{ "extended, parameter with one length octet",
		    BYTES(FIXED, 255, 255, 0, 4, 2, 2, 2, 0), OPEN_UNSPECIFIC },
	};
	struct msg_error error;
	struct open open;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		if (decode(cases[i].bytes, cases[i].length, &open, &error))
			fail_msg("%s: accepted", cases[i].what);
		if (error.subcode != cases[i].subcode)
			fail_msg(
			    "%s: subcode %u", cases[i].what, error.subcode);
		assert_int_equal(error.severity, SEVERITY_RESET);
		assert_int_equal(error.code, ERR_OPEN);
	}
}

static void
decode_every_prefix_of_an_open_is_safe(void **state)
{
	static const uint8_t body[] = { FIXED, 255, 255, 0, 19,
		/* capabilities */ 2, 0, 16,
		/* AS4 */ 65, 4, 0, 1, 0, 0,
		/* restart */ 64, 6, 0x80, 0x78, 0, 1, 1, 0x80,
		/* refresh */ 2, 0 };
	struct msg_error error;
	struct open open;
	size_t length;

	(void)state;
	assert_true(decode(body, sizeof(body), &open, &error));
	for (length = 0; length < sizeof(body); length++)
		assert_false(decode(body, length, &open, &error));
}

static void
decode_bad_version_tells_ours(void **state)
{
	static const uint8_t wanted[] = { 0x00, 0x04 };
	struct msg_error error;
	struct open open;

	(void)state;

	assert_false(decode(
	    BYTES(0x03, 0xfc, 0, 0, 0x5a, 10, 0, 0, 1, 0), &open, &error));
	assert_int_equal(error.subcode, OPEN_BAD_VERSION);
	assert_int_equal(error.length, 2);
	assert_memory_equal(error.data, wanted, 2);
}

static void
decode_capabilities_may_be_spread(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode(BYTES(FIXED, 12,
			       /* one each */ 2, 2, 2, 0, 2, 2, 70, 0,
			       /* an empty one */ 2, 0, 2, 0),
	    &open, &error));
	assert_int_equal(
	    open.has, OPEN_HAS_REFRESH | OPEN_HAS_ENHANCED_REFRESH);
}

static void
decode_extended_parameters_are_read(void **state)
{
	/* RFC 9072 2, below 256 octets */
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode(BYTES(FIXED, 255, 255, /* length */ 0, 9,
			       /* capabilities */ 2, 0, 6,
			       /* AS4 */ 65, 4, 0, 1, 0, 0),
	    &open, &error));
	assert_int_equal(open.as, 65536);
}

static void
decode_extended_parameters_over_255_are_read(void **state)
{
	/* length 306: one parameter of 303, an unknown capability, refresh */
	uint8_t body[10 + 3 + 306] = { FIXED, 255, 255, 0x01, 0x32, 2, 0x01,
		0x2f, /* unknown */ 200, 255 };
	struct msg_error error;
	struct open open;
	size_t i = 10 + 3 + 3 + 2 + 255;

	(void)state;
	/* 46 octets are left: an unknown capability of 42 and a refresh */
	body[i] = 201;
	body[i + 1] = 42;
	body[i + 44] = CAP_ROUTE_REFRESH;

	assert_true(decode(body, sizeof(body), &open, &error));
	assert_int_equal(open.has, OPEN_HAS_REFRESH);
}

static void
decode_extended_first_length_is_ignored(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode(BYTES(FIXED, 1, 255, 0, 0), &open, &error));
}

static void
capability_odd_ones_are_passed_over(void **state)
{
	const struct {
		const char *what;
		const uint8_t *bytes;
		size_t length;
	} cases[] = {
		{ "unknown", BYTES(200, 3, 1, 2, 3) },
		{ "unknown and empty", BYTES(0, 0) },
		{ "long-lived cut", BYTES(71, 6, 0, 1, 1, 0x80, 0, 0) },
		{ "refresh with a value", BYTES(2, 1, 0) },
		{ "extended message with a value", BYTES(6, 1, 0) },
		{ "role without a value", BYTES(9, 0) },
		{ "restart of one octet", BYTES(64, 1, 0) },
		{ "restart with half a family", BYTES(64, 4, 0, 90, 0, 1) },
		{ "host name of length 0", BYTES(73, 0) },
		{ "host name runs past", BYTES(73, 3, 9, 'a', 'b') },
		{ "domain runs past", BYTES(73, 4, 1, 'a', 9, 'b') },
		{ "octets behind the domain", BYTES(73, 4, 1, 'a', 0, 0) },
		{ "software of length 0", BYTES(75, 0) },
		{ "software runs past", BYTES(75, 2, 9, 'x') },
	};
	struct msg_error error;
	struct open open;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		if (!decode_capabilities(
			cases[i].bytes, cases[i].length, &open, &error))
			fail_msg("%s: %s", cases[i].what, error.text);
		if (open.has != 0)
			fail_msg("%s: has %#x", cases[i].what, open.has);
	}
}

static void
capability_multiprotocol_foreign_counts_as_some(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(1, 4, /* EVPN */ 0, 25, 0, 70), &open, &error));
	assert_int_equal(open.has, OPEN_HAS_MULTIPROTOCOL);
	assert_false(open.family[FAMILY_IPV4].multiprotocol);
	assert_false(open.family[FAMILY_IPV6].multiprotocol);
}

static void
capability_multiprotocol_reserved_octet_is_ignored(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(1, 4, 0, 2, /* reserved */ 0xff, 1), &open, &error));
	assert_true(open.family[FAMILY_IPV6].multiprotocol);
}

static void
capability_restart_has_its_parts(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(64, 10, /* R, N, 4095 s */ 0xcf, 0xff,
		/* IPv4, F */ 0, 1, 1, 0x80, /* IPv6 */ 0, 2, 1, 0x00),
	    &open, &error));
	assert_int_equal(open.restart_time, 4095);
	assert_true(open.restarting);
	assert_true(open.restart_notification);
	assert_true(open.family[FAMILY_IPV4].restart);
	assert_true(open.family[FAMILY_IPV4].forwarding);
	assert_true(open.family[FAMILY_IPV6].restart);
	assert_false(open.family[FAMILY_IPV6].forwarding);
}

static void
capability_restart_last_one_counts(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(64, 6, 0x80, 90, /* IPv4 */ 0, 1, 1, 0x80,
		/* the last */ 64, 6, 0, 60, /* IPv6 */ 0, 2, 1, 0),
	    &open, &error));
	assert_int_equal(open.restart_time, 60);
	assert_false(open.restarting);
	assert_false(open.family[FAMILY_IPV4].restart);
	assert_true(open.family[FAMILY_IPV6].restart);
}

static void
capability_role_twice_must_be_alike(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(
	    decode_capabilities(BYTES(9, 1, 3, 9, 1, 3), &open, &error));
	assert_false(open.role_conflict);
	assert_true(
	    decode_capabilities(BYTES(9, 1, 3, 9, 1, 0), &open, &error));
	assert_true(open.role_conflict);
}

static void
capability_long_lived_last_one_counts(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(71, 7, /* IPv4 */ 0, 1, 1, 0x80, 0, 0, 60, /* the last */ 71,
		14, /* foreign */ 0, 25, 70, 0x80, 0, 0, 1,
		/* IPv6 */ 0, 2, 1, 0x80, 1, 0, 0),
	    &open, &error));
	assert_true(open.has & OPEN_HAS_LONG_LIVED);
	assert_false(open.family[FAMILY_IPV4].long_lived);
	assert_false(open.family[FAMILY_IPV4].long_lived_forwarding);
	assert_int_equal(open.family[FAMILY_IPV4].long_lived_time, 0);
	assert_true(open.family[FAMILY_IPV6].long_lived);
	assert_true(open.family[FAMILY_IPV6].long_lived_forwarding);
	assert_int_equal(open.family[FAMILY_IPV6].long_lived_time, 65536);
}

static void
capability_add_path_bad_mode_is_ignored(void **state)
{
	/* RFC 7911 4 */
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(69, 12, /* IPv4, mode 4 */ 0, 1, 1, 4,
		/* IPv6, both */ 0, 2, 1, 3, /* foreign */ 0, 25, 70, 1),
	    &open, &error));
	assert_int_equal(open.family[FAMILY_IPV4].add_path, 0);
	assert_int_equal(open.family[FAMILY_IPV6].add_path, 3);
}

static void
capability_extended_next_hop_wants_ipv4_over_ipv6(void **state)
{
	struct msg_error error;
	struct open open;

	(void)state;

	assert_true(decode_capabilities(
	    BYTES(5, 6, /* IPv6 */ 0, 2, 0, 1, 0, 2), &open, &error));
	assert_false(open.family[FAMILY_IPV6].extended_next_hop);
	assert_true(
	    decode_capabilities(BYTES(5, 12, /* VPNv4 */ 0, 1, 0, 128, 0, 2,
				    /* IPv4 */ 0, 1, 0, 1, 0, 2),
		&open, &error));
	assert_true(open.family[FAMILY_IPV4].extended_next_hop);
}

static void
capability_text_is_escaped_and_cut(void **state)
{
	uint8_t bytes[2 + 200 + 2] = { 73, 202, 200 };
	struct msg_error error;
	struct open open;

	(void)state;
	memset(bytes + 3, 'h', 200);
	bytes[3] = '\n';

	assert_true(decode_capabilities(bytes, sizeof(bytes), &open, &error));
	assert_int_equal(strlen(open.host), sizeof(open.host) - 1);
	assert_memory_equal(open.host, "\\x0ah", 5);
}

static void
capability_names_are_known(void **state)
{
	(void)state;

	assert_string_equal(capability_name(1), "multiprotocol");
	assert_string_equal(capability_name(71), "long-lived-graceful-restart");
	assert_null(capability_name(0));
	assert_null(capability_name(3));
	assert_null(capability_name(76));
	assert_null(capability_name(255));
}

/* Everything we can say. */
static const struct open full = {
	.as = 4200000001u,
	.my_as = 23456,
	.hold_time = 90,
	.identifier = 0x0a000001,
	.has = OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_REFRESH |
	    OPEN_HAS_ENHANCED_REFRESH | OPEN_HAS_FOUR_OCTET_AS |
	    OPEN_HAS_RESTART | OPEN_HAS_EXTENDED_MESSAGE | OPEN_HAS_FQDN |
	    OPEN_HAS_ROLE | OPEN_HAS_SOFTWARE_VERSION |
	    OPEN_HAS_EXTENDED_NEXT_HOP | OPEN_HAS_ADD_PATH |
	    OPEN_HAS_LONG_LIVED,
	.family = {
		[FAMILY_IPV4] = { true, true, true, 3, true, true, true,
		    16777215 },
		[FAMILY_IPV6] = { true, true, false, 1, false, true, false,
		    1 },
	},
	.restart_time = 120,
	.restarting = true,
	.restart_notification = true,
	.role = 4,
	.host = "node-a.example.net",
	.software = "bgpd 1.0",
};

static void
encode_round_trips(void **state)
{
	uint8_t buf[MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct msg_header header;
	struct msg_error error = { 0 };
	struct open open;

	(void)state;
	open_encode(&w, &full);

	assert_int_equal(
	    msg_frame(wr_written(&w), MSG_MAX_SIZE, &header, &error),
	    FRAME_WHOLE);
	assert_true(open_decode(header.body, &open, &error));
	assert_memory_equal(&open, &full, sizeof(open));
}

static void
encode_bytes_are_these(void **state)
{
	static const struct open open = {
		.as = 65536,
		.hold_time = 90,
		.identifier = 0x0a000001,
		.has = OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_REFRESH |
		    OPEN_HAS_FOUR_OCTET_AS | OPEN_HAS_RESTART |
		    OPEN_HAS_ADD_PATH | OPEN_HAS_LONG_LIVED,
		.family = {
			[FAMILY_IPV4] = { .multiprotocol = true,
			    .restart = true, .forwarding = true },
			[FAMILY_IPV6] = { .add_path = 2, .long_lived = true,
			    .long_lived_forwarding = true,
			    .long_lived_time = 3600 },
		},
		.restart_time = 120,
	};
	static const uint8_t wanted[] = {
		/* marker */ 0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		0xff,
		/* length 68, type */ 0x00,
		0x44,
		0x01,
		/* version */ 0x04,
		/* AS_TRANS */ 0x5b,
		0xa0,
		/* hold time */ 0x00,
		0x5a,
		/* identifier */ 0x0a,
		0x00,
		0x00,
		0x01,
		/* parameters */ 0x27,
		0x02,
		0x25,
		/* multiprotocol */ 0x01,
		0x04,
		0x00,
		0x01,
		0x00,
		0x01,
		/* refresh */ 0x02,
		0x00,
		/* restart */ 0x40,
		0x06,
		0x00,
		0x78,
		0x00,
		0x01,
		0x01,
		0x80,
		/* AS4 */ 0x41,
		0x04,
		0x00,
		0x01,
		0x00,
		0x00,
		/* ADD-PATH */ 0x45,
		0x04,
		0x00,
		0x02,
		0x01,
		0x02,
		/* long-lived */ 0x47,
		0x07,
		0x00,
		0x02,
		0x01,
		0x80,
		0x00,
		0x0e,
		0x10,
	};
	uint8_t buf[MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	open_encode(&w, &open);

	assert_int_equal(wr_length(&w), sizeof(wanted));
	assert_memory_equal(buf, wanted, sizeof(wanted));
}

static void
encode_without_capabilities_has_no_parameter(void **state)
{
	static const struct open open = { .as = 64512 };
	uint8_t buf[MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	open_encode(&w, &open);

	assert_int_equal(wr_length(&w), MSG_OPEN_MIN);
	assert_int_equal(buf[28], 0);
}

static void
encode_without_room_fails_the_writer(void **state)
{
	uint8_t buf[MSG_MAX_SIZE];
	size_t size, length;
	struct wr w;

	(void)state;
	w = wr_of(buf, sizeof(buf));
	open_encode(&w, &full);
	length = wr_length(&w);

	for (size = 0; size < length; size++) {
		w = wr_of(buf, size);
		open_encode(&w, &full);
		assert_true(w.failed);
	}
}

static void
judge_follows_its_table(void **state)
{
	static const struct open_terms internal = { .as = 64512,
		.local_as = 64512,
		.identifier = 0x0a000002,
		.internal = true,
		.families = { true, true } };
	static const struct open_terms external = { .as = 65001,
		.local_as = 64512,
		.identifier = 0x0a000002,
		.families = { true, false } };
	static const struct open_terms any = { .as = 0,
		.local_as = 64512,
		.identifier = 0x0a000002,
		.families = { true, false } };
	static const struct open_terms wide = {
		.as = 65536, .local_as = 64512, .families = { true, false }
	};
	static const struct open_terms trans = {
		.as = AS_TRANS, .local_as = 64512, .families = { true, false }
	};
	static const struct open_terms only_ipv6 = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.families = { false, true } };
	static const struct open_terms demanding = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.need = OPEN_HAS_FOUR_OCTET_AS,
		.families = { true, true } };
	static const struct open_terms unsent = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.need = OPEN_HAS_ROLE,
		.families = { true, true } };
	static const struct open_terms both = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.need = OPEN_HAS_MULTIPROTOCOL,
		.families = { true, true } };
	static const struct open_terms refreshing = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.need = OPEN_HAS_REFRESH,
		.families = { true, true } };
	static const struct {
		const char *what;
		const struct open_terms *terms;
		uint32_t as, my_as, identifier, has;
		unsigned int hold;
		int subcode; /* -1: good */
	} cases[] = {
		{ "good", &internal, 64512, 64512, 1, 0, 90, -1 },
		{ "good with AS4", &wide, 65536, 23456, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, -1 },
		{ "another AS", &external, 65002, 65002, 1, 0, 90,
		    OPEN_BAD_PEER_AS },
		{ "AS 0", &any, 0, 0, 1, 0, 90, OPEN_BAD_PEER_AS },
		{ "AS 0 in the capability", &any, 0, 65001, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, OPEN_BAD_PEER_AS },
		{ "AS 0 in the field", &any, 65001, 0, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, OPEN_BAD_PEER_AS },
		{ "capability differs", &external, 65002, 65001, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, OPEN_BAD_PEER_AS },
		{ "field differs", &external, 65001, 65002, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, OPEN_BAD_PEER_AS },
		{ "AS_TRANS in the field of a small AS", &external, 65001,
		    23456, 1, OPEN_HAS_FOUR_OCTET_AS, 90, -1 },
		{ "AS_TRANS alone", &external, 23456, 23456, 1, 0, 90,
		    OPEN_BAD_PEER_AS },
		{ "AS_TRANS alone to anyone", &any, 23456, 23456, 1, 0, 90,
		    OPEN_BAD_PEER_AS },
		{ "AS_TRANS configured", &trans, 23456, 23456, 1, 0, 90,
		    OPEN_BAD_PEER_AS },
		{ "any external AS", &any, 65009, 65009, 1, 0, 90, -1 },
		{ "any external AS but ours", &any, 64512, 64512, 1, 0, 90,
		    OPEN_BAD_PEER_AS },
		{ "identifier 0", &internal, 64512, 64512, 0, 0, 90,
		    OPEN_BAD_IDENTIFIER },
		{ "our identifier, internal", &internal, 64512, 64512,
		    0x0a000002, 0, 90, OPEN_BAD_IDENTIFIER },
		{ "our identifier, external", &external, 65001, 65001,
		    0x0a000002, 0, 90, -1 },
		{ "hold time 0", &internal, 64512, 64512, 1, 0, 0, -1 },
		{ "hold time 1", &internal, 64512, 64512, 1, 0, 1,
		    OPEN_BAD_HOLD },
		{ "hold time 2", &internal, 64512, 64512, 1, 0, 2,
		    OPEN_BAD_HOLD },
		{ "hold time 3", &internal, 64512, 64512, 1, 0, 3, -1 },
		{ "hold time 65535", &internal, 64512, 64512, 1, 0, 65535, -1 },
		{ "no common family", &only_ipv6, 64512, 64512, 1, 0, 90,
		    OPEN_BAD_CAPABILITY },
		{ "only foreign families", &internal, 64512, 64512, 1,
		    OPEN_HAS_MULTIPROTOCOL, 90, OPEN_BAD_CAPABILITY },
		{ "AS4 missing", &demanding, 64512, 64512, 1, OPEN_HAS_REFRESH,
		    90, OPEN_BAD_CAPABILITY },
		{ "AS4 there", &demanding, 64512, 64512, 1,
		    OPEN_HAS_FOUR_OCTET_AS, 90, -1 },
		{ "refresh missing", &refreshing, 64512, 64512, 1, 0, 90,
		    OPEN_BAD_CAPABILITY },
		{ "refresh there", &refreshing, 64512, 64512, 1,
		    OPEN_HAS_REFRESH, 90, -1 },
		{ "needed, and not sent", &unsent, 64512, 64512, 1, 0, 90, -1 },
		{ "no multiprotocol", &both, 64512, 64512, 1, 0, 90,
		    OPEN_BAD_CAPABILITY },
		{ "too few families", &both, 64512, 64512, 1,
		    OPEN_HAS_MULTIPROTOCOL, 90, OPEN_BAD_CAPABILITY },
	};
	static const struct open sent = { .as = 64512,
		.has = OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_FOUR_OCTET_AS |
		    OPEN_HAS_REFRESH };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct open open = { .as = cases[i].as,
			.my_as = (uint16_t)cases[i].my_as,
			.hold_time = (uint16_t)cases[i].hold,
			.identifier = cases[i].identifier,
			.has = cases[i].has };
		struct msg_error error;
		bool good = open_judge(&open, &sent, cases[i].terms, &error);

		if (good != (cases[i].subcode < 0))
			fail_msg("%s", cases[i].what);
		if (good)
			continue;
		if (error.subcode != cases[i].subcode)
			fail_msg("%s: %s", cases[i].what, error.text);
		assert_int_equal(error.severity, SEVERITY_RESET);
		assert_int_equal(error.code, ERR_OPEN);
	}
}

/* Each capability that we announce and need, beside a peer without any. */
static void
judge_missing_capability_is_named_and_the_data(void **state)
{
	static const struct {
		uint32_t bit;
		const char *text;
		uint8_t length, data[20];
	} cases[] = {
		{ OPEN_HAS_MULTIPROTOCOL,
		    "capability multiprotocol is required", 12,
		    { 1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1 } },
		{ OPEN_HAS_REFRESH, "capability route-refresh is required", 2,
		    { 2, 0 } },
		{ OPEN_HAS_EXTENDED_NEXT_HOP,
		    "capability extended-next-hop is required", 8,
		    { 5, 6, 0, 1, 0, 1, 0, 2 } },
		{ OPEN_HAS_EXTENDED_MESSAGE,
		    "capability extended-message is required", 2, { 6, 0 } },
		{ OPEN_HAS_ROLE, "capability role is required", 3,
		    { 9, 1, 4 } },
		{ OPEN_HAS_RESTART, "capability graceful-restart is required",
		    12, { 64, 10, 0xc0, 120, 0, 1, 1, 0x80, 0, 2, 1, 0 } },
		{ OPEN_HAS_FOUR_OCTET_AS,
		    "capability four-octet-as is required", 6,
		    { 65, 4, 0xfa, 0x56, 0xea, 1 } },
		{ OPEN_HAS_ADD_PATH, "capability add-path is required", 10,
		    { 69, 8, 0, 1, 1, 3, 0, 2, 1, 1 } },
		{ OPEN_HAS_ENHANCED_REFRESH,
		    "capability enhanced-route-refresh is required", 2,
		    { 70, 0 } },
		{ OPEN_HAS_LONG_LIVED,
		    "capability long-lived-graceful-restart is required", 16,
		    { 71, 14, 0, 1, 1, 0x80, 0xff, 0xff, 0xff, 0, 2, 1, 0, 0, 0,
			1 } },
		{ OPEN_HAS_FQDN, "capability fqdn is required", 20,
		    { 73, 20, 18, 'n', 'o', 'd', 'e', '-', 'a' } },
		{ OPEN_HAS_SOFTWARE_VERSION,
		    "capability software-version is required", 11,
		    { 75, 9, 8, 'b', 'g', 'p', 'd', ' ', '1', '.', '0' } },
	};
	static const struct open open = {
		.as = 64512, .my_as = 64512, .identifier = 1, .hold_time = 90
	};
	struct open_terms terms = {
		.as = 64512, .internal = true, .families = { true, true }
	};
	struct msg_error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		terms.need = cases[i].bit;
		assert_false(open_judge(&open, &full, &terms, &error));
		assert_string_equal(error.text, cases[i].text);
		assert_true(error.length >= cases[i].length);
		assert_memory_equal(error.data, cases[i].data,
		    cases[i].bit == OPEN_HAS_FQDN ? 9 : cases[i].length);
	}
}

/* RFC 9234 4.2 */
static void
judge_role_follows_its_table(void **state)
{
	static const struct {
		const char *what;
		bool we_say, they_say, needed, conflict;
		uint8_t ours, theirs;
		bool good;
	} cases[] = {
		{ "neither", false, false, false, false, 0, 0, true },
		{ "we alone", true, false, false, false, 3, 0, true },
		{ "they alone", false, true, false, false, 0, 3, true },
		{ "they alone, nonsense", false, true, false, false, 0, 9,
		    true },
		{ "counterparts", true, true, false, false, 3, 0, true },
		{ "two customers", true, true, false, false, 3, 3, false },
		{ "two peers", true, true, false, false, 4, 4, true },
		{ "unknown", true, true, false, false, 0, 5, false },
		{ "several", true, true, false, true, 3, 0, false },
		{ "needed", true, false, true, false, 3, 0, false },
		{ "needed and there", true, true, true, false, 3, 0, true },
	};
	struct open_terms terms = { .as = 65001, .families = { true, true } };
	struct msg_error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct open sent = { .as = 64512, .role = cases[i].ours };
		struct open open = { .as = 65001,
			.my_as = 65001,
			.identifier = 1,
			.role = cases[i].theirs,
			.role_conflict = cases[i].conflict };

		sent.has = cases[i].we_say ? OPEN_HAS_ROLE : 0;
		open.has = cases[i].they_say ? OPEN_HAS_ROLE : 0;
		terms.need = cases[i].needed ? OPEN_HAS_ROLE : 0;
		if (open_judge(&open, &sent, &terms, &error) != cases[i].good)
			fail_msg("%s", cases[i].what);
		if (!cases[i].good)
			assert_int_equal(error.subcode, OPEN_ROLE_MISMATCH);
	}
}

static void
judge_missing_families_are_the_data(void **state)
{
	static const struct open_terms terms = { .as = 64512,
		.local_as = 64512,
		.internal = true,
		.families = { true, true } };
	static const struct open open = { .as = 64512,
		.my_as = 64512,
		.identifier = 1,
		.hold_time = 90,
		.has = OPEN_HAS_MULTIPROTOCOL };
	static const uint8_t wanted[] = { 1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1 };
	struct msg_error error;

	(void)state;

	assert_false(open_judge(&open, &open, &terms, &error));
	assert_int_equal(error.length, sizeof(wanted));
	assert_memory_equal(error.data, wanted, sizeof(wanted));
}

static void
negotiate_full_with_itself_is_full(void **state)
{
	struct open_common common;

	(void)state;
	open_negotiate(&full, &full, &common);

	assert_int_equal(common.hold_time, 90);
	assert_true(common.four_octet_as);
	assert_true(common.refresh);
	assert_true(common.enhanced_refresh);
	assert_true(common.extended_message);
	assert_true(common.restart);
	assert_true(common.family[FAMILY_IPV4]);
	assert_true(common.family[FAMILY_IPV6]);
	assert_true(common.extended_next_hop);
}

static void
negotiate_with_an_old_speaker_is_ipv4(void **state)
{
	static const struct open old = { .as = 64512, .hold_time = 180 };
	struct open_common common;

	(void)state;
	open_negotiate(&full, &old, &common);

	assert_int_equal(common.hold_time, 90);
	assert_true(common.family[FAMILY_IPV4]);
	assert_false(common.family[FAMILY_IPV6]);
	assert_false(common.four_octet_as);
	assert_false(common.refresh);
	assert_false(common.extended_message);
	assert_false(common.restart);
	assert_false(common.extended_next_hop);
}

static void
negotiate_hold_time_zero_wins(void **state)
{
	static const struct open old = { .as = 64512, .hold_time = 0 };
	struct open_common common;

	(void)state;
	open_negotiate(&full, &old, &common);

	assert_int_equal(common.hold_time, 0);
}

static void
negotiate_foreign_family_only_has_none(void **state)
{
	static const struct open foreign = { .has = OPEN_HAS_MULTIPROTOCOL };
	struct open_common common;

	(void)state;
	open_negotiate(&full, &foreign, &common);

	assert_false(common.family[FAMILY_IPV4]);
	assert_false(common.extended_next_hop);
}

static void
negotiate_add_path_needs_both_directions(void **state)
{
	/* RFC 7911 4: 1 receive, 2 send, 3 both */
	static const struct {
		uint8_t ours, theirs;
		bool receive, send;
	} cases[] = {
		{ 0, 3, false, false },
		{ 1, 1, false, false },
		{ 1, 2, true, false },
		{ 1, 3, true, false },
		{ 2, 1, false, true },
		{ 2, 2, false, false },
		{ 2, 3, false, true },
		{ 3, 3, true, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct open ours = { 0 }, theirs = { 0 };
		struct open_common common;

		ours.family[FAMILY_IPV4].add_path = cases[i].ours;
		theirs.family[FAMILY_IPV4].add_path = cases[i].theirs;
		open_negotiate(&ours, &theirs, &common);
		assert_int_equal(
		    common.add_path_receive[FAMILY_IPV4], cases[i].receive);
		assert_int_equal(
		    common.add_path_send[FAMILY_IPV4], cases[i].send);
	}
}

/* Who requires ADD-PATH requires the other end of what it announces. */
static void
judge_required_add_path_needs_the_other_end(void **state)
{
	static const struct {
		uint8_t ours, theirs;
		bool good;
	} cases[] = {
		{ ADD_PATH_SEND, ADD_PATH_RECEIVE, true },
		{ ADD_PATH_SEND, ADD_PATH_BOTH, true },
		{ ADD_PATH_SEND, ADD_PATH_SEND, false },
		{ ADD_PATH_RECEIVE, ADD_PATH_SEND, true },
		{ ADD_PATH_RECEIVE, ADD_PATH_RECEIVE, false },
		{ ADD_PATH_BOTH, ADD_PATH_BOTH, true },
		{ ADD_PATH_BOTH, ADD_PATH_SEND, false },
	};
	const struct open_terms terms = { .as = 64512,
		.internal = true,
		.need = OPEN_HAS_ADD_PATH,
		.families = { true, false } };
	struct msg_error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct open ours = { .has = OPEN_HAS_ADD_PATH };
		struct open theirs = { .as = 64512,
			.my_as = 64512,
			.identifier = 1,
			.hold_time = 90,
			.has = OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_ADD_PATH };

		theirs.family[FAMILY_IPV4].multiprotocol = true;
		ours.family[FAMILY_IPV4].add_path = cases[i].ours;
		ours.family[FAMILY_IPV6].add_path = cases[i].ours;
		theirs.family[FAMILY_IPV4].add_path = cases[i].theirs;
		assert_int_equal(
		    open_judge(&theirs, &ours, &terms, &error), cases[i].good);
		if (!cases[i].good)
			assert_string_equal(
			    error.text, "capability add-path is required");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_plain_open_has_its_fields),
		cmocka_unit_test(decode_bad_form_is_reset),
		cmocka_unit_test(decode_every_prefix_of_an_open_is_safe),
		cmocka_unit_test(decode_bad_version_tells_ours),
		cmocka_unit_test(decode_capabilities_may_be_spread),
		cmocka_unit_test(decode_extended_parameters_are_read),
		cmocka_unit_test(decode_extended_parameters_over_255_are_read),
		cmocka_unit_test(decode_extended_first_length_is_ignored),
		cmocka_unit_test(capability_odd_ones_are_passed_over),
		cmocka_unit_test(
		    capability_multiprotocol_foreign_counts_as_some),
		cmocka_unit_test(
		    capability_multiprotocol_reserved_octet_is_ignored),
		cmocka_unit_test(capability_restart_has_its_parts),
		cmocka_unit_test(capability_restart_last_one_counts),
		cmocka_unit_test(capability_role_twice_must_be_alike),
		cmocka_unit_test(capability_long_lived_last_one_counts),
		cmocka_unit_test(capability_add_path_bad_mode_is_ignored),
		cmocka_unit_test(
		    capability_extended_next_hop_wants_ipv4_over_ipv6),
		cmocka_unit_test(capability_text_is_escaped_and_cut),
		cmocka_unit_test(capability_names_are_known),
		cmocka_unit_test(encode_round_trips),
		cmocka_unit_test(encode_bytes_are_these),
		cmocka_unit_test(encode_without_capabilities_has_no_parameter),
		cmocka_unit_test(encode_without_room_fails_the_writer),
		cmocka_unit_test(judge_follows_its_table),
		cmocka_unit_test(
		    judge_missing_capability_is_named_and_the_data),
		cmocka_unit_test(judge_role_follows_its_table),
		cmocka_unit_test(judge_missing_families_are_the_data),
		cmocka_unit_test(negotiate_full_with_itself_is_full),
		cmocka_unit_test(negotiate_with_an_old_speaker_is_ipv4),
		cmocka_unit_test(negotiate_hold_time_zero_wins),
		cmocka_unit_test(negotiate_foreign_family_only_has_none),
		cmocka_unit_test(negotiate_add_path_needs_both_directions),
		cmocka_unit_test(judge_required_add_path_needs_the_other_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
