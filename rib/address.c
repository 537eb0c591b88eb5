/* SPDX-License-Identifier: ISC */
/* address.c - an IPv4 or IPv6 address as a value */

/*
 * An address is seventeen bytes without padding, so comparing two of them is
 * memcmp, and copying is assignment.  Both families share the byte order, so
 * no function here but the ones that talk numbers asks for the family.
 *
 * Text is the C library's business: inet_pton accepts one spelling of an
 * IPv4 address (four decimal parts, no leading zeros) and no zone, inet_ntop
 * writes what RFC 5952 recommends, with the dotted tail for ::ffff:0:0/96.
 *
 * What an address means is a table of ranges, each with its RFC.  Which
 * meaning disqualifies an address is the caller's decision; the exception is
 * address_is_martian, which is BGP's own rule for next hops.  Whether an
 * address is ours, or on a shared subnet, is never known here.
 */

#include "rib/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "rib/bytes_hash.h"

static const struct {
	const char *name;
	int af;
	unsigned int octets;
} families[FAMILY_MAX] = {
	[FAMILY_IPV4] = { "ipv4", AF_INET, 4 },
	[FAMILY_IPV6] = { "ipv6", AF_INET6, 16 },
};

/* The leading bits that make an address one of a kind. */
struct range {
	uint8_t family;
	uint8_t bits;
	uint8_t bytes[16];
};

static const struct range loopback[] = {
	{ FAMILY_IPV4, 8, { 127 } },        /* RFC 1122 3.2.1.3 */
	{ FAMILY_IPV6, 128, { [15] = 1 } }, /* RFC 4291 2.5.3 */
};

static const struct range multicast[] = {
	{ FAMILY_IPV4, 4, { 0xe0 } }, /* RFC 1112 4 */
	{ FAMILY_IPV6, 8, { 0xff } }, /* RFC 4291 2.7 */
};

static const struct range link_local[] = {
	{ FAMILY_IPV4, 16, { 169, 254 } },   /* RFC 3927 */
	{ FAMILY_IPV6, 10, { 0xfe, 0x80 } }, /* RFC 4291 2.5.6 */
};

static const struct range site_local[] = {
	{ FAMILY_IPV6, 10, { 0xfe, 0xc0 } }, /* RFC 3879 */
};

/* Beside loopback, multicast and the unspecified address. */
static const struct range martian[] = {
	{ FAMILY_IPV4, 8, { 0 } },                  /* RFC 1122 3.2.1.3 */
	{ FAMILY_IPV4, 4, { 0xf0 } },               /* RFC 1112 4 */
	{ FAMILY_IPV6, 96, { [10] = 0xff, 0xff } }, /* RFC 4291 2.5.5.2 */
};

#define IN(table, a) in_ranges(table, sizeof(table) / sizeof(*(table)), a)

static bool
in_range(const struct range *r, const struct address *a)
{
	size_t whole = r->bits / 8;
	unsigned int rest = 8 - r->bits % 8;

	if (a->family != r->family || memcmp(a->bytes, r->bytes, whole) != 0)
		return false;
	return rest == 8 || (a->bytes[whole] ^ r->bytes[whole]) >> rest == 0;
}

static bool
in_ranges(const struct range *ranges, size_t count, const struct address *a)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (in_range(&ranges[i], a))
			return true;
	return false;
}

const char *
family_name(enum family family)
{
	return families[family].name;
}

unsigned int
family_bits(enum family family)
{
	return families[family].octets * 8;
}

unsigned int
family_octets(enum family family)
{
	return families[family].octets;
}

struct address
address_v4(uint32_t number)
{
	struct address a = { .family = FAMILY_IPV4 };

	a.bytes[0] = (uint8_t)(number >> 24);
	a.bytes[1] = (uint8_t)(number >> 16);
	a.bytes[2] = (uint8_t)(number >> 8);
	a.bytes[3] = (uint8_t)number;
	return a;
}

struct address
address_from(enum family family, const uint8_t *bytes)
{
	struct address a = { .family = (uint8_t)family };

	memcpy(a.bytes, bytes, family_octets(family));
	return a;
}

uint32_t
address_v4_number(const struct address *a)
{
	assert(a->family == FAMILY_IPV4);
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	    (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

bool
address_parse(const char *text, struct address *out)
{
	enum family family = FAMILY_IPV4;
	uint8_t bytes[16];

	if (strchr(text, ':') != NULL)
		family = FAMILY_IPV6;
	if (inet_pton(families[family].af, text, bytes) != 1)
		return false;
	*out = address_from(family, bytes);
	return true;
}

char *
address_format(const struct address *a, char buf[ADDRESS_STRLEN])
{
	if (inet_ntop(families[a->family].af, a->bytes, buf, ADDRESS_STRLEN) ==
	    NULL)
		snprintf(buf, ADDRESS_STRLEN, "?");
	return buf;
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int
address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a));
}

uint32_t
address_hash(uint64_t seed, const struct address *a)
{
	return bytes_hash(seed, a, sizeof(*a));
}

bool
address_is_unset(const struct address *a)
{
	static const uint8_t zero[sizeof(a->bytes)];

	return memcmp(a->bytes, zero, sizeof(zero)) == 0;
}

bool
address_is_loopback(const struct address *a)
{
	return IN(loopback, a);
}

bool
address_is_multicast(const struct address *a)
{
	return IN(multicast, a);
}

bool
address_is_link_local(const struct address *a)
{
	return IN(link_local, a);
}

bool
address_is_site_local(const struct address *a)
{
	return IN(site_local, a);
}

bool
address_is_martian(const struct address *a)
{
	return address_is_unset(a) || IN(loopback, a) || IN(multicast, a) ||
	    IN(martian, a);
}
