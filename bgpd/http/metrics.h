/* SPDX-License-Identifier: ISC */
/* metrics.h - what is counted, as a table and as a walk over it */
#ifndef BGPD_HTTP_METRICS_H
#define BGPD_HTTP_METRICS_H

#include "bgpd/bgpd.h"
#include "bgpd/http/exposition.h"
#include "bgpd/http/server.h"

/* Kinds of neighbors, by the word of show_peer_type. */
#define METRICS_TYPES	4u

/* What a pass over all neighbors adds up. */
struct metrics_census {
	uint32_t	states[METRICS_TYPES][FSM_STATE_MAX];
	uint32_t	disabled[METRICS_TYPES];
	uint64_t	refused[FAMILY_MAX][RIB_REFUSAL_MAX];
	uint32_t	stale[FAMILY_MAX];
	uint32_t	encrypted, plain;	/* up, of those with tls */
};

/* What readers read from. */
struct metrics_source {
	const struct bgpd	*bgpd;
	const struct server	*server;	/* or NULL */
	struct metrics_census	 census;
	int64_t			 now;		/* ms, monotonic */
	double			 wall;		/* seconds since 1970 */
};

/* One neighbor, with the labels of all its samples. */
struct metrics_neighbor {
	const struct metrics_source *source;
	const struct peer	*peer;
	const char		*name;
	const char		*address;
};

/* A row is read once, or for each neighbor: one of the two is NULL. */
struct metric {
	struct metric_name	  name;
	void			(*node)(const struct metrics_source *,
				    struct exposition *);
	void			(*neighbor)(const struct metrics_neighbor *,
				    struct exposition *);
};

/* Each ends with a row without a name. */
extern const struct metric metrics_of_node[];
extern const struct metric metrics_of_process[];
extern const struct metric metrics_of_neighbors[];

extern const char *const metrics_types[METRICS_TYPES];

/* Where a scrape is; made by metrics_new, freed by free. */
struct metrics;
struct metrics	*metrics_new(const struct bgpd *, const struct server *,
		    enum exposition_form);
/* One bounded step; false: that was all. */
bool		 metrics_next(struct metrics *, struct outbox *);

#endif
