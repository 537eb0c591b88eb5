/* SPDX-License-Identifier: ISC */
/* explain_unknown.c - a prefix that nobody says */

/*
 * `explain route` of what is not in the rib: the route that covers it, which
 * packets take instead, and who could have said it.  Reads only.
 */

#include "bgpd/control/explain.h"

#define NAMED 3u /* neighbours that are down, at most */

static void
step_cover(
    struct explain *e, const struct bgpd *b, const struct address *address)
{
	enum family f = address->family;
	uint32_t cover = rib_cover(b->rib, address);
	char buf[EXPLAIN_TEXT], name[PREFIX_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	struct prefix prefix;
	struct rib_path best;

	if (cover == 0 || !rib_best(b->rib, f, cover, &best)) {
		explain_step(
		    e, "cover", EXPLAIN_NOTE, "no other route covers it");
		return;
	}
	rib_prefix(b->rib, f, cover, &prefix);
	text_add(&t, "%s from %s covers it", prefix_format(&prefix, name),
	    explain_source(b, best.source));
	explain_step(e, "cover", EXPLAIN_NOTE, buf);
}

/* Who could have said it: neighbours of the family, and those that are down. */
static void
step_sources(struct explain *e, const struct bgpd *b, enum family f)
{
	unsigned int all = 0, up = 0;
	char buf[EXPLAIN_TEXT], names[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	struct text down = text_of(names, sizeof(names));
	struct peer_family view;
	const struct peer *p;
	uint32_t cursor = 0;

	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL) {
		peer_family(p, f, &view);
		all += view.configured;
		up += view.negotiated;
		if (view.configured && !view.negotiated && all - up <= NAMED)
			text_add(&down, "%s%s", all - up > 1 ? ", " : "",
			    peer_conf(p)->name);
	}
	text_add(&t, "%u of %u neighbors with %s are established", up, all,
	    family_name(f));
	if (all > up)
		text_add(&t, "; not %s%s", names,
		    all - up > NAMED ? " and others" : "");
	explain_step(e, "neighbors", EXPLAIN_NOTE, buf);
}

void
explain_unknown(
    struct explain *e, const struct bgpd *b, const struct prefix *prefix)
{
	char buf[EXPLAIN_TEXT], name[PREFIX_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	explain_step(e, "known", EXPLAIN_FAIL,
	    "no neighbor says it, and this node does not announce it");
	step_cover(e, b, &prefix->address);
	step_sources(e, b, prefix->address.family);
	e->step = "known";
	text_add(&t, "%s is not known here: nobody says it",
	    prefix_format(prefix, name));
	explain_verdict(e, false, buf, "bgpctl show neighbors");
}
