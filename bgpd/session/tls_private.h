/* SPDX-License-Identifier: ISC */
/* tls_private.h - what the files of TLS share, and nobody else */
/*
 * tls.c             a connection: handshake, records
 * tls_credentials.c PEM texts to what connections are made with
 * tls_ticket.c      what makes the next handshake a short one
 * tls_reason.c      what the library says, as one of our reasons
 */
#ifndef BGPD_SESSION_TLS_PRIVATE_H
#define BGPD_SESSION_TLS_PRIVATE_H

#include <openssl/ssl.h>
#include <sys/queue.h>

#include "bgpd/session/tls.h"

/* draft-wirtgen-bgp-tls 2, as RFC 7301 writes it: its length comes first. */
static const unsigned char tls_alpn[] = { 5, 'b', 'o', 't', 'l', 's' };

struct tls {
	struct io_credentials	*credentials;	/* a reference */
	SSL			*ssl;		/* NULL: not begun */
	int			 fd;
	bool			 dialled;
	bool			 heard;		/* its first octet was TLS's */
	bool			 done;
	bool			 broken;	/* nothing more can be said */
	bool			 resumed;
	struct io_endpoint	 remote;	/* if dialled */
	/* Until the handshake is over. */
	struct identity		 peer;		/* texts are owned */
	enum io_read		 end;		/* IO_AGAIN: not yet */
	int			 end_error;
	uint8_t			*unsent;	/* of a record, or NULL */
	size_t			 unsent_length;
	/* Seen so far; of a failure, if there is one. */
	enum io_tls_failure	 failure;
	int64_t			 expires;
	char			*subject;	/* or NULL */
	char			*detail;	/* or NULL */
};

/* A tls by its SSL. */
struct tls	*tls_of(const SSL *);

/* tls_credentials.c */
struct io_credentials *tls_credentials_ref(struct io_credentials *);
/* A connection by these; a ticket for remote, if there is one, is used. */
SSL		*tls_credentials_begin(struct io_credentials *,
		    const struct io_endpoint *remote);
int64_t		 tls_time(const ASN1_TIME *);	/* Unix; 0: not readable */
char		*tls_subject(const X509 *);	/* on the heap */

/* tls_ticket.c; all zero to begin with. */
#define TLS_TICKET_HEADS 256	/* a power of two */
struct tls_tickets {
	LIST_HEAD(, tls_ticket)	 heads[TLS_TICKET_HEADS];
	unsigned int		 count;
};
void		 tls_tickets_clear(struct tls_tickets *);
/* For the next connection there; takes the session when true. */
bool		 tls_tickets_keep(struct tls_tickets *,
		    const struct io_endpoint *from, SSL_SESSION *);
/* Gives a connection the ticket of its address, if there is one. */
void		 tls_tickets_use(struct tls_tickets *,
		    const struct io_endpoint *to, SSL *);

/*
 * A session's certificates are looked at anew after an hour at most: it is
 * marked when its first ticket is made, on either side, and the sessions that
 * come of it inherit that mark, which stays.
 */
#define TLS_TICKET_LASTS 3600	/* s */
bool		 tls_session_mark(SSL_SESSION *, int64_t now);
bool		 tls_session_is_fresh(SSL_SESSION *, int64_t now);

/* tls_reason.c */
/* The library's verdict on the peer's certificate, or what it met with. */
enum io_tls_failure tls_reason_verify(int x509_error);
/* Takes the library's queue of errors; fills failure and detail. */
void		 tls_reason_take(struct tls *, int ssl_error, int error);
/* May the certificate's holder be the peer?  Fills the detail if not. */
bool		 tls_is_peer(struct tls *, const X509 *);

#endif
