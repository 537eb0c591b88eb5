/* SPDX-License-Identifier: ISC */
/* runtime_json.c - runtime commands as text, and back */

/*
 *	{
 *	  "schema": 1,
 *	  "drain": "draining",
 *	  "disabled": ["tor-1"],
 *	  "blocks_added": ["10.244.7.0/26"],
 *	  "blocks_removed": []
 *	}
 *
 * What is read was written by this daemon, by an older or a newer one, by a
 * disk that was full, or by somebody with an editor.  It is taken whole or not
 * at all: half of what an operator told is worse than none, for nobody would
 * look.  Every refusal has its place or names its member.
 */

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/resolve.h"
#include "bgpd/conf/runtime.h"

#define RUNTIME_SCHEMA 1
#define NAME_MAX_SIZE  256u

/* Where reading stands, and room for what is wrong. */
struct reading {
	struct conf_runtime *to;
	char *why;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool
refuse(struct reading *r, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(r->why, r->size, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- writing ----------------------------------------------------------- */

static json_t *
prefixes_json(const struct prefix *list, size_t count)
{
	json_t *array = json_array();
	char text[PREFIX_STRLEN];
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(
		    array, json_string(prefix_format(&list[i], text)));
	return array;
}

char *
conf_runtime_format(const struct conf_runtime *r)
{
	json_t *root = json_object(), *names = json_array();
	char *text;
	size_t i;

	for (i = 0; i < r->ndisabled; i++)
		json_array_append_new(names, json_string(r->disabled[i]));
	json_object_set_new(root, "schema", json_integer(RUNTIME_SCHEMA));
	json_object_set_new(root, "drain", json_string(drain_word(r->drain)));
	json_object_set_new(root, "disabled", names);
	json_object_set_new(
	    root, "blocks_added", prefixes_json(r->added, r->nadded));
	json_object_set_new(
	    root, "blocks_removed", prefixes_json(r->removed, r->nremoved));
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (text == NULL)
		abort(); /* out of memory: names were checked to be UTF-8 */
	return text;
}

/* ---- reading ----------------------------------------------------------- */

static bool
schema_read(struct reading *r, const json_t *value)
{
	if (json_is_integer(value) &&
	    json_integer_value(value) == RUNTIME_SCHEMA)
		return true;
	return refuse(
	    r, "'schema' is not %d: another version wrote it", RUNTIME_SCHEMA);
}

static bool
drain_read(struct reading *r, const json_t *value)
{
	const char *word = json_string_value(value);

	if (word != NULL && drain_find(word, &r->to->drain))
		return true;
	return refuse(r, "'drain' is none of off, draining, drained");
}

static bool
disabled_read(struct reading *r, const json_t *value)
{
	const char *name = NULL;
	const json_t *row;
	size_t i;

	if (!json_is_array(value))
		return refuse(r, "'disabled' is no list");
	json_array_foreach(value, i, row)
	{
		name = json_string_value(row);
		if (name == NULL || name[0] == '\0' ||
		    strlen(name) > NAME_MAX_SIZE)
			return refuse(r, "'disabled' holds what is no name");
		if (!conf_runtime_disable(r->to, name))
			return refuse(r, "'disabled' holds a name twice");
	}
	return true;
}

static bool
prefixes_read(struct reading *r, const json_t *value, const char *key,
    struct prefix **list, size_t *count)
{
	const json_t *row;
	struct prefix p;
	const char *text;
	bool odd;
	size_t i;

	if (!json_is_array(value))
		return refuse(r, "'%s' is no list", key);
	json_array_foreach(value, i, row)
	{
		text = json_string_value(row);
		if (text == NULL || strchr(text, '/') == NULL ||
		    !prefix_parse(text, &p, &odd) || odd)
			return refuse(r, "'%s' holds what is no prefix", key);
		conf_prefix_add(list, count, &p);
	}
	return true;
}

static bool
added_read(struct reading *r, const json_t *value)
{
	return prefixes_read(
	    r, value, "blocks_added", &r->to->added, &r->to->nadded);
}

static bool
removed_read(struct reading *r, const json_t *value)
{
	return prefixes_read(
	    r, value, "blocks_removed", &r->to->removed, &r->to->nremoved);
}

static const struct member {
	const char *key;
	bool (*read)(struct reading *, const json_t *);
} members[] = {
	{ "schema", schema_read },
	{ "drain", drain_read },
	{ "disabled", disabled_read },
	{ "blocks_added", added_read },
	{ "blocks_removed", removed_read },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

static bool
root_read(struct reading *r, const json_t *root)
{
	const json_t *value;
	size_t i;

	if (!json_is_object(root))
		return refuse(r, "it is no object");
	for (i = 0; i < MEMBERS; i++) {
		value = json_object_get(root, members[i].key);
		if (value == NULL)
			return refuse(r, "'%s' is missing", members[i].key);
		if (!members[i].read(r, value))
			return false;
	}
	if (json_object_size(root) > MEMBERS)
		return refuse(r, "there is a member that is not known");
	return true;
}

bool
conf_runtime_parse(const char *text, size_t length, struct conf_runtime *to,
    char *why, size_t size)
{
	struct reading r = { to, why, size };
	json_error_t error;
	json_t *root;
	bool ok;

	*to = (struct conf_runtime){ .disabled = NULL };
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return refuse(
		    &r, "%d:%d: %s", error.line, error.column, error.text);
	ok = root_read(&r, root);
	json_decref(root);
	if (!ok)
		conf_runtime_clear(to);
	return ok;
}
