/* SPDX-License-Identifier: ISC */
/* session.h - one BFD session: the state machine of RFC 5880 6.8 */
/*
 * Values in, values out: the time, random numbers and packets are arguments,
 * and what is to be sent is written into the caller's buffer.  Asynchronous
 * mode; neither demand mode nor echo is asked for.  Its owner embeds it, sends
 * at bfd_session_next, and compares the state before and after each call.
 *
 * Times are milliseconds of the caller's clock, intervals microseconds as on
 * the wire.
 */
#ifndef BGPD_BFD_SESSION_H
#define BGPD_BFD_SESSION_H

#include "bgpd/bfd/packet.h"

/* SHA-1 of some bytes: the door to whoever has it. */
typedef void bfd_sha1(const void *, size_t, uint8_t digest[BFD_DIGEST_SIZE]);

/* RFC 5880 6.7.4. */
struct bfd_key {
	uint8_t		length;			/* 0: no authentication */
	uint8_t		id;
	bool		meticulous;
	uint8_t		bytes[BFD_DIGEST_SIZE];
};

struct bfd_terms {
	uint32_t	interval;		/* us, to send and to take */
	uint8_t		multiplier;
	struct bfd_key	key;
	bfd_sha1	*sha1;			/* or NULL without a key */
};

/* What brought it down. */
enum bfd_cause {
	BFD_NEVER_UP,			/* not yet, that is */
	BFD_EXPIRED,			/* no packet for `silence` */
	BFD_SAID_DOWN,			/* the other side said so */
	BFD_SAID_ADMIN_DOWN,
	BFD_STOPPED			/* by us */
};

struct bfd_session {
	struct bfd_terms terms;
	enum bfd_state	 state, remote_state;
	uint8_t		 diag, remote_diag;
	enum bfd_cause	 cause;
	uint32_t	 silence;		/* ms */
	bool		 independent;		/* the C bit of the other side */
	uint32_t	 local, remote;		/* discriminators */
	/* What we say, and what we go by until a poll is answered: 6.8.3. */
	uint32_t	 min_tx, used_tx;
	uint32_t	 min_rx, used_rx;
	bool		 polling;
	/* What the other side says. */
	uint32_t	 remote_tx, remote_rx;
	uint8_t		 remote_multiplier;
	int64_t		 heard_at;		/* 0: never */
	int64_t		 detect_at;		/* 0: nothing to miss */
	int64_t		 send_at;		/* 0: nothing to send */
	uint32_t	 percent;		/* of the interval until then */
	int64_t		 sent_at;
	bool		 answer;		/* a poll */
	uint32_t	 sequence_out, sequence_in;
	bool		 sequence_known;
};

/* Down, and about to send. */
void	bfd_session_init(struct bfd_session *, uint32_t discriminator,
	    const struct bfd_terms *, uint32_t random, int64_t now);
/* Other intervals are negotiated by a poll; the session stays up. */
void	bfd_session_configure(struct bfd_session *, const struct bfd_terms *,
	    int64_t now);
/* From now on AdminDown is said, and nothing is heard. */
void	bfd_session_stop(struct bfd_session *, int64_t now);
/* whole: the packet as it came, for the digest. */
enum bfd_discard bfd_session_receive(struct bfd_session *,
	    const struct bfd_packet *, struct span whole, int64_t now);
/* Is the detection time over?  To be asked once all is read. */
void	bfd_session_expire(struct bfd_session *, int64_t now);
bool	bfd_session_may_send(const struct bfd_session *, int64_t now);
/* The packet that is due, and when the next one is. */
void	bfd_session_send(struct bfd_session *, struct wr *, uint32_t random,
	    int64_t now);
/* When one of the two has to be called, or 0. */
int64_t	bfd_session_next(const struct bfd_session *);

/* As negotiated, ms; 0: unknown, or nothing is sent. */
uint32_t bfd_session_detection(const struct bfd_session *);
uint32_t bfd_session_interval(const struct bfd_session *);	/* of ours */

#endif
