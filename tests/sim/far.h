/* SPDX-License-Identifier: ISC */
/* far.h - the far end of a neighbor's connections, one message at a time */
/*
 * A far end is a machine with as many connections to one daemon as a test
 * wants, some dialled and some accepted.  Nothing is said unless the test
 * says it; what comes is kept.  Whatever waits has a deadline of virtual
 * time and fails the test beyond it.
 */
#ifndef TESTS_SIM_FAR_H
#define TESTS_SIM_FAR_H

#include "bgpd/wire/open.h"
#include "bgpd/wire/update.h"
#include "tests/sim/fake_io.h"

#define FAR_LINES	16u

/* One connection. */
struct far_line {
	struct far	*far;
	struct io_conn	*conn;		/* NULL: closed, by either side */
	bool		 dialled;	/* by us */
	bool		 up;
	bool		 deaf;		/* reads nothing */
	uint8_t		*bytes;		/* all that came */
	size_t		 length;
};

struct far {
	struct fake_net		*net;
	struct io		*io;
	struct address		 address, daemon;
	struct io_listener	*listener;
	struct far_line		 line[FAR_LINES];
	unsigned int		 lines;		/* made so far */
	unsigned int		 looked;	/* at so many, by far_accepted */
	struct open		 open;		/* what it says */
	struct update_context	 context;	/* how it writes UPDATEs */
	uint32_t		 otc;		/* of its routes; 0: none */
	struct span		 communities;	/* likewise */
	struct address		 hop;		/* likewise; unset: itself */
	/* Not 0: routes of the own AS that another router has originated. */
	uint32_t		 originator;
};

/* AS 65001, identifier 10.0.0.2, hold time 90 s, IPv4; and it listens. */
void	far_init(struct far *, struct fake_net *, const char *address,
	    const char *daemon);
void	far_clear(struct far *);
/* Closes all connections and forgets them. */
void	far_reset(struct far *);
/* Announces graceful restart of IPv4, with the F bit or not. */
void	far_restarts(struct far *, unsigned int seconds, bool forwarding);

/* And long-lived restart of it. */
void	far_lives_long(struct far *, uint32_t seconds, bool forwarding);

struct far_line	*far_dial(struct far *);
/* The next one that the daemon dialled. */
struct far_line	*far_accepted(struct far *);
void	far_hang_up(struct far_line *);

void	far_say(struct far_line *, struct span);
void	far_say_open(struct far_line *);
void	far_say_keepalive(struct far_line *);
void	far_say_notification(struct far_line *, unsigned int code,
	    unsigned int subcode);
void	far_say_refresh(struct far_line *, uint16_t afi, uint8_t subtype);
void	far_say_end_of_rib(struct far_line *, enum family);
/* Announces an IPv4 prefix by itself, its path being its AS. */
void	far_say_route(struct far_line *, const char *prefix);
void	far_say_withdraw(struct far_line *, const char *prefix);
/* OPEN and KEEPALIVE, and time for the daemon to do the same. */
void	far_greet(struct far_line *);

/* The OPEN that came. */
struct open far_heard_open(const struct far_line *);
/* How many messages of a type came. */
unsigned int far_heard(const struct far_line *, enum msg_type);
/* How many ROUTE-REFRESH messages of a subtype came. */
unsigned int far_heard_refresh(const struct far_line *,
	    enum msg_refresh_kind);
/* The last NOTIFICATION: code * 256 + subcode, or 0. */
unsigned int far_notified(const struct far_line *);
/* And its data. */
struct span far_notified_data(const struct far_line *);
/* Has it announced (or withdrawn) the prefix, so many times? */
unsigned int far_heard_route(const struct far_line *, const char *prefix,
	    bool withdrawn);
/* With which next hop it last did, as text; "" when it did not. */
const char *far_heard_hop(const struct far_line *, const char *prefix,
	    char buf[ADDRESS_STRLEN]);
unsigned int far_heard_end_of_rib(const struct far_line *, enum family);
/* Runs until the daemon closed it. */
void	far_wait_closed(struct far_line *);

#endif
