/* SPDX-License-Identifier: ISC */
/* test_sim_underlay.c - the ways out of a node that others look after */
/*
 * One node with two links and a route of somebody else over both of them.
 * The kernel says nothing about a path that dies while another one lives.
 */
#include "tests/testing.h"

#include "tests/sim/sim.h"

#define OTHER_LINK 3u
#define MOMENT     1000 /* ms of virtual time */

struct underlay {
	struct sim *sim;
	struct sim_node *node;
};

static void
address_give(struct underlay *u, const char *text, uint8_t length)
{
	struct kernel_address a = { .index = OTHER_LINK, .length = length };

	address_parse(text, &a.address);
	fake_address(sim_kernel(u->node), &a);
}

/* Over both links. */
static void
route_give(
    struct underlay *u, const char *prefix, const char *one, const char *other)
{
	struct kernel_route r = { .table = KERNEL_TABLE_MAIN,
		.metric = 1024,
		.protocol = 4,
		.type = KERNEL_UNICAST,
		.count = 2,
		.path = { { .index = SIM_LINK, .weight = 1 },
		    { .index = OTHER_LINK, .weight = 1 } } };

	prefix_parse(prefix, &r.prefix, NULL);
	address_parse(one, &r.path[0].gateway);
	address_parse(other, &r.path[1].gateway);
	assert_int_equal(fake_route(sim_kernel(u->node), KERNEL_ADD, &r), 0);
}

static void
setup(struct underlay *u)
{
	struct kernel_link link = { OTHER_LINK, "eth1", true, true, false };

	u->sim = sim_new(1);
	u->node =
	    sim_node(u->sim, "node-1", "10.0.0.1", "fd00::1", "as 64512\n");
	fake_link(sim_kernel(u->node), &link);
	address_give(u, "10.1.0.1", 16);
	address_give(u, "fd01::1", 64);
	sim_start(u->node);
	sim_run(u->sim, MOMENT);
	route_give(u, "192.0.2.0/24", "10.0.0.254", "10.1.0.254");
	route_give(u, "2001:db8::/32", "fd00::254", "fd01::254");
	sim_run(u->sim, MOMENT);
}

/* The link that a destination is reached over, 0: it is not. */
static uint32_t
link_to(struct underlay *u, const char *destination)
{
	struct nexthop_result way;
	struct address a;

	address_parse(destination, &a);
	way = nexthop_lookup(rib_nexthops(sim_bgpd(u->node)->rib), &a);
	return way.state == NEXTHOP_RESOLVED ? way.index : 0;
}

static uint64_t
dumps(struct underlay *u)
{
	struct kernel_counters c;

	fake_kernel_counters(sim_kernel(u->node), &c);
	return c.dumps;
}

static void
route_of_two_links_outlives_one_that_goes_down(void **state)
{
	struct underlay u;

	setup(&u);

	fake_link_set(sim_kernel(u.node), SIM_LINK, false);
	sim_run(u.sim, MOMENT);

	assert_int_equal(link_to(&u, "192.0.2.1"), OTHER_LINK);
	assert_int_equal(link_to(&u, "2001:db8::1"), OTHER_LINK);
	assert_int_equal(link_to(&u, "10.0.0.2"), 0);
	sim_free(u.sim);
}

static void
route_of_two_links_comes_back_over_the_other_one(void **state)
{
	struct underlay u;

	setup(&u);
	fake_link_set(sim_kernel(u.node), SIM_LINK, false);
	sim_run(u.sim, MOMENT);

	fake_link_set(sim_kernel(u.node), SIM_LINK, true);
	sim_address_add(u.node, "fd00::1"); /* the kernel dropped it */
	sim_run(u.sim, MOMENT);
	fake_link_set(sim_kernel(u.node), OTHER_LINK, false);
	sim_run(u.sim, MOMENT);

	assert_int_equal(link_to(&u, "192.0.2.1"), SIM_LINK);
	assert_int_equal(link_to(&u, "2001:db8::1"), SIM_LINK);
	sim_free(u.sim);
}

/* IPv6 tells of the path, and it looks like the end of the route. */
static void
route_of_two_links_outlives_one_that_is_removed(void **state)
{
	struct underlay u;

	setup(&u);

	fake_link_remove(sim_kernel(u.node), SIM_LINK);
	sim_run(u.sim, MOMENT);

	assert_int_equal(link_to(&u, "192.0.2.1"), 0);
	assert_int_equal(link_to(&u, "2001:db8::1"), OTHER_LINK);
	sim_free(u.sim);
}

/* Pods come and go all day: their links are no reason to read it all. */
static void
link_of_no_such_route_causes_no_dump(void **state)
{
	struct kernel_link veth = { 9, "cali1", true, true, false };
	struct underlay u;
	uint64_t before;

	setup(&u);
	before = dumps(&u);

	fake_link(sim_kernel(u.node), &veth);
	sim_run(u.sim, MOMENT);
	fake_link_remove(sim_kernel(u.node), veth.index);
	sim_run(u.sim, MOMENT);

	assert_int_equal(dumps(&u), before);
	sim_free(u.sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    route_of_two_links_outlives_one_that_goes_down),
		cmocka_unit_test(
		    route_of_two_links_comes_back_over_the_other_one),
		cmocka_unit_test(
		    route_of_two_links_outlives_one_that_is_removed),
		cmocka_unit_test(link_of_no_such_route_causes_no_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
