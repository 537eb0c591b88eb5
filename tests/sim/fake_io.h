/* SPDX-License-Identifier: ISC */
/* fake_io.h - io.h over memory pipes and a virtual clock */
/*
 * A net holds nodes, each with its own `struct io`; whatever is given one of
 * them speaks to the others as it would over TCP.  One thread, one clock,
 * one seed: a run is the same every time.
 */
#ifndef TESTS_SIM_FAKE_IO_H
#define TESTS_SIM_FAKE_IO_H

#include "bgpd/session/io.h"

struct fake_net;

struct fake_net	*fake_net_new(uint32_t seed);
/* Frees the nodes too; their users must have closed what they opened. */
void		 fake_net_free(struct fake_net *);

/* A new node without addresses; it lives as long as the net. */
struct io	*fake_net_node(struct fake_net *);
void		 fake_node_add(struct io *, const struct address *);
/* The address goes away; connections from it stay, as in the kernel. */
void		 fake_node_remove(struct io *, const struct address *);

/* How punctual its loop is said to be; all zero until somebody writes it. */
struct io_lag	*fake_node_lag(struct io *);

int64_t		 fake_net_now(const struct fake_net *);
/* A session_host's random, over the seed; arg is the net. */
uint32_t	 fake_net_random(void *net);

/*
 * Nothing passes between two addresses while they are cut: bytes wait, a
 * dial times out, a close is not heard of.  An unset second one is everybody.
 */
void		 fake_net_cut(struct fake_net *, const struct address *,
		    const struct address *, bool cut);
/* How many unread bytes a connection holds per direction; 65536 at first. */
void		 fake_net_pipe(struct fake_net *, size_t size);

/* Lets that much time pass. */
void		 fake_net_run(struct fake_net *, int64_t ms);
/*
 * Everybody is stopped for so long while the kernels go on, as by SIGSTOP:
 * bytes arrive, and what was due by then is late, timers first.
 */
void		 fake_net_stall(struct fake_net *, int64_t ms);
/* Runs until done says true, at most so long; what done says then. */
bool		 fake_net_wait(struct fake_net *, bool (*done)(void *arg),
		    void *arg, int64_t ms);

#endif
