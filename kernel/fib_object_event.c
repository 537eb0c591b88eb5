/* SPDX-License-Identifier: ISC */
/* fib_object_event.c - what becomes of objects in the kernel */

/*
 * With the carrier of its link an object goes, without a word, and so do its
 * routes; a group lives on with the members that are left, and its routes with
 * it.  So do forms: they are marked as lost, or as what they become, and
 * fib_link.c walks the routes.  A form that is lost never comes back.
 *
 * Dumps and events tell of everybody's objects.  One with our protocol and an
 * id of our range is ours, whoever made it: the daemon that ran before, mostly.
 * Somebody else's in our range is remembered, so that its id is not tried.
 */

#include "kernel/fib_object_private.h"

uint32_t
fib_object_told(struct fib *f, enum family family, uint32_t id)
{
	uint32_t number = fib_object_find(f, family, id);
	const struct fib_object *o;

	if (number == 0)
		return 0;
	o = fib_object_at(f, family, number);
	return o->state == FIB_OBJECT_HERE ? o->form : 0;
}

void
fib_object_mark(
    struct fib *f, enum family family, uint32_t number, uint32_t set)
{
	struct fib_object *o = fib_object_at(f, family, number);
	struct hops *old = hops_at(&f->hops, o->form);
	uint32_t form = o->form;

	o->doubt = true;
	old->moving = 0;
	old->marked = true;
	old->next = 0;
	if (set == 0) {
		fib_object_lose(f, family, number);
		return;
	}
	fib_object_way_leave(f, family, number);
	o->form = hops_intern_form(&f->hops, set, o->id);
	old->next = o->form;
	hops_idle(&f->hops, o->form);
	fib_object_way_take(f, family, number);
	hops_unref(&f->hops, form);
}

static const struct kernel_nexthop *
member_path(const struct fib *f, enum family family, uint32_t number)
{
	const struct fib_object *o = fib_object_at(f, family, number);

	return &hops_at(&f->hops, o->form)->path[0];
}

/* The group without what was lost of it. */
static void
group_mark(struct fib *f, enum family family, uint32_t number)
{
	struct fib_object *o = fib_object_at(f, family, number);
	struct fib_wish gone = { .type = KERNEL_UNICAST };
	uint32_t member[KERNEL_PATHS], set;
	unsigned int i, left = 0;

	for (i = 0; i < o->count; i++) {
		if (fib_object_at(f, family, o->member[i])->state ==
		    FIB_OBJECT_HERE)
			member[left++] = o->member[i];
		else
			gone.path[gone.count++] =
			    *member_path(f, family, o->member[i]);
	}
	if (gone.count == 0)
		return;
	set = hops_minus(&f->hops, o->form, &gone);
	fib_object_mark(f, family, number, set);
	hops_unref(&f->hops, set);
	if (set != 0)
		fib_object_members(f, family, number, member, left);
}

static uint32_t
objects_high(const struct fib *f, enum family family)
{
	return f->side[family].objects.all.high;
}

void
fib_object_groups_mark(struct fib *f, enum family family)
{
	const struct fib_object *o;
	uint32_t number;

	for (number = 1; number < objects_high(f, family); number++) {
		o = fib_object_at(f, family, number);
		if (o->state == FIB_OBJECT_HERE && o->count > 0)
			group_mark(f, family, number);
	}
}

/* It is about to lead over the link. */
static bool
is_coming_over(const struct fib *f, const struct fib_object *o, uint32_t index)
{
	uint32_t moving;

	if (o->state != FIB_OBJECT_HERE)
		return false;
	moving = hops_at(&f->hops, o->form)->moving;
	return moving != 0 && hops_uses(hops_at(&f->hops, moving), index);
}

bool
fib_objects_mark_link(struct fib *f, enum family family, uint32_t index)
{
	struct fib_object *o;
	uint32_t number;
	bool any = false;

	for (number = 1; number < objects_high(f, family); number++) {
		o = fib_object_at(f, family, number);
		if (is_coming_over(f, o, index))
			o->doubt = true;
		if (o->state != FIB_OBJECT_HERE || o->count > 0 ||
		    hops_at(&f->hops, o->form)->count != 1 ||
		    member_path(f, family, number)->index != index)
			continue;
		fib_object_mark(f, family, number, 0);
		any = true;
	}
	if (any)
		fib_object_groups_mark(f, family);
	return any;
}

/* The set that a group comes to, counted; one that nobody wants if unclear. */
static uint32_t
group_set(struct fib *f, enum family family, const struct kernel_object *k,
    uint32_t *member)
{
	struct fib_wish w = { .type = KERNEL_UNICAST };
	uint32_t set;
	unsigned int i;

	for (i = 0; i < k->count; i++) {
		member[i] = fib_object_find(f, family, k->member[i].id);
		if (member[i] != 0 &&
		    fib_object_at(f, family, member[i])->state !=
			FIB_OBJECT_HERE)
			member[i] = 0;
		if (member[i] == 0)
			continue;
		w.path[w.count] = *member_path(f, family, member[i]);
		w.path[w.count++].weight = k->member[i].weight;
	}
	set = hops_intern(&f->hops, &w);
	if (hops_at(&f->hops, set)->count == k->count)
		return set;
	hops_unref(&f->hops, set);
	w.count = 0;
	return hops_intern(&f->hops, &w);
}

static uint32_t
single_set(struct fib *f, const struct kernel_object *k)
{
	struct fib_wish w = { .type = KERNEL_UNICAST, .count = 1 };

	w.path[0] = k->path;
	w.path[0].weight = 1;
	return hops_intern(&f->hops, &w);
}

/* Somebody else had one of their members lead elsewhere. */
static void
groups_doubt(struct fib *f, enum family family, uint32_t member)
{
	const struct fib_object *o;
	uint32_t number;
	unsigned int i;

	for (number = 1; number < objects_high(f, family); number++) {
		o = fib_object_at(f, family, number);
		if (o->state != FIB_OBJECT_HERE)
			continue;
		for (i = 0; i < o->count && o->member[i] != member; i++)
			;
		if (i < o->count)
			fib_object_doubt(f, family, number);
	}
}

/* There it is; true when routes have to follow. */
static bool
object_judge(struct fib *f, enum family family, const struct kernel_object *k)
{
	uint32_t member[KERNEL_PATHS] = { 0 };
	uint32_t number = fib_object_find(f, family, k->id);
	uint32_t set =
	    k->count > 0 ? group_set(f, family, k, member) : single_set(f, k);
	struct fib_object *o;
	bool moves = false;

	if (number == 0) {
		number = fib_object_new(f, family, set, k->id);
		o = fib_object_at(f, family, number);
		o->state = FIB_OBJECT_HERE;
		hops_idle(&f->hops, o->form);
	}
	o = fib_object_at(f, family, number);
	if (o->state == FIB_OBJECT_HERE) {
		o->seen = true;
		moves = hops_plain(&f->hops, o->form) != set;
		if (moves) {
			groups_doubt(f, family, number);
			fib_object_mark(f, family, number, set);
		}
		fib_object_members(f, family, number, member, k->count);
	}
	hops_unref(&f->hops, set);
	return moves;
}

/*
 * Its id is not for us as long as it is there.  One of ours that became
 * somebody else's is lost to us; true when routes have to follow.
 */
static bool
foreign_judge(struct fib *f, enum family family, uint32_t id, bool gone)
{
	uint32_t number = fib_object_find(f, family, id);
	struct fib_object *o;

	if (number == 0 && !gone)
		number = fib_object_new(f, family, 0, id);
	if (number == 0)
		return false;
	o = fib_object_at(f, family, number);
	if (o->state == FIB_OBJECT_HERE && !gone) {
		groups_doubt(f, family, number);
		fib_object_mark(f, family, number, 0);
		f->wants_dump = true;
		return true;
	}
	if (o->state == FIB_OBJECT_FOREIGN && gone)
		fib_object_free(f, family, number);
	else if (o->state == FIB_OBJECT_FOREIGN)
		o->seen = true;
	return false;
}

bool
fib_object_mark_told(struct fib *f, const struct kernel_object *k, bool gone,
    enum family *family)
{
	uint32_t number;
	bool group;

	if (!fib_object_id_read(k->id, family, &group))
		return false;
	if (k->protocol != f->config.protocol || group != (k->count > 0))
		return foreign_judge(f, *family, k->id, gone);
	if (!gone)
		return object_judge(f, *family, k);
	number = fib_object_find(f, *family, k->id);
	if (number == 0 ||
	    fib_object_at(f, *family, number)->state != FIB_OBJECT_HERE)
		return false;
	fib_object_mark(f, *family, number, 0);
	fib_object_groups_mark(f, *family);
	return true;
}

void
fib_objects_dump_begin(struct fib *f, enum family family)
{
	uint32_t number;

	fib_objects_tidy(f, family, NULL);
	for (number = 1; number < objects_high(f, family); number++)
		fib_object_at(f, family, number)->seen = false;
}

bool
fib_objects_mark_unseen(struct fib *f, enum family family)
{
	struct fib_object *o;
	uint32_t number;
	bool any = false;

	for (number = 1; number < objects_high(f, family); number++) {
		o = fib_object_at(f, family, number);
		if (o->state == FIB_OBJECT_FOREIGN && !o->seen)
			fib_object_free(f, family, number);
		if (o->state != FIB_OBJECT_HERE)
			continue;
		if (o->seen) {
			hops_idle(&f->hops, o->form);
			continue;
		}
		fib_object_mark(f, family, number, 0);
		any = true;
	}
	if (any)
		fib_object_groups_mark(f, family);
	return any;
}
