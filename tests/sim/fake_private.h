/* SPDX-License-Identifier: ISC */
/* fake_private.h - what fake_net.c and fake_conn.c share, and nobody else */
#ifndef TESTS_SIM_FAKE_PRIVATE_H
#define TESTS_SIM_FAKE_PRIVATE_H

#include <sys/queue.h>

#include "tests/sim/fake_clock.h"
#include "tests/sim/fake_io.h"

struct fake_address {
	LIST_ENTRY(fake_address)	next;
	struct address			address;
};

struct fake_cut {
	LIST_ENTRY(fake_cut)	next;
	struct address		a, b;
};

struct fake_node {
	struct io			 io;	/* first: io is the node */
	LIST_ENTRY(fake_node)		 next;
	struct fake_net			*net;
	LIST_HEAD(, fake_address)	 addresses;
	LIST_HEAD(, io_listener)	 listeners;
	uint16_t			 next_port;
	struct io_counters		 counters;
	struct io_lag			 lag;		/* time stands still */
};

struct fake_net {
	struct fake_clock		 clock;
	uint64_t			 seed;
	size_t				 pipe_size;
	LIST_HEAD(, fake_node)		 nodes;
	LIST_HEAD(, fake_cut)		 cuts;
	LIST_HEAD(, io_conn)		 conns;
	LIST_HEAD(, io_watch)		 watches;
	struct io_conn			*firing; /* NULL once it is closed */
};

struct io_timer {
	struct fake_event	 event;		/* first */
	struct fake_net		*net;
	io_timer_cb		*cb;
	void			*arg;
};

/* Who connects from there has to sign with that. */
struct fake_sign {
	LIST_ENTRY(fake_sign)	 next;
	struct prefix		 from;
	struct io_key		 key;
};

struct io_listener {
	LIST_ENTRY(io_listener)	 next;
	struct fake_node	*node;
	struct io_endpoint	 at;
	io_known_cb		*known;
	io_accept_cb		*accept;
	void			*arg;
	LIST_HEAD(, fake_sign)	 signs;
};

struct io_watch {
	LIST_ENTRY(io_watch)	 next;
	int			 fd;
	io_watch_cb		*cb;
	void			*arg;
};

struct io_conn {
	struct fake_event	 event;		/* first */
	LIST_ENTRY(io_conn)	 next;
	struct fake_node	*node;
	struct io_conn		*peer;		/* NULL: not yet, or closed */
	struct io_endpoint	 local, remote;
	io_conn_cb		*cb;		/* NULL: not attached yet */
	void			*arg;
	struct io_listener	*listener;	/* until it was accepted */
	int64_t			 dialled_at;	/* 0 unless dialling */
	struct io_key		 key;
	struct fake_tls		*tls;		/* NULL: plain */
	uint8_t			*bytes;		/* not yet read */
	size_t			 used;		/* sent by the peer */
	size_t			 arrived;	/* of these, read may see */
	size_t			 lost;		/* written into the void */
	bool			 up;
	bool			 fin, fin_arrived;
	bool			 fin_told;	/* once is enough */
	bool			 wants_write;
};

static inline struct fake_node *
fake_node_of(struct io *io)
{
	return (struct fake_node *)io;
}

bool	fake_is_cut(const struct fake_net *, const struct io_conn *);
/* Has it, or it is a loopback address. */
bool	fake_node_has(const struct fake_node *, const struct address *);
/* The node behind an address as another one sees it, or NULL. */
struct fake_node *fake_node_find(struct fake_node *from,
	    const struct address *);

/* Something may have arrived: looks in a millisecond. */
void	fake_conn_wake(struct io_conn *);
/* What was sent is there, unless the net is cut. */
void	fake_conn_arrive(struct io_conn *);
void	fake_conn_close(struct io_conn *);
void	fake_unlisten(struct io_listener *);

/* fake_tls.c */
extern const struct io_tls_ops fake_tls_ops;
void	fake_tls_begin(struct io_conn *, const struct io_tls *);
bool	fake_tls_is_shaking(const struct io_conn *);
void	fake_tls_step(struct io_conn *);	/* may free it */
void	fake_tls_free(struct io_conn *);

/* The part of io_ops that is about connections. */
struct io_conn	*fake_connect(struct io *, const struct io_target *,
		    io_conn_cb *, void *);
void		 fake_attach(struct io_conn *, io_conn_cb *, void *);
enum io_read	 fake_read(struct io_conn *, void *, size_t, size_t *, bool *,
		    int *);
ssize_t		 fake_write(struct io_conn *, const struct iovec *, int);
void		 fake_want_write(struct io_conn *, bool);
size_t		 fake_unacked(const struct io_conn *);
int		 fake_secure(struct io_conn *, const struct io_target *);
void		 fake_local(const struct io_conn *, struct io_endpoint *);
struct io_listener *fake_listen(struct io *, const struct io_endpoint *,
		    io_known_cb *, io_accept_cb *, void *);
int		 fake_sign(struct io_listener *, const struct prefix *,
		    const struct io_key *, const struct io_key *);

#endif
