/* SPDX-License-Identifier: ISC */
/* cell.h - one value of a record as a person reads it */
#ifndef BGPCTL_CELL_H
#define BGPCTL_CELL_H

#include <stdio.h>

#include "bgpd/control/schema.h"

/*
 * The text of a field, never with a control character; the caller frees it.
 * A missing value is "-", or "" where the field says so.
 */
char	*cell_format(const json_t *record, const struct schema_field *);
/* Any text of the daemon, made safe for a terminal; the caller frees it. */
char	*cell_safe(const char *);
/* The text of a key, safe, "" when there is none; the caller frees it. */
char	*cell_text(const json_t *record, const char *key);
/* "2d03h", "4m07s", "12s" */
char	*cell_duration(double seconds, char buf[32]);

/* Columns that UTF-8 text takes. */
size_t	 cell_width(const char *);
/* The escape sequence of a state word, or NULL. */
const char *cell_colour(const struct schema_field *, const char *text);
#define CELL_PLAIN	"\033[0m"

#endif
