/* SPDX-License-Identifier: ISC */
/* speaker.h - sessions on a fake net, and a peer that says what it likes */
/*
 * A speaker is a node with one session and an owner that writes down what it
 * hears.  A raw peer is a node with one connection whose bytes the test
 * chooses.  The fields are for reading; the config is set before a start.
 */
#ifndef TESTS_SIM_SPEAKER_H
#define TESTS_SIM_SPEAKER_H

#include "bgpd/session/session.h"
#include "tests/sim/fake_io.h"

struct speaker {
	struct fake_net		*net;
	struct io		*io;
	struct address		 address;
	struct session_host	 host;
	struct session_config	 config;
	struct session		*session;
	struct io_listener	*listener;
	bool			 known;		/* accepts from everybody */
	bool			 collides;	/* says no to an OPEN */
	struct msg_error	 verdict;	/* on UPDATEs, when it has a code */
	unsigned int		 stops;		/* at an UPDATE, with that */

	unsigned int		 opens, ups, downs, updates, refreshes;
	unsigned int		 drained, lines;
	size_t			 update_bytes;	/* of bodies */
	enum fsm_state		 was;		/* of the last down */
	enum session_reason	 reason;
	char			 line[256];	/* the last one logged */
};

/* AS 65000 + id and identifier id, hold time 90 s, IPv4. */
void	speaker_init(struct speaker *, struct fake_net *, const char *address,
	    unsigned int id);
/* Names the other address and AS; both sides need it. */
void	speaker_meet(struct speaker *, const struct address *, uint32_t as);
/* Takes the config over. */
void	speaker_configure(struct speaker *);
void	speaker_listen(struct speaker *);
void	speaker_clear(struct speaker *);
/* Two of them, b listening and passive, a about to dial. */
void	speakers_init(struct speaker *a, struct speaker *b, struct fake_net *);
/* Runs until the session is up. */
void	speaker_wait_up(struct speaker *);
bool	speaker_is_up(void *speaker);
bool	speaker_is_idle(void *speaker);

struct raw {
	struct fake_net		*net;
	struct io		*io;
	struct address		 address;
	struct io_listener	*listener;
	struct io_conn		*conn;
	bool			 deaf;		/* reads nothing */
	bool			 closed;	/* by the other side */
	uint8_t			 bytes[8192];	/* the last ones */
	size_t			 length;
	unsigned int		 accepted;
};

/* Listens on its address; the session under test dials. */
void	raw_init(struct raw *, struct fake_net *, const char *address);
void	raw_clear(struct raw *);
void	raw_send(struct raw *, struct span);
/* A sound OPEN of AS 65000 + id with that hold time; a KEEPALIVE. */
void	raw_send_open(struct raw *, unsigned int id, unsigned int hold);
void	raw_send_keepalive(struct raw *);
/* Runs until the other side closed, then: code * 256 + subcode, or 0. */
unsigned int raw_notification(struct raw *);
/* How many whole messages of a type came. */
unsigned int raw_count(const struct raw *, enum msg_type);

#endif
