/* SPDX-License-Identifier: ISC */
/* attr_pack.c - path attributes in as few bytes as they need */

/*
 * A packed set is what the attribute table stores.  It starts with a word
 * that says what there is, then comes only what there is: numbers in host
 * order, addresses with as many octets as their family has, the lengths of
 * the spans (seven bits an octet, so mostly one), and last their bytes.  The
 * usual set of a pod block takes 12 bytes, where the view takes 160.
 *
 * The form is canonical: one set, one form, so that equality is memcmp and
 * never a comparison of fields.  For that, whatever `has` does not vouch for
 * is left out, an empty list is the same as none, and lengths have one
 * spelling.  What is a field and how it is packed stands in two tables, which
 * packing and unpacking both walk, so that they cannot drift apart.
 *
 * This never leaves the process: it is no wire form, and byte order and
 * table order may change with the next build.
 */

#include "rib/attr_pack.h"

#include <assert.h>
#include <string.h>

/* The first word of a packed set: attrs.has and, above it, how to read on. */
enum {
	PACK_HAS = 0x3fff,   /* the bits of enum attr_has */
	PACK_SPAN = 1 << 16, /* the first of one bit a span */
	PACK_LINK_LOCAL = 1 << 23,
	PACK_NEXT_HOP_IPV6 = 1 << 24,
	PACK_ORIGIN_SHIFT = 25 /* two bits */
};

static const struct number_field {
	uint32_t has;
	uint32_t partial; /* means nothing without it */
	size_t offset;
} numbers[] = {
	{ ATTR_HAS_MED, 0, offsetof(struct attrs, med) },
	{ ATTR_HAS_LOCAL_PREF, 0, offsetof(struct attrs, local_pref) },
	{ ATTR_HAS_AGGREGATOR, ATTR_PARTIAL_AGGREGATOR,
	    offsetof(struct attrs, aggregator_as) },
	{ ATTR_HAS_AGGREGATOR, 0, offsetof(struct attrs, aggregator_id) },
	{ ATTR_HAS_ORIGINATOR, 0, offsetof(struct attrs, originator) },
	{ ATTR_HAS_OTC, ATTR_PARTIAL_OTC, offsetof(struct attrs, otc) },
};

static const struct span_field {
	uint32_t has; /* 0: an empty one is none */
	uint32_t partial;
	size_t offset;
} spans[] = {
	{ ATTR_HAS_AS_PATH, 0, offsetof(struct attrs, as_path) },
	{ 0, ATTR_PARTIAL_COMMUNITIES, offsetof(struct attrs, communities) },
	{ 0, ATTR_PARTIAL_EXT_COMMUNITIES,
	    offsetof(struct attrs, ext_communities) },
	{ 0, ATTR_PARTIAL_LARGE_COMMUNITIES,
	    offsetof(struct attrs, large_communities) },
	{ 0, 0, offsetof(struct attrs, cluster_list) },
	{ 0, 0, offsetof(struct attrs, aigp) },
	{ 0, 0, offsetof(struct attrs, unknown) },
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))
#define SPANS   (sizeof(spans) / sizeof(spans[0]))

#define LENGTH_MAX 10 /* octets of a packed size_t */
#define FIXED_MAX  (4 + 4 * NUMBERS + 2 * 16 + LENGTH_MAX * SPANS)

static uint32_t
number_get(const struct attrs *a, const struct number_field *f)
{
	uint32_t number;

	memcpy(&number, (const char *)a + f->offset, sizeof(number));
	return number;
}

/* The span, or an empty one when the view does not have it. */
static struct span
span_get(const struct attrs *a, const struct span_field *f)
{
	struct span s;

	memcpy(&s, (const char *)a + f->offset, sizeof(s));
	if ((a->has & f->has) != f->has)
		s.length = 0;
	return s;
}

static uint32_t
pack_word(const struct attrs *a)
{
	uint32_t word = a->has;
	size_t i;

	assert((a->has & ~(uint32_t)PACK_HAS) == 0);
	if (a->has & ATTR_HAS_ORIGIN) {
		assert(a->origin <= ORIGIN_INCOMPLETE);
		word |= (uint32_t)a->origin << PACK_ORIGIN_SHIFT;
	}
	if (a->has & ATTR_HAS_NEXT_HOP) {
		if (a->next_hop.family == FAMILY_IPV6)
			word |= PACK_NEXT_HOP_IPV6;
		if (!address_is_unset(&a->link_local))
			word |= PACK_LINK_LOCAL;
	}
	for (i = 0; i < NUMBERS; i++)
		if ((a->has & numbers[i].has) == 0)
			word &= ~numbers[i].partial;
	for (i = 0; i < SPANS; i++)
		if (span_get(a, &spans[i]).length > 0)
			word |= (uint32_t)PACK_SPAN << i;
		else
			word &= ~spans[i].partial;
	return word;
}

static uint8_t *
put(uint8_t *pos, const void *bytes, size_t length)
{
	memcpy(pos, bytes, length);
	return pos + length;
}

/* Seven bits an octet, the lowest first; the top bit says that more follow. */
static uint8_t *
put_length(uint8_t *pos, size_t length)
{
	for (; length > 0x7f; length >>= 7)
		*pos++ = (uint8_t)(length | 0x80);
	*pos++ = (uint8_t)length;
	return pos;
}

static uint8_t *
put_spans(uint8_t *pos, const struct attrs *a)
{
	struct span s;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		s = span_get(a, &spans[i]);
		if (s.length > 0)
			pos = put_length(pos, s.length);
	}
	for (i = 0; i < SPANS; i++) {
		s = span_get(a, &spans[i]);
		if (s.length > 0)
			pos = put(pos, s.data, s.length);
	}
	return pos;
}

/* From here on, the mirror. */

static const uint8_t *
take(const uint8_t *pos, void *out, size_t length)
{
	memcpy(out, pos, length);
	return pos + length;
}

static const uint8_t *
take_length(const uint8_t *pos, size_t *length)
{
	unsigned int shift = 0;

	for (*length = 0; *pos & 0x80; shift += 7)
		*length |= (size_t)(*pos++ & 0x7f) << shift;
	*length |= (size_t)*pos++ << shift;
	return pos;
}

static void
take_spans(const uint8_t *pos, uint32_t word, struct attrs *a)
{
	struct span s[SPANS] = { { NULL, 0 } };
	size_t i;

	for (i = 0; i < SPANS; i++)
		if (word & (uint32_t)PACK_SPAN << i)
			pos = take_length(pos, &s[i].length);
	for (i = 0; i < SPANS; i++) {
		if (s[i].length == 0)
			continue;
		s[i].data = pos;
		pos += s[i].length;
		memcpy((char *)a + spans[i].offset, &s[i], sizeof(s[i]));
	}
}

size_t
attr_pack_bound(const struct attrs *a)
{
	size_t bound = FIXED_MAX;
	size_t i;

	for (i = 0; i < SPANS; i++)
		bound += span_get(a, &spans[i]).length;
	return bound;
}

size_t
attr_pack(const struct attrs *a, uint8_t *out)
{
	uint8_t *pos = out;
	uint32_t number = pack_word(a);
	uint32_t word = number;
	size_t i;

	pos = put(pos, &number, sizeof(number));
	for (i = 0; i < NUMBERS; i++)
		if (word & numbers[i].has) {
			number = number_get(a, &numbers[i]);
			pos = put(pos, &number, sizeof(number));
		}
	if (word & ATTR_HAS_NEXT_HOP)
		pos = put(
		    pos, a->next_hop.bytes, family_octets(a->next_hop.family));
	if (word & PACK_LINK_LOCAL)
		pos = put(pos, a->link_local.bytes, family_octets(FAMILY_IPV6));
	return (size_t)(put_spans(pos, a) - out);
}

void
attr_unpack(const uint8_t *pos, struct attrs *a)
{
	uint32_t word;
	size_t i;

	*a = (struct attrs){ 0 };
	pos = take(pos, &word, sizeof(word));
	a->has = word & PACK_HAS;
	a->origin = word >> PACK_ORIGIN_SHIFT & 3;
	for (i = 0; i < NUMBERS; i++)
		if (word & numbers[i].has)
			pos = take(pos, (char *)a + numbers[i].offset,
			    sizeof(uint32_t));
	if (word & PACK_NEXT_HOP_IPV6)
		a->next_hop.family = FAMILY_IPV6;
	if (word & ATTR_HAS_NEXT_HOP)
		pos = take(
		    pos, a->next_hop.bytes, family_octets(a->next_hop.family));
	if (word & PACK_LINK_LOCAL) {
		a->link_local.family = FAMILY_IPV6;
		pos =
		    take(pos, a->link_local.bytes, family_octets(FAMILY_IPV6));
	}
	take_spans(pos, word, a);
}
