/* SPDX-License-Identifier: ISC */
/* test_netlink_filter.c - what the kernel's machine lets pass, by that machine
 */
/*
 * A filter works on any socket, so the programs are run by the kernel itself:
 * messages are sent through a pair of local sockets with the program at the far
 * end, and either come out or do not.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <unistd.h>

#include "kernel/netlink_filter.h"
#include "tests/testing.h"

#define ETH0  2  /* matters */
#define CALI  9  /* does not */
#define OTHER 11 /* a pod's as well, and matters */
#define PORT  4711
#define OURS  815

static struct netlink_filter
usual(void)
{
	struct netlink_filter f = { .port = PORT,
		.nignored = 1,
		.ignored = { OURS },
		.ntables = 1,
		.tables = { RT_TABLE_MAIN },
		.nlinks = 2,
		.links = { ETH0, OTHER } };

	f.interest.count = 2;
	assert_true(prefix_parse("10.244.1.0/26", &f.interest.within[0], NULL));
	assert_true(
	    prefix_parse("fd00:10:244:1::/122", &f.interest.within[1], NULL));
	return f;
}

/* Frees the message. */
static bool
passes(const struct netlink_filter *f, struct nl_msg *m)
{
	struct sock_filter code[NETLINK_FILTER_CODE];
	struct sock_fprog program = { .filter = code };
	struct nlmsghdr *h = nlmsg_hdr(m);
	uint8_t bytes[1024];
	ssize_t length;
	int ends[2];

	program.len = (unsigned short)netlink_filter_write(f, code);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
	assert_int_equal(setsockopt(ends[1], SOL_SOCKET, SO_ATTACH_FILTER,
			     &program, sizeof(program)),
	    0);
	(void)!send(ends[0], h, h->nlmsg_len, MSG_DONTWAIT);
	length = recv(ends[1], bytes, sizeof(bytes), MSG_DONTWAIT);
	close(ends[0]);
	close(ends[1]);
	if (length > 0)
		assert_int_equal(length, h->nlmsg_len);
	nlmsg_free(m);
	return length > 0;
}

static struct nl_msg *
link_message(int type, int index, const char *name)
{
	struct ifinfomsg info = { .ifi_index = index };
	struct nl_msg *m = nlmsg_alloc_simple(type, 0);

	nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_u32(m, IFLA_MTU, 1500);
	if (name != NULL)
		nla_put_string(m, IFLA_IFNAME, name);
	return m;
}

static struct nl_msg *
address_message(const char *text, unsigned int index, unsigned int scope)
{
	struct address a;
	struct ifaddrmsg info = { .ifa_index = index,
		.ifa_scope = (uint8_t)scope };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWADDR, 0);

	assert_true(address_parse(text, &a));
	info.ifa_family = a.family == FAMILY_IPV4 ? AF_INET : AF_INET6;
	nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put(m, IFA_ADDRESS, (int)family_octets(a.family), a.bytes);
	return m;
}

/* index 0: none, as of several paths. */
static struct nl_msg *
route_message(const char *text, uint32_t table, uint32_t index)
{
	struct prefix p;
	struct rtmsg info = { .rtm_protocol = RTPROT_BOOT };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWROUTE, 0);

	assert_true(prefix_parse(text, &p, NULL));
	info.rtm_family = p.address.family == FAMILY_IPV4 ? AF_INET : AF_INET6;
	info.rtm_dst_len = p.length;
	info.rtm_table = table < 256 ? (uint8_t)table : RT_TABLE_COMPAT;
	nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_u32(m, RTA_TABLE, table);
	if (p.length > 0)
		nla_put(m, RTA_DST, (int)family_octets(p.address.family),
		    p.address.bytes);
	if (index != 0)
		nla_put_u32(m, RTA_OIF, index);
	return m;
}

static bool
route_passes(const struct netlink_filter *f, const char *text, uint32_t index)
{
	return passes(f, route_message(text, RT_TABLE_MAIN, index));
}

static void
sender_decides_first(void **state)
{
	struct netlink_filter f = usual();
	struct nl_msg *m = link_message(RTM_NEWLINK, CALI, "cali1");

	(void)state;
	nlmsg_hdr(m)->nlmsg_pid = PORT;
	assert_true(passes(&f, m));
	m = route_message("192.0.2.0/24", RT_TABLE_MAIN, ETH0);
	nlmsg_hdr(m)->nlmsg_pid = OURS;
	assert_false(passes(&f, m));
	m = route_message("192.0.2.0/24", RT_TABLE_MAIN, ETH0);
	nlmsg_hdr(m)->nlmsg_pid = 99;
	assert_true(passes(&f, m));
}

static void
links_of_pods_do_not_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	assert_false(passes(&f, link_message(RTM_NEWLINK, CALI, "cali123")));
	assert_false(passes(&f, link_message(RTM_DELLINK, CALI, "veth0a1b")));
	assert_true(passes(&f, link_message(RTM_NEWLINK, OTHER, "cali9")));
	assert_true(passes(&f, link_message(RTM_NEWLINK, 77, "eth7")));
	assert_true(passes(&f, link_message(RTM_NEWLINK, 77, "c")));
	assert_true(passes(&f, link_message(RTM_NEWLINK, 77, "ca")));
	assert_true(passes(&f, link_message(RTM_DELLINK, 77, "docker0")));
	assert_true(passes(&f, link_message(RTM_NEWLINK, CALI, NULL)));
}

static void
link_local_addresses_of_pods_do_not_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	assert_false(
	    passes(&f, address_message("fe80::1", CALI, RT_SCOPE_LINK)));
	assert_true(
	    passes(&f, address_message("fe80::1", ETH0, RT_SCOPE_LINK)));
	assert_true(
	    passes(&f, address_message("fd00::1", CALI, RT_SCOPE_UNIVERSE)));
	assert_true(
	    passes(&f, address_message("10.0.0.1", CALI, RT_SCOPE_UNIVERSE)));
	assert_true(
	    passes(&f, address_message("169.254.1.1", CALI, RT_SCOPE_LINK)));
}

static void
routes_of_other_tables_do_not_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	assert_false(
	    passes(&f, route_message("10.0.0.1/32", RT_TABLE_LOCAL, ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 4242, ETH0)));
	assert_true(
	    passes(&f, route_message("192.0.2.0/24", RT_TABLE_MAIN, ETH0)));
	f.ntables = 4;
	f.tables[1] = 77;
	f.tables[2] = 4242;
	f.tables[3] = 70000;
	assert_true(passes(&f, route_message("192.0.2.0/24", 77, ETH0)));
	assert_true(passes(&f, route_message("192.0.2.0/24", 4242, ETH0)));
	assert_true(passes(&f, route_message("192.0.2.0/24", 70000, ETH0)));
	assert_true(
	    passes(&f, route_message("192.0.2.0/24", RT_TABLE_MAIN, ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 78, ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 4243, ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 66000, ETH0)));
	/* A host of a pod, in a large table of ours. */
	assert_false(passes(&f, route_message("10.244.1.9/32", 4242, CALI)));
}

static void
host_routes_of_pods_do_not_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	assert_false(route_passes(&f, "10.244.1.5/32", CALI));
	assert_false(route_passes(&f, "10.244.1.63/32", CALI));
	assert_true(route_passes(&f, "10.244.1.64/32", CALI));
	assert_true(route_passes(&f, "10.244.1.5/32", ETH0));
	assert_true(route_passes(&f, "10.244.1.5/32", OTHER));
	assert_true(route_passes(&f, "10.244.1.0/28", CALI));
	assert_false(route_passes(&f, "fd00:10:244:1::3f/128", CALI));
	assert_true(route_passes(&f, "fd00:10:244:1::40/128", CALI));
	assert_true(route_passes(&f, "fd00:10:244:2::3f/128", CALI));
	assert_false(route_passes(&f, "fe80::/64", CALI));
	assert_true(route_passes(&f, "fe80::/64", ETH0));
	assert_true(route_passes(&f, "fd00::/64", CALI));
	assert_true(route_passes(&f, "0.0.0.0/0", CALI));
	assert_true(route_passes(&f, "::/0", CALI));
	assert_true(route_passes(&f, "10.244.1.5/32", 0));
}

static void
without_pools_all_host_routes_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	f.interest.count = 0;
	assert_true(route_passes(&f, "10.244.1.5/32", CALI));
	assert_true(route_passes(&f, "fd00:10:244:1::3f/128", CALI));
	assert_false(route_passes(&f, "fe80::/64", CALI));
}

/* But routes of other tables. */
static void
pods_that_are_wanted_pass(void **state)
{
	struct netlink_filter f = usual();
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		f.interest.pods = i == 0;
		f.nlinks = i == 0 ? 0 : NETLINK_FILTER_LINKS + 1;
		assert_true(
		    passes(&f, link_message(RTM_NEWLINK, CALI, "cali123")));
		assert_true(passes(
		    &f, address_message("fe80::1", CALI, RT_SCOPE_LINK)));
		assert_true(route_passes(&f, "10.244.1.5/32", CALI));
		assert_false(passes(
		    &f, route_message("10.0.0.1/32", RT_TABLE_LOCAL, ETH0)));
	}
}

/* The longest there is fits the machine. */
static void
full_filter_still_works(void **state)
{
	struct netlink_filter f = usual();
	size_t i;

	(void)state;
	for (; f.nignored < NETLINK_FILTER_PORTS; f.nignored++)
		f.ignored[f.nignored] = OURS + f.nignored;
	for (; f.ntables < NETLINK_FILTER_TABLES; f.ntables++)
		f.tables[f.ntables] =
		    f.ntables % 2 == 0 ? 100 + f.ntables : 70000 + f.ntables;
	f.nlinks = NETLINK_FILTER_LINKS;
	for (i = 0; i < f.nlinks; i++)
		f.links[i] = 1000 + (uint32_t)i;
	f.interest.count = KERNEL_WITHIN;
	for (i = 0; i < KERNEL_WITHIN; i++)
		assert_true(prefix_parse(
		    "fd00:10:244:1::40/122", &f.interest.within[i], NULL));
	assert_true(prefix_parse("fd00:10:244:9::/127",
	    &f.interest.within[KERNEL_WITHIN - 1], NULL));
	assert_false(route_passes(&f, "fd00:10:244:9::1/128", CALI));
	assert_true(route_passes(&f, "fd00:10:244:9::2/128", CALI));
	assert_true(route_passes(&f, "fd00:10:244:9::1/128", 1063));
	assert_false(route_passes(&f, "fd00:10:244:9::1/128", 1064));
	for (i = 0; i < f.ntables; i++)
		assert_true(passes(
		    &f, route_message("192.0.2.0/24", f.tables[i], ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 70000, ETH0)));
	assert_false(passes(&f, route_message("192.0.2.0/24", 101, ETH0)));
}

static void
other_kinds_pass(void **state)
{
	struct netlink_filter f = usual();

	(void)state;
	assert_true(passes(&f, link_message(RTM_NEWNEXTHOP, CALI, NULL)));
	assert_true(passes(&f, link_message(RTM_NEWNEIGH, CALI, NULL)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sender_decides_first),
		cmocka_unit_test(links_of_pods_do_not_pass),
		cmocka_unit_test(link_local_addresses_of_pods_do_not_pass),
		cmocka_unit_test(routes_of_other_tables_do_not_pass),
		cmocka_unit_test(host_routes_of_pods_do_not_pass),
		cmocka_unit_test(without_pools_all_host_routes_pass),
		cmocka_unit_test(pods_that_are_wanted_pass),
		cmocka_unit_test(full_filter_still_works),
		cmocka_unit_test(other_kinds_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
