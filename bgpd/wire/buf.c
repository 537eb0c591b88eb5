/* SPDX-License-Identifier: ISC */
/* buf.c - bounded reading and writing of bytes */
/*
 * In come borrowed bytes and a length that the caller vouches for; out come
 * numbers and smaller borrowed pieces of the same bytes.  Nothing is owned
 * or allocated here, and nothing is read or written outside of what rd_of or
 * wr_of was given, whatever the callers ask for: a request that does not fit
 * sets `failed` and does nothing else, and from then on every request fails.
 *
 * All of it rests on two functions.  rd_take gives up the next bytes of a
 * reader or NULL, room_take the next room of a writer or NULL; everybody
 * else asks them.  Offsets given to a writer are lengths that it returned
 * before; a wrong one is our own fault and asserted.
 *
 * NULL with length 0 is a legal span, and C allows neither arithmetic on it
 * nor memcpy from it, hence the tests for a length of 0.
 */

#include "bgpd/wire/buf.h"

#include <assert.h>
#include <string.h>

struct rd
rd_of(struct span bytes)
{
	struct rd r = { bytes.data, bytes.data, false };

	if (bytes.length > 0)
		r.end += bytes.length;
	return r;
}

size_t
rd_left(const struct rd *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->pos);
}

static const uint8_t *
rd_take(struct rd *r, size_t length)
{
	const uint8_t *bytes = r->pos;

	if (r->failed || length > rd_left(r)) {
		r->failed = true;
		return NULL;
	}
	if (length > 0)
		r->pos += length;
	return bytes;
}

uint8_t
rd_u8(struct rd *r)
{
	const uint8_t *b = rd_take(r, 1);

	return b == NULL ? 0 : b[0];
}

uint16_t
rd_u16(struct rd *r)
{
	const uint8_t *b = rd_take(r, 2);

	return b == NULL ? 0 : (uint16_t)(b[0] << 8 | b[1]);
}

uint32_t
rd_u32(struct rd *r)
{
	const uint8_t *b = rd_take(r, 4);

	if (b == NULL)
		return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
}

struct span
rd_span(struct rd *r, size_t length)
{
	struct span s = { rd_take(r, length), length };

	if (r->failed)
		s.length = 0;
	return s;
}

struct span
rd_rest(struct rd *r)
{
	return rd_span(r, rd_left(r));
}

struct rd
rd_sub(struct rd *r, size_t length)
{
	struct rd child = rd_of(rd_span(r, length));

	child.failed = r->failed;
	return child;
}

void
rd_copy(struct rd *r, void *out, size_t length)
{
	const uint8_t *bytes = rd_take(r, length);

	if (length == 0)
		return;
	if (bytes == NULL)
		memset(out, 0, length);
	else
		memcpy(out, bytes, length);
}

bool
rd_done(const struct rd *r)
{
	return !r->failed && r->pos == r->end;
}

struct span
rd_since(const struct rd *mark, const struct rd *now)
{
	struct span s = { mark->pos, (size_t)(now->pos - mark->pos) };

	assert(mark->end == now->end);
	return s;
}

struct wr
wr_of(uint8_t *buf, size_t size)
{
	struct wr w = { buf, buf, buf, false };

	if (size > 0)
		w.end += size;
	return w;
}

size_t
wr_length(const struct wr *w)
{
	return (size_t)(w->pos - w->start);
}

size_t
wr_left(const struct wr *w)
{
	return w->failed ? 0 : (size_t)(w->end - w->pos);
}

static uint8_t *
room_take(struct wr *w, size_t length)
{
	uint8_t *room = w->pos;

	if (w->failed || length > wr_left(w)) {
		w->failed = true;
		return NULL;
	}
	if (length > 0)
		w->pos += length;
	return room;
}

static void
put_u16(uint8_t *room, uint16_t n)
{
	room[0] = (uint8_t)(n >> 8);
	room[1] = (uint8_t)n;
}

void
wr_u8(struct wr *w, uint8_t n)
{
	uint8_t *room = room_take(w, 1);

	if (room != NULL)
		room[0] = n;
}

void
wr_u16(struct wr *w, uint16_t n)
{
	uint8_t *room = room_take(w, 2);

	if (room != NULL)
		put_u16(room, n);
}

void
wr_u32(struct wr *w, uint32_t n)
{
	uint8_t *room = room_take(w, 4);

	if (room == NULL)
		return;
	put_u16(room, (uint16_t)(n >> 16));
	put_u16(room + 2, (uint16_t)n);
}

void
wr_bytes(struct wr *w, const void *bytes, size_t length)
{
	uint8_t *room = room_take(w, length);

	if (room != NULL && length > 0)
		memcpy(room, bytes, length);
}

void
wr_span(struct wr *w, struct span s)
{
	wr_bytes(w, s.data, s.length);
}

size_t
wr_reserve(struct wr *w, size_t length)
{
	size_t offset = wr_length(w);
	uint8_t *room = room_take(w, length);

	if (room != NULL && length > 0)
		memset(room, 0, length);
	return offset;
}

/* Without effect on a failed writer: what was reserved may not be there. */
void
wr_patch_u8(struct wr *w, size_t offset, uint8_t n)
{
	if (w->failed)
		return;
	assert(offset + 1 <= wr_length(w));
	w->start[offset] = n;
}

void
wr_patch_u16(struct wr *w, size_t offset, uint16_t n)
{
	if (w->failed)
		return;
	assert(offset + 2 <= wr_length(w));
	put_u16(w->start + offset, n);
}

void
wr_rewind(struct wr *w, size_t length)
{
	assert(length <= wr_length(w));
	w->failed = false;
	if (w->start != NULL)
		w->pos = w->start + length;
}

struct span
wr_since(const struct wr *w, size_t offset)
{
	struct span s = { w->start, wr_length(w) - offset };

	assert(offset <= wr_length(w));
	if (offset > 0)
		s.data += offset;
	return s;
}

struct span
wr_written(const struct wr *w)
{
	return wr_since(w, 0);
}

void
wr_commit(struct wr *w, size_t length)
{
	room_take(w, length);
}

void
wr_cut(struct wr *w, size_t offset, size_t length)
{
	if (w->failed || length == 0)
		return;
	assert(offset + length <= wr_length(w));
	memmove(w->start + offset, w->start + offset + length,
	    wr_length(w) - offset - length);
	w->pos -= length;
}

size_t
wr_park(struct wr *w, size_t offset)
{
	size_t length = wr_length(w) - offset;

	assert(offset <= wr_length(w));
	if (w->failed || length == 0)
		return 0;
	w->pos -= length;
	w->end -= length;
	memmove(w->end, w->pos, length);
	return length;
}

void
wr_unpark(struct wr *w, size_t length)
{
	if (length == 0)
		return;
	memmove(w->pos, w->end, length);
	w->pos += length;
	w->end += length;
}
