/* SPDX-License-Identifier: ISC */
/* links.h - `neighbors` by prefix and by interface */
#ifndef BGPD_CONF_LINKS_H
#define BGPD_CONF_LINKS_H

#include "bgpd/conf/difference.h"
#include "bgpd/conf/resolve.h"

/*
 * Who is meant, from the arguments of the statement: kind, name, address,
 * length, interfaces and limit of an otherwise empty neighbor.  False: they
 * do not go together, which was said; nothing is to be cleared.
 */
bool	conf_pattern_take(struct conf_build *, const struct conf_statement *,
	    struct conf_neighbor *);
/* What a pattern of interfaces cannot have. */
void	conf_links_check(struct conf_build *, const struct conf_entry *,
	    const struct conf_neighbor *);
/* The arguments of the statement. */
void	conf_pattern_print(const struct conf_neighbor *, FILE *);
/* Interfaces that came and went. */
void	conf_links_diff(struct conf_difference *,
	    const struct conf_neighbor *before,
	    const struct conf_neighbor *after);

#endif
