/* SPDX-License-Identifier: ISC */
/* test_netlink_route.c - rtnetlink bytes, field by field */

#include "kernel/netlink_route.h"

#include <string.h>

#include "tests/testing.h"

#define MAX 256

static size_t
encode(const struct kernel_change *c, uint32_t seq, uint8_t *buf, size_t size)
{
	struct nl_msg *scratch = netlink_scratch_new();
	size_t length;

	assert_true(scratch != NULL);
	length = netlink_encode(scratch, c, seq, buf, size);
	netlink_scratch_free(scratch);
	return length;
}

/* The bytes are those of a little-endian machine, as netlink's are native. */
static bool
is_little_endian(void)
{
	const uint16_t one = 1;
	uint8_t first;

	memcpy(&first, &one, 1);
	return first == 1;
}

static enum netlink_told
decode(const uint8_t *bytes, size_t size, struct netlink_event *e)
{
	_Alignas(4) uint8_t message[MAX];

	if (!is_little_endian())
		skip();
	assert_in_range(size, 1, sizeof(message));
	memcpy(message, bytes, size);
	return netlink_decode(message, size, e);
}

static void
assert_encodes(const struct kernel_change *c, const uint8_t *bytes, size_t size)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];

	if (!is_little_endian())
		skip();
	assert_int_equal(encode(c, 5, buf, sizeof(buf)), size);
	assert_memory_equal(buf, bytes, size);
}

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static struct kernel_change
change(enum kernel_verb verb, const char *text)
{
	struct kernel_change c = { .verb = verb };

	assert_true(prefix_parse(text, &c.route.prefix, NULL));
	c.route.table = 254;
	c.route.metric = 1024;
	c.route.protocol = 186;
	c.route.type = KERNEL_UNICAST;
	c.route.count = 1;
	c.route.path[0].index = 3;
	c.route.path[0].weight = 1;
	return c;
}

/* ---- writing ---- */

static void
encode_object_is_gateway_and_link(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		48, 0, 0, 0,			/* length */
		104, 0,				/* RTM_NEWNEXTHOP */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		2, 0, 186, 0,			/* AF_INET, scope, bgp */
		4, 0, 0, 0,			/* RTNH_F_ONLINK */
		8, 0, 1, 0, 77, 0, 0, 0,	/* NHA_ID 77 */
		8, 0, 5, 0, 3, 0, 0, 0,		/* NHA_OIF 3 */
		8, 0, 6, 0, 10, 0, 0, 2	/* NHA_GATEWAY */
	};
	/* clang-format on */
	struct kernel_change c = { .verb = KERNEL_OBJECT_ADD };

	(void)state;
	c.object = (struct kernel_object){ .id = 77, .protocol = 186 };
	c.object.path.gateway = address("10.0.0.2");
	c.object.path.index = 3;
	c.object.path.onlink = true;

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_group_is_members_and_weights(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		52, 0, 0, 0,			/* length */
		104, 0,				/* RTM_NEWNEXTHOP */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		0, 0, 186, 0,			/* AF_UNSPEC, scope, bgp */
		0, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 80, 0, 0, 0,	/* NHA_ID 80 */
		20, 0, 2, 0,			/* NHA_GROUP */
		77, 0, 0, 0, 0, 0, 0, 0,	/* 77, weight 1 */
		78, 0, 0, 0, 6, 0, 0, 0		/* 78, weight 7 */
	};
	/* clang-format on */
	struct kernel_change c = { .verb = KERNEL_OBJECT_ADD };

	(void)state;
	c.object = (struct kernel_object){ .id = 80,
		.protocol = 186,
		.count = 2,
		.member = { { 77, 1 }, { 78, 7 } } };

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_by_an_object_has_no_paths(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		52, 0, 0, 0,			/* length */
		24, 0,				/* RTM_NEWROUTE */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		2, 26, 0, 0,			/* AF_INET, /26, no source, no TOS */
		254, 186, 0, 1,			/* main, bgp, universe, unicast */
		0, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 10, 244, 1, 0,	/* RTA_DST */
		8, 0, 6, 0, 0, 4, 0, 0,		/* RTA_PRIORITY 1024 */
		8, 0, 30, 0, 77, 0, 0, 0	/* RTA_NH_ID 77 */
	};
	/* clang-format on */
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");

	(void)state;
	c.route.object = 77;

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_add_is_create_and_excl(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		60, 0, 0, 0,			/* length */
		24, 0,				/* RTM_NEWROUTE */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		2, 26, 0, 0,			/* AF_INET, /26, no source, no TOS */
		254, 186, 0, 1,			/* main, bgp, universe, unicast */
		0, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 10, 244, 1, 0,	/* RTA_DST */
		8, 0, 6, 0, 0, 4, 0, 0,		/* RTA_PRIORITY 1024 */
		8, 0, 4, 0, 3, 0, 0, 0,		/* RTA_OIF 3 */
		8, 0, 5, 0, 10, 0, 0, 2	/* RTA_GATEWAY */
	};
	/* clang-format on */
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");

	(void)state;
	c.route.path[0].gateway = address("10.0.0.2");

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_replace_does_not_create(void **state)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct kernel_change c = change(KERNEL_REPLACE, "10.244.1.0/26");

	(void)state;
	if (!is_little_endian())
		skip();
	assert_int_not_equal(encode(&c, 5, buf, sizeof(buf)), 0);

	assert_int_equal(buf[6], 0x01); /* REQUEST */
	assert_int_equal(buf[7], 0x01); /* REPLACE alone */
}

static void
encode_delete_names_no_path(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		44, 0, 0, 0,			/* length */
		25, 0,				/* RTM_DELROUTE */
		0x01, 0x00,			/* REQUEST */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		2, 26, 0, 0,			/* AF_INET, /26, no source, no TOS */
		254, 186, 255, 0,		/* main, bgp, any scope, any type */
		0, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 10, 244, 1, 0,	/* RTA_DST */
		8, 0, 6, 0, 0, 4, 0, 0		/* RTA_PRIORITY 1024 */
	};
	/* clang-format on */
	struct kernel_change c = change(KERNEL_DELETE, "10.244.1.0/26");

	(void)state;
	c.route.path[0].gateway = address("10.0.0.2");

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_two_paths_is_multipath(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		80, 0, 0, 0,			/* length */
		24, 0,				/* RTM_NEWROUTE */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		2, 26, 0, 0,			/* AF_INET, /26, no source, no TOS */
		254, 186, 0, 1,			/* main, bgp, universe, unicast */
		0, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 10, 244, 1, 0,	/* RTA_DST */
		8, 0, 6, 0, 0, 4, 0, 0,		/* RTA_PRIORITY 1024 */
		36, 0, 9, 0x80,			/* RTA_MULTIPATH, nested */
		16, 0, 4, 0, 3, 0, 0, 0,	/* ONLINK, weight 1, link 3 */
		8, 0, 5, 0, 10, 0, 0, 2,	/* RTA_GATEWAY */
		16, 0, 0, 6, 4, 0, 0, 0,	/* weight 7, link 4 */
		8, 0, 5, 0, 10, 0, 1, 2		/* RTA_GATEWAY */
	};
	/* clang-format on */
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];

	(void)state;
	if (!is_little_endian())
		skip();
	c.route.path[0].gateway = address("10.0.0.2");
	c.route.path[0].onlink = true;
	c.route.path[1].gateway = address("10.0.1.2");
	c.route.path[1].index = 4;
	c.route.path[1].weight = 7;
	c.route.count = 2;
	assert_int_not_equal(encode(&c, 5, buf, sizeof(buf)), 0);

	buf[47] |= 0x80; /* libnl may or may not mark it as nested */
	assert_memory_equal(buf, bytes, sizeof(bytes));
}

static void
encode_ipv6_blackhole_has_no_device(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		56, 0, 0, 0,			/* length */
		24, 0,				/* RTM_NEWROUTE */
		0x01, 0x06,			/* REQUEST, EXCL | CREATE */
		5, 0, 0, 0,			/* sequence */
		0, 0, 0, 0,			/* port */
		10, 122, 0, 0,			/* AF_INET6, /122 */
		254, 186, 0, 6,			/* main, bgp, universe, blackhole */
		0, 0, 0, 0,			/* flags */
		20, 0, 1, 0,			/* RTA_DST */
		0xfd, 0, 0, 0x10, 0x02, 0x44, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x40,
		8, 0, 6, 0, 0, 4, 0, 0		/* RTA_PRIORITY 1024 */
	};
	/* clang-format on */
	struct kernel_change c = change(KERNEL_ADD, "fd00:10:244:1::40/122");

	(void)state;
	c.route.type = KERNEL_BLACKHOLE;

	assert_encodes(&c, bytes, sizeof(bytes));
}

static void
encode_that_does_not_fit_writes_nothing(void **state)
{
	_Alignas(4) uint8_t buf[16] = { 0 };
	static const uint8_t untouched[16];
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");

	(void)state;

	assert_int_equal(encode(&c, 5, buf, sizeof(buf)), 0);
	assert_memory_equal(buf, untouched, sizeof(buf));
}

static void
encode_and_decode_agree_on_every_form(void **state)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct netlink_event e;
	struct kernel_change c;
	unsigned int i;

	(void)state;
	c = change(KERNEL_ADD, "fd00:10:244:1::40/122");
	c.route.table = 100000;
	c.route.source = address("fd00::1");
	c.route.count = KERNEL_PATHS;
	for (i = 0; i < KERNEL_PATHS; i++) {
		c.route.path[i].gateway = address("fe80::1");
		c.route.path[i].index = 10 + i;
		c.route.path[i].weight = (uint8_t)(1 + i);
		c.route.path[i].onlink = i % 2;
	}
	assert_int_not_equal(encode(&c, 5, buf, sizeof(buf)), 0);
	assert_int_equal(
	    netlink_decode(buf, sizeof(buf), &e), NETLINK_TOLD_ROUTE);

	assert_memory_equal(&e.route, &c.route, sizeof(c.route));
}

static void
encode_ipv4_over_ipv6_is_via(void **state)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");
	struct netlink_event e;

	(void)state;
	c.route.path[0].gateway = address("fe80::1");
	assert_int_not_equal(encode(&c, 5, buf, sizeof(buf)), 0);
	assert_int_equal(
	    netlink_decode(buf, sizeof(buf), &e), NETLINK_TOLD_ROUTE);

	assert_true(
	    address_equal(&e.route.path[0].gateway, &c.route.path[0].gateway));
}

/* ---- reading ---- */

static void
decode_link_tells_up_carrier_and_name(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		44, 0, 0, 0,			/* length */
		16, 0, 0, 0,			/* RTM_NEWLINK, no flags */
		0, 0, 0, 0, 0, 0, 0, 0,		/* sequence, port */
		0, 0, 1, 0,			/* AF_UNSPEC, ethernet */
		3, 0, 0, 0,			/* index */
		0x01, 0x00, 0x01, 0x00,		/* UP, LOWER_UP */
		0, 0, 0, 0,			/* change */
		9, 0, 3, 0, 'e', 't', 'h', '0', 0, 0, 0, 0
	};
	/* clang-format on */
	struct netlink_event e;

	(void)state;
	assert_int_equal(decode(bytes, sizeof(bytes), &e), NETLINK_TOLD_LINK);

	assert_int_equal(e.link.index, 3);
	assert_string_equal(e.link.name, "eth0");
	assert_true(e.link.up);
	assert_true(e.link.running);
	assert_false(e.link.loopback);
	assert_false(e.gone);
}

static void
decode_link_of_a_bridge_is_not_told(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		44, 0, 0, 0,			/* length */
		17, 0, 0, 0,			/* RTM_DELLINK, no flags */
		0, 0, 0, 0, 0, 0, 0, 0,		/* sequence, port */
		7, 0, 1, 0,			/* AF_BRIDGE, ethernet */
		3, 0, 0, 0,			/* index */
		0x01, 0x00, 0x01, 0x00,		/* UP, LOWER_UP */
		0, 0, 0, 0,			/* change */
		9, 0, 3, 0, 'e', 't', 'h', '0', 0, 0, 0, 0
	};
	/* clang-format on */
	struct netlink_event e;

	(void)state;

	assert_int_equal(
	    decode(bytes, sizeof(bytes), &e), NETLINK_TOLD_NOTHING);
}

static void
decode_secondary_ipv4_address_is_not_temporary(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		40, 0, 0, 0,			/* length */
		20, 0, 0, 0,			/* RTM_NEWADDR, no flags */
		0, 0, 0, 0, 0, 0, 0, 0,		/* sequence, port */
		2, 24, 0x81, 0,			/* AF_INET, /24, PERMANENT|SECONDARY */
		3, 0, 0, 0,			/* index */
		8, 0, 1, 0, 10, 0, 0, 9,	/* IFA_ADDRESS: the other end */
		8, 0, 2, 0, 10, 0, 0, 1		/* IFA_LOCAL */
	};
	/* clang-format on */
	const struct address local = address("10.0.0.1");
	struct netlink_event e;

	(void)state;
	assert_int_equal(
	    decode(bytes, sizeof(bytes), &e), NETLINK_TOLD_ADDRESS);

	assert_int_equal(e.address.flags, 0);
	assert_true(address_equal(&e.address.address, &local));
}

static void
decode_ipv6_address_flags_are_those_of_32_bits(void **state)
{
	/* clang-format off */
	static const uint8_t bytes[] = {
		52, 0, 0, 0,			/* length */
		20, 0, 0, 0,			/* RTM_NEWADDR, no flags */
		0, 0, 0, 0, 0, 0, 0, 0,		/* sequence, port */
		10, 64, 0, 0,			/* AF_INET6, /64 */
		3, 0, 0, 0,			/* index */
		20, 0, 1, 0,			/* IFA_ADDRESS */
		0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
		8, 0, 8, 0, 0x69, 0x03, 0, 0	/* IFA_FLAGS */
	};
	/* clang-format on */
	struct netlink_event e;

	(void)state;
	assert_int_equal(
	    decode(bytes, sizeof(bytes), &e), NETLINK_TOLD_ADDRESS);

	assert_int_equal(e.address.flags,
	    KERNEL_TENTATIVE | KERNEL_DAD_FAILED | KERNEL_DEPRECATED |
		KERNEL_TEMPORARY);
}

/* A route of main to 10.0.0.0/8 over link 3, with these two fields. */
static enum netlink_told
decode_route(uint8_t tos, uint8_t flags, struct netlink_event *e)
{
	/* clang-format off */
	const uint8_t bytes[] = {
		44, 0, 0, 0,			/* length */
		24, 0, 0, 0,			/* RTM_NEWROUTE, no flags */
		0, 0, 0, 0, 0, 0, 0, 0,		/* sequence, port */
		2, 8, 0, tos,			/* AF_INET, /8 */
		254, 3, 0, 1,			/* main, boot, universe, unicast */
		flags, 0, 0, 0,			/* flags */
		8, 0, 1, 0, 10, 0, 0, 0,	/* RTA_DST */
		8, 0, 4, 0, 3, 0, 0, 0		/* RTA_OIF 3 */
	};
	/* clang-format on */

	return decode(bytes, sizeof(bytes), e);
}

static void
decode_route_without_priority_has_metric_zero(void **state)
{
	struct netlink_event e;

	(void)state;
	assert_int_equal(decode_route(0, 0, &e), NETLINK_TOLD_ROUTE);

	assert_int_equal(e.route.metric, 0);
	assert_int_equal(e.route.table, 254);
	assert_int_equal(e.route.protocol, 3);
	assert_int_equal(e.route.count, 1);
	assert_int_equal(e.route.path[0].index, 3);
	assert_false(e.route.path[0].dead);
}

static void
decode_route_of_a_dead_link_is_dead(void **state)
{
	struct netlink_event e;

	(void)state;
	assert_int_equal(decode_route(0, 0x01, &e), NETLINK_TOLD_ROUTE);
	assert_true(e.route.path[0].dead);
	assert_int_equal(decode_route(0, 0x10, &e), NETLINK_TOLD_ROUTE);

	assert_true(e.route.path[0].dead); /* its carrier is gone */
}

static void
decode_route_of_a_service_type_is_not_told(void **state)
{
	struct netlink_event e;

	(void)state;

	assert_int_equal(decode_route(0x10, 0, &e), NETLINK_TOLD_NOTHING);
}

static void
decode_route_cut_anywhere_is_malformed(void **state)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct kernel_change c = change(KERNEL_ADD, "10.244.1.0/26");
	struct netlink_event e;
	size_t length, cut;

	(void)state;
	length = encode(&c, 5, buf, sizeof(buf));

	for (cut = 0; cut < length; cut++)
		assert_int_equal(
		    netlink_decode(buf, cut, &e), NETLINK_TOLD_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encode_add_is_create_and_excl),
		cmocka_unit_test(encode_object_is_gateway_and_link),
		cmocka_unit_test(encode_group_is_members_and_weights),
		cmocka_unit_test(encode_by_an_object_has_no_paths),
		cmocka_unit_test(encode_replace_does_not_create),
		cmocka_unit_test(encode_delete_names_no_path),
		cmocka_unit_test(encode_two_paths_is_multipath),
		cmocka_unit_test(encode_ipv6_blackhole_has_no_device),
		cmocka_unit_test(encode_that_does_not_fit_writes_nothing),
		cmocka_unit_test(encode_and_decode_agree_on_every_form),
		cmocka_unit_test(encode_ipv4_over_ipv6_is_via),
		cmocka_unit_test(decode_link_tells_up_carrier_and_name),
		cmocka_unit_test(decode_link_of_a_bridge_is_not_told),
		cmocka_unit_test(
		    decode_secondary_ipv4_address_is_not_temporary),
		cmocka_unit_test(
		    decode_ipv6_address_flags_are_those_of_32_bits),
		cmocka_unit_test(decode_route_without_priority_has_metric_zero),
		cmocka_unit_test(decode_route_of_a_dead_link_is_dead),
		cmocka_unit_test(decode_route_of_a_service_type_is_not_told),
		cmocka_unit_test(decode_route_cut_anywhere_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
