/* SPDX-License-Identifier: ISC */
/* test_address_judge.c - which address is the node's own, and why not */

#include "kernel/address.h"

#include <stdio.h>
#include <string.h>

#include "tests/testing.h"

#define MAX 16

static struct address
address(const char *text)
{
	struct address a;

	if (!address_parse(text, &a))
		fail_msg("no address: %s", text);
	return a;
}

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	if (!prefix_parse(text, &p, NULL))
		fail_msg("no prefix: %s", text);
	return p;
}

static const struct kernel_link links[] = {
	{ 1, "lo", .up = true, .running = true, .loopback = true },
	{ 2, "eth0", .up = true, .running = true },
	{ 3, "eth1", .up = true, .running = true },
	{ 4, "down0", .up = false, .running = false },
	{ 5, "dark0", .up = true, .running = false },
	{ 6, "cali1234", .up = true, .running = true },
	{ 7, "bond0.12", .up = true, .running = true },
};

/* What a test varies; everything else is as on a healthy node. */
struct scene {
	struct address_input input;
	struct kernel_address addresses[MAX];
	struct address_rule rules[4];
	struct address listed[2];
	struct prefix pools[2];
	struct address_verdict verdicts[MAX];
	size_t count;
	int chosen;
};

static void
scene_init(struct scene *s, enum family family)
{
	memset(s, 0, sizeof(*s));
	s->input.family = family;
	s->input.links = links;
	s->input.nlinks = sizeof(links) / sizeof(*links);
	s->input.addresses = s->addresses;
	s->input.rules = s->rules;
	s->input.listed = s->listed;
	s->input.pools = s->pools;
}

static void
scene_add(struct scene *s, uint32_t index, const char *text, uint32_t flags)
{
	struct kernel_address *a = &s->addresses[s->input.naddresses++];
	const char *slash = strchr(text, '/');
	char bare[ADDRESS_STRLEN];
	unsigned int length;

	assert_non_null(slash);
	snprintf(bare, sizeof(bare), "%.*s", (int)(slash - text), text);
	a->index = index;
	a->address = address(bare);
	assert_int_equal(sscanf(slash, "/%u", &length), 1);
	a->length = (uint8_t)length;
	a->flags = flags;
}

static struct address_rule *
scene_rule(struct scene *s)
{
	return &s->rules[s->input.nrules++];
}

static void
scene_judge(struct scene *s)
{
	s->chosen = address_judge(&s->input, s->verdicts, MAX, &s->count);
}

static void
assert_chosen(struct scene *s, const char *text)
{
	char got[ADDRESS_STRLEN];

	scene_judge(s);
	assert_true(s->chosen >= 0);
	assert_string_equal(
	    address_format(&s->verdicts[s->chosen].candidate.address, got),
	    text);
	assert_int_equal(s->verdicts[s->chosen].reason, ADDRESS_CHOSEN);
}

/* The only address of the scene has this reason, and none is chosen. */
static void
assert_refused(struct scene *s, const char *word)
{
	scene_judge(s);
	assert_int_equal(s->chosen, -1);
	assert_int_equal(s->count, 1);
	assert_string_equal(address_reason_word(s->verdicts[0].reason), word);
}

/* One test per reason word. */

static void
address_healthy_is_chosen(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);

	assert_chosen(&s, "10.0.0.1");
}

static void
address_second_best_is_lower_rank(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_add(&s, 3, "10.9.0.1/24", 0);

	assert_chosen(&s, "10.0.0.1");
	assert_string_equal(
	    address_reason_word(s.verdicts[1].reason), "lower-rank");
}

static void
address_under_none_is_family_disabled(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_rule(&s)->none = true;

	assert_refused(&s, "family-disabled");
}

static void
address_refused_has_reason(void **state)
{
	static const struct {
		enum family family;
		uint32_t index;
		const char *text;
		uint32_t flags;
		const char *word;
	} cases[] = {
		{ FAMILY_IPV4, 1, "127.0.0.1/8", 0, "loopback" },
		{ FAMILY_IPV4, 1, "10.0.0.1/32", 0, "loopback" },
		{ FAMILY_IPV4, 2, "127.0.0.2/8", 0, "loopback" },
		{ FAMILY_IPV6, 1, "::1/128", 0, "loopback" },
		{ FAMILY_IPV4, 2, "169.254.3.4/16", 0, "link-local" },
		{ FAMILY_IPV6, 2, "fe80::1/64", 0, "link-local" },
		{ FAMILY_IPV6, 2, "febf::1/64", 0, "link-local" },
		{ FAMILY_IPV6, 2, "ff02::1/64", 0, "multicast" },
		{ FAMILY_IPV4, 6, "10.0.0.1/24", 0, "interface-excluded" },
		{ FAMILY_IPV4, 4, "10.0.0.1/24", 0, "interface-down" },
		{ FAMILY_IPV4, 99, "10.0.0.1/24", 0, "interface-down" },
		{ FAMILY_IPV4, 5, "10.0.0.1/24", 0, "no-carrier" },
		{ FAMILY_IPV6, 2, "fd00::1/64",
		    KERNEL_DAD_FAILED | KERNEL_TENTATIVE, "dad-failed" },
		{ FAMILY_IPV6, 2, "fd00::1/64", KERNEL_TENTATIVE, "tentative" },
		{ FAMILY_IPV6, 2, "fd00::1/64", KERNEL_DEPRECATED,
		    "deprecated" },
		{ FAMILY_IPV6, 2, "fd00::1/64", KERNEL_TEMPORARY, "temporary" },
		{ FAMILY_IPV4, 2, "10.0.0.1/32", 0, "host-prefix" },
		{ FAMILY_IPV6, 2, "fd00::1/128", 0, "host-prefix" },
	};
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		scene_init(&s, cases[i].family);
		scene_add(&s, cases[i].index, cases[i].text, cases[i].flags);

		assert_refused(&s, cases[i].word);
	}
}

static void
address_in_pool_is_inside_pod_pool(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.244.0.1/24", 0);
	s.pools[s.input.npools++] = prefix("10.244.0.0/16");

	assert_refused(&s, "inside-pod-pool");
}

static void
address_not_within_is_outside_prefix(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("10.0.0.0/8");
	rule->within[rule->nwithin++] = prefix("172.16.0.0/12");

	assert_refused(&s, "outside-prefix");
}

static void
address_off_the_way_is_not_reachable(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	rule = scene_rule(&s);
	rule->reach = address("198.51.100.1");
	rule->reach_index = 3;

	assert_refused(&s, "not-reachable");
}

/* What else the rules say. */

static void
address_site_local_is_chosen_with_warning(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "fec0::1/64", 0);

	assert_chosen(&s, "fec0::1");
	assert_true(s.verdicts[0].site_local);
}

static void
address_of_other_family_is_no_candidate(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_judge(&s);

	assert_int_equal(s.count, 0);
	assert_int_equal(s.chosen, -1);
}

static void
interface_clause_beats_builtin_list(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 6, "10.0.0.1/24", 0);
	rule = scene_rule(&s);
	strcpy(rule->interface[rule->ninterface++], "cali*");

	assert_chosen(&s, "10.0.0.1");
}

static void
interface_clause_excludes_others(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	rule = scene_rule(&s);
	strcpy(rule->interface[rule->ninterface++], "bond*");

	assert_refused(&s, "interface-excluded");
}

static void
skip_clause_excludes(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_add(&s, 7, "10.1.0.1/24", 0);
	rule = scene_rule(&s);
	strcpy(rule->skip[rule->nskip++], "eth*");

	assert_chosen(&s, "10.1.0.1");
}

static void
skip_clause_keeps_builtin_list(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 6, "10.0.0.1/24", 0);
	rule = scene_rule(&s);
	strcpy(rule->skip[rule->nskip++], "eth*");

	assert_refused(&s, "interface-excluded");
}

static void
builtin_list_judges_names(void **state)
{
	static const struct {
		const char *name;
		const char *word;
	} cases[] = {
		{ "eth0", "chosen" },
		{ "bond0", "chosen" },
		{ "wlo1", "chosen" },
		{ "ibmveth2", "chosen" },
		{ "bridge0", "chosen" },
		{ "vxlan0", "chosen" },
		{ "mylo", "chosen" },
		{ "lo", "chosen" },
		{ "lo1", "interface-excluded" },
		{ "docker0", "interface-excluded" },
		{ "cbr0", "interface-excluded" },
		{ "dummy0", "interface-excluded" },
		{ "podman0", "interface-excluded" },
		{ "virbr0", "interface-excluded" },
		{ "lxcbr0", "interface-excluded" },
		{ "veth1a2b", "interface-excluded" },
		{ "br-5f00", "interface-excluded" },
		{ "cali12", "interface-excluded" },
		{ "tunl0", "interface-excluded" },
		{ "flannel.1", "interface-excluded" },
		{ "kube-ipvs0", "interface-excluded" },
		{ "cni0", "interface-excluded" },
		{ "vxlan.calico", "interface-excluded" },
		{ "vxlan-v6.calico", "interface-excluded" },
		{ "wireguard.cali", "interface-excluded" },
		{ "wg-v6.cali", "interface-excluded" },
		{ "nodelocaldns", "interface-excluded" },
	};
	struct kernel_link link = { .index = 2, .up = true, .running = true };
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		scene_init(&s, FAMILY_IPV4);
		scene_add(&s, 2, "10.0.0.1/24", 0);
		strcpy(link.name, cases[i].name);
		s.input.links = &link;
		s.input.nlinks = 1;
		scene_judge(&s);

		assert_string_equal(
		    address_reason_word(s.verdicts[0].reason), cases[i].word);
	}
}

static void
reach_takes_the_preferred_source(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	scene_add(&s, 2, "192.0.2.2/24", 0);
	rule = scene_rule(&s);
	rule->reach = address("198.51.100.1");
	rule->reach_index = 2;
	rule->reach_source = address("192.0.2.2");

	assert_chosen(&s, "192.0.2.2");
}

static void
reach_without_route_is_not_reachable(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	scene_rule(&s)->reach = address("198.51.100.1");

	assert_refused(&s, "not-reachable");
}

static void
rules_are_tried_in_order(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	scene_add(&s, 3, "10.0.0.1/24", 0);
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("10.0.0.0/8");
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("192.0.2.0/24");

	assert_chosen(&s, "10.0.0.1");
	assert_int_equal(s.verdicts[0].rule, 1);
	assert_int_equal(s.verdicts[1].rule, 0);
}

static void
reason_is_of_the_nearest_rule(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "192.0.2.1/24", 0);
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("10.0.0.0/8");
	rule = scene_rule(&s);
	strcpy(rule->interface[rule->ninterface++], "bond*");

	assert_refused(&s, "outside-prefix");
	assert_int_equal(s.verdicts[0].rule, 0);
}

static void
fixed_address_ignores_what_a_search_minds(void **state)
{
	static const struct {
		uint32_t index;
		const char *text, *bare;
		uint32_t flags;
	} cases[] = {
		{ 1, "10.0.0.1/32", "10.0.0.1", 0 },
		{ 6, "10.0.0.1/24", "10.0.0.1", 0 },
		{ 5, "10.0.0.1/24", "10.0.0.1", 0 },
		{ 2, "10.0.0.1/32", "10.0.0.1", 0 },
		{ 2, "169.254.0.1/16", "169.254.0.1", 0 },
		{ 2, "fd00::1/64", "fd00::1",
		    KERNEL_DEPRECATED | KERNEL_TEMPORARY },
		{ 2, "10.244.0.1/24", "10.244.0.1", 0 },
	};
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		scene_init(&s, address(cases[i].bare).family);
		scene_add(&s, cases[i].index, cases[i].text, cases[i].flags);
		s.pools[s.input.npools++] = prefix("10.244.0.0/16");
		scene_rule(&s)->fixed = address(cases[i].bare);

		assert_chosen(&s, cases[i].bare);
	}
}

static void
fixed_address_elsewhere_is_chosen_nowhere(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_rule(&s)->fixed = address("10.0.0.2");

	assert_refused(&s, "outside-prefix");
}

static void
fixed_address_on_down_link_is_refused(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 4, "10.0.0.1/24", 0);
	scene_rule(&s)->fixed = address("10.0.0.1");

	assert_refused(&s, "interface-down");
}

static void
fixed_address_tentative_is_refused(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "fd00::1/64", KERNEL_TENTATIVE);
	scene_rule(&s)->fixed = address("fd00::1");

	assert_refused(&s, "tentative");
}

/* Ranking, strongest first: each beats all that follow. */

static void
current_address_stays(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "2001:db8::1/64", 0);
	scene_add(&s, 3, "fd00::2/64", 0);
	s.listed[s.input.nlisted++] = address("2001:db8::1");
	s.input.current = address("fd00::2");

	assert_chosen(&s, "fd00::2");
}

static void
current_address_refused_is_left(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "fd00::1/64", 0);
	scene_add(&s, 3, "fd00::2/64", KERNEL_DEPRECATED);
	s.input.current = address("fd00::2");

	assert_chosen(&s, "fd00::1");
}

static void
listed_address_beats_earlier_rule(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_add(&s, 3, "192.0.2.1/24", 0);
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("10.0.0.0/8");
	scene_rule(&s);
	s.listed[s.input.nlisted++] = address("192.0.2.1");

	assert_chosen(&s, "192.0.2.1");
}

static void
earlier_rule_beats_scope(void **state)
{
	struct scene s;
	struct address_rule *rule;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "2001:db8::1/64", 0);
	scene_add(&s, 3, "fec0::1/64", 0);
	rule = scene_rule(&s);
	rule->within[rule->nwithin++] = prefix("fec0::/10");
	scene_rule(&s);

	assert_chosen(&s, "fec0::1");
}

static void
scope_global_beats_unique_local_beats_site_local(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV6);
	scene_add(&s, 2, "fec0::1/64", 0);
	scene_add(&s, 3, "fd00::1/64", 0);
	assert_chosen(&s, "fd00::1");
	scene_add(&s, 7, "2001:db8::1/64", 0);

	assert_chosen(&s, "2001:db8::1");
}

static void
interface_index_beats_address(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 3, "10.0.0.1/24", 0);
	scene_add(&s, 2, "10.9.0.1/24", 0);

	assert_chosen(&s, "10.9.0.1");
}

static void
lower_address_is_the_last_word(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.9/24", 0);
	scene_add(&s, 2, "10.0.0.1/24", 0);

	assert_chosen(&s, "10.0.0.1");
}

static void
verdicts_are_in_stable_order(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 3, "10.0.0.1/24", 0);
	scene_add(&s, 2, "10.9.0.1/24", 0);
	scene_add(&s, 1, "127.0.0.1/8", 0);
	scene_judge(&s);

	assert_string_equal(s.verdicts[0].interface, "lo");
	assert_string_equal(s.verdicts[1].interface, "eth0");
	assert_string_equal(s.verdicts[2].interface, "eth1");
}

static void
verdicts_stop_at_max(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, FAMILY_IPV4);
	scene_add(&s, 2, "10.0.0.1/24", 0);
	scene_add(&s, 2, "10.0.0.2/24", 0);
	s.chosen = address_judge(&s.input, s.verdicts, 1, &s.count);

	assert_int_equal(s.count, 1);
	assert_int_equal(s.chosen, 0);
}

static void
reasons_all_have_words_and_sentences(void **state)
{
	enum address_reason reason;

	(void)state;
	for (reason = 0; reason < ADDRESS_REASON_MAX; reason++) {
		assert_non_null(address_reason_word(reason));
		assert_non_null(address_reason_text(reason));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_healthy_is_chosen),
		cmocka_unit_test(address_second_best_is_lower_rank),
		cmocka_unit_test(address_under_none_is_family_disabled),
		cmocka_unit_test(address_refused_has_reason),
		cmocka_unit_test(address_in_pool_is_inside_pod_pool),
		cmocka_unit_test(address_not_within_is_outside_prefix),
		cmocka_unit_test(address_off_the_way_is_not_reachable),
		cmocka_unit_test(address_site_local_is_chosen_with_warning),
		cmocka_unit_test(address_of_other_family_is_no_candidate),
		cmocka_unit_test(interface_clause_beats_builtin_list),
		cmocka_unit_test(interface_clause_excludes_others),
		cmocka_unit_test(skip_clause_excludes),
		cmocka_unit_test(skip_clause_keeps_builtin_list),
		cmocka_unit_test(builtin_list_judges_names),
		cmocka_unit_test(reach_takes_the_preferred_source),
		cmocka_unit_test(reach_without_route_is_not_reachable),
		cmocka_unit_test(rules_are_tried_in_order),
		cmocka_unit_test(reason_is_of_the_nearest_rule),
		cmocka_unit_test(fixed_address_ignores_what_a_search_minds),
		cmocka_unit_test(fixed_address_elsewhere_is_chosen_nowhere),
		cmocka_unit_test(fixed_address_on_down_link_is_refused),
		cmocka_unit_test(fixed_address_tentative_is_refused),
		cmocka_unit_test(current_address_stays),
		cmocka_unit_test(current_address_refused_is_left),
		cmocka_unit_test(listed_address_beats_earlier_rule),
		cmocka_unit_test(earlier_rule_beats_scope),
		cmocka_unit_test(
		    scope_global_beats_unique_local_beats_site_local),
		cmocka_unit_test(interface_index_beats_address),
		cmocka_unit_test(lower_address_is_the_last_word),
		cmocka_unit_test(verdicts_are_in_stable_order),
		cmocka_unit_test(verdicts_stop_at_max),
		cmocka_unit_test(reasons_all_have_words_and_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
