/* SPDX-License-Identifier: ISC */
/* test_peer_next_hop.c - IPv4 over an IPv6 session, RFC 8950 */
/*
 * A whole daemon and the far end of its only neighbor, fd00::2: which next
 * hop IPv4 routes have on the way out, and where the kernel sends what comes
 * in with one of IPv6.
 */
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define BLOCK    "10.244.1.0/26"
#define ROUTE    "10.9.0.0/24"
#define FAMILIES PAIR_USUAL "families ipv4 ipv6\n"

static void
far_has_extended_next_hop(struct far *far)
{
	far->open.has |= OPEN_HAS_EXTENDED_NEXT_HOP;
	far->open.family[FAMILY_IPV4].extended_next_hop = true;
	far->context.extended_next_hop = true;
}

static void
announced_only_where_ipv4_goes_over_ipv6(void **state)
{
	static const struct {
		bool ipv6;
		const char *settings;
		bool announced;
	} cases[] = {
		{ true, FAMILIES, true },
		{ true, PAIR_USUAL "families ipv4", true },
		{ true, PAIR_USUAL, false },
		{ true, FAMILIES "capability extended-next-hop off", false },
		{ false, FAMILIES, false },
	};
	struct open open;
	struct pair p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (cases[i].ipv6)
			pair_init_ipv6(
			    &p, "10.0.0.1", "fd00::1", cases[i].settings);
		else
			pair_init(&p, cases[i].settings);
		open = far_heard_open(far_accepted(&p.far));
		assert_int_equal((open.has & OPEN_HAS_EXTENDED_NEXT_HOP) != 0,
		    cases[i].announced);
		assert_int_equal(open.family[FAMILY_IPV4].extended_next_hop,
		    cases[i].announced);
		pair_clear(&p);
	}
}

static void
block_leaves_with_our_ipv6_address(void **state)
{
	char hop[ADDRESS_STRLEN];
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, "10.0.0.1", "fd00::1", FAMILIES);
	far_has_extended_next_hop(&p.far);
	l = pair_up(&p);

	assert_string_equal(far_heard_hop(l, BLOCK, hop), "fd00::1");
	pair_clear(&p);
}

static void
block_leaves_from_a_node_without_ipv4(void **state)
{
	char hop[ADDRESS_STRLEN];
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, NULL, "fd00::1", FAMILIES);
	far_has_extended_next_hop(&p.far);
	l = pair_up(&p);

	assert_string_equal(far_heard_hop(l, BLOCK, hop), "fd00::1");
	pair_clear(&p);
}

static void
block_leaves_with_our_ipv4_address_without(void **state)
{
	char hop[ADDRESS_STRLEN];
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, "10.0.0.1", "fd00::1", FAMILIES);
	l = pair_up(&p);

	assert_string_equal(far_heard_hop(l, BLOCK, hop), "10.0.0.1");
	pair_clear(&p);
}

static void
block_stays_here_without_either(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, NULL, "fd00::1", FAMILIES);
	l = pair_up(&p);

	assert_int_equal(far_heard_route(l, BLOCK, false), 0);
	assert_int_equal(pair_explain(&p, BLOCK), EXPORT_NO_NEXT_HOP);
	pair_clear(&p);
}

static void
route_through_ipv6_is_installed(void **state)
{
	char gateway[64];
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, "10.0.0.1", "fd00::1", FAMILIES);
	far_has_extended_next_hop(&p.far);
	l = pair_up(&p);
	far_say_route(l, ROUTE);

	assert_true(sim_route(p.node, ROUTE, gateway, sizeof(gateway)));
	assert_string_equal(gateway, "fd00::2");
	far_say_withdraw(l, ROUTE);
	assert_false(pair_has(&p, ROUTE));
	pair_clear(&p);
}

/* Without the capability the next hop has the wrong length. */
static void
route_through_ipv6_resets_without(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, "10.0.0.1", "fd00::1", FAMILIES);
	l = pair_up(&p);
	far_say_route(l, ROUTE);

	assert_int_equal(far_notified(l), 0x0309);
	pair_clear(&p);
}

/* A cable is pulled: IPv4 routes through IPv6 go as silently as others. */
static void
link_that_goes_takes_the_route_along(void **state)
{
	struct pair p;

	(void)state;
	pair_init_ipv6(&p, "10.0.0.1", "fd00::1", FAMILIES);
	far_has_extended_next_hop(&p.far);
	far_say_route(pair_up(&p), ROUTE);
	assert_true(pair_has(&p, ROUTE));

	fake_link_set(sim_kernel(p.node), SIM_LINK, false);
	pair_run(&p, 100);
	assert_false(pair_has(&p, ROUTE));
	fake_link_set(sim_kernel(p.node), SIM_LINK, true);
	sim_address_add(p.node, "fd00::1"); /* it went with the link */
	pair_run(&p, 100);

	assert_true(pair_has(&p, ROUTE));
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announced_only_where_ipv4_goes_over_ipv6),
		cmocka_unit_test(block_leaves_with_our_ipv6_address),
		cmocka_unit_test(block_leaves_from_a_node_without_ipv4),
		cmocka_unit_test(block_leaves_with_our_ipv4_address_without),
		cmocka_unit_test(block_stays_here_without_either),
		cmocka_unit_test(route_through_ipv6_is_installed),
		cmocka_unit_test(route_through_ipv6_resets_without),
		cmocka_unit_test(link_that_goes_takes_the_route_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
