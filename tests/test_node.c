/* SPDX-License-Identifier: ISC */
/* test_node.c - from the kernel's links and addresses to the node's own */
/*
 * The verdicts themselves are test_address_judge's business; here it is
 * what becomes of them: who hears of a change, what is logged, which id the
 * node has.  The log goes to a pipe.
 */
#include "bgpd/node.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/node_private.h"
#include "tests/testing.h"

#define ETH0 2
#define ETH1 3

struct fixture {
	int ends[2];
	struct log *log;
	struct nexthop_table *nexthops;
	struct conf conf;
	struct address_rule rule[2];
	struct node *node;
	unsigned int changes[FAMILY_MAX];
	int64_t now;
	char text[16384];
	char name[8];
};

static void
count_change(void *arg, enum family family)
{
	struct fixture *f = arg;

	f->changes[family]++;
}

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static void
setup(struct fixture *f)
{
	struct node_host host = { .changed = count_change, .arg = f };

	memset(f, 0, sizeof(*f));
	assert_int_equal(pipe(f->ends), 0);
	assert_int_equal(fcntl(f->ends[0], F_SETFL, O_NONBLOCK), 0);
	strcpy(f->name, "node-a");
	f->conf.node = f->name;
	f->conf.expected[FAMILY_IPV4] = true;
	f->conf.expected[FAMILY_IPV6] = true;
	host.log = f->log = log_new(f->ends[1]);
	host.nexthops = f->nexthops = nexthop_table_new(NULL, 0);
	f->node = node_new(&host, &f->conf);
	f->now = 1000;
}

static void
teardown(struct fixture *f)
{
	node_free(f->node);
	nexthop_table_free(f->nexthops);
	log_free(f->log);
	close(f->ends[0]);
	close(f->ends[1]);
}

static void
link_set(struct fixture *f, uint32_t index, const char *name, bool up)
{
	struct kernel_link l = { .index = index, .up = up, .running = up };

	snprintf(l.name, sizeof(l.name), "%s", name);
	node_link(f->node, &l, false);
}

static void
address_set(struct fixture *f, uint32_t index, const char *text, uint32_t flags,
    bool gone)
{
	struct kernel_address a = { .index = index, .flags = flags };

	a.address = address(text);
	a.length = a.address.family == FAMILY_IPV4 ? 24 : 64;
	node_address(f->node, &a, gone);
}

static void
judge(struct fixture *f)
{
	node_judge(f->node, f->now);
}

static const char *
logged(struct fixture *f)
{
	ssize_t n = read(f->ends[0], f->text, sizeof(f->text) - 1);

	f->text[n > 0 ? n : 0] = '\0';
	return f->text;
}

static void
assert_chosen(const struct fixture *f, enum family family, const char *text)
{
	struct address got = node_chosen(f->node, family);
	char buf[ADDRESS_STRLEN];

	assert_string_equal(address_format(&got, buf), text);
}

static void
address_usable_is_chosen_and_told(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.0.0.1");
	assert_int_equal(f.changes[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
judge_without_event_tells_nothing(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);

	assert_int_equal(f.changes[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
address_better_leaves_chosen_one(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH1, "10.0.0.9", 0, false);
	judge(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.0.0.9");
	teardown(&f);
}

static void
address_gone_is_told_and_replaced(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH0, "10.0.0.2", 0, false);
	judge(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, true);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.0.0.2");
	assert_int_equal(f.changes[FAMILY_IPV4], 2);
	teardown(&f);
}

static void
address_on_dead_link_is_kept(void **state)
{
	struct fixture f;

	setup(&f);
	f.conf.expected[FAMILY_IPV6] = false;
	node_configure(f.node, &f.conf);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	logged(&f);
	link_set(&f, ETH0, "eth0", false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.0.0.1");
	assert_non_null(strstr(logged(&f),
	    "warn: address ipv4: eth0 is down; 10.0.0.1 is kept while no "
	    "other is usable\n"));
	assert_null(strstr(f.text, "no usable"));
	assert_string_equal(node_problem(f.node, FAMILY_IPV4),
	    "eth0 is down; 10.0.0.1 is kept while no other is usable");
	teardown(&f);
}

static void
address_on_dead_link_gives_way_to_another(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	link_set(&f, ETH0, "eth0", false);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH1, "10.1.0.1", 0, false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.1.0.1");
	teardown(&f);
}

static void
address_tentative_comes_up_by_itself(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fd00::1", KERNEL_TENTATIVE, false);
	judge(&f);
	address_set(&f, ETH0, "fd00::1", 0, false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV6, "fd00::1");
	assert_int_equal(f.changes[FAMILY_IPV6], 1);
	assert_string_equal(node_problem(f.node, FAMILY_IPV6), "");
	teardown(&f);
}

static void
family_without_address_lists_candidates(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH0, "fe80::1", 0, false);
	judge(&f);

	assert_non_null(strstr(logged(&f),
	    "warn: this node has no usable ipv6 address: eth0 has only a "
	    "link-local one; ipv6 sessions and routes wait for one"));
	assert_non_null(
	    strstr(f.text, "warn:   eth0 fe80::1/64: link-local: "));
	assert_chosen(&f, FAMILY_IPV4, "10.0.0.1");
	teardown(&f);
}

/* What is nearest to being usable comes first, and loopback says nothing. */
static void
problem_names_the_best_candidate(void **state)
{
	struct kernel_link lo = { 1, "lo", true, true, true };
	struct fixture f;

	setup(&f);
	node_link(f.node, &lo, false);
	address_set(&f, 1, "::1", 0, false);
	link_set(&f, ETH0, "eth0", false);
	address_set(&f, ETH0, "fd00::1", 0, false);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH1, "fe80::1", 0, false);
	judge(&f);

	assert_string_equal(node_problem(f.node, FAMILY_IPV6),
	    "this node has no usable ipv6 address: eth0 is down");
	assert_null(strstr(logged(&f), "loopback"));
	assert_non_null(strstr(f.text, "warn:   eth1 fe80::1/64: link-local"));
	assert_null(strstr(f.text, "and others"));
	teardown(&f);
}

static void
family_without_candidates_is_said(void **state)
{
	struct fixture f;

	setup(&f);
	judge(&f);

	assert_non_null(
	    strstr(logged(&f), "warn: this node has no ipv6 address; "));
	assert_string_equal(
	    node_problem(f.node, FAMILY_IPV6), "this node has no ipv6 address");
	teardown(&f);
}

static void
family_not_expected_is_not_reported(void **state)
{
	struct fixture f;

	setup(&f);
	f.conf.expected[FAMILY_IPV6] = false;
	node_configure(f.node, &f.conf);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH0, "fe80::1", 0, false);
	judge(&f);

	assert_null(strstr(logged(&f), "warn: "));
	teardown(&f);
}

static void
family_expected_later_is_reported(void **state)
{
	struct fixture f;

	setup(&f);
	f.conf.expected[FAMILY_IPV6] = false;
	node_configure(f.node, &f.conf);
	judge(&f);
	f.now += 60000;
	logged(&f);
	f.conf.expected[FAMILY_IPV6] = true;
	node_configure(f.node, &f.conf);
	judge(&f);

	assert_non_null(strstr(logged(&f), "this node has no ipv6"));
	teardown(&f);
}

/* Most of it mends itself within two seconds. */
static void
table_waits_for_duplicate_address_detection(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fd00::1", KERNEL_TENTATIVE, false);
	judge(&f);
	assert_null(strstr(logged(&f), "tentative"));

	f.now = node_next(f.node);
	judge(&f);

	assert_non_null(strstr(logged(&f), "fd00::1/64: tentative: "));
	teardown(&f);
}

static void
table_unchanged_is_not_repeated(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fe80::1", 0, false);
	judge(&f);
	logged(&f);
	f.now += 60000;
	link_set(&f, ETH1, "eth1", true);
	judge(&f);

	assert_string_equal(logged(&f), "");
	teardown(&f);
}

static void
table_changed_too_soon_waits(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fd00::1", KERNEL_TENTATIVE, false);
	judge(&f);
	logged(&f);
	f.now += 2000;
	address_set(
	    &f, ETH0, "fd00::1", KERNEL_TENTATIVE | KERNEL_DAD_FAILED, false);
	judge(&f);

	assert_string_equal(logged(&f), "");
	f.now = node_next(f.node);
	judge(&f);
	assert_non_null(strstr(logged(&f), "fd00::1/64: dad-failed: "));
	teardown(&f);
}

static void
mesh_lists_another_address_is_warned(void **state)
{
	struct fixture f;
	struct address own = address("10.0.0.7");

	setup(&f);
	f.conf.own = &own;
	f.conf.nown = 1;
	node_configure(f.node, &f.conf);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);

	assert_non_null(strstr(logged(&f),
	    "10.0.0.1 was detected, but the "
	    "mesh lists 10.0.0.7 for this node"));
	assert_chosen(&f, FAMILY_IPV4, "10.0.0.1");
	teardown(&f);
}

static void
mesh_that_lists_another_address_later_is_warned(void **state)
{
	struct fixture f;
	struct address own = address("10.0.0.7");

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	logged(&f);

	f.conf.own = &own;
	f.conf.nown = 1;
	node_configure(f.node, &f.conf);
	judge(&f);

	assert_non_null(strstr(logged(&f), "mesh lists 10.0.0.7"));
	node_configure(f.node, &f.conf);
	judge(&f);
	assert_null(strstr(logged(&f), "mesh lists"));
	teardown(&f);
}

static void
dump_without_address_loses_it(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	node_dump_begin(f.node);
	link_set(&f, ETH0, "eth0", true);
	node_dump_end(f.node);
	judge(&f);

	assert_false(node_owns(
	    f.node, &(struct address){ FAMILY_IPV4, { 10, 0, 0, 1 } }, 0));
	assert_chosen(&f, FAMILY_IPV4, "0.0.0.0");
	teardown(&f);
}

/* Pods' ends have the same one, and it is a router's on another link. */
static void
link_local_address_is_ours_on_its_own_link_only(void **state)
{
	const struct address local = address("fe80::1");
	const struct address global = address("10.0.0.1");
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH1, "fe80::1", 0, false);
	address_set(&f, ETH1, "10.0.0.1", 0, false);

	assert_true(node_owns(f.node, &local, ETH1));
	assert_false(node_owns(f.node, &local, ETH0));
	assert_false(node_owns(f.node, &local, 0));
	assert_true(node_owns(f.node, &global, ETH0));
	teardown(&f);
}

static void
dump_without_change_tells_nothing(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	node_dump_begin(f.node);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	node_dump_end(f.node);
	judge(&f);

	assert_int_equal(f.changes[FAMILY_IPV4], 1);
	assert_non_null(node_find_link(f.node, ETH0));
	teardown(&f);
}

static void
own_address_is_a_next_hop_of_our_own(void **state)
{
	struct fixture f;
	struct address a = address("10.0.0.1");

	setup(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH1, "10.0.0.1", 0, false);
	address_set(&f, ETH0, "10.0.0.1", 0, true);

	assert_int_equal(nexthop_lookup(f.nexthops, &a).state, NEXTHOP_SELF);
	teardown(&f);
}

static void
own_address_gone_is_none_of_ours(void **state)
{
	struct fixture f;
	struct address a = address("10.0.0.1");

	setup(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH0, "10.0.0.1", 0, true);

	assert_int_equal(
	    nexthop_lookup(f.nexthops, &a).state, NEXTHOP_UNRESOLVED);
	teardown(&f);
}

static void
link_local_beside_chosen_is_found(void **state)
{
	struct fixture f;
	struct address got;
	char text[ADDRESS_STRLEN];

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH0, "fe80::a", 0, false);
	address_set(&f, ETH1, "fe80::b", 0, false);
	address_set(&f, ETH1, "fd00::1", 0, false);
	judge(&f);
	got = node_link_local(f.node);

	assert_string_equal(address_format(&got, text), "fe80::b");
	teardown(&f);
}

static void
reach_chooses_the_address_on_the_way(void **state)
{
	struct fixture f;
	struct nexthop_route route = { .index = ETH1, .metric = 100 };

	setup(&f);
	route.prefix = prefix_of(&(struct address){ FAMILY_IPV4, { 0 } }, 0);
	route.gateway = address("10.1.0.254");
	nexthop_route_add(f.nexthops, &route);
	route.prefix = prefix_of(&route.gateway, 24);
	route.gateway = (struct address){ .family = FAMILY_IPV4 };
	nexthop_route_add(f.nexthops, &route);
	f.rule[0].reach = address("192.0.2.1");
	f.conf.rules[FAMILY_IPV4] = f.rule;
	f.conf.nrules[FAMILY_IPV4] = 1;
	node_configure(f.node, &f.conf);
	link_set(&f, ETH0, "eth0", true);
	link_set(&f, ETH1, "eth1", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	address_set(&f, ETH1, "10.1.0.1", 0, false);
	judge(&f);

	assert_chosen(&f, FAMILY_IPV4, "10.1.0.1");
	teardown(&f);
}

/* Pods come and go all day: their links and addresses decide nothing. */
static void
pod_is_not_judged_until_somebody_asks(void **state)
{
	struct kernel_link pod = { .up = true, .running = true };
	const struct address_verdict *verdicts;
	struct fixture f;
	unsigned int i;
	size_t count;

	setup(&f);
	f.conf.expected[FAMILY_IPV4] = false;
	node_configure(f.node, &f.conf);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fd00::1", 0, false);
	judge(&f);
	for (i = 0; i < 100; i++) {
		pod.index = 10 + i;
		snprintf(pod.name, sizeof(pod.name), "cali%u", i);
		node_link(f.node, &pod, false);
		address_set(&f, pod.index, "fe80::1", KERNEL_TENTATIVE, false);
		address_set(&f, pod.index, "fe80::1", 0, false);
		address_set(&f, pod.index, "169.254.1.1", 0, false);
		assert_false(f.node->family[FAMILY_IPV4].dirty);
		assert_false(f.node->family[FAMILY_IPV6].dirty);
	}
	node_link(f.node, &pod, true);

	assert_false(f.node->family[FAMILY_IPV6].dirty);
	verdicts = node_verdicts(f.node, FAMILY_IPV6, &count);
	assert_int_equal(count, 101);
	assert_int_equal(verdicts[99].reason, ADDRESS_LINK_LOCAL);
	assert_string_equal(verdicts[99].interface, "cali98");
	assert_string_equal(verdicts[100].interface, "");
	assert_string_equal(node_problem(f.node, FAMILY_IPV4),
	    "this node has no usable ipv4 address: cali0 has only a "
	    "link-local one");
	teardown(&f);
}

/* A node that is never sure judges all after each event. */
#define UNLIKE_LINKS 5
#define UNLIKE_STEPS 3000

struct unlike {
	struct fixture lazy;
	struct fixture eager;
	uint32_t seed;
};

static uint32_t
draw(struct unlike *u, uint32_t below)
{
	u->seed = u->seed * 1664525 + 1013904223;
	return (u->seed >> 8) % below;
}

/* A way over each link; it goes with the link, and the node is not told. */
static void
unlike_link(struct fixture *f, const struct kernel_link *l, bool gone)
{
	struct nexthop_route way = { .index = l->index, .metric = l->index };

	node_link(f->node, l, gone);
	if (gone || !l->running) {
		nexthop_link_down(f->nexthops, l->index);
		return;
	}
	way.prefix = prefix_of(&f->rule[1].reach, 64);
	way.gateway.family = FAMILY_IPV6;
	nexthop_route_add(f->nexthops, &way);
	node_routes_changed(f->node);
}

static void
unlike_step(struct unlike *u)
{
	static const char *const names[] = { "eth0", "cali1", "eth1", "veth2",
		"lo" };
	static const char *const addresses[] = { "fe80::1", "fe80::2",
		"fd00::1", "2001:db8::1", "fec0::1", "10.0.0.1", "10.0.0.2",
		"169.254.1.1" };
	static const uint32_t flags[] = { 0, 0, 0, KERNEL_TENTATIVE,
		KERNEL_DAD_FAILED, KERNEL_DEPRECATED };
	struct kernel_link l = { .index = 2 + draw(u, UNLIKE_LINKS) };
	struct kernel_address a = { .index = l.index };
	bool gone = draw(u, 4) == 0;

	l.up = draw(u, 3) > 0;
	l.running = l.up && draw(u, 4) > 0;
	snprintf(l.name, sizeof(l.name), "%s", names[draw(u, 5)]);
	a.address = address(addresses[draw(u, 8)]);
	a.length = draw(u, 8) > 0 ? 24 : 32;
	a.flags = flags[draw(u, 6)];
	if (draw(u, 2) > 0) {
		unlike_link(&u->lazy, &l, gone);
		unlike_link(&u->eager, &l, gone);
	} else {
		node_address(u->lazy.node, &a, gone);
		node_address(u->eager.node, &a, gone);
	}
	u->lazy.now = u->eager.now += draw(u, 3000);
}

static void
assert_alike(struct unlike *u, enum family f)
{
	const struct address_verdict *lazy, *eager;
	size_t nlazy, neager, i;

	assert_string_equal(
	    node_problem(u->lazy.node, f), node_problem(u->eager.node, f));
	lazy = node_verdicts(u->lazy.node, f, &nlazy);
	eager = node_verdicts(u->eager.node, f, &neager);
	assert_int_equal(nlazy, neager);
	for (i = 0; i < nlazy; i++) {
		assert_int_equal(lazy[i].reason, eager[i].reason);
		assert_string_equal(lazy[i].interface, eager[i].interface);
		assert_int_equal(
		    node_address_order(&lazy[i].candidate, &eager[i].candidate),
		    0);
	}
}

/* Without the times. */
static const char *
said(struct fixture *f)
{
	char *line;

	logged(f);
	for (line = f->text; line != NULL && *line != '\0';
	     line = strchr(line, '\n')) {
		line += *line == '\n';
		memset(line, '.', strcspn(line, " "));
	}
	return f->text;
}

static void
unlike_run(struct unlike *u)
{
	enum family f;
	unsigned int i;

	for (i = 0; i < UNLIKE_STEPS; i++) {
		unlike_step(u);
		node_configure(u->eager.node, &u->eager.conf);
		judge(&u->eager);
		judge(&u->lazy);
		assert_string_equal(said(&u->lazy), said(&u->eager));
		for (f = 0; f < FAMILY_MAX; f++) {
			struct address x = node_chosen(u->lazy.node, f);
			struct address y = node_chosen(u->eager.node, f);

			assert_true(address_equal(&x, &y));
			assert_int_equal(
			    u->lazy.changes[f], u->eager.changes[f]);
			if (draw(u, 8) == 0)
				assert_alike(u, f);
		}
		assert_memory_equal(&u->lazy.node->link_local,
		    &u->eager.node->link_local, sizeof(struct address));
	}
	assert_int_not_equal(u->lazy.changes[FAMILY_IPV6], 0);
}

/* With each family expected or not, and with each kind of rule. */
static void
choice_and_log_are_as_if_all_were_always_judged(void **state)
{
	struct unlike u = { .seed = 1 };
	struct fixture *const both[] = { &u.lazy, &u.eager };
	unsigned int kind, i;

	for (kind = 0; kind < 8; kind++) {
		for (i = 0; i < 2; i++) {
			struct fixture *f = both[i];

			setup(f);
			f->conf.expected[FAMILY_IPV4] = kind & 1;
			f->conf.expected[FAMILY_IPV6] = kind & 2;
			strcpy(f->rule[0].interface[0], "cali*");
			f->rule[0].ninterface = 1;
			f->rule[1].reach = address("2001:db8:9::1");
			f->conf.rules[FAMILY_IPV6] = f->rule;
			f->conf.nrules[FAMILY_IPV6] = kind & 4 ? 2 : 0;
			node_configure(f->node, &f->conf);
		}
		unlike_run(&u);
		teardown(&u.lazy);
		teardown(&u.eager);
	}
}

static void
router_id_is_the_first_ipv4_address_for_good(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "10.0.0.1", 0, false);
	judge(&f);
	address_set(&f, ETH0, "10.0.0.1", 0, true);
	address_set(&f, ETH0, "10.0.0.2", 0, false);
	judge(&f);

	assert_int_equal(node_router_id(f.node), 0x0a000001);
	teardown(&f);
}

static void
router_id_without_ipv4_is_a_hash_of_the_name(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH0, "eth0", true);
	address_set(&f, ETH0, "fd00::1", 0, false);
	judge(&f);

	/* SHA-256 of "node-a" begins 0x66570ff0. */
	assert_int_equal(node_router_id(f.node), 0x67570ff0);
	teardown(&f);
}

static void
router_id_given_is_that(void **state)
{
	struct fixture f;

	setup(&f);
	f.conf.router_id = 0xc0000201;
	node_configure(f.node, &f.conf);
	judge(&f);

	assert_int_equal(node_router_id(f.node), 0xc0000201);
	teardown(&f);
}

static void
link_name_is_found_by_index_and_back(void **state)
{
	struct fixture f;

	setup(&f);
	link_set(&f, ETH1, "eth1", true);
	link_set(&f, ETH0, "eth0", false);

	assert_int_equal(node_link_index(f.node, "eth1"), ETH1);
	assert_string_equal(node_find_link(f.node, ETH0)->name, "eth0");
	assert_int_equal(node_link_index(f.node, "eth2"), 0);
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_usable_is_chosen_and_told),
		cmocka_unit_test(judge_without_event_tells_nothing),
		cmocka_unit_test(address_better_leaves_chosen_one),
		cmocka_unit_test(address_gone_is_told_and_replaced),
		cmocka_unit_test(address_on_dead_link_is_kept),
		cmocka_unit_test(address_on_dead_link_gives_way_to_another),
		cmocka_unit_test(address_tentative_comes_up_by_itself),
		cmocka_unit_test(family_without_address_lists_candidates),
		cmocka_unit_test(problem_names_the_best_candidate),
		cmocka_unit_test(family_without_candidates_is_said),
		cmocka_unit_test(family_not_expected_is_not_reported),
		cmocka_unit_test(family_expected_later_is_reported),
		cmocka_unit_test(table_waits_for_duplicate_address_detection),
		cmocka_unit_test(table_unchanged_is_not_repeated),
		cmocka_unit_test(table_changed_too_soon_waits),
		cmocka_unit_test(mesh_lists_another_address_is_warned),
		cmocka_unit_test(
		    mesh_that_lists_another_address_later_is_warned),
		cmocka_unit_test(dump_without_address_loses_it),
		cmocka_unit_test(
		    link_local_address_is_ours_on_its_own_link_only),
		cmocka_unit_test(dump_without_change_tells_nothing),
		cmocka_unit_test(own_address_is_a_next_hop_of_our_own),
		cmocka_unit_test(own_address_gone_is_none_of_ours),
		cmocka_unit_test(link_local_beside_chosen_is_found),
		cmocka_unit_test(reach_chooses_the_address_on_the_way),
		cmocka_unit_test(pod_is_not_judged_until_somebody_asks),
		cmocka_unit_test(
		    choice_and_log_are_as_if_all_were_always_judged),
		cmocka_unit_test(router_id_is_the_first_ipv4_address_for_good),
		cmocka_unit_test(router_id_without_ipv4_is_a_hash_of_the_name),
		cmocka_unit_test(router_id_given_is_that),
		cmocka_unit_test(link_name_is_found_by_index_and_back)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
