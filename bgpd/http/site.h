/* SPDX-License-Identifier: ISC */
/* site.h - which page answers which path */
#ifndef BGPD_HTTP_SITE_H
#define BGPD_HTTP_SITE_H

#include "bgpd/bgpd.h"
#include "bgpd/http/server.h"

struct site;

struct site	*site_new(struct bgpd *);
void		 site_free(struct site *);
/* Whose counters are among the metrics; borrowed. */
void		 site_watch(struct site *, const struct server *);
/* A server_answer_cb; arg is the site. */
void		 site_answer(void *site, const struct server_ask *,
		    struct server_answer *);

#endif
