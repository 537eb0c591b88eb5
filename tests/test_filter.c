/* SPDX-License-Identifier: ISC */
/* test_filter.c - each condition and each action of a rule, as written */

#include "rib/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/conf.h"
#include "rib/aspath.h"
#include "rib/community.h"
#include "rib/mem.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

static struct filter_scratch scratch;

/* clang-format off */
static const uint8_t path[] = {
	0x02, 0x03,			/* AS_SEQUENCE of three */
	0x00, 0x00, 0xfd, 0xe9,		/* 65001 */
	0x00, 0x00, 0xfd, 0xe9,		/* 65001 */
	0x00, 0x00, 0xfd, 0xea,		/* 65002 */
};
static const uint8_t path_of_set[] = {
	0x03, 0x01,			/* AS_CONFED_SEQUENCE */
	0x00, 0x00, 0xfc, 0x00,		/* 64512 */
	0x02, 0x01,			/* AS_SEQUENCE */
	0x00, 0x00, 0xfd, 0xe9,		/* 65001 */
	0x01, 0x02,			/* AS_SET of two */
	0x00, 0x00, 0xfd, 0xea,		/* 65002 */
	0x00, 0x00, 0xfd, 0xeb,		/* 65003 */
};
static const uint8_t plain[] = {
	0xfd, 0xe9, 0x00, 0x64,		/* 65001:100 */
	0xfd, 0xe9, 0x00, 0xc8,		/* 65001:200 */
};
static const uint8_t large[] = {
	0x00, 0x00, 0xfc, 0x00,		/* 64512:1:7 */
	0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x07,
};
static const uint8_t ext[] = {
	0x00, 0x02,			/* rt:64512:5 */
	0xfc, 0x00, 0x00, 0x00, 0x00, 0x05,
};
/* clang-format on */

/* A route from the neighbor tor-1 of the group tors, over eth1. */
struct bench {
	struct prefix prefix;
	struct filter_route route;
	struct attrs attrs;
	struct filter_outcome out;
};

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static void
bench_start(struct bench *b, const char *prefix)
{
	const struct filter_who who = { SOURCE_EXTERNAL, "tor-1", "tors" };

	memset(b, 0, sizeof(*b));
	assert_true(prefix_parse(prefix, &b->prefix, NULL));
	b->route.prefix = &b->prefix;
	b->route.source = b->route.session = who;
	b->route.interface = "eth1";
	b->attrs.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
	    ATTR_HAS_MED;
	b->attrs.med = 30;
	b->attrs.next_hop = address("192.0.2.1");
	b->attrs.as_path = SPAN(path);
	b->attrs.communities = SPAN(plain);
	b->attrs.large_communities = SPAN(large);
	b->attrs.ext_communities = SPAN(ext);
}

/* A config with the rules as filter f, and the sets p and c. */
static struct conf *
conf_of(const char *rules)
{
	struct conf_messages messages = { 0 };
	struct conf *conf;
	char *text;

	text = xasprintf("as 64512\n"
			 "prefix-set p { 10.2.0.0/16 le 24; fd00:2::/32 }\n"
			 "community-set c { 65001:1; 64512:1:*; rt:1:1 }\n"
			 "filter f {\n%s\n}\n"
			 "group tors { neighbor tor-1 10.0.0.254 {\n"
			 "    remote-as 65001; import all; export f } }\n"
			 "neighbor tor-2 10.0.0.253 {\n"
			 "    remote-as 65001; import all; export f }\n",
	    rules);
	conf = conf_parse("f.conf", text, "host", &messages);
	if (conf == NULL)
		conf_messages_print(&messages, stderr);
	assert_non_null(conf);
	conf_messages_clear(&messages);
	free(text);
	return conf;
}

static enum filter_verdict
judge(struct bench *b, const char *rules)
{
	struct conf *conf = conf_of(rules);

	b->out = (struct filter_outcome){ .verdict = FILTER_NOTHING };
	filter_judge(
	    conf->filters[0], &b->route, &b->attrs, &scratch, true, &b->out);
	conf_free(conf);
	return b->out.verdict;
}

/* ---- conditions -------------------------------------------------------- */

static const struct {
	const char *prefix;
	const char *rule;
	bool holds;
} conditions[] = {
	{ "10.1.0.0/16", "accept", true },
	{ "10.1.0.0/16", "accept 10.1.0.0/16", true },
	{ "10.1.0.0/16", "accept 10.1.0.0/17", false },
	{ "10.1.0.0/16", "accept 10.0.0.0/8", false },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 le 16", true },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 le 15", false },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 ge 16", true },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 ge 17", false },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 ge 12 le 20", true },
	{ "10.1.0.0/16", "accept 10.9.0.0/16, 10.0.0.0/8 le 16", true },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 le 24 10.9.0.0/16", true },
	{ "10.1.0.0/16", "accept not 10.1.0.0/16", false },
	{ "10.1.0.0/16", "accept not 10.2.0.0/16 10.3.0.0/16", true },
	{ "10.1.0.0/16", "accept 10.0.0.0/8 le 32 not 10.1.0.0/16", false },
	{ "10.3.0.0/16", "accept 10.0.0.0/8 le 32 not 10.1.0.0/16", true },
	{ "10.2.7.0/24", "accept prefix-set p", true },
	{ "10.2.7.0/25", "accept prefix-set p", false },
	{ "10.2.7.0/24", "accept 10.9.0.0/16 prefix-set p", true },
	{ "10.9.0.0/16", "accept prefix-set p 10.9.0.0/16", true },
	{ "10.2.7.0/24", "accept not prefix-set p", false },
	{ "10.1.0.0/16", "accept ipv4", true },
	{ "10.1.0.0/16", "accept ipv6", false },
	{ "fd00::/8", "accept ipv6", true },
	{ "fd00::/8", "accept ipv4 ipv6", true },
	{ "10.1.0.0/16", "accept not ipv6", true },
	{ "10.1.0.0/16", "accept community 65001:100", true },
	{ "10.1.0.0/16", "accept community 65001:101", false },
	{ "10.1.0.0/16", "accept community 65001:101 65001:200", true },
	{ "10.1.0.0/16", "accept community 65001:*", true },
	{ "10.1.0.0/16", "accept community no-export", false },
	{ "10.1.0.0/16", "accept community 64512:1:*", true },
	{ "10.1.0.0/16", "accept community 64512:2:*", false },
	{ "10.1.0.0/16", "accept community rt:64512:5", true },
	{ "10.1.0.0/16", "accept community rt:64512:*", true },
	{ "10.1.0.0/16", "accept community soo:64512:*", false },
	{ "10.1.0.0/16", "accept not community 65001:100", false },
	{ "10.1.0.0/16", "accept community-set c", true },
	{ "10.1.0.0/16", "accept not community-set c", false },
	{ "10.1.0.0/16", "accept community 1:1 community-set c", true },
	{ "10.1.0.0/16", "accept as-path origin 65002", true },
	{ "10.1.0.0/16", "accept as-path origin 65001", false },
	{ "10.1.0.0/16", "accept as-path origin 65001 65002", true },
	{ "10.1.0.0/16", "accept as-path starts-with 65001", true },
	{ "10.1.0.0/16", "accept as-path starts-with 65001 65001", true },
	{ "10.1.0.0/16", "accept as-path starts-with 65001 65002", false },
	{ "10.1.0.0/16", "accept as-path contains 65002", true },
	{ "10.1.0.0/16", "accept as-path contains 65003", false },
	{ "10.1.0.0/16", "accept as-path exact 65001 65001 65002", true },
	{ "10.1.0.0/16", "accept as-path exact 65001 65001", false },
	{ "10.1.0.0/16", "accept as-path exact 65001 65001 65002 1", false },
	{ "10.1.0.0/16", "accept as-path length 3", true },
	{ "10.1.0.0/16", "accept as-path length 2 4", false },
	{ "10.1.0.0/16", "accept as-path length le 3", true },
	{ "10.1.0.0/16", "accept as-path length ge 4", false },
	{ "10.1.0.0/16", "accept as-path length ge 2 le 3", true },
	{ "10.1.0.0/16", "accept as-path origin 65002 as-path length le 2",
	    false },
	{ "10.1.0.0/16", "accept next-hop 192.0.2.0/24", true },
	{ "10.1.0.0/16", "accept next-hop 192.0.2.1", true },
	{ "10.1.0.0/16", "accept next-hop 192.0.3.0/24", false },
	{ "10.1.0.0/16", "accept next-hop 10.0.0.0/8, 192.0.2.0/24", true },
	{ "10.1.0.0/16", "accept source ebgp", true },
	{ "10.1.0.0/16", "accept source local ibgp", false },
	{ "10.1.0.0/16", "accept source neighbor tor-1", true },
	{ "10.1.0.0/16", "accept source neighbor tor-2", false },
	{ "10.1.0.0/16", "accept source local neighbor tor-1", true },
	{ "10.1.0.0/16", "accept source group tors", true },
	{ "10.1.0.0/16", "accept not source group tors", false },
	{ "10.1.0.0/16", "accept session ebgp", true },
	{ "10.1.0.0/16", "accept session ibgp", false },
	{ "10.1.0.0/16", "accept session neighbor tor-1", true },
	{ "10.1.0.0/16", "accept session group tors", true },
	{ "10.1.0.0/16", "accept interface eth1", true },
	{ "10.1.0.0/16", "accept interface ens* eth*", true },
	{ "10.1.0.0/16", "accept interface eth2", false },
	{ "10.1.0.0/16", "accept interface \"eth1\" ipv4", true },
	{ "10.1.0.0/16", "accept pref 100", true }, /* the usual one */
	{ "10.1.0.0/16", "accept pref ge 101", false },
	{ "10.1.0.0/16", "accept pref 50 ge 90 le 110", true },
	{ "10.1.0.0/16", "accept med 30", true },
	{ "10.1.0.0/16", "accept med le 29", false },
	{ "10.1.0.0/16",
	    "accept 10.0.0.0/8 le 24 community 65001:100 source ebgp"
	    " as-path length le 4 interface eth*",
	    true },
};

static void
filter_condition_holds_by_the_table(void **state)
{
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(conditions); i++) {
		bench_start(&b, conditions[i].prefix);
		if ((judge(&b, conditions[i].rule) == FILTER_ACCEPT) !=
		    conditions[i].holds)
			fail_msg(
			    "%s: %s", conditions[i].prefix, conditions[i].rule);
	}
}

static void
filter_condition_of_what_is_missing_does_not_hold(void **state)
{
	static const char *const rules[] = { "accept community *:*",
		"accept med ge 0", "accept next-hop 0.0.0.0/0",
		"accept interface *", "accept source neighbor tor-1",
		"accept as-path contains 65001", "accept as-path origin 1",
		"accept as-path length ge 1" };
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rules); i++) {
		bench_start(&b, "10.1.0.0/16");
		b.attrs = (struct attrs){ .has = 0 };
		b.route.interface = NULL;
		b.route.source = (struct filter_who){ .kind = SOURCE_LOCAL };
		if (judge(&b, rules[i]) != FILTER_NOTHING)
			fail_msg("%s", rules[i]);
	}
}

static void
filter_path_looks_through_confederations_and_not_over_sets(void **state)
{
	static const struct {
		const char *rule;
		bool holds;
	} rows[] = {
		{ "accept as-path starts-with 65001", true },
		{ "accept as-path starts-with 65001 65002", false },
		{ "accept as-path exact 65001", false },
		{ "accept as-path contains 65003", true },
		{ "accept as-path origin 65003", false },
		{ "accept as-path length 2", true },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		bench_start(&b, "10.1.0.0/16");
		b.attrs.as_path = SPAN(path_of_set);
		if ((judge(&b, rows[i].rule) == FILTER_ACCEPT) != rows[i].holds)
			fail_msg("%s", rows[i].rule);
	}
}

/* ---- actions ----------------------------------------------------------- */

/* All that rules can change, in one line. */
static const char *
changed(const struct attrs *a)
{
	static char line[1024];
	char path_text[128], buf[3][128], hop[ADDRESS_STRLEN];

	snprintf(line, sizeof(line),
	    "pref %u med %u hop %s path %s | %s | %s"
	    " | %s",
	    a->has & ATTR_HAS_LOCAL_PREF ? a->local_pref : 0, a->med,
	    address_format(&a->next_hop, hop),
	    aspath_format(a->as_path, path_text, sizeof(path_text)),
	    community_format(a->communities, buf[0], sizeof(buf[0])),
	    community_ext_format(a->ext_communities, buf[1], sizeof(buf[1])),
	    community_large_format(
		a->large_communities, buf[2], sizeof(buf[2])));
	return line;
}

#define BEFORE "pref 0 med 30 hop 192.0.2.1 path 65001 65001 65002"
#define LISTS  "65001:100 65001:200 | rt:64512:5 | 64512:1:7"

static const struct {
	const char *rule;
	const char *after;
} actions[] = {
	{ "accept", BEFORE " | " LISTS },
	{ "accept set pref 50",
	    "pref 50 med 30 hop 192.0.2.1 path 65001 65001 65002 | " LISTS },
	{ "accept set med 0",
	    "pref 0 med 0 hop 192.0.2.1 path 65001 65001 65002 | " LISTS },
	{ "accept set prepend 64512",
	    "pref 0 med 30 hop 192.0.2.1 path 64512 65001 65001 65002"
	    " | " LISTS },
	{ "accept set prepend 1 2 prepend 3",
	    "pref 0 med 30 hop 192.0.2.1 path 3 1 1 65001 65001 65002"
	    " | " LISTS },
	{ "accept set next-hop 10.0.0.9",
	    "pref 0 med 30 hop 10.0.0.9 path 65001 65001 65002 | " LISTS },
	{ "accept set next-hop self", BEFORE " | " LISTS },
	{ "accept set community add 64512:9 64512:2:2 rt:1:1",
	    BEFORE " | 65001:100 65001:200 64512:9 | rt:64512:5 rt:1:1"
		   " | 64512:1:7 64512:2:2" },
	{ "accept set community add 65001:100", BEFORE " | " LISTS },
	{ "accept set community remove 65001:100",
	    BEFORE " | 65001:200 | rt:64512:5 | 64512:1:7" },
	{ "accept set community remove *:* rt:*:* *:*:*", BEFORE " |  |  | " },
	{ "accept set community remove 65001:* community add 1:2",
	    BEFORE " | 1:2 | rt:64512:5 | 64512:1:7" },
	{ "accept set community replace 1:2 1:3 5:5:5",
	    BEFORE " | 1:2 1:3 | rt:64512:5 | 5:5:5" },
	{ "accept set community add 1:1 community remove 1:1 65001:200",
	    BEFORE " | 65001:100 | rt:64512:5 | 64512:1:7" },
	{ "continue set pref 7\ncontinue pref 7 set med 8\naccept med 8",
	    "pref 7 med 8 hop 192.0.2.1 path 65001 65001 65002 | " LISTS },
	{ "continue not ipv6 set pref 7\naccept set pref 9 prepend 5",
	    "pref 9 med 30 hop 192.0.2.1 path 5 65001 65001 65002"
	    " | " LISTS },
};

static void
filter_action_changes_by_the_table(void **state)
{
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(actions); i++) {
		bench_start(&b, "10.1.0.0/16");
		if (judge(&b, actions[i].rule) != FILTER_ACCEPT ||
		    strcmp(changed(&b.attrs), actions[i].after) != 0)
			fail_msg("%s:\n%s\n%s", actions[i].rule,
			    changed(&b.attrs), actions[i].after);
	}
}

static void
filter_next_hop_of_other_family_is_not_set(void **state)
{
	struct bench b;

	(void)state;

	bench_start(&b, "fd00::/64");
	b.attrs.next_hop = address("fd00::1");
	judge(&b, "accept set next-hop 10.0.0.9");

	assert_true(b.attrs.next_hop.family == FAMILY_IPV6);
	assert_int_equal(b.out.hop, FILTER_HOP_UNSET);
}

static void
filter_that_outgrows_every_message_rejects(void **state)
{
	static uint8_t longest[FILTER_ROOM];
	struct bench b;
	size_t at;

	(void)state;

	bench_start(&b, "10.1.0.0/16");
	for (at = 0; at + 1022 <= sizeof(longest); at += 1022) {
		memset(longest + at, 1, 1022);
		longest[at] = ASPATH_SEQUENCE;
		longest[at + 1] = 255;
	}
	b.attrs.as_path = (struct span){ longest, at };
	judge(&b, "accept set prepend 64512 64");

	assert_int_equal(b.out.verdict, FILTER_REJECT);
	assert_true(b.out.changed & FILTER_TOO_BIG);
}

/* ---- filters as a whole ------------------------------------------------ */

static void
filter_first_match_ends_and_is_named(void **state)
{
	struct bench b;

	(void)state;

	bench_start(&b, "10.1.0.0/16");
	judge(&b, "reject ipv6\nreject 10.0.0.0/8 le 32\naccept");

	assert_int_equal(b.out.verdict, FILTER_REJECT);
	assert_int_equal(b.out.rule, 1);
}

static void
filter_without_match_says_nothing(void **state)
{
	struct bench b;

	(void)state;

	bench_start(&b, "10.1.0.0/16");

	assert_int_equal(
	    judge(&b, "reject ipv6\naccept community 1:1"), FILTER_NOTHING);
	assert_null(b.out.filter);
}

static void
filter_counts_rules_that_hold(void **state)
{
	struct conf *conf = conf_of("continue ipv4 set pref 1\n"
				    "reject ipv6\naccept");
	const struct filter *f = conf->filters[0];
	struct filter_outcome out = { .hop = FILTER_HOP_UNSET };
	struct bench b;
	int i;

	(void)state;

	bench_start(&b, "10.1.0.0/16");
	for (i = 0; i < 4; i++)
		filter_judge(f, &b.route, &b.attrs, &scratch, i < 3, &out);

	assert_int_equal(f->hits[0], 3);
	assert_int_equal(f->hits[1], 0);
	assert_int_equal(f->hits[2], 3);
	conf_free(conf);
}

static void
filter_equal_by_words_and_sets(void **state)
{
	static const struct {
		const char *text;
		bool equal;
	} rows[] = {
		{ "reject prefix-set p\naccept set pref 5", true },
		{ "\n\n  reject   prefix-set p;  accept set pref 5", true },
		{ "reject prefix-set p\naccept set pref 6", false },
		{ "reject prefix-set p", false },
		{ "accept prefix-set p\naccept set pref 5", false },
	};
	struct conf *conf = conf_of(rows[0].text), *other;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		other = conf_of(rows[i].text);
		assert_int_equal(
		    filter_equal(conf->filters[0], other->filters[0]),
		    rows[i].equal);
		conf_free(other);
	}
	conf_free(conf);
}

static void
filter_needs_what_it_reads(void **state)
{
	static const struct {
		const char *rule;
		unsigned int needs;
	} rows[] = {
		{ "accept", 0 },
		{ "accept source ebgp session ibgp", 0 },
		{ "accept source neighbor tor-1", FILTER_READS_SOURCE },
		{ "accept not session group tors", FILTER_READS_SESSION },
		{ "accept interface eth*", FILTER_READS_INTERFACE },
		{ "accept set next-hop keep", FILTER_SETS_HOP },
		{ "accept set next-hop 10.0.0.1", 0 },
	};
	struct conf *conf;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		conf = conf_of(rows[i].rule);
		assert_int_equal(conf->filters[0]->needs, rows[i].needs);
		conf_free(conf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_condition_holds_by_the_table),
		cmocka_unit_test(
		    filter_condition_of_what_is_missing_does_not_hold),
		cmocka_unit_test(
		    filter_path_looks_through_confederations_and_not_over_sets),
		cmocka_unit_test(filter_action_changes_by_the_table),
		cmocka_unit_test(filter_next_hop_of_other_family_is_not_set),
		cmocka_unit_test(filter_that_outgrows_every_message_rejects),
		cmocka_unit_test(filter_first_match_ends_and_is_named),
		cmocka_unit_test(filter_without_match_says_nothing),
		cmocka_unit_test(filter_counts_rules_that_hold),
		cmocka_unit_test(filter_equal_by_words_and_sets),
		cmocka_unit_test(filter_needs_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
