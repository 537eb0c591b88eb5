/* SPDX-License-Identifier: ISC */
/* test_sim_mesh.c - whole daemons in a full mesh */
#include "tests/testing.h"

#include <stdlib.h>

#include "tests/sim/sim_mesh.h"

#define LONG 60000 /* ms of virtual time */

static void
assert_route(struct sim_node *n, const char *prefix, const char *gateway)
{
	char found[64] = "none";

	sim_route(n, prefix, found, sizeof(found));
	assert_string_equal(found, gateway);
}

static void
mesh_two_nodes_exchange_blocks(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 2, 1);
	sim_mesh_start(&m);

	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	assert_route(m.node[1], "10.244.2.0/26", "10.0.0.2");
	assert_route(m.node[1], "fd00:10:244:2::/122", "fd00::2");
	assert_route(m.node[2], "10.244.1.0/26", "10.0.0.1");
	assert_route(m.node[1], "10.244.1.0/26", "blackhole");
	sim_mesh_clear(&m);
}

/* All connect in the same second: 2,450 sessions, each pair at once. */
static void
mesh_fifty_nodes_survive_a_collision_storm(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 50, 7);
	sim_mesh_start(&m);

	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, 30000));
	sim_run(m.sim, 300000);
	assert_true(sim_mesh_whole(&m));
	sim_mesh_clear(&m);
}

static void
mesh_killed_node_keeps_routes_until_it_returns(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 3, 3);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	sim_kill(m.node[2]);
	sim_run(m.sim, 5000);
	assert_route(m.node[1], "10.244.2.0/26", "10.0.0.2");
	assert_route(m.node[2], "10.244.1.0/26", "10.0.0.1");
	sim_start(m.node[2]);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	sim_run(m.sim, 300000);
	assert_true(sim_mesh_whole(&m));
	sim_mesh_clear(&m);
}

static bool
node_lost_routes_of_2(void *arg)
{
	struct sim_mesh *m = arg;
	char gateway[64];

	return !sim_route(
		   m->node[1], "10.244.2.0/26", gateway, sizeof(gateway)) &&
	    !sim_route(
		m->node[1], "fd00:10:244:2::/122", gateway, sizeof(gateway));
}

static void
mesh_node_that_stays_away_is_forgotten(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 2, 4);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	sim_kill(m.node[2]);

	assert_true(sim_wait(m.sim, node_lost_routes_of_2, &m, 125000));
	sim_mesh_clear(&m);
}

/* Nothing passes any more, nothing is closed: the hold timer ends it. */
static void
mesh_silent_peer_is_dropped_by_hold_time(void **state)
{
	struct sim_mesh m;
	struct address a, b;

	sim_mesh_init(&m, 2, 5);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	address_parse("10.0.0.1", &a);
	address_parse("10.0.0.2", &b);
	fake_net_cut(sim_net(m.sim), &a, &b, true);
	address_parse("fd00::1", &a);
	address_parse("fd00::2", &b);
	fake_net_cut(sim_net(m.sim), &a, &b, true);

	assert_true(sim_wait(m.sim, node_lost_routes_of_2, &m, 100000));
	fake_net_cut(sim_net(m.sim), &a, &b, false);
	address_parse("10.0.0.1", &a);
	address_parse("10.0.0.2", &b);
	fake_net_cut(sim_net(m.sim), &a, &b, false);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	sim_mesh_clear(&m);
}

/* One family dies; the other does not notice. */
static void
mesh_loss_of_ipv6_leaves_ipv4_alone(void **state)
{
	struct sim_mesh m;
	struct address a, b;

	sim_mesh_init(&m, 2, 6);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	address_parse("fd00::1", &a);
	address_parse("fd00::2", &b);
	fake_net_cut(sim_net(m.sim), &a, &b, true);
	sim_run(m.sim, 200000);

	assert_int_equal(sim_established(m.node[1]), 1);
	assert_route(m.node[1], "10.244.2.0/26", "10.0.0.2");
	assert_route(m.node[1], "fd00:10:244:2::/122", "none");
	sim_mesh_clear(&m);
}

static void
mesh_link_flap_costs_routes_but_no_session(void **state)
{
	struct sim_mesh m;
	struct address b;
	struct peer *p;
	int64_t since;

	sim_mesh_init(&m, 2, 8);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	address_parse("10.0.0.2", &b);
	p = neighbors_find(sim_bgpd(m.node[1])->neighbors, &b, 0);
	since = peer_established_at(p);

	fake_link_set(sim_kernel(m.node[1]), SIM_LINK, false);
	sim_run(m.sim, 1000);
	assert_route(m.node[1], "10.244.2.0/26", "none");
	fake_link_set(sim_kernel(m.node[1]), SIM_LINK, true);
	sim_address_add(m.node[1], "fd00::1"); /* the kernel dropped it */

	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	assert_int_equal(peer_established_at(p), since);
	sim_mesh_clear(&m);
}

static void
reload_without_a_node_removes_its_routes(void **state)
{
	struct sim_mesh m;
	char *text;

	sim_mesh_init(&m, 3, 9);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	text = sim_mesh_config(1, 3, 2, "");
	sim_config(m.node[1], text);
	free(text);

	assert_true(sim_reload(m.node[1]));

	assert_true(sim_wait(m.sim, node_lost_routes_of_2, &m, 1000));
	assert_int_equal(sim_established(m.node[1]), 2);
	assert_route(m.node[1], "10.244.3.0/26", "10.0.0.3");
	sim_mesh_clear(&m);
}

static void
reload_of_another_thing_leaves_the_session_alone(void **state)
{
	struct sim_mesh m;
	struct peer *p;
	uint32_t cursor = 0;
	int64_t since;
	char *text;

	sim_mesh_init(&m, 2, 10);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	p = neighbors_walk(sim_bgpd(m.node[1])->neighbors, &cursor);
	since = peer_established_at(p);
	text = sim_mesh_config(1, 2, 0, "announce 10.96.0.0/12");
	sim_config(m.node[1], text);
	free(text);

	assert_true(sim_reload(m.node[1]));
	sim_run(m.sim, 10000);

	assert_true(since != 0);
	assert_int_equal(peer_established_at(p), since);
	assert_route(m.node[2], "10.244.1.0/26", "10.0.0.1");
	sim_mesh_clear(&m);
}

static void
reload_of_a_broken_config_changes_nothing(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 2, 11);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	sim_config(m.node[1], "as 64512\nmesh { nod x }\n");

	assert_false(sim_reload(m.node[1]));

	sim_run(m.sim, 1000);
	assert_true(sim_mesh_whole(&m));
	sim_mesh_clear(&m);
}

/* The node's address comes late: the family comes up by itself. */
static void
address_that_appears_brings_its_family_up(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 2, 12);
	sim_address_remove(m.node[1], "fd00::1");
	sim_mesh_start(&m);
	sim_run(m.sim, 20000);
	assert_int_equal(sim_established(m.node[1]), 1);
	assert_route(m.node[1], "10.244.2.0/26", "10.0.0.2");

	sim_address_add(m.node[1], "fd00::1");

	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	sim_mesh_clear(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mesh_two_nodes_exchange_blocks),
		cmocka_unit_test(mesh_fifty_nodes_survive_a_collision_storm),
		cmocka_unit_test(
		    mesh_killed_node_keeps_routes_until_it_returns),
		cmocka_unit_test(mesh_node_that_stays_away_is_forgotten),
		cmocka_unit_test(mesh_silent_peer_is_dropped_by_hold_time),
		cmocka_unit_test(mesh_loss_of_ipv6_leaves_ipv4_alone),
		cmocka_unit_test(mesh_link_flap_costs_routes_but_no_session),
		cmocka_unit_test(reload_without_a_node_removes_its_routes),
		cmocka_unit_test(
		    reload_of_another_thing_leaves_the_session_alone),
		cmocka_unit_test(reload_of_a_broken_config_changes_nothing),
		cmocka_unit_test(address_that_appears_brings_its_family_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
