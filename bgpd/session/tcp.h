/* SPDX-License-Identifier: ISC */
/* tcp.h - sockets with the options that BGP wants */
#ifndef BGPD_SESSION_TCP_H
#define BGPD_SESSION_TCP_H

#include <sys/socket.h>

#include "bgpd/session/io.h"

/* Each returns a descriptor that never blocks, or -1 and errno. */
int	tcp_listen(const struct io_endpoint *);
/* Mostly still in progress when it returns. */
int	tcp_connect(const struct io_target *);
/* *remote is filled before anybody decides about the connection. */
int	tcp_accept(int listener, struct io_endpoint *remote);
/* What every connection has, an accepted one once it is wanted. */
void	tcp_options(int fd, enum family);
/* Limits and key of a target, for a connection of its family, up or accepted. */
int	tcp_secure(int fd, const struct io_target *);
/* The key of all who connect to a listener from there, after another. */
int	tcp_sign(int listener, const struct prefix *, const struct io_key *,
	    const struct io_key *before);
/* The counters about signatures; the others stay as they are. */
void	tcp_counters(struct io_counters *);

/* In the kernel's form; returns its length. */
socklen_t tcp_sockaddr(const struct io_endpoint *, struct sockaddr_storage *);
void	tcp_local(int fd, struct io_endpoint *);
/* Bytes sent or to be sent that the other host has not confirmed. */
size_t	tcp_unacked(int fd);
/* The errno of a connection attempt that has ended; 0: it is up. */
int	tcp_error(int fd);

#endif
