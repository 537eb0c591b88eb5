/* SPDX-License-Identifier: ISC */
/* invocation.c - one call of bgpctl, all of it understood */

/*
 * One conversation: ask, hand each record to the output, end it with the last
 * one, answer with the exit code.  What goes wrong on the way, here or in the
 * daemon, is said once on stderr; with -j the object on stdout says it too,
 * so that a script gets one object whatever happens.
 *
 * Watching is the same thing again: on a terminal the screen is painted
 * anew, with -j every round is one line.  Each round connects anew, so a
 * daemon that restarts is watched through its restart.
 */

#include "bgpctl/invocation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bgpctl/cell.h"

#define SCREEN_CLEAR "\033[H\033[2J"

static struct output *
output_make(const struct invocation *i)
{
	return i->json ? output_json(i->verb, &i->style)
		       : output_text(i->verb, &i->style);
}

static json_t *
failure_record(const struct failure *failure)
{
	json_t *record = json_object();

	json_object_set_new(record, "record", json_string("error"));
	json_object_set_new(record, "exit", json_integer(failure->exit));
	json_object_set_new(record, "error", json_string(failure->text));
	if (failure->hint[0] != '\0')
		json_object_set_new(record, "hint", json_string(failure->hint));
	return record;
}

static void
complain(const json_t *error)
{
	const char *text = json_string_value(json_object_get(error, "error"));
	const char *hint = json_string_value(json_object_get(error, "hint"));
	char *safe;

	fflush(stdout);
	safe = cell_safe(text == NULL ? "unknown error" : text);
	fprintf(stderr, "bgpctl: %s\n", safe);
	free(safe);
	if (hint == NULL)
		return;
	safe = cell_safe(hint);
	fprintf(stderr, "bgpctl: hint: %s\n", safe);
	free(safe);
}

static bool
is_kind(const json_t *record, const char *kind)
{
	const char *name;

	name = json_string_value(json_object_get(record, "record"));
	return name != NULL && strcmp(name, kind) == 0;
}

static int
exit_of(const json_t *error)
{
	json_int_t code = json_integer_value(json_object_get(error, "exit"));

	return code > SCHEMA_GOOD && code < SCHEMA_EXIT_MAX ? (int)code
							    : SCHEMA_FAILED;
}

/* The last record, "end" or "error"; never NULL. */
static json_t *
converse(const struct invocation *i, struct output *output, bool *bad)
{
	struct failure failure;
	struct client *client = client_open(i->socket, &failure);
	json_t *record;

	if (client == NULL)
		return failure_record(&failure);
	record = NULL;
	if (client_ask(client, i->verb->command, i->arguments, &failure))
		record = client_next(client, &failure);
	while (record != NULL && !is_kind(record, "end") &&
	    !is_kind(record, "error")) {
		if (json_is_false(json_object_get(record, "ready")))
			*bad = true;
		output_record(output, record);
		json_decref(record);
		record = client_next(client, &failure);
	}
	client_close(client);
	return record != NULL ? record : failure_record(&failure);
}

int
invocation_run(const struct invocation *i)
{
	struct output *output = output_make(i);
	bool bad = false;
	json_t *last = converse(i, output, &bad);
	int code = SCHEMA_GOOD;

	if (is_kind(last, "error"))
		code = exit_of(last);
	else if (i->check && bad)
		code = SCHEMA_BAD_STATE;
	output_end(output, last);
	if (is_kind(last, "error"))
		complain(last);
	json_decref(last);
	if (fflush(i->style.out) == 0)
		return code;
	fprintf(stderr, "bgpctl: cannot write: %s\n", strerror(errno));
	return SCHEMA_FAILED;
}

int
invocation_refuse(const struct invocation *i, const struct failure *failure)
{
	static const struct verb nothing = { .single = true };
	json_t *record = failure_record(failure);

	if (i->json)
		output_end(output_json(&nothing, &i->style), record);
	complain(record);
	json_decref(record);
	return failure->exit;
}

int
invocation_watch(const struct invocation *i)
{
	struct timespec pause = { .tv_sec = (time_t)i->watch };

	pause.tv_nsec = (long)((i->watch - (double)pause.tv_sec) * 1e9);
	for (;;) {
		if (i->style.terminal && !i->json)
			fputs(SCREEN_CLEAR, i->style.out);
		invocation_run(i);
		if (ferror(i->style.out))
			return SCHEMA_FAILED;
		nanosleep(&pause, NULL);
	}
}
