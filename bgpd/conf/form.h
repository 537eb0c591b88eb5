/* SPDX-License-Identifier: ISC */
/* form.h - statements against the schema */
#ifndef BGPD_CONF_FORM_H
#define BGPD_CONF_FORM_H

#include "bgpd/conf/parse.h"
#include "bgpd/conf/value.h"

/*
 * Gives each statement of the tree its row and its values, in the arena.
 * What does not belong, or has another form, is reported and marked bad; a
 * bad statement inside a block leaves the block's own statement good.
 */
void	conf_form_check(struct conf_statement *, struct conf_arena *,
	    struct conf_messages *);

/*
 * The first word of a statement as a value of that type, for in some blocks it
 * stands where keywords do.  False: it is none, which was reported.
 */
bool	conf_form_entry(struct conf_messages *, const struct conf_statement *,
	    enum conf_type, struct conf_value *);

#endif
