/* SPDX-License-Identifier: ISC */
/* origin.c - what this node originates: blocks, announced and learned prefixes
 */
/*
 * The config's blocks and `announce` lines come in, local paths of the rib
 * go out.  What is originated is kept in one sorted array, so that a new
 * config costs the rib its differences only: a prefix that stays with equal
 * attributes is not touched, and nobody hears of it.
 *
 * A local path has ORIGIN IGP and an empty AS_PATH; its next hop is unset,
 * because each group of peers is told the address that suits it.  Learned
 * routes of the kernel, which learn.c chooses and keeps, become the same but
 * for ORIGIN INCOMPLETE (RFC 4271 5.1.1), so that what the config says of a
 * prefix wins over what the kernel says.
 *
 * A block of
 * more than one address is a blackhole in the kernel, so that packets to a
 * pod that has gone do not follow the default route out and come back.
 */
#include "bgpd/origin.h"

#include <stdlib.h>
#include <string.h>

#include "rib/bytes.h"
#include "rib/mem.h"

struct item {
	struct prefix prefix;
	uint32_t attrs; /* a reference */
	bool block;
};

struct items {
	struct item *at; /* ascending prefix */
	size_t count;
};

struct origin {
	struct rib *rib;
	struct items items;
	uint32_t learned; /* attributes of all that is; a reference */
};

static uint32_t
attrs_make(
    struct origin *o, uint8_t origin, const uint32_t *communities, size_t count)
{
	struct attrs a;
	uint8_t *list = xreallocarray(NULL, count, sizeof(uint32_t));
	uint32_t id;
	size_t i;

	for (i = 0; i < count; i++)
		bytes_put_u32(list + i * sizeof(uint32_t), communities[i]);
	memset(&a, 0, sizeof(a));
	a.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH;
	a.origin = origin;
	a.communities = (struct span){ list, count * sizeof(uint32_t) };
	id = attr_intern(rib_attrs(o->rib), &a);
	free(list);
	return id;
}

struct origin *
origin_new(struct rib *rib)
{
	struct origin *o = xcalloc(1, sizeof(*o));

	o->rib = rib;
	o->learned = attrs_make(o, ORIGIN_INCOMPLETE, NULL, 0);
	return o;
}

static void
items_clear(struct origin *o, struct items *items)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		attr_unref(rib_attrs(o->rib), items->at[i].attrs);
	free(items->at);
}

void
origin_free(struct origin *o)
{
	if (o == NULL)
		return;
	items_clear(o, &o->items);
	attr_unref(rib_attrs(o->rib), o->learned);
	free(o);
}

static int
item_compare(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;

	return prefix_compare(&x->prefix, &y->prefix);
}

/* A block that is announced too is one item with what `announce` says. */
static void
items_merge(struct origin *o, struct items *items)
{
	struct item *last, *next;
	size_t i, n = 0;

	for (i = 0; i < items->count; i++) {
		next = &items->at[i];
		last = n > 0 ? &items->at[n - 1] : NULL;
		if (last == NULL || item_compare(last, next) != 0) {
			items->at[n++] = *next;
			continue;
		}
		if (!next->block) {
			attr_unref(rib_attrs(o->rib), last->attrs);
			last->attrs = next->attrs;
		} else {
			attr_unref(rib_attrs(o->rib), next->attrs);
		}
		last->block |= next->block;
	}
	items->count = n;
}

static void
items_fill(struct origin *o, const struct conf *conf, struct items *items)
{
	const struct conf_announce *a;
	struct item *to;
	size_t i;

	items->count = conf->nblocks + conf->nannounce;
	items->at = xcalloc(items->count, sizeof(*items->at));
	to = items->at;
	for (i = 0; i < conf->nblocks; i++, to++) {
		to->prefix = conf->blocks[i];
		to->attrs = attrs_make(o, ORIGIN_IGP, NULL, 0);
		to->block = true;
	}
	for (i = 0; i < conf->nannounce; i++, to++) {
		a = &conf->announce[i];
		to->prefix = a->prefix;
		to->attrs =
		    attrs_make(o, ORIGIN_IGP, a->communities, a->ncommunities);
	}
	if (items->count > 0)
		qsort(
		    items->at, items->count, sizeof(*items->at), item_compare);
	items_merge(o, items);
}

static void
item_announce(struct origin *o, const struct item *item, int64_t now)
{
	const struct rib_input in = { .source = RIB_LOCAL,
		.received = item->attrs,
		.accepted = item->attrs,
		.refusal = RIB_ACCEPTED };

	rib_update(o->rib, &item->prefix, &in, now);
}

void
origin_configure(struct origin *o, const struct conf *conf, int64_t now)
{
	struct items before = o->items, after;
	size_t i = 0, j = 0;
	int order;

	items_fill(o, conf, &after);
	o->items = after;
	while (i < before.count || j < after.count) {
		if (i == before.count)
			order = 1;
		else if (j == after.count)
			order = -1;
		else
			order = item_compare(&before.at[i], &after.at[j]);
		if (order < 0)
			rib_withdraw(
			    o->rib, &before.at[i].prefix, RIB_LOCAL, 0);
		else if (order > 0 || before.at[i].attrs != after.at[j].attrs)
			item_announce(o, &after.at[j], now);
		i += order <= 0;
		j += order >= 0;
	}
	items_clear(o, &before);
}

void
origin_learn(struct origin *o, const struct prefix *prefix,
    enum rib_refusal refusal, int64_t now)
{
	const struct rib_input in = { .source = RIB_LEARNED,
		.received = o->learned,
		.accepted = refusal == RIB_ACCEPTED ? o->learned : 0,
		.refusal = refusal };

	rib_update(o->rib, prefix, &in, now);
}

void
origin_forget(struct origin *o, const struct prefix *prefix)
{
	rib_withdraw(o->rib, prefix, RIB_LEARNED, 0);
}

bool
origin_is_block(const struct origin *o, const struct prefix *prefix)
{
	const struct item key = { .prefix = *prefix };
	const struct item *found;

	if (o->items.count == 0 ||
	    prefix->length == family_bits(prefix->address.family))
		return false;
	found = bsearch(&key, o->items.at, o->items.count, sizeof(*o->items.at),
	    item_compare);
	return found != NULL && found->block;
}
