/* SPDX-License-Identifier: ISC */
/* filters.h - the filters that are in use, and routes judged by them again */
/*
 * A path cites the rule that decided by a number of 16 bits (rib/policy.h).
 * Each filter of a config gets numbers when the config comes into use, keeps
 * them as long as it stays what it is, through any number of reloads, and
 * gives them back when no path cites it any more: when the walk is over that
 * judges the routes of all who were concerned again, a slice in each turn.
 */
#ifndef BGPD_FILTERS_H
#define BGPD_FILTERS_H

#include "bgpd/conf/conf.h"

struct bgpd;

/* Embedded in struct bgpd; all zero is none. */
struct filters {
	struct filter	**at;		/* a reference each */
	size_t		  count;
	bool		  walking;
	bool		  again;	/* once more, from the start */
	enum family	  family;	/* how far the walk is */
	uint32_t	  cursor;
};

/* Before the config comes into use. */
void	filters_use(struct bgpd *, const struct conf *);
/* Behind that: what filters are told besides the route. */
void	filters_env(struct bgpd *);
/*
 * Some peers are to be judged again: the walk starts, or another one follows,
 * so that each comes to its end however often it is asked for.
 */
void	filters_rejudge(void *bgpd);
/* Nobody more will ask: filters that went are given up when the walk is over. */
void	filters_settle(struct bgpd *);
/* A slice of the walk; true when there is more of it. */
bool	filters_turn(struct bgpd *);
void	filters_clear(struct filters *);

/* The filter that a number of a rule belongs to, or NULL. */
const struct filter *filters_find(const struct filters *, uint16_t number,
	    size_t *rule);

#endif
