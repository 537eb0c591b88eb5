/* SPDX-License-Identifier: ISC */
/* session.c - the executor: what the rows of the FSM say is done here */

/*
 * In come events: from the owner (start, stop, an accepted connection), from
 * io (connected, failed), from the timers and from the messages that
 * session_input.c cuts out of the stream.  For each the FSM gives a row; its
 * action bits, lowest first, index a table of functions.  Nothing here asks
 * which state it is: what differs between states stands in the table.
 *
 * Actions are short.  What they send is queued (session_output.c), what they
 * wait for is a deadline (session_timer.c), what went wrong is a sentence
 * (session_reason.c), and the owner hears of it through session_ops: routes,
 * collisions and graceful restart are the owner's.  An event that an action
 * or the owner raises meanwhile waits until the row is finished, so the
 * owner never meets a session between two states.
 *
 * The state is entered before its actions run: in `up` the session is
 * established already, in `down` it no longer is.
 *
 * RFC 4271 8 and 10 (jitter), RFC 4724 (abandon), 9003 (shutdown text).
 */
#include "bgpd/session/session.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "bgpd/session/session_private.h"
#include "rib/mem.h"

/* After so long in Established the penalty is forgotten. */
static const int64_t good_behaviour = 5 * 60 * 1000;
/* Idle hold doubles up to a minute, or stays what it is from the start. */
static const int64_t idle_hold_max = 60 * 1000;
#define PENALTY_MAX 16

int64_t
session_now(const struct session *s)
{
	return s->host->io->ops->now(s->host->io);
}

static void
say_log(struct session *s, const char *why)
{
	char *line;

	if (s->ops->log == NULL)
		return;
	line = xasprintf("%s -> %s%s%s", fsm_state_name(s->was),
	    fsm_state_name(s->state), *why != '\0' ? ": " : "", why);
	s->ops->log(s->arg, s, line);
	free(line);
}

static void
do_notify(struct session *s)
{
	if (s->error.code != 0)
		session_last_words(s, &s->error);
}

static void
do_close(struct session *s)
{
	if (s->conn != NULL)
		s->host->io->ops->close(s->conn);
	s->conn = NULL;
	s->serial++;
	s->max_size = MSG_MAX_SIZE;
	session_input_clear(s);
	session_output_clear(s);
	s->at[SESSION_SEND_HOLD] = 0;
	s->at[DEADLINE_TCP_FAILED] = 0;
	s->at[DEADLINE_ACK] = 0;
	s->at[DEADLINE_READ] = 0;
	s->at[DEADLINE_EXPIRY] = 0;
}

/* No longer established: was it for long enough? */
static void
settle_penalty(struct session *s)
{
	if (s->up_since != 0 && session_now(s) - s->up_since >= good_behaviour)
		s->penalty = 0;
	s->up_since = 0;
}

static void
do_idle_hold(struct session *s)
{
	int64_t first = s->config.times.idle_hold, delay, most;

	settle_penalty(s);
	delay = first << s->penalty;
	most = first > idle_hold_max ? first : idle_hold_max;
	if (s->penalty < PENALTY_MAX)
		s->penalty++;
	session_timer_start(s, SESSION_IDLE_HOLD,
	    session_jitter(s, delay < most ? delay : most));
}

static void
do_down(struct session *s)
{
	settle_penalty(s);
	if (s->reason_is_new)
		say_log(s, s->reason_text);
	s->reason_is_new = false;
	s->ops->down(s->arg, s, s->was, s->reason);
}

static enum session_reason
dial_cause(int error)
{
	switch (error) {
	case EADDRNOTAVAIL: return REASON_NO_LOCAL_ADDRESS;
	case ENETUNREACH:
	case EHOSTUNREACH: return REASON_NO_ROUTE;
	default: return REASON_CONNECT_FAILED;
	}
}

static void
do_dial(struct session *s)
{
	struct io *io = s->host->io;
	struct io_target target = session_tls_target(s);

	s->attempts++;
	s->dialled = true;
	s->conn = io->ops->connect(io, &target, session_conn_event, s);
	if (s->conn != NULL)
		return;
	s->io_error = errno;
	s->cause = dial_cause(errno);
	session_next_turn(s, DEADLINE_TCP_FAILED);
}

static void
do_retry_timer(struct session *s)
{
	const struct session_times *times = &s->config.times;
	int64_t delay = session_jitter(s, times->connect_retry);

	if (s->attempts == 0 && times->dial_delay != 0)
		delay = times->dial_delay;
	if (s->config.passive)
		delay = 0;
	session_timer_start(s, SESSION_CONNECT_RETRY, delay);
}

static void
do_stop_retry(struct session *s)
{
	session_timer_start(s, SESSION_CONNECT_RETRY, 0);
}

static void
encode_open(const struct session *s, struct wr *w)
{
	open_encode(w, &s->sent);
}

static void
do_send_open(struct session *s)
{
	s->sent = s->config.open;
	s->sent.hold_time = (uint16_t)(s->config.times.hold / 1000);
	s->common = (struct open_common){ .hold_time = 0 };
	s->heard = false;
	session_say(s, encode_open);
}

static void
do_open_hold(struct session *s)
{
	s->grace = 0;
	session_timer_start(s, SESSION_HOLD, s->config.times.open_hold);
}

static void
encode_keepalive(const struct session *s, struct wr *w)
{
	(void)s;
	msg_keepalive_encode(w);
}

static void
do_send_keepalive(struct session *s)
{
	session_say(s, encode_keepalive);
}

static void
do_hold(struct session *s)
{
	s->grace = 0;
	session_timer_start(s, SESSION_HOLD, s->common.hold_time * 1000);
}

static void
do_keepalive_timer(struct session *s)
{
	session_timer_start(
	    s, SESSION_KEEPALIVE, session_jitter(s, session_keepalive(s)));
}

static void
do_up(struct session *s)
{
	s->up_since = session_now(s);
	s->attempts = 0;
	session_explain(s, REASON_NONE);
	say_log(s, "");
	s->reason_is_new = false;
	s->ops->up(s->arg, s);
}

/* In the order of enum fsm_action. */
static void (*const actions[FSM_ACTION_BITS])(struct session *) = {
	do_notify,
	do_close,
	session_timer_stop_all,
	do_idle_hold,
	do_down,
	do_dial,
	do_retry_timer,
	do_stop_retry,
	do_send_open,
	do_open_hold,
	do_send_keepalive,
	do_hold,
	do_keepalive_timer,
	do_up,
	session_deliver_update,
	session_deliver_refresh,
};

static void
step(struct session *s, enum fsm_event event)
{
	const struct fsm_row *row = fsm_step(s->state, event);
	unsigned int bit;

	s->was = s->state;
	if (row->code != 0) {
		s->error = (struct msg_error){ .severity = SEVERITY_OK };
		msg_error_set(
		    &s->error, SEVERITY_RESET, row->code, row->subcode, NULL);
	}
	session_explain_row(s, event, row);
	if (row->next != s->was) {
		s->state = row->next;
		s->since = session_now(s);
	}
	for (bit = 0; bit < FSM_ACTION_BITS; bit++)
		if (row->actions & (1u << bit))
			actions[bit](s);
}

void
session_raise(
    struct session *s, enum fsm_event event, const struct msg_error *error)
{
	if (s->pending != FSM_EVENT_MAX)
		return;
	s->pending = event;
	if (error != NULL)
		s->error = *error;
	else
		s->error = (struct msg_error){ .severity = SEVERITY_OK };
	if (s->stepping)
		return;
	s->stepping = true;
	while (s->pending != FSM_EVENT_MAX) {
		event = s->pending;
		s->pending = FSM_EVENT_MAX;
		step(s, event);
	}
	s->stepping = false;
	session_timer_arm(s);
}

void
session_lost(struct session *s, int error)
{
	s->io_error = error;
	s->cause = session_tls_lost(s) ? REASON_TLS : REASON_CLOSED;
	session_raise(s, FSM_TCP_FAILS, NULL);
}

/* Once more without TLS, perhaps: that is still the same attempt. */
static void
dial_failed(struct session *s, int error)
{
	s->cause = REASON_CONNECT_FAILED;
	s->io_error = error;
	if (session_tls_dial_failed(s)) {
		do_close(s);
		s->attempts--;
		do_dial(s);
	} else {
		session_raise(s, FSM_TCP_FAILS, NULL);
	}
}

void
session_begin(struct session *s)
{
	bool wait = s->config.passive ||
	    (s->config.times.dial_delay != 0 && s->attempts == 0);

	session_raise(s, wait ? FSM_START_PASSIVE : FSM_START, NULL);
}

void
session_conn_event(void *arg, enum io_event event, int error)
{
	struct session *s = arg;

	switch (event) {
	case IO_CONNECTED:
		session_tls_up(s);
		session_raise(s, FSM_TCP_DIALLED, NULL);
		session_flush(s);
		break;
	case IO_FAILED: dial_failed(s, error); break;
	case IO_READABLE: session_input(s); break;
	case IO_WRITABLE: session_flush(s); break;
	}
}

struct session *
session_new(
    const struct session_host *host, const struct session_ops *ops, void *arg)
{
	struct session *s = xcalloc(1, sizeof(*s));

	assert(host->size >= 2 * MSG_MAX_SIZE_EXTENDED);
	s->host = host;
	s->ops = ops;
	s->arg = arg;
	s->since = session_now(s);
	s->pending = FSM_EVENT_MAX;
	s->max_size = MSG_MAX_SIZE;
	s->timer = host->io->ops->timer_new(host->io, session_timer_fired, s);
	session_explain(s, REASON_STARTING);
	s->reason_is_new = false;
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	assert(!s->stepping);
	do_close(s);
	s->host->io->ops->timer_free(s->timer);
	session_forget_verdict(s);
	session_tls_forget(s);
	free(s->tls);
	free(s->reason_text);
	free(s);
}

/* A key may be rotated while the connection stays. */
void
session_configure(struct session *s, const struct session_config *config)
{
	struct io_key before = s->config.target.key;

	s->config = *config;
	session_forget_verdict(s);
	if (s->conn != NULL && !io_key_equal(&before, &config->target.key))
		s->host->io->ops->secure(s->conn, &config->target);
	session_tls_watch(s);
}

void
session_share_penalty(struct session *s, const struct session *from)
{
	s->penalty = from->penalty;
}

void
session_start(struct session *s)
{
	assert(!s->stepping);
	session_begin(s);
}

void
session_accept(struct session *s, struct io_conn *conn)
{
	assert(!s->stepping);
	if (s->conn != NULL ||
	    s->host->io->ops->secure(conn, &s->config.target) != 0) {
		s->host->io->ops->close(conn);
		return;
	}
	session_raise(s, FSM_START_PASSIVE, NULL);
	s->at[DEADLINE_TCP_FAILED] = 0; /* of a dial that never was */
	s->conn = conn;
	s->dialled = false;
	s->host->io->ops->attach(conn, session_conn_event, s);
	session_tls_forget(s);
	session_tls_up(s);
	session_raise(s, FSM_TCP_ACCEPTED, NULL);
}

void
session_read(struct session *s)
{
	assert(!s->stepping);
	if (s->state >= FSM_OPENSENT)
		session_input(s);
}

static void
cease(struct session *s, unsigned int subcode, const char *text, bool hard)
{
	struct msg_error error = { .severity = SEVERITY_OK };

	msg_error_set(&error, SEVERITY_RESET, ERR_CEASE, subcode, NULL);
	if (text != NULL)
		msg_shutdown_text(&error, text);
	if (hard)
		msg_hard_reset(&error);
	if (s->conn == NULL) {
		s->error.code = 0;
		session_explain(s, REASON_ADMIN);
	}
	session_raise(s, FSM_STOP, &error);
}

void
session_stop(struct session *s, unsigned int subcode, const char *text)
{
	cease(s, subcode, text, false);
}

void
session_end(struct session *s, unsigned int subcode, const char *text)
{
	cease(s, subcode, text, s->common.restart_notification);
}

void
session_abandon(struct session *s, const char *why)
{
	const struct msg_error silent = { .text = why };

	session_raise(s, FSM_STOP, &silent);
}

void
session_bfd_down(struct session *s, const char *why)
{
	struct msg_error error = { .severity = SEVERITY_OK };

	msg_error_set(&error, SEVERITY_RESET, ERR_CEASE, CEASE_BFD_DOWN, why);
	session_fail(s, &error);
}

void
session_fail(struct session *s, const struct msg_error *error)
{
	/* The event whose row has no opinion on what was wrong. */
	session_raise(s, FSM_HEADER_BAD, error);
}
