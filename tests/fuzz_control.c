/* SPDX-License-Identifier: ISC */
/* fuzz_control.c - a line of a client at the control socket */

/*
 * Any bytes are a line; what the parser takes for a request is begun and run
 * to its end, and every record that comes out must be one line of JSON.  The
 * table has a row for each kind of argument, and one command that gives back
 * the text it was given, so that odd text meets the writing side too.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/control/record.h"
#include "bgpd/control/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
echo_next(struct request *r)
{
	const char *text = request_text(r, "text");
	json_t *record = record_new("config");

	record_number(record, "line", 1);
	record_string(record, "text", text == NULL ? "" : text);
	request_emit(r, record);
	if (request_flag(r, "fail"))
		request_fail(r, SCHEMA_FAILED, text, "%s", text);
	return false;
}

static const struct argument arguments[] = {
	{ "text", false, true },
	{ "more", false, false },
	{ "fail", true, false },
	{ NULL, false, false },
};

static const struct command commands[] = {
	{ "echo", COMMAND_READ, arguments, NULL, echo_next, NULL },
	{ "show neighbors", COMMAND_WRITE, arguments, NULL, echo_next, NULL },
	{ NULL, COMMAND_READ, NULL, NULL, NULL, NULL },
};

static void
out_check(struct outbox *out)
{
	const char *at = outbox_unsent(out), *end;
	size_t left = out->length;
	json_t *record;

	while (left > 0) {
		end = memchr(at, '\n', left);
		if (end == NULL)
			abort();
		record = json_loadb(at, (size_t)(end - at), 0, NULL);
		if (record == NULL)
			abort();
		json_decref(record);
		left -= (size_t)(end - at) + 1;
		at = end + 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct command *command;
	struct request_error error;
	struct request request;
	struct outbox out;
	json_t *given;

	outbox_init(&out);
	command = request_parse(
	    commands, (struct span){ data, size }, &given, &error);
	if (command == NULL) {
		if (error.exit == SCHEMA_GOOD || given != NULL)
			abort();
		request_error_dump(&out, &error);
	} else {
		request_begin(&request, NULL, command, given, &out);
		while (request_step(&request))
			continue;
		request_end(&request);
	}
	out_check(&out);
	outbox_clear(&out);
	return 0;
}
