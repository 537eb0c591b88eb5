/* SPDX-License-Identifier: ISC */
/* lobby.h - who connected, and has yet to prove who it is */
#ifndef BGPD_LOBBY_H
#define BGPD_LOBBY_H

#include "bgpd/neighbors.h"

struct lobby;

/* Borrows them all. */
struct lobby	*lobby_new(struct io *, struct log *, struct neighbors *);
/* Closes whatever is in it. */
void		 lobby_free(struct lobby *);
void		 lobby_clear(struct lobby *);
/*
 * Takes a connection from a neighbor's address.  When it is encrypted and the
 * certificate is that neighbor's, its peer gets it.
 */
void		 lobby_enter(struct lobby *, struct io_conn *,
		    const struct io_endpoint *remote);

struct lobby_counters {
	uint32_t	inside;
	uint64_t	entered;
	uint64_t	failed;		/* their handshake */
	uint64_t	crowded_out;	/* by newer ones */
};
void		 lobby_counters(const struct lobby *, struct lobby_counters *);

#endif
