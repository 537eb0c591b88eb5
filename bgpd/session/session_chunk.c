/* SPDX-License-Identifier: ISC */
/* session_chunk.c - encoded messages that many sessions send */

/*
 * A chunk is written once, by whoever made it, before anybody else sees it,
 * and is immutable from then on.  Every queue that names it holds one
 * reference, its maker one more until it lets go.  The last one frees it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session.h"
#include "rib/mem.h"

struct chunk *
chunk_new(size_t length)
{
	struct chunk *chunk;

	assert(length <= UINT32_MAX);
	chunk = xmalloc(sizeof(*chunk) + length);
	chunk->refs = 1;
	chunk->length = (uint32_t)length;
	return chunk;
}

struct chunk *
chunk_copy(struct span bytes)
{
	struct chunk *chunk = chunk_new(bytes.length);

	if (bytes.length > 0)
		memcpy(chunk->bytes, bytes.data, bytes.length);
	return chunk;
}

struct chunk *
chunk_ref(struct chunk *chunk)
{
	chunk->refs++;
	return chunk;
}

void
chunk_unref(struct chunk *chunk)
{
	if (chunk == NULL)
		return;
	assert(chunk->refs > 0);
	if (--chunk->refs == 0)
		free(chunk);
}
