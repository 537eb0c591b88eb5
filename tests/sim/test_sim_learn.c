/* SPDX-License-Identifier: ISC */
/* test_sim_learn.c - kernel routes of one node in the kernels of the others */
/*
 * Two nodes of a mesh.  The first has pods on cali1 and cali2, and says what
 * it learns; the second installs what it is told.
 */
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/sim/sim_mesh.h"

#define LONG   60000 /* ms of virtual time */
#define MOMENT 50    /* the same: within that it is said */
#define CALI1  3u
#define CALI2  4u
#define LENT   "10.244.9.5/32"
#define LENT6  "fd00:10:244:9::5/128"
#define OURS   186
#define BOOT   3
#define LEARN  "learn { interface cali* }"

static void
links_set(struct sim_node *node)
{
	const struct kernel_link one = { CALI1, "cali1", true, true, false };
	const struct kernel_link two = { CALI2, "cali2", true, true, false };

	fake_link(sim_kernel(node), &one);
	fake_link(sim_kernel(node), &two);
}

static struct kernel_route
pod(const char *prefix, uint32_t link)
{
	struct kernel_route r = { .table = KERNEL_TABLE_MAIN,
		.protocol = BOOT,
		.type = KERNEL_UNICAST,
		.count = 1,
		.path = { { .index = link, .weight = 1 } } };

	assert_true(prefix_parse(prefix, &r.prefix, NULL));
	return r;
}

static void
pod_add(struct sim_node *node, const char *prefix, uint32_t link)
{
	struct kernel_route r = pod(prefix, link);

	assert_int_equal(fake_route(sim_kernel(node), KERNEL_ADD, &r), 0);
}

static void
pod_remove(struct sim_node *node, const char *prefix, uint32_t link)
{
	struct kernel_route r = pod(prefix, link);

	assert_int_equal(fake_route(sim_kernel(node), KERNEL_DELETE, &r), 0);
}

static void
mesh_prepare(struct sim_mesh *m, uint32_t seed, const char *more)
{
	char *text = sim_mesh_config(1, 2, 0, more);

	sim_mesh_init(m, 2, seed);
	sim_config(m->node[1], text);
	links_set(m->node[1]);
	free(text);
}

static void
mesh_go(struct sim_mesh *m)
{
	sim_mesh_start(m);
	sim_run(m->sim, LONG);
	assert_int_equal(sim_established(m->node[1]), 2);
}

static void
reload_with(struct sim_mesh *m, const char *more)
{
	char *text = sim_mesh_config(1, 2, 0, more);

	sim_config(m->node[1], text);
	free(text);
	assert_true(sim_reload(m->node[1]));
	sim_run(m->sim, 1000);
}

/* Does the other node have it in its kernel, by the first? */
static bool
reached(struct sim_mesh *m, const char *prefix)
{
	char gateway[64];

	return sim_route(m->node[2], prefix, gateway, sizeof(gateway));
}

static void
routes_come_and_go_within_a_moment(void **state)
{
	static const char *const prefixes[] = { LENT, LENT6 };
	struct sim_mesh m;
	char gateway[64];
	size_t i;

	mesh_prepare(&m, 71, LEARN);
	mesh_go(&m);
	for (i = 0; i < 2; i++) {
		pod_add(m.node[1], prefixes[i], CALI1);
		sim_run(m.sim, MOMENT);
		assert_true(sim_route(
		    m.node[2], prefixes[i], gateway, sizeof(gateway)));
		assert_string_equal(gateway, i == 0 ? "10.0.0.1" : "fd00::1");

		pod_remove(m.node[1], prefixes[i], CALI1);
		sim_run(m.sim, MOMENT);
		assert_false(reached(&m, prefixes[i]));
	}
	sim_mesh_clear(&m);
}

static void
routes_that_were_there_are_told_from_the_start(void **state)
{
	struct sim_mesh m;

	mesh_prepare(&m, 72, LEARN);
	pod_add(m.node[1], LENT, CALI1);
	pod_add(m.node[1], "10.244.1.5/32", CALI2);
	mesh_go(&m);

	assert_true(reached(&m, LENT));
	assert_false(reached(&m, "10.244.1.5/32"));
	assert_true(reached(&m, "10.244.1.0/26"));
	sim_mesh_clear(&m);
}

static void
link_that_goes_takes_its_routes_only(void **state)
{
	struct sim_mesh m;

	mesh_prepare(&m, 73, LEARN);
	mesh_go(&m);
	pod_add(m.node[1], LENT, CALI1);
	pod_add(m.node[1], "10.244.9.6/32", CALI2);
	sim_run(m.sim, MOMENT);
	assert_true(reached(&m, LENT));

	fake_link_remove(sim_kernel(m.node[1]), CALI1);
	sim_run(m.sim, MOMENT);

	assert_false(reached(&m, LENT));
	assert_true(reached(&m, "10.244.9.6/32"));
	sim_mesh_clear(&m);
}

static void
events_lost_are_made_good(void **state)
{
	struct sim_mesh m;

	mesh_prepare(&m, 74, LEARN);
	mesh_go(&m);
	pod_add(m.node[1], LENT, CALI1);
	sim_run(m.sim, MOMENT);
	pod_remove(m.node[1], LENT, CALI1);
	pod_add(m.node[1], LENT6, CALI1);
	fake_kernel_overrun(sim_kernel(m.node[1]));
	sim_run(m.sim, 1000);

	assert_false(reached(&m, LENT));
	assert_true(reached(&m, LENT6));
	sim_mesh_clear(&m);
}

static void
reload_changes_what_is_learned_and_no_session(void **state)
{
	struct sim_mesh m;
	struct kernel_route other = pod("10.244.9.7/32", CALI2);

	mesh_prepare(&m, 75, "");
	mesh_go(&m);
	other.table = 100;
	pod_add(m.node[1], LENT, CALI1);
	assert_int_equal(
	    fake_route(sim_kernel(m.node[1]), KERNEL_ADD, &other), 0);
	sim_run(m.sim, 1000);
	assert_false(reached(&m, LENT));

	reload_with(&m, LEARN);
	assert_true(reached(&m, LENT));
	assert_false(reached(&m, "10.244.9.7/32"));
	reload_with(&m, "learn { interface cali*; table 100 }");
	assert_false(reached(&m, LENT));
	assert_true(reached(&m, "10.244.9.7/32"));
	reload_with(&m, LEARN "\nblocks 10.244.9.0/26");
	assert_false(reached(&m, LENT));
	assert_true(reached(&m, "10.244.9.0/26"));
	reload_with(&m, "");
	assert_false(reached(&m, "10.244.9.0/26"));
	assert_int_equal(sim_established(m.node[1]), 2);
	sim_mesh_clear(&m);
}

/* Own routes are told as foreign ones are when another program changes them. */
static void
routes_of_our_own_do_not_come_back(void **state)
{
	struct kernel_route ours = pod("10.244.2.0/26", SIM_LINK);
	uint32_t received, accepted;
	struct sim_mesh m;

	mesh_prepare(&m, 76, "learn { within 0.0.0.0/0 ::/0 }");
	ours.protocol = OURS;
	ours.metric = 1024;
	assert_true(address_parse("10.0.0.2", &ours.path[0].gateway));
	assert_int_equal(
	    fake_route(sim_kernel(m.node[1]), KERNEL_ADD, &ours), 0);
	mesh_go(&m);

	fake_kernel_overrun(sim_kernel(m.node[1]));
	sim_run(m.sim, 1000);

	rib_source_counts(sim_bgpd(m.node[1])->rib, RIB_LEARNED, FAMILY_IPV4,
	    &received, &accepted);
	assert_int_equal(received, 0);
	assert_true(reached(&m, "10.244.1.0/26"));
	sim_mesh_clear(&m);
}

/* Both have it for a moment, and nobody is led in a circle. */
static void
pod_that_moves_is_reached_where_it_is(void **state)
{
	struct sim_mesh m;
	char gateway[64], *text = sim_mesh_config(2, 2, 0, LEARN);

	mesh_prepare(&m, 77, LEARN);
	sim_config(m.node[2], text);
	links_set(m.node[2]);
	free(text);
	mesh_go(&m);
	pod_add(m.node[1], LENT, CALI1);
	sim_run(m.sim, MOMENT);
	assert_true(reached(&m, LENT));

	pod_add(m.node[2], LENT, CALI2);
	sim_run(m.sim, MOMENT);
	assert_false(reached(&m, LENT)); /* by the pod's own route */
	pod_remove(m.node[1], LENT, CALI1);
	sim_run(m.sim, MOMENT);
	assert_true(sim_route(m.node[1], LENT, gateway, sizeof(gateway)));
	assert_string_equal(gateway, "10.0.0.2");
	sim_mesh_clear(&m);
}

/* Whoever is outside hears of learned routes only where a filter says so. */
static void
filter_tells_learned_from_local(void **state)
{
	static const struct {
		const char *filter;
		bool learned, block;
	} rows[] = {
		{ "own-blocks", false, true },
		{ "l", true, false },
		{ "o", false, true },
		{ "n", false, true },
	};
	struct sim_node *near, *far;
	char gateway[64], config[512];
	struct sim *sim;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sim = sim_new(78);
		snprintf(config, sizeof(config),
		    "as 64512\nblocks 10.244.1.0/26\n%s\n"
		    "filter l { accept source learned }\n"
		    "filter o { accept source local }\n"
		    "filter n { accept not source learned }\n"
		    "neighbor far 10.0.0.2 { remote-as 65001\n"
		    "    import none; export %s }\n",
		    LEARN, rows[i].filter);
		near = sim_node(sim, "near", "10.0.0.1", NULL, config);
		links_set(near);
		far = sim_node(sim, "far", "10.0.0.2", NULL,
		    "as 65001\nneighbor near 10.0.0.1 { remote-as 64512\n"
		    "    import all; export none }\n");
		pod_add(near, LENT, CALI1);
		sim_start(near);
		sim_start(far);
		sim_run(sim, LONG);

		assert_int_equal(sim_route(far, LENT, gateway, sizeof(gateway)),
		    rows[i].learned);
		assert_int_equal(
		    sim_route(far, "10.244.1.0/26", gateway, sizeof(gateway)),
		    rows[i].block);
		sim_free(sim);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_come_and_go_within_a_moment),
		cmocka_unit_test(
		    routes_that_were_there_are_told_from_the_start),
		cmocka_unit_test(link_that_goes_takes_its_routes_only),
		cmocka_unit_test(events_lost_are_made_good),
		cmocka_unit_test(reload_changes_what_is_learned_and_no_session),
		cmocka_unit_test(routes_of_our_own_do_not_come_back),
		cmocka_unit_test(pod_that_moves_is_reached_where_it_is),
		cmocka_unit_test(filter_tells_learned_from_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
