/* SPDX-License-Identifier: ISC */
/* aspath.c - AS_PATH (RFC 4271 4.3, 9.1.2.2; RFC 5065; RFC 6793) */

/*
 * A path comes in as the bytes of an attribute and stays bytes: interned,
 * compared and sent without being taken apart.  aspath_check is the door:
 * it believes nothing, and everything behind it may take for granted that
 * the segments fill the span, that none is empty, and that types are known.
 *
 * Two questions are asked for every route (how many hops, is our AS in it),
 * so they are one pass without memory.  Four operations make a new path, all
 * into bytes of the caller and through one small writer, whose overflow
 * sticks: a path that no longer fits must not be sent cut (a peer of ours
 * would believe it), so there is no other answer than "not at all".
 *
 * Prepending to a segment of 255 starts another one.  A daemon that let the
 * count wrap instead took down sessions all over the world in 2009.
 *
 * An old speaker (RFC 6793) sends two octets and puts AS_TRANS where a number
 * does not fit; AS4_PATH carries the truth for those hops that know better.
 * aspath_merge puts the two together again.  An old speaker may have added
 * hops in front, never behind; that is why the tails are laid on each other.
 */

#include "rib/aspath.h"

#include <assert.h>
#include <string.h>

#include "rib/bytes.h"
#include "rib/text.h"

enum {
	SEGMENT_HEADER = 2, /* octets: type, count */
	SEGMENT_MAX = 255,  /* ASes in one */
	AS_SIZE = 4
};

static const struct kind {
	const char *open;
	const char *close;
	bool is_set;
	bool is_confed;
} kinds[] = {
	[ASPATH_SET] = { "{", "}", true, false },
	[ASPATH_SEQUENCE] = { "", "", false, false },
	[ASPATH_CONFED_SEQUENCE] = { "(", ")", false, true },
	[ASPATH_CONFED_SET] = { "[", "]", true, true },
};

static bool
is_known(uint8_t type)
{
	return type >= ASPATH_SET && type <= ASPATH_CONFED_SET;
}

/* The AS number at an offset, of 2 or 4 octets. */
static uint32_t
as_at(struct span s, size_t at, unsigned int octets)
{
	return octets == 2 ? bytes_u16(s, at) : bytes_u32(s, at);
}

static bool
has_zero(struct span numbers, unsigned int octets)
{
	size_t at;

	for (at = 0; at < numbers.length; at += octets)
		if (as_at(numbers, at, octets) == 0)
			return true;
	return false;
}

enum aspath_verdict
aspath_check(struct span path, unsigned int octets)
{
	bool zero = false, confed = false;
	size_t length;
	uint8_t type;

	assert(octets == 2 || octets == 4);
	while (path.length > 0) {
		if (path.length < SEGMENT_HEADER)
			return ASPATH_TRUNCATED;
		type = path.data[0];
		length = (size_t)path.data[1] * octets;
		if (!is_known(type))
			return ASPATH_BAD_SEGMENT;
		if (length == 0)
			return ASPATH_EMPTY_SEGMENT;
		path = bytes_from(path, SEGMENT_HEADER);
		if (path.length < length)
			return ASPATH_TRUNCATED;
		confed |= kinds[type].is_confed;
		zero |= has_zero(bytes_part(path, 0, length), octets);
		path = bytes_from(path, length);
	}
	if (zero)
		return ASPATH_AS_ZERO;
	return confed ? ASPATH_CONFED : ASPATH_OK;
}

/* A segment of a path that was checked. */
struct segment {
	const struct kind *kind;
	uint8_t type;
	unsigned int count;
	unsigned int octets; /* of one number */
	struct span numbers;
};

/* Cuts the first segment off the path; false at the end. */
static bool
segment_cut(struct span *path, unsigned int octets, struct segment *s)
{
	size_t length;

	if (path->length == 0)
		return false;
	assert(path->length >= SEGMENT_HEADER && is_known(path->data[0]));
	s->type = path->data[0];
	s->kind = &kinds[s->type];
	s->count = path->data[1];
	s->octets = octets;
	length = (size_t)s->count * octets;
	s->numbers = bytes_part(*path, SEGMENT_HEADER, length);
	*path = bytes_from(*path, SEGMENT_HEADER + length);
	return true;
}

static bool
segment_next(struct span *path, struct segment *s)
{
	return segment_cut(path, AS_SIZE, s);
}

static uint32_t
segment_as(const struct segment *s, unsigned int i)
{
	return as_at(s->numbers, (size_t)i * s->octets, s->octets);
}

unsigned int
aspath_hops(struct span path)
{
	struct segment s;
	unsigned int hops = 0;

	while (segment_next(&path, &s))
		if (!s.kind->is_confed)
			hops += s.kind->is_set ? 1 : s.count;
	return hops;
}

unsigned int
aspath_count(struct span path, uint32_t as)
{
	struct segment s;
	unsigned int i, count = 0;

	while (segment_next(&path, &s))
		for (i = 0; i < s.count; i++)
			count += segment_as(&s, i) == as;
	return count;
}

uint32_t
aspath_first(struct span path)
{
	struct segment s;

	if (!segment_next(&path, &s) || s.type != ASPATH_SEQUENCE)
		return 0;
	return segment_as(&s, 0);
}

uint32_t
aspath_origin(struct span path)
{
	struct segment s;
	uint32_t origin = 0;

	while (segment_next(&path, &s))
		origin =
		    s.type == ASPATH_SEQUENCE ? segment_as(&s, s.count - 1) : 0;
	return origin;
}

bool
aspath_is_wide(struct span path)
{
	struct segment s;
	unsigned int i;

	while (segment_next(&path, &s))
		for (i = 0; i < s.count; i++)
			if (segment_as(&s, i) > UINT16_MAX)
				return true;
	return false;
}

bool
aspath_has_confed(struct span path)
{
	struct segment s;

	while (segment_next(&path, &s))
		if (s.kind->is_confed)
			return true;
	return false;
}

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

char *
aspath_format(struct span path, char *buf, size_t size)
{
	struct text t = text_of(buf, size);
	struct segment s;
	unsigned int i;
	const char *gap = "";

	while (segment_next(&path, &s)) {
		text_add(&t, "%s%s", gap, s.kind->open);
		for (i = 0; i < s.count; i++) {
			if (i > 0)
				text_add(&t, " ");
			text_add(&t, "%u", segment_as(&s, i));
		}
		text_add(&t, "%s", s.kind->close);
		gap = " ";
	}
	return buf;
}

bool
as_parse(const char *text, uint32_t *as)
{
	uint32_t number, low;

	if (!text_number(&text, UINT32_MAX, &number))
		return false;
	if (*text == '.' && number <= UINT16_MAX) { /* RFC 5396 2 */
		text++;
		if (!text_number(&text, UINT16_MAX, &low))
			return false;
		number = number << 16 | low;
	}
	if (*text != '\0' || number == 0)
		return false;
	*as = number;
	return true;
}
