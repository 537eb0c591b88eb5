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
 *
 * Where a group tells no more than so many prefixes, those that came first are
 * told; what is withdrawn makes room, and the same walk looks for who waits.
 *
 * What this node cannot forward yet is not set at all (group_gate.c).
 *
 * A refresh (RFC 7313) is the same walk once more, between a beginning and an
 * end that are said to who asked; it never begins before End-of-RIB.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/group/group_private.h"
#include "bgpd/session/session.h"
#include "rib/mem.h"

#define FEED_SLICE 512u /* entries of the rib in one turn */

/*
 * A next hop on the subnet of the group may stay, unless it is that of another
 * neighbor: who is told its own address as the next hop ignores the route
 * (RFC 4271 5.1.3, 6.3), and members of a group are all told the same.
 */
static bool
is_third_party(const struct group *g, const struct rib_source *source,
    const struct address *hop)
{
	return g->key.subnet.length > 0 && prefix_covers(&g->key.subnet, hop) &&
	    (address_equal(hop, &source->address) ||
		!rib_source_is_at(g->groups->rib, hop));
}

/* What the policy reads of where the path comes from and leads to. */
static void
route_names(const struct group *g, const struct rib_path *path,
    struct policy_route *route)
{
	const struct policy_env *env = g->groups->policy;
	unsigned int needs = policy_needs(&g->key.target.policy);
	struct filter_who who = { .neighbor = NULL };
	const struct nexthop_result *hop;

	if ((needs & FILTER_READS_SOURCE) != 0 && env->names != NULL) {
		env->names(env->arg, path->source, &who);
		route->neighbor = who.neighbor;
		route->group = who.group;
	}
	if ((needs & FILTER_READS_INTERFACE) == 0 || env->link == NULL ||
	    path->nexthop == 0)
		return;
	hop = nexthop_get(rib_nexthops(g->groups->rib), path->nexthop);
	if (hop->state == NEXTHOP_RESOLVED)
		route->interface = env->link(env->arg, hop->index);
}

uint32_t
group_export_path(struct group *g, const struct group_route *what,
    const struct rib_path *path, enum export_reason *reason)
{
	struct groups *gs = g->groups;
	const struct rib_source *s = rib_source_get(gs->rib, path->source);
	const struct export_source from = { s->kind, s->identifier };
	struct policy_route route = { .prefix = what->prefix };
	struct attrs in, out;

	attr_get(rib_attrs(gs->rib), path->accepted, &in);
	route.attrs = &in;
	route.counts = group_gate_counts(g, what);
	route_names(g, path, &route);
	*reason = export_route(&g->key.target, &from, gs->policy, &route,
	    is_third_party(g, s, &in.next_hop), gs->scratch, &out);
	if (*reason == EXPORT_OK && !window_fits(gs->encoder, &g->form, &out))
		*reason = EXPORT_TOO_BIG;
	if (*reason == EXPORT_OK)
		*reason = group_gate_judge(g, what, from.kind, &out);
	if (*reason != EXPORT_OK)
		return 0;
	return attr_intern(rib_attrs(gs->rib), &out);
}

uint32_t
group_export(struct group *g, const struct group_route *what, uint32_t *source,
    enum export_reason *reason)
{
	struct rib_path path;

	*source = 0;
	*reason = EXPORT_NO_ROUTE;
	if (!rib_best(g->groups->rib, g->family, what->entry, &path))
		return 0;
	*source = path.source;
	return group_export_path(g, what, &path, reason);
}

bool
group_is_full_for(const struct group *g, uint32_t id)
{
	uint32_t source;

	return g->key.limit != 0 && adjout_count(g->adjout) >= g->key.limit &&
	    adjout_find(g->adjout, id, &source) == 0;
}

void
group_set(struct group *g, uint32_t id, uint32_t attrs, uint32_t source)
{
	if (attrs != 0 && group_is_full_for(g, id)) {
		g->waiting = true;
	} else if (adjout_set(g->adjout, id, attrs, source)) {
		g->dirty = true;
		g->window_valid = false;
	}
	attr_unref(rib_attrs(g->groups->rib), attrs);
}

void
group_change(struct group *g, uint32_t entry, const struct prefix *prefix)
{
	enum export_reason reason;
	uint32_t attrs, source;

	if (group_has_paths(g)) {
		group_paths_change(g, entry, prefix);
		return;
	}
	attrs = group_export(
	    g, &(struct group_route){ entry, prefix, true }, &source, &reason);
	group_set(g, entry, attrs, source);
}

/*
 * There is room again for what was left out: a slice of the walk that looks for
 * it.  It goes on where it stopped when there was no room any more, so that
 * each has its turn; nobody waits once a whole lap found room for all.
 */
static bool
group_fill(struct group *g)
{
	struct prefix prefix;
	unsigned int n;

	for (n = 0; n < FEED_SLICE && g->waiting && !g->feeding; n++) {
		if (adjout_count(g->adjout) >= g->key.limit) {
			g->lap = false;
			return false;
		}
		g->fill = rib_walk(g->groups->rib, g->family, g->fill, &prefix);
		if (g->fill != 0)
			group_change(g, g->fill, &prefix);
		else if (g->lap)
			g->waiting = false;
		else
			g->lap = true;
	}
	return g->waiting && !g->feeding;
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

/*
 * Who has told a member what it need not hear again: the group that it comes
 * from, unless it asked for everything.
 */
static const struct group *
member_past(const struct member *m)
{
	if (m->ghost == NULL || m->refreshing ||
	    !group_writes_like(m->ghost, m->group))
		return NULL;
	return m->ghost;
}

static void
window_omit(struct window *w, const struct adjout *past)
{
	size_t i, n = 0;

	for (i = 0; i < w->nrecords; i++)
		if (!adjout_said(past, w->said, &w->records[i]))
			w->records[n++] = w->records[i];
	w->nrecords = n;
}

/*
 * The window behind a member's cursor.  The last one will do if it begins at
 * the same place and holds every withdrawal that this member must hear; some
 * that it need not hear do no harm.
 */
static const struct window *
member_window(struct member *m)
{
	struct group *g = m->group;
	uint64_t after = adjout_cursor(g->adjout, m->source);
	uint64_t since = adjout_since(g->adjout, m->source);
	const struct group *past = member_past(m);
	uint64_t besides = past == NULL ? 0 : past->number;
	uint64_t said =
	    past == NULL ? 0 : adjout_cursor(past->adjout, m->source);
	struct window *w = &g->window;

	if (g->window_valid && w->after == after && w->since <= since &&
	    w->besides == besides && w->said == said)
		return w;
	window_prepare(w);
	w->after = after;
	w->since = since;
	w->besides = besides;
	w->said = said;
	w->nrecords = adjout_window(
	    g->adjout, after, since, w->records, WINDOW_RECORDS, &w->last);
	if (past != NULL)
		window_omit(w, past->adjout);
	window_encode(g->groups->encoder, w, &g->form);
	g->window_valid = true;
	return w;
}

static void
member_withdraw(
    struct member *m, const struct adjout_record *records, size_t count)
{
	const struct group *g = m->group;
	struct chunk *c;

	c = window_encode_withdrawals(
	    g->groups->encoder, &g->form, records, count);
	if (c == NULL)
		return;
	m->ops->send(m->arg, c, 0, c->length);
	chunk_unref(c);
}

static void
member_send_slice(
    struct member *m, struct chunk *chunk, size_t offset, size_t end)
{
	if (offset < end)
		m->ops->send(m->arg, chunk, offset, end - offset);
}

/* All slices but its own. */
static void
member_send(struct member *m, const struct window *w)
{
	size_t i, offset = 0;

	if (w->chunk == NULL)
		return;
	for (i = 0; i < w->nslices; i++) {
		if (w->slices[i].source != m->source)
			continue;
		member_send_slice(m, w->chunk, offset, w->slices[i].offset);
		offset = w->slices[i].offset + w->slices[i].length;
	}
	member_send_slice(m, w->chunk, offset, w->chunk->length);
}

/* Of what it says itself now, what others had told it before. */
static void
member_recall(struct member *m, const struct window *w)
{
	size_t i, n;

	for (i = 0; i < w->nrecords; i += n + 1) {
		for (n = 0; i + n < w->nrecords; n++)
			if (!w->records[i + n].recall ||
			    w->records[i + n].source != m->source)
				break;
		member_withdraw(m, w->records + i, n);
	}
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
		member_withdraw(m, r, gone);
		after = last;
	}
	free(r);
	m->ghost = NULL;
	adjout_leave(old->adjout, m->source);
	old->ghosts--;
}

/*
 * Has it heard what was there when it joined?  Who joined while the group
 * was still being fed knows no such mark and waits for all of it.
 */
static bool
member_caught_up(const struct member *m)
{
	const struct group *g = m->group;

	if (g->feeding || group_gate_waits(g))
		return false;
	return m->early ? adjout_in_step(g->adjout, m->source)
			: adjout_caught_up(g->adjout, m->source);
}

void
member_refresh(struct member *m)
{
	m->again = false;
	m->refreshing = true;
	m->ops->refresh(m->arg, m->group->family, REFRESH_BEGIN);
	adjout_rewind(m->group->adjout, m->source);
	m->group->dirty = true;
}

/* It has heard all: End-of-RIB, or the end of a refresh, or the next one. */
static void
member_complete(struct member *m)
{
	enum family f = m->group->family;

	if (m->ghost != NULL)
		member_settle(m);
	if (!m->synced) {
		m->synced = true;
		m->early = false;
		m->ops->synced(m->arg, f);
	}
	if (m->refreshing) {
		m->refreshing = false;
		m->ops->refresh(m->arg, f, REFRESH_END);
	}
	if (m->again)
		member_refresh(m);
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
		w = member_window(m);
		member_send(m, w);
		member_recall(m, w);
		adjout_advance(g->adjout, m->source, w->last);
	}
	if (member_caught_up(m))
		member_complete(m);
	return !adjout_in_step(g->adjout, m->source);
}

static bool
group_output(struct group *g)
{
	struct member *m;
	bool more, behind = false, filling;

	filling = group_fill(g);
	if (g->feeding)
		group_feed(g);
	more = filling || g->feeding;
	if (g->groups->deferred[g->family])
		return more;
	TAILQ_FOREACH(m, &g->members, next)
	{
		more |= member_output(m);
		behind |= !m->synced || m->refreshing || m->ghost != NULL ||
		    !adjout_in_step(g->adjout, m->source);
	}
	g->dirty = behind || filling || g->feeding;
	if (!g->dirty) {
		window_clear(&g->window);
		g->window_valid = false;
	}
	return more;
}

bool
groups_output(struct groups *gs)
{
	struct group *g;
	bool more = false;

	for (g = gs->list; g != NULL; g = g->next)
		if (g->dirty)
			more |= group_output(g);
	groups_reap(gs);
	return more;
}
