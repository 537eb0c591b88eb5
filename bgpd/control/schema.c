/* SPDX-License-Identifier: ISC */
/* schema.c - the records that the control socket speaks, row by row */

/*
 * Every key, its kind and its heading, in the order of the columns.  The
 * daemon writes by these rows and bgpctl reads by them; neither knows the
 * other.  What a person sees is the fields with a heading; JSON has all of
 * them.  Headings of tables are capitals, those of forms are plain words.
 *
 * Two records are no rows here, for they end every reply: "end" with count
 * and complete, and "error" with exit, error and hint.
 *
 * schema_check.c finds them and holds records against them.
 */

#include "bgpd/control/schema_private.h"

#include <stddef.h>

/* clang-format off */
/* show neighbors: one for each neighbour and family. */
static const struct schema_field neighbor_fields[] = {
	FIELD("name", TEXT, "NEIGHBOR", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", ALWAYS),
	FIELD("as", NUMBER, "AS", NARROW),
	FIELD("type", WORD, "TYPE", ALWAYS | NARROW),
	FIELD("state", WORD, "STATE", ALWAYS),
	FIELD("uptime", SECONDS, "UPTIME", NARROW),
	FIELD("family", WORD, "FAMILY", 0),
	FIELD("received", NUMBER, "RECV", RIGHT),
	FIELD("accepted", NUMBER, "ACC", RIGHT),
	FIELD("sent", NUMBER, "SENT", RIGHT),
	FIELD("reason", REASON, "REASON", BLANK),
	FIELD("reason_word", WORD, NULL, 0),
	FIELD("reason_age", SECONDS, NULL, 0),
	FIELD("attempts", NUMBER, NULL, 0),
	FIELD("restart_left", SECONDS, NULL, 0),
	FIELD("idle_hold_left", SECONDS, NULL, 0),
	FIELD("stale_left", SECONDS, NULL, 0),
	FIELD("updates", NUMBER, NULL, 0),
	FIELD("group", TEXT, NULL, 0),
	FIELD("description", TEXT, NULL, 0),
	END
};
static const struct schema_record neighbor = {
	"neighbor", "neighbors", SCHEMA_TABLE, neighbor_fields
};

/* The tables inside of show neighbors detail. */
static const struct schema_field neighbor_family_fields[] = {
	FIELD("family", WORD, "FAMILY", ALWAYS),
	FIELD("negotiated", BOOLEAN, "NEGOTIATED", ALWAYS),
	FIELD("received", NUMBER, "RECV", ALWAYS | RIGHT),
	FIELD("accepted", NUMBER, "ACC", ALWAYS | RIGHT),
	FIELD("sent", NUMBER, "SENT", ALWAYS | RIGHT),
	FIELD("end_of_rib_received", BOOLEAN, "EOR-IN", ALWAYS),
	FIELD("end_of_rib_sent", BOOLEAN, "EOR-OUT", ALWAYS),
	FIELD("stale", BOOLEAN, "STALE", ALWAYS),
	FIELD("stale_left", SECONDS, "LEFT", 0),
	FIELD("long_lived", BOOLEAN, NULL, 0),
	END
};
static const struct schema_record neighbor_family = {
	"neighbor_family", "families", SCHEMA_TABLE, neighbor_family_fields
};

/* max-prefix and max-prefix-out, where there is one. */
static const struct schema_field neighbor_limit_fields[] = {
	FIELD("family", WORD, "FAMILY", ALWAYS),
	FIELD("counted", WORD, "COUNTED", ALWAYS),
	FIELD("count", NUMBER, "COUNT", ALWAYS | RIGHT),
	FIELD("limit", NUMBER, "LIMIT", ALWAYS | RIGHT),
	FIELD("action", WORD, "BEYOND", ALWAYS),
	FIELD("exceeded", NUMBER, "EXCEEDED", RIGHT),
	FIELD("restart_time", SECONDS, NULL, 0),
	END
};
static const struct schema_record neighbor_limit = {
	"neighbor_limit", "limits", SCHEMA_TABLE, neighbor_limit_fields
};

static const struct schema_field neighbor_capability_fields[] = {
	FIELD("capability", WORD, "CAPABILITY", ALWAYS),
	FIELD("sent", BOOLEAN, "SENT", ALWAYS),
	FIELD("received", BOOLEAN, "RECEIVED", 0),
	FIELD("used", BOOLEAN, "USED", 0),
	END
};
static const struct schema_record neighbor_capability = {
	"neighbor_capability", "capabilities", SCHEMA_TABLE,
	neighbor_capability_fields
};

static const struct schema_field neighbor_message_fields[] = {
	FIELD("message", WORD, "MESSAGE", ALWAYS),
	FIELD("received", NUMBER, "RECEIVED", ALWAYS | RIGHT),
	FIELD("sent", NUMBER, "SENT", ALWAYS | RIGHT),
	END
};
static const struct schema_record neighbor_message = {
	"neighbor_message", "messages", SCHEMA_TABLE, neighbor_message_fields
};

/* The last one each way; bytes: code, subcode and data in hex. */
static const struct schema_field neighbor_notification_fields[] = {
	FIELD("notification", WORD, "NOTIFICATION", ALWAYS),
	FIELD("age", SECONDS, "AGE", ALWAYS),
	FIELD("bytes", TEXT, "BYTES", ALWAYS),
	FIELD("meaning", TEXT, "MEANING", ALWAYS),
	END
};
static const struct schema_record neighbor_notification = {
	"neighbor_notification", "notifications", SCHEMA_TABLE,
	neighbor_notification_fields
};

static const struct schema_field neighbor_refusal_fields[] = {
	FIELD("refused", WORD, "REFUSED", ALWAYS),
	FIELD("family", WORD, "FAMILY", ALWAYS),
	FIELD("routes", NUMBER, "ROUTES", ALWAYS | RIGHT),
	END
};
static const struct schema_record neighbor_refusal = {
	"neighbor_refusal", "refusals", SCHEMA_TABLE, neighbor_refusal_fields
};

static const struct schema_field neighbor_timer_fields[] = {
	FIELD("timer", WORD, "TIMER", ALWAYS),
	FIELD("left", SECONDS, "LEFT", ALWAYS),
	END
};
static const struct schema_record neighbor_timer = {
	"neighbor_timer", "timers", SCHEMA_TABLE, neighbor_timer_fields
};

static const struct schema_field neighbor_detail_fields[] = {
	FIELD("name", TEXT, "neighbor", ALWAYS),
	FIELD("address", TEXT, "address", ALWAYS),
	FIELD("group", TEXT, "group", BLANK),
	FIELD("description", TEXT, "description", BLANK),
	FIELD("type", WORD, "type", ALWAYS),
	FIELD("as", NUMBER, "as", 0),
	FIELD("local_as", NUMBER, "our AS there", BLANK),
	FIELD("state", WORD, "state", ALWAYS),
	FIELD("state_age", SECONDS, "in this state", BLANK),
	FIELD("uptime", SECONDS, "established", BLANK),
	FIELD("reason", REASON, "reason", BLANK),
	FIELD("reason_word", WORD, NULL, 0),
	FIELD("reason_age", SECONDS, NULL, 0),
	FIELD("attempts", NUMBER, NULL, 0),
	FIELD("restart_left", SECONDS, NULL, 0),
	FIELD("idle_hold_left", SECONDS, NULL, 0),
	FIELD("router_id", TEXT, "its router-id", BLANK),
	FIELD("host", TEXT, "its host name", BLANK),
	FIELD("software", TEXT, "its software", BLANK),
	FIELD("local_address", TEXT, "local address", BLANK),
	FIELD("local_port", NUMBER, "local port", BLANK),
	FIELD("passive", BOOLEAN, "passive", ALWAYS),
	FIELD("hold_time", SECONDS, "hold time", BLANK),
	FIELD("keepalive_time", SECONDS, "keepalive every", BLANK),
	FIELD("unsent", BYTES, "bytes unsent", BLANK),
	FIELD("bytes_received", BYTES, "bytes received", BLANK),
	FIELD("bytes_sent", BYTES, "bytes sent", BLANK),
	FIELD("established_count", NUMBER, "times established", ALWAYS),
	FIELD("resets", NUMBER, "resets by us", ALWAYS),
	FIELD("connections_refused", NUMBER, "connections refused", ALWAYS),
	FIELD("treated_as_withdraw", NUMBER, "treated as withdraw", ALWAYS),
	FIELD("attributes_discarded", NUMBER, "attributes discarded", ALWAYS),
	FIELD("paths_refused", NUMBER, "paths not taken", BLANK),
	FIELD("foreign_blocks", NUMBER, "foreign blocks", BLANK),
	FIELD("last_notification", TEXT, "last notification", BLANK),
	FIELD("last_notification_age", SECONDS, "its age", BLANK),
	FIELD("last_error", TEXT, "last update error", BLANK),
	FIELD("bfd", TEXT, "bfd", BLANK),
	ROWS("tls", "tls", schema_neighbor_tls),
	ROWS("families", "families", neighbor_family),
	ROWS("limits", "limits", neighbor_limit),
	ROWS("capabilities", "capabilities", neighbor_capability),
	ROWS("timers", "timers", neighbor_timer),
	ROWS("messages", "messages", neighbor_message),
	ROWS("refusals", "refusals", neighbor_refusal),
	ROWS("notifications", "notifications", neighbor_notification),
	END
};
static const struct schema_record neighbor_detail = {
	"neighbor_detail", "neighbors", SCHEMA_FORM, neighbor_detail_fields
};

/* show routes: one for each path. */
static const struct schema_field route_fields[] = {
	FIELD("prefix", TEXT, "PREFIX", ALWAYS),
	FIELD("next_hop", TEXT, "VIA", 0),
	FIELD("from", TEXT, "FROM", ALWAYS),
	FIELD("age", SECONDS, "AGE", NARROW),
	FIELD("local_pref", NUMBER, "PREF", NARROW | RIGHT),
	FIELD("as_path", TEXT, "PATH", NARROW),
	FIELD("status", WORD, "STATUS", ALWAYS),
	FIELD("family", WORD, NULL, ALWAYS),
	FIELD("from_address", TEXT, NULL, 0),
	FIELD("origin", WORD, NULL, 0),
	FIELD("med", NUMBER, NULL, 0),
	FIELD("communities", TEXT, NULL, 0),
	FIELD("ext_communities", TEXT, NULL, 0),
	FIELD("large_communities", TEXT, NULL, 0),
	FIELD("originator", TEXT, NULL, 0),
	FIELD("path_id", NUMBER, NULL, 0),
	FIELD("best", BOOLEAN, NULL, 0),
	FIELD("multipath", BOOLEAN, NULL, 0),
	FIELD("stale", BOOLEAN, NULL, 0),
	FIELD("refusal", WORD, NULL, 0),
	FIELD("device", TEXT, NULL, 0),
	FIELD("protocol", TEXT, NULL, 0),
	FIELD("metric", NUMBER, NULL, 0),
	FIELD("table", NUMBER, NULL, 0),
	FIELD("filter", TEXT, NULL, 0),
	FIELD("rule", NUMBER, NULL, 0),
	FIELD("place", TEXT, NULL, 0),
	FIELD("lost_at", WORD, NULL, 0),
	FIELD("fib", WORD, NULL, 0),
	FIELD("to", TEXT, NULL, 0),
	FIELD("to_address", TEXT, NULL, 0),
	END
};
static const struct schema_record route = {
	"route", "routes", SCHEMA_TABLE, route_fields
};

/* show fib: what is wanted against what the kernel has. */
static const struct schema_field fib_fields[] = {
	FIELD("prefix", TEXT, "PREFIX", ALWAYS),
	FIELD("wanted", LIST, "WANTED", 0),
	FIELD("kernel", LIST, "KERNEL", NARROW | BELOW),
	FIELD("age", SECONDS, "AGE", ALWAYS | NARROW),
	FIELD("status", WORD, "STATUS", ALWAYS),
	FIELD("tunnel", LIST, "TUNNEL", BLANK | SCHEMA_SPARE),
	FIELD("reason", TEXT, "REASON", BLANK),
	FIELD("family", WORD, NULL, ALWAYS),
	FIELD("error", WORD, NULL, 0),
	FIELD("owner", WORD, NULL, 0),
	FIELD("retry_in", SECONDS, NULL, 0),
	END
};
static const struct schema_record fib = {
	"fib", "fib", SCHEMA_TABLE, fib_fields
};

/* show filters: one for each rule. */
static const struct schema_field filter_fields[] = {
	FIELD("name", TEXT, "FILTER", ALWAYS),
	FIELD("rule", NUMBER, "RULE", ALWAYS | RIGHT),
	FIELD("hits", NUMBER, "HITS", ALWAYS | RIGHT),
	FIELD("text", TEXT, "TEXT", ALWAYS),
	FIELD("place", TEXT, "PLACE", ALWAYS | NARROW),
	END
};
static const struct schema_record filter = {
	"filter", "filters", SCHEMA_TABLE, filter_fields
};

/* show addresses, explain address: candidates, then what came of them. */
static const struct schema_field address_fields[] = {
	FIELD("family", WORD, "FAMILY", ALWAYS),
	FIELD("interface", TEXT, "INTERFACE", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", ALWAYS),
	FIELD("verdict", WORD, "VERDICT", ALWAYS),
	FIELD("reason", WORD, "REASON", 0),
	FIELD("explanation", TEXT, NULL, 0),
	FIELD("site_local", BOOLEAN, NULL, ALWAYS),
	END
};
static const struct schema_record address = {
	"address", "addresses", SCHEMA_TABLE, address_fields
};

static const struct schema_field address_result_fields[] = {
	FIELD("family", WORD, "family", ALWAYS),
	FIELD("address", TEXT, "address", 0),
	FIELD("problem", TEXT, "problem", BLANK),
	FIELD("hint", TEXT, "hint", BLANK),
	FIELD("expected", BOOLEAN, NULL, ALWAYS),
	FIELD("listed", LIST, NULL, 0),
	END
};
static const struct schema_record address_result = {
	"address_result", "results", SCHEMA_FORM, address_result_fields
};

/* explain route, export, neighbor: steps in their order, then verdicts. */
static const struct schema_field step_fields[] = {
	FIELD("step", WORD, "STEP", ALWAYS),
	FIELD("of", TEXT, "OF", BLANK | SCHEMA_SPARE),
	FIELD("result", WORD, "RESULT", ALWAYS),
	FIELD("evidence", TEXT, "EVIDENCE", ALWAYS),
	END
};
static const struct schema_record step = {
	"step", "steps", SCHEMA_TABLE, step_fields
};

static const struct schema_field verdict_fields[] = {
	FIELD("verdict", TEXT, "verdict", ALWAYS),
	FIELD("next", TEXT, "next", BLANK),
	FIELD("good", BOOLEAN, NULL, ALWAYS),
	FIELD("of", TEXT, NULL, 0),
	FIELD("step", WORD, NULL, 0),
	END
};
static const struct schema_record verdict = {
	"verdict", "verdicts", SCHEMA_FORM, verdict_fields
};

/* doctor: findings, then what mends those that are none to live with. */
static const struct schema_field check_fields[] = {
	FIELD("check", WORD, "CHECK", ALWAYS),
	FIELD("result", WORD, "RESULT", ALWAYS),
	FIELD("evidence", TEXT, "EVIDENCE", ALWAYS),
	END
};
static const struct schema_record check = {
	"check", "checks", SCHEMA_TABLE, check_fields
};

static const struct schema_field remedy_fields[] = {
	FIELD("check", WORD, "check", ALWAYS),
	FIELD("why", TEXT, "why", ALWAYS),
	FIELD("fix", TEXT, "fix", BLANK),
	END
};
static const struct schema_record remedy = {
	"remedy", "remedies", SCHEMA_FORM, remedy_fields
};

/* show config: the effective configuration, line by line. */
static const struct schema_field config_fields[] = {
	FIELD("line", NUMBER, NULL, ALWAYS),
	FIELD("text", TEXT, "TEXT", ALWAYS | BLANK),
	END
};
static const struct schema_record config = {
	"config", "config", SCHEMA_TABLE, config_fields
};

static const struct schema_field memory_fields[] = {
	FIELD("kind", WORD, "KIND", ALWAYS),
	FIELD("bytes", BYTES, "BYTES", ALWAYS | RIGHT),
	END
};
static const struct schema_record memory = {
	"memory", "memory", SCHEMA_TABLE, memory_fields
};

/* reload: findings, changes, and what came of it. */
static const struct schema_field message_fields[] = {
	FIELD("level", WORD, "LEVEL", ALWAYS),
	FIELD("file", TEXT, "FILE", 0),
	FIELD("line", NUMBER, "LINE", 0),
	FIELD("column", NUMBER, "COLUMN", 0),
	FIELD("indent", NUMBER, NULL, 0),
	FIELD("width", NUMBER, NULL, 0),
	FIELD("text", TEXT, "TEXT", ALWAYS),
	FIELD("help", TEXT, NULL, 0),
	FIELD("source", TEXT, NULL, 0),
	END
};
static const struct schema_record message = {
	"message", "messages", SCHEMA_TABLE, message_fields
};

static const struct schema_field change_fields[] = {
	FIELD("change", TEXT, "CHANGE", ALWAYS),
	FIELD("cost", WORD, "COST", ALWAYS),
	END
};
static const struct schema_record change = {
	"change", "changes", SCHEMA_TABLE, change_fields
};

static const struct schema_field reload_fields[] = {
	FIELD("dry_run", BOOLEAN, "dry run", ALWAYS),
	FIELD("applied", BOOLEAN, "applied", ALWAYS),
	FIELD("changes", NUMBER, "changes", ALWAYS),
	FIELD("removed", NUMBER, "neighbors removed", ALWAYS),
	FIELD("refused", TEXT, "refused", BLANK),
	END
};
static const struct schema_record reload = {
	"reload", "results", SCHEMA_FORM, reload_fields
};

/* neighbor NAME clear, refresh; log LEVEL; version. */
static const struct schema_field cleared_fields[] = {
	FIELD("name", TEXT, "CLEARED", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", ALWAYS),
	FIELD("reason", TEXT, "REASON", BLANK),
	END
};
static const struct schema_record cleared = {
	"cleared", "cleared", SCHEMA_TABLE, cleared_fields
};

static const struct schema_field refreshed_fields[] = {
	FIELD("name", TEXT, "REFRESHED", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", ALWAYS),
	FIELD("families", LIST, "FAMILIES", BLANK),
	FIELD("reason", TEXT, "REASON", BLANK),
	END
};
static const struct schema_record refreshed = {
	"refreshed", "refreshed", SCHEMA_TABLE, refreshed_fields
};

/* neighbor NAME disable, enable; drain; block. */
static const struct schema_field runtime_fields[] = {
	FIELD("action", WORD, "action", ALWAYS),
	FIELD("subject", TEXT, "subject", BLANK),
	FIELD("changed", BOOLEAN, "changed", ALWAYS),
	FIELD("text", TEXT, "text", ALWAYS),
	FIELD("undo", TEXT, "undo", BLANK),
	FIELD("neighbors", NUMBER, "neighbors", BLANK),
	FIELD("withdrawn_in", SECONDS, "withdrawn in", BLANK),
	FIELD("saved", BOOLEAN, "saved", ALWAYS),
	FIELD("unsaved", TEXT, "not saved", BLANK),
	END
};
static const struct schema_record runtime = {
	"runtime", "results", SCHEMA_FORM, runtime_fields
};

static const struct schema_field log_fields[] = {
	FIELD("level", WORD, "level", ALWAYS),
	FIELD("before", WORD, "before", ALWAYS),
	END
};
static const struct schema_record log_record = {
	"log", "log", SCHEMA_FORM, log_fields
};

static const struct schema_field version_fields[] = {
	FIELD("version", TEXT, "bgpd", ALWAYS),
	FIELD("node", TEXT, "node", ALWAYS),
	END
};
static const struct schema_record version = {
	"version", "version", SCHEMA_FORM, version_fields
};

const struct schema_record *const schema_records[] = {
	&neighbor, &neighbor_detail, &neighbor_family, &neighbor_capability,
	&neighbor_message, &neighbor_notification, &neighbor_refusal,
	&neighbor_timer, &route, &fib, &filter, &address, &address_result,
	&step, &verdict, &check, &remedy, &schema_status, &schema_status_family, &schema_lag,
	&config, &memory,
	&message, &change, &reload, &cleared, &refreshed, &runtime, &log_record,
	&version, &schema_bfd, &schema_health, &schema_certificate,
	&schema_neighbor_tls, &schema_bgp_nexthop, &schema_nexthop, NULL
};
/* clang-format on */
