/* SPDX-License-Identifier: ISC */
/* fib_await.c - who waits until a route is in the kernel */

/*
 * A route that is told to others draws traffic, which had better find a way.
 * So whoever is about to tell asks here first.  A route of ours in the kernel,
 * in whatever form, is good, and so is what is held of another daemon; what is
 * not wanted there is nothing to wait for.  For the rest a bit of the entry
 * says that somebody asked, and when the route has come the entry stands in a
 * queue for whoever takes it out.  Nothing is kept of who it was.
 *
 * Entries may go, and their ids be given to others, while they stand in that
 * queue: then a prefix is named that nobody asked for, and asking again finds
 * all as it was.
 */

#include "kernel/fib_store.h"

static enum fib_verdict
verdict_of(const struct fib_entry *e)
{
	if (e->kernel != 0 || e->wish == 0 || (e->flags & FIB_ADOPTED))
		return FIB_GOOD;
	return e->status == FIB_PENDING ? FIB_NO_VERDICT : FIB_REFUSED;
}

enum fib_verdict
fib_verdict(const struct fib *f, const struct prefix *p)
{
	uint32_t id = fib_entry_find(f, p);

	return id == 0 ? FIB_GOOD
		       : verdict_of(fib_entry(f, p->address.family, id));
}

enum fib_verdict
fib_await(struct fib *f, const struct prefix *p)
{
	enum family family = p->address.family;
	uint32_t id = fib_entry_find(f, p);
	struct fib_entry *e;
	enum fib_verdict verdict;

	if (id == 0)
		return FIB_GOOD;
	e = fib_entry(f, family, id);
	verdict = verdict_of(e);
	if (verdict == FIB_GOOD || (e->flags & FIB_AWAITED))
		return verdict;
	e->flags |= FIB_AWAITED;
	f->side[family].awaits += e->status == FIB_PENDING;
	return verdict;
}

void
fib_await_count(
    struct fib_side *side, const struct fib_entry *e, enum fib_status next)
{
	if (!(e->flags & FIB_AWAITED))
		return;
	side->awaits -= e->status == FIB_PENDING;
	side->awaits += next == FIB_PENDING;
}

void
fib_await_judge(struct fib *f, enum family family, uint32_t id)
{
	struct fib_side *side = &f->side[family];
	struct fib_entry *e = fib_entry(f, family, id);

	if (!(e->flags & FIB_AWAITED) || verdict_of(e) != FIB_GOOD)
		return;
	side->awaits -= e->status == FIB_PENDING;
	e->flags &= (uint16_t)~FIB_AWAITED;
	fib_queue_put(&side->arrived, id);
}

bool
fib_awaited(struct fib *f, enum family family, struct prefix *p)
{
	uint32_t id;

	while ((id = fib_queue_pull(&f->side[family].arrived)) != 0) {
		if (!(fib_entry(f, family, id)->flags & FIB_IN_USE))
			continue;
		fib_entry_prefix(f, family, id, p);
		return true;
	}
	return false;
}

uint32_t
fib_awaits(const struct fib *f, enum family family)
{
	return f->side[family].awaits;
}
