/* SPDX-License-Identifier: ISC */
/* test_session.c - two sessions that speak to each other over a fake net */

/*
 * What a person sees of a session: that it comes up, why it does not, what
 * ends it and when it tries again.  Speaker a dials, b listens and is
 * passive; time is virtual, so an hour of keepalives is nothing.  What a
 * peer may send wrongly is test_session_input.c.
 */
#include <string.h>

#include "tests/sim/speaker.h"
#include "tests/testing.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

struct pair {
	struct fake_net *net;
	struct speaker a, b;
};

static int
setup(void **state)
{
	static struct pair pair;

	pair.net = fake_net_new(7);
	speakers_init(&pair.a, &pair.b, pair.net);
	*state = &pair;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	speaker_clear(&p->a);
	speaker_clear(&p->b);
	fake_net_free(p->net);
	return 0;
}

static void
bring_up(struct pair *p)
{
	session_start(p->a.session);
	speaker_wait_up(&p->a);
	speaker_wait_up(&p->b);
}

static void
check_reason(
    const struct speaker *sp, enum session_reason reason, const char *text)
{
	assert_string_equal(session_reason_text(sp->session), text);
	assert_int_equal(session_reason(sp->session), reason);
}

/* ---- coming up ---- */

static void
session_dialled_comes_up_on_both_sides(void **state)
{
	struct pair *p = *state;

	bring_up(p);

	assert_int_equal(p->a.ups, 1);
	assert_int_equal(p->b.ups, 1);
	assert_int_equal(p->a.opens, 1);
	assert_int_equal(session_common(p->a.session)->hold_time, 90);
	assert_int_equal(session_received(p->a.session)->as, 65002);
	assert_true(session_dialled(p->a.session));
	assert_false(session_dialled(p->b.session));
	check_reason(&p->a, REASON_NONE, "");
	assert_string_equal(p->a.line, "OpenConfirm -> Established");
}

static void
session_new_says_that_nothing_has_ended(void **state)
{
	struct pair *p = *state;

	check_reason(&p->a, REASON_STARTING, "no attempt has ended yet");
	assert_string_equal(
	    session_reason_word(session_reason(p->a.session)), "starting");
}

static void
session_passive_waits_and_says_so(void **state)
{
	struct pair *p = *state;

	fake_net_run(p->net, HOUR);

	assert_int_equal(session_state(p->b.session), FSM_ACTIVE);
	assert_int_equal(session_attempts(p->b.session), 0);
	check_reason(&p->b, REASON_PASSIVE, "waiting for the peer to connect");
}

static void
session_with_dial_delay_waits_before_the_first_dial(void **state)
{
	struct pair *p = *state;

	p->a.config.times.dial_delay = 700;
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 690);
	assert_int_equal(session_state(p->a.session), FSM_ACTIVE);
	fake_net_run(p->net, 20);

	assert_int_equal(session_state(p->a.session), FSM_ESTABLISHED);
}

static void
session_kept_alive_stays_up_for_a_day(void **state)
{
	struct pair *p = *state;
	const struct session_counters *counters;

	bring_up(p);
	fake_net_run(p->net, 24 * HOUR);

	assert_int_equal(p->a.downs, 0);
	assert_int_equal(p->b.downs, 0);
	/* A third of 90 s, less up to a quarter: 120 to 160 an hour. */
	counters = session_counters(p->a.session);
	assert_in_range(counters->out[MSG_KEEPALIVE], 24 * 120, 24 * 160 + 1);
	assert_in_range(counters->in[MSG_KEEPALIVE], 24 * 120, 24 * 160 + 1);
}

static void
session_accepted_in_idle_hold_comes_up(void **state)
{
	struct pair *p = *state;

	p->b.config.terms.as = 65009;
	speaker_configure(&p->b);
	session_start(p->a.session);
	fake_net_run(p->net, SECOND);
	assert_int_equal(session_state(p->b.session), FSM_IDLE);
	assert_int_not_equal(
	    session_timer_at(p->b.session, SESSION_IDLE_HOLD), 0);
	p->b.config.terms.as = 65001;
	p->b.config.times.idle_hold = HOUR;
	speaker_configure(&p->b);

	speaker_wait_up(&p->a);
	speaker_wait_up(&p->b);
}

static void
session_with_a_connection_closes_a_second_one(void **state)
{
	struct pair *p = *state;
	struct speaker c;

	bring_up(p);
	speaker_init(&c, p->net, "10.0.0.3", 3);
	speaker_meet(&c, &p->b.address, 65002);
	session_start(c.session);
	fake_net_run(p->net, SECOND);

	assert_int_equal(session_state(p->b.session), FSM_ESTABLISHED);
	assert_int_equal(c.reason, REASON_CLOSED);
	speaker_clear(&c);
}

/* ---- not coming up, and why ---- */

static void
dial_refused_is_retried_in_active(void **state)
{
	struct pair *p = *state;
	int64_t retry;

	p->b.io->ops->unlisten(p->b.listener);
	session_start(p->a.session);
	fake_net_run(p->net, 100);

	check_reason(&p->a, REASON_CONNECT_FAILED,
	    "connection refused: nothing listens there on port 179");
	assert_int_equal(session_state(p->a.session), FSM_ACTIVE);
	assert_string_equal(p->a.line,
	    "Connect -> Active: connection refused: nothing listens there on "
	    "port 179");
	retry = session_timer_at(p->a.session, SESSION_CONNECT_RETRY);
	assert_in_range(retry - fake_net_now(p->net), 3650, 5000);
}

static void
dial_failing_the_same_way_is_logged_once(void **state)
{
	struct pair *p = *state;

	p->b.io->ops->unlisten(p->b.listener);
	session_start(p->a.session);
	fake_net_run(p->net, 10 * MINUTE);

	assert_int_equal(p->a.lines, 1);
	assert_in_range(session_attempts(p->a.session), 120, 161);
	assert_int_equal(p->a.downs, session_attempts(p->a.session));
	assert_in_range(session_reason_since(p->a.session),
	    fake_net_now(p->net) - 5000, fake_net_now(p->net));
}

static void
dial_unanswered_times_out(void **state)
{
	struct pair *p = *state;

	fake_net_cut(p->net, &p->a.address, &p->b.address, true);
	session_start(p->a.session);
	fake_net_run(p->net, 6 * SECOND);

	check_reason(&p->a, REASON_CONNECT_FAILED,
	    "connection timed out: nobody answers there");
	assert_int_equal(session_state(p->a.session), FSM_CONNECT);
}

static void
dial_of_nobody_says_no_route(void **state)
{
	struct pair *p = *state;
	struct address nobody = address_v4(0x0a0000fe);

	p->a.config.times.connect_retry = 20 * SECOND;
	speaker_meet(&p->a, &nobody, 65002);
	session_start(p->a.session);
	fake_net_run(p->net, 10 * SECOND);

	check_reason(&p->a, REASON_CONNECT_FAILED,
	    "no route to host: nobody answers for this address");
}

static void
dial_without_an_address_of_the_family_says_so(void **state)
{
	struct pair *p = *state;
	struct address other;

	assert_true(address_parse("fd00::2", &other));
	speaker_meet(&p->a, &other, 65002);
	session_start(p->a.session);
	assert_int_equal(p->a.downs, 0);
	fake_net_run(p->net, 10);

	check_reason(&p->a, REASON_NO_LOCAL_ADDRESS, "no local IPv6 address");
	assert_int_equal(session_state(p->a.session), FSM_ACTIVE);
}

static void
dial_from_a_lost_address_names_it(void **state)
{
	struct pair *p = *state;

	p->a.config.target.source.address = address_v4(0x0a000009);
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 10);

	check_reason(
	    &p->a, REASON_NO_LOCAL_ADDRESS, "no local address 10.0.0.9");
}

static void
peer_that_does_not_know_us_hangs_up_in_opensent(void **state)
{
	struct pair *p = *state;

	p->b.known = false;
	session_start(p->a.session);
	fake_net_run(p->net, 100);

	check_reason(&p->a, REASON_CLOSED,
	    "peer closed the connection in OpenSent "
	    "(is this node configured there, or does it rest after an "
	    "error?)");
	assert_int_equal(session_state(p->a.session), FSM_ACTIVE);
	assert_int_equal(p->a.was, FSM_OPENSENT);
}

static void
peer_with_another_as_is_told_and_both_say_why(void **state)
{
	struct pair *p = *state;
	const char *text;

	p->a.config.terms.as = 65009;
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 100);

	text = session_reason_text(p->a.session);
	assert_int_equal(session_reason(p->a.session), REASON_SENT);
	assert_non_null(strstr(text, "sent OPEN "));
	assert_non_null(strstr(text,
	    "bad peer AS (2/2): peer says AS 65002, configured is 65009"));
	assert_int_equal(session_reason_code(p->a.session), 2);
	assert_int_equal(session_reason_subcode(p->a.session), 2);
	text = session_reason_text(p->b.session);
	assert_int_equal(session_reason(p->b.session), REASON_RECEIVED);
	assert_non_null(
	    strstr(text, "peer refused our AS 65002: received OPEN "));
	assert_non_null(strstr(text, "bad peer AS (2/2)"));
	assert_int_equal(session_reason_code(p->b.session), 2);
}

static void
peer_that_rests_after_its_verdict_does_not_hide_it(void **state)
{
	struct pair *p = *state;
	const char *text;

	p->a.config.terms.as = 65009;
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 100);
	p->b.known = false;
	fake_net_run(p->net, 60 * SECOND);

	text = session_reason_text(p->a.session);
	assert_int_equal(session_reason(p->a.session), REASON_CLOSED);
	assert_non_null(strstr(text,
	    "peer says AS 65002, configured is 65009; since then: "
	    "peer closed the connection in OpenSent"));
}

static void
new_config_forgets_the_verdict_on_the_old_one(void **state)
{
	struct pair *p = *state;

	p->a.config.terms.as = 65009;
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 100);
	p->a.config.terms.as = 65002;
	speaker_configure(&p->a);
	p->b.known = false;
	fake_net_run(p->net, 60 * SECOND);

	check_reason(&p->a, REASON_CLOSED,
	    "peer closed the connection in OpenSent "
	    "(is this node configured there, or does it rest after an "
	    "error?)");
}

static void
reason_survives_the_next_attempt(void **state)
{
	struct pair *p = *state;

	p->b.io->ops->unlisten(p->b.listener);
	session_start(p->a.session);
	fake_net_run(p->net, 100);
	fake_net_cut(p->net, &p->a.address, &p->b.address, true);
	fake_net_run(p->net, 5 * SECOND);

	assert_int_equal(session_state(p->a.session), FSM_CONNECT);
	check_reason(&p->a, REASON_CONNECT_FAILED,
	    "connection refused: nothing listens there on port 179");
}

/* ---- ending ---- */

static void
stop_sends_cease_with_its_text(void **state)
{
	struct pair *p = *state;

	bring_up(p);
	session_stop(p->a.session, CEASE_ADMIN_SHUTDOWN, "new kernel");
	fake_net_run(p->net, 100);

	check_reason(&p->a, REASON_ADMIN,
	    "sent Cease: administrative shutdown (6/2): \"new kernel\"");
	check_reason(&p->b, REASON_RECEIVED,
	    "received Cease: administrative shutdown (6/2): "
	    "\"new kernel\"");
	assert_int_equal(p->a.was, FSM_ESTABLISHED);
	assert_int_equal(p->b.was, FSM_ESTABLISHED);
}

static void
stop_is_final_until_the_owner_starts(void **state)
{
	struct pair *p = *state;

	bring_up(p);
	session_stop(p->a.session, CEASE_ADMIN_SHUTDOWN, NULL);
	fake_net_run(p->net, HOUR);
	assert_int_equal(session_state(p->a.session), FSM_IDLE);

	bring_up(p);
	assert_int_equal(p->a.ups, 2);
}

static void
stop_without_a_connection_claims_nothing_sent(void **state)
{
	struct pair *p = *state;

	fake_net_run(p->net, 10);
	session_stop(p->b.session, CEASE_ADMIN_SHUTDOWN, NULL);

	assert_int_equal(session_state(p->b.session), FSM_IDLE);
	check_reason(&p->b, REASON_ADMIN, "stopped by this node");
	assert_int_equal(session_reason_code(p->b.session), 0);
}

static void
abandon_closes_without_a_word(void **state)
{
	struct pair *p = *state;

	bring_up(p);
	session_abandon(p->a.session, "left");
	fake_net_run(p->net, 10);

	check_reason(&p->a, REASON_ADMIN, "left");
	check_reason(
	    &p->b, REASON_CLOSED, "peer closed the connection in Established");
	assert_int_equal(
	    session_counters(p->a.session)->out[MSG_NOTIFICATION], 0);
}

static void
abandon_in_idle_hold_keeps_the_reason(void **state)
{
	struct pair *p = *state;

	bring_up(p);
	session_stop(p->b.session, CEASE_MAX_PREFIXES, NULL);
	fake_net_run(p->net, 100);
	session_abandon(p->a.session, "left");
	fake_net_run(p->net, HOUR);

	assert_int_equal(session_state(p->a.session), FSM_IDLE);
	assert_int_equal(session_reason(p->a.session), REASON_RECEIVED);
}

static void
fail_sends_the_error_and_starts_again(void **state)
{
	struct pair *p = *state;
	struct msg_error error = { .severity = SEVERITY_OK };

	bring_up(p);
	msg_error_set(&error, SEVERITY_RESET, ERR_CEASE, CEASE_RESOURCES, NULL);
	session_fail(p->a.session, &error);
	fake_net_run(p->net, 100);

	check_reason(
	    &p->b, REASON_RECEIVED, "received Cease: out of resources (6/8)");
	assert_int_equal(p->a.reason, REASON_SENT);
	speaker_wait_up(&p->a);
}

/* RFC 9384; the reason is what BFD has seen. */
static void
bfd_down_is_said_and_starts_again(void **state)
{
	struct pair *p = *state;

	bring_up(p);
	session_bfd_down(p->a.session, "no packet for 900ms");
	check_reason(&p->a, REASON_BFD_DOWN, "bfd: no packet for 900ms");
	fake_net_run(p->net, 100);

	check_reason(&p->b, REASON_RECEIVED, "received Cease: BFD down (6/10)");
	speaker_wait_up(&p->a);
}

static void
collision_loser_gets_cease_and_waits_for_its_owner(void **state)
{
	struct pair *p = *state;

	p->a.collides = true;
	session_start(p->a.session);
	fake_net_run(p->net, HOUR);

	assert_int_equal(p->a.opens, 1);
	assert_int_equal(p->a.reason, REASON_COLLISION);
	assert_int_equal(session_state(p->a.session), FSM_IDLE);
	assert_int_equal(session_reason_code(p->a.session), ERR_CEASE);
	check_reason(&p->b, REASON_RECEIVED,
	    "received Cease: connection collision resolution (6/7)");
}

static void
update_refused_by_the_owner_resets(void **state)
{
	struct pair *p = *state;
	static const uint8_t end_of_rib[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* marker */
		0x00, 0x17,                         /* length 23 */
		0x02,                               /* UPDATE */
		0x00, 0x00,                         /* withdrawn */
		0x00, 0x00,                         /* attributes */
	};
	struct chunk *chunk =
	    chunk_copy((struct span){ end_of_rib, sizeof(end_of_rib) });

	bring_up(p);
	msg_error_set(&p->b.verdict, SEVERITY_RESET, ERR_UPDATE,
	    UPDATE_MALFORMED_LIST, "attributes overlap");
	session_send(p->a.session, chunk, 0, chunk->length);
	session_flush(p->a.session);
	chunk_unref(chunk);
	fake_net_run(p->net, 100);

	assert_int_equal(p->b.updates, 1);
	assert_non_null(strstr(session_reason_text(p->b.session),
	    "malformed attribute list (3/1): attributes overlap"));
	assert_int_equal(session_reason_code(p->a.session), ERR_UPDATE);
}

/* ---- timers ---- */

static void
hold_timer_ends_a_silent_connection_on_time(void **state)
{
	struct pair *p = *state;
	int64_t cut_at;

	bring_up(p);
	fake_net_run(p->net, 10 * MINUTE);
	cut_at = fake_net_now(p->net);
	fake_net_cut(p->net, &p->a.address, &p->b.address, true);
	assert_true(fake_net_wait(p->net, speaker_is_idle, &p->a, 10 * MINUTE));

	check_reason(&p->a, REASON_HOLD_EXPIRED,
	    "hold timer expired: nothing heard for 90s");
	assert_int_equal(session_reason_code(p->a.session), ERR_HOLD_TIMER);
	/* The last keepalive was at most 30 s old. */
	assert_in_range(fake_net_now(p->net) - cut_at, 60000, 90000);
}

static void
hold_time_zero_stops_all_timers(void **state)
{
	struct pair *p = *state;

	p->a.config.times.hold = 0;
	speaker_configure(&p->a);
	bring_up(p);
	fake_net_cut(p->net, &p->a.address, &p->b.address, true);
	fake_net_run(p->net, HOUR);

	assert_int_equal(p->a.downs + p->b.downs, 0);
	assert_int_equal(session_timer_at(p->a.session, SESSION_HOLD), 0);
	assert_int_equal(session_timer_at(p->a.session, SESSION_KEEPALIVE), 0);
	assert_int_equal(session_timer_at(p->a.session, SESSION_SEND_HOLD), 0);
}

static void
hold_time_is_the_smaller_of_both(void **state)
{
	struct pair *p = *state;

	p->b.config.times.hold = 9 * SECOND;
	speaker_configure(&p->b);
	bring_up(p);

	assert_int_equal(session_common(p->a.session)->hold_time, 9);
	assert_in_range(
	    session_timer_at(p->a.session, SESSION_HOLD) - fake_net_now(p->net),
	    8990, 9000);
}

static void
idle_hold_doubles_up_to_a_minute(void **state)
{
	static const int64_t waits[] = { 5, 10, 20, 40, 60, 60, 60 };
	struct pair *p = *state;
	int64_t at, wait;
	size_t i;

	p->a.config.terms.as = 65009;
	speaker_configure(&p->a);
	p->b.config.times.idle_hold = 1;
	speaker_configure(&p->b);
	session_start(p->a.session);
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_true(
		    fake_net_wait(p->net, speaker_is_idle, &p->a, 10 * MINUTE));
		at = session_timer_at(p->a.session, SESSION_IDLE_HOLD);
		wait = at - fake_net_now(p->net);
		assert_in_range(wait, waits[i] * 750, waits[i] * SECOND);
		fake_net_run(p->net, wait + 1);
	}
}

static void
idle_hold_is_forgotten_after_good_behaviour(void **state)
{
	struct pair *p = *state;
	int64_t wait;

	p->a.config.terms.as = 65009;
	speaker_configure(&p->a);
	session_start(p->a.session);
	fake_net_run(p->net, 10 * MINUTE);
	p->a.config.terms.as = 65002;
	speaker_configure(&p->a);
	speaker_wait_up(&p->a);
	fake_net_run(p->net, 5 * MINUTE);
	session_abandon(p->b.session, "left");
	fake_net_run(p->net, 10);

	wait = session_timer_at(p->a.session, SESSION_IDLE_HOLD) -
	    fake_net_now(p->net);
	assert_in_range(wait, 3700, 5000);
}

/* ---- output ---- */

/* A chunk of many UPDATEs, 23 bytes each. */
static struct chunk *
many_updates(size_t count)
{
	struct chunk *chunk = chunk_new(count * MSG_UPDATE_MIN);
	struct wr w = wr_of(chunk->bytes, chunk->length);
	size_t i, start;

	for (i = 0; i < count; i++) {
		start = msg_begin(&w, MSG_UPDATE);
		wr_u32(&w, 0); /* nothing withdrawn, no attributes */
		msg_end(&w, start);
	}
	assert_false(w.failed);
	return chunk;
}

static bool
has_all_updates(void *arg)
{
	return ((struct speaker *)arg)->updates == 3 * 5000;
}

static void
output_larger_than_the_pipe_arrives_whole(void **state)
{
	struct pair *p = *state;
	struct chunk *chunk = many_updates(5000);
	int i;

	bring_up(p);
	fake_net_pipe(p->net, 1000);
	for (i = 0; i < 3; i++)
		session_send(p->a.session, chunk, 0, chunk->length);
	assert_int_equal(session_unsent(p->a.session), 3 * 5000 * 23);
	session_flush(p->a.session);
	assert_true(fake_net_wait(p->net, has_all_updates, &p->b, 10 * MINUTE));

	assert_int_equal(session_unsent(p->a.session), 0);
	assert_int_equal(p->a.drained, 1);
	assert_int_equal(
	    session_counters(p->a.session)->out[MSG_UPDATE], 3 * 5000);
	assert_int_equal(chunk->refs, 1);
	chunk_unref(chunk);
}

static void
output_of_slices_sends_only_those(void **state)
{
	struct pair *p = *state;
	struct chunk *chunk = many_updates(10);

	bring_up(p);
	session_send(p->a.session, chunk, 0, 3 * 23);
	session_send(p->a.session, chunk, 7 * 23, 3 * 23);
	session_flush(p->a.session);
	chunk_unref(chunk);
	fake_net_run(p->net, 10);

	assert_int_equal(p->b.updates, 6);
}

static void
output_unsent_at_the_end_is_released(void **state)
{
	struct pair *p = *state;
	struct chunk *chunk = many_updates(5000);

	bring_up(p);
	session_send(p->a.session, chunk, 0, chunk->length);
	session_flush(p->a.session);
	session_stop(p->a.session, CEASE_ADMIN_RESET, NULL);

	assert_int_equal(chunk->refs, 1);
	assert_int_equal(session_unsent(p->a.session), 0);
	chunk_unref(chunk);
}

static void
refresh_reaches_the_owner(void **state)
{
	struct pair *p = *state;
	static const uint8_t refresh[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* marker */
		0x00, 0x17,                         /* length 23 */
		0x05,                               /* ROUTE-REFRESH */
		0x00, 0x01, 0x00, 0x01,             /* IPv4 unicast */
	};
	struct chunk *chunk =
	    chunk_copy((struct span){ refresh, sizeof(refresh) });

	bring_up(p);
	session_send(p->a.session, chunk, 0, chunk->length);
	session_flush(p->a.session);
	chunk_unref(chunk);
	fake_net_run(p->net, 10);

	assert_int_equal(p->b.refreshes, 1);
}

/* ---- the end of the session itself ---- */

static void
free_in_any_state_leaks_nothing(void **state)
{
	struct pair *p = *state;
	struct speaker c;
	int64_t after;

	for (after = 0; after < 8; after++) {
		speaker_init(&c, p->net, "10.0.0.3", 1);
		speaker_meet(&c, &p->b.address, 65002);
		c.config.open.as = c.config.open.my_as = 65001;
		speaker_configure(&c);
		session_start(c.session);
		fake_net_run(p->net, after);
		speaker_clear(&c);
		fake_net_run(p->net, MINUTE);
	}
	assert_true(p->b.downs > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(session_dialled_comes_up_on_both_sides),
		TEST(session_new_says_that_nothing_has_ended),
		TEST(session_passive_waits_and_says_so),
		TEST(session_with_dial_delay_waits_before_the_first_dial),
		TEST(session_kept_alive_stays_up_for_a_day),
		TEST(session_accepted_in_idle_hold_comes_up),
		TEST(session_with_a_connection_closes_a_second_one),
		TEST(dial_refused_is_retried_in_active),
		TEST(dial_failing_the_same_way_is_logged_once),
		TEST(dial_unanswered_times_out),
		TEST(dial_of_nobody_says_no_route),
		TEST(dial_without_an_address_of_the_family_says_so),
		TEST(dial_from_a_lost_address_names_it),
		TEST(peer_that_does_not_know_us_hangs_up_in_opensent),
		TEST(peer_with_another_as_is_told_and_both_say_why),
		TEST(peer_that_rests_after_its_verdict_does_not_hide_it),
		TEST(new_config_forgets_the_verdict_on_the_old_one),
		TEST(reason_survives_the_next_attempt),
		TEST(stop_sends_cease_with_its_text),
		TEST(stop_is_final_until_the_owner_starts),
		TEST(stop_without_a_connection_claims_nothing_sent),
		TEST(abandon_closes_without_a_word),
		TEST(abandon_in_idle_hold_keeps_the_reason),
		TEST(fail_sends_the_error_and_starts_again),
		TEST(bfd_down_is_said_and_starts_again),
		TEST(collision_loser_gets_cease_and_waits_for_its_owner),
		TEST(update_refused_by_the_owner_resets),
		TEST(hold_timer_ends_a_silent_connection_on_time),
		TEST(hold_time_zero_stops_all_timers),
		TEST(hold_time_is_the_smaller_of_both),
		TEST(idle_hold_doubles_up_to_a_minute),
		TEST(idle_hold_is_forgotten_after_good_behaviour),
		TEST(output_larger_than_the_pipe_arrives_whole),
		TEST(output_of_slices_sends_only_those),
		TEST(output_unsent_at_the_end_is_released),
		TEST(refresh_reaches_the_owner),
		TEST(free_in_any_state_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
