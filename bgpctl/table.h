/* SPDX-License-Identifier: ISC */
/* table.h - records of one kind in columns */
#ifndef BGPCTL_TABLE_H
#define BGPCTL_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "bgpd/control/schema.h"

/* How output looks; shared by all printers. */
struct style {
	FILE		*out;
	unsigned int	 width;		/* of the terminal; 0: no limit */
	bool		 terminal;
	bool		 colour;
	bool		 header;
};

struct table;

/* Style and record are borrowed; indent is what each line begins with. */
struct table	*table_new(const struct schema_record *, const struct style *,
		    unsigned int indent);
/* Reads what it needs; the record stays the caller's. */
void		 table_row(struct table *, const json_t *record);
/* Prints what is left and frees the table.  No rows: no header either. */
void		 table_end(struct table *);

#endif
