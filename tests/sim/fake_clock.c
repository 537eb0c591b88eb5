/* SPDX-License-Identifier: ISC */
/* fake_clock.c - a virtual clock and what happens at which time */

/*
 * Time stands still while code runs and jumps to the next event when it
 * rests: hours of keepalives cost what their callbacks cost.  Events are a
 * binary heap over (time, order of setting), so that a run is the same every
 * time.  Nothing happens in the millisecond in which it was asked for, so
 * that whoever rearms itself for "now" does not stop the clock.
 *
 * Events are owned by what embeds them and must be cancelled before that is
 * freed; the heap holds pointers only.
 */
#include "tests/sim/fake_clock.h"

#include <stdlib.h>

#include "rib/mem.h"

static bool
earlier(const struct fake_event *a, const struct fake_event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
put(struct fake_clock *c, size_t slot, struct fake_event *event)
{
	c->heap[slot - 1] = event;
	event->slot = slot;
}

static void
sift_up(struct fake_clock *c, struct fake_event *event)
{
	size_t slot = event->slot;

	for (; slot > 1 && earlier(event, c->heap[slot / 2 - 1]); slot /= 2)
		put(c, slot, c->heap[slot / 2 - 1]);
	put(c, slot, event);
}

static void
sift_down(struct fake_clock *c, struct fake_event *event)
{
	size_t slot = event->slot, child;

	for (; slot * 2 <= c->count; slot = child) {
		child = slot * 2;
		if (child < c->count &&
		    earlier(c->heap[child], c->heap[child - 1]))
			child++;
		if (!earlier(c->heap[child - 1], event))
			break;
		put(c, slot, c->heap[child - 1]);
	}
	put(c, slot, event);
}

void
fake_clock_init(struct fake_clock *c)
{
	*c = (struct fake_clock){ .now = 1000 };
}

void
fake_clock_clear(struct fake_clock *c)
{
	while (c->count > 0)
		fake_clock_cancel(c, c->heap[0]);
	free(c->heap);
	c->heap = NULL;
	c->size = 0;
}

void
fake_clock_cancel(struct fake_clock *c, struct fake_event *event)
{
	struct fake_event *last;
	size_t slot = event->slot;

	if (slot == 0)
		return;
	event->slot = 0;
	last = c->heap[--c->count];
	if (last == event)
		return;
	put(c, slot, last);
	sift_up(c, last);
	sift_down(c, last);
}

void
fake_clock_set(struct fake_clock *c, struct fake_event *event, int64_t at)
{
	fake_clock_cancel(c, event);
	if (c->count == c->size) {
		c->size = c->size == 0 ? 64 : c->size * 2;
		c->heap = xreallocarray(c->heap, c->size, sizeof(*c->heap));
	}
	event->at = at > c->now ? at : c->now + 1;
	event->order = c->order++;
	put(c, ++c->count, event);
	sift_up(c, event);
}

bool
fake_clock_step(struct fake_clock *c, int64_t until)
{
	struct fake_event *event;

	if (c->count == 0 || c->heap[0]->at > until)
		return false;
	event = c->heap[0];
	if (event->at > c->now)
		c->now = event->at;
	fake_clock_cancel(c, event);
	event->fire(event);
	return true;
}
