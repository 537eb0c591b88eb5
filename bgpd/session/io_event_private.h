/* SPDX-License-Identifier: ISC */
/* io_event_private.h - what the files of the loop share, and nobody else */
/*
 * io_event.c        the loop: timers, signals, watches, the table of calls
 * io_event_conn.c   connections
 * io_event_listen.c listeners
 * io_event_tls.c    handshakes, in slices
 */
#ifndef BGPD_SESSION_IO_EVENT_PRIVATE_H
#define BGPD_SESSION_IO_EVENT_PRIVATE_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/queue.h>

#include "bgpd/session/io_event.h"
#include "bgpd/session/tls.h"

/* The first goes first, and always: see the essay of io_event.c. */
enum {
	PRIORITY_FIRST,		/* accept, timers, signals */
	PRIORITY_BYTES,		/* all else, in order of arrival */
	PRIORITY_COUNT
};

/* A connection; its owner is whoever attached to it. */
struct io_conn {
	struct event		 read;
	struct event		 write;
	LIST_ENTRY(io_conn)	 next;		/* while it lingers */
	struct io_event_loop	*loop;
	int			 fd;
	bool			 dialling;
	bool			 over;		/* nobody left to listen */
	bool			 wants_write;	/* its owner does */
	int64_t			 linger_until;
	io_conn_cb		*cb;
	void			*arg;
	/* io_event_tls.c; NULL: it is not encrypted. */
	struct tls		*tls;
	bool			 shaking;	/* hands */
	bool			 begun;		/* a step was done */
	bool			 queued;	/* for its next step */
	TAILQ_ENTRY(io_conn)	 next_step;
	int64_t			 shake_until;
};

struct io_event_signal;

struct io_event_loop {
	struct io			 io;	/* first: io is the loop */
	struct event_base		*base;
	LIST_HEAD(, io_event_signal)	 signals;
	LIST_HEAD(, io_conn)		 lingering;
	unsigned int			 lingerers;
	TAILQ_HEAD(, io_conn)		 steps;	/* of handshakes */
	struct event			 step;
	struct io_counters		 counters;
	struct io_lag			 lag;
	size_t				 bytes;	/* of what is below */
};

static inline struct io_event_loop *
io_event_loop(struct io *io)
{
	return (struct io_event_loop *)io;
}

int64_t	io_event_now(struct io *);
/* Timers, connections and the like: zeroed, counted, and given back. */
void	*io_event_take(struct io_event_loop *, size_t);
void	io_event_give(struct io_event_loop *, void *);
/* Around whatever libevent calls: how long it held the loop. */
uint64_t io_event_enter(void);
void	io_event_leave(struct io_event_loop *, uint64_t entered);
struct timeval io_event_delay(int64_t ms);
/* Embedded events; fd is -1 for a timer. */
void	io_event_assign(struct io_event_loop *, struct event *, int fd,
	    short what, event_callback_fn, void *);

struct io_conn	*io_event_conn_new(struct io_event_loop *, int fd);
struct io_conn	*io_event_connect(struct io *, const struct io_target *,
		    io_conn_cb *, void *);
struct io_conn	*io_event_adopt(struct io *, int fd);
void		 io_event_attach(struct io_conn *, io_conn_cb *, void *);
enum io_read	 io_event_read(struct io_conn *, void *, size_t, size_t *,
		    bool *, int *);
ssize_t		 io_event_write(struct io_conn *, const struct iovec *, int);
void		 io_event_want_write(struct io_conn *, bool);
void		 io_event_local(const struct io_conn *, struct io_endpoint *);
size_t		 io_event_unacked(const struct io_conn *);
int		 io_event_secure(struct io_conn *, const struct io_target *);
void		 io_event_close(struct io_conn *);
/* Closes at once whoever is still going away. */
void		 io_event_lingerers_free(struct io_event_loop *);

/* io_event_tls.c */
extern const struct io_tls_ops io_event_tls_ops;
void		 io_event_tls_init(struct io_event_loop *);
/* The handshake begins; its end is IO_CONNECTED or IO_FAILED. */
void		 io_event_shake(struct io_conn *);
/* The socket may be ready for the next step, or the time is over. */
void		 io_event_shake_ready(struct io_conn *, short what);
void		 io_event_tls_free(struct io_conn *);

struct io_listener *io_event_listen(struct io *, const struct io_endpoint *,
		    io_known_cb *, io_accept_cb *, void *);
void		 io_event_unlisten(struct io_listener *);
int		 io_event_sign(struct io_listener *, const struct prefix *,
		    const struct io_key *, const struct io_key *);

#endif
