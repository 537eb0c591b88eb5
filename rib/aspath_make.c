/* SPDX-License-Identifier: ISC */
/* aspath_make.c - new paths from old ones (RFC 4271 5.1.2, 6793, 5065) */

/*
 * In comes a path that was checked, out goes another one in bytes of the
 * caller.  All of it passes one small writer, whose overflow sticks: a path
 * that no longer fits must not be sent cut (a peer of ours would believe it),
 * so there is no other answer than "not at all".
 *
 * Prepending to a segment of 255 starts another one.  A daemon that let the
 * count wrap instead took down sessions all over the world in 2009.
 *
 * An old speaker (RFC 6793) sends two octets and puts AS_TRANS where a number
 * does not fit; AS4_PATH carries the truth for those hops that know better.
 * aspath_merge puts the two together again.  An old speaker may have added
 * hops in front, never behind; that is why the tails are laid on each other.
 */

#include <assert.h>
#include <string.h>

#include "rib/aspath_private.h"
#include "rib/bytes.h"

/* A new path in the caller's bytes. */
struct out {
	uint8_t *bytes;
	size_t size;
	size_t length;
	bool full; /* something did not fit; sticks */
};

static uint8_t *
out_room(struct out *o, size_t length)
{
	uint8_t *room;

	if (o->full || length > o->size - o->length) {
		o->full = true;
		return NULL;
	}
	room = o->bytes + o->length;
	o->length += length;
	return room;
}

static void
out_header(struct out *o, uint8_t type, unsigned int count)
{
	uint8_t *room = out_room(o, SEGMENT_HEADER);

	assert(count <= SEGMENT_MAX);
	if (room == NULL)
		return;
	room[0] = type;
	room[1] = (uint8_t)count;
}

static void
out_as(struct out *o, uint32_t as)
{
	uint8_t *room = out_room(o, AS_SIZE);

	if (room != NULL)
		bytes_put_u32(room, as);
}

static void
out_as_narrow(struct out *o, uint32_t as)
{
	uint8_t *room = out_room(o, 2);

	if (room != NULL)
		bytes_put_u16(room, as > UINT16_MAX ? AS_TRANS : (uint16_t)as);
}

static void
out_span(struct out *o, struct span s)
{
	uint8_t *room = out_room(o, s.length);

	if (room != NULL && s.length > 0)
		memmove(room, s.data, s.length);
}

/* The first count numbers of a segment, as one of its kind. */
static void
out_segment(struct out *o, const struct segment *s, unsigned int count)
{
	out_header(o, s->type, count);
	out_span(o, bytes_part(s->numbers, 0, (size_t)count * AS_SIZE));
}

static size_t
out_done(const struct out *o, bool *ok)
{
	*ok = !o->full;
	return o->full ? 0 : o->length;
}

/*
 * The new numbers and those of a leading sequence are one run.  It is cut
 * into segments from behind, so that only the first one is not full.
 */
size_t
aspath_prepend(struct span path, uint32_t as, unsigned int times, uint8_t *out,
    size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct span rest = path;
	struct segment lead;
	size_t left, i;

	if (!segment_next(&rest, &lead) || lead.type != ASPATH_SEQUENCE) {
		lead.count = 0;
		rest = path;
	}
	left = (size_t)times + lead.count;
	while (left > 0 && !o.full) {
		i = left % SEGMENT_MAX != 0 ? left % SEGMENT_MAX : SEGMENT_MAX;
		out_header(&o, ASPATH_SEQUENCE, (unsigned int)i);
		for (; i > 0; i--, left--)
			out_as(&o,
			    left > lead.count
				? as
				: segment_as(
				      &lead, lead.count - (unsigned int)left));
	}
	out_span(&o, rest);
	return out_done(&o, ok);
}

size_t
aspath_widen(struct span narrow, uint8_t *out, size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct segment s;
	unsigned int i;

	while (segment_cut(&narrow, 2, &s)) {
		out_header(&o, s.type, s.count);
		for (i = 0; i < s.count; i++)
			out_as(&o, segment_as(&s, i));
	}
	return out_done(&o, ok);
}

size_t
aspath_narrow(struct span path, uint8_t *out, size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct segment s;
	unsigned int i;

	while (segment_next(&path, &s)) {
		out_header(&o, s.type, s.count);
		for (i = 0; i < s.count; i++)
			out_as_narrow(&o, segment_as(&s, i));
	}
	return out_done(&o, ok);
}

/*
 * Writes the leading hops of the path, with the confederation segments that
 * stand before or between them (RFC 6793 4.2.3).  Returns where the last
 * segment written starts.
 */
static size_t
out_leading(struct out *o, struct span path, unsigned int hops)
{
	struct segment s;
	unsigned int count;
	size_t last = 0;

	while (segment_next(&path, &s)) {
		count = s.count;
		if (!s.kind->is_confed) {
			if (hops == 0)
				break;
			if (!s.kind->is_set && count > hops)
				count = hops;
			hops -= s.kind->is_set ? 1 : count;
		}
		last = o->length;
		out_segment(o, &s, count);
		if (count < s.count)
			break;
	}
	return last;
}

/* Two sequences that meet become one if it has room for both. */
static bool
joins(const struct out *o, size_t last, const struct segment *next)
{
	return !o->full && o->length > 0 && next->type == ASPATH_SEQUENCE &&
	    o->bytes[last] == ASPATH_SEQUENCE &&
	    o->bytes[last + 1] + next->count <= SEGMENT_MAX;
}

size_t
aspath_merge(struct span as_path, struct span as4_path, uint8_t *out,
    size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	unsigned int hops = aspath_hops(as_path);
	unsigned int hops4 = aspath_hops(as4_path);
	struct segment s;
	size_t last;

	if (hops < hops4) {
		out_span(&o, as_path);
		return out_done(&o, ok);
	}
	last = out_leading(&o, as_path, hops - hops4);
	if (segment_next(&as4_path, &s)) {
		if (joins(&o, last, &s)) {
			out[last + 1] = (uint8_t)(out[last + 1] + s.count);
			out_span(&o, s.numbers);
		} else {
			out_segment(&o, &s, s.count);
		}
	}
	out_span(&o, as4_path);
	return out_done(&o, ok);
}

size_t
aspath_strip_confed(struct span path, uint8_t *out, size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct segment s;

	while (segment_next(&path, &s))
		if (!s.kind->is_confed)
			out_segment(&o, &s, s.count);
	return out_done(&o, ok);
}

static bool
is_stripped(uint32_t as, uint32_t but)
{
	return as != but && as_is_private(as);
}

/* What is left of a segment, if anything is. */
static void
out_public(struct out *o, const struct segment *s, uint32_t but)
{
	unsigned int i, count = 0;

	for (i = 0; i < s->count; i++)
		count += !is_stripped(segment_as(s, i), but);
	if (count == 0)
		return;
	out_header(o, s->type, count);
	for (i = 0; i < s->count; i++)
		if (!is_stripped(segment_as(s, i), but))
			out_as(o, segment_as(s, i));
}

size_t
aspath_strip_private(
    struct span path, uint32_t but, uint8_t *out, size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct segment s;

	while (segment_next(&path, &s))
		out_public(&o, &s, but);
	return out_done(&o, ok);
}

size_t
aspath_replace(struct span path, uint32_t as, uint32_t by, uint8_t *out,
    size_t size, bool *ok)
{
	struct out o = { .bytes = out, .size = size };
	struct segment s;
	unsigned int i;

	while (segment_next(&path, &s)) {
		out_header(&o, s.type, s.count);
		for (i = 0; i < s.count; i++)
			out_as(&o,
			    segment_as(&s, i) == as ? by : segment_as(&s, i));
	}
	return out_done(&o, ok);
}
