/* SPDX-License-Identifier: ISC */
/* fib_object_result.c - what became of a change of an object */

/*
 * One that was refused is lost, for its reason; the routes behind it were
 * refused as well, and say so (fib_result.c).  A deletion that was refused is
 * tried again later, all of a family at one pace.
 */

#include <errno.h>

#include "kernel/fib_object_private.h"

#define TRIES_MAX 16 /* far behind the longest delay */

/* Or else it may have been made of somebody else's. */
static bool
members_are_here(
    const struct fib *f, enum family family, const struct fib_object *o)
{
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		if (fib_object_at(f, family, o->member[i])->state !=
		    FIB_OBJECT_HERE)
			return false;
	}
	return true;
}

/* Its members may have gone; there it is, and it is to be deleted. */
static void
object_keep(struct fib *f, struct fib_object *o)
{
	o->state = FIB_OBJECT_HERE;
	hops_idle(&f->hops, o->form);
}

static void
deletion_done(
    struct fib *f, enum family family, struct fib_object *o, int error)
{
	struct fib_objects *objects = &f->side[family].objects;

	if (error == 0 || error == ENOENT || error == ESRCH) {
		objects->tries = 0;
		return;
	}
	objects->not_before = f->now + fib_delay(objects->tries);
	if (objects->tries < TRIES_MAX)
		objects->tries++;
	object_keep(f, o);
}

/* An event may have told of its loss meanwhile; what is true then? */
static void
change_done(struct fib *f, enum family family, uint32_t number,
    const struct fib_flight *flight)
{
	struct fib_object *o = fib_object_at(f, family, number);

	if (flight->verb == KERNEL_OBJECT_DELETE) {
		deletion_done(f, family, o, flight->error);
		return;
	}
	hops_at(&f->hops, hops_plain(&f->hops, o->form))->error =
	    flight->error == EOPNOTSUPP ? 0 : flight->error;
	if (flight->error == 0) {
		f->wants_dump |= o->state == FIB_OBJECT_LOST ||
		    !members_are_here(f, family, o);
		return;
	}
	if (flight->error == EOPNOTSUPP)
		f->config.objects = false;
	else if (flight->error == EEXIST)
		f->wants_dump = true;
	else
		o->error = flight->error;
	if (o->state == FIB_OBJECT_HERE)
		fib_object_lose(f, family, number);
}

void
fib_object_done(struct fib *f, enum family family,
    const struct fib_flight *flight, bool known)
{
	uint32_t number = flight->id & ~FIB_OBJECT_COOKIE;
	struct fib_object *o = fib_object_at(f, family, number);

	o->flights--;
	hops_idle(&f->hops, o->form);
	if (flight->verb == KERNEL_OBJECT_REPLACE)
		fib_object_moved(f, family, number, flight, known);
	else if (known)
		change_done(f, family, number, flight);
}

void
fib_object_unsent(
    struct fib *f, enum family family, const struct fib_flight *flight)
{
	uint32_t number = flight->id & ~FIB_OBJECT_COOKIE;
	struct fib_object *o = fib_object_at(f, family, number);

	o->flights--;
	if (flight->verb == KERNEL_OBJECT_REPLACE)
		fib_object_unmoved(f, family, number);
	else if (flight->verb == KERNEL_OBJECT_DELETE)
		object_keep(f, o);
	else if (o->state == FIB_OBJECT_HERE)
		fib_object_lose(f, family, number);
}

bool
fib_object_is_lost(
    const struct fib *f, enum family family, uint32_t form, int *error)
{
	uint32_t id = form == 0 ? 0 : hops_at(&f->hops, form)->object;
	uint32_t number = id == 0 ? 0 : fib_object_find(f, family, id);

	if (number == 0 ||
	    fib_object_at(f, family, number)->state != FIB_OBJECT_LOST)
		return false;
	*error = fib_object_at(f, family, number)->error;
	return true;
}
