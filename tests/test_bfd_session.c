/* SPDX-License-Identifier: ISC */
/* test_bfd_session.c - the state machine of BFD, two of them on a wire */
#include "tests/testing.h"

#include <string.h>

#include "bgpd/bfd/session.h"
#include "bgpd/digest.h"

#define START 1000

/* Two ends; a cut direction loses what is sent. */
struct wire {
	struct bfd_session end[2];
	bool cut[2];                 /* from that end */
	enum bfd_discard discard[2]; /* the last one at that end */
	unsigned int sent[2];
	int64_t gap[2]; /* the longest while both were up */
	int64_t last[2];
	uint32_t seed;
	int64_t now;
};

static struct bfd_terms
terms_of(uint32_t interval_ms, uint8_t multiplier)
{
	return (struct bfd_terms){ .interval = interval_ms * 1000,
		.multiplier = multiplier,
		.sha1 = digest_sha1 };
}

static struct bfd_terms
keyed(const char *key, bool meticulous)
{
	struct bfd_terms t = terms_of(100, 3);

	t.key.length = (uint8_t)strlen(key);
	t.key.id = 1;
	t.key.meticulous = meticulous;
	memcpy(t.key.bytes, key, t.key.length);
	return t;
}

static void
wire_init(struct wire *w, struct bfd_terms a, struct bfd_terms b)
{
	memset(w, 0, sizeof(*w));
	w->now = START;
	bfd_session_init(&w->end[0], 11, &a, 0xfffffffe, START);
	bfd_session_init(&w->end[1], 22, &b, 7, START);
}

static void
wire_send(struct wire *w, int from)
{
	struct bfd_session *to = &w->end[!from];
	uint8_t bytes[BFD_PACKET_MAX];
	struct wr wr = wr_of(bytes, sizeof(bytes));
	struct bfd_packet p;

	w->seed = w->seed * 1103515245 + 12345;
	bfd_session_send(&w->end[from], &wr, w->seed >> 8, w->now);
	if (w->end[0].state == BFD_UP && w->end[1].state == BFD_UP) {
		if (w->last[from] != 0 && w->now - w->last[from] > w->gap[from])
			w->gap[from] = w->now - w->last[from];
		w->last[from] = w->now;
	}
	w->sent[from]++;
	if (w->cut[from])
		return;
	assert_int_equal(bfd_packet_decode(wr_written(&wr), &p), BFD_TAKEN);
	if (p.yours != 0 && p.yours != to->local)
		return;
	w->discard[!from] =
	    bfd_session_receive(to, &p, wr_written(&wr), w->now);
}

static void
wire_run(struct wire *w, int64_t ms)
{
	int64_t until = w->now + ms;
	int i;

	for (; w->now < until; w->now++)
		for (i = 0; i < 2; i++) {
			while (bfd_session_may_send(&w->end[i], w->now))
				wire_send(w, i);
			bfd_session_expire(&w->end[i], w->now);
		}
}

static void
assert_states(const struct wire *w, enum bfd_state a, enum bfd_state b)
{
	assert_string_equal(bfd_state_word(w->end[0].state), bfd_state_word(a));
	assert_string_equal(bfd_state_word(w->end[1].state), bfd_state_word(b));
}

/* One packet of the other side in that state, to a session in this one. */
static enum bfd_state
step(enum bfd_state ours, enum bfd_state said)
{
	struct bfd_terms terms = terms_of(300, 3);
	struct bfd_packet p = { .state = BFD_DOWN,
		.multiplier = 3,
		.mine = 9,
		.yours = 1,
		.min_tx = 300000,
		.min_rx = 300000 };
	struct bfd_session s;

	bfd_session_init(&s, 1, &terms, 0, START);
	if (ours == BFD_ADMIN_DOWN)
		bfd_session_stop(&s, START);
	if (ours == BFD_INIT || ours == BFD_UP)
		bfd_session_receive(&s, &p, (struct span){ NULL, 0 }, START);
	p.state = BFD_INIT;
	if (ours == BFD_UP)
		bfd_session_receive(&s, &p, (struct span){ NULL, 0 }, START);
	assert_int_equal(s.state, ours);
	p.state = said;
	bfd_session_receive(&s, &p, (struct span){ NULL, 0 }, START);
	return s.state;
}

/* RFC 5880 6.8.6, by our state and theirs. */
static void
states_follow_the_table(void **state)
{
	static const enum bfd_state after[BFD_STATE_MAX][BFD_STATE_MAX] = {
		{ BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN,
		    BFD_ADMIN_DOWN },
		{ BFD_DOWN, BFD_INIT, BFD_UP, BFD_DOWN },
		{ BFD_DOWN, BFD_INIT, BFD_UP, BFD_UP },
		{ BFD_DOWN, BFD_DOWN, BFD_UP, BFD_UP },
	};
	enum bfd_state ours, said;

	(void)state;
	for (ours = 0; ours < BFD_STATE_MAX; ours++)
		for (said = 0; said < BFD_STATE_MAX; said++)
			if (step(ours, said) != after[ours][said])
				fail_msg("%s, hearing %s", bfd_state_word(ours),
				    bfd_state_word(said));
}

static void
two_come_up_and_agree_on_intervals(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(100, 3), terms_of(300, 5));

	wire_run(&w, 5000);

	assert_states(&w, BFD_UP, BFD_UP);
	assert_false(w.end[0].polling || w.end[1].polling);
	assert_int_equal(bfd_session_interval(&w.end[0]), 300);
	assert_int_equal(bfd_session_interval(&w.end[1]), 300);
	assert_int_equal(bfd_session_detection(&w.end[0]), 1500);
	assert_int_equal(bfd_session_detection(&w.end[1]), 900);
}

static void
alone_it_speaks_once_a_second_at_most(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(50, 3), terms_of(50, 3));
	w.cut[0] = w.cut[1] = true;

	wire_run(&w, 60000);

	assert_states(&w, BFD_DOWN, BFD_DOWN);
	assert_in_range(w.sent[0], 60, 81);
	assert_int_equal(w.end[0].cause, BFD_NEVER_UP);
}

static void
silence_is_seen_within_the_detection_time(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(300, 3), terms_of(300, 3));
	wire_run(&w, 5000);
	w.cut[0] = w.cut[1] = true;

	wire_run(&w, 900);

	assert_states(&w, BFD_DOWN, BFD_DOWN);
	assert_int_equal(w.end[0].cause, BFD_EXPIRED);
	assert_int_equal(w.end[0].silence, 900);
	assert_int_equal(w.end[0].diag, BFD_DIAG_EXPIRED);
}

/* Who still hears learns it from the one who does not. */
static void
one_way_loss_takes_both_down(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(100, 3), terms_of(100, 3));
	wire_run(&w, 5000);
	w.cut[0] = true;

	wire_run(&w, 310);

	assert_states(&w, BFD_DOWN, BFD_DOWN);
	assert_int_equal(w.end[1].cause, BFD_EXPIRED);
	assert_int_equal(w.end[0].cause, BFD_SAID_DOWN);
	assert_int_equal(w.end[0].remote_diag, BFD_DIAG_EXPIRED);
}

static void
stopped_says_admin_down(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(100, 3), terms_of(100, 3));
	wire_run(&w, 5000);

	bfd_session_stop(&w.end[0], w.now);
	wire_run(&w, 10);

	assert_states(&w, BFD_ADMIN_DOWN, BFD_DOWN);
	assert_int_equal(w.end[1].cause, BFD_SAID_ADMIN_DOWN);
}

/* RFC 5880 6.8.3: both directions, without a flap. */
static void
intervals_change_while_it_stays_up(void **state)
{
	static const uint32_t ms[] = { 1000, 50, 700, 100 };
	struct bfd_terms terms;
	struct wire w;
	size_t i;

	(void)state;
	wire_init(&w, terms_of(100, 2), terms_of(50, 2));
	wire_run(&w, 5000);
	for (i = 0; i < 4; i++) {
		terms = terms_of(ms[i], 2);
		bfd_session_configure(&w.end[0], &terms, w.now);
		wire_run(&w, 5000);

		assert_states(&w, BFD_UP, BFD_UP);
		assert_int_equal(w.end[1].cause, BFD_NEVER_UP);
		assert_false(w.end[0].polling);
		assert_int_equal(bfd_session_interval(&w.end[1]), ms[i]);
		assert_int_equal(bfd_session_detection(&w.end[1]), 2 * ms[i]);
	}
}

static void
same_terms_put_nothing_off(void **state)
{
	struct bfd_terms terms = terms_of(300, 3);
	struct bfd_session s;

	(void)state;
	bfd_session_init(&s, 1, &terms, 0, START);

	bfd_session_configure(&s, &terms, START);

	assert_true(bfd_session_may_send(&s, START));
}

static void
jitter_is_a_quarter_at_most(void **state)
{
	struct wire w;

	(void)state;
	wire_init(&w, terms_of(400, 1), terms_of(400, 3));
	wire_run(&w, 5000);
	w.gap[0] = w.gap[1] = 0;
	w.sent[0] = w.sent[1] = 0;

	wire_run(&w, 400000);

	assert_in_range(w.gap[0], 340, 361); /* multiplier 1: 90 per cent */
	assert_in_range(w.gap[1], 380, 401);
	assert_in_range(w.sent[0], 1111, 1334);
	assert_in_range(w.sent[1], 1000, 1334);
}

static void
who_takes_nothing_is_sent_nothing(void **state)
{
	struct bfd_terms terms = terms_of(100, 3);
	struct bfd_packet p = {
		.state = BFD_DOWN, .multiplier = 3, .mine = 9, .min_tx = 100000
	};
	struct bfd_session s;

	(void)state;
	bfd_session_init(&s, 1, &terms, 0, START);

	bfd_session_receive(&s, &p, (struct span){ NULL, 0 }, START);

	assert_false(bfd_session_may_send(&s, START + 60000));
}

static void
key_that_is_the_same_comes_up(void **state)
{
	struct wire w;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		wire_init(&w, keyed("secret", i), keyed("secret", i));

		wire_run(&w, 20000);

		assert_states(&w, BFD_UP, BFD_UP);
		assert_true(w.end[1].sequence_in < 1000); /* went round */
	}
}

struct mismatch {
	struct bfd_terms ours, theirs;
	enum bfd_discard discard;
};

static void
key_that_differs_never_comes_up(void **state)
{
	struct mismatch all[] = {
		{ keyed("secret", true), keyed("other", true), BFD_BAD_DIGEST },
		{ keyed("secret", true), keyed("secret", false),
		    BFD_BAD_AUTH_TYPE },
		{ keyed("secret", true), terms_of(100, 3), BFD_AUTH_MISSING },
		{ terms_of(100, 3), keyed("secret", true),
		    BFD_AUTH_UNEXPECTED },
		{ keyed("secret", true), keyed("secret", true),
		    BFD_BAD_KEY_ID },
	};
	struct wire w;
	size_t i;

	(void)state;
	all[4].theirs.key.id = 2;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		wire_init(&w, all[i].ours, all[i].theirs);

		wire_run(&w, 5000);

		assert_states(&w, BFD_DOWN, BFD_DOWN);
		assert_string_equal(bfd_discard_word(w.discard[0]),
		    bfd_discard_word(all[i].discard));
	}
}

/* A copy of what was taken: never with meticulous, in the window without. */
static void
replay_is_refused_by_meticulous(void **state)
{
	uint8_t bytes[BFD_PACKET_MAX];
	struct wr wr = wr_of(bytes, sizeof(bytes));
	struct bfd_packet p;
	struct wire w;

	(void)state;
	wire_init(&w, keyed("secret", true), keyed("secret", true));
	wire_run(&w, 5000);
	bfd_session_send(&w.end[0], &wr, 0, w.now);
	bfd_packet_decode(wr_written(&wr), &p);
	assert_int_equal(
	    bfd_session_receive(&w.end[1], &p, wr_written(&wr), w.now),
	    BFD_TAKEN);

	assert_int_equal(
	    bfd_session_receive(&w.end[1], &p, wr_written(&wr), w.now),
	    BFD_BAD_SEQUENCE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_follow_the_table),
		cmocka_unit_test(two_come_up_and_agree_on_intervals),
		cmocka_unit_test(alone_it_speaks_once_a_second_at_most),
		cmocka_unit_test(silence_is_seen_within_the_detection_time),
		cmocka_unit_test(one_way_loss_takes_both_down),
		cmocka_unit_test(stopped_says_admin_down),
		cmocka_unit_test(intervals_change_while_it_stays_up),
		cmocka_unit_test(same_terms_put_nothing_off),
		cmocka_unit_test(jitter_is_a_quarter_at_most),
		cmocka_unit_test(who_takes_nothing_is_sent_nothing),
		cmocka_unit_test(key_that_is_the_same_comes_up),
		cmocka_unit_test(key_that_differs_never_comes_up),
		cmocka_unit_test(replay_is_refused_by_meticulous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
