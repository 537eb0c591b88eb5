/* SPDX-License-Identifier: ISC */
/* fuzz_attribute.c - any bytes as an attribute list, there and back */

/*
 * The first byte says what was negotiated, the rest is the attribute list of
 * an UPDATE with one prefix. What is accepted is written to new and to old
 * speakers, over IPv4 and IPv6, and must read as it did: whatever we pass on
 * was understood, and whatever we understood is passed on.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/wire/update.h"
#include "rib/aspath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX (MSG_MAX_SIZE_EXTENDED - MSG_HEADER_SIZE)

static bool
span_equal(struct span a, struct span b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* The next hop stands elsewhere when it came in MP_REACH_NLRI. */
static void
attrs_compare(const struct attrs *a, const struct attrs *b)
{
	uint32_t hop = ATTR_HAS_NEXT_HOP;

	assert((a->has & ~hop) == (b->has & ~hop));
	assert(a->origin == b->origin);
	assert(a->med == b->med);
	assert(a->local_pref == b->local_pref);
	assert(a->originator == b->originator);
	assert(a->aggregator_as == b->aggregator_as);
	assert(a->aggregator_id == b->aggregator_id);
	assert(a->otc == b->otc);
	assert(span_equal(a->as_path, b->as_path));
	assert(span_equal(a->communities, b->communities));
	assert(span_equal(a->ext_communities, b->ext_communities));
	assert(span_equal(a->large_communities, b->large_communities));
	assert(span_equal(a->cluster_list, b->cluster_list));
	assert(span_equal(a->aigp, b->aigp));
	assert(span_equal(a->unknown, b->unknown));
}

static void
round_trip(const struct update_context *context, const struct attrs *attrs,
    enum family family)
{
	static struct update_scratch scratch;
	static uint8_t buf[MSG_MAX_SIZE_EXTENDED];
	struct wr w = wr_of(buf, sizeof(buf));
	struct attrs sent = *attrs;
	struct update_writer u;
	struct update_route route = { .path_id = 1 };
	struct msg_error error = { .severity = SEVERITY_OK };
	struct msg_header header;
	struct update back;
	size_t length;

	route.prefix.address.family = sent.next_hop.family = (uint8_t)family;
	sent.next_hop.bytes[0] = 0xa0;
	if (!update_begin(&u, &w, context, family, &sent)) {
		assert(wr_length(&w) == 0 && wr_left(&w) == sizeof(buf));
		return;
	}
	assert(update_add(&u, &route));
	length = update_end(&u);
	assert(length == wr_length(&w));
	assert(msg_frame(wr_written(&w), MSG_MAX_SIZE_EXTENDED, &header,
		   &error) == FRAME_WHOLE);
	assert(header.length == length);
	update_decode(context, header.body, &scratch, &back);
	assert(back.error.severity == SEVERITY_OK);
	attrs_compare(attrs, &back.attrs);
}

/* To an old speaker a wide number in a confederation is lost: RFC 6793 3. */
static void
round_trips(const struct update_context *context, const struct attrs *attrs)
{
	struct update_context other = *context;
	unsigned int family;

	for (family = 0; family < FAMILY_MAX; family++) {
		other.four_octet_as = true;
		round_trip(&other, attrs, family);
		other.four_octet_as = false;
		if (!aspath_has_confed(attrs->as_path))
			round_trip(&other, attrs, family);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct update_scratch scratch;
	static uint8_t body[BODY_MAX];
	struct wr w = wr_of(body, sizeof(body));
	struct update_context context = { .family = { true, true },
		.extended_next_hop = true,
		.max_size = MSG_MAX_SIZE_EXTENDED };
	struct update update;

	if (size == 0)
		return 0;
	context.four_octet_as = (data[0] & 0x01) == 0;
	context.internal = (data[0] & 0x02) == 0;
	wr_u16(&w, 0);
	wr_u16(&w, (uint16_t)(size - 1));
	wr_bytes(&w, data + 1, size - 1);
	wr_u8(&w, 8); /* 10.0.0.0/8 */
	wr_u8(&w, 10);
	if (w.failed)
		return 0;
	update_decode(&context, wr_written(&w), &scratch, &update);
	if (update.error.severity <= SEVERITY_DISCARD)
		round_trips(&context, &update.attrs);
	return 0;
}
