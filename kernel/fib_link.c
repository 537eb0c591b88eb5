/* SPDX-License-Identifier: ISC */
/* fib_link.c - what the kernel does to routes without telling */

/*
 * When a link goes down, or loses its last IPv4 address, the IPv4 routes with
 * paths of their own that are all over it vanish without a word; when a link is
 * removed, so does each route with any path over it.  IPv6 tells, path by path.
 *
 * Next hop objects do not mind addresses, but the loss of the carrier alone
 * takes them, with the routes of both families that name them (fib_object.c);
 * what IPv6 tells of that comes as a repetition.
 *
 * Walks over all routes happen for dumps, releases, and for those links and
 * gateways that some set of next hops uses; a pod's veth that comes and goes
 * costs a look at the sets.
 */

#include "kernel/fib_relic.h"
#include "kernel/fib_store.h"

/* ---- walks ---- */

void
fib_visit_all(struct fib *f, enum family family, fib_visit *visit)
{
	struct slab *entries = &f->side[family].entries;
	uint32_t id;

	for (id = 1; id < entries->high; id++) {
		if (fib_entry(f, family, id)->flags & FIB_IN_USE)
			visit(f, family, id);
	}
}

bool
fib_is_marked(const struct fib *f, uint32_t set)
{
	return set != 0 && hops_at(&f->hops, set)->marked;
}

void
fib_unmark_all(struct fib *f)
{
	struct hops *set;
	uint32_t id;

	for (id = 1; id < f->hops.high; id++) {
		set = hops_at(&f->hops, id);
		if (set != NULL)
			set->marked = false;
	}
}

/* ---- links ---- */

static struct fib_down *
down_find(const struct fib *f, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < f->ndown; i++) {
		if (f->down[i].index == index)
			return &f->down[i];
	}
	return NULL;
}

static enum fib_link_state
state_of(const struct fib *f, uint32_t index)
{
	const struct fib_down *down = down_find(f, index);

	return down == NULL ? FIB_LINK_UP : down->state;
}

static void
link_note(struct fib *f, uint32_t index, enum fib_link_state state)
{
	struct fib_down *down = down_find(f, index);

	if (state == FIB_LINK_UP || state == FIB_LINK_GONE) {
		if (down != NULL)
			*down = f->down[--f->ndown];
		return;
	}
	if (down == NULL) {
		if (f->ndown == f->down_room) {
			f->down_room = f->down_room == 0 ? 8 : 2 * f->down_room;
			f->down = xreallocarray(
			    f->down, f->down_room, sizeof(*f->down));
		}
		down = &f->down[f->ndown++];
	}
	*down = (struct fib_down){ index, state };
}

bool
fib_hops_down(const struct fib *f, uint32_t id)
{
	const struct hops *set = hops_at(&f->hops, id);
	const struct fib_down *down;
	unsigned int i;

	for (i = 0; i < set->count && f->ndown > 0; i++) {
		down = down_find(f, set->path[i].index);
		if (down != NULL &&
		    (down->state == FIB_LINK_DOWN || f->config.objects))
			return true;
	}
	return false;
}

/* What a marked form becomes, with a reference more. */
static uint32_t
next_of(struct fib *f, uint32_t form)
{
	return hops_ref(&f->hops, hops_at(&f->hops, form)->next);
}

/* The route is no more, ours or the IPv4 one that ours had to yield to. */
static void
lost_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	struct fib_trouble *t = fib_trouble_find(f, e);

	if (fib_is_marked(f, e->kernel))
		fib_set_kernel(f, e, next_of(f, e->kernel));
	if (t != NULL && fib_is_marked(f, t->hops))
		fib_trouble_reset(f, e);
	fib_relics_lose_marked(f, e);
	fib_settle(f, family, id);
}

static bool
is_lost(const struct fib *f, const struct hops *set, uint32_t index, bool gone)
{
	unsigned int i;

	if (!hops_uses(set, index))
		return false;
	for (i = 0; i < set->count && !gone; i++) {
		if (set->path[i].index != index &&
		    state_of(f, set->path[i].index) != FIB_LINK_DOWN)
			return false;
	}
	return true;
}

/*
 * On its way to what is lost: its result will say more.  On its way to what
 * becomes another: so it will, unless it is refused.
 */
static void
flight_follow(struct fib *f, struct fib_flight *fl)
{
	uint32_t next = next_of(f, fl->set);

	if (next != 0) {
		hops_unref(&f->hops, fl->set);
		fl->set = next;
		return;
	}
	fl->lost = true;
}

static void
flights_follow(struct fib *f, enum family family)
{
	struct fib_side *side = &f->side[family];
	struct fib_batch *batch;
	struct fib_flight *fl;
	unsigned int i;

	for (i = 0; i < side->nbatches; i++) {
		batch = fib_batch_at(side, i);
		for (fl = batch->at; fl < batch->at + batch->count; fl++) {
			if (fib_is_marked(f, fl->set) &&
			    !kernel_verb_is_object(fl->verb))
				flight_follow(f, fl);
		}
	}
}

void
fib_marks_follow(struct fib *f, enum family family)
{
	f->side[family].follows = false;
	flights_follow(f, family);
	fib_visit_all(f, family, lost_visit);
	fib_unmark_all(f);
}

static void
ipv4_lose(struct fib *f, uint32_t index, bool gone)
{
	struct hops *set;
	uint32_t id;
	bool any = false;

	for (id = 1; id < f->hops.high; id++) {
		set = hops_at(&f->hops, id);
		if (set == NULL || set->object != 0 ||
		    !is_lost(f, set, index, gone))
			continue;
		set->marked = true;
		any = true;
	}
	if (any)
		fib_marks_follow(f, FAMILY_IPV4);
}

/* A wish over the link: its status has changed, or it may be tried again. */
static void
wish_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	struct fib_trouble *t = fib_trouble_find(f, e);

	if (!fib_is_marked(f, e->wish))
		return;
	if (t != NULL && !(e->flags & FIB_FOREIGN) &&
	    fib_error_is_of_event(t->error))
		fib_trouble_reset(f, e);
	fib_settle(f, family, id);
}

static void
wishes_judge(struct fib *f, uint32_t index)
{
	struct hops *set;
	uint32_t id;
	bool any = false;

	for (id = 1; id < f->hops.high; id++) {
		set = hops_at(&f->hops, id);
		if (set == NULL || !hops_uses(set, index))
			continue;
		set->marked = true;
		any = true;
	}
	if (!any)
		return;
	fib_visit_all(f, FAMILY_IPV4, wish_visit);
	fib_visit_all(f, FAMILY_IPV6, wish_visit);
	fib_unmark_all(f);
}

static void
objects_lose(struct fib *f, uint32_t index)
{
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		if (fib_objects_mark_link(f, family, index))
			fib_marks_follow(f, family);
	}
}

void
fib_link(struct fib *f, uint32_t index, enum fib_link_state state)
{
	enum fib_link_state before = state_of(f, index);

	link_note(f, index, state);
	if (state != FIB_LINK_UP)
		objects_lose(f, index);
	if (state == FIB_LINK_GONE)
		ipv4_lose(f, index, true);
	if (state == FIB_LINK_DOWN && before != FIB_LINK_DOWN)
		ipv4_lose(f, index, false);
	if (state_of(f, index) != before)
		wishes_judge(f, index);
}

void
fib_link_reaches(struct fib *f, uint32_t index)
{
	if (f->side[FAMILY_IPV4].counts.by_status[FIB_FAILED] > 0 ||
	    f->side[FAMILY_IPV6].counts.by_status[FIB_FAILED] > 0)
		wishes_judge(f, index);
}

void
fib_link_flushed(struct fib *f, uint32_t index)
{
	ipv4_lose(f, index, false);
}
