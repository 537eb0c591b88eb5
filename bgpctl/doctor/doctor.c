/* SPDX-License-Identifier: ISC */
/* doctor.c - `bgpctl doctor`: what is wrong with this node, and what mends it
 */

/*
 * In three steps that know nothing of each other: facts are read (read_*.c),
 * facts are judged (judge*.c, pure), findings become records like those of the
 * daemon.  It happens here and not in the daemon, so that it works while that
 * is down, with the rights of whoever asks, and never holds up a session; the
 * daemon is asked by its socket like by anybody.
 *
 * It is run where the daemon runs: on the node, or in its network namespace.
 * Nothing is ever changed.
 */

#include "bgpctl/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/doctor/judge.h"
#include "bgpctl/invocation.h"

struct findings {
	struct output *output;
	json_t *remedies; /* behind the table */
	json_int_t count;
	unsigned int failed;
};

/* Names of links are bytes of any kind; JSON is not. */
static json_t *
text_of(const char *text)
{
	char *safe = cell_safe(text), *at;
	json_t *value = json_string(safe);

	for (at = safe; value == NULL && *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	}
	if (value == NULL)
		value = json_string(safe);
	free(safe);
	return value;
}

static json_t *
record_of(const char *kind, const struct finding *finding)
{
	json_t *record = json_object();

	json_object_set_new(record, "record", json_string(kind));
	json_object_set_new(record, "check", json_string(finding->check));
	return record;
}

static void
finding_take(void *arg, const struct finding *finding)
{
	struct findings *all = arg;
	json_t *record = record_of("check", finding);

	json_object_set_new(
	    record, "result", json_string(finding_word(finding->result)));
	json_object_set_new(record, "evidence", text_of(finding->evidence));
	output_record(all->output, record);
	json_decref(record);
	all->count++;
	if (finding->result < FINDING_WARN)
		return;
	all->failed += finding->result == FINDING_FAIL;
	record = record_of("remedy", finding);
	json_object_set_new(record, "why", json_string(finding->why));
	if (finding->fix[0] != '\0')
		json_object_set_new(record, "fix", text_of(finding->fix));
	json_array_append_new(all->remedies, record);
}

/* NULL is any; false: there is no such check. */
static bool
check_named(const struct invocation *i, const struct check **only)
{
	const char *name =
	    json_string_value(json_object_get(i->arguments, "only"));
	struct failure failure = { .exit = SCHEMA_USAGE };
	const struct check *check;
	size_t used;

	*only = NULL;
	if (name == NULL || (*only = judge_find(name)) != NULL)
		return true;
	snprintf(failure.text, sizeof(failure.text), "no check '%.40s'", name);
	used = (size_t)snprintf(failure.hint, sizeof(failure.hint), "one of");
	for (check = judge_checks;
	     check->name != NULL && used < sizeof(failure.hint); check++)
		used += (size_t)snprintf(failure.hint + used,
		    sizeof(failure.hint) - used, " %s", check->name);
	invocation_refuse(i, &failure);
	return false;
}

static void
facts_read(struct facts *f, const struct invocation *i)
{
	char word[WORD_SIZE];

	facts_init(f);
	if (strcmp(i->socket, BGPD_SOCKET_PATH) != 0)
		snprintf(f->bgpctl, sizeof(f->bgpctl), "bgpctl -s %s",
		    shell_word(i->socket, word));
	facts_read_daemon(f, i->socket);
	facts_read_kernel(f);
	facts_read_proc(f);
	if (json_is_true(json_object_get(i->arguments, "probe")))
		facts_probe(f);
}

static void
findings_end(struct findings *all)
{
	json_t *record, *last = json_object();
	size_t at;

	json_array_foreach(all->remedies, at, record)
	    output_record(all->output, record);
	json_object_set_new(last, "count", json_integer(all->count));
	json_object_set_new(last, "complete", json_true());
	output_end(all->output, last);
	json_decref(last);
	json_decref(all->remedies);
}

int
doctor_run(const struct invocation *i)
{
	struct findings all = { .remedies = json_array() };
	struct report report = { .tell = finding_take, .arg = &all };
	const struct check *only;
	struct facts facts;

	if (!check_named(i, &only)) {
		json_decref(all.remedies);
		return SCHEMA_USAGE;
	}
	all.output = i->json ? output_json(i->verb, &i->style)
			     : output_text(i->verb, &i->style);
	facts_read(&facts, i);
	judge(&facts, only, &report);
	facts_clear(&facts);
	findings_end(&all);
	return all.failed > 0 ? SCHEMA_BAD_STATE : SCHEMA_GOOD;
}
