/* SPDX-License-Identifier: ISC */
/* fake_clock.h - a virtual clock and what happens at which time */
#ifndef TESTS_SIM_FAKE_CLOCK_H
#define TESTS_SIM_FAKE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in what it wakes; queued at most once. */
struct fake_event {
	int64_t		at;
	uint64_t	order;		/* first set, first fired */
	size_t		slot;		/* in the heap, from 1; 0: not queued */
	void		(*fire)(struct fake_event *);
};

struct fake_clock {
	int64_t			  now;
	uint64_t		  order;
	struct fake_event	**heap;
	size_t			  count, size;
};

/* Starts at one second: 0 stands for "never" everywhere. */
void	fake_clock_init(struct fake_clock *);
void	fake_clock_clear(struct fake_clock *);
/* Queues or moves; what is due already fires a millisecond from now. */
void	fake_clock_set(struct fake_clock *, struct fake_event *, int64_t at);
void	fake_clock_cancel(struct fake_clock *, struct fake_event *);
/* Moves on to the next event up to `until` and fires it; false: none. */
bool	fake_clock_step(struct fake_clock *, int64_t until);

#endif
