/* SPDX-License-Identifier: ISC */
/* arena.c - memory that is freed all at once */

/*
 * What the reading of a config needs only while it reads (words, statements,
 * values) is many small things with one end of life.  They come from chunks;
 * a request that is bigger than a chunk gets one of its own.  Nothing is
 * given back before the end, nothing moves, and what survives the reading is
 * copied out by whoever keeps it.  How much is taken is bounded by the size
 * of the files, which load.c limits.
 */

#include "bgpd/conf/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define CHUNK_SIZE 65536u

struct conf_chunk {
	struct conf_chunk *next;
	alignas(max_align_t) char bytes[];
};

void *
conf_arena_take(struct conf_arena *arena, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct conf_chunk *chunk;
	char *taken;

	size = (size + unit - 1) / unit * unit;
	if (size > arena->left) {
		arena->left = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		chunk = xmalloc(sizeof(*chunk) + arena->left);
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->at = chunk->bytes;
	}
	taken = arena->at;
	arena->at += size;
	arena->left -= size;
	return taken;
}

char *
conf_arena_text(struct conf_arena *arena, const char *text, size_t length)
{
	char *copy = conf_arena_take(arena, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void
conf_arena_clear(struct conf_arena *arena)
{
	struct conf_chunk *chunk;

	while ((chunk = arena->chunks) != NULL) {
		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->at = NULL;
	arena->left = 0;
}

void *
conf_grow(void *at, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return at;
	return xreallocarray(at, count == 0 ? 1 : 2 * count, size);
}
