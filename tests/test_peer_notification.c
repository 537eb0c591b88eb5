/* SPDX-License-Identifier: ISC */
/* test_peer_notification.c - restart with the N bit, RFC 8538 */
/*
 * Where both sides have the N bit, a NOTIFICATION keeps routes as a plain
 * close does, unless it is a hard reset; and what we end for good we end by
 * such a one.
 */
#include "tests/sim/pair.h"
#include "tests/sim/sim_mesh.h"
#include "tests/testing.h"

#define ROUTE   "10.9.0.0/24"
#define SECONDS 1000
#define MESH    60000 /* ms to come up */

static struct far_line *
up_with_a_route(struct pair *p, bool n_bit)
{
	struct far_line *l;

	far_restarts(&p->far, 60, true);
	p->far.open.restart_notification = n_bit;
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_true(pair_has(p, ROUTE));
	return l;
}

static void
assert_kept(struct pair *p, bool kept)
{
	pair_run(p, 50);
	assert_int_equal(pair_has(p, ROUTE), kept);
	assert_int_equal(pair_family(p).stale, kept);
}

/* ---- they end it ------------------------------------------------------- */

static void
notification_keeps_routes(void **state)
{
	struct pair *p = *state;

	far_say_notification(
	    up_with_a_route(p, true), ERR_CEASE, CEASE_ADMIN_RESET);

	pair_assert_up(p, false);
	assert_kept(p, true);
}

static void
hard_reset_drops_routes(void **state)
{
	struct pair *p = *state;

	far_say_notification(
	    up_with_a_route(p, true), ERR_CEASE, CEASE_HARD_RESET);

	assert_kept(p, false);
}

static void
notification_without_their_n_bit_drops_routes(void **state)
{
	struct pair *p = *state;

	far_say_notification(
	    up_with_a_route(p, false), ERR_CEASE, CEASE_ADMIN_RESET);

	assert_kept(p, false);
}

static void
return_after_a_notification_keeps_what_is_said_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_say_notification(
	    up_with_a_route(p, true), ERR_CEASE, CEASE_ADMIN_RESET);
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
	assert_false(pair_family(p).stale);
}

/* ---- we end it --------------------------------------------------------- */

static void
hold_expiry_keeps_routes(void **state)
{
	struct pair *p = *state;

	p->far.open.hold_time = 3;
	up_with_a_route(p, true);
	pair_run(p, 4 * SECONDS);

	assert_string_equal(pair_word(p), "hold-expired");
	assert_kept(p, true);
}

static void
error_of_theirs_keeps_routes(void **state)
{
	struct pair *p = *state;

	far_say_open(up_with_a_route(p, true));

	assert_string_equal(pair_word(p), "sent");
	assert_kept(p, true);
}

static void
clear_is_no_hard_reset(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, true);

	peer_clear(pair_peer(p), NULL);
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0x0604);
}

static void
disabling_is_a_hard_reset(void **state)
{
	static const uint8_t inner[] = { ERR_CEASE, CEASE_ADMIN_SHUTDOWN };
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, true);

	pair_reload(p, PAIR_USUAL "disabled");
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0x0609);
	assert_int_equal(far_notified_data(l).length, sizeof(inner));
	assert_memory_equal(far_notified_data(l).data, inner, sizeof(inner));
	assert_false(pair_has(p, ROUTE));
}

static void
disabling_without_their_n_bit_is_a_shutdown(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, false);

	pair_reload(p, PAIR_USUAL "disabled");
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0x0602);
}

static void
removal_is_a_hard_reset(void **state)
{
	static const uint8_t inner[] = { ERR_CEASE, CEASE_DECONFIGURED };
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, true);

	sim_config(p->node, "as 64512\nnode ours\nrouter-id 10.0.0.1\n");
	assert_true(sim_reload(p->node));
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0x0609);
	assert_int_equal(far_notified_data(l).length, sizeof(inner));
	assert_memory_equal(far_notified_data(l).data, inner, sizeof(inner));
	assert_false(pair_has(p, ROUTE));
}

/* It comes back: neither side drops anything. */
static void
end_of_the_daemon_is_no_hard_reset(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, true);

	sim_stop(p->node);
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0x0604);
	assert_true(pair_has(p, ROUTE));
}

static void
end_of_the_daemon_without_the_n_bit_is_silent(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_a_route(p, false);

	sim_stop(p->node);
	pair_run(p, 50);

	assert_int_equal(far_notified(l), 0);
	assert_null(l->conn);
	assert_true(pair_has(p, ROUTE));
}

/* ---- who has it -------------------------------------------------------- */

static void
mesh_does_without(void **state)
{
	struct sim_mesh m;
	struct peer *p;
	uint32_t cursor = 0;

	(void)state;
	sim_mesh_init(&m, 2, 71);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, MESH));

	while ((p = neighbors_walk(sim_bgpd(m.node[1])->neighbors, &cursor)) !=
	    NULL) {
		assert_true(session_common(peer_session(p))->restart);
		assert_false(
		    session_sent(peer_session(p))->restart_notification);
	}
	sim_mesh_clear(&m);
}

static void
others_have_it_with_restart_only(void **state)
{
	struct open open;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL);
	open = far_heard_open(far_accepted(&p.far));

	assert_true(open.has & OPEN_HAS_RESTART);
	assert_true(open.restart_notification);
	far_clear(&p.far);
	sim_free(p.sim);
}

#define TEST(test) \
	cmocka_unit_test_setup_teardown(test, pair_setup, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(notification_keeps_routes),
		TEST(hard_reset_drops_routes),
		TEST(notification_without_their_n_bit_drops_routes),
		TEST(return_after_a_notification_keeps_what_is_said_again),
		TEST(hold_expiry_keeps_routes),
		TEST(error_of_theirs_keeps_routes),
		TEST(clear_is_no_hard_reset),
		TEST(disabling_is_a_hard_reset),
		TEST(disabling_without_their_n_bit_is_a_shutdown),
		TEST(removal_is_a_hard_reset),
		TEST(end_of_the_daemon_is_no_hard_reset),
		TEST(end_of_the_daemon_without_the_n_bit_is_silent),
		cmocka_unit_test(mesh_does_without),
		cmocka_unit_test(others_have_it_with_restart_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
