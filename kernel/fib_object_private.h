/* SPDX-License-Identifier: ISC */
/* fib_object_private.h - what fib_object.c and fib_object_event.c share */
#ifndef KERNEL_FIB_OBJECT_PRIVATE_H
#define KERNEL_FIB_OBJECT_PRIVATE_H

#include "kernel/fib_store.h"

static inline struct fib_object *
fib_object_at(const struct fib *f, enum family family, uint32_t number)
{
	return slab_at(&f->side[family].objects.all, number);
}

/* False: an id that is not of our range. */
bool	 fib_object_id_read(uint32_t id, enum family *, bool *group);
/* Its number; 0 when there is none. */
uint32_t fib_object_find(const struct fib *, enum family, uint32_t id);
/* A record; set: 0 of somebody else's. */
uint32_t fib_object_new(struct fib *, enum family, uint32_t set, uint32_t id);
/* The record goes; nothing names it any more. */
void	 fib_object_free(struct fib *, enum family, uint32_t number);
/* Nothing new will name it. */
void	 fib_object_lose(struct fib *, enum family, uint32_t number);
/* The members from now on; those that are 0 are not ours. */
void	 fib_object_members(struct fib *, enum family, uint32_t number,
	    const uint32_t *member, unsigned int count);
/* Where its set notes by which object new routes go. */
uint32_t *fib_object_way(const struct fib *, enum family,
	    const struct fib_object *);
void	 fib_object_way_leave(struct fib *, enum family, uint32_t number);

#endif
