/* SPDX-License-Identifier: ISC */
/* test_keys.c - keys.h: the fewest prefixes for the keys of neighbors */

/*
 * Neighbors come as text, "ADDRESS=KEY" with an empty key for none; the rules
 * are compared as text too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/keys.h"
#include "rib/mem.h"
#include "tests/testing.h"

#define MANY 5000

static struct io_key
key_of(const char *text)
{
	struct io_key key = { .scheme = IO_UNSIGNED };

	if (*text == '\0')
		return key;
	key.scheme = IO_MD5;
	key.count = 1;
	key.secrets[0].length = (uint8_t)strlen(text);
	memcpy(key.secrets[0].bytes, text, key.secrets[0].length);
	return key;
}

static struct keys_neighbor
neighbor_of(const char *text)
{
	const char *equals = strchr(text, '=');
	struct keys_neighbor n = { .key = key_of(equals + 1) };
	char address[PREFIX_STRLEN];

	snprintf(address, sizeof(address), "%.*s", (int)(equals - text), text);
	assert_true(prefix_parse(address, &n.from, NULL));
	return n;
}

static const struct row {
	const char *neighbors[6];
	const char *rules; /* "PREFIX=KEY PREFIX=KEY" */
} rows[] = {
	{ { "10.0.0.1=" }, "" },
	{ { "10.0.0.1=a" }, "10.0.0.1/32=a" },
	/* One key: one rule, however far apart they are. */
	{ { "10.0.0.1=a", "10.0.0.200=a" }, "10.0.0.0/24=a" },
	{ { "10.0.0.1=a", "192.168.0.1=a" }, "0.0.0.0/0=a" },
	{ { "fd00::1=a", "fd00::2=a", "fd00::3=a" }, "fd00::/126=a" },
	/* Two keys: never one over the other. */
	{ { "10.0.0.1=a", "10.0.0.2=b" }, "10.0.0.1/32=a 10.0.0.2/32=b" },
	{ { "10.0.0.1=a", "10.0.1.1=b", "10.0.0.7=a" },
	    "10.0.0.0/29=a 10.0.1.1/32=b" },
	/* Who has none may connect without. */
	{ { "10.0.0.1=a", "10.0.0.2=", "10.0.0.3=a" },
	    "10.0.0.1/32=a 10.0.0.3/32=a" },
	{ { "10.0.0.8=a", "10.0.0.9=a", "10.0.0.2=" }, "10.0.0.8/31=a" },
	/* A range is covered whole or not at all. */
	{ { "10.0.1.0/24=a" }, "10.0.1.0/24=a" },
	{ { "10.0.1.0/24=a", "10.0.1.5=a" }, "10.0.1.0/24=a" },
	{ { "10.0.1.0/24=a", "10.0.1.5=b" }, "10.0.1.0/24=a 10.0.1.5/32=b" },
	{ { "10.0.0.1=a", "10.0.1.0/24=", "10.0.2.1=a" },
	    "10.0.0.1/32=a 10.0.2.1/32=a" },
	{ { "0.0.0.0/0=a", "10.0.0.1=b" }, "0.0.0.0/0=a 10.0.0.1/32=b" },
	/* Who comes from a range is no stranger to the rule of others. */
	{ { "10.0.1.0/24=", "10.0.1.4=a", "10.0.1.6=a" },
	    "10.0.1.4/32=a 10.0.1.6/32=a" },
	{ { "10.0.1.0/24=b", "10.0.1.200=a", "10.0.1.209=a", "10.0.1.4=b" },
	    "10.0.1.0/24=b 10.0.1.200/32=a 10.0.1.209/32=a" },
	{ { "10.0.1.0/24=b", "10.0.1.64/26=a", "10.0.1.70=a", "10.0.1.99=a" },
	    "10.0.1.0/24=b 10.0.1.64/26=a" },
	/* Ranges that begin at the same address. */
	{ { "10.0.0.0/8=", "10.0.0.0/16=a" }, "10.0.0.0/16=a" },
	{ { "10.0.0.0/8=a", "10.0.0.0/16=b", "10.0.0.0=c" },
	    "10.0.0.0/8=a 10.0.0.0/16=b 10.0.0.0/32=c" },
	/* One place on two links. */
	{ { "fe80::1=a", "fe80::1=a" }, "fe80::1/128=a" },
	{ { "fe80::1=", "fe80::1=a" }, "fe80::1/128=a" },
	/* Families do not meet. */
	{ { "10.0.0.1=a", "fd00::1=a" }, "10.0.0.1/32=a fd00::1/128=a" },
	{ { "10.0.0.1=a", "::1=" }, "10.0.0.1/32=a" },
};

static void
fold_of_a_row_is_what_it_says(void **state)
{
	struct keys_neighbor list[6];
	struct keys_rule rules[6];
	char text[512], prefix[PREFIX_STRLEN];
	const struct row *row;
	size_t count, done, i, used;

	(void)state;
	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		for (count = 0; count < 6 && row->neighbors[count]; count++)
			list[count] = neighbor_of(row->neighbors[count]);

		done = keys_fold(list, count, rules);

		text[0] = '\0';
		for (i = 0, used = 0; i < done; i++)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, "%s%s=%.*s", i > 0 ? " " : "",
			    prefix_format(&rules[i].prefix, prefix),
			    rules[i].key.secrets[0].length,
			    rules[i].key.secrets[0].bytes);
		assert_string_equal(text, row->rules);
	}
}

/* The rule that the kernel would take: there is at most one. */
static const struct keys_rule *
rule_for(
    const struct keys_rule *rules, size_t count, const struct address *address)
{
	const struct keys_rule *found = NULL;
	size_t i;

	for (i = 0; i < count; i++)
		if (prefix_covers(&rules[i].prefix, address)) {
			assert_null(found);
			found = &rules[i];
		}
	return found;
}

/* Keys by chance in a small range: every neighbor gets its own, or none. */
static void
fold_of_many_gives_each_its_key(void **state)
{
	struct keys_neighbor *list = xcalloc(MANY, sizeof(*list));
	struct keys_rule *rules = xcalloc(MANY, sizeof(*rules));
	static const char *const keys[] = { "", "a", "b", "a" };
	const struct keys_rule *rule;
	struct address address;
	uint32_t seed = 1;
	size_t i, count;

	(void)state;
	for (i = 0; i < MANY; i++) {
		seed = seed * 1664525u + 1013904223u;
		address = address_v4(0x0a000000 + (uint32_t)i * 2);
		list[i].from = prefix_of(&address, 32);
		list[i].key = key_of(keys[seed >> 30]);
	}

	count = keys_fold(list, MANY, rules);

	assert_true(count > 0 && count < MANY);
	for (i = 0; i < MANY; i++) {
		rule = rule_for(rules, count, &list[i].from.address);
		assert_int_equal(
		    rule != NULL, list[i].key.scheme != IO_UNSIGNED);
		if (rule != NULL)
			assert_true(io_key_equal(&rule->key, &list[i].key));
	}
	free(rules);
	free(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fold_of_a_row_is_what_it_says),
		cmocka_unit_test(fold_of_many_gives_each_its_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
