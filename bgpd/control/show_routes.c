/* SPDX-License-Identifier: ISC */
/* show_routes.c - best routes, all paths, what came in and what goes out */

/*
 * One walk over the entries of the rib by id, both families or one prefix;
 * what is emitted for an entry depends on the view that was asked for:
 *
 *	(none)	the best path
 *	all	every path; also when a prefix is given
 *	in X	what X said, before import; with what became of it
 *	out X	what X was told; with `all` also why not
 *
 * STATUS is one word and its reason: best,in-sync  multipath  backup:as-path
 * filtered:as-loop  filtered:import pools  unreachable:unresolved  told
 * not-told:split-horizon; with ADD-PATH the identifier, `told,id 7`: that of
 * the neighbour for what came in, our own for what goes out.  The parts of it
 * stand in the record as keys of their own.  Reads only.
 */

#include <stdlib.h>

#include "bgpd/control/show.h"
#include "bgpd/shadow.h"
#include "rib/aspath.h"
#include "rib/community.h"
#include "rib/mem.h"
#include "rib/text.h"

#define LONG_TEXT     2048u
#define STATUS_STRLEN 512u

enum view { VIEW_BEST, VIEW_ALL, VIEW_IN, VIEW_OUT };

/* Owned by the request. */
struct routes {
	enum view view;
	struct show_prefixes asked;
	uint32_t *sources; /* of the neighbours asked about */
	size_t nsources;
};

/* ---- a path as a record ---- */

static const char *const origins[] = {
	[ORIGIN_IGP] = "igp",
	[ORIGIN_EGP] = "egp",
	[ORIGIN_INCOMPLETE] = "incomplete",
};

static void
show_communities(json_t *record, const struct attrs *a)
{
	char buf[LONG_TEXT];

	if (a->communities.length > 0)
		record_text(record, "communities",
		    community_format(a->communities, buf, sizeof(buf)));
	if (a->ext_communities.length > 0)
		record_text(record, "ext_communities",
		    community_ext_format(a->ext_communities, buf, sizeof(buf)));
	if (a->large_communities.length > 0)
		record_text(record, "large_communities",
		    community_large_format(
			a->large_communities, buf, sizeof(buf)));
}

static void
show_attrs(json_t *record, const struct bgpd *b, uint32_t id)
{
	struct attrs a;
	char buf[LONG_TEXT];

	if (id == 0)
		return;
	attr_get(rib_attrs(b->rib), id, &a);
	record_address(record, "next_hop", &a.next_hop);
	if (a.has & ATTR_HAS_LOCAL_PREF)
		record_number(record, "local_pref", a.local_pref);
	if (a.has & ATTR_HAS_AS_PATH)
		record_string(record, "as_path",
		    aspath_format(a.as_path, buf, sizeof(buf)));
	if (a.has & ATTR_HAS_ORIGIN && a.origin <= ORIGIN_INCOMPLETE)
		record_text(record, "origin", origins[a.origin]);
	if (a.has & ATTR_HAS_MED)
		record_number(record, "med", a.med);
	if (a.has & ATTR_HAS_ORIGINATOR)
		record_id(record, "originator", a.originator);
	show_communities(record, &a);
}

static void
show_source(json_t *record, const struct bgpd *b, uint32_t source,
    const struct prefix *prefix)
{
	const struct peer *p;
	char buf[SHOW_ADDRESS_STRLEN];

	if (source == RIB_LOCAL) {
		record_string(record, "from", "local");
		return;
	}
	if (source == RIB_LEARNED) {
		record_string(record, "from", "learned");
		show_learned(record, b, prefix);
		return;
	}
	p = neighbors_by_source(b->neighbors, source);
	if (p == NULL) {
		record_string(record, "from", "-");
		return;
	}
	record_string(record, "from", peer_conf(p)->name);
	record_string(record, "from_address", show_peer_address(p, buf));
}

static const char *
fib_word(const struct bgpd *b, const struct prefix *prefix)
{
	struct fib_view view;
	bool beats = false;

	if (b->fib == NULL || !fib_find(b->fib, prefix, &view))
		return NULL;
	shadow_find(b, &view, &beats);
	return beats ? "shadowed" : fib_status_word(view.status);
}

static void
status_of(const struct bgpd *b, const struct rib_path *path, const char *fib,
    struct text *t)
{
	const struct nexthop_result *hop;

	if (path->refusal == RIB_FILTERED) {
		text_add(t, "filtered:");
		show_import_filter(b, path, t);
	} else if (path->refusal != RIB_ACCEPTED)
		text_add(t, "filtered:%s", rib_refusal_word(path->refusal));
	else if (path->best)
		text_add(t, fib == NULL ? "best" : "best,%s", fib);
	else if (path->multipath)
		text_add(t, "multipath");
	else if (path->step == STEP_NEXT_HOP && path->nexthop != 0) {
		hop = nexthop_get(rib_nexthops(b->rib), path->nexthop);
		text_add(t, "unreachable:%s", nexthop_state_word(hop->state));
	} else
		text_add(t, "backup:%s", decide_step_word(path->step));
	if (path->stale)
		text_add(t, ",stale");
	if (path->path_id != 0)
		text_add(t, ",id %u", path->path_id);
}

static void
show_path(json_t *record, const struct bgpd *b, const struct prefix *prefix,
    const struct rib_path *path)
{
	const char *fib = path->best ? fib_word(b, prefix) : NULL;
	char buf[STATUS_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	status_of(b, path, fib, &t);
	record_string(record, "status", buf);
	record_flag(record, "best", path->best);
	record_flag(record, "multipath", path->multipath);
	record_flag(record, "stale", path->stale);
	record_text(record, "fib", fib);
	if (path->path_id != 0)
		record_number(record, "path_id", path->path_id);
	if (path->refusal != RIB_ACCEPTED) {
		record_text(record, "refusal", rib_refusal_word(path->refusal));
	} else if (!path->best && path->step != STEP_WINNER)
		record_text(record, "lost_at", decide_step_word(path->step));
}

/* Whether it let the path in or kept it out. */
static void
show_decided(json_t *record, const struct bgpd *b, uint16_t number)
{
	char buf[SHOW_PLACE_STRLEN];
	const struct filter *f;
	size_t rule;

	f = filters_find(&b->filters, number, &rule);
	if (f == NULL)
		return;
	record_string(record, "filter", f->name);
	record_number(record, "rule", rule + 1);
	record_string(record, "place", show_rule_place(&f->rules[rule], buf));
}

static void
emit_path(struct request *r, const struct prefix *prefix,
    const struct rib_path *path, uint32_t attrs)
{
	json_t *record = record_new("route");

	record_prefix(record, "prefix", prefix);
	record_family(record, prefix->address.family);
	show_source(record, r->bgpd, path->source, prefix);
	record_seconds(record, "age", show_now(r) - path->since);
	show_attrs(record, r->bgpd, attrs);
	show_decided(record, r->bgpd, path->rule);
	show_path(record, r->bgpd, prefix, path);
	request_emit(r, record);
}

void
show_route(
    struct request *r, const struct prefix *prefix, const struct rib_path *path)
{
	emit_path(r, prefix, path,
	    path->accepted != 0 ? path->accepted : path->received);
}

/* ---- an entry in each view ---- */

static bool
is_asked(const struct routes *routes, uint32_t source)
{
	size_t i;

	for (i = 0; i < routes->nsources; i++)
		if (routes->sources[i] == source)
			return true;
	return false;
}

static void
emit_paths(struct request *r, uint32_t entry, const struct prefix *prefix)
{
	const struct routes *routes = r->state;
	enum family f = prefix->address.family;
	struct rib_path path;
	uint32_t cursor = 0, attrs;

	for (;;) {
		cursor = rib_path_next(r->bgpd->rib, f, entry, cursor, &path);
		if (cursor == 0)
			return;
		if (routes->view == VIEW_BEST && !path.best)
			continue;
		if (routes->view == VIEW_IN && !is_asked(routes, path.source))
			continue;
		attrs = path.accepted;
		if (attrs == 0 || routes->view == VIEW_IN)
			attrs = path.received;
		emit_path(r, prefix, &path, attrs);
	}
}

/* Why it is not told: the session comes before the route. */
static const char *
untold_word(
    const struct bgpd *b, const struct peer *p, enum family f, uint32_t entry)
{
	struct peer_family view;

	peer_family(p, f, &view);
	if (peer_established_at(p) == 0)
		return "session-down";
	if (!view.negotiated)
		return "not-negotiated";
	return export_reason_word(
	    groups_explain(b->groups, f, peer_source(p), entry));
}

/* The path of the rib that is told; false: it has gone meanwhile. */
static bool
told_path(const struct rib *rib, const struct group_asked *asked,
    const struct group_told *told, struct rib_path *path)
{
	uint32_t cursor = 0;

	while ((cursor = rib_path_next(
		    rib, asked->family, asked->entry, cursor, path)) != 0)
		if (path->source == told->source &&
		    path->path_id == told->received_id)
			return true;
	path->source = told->source;
	return false;
}

/* With ADD-PATH its own, else the best, where there is none the first. */
static void
show_origin_of(json_t *record, struct request *r, const struct prefix *prefix,
    const struct group_asked *asked, const struct group_told *told)
{
	const struct rib *rib = r->bgpd->rib;
	struct rib_path path = { .source = 0 };
	bool found;

	if (told != NULL && told->path_id != 0)
		found = told_path(rib, asked, told, &path);
	else
		found = rib_best(rib, asked->family, asked->entry, &path) ||
		    rib_path_next(rib, asked->family, asked->entry, 0, &path) !=
			0;
	if (found)
		record_seconds(record, "age", show_now(r) - path.since);
	show_source(record, r->bgpd, path.source, prefix);
}

/* told: NULL when it is not. */
static void
emit_out(struct request *r, const struct prefix *prefix, const struct peer *p,
    const struct group_asked *asked, const struct group_told *told)
{
	const struct bgpd *b = r->bgpd;
	char buf[STATUS_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	json_t *record = record_new("route");

	record_prefix(record, "prefix", prefix);
	record_family(record, asked->family);
	show_origin_of(record, r, prefix, asked, told);
	if (told != NULL) {
		show_attrs(record, b, told->attrs);
		text_add(&t, "told");
		if (told->path_id != 0) {
			record_number(record, "path_id", told->path_id);
			text_add(&t, ",id %u", told->path_id);
		}
	} else
		text_add(&t, "not-told:%s",
		    untold_word(b, p, asked->family, asked->entry));
	record_string(record, "status", buf);
	record_string(record, "to", peer_conf(p)->name);
	record_string(record, "to_address", show_peer_address(p, buf));
	request_emit(r, record);
}

static void
emit_told(struct request *r, uint32_t entry, const struct prefix *prefix,
    uint32_t source)
{
	const struct bgpd *b = r->bgpd;
	const struct group_asked asked = { prefix->address.family, source,
		entry };
	const struct peer *p = neighbors_by_source(b->neighbors, source);
	struct group_told told;
	uint32_t cursor = 0;
	bool any = false;

	if (p == NULL || !peer_conf(p)->settings.family[asked.family])
		return;
	while ((cursor = groups_told(b->groups, &asked, cursor, &told)) != 0) {
		emit_out(r, prefix, p, &asked, &told);
		any = true;
	}
	if (!any && request_flag(r, "all"))
		emit_out(r, prefix, p, &asked, NULL);
}

static void
emit_entry(struct request *r, uint32_t entry, const struct prefix *prefix)
{
	const struct routes *routes = r->state;
	size_t i;

	if (routes->view != VIEW_OUT) {
		emit_paths(r, entry, prefix);
		return;
	}
	for (i = 0; i < routes->nsources; i++)
		emit_told(r, entry, prefix, routes->sources[i]);
}

/* ---- the command ---- */

static void
sources_find(struct request *r, struct routes *routes, const char *name)
{
	const struct peer *p;
	uint32_t cursor = 0;

	if (!show_peer_exists(r, name))
		return;
	while (
	    (p = neighbors_match(r->bgpd->neighbors, name, &cursor)) != NULL) {
		routes->sources = xreallocarray(routes->sources,
		    routes->nsources + 1, sizeof(*routes->sources));
		routes->sources[routes->nsources++] = peer_source(p);
	}
}

/* That of the entry replaces the prefix asked about. */
static bool
entry_find(const struct bgpd *b, bool cover, struct prefix *prefix)
{
	uint32_t entry = cover ? rib_cover(b->rib, &prefix->address)
			       : rib_find(b->rib, prefix);

	if (entry != 0)
		rib_prefix(b->rib, prefix->address.family, entry, prefix);
	return entry != 0;
}

void
show_routes_begin(struct request *r)
{
	struct routes *routes = xcalloc(1, sizeof(*routes));
	const char *in = request_text(r, "in"), *out = request_text(r, "out");

	r->state = routes;
	if (in != NULL && out != NULL)
		request_fail(
		    r, SCHEMA_USAGE, NULL, "either in or out, not both");
	show_prefixes(
	    r, &routes->asked, entry_find, "route", "bgpctl show routes all");
	routes->view = routes->asked.given || request_flag(r, "all")
	    ? VIEW_ALL
	    : VIEW_BEST;
	if (in != NULL)
		routes->view = VIEW_IN;
	if (out != NULL)
		routes->view = VIEW_OUT;
	if (in != NULL || out != NULL)
		sources_find(r, routes, in != NULL ? in : out);
}

/* cursor is the entry, stage the family; or cursor the prefix asked about. */
bool
show_routes_next(struct request *r)
{
	const struct show_prefixes *asked =
	    &((const struct routes *)r->state)->asked;
	struct prefix prefix;
	uint32_t entry;

	if (asked->given) {
		if (r->cursor == asked->count)
			return false;
		prefix = asked->at[r->cursor++];
		entry = rib_find(r->bgpd->rib, &prefix);
		if (entry != 0)
			emit_entry(r, entry, &prefix);
		return true;
	}
	if (r->stage == FAMILY_MAX)
		return false;
	r->cursor = rib_walk(r->bgpd->rib, r->stage, r->cursor, &prefix);
	if (r->cursor == 0)
		r->stage++;
	else
		emit_entry(r, r->cursor, &prefix);
	return true;
}

void
show_routes_end(struct request *r)
{
	struct routes *routes = r->state;

	free(routes->sources);
}
