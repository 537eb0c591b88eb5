/* SPDX-License-Identifier: ISC */
/* test_control_runtime.c - commands that stay, from the words to the answer */

/*
 * What an operator types goes through bgpctl's words, the daemon's parser and
 * a whole daemon of the simulation, and comes back through bgpctl's printer:
 * the transcripts are golden.  The daemon keeps its state in a folder of the
 * test; the folder's name is written STATE.  Every record is held against the
 * schema.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bgpctl/check.h"
#include "bgpctl/command.h"
#include "bgpctl/doctor/doctor.h"
#include "bgpctl/output.h"
#include "bgpd/control/control.h"
#include "tests/sim/sim_mesh.h"
#include "tests/testing.h"

#define LONG 60000 /* ms of virtual time */

#define MORE                                                       \
	"neighbor tor-1 10.0.0.99 { remote-as 65001 }\n"           \
	"neighbor tor-2 10.0.0.98 { remote-as 65001; disabled }\n" \
	"state-directory %s\n"

struct fixture {
	struct sim_mesh mesh;
	char folder[64], path[96];
	FILE *out; /* the transcript */
	char *text;
	size_t size;
};

/* Only bgpctl/main.c's program has the real ones. */
int
check_run(const struct invocation *invocation)
{
	return invocation == NULL;
}

int
doctor_run(const struct invocation *invocation)
{
	return invocation == NULL;
}

static void
configure(struct fixture *f, const char *folder)
{
	char more[256], *text;

	snprintf(more, sizeof(more), MORE, folder);
	text = sim_mesh_config(1, 2, 0, more);
	sim_config(f->mesh.node[1], text);
	free(text);
}

static bool
is_up(void *arg)
{
	struct fixture *f = arg;

	return sim_established(f->mesh.node[1]) == 2;
}

static int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/test_control_runtime.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/runtime.json", f->folder);
	sim_mesh_init(&f->mesh, 2, 21);
	configure(f, f->folder);
	sim_mesh_start(&f->mesh);
	assert_true(sim_wait(f->mesh.sim, is_up, f, LONG));
	f->out = open_memstream(&f->text, &f->size);
	*state = f;
	return 0;
}

static int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	sim_mesh_clear(&f->mesh);
	unlink(f->path);
	assert_int_equal(rmdir(f->folder), 0);
	fclose(f->out);
	free(f->text);
	free(f);
	return 0;
}

/* ---- typing ------------------------------------------------------------ */

static void
request_run(struct fixture *f, json_t *root, struct outbox *out)
{
	char *line = json_dumps(root, JSON_COMPACT);
	struct span bytes = { (const uint8_t *)line, strlen(line) };
	const struct command *command;
	struct request_error error;
	struct request request;
	json_t *arguments;

	command = request_parse(control_commands, bytes, &arguments, &error);
	assert_non_null(command);
	request_begin(
	    &request, sim_bgpd(f->mesh.node[1]), command, arguments, out);
	while (request_step(&request))
		continue;
	request_end(&request);
	free(line);
}

static void
error_print(const json_t *last, FILE *out)
{
	const char *hint = json_string_value(json_object_get(last, "hint"));

	fprintf(out, "bgpctl: %s\n",
	    json_string_value(json_object_get(last, "error")));
	if (hint != NULL)
		fprintf(out, "hint: %s\n", hint);
	fprintf(out, "[exit %d]\n",
	    (int)json_integer_value(json_object_get(last, "exit")));
}

/* The records of a reply, one a line, as bgpctl takes them. */
static void
reply_print(struct fixture *f, const struct verb *verb, struct outbox *out)
{
	const struct style style = { .header = true, .out = f->out };
	struct output *output = output_text(verb, &style);
	const char *at = outbox_unsent(out), *end;
	const char *kind, *wrong;
	json_t *record;
	bool last;

	do {
		end = memchr(at, '\n', out->length);
		assert_non_null(end);
		record = json_loadb(at, (size_t)(end - at), 0, NULL);
		kind = json_string_value(json_object_get(record, "record"));
		last = strcmp(kind, "end") == 0 || strcmp(kind, "error") == 0;
		wrong = last ? NULL : schema_mismatch(record);
		if (wrong != NULL)
			fail_msg("%s", wrong);
		if (!last)
			output_record(output, record);
		else
			output_end(output, record);
		if (strcmp(kind, "error") == 0)
			error_print(record, f->out);
		json_decref(record);
		at = end + 1;
	} while (!last);
}

/* Types a line: at most eight words. */
static void
type(struct fixture *f, const char *line)
{
	struct words_result result;
	const char *words[8];
	unsigned int count = 0;
	struct outbox out;
	char *copy = strdup(line), *word;
	json_t *root;

	for (word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
		words[count++] = word;
	words_parse(command_tree, count, words, &result);
	if (result.verb == NULL)
		fail_msg("%s: %s", line, result.problem);
	root = json_pack("{s:i,s:s,s:o}", "schema", SCHEMA_VERSION, "command",
	    result.verb->command, "arguments", result.arguments);
	fprintf(f->out, "# bgpctl %s\n", line);
	outbox_init(&out);
	request_run(f, root, &out);
	reply_print(f, result.verb, &out);
	outbox_clear(&out);
	json_decref(root);
	free(copy);
}

/* Of the screen of status what is about these commands. */
static void
status_print(struct fixture *f)
{
	static const char *const starts[] = { "drain ", "not saved ",
		"withdrawn in ", "sessions disabled ", "  this node " };
	FILE *transcript = f->out;
	char *text = NULL, *line;
	size_t size, i;

	f->out = open_memstream(&text, &size);
	type(f, "status");
	fclose(f->out);
	f->out = transcript;
	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
			if (strncmp(line, starts[i], strlen(starts[i])) == 0)
				fprintf(f->out, "status: %s\n", line);
	free(text);
}

/* The transcript, with the folder's name taken out of it. */
static void
golden(struct fixture *f, const char *name)
{
	char *text, *at, *to;

	fflush(f->out);
	text = strdup(f->text);
	while ((at = strstr(text, f->folder)) != NULL) {
		to = at + strlen("STATE");
		memcpy(at, "STATE", strlen("STATE"));
		memmove(to, at + strlen(f->folder),
		    strlen(at + strlen(f->folder)) + 1);
	}
	golden_check(name, text);
	free(text);
}

/* Lines of show config that bgpctl has put there. */
static void
marks_print(struct fixture *f)
{
	char *text = conf_format(sim_bgpd(f->mesh.node[1])->conf), *line;

	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		if (strstr(line, "by bgpctl") != NULL)
			fprintf(f->out, "show config: %s\n", line);
	free(text);
}

/* ---- the tests --------------------------------------------------------- */

static void
disable_and_enable_answer_what_they_did(void **state)
{
	struct fixture *f = *state;

	type(f, "neighbor node-2 disable");
	type(f, "neighbor 10.0.0.2 disable");
	sim_run(f->mesh.sim, 1000);
	type(f, "neighbor node-2 clear");
	type(f, "show neighbors node-2");
	type(f, "explain neighbor 10.0.0.2");
	marks_print(f);
	type(f, "neighbor node-2 enable");
	type(f, "neighbor node-2 enable");
	type(f, "neighbor tor-1 disable");
	type(f, "neighbor tor-1 enable");
	type(f, "neighbor nobody disable");
	type(f, "neighbor nobody enable");

	golden(f, "control_disable.txt");
	sim_run(f->mesh.sim, 10000);
	assert_true(is_up(f));
}

static void
disable_in_the_config_is_another_one(void **state)
{
	struct fixture *f = *state;

	type(f, "neighbor tor-2 enable");
	type(f, "neighbor tor-2 disable");
	type(f, "neighbor tor-2 enable");

	golden(f, "control_disable_config.txt");
}

static void
drain_answers_what_it_did_and_what_comes(void **state)
{
	struct fixture *f = *state;

	type(f, "drain");
	sim_run(f->mesh.sim, 12000);
	type(f, "drain");
	status_print(f);
	marks_print(f);
	sim_run(f->mesh.sim, 20000);
	type(f, "drain");
	type(f, "show routes out node-2 all");
	type(f, "explain export 10.244.1.0/26 to 10.0.0.2");
	status_print(f);
	marks_print(f);
	type(f, "drain --undo");
	type(f, "drain --undo");

	golden(f, "control_drain.txt");
}

static void
block_answers_what_it_did(void **state)
{
	struct fixture *f = *state;

	type(f, "block add 10.244.77.0/26");
	type(f, "block add 10.244.77.0/26");
	type(f, "block add 192.168.0.0/26");
	type(f, "block add 10.244.1.0/28");
	type(f, "block add 10.0.0.0/24");
	type(f, "block add 10.244.77.1/26");
	type(f, "block add 10.244.77.1");
	type(f, "block remove 10.244.1.0/26");
	type(f, "block remove 10.244.1.0/26");
	type(f, "block remove 10.244.9.0/26");
	marks_print(f);
	type(f, "block add 10.244.1.0/26");
	type(f, "block remove 10.244.77.0/26");
	type(f, "block remove 192.168.0.0/26");
	marks_print(f);

	golden(f, "control_block.txt");
}

/* Somebody's file stands where the folder should be: even for root. */
static void
state_that_cannot_be_written_is_said(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	sim_kill(f->mesh.node[1]);
	assert_int_equal(rmdir(f->folder), 0);
	file = fopen(f->folder, "w");
	assert_non_null(file);
	fclose(file);
	sim_start(f->mesh.node[1]);
	assert_true(sim_wait(f->mesh.sim, is_up, f, LONG));

	type(f, "drain");
	sim_run(f->mesh.sim, 31000);
	status_print(f);
	assert_int_equal(unlink(f->folder), 0);
	type(f, "drain --undo");

	golden(f, "control_unsaved.txt");
	assert_int_equal(mkdir(f->folder, 0700), 0);
}

/* The file forgets whom a command was about; the command stays. */
static void
reload_warns_of_what_is_gone(void **state)
{
	struct fixture *f = *state;
	char more[160], *text;

	type(f, "neighbor tor-1 disable");
	snprintf(more, sizeof(more), "state-directory %s", f->folder);
	text = sim_mesh_config(1, 2, 0, more);
	sim_config(f->mesh.node[1], text);
	free(text);
	type(f, "reload");
	type(f, "neighbor tor-1 enable");
	type(f, "reload");

	golden(f, "control_runtime_gone.txt");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(disable_and_enable_answer_what_they_did),
		TEST(disable_in_the_config_is_another_one),
		TEST(drain_answers_what_it_did_and_what_comes),
		TEST(block_answers_what_it_did),
		TEST(state_that_cannot_be_written_is_said),
		TEST(reload_warns_of_what_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
