/* SPDX-License-Identifier: ISC */
/* update_encode.c - the UPDATE message: routes to bytes */
/*
 * In come attributes, once, and prefixes, one by one; out come messages, each
 * as full as the session allows.  IPv4 prefixes with an IPv4 next hop go the
 * classic way (RFC 4271 4.3), all others into MP_REACH_NLRI, and what is
 * withdrawn likewise into the withdrawn field or MP_UNREACH_NLRI.
 *
 * Attributes stand in ascending order of their types (RFC 4271 5), unknown
 * ones among them as the bytes that they are; but MP_REACH_NLRI comes first,
 * so that even a reader that stumbles over another attribute knows what to
 * withdraw (RFC 7606 5.1).  Since its prefixes are not known when the message
 * begins, the other attributes wait parked at the end of the buffer until
 * update_end.  A length takes two octets only where one is too few, which for
 * MP_REACH_NLRI and narrowed paths is known afterwards.
 *
 * Towards an old speaker (RFC 6793 4.2.2) paths are narrowed, with AS4_PATH
 * and AS4_AGGREGATOR beside them where that loses something.
 *
 * What the attributes say (next hop self, own AS in front, what may leave
 * the AS) is the exporter's decision; they are written as they are given.
 */

#include <assert.h>

#include "bgpd/wire/attribute.h"
#include "bgpd/wire/nlri.h"
#include "rib/aspath.h"

#define LONG_HEADER 4 /* octets of an attribute header of FLAG_EXTENDED */
#define IPV6_OCTETS 16

struct encoder {
	struct wr *w;
	const struct attrs *attrs;
	bool four_octet_as;
	struct rd unknown; /* what is not yet written */
};

/* Writes the unknown attributes that stand before a type. */
static void
flush_unknown(struct encoder *e, unsigned int type)
{
	struct rd ahead;
	uint8_t flags;

	while (rd_left(&e->unknown) > 0) {
		ahead = e->unknown;
		flags = rd_u8(&ahead);
		if (rd_u8(&ahead) >= type)
			return;
		rd_span(&ahead,
		    flags & FLAG_EXTENDED ? rd_u16(&ahead) : rd_u8(&ahead));
		assert(!ahead.failed);
		wr_span(e->w, rd_since(&e->unknown, &ahead));
		e->unknown = ahead;
	}
}

static void
put_head(struct encoder *e, enum attribute_type type, size_t length)
{
	uint8_t flags = attribute_flags(type);

	if (e->attrs->has & attribute_partial(type))
		flags |= FLAG_PARTIAL;
	flush_unknown(e, type);
	wr_u8(e->w, length > UINT8_MAX ? flags | FLAG_EXTENDED : flags);
	wr_u8(e->w, (uint8_t)type);
	if (length > UINT8_MAX)
		wr_u16(e->w, (uint16_t)length);
	else
		wr_u8(e->w, (uint8_t)length);
}

static void
put_u8(struct encoder *e, enum attr_has bit, enum attribute_type type,
    uint8_t value)
{
	if ((e->attrs->has & bit) == 0)
		return;
	put_head(e, type, 1);
	wr_u8(e->w, value);
}

static void
put_u32(struct encoder *e, enum attr_has bit, enum attribute_type type,
    uint32_t value)
{
	if ((e->attrs->has & bit) == 0)
		return;
	put_head(e, type, 4);
	wr_u32(e->w, value);
}

static void
put_list(struct encoder *e, enum attribute_type type, struct span value)
{
	if (value.length == 0)
		return;
	put_head(e, type, value.length);
	wr_span(e->w, value);
}

/* An attribute whose length is not known yet; returns where it starts. */
static size_t
open_long(struct wr *w, enum attribute_type type)
{
	size_t start = wr_length(w);

	wr_u8(w, attribute_flags(type) | FLAG_EXTENDED);
	wr_u8(w, (uint8_t)type);
	wr_reserve(w, 2);
	return start;
}

static void
close_long(struct wr *w, size_t start, enum attribute_type type)
{
	size_t length;

	if (w->failed)
		return;
	length = wr_length(w) - start - LONG_HEADER;
	wr_patch_u16(w, start + 2, (uint16_t)length);
	if (length <= UINT8_MAX) {
		wr_patch_u8(w, start, attribute_flags(type));
		wr_cut(w, start + 2, 1);
	}
}

/* A path in the form that change gives it; omitted when empty and optional. */
static void
put_changed_path(struct encoder *e, enum attribute_type type,
    size_t (*change)(struct span, uint8_t *, size_t, bool *))
{
	struct wr *w = e->w;
	size_t start, length;
	bool ok;

	flush_unknown(e, type);
	start = open_long(w, type);
	length = change(e->attrs->as_path, w->pos, wr_left(w), &ok);
	wr_commit(w, length);
	if (!ok)
		w->failed = true;
	else if (length == 0 && type == ATTR_AS4_PATH && !w->failed)
		wr_rewind(w, start);
	else
		close_long(w, start, type);
}

static void
put_as_path(struct encoder *e)
{
	struct span path = e->attrs->as_path;

	if ((e->attrs->has & ATTR_HAS_AS_PATH) == 0)
		return;
	if (e->four_octet_as) {
		put_head(e, ATTR_AS_PATH, path.length);
		wr_span(e->w, path);
	} else
		put_changed_path(e, ATTR_AS_PATH, aspath_narrow);
}

static void
put_aggregator(struct encoder *e)
{
	uint32_t as = e->attrs->aggregator_as;

	if ((e->attrs->has & ATTR_HAS_AGGREGATOR) == 0)
		return;
	put_head(e, ATTR_AGGREGATOR, e->four_octet_as ? 8 : 6);
	if (e->four_octet_as)
		wr_u32(e->w, as);
	else
		wr_u16(e->w, (uint16_t)(as > UINT16_MAX ? AS_TRANS : as));
	wr_u32(e->w, e->attrs->aggregator_id);
}

/* RFC 6793 4.2.2: only where the short form loses something. */
static void
put_twins(struct encoder *e)
{
	const struct attrs *attrs = e->attrs;

	if (e->four_octet_as)
		return;
	if ((attrs->has & ATTR_HAS_AS_PATH) && aspath_is_wide(attrs->as_path))
		put_changed_path(e, ATTR_AS4_PATH, aspath_strip_confed);
	if ((attrs->has & ATTR_HAS_AGGREGATOR) &&
	    attrs->aggregator_as > UINT16_MAX) {
		put_head(e, ATTR_AS4_AGGREGATOR, 8);
		wr_u32(e->w, attrs->aggregator_as);
		wr_u32(e->w, attrs->aggregator_id);
	}
}

static void
attributes_encode(struct update_writer *u, const struct attrs *attrs)
{
	struct encoder e = { u->wr, attrs, u->context->four_octet_as,
		rd_of(attrs->unknown) };

	put_u8(&e, ATTR_HAS_ORIGIN, ATTR_ORIGIN, attrs->origin);
	put_as_path(&e);
	if (u->classic) {
		put_head(&e, ATTR_NEXT_HOP, 4);
		wr_u32(e.w, address_v4_number(&attrs->next_hop));
	}
	put_u32(&e, ATTR_HAS_MED, ATTR_MED, attrs->med);
	put_u32(&e, ATTR_HAS_LOCAL_PREF, ATTR_LOCAL_PREF, attrs->local_pref);
	if (attrs->has & ATTR_HAS_ATOMIC)
		put_head(&e, ATTR_ATOMIC_AGGREGATE, 0);
	put_aggregator(&e);
	put_list(&e, ATTR_COMMUNITIES, attrs->communities);
	put_u32(&e, ATTR_HAS_ORIGINATOR, ATTR_ORIGINATOR_ID, attrs->originator);
	put_list(&e, ATTR_CLUSTER_LIST, attrs->cluster_list);
	put_list(&e, ATTR_EXT_COMMUNITIES, attrs->ext_communities);
	put_twins(&e);
	put_list(&e, ATTR_AIGP, attrs->aigp);
	put_list(&e, ATTR_LARGE_COMMUNITIES, attrs->large_communities);
	put_u32(&e, ATTR_HAS_OTC, ATTR_OTC, attrs->otc);
	flush_unknown(&e, ATTRIBUTE_TYPES);
}

static void
put_hop(struct wr *w, const struct attrs *attrs)
{
	bool two = attrs->next_hop.family == FAMILY_IPV6 &&
	    !address_is_unset(&attrs->link_local);
	size_t octets = family_octets(attrs->next_hop.family);

	wr_u8(w, (uint8_t)(two ? 2 * octets : octets));
	wr_bytes(w, attrs->next_hop.bytes, octets);
	if (two)
		wr_bytes(w, attrs->link_local.bytes, octets);
	wr_u8(w, 0); /* reserved */
}

static enum attribute_type
mp_type(const struct update_writer *u)
{
	return u->withdraw ? ATTR_MP_UNREACH : ATTR_MP_REACH;
}

static void
begin_classic(struct update_writer *u, const struct attrs *attrs)
{
	struct wr *w = u->wr;

	u->length = wr_reserve(w, 2); /* of the withdrawn prefixes */
	u->total = wr_reserve(w, 2);
	if (u->withdraw) {
		u->tail = wr_park(w, u->total);
		return;
	}
	attributes_encode(u, attrs);
	wr_patch_u16(w, u->total, (uint16_t)(wr_length(w) - u->total - 2));
}

static void
begin_mp(struct update_writer *u, const struct attrs *attrs)
{
	struct wr *w = u->wr;

	wr_reserve(w, 2);
	u->total = wr_reserve(w, 2);
	u->length = wr_length(w);
	if (!u->withdraw) {
		attributes_encode(u, attrs);
		u->tail = wr_park(w, u->length);
	}
	open_long(w, mp_type(u));
	wr_u16(w, msg_afi(u->family));
	wr_u8(w, SAFI_UNICAST);
	if (!u->withdraw)
		put_hop(w, attrs);
}

static bool
has_room(const struct update_writer *u, size_t size)
{
	return wr_left(u->wr) >= size &&
	    wr_length(u->wr) + size + u->tail <= u->limit;
}

bool
update_begin(struct update_writer *u, struct wr *w,
    const struct update_context *context, enum family family,
    const struct attrs *attrs)
{
	static const uint8_t longest[FAMILY_MAX] = { 32, 128 };
	const struct prefix host = { { .family = (uint8_t)family },
		longest[family] };

	*u = (struct update_writer){ .wr = w,
		.context = context,
		.family = family,
		.withdraw = attrs == NULL };
	u->classic = family == FAMILY_IPV4 &&
	    (u->withdraw || attrs->next_hop.family == FAMILY_IPV4);
	assert(
	    u->classic || u->withdraw || attrs->next_hop.family == FAMILY_IPV6);
	u->start = msg_begin(w, MSG_UPDATE);
	u->limit = u->start + context->max_size;
	if (u->classic)
		begin_classic(u, attrs);
	else
		begin_mp(u, attrs);
	u->body = wr_length(w);
	if (!w->failed && has_room(u, nlri_size(context, &host)))
		return true;
	wr_unpark(w, u->tail);
	wr_rewind(w, u->start);
	return false;
}

bool
update_add(struct update_writer *u, const struct update_route *route)
{
	assert(route->prefix.address.family == u->family);
	if (!has_room(u, nlri_size(u->context, &route->prefix)))
		return false;
	nlri_encode(u->wr, u->context, route);
	u->count++;
	return true;
}

size_t
update_end(struct update_writer *u)
{
	struct wr *w = u->wr;

	if (!u->classic)
		close_long(w, u->length, mp_type(u));
	else if (u->withdraw)
		wr_patch_u16(w, u->length, (uint16_t)(wr_length(w) - u->body));
	wr_unpark(w, u->tail);
	if (u->count == 0) {
		wr_rewind(w, u->start);
		return 0;
	}
	if (!u->classic)
		wr_patch_u16(
		    w, u->total, (uint16_t)(wr_length(w) - u->total - 2));
	msg_end(w, u->start);
	return wr_length(w) - u->start;
}

void
update_end_of_rib_encode(struct wr *w, enum family family)
{
	size_t start = msg_begin(w, MSG_UPDATE), total, attribute;

	wr_reserve(w, 2);
	total = wr_reserve(w, 2);
	if (family != FAMILY_IPV4) {
		attribute = open_long(w, ATTR_MP_UNREACH);
		wr_u16(w, msg_afi(family));
		wr_u8(w, SAFI_UNICAST);
		close_long(w, attribute, ATTR_MP_UNREACH);
		wr_patch_u16(w, total, (uint16_t)(wr_length(w) - total - 2));
	}
	msg_end(w, start);
}
