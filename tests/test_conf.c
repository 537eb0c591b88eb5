/* SPDX-License-Identifier: ISC */
/* test_conf.c - what is found in configs, and the files they come from */

#include <sys/stat.h>

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/conf/conf.h"
#include "bgpd/conf/schema.h"
#include "tests/testing.h"

/* Findings and verdict of one file, as `bgpd -n` would show them. */
static char *
findings(const char *path, const char *host)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_load(path, host, NULL, &messages);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	conf_messages_print(&messages, out);
	fputs(conf == NULL ? "refused\n" : "accepted\n", out);
	fclose(out);
	conf_free(conf);
	conf_messages_clear(&messages);
	return text;
}

/* The same for a text that is written to a file first. */
static char *
findings_of(const void *data, size_t size)
{
	char path[] = "/tmp/test_conf.XXXXXX";
	int fd = mkstemp(path);
	char *text, *shown, *at;

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
	text = findings(path, "host");
	unlink(path);
	shown = strdup(text);
	shown[0] = '\0';
	for (at = text; *at != '\0'; at++) /* its name changes */
		if (strncmp(at, path, strlen(path)) == 0) {
			strcat(shown, "FILE");
			at += strlen(path) - 1;
		} else
			strncat(shown, at, 1);
	free(text);
	return shown;
}

/* conf/bad-lex.conf is compared with golden/conf-bad-lex.txt. */
static void
golden_name(char *name, size_t size, const char *path)
{
	const char *base = strrchr(path, '/') + 1;

	snprintf(name, size, "conf-%.*s.txt", (int)strcspn(base, "."), base);
}

static void
findings_golden(const char *pattern, size_t least)
{
	char name[64], *text;
	glob_t found;
	size_t i;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= least);
	for (i = 0; i < found.gl_pathc; i++) {
		text = findings(found.gl_pathv[i], "node-a");
		golden_name(name, sizeof(name), found.gl_pathv[i]);
		golden_check(name, text);
		free(text);
	}
	globfree(&found);
}

static void
bad_configs_show_all_errors(void **state)
{
	(void)state;
	findings_golden("conf/bad-*.conf", 13);
}

static void
odd_config_shows_warnings(void **state)
{
	(void)state;
	findings_golden("conf/odd*.conf", 3);
}

static void
clean_check(const char *pattern)
{
	glob_t found;
	char *text;
	size_t i;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		text = findings(found.gl_pathv[i], "node-a");
		assert_string_equal(text, "accepted\n");
		free(text);
	}
	globfree(&found);
}

static void
good_configs_have_no_findings(void **state)
{
	(void)state;
	clean_check("conf/good-*.conf");
}

static void
example_has_no_findings(void **state)
{
	(void)state;
	clean_check("../etc/bgpd.conf");
}

/* ---- files ------------------------------------------------------------- */

static void
file_missing_is_refused(void **state)
{
	char *text = findings("conf/missing.conf", "host");

	(void)state;
	assert_string_equal(text,
	    "conf/missing.conf: error: cannot read"
	    " 'conf/missing.conf': No such file or directory\nrefused\n");
	free(text);
}

static void
file_that_is_a_folder_is_refused(void **state)
{
	char *text = findings("conf", "host");

	(void)state;
	assert_string_equal(text,
	    "conf: error: cannot read 'conf':"
	    " it is a directory\nrefused\n");
	free(text);
}

static void
file_that_is_no_file_is_refused(void **state)
{
	char *text = findings("/dev/zero", "host");

	(void)state;
	assert_string_equal(text,
	    "/dev/zero: error: cannot read"
	    " '/dev/zero': it is no regular file\nrefused\n");
	free(text);
}

static void
file_too_big_is_refused(void **state)
{
	char path[] = "/tmp/test_conf.XXXXXX";
	int fd = mkstemp(path);
	char *text;

	(void)state;
	assert_int_equal(ftruncate(fd, (64 << 20) + 1), 0);

	text = findings(path, "host");

	assert_non_null(strstr(text, "it has more than 64 MiB\nrefused\n"));
	close(fd);
	unlink(path);
	free(text);
}

static void
file_with_nul_is_refused_at_its_place(void **state)
{
	static const char data[] = "as 64512\nnode a\0b\n";
	char *text = findings_of(data, sizeof(data) - 1);

	(void)state;
	assert_string_equal(text,
	    "FILE:2:7: error: there is an octet NUL here, so this is no text\n"
	    "      2 | node a\n"
	    "        |       ^\n"
	    "refused\n");
	free(text);
}

static void
file_empty_lacks_as(void **state)
{
	char *text = findings_of("", 0);

	(void)state;
	assert_string_equal(text,
	    "FILE: error: 'as' is missing\n"
	    "        | this node's AS number, as in: as 64512\n"
	    "refused\n");
	free(text);
}

static void
text_from_memory_cannot_include(void **state)
{
	struct conf_messages messages = { 0 };

	(void)state;
	assert_null(conf_parse("m", "as 1; include x", "host", &messages));

	assert_int_equal(messages.errors, 1);
	assert_string_equal(
	    messages.at[0].text, "'include' works only in a file");
	conf_messages_clear(&messages);
}

static void
include_too_deep_is_refused(void **state)
{
	char folder[] = "/tmp/test_conf.XXXXXX";
	char path[64], *text;
	unsigned int i;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "%s/%u", folder, i);
		file = fopen(path, "w");
		fprintf(file, "include \"%u\"\n", i + 1);
		fclose(file);
	}
	snprintf(path, sizeof(path), "%s/0", folder);

	text = findings(path, "host");

	assert_non_null(strstr(text,
	    "/8:1:9: error: files are included"
	    " more than 8 deep\n"));
	for (i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "%s/%u", folder, i);
		unlink(path);
	}
	rmdir(folder);
	free(text);
}

static void
include_pattern_takes_folder_as_it_is(void **state)
{
	char folder[] = "/tmp/test_[conf].XXXXXX";
	char path[64], *text;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/b.part", folder);
	file = fopen(path, "w");
	fputs("hold-tim 5s\n", file);
	fclose(file);
	snprintf(path, sizeof(path), "%s/a", folder);
	file = fopen(path, "w");
	fputs("as 1; include \"*.part\"\n", file);
	fclose(file);

	text = findings(path, "host");

	assert_non_null(strstr(text, "/b.part:1:1: error: unknown setting"));
	unlink(path);
	snprintf(path, sizeof(path), "%s/b.part", folder);
	unlink(path);
	rmdir(folder);
	free(text);
}

/* ---- many -------------------------------------------------------------- */

static void
errors_are_bounded(void **state)
{
	struct conf_messages messages = { 0 };
	char *text = malloc(30001);
	size_t i;

	(void)state;
	for (i = 0; i < 10000; i++)
		memcpy(text + 3 * i, "x;\n", 4);

	assert_null(conf_parse("m", text, "host", &messages));

	assert_int_equal(messages.count, 1001);
	conf_messages_clear(&messages);
	free(text);
}

static void
source_of_long_line_is_cut(void **state)
{
	struct conf_messages messages = { 0 };
	char *text = malloc(100001);
	const char *shown;

	(void)state;
	memset(text, ' ', 100000);
	memcpy(text + 50000, "wrong", 5);
	text[100000] = '\0';

	assert_null(conf_parse("m", text, "host", &messages));

	shown = messages.at[1].source;
	assert_int_equal(messages.at[1].place.column, 50001);
	assert_int_equal(strlen(shown), 180);
	assert_memory_equal(shown + messages.at[1].indent - 1, "wrong", 5);
	conf_messages_clear(&messages);
	free(text);
}

/* ---- the manual -------------------------------------------------------- */

static char *
manual_read(void)
{
	FILE *file = fopen("../man/bgpd.conf.5", "r");
	char *text = malloc(1 << 20);
	size_t size;

	if (file == NULL)
		fail_msg("no man/bgpd.conf.5");
	size = fread(text, 1, (1 << 20) - 1, file);
	text[size] = '\0';
	fclose(file);
	return text;
}

/* Whether an entry of the word says what the row says about reloads. */
static bool
entry_tells_cost(const char *manual, const struct conf_keyword *row)
{
	char entry[64], cost[64];
	const char *at = manual, *end;

	snprintf(entry, sizeof(entry), ".It Ic %s", row->word);
	snprintf(
	    cost, sizeof(cost), "\nReload: %s.\n", conf_cost_word(row->cost));
	while ((at = strstr(at, entry)) != NULL) {
		at += strlen(entry);
		end = strstr(at, "\nReload: ");
		if ((*at == ' ' || *at == '\n') && end != NULL &&
		    strncmp(end, cost, strlen(cost)) == 0)
			return true;
	}
	return false;
}

static void
manual_has_every_keyword_with_its_cost(void **state)
{
	char *manual = manual_read();
	size_t i;

	(void)state;
	for (i = 0; i < conf_schema_count; i++)
		if ((conf_schema[i].flags & CONF_LATER) == 0 &&
		    !entry_tells_cost(manual, &conf_schema[i]))
			fail_msg("'%s' is not in the manual, or costs %s",
			    conf_schema[i].word,
			    conf_cost_word(conf_schema[i].cost));
	free(manual);
}

static void
manual_lists_every_reserved_word(void **state)
{
	char *manual = manual_read();
	const char *reserved = strstr(manual, "reserved for later");
	char entry[64];
	size_t i;

	(void)state;
	for (i = 0; i < conf_schema_count; i++) {
		if ((conf_schema[i].flags & CONF_LATER) == 0 ||
		    conf_schema[i].word[0] < 'a')
			continue;
		snprintf(
		    entry, sizeof(entry), "\n.Ic %s ", conf_schema[i].word);
		if (strstr(reserved, entry) == NULL)
			fail_msg(
			    "'%s' is not in the manual", conf_schema[i].word);
	}
	free(manual);
}

static int
folder_enter(void **state)
{
	(void)state;
	return chdir(TESTDATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_configs_show_all_errors),
		cmocka_unit_test(odd_config_shows_warnings),
		cmocka_unit_test(good_configs_have_no_findings),
		cmocka_unit_test(example_has_no_findings),
		cmocka_unit_test(file_missing_is_refused),
		cmocka_unit_test(file_that_is_a_folder_is_refused),
		cmocka_unit_test(file_that_is_no_file_is_refused),
		cmocka_unit_test(file_too_big_is_refused),
		cmocka_unit_test(file_with_nul_is_refused_at_its_place),
		cmocka_unit_test(file_empty_lacks_as),
		cmocka_unit_test(text_from_memory_cannot_include),
		cmocka_unit_test(include_too_deep_is_refused),
		cmocka_unit_test(include_pattern_takes_folder_as_it_is),
		cmocka_unit_test(errors_are_bounded),
		cmocka_unit_test(source_of_long_line_is_cut),
		cmocka_unit_test(manual_has_every_keyword_with_its_cost),
		cmocka_unit_test(manual_lists_every_reserved_word),
	};

	return cmocka_run_group_tests(tests, folder_enter, NULL);
}
