/* SPDX-License-Identifier: ISC */
/* tcp_ao.h - segments signed by the TCP Authentication Option, RFC 5925 */
#ifndef BGPD_SESSION_TCP_AO_H
#define BGPD_SESSION_TCP_AO_H

#include "bgpd/session/io.h"

/* Both return -1 and errno; a kernel without the option: ENOPROTOOPT. */

/*
 * Who connects to a listener from there has to sign with one of the secrets;
 * those from before that are no more are taken back.
 */
int	tcp_ao_listen(int listener, const struct prefix *from,
	    const struct io_key *, const struct io_key *before);
/*
 * The secrets are good for this connection, and the first is asked for; when
 * it is still to be dialled, the first is used.  What it had stays good: to
 * take a secret from a connection that is up would make the caller wait.
 */
int	tcp_ao_secure(int fd, const struct prefix *to, const struct io_key *,
	    bool dialling);

#endif
