/* SPDX-License-Identifier: ISC */
/* test_bgpctl_words.c - command lines against the tree of commands */

/*
 * The tree under test is the real one, bgpctl/command.c: what these tests say
 * is what an operator may type.  check_run and doctor_run, the verbs that are
 * done in the program itself, stand here as names only.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/check.h"
#include "bgpctl/command.h"
#include "bgpctl/doctor/doctor.h"
#include "tests/testing.h"

#define WORDS_MAX 8

int
check_run(const struct invocation *invocation)
{
	(void)invocation;
	return 0;
}

int
doctor_run(const struct invocation *invocation)
{
	(void)invocation;
	return 0;
}

/* Splits at blanks and parses. */
static void
parse(const char *line, struct words_result *result)
{
	char copy[256], *rest = copy, *word;
	const char *words[WORDS_MAX];
	unsigned int count = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0')
			words[count++] = word;
	words_parse(command_tree, count, words, result);
}

static void
assert_line(const char *line, const char *command, const char *arguments)
{
	struct words_result result;
	char *dump;

	parse(line, &result);

	if (result.verb == NULL)
		fail_msg("'%s': %s", line, result.problem);
	dump = json_dumps(result.arguments, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(result.verb->command, command);
	assert_string_equal(dump, arguments);
	free(dump);
	json_decref(result.arguments);
}

static void
assert_problem(const char *line, const char *problem)
{
	struct words_result result;

	parse(line, &result);

	if (result.verb != NULL)
		fail_msg("'%s' was taken", line);
	assert_string_equal(result.problem, problem);
	json_decref(result.arguments);
}

static void
words_known_line_is_command(void **state)
{
	static const struct {
		const char *line, *command, *arguments;
	} rows[] = {
		{ "status", "status", "{}" },
		{ "status --check", "status", "{\"check\":true}" },
		{ "show neighbors", "show neighbors", "{}" },
		{ "show neighbors tor-1", "show neighbors",
		    "{\"name\":\"tor-1\"}" },
		{ "show neighbors detail", "show neighbors",
		    "{\"detail\":true}" },
		{ "show neighbors tor-1 detail", "show neighbors",
		    "{\"detail\":true,\"name\":\"tor-1\"}" },
		{ "show neighbors detail tor-1", "show neighbors",
		    "{\"detail\":true,\"name\":\"tor-1\"}" },
		{ "show routes", "show routes", "{}" },
		{ "show routes all", "show routes", "{\"all\":true}" },
		{ "show routes 10.0.0.0/8", "show routes",
		    "{\"prefix\":\"10.0.0.0/8\"}" },
		{ "show routes fd00::1", "show routes",
		    "{\"prefix\":\"fd00::1\"}" },
		{ "show routes in tor-1", "show routes", "{\"in\":\"tor-1\"}" },
		{ "show routes ::/0 out tor-1 all", "show routes",
		    "{\"all\":true,\"out\":\"tor-1\",\"prefix\":\"::/0\"}" },
		{ "sh ne", "show neighbors", "{}" },
		{ "sh nex", "show nexthops", "{}" },
		{ "show fib 10.0.0.0/8", "show fib",
		    "{\"prefix\":\"10.0.0.0/8\"}" },
		{ "show fib default", "show fib", "{\"prefix\":\"default\"}" },
		{ "show addresses", "show addresses", "{}" },
		{ "show addresses ipv6", "show addresses",
		    "{\"family\":\"ipv6\"}" },
		{ "show config", "show config", "{}" },
		{ "show memory", "show memory", "{}" },
		{ "explain address ipv6", "explain address",
		    "{\"family\":\"ipv6\"}" },
		{ "explain route 10.0.0.1", "explain route",
		    "{\"prefix\":\"10.0.0.1\"}" },
		{ "explain export 10.0.0.0/8 to tor-1", "explain export",
		    "{\"prefix\":\"10.0.0.0/8\",\"to\":\"tor-1\"}" },
		{ "explain neighbor tor-1", "explain neighbor",
		    "{\"name\":\"tor-1\"}" },
		{ "neighbor tor-1 clear", "neighbor clear",
		    "{\"name\":\"tor-1\"}" },
		{ "reload --force --dry-run", "reload",
		    "{\"dry_run\":true,\"force\":true}" },
		{ "log debug", "log", "{\"level\":\"debug\"}" },
		{ "version", "version", "{}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_line(rows[i].line, rows[i].command, rows[i].arguments);
}

static void
words_unambiguous_prefix_is_taken(void **state)
{
	(void)state;
	assert_line("sh n", "show neighbors", "{}");
	assert_line("show neighbor", "show neighbors", "{}");
	assert_line("st", "status", "{}");
	assert_line(
	    "sh r i tor-1 a", "show routes", "{\"all\":true,\"in\":\"tor-1\"}");
	assert_line(
	    "explain a ipv4", "explain address", "{\"family\":\"ipv4\"}");
	assert_line("log d", "log", "{\"level\":\"debug\"}");
}

static void
words_choice_cut_short_is_sent_whole(void **state)
{
	(void)state;
	assert_line("log w", "log", "{\"level\":\"warn\"}");
}

static void
words_ambiguous_prefix_is_refused(void **state)
{
	(void)state;
	assert_problem("s", "'s' may be status or show");
}

static void
words_cut_keyword_where_name_may_stand_is_name(void **state)
{
	(void)state;
	assert_line(
	    "show neighbors det", "show neighbors", "{\"name\":\"det\"}");
}

static void
words_misspelt_word_gets_suggestion(void **state)
{
	(void)state;
	assert_problem("show nieghbors",
	    "unknown word 'nieghbors' behind "
	    "'show'; did you mean 'neighbors'?");
}

static void
words_foreign_word_gets_the_list(void **state)
{
	(void)state;
	assert_problem("explain address ospf",
	    "unknown word 'ospf' behind "
	    "'address'; possible: ipv4, ipv6");
}

static void
words_bad_prefix_says_what_one_is(void **state)
{
	(void)state;
	assert_problem("show fib 10.0.0/8",
	    "'10.0.0/8' is no prefix, such as 10.244.1.0/26");
}

static void
words_superfluous_word_is_refused(void **state)
{
	(void)state;
	assert_problem("version now",
	    "unknown word 'now' behind 'version'; "
	    "the command is complete without it");
}

static void
words_incomplete_line_gets_the_list(void **state)
{
	(void)state;
	assert_problem("neighbor tor-1",
	    "'neighbor tor-1' wants one of: clear, refresh, disable, "
	    "enable");
	assert_problem("check", "'check' wants: FILE");
}

static void
words_name_behind_its_verb_gets_the_order(void **state)
{
	(void)state;
	assert_problem("neighbor clear node-b",
	    "the name comes first; did you mean 'neighbor node-b clear'?");
	assert_line(
	    "neighbor clear clear", "neighbor clear", "{\"name\":\"clear\"}");
}

static void
words_no_word_is_refused(void **state)
{
	struct words_result result;

	(void)state;
	words_parse(command_tree, 0, NULL, &result);

	assert_null(result.verb);
	assert_string_equal(result.problem,
	    "a command is missing; possible: "
	    "status, show, explain, doctor, neighbor, drain, block, reload, check, "
	    "log, version, completion");
	json_decref(result.arguments);
}

static void
words_empty_word_is_refused(void **state)
{
	const char *const words[] = { "show", "neighbors", "" };
	struct words_result result;

	(void)state;
	words_parse(command_tree, 3, words, &result);

	assert_null(result.verb);
	json_decref(result.arguments);
}

static void
words_later_command_is_named(void **state)
{
	(void)state;
	assert_problem("explain path 10.0.0.1",
	    "explain path 10.0.0.1 is not available in this version");
	assert_problem(
	    "show events", "show events is not available in this version");
}

static void
words_option_as_name_is_refused(void **state)
{
	(void)state;
	assert_problem("neighbor --force clear",
	    "unknown word '--force' "
	    "behind 'neighbor'; possible: NAME");
}

static void
words_very_long_word_is_cut_in_the_sentence(void **state)
{
	char line[1200] = "show ";
	const char *words[] = { "show", line };
	struct words_result result;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	words_parse(command_tree, 2, words, &result);

	assert_null(result.verb);
	assert_true(strlen(result.problem) < sizeof(result.problem));
	json_decref(result.arguments);
}

static void
help_is_golden(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	words_help(out, command_tree);
	fclose(out);

	golden_check("bgpctl_help.txt", text);
	free(text);
}

/* Every keyword's first word is its own, so that it can be typed at all. */
static void
assert_distinct(const struct word *list)
{
	const struct word *one, *two;

	for (one = list; one->text != NULL; one++)
		for (two = one + 1; two->text != NULL; two++)
			assert_string_not_equal(one->text, two->text);
}

static void
tree_words_are_distinct(void **state)
{
	const struct word *w;

	(void)state;
	assert_distinct(command_tree);
	for (w = command_tree; w->text != NULL; w++)
		if (w->next != NULL)
			assert_distinct(w->next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_known_line_is_command),
		cmocka_unit_test(words_unambiguous_prefix_is_taken),
		cmocka_unit_test(words_choice_cut_short_is_sent_whole),
		cmocka_unit_test(words_ambiguous_prefix_is_refused),
		cmocka_unit_test(
		    words_cut_keyword_where_name_may_stand_is_name),
		cmocka_unit_test(words_misspelt_word_gets_suggestion),
		cmocka_unit_test(words_foreign_word_gets_the_list),
		cmocka_unit_test(words_bad_prefix_says_what_one_is),
		cmocka_unit_test(words_superfluous_word_is_refused),
		cmocka_unit_test(words_incomplete_line_gets_the_list),
		cmocka_unit_test(words_name_behind_its_verb_gets_the_order),
		cmocka_unit_test(words_no_word_is_refused),
		cmocka_unit_test(words_empty_word_is_refused),
		cmocka_unit_test(words_later_command_is_named),
		cmocka_unit_test(words_option_as_name_is_refused),
		cmocka_unit_test(words_very_long_word_is_cut_in_the_sentence),
		cmocka_unit_test(help_is_golden),
		cmocka_unit_test(tree_words_are_distinct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
