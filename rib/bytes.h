/* SPDX-License-Identifier: ISC */
/* bytes.h - numbers out of and into values that are their own wire form */
/*
 * For paths and lists that were checked when they were made: reading past
 * the end is our fault, not a peer's, and asserts.  What comes from a peer is
 * read by bgpd/wire/buf.h, which fails instead.
 */
#ifndef RIB_BYTES_H
#define RIB_BYTES_H

#include <assert.h>

#include "rib/span.h"

static inline uint16_t
bytes_u16(struct span s, size_t at)
{
	assert(s.length >= 2 && at <= s.length - 2);
	return (uint16_t)(s.data[at] << 8 | s.data[at + 1]);
}

static inline uint32_t
bytes_u32(struct span s, size_t at)
{
	assert(s.length >= 4 && at <= s.length - 4);
	return (uint32_t)s.data[at] << 24 | (uint32_t)s.data[at + 1] << 16 |
	    (uint32_t)s.data[at + 2] << 8 | s.data[at + 3];
}

/* A part of the span; nothing of it when length is 0. */
static inline struct span
bytes_part(struct span s, size_t at, size_t length)
{
	assert(at <= s.length && length <= s.length - at);
	return (struct span){ length > 0 ? s.data + at : NULL, length };
}

/* All from there on. */
static inline struct span
bytes_from(struct span s, size_t at)
{
	return bytes_part(s, at, s.length - at);
}

static inline void
bytes_put_u16(uint8_t *out, uint16_t number)
{
	out[0] = (uint8_t)(number >> 8);
	out[1] = (uint8_t)number;
}

static inline void
bytes_put_u32(uint8_t *out, uint32_t number)
{
	bytes_put_u16(out, (uint16_t)(number >> 16));
	bytes_put_u16(out + 2, (uint16_t)number);
}

#endif
