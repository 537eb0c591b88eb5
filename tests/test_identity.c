/* SPDX-License-Identifier: ISC */
/* test_identity.c - whom a certificate names, and whether that is enough */

#include "rib/identity.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const uint8_t v4[4] = { 10, 0, 0, 2 };
static const uint8_t v4_other[4] = { 10, 0, 0, 3 };
static const uint8_t v6[16] = { 0xfd, [15] = 2 };

static struct identity
node_b(const char *pattern)
{
	struct identity id = { .pattern = pattern, .name = "node-b" };

	id.address = address_from(FAMILY_IPV4, v4);
	return id;
}

static struct identity_name
name_of(enum identity_kind kind, const char *text)
{
	return (struct identity_name){ kind,
		{ (const uint8_t *)text, strlen(text) } };
}

static bool
takes(const char *pattern, enum identity_kind kind, const char *text)
{
	struct identity id = node_b(pattern);
	struct identity_name name = name_of(kind, text);

	return identity_matches(&id, &name);
}

static void
without_a_pattern_name_or_address_count(void **state)
{
	struct identity id = node_b(NULL);
	struct identity_name ip = { IDENTITY_IP, { v4, 4 } };
	struct identity_name other = { IDENTITY_IP, { v4_other, 4 } };
	struct identity_name long_one = { IDENTITY_IP, { v6, 16 } };

	(void)state;
	assert_true(takes(NULL, IDENTITY_DNS, "node-b"));
	assert_true(takes(NULL, IDENTITY_DNS, "NODE-B"));
	assert_true(identity_matches(&id, &ip));
	assert_false(identity_matches(&id, &other));
	assert_false(identity_matches(&id, &long_one));
	assert_false(takes(NULL, IDENTITY_DNS, "node-bb"));
	assert_false(takes(NULL, IDENTITY_DNS, "node-"));
	assert_false(takes(NULL, IDENTITY_DNS, "10.0.0.2"));
	assert_false(takes(NULL, IDENTITY_URI, "node-b"));
	assert_false(takes(NULL, IDENTITY_DNS, "*"));
	assert_false(takes(NULL, IDENTITY_DNS, ""));
}

static void
patterns_are_read_by_the_table(void **state)
{
	static const struct {
		const char *pattern;
		enum identity_kind kind;
		const char *text;
		bool fits;
	} cases[] = {
		{ "%n.nodes.example", IDENTITY_DNS, "node-b.nodes.example",
		    true },
		{ "%n.nodes.example", IDENTITY_DNS, "node-c.nodes.example",
		    false },
		{ "%n.nodes.example", IDENTITY_DNS, "node-b", false },
		{ "%N.x", IDENTITY_DNS, "%N.x", false },
		{ "*.nodes.example", IDENTITY_DNS, "any.nodes.example", true },
		{ "*.nodes.example", IDENTITY_DNS, "a.b.nodes.example", false },
		{ "*.nodes.example", IDENTITY_DNS, ".nodes.example", false },
		{ "n*-*b", IDENTITY_DNS, "no-de-b", true },
		{ "n*-*b", IDENTITY_DNS, "no-de-c", false },
		{ "*", IDENTITY_DNS, "anything", true },
		{ "*", IDENTITY_DNS, "two.labels", false },
		{ "spiffe://c.local/node/%n", IDENTITY_URI,
		    "spiffe://c.local/node/node-b", true },
		{ "spiffe://c.local/node/%n", IDENTITY_URI,
		    "spiffe://c.local/NODE/node-b", false },
		{ "spiffe://c.local/node/%n", IDENTITY_URI,
		    "spiffe://c.local/node/node-b/x", false },
		{ "spiffe://c.local/node/%n", IDENTITY_DNS,
		    "spiffe://c.local/node/node-b", false },
		{ "spiffe://c.local/*/sa/%n", IDENTITY_URI,
		    "spiffe://c.local/ns/sa/node-b", true },
		{ "spiffe://c.local/*/sa/%n", IDENTITY_URI,
		    "spiffe://c.local/ns/x/sa/node-b", false },
		{ "spiffe://c.local/%a", IDENTITY_URI,
		    "spiffe://c.local/10.0.0.2", true },
		{ "100%%.example", IDENTITY_DNS, "100%.example", true },
		{ "router.example", IDENTITY_DNS, "router.example", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (takes(cases[i].pattern, cases[i].kind, cases[i].text) !=
		    cases[i].fits)
			fail_msg(
			    "%s against %s", cases[i].pattern, cases[i].text);
}

static void
addresses_are_compared_as_octets(void **state)
{
	struct identity by_escape = node_b("%a");
	struct identity by_text = node_b("10.0.0.3");
	struct identity_name ip = { IDENTITY_IP, { v4, 4 } };
	struct identity_name other = { IDENTITY_IP, { v4_other, 4 } };

	(void)state;
	assert_true(identity_matches(&by_escape, &ip));
	assert_false(identity_matches(&by_escape, &other));
	assert_true(identity_matches(&by_text, &other));
	assert_false(identity_matches(&by_text, &ip));
	assert_false(takes("%a", IDENTITY_DNS, "10.0.0.2"));
}

static void
unset_address_matches_no_octets(void **state)
{
	static const uint8_t zero[4] = { 0 };
	struct identity id = { .name = "uplinks/eth0" };
	struct identity_name ip = { IDENTITY_IP, { zero, 4 } };

	(void)state;
	assert_false(identity_matches(&id, &ip));
}

static void
nul_within_a_name_matches_nothing(void **state)
{
	static const uint8_t text[] = "node-b\0.evil";
	struct identity id = node_b("*");
	struct identity_name name = { IDENTITY_DNS,
		{ text, sizeof(text) - 1 } };

	(void)state;
	assert_false(identity_matches(&id, &name));
	id.pattern = NULL;
	assert_false(identity_matches(&id, &name));
}

static void
names_stand_literally(void **state)
{
	struct identity id = node_b("%n.example");
	struct identity_name name = name_of(IDENTITY_DNS, "anything.example");

	(void)state;
	id.name = "*";
	assert_false(identity_matches(&id, &name));
	id.name = "%a";
	name = name_of(IDENTITY_DNS, "10.0.0.2.example");
	assert_false(identity_matches(&id, &name));
}

static void
wrong_escapes_are_faults(void **state)
{
	(void)state;
	assert_null(identity_pattern_fault("%n.%a.%%"));
	assert_non_null(identity_pattern_fault(""));
	assert_non_null(identity_pattern_fault("%x"));
	assert_non_null(identity_pattern_fault("end%"));
	assert_non_null(identity_pattern_fault("%%%"));
}

static void
texts_are_for_people(void **state)
{
	struct identity id = node_b(NULL);
	struct identity_name ip = { IDENTITY_IP, { v4, 4 } };
	struct identity_name short_one = { IDENTITY_IP, { v4, 3 } };
	struct identity_name dns = name_of(IDENTITY_DNS, "a\n\x1b[b");
	char buf[128];
	struct text t = text_of(buf, sizeof(buf));

	(void)state;
	identity_add_text(&id, &t);
	text_add(&t, " ");
	id.pattern = "spiffe://c/*/%n%%";
	identity_add_text(&id, &t);
	text_add(&t, " ");
	identity_name_add_text(&ip, &t);
	text_add(&t, " ");
	identity_name_add_text(&short_one, &t);
	text_add(&t, " ");
	identity_name_add_text(&dns, &t);

	assert_string_equal(buf,
	    "node-b or 10.0.0.2 spiffe://c/*/node-b% ip:10.0.0.2 ip:? "
	    "dns:a??[b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_pattern_name_or_address_count),
		cmocka_unit_test(patterns_are_read_by_the_table),
		cmocka_unit_test(addresses_are_compared_as_octets),
		cmocka_unit_test(unset_address_matches_no_octets),
		cmocka_unit_test(nul_within_a_name_matches_nothing),
		cmocka_unit_test(names_stand_literally),
		cmocka_unit_test(wrong_escapes_are_faults),
		cmocka_unit_test(texts_are_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
