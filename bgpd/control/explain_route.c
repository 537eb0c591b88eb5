/* SPDX-License-Identifier: ISC */
/* explain_route.c - what became of a prefix, from whom to where */

/*
 * `explain route PREFIX`: is it known; for each path who said it, whether
 * import let it in, where its next hop leads, and what it won or lost by; the
 * kernel; to how many it is told.  An address means the best route that
 * covers it.
 *
 * A path that is refused or lost is no fault as long as another one is used;
 * with none used the first refusal is the verdict.  Where nobody said the
 * prefix, the answer is what covers it and who could have said it.
 *
 * One step of the request, for paths may go between two.  Reads only.
 */

#include "bgpd/control/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/encap.h"
#include "bgpd/shadow.h"
#include "bgpd/trouble.h"
#include "rib/aspath.h"
#include "rib/mem.h"

struct question {
	struct explain e;
	const struct bgpd *b;
	struct prefix prefix;
	char name[PREFIX_STRLEN];
	enum family family;
	uint32_t entry;
	struct rib_path *paths;
	struct decide_loss *losses;
	unsigned int count;
	int64_t now;
	unsigned int useless;   /* paths */
	char why[EXPLAIN_TEXT]; /* the first path that is of no use */
	char next[EXPLAIN_TEXT];
};

/* ---- paths ---- */

static void
step_received(struct question *q, const struct rib_path *path)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	struct attrs a;

	attr_get(rib_attrs(q->b->rib), path->received, &a);
	explain_duration(&t, q->now - path->since);
	text_add(&t, " ago: ");
	explain_attrs(&t, &a);
	if (path->path_id != 0)
		text_add(&t, ", path-id %u", path->path_id);
	if (path->stale)
		text_add(&t, "; stale: kept from before a restart");
	explain_step(
	    &q->e, "received", path->stale ? EXPLAIN_NOTE : EXPLAIN_OK, buf);
}

static void
add_refusal(
    const struct question *q, const struct rib_path *path, struct text *t)
{
	char buf[512];
	struct attrs a;

	if (path->refusal == RIB_FILTERED &&
	    show_import_is_unnamed(q->b, path)) {
		text_add(t, "filtered: `import` names no filter (RFC 8212)");
		return;
	}
	if (path->refusal == RIB_FILTERED) {
		text_add(t, "filtered: rejected by ");
		show_import_filter(q->b, path, t);
		return;
	}
	text_add(t, "%s: %s", rib_refusal_word(path->refusal),
	    rib_refusal_text(path->refusal));
	if (path->refusal != RIB_AS_LOOP && path->refusal != RIB_AS_SET &&
	    path->refusal != RIB_FIRST_AS)
		return;
	attr_get(rib_attrs(q->b->rib), path->received, &a);
	text_add(t, ": %s", aspath_format(a.as_path, buf, sizeof(buf)));
}

/* False when the path ends here. */
static bool
step_import(struct question *q, const struct rib_path *path)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));

	if (path->refusal == RIB_ACCEPTED) {
		text_add(&t, "let in by ");
		show_import_filter(q->b, path, &t);
		explain_step(&q->e, "import", EXPLAIN_OK, buf);
		return true;
	}
	add_refusal(q, path, &t);
	explain_step(&q->e, "import", EXPLAIN_FAIL, buf);
	return false;
}

/* A next hop that no route leads to may not be meant for this node. */
static void
next_of_hop(struct question *q, const struct rib_path *path,
    enum nexthop_state state, const char *address)
{
	const struct peer *p =
	    neighbors_by_source(q->b->neighbors, path->source);
	struct text t = text_of(q->next, sizeof(q->next));

	text_add(&t, "ip route get %s", address);
	if (state == NEXTHOP_UNRESOLVED && p != NULL)
		text_add(&t, "; or next-hop self on %s", peer_conf(p)->name);
}

static bool
step_next_hop(struct question *q, const struct rib_path *path, bool reachable)
{
	char buf[EXPLAIN_TEXT], address[ADDRESS_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	const struct nexthop_result *way;
	struct attrs a;

	if (path->nexthop == 0) {
		explain_step(&q->e, "next-hop", EXPLAIN_FAIL,
		    "the route names no next hop");
		return false;
	}
	attr_get(rib_attrs(q->b->rib), path->accepted, &a);
	way = nexthop_get(rib_nexthops(q->b->rib), path->nexthop);
	text_add(&t, "%s: ",
	    address_format(
		address_is_unset(&a.next_hop) ? &a.link_local : &a.next_hop,
		address));
	if (reachable)
		explain_way(q->b, way, &t);
	else
		text_add(&t, "%s", nexthop_state_text(way->state));
	explain_step(
	    &q->e, "next-hop", reachable ? EXPLAIN_OK : EXPLAIN_FAIL, buf);
	if (!reachable)
		next_of_hop(q, path, way->state, address);
	return reachable;
}

/* By the tunnel of a pool or directly, where that is a question. */
static void
step_tunnel(struct question *q, const struct rib_path *path)
{
	char buf[EXPLAIN_TEXT], name[PREFIX_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	struct encap_way way;
	bool found;

	if (path->nexthop == 0 || q->b->fib == NULL)
		return;
	found = encap_way(q->b->encap, &q->prefix, path->nexthop, &way);
	if (way.verdict == ENCAP_NONE)
		return;
	if (!prefix_equal(&way.through, &q->prefix))
		text_add(&t, "through %s: ", prefix_format(&way.through, name));
	encap_text(q->b->encap, &way, &t);
	explain_step(&q->e, "tunnel", found ? EXPLAIN_OK : EXPLAIN_FAIL, buf);
}

/* Lost, equal to the best, or the best. */
static void
step_decision(struct question *q, unsigned int i)
{
	const struct decide_loss *l = &q->losses[i];
	char buf[EXPLAIN_TEXT], loss[256];
	struct text t = text_of(buf, sizeof(buf));

	if (l->step == STEP_WINNER) {
		text_add(&t,
		    q->count == 1 ? "best: the only one" : "best of %u",
		    q->count);
		explain_step(&q->e, "decision", EXPLAIN_OK, buf);
		return;
	}
	text_add(&t, "%s, against %s",
	    decide_loss_format(l, loss, sizeof(loss)),
	    explain_source(q->b, q->paths[l->rival].source));
	if (q->paths[i].multipath)
		text_add(&t, "; equally good (multipath)");
	explain_step(&q->e, "decision",
	    q->paths[i].multipath ? EXPLAIN_OK : EXPLAIN_LOST, buf);
}

/* The first path of no use is the reason when there is none that is. */
static void
note_useless(struct question *q)
{
	struct text t;

	if (q->useless++ > 0)
		return;
	t = text_of(q->why, sizeof(q->why));
	text_add(&t, "%s, from %s", q->e.evidence, q->e.of);
}

static void
steps_of_path(struct question *q, unsigned int i)
{
	const struct rib_path *path = &q->paths[i];

	bool useful;

	q->e.of = explain_source(q->b, path->source);
	if (path->source == RIB_LOCAL || path->source == RIB_LEARNED) {
		useful = explain_own(&q->e, q->b, &q->prefix, path);
	} else {
		step_received(q, path);
		useful = step_import(q, path) &&
		    step_next_hop(q, path, q->losses[i].step != STEP_NEXT_HOP);
	}
	if (useful) {
		step_tunnel(q, path);
		step_decision(q, i);
	} else {
		note_useless(q);
	}
	q->e.of = NULL;
}

static void
paths_take(struct question *q)
{
	struct rib *rib = q->b->rib;
	unsigned int i;
	uint32_t cursor = 0;

	q->count = rib_explain(rib, q->family, q->entry, NULL, 0);
	q->paths = xcalloc(q->count, sizeof(*q->paths));
	q->losses = xcalloc(q->count, sizeof(*q->losses));
	rib_explain(rib, q->family, q->entry, q->losses, q->count);
	for (i = 0; i < q->count; i++)
		cursor = rib_path_next(
		    rib, q->family, q->entry, cursor, &q->paths[i]);
}

/* ---- the kernel ---- */

static void
add_ways(const struct bgpd *b, const struct fib_wish *wish, struct text *t)
{
	unsigned int i;

	if (wish->type != KERNEL_UNICAST)
		text_add(t, ": blackhole");
	for (i = 0; wish->type == KERNEL_UNICAST && i < wish->count; i++) {
		text_add(t, i == 0 ? ": " : ", ");
		shadow_hop_text(b, &wish->path[i], t);
	}
}

static enum explain_result
judge_fib(const struct question *q, const struct fib_view *view, struct text *t)
{
	static const enum explain_result results[FIB_STATUS_MAX] = {
		[FIB_IN_SYNC] = EXPLAIN_OK,
		[FIB_PENDING] = EXPLAIN_WAIT,
		[FIB_HELD] = EXPLAIN_WAIT,
		[FIB_CONFLICT] = EXPLAIN_FAIL,
		[FIB_FAILED] = EXPLAIN_FAIL,
		[FIB_REMOVING] = EXPLAIN_WAIT,
	};
	const struct nexthop_route *other;
	bool beats = false;
	char buf[256];

	other = shadow_find(q->b, view, &beats);
	if (beats) {
		shadow_text(q->b, other, true, buf, sizeof(buf));
		text_add(t, "shadowed: %s", buf);
		return EXPLAIN_FAIL;
	}
	text_add(t, "%s", fib_status_word(view->status));
	trouble_text(view, buf, sizeof(buf));
	if (view->status == FIB_FAILED)
		text_add(t, ": %s", strerrorname_np(view->error));
	if (buf[0] != '\0')
		text_add(t, ": %s", buf);
	if (view->retry_at > q->now) {
		text_add(t, "; tried again in ");
		explain_duration(t, view->retry_at - q->now);
	}
	if (view->wanted)
		add_ways(q->b, &view->wish, t);
	return results[view->status];
}

/* Is there no way for want of a tunnel? */
static bool
misses_device(struct question *q, const struct rib_path *best, struct text *t)
{
	struct encap_way way;

	encap_way(q->b->encap, &q->prefix, best->nexthop, &way);
	if (way.verdict != ENCAP_MISSING && way.verdict != ENCAP_DOWN)
		return false;
	text_add(t, "nothing to hand over: %s is %s", way.tunnel->device,
	    way.verdict == ENCAP_DOWN ? "down" : "not there");
	snprintf(
	    q->next, sizeof(q->next), "ip link show %s", way.tunnel->device);
	return true;
}

/* False when it is not in the kernel and should be. */
static bool
step_fib(struct question *q, const struct rib_path *best)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	enum explain_result result = EXPLAIN_NOTE;
	struct fib_view view;

	snprintf(q->next, sizeof(q->next), "bgpctl show fib %s", q->name);
	if (q->b->fib == NULL)
		text_add(&t, "fib off: this node installs no routes");
	else if (fib_find(q->b->fib, &q->prefix, &view))
		result = judge_fib(q, &view, &t);
	else if (explain_own_fib(best->source) != NULL)
		text_add(&t, "%s", explain_own_fib(best->source));
	else if (misses_device(q, best, &t))
		result = EXPLAIN_FAIL;
	else {
		text_add(&t, "not handed over to the kernel yet");
		result = EXPLAIN_WAIT;
	}
	explain_step(&q->e, "fib", result, buf);
	return result == EXPLAIN_OK || result == EXPLAIN_NOTE;
}

/* ---- to whom ---- */

/* Counts them; *silent is one that is up and not told, for the next question.
 */
static void
count_told(const struct question *q, unsigned int *told, unsigned int *up,
    const struct peer **silent)
{
	struct peer_family view;
	struct group_asked asked = { .family = q->family, .entry = q->entry };
	struct group_told what;
	const struct peer *p;
	uint32_t cursor = 0;

	*told = *up = 0;
	*silent = NULL;
	while ((p = neighbors_walk(q->b->neighbors, &cursor)) != NULL) {
		peer_family(p, q->family, &view);
		if (!view.negotiated)
			continue;
		++*up;
		asked.source = peer_source(p);
		if (groups_told(q->b->groups, &asked, 0, &what) != 0)
			++*told;
		else if (*silent == NULL)
			*silent = p;
	}
}

static void
answer_used(struct question *q, const struct rib_path *best)
{
	unsigned int told, up;
	const struct peer *silent;
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	bool installed = step_fib(q, best);

	explain_used(q->b, q->name, best->source, &t);
	if (!installed)
		text_add(&t, ", but not in the kernel: %s", q->e.evidence);
	count_told(q, &told, &up, &silent);
	snprintf(q->e.evidence, sizeof(q->e.evidence),
	    "told to %u of %u established neighbors", told, up);
	if (installed) {
		text_add(&t, "; %s", q->e.evidence);
		snprintf(q->next, sizeof(q->next),
		    "bgpctl explain export %s to %s", q->name,
		    silent != NULL ? peer_conf(silent)->name : "NEIGHBOR");
	}
	explain_step(&q->e, "told", EXPLAIN_NOTE, q->e.evidence);
	if (!installed)
		q->e.step = "fib";
	explain_verdict(&q->e, installed, buf, q->next);
}

static void
answer_useless(struct question *q)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));

	/* With its block is as good as by itself. */
	if (q->count == 1 && q->paths[0].refusal == RIB_OWN_BLOCK) {
		text_add(&t, "%s is announced with its block", q->name);
		explain_verdict(&q->e, true, buf, "bgpctl show config");
		return;
	}
	text_add(&t, "%s is not used: %s", q->name, q->why);
	explain_verdict(&q->e, false, buf,
	    q->next[0] != '\0' ? q->next : "bgpctl show config");
}

static void
answer(struct question *q)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	struct rib_path best;
	unsigned int i;

	paths_take(q);
	text_add(&t, "%s has %u path%s", q->name, q->count,
	    q->count == 1 ? "" : "s");
	explain_step(&q->e, "known", EXPLAIN_OK, buf);
	for (i = 0; i < q->count; i++)
		steps_of_path(q, i);
	if (rib_best(q->b->rib, q->family, q->entry, &best))
		answer_used(q, &best);
	else if (q->useless > 0)
		answer_useless(q);
	else
		explain_verdict(
		    &q->e, false, "it is about to be decided: ask again", NULL);
	free(q->paths);
	free(q->losses);
}

bool
explain_route_next(struct request *r)
{
	struct question q = {
		.e = { .r = r },
		.b = r->bgpd,
		.now = show_now(r),
	};
	bool is_address;

	if (r->stage++ > 0 || !explain_prefix(r, &q.prefix, &is_address))
		return false;
	q.family = q.prefix.address.family;
	q.entry = is_address ? rib_cover(q.b->rib, &q.prefix.address)
			     : rib_find(q.b->rib, &q.prefix);
	if (q.entry != 0)
		rib_prefix(q.b->rib, q.family, q.entry, &q.prefix);
	prefix_format(&q.prefix, q.name);
	if (q.entry == 0)
		explain_unknown(&q.e, q.b, &q.prefix);
	else
		answer(&q);
	explain_end(&q.e);
	return true;
}
