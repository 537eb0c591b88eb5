/* SPDX-License-Identifier: ISC */
/* buf.h - bounded reading and writing of bytes */
/*
 * A reader fails once and stays failed: every later get returns zero and
 * moves nothing, so decoders are straight lines with one check at the end.
 * rd_sub cuts a child that cannot see past its own length; a child that does
 * not fit fails the parent.  A writer is its twin: an overflow sticks, and a
 * length field is reserved first and patched when it is known.  All numbers
 * are in network order on the wire.  Pointer arithmetic on wire data lives
 * here and nowhere else.
 */
#ifndef BGPD_WIRE_BUF_H
#define BGPD_WIRE_BUF_H

#include <stdbool.h>

#include "rib/span.h"

struct rd {
	const uint8_t	*pos;
	const uint8_t	*end;
	bool		 failed;
};

struct rd	 rd_of(struct span);
size_t		 rd_left(const struct rd *);
uint8_t		 rd_u8(struct rd *);
uint16_t	 rd_u16(struct rd *);
uint32_t	 rd_u32(struct rd *);
/* Borrowed; empty after a failure. */
struct span	 rd_span(struct rd *, size_t length);
struct span	 rd_rest(struct rd *);
struct rd	 rd_sub(struct rd *, size_t length);
/* Copies and moves on; out is zeroed when it fails. */
void		 rd_copy(struct rd *, void *out, size_t length);
/* True when everything was read and nothing failed. */
bool		 rd_done(const struct rd *);
/* What lies between an earlier copy of a reader and where it is now. */
struct span	 rd_since(const struct rd *mark, const struct rd *now);

struct wr {
	uint8_t	*start;
	uint8_t	*pos;
	uint8_t	*end;
	bool	 failed;
};

struct wr	 wr_of(uint8_t *buf, size_t size);
size_t		 wr_length(const struct wr *);
size_t		 wr_left(const struct wr *);
void		 wr_u8(struct wr *, uint8_t);
void		 wr_u16(struct wr *, uint16_t);
void		 wr_u32(struct wr *, uint32_t);
void		 wr_bytes(struct wr *, const void *, size_t);
void		 wr_span(struct wr *, struct span);
/* The offset of a field to be patched, zero until then. */
size_t		 wr_reserve(struct wr *, size_t length);
void		 wr_patch_u8(struct wr *, size_t offset, uint8_t);
void		 wr_patch_u16(struct wr *, size_t offset, uint16_t);
/* Takes back everything behind an earlier wr_length, and a later failure. */
void		 wr_rewind(struct wr *, size_t length);
/* What was written; behind an earlier wr_length. */
struct span	 wr_written(const struct wr *);
struct span	 wr_since(const struct wr *, size_t offset);
/* Counts bytes that somebody else put at pos; fails when they are too many. */
void		 wr_commit(struct wr *, size_t length);
/* Takes length bytes out at an offset and closes the gap. */
void		 wr_cut(struct wr *, size_t offset, size_t length);
/*
 * What is to stand behind bytes that are still to come waits at the end of
 * the buffer: wr_park takes everything behind offset there and returns its
 * length, wr_unpark appends it.
 */
size_t		 wr_park(struct wr *, size_t offset);
void		 wr_unpark(struct wr *, size_t length);

#endif
