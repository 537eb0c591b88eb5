/* SPDX-License-Identifier: ISC */
/* unnumbered.h - routers that are found on a link, and told that we are there */
/*
 * On each interface that `neighbors NAME interface` takes, this node sends
 * router advertisements and listens for those of others: whoever sends one is
 * a neighbor there (neighbors_found).  What of the links may be used is the
 * node's knowledge; who peers, and for how long somebody is remembered, is
 * decided by neighbors.
 */
#ifndef BGPD_UNNUMBERED_H
#define BGPD_UNNUMBERED_H

#include "bgpd/nd.h"
#include "bgpd/neighbors.h"
#include "bgpd/node.h"

struct unnumbered;

struct unnumbered_host {
	struct io		*io;
	struct log		*log;
	const struct node	*node;
	struct neighbors	*neighbors;
	uint32_t		(*random)(void *arg);	/* for jitter */
	void			*random_arg;
	/* Opens the door; NULL and errno.  NULL: there is none. */
	struct nd		*(*nd)(void *arg);
	void			*nd_arg;
};

struct unnumbered *unnumbered_new(const struct unnumbered_host *);
void		  unnumbered_free(struct unnumbered *);
/* Another config, borrowed until the next one. */
void		  unnumbered_configure(struct unnumbered *,
		    const struct conf *);
/* Links or addresses may have changed; unnumbered_turn looks. */
void		  unnumbered_changed(struct unnumbered *);
void		  unnumbered_turn(struct unnumbered *);
/* Something happened to a peer; who was lost is looked for at once. */
void		  unnumbered_heed(struct unnumbered *, const struct peer *);
/* Messages wait at the door. */
void		  unnumbered_ready(void *unnumbered);
/* Why nobody is found on that link, in a sentence; borrowed until the next. */
const char	 *unnumbered_reason(struct unnumbered *, const char *link);

#endif
