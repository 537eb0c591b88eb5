/* SPDX-License-Identifier: ISC */
/* idmap.h - ids of records, found by a hash of what is in the record */
/*
 * The map holds ids, and of each how far it stands from its home, the slot
 * where a search for it starts: five bytes a slot, at most seven eighths of
 * them used.  The record is read to compare it, and hashed again when the map
 * grows, so the owner gives the map a function that does it.  Ids are never 0.
 */
#ifndef RIB_IDMAP_H
#define RIB_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/* The hash of a record that is in the map, or about to be. */
typedef uint32_t idmap_hash(const void *arg, uint32_t id);

/* Embedded. */
struct idmap {
	uint32_t	*slots;		/* ids; 0: free */
	uint8_t		*steps;		/* from its home, plus one; 0: free */
	uint32_t	 room;
	uint32_t	 used;
	idmap_hash	*hash;
	const void	*arg;
};

void	 idmap_init(struct idmap *, idmap_hash *, const void *arg);
void	 idmap_clear(struct idmap *);
/* The hash is what the function says of it. */
void	 idmap_insert(struct idmap *, uint32_t hash, uint32_t id);
/* The record must still be what it was when it was inserted. */
void	 idmap_remove(struct idmap *, uint32_t id);
size_t	 idmap_bytes(const struct idmap *);

static inline uint32_t
idmap_after(const struct idmap *m, uint32_t at)
{
	return at + 1 < m->room ? at + 1 : 0;
}

/* A hash is a share of the slots. */
static inline uint32_t
idmap_home(const struct idmap *m, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * m->room >> 32);
}

/*
 * Ids that may have a hash, one after the other, 0 behind the last; the
 * caller compares.  *at is the caller's place in the search.
 */
static inline uint32_t
idmap_first(const struct idmap *m, uint32_t hash, uint32_t *at)
{
	unsigned int step = 1;

	if (m->room == 0)
		return 0;
	*at = idmap_home(m, hash);
	for (; m->steps[*at] > step; step++)
		*at = idmap_after(m, *at);
	return m->steps[*at] == step ? m->slots[*at] : 0;
}

static inline uint32_t
idmap_next(const struct idmap *m, uint32_t *at)
{
	unsigned int step = m->steps[*at] + 1u;

	*at = idmap_after(m, *at);
	return m->steps[*at] == step ? m->slots[*at] : 0;
}

#endif
