/* SPDX-License-Identifier: ISC */
/* test_conf_format.c - a config as text, and back */

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bgpd/conf/conf.h"
#include "tests/testing.h"

/* Its own text must be accepted, mean the same, and come out the same. */
static void
round_trip(const struct conf *conf)
{
	struct conf_messages messages = { 0 };
	struct conf_changes changes;
	char *text = conf_format(conf), *again;
	struct conf *copy;

	copy = conf_parse("again", text, "other-host", &messages);
	if (copy == NULL) {
		conf_messages_print(&messages, stderr);
		fail_msg("refused:\n%s", text);
	}
	conf_diff(conf, copy, &changes);
	if (changes.count > 0)
		fail_msg("%s:\n%s", changes.at[0].text, text);
	again = conf_format(copy);
	assert_string_equal(text, again);
	conf_changes_clear(&changes);
	conf_messages_clear(&messages);
	conf_free(copy);
	free(again);
	free(text);
}

static void
good_configs_survive(void **state)
{
	struct conf_messages messages = { 0 };
	struct conf *conf;
	glob_t found;
	size_t i;

	(void)state;
	assert_int_equal(glob("conf/good-*.conf", 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		conf = conf_load(found.gl_pathv[i], "node-a", NULL, &messages);
		round_trip(conf);
		conf_free(conf);
	}
	globfree(&found);
	conf_messages_clear(&messages);
}

static void
every_statement_is_printed(void **state)
{
	struct conf_messages messages = { 0 };
	struct conf *conf =
	    conf_load("conf/good-all.conf", "node-a", NULL, &messages);
	char *text = conf_format(conf);

	(void)state;
	golden_check("conf-format.txt", text);
	free(text);
	conf_free(conf);
	conf_messages_clear(&messages);
}

static void
shortest_config_shows_all_defaults(void **state)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_parse("m", "as 1", "node-a", &messages);
	char *text = conf_format(conf);

	(void)state;
	golden_check("conf-format-defaults.txt", text);
	free(text);
	conf_free(conf);
	conf_messages_clear(&messages);
}

/* ---- configs by chance ------------------------------------------------- */

struct dice {
	uint64_t state;
	FILE *out;
};

static unsigned int
roll(struct dice *d, unsigned int sides)
{
	d->state = d->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(d->state >> 33) % sides;
}

static const char *const globals[] = { "router-id 10.1.1.1",
	"address ipv4 auto", "address ipv4 interface eth* \"skip\" skip a b",
	"address ipv6 within fd00::/8 reach fd00::9", "address ipv6 none",
	"blocks 10.244.1.0/26 fd00:10:244:1::/122", "pools 10.244.0.0/16",
	"pools 10.9.0.0/16 { 10.8.0.0/16 via-device vxlan.c onlink }",
	"pools { 10.8.0.0/16 via-device \"onlink\" when other-subnet }",
	"pools { 10.8.0.0/16 via-device a; 10.8.1.0/24 via-device \"9 a\" }",
	"pools 10.8.0.0/16 { 10.8.0.0/16 via-device tun0; guard off }",
	"announce 10.96.0.0/12 community 64512:9 blackhole", "listen none",
	"listen 10.0.0.1 port 1179; listen ::", "fib off",
	"fib { device eth* \"onlink\" onlink; device wg0 onlink }",
	"fib { table 5; keep-on-exit 300ms }", "fib { keep-on-exit 4h }",
	"control \"/run/a b\" { write-group \"1\" }", "log debug logfmt",
	"learn { interface cali* \"a b\"; within ::/0 }",
	"learn { protocol kernel 80; table main 7 }", "memory limit 1536K",
	"state-directory \"/srv/a b\"", "drain-time 0s" };

static const char *const settings[] = { "hold-time 0s", "hold-time 30s",
	"keepalive 5s", "keepalive auto", "connect-retry 1500ms",
	"idle-hold 0s", "send-hold 20m", "graceful-restart off",
	"long-lived 4h", "passive", "passive off", "import all",
	"import pools own-blocks", "export none", "capability fqdn off",
	"capability four-octet-as require", "capability software-version on",
	"capability role off", "add-path receive", "add-path both max 255",
	"add-path off", "capability add-path require", "next-hop auto",
	"reflector-client off", "tls off",
	"tls { ca /a; certificate \"/b c\"; key /d }",
	"tls { ca /a; certificate /b; key /e; crl /c; port 9; preferred }",
	"tls { ca /a; certificate /b; key /e; identity \"x://a/%n\" }",
	"tls { ca /a; certificate /b; key /e; expiry close }" };

static const char *const own_settings[] = { "disabled", "port 1179",
	"description \"q\\\"\\\\\"", "description x", "source 10.9.9.9",
	"families ipv4 ipv6", "families ipv6", "role rs-client", "role none",
	"remote-as external" };

#define COUNT(table) ((unsigned int)(sizeof(table) / sizeof(*(table))))

/* Each statement at most once, of each word at most one. */
static void
some(struct dice *d, const char *const *list, unsigned int count,
    unsigned int chance)
{
	const char *last = "";
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (roll(d, 100) >= chance ||
		    (strcspn(last, " ") == strcspn(list[i], " ") &&
			strncmp(last, list[i], strcspn(last, " ")) == 0))
			continue;
		fprintf(d->out, "%s\n", list[i]);
		last = list[i];
	}
}

static void
mesh_roll(struct dice *d)
{
	unsigned int i, nodes = roll(d, 5);

	fputs("mesh {\n", d->out);
	some(d, settings, COUNT(settings), 15);
	some(d, own_settings, 2, 20);
	for (i = 0; i < nodes; i++) {
		fprintf(d->out, "node %s%u 10.0.0.%u",
		    roll(d, 4) == 0 ? "node-" : "n", i, i + 1);
		if (roll(d, 2) == 0)
			fprintf(d->out, " fd00::%u", i + 1);
		fputs(" {\n", d->out);
		some(d, settings, COUNT(settings), 15);
		some(d, own_settings, 5, 20);
		if (roll(d, 3) == 0)
			fprintf(d->out, "blocks 10.244.%u.0/26\n", i + 8);
		fputs("}\n", d->out);
	}
	fputs("}\n", d->out);
}

static void
neighbors_roll(struct dice *d, unsigned int group)
{
	unsigned int i, count = roll(d, 4);

	for (i = 0; i < count; i++) {
		fprintf(d->out, "neighbor \"%u %u\" ", group, i);
		if (roll(d, 3) == 0)
			fprintf(d->out, "fe80::%u:%u%%eth0 {\n", group, i + 1);
		else
			fprintf(d->out, "10.1.%u.%u {\n", group, i);
		some(d, settings, COUNT(settings), 15);
		some(d, own_settings, 4, 20);
		some(d, own_settings + 5, COUNT(own_settings) - 5, 20);
		fputs("}\n", d->out);
	}
}

static char *
config_roll(struct dice *d)
{
	char *text = NULL;
	size_t size;
	unsigned int group;

	d->out = open_memstream(&text, &size);
	fputs("as 64512\nnode node-1\n", d->out);
	some(d, globals, COUNT(globals), 25);
	some(d, settings, COUNT(settings), 15);
	if (roll(d, 4) > 0)
		mesh_roll(d);
	for (group = 0; group < 3; group++) {
		fprintf(d->out, "group \"g%u\" { remote-as %s\n", group,
		    roll(d, 2) == 0 ? "64512" : "65001");
		some(d, settings, COUNT(settings), 15);
		some(d, own_settings, 5, 20);
		neighbors_roll(d, group);
		fputs("}\n", d->out);
	}
	fclose(d->out);
	return text;
}

static void
configs_by_chance_survive(void **state)
{
	struct conf_messages messages = { 0 };
	struct dice d = { .state = 1 };
	unsigned int i, accepted = 0;
	struct conf *conf;
	char *text;

	(void)state;
	for (i = 0; i < 3000; i++) {
		text = config_roll(&d);
		conf = conf_parse("dice", text, "node-a", &messages);
		if (conf != NULL) {
			accepted++;
			round_trip(conf);
		}
		conf_free(conf);
		conf_messages_clear(&messages);
		free(text);
	}
	assert_true(accepted > 300);
}

/* ---- size -------------------------------------------------------------- */

/* Ten thousand nodes and as many neighbors; quadratic would not end. */
static void
large_config_is_read_in_time(void **state)
{
	struct conf_messages messages = { 0 };
	clock_t start;
	struct conf *conf;
	unsigned int i;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs("as 64512\nmesh {\n", out);
	for (i = 0; i < 10000; i++)
		fprintf(out,
		    "node n%u 10.0.%u.%u fd00::%x:%x { blocks"
		    " 10.%u.%u.%u/26 }\n",
		    i, i >> 8, i & 255, i >> 8, i, 64 + (i >> 10), i >> 2 & 255,
		    (i & 3) * 64);
	fputs("}\ngroup g { remote-as internal\n", out);
	for (i = 0; i < 10000; i++)
		fprintf(out, "neighbor x%u 11.0.%u.%u\n", i, i >> 8, i & 255);
	fputs("}\npools", out);
	for (i = 0; i < 100000; i++)
		fprintf(out, "%s 10.%u.%u.%u/26", i == 0 ? "" : ",", i >> 10,
		    i >> 2 & 255, (i & 3) * 64);
	fclose(out);

	start = clock();
	conf = conf_parse("large", text, "n0", &messages);

	assert_non_null(conf);
	assert_int_equal(conf->nneighbors, 29998);
	/* a tenth of that without sanitizers */
	assert_true((clock() - start) / CLOCKS_PER_SEC < 10);
	round_trip(conf);
	conf_free(conf);
	conf_messages_clear(&messages);
	free(text);
}

static int
folder_enter(void **state)
{
	(void)state;
	return chdir(TESTDATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_configs_survive),
		cmocka_unit_test(every_statement_is_printed),
		cmocka_unit_test(shortest_config_shows_all_defaults),
		cmocka_unit_test(configs_by_chance_survive),
		cmocka_unit_test(large_config_is_read_in_time),
	};

	return cmocka_run_group_tests(tests, folder_enter, NULL);
}
