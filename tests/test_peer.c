/* SPDX-License-Identifier: ISC */
/* test_peer.c - one neighbour: collisions, errors, refresh, what people do */
/*
 * A whole daemon and the far end of its neighbor, which is as rude as a test
 * wants.  Restarts are test_peer_restart.c's, the session's own business is
 * test_session.c's.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/testing.h"

#define OURS     "10.244.1.0/26"
#define ROUTE    "10.9.0.0/24"
#define SECONDS  1000
#define HIGHER   0x0a000009u
#define COLLIDED (ERR_CEASE * 256 + CEASE_COLLISION)

/* A body of raw bytes as an UPDATE. */
static void
say_update(struct far_line *l, struct span body)
{
	uint8_t bytes[512];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_UPDATE);

	wr_span(&w, body);
	msg_end(&w, start);
	far_say(l, wr_written(&w));
}

/* With 10.9.0.0/24, and an ORIGIN that does not exist. */
static const uint8_t bad_origin[] = {
	0x00, 0x00,                   /* withdrawn: none */
	0x00, 0x14,                   /* attributes: 20 octets */
	0x40, 0x01, 0x01, 0x07,       /* ORIGIN 7 */
	0x40, 0x02, 0x06, 0x02, 0x01, /* AS_PATH: 65001 */
	0x00, 0x00, 0xfd, 0xe9, 0x40, 0x03, 0x04, 0x0a, 0x00, 0x00,
	0x02,                  /* NEXT_HOP 10.0.0.2 */
	0x18, 0x0a, 0x09, 0x00 /* 10.9.0.0/24 */
};

/* ---- two connections at once, RFC 4271 6.8 ---- */

/* Both in OpenSent: [0] is ours, [1] theirs. */
static void
collide(struct pair *p, struct far_line *line[2])
{
	line[0] = far_accepted(&p->far);
	line[1] = far_dial(&p->far);
	assert_int_equal(far_heard(line[0], MSG_OPEN), 1);
	assert_int_equal(far_heard(line[1], MSG_OPEN), 1);
}

static void
assert_collision(struct pair *p, struct far_line *stays, struct far_line *goes)
{
	assert_null(goes->conn);
	assert_int_equal(far_notified(goes), COLLIDED);
	far_say_keepalive(stays);
	pair_assert_up(p, true);
	pair_run(p, 60 * SECONDS);
	pair_assert_up(p, true);
	assert_non_null(stays->conn);
	assert_int_equal(p->far.lines, 2);
	assert_int_equal(peer_counters(pair_peer(p))->established, 1);
}

static void
collision_with_a_lower_identifier_keeps_ours(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = 0x0a000000;
	collide(p, line);
	far_say_open(line[0]);
	far_say_open(line[1]);

	assert_collision(p, line[0], line[1]);
}

static void
collision_with_a_lower_identifier_heard_late_keeps_ours(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = 0x0a000000;
	collide(p, line);
	far_say_open(line[1]);
	far_say_open(line[0]);

	assert_collision(p, line[0], line[1]);
}

static void
collision_with_a_higher_identifier_keeps_theirs(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[0]);
	far_say_open(line[1]);

	assert_collision(p, line[1], line[0]);
}

static void
collision_with_a_higher_identifier_heard_first_keeps_theirs(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[1]);
	far_say_open(line[0]);

	assert_collision(p, line[1], line[0]);
}

/* RFC 6286 2.3: the higher AS number wins. */
static void
collision_with_our_identifier_compares_as_numbers(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = 0x0a000001;
	collide(p, line);
	far_say_open(line[0]);
	far_say_open(line[1]);

	assert_collision(p, line[1], line[0]);
}

static void
collision_that_comes_late_keeps_the_established_one(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	far_restarts(&p->far, 60, true);
	collide(p, line);
	far_greet(line[0]);
	far_say_open(line[1]);

	assert_int_equal(far_notified(line[1]), COLLIDED);
	pair_assert_up(p, true);
	assert_non_null(line[0]->conn);
}

/* The other is in OpenSent still: whoever is established ends it. */
static void
collision_ends_with_the_first_established(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	collide(p, line);
	far_greet(line[1]);

	pair_assert_up(p, true);
	assert_null(line[0]->conn);
	assert_int_equal(far_notified(line[0]), COLLIDED);
	pair_run(p, 60 * SECONDS);
	assert_int_equal(p->far.lines, 2);
}

/* What it is to be by now holds for whichever of them stays. */
static void
reload_in_a_collision_reaches_both_connections(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	pair_reload(p, PAIR_USUAL "idle-hold 200s");
	far_say_open(line[0]);
	far_greet(line[1]);
	pair_assert_up(p, true);
	far_say_open(line[1]);
	pair_run(p, 100 * SECONDS);

	assert_int_equal(p->far.lines, 2);
}

/* Both are theirs: it would not dial again if the first were alive. */
static void
collision_of_two_of_theirs_keeps_the_newer(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;
	struct far_line *line[2];

	pair_init(p, PAIR_USUAL "passive");
	*state = p;
	line[0] = far_dial(&p->far);
	far_say_open(line[0]);
	line[1] = far_dial(&p->far);
	far_say_open(line[1]);

	assert_collision(p, line[1], line[0]);
}

/* A third comes while the second is in OpenConfirm and the first has lost. */
static void
collision_of_three_keeps_the_newest(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2], *third;

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[0]);
	far_say_open(line[1]);
	third = far_dial(&p->far);
	far_greet(third);

	pair_assert_up(p, true);
	assert_non_null(third->conn);
	assert_null(line[1]->conn);
	pair_run(p, 60 * SECONDS);
	pair_assert_up(p, true);
}

/* They say that ours has lost; theirs goes on, and ours is not dialled. */
static void
collision_told_by_the_peer_leaves_the_other(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_notification(line[0], ERR_CEASE, CEASE_COLLISION);
	far_greet(line[1]);
	pair_assert_up(p, true);
	pair_run(p, 80 * SECONDS);

	pair_assert_up(p, true);
	assert_int_equal(p->far.lines, 2);
	assert_int_equal(peer_counters(pair_peer(p))->established, 1);
}

/* The winner dies before it is established: ours dials again. */
static void
collision_won_by_a_connection_that_fails_is_tried_again(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[0]);
	far_say_open(line[1]);
	assert_null(line[0]->conn);
	far_hang_up(line[1]);

	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

static void
loser_of_a_collision_says_so_until_the_other_is_up(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[1]);
	far_say_open(line[0]);

	assert_string_equal(pair_word(p), "collision");
	assert_int_equal(pair_state(p), FSM_OPENCONFIRM);
	assert_non_null(strstr(peer_reason(pair_peer(p)), "collision"));
}

/* ---- errors, RFC 7606 and 4271 6 ---- */

static void
bad_attribute_withdraws_and_keeps_the_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	assert_true(pair_has(p, ROUTE));
	say_update(l, (struct span){ bad_origin, sizeof(bad_origin) });
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_false(pair_has(p, ROUTE));
	assert_int_equal(peer_counters(pair_peer(p))->treated_as_withdraw, 1);
	assert_non_null(strstr(
	    peer_last_error(pair_peer(p)), "treated as withdraw: ORIGIN"));
}

/* ATOMIC_AGGREGATE with an octet in it: dropped, the route stays. */
static void
bad_minor_attribute_is_discarded(void **state)
{
	static const uint8_t body[] = {
		0x00, 0x00, 0x00, 0x18, /* 24 octets */
		0x40, 0x01, 0x01, 0x00, /* ORIGIN IGP */
		0x40, 0x02, 0x06, 0x02, 0x01, 0x00, 0x00, 0xfd, 0xe9, 0x40,
		0x03, 0x04, 0x0a, 0x00, 0x00, 0x02, 0x40, 0x06, 0x01,
		0x00,                  /* ATOMIC_AGGREGATE, 1 octet */
		0x18, 0x0a, 0x09, 0x00 /* 10.9.0.0/24 */
	};
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	say_update(l, (struct span){ body, sizeof(body) });
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
	assert_int_equal(peer_counters(pair_peer(p))->attributes_discarded, 1);
	assert_int_equal(peer_counters(pair_peer(p))->treated_as_withdraw, 0);
}

static void
update_whose_lengths_lie_resets(void **state)
{
	static const uint8_t body[] = { 0x00, 0x09, 0x00, 0x00 };
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	say_update(l, (struct span){ body, sizeof(body) });

	assert_int_equal(
	    far_notified(l), ERR_UPDATE * 256 + UPDATE_MALFORMED_LIST);
	assert_string_equal(pair_word(p), "sent");
	assert_int_equal(peer_counters(pair_peer(p))->resets, 1);
	assert_non_null(
	    strstr(peer_last_error(pair_peer(p)), "session reset: "));
}

static void
header_without_marker_resets(void **state)
{
	static const uint8_t zeros[19];
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say(l, (struct span){ zeros, sizeof(zeros) });

	assert_int_equal(far_notified(l), ERR_HEADER * 256 + HEADER_NOT_SYNC);
}

static void
open_in_established_resets(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_open(l);

	assert_int_equal(far_notified(l), ERR_FSM * 256 + FSM_IN_ESTABLISHED);
}

static void
keepalive_in_opensent_resets(void **state)
{
	struct pair *p = *state;
	struct far_line *l = far_accepted(&p->far);

	far_say_keepalive(l);

	assert_int_equal(far_notified(l), ERR_FSM * 256 + FSM_IN_OPENSENT);
}

static void
update_in_openconfirm_resets(void **state)
{
	struct pair *p = *state;
	struct far_line *l = far_accepted(&p->far);

	far_say_open(l);
	far_say_route(l, ROUTE);

	assert_int_equal(far_notified(l), ERR_FSM * 256 + FSM_IN_OPENCONFIRM);
}

static void
open_of_another_as_resets_and_names_both(void **state)
{
	struct pair *p = *state;
	struct far_line *l = far_accepted(&p->far);

	p->far.open.as = p->far.open.my_as = 65099;
	far_say_open(l);

	assert_int_equal(far_notified(l), ERR_OPEN * 256 + OPEN_BAD_PEER_AS);
	assert_non_null(strstr(peer_reason(pair_peer(p)),
	    "peer says AS 65099, configured is 65001"));
}

static void
routes_of_a_reset_session_are_gone(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	far_say_open(l);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_int_equal(pair_family(p).received, 0);
}

/* ---- loops and import ---- */

static void
path_with_our_as_is_kept_and_not_used(void **state)
{
	static const uint8_t body[] = {
		0x00, 0x00, 0x00, 0x18,       /* 24 octets */
		0x40, 0x01, 0x01, 0x00,       /* ORIGIN IGP */
		0x40, 0x02, 0x0a, 0x02, 0x02, /* AS_PATH: 65001 64512 */
		0x00, 0x00, 0xfd, 0xe9, 0x00, 0x00, 0xfc, 0x00, 0x40, 0x03,
		0x04, 0x0a, 0x00, 0x00, 0x02, 0x18, 0x0a, 0x09,
		0x00 /* 10.9.0.0/24 */
	};
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	say_update(l, (struct span){ body, sizeof(body) });
	pair_run(p, 50);

	assert_int_equal(pair_family(p).received, 1);
	assert_int_equal(pair_family(p).accepted, 0);
	assert_false(pair_has(p, ROUTE));
}

static void
multicast_prefix_is_not_a_route(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, "224.1.0.0/16");

	assert_int_equal(pair_family(p).received, 0);
	pair_assert_up(p, true);
}

static void
memory_is_full(struct pair *p)
{
	struct bgpd *b = sim_bgpd(p->node);

	b->peers.memory_limit = bgpd_memory(b);
}

static void
memory_limit_refuses_routes_and_keeps_the_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	memory_is_full(p);
	far_say_route(l, "10.9.1.0/24");
	far_say_route(l, ROUTE); /* again: it is no new path */
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
	assert_false(pair_has(p, "10.9.1.0/24"));
	assert_int_equal(pair_family(p).received, 1);
}

/* A change can cost as well: far above the limit it is a withdrawal. */
static void
memory_limit_far_exceeded_withdraws_what_changes(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	sim_bgpd(p->node)->peers.memory_limit = 1;
	far_say_route(l, ROUTE);
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_false(pair_has(p, ROUTE));
}

static void
memory_limit_resets_who_has_most_paths(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	far_say_route(l, "10.9.1.0/24");
	memory_is_full(p);
	far_say_route(l, "10.9.2.0/24");
	far_wait_closed(l);

	assert_int_equal(far_notified(l), ERR_CEASE << 8 | CEASE_RESOURCES);
	assert_false(pair_has(p, ROUTE));
}

static void
memory_that_is_free_again_asks_for_what_was_left_out(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	memory_is_full(p);
	far_say_route(l, ROUTE);
	pair_run(p, 50);
	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 0);
	sim_bgpd(p->node)->peers.memory_limit *= 2;
	bgpd_wake(sim_bgpd(p->node));
	pair_run(p, 50);

	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 1);
	pair_run(p, 1000);
	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 1);
}

/* ---- what it is told ---- */

static void
peer_is_told_our_block_and_end_of_rib(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	assert_int_equal(far_heard_route(l, OURS, false), 1);
	assert_int_equal(far_heard_end_of_rib(l, FAMILY_IPV4), 1);
	assert_true(pair_family(p).end_of_rib_sent);
	assert_int_equal(pair_family(p).sent, 1);
}

static void
peer_is_not_told_its_own_route(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	pair_run(p, 50);

	assert_int_equal(far_heard_route(l, ROUTE, false), 0);
	assert_int_equal(pair_family(p).sent, 1);
}

static void
refresh_is_answered_with_everything_and_no_end_of_rib(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_refresh(l, 1, REFRESH_REQUEST);
	pair_run(p, 50);

	assert_int_equal(far_heard_route(l, OURS, false), 2);
	assert_int_equal(far_heard_end_of_rib(l, FAMILY_IPV4), 1);
}

static void
refresh_of_an_unknown_family_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_refresh(l, 25, REFRESH_REQUEST);
	far_say_refresh(l, 2, REFRESH_REQUEST); /* known, not negotiated */
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_int_equal(far_heard_route(l, OURS, false), 1);
}

/* RFC 7313 5, and enhanced refresh was not even announced. */
static void
refresh_of_an_unknown_subtype_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_refresh(l, 1, REFRESH_BEGIN);
	far_say_refresh(l, 1, 77);
	pair_run(p, 50);

	pair_assert_up(p, true);
	assert_int_equal(far_heard_route(l, OURS, false), 1);
}

/* This node has so many routes, no two of them in one message. */
static void
originate(struct pair *p, unsigned int count)
{
	struct bgpd *b = sim_bgpd(p->node);
	struct attrs a = { .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
		    ATTR_HAS_MED };
	struct rib_input in = { .source = RIB_LOCAL };
	struct prefix prefix = { .length = 32 };

	for (a.med = 0; a.med < count; a.med++) {
		prefix.address = address_v4(0x14000000 + a.med);
		in.received = attr_intern(rib_attrs(b->rib), &a);
		in.accepted = in.received;
		rib_update(b->rib, &prefix, &in, 1000);
		attr_unref(rib_attrs(b->rib), in.received);
	}
	bgpd_wake(b);
}

static void
peer_that_does_not_read_is_queued_little(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);
	size_t unsent;

	l->deaf = true;
	originate(p, 20000);
	pair_run(p, 1 * SECONDS);
	unsent = session_unsent(peer_session(pair_peer(p)));

	assert_in_range(unsent, 4 * SESSION_LOW_MARK, 6 * SESSION_LOW_MARK);
	l->deaf = false;
	pair_run(p, 5 * SECONDS);
	assert_int_equal(far_heard(l, MSG_UPDATE), 20002);
	assert_int_equal(session_unsent(peer_session(pair_peer(p))), 0);
}

/* ---- holding off ---- */

/* An established session, ended by an error of theirs. */
static void
err(struct far_line *l)
{
	far_greet(l);
	far_say_open(l);
	assert_int_equal(far_notified(l), ERR_FSM * 256 + FSM_IN_ESTABLISHED);
}

static void
peer_that_erred_once_is_welcome_at_once(void **state)
{
	struct pair *p = *state;

	err(far_accepted(&p->far));
	far_greet(far_dial(&p->far));

	pair_assert_up(p, true);
}

static void
peer_that_erred_again_is_held_off_for_a_while(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	err(far_accepted(&p->far));
	err(far_dial(&p->far));
	l = far_dial(&p->far);
	assert_null(l->conn);
	assert_int_equal(far_heard(l, MSG_OPEN), 0);
	assert_int_equal(peer_counters(pair_peer(p))->refused, 1);

	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

/* A rude peer dials every 100 ms; each connection taken is an error. */
static unsigned int
err_for(struct pair *p, unsigned int seconds)
{
	unsigned int i, errors = 0;
	struct far_line *l;

	for (i = 0; i < 10 * seconds; i++) {
		far_reset(&p->far);
		l = far_dial(&p->far);
		if (l->conn != NULL) {
			far_say_keepalive(l);
			errors++;
		}
		pair_run(p, 100);
	}
	return errors;
}

static void
peer_that_errs_for_ever_gets_an_attempt_a_minute(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	pair_init(p, PAIR_USUAL "passive");
	*state = p;
	err_for(p, 300);

	assert_in_range(err_for(p, 600), 9, 14);
}

static void
peer_that_was_good_for_a_while_may_err_again(void **state)
{
	struct pair *p = *state;

	err(far_accepted(&p->far));
	far_greet(far_dial(&p->far));
	pair_run(p, 63 * SECONDS);
	far_say_open(&p->far.line[1]);
	far_greet(far_dial(&p->far));

	pair_assert_up(p, true);
}

/* `idle-hold 10m` of the top level: the mesh does not wait for so long. */
static void
idle_hold_in_the_mesh_is_a_minute_at_most(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	*state = p;
	p->sim = sim_new(5);
	p->node = sim_node(p->sim, "ours", "10.0.0.1", NULL,
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\nidle-hold 10m\n"
	    "mesh {\nnode ours 10.0.0.1\nnode far 10.0.0.2\n}\n");
	far_init(&p->far, sim_net(p->sim), "10.0.0.2", "10.0.0.1");
	p->far.open.as = p->far.open.my_as = 64512;
	sim_start(p->node);
	err(far_accepted(&p->far));

	assert_in_range(
	    session_timer_at(peer_session(pair_peer(p)), SESSION_IDLE_HOLD) -
		fake_net_now(sim_net(p->sim)),
	    40 * SECONDS, 60 * SECONDS);
}

/* Their word on our messages: once more at once will not help either. */
static void
peer_that_refused_our_updates_is_held_off(void **state)
{
	struct pair *p = *state;
	struct far_line *l = far_accepted(&p->far);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		far_greet(l);
		far_say_notification(l, ERR_UPDATE, 1);
		l = far_dial(&p->far);
	}
	assert_null(l->conn);
	assert_string_equal(pair_word(p), "received");
}

/* Nothing was wrong with it: welcome although our own timer runs. */
static void
peer_that_hung_up_is_welcome_at_once(void **state)
{
	struct pair *p = *state;

	far_hang_up(pair_up(p));
	assert_int_equal(pair_state(p), FSM_IDLE);
	far_greet(far_dial(&p->far));

	pair_assert_up(p, true);
}

static void
idle_hold_of_zero_starts_again_at_once(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	pair_init(p, PAIR_USUAL "idle-hold 0s");
	*state = p;
	far_say_open(pair_up(p));

	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

/* Its second connection ends: that is no reason to dial at once. */
static void
idle_hold_outlives_the_end_of_a_second_connection(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	collide(p, line);
	far_say_keepalive(line[0]);
	assert_int_equal(far_notified(line[0]), ERR_FSM * 256 + 1);
	far_hang_up(line[1]);
	pair_run(p, 500);

	assert_int_equal(pair_state(p), FSM_IDLE);
	assert_string_equal(pair_word(p), "sent");
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

/* A SYN of ours is lost; what its own connection said is the reason. */
static void
error_on_its_connection_is_the_reason_while_ours_is_dialled(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_hang_up(pair_up(p));
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, true);
	pair_run(p, 2500);
	assert_int_equal(pair_state(p), FSM_CONNECT);
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, false);
	p->far.open.as = p->far.open.my_as = 65099;
	l = far_dial(&p->far);
	assert_int_equal(pair_state(p), FSM_OPENSENT);
	far_say_open(l);

	assert_int_equal(far_notified(l), ERR_OPEN * 256 + OPEN_BAD_PEER_AS);
	assert_string_equal(pair_word(p), "sent");
	far_say_open(far_dial(&p->far));
	assert_null(far_dial(&p->far)->conn);
}

/* ---- what people do ---- */

static void
clear_resets_and_starts_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	peer_clear(pair_peer(p), NULL);
	pair_run(p, 20);

	assert_int_equal(far_notified(l), ERR_CEASE * 256 + CEASE_ADMIN_RESET);
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

static void
clear_of_a_peer_in_idle_hold_dials_at_once(void **state)
{
	struct pair *p = *state;

	far_say_open(pair_up(p));
	peer_clear(pair_peer(p), NULL);
	pair_run(p, 50);

	assert_int_equal(p->far.lines, 2);
}

static void
clear_of_a_stopped_peer_does_not_start_it(void **state)
{
	struct pair *p = *state;

	far_hang_up(pair_up(p));
	peer_stop(pair_peer(p), CEASE_ADMIN_SHUTDOWN, NULL);
	peer_clear(pair_peer(p), NULL);
	pair_run(p, 60 * SECONDS);

	assert_int_equal(p->far.lines, 1);
	assert_null(far_dial(&p->far)->conn);
}

static void
stop_is_final_until_a_start(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	peer_stop(pair_peer(p), CEASE_ADMIN_SHUTDOWN, "back at noon");
	pair_run(p, 600 * SECONDS);

	assert_int_equal(
	    far_notified(l), ERR_CEASE * 256 + CEASE_ADMIN_SHUTDOWN);
	assert_int_equal(p->far.lines, 1);
	assert_string_equal(pair_word(p), "admin");
	assert_non_null(strstr(peer_reason(pair_peer(p)), "back at noon"));
	assert_null(far_dial(&p->far)->conn);
	peer_start(pair_peer(p));
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

static void
stop_ends_both_connections(void **state)
{
	struct pair *p = *state;
	struct far_line *line[2];

	collide(p, line);
	peer_stop(pair_peer(p), CEASE_ADMIN_SHUTDOWN, NULL);
	pair_run(p, 60 * SECONDS);

	assert_int_equal(
	    far_notified(line[0]), ERR_CEASE * 256 + CEASE_ADMIN_SHUTDOWN);
	assert_int_equal(
	    far_notified(line[1]), ERR_CEASE * 256 + CEASE_ADMIN_SHUTDOWN);
	assert_int_equal(p->far.lines, 2);
}

static void
reload_that_costs_nothing_keeps_the_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	pair_reload(p, PAIR_USUAL "description \"a tower\"");
	pair_run(p, 100);

	pair_assert_up(p, true);
	assert_non_null(l->conn);
	assert_int_equal(far_heard_route(l, OURS, false), 1);
}

static void
reload_of_export_withdraws_and_keeps_the_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	pair_reload(p, "remote-as 65001\nimport all\nexport none");
	pair_run(p, 100);

	pair_assert_up(p, true);
	assert_int_equal(far_heard_route(l, OURS, true), 1);
	assert_int_equal(pair_family(p).sent, 0);
}

static void
reload_of_import_judges_routes_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	far_say_route(l, ROUTE);
	pair_reload(p, "remote-as 65001\nimport none\nexport all");
	pair_run(p, 100);

	pair_assert_up(p, true);
	assert_false(pair_has(p, ROUTE));
	assert_int_equal(pair_family(p).received, 1);
	assert_int_equal(pair_family(p).accepted, 0);
	pair_reload(p, PAIR_USUAL);
	pair_run(p, 100);
	assert_true(pair_has(p, ROUTE));
}

static void
reload_of_hold_time_resets_the_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	pair_reload(p, PAIR_USUAL "hold-time 30s");
	pair_run(p, 20);

	assert_int_equal(
	    far_notified(l), ERR_CEASE * 256 + CEASE_CONFIG_CHANGE);
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
	assert_int_equal(
	    session_common(peer_session(pair_peer(p)))->hold_time, 30);
}

static void
reload_that_disables_shuts_down(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	pair_reload(p, PAIR_USUAL "disabled");
	pair_run(p, 60 * SECONDS);

	assert_int_equal(
	    far_notified(l), ERR_CEASE * 256 + CEASE_ADMIN_SHUTDOWN);
	assert_string_equal(pair_word(p), "admin");
	assert_string_equal(
	    peer_reason(pair_peer(p)), "disabled in the configuration");
	assert_int_equal(p->far.lines, 1);
	pair_reload(p, PAIR_USUAL);
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

static void
removal_tells_the_peer(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	sim_config(p->node,
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\n"
	    "blocks 10.244.1.0/26\n");
	assert_true(sim_reload(p->node));
	pair_run(p, 50);

	assert_int_equal(far_notified(l), ERR_CEASE * 256 + CEASE_DECONFIGURED);
	assert_null(
	    neighbors_find(sim_bgpd(p->node)->neighbors, &p->far.address, 0));
}

/* ---- the node's addresses ---- */

static void
internal_init(struct pair *p, void **state, const char *settings)
{
	pair_init(p, settings);
	*state = p;
	p->far.open.as = p->far.open.my_as = 64512;
	p->far.context.internal = true;
}

static void
address_that_moves_restarts_an_internal_session(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;
	struct far_line *l;

	internal_init(p, state, "remote-as internal");
	l = pair_up(p);
	address_parse("10.0.0.7", &p->far.daemon);
	sim_address_remove(p->node, "10.0.0.1");
	sim_address_add(p->node, "10.0.0.7");
	far_wait_closed(l);

	assert_int_equal(far_notified(l), 0);
	l = far_accepted(&p->far);
	far_greet(l);
	pair_assert_up(p, true);
	assert_int_equal(far_heard_route(l, OURS, false), 1);
}

static void
address_that_goes_is_the_reason(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;

	internal_init(p, state, "remote-as internal");
	far_restarts(&p->far, 120, true);
	pair_up(p);
	sim_address_remove(p->node, "10.0.0.1");
	pair_run(p, 60 * SECONDS);

	assert_true(pair_family(p).stale);

	pair_assert_up(p, false);
	assert_string_equal(pair_word(p), "no-local-address");
	sim_address_add(p->node, "10.0.0.1");
	far_greet(far_accepted(&p->far));
	pair_assert_up(p, true);
}

/* The session has an end of its own, which is there as it was. */
static void
address_that_moves_leaves_a_session_with_a_source(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;
	struct far_line *l;

	internal_init(p, state, "remote-as internal\nsource 10.0.0.9");
	sim_address_add(p->node, "10.0.0.9");
	address_parse("10.0.0.9", &p->far.daemon);
	l = pair_up(p);
	sim_address_remove(p->node, "10.0.0.1");
	sim_address_add(p->node, "10.0.0.7");
	pair_run(p, 1 * SECONDS);

	pair_assert_up(p, true);
	assert_non_null(l->conn);
}

static void
address_of_the_other_family_leaves_the_session(void **state)
{
	static struct pair pair;
	struct pair *p = &pair;
	struct far_line *l;

	internal_init(p, state, "remote-as internal");
	l = pair_up(p);
	sim_address_remove(p->node, "fd00::1");
	pair_run(p, 1 * SECONDS);

	pair_assert_up(p, true);
	assert_non_null(l->conn);
}

static void
address_that_moves_leaves_an_external_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	sim_address_add(p->node, "10.0.0.7");
	pair_run(p, 1 * SECONDS);

	pair_assert_up(p, true);
	assert_non_null(l->conn);
}

/* What io is asked for, on its way there. */
static struct io_ops spied;
static struct io_conn *(*spied_connect)(
    struct io *, const struct io_target *, io_conn_cb *, void *);
static uint32_t dialled_scope;

static struct io_conn *
spy_connect(
    struct io *io, const struct io_target *target, io_conn_cb *cb, void *arg)
{
	dialled_scope = target->remote.scope;
	return spied_connect(io, target, cb, arg);
}

/* Its link comes after the daemon. */
static void
link_that_appears_is_used_by_the_next_dial(void **state)
{
	static const struct kernel_link eth1 = { 7, "eth1", true, true, false };
	static struct pair pair;
	struct pair *p = &pair;
	struct peer *peer;
	struct io *io;

	pair_init(p, PAIR_USUAL);
	*state = p;
	io = sim_bgpd(p->node)->io;
	spied = *io->ops;
	spied_connect = spied.connect;
	spied.connect = spy_connect;
	io->ops = &spied;
	sim_config(p->node,
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\n"
	    "neighbor far fe80::2%eth1 { remote-as 65001 }\n");
	sim_reload(p->node);
	pair_run(p, 10 * SECONDS);
	assert_int_equal(dialled_scope, 0);
	fake_link(sim_kernel(p->node), &eth1);
	pair_run(p, 20 * SECONDS);

	assert_int_equal(dialled_scope, 7);
	assert_true(address_parse("fe80::2", &p->far.address));
	peer = pair_peer(p);
	assert_int_equal(
	    rib_source_get(sim_bgpd(p->node)->rib, peer_source(peer))->scope,
	    7);
}

/* ---- what can be triggered at will ---- */

static size_t
lines_of(FILE *log)
{
	size_t n = 0;
	int c;

	rewind(log);
	while ((c = getc(log)) != EOF)
		n += c == '\n';
	return n;
}

static void
connections_at_will_do_not_fill_the_log(void **state)
{
	struct pair *p = *state;
	struct log *log, *before = sim_bgpd(p->node)->peers.log;
	FILE *file = tmpfile();
	struct far_line *l;
	unsigned int i;

	pair_up(p);
	log = log_new(fileno(file));
	log_set(log, CONF_INFO, CONF_LOG_TEXT);
	sim_bgpd(p->node)->peers.log = log;
	for (i = 0; i < 14; i++) {
		l = far_dial(&p->far);
		far_say_open(l);
		assert_int_equal(far_notified(l), COLLIDED);
	}
	sim_bgpd(p->node)->peers.log = before;
	log_free(log);

	assert_in_range(lines_of(file), 1, 4);
	fclose(file);
}

/* ---- why it is not established ---- */

static const char *
word_starting(struct pair *p)
{
	return pair_word(p);
}

static const char *
word_none(struct pair *p)
{
	pair_up(p);
	return pair_word(p);
}

static const char *
word_passive(struct pair *p)
{
	pair_reload(p, PAIR_USUAL "passive");
	peer_clear(pair_peer(p), NULL);
	pair_run(p, 50);
	return pair_word(p);
}

static const char *
word_connect_failed(struct pair *p)
{
	p->far.io->ops->unlisten(p->far.listener);
	far_hang_up(far_accepted(&p->far));
	pair_run(p, 10 * SECONDS);
	return pair_word(p);
}

static const char *
word_closed(struct pair *p)
{
	far_hang_up(pair_up(p));
	return pair_word(p);
}

static const char *
word_received(struct pair *p)
{
	far_say_notification(pair_up(p), ERR_CEASE, CEASE_ADMIN_RESET);
	return pair_word(p);
}

static const char *
word_sent(struct pair *p)
{
	far_say_open(pair_up(p));
	return pair_word(p);
}

static const char *
word_hold_expired(struct pair *p)
{
	p->far.open.hold_time = 3;
	pair_up(p);
	pair_run(p, 4 * SECONDS);
	return pair_word(p);
}

/* It goes on talking and reads nothing (RFC 9687). */
static const char *
word_send_hold_expired(struct pair *p)
{
	struct far_line *l;
	unsigned int i;

	pair_reload(p, PAIR_USUAL "send-hold 5s\nhold-time 3s");
	far_hang_up(far_accepted(&p->far));
	l = pair_up(p);
	l->deaf = true;
	fake_net_pipe(sim_net(p->sim), 30);
	for (i = 0;
	     i < 10 && l->conn != NULL && pair_state(p) == FSM_ESTABLISHED;
	     i++) {
		far_say_keepalive(l);
		pair_run(p, 1 * SECONDS);
	}
	return pair_word(p);
}

static const char *
word_admin(struct pair *p)
{
	peer_stop(pair_peer(p), CEASE_ADMIN_SHUTDOWN, NULL);
	return pair_word(p);
}

static const char *
word_no_local_address(struct pair *p)
{
	pair_reload(p, "remote-as internal");
	sim_address_remove(p->node, "10.0.0.1");
	pair_run(p, 1 * SECONDS);
	return pair_word(p);
}

static const char *
word_collision(struct pair *p)
{
	struct far_line *line[2];

	p->far.open.identifier = HIGHER;
	collide(p, line);
	far_say_open(line[1]);
	far_say_open(line[0]);
	return pair_word(p);
}

/* The node has the neighbor's address: two entries, one machine. */
static const char *
word_own_address(struct pair *p)
{
	sim_address_add(p->node, "10.0.0.2");
	pair_run(p, 1 * SECONDS);
	return pair_word(p);
}

static const char *
word_prefix_limit(struct pair *p)
{
	pair_reload(p, PAIR_USUAL "max-prefix 1 disable");
	far_say_route(pair_up(p), ROUTE);
	far_say_route(&p->far.line[0], "10.9.1.0/24");
	return pair_word(p);
}

/* The kernel finds out when it is asked after the next KEEPALIVE. */
static const char *
word_host_silent(struct pair *p)
{
	pair_up(p);
	fake_net_cut(sim_net(p->sim), &p->far.address, &p->far.daemon, true);
	fake_host(sim_kernel(p->node), SIM_LINK, &p->far.address, true, false);
	pair_run(p, 45 * SECONDS);
	return pair_word(p);
}

static const char *
word_bfd_down(struct pair *p)
{
	pair_up(p);
	peer_bfd_down(pair_peer(p), "no packet for 900ms");
	assert_string_equal(
	    peer_reason(pair_peer(p)), "bfd: no packet for 900ms");
	return pair_word(p);
}

/*
 * NULL: the machine's own kernel has to refuse, which takes a real one
 * (tests/netns/test_reasons.py), or the neighbor has no address yet
 * (test_unnumbered.c).
 */
static const char *(*const provoke[REASON_MAX])(
    struct pair *) = { [REASON_NONE] = word_none,
	[REASON_STARTING] = word_starting,
	[REASON_PASSIVE] = word_passive,
	[REASON_CONNECT_FAILED] = word_connect_failed,
	[REASON_CLOSED] = word_closed,
	[REASON_RECEIVED] = word_received,
	[REASON_SENT] = word_sent,
	[REASON_HOLD_EXPIRED] = word_hold_expired,
	[REASON_SEND_HOLD_EXPIRED] = word_send_hold_expired,
	[REASON_ADMIN] = word_admin,
	[REASON_NO_LOCAL_ADDRESS] = word_no_local_address,
	[REASON_NO_ROUTE] = NULL,
	[REASON_COLLISION] = word_collision,
	[REASON_HOST_SILENT] = word_host_silent,
	[REASON_BFD_DOWN] = word_bfd_down,
	[REASON_OWN_ADDRESS] = word_own_address,
	[REASON_PREFIX_LIMIT] = word_prefix_limit };

static void
own_address_is_never_dialled(void **state)
{
	struct pair *p = *state;
	unsigned int before;

	sim_address_add(p->node, "10.0.0.2");
	pair_run(p, 1 * SECONDS);
	before = peer_attempts(pair_peer(p));
	pair_run(p, 60 * SECONDS);

	assert_int_equal(peer_attempts(pair_peer(p)), before);
	assert_string_equal(pair_word(p), "own-address");
}

static void
notification_is_remembered_behind_a_close(void **state)
{
	struct pair *p = *state;
	const char *text;
	int64_t at;

	assert_null(peer_last_notification(pair_peer(p), &at));
	p->far.open.as = p->far.open.my_as = 65099;
	far_say_open(far_accepted(&p->far));
	pair_run(p, 1 * SECONDS);

	text = peer_last_notification(pair_peer(p), &at);
	assert_non_null(text);
	assert_non_null(strstr(text, "bad peer AS (2/2)"));
	assert_true(at > 0);
}

static void
every_reason_has_its_word_and_a_sentence(void **state)
{
	static struct pair pair;
	enum session_reason r;

	(void)state;
	for (r = 0; r < REASON_MAX; r++) {
		if (provoke[r] == NULL) {
			assert_true(r == REASON_NO_ROUTE ||
			    r == REASON_NOT_FOUND || r == REASON_TLS);
			continue;
		}
		pair_init(&pair, PAIR_USUAL);

		assert_string_equal(provoke[r](&pair), session_reason_word(r));
		assert_int_equal(
		    peer_reason(pair_peer(&pair))[0] == '\0', r == REASON_NONE);

		far_clear(&pair.far);
		sim_free(pair.sim);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, pair_setup, pair_teardown)
#define TEST_OWN(name) \
	cmocka_unit_test_setup_teardown(name, NULL, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(collision_with_a_lower_identifier_keeps_ours),
		TEST(collision_with_a_lower_identifier_heard_late_keeps_ours),
		TEST(collision_with_a_higher_identifier_keeps_theirs),
		TEST(
		    collision_with_a_higher_identifier_heard_first_keeps_theirs),
		TEST(collision_with_our_identifier_compares_as_numbers),
		TEST(collision_that_comes_late_keeps_the_established_one),
		TEST(collision_ends_with_the_first_established),
		TEST(reload_in_a_collision_reaches_both_connections),
		TEST_OWN(collision_of_two_of_theirs_keeps_the_newer),
		TEST(collision_of_three_keeps_the_newest),
		TEST(collision_told_by_the_peer_leaves_the_other),
		TEST(collision_won_by_a_connection_that_fails_is_tried_again),
		TEST(loser_of_a_collision_says_so_until_the_other_is_up),
		TEST(bad_attribute_withdraws_and_keeps_the_session),
		TEST(bad_minor_attribute_is_discarded),
		TEST(update_whose_lengths_lie_resets),
		TEST(header_without_marker_resets),
		TEST(open_in_established_resets),
		TEST(keepalive_in_opensent_resets),
		TEST(update_in_openconfirm_resets),
		TEST(open_of_another_as_resets_and_names_both),
		TEST(routes_of_a_reset_session_are_gone),
		TEST(path_with_our_as_is_kept_and_not_used),
		TEST(multicast_prefix_is_not_a_route),
		TEST(memory_limit_refuses_routes_and_keeps_the_session),
		TEST(memory_limit_far_exceeded_withdraws_what_changes),
		TEST(memory_limit_resets_who_has_most_paths),
		TEST(memory_that_is_free_again_asks_for_what_was_left_out),
		TEST(peer_is_told_our_block_and_end_of_rib),
		TEST(peer_is_not_told_its_own_route),
		TEST(refresh_is_answered_with_everything_and_no_end_of_rib),
		TEST(refresh_of_an_unknown_family_is_ignored),
		TEST(refresh_of_an_unknown_subtype_is_ignored),
		TEST(peer_that_does_not_read_is_queued_little),
		TEST(peer_that_erred_once_is_welcome_at_once),
		TEST(peer_that_erred_again_is_held_off_for_a_while),
		TEST_OWN(peer_that_errs_for_ever_gets_an_attempt_a_minute),
		TEST(peer_that_was_good_for_a_while_may_err_again),
		TEST_OWN(idle_hold_in_the_mesh_is_a_minute_at_most),
		TEST(peer_that_refused_our_updates_is_held_off),
		TEST(peer_that_hung_up_is_welcome_at_once),
		TEST_OWN(idle_hold_of_zero_starts_again_at_once),
		TEST(idle_hold_outlives_the_end_of_a_second_connection),
		TEST(
		    error_on_its_connection_is_the_reason_while_ours_is_dialled),
		TEST(clear_resets_and_starts_again),
		TEST(clear_of_a_peer_in_idle_hold_dials_at_once),
		TEST(clear_of_a_stopped_peer_does_not_start_it),
		TEST(stop_is_final_until_a_start),
		TEST(stop_ends_both_connections),
		TEST(reload_that_costs_nothing_keeps_the_session),
		TEST(reload_of_export_withdraws_and_keeps_the_session),
		TEST(reload_of_import_judges_routes_again),
		TEST(reload_of_hold_time_resets_the_session),
		TEST(reload_that_disables_shuts_down),
		TEST(removal_tells_the_peer),
		TEST_OWN(address_that_moves_restarts_an_internal_session),
		TEST_OWN(address_that_goes_is_the_reason),
		TEST_OWN(address_that_moves_leaves_a_session_with_a_source),
		TEST_OWN(address_of_the_other_family_leaves_the_session),
		TEST(address_that_moves_leaves_an_external_session),
		TEST_OWN(link_that_appears_is_used_by_the_next_dial),
		TEST(connections_at_will_do_not_fill_the_log),
		TEST(own_address_is_never_dialled),
		TEST(notification_is_remembered_behind_a_close),
		cmocka_unit_test(every_reason_has_its_word_and_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
