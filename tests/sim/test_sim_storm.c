/* SPDX-License-Identifier: ISC */
/* test_sim_storm.c - fifty daemons restart at once, and no kernel notices */
/*
 * A mesh of 50 nodes, 4,900 ends of sessions, 100 routes in each kernel.  All
 * daemons restart within a second of virtual time, in one way or another.  Each
 * kernel is watched: a route that leaves it is a fault in that moment, unless
 * its node has no power.  Time is how long it takes until all sessions are up
 * again, all have announced, and no adopted route is held any more; it must not
 * depend on who is dead.
 */
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/sim_mesh.h"

#define NODES 50u
#define DEAD  5u    /* the last ones */
#define LONG  60000 /* ms of virtual time */
#define SOON  10000

struct storm {
	struct sim_mesh mesh;
	size_t alive;      /* nodes 1 to this one */
	size_t lost, gone; /* routes of the living, the dead */
};

static size_t
owner_of(const struct prefix *p)
{
	return p->address.family == FAMILY_IPV4 ? p->address.bytes[2]
						: p->address.bytes[7];
}

static void
removed(void *arg, const struct kernel_route *r)
{
	struct storm *s = arg;

	if (owner_of(&r->prefix) <= s->alive)
		s->lost++;
	else
		s->gone++;
}

/* A whole mesh, in which every kernel is watched from now on. */
static void
storm_init(struct storm *s, uint32_t seed)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->alive = NODES;
	sim_mesh_init(&s->mesh, NODES, seed);
	sim_mesh_start(&s->mesh);
	assert_true(sim_wait(s->mesh.sim, sim_mesh_whole, &s->mesh, LONG));
	sim_run(s->mesh.sim, SOON);
	for (i = 1; i <= NODES; i++)
		fake_kernel_watch(sim_kernel(s->mesh.node[i]), removed, s);
}

static void
power_off(struct storm *s)
{
	s->alive = NODES - DEAD;
	while (s->mesh.count > s->alive)
		sim_power_off(s->mesh.node[s->mesh.count--]);
}

static bool
is_settled(struct sim_node *n)
{
	const struct restart *r = sim_bgpd(n)->restart;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (restart_deferring(r, f) || restart_holding(r, f))
			return false;
	return true;
}

/* With the routes of those that live, and of no other. */
static bool
is_over(void *arg)
{
	struct storm *s = arg;
	size_t i;

	for (i = 1; i <= s->alive; i++)
		if (!is_settled(s->mesh.node[i]))
			return false;
	return sim_mesh_whole(&s->mesh);
}

/* All within a second, each in a moment of its own. */
static void
restart_all(struct storm *s, void (*end)(struct sim_node *))
{
	size_t i;

	for (i = 1; i <= s->alive; i++) {
		end(s->mesh.node[i]);
		sim_run(s->mesh.sim, 1000 / NODES / 2);
	}
	for (i = 1; i <= s->alive; i++) {
		sim_start(s->mesh.node[i]);
		sim_run(s->mesh.sim, 1000 / NODES / 2);
	}
}

static void
storm_over(struct storm *s, const char *name, int64_t within)
{
	int64_t began = fake_net_now(sim_net(s->mesh.sim));

	assert_true(sim_wait(s->mesh.sim, is_over, s, within));
	print_message("%s: %zu nodes, over after %.1f s\n", name, s->alive,
	    (double)(fake_net_now(sim_net(s->mesh.sim)) - began) / 1000);
	/* Nor is anything lost when all times have passed. */
	sim_run(s->mesh.sim, 125000);
	assert_true(is_over(s));
	assert_int_equal(s->lost, 0);
	sim_mesh_clear(&s->mesh);
}

static void
storm_of_kills_loses_no_route(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 71);
	restart_all(&s, sim_kill);

	storm_over(&s, "killed", SOON);
	assert_int_equal(s.gone, 0);
}

static void
storm_of_sigterm_loses_no_route(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 72);
	restart_all(&s, sim_stop);

	storm_over(&s, "ended", SOON);
	assert_int_equal(s.gone, 0);
}

/* Each pair of a living and a dead one would wait for a restart time. */
static void
storm_beside_the_dead_does_not_wait(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 73);
	power_off(&s);
	restart_all(&s, sim_kill);

	storm_over(&s, "five dead", SOON);
	assert_int_equal(s.gone, 2 * DEAD * (NODES - DEAD));
}

/* They die in the storm: their OPEN and first routes were heard by some. */
static void
storm_with_deaths_in_it_does_not_wait(void **state)
{
	struct storm s;

	(void)state;
	storm_init(&s, 74);
	restart_all(&s, sim_kill);
	sim_run(s.mesh.sim, 300);
	power_off(&s);

	storm_over(&s, "five die", LONG);
	assert_int_equal(s.gone, 2 * DEAD * (NODES - DEAD));
}

/* One after another, each when the one before has been started. */
static void
rolling_restart_loses_no_route(void **state)
{
	struct storm s;
	size_t i;

	(void)state;
	storm_init(&s, 75);
	for (i = 1; i <= NODES; i++) {
		sim_stop(s.mesh.node[i]);
		sim_run(s.mesh.sim, 400);
		sim_start(s.mesh.node[i]);
		sim_run(s.mesh.sim, 600);
	}

	storm_over(&s, "rolling", SOON);
	assert_int_equal(s.gone, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(storm_of_kills_loses_no_route),
		cmocka_unit_test(storm_of_sigterm_loses_no_route),
		cmocka_unit_test(storm_beside_the_dead_does_not_wait),
		cmocka_unit_test(storm_with_deaths_in_it_does_not_wait),
		cmocka_unit_test(rolling_restart_loses_no_route),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
