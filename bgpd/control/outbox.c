/* SPDX-License-Identifier: ISC */
/* outbox.c - bytes on their way to one client */

/*
 * A growing buffer with a hole at its front.  Who fills it stops when more is
 * unsent than a client may have waiting (client.c), so its size is bounded by
 * that and the largest record; what was grown is kept for the next reply and
 * given back when the client goes.
 */

#include "bgpd/control/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define OUTBOX_FIRST 4096u

void
outbox_init(struct outbox *o)
{
	*o = (struct outbox){ NULL, 0, 0, 0 };
}

void
outbox_clear(struct outbox *o)
{
	free(o->bytes);
	outbox_init(o);
}

void
outbox_add(struct outbox *o, const char *bytes, size_t length)
{
	if (o->start > 0 && o->start + o->length + length > o->size) {
		memmove(o->bytes, o->bytes + o->start, o->length);
		o->start = 0;
	}
	if (o->length + length > o->size) {
		o->size = o->size == 0 ? OUTBOX_FIRST : o->size;
		while (o->length + length > o->size)
			o->size *= 2;
		o->bytes = xreallocarray(o->bytes, o->size, 1);
	}
	memcpy(o->bytes + o->start + o->length, bytes, length);
	o->length += length;
}

const char *
outbox_unsent(const struct outbox *o)
{
	return o->bytes + o->start;
}

void
outbox_sent(struct outbox *o, size_t length)
{
	assert(length <= o->length);
	o->start += length;
	o->length -= length;
	if (o->length == 0)
		o->start = 0;
}
