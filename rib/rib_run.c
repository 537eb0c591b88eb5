/* SPDX-License-Identifier: ISC */
/* rib_run.c - decides what was marked, and tells what came out different */

/*
 * In come entries that something marked: a path that came, changed or went,
 * or a next hop that leads elsewhere now.  Out go, to the sink, those whose
 * best path, its attributes, its next hop or its equal set changed; the sink
 * asks the rib for the rest.
 *
 * Most entries have one path, and then there is nothing to compare: it is
 * best if it was let in and its next hop leads somewhere.  Otherwise each
 * path becomes a candidate (rib_candidate.c); the step that eliminated it
 * stays with it, for whoever asks why.
 *
 * Our best routes lead to next hops themselves, so each change is told to the
 * resolver too; what it touches is looked at when the next slice begins.
 *
 * Paths do not know who shares their next hop.  When some changed, all paths
 * are looked at once, in the order they lie in memory; a list would cost
 * eight bytes for each of a million paths that rarely need it.
 *
 * A slice is counted in entries; both families take turns.
 */

#include <stdlib.h>
#include <string.h>

#include "rib/rib_private.h"

/* Notes the outcome; true when the equal set is not what it was. */
static bool
outcome_note(struct path *p, enum decide_step step, bool multipath)
{
	bool changed = p->multipath != multipath;

	p->step = step & 0xf;
	p->multipath = multipath;
	return changed;
}

/* One path needs no comparison. */
static bool
decide_single(struct rib *rib, struct table *t, uint32_t entry)
{
	uint32_t id = entry_at(t, entry)->paths;
	struct path *p = path_at(t, id);
	enum decide_step step = STEP_WINNER;

	if (p->accepted == 0)
		step = STEP_INELIGIBLE;
	else if (!path_is_reachable(rib, t, p))
		step = STEP_NEXT_HOP;
	entry_set_best(t, entry, step == STEP_WINNER ? id : 0);
	return outcome_note(p, step, step == STEP_WINNER);
}

static bool
decide_several(struct rib *rib, struct table *t, uint32_t entry)
{
	unsigned int n = candidates_fill(rib, t, entry);
	int winner = decide(&rib->rules, rib->candidates, n);
	uint32_t id = entry_at(t, entry)->paths;
	bool changed = false;
	uint32_t best = 0;
	unsigned int i;

	for (i = 0; i < n; i++, id = path_at(t, id)->next) {
		if ((int)i == winner)
			best = id;
		changed |= outcome_note(path_at(t, id), rib->candidates[i].step,
		    rib->candidates[i].multipath);
	}
	entry_set_best(t, entry, best);
	return changed;
}

/* Was something let in that has no way to its next hop, and nothing else? */
static void
cut_off_note(struct table *t, uint32_t entry)
{
	struct entry *e = entry_at(t, entry);
	uint32_t id = e->best == 0 ? e->paths : 0;

	t->without_way -= e->cut_off;
	while (id != 0 && path_at(t, id)->step != STEP_NEXT_HOP)
		id = path_at(t, id)->next;
	e->cut_off = id != 0;
	t->without_way += e->cut_off;
}

/* True when sinks must hear of it. */
static bool
entry_decide(struct rib *rib, struct table *t, uint32_t entry)
{
	struct entry *e = entry_at(t, entry);
	uint32_t before = e->best;
	bool changed = e->touched;

	e->touched = false;
	if (e->paths == 0)
		entry_set_best(t, entry, 0);
	else if (path_at(t, e->paths)->next == 0)
		changed |= decide_single(rib, t, entry);
	else
		changed |= decide_several(rib, t, entry);
	cut_off_note(t, entry);
	return changed || e->best != before;
}

static void
entry_run(
    struct rib *rib, struct table *t, uint32_t id, rib_sink *sink, void *arg)
{
	struct rib_change change = { .family = t->family, .entry = id };
	unsigned int news = entry_at(t, id)->news;

	entry_at(t, id)->news = 0;
	change.best = entry_decide(rib, t, id);
	if (change.best || rib->watches[t->family] > 0) {
		entry_prefix(t, id, &change.prefix);
		if (change.best)
			nexthop_best_changed(
			    rib->nexthops, &change.prefix, news);
		/* The sink may let go of the last hold. */
		entry_at(t, id)->holds++;
		sink(arg, &change);
		entry_at(t, id)->holds--;
	}
	entry_reap(t, id);
}

/*
 * What was marked comes first; then, after a change of the rules, the rest in
 * the order of ids.
 */
static uint32_t
entry_next(struct table *t)
{
	uint32_t id = entry_take_dirty(t);

	while (id == 0 && t->again != 0) {
		if (entry_at(t, t->again)->paths != 0)
			id = t->again;
		t->again = t->again + 1 < t->entries.high ? t->again + 1 : 0;
	}
	return id;
}

static bool
table_is_dirty(const struct table *t)
{
	return t->dirty_first != 0 || t->again != 0;
}

/* The families take turns while both have something to decide. */
static struct table *
table_next(struct rib *rib)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib->turn = (rib->turn + 1) % FAMILY_MAX;
		if (table_is_dirty(&rib->of[rib->turn]))
			return &rib->of[rib->turn];
	}
	return NULL;
}

bool
rib_run(struct rib *rib, unsigned int budget, rib_sink *sink, void *arg)
{
	struct table *t;
	uint32_t id;

	rib_nexthops_changed(rib);
	while (budget-- > 0 && (t = table_next(rib)) != NULL) {
		id = entry_next(t);
		if (id != 0)
			entry_run(rib, t, id, sink, arg);
	}
	return rib_is_dirty(rib);
}

bool
rib_is_dirty(const struct rib *rib)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (table_is_dirty(&rib->of[f]))
			return true;
	return nexthop_is_pending(rib->nexthops);
}

void
rib_set_decision(struct rib *rib, const struct decide_rules *rules)
{
	enum family f;

	if (rules->always_compare_med == rib->rules.always_compare_med &&
	    rules->multipath == rib->rules.multipath)
		return;
	rib->rules = *rules;
	for (f = 0; f < FAMILY_MAX; f++)
		rib->of[f].again = rib->of[f].entries.high > 1;
}

/* Next hops that changed: by id, the news that each is plus one, or 0. */
struct hop_news {
	uint8_t *of;
	uint32_t room;
};

static void
hop_news_add(struct hop_news *n, uint32_t id, unsigned int news)
{
	uint32_t room = n->room;

	if (id >= room) {
		n->room = 2 * id;
		n->of = xreallocarray(n->of, n->room, sizeof(*n->of));
		memset(n->of + room, 0, n->room - room);
	}
	n->of[id] = (uint8_t)(news + 1);
}

/* By the kernel's routes, for the import of a source. */
static void
move_note(struct rib *rib, const struct path *p)
{
	struct source *s = source_at(rib, p->source);

	if (!s->tracked || s->moved ||
	    nexthop_get(rib->nexthops, p->nexthop)->recursive)
		return;
	s->moved = true;
	rib->nmoved++;
}

static void
paths_touch(struct rib *rib, struct table *t, const struct hop_news *n)
{
	const struct path *p;
	uint32_t id;

	for (id = 1; id < t->paths.high; id++) {
		p = path_at(t, id);
		if (p->entry == 0 || p->nexthop >= n->room)
			continue;
		if (n->of[p->nexthop] == 0)
			continue;
		path_touch(t, id, n->of[p->nexthop] - 1u);
		move_note(rib, p);
	}
}

void
rib_nexthops_changed(struct rib *rib)
{
	struct hop_news changed = { .of = NULL };
	unsigned int news;
	enum family f;
	uint32_t id;

	while ((id = nexthop_changed(rib->nexthops, &news)) != 0)
		hop_news_add(&changed, id, news);
	if (changed.of == NULL)
		return;
	for (f = 0; f < FAMILY_MAX; f++)
		paths_touch(rib, &rib->of[f], &changed);
	free(changed.of);
}

void
rib_source_track(struct rib *rib, uint32_t id, bool on)
{
	source_at(rib, id)->tracked = on;
}

uint32_t
rib_take_moved(struct rib *rib)
{
	uint32_t id;

	for (id = 1; rib->nmoved > 0 && id < rib->sources.high; id++) {
		if (!source_at(rib, id)->moved)
			continue;
		source_at(rib, id)->moved = false;
		rib->nmoved--;
		return id;
	}
	return 0;
}
