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
/* The object of a set of one, in the kernel or on the sheet. */
uint32_t fib_object_single(struct fib *, enum family, uint32_t set,
	    struct fib_sheet *);
/* Those of the paths of a set, counted as members; returns how many. */
unsigned int fib_object_singles(struct fib *, enum family, uint32_t set,
	    uint32_t *member, struct fib_sheet *);
/* A change on the sheet, after which it has the form. */
void	 fib_object_write(struct fib *, enum family, uint32_t number,
	    enum kernel_verb, uint32_t form, struct fib_sheet *);
/* Its routes follow it: to another set, or to nowhere (0). */
void	 fib_object_mark(struct fib *, enum family, uint32_t number,
	    uint32_t set);
void	 fib_object_groups_mark(struct fib *, enum family);
/* Where it leads is unclear, until the kernel was asked. */
void	 fib_object_doubt(struct fib *, enum family, uint32_t number);
/* A replacement is over (known: what became of it), or was not sent. */
void	 fib_object_moved(struct fib *, enum family, uint32_t number,
	    const struct fib_flight *, bool known);
void	 fib_object_unmoved(struct fib *, enum family, uint32_t number);
/* Where its set notes by which object new routes go. */
uint32_t *fib_object_way(const struct fib *, enum family,
	    const struct fib_object *);
/* New routes go by it, if they go by none yet. */
void	 fib_object_way_take(struct fib *, enum family, uint32_t number);
void	 fib_object_way_leave(struct fib *, enum family, uint32_t number);

#endif
