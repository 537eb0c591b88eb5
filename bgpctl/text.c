/* SPDX-License-Identifier: ISC */
/* text.c - a reply as a person reads it */

/*
 * Records of one kind in a row become a table or a form, as their schema
 * says, or sentences (sentence.c); a blank line stands between kinds.
 *
 * Below the sessions stands one line that counts them, and an answer without
 * rows says that there are none, on a terminal or with headings; a script that
 * asked for --no-header gets rows alone.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/output.h"
#include "bgpctl/sentence.h"
#include "rib/mem.h"

struct text_output {
	struct output base;
	const struct schema_record *open; /* kind being printed */
	struct table *table;              /* of it, or NULL */
	unsigned int sessions, established;
	char *session;     /* counted last */
	json_t *explained; /* sentences by reason word, or NULL */
};

/* ---- explanations ---- */

/*
 * Below the candidates each reason that occurred is explained once, for a
 * sentence does not fit a column; `show addresses` does without.
 */
static void
explanation_add(struct text_output *o, const json_t *record)
{
	const char *command = o->base.verb->command;
	json_t *reason = json_object_get(record, "reason");
	json_t *text = json_object_get(record, "explanation");

	if (command == NULL || strncmp(command, "explain ", 8) != 0 ||
	    !json_is_string(reason) || !json_is_string(text))
		return;
	if (o->explained == NULL)
		o->explained = json_object();
	json_object_set(o->explained, json_string_value(reason), text);
}

static void
explanations_print(struct text_output *o)
{
	FILE *out = o->base.style->out;
	const char *reason;
	char *word, *safe;
	json_t *text;

	if (o->explained == NULL)
		return;
	fputc('\n', out);
	json_object_foreach(o->explained, reason, text)
	{
		word = cell_safe(reason);
		safe = cell_safe(json_string_value(text));
		fprintf(out, "%s: %s\n", word, safe);
		free(word);
		free(safe);
	}
	json_decref(o->explained);
	o->explained = NULL;
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
	char *name = cell_text(record, "name"),
	     *address = cell_text(record, "address");
	char *state = cell_text(record, "state");
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
	explanations_print(o);
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
	sentence = sentence_find(schema);
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
	if (strcmp(schema->name, "address") == 0)
		explanation_add(o, record);
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
	bool talks = base->style->terminal || base->style->header;

	kind_end(o);
	if (!failed && talks && strcmp(base->verb->records[0], "neighbor") == 0)
		fprintf(base->style->out,
		    "%u session%s: %u established, %u down\n", o->sessions,
		    o->sessions == 1 ? "" : "s", o->established,
		    o->sessions - o->established);
	else if (!failed && talks && o->open == NULL &&
	    base->verb->command != NULL)
		fprintf(base->style->out, "%s: none\n", base->verb->command);
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
