/* SPDX-License-Identifier: ISC */
/* wire.h - UPDATE messages for tests, written as hex text */

#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

#include "bgpd/wire/update.h"

/*
 * One decoded UPDATE with all that it borrows. The body is a heap block of
 * exactly its size, so that a sanitizer sees the first octet read too far.
 */
struct wire {
	struct update_context context;
	struct update_scratch scratch;
	struct update update;
	uint8_t *body;
};

/* cmocka's setup and teardown: both families, four-octet AS, external. */
int wire_setup(void **state);
int wire_teardown(void **state);

/*
 * Decodes withdrawn prefixes, attributes and prefixes, given as pairs of hex
 * digits; blanks are for the reader.
 */
const struct update *wire_decode(struct wire *, const char *withdrawn,
    const char *attributes, const char *nlri);
/* The same for a whole body. */
const struct update *wire_decode_body(struct wire *, const char *body);

/* Writes hex text into buf, which must have room; returns the length. */
size_t wire_hex(const char *text, uint8_t *buf, size_t size);
/* Compares bytes with hex text. */
void wire_assert(struct span, const char *text);
/* "10.0.0.0/8 7:10.1.0.0/16": all prefixes of a field, path ids before them. */
const char *wire_prefixes(const struct wire *, enum update_field);

/* What most messages have. */
#define ORIGIN     "40 01 01 00 "
#define AS_PATH    "40 02 06 02 01 0000fde9 " /* 65001 */
#define NEXT_HOP   "40 03 04 0a000001 "       /* 10.0.0.1 */
#define LOCAL_PREF "40 05 04 00000064 "       /* 100 */
#define MANDATORY  ORIGIN AS_PATH NEXT_HOP
#define NLRI       "18 0a0102 " /* 10.1.2.0/24 */
/* IPv6, fd00::1, fd00:10::/32 */
#define MP_REACH                                                \
	"80 0e 1a 0002 01 10 fd000000000000000000000000000001 " \
	"00 20 fd000010 "
/* IPv6, fd00:20::/32 */
#define MP_UNREACH "80 0f 08 0002 01 20 fd000020 "

#endif
