/* SPDX-License-Identifier: ISC */
/* test_peer_long_lived.c - routes of a dead neighbor as a last resort */
/*
 * RFC 9494 as helper: the far end says routes, goes away and stays away
 * beyond its restart time of 60 s; what counts is what is in the kernel and
 * how it is marked.  `Away` means that nobody can connect.
 */
#include "rib/community.h"
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define ROUTE   "10.9.0.0/24"
#define OTHER   "10.9.1.0/24"
#define SECONDS 1000
#define LONG    PAIR_USUAL "long-lived 300s\n"
#define RESTART 60  /* s, of theirs */
#define LONGER  300 /* s, of ours */

static void
start(struct pair *p, const char *settings, uint32_t seconds)
{
	pair_init(p, settings);
	far_restarts(&p->far, RESTART, true);
	far_lives_long(&p->far, seconds, true);
}

static void
cut(struct pair *p, bool cut)
{
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, cut);
}

/* Up with a route, gone, and nobody can connect. */
static void
go_away(struct pair *p)
{
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_true(pair_has(p, ROUTE));
	far_hang_up(l);
	cut(p, true);
}

static bool
is_marked(struct pair *p, const char *text)
{
	struct rib *rib = sim_bgpd(p->node)->rib;
	struct prefix prefix;
	struct rib_path path;
	struct attrs attrs;

	assert_true(prefix_parse(text, &prefix, NULL));
	assert_true(rib_best(rib, FAMILY_IPV4, rib_find(rib, &prefix), &path));
	attr_get(rib_attrs(rib), path.accepted, &attrs);
	return community_has(attrs.communities, COMMUNITY_LLGR_STALE);
}

static void
announced_where_it_is_set_beside_restart(void **state)
{
	static const struct {
		const char *settings;
		bool announced;
	} cases[] = {
		{ PAIR_USUAL, false },
		{ LONG, true },
		{ LONG "graceful-restart off", false },
		{ LONG "capability long-lived-graceful-restart off", false },
	};
	struct open open;
	struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		pair_init(&p, cases[i].settings);
		open = far_heard_open(far_accepted(&p.far));
		assert_int_equal(
		    (open.has & OPEN_HAS_LONG_LIVED) != 0, cases[i].announced);
		assert_int_equal(open.family[FAMILY_IPV4].long_lived_time,
		    cases[i].announced ? LONGER : 0);
		pair_clear(&p);
	}
}

static void
route_outlives_the_restart_time_and_is_marked(void **state)
{
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	go_away(&p);
	pair_run(&p, (RESTART - 1) * SECONDS);
	assert_false(is_marked(&p, ROUTE));
	assert_false(pair_family(&p).long_lived);
	pair_run(&p, 2 * SECONDS);

	assert_true(pair_has(&p, ROUTE));
	assert_true(is_marked(&p, ROUTE));
	assert_true(pair_family(&p).stale && pair_family(&p).long_lived);
	pair_clear(&p);
}

static void
longer_time_is_the_smaller_of_both(void **state)
{
	static const uint32_t theirs[] = { 100, 3600 };
	uint32_t wanted;
	struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		wanted = theirs[i] < LONGER ? theirs[i] : LONGER;
		start(&p, LONG, theirs[i]);
		go_away(&p);
		pair_run(&p, (RESTART + wanted - 1) * SECONDS);
		assert_true(pair_has(&p, ROUTE));
		pair_run(&p, 2 * SECONDS);
		assert_false(pair_has(&p, ROUTE));
		assert_false(pair_family(&p).stale);
		pair_clear(&p);
	}
}

static void
route_goes_at_the_restart_time_where_it_is_off(void **state)
{
	struct pair p;

	(void)state;
	start(&p, PAIR_USUAL, 3600);
	go_away(&p);
	pair_run(&p, (RESTART + 1) * SECONDS);

	assert_false(pair_has(&p, ROUTE));
	pair_clear(&p);
}

static void
route_that_asks_for_it_goes_at_the_restart_time(void **state)
{
	static const uint8_t no_llgr[] = { 0xff, 0xff, 0x00, 0x07 };
	struct far_line *l;
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	l = pair_up(&p);
	far_say_route(l, OTHER);
	p.far.communities = (struct span){ no_llgr, sizeof(no_llgr) };
	far_say_route(l, ROUTE);
	far_say_route(l, "10.9.2.0/24");
	far_hang_up(l);
	cut(&p, true);
	pair_run(&p, (RESTART - 1) * SECONDS);
	assert_true(pair_has(&p, ROUTE));
	pair_run(&p, 2 * SECONDS);

	assert_false(pair_has(&p, ROUTE));
	assert_false(pair_has(&p, "10.9.2.0/24"));
	assert_true(pair_has(&p, OTHER));
	pair_clear(&p);
}

/* A family that only long-lived restart names has no restart time. */
static void
family_without_restart_is_a_last_resort_at_once(void **state)
{
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	p.far.open.family[FAMILY_IPV4].restart = false;
	go_away(&p);
	pair_run(&p, 1 * SECONDS);

	assert_true(pair_has(&p, ROUTE));
	assert_true(is_marked(&p, ROUTE));
	pair_clear(&p);
}

/* ---- it comes back ----------------------------------------------------- */

static struct far_line *
come_back(struct pair *p)
{
	struct far_line *l;

	go_away(p);
	pair_run(p, (RESTART + 10) * SECONDS);
	assert_true(is_marked(p, ROUTE));
	cut(p, false);
	l = far_dial(&p->far);
	far_greet(l);
	pair_assert_up(p, true);
	return l;
}

static void
route_that_is_said_again_loses_its_mark(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	l = come_back(&p);
	assert_true(pair_has(&p, ROUTE));
	far_say_route(l, ROUTE);
	pair_run(&p, 50);
	assert_false(is_marked(&p, ROUTE));
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(&p, 50);

	assert_true(pair_has(&p, ROUTE));
	assert_false(pair_family(&p).stale);
	pair_clear(&p);
}

static void
end_of_rib_sweeps_the_last_resort(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	l = come_back(&p);
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(&p, 50);

	assert_false(pair_has(&p, ROUTE));
	pair_clear(&p);
}

static void
return_without_its_f_bit_drops_the_last_resort(void **state)
{
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	go_away(&p);
	pair_run(&p, (RESTART + 10) * SECONDS);
	cut(&p, false);
	far_lives_long(&p.far, 3600, false);
	far_greet(far_dial(&p.far));
	pair_run(&p, 50);

	assert_false(pair_has(&p, ROUTE));
	pair_clear(&p);
}

static void
policy_that_changes_keeps_the_mark(void **state)
{
	struct pair p;

	(void)state;
	start(&p, LONG, 3600);
	go_away(&p);
	pair_run(&p, (RESTART + 10) * SECONDS);
	pair_reload(&p,
	    "remote-as 65001\nimport pools all\nexport all\n"
	    "long-lived 300s");
	pair_run(&p, 50);

	assert_true(is_marked(&p, ROUTE));
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announced_where_it_is_set_beside_restart),
		cmocka_unit_test(route_outlives_the_restart_time_and_is_marked),
		cmocka_unit_test(longer_time_is_the_smaller_of_both),
		cmocka_unit_test(
		    route_goes_at_the_restart_time_where_it_is_off),
		cmocka_unit_test(
		    route_that_asks_for_it_goes_at_the_restart_time),
		cmocka_unit_test(
		    family_without_restart_is_a_last_resort_at_once),
		cmocka_unit_test(route_that_is_said_again_loses_its_mark),
		cmocka_unit_test(end_of_rib_sweeps_the_last_resort),
		cmocka_unit_test(
		    return_without_its_f_bit_drops_the_last_resort),
		cmocka_unit_test(policy_that_changes_keeps_the_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
