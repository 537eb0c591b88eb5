/* SPDX-License-Identifier: ISC */
/* netlink_worker.h - the thread that waits for the kernel's lock */
/*
 * A ring holds batches of finished bytes for one netlink socket.  The loop
 * fills the buffer of a free slot and gives it; the worker sends it, reads the
 * answers, and makes worker_fd readable; the loop takes the results, in the
 * order of giving, and the slot is free again.  Between give and take the slot
 * is the worker's, otherwise the loop's.
 */
#ifndef KERNEL_NETLINK_WORKER_H
#define KERNEL_NETLINK_WORKER_H

#include "kernel/kernel.h"

#define WORKER_RINGS	FAMILY_MAX
#define WORKER_SLOTS	KERNEL_BATCHES
#define WORKER_BYTES	16384		/* of a batch; more gains nothing */
#define WORKER_RESULTS	512		/* messages in a batch, at most */

/* A message that the kernel refused. */
struct worker_result {
	uint32_t	seq;
	int		error;		/* an errno */
};

/* What became of a batch. */
struct worker_report {
	const struct worker_result *results;	/* until the next give */
	size_t		count;
	int		error;	/* of the whole: who knows what was done */
};

struct worker;

/* NULL and errno when there is no thread or descriptor to be had. */
struct worker	*worker_new(void);
/* Waits for the batch being sent, then ends the thread. */
void		 worker_free(struct worker *);
/* Readable when a report may be taken; worker_clear makes it unreadable. */
int		 worker_fd(const struct worker *);
void		 worker_clear(struct worker *);

/* WORKER_BYTES to be filled for the next give; NULL while no slot is free. */
uint8_t		*worker_buffer(struct worker *, unsigned int ring);
/*
 * Messages with consecutive sequence numbers, the last of which asks for an
 * acknowledgement, for a netlink socket that nobody else reads.
 */
void		 worker_give(struct worker *, unsigned int ring, int socket,
		    size_t length, size_t messages);
/* The report of the oldest batch; false while there is none. */
bool		 worker_take(struct worker *, unsigned int ring,
		    struct worker_report *);

#endif
