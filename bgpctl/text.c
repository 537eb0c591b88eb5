/* SPDX-License-Identifier: ISC */
/* text.c - a reply as a person reads it */

/*
 * Records of one kind in a row become a table or a form, as their schema
 * says; a blank line stands between kinds.  A few kinds read better as
 * sentences and have their own printer: findings of a reload look like those
 * of `bgpd -n`, a configuration is printed as it would be written.
 *
 * Below the sessions stands one line that counts them, on a terminal or with
 * headings; a script that asked for --no-header gets rows alone.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/output.h"
#include "rib/mem.h"

struct text_output {
	struct output base;
	const struct schema_record *open; /* kind being printed */
	struct table *table;              /* of it, or NULL */
	unsigned int sessions, established;
	char *session; /* counted last */
};

/* The text of a key, safe; the caller frees it. */
static char *
get(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return cell_safe(text == NULL ? "" : text);
}

static bool
is_set(const json_t *record, const char *key)
{
	return json_is_true(json_object_get(record, key));
}

static json_int_t
number(const json_t *record, const char *key)
{
	return json_integer_value(json_object_get(record, key));
}

/* ---- kinds that are sentences ------------------------------------------ */

static void
config_print(const json_t *record, FILE *out)
{
	const char *text = json_string_value(json_object_get(record, "text"));
	char *safe;

	for (; text != NULL && *text == '\t'; text++)
		fputc('\t', out);
	safe = cell_safe(text == NULL ? "" : text);
	fprintf(out, "%s\n", safe);
	free(safe);
}

/* As `bgpd -n` prints it: place and text, the line, a caret, the help. */
static void
message_print(const json_t *record, FILE *out)
{
	char *file = get(record, "file"), *level = get(record, "level");
	char *text = get(record, "text"), *help = get(record, "help");
	char *source = get(record, "source");
	json_int_t indent = number(record, "indent"), i;
	json_int_t line = number(record, "line");

	if (file[0] != '\0')
		fprintf(out, "%s:", file);
	if (line > 0)
		fprintf(out,
		    "%" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT ":", line,
		    number(record, "column"));
	fprintf(out, " %s: %s\n", level, text);
	if (source[0] != '\0' && indent > 0 && indent < 1000) {
		fprintf(out, "%7" JSON_INTEGER_FORMAT " | %s\n", line, source);
		fprintf(out, "        | %*s^", (int)indent - 1, "");
		for (i = 1; i < number(record, "width") && i < 200; i++)
			fputc('~', out);
		fprintf(out, "%s%s\n", help[0] == '\0' ? "" : " ", help);
	} else if (help[0] != '\0')
		fprintf(out, "        | %s\n", help);
	free(file);
	free(level);
	free(text);
	free(help);
	free(source);
}

static void
reload_print(const json_t *record, FILE *out)
{
	json_int_t changes = number(record, "changes");

	if (is_set(record, "applied"))
		fprintf(
		    out, "%s", changes == 0 ? "nothing changed" : "applied");
	else if (is_set(record, "dry_run"))
		fprintf(out, "dry run, nothing was changed");
	else
		fprintf(out, "refused, nothing was changed");
	if (changes > 0)
		fprintf(out, ": %" JSON_INTEGER_FORMAT " change%s", changes,
		    changes == 1 ? "" : "s");
	fputc('\n', out);
}

static void
address_result_print(const json_t *record, FILE *out)
{
	char *family = get(record, "family"), *address = get(record, "address");
	char *problem = get(record, "problem"), *hint = get(record, "hint");

	fprintf(out, "%s: %s", family, address[0] == '\0' ? "none" : address);
	if (problem[0] != '\0')
		fprintf(out, ": %s", problem);
	fputc('\n', out);
	if (hint[0] != '\0')
		fprintf(out, "hint: %s\n", hint);
	free(family);
	free(address);
	free(problem);
	free(hint);
}

static void
cleared_print(const json_t *record, FILE *out)
{
	char *name = get(record, "name"), *address = get(record, "address");

	fprintf(out, "cleared %s %s\n", name, address);
	free(name);
	free(address);
}

static void
log_print(const json_t *record, FILE *out)
{
	char *level = get(record, "level"), *before = get(record, "before");

	fprintf(out, "log level %s, was %s\n", level, before);
	free(level);
	free(before);
}

static void
version_print(const json_t *record, FILE *out)
{
	char *version = get(record, "version"), *node = get(record, "node");

	fprintf(
	    out, "bgpctl %s\nbgpd %s on %s\n", PACKAGE_VERSION, version, node);
	free(version);
	free(node);
}

static const struct sentence {
	const char *record;
	void (*print)(const json_t *, FILE *);
} sentences[] = { { "config", config_print }, { "message", message_print },
	{ "reload", reload_print }, { "address_result", address_result_print },
	{ "cleared", cleared_print }, { "log", log_print },
	{ "version", version_print }, { NULL, NULL } };

static const struct sentence *
sentence_of(const struct schema_record *schema)
{
	const struct sentence *row;

	for (row = sentences; row->record != NULL; row++)
		if (strcmp(row->record, schema->name) == 0)
			return row;
	return NULL;
}

/* ---- forms ------------------------------------------------------------- */

static size_t
heading_width(const struct schema_record *schema)
{
	const struct schema_field *field;
	size_t width = 0;

	for (field = schema->fields; field->key != NULL; field++)
		if (field->heading != NULL &&
		    cell_width(field->heading) > width)
			width = cell_width(field->heading);
	return width;
}

static void
form_rows(const json_t *rows, const struct schema_field *field,
    const struct style *style)
{
	struct table *table;
	size_t i;

	if (json_array_size(rows) == 0)
		return;
	fputc('\n', style->out);
	table = table_new(field->rows, style, 0);
	for (i = 0; i < json_array_size(rows); i++)
		table_row(table, json_array_get(rows, i));
	table_end(table);
}

static void
form_list(const json_t *list, const struct schema_field *field, FILE *out)
{
	const char *text;
	char *safe;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fprintf(out, "\n%s:\n", field->heading);
	for (i = 0; i < json_array_size(list); i++) {
		text = json_string_value(json_array_get(list, i));
		safe = cell_safe(text == NULL ? "?" : text);
		fprintf(out, "  %s\n", safe);
		free(safe);
	}
}

static void
form_line(const json_t *record, const struct schema_field *field, size_t width,
    const struct style *style)
{
	char *cell = cell_format(record, field);
	const char *colour;

	colour = style->colour ? cell_colour(field, cell) : NULL;
	if (cell[0] != '\0')
		fprintf(style->out, "%-*s  %s%s%s\n", (int)width,
		    field->heading, colour == NULL ? "" : colour, cell,
		    colour == NULL ? "" : CELL_PLAIN);
	free(cell);
}

static void
form_print(const json_t *record, const struct schema_record *schema,
    const struct style *style)
{
	const struct schema_field *field;
	size_t width = heading_width(schema);
	const json_t *value;

	for (field = schema->fields; field->key != NULL; field++) {
		value = json_object_get(record, field->key);
		if (field->heading == NULL)
			continue;
		if (field->kind == SCHEMA_ROWS)
			form_rows(value, field, style);
		else if (field->kind == SCHEMA_LIST)
			form_list(value, field, style->out);
		else
			form_line(record, field, width, style);
	}
}

/* ---- the reply --------------------------------------------------------- */

/* Rows of one session stand together: one for each of its families. */
static void
session_count(struct text_output *o, const json_t *record)
{
	char *name = get(record, "name"), *address = get(record, "address");
	char *state = get(record, "state");
	char *session = xasprintf("%s %s", name, address);

	if (o->session == NULL || strcmp(o->session, session) != 0) {
		o->sessions++;
		o->established += strcmp(state, "established") == 0;
	}
	free(o->session);
	o->session = session;
	free(name);
	free(address);
	free(state);
}

static void
kind_end(struct text_output *o)
{
	if (o->table != NULL)
		table_end(o->table);
	o->table = NULL;
}

static void
text_record(struct output *base, const json_t *record)
{
	struct text_output *o = (struct text_output *)base;
	const struct sentence *sentence;
	const struct schema_record *schema;
	const char *name;

	name = json_string_value(json_object_get(record, "record"));
	schema = name == NULL ? NULL : schema_find(name);
	if (schema == NULL) /* of a later version */
		return;
	sentence = sentence_of(schema);
	if (o->open != schema)
		kind_end(o);
	/* Between kinds, and between forms of one kind. */
	if (o->open != NULL &&
	    (o->open != schema ||
		(sentence == NULL && schema->shape == SCHEMA_FORM)))
		fputc('\n', base->style->out);
	o->open = schema;
	if (strcmp(schema->name, "neighbor") == 0)
		session_count(o, record);
	if (sentence != NULL)
		sentence->print(record, base->style->out);
	else if (schema->shape == SCHEMA_FORM)
		form_print(record, schema, base->style);
	else {
		if (o->table == NULL)
			o->table = table_new(schema, base->style, 0);
		table_row(o->table, record);
	}
}

static void
text_end(struct output *base, const json_t *last)
{
	struct text_output *o = (struct text_output *)base;
	bool failed = json_object_get(last, "error") != NULL;

	kind_end(o);
	if (!failed && strcmp(base->verb->records[0], "neighbor") == 0 &&
	    (base->style->terminal || base->style->header))
		fprintf(base->style->out,
		    "%u session%s: %u established, %u down\n", o->sessions,
		    o->sessions == 1 ? "" : "s", o->established,
		    o->sessions - o->established);
	free(o->session);
	free(o);
}

struct output *
output_text(const struct verb *verb, const struct style *style)
{
	static const struct output_ops ops = { text_record, text_end };
	struct text_output *o = xcalloc(1, sizeof(*o));

	o->base = (struct output){ &ops, verb, style };
	return &o->base;
}
