/* SPDX-License-Identifier: ISC */
/* test_control_show.c - what the commands answer about a daemon that runs */

/*
 * Two whole daemons of the simulation share a mesh, the first also has a
 * neighbour that is not there.  Requests are run without a socket, through
 * the same parser and steps as a client's, and every record of every reply is
 * held against the schema: keys cannot drift.  The tables of commands of
 * the daemon and of bgpctl are held against each other, too.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/check.h"
#include "bgpctl/command.h"
#include "bgpctl/doctor/doctor.h"
#include "bgpd/control/control.h"
#include "bgpd/log.h"
#include "tests/sim/sim_mesh.h"
#include "tests/testing.h"

#define LONG      60000 /* ms of virtual time */
#define STEPS_MAX 100000u

#define GONE "neighbor gone 10.0.0.99 { remote-as 65001; description absent }\n"

struct fixture {
	struct sim_mesh mesh;
	struct bgpd *bgpd;
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

static bool
blocks_are_known(void *arg)
{
	struct fixture *f = arg;
	char gateway[64];

	return sim_route(f->mesh.node[1], "10.244.2.0/26", gateway,
		   sizeof(gateway)) &&
	    sim_route(f->mesh.node[1], "fd00:10:244:2::/122", gateway,
		sizeof(gateway));
}

static int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *config;

	sim_mesh_init(&f->mesh, 2, 11);
	config = sim_mesh_config(1, 2, 0, GONE);
	sim_config(f->mesh.node[1], config);
	free(config);
	sim_mesh_start(&f->mesh);
	assert_true(sim_wait(f->mesh.sim, blocks_are_known, f, LONG));
	sim_run(f->mesh.sim, 10000);
	f->bgpd = sim_bgpd(f->mesh.node[1]);
	*state = f;
	return 0;
}

static int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	sim_mesh_clear(&f->mesh);
	free(f);
	return 0;
}

/* ---- asking ---- */

static void
request_run(struct bgpd *bgpd, const char *line, struct outbox *out)
{
	struct span bytes = { (const uint8_t *)line, strlen(line) };
	const struct command *command;
	struct request_error error;
	struct request request;
	json_t *arguments;
	unsigned int steps = 0;

	command = request_parse(control_commands, bytes, &arguments, &error);
	if (command == NULL) {
		request_error_dump(out, &error);
		return;
	}
	request_begin(&request, bgpd, command, arguments, out);
	while (request_step(&request))
		assert_true(++steps < STEPS_MAX);
	request_end(&request);
}

static json_t *
record_at(const char *line, size_t length)
{
	json_t *record = json_loadb(line, length, 0, NULL);
	const char *kind, *mismatch;

	assert_non_null(record);
	kind = json_string_value(json_object_get(record, "record"));
	if (strcmp(kind, "end") == 0 || strcmp(kind, "error") == 0)
		return record;
	mismatch = schema_mismatch(record);
	if (mismatch != NULL)
		fail_msg("%.*s: %s", (int)length, line, mismatch);
	return record;
}

/* All records in an array, the last one too; ' stands for ". */
static json_t *
ask(struct fixture *f, const char *command, const char *arguments)
{
	json_t *records = json_array();
	struct outbox out;
	char line[512], *at;
	const char *begin, *end;

	snprintf(line, sizeof(line),
	    "{'schema':1,'command':'%s','arguments':{%s}}", command, arguments);
	for (at = line; *at != '\0'; at++)
		if (*at == '\'')
			*at = '"';
	outbox_init(&out);
	request_run(f->bgpd, line, &out);
	begin = outbox_unsent(&out);
	while (out.length > 0) {
		end = memchr(begin, '\n', out.length);
		json_array_append_new(
		    records, record_at(begin, (size_t)(end - begin)));
		outbox_sent(&out, (size_t)(end - begin) + 1);
		begin = end + 1;
	}
	outbox_clear(&out);
	return records;
}

static json_t *
last_of(json_t *records)
{
	return json_array_get(records, json_array_size(records) - 1);
}

static const char *
text_of_key(json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text == NULL ? "" : text;
}

/* The first record whose key has that text, or NULL. */
static json_t *
find(json_t *records, const char *key, const char *text)
{
	size_t i;

	for (i = 0; i < json_array_size(records); i++)
		if (strcmp(text_of_key(json_array_get(records, i), key),
			text) == 0)
			return json_array_get(records, i);
	return NULL;
}

static void
assert_text(json_t *record, const char *key, const char *text)
{
	assert_non_null(record);
	assert_string_equal(text_of_key(record, key), text);
}

static void
assert_error(struct fixture *f, const char *command, const char *arguments,
    enum schema_exit code)
{
	json_t *records = ask(f, command, arguments);
	json_t *last = last_of(records);

	assert_text(last, "record", "error");
	assert_int_equal(
	    json_integer_value(json_object_get(last, "exit")), code);
	assert_string_not_equal(text_of_key(last, "error"), "");
	json_decref(records);
}

static void
assert_count(json_t *records, size_t count)
{
	assert_text(last_of(records), "record", "end");
	assert_int_equal(json_array_size(records), count + 1);
	assert_int_equal(
	    json_integer_value(json_object_get(last_of(records), "count")),
	    count);
}

/* ---- neighbours ---- */

static void
neighbors_have_a_row_for_each_session(void **state)
{
	json_t *records = ask(*state, "show neighbors", "");
	json_t *row = find(records, "address", "fd00::2");

	assert_count(records, 3);
	assert_text(row, "name", "node-2");
	assert_text(row, "type", "mesh");
	assert_text(row, "state", "established");
	assert_text(row, "family", "ipv6");
	assert_int_equal(
	    json_integer_value(json_object_get(row, "accepted")), 1);
	assert_null(json_object_get(row, "reason"));
	json_decref(records);
}

static void
neighbor_that_is_down_says_why(void **state)
{
	json_t *records = ask(*state, "show neighbors", "'name':'gone'");
	json_t *row = find(records, "name", "gone");

	assert_count(records, 1);
	assert_text(row, "type", "ebgp");
	assert_text(row, "description", "absent");
	assert_string_not_equal(text_of_key(row, "reason"), "");
	assert_string_not_equal(text_of_key(row, "reason_word"), "");
	assert_null(json_object_get(row, "received"));
	json_decref(records);
}

static void
neighbor_that_restarts_has_stale_routes(void **state)
{
	struct fixture *f = *state;
	json_t *records, *row;

	sim_kill(f->mesh.node[2]);
	sim_run(f->mesh.sim, 1000);
	records = ask(f, "show neighbors", "'name':'10.0.0.2'");

	row = json_array_get(records, 0);
	assert_int_equal(
	    json_integer_value(json_object_get(row, "received")), 1);
	assert_true(json_real_value(json_object_get(row, "stale_left")) > 60);
	json_decref(records);
}

/* Both families over one IPv4 session, and no IPv6 address here. */
static void
neighbor_without_a_next_hop_of_ours_says_so(void **state)
{
	static const char config[] =
	    "as 64512\nnode node-%u\n"
	    "blocks 10.244.%u.0/26 fd00:10:244:%u::/122\n"
	    "neighbor other 10.0.0.%u { remote-as 64512\n"
	    "families ipv4 ipv6 }\n";
	struct fixture *f = *state;
	char text[512];
	json_t *records, *row;
	unsigned int i;

	sim_address_remove(f->mesh.node[1], "fd00::1/64");
	for (i = 1; i <= 2; i++) {
		snprintf(text, sizeof(text), config, i, i, i, 3 - i);
		sim_config(f->mesh.node[i], text);
		sim_kill(f->mesh.node[i]);
	}
	sim_start(f->mesh.node[1]);
	sim_start(f->mesh.node[2]);
	sim_run(f->mesh.sim, LONG);
	f->bgpd = sim_bgpd(f->mesh.node[1]);
	records = ask(f, "show neighbors", "");

	row = find(records, "family", "ipv6");
	assert_text(row, "state", "established");
	assert_text(
	    row, "reason", "no ipv6 address of this node to announce from");
	json_decref(records);
}

static void
neighbor_is_found_by_its_address(void **state)
{
	json_t *records = ask(*state, "show neighbors", "'name':'10.0.0.2'");

	assert_count(records, 1);
	json_decref(records);
}

static void
neighbor_that_is_not_there_is_exit_4(void **state)
{
	assert_error(*state, "show neighbors", "'name':'nemo'", SCHEMA_NO_SUCH);
	assert_error(*state, "neighbor clear", "'name':'nemo'", SCHEMA_NO_SUCH);
	assert_error(*state, "show routes", "'in':'nemo'", SCHEMA_NO_SUCH);
}

static void
detail_has_capabilities_and_counters(void **state)
{
	json_t *records =
	    ask(*state, "show neighbors", "'name':'node-2','detail':true");
	json_t *row = find(records, "address", "10.0.0.2");
	json_t *capability;

	assert_count(records, 2);
	assert_text(row, "router_id", "10.0.0.2");
	assert_text(row, "host", "node-2");
	capability = find(json_object_get(row, "capabilities"), "capability",
	    "four-octet-as");
	assert_true(json_is_true(json_object_get(capability, "used")));
	assert_non_null(
	    find(json_object_get(row, "messages"), "message", "update"));
	assert_non_null(find(json_object_get(row, "timers"), "timer", "hold"));
	json_decref(records);
}

/* ---- routes ---- */

static void
routes_show_the_best_of_each_prefix(void **state)
{
	json_t *records = ask(*state, "show routes", "");
	json_t *row = find(records, "prefix", "10.244.2.0/26");

	assert_count(records, 4);
	assert_text(row, "from", "node-2");
	assert_text(row, "next_hop", "10.0.0.2");
	assert_text(row, "status", "best,in-sync");
	assert_text(find(records, "prefix", "10.244.1.0/26"), "from", "local");
	json_decref(records);
}

static void
routes_of_an_address_are_those_that_cover_it(void **state)
{
	json_t *records = ask(*state, "show routes", "'prefix':'10.244.2.5'");

	assert_count(records, 1);
	assert_text(json_array_get(records, 0), "prefix", "10.244.2.0/26");
	json_decref(records);
}

static void
routes_of_a_prefix_want_it_exactly(void **state)
{
	json_t *records =
	    ask(*state, "show routes", "'prefix':'fd00:10:244:2::/122'");

	assert_count(records, 1);
	json_decref(records);
	assert_error(
	    *state, "show routes", "'prefix':'10.244.0.0/16'", SCHEMA_NO_SUCH);
	assert_error(
	    *state, "show routes", "'prefix':'10.99.0.1'", SCHEMA_NO_SUCH);
	assert_error(
	    *state, "show routes", "'prefix':'nonsense'", SCHEMA_USAGE);
}

static void
routes_in_are_those_of_that_neighbor(void **state)
{
	json_t *records = ask(*state, "show routes", "'in':'node-2'");

	assert_count(records, 2);
	assert_null(find(records, "from", "local"));
	json_decref(records);
}

static void
routes_out_are_those_it_was_told(void **state)
{
	json_t *records = ask(*state, "show routes", "'out':'node-2'");
	json_t *row = find(records, "prefix", "10.244.1.0/26");

	assert_count(records, 2);
	assert_text(row, "status", "told");
	assert_text(row, "to", "node-2");
	assert_text(row, "next_hop", "10.0.0.1");
	json_decref(records);
}

static void
routes_out_all_say_why_not(void **state)
{
	json_t *records =
	    ask(*state, "show routes", "'out':'node-2','all':true");
	json_t *row = find(records, "status", "not-told:split-horizon");

	assert_non_null(row);
	assert_text(row, "from", "node-2");
	json_decref(records);
}

static void
routes_out_are_of_the_families_of_the_session(void **state)
{
	json_t *records =
	    ask(*state, "show routes", "'out':'fd00::2','all':true");

	assert_count(records, 2);
	assert_null(find(records, "family", "ipv4"));
	json_decref(records);
}

static void
routes_out_of_a_session_that_is_down_say_so(void **state)
{
	json_t *records = ask(*state, "show routes", "'out':'gone','all':true");

	assert_count(records, 2);
	assert_text(
	    json_array_get(records, 0), "status", "not-told:session-down");
	assert_text(
	    json_array_get(records, 1), "status", "not-told:session-down");
	json_decref(records);
}

static void
route_filtered_names_the_filter(void **state)
{
	struct fixture *f = *state;
	char *config = sim_mesh_config(2, 2, 0, "announce 10.9.0.0/16\n");
	json_t *records;

	sim_config(f->mesh.node[2], config);
	free(config);
	assert_true(sim_reload(f->mesh.node[2]));
	config = sim_mesh_config(1, 2, 0, "pools 10.244.0.0/16\n");
	sim_config(f->mesh.node[1], config);
	free(config);
	assert_true(sim_reload(f->mesh.node[1]));
	sim_run(f->mesh.sim, 10000);
	records = ask(f, "show routes", "'prefix':'10.9.0.0/16'");

	assert_text(
	    json_array_get(records, 0), "status", "filtered:import pools");
	json_decref(records);
}

static void
filters_show_rules_and_hits(void **state)
{
	struct fixture *f = *state;
	json_t *records, *rule;
	char *config;

	config = sim_mesh_config(1, 2, 0,
	    "filter f { reject 10.244.2.0/26\naccept set pref 50 }\n"
	    "import f\n");
	sim_config(f->mesh.node[1], config);
	free(config);
	assert_true(sim_reload(f->mesh.node[1]));
	sim_run(f->mesh.sim, 1000);

	records = ask(f, "show filters", "");
	assert_count(records, 2);
	rule = json_array_get(records, 0);
	assert_text(rule, "name", "f");
	assert_text(rule, "text", "reject 10.244.2.0/26");
	assert_int_equal(json_integer_value(json_object_get(rule, "rule")), 1);
	assert_int_equal(json_integer_value(json_object_get(rule, "hits")), 1);
	json_decref(records);
	records = ask(f, "show routes", "'prefix':'10.244.2.0/26'");
	rule = json_array_get(records, 0);
	assert_text(rule, "filter", "f");
	assert_non_null(
	    strstr(text_of_key(rule, "status"), "filtered:import f rule 1 ("));
	json_decref(records);
	assert_error(f, "show filters", "'name':'g'", SCHEMA_NO_SUCH);
}

static void
routes_in_and_out_are_a_usage_error(void **state)
{
	assert_error(*state, "show routes", "'in':'node-2','out':'node-2'",
	    SCHEMA_USAGE);
}

/* ---- the rest ---- */

static void
fib_is_in_sync(void **state)
{
	json_t *records = ask(*state, "show fib", "");
	json_t *row = find(records, "prefix", "10.244.2.0/26");

	assert_count(records, 4);
	assert_text(row, "status", "in-sync");
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(row, "wanted"), 0)),
	    "via 10.0.0.2 dev eth0");
	row = find(records, "prefix", "10.244.1.0/26");
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(row, "kernel"), 0)),
	    "blackhole");
	json_decref(records);
}

static void
nexthops_are_named_and_installed(void **state)
{
	json_t *records = ask(*state, "show nexthops", "");
	json_t *row = find(records, "address", "10.0.0.2");
	json_t *object;

	assert_text(row, "record", "bgp_nexthop");
	assert_text(row, "status", "resolved");
	assert_text(row, "via", "via 10.0.0.2 dev eth0");
	assert_int_equal(json_integer_value(json_object_get(row, "paths")), 1);
	row = find(records, "kind", "single");
	assert_text(row, "status", "in-sync");
	assert_int_equal(json_integer_value(json_object_get(row, "routes")), 1);
	object = json_array_get(
	    json_object_get(find(records, "address", "10.0.0.2"), "objects"),
	    0);
	assert_true(json_integer_value(object) >= 179000000);
	row = find(records, "kind", "blackhole");
	assert_text(row, "status", "in-sync");
	json_decref(records);
}

/* Somebody's route in the kernel of the first node. */
static void
foreign_add(struct fixture *f, const char *prefix, uint32_t metric)
{
	struct kernel_route r = { .table = KERNEL_TABLE_MAIN,
		.metric = metric,
		.protocol = 4, /* RTPROT_STATIC */
		.type = KERNEL_UNICAST,
		.count = 1 };

	assert_true(prefix_parse(prefix, &r.prefix, NULL));
	assert_true(address_parse("10.0.0.3", &r.path[0].gateway));
	r.path[0].index = SIM_LINK;
	r.path[0].weight = 1;
	assert_int_equal(
	    fake_route(sim_kernel(f->mesh.node[1]), KERNEL_ADD, &r), 0);
	sim_run(f->mesh.sim, 1000);
}

/* The first problem of the status that begins so, or NULL. */
static const char *
problem_find(json_t *status, const char *begin)
{
	json_t *problems = json_object_get(status, "problems");
	const char *text;
	size_t i;

	for (i = 0; i < json_array_size(problems); i++) {
		text = json_string_value(json_array_get(problems, i));
		if (strncmp(text, begin, strlen(begin)) == 0)
			return text;
	}
	return NULL;
}

static void
assert_problem(struct fixture *f, const char *text)
{
	json_t *records = ask(f, "status", "");

	if (problem_find(json_array_get(records, 0), text) == NULL)
		fail_msg("no such problem: %s", text);
	json_decref(records);
}

static void
fib_entry_that_is_beaten_is_shadowed(void **state)
{
	json_t *records, *row;

	foreign_add(*state, "10.244.2.0/26", 0);
	records = ask(*state, "show fib", "'prefix':'10.244.2.0/26'");

	row = json_array_get(records, 0);
	assert_text(row, "status", "shadowed");
	assert_text(row, "owner", "static");
	assert_text(row, "reason",
	    "beaten by a route of protocol static, metric 0, via 10.0.0.3 "
	    "dev eth0");
	json_decref(records);
	records = ask(*state, "show routes", "'prefix':'10.244.2.0/26'");
	assert_text(json_array_get(records, 0), "status", "best,shadowed");
	json_decref(records);
	assert_problem(*state,
	    "ipv4: 1 route is beaten by somebody else's: 10.244.2.0/26 "
	    "(bgpctl show fib)");
}

static void
fib_entry_before_another_is_in_sync(void **state)
{
	json_t *records, *row;

	foreign_add(*state, "10.244.2.0/26", 2000);
	records = ask(*state, "show fib", "'prefix':'10.244.2.0/26'");

	row = json_array_get(records, 0);
	assert_text(row, "status", "in-sync");
	assert_text(row, "reason",
	    "before a route of protocol static, metric 2000, via 10.0.0.3 "
	    "dev eth0");
	json_decref(records);
}

static bool
peers_are_known(void *arg)
{
	struct fixture *f = arg;

	return sim_established(f->mesh.node[1]) == 2;
}

/* It comes while ours is not there. */
static void
fib_conflict_shows_the_other_route(void **state)
{
	struct fixture *f = *state;
	json_t *records, *row;

	sim_kill(f->mesh.node[2]);
	sim_run(f->mesh.sim, 200000);
	foreign_add(f, "10.244.2.0/26", 1024);
	sim_start(f->mesh.node[2]);
	assert_true(sim_wait(f->mesh.sim, peers_are_known, f, LONG));
	sim_run(f->mesh.sim, 10000);
	records = ask(f, "show fib", "'prefix':'10.244.2.0/26'");

	row = json_array_get(records, 0);
	assert_text(row, "status", "conflict");
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(row, "kernel"), 0)),
	    "via 10.0.0.3 dev eth0 proto static");
	json_decref(records);
	assert_problem(f,
	    "ipv4: 1 route belongs to somebody else: 10.244.2.0/26 "
	    "(bgpctl show fib)");
}

static void
fib_of_an_address_is_the_entry_that_covers_it(void **state)
{
	json_t *records = ask(*state, "show fib", "'prefix':'10.244.2.5'");

	assert_count(records, 1);
	assert_text(json_array_get(records, 0), "prefix", "10.244.2.0/26");
	json_decref(records);
	assert_error(
	    *state, "show fib", "'prefix':'10.99.0.1'", SCHEMA_NO_SUCH);
}

static void
default_is_a_prefix_of_both_families(void **state)
{
	struct fixture *f = *state;
	char *config =
	    sim_mesh_config(2, 2, 0, "announce 0.0.0.0/0\nannounce ::/0\n");
	json_t *records;

	assert_error(f, "show fib", "'prefix':'default'", SCHEMA_NO_SUCH);
	assert_error(f, "show routes", "'prefix':'default'", SCHEMA_NO_SUCH);
	sim_config(f->mesh.node[2], config);
	free(config);
	assert_true(sim_reload(f->mesh.node[2]));
	config = sim_mesh_config(1, 2, 0, "import all\n");
	sim_config(f->mesh.node[1], config);
	free(config);
	assert_true(sim_reload(f->mesh.node[1]));
	sim_run(f->mesh.sim, 10000);

	records = ask(f, "show routes", "'prefix':'default'");
	assert_count(records, 2);
	assert_non_null(find(records, "prefix", "::/0"));
	json_decref(records);
	records = ask(f, "show fib", "'prefix':'default'");
	assert_count(records, 2);
	json_decref(records);
}

static void
status_says_when_the_link_of_an_address_is_down(void **state)
{
	struct fixture *f = *state;
	json_t *records, *result;

	fake_link_set(sim_kernel(f->mesh.node[1]), SIM_LINK, false);
	sim_run(f->mesh.sim, 1000);

	assert_problem(f,
	    "ipv4: eth0 is down; 10.0.0.1 is kept while no other is usable "
	    "(bgpctl explain address ipv4)");
	assert_problem(f,
	    "ipv4: 1 route has no way to its next hop (bgpctl show routes "
	    "all)");
	records = ask(f, "explain address", "'family':'ipv4'");
	result = find(records, "record", "address_result");
	assert_text(result, "address", "10.0.0.1");
	assert_text(result, "problem",
	    "eth0 is down; 10.0.0.1 is kept while no other is usable");
	json_decref(records);
}

static void
fib_of_a_prefix_is_one_row(void **state)
{
	json_t *records = ask(*state, "show fib", "'prefix':'10.244.2.0/26'");

	assert_count(records, 1);
	json_decref(records);
	assert_error(
	    *state, "show fib", "'prefix':'10.99.0.0/16'", SCHEMA_NO_SUCH);
}

static void
addresses_have_verdicts_and_results(void **state)
{
	json_t *records = ask(*state, "show addresses", "");
	json_t *result = find(records, "record", "address_result");

	assert_text(
	    find(records, "address", "10.0.0.1/16"), "verdict", "chosen");
	assert_text(result, "family", "ipv4");
	assert_text(result, "address", "10.0.0.1");
	json_decref(records);
}

static void
explain_address_is_of_one_family(void **state)
{
	json_t *records = ask(*state, "explain address", "'family':'ipv6'");

	assert_null(find(records, "family", "ipv4"));
	assert_text(find(records, "verdict", "chosen"), "family", "ipv6");
	json_decref(records);
	assert_error(*state, "explain address", "'family':'ipx'", SCHEMA_USAGE);
}

static void
family_without_address_names_the_problem(void **state)
{
	struct fixture *f = *state;
	json_t *records, *result;

	sim_address_remove(f->mesh.node[1], "fd00::1/64");
	sim_run(f->mesh.sim, 1000);
	records = ask(f, "explain address", "'family':'ipv6'");

	result = find(records, "record", "address_result");
	assert_string_not_equal(text_of_key(result, "problem"), "");
	assert_string_not_equal(text_of_key(result, "hint"), "");
	json_decref(records);
	records = ask(f, "status", "");
	assert_non_null(
	    json_object_get(json_array_get(records, 0), "problems"));
	json_decref(records);
}

static void
status_counts_and_complains(void **state)
{
	json_t *records = ask(*state, "status", "");
	json_t *status = json_array_get(records, 0);
	json_t *family;

	assert_count(records, 1);
	assert_text(status, "node", "node-1");
	assert_text(status, "router_id", "10.0.0.1");
	assert_int_equal(
	    json_integer_value(json_object_get(status, "sessions")), 3);
	assert_int_equal(
	    json_integer_value(json_object_get(status, "established")), 2);
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(status, "problems"), 0)),
	    "1 of 3 sessions is down (bgpctl show neighbors)");
	family = find(json_object_get(status, "families"), "family", "ipv6");
	assert_text(family, "address", "fd00::1");
	assert_int_equal(
	    json_integer_value(json_object_get(family, "fib_in_sync")), 2);
	json_decref(records);
}

static void
status_tells_how_punctual_the_loop_is(void **state)
{
	struct fixture *f = *state;
	struct io_lag *lag = fake_node_lag(f->bgpd->io);
	json_t *records, *status, *row;

	records = ask(f, "status", "");
	assert_null(json_object_get(json_array_get(records, 0), "lag"));
	json_decref(records);
	histogram_add(&lag->held, 300);
	histogram_add(&lag->held, 12000);
	histogram_add(&lag->late, 4000);

	records = ask(f, "status", "");
	status = json_array_get(records, 0);
	assert_true(
	    json_real_value(json_object_get(status, "loop_held")) == 0.012);
	row = find(json_object_get(status, "lag"), "of", "callbacks");
	assert_int_equal(json_integer_value(json_object_get(row, "count")), 2);
	assert_true(json_real_value(json_object_get(row, "p50")) == 0.0005);
	row = find(json_object_get(status, "lag"), "of", "timers");
	assert_true(json_real_value(json_object_get(row, "worst")) == 0.004);
	json_decref(records);
}

static void
config_reads_back_the_same(void **state)
{
	struct fixture *f = *state;
	json_t *records = ask(f, "show config", "");
	char *want = conf_format(f->bgpd->conf), *got = calloc(1, 65536);
	size_t i;

	for (i = 0; i + 1 < json_array_size(records); i++) {
		strcat(got, text_of_key(json_array_get(records, i), "text"));
		strcat(got, "\n");
	}
	assert_string_equal(got, want);
	free(got);
	free(want);
	json_decref(records);
}

static void
memory_and_version_answer(void **state)
{
	json_t *records = ask(*state, "show memory", "");

	assert_count(records, 15);
	assert_text(json_array_get(records, 0), "kind", "prefixes");
	assert_text(json_array_get(records, 14), "kind", "total");
	json_decref(records);
	records = ask(*state, "version", "");
	assert_text(json_array_get(records, 0), "version", PACKAGE_VERSION);
	json_decref(records);
}

/* ---- acts ---- */

static void
clear_resets_both_sessions(void **state)
{
	struct fixture *f = *state;
	json_t *records = ask(f, "neighbor clear", "'name':'node-2'");
	json_t *row;

	assert_count(records, 2);
	json_decref(records);
	sim_run(f->mesh.sim, 1);
	records = ask(f, "show neighbors", "'name':'node-2'");
	row = json_array_get(records, 0);
	assert_string_not_equal(text_of_key(row, "state"), "established");
	assert_string_not_equal(text_of_key(row, "reason"), "");
	json_decref(records);
}

static void
refresh_asks_each_session(void **state)
{
	struct fixture *f = *state;
	json_t *records = ask(f, "neighbor refresh", "'name':'node-2'");
	json_t *row, *messages;

	assert_count(records, 2);
	row = json_array_get(records, 0);
	assert_int_equal(json_array_size(json_object_get(row, "families")), 1);
	assert_null(json_object_get(row, "reason"));
	json_decref(records);
	records = ask(f, "show neighbors", "'name':'node-2','detail':true");
	messages = json_object_get(json_array_get(records, 0), "messages");
	row = find(messages, "message", "route-refresh");
	assert_int_equal(json_integer_value(json_object_get(row, "sent")), 1);
	json_decref(records);
}

static void
refresh_without_a_session_is_an_error(void **state)
{
	struct fixture *f = *state;

	json_decref(ask(f, "neighbor clear", "'name':'node-2'"));

	assert_error(
	    *state, "neighbor refresh", "'name':'node-2'", SCHEMA_BAD_STATE);
	assert_error(
	    *state, "neighbor refresh", "'name':'nemo'", SCHEMA_NO_SUCH);
}

static void
dry_run_tells_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	char *config = sim_mesh_config(1, 2, 0, "");
	json_t *records, *result;

	sim_config(f->mesh.node[1], config);
	free(config);
	records = ask(f, "reload", "'dry_run':true");

	result = find(records, "record", "reload");
	assert_non_null(find(records, "record", "change"));
	assert_true(json_is_false(json_object_get(result, "applied")));
	json_decref(records);
	records = ask(f, "show neighbors", "");
	assert_count(records, 3);
	json_decref(records);
}

static void
reload_applies_and_tells(void **state)
{
	struct fixture *f = *state;
	char *config = sim_mesh_config(1, 2, 0, "");
	json_t *records;

	sim_config(f->mesh.node[1], config);
	free(config);
	records = ask(f, "reload", "");

	assert_true(json_is_true(
	    json_object_get(find(records, "record", "reload"), "applied")));
	json_decref(records);
	sim_run(f->mesh.sim, 1000);
	records = ask(f, "show neighbors", "");
	assert_count(records, 2);
	json_decref(records);
}

static void
reload_of_a_bad_config_is_exit_1(void **state)
{
	struct fixture *f = *state;
	json_t *records, *message;

	sim_config(f->mesh.node[1], "as 64512\nnonsense\n");
	records = ask(f, "reload", "");

	message = find(records, "record", "message");
	assert_text(message, "level", "error");
	assert_int_equal(
	    json_integer_value(json_object_get(message, "line")), 2);
	assert_text(last_of(records), "record", "error");
	assert_int_equal(
	    json_integer_value(json_object_get(last_of(records), "exit")),
	    SCHEMA_FAILED);
	json_decref(records);
}

static void
log_level_is_set(void **state)
{
	struct fixture *f = *state;
	json_t *records = ask(f, "log", "'level':'debug'");

	assert_text(json_array_get(records, 0), "level", "debug");
	assert_int_equal(log_level(f->bgpd->log), CONF_DEBUG);
	json_decref(records);
	assert_error(f, "log", "'level':'loud'", SCHEMA_USAGE);
}

/* ---- the two tables of commands ---- */

static bool
is_in_tree(const struct word *list, const char *command)
{
	for (; list != NULL && list->text != NULL; list++) {
		if (list->verb != NULL && list->verb->command != NULL &&
		    strcmp(list->verb->command, command) == 0)
			return true;
		if (list->next != NULL && list->next->next != list->next &&
		    is_in_tree(list->next, command))
			return true;
	}
	return false;
}

static void
every_command_can_be_typed(void **state)
{
	const struct command *command;

	for (command = control_commands; command->name != NULL; command++)
		if (!is_in_tree(command_tree, command->name))
			fail_msg("bgpctl has no words for %s", command->name);
}

static void
assert_known(const struct word *w)
{
	const struct command *row = control_commands;
	const char *const *kind;

	if (w->verb == NULL || w->verb->command == NULL)
		return;
	while (row->name != NULL && strcmp(row->name, w->verb->command) != 0)
		row++;
	if (row->name == NULL)
		fail_msg("bgpd does not know %s", w->verb->command);
	assert_int_equal(row->access == COMMAND_WRITE, w->verb->acts);
	for (kind = w->verb->records; *kind != NULL; kind++)
		assert_non_null(schema_find(*kind));
}

static void
assert_tree_known(const struct word *list)
{
	for (; list != NULL && list->text != NULL; list++) {
		assert_known(list);
		if (list->next != NULL && list->next->next != list->next)
			assert_tree_known(list->next);
	}
}

static void
every_word_is_a_command(void **state)
{
	assert_tree_known(command_tree);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neighbors_have_a_row_for_each_session),
		TEST(neighbor_that_is_down_says_why),
		TEST(neighbor_that_restarts_has_stale_routes),
		TEST(neighbor_without_a_next_hop_of_ours_says_so),
		TEST(neighbor_is_found_by_its_address),
		TEST(neighbor_that_is_not_there_is_exit_4),
		TEST(detail_has_capabilities_and_counters),
		TEST(routes_show_the_best_of_each_prefix),
		TEST(routes_of_an_address_are_those_that_cover_it),
		TEST(routes_of_a_prefix_want_it_exactly),
		TEST(routes_in_are_those_of_that_neighbor),
		TEST(routes_out_are_those_it_was_told),
		TEST(routes_out_all_say_why_not),
		TEST(routes_out_are_of_the_families_of_the_session),
		TEST(routes_out_of_a_session_that_is_down_say_so),
		TEST(route_filtered_names_the_filter),
		TEST(filters_show_rules_and_hits),
		TEST(routes_in_and_out_are_a_usage_error),
		TEST(fib_is_in_sync),
		TEST(nexthops_are_named_and_installed),
		TEST(fib_of_a_prefix_is_one_row),
		TEST(fib_of_an_address_is_the_entry_that_covers_it),
		TEST(fib_entry_that_is_beaten_is_shadowed),
		TEST(fib_entry_before_another_is_in_sync),
		TEST(fib_conflict_shows_the_other_route),
		TEST(default_is_a_prefix_of_both_families),
		TEST(status_says_when_the_link_of_an_address_is_down),
		TEST(addresses_have_verdicts_and_results),
		TEST(explain_address_is_of_one_family),
		TEST(family_without_address_names_the_problem),
		TEST(status_counts_and_complains),
		TEST(status_tells_how_punctual_the_loop_is),
		TEST(config_reads_back_the_same),
		TEST(memory_and_version_answer),
		TEST(refresh_asks_each_session),
		TEST(clear_resets_both_sessions),
		TEST(refresh_without_a_session_is_an_error),
		TEST(dry_run_tells_and_changes_nothing),
		TEST(reload_applies_and_tells),
		TEST(reload_of_a_bad_config_is_exit_1),
		TEST(log_level_is_set),
		cmocka_unit_test(every_command_can_be_typed),
		cmocka_unit_test(every_word_is_a_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
