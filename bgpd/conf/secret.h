/* SPDX-License-Identifier: ISC */
/* secret.h - files that hold a password */
#ifndef BGPD_CONF_SECRET_H
#define BGPD_CONF_SECRET_H

#include "bgpd/conf/resolve.h"

/*
 * Reads what each `password-file` names, once each, and gives every neighbor
 * the password of its file; what is wrong with a file is found at the words
 * that name it.
 */
void	conf_secrets_read(struct conf_build *);

#endif
