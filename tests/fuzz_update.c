/* SPDX-License-Identifier: ISC */
/* fuzz_update.c - any bytes as the body of an UPDATE */

/*
 * The first byte says what was negotiated, the rest is the body. All that
 * may be used of the result is used: every prefix is walked, every span must
 * lie in the body or the scratch, and the prefixes, written again, must read
 * as they did.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/wire/update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_in(struct span s, const uint8_t *start, size_t size)
{
	return s.length == 0 ||
	    (s.data >= start && s.data + s.length <= start + size);
}

static void
span_check(struct span s, struct span body, const struct update_scratch *x)
{
	assert(lies_in(s, body.data, body.length) ||
	    lies_in(s, x->bytes, sizeof(x->bytes)));
}

static void
attrs_check(const struct attrs *a, struct span body,
    const struct update_scratch *scratch)
{
	span_check(a->as_path, body, scratch);
	span_check(a->communities, body, scratch);
	span_check(a->ext_communities, body, scratch);
	span_check(a->large_communities, body, scratch);
	span_check(a->cluster_list, body, scratch);
	span_check(a->aigp, body, scratch);
	span_check(a->unknown, body, scratch);
	assert(a->communities.length % 4 == 0);
	assert(a->ext_communities.length % 8 == 0);
	assert(a->large_communities.length % 12 == 0);
	assert(a->cluster_list.length % 4 == 0);
}

/* Withdraws what a field has, as often as that takes, and reads it again. */
static void
field_check(
    const struct update_context *context, const struct update_nlri *field)
{
	static uint8_t buf[MSG_MAX_SIZE];
	static struct update_scratch scratch;
	struct rd cursor = rd_of(field->bytes), written;
	struct update_route first, again;
	struct update_writer u;
	struct update update;
	struct wr w = wr_of(buf, sizeof(buf));
	const struct update_nlri *back;
	size_t length;

	while (update_next(context, field->family, &cursor, &first)) {
		assert(first.prefix.address.family == field->family);
		assert(first.prefix.length <= family_bits(field->family));
		wr_rewind(&w, 0);
		assert(update_begin(&u, &w, context, field->family, NULL));
		assert(update_add(&u, &first));
		length = update_end(&u);
		update_decode(context,
		    (struct span){
			buf + MSG_HEADER_SIZE, length - MSG_HEADER_SIZE },
		    &scratch, &update);
		assert(update.error.severity == SEVERITY_OK);
		back = &update.field[field->family == FAMILY_IPV4
			? UPDATE_WITHDRAWN
			: UPDATE_MP_UNREACH];
		written = rd_of(back->bytes);
		assert(update_next(context, back->family, &written, &again));
		assert(prefix_equal(&first.prefix, &again.prefix));
		assert(first.path_id == again.path_id);
		assert(rd_done(&written));
	}
	assert(rd_done(&cursor));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct update_scratch scratch;
	struct update_context context;
	struct update update;
	struct span body;
	size_t i;

	if (size == 0 || size > MSG_MAX_SIZE_EXTENDED - MSG_HEADER_SIZE)
		return 0;
	context = (struct update_context){
		.four_octet_as = (data[0] & 0x01) == 0,
		.internal = (data[0] & 0x02) == 0,
		.family = { (data[0] & 0x04) == 0, (data[0] & 0x08) == 0 },
		.add_path = { (data[0] & 0x10) != 0, (data[0] & 0x20) != 0 },
		.extended_next_hop = (data[0] & 0x40) != 0,
		.max_size = MSG_MAX_SIZE,
	};
	body = (struct span){ data + 1, size - 1 };
	update_decode(&context, body, &scratch, &update);
	if (update.error.severity == SEVERITY_RESET) {
		assert(update.error.code == ERR_UPDATE);
		assert(update.error.text != NULL);
		return 0;
	}
	if (update.error.severity <= SEVERITY_DISCARD)
		attrs_check(&update.attrs, body, &scratch);
	for (i = 0; i < UPDATE_FIELD_MAX; i++) {
		span_check(update.field[i].bytes, body, &scratch);
		if (update.field[i].present) {
			assert(update.end_of_rib == FAMILY_MAX);
			assert(context.family[update.field[i].family]);
			field_check(&context, &update.field[i]);
		}
	}
	return 0;
}
