/* SPDX-License-Identifier: ISC */
/* capability.h - names and defaults of capabilities in the config */
#ifndef BGPD_CONF_CAPABILITY_H
#define BGPD_CONF_CAPABILITY_H

#include "bgpd/conf/conf.h"

/* "fqdn" */
const char	*conf_capability_name(enum conf_capability);
/* "capability fqdn" */
const char	*conf_capability_statement(enum conf_capability);
/* The same for every neighbor: it comes with no other setting. */
bool		 conf_capability_is_preset(enum conf_capability);
/* What it is beside these settings when nobody names it. */
enum conf_capability_state conf_capability_default(enum conf_capability,
		    const struct conf_settings *);
/* Gives what nobody named its default. */
void		 conf_capabilities_settle(struct conf_settings *);

#endif
