/* SPDX-License-Identifier: ISC */
/* schema_nexthops.c - the records of `show nexthops` */

#include "bgpd/control/schema_private.h"

/* clang-format off */
/* How the kernel has, or is to have, the next hops of routes. */
static const struct schema_field nexthop_fields[] = {
	FIELD("id", NUMBER, "ID", RIGHT),
	FIELD("kind", WORD, "KIND", ALWAYS),
	FIELD("family", WORD, "FAMILY", NARROW),
	FIELD("via", LIST, "VIA", 0),
	FIELD("routes", NUMBER, "ROUTES", ALWAYS | RIGHT),
	FIELD("wanted", NUMBER, "WANTED", ALWAYS | RIGHT | NARROW),
	FIELD("status", WORD, "STATUS", ALWAYS),
	FIELD("reason", TEXT, "REASON", BLANK),
	FIELD("error", WORD, NULL, 0),
	FIELD("members", LIST, NULL, 0),
	END
};
const struct schema_record schema_nexthop = {
	"nexthop", "nexthops", SCHEMA_TABLE, nexthop_fields
};

/* What the neighbors named, and where it leads. */
static const struct schema_field bgp_nexthop_fields[] = {
	FIELD("address", TEXT, "NEXT HOP", ALWAYS),
	FIELD("status", WORD, "STATUS", ALWAYS),
	FIELD("via", TEXT, "VIA", 0),
	FIELD("metric", NUMBER, "METRIC", RIGHT | NARROW),
	FIELD("paths", NUMBER, "PATHS", ALWAYS | RIGHT),
	FIELD("objects", LIST, "OBJECT", NARROW),
	FIELD("reason", TEXT, "REASON", BLANK),
	FIELD("family", WORD, NULL, ALWAYS),
	FIELD("connected", BOOLEAN, NULL, 0),
	FIELD("recursive", BOOLEAN, NULL, 0),
	END
};
const struct schema_record schema_bgp_nexthop = {
	"bgp_nexthop", "bgp_nexthops", SCHEMA_TABLE, bgp_nexthop_fields
};
/* clang-format on */
