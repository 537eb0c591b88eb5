/* SPDX-License-Identifier: ISC */
/* histogram.h - how long things took, counted in buckets */
/*
 * Pure, of fixed size, and cheap enough to count every callback of the loop.
 * The bounds of the buckets are 10, 20, 50 microseconds, 100, 200, 500 and so
 * on to 10 seconds: a duration counts in the first bucket whose bound is not
 * less than it, one beyond all bounds in the last.
 */
#ifndef BGPD_HISTOGRAM_H
#define BGPD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS	20u

/* All zero to begin with.  Durations are in microseconds. */
struct histogram {
	uint64_t	count;
	uint64_t	sum;
	uint64_t	worst;
	uint64_t	buckets[HISTOGRAM_BUCKETS];	/* each by itself */
};

void	 histogram_add(struct histogram *, uint64_t duration);
/* Of that bucket; UINT64_MAX of the last. */
uint64_t histogram_bound(unsigned int bucket);
/*
 * A duration that so many in a million at least did not exceed, as exactly as
 * the buckets know: 999000 is the 99.9th percentile.  0 when there is none.
 */
uint64_t histogram_quantile(const struct histogram *, uint32_t of_a_million);

#endif
