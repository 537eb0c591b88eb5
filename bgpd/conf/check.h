/* SPDX-License-Identifier: ISC */
/* check.h - what the statements of a config mean together */
#ifndef BGPD_CONF_CHECK_H
#define BGPD_CONF_CHECK_H

#include "bgpd/conf/resolve.h"

/* Reports what is missing, doubled, or contradicts. */
void	conf_check(struct conf_build *);
/* The same within prefixes: doubles, overlaps, what lies in what. */
void	conf_check_prefixes(struct conf_build *);
/* The same within one neighbor's settings, all of them settled. */
void	conf_check_neighbor(struct conf_build *, const struct conf_entry *,
	    const struct conf_neighbor *);
/* Settings that one list of statements leaves in conflict. */
void	conf_check_settings(struct conf_messages *,
	    const struct conf_settings *, const struct conf_statement *);

/* What its block `tls` says, if it has one. */
void	conf_check_tls(struct conf_messages *, const struct conf_settings *,
	    const struct conf_statement *);
/* Each file that a `tls` names; what is in them if there is a judge. */
void	conf_tls_files_check(struct conf_build *, conf_identity_judge *);

#endif
