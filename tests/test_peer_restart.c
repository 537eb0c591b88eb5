/* SPDX-License-Identifier: ISC */
/* test_peer_restart.c - helper of a neighbor's restart, RFC 4724 4.2 and 5 */
/*
 * The far end says routes, goes away in one way or another, comes back or
 * does not; what counts is which of its routes are in the kernel meanwhile.
 */
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define ROUTE   "10.9.0.0/24"
#define OTHER   "10.9.1.0/24"
#define SECONDS 1000

/* Up, with two routes, in which the kernel believes. */
static struct far_line *
up_with_routes(struct pair *p)
{
	struct far_line *l;

	far_restarts(&p->far, 60, true);
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_true(pair_has(p, ROUTE));
	assert_false(pair_family(p).stale);
	return l;
}

static void
assert_kept(struct pair *p, bool kept)
{
	pair_run(p, 50);
	assert_int_equal(pair_has(p, ROUTE), kept);
	assert_int_equal(pair_has(p, OTHER), kept);
	assert_int_equal(pair_family(p).stale, kept);
}

static void
close_keeps_routes_as_stale(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));

	pair_assert_up(p, false);
	assert_kept(p, true);
	assert_in_range(pair_family(p).stale_until,
	    fake_net_now(sim_net(p->sim)) + 59 * SECONDS,
	    fake_net_now(sim_net(p->sim)) + 60 * SECONDS);
}

static void
close_without_restart_announced_drops_routes(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	assert_true(pair_has(p, ROUTE));
	far_hang_up(l);

	assert_kept(p, false);
}

static void
close_drops_a_family_that_restart_does_not_name(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_restarts(&p->far, 60, true);
	p->far.open.family[FAMILY_IPV4].restart = false;
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_hang_up(l);

	assert_kept(p, false);
}

/* It names a family in its restart that the session does not carry. */
static void
close_keeps_nothing_of_a_family_not_carried(void **state)
{
	struct pair *p = *state;
	struct peer_family f;

	p->far.open.family[FAMILY_IPV6].restart = true;
	far_hang_up(up_with_routes(p));

	peer_family(pair_peer(p), FAMILY_IPV6, &f);
	assert_false(f.stale);
}

static void
notification_drops_routes(void **state)
{
	struct pair *p = *state;

	far_say_notification(up_with_routes(p), ERR_CEASE, CEASE_ADMIN_RESET);

	assert_kept(p, false);
}

static void
hold_expiry_drops_routes(void **state)
{
	struct pair *p = *state;

	p->far.open.hold_time = 3;
	up_with_routes(p);
	pair_run(p, 4 * SECONDS);

	assert_string_equal(pair_word(p), "hold-expired");
	assert_kept(p, false);
}

static void
error_of_theirs_drops_routes(void **state)
{
	struct pair *p = *state;

	far_say_open(up_with_routes(p));

	assert_string_equal(pair_word(p), "sent");
	assert_kept(p, false);
}

static void
clear_drops_routes(void **state)
{
	struct pair *p = *state;

	up_with_routes(p);
	peer_clear(pair_peer(p), NULL);

	assert_kept(p, false);
}

static void
restart_time_that_passes_drops_routes(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, true);
	pair_run(p, 59 * SECONDS);
	assert_kept(p, true);
	pair_run(p, 2 * SECONDS);

	assert_kept(p, false);
}

/* It comes back each time, and never gets as far as End-of-RIB. */
static void
restarts_without_an_end_are_bounded(void **state)
{
	struct pair *p = *state;
	int i;

	far_hang_up(up_with_routes(p));
	for (i = 0; i < 5; i++) {
		assert_kept(p, true);
		pair_run(p, 20 * SECONDS);
		far_hang_up(pair_up(p));
	}
	assert_kept(p, true);
	pair_run(p, 30 * SECONDS);

	assert_kept(p, false);
}

/* Never longer than our own restart time. */
static void
restart_time_of_theirs_is_bounded_by_ours(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	pair_init(p, PAIR_USUAL "graceful-restart 10s");
	*state = p;
	far_hang_up(up_with_routes(p));
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, true);
	pair_run(p, 9 * SECONDS);
	assert_kept(p, true);
	pair_run(p, 2 * SECONDS);

	assert_kept(p, false);
}

static void
return_without_the_f_bit_drops_routes(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));
	p->far.open.family[FAMILY_IPV4].forwarding = false;
	far_greet(far_accepted(&p->far));

	pair_assert_up(p, true);
	assert_kept(p, false);
}

static void
return_without_restart_drops_routes(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));
	p->far.open.has &= ~(uint32_t)OPEN_HAS_RESTART;
	p->far.open.family[FAMILY_IPV4].restart = false;
	far_greet(far_accepted(&p->far));

	pair_assert_up(p, true);
	assert_kept(p, false);
}

static void
return_without_the_family_drops_routes(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	pair_init(p, PAIR_USUAL "families ipv4 ipv6");
	*state = p;
	p->far.open.family[FAMILY_IPV6].multiprotocol = true;
	far_hang_up(up_with_routes(p));
	p->far.open.family[FAMILY_IPV4].multiprotocol = false;
	far_greet(far_accepted(&p->far));

	pair_assert_up(p, true);
	assert_kept(p, false);
}

static void
end_of_rib_sweeps_what_was_not_said_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_hang_up(up_with_routes(p));
	l = far_accepted(&p->far);
	far_greet(l);
	far_say_route(l, ROUTE);
	assert_true(pair_has(p, OTHER));
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
	assert_false(pair_has(p, OTHER));
	assert_false(pair_family(p).stale);
	assert_true(pair_family(p).end_of_rib_received);
}

/*
 * The restart time bounds how long it may be away (RFC 4724 4.2), not how
 * long it then takes to say everything.
 */
static void
return_at_the_last_moment_has_time_to_speak(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_hang_up(up_with_routes(p));
	l = far_accepted(&p->far);
	pair_run(p, 55 * SECONDS);
	far_greet(l);
	pair_assert_up(p, true);
	pair_run(p, 20 * SECONDS);
	assert_kept(p, true);
	far_say_route(l, ROUTE);
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
	assert_false(pair_has(p, OTHER));
}

static void
return_begins_with_no_end_of_rib(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p);

	assert_true(pair_family(p).end_of_rib_received);
	assert_true(pair_family(p).end_of_rib_sent);
	far_hang_up(l);
	groups_defer(sim_bgpd(p->node)->groups, FAMILY_IPV4, true);
	far_greet(far_accepted(&p->far));

	pair_assert_up(p, true);
	assert_false(pair_family(p).end_of_rib_received);
	assert_false(pair_family(p).end_of_rib_sent);
}

/* It is up again and stays silent: not for ever. */
static void
return_without_end_of_rib_is_swept_in_the_end(void **state)
{
	struct pair *p = *state;
	struct far_line *l;
	unsigned int i;

	far_hang_up(up_with_routes(p));
	l = far_accepted(&p->far);
	far_greet(l);
	far_say_route(l, ROUTE);
	for (i = 0; i < 7; i++) {
		pair_run(p, 20 * SECONDS);
		far_say_keepalive(l);
	}

	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
	assert_false(pair_has(p, OTHER));
}

static void
second_restart_in_the_window_keeps_routes(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_hang_up(up_with_routes(p));
	l = far_accepted(&p->far);
	far_greet(l);
	far_hang_up(l);
	assert_kept(p, true);
	l = far_accepted(&p->far);
	far_greet(l);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	far_say_end_of_rib(l, FAMILY_IPV4);

	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
	assert_false(pair_family(p).stale);
}

/* RFC 4724 5: it died without a word, and is here again. */
static void
new_connection_replaces_the_established_one(void **state)
{
	struct pair *p = *state;
	struct far_line *before = up_with_routes(p), *l;

	pair_run(p, 100);
	l = far_dial(&p->far);
	far_say_open(l);
	assert_int_equal(far_notified(before), 0);
	assert_null(before->conn);
	assert_kept(p, true);
	far_say_keepalive(l);

	pair_assert_up(p, true);
	assert_kept(p, true);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_kept(p, false);
	pair_run(p, 60 * SECONDS);
	pair_assert_up(p, true);
}

static void
new_connection_without_restart_is_refused(void **state)
{
	struct pair *p = *state;
	struct far_line *before = pair_up(p), *l;

	far_say_route(before, ROUTE);
	pair_run(p, 100);
	l = far_dial(&p->far);
	far_say_open(l);

	assert_int_equal(far_notified(l), ERR_CEASE * 256 + CEASE_COLLISION);
	assert_non_null(before->conn);
	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
}

/* Its OPEN replaced the old one, and then it goes no further. */
static void
new_connection_that_fails_leaves_routes_stale(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	up_with_routes(p);
	pair_run(p, 100);
	l = far_dial(&p->far);
	far_say_open(l);
	far_hang_up(l);

	assert_kept(p, true);
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

static void
withdrawal_of_a_stale_route_is_believed(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_hang_up(up_with_routes(p));
	l = far_accepted(&p->far);
	far_greet(l);
	far_say_withdraw(l, ROUTE);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
}

/* Nothing was adopted: after a reboot its kernel is empty. */
static void
first_open_has_no_forwarding_state(void **state)
{
	struct pair *p = *state;
	struct far_line *l = far_accepted(&p->far);

	assert_false(far_heard_open(l).family[FAMILY_IPV4].forwarding);

	l = pair_up(p);
	far_hang_up(l);
	l = far_dial(&p->far);
	far_greet(l);

	assert_true(far_heard_open(l).family[FAMILY_IPV4].forwarding);
}

static void
removed_neighbor_leaves_no_stale_routes(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));
	assert_kept(p, true);
	sim_config(p->node,
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\n"
	    "blocks 10.244.1.0/26\n");
	assert_true(sim_reload(p->node));
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_false(pair_has(p, OTHER));
	assert_true(pair_has(p, "10.244.1.0/26"));
}

static void
disabled_neighbor_leaves_no_stale_routes(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_routes(p));
	assert_kept(p, true);
	pair_reload(p, PAIR_USUAL "disabled");

	assert_kept(p, false);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
#define TEST_OWN(name) \
	cmocka_unit_test_setup_teardown(name, NULL, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_open_has_no_forwarding_state),
		TEST(close_keeps_routes_as_stale),
		TEST(close_without_restart_announced_drops_routes),
		TEST(close_drops_a_family_that_restart_does_not_name),
		TEST(close_keeps_nothing_of_a_family_not_carried),
		TEST(notification_drops_routes),
		TEST(hold_expiry_drops_routes),
		TEST(error_of_theirs_drops_routes),
		TEST(clear_drops_routes),
		TEST(restart_time_that_passes_drops_routes),
		TEST(restarts_without_an_end_are_bounded),
		TEST_OWN(restart_time_of_theirs_is_bounded_by_ours),
		TEST(return_without_the_f_bit_drops_routes),
		TEST(return_without_restart_drops_routes),
		TEST_OWN(return_without_the_family_drops_routes),
		TEST(end_of_rib_sweeps_what_was_not_said_again),
		TEST(return_at_the_last_moment_has_time_to_speak),
		TEST(return_begins_with_no_end_of_rib),
		TEST(return_without_end_of_rib_is_swept_in_the_end),
		TEST(second_restart_in_the_window_keeps_routes),
		TEST(new_connection_replaces_the_established_one),
		TEST(new_connection_without_restart_is_refused),
		TEST(new_connection_that_fails_leaves_routes_stale),
		TEST(withdrawal_of_a_stale_route_is_believed),
		TEST(removed_neighbor_leaves_no_stale_routes),
		TEST(disabled_neighbor_leaves_no_stale_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
