/* SPDX-License-Identifier: ISC */
/* mem.c - allocation that cannot fail */

/*
 * Two kinds of memory are asked for here: single pieces, which are malloc's
 * with the failure taken out, and records of a slab.
 *
 * A slab exists because a million records are named more cheaply by 32 bits
 * than by a pointer, and because a walk by id survives whatever happens to
 * the records meanwhile.  Its records sit in chunks of SLAB_CHUNK that are
 * neither moved nor returned before slab_clear, so a pointer to a record
 * holds until slab_give.  The array of chunk pointers doubles when the
 * number of chunks reaches a power of two and needs no field for its size.
 *
 * The free list costs nothing: the first four bytes of a freed record hold
 * the id of the one freed before it, 0 ends the list.  The last one freed is
 * the first one reused, because it is the one still in the cache.
 *
 * Nothing here is ever judged against the memory limit; the rib does that
 * before it stores anything, by slab_bytes and its like.
 */

#include "rib/mem.h"

#include <assert.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* malloc may answer NULL for no bytes at all; one byte is always there. */
static size_t
at_least_one(size_t size)
{
	return size > 0 ? size : 1;
}

static void *
must(void *p)
{
	if (p == NULL) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

void *
xmalloc(size_t size)
{
	return must(malloc(at_least_one(size)));
}

void *
xcalloc(size_t count, size_t size)
{
	return must(calloc(at_least_one(count), at_least_one(size)));
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
	return must(reallocarray(p, at_least_one(count), at_least_one(size)));
}

void *
xmemdup(const void *bytes, size_t size)
{
	void *copy = xmalloc(size);

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *
xstrdup(const char *text)
{
	return xmemdup(text, strlen(text) + 1);
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return must(length < 0 ? NULL : text);
}

size_t
mem_bytes(const void *p)
{
	void *piece;

	/* It is only asked about, but the prototype does not know that. */
	memcpy(&piece, &p, sizeof(piece));
	return p == NULL ? 0 : malloc_usable_size(piece) + sizeof(size_t);
}

void
slab_init(struct slab *s, size_t size)
{
	assert(size >= sizeof(uint32_t) && size % sizeof(uint32_t) == 0);
	*s = (struct slab){ .size = size, .high = 1 };
}

void
slab_clear(struct slab *s)
{
	uint32_t i;

	for (i = 0; i < s->nchunks; i++)
		free(s->chunks[i]);
	free(s->chunks);
	slab_init(s, s->size);
}

static bool
is_power_of_two(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* How many chunk pointers there is room for. */
static size_t
slab_room(const struct slab *s)
{
	size_t room = s->nchunks > 0;

	while (room < s->nchunks)
		room *= 2;
	return room;
}

static void
slab_grow(struct slab *s)
{
	if (s->nchunks == 0)
		s->chunks = xcalloc(1, sizeof(*s->chunks));
	else if (is_power_of_two(s->nchunks))
		s->chunks = xreallocarray(
		    s->chunks, s->nchunks, 2 * sizeof(*s->chunks));
	s->chunks[s->nchunks++] = xreallocarray(NULL, SLAB_CHUNK, s->size);
}

uint32_t
slab_take(struct slab *s)
{
	uint32_t id = s->free;

	if (id != 0) {
		memcpy(&s->free, slab_at(s, id), sizeof(s->free));
	} else {
		assert(s->high != UINT32_MAX);
		id = s->high++;
		if (id / SLAB_CHUNK >= s->nchunks)
			slab_grow(s);
	}
	memset(slab_at(s, id), 0, s->size);
	s->used++;
	return id;
}

void
slab_give(struct slab *s, uint32_t id)
{
	assert(id != 0 && id < s->high && s->used > 0);
	memcpy(slab_at(s, id), &s->free, sizeof(s->free));
	s->free = id;
	s->used--;
}

size_t
slab_bytes(const struct slab *s)
{
	return (size_t)s->nchunks * SLAB_CHUNK * s->size +
	    slab_room(s) * sizeof(*s->chunks);
}

size_t
slab_bytes_idle(const struct slab *s)
{
	return ((size_t)s->high - 1 - s->used) * s->size;
}
