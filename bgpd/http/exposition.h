/* SPDX-License-Identifier: ISC */
/* exposition.h - samples as the text that Prometheus reads */
/*
 * Two forms of one thing: Prometheus' text 0.0.4 and OpenMetrics 1.0.0.  Who
 * asks says in Accept what it takes.  Pure.
 */
#ifndef BGPD_HTTP_EXPOSITION_H
#define BGPD_HTTP_EXPOSITION_H

#include "bgpd/control/outbox.h"
#include "bgpd/histogram.h"

enum exposition_form {
	EXPOSITION_TEXT,
	EXPOSITION_OPENMETRICS,
	EXPOSITION_MAX
};

enum metric_type {
	METRIC_GAUGE,
	METRIC_COUNTER,
	METRIC_HISTOGRAM,
	METRIC_INFO,
	METRIC_TYPE_MAX
};

/* A metric without what the type puts behind its name: _total, _info. */
struct metric_name {
	const char		*name;
	enum metric_type	 type;
	const char		*unit;	/* what the name ends in, or NULL */
	const char		*help;
};

/* Bytes go to `out`, which the caller may set anew at any time. */
struct exposition {
	struct outbox			*out;
	enum exposition_form		 form;
	const struct metric_name	*metric;
	int				 headed;
};

/*
 * What an Accept header likes best; NULL, and one that likes neither, get
 * the older form, which everything reads.
 */
enum exposition_form exposition_choose(const char *accept);
const char	*exposition_type(enum exposition_form);

/* What follows are samples of that; without any it is not mentioned. */
void	exposition_begin(struct exposition *, const struct metric_name *);
/* Pairs of a label and its value, ended by NULL. */
void	exposition_sample(struct exposition *, double value, ...)
	    __attribute__((sentinel));
/* One pair, or NULL twice; durations become seconds. */
void	exposition_histogram(struct exposition *, const struct histogram *,
	    const char *label, const char *value);
/* Behind the last sample. */
void	exposition_end(struct exposition *);

#endif
