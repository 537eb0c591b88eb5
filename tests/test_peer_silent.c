/* SPDX-License-Identifier: ISC */
/* test_peer_silent.c - a neighbor's host dies, and the kernel notices */
/*
 * The far end says routes, and then either its daemon or its host is gone:
 * a dead host is one that nothing reaches and that answers no question of
 * the kernel.  What counts is which of its routes are in the kernel, and when.
 */
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define ROUTE    "10.9.0.0/24"
#define SECONDS  1000
#define INTERNAL "remote-as internal\nimport all\nexport all\n"

/* Up, with a route. */
static struct far_line *
up_with_route(struct pair *p)
{
	struct far_line *l;

	far_restarts(&p->far, 60, true);
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_true(pair_has(p, ROUTE));
	return l;
}

static void
cut(struct pair *p)
{
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, true);
}

static void
host_dies(struct pair *p, bool traffic)
{
	cut(p);
	fake_host(
	    sim_kernel(p->node), SIM_LINK, &p->far.address, true, traffic);
}

static void
kept_routes_go_with_the_host(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_route(p));
	pair_run(p, 10 * SECONDS);
	assert_true(pair_has(p, ROUTE));
	host_dies(p, true);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_false(pair_family(p).stale);
	assert_string_equal(pair_word(p), "host-silent");
	assert_string_equal(peer_reason(pair_peer(p)),
	    "routes dropped: host does not answer (neighbor table)");
}

/* Without traffic only our own questions find out. */
static void
kept_routes_are_asked_for_each_second(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_route(p));
	host_dies(p, false);
	assert_true(pair_has(p, ROUTE));
	pair_run(p, 1100);

	assert_false(pair_has(p, ROUTE));
}

static void
kept_routes_of_a_host_that_answers_stay(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_route(p));
	cut(p);
	pair_run(p, 59 * SECONDS);
	assert_true(pair_has(p, ROUTE));
	pair_run(p, 2 * SECONDS);

	assert_false(pair_has(p, ROUTE));
}

/* They lead to other hosts. */
static void
kept_routes_by_another_next_hop_stay(void **state)
{
	struct pair *p = *state;

	assert_true(address_parse("10.0.0.3", &p->far.hop));
	far_hang_up(up_with_route(p));
	host_dies(p, true);
	pair_run(p, 10 * SECONDS);
	assert_true(pair_has(p, ROUTE));
	assert_string_equal(
	    peer_reason(pair_peer(p)), "host does not answer (neighbor table)");
	pair_run(p, 60 * SECONDS);

	assert_false(pair_has(p, ROUTE));
}

static void
kept_routes_that_were_reflected_stay(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	pair_init(p, INTERNAL);
	*state = p;
	p->far.open.as = p->far.open.my_as = 64512;
	p->far.originator = 7;
	far_hang_up(up_with_route(p));
	host_dies(p, true);
	pair_run(p, 10 * SECONDS);

	assert_true(pair_has(p, ROUTE));
}

/* Keepalives are 22.5 to 30 s apart, and one is given a second. */
static void
quiet_session_ends_after_the_next_keepalive(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	host_dies(p, false);
	pair_run(p, 20 * SECONDS);
	pair_assert_up(p, true);
	pair_run(p, 15 * SECONDS);

	pair_assert_up(p, false);
	assert_false(pair_has(p, ROUTE));
	assert_string_equal(pair_word(p), "host-silent");
}

/* The kernel hears first; the KEEPALIVE that asks has a second. */
static void
session_ends_soon_after_traffic_failed(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	host_dies(p, true);
	pair_run(p, 900);
	pair_assert_up(p, true);
	pair_run(p, 200);

	pair_assert_up(p, false);
	assert_false(pair_has(p, ROUTE));
}

/* Its address was asked for while it changed, say: it hears us all the same. */
static void
session_that_is_confirmed_outlives_failures(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_route(p);
	unsigned int i;

	fake_host(sim_kernel(p->node), SIM_LINK, &p->far.address, true, true);
	for (i = 0; i < 30; i++) {
		pair_run(p, 10 * SECONDS);
		far_say_keepalive(l);
		pair_assert_up(p, true);
	}

	assert_true(pair_has(p, ROUTE));
}

/* Slow, or short of a path for a while, but there. */
static void
session_over_a_short_cut_outlives_it(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	cut(p);
	pair_run(p, 60 * SECONDS);
	pair_assert_up(p, true);
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, false);

	assert_true(pair_has(p, ROUTE));
}

static void
session_without_restart_drops_all(void **state)
{
	struct pair *p = *state;

	far_say_route(pair_up(p), ROUTE);
	assert_true(pair_has(p, ROUTE));
	host_dies(p, true);
	pair_run(p, 3 * SECONDS);

	assert_false(pair_has(p, ROUTE));
	assert_string_equal(pair_word(p), "host-silent");
}

static void
host_that_returns_has_its_routes_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_route(p);

	host_dies(p, true);
	pair_run(p, 30 * SECONDS);
	assert_false(pair_has(p, ROUTE));
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, false);
	fake_host(sim_kernel(p->node), SIM_LINK, &p->far.address, false, false);
	far_hang_up(l);
	pair_run(p, 10 * SECONDS);
	l = pair_up(p);
	far_say_route(l, ROUTE);

	assert_true(pair_has(p, ROUTE));
}

#define USUAL(name) \
	cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
#define OWN(name) cmocka_unit_test_setup_teardown(name, NULL, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		USUAL(kept_routes_go_with_the_host),
		USUAL(kept_routes_are_asked_for_each_second),
		USUAL(kept_routes_of_a_host_that_answers_stay),
		USUAL(kept_routes_by_another_next_hop_stay),
		OWN(kept_routes_that_were_reflected_stay),
		USUAL(quiet_session_ends_after_the_next_keepalive),
		USUAL(session_ends_soon_after_traffic_failed),
		USUAL(session_that_is_confirmed_outlives_failures),
		USUAL(session_over_a_short_cut_outlives_it),
		USUAL(session_without_restart_drops_all),
		USUAL(host_that_returns_has_its_routes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
