/* SPDX-License-Identifier: ISC */
/* test_sim_paths.c - whole daemons that tell several paths, RFC 7911 */
/*
 * Two nodes announce one prefix to a reflector, which tells all paths of it;
 * a third node hears them, and so does each of the two from the other.
 */
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"

#define NODES   3
#define LONG    60000 /* ms of virtual time */
#define ANYCAST "10.96.0.0/12"

struct star {
	struct sim *sim;
	struct sim_node *reflector;
	struct sim_node *node[NODES + 1]; /* from 1 */
	size_t wanted;                    /* paths at node 3 */
};

static const char reflector[] =
    "as 64512\nnode rr\ncluster-id 10.0.9.1\n"
    "fib off\ngroup clients {\nremote-as 64512\nreflector-client\n"
    "add-path both\nneighbor n1 10.0.0.1\nneighbor n2 10.0.0.2\n"
    "neighbor n3 10.0.0.3\n}\n";

static void
node_config(struct star *s, size_t i, bool announces)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "as 64512\nnode node-%zu\n%s\n"
	    "neighbor rr 10.0.9.1 { remote-as internal; add-path both }\n",
	    i, announces ? "announce " ANYCAST : "");
	sim_config(s->node[i], text);
}

static size_t
paths_at(struct sim_node *n)
{
	const struct rib *rib = sim_bgpd(n)->rib;
	struct rib_path path;
	struct prefix prefix;
	uint32_t entry, cursor = 0;
	size_t count = 0;

	assert_true(prefix_parse(ANYCAST, &prefix, NULL));
	entry = rib_find(rib, &prefix);
	while (entry != 0 &&
	    (cursor = rib_path_next(rib, FAMILY_IPV4, entry, cursor, &path)) !=
		0)
		count++;
	return count;
}

static bool
node_3_has_them(void *arg)
{
	struct star *s = arg;

	return paths_at(s->node[3]) == s->wanted;
}

static void
wait_paths(struct star *s, size_t wanted)
{
	s->wanted = wanted;
	assert_true(sim_wait(s->sim, node_3_has_them, s, LONG));
}

static void
star_init(struct star *s)
{
	char name[16], v4[16];
	size_t i;

	memset(s, 0, sizeof(*s));
	s->sim = sim_new(33);
	s->reflector = sim_node(s->sim, "rr", "10.0.9.1", NULL, reflector);
	sim_start(s->reflector);
	for (i = 1; i <= NODES; i++) {
		snprintf(name, sizeof(name), "node-%zu", i);
		snprintf(v4, sizeof(v4), "10.0.0.%zu", i);
		s->node[i] = sim_node(s->sim, name, v4, NULL, "");
		node_config(s, i, i < 3);
		sim_start(s->node[i]);
	}
	wait_paths(s, 2);
	sim_run(s->sim, 1000);
}

static void
reflector_tells_the_paths_of_both(void **state)
{
	struct star s;

	(void)state;
	star_init(&s);

	assert_int_equal(paths_at(s.node[3]), 2);
	sim_free(s.sim);
}

/* Beside its own one, which it does not hear back. */
static void
who_announces_hears_the_path_of_the_other(void **state)
{
	struct star s;

	(void)state;
	star_init(&s);

	assert_int_equal(paths_at(s.node[1]), 2);
	assert_int_equal(paths_at(s.node[2]), 2);
	sim_free(s.sim);
}

static void
path_that_goes_leaves_the_other(void **state)
{
	char gateway[64];
	struct star s;

	(void)state;
	star_init(&s);
	node_config(&s, 1, false);
	assert_true(sim_reload(s.node[1]));
	wait_paths(&s, 1);
	sim_run(s.sim, 1000);

	assert_int_equal(paths_at(s.node[1]), 1);
	assert_true(sim_route(s.node[3], ANYCAST, gateway, sizeof(gateway)));
	assert_string_equal(gateway, "10.0.0.2");
	node_config(&s, 2, false);
	assert_true(sim_reload(s.node[2]));
	wait_paths(&s, 0);
	sim_free(s.sim);
}

/* It may name them otherwise now: what it does not say again is swept. */
static void
reflector_that_restarts_leaves_no_path_behind(void **state)
{
	char gateway[64];
	struct star s;

	(void)state;
	star_init(&s);
	sim_kill(s.reflector);
	node_config(&s, 1, false);
	assert_true(sim_reload(s.node[1]));
	sim_run(s.sim, 1000);
	assert_int_equal(paths_at(s.node[3]), 2);
	sim_start(s.reflector);

	wait_paths(&s, 1);
	sim_run(s.sim, 20000);
	assert_int_equal(paths_at(s.node[3]), 1);
	assert_true(sim_route(s.node[3], ANYCAST, gateway, sizeof(gateway)));
	assert_string_equal(gateway, "10.0.0.2");
	sim_free(s.sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reflector_tells_the_paths_of_both),
		cmocka_unit_test(who_announces_hears_the_path_of_the_other),
		cmocka_unit_test(path_that_goes_leaves_the_other),
		cmocka_unit_test(reflector_that_restarts_leaves_no_path_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
