/* SPDX-License-Identifier: ISC */
/* test_bfd_packet.c - BFD packets: each check of RFC 5880 6.8.6 by itself */
#include "tests/testing.h"

#include <string.h>

#include "bgpd/bfd/packet.h"

/* Down, multiplier 3, discriminators 1 and 2, a second each way. */
static const uint8_t sound[BFD_PACKET_SIZE] = {
	0x20, 0x40, 3, 24,      /* version 1; Down; multiplier; length */
	0, 0, 0, 1,             /* its discriminator */
	0, 0, 0, 2,             /* ours */
	0x00, 0x0f, 0x42, 0x40, /* least interval to send */
	0x00, 0x04, 0x93, 0xe0, /* to take */
	0, 0, 0, 0              /* echo */
};

static const uint8_t section[BFD_AUTH_SIZE] = {
	4, 28, 7, 0, /* keyed SHA-1, length, key */
	0, 0, 0, 9,  /* sequence */
	0xaa, 0xbb   /* digest */
};

struct change {
	const char *what;
	size_t at;
	uint8_t octet;
	enum bfd_discard discard;
};

static const struct change changes[] = {
	{ "nothing", 0, 0x20, BFD_TAKEN },
	{ "version 0", 0, 0x00, BFD_BAD_VERSION },
	{ "version 2", 0, 0x40, BFD_BAD_VERSION },
	{ "length 23", 3, 23, BFD_TOO_SHORT },
	{ "length 25", 3, 25, BFD_TOO_LONG },
	{ "authenticated, length 24", 1, 0x44, BFD_TOO_SHORT },
	{ "multiplier 0", 2, 0, BFD_NO_MULTIPLIER },
	{ "multipoint", 1, 0x41, BFD_MULTIPOINT },
	{ "no discriminator", 7, 0, BFD_NO_DISCRIMINATOR },
};

static void
decode_checks_in_order(void **state)
{
	uint8_t bytes[BFD_PACKET_SIZE];
	struct bfd_packet p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		memcpy(bytes, sound, sizeof(bytes));
		bytes[changes[i].at] = changes[i].octet;

		if (bfd_packet_decode((struct span){ bytes, sizeof(bytes) },
			&p) != changes[i].discard)
			fail_msg("%s", changes[i].what);
	}
}

static void
decode_unknown_to_whom_is_bad_unless_down(void **state)
{
	static const enum bfd_discard by_state[BFD_STATE_MAX] = { BFD_TAKEN,
		BFD_TAKEN, BFD_BAD_STATE, BFD_BAD_STATE };
	uint8_t bytes[BFD_PACKET_SIZE];
	struct bfd_packet p;
	unsigned int i;

	(void)state;
	memcpy(bytes, sound, sizeof(bytes));
	bytes[11] = 0;
	for (i = 0; i < BFD_STATE_MAX; i++) {
		bytes[1] = (uint8_t)(i << 6);

		assert_int_equal(bfd_packet_decode(
				     (struct span){ bytes, sizeof(bytes) }, &p),
		    by_state[i]);
	}
}

static void
decode_cut_is_too_short(void **state)
{
	struct bfd_packet p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sound); i++)
		assert_int_equal(
		    bfd_packet_decode((struct span){ sound, i }, &p),
		    BFD_TOO_SHORT);
}

static void
decode_gives_every_field(void **state)
{
	struct bfd_packet p;

	(void)state;

	assert_int_equal(
	    bfd_packet_decode((struct span){ sound, sizeof(sound) }, &p),
	    BFD_TAKEN);

	assert_int_equal(p.state, BFD_DOWN);
	assert_int_equal(p.multiplier, 3);
	assert_int_equal(p.mine, 1);
	assert_int_equal(p.yours, 2);
	assert_int_equal(p.min_tx, 1000000);
	assert_int_equal(p.min_rx, 300000);
	assert_false(p.authenticated);
}

static void
encode_reads_back_the_same(void **state)
{
	uint8_t bytes[BFD_PACKET_MAX], again[BFD_PACKET_MAX];
	struct wr wr = wr_of(again, sizeof(again));
	struct bfd_packet p;

	(void)state;
	memcpy(bytes, sound, sizeof(sound));
	memcpy(bytes + sizeof(sound), section, sizeof(section));
	bytes[0] |= BFD_DIAG_EXPIRED;
	bytes[1] = 0xe4; /* Up, poll, authenticated */
	bytes[3] = BFD_PACKET_MAX;
	assert_int_equal(
	    bfd_packet_decode((struct span){ bytes, sizeof(bytes) }, &p),
	    BFD_TAKEN);

	bfd_packet_encode(&wr, &p);

	assert_int_equal(wr_length(&wr), sizeof(bytes));
	assert_memory_equal(bytes, again, sizeof(bytes));
}

/* What its length does not count is nobody's. */
static void
decode_octets_behind_are_ignored(void **state)
{
	uint8_t bytes[BFD_PACKET_SIZE + 8] = { 0 };
	struct bfd_packet p;

	(void)state;
	memcpy(bytes, sound, sizeof(sound));

	assert_int_equal(
	    bfd_packet_decode((struct span){ bytes, sizeof(bytes) }, &p),
	    BFD_TAKEN);
}

static void
words_are_all_different(void **state)
{
	enum bfd_discard a, b;

	(void)state;
	for (a = 0; a < BFD_DISCARD_MAX; a++)
		for (b = 0; b < a; b++)
			assert_string_not_equal(
			    bfd_discard_word(a), bfd_discard_word(b));
	assert_string_equal(bfd_diag_text(31), "unknown diagnostic");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_checks_in_order),
		cmocka_unit_test(decode_unknown_to_whom_is_bad_unless_down),
		cmocka_unit_test(decode_cut_is_too_short),
		cmocka_unit_test(decode_gives_every_field),
		cmocka_unit_test(encode_reads_back_the_same),
		cmocka_unit_test(decode_octets_behind_are_ignored),
		cmocka_unit_test(words_are_all_different),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
