/* SPDX-License-Identifier: ISC */
/* table.c - records of one kind in columns */

/*
 * Columns are the fields that have a heading, in the order of the schema; a
 * cell holds one value.  Widths come from the content: the first rows are
 * kept until TABLE_KEEP of them are there or the table ends, later rows go
 * out at once under the same widths, so that a table of a million routes
 * needs no room.  A wider cell then pushes its own line and no other.
 *
 * On a terminal the table fits: columns marked narrow go first, from the
 * right, until the last column has LAST_WIDTH or all that it wants; then the
 * last one is cut.  Nothing is ever wrapped.  Elsewhere (a pipe, a file) all
 * columns are there whole, so that scripts see the same always.
 */

#include "bgpctl/table.h"

#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "rib/mem.h"

#define TABLE_KEEP 1024u
#define TABLE_GAP  2u
#define LAST_WIDTH 36u

struct column {
	const struct schema_field *field;
	size_t width;
	bool shown;
};

/* Owned by its maker until table_end. */
struct table {
	const struct style *style;
	unsigned int indent;
	struct column *columns;
	size_t count;
	char **cells; /* kept rows, count each */
	size_t kept;
	bool laid_out;
};

struct table *
table_new(const struct schema_record *record, const struct style *style,
    unsigned int indent)
{
	struct table *t = xcalloc(1, sizeof(*t));
	const struct schema_field *field;
	struct column *column;

	t->style = style;
	t->indent = indent;
	for (field = record->fields; field->key != NULL; field++)
		t->count += field->heading != NULL;
	t->columns = xcalloc(t->count, sizeof(*t->columns));
	column = t->columns;
	for (field = record->fields; field->key != NULL; field++) {
		if (field->heading == NULL)
			continue;
		column->field = field;
		column->width = cell_width(field->heading);
		column->shown = true;
		column++;
	}
	t->cells = xcalloc(TABLE_KEEP * t->count, sizeof(*t->cells));
	return t;
}

/* What all shown columns but the last take, gaps and indent with them. */
static size_t
width_before_last(const struct table *t)
{
	size_t i, width = t->indent;

	for (i = 0; i + 1 < t->count; i++)
		if (t->columns[i].shown)
			width += t->columns[i].width + TABLE_GAP;
	return width;
}

static bool
drop_one(struct table *t)
{
	size_t i = t->count - 1;

	while (i-- > 0) {
		if (!t->columns[i].shown ||
		    !(t->columns[i].field->flags & SCHEMA_NARROW))
			continue;
		t->columns[i].shown = false;
		return true;
	}
	return false;
}

/* Makes the columns fit the terminal, as far as they let themselves. */
static void
lay_out(struct table *t)
{
	struct column *last = &t->columns[t->count - 1];
	size_t wanted, used;

	t->laid_out = true;
	if (t->style->width == 0)
		return;
	wanted = last->width < LAST_WIDTH ? last->width : LAST_WIDTH;
	while (width_before_last(t) + wanted > t->style->width && drop_one(t))
		continue;
	used = width_before_last(t);
	if (used + last->width > t->style->width && used < t->style->width)
		last->width = t->style->width - used;
}

static void
print_spaces(FILE *out, size_t count)
{
	fprintf(out, "%*s", (int)count, "");
}

static void
print_cell(const struct table *t, const struct column *column, const char *text,
    const char *colour)
{
	FILE *out = t->style->out;
	size_t width = cell_width(text);
	size_t pad = column->width > width ? column->width - width : 0;

	if (column->field->flags & SCHEMA_RIGHT) {
		print_spaces(out, pad);
		pad = 0;
	}
	fprintf(out, "%s%s%s", colour == NULL ? "" : colour, text,
	    colour == NULL ? "" : CELL_PLAIN);
	print_spaces(out, pad);
}

/* The last cell that has something in it: no blanks trail behind it. */
static size_t
line_end(const struct table *t, char *const *cells)
{
	size_t i = t->count;

	while (i > 0 && (!t->columns[i - 1].shown || cells[i - 1][0] == '\0'))
		i--;
	return i;
}

static void
print_line(const struct table *t, char *const *cells)
{
	FILE *out = t->style->out;
	const struct column *column;
	const char *colour;
	size_t i, end = line_end(t, cells);
	unsigned int gap = t->indent;

	for (i = 0; i < end; i++) {
		column = &t->columns[i];
		if (!column->shown)
			continue;
		colour = t->style->colour ? cell_colour(column->field, cells[i])
					  : NULL;
		print_spaces(out, gap);
		gap = TABLE_GAP;
		if (i + 1 < end || column->field->flags & SCHEMA_RIGHT)
			print_cell(t, column, cells[i], colour);
		else
			fprintf(out, "%s%s%s", colour == NULL ? "" : colour,
			    cells[i], colour == NULL ? "" : CELL_PLAIN);
	}
	fputc('\n', out);
}

static void
print_header(const struct table *t)
{
	char **headings = xcalloc(t->count, sizeof(*headings));
	size_t i;

	for (i = 0; i < t->count; i++)
		headings[i] = xstrdup(t->columns[i].field->heading);
	print_line(t, headings);
	for (i = 0; i < t->count; i++)
		free(headings[i]);
	free(headings);
}

static void
print_row(const struct table *t, char **cells)
{
	size_t i;

	if (t->style->width != 0)
		cell_cut(cells[t->count - 1], t->columns[t->count - 1].width);
	print_line(t, cells);
	for (i = 0; i < t->count; i++)
		free(cells[i]);
}

static void
print_kept(struct table *t)
{
	size_t i;

	if (!t->laid_out) {
		lay_out(t);
		if (t->style->header)
			print_header(t);
	}
	for (i = 0; i < t->kept; i++)
		print_row(t, &t->cells[i * t->count]);
	t->kept = 0;
}

void
table_row(struct table *t, const json_t *record)
{
	char **cells = &t->cells[t->kept * t->count];
	size_t i, width;

	for (i = 0; i < t->count; i++) {
		cells[i] = cell_format(record, t->columns[i].field);
		width = cell_width(cells[i]);
		if (!t->laid_out && width > t->columns[i].width)
			t->columns[i].width = width;
	}
	t->kept++;
	if (t->laid_out || t->kept == TABLE_KEEP)
		print_kept(t);
}

void
table_end(struct table *t)
{
	if (t->kept > 0)
		print_kept(t);
	free(t->cells);
	free(t->columns);
	free(t);
}
