/* SPDX-License-Identifier: ISC */
/* credentials.h - certificates and keys in use, and how long they last */
#ifndef BGPD_CREDENTIALS_H
#define BGPD_CREDENTIALS_H

#include "bgpd/log.h"
#include "bgpd/session/io.h"

struct credentials;

/* Borrows both. */
struct credentials *credentials_new(struct io *, struct log *);
void	credentials_free(struct credentials *);
/*
 * Reads, once for each, the files that neighbors of the config name, those
 * that are known already too.  What cannot be used leaves what is in use, and
 * is said; a change of the files is noticed from then on.
 */
void	credentials_configure(struct credentials *, const struct conf *);
/*
 * For connections with these settings: the same until the next configure,
 * whatever becomes of the files.  NULL: there is nothing to be used yet.
 */
struct io_credentials *credentials_find(const struct credentials *,
	    const struct conf_tls *);

/* A set of files, for whoever shows or counts them. */
struct credentials_view {
	const char		*file;		/* of the certificate */
	bool			 loaded;	/* the rest is known */
	struct io_certificate	 own;
	int64_t			 left;		/* s; < 0: it has expired */
	bool			 expires_soon;	/* or has */
	const char		*fault;		/* of the last reading, or NULL */
	uint64_t		 loads;		/* times that it changed */
};
/* In no order; cursor 0 begins, false ends. */
bool	credentials_walk(const struct credentials *, size_t *cursor,
	    struct credentials_view *);

#endif
