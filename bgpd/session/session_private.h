/* SPDX-License-Identifier: ISC */
/* session_private.h - what the files of a session share, and nobody else */
/*
 * session.c        the executor: rows of the FSM become deeds
 * session_input.c  bytes become events
 * session_output.c chunks become bytes
 * session_timer.c  one io timer for all deadlines
 * session_reason.c why it is not established, in a sentence
 * session_show.c   what else there is to know
 * session_tls.c    with TLS, without it, and why
 */
#ifndef BGPD_SESSION_SESSION_PRIVATE_H
#define BGPD_SESSION_SESSION_PRIVATE_H

#include "bgpd/session/session.h"

/* Deadlines beside enum session_timer that nobody asks about. */
enum {
	DEADLINE_TCP_FAILED = SESSION_TIMER_MAX, /* io said so inside a call */
	DEADLINE_ACK,			/* the last KEEPALIVE should be there */
	DEADLINE_READ,			/* io holds more than a turn took */
	DEADLINE_EXPIRY,		/* a certificate may have expired */
	DEADLINE_MAX
};

/* Whole messages: a slice of a chunk. */
struct session_slice {
	struct chunk	*chunk;		/* one reference is ours */
	uint32_t	 offset;	/* of what is not yet written */
	uint32_t	 length;
};

struct session {
	const struct session_host	*host;
	const struct session_ops	*ops;
	void				*arg;
	struct session_config		 config;

	enum fsm_state		 state;
	enum fsm_state		 was;		/* before the last row */
	int64_t			 since;
	bool			 stepping;	/* a row is being executed */
	enum fsm_event		 pending;	/* or FSM_EVENT_MAX */
	struct msg_error	 error;		/* of the event, or the row */
	const struct msg_header	*message;	/* while it is handed over */

	/* The connection; serial counts them, so that a loop sees a change. */
	struct io_conn		*conn;
	uint32_t		 serial;
	bool			 dialled;	/* by us */
	struct open		 sent;
	struct open		 received;
	bool			 heard;		/* received is filled */
	struct open_common	 common;
	size_t			 max_size;	/* of a message from the peer */

	bool			 encrypting;	/* what is dialled, or was */
	bool			 tls_gave_up;	/* plain is dialled next */
	struct io_tls_view	*tls;		/* see session_tls; or NULL */
	char			*why_plain;	/* or NULL */

	uint8_t			*rest;		/* the start of a message */
	size_t			 rest_length;

	struct session_slice	*queue;
	uint32_t		 queue_first, queue_count, queue_size;
	size_t			 unsent;
	bool			 started;	/* the first is partly written */
	bool			 wants_write;

	struct io_timer		*timer;
	int64_t			 armed;		/* what it is set to, or 0 */
	int64_t			 at[DEADLINE_MAX];	/* 0: stopped */
	unsigned int		 grace;		/* reads past a hold expiry */
	unsigned int		 penalty;	/* idle hold is << penalty */
	int64_t			 up_since;	/* 0: not established */

	/* Of the stack, when a dial was last not answered. */
	struct io_counters	 dropped;
	bool			 dropped_known;
	bool			 drops_wrong;	/* since the time before */
	bool			 drops_unexpected;

	enum session_reason	 cause;		/* of FSM_TCP_FAILS */
	int			 io_error;	/* its errno, or 0 */
	enum session_reason	 reason;
	char			*reason_text;
	bool			 reason_is_new;	/* not yet in the log */
	int64_t			 reason_since;
	uint8_t			 reason_code, reason_subcode;
	int			 reason_errno;
	/* How an OPEN of this config was last refused, or a Cease; or NULL. */
	char			*verdict;
	int64_t			 verdict_at;
	unsigned int		 attempts;
	struct session_counters	 counters;
};

int64_t	session_now(const struct session *);

/*
 * Executes the row of an event, and those that follow from it.  error is
 * what a NOTIFICATION would say, or NULL.  While a row is executed the first
 * event raised is kept for afterwards and the others are dropped: it has
 * taken the ground from under them.
 */
void	session_raise(struct session *, enum fsm_event,
	    const struct msg_error *);
/* The connection is gone; error is 0 when the peer closed it. */
void	session_lost(struct session *, int error);
/* The start event that the config wants. */
void	session_begin(struct session *);
/* For io: something happened to the connection. */
void	session_conn_event(void *arg, enum io_event, int error);

/* One read and all whole messages in it. */
void	session_input(struct session *);
/* Hands a message over to the owner, inside a step. */
void	session_deliver_update(struct session *);
void	session_deliver_refresh(struct session *);
void	session_input_clear(struct session *);

/* Queues a message of the FSM and asks io to be called when it can go. */
void	session_say(struct session *, void (*encode)(const struct session *,
	    struct wr *));
/* Drops what has not been started and tries to write the NOTIFICATION. */
void	session_last_words(struct session *, const struct msg_error *);
void	session_output_clear(struct session *);

void	session_timer_fired(void *session);
/* A delay in ms from now; 0 stops it. */
void	session_timer_start(struct session *, enum session_timer,
	    int64_t delay);
/* 75 to 100 per cent of it, RFC 4271 10. */
int64_t	session_jitter(const struct session *, int64_t delay);
/* The next turn of the loop. */
void	session_next_turn(struct session *, unsigned int deadline);
void	session_timer_stop_all(struct session *);
/* To be called after deadlines changed. */
void	session_timer_arm(struct session *);
/* What RFC 9687 asks for; 0: no send hold timer. */
int64_t	session_send_hold(const struct session *);

/* session_tls.c.  Where to dial, and how. */
struct io_target session_tls_target(struct session *);
/* The connection is up, encrypted or not. */
void		 session_tls_up(struct session *);
void		 session_tls_forget(struct session *);	/* why it was plain */
/* Sets the deadline of the connection's certificates, or stops it. */
void		 session_tls_watch(struct session *);
void		 session_tls_expire(struct session *);	/* it is due */
/* The dial failed, with cause and io_error; true: try it without TLS. */
bool		 session_tls_dial_failed(struct session *);
void		 session_tls_dial_expired(struct session *);
/* The connection broke; true when TLS knows why. */
bool		 session_tls_lost(struct session *);

/* The sentence for a cause that is none yet, on the heap. */
char	*session_cause_text(struct session *);
/* Stores the reason and its sentence, from error, io_error and was. */
void	session_explain(struct session *, enum session_reason);
/* What was refused is no longer what this node would send. */
void	session_forget_verdict(struct session *);
/* The same for a row: what its event says about the session's failure. */
void	session_explain_row(struct session *, enum fsm_event,
	    const struct fsm_row *);

#endif
