/* SPDX-License-Identifier: ISC */
/* sentence.c - kinds of records that read better as sentences */

/*
 * One printer for each kind, found by a table.  Findings of a reload look
 * like those of `bgpd -n`; a configuration is printed as it would be written,
 * with its tabs; acts say what they did.
 *
 * All text of the daemon goes through cell_safe, as in a table.
 */

#include "bgpctl/sentence.h"

#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"

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
	char *file = cell_text(record, "file"),
	     *level = cell_text(record, "level");
	char *text = cell_text(record, "text"),
	     *help = cell_text(record, "help");
	char *source = cell_text(record, "source");
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

/* One that is refused ends in an error, which says it. */
static void
reload_print(const json_t *record, FILE *out)
{
	json_int_t changes = number(record, "changes");
	const char *plural = changes == 1 ? "" : "s";

	if (json_object_get(record, "refused") != NULL)
		return;
	if (changes == 0)
		fprintf(out, "nothing to change\n");
	else
		fprintf(out, "%" JSON_INTEGER_FORMAT " change%s %s\n", changes,
		    plural,
		    is_set(record, "applied") ? "applied"
					      : "found, none made: a dry run");
}

static void
address_result_print(const json_t *record, FILE *out)
{
	char *family = cell_text(record, "family"),
	     *address = cell_text(record, "address");
	char *problem = cell_text(record, "problem"),
	     *hint = cell_text(record, "hint");

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

/* "verdict: ..." and what to type next. */
static void
verdict_print(const json_t *record, FILE *out)
{
	char *verdict = cell_text(record, "verdict"),
	     *next = cell_text(record, "next");

	fprintf(out, "verdict: %s\n", verdict);
	if (next[0] != '\0')
		fprintf(out, "next:    %s\n", next);
	free(verdict);
	free(next);
}

/* Why a finding of `doctor` matters, and the line that mends it. */
static void
remedy_print(const json_t *record, FILE *out)
{
	char *check = cell_text(record, "check"),
	     *why = cell_text(record, "why"), *fix = cell_text(record, "fix");

	fprintf(out, "%s: %s\n", check, why);
	if (fix[0] != '\0')
		fprintf(out, "    %s\n", fix);
	free(check);
	free(why);
	free(fix);
}

static void
cleared_print(const json_t *record, FILE *out)
{
	char *name = cell_text(record, "name"),
	     *address = cell_text(record, "address"),
	     *reason = cell_text(record, "reason");

	if (reason[0] != '\0')
		fprintf(out, "not cleared %s %s: %s\n", name, address, reason);
	else
		fprintf(out, "cleared %s %s\n", name, address);
	free(name);
	free(address);
	free(reason);
}

static void
refreshed_print(const json_t *record, FILE *out)
{
	char *name = cell_text(record, "name"),
	     *address = cell_text(record, "address"),
	     *reason = cell_text(record, "reason"), *family;
	const json_t *row;
	size_t i;

	if (reason[0] != '\0')
		fprintf(out, "not asked %s %s: %s", name, address, reason);
	else
		fprintf(out, "asked %s %s for", name, address);
	json_array_foreach(json_object_get(record, "families"), i, row)
	{
		family = cell_safe(json_string_value(row));
		fprintf(out, " %s", family);
		free(family);
	}
	fputc('\n', out);
	free(name);
	free(address);
	free(reason);
}

/* "draining: .., routes withdrawn in 30 s; bgpctl drain --undo" */
static void
runtime_print(const json_t *record, FILE *out)
{
	char *text = cell_text(record, "text"),
	     *undo = cell_text(record, "undo"),
	     *unsaved = cell_text(record, "unsaved");

	fprintf(
	    out, "%s%s%s\n", text, undo[0] == '\0' ? "" : "; to undo: ", undo);
	if (unsaved[0] != '\0')
		fprintf(out,
		    "not saved, a restart of bgpd will forget it: %s\n",
		    unsaved);
	free(text);
	free(undo);
	free(unsaved);
}

static void
log_print(const json_t *record, FILE *out)
{
	char *level = cell_text(record, "level"),
	     *before = cell_text(record, "before");

	fprintf(out, "log level %s, was %s\n", level, before);
	free(level);
	free(before);
}

static void
version_print(const json_t *record, FILE *out)
{
	char *version = cell_text(record, "version"),
	     *node = cell_text(record, "node");

	fprintf(
	    out, "bgpctl %s\nbgpd %s on %s\n", PACKAGE_VERSION, version, node);
	free(version);
	free(node);
}

static const struct sentence sentences[] = {
	{ "config", config_print },
	{ "message", message_print },
	{ "reload", reload_print },
	{ "address_result", address_result_print },
	{ "verdict", verdict_print },
	{ "remedy", remedy_print },
	{ "cleared", cleared_print },
	{ "refreshed", refreshed_print },
	{ "runtime", runtime_print },
	{ "log", log_print },
	{ "version", version_print },
	{ NULL, NULL },
};

const struct sentence *
sentence_find(const struct schema_record *schema)
{
	const struct sentence *row;

	for (row = sentences; row->record != NULL; row++)
		if (strcmp(row->record, schema->name) == 0)
			return row;
	return NULL;
}
