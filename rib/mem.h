/* SPDX-License-Identifier: ISC */
/* mem.h - allocation that cannot fail */
/*
 * Out of memory ends the process with one line on stderr: the limit of
 * `memory limit` is judged before anything is stored (see rib.h), so whoever
 * gets here has nothing sensible left to do.  Never size an allocation from
 * a length that a peer sent and nobody checked.
 *
 * A slab is an array of equal records that are named by 32-bit ids and never
 * move.  Id 0 is never given out: it means none.  Freed ids are reused,
 * last freed first.
 */
#ifndef RIB_MEM_H
#define RIB_MEM_H

#include <stddef.h>
#include <stdint.h>

void	*xmalloc(size_t);
void	*xcalloc(size_t, size_t);
void	*xreallocarray(void *, size_t, size_t);
char	*xstrdup(const char *);
void	*xmemdup(const void *, size_t);
char	*xasprintf(const char *, ...) __attribute__((format(printf, 1, 2)));

/* What the allocator spends on a piece of memory; 0 for NULL. */
size_t	 mem_bytes(const void *);

struct slab {
	size_t	  size;		/* of one record, a multiple of 4, >= 4 */
	uint32_t  used;		/* records alive */
	uint32_t  high;		/* ids below this were given out once */
	uint32_t  free;		/* head of the free list, threaded through */
	uint32_t  nchunks;
	char	**chunks;	/* each holds SLAB_CHUNK records */
};

#define SLAB_CHUNK	1024u

/* Embedded; the records are zeroed when they are given out. */
void	 slab_init(struct slab *, size_t size);
void	 slab_clear(struct slab *);
uint32_t slab_take(struct slab *);
void	 slab_give(struct slab *, uint32_t id);
size_t	 slab_bytes(const struct slab *);
/* Of that, records that were given back and wait to be taken. */
size_t	 slab_bytes_idle(const struct slab *);

/* The record itself; valid until slab_give. */
static inline void *
slab_at(const struct slab *s, uint32_t id)
{
	return s->chunks[id / SLAB_CHUNK] + (id % SLAB_CHUNK) * s->size;
}

#endif
