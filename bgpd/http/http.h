/* SPDX-License-Identifier: ISC */
/* http.h - what can be seen of the daemon over HTTP */
#ifndef BGPD_HTTP_HTTP_H
#define BGPD_HTTP_HTTP_H

struct bgpd;
struct conf;
struct http;

/*
 * Serves at the endpoints that the config names, none perhaps; those that
 * cannot be had are named and tried again.
 */
struct http	*http_new(struct bgpd *, const struct conf *);
void		 http_free(struct http *);
/* After a reload: what stays is left alone, with who is connected there. */
void		 http_configure(struct http *, const struct conf *);

#endif
