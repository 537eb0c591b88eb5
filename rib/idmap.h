/* SPDX-License-Identifier: ISC */
/* idmap.h - ids of records, found by a hash of what is in the record */
/*
 * The map holds ids, and of each how far it stands from its home, the slot
 * where a search for it starts: five bytes a slot, at most seven eighths of
 * them used.  The record is read to compare it, and hashed again when the map
 * grows, so the owner gives the map a function that does it.  Ids are never 0.
 *
 * No call takes long: a map that has grown keeps its old slots beside the new
 * ones, and each change moves a few over.
 */
#ifndef RIB_IDMAP_H
#define RIB_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The hash of a record that is in the map, or about to be. */
typedef uint32_t idmap_hash(const void *arg, uint32_t id);

struct idmap_slots {
	uint32_t	*ids;		/* 0: free, or moved */
	uint8_t		*steps;		/* from its home, plus one; 0: free */
	uint32_t	 room;
};

/* Embedded. */
struct idmap {
	struct idmap_slots now;
	struct idmap_slots old;		/* being emptied; room 0: none */
	uint32_t	 moved;		/* slots of the old ones that are */
	uint32_t	 used;		/* ids in both */
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
idmap_after(const struct idmap_slots *s, uint32_t at)
{
	return at + 1 < s->room ? at + 1 : 0;
}

/* A hash is a share of the slots. */
static inline uint32_t
idmap_home(const struct idmap_slots *s, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * s->room >> 32);
}

/* The first at that many steps or more from home, moved ones left out. */
static inline uint32_t
idmap_search(const struct idmap_slots *s, uint32_t at, unsigned int step,
    uint32_t *found)
{
	for (; s->steps[at] > step || (s->steps[at] == step && s->ids[at] == 0);
	     step++)
		at = idmap_after(s, at);
	*found = at;
	return s->steps[at] == step ? s->ids[at] : 0;
}

/* The same in the old slots, whose places count behind the new ones. */
static inline uint32_t
idmap_first_old(const struct idmap *m, uint32_t hash, uint32_t *at)
{
	uint32_t id;

	if (m->old.room == 0)
		return 0;
	id = idmap_search(&m->old, idmap_home(&m->old, hash), 1, at);
	*at += m->now.room;
	return id;
}

/*
 * Ids that may have a hash, one after the other, 0 behind the last; the
 * caller compares.  *at is the caller's place in the search.
 */
static inline uint32_t
idmap_first(const struct idmap *m, uint32_t hash, uint32_t *at)
{
	uint32_t id;

	if (m->now.room == 0)
		return 0;
	id = idmap_search(&m->now, idmap_home(&m->now, hash), 1, at);
	return id != 0 ? id : idmap_first_old(m, hash, at);
}

static inline uint32_t
idmap_next(const struct idmap *m, uint32_t hash, uint32_t *at)
{
	bool is_new = *at < m->now.room;
	const struct idmap_slots *s = is_new ? &m->now : &m->old;
	uint32_t from = is_new ? *at : *at - m->now.room;
	uint32_t id;

	id = idmap_search(s, idmap_after(s, from), s->steps[from] + 1u, at);
	if (!is_new)
		*at += m->now.room;
	else if (id == 0)
		id = idmap_first_old(m, hash, at);
	return id;
}

#endif
