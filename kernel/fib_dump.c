/* SPDX-License-Identifier: ISC */
/* fib_dump.c - all that the kernel has, against what is believed of it */

/*
 * Two readings of everything end here.  A dump is told at once, nothing is
 * sent meanwhile, and its word is the truth: what it did not show is not
 * there.  An audit is told over a minute or more, beside everything else, and
 * looks for what went wrong without a word; whatever was told or done since it
 * began is believed.
 *
 * Either marks the entries that it sees, and so do events and results during an
 * audit.  Those without a mark are looked for in slices afterwards, so that
 * half a million routes hold up nobody.  An audit that is wrong does no harm: a
 * route that it took for lost is there when it is added (EEXIST), which asks
 * for a dump, and one that it took for there is not when it is deleted.
 *
 * There is one pair of marks, so a dump ends an audit.
 */

#include "kernel/fib_relic.h"
#include "kernel/fib_store.h"

#define AUDIT_TICKS 8 /* about 2 s: what was told is not as old as that */

static uint32_t
ticks_now(const struct fib *f)
{
	return (uint32_t)(f->now >> FIB_TICK_BITS);
}

/* ---- marks ---- */

static void
unmark_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);

	e->flags &= (uint16_t) ~(FIB_SEEN | FIB_SEEN_FOREIGN);
	if (f->dumping)
		fib_relics_dump_begin(f, e);
}

/* What is in flight: its result will say. */
static void
flights_mark(struct fib *f, enum family family)
{
	struct fib_side *side = &f->side[family];
	const struct fib_batch *batch;
	unsigned int i;
	uint32_t j;

	for (i = 0; i < side->nbatches; i++) {
		batch = fib_batch_at(side, i);
		for (j = 0; j < batch->count; j++) {
			if (!kernel_verb_is_object(batch->at[j].verb))
				fib_entry(f, family, batch->at[j].id)->flags |=
				    FIB_SEEN;
		}
	}
}

static void
marks_begin(struct fib *f)
{
	enum family family;

	f->sweeping = false;
	for (family = 0; family < FAMILY_MAX; family++) {
		fib_visit_all(f, family, unmark_visit);
		flights_mark(f, family);
	}
}

static void
sweep_begin(struct fib *f)
{
	f->sweeping = true;
	f->sweep_family = 0;
	f->sweep_id = 0;
}

/* ---- dumps ---- */

void
fib_dump_begin(struct fib *f)
{
	f->dumping = true;
	f->auditing = false;
	fib_objects_dump_begin(f, FAMILY_IPV4);
	fib_objects_dump_begin(f, FAMILY_IPV6);
	marks_begin(f);
}

void
fib_dump_end(struct fib *f, int64_t now)
{
	enum family family;
	bool first = !f->adopted;

	f->now = now;
	for (family = 0; family < FAMILY_MAX; family++) {
		if (fib_objects_mark_unseen(f, family))
			fib_marks_follow(f, family);
	}
	f->adopted = true;
	sweep_begin(f);
	if (first)
		fib_sweep(f, UINT32_MAX, now);
}

static void
dump_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);

	if (e->kernel != 0 && !(e->flags & FIB_SEEN))
		fib_set_kernel(f, e, 0);
	if (!(e->flags & FIB_SEEN_FOREIGN))
		fib_foreign_forget(f, e);
	fib_relics_dump_end(f, e);
	fib_settle(f, family, id);
}

/* ---- audits ---- */

bool
fib_audit_begin(struct fib *f, int64_t now)
{
	if (f->dumping || !f->adopted)
		return false;
	f->now = now;
	f->auditing = true;
	marks_begin(f);
	return true;
}

bool
fib_is_auditing(const struct fib *f)
{
	return f->auditing;
}

/* Somebody changed it, and no event said so. */
static void
audit_found(struct fib *f, enum family family, uint32_t id, uint32_t set)
{
	struct fib_entry *e = fib_entry(f, family, id);

	f->side[family].counts.audited++;
	e->flags |= FIB_REPAIR;
	fib_set_kernel(f, e, set);
	fib_settle(f, family, id);
}

/* Ours, and nobody here knows of it; unless it was deleted just now. */
static void
audit_stray(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	const struct fib_side *side = &f->side[family];
	uint32_t id;

	if (side->nbatches > 0 || ticks_now(f) - side->ended < AUDIT_TICKS)
		return;
	id = fib_entry_take(f, &r->prefix);
	fib_entry(f, family, id)->flags |= FIB_SEEN;
	audit_found(f, family, id, fib_form_of_route(f, r));
}

static void
audit_ours(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_find(f, &r->prefix), set;
	struct fib_entry *e;

	if (id == 0) {
		audit_stray(f, r);
		return;
	}
	e = fib_entry(f, family, id);
	if (e->flags & (FIB_SEEN | FIB_FLIGHT))
		return;
	e->flags |= FIB_SEEN;
	set = fib_form_of_route(f, r);
	if (hops_plain(&f->hops, set) == hops_plain(&f->hops, e->kernel))
		hops_unref(&f->hops, set);
	else
		audit_found(f, family, id, set);
}

static void
audit_foreign(struct fib *f, const struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	uint32_t id = fib_entry_find(f, &r->prefix);

	if (id != 0)
		fib_entry(f, family, id)->flags |= FIB_SEEN_FOREIGN;
}

void
fib_audit_route(struct fib *f, const struct kernel_route *r, int64_t now)
{
	f->now = now;
	if (!f->auditing || f->sweeping || r->table != f->config.table ||
	    r->metric != fib_metric(f, r->prefix.address.family))
		return;
	if (fib_is_ours(f, r->prefix.address.family, r->protocol, r->metric))
		audit_ours(f, r);
	else
		audit_foreign(f, r);
}

void
fib_audit_end(struct fib *f, bool complete, int64_t now)
{
	f->now = now;
	if (!f->auditing)
		return;
	f->auditing = complete;
	if (complete)
		sweep_begin(f);
	else
		f->sweeping = false;
}

static void
audit_visit(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);

	if (e->flags & (FIB_FLIGHT | FIB_SEEN))
		return;
	if ((e->flags & (FIB_FOREIGN | FIB_SEEN_FOREIGN)) == FIB_FOREIGN) {
		fib_trouble_reset(f, e);
		fib_settle(f, family, id);
	} else if (e->kernel != 0) {
		audit_found(f, family, id, 0);
	}
}

/* ---- the end of either ---- */

/* The next entry of the walk, in use or not; false behind the last. */
static bool
sweep_next(struct fib *f)
{
	if (++f->sweep_id < f->side[f->sweep_family].entries.high)
		return true;
	f->sweep_id = 0;
	return ++f->sweep_family < FAMILY_MAX;
}

bool
fib_sweep(struct fib *f, uint32_t entries, int64_t now)
{
	const struct fib_entry *e;

	f->now = now;
	while (f->sweeping && entries-- > 0) {
		if (!sweep_next(f)) {
			f->sweeping = f->dumping = f->auditing = false;
			break;
		}
		if (f->sweep_id == 0)
			continue;
		e = fib_entry(f, f->sweep_family, f->sweep_id);
		if (!(e->flags & FIB_IN_USE))
			continue;
		if (f->dumping)
			dump_visit(f, f->sweep_family, f->sweep_id);
		else
			audit_visit(f, f->sweep_family, f->sweep_id);
	}
	return f->sweeping;
}
