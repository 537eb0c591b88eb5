/* SPDX-License-Identifier: ISC */
/* test_peer_role.c - roles between two neighbors, RFC 9234 */
/*
 * A whole daemon and the far end of its only neighbor: who may meet, and what
 * becomes of routes that are marked or ought to be.
 */
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/testing.h"

#define BLOCK "10.244.1.0/26"
#define ROUTE "10.9.0.0/24"

static void
far_says_role(struct far *far, enum role role)
{
	far->open.has |= OPEN_HAS_ROLE;
	far->open.role = role_code(role);
}

static void
counterpart_comes_up(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");
	far_says_role(&p.far, ROLE_PROVIDER);

	pair_up(&p);

	pair_clear(&p);
}

static void
neighbor_without_a_role_comes_up(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");

	pair_up(&p);

	pair_clear(&p);
}

static void
another_role_is_refused_and_both_are_named(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");
	far_says_role(&p.far, ROLE_PEER);
	l = far_accepted(&p.far);
	far_say_open(l);

	assert_int_equal(far_notified(l), 0x020b);
	assert_non_null(strstr(peer_reason(pair_peer(&p)),
	    "peer says it is peer, we are customer"));
	pair_clear(&p);
}

static void
required_role_that_is_missing_is_refused(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer\ncapability role require");
	l = far_accepted(&p.far);
	far_say_open(l);

	assert_int_equal(far_notified(l), 0x020b);
	assert_non_null(
	    strstr(peer_reason(pair_peer(&p)), "capability role is required"));
	pair_clear(&p);
}

/* What came from below and is marked is a leak; what is not is fine. */
static void
leak_is_not_taken_and_says_so(void **state)
{
	struct rib_path path;
	struct prefix prefix;
	struct far_line *l;
	struct rib *rib;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role provider");
	l = pair_up(&p);
	p.far.otc = 65009;
	far_say_route(l, ROUTE);

	assert_false(pair_has(&p, ROUTE));
	rib = sim_bgpd(p.node)->rib;
	assert_true(prefix_parse(ROUTE, &prefix, NULL));
	assert_true(
	    rib_path_next(rib, FAMILY_IPV4, rib_find(rib, &prefix), 0, &path));
	assert_int_equal(path.refusal, RIB_ROUTE_LEAK);
	p.far.otc = 0;
	far_say_route(l, ROUTE);
	assert_true(pair_has(&p, ROUTE));
	pair_clear(&p);
}

static void
route_from_above_is_marked_with_its_as(void **state)
{
	struct prefix prefix;
	struct rib_path path;
	struct attrs attrs;
	struct rib *rib;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");
	far_say_route(pair_up(&p), ROUTE);

	rib = sim_bgpd(p.node)->rib;
	assert_true(prefix_parse(ROUTE, &prefix, NULL));
	assert_true(rib_best(rib, FAMILY_IPV4, rib_find(rib, &prefix), &path));
	attr_get(rib_attrs(rib), path.accepted, &attrs);
	assert_true(attrs.has & ATTR_HAS_OTC);
	assert_int_equal(attrs.otc, 65001);
	attr_get(rib_attrs(rib), path.received, &attrs);
	assert_false(attrs.has & ATTR_HAS_OTC);
	pair_clear(&p);
}

/* A policy that changes judges the same again. */
static void
mark_outlives_a_reload(void **state)
{
	struct prefix prefix;
	struct rib_path path;
	struct attrs attrs;
	struct rib *rib;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");
	far_say_route(pair_up(&p), ROUTE);
	pair_reload(
	    &p, "remote-as 65001\nimport pools all\nexport all\nrole customer");
	pair_run(&p, 50);

	rib = sim_bgpd(p.node)->rib;
	assert_true(prefix_parse(ROUTE, &prefix, NULL));
	assert_true(rib_best(rib, FAMILY_IPV4, rib_find(rib, &prefix), &path));
	attr_get(rib_attrs(rib), path.accepted, &attrs);
	assert_int_equal(attrs.otc, 65001);
	pair_clear(&p);
}

/* Our own routes are not marked, so they may go up. */
static void
own_block_goes_up_unmarked(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role customer");
	l = pair_up(&p);

	assert_int_equal(far_heard_route(l, BLOCK, false), 1);
	pair_clear(&p);
}

static void
off_beats_the_setting(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "role provider\ncapability role off");
	far_says_role(&p.far, ROLE_PEER);
	l = pair_up(&p);
	p.far.otc = 65009;
	far_say_route(l, ROUTE);

	assert_true(pair_has(&p, ROUTE));
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counterpart_comes_up),
		cmocka_unit_test(neighbor_without_a_role_comes_up),
		cmocka_unit_test(another_role_is_refused_and_both_are_named),
		cmocka_unit_test(required_role_that_is_missing_is_refused),
		cmocka_unit_test(leak_is_not_taken_and_says_so),
		cmocka_unit_test(route_from_above_is_marked_with_its_as),
		cmocka_unit_test(mark_outlives_a_reload),
		cmocka_unit_test(own_block_goes_up_unmarked),
		cmocka_unit_test(off_beats_the_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
