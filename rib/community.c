/* SPDX-License-Identifier: ISC */
/* community.c - communities (RFC 1997), extended (4360), large (8092) */

/*
 * A list of communities is kept as it came: numbers of 4, 8 or 12 octets in a
 * row, in the order the peer chose.  It is interned, compared and sent on as
 * bytes; only a filter or a person makes anything of it, and that happens
 * here.  Lists come from the decoder, which saw to it that their length is a
 * multiple of their element's (RFC 7606 7.8, 7.14; RFC 8092 6).
 *
 * Text is AS:NUMBER in decimal; where IANA has a name for the whole number,
 * the name.  Extended communities have a type that says how the six octets
 * behind it are to be read; of the many types only route target and route
 * origin mean something to a reader of a routing table, all others are shown
 * in hex so that nothing is claimed about them.
 */

#include "rib/community.h"

#include <math.h>
#include <string.h>

#include "rib/address.h"
#include "rib/bytes.h"
#include "rib/text.h"

enum { COMMUNITY_SIZE = 4, EXT_SIZE = 8, LARGE_SIZE = 12 };

#define EXT_NON_TRANSITIVE 0x40 /* of the type's first octet, RFC 4360 2 */
#define EXT_LINK_BANDWIDTH 0x04 /* of two-octet AS: IANA */

/* IANA, BGP Well-known Communities. */
static const struct {
	const char *name;
	uint32_t number;
} well_known[] = {
	{ "no-export", COMMUNITY_NO_EXPORT },
	{ "no-advertise", COMMUNITY_NO_ADVERTISE },
	{ "no-export-subconfed", COMMUNITY_NO_EXPORT_SUBCONFED },
	{ "graceful-shutdown", COMMUNITY_GRACEFUL_SHUTDOWN },
	{ "llgr-stale", COMMUNITY_LLGR_STALE },
	{ "no-llgr", COMMUNITY_NO_LLGR },
	{ "blackhole", COMMUNITY_BLACKHOLE },
};

#define WELL_KNOWN_COUNT (sizeof(well_known) / sizeof(well_known[0]))

bool
community_has(struct span list, uint32_t number)
{
	size_t at;

	for (at = 0; at < list.length; at += COMMUNITY_SIZE)
		if (bytes_u32(list, at) == number)
			return true;
	return false;
}

bool
community_add(struct span list, uint32_t number, uint8_t *out, size_t size,
    size_t *length)
{
	if (size < COMMUNITY_SIZE || list.length > size - COMMUNITY_SIZE)
		return false;
	if (list.length > 0)
		memcpy(out, list.data, list.length);
	bytes_put_u32(out + list.length, number);
	*length = list.length + COMMUNITY_SIZE;
	return true;
}

/* count decimals with colons between them, and nothing behind. */
static bool
numbers_parse(const char *text, uint32_t max, uint32_t *numbers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i > 0 && *text++ != ':')
			return false;
		if (!text_number(&text, max, &numbers[i]))
			return false;
	}
	return *text == '\0';
}

bool
community_parse(const char *text, uint32_t *number)
{
	uint32_t part[2];
	size_t i;

	for (i = 0; i < WELL_KNOWN_COUNT; i++)
		if (strcmp(well_known[i].name, text) == 0) {
			*number = well_known[i].number;
			return true;
		}
	if (!numbers_parse(text, UINT16_MAX, part, 2))
		return false;
	*number = part[0] << 16 | part[1];
	return true;
}

bool
community_large_parse(const char *text, struct community_large *large)
{
	struct community_large parsed;

	if (!numbers_parse(text, UINT32_MAX, parsed.part, 3))
		return false;
	*large = parsed;
	return true;
}

/* Adds one element to a text. */
typedef void element_format(struct text *, struct span element);

static char *
list_format(
    struct span list, size_t size, element_format *format, struct text *t)
{
	size_t at;

	for (at = 0; at < list.length; at += size) {
		if (at > 0)
			text_add(t, " ");
		format(t, bytes_part(list, at, size));
	}
	return t->buf;
}

static void
element_plain(struct text *t, struct span element)
{
	uint32_t number = bytes_u32(element, 0);
	size_t i;

	for (i = 0; i < WELL_KNOWN_COUNT; i++)
		if (well_known[i].number == number) {
			text_add(t, "%s", well_known[i].name);
			return;
		}
	text_add(t, "%u:%u", bytes_u16(element, 0), bytes_u16(element, 2));
}

static void
element_large(struct text *t, struct span element)
{
	text_add(t, "%u:%u:%u", bytes_u32(element, 0), bytes_u32(element, 4),
	    bytes_u32(element, 8));
}

static const char *
ext_name(uint8_t subtype)
{
	switch (subtype) {
	case 0x02: return "rt";  /* RFC 4360 4 */
	case 0x03: return "soo"; /* RFC 4360 5 */
	default: return NULL;
	}
}

static void
element_ext(struct text *t, struct span element)
{
	const char *name = ext_name(element.data[1]);
	uint32_t high = bytes_u32(element, 0);
	uint32_t low = bytes_u32(element, 4);
	struct address a = address_v4(bytes_u32(element, 2));
	char buf[ADDRESS_STRLEN];

	if (name != NULL && element.data[0] == 0x00) /* RFC 4360 3.1 */
		text_add(t, "%s:%u:%u", name, bytes_u16(element, 2), low);
	else if (name != NULL && element.data[0] == 0x01) /* RFC 4360 3.2 */
		text_add(t, "%s:%s:%u", name, address_format(&a, buf),
		    bytes_u16(element, 6));
	else if (name != NULL && element.data[0] == 0x02) /* RFC 5668 2 */
		text_add(t, "%s:%u:%u", name, bytes_u32(element, 2),
		    bytes_u16(element, 6));
	else
		text_add(t, "0x%08x%08x", high, low);
}

char *
community_format(struct span list, char *buf, size_t size)
{
	struct text t = text_of(buf, size);

	return list_format(list, COMMUNITY_SIZE, element_plain, &t);
}

char *
community_large_format(struct span list, char *buf, size_t size)
{
	struct text t = text_of(buf, size);

	return list_format(list, LARGE_SIZE, element_large, &t);
}

char *
community_ext_format(struct span list, char *buf, size_t size)
{
	struct text t = text_of(buf, size);

	return list_format(list, EXT_SIZE, element_ext, &t);
}

size_t
community_ext_transitive(struct span list, uint8_t *out)
{
	size_t at, length = 0;

	for (at = 0; at < list.length; at += EXT_SIZE) {
		if (list.data[at] & EXT_NON_TRANSITIVE)
			continue;
		memcpy(out + length, list.data + at, EXT_SIZE);
		length += EXT_SIZE;
	}
	return length;
}

/* The AS in the middle says who measured, and is of no matter here. */
float
community_link_bandwidth(struct span list)
{
	uint32_t bits;
	float value;
	size_t at;

	for (at = 0; at < list.length; at += EXT_SIZE) {
		if ((list.data[at] & ~EXT_NON_TRANSITIVE) != 0 ||
		    list.data[at + 1] != EXT_LINK_BANDWIDTH)
			continue;
		bits = bytes_u32(list, at + 4);
		memcpy(&value, &bits, sizeof(value));
		return isnormal(value) && value > 0 ? value : 0;
	}
	return 0;
}
