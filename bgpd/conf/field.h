/* SPDX-License-Identifier: ISC */
/* field.h - the fields of the typed config that a schema row names */
#ifndef BGPD_CONF_FIELD_H
#define BGPD_CONF_FIELD_H

#include "bgpd/conf/value.h"

/* base: the struct conf or conf_settings that the row's offset counts from. */
void	 conf_field_set(const struct conf_keyword *, void *base,
	    const struct conf_value *, unsigned int count);
bool	 conf_field_equal(const struct conf_keyword *, const void *,
	    const void *);
/* Whether there is a value that the config could have said. */
bool	 conf_field_given(const struct conf_keyword *, const void *base);
/* The arguments as the config has them. */
void	 conf_field_print(const struct conf_keyword *, const void *base,
	    FILE *);
/*
 * How many statements say all of a row, and the row of one of them: what it
 * is compared and printed by.
 */
unsigned int conf_field_parts(const struct conf_keyword *);
struct conf_keyword conf_field_part(const struct conf_keyword *,
	    unsigned int part);
/* Sets all fields of that base that have a built-in value. */
void	 conf_fields_preset(enum conf_base, void *base);

/* Copies into a struct that holds nothing. */
void	 conf_settings_copy(struct conf_settings *,
	    const struct conf_settings *);
void	 conf_settings_clear(struct conf_settings *);

#endif
