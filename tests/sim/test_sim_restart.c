/* SPDX-License-Identifier: ISC */
/* test_sim_restart.c - daemons die and come back, the kernel does not notice */
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim_mesh.h"

#define LONG 60000 /* ms of virtual time */
#define SOON 15000

/* Asked of the kernel since the daemon that runs now was started. */
static uint64_t
changes(struct sim_node *n)
{
	struct kernel_counters c;

	fake_kernel_counters(sim_kernel(n), &c);
	return c.changes;
}

static bool
has_route(struct sim_node *n, const char *prefix)
{
	char gateway[64];

	return sim_route(n, prefix, gateway, sizeof(gateway));
}

static void
restart_after_kill_changes_no_route(void **state)
{
	struct sim_mesh m;
	uint64_t before[4];
	size_t i;

	sim_mesh_init(&m, 3, 31);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	for (i = 1; i <= 3; i++)
		before[i] = changes(m.node[i]);

	sim_kill(m.node[1]);
	sim_run(m.sim, 3000);
	sim_start(m.node[1]);
	sim_run(m.sim, 300000);

	assert_true(sim_mesh_whole(&m));
	before[1] = 0;
	for (i = 1; i <= 3; i++)
		assert_int_equal(changes(m.node[i]), before[i]);
	sim_mesh_clear(&m);
}

static void
restart_after_sigterm_changes_no_route(void **state)
{
	struct sim_mesh m;
	uint64_t before;

	sim_mesh_init(&m, 2, 32);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	before = changes(m.node[2]);

	sim_stop(m.node[1]);
	sim_run(m.sim, 3000);
	sim_start(m.node[1]);
	sim_run(m.sim, 300000);

	assert_true(sim_mesh_whole(&m));
	assert_int_equal(changes(m.node[1]), 0);
	assert_int_equal(changes(m.node[2]), before);
	sim_mesh_clear(&m);
}

/* A second restart inside the window keeps what is there. */
static void
restart_twice_in_a_row_changes_no_route(void **state)
{
	struct sim_mesh m;
	uint64_t before;
	int round;

	sim_mesh_init(&m, 2, 33);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	before = changes(m.node[2]);

	for (round = 0; round < 3; round++) {
		sim_kill(m.node[1]);
		sim_run(m.sim, 500);
		sim_start(m.node[1]);
		sim_run(m.sim, 700);
	}

	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));
	assert_int_equal(changes(m.node[2]), before);
	sim_mesh_clear(&m);
}

static bool
all_announce(void *arg)
{
	struct sim_mesh *m = arg;
	const struct restart *r;
	size_t i;

	for (i = 1; i <= m->count; i++) {
		r = sim_bgpd(m->node[i])->restart;
		if (restart_deferring(r, FAMILY_IPV4) ||
		    restart_deferring(r, FAMILY_IPV6))
			return false;
	}
	return sim_mesh_whole(m);
}

/* Each restarts, each would wait for the others: nobody does. */
static void
restart_of_all_at_once_does_not_wait(void **state)
{
	struct sim_mesh m;
	size_t i;

	sim_mesh_init(&m, 10, 34);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	for (i = 1; i <= 10; i++)
		sim_kill(m.node[i]);
	sim_run(m.sim, 1000);
	for (i = 1; i <= 10; i++)
		sim_start(m.node[i]);

	assert_true(sim_wait(m.sim, all_announce, &m, SOON));
	sim_mesh_clear(&m);
}

static bool
node_1_announces_again(void *arg)
{
	struct sim_mesh *m = arg;
	struct bgpd *b = sim_bgpd(m->node[1]);

	return sim_established(m->node[1]) == 2 * (m->count - 2) &&
	    !restart_deferring(b->restart, FAMILY_IPV4) &&
	    !restart_deferring(b->restart, FAMILY_IPV6);
}

/* A node that is dead keeps nobody waiting. */
static void
restart_beside_a_dead_node_does_not_wait(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 4, 35);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	sim_kill(m.node[4]);
	sim_kill(m.node[1]);
	sim_run(m.sim, 500);
	sim_start(m.node[1]);

	assert_true(sim_wait(m.sim, node_1_announces_again, &m, SOON));
	assert_true(has_route(m.node[1], "10.244.2.0/26"));
	sim_mesh_clear(&m);
}

static bool
node_1_forgot_node_2(void *arg)
{
	struct sim_mesh *m = arg;

	return !has_route(m->node[1], "10.244.2.0/26");
}

/* What was adopted and is confirmed by nobody goes in the end. */
static void
restart_sweeps_what_nobody_confirms(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 3, 36);
	sim_mesh_start(&m);
	assert_true(sim_wait(m.sim, sim_mesh_whole, &m, LONG));

	sim_kill(m.node[1]);
	sim_kill(m.node[2]);
	sim_start(m.node[1]);
	sim_run(m.sim, 2000);
	assert_true(has_route(m.node[1], "10.244.3.0/26"));

	assert_true(sim_wait(m.sim, node_1_forgot_node_2, &m, 130000));
	assert_true(has_route(m.node[1], "10.244.3.0/26"));
	sim_mesh_clear(&m);
}

/*
 * Node 1 restarts among a hundred, all of which know only it, and it all.  Of
 * the others five have lost power, two have lost their daemon for good, three
 * start theirs a minute later.
 */
#define HUNDRED   100u
#define POWERLESS 91u    /* to 95 */
#define LATE      96u    /* to 98 */
#define LOST      99u    /* and 100 */
#define GIVEN_UP  120000 /* ms: the restart time */

struct hundred {
	struct sim_mesh m;
	unsigned int removed[HUNDRED + 1]; /* blocks, from node 1's kernel */
};

static void
hundred_removed(void *arg, const struct kernel_route *r)
{
	struct hundred *h = arg;
	const uint8_t *a = r->prefix.address.bytes;
	unsigned int i =
	    r->prefix.address.family == FAMILY_IPV4 ? a[2] : a[6] << 8 | a[7];

	assert_in_range(i, 1, HUNDRED);
	h->removed[i]++;
}

static void
hundred_node(struct hundred *h, unsigned int i)
{
	char name[16], v4[16], v6[16], text[512];

	snprintf(name, sizeof(name), "node-%u", i);
	snprintf(v4, sizeof(v4), "10.0.0.%u", i);
	snprintf(v6, sizeof(v6), "fd00::%x", i);
	snprintf(text, sizeof(text),
	    "as 64512\nnode %s\nblocks 10.244.%u.0/26 fd00:10:244:%x::/122\n"
	    "pools 10.244.0.0/16 fd00:10:244::/48\n"
	    "mesh { node node-1 10.0.0.1 fd00::1; node %s %s %s }\n",
	    name, i, i, name, v4, v6);
	h->m.node[i] = sim_node(h->m.sim, name, v4, v6, text);
}

static bool
hundred_whole(void *arg)
{
	struct hundred *h = arg;

	return sim_established(h->m.node[1]) == 2 * (HUNDRED - 1) &&
	    sim_routes(h->m.node[1]) == 2 * HUNDRED;
}

static void
hundred_init(struct hundred *h)
{
	char *text = sim_mesh_config(1, HUNDRED, 0, "");
	unsigned int i;

	memset(h, 0, sizeof(*h));
	h->m.count = HUNDRED;
	h->m.sim = sim_new(39);
	h->m.node[1] =
	    sim_node(h->m.sim, "node-1", "10.0.0.1", "fd00::1", text);
	free(text);
	for (i = 2; i <= HUNDRED; i++)
		hundred_node(h, i);
	sim_mesh_start(&h->m);
	assert_true(sim_wait(h->m.sim, hundred_whole, h, LONG));
}

/* From node 1's kernel, of these nodes; each has two blocks. */
static void
assert_removed(const struct hundred *h, unsigned int from, unsigned int to,
    unsigned int blocks)
{
	for (; from <= to; from++)
		assert_int_equal(h->removed[from], blocks);
}

static void
restart_among_a_hundred_sweeps_the_dead_alone_in_their_time(void **state)
{
	struct hundred h;
	unsigned int i;

	hundred_init(&h);
	sim_kill(h.m.node[1]);
	for (i = POWERLESS; i < LATE; i++)
		sim_power_off(h.m.node[i]);
	for (; i <= HUNDRED; i++)
		sim_kill(h.m.node[i]);
	sim_run(h.m.sim, 1000);
	fake_kernel_watch(sim_kernel(h.m.node[1]), hundred_removed, &h);

	sim_start(h.m.node[1]);
	sim_run(h.m.sim, SOON);
	assert_removed(&h, 1, POWERLESS - 1, 0);
	assert_removed(&h, POWERLESS, LATE - 1, 2);
	assert_removed(&h, LATE, HUNDRED, 0);
	sim_run(h.m.sim, LONG - SOON);
	for (i = LATE; i < LOST; i++)
		sim_start(h.m.node[i]);
	sim_run(h.m.sim, GIVEN_UP - LONG - 100);
	assert_removed(&h, LATE, HUNDRED, 0);
	sim_run(h.m.sim, 5000);

	assert_removed(&h, 1, POWERLESS - 1, 0);
	assert_removed(&h, POWERLESS, LATE - 1, 2);
	assert_removed(&h, LATE, LOST - 1, 0);
	assert_removed(&h, LOST, HUNDRED, 2);
	sim_free(h.m.sim);
}

/* Asked to end while the kernel is being read: nothing starts any more. */
static void
stop_before_the_first_dump_opens_nothing(void **state)
{
	struct sim_mesh m;

	sim_mesh_init(&m, 2, 37);
	sim_mesh_start(&m);
	bgpd_stop(sim_bgpd(m.node[1]));

	sim_run(m.sim, SOON);

	assert_int_equal(sim_established(m.node[1]), 0);
	assert_int_equal(sim_routes(m.node[1]), 0);
	sim_mesh_clear(&m);
}

/* `keep-on-exit off` and a kernel that needs longer than one would wait. */
static void
stop_without_keeping_takes_the_time_it_needs(void **state)
{
	struct sim *s = sim_new(38);
	struct sim_node *n;
	char text[16384], *end = text;
	unsigned int i;

	end += sprintf(end, "as 64512\nfib { keep-on-exit off }\nblocks");
	for (i = 0; i < 800; i++)
		end += sprintf(end, " 10.%u.%u.0/26", 100 + i / 200, i % 200);
	sprintf(end, "\n");
	n = sim_node(s, "node-1", "10.0.0.1", NULL, text);
	sim_start(n);
	sim_run(s, 1000);
	assert_int_equal(sim_routes(n), 800);

	sim_slow_kernel(n, 1500);
	bgpd_stop(sim_bgpd(n));
	sim_run(s, SOON);

	assert_int_equal(sim_routes(n), 0);
	sim_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restart_after_kill_changes_no_route),
		cmocka_unit_test(restart_after_sigterm_changes_no_route),
		cmocka_unit_test(restart_twice_in_a_row_changes_no_route),
		cmocka_unit_test(restart_of_all_at_once_does_not_wait),
		cmocka_unit_test(restart_beside_a_dead_node_does_not_wait),
		cmocka_unit_test(restart_sweeps_what_nobody_confirms),
		cmocka_unit_test(
		    restart_among_a_hundred_sweeps_the_dead_alone_in_their_time),
		cmocka_unit_test(stop_before_the_first_dump_opens_nothing),
		cmocka_unit_test(stop_without_keeping_takes_the_time_it_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
