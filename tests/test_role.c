/* SPDX-License-Identifier: ISC */
/* test_role.c - who is above whom, and routes that only go down: RFC 9234 */

#include "rib/role.h"

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define OURS         64512u
#define THEIRS       65001u
#define OTHERS       65009u
#define NO           UINT32_MAX /* it is a leak */

static void
codes_are_those_of_the_registry(void **state)
{
	static const struct {
		uint8_t code;
		const char *word;
	} cases[] = { { 0, "provider" }, { 1, "rs" }, { 2, "rs-client" },
		{ 3, "customer" }, { 4, "peer" } };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_string_equal(
		    symbol_word(role_words, (int)role_of_code(cases[i].code)),
		    cases[i].word);
		assert_int_equal(
		    role_code(role_of_code(cases[i].code)), cases[i].code);
	}
	assert_int_equal(role_of_code(5), ROLE_MAX);
	assert_int_equal(role_of_code(255), ROLE_MAX);
}

static void
roles_fit_in_three_pairs(void **state)
{
	enum role a, b;
	bool fits;

	(void)state;
	for (a = ROLE_PROVIDER; a <= ROLE_MAX; a++)
		for (b = ROLE_NONE; b <= ROLE_MAX; b++) {
			fits = (a == ROLE_PEER && b == ROLE_PEER) ||
			    (a == ROLE_PROVIDER && b == ROLE_CUSTOMER) ||
			    (a == ROLE_CUSTOMER && b == ROLE_PROVIDER) ||
			    (a == ROLE_RS && b == ROLE_RS_CLIENT) ||
			    (a == ROLE_RS_CLIENT && b == ROLE_RS);
			assert_int_equal(role_fits(a, b), fits);
		}
}

/* OTC before, and after or NO; 0: none.  The rules of section 5. */
static const struct {
	enum role ours;
	uint32_t before, in, out;
} cases[] = {
	{ ROLE_NONE, 0, 0, 0 },
	{ ROLE_NONE, THEIRS, THEIRS, THEIRS },
	{ ROLE_NONE, OTHERS, OTHERS, OTHERS },
	{ ROLE_PROVIDER, 0, 0, OURS },
	{ ROLE_PROVIDER, THEIRS, NO, THEIRS },
	{ ROLE_PROVIDER, OTHERS, NO, OTHERS },
	{ ROLE_RS, 0, 0, OURS },
	{ ROLE_RS, THEIRS, NO, THEIRS },
	{ ROLE_RS, OTHERS, NO, OTHERS },
	{ ROLE_RS_CLIENT, 0, THEIRS, 0 },
	{ ROLE_RS_CLIENT, THEIRS, THEIRS, NO },
	{ ROLE_RS_CLIENT, OTHERS, OTHERS, NO },
	{ ROLE_CUSTOMER, 0, THEIRS, 0 },
	{ ROLE_CUSTOMER, THEIRS, THEIRS, NO },
	{ ROLE_CUSTOMER, OTHERS, OTHERS, NO },
	{ ROLE_PEER, 0, THEIRS, OURS },
	{ ROLE_PEER, THEIRS, THEIRS, NO },
	{ ROLE_PEER, OTHERS, NO, NO },
};

static struct attrs
marked(uint32_t otc)
{
	return (struct attrs){ .has = otc != 0 ? ATTR_HAS_OTC : 0, .otc = otc };
}

static void
check(size_t i, bool ok, const struct attrs *attrs, uint32_t wanted)
{
	uint32_t found = attrs->has & ATTR_HAS_OTC ? attrs->otc : 0;

	if (!ok)
		found = NO;
	if (found != wanted)
		fail_msg("%s, marked %u: %u, not %u",
		    symbol_word(role_words, (int)cases[i].ours),
		    cases[i].before, found, wanted);
}

static void
import_follows_the_rules(void **state)
{
	struct attrs a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		a = marked(cases[i].before);
		check(
		    i, role_import(cases[i].ours, THEIRS, &a), &a, cases[i].in);
	}
}

static void
export_follows_the_rules(void **state)
{
	struct attrs a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		a = marked(cases[i].before);
		check(
		    i, role_export(cases[i].ours, OURS, &a), &a, cases[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_the_registry),
		cmocka_unit_test(roles_fit_in_three_pairs),
		cmocka_unit_test(import_follows_the_rules),
		cmocka_unit_test(export_follows_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
