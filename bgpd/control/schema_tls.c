/* SPDX-License-Identifier: ISC */
/* schema_tls.c - the rows about TLS of a neighbor, and of the daemon */

#include "bgpd/control/schema_private.h"

/* clang-format off */
#define FIELD(key, kind, heading, flags) \
	{ key, SCHEMA_##kind, heading, flags, NULL }

static const struct schema_field neighbor_fields[] = {
	FIELD("state", WORD, "STATE", SCHEMA_ALWAYS),
	FIELD("version", TEXT, "VERSION", 0),
	FIELD("cipher", TEXT, "CIPHER", 0),
	FIELD("resumed", BOOLEAN, "RESUMED", SCHEMA_NARROW),
	FIELD("subject", TEXT, "CERTIFICATE", 0),
	FIELD("expires", TEXT, "EXPIRES", 0),
	FIELD("failed", NUMBER, "FAILED", SCHEMA_ALWAYS | SCHEMA_RIGHT),
	FIELD("reason", TEXT, "REASON", SCHEMA_BLANK),
	FIELD("expires_in", SECONDS, NULL, 0),
	FIELD("failure", WORD, NULL, 0),
	FIELD("fallbacks", NUMBER, NULL, SCHEMA_ALWAYS),
	FIELD("plain_refused", NUMBER, NULL, SCHEMA_ALWAYS),
	{ NULL, SCHEMA_TEXT, NULL, 0, NULL }
};
const struct schema_record schema_neighbor_tls = {
	"neighbor_tls", "tls", SCHEMA_TABLE, neighbor_fields
};

static const struct schema_field certificate_fields[] = {
	FIELD("file", TEXT, "FILE", SCHEMA_ALWAYS),
	FIELD("subject", TEXT, "CERTIFICATE", 0),
	FIELD("expires", TEXT, "EXPIRES", 0),
	FIELD("expires_in", SECONDS, NULL, 0),
	FIELD("loads", NUMBER, NULL, SCHEMA_ALWAYS),
	FIELD("problem", TEXT, "PROBLEM", SCHEMA_BLANK),
	{ NULL, SCHEMA_TEXT, NULL, 0, NULL }
};
const struct schema_record schema_certificate = {
	"certificate", "certificates", SCHEMA_TABLE, certificate_fields
};
/* clang-format on */
