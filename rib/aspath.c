/* SPDX-License-Identifier: ISC */
/* aspath.c - reading AS_PATH (RFC 4271 4.3, 9.1.2.2; RFC 5065; RFC 6793) */

/*
 * A path comes in as the bytes of an attribute and stays bytes: interned,
 * compared and sent without being taken apart.  aspath_check is the door:
 * it believes nothing, and everything behind it may take for granted that
 * the segments fill the span, that none is empty, and that types are known.
 *
 * Two questions are asked for every route (how many hops, is our AS in it),
 * so they are one pass without memory.  What makes a new path is in
 * aspath_make.c.
 */

#include "rib/aspath.h"

#include <assert.h>

#include "rib/aspath_private.h"
#include "rib/bytes.h"
#include "rib/text.h"

static const struct segment_kind kinds[] = {
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

bool
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

bool
segment_next(struct span *path, struct segment *s)
{
	return segment_cut(path, AS_SIZE, s);
}

uint32_t
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

bool
aspath_has_set(struct span path)
{
	struct segment s;

	while (segment_next(&path, &s))
		if (s.kind->is_set)
			return true;
	return false;
}

bool
as_is_private(uint32_t as)
{
	return (as >= AS_PRIVATE_FIRST && as <= AS_PRIVATE_LAST) ||
	    (as >= AS_PRIVATE_WIDE_FIRST && as <= AS_PRIVATE_WIDE_LAST);
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
