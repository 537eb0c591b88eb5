/* SPDX-License-Identifier: ISC */
/* session_timer.c - the deadlines of a session on one io timer */

/*
 * A session has an array of deadlines, and one io timer set to the nearest.
 * The hold timer moves with every message that arrives, so a deadline that
 * moves away leaves the io timer alone: it fires early, finds nothing due
 * and is set again.  That is one cheap callback a hold time instead of one
 * system call a message.
 *
 * A deadline that is due becomes an event of the FSM, with two exceptions.
 * The hold timer first reads what the kernel already has (DESIGN 3: it fires
 * only after the bytes that were queued when it expired were processed);
 * that is done in turns like all reading, and bounded, so that a peer cannot
 * drip-feed bytes of a message that never ends.  The idle-hold timer asks
 * the config which start it is.
 */
#include <assert.h>
#include <errno.h>

#include "bgpd/session/session_private.h"

/* Reads past an expired hold time: more than a receive buffer holds. */
#define GRACE_READS 64

static const int64_t ack_time = 1000;
static const int64_t send_hold_min = 8 * 60 * 1000; /* RFC 9687 */

static void
expire_connect_retry(struct session *s)
{
	s->io_error = ETIMEDOUT;
	session_tls_dial_expired(s);
	session_raise(s, FSM_CONNECT_RETRY_EXPIRES, NULL);
}

static void
expire_hold(struct session *s)
{
	uint32_t serial = s->serial;
	int64_t due = session_now(s);
	uint64_t before = s->counters.bytes_in;

	/* Stays due while it reads, unless a message moves it. */
	s->at[SESSION_HOLD] = due;
	session_input(s);
	if (s->serial != serial || s->at[SESSION_HOLD] != due)
		return;
	if (s->counters.bytes_in != before && s->grace++ < GRACE_READS)
		return;
	s->at[SESSION_HOLD] = 0;
	session_raise(s, FSM_HOLD_EXPIRES, NULL);
}

/* A host that is there confirms in far less, whatever its daemon does. */
static void
expire_keepalive(struct session *s)
{
	session_raise(s, FSM_KEEPALIVE_EXPIRES, NULL);
	/* Of several on the way the first counts. */
	if (s->state == FSM_ESTABLISHED && s->ops->unheard != NULL &&
	    s->at[DEADLINE_ACK] == 0)
		s->at[DEADLINE_ACK] = session_now(s) + ack_time;
}

static void
expire_ack(struct session *s)
{
	if (session_unacked(s) > 0)
		s->ops->unheard(s->arg, s);
}

static void
expire_send_hold(struct session *s)
{
	session_raise(s, FSM_SEND_HOLD_EXPIRES, NULL);
}

/* A write failed: the peer's NOTIFICATION may still wait to be read. */
static void
expire_tcp_failed(struct session *s)
{
	uint32_t serial = s->serial;
	int error = s->io_error;
	enum session_reason cause = s->cause;

	if (s->conn != NULL)
		session_input(s);
	if (s->serial != serial)
		return;
	s->io_error = error;
	s->cause = cause;
	session_raise(s, FSM_TCP_FAILS, NULL);
}

static void (*const expire[DEADLINE_MAX])(struct session *) = {
	[SESSION_CONNECT_RETRY] = expire_connect_retry,
	[SESSION_HOLD] = expire_hold,
	[SESSION_KEEPALIVE] = expire_keepalive,
	[SESSION_SEND_HOLD] = expire_send_hold,
	[SESSION_IDLE_HOLD] = session_begin,
	[DEADLINE_TCP_FAILED] = expire_tcp_failed,
	[DEADLINE_ACK] = expire_ack,
	[DEADLINE_READ] = session_input,
	[DEADLINE_EXPIRY] = session_tls_expire,
};

void
session_timer_arm(struct session *s)
{
	const struct io_ops *io = s->host->io->ops;
	int64_t next = 0;
	unsigned int i;

	for (i = 0; i < DEADLINE_MAX; i++)
		if (s->at[i] != 0 && (next == 0 || s->at[i] < next))
			next = s->at[i];
	if (next == 0 && s->armed != 0)
		io->timer_stop(s->timer);
	else if (next != 0 && (s->armed == 0 || next < s->armed))
		io->timer_set(s->timer, next);
	else
		return;
	s->armed = next;
}

void
session_timer_start(struct session *s, enum session_timer which, int64_t delay)
{
	s->at[which] = delay > 0 ? session_now(s) + delay : 0;
}

void
session_next_turn(struct session *s, unsigned int deadline)
{
	s->at[deadline] = session_now(s);
	session_timer_arm(s);
}

void
session_timer_stop_all(struct session *s)
{
	unsigned int i;

	for (i = 0; i < DEADLINE_MAX; i++)
		s->at[i] = 0;
}

int64_t
session_jitter(const struct session *s, int64_t delay)
{
	int64_t quarter = delay / 4;

	return delay - quarter +
	    s->host->random(s->host->arg) % (uint32_t)(quarter + 1);
}

int64_t
session_send_hold(const struct session *s)
{
	int64_t hold = s->common.hold_time * 1000;

	if (s->config.times.send_hold != 0)
		return s->config.times.send_hold;
	if (hold == 0)
		return 0;
	return 2 * hold > send_hold_min ? 2 * hold : send_hold_min;
}

int64_t
session_keepalive(const struct session *s)
{
	int64_t third = s->common.hold_time * 1000 / 3;
	int64_t wanted = s->config.times.keepalive;

	return wanted == 0 || wanted > third ? third : wanted;
}

int64_t
session_timer_at(const struct session *s, enum session_timer which)
{
	return s->at[which];
}

void
session_ask(struct session *s)
{
	assert(s->state == FSM_ESTABLISHED);
	s->at[SESSION_KEEPALIVE] = session_now(s);
	session_timer_arm(s);
}

void
session_host_silent(struct session *s)
{
	s->cause = REASON_HOST_SILENT;
	s->io_error = 0;
	session_raise(s, FSM_TCP_FAILS, NULL);
}

void
session_timer_fired(void *arg)
{
	struct session *s = arg;
	unsigned int i;

	s->armed = 0;
	for (i = 0; i < DEADLINE_MAX; i++)
		if (s->at[i] != 0 && s->at[i] <= session_now(s)) {
			s->at[i] = 0;
			expire[i](s);
		}
	session_flush(s);
	session_timer_arm(s);
}
