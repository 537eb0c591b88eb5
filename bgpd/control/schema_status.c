/* SPDX-License-Identifier: ISC */
/* schema_status.c - the records of `status`: the daemon on one screen */

#include "bgpd/control/schema_private.h"

/* clang-format off */
static const struct schema_field status_family_fields[] = {
	FIELD("family", WORD, "FAMILY", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", 0),
	FIELD("routes", NUMBER, "ROUTES", ALWAYS | RIGHT),
	FIELD("paths", NUMBER, "PATHS", ALWAYS | RIGHT | NARROW),
	FIELD("learned", NUMBER, "LEARNED", RIGHT | SCHEMA_SPARE),
	FIELD("learn_refused", NUMBER, NULL, 0),
	FIELD("fib_in_sync", NUMBER, "IN-SYNC", RIGHT),
	FIELD("fib_pending", NUMBER, "PENDING", RIGHT | NARROW),
	FIELD("fib_held", NUMBER, "HELD", RIGHT | NARROW),
	FIELD("fib_conflict", NUMBER, "CONFLICT", RIGHT | NARROW),
	FIELD("fib_failed", NUMBER, "FAILED", RIGHT | NARROW),
	FIELD("fib_removing", NUMBER, "REMOVING", RIGHT | NARROW),
	FIELD("fib_shadowed", NUMBER, NULL, 0),
	FIELD("fib_repaired", NUMBER, NULL, 0),
	FIELD("fib_fights", NUMBER, NULL, 0),
	FIELD("fib_audited", NUMBER, NULL, 0),
	FIELD("without_way", NUMBER, NULL, 0),
	FIELD("restart", WORD, "RESTART", BLANK),
	FIELD("waits_for", TEXT, NULL, 0),
	FIELD("problem", TEXT, NULL, 0),
	FIELD("ready", BOOLEAN, NULL, 0),
	END
};
const struct schema_record schema_status_family = {
	"status_family", "families", SCHEMA_TABLE, status_family_fields
};

/* How punctual the loop is: callbacks, and timers behind their time. */
static const struct schema_field lag_fields[] = {
	FIELD("of", WORD, "OF", ALWAYS),
	FIELD("count", NUMBER, "COUNT", ALWAYS | RIGHT),
	FIELD("p50", SECONDS, "P50", ALWAYS | RIGHT),
	FIELD("p99", SECONDS, "P99", ALWAYS | RIGHT),
	FIELD("p999", SECONDS, "P99.9", ALWAYS | RIGHT),
	FIELD("worst", SECONDS, "WORST", ALWAYS | RIGHT),
	END
};
const struct schema_record schema_lag = {
	"lag", "lag", SCHEMA_TABLE, lag_fields
};

static const struct schema_field status_fields[] = {
	FIELD("node", TEXT, "node", ALWAYS),
	FIELD("version", TEXT, "version", ALWAYS),
	FIELD("as", NUMBER, "as", ALWAYS),
	FIELD("router_id", TEXT, "router-id", 0),
	FIELD("uptime", SECONDS, "uptime", ALWAYS),
	FIELD("config", TEXT, "config", BLANK),
	FIELD("reloads", NUMBER, "reloads", ALWAYS),
	FIELD("reloads_refused", NUMBER, "reloads refused", ALWAYS),
	FIELD("sessions", NUMBER, NULL, ALWAYS),
	FIELD("established", SHARE, "sessions established", ALWAYS),
	FIELD("disabled", NUMBER, "sessions disabled", BLANK),
	FIELD("drain", WORD, "drain", BLANK),
	FIELD("withdrawn_in", SECONDS, "withdrawn in", BLANK),
	FIELD("unsaved", TEXT, "not saved", BLANK),
	FIELD("memory", BYTES, "memory", ALWAYS),
	FIELD("memory_limit", BYTES, "memory limit", BLANK),
	FIELD("loop_held", SECONDS, "loop held at most", BLANK),
	FIELD("timers_late", SECONDS, "timers late at most", BLANK),
	FIELD("signatures_wrong", NUMBER, "signatures wrong", BLANK),
	FIELD("signatures_unexpected", NUMBER, "not expected", BLANK),
	FIELD("handshakes", NUMBER, "tls handshakes", BLANK),
	FIELD("handshakes_failed", NUMBER, "of them failed", BLANK),
	FIELD("synced", BOOLEAN, "kernel read", ALWAYS),
	FIELD("ready", BOOLEAN, "ready", ALWAYS),
	FIELD("not_ready", TEXT, "not ready", BLANK),
	FIELD("fib_off", BOOLEAN, NULL, ALWAYS),
	ROWS("certificates", "certificates", schema_certificate),
	ROWS("families", "families", schema_status_family),
	ROWS("lag", NULL, schema_lag),
	FIELD("problems", LIST, "problems", BLANK),
	END
};
const struct schema_record schema_status = {
	"status", "status", SCHEMA_FORM, status_fields
};

static const struct schema_field health_fields[] = {
	FIELD("check", WORD, "CHECK", ALWAYS),
	FIELD("family", WORD, "FAMILY", BLANK),
	FIELD("ready", BOOLEAN, "READY", ALWAYS),
	FIELD("reason", TEXT, "REASON", BLANK),
	END
};
const struct schema_record schema_health = {
	"health", "health", SCHEMA_TABLE, health_fields
};
/* clang-format on */
