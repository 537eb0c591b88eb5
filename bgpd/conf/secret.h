/* SPDX-License-Identifier: ISC */
/* secret.h - files that hold a password, or keys */
#ifndef BGPD_CONF_SECRET_H
#define BGPD_CONF_SECRET_H

#include "bgpd/conf/resolve.h"

/*
 * Reads what each `password-file`, `auth` of BFD and `tcp-ao` names, once
 * each, and gives every neighbor what is in its files; what is wrong with a
 * file is found at the words that name it.
 */
void	conf_secrets_read(struct conf_build *);
/*
 * The text of a regular file of at most so many octets, on the heap, that only
 * its owner and group may read if it is a secret; NULL and why not.
 */
char	*conf_file_text(const char *file, size_t max, bool secret,
	    size_t *length, const char **why);

#endif
