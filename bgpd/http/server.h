/* SPDX-License-Identifier: ISC */
/* server.h - HTTP behind a narrow door */
/*
 * Who asks gets an answer that is made in slices, at most as fast as it is
 * taken; at most SERVER_CONNECTIONS may ask at the same time, and each has
 * its time.  Only GET and HEAD are known.  Nothing of libevent shows here.
 */
#ifndef BGPD_HTTP_SERVER_H
#define BGPD_HTTP_SERVER_H

#include "bgpd/control/outbox.h"
#include "bgpd/log.h"
#include "bgpd/session/io.h"

#define SERVER_CONNECTIONS	64u

struct server;

/* A request; borrowed for the time of the call. */
struct server_ask {
	const char	*path;		/* as it came, without the query */
	const char	*query;		/* "" when there is none */
	const char	*accept;	/* that header, or NULL */
	const char	*host;		/* the same, whatever the URI says */
	bool		 to_loopback;	/* it came to 127/8 or ::1 */
};

/* What it gets. */
struct server_answer {
	int		 status;
	const char	*type;		/* of the content; constant */
	const char	*policy;	/* Content-Security-Policy, or NULL */
	/* One bounded step, which may add nothing; false: that was all. */
	bool		(*next)(void *state, struct outbox *);
	void		(*end)(void *state);	/* once, whatever happens */
	void		*state;
};
typedef void server_answer_cb(void *arg, const struct server_ask *,
    struct server_answer *);

struct server_counters {
	uint64_t	connections;	/* accepted so far */
	unsigned int	open;		/* of them */
	uint64_t	requests;	/* that were answered here */
	uint64_t	hung_up;	/* too slow, or in others' way */
};

/* NULL when libevent gives none.  io is that of io_event.h. */
struct server	*server_new(struct io *, struct log *, server_answer_cb *,
		    void *arg);
/* Ends all answers that are under way. */
void		 server_free(struct server *);
/*
 * Accepts at a listening socket that does not block, which stays the
 * caller's; false when it cannot.
 */
bool		 server_listen(struct server *, int fd);
/* No more; who is connected already stays. */
void		 server_unlisten(struct server *, int fd);
void		 server_counters(const struct server *,
		    struct server_counters *);

#endif
