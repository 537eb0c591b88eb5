/* SPDX-License-Identifier: ISC */
/* histogram.c - how long things took, counted in buckets */
/*
 * Durations come in, counts go out; nothing here knows a clock.  The bounds
 * are those that Prometheus' users expect, and 5 and 20 ms, which the loop is
 * held to, are among them.  A quantile is the bound of its bucket, never less
 * than the truth; the worst is kept as it was.
 */
#include "bgpd/histogram.h"

static const uint64_t bounds[HISTOGRAM_BUCKETS] = { 10, 20, 50, 100, 200, 500,
	1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000,
	2000000, 5000000, 10000000, UINT64_MAX };

uint64_t
histogram_bound(unsigned int bucket)
{
	return bounds[bucket];
}

void
histogram_add(struct histogram *h, uint64_t duration)
{
	unsigned int i = 0;

	while (duration > bounds[i])
		i++;
	h->buckets[i]++;
	h->count++;
	h->sum += duration;
	if (duration > h->worst)
		h->worst = duration;
}

uint64_t
histogram_quantile(const struct histogram *h, uint32_t of_a_million)
{
	uint64_t seen = 0, wanted;
	unsigned int i;

	/* Rounded up, without the product that could overflow. */
	wanted = h->count / 1000000 * of_a_million +
	    (h->count % 1000000 * of_a_million + 999999) / 1000000;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen > 0 && seen >= wanted)
			return bounds[i] < h->worst ? bounds[i] : h->worst;
	}
	return 0;
}
