/* SPDX-License-Identifier: ISC */
/* test_encap.c - which device the way of a route takes, and why */
/*
 * A node with eth0 in 10.1.0.0/24 and fd01::/64, a router at .254 that has all
 * the rest, and a tunnel; the pools are said in the language of the config.
 * With best routes of its own, the node reaches 10.9.0.9 through 10.2.0.3, and
 * 10.8.0.8 through 10.9.0.9.
 * The kernel's part is tests/netns/test_encap.py's.
 */
#include "bgpd/encap.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rib/text.h"
#include "tests/testing.h"

#define ETH0   2
#define TUNNEL 3

#define CROSS                                                            \
	"pools { 10.244.0.0/16 via-device t0 onlink when other-subnet\n" \
	"fd00:10:244::/48 via-device t0 onlink when other-subnet }\n"

struct fixture {
	int ends[2];
	struct log *log;
	struct nexthop_table *nexthops;
	struct conf *conf;
	struct node *node;
	struct encap *encap;
	struct encap_way way;
	uint32_t through[2]; /* next hops of routes of our own */
	char text[4096];
};

static void
changed(void *arg, enum family family)
{
	(void)arg;
	(void)family;
}

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

/* The best routes of our own. */
static bool
own_find(void *arg, const struct address *a, unsigned int at_most,
    struct prefix *found, uint32_t *hop)
{
	static const char *const routes[] = { "10.9.0.0/26", "10.8.0.0/26" };
	struct fixture *f = arg;
	size_t i;

	for (i = 0; i < 2; i++) {
		*found = prefix(routes[i]);
		*hop = f->through[i];
		if (*hop != 0 && at_most >= found->length &&
		    prefix_covers(found, a))
			return true;
	}
	return false;
}

static struct conf *
conf_of(const char *text)
{
	struct conf_messages messages = { 0 };
	char all[1024];
	struct conf *conf;

	snprintf(all, sizeof(all),
	    "as 1\nneighbor a 10.1.0.9 {"
	    " remote-as 1 }\n%s",
	    text);
	conf = conf_parse("test", all, "node-a", &messages);
	assert_non_null(conf);
	conf_messages_clear(&messages);
	return conf;
}

static void
route_add(
    struct fixture *f, const char *text, const char *gateway, uint32_t index)
{
	struct nexthop_route r = { .prefix = prefix(text), .index = index };

	r.gateway.family = r.prefix.address.family;
	if (gateway != NULL)
		r.gateway = address(gateway);
	nexthop_route_add(f->nexthops, &r);
}

static void
link_set(struct fixture *f, uint32_t index, const char *name, bool up)
{
	struct kernel_link l = { .index = index, .up = up, .running = up };

	snprintf(l.name, sizeof(l.name), "%s", name);
	node_link(f->node, &l, false);
}

static void
address_add(struct fixture *f, const char *text, uint8_t length)
{
	struct kernel_address a = {
		.index = ETH0, .address = address(text), .length = length
	};

	node_address(f->node, &a, false);
}

/* Without the tunnel, and nobody has looked at the links. */
static void
setup(struct fixture *f, const char *config)
{
	const struct nexthop_recursion own = { own_find, f };
	struct node_host host = { .changed = changed };

	memset(f, 0, sizeof(*f));
	assert_int_equal(pipe(f->ends), 0);
	assert_int_equal(fcntl(f->ends[0], F_SETFL, O_NONBLOCK), 0);
	host.log = f->log = log_new(f->ends[1]);
	host.nexthops = f->nexthops = nexthop_table_new(&own, 0);
	f->conf = conf_of(config);
	f->node = node_new(&host, f->conf);
	f->encap = encap_new(
	    &(struct encap_host){ f->log, f->node, f->nexthops }, f->conf);
	link_set(f, ETH0, "eth0", true);
	address_add(f, "10.1.0.1", 24);
	address_add(f, "fd01::1", 128);
	route_add(f, "10.1.0.0/24", NULL, ETH0);
	route_add(f, "fd01::/64", NULL, ETH0);
	route_add(f, "0.0.0.0/0", "10.1.0.254", ETH0);
	route_add(f, "::/0", "fe80::fe", ETH0);
}

static void
setup_with_tunnel(struct fixture *f, const char *config)
{
	setup(f, config);
	link_set(f, TUNNEL, "t0", true);
	encap_link(f->encap, 0);
}

static void
teardown(struct fixture *f)
{
	encap_free(f->encap);
	node_free(f->node);
	conf_free(f->conf);
	nexthop_table_free(f->nexthops);
	log_free(f->log);
	close(f->ends[0]);
	close(f->ends[1]);
}

static const char *
logged(struct fixture *f)
{
	ssize_t n = read(f->ends[0], f->text, sizeof(f->text) - 1);

	f->text[n > 0 ? n : 0] = '\0';
	return f->text;
}

/* "gateway index onlink", "-" without a gateway, or the word why not. */
static const char *
way(struct fixture *f, const char *route, const char *hop)
{
	struct address a = address(hop);
	struct prefix p = prefix(route);
	uint32_t scope = address_is_link_local(&a) ? ETH0 : 0;
	uint32_t id = nexthop_take(f->nexthops, &a, scope);
	const struct kernel_nexthop *to = &f->way.hop;
	char buf[ADDRESS_STRLEN];
	bool found = encap_way(f->encap, &p, id, &f->way);

	nexthop_give(f->nexthops, id);
	if (!found)
		return encap_word(f->way.verdict);
	snprintf(f->text, sizeof(f->text), "%s %u%s",
	    address_is_unset(&to->gateway) ? "-"
					   : address_format(&to->gateway, buf),
	    to->index, to->onlink ? " onlink" : "");
	return f->text;
}

/* All with the tunnel at hand. */
static const struct {
	const char *config, *route, *hop, *way;
	enum encap_verdict verdict;
} rows[] = {
	/* no pool, no question */
	{ "", "10.244.3.0/26", "10.2.0.3", "10.1.0.254 2", ENCAP_NONE },
	{ "pools 10.244.0.0/16\n", "10.244.3.0/26", "10.2.0.3", "10.1.0.254 2",
	    ENCAP_NONE },
	{ CROSS, "10.243.0.0/16", "10.2.0.3", "10.1.0.254 2", ENCAP_NONE },
	{ CROSS, "10.0.0.0/8", "10.2.0.3", "10.1.0.254 2", ENCAP_NONE },
	/* across subnets */
	{ CROSS, "10.244.2.0/26", "10.1.0.2", "10.1.0.2 2", ENCAP_SAME_SUBNET },
	{ CROSS, "10.244.3.0/26", "10.2.0.3", "10.2.0.3 3 onlink",
	    ENCAP_TUNNEL },
	{ CROSS, "10.244.0.0/16", "10.2.0.3", "10.2.0.3 3 onlink",
	    ENCAP_TUNNEL },
	{ CROSS, "fd00:10:244:3::/122", "fd02::3", "fd02::3 3 onlink",
	    ENCAP_TUNNEL },
	/* a host address, and the subnet by the routers' word */
	{ CROSS, "fd00:10:244:2::/122", "fd01::2", "fd01::2 2",
	    ENCAP_SAME_SUBNET },
	/* IPv4 with a next hop of the other family */
	{ CROSS, "10.244.3.0/26", "fd02::3", "fd02::3 3 onlink", ENCAP_TUNNEL },
	/* always */
	{ "pools { 10.244.0.0/16 via-device t0 onlink }\n", "10.244.2.0/26",
	    "10.1.0.2", "10.1.0.2 3 onlink", ENCAP_TUNNEL },
	/* no gateway */
	{ "pools { 10.244.0.0/16 via-device t0 }\n", "10.244.3.0/26",
	    "10.2.0.3", "- 3", ENCAP_TUNNEL },
	/* the innermost counts */
	{ "pools { 10.244.0.0/16 via-device t9\n"
	  "10.244.3.0/24 via-device t0 onlink }\n",
	    "10.244.3.0/26", "10.2.0.3", "10.2.0.3 3 onlink", ENCAP_TUNNEL },
	{ "pools { 10.244.0.0/16 via-device t9\n"
	  "10.244.3.0/24 via-device t0 onlink }\n",
	    "10.244.4.0/26", "10.2.0.3", "missing", ENCAP_MISSING },
	/* left as it is */
	{ CROSS, "fd00:10:244:3::/122", "fe80::3", "fe80::3 2",
	    ENCAP_LINK_LOCAL },
	{ CROSS, "10.244.3.0/26", "10.3.0.3", "10.3.0.3 3", ENCAP_INSIDE },
	/* through a route of our own, whose next hop is 10.2.0.3 */
	{ "pools { 10.9.0.0/16 via-device t0 onlink }\n", "172.16.0.0/12",
	    "10.9.0.9", "10.2.0.3 3 onlink", ENCAP_TUNNEL },
	{ "pools { 172.16.0.0/12 via-device t0 onlink }\n", "172.16.0.0/12",
	    "10.9.0.9", "10.9.0.9 3 onlink", ENCAP_TUNNEL },
	/* the first route on the way that is in a pool counts */
	{ "pools { 10.8.0.0/16 via-device t0 onlink }\n", "172.16.0.0/12",
	    "10.8.0.8", "10.9.0.9 3 onlink", ENCAP_TUNNEL },
	{ "pools { 10.9.0.0/16 via-device t0 onlink }\n", "172.16.0.0/12",
	    "10.8.0.8", "10.2.0.3 3 onlink", ENCAP_TUNNEL },
	{ "pools { 10.7.0.0/16 via-device t0 onlink }\n", "172.16.0.0/12",
	    "10.8.0.8", "10.1.0.254 2", ENCAP_NONE },
	/* gateways to believe in */
	{ "fib { device x eth* onlink }\n", "10.244.3.0/26", "10.2.0.3",
	    "10.1.0.254 2 onlink", ENCAP_NONE },
	{ "fib { device eth1 onlink }\n", "10.244.3.0/26", "10.2.0.3",
	    "10.1.0.254 2", ENCAP_NONE },
	{ "fib { device * onlink }\npools { 10.0.0.0/8 via-device t0 }\n",
	    "10.244.3.0/26", "10.2.0.3", "- 3", ENCAP_TUNNEL },
};

static void
way_is_by_the_pool_and_the_next_hop(void **state)
{
	const struct address near = address("10.2.0.3");
	const struct address far = address("10.9.0.9");
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		setup_with_tunnel(&f, rows[i].config);
		route_add(&f, "10.3.0.0/24", NULL, TUNNEL);
		f.through[0] = nexthop_take(f.nexthops, &near, 0);
		f.through[1] = nexthop_take(f.nexthops, &far, 0);

		assert_string_equal(
		    way(&f, rows[i].route, rows[i].hop), rows[i].way);
		assert_int_equal(f.way.verdict, rows[i].verdict);
		teardown(&f);
	}
}

/* An on-link default route is no subnet, and neither is another's. */
static void
subnet_needs_an_address_of_ours(void **state)
{
	struct fixture f;

	(void)state;
	setup_with_tunnel(&f, CROSS);
	route_add(&f, "10.2.0.0/16", NULL, ETH0);
	assert_string_equal(
	    way(&f, "10.244.3.0/26", "10.2.0.3"), "10.2.0.3 3 onlink");

	address_add(&f, "10.2.0.77", 32);

	assert_string_equal(way(&f, "10.244.3.0/26", "10.2.0.3"), "10.2.0.3 2");
	route_add(&f, "0.0.0.0/0", NULL, ETH0);
	assert_string_equal(
	    way(&f, "10.244.3.0/26", "10.5.0.3"), "10.5.0.3 3 onlink");
	teardown(&f);
}

static void
device_that_comes_and_goes_is_told(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, CROSS);
	assert_string_equal(way(&f, "10.244.3.0/26", "10.2.0.3"), "missing");
	assert_false(encap_link(f.encap, ETH0));
	assert_string_equal(logged(&f), "");

	assert_true(encap_link(f.encap, 0));
	assert_non_null(strstr(logged(&f), "pools: t0 is not there"));
	link_set(&f, TUNNEL, "t0", false);
	assert_true(encap_link(f.encap, TUNNEL));
	assert_non_null(strstr(logged(&f), "pools: t0 is down"));
	assert_string_equal(way(&f, "10.244.3.0/26", "10.2.0.3"), "down");
	assert_string_equal(way(&f, "10.244.2.0/26", "10.1.0.2"), "10.1.0.2 2");
	link_set(&f, TUNNEL, "t0", true);
	assert_true(encap_link(f.encap, TUNNEL));
	assert_non_null(strstr(logged(&f), "pools: t0 is up"));
	assert_false(encap_link(f.encap, TUNNEL));
	assert_false(encap_link(f.encap, ETH0));
	teardown(&f);
}

static void
device_with_another_index_is_another_way(void **state)
{
	struct kernel_link gone = { .index = TUNNEL, .name = "t0" };
	struct fixture f;

	(void)state;
	setup_with_tunnel(&f, CROSS);
	node_link(f.node, &gone, true);
	assert_true(encap_link(f.encap, TUNNEL));
	assert_string_equal(way(&f, "10.244.3.0/26", "10.2.0.3"), "missing");

	link_set(&f, 9, "t0", true);

	assert_true(encap_link(f.encap, 9));
	assert_string_equal(
	    way(&f, "10.244.3.0/26", "10.2.0.3"), "10.2.0.3 9 onlink");
	teardown(&f);
}

static void
device_renamed_away_is_missed(void **state)
{
	struct fixture f;

	(void)state;
	setup_with_tunnel(&f, CROSS);

	link_set(&f, TUNNEL, "t1", true);

	assert_true(encap_link(f.encap, TUNNEL));
	assert_string_equal(way(&f, "10.244.3.0/26", "10.2.0.3"), "missing");
	teardown(&f);
}

/* One word for each device, however many pools, also over a reload. */
static void
missed_devices_are_named_once(void **state)
{
	struct conf *next = conf_of("pools { 10.1.0.0/16 via-device t1\n"
				    "10.2.0.0/16 via-device t2\n"
				    "10.3.0.0/16 via-device t1 }\n");
	enum encap_verdict why;
	struct fixture f;
	size_t cursor = 0;

	(void)state;
	setup(&f, "pools { 10.1.0.0/16 via-device t1 }\n");
	encap_link(f.encap, 0);
	assert_non_null(strstr(logged(&f), "pools: t1 is not there"));

	encap_configure(f.encap, next);

	assert_null(strstr(logged(&f), "t1"));
	assert_string_equal(encap_missed(f.encap, &cursor, &why), "t1");
	assert_int_equal(why, ENCAP_MISSING);
	assert_string_equal(encap_missed(f.encap, &cursor, &why), "t2");
	assert_null(encap_missed(f.encap, &cursor, &why));
	encap_configure(f.encap, f.conf);
	conf_free(next);
	teardown(&f);
}

static const char *
sentence(struct fixture *f, const char *route, const char *hop)
{
	struct text t = text_of(f->text, sizeof(f->text));

	way(f, route, hop);
	f->text[0] = '\0';
	encap_text(f->encap, &f->way, &t);
	return f->text;
}

static void
reason_is_a_sentence(void **state)
{
	struct fixture f;

	(void)state;
	setup_with_tunnel(&f, CROSS);

	assert_string_equal(sentence(&f, "10.0.0.0/8", "10.2.0.3"), "");
	assert_string_equal(sentence(&f, "10.244.2.0/26", "10.1.0.2"),
	    "10.244.0.0/16 is via-device t0 onlink when other-subnet: "
	    "10.1.0.2 is in a subnet of this node, so directly");
	assert_string_equal(sentence(&f, "10.244.3.0/26", "10.2.0.3"),
	    "10.244.0.0/16 is via-device t0 onlink when other-subnet: "
	    "10.2.0.3 is in another subnet, so by t0");
	route_add(&f, "fd02::/64", "fe80::fe", ETH0);
	assert_string_equal(sentence(&f, "fd00:10:244:3::/122", "fd02::3"),
	    "fd00:10:244::/48 is via-device t0 onlink when other-subnet: "
	    "fd02::3 is in another subnet, so by t0; but the kernel takes no "
	    "new IPv6 gateway there while fd02::/64 leads to it by another "
	    "interface");
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(way_is_by_the_pool_and_the_next_hop),
		cmocka_unit_test(subnet_needs_an_address_of_ours),
		cmocka_unit_test(device_that_comes_and_goes_is_told),
		cmocka_unit_test(device_with_another_index_is_another_way),
		cmocka_unit_test(device_renamed_away_is_missed),
		cmocka_unit_test(missed_devices_are_named_once),
		cmocka_unit_test(reason_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
