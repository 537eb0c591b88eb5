/* SPDX-License-Identifier: ISC */
/* fsm.h - the BGP finite state machine, RFC 4271 section 8, as a table */
/*
 * One row per state and event: next state, actions, and the NOTIFICATION
 * that the actions send by default.  A step is pure: state and event in,
 * row out.  Guards are events of their own (an OPEN that suits and one that
 * does not), timers that are configured to zero are "stop" to whoever
 * executes the actions, and the order of the action bits is the order of
 * execution.  The golden file tests/golden/fsm.txt prints the whole table.
 */
#ifndef BGPD_SESSION_FSM_H
#define BGPD_SESSION_FSM_H

#include <stdbool.h>
#include <stdint.h>

enum fsm_state {
	FSM_IDLE,
	FSM_CONNECT,
	FSM_ACTIVE,
	FSM_OPENSENT,
	FSM_OPENCONFIRM,
	FSM_ESTABLISHED,
	FSM_STATE_MAX
};

/* RFC 4271 8.1, in its order; the number of its event beside it. */
enum fsm_event {
	FSM_START,			/* 1, 3, 6: dial after idle-hold */
	FSM_START_PASSIVE,		/* 4, 5, 7 */
	FSM_STOP,			/* 2, 8: by an operator; Cease */
	FSM_CONNECT_RETRY_EXPIRES,	/* 9 */
	FSM_HOLD_EXPIRES,		/* 10 */
	FSM_KEEPALIVE_EXPIRES,		/* 11 */
	FSM_SEND_HOLD_EXPIRES,		/* 29, RFC 9687 */
	FSM_TCP_DIALLED,		/* 16: our connection is up */
	FSM_TCP_ACCEPTED,		/* 17: theirs is */
	FSM_TCP_FAILS,			/* 18 */
	FSM_OPEN_GOOD,			/* 19 */
	FSM_OPEN_BAD,			/* 22: OPEN that does not suit us */
	FSM_HEADER_BAD,			/* 21 */
	FSM_COLLISION,			/* 23: this one is the loser */
	FSM_NOTIFICATION,		/* 24, 25 */
	FSM_KEEPALIVE,			/* 26 */
	FSM_UPDATE_GOOD,		/* 27 */
	FSM_UPDATE_BAD,			/* 28: SEVERITY_RESET only */
	FSM_REFRESH,			/* RFC 2918 */
	FSM_EVENT_MAX
};

/* Lowest bit first is the order in which they are done. */
enum fsm_action {
	FSM_DO_NOTIFY = 1 << 0,		/* row's code, or the caller's error */
	FSM_DO_CLOSE = 1 << 1,		/* drop the connection */
	FSM_DO_STOP_TIMERS = 1 << 2,	/* all of them */
	FSM_DO_IDLE_HOLD = 1 << 3,	/* wait before the next start */
	FSM_DO_DOWN = 1 << 4,		/* tell the owner: routes, stale or flush */
	FSM_DO_DIAL = 1 << 5,
	FSM_DO_RETRY_TIMER = 1 << 6,	/* start ConnectRetryTimer */
	FSM_DO_STOP_RETRY = 1 << 7,
	FSM_DO_SEND_OPEN = 1 << 8,
	FSM_DO_OPEN_HOLD = 1 << 9,	/* the large hold time of 8.2.2 */
	FSM_DO_SEND_KEEPALIVE = 1 << 10,
	FSM_DO_HOLD = 1 << 11,		/* (re)start with the negotiated time */
	FSM_DO_KEEPALIVE_TIMER = 1 << 12,
	FSM_DO_UP = 1 << 13,		/* tell the owner: established */
	FSM_DO_UPDATE = 1 << 14,	/* hand the UPDATE to the owner */
	FSM_DO_REFRESH = 1 << 15,	/* hand the ROUTE-REFRESH to the owner */
	FSM_ACTION_BITS = 16
};

struct fsm_row {
	enum fsm_state	next;
	uint32_t	actions;	/* enum fsm_action bits */
	uint8_t		code;		/* of DO_NOTIFY; 0: the event's own */
	uint8_t		subcode;
};

const struct fsm_row	*fsm_step(enum fsm_state, enum fsm_event);

/* "Idle" .. "Established" as RFC 4271 writes them. */
const char	*fsm_state_name(enum fsm_state);
/* "idle" .. "established" as bgpctl writes them. */
const char	*fsm_state_word(enum fsm_state);
const char	*fsm_event_name(enum fsm_event);
const char	*fsm_action_name(unsigned int bit);

/*
 * RFC 4271 6.8, 6286 2.3: of two connections with the same peer, is the one
 * that we dialled kept?  Identifiers and AS numbers in host order.
 */
bool	fsm_collision_keeps_dialled(uint32_t our_id, uint32_t our_as,
	    uint32_t their_id, uint32_t their_as);

#endif
