/* SPDX-License-Identifier: ISC */
/* show_neighbors.c - one row for each neighbour and family */

/*
 * The rows of `show neighbors`, and the keys that its detail has too.  A
 * session that is not established says why, always: REASON is what this
 * table is read for.  So does a family that the other side does not speak
 * although the session is up, one whose routes are kept as stale, and one
 * in which this node has routes and no address to announce them from.
 *
 * Counts stand where they mean something: while the family is in use, or
 * while its routes are kept.  Reads only.
 */

#include <stdio.h>

#include "bgpd/control/show.h"

const char *
show_peer_type(const struct peer *p)
{
	const struct conf_neighbor *conf = peer_conf(p);

	if (conf->kind == CONF_MESH)
		return "mesh";
	if (!peer_internal(p))
		return "ebgp";
	return conf->settings.reflector_client ? "client" : "ibgp";
}

static void
show_reason(json_t *record, const struct peer *p, int64_t now)
{
	const char *reason = peer_reason(p);
	int64_t since = peer_reason_since(p);

	if (reason == NULL || reason[0] == '\0')
		reason = "no attempt has ended yet";
	record_text(record, "reason", reason);
	record_text(record, "reason_word", peer_reason_word(p));
	if (since != 0)
		record_seconds(record, "reason_age", now - since);
	if (session_timer_at(peer_session(p), SESSION_IDLE_HOLD) > now)
		record_seconds(record, "idle_hold_left",
		    session_timer_at(peer_session(p), SESSION_IDLE_HOLD) - now);
	if (peer_overrun_until(p) != 0)
		record_seconds(
		    record, "restart_left", peer_overrun_until(p) - now);
	if (peer_attempts(p) > 0)
		record_number(record, "attempts", peer_attempts(p));
}

void
show_peer(json_t *record, const struct peer *p, int64_t now)
{
	const struct conf_neighbor *conf = peer_conf(p);
	uint32_t as = peer_remote_as(p);
	char buf[SHOW_ADDRESS_STRLEN];

	record_string(record, "name", conf->name);
	if (!address_is_unset(&conf->address))
		record_string(record, "address", show_peer_address(p, buf));
	if (as == 0)
		as = conf->settings.remote_as;
	if (as != 0)
		record_number(record, "as", as);
	record_text(record, "type", show_peer_type(p));
	record_text(record, "state", fsm_state_word(peer_state(p)));
	record_text(record, "group", conf->group);
	record_text(record, "description", conf->settings.description);
	if (peer_established_at(p) != 0)
		record_seconds(record, "uptime", now - peer_established_at(p));
	else
		show_reason(record, p, now);
}

/* There is something to announce, and no address to put before it. */
static bool
has_no_next_hop(const struct bgpd *b, enum family f)
{
	struct address self = node_chosen(b->node, f);
	struct rib_counts counts;

	rib_counts(b->rib, f, &counts);
	return counts.best > 0 && address_is_unset(&self);
}

/* Of an external neighbor, RFC 8212: the mistake of a first day. */
static const char *
missing_filters(const struct conf_settings *set)
{
	bool no_import = show_is_unnamed(&set->import, set->import_given);
	bool no_export = show_is_unnamed(&set->export, set->export_given);

	if (no_import && no_export)
		return "nothing is accepted or announced until import and "
		       "export name filters (RFC 8212)";
	if (no_import)
		return "nothing is accepted until import names a filter "
		       "(RFC 8212)";
	return no_export ? "nothing is announced until export names a filter "
			   "(RFC 8212)"
			 : NULL;
}

static void
show_family(json_t *record, const struct bgpd *b, const struct peer *p,
    enum family f, int64_t now)
{
	const char *missing = missing_filters(&peer_conf(p)->settings);
	struct peer_family view;
	char buf[64], plain[320];

	peer_family(p, f, &view);
	record_family(record, f);
	if (view.negotiated || view.stale) {
		record_number(record, "received", view.received);
		record_number(record, "accepted", view.accepted);
	}
	if (view.negotiated)
		record_number(record, "sent", view.sent);
	if (peer_established_at(p) == 0) {
		if (view.stale)
			record_seconds(
			    record, "stale_left", view.stale_until - now);
		return;
	}
	if (!view.negotiated) {
		record_text(record, "reason",
		    "the neighbor does not speak this family");
		record_text(record, "reason_word", "not-negotiated");
	} else if (view.stale) {
		record_text(
		    record, "reason", "routes kept from before its restart");
		record_text(record, "reason_word", "stale");
	} else if (view.over_limit || view.near_limit) {
		snprintf(buf, sizeof(buf), "%s max-prefix %u",
		    view.over_limit ? "more than" : "80% or more of",
		    peer_conf(p)->settings.max_prefix[f].count);
		record_text(record, "reason", buf);
		record_text(record, "reason_word",
		    view.over_limit ? "over-limit" : "near-limit");
	} else if (view.left_out) {
		snprintf(buf, sizeof(buf),
		    "max-prefix-out %u reached: others are left out",
		    peer_conf(p)->settings.max_prefix_out[f]);
		record_text(record, "reason", buf);
		record_text(record, "reason_word", "out-limit");
	} else if (view.sent == 0 && has_no_next_hop(b, f)) {
		snprintf(buf, sizeof(buf),
		    "no %s address of this node to announce from",
		    family_name(f));
		record_text(record, "reason", buf);
		record_text(record, "reason_word", "no-next-hop");
	} else if (missing != NULL) {
		record_text(record, "reason", missing);
		record_text(record, "reason_word", "no-filter");
	} else if (peer_why_plain(p) != NULL) {
		snprintf(plain, sizeof(plain), "not encrypted: %s",
		    peer_why_plain(p));
		record_text(record, "reason", plain);
		record_text(record, "reason_word", "plain");
	}
}

/* How many UPDATE messages came: a page draws a line of it. */
static void
show_updates(json_t *record, const struct peer *p)
{
	const struct session *s = peer_session(p);

	record_number(record, "updates", session_counters(s)->in[MSG_UPDATE]);
}

static void
emit_rows(struct request *r, const struct peer *p)
{
	const struct conf_neighbor *conf = peer_conf(p);
	int64_t now = show_now(r);
	bool any = false;
	enum family f;
	json_t *record;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!conf->settings.family[f])
			continue;
		record = record_new("neighbor");
		show_peer(record, p, now);
		show_updates(record, p);
		show_family(record, r->bgpd, p, f, now);
		request_emit(r, record);
		any = true;
	}
	if (any)
		return;
	record = record_new("neighbor");
	show_peer(record, p, now);
	show_updates(record, p);
	request_emit(r, record);
}

void
show_neighbors_begin(struct request *r)
{
	const char *name = request_text(r, "name");

	if (name != NULL)
		show_peer_exists(r, name);
}

bool
show_neighbors_next(struct request *r)
{
	const struct peer *p = show_next_peer(r, request_text(r, "name"));

	if (p == NULL)
		return false;
	if (request_flag(r, "detail"))
		request_emit(r, show_peer_detail(r, p));
	else
		emit_rows(r, p);
	return true;
}
