/* SPDX-License-Identifier: ISC */
/* session.h - one BGP connection: executes the FSM over io.h */
/*
 * A session owns at most one connection, its timers, what is left of a frame
 * and its output queue.  The executor has no `if` on the state: it looks up
 * the row, does the action bits from low to high, and moves on.  Its owner
 * (peer.c) hears of it through session_ops; routes are none of its business.
 * An owner has two of them at most, one that dials and one that was accepted.
 *
 * Output is a queue of references to counted chunks, shared between the
 * sessions of an update group, written with writev and never copied.
 */
#ifndef BGPD_SESSION_SESSION_H
#define BGPD_SESSION_SESSION_H

#include "bgpd/session/fsm.h"
#include "bgpd/session/io.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/update.h"

/* Encoded messages, shared by reference. */
struct chunk {
	uint32_t	refs;
	uint32_t	length;
	uint8_t		bytes[];
};
struct chunk	*chunk_new(size_t length);
struct chunk	*chunk_copy(struct span);
struct chunk	*chunk_ref(struct chunk *);
void		 chunk_unref(struct chunk *);	/* NULL is ignored */

enum session_timer {
	SESSION_CONNECT_RETRY,
	SESSION_HOLD,
	SESSION_KEEPALIVE,
	SESSION_SEND_HOLD,
	SESSION_IDLE_HOLD,
	SESSION_TIMER_MAX
};

/* Milliseconds. */
struct session_times {
	uint32_t	connect_retry;
	uint32_t	idle_hold;	/* first wait after an error; doubles to */
					/* a minute; 0: waits for its owner */
	uint32_t	hold;		/* offered, a multiple of 1000, or 0 */
	uint32_t	open_hold;	/* 240,000: RFC 4271 8.2.2 */
	uint32_t	keepalive;	/* 0: a third of the negotiated hold time */
	uint32_t	send_hold;	/* 0: max(8 min, 2 x hold), RFC 9687 */
	uint32_t	dial_delay;	/* before the first dial since up or new */
};

/*
 * All that a session needs to know; the owner fills it before a start.  A
 * passive one never dials, whatever its times say.
 */
struct session_config {
	struct io_target	target;
	struct session_times	times;
	struct open_terms	terms;
	struct open		open;		/* to send; hold time: times' */
	bool			passive;
	/* With target.tls: its port, and may it be without? */
	uint16_t		tls_port;
	bool			plain_will_do;
	/* Does it end with the certificates that it was made with? */
	bool			expiry_closes;
};

/* Why it is not established, kept until it is: the REASON column. */
enum session_reason {
	REASON_NONE,			/* established */
	REASON_STARTING,		/* no attempt has ended yet */
	REASON_PASSIVE,			/* waiting for the peer to connect */
	REASON_CONNECT_FAILED,		/* errno in error */
	REASON_CLOSED,			/* the peer closed without a word */
	REASON_RECEIVED,		/* NOTIFICATION received: text */
	REASON_SENT,			/* NOTIFICATION sent: text */
	REASON_HOLD_EXPIRED,
	REASON_SEND_HOLD_EXPIRED,
	REASON_ADMIN,			/* disabled, cleared */
	REASON_NO_LOCAL_ADDRESS,	/* no address of this family on the node */
	REASON_NO_ROUTE,		/* dial refused by our own kernel */
	REASON_COLLISION,
	REASON_HOST_SILENT,		/* its host answers nobody, says the owner */
	REASON_OWN_ADDRESS,		/* the neighbour's is one of this node */
	REASON_BFD_DOWN,		/* the owner's BFD lost it: text */
	REASON_NOT_FOUND,		/* nobody is known on its link */
	REASON_PREFIX_LIMIT,		/* it sent more than max-prefix */
	REASON_TLS,			/* the encryption failed: text */
	REASON_MAX
};

struct session;

struct session_counters {
	uint64_t	in[MSG_TYPE_MAX];	/* by enum msg_type, 0 unused */
	uint64_t	out[MSG_TYPE_MAX];
	uint64_t	bytes_in, bytes_out;
	uint64_t	tls_failed;	/* handshakes, both ways */
	uint64_t	tls_fallbacks;	/* to a plain connection */
};

/* Output below it is a short queue: see drained. */
#define SESSION_LOW_MARK	65536

/*
 * What the owner hears.  From inside a call it may send, flush, stop,
 * abandon or fail this session and anything else with others, but neither
 * start nor free it: those are put off to the owner's own turn.
 */
struct session_ops {
	/*
	 * A sound OPEN came that suits the terms.  Collision is resolved
	 * here: false says that this session is the loser.
	 */
	bool	(*open)(void *arg, struct session *, const struct open *);
	void	(*up)(void *arg, struct session *);
	/*
	 * Left Established, or gave up a connection or an attempt in an
	 * earlier state.  What was sent, received and negotiated can still
	 * be asked for, and how long the idle hold will be.  After a failure
	 * it starts again by itself when that is over; after a stop or a
	 * collision it waits.
	 */
	void	(*down)(void *arg, struct session *, enum fsm_state was,
		    enum session_reason);
	/* False: *error says which NOTIFICATION resets the session. */
	bool	(*update)(void *arg, struct session *, struct span body,
		    struct msg_error *error);
	void	(*refresh)(void *arg, struct session *,
		    const struct msg_refresh *);
	/* The queue fell below SESSION_LOW_MARK: produce more, in a turn. */
	void	(*drained)(void *arg, struct session *);
	/*
	 * The peer's host has not confirmed in a second what was sent with a
	 * KEEPALIVE; may be NULL.
	 */
	void	(*unheard)(void *arg, struct session *);
	/* A NOTIFICATION came, or is about to go; may be NULL. */
	void	(*notification)(void *arg, struct session *, bool sent,
		    const struct msg_error *);
	/* One line for the log at info level; may be NULL. */
	void	(*log)(void *arg, struct session *, const char *line);
};

/* Shared by all sessions of a loop; the read buffer of DESIGN's input turn. */
struct session_host {
	struct io	*io;
	uint8_t		*buffer;	/* what one turn reads at most: */
	size_t		 size;		/* 2 x MSG_MAX_SIZE_EXTENDED */
	uint32_t	(*random)(void *arg);	/* for jitter */
	void		*arg;
};

struct session	*session_new(const struct session_host *,
		    const struct session_ops *, void *arg);
/* Closes without a word what is still open. */
void		 session_free(struct session *);
/*
 * Copied; an open connection keeps what it sent and negotiated, and goes on
 * with the key of the new target.
 */
void		 session_configure(struct session *,
		    const struct session_config *);

/* The failures of another session of the owner are this one's too. */
void	session_share_penalty(struct session *, const struct session *from);

/* Events from the owner.  By config: dial or wait; ignored unless Idle. */
void	session_start(struct session *);
/* Takes conn, from Idle too; closes it when there is a connection already. */
void	session_accept(struct session *, struct io_conn *);
/* Somebody connected from its address, and did not get through the handshake. */
void	session_tls_refused(struct session *, const struct io_tls_view *);
/*
 * Reads what has arrived on its connection, if there is one that is up.  For
 * an owner that has to know now whether the peer has closed it.
 */
void	session_read(struct session *);
/* Cease with that subcode and optional text (RFC 9003); then Idle. */
void	session_stop(struct session *, unsigned int subcode, const char *text);
/*
 * The same for good: where both sides have the N bit and would keep routes
 * otherwise, as a hard reset (RFC 8538 3.1).
 */
void	session_end(struct session *, unsigned int subcode, const char *text);
/*
 * Idle without a NOTIFICATION: a restart in the sense of RFC 4724.  In Idle
 * it only stops the timer of the next attempt; the reason stays.  why is a
 * constant sentence for the reason.
 */
void	session_abandon(struct session *, const char *why);
/*
 * Established only: a KEEPALIVE that is not due, and unheard() a second later
 * if its host has not confirmed it.
 */
void	session_ask(struct session *);
/* What was sent and not confirmed by the peer's host. */
size_t	session_unacked(const struct session *);
/* The peer's host is dead: as after a connection that failed. */
void	session_host_silent(struct session *);
/* BFD has lost it: Cease 6/10 (RFC 9384); why is "no packet for 900ms". */
void	session_bfd_down(struct session *, const char *why);
/* Sends that error and goes down as after any error: it starts again. */
void	session_fail(struct session *, const struct msg_error *);

/*
 * Established only: queues a slice of a chunk (whole messages) and takes a
 * reference of its own.
 */
void	session_send(struct session *, struct chunk *, size_t offset,
	    size_t length);
size_t	session_unsent(const struct session *);	/* bytes queued */
/*
 * Memory of it; NULL: none.  What it has of messages in and out is added to
 * *buffers instead, of those it shares with others its share.
 */
size_t	session_bytes(const struct session *, size_t *buffers);
/* At the end of a turn: writes what is queued. */
void	session_flush(struct session *);

/* What there is to know. */
enum fsm_state	session_state(const struct session *);
/* Of this connection or the last one; received is NULL before an OPEN. */
const struct open_common *session_common(const struct session *);
const struct open	*session_received(const struct session *);
const struct open	*session_sent(const struct session *);
const struct session_counters *session_counters(const struct session *);
enum session_reason	session_reason(const struct session *);
/* The sentence for it: "connection refused", "received Cease: ... (6/2)". */
const char	*session_reason_text(const struct session *);
int64_t		 session_reason_since(const struct session *);
/* Of a dial or a connection that failed; 0: none. */
int		 session_reason_errno(const struct session *);
/* Code and subcode of the NOTIFICATION that ended it, received or sent. */
unsigned int	 session_reason_code(const struct session *);
unsigned int	 session_reason_subcode(const struct session *);
unsigned int	 session_attempts(const struct session *);	/* since up */
int64_t		 session_since(const struct session *);	/* state entered at */
/* Between two keepalives, before jitter, ms; 0: none, as no hold time is. */
int64_t		 session_keepalive(const struct session *);
/* When a timer fires, or 0 when it is stopped. */
int64_t		 session_timer_at(const struct session *, enum session_timer);
/* Is the connection, or the last one, one that we dialled? */
bool		 session_dialled(const struct session *);
/* Of the last encrypted connection, or of the handshake that failed; NULL. */
const struct io_tls_view *session_tls(const struct session *);
/* Why a connection is not encrypted that might be, or NULL. */
const char	*session_why_plain(const struct session *);
/* "unknown-ca", .. */
const char	*session_tls_word(enum io_tls_failure);
/* A sentence about a failure. */
void		 session_tls_explain(const struct io_tls_view *,
		    struct text *);
/* The port that is dialled, or was last. */
unsigned int	 session_dial_port(const struct session *);
/* The local end of the connection; unset when there is none. */
struct io_endpoint session_local(const struct session *);
const char	*session_reason_word(enum session_reason);

#endif
