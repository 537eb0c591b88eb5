/* SPDX-License-Identifier: ISC */
/* control.h - the control socket of the daemon */
/*
 * One JSON object a line, both ways: see schema.h for the records and
 * bgpctl(8) for the protocol.  Losing it never ends the daemon: a socket
 * that cannot be had is tried again, with one line in the log.
 */
#ifndef BGPD_CONTROL_CONTROL_H
#define BGPD_CONTROL_CONTROL_H

#include "bgpd/bgpd.h"
#include "bgpd/control/request.h"

struct control;

/*
 * Listens at path (bgpd -s), or, when that is NULL, at the config's or the
 * built-in one.  Never NULL.  The daemon must outlive it.
 */
struct control	*control_new(struct bgpd *, const struct conf *,
		    const char *path);
/* Drops all clients and removes the socket. */
void		 control_free(struct control *);
/* Another config: moves when the path or a group changed; clients stay. */
void		 control_configure(struct control *, const struct conf *);
bool		 control_is_listening(const struct control *);
/* Another daemon answers there: at its start this one had better end. */
bool		 control_is_taken(const struct control *);

/* All commands (command.c). */
extern const struct command control_commands[];

#endif
