/* SPDX-License-Identifier: ISC */
/* schema_private.h - the rows of all records, for schema*.c alone */
#ifndef BGPD_CONTROL_SCHEMA_PRIVATE_H
#define BGPD_CONTROL_SCHEMA_PRIVATE_H

#include "bgpd/control/schema.h"

/* How the rows are written. */
#define ALWAYS	SCHEMA_ALWAYS
#define BELOW	SCHEMA_BELOW
#define BLANK	SCHEMA_BLANK
#define NARROW	SCHEMA_NARROW
#define RIGHT	SCHEMA_RIGHT

#define FIELD(key, kind, heading, flags) \
	{ key, SCHEMA_##kind, heading, flags, NULL }
#define ROWS(key, heading, rows) \
	{ key, SCHEMA_ROWS, heading, 0, &rows }
#define END	{ NULL, SCHEMA_TEXT, NULL, 0, NULL }

extern const struct schema_record *const schema_records[]; /* ends in NULL */
extern const struct schema_record schema_bfd, schema_health;
extern const struct schema_record schema_lag;
extern const struct schema_record schema_nexthop, schema_bgp_nexthop;
extern const struct schema_record schema_status, schema_status_family;
extern const struct schema_record schema_certificate, schema_neighbor_tls;

#endif
