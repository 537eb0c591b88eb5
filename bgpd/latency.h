/* SPDX-License-Identifier: ISC */
/* latency.h - how long routes take from an UPDATE to the kernel */
/*
 * A sample of routes is followed: a few at a time of each family, from the
 * turn in which their UPDATE was read to the one in which the kernel said yes.
 * A route whose path is older than the last time that everything was decided
 * changes for another reason, and is not followed.
 */
#ifndef BGPD_LATENCY_H
#define BGPD_LATENCY_H

#include "bgpd/histogram.h"
#include "kernel/fib.h"

struct latency;

struct latency	*latency_new(void);
void		 latency_free(struct latency *);
/* Everything that came was decided at that time. */
void		 latency_decided(struct latency *, int64_t now);
/* A wish went to the fib, for a path that came at that time. */
void		 latency_wish(struct latency *, const struct fib *,
		    const struct prefix *, int64_t since);
/* The kernel has answered for the family. */
void		 latency_answer(struct latency *, const struct fib *,
		    enum family, int64_t now);
const struct histogram *latency_of(const struct latency *, enum family);

#endif
