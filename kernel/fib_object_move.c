/* SPDX-License-Identifier: ISC */
/* fib_object_move.c - an object that is replaced for all its routes */

/*
 * fib_move.h says when.  What is here is the way of the one change: the
 * members that a group is to have are made in front of it, its set gives it up
 * so that nothing new is installed by it, and the routes wait.  When it is
 * acknowledged, its form becomes that of the other set, and the routes follow
 * as they do when the kernel changes an object by itself (fib_link.c).
 *
 * What may befall it on its way: it, a member or a link is lost, somebody else
 * replaces it, or nobody knows what became of the batch.  Then what the kernel
 * has is unclear until it is asked; its routes are put right one by one, and
 * so they are where the kernel refuses the replacement.
 */

#include <assert.h>
#include <errno.h>

#include "kernel/fib_object_private.h"

bool
fib_object_is_member(const struct fib *f, enum family family, uint32_t form)
{
	uint32_t id = hops_at(&f->hops, form)->object;
	uint32_t number = fib_object_find(f, family, id);

	return fib_object_at(f, family, number)->groups > 0;
}

bool
fib_object_move(struct fib *f, enum family family, uint32_t form, uint32_t set,
    struct fib_sheet *sheet)
{
	struct hops *from = hops_at(&f->hops, form);
	uint32_t number = fib_object_find(f, family, from->object);
	struct fib_object *o = fib_object_at(f, family, number);
	uint32_t to;

	assert(o->state == FIB_OBJECT_HERE && o->ncoming == 0);
	if (sheet->max - sheet->count < hops_at(&f->hops, set)->count + 1u)
		return false;
	if (fib_object_is_group(o->id))
		o->ncoming = (uint8_t)fib_object_singles(
		    f, family, set, o->coming, sheet);
	to = hops_intern_form(&f->hops, set, o->id);
	fib_object_write(f, family, number, KERNEL_OBJECT_REPLACE, to, sheet);
	hops_unref(&f->hops, to);
	fib_object_way_leave(f, family, number);
	o->doubt = false;
	from->moving = set;
	return true;
}

/* The routes are settled once more, with what they have. */
static void
routes_wake(struct fib *f, struct fib_object *o)
{
	struct hops *form = hops_at(&f->hops, o->form);

	form->moving = 0;
	form->marked = true;
	form->next = o->form;
}

static bool
coming_are_here(
    const struct fib *f, enum family family, const struct fib_object *o)
{
	unsigned int i;

	for (i = 0; i < o->ncoming; i++) {
		if (fib_object_at(f, family, o->coming[i])->state !=
		    FIB_OBJECT_HERE)
			return false;
	}
	return true;
}

/* A set that nobody wants; the members that it may have are kept. */
void
fib_object_doubt(struct fib *f, enum family family, uint32_t number)
{
	struct fib_wish unclear = { .type = KERNEL_UNICAST };
	uint32_t set = hops_intern(&f->hops, &unclear);

	fib_object_mark(f, family, number, set);
	hops_at(&f->hops, fib_object_at(f, family, number)->form)->stuck = true;
	hops_unref(&f->hops, set);
	f->wants_dump = true;
}

static void
object_refused(struct fib *f, enum family family, uint32_t number, int error)
{
	struct fib_object *o = fib_object_at(f, family, number);

	if (error == ENOENT) { /* it went without a word */
		fib_object_mark(f, family, number, 0);
		f->wants_dump = true;
		return;
	}
	fib_object_members(f, family, number, o->member, o->count);
	fib_object_way_take(f, family, number);
	routes_wake(f, o);
	hops_at(&f->hops, o->form)->stuck = true;
}

void
fib_object_moved(struct fib *f, enum family family, uint32_t number,
    const struct fib_flight *flight, bool known)
{
	struct fib_object *o = fib_object_at(f, family, number);

	f->side[family].follows = true;
	if (o->state != FIB_OBJECT_HERE)
		f->wants_dump |= flight->error == 0;
	else if (!known || (flight->error == 0 && o->doubt) ||
	    (flight->error == 0 && !coming_are_here(f, family, o)))
		fib_object_doubt(f, family, number);
	else if (flight->error != 0)
		object_refused(f, family, number, flight->error);
	else {
		fib_object_mark(
		    f, family, number, hops_plain(&f->hops, flight->set));
		fib_object_members(f, family, number, o->coming, o->ncoming);
	}
}

void
fib_object_unmoved(struct fib *f, enum family family, uint32_t number)
{
	struct fib_object *o = fib_object_at(f, family, number);

	fib_object_members(f, family, number, o->member, o->count);
	fib_object_way_take(f, family, number);
	routes_wake(f, o);
	fib_marks_follow(f, family);
}
