/* SPDX-License-Identifier: ISC */
/* group_output.c - what a group tells, and to whom how far */
/*
 * A change of the rib is exported once for each group of its family and set
 * in that group's adj-rib-out; nothing is sent in that turn.  In the output
 * turn each member that can take more gets the window behind its cursor.
 * Members in step stand at the same cursor, so the group's last window is
 * theirs too and they share its chunk, each without what it sourced itself.
 * A member that was told a prefix by somebody else and now sources it itself
 * is sent a withdrawal of its own (`recall`).
 *
 * A new group is fed from the rib in slices; changes that come meanwhile are
 * set like any other, for setting the same twice is nothing.  End-of-RIB
 * waits for the feed.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/group_private.h"
#include "bgpd/session/session.h"
#include "rib/mem.h"

#define FEED_SLICE 512u /* entries of the rib in one turn */

uint32_t
group_export(struct group *g, uint32_t entry, const struct prefix *prefix,
    uint32_t *source, enum export_reason *reason)
{
	struct groups *gs = g->groups;
	struct export_source from;
	struct policy_route route;
	struct rib_path path;
	struct attrs in, out;
	const struct rib_source *s;
	bool third_party;

	*source = 0;
	*reason = EXPORT_NO_ROUTE;
	if (!rib_best(gs->rib, g->family, entry, &path))
		return 0;
	*source = path.source;
	s = rib_source_get(gs->rib, path.source);
	from.kind = s->kind;
	from.identifier = s->identifier;
	attr_get(rib_attrs(gs->rib), path.accepted, &in);
	route.prefix = prefix;
	route.attrs = &in;
	route.originated = path.source == RIB_LOCAL;
	third_party = g->key.subnet.length > 0 &&
	    prefix_covers(&g->key.subnet, &in.next_hop);
	*reason = export_route(&g->key.target, &from, gs->policy, &route,
	    third_party, gs->scratch, &out);
	if (*reason != EXPORT_OK)
		return 0;
	return attr_intern(rib_attrs(gs->rib), &out);
}

void
group_change(struct group *g, uint32_t entry, const struct prefix *prefix)
{
	enum export_reason reason;
	uint32_t attrs, source;

	attrs = group_export(g, entry, prefix, &source, &reason);
	if (adjout_set(g->adjout, entry, attrs, source)) {
		g->dirty = true;
		g->window_valid = false;
	}
	attr_unref(rib_attrs(g->groups->rib), attrs);
}

static void
group_feed(struct group *g)
{
	struct prefix prefix;
	unsigned int n;

	for (n = 0; n < FEED_SLICE && g->feeding; n++) {
		g->feed = rib_walk(g->groups->rib, g->family, g->feed, &prefix);
		if (g->feed == 0)
			g->feeding = false;
		else
			group_change(g, g->feed, &prefix);
	}
	g->dirty = true;
}

static const struct window *
group_window(struct group *g, uint64_t after, uint64_t since)
{
	struct window *w = &g->window;

	if (g->window_valid && w->after == after &&
	    (w->since == since || !w->tombstones))
		return w;
	w->after = after;
	w->since = since;
	w->nrecords = adjout_window(
	    g->adjout, after, since, w->records, WINDOW_RECORDS, &w->last);
	window_encode(
	    g->groups->encoder, w, g->groups->rib, &g->key.context, g->family);
	g->window_valid = true;
	return w;
}

static void
member_withdraw(struct member *m, const struct group *g,
    const struct adjout_record *records, size_t count)
{
	struct chunk *c;

	c = window_encode_withdrawals(g->groups->encoder, g->groups->rib,
	    &m->group->key.context, g->family, records, count);
	if (c == NULL)
		return;
	m->ops->send(m->arg, c, 0, c->length);
	chunk_unref(c);
}

/* All slices but its own; of its own, what it must forget. */
static void
member_send(struct member *m, const struct window *w)
{
	size_t i, offset = 0, end;

	if (w->chunk != NULL) {
		end = w->chunk->length;
		for (i = 0; i < w->nslices; i++) {
			if (w->slices[i].source != m->source)
				continue;
			if (w->slices[i].offset > 0)
				m->ops->send(
				    m->arg, w->chunk, 0, w->slices[i].offset);
			offset = w->slices[i].offset + w->slices[i].length;
		}
		if (offset < end)
			m->ops->send(m->arg, w->chunk, offset, end - offset);
	}
	for (i = 0; i < w->nrecords; i++)
		if (w->records[i].recall && w->records[i].source == m->source)
			member_withdraw(m, m->group, &w->records[i], 1);
}

void
member_settle(struct member *m)
{
	struct group *old = m->ghost;
	struct adjout_record *r;
	uint64_t after = 0, last;
	size_t n, i, gone;
	uint32_t source;

	r = xreallocarray(NULL, WINDOW_RECORDS, sizeof(*r));
	while ((n = adjout_window(
		    old->adjout, after, 0, r, WINDOW_RECORDS, &last)) > 0) {
		for (i = 0, gone = 0; i < n; i++)
			if (adjout_find(
				m->group->adjout, r[i].entry, &source) == 0 ||
			    source == m->source)
				r[gone++] = r[i];
		member_withdraw(m, m->group, r, gone);
		after = last;
	}
	free(r);
	m->ghost = NULL;
	adjout_leave(old->adjout, m->source);
	old->ghosts--;
	group_drop(old);
}

/*
 * Has it heard what was there when it joined?  Who joined while the group
 * was still being fed knows no such mark and waits for all of it.
 */
static bool
member_caught_up(const struct member *m)
{
	const struct group *g = m->group;

	if (g->feeding)
		return false;
	return m->early ? adjout_in_step(g->adjout, m->source)
			: adjout_caught_up(g->adjout, m->source);
}

/* One window for a member; true when it could take another now. */
static bool
member_output(struct member *m)
{
	struct group *g = m->group;
	const struct window *w;

	if (!m->ops->ready(m->arg))
		return false;
	if (!adjout_in_step(g->adjout, m->source)) {
		w = group_window(g, adjout_cursor(g->adjout, m->source),
		    adjout_since(g->adjout, m->source));
		member_send(m, w);
		adjout_advance(g->adjout, m->source, w->last);
	}
	if (member_caught_up(m)) {
		if (m->ghost != NULL)
			member_settle(m);
		if (!m->synced) {
			m->synced = true;
			m->ops->synced(m->arg, g->family);
		}
	}
	return !adjout_in_step(g->adjout, m->source);
}

static bool
group_output(struct group *g)
{
	struct member *m;
	bool more = false, behind = false;

	if (g->feeding) {
		group_feed(g);
		more = g->feeding;
	}
	if (g->groups->deferred[g->family])
		return more;
	for (m = g->members; m != NULL; m = m->next) {
		more |= member_output(m);
		behind |= !m->synced || !adjout_in_step(g->adjout, m->source);
	}
	g->dirty = behind || g->feeding;
	return more;
}

bool
groups_output(struct groups *gs)
{
	struct group *g, *next;
	bool more = false;

	for (g = gs->list; g != NULL; g = next) {
		next = g->next;
		if (g->dirty)
			more |= group_output(g);
	}
	return more;
}
