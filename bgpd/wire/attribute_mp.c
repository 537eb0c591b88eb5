/* SPDX-License-Identifier: ISC */
/* attribute_mp.c - MP_REACH_NLRI and MP_UNREACH_NLRI */
/*
 * The two attributes that carry prefixes (RFC 4760): family, next hop and
 * prefixes that can be reached, or that cannot any more.  A family that was
 * not negotiated makes its attribute none of our business, whatever it
 * holds.  In one of ours every length must fit: when the prefixes cannot be
 * found, or not be trusted, there is nothing left to withdraw one by one,
 * and the session is reset (RFC 7606 5.3, 7.11).
 *
 * Which lengths a next hop may have is a table: IPv6 has the global address
 * and perhaps a link-local one behind it (RFC 2545 3), IPv4 its own, or,
 * where that was negotiated, one of IPv6 (RFC 8950).  Some speakers without a
 * global address send :: and their link-local one; that stands in both places
 * then.  A next hop that is no host's is an error of the routes, not of the
 * session.
 */

#include "bgpd/wire/attribute.h"
#include "bgpd/wire/nlri.h"

#define MP_REACH_MIN   5 /* RFC 7606 7.11 */
#define MP_UNREACH_MIN 3 /* RFC 7606 7.12 */

static const struct hop_form {
	enum family prefixes;
	size_t length;
	enum family family;
	bool extended; /* only with extended next hop */
} hop_forms[] = {
	{ FAMILY_IPV4, 4, FAMILY_IPV4, false },
	{ FAMILY_IPV4, 16, FAMILY_IPV6, true },
	{ FAMILY_IPV4, 32, FAMILY_IPV6, true },
	{ FAMILY_IPV6, 16, FAMILY_IPV6, false },
	{ FAMILY_IPV6, 32, FAMILY_IPV6, false },
};

static const struct hop_form *
form_find(
    const struct update_context *context, enum family prefixes, size_t length)
{
	const struct hop_form *form;
	size_t i;

	for (i = 0; i < sizeof(hop_forms) / sizeof(*hop_forms); i++) {
		form = &hop_forms[i];
		if (form->prefixes == prefixes && form->length == length &&
		    (!form->extended || context->extended_next_hop))
			return form;
	}
	return NULL;
}

static struct address
take_address(struct rd *r, enum family family)
{
	struct address address = { .family = (uint8_t)family };

	rd_copy(r, address.bytes, family_octets(family));
	return address;
}

static void
decode_hop(struct attribute_state *s, struct rd *r, enum family family)
{
	struct update *update = s->update;
	struct address *hop = &update->mp_next_hop;
	struct address *local = &update->mp_link_local;

	*hop = take_address(r, family);
	if (rd_left(r) > 0) {
		*local = take_address(r, family);
		if (!address_is_link_local(local))
			*local = (struct address){ 0 };
		else if (address_is_unset(hop))
			*hop = *local;
	}
	if (!address_is_martian(hop))
		return;
	if (msg_error_set(&update->error, SEVERITY_WITHDRAW, ERR_UPDATE,
		UPDATE_BAD_NEXT_HOP,
		"next hop of MP_REACH_NLRI is no address of a host"))
		msg_error_data(&update->error, s->raw[ATTR_MP_REACH].tlv);
}

/* False when it is not there, or not one of those negotiated. */
static bool
take_family(struct attribute_state *s, struct rd *r, enum family *family)
{
	uint16_t afi = rd_u16(r);

	*family = msg_family(afi, rd_u8(r));
	return !r->failed && *family != FAMILY_MAX &&
	    s->context->family[*family];
}

static void
keep_field(struct attribute_state *s, enum attribute_type type,
    enum family family, struct span prefixes)
{
	struct update_nlri *field =
	    &s->update->field[type == ATTR_MP_REACH ? UPDATE_MP_REACH
						    : UPDATE_MP_UNREACH];

	field->present = true;
	field->family = family;
	field->bytes = prefixes;
	nlri_check(s->context, field, UPDATE_BAD_OPTIONAL, s->raw[type].tlv,
	    &s->update->error);
}

void
attribute_mp_reach(struct attribute_state *s, struct span value)
{
	struct rd r = rd_of(value), hop;
	const struct hop_form *form;
	enum family family;

	if (value.length < MP_REACH_MIN) {
		attribute_bad(s, ATTR_MP_REACH, UPDATE_BAD_OPTIONAL,
		    "MP_REACH_NLRI is too short");
		return;
	}
	if (!take_family(s, &r, &family)) {
		s->mp_reach_nlri = true;
		return;
	}
	hop = rd_sub(&r, rd_u8(&r));
	rd_u8(&r); /* reserved, RFC 4760 3 */
	form = form_find(s->context, family, rd_left(&hop));
	if (r.failed || form == NULL) {
		attribute_bad(s, ATTR_MP_REACH, UPDATE_BAD_OPTIONAL,
		    "next hop of MP_REACH_NLRI has the wrong length");
		return;
	}
	decode_hop(s, &hop, form->family);
	s->mp_reach_nlri = rd_left(&r) > 0;
	if (s->mp_reach_nlri)
		keep_field(s, ATTR_MP_REACH, family, rd_rest(&r));
}

void
attribute_mp_unreach(struct attribute_state *s, struct span value)
{
	struct rd r = rd_of(value);
	enum family family;

	if (value.length < MP_UNREACH_MIN) {
		attribute_bad(s, ATTR_MP_UNREACH, UPDATE_BAD_OPTIONAL,
		    "MP_UNREACH_NLRI is too short");
		return;
	}
	if (!take_family(s, &r, &family))
		return;
	if (rd_left(&r) > 0)
		keep_field(s, ATTR_MP_UNREACH, family, rd_rest(&r));
	else if (attribute_is_only(s, ATTR_MP_UNREACH))
		s->update->end_of_rib = family; /* RFC 4724 2 */
}
