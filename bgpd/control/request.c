/* SPDX-License-Identifier: ISC */
/* request.c - one command of a client, from its line to its last record */

/*
 * The parser takes a line that anybody in a group of the machine may have
 * written: it must be one JSON object, with no member twice, nothing behind
 * it, no member that it does not know.  What is not even that comes from no
 * client of ours and ends the connection; what is well formed and wrong gets
 * an error record and another chance.
 *
 * A reply is records, one on a line, and at last "end" with their count or
 * "error".  Both carry the schema's number.
 *
 * Parsing is pure and is a fuzz target; nothing here reads or writes a
 * socket.
 */

#include "bgpd/control/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/control/record.h"
#include "rib/symbol.h"

#define DUMP_FLAGS  (JSON_COMPACT | JSON_REAL_PRECISION(12))
#define BGPCTL_HELP "bgpctl --help"

static void
error_vset(struct request_error *error, enum schema_exit code, const char *hint,
    const char *format, va_list args)
{
	error->exit = code;
	vsnprintf(error->text, sizeof(error->text), format, args);
	snprintf(
	    error->hint, sizeof(error->hint), "%s", hint == NULL ? "" : hint);
}

void
request_error_set(struct request_error *error, enum schema_exit code,
    const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_vset(error, code, hint, format, args);
	va_end(args);
}

/* ---- parsing ---- */

static bool
members_known(const json_t *root, struct request_error *error)
{
	static const char *const known[] = { "schema", "command", "arguments" };
	size_t i, count = 0;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		count += json_object_get(root, known[i]) != NULL;
	if (count == json_object_size(root))
		return true;
	request_error_set(error, SCHEMA_USAGE, NULL,
	    "a request has schema, command and arguments only");
	return false;
}

static bool
schema_suits(const json_t *root, struct request_error *error)
{
	const json_t *schema = json_object_get(root, "schema");

	if (json_is_integer(schema) &&
	    json_integer_value(schema) == SCHEMA_VERSION)
		return true;
	request_error_set(error, SCHEMA_USAGE, NULL,
	    "this bgpd speaks schema %d; is bgpctl of the same version?",
	    SCHEMA_VERSION);
	return false;
}

static const struct command *
command_find(const struct command *table, const json_t *root,
    struct request_error *error)
{
	const char *name = json_string_value(json_object_get(root, "command"));
	const char *best = NULL;
	char hint[REQUEST_TEXT] = BGPCTL_HELP;
	const struct command *row;

	if (name == NULL) {
		request_error_set(
		    error, SCHEMA_USAGE, NULL, "a request needs a command");
		return NULL;
	}
	for (row = table; row->name != NULL; row++) {
		if (strcmp(row->name, name) == 0)
			return row;
		symbol_nearest(name, row->name, &best);
	}
	if (best != NULL)
		snprintf(hint, sizeof(hint), "did you mean '%s'?", best);
	request_error_set(
	    error, SCHEMA_USAGE, hint, "unknown command '%.64s'", name);
	return NULL;
}

static const struct argument *
argument_find(const struct command *command, const char *key)
{
	const struct argument *row;

	for (row = command->arguments; row->key != NULL; row++)
		if (strcmp(row->key, key) == 0)
			return row;
	return NULL;
}

static bool
arguments_suit(const struct command *command, json_t *arguments,
    struct request_error *error)
{
	const struct argument *row;
	const char *key, *complaint = NULL;
	json_t *value;

	json_object_foreach(arguments, key, value)
	{
		row = argument_find(command, key);
		if (row == NULL)
			complaint = "unknown argument";
		else if (row->flag ? !json_is_boolean(value)
				   : !json_is_string(value))
			complaint = row->flag ? "no boolean in argument"
					      : "no text in argument";
		if (complaint == NULL)
			continue;
		request_error_set(error, SCHEMA_USAGE, BGPCTL_HELP,
		    "%s '%.64s' of %s", complaint, key, command->name);
		return false;
	}
	for (row = command->arguments; row->key != NULL; row++) {
		if (!row->needed || json_object_get(arguments, row->key))
			continue;
		request_error_set(error, SCHEMA_USAGE, BGPCTL_HELP,
		    "%s needs the argument '%s'", command->name, row->key);
		return false;
	}
	return true;
}

/* The object of a line; NULL when it is none. */
static json_t *
object_of(struct span line, struct request_error *error)
{
	json_error_t json_error;
	json_t *root;

	root = json_loadb((const char *)line.data, line.length,
	    JSON_REJECT_DUPLICATES, &json_error);
	if (json_is_object(root))
		return root;
	json_decref(root);
	error->lost = true;
	request_error_set(error, SCHEMA_USAGE, NULL,
	    "a request is one JSON object on one line");
	return NULL;
}

static json_t *
arguments_of(const json_t *root, struct request_error *error)
{
	json_t *arguments = json_object_get(root, "arguments");

	if (arguments == NULL)
		return json_object();
	if (json_is_object(arguments))
		return json_incref(arguments);
	request_error_set(
	    error, SCHEMA_USAGE, NULL, "arguments are no JSON object");
	return NULL;
}

const struct command *
request_parse(const struct command *table, struct span line, json_t **arguments,
    struct request_error *error)
{
	const struct command *command = NULL;
	json_t *root;

	*error = (struct request_error){ .exit = SCHEMA_GOOD };
	*arguments = NULL;
	root = object_of(line, error);
	if (root == NULL)
		return NULL;
	if (members_known(root, error) && schema_suits(root, error))
		command = command_find(table, root, error);
	if (command != NULL)
		*arguments = arguments_of(root, error);
	if (*arguments != NULL && arguments_suit(command, *arguments, error)) {
		json_decref(root);
		return command;
	}
	json_decref(*arguments);
	*arguments = NULL;
	json_decref(root);
	return NULL;
}

/* ---- replying ---- */

static int
dump_piece(const char *bytes, size_t length, void *arg)
{
	outbox_add(arg, bytes, length);
	return 0;
}

static void
dump_line(struct outbox *out, json_t *record)
{
	json_dump_callback(record, dump_piece, out, DUMP_FLAGS);
	outbox_add(out, "\n", 1);
	json_decref(record);
}

void
request_error_dump(struct outbox *out, const struct request_error *error)
{
	json_t *record = record_new("error");

	record_number(record, "schema", SCHEMA_VERSION);
	record_number(record, "exit", error->exit);
	record_text(record, "error", error->text);
	record_text(record, "hint", error->hint);
	dump_line(out, record);
}

static void
end_dump(const struct request *r)
{
	json_t *record = record_new("end");

	record_number(record, "schema", SCHEMA_VERSION);
	record_number(record, "count", (uint64_t)r->count);
	record_flag(record, "complete", true);
	dump_line(r->out, record);
}

void
request_begin(struct request *r, struct bgpd *bgpd,
    const struct command *command, json_t *arguments, struct outbox *out)
{
	*r = (struct request){
		.bgpd = bgpd,
		.command = command,
		.arguments = arguments,
		.out = out,
	};
	if (command->begin != NULL)
		command->begin(r);
}

bool
request_step(struct request *r)
{
	if (r->error.exit == SCHEMA_GOOD && r->command->next(r))
		return true;
	if (r->error.exit == SCHEMA_GOOD)
		end_dump(r);
	else
		request_error_dump(r->out, &r->error);
	return false;
}

void
request_end(struct request *r)
{
	if (r->command->end != NULL)
		r->command->end(r);
	free(r->state);
	r->state = NULL;
	json_decref(r->arguments);
	r->arguments = NULL;
}

void
request_emit(struct request *r, json_t *record)
{
	r->count++;
	dump_line(r->out, record);
}

void
request_fail(struct request *r, enum schema_exit code, const char *hint,
    const char *format, ...)
{
	va_list args;

	if (r->error.exit != SCHEMA_GOOD)
		return;
	va_start(args, format);
	error_vset(&r->error, code, hint, format, args);
	va_end(args);
}

const char *
request_text(const struct request *r, const char *key)
{
	return json_string_value(json_object_get(r->arguments, key));
}

bool
request_flag(const struct request *r, const char *key)
{
	return json_is_true(json_object_get(r->arguments, key));
}
