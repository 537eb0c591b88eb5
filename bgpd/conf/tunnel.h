/* SPDX-License-Identifier: ISC */
/* tunnel.h - devices that routes go by: `via-device` and `device .. onlink` */
#ifndef BGPD_CONF_TUNNEL_H
#define BGPD_CONF_TUNNEL_H

#include "bgpd/conf/difference.h"
#include "bgpd/conf/resolve.h"

/* The lines of a `pools` that begin with a prefix; each is a pool as well. */
void	conf_tunnels_take(struct conf_build *, const struct conf_statement *);
/* All are there: puts them in order. */
void	conf_tunnels_settle(struct conf *);
/* The lines `device` of a `fib`. */
void	conf_devices_take(struct conf_build *, const struct conf_statement *);
/* What has no effect, given the rest of the config. */
void	conf_tunnels_check(struct conf_build *);

/* A statement; of `device` the arguments. */
void	conf_tunnel_print(const struct conf_tunnel *, FILE *);
void	conf_device_print(const char *pattern, FILE *);

struct conf_texts conf_tunnels_texts(const struct conf *);
struct conf_texts conf_devices_texts(const struct conf *);

#endif
