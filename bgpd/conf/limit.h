/* SPDX-License-Identifier: ISC */
/* limit.h - max-prefix and max-prefix-out in the config */
#ifndef BGPD_CONF_LIMIT_H
#define BGPD_CONF_LIMIT_H

#include "bgpd/conf/parse.h"
#include "bgpd/conf/value.h"

/* Does it say so for one family?  Others are for all, and go first. */
bool	conf_names_family(const struct conf_statement *);
/* Reports a limit without a consequence, or with two. */
void	conf_check_limits(struct conf_messages *,
	    const struct conf_statement *);

#endif
