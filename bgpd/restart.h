/* SPDX-License-Identifier: ISC */
/* restart.h - this node's own restart: two clocks per family (DESIGN 3) */
/*
 * Deferral: while this node restarts with routes adopted from the kernel, it
 * tells nobody anything until every neighbour that is up and announced
 * restart for the family (and does not restart itself) has sent End-of-RIB;
 * one that may still come up is waited for a few seconds only.
 * FIB hold: adopted routes are neither changed nor swept until every
 * configured neighbour has sent End-of-RIB or failed, at the latest after
 * keep-on-exit.  End-of-RIB from a neighbour releases the routes through it,
 * and so does the death of its host.  Routes through a neighbour whose host
 * refuses connections are kept longer: a daemon is missing there, no way.
 */
#ifndef BGPD_RESTART_H
#define BGPD_RESTART_H

#include "bgpd/neighbors.h"
#include "kernel/fib.h"

struct restart;

struct restart_host {
	struct io	*io;
	struct log	*log;
	struct fib	*fib;		/* or NULL */
	struct groups	*groups;
	struct neighbors *neighbors;
	/* Somebody is no longer waited for: restart_run, in a turn. */
	void		(*wake)(void *arg);
	/* Deferral of a family is over: the R bit goes when both are. */
	void		(*done)(void *arg, enum family);
	void		*arg;
};

struct restart	*restart_new(const struct restart_host *);
void		 restart_free(struct restart *);
/*
 * The first dump is in and the neighbours were added; output of the families
 * with adopted routes is deferred already.  adopted: how many routes per
 * family; hold in ms.
 */
void		 restart_begin(struct restart *,
		    const uint32_t adopted[FAMILY_MAX], uint32_t hold);
/* A peer came up, went down, failed, or sent End-of-RIB. */
void		 restart_event(struct restart *, const struct peer *);
/* The kernel has asked its host, and got no answer. */
void		 restart_silent(struct restart *, const struct peer *);
/* It is about to be removed: nobody waits for it any more. */
void		 restart_forget(struct restart *, const struct peer *);
/*
 * Ends what has nobody left to wait for.  Call it when the rib has decided
 * everything: the wishes that confirm adopted routes are in the fib then.
 */
void		 restart_run(struct restart *);
bool		 restart_deferring(const struct restart *, enum family);
bool		 restart_holding(const struct restart *, enum family);
/* Whom the family waits for, for `status`: NULL when for nobody. */
const struct peer *restart_waits_for(const struct restart *, enum family);

#endif
