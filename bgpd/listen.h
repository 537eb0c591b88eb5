/* SPDX-License-Identifier: ISC */
/* listen.h - where neighbours may connect to */
#ifndef BGPD_LISTEN_H
#define BGPD_LISTEN_H

#include "bgpd/lobby.h"

struct listeners;

/* Borrows them all. */
struct listeners *listeners_new(struct io *, struct log *, struct neighbors *);
void		  listeners_free(struct listeners *);
/*
 * Opens what the config says and is not open yet, closes what it no longer
 * says.  An address that cannot be had is logged and tried again.
 */
void		  listeners_configure(struct listeners *, const struct conf *);
/*
 * Had the kernel no room for the key of the neighbor there?  Then it cannot
 * connect, only be dialled.
 */
bool		  listeners_are_deaf(const struct listeners *,
		    const struct address *);
/* Who is on the way in, by TLS. */
const struct lobby *listeners_lobby(const struct listeners *);

#endif
