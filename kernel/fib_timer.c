/* SPDX-License-Identifier: ISC */
/* fib_timer.c - what is tried again later */

/*
 * Entries that are backed off wait in a heap, soonest first.  Timers are lazy:
 * one that the trouble of its entry does not confirm is stale, and skipped.
 */

#include "kernel/fib_store.h"

#define DELAY_FIRST 1000 /* ms */
#define DELAY_MAX   60000

int64_t
fib_delay(unsigned int tries)
{
	int64_t delay = DELAY_FIRST;

	while (tries-- > 0 && delay < DELAY_MAX)
		delay *= 2;
	return delay < DELAY_MAX ? delay : DELAY_MAX;
}

static void
timer_swap(struct fib_timer *a, struct fib_timer *b)
{
	struct fib_timer t = *a;

	*a = *b;
	*b = t;
}

static void
timer_put(struct fib_side *side, int64_t at, uint32_t id)
{
	uint32_t i = side->ntimers++;

	if (i == side->timers_room) {
		side->timers_room = i == 0 ? 16 : 2 * i;
		side->timers = xreallocarray(
		    side->timers, side->timers_room, sizeof(*side->timers));
	}
	side->timers[i] = (struct fib_timer){ at, id };
	for (; i > 0 && side->timers[(i - 1) / 2].at > at; i = (i - 1) / 2)
		timer_swap(&side->timers[i], &side->timers[(i - 1) / 2]);
}

static struct fib_timer
timer_take(struct fib_side *side)
{
	struct fib_timer first = side->timers[0];
	uint32_t i = 0, child;

	side->timers[0] = side->timers[--side->ntimers];
	for (;;) {
		child = 2 * i + 1;
		if (child + 1 < side->ntimers &&
		    side->timers[child + 1].at < side->timers[child].at)
			child++;
		if (child >= side->ntimers ||
		    side->timers[i].at <= side->timers[child].at)
			return first;
		timer_swap(&side->timers[i], &side->timers[child]);
		i = child;
	}
}

void
fib_back_off(struct fib *f, enum family family, uint32_t id, unsigned int tries)
{
	struct fib_trouble *t = fib_trouble_take(f, fib_entry(f, family, id));

	t->at = f->now + fib_delay(tries);
	timer_put(&f->side[family], t->at, id);
}

void
fib_timers_run(struct fib *f, enum family family)
{
	struct fib_side *side = &f->side[family];
	struct fib_timer timer;
	struct fib_trouble *t;
	struct fib_entry *e;

	while (side->ntimers > 0 && side->timers[0].at <= f->now) {
		timer = timer_take(side);
		e = fib_entry(f, family, timer.id);
		if (!(e->flags & FIB_IN_USE))
			continue;
		t = fib_trouble_find(f, e);
		if (t == NULL || t->at != timer.at)
			continue;
		t->at = 0;
		if (t->owner == 0) /* nobody will tell when it goes */
			e->flags &= (uint16_t)~FIB_FOREIGN;
		fib_settle(f, family, timer.id);
	}
}
