/* SPDX-License-Identifier: ISC */
/* test_owners.c - owners.h: whose a pod block is */

#include <string.h>

#include "bgpd/owners.h"
#include "tests/testing.h"

static const char config[] =
    "as 64512\nnode a\n"
    "blocks 10.244.1.0/26 fd00:1::/122\n"
    "mesh {\n"
    "    node a 10.0.0.1 fd00::1\n"
    "    node b 10.0.0.2 fd00::2 { blocks 10.244.2.0/26 10.244.2.128/26 }\n"
    "    node c 10.0.0.3 { blocks 10.244.3.0/26 fd00:3::/122 }\n"
    "}\n";

static const struct row {
	const char *prefix;
	const char *node;
	enum owners_answer answer;
	const char *other;
} rows[] = {
	/* Its own, and what lies in it. */
	{ "10.244.2.0/26", "b", OWNERS_ITSELF, NULL },
	{ "10.244.2.5/32", "b", OWNERS_ITSELF, NULL },
	{ "10.244.2.128/25", "b", OWNERS_NOBODY, NULL },
	{ "fd00:3::7/128", "c", OWNERS_ITSELF, NULL },
	/* Another's: the same, a part of it, and around it. */
	{ "10.244.2.0/26", "c", OWNERS_OTHER, "b" },
	{ "10.244.2.5/32", "c", OWNERS_OTHER, "b" },
	{ "10.244.2.128/32", "c", OWNERS_OTHER, "b" },
	{ "10.244.2.0/24", "c", OWNERS_OTHER, "b" },
	{ "10.244.0.0/16", "b", OWNERS_OTHER, "a" },
	{ "fd00:3::/48", "b", OWNERS_OTHER, "c" },
	/* This node's. */
	{ "10.244.1.0/26", "b", OWNERS_OTHER, "a" },
	{ "fd00:1::1/128", "c", OWNERS_OTHER, "a" },
	/* Nothing is known of the rest. */
	{ "10.244.2.64/26", "c", OWNERS_NOBODY, NULL },
	{ "10.244.9.0/26", "c", OWNERS_NOBODY, NULL },
	{ "10.244.0.0/26", "c", OWNERS_NOBODY, NULL },
	{ "fd00:9::/122", "b", OWNERS_NOBODY, NULL },
};

static void
owners_of_a_row_are_what_it_says(void **state)
{
	struct conf_messages messages = { .at = NULL };
	struct conf *conf = conf_parse("test", config, "a", &messages);
	struct owners *owners;
	struct prefix prefix;
	const struct row *row;
	const char *other;

	(void)state;
	assert_non_null(conf);
	owners = owners_new(conf);
	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		assert_true(prefix_parse(row->prefix, &prefix, NULL));

		assert_int_equal(owners_ask(owners, &prefix, row->node, &other),
		    row->answer);

		assert_int_equal(other != NULL, row->other != NULL);
		if (other != NULL)
			assert_string_equal(other, row->other);
	}
	owners_free(owners);
	conf_free(conf);
	conf_messages_clear(&messages);
}

static void
owners_of_no_blocks_know_nobody(void **state)
{
	struct conf_messages messages = { .at = NULL };
	struct conf *conf =
	    conf_parse("test", "as 1\nnode a\n", "a", &messages);
	struct owners *owners = owners_new(conf);
	struct prefix prefix;
	const char *other;

	(void)state;
	assert_true(prefix_parse("10.0.0.0/8", &prefix, NULL));

	assert_int_equal(
	    owners_ask(owners, &prefix, "b", &other), OWNERS_NOBODY);

	owners_free(owners);
	conf_free(conf);
	conf_messages_clear(&messages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_of_a_row_are_what_it_says),
		cmocka_unit_test(owners_of_no_blocks_know_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
