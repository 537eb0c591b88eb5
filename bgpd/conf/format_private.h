/* SPDX-License-Identifier: ISC */
/* format_private.h - what format.c and format_top.c share */
#ifndef BGPD_CONF_FORMAT_PRIVATE_H
#define BGPD_CONF_FORMAT_PRIVATE_H

#include <stdio.h>

#include "bgpd/conf/field.h"

/* All that is about no neighbor. */
void	conf_format_top(const struct conf *, FILE *);

/* A statement of a row: its word, and the value that base has. */
void	conf_format_row(const struct conf_keyword *, const char *indent,
	    const void *base, FILE *);
/* A statement of a list of prefixes, or several; none for none. */
void	conf_format_prefixes(const char *indent, const char *word,
	    const struct prefix *, size_t count, FILE *);

#endif
