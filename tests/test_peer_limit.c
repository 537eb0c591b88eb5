/* SPDX-License-Identifier: ISC */
/* test_peer_limit.c - a neighbor that sends more prefixes than it may */
/*
 * max-prefix, from the far end: what it hears when it says one too many, for
 * how long it is refused, and what of its routes is in the kernel meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/testing.h"

#define SECONDS   1000
#define CEASED    (ERR_CEASE * 256 + CEASE_MAX_PREFIXES)
#define HARD      (ERR_CEASE * 256 + CEASE_HARD_RESET)
#define RESTART   PAIR_USUAL "graceful-restart off\nmax-prefix 3 restart 60s\n"
#define DISABLE   PAIR_USUAL "max-prefix 3 disable\n"
#define RESTARTED 60 /* s */

static void
start(struct pair *p, const char *settings)
{
	pair_init(p, settings);
}

/* 10.9.FIRST.0/24 and so many behind it. */
static void
say_routes(struct far_line *l, unsigned int first, unsigned int count)
{
	char text[PREFIX_STRLEN];
	unsigned int i;

	for (i = first; i < first + count; i++) {
		snprintf(text, sizeof(text), "10.9.%u.0/24", i);
		far_say_route(l, text);
	}
}

static bool
is_refused(struct pair *p)
{
	return far_dial(&p->far)->conn == NULL;
}

static void
limit_itself_is_allowed_and_changes_are(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, RESTART);
	l = pair_up(&p);
	say_routes(l, 1, 3);
	p.far.otc = 0;
	say_routes(l, 1, 3);
	far_say_withdraw(l, "10.9.1.0/24");
	say_routes(l, 4, 1);

	pair_assert_up(&p, true);
	assert_int_equal(pair_family(&p).received, 3);
	pair_clear(&p);
}

/* RFC 4486 4: AFI, SAFI, and the bound. */
static void
one_more_is_a_cease_with_the_limit(void **state)
{
	static const uint8_t data[] = { 0, 1, 1, 0, 0, 0, 3 };
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, RESTART);
	l = pair_up(&p);
	say_routes(l, 1, 4);

	assert_int_equal(far_notified(l), CEASED);
	assert_int_equal(far_notified_data(l).length, sizeof(data));
	assert_memory_equal(far_notified_data(l).data, data, sizeof(data));
	assert_string_equal(pair_word(&p), "prefix-limit");
	assert_string_equal(
	    peer_reason(pair_peer(&p)), "ipv4 prefix limit 3 exceeded");
	assert_int_equal(pair_family(&p).limit_exceeded, 1);
	assert_int_equal(pair_family(&p).received, 0);
	assert_false(pair_has(&p, "10.9.1.0/24"));
	pair_clear(&p);
}

static void
restart_takes_it_back_when_its_time_has_passed(void **state)
{
	struct pair p;

	(void)state;
	start(&p, RESTART);
	say_routes(pair_up(&p), 1, 4);
	pair_run(&p, (RESTARTED - 2) * SECONDS);
	assert_true(is_refused(&p));
	assert_in_range(
	    peer_overrun_until(pair_peer(&p)) - fake_net_now(sim_net(p.sim)), 1,
	    2 * SECONDS);
	pair_run(&p, 3 * SECONDS);

	far_greet(far_accepted(&p.far));
	pair_assert_up(&p, true);
	assert_int_equal(peer_overrun_until(pair_peer(&p)), 0);
	pair_clear(&p);
}

/* The time of the limit counts, not that which errors make longer. */
static void
restart_is_as_long_the_third_time(void **state)
{
	struct pair p;
	struct far_line *l;
	int i;

	(void)state;
	start(&p,
	    PAIR_USUAL "passive\ngraceful-restart off\nidle-hold 20s\n"
		       "max-prefix 3 restart 3s\n");
	for (i = 0; i < 3; i++) {
		l = far_dial(&p.far);
		assert_non_null(l->conn);
		far_greet(l);
		say_routes(l, 1, 4);
		assert_int_equal(far_notified(l), CEASED);
		assert_true(is_refused(&p));
		pair_run(&p, 4 * SECONDS);
	}
	pair_clear(&p);
}

static void
disable_waits_for_an_operator(void **state)
{
	struct pair p;

	(void)state;
	start(&p, DISABLE);
	say_routes(pair_up(&p), 1, 4);
	pair_run(&p, 3600 * SECONDS);
	assert_true(is_refused(&p));
	assert_int_equal(p.far.lines, 2);
	assert_string_equal(pair_word(&p), "prefix-limit");
	peer_clear(pair_peer(&p), NULL);
	pair_run(&p, 50);

	far_greet(far_accepted(&p.far));
	pair_assert_up(&p, true);
	pair_clear(&p);
}

static void
reload_of_the_limit_lets_it_come_back(void **state)
{
	struct pair p;

	(void)state;
	start(&p, DISABLE);
	say_routes(pair_up(&p), 1, 4);
	pair_reload(&p, DISABLE "description other\n");
	pair_run(&p, 60 * SECONDS);
	assert_int_equal(p.far.lines, 1);
	pair_reload(&p, PAIR_USUAL "max-prefix 4 disable\n");
	pair_run(&p, 50);

	far_greet(far_accepted(&p.far));
	pair_assert_up(&p, true);
	pair_clear(&p);
}

static void
reload_below_what_is_there_ends_the_session(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, PAIR_USUAL "graceful-restart off");
	l = pair_up(&p);
	say_routes(l, 1, 4);
	pair_reload(&p, RESTART);
	pair_run(&p, 20);

	assert_int_equal(far_notified(l), CEASED);
	assert_string_equal(pair_word(&p), "prefix-limit");
	pair_clear(&p);
}

/* One UPDATE with all of 10.9.0.0/24 .. 10.9.255.0/24. */
static void
say_many(struct far_line *l)
{
	static const uint8_t attributes[] = {
		0x40, 0x01, 0x01, 0x00,             /* ORIGIN IGP */
		0x40, 0x02, 0x06, 0x02, 0x01,       /* AS_PATH: 65001 */
		0x00, 0x00, 0xfd, 0xe9, 0x40, 0x03, /* NEXT_HOP */
		0x04, 0x0a, 0x00, 0x00, 0x02        /* 10.0.0.2 */
	};
	uint8_t bytes[2048];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_UPDATE);
	unsigned int i;

	wr_u16(&w, 0);
	wr_u16(&w, sizeof(attributes));
	wr_bytes(&w, attributes, sizeof(attributes));
	for (i = 0; i < 256; i++)
		wr_u32(&w, 24u << 24 | 10u << 16 | 9u << 8 | i);
	msg_end(&w, start);
	far_say(l, wr_written(&w));
}

static void
excess_is_not_stored_even_for_a_moment(void **state)
{
	struct far_line *l;
	struct pair p;
	struct rib_counts counts;
	size_t before;

	(void)state;
	start(&p, RESTART);
	far_restarts(&p.far, 60, true);
	l = pair_up(&p);
	say_routes(l, 1, 3);
	before = rib_bytes(sim_bgpd(p.node)->rib);
	say_many(l);

	assert_int_equal(far_notified(l), CEASED);
	assert_in_range(rib_bytes(sim_bgpd(p.node)->rib), 1, before);
	rib_counts(sim_bgpd(p.node)->rib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.paths, 1); /* our own */
	pair_clear(&p);
}

static void
warn_goes_on_and_is_shown(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, PAIR_USUAL "max-prefix 5 warn");
	l = pair_up(&p);
	say_routes(l, 1, 3);
	assert_false(pair_family(&p).near_limit);
	say_routes(l, 4, 1);
	assert_true(pair_family(&p).near_limit);
	say_routes(l, 5, 2);
	assert_true(pair_family(&p).over_limit);
	assert_int_equal(pair_family(&p).received, 6);
	far_say_withdraw(l, "10.9.1.0/24");

	pair_assert_up(&p, true);
	assert_true(pair_family(&p).near_limit);
	assert_false(pair_family(&p).over_limit);
	pair_clear(&p);
}

/* Our own AS in a path: received, and not let in. */
static void
accepted_counts_what_is_let_in(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p,
	    "remote-as 65001\nimport own-blocks\nexport all\n"
	    "graceful-restart off\nmax-prefix 3 accepted disable\n");
	l = pair_up(&p);
	say_routes(l, 1, 9);
	pair_assert_up(&p, true);
	assert_int_equal(pair_family(&p).received, 9);
	assert_int_equal(pair_family(&p).accepted, 0);

	pair_reload(&p,
	    "remote-as 65001\nimport all\nexport all\n"
	    "graceful-restart off\nmax-prefix 3 accepted disable\n");
	pair_run(&p, 20);
	assert_int_equal(far_notified(l), CEASED);
	pair_clear(&p);
}

static void
accepted_beyond_the_limit_is_a_cease(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p,
	    PAIR_USUAL "graceful-restart off\nmax-prefix 3 accepted disable\n");
	l = pair_up(&p);
	say_routes(l, 1, 3);
	say_routes(l, 1, 3);
	pair_assert_up(&p, true);
	say_routes(l, 4, 1);

	assert_int_equal(far_notified(l), CEASED);
	pair_clear(&p);
}

static void
limit_of_another_family_is_not_this_ones(void **state)
{
	struct pair p;

	(void)state;
	start(&p, PAIR_USUAL "max-prefix ipv6 3 disable\nmax-prefix 5 disable");
	say_routes(pair_up(&p), 1, 5);

	pair_assert_up(&p, true);
	pair_clear(&p);
}

/* RFC 8538 3.1: or it would keep our routes, and we its. */
static void
cease_is_hard_where_both_keep_routes(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, DISABLE);
	far_restarts(&p.far, 60, true);
	p.far.open.restart_notification = true;
	l = pair_up(&p);
	say_routes(l, 1, 4);

	assert_int_equal(far_notified(l), HARD);
	assert_int_equal(far_notified_data(l).data[0], ERR_CEASE);
	assert_int_equal(far_notified_data(l).data[1], CEASE_MAX_PREFIXES);
	assert_int_equal(pair_family(&p).received, 0);
	assert_false(pair_family(&p).stale);
	pair_clear(&p);
}

/* It comes back with others: those of before do not count. */
static void
stale_paths_do_not_count(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, DISABLE);
	far_restarts(&p.far, 60, true);
	l = pair_up(&p);
	say_routes(l, 1, 3);
	far_hang_up(l);
	l = far_dial(&p.far);
	far_greet(l);
	say_routes(l, 3, 3);
	pair_assert_up(&p, true);
	assert_int_equal(pair_family(&p).received, 5);
	far_say_end_of_rib(l, FAMILY_IPV4);
	assert_int_equal(pair_family(&p).received, 3);

	say_routes(l, 6, 1);
	pair_assert_up(&p, false);
	pair_clear(&p);
}

/* The node's address has nothing to do with it. */
static void
address_that_comes_back_brings_no_neighbor_back(void **state)
{
	struct pair p;
	struct far_line *l;

	(void)state;
	start(&p, "remote-as internal\nmax-prefix 3 disable\n");
	p.far.open.as = p.far.open.my_as = 64512;
	p.far.context.internal = true;
	l = pair_up(&p);
	say_routes(l, 1, 4);
	assert_string_equal(pair_word(&p), "prefix-limit");
	sim_address_remove(p.node, "10.0.0.1");
	pair_run(&p, SECONDS);
	sim_address_add(p.node, "10.0.0.1");
	pair_run(&p, 60 * SECONDS);

	assert_string_equal(pair_word(&p), "prefix-limit");
	assert_int_equal(p.far.lines, 1);
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_itself_is_allowed_and_changes_are),
		cmocka_unit_test(one_more_is_a_cease_with_the_limit),
		cmocka_unit_test(
		    restart_takes_it_back_when_its_time_has_passed),
		cmocka_unit_test(restart_is_as_long_the_third_time),
		cmocka_unit_test(disable_waits_for_an_operator),
		cmocka_unit_test(reload_of_the_limit_lets_it_come_back),
		cmocka_unit_test(reload_below_what_is_there_ends_the_session),
		cmocka_unit_test(excess_is_not_stored_even_for_a_moment),
		cmocka_unit_test(warn_goes_on_and_is_shown),
		cmocka_unit_test(accepted_counts_what_is_let_in),
		cmocka_unit_test(accepted_beyond_the_limit_is_a_cease),
		cmocka_unit_test(limit_of_another_family_is_not_this_ones),
		cmocka_unit_test(cease_is_hard_where_both_keep_routes),
		cmocka_unit_test(stale_paths_do_not_count),
		cmocka_unit_test(
		    address_that_comes_back_brings_no_neighbor_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
