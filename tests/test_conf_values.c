/* SPDX-License-Identifier: ISC */
/* test_conf_values.c - what becomes of a config that is accepted */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/conf.h"
#include "bgpd/conf/table.h"
#include "tests/testing.h"

/* A config that has to be accepted, on the host node-a. */
static struct conf *
accepted(const char *text)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_parse("test", text, "node-a", &messages);

	if (conf == NULL) {
		conf_messages_print(&messages, stderr);
		fail_msg("refused");
	}
	conf_messages_clear(&messages);
	return conf;
}

static const struct conf_neighbor *
neighbor(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->nneighbors; i++)
		if (strcmp(conf->neighbors[i].name, name) == 0)
			return &conf->neighbors[i];
	fail_msg("no neighbor %s", name);
	return NULL;
}

static void
address_check(const struct address *address, const char *text)
{
	char buf[ADDRESS_STRLEN];

	assert_string_equal(address_format(address, buf), text);
}

static void
prefix_check(const struct prefix *prefix, const char *text)
{
	char buf[PREFIX_STRLEN];

	assert_string_equal(prefix_format(prefix, buf), text);
}

static void
policy_check(const struct policy *policy, enum policy_builtin filter)
{
	assert_int_equal(policy->count, 1);
	assert_ptr_equal(policy->chain[0], policy_builtin(filter));
}

/* ---- globals ----------------------------------------------------------- */

static void
node_is_host_by_default(void **state)
{
	struct conf *conf = accepted("as 1");

	(void)state;
	assert_string_equal(conf->node, "node-a");
	conf_free(conf);
}

static void
globals_have_defaults(void **state)
{
	struct conf *conf = accepted("as 1.1");

	(void)state;
	assert_int_equal(conf->as, 65537);
	assert_int_equal(conf->router_id, 0);
	assert_int_equal(conf->cluster_id, 0);
	assert_int_equal(conf->nrules[FAMILY_IPV4], 0);
	assert_null(conf->control);
	assert_int_equal(conf->log_level, CONF_INFO);
	assert_int_equal(conf->log_form, CONF_LOG_TEXT);
	assert_int_equal(conf->memory_limit, 0);
	assert_false(conf->mesh);
	conf_free(conf);
}

static void
fib_has_defaults(void **state)
{
	struct conf *conf = accepted("as 1");

	(void)state;
	assert_false(conf->fib.off);
	assert_int_equal(conf->fib.table, 254);
	assert_int_equal(conf->fib.metric, 1024);
	assert_int_equal(conf->fib.protocol, 186);
	assert_int_equal(conf->fib.ecmp, 16);
	assert_true(conf->fib.keep);
	assert_true(conf->fib.objects);
	assert_true(conf->fib.after_install);
	assert_int_equal(conf->fib.audit, 300000);
	assert_int_equal(conf->fib.keep_time, 600000);
	conf_free(conf);
}

static void
fib_statements_are_taken(void **state)
{
	struct conf *conf = accepted("as 1; fib { table 7; metric 20;"
				     " protocol 99; ecmp 4; keep-on-exit off;"
				     " nexthop-objects off;"
				     " advertise-after decision; audit off }");

	(void)state;
	assert_int_equal(conf->fib.table, 7);
	assert_int_equal(conf->fib.metric, 20);
	assert_int_equal(conf->fib.protocol, 99);
	assert_int_equal(conf->fib.ecmp, 4);
	assert_false(conf->fib.keep);
	assert_false(conf->fib.objects);
	assert_false(conf->fib.after_install);
	assert_int_equal(conf->fib.audit, 0);
	conf_free(conf);
}

static void
decision_statements_are_taken(void **state)
{
	struct conf *conf = accepted("as 1");

	(void)state;
	assert_false(conf->decision.always_compare_med);
	assert_true(conf->decision.multipath);
	conf_free(conf);
	conf = accepted("as 1; decision { always-compare-med; multipath off }");
	assert_true(conf->decision.always_compare_med);
	assert_false(conf->decision.multipath);
	conf_free(conf);
}

static void
fib_off_is_off(void **state)
{
	struct conf *conf = accepted("as 1; fib off");

	(void)state;
	assert_true(conf->fib.off);
	conf_free(conf);
}

static void
listen_defaults_to_both_wildcards(void **state)
{
	struct conf *conf = accepted("as 1");

	(void)state;
	assert_false(conf->listen_given);
	assert_int_equal(conf->nlisten, 2);
	address_check(&conf->listen[0].address, "0.0.0.0");
	address_check(&conf->listen[1].address, "::");
	assert_int_equal(conf->listen[1].port, 179);
	conf_free(conf);
}

static void
listen_none_is_none(void **state)
{
	struct conf *conf = accepted("as 1; listen none");

	(void)state;
	assert_true(conf->listen_given);
	assert_int_equal(conf->nlisten, 0);
	conf_free(conf);
}

static void
listen_replaces_the_default(void **state)
{
	struct conf *conf = accepted("as 1; listen fd00::1 port 1179");

	(void)state;
	assert_int_equal(conf->nlisten, 1);
	address_check(&conf->listen[0].address, "fd00::1");
	assert_int_equal(conf->listen[0].port, 1179);
	assert_int_equal(conf->listen[0].place.column, 7);
	conf_free(conf);
}

static void
announce_keeps_communities(void **state)
{
	struct conf *conf =
	    accepted("as 1; announce 10.96.0.0/12 community 1:2, no-export");

	(void)state;
	assert_int_equal(conf->nannounce, 1);
	prefix_check(&conf->announce[0].prefix, "10.96.0.0/12");
	assert_int_equal(conf->announce[0].ncommunities, 2);
	assert_int_equal(conf->announce[0].communities[0], 0x00010002);
	assert_int_equal(conf->announce[0].communities[1], 0xffffff01u);
	conf_free(conf);
}

static void
lists_of_several_lines_add_up(void **state)
{
	struct conf *conf = accepted(
	    "as 1; blocks 10.0.0.0/26 fd00::/122\n"
	    "blocks 10.0.1.0/26; pools 10.0.0.0/8; pools fd00::/8, fe00::/8");

	(void)state;
	assert_int_equal(conf->nblocks, 3);
	prefix_check(&conf->blocks[2], "10.0.1.0/26");
	assert_int_equal(conf->npools, 3);
	conf_free(conf);
}

static void
address_lines_become_rules(void **state)
{
	struct conf *conf = accepted(
	    "as 1\n"
	    "address ipv4 reach 10.9.9.9 interface eth*, bond* skip eth9\n"
	    "address ipv4 within 10.0.0.0/8 192.168.0.0/16\n"
	    "address ipv4 auto\n"
	    "address ipv6 fd00::1");
	const struct address_rule *rules = conf->rules[FAMILY_IPV4];

	(void)state;
	assert_int_equal(conf->nrules[FAMILY_IPV4], 3);
	assert_int_equal(rules[0].ninterface, 2);
	assert_string_equal(rules[0].interface[1], "bond*");
	assert_string_equal(rules[0].skip[0], "eth9");
	address_check(&rules[0].reach, "10.9.9.9");
	assert_int_equal(rules[1].nwithin, 2);
	prefix_check(&rules[1].within[1], "192.168.0.0/16");
	assert_int_equal(rules[2].ninterface + rules[2].nwithin, 0);
	address_check(&conf->rules[FAMILY_IPV6][0].fixed, "fd00::1");
	conf_free(conf);
}

static void
address_none_is_none(void **state)
{
	struct conf *conf = accepted("as 1; address ipv6 none");

	(void)state;
	assert_true(conf->address_none[FAMILY_IPV6]);
	assert_true(conf->rules[FAMILY_IPV6][0].none);
	assert_false(conf->address_none[FAMILY_IPV4]);
	conf_free(conf);
}

static void
control_keeps_its_groups(void **state)
{
	struct conf *conf =
	    accepted("as 1; control /run/x { group a; write-group \"b c\" }");

	(void)state;
	assert_string_equal(conf->control, "/run/x");
	assert_string_equal(conf->control_group, "a");
	assert_string_equal(conf->control_write_group, "b c");
	conf_free(conf);
}

static void
memory_limit_has_units(void **state)
{
	struct conf *conf = accepted("as 1; memory limit 512M");

	(void)state;
	assert_int_equal(conf->memory_limit, (size_t)512 << 20);
	conf_free(conf);
}

static void
ids_are_numbers(void **state)
{
	struct conf *conf = accepted("as 1; router-id 10.0.0.1;"
				     " cluster-id 10.0.0.250; reflector-client;"
				     " neighbor a 10.0.0.2 { remote-as 1 }");

	(void)state;
	assert_int_equal(conf->router_id, 0x0a000001);
	assert_int_equal(conf->cluster_id, 0x0a0000fa);
	conf_free(conf);
}

/* ---- neighbors --------------------------------------------------------- */

static void
neighbor_has_defaults(void **state)
{
	struct conf *conf =
	    accepted("as 1; neighbor a fd00::2 { remote-as 1 }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;

	(void)state;
	assert_int_equal(s->port, 179);
	assert_int_equal(s->hold_time, 90000);
	assert_int_equal(s->keepalive, 0);
	assert_int_equal(s->connect_retry, 5000);
	assert_int_equal(s->idle_hold, 2000);
	assert_int_equal(s->send_hold, 0);
	assert_int_equal(s->restart_time, 120000);
	assert_false(s->passive || s->disabled || s->reflector_client);
	assert_null(s->description);
	assert_true(address_is_unset(&s->source));
	conf_free(conf);
}

/* What names a family holds for it, wherever it stands. */
static void
limit_of_a_family_stands_beside_that_of_both(void **state)
{
	struct conf *conf = accepted(
	    "as 1; max-prefix-out 7; max-prefix ipv4 1 warn\n"
	    "neighbor a 10.0.0.2 { remote-as 1; max-prefix-out ipv6 off\n"
	    "max-prefix ipv6 20 accepted restart 5m; max-prefix 10 disable }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;
	const struct conf_limit *limit = s->max_prefix;

	(void)state;
	assert_int_equal(limit[FAMILY_IPV4].action, CONF_LIMIT_DISABLE);
	assert_int_equal(limit[FAMILY_IPV4].count, 10);
	assert_false(limit[FAMILY_IPV4].accepted);
	assert_int_equal(limit[FAMILY_IPV6].action, CONF_LIMIT_RESTART);
	assert_int_equal(limit[FAMILY_IPV6].count, 20);
	assert_int_equal(limit[FAMILY_IPV6].restart, 300000);
	assert_true(limit[FAMILY_IPV6].accepted);
	assert_int_equal(s->max_prefix_out[FAMILY_IPV4], 7);
	assert_int_equal(s->max_prefix_out[FAMILY_IPV6], 0);
	conf_free(conf);
}

static void
limit_of_off_takes_the_inherited_one_back(void **state)
{
	struct conf *conf = accepted("as 1; max-prefix 5 warn\n"
				     "neighbor a 10.0.0.2 { remote-as 1\n"
				     "max-prefix off }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;

	(void)state;
	assert_int_equal(s->max_prefix[FAMILY_IPV4].action, CONF_LIMIT_NONE);
	assert_int_equal(s->max_prefix[FAMILY_IPV6].action, CONF_LIMIT_NONE);
	conf_free(conf);
}

static void
families_default_to_that_of_the_address(void **state)
{
	struct conf *conf =
	    accepted("as 1; neighbor a fd00::2 { remote-as 1 }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;

	(void)state;
	assert_false(s->family[FAMILY_IPV4]);
	assert_true(s->family[FAMILY_IPV6]);
	conf_free(conf);
}

static void
families_may_differ_from_the_address(void **state)
{
	struct conf *conf = accepted(
	    "as 1; neighbor a 10.0.0.2 { remote-as 1; families ipv6 }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;

	(void)state;
	assert_false(s->family[FAMILY_IPV4]);
	assert_true(s->family[FAMILY_IPV6]);
	conf_free(conf);
}

static void
zone_is_kept_apart(void **state)
{
	struct conf *conf =
	    accepted("as 1; neighbor a fe80::1%eth1 { remote-as 1 }");

	(void)state;
	address_check(&neighbor(conf, "a")->address, "fe80::1");
	assert_string_equal(neighbor(conf, "a")->zone, "eth1");
	conf_free(conf);
}

static void
inner_setting_beats_outer_in_any_order(void **state)
{
	struct conf *conf =
	    accepted("as 1\n"
		     "neighbor a 10.0.0.1 { remote-as 1 }\n"
		     "group g {\n"
		     "    neighbor b 10.0.0.2\n"
		     "    neighbor c 10.0.0.3 { hold-time 30s }\n"
		     "    hold-time 20s; remote-as 1; passive\n"
		     "    neighbor d 10.0.0.4 { passive off }\n"
		     "}\n"
		     "hold-time 10s\n");

	(void)state;
	assert_int_equal(neighbor(conf, "a")->settings.hold_time, 10000);
	assert_int_equal(neighbor(conf, "b")->settings.hold_time, 20000);
	assert_int_equal(neighbor(conf, "c")->settings.hold_time, 30000);
	assert_true(neighbor(conf, "c")->settings.passive);
	assert_false(neighbor(conf, "d")->settings.passive);
	assert_null(neighbor(conf, "a")->group);
	assert_string_equal(neighbor(conf, "b")->group, "g");
	conf_free(conf);
}

static void
filters_default_by_kind(void **state)
{
	struct conf *conf =
	    accepted("as 1\n"
		     "neighbor in 10.0.0.1 { remote-as internal }\n"
		     "neighbor same 10.0.0.2 { remote-as 1 }\n"
		     "neighbor out 10.0.0.3 { remote-as 2 }\n"
		     "neighbor any 10.0.0.4 { remote-as external }\n"
		     "mesh { node node-a 10.0.0.9; node b 10.0.0.5 }");

	(void)state;
	policy_check(&neighbor(conf, "in")->settings.import, POLICY_ALL);
	policy_check(&neighbor(conf, "same")->settings.export, POLICY_ALL);
	policy_check(&neighbor(conf, "out")->settings.import, POLICY_NONE);
	policy_check(&neighbor(conf, "any")->settings.export, POLICY_NONE);
	policy_check(&neighbor(conf, "b")->settings.import, POLICY_NOT_DEFAULT);
	policy_check(&neighbor(conf, "b")->settings.export, POLICY_ALL);
	conf_free(conf);
}

/* As ip(8) reads them. */
static void
table_name_is_found_in_rt_tables(void **state)
{
	static const char text[] =
	    "#\n# reserved\n255\tlocal\n"
	    "254 main\n  100   blue # guests\n"
	    "0x65\tred\r\n#102 green\n103\n104blue2\n"
	    "4294967295 last\n4294967296 more\nx y\n7 end";
	static const struct {
		const char *name;
		uint32_t number; /* 0: it is not there */
	} rows[] = { { "local", 255 }, { "blue", 100 }, { "red", 101 },
		{ "last", UINT32_MAX }, { "end", 7 }, { "green", 0 },
		{ "blue2", 0 }, { "more", 0 }, { "y", 0 }, { "blu", 0 },
		{ "guests", 0 } };
	uint32_t number;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		number = 0;
		assert_int_equal(conf_table_find(text, rows[i].name, &number),
		    rows[i].number != 0);
		assert_int_equal(number, rows[i].number);
	}
}

static void
mesh_imports_pools_where_there_are(void **state)
{
	struct conf *conf =
	    accepted("as 1; pools 10.0.0.0/8\n"
		     "mesh { node node-a 10.0.0.9; node b 10.0.0.5 }");

	(void)state;
	policy_check(&neighbor(conf, "b")->settings.import, POLICY_POOLS);
	conf_free(conf);
}

static void
filters_make_a_chain(void **state)
{
	struct conf *conf =
	    accepted("as 1; neighbor a 10.0.0.1 {"
		     " remote-as 2; import own-blocks pools; export none }");
	const struct conf_settings *s = &neighbor(conf, "a")->settings;

	(void)state;
	assert_true(s->import_given && s->export_given);
	assert_int_equal(s->import.count, 2);
	assert_string_equal(s->import.chain[0]->name, "own-blocks");
	assert_string_equal(s->import.chain[1]->name, "pools");
	policy_check(&s->export, POLICY_NONE);
	conf_free(conf);
}

/* ---- mesh -------------------------------------------------------------- */

static void
mesh_node_has_a_neighbor_per_address(void **state)
{
	struct conf *conf = accepted(
	    "as 1; families ipv4 ipv6\n"
	    "mesh { node node-a 10.0.0.1 fd00::1\n"
	    "node b 10.0.0.2 fd00::2 { blocks 10.9.0.0/26 fd09::/122 } }");
	const struct conf_neighbor *n = conf->neighbors;

	(void)state;
	assert_int_equal(conf->nneighbors, 2);
	assert_string_equal(n[0].name, "b");
	assert_string_equal(n[1].name, "b");
	assert_int_equal(n[0].kind, CONF_MESH);
	assert_int_equal(n[0].settings.remote, CONF_REMOTE_INTERNAL);
	address_check(&n[0].address, "10.0.0.2");
	address_check(&n[1].address, "fd00::2");
	assert_true(n[0].settings.family[FAMILY_IPV4]);
	assert_false(n[0].settings.family[FAMILY_IPV6]);
	assert_false(n[1].settings.family[FAMILY_IPV4]);
	assert_int_equal(n[0].nblocks, 2);
	assert_int_equal(n[1].nblocks, 2);
	conf_free(conf);
}

static void
mesh_skips_us_by_name(void **state)
{
	struct conf *conf =
	    accepted("as 1; node b\n"
		     "mesh { node a 10.0.0.1; node b 10.0.0.2 fd00::2 }");

	(void)state;
	assert_true(conf->mesh && conf->mesh_has_us);
	assert_int_equal(conf->nneighbors, 1);
	assert_int_equal(conf->nown, 2);
	address_check(&conf->own[1], "fd00::2");
	conf_free(conf);
}

static void
mesh_skips_us_by_fixed_address(void **state)
{
	struct conf *conf =
	    accepted("as 1; address ipv4 10.0.0.2\n"
		     "mesh { node x 10.0.0.1; node y 10.0.0.2 }");

	(void)state;
	assert_true(conf->mesh_has_us);
	assert_int_equal(conf->nneighbors, 1);
	assert_string_equal(conf->neighbors[0].name, "x");
	conf_free(conf);
}

/* What a neighbor says of one leaves the others as they were. */
static void
capabilities_merge_by_name(void **state)
{
	struct conf *conf =
	    accepted("as 1; capability fqdn off\n"
		     "capability route-refresh require\n"
		     "group g { remote-as 1; capability fqdn require\n"
		     "neighbor a 10.0.0.1 { capability software-version on }\n"
		     "neighbor b 10.0.0.2 { capability fqdn on\n"
		     "capability route-refresh off } }");
	const uint8_t *a = neighbor(conf, "a")->settings.capability;
	const uint8_t *b = neighbor(conf, "b")->settings.capability;

	(void)state;

	assert_int_equal(a[CONF_FQDN], CONF_CAPABILITY_REQUIRE);
	assert_int_equal(a[CONF_ROUTE_REFRESH], CONF_CAPABILITY_REQUIRE);
	assert_int_equal(a[CONF_SOFTWARE_VERSION], CONF_CAPABILITY_ON);
	assert_int_equal(a[CONF_MULTIPROTOCOL], CONF_CAPABILITY_ON);
	assert_int_equal(b[CONF_FQDN], CONF_CAPABILITY_ON);
	assert_int_equal(b[CONF_ROUTE_REFRESH], CONF_CAPABILITY_OFF);
	assert_int_equal(b[CONF_SOFTWARE_VERSION], CONF_CAPABILITY_OFF);
	conf_free(conf);
}

static void
mesh_settings_reach_its_nodes(void **state)
{
	struct conf *conf =
	    accepted("as 1; hold-time 10s\n"
		     "mesh { node node-a 10.0.0.1; hold-time 20s; port 1179\n"
		     "node b 10.0.0.2; node c 10.0.0.3 { hold-time 30s } }");

	(void)state;
	assert_int_equal(neighbor(conf, "b")->settings.hold_time, 20000);
	assert_int_equal(neighbor(conf, "c")->settings.hold_time, 30000);
	assert_int_equal(neighbor(conf, "c")->settings.port, 1179);
	conf_free(conf);
}

static void
source_serves_its_own_family(void **state)
{
	struct conf *conf =
	    accepted("as 1\n"
		     "mesh { node node-a 10.0.0.1 fd00::1\n"
		     "node b 10.0.0.2 fd00::2 { source 10.0.0.1 } }");

	(void)state;
	address_check(&conf->neighbors[0].settings.source, "10.0.0.1");
	assert_true(address_is_unset(&conf->neighbors[1].settings.source));
	conf_free(conf);
}

/* Rows: config, whether IPv4 and IPv6 are expected. */
static void
families_are_expected_where_used(void **state)
{
	static const struct {
		const char *text;
		bool v4, v6;
	} rows[] = {
		{ "as 1", false, false },
		{ "as 1; blocks fd00::/122", false, true },
		{ "as 1; neighbor a 10.0.0.1 { remote-as 1 }", true, false },
		{ "as 1; neighbor a 10.0.0.1 { remote-as 1; families ipv6 }",
		    false, true },
		{ "as 1; mesh { node node-a 10.0.0.1; node b 10.0.0.2"
		  " fd00::2 }",
		    true, false },
		{ "as 1; mesh { node c 10.0.0.1; node b 10.0.0.2 fd00::2 }",
		    true, true },
		{ "as 1; blocks fd00::/122; address ipv6 none", false, false },
	};
	struct conf *conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		conf = accepted(rows[i].text);
		assert_int_equal(conf->expected[FAMILY_IPV4], rows[i].v4);
		assert_int_equal(conf->expected[FAMILY_IPV6], rows[i].v6);
		conf_free(conf);
	}
}

/* ---- times ------------------------------------------------------------- */

static void
times_read_and_write(void **state)
{
	static const struct {
		const char *text;
		uint32_t ms;
		const char *written;
	} rows[] = {
		{ "0s", 0, "0s" },
		{ "300ms", 300, "300ms" },
		{ "1500ms", 1500, "1500ms" },
		{ "90s", 90000, "90s" },
		{ "120s", 120000, "120s" },
		{ "2m", 120000, "120s" },
		{ "300s", 300000, "5m" },
		{ "10m", 600000, "10m" },
		{ "4h", 14400000, "240m" },
		{ "12h", 43200000, "12h" },
		{ "7d", 604800000, "7d" },
		{ "4294967295ms", 4294967295u, "4294967295ms" },
	};
	char buf[16];
	uint32_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(conf_time_parse(rows[i].text, &ms));
		assert_int_equal(ms, rows[i].ms);
		assert_string_equal(conf_time_format(ms, buf), rows[i].written);
	}
}

static void
times_without_sense_are_refused(void **state)
{
	static const char *const rows[] = { "", "5", "s", "-1s", "1 s", "1sec",
		"01s", "1.5s", "50d", "4294967296ms", "99999999999s" };
	uint32_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_false(conf_time_parse(rows[i], &ms));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(node_is_host_by_default),
		cmocka_unit_test(globals_have_defaults),
		cmocka_unit_test(fib_has_defaults),
		cmocka_unit_test(fib_statements_are_taken),
		cmocka_unit_test(decision_statements_are_taken),
		cmocka_unit_test(fib_off_is_off),
		cmocka_unit_test(listen_defaults_to_both_wildcards),
		cmocka_unit_test(listen_none_is_none),
		cmocka_unit_test(listen_replaces_the_default),
		cmocka_unit_test(announce_keeps_communities),
		cmocka_unit_test(lists_of_several_lines_add_up),
		cmocka_unit_test(address_lines_become_rules),
		cmocka_unit_test(address_none_is_none),
		cmocka_unit_test(control_keeps_its_groups),
		cmocka_unit_test(memory_limit_has_units),
		cmocka_unit_test(ids_are_numbers),
		cmocka_unit_test(neighbor_has_defaults),
		cmocka_unit_test(limit_of_a_family_stands_beside_that_of_both),
		cmocka_unit_test(limit_of_off_takes_the_inherited_one_back),
		cmocka_unit_test(families_default_to_that_of_the_address),
		cmocka_unit_test(families_may_differ_from_the_address),
		cmocka_unit_test(zone_is_kept_apart),
		cmocka_unit_test(inner_setting_beats_outer_in_any_order),
		cmocka_unit_test(filters_default_by_kind),
		cmocka_unit_test(table_name_is_found_in_rt_tables),
		cmocka_unit_test(mesh_imports_pools_where_there_are),
		cmocka_unit_test(filters_make_a_chain),
		cmocka_unit_test(mesh_node_has_a_neighbor_per_address),
		cmocka_unit_test(mesh_skips_us_by_name),
		cmocka_unit_test(mesh_skips_us_by_fixed_address),
		cmocka_unit_test(capabilities_merge_by_name),
		cmocka_unit_test(mesh_settings_reach_its_nodes),
		cmocka_unit_test(source_serves_its_own_family),
		cmocka_unit_test(families_are_expected_where_used),
		cmocka_unit_test(times_read_and_write),
		cmocka_unit_test(times_without_sense_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
