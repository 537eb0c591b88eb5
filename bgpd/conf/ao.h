/* SPDX-License-Identifier: ISC */
/* ao.h - the keys of the TCP Authentication Option */
#ifndef BGPD_CONF_AO_H
#define BGPD_CONF_AO_H

#include "bgpd/conf/conf.h"

/*
 * Reads the text of a key file, in place: lines of ID ALGORITHM SECRET.  NULL
 * and the keys, or what is wrong with it, in words that hold nothing of it.
 */
const char	*conf_ao_parse(char *text, struct conf_ao *);
/* NULL: the kernel has the option; else why it cannot be used. */
const char	*conf_ao_refusal(void);
bool		 conf_ao_equal(const struct conf_ao *, const struct conf_ao *);

#endif
