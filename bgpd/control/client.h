/* SPDX-License-Identifier: ISC */
/* client.h - one connection at the control socket */
#ifndef BGPD_CONTROL_CLIENT_H
#define BGPD_CONTROL_CLIENT_H

#include "bgpd/control/request.h"
#include "bgpd/control/local.h"
#include "bgpd/session/io.h"

struct client;

/* What all clients share; filled once by control.c. */
struct client_host {
	struct io		*io;
	struct bgpd		*bgpd;
	const struct command	*commands;
	/* May this peer?  Asked for every request. */
	bool	(*may)(void *arg, const struct local_peer *,
		    enum command_access);
	/* The client leaves by itself: forget it. */
	void	(*gone)(void *arg, struct client *);
	void	*arg;
};

/* Takes fd; NULL (and fd closed) when the loop has no room for it. */
struct client	*client_new(const struct client_host *, int fd);
void		 client_free(struct client *);

#endif
