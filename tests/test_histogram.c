/* SPDX-License-Identifier: ISC */
/* test_histogram.c - durations in, counts and quantiles out */
#include "bgpd/histogram.h"

#include "tests/testing.h"

static void
bounds_rise_and_end(void **state)
{
	unsigned int i;

	(void)state;

	for (i = 1; i < HISTOGRAM_BUCKETS; i++)
		assert_true(histogram_bound(i) > histogram_bound(i - 1));
	assert_true(histogram_bound(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
}

static void
nothing_added_is_zero(void **state)
{
	struct histogram h = { .count = 0 };

	(void)state;

	assert_int_equal(histogram_quantile(&h, 999000), 0);
	assert_int_equal(histogram_quantile(&h, 1000000), 0);
}

static void
bound_belongs_to_its_bucket(void **state)
{
	struct histogram h = { .count = 0 };
	unsigned int i;

	(void)state;

	for (i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
		histogram_add(&h, histogram_bound(i));
		histogram_add(&h, histogram_bound(i) + 1);
	}

	assert_int_equal(h.buckets[0], 1);
	for (i = 1; i + 1 < HISTOGRAM_BUCKETS; i++)
		assert_int_equal(h.buckets[i], 2);
	assert_int_equal(h.buckets[i], 1);
	assert_int_equal(h.count, 2 * (HISTOGRAM_BUCKETS - 1));
}

static void
longest_there_is_has_a_bucket(void **state)
{
	struct histogram h = { .count = 0 };

	(void)state;

	histogram_add(&h, UINT64_MAX);

	assert_int_equal(h.buckets[HISTOGRAM_BUCKETS - 1], 1);
	assert_true(h.worst == UINT64_MAX);
	assert_true(histogram_quantile(&h, 999000) == UINT64_MAX);
}

static void
quantile_is_the_bound_above(void **state)
{
	struct histogram h = { .count = 0 };
	int i;

	(void)state;

	for (i = 0; i < 999; i++)
		histogram_add(&h, 7);
	histogram_add(&h, 4321);

	assert_int_equal(histogram_quantile(&h, 500000), 10);
	assert_int_equal(histogram_quantile(&h, 999000), 10);
	assert_int_equal(histogram_quantile(&h, 999001), 4321);
	assert_int_equal(histogram_quantile(&h, 1000000), 4321);
	assert_int_equal(h.worst, 4321);
	assert_int_equal(h.sum, 999 * 7 + 4321);
}

static void
least_quantile_is_the_first_there_is(void **state)
{
	struct histogram h = { .count = 0 };

	(void)state;

	histogram_add(&h, 300);
	histogram_add(&h, 3000);

	assert_int_equal(histogram_quantile(&h, 0), 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_rise_and_end),
		cmocka_unit_test(nothing_added_is_zero),
		cmocka_unit_test(bound_belongs_to_its_bucket),
		cmocka_unit_test(longest_there_is_has_a_bucket),
		cmocka_unit_test(quantile_is_the_bound_above),
		cmocka_unit_test(least_quantile_is_the_first_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
