/* SPDX-License-Identifier: ISC */
/* community_pattern.c - one community of any kind, or many by wildcard */

/*
 * In comes what an operator writes, out goes an element in its wire form with
 * a mask, so that a match is two octet-wise operations whatever the kind.  A
 * `*` stands for a whole number, never for a part of one.
 *
 * The kind is told by the form: two numbers are a standard community, three a
 * large one, a name in front makes an extended one.  Of the three encodings of
 * an extended community with a number of an AS (RFC 4360 3.1, RFC 5668) the
 * one that fits the number is meant, and `*` stands for the two-octet one;
 * `rt:*:*` alone means every encoding, by leaving out the two lowest bits of
 * its type.  Whatever has no text of its own is written in hex.
 */

#include "rib/community_pattern.h"

#include <string.h>

#include "rib/bytes.h"
#include "rib/community.h"
#include "rib/text.h"

enum { PARTS_MAX = 3 };

static const struct {
	const char *prefix;
	uint8_t subtype;
} names[] = {
	{ "rt:", 0x02 },  /* RFC 4360 4 */
	{ "soo:", 0x03 }, /* RFC 4360 5 */
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

size_t
community_octets(enum community_kind kind)
{
	static const uint8_t octets[COMMUNITY_KIND_MAX] = {
		[COMMUNITY_STANDARD] = 4,
		[COMMUNITY_EXTENDED] = 8,
		[COMMUNITY_LARGE] = 12,
	};

	return octets[kind];
}

struct span *
community_list(struct attrs *a, enum community_kind kind)
{
	struct span *const lists[COMMUNITY_KIND_MAX] = {
		[COMMUNITY_STANDARD] = &a->communities,
		[COMMUNITY_EXTENDED] = &a->ext_communities,
		[COMMUNITY_LARGE] = &a->large_communities,
	};

	return lists[kind];
}

struct span
community_list_get(const struct attrs *a, enum community_kind kind)
{
	switch (kind) {
	case COMMUNITY_STANDARD: return a->communities;
	case COMMUNITY_EXTENDED: return a->ext_communities;
	case COMMUNITY_LARGE: return a->large_communities;
	case COMMUNITY_KIND_MAX: break;
	}
	return (struct span){ NULL, 0 };
}

/* ---- text to pattern --------------------------------------------------- */

/* A number or `*`, and what stands between it and the next one. */
struct part {
	bool any;
	uint32_t number;
};

/* How many there are, 0 when it is nothing of the kind. */
static unsigned int
parts_parse(const char *text, struct part part[PARTS_MAX])
{
	unsigned int count;

	for (count = 0; count < PARTS_MAX; count++) {
		part[count] = (struct part){ .any = *text == '*' };
		if (part[count].any)
			text++;
		else if (!text_number(&text, UINT32_MAX, &part[count].number))
			return 0;
		if (*text == '\0')
			return count + 1;
		if (*text++ != ':')
			return 0;
	}
	return 0;
}

static void
put_u16(struct community_pattern *p, size_t at, struct part part)
{
	bytes_put_u16(p->bytes + at, (uint16_t)part.number);
	bytes_put_u16(p->mask + at, part.any ? 0 : UINT16_MAX);
	p->wild |= part.any;
}

static void
put_u32(struct community_pattern *p, size_t at, struct part part)
{
	bytes_put_u32(p->bytes + at, part.number);
	bytes_put_u32(p->mask + at, part.any ? 0 : UINT32_MAX);
	p->wild |= part.any;
}

/* Type and subtype; of the type only some bits may count. */
static void
put_type(
    struct community_pattern *p, uint8_t type, uint8_t bits, uint8_t subtype)
{
	p->bytes[0] = type & bits;
	p->mask[0] = bits;
	p->bytes[1] = subtype;
	p->mask[1] = UINT8_MAX;
	p->wild |= bits != UINT8_MAX;
}

/* `10.0.0.1:5` behind the name. */
static bool
ext_address(const char *text, uint8_t subtype, struct community_pattern *p)
{
	const char *colon = strrchr(text, ':');
	char buf[ADDRESS_STRLEN];
	struct part part[PARTS_MAX];
	struct address a;

	if (colon == NULL || (size_t)(colon - text) >= sizeof(buf))
		return false;
	memcpy(buf, text, (size_t)(colon - text));
	buf[colon - text] = '\0';
	if (!address_parse(buf, &a) || a.family != FAMILY_IPV4 ||
	    parts_parse(colon + 1, part) != 1 || part[0].number > UINT16_MAX)
		return false;
	put_type(p, 0x01, UINT8_MAX, subtype);
	put_u32(p, 2, (struct part){ false, address_v4_number(&a) });
	put_u16(p, 6, part[0]);
	return true;
}

static bool
ext_numbers(const char *text, uint8_t subtype, struct community_pattern *p)
{
	struct part part[PARTS_MAX];

	if (parts_parse(text, part) != 2)
		return ext_address(text, subtype, p);
	if (part[0].any && part[1].any) {
		put_type(p, 0x00, (uint8_t)~0x03, subtype);
		return true;
	}
	if (part[0].number <= UINT16_MAX) { /* RFC 4360 3.1 */
		put_type(p, 0x00, UINT8_MAX, subtype);
		put_u16(p, 2, part[0]);
		put_u32(p, 4, part[1]);
		return true;
	}
	if (part[1].number > UINT16_MAX)
		return false;
	put_type(p, 0x02, UINT8_MAX, subtype); /* RFC 5668 2 */
	put_u32(p, 2, part[0]);
	put_u16(p, 6, part[1]);
	return true;
}

/* The value of a hex digit, 16 when it is none. */
static unsigned int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at == NULL ? 16 : (unsigned int)((at - digits) % 16);
}

static bool
ext_hex(const char *text, struct community_pattern *p)
{
	unsigned int high, low;
	size_t i;

	for (i = 0; i < community_octets(COMMUNITY_EXTENDED); i++) {
		high = hex_digit(text[2 * i]);
		low = high < 16 ? hex_digit(text[2 * i + 1]) : 16;
		if (low == 16)
			return false;
		p->bytes[i] = (uint8_t)(high << 4 | low);
		p->mask[i] = UINT8_MAX;
	}
	return text[2 * i] == '\0';
}

static bool
ext_parse(const char *text, struct community_pattern *p)
{
	size_t i, length;

	p->kind = COMMUNITY_EXTENDED;
	if (strncmp(text, "0x", 2) == 0)
		return ext_hex(text + 2, p);
	for (i = 0; i < NAME_COUNT; i++) {
		length = strlen(names[i].prefix);
		if (strncmp(text, names[i].prefix, length) == 0)
			return ext_numbers(text + length, names[i].subtype, p);
	}
	return false;
}

bool
community_pattern_parse(const char *text, struct community_pattern *out)
{
	struct community_pattern p = { .kind = COMMUNITY_STANDARD };
	struct part part[PARTS_MAX];
	unsigned int count = parts_parse(text, part);
	uint32_t number;

	if (count == 2 && part[0].number <= UINT16_MAX &&
	    part[1].number <= UINT16_MAX) {
		put_u16(&p, 0, part[0]);
		put_u16(&p, 2, part[1]);
	} else if (count == 3) {
		p.kind = COMMUNITY_LARGE;
		put_u32(&p, 0, part[0]);
		put_u32(&p, 4, part[1]);
		put_u32(&p, 8, part[2]);
	} else if (community_parse(text, &number))
		put_u32(&p, 0, (struct part){ false, number });
	else if (!ext_parse(text, &p))
		return false;
	*out = p;
	return true;
}

/* ---- matching ---------------------------------------------------------- */

bool
community_pattern_fits(
    const struct community_pattern *p, const uint8_t *element)
{
	size_t i, size = community_octets(p->kind);

	for (i = 0; i < size; i++)
		if ((element[i] & p->mask[i]) != p->bytes[i])
			return false;
	return true;
}

bool
community_pattern_matches(
    const struct community_pattern *p, const struct attrs *a)
{
	const struct span list = community_list_get(a, p->kind);
	size_t at, size = community_octets(p->kind);

	for (at = 0; at < list.length; at += size)
		if (community_pattern_fits(p, list.data + at))
			return true;
	return false;
}

int
community_pattern_compare(
    const struct community_pattern *a, const struct community_pattern *b)
{
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
	if (order == 0)
		order = memcmp(a->mask, b->mask, sizeof(a->mask));
	return order;
}

bool
community_pattern_equal(
    const struct community_pattern *a, const struct community_pattern *b)
{
	return community_pattern_compare(a, b) == 0;
}

/* ---- pattern to text --------------------------------------------------- */

static void
number_format(
    struct text *t, const struct community_pattern *p, size_t at, size_t octets)
{
	const struct span bytes = { p->bytes, sizeof(p->bytes) };

	if (p->mask[at] == 0)
		text_add(t, "*");
	else
		text_add(t, "%u",
		    octets == 2 ? bytes_u16(bytes, at) : bytes_u32(bytes, at));
}

static void
wild_format(struct text *t, const struct community_pattern *p)
{
	size_t i;

	if (p->kind == COMMUNITY_EXTENDED) {
		for (i = 0; i < NAME_COUNT; i++)
			if (names[i].subtype == p->bytes[1])
				text_add(t, "%s", names[i].prefix);
		if (p->bytes[0] == 0x01) {
			const struct span bytes = { p->bytes,
				sizeof(p->bytes) };
			struct address a = address_v4(bytes_u32(bytes, 2));
			char buf[ADDRESS_STRLEN];

			text_add(t, "%s", address_format(&a, buf));
		} else
			number_format(t, p, 2, p->bytes[0] == 0x02 ? 4 : 2);
		text_add(t, ":");
		number_format(t, p, p->bytes[0] == 0x00 ? 4 : 6,
		    p->bytes[0] == 0x00 ? 4 : 2);
		return;
	}
	for (i = 0; i < community_octets(p->kind);
	     i += p->kind == COMMUNITY_LARGE ? 4 : 2) {
		if (i > 0)
			text_add(t, ":");
		number_format(t, p, i, p->kind == COMMUNITY_LARGE ? 4 : 2);
	}
}

char *
community_pattern_format(
    const struct community_pattern *p, char buf[COMMUNITY_PATTERN_STRLEN])
{
	const struct span element = { p->bytes, community_octets(p->kind) };
	const size_t size = COMMUNITY_PATTERN_STRLEN;
	struct text t = text_of(buf, size);

	if (p->wild)
		wild_format(&t, p);
	else if (p->kind == COMMUNITY_STANDARD)
		community_format(element, buf, size);
	else if (p->kind == COMMUNITY_EXTENDED)
		community_ext_format(element, buf, size);
	else
		community_large_format(element, buf, size);
	return buf;
}
