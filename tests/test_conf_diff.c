/* SPDX-License-Identifier: ISC */
/* test_conf_diff.c - what a reload would change, and what that costs */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/conf.h"
#include "tests/testing.h"

struct pair {
	struct conf *before, *after;
	struct conf_changes changes;
};

static struct conf *
accepted(const char *text)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_parse("test", text, "node-a", &messages);

	if (conf == NULL) {
		conf_messages_print(&messages, stderr);
		fail_msg("refused");
	}
	conf_messages_clear(&messages);
	return conf;
}

static void
pair_make(struct pair *p, const char *before, const char *after)
{
	p->before = accepted(before);
	p->after = accepted(after);
	conf_diff(p->before, p->after, &p->changes);
}

static void
pair_clear(struct pair *p)
{
	conf_changes_clear(&p->changes);
	conf_free(p->before);
	conf_free(p->after);
}

/* All changes, one a line, as a reload prints them. */
static char *
changes_text(const struct conf_changes *changes)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < changes->count; i++)
		fprintf(out, "%s  [%s]\n", changes->at[i].text,
		    conf_cost_word(changes->at[i].cost));
	fclose(out);
	return text;
}

#define IN       "as 1\nneighbor a 10.0.0.1 { remote-as 1; "
#define OUT      " }"
#define FILTERED IN "import f" OUT "\n"

/* Two configs, and the one change between them. */
static const struct {
	const char *before, *after, *told;
} pairs[] = {
	{ "as 1", "as 2", "as 1 -> 2  [session reset]\n" },
	{ "as 1", "as 1; node x", "node node-a -> x  [none]\n" },
	{ "as 1", "as 1; router-id 10.0.0.1",
	    "router-id auto -> 10.0.0.1  [session reset]\n" },
	{ "as 1", "as 1; cluster-id 10.0.0.1",
	    "cluster-id none -> 10.0.0.1  [session reset]\n" },
	{ "as 1", "as 1; log debug json",
	    "log info text -> debug json  [none]\n" },
	{ "as 1", "as 1; memory limit 1G",
	    "memory auto -> limit 1G  [none]\n" },
	{ "as 1", "as 1; drain-time 2m", "drain-time 30s -> 120s  [none]\n" },
	{ "as 1; state-directory /a", "as 1; state-directory /b",
	    "state-directory \"/a\" -> \"/b\"  [restart]\n" },
	{ "as 1", "as 1; fib { metric 5 }",
	    "fib: metric 1024 -> 5  [restart]\n" },
	{ "as 1", "as 1; fib { ecmp 2 }",
	    "fib: ecmp 16 -> 2  [re-evaluate]\n" },
	{ "as 1", "as 1; fib { keep-on-exit off }",
	    "fib: keep-on-exit 10m -> off  [none]\n" },
	{ "as 1", "as 1; decision { always-compare-med; multipath off }",
	    "decision: always-compare-med off -> on  [re-evaluate]\n"
	    "decision: multipath on -> off  [re-evaluate]\n" },
	{ "as 1", "as 1; fib off", "fib on -> off  [restart]\n" },
	{ "as 1", "as 1; control /a", "control default -> /a  [rebind]\n" },
	{ "as 1; control /a { group x }", "as 1; control /a",
	    "control: group x -> none  [rebind]\n" },
	{ "as 1; blocks 10.0.0.0/26 10.0.1.0/26",
	    "as 1; blocks 10.0.1.0/26 10.0.2.0/26",
	    "blocks: removed 10.0.0.0/26, added 10.0.2.0/26"
	    "  [none]\n" },
	{ "as 1", "as 1; pools 10.0.0.0/8",
	    "pools: added 10.0.0.0/8  [re-evaluate]\n" },
	{ "as 1; pools 10.0.0.0/8",
	    "as 1; pools { 10.0.0.0/8 via-device t0 onlink }",
	    "pools: added 10.0.0.0/8 via-device t0 onlink"
	    "  [re-evaluate]\n" },
	{ "as 1; pools { 10.0.0.0/8 via-device t0 onlink }",
	    "as 1; pools { 10.0.0.0/8 via-device t0 when other-subnet }",
	    "pools: removed 10.0.0.0/8 via-device t0 onlink, added"
	    " 10.0.0.0/8 via-device t0 when other-subnet"
	    "  [re-evaluate]\n" },
	{ "as 1; pools 10.0.0.0/8 { 10.0.0.0/8 via-device t0 }",
	    "as 1; pools { 10.0.0.0/8 via-device t0 }", "" },
	{ "as 1; fib { device a b onlink }",
	    "as 1; fib { device b onlink; device c* onlink }",
	    "fib: device: removed a onlink, added c* onlink"
	    "  [re-evaluate]\n" },
	{ FILTERED "filter f { accept ipv4 }",
	    FILTERED "filter f { reject ipv6; accept }",
	    "filter f: rule 1 'accept ipv4' -> 'reject ipv6', rules 1 -> 2"
	    "  [none]\n"
	    "neighbor a: import f has changed  [re-evaluate]\n" },
	{ FILTERED "filter f { accept prefix-set s }; prefix-set s { ::/0 }",
	    FILTERED "filter f { accept prefix-set s }\n"
		     "prefix-set s { ::/0 le 64 }",
	    "prefix-set s: removed ::/0, added ::/0 le 64  [none]\n"
	    "neighbor a: import f has changed  [re-evaluate]\n" },
	{ FILTERED "filter f { accept }", FILTERED "\n\nfilter f {   accept; }",
	    "" },
	{ "as 1", "as 1; filter g { accept }", "filter g: added  [none]\n" },
	{ "as 1; filter g { accept }", "as 1", "filter g: removed  [none]\n" },
	{ "as 1", "as 1; announce 10.0.0.0/8 community 1:2",
	    "announce: added 10.0.0.0/8 community 1:2  [none]\n" },
	{ "as 1; learn { interface a* b; within 10.0.0.0/8 }",
	    "as 1; learn { protocol 4 boot; table 100 main }",
	    "learn: removed interface a* b; within 10.0.0.0/8,"
	    " added protocol static boot; table 100 main  [none]\n" },
	{ "as 1; learn { interface a }; learn { interface b }",
	    "as 1; learn { interface b }; learn { interface a }", "" },
	{ "as 1", "as 1; listen 10.0.0.1",
	    "listen: removed 0.0.0.0 ::, added 10.0.0.1"
	    "  [rebind]\n" },
	{ "as 1", "as 1; listen none",
	    "listen: removed 0.0.0.0 ::  [rebind]\n" },
	{ "as 1", "as 1; address ipv6 within fd00::/8",
	    "address: ipv6 auto -> ipv6 within fd00::/8  [none]\n" },
	{ "as 1; address ipv4 interface a; address ipv4 interface b",
	    "as 1; address ipv4 interface b; address ipv4 interface a",
	    "address: ipv4 interface a; ipv4 interface b ->"
	    " ipv4 interface b; ipv4 interface a  [none]\n" },
	{ "as 1; mesh { node node-a 10.0.0.1 }",
	    "as 1; mesh { node node-a 10.0.0.2 }",
	    "mesh: this node: removed 10.0.0.1, added 10.0.0.2"
	    "  [none]\n" },
	{ "as 1", "as 1; mesh { }", "mesh off -> on  [none]\n" },
	{ "as 1; neighbors up interface a { remote-as 2 }",
	    "as 1; neighbors up interface a b* limit 2 { remote-as 2 }",
	    "neighbor up: limit 4 -> 2, interface a -> interface a b*"
	    "  [none]\n" },
	{ IN OUT, IN "hold-time 30s" OUT,
	    "neighbor a: hold-time 90s -> 30s  [session reset]\n" },
	{ IN OUT, IN "keepalive 10s" OUT,
	    "neighbor a: keepalive auto -> 10s  [session reset]\n" },
	{ IN OUT, IN "graceful-restart off" OUT,
	    "neighbor a: graceful-restart 120s -> off"
	    "  [session reset]\n" },
	{ IN OUT,
	    IN "capability fqdn off; capability route-refresh require" OUT,
	    "neighbor a: capability route-refresh on -> require,"
	    " capability fqdn on -> off  [session reset]\n" },
	{ IN OUT, IN "capability fqdn on" OUT, "" },
	{ IN OUT, IN "long-lived 30m" OUT,
	    "neighbor a: long-lived off -> 30m,"
	    " capability long-lived-graceful-restart off -> on"
	    "  [session reset]\n" },
	{ IN OUT, IN "role customer" OUT,
	    "neighbor a: role none -> customer, capability role off -> on"
	    "  [session reset]\n" },
	{ IN "role peer; capability role off" OUT, IN "capability role off" OUT,
	    "neighbor a: role peer -> none  [session reset]\n" },
	{ IN OUT, IN "add-path both max 4" OUT,
	    "neighbor a: add-path off -> both max 4,"
	    " capability add-path off -> on"
	    "  [session reset]\n" },
	{ IN "add-path send max 4" OUT, IN "add-path send" OUT,
	    "neighbor a: add-path send max 4 -> send  [session reset]\n" },
	{ IN OUT, IN "description \"to b\"" OUT,
	    "neighbor a: description none -> \"to b\"  [none]\n" },
	{ IN OUT, IN "disabled" OUT,
	    "neighbor a: disabled  [session reset]\n" },
	{ IN "disabled" OUT, IN OUT, "neighbor a: enabled  [session reset]\n" },
	{ IN OUT, IN "passive" OUT, "neighbor a: passive off -> on  [none]\n" },
	{ IN OUT, IN "import pools none" OUT,
	    "neighbor a: import all -> pools none"
	    "  [re-evaluate]\n" },
	{ IN OUT, IN "families ipv4 ipv6" OUT,
	    "neighbor a: families ipv4 -> ipv4 ipv6"
	    "  [session reset]\n" },
	{ IN OUT, IN "source 10.0.0.9" OUT,
	    "neighbor a: source auto -> 10.0.0.9"
	    "  [session reset]\n" },
	{ IN OUT, IN "port 1179" OUT,
	    "neighbor a: port 179 -> 1179  [session reset]\n" },
	{ IN OUT, "as 1; neighbor a 10.0.0.1 { remote-as internal }",
	    "neighbor a: remote-as 1 -> internal"
	    "  [session reset]\n" },
	{ IN OUT, "as 1; group g { remote-as 1; neighbor a 10.0.0.1 }",
	    "neighbor a: group none -> g  [none]\n" },
	{ IN OUT, IN "hold-time 30s; description x" OUT,
	    "neighbor a: description none -> x, hold-time 90s -> 30s"
	    "  [session reset]\n" },
	{ "as 1; mesh { node node-a 10.0.0.1; node b 10.0.0.2 }",
	    "as 1; mesh { node node-a 10.0.0.1; node b 10.0.0.2"
	    " { blocks 10.9.0.0/26 } }",
	    "neighbor b 10.0.0.2: added 10.9.0.0/26"
	    "  [re-evaluate]\n" },
	{ "as 1", IN OUT, "neighbor a: added  [none]\n" },
	{ IN OUT, "as 1", "neighbor a: removed  [session reset]\n" },
};

static void
one_change_is_told(void **state)
{
	struct pair p;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		pair_make(&p, pairs[i].before, pairs[i].after);
		text = changes_text(&p.changes);
		assert_string_equal(text, pairs[i].told);
		free(text);
		pair_clear(&p);
	}
}

static void
what_means_the_same_is_no_change(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ "as 1", "as 1; hold-time 30s" },
		{ "as 1; blocks 10.0.0.0/26 10.0.1.0/26",
		    "as 1; blocks 10.0.1.0/26\nblocks 10.0.0.0/26" },
		{ "as 1; listen 0.0.0.0; listen ::", "as 1" },
		{ "as 1; address ipv4 auto", "as 1" },
		{ IN OUT, "# x\n" IN "import all; hold-time 90s" OUT },
		{ "as 1; hold-time 30s; "
		  "neighbor a 10.0.0.1 {"
		  " remote-as 1 }",
		    IN "hold-time 30s" OUT },
	};
	struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		pair_make(&p, rows[i].before, rows[i].after);
		assert_int_equal(p.changes.count, 0);
		pair_clear(&p);
	}
}

static void
changes_are_in_a_stable_order(void **state)
{
	struct pair p;
	char *told;

	(void)state;
	pair_make(&p,
	    "as 1; neighbor d 10.0.0.4 { remote-as 1 }\n"
	    "mesh { node node-a 10.0.0.1; node b 10.0.0.2 fd00::2 }",
	    "as 1; log debug; mesh { node c 10.0.0.3; node node-a 10.0.0.1\n"
	    "node b 10.0.0.2 { hold-time 30s } }");

	told = changes_text(&p.changes);

	assert_string_equal(told,
	    "log info text -> debug text  [none]\n"
	    "neighbor b 10.0.0.2: hold-time 90s -> 30s  [session reset]\n"
	    "neighbor b fd00::2: removed  [session reset]\n"
	    "neighbor c 10.0.0.3: added  [none]\n"
	    "neighbor d: removed  [session reset]\n");
	assert_int_equal(p.changes.removed, 2);
	free(told);
	pair_clear(&p);
}

static void
neighbor_with_new_address_is_another_one(void **state)
{
	struct pair p;

	(void)state;
	pair_make(&p, "as 1; neighbor a 10.0.0.1 { remote-as 1 }",
	    "as 1; neighbor a 10.0.0.2 { remote-as 1 }");

	assert_int_equal(p.changes.count, 2);
	assert_int_equal(p.changes.at[0].subject, CONF_NEIGHBOR_REMOVED);
	assert_int_equal(p.changes.at[1].subject, CONF_NEIGHBOR_ADDED);
	pair_clear(&p);
}

static void
change_of_a_neighbor_borrows_both_sides(void **state)
{
	struct pair p;

	(void)state;
	pair_make(&p, IN OUT, IN "hold-time 30s" OUT);

	assert_int_equal(p.changes.at[0].subject, CONF_NEIGHBOR_CHANGED);
	assert_int_equal(p.changes.at[0].cost, CONF_COST_RESET);
	assert_ptr_equal(p.changes.at[0].before, p.before->neighbors);
	assert_ptr_equal(p.changes.at[0].after, p.after->neighbors);
	pair_clear(&p);
}

static void
global_change_has_its_effect(void **state)
{
	static const struct {
		const char *after;
		unsigned int effect;
	} rows[] = {
		{ "as 2", CONF_EFFECT_IDENTITY },
		{ "as 1; address ipv4 none", CONF_EFFECT_ADDRESS },
		{ "as 1; blocks 10.0.0.0/26", CONF_EFFECT_ORIGIN },
		{ "as 1; announce 10.0.0.0/26", CONF_EFFECT_ORIGIN },
		{ "as 1; learn { interface a }", CONF_EFFECT_LEARN },
		{ "as 1; pools 10.0.0.0/8",
		    CONF_EFFECT_POLICY | CONF_EFFECT_ADDRESS },
		{ "as 1; listen none", CONF_EFFECT_LISTEN },
		{ "as 1; fib { metric 5 }", CONF_EFFECT_FIB },
		{ "as 1; fib { device a onlink }", CONF_EFFECT_FIB },
		{ "as 1; control /a", CONF_EFFECT_CONTROL },
		{ "as 1; log debug", CONF_EFFECT_LOG },
		{ "as 1; memory limit 1G", CONF_EFFECT_MEMORY },
		{ "as 1; drain-time 1m", CONF_EFFECT_DRAIN },
	};
	struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		pair_make(&p, "as 1", rows[i].after);
		assert_int_equal(p.changes.count, 1);
		assert_int_equal(p.changes.at[0].subject, CONF_GLOBAL);
		assert_int_equal(p.changes.at[0].effect, rows[i].effect);
		pair_clear(&p);
	}
}

static void
long_list_is_told_in_part(void **state)
{
	struct pair p;

	(void)state;
	pair_make(&p, "as 1",
	    "as 1; pools 10.0.0.0/16 10.1.0.0/16"
	    " 10.2.0.0/16 10.3.0.0/16 10.4.0.0/16 10.5.0.0/16 10.6.0.0/16"
	    " 10.7.0.0/16 10.8.0.0/16 10.9.0.0/16");

	assert_string_equal(p.changes.at[0].text,
	    "pools: added 10.0.0.0/16"
	    " 10.1.0.0/16 10.2.0.0/16 10.3.0.0/16 10.4.0.0/16 10.5.0.0/16"
	    " 10.6.0.0/16 10.7.0.0/16 and 2 more");
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_change_is_told),
		cmocka_unit_test(what_means_the_same_is_no_change),
		cmocka_unit_test(changes_are_in_a_stable_order),
		cmocka_unit_test(neighbor_with_new_address_is_another_one),
		cmocka_unit_test(change_of_a_neighbor_borrows_both_sides),
		cmocka_unit_test(global_change_has_its_effect),
		cmocka_unit_test(long_list_is_told_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
