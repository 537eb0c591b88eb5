/* SPDX-License-Identifier: ISC */
/* group_encode.c - a window of an adj-rib-out as messages */
/*
 * In come records sorted by (source, attributes); out goes one counted chunk
 * of whole UPDATEs and an index of it by source, so that a member can be
 * handed everything but what it said itself.  A run of equal attributes
 * fills messages to the brim; withdrawals of a source pack likewise.  Where a
 * record stands for a path (rib/slots.h), its id goes out with the prefix.
 *
 * Attributes that do not fit the message size of the group (they grew while
 * reflected or prepended) never get here: window_fits is asked before they
 * are announced to the group.
 *
 * The buffer is one for all groups, grows to the largest window seen and is
 * copied once into the chunk that all members share.
 */
#include "bgpd/group/group_encode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session.h"
#include "rib/mem.h"

/* More than all of a message whose length does not vary with its lists. */
#define FIXED_PART 256u

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

/* A path may be said twice, narrow and wide: RFC 6793 4.2.2. */
static size_t
lists_length(const struct attrs *a)
{
	return 2 * a->as_path.length + a->communities.length +
	    a->ext_communities.length + a->large_communities.length +
	    a->cluster_list.length + a->aigp.length + a->unknown.length;
}

bool
window_fits(struct window_encoder *e, const struct window_form *form,
    const struct attrs *attrs)
{
	size_t max = form->context->max_size;
	struct update_writer w;
	struct wr wr;

	if (lists_length(attrs) + FIXED_PART <= max)
		return true;
	e->used = 0;
	wr = encoder_room(e, max);
	return update_begin(&w, &wr, form->context, form->family, attrs);
}

static void
run_route(
    const struct window_form *form, uint32_t id, struct update_route *route)
{
	uint32_t entry = id;

	memset(route, 0, sizeof(*route));
	if (form->slots != NULL) {
		entry = slots_get(form->slots, id)->entry;
		route->path_id = id;
	}
	rib_prefix(form->rib, form->family, entry, &route->prefix);
}

/* Writes one message; returns how many records it holds. */
static size_t
encode_message(struct window_encoder *e, const struct window_form *form,
    const struct run *run)
{
	struct update_writer w;
	struct update_route route;
	struct attrs attrs;
	struct wr wr;
	size_t n;
	bool fits;

	wr = encoder_room(e, form->context->max_size);
	if (!run->withdraw)
		attr_get(rib_attrs(form->rib), run->records[0].attrs, &attrs);
	fits = update_begin(&w, &wr, form->context, form->family,
	    run->withdraw ? NULL : &attrs);
	assert(fits);
	for (n = 0; n < run->count; n++) {
		run_route(form, run->records[n].entry, &route);
		if (!update_add(&w, &route))
			break;
	}
	e->used += update_end(&w);
	return n;
}

static void
encode_run(
    struct window_encoder *e, const struct window_form *form, struct run run)
{
	size_t n;

	while (run.count > 0) {
		n = encode_message(e, form, &run);
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
window_prepare(struct window *w)
{
	if (w->records != NULL)
		return;
	w->records = xreallocarray(NULL, WINDOW_RECORDS, sizeof(*w->records));
	w->slices = xreallocarray(NULL, WINDOW_RECORDS, sizeof(*w->slices));
}

void
window_encode(
    struct window_encoder *e, struct window *w, const struct window_form *form)
{
	const struct adjout_record *r = w->records;
	struct window_slice *slice = NULL;
	struct run run;
	size_t i;

	e->used = 0;
	chunk_unref(w->chunk);
	w->nslices = 0;
	for (i = 0; i < w->nrecords; i += run.count) {
		run.records = r + i;
		run.count = run_length(r + i, w->nrecords - i);
		run.withdraw = r[i].attrs == 0;
		if (slice == NULL || slice->source != r[i].source) {
			slice = &w->slices[w->nslices++];
			slice->source = r[i].source;
			slice->offset = e->used;
		}
		encode_run(e, form, run);
		slice->length = e->used - slice->offset;
	}
	w->chunk = encoder_chunk(e);
}

struct chunk *
window_encode_withdrawals(struct window_encoder *e,
    const struct window_form *form, const struct adjout_record *records,
    size_t count)
{
	struct run run = { records, count, true };

	e->used = 0;
	encode_run(e, form, run);
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

size_t
window_bytes(const struct window *w)
{
	size_t bytes = mem_bytes(w->records) + mem_bytes(w->slices);

	if (w->chunk != NULL)
		bytes += mem_bytes(w->chunk) / w->chunk->refs;
	return bytes;
}

size_t
window_encoder_bytes(const struct window_encoder *e)
{
	return mem_bytes(e) + mem_bytes(e->buffer);
}
