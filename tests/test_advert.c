/* SPDX-License-Identifier: ISC */
/* test_advert.c - router advertisements and solicitations, as bytes */

#include "bgpd/wire/advert.h"

#include "tests/testing.h"

#define ROUTER                                                      \
	134, 0, 0xab, 0xcd,        /* type, code, checksum */       \
	    64, 0, 0x07, 0x08,     /* hop limit, flags, lifetime */ \
	    0, 0, 0, 0, 0, 0, 0, 0 /* reachable time, retrans timer */
#define SOLICIT     133, 0, 0xab, 0xcd, 0, 0, 0, 0
#define LINK_SOURCE 1, 1, 2, 0, 0, 0, 0, 1 /* 02:00:00:00:00:01 */
#define BYTES(...)  { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ })

static const struct {
	const char *wrong; /* or NULL */
	const char *from;
	unsigned int hop_limit;
	uint8_t bytes[48];
	size_t length;
	enum advert_kind kind;
} rows[] = {
	{ NULL, "fe80::1", 255, BYTES(ROUTER), ADVERT_ROUTER },
	{ NULL, "fe80::1", 255, BYTES(ROUTER, LINK_SOURCE), ADVERT_ROUTER },
	{ NULL, "febf::1", 255,
	    BYTES(ROUTER, 200, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	    ADVERT_ROUTER },
	{ NULL, "fe80::1", 255, BYTES(SOLICIT, LINK_SOURCE), ADVERT_SOLICIT },
	{ NULL, "::", 255, BYTES(SOLICIT), ADVERT_SOLICIT },
	{ "neither an advertisement nor a solicitation", "fe80::1", 255,
	    BYTES(135, 0, 0, 0, 0, 0, 0, 0), 0 },
	{ "neither an advertisement nor a solicitation", "fe80::1", 255, { 0 },
	    0, 0 },
	{ "the hop limit is not 255: not from this link", "fe80::1", 254,
	    BYTES(ROUTER), 0 },
	{ "the hop limit is not 255: not from this link", "fe80::1", 64,
	    BYTES(SOLICIT), 0 },
	{ "the sender is no link-local address", "2001:db8::1", 255,
	    BYTES(ROUTER), 0 },
	{ "the sender is no link-local address", "::", 255, BYTES(ROUTER), 0 },
	{ "the sender is no link-local address", "fec0::1", 255, BYTES(ROUTER),
	    0 },
	{ "the code is not 0", "fe80::1", 255,
	    BYTES(134, 1, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0 },
	{ "it is too short", "fe80::1", 255,
	    BYTES(134, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0 },
	{ "it is too short", "fe80::1", 255, BYTES(134, 0), 0 },
	{ "it is too short", "fe80::1", 255, BYTES(133, 0, 0, 0, 0, 0, 0), 0 },
	{ "an option of length 0", "fe80::1", 255,
	    BYTES(ROUTER, 1, 0, 2, 0, 0, 0, 0, 1), 0 },
	{ "an option is cut off", "fe80::1", 255, BYTES(ROUTER, 1), 0 },
	{ "an option is cut off", "fe80::1", 255,
	    BYTES(ROUTER, LINK_SOURCE, 3, 4, 0, 0, 0, 0, 0, 0), 0 },
	{ "a link-layer address without a sender", "::", 255,
	    BYTES(SOLICIT, LINK_SOURCE), 0 },
};

static void
decode_rows_are_judged_by_rfc_4861(void **state)
{
	struct advert_header header;
	enum advert_kind kind;
	const char *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(address_parse(rows[i].from, &header.from));
		header.hop_limit = rows[i].hop_limit;

		wrong = advert_decode(
		    (struct span){ rows[i].bytes, rows[i].length }, &header,
		    &kind);

		if (rows[i].wrong == NULL) {
			assert_null(wrong);
			assert_int_equal(kind, rows[i].kind);
		} else {
			assert_non_null(wrong);
			assert_string_equal(wrong, rows[i].wrong);
		}
	}
}

static void
encode_is_decoded_as_what_it_was(void **state)
{
	struct advert_header header = { .hop_limit = 255 };
	uint8_t bytes[ADVERT_SIZE];
	enum advert_kind kind, again;
	struct wr w;

	(void)state;
	assert_true(address_parse("fe80::1", &header.from));
	for (kind = 0; kind < ADVERT_KIND_MAX; kind++) {
		w = wr_of(bytes, sizeof(bytes));

		advert_encode(&w, kind);

		assert_false(w.failed);
		assert_null(advert_decode(wr_written(&w), &header, &again));
		assert_int_equal(again, kind);
	}
}

/* A lifetime would make us the default router of every host there. */
static void
encode_router_has_no_lifetime(void **state)
{
	static const uint8_t expected[ADVERT_SIZE] = { ADVERT_TYPE_ROUTER };
	uint8_t bytes[ADVERT_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	(void)state;

	advert_encode(&w, ADVERT_ROUTER);

	assert_int_equal(wr_length(&w), sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_rows_are_judged_by_rfc_4861),
		cmocka_unit_test(encode_is_decoded_as_what_it_was),
		cmocka_unit_test(encode_router_has_no_lifetime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
