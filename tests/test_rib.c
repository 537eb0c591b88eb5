/* SPDX-License-Identifier: ISC */
/* test_rib.c - prefixes, their paths, and the best of them */

#include "rib/rib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* A rib with three neighbours on 10.0.0.0/24, and what it told last. */
struct bench {
	struct rib *rib;
	uint32_t internal; /* 10.0.0.2 */
	uint32_t external; /* 10.0.0.3, AS 65003 */
	uint32_t third;    /* 10.0.0.4, AS 65004 */
	unsigned int told;
	struct rib_change last;
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

static uint32_t
neighbour(struct rib *rib, enum source_kind kind, const char *text, uint32_t as)
{
	const struct rib_source s = {
		.kind = kind,
		.as = as,
		.identifier = as,
		.address = address(text),
	};

	return rib_source_add(rib, &s);
}

static void
link_route(struct rib *rib, const char *text, uint32_t metric)
{
	const struct nexthop_route r = {
		.prefix = prefix(text),
		.metric = metric,
		.index = 2,
	};

	nexthop_route_add(rib_nexthops(rib), &r);
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->rib = rib_new(0);
	b->internal = neighbour(b->rib, SOURCE_INTERNAL, "10.0.0.2", 64512);
	b->external = neighbour(b->rib, SOURCE_EXTERNAL, "10.0.0.3", 65003);
	b->third = neighbour(b->rib, SOURCE_EXTERNAL, "10.0.0.4", 65004);
	link_route(b->rib, "10.0.0.0/24", 0);
	link_route(b->rib, "fd00::/64", 0);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	rib_free(b->rib);
	free(b);
	return 0;
}

static void
on_change(void *arg, const struct rib_change *change)
{
	struct bench *b = arg;

	b->told++;
	b->last = *change;
}

/* Runs until nothing is left; returns how many changes were told. */
static unsigned int
run(struct bench *b)
{
	b->told = 0;
	while (rib_run(b->rib, 3, on_change, b))
		;
	return b->told;
}

static struct attrs
plain(const char *next_hop)
{
	return (struct attrs){
		.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
		    ATTR_HAS_LOCAL_PREF,
		.local_pref = 100,
		.next_hop = address(next_hop),
	};
}

/* A path as a peer would hand it over: the rib keeps its own references. */
static void
put(struct bench *b, const char *text, uint32_t source, uint32_t path_id,
    const struct attrs *attrs)
{
	struct prefix p = prefix(text);
	uint32_t id = attr_intern(rib_attrs(b->rib), attrs);
	const struct rib_input in = {
		.source = source,
		.path_id = path_id,
		.received = id,
		.accepted = id,
	};

	rib_update(b->rib, &p, &in, 5000);
	attr_unref(rib_attrs(b->rib), id);
}

static void
update(struct bench *b, const char *text, uint32_t source, const char *next_hop,
    uint32_t local_pref)
{
	struct attrs a = plain(next_hop);

	a.local_pref = local_pref;
	put(b, text, source, 0, &a);
}

static void
refuse(struct bench *b, const char *text, uint32_t source, const char *next_hop,
    enum rib_refusal refusal)
{
	struct attrs a = plain(next_hop);
	struct prefix p = prefix(text);
	const struct rib_input in = {
		.source = source,
		.received = attr_intern(rib_attrs(b->rib), &a),
		.refusal = refusal,
		.rule = 3,
	};

	rib_update(b->rib, &p, &in, 5000);
	attr_unref(rib_attrs(b->rib), in.received);
}

static bool
withdraw(struct bench *b, const char *text, uint32_t source)
{
	struct prefix p = prefix(text);

	return rib_withdraw(b->rib, &p, source, 0);
}

/* The source of the best path, 0 when nothing is usable. */
static uint32_t
best_of(struct bench *b, const char *text)
{
	struct prefix p = prefix(text);
	uint32_t entry = rib_find(b->rib, &p);
	struct rib_path path;

	if (entry == 0 || !rib_best(b->rib, p.address.family, entry, &path))
		return 0;
	return path.source;
}

static struct rib_path
path_of(struct bench *b, const char *text, uint32_t source)
{
	struct prefix p = prefix(text);
	uint32_t entry = rib_find(b->rib, &p);
	struct rib_path path;
	uint32_t cursor = 0;

	assert_int_not_equal(entry, 0);
	while ((cursor = rib_path_next(
		    b->rib, p.address.family, entry, cursor, &path)) != 0)
		if (path.source == source)
			return path;
	fail_msg("no path of that source");
	return path;
}

static void
update_first_path_is_told(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("10.244.1.0/26");

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);

	assert_int_equal(run(b), 1);
	assert_true(prefix_equal(&b->last.prefix, &p));
	assert_int_equal(b->last.family, FAMILY_IPV4);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
}

static void
update_of_ipv6_is_told(void **state)
{
	struct bench *b = *state;

	update(b, "fd00:10:244:1::/122", b->internal, "fd00::2", 100);

	assert_int_equal(run(b), 1);
	assert_int_equal(b->last.family, FAMILY_IPV6);
	assert_int_equal(best_of(b, "fd00:10:244:1::/122"), b->internal);
}

static void
update_said_again_is_not_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);

	assert_false(rib_is_dirty(b->rib));
	assert_int_equal(run(b), 0);
}

static void
update_with_other_attributes_is_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 200);

	assert_int_equal(run(b), 1);
}

static void
update_of_a_better_path_is_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 200);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
}

static void
update_of_a_worse_path_is_not_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 50);

	assert_true(rib_is_dirty(b->rib));
	assert_int_equal(run(b), 0);
}

static void
update_of_an_equal_path_is_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	run(b);
	update(b, "10.244.1.0/26", b->third, "10.0.0.4", 100);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
	assert_true(path_of(b, "10.244.1.0/26", b->third).multipath);
}

static void
rules_that_change_decide_all_again_in_slices(void **state)
{
	const struct decide_rules single = { false, false };
	struct bench *b = *state;
	char text[32];
	unsigned int i;

	for (i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "10.244.%u.0/26", i);
		update(b, text, b->external, "10.0.0.3", 100);
		update(b, text, b->third, "10.0.0.4", 100);
	}
	run(b);
	rib_set_decision(b->rib, &single);

	assert_true(rib_is_dirty(b->rib));
	b->told = 0;
	assert_true(rib_run(b->rib, 3, on_change, b));
	assert_true(path_of(b, "10.244.9.0/26", b->third).multipath);
	i = b->told;
	assert_int_equal(i + run(b), 10);
	assert_false(rib_is_dirty(b->rib));
	for (i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "10.244.%u.0/26", i);
		assert_false(path_of(b, text, b->third).multipath);
		assert_int_equal(best_of(b, text), b->external);
	}
}

static void
refusals_are_counted_by_why(void **state)
{
	struct bench *b = *state;
	struct attrs attrs = plain("10.0.0.3");
	struct prefix p = prefix("10.244.1.0/26");
	struct rib_input in = { .source = b->external,
		.received = attr_intern(rib_attrs(b->rib), &attrs),
		.refusal = RIB_FILTERED };

	rib_update(b->rib, &p, &in, 0);
	assert_int_equal(
	    rib_source_refused(b->rib, b->external, FAMILY_IPV4, RIB_FILTERED),
	    1);
	in.refusal = RIB_AS_LOOP;
	rib_update(b->rib, &p, &in, 0);
	assert_int_equal(
	    rib_source_refused(b->rib, b->external, FAMILY_IPV4, RIB_FILTERED),
	    0);
	assert_int_equal(
	    rib_source_refused(b->rib, b->external, FAMILY_IPV4, RIB_AS_LOOP),
	    1);
	rib_withdraw(b->rib, &p, b->external, 0);
	assert_int_equal(
	    rib_source_refused(b->rib, b->external, FAMILY_IPV4, RIB_AS_LOOP),
	    0);
	attr_unref(rib_attrs(b->rib), in.received);
}

static void
rules_that_stay_decide_nothing_again(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	run(b);
	rib_set_decision(b->rib, &decide_default_rules);

	assert_false(rib_is_dirty(b->rib));
}

static void
update_many_times_in_a_turn_is_told_once(void **state)
{
	struct bench *b = *state;
	uint32_t i;

	for (i = 0; i < 1000; i++)
		update(b, "10.244.1.0/26", b->internal, "10.0.0.2", i);

	assert_int_equal(run(b), 1);
}

static void
update_with_the_deciding_step_records_it(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 50);
	run(b);

	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->internal).step, STEP_WINNER);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->external).step, STEP_LOCAL_PREF);
}

static void
update_without_local_pref_counts_as_100(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.3");

	a.has &= ~(uint32_t)ATTR_HAS_LOCAL_PREF;
	a.local_pref = 0;
	put(b, "10.244.1.0/26", b->external, 0, &a);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 99);
	run(b);

	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
}

static void
update_with_two_path_ids_is_two_paths(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.3");
	struct rib_counts counts;

	put(b, "10.244.1.0/26", b->external, 1, &a);
	put(b, "10.244.1.0/26", b->external, 2, &a);
	run(b);

	rib_counts(b->rib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.entries, 1);
	assert_int_equal(counts.paths, 2);
}

static void
update_with_too_many_path_ids_is_not_taken(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.3");
	struct prefix p = prefix("10.244.1.0/26");
	struct rib_input in = { .source = b->external };
	struct rib_counts counts;

	for (in.path_id = 1; in.path_id <= RIB_PATHS_MAX; in.path_id++)
		assert_true(rib_update(b->rib, &p, &in, 0));
	assert_false(rib_update(b->rib, &p, &in, 0));
	in.path_id = 7;
	assert_true(rib_update(b->rib, &p, &in, 0));
	put(b, "10.244.1.0/26", b->third, 1, &a);

	rib_counts(b->rib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.paths, RIB_PATHS_MAX + 1);
}

/* "external/2 internal/0 ": sources and path ids, as the walk has them. */
static const char *
usable_of(struct bench *b, const char *text, bool ranked)
{
	static char list[128];
	struct prefix p = prefix(text);
	struct rib_path path;
	size_t n = 0;

	list[0] = '\0';
	rib_usable(b->rib, p.address.family, rib_find(b->rib, &p), ranked);
	while (rib_usable_next(b->rib, &path))
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s/%u ",
		    path.source == b->internal       ? "internal"
			: path.source == b->external ? "external"
						     : "third",
		    path.path_id);
	return list;
}

static void
usable_paths_are_ranked(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.3");

	put(b, "10.244.1.0/26", b->external, 1, &a);
	a.local_pref = 300;
	put(b, "10.244.1.0/26", b->external, 2, &a);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 200);
	run(b);

	assert_string_equal(usable_of(b, "10.244.1.0/26", true),
	    "external/2 internal/0 external/1 ");
	assert_string_equal(usable_of(b, "10.244.1.0/26", false),
	    "external/1 external/2 internal/0 ");
}

static void
usable_paths_are_let_in_and_lead_somewhere(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 300);
	refuse(b, "10.244.1.0/26", b->external, "10.0.0.3", RIB_AS_LOOP);
	run(b);
	assert_string_equal(usable_of(b, "10.244.1.0/26", true), "");
	assert_string_equal(usable_of(b, "10.244.1.0/26", false), "");

	update(b, "10.244.1.0/26", b->third, "10.0.0.4", 100);
	run(b);
	assert_string_equal(usable_of(b, "10.244.1.0/26", true), "third/0 ");
	assert_string_equal(usable_of(b, "10.244.1.0/26", false), "third/0 ");
}

static void
usable_path_that_loses_its_way_is_told_to_a_watch(void **state)
{
	struct bench *b = *state;
	const struct prefix away = prefix("10.1.0.0/24");

	rib_watch(b->rib, FAMILY_IPV4);
	link_route(b->rib, "10.1.0.0/24", 0);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 200);
	update(b, "10.244.1.0/26", b->external, "10.1.0.3", 100);
	run(b);

	nexthop_route_remove(rib_nexthops(b->rib), &away, 0);

	assert_int_equal(run(b), 1);
	assert_false(b->last.best);
	assert_string_equal(usable_of(b, "10.244.1.0/26", true), "internal/0 ");
}

static void
other_paths_are_told_to_a_watch_alone(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 200);
	run(b);
	rib_watch(b->rib, FAMILY_IPV4);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	assert_int_equal(run(b), 1);
	assert_false(b->last.best);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 300);
	assert_int_equal(run(b), 1);
	assert_true(b->last.best);

	rib_unwatch(b->rib, FAMILY_IPV4);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);

	assert_int_equal(run(b), 0);
}

static void
watch_is_of_one_family(void **state)
{
	struct bench *b = *state;

	rib_watch(b->rib, FAMILY_IPV6);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 200);
	run(b);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);

	assert_int_equal(run(b), 0);
}

static void
update_of_long_lived_stale_loses(void **state)
{
	static const uint8_t stale[] = { 0xff, 0xff, 0x00, 0x06 };
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.3");

	a.local_pref = 900;
	a.communities = (struct span){ stale, sizeof(stale) };
	put(b, "10.244.1.0/26", b->external, 0, &a);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);

	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->external).step, STEP_STALE);
}

static void
age_stays_when_said_again(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.2");
	struct prefix p = prefix("10.244.1.0/26");
	struct rib_input in = { .source = b->internal };

	in.received = in.accepted = attr_intern(rib_attrs(b->rib), &a);
	rib_update(b->rib, &p, &in, 5000);
	rib_update(b->rib, &p, &in, 9000);
	attr_unref(rib_attrs(b->rib), in.received);

	assert_int_equal(path_of(b, "10.244.1.0/26", b->internal).since, 5000);
}

static void
local_route_wins(void **state)
{
	struct bench *b = *state;
	const struct attrs a = { .has = ATTR_HAS_ORIGIN };

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 900);
	put(b, "10.244.1.0/26", RIB_LOCAL, 0, &a);
	run(b);

	assert_int_equal(best_of(b, "10.244.1.0/26"), RIB_LOCAL);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->internal).step, STEP_LOCAL_ROUTE);
}

static void
learned_route_beats_neighbours_and_loses_to_our_own(void **state)
{
	struct bench *b = *state;
	const struct attrs own = { .has = ATTR_HAS_ORIGIN };
	const struct attrs learned = { .has = ATTR_HAS_ORIGIN,
		.origin = ORIGIN_INCOMPLETE };

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 900);
	put(b, "10.244.1.0/26", RIB_LEARNED, 0, &learned);
	run(b);
	assert_int_equal(best_of(b, "10.244.1.0/26"), RIB_LEARNED);

	put(b, "10.244.1.0/26", RIB_LOCAL, 0, &own);
	run(b);
	assert_int_equal(best_of(b, "10.244.1.0/26"), RIB_LOCAL);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", RIB_LEARNED).step, STEP_ORIGIN);
}

static void
next_hop_inside_a_learned_route_is_the_kernels_to_resolve(void **state)
{
	struct bench *b = *state;
	const struct attrs a = { .has = ATTR_HAS_ORIGIN };

	put(b, "172.16.0.0/16", RIB_LEARNED, 0, &a);
	update(b, "10.244.1.0/26", b->internal, "172.16.0.5", 100);
	run(b);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);

	link_route(b->rib, "172.16.0.0/16", 9);
	run(b);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
}

static void
refused_path_is_kept_and_not_best(void **state)
{
	struct bench *b = *state;
	struct rib_path path;

	refuse(b, "10.244.1.0/26", b->internal, "10.0.0.2", RIB_AS_LOOP);

	assert_int_equal(run(b), 0);
	path = path_of(b, "10.244.1.0/26", b->internal);
	assert_int_equal(path.refusal, RIB_AS_LOOP);
	assert_int_equal(path.rule, 3);
	assert_int_equal(path.step, STEP_INELIGIBLE);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
}

static void
refused_path_takes_the_best_away(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	refuse(b, "10.244.1.0/26", b->internal, "10.0.0.2", RIB_FILTERED);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
}

static void
reimport_keeps_age_and_stale_mark(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("10.244.1.0/26");
	const struct rib_input in = {
		.source = b->internal,
		.refusal = RIB_FILTERED,
		.rule = 2,
	};
	struct rib_path path;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	rib_mark_stale(b->rib, b->internal, FAMILY_IPV4);
	rib_reimport(b->rib, &p, &in);

	path = path_of(b, "10.244.1.0/26", b->internal);
	assert_int_equal(path.refusal, RIB_FILTERED);
	assert_int_equal(path.rule, 2);
	assert_int_equal(path.accepted, 0);
	assert_int_not_equal(path.received, 0);
	assert_int_equal(path.since, 5000);
	assert_true(path.stale);
}

static void
reimport_of_no_path_is_nothing(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("10.244.1.0/26");
	const struct rib_input in = { .source = b->internal };

	rib_reimport(b->rib, &p, &in);

	assert_int_equal(rib_find(b->rib, &p), 0);
}

static void
source_next_walks_its_own_paths_only(void **state)
{
	struct bench *b = *state;
	struct prefix found;
	struct rib_path path;
	uint32_t cursor;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	update(b, "10.244.2.0/26", b->external, "10.0.0.3", 100);

	cursor =
	    rib_source_next(b->rib, b->external, FAMILY_IPV4, 0, &found, &path);
	assert_true(cursor != 0);
	assert_int_equal(found.address.bytes[2], 1);
	assert_int_equal(path.source, b->external);
	cursor = rib_source_next(
	    b->rib, b->external, FAMILY_IPV4, cursor, &found, &path);
	assert_true(cursor != 0);
	assert_int_equal(found.address.bytes[2], 2);
	assert_int_equal(rib_source_next(b->rib, b->external, FAMILY_IPV4,
			     cursor, &found, &path),
	    0);
}

static void
withdrawal_of_the_best_takes_the_next(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 50);
	run(b);

	assert_true(withdraw(b, "10.244.1.0/26", b->internal));
	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
}

static void
withdrawal_of_the_last_frees_the_entry(void **state)
{
	struct bench *b = *state;
	struct rib_counts counts;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	withdraw(b, "10.244.1.0/26", b->internal);

	assert_int_equal(run(b), 1);
	rib_counts(b->rib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.entries, 0);
	assert_int_equal(counts.paths, 0);
	assert_int_equal(counts.best, 0);
	assert_int_equal(attr_table_count(rib_attrs(b->rib)), 0);
}

static void
withdrawal_of_what_was_not_said_is_false(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);

	assert_false(withdraw(b, "10.244.1.0/26", b->external));
	assert_false(withdraw(b, "10.244.2.0/26", b->internal));
}

static void
withdrawal_before_a_decision_is_not_told(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	withdraw(b, "10.244.1.0/26", b->internal);

	assert_int_equal(run(b), 0);
}

static void
hold_keeps_the_id_of_an_entry(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("10.244.1.0/26"), kept;
	uint32_t entry;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	entry = rib_find(b->rib, &p);
	rib_entry_hold(b->rib, FAMILY_IPV4, entry);
	withdraw(b, "10.244.1.0/26", b->internal);
	run(b);

	assert_int_equal(rib_find(b->rib, &p), 0);
	rib_prefix(b->rib, FAMILY_IPV4, entry, &kept);
	assert_true(prefix_equal(&kept, &p));
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	assert_int_equal(rib_find(b->rib, &p), entry);
	rib_entry_release(b->rib, FAMILY_IPV4, entry);
	assert_int_equal(rib_find(b->rib, &p), entry);
}

static void
flush_takes_one_source_and_family(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 50);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	update(b, "fd00:10:244:1::/122", b->internal, "fd00::2", 100);
	run(b);
	rib_flush(b->rib, b->internal, FAMILY_IPV4);

	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
	assert_int_equal(best_of(b, "10.244.2.0/26"), 0);
	assert_int_equal(best_of(b, "fd00:10:244:1::/122"), b->internal);
}

static void
source_removed_takes_its_paths(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "fd00:10:244:1::/122", b->internal, "fd00::2", 100);
	run(b);
	rib_source_remove(b->rib, b->internal);

	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
	assert_int_equal(best_of(b, "fd00:10:244:1::/122"), 0);
}

static void
source_with_a_new_identifier_is_decided_again(void **state)
{
	struct bench *b = *state;
	struct rib_source s;

	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	update(b, "10.244.1.0/26", b->third, "10.0.0.4", 100);
	run(b);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->external);
	s = *rib_source_get(b->rib, b->third);
	s.identifier = 1;
	rib_source_set(b->rib, b->third, &s);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->third);
}

static void
source_counts_what_came_and_what_was_let_in(void **state)
{
	struct bench *b = *state;
	uint32_t received, accepted;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	refuse(b, "10.244.3.0/26", b->internal, "10.0.0.2", RIB_FILTERED);
	refuse(b, "10.244.2.0/26", b->internal, "10.0.0.2", RIB_FILTERED);

	rib_source_counts(
	    b->rib, b->internal, FAMILY_IPV4, &received, &accepted);
	assert_int_equal(received, 3);
	assert_int_equal(accepted, 1);
}

static void
stale_mark_changes_nothing(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	rib_mark_stale(b->rib, b->internal, FAMILY_IPV4);

	assert_true(path_of(b, "10.244.1.0/26", b->internal).stale);
	assert_int_equal(run(b), 0);
}

static void
stale_path_said_again_survives_the_sweep(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	rib_mark_stale(b->rib, b->internal, FAMILY_IPV4);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	rib_sweep_stale(b->rib, b->internal, FAMILY_IPV4);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
	assert_int_equal(best_of(b, "10.244.2.0/26"), 0);
}

/* A refresh that begins again before it has ended. */
static void
second_mark_holds_for_what_was_said_between(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.3.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	rib_mark_stale(b->rib, b->internal, FAMILY_IPV4);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	rib_mark_stale(b->rib, b->internal, FAMILY_IPV4);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.4.0/26", b->internal, "10.0.0.2", 100);
	rib_sweep_stale(b->rib, b->internal, FAMILY_IPV4);
	run(b);

	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
	assert_int_equal(best_of(b, "10.244.2.0/26"), b->internal);
	assert_int_equal(best_of(b, "10.244.3.0/26"), 0);
	assert_int_equal(best_of(b, "10.244.4.0/26"), b->internal);
}

static void
next_hop_unresolved_is_not_usable(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 100);

	assert_int_equal(run(b), 0);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->internal).step, STEP_NEXT_HOP);
}

/* How many prefixes have paths and no way to any of their next hops. */
static uint32_t
without_way(struct bench *b)
{
	struct rib_counts counts;

	run(b);
	rib_counts(b->rib, FAMILY_IPV4, &counts);
	return counts.without_way;
}

static void
next_hops_that_all_fail_are_counted_by_prefix(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 100);
	update(b, "10.244.1.0/26", b->external, "192.0.2.2", 100);
	refuse(b, "10.244.2.0/26", b->internal, "192.0.2.1", RIB_AS_LOOP);
	assert_int_equal(without_way(b), 1);

	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	assert_int_equal(without_way(b), 0);

	withdraw(b, "10.244.1.0/26", b->external);
	assert_int_equal(without_way(b), 1);

	withdraw(b, "10.244.1.0/26", b->internal);
	assert_int_equal(without_way(b), 0);
}

static void
next_hop_of_ours_is_not_usable(void **state)
{
	struct bench *b = *state;
	struct address ours = address("10.0.0.1");

	nexthop_local_add(rib_nexthops(b->rib), &ours);
	update(b, "10.244.1.0/26", b->internal, "10.0.0.1", 100);

	assert_int_equal(run(b), 0);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
}

static void
next_hop_found_later_makes_it_best(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 100);
	run(b);
	link_route(b->rib, "192.0.2.0/24", 0);

	assert_true(rib_is_dirty(b->rib));
	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
}

static void
next_hop_lost_takes_it_away(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	update(b, "10.244.2.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	nexthop_link_down(rib_nexthops(b->rib), 2);

	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
}

static void
next_hop_that_leads_elsewhere_is_told(void **state)
{
	struct bench *b = *state;
	struct nexthop_route r = {
		.prefix = prefix("10.0.0.2/32"),
		.gateway = address("10.0.0.9"),
		.index = 3,
	};

	update(b, "10.244.1.0/26", b->internal, "10.0.0.2", 100);
	run(b);
	nexthop_route_add(rib_nexthops(b->rib), &r);

	assert_int_equal(run(b), 1);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
}

/* Filtered for the link it leaves by, perhaps: so it is told that it moved. */
static void
next_hop_of_a_filtered_path_is_followed_if_wanted(void **state)
{
	struct bench *b = *state;

	rib_source_track(b->rib, b->internal, true);
	refuse(b, "10.244.1.0/26", b->internal, "192.0.2.1", RIB_FILTERED);
	refuse(b, "10.244.1.0/26", b->external, "192.0.2.1", RIB_FILTERED);
	refuse(b, "10.244.2.0/26", b->internal, "192.0.2.9", RIB_AS_LOOP);
	run(b);
	assert_int_equal(rib_take_moved(b->rib), 0);

	link_route(b->rib, "192.0.2.0/28", 0);
	assert_int_equal(run(b), 0);
	assert_int_equal(rib_take_moved(b->rib), b->internal);
	assert_int_equal(rib_take_moved(b->rib), 0);

	rib_source_track(b->rib, b->internal, false);
	refuse(b, "10.244.1.0/26", b->internal, "192.0.2.1", RIB_FILTERED);
	link_route(b->rib, "192.0.2.1/32", 0);
	assert_int_equal(run(b), 0);
	assert_int_equal(rib_take_moved(b->rib), 0);
}

/* Or a filter that lets a route in for where another one leads would never
 * come to rest. */
static void
next_hop_that_moves_by_our_own_route_is_not_told(void **state)
{
	struct bench *b = *state;

	rib_source_track(b->rib, b->internal, true);
	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 100);
	run(b);
	update(b, "192.0.2.0/24", b->external, "10.0.0.3", 100);

	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
	assert_int_equal(rib_take_moved(b->rib), 0);
}

static void
source_that_goes_has_not_moved(void **state)
{
	struct bench *b = *state;

	rib_source_track(b->rib, b->third, true);
	refuse(b, "10.244.1.0/26", b->third, "192.0.2.1", RIB_FILTERED);
	link_route(b->rib, "192.0.2.0/28", 0);
	run(b);
	rib_source_remove(b->rib, b->third);

	assert_int_equal(rib_take_moved(b->rib), 0);
}

static void
next_hop_that_is_nearer_wins(void **state)
{
	struct bench *b = *state;

	link_route(b->rib, "10.0.0.3/32", 9);
	link_route(b->rib, "10.0.0.4/32", 8);
	update(b, "10.244.1.0/26", b->external, "10.0.0.3", 100);
	update(b, "10.244.1.0/26", b->third, "10.0.0.4", 100);
	run(b);

	assert_int_equal(best_of(b, "10.244.1.0/26"), b->third);
	assert_int_equal(
	    path_of(b, "10.244.1.0/26", b->external).step, STEP_IGP_METRIC);
}

static void
next_hop_through_our_own_route_follows_it(void **state)
{
	struct bench *b = *state;

	update(b, "10.244.1.0/26", b->internal, "172.16.0.5", 100);
	assert_int_equal(run(b), 0);
	update(b, "172.16.0.0/16", b->external, "10.0.0.3", 100);

	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), b->internal);
	withdraw(b, "172.16.0.0/16", b->external);
	assert_int_equal(run(b), 2);
	assert_int_equal(best_of(b, "10.244.1.0/26"), 0);
}

static void
next_hop_inside_its_own_prefix_settles(void **state)
{
	struct bench *b = *state;

	/* the neighbour announces its own address */
	update(b, "10.0.0.2/32", b->internal, "10.0.0.2", 100);

	assert_in_range(run(b), 1, 3);
	assert_int_equal(best_of(b, "10.0.0.2/32"), b->internal);
}

static void
next_hop_through_its_own_prefix_is_not_usable(void **state)
{
	struct bench *b = *state;

	update(b, "172.16.0.0/16", b->external, "10.0.0.3", 100);
	run(b);
	/* better, but held up by the one that it would replace */
	update(b, "172.16.0.0/16", b->internal, "172.16.0.5", 900);

	assert_int_equal(run(b), 0);
	assert_int_equal(best_of(b, "172.16.0.0/16"), b->external);
	assert_int_equal(
	    path_of(b, "172.16.0.0/16", b->internal).step, STEP_NEXT_HOP);
}

static void
neighbours_word_does_not_lead_to_the_neighbour(void **state)
{
	struct bench *b = *state;
	struct address far = address("172.16.0.7");
	uint32_t multihop =
	    neighbour(b->rib, SOURCE_EXTERNAL, "172.16.0.7", 65007);

	update(b, "172.16.0.0/16", multihop, "10.0.0.3", 100);
	run(b);

	assert_int_equal(nexthop_lookup(rib_nexthops(b->rib), &far).state,
	    NEXTHOP_UNRESOLVED);
}

static void
cover_is_the_longest_with_a_best_path(void **state)
{
	struct bench *b = *state;
	struct address a = address("10.244.1.7");
	struct prefix wide = prefix("10.244.0.0/16");

	update(b, "10.0.0.0/8", b->internal, "10.0.0.2", 100);
	update(b, "10.244.0.0/16", b->internal, "10.0.0.2", 100);
	update(b, "10.244.1.0/26", b->internal, "192.0.2.1", 100);
	run(b);

	assert_int_equal(rib_cover(b->rib, &a), rib_find(b->rib, &wide));
}

static void
cover_of_nothing_is_none(void **state)
{
	struct bench *b = *state;
	struct address a = address("10.244.1.7");

	assert_int_equal(rib_cover(b->rib, &a), 0);
}

static void
walk_survives_changes_in_between(void **state)
{
	struct bench *b = *state;
	bool seen[200] = { false };
	struct prefix p;
	uint32_t cursor = 0;
	unsigned int i;
	char text[32];

	for (i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		update(b, text, b->internal, "10.0.0.2", 100);
	}
	while ((cursor = rib_walk(b->rib, FAMILY_IPV4, cursor, &p)) != 0) {
		i = p.address.bytes[2];
		assert_false(seen[i]);
		seen[i] = true;
		/* odd ones go when the one before them was seen */
		if (i % 2 == 0) {
			snprintf(text, sizeof(text), "10.1.%u.0/24", i + 1);
			withdraw(b, text, b->internal);
			run(b);
		}
	}
	for (i = 0; i < 200; i += 2)
		assert_true(seen[i]);
}

static void
walk_of_paths_is_in_order_of_arrival(void **state)
{
	struct bench *b = *state;
	struct prefix p = prefix("10.244.1.0/26");
	const uint32_t order[] = { b->third, b->internal, b->external };
	struct rib_path path;
	uint32_t cursor = 0;
	size_t i;

	for (i = 0; i < COUNT(order); i++)
		update(b, "10.244.1.0/26", order[i], "10.0.0.2", 100);
	for (i = 0; i < COUNT(order); i++) {
		cursor = rib_path_next(
		    b->rib, FAMILY_IPV4, rib_find(b->rib, &p), cursor, &path);
		assert_int_equal(path.source, order[i]);
	}
	assert_int_equal(rib_path_next(b->rib, FAMILY_IPV4,
			     rib_find(b->rib, &p), cursor, &path),
	    0);
}

static void
budget_bounds_a_slice(void **state)
{
	struct bench *b = *state;
	unsigned int i;
	char text[32];

	for (i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		update(b, text, b->internal, "10.0.0.2", 100);
	}

	assert_true(rib_run(b->rib, 4, on_change, b));
	assert_int_equal(b->told, 4);
}

static void
families_take_turns(void **state)
{
	struct bench *b = *state;
	unsigned int i;
	char text[32];

	for (i = 0; i < 10; i++) {
		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		update(b, text, b->internal, "10.0.0.2", 100);
	}
	update(b, "fd00:10:244:1::/122", b->internal, "fd00::2", 100);

	rib_run(b->rib, 2, on_change, b);
	assert_int_equal(best_of(b, "fd00:10:244:1::/122"), b->internal);
}

static void
memory_of_a_path_with_its_entry_is_small(void **state)
{
	struct bench *b = *state;
	struct attrs a = plain("10.0.0.2");
	struct rib_input in = { .source = b->internal };
	struct address base;
	struct prefix p;
	size_t before;
	uint32_t i, n = 200000;

	in.received = in.accepted = attr_intern(rib_attrs(b->rib), &a);
	before = rib_bytes(b->rib);
	for (i = 0; i < n; i++) {
		base = address_v4(0x0a000000 + (i << 8));
		p = prefix_of(&base, 24);
		rib_update(b->rib, &p, &in, 0);
	}
	attr_unref(rib_attrs(b->rib), in.received);

	print_message("%zu bytes for a path with its entry\n",
	    (rib_bytes(b->rib) - before) / n);
	assert_in_range(rib_bytes(b->rib) - before, 0, 80 * (size_t)n);
}

/* After anything at all, what is left is what a naive table says. */
static void
random_changes_match_a_naive_table(void **state)
{
	struct bench *b = *state;
	const uint32_t sources[] = { b->internal, b->external, b->third };
	uint32_t pref[40][3] = { { 0 } }; /* 0: no path */
	unsigned int round, i, j, best;
	char text[32];

	srand(1);
	for (round = 0; round < 20000; round++) {
		i = (unsigned int)rand() % COUNT(pref);
		j = (unsigned int)rand() % 3;
		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		if (rand() % 500 == 0) {
			rib_flush(b->rib, sources[j], FAMILY_IPV4);
			for (i = 0; i < COUNT(pref); i++)
				pref[i][j] = 0;
		} else if (rand() % 3 == 0) {
			assert_int_equal(
			    withdraw(b, text, sources[j]), pref[i][j] != 0);
			pref[i][j] = 0;
		} else {
			/* three classes, so that no two are equal */
			pref[i][j] = 3 * (1 + (uint32_t)rand() % 50) + j;
			update(b, text, sources[j], "10.0.0.2", pref[i][j]);
		}
		if (round % 100 == 0)
			run(b);
	}
	run(b);
	for (i = 0; i < COUNT(pref); i++) {
		best = 0;
		for (j = 1; j < 3; j++)
			if (pref[i][j] > pref[i][best])
				best = j;
		snprintf(text, sizeof(text), "10.1.%u.0/24", i);
		assert_int_equal(
		    best_of(b, text), pref[i][best] != 0 ? sources[best] : 0);
	}
	for (j = 0; j < 3; j++)
		rib_source_remove(b->rib, sources[j]);
	run(b);
	assert_int_equal(attr_table_count(rib_attrs(b->rib)), 0);
	assert_false(nexthop_is_pending(rib_nexthops(b->rib)));
}

/* Paths whose next hops lie in one another's prefixes, and on the link. */
static void
random_nested_update(struct bench *b)
{
	const uint32_t sources[] = { b->internal, b->external, b->third };
	struct address base = address_v4(0xac100000 |
	    (uint32_t)(rand() % 4) << 14 | (uint32_t)(rand() % 2) << 13);
	struct prefix p = prefix_of(&base, 16 + (unsigned int)rand() % 4);
	uint32_t source = sources[rand() % 3];
	struct rib_input in = { .source = source };
	struct attrs a = plain("10.0.0.2");

	if (rand() % 4 == 0) {
		rib_withdraw(b->rib, &p, source, 0);
		return;
	}
	a.local_pref = 100 + (uint32_t)rand() % 3;
	if (rand() % 4 != 0)
		a.next_hop =
		    address_v4(0xac100001 | (uint32_t)(rand() % 8) << 13);
	in.received = in.accepted = attr_intern(rib_attrs(b->rib), &a);
	rib_update(b->rib, &p, &in, 0);
	attr_unref(rib_attrs(b->rib), in.received);
}

/* What was decided is what would be decided now. */
static void
assert_settled(struct bench *b)
{
	struct nexthop_table *hops = rib_nexthops(b->rib);
	struct rib_path path;
	struct prefix p;
	uint32_t entry = 0, cursor = 0;
	bool usable;

	while ((entry = rib_walk(b->rib, FAMILY_IPV4, entry, &p)) != 0)
		while ((cursor = rib_path_next(
			    b->rib, FAMILY_IPV4, entry, cursor, &path)) != 0) {
			usable = nexthop_get(hops, path.nexthop)->state ==
				NEXTHOP_RESOLVED &&
			    !nexthop_passes(hops, path.nexthop, &p);
			assert_int_equal(usable, path.step != STEP_NEXT_HOP);
		}
}

static void
random_recursion_settles(void **state)
{
	struct bench *b = *state;
	unsigned int round, turns;

	srand(1);
	for (round = 0; round < 5000; round++) {
		random_nested_update(b);
		for (turns = 0; rib_run(b->rib, 100, on_change, b); turns++)
			assert_in_range(turns, 0, 200);
		assert_settled(b);
	}
}

static void
refusal_words_are_all_there(void **state)
{
	enum rib_refusal r;

	(void)state;

	for (r = RIB_ACCEPTED; r < RIB_REFUSAL_MAX; r++) {
		assert_non_null(rib_refusal_word(r));
		/* The word stands in for a sentence that is not there. */
		if (r != RIB_ACCEPTED)
			assert_string_not_equal(
			    rib_refusal_text(r), rib_refusal_word(r));
	}
}

/* Several sessions may have one address; each is forgotten by itself. */
static void
source_is_found_by_its_address(void **state)
{
	struct bench *b = *state;
	struct rib_source s = { .kind = SOURCE_EXTERNAL };
	struct address before, after, unset = { .family = FAMILY_IPV4 };
	uint32_t one, other;

	address_parse("192.0.2.7", &before);
	address_parse("192.0.2.8", &after);
	s.address = before;
	one = rib_source_add(b->rib, &s);
	other = rib_source_add(b->rib, &s);
	assert_true(rib_source_is_at(b->rib, &before));
	assert_false(rib_source_is_at(b->rib, &after));

	s.address = after;
	rib_source_set(b->rib, one, &s);
	assert_true(rib_source_is_at(b->rib, &before));
	assert_true(rib_source_is_at(b->rib, &after));
	rib_source_remove(b->rib, other);
	assert_false(rib_source_is_at(b->rib, &before));
	rib_source_remove(b->rib, one);
	assert_false(rib_source_is_at(b->rib, &after));
	assert_false(rib_source_is_at(b->rib, &unset));
}

#define FACT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(source_is_found_by_its_address),
		FACT(update_first_path_is_told),
		FACT(update_of_ipv6_is_told),
		FACT(update_said_again_is_not_told),
		FACT(update_with_other_attributes_is_told),
		FACT(update_of_a_better_path_is_told),
		FACT(update_of_a_worse_path_is_not_told),
		FACT(update_of_an_equal_path_is_told),
		FACT(rules_that_change_decide_all_again_in_slices),
		FACT(refusals_are_counted_by_why),
		FACT(rules_that_stay_decide_nothing_again),
		FACT(update_many_times_in_a_turn_is_told_once),
		FACT(update_with_the_deciding_step_records_it),
		FACT(update_without_local_pref_counts_as_100),
		FACT(update_with_two_path_ids_is_two_paths),
		FACT(update_with_too_many_path_ids_is_not_taken),
		FACT(usable_paths_are_ranked),
		FACT(usable_paths_are_let_in_and_lead_somewhere),
		FACT(usable_path_that_loses_its_way_is_told_to_a_watch),
		FACT(other_paths_are_told_to_a_watch_alone),
		FACT(watch_is_of_one_family),
		FACT(update_of_long_lived_stale_loses),
		FACT(age_stays_when_said_again),
		FACT(local_route_wins),
		FACT(learned_route_beats_neighbours_and_loses_to_our_own),
		FACT(next_hop_inside_a_learned_route_is_the_kernels_to_resolve),
		FACT(refused_path_is_kept_and_not_best),
		FACT(refused_path_takes_the_best_away),
		FACT(reimport_keeps_age_and_stale_mark),
		FACT(reimport_of_no_path_is_nothing),
		FACT(source_next_walks_its_own_paths_only),
		FACT(withdrawal_of_the_best_takes_the_next),
		FACT(withdrawal_of_the_last_frees_the_entry),
		FACT(withdrawal_of_what_was_not_said_is_false),
		FACT(withdrawal_before_a_decision_is_not_told),
		FACT(hold_keeps_the_id_of_an_entry),
		FACT(flush_takes_one_source_and_family),
		FACT(source_removed_takes_its_paths),
		FACT(source_with_a_new_identifier_is_decided_again),
		FACT(source_counts_what_came_and_what_was_let_in),
		FACT(stale_mark_changes_nothing),
		FACT(stale_path_said_again_survives_the_sweep),
		FACT(second_mark_holds_for_what_was_said_between),
		FACT(next_hop_unresolved_is_not_usable),
		FACT(next_hops_that_all_fail_are_counted_by_prefix),
		FACT(next_hop_of_ours_is_not_usable),
		FACT(next_hop_found_later_makes_it_best),
		FACT(next_hop_lost_takes_it_away),
		FACT(next_hop_that_leads_elsewhere_is_told),
		FACT(next_hop_of_a_filtered_path_is_followed_if_wanted),
		FACT(next_hop_that_moves_by_our_own_route_is_not_told),
		FACT(source_that_goes_has_not_moved),
		FACT(next_hop_that_is_nearer_wins),
		FACT(next_hop_through_our_own_route_follows_it),
		FACT(next_hop_inside_its_own_prefix_settles),
		FACT(next_hop_through_its_own_prefix_is_not_usable),
		FACT(neighbours_word_does_not_lead_to_the_neighbour),
		FACT(cover_is_the_longest_with_a_best_path),
		FACT(cover_of_nothing_is_none),
		FACT(walk_survives_changes_in_between),
		FACT(walk_of_paths_is_in_order_of_arrival),
		FACT(budget_bounds_a_slice),
		FACT(families_take_turns),
		FACT(memory_of_a_path_with_its_entry_is_small),
		FACT(random_changes_match_a_naive_table),
		FACT(random_recursion_settles),
		cmocka_unit_test(refusal_words_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
