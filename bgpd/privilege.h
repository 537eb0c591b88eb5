/* SPDX-License-Identifier: ISC */
/* privilege.h - what this process may do */
#ifndef BGPD_PRIVILEGE_H
#define BGPD_PRIVILEGE_H

#include "bgpd/log.h"

/*
 * The sentence that names the first capability that a config needs and this
 * process lacks, or NULL.
 */
const char	*privilege_missing(const struct conf *);
/*
 * Joins the groups that the control socket belongs to, because who is in a
 * group may give it a file of his without the right to give files away.
 */
void		 privilege_join_groups(struct log *, const struct conf *);
/* As many descriptors as the hard limit allows; says when they are few. */
void		 privilege_descriptors(struct log *, const struct conf *);

#endif
