/* SPDX-License-Identifier: ISC */
/* test_decide.c - the decision process, RFC 4271 9.1.2 */

#include "rib/decide.h"

#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

/* A row names only what differs from PLAIN, and so overrides it. */
#pragma GCC diagnostic ignored "-Woverride-init"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define MOST         6 /* candidates of the random sets */

/* clang-format off */
#define IPV4(last) { .family = FAMILY_IPV4, .bytes = { 10, 0, 0, last } }
#define PLAIN \
	.eligible = true, .reachable = true, .external = true, \
	.local_pref = 100, .hops = 2, .origin = 1, .neighbour_as = 65001, \
	.med = 50, .metric = 10, .identifier = 0x0a000005, .clusters = 1, \
	.address = IPV4(5), .path_id = 5
/* clang-format on */

/*
 * In the order of the steps.  The loser is never worse in an earlier step,
 * and better in the next one.
 */
static const struct {
	enum decide_step step;
	struct candidate winner;
	struct candidate loser;
} rows[] = {
	/* 9.1.2: only what policy let in, without a loop */
	{
	    .step = STEP_INELIGIBLE,
	    .winner = { PLAIN },
	    .loser = { PLAIN, .eligible = false, .local = true },
	},
	/* 9.1.2: and whose next hop resolves */
	{
	    .step = STEP_NEXT_HOP,
	    .winner = { PLAIN },
	    .loser = { PLAIN, .reachable = false, .local = true },
	},
	/* what we originate is ours */
	{
	    .step = STEP_LOCAL_ROUTE,
	    .winner = { PLAIN, .local = true, .stale = true },
	    .loser = { PLAIN },
	},
	/* RFC 9494 4.3 */
	{
	    .step = STEP_STALE,
	    .winner = { PLAIN },
	    .loser = { PLAIN, .stale = true, .local_pref = 900 },
	},
	/* 9.1.1 */
	{
	    .step = STEP_LOCAL_PREF,
	    .winner = { PLAIN, .local_pref = 101 },
	    .loser = { PLAIN, .hops = 1 },
	},
	/* 9.1.2.2 a */
	{
	    .step = STEP_AS_PATH,
	    .winner = { PLAIN, .hops = 1 },
	    .loser = { PLAIN, .origin = 0 },
	},
	/* b */
	{
	    .step = STEP_ORIGIN,
	    .winner = { PLAIN, .origin = 0 },
	    .loser = { PLAIN, .med = 0 },
	},
	/* c */
	{
	    .step = STEP_MED,
	    .winner = { PLAIN, .med = 49, .external = false },
	    .loser = { PLAIN },
	},
	/* d */
	{
	    .step = STEP_EXTERNAL,
	    .winner = { PLAIN },
	    .loser = { PLAIN, .external = false, .metric = 0 },
	},
	/* e */
	{
	    .step = STEP_IGP_METRIC,
	    .winner = { PLAIN, .metric = 9 },
	    .loser = { PLAIN, .identifier = 1 },
	},
	/* f, with RFC 4456 9 */
	{
	    .step = STEP_IDENTIFIER,
	    .winner = { PLAIN, .identifier = 0x0a000004 },
	    .loser = { PLAIN, .clusters = 0 },
	},
	/* RFC 4456 9 */
	{
	    .step = STEP_CLUSTER_LIST,
	    .winner = { PLAIN, .clusters = 0 },
	    .loser = { PLAIN, .address = IPV4(1) },
	},
	/* g */
	{
	    .step = STEP_ADDRESS,
	    .winner = { PLAIN, .address = IPV4(4) },
	    .loser = { PLAIN, .path_id = 0 },
	},
	/* RFC 7911 */
	{
	    .step = STEP_PATH_ID,
	    .winner = { PLAIN, .path_id = 4 },
	    .loser = { PLAIN },
	},
};

static const struct candidate plain = { PLAIN };

static void
decision_each_step_eliminates_the_worse(void **state)
{
	struct candidate c[2];
	size_t i;

	(void)state;

	assert_int_equal(COUNT(rows), STEP_MAX - 1);
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(rows[i].step, i + 1);
		c[0] = rows[i].loser;
		c[1] = rows[i].winner;
		assert_int_equal(decide(&decide_default_rules, c, 2), 1);
		assert_int_equal(c[0].step, rows[i].step);
		assert_int_equal(c[1].step, STEP_WINNER);
	}
}

static void
decision_equal_set_ends_with_the_metric(void **state)
{
	struct candidate c[2];
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		c[0] = rows[i].winner;
		c[1] = rows[i].loser;
		decide(&decide_default_rules, c, 2);
		assert_true(c[0].multipath);
		assert_int_equal(
		    c[1].multipath, rows[i].step > STEP_IGP_METRIC);
	}
}

static void
decision_without_candidates_is_none(void **state)
{
	struct candidate none = plain;

	(void)state;

	assert_int_equal(decide(&decide_default_rules, &none, 0), -1);
}

static void
decision_of_one_unreachable_is_none(void **state)
{
	struct candidate c = plain;

	(void)state;

	c.reachable = false;

	assert_int_equal(decide(&decide_default_rules, &c, 1), -1);
	assert_int_equal(c.step, STEP_NEXT_HOP);
	assert_false(c.multipath);
}

static void
decision_of_one_refused_is_none(void **state)
{
	struct candidate c = plain;

	(void)state;

	c.eligible = false;

	assert_int_equal(decide(&decide_default_rules, &c, 1), -1);
	assert_int_equal(c.step, STEP_INELIGIBLE);
}

static void
decision_of_twins_takes_one(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	assert_int_equal(decide(&decide_default_rules, c, 2), 0);
	assert_int_equal(c[1].step, STEP_PATH_ID);
}

static void
med_of_other_neighbours_is_not_compared(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].med = 900;
	c[0].neighbour_as = 65002;
	c[0].identifier = 1;

	assert_int_equal(decide(&decide_default_rules, c, 2), 0);
	assert_int_equal(c[1].step, STEP_IDENTIFIER);
}

static void
med_of_empty_paths_is_compared(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].neighbour_as = c[1].neighbour_as = 0;
	c[0].hops = c[1].hops = 0;
	c[0].med = 51;
	c[0].identifier = 1;

	assert_int_equal(decide(&decide_default_rules, c, 2), 1);
	assert_int_equal(c[0].step, STEP_MED);
}

/*
 * The example that has no order in pairs: a beats b by identifier, b beats
 * c by metric, c beats a by MED.  Of the whole set c takes a out first.
 */
static const struct candidate circle[3] = {
	{ PLAIN, .neighbour_as = 1, .med = 20, .identifier = 1 },
	{ PLAIN, .neighbour_as = 2, .med = 90, .identifier = 2 },
	{ PLAIN, .neighbour_as = 1, .med = 10, .metric = 30 },
};

static void
med_without_order_takes_the_same_winner(void **state)
{
	static const unsigned int orders[][3] = {
		{ 0, 1, 2 },
		{ 0, 2, 1 },
		{ 1, 0, 2 },
		{ 1, 2, 0 },
		{ 2, 0, 1 },
		{ 2, 1, 0 },
	};
	struct candidate c[3];
	size_t i, j;
	int winner;

	(void)state;

	for (i = 0; i < COUNT(orders); i++) {
		for (j = 0; j < 3; j++)
			c[j] = circle[orders[i][j]];
		winner = decide(&decide_default_rules, c, 3);
		assert_int_equal(orders[i][winner], 1);
	}
}

static void
med_is_compared_among_all_when_that_is_the_rule(void **state)
{
	const struct decide_rules rules = { true, true };
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].med = 51;
	c[0].neighbour_as = 65002;
	c[0].identifier = 1;

	assert_int_equal(decide(&rules, c, 2), 1);
	assert_int_equal(c[0].step, STEP_MED);
	assert_false(c[0].multipath);
}

/* Always compared, MED has an order: the one with the least is left. */
static void
med_always_compared_breaks_the_circle(void **state)
{
	const struct decide_rules rules = { true, true };
	struct candidate c[3];

	(void)state;

	memcpy(c, circle, sizeof(c));

	assert_int_equal(decide(&rules, c, 3), 2);
	assert_int_equal(c[0].step, STEP_MED);
	assert_int_equal(c[1].step, STEP_MED);
}

static void
multipath_off_leaves_the_winner_alone(void **state)
{
	const struct decide_rules rules = { false, false };
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].identifier = 1;

	assert_int_equal(decide(&rules, c, 2), 0);
	assert_true(c[0].multipath);
	assert_false(c[1].multipath);
	assert_int_equal(c[1].step, STEP_IDENTIFIER);
}

/* Few values for each field, so that ties reach every step. */
static struct candidate
any_candidate(uint32_t path_id)
{
	struct candidate c = plain;

	c.eligible = rand() % 8 != 0;
	c.reachable = rand() % 8 != 0;
	c.local = rand() % 16 == 0;
	c.stale = rand() % 8 == 0;
	c.local_pref = 100 + (uint32_t)(rand() % 8 == 0);
	c.hops = 2 + (uint32_t)(rand() % 4 == 0);
	c.origin = rand() % 4 == 0;
	c.neighbour_as = (uint32_t)(rand() % 3);
	c.med = (uint32_t)(rand() % 3);
	c.external = rand() % 4 != 0;
	c.metric = (uint32_t)(rand() % 3);
	c.identifier = (uint32_t)(rand() % 2);
	c.clusters = (uint32_t)(rand() % 2);
	c.address.bytes[3] = (uint8_t)(rand() % 2);
	c.path_id = path_id;
	return c;
}

static void
shuffle(struct candidate *c, unsigned int count)
{
	struct candidate kept;
	unsigned int i, j;

	for (i = count - 1; i > 0; i--) {
		j = (unsigned int)rand() % (i + 1);
		kept = c[i];
		c[i] = c[j];
		c[j] = kept;
	}
}

static const struct candidate *
by_path_id(const struct candidate *c, unsigned int count, uint32_t path_id)
{
	while (count-- > 0)
		if (c[count].path_id == path_id)
			return &c[count];
	fail();
	return NULL;
}

static void
decision_does_not_depend_on_the_order(void **state)
{
	struct candidate a[MOST], b[MOST];
	unsigned int round, n, i;

	(void)state;

	srand(1);
	for (round = 0; round < 20000; round++) {
		n = 1 + (unsigned int)rand() % MOST;
		for (i = 0; i < n; i++)
			a[i] = any_candidate(i);
		memcpy(b, a, sizeof(a));
		shuffle(b, n);
		decide(&decide_default_rules, a, n);
		decide(&decide_default_rules, b, n);
		for (i = 0; i < n; i++) {
			assert_int_equal(by_path_id(b, n, i)->step, a[i].step);
			assert_int_equal(
			    by_path_id(b, n, i)->multipath, a[i].multipath);
		}
	}
}

/* Each rank is what the decision says of those that are left. */
static void
rank_is_the_decision_without_those_before(void **state)
{
	struct candidate a[MOST], rest[MOST];
	unsigned int round, n, i, left;
	int winner, expected;

	(void)state;

	srand(2);
	for (round = 0; round < 5000; round++) {
		n = 1 + (unsigned int)rand() % MOST;
		for (i = 0; i < n; i++)
			a[i] = any_candidate(i);
		memcpy(rest, a, sizeof(rest));
		left = n;
		for (winner = decide(&decide_default_rules, a, n); winner >= 0;
		     winner =
			 decide_next(&decide_default_rules, a, n, winner)) {
			expected = decide(&decide_default_rules, rest, left);
			assert_true(expected >= 0);
			assert_int_equal(
			    a[winner].path_id, rest[expected].path_id);
			rest[expected] = rest[--left];
		}
		assert_int_equal(decide(&decide_default_rules, rest, left), -1);
	}
}

/*
 * Of three the second loses to the first by MED, and would win by what is
 * compared later.  It is last all the same: the first is there until then.
 */
static void
rank_by_med_looks_at_the_whole_set(void **state)
{
	struct candidate c[] = {
		{ PLAIN, .neighbour_as = 1, .med = 10, .identifier = 3,
		    .path_id = 1 },
		{ PLAIN, .neighbour_as = 1, .med = 20, .identifier = 1,
		    .path_id = 2 },
		{ PLAIN, .neighbour_as = 2, .med = 0, .identifier = 2,
		    .path_id = 3 },
	};
	int first, second, third;

	(void)state;

	first = decide(&decide_default_rules, c, 3);
	second = decide_next(&decide_default_rules, c, 3, first);
	third = decide_next(&decide_default_rules, c, 3, second);

	assert_int_equal(c[first].path_id, 3);
	assert_int_equal(c[second].path_id, 1);
	assert_int_equal(c[third].path_id, 2);
	assert_int_equal(decide_next(&decide_default_rules, c, 3, third), -1);
}

static void
step_words_are_all_there(void **state)
{
	enum decide_step step;

	(void)state;

	for (step = STEP_WINNER; step < STEP_MAX; step++)
		assert_non_null(decide_step_word(step));
	assert_string_equal(decide_step_word(STEP_LOCAL_PREF), "local-pref");
	assert_string_equal(decide_step_word(STEP_AS_PATH), "as-path");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decision_each_step_eliminates_the_worse),
		cmocka_unit_test(decision_equal_set_ends_with_the_metric),
		cmocka_unit_test(decision_without_candidates_is_none),
		cmocka_unit_test(decision_of_one_unreachable_is_none),
		cmocka_unit_test(decision_of_one_refused_is_none),
		cmocka_unit_test(decision_of_twins_takes_one),
		cmocka_unit_test(med_of_other_neighbours_is_not_compared),
		cmocka_unit_test(med_of_empty_paths_is_compared),
		cmocka_unit_test(med_without_order_takes_the_same_winner),
		cmocka_unit_test(
		    med_is_compared_among_all_when_that_is_the_rule),
		cmocka_unit_test(med_always_compared_breaks_the_circle),
		cmocka_unit_test(multipath_off_leaves_the_winner_alone),
		cmocka_unit_test(decision_does_not_depend_on_the_order),
		cmocka_unit_test(rank_is_the_decision_without_those_before),
		cmocka_unit_test(rank_by_med_looks_at_the_whole_set),
		cmocka_unit_test(step_words_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
