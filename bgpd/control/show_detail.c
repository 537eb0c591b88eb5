/* SPDX-License-Identifier: ISC */
/* show_detail.c - all that is known of one neighbour */

/*
 * One record for a neighbour: what is configured, what its session
 * negotiated, its clocks, its counters, and the last thing that went wrong.
 * Families, capabilities, timers and messages are rows inside of it, each
 * made by walking a const table.
 *
 * A capability is "used" when both sides announced it; what was sent is known
 * as soon as an OPEN left, what was received when one came.  ADD-PATH is used
 * in a direction when one side sends and the other receives.  Reads only.
 */

#include "bgpd/control/show.h"
#include "rib/text.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* ---- families ---- */

static json_t *
family_row(const struct peer *p, enum family f, int64_t now)
{
	json_t *row = record_new(NULL);
	struct peer_family view;

	peer_family(p, f, &view);
	record_family(row, f);
	record_flag(row, "negotiated", view.negotiated);
	record_number(row, "received", view.received);
	record_number(row, "accepted", view.accepted);
	record_number(row, "sent", view.sent);
	record_flag(row, "end_of_rib_received", view.end_of_rib_received);
	record_flag(row, "end_of_rib_sent", view.end_of_rib_sent);
	record_flag(row, "stale", view.stale);
	if (view.stale)
		record_seconds(row, "stale_left", view.stale_until - now);
	if (view.stale)
		record_flag(row, "long_lived", view.long_lived);
	return row;
}

/* ---- limits ---- */

static json_t *
limit_row(enum family f, const char *counted, uint64_t count, uint32_t limit)
{
	json_t *row = record_new(NULL);

	record_family(row, f);
	record_string(row, "counted", counted);
	record_number(row, "count", count);
	record_number(row, "limit", limit);
	return row;
}

static void
limit_in(json_t *record, const struct conf_limit *limit, enum family f,
    const struct peer_family *view)
{
	static const char *const actions[] = { [CONF_LIMIT_WARN] = "warn",
		[CONF_LIMIT_RESTART] = "restart",
		[CONF_LIMIT_DISABLE] = "disable" };
	json_t *row;

	if (limit->action == CONF_LIMIT_NONE)
		return;
	row = limit_row(f, limit->accepted ? "accepted" : "received",
	    limit->accepted ? view->accepted : view->received, limit->count);
	record_string(row, "action", actions[limit->action]);
	record_number(row, "exceeded", view->limit_exceeded);
	if (limit->action == CONF_LIMIT_RESTART)
		record_seconds(row, "restart_time", limit->restart);
	record_push(record, "limits", row);
}

static void
limit_rows(json_t *record, const struct peer *p, enum family f)
{
	const struct conf_settings *settings = &peer_conf(p)->settings;
	struct peer_family view;
	json_t *row;

	peer_family(p, f, &view);
	limit_in(record, &settings->max_prefix[f], f, &view);
	if (settings->max_prefix_out[f] == 0)
		return;
	row = limit_row(f, "sent", view.sent, settings->max_prefix_out[f]);
	record_string(row, "action", "left out");
	record_push(record, "limits", row);
}

/* ---- capabilities ---- */

static const struct {
	const char *name;
	enum open_has has;
} capabilities[] = {
	{ "route-refresh", OPEN_HAS_REFRESH },
	{ "enhanced-route-refresh", OPEN_HAS_ENHANCED_REFRESH },
	{ "four-octet-as", OPEN_HAS_FOUR_OCTET_AS },
	{ "graceful-restart", OPEN_HAS_RESTART },
	{ "extended-message", OPEN_HAS_EXTENDED_MESSAGE },
	{ "long-lived-graceful-restart", OPEN_HAS_LONG_LIVED },
	{ "extended-next-hop", OPEN_HAS_EXTENDED_NEXT_HOP },
	{ "fqdn", OPEN_HAS_FQDN },
	{ "role", OPEN_HAS_ROLE },
	{ "software-version", OPEN_HAS_SOFTWARE_VERSION },
};

static json_t *
capability_row(
    const char *name, bool sent, const struct open *received, bool got)
{
	json_t *row = record_new(NULL);

	record_string(row, "capability", name);
	record_flag(row, "sent", sent);
	if (received != NULL) {
		record_flag(row, "received", got);
		record_flag(row, "used", sent && got);
	}
	return row;
}

/* Each direction for itself: who sends, and who is ready to receive. */
static void
add_path_rows(json_t *record, enum family f, const struct open *sent,
    const struct open *received)
{
	static const struct {
		const char *name[FAMILY_MAX];
		uint8_t ours, theirs;
	} ways[] = {
		{ { "add-path receive ipv4", "add-path receive ipv6" },
		    ADD_PATH_RECEIVE, ADD_PATH_SEND },
		{ { "add-path send ipv4", "add-path send ipv6" }, ADD_PATH_SEND,
		    ADD_PATH_RECEIVE },
	};
	bool ours, theirs;
	size_t i;

	for (i = 0; i < COUNT(ways); i++) {
		ours = sent->family[f].add_path & ways[i].ours;
		theirs = received != NULL &&
		    received->family[f].add_path & ways[i].theirs;
		if (ours || theirs)
			record_push(record, "capabilities",
			    capability_row(
				ways[i].name[f], ours, received, theirs));
	}
}

static void
capability_rows(
    json_t *record, const struct open *sent, const struct open *received)
{
	static const char *const families[FAMILY_MAX] = { "multiprotocol ipv4",
		"multiprotocol ipv6" };
	enum family f;
	bool ours, theirs;
	size_t i;

	for (f = 0; f < FAMILY_MAX; f++) {
		ours = sent->family[f].multiprotocol;
		theirs = received != NULL && received->family[f].multiprotocol;
		if (ours || theirs)
			record_push(record, "capabilities",
			    capability_row(
				families[f], ours, received, theirs));
	}
	for (i = 0; i < COUNT(capabilities); i++) {
		ours = sent->has & capabilities[i].has;
		theirs =
		    received != NULL && received->has & capabilities[i].has;
		if (ours || theirs)
			record_push(record, "capabilities",
			    capability_row(
				capabilities[i].name, ours, received, theirs));
	}
	for (f = 0; f < FAMILY_MAX; f++)
		add_path_rows(record, f, sent, received);
}

void
show_capabilities_used(const struct session *s, struct text *t)
{
	uint32_t both = session_sent(s)->has & session_received(s)->has;
	size_t i;

	for (i = 0; i < COUNT(capabilities); i++)
		if (both & capabilities[i].has)
			text_add(t, " %s", capabilities[i].name);
}

/* ---- timers and messages ---- */

static const struct {
	const char *name;
	enum session_timer timer;
} timers[] = {
	{ "connect-retry", SESSION_CONNECT_RETRY },
	{ "idle-hold", SESSION_IDLE_HOLD },
	{ "hold", SESSION_HOLD },
	{ "keepalive", SESSION_KEEPALIVE },
	{ "send-hold", SESSION_SEND_HOLD },
};

static void
timer_rows(json_t *record, const struct session *s, int64_t now)
{
	json_t *row;
	int64_t at;
	size_t i;

	for (i = 0; i < COUNT(timers); i++) {
		at = session_timer_at(s, timers[i].timer);
		if (at == 0)
			continue;
		row = record_new(NULL);
		record_string(row, "timer", timers[i].name);
		record_seconds(row, "left", at > now ? at - now : 0);
		record_push(record, "timers", row);
	}
}

static const struct {
	const char *name;
	enum msg_type type;
} messages[] = {
	{ "open", MSG_OPEN },
	{ "update", MSG_UPDATE },
	{ "notification", MSG_NOTIFICATION },
	{ "keepalive", MSG_KEEPALIVE },
	{ "route-refresh", MSG_ROUTE_REFRESH },
};

static void
message_rows(json_t *record, const struct session_counters *counters)
{
	json_t *row;
	size_t i;

	for (i = 0; i < COUNT(messages); i++) {
		row = record_new(NULL);
		record_string(row, "message", messages[i].name);
		record_number(row, "received", counters->in[messages[i].type]);
		record_number(row, "sent", counters->out[messages[i].type]);
		record_push(record, "messages", row);
	}
}

/* ---- the record ---- */

static void
show_session(json_t *record, const struct session *s, int64_t now)
{
	const struct session_counters *counters = session_counters(s);
	const struct open *sent = session_sent(s);
	const struct open *received = session_received(s);
	struct io_endpoint local = session_local(s);

	if (session_since(s) != 0)
		record_seconds(record, "state_age", now - session_since(s));
	record_address(record, "local_address", &local.address);
	if (!address_is_unset(&local.address))
		record_number(record, "local_port", local.port);
	if (received != NULL) {
		record_id(record, "router_id", received->identifier);
		record_text(record, "host", received->host);
		record_text(record, "software", received->software);
	}
	if (session_state(s) == FSM_ESTABLISHED) {
		record_seconds(record, "hold_time",
		    session_common(s)->hold_time * INT64_C(1000));
		if (session_keepalive(s) > 0)
			record_seconds(
			    record, "keepalive_time", session_keepalive(s));
		record_number(record, "unsent", session_unsent(s));
	}
	record_number(record, "bytes_received", counters->bytes_in);
	record_number(record, "bytes_sent", counters->bytes_out);
	if (sent != NULL)
		capability_rows(record, sent, received);
	timer_rows(record, s, now);
	message_rows(record, counters);
}

json_t *
show_peer_detail(const struct request *r, const struct peer *p)
{
	const struct peer_counters *counters = peer_counters(p);
	const struct conf_settings *settings = &peer_conf(p)->settings;
	json_t *record = record_new("neighbor_detail");
	int64_t now = show_now(r), heard;
	enum family f;

	show_peer(record, p, now);
	record_flag(record, "passive", settings->passive);
	if (!peer_internal(p) && settings->local_as != 0)
		record_number(record, "local_as", settings->local_as);
	record_number(record, "established_count", counters->established);
	record_number(record, "resets", counters->resets);
	record_number(record, "connections_refused", counters->refused);
	record_number(
	    record, "treated_as_withdraw", counters->treated_as_withdraw);
	record_number(
	    record, "attributes_discarded", counters->attributes_discarded);
	if (counters->foreign_blocks > 0)
		record_number(
		    record, "foreign_blocks", counters->foreign_blocks);
	if (counters->paths_refused > 0)
		record_number(record, "paths_refused", counters->paths_refused);
	record_text(
	    record, "last_notification", peer_last_notification(p, &heard));
	if (heard != 0)
		record_seconds(record, "last_notification_age", now - heard);
	record_text(record, "last_error", peer_last_error(p));
	show_bfd_line(record, p, now);
	show_neighbor_tls(record, p);
	for (f = 0; f < FAMILY_MAX; f++)
		if (settings->family[f])
			record_push(record, "families", family_row(p, f, now));
	for (f = 0; f < FAMILY_MAX; f++)
		if (settings->family[f])
			limit_rows(record, p, f);
	show_session(record, peer_session(p), now);
	show_refusals(record, r->bgpd, p);
	show_notifications(record, p, now);
	return record;
}
