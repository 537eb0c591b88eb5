/* SPDX-License-Identifier: ISC */
/* test_sim_reload.c - what a reload promises is what it does */
#include "tests/testing.h"

#include <stdlib.h>

#include "tests/sim/sim_mesh.h"

#define LONG 60000 /* ms of virtual time */

static void
mesh_start(struct sim_mesh *m, uint32_t seed, const char *more)
{
	char *text = sim_mesh_config(1, 2, 0, more);

	sim_mesh_init(m, 2, seed);
	sim_config(m->node[1], text);
	free(text);
	sim_mesh_start(m);
	assert_true(sim_wait(m->sim, sim_mesh_whole, m, LONG));
}

static void
reload_with(struct sim_mesh *m, const char *more)
{
	char *text = sim_mesh_config(1, 2, 0, more);

	sim_config(m->node[1], text);
	free(text);
	assert_true(sim_reload(m->node[1]));
}

/* By which identifier the other node knows this one. */
static uint32_t
identifier_told(const struct sim_mesh *m)
{
	const struct peer *p;
	uint32_t cursor = 0;

	p = neighbors_walk(sim_bgpd(m->node[2])->neighbors, &cursor);
	return session_received(peer_session(p))->identifier;
}

static void
reload_of_router_id_is_told_to_neighbors(void **state)
{
	struct sim_mesh m;

	mesh_start(&m, 51, "");
	assert_int_equal(identifier_told(&m), 0x0a000001);

	reload_with(&m, "router-id 192.0.2.1");

	sim_run(m.sim, LONG);
	assert_true(sim_mesh_whole(&m));
	assert_int_equal(identifier_told(&m), 0xc0000201);
	sim_mesh_clear(&m);
}

static void
reload_to_router_id_auto_takes_the_address(void **state)
{
	struct sim_mesh m;

	mesh_start(&m, 52, "router-id 192.0.2.1");
	assert_int_equal(identifier_told(&m), 0xc0000201);

	reload_with(&m, "router-id auto");

	sim_run(m.sim, LONG);
	assert_true(sim_mesh_whole(&m));
	assert_int_equal(identifier_told(&m), 0x0a000001);
	sim_mesh_clear(&m);
}

/* Nothing of the route changes but what it is for. */
static void
reload_of_announced_prefix_to_block_is_installed(void **state)
{
	struct sim_mesh m;
	char gateway[64] = "none";

	mesh_start(&m, 54, "announce 10.96.0.0/26");
	assert_false(
	    sim_route(m.node[1], "10.96.0.0/26", gateway, sizeof(gateway)));

	reload_with(&m, "blocks 10.96.0.0/26");
	sim_run(m.sim, 1000);
	assert_true(
	    sim_route(m.node[1], "10.96.0.0/26", gateway, sizeof(gateway)));
	assert_string_equal(gateway, "blackhole");

	reload_with(&m, "announce 10.96.0.0/26");
	sim_run(m.sim, 1000);
	assert_false(
	    sim_route(m.node[1], "10.96.0.0/26", gateway, sizeof(gateway)));
	sim_mesh_clear(&m);
}

static void
reload_while_leaving_is_refused(void **state)
{
	struct bgpd_reload r = { .applied = false };
	struct sim_mesh m;

	mesh_start(&m, 53, "");
	bgpd_stop(sim_bgpd(m.node[1]));

	bgpd_reload(sim_bgpd(m.node[1]), false, false, &r);

	assert_false(r.applied);
	assert_non_null(r.refused);
	bgpd_reload_clear(&r);
	sim_mesh_clear(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reload_of_router_id_is_told_to_neighbors),
		cmocka_unit_test(reload_to_router_id_auto_takes_the_address),
		cmocka_unit_test(
		    reload_of_announced_prefix_to_block_is_installed),
		cmocka_unit_test(reload_while_leaving_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
