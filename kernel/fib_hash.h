/* SPDX-License-Identifier: ISC */
/* fib_hash.h - ids by hash, open addressing */
#ifndef KERNEL_FIB_HASH_H
#define KERNEL_FIB_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Embedded. Slots hold ids, 0 for none; at most three quarters are used. */
struct fib_hash {
	uint32_t	*slots;
	uint32_t	 room;		/* a power of two */
	uint32_t	 used;
};

/* The hash of a record that is in the table. */
typedef uint32_t fib_hash_of(const void *arg, uint32_t id);

void	 fib_hash_init(struct fib_hash *);
void	 fib_hash_clear(struct fib_hash *);
/*
 * Candidates for a hash, one after the other; 0 ends them.  Begin with
 * *slot = hash; the caller compares.
 */
uint32_t fib_hash_next(const struct fib_hash *, uint32_t *slot);
void	 fib_hash_insert(struct fib_hash *, uint32_t id, fib_hash_of *,
	    const void *arg);
void	 fib_hash_remove(struct fib_hash *, uint32_t id, fib_hash_of *,
	    const void *arg);
size_t	 fib_hash_bytes(const struct fib_hash *);

#endif
