/* SPDX-License-Identifier: ISC */
/* test_policy.c - what is let in and out */

#include "rib/policy.h"

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Whether the chain accepts the route, and which rule said so. */
static bool
accepts(const struct policy *policy, const char *text, bool originated,
    unsigned int *rule)
{
	static struct filter_scratch scratch;
	struct prefix pools[3];
	const struct policy_env env = { .pools = pools, .npools = 3 };
	struct attrs attrs = { .has = 0 };
	struct prefix prefix;
	const struct filter_route route = {
		.prefix = &prefix,
		.source.kind = originated ? SOURCE_LOCAL : SOURCE_EXTERNAL,
	};
	struct filter_outcome out;

	assert_true(prefix_parse("10.244.0.0/16", &pools[0], NULL));
	assert_true(prefix_parse("fd00:10:244::/48", &pools[1], NULL));
	assert_true(prefix_parse("0.0.0.0/0", &pools[2], NULL));
	assert_true(prefix_parse(text, &prefix, NULL));
	policy_judge(policy, &env, &route, &attrs, &scratch, true, &out);
	*rule = policy_rule(&out);
	return out.verdict == FILTER_ACCEPT;
}

static struct policy
chain(enum policy_builtin first, enum policy_builtin second)
{
	return (struct policy){
		.count = 2,
		.chain = { policy_builtin(first), policy_builtin(second) },
	};
}

static void
policy_filters_answer_by_their_table(void **state)
{
	static const struct {
		enum policy_builtin filter;
		const char *prefix;
		bool originated;
		bool accepted;
		bool decided; /* or at the end of the chain */
	} rows[] = {
		{ POLICY_ALL, "10.1.0.0/16", false, true, true },
		{ POLICY_ALL, "0.0.0.0/0", false, true, true },
		{ POLICY_NONE, "10.1.0.0/16", true, false, true },
		{ POLICY_OWN_BLOCKS, "10.244.1.0/26", true, true, true },
		{ POLICY_OWN_BLOCKS, "10.244.1.0/26", false, false, false },
		{ POLICY_POOLS, "10.244.1.0/26", false, true, true },
		{ POLICY_POOLS, "10.244.0.0/16", false, true, true },
		{ POLICY_POOLS, "fd00:10:244:1::/122", false, true, true },
		{ POLICY_POOLS, "fd00:10::/32", false, false, false },
		{ POLICY_POOLS, "fd00:10:245:1::/122", false, false, false },
		{ POLICY_POOLS, "0.0.0.0/0", false, false, false },
		{ POLICY_POOLS, "::/0", false, false, false },
		{ POLICY_NOT_DEFAULT, "10.1.0.0/16", false, true, true },
		{ POLICY_NOT_DEFAULT, "0.0.0.0/0", false, false, false },
		{ POLICY_NOT_DEFAULT, "::/0", true, false, false },
	};
	struct policy policy = { .count = 1 };
	unsigned int rule;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		policy.chain[0] = policy_builtin(rows[i].filter);
		assert_int_equal(
		    accepts(&policy, rows[i].prefix, rows[i].originated, &rule),
		    rows[i].accepted);
		assert_int_equal(
		    rule, rows[i].decided ? rows[i].filter + 1 : 0);
	}
}

static void
policy_empty_chain_rejects(void **state)
{
	const struct policy policy = { .count = 0 };
	unsigned int rule = 9;

	(void)state;

	assert_false(accepts(&policy, "10.244.1.0/26", true, &rule));
	assert_int_equal(rule, 0);
}

static void
policy_chain_goes_on_without_an_answer(void **state)
{
	const struct policy policy = chain(POLICY_OWN_BLOCKS, POLICY_POOLS);
	unsigned int rule;

	(void)state;

	assert_true(accepts(&policy, "10.244.1.0/26", false, &rule));
	assert_int_equal(rule, POLICY_POOLS + 1);
}

static void
policy_chain_ends_with_the_first_answer(void **state)
{
	const struct policy policy = chain(POLICY_NONE, POLICY_ALL);
	unsigned int rule;

	(void)state;

	assert_false(accepts(&policy, "10.244.1.0/26", false, &rule));
	assert_int_equal(rule, POLICY_NONE + 1);
}

static void
policy_chain_without_answer_rejects_at_its_end(void **state)
{
	const struct policy policy =
	    chain(POLICY_OWN_BLOCKS, POLICY_NOT_DEFAULT);
	unsigned int rule;

	(void)state;

	assert_false(accepts(&policy, "0.0.0.0/0", false, &rule));
	assert_int_equal(rule, 0);
}

static void
policy_names_parse_to_what_they_name(void **state)
{
	static const enum policy_builtin spoken[] = {
		POLICY_ALL,
		POLICY_NONE,
		POLICY_OWN_BLOCKS,
		POLICY_POOLS,
	};
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(spoken); i++)
		assert_ptr_equal(
		    policy_builtin_find(policy_builtin(spoken[i])->name),
		    policy_builtin(spoken[i]));
}

static void
policy_unspoken_names_do_not_parse(void **state)
{
	(void)state;

	assert_null(policy_builtin_find("not-default"));
	assert_null(policy_builtin_find("own-block"));
	assert_null(policy_builtin_find(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_filters_answer_by_their_table),
		cmocka_unit_test(policy_empty_chain_rejects),
		cmocka_unit_test(policy_chain_goes_on_without_an_answer),
		cmocka_unit_test(policy_chain_ends_with_the_first_answer),
		cmocka_unit_test(
		    policy_chain_without_answer_rejects_at_its_end),
		cmocka_unit_test(policy_names_parse_to_what_they_name),
		cmocka_unit_test(policy_unspoken_names_do_not_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
