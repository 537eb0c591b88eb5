/* SPDX-License-Identifier: ISC */
/* prefix.c - an address block as a value */

/*
 * A prefix is an address with its host bits cleared, and a length: eighteen
 * bytes without padding, so that equality is memcmp.  Only prefix_of makes
 * one, from the wire as from text; that is why nothing else here needs to
 * mask.  RFC 4271 4.3 calls the bits behind the length irrelevant, so a peer
 * that sets them has announced the masked prefix; in a config they are
 * probably a slip, and prefix_parse says so to whoever asks.
 *
 * The order is by family, address, then length, so that a block stands
 * directly before its parts.
 *
 * Whether a prefix is acceptable (martian, too long, a default route) is
 * policy and never judged here.
 */

#include "rib/prefix.h"

#include <stdio.h>
#include <string.h>

#include "rib/bytes_hash.h"
#include "rib/text.h"

/* The bits of byte i that a prefix of this length leaves to the hosts. */
static uint8_t
host_mask(unsigned int length, unsigned int i)
{
	if (length >= 8 * (i + 1))
		return 0;
	if (length <= 8 * i)
		return 0xff;
	return (uint8_t)(0xff >> (length - 8 * i));
}

struct prefix
prefix_of(const struct address *a, unsigned int length)
{
	struct prefix p = { .address = *a };
	unsigned int bits = family_bits(a->family);
	unsigned int i;

	if (length > bits)
		length = bits;
	p.length = (uint8_t)length;
	for (i = length / 8; i < bits / 8; i++)
		p.address.bytes[i] &= (uint8_t)~host_mask(length, i);
	return p;
}

/* The part behind the address: nothing, or a slash and the length. */
static bool
length_parse(const char *text, uint32_t bits, uint32_t *length)
{
	*length = bits;
	if (*text == '\0')
		return true;
	text++;
	return text_number(&text, bits, length) && *text == '\0';
}

bool
prefix_parse(const char *text, struct prefix *out, bool *had_host_bits)
{
	size_t n = strcspn(text, "/");
	char word[ADDRESS_STRLEN];
	struct address a;
	uint32_t length;

	if (n >= sizeof(word))
		return false;
	memcpy(word, text, n);
	word[n] = '\0';
	if (!address_parse(word, &a))
		return false;
	if (!length_parse(text + n, family_bits(a.family), &length))
		return false;
	*out = prefix_of(&a, length);
	if (had_host_bits != NULL)
		*had_host_bits = !address_equal(&a, &out->address);
	return true;
}

char *
prefix_format(const struct prefix *p, char buf[PREFIX_STRLEN])
{
	char address[ADDRESS_STRLEN];

	snprintf(buf, PREFIX_STRLEN, "%s/%u",
	    address_format(&p->address, address), (unsigned int)p->length);
	return buf;
}

bool
prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int
prefix_compare(const struct prefix *a, const struct prefix *b)
{
	return memcmp(a, b, sizeof(*a));
}

uint32_t
prefix_hash(uint64_t seed, const struct prefix *p)
{
	return bytes_hash(seed, p, sizeof(*p));
}

bool
prefix_covers(const struct prefix *p, const struct address *a)
{
	size_t whole = p->length / 8;
	uint8_t mask;

	if (a->family != p->address.family ||
	    memcmp(a->bytes, p->address.bytes, whole) != 0)
		return false;
	if (p->length % 8 == 0)
		return true;
	mask = (uint8_t)~host_mask(p->length, (unsigned int)whole);
	return ((a->bytes[whole] ^ p->address.bytes[whole]) & mask) == 0;
}

bool
prefix_contains(const struct prefix *outer, const struct prefix *inner)
{
	return outer->length <= inner->length &&
	    prefix_covers(outer, &inner->address);
}

bool
prefix_is_default(const struct prefix *p)
{
	return p->length == 0;
}
