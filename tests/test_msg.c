/* SPDX-License-Identifier: ISC */
/* test_msg.c - framing, errors, KEEPALIVE and ROUTE-REFRESH */

#include "bgpd/wire/msg.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* A header of 19 octets followed by zeros, up to 64 of them. */
static struct span
message(uint8_t buf[64], unsigned int length, unsigned int type)
{
	memset(buf, 0, 64);
	memset(buf, 0xff, 16);
	buf[16] = (uint8_t)(length >> 8);
	buf[17] = (uint8_t)length;
	buf[18] = (uint8_t)type;
	return (struct span){ buf, 64 };
}

static void
frame_header_is_judged(void **state)
{
	/* RFC 4271 6.1, RFC 8654 4 */
	static const struct {
		const char *what;
		unsigned int length, type;
		size_t max;
		enum msg_frame frame;
		unsigned int subcode;
	} cases[] = {
		{ "too short for a header", 18, MSG_KEEPALIVE, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "length zero", 0, MSG_KEEPALIVE, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "over 4096", 4097, MSG_UPDATE, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "at 4096", 4096, MSG_UPDATE, 4096, FRAME_MORE, 0 },
		{ "extended UPDATE", 4097, MSG_UPDATE, 65535, FRAME_MORE, 0 },
		{ "extended at its limit", 65535, MSG_UPDATE, 65535, FRAME_MORE,
		    0 },
		{ "OPEN of 28", 28, MSG_OPEN, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "OPEN of 29", 29, MSG_OPEN, 4096, FRAME_WHOLE, 0 },
		{ "extended OPEN", 4097, MSG_OPEN, 65535, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "UPDATE of 22", 22, MSG_UPDATE, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "UPDATE of 23", 23, MSG_UPDATE, 4096, FRAME_WHOLE, 0 },
		{ "KEEPALIVE of 19", 19, MSG_KEEPALIVE, 4096, FRAME_WHOLE, 0 },
		{ "KEEPALIVE of 20", 20, MSG_KEEPALIVE, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "extended KEEPALIVE", 4097, MSG_KEEPALIVE, 65535, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "NOTIFICATION of 19", 19, MSG_NOTIFICATION, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "NOTIFICATION of 20", 20, MSG_NOTIFICATION, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "NOTIFICATION of 21", 21, MSG_NOTIFICATION, 4096, FRAME_WHOLE,
		    0 },
		{ "REFRESH of 22", 22, MSG_ROUTE_REFRESH, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "REFRESH of 23", 23, MSG_ROUTE_REFRESH, 4096, FRAME_WHOLE,
		    0 },
		{ "REFRESH with ORF", 30, MSG_ROUTE_REFRESH, 4096, FRAME_BAD,
		    HEADER_BAD_LENGTH },
		{ "type 0", 19, 0, 4096, FRAME_BAD, HEADER_BAD_TYPE },
		{ "type 6", 19, 6, 4096, FRAME_BAD, HEADER_BAD_TYPE },
		{ "type 255", 40, 255, 4096, FRAME_BAD, HEADER_BAD_TYPE },
	};
	uint8_t buf[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct span bytes =
		    message(buf, cases[i].length, cases[i].type);
		struct msg_error error = { 0 };
		struct msg_header header;

		if (msg_frame(bytes, cases[i].max, &header, &error) !=
		    cases[i].frame)
			fail_msg("%s", cases[i].what);
		if (error.subcode != cases[i].subcode)
			fail_msg(
			    "%s: subcode %u", cases[i].what, error.subcode);
		assert_int_equal(header.length, cases[i].length);
		assert_int_equal(header.type, cases[i].type);
		if (cases[i].frame == FRAME_WHOLE)
			assert_int_equal(header.body.length,
			    cases[i].length - MSG_HEADER_SIZE);
		if (cases[i].frame == FRAME_BAD) {
			assert_int_equal(error.severity, SEVERITY_RESET);
			assert_int_equal(error.code, ERR_HEADER);
		}
	}
}

static void
frame_bad_marker_octet_is_not_synchronised(void **state)
{
	uint8_t buf[64];
	size_t i;

	(void)state;
	for (i = 0; i < 16; i++) {
		struct span bytes = message(buf, 19, MSG_KEEPALIVE);
		struct msg_error error = { 0 };
		struct msg_header header;

		buf[i] = 0xfe;
		assert_int_equal(
		    msg_frame(bytes, MSG_MAX_SIZE, &header, &error), FRAME_BAD);
		assert_int_equal(error.code, ERR_HEADER);
		assert_int_equal(error.subcode, HEADER_NOT_SYNC);
		assert_int_equal(error.length, 0);
	}
}

static void
frame_of_tls_is_told_from_garbage(void **state)
{
	/* A record of 512 octets that begins a ClientHello. */
	static const uint8_t hello[] = { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 };
	uint8_t buf[64];
	struct span bytes = message(buf, 19, MSG_KEEPALIVE);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	memcpy(buf, hello, sizeof(hello));
	assert_int_equal(
	    msg_frame(bytes, MSG_MAX_SIZE, &header, &error), FRAME_BAD);
	assert_int_equal(error.subcode, HEADER_NOT_SYNC);
	assert_non_null(strstr(error.text, "speaks TLS"));
	buf[5] = 2;
	error = (struct msg_error){ 0 };
	assert_int_equal(
	    msg_frame(bytes, MSG_MAX_SIZE, &header, &error), FRAME_BAD);
	assert_string_equal(error.text, "marker is not all ones");
}

static void
frame_part_of_header_waits(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 19, MSG_KEEPALIVE);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	for (bytes.length = 0; bytes.length < MSG_HEADER_SIZE; bytes.length++)
		assert_int_equal(
		    msg_frame(bytes, MSG_MAX_SIZE, &header, &error),
		    FRAME_MORE);
}

static void
frame_bad_length_has_the_length_as_data(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 0x0012, MSG_KEEPALIVE);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);

	assert_int_equal(error.length, 2);
	assert_int_equal(error.data[0], 0x00);
	assert_int_equal(error.data[1], 0x12);
}

static void
frame_bad_type_has_the_type_as_data(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 19, 77);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);

	assert_int_equal(error.length, 1);
	assert_int_equal(error.data[0], 77);
}

static void
frame_body_is_borrowed(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 23, MSG_UPDATE);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);

	assert_ptr_equal(header.body.data, buf + MSG_HEADER_SIZE);
}

static void
frame_bad_refresh_is_refresh_error_when_enhanced(void **state)
{
	/* RFC 7313 5: the data is the message */
	uint8_t buf[64];
	struct span bytes = message(buf, 30, MSG_ROUTE_REFRESH);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);
	msg_frame_refresh_error(bytes, &header, &error);

	assert_int_equal(error.code, ERR_REFRESH);
	assert_int_equal(error.subcode, REFRESH_BAD_LENGTH);
	assert_int_equal(error.length, 30);
	assert_memory_equal(error.data, buf, 30);
}

static void
frame_bad_refresh_has_only_received_data(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 4000, MSG_ROUTE_REFRESH);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	bytes.length = 20;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);
	msg_frame_refresh_error(bytes, &header, &error);

	assert_int_equal(error.length, 20);
}

static void
frame_other_error_is_no_refresh_error(void **state)
{
	uint8_t buf[64];
	struct span bytes = message(buf, 20, MSG_KEEPALIVE);
	struct msg_error error = { 0 };
	struct msg_header header;

	(void)state;
	msg_frame(bytes, MSG_MAX_SIZE, &header, &error);
	msg_frame_refresh_error(bytes, &header, &error);

	assert_int_equal(error.code, ERR_HEADER);
}

static void
error_worse_one_is_kept(void **state)
{
	static const uint8_t data[] = { 0x01, 0x02 };
	struct msg_error error = { 0 };

	(void)state;
	msg_error_set(&error, SEVERITY_DISCARD, 3, 9, "first");
	msg_error_data(&error, (struct span){ data, 2 });

	assert_true(msg_error_set(&error, SEVERITY_RESET, 3, 1, "worse"));
	assert_int_equal(error.severity, SEVERITY_RESET);
	assert_int_equal(error.subcode, 1);
	assert_int_equal(error.length, 0);
	assert_string_equal(error.text, "worse");
}

static void
error_first_of_equals_is_kept(void **state)
{
	struct msg_error error = { 0 };

	(void)state;
	msg_error_set(&error, SEVERITY_WITHDRAW, 3, 5, "first");

	assert_false(msg_error_set(&error, SEVERITY_WITHDRAW, 3, 6, "second"));
	assert_false(msg_error_set(&error, SEVERITY_DISCARD, 3, 6, "third"));
	assert_string_equal(error.text, "first");
}

static void
error_data_is_cut(void **state)
{
	static const uint8_t data[MSG_ERROR_DATA + 10];
	struct msg_error error = { 0 };

	(void)state;
	msg_error_data(&error, (struct span){ data, sizeof(data) });

	assert_int_equal(error.length, MSG_ERROR_DATA);
}

static void
family_numbers_go_both_ways(void **state)
{
	(void)state;

	assert_int_equal(msg_afi(FAMILY_IPV4), 1);
	assert_int_equal(msg_afi(FAMILY_IPV6), 2);
	assert_int_equal(msg_family(1, 1), FAMILY_IPV4);
	assert_int_equal(msg_family(2, 1), FAMILY_IPV6);
}

static void
family_foreign_is_none(void **state)
{
	(void)state;

	assert_int_equal(msg_family(0, 1), FAMILY_MAX);
	assert_int_equal(msg_family(1, 2), FAMILY_MAX);   /* multicast */
	assert_int_equal(msg_family(1, 133), FAMILY_MAX); /* flowspec */
	assert_int_equal(msg_family(25, 70), FAMILY_MAX); /* EVPN */
}

static void
keepalive_is_a_header(void **state)
{
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
		/* length */ 0x00,
		0x13,
		/* type */ 0x04,
	};
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	msg_keepalive_encode(&w);

	assert_int_equal(wr_length(&w), sizeof(wanted));
	assert_memory_equal(buf, wanted, sizeof(wanted));
}

static void
messages_follow_one_another(void **state)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	msg_keepalive_encode(&w);
	msg_refresh_encode(&w, FAMILY_IPV6, REFRESH_REQUEST);

	assert_int_equal(wr_length(&w), 19 + 23);
	assert_int_equal(buf[19 + 17], 23);
}

static void
message_without_room_fails_the_writer(void **state)
{
	uint8_t buf[18];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	msg_keepalive_encode(&w);

	assert_true(w.failed);
}

static void
refresh_round_trips(void **state)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));
	struct msg_error error = { 0 };
	struct msg_refresh refresh;
	struct msg_header header;

	(void)state;
	msg_refresh_encode(&w, FAMILY_IPV6, REFRESH_END);

	assert_int_equal(
	    msg_frame(wr_written(&w), MSG_MAX_SIZE, &header, &error),
	    FRAME_WHOLE);
	msg_refresh_decode(header.body, &refresh);
	assert_int_equal(refresh.afi, 2);
	assert_int_equal(refresh.safi, 1);
	assert_int_equal(refresh.subtype, REFRESH_END);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_header_is_judged),
		cmocka_unit_test(frame_bad_marker_octet_is_not_synchronised),
		cmocka_unit_test(frame_of_tls_is_told_from_garbage),
		cmocka_unit_test(frame_part_of_header_waits),
		cmocka_unit_test(frame_bad_length_has_the_length_as_data),
		cmocka_unit_test(frame_bad_type_has_the_type_as_data),
		cmocka_unit_test(frame_body_is_borrowed),
		cmocka_unit_test(
		    frame_bad_refresh_is_refresh_error_when_enhanced),
		cmocka_unit_test(frame_bad_refresh_has_only_received_data),
		cmocka_unit_test(frame_other_error_is_no_refresh_error),
		cmocka_unit_test(error_worse_one_is_kept),
		cmocka_unit_test(error_first_of_equals_is_kept),
		cmocka_unit_test(error_data_is_cut),
		cmocka_unit_test(family_numbers_go_both_ways),
		cmocka_unit_test(family_foreign_is_none),
		cmocka_unit_test(keepalive_is_a_header),
		cmocka_unit_test(messages_follow_one_another),
		cmocka_unit_test(message_without_room_fails_the_writer),
		cmocka_unit_test(refresh_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
