/* SPDX-License-Identifier: ISC */
/* slots.h - path identifiers that we announce: RFC 7911 */
/*
 * Who is told several paths of a prefix tells them apart by an identifier of
 * ours, which is no more than a number.  A slot is one: it stands for what a
 * source says of an entry under an identifier of its own, and its id is ours.
 * It is the same for all who are told the path and stays as long as anybody
 * has been, so that groups may share what they tell; ids of slots that have
 * gone are given out again.
 *
 * An adj-rib-out (adjout.h) of such a group is made of slots in the place of
 * entries.  A slot is counted; the entry of any slot is held.
 */
#ifndef RIB_SLOTS_H
#define RIB_SLOTS_H

#include "rib/adjout.h"

struct slots;

/* What a slot stands for. */
struct slot {
	uint32_t	entry;
	uint32_t	source;
	uint32_t	path_id;	/* as received; 0 without ADD-PATH */
};

/* The hooks are told of entries that begin or cease to have slots. */
struct slots	*slots_new(const struct adjout_hooks *, uint64_t seed);
/* All references have been given back. */
void		 slots_free(struct slots *);

/* The slot of a path, never 0; a reference. */
uint32_t slots_take(struct slots *, const struct slot *);
void	 slots_ref(struct slots *, uint32_t id);
void	 slots_give(struct slots *, uint32_t id);
/* Borrowed as long as there is a reference. */
const struct slot *slots_get(const struct slots *, uint32_t id);
/* The slots of an entry, the youngest first; 0 begins, 0 ends. */
uint32_t slots_next(const struct slots *, uint32_t entry, uint32_t cursor);

/*
 * A mark that one user sets on some slots of an entry and takes off all of
 * them before anybody else does: these are still meant, others are not.
 */
void	 slots_mark(struct slots *, uint32_t id);
/* True when it was there. */
bool	 slots_unmark(struct slots *, uint32_t id);

size_t	 slots_count(const struct slots *);
size_t	 slots_bytes(const struct slots *);

#endif
