/* SPDX-License-Identifier: ISC */
/* attribute_aigp.c - the accumulated IGP metric, RFC 7311 */
/*
 * Elements of {type, length of all of it, value} come in.  They are checked,
 * for what is malformed must go no further, and kept as the bytes that they
 * are: the metric is passed on between internal peers, never used.  From
 * outside it is not wanted at all (3.3), which the table of attribute.c knows.
 */

#include "bgpd/wire/attribute.h"

#define TLV_HEADER  3 /* octets: type, length */
#define TLV_AIGP    1
#define AIGP_LENGTH 11 /* with its header */

/* RFC 7311 3; false at the end, or when what is left is none. */
static bool
element_cut(struct rd *r, uint8_t *type, unsigned int *length)
{
	*type = rd_u8(r);
	*length = rd_u16(r);
	if (r->failed || *length < TLV_HEADER)
		return false;
	rd_span(r, *length - TLV_HEADER);
	return !r->failed;
}

void
attribute_aigp(struct attribute_state *s, struct span value)
{
	struct rd r = rd_of(value);
	bool sound = value.length > 0;
	unsigned int length;
	uint8_t type;

	while (sound && rd_left(&r) > 0) {
		sound = element_cut(&r, &type, &length) &&
		    (type != TLV_AIGP || length == AIGP_LENGTH);
	}
	if (sound)
		s->update->attrs.aigp = value;
	else
		attribute_bad(s, ATTR_AIGP, UPDATE_BAD_OPTIONAL,
		    "AIGP has an element that does not fit");
}
