/* SPDX-License-Identifier: ISC */
/* client.h - one conversation with the daemon */
#ifndef BGPCTL_CLIENT_H
#define BGPCTL_CLIENT_H

#include "bgpd/control/schema.h"

struct client;

/* Why a command came to nothing. */
struct failure {
	enum schema_exit	exit;
	char			text[640];
	char			hint[256];	/* or "" */
};

/* NULL and *failure when there is nobody at that path. */
struct client	*client_open(const char *path, struct failure *);
void		 client_close(struct client *);
/* The process behind the socket; -1: not known. */
long		 client_pid(const struct client *);
/* Sends a request; false and *failure when it does not get through. */
bool		 client_ask(struct client *, const char *command,
		    const json_t *arguments, struct failure *);
/* The next record, the caller's to decref; NULL and *failure. */
json_t		*client_next(struct client *, struct failure *);

#endif
