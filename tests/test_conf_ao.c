/* SPDX-License-Identifier: ISC */
/* test_conf_ao.c - ao.h: files with keys of the TCP Authentication Option */

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/conf/ao.h"
#include "rib/mem.h"
#include "tests/testing.h"

static const char *
parse(const char *text, struct conf_ao *ao)
{
	char *copy = xstrdup(text);
	const char *why = conf_ao_parse(copy, ao);

	free(copy);
	return why;
}

static void
file_with_two_lines_has_two_keys_in_their_order(void **state)
{
	struct conf_ao ao;

	(void)state;
	assert_null(parse("# since May\n\n2 hmac-sha1 a secret  with blanks \n"
			  "255 aes-128-cmac old\n",
	    &ao));

	assert_int_equal(ao.count, 2);
	assert_int_equal(ao.keys[0].id, 2);
	assert_int_equal(ao.keys[0].mac, CONF_MAC_HMAC_SHA1);
	assert_string_equal(ao.keys[0].secret, "a secret  with blanks ");
	assert_int_equal(ao.keys[1].id, 255);
	assert_int_equal(ao.keys[1].mac, CONF_MAC_AES_128_CMAC);
	assert_string_equal(ao.keys[1].secret, "old");
}

#define TEN   "0123456789"
#define FORTY TEN TEN TEN TEN

static void
file_of_no_use_is_refused_without_its_words(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "no key" },
		{ "# 1 hmac-sha1 secret\n", "no key" },
		{ "secret\n", "does not begin with a KeyID" },
		{ "256 hmac-sha1 secret\n", "does not begin with a KeyID" },
		{ "-1 hmac-sha1 secret\n", "does not begin with a KeyID" },
		{ "1x hmac-sha1 secret\n", "does not begin with a KeyID" },
		{ " 1 hmac-sha1 secret\n", "does not begin with a KeyID" },
		{ "1\n", "neither hmac-sha1 nor aes-128-cmac" },
		{ "1 secret\n", "neither hmac-sha1 nor aes-128-cmac" },
		{ "1 md5 secret\n", "neither hmac-sha1 nor aes-128-cmac" },
		{ "1 hmac-sha1\n", "has no secret" },
		{ "1 hmac-sha1 \n", "has no secret" },
		{ "1 hmac-sha1 " FORTY FORTY "0\n", "more than 80 octets" },
		{ "1 hmac-sha1 secret\n1 hmac-sha1 secret\n", "one KeyID" },
		{ "1 hmac-sha1 a\n2 hmac-sha1 b\n3 hmac-sha1 secret\n",
		    "more than two keys" },
	};
	struct conf_ao ao;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		why = parse(rows[i].text, &ao);

		assert_non_null(why);
		assert_non_null(strstr(why, rows[i].why));
		assert_null(strstr(why, " secret\n"));
	}
	assert_null(parse("0 hmac-sha1 " FORTY FORTY "\n", &ao));
}

static struct conf *
conf_of(const char *more, struct conf_messages *messages)
{
	char *text = xasprintf("as 1\n%s", more);
	struct conf *conf;

	*messages = (struct conf_messages){ .at = NULL };
	conf = conf_parse("x", text, "node-a", messages);
	free(text);
	return conf;
}

static void
neighbor_with_a_password_too_is_an_error(void **state)
{
	struct conf_messages messages;
	struct conf *conf;

	(void)state;
	conf = conf_of("password-file /p\n"
		       "neighbor a 10.0.0.1 { remote-as 1; tcp-ao /k }\n",
	    &messages);

	assert_null(conf);
	assert_string_equal(
	    messages.at[0].text, "'a' has a password-file and tcp-ao");
	conf_messages_clear(&messages);
}

#define RANGE "neighbors 10.0.0.0/16 { remote-as 1; tcp-ao /k }\n"

/* KeyIDs of nested prefixes may not overlap (RFC 5925 3.1). */
static void
range_wants_its_file_of_who_lies_in_it(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ RANGE "neighbor a 10.0.0.1 { remote-as 1 }\n", false },
		{ RANGE "neighbor a 10.0.0.1 { remote-as 1; tcp-ao /j }\n",
		    false },
		{ RANGE "neighbor a 10.0.0.1 { remote-as 1; "
			"password-file /k }\n",
		    false },
		{ RANGE "neighbor a 10.0.0.1 { remote-as 1; tcp-ao /k }\n",
		    true },
		{ RANGE "neighbor a 10.1.0.1 { remote-as 1 }\n", true },
		{ "neighbors 10.0.0.0/16 { remote-as 1; password-file /k }\n"
		  "neighbor a 10.0.0.1 { remote-as 1; tcp-ao /k }\n",
		    false },
		{ "neighbors up interface eth* { remote-as external; "
		  "tcp-ao /k }\n",
		    false },
	};
	struct conf_messages messages;
	struct conf *conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		conf = conf_of(rows[i].text, &messages);

		assert_int_equal(conf != NULL, rows[i].good);
		conf_free(conf);
		conf_messages_clear(&messages);
	}
}

static struct conf *
load(const char *keys, struct conf_messages *messages)
{
	char folder[] = "/tmp/test_ao.XXXXXX", *key, *path;
	struct conf *conf;
	FILE *out;

	*messages = (struct conf_messages){ .at = NULL };
	assert_non_null(mkdtemp(folder));
	key = xasprintf("%s/key", folder);
	path = xasprintf("%s/conf", folder);
	assert_non_null(out = fopen(key, "w"));
	fputs(keys, out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(key, 0600), 0);
	assert_non_null(out = fopen(path, "w"));
	fprintf(
	    out, "as 1\nneighbor a 10.0.0.1 { remote-as 1; tcp-ao %s }\n", key);
	assert_int_equal(fclose(out), 0);
	conf = conf_load(path, "node-a", NULL, messages);
	unlink(key);
	unlink(path);
	rmdir(folder);
	free(key);
	free(path);
	return conf;
}

/* What the running kernel says decides, and the file is read in any case. */
static void
kernel_without_the_option_is_an_error_at_the_word(void **state)
{
	struct conf_messages messages;
	struct conf *conf = load("1 hmac-sha1 secret\n", &messages);

	(void)state;
	assert_int_equal(conf != NULL, conf_ao_refusal() == NULL);
	if (conf == NULL) {
		assert_int_equal(messages.errors, 1);
		assert_int_equal(messages.at[0].place.line, 2);
		assert_int_equal(messages.at[0].place.column, 36);
		assert_non_null(
		    strstr(messages.at[0].text, "this kernel has no TCP-AO"));
	} else {
		assert_int_equal(conf->neighbors[0].settings.tcp_ao->count, 1);
	}
	conf_free(conf);
	conf_messages_clear(&messages);
	assert_null(load("secret\n", &messages));
	assert_non_null(strstr(
	    messages.at[messages.errors - 1].text, "does not begin with"));
	conf_messages_clear(&messages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    file_with_two_lines_has_two_keys_in_their_order),
		cmocka_unit_test(file_of_no_use_is_refused_without_its_words),
		cmocka_unit_test(neighbor_with_a_password_too_is_an_error),
		cmocka_unit_test(range_wants_its_file_of_who_lies_in_it),
		cmocka_unit_test(
		    kernel_without_the_option_is_an_error_at_the_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
