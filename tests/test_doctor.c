/* SPDX-License-Identifier: ISC */
/* test_doctor.c - facts to findings, above all those no namespace can make */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bgpctl/doctor/filter.h"
#include "bgpctl/doctor/judge.h"
#include "tests/testing.h"

#define FINDINGS_MAX 64

struct scene {
	struct facts facts;
	struct finding findings[FINDINGS_MAX];
	size_t count;
};

static void
take(void *arg, const struct finding *finding)
{
	struct scene *s = arg;

	assert_true(s->count < FINDINGS_MAX);
	s->findings[s->count++] = *finding;
}

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

static struct facts_link *
link_add(struct scene *s, const char *name, bool uplink)
{
	struct facts_link *link = FACTS_ADD(s->facts.links, s->facts.nlinks);

	link->index = (uint32_t)s->facts.nlinks;
	snprintf(link->name, sizeof(link->name), "%s", name);
	link->up = true;
	link->uplink = uplink;
	link->pod = !uplink;
	link->mtu = 1500;
	link->forwarding[FAMILY_IPV4] = link->forwarding[FAMILY_IPV6] = 1;
	return link;
}

/* A node of both families with nothing wrong. */
static void
scene_init(struct scene *s)
{
	struct facts *f = &s->facts;
	enum family i;

	memset(s, 0, sizeof(*s));
	facts_init(f);
	f->daemon = f->exists_ipv6 = f->entries_known = true;
	snprintf(f->node, sizeof(f->node), "node-a");
	f->family[FAMILY_IPV4].node = address("10.0.0.1");
	f->family[FAMILY_IPV6].node = address("fd00::1");
	for (i = 0; i < FAMILY_MAX; i++)
		f->family[i].forwarding = 1;
	link_add(s, "eth0", true);
	link_add(s, "cali1", false);
}

static void
scene_judge(struct scene *s, const char *check)
{
	struct report report = { .tell = take, .arg = s };

	s->count = 0;
	judge(&s->facts, check == NULL ? NULL : judge_find(check), &report);
}

static void
assert_finding(struct scene *s, const char *check, const char *word,
    const char *evidence, const char *fix)
{
	const struct finding *one = &s->findings[0];

	scene_judge(s, check);
	assert_int_equal(s->count, 1);
	assert_string_equal(finding_word(one->result), word);
	assert_string_equal(one->evidence, evidence);
	assert_string_equal(one->fix, fix);
	facts_clear(&s->facts);
}

static void
checks_tell_one_finding_each_at_least(void **state)
{
	const struct check *check;
	struct scene s;

	(void)state;
	memset(&s, 0, sizeof(s));
	facts_init(&s.facts);
	for (check = judge_checks; check->name != NULL; check++) {
		scene_judge(&s, check->name);
		assert_true(s.count > 0);
		assert_ptr_equal(judge_find(check->name), check);
	}
	facts_clear(&s.facts);
}

static void
checks_of_a_good_node_find_nothing(void **state)
{
	struct scene s;
	size_t i;

	(void)state;
	scene_init(&s);
	scene_judge(&s, NULL);

	for (i = 0; i < s.count; i++) {
		assert_true(s.findings[i].result < FINDING_WARN);
		assert_string_equal(s.findings[i].fix, "");
	}
	facts_clear(&s.facts);
}

static void
ipv6_that_the_kernel_lacks_is_a_failure(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.exists_ipv6 = false;

	assert_finding(&s, "v6-disabled", "fail",
	    "this kernel has no IPv6: it was booted without, or the module is "
	    "not loaded",
	    "grep -o 'ipv6.disable=[01]' /proc/cmdline");
}

static void
ipv6_that_nobody_wants_is_not_judged(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.exists_ipv6 = false;
	s.facts.family[FAMILY_IPV6].expected = false;

	assert_finding(
	    &s, "v6-disabled", "skip", "nothing here wants IPv6", "");
}

static void
neighbor_table_nearly_full_is_a_warning(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.family[FAMILY_IPV4].gc_thresh3 = 1024;
	s.facts.family[FAMILY_IPV4].neighbors = 1000;

	assert_finding(&s, "neigh", "warn",
	    "ipv4: 1000 hosts are in a table for 1024",
	    "sysctl -w net.ipv4.neigh.default.gc_thresh3=4000");
}

static void
route_limit_nearly_reached_is_a_warning(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.family[FAMILY_IPV6].route_limit = 4096;
	s.facts.family[FAMILY_IPV6].routes = 4000;

	assert_finding(&s, "v6-route-limit", "warn",
	    "4000 routes of at most 4096",
	    "sysctl -w net.ipv6.route.max_size=16000");
}

static void
clock_that_nobody_keeps_is_a_warning_where_it_matters(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.clock_synced = 0;
	scene_judge(&s, "clock");
	assert_string_equal(finding_word(s.findings[0].result), "skip");
	s.facts.needs_clock = true;

	assert_finding(&s, "clock", "warn",
	    "nobody keeps the clock of this node right",
	    "timedatectl set-ntp true");
}

static void
certificate_that_ends_is_told(void **state)
{
	static const struct {
		double days;
		const char *subject, *problem, *word, *evidence;
	} rows[] = {
		{ 20, "CN=a", "", "ok", "/c.pem (CN=a) is good for 20 days" },
		{ 20, "", "", "ok", "/c.pem is good for 20 days" },
		{ 3, "CN=a", "/c.pem expires in 3 days", "warn",
		    "/c.pem ends in 3 days: put a new one there" },
		{ -1, "", "", "fail", "/c.pem has ended" },
		{ 0, "", "no such file", "fail", "/c.pem: no such file" },
	};
	struct facts_certificate *c;
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		scene_init(&s);
		c = FACTS_ADD(s.facts.certificates, s.facts.ncertificates);
		snprintf(c->file, sizeof(c->file), "/c.pem");
		snprintf(c->subject, sizeof(c->subject), "%s", rows[i].subject);
		snprintf(c->problem, sizeof(c->problem), "%s", rows[i].problem);
		c->expires_in = rows[i].days * 86400;
		c->loaded = rows[i].days != 0;

		assert_finding(&s, "certificates", rows[i].word,
		    rows[i].evidence,
		    strcmp(rows[i].word, "ok") == 0
			? ""
			: "openssl x509 -noout -issuer -enddate -in /c.pem");
	}
}

static void
temporary_address_is_a_warning(void **state)
{
	struct facts_address *a;
	struct scene s;

	(void)state;
	scene_init(&s);
	a = FACTS_ADD(s.facts.addresses, s.facts.naddresses);
	*a = (struct facts_address){ .link = 1,
		.address = address("fd00::1"),
		.length = 64,
		.temporary = true,
		.valid = UINT32_MAX };

	assert_finding(&s, "addr-stable", "warn",
	    "fd00::1 on eth0 is a temporary address, another one tomorrow",
	    "sysctl -w net.ipv6.conf.eth0.use_tempaddr=0");
}

static void
port_of_another_program_is_a_failure(void **state)
{
	struct facts_listen *l;
	struct scene s;

	(void)state;
	scene_init(&s);
	l = FACTS_ADD(s.facts.listens, s.facts.nlistens);
	*l = (struct facts_listen){ address("10.0.0.1"), 179, 0, 0 };

	assert_finding(&s, "port-179", "fail",
	    "another program than bgpd listens on 10.0.0.1 port 179",
	    "ss -ltnp 'sport = :179'");
}

static void
entry_refused_by_the_kernel_is_drift(void **state)
{
	struct facts_entry *e;
	struct scene s;

	(void)state;
	scene_init(&s);
	e = FACTS_ADD(s.facts.entries, s.facts.nentries);
	*e = (struct facts_entry){ .prefix = prefix("10.9.0.0/24"),
		.status = "failed",
		.reason = "Network is unreachable",
		.age = 1 };

	assert_finding(&s, "fib-drift", "fail",
	    "10.9.0.0/24 is failed since 1 s: Network is unreachable",
	    "bgpctl explain route 10.9.0.0/24");
}

static void
entries_too_many_to_look_at_are_counted(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.entries_known = false;
	s.facts.entries_in_sync = 999990;
	s.facts.entries_off = 10;

	assert_finding(&s, "fib-drift", "warn",
	    "10 of 1000000 routes are not in the kernel as they should be",
	    "bgpctl show fib");
}

/* A moment's work is no drift. */
static void
entry_pending_for_a_moment_is_no_drift(void **state)
{
	struct facts_entry *e;
	struct scene s;

	(void)state;
	scene_init(&s);
	s.facts.entries_in_sync = 7;
	e = FACTS_ADD(s.facts.entries, s.facts.nentries);
	*e = (struct facts_entry){
		.prefix = prefix("10.9.0.0/24"), .status = "pending", .age = 1
	};

	assert_finding(&s, "fib-drift", "ok",
	    "7 routes are in the kernel as they should be", "");
}

/* Whoever may name a link may not run a command by it. */
static void
names_are_quoted_for_a_shell(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	link_add(&s, "x';reboot;'", false)->mtu = 9000;

	assert_finding(&s, "mtu", "warn",
	    "x';reboot;' has MTU 9000 and the uplink 1500; so has the pod's "
	    "end, probably",
	    "ip link set dev 'x'\\'';reboot;'\\''' mtu 1500");
}

static void
names_with_a_dot_are_sysctls_by_slashes(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s);
	link_add(&s, "eth0.100", true)->disable_ipv6 = 1;

	assert_finding(&s, "v6-disabled", "fail",
	    "IPv6 is off on eth0.100, the uplink",
	    "sysctl -w net/ipv6/conf/eth0.100/disable_ipv6=0");
}

/* A long list is cut, and the cut is told. */
static void
findings_of_one_kind_are_few(void **state)
{
	struct facts_peer *p;
	struct scene s;
	size_t i;

	(void)state;
	scene_init(&s);
	for (i = 0; i < 40; i++) {
		p = FACTS_ADD(s.facts.peers, s.facts.npeers);
		snprintf(p->name, sizeof(p->name), "node-%zu", i / 2);
		p->family = i % 2;
		p->established = i % 2 == 0;
		p->pinged = FACTS_UNKNOWN;
	}
	scene_judge(&s, "dual-stack");

	assert_int_equal(s.count, 9);
	assert_string_equal(s.findings[8].evidence, "and 12 more");
	facts_clear(&s.facts);
}

/* ---- packet filters ---- */

static void
filter_read(struct scene *s, const char *rule)
{
	char text[1024];
	json_t *ruleset;

	scene_init(s);
	*FACTS_ADD(s->facts.pools, s->facts.npools) = prefix("10.244.0.0/16");
	s->facts.family[FAMILY_IPV6].expected = false;
	snprintf(text, sizeof(text),
	    "{\"nftables\":[{\"metainfo\":{}},"
	    "{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"c\","
	    "\"hook\":\"forward\",\"policy\":\"drop\"}},"
	    "{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"in\","
	    "\"hook\":\"input\",\"policy\":\"drop\"}},"
	    "{\"rule\":{\"family\":\"inet\",\"table\":\"t\",\"chain\":\"c\","
	    "\"expr\":[%s]}}]}",
	    rule);
	ruleset = json_loads(text, 0, NULL);
	assert_non_null(ruleset);
	filter_take(&s->facts, ruleset);
	json_decref(ruleset);
	scene_judge(s, "forward-drop");
	facts_clear(&s->facts);
}

#define MATCH(right)                                                           \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{}},\"right\":" right \
	"}}"
#define ACCEPT ",{\"accept\":null}"

static void
filter_drop_without_accept_is_a_failure(void **state)
{
	static const char *const rules[] = {
		MATCH("{\"prefix\":{\"addr\":\"10.244.0.0\",\"len\":16}}"),
		MATCH("{\"prefix\":{\"addr\":\"10.245.0.0\",\"len\":16}}")
		    ACCEPT,
		MATCH("[\"established\",\"related\"]") ACCEPT,
		MATCH("\"10.244.0.1\"") ACCEPT,
		MATCH("7") ACCEPT,
		"{\"counter\":{}}",
		"1",
	};
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		filter_read(&s, rules[i]);

		assert_int_equal(s.count, 1);
		assert_int_equal(s.findings[0].result, FINDING_FAIL);
		assert_string_equal(s.findings[0].fix,
		    "nft insert rule inet t c ip saddr 10.244.0.0/16 accept && "
		    "nft insert rule inet t c ip daddr 10.244.0.0/16 accept");
	}
}

static void
filter_drop_with_accept_is_good(void **state)
{
	static const char *const rules[] = {
		MATCH("{\"prefix\":{\"addr\":\"10.244.0.0\",\"len\":16}}")
		    ACCEPT,
		MATCH("{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}") ACCEPT,
		"{\"accept\":null}",
	};
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		filter_read(&s, rules[i]);

		assert_int_equal(s.count, 1);
		assert_int_equal(s.findings[0].result, FINDING_OK);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_tell_one_finding_each_at_least),
		cmocka_unit_test(checks_of_a_good_node_find_nothing),
		cmocka_unit_test(ipv6_that_the_kernel_lacks_is_a_failure),
		cmocka_unit_test(ipv6_that_nobody_wants_is_not_judged),
		cmocka_unit_test(neighbor_table_nearly_full_is_a_warning),
		cmocka_unit_test(route_limit_nearly_reached_is_a_warning),
		cmocka_unit_test(
		    clock_that_nobody_keeps_is_a_warning_where_it_matters),
		cmocka_unit_test(certificate_that_ends_is_told),
		cmocka_unit_test(temporary_address_is_a_warning),
		cmocka_unit_test(port_of_another_program_is_a_failure),
		cmocka_unit_test(entry_refused_by_the_kernel_is_drift),
		cmocka_unit_test(entries_too_many_to_look_at_are_counted),
		cmocka_unit_test(entry_pending_for_a_moment_is_no_drift),
		cmocka_unit_test(names_are_quoted_for_a_shell),
		cmocka_unit_test(names_with_a_dot_are_sysctls_by_slashes),
		cmocka_unit_test(findings_of_one_kind_are_few),
		cmocka_unit_test(filter_drop_without_accept_is_a_failure),
		cmocka_unit_test(filter_drop_with_accept_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
