/* SPDX-License-Identifier: ISC */
/* bfd.h - all BFD sessions: who is asked, who is told, and when */
/*
 * A watch is one session to one neighbour, over one hop (RFC 5881) or many
 * (RFC 5883).  Packets find it by our discriminator, and by both addresses
 * while the other side does not know that yet.  One timer of io.h serves all:
 * it is set for the first of a heap.
 *
 * Sockets are behind struct bfd_io (socket.c; tests have another), the hash
 * behind bfd_sha1.  What ends a watch in Up or not is the owner's to judge:
 * it hears of every change of state.
 */
#ifndef BGPD_BFD_BFD_H
#define BGPD_BFD_BFD_H

#include "bgpd/bfd/session.h"
#include "bgpd/session/io.h"

#define BFD_HOPS	255	/* RFC 5881 5: of a packet over one hop */

struct bfd_path {
	struct address	local, remote;
	uint32_t	scope;		/* the link of a link-local one */
	bool		multihop;
};

struct bfd_datagram {
	struct span	bytes;
	struct address	local, remote;
	uint32_t	link;		/* it came in by */
	int		hops;		/* TTL or hop limit; -1: unknown */
	bool		multihop;	/* by its port */
};
typedef void bfd_io_receive(void *arg, const struct bfd_datagram *);

struct bfd_port;
struct bfd_io_ops;
struct bfd_io {
	const struct bfd_io_ops	*ops;	/* first member of every implementation */
	bfd_io_receive		*receive;	/* set by bfd_new */
	void			*arg;
};

struct bfd_io_ops {
	/* Packets of such a kind are wanted; again: nothing.  -1 and errno. */
	int	(*listen)(struct bfd_io *, enum family, bool multihop);
	/* Never NULL: what cannot be had now is tried at each send. */
	struct bfd_port *(*open)(struct bfd_io *, const struct bfd_path *);
	int	(*send)(struct bfd_port *, struct span);	/* -1 and errno */
	void	(*close)(struct bfd_port *);
	/* Hands on what waits, which the loop had no turn for yet. */
	void	(*read)(struct bfd_io *);
	void	(*free)(struct bfd_io *);
};

struct bfd_watch;
struct bfd_host {
	struct io	*io;
	uint32_t	(*random)(void *arg);
	void		*random_arg;
	/*
	 * The state of a watch was another before.  It may be stopped here, but
	 * none may be started.
	 */
	void		(*changed)(void *arg, struct bfd_watch *,
			    enum bfd_state was);
	/* Packets of a kind cannot be had (errno): said once. */
	void		(*deaf)(void *arg, enum family, bool multihop, int error);
	void		*arg;
};

struct bfd;
struct bfd	*bfd_new(const struct bfd_host *, struct bfd_io *);
/* Takes the io with it; watches have to be stopped before. */
void		 bfd_free(struct bfd *);
/* Memory of it and its watches. */
size_t		 bfd_bytes(const struct bfd *);
/* Packets that no watch could be blamed for, by reason. */
uint64_t	 bfd_discards(const struct bfd *, enum bfd_discard);

struct bfd_watch *bfd_start(struct bfd *, const struct bfd_path *,
		    const struct bfd_terms *, void *owner);
void		 bfd_configure(struct bfd_watch *, const struct bfd_terms *);
/*
 * Gone for its owner.  AdminDown is said at once and for a while, so that the
 * other side does not take the silence for a failure.
 */
void		 bfd_stop(struct bfd_watch *);

struct bfd_counters {
	uint64_t	in, out;
	uint64_t	send_failed;
	uint64_t	discarded[BFD_DISCARD_MAX];
};
void		*bfd_owner(const struct bfd_watch *);
const struct bfd_session *bfd_session_of(const struct bfd_watch *);
const struct bfd_path *bfd_path_of(const struct bfd_watch *);
const struct bfd_counters *bfd_counters_of(const struct bfd_watch *);
int		 bfd_send_error(const struct bfd_watch *);	/* 0: none */
enum bfd_discard bfd_last_discard(const struct bfd_watch *);

#endif
