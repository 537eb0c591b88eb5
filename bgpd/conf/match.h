/* SPDX-License-Identifier: ISC */
/* match.h - the arguments of a statement against the form of its keyword */
#ifndef BGPD_CONF_MATCH_H
#define BGPD_CONF_MATCH_H

#include "bgpd/conf/parse.h"
#include "bgpd/conf/value.h"

/* Used for many statements, one after the other; all zero to start with. */
struct conf_matcher {
	struct conf_messages	*messages;
	struct conf_value	*values;	/* of the last statement; owned */
	size_t			 count;
	size_t			 size;
};

/* False when the words differ from the form of the row; reported. */
bool	conf_match(struct conf_matcher *, const struct conf_statement *);

/* Whether a word of the form itself reads like this. */
bool	conf_form_has_word(const char *form, const char *text);

#endif
