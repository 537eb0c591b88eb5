/* SPDX-License-Identifier: ISC */
/* fib_object.c - next hop objects of ours in the kernel */

/*
 * A route that names an object costs the kernel less than one with a gateway
 * of its own, and thousands share it: one for each gateway and link, a group
 * for each set of more.  Routes are kept by form (fib_hops.h), so the users of
 * an object are the references of its form: routes that the kernel has, changes
 * on their way, groups, and one of its own.  When that one is left, the object
 * is deleted; the last route went before, in the same row of batches.
 *
 * An object is made in front of the first route that needs it, mostly in the
 * same batch.  If it is refused, so are these, for its reason.  Its id is taken
 * from our range, one after the other; somebody else's (EEXIST) is passed over.
 *
 * What became of these changes is in fib_object_result.c, what becomes of an
 * object in the kernel in fib_object_event.c.
 *
 * Only objects with our protocol and an id of our range are ever touched.
 */

#include "kernel/fib_object.h"

#include <assert.h>
#include <string.h>

#include "kernel/fib_object_private.h"

/* ---- ids ---- */

static uint32_t
id_base(enum family family, bool group)
{
	return FIB_OBJECT_FIRST +
	    FIB_OBJECT_KIND * (2 * (uint32_t)family + group);
}

/* False: not in our range. */
bool
fib_object_id_read(uint32_t id, enum family *family, bool *group)
{
	uint32_t kind = (id - FIB_OBJECT_FIRST) / FIB_OBJECT_KIND;

	*family = kind / 2 == 0 ? FAMILY_IPV4 : FAMILY_IPV6;
	*group = kind % 2;
	return id >= FIB_OBJECT_FIRST && kind < 2 * FAMILY_MAX;
}

bool
fib_object_is_group(uint32_t id)
{
	enum family family;
	bool group;

	return fib_object_id_read(id, &family, &group) && group;
}

static uint32_t
id_hash(uint32_t id)
{
	return id * 0x9e3779b1u;
}

static uint32_t
hash_ipv4(const void *arg, uint32_t number)
{
	return id_hash(fib_object_at(arg, FAMILY_IPV4, number)->id);
}

static uint32_t
hash_ipv6(const void *arg, uint32_t number)
{
	return id_hash(fib_object_at(arg, FAMILY_IPV6, number)->id);
}

/* 0 when there is none. */
uint32_t
fib_object_find(const struct fib *f, enum family family, uint32_t id)
{
	const struct idmap *ids = &f->side[family].objects.ids;
	uint32_t hash = id_hash(id), number, at;

	for (number = idmap_first(ids, hash, &at); number != 0;
	     number = idmap_next(ids, hash, &at)) {
		if (fib_object_at(f, family, number)->id == id)
			return number;
	}
	return 0;
}

static uint32_t
id_next(struct fib *f, enum family family, bool group)
{
	uint32_t *cursor = &f->side[family].objects.cursor[group];
	uint32_t id;

	do {
		id = id_base(family, group) + *cursor;
		*cursor = (*cursor + 1) % FIB_OBJECT_KIND;
	} while (fib_object_find(f, family, id) != 0);
	return id;
}

void
fib_objects_init(struct fib *f)
{
	static idmap_hash *const hash_of[FAMILY_MAX] = { hash_ipv4, hash_ipv6 };
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		slab_init(
		    &f->side[family].objects.all, sizeof(struct fib_object));
		idmap_init(&f->side[family].objects.ids, hash_of[family], f);
	}
}

void
fib_objects_clear(struct fib *f)
{
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		idmap_clear(&f->side[family].objects.ids);
		slab_clear(&f->side[family].objects.all);
	}
}

/* ---- records ---- */

uint32_t *
fib_object_way(
    const struct fib *f, enum family family, const struct fib_object *o)
{
	uint32_t plain = hops_plain(&f->hops, o->form);

	return &hops_at(&f->hops, plain)->way[family];
}

/* set: 0 of somebody else's. */
uint32_t
fib_object_new(struct fib *f, enum family family, uint32_t set, uint32_t id)
{
	struct fib_objects *objects = &f->side[family].objects;
	uint32_t number = slab_take(&objects->all);
	struct fib_object *o = fib_object_at(f, family, number);

	o->id = id;
	idmap_insert(&objects->ids, id_hash(id), number);
	o->state = FIB_OBJECT_FOREIGN;
	if (set == 0)
		return number;
	o->form = hops_intern_form(&f->hops, set, id);
	o->state = FIB_OBJECT_NEW;
	fib_object_way_take(f, family, number);
	return number;
}

static void
members_keep(struct fib *f, enum family family, const uint32_t *member,
    unsigned int count)
{
	while (count-- > 0)
		fib_object_at(f, family, member[count])->groups++;
}

static void
members_drop(struct fib *f, enum family family, const uint32_t *member,
    unsigned int count)
{
	struct fib_object *o;

	while (count-- > 0) {
		o = fib_object_at(f, family, member[count]);
		if (--o->groups == 0)
			hops_idle(&f->hops, o->form);
	}
}

static void
members_clear(struct fib *f, enum family family, struct fib_object *o)
{
	members_drop(f, family, o->member, o->count);
	members_drop(f, family, o->coming, o->ncoming);
	o->count = o->ncoming = 0;
}

void
fib_object_members(struct fib *f, enum family family, uint32_t number,
    const uint32_t *member, unsigned int count)
{
	struct fib_object *o = fib_object_at(f, family, number);
	uint32_t known[KERNEL_PATHS];
	unsigned int i, n = 0;

	for (i = 0; i < count; i++) {
		if (member[i] != 0)
			known[n++] = member[i];
	}
	members_keep(f, family, known, n);
	members_clear(f, family, o);
	memcpy(o->member, known, n * sizeof(*known));
	o->count = (uint8_t)n;
}

/* Not by a group of one, which could be no member of another. */
void
fib_object_way_take(struct fib *f, enum family family, uint32_t number)
{
	struct fib_object *o = fib_object_at(f, family, number);
	uint32_t *way = fib_object_way(f, family, o);

	if (*way == 0 &&
	    fib_object_is_group(o->id) ==
		(hops_at(&f->hops, o->form)->count > 1))
		*way = number;
}

void
fib_object_way_leave(struct fib *f, enum family family, uint32_t number)
{
	struct fib_object *o = fib_object_at(f, family, number);
	uint32_t *way = fib_object_way(f, family, o);

	if (*way == number)
		*way = 0;
}

/* Nothing new will name it. */
void
fib_object_lose(struct fib *f, enum family family, uint32_t number)
{
	struct fib_object *o = fib_object_at(f, family, number);

	fib_object_way_leave(f, family, number);
	members_clear(f, family, o);
	o->state = FIB_OBJECT_LOST;
	hops_idle(&f->hops, o->form);
}

void
fib_object_free(struct fib *f, enum family family, uint32_t number)
{
	struct fib_objects *objects = &f->side[family].objects;
	struct fib_object *o = fib_object_at(f, family, number);

	if (o->form != 0)
		fib_object_way_leave(f, family, number);
	members_clear(f, family, o);
	idmap_remove(&objects->ids, number);
	hops_unref(&f->hops, o->form);
	o->state = FIB_OBJECT_FREE;
	slab_give(&objects->all, number);
}

/* ---- making ---- */

bool
fib_object_fits(const struct fib *f, uint32_t set)
{
	const struct hops *h = hops_at(&f->hops, set);
	unsigned int i;

	if (!f->config.objects || h->type != KERNEL_UNICAST || h->count == 0)
		return false;
	for (i = 0; i < h->count; i++) {
		if (address_is_unset(&h->path[i].gateway))
			return false; /* its scope is the route's */
	}
	return true;
}

void
fib_object_write(struct fib *f, enum family family, uint32_t number,
    enum kernel_verb verb, uint32_t form, struct fib_sheet *sheet)
{
	struct fib_object *o = fib_object_at(f, family, number);
	const struct hops *set = hops_at(&f->hops, form);
	const uint32_t *member = o->member;
	struct kernel_change *c = &sheet->changes[sheet->count++];
	unsigned int i;

	*fib_flight_put(sheet->batch) = (struct fib_flight){
		.id = number | FIB_OBJECT_COOKIE,
		.verb = verb,
		.set = hops_ref(&f->hops, form),
	};
	o->flights++;
	c->verb = verb;
	c->cookie = number | FIB_OBJECT_COOKIE;
	c->object = (struct kernel_object){
		.id = o->id, .protocol = f->config.protocol, .count = o->count
	};
	if (verb == KERNEL_OBJECT_DELETE)
		return;
	if (verb == KERNEL_OBJECT_REPLACE) {
		c->object.count = o->ncoming;
		member = o->coming;
	}
	if (c->object.count == 0)
		c->object.path = set->path[0];
	for (i = 0; i < c->object.count; i++) {
		c->object.member[i].id =
		    fib_object_at(f, family, member[i])->id;
		c->object.member[i].weight = set->path[i].weight;
	}
}

/* The object of a set, in the kernel or on the sheet. */
uint32_t
fib_object_single(
    struct fib *f, enum family family, uint32_t set, struct fib_sheet *sheet)
{
	uint32_t number = hops_at(&f->hops, set)->way[family];
	struct fib_object *o;

	if (number == 0)
		number =
		    fib_object_new(f, family, set, id_next(f, family, false));
	o = fib_object_at(f, family, number);
	if (o->state == FIB_OBJECT_NEW) {
		fib_object_write(
		    f, family, number, KERNEL_OBJECT_ADD, o->form, sheet);
		o->state = FIB_OBJECT_HERE;
	}
	return number;
}

unsigned int
fib_object_singles(struct fib *f, enum family family, uint32_t set,
    uint32_t *member, struct fib_sheet *sheet)
{
	struct fib_wish one = { .type = KERNEL_UNICAST, .count = 1 };
	unsigned int i, count = hops_at(&f->hops, set)->count;
	uint32_t single;

	for (i = 0; i < count; i++) {
		one.path[0] = hops_at(&f->hops, set)->path[i];
		one.path[0].weight = 1;
		single = hops_intern(&f->hops, &one);
		member[i] = fib_object_single(f, family, single, sheet);
		hops_unref(&f->hops, single);
	}
	members_keep(f, family, member, count);
	return count;
}

static uint32_t
group_make(
    struct fib *f, enum family family, uint32_t set, struct fib_sheet *sheet)
{
	uint32_t number = hops_at(&f->hops, set)->way[family];
	struct fib_object *o;

	if (number == 0)
		number =
		    fib_object_new(f, family, set, id_next(f, family, true));
	o = fib_object_at(f, family, number);
	if (o->state != FIB_OBJECT_NEW)
		return number;
	o->count =
	    (uint8_t)fib_object_singles(f, family, set, o->member, sheet);
	fib_object_write(f, family, number, KERNEL_OBJECT_ADD, o->form, sheet);
	o->state = FIB_OBJECT_HERE;
	return number;
}

/* A group may need all its members made, and the route comes behind. */
uint32_t
fib_object_form(
    struct fib *f, enum family family, uint32_t set, struct fib_sheet *sheet)
{
	const struct hops *h = hops_at(&f->hops, set);
	bool here = h->way[family] != 0 &&
	    fib_object_at(f, family, h->way[family])->state == FIB_OBJECT_HERE;
	uint32_t number;

	if (!here && sheet->max - sheet->count < h->count + 2u)
		return 0;
	if (h->count == 1)
		number = fib_object_single(f, family, set, sheet);
	else
		number = group_make(f, family, set, sheet);
	return fib_object_at(f, family, number)->form;
}

/* ---- ends ---- */

int64_t
fib_objects_idle_at(const struct fib *f, enum family family)
{
	if (f->hops.nidle == 0)
		return 0;
	return f->side[family].objects.not_before + 1;
}

/* What the idle form is of; 0 when nothing is to be done any more. */
static uint32_t
idle_number(const struct fib *f, uint32_t form, enum family *family)
{
	const struct hops *set = hops_at(&f->hops, form);
	const struct fib_object *o;
	uint32_t number;
	bool group;

	if (set == NULL || set->object == 0 || set->refs != 1 ||
	    !fib_object_id_read(set->object, family, &group))
		return 0;
	number = fib_object_find(f, *family, set->object);
	if (number == 0)
		return 0;
	o = fib_object_at(f, *family, number);
	return o->form == form && o->flights == 0 && o->groups == 0 ? number
								    : 0;
}

/* False when there is no room for its deletion. */
static bool
idle_end(
    struct fib *f, enum family family, uint32_t number, struct fib_sheet *sheet)
{
	const struct fib_object *o = fib_object_at(f, family, number);

	if (o->state != FIB_OBJECT_HERE) {
		fib_object_free(f, family, number);
		return true;
	}
	if (sheet == NULL || sheet->count == sheet->max ||
	    f->now < f->side[family].objects.not_before)
		return false;
	fib_object_write(
	    f, family, number, KERNEL_OBJECT_DELETE, o->form, sheet);
	fib_object_lose(f, family, number);
	return true;
}

void
fib_objects_tidy(struct fib *f, enum family family, struct fib_sheet *sheet)
{
	struct hops_table *hops = &f->hops;
	uint32_t i, form, number, kept = 0;
	enum family of;

	/* Ends make others idle, behind those that are there. */
	for (i = 0; i < hops->nidle; i++) {
		form = hops->idle[i];
		number = idle_number(f, form, &of);
		if (number != 0 &&
		    (of != family || !idle_end(f, family, number, sheet)))
			hops->idle[kept++] = form;
	}
	hops->nidle = kept;
}
