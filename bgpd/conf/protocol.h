/* SPDX-License-Identifier: ISC */
/* protocol.h - who makes a route of the kernel, by number and name */
#ifndef BGPD_CONF_PROTOCOL_H
#define BGPD_CONF_PROTOCOL_H

#include "bgpd/conf/resolve.h"
#include "bgpd/conf/way.h"

/* A name that iproute2 has, or a number of 1 to 255; false: neither. */
bool		 conf_protocol_parse(const char *, uint32_t *number);
/* The name that was probably meant, or NULL. */
const char	*conf_protocol_nearest(const char *);

extern const struct conf_way conf_way_adopt;
/* Judges `adopt` within a block `fib`. */
void		 conf_adopt_check(struct conf_build *,
		    const struct conf_statement *list);

#endif
