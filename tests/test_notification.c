/* SPDX-License-Identifier: ISC */
/* test_notification.c - NOTIFICATION messages and peers' text */

#include <stdio.h>
#include <string.h>

#include "bgpd/wire/msg.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define TEXT(literal)                                           \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}

static const char *
format(unsigned int code, unsigned int subcode, struct span data)
{
	static char buf[2048];
	struct msg_notification n = {
		.code = (uint8_t)code, .subcode = (uint8_t)subcode, .data = data
	};

	return msg_notification_format(&n, buf, sizeof(buf));
}

static void
notification_words_are_the_golden_ones(void **state)
{
	static char all[16384];
	size_t length = 0;
	unsigned int code, subcode;

	(void)state;
	for (code = 0; code <= 9; code++)
		for (subcode = 0; subcode <= 12; subcode++)
			length += (size_t)snprintf(all + length,
			    sizeof(all) - length, "%s\n",
			    format(code, subcode, (struct span){ NULL, 0 }));

	golden_check("notification.txt", all);
}

static void
notification_greatest_numbers_have_no_words(void **state)
{
	(void)state;

	assert_string_equal(format(255, 255, (struct span){ NULL, 0 }),
	    "unknown error (255/255)");
}

static void
communication_is_shown(void **state)
{
	static const struct {
		const char *what;
		unsigned int subcode;
		struct span data;
		const char *text;
	} cases[] = {
		{ "plain", 2, TEXT("\x0bmaintenance"),
		    "Cease: administrative shutdown (6/2): \"maintenance\"" },
		{ "reset too", 4, TEXT("\x02hi"),
		    "Cease: administrative reset (6/4): \"hi\"" },
		{ "other subcodes have none", 3, TEXT("\x02hi"),
		    "Cease: peer de-configured (6/3)" },
		{ "no data", 2, TEXT(""),
		    "Cease: administrative shutdown (6/2)" },
		{ "empty", 2, TEXT("\0"),
		    "Cease: administrative shutdown (6/2)" },
		{ "claims more than there is", 2, TEXT("\xffgone"),
		    "Cease: administrative shutdown (6/2): \"gone\"" },
		{ "more than it claims", 2, TEXT("\x02gone"),
		    "Cease: administrative shutdown (6/2): \"go\"" },
		{ "umlaut", 2, TEXT("\x05Z\xc3\xbcri"),
		    "Cease: administrative shutdown (6/2): \"Z\xc3\xbcri\"" },
		{ "controls", 2,
		    TEXT("\x05"
			 "a\n\x1b[\x7f"),
		    "Cease: administrative shutdown (6/2): "
		    "\"a\\x0a\\x1b[\\x7f\"" },
		{ "quotes", 2, TEXT("\x04\"a\\b"),
		    "Cease: administrative shutdown (6/2): \"\\\"a\\\\b\"" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const char *text = format(6, cases[i].subcode, cases[i].data);

		if (strcmp(text, cases[i].text) != 0)
			fail_msg("%s: %s", cases[i].what, text);
	}
}

static void
communication_of_255_octets_is_whole(void **state)
{
	uint8_t data[256];
	const char *text;

	(void)state;
	memset(data, 'x', sizeof(data));
	data[0] = 255;
	text = format(6, 2, (struct span){ data, sizeof(data) });

	assert_int_equal(strlen(text), 38 + 1 + 255 + 1);
}

static void
hard_reset_names_what_it_wraps(void **state)
{
	static const struct span data = TEXT("\x06\x02\x03"
					     "bye");
	static const struct span again = TEXT("\x06\x09\x06\x09\x06\x09");

	(void)state;

	assert_string_equal(format(6, 9, data),
	    "Cease: hard reset (6/9): "
	    "Cease: administrative shutdown (6/2): \"bye\"");
	assert_string_equal(format(6, 9, again),
	    "Cease: hard reset (6/9): Cease: hard reset (6/9)");
}

static void
hard_reset_cut_short_is_plain(void **state)
{
	static const struct span data = TEXT("\x06");

	(void)state;

	assert_string_equal(format(6, 9, data), "Cease: hard reset (6/9)");
}

static void
format_without_room_is_cut(void **state)
{
	struct msg_notification n = { .code = 4 };
	char buf[11], tiny[1];

	(void)state;

	assert_string_equal(
	    msg_notification_format(&n, buf, sizeof(buf)), "...");
	assert_string_equal(
	    msg_notification_format(&n, tiny, sizeof(tiny)), "");
}

static void
escape_keeps_only_what_is_printable(void **state)
{
	static const struct {
		const char *what;
		struct span in;
		const char *out;
	} cases[] = {
		{ "empty", TEXT(""), "" },
		{ "ASCII", TEXT("node-7 ~"), "node-7 ~" },
		{ "NUL", TEXT("a\0b"), "a\\x00b" },
		{ "two octets", TEXT("\xc3\xa9"), "\xc3\xa9" },
		{ "three octets", TEXT("\xe2\x82\xac"), "\xe2\x82\xac" },
		{ "four octets", TEXT("\xf0\x9f\x90\xa6"), "\xf0\x9f\x90\xa6" },
		{ "cut character", TEXT("\xe2\x82"), "\\xe2\\x82" },
		{ "lone continuation", TEXT("\x82"), "\\x82" },
		{ "no continuation", TEXT("\xc3x"), "\\xc3x" },
		{ "overlong slash", TEXT("\xc0\xaf"), "\\xc0\\xaf" },
		{ "overlong in three", TEXT("\xe0\x80\xaf"),
		    "\\xe0\\x80\\xaf" },
		{ "overlong in four", TEXT("\xf0\x80\x80\xaf"),
		    "\\xf0\\x80\\x80\\xaf" },
		{ "surrogate", TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
		{ "beyond Unicode", TEXT("\xf4\x90\x80\x80"),
		    "\\xf4\\x90\\x80\\x80" },
		{ "five octets", TEXT("\xfc\x80\x80\x80"),
		    "\\xfc\\x80\\x80\\x80" },
		{ "C1 control", TEXT("\xc2\x9b"), "\\xc2\\x9b" },
		{ "right to left", TEXT("\xe2\x80\xae"), "\\xe2\\x80\\xae" },
		{ "line separator", TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
	};
	char buf[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		msg_escape(cases[i].in, buf, sizeof(buf));
		if (strcmp(buf, cases[i].out) != 0)
			fail_msg("%s: %s", cases[i].what, buf);
	}
}

static void
escape_cuts_between_characters(void **state)
{
	static const struct span in = TEXT("abc\x01\x02");
	char buf[11];

	(void)state;

	assert_string_equal(msg_escape(in, buf, sizeof(buf)), "abc\\x01...");
}

static void
decode_short_body_is_zero(void **state)
{
	static const uint8_t body[] = { 6 };
	struct msg_notification n;

	(void)state;
	msg_notification_decode((struct span){ body, 1 }, &n);

	assert_int_equal(n.code, 6);
	assert_int_equal(n.subcode, 0);
	assert_int_equal(n.data.length, 0);
}

static void
encode_round_trips(void **state)
{
	static const uint8_t length[] = { 0x00, 0x12 };
	struct msg_error error = { 0 }, none = { 0 };
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));
	struct msg_header header;
	struct msg_notification n;

	(void)state;
	msg_error_set(
	    &error, SEVERITY_RESET, ERR_HEADER, HEADER_BAD_LENGTH, "bad");
	msg_error_data(&error, (struct span){ length, sizeof(length) });
	msg_notification_encode(&w, &error);

	assert_int_equal(
	    msg_frame(wr_written(&w), MSG_MAX_SIZE, &header, &none),
	    FRAME_WHOLE);
	msg_notification_decode(header.body, &n);
	assert_int_equal(n.code, ERR_HEADER);
	assert_int_equal(n.subcode, HEADER_BAD_LENGTH);
	assert_int_equal(n.data.length, 2);
	assert_memory_equal(n.data.data, length, 2);
}

static void
shutdown_text_has_its_length_before_it(void **state)
{
	struct msg_error error = { 0 };

	(void)state;
	msg_shutdown_text(&error, "bye");

	assert_int_equal(error.length, 4);
	assert_memory_equal(error.data,
	    "\x03"
	    "bye",
	    4);
}

static void
shutdown_text_none_is_no_data(void **state)
{
	struct msg_error error = { .length = 3 };

	(void)state;
	msg_shutdown_text(&error, NULL);

	assert_int_equal(error.length, 0);
}

static void
shutdown_text_is_cut_at_a_character(void **state)
{
	struct msg_error error = { 0 };
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 254, "\xc3\xbc", 2);
	text[299] = '\0';
	msg_shutdown_text(&error, text);

	assert_int_equal(error.length, 1 + 254);
	assert_int_equal(error.data[0], 254);
}

static void
shutdown_text_of_255_is_whole(void **state)
{
	struct msg_error error = { 0 };
	char text[256];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	msg_shutdown_text(&error, text);

	assert_int_equal(error.length, 256);
}

static void
hard_reset_wraps_all_of_it(void **state)
{
	struct msg_error error = { .code = ERR_CEASE,
		.subcode = CEASE_ADMIN_SHUTDOWN };
	char text[256];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	msg_shutdown_text(&error, text);
	msg_hard_reset(&error);

	assert_int_equal(error.code, ERR_CEASE);
	assert_int_equal(error.subcode, CEASE_HARD_RESET);
	assert_int_equal(error.length, 2 + 256);
	assert_memory_equal(error.data, "\x06\x02\xffx", 4);
	assert_int_equal(error.data[257], 'x');
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(notification_words_are_the_golden_ones),
		cmocka_unit_test(notification_greatest_numbers_have_no_words),
		cmocka_unit_test(communication_is_shown),
		cmocka_unit_test(communication_of_255_octets_is_whole),
		cmocka_unit_test(hard_reset_names_what_it_wraps),
		cmocka_unit_test(hard_reset_cut_short_is_plain),
		cmocka_unit_test(format_without_room_is_cut),
		cmocka_unit_test(escape_keeps_only_what_is_printable),
		cmocka_unit_test(escape_cuts_between_characters),
		cmocka_unit_test(decode_short_body_is_zero),
		cmocka_unit_test(encode_round_trips),
		cmocka_unit_test(shutdown_text_has_its_length_before_it),
		cmocka_unit_test(shutdown_text_none_is_no_data),
		cmocka_unit_test(shutdown_text_is_cut_at_a_character),
		cmocka_unit_test(shutdown_text_of_255_is_whole),
		cmocka_unit_test(hard_reset_wraps_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
