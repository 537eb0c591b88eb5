/* SPDX-License-Identifier: ISC */
/* group_encode.c - a window of an adj-rib-out as messages */
/*
 * In come records sorted by (source, attributes); out goes one counted chunk
 * of whole UPDATEs and an index of it by source, so that a member can be
 * handed everything but what it said itself.  A run of equal attributes
 * fills messages to the brim; withdrawals of a source pack likewise.
 *
 * Attributes that do not fit the message size of the group (they grew while
 * reflected or prepended) are not sent: the prefixes are withdrawn instead,
 * so that no older version stays behind, and the session lives.
 *
 * The buffer is one for all groups, grows to the largest window seen and is
 * copied once into the chunk that all members share.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/group_encode.h"
#include "bgpd/session/session.h"
#include "rib/mem.h"

struct window_encoder {
	uint8_t *buffer;
	size_t size;
	size_t used;
};

struct run {
	const struct adjout_record *records;
	size_t count;
	bool withdraw;
};

struct window_encoder *
window_encoder_new(void)
{
	return xcalloc(1, sizeof(struct window_encoder));
}

void
window_encoder_free(struct window_encoder *e)
{
	if (e == NULL)
		return;
	free(e->buffer);
	free(e);
}

/* A writer behind what is there, with room for one message. */
static struct wr
encoder_room(struct window_encoder *e, size_t message)
{
	if (e->size - e->used < message) {
		e->size = e->size * 2 + message;
		e->buffer = xreallocarray(e->buffer, e->size, 1);
	}
	return wr_of(e->buffer + e->used, message);
}

static void
run_route(struct rib *rib, enum family family, uint32_t entry,
    struct update_route *route)
{
	memset(route, 0, sizeof(*route));
	rib_prefix(rib, family, entry, &route->prefix);
}

/* Writes one message; returns how many records it holds, 0: too big. */
static size_t
encode_message(struct window_encoder *e, struct rib *rib,
    const struct update_context *context, enum family family,
    const struct run *run)
{
	struct update_writer w;
	struct update_route route;
	struct attrs attrs;
	struct wr wr;
	size_t n;

	wr = encoder_room(e, context->max_size);
	if (!run->withdraw)
		attr_get(rib_attrs(rib), run->records[0].attrs, &attrs);
	if (!update_begin(
		&w, &wr, context, family, run->withdraw ? NULL : &attrs))
		return 0;
	for (n = 0; n < run->count; n++) {
		run_route(rib, family, run->records[n].entry, &route);
		if (!update_add(&w, &route))
			break;
	}
	e->used += update_end(&w);
	return n;
}

static void
encode_run(struct window_encoder *e, struct rib *rib,
    const struct update_context *context, enum family family, struct run run)
{
	size_t n;

	while (run.count > 0) {
		n = encode_message(e, rib, context, family, &run);
		if (n == 0) {
			if (run.withdraw)
				return;
			run.withdraw = true;
			continue;
		}
		run.records += n;
		run.count -= n;
	}
}

/* How many records from the first on share source and attributes. */
static size_t
run_length(const struct adjout_record *r, size_t count)
{
	size_t n;

	for (n = 1; n < count; n++)
		if (r[n].source != r[0].source || r[n].attrs != r[0].attrs)
			break;
	return n;
}

static struct chunk *
encoder_chunk(struct window_encoder *e)
{
	struct span bytes = { e->buffer, e->used };

	return e->used == 0 ? NULL : chunk_copy(bytes);
}

void
window_encode(struct window_encoder *e, struct window *w, struct rib *rib,
    const struct update_context *context, enum family family)
{
	const struct adjout_record *r = w->records;
	struct window_slice *slice = NULL;
	struct run run;
	size_t i;

	e->used = 0;
	chunk_unref(w->chunk);
	w->nslices = 0;
	w->tombstones = false;
	for (i = 0; i < w->nrecords; i += run.count) {
		run.records = r + i;
		run.count = run_length(r + i, w->nrecords - i);
		run.withdraw = r[i].attrs == 0;
		w->tombstones |= run.withdraw;
		if (slice == NULL || slice->source != r[i].source) {
			slice = &w->slices[w->nslices++];
			slice->source = r[i].source;
			slice->offset = e->used;
		}
		encode_run(e, rib, context, family, run);
		slice->length = e->used - slice->offset;
	}
	w->chunk = encoder_chunk(e);
}

struct chunk *
window_encode_withdrawals(struct window_encoder *e, struct rib *rib,
    const struct update_context *context, enum family family,
    const struct adjout_record *records, size_t count)
{
	struct run run = { records, count, true };

	e->used = 0;
	encode_run(e, rib, context, family, run);
	return encoder_chunk(e);
}

void
window_clear(struct window *w)
{
	chunk_unref(w->chunk);
	free(w->slices);
	free(w->records);
	memset(w, 0, sizeof(*w));
}
