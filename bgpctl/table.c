/* SPDX-License-Identifier: ISC */
/* table.c - records of one kind in columns */

/*
 * Columns are the fields that have a heading, in the order of the schema; a
 * cell holds one value.  Widths come from the content: rows are kept until
 * there are too many or the table ends, later rows go out at once under the
 * same widths, so that a table of a million routes needs no room.  A wider
 * cell then pushes its own line and no other.  Kinds that people search in
 * are sorted (order.c), unless there are too many rows.
 *
 * On a terminal the table fits, and columns marked spare are there only if
 * they say something.  Columns marked narrow go first: those that
 * say nothing, being empty or 0 in each row, then the others from the right.
 * Where the last column, mostly a reason, does not fit even so, only as many
 * go as leave it LAST_WIDTH, and what is longer stands in a line of its own
 * below its row, with a left-out cell that explains it; a reason is never
 * cut.  Elsewhere (a pipe, a file) all columns are there whole, so that
 * scripts see the same always.
 */

#include "bgpctl/table.h"

#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/order.h"
#include "rib/mem.h"

#define TABLE_KEEP   1024u
#define TABLE_SORT   100000u
#define TABLE_GAP    2u
#define TABLE_INDENT 4u /* of what stands below a row */
#define LAST_WIDTH   36u

struct column {
	const struct schema_field *field;
	size_t width;
	bool shown;
	bool speaks; /* some cell says something */
};

struct row {
	struct order order;
	char **cells;
};

/* Owned by its maker until table_end. */
struct table {
	const struct style *style;
	unsigned int indent;
	struct column *columns;
	size_t count;
	bool sorted;
	struct row *rows; /* kept */
	size_t kept, room;
	size_t number; /* of rows, ever */
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
	t->sorted = order_is_of(record);
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

/* Of the columns that may go the rightmost; the silent ones first. */
static bool
drop_one(struct table *t, bool silent)
{
	struct column *column;
	size_t i = t->count - 1;

	while (i-- > 0) {
		column = &t->columns[i];
		if (!column->shown || (silent && column->speaks) ||
		    !(column->field->flags & SCHEMA_NARROW))
			continue;
		column->shown = false;
		return true;
	}
	return false;
}

/* Leaves columns out until the last one has that width. */
static bool
drop_for(struct table *t, size_t last)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		t->columns[i].shown = t->columns[i].speaks ||
		    !(t->columns[i].field->flags & SCHEMA_SPARE);
	while (width_before_last(t) + last > t->style->width)
		if (!drop_one(t, true) && !drop_one(t, false))
			return false;
	return true;
}

/* Makes the columns fit the terminal, as far as they let themselves. */
static void
lay_out(struct table *t)
{
	struct column *last = &t->columns[t->count - 1];
	size_t used;

	t->laid_out = true;
	if (t->style->width == 0 || drop_for(t, last->width))
		return;
	if (!drop_for(t, LAST_WIDTH))
		drop_for(t, cell_width(last->field->heading));
	used = width_before_last(t);
	last->width = used < t->style->width ? t->style->width - used : 0;
	last->shown = last->width >= cell_width(last->field->heading);
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

/* Words as they fit between indent and edge. */
static void
print_words(const struct table *t, const char *text)
{
	FILE *out = t->style->out;
	size_t indent = t->indent + TABLE_INDENT, used = 0, length, width;
	size_t room;
	char *word;

	room = t->style->width > indent ? t->style->width - indent : 1;
	while (*(text += strspn(text, " ")) != '\0') {
		length = strcspn(text, " ");
		word = xmemdup(text, length + 1);
		word[length] = '\0';
		width = cell_width(word);
		if (used > 0 && used + 1 + width > room) {
			fputc('\n', out);
			used = 0;
		}
		if (used == 0)
			print_spaces(out, indent);
		fprintf(out, "%s%s", used == 0 ? "" : " ", word);
		used += width + (used > 0);
		free(word);
		text += length;
	}
	fputc('\n', out);
}

/* The last cell in a line of its own, behind what explains it. */
static void
print_below(const struct table *t, char *const *cells, const char *last)
{
	const struct column *column;
	char *text, *more;
	size_t i;

	text = xstrdup("");
	for (i = 0; i + 1 < t->count; i++) {
		column = &t->columns[i];
		if (column->shown || !(column->field->flags & SCHEMA_BELOW))
			continue;
		more =
		    xasprintf("%s%s %s: ", text, column->field->key, cells[i]);
		free(text);
		text = more;
	}
	more = xasprintf("%s%s", text, last);
	print_words(t, more);
	free(more);
	free(text);
}

static bool
explains_more(const struct table *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		if (!t->columns[i].shown &&
		    t->columns[i].field->flags & SCHEMA_BELOW)
			return true;
	return false;
}

static void
print_row(const struct table *t, struct row *row)
{
	const struct column *last = &t->columns[t->count - 1];
	char **cell = &row->cells[t->count - 1], *below = NULL;
	size_t i;

	if (t->style->width != 0 && (*cell)[0] != '\0' &&
	    (!last->shown || cell_width(*cell) > last->width ||
		explains_more(t))) {
		below = *cell;
		*cell = xstrdup("");
	}
	print_line(t, row->cells);
	if (below != NULL)
		print_below(t, row->cells, below);
	free(below);
	for (i = 0; i < t->count; i++)
		free(row->cells[i]);
	free(row->cells);
	free(row->order.name);
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
		print_row(t, &t->rows[i]);
	t->kept = 0;
}

/* "", "-" and "0" say nothing. */
static bool
is_silent(const char *cell)
{
	return cell[0] == '\0' || strcmp(cell, "-") == 0 ||
	    strcmp(cell, "0") == 0;
}

static struct row *
row_new(struct table *t)
{
	struct row *row;

	if (t->kept == t->room) {
		t->room = t->room == 0 ? 64 : 2 * t->room;
		t->rows = xreallocarray(t->rows, t->room, sizeof(*t->rows));
	}
	row = &t->rows[t->kept++];
	row->cells = xcalloc(t->count, sizeof(*row->cells));
	return row;
}

void
table_row(struct table *t, const json_t *record)
{
	struct row *row = row_new(t);
	struct column *column;
	size_t i, width;

	order_read(&row->order, record, t->number++);
	for (i = 0; i < t->count; i++) {
		column = &t->columns[i];
		row->cells[i] = cell_format(record, column->field);
		width = cell_width(row->cells[i]);
		if (!t->laid_out && width > column->width)
			column->width = width;
		column->speaks |= !is_silent(row->cells[i]);
	}
	if (t->laid_out || t->kept == (t->sorted ? TABLE_SORT : TABLE_KEEP))
		print_kept(t);
}

void
table_end(struct table *t)
{
	if (t->sorted && !t->laid_out && t->kept > 0)
		qsort(t->rows, t->kept, sizeof(*t->rows), order_compare);
	if (t->kept > 0)
		print_kept(t);
	free(t->rows);
	free(t->columns);
	free(t);
}
