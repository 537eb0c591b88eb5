/* SPDX-License-Identifier: ISC */
/* test_nexthop.c - where a BGP next hop really leads */

#include "rib/nexthop.h"

#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Best routes of our own, as a rib would know them. */
struct own {
	struct prefix prefix;
	uint32_t hop;
};

struct bench {
	struct nexthop_table *table;
	struct own own[8];
	size_t count;
};

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

static bool
own_find(void *arg, const struct address *a, unsigned int at_most,
    struct prefix *found, uint32_t *hop)
{
	const struct bench *b = arg;
	const struct own *best = NULL;
	size_t i;

	for (i = 0; i < b->count; i++)
		if (prefix_covers(&b->own[i].prefix, a) &&
		    b->own[i].prefix.length <= at_most &&
		    (best == NULL ||
			b->own[i].prefix.length > best->prefix.length))
			best = &b->own[i];
	if (best == NULL)
		return false;
	*found = best->prefix;
	*hop = best->hop;
	return true;
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct nexthop_recursion recursion = { own_find, b };

	b->table = nexthop_table_new(&recursion, 0);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	nexthop_table_free(b->table);
	free(b);
	return 0;
}

/* A foreign route; gateway NULL: on link. */
static struct nexthop_route
foreign(const char *text, uint32_t metric, const char *gateway, uint32_t index)
{
	return (struct nexthop_route){
		.prefix = prefix(text),
		.metric = metric,
		.gateway = gateway ? address(gateway) : address("0.0.0.0"),
		.index = index,
	};
}

static void
add(struct bench *b, const char *text, uint32_t metric, const char *gateway,
    uint32_t index)
{
	struct nexthop_route r = foreign(text, metric, gateway, index);

	nexthop_route_add(b->table, &r);
}

static uint32_t
take(struct bench *b, const char *text)
{
	struct address a = address(text);

	return nexthop_take(b->table, &a, 0);
}

/* The next one that came out different, or 0. */
static uint32_t
changed(struct bench *b)
{
	unsigned int news;

	return nexthop_changed(b->table, &news);
}

/* As the rib does: what is reached through a changed next hop changes. */
static void
settle(struct bench *b)
{
	unsigned int news;
	uint32_t id;
	size_t i;

	while (nexthop_is_pending(b->table))
		while ((id = nexthop_changed(b->table, &news)) != 0)
			for (i = 0; i < b->count; i++)
				if (b->own[i].hop == id)
					nexthop_best_changed(
					    b->table, &b->own[i].prefix, news);
}

/* A best route of ours; via NULL: our own block. */
static void
best(struct bench *b, const char *text, const char *via)
{
	struct prefix p = prefix(text);

	b->own[b->count].prefix = p;
	b->own[b->count].hop = via != NULL ? take(b, via) : 0;
	b->count++;
	nexthop_best_changed(b->table, &p, NEXTHOP_DEPTH);
}

static struct nexthop_result
lookup(struct bench *b, const char *text)
{
	struct address a = address(text);

	settle(b);
	return nexthop_lookup(b->table, &a);
}

static void
assert_via(const struct nexthop_result *r, const char *gateway, uint32_t index)
{
	char buf[ADDRESS_STRLEN];

	assert_int_equal(r->state, NEXTHOP_RESOLVED);
	assert_string_equal(address_format(&r->gateway, buf), gateway);
	assert_int_equal(r->index, index);
}

static void
lookup_takes_the_longest_foreign_route(void **state)
{
	static const struct {
		const char *asked;
		const char *gateway;
		uint32_t index;
		bool connected;
	} rows[] = {
		{ "10.0.0.7", "10.0.0.7", 2, true },
		{ "10.0.1.7", "10.0.0.254", 2, false },
		{ "10.1.2.3", "10.0.0.253", 2, false },
		{ "10.1.2.4", "10.1.2.4", 3, true },
		{ "192.0.2.1", "10.0.0.1", 2, false },
		{ "fd00::9", "fd00::9", 2, true },
	};
	struct bench *b = *state;
	struct nexthop_result r;
	size_t i;

	add(b, "0.0.0.0/0", 100, "10.0.0.1", 2);
	add(b, "10.0.0.0/24", 0, NULL, 2);
	add(b, "10.0.0.0/8", 20, "10.0.0.254", 2);
	add(b, "10.1.0.0/16", 20, "10.0.0.253", 2);
	add(b, "10.1.2.4/32", 0, NULL, 3);
	add(b, "fd00::/64", 256, NULL, 2);
	for (i = 0; i < COUNT(rows); i++) {
		r = lookup(b, rows[i].asked);
		assert_via(&r, rows[i].gateway, rows[i].index);
		assert_int_equal(r.connected, rows[i].connected);
	}
}

static void
lookup_without_a_route_is_unresolved(void **state)
{
	struct bench *b = *state;

	add(b, "10.0.0.0/24", 0, NULL, 2);

	assert_int_equal(lookup(b, "10.0.1.1").state, NEXTHOP_UNRESOLVED);
}

static void
lookup_of_our_address_is_self(void **state)
{
	struct bench *b = *state;
	struct address ours = address("10.0.0.1");

	add(b, "10.0.0.0/24", 0, NULL, 2);
	nexthop_local_add(b->table, &ours);

	assert_int_equal(lookup(b, "10.0.0.1").state, NEXTHOP_SELF);
}

static void
lookup_of_an_address_we_lost_is_resolved(void **state)
{
	struct bench *b = *state;
	struct address ours = address("10.0.0.1");

	add(b, "10.0.0.0/24", 0, NULL, 2);
	nexthop_local_add(b->table, &ours);
	nexthop_local_remove(b->table, &ours);

	assert_int_equal(lookup(b, "10.0.0.1").state, NEXTHOP_RESOLVED);
}

static void
lookup_under_a_blackhole_is_blackhole(void **state)
{
	struct bench *b = *state;
	struct nexthop_route r = foreign("10.0.0.0/8", 0, NULL, 0);

	r.blackhole = true;
	nexthop_route_add(b->table, &r);

	assert_int_equal(lookup(b, "10.1.1.1").state, NEXTHOP_BLACKHOLE);
}

static void
route_of_lower_metric_counts(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "0.0.0.0/0", 200, "10.0.0.2", 2);
	add(b, "0.0.0.0/0", 100, "10.0.0.1", 2);
	add(b, "0.0.0.0/0", 300, "10.0.0.3", 2);

	r = lookup(b, "192.0.2.1");
	assert_via(&r, "10.0.0.1", 2);
	assert_int_equal(r.metric, 100);
}

static void
route_removed_leaves_the_next_metric(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("0.0.0.0/0");
	struct nexthop_result r;

	add(b, "0.0.0.0/0", 100, "10.0.0.1", 2);
	add(b, "0.0.0.0/0", 200, "10.0.0.2", 2);
	nexthop_route_remove(b->table, &p, 100);

	r = lookup(b, "192.0.2.1");
	assert_via(&r, "10.0.0.2", 2);
}

static void
route_of_an_unknown_metric_is_not_removed(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("0.0.0.0/0");
	struct nexthop_result r;

	add(b, "0.0.0.0/0", 100, "10.0.0.1", 2);
	nexthop_route_remove(b->table, &p, 99);

	r = lookup(b, "192.0.2.1");
	assert_via(&r, "10.0.0.1", 2);
}

static void
own_route_leads_on_to_its_next_hop(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "10.0.0.0/24", 7, NULL, 2);
	best(b, "172.16.0.0/16", "10.0.0.9");

	r = lookup(b, "172.16.3.3");
	assert_via(&r, "10.0.0.9", 2);
	assert_false(r.connected);
	assert_true(r.recursive);
	assert_int_equal(r.metric, 7);
}

static void
own_route_loses_to_a_foreign_one_of_its_length(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	best(b, "10.0.0.0/24", "10.0.0.9");

	r = lookup(b, "10.0.0.7");
	assert_via(&r, "10.0.0.7", 2);
	assert_false(r.recursive);
}

static void
own_block_leads_nowhere(void **state)
{
	struct bench *b = *state;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	best(b, "10.244.1.0/26", NULL);

	assert_int_equal(lookup(b, "10.244.1.7").state, NEXTHOP_BLACKHOLE);
}

static void
own_route_to_its_own_next_hop_is_passed_over(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	best(b, "10.0.0.9/32", "10.0.0.9");

	r = lookup(b, "10.0.0.9");
	assert_via(&r, "10.0.0.9", 2);
	assert_false(r.recursive);
}

static void
own_routes_in_a_circle_are_passed_over(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	best(b, "172.16.0.0/16", "172.17.0.1");
	best(b, "172.17.0.0/16", "172.16.0.1");

	r = lookup(b, "172.16.0.1");
	assert_via(&r, "10.0.0.1", 2);
}

static void
own_routes_in_a_circle_without_another_are_unresolved(void **state)
{
	struct bench *b = *state;

	best(b, "172.16.0.0/16", "172.17.0.1");
	best(b, "172.17.0.0/16", "172.16.0.1");

	assert_int_equal(lookup(b, "172.16.0.1").state, NEXTHOP_UNRESOLVED);
}

static void
own_routes_as_deep_as_allowed_resolve(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	best(b, "172.16.0.0/16", "172.17.0.1");
	best(b, "172.17.0.0/16", "172.18.0.1");
	best(b, "172.18.0.0/16", "172.19.0.1");
	best(b, "172.19.0.0/16", "10.0.0.9");

	r = lookup(b, "172.16.0.1");
	assert_via(&r, "10.0.0.9", 2);
}

static void
own_routes_too_deep_are_a_loop(void **state)
{
	struct bench *b = *state;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	best(b, "172.16.0.0/16", "172.17.0.1");
	best(b, "172.17.0.0/16", "172.18.0.1");
	best(b, "172.18.0.0/16", "172.19.0.1");
	best(b, "172.19.0.0/16", "172.20.0.1");
	best(b, "172.20.0.0/16", "10.0.0.9");

	assert_int_equal(lookup(b, "172.16.0.1").state, NEXTHOP_LOOP);
}

/* The route goes whenever its next hop resolves, and comes when it does not. */
static unsigned int
echo(struct bench *b, const struct prefix *p, uint32_t id)
{
	unsigned int news, n = 0;

	for (; n < 100 && nexthop_is_pending(b->table); n++) {
		if (nexthop_changed(b->table, &news) == 0)
			continue;
		b->count = nexthop_get(b->table, id)->recursive ? 0 : 1;
		nexthop_best_changed(b->table, p, news);
	}
	return n;
}

static void
echo_of_itself_ends_with_foreign_routes(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("172.16.0.0/16");
	uint32_t id;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	id = take(b, "172.16.0.1");
	best(b, "172.16.0.0/16", "10.0.0.9");

	assert_in_range(echo(b, &p, id), 4, 50);
	b->count = 1;
	assert_false(nexthop_get(b->table, id)->recursive);
	assert_via(nexthop_get(b->table, id), "10.0.0.1", 2);
}

static void
echo_of_itself_is_forgotten_with_news(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("172.16.0.0/16");
	uint32_t id;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	id = take(b, "172.16.0.1");
	best(b, "172.16.0.0/16", "10.0.0.9");
	echo(b, &p, id);
	b->count = 1;
	nexthop_best_changed(b->table, &p, 1);
	changed(b);

	assert_true(nexthop_get(b->table, id)->recursive);
}

static void
passes_names_every_own_route_on_the_way(void **state)
{
	struct bench *b = *state;
	struct prefix first = prefix("172.16.0.0/16");
	struct prefix second = prefix("172.17.0.0/16");
	struct prefix other = prefix("10.0.0.0/24");
	uint32_t id;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	best(b, "172.16.0.0/16", "172.17.0.1");
	best(b, "172.17.0.0/16", "10.0.0.9");
	id = take(b, "172.16.0.1");
	settle(b);

	assert_true(nexthop_passes(b->table, id, &first));
	assert_true(nexthop_passes(b->table, id, &second));
	assert_false(nexthop_passes(b->table, id, &other));
}

static void
link_local_is_resolved_on_its_link(void **state)
{
	struct bench *b = *state;
	struct address a = address("fe80::9");
	uint32_t id = nexthop_take(b->table, &a, 5);

	assert_via(nexthop_get(b->table, id), "fe80::9", 5);
	assert_true(nexthop_get(b->table, id)->connected);
}

static void
link_local_on_two_links_is_two(void **state)
{
	struct bench *b = *state;
	struct address a = address("fe80::9");
	uint32_t one = nexthop_take(b->table, &a, 5);
	uint32_t two = nexthop_take(b->table, &a, 6);

	assert_int_not_equal(one, two);
	assert_int_equal(nexthop_get(b->table, one)->index, 5);
	assert_int_equal(nexthop_get(b->table, two)->index, 6);
}

static void
link_local_without_a_link_is_unresolved(void **state)
{
	struct bench *b = *state;

	assert_int_equal(lookup(b, "fe80::9").state, NEXTHOP_UNRESOLVED);
}

static void
link_local_goes_down_with_its_link(void **state)
{
	struct bench *b = *state;
	struct address a = address("fe80::9");
	uint32_t id = nexthop_take(b->table, &a, 5);

	nexthop_link_down(b->table, 5);

	assert_int_equal(changed(b), id);
	assert_int_equal(nexthop_get(b->table, id)->state, NEXTHOP_UNRESOLVED);
}

static void
link_local_comes_back_with_a_route_over_its_link(void **state)
{
	struct bench *b = *state;
	struct address a = address("fe80::9");
	uint32_t id = nexthop_take(b->table, &a, 5);

	nexthop_link_down(b->table, 5);
	changed(b);
	add(b, "fe80::/64", 256, NULL, 5);

	assert_int_equal(changed(b), id);
	assert_via(nexthop_get(b->table, id), "fe80::9", 5);
}

static void
link_down_takes_its_routes_and_no_others(void **state)
{
	struct bench *b = *state;
	struct nexthop_result r;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	add(b, "10.0.0.0/16", 0, "192.0.2.1", 3);
	nexthop_link_down(b->table, 2);

	r = lookup(b, "10.0.0.7");
	assert_via(&r, "192.0.2.1", 3);
}

static void
tracked_is_told_when_its_way_changes(void **state)
{
	struct bench *b = *state;
	uint32_t id;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	id = take(b, "192.0.2.7");
	add(b, "192.0.2.0/24", 0, NULL, 3);

	assert_true(nexthop_is_pending(b->table));
	assert_int_equal(changed(b), id);
	assert_via(nexthop_get(b->table, id), "192.0.2.7", 3);
	assert_int_equal(changed(b), 0);
	assert_false(nexthop_is_pending(b->table));
}

static void
tracked_is_not_told_when_its_way_stays(void **state)
{
	struct bench *b = *state;

	add(b, "192.0.2.0/24", 0, NULL, 3);
	take(b, "192.0.2.7");
	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);

	assert_int_equal(changed(b), 0);
}

static void
tracked_outside_the_change_is_not_looked_at(void **state)
{
	struct bench *b = *state;

	take(b, "192.0.2.7");
	add(b, "10.0.0.0/8", 0, "10.0.0.1", 2);

	assert_false(nexthop_is_pending(b->table));
}

static void
tracked_is_told_when_our_best_route_changes(void **state)
{
	struct bench *b = *state;
	uint32_t id;

	add(b, "10.0.0.0/24", 0, NULL, 2);
	id = take(b, "172.16.0.1");
	best(b, "172.16.0.0/16", "10.0.0.9");

	assert_int_equal(changed(b), id);
	assert_via(nexthop_get(b->table, id), "10.0.0.9", 2);
}

static void
tracked_twice_has_one_id(void **state)
{
	struct bench *b = *state;

	assert_int_equal(take(b, "192.0.2.7"), take(b, "192.0.2.7"));
}

static void
tracked_given_back_is_forgotten_when_looked_at(void **state)
{
	struct bench *b = *state;
	size_t before = nexthop_table_bytes(b->table);
	uint32_t id = take(b, "192.0.2.7");

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	nexthop_give(b->table, id);

	assert_int_equal(changed(b), 0);
	assert_true(nexthop_table_bytes(b->table) > before);
	assert_int_equal(take(b, "192.0.2.8"), id);
}

static void
tracked_again_while_on_the_list_is_kept(void **state)
{
	struct bench *b = *state;
	uint32_t id = take(b, "192.0.2.7");

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	nexthop_give(b->table, id);

	assert_int_equal(take(b, "192.0.2.7"), id);
	assert_int_equal(changed(b), 0);
	assert_via(nexthop_get(b->table, id), "10.0.0.1", 2);
}

static void
dump_of_the_same_routes_touches_nothing(void **state)
{
	struct bench *b = *state;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	take(b, "192.0.2.7");
	nexthop_mark(b->table);
	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	nexthop_sweep(b->table);

	assert_false(nexthop_is_pending(b->table));
}

static void
dump_without_a_route_removes_it(void **state)
{
	struct bench *b = *state;
	uint32_t id;

	add(b, "0.0.0.0/0", 0, "10.0.0.1", 2);
	id = take(b, "192.0.2.7");
	nexthop_mark(b->table);
	nexthop_sweep(b->table);

	assert_int_equal(changed(b), id);
	assert_int_equal(nexthop_get(b->table, id)->state, NEXTHOP_UNRESOLVED);
}

static void
route_found_is_the_one_of_the_lowest_metric(void **state)
{
	struct bench *b = *state;
	const struct prefix wanted = prefix("10.1.0.0/16");
	const struct prefix longer = prefix("10.1.0.0/17");

	add(b, "10.1.0.0/16", 30, "10.0.0.3", 2);
	add(b, "10.1.0.0/16", 20, "10.0.0.2", 2);

	assert_int_equal(nexthop_route_find(b->table, &wanted)->metric, 20);
	assert_null(nexthop_route_find(b->table, &longer));
}

static void
walk_of_routes_gives_each_that_is_left(void **state)
{
	struct bench *b = *state;
	const struct prefix gone = prefix("10.2.0.0/16");
	const struct nexthop_route *route;
	uint32_t cursor = 0, metrics = 0;

	add(b, "10.1.0.0/16", 1, "10.0.0.2", 2);
	add(b, "10.2.0.0/16", 10, "10.0.0.2", 2);
	add(b, "10.1.0.0/16", 100, "10.0.0.2", 2);
	nexthop_route_remove(b->table, &gone, 10);
	while ((cursor = nexthop_route_walk(b->table, cursor, &route)) != 0)
		metrics += route->metric;

	assert_int_equal(metrics, 101);
}

static void
cover_is_the_longest_foreign_route(void **state)
{
	struct bench *b = *state;
	struct address a = address("10.0.0.7");
	struct address none = address("192.0.2.1");

	add(b, "10.0.0.0/8", 1, "10.0.0.254", 2);
	add(b, "10.0.0.0/24", 2, NULL, 2);
	nexthop_local_add(b->table, &a);

	assert_int_equal(nexthop_cover(b->table, &a)->metric, 2);
	assert_null(nexthop_cover(b->table, &none));
}

/* What a longest match is, without any trie. */
static const struct nexthop_route *
naive_cover(const struct nexthop_route *routes, const bool *in, size_t count,
    const struct address *a)
{
	const struct nexthop_route *found = NULL;
	size_t i;

	for (i = 0; i < count; i++)
		if (in[i] && prefix_covers(&routes[i].prefix, a) &&
		    (found == NULL ||
			routes[i].prefix.length > found->prefix.length))
			found = &routes[i];
	return found;
}

static void
cover_after_random_changes_matches_a_list(void **state)
{
	struct bench *b = *state;
	struct nexthop_route routes[300];
	const struct nexthop_route *want, *got;
	bool in[COUNT(routes)] = { false };
	struct address a;
	unsigned int round;
	size_t i, j;

	srand(1);
	for (i = 0; i < COUNT(routes); i++) {
		/* few distinct bits, so that prefixes cover one another */
		a = address_v4((uint32_t)rand() & 0xc0c0c0c0);
		routes[i] = (struct nexthop_route){
			.prefix = prefix_of(&a, (unsigned int)rand() % 33),
			.metric = (uint32_t)i,
			.index = 1,
		};
		for (j = 0; j < i; j++)
			if (prefix_equal(&routes[i].prefix, &routes[j].prefix))
				routes[i].metric = routes[j].metric;
	}
	for (round = 0; round < 20000; round++) {
		i = (size_t)rand() % COUNT(routes);
		if (routes[i].metric != i)
			continue; /* a prefix that another one has */
		if (in[i])
			nexthop_route_remove(
			    b->table, &routes[i].prefix, routes[i].metric);
		else
			nexthop_route_add(b->table, &routes[i]);
		in[i] = !in[i];
		a = address_v4((uint32_t)rand() & 0xc0c0c0c1);
		want = naive_cover(routes, in, COUNT(routes), &a);
		got = nexthop_cover(b->table, &a);
		assert_int_equal(got != NULL, want != NULL);
		if (got != NULL)
			assert_int_equal(got->metric, want->metric);
	}
}

static void
state_words_are_all_there(void **state)
{
	enum nexthop_state s;

	(void)state;

	for (s = NEXTHOP_UNRESOLVED; s <= NEXTHOP_LOOP; s++)
		assert_string_not_equal(nexthop_state_word(s), "?");
}

#define FACT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(lookup_takes_the_longest_foreign_route),
		FACT(lookup_without_a_route_is_unresolved),
		FACT(lookup_of_our_address_is_self),
		FACT(lookup_of_an_address_we_lost_is_resolved),
		FACT(lookup_under_a_blackhole_is_blackhole),
		FACT(route_of_lower_metric_counts),
		FACT(route_removed_leaves_the_next_metric),
		FACT(route_of_an_unknown_metric_is_not_removed),
		FACT(own_route_leads_on_to_its_next_hop),
		FACT(own_route_loses_to_a_foreign_one_of_its_length),
		FACT(own_block_leads_nowhere),
		FACT(own_route_to_its_own_next_hop_is_passed_over),
		FACT(own_routes_in_a_circle_are_passed_over),
		FACT(own_routes_in_a_circle_without_another_are_unresolved),
		FACT(own_routes_as_deep_as_allowed_resolve),
		FACT(own_routes_too_deep_are_a_loop),
		FACT(echo_of_itself_ends_with_foreign_routes),
		FACT(echo_of_itself_is_forgotten_with_news),
		FACT(passes_names_every_own_route_on_the_way),
		FACT(link_local_is_resolved_on_its_link),
		FACT(link_local_on_two_links_is_two),
		FACT(link_local_without_a_link_is_unresolved),
		FACT(link_local_goes_down_with_its_link),
		FACT(link_local_comes_back_with_a_route_over_its_link),
		FACT(link_down_takes_its_routes_and_no_others),
		FACT(tracked_is_told_when_its_way_changes),
		FACT(tracked_is_not_told_when_its_way_stays),
		FACT(tracked_outside_the_change_is_not_looked_at),
		FACT(tracked_is_told_when_our_best_route_changes),
		FACT(tracked_twice_has_one_id),
		FACT(tracked_given_back_is_forgotten_when_looked_at),
		FACT(tracked_again_while_on_the_list_is_kept),
		FACT(dump_of_the_same_routes_touches_nothing),
		FACT(dump_without_a_route_removes_it),
		FACT(route_found_is_the_one_of_the_lowest_metric),
		FACT(walk_of_routes_gives_each_that_is_left),
		FACT(cover_is_the_longest_foreign_route),
		FACT(cover_after_random_changes_matches_a_list),
		cmocka_unit_test(state_words_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
