/* SPDX-License-Identifier: ISC */
/* filter.h - filters and sets: from statements, and among themselves */
#ifndef BGPD_CONF_FILTER_H
#define BGPD_CONF_FILTER_H

#include "bgpd/conf/difference.h"
#include "bgpd/conf/resolve.h"

/*
 * Makes the sets and the filters of the conf, and gives each name of a filter
 * in `import` and `export` its filter.  Comes before any setting is applied.
 */
void	conf_filters_take(struct conf_build *);
/* What is unused, unreachable, unknown, or stands where it cannot work. */
void	conf_filters_check(struct conf_build *);

/* For rule*.c: a set by its name, or NULL and an error. */
struct prefix_set *conf_prefix_set_find(struct conf_build *,
	    const struct conf_word *);
struct community_set *conf_community_set_find(struct conf_build *,
	    const struct conf_word *);
/* A rule names this neighbor or group, which ought to exist. */
void	conf_filter_names(struct conf_build *, const struct conf_word *,
	    bool group);

/* filter_text.c */
void	conf_filters_format(const struct conf *, FILE *);
/* One change for each set and filter that differs. */
typedef void conf_filter_change(void *arg, enum conf_cost, char *text);
void	conf_filters_diff(const struct conf *before, const struct conf *after,
	    conf_filter_change *, void *arg);

#endif
