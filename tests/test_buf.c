/* SPDX-License-Identifier: ISC */
/* test_buf.c - bounded reading and writing of bytes */

#include "bgpd/wire/buf.h"

#include <string.h>

#include "tests/testing.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07 };

static struct rd
reader(size_t length)
{
	return rd_of((struct span){ bytes, length });
}

static void
reader_numbers_are_big_endian(void **state)
{
	struct rd r = reader(7);

	(void)state;

	assert_int_equal(rd_u8(&r), 0x01);
	assert_int_equal(rd_u16(&r), 0x0203);
	assert_int_equal(rd_u32(&r), 0x04050607);
	assert_true(rd_done(&r));
}

static void
reader_high_bits_survive(void **state)
{
	static const uint8_t ones[] = { 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa };
	struct rd r = rd_of((struct span){ ones, sizeof(ones) });

	(void)state;

	assert_int_equal(rd_u32(&r), 0xfffefdfc);
	assert_int_equal(rd_u16(&r), 0xfbfa);
}

static void
reader_short_number_fails_and_is_zero(void **state)
{
	struct rd r = reader(3);

	(void)state;

	assert_int_equal(rd_u32(&r), 0);
	assert_true(r.failed);
}

static void
reader_failure_sticks(void **state)
{
	struct rd r = reader(3);

	(void)state;
	rd_u32(&r);

	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_left(&r), 0);
	assert_int_equal(rd_rest(&r).length, 0);
	assert_false(rd_done(&r));
}

static void
reader_leftover_byte_is_not_done(void **state)
{
	struct rd r = reader(3);

	(void)state;
	rd_u16(&r);

	assert_false(rd_done(&r));
	assert_int_equal(rd_left(&r), 1);
}

static void
reader_empty_span_is_done(void **state)
{
	struct rd r = rd_of((struct span){ NULL, 0 });

	(void)state;

	assert_true(rd_done(&r));
	assert_int_equal(rd_rest(&r).length, 0);
	assert_true(rd_done(&r));
}

static void
reader_span_too_long_is_empty(void **state)
{
	struct rd r = reader(3);
	struct span s;

	(void)state;
	s = rd_span(&r, 4);

	assert_int_equal(s.length, 0);
	assert_null(s.data);
	assert_true(r.failed);
}

static void
reader_huge_length_fails(void **state)
{
	struct rd r = reader(3);

	(void)state;
	rd_span(&r, SIZE_MAX);

	assert_true(r.failed);
}

static void
child_sees_only_its_length(void **state)
{
	struct rd r = reader(7), child;

	(void)state;
	child = rd_sub(&r, 3);

	rd_u32(&child);
	assert_true(child.failed);
	assert_false(r.failed);
	assert_int_equal(rd_u8(&r), 0x04);
}

static void
child_too_long_fails_both(void **state)
{
	struct rd r = reader(3), child;

	(void)state;
	child = rd_sub(&r, 4);

	assert_true(child.failed);
	assert_true(r.failed);
}

static void
child_of_failed_reader_fails(void **state)
{
	struct rd r = reader(3), child;

	(void)state;
	rd_u32(&r);
	child = rd_sub(&r, 0);

	assert_true(child.failed);
}

static void
copy_that_fails_is_zeroed(void **state)
{
	static const uint8_t zero[4];
	uint8_t out[4] = { 9, 9, 9, 9 };
	struct rd r = reader(3);

	(void)state;
	rd_copy(&r, out, sizeof(out));

	assert_memory_equal(out, zero, sizeof(out));
}

static void
copy_moves_on(void **state)
{
	uint8_t out[4];
	struct rd r = reader(7);

	(void)state;
	rd_copy(&r, out, sizeof(out));

	assert_memory_equal(out, bytes, sizeof(out));
	assert_int_equal(rd_u8(&r), 0x05);
}

static void
since_is_what_was_read(void **state)
{
	struct rd r = reader(7), mark;
	struct span s;

	(void)state;
	rd_u8(&r);
	mark = r;
	rd_u32(&r);
	s = rd_since(&mark, &r);

	assert_int_equal(s.length, 4);
	assert_ptr_equal(s.data, bytes + 1);
}

static void
writer_numbers_are_big_endian(void **state)
{
	uint8_t buf[7];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 0x01);
	wr_u16(&w, 0x0203);
	wr_u32(&w, 0x04050607);

	assert_false(w.failed);
	assert_memory_equal(buf, bytes, sizeof(bytes));
	assert_int_equal(wr_written(&w).length, 7);
}

static void
writer_overflow_sticks_and_writes_nothing(void **state)
{
	uint8_t buf[4] = { 0, 0, 0, 9 };
	struct wr w = wr_of(buf, 3);

	(void)state;
	wr_u32(&w, 0x01010101);
	wr_u8(&w, 1);

	assert_true(w.failed);
	assert_int_equal(wr_length(&w), 0);
	assert_int_equal(wr_left(&w), 0);
	assert_int_equal(buf[0], 0);
}

static void
writer_patch_fills_the_reserve(void **state)
{
	/* length, two bytes, count, 0x07 */
	static const uint8_t wanted[] = { 0x00, 0x02, 0x05, 0x07 };
	uint8_t buf[4];
	struct wr w = wr_of(buf, sizeof(buf));
	size_t length, count;

	(void)state;
	length = wr_reserve(&w, 2);
	count = wr_reserve(&w, 1);
	wr_u8(&w, 0x07);
	wr_patch_u16(&w, length, 2);
	wr_patch_u8(&w, count, 5);

	assert_memory_equal(buf, wanted, sizeof(wanted));
}

static void
writer_patch_after_overflow_is_harmless(void **state)
{
	uint8_t buf[1] = { 9 };
	struct wr w = wr_of(buf, sizeof(buf));
	size_t length;

	(void)state;
	length = wr_reserve(&w, 2);
	wr_patch_u16(&w, length, 7);

	assert_int_equal(buf[0], 9);
}

static void
writer_rewind_takes_back_failure(void **state)
{
	uint8_t buf[2];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 1);
	wr_u32(&w, 2);
	wr_rewind(&w, 1);

	assert_false(w.failed);
	assert_int_equal(wr_length(&w), 1);
	assert_int_equal(wr_left(&w), 1);
}

static void
writer_commit_counts_foreign_bytes(void **state)
{
	uint8_t buf[4];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	wr_u8(&w, 0x01);
	memcpy(w.pos, bytes + 1, 3);
	wr_commit(&w, 3);

	assert_int_equal(wr_since(&w, 1).length, 3);
	assert_memory_equal(wr_written(&w).data, bytes, 4);
}

static void
writer_commit_beyond_room_fails(void **state)
{
	uint8_t buf[4];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	wr_commit(&w, 5);

	assert_true(w.failed);
}

static void
writer_cut_closes_the_gap(void **state)
{
	static const uint8_t wanted[] = { 0x01, 0x04, 0x05 };
	uint8_t buf[5];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	wr_bytes(&w, bytes, 5);
	wr_cut(&w, 1, 2);

	assert_int_equal(wr_length(&w), 3);
	assert_memory_equal(buf, wanted, sizeof(wanted));
}

static void
writer_parked_bytes_take_room(void **state)
{
	uint8_t buf[5];
	struct wr w = wr_of(buf, sizeof(buf));
	size_t parked;

	(void)state;
	wr_bytes(&w, bytes, 3);
	parked = wr_park(&w, 1);

	assert_int_equal(parked, 2);
	assert_int_equal(wr_length(&w), 1);
	assert_int_equal(wr_left(&w), 2);
}

static void
writer_unpark_appends(void **state)
{
	static const uint8_t wanted[] = { 0x01, 0x09, 0x02, 0x03 };
	uint8_t buf[5];
	struct wr w = wr_of(buf, sizeof(buf));
	size_t parked;

	(void)state;
	wr_bytes(&w, bytes, 3);
	parked = wr_park(&w, 1);
	wr_u8(&w, 0x09);
	wr_unpark(&w, parked);

	assert_int_equal(wr_length(&w), 4);
	assert_int_equal(wr_left(&w), 1);
	assert_memory_equal(buf, wanted, sizeof(wanted));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_numbers_are_big_endian),
		cmocka_unit_test(reader_high_bits_survive),
		cmocka_unit_test(reader_short_number_fails_and_is_zero),
		cmocka_unit_test(reader_failure_sticks),
		cmocka_unit_test(reader_leftover_byte_is_not_done),
		cmocka_unit_test(reader_empty_span_is_done),
		cmocka_unit_test(reader_span_too_long_is_empty),
		cmocka_unit_test(reader_huge_length_fails),
		cmocka_unit_test(child_sees_only_its_length),
		cmocka_unit_test(child_too_long_fails_both),
		cmocka_unit_test(child_of_failed_reader_fails),
		cmocka_unit_test(copy_that_fails_is_zeroed),
		cmocka_unit_test(copy_moves_on),
		cmocka_unit_test(since_is_what_was_read),
		cmocka_unit_test(writer_numbers_are_big_endian),
		cmocka_unit_test(writer_overflow_sticks_and_writes_nothing),
		cmocka_unit_test(writer_patch_fills_the_reserve),
		cmocka_unit_test(writer_patch_after_overflow_is_harmless),
		cmocka_unit_test(writer_rewind_takes_back_failure),
		cmocka_unit_test(writer_commit_counts_foreign_bytes),
		cmocka_unit_test(writer_commit_beyond_room_fails),
		cmocka_unit_test(writer_cut_closes_the_gap),
		cmocka_unit_test(writer_parked_bytes_take_room),
		cmocka_unit_test(writer_unpark_appends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
