/* SPDX-License-Identifier: ISC */
/* nlri.c - prefixes in UPDATE messages */
/*
 * A prefix is its length in bits and as many octets as that takes, behind a
 * path identifier where ADD-PATH is in use (RFC 4271 4.3, RFC 4760 5, RFC
 * 7911 3).  A field of them comes in whole; update_decode has it checked
 * before anybody sees a prefix, for an error anywhere in it means that not
 * even the good prefixes can be trusted (RFC 7606 5.3).  After that callers
 * walk it with update_next, and nothing is stored in between.
 *
 * Bits behind the length are masked away.  A multicast prefix has no place in
 * a unicast field; RFC 4271 6.3 wants it logged and ignored, so the check
 * tells it and the walk does not yield it, neither to announce nor to
 * withdraw.
 */

#include "bgpd/wire/nlri.h"

#include <assert.h>

#define PATH_ID_SIZE 4

/* The leading bits of multicast addresses. */
static const struct {
	unsigned int bits;
	uint8_t first;
	uint8_t mask;
} multicast[FAMILY_MAX] = {
	[FAMILY_IPV4] = { 4, 0xe0, 0xf0 },
	[FAMILY_IPV6] = { 8, 0xff, 0xff },
};

static size_t
octets_of(unsigned int bits)
{
	return (bits + 7) / 8;
}

static bool
is_multicast(enum family family, unsigned int bits, struct span octets)
{
	return bits >= multicast[family].bits &&
	    (octets.data[0] & multicast[family].mask) ==
	    multicast[family].first;
}

/* False when the prefix is too long or not all there. */
static bool
take_prefix(
    struct rd *r, enum family family, unsigned int *bits, struct span *octets)
{
	*bits = rd_u8(r);
	if (*bits > family_bits(family))
		r->failed = true;
	*octets = rd_span(r, octets_of(*bits));
	return !r->failed;
}

void
nlri_check(const struct update_context *context,
    const struct update_nlri *field, unsigned int subcode, struct span data,
    struct msg_error *error)
{
	struct rd r = rd_of(field->bytes);
	struct span octets;
	unsigned int bits;

	while (rd_left(&r) > 0) {
		if (context->add_path[field->family])
			rd_u32(&r);
		if (!take_prefix(&r, field->family, &bits, &octets))
			break;
		if (is_multicast(field->family, bits, octets))
			msg_error_set(error, SEVERITY_DISCARD, ERR_UPDATE,
			    subcode, "multicast prefix ignored");
	}
	if (r.failed &&
	    msg_error_set(error, SEVERITY_RESET, ERR_UPDATE, subcode,
		"a prefix is too long or cut short"))
		msg_error_data(error, data);
}

bool
update_next(const struct update_context *context, enum family family,
    struct rd *cursor, struct update_route *route)
{
	struct address address = { .family = (uint8_t)family };
	struct span octets;
	struct rd r;
	unsigned int bits;

	do {
		if (rd_left(cursor) == 0)
			return false;
		route->path_id = context->add_path[family] ? rd_u32(cursor) : 0;
		if (!take_prefix(cursor, family, &bits, &octets))
			return false;
	} while (is_multicast(family, bits, octets));
	r = rd_of(octets);
	rd_copy(&r, address.bytes, octets.length);
	route->prefix = prefix_of(&address, bits);
	return true;
}

size_t
nlri_size(const struct update_context *context, const struct prefix *prefix)
{
	size_t size = 1 + octets_of(prefix->length);

	if (context->add_path[prefix->address.family])
		size += PATH_ID_SIZE;
	return size;
}

void
nlri_encode(struct wr *w, const struct update_context *context,
    const struct update_route *route)
{
	const struct prefix *prefix = &route->prefix;

	assert(prefix->length <= family_bits(prefix->address.family));
	if (context->add_path[prefix->address.family])
		wr_u32(w, route->path_id);
	wr_u8(w, prefix->length);
	wr_bytes(w, prefix->address.bytes, octets_of(prefix->length));
}
