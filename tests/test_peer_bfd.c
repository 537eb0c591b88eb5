/* SPDX-License-Identifier: ISC */
/* test_peer_bfd.c - what BFD does to a session and to routes that are kept */
/*
 * The daemon is whole; its BFD packets go nowhere, and those of the far end
 * are made here.
 */
#include "tests/sim/pair.h"
#include "tests/testing.h"

#include <stdlib.h>

#define ROUTE   "10.9.0.0/24"
#define WATCHED PAIR_USUAL "bfd { interval 300ms; multiplier 3 }\n"

static struct bfd_io wire;
static unsigned int sent;

static int
wire_listen(struct bfd_io *io, enum family f, bool multihop)
{
	(void)io, (void)f, (void)multihop;
	return 0;
}

static struct bfd_port *
wire_open(struct bfd_io *io, const struct bfd_path *path)
{
	(void)path;
	return (struct bfd_port *)io;
}

static int
wire_send(struct bfd_port *port, struct span packet)
{
	(void)port, (void)packet;
	sent++;
	return 0;
}

static void
wire_close(struct bfd_port *port)
{
	(void)port;
}

static void
wire_read(struct bfd_io *io)
{
	(void)io;
}

static const struct bfd_io_ops wire_ops = { .listen = wire_listen,
	.open = wire_open,
	.send = wire_send,
	.close = wire_close,
	.read = wire_read,
	.free = wire_read };

static struct peer_bfd_view
view_of(struct pair *p)
{
	struct peer_bfd_view view;

	peer_bfd_view(pair_peer(p), &view);
	return view;
}

/* The far end says a state. */
static void
say(struct pair *p, enum bfd_state state, bool independent)
{
	const struct bfd_session *s = bfd_session_of(view_of(p).watch);
	uint8_t bytes[BFD_PACKET_MAX];
	struct wr wr = wr_of(bytes, sizeof(bytes));
	const struct bfd_packet packet = { .state = state,
		.independent = independent,
		.multiplier = 3,
		.mine = 9,
		.yours = s->local,
		.min_tx = 300000,
		.min_rx = 300000 };
	struct bfd_datagram d = { .local = p->far.daemon,
		.remote = p->far.address,
		.hops = BFD_HOPS };

	bfd_packet_encode(&wr, &packet);
	d.bytes = wr_written(&wr);
	wire.receive(wire.arg, &d);
}

static int
setup(void **state)
{
	static struct pair pair;

	wire = (struct bfd_io){ .ops = &wire_ops };
	sent = 0;
	pair_init(&pair, WATCHED);
	sim_kill(pair.node);
	sim_watch(pair.node, &wire);
	far_reset(&pair.far);
	sim_start(pair.node);
	pair_run(&pair, 5);
	*state = &pair;
	return 0;
}

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
watch_up(struct pair *p, bool independent)
{
	say(p, BFD_DOWN, independent);
	say(p, BFD_INIT, independent);
	say(p, BFD_UP, independent);
	assert_int_equal(bfd_session_of(view_of(p).watch)->state, BFD_UP);
	assert_string_equal(view_of(p).reason, "");
}

static void
silence_ends_session_and_routes(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_route(p);

	watch_up(p, false);
	pair_run(p, 899);
	pair_assert_up(p, true);
	pair_run(p, 2);

	assert_string_equal(pair_word(p), "bfd-down");
	assert_string_equal(
	    peer_reason(pair_peer(p)), "bfd: no packet for 900ms");
	pair_run(p, 20);
	assert_int_equal(far_notified(l), ERR_CEASE << 8 | CEASE_BFD_DOWN);
	assert_false(pair_has(p, ROUTE));
	assert_int_equal(view_of(p).flaps, 1);
}

static void
down_of_theirs_ends_the_session(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	watch_up(p, false);
	say(p, BFD_DOWN, false);

	assert_string_equal(pair_word(p), "bfd-down");
}

/* RFC 5882 4.2. */
static void
admin_down_of_theirs_is_no_failure(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	watch_up(p, false);
	say(p, BFD_ADMIN_DOWN, false);
	pair_run(p, 5000);

	pair_assert_up(p, true);
	assert_string_equal(view_of(p).reason, "switched off by the neighbor");
}

static void
never_up_is_no_failure(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	pair_run(p, 5000);

	pair_assert_up(p, true);
	assert_string_equal(view_of(p).reason, "never up: nothing heard");
	assert_in_range(sent, 5, 8);
}

/* RFC 5882 4.3: its BFD went with its daemon, or it did not. */
static void
kept_routes_go_only_if_bfd_outlives_the_daemon(void **state)
{
	struct pair *p = *state;

	far_hang_up(up_with_route(p));
	watch_up(p, false);
	pair_run(p, 1000);
	assert_true(pair_has(p, ROUTE));
	watch_up(p, true);
	pair_run(p, 920);

	assert_false(pair_has(p, ROUTE));
	assert_false(pair_family(p).stale);
}

static void
intervals_are_changed_without_a_reset(void **state)
{
	struct pair *p = *state;

	up_with_route(p);
	watch_up(p, false);
	pair_reload(p, PAIR_USUAL "bfd { interval 100ms; multiplier 5 }\n");

	pair_assert_up(p, true);
	assert_int_equal(bfd_session_of(view_of(p).watch)->min_rx, 100000);
	assert_true(bfd_session_of(view_of(p).watch)->polling);
	pair_reload(p, PAIR_USUAL);
	pair_run(p, 50);
	assert_null(view_of(p).watch);
	pair_assert_up(p, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    silence_ends_session_and_routes, setup, pair_teardown),
		cmocka_unit_test_setup_teardown(
		    down_of_theirs_ends_the_session, setup, pair_teardown),
		cmocka_unit_test_setup_teardown(
		    admin_down_of_theirs_is_no_failure, setup, pair_teardown),
		cmocka_unit_test_setup_teardown(
		    never_up_is_no_failure, setup, pair_teardown),
		cmocka_unit_test_setup_teardown(
		    kept_routes_go_only_if_bfd_outlives_the_daemon, setup,
		    pair_teardown),
		cmocka_unit_test_setup_teardown(
		    intervals_are_changed_without_a_reset, setup,
		    pair_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
