/* SPDX-License-Identifier: ISC */
/* schema.h - the records that the control socket speaks, row by row */
/*
 * One line on the socket is one record: a JSON object with its kind under
 * "record".  The daemon's producers write what stands here and bgpctl shows
 * what stands here, so that a key has one spelling.  Changes are additive:
 * a key once published keeps its name and its kind.  A key without a value
 * is left out.
 */
#ifndef BGPD_CONTROL_SCHEMA_H
#define BGPD_CONTROL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#define SCHEMA_VERSION	1
#define SCHEMA_LINE	65536u	/* the longest request */

/* How a command ended, as bgpctl's exit code (DESIGN 5). */
enum schema_exit {
	SCHEMA_GOOD,
	SCHEMA_FAILED,
	SCHEMA_USAGE,
	SCHEMA_UNREACHABLE,
	SCHEMA_NO_SUCH,
	SCHEMA_BAD_STATE,
	SCHEMA_NOT_PERMITTED,
	SCHEMA_EXIT_MAX
};

enum schema_kind {
	SCHEMA_TEXT,
	SCHEMA_WORD,		/* text of a closed set; may have colour */
	SCHEMA_REASON,		/* text; reason_age, attempts, stale_left too */
	SCHEMA_NUMBER,		/* integer */
	SCHEMA_BYTES,		/* integer */
	SCHEMA_SHARE,		/* integer; a part of the record's sessions */
	SCHEMA_SECONDS,		/* real */
	SCHEMA_BOOLEAN,
	SCHEMA_LIST,		/* of text */
	SCHEMA_ROWS,		/* of objects as another record describes */
	SCHEMA_KIND_MAX
};

/* Bits of schema_field.flags. */
enum schema_flag {
	SCHEMA_RIGHT = 1 << 0,		/* alignment; left otherwise */
	SCHEMA_NARROW = 1 << 1,		/* left out of a narrow table */
	SCHEMA_ALWAYS = 1 << 2,		/* in every record of its kind */
	SCHEMA_BLANK = 1 << 3,		/* "" and not "-" when it is missing */
	SCHEMA_BELOW = 1 << 4,		/* NARROW; goes below with the reason */
	SCHEMA_SPARE = 1 << 5		/* a terminal does without it when empty */
};

struct schema_record;

struct schema_field {
	const char		*key;
	enum schema_kind	 kind;
	const char		*heading;	/* NULL: in JSON only */
	unsigned int		 flags;
	const struct schema_record *rows;	/* of SCHEMA_ROWS */
};

enum schema_shape {
	SCHEMA_TABLE,		/* a line each */
	SCHEMA_FORM		/* a page each, "heading  value" */
};

struct schema_record {
	const char			*name;
	const char			*plural;	/* its array in -j */
	enum schema_shape		 shape;
	const struct schema_field	*fields;	/* end with key NULL */
};

/* NULL when there is no such kind. */
const struct schema_record	*schema_find(const char *name);

/*
 * What of a record is not as its row says: an unknown key, a value of
 * another kind, a missing one.  NULL when all is well; borrowed text.
 */
const char	*schema_mismatch(json_t *record);

#endif
