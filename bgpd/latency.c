/* SPDX-License-Identifier: ISC */
/* latency.c - how long routes take from an UPDATE to the kernel */

/*
 * To note a time beside each of a million routes would cost what it tells;
 * of FOLLOWED routes at a time it costs nothing, and says the same.  What was
 * refused, overtaken by another wish of the same prefix, or withdrawn in
 * between is let go.  Times are milliseconds; one that is less than one counts
 * as half of it.
 */
#include "bgpd/latency.h"

#include <stdlib.h>

#include "rib/mem.h"

#define FOLLOWED 4u

struct latency {
	struct histogram taken[FAMILY_MAX];
	struct {
		bool on;
		struct prefix prefix;
		int64_t since;
	} routes[FAMILY_MAX][FOLLOWED];
	int64_t decided;
};

struct latency *
latency_new(void)
{
	return xcalloc(1, sizeof(struct latency));
}

void
latency_free(struct latency *l)
{
	free(l);
}

void
latency_decided(struct latency *l, int64_t now)
{
	l->decided = now;
}

void
latency_wish(struct latency *l, const struct fib *fib,
    const struct prefix *prefix, int64_t since)
{
	enum family f = prefix->address.family;
	struct fib_view view;
	unsigned int i = 0;

	if (since <= l->decided)
		return;
	while (i < FOLLOWED && l->routes[f][i].on)
		i++;
	if (i == FOLLOWED || !fib_find(fib, prefix, &view) ||
	    view.status != FIB_PENDING)
		return;
	l->routes[f][i].on = true;
	l->routes[f][i].prefix = *prefix;
	l->routes[f][i].since = since;
}

void
latency_answer(
    struct latency *l, const struct fib *fib, enum family f, int64_t now)
{
	struct fib_view view;
	unsigned int i;
	int64_t taken;

	for (i = 0; i < FOLLOWED; i++) {
		if (!l->routes[f][i].on)
			continue;
		if (!fib_find(fib, &l->routes[f][i].prefix, &view))
			view.status = FIB_REMOVING;
		if (view.status == FIB_PENDING)
			continue;
		l->routes[f][i].on = false;
		if (view.status != FIB_IN_SYNC)
			continue;
		taken = now - l->routes[f][i].since;
		histogram_add(
		    &l->taken[f], taken > 0 ? (uint64_t)taken * 1000 : 500);
	}
}

const struct histogram *
latency_of(const struct latency *l, enum family f)
{
	return &l->taken[f];
}
