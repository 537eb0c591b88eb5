/* SPDX-License-Identifier: ISC */
/* test_bytes_hash.c - bytes to numbers */

/*
 * Whoever hashes may look at the low or at the high bits; both must spread
 * what tables hold, which is never random: blocks in a row, hosts in a row,
 * attributes that differ in one number.  Each case is 2^13 inputs over 2^10
 * buckets, so 8 are expected in each and 32 are a chance of one in 10^9.
 */

#include "rib/bytes_hash.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define BUCKETS      1024u
#define INPUTS       (8 * BUCKETS)
#define MOST         32

struct buckets {
	unsigned int low[BUCKETS];
	unsigned int high[BUCKETS];
};

static void
buckets_add(struct buckets *b, uint32_t hash)
{
	b->low[hash % BUCKETS]++;
	b->high[hash >> 22]++;
}

static unsigned int
buckets_most(const struct buckets *b)
{
	unsigned int i, most = 0;

	for (i = 0; i < BUCKETS; i++) {
		most = b->low[i] > most ? b->low[i] : most;
		most = b->high[i] > most ? b->high[i] : most;
	}
	return most;
}

static void
hash_of_equals_is_equal(void **state)
{
	const uint8_t a[] = { 1, 2, 3 };
	const uint8_t b[] = { 1, 2, 3, 4 };

	(void)state;

	assert_int_equal(bytes_hash(7, a, 3), bytes_hash(7, b, 3));
}

static void
hash_tells_length_and_seed(void **state)
{
	const uint8_t zeros[64] = { 0 };
	size_t length;

	(void)state;

	for (length = 1; length <= sizeof(zeros); length++) {
		assert_int_not_equal(bytes_hash(0, zeros, length),
		    bytes_hash(0, zeros, length - 1));
		assert_int_not_equal(
		    bytes_hash(0, zeros, length), bytes_hash(1, zeros, length));
	}
}

/* Computed by another program; the key is (0, 0), the lower half is ours. */
static void
hash_is_siphash_1_3(void **state)
{
	static const struct {
		size_t length;
		uint32_t hash;
	} rows[] = {
		{ 0, 0x150c532c },
		{ 8, 0x7ebe2eea },
		{ 18, 0x3044067d },
		{ 63, 0xe5f37359 },
	};
	uint8_t bytes[64];
	size_t i;

	(void)state;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(
		    bytes_hash(0, bytes, rows[i].length), rows[i].hash);
}

/*
 * These two are one under each seed of a hash that multiplies and adds up:
 * the second word takes back what the first one changed.
 */
static void
hash_of_crafted_bytes_differs(void **state)
{
	static const uint8_t a[] = { 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23,
		0x01, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe };
	static const uint8_t b[] = { 0xef, 0xcd, 0xab, 0x09, 0x1a, 0x71, 0x76,
		0xbb, 0x7c, 0xd4, 0xba, 0x23, 0x15, 0x55, 0x82, 0xcb };
	uint64_t seed;

	(void)state;

	for (seed = 0; seed < 16; seed++)
		assert_int_not_equal(bytes_hash(seed, a, sizeof(a)),
		    bytes_hash(seed, b, sizeof(b)));
}

/* A number counts up, in network order, at every place of every length. */
static void
hash_of_a_number_in_bytes_spreads(void **state)
{
	static const size_t lengths[] = { 12, 16, 33 };
	uint8_t bytes[33];
	struct buckets b;
	size_t i, last;
	uint32_t n;

	(void)state;

	for (i = 0; i < COUNT(lengths); i++)
		for (last = 1; last < lengths[i]; last++) {
			memset(bytes, 0, sizeof(bytes));
			memset(&b, 0, sizeof(b));
			for (n = 0; n < INPUTS; n++) {
				bytes[last - 1] = (uint8_t)(n >> 8);
				bytes[last] = (uint8_t)n;
				buckets_add(
				    &b, bytes_hash(0, bytes, lengths[i]));
			}
			assert_true(buckets_most(&b) < MOST);
		}
}

/* Blocks: the number moves up by some bits, as prefixes of a length do. */
static void
hash_of_blocks_spreads(void **state)
{
	uint8_t bytes[16];
	struct buckets b;
	unsigned int shift, k;
	uint32_t n;

	(void)state;

	for (shift = 0; shift < 19; shift++) {
		memset(bytes, 0, sizeof(bytes));
		memset(&b, 0, sizeof(b));
		for (n = 0; n < INPUTS; n++) {
			for (k = 0; k < 4; k++)
				bytes[k] =
				    (uint8_t)(n << shift >> (24 - 8 * k));
			buckets_add(&b, bytes_hash(0, bytes, sizeof(bytes)));
		}
		assert_true(buckets_most(&b) < MOST);
	}
}

/* Only one bit in each byte ever changes. */
static void
hash_of_single_bits_spreads(void **state)
{
	uint8_t bytes[16];
	struct buckets b;
	unsigned int bit, k;
	uint32_t n;

	(void)state;

	for (bit = 0; bit < 8; bit++) {
		memset(bytes, 0, sizeof(bytes));
		memset(&b, 0, sizeof(b));
		for (n = 0; n < INPUTS; n++) {
			for (k = 0; k < 13; k++)
				bytes[k] = (uint8_t)((n >> k & 1) << bit);
			buckets_add(&b, bytes_hash(0, bytes, sizeof(bytes)));
		}
		assert_true(buckets_most(&b) < MOST);
	}
}

static void
hash_of_seeds_spreads(void **state)
{
	const uint8_t bytes[16] = { 10 };
	struct buckets b = { 0 };
	uint32_t n;

	(void)state;

	for (n = 0; n < INPUTS; n++)
		buckets_add(&b, bytes_hash(n << 8, bytes, sizeof(bytes)));

	assert_true(buckets_most(&b) < MOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_of_equals_is_equal),
		cmocka_unit_test(hash_tells_length_and_seed),
		cmocka_unit_test(hash_is_siphash_1_3),
		cmocka_unit_test(hash_of_crafted_bytes_differs),
		cmocka_unit_test(hash_of_a_number_in_bytes_spreads),
		cmocka_unit_test(hash_of_blocks_spreads),
		cmocka_unit_test(hash_of_single_bits_spreads),
		cmocka_unit_test(hash_of_seeds_spreads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
