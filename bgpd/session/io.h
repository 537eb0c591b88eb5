/* SPDX-License-Identifier: ISC */
/* io.h - the narrow door to sockets, timers and the clock */
/*
 * Everything that is impure about a BGP session goes through these calls; an
 * implementation is a table of functions (io_event.c on libevent, the fake
 * of tests/sim on memory pipes and a virtual clock).  Callbacks come from the
 * loop only, never from inside a call into io, and none comes after close,
 * free, unlisten or unwatch.
 * Reading is a pull; writing never blocks; nothing is sent from a read
 * callback (mark, queue, return).  Times are monotonic milliseconds.
 */
#ifndef BGPD_SESSION_IO_H
#define BGPD_SESSION_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "bgpd/histogram.h"
#include "bgpd/session/io_tls.h"
#include "rib/prefix.h"

struct iovec;
struct io_timer;
struct io_conn;
struct io_listener;
struct io_watch;

/* One end of a TCP connection to be. */
struct io_endpoint {
	struct address	address;	/* unset as a source: the kernel's choice */
	uint16_t	port;		/* 0 as a source: any */
	uint32_t	scope;		/* interface index of a link-local one */
};

/*
 * What signs each segment: by MD5 (RFC 2385) with the first secret, or by
 * TCP-AO (RFC 5925) with one of several.  Then the first is asked for, and
 * used as soon as the other side has it; the others are good, too.
 */
enum io_scheme {
	IO_UNSIGNED,
	IO_MD5,
	IO_AO
};
enum io_mac {			/* of TCP-AO, RFC 5926 */
	IO_HMAC_SHA1_96,
	IO_AES_128_CMAC_96
};
#define IO_SECRET_MAX	80
struct io_secret {
	uint8_t	id;			/* KeyID both ways; MD5 has none */
	uint8_t	mac;			/* enum io_mac */
	uint8_t	length;
	uint8_t	bytes[IO_SECRET_MAX];
};
#define IO_SECRETS_MAX	2
struct io_key {
	uint8_t			scheme;		/* enum io_scheme */
	uint8_t			count;		/* of secrets; unsigned: 0 */
	struct io_secret	secrets[IO_SECRETS_MAX];
};

static inline bool
io_secret_equal(const struct io_secret *a, const struct io_secret *b)
{
	return a->id == b->id && a->mac == b->mac && a->length == b->length &&
	    memcmp(a->bytes, b->bytes, a->length) == 0;
}

static inline bool
io_key_equal(const struct io_key *a, const struct io_key *b)
{
	int i;

	if (a->scheme != b->scheme || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!io_secret_equal(&a->secrets[i], &b->secrets[i]))
			return false;
	return true;
}

struct io_target {
	struct io_endpoint	remote;
	struct io_endpoint	source;
	uint8_t			ttl;	/* to send; 0: the system's */
	uint8_t			ttl_least;	/* to take, RFC 5082; 0: any */
	struct io_key		key;
	struct io_tls		tls;	/* to dial with */
};

enum io_event {
	IO_CONNECTED,		/* a dialled connection is up, or an */
				/* accepted one encrypted */
	IO_FAILED,		/* it is not: error holds the errno; EPROTO: */
				/* see the view of io_tls.h */
	IO_READABLE,		/* io_read has something to say */
	IO_WRITABLE		/* asked for by io_want_write */
};
typedef void io_conn_cb(void *arg, enum io_event, int error);
typedef void io_timer_cb(void *arg);
typedef void io_watch_cb(void *arg);
/* The receiver owns conn; remote and local are its ends. */
typedef void io_accept_cb(void *arg, struct io_conn *conn,
    const struct io_endpoint *remote, const struct io_endpoint *local);
/* Asked before anything is allocated: is this remote address a neighbour's? */
typedef bool io_known_cb(void *arg, const struct io_endpoint *remote);

enum io_read {
	IO_BYTES,		/* *length bytes are in the buffer */
	IO_AGAIN,		/* nothing now */
	IO_CLOSED,		/* the peer closed its side */
	IO_ERROR		/* errno in *error */
};

/* Counters that only an implementation can keep; all may be 0. */
struct io_counters {
	uint64_t	accepted;
	uint64_t	refused_unknown;	/* closed before allocation */
	uint64_t	accept_failed;		/* out of descriptors, mostly */
	uint64_t	handshakes;		/* TLS, begun */
	uint64_t	handshakes_failed;
	/* Segments dropped, of any connection of this network stack. */
	uint64_t	signature_wrong;	/* or missing where one is due */
	uint64_t	signature_unexpected;
};

/*
 * How punctual the loop is, in microseconds since the start.  Whatever holds
 * it keeps all others waiting: a timer that comes late is a keepalive or a BFD
 * packet that leaves late.
 */
struct io_lag {
	struct histogram	held;	/* by one callback each */
	struct histogram	late;	/* each timer, behind its time */
};

struct io_ops;
struct io {
	const struct io_ops	*ops;	/* first member of every implementation */
};

struct io_ops {
	int64_t	(*now)(struct io *);

	/* Timers are made stopped; set replaces, a past time fires next turn. */
	struct io_timer *(*timer_new)(struct io *, io_timer_cb *, void *arg);
	void	(*timer_set)(struct io_timer *, int64_t at);
	void	(*timer_stop)(struct io_timer *);
	void	(*timer_free)(struct io_timer *);

	/* NULL and errno when it fails at once; else a callback follows. */
	struct io_conn *(*connect)(struct io *, const struct io_target *,
	    io_conn_cb *, void *arg);
	/* Gives an accepted connection to its owner; reading starts. */
	void	(*attach)(struct io_conn *, io_conn_cb *, void *arg);
	/* *more: bytes are left inside that no readiness will announce. */
	enum io_read (*read)(struct io_conn *, void *buf, size_t size,
	    size_t *length, bool *more, int *error);
	/* Bytes taken (0: full), or -1 and errno. */
	ssize_t	(*write)(struct io_conn *, const struct iovec *, int count);
	void	(*want_write)(struct io_conn *, bool);
	/* NULL: there is no TLS. */
	const struct io_tls_ops *tls;
	/*
	 * Limits and key of the target hold for this connection from now on,
	 * be it accepted or up; -1 and errno when that cannot be had.
	 */
	int	(*secure)(struct io_conn *, const struct io_target *);
	/* The local end of a connected one. */
	void	(*local)(const struct io_conn *, struct io_endpoint *);
	/* Bytes taken that the peer's host has not yet confirmed. */
	size_t	(*unacked)(const struct io_conn *);
	void	(*close)(struct io_conn *);

	/* NULL and errno when the address cannot be had now. */
	struct io_listener *(*listen)(struct io *, const struct io_endpoint *,
	    io_known_cb *, io_accept_cb *, void *arg);
	void	(*unlisten)(struct io_listener *);
	/*
	 * Who connects from there has to sign with that key, in place of the
	 * one from before; of two prefixes the longer counts.  Unsigned takes
	 * a prefix back, and is what it was before its first.  -1 and errno
	 * when there is no room for it.
	 */
	int	(*sign)(struct io_listener *, const struct prefix *,
	    const struct io_key *, const struct io_key *before);

	/*
	 * A connected stream socket becomes a connection and belongs to it,
	 * to be attached; NULL when it cannot.
	 */
	struct io_conn *(*adopt)(struct io *, int fd);

	/* A foreign descriptor (netlink, control): called while readable. */
	struct io_watch *(*watch)(struct io *, int fd, io_watch_cb *, void *);
	void	(*unwatch)(struct io_watch *);

	void	(*counters)(const struct io *, struct io_counters *);
	/* Memory of timers, connections, listeners and watches. */
	size_t	(*bytes)(const struct io *);
	/* Borrowed; all zero where the clock is not a real one. */
	const struct io_lag *(*lag)(const struct io *);
};

#endif
