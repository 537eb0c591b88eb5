/* SPDX-License-Identifier: ISC */
/* schema_bfd.c - the record of `show bfd` */

#include "bgpd/control/schema_private.h"

/* clang-format off */
static const struct schema_field bfd_fields[] = {
	FIELD("name", TEXT, "NEIGHBOR", ALWAYS),
	FIELD("address", TEXT, "ADDRESS", ALWAYS),
	FIELD("state", WORD, "STATE", ALWAYS),
	FIELD("age", SECONDS, "SINCE", NARROW),
	FIELD("interval", SECONDS, "INTERVAL", 0),
	FIELD("detection", SECONDS, "DETECTION", 0),
	FIELD("received", NUMBER, "IN", RIGHT | NARROW),
	FIELD("sent", NUMBER, "OUT", RIGHT | NARROW),
	FIELD("flaps", NUMBER, "FLAPS", ALWAYS | RIGHT),
	FIELD("reason", TEXT, "REASON", BLANK),
	FIELD("local_address", TEXT, NULL, 0),
	FIELD("multihop", BOOLEAN, NULL, ALWAYS),
	FIELD("authenticated", BOOLEAN, NULL, ALWAYS),
	FIELD("multiplier", NUMBER, NULL, ALWAYS),
	FIELD("min_tx", SECONDS, NULL, 0),
	FIELD("min_rx", SECONDS, NULL, 0),
	FIELD("polling", BOOLEAN, NULL, 0),
	FIELD("diag", TEXT, NULL, 0),
	FIELD("discriminator", NUMBER, NULL, 0),
	FIELD("remote_state", WORD, NULL, 0),
	FIELD("remote_diag", TEXT, NULL, 0),
	FIELD("remote_multiplier", NUMBER, NULL, 0),
	FIELD("remote_discriminator", NUMBER, NULL, 0),
	FIELD("remote_min_tx", SECONDS, NULL, 0),
	FIELD("remote_min_rx", SECONDS, NULL, 0),
	FIELD("independent", BOOLEAN, NULL, 0),
	FIELD("heard_age", SECONDS, NULL, 0),
	FIELD("send_failed", NUMBER, NULL, 0),
	FIELD("discards", LIST, NULL, 0),
	END
};
const struct schema_record schema_bfd = {
	"bfd", "bfd", SCHEMA_TABLE, bfd_fields
};
/* clang-format on */
