/* SPDX-License-Identifier: ISC */
/* fsm.c - the BGP finite state machine as a table, RFC 4271 section 8 */

/*
 * A state and an event come in, a row goes out: the next state, the actions
 * and the NOTIFICATION that goes with them.  Nothing is done here; session.c
 * does it.  The states stand in the order of RFC 4271 8.2.2, the events of
 * each in the order of 8.1, so that the table can be held beside the RFC.
 *
 * Where this departs from the letter of 8.2.2:
 *  - a dial that fails in Connect goes to Active and is retried there, as if
 *    DelayOpen ran: in a cluster "refused" mostly means "not started yet",
 *    and the penalty of Idle is for peers that speak and speak wrongly;
 *  - the loser of a collision and a session that was stopped wait in Idle
 *    for their owner, all other failures wait for the idle-hold timer;
 *  - what cannot happen in Connect and Active drops the connection, as
 *    8.2.2 wants for "any other event", and counts as a failure.
 *
 * Subcodes of an FSM error are those of RFC 6608; the send hold timer is RFC
 * 9687; the hold timer restarts on ROUTE-REFRESH too, which RFC 4271 could
 * not know.  A row's code 0 means the error that the event brought along.
 */
#include "bgpd/session/fsm.h"

#include <assert.h>

#include "bgpd/wire/msg.h"

enum {
	/* The connection goes, the owner hears of it, Idle is left by hand. */
	END = FSM_DO_CLOSE | FSM_DO_STOP_TIMERS | FSM_DO_DOWN,
	/* The same as a failure: Idle is left after a penalty. */
	DROP = END | FSM_DO_IDLE_HOLD,
	/* With a NOTIFICATION before it. */
	TELL_END = FSM_DO_NOTIFY | END,
	TELL_DROP = FSM_DO_NOTIFY | DROP,

	DIAL = FSM_DO_DIAL | FSM_DO_RETRY_TIMER,
	START = FSM_DO_STOP_TIMERS | DIAL,
	WAIT = FSM_DO_STOP_TIMERS | FSM_DO_RETRY_TIMER,
	REDIAL = FSM_DO_CLOSE | FSM_DO_DOWN | DIAL,
	RETRY = END | FSM_DO_RETRY_TIMER,
	GREET = FSM_DO_STOP_RETRY | FSM_DO_SEND_OPEN | FSM_DO_OPEN_HOLD,
	ACCEPT = FSM_DO_SEND_KEEPALIVE | FSM_DO_HOLD | FSM_DO_KEEPALIVE_TIMER,
	KEEP = FSM_DO_SEND_KEEPALIVE | FSM_DO_KEEPALIVE_TIMER
};

/* A row is a line where it fits.  clang-format would know better. */
/* clang-format off */

/* Idle: only a start leads out; a connection is refused. */
static const struct fsm_row idle[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_CONNECT, START, 0, 0 },
	[FSM_START_PASSIVE] = { FSM_ACTIVE, WAIT, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, FSM_DO_STOP_TIMERS, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] = { FSM_IDLE, 0, 0, 0 },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, 0, 0, 0 },
	[FSM_KEEPALIVE_EXPIRES] = { FSM_IDLE, 0, 0, 0 },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, 0, 0, 0 },
	[FSM_TCP_DIALLED] = { FSM_IDLE, FSM_DO_CLOSE, 0, 0 },
	[FSM_TCP_ACCEPTED] = { FSM_IDLE, FSM_DO_CLOSE, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_IDLE, FSM_DO_CLOSE, 0, 0 },
	[FSM_OPEN_GOOD] = { FSM_IDLE, 0, 0, 0 },
	[FSM_OPEN_BAD] = { FSM_IDLE, 0, 0, 0 },
	[FSM_HEADER_BAD] = { FSM_IDLE, 0, 0, 0 },
	[FSM_COLLISION] = { FSM_IDLE, 0, 0, 0 },
	[FSM_NOTIFICATION] = { FSM_IDLE, 0, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_IDLE, 0, 0, 0 },
	[FSM_UPDATE_GOOD] = { FSM_IDLE, 0, 0, 0 },
	[FSM_UPDATE_BAD] = { FSM_IDLE, 0, 0, 0 },
	[FSM_REFRESH] = { FSM_IDLE, 0, 0, 0 },
};

/* Connect: our SYN is out. */
static const struct fsm_row connecting[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_CONNECT, 0, 0, 0 },		/* 1, 3-7: ignored */
	[FSM_START_PASSIVE] = { FSM_CONNECT, 0, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, END, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] = { FSM_CONNECT, REDIAL, 0, 0 },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_TCP_DIALLED] = { FSM_OPENSENT, GREET, 0, 0 },
	[FSM_TCP_ACCEPTED] = { FSM_OPENSENT, GREET, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_ACTIVE, RETRY, 0, 0 },
	[FSM_OPEN_GOOD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_OPEN_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_HEADER_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_COLLISION] = { FSM_IDLE, END, 0, 0 },
	[FSM_NOTIFICATION] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_UPDATE_GOOD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_UPDATE_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_REFRESH] = { FSM_IDLE, DROP, 0, 0 },
};

/* Active: waiting for the peer's SYN, or for the time to send ours again. */
static const struct fsm_row active[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_ACTIVE, 0, 0, 0 },		/* 1, 3-7: ignored */
	[FSM_START_PASSIVE] = { FSM_ACTIVE, 0, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, FSM_DO_STOP_TIMERS, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] = { FSM_CONNECT, DIAL, 0, 0 },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_TCP_DIALLED] = { FSM_OPENSENT, GREET, 0, 0 },
	[FSM_TCP_ACCEPTED] = { FSM_OPENSENT, GREET, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_OPEN_GOOD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_OPEN_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_HEADER_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_COLLISION] = { FSM_IDLE, END, 0, 0 },
	[FSM_NOTIFICATION] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_UPDATE_GOOD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_UPDATE_BAD] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_REFRESH] = { FSM_IDLE, DROP, 0, 0 },
};

/* OpenSent: our OPEN is out, theirs is due within the large hold time. */
static const struct fsm_row opensent[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_OPENSENT, 0, 0, 0 },	/* 1, 3-7: ignored */
	[FSM_START_PASSIVE] = { FSM_OPENSENT, 0, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, TELL_END, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] =
	    { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_HOLD_TIMER, 0 },
	[FSM_KEEPALIVE_EXPIRES] =
	    { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_SEND_HOLD, 0 },
	[FSM_TCP_DIALLED] = { FSM_OPENSENT, 0, 0, 0 },	/* another session's */
	[FSM_TCP_ACCEPTED] = { FSM_OPENSENT, 0, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_ACTIVE, RETRY, 0, 0 },
	[FSM_OPEN_GOOD] = { FSM_OPENCONFIRM, ACCEPT, 0, 0 },
	[FSM_OPEN_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	[FSM_HEADER_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	[FSM_COLLISION] = { FSM_IDLE, TELL_END, ERR_CEASE, CEASE_COLLISION },
	[FSM_NOTIFICATION] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
	[FSM_UPDATE_GOOD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
	[FSM_UPDATE_BAD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
	[FSM_REFRESH] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENSENT },
};

/* OpenConfirm: both OPENs suit, their KEEPALIVE is due. */
static const struct fsm_row openconfirm[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_OPENCONFIRM, 0, 0, 0 },	/* 1, 3-7: ignored */
	[FSM_START_PASSIVE] = { FSM_OPENCONFIRM, 0, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, TELL_END, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] =
	    { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENCONFIRM },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_HOLD_TIMER, 0 },
	[FSM_KEEPALIVE_EXPIRES] = { FSM_OPENCONFIRM, KEEP, 0, 0 },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_SEND_HOLD, 0 },
	[FSM_TCP_DIALLED] = { FSM_OPENCONFIRM, 0, 0, 0 },
	[FSM_TCP_ACCEPTED] = { FSM_OPENCONFIRM, 0, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_IDLE, DROP, 0, 0 },
	/* A second OPEN on the same connection. */
	[FSM_OPEN_GOOD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENCONFIRM },
	[FSM_OPEN_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	[FSM_HEADER_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	[FSM_COLLISION] = { FSM_IDLE, TELL_END, ERR_CEASE, CEASE_COLLISION },
	[FSM_NOTIFICATION] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_ESTABLISHED, FSM_DO_HOLD | FSM_DO_UP, 0, 0 },
	[FSM_UPDATE_GOOD] =
	    { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENCONFIRM },
	[FSM_UPDATE_BAD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENCONFIRM },
	[FSM_REFRESH] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_OPENCONFIRM },
};

static const struct fsm_row established[FSM_EVENT_MAX] = {
	[FSM_START] = { FSM_ESTABLISHED, 0, 0, 0 },	/* 1, 3-7: ignored */
	[FSM_START_PASSIVE] = { FSM_ESTABLISHED, 0, 0, 0 },
	[FSM_STOP] = { FSM_IDLE, TELL_END, 0, 0 },
	[FSM_CONNECT_RETRY_EXPIRES] =
	    { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_ESTABLISHED },
	[FSM_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_HOLD_TIMER, 0 },
	[FSM_KEEPALIVE_EXPIRES] = { FSM_ESTABLISHED, KEEP, 0, 0 },
	[FSM_SEND_HOLD_EXPIRES] = { FSM_IDLE, TELL_DROP, ERR_SEND_HOLD, 0 },
	[FSM_TCP_DIALLED] = { FSM_ESTABLISHED, 0, 0, 0 },
	[FSM_TCP_ACCEPTED] = { FSM_ESTABLISHED, 0, 0, 0 },
	[FSM_TCP_FAILS] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_OPEN_GOOD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_ESTABLISHED },
	[FSM_OPEN_BAD] = { FSM_IDLE, TELL_DROP, ERR_FSM, FSM_IN_ESTABLISHED },
	[FSM_HEADER_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	/* CollisionDetectEstablishedState; never without the owner's wish. */
	[FSM_COLLISION] = { FSM_IDLE, TELL_END, ERR_CEASE, CEASE_COLLISION },
	[FSM_NOTIFICATION] = { FSM_IDLE, DROP, 0, 0 },
	[FSM_KEEPALIVE] = { FSM_ESTABLISHED, FSM_DO_HOLD, 0, 0 },
	[FSM_UPDATE_GOOD] =
	    { FSM_ESTABLISHED, FSM_DO_HOLD | FSM_DO_UPDATE, 0, 0 },
	[FSM_UPDATE_BAD] = { FSM_IDLE, TELL_DROP, 0, 0 },
	[FSM_REFRESH] = { FSM_ESTABLISHED, FSM_DO_HOLD | FSM_DO_REFRESH, 0, 0 },
};

/* clang-format on */

static const struct fsm_row *const states[FSM_STATE_MAX] = {
	[FSM_IDLE] = idle,
	[FSM_CONNECT] = connecting,
	[FSM_ACTIVE] = active,
	[FSM_OPENSENT] = opensent,
	[FSM_OPENCONFIRM] = openconfirm,
	[FSM_ESTABLISHED] = established,
};

static const struct {
	const char *name; /* RFC 4271's */
	const char *word; /* bgpctl's */
} state_names[FSM_STATE_MAX] = {
	[FSM_IDLE] = { "Idle", "idle" },
	[FSM_CONNECT] = { "Connect", "connect" },
	[FSM_ACTIVE] = { "Active", "active" },
	[FSM_OPENSENT] = { "OpenSent", "opensent" },
	[FSM_OPENCONFIRM] = { "OpenConfirm", "openconfirm" },
	[FSM_ESTABLISHED] = { "Established", "established" },
};

static const char *const event_names[FSM_EVENT_MAX] = {
	[FSM_START] = "start",
	[FSM_START_PASSIVE] = "start passive",
	[FSM_STOP] = "stop",
	[FSM_CONNECT_RETRY_EXPIRES] = "connect retry expires",
	[FSM_HOLD_EXPIRES] = "hold expires",
	[FSM_KEEPALIVE_EXPIRES] = "keepalive expires",
	[FSM_SEND_HOLD_EXPIRES] = "send hold expires",
	[FSM_TCP_DIALLED] = "tcp dialled",
	[FSM_TCP_ACCEPTED] = "tcp accepted",
	[FSM_TCP_FAILS] = "tcp fails",
	[FSM_OPEN_GOOD] = "open good",
	[FSM_OPEN_BAD] = "open bad",
	[FSM_HEADER_BAD] = "header bad",
	[FSM_COLLISION] = "collision",
	[FSM_NOTIFICATION] = "notification",
	[FSM_KEEPALIVE] = "keepalive",
	[FSM_UPDATE_GOOD] = "update good",
	[FSM_UPDATE_BAD] = "update bad",
	[FSM_REFRESH] = "refresh",
};

static const char *const action_names[FSM_ACTION_BITS] = {
	"notify",
	"close",
	"stop-timers",
	"idle-hold",
	"down",
	"dial",
	"retry-timer",
	"stop-retry",
	"send-open",
	"open-hold",
	"send-keepalive",
	"hold",
	"keepalive-timer",
	"up",
	"update",
	"refresh",
};

const char *
fsm_state_name(enum fsm_state state)
{
	assert(state < FSM_STATE_MAX);
	return state_names[state].name;
}

const char *
fsm_state_word(enum fsm_state state)
{
	assert(state < FSM_STATE_MAX);
	return state_names[state].word;
}

const char *
fsm_event_name(enum fsm_event event)
{
	assert(event < FSM_EVENT_MAX);
	return event_names[event];
}

const char *
fsm_action_name(unsigned int bit)
{
	assert(bit < FSM_ACTION_BITS);
	return action_names[bit];
}

bool
fsm_collision_keeps_dialled(
    uint32_t our_id, uint32_t our_as, uint32_t their_id, uint32_t their_as)
{
	if (our_id != their_id)
		return our_id > their_id;
	return our_as > their_as; /* RFC 6286 2.3 */
}

const struct fsm_row *
fsm_step(enum fsm_state state, enum fsm_event event)
{
	assert(state < FSM_STATE_MAX && event < FSM_EVENT_MAX);
	return &states[state][event];
}
