/* SPDX-License-Identifier: ISC */
/* test_fib_relic.c - what another daemon left, taken over step by step */

#include <errno.h>
#include <string.h>

#include "kernel/fib.h"
#include "tests/testing.h"

#define MAX    16
#define OURS   186 /* RTPROT_BGP */
#define BIRD   12
#define ZEBRA  11
#define METRIC 1024
#define OTHER  32 /* BIRD's own */
#define ETH0   2

#define BLOCK "10.1.0.0/26"

struct scene {
	struct fib *fib;
	int64_t now;
	struct kernel_change changes[MAX];
	size_t count;
};

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	if (!prefix_parse(text, &p, NULL))
		fail_msg("no prefix: %s", text);
	return p;
}

static struct fib_wish
via(const char *gateway)
{
	struct fib_wish w = { .type = KERNEL_UNICAST, .count = 1 };

	w.path[0].index = ETH0;
	if (!address_parse(gateway, &w.path[0].gateway))
		fail_msg("no address: %s", gateway);
	return w;
}

static struct fib_wish
via_two(const char *one, const char *two)
{
	struct fib_wish w = via(one);

	w.path[1] = via(two).path[0];
	w.count = 2;
	return w;
}

static struct kernel_route
route(const char *text, uint8_t protocol, uint32_t metric, struct fib_wish w)
{
	struct kernel_route r = {
		.prefix = prefix(text),
		.table = 254,
		.metric = metric,
		.protocol = protocol,
		.type = w.type,
		.count = w.count,
	};

	memcpy(r.path, w.path, sizeof(r.path));
	return r;
}

static void
scene_dump(struct scene *s, const struct kernel_route *routes, size_t count)
{
	size_t i;

	fib_dump_begin(s->fib);
	for (i = 0; i < count; i++)
		fib_route(s->fib, &routes[i], false, s->now);
	fib_dump_end(s->fib, s->now);
	fib_sweep(s->fib, UINT32_MAX, s->now);
}

/* Behind a first dump that found these, of a config that adopts BIRD's. */
static void
scene_init(struct scene *s, const struct kernel_route *routes, size_t count)
{
	const struct fib_config config = { .table = 254,
		.metric = METRIC,
		.protocol = OURS,
		.adopt = { BIRD } };

	memset(s, 0, sizeof(*s));
	s->fib = fib_new(&config);
	s->now = 1000000;
	scene_dump(s, routes, count);
}

static void
scene_found(struct scene *s, uint32_t metric, struct fib_wish w)
{
	struct kernel_route r = route(BLOCK, BIRD, metric, w);

	scene_init(s, &r, 1);
}

static void
scene_want(struct scene *s, struct fib_wish w)
{
	struct prefix p = prefix(BLOCK);

	fib_want(s->fib, &p, &w);
}

static void
scene_tell(struct scene *s, uint8_t protocol, uint32_t metric,
    const char *gateway, bool gone)
{
	struct kernel_route r = route(BLOCK, protocol, metric, via(gateway));

	fib_route(s->fib, &r, gone, s->now);
}

static size_t
scene_batch(struct scene *s)
{
	s->count = fib_batch(s->fib, FAMILY_IPV4, s->changes, MAX, s->now);
	return s->count;
}

/* The only change that is sent, with its result. */
static void
assert_sends(struct scene *s, enum kernel_verb verb, uint8_t protocol,
    uint32_t metric, int error)
{
	assert_int_equal(scene_batch(s), 1);
	assert_int_equal(s->changes[0].verb, verb);
	assert_int_equal(s->changes[0].route.protocol, protocol);
	assert_int_equal(s->changes[0].route.metric, metric);
	if (error != 0)
		fib_failed(
		    s->fib, FAMILY_IPV4, s->changes[0].cookie, error, s->now);
	fib_finished(s->fib, FAMILY_IPV4, 0, s->now);
}

static void
assert_status(struct scene *s, const char *word)
{
	struct prefix p = prefix(BLOCK);
	struct fib_view v = { .status = FIB_STATUS_MAX };

	fib_find(s->fib, &p, &v);
	assert_string_equal(fib_status_word(v.status), word);
}

static void
assert_done(struct scene *s, const char *word)
{
	assert_int_equal(scene_batch(s), 0);
	assert_status(s, word);
	fib_free(s->fib);
}

/* ---- taken over ---- */

static void
relic_is_held_and_shown_as_theirs(void **state)
{
	struct prefix p = prefix(BLOCK);
	struct fib_view v;
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));

	assert_true(fib_find(s.fib, &p, &v));
	assert_true(v.foreign);
	assert_int_equal(v.owner, BIRD);
	assert_int_equal(v.kernel.count, 1);
	assert_done(&s, "held");
}

static void
relic_of_our_metric_is_replaced_in_one_step(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, METRIC, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));
	assert_status(&s, "pending");

	assert_sends(&s, KERNEL_REPLACE, OURS, METRIC, 0);
	assert_done(&s, "in-sync");
}

static void
relic_of_another_metric_goes_behind_ours(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_ADD, OURS, METRIC, 0);
	assert_status(&s, "pending");
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "in-sync");
}

/* Traffic for it finds a way meanwhile. */
static void
relic_is_good_enough_to_be_announced(void **state)
{
	struct prefix p = prefix(BLOCK);
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via_two("10.0.0.2", "10.0.0.3"));
	scene_want(&s, via("10.0.0.3"));
	assert_status(&s, "held");

	assert_int_equal(fib_verdict(s.fib, &p), FIB_GOOD);
	fib_free(s.fib);
}

static void
relic_leading_elsewhere_waits_for_the_release(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via_two("10.0.0.2", "10.0.0.3"));
	scene_want(&s, via("10.0.0.3"));
	assert_int_equal(scene_batch(&s), 0);
	assert_status(&s, "held");

	fib_release(s.fib, FAMILY_IPV4);

	assert_sends(&s, KERNEL_ADD, OURS, METRIC, 0);
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "in-sync");
}

static void
relic_that_nobody_confirms_is_swept_at_the_release(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	fib_release(s.fib, FAMILY_IPV4);
	assert_status(&s, "removing");

	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "none");
}

static void
relic_is_released_when_its_gateway_is_done(void **state)
{
	struct address gateway = via("10.0.0.2").path[0].gateway;
	struct scene s;

	(void)state;
	scene_found(&s, METRIC, via("10.0.0.2"));
	fib_gateway_done(s.fib, &gateway, 0);

	assert_sends(&s, KERNEL_DELETE, BIRD, METRIC, 0);
	assert_done(&s, "none");
}

static void
relic_with_dead_next_hop_is_swept_at_once(void **state)
{
	struct fib_wish dead = via("10.0.0.2");
	struct scene s;

	(void)state;
	dead.path[0].dead = true;
	scene_found(&s, OTHER, dead);

	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "none");
}

/* A migration that was cut short between its two steps. */
static void
relic_beside_ours_is_deleted(void **state)
{
	struct kernel_route both[] = {
		route(BLOCK, OURS, METRIC, via("10.0.0.2")),
		route(BLOCK, BIRD, OTHER, via("10.0.0.2")),
	};
	struct scene s;

	(void)state;
	scene_init(&s, both, 2);
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "in-sync");
}

/* Ours is not used while theirs has the lower metric: theirs is the truth. */
static void
relic_beside_ours_is_held_for_what_it_leads_to(void **state)
{
	struct kernel_route both[] = {
		route(BLOCK, OURS, METRIC, via("10.0.0.2")),
		route(BLOCK, BIRD, OTHER, via("10.0.0.3")),
	};
	struct scene s;

	(void)state;
	scene_init(&s, both, 2);
	scene_want(&s, via("10.0.0.2"));
	assert_int_equal(scene_batch(&s), 0);
	assert_status(&s, "held");
	scene_want(&s, via("10.0.0.3"));

	assert_sends(&s, KERNEL_REPLACE, OURS, METRIC, 0);
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "in-sync");
}

static void
relics_of_several_metrics_all_go(void **state)
{
	struct kernel_route all[] = {
		route(BLOCK, BIRD, 2000, via("10.0.0.3")),
		route(BLOCK, BIRD, OTHER, via("10.0.0.2")),
		route(BLOCK, BIRD, METRIC, via("10.0.0.4")),
	};
	struct scene s;

	(void)state;
	scene_init(&s, all, 3);
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_REPLACE, OURS, METRIC, 0);
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_sends(&s, KERNEL_DELETE, BIRD, 2000, 0);
	assert_done(&s, "in-sync");
}

/* ---- trouble ---- */

static void
relic_stays_until_ours_is_acknowledged(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_ADD, OURS, METRIC, ENOBUFS);
	assert_int_equal(scene_batch(&s), 0);
	assert_status(&s, "failed");
	s.now += 60000;
	assert_sends(&s, KERNEL_ADD, OURS, METRIC, 0);
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "in-sync");
}

static void
relic_refused_to_go_is_tried_again(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	fib_release(s.fib, FAMILY_IPV4);

	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, EPERM);
	assert_int_equal(scene_batch(&s), 0);
	assert_status(&s, "failed");
	s.now += 60000;
	assert_sends(&s, KERNEL_DELETE, BIRD, OTHER, 0);
	assert_done(&s, "none");
}

static void
relic_that_went_silently_is_no_failure(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, METRIC, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_REPLACE, OURS, METRIC, ENOENT);
	assert_sends(&s, KERNEL_ADD, OURS, METRIC, 0);
	assert_done(&s, "in-sync");
}

static void
relic_that_others_delete_is_forgotten(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	scene_tell(&s, BIRD, OTHER, "10.0.0.2", true);

	assert_done(&s, "none");
}

static void
relic_of_ipv6_goes_path_by_path(void **state)
{
	struct kernel_route r =
	    route("fd01::/64", BIRD, OTHER, via_two("fd00::2", "fd00::3"));
	struct kernel_route one =
	    route("fd01::/64", BIRD, OTHER, via("fd00::2"));
	struct kernel_route two =
	    route("fd01::/64", BIRD, OTHER, via("fd00::3"));
	struct fib_view v;
	struct scene s;

	(void)state;
	scene_init(&s, &r, 1);
	fib_route(s.fib, &one, true, s.now);
	assert_true(fib_find(s.fib, &r.prefix, &v));
	assert_int_equal(v.kernel.count, 1);
	fib_route(s.fib, &two, true, s.now);

	assert_false(fib_find(s.fib, &r.prefix, &v));
	fib_free(s.fib);
}

static void
relic_of_a_link_that_goes_down_is_gone(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);

	assert_done(&s, "none");
}

static void
relic_that_a_dump_does_not_show_is_gone(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	scene_dump(&s, NULL, 0);

	assert_done(&s, "none");
}

static void
relic_shown_again_is_still_held(void **state)
{
	struct kernel_route r = route(BLOCK, BIRD, OTHER, via("10.0.0.2"));
	struct scene s;

	(void)state;
	scene_init(&s, &r, 1);
	scene_dump(&s, &r, 1);

	assert_done(&s, "held");
}

/* Somebody took its place: that is not ours to touch. */
static void
relic_replaced_by_others_is_a_conflict(void **state)
{
	struct kernel_route r = route(BLOCK, ZEBRA, METRIC, via("10.0.0.9"));
	struct scene s;

	(void)state;
	scene_found(&s, METRIC, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));
	r.replaces = true;
	fib_route(s.fib, &r, false, s.now);

	assert_done(&s, "conflict");
}

static void
relic_replaced_in_flight_is_looked_at(void **state)
{
	struct kernel_route r = route(BLOCK, ZEBRA, METRIC, via("10.0.0.9"));
	struct scene s;

	(void)state;
	scene_found(&s, METRIC, via("10.0.0.2"));
	scene_want(&s, via("10.0.0.2"));
	assert_int_equal(scene_batch(&s), 1);
	r.replaces = true;
	fib_route(s.fib, &r, false, s.now);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_true(fib_wants_dump(s.fib));
	assert_done(&s, "conflict");
}

/* ---- the end of it ---- */

/* The other daemon runs again. */
static void
adoption_is_of_the_first_dump_only(void **state)
{
	struct kernel_route r = route(BLOCK, BIRD, METRIC, via("10.0.0.2"));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, via("10.0.0.2"));
	scene_tell(&s, BIRD, METRIC, "10.0.0.2", false);
	assert_false(fib_is_relic(s.fib, &r));

	assert_done(&s, "conflict");
}

static void
adoption_names_its_protocols(void **state)
{
	struct kernel_route r = route(BLOCK, ZEBRA, METRIC, via("10.0.0.2"));
	struct scene s;

	(void)state;
	scene_init(&s, &r, 1);
	fib_release(s.fib, FAMILY_IPV4);

	assert_done(&s, "none");
}

/* FRR's, or ours of another metric. */
static void
relic_of_our_protocol_has_another_metric(void **state)
{
	struct kernel_route both[] = {
		route(BLOCK, OURS, OTHER, via("10.0.0.2")),
		route(BLOCK, OURS, METRIC, via("10.0.0.2")),
	};
	const struct fib_config config = { .table = 254,
		.metric = METRIC,
		.protocol = OURS,
		.adopt = { BIRD, OURS } };
	struct scene s = { .fib = fib_new(&config), .now = 1000000 };

	(void)state;
	scene_dump(&s, both, 2);
	assert_true(fib_is_relic(s.fib, &both[0]));
	assert_false(fib_is_relic(s.fib, &both[1]));
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_DELETE, OURS, OTHER, 0);
	assert_done(&s, "in-sync");
}

static void
adoption_is_of_our_table(void **state)
{
	struct kernel_route r = route(BLOCK, BIRD, METRIC, via("10.0.0.2"));
	struct scene s;

	(void)state;
	r.table = 100;
	scene_init(&s, &r, 1);
	assert_false(fib_is_relic(s.fib, &r));

	assert_done(&s, "none");
}

static void
relic_forgotten_is_left_alone(void **state)
{
	struct kernel_route r = route(BLOCK, BIRD, METRIC, via("10.0.0.2"));
	struct scene s;

	(void)state;
	scene_init(&s, &r, 1);
	assert_true(fib_is_relic(s.fib, &r));
	fib_forget_relics(s.fib);
	assert_false(fib_is_relic(s.fib, &r));
	assert_status(&s, "none");
	scene_want(&s, via("10.0.0.2"));

	assert_sends(&s, KERNEL_ADD, OURS, METRIC, EEXIST);
	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &r, 1);
	assert_done(&s, "conflict");
}

static void
flush_leaves_what_was_not_taken_over(void **state)
{
	struct scene s;

	(void)state;
	scene_found(&s, OTHER, via("10.0.0.2"));
	fib_flush(s.fib);

	assert_done(&s, "none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relic_is_held_and_shown_as_theirs),
		cmocka_unit_test(relic_of_our_metric_is_replaced_in_one_step),
		cmocka_unit_test(relic_of_another_metric_goes_behind_ours),
		cmocka_unit_test(relic_is_good_enough_to_be_announced),
		cmocka_unit_test(relic_leading_elsewhere_waits_for_the_release),
		cmocka_unit_test(
		    relic_that_nobody_confirms_is_swept_at_the_release),
		cmocka_unit_test(relic_is_released_when_its_gateway_is_done),
		cmocka_unit_test(relic_with_dead_next_hop_is_swept_at_once),
		cmocka_unit_test(relic_beside_ours_is_deleted),
		cmocka_unit_test(
		    relic_beside_ours_is_held_for_what_it_leads_to),
		cmocka_unit_test(relics_of_several_metrics_all_go),
		cmocka_unit_test(relic_stays_until_ours_is_acknowledged),
		cmocka_unit_test(relic_refused_to_go_is_tried_again),
		cmocka_unit_test(relic_that_went_silently_is_no_failure),
		cmocka_unit_test(relic_that_others_delete_is_forgotten),
		cmocka_unit_test(relic_of_ipv6_goes_path_by_path),
		cmocka_unit_test(relic_of_a_link_that_goes_down_is_gone),
		cmocka_unit_test(relic_that_a_dump_does_not_show_is_gone),
		cmocka_unit_test(relic_shown_again_is_still_held),
		cmocka_unit_test(relic_replaced_by_others_is_a_conflict),
		cmocka_unit_test(relic_replaced_in_flight_is_looked_at),
		cmocka_unit_test(adoption_is_of_the_first_dump_only),
		cmocka_unit_test(adoption_names_its_protocols),
		cmocka_unit_test(relic_of_our_protocol_has_another_metric),
		cmocka_unit_test(adoption_is_of_our_table),
		cmocka_unit_test(relic_forgotten_is_left_alone),
		cmocka_unit_test(flush_leaves_what_was_not_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
