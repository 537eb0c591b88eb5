/* SPDX-License-Identifier: ISC */
/* io_tls.h - TLS beneath io.h: what a connection is encrypted with */
/*
 * Whoever uses io.h hears of a connection when it is encrypted, or that it
 * could not be; the handshake in between is io's business, which bounds it in
 * time and does not let many of them delay anybody else.  TLS 1.3 (RFC 8446)
 * only, both sides show a certificate, and ALPN says that this is BGP, as
 * draft-wirtgen-bgp-tls has it.
 */
#ifndef BGPD_SESSION_IO_TLS_H
#define BGPD_SESSION_IO_TLS_H

#include "rib/identity.h"

struct io;
struct io_conn;
/* Whom to trust and how to prove who this node is; counted, see below. */
struct io_credentials;

/* A handshake that is not over by then has failed. */
#define IO_TLS_TIME	10000	/* ms */

/* Copied by whoever is given it; what it points to is, too. */
struct io_tls {
	struct io_credentials	*credentials;	/* NULL: no TLS */
	struct identity		 peer;		/* who it has to be */
};

/* Why a handshake failed, or an encrypted connection ended. */
enum io_tls_failure {
	IO_TLS_NONE,
	IO_TLS_PLAIN_BGP,	/* it speaks BGP, and no TLS */
	IO_TLS_NOT_TLS,		/* it speaks something else */
	IO_TLS_HUNG_UP,		/* it closed the connection meanwhile */
	IO_TLS_SLOW,		/* not over in IO_TLS_TIME */
	IO_TLS_VERSION,		/* it knows no TLS 1.3 */
	IO_TLS_NO_ALPN,		/* it speaks TLS, and not for BGP */
	IO_TLS_NO_CERTIFICATE,	/* it showed none */
	IO_TLS_UNKNOWN_CA,	/* signed by nobody whom we trust: subject */
	IO_TLS_EXPIRED,		/* subject, expires */
	IO_TLS_NOT_YET,		/* its time is still to come */
	IO_TLS_REVOKED,
	IO_TLS_NO_CRL,		/* no list for its CA, or an old one */
	IO_TLS_UNSUITED,	/* for another reason: detail */
	IO_TLS_OTHER_NAME,	/* it is somebody else's: detail */
	IO_TLS_REFUSED,		/* by the peer, an alert: detail */
	IO_TLS_BROKEN,		/* by the library: detail */
	IO_TLS_FAILURE_MAX
};

/* What there is to know of an encrypted connection, or of its failure. */
struct io_tls_view {
	enum io_tls_failure	failure;
	bool			up;		/* the handshake is over */
	bool			resumed;	/* by a ticket of before */
	char			version[16];
	char			cipher[40];
	char			subject[128];	/* of the peer's; "": none seen */
	int64_t			expires;	/* that, in Unix time; 0: unknown */
	/* If up: of the certificates of both sides the first that expires. */
	int64_t			valid_for;	/* s, from now; < 0: it has */
	bool			own_first;	/* it is ours */
	char			detail[160];
};

/* A certificate of ours. */
struct io_certificate {
	char		subject[128];
	int64_t		begins, expires;	/* Unix time */
};

struct io_tls_ops {
	/* Do they prove anything?  False: the fault. */
	bool	(*judge)(const struct identity_texts *, struct identity_fault *);
	/* Counted; made with one reference, and without contents. */
	struct io_credentials *(*credentials_new)(void);
	void	(*credentials_unref)(struct io_credentials *);	/* or NULL */
	/*
	 * What new connections go by from now on; those that are up keep what
	 * they have.  False leaves everything as it was.
	 */
	bool	(*credentials_load)(struct io_credentials *,
		    const struct identity_texts *, struct identity_fault *);
	/* False: nothing was loaded yet. */
	bool	(*credentials_show)(const struct io_credentials *,
		    struct io_certificate *);
	/*
	 * An accepted connection that is not yet attached: when it is, first
	 * of all IO_CONNECTED or IO_FAILED follows.
	 */
	void	(*encrypt)(struct io_conn *, const struct io_tls *);
	/* False: it is not encrypted, nor to be. */
	bool	(*view)(const struct io_conn *, struct io_tls_view *);
};

#endif
