/* SPDX-License-Identifier: ISC */
/* test_conf_runtime.c - runtime commands over a config, as text and back */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/runtime.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#define BASE                                                               \
	"as 1\nnode node-a\nblocks 10.244.1.0/26\npools 10.244.0.0/16\n"   \
	"mesh { node node-b 10.0.0.2 fd00::2 { blocks 10.244.2.0/26 } }\n" \
	"neighbor tor 10.0.0.254 { remote-as 2; import all; export all }\n"

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

static struct conf *
base(const char *text)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_parse("test", text, "node-a", &messages);

	if (conf == NULL)
		conf_messages_print(&messages, stderr);
	assert_non_null(conf);
	conf_messages_clear(&messages);
	return conf;
}

/* The base with r over it; findings in *messages. */
static struct conf *
over(const struct conf_runtime *r, struct conf_messages *messages)
{
	struct conf *conf = base(BASE);

	*messages = (struct conf_messages){ 0 };
	conf_runtime_apply(r, conf, "runtime.json", messages);
	return conf;
}

static void
assert_formats(const struct conf *conf, const char *line)
{
	char *text = conf_format(conf);

	if (strstr(text, line) == NULL)
		fail_msg("no '%s' in:\n%s", line, text);
	free(text);
}

/* What comes to the daemon, as a reload would print it. */
static void
assert_change(
    const struct conf *after, size_t count, const char *text, const char *cost)
{
	struct conf *before = base(BASE);
	struct conf_changes changes;

	conf_diff(before, after, &changes);
	assert_int_equal(changes.count, count);
	assert_string_equal(changes.at[0].text, text);
	assert_string_equal(conf_cost_word(changes.at[0].cost), cost);
	conf_changes_clear(&changes);
	conf_free(before);
}

/* ---- neighbors --------------------------------------------------------- */

static void
disable_is_of_all_sessions_of_the_name(void **state)
{
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf;

	(void)state;
	assert_true(conf_runtime_disable(&r, "node-b"));
	assert_false(conf_runtime_disable(&r, "node-b"));
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 0);
	assert_true(conf_neighbor_is_disabled(&conf->neighbors[0]));
	assert_true(conf_neighbor_is_disabled(&conf->neighbors[1]));
	assert_false(conf_neighbor_is_disabled(&conf->neighbors[2]));
	assert_change(conf, 2, "neighbor node-b 10.0.0.2: disabled by bgpctl",
	    "session reset");
	assert_formats(conf, "disabled on # by bgpctl");
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
disable_of_nobody_is_a_warning(void **state)
{
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf;

	(void)state;
	conf_runtime_disable(&r, "gone");
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 1);
	assert_int_equal(messages.errors, 0);
	assert_string_equal(messages.at[0].text,
	    "no neighbor 'gone', which was disabled by bgpctl");
	assert_string_equal(messages.at[0].help, "bgpctl neighbor gone enable");
	conf_messages_clear(&messages);
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
enable_takes_back_what_disable_did(void **state)
{
	static const char *const names[] = { "c", "a", "d", "b" };
	struct conf_runtime r = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		assert_true(conf_runtime_disable(&r, names[i]));
	for (i = 0; i < COUNT(names); i++) {
		assert_true(conf_runtime_is_disabled(&r, names[i]));
		assert_true(conf_runtime_enable(&r, names[i]));
		assert_false(conf_runtime_enable(&r, names[i]));
		assert_false(conf_runtime_is_disabled(&r, names[i]));
	}
	assert_true(conf_runtime_is_empty(&r));
	conf_runtime_clear(&r);
}

/* ---- blocks ------------------------------------------------------------ */

static void
block_added_is_one_of_this_node(void **state)
{
	const struct prefix p = prefix("10.244.7.0/26");
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf = base(BASE);

	(void)state;
	assert_true(conf_runtime_block_add(&r, conf, &p));
	assert_false(conf_runtime_block_add(&r, conf, &p));
	conf_free(conf);
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 0);
	assert_true(conf_has_block(conf, &p));
	assert_change(conf, 1, "blocks: added 10.244.7.0/26", "none");
	assert_formats(conf, "\nblocks 10.244.7.0/26 # by bgpctl\n");
	assert_true(conf_runtime_block_remove(&r, conf, &p));
	assert_true(conf_runtime_is_empty(&r));
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
block_of_the_file_can_be_removed_and_added_again(void **state)
{
	const struct prefix p = prefix("10.244.1.0/26");
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf = base(BASE);

	(void)state;
	assert_false(conf_runtime_block_add(&r, conf, &p));
	assert_true(conf_runtime_block_remove(&r, conf, &p));
	conf_free(conf);
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 0);
	assert_false(conf_has_block(conf, &p));
	assert_formats(conf, "# blocks 10.244.1.0/26 # removed by bgpctl\n");
	assert_false(conf_runtime_block_remove(&r, conf, &p));
	assert_true(conf_runtime_block_add(&r, conf, &p));
	assert_true(conf_runtime_is_empty(&r));
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
block_that_was_never_there_cannot_be_removed(void **state)
{
	const struct prefix p = prefix("10.244.9.0/26");
	struct conf_runtime r = { 0 };
	struct conf *conf = base(BASE);

	(void)state;
	assert_false(conf_runtime_block_remove(&r, conf, &p));

	assert_true(conf_runtime_is_empty(&r));
	conf_free(conf);
}

static void
block_outside_of_pools_is_a_warning(void **state)
{
	const struct prefix p = prefix("192.168.0.0/26");
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf = base(BASE);

	(void)state;
	conf_runtime_block_add(&r, conf, &p);
	conf_free(conf);
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 1);
	assert_string_equal(messages.at[0].text,
	    "block '192.168.0.0/26' lies outside of all pools");
	assert_true(conf_has_block(conf, &p));
	conf_messages_clear(&messages);
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
block_of_a_family_without_an_address_is_a_warning(void **state)
{
	const struct prefix p = prefix("fd00:7::/122");
	struct conf_messages messages = { 0 };
	struct conf *conf = base("as 1; address ipv6 none");
	struct conf_runtime r = { 0 };

	(void)state;
	conf_runtime_block_add(&r, conf, &p);
	conf_runtime_apply(&r, conf, "runtime.json", &messages);

	assert_int_equal(messages.count, 1);
	assert_string_equal(messages.at[0].text,
	    "block 'fd00:7::/122' has no next hop: there is 'address ipv6 "
	    "none'");
	assert_false(conf->expected[FAMILY_IPV6]);
	conf_messages_clear(&messages);
	conf_free(conf);
	conf_runtime_clear(&r);
}

static void
block_problems_have_sentences(void **state)
{
	static const struct {
		const char *block, *problem;
	} rows[] = {
		{ "10.244.7.0/26", NULL },
		{ "10.244.1.0/28",
		    "it overlaps this node's block "
		    "10.244.1.0/26" },
		{ "10.244.0.0/16",
		    "it overlaps this node's block "
		    "10.244.1.0/26" },
		{ "10.244.2.0/25",
		    "it overlaps 10.244.2.0/26 of node "
		    "node-b" },
		{ "10.0.0.128/25", "neighbor tor lies in it" },
	};
	struct conf *conf = base(BASE);
	struct prefix p;
	char buf[160];
	const char *problem;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		p = prefix(rows[i].block);
		problem = conf_block_problem(conf, &p, buf, sizeof(buf));
		if (rows[i].problem == NULL)
			assert_null(problem);
		else
			assert_string_equal(problem, rows[i].problem);
	}
	conf_free(conf);
}

/* The file that comes with the next reload has changed its mind. */
static void
block_that_the_file_has_now_is_left_out(void **state)
{
	const struct prefix p = prefix("10.244.1.0/26");
	struct conf *without = base("as 1");
	struct conf_runtime r = { 0 };
	struct conf_messages messages;
	struct conf *conf;

	(void)state;
	conf_runtime_block_add(&r, without, &p);
	conf = over(&r, &messages);

	assert_int_equal(messages.count, 1);
	assert_int_equal(messages.errors, 0);
	assert_int_equal(conf->nblocks, 1);
	conf_messages_clear(&messages);
	conf_free(conf);
	conf_free(without);
	conf_runtime_clear(&r);
}

/* ---- drain ------------------------------------------------------------- */

static void
drain_is_a_change_that_resets_nothing(void **state)
{
	struct conf_runtime r = { .drain = DRAIN_TELL };
	struct conf_messages messages;
	struct conf *conf = over(&r, &messages);

	(void)state;
	assert_int_equal(messages.count, 0);
	assert_change(conf, 1, "drain: off -> draining", "re-evaluate");
	assert_formats(conf, "# draining by bgpctl\n");
	conf_free(conf);
}

/* ---- as text ----------------------------------------------------------- */

static void
text_reads_back_the_same(void **state)
{
	const struct prefix added[] = { prefix("10.244.7.0/26"),
		prefix("fd00:7::/122") };
	struct conf_runtime r = { .drain = DRAIN_WITHDRAW }, again;
	struct conf *conf = base(BASE);
	char *text, *twice, why[160];

	(void)state;
	conf_runtime_disable(&r, "tor");
	conf_runtime_disable(&r, "a \"name\" \xc3\xa9");
	conf_runtime_block_add(&r, conf, &added[0]);
	conf_runtime_block_add(&r, conf, &added[1]);
	conf_runtime_block_remove(&r, conf, &conf->blocks[0]);
	text = conf_runtime_format(&r);

	assert_true(
	    conf_runtime_parse(text, strlen(text), &again, why, sizeof(why)));

	assert_int_equal(again.ndisabled, 2);
	assert_true(conf_runtime_is_disabled(&again, "a \"name\" \xc3\xa9"));
	assert_int_equal(again.drain, DRAIN_WITHDRAW);
	assert_true(prefix_equal(&again.added[1], &added[1]));
	assert_true(prefix_equal(&again.removed[0], &conf->blocks[0]));
	twice = conf_runtime_format(&again);
	assert_string_equal(text, twice);
	free(text);
	free(twice);
	conf_free(conf);
	conf_runtime_clear(&r);
	conf_runtime_clear(&again);
}

#define REST(drain, disabled, blocks)                        \
	"{'schema':1,'drain':" drain ",'disabled':" disabled \
	",'blocks_added':" blocks ",'blocks_removed':[]"

/* What an editor, a full disk or another program may have left. */
static const struct {
	const char *text, *why; /* its beginning */
} bad_rows[] = {
	{ "", "1:0: " },
	{ "\x7f"
	  "ELF",
	    "1:1: " },
	{ "{'schema':1,\n'drain':", "2:8: " },
	{ "[]", "it is no object" },
	{ "{}", "'schema' is missing" },
	{ "{'schema':2}", "'schema' is not 1" },
	{ "{'schema':'1'}", "'schema' is not 1" },
	{ "{'schema':1}", "'drain' is missing" },
	{ "{'schema':1,'schema':1}", "1:" },
	{ REST("true", "[]", "[]") "}", "'drain' is none of" },
	{ REST("'gone'", "[]", "[]") "}", "'drain' is none of" },
	{ REST("'off'", "'a'", "[]") "}", "'disabled' is no list" },
	{ REST("'off'", "[1]", "[]") "}", "'disabled' holds what is no" },
	{ REST("'off'", "['']", "[]") "}", "'disabled' holds what is no" },
	{ REST("'off'", "['a','a']", "[]") "}", "'disabled' holds a name" },
	{ REST("'off'", "[]", "{}") "}", "'blocks_added' is no list" },
	{ REST("'off'", "[]", "['x']") "}", "'blocks_added' holds what" },
	{ REST("'off'", "[]", "['10.0.0.1']") "}", "'blocks_added' holds" },
	{ REST("'off'", "[]", "['10.0.0.1/8']") "}", "'blocks_added' holds" },
	{ REST("'off'", "[]", "[]") ",'x':1}", "there is a member" },
	{ REST("'off'", "[]", "[]") "}{", "1:" },
};

static void
text_that_is_anything_else_is_refused_with_its_place(void **state)
{
	struct conf_runtime r;
	char text[512], why[160], *at;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad_rows); i++) {
		snprintf(text, sizeof(text), "%s", bad_rows[i].text);
		for (at = text; *at != '\0'; at++)
			if (*at == '\'')
				*at = '"';
		assert_false(conf_runtime_parse(
		    text, strlen(text), &r, why, sizeof(why)));
		assert_true(conf_runtime_is_empty(&r));
		if (strncmp(why, bad_rows[i].why, strlen(bad_rows[i].why)) != 0)
			fail_msg("%s: %s", text, why);
	}
}

static void
copy_is_one_of_its_own(void **state)
{
	struct conf_runtime r = { .drain = DRAIN_TELL }, copy;

	(void)state;
	conf_runtime_disable(&r, "a");
	conf_runtime_copy(&copy, &r);
	conf_runtime_clear(&r);

	assert_true(conf_runtime_is_disabled(&copy, "a"));
	assert_int_equal(copy.drain, DRAIN_TELL);
	conf_runtime_clear(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disable_is_of_all_sessions_of_the_name),
		cmocka_unit_test(disable_of_nobody_is_a_warning),
		cmocka_unit_test(enable_takes_back_what_disable_did),
		cmocka_unit_test(block_added_is_one_of_this_node),
		cmocka_unit_test(
		    block_of_the_file_can_be_removed_and_added_again),
		cmocka_unit_test(block_that_was_never_there_cannot_be_removed),
		cmocka_unit_test(block_outside_of_pools_is_a_warning),
		cmocka_unit_test(
		    block_of_a_family_without_an_address_is_a_warning),
		cmocka_unit_test(block_problems_have_sentences),
		cmocka_unit_test(block_that_the_file_has_now_is_left_out),
		cmocka_unit_test(drain_is_a_change_that_resets_nothing),
		cmocka_unit_test(text_reads_back_the_same),
		cmocka_unit_test(
		    text_that_is_anything_else_is_refused_with_its_place),
		cmocka_unit_test(copy_is_one_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
