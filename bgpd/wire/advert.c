/* SPDX-License-Identifier: ISC */
/* advert.c - router advertisements and solicitations, as bytes */
/*
 * See advert.h.  Both messages are a fixed part and options, of which each
 * says its own length; the table has the size of the fixed parts.
 */
#include "bgpd/wire/advert.h"

#define OPTION_UNIT        8u /* RFC 4861 4.6 */
#define OPTION_LINK_SOURCE 1  /* 4.6.1 */

static const struct {
	uint8_t type;
	uint8_t size; /* without options */
} kinds[ADVERT_KIND_MAX] = {
	[ADVERT_SOLICIT] = { ADVERT_TYPE_SOLICIT, 8 },
	[ADVERT_ROUTER] = { ADVERT_TYPE_ROUTER, 16 },
};

static bool
kind_find(uint8_t type, enum advert_kind *kind)
{
	for (*kind = 0; *kind < ADVERT_KIND_MAX; (*kind)++)
		if (kinds[*kind].type == type)
			return true;
	return false;
}

/* Who has no address yet may ask, but not say where it is (6.1.1). */
static const char *
options_check(struct rd *r, bool nameless)
{
	uint8_t type, length;

	while (rd_left(r) > 0) {
		type = rd_u8(r);
		length = rd_u8(r);
		if (r->failed)
			return "an option is cut off";
		if (length == 0)
			return "an option of length 0";
		if (nameless && type == OPTION_LINK_SOURCE)
			return "a link-layer address without a sender";
		rd_span(r, length * OPTION_UNIT - 2);
		if (r->failed)
			return "an option is cut off";
	}
	return NULL;
}

const char *
advert_decode(struct span bytes, const struct advert_header *header,
    enum advert_kind *kind)
{
	struct rd r = rd_of(bytes);
	bool nameless = address_is_unset(&header->from);
	uint8_t type = rd_u8(&r), code = rd_u8(&r);

	if (!kind_find(type, kind))
		return "neither an advertisement nor a solicitation";
	if (header->hop_limit != ADVERT_HOP_LIMIT)
		return "the hop limit is not 255: not from this link";
	if (*kind == ADVERT_ROUTER && !address_is_link_local(&header->from))
		return "the sender is no link-local address";
	if (code != 0)
		return "the code is not 0";
	rd_span(&r, kinds[*kind].size - 2u);
	if (r.failed)
		return "it is too short";
	return options_check(&r, nameless);
}

void
advert_encode(struct wr *w, enum advert_kind kind)
{
	wr_u8(w, kinds[kind].type);
	wr_u8(w, 0);
	wr_reserve(w, kinds[kind].size - 2u);
}
