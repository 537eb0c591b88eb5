/* SPDX-License-Identifier: ISC */
/* message.h - findings about a config, in the making */
#ifndef BGPD_CONF_MESSAGE_H
#define BGPD_CONF_MESSAGE_H

#include "bgpd/conf/conf.h"
#include "bgpd/conf/lex.h"

/*
 * Adds a finding at a word, whose place may lack line and column when a whole
 * file is meant.  The result is for conf_help at once and never kept; NULL
 * when there are too many findings already.
 */
struct conf_message	*conf_error(struct conf_messages *,
			    const struct conf_word *, const char *, ...)
			    __attribute__((format(printf, 3, 4)));
struct conf_message	*conf_warn(struct conf_messages *,
			    const struct conf_word *, const char *, ...)
			    __attribute__((format(printf, 3, 4)));
/* What would mend it; does nothing on NULL. */
void	conf_help(struct conf_message *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Into the order of the text, from that index on. */
void	conf_messages_sort(struct conf_messages *, size_t from);

#endif
