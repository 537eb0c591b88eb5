/* SPDX-License-Identifier: ISC */
/* poll_io.h - io on poll(2), with a clock that stands until it is moved */
/*
 * For tests that want real descriptors and no waiting: watches, adopted
 * connections and timers only; nothing dials and nothing listens.
 */
#ifndef TESTS_POLL_IO_H
#define TESTS_POLL_IO_H

#include "bgpd/session/io.h"

struct io	*poll_io_new(void);
void		 poll_io_free(struct io *);
/* Serves what is ready, once, without waiting; false: nothing was. */
bool		 poll_io_turn(struct io *);
/* Moves the clock and fires the timers that this passes. */
void		 poll_io_pass(struct io *, int64_t ms);
/* How many connections are open. */
unsigned int	 poll_io_conns(const struct io *);

#endif
