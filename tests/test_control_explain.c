/* SPDX-License-Identifier: ISC */
/* test_control_explain.c - explain route, export and neighbor, to the letter */

/*
 * Five whole daemons of the simulation; the first is asked, and each answer
 * is compared with a golden file as a terminal of 80 columns shows it.  The
 * clock is virtual; times and tries are masked all the same.
 * Each record is held against the schema on its way.
 *
 *	ours 10.0.0.1   AS 64512, asked
 *	b, c            AS 64512: internal; both say 10.244.9.0/26
 *	tor 10.0.0.4    AS 65001, speaks IPv4 only
 *	wrong 10.0.0.5  AS 65005, configured as 65009
 *	gone, off, mute nobody
 *
 * and pods on cali1 and cali2, where a test wants them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/check.h"
#include "bgpctl/command.h"
#include "bgpctl/doctor/doctor.h"
#include "bgpctl/output.h"
#include "bgpd/control/control.h"
#include "tests/golden.h"
#include "tests/sim/sim.h"
#include "tests/testing.h"

#define NODES 5
#define OURS  0
#define B     1
#define CALI1 3u
#define CALI2 4u

static const char ours[] =
    "as 64512; node ours; router-id 10.0.0.1\n"
    "blocks 10.244.1.0/26; announce 10.96.0.0/12 community no-export\n"
    "neighbor b 10.0.0.2 { remote-as 64512; families ipv4 ipv6 }\n"
    "neighbor c 10.0.0.3 { remote-as 64512; import own-blocks all }\n"
    "neighbor tor 10.0.0.4 { remote-as 65001; families ipv4 ipv6\n"
    "    import pools; export own-blocks }\n"
    "neighbor wrong 10.0.0.5 { remote-as 65009 }\n"
    "neighbor gone 10.0.0.99 { remote-as 65001 }\n"
    "neighbor off 10.0.0.98 { remote-as 65001; disabled }\n"
    "neighbor mute 10.0.0.97 { remote-as 65001; passive }\n"
    "neighbor six fd00::66 { remote-as 64512 }\n"
    "pools 10.244.0.0/16\n"
    "learn { interface cali*; table main 7 }\n"
    "learn { protocol static }\n";

static const struct {
	const char *name, *address, *config;
} others[NODES] = {
	[B] = { "b", "10.0.0.2",
	    "as 64512; node b; router-id 10.0.0.2\n"
	    "blocks 10.244.2.0/26; announce 10.244.9.0/26\n"
	    "neighbor ours 10.0.0.1 { remote-as 64512;"
	    " families ipv4 ipv6 }\n" },
	{ "c", "10.0.0.3",
	    "as 64512; node c; router-id 10.0.0.3\n"
	    "announce 10.244.9.0/26\n"
	    "neighbor ours 10.0.0.1 { remote-as 64512 }\n" },
	{ "tor", "10.0.0.4",
	    "as 65001; node tor; router-id 10.0.0.4\n"
	    "announce 10.9.0.0/16; announce 10.244.9.0/26\n"
	    "neighbor ours 10.0.0.1 { remote-as 64512;"
	    " import all; export all }\n" },
	{ "wrong", "10.0.0.5",
	    "as 65005; node wrong\n"
	    "neighbor ours 10.0.0.1 { remote-as 64512; passive }\n" },
};

struct fixture {
	struct sim *sim;
	struct sim_node *node[NODES];
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

static int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	unsigned int i;

	f->sim = sim_new(7);
	f->node[OURS] = sim_node(f->sim, "ours", "10.0.0.1", NULL, ours);
	for (i = B; i < NODES; i++)
		f->node[i] = sim_node(f->sim, others[i].name, others[i].address,
		    NULL, others[i].config);
	for (i = 0; i < NODES; i++)
		sim_start(f->node[i]);
	sim_run(f->sim, 30000);
	*state = f;
	return 0;
}

static int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	sim_free(f->sim);
	free(f);
	return 0;
}

/* ---- asking ---- */

static void
reply_run(
    struct bgpd *bgpd, const struct words_result *words, struct outbox *out)
{
	struct request_error error;
	struct request request;
	const struct command *command;
	json_t *root, *arguments;
	char *line;

	root = json_pack("{s:i, s:s, s:O}", "schema", SCHEMA_VERSION, "command",
	    words->verb->command, "arguments", words->arguments);
	line = json_dumps(root, JSON_COMPACT);
	command = request_parse(control_commands,
	    (struct span){ (const uint8_t *)line, strlen(line) }, &arguments,
	    &error);
	assert_non_null(command);
	request_begin(&request, bgpd, command, arguments, out);
	while (request_step(&request))
		;
	request_end(&request);
	json_decref(root);
	free(line);
}

/* Each line to the printer; the last one ends it. */
static void
reply_show(struct outbox *out, struct output *output, char **error)
{
	const char *begin, *end;
	json_t *record;

	while (out->length > 0) {
		begin = outbox_unsent(out);
		end = memchr(begin, '\n', out->length);
		record = json_loadb(begin, (size_t)(end - begin), 0, NULL);
		outbox_sent(out, (size_t)(end - begin) + 1);
		if (out->length > 0) {
			assert_null(schema_mismatch(record));
			output_record(output, record);
		} else {
			if (json_object_get(record, "error") != NULL)
				*error = strdup(json_string_value(
				    json_object_get(record, "error")));
			output_end(output, record);
		}
		json_decref(record);
	}
}

/*
 * Times and tries depend on the chances of everybody before: "1m27s" and
 * "5 tries" become "#s" and "# tries".
 */
static void
mask(char *text)
{
	const char *in = text;
	size_t digits, rest;
	char *out = text;

	while (*in != '\0') {
		digits = out > text && out[-1] != ' ' && out[-1] != '('
		    ? 0
		    : strspn(in, "0123456789");
		rest = digits + strspn(in + digits, "0123456789dhm");
		if (digits > 0 &&
		    (in[rest] == 's' || strncmp(in + digits, " tr", 3) == 0)) {
			*out++ = '#';
			in += in[rest] == 's' ? rest : digits;
		}
		*out++ = *in++;
	}
	*out = '\0';
}

/* What bgpctl prints for a line of words; the caller frees it. */
static char *
shown(struct fixture *f, const char *line)
{
	struct style style = { .width = 80, .terminal = true, .header = true };
	struct words_result words;
	const char *word[8];
	struct outbox out;
	unsigned int count = 0;
	char *text = NULL, *error = NULL, *copy = strdup(line), *rest = copy;
	size_t length;

	while (rest != NULL && count < 8)
		word[count++] = strsep(&rest, " ");
	words_parse(command_tree, count, word, &words);
	if (words.verb == NULL)
		fail_msg("%s: %s", line, words.problem);
	outbox_init(&out);
	reply_run(sim_bgpd(f->node[OURS]), &words, &out);
	style.out = open_memstream(&text, &length);
	fprintf(style.out, "$ bgpctl %s\n", line);
	reply_show(&out, output_text(words.verb, &style), &error);
	if (error != NULL)
		fprintf(style.out, "bgpctl: %s\n", error);
	fclose(style.out);
	mask(text);
	outbox_clear(&out);
	json_decref(words.arguments);
	free(error);
	free(copy);
	return text;
}

/* All of them, one below the other, in one golden file. */
static void
golden(struct fixture *f, const char *name, const char *const *lines)
{
	char *text = NULL, *one;
	FILE *all;
	size_t length;

	all = open_memstream(&text, &length);
	for (; *lines != NULL; lines++) {
		one = shown(f, *lines);
		fprintf(all, "%s\n", one);
		free(one);
	}
	fclose(all);
	golden_check(name, text);
	free(text);
}

/* ---- routes ---- */

static void
route_shows_each_path_and_what_it_lost_by(void **state)
{
	static const char *const lines[] = {
		"explain route 10.244.9.0/26",
		"explain route 10.244.2.5",
		"explain route 10.244.1.0/26",
		"explain route 10.96.0.0/12",
		NULL,
	};

	golden(*state, "explain_route.txt", lines);
}

static void
route_that_is_not_used_says_why(void **state)
{
	static const char *const lines[] = {
		"explain route 10.9.0.0/16",
		"explain route 10.244.2.0/28",
		"explain route 192.0.2.1",
		"explain route default",
		"explain route fd00:1::/64",
		NULL,
	};

	golden(*state, "explain_route_bad.txt", lines);
}

/* The next hop of b: its address is not on the link any more. */
static void
route_without_a_way_to_its_next_hop_says_so(void **state)
{
	static const char *const lines[] = {
		"explain route 10.244.2.0/26",
		"explain export 10.244.2.0/26 to tor",
		NULL,
	};
	struct fixture *f = *state;

	sim_address_remove(f->node[OURS], "10.0.0.1/16");
	sim_run(f->sim, 1000);

	golden(f, "explain_route_cut_off.txt", lines);
}

/* A pod's route over the link, or a static one to nowhere. */
static void
pod_add(struct fixture *f, const char *prefix, uint32_t table, uint32_t link)
{
	struct kernel_route r = { .table = table,
		.metric = table == KERNEL_TABLE_MAIN ? 0 : 20,
		.protocol = link == 0 ? 4 : 3,
		.type = link == 0 ? KERNEL_BLACKHOLE : KERNEL_UNICAST,
		.count = link != 0,
		.path = { { .index = link, .weight = 1 } } };

	assert_true(prefix_parse(prefix, &r.prefix, NULL));
	assert_int_equal(
	    fake_route(sim_kernel(f->node[OURS]), KERNEL_ADD, &r), 0);
}

static void
route_that_is_learned_shows_the_kernels(void **state)
{
	static const struct kernel_link links[] = {
		{ CALI1, "cali1", true, true, false },
		{ CALI2, "cali2", true, false, false },
	};
	static const char *const lines[] = {
		"explain route 10.244.7.5/32",
		"explain route 10.244.9.0/26",
		"explain route 10.244.1.5/32",
		"explain route 10.244.7.6/32",
		"explain route 10.66.0.0/16",
		"explain export 10.244.7.5/32 to tor",
		"explain export 10.244.7.5/32 to b",
		"show routes all",
		NULL,
	};
	struct fixture *f = *state;

	fake_link(sim_kernel(f->node[OURS]), &links[0]);
	fake_link(sim_kernel(f->node[OURS]), &links[1]);
	pod_add(f, "10.244.7.5/32", KERNEL_TABLE_MAIN, CALI1);
	pod_add(f, "10.244.7.5/32", 7, CALI1);
	pod_add(f, "10.244.9.0/26", 7, CALI1);
	pod_add(f, "10.244.1.5/32", KERNEL_TABLE_MAIN, CALI1);
	pod_add(f, "10.244.7.6/32", KERNEL_TABLE_MAIN, CALI2);
	pod_add(f, "10.66.0.0/16", KERNEL_TABLE_MAIN, 0);
	sim_run(f->sim, 1000);

	golden(f, "explain_learned.txt", lines);
}

/* ---- export ---- */

static void
export_that_is_told_shows_every_check(void **state)
{
	static const char *const lines[] = {
		"explain export 10.244.1.0/26 to tor",
		"explain export 10.244.1.0/26 to b",
		NULL,
	};

	golden(*state, "explain_export.txt", lines);
}

static void
export_that_is_not_told_names_the_check(void **state)
{
	static const char *const lines[] = {
		"explain export 10.244.2.0/26 to b",
		"explain export 10.244.2.0/26 to c",
		"explain export 10.244.2.0/26 to tor",
		"explain export 10.96.0.0/12 to tor",
		"explain export 10.244.1.0/26 to gone",
		"explain export 10.244.77.0/26 to b",
		"explain export fd00::/64 to tor",
		"explain export 10.244.1.0/26 to nemo",
		NULL,
	};

	golden(*state, "explain_export_bad.txt", lines);
}

/* ---- neighbors ---- */

static void
neighbor_that_is_up_shows_the_whole_way(void **state)
{
	static const char *const lines[] = {
		"explain neighbor b",
		"explain neighbor tor",
		NULL,
	};

	golden(*state, "explain_neighbor.txt", lines);
}

static void
neighbor_that_is_down_names_the_step(void **state)
{
	static const char *const lines[] = {
		"explain neighbor gone",
		"explain neighbor wrong",
		"explain neighbor off",
		"explain neighbor mute",
		"explain neighbor six",
		"explain neighbor nemo",
		NULL,
	};

	golden(*state, "explain_neighbor_bad.txt", lines);
}

/* ---- the detail ---- */

static void
assert_shown(struct fixture *f, const char *line, const char *row)
{
	char *text = shown(f, line);

	if (strstr(text, row) == NULL)
		fail_msg("no '%s' in\n%s", row,
		    strlen(text) > 500 ? text + strlen(text) - 500 : text);
	free(text);
}

static void
detail_has_the_last_notification_of_each_way(void **state)
{
	assert_shown(*state, "show neighbors wrong detail",
	    "  02 02  OPEN message error: bad peer AS (2/2)\n");
	assert_shown(*state, "show neighbors wrong detail", "\nsent          ");
}

static void
detail_counts_refusals_by_word(void **state)
{
	assert_shown(*state, "show neighbors tor detail",
	    "\nREFUSED   FAMILY  ROUTES\nfiltered  ipv4         1\n");
	assert_shown(*state, "show neighbors tor detail", "\nkeepalive every ");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(route_shows_each_path_and_what_it_lost_by),
		TEST(route_that_is_not_used_says_why),
		TEST(route_without_a_way_to_its_next_hop_says_so),
		TEST(route_that_is_learned_shows_the_kernels),
		TEST(export_that_is_told_shows_every_check),
		TEST(export_that_is_not_told_names_the_check),
		TEST(neighbor_that_is_up_shows_the_whole_way),
		TEST(neighbor_that_is_down_names_the_step),
		TEST(detail_has_the_last_notification_of_each_way),
		TEST(detail_counts_refusals_by_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
