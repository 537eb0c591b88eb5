/* SPDX-License-Identifier: ISC */
/* session.c - one BFD session: the state machine of RFC 5880 6.8 */
/*
 * Three packets bring it up: Down is answered by Init, Init by Up (6.2).
 * While it is not up it speaks once a second at most (6.8.3), and tells the
 * interval that it is to have by a poll as soon as it is.
 *
 * A change of ours counts at once only where the other side cannot miss a
 * packet by it: a longer interval between ours, and a shorter one between
 * theirs, wait until the poll is answered.
 *
 * Whatever differs from what was said before is said at once (6.8.7), or a
 * loss would be known to the other side only after the next interval.
 */
#include "bgpd/bfd/session.h"

#include <string.h>

#define SLOW          1000000u /* us, while not up: 6.8.3 */
#define JITTER_LEAST  75u      /* per cent: 6.8.7 */
#define JITTER_MOST   100u
#define JITTER_MOST_1 90u /* with a multiplier of 1 */
#define WINDOW        3u  /* multipliers: 6.7.4 */

static uint32_t
greater(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t
to_ms(uint64_t us)
{
	return (uint32_t)((us + 999) / 1000);
}

uint32_t
bfd_session_detection(const struct bfd_session *s)
{
	return to_ms(
	    (uint64_t)s->remote_multiplier * greater(s->used_rx, s->remote_tx));
}

uint32_t
bfd_session_interval(const struct bfd_session *s)
{
	if (s->heard_at != 0 && s->remote_rx == 0)
		return 0;
	return to_ms(greater(s->used_tx, s->remote_rx));
}

/* When the next one is due by the intervals as they are now. */
static void
schedule(struct bfd_session *s, int64_t now)
{
	uint64_t us = (uint64_t)bfd_session_interval(s) * 1000;
	int64_t at = s->sent_at + (int64_t)(us * s->percent / 100 / 1000);

	if (us == 0)
		s->send_at = 0;
	else
		s->send_at = at > now ? at : now;
}

static void
say_now(struct bfd_session *s, int64_t now)
{
	if (bfd_session_interval(s) > 0)
		s->send_at = now;
}

/* RFC 5880 6.8.3: what is wanted by the state and the config. */
static void
intervals_set(struct bfd_session *s, int64_t now)
{
	bool up = s->state == BFD_UP;
	uint32_t tx = s->terms.interval;
	uint32_t rx = s->terms.interval;

	if (!up)
		tx = greater(tx, SLOW);
	if (tx != s->min_tx || rx != s->min_rx)
		s->polling = up;
	s->min_tx = tx;
	s->min_rx = rx;
	if (!up || tx < s->used_tx)
		s->used_tx = tx;
	if (!up || rx > s->used_rx)
		s->used_rx = rx;
	schedule(s, now);
}

static void
state_set(struct bfd_session *s, enum bfd_state state, int64_t now)
{
	if (s->state == state)
		return;
	s->state = state;
	s->polling = false;
	if (state == BFD_UP)
		s->diag = BFD_DIAG_NONE;
	intervals_set(s, now);
	say_now(s, now);
}

static void
go_down(struct bfd_session *s, enum bfd_cause cause, uint8_t diag, int64_t now)
{
	s->cause = cause;
	s->diag = diag;
	state_set(s, BFD_DOWN, now);
}

void
bfd_session_init(struct bfd_session *s, uint32_t discriminator,
    const struct bfd_terms *terms, uint32_t random, int64_t now)
{
	memset(s, 0, sizeof(*s));
	s->terms = *terms;
	s->local = discriminator;
	s->state = s->remote_state = BFD_DOWN;
	s->remote_rx = 1; /* RFC 5880 6.8.1 */
	s->percent = JITTER_LEAST;
	s->sequence_out = random;
	s->sent_at = now;
	intervals_set(s, now);
	s->send_at = now;
}

void
bfd_session_configure(
    struct bfd_session *s, const struct bfd_terms *terms, int64_t now)
{
	bool changes = s->terms.interval != terms->interval;

	if (s->terms.multiplier != terms->multiplier && s->state == BFD_UP)
		say_now(s, now);
	s->terms = *terms;
	/* What is due at once must not be put off by nothing. */
	if (changes)
		intervals_set(s, now);
}

void
bfd_session_stop(struct bfd_session *s, int64_t now)
{
	s->cause = BFD_STOPPED;
	s->diag = BFD_DIAG_ADMIN_DOWN;
	s->detect_at = 0;
	state_set(s, BFD_ADMIN_DOWN, now);
}

/* ---- authentication, RFC 5880 6.7.4 ------------------------------------ */

static uint8_t
auth_type(const struct bfd_key *key)
{
	return key->meticulous ? BFD_AUTH_METICULOUS_SHA1 : BFD_AUTH_SHA1;
}

/* SHA-1 over the packet with the key where the digest is. */
static void
digest_make(const struct bfd_session *s, struct span packet,
    uint8_t digest[BFD_DIGEST_SIZE])
{
	uint8_t copy[BFD_PACKET_MAX];

	memcpy(copy, packet.data, sizeof(copy));
	memset(copy + BFD_DIGEST_AT, 0, BFD_DIGEST_SIZE);
	memcpy(copy + BFD_DIGEST_AT, s->terms.key.bytes, s->terms.key.length);
	s->terms.sha1(copy, sizeof(copy), digest);
}

/* In a window that goes round with the numbers. */
static bool
sequence_fits(const struct bfd_session *s, uint32_t sequence)
{
	uint32_t ahead = sequence - s->sequence_in;

	return ahead <= WINDOW * s->remote_multiplier &&
	    (ahead > 0 || !s->terms.key.meticulous);
}

static bool
digests_equal(const uint8_t *a, const uint8_t *b)
{
	unsigned int i, differs = 0;

	for (i = 0; i < BFD_DIGEST_SIZE; i++)
		differs |= a[i] ^ b[i];
	return differs == 0;
}

static enum bfd_discard
authenticate(struct bfd_session *s, const struct bfd_packet *p,
    struct span whole, int64_t now)
{
	const struct bfd_section *auth = &p->auth;
	uint8_t digest[BFD_DIGEST_SIZE];

	if (p->authenticated && s->terms.key.length == 0)
		return BFD_AUTH_UNEXPECTED;
	if (!p->authenticated)
		return s->terms.key.length == 0 ? BFD_TAKEN : BFD_AUTH_MISSING;
	if (auth->type != auth_type(&s->terms.key))
		return BFD_BAD_AUTH_TYPE;
	if (auth->length != BFD_AUTH_SIZE || whole.length < BFD_PACKET_MAX)
		return BFD_BAD_AUTH_LENGTH;
	if (auth->key_id != s->terms.key.id)
		return BFD_BAD_KEY_ID;
	/* bfd.AuthSeqKnown: forgotten after twice the detection time. */
	if (now - s->heard_at > 2 * (int64_t)bfd_session_detection(s))
		s->sequence_known = false;
	if (s->sequence_known && !sequence_fits(s, auth->sequence))
		return BFD_BAD_SEQUENCE;
	digest_make(s, whole, digest);
	if (!digests_equal(digest, auth->digest))
		return BFD_BAD_DIGEST;
	s->sequence_known = true;
	s->sequence_in = auth->sequence;
	return BFD_TAKEN;
}

/* ---- the state machine, RFC 5880 6.8.6 --------------------------------- */

/* By our state and what they say; AdminDown, of either, is no business of it.
 */
static const enum bfd_state next[BFD_STATE_MAX][BFD_STATE_MAX] = {
	[BFD_DOWN] = { [BFD_DOWN] = BFD_INIT,
	    [BFD_INIT] = BFD_UP,
	    [BFD_UP] = BFD_DOWN },
	[BFD_INIT] = { [BFD_DOWN] = BFD_INIT,
	    [BFD_INIT] = BFD_UP,
	    [BFD_UP] = BFD_UP },
	[BFD_UP] = { [BFD_DOWN] = BFD_DOWN,
	    [BFD_INIT] = BFD_UP,
	    [BFD_UP] = BFD_UP },
};

static void
state_hear(struct bfd_session *s, enum bfd_state said, int64_t now)
{
	if (s->state == BFD_ADMIN_DOWN)
		return;
	if (said == BFD_ADMIN_DOWN) {
		if (s->state != BFD_DOWN)
			go_down(s, BFD_SAID_ADMIN_DOWN, BFD_DIAG_NEIGHBOR_DOWN,
			    now);
		else
			s->cause = BFD_SAID_ADMIN_DOWN;
	} else if (s->state == BFD_UP && said == BFD_DOWN) {
		go_down(s, BFD_SAID_DOWN, BFD_DIAG_NEIGHBOR_DOWN, now);
	} else {
		state_set(s, next[s->state][said], now);
	}
}

static void
poll_answered(struct bfd_session *s)
{
	s->polling = false;
	s->used_tx = s->min_tx;
	s->used_rx = s->min_rx;
}

enum bfd_discard
bfd_session_receive(struct bfd_session *s, const struct bfd_packet *p,
    struct span whole, int64_t now)
{
	enum bfd_discard discard = authenticate(s, p, whole, now);

	if (discard != BFD_TAKEN)
		return discard;
	s->remote = p->mine;
	s->remote_state = p->state;
	s->remote_diag = p->diag;
	s->independent = p->independent;
	s->remote_tx = p->min_tx;
	s->remote_rx = p->min_rx;
	s->remote_multiplier = p->multiplier;
	s->heard_at = now;
	if (p->final && s->polling)
		poll_answered(s);
	schedule(s, now);
	state_hear(s, p->state, now);
	s->detect_at =
	    s->state == BFD_ADMIN_DOWN ? 0 : now + bfd_session_detection(s);
	s->answer |= p->poll;
	return BFD_TAKEN;
}

void
bfd_session_expire(struct bfd_session *s, int64_t now)
{
	if (s->detect_at == 0 || now < s->detect_at)
		return;
	s->silence = bfd_session_detection(s);
	s->detect_at = 0;
	s->remote = 0; /* RFC 5880 6.8.1 */
	if (s->state == BFD_INIT || s->state == BFD_UP)
		go_down(s, BFD_EXPIRED, BFD_DIAG_EXPIRED, now);
}

/* ---- sending, RFC 5880 6.8.7 ------------------------------------------- */

bool
bfd_session_may_send(const struct bfd_session *s, int64_t now)
{
	return s->answer || (s->send_at != 0 && s->send_at <= now);
}

static void
sign(struct bfd_session *s, struct wr *wr, struct bfd_packet *p)
{
	size_t start = wr_length(wr);

	p->authenticated = true;
	p->auth.type = auth_type(&s->terms.key);
	p->auth.key_id = s->terms.key.id;
	p->auth.sequence = ++s->sequence_out;
	bfd_packet_encode(wr, p);
	digest_make(s, wr_since(wr, start), p->auth.digest);
	wr_rewind(wr, start);
}

void
bfd_session_send(
    struct bfd_session *s, struct wr *wr, uint32_t random, int64_t now)
{
	struct bfd_packet p = { .state = s->state,
		.diag = s->diag,
		.poll = s->polling && !s->answer,
		.final = s->answer,
		.multiplier = s->terms.multiplier,
		.mine = s->local,
		.yours = s->remote,
		.min_tx = s->min_tx,
		.min_rx = s->min_rx };
	uint32_t most = p.multiplier == 1 ? JITTER_MOST_1 : JITTER_MOST;

	if (s->terms.key.length > 0)
		sign(s, wr, &p);
	bfd_packet_encode(wr, &p);
	/* An answer comes between; the others keep their times. */
	if (s->answer && s->send_at > now) {
		s->answer = false;
		return;
	}
	s->answer = false;
	s->percent = JITTER_LEAST + random % (most - JITTER_LEAST + 1);
	s->sent_at = now;
	schedule(s, now);
}

int64_t
bfd_session_next(const struct bfd_session *s)
{
	if (s->detect_at == 0 || s->send_at == 0)
		return s->detect_at + s->send_at;
	return s->detect_at < s->send_at ? s->detect_at : s->send_at;
}
