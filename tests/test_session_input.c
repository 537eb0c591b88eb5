/* SPDX-License-Identifier: ISC */
/* test_session_input.c - a session and a peer that sends what it likes */

/*
 * The other side is bytes: messages that are wrong, early, late, cut into
 * pieces, too many at once, or never finished.  What a session must answer
 * is RFC 4271 6 and 8 with RFC 6608; each row of the tables is one sentence
 * of it.
 */
#include <string.h>

#include "tests/sim/speaker.h"
#include "tests/testing.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)

#define MARKER                                                            \
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, \
	    0xff, 0xff, 0xff, 0xff, 0xff
#define KEEPALIVE MARKER, /* length */ 0x00, 0x13, /* type */ 0x04
#define END_OF_RIB                                        \
	MARKER, /* length */ 0x00, 0x17, /* type */ 0x02, \
	    /* withdrawn */ 0x00, 0x00, /* attributes */ 0x00, 0x00
#define REFRESH                                                           \
	MARKER, /* length */ 0x00, 0x17, /* type */ 0x05, /* AFI */ 0x00, \
	    0x01, /* subtype */ 0x00, /* SAFI */ 0x01

struct bench {
	struct fake_net *net;
	struct speaker a;
	struct raw peer;
};

static int
setup(void **state)
{
	static struct bench bench;

	bench.net = fake_net_new(11);
	raw_init(&bench.peer, bench.net, "10.0.0.9");
	speaker_init(&bench.a, bench.net, "10.0.0.1", 1);
	speaker_meet(&bench.a, &bench.peer.address, 65009);
	*state = &bench;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	speaker_clear(&b->a);
	raw_clear(&b->peer);
	fake_net_free(b->net);
	return 0;
}

/* How far the handshake went before the wrong thing is said. */
static void
reach(struct bench *b, enum fsm_state wanted)
{
	session_start(b->a.session);
	fake_net_run(b->net, 20);
	if (wanted > FSM_OPENSENT)
		raw_send_open(&b->peer, 9, 90);
	fake_net_run(b->net, 20);
	if (wanted > FSM_OPENCONFIRM)
		raw_send_keepalive(&b->peer);
	fake_net_run(b->net, 20);
	assert_int_equal(session_state(b->a.session), wanted);
}

/* ---- what is wrong is answered ---- */

struct wrong {
	const char *name;
	enum fsm_state in;
	struct span bytes;
	unsigned int answer; /* code * 256 + subcode */
};

#define BYTES(...)                                           \
	{                                                    \
		(const uint8_t[]){ __VA_ARGS__ },            \
		    sizeof((const uint8_t[]){ __VA_ARGS__ }) \
	}

static const uint8_t second_open[] = {
	MARKER,                 /* marker */
	0x00, 0x1d,             /* length 29 */
	0x01,                   /* OPEN */
	0x04,                   /* version */
	0xfd, 0xf1,             /* AS 65009 */
	0x00, 0x5a,             /* hold time 90 */
	0x00, 0x00, 0x00, 0x09, /* identifier */
	0x00,                   /* no parameters */
};

static const uint8_t open_version_3[] = {
	MARKER,                 /* marker */
	0x00, 0x1d,             /* length 29 */
	0x01,                   /* OPEN */
	0x03,                   /* version */
	0xfd, 0xf1,             /* AS 65009 */
	0x00, 0x5a,             /* hold time 90 */
	0x00, 0x00, 0x00, 0x09, /* identifier */
	0x00,                   /* no parameters */
};

static const uint8_t open_hold_2[] = {
	MARKER,                 /* marker */
	0x00, 0x1d,             /* length 29 */
	0x01,                   /* OPEN */
	0x04,                   /* version */
	0xfd, 0xf1,             /* AS 65009 */
	0x00, 0x02,             /* hold time 2 */
	0x00, 0x00, 0x00, 0x09, /* identifier */
	0x00,                   /* no parameters */
};

static const uint8_t bad_marker[] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, /* bit missing */
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, /* of 16 */
	0x00, 0x13,                                     /* length 19 */
	0x04,                                           /* KEEPALIVE */
};

static const struct wrong wrongs[] = {
	{ "marker not all ones", FSM_OPENSENT,
	    { bad_marker, sizeof(bad_marker) }, 0x0101 },
	{ "length under 19", FSM_OPENSENT, BYTES(MARKER, 0x00, 0x12, 0x04),
	    0x0102 },
	{ "length over 4096", FSM_ESTABLISHED, BYTES(MARKER, 0x10, 0x01, 0x02),
	    0x0102 },
	{ "keepalive of 20", FSM_OPENCONFIRM, BYTES(MARKER, 0x00, 0x14, 0x04),
	    0x0102 },
	{ "type 0", FSM_ESTABLISHED, BYTES(MARKER, 0x00, 0x13, 0x00), 0x0103 },
	{ "type 6", FSM_OPENSENT, BYTES(MARKER, 0x00, 0x13, 0x06), 0x0103 },
	{ "version 3", FSM_OPENSENT, { open_version_3, sizeof(open_version_3) },
	    0x0201 },
	{ "hold time 2", FSM_OPENSENT, { open_hold_2, sizeof(open_hold_2) },
	    0x0206 },
	{ "keepalive first", FSM_OPENSENT, BYTES(KEEPALIVE), 0x0501 },
	{ "update first", FSM_OPENSENT, BYTES(END_OF_RIB), 0x0501 },
	{ "refresh first", FSM_OPENSENT, BYTES(REFRESH), 0x0501 },
	{ "update early", FSM_OPENCONFIRM, BYTES(END_OF_RIB), 0x0502 },
	{ "refresh early", FSM_OPENCONFIRM, BYTES(REFRESH), 0x0502 },
	{ "second open", FSM_OPENCONFIRM, { second_open, sizeof(second_open) },
	    0x0502 },
	{ "late open", FSM_ESTABLISHED, { second_open, sizeof(second_open) },
	    0x0503 },
	{ "late bad open", FSM_ESTABLISHED,
	    { open_hold_2, sizeof(open_hold_2) }, 0x0503 },
	{ "notification", FSM_ESTABLISHED,
	    BYTES(MARKER, 0x00, 0x15, 0x03, 0x06, 0x02), 0 },
	{ "notification first", FSM_OPENSENT,
	    BYTES(MARKER, 0x00, 0x15, 0x03, 0x02, 0x02), 0 },
};

static void
message_that_is_wrong_gets_its_notification(void **unused)
{
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct bench *b;
		void *state;

		print_message("%s\n", wrongs[i].name);
		setup(&state);
		b = state;
		reach(b, wrongs[i].in);
		raw_send(&b->peer, wrongs[i].bytes);

		assert_int_equal(raw_notification(&b->peer), wrongs[i].answer);
		assert_int_equal(session_state(b->a.session), FSM_IDLE);
		assert_int_equal(b->a.was, wrongs[i].in);
		teardown(&state);
	}
}

static void
message_behind_a_wrong_one_is_not_read(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { END_OF_RIB, KEEPALIVE, MARKER, 0x00,
		0x13, 0x09, END_OF_RIB };

	reach(b, FSM_ESTABLISHED);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });

	assert_int_equal(raw_notification(&b->peer), 0x0103);
	assert_int_equal(b->a.updates, 1);
}

static void
message_behind_one_that_ends_the_session_is_not_read(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { END_OF_RIB, END_OF_RIB, MARKER };

	reach(b, FSM_ESTABLISHED);
	msg_error_set(
	    &b->a.verdict, SEVERITY_RESET, ERR_UPDATE, UPDATE_MISSING, NULL);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });

	assert_int_equal(raw_notification(&b->peer), 0x0303);
	assert_int_equal(session_counters(b->a.session)->in[MSG_UPDATE], 1);
}

static void
stop_from_inside_an_update_goes_before_its_error(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { END_OF_RIB };

	reach(b, FSM_ESTABLISHED);
	b->a.stops = CEASE_MAX_PREFIXES;
	msg_error_set(
	    &b->a.verdict, SEVERITY_RESET, ERR_UPDATE, UPDATE_MISSING, NULL);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });

	assert_int_equal(raw_notification(&b->peer), 0x0601);
	assert_int_equal(session_state(b->a.session), FSM_IDLE);
	assert_int_equal(b->a.downs, 1);
}

static void
open_twice_asks_the_owner_once(void **state)
{
	struct bench *b = *state;

	reach(b, FSM_OPENCONFIRM);
	raw_send(&b->peer, (struct span){ second_open, sizeof(second_open) });
	fake_net_run(b->net, 20);

	assert_int_equal(b->a.opens, 1);
}

/* ---- silence ---- */

static void
open_never_sent_ends_by_the_large_hold_time(void **state)
{
	struct bench *b = *state;
	int64_t began = fake_net_now(b->net);

	reach(b, FSM_OPENSENT);

	assert_int_equal(raw_notification(&b->peer), 0x0400);
	assert_in_range(fake_net_now(b->net) - began, 240000, 240100);
	assert_string_equal(session_reason_text(b->a.session),
	    "hold timer expired: nothing heard for 240s");
}

static void
open_cut_in_half_ends_by_the_large_hold_time(void **state)
{
	struct bench *b = *state;

	reach(b, FSM_OPENSENT);
	raw_send(&b->peer, (struct span){ second_open, 20 });

	assert_int_equal(raw_notification(&b->peer), 0x0400);
}

static void
keepalive_never_sent_ends_by_the_negotiated_hold_time(void **state)
{
	struct bench *b = *state;
	int64_t began;

	reach(b, FSM_OPENCONFIRM);
	began = fake_net_now(b->net);

	assert_int_equal(raw_notification(&b->peer), 0x0400);
	assert_in_range(fake_net_now(b->net) - began, 89900, 90100);
}

/* A byte each second makes no message, so it buys no time. */
static void
bytes_dripping_do_not_move_the_hold_timer(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { MARKER, 0x0f, 0xff, 0x02 };
	int i;

	reach(b, FSM_ESTABLISHED);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });
	for (i = 0; i < 89; i++) {
		fake_net_run(b->net, SECOND);
		raw_send(&b->peer, (struct span){ bytes, 1 });
	}
	assert_int_equal(session_state(b->a.session), FSM_ESTABLISHED);
	fake_net_run(b->net, 2 * SECOND);

	assert_int_equal(b->a.reason, REASON_HOLD_EXPIRED);
}

/* Not even when there is one more in every turn around the expiry. */
static void
bytes_dripping_fast_do_not_move_the_hold_timer(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { MARKER, 0x0f, 0xff, 0x02 };
	int i;

	reach(b, FSM_ESTABLISHED);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });
	fake_net_run(b->net, 89 * SECOND);
	for (i = 0; i < 2000 && !b->a.downs; i++) {
		raw_send(&b->peer, (struct span){ bytes, 1 });
		fake_net_stall(b->net, 1);
		fake_net_run(b->net, 0);
	}

	assert_int_equal(b->a.reason, REASON_HOLD_EXPIRED);
}

/*
 * This node was stopped for longer than the hold time; the peer's keepalive
 * waits in our kernel.  The timer is late first, and must look.
 */
static void
keepalive_queued_at_the_expiry_counts(void **state)
{
	struct bench *b = *state;

	reach(b, FSM_ESTABLISHED);
	raw_send_keepalive(&b->peer);
	fake_net_stall(b->net, 2 * MINUTE);
	fake_net_run(b->net, 100);

	assert_int_equal(session_state(b->a.session), FSM_ESTABLISHED);
	assert_int_equal(b->a.downs, 0);
}

static void
silence_through_a_stall_expires_at_once(void **state)
{
	struct bench *b = *state;

	reach(b, FSM_ESTABLISHED);
	fake_net_stall(b->net, 2 * MINUTE);
	fake_net_run(b->net, 100);

	assert_int_equal(b->a.reason, REASON_HOLD_EXPIRED);
}

/* ---- pieces ---- */

static void
messages_split_at_every_byte_are_understood(void **unused)
{
	static const uint8_t bytes[] = { KEEPALIVE, END_OF_RIB, REFRESH,
		END_OF_RIB };
	size_t at;

	(void)unused;
	for (at = 1; at < sizeof(bytes); at++) {
		struct bench *b;
		void *state;

		setup(&state);
		b = state;
		reach(b, FSM_OPENCONFIRM);
		raw_send(&b->peer, (struct span){ bytes, at });
		fake_net_run(b->net, 5);
		raw_send(
		    &b->peer, (struct span){ bytes + at, sizeof(bytes) - at });
		fake_net_run(b->net, 5);

		assert_int_equal(session_state(b->a.session), FSM_ESTABLISHED);
		assert_int_equal(b->a.updates, 2);
		assert_int_equal(b->a.refreshes, 1);
		teardown(&state);
	}
}

static void
messages_byte_by_byte_are_understood(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { KEEPALIVE, END_OF_RIB, REFRESH,
		END_OF_RIB };
	size_t at;

	reach(b, FSM_OPENCONFIRM);
	for (at = 0; at < sizeof(bytes); at++) {
		raw_send(&b->peer, (struct span){ bytes + at, 1 });
		fake_net_run(b->net, 2);
	}

	assert_int_equal(b->a.updates, 2);
	assert_int_equal(b->a.refreshes, 1);
}

static void
messages_many_in_one_read_all_count(void **state)
{
	struct bench *b = *state;
	static uint8_t bytes[2000 * MSG_UPDATE_MIN];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t i, start;

	reach(b, FSM_ESTABLISHED);
	for (i = 0; i < 2000; i++) {
		start = msg_begin(&w, MSG_UPDATE);
		wr_u32(&w, 0);
		msg_end(&w, start);
	}
	raw_send(&b->peer, wr_written(&w));
	fake_net_run(b->net, 5);

	assert_int_equal(b->a.updates, 2000);
	assert_int_equal(b->a.update_bytes, 2000 * 4);
	assert_int_equal(session_counters(b->a.session)->in[MSG_UPDATE], 2000);
}

static void
message_of_the_greatest_size_is_understood(void **state)
{
	struct bench *b = *state;
	static uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_UPDATE);

	wr_reserve(&w, MSG_MAX_SIZE - MSG_HEADER_SIZE);
	msg_end(&w, start);
	reach(b, FSM_ESTABLISHED);
	raw_send(&b->peer, wr_written(&w));
	fake_net_run(b->net, 5);

	assert_int_equal(b->a.updates, 1);
	assert_int_equal(b->a.update_bytes, MSG_MAX_SIZE - MSG_HEADER_SIZE);
}

/* ---- a peer that goes, or does not listen ---- */

static void
notification_behind_other_messages_is_the_reason(void **state)
{
	struct bench *b = *state;
	static const uint8_t bytes[] = { END_OF_RIB, KEEPALIVE, MARKER, 0x00,
		0x15, 0x03, 0x06, 0x04 };

	reach(b, FSM_ESTABLISHED);
	raw_send(&b->peer, (struct span){ bytes, sizeof(bytes) });
	b->peer.io->ops->close(b->peer.conn);
	b->peer.conn = NULL;
	fake_net_run(b->net, 20);

	assert_string_equal(session_reason_text(b->a.session),
	    "received Cease: administrative reset (6/4)");
	assert_int_equal(b->a.updates, 1);
}

static bool
is_down(void *arg)
{
	return ((struct speaker *)arg)->downs > 0;
}

/* Speaks and never reads: only the send hold timer can tell (RFC 9687). */
static void
peer_with_a_zero_window_ends_by_the_send_hold_timer(void **state)
{
	struct bench *b = *state;
	struct chunk *chunk = chunk_new(100 * MSG_HEADER_SIZE);
	struct wr w = wr_of(chunk->bytes, chunk->length);
	int64_t began;
	int i;

	for (i = 0; i < 100; i++)
		msg_keepalive_encode(&w);
	reach(b, FSM_ESTABLISHED);
	b->peer.deaf = true;
	fake_net_pipe(b->net, 500);
	session_send(b->a.session, chunk, 0, chunk->length);
	session_flush(b->a.session);
	chunk_unref(chunk);
	began = fake_net_now(b->net);
	for (i = 0; i < 100 && !is_down(&b->a); i++) {
		raw_send_keepalive(&b->peer);
		fake_net_wait(b->net, is_down, &b->a, 20 * SECOND);
	}

	assert_int_equal(b->a.reason, REASON_SEND_HOLD_EXPIRED);
	assert_string_equal(session_reason_text(b->a.session),
	    "send hold timer expired: peer took nothing for 480s");
	assert_in_range(
	    fake_net_now(b->net) - began, 8 * MINUTE, 8 * MINUTE + 100);
}

static void
send_hold_restarts_while_the_peer_takes_something(void **state)
{
	struct bench *b = *state;
	struct chunk *chunk = chunk_new(1000 * MSG_HEADER_SIZE);
	struct wr w = wr_of(chunk->bytes, chunk->length);
	int i;

	for (i = 0; i < 1000; i++)
		msg_keepalive_encode(&w);
	b->a.config.times.send_hold = 30 * SECOND;
	speaker_configure(&b->a);
	reach(b, FSM_ESTABLISHED);
	fake_net_pipe(b->net, 100);
	b->peer.deaf = true;
	session_send(b->a.session, chunk, 0, chunk->length);
	session_flush(b->a.session);
	chunk_unref(chunk);
	for (i = 0; i < 10; i++) {
		fake_net_run(b->net, 20 * SECOND);
		raw_send_keepalive(&b->peer);
		b->peer.deaf = false;
		fake_net_run(b->net, 5);
		b->peer.deaf = true;
	}

	assert_int_equal(b->a.downs, 0);
	assert_true(session_unsent(b->a.session) > 0);
}

/* A message that is partly out is finished first: the peer can frame it. */
static void
notification_follows_the_rest_of_a_started_message(void **state)
{
	struct bench *b = *state;
	struct chunk *chunk = chunk_new(40 * MSG_HEADER_SIZE);
	struct wr w = wr_of(chunk->bytes, chunk->length);
	int i;

	for (i = 0; i < 40; i++)
		msg_keepalive_encode(&w);
	reach(b, FSM_ESTABLISHED);
	fake_net_run(b->net, 10);
	fake_net_pipe(b->net, 100);
	session_send(b->a.session, chunk, 0, chunk->length);
	session_send(b->a.session, chunk, 0, chunk->length);
	session_flush(b->a.session);
	assert_int_equal(
	    session_unsent(b->a.session), 80 * MSG_HEADER_SIZE - 100);
	fake_net_pipe(b->net, 65536);
	session_stop(b->a.session, CEASE_ADMIN_RESET, NULL);
	chunk_unref(chunk);

	assert_int_equal(raw_notification(&b->peer), 0x0604);
	/* One more answered the OPEN; the second slice was dropped. */
	assert_int_equal(raw_count(&b->peer, MSG_KEEPALIVE), 41);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_that_is_wrong_gets_its_notification),
		TEST(message_behind_a_wrong_one_is_not_read),
		TEST(message_behind_one_that_ends_the_session_is_not_read),
		TEST(stop_from_inside_an_update_goes_before_its_error),
		TEST(open_twice_asks_the_owner_once),
		TEST(open_never_sent_ends_by_the_large_hold_time),
		TEST(open_cut_in_half_ends_by_the_large_hold_time),
		TEST(keepalive_never_sent_ends_by_the_negotiated_hold_time),
		TEST(bytes_dripping_do_not_move_the_hold_timer),
		TEST(bytes_dripping_fast_do_not_move_the_hold_timer),
		TEST(keepalive_queued_at_the_expiry_counts),
		TEST(silence_through_a_stall_expires_at_once),
		cmocka_unit_test(messages_split_at_every_byte_are_understood),
		TEST(messages_byte_by_byte_are_understood),
		TEST(messages_many_in_one_read_all_count),
		TEST(message_of_the_greatest_size_is_understood),
		TEST(notification_behind_other_messages_is_the_reason),
		TEST(peer_with_a_zero_window_ends_by_the_send_hold_timer),
		TEST(send_hold_restarts_while_the_peer_takes_something),
		TEST(notification_follows_the_rest_of_a_started_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
