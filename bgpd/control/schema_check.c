/* SPDX-License-Identifier: ISC */
/* schema_check.c - the row of a record, and whether the record is like it */

/*
 * The rows are schema.c's.  A producer never makes up a key; schema_mismatch
 * is how the tests know.
 */

#include <string.h>

#include "bgpd/control/schema_private.h"

const struct schema_record *
schema_find(const char *name)
{
	const struct schema_record *const *row;

	for (row = schema_records; *row != NULL; row++)
		if (strcmp((*row)->name, name) == 0)
			return *row;
	return NULL;
}

static const struct schema_field *
field_find(const struct schema_record *record, const char *key)
{
	const struct schema_field *field;

	for (field = record->fields; field->key != NULL; field++)
		if (strcmp(field->key, key) == 0)
			return field;
	return NULL;
}

static bool
suits(const json_t *value, enum schema_kind kind)
{
	static const json_type types[SCHEMA_KIND_MAX] = {
		[SCHEMA_TEXT] = JSON_STRING,
		[SCHEMA_WORD] = JSON_STRING,
		[SCHEMA_REASON] = JSON_STRING,
		[SCHEMA_NUMBER] = JSON_INTEGER,
		[SCHEMA_BYTES] = JSON_INTEGER,
		[SCHEMA_SHARE] = JSON_INTEGER,
		[SCHEMA_SECONDS] = JSON_REAL,
		[SCHEMA_BOOLEAN] = JSON_TRUE,
		[SCHEMA_LIST] = JSON_ARRAY,
		[SCHEMA_ROWS] = JSON_ARRAY,
	};

	if (kind == SCHEMA_BOOLEAN)
		return json_is_boolean(value);
	return json_typeof(value) == types[kind];
}

static const char *object_mismatch(json_t *, const struct schema_record *);

static const char *
rows_mismatch(json_t *array, const struct schema_record *record)
{
	const char *found;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		found = object_mismatch(json_array_get(array, i), record);
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* Two turns: what is there is known, what must be there is there. */
static const char *
object_mismatch(json_t *object, const struct schema_record *record)
{
	const struct schema_field *field;
	const char *key, *found;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (strcmp(key, "record") == 0)
			continue;
		field = field_find(record, key);
		if (field == NULL || !suits(value, field->kind))
			return key;
		if (field->rows == NULL)
			continue;
		found = rows_mismatch(value, field->rows);
		if (found != NULL)
			return found;
	}
	for (field = record->fields; field->key != NULL; field++)
		if (field->flags & SCHEMA_ALWAYS &&
		    json_object_get(object, field->key) == NULL)
			return field->key;
	return NULL;
}

const char *
schema_mismatch(json_t *record)
{
	const char *name = json_string_value(json_object_get(record, "record"));
	const struct schema_record *row;

	row = name == NULL ? NULL : schema_find(name);
	return row == NULL ? "record" : object_mismatch(record, row);
}
