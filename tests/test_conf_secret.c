/* SPDX-License-Identifier: ISC */
/* test_conf_secret.c - files that hold a password */

/*
 * Each fact writes a password file and a config that names it into a folder
 * of its own.  What is wrong with a file is a finding at the words that name
 * it, and no text that anybody sees has the password in it.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/conf/conf.h"
#include "rib/mem.h"
#include "tests/testing.h"

struct bench {
	char folder[32];
	char key[64];
	char conf[64];
};

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	strcpy(b->folder, "/tmp/test_secret.XXXXXX");
	if (mkdtemp(b->folder) == NULL)
		return -1;
	snprintf(b->key, sizeof(b->key), "%s/key", b->folder);
	snprintf(b->conf, sizeof(b->conf), "%s/conf", b->folder);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	unlink(b->key);
	unlink(b->conf);
	rmdir(b->folder);
	free(b);
	return 0;
}

static void
write_file(const char *path, const void *bytes, size_t length, mode_t mode)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
write_key(const struct bench *b, const char *text)
{
	write_file(b->key, text, strlen(text), 0600);
}

/* Two neighbors with the password, one without. */
static struct conf *
load(const struct bench *b, struct conf_messages *messages)
{
	char *text = xasprintf("as 64512\n"
			       "password-file %s\n"
			       "neighbor a 10.0.0.1 { remote-as internal }\n"
			       "neighbor b 10.0.0.2 { remote-as internal }\n"
			       "neighbor c 10.0.0.3 { remote-as internal\n"
			       "    password-file off }\n",
	    b->key);

	*messages = (struct conf_messages){ .at = NULL };
	write_file(b->conf, text, strlen(text), 0644);
	free(text);
	return conf_load(b->conf, "node-a", NULL, messages);
}

static void
file_with_one_line_is_the_password_of_who_names_it(void **state)
{
	struct conf_messages messages;
	struct bench *b = *state;
	struct conf *conf;

	write_key(b, "a secret  with blanks \n");
	conf = load(b, &messages);

	assert_non_null(conf);
	assert_string_equal(
	    conf->neighbors[0].settings.password, "a secret  with blanks ");
	assert_string_equal(
	    conf->neighbors[1].settings.password, "a secret  with blanks ");
	assert_null(conf->neighbors[2].settings.password);
	conf_free(conf);
	conf_messages_clear(&messages);
}

static void
file_read_from_memory_gives_no_password(void **state)
{
	struct conf_messages messages = { .at = NULL };
	struct conf *conf;

	(void)state;
	conf = conf_parse("x",
	    "as 1\nneighbor a 10.0.0.1 "
	    "{ remote-as 1; password-file /none }\n",
	    "node-a", &messages);

	assert_non_null(conf);
	assert_null(conf->neighbors[0].settings.password);
	conf_free(conf);
	conf_messages_clear(&messages);
}

static const struct row {
	const char *bytes;
	size_t length; /* 0: as a string */
	mode_t mode;
	const char *why;
} rows[] = {
	{ "", 0, 0600, "its first line is empty" },
	{ "\n", 0, 0600, "its first line is empty" },
	{ "\nsecret\n", 0, 0600, "its first line is empty" },
	{ "one\ntwo\n", 0, 0600, "it has more than one line" },
	{ "nul\0nul", 7, 0600, "there is an octet NUL in it" },
	{ "0123456789012345678901234567890123456789"
	  "01234567890123456789012345678901234567890",
	    0, 0600, "its line has more than 80 octets" },
	{ "secret", 0, 0604, "all users can read or write it" },
	{ "secret", 0, 0602, "all users can read or write it" },
};

static void
file_of_no_use_is_an_error_at_its_name(void **state)
{
	struct conf_messages messages;
	struct bench *b = *state;
	const struct row *row;

	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		write_file(b->key, row->bytes,
		    row->length != 0 ? row->length : strlen(row->bytes),
		    row->mode);

		assert_null(load(b, &messages));

		assert_int_equal(messages.errors, 1);
		assert_int_equal(messages.at[0].place.line, 2);
		assert_int_equal(messages.at[0].place.column, 15);
		assert_non_null(strstr(messages.at[0].text, row->why));
		assert_null(strstr(messages.at[0].text, "secret'"));
		conf_messages_clear(&messages);
	}
}

static void
file_that_is_missing_or_a_folder_is_an_error(void **state)
{
	struct conf_messages messages;
	struct bench *b = *state;

	assert_null(load(b, &messages));
	assert_non_null(
	    strstr(messages.at[0].text, "No such file or directory"));
	conf_messages_clear(&messages);

	snprintf(b->key, sizeof(b->key), "%s", b->folder);
	assert_null(load(b, &messages));
	assert_non_null(strstr(messages.at[0].text, "no regular file"));
	conf_messages_clear(&messages);
}

static void
name_without_a_slash_is_an_error(void **state)
{
	struct conf_messages messages;
	struct bench *b = *state;

	snprintf(b->key, sizeof(b->key), "key");
	assert_null(load(b, &messages));

	assert_non_null(strstr(messages.at[0].text, "has to begin with a '/'"));
	conf_messages_clear(&messages);
}

static void
new_line_in_the_file_costs_no_session_and_is_not_told(void **state)
{
	struct conf_messages first, second;
	struct bench *b = *state;
	struct conf_changes changes;
	struct conf *before, *after;

	write_key(b, "old");
	before = load(b, &first);
	write_key(b, "new");
	after = load(b, &second);

	conf_diff(before, after, &changes);

	assert_int_equal(changes.count, 2);
	assert_string_equal(changes.at[0].text, "neighbor a: password changed");
	assert_int_equal(changes.at[0].cost, CONF_COST_NONE);
	conf_changes_clear(&changes);
	conf_free(before);
	conf_free(after);
	conf_messages_clear(&first);
	conf_messages_clear(&second);
}

static size_t
errors_of(const char *more)
{
	struct conf_messages messages = { .at = NULL };
	char *text = xasprintf("as 1\n%s", more);
	struct conf *conf = conf_parse("x", text, "node-a", &messages);
	size_t errors = messages.errors;

	conf_free(conf);
	conf_messages_clear(&messages);
	free(text);
	return errors;
}

/* A listener cannot take a key back for a part of a range. */
static void
range_with_a_password_wants_it_of_who_lies_in_it(void **state)
{
	static const char *const range =
	    "neighbors 10.0.0.0/16 { remote-as 1; password-file /k }\n";
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%sneighbor a 10.0.0.1 { remote-as 1 }\n",
	    range);
	assert_int_equal(errors_of(text), 1);
	snprintf(text, sizeof(text),
	    "%sneighbors 10.0.0.0/24 { remote-as 1 }\n", range);
	assert_int_equal(errors_of(text), 1);
	snprintf(text, sizeof(text), "%sneighbors 10.0.0.0/8 { remote-as 1 }\n",
	    range);
	assert_int_equal(errors_of(text), 0);
}

static void
text_of_the_config_names_the_file_and_not_the_password(void **state)
{
	struct conf_messages messages;
	struct bench *b = *state;
	struct conf *conf;
	char *text;

	write_key(b, "hunter2");
	conf = load(b, &messages);
	text = conf_format(conf);

	assert_non_null(strstr(text, b->key));
	assert_null(strstr(text, "hunter2"));
	free(text);
	conf_free(conf);
	conf_messages_clear(&messages);
}

#define FACT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(file_with_one_line_is_the_password_of_who_names_it),
		FACT(file_read_from_memory_gives_no_password),
		FACT(file_of_no_use_is_an_error_at_its_name),
		FACT(file_that_is_missing_or_a_folder_is_an_error),
		FACT(name_without_a_slash_is_an_error),
		FACT(new_line_in_the_file_costs_no_session_and_is_not_told),
		FACT(range_with_a_password_wants_it_of_who_lies_in_it),
		FACT(text_of_the_config_names_the_file_and_not_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
