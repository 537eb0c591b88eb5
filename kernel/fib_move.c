/* SPDX-License-Identifier: ISC */
/* fib_move.c - one change of the kernel for all routes that share a way */

/*
 * Counting only: fib_settle has an entry join those of its form that want the
 * same, whatever changes one of its facts has it leave.  The first to join
 * says what is counted; others are not, and then it does not come out even
 * until they have gone.  An entry whose change is in flight has made its
 * choice: it counts neither as one that moves nor as one that stays.
 */

#include "kernel/fib_move.h"

/* The form that the kernel has, if it is one by an object. */
static struct hops *
form_of(const struct fib *f, const struct fib_entry *e)
{
	struct hops *form;

	if (e->kernel == 0)
		return NULL;
	form = hops_at(&f->hops, e->kernel);
	return form->object == 0 ? NULL : form;
}

/* Gateways of one family have routes of the same kind. */
static bool
is_like(const struct hops *form, const struct hops *set)
{
	return form->count == 1 && set->count == 1 &&
	    form->path[0].gateway.family == set->path[0].gateway.family;
}

bool
fib_move_fits(const struct fib *f, const struct fib_entry *e)
{
	const struct hops *form = form_of(f, e);

	return form != NULL && !form->stuck && form->routes >= FIB_CROWD &&
	    fib_object_fits(f, e->wish) &&
	    (fib_object_is_group(form->object) ||
		is_like(form, hops_at(&f->hops, e->wish)));
}

bool
fib_move_is_coming(const struct fib *f, const struct fib_entry *e)
{
	const struct hops *form = form_of(f, e);

	return form != NULL && form->moving == e->wish;
}

void
fib_move_join(struct fib *f, struct fib_entry *e)
{
	struct hops *form = form_of(f, e);

	if ((e->flags & FIB_MOVER) || (form->movers > 0 && form->to != e->wish))
		return;
	form->to = e->wish;
	form->movers++;
	f->moved++;
	e->flags |= FIB_MOVER;
}

void
fib_move_leave(struct fib *f, struct fib_entry *e)
{
	if (!(e->flags & FIB_MOVER))
		return;
	form_of(f, e)->movers--;
	e->flags &= (uint16_t)~FIB_MOVER;
}

bool
fib_move_waits(const struct fib *f)
{
	return f->expect_until > f->now;
}

/* Its references: its own, its routes, and nothing on its way to it. */
bool
fib_move_is_for_all(
    const struct fib *f, enum family family, const struct fib_entry *e)
{
	const struct hops *form = form_of(f, e);

	return (e->flags & FIB_MOVER) && form->movers > 1 &&
	    form->movers == form->routes - form->flying &&
	    form->refs == form->routes + 1 &&
	    !fib_object_is_member(f, family, e->kernel);
}
