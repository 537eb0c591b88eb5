/* SPDX-License-Identifier: ISC */
/* json.c - a reply as one JSON object on one line */

/*
 * What the socket sends as one record a line becomes one object: the records
 * of a kind in an array under its plural, {"schema":1,"neighbors":[...],
 * "count":2,"complete":true}.  It is written as the records come.  A verb
 * whose answer is one record (status, version) gives that record itself, to
 * which version adds this program's own.
 *
 * An array that is empty is there nevertheless, so that a script need not ask
 * whether it is.  A reply that ends in an error is still one object, with
 * complete false, error, exit and perhaps hint.  All is ASCII: control
 * characters, even those of Unicode, leave as \u escapes.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpctl/output.h"
#include "rib/mem.h"

#define FLAGS (JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(12))

struct json_output {
	struct output base;
	const struct schema_record *open; /* whose array is open */
	unsigned int written;             /* verb's arrays */
	bool begun;
};

/* "record" says on the line what the array says here. */
static void
dump_row(FILE *out, const json_t *record)
{
	json_t *row = json_copy((json_t *)(uintptr_t)record);

	json_object_del(row, "record");
	json_dumpf(row, out, FLAGS);
	json_decref(row);
}

static void
begin(struct json_output *o)
{
	if (!o->begun)
		fprintf(o->base.style->out, "{\"schema\":%d", SCHEMA_VERSION);
	o->begun = true;
}

static void
array_end(struct json_output *o)
{
	if (o->open != NULL)
		fputc(']', o->base.style->out);
	o->open = NULL;
}

static void
array_begin(struct json_output *o, const struct schema_record *schema)
{
	unsigned int i;

	begin(o);
	array_end(o);
	fprintf(o->base.style->out, ",\"%s\":[", schema->plural);
	o->open = schema;
	for (i = 0; o->base.verb->records[i] != NULL; i++)
		if (strcmp(o->base.verb->records[i], schema->name) == 0)
			o->written |= 1u << i;
}

/* The members of an object, behind what is there. */
static void
dump_members(struct json_output *o, const json_t *object)
{
	const char *key;
	json_t *value;

	begin(o);
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (strcmp(key, "record") == 0 || strcmp(key, "schema") == 0)
			continue;
		fprintf(o->base.style->out, ",\"%s\":", key);
		json_dumpf(value, o->base.style->out, FLAGS | JSON_ENCODE_ANY);
	}
}

static void
json_record(struct output *base, const json_t *record)
{
	struct json_output *o = (struct json_output *)base;
	const struct schema_record *schema;
	const char *name;

	name = json_string_value(json_object_get(record, "record"));
	schema = name == NULL ? NULL : schema_find(name);
	if (schema == NULL) /* of a later version */
		return;
	if (base->verb->single) {
		dump_members(o, record);
		if (strcmp(schema->name, "version") == 0)
			fprintf(base->style->out, ",\"bgpctl\":\"%s\"",
			    PACKAGE_VERSION);
		return;
	}
	if (o->open == schema)
		fputc(',', base->style->out);
	else
		array_begin(o, schema);
	dump_row(base->style->out, record);
}

static void
json_end(struct output *base, const json_t *last)
{
	struct json_output *o = (struct json_output *)base;
	const char *const *name = base->verb->records;
	bool failed = json_object_get(last, "error") != NULL;
	unsigned int i;

	begin(o);
	array_end(o);
	for (i = 0; !failed && !base->verb->single && name[i] != NULL; i++)
		if ((o->written & 1u << i) == 0)
			fprintf(base->style->out, ",\"%s\":[]",
			    schema_find(name[i])->plural);
	if (failed)
		fprintf(base->style->out, ",\"complete\":false");
	if (failed || !base->verb->single)
		dump_members(o, last);
	fputs("}\n", base->style->out);
	free(o);
}

struct output *
output_json(const struct verb *verb, const struct style *style)
{
	static const struct output_ops ops = { json_record, json_end };
	struct json_output *o = xcalloc(1, sizeof(*o));

	o->base = (struct output){ &ops, verb, style };
	return &o->base;
}
