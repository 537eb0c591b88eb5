/* SPDX-License-Identifier: ISC */
/* tls.h - TLS over a socket that never blocks */
/*
 * The library is not called before the other side has sent something that
 * looks like TLS, or before we dial; so strangers who say nothing, or
 * something else, cost a socket and a small struct.
 */
#ifndef BGPD_SESSION_TLS_H
#define BGPD_SESSION_TLS_H

#include "bgpd/session/io.h"

struct tls;

enum tls_step {
	TLS_DONE,
	TLS_WANTS_READ,
	TLS_WANTS_WRITE,
	TLS_FAILED		/* the view says why */
};

/*
 * For a socket that is somebody else's, and outlives it.  remote: whom we dial,
 * for resumption; NULL: the other side begins.
 */
struct tls	*tls_new(const struct io_tls *, int fd,
		    const struct io_endpoint *remote);
/* Says goodbye first if the handshake is over and nothing has failed. */
void		 tls_free(struct tls *);

/* A step of the handshake, which may take a millisecond. */
enum tls_step	 tls_shake(struct tls *);
/* Gives it up. */
void		 tls_fail(struct tls *, enum io_tls_failure);

/* As io_ops' functions of these names, once it is done. */
enum io_read	 tls_read(struct tls *, void *, size_t, size_t *length,
		    bool *more, int *error);
ssize_t		 tls_write(struct tls *, const struct iovec *, int count);
/*
 * What was taken and did not fit into the socket: octets before they are
 * encrypted.  tls_flush tries again; false when the connection is broken.
 */
size_t		 tls_unsent(const struct tls *);
bool		 tls_flush(struct tls *);

void		 tls_view(const struct tls *, struct io_tls_view *);

/* tls_credentials.c; io_tls.h has their contracts. */
bool	tls_judge(const struct identity_texts *, struct identity_fault *);
struct io_credentials *tls_credentials_new(void);
void	tls_credentials_unref(struct io_credentials *);
bool	tls_credentials_load(struct io_credentials *,
	    const struct identity_texts *, struct identity_fault *);
bool	tls_credentials_show(const struct io_credentials *,
	    struct io_certificate *);

#endif
