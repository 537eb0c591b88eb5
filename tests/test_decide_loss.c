/* SPDX-License-Identifier: ISC */
/* test_decide_loss.c - what a candidate lost by, step by step */

#include "rib/decide_loss.h"

#include <string.h>

#include "rib/rib.h"
#include "tests/testing.h"

/* A row names only what differs from PLAIN, and so overrides it. */
#pragma GCC diagnostic ignored "-Woverride-init"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* clang-format off */
#define IPV4(last) { .family = FAMILY_IPV4, .bytes = { 10, 0, 0, last } }
#define PLAIN \
	.eligible = true, .reachable = true, .external = true, \
	.local_pref = 100, .hops = 2, .origin = 1, .neighbour_as = 65001, \
	.med = 50, .metric = 10, .identifier = 0x0a000005, .clusters = 1, \
	.address = IPV4(5), .path_id = 5

/* In the order of the steps: candidates that lose by it against PLAIN. */
static const struct {
	struct candidate loser;
	const char *text;
} rows[] = {
	{ { PLAIN, .eligible = false }, "not-accepted: it was not let in" },
	{ { PLAIN, .reachable = false },
	    "next-hop: its next hop leads nowhere" },
	{ { PLAIN }, "local-route: the other is this node's own" },
	{ { PLAIN, .stale = true },
	    "stale: long-lived stale, the other is not" },
	{ { PLAIN, .local_pref = 99 }, "local-pref 99 < 100" },
	{ { PLAIN, .hops = 3 }, "as-path 3 > 2" },
	{ { PLAIN, .origin = 2 }, "origin incomplete > egp" },
	{ { PLAIN, .med = 51 }, "med 51 > 50 within AS 65001" },
	{ { PLAIN, .external = false },
	    "external: internal, the other is external" },
	{ { PLAIN, .metric = 11 }, "igp-metric 11 > 10" },
	{ { PLAIN, .identifier = 0x0a000006 },
	    "identifier 10.0.0.6 > 10.0.0.5" },
	{ { PLAIN, .clusters = 2 }, "cluster-list 2 > 1" },
	{ { PLAIN, .address = IPV4(6) }, "address 10.0.0.6 > 10.0.0.5" },
	{ { PLAIN, .path_id = 6 }, "path-id 6 > 5" },
};
/* clang-format on */

static const struct candidate plain = { PLAIN };

static void
assert_loss(const struct decide_rules *rules, struct candidate *c,
    unsigned int count, unsigned int which, unsigned int rival,
    const char *text)
{
	struct decide_loss loss;
	char buf[128];

	decide(rules, c, count);
	decide_loss(rules, c, count, which, &loss);
	assert_int_equal(loss.step, c[which].step);
	assert_int_equal(loss.rival, rival);
	assert_string_equal(decide_loss_format(&loss, buf, sizeof(buf)), text);
}

static void
loss_of_each_step_has_both_values(void **state)
{
	struct candidate c[2];
	unsigned int i;

	(void)state;

	assert_int_equal(COUNT(rows), STEP_MAX - 1);
	for (i = 0; i < COUNT(rows); i++) {
		c[0] = rows[i].loser;
		c[1] = plain;
		c[1].local = i + 1 == STEP_LOCAL_ROUTE;
		assert_loss(&decide_default_rules, c, 2, 0,
		    i + 1 <= STEP_NEXT_HOP ? 0 : 1, rows[i].text);
		assert_int_equal(c[0].step, i + 1);
	}
}

static void
winner_lost_nothing(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[1].med = 51;

	assert_loss(&decide_default_rules, c, 2, 0, 0, "");
}

static void
single_one_that_is_refused_has_no_rival(void **state)
{
	struct candidate c = plain;

	(void)state;

	c.eligible = false;

	assert_loss(&decide_default_rules, &c, 1, 0, 0,
	    "not-accepted: it was not let in");
}

/* The rival in MED has lost since: the winner is of another AS. */
static void
med_names_a_rival_of_the_same_as(void **state)
{
	struct candidate c[3] = { plain, plain, plain };

	(void)state;

	c[0].med = 51;
	c[1].identifier++;
	c[2].neighbour_as = 65002;
	c[2].med = 900;

	assert_loss(
	    &decide_default_rules, c, 3, 0, 1, "med 51 > 50 within AS 65001");
	assert_loss(&decide_default_rules, c, 3, 1, 2,
	    "identifier 10.0.0.6 > 10.0.0.5");
}

static void
med_of_empty_paths_is_within_our_as(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].neighbour_as = c[1].neighbour_as = 0;
	c[0].med = 51;

	assert_loss(
	    &decide_default_rules, c, 2, 0, 1, "med 51 > 50 within our AS");
}

static void
med_always_compared_names_no_as(void **state)
{
	const struct decide_rules rules = { true, true };
	struct candidate c[2] = { plain, plain };

	(void)state;

	c[0].med = 51;
	c[0].neighbour_as = 65002;

	assert_loss(&rules, c, 2, 0, 1, "med 51 > 50");
}

static void
twin_says_that_it_came_later(void **state)
{
	struct candidate c[2] = { plain, plain };

	(void)state;

	assert_loss(&decide_default_rules, c, 2, 1, 0,
	    "path-id: alike in everything, and later");
}

/* ---- the paths of an entry ---- */

static uint32_t
say(struct rib *rib, const char *hop, uint32_t as, uint32_t local_pref)
{
	struct rib_source s = {
		.kind = SOURCE_EXTERNAL, .as = as, .identifier = as
	};
	struct attrs attrs = { .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
		    ATTR_HAS_NEXT_HOP | ATTR_HAS_LOCAL_PREF,
		.local_pref = local_pref };
	struct rib_input in = { .path_id = 0 };
	struct prefix p;

	assert_true(address_parse(hop, &s.address));
	assert_true(prefix_parse("10.244.1.0/26", &p, NULL));
	attrs.next_hop = s.address;
	in.source = rib_source_add(rib, &s);
	in.received = attr_intern(rib_attrs(rib), &attrs);
	in.accepted = in.received;
	rib_update(rib, &p, &in, 1000);
	attr_unref(rib_attrs(rib), in.received);
	return rib_find(rib, &p);
}

static void
on_change(void *arg, const struct rib_change *change)
{
	(void)arg;
	(void)change;
}

static void
entry_is_explained_in_the_order_of_its_paths(void **state)
{
	struct rib *rib = rib_new(0);
	struct nexthop_route link = { .index = 2 };
	struct decide_loss losses[3];
	uint32_t entry;
	char buf[128];

	(void)state;
	assert_true(prefix_parse("10.0.0.0/24", &link.prefix, NULL));
	nexthop_route_add(rib_nexthops(rib), &link);
	entry = say(rib, "10.0.0.2", 65002, 100);
	say(rib, "10.0.0.3", 65003, 200);
	say(rib, "10.1.0.4", 65004, 300);
	while (rib_run(rib, 10, on_change, NULL))
		;

	assert_int_equal(rib_explain(rib, FAMILY_IPV4, entry, losses, 3), 3);
	assert_string_equal(decide_loss_format(&losses[0], buf, sizeof(buf)),
	    "local-pref 100 < 200");
	assert_int_equal(losses[0].rival, 1);
	assert_int_equal(losses[1].step, STEP_WINNER);
	assert_int_equal(losses[2].step, STEP_NEXT_HOP);
	assert_int_equal(rib_explain(rib, FAMILY_IPV4, entry, losses, 1), 3);
	rib_free(rib);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loss_of_each_step_has_both_values),
		cmocka_unit_test(winner_lost_nothing),
		cmocka_unit_test(single_one_that_is_refused_has_no_rival),
		cmocka_unit_test(med_names_a_rival_of_the_same_as),
		cmocka_unit_test(med_of_empty_paths_is_within_our_as),
		cmocka_unit_test(med_always_compared_names_no_as),
		cmocka_unit_test(twin_says_that_it_came_later),
		cmocka_unit_test(entry_is_explained_in_the_order_of_its_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
