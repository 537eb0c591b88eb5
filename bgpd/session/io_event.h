/* SPDX-License-Identifier: ISC */
/* io_event.h - io.h on libevent */
#ifndef BGPD_SESSION_IO_EVENT_H
#define BGPD_SESSION_IO_EVENT_H

#include "bgpd/session/io.h"

struct event_base;

/* The only loop of the process; NULL when libevent gives none. */
struct io	*io_event_new(void);
void		 io_event_free(struct io *);
/* Runs until io_event_stop; 0, or -1 when the loop itself failed. */
int		 io_event_run(struct io *);
void		 io_event_stop(struct io *);
/* libevent's own, for what io.h does not have: bgpd/http/server.c. */
struct event_base *io_event_base(struct io *);
/* cb runs in the loop for each signal that arrives. */
typedef void io_signal_cb(void *arg, int signo);
void		 io_event_signal(struct io *, int signo, io_signal_cb *,
		    void *arg);

#endif
