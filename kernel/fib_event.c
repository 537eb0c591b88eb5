/* SPDX-License-Identifier: ISC */
/* fib_event.c - what the kernel tells, as facts of the fib */

/*
 * Routes and next hop objects come in from dumps and as events (never the echo
 * of a change of ours).  They become facts: what of ours the kernel
 * has, who else holds a prefix that we have to do with.  fib_settle does the
 * rest, so an event that finds everything as it should be costs a lookup.
 *
 * What the kernel does not tell of links is concluded in fib_link.c, and what
 * is not there because a dump does not show it, in fib_dump.c.
 *
 * Adoption also lives here: routes of ours that the first dump finds belong
 * to the daemon that ran before.  They are held until somebody confirms them
 * or the hold ends (RFC 4724 4.1 in the words of a FIB).
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fib_relic.h"
#include "kernel/fib_store.h"

/* ---- routes ---- */

static void
wish_of_route(const struct kernel_route *r, struct fib_wish *w)
{
	w->type = r->type;
	w->count = r->count;
	memcpy(w->path, r->path, r->count * sizeof(*r->path));
}

uint32_t
fib_route_hops(struct fib *f, const struct kernel_route *r)
{
	struct fib_wish w;

	wish_of_route(r, &w);
	return hops_intern(&f->hops, &w);
}

bool
fib_route_is_dead(const struct kernel_route *r)
{
	unsigned int i;

	for (i = 0; i < r->count; i++) {
		if (!r->path[i].dead)
			return false;
	}
	return r->count > 0;
}

/* Somebody undid what was in sync: how often in turn, and is it enough? */
static void
taken_judge(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	uint32_t ticks = (uint32_t)(f->now >> FIB_TICK_BITS) - e->since;

	e->flags |= FIB_REPAIR;
	if (fib_hops_down(f, e->wish))
		return; /* the link's fault, and IPv6 tells */
	if (ticks > FIB_TAKEN_TICKS)
		e->taken = 0;
	if (e->taken < FIB_TAKEN_MAX)
		e->taken++;
	if (e->taken == FIB_TAKEN_LIMIT) {
		f->side[family].counts.fights++;
		fib_entry_prefix(
		    f, family, id, &f->side[family].counts.fight_last);
	}
	if (e->taken >= FIB_TAKEN_LIMIT)
		fib_back_off(f, family, id, e->taken - FIB_TAKEN_LIMIT);
}

/* The kernel has this set of ours, or none; the reference is handed over. */
static void
kernel_told(struct fib *f, enum family family, uint32_t id, uint32_t set)
{
	struct fib_entry *e = fib_entry(f, family, id);
	bool was_in_sync = e->wish != 0 && fib_is_same(f, e);

	fib_set_kernel(f, e, set);
	if (e->flags & FIB_FLIGHT)
		e->flags |= FIB_TOLD;
	else if (was_in_sync && !fib_is_same(f, e) && !fib_is_reading(f))
		taken_judge(f, family, id);
	fib_settle(f, family, id);
}

/* Whoever it was is not there; when to try again stays. */
void
fib_foreign_forget(struct fib *f, struct fib_entry *e)
{
	struct fib_trouble *t = fib_trouble_find(f, e);

	if (!(e->flags & FIB_FOREIGN))
		return;
	e->flags &= (uint16_t)~FIB_FOREIGN;
	if (t == NULL)
		return;
	hops_unref(&f->hops, t->hops);
	t->hops = 0;
	t->owner = 0;
}

/* EEXIST said that there is one, nobody said whose. */
static bool
foreign_is_unknown(const struct fib *f, const struct fib_entry *e)
{
	const struct fib_trouble *t = fib_trouble_find(f, e);

	return (e->flags & FIB_FOREIGN) && (t == NULL || t->owner == 0);
}

/*
 * The form that the kernel has, counted; one that nobody wants where it goes by
 * an object that is not ours.
 */
uint32_t
fib_form_of_route(struct fib *f, const struct kernel_route *r)
{
	const struct fib_wish unclear = { .type = KERNEL_UNICAST };
	enum family family = r->prefix.address.family;
	uint32_t form = 0;

	if (r->object != 0)
		form = fib_object_told(f, family, r->object);
	if (form != 0)
		return hops_ref(&f->hops, form);
	if (r->object != 0)
		return hops_intern(&f->hops, &unclear);
	return fib_route_hops(f, r);
}

static void
ours_new(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_take(f, &r->prefix);
	struct fib_entry *e = fib_entry(f, family, id);

	e->flags |= FIB_SEEN;
	if (r->replaces || foreign_is_unknown(f, e))
		fib_foreign_forget(f, e);
	if (!f->adopted && !fib_route_is_dead(r))
		e->flags |= FIB_ADOPTED;
	kernel_told(f, family, id, fib_form_of_route(f, r));
}

uint32_t
fib_hops_left(struct fib *f, uint32_t set, const struct kernel_route *r)
{
	struct fib_wish w;

	if (set == 0 || r->prefix.address.family != FAMILY_IPV6 ||
	    r->count == 0 || hops_at(&f->hops, set)->object != 0)
		return 0;
	wish_of_route(r, &w);
	return hops_minus(&f->hops, set, &w);
}

static void
ours_gone(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_find(f, &r->prefix);
	struct fib_entry *e;
	uint32_t left;

	if (id == 0)
		return;
	e = fib_entry(f, family, id);
	left = fib_hops_left(f, e->kernel, r);
	/* A path of what was in flight: that is there, or nothing. */
	if (left != 0 && left == e->kernel && (e->flags & FIB_FLIGHT)) {
		hops_unref(&f->hops, left);
		left = 0;
	}
	kernel_told(f, family, id, left);
}

/* Remembered only where we have to do with the prefix. */
static void
foreign_new(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_find(f, &r->prefix);
	struct fib_entry *e;
	struct fib_trouble *t;

	if (id == 0)
		return;
	e = fib_entry(f, family, id);
	t = fib_trouble_take(f, e);
	hops_unref(&f->hops, t->hops);
	t->hops = fib_route_hops(f, r);
	t->owner = r->protocol;
	t->at = 0;
	e->flags |= FIB_FOREIGN | FIB_SEEN_FOREIGN;
	if (!r->replaces || e->kernel == 0) {
		fib_settle(f, family, id);
		return;
	}
	fib_set_kernel(f, e, 0);
	if (e->flags & FIB_FLIGHT)
		e->flags |= FIB_TOLD;
	fib_settle(f, family, id);
}

/* Its end is what a conflict waits for. */
static void
foreign_gone(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_find(f, &r->prefix);
	struct fib_entry *e;

	if (id == 0)
		return;
	e = fib_entry(f, family, id);
	if (!(e->flags & FIB_FOREIGN))
		return;
	fib_trouble_reset(f, e);
	fib_settle(f, family, id);
}

/* What an audit may tell of it later is of the time before. */
static void
audit_mark(struct fib *f, const struct prefix *p)
{
	uint32_t id = fib_entry_find(f, p);

	if (id != 0)
		fib_entry(f, p->address.family, id)->flags |= FIB_SEEN;
}

void
fib_route(struct fib *f, const struct kernel_route *r, bool gone, int64_t now)
{
	bool ours = r->protocol == f->config.protocol;

	f->now = now;
	if (r->table != f->config.table || fib_relic_told(f, r, gone) ||
	    r->metric != fib_metric(f, r->prefix.address.family))
		return;
	if (f->auditing)
		audit_mark(f, &r->prefix);
	if (ours && gone)
		ours_gone(f, r);
	else if (ours)
		ours_new(f, r);
	else if (gone)
		foreign_gone(f, r);
	else
		foreign_new(f, r);
}

void
fib_object(
    struct fib *f, const struct kernel_object *object, bool gone, int64_t now)
{
	enum family family;

	f->now = now;
	if (fib_object_mark_told(f, object, gone, &family))
		fib_marks_follow(f, family);
}

/* ---- the end of a hold ---- */

static void
release_visit(struct fib *f, enum family family, uint32_t id)
{
	fib_entry(f, family, id)->flags &= (uint16_t)~FIB_ADOPTED;
	fib_settle(f, family, id);
}

static void
done_visit(struct fib *f, enum family family, uint32_t id)
{
	if (fib_is_marked(f, fib_used(f, family, fib_entry(f, family, id))))
		release_visit(f, family, id);
}

void
fib_gateway_done(struct fib *f, const struct address *gateway, uint32_t index)
{
	struct hops *set;
	uint32_t id;
	bool any = false;

	for (id = 1; id < f->hops.high; id++) {
		set = hops_at(&f->hops, id);
		if (set == NULL || !hops_done(set, gateway, index))
			continue;
		set->marked = true;
		any = true;
	}
	if (!any)
		return;
	fib_visit_all(f, FAMILY_IPV4, done_visit);
	fib_visit_all(f, FAMILY_IPV6, done_visit);
	fib_unmark_all(f);
}

void
fib_release(struct fib *f, enum family family)
{
	fib_visit_all(f, family, release_visit);
}

static bool
leads_only_to(const struct hops *set, const struct address *at, size_t count)
{
	unsigned int i;
	size_t j;

	for (i = 0; i < set->count; i++) {
		for (j = 0; j < count; j++) {
			if (address_equal(&set->path[i].gateway, &at[j]))
				break;
		}
		if (j == count)
			return false;
	}
	return set->count > 0;
}

static void
release_but_visit(struct fib *f, enum family family, uint32_t id)
{
	const struct fib_entry *e = fib_entry(f, family, id);

	if (e->wish != 0 || !fib_is_marked(f, fib_used(f, family, e)))
		release_visit(f, family, id);
}

void
fib_release_but(
    struct fib *f, enum family family, const struct address *at, size_t count)
{
	struct hops *set;
	uint32_t id;

	for (id = 1; id < f->hops.high; id++) {
		set = hops_at(&f->hops, id);
		if (set != NULL)
			set->marked = leads_only_to(set, at, count);
	}
	fib_visit_all(f, family, release_but_visit);
	fib_unmark_all(f);
}
