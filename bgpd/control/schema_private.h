/* SPDX-License-Identifier: ISC */
/* schema_private.h - the rows of all records, for schema*.c alone */
#ifndef BGPD_CONTROL_SCHEMA_PRIVATE_H
#define BGPD_CONTROL_SCHEMA_PRIVATE_H

#include "bgpd/control/schema.h"

extern const struct schema_record *const schema_records[]; /* ends in NULL */
extern const struct schema_record schema_bfd;

#endif
