/* SPDX-License-Identifier: ISC */
/* rule.h - the words of a filter's rule */
#ifndef BGPD_CONF_RULE_H
#define BGPD_CONF_RULE_H

#include "bgpd/conf/resolve.h"

/* A rule being read: its words, and what has been made of them. */
struct conf_rule {
	struct conf_build	*build;
	const struct conf_value	*words;
	unsigned int		 count;
	unsigned int		 at;
	struct filter_rule	*rule;
	const char		*more;	/* what could go on here, or NULL */
	bool			 failed;	/* and reported */
};

/*
 * Adds the rule of a statement to the filter; what is wrong is reported, and
 * then the filter is of no use.  Sets must be there already.
 */
bool	conf_rule_take(struct conf_build *, struct filter *,
	    const struct conf_statement *);

/* ---- for rule*.c ---- */

/* The next word, or NULL; in quotes it is no keyword. */
const struct conf_word *conf_rule_word(const struct conf_rule *);
bool	conf_rule_is(const struct conf_rule *, const char *);
/* Takes it if it is that word. */
bool	conf_rule_takes(struct conf_rule *, const char *);
/* A value of a type: taken, or of another type (false), or refused. */
bool	conf_rule_value(struct conf_rule *, enum conf_type,
	    struct conf_value *);
/* The same; nothing else will do. */
bool	conf_rule_needs(struct conf_rule *, enum conf_type,
	    struct conf_value *);
/* Nothing fits: "expected WHAT, not ..", with the nearest of these words. */
void	conf_rule_refuse(struct conf_rule *, const char *what,
	    const char *const *words, size_t count);
/* A finding at a word; the rule is spoilt. */
struct conf_message *conf_rule_error(struct conf_rule *,
	    const struct conf_word *, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

/* rule_condition.c: the next one, with its values. */
void	conf_rule_condition(struct conf_rule *);
/* `le N`, `ge N` behind the prefix, whose word was the last one taken. */
void	conf_rule_range(struct conf_rule *, struct prefix_range *);
/* rule_action.c: what stands behind `set`. */
void	conf_rule_actions(struct conf_rule *);

#endif
