/* SPDX-License-Identifier: ISC */
/* test_log.c - lines, levels, forms, limits, and a log nobody reads */
/*
 * Each test logs into a pipe and reads back what arrived; the time in front
 * of a line is checked for its shape and cut off.
 */
#include "bgpd/log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/testing.h"

#define TIME "2024-01-02T03:04:05.678Z"

struct fixture {
	int ends[2];
	struct log *log;
	char text[8192];
};

static void
setup(struct fixture *f)
{
	assert_int_equal(pipe(f->ends), 0);
	assert_int_equal(fcntl(f->ends[0], F_SETFL, O_NONBLOCK), 0);
	f->log = log_new(f->ends[1]);
}

static void
teardown(struct fixture *f)
{
	log_free(f->log);
	close(f->ends[0]);
	close(f->ends[1]);
}

/* All that waits in the pipe. */
static const char *
written(struct fixture *f)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(f->ends[0], f->text + length,
		    sizeof(f->text) - 1 - length)) > 0)
		length += (size_t)n;
	f->text[length] = '\0';
	return f->text;
}

/* Digits where TIME has digits, and what is between them. */
static bool
is_time(const char *text)
{
	const char *shape = TIME;

	for (; *shape != '\0'; shape++, text++) {
		bool digit = *shape >= '0' && *shape <= '9';

		if (digit ? *text < '0' || *text > '9' : *text != *shape)
			return false;
	}
	return true;
}

/* One text line without its time. */
static const char *
line(struct fixture *f)
{
	const char *text = written(f);

	assert_true(is_time(text));
	return text + strlen(TIME " ");
}

static void
text_line_has_time_and_level(void **state)
{
	struct fixture f;

	setup(&f);
	log_info(f.log, "peer %s: %d", "node-7", 5);

	assert_string_equal(line(&f), "info: peer node-7: 5\n");
	teardown(&f);
}

static void
level_below_is_left_out(void **state)
{
	struct fixture f;

	setup(&f);
	log_set(f.log, CONF_WARN, CONF_LOG_TEXT);
	log_info(f.log, "nothing");

	assert_string_equal(written(&f), "");
	teardown(&f);
}

static void
level_debug_lets_debug_through(void **state)
{
	struct fixture f;

	setup(&f);
	log_set(f.log, CONF_DEBUG, CONF_LOG_TEXT);
	log_debug(f.log, "free");

	assert_string_equal(line(&f), "debug: free\n");
	teardown(&f);
}

static void
logfmt_line_quotes_message(void **state)
{
	struct fixture f;

	setup(&f);
	log_set(f.log, CONF_INFO, CONF_LOG_LOGFMT);
	log_error(f.log, "a \"b\"");

	assert_memory_equal(written(&f), "time=", 5);
	assert_true(is_time(f.text + 5));
	assert_string_equal(
	    f.text + 5 + strlen(TIME), " level=error msg=\"a \\\"b\\\"\"\n");
	teardown(&f);
}

static void
json_line_is_an_object(void **state)
{
	struct fixture f;

	setup(&f);
	log_set(f.log, CONF_INFO, CONF_LOG_JSON);
	log_warn(f.log, "back\\slash\ttab");

	assert_memory_equal(written(&f), "{\"time\":\"", 9);
	assert_string_equal(f.text + 9 + strlen(TIME),
	    "\",\"level\":\"warn\",\"msg\":\"back\\\\slash\\u0009tab\"}\n");
	teardown(&f);
}

static void
newline_in_message_stays_one_line(void **state)
{
	struct fixture f;

	setup(&f);
	log_info(f.log, "one\ntwo");

	assert_string_equal(line(&f), "info: one\\u000atwo\n");
	teardown(&f);
}

static void
long_message_is_cut_to_a_line(void **state)
{
	struct fixture f;
	char message[6000];

	setup(&f);
	memset(message, '\n', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	log_set(f.log, CONF_INFO, CONF_LOG_JSON);
	log_info(f.log, "%s", message);

	assert_true(strlen(written(&f)) <= 2048);
	assert_string_equal(f.text + strlen(f.text) - 3, "\"}\n");
	teardown(&f);
}

static void
journal_line_has_priority_only(void **state)
{
	struct fixture f;
	char stream[64];
	struct stat st;

	setup(&f);
	assert_int_equal(fstat(f.ends[1], &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_free(f.log);
	f.log = log_new(f.ends[1]);
	unsetenv("JOURNAL_STREAM");
	log_warn(f.log, "odd");

	assert_string_equal(written(&f), "<4>odd\n");
	teardown(&f);
}

static void
limited_within_window_is_left_out(void **state)
{
	struct fixture f;

	setup(&f);
	log_limited(f.log, CONF_WARN, "key", 1000, "one");
	log_limited(f.log, CONF_WARN, "key", 10999, "two");

	assert_string_equal(line(&f), "warn: one\n");
	teardown(&f);
}

static void
limited_after_window_says_the_count(void **state)
{
	struct fixture f;

	setup(&f);
	log_limited(f.log, CONF_WARN, "key", 1000, "one");
	log_limited(f.log, CONF_WARN, "key", 2000, "two");
	written(&f);
	log_limited(f.log, CONF_WARN, "key", 11000, "three");

	assert_non_null(
	    strstr(written(&f), "warn: key: 1 more lines like it left out\n"));
	assert_non_null(strstr(f.text, "warn: three\n"));
	teardown(&f);
}

static void
limited_keys_do_not_share(void **state)
{
	struct fixture f;

	setup(&f);
	log_limited(f.log, CONF_WARN, "node-1", 1000, "one");
	written(&f);
	log_limited(f.log, CONF_WARN, "node-12", 1000, "two");

	assert_string_equal(line(&f), "warn: two\n");
	teardown(&f);
}

static void
limited_key_that_makes_room_is_counted_first(void **state)
{
	struct fixture f;
	char key[16];
	int i;

	setup(&f);
	log_limited(f.log, CONF_WARN, "first", 0, "one");
	log_limited(f.log, CONF_WARN, "first", 0, "two");
	written(&f);
	for (i = 0; i < 64; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		log_limited(f.log, CONF_WARN, key, 1, "x");
	}

	assert_non_null(strstr(
	    written(&f), "warn: first: 1 more lines like it left out\n"));
	teardown(&f);
}

/* A hundred neighbours that all flap, each under a key of its own. */
static void
limited_crowd_of_keys_is_bounded(void **state)
{
	struct fixture f;
	char key[16];
	int i, lines = 0;
	const char *at;

	setup(&f);
	for (i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		log_limited(f.log, CONF_WARN, key, 1000 + i, "x");
		for (at = written(&f); (at = strchr(at, '\n')) != NULL; at++)
			lines++;
	}
	assert_in_range(lines, 1000, 2100);
	log_limited(f.log, CONF_WARN, "later", 11100, "one more");

	assert_non_null(strstr(
	    written(&f), "warn: others: 2936 more lines like it left out\n"));
	assert_non_null(strstr(f.text, "warn: one more\n"));
	teardown(&f);
}

/* More than a pipe holds: were it to block, the test would hang. */
static void
full_pipe_does_not_block_and_is_counted(void **state)
{
	struct fixture f;
	int i;

	setup(&f);
	for (i = 0; i < 100000; i++)
		log_info(f.log, "filling");
	while (written(&f)[0] != '\0')
		;
	log_info(f.log, "again");

	assert_non_null(strstr(written(&f), " lines could not be written\n"));
	assert_non_null(strstr(f.text, "info: again\n"));
	teardown(&f);
}

static void
closed_pipe_is_survived(void **state)
{
	struct fixture f;

	setup(&f);
	signal(SIGPIPE, SIG_IGN);
	close(f.ends[0]);
	log_info(f.log, "nobody reads");

	assert_int_equal(log_level(f.log), CONF_INFO);
	close(f.ends[1]);
	log_free(f.log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
						text_line_has_time_and_level),
		cmocka_unit_test(level_below_is_left_out),
		cmocka_unit_test(level_debug_lets_debug_through),
		cmocka_unit_test(logfmt_line_quotes_message),
		cmocka_unit_test(json_line_is_an_object),
		cmocka_unit_test(newline_in_message_stays_one_line),
		cmocka_unit_test(long_message_is_cut_to_a_line),
		cmocka_unit_test(journal_line_has_priority_only),
		cmocka_unit_test(limited_within_window_is_left_out),
		cmocka_unit_test(limited_after_window_says_the_count),
		cmocka_unit_test(limited_keys_do_not_share),
		cmocka_unit_test(limited_key_that_makes_room_is_counted_first),
		cmocka_unit_test(limited_crowd_of_keys_is_bounded),
		cmocka_unit_test(full_pipe_does_not_block_and_is_counted),
		cmocka_unit_test(closed_pipe_is_survived) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
