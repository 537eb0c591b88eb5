/* SPDX-License-Identifier: ISC */
/* idmap.h - ids of records, found by a hash of what is in the record */
/*
 * The map holds ids and nothing else: four bytes for a record, at most three
 * quarters of the slots used.  The record is read to compare it, and hashed
 * again when the map grows or closes a gap, so the owner gives the map a
 * function that does it.  Ids are never 0.
 */
#ifndef RIB_IDMAP_H
#define RIB_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/* The hash of a record that is in the map, or about to be. */
typedef uint32_t idmap_hash(const void *arg, uint32_t id);

/* Embedded. */
struct idmap {
	uint32_t	*slots;		/* 0: free */
	uint32_t	 room;
	uint32_t	 used;
	idmap_hash	*hash;
	const void	*arg;
};

void	 idmap_init(struct idmap *, idmap_hash *, const void *arg);
void	 idmap_clear(struct idmap *);
void	 idmap_insert(struct idmap *, uint32_t id);
/* The record must still be what it was when it was inserted. */
void	 idmap_remove(struct idmap *, uint32_t id);
size_t	 idmap_bytes(const struct idmap *);

/*
 * Ids that may have a hash, one after the other, 0 behind the last; the
 * caller compares.  *at is the caller's place in the search.
 */
static inline uint32_t
idmap_first(const struct idmap *m, uint32_t hash, uint32_t *at)
{
	if (m->room == 0)
		return 0;
	*at = (uint32_t)((uint64_t)hash * m->room >> 32);
	return m->slots[*at];
}

static inline uint32_t
idmap_next(const struct idmap *m, uint32_t *at)
{
	if (++*at == m->room)
		*at = 0;
	return m->slots[*at];
}

#endif
