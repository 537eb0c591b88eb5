/* SPDX-License-Identifier: ISC */
/* test_fib.c - the rules of wanted against installed, one by one */

#include "kernel/fib.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/testing.h"

#define MAX    64
#define OURS   186 /* RTPROT_BGP */
#define THEIRS 4   /* RTPROT_STATIC */
#define ETH0   2
#define ETH1   3

struct scene {
	struct fib *fib;
	int64_t now;
	struct kernel_change changes[MAX];
	size_t count;
};

static const struct fib_config config = {
	.table = 254, .metric = 1024, .protocol = OURS
};

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	if (!prefix_parse(text, &p, NULL))
		fail_msg("no prefix: %s", text);
	return p;
}

static struct address
address(const char *text)
{
	struct address a;

	if (!address_parse(text, &a))
		fail_msg("no address: %s", text);
	return a;
}

static struct fib_wish
via(const char *gateway, uint32_t index)
{
	struct fib_wish w = { .type = KERNEL_UNICAST, .count = 1 };

	w.path[0].gateway = address(gateway);
	w.path[0].index = index;
	return w;
}

static struct fib_wish
via_two(const char *one, uint32_t index, const char *two, uint32_t second)
{
	struct fib_wish w = via(one, index);

	w.path[1] = via(two, second).path[0];
	w.count = 2;
	return w;
}

/* A route as the kernel tells it. */
static struct kernel_route
route(const char *text, uint8_t protocol, struct fib_wish w)
{
	struct kernel_route r = {
		.prefix = prefix(text),
		.table = 254,
		.metric = 1024,
		.protocol = protocol,
		.type = w.type,
		.count = w.count,
	};

	memcpy(r.path, w.path, sizeof(r.path));
	r.path[0].weight = r.path[1].weight = 1;
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
	while (fib_sweep(s->fib, 1, s->now))
		;
}

/* Behind a first dump that found these. */
static void
scene_init(struct scene *s, const struct kernel_route *routes, size_t count)
{
	memset(s, 0, sizeof(*s));
	s->fib = fib_new(&config);
	s->now = 1000000;
	scene_dump(s, routes, count);
}

static void
scene_want(struct scene *s, const char *text, struct fib_wish w)
{
	struct prefix p = prefix(text);

	fib_want(s->fib, &p, &w);
}

static void
scene_unwant(struct scene *s, const char *text)
{
	struct prefix p = prefix(text);

	fib_unwant(s->fib, &p);
}

static void
scene_tell(struct scene *s, const struct kernel_route *r, bool gone)
{
	fib_route(s->fib, r, gone, s->now);
}

static size_t
scene_batch(struct scene *s, enum family family)
{
	s->count = fib_batch(s->fib, family, s->changes, MAX, s->now);
	return s->count;
}

/* Sends what there is for the only change of the scene, with this result. */
static void
scene_result(struct scene *s, enum kernel_verb verb, int error)
{
	enum family family = FAMILY_IPV4;

	if (scene_batch(s, family) == 0)
		scene_batch(s, family = FAMILY_IPV6);
	assert_int_equal(s->count, 1);
	assert_int_equal(s->changes[0].verb, verb);
	if (error != 0)
		fib_failed(s->fib, family, s->changes[0].cookie, error, s->now);
	fib_finished(s->fib, family, 0, s->now);
}

static void
assert_idle(struct scene *s)
{
	assert_int_equal(scene_batch(s, FAMILY_IPV4), 0);
	assert_int_equal(scene_batch(s, FAMILY_IPV6), 0);
}

static struct fib_view
view(const struct scene *s, const char *text)
{
	struct prefix p = prefix(text);
	struct fib_view v;

	if (!fib_find(s->fib, &p, &v))
		v.status = FIB_STATUS_MAX;
	return v;
}

static void
assert_status(const struct scene *s, const char *text, const char *word)
{
	assert_string_equal(fib_status_word(view(s, text).status), word);
}

/* One route of ours, installed. */
static void
scene_with(struct scene *s, const char *text, struct fib_wish w)
{
	scene_init(s, NULL, 0);
	scene_want(s, text, w);
	scene_result(s, KERNEL_ADD, 0);
	assert_status(s, text, "in-sync");
}

/* ---- the way of a change ---- */

static void
wish_new_is_added(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	assert_status(&s, "10.1.0.0/16", "pending");
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);

	assert_int_equal(s.changes[0].verb, KERNEL_ADD);
	assert_int_equal(s.changes[0].route.protocol, OURS);
	assert_int_equal(s.changes[0].route.table, 254);
	assert_int_equal(s.changes[0].route.metric, 1024);
	assert_int_equal(s.changes[0].route.count, 1);
	assert_int_equal(s.changes[0].route.path[0].index, ETH0);
	fib_free(s.fib);
}

static void
batch_finished_is_in_sync(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));

	assert_status(&s, "10.1.0.0/16", "in-sync");
	assert_idle(&s);
	fib_free(s.fib);
}

static void
wish_changed_is_replaced(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));

	scene_result(&s, KERNEL_REPLACE, 0);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
wish_same_again_costs_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_with(
	    &s, "10.1.0.0/16", via_two("10.0.0.2", ETH0, "10.0.1.2", ETH1));
	scene_want(
	    &s, "10.1.0.0/16", via_two("10.0.1.2", ETH1, "10.0.0.2", ETH0));

	assert_idle(&s);
	fib_free(s.fib);
}

static void
wish_gone_is_deleted_and_forgotten(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_unwant(&s, "10.1.0.0/16");
	assert_status(&s, "10.1.0.0/16", "removing");

	scene_result(&s, KERNEL_DELETE, 0);
	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

static void
wish_taken_back_before_it_was_sent_costs_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_unwant(&s, "10.1.0.0/16");

	assert_idle(&s);
	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

static void
wish_changed_in_flight_is_sent_afterwards(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	assert_false(fib_has_work(s.fib, FAMILY_IPV4, s.now));
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	scene_result(&s, KERNEL_REPLACE, 0);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
wish_gone_in_flight_is_deleted_afterwards(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	scene_unwant(&s, "10.1.0.0/16");
	assert_status(&s, "10.1.0.0/16", "removing");
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
deletions_go_first(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_unwant(&s, "10.1.0.0/16");

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 2);
	assert_int_equal(s.changes[0].verb, KERNEL_DELETE);
	assert_int_equal(s.changes[1].verb, KERNEL_ADD);
	fib_free(s.fib);
}

static void
families_do_not_wait_for_each_other(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "fd01::/64", via("fd00::2", ETH0));

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(scene_batch(&s, FAMILY_IPV6), 1);
	fib_free(s.fib);
}

/* What is in flight is not sent again; the results come batch by batch. */
static void
batches_in_flight_end_in_order(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_status(&s, "10.2.0.0/16", "pending");
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_REPLACE);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	assert_status(&s, "10.2.0.0/16", "in-sync");
	assert_status(&s, "10.1.0.0/16", "pending");
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
batches_in_flight_are_few(void **state)
{
	struct scene s;
	char text[32];
	int i;

	(void)state;
	scene_init(&s, NULL, 0);
	for (i = 0; i < KERNEL_BATCHES; i++) {
		snprintf(text, sizeof(text), "10.%d.0.0/16", i);
		scene_want(&s, text, via("10.0.0.2", ETH0));
		assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	}
	scene_want(&s, "10.99.0.0/16", via("10.0.0.2", ETH0));

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 0);
	fib_free(s.fib);
}

static void
changes_unsent_are_sent_again(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_unsent(s.fib, FAMILY_IPV4, s.changes + 1, 1);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	assert_status(&s, "10.2.0.0/16", "pending");

	scene_result(&s, KERNEL_ADD, 0);
	assert_status(&s, "10.2.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
nothing_is_sent_before_the_first_dump(void **state)
{
	struct scene s = { .fib = fib_new(&config), .now = 1000000 };

	(void)state;
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));

	assert_false(fib_has_work(s.fib, FAMILY_IPV4, s.now));
	assert_idle(&s);
	fib_free(s.fib);
}

static void
nothing_is_sent_during_a_dump(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	fib_dump_begin(s.fib);
	assert_idle(&s);
	fib_dump_end(s.fib, s.now);
	while (fib_sweep(s.fib, 1, s.now))
		assert_idle(&s);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
blackhole_is_sent_without_paths(void **state)
{
	struct fib_wish blackhole = { .type = KERNEL_BLACKHOLE };
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/26", blackhole);

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(s.changes[0].route.type, KERNEL_BLACKHOLE);
	assert_int_equal(s.changes[0].route.count, 0);
	fib_free(s.fib);
}

static void
flush_deletes_all_of_ours(void **state)
{
	const struct kernel_route adopted =
	    route("10.9.0.0/16", OURS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &adopted, 1);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, 0);
	fib_flush(s.fib);

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 2);
	assert_int_equal(s.changes[0].verb, KERNEL_DELETE);
	assert_int_equal(s.changes[1].verb, KERNEL_DELETE);
	fib_free(s.fib);
}

/* ---- refusals ---- */

static void
refusal_has_status_and_next_verb(void **state)
{
	/* installed: the route is there before; error of the next change. */
	static const struct {
		bool installed;
		bool wanted;
		enum kernel_verb verb;
		int error;
		const char *status;
		int64_t retry; /* ms; 0: at once or never */
		int next;      /* verb, -1: none */
	} cases[] = {
		{ false, true, KERNEL_ADD, EEXIST, "conflict", 1000, -1 },
		{ false, true, KERNEL_ADD, ENETUNREACH, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, EHOSTUNREACH, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, ENODEV, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, EINVAL, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, ENOBUFS, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, ENOMEM, "failed", 1000, -1 },
		{ false, true, KERNEL_ADD, EPERM, "failed", 1000, -1 },
		{ true, true, KERNEL_REPLACE, ESRCH, "pending", 0, KERNEL_ADD },
		{ true, true, KERNEL_REPLACE, ENOENT, "pending", 0,
		    KERNEL_ADD },
		{ true, true, KERNEL_REPLACE, ENETUNREACH, "failed", 1000, -1 },
		{ true, false, KERNEL_DELETE, ESRCH, "none", 0, -1 },
		{ true, false, KERNEL_DELETE, ENOENT, "none", 0, -1 },
		{ true, false, KERNEL_DELETE, ENOBUFS, "failed", 1000, -1 },
	};
	struct scene s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		scene_init(&s, NULL, 0);
		scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
		if (cases[i].installed) {
			scene_result(&s, KERNEL_ADD, 0);
			scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
		}
		if (!cases[i].wanted)
			scene_unwant(&s, "10.1.0.0/16");
		scene_result(&s, cases[i].verb, cases[i].error);

		assert_status(&s, "10.1.0.0/16", cases[i].status);
		if (cases[i].retry > 0)
			assert_int_equal(view(&s, "10.1.0.0/16").retry_at,
			    s.now + cases[i].retry);
		scene_batch(&s, FAMILY_IPV4);
		assert_int_equal(s.count, cases[i].next >= 0);
		if (cases[i].next >= 0)
			assert_int_equal(s.changes[0].verb, cases[i].next);
		fib_free(s.fib);
	}
}

static void
refusal_repeated_doubles_the_wait_to_a_minute(void **state)
{
	static const int64_t waits[] = { 1000, 2000, 4000, 8000, 16000, 32000,
		60000, 60000 };
	struct scene s;
	size_t i;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	for (i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		scene_result(&s, KERNEL_ADD, ENOBUFS);
		assert_int_equal(fib_next_retry(s.fib), s.now + waits[i]);
		s.now += waits[i] - 1;
		assert_idle(&s);
		s.now++;
		assert_true(fib_has_work(s.fib, FAMILY_IPV4, s.now));
	}
	fib_free(s.fib);
}

static void
refusal_of_another_wish_is_forgotten(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	scene_want(&s, "10.1.0.0/16", via("10.0.1.2", ETH1));

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
refusal_keeps_its_time(void **state)
{
	struct scene s;
	int64_t since;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	since = view(&s, "10.1.0.0/16").since;
	s.now += 5000;
	scene_result(&s, KERNEL_ADD, ENETUNREACH);

	assert_int_equal(view(&s, "10.1.0.0/16").since, since);
	assert_int_equal(view(&s, "10.1.0.0/16").error, ENETUNREACH);
	fib_free(s.fib);
}

static void
batch_lost_is_sent_again_later_and_looked_at(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_finished(s.fib, FAMILY_IPV4, ENOBUFS, s.now);
	assert_idle(&s);
	assert_true(fib_wants_dump(s.fib));
	assert_false(fib_wants_dump(s.fib));
	assert_int_equal(fib_next_retry(s.fib), s.now + 1000);
	s.now += 1000;

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
retry_waits_for_what_must_be_told_first(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	s.now += 5000;
	assert_int_equal(fib_next_retry(s.fib), 0);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_true(fib_next_retry(s.fib) > 0);
	fib_dump_begin(s.fib);
	assert_int_equal(fib_next_retry(s.fib), 0);
	fib_free(s.fib);
}

static void
retry_waits_for_a_family_that_is_backed_off(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	s.now += 500;
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_finished(s.fib, FAMILY_IPV4, ENOBUFS, s.now);

	assert_int_equal(fib_next_retry(s.fib), s.now + 1000);
	fib_free(s.fib);
}

/* ---- other owners ---- */

static void
conflict_of_unknown_owner_asks_for_a_dump(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, EEXIST);
	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &theirs, 1);

	assert_status(&s, "10.1.0.0/16", "conflict");
	assert_int_equal(view(&s, "10.1.0.0/16").owner, THEIRS);
	assert_int_equal(view(&s, "10.1.0.0/16").retry_at, 0);
	fib_free(s.fib);
}

static void
conflict_is_left_alone_until_it_goes(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	assert_status(&s, "10.1.0.0/16", "conflict");
	s.now += 3600000;
	assert_idle(&s);
	scene_tell(&s, &theirs, true);

	scene_result(&s, KERNEL_ADD, 0);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
conflict_ends_when_a_dump_does_not_show_it(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	scene_dump(&s, NULL, 0);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
conflict_ends_silently_with_the_link_of_the_other(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.1.9", ETH1));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	fib_link(s.fib, ETH1, FIB_LINK_DOWN);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
conflict_that_nobody_explains_is_tried_again(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, EEXIST);
	scene_dump(&s, NULL, 0);
	assert_idle(&s);
	s.now += 1000;

	scene_result(&s, KERNEL_ADD, EEXIST);
	assert_int_equal(fib_next_retry(s.fib), s.now + 2000);
	fib_free(s.fib);
}

static void
conflict_unwanted_is_forgotten(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	scene_unwant(&s, "10.1.0.0/16");

	assert_idle(&s);
	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

static void
foreign_route_of_no_wish_is_not_kept(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &theirs, 1);

	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

static void
foreign_route_of_other_metric_or_table_is_no_conflict(void **state)
{
	struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	theirs.metric = 0;
	scene_tell(&s, &theirs, false);
	theirs.metric = 1024;
	theirs.table = 7;
	scene_tell(&s, &theirs, false);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
foreign_replacement_is_conflict_and_never_replaced(void **state)
{
	struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	theirs.replaces = true;
	scene_tell(&s, &theirs, false);
	assert_status(&s, "10.1.0.0/16", "conflict");
	assert_false(view(&s, "10.1.0.0/16").installed);
	assert_idle(&s);
	scene_unwant(&s, "10.1.0.0/16");

	assert_idle(&s);
	fib_free(s.fib);
}

static void
foreign_route_beside_ours_is_conflict_without_replace(void **state)
{
	const struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	assert_idle(&s);
	scene_unwant(&s, "10.1.0.0/16");

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
foreign_replacement_in_flight_is_looked_at(void **state)
{
	struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	theirs.replaces = true;
	scene_tell(&s, &theirs, false);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_status(&s, "10.1.0.0/16", "conflict");
	assert_true(fib_wants_dump(s.fib));
	assert_idle(&s);
	fib_free(s.fib);
}

/* Its word may be of before the change or behind it: is the rest there? */
static void
path_lost_in_flight_is_looked_at(void **state)
{
	const struct kernel_route lost =
	    route("fd01::/64", OURS, via("fd00::3", ETH1));
	struct scene s;

	(void)state;
	scene_with(&s, "fd01::/64", via_two("fd00::2", ETH0, "fd00::3", ETH1));
	scene_want(&s, "fd01::/64", via("fd00::3", ETH1));
	scene_batch(&s, FAMILY_IPV6);
	scene_tell(&s, &lost, true);
	scene_want(&s, "fd01::/64", via("fd00::2", ETH0));
	fib_finished(s.fib, FAMILY_IPV6, 0, s.now);

	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, NULL, 0);
	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

/* Likewise: the other path may be left, and nobody wants it. */
static void
path_lost_of_what_was_in_flight_is_looked_at(void **state)
{
	const struct kernel_route lost =
	    route("fd01::/64", OURS, via("fd00::3", ETH1));
	const struct kernel_route left =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "fd01::/64", via("fd00::3", ETH1));
	scene_want(&s, "fd01::/64", via_two("fd00::2", ETH0, "fd00::3", ETH1));
	scene_batch(&s, FAMILY_IPV6);
	scene_tell(&s, &lost, true);
	scene_unwant(&s, "fd01::/64");
	fib_finished(s.fib, FAMILY_IPV6, 0, s.now);

	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &left, 1);
	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

/* Its link went first: so the old route is where it was, and ours to delete. */
static void
link_lost_in_flight_leaves_what_was_not_replaced(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.1.0.0/16", via("10.0.1.2", ETH1));
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	fib_link(s.fib, ETH1, FIB_LINK_DOWN);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[0].cookie, ENETUNREACH, s.now);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	assert_true(view(&s, "10.1.0.0/16").installed);

	scene_unwant(&s, "10.1.0.0/16");
	s.now += 60000;
	scene_result(&s, KERNEL_DELETE, 0);
	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

/* Before the link went or when it was back: nobody wants it, it may be there.
 */
static void
link_that_flaps_in_flight_is_looked_at(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.1.2", ETH1));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.1.0.0/16", via("10.0.1.2", ETH1));
	scene_batch(&s, FAMILY_IPV4);
	fib_link(s.fib, ETH1, FIB_LINK_DOWN);
	fib_link(s.fib, ETH1, FIB_LINK_UP);
	scene_unwant(&s, "10.1.0.0/16");
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &ours, 1);
	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

/* ---- repair ---- */

static void
route_deleted_by_others_is_put_back_at_once(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct fib_counts counts;
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &ours, true);
	assert_status(&s, "10.1.0.0/16", "pending");
	scene_result(&s, KERNEL_ADD, 0);
	fib_counts(s.fib, FAMILY_IPV4, &counts);

	assert_int_equal(counts.repaired, 1);
	fib_free(s.fib);
}

static void
route_changed_by_others_is_put_right(void **state)
{
	const struct kernel_route changed =
	    route("10.1.0.0/16", OURS, via("10.0.0.7", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &changed, false);

	scene_result(&s, KERNEL_REPLACE, 0);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
route_of_ours_that_nobody_wants_is_swept(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_tell(&s, &ours, false);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
route_deleted_in_flight_is_added_again(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	scene_tell(&s, &ours, true);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
route_deleted_again_and_again_is_backed_off(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;
	int i;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	for (i = 0; i < 4; i++) {
		s.now += 1000;
		scene_tell(&s, &ours, true);
		scene_result(&s, KERNEL_ADD, 0);
	}
	scene_tell(&s, &ours, true);
	assert_idle(&s);
	assert_int_equal(view(&s, "10.1.0.0/16").taken, 5);
	assert_int_equal(fib_next_retry(s.fib), s.now + 1000);
	s.now += 1000;
	scene_result(&s, KERNEL_ADD, 0);
	scene_tell(&s, &ours, true);

	assert_int_equal(fib_next_retry(s.fib), s.now + 2000);
	fib_free(s.fib);
}

static void
route_deleted_now_and_then_is_put_back_each_time(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;
	int i;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));

	for (i = 0; i < 20; i++) {
		s.now += 5000;
		scene_tell(&s, &ours, true);
		scene_result(&s, KERNEL_ADD, 0);
	}
	fib_free(s.fib);
}

static void
ipv6_route_loses_one_path_and_is_replaced(void **state)
{
	const struct kernel_route one =
	    route("fd01::/64", OURS, via("fd00::3", ETH1));
	struct scene s;

	(void)state;
	scene_with(&s, "fd01::/64", via_two("fd00::2", ETH0, "fd00::3", ETH1));
	scene_tell(&s, &one, true);

	scene_result(&s, KERNEL_REPLACE, 0);
	fib_free(s.fib);
}

static void
ipv6_metric_zero_is_1024_in_the_kernel(void **state)
{
	const struct fib_config zero = { .table = 254, .protocol = OURS };
	const struct kernel_route ours =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	fib_free(s.fib);
	s.fib = fib_new(&zero);
	scene_dump(&s, &ours, 1);

	assert_status(&s, "fd01::/64", "held");
	fib_free(s.fib);
}

static void
dump_without_our_route_puts_it_back(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_dump(&s, NULL, 0);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
dump_with_our_route_changes_nothing(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_dump(&s, &ours, 1);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	assert_idle(&s);
	fib_free(s.fib);
}

static void
dump_during_flight_leaves_it_to_the_result(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	scene_dump(&s, NULL, 0);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

/* ---- links ---- */

static void
link_down_takes_ipv4_routes_silently(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	assert_status(&s, "10.1.0.0/16", "failed");
	assert_int_equal(view(&s, "10.1.0.0/16").error, ENETDOWN);
	assert_idle(&s);
	fib_link(s.fib, ETH0, FIB_LINK_UP);

	scene_result(&s, KERNEL_ADD, 0);
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
link_down_leaves_ipv6_routes_to_their_events(void **state)
{
	const struct kernel_route ours =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "fd01::/64", via("fd00::2", ETH0));
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	assert_true(view(&s, "fd01::/64").installed);
	scene_tell(&s, &ours, true);
	assert_status(&s, "fd01::/64", "failed");
	assert_idle(&s);
	fib_link(s.fib, ETH0, FIB_LINK_UP);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
link_down_leaves_other_links(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	fib_link(s.fib, ETH1, FIB_LINK_DOWN);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
link_down_leaves_routes_with_another_path(void **state)
{
	struct scene s;

	(void)state;
	scene_with(
	    &s, "10.1.0.0/16", via_two("10.0.0.2", ETH0, "10.0.1.2", ETH1));
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	assert_true(view(&s, "10.1.0.0/16").installed);
	fib_link(s.fib, ETH1, FIB_LINK_DOWN);

	assert_false(view(&s, "10.1.0.0/16").installed);
	fib_free(s.fib);
}

static void
link_removed_takes_routes_with_any_path_over_it(void **state)
{
	struct scene s;

	(void)state;
	scene_with(
	    &s, "10.1.0.0/16", via_two("10.0.0.2", ETH0, "10.0.1.2", ETH1));
	fib_link(s.fib, ETH0, FIB_LINK_GONE);

	assert_false(view(&s, "10.1.0.0/16").installed);
	fib_free(s.fib);
}

static void
link_down_leaves_blackholes(void **state)
{
	struct fib_wish blackhole = { .type = KERNEL_BLACKHOLE };
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/26", blackhole);
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);

	assert_status(&s, "10.1.0.0/26", "in-sync");
	fib_free(s.fib);
}

static void
link_flap_in_flight_is_not_believed_in_sync(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	fib_link(s.fib, ETH0, FIB_LINK_UP);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	scene_result(&s, KERNEL_ADD, EEXIST);
	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &ours, 1);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
link_flushed_of_ipv4_takes_its_ipv4_routes(void **state)
{
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	fib_link_flushed(s.fib, ETH0);

	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	assert_status(&s, "10.1.0.0/16", "failed");
	fib_free(s.fib);
}

static void
link_up_ends_the_wait_for_an_event(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	fib_link(s.fib, ETH0, FIB_LINK_UP);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETDOWN);
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	fib_link(s.fib, ETH0, FIB_LINK_UP);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
link_down_is_no_deletion_by_others(void **state)
{
	const struct kernel_route ours =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	struct scene s;
	int i;

	(void)state;
	scene_with(&s, "fd01::/64", via("fd00::2", ETH0));

	for (i = 0; i < 20; i++) {
		s.now += 300;
		fib_link(s.fib, ETH0, FIB_LINK_DOWN);
		scene_tell(&s, &ours, true);
		fib_link(s.fib, ETH0, FIB_LINK_UP);
		scene_result(&s, KERNEL_ADD, 0);
	}
	fib_free(s.fib);
}

/* ---- adoption ---- */

static void
adopted_route_is_held(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);

	assert_status(&s, "10.1.0.0/16", "held");
	assert_idle(&s);
	fib_free(s.fib);
}

static void
adopted_route_confirmed_causes_no_change(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_release(s.fib, FAMILY_IPV4);

	assert_idle(&s);
	fib_free(s.fib);
}

static void
adopted_route_differing_is_held_then_replaced(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	assert_status(&s, "10.1.0.0/16", "held");
	assert_idle(&s);
	fib_release(s.fib, FAMILY_IPV4);

	scene_result(&s, KERNEL_REPLACE, 0);
	fib_free(s.fib);
}

static void
adopted_route_unconfirmed_is_swept_at_release(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	fib_release(s.fib, FAMILY_IPV6);
	assert_idle(&s);
	fib_release(s.fib, FAMILY_IPV4);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
adopted_route_is_released_when_its_gateway_is_done(void **state)
{
	const struct kernel_route ours[] = {
		route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0)),
		route("10.2.0.0/16", OURS, via("10.0.0.3", ETH0)),
	};
	const struct address done = address("10.0.0.2");
	struct scene s;

	(void)state;
	scene_init(&s, ours, 2);
	fib_gateway_done(s.fib, &done, 0);

	scene_result(&s, KERNEL_DELETE, 0);
	assert_status(&s, "10.2.0.0/16", "held");
	fib_free(s.fib);
}

/* The same link-local address may be on every link. */
static void
adopted_route_of_another_link_is_not_released(void **state)
{
	const struct kernel_route ours[] = {
		route("fd01::/64", OURS, via("fe80::1", ETH0)),
		route("fd02::/64", OURS, via("fe80::1", ETH1)),
	};
	const struct address done = address("fe80::1");
	struct scene s;

	(void)state;
	scene_init(&s, ours, 2);
	fib_gateway_done(s.fib, &done, ETH1);

	assert_status(&s, "fd01::/64", "held");
	assert_status(&s, "fd02::/64", "removing");
	fib_free(s.fib);
}

static void
adopted_route_of_an_absent_gateway_is_held_on(void **state)
{
	const struct kernel_route found[] = {
		route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0)),
		route("10.2.0.0/16", OURS, via("10.0.0.3", ETH0)),
		route("10.3.0.0/16", OURS,
		    via_two("10.0.0.2", ETH0, "10.0.0.3", ETH0)),
		route("10.4.0.0/16", OURS, via("10.0.0.2", ETH0)),
	};
	const struct address absent = address("10.0.0.2");
	struct scene s;

	(void)state;
	scene_init(&s, found, 4);
	scene_want(&s, "10.4.0.0/16", via("10.0.0.3", ETH0));
	fib_release_but(s.fib, FAMILY_IPV4, &absent, 1);

	assert_status(&s, "10.1.0.0/16", "held");
	assert_status(&s, "10.2.0.0/16", "removing");
	assert_status(&s, "10.3.0.0/16", "removing");
	assert_status(&s, "10.4.0.0/16", "pending");
	fib_free(s.fib);
}

static void
adopted_route_of_two_gateways_waits_for_both(void **state)
{
	const struct kernel_route ours = route(
	    "10.1.0.0/16", OURS, via_two("10.0.0.2", ETH0, "10.0.0.3", ETH0));
	const struct address one = address("10.0.0.2");
	const struct address two = address("10.0.0.3");
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	fib_gateway_done(s.fib, &one, 0);
	assert_idle(&s);
	fib_gateway_done(s.fib, &two, 0);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
adopted_route_with_dead_next_hop_is_not_held(void **state)
{
	struct kernel_route ours =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	struct scene s;

	(void)state;
	ours.path[0].dead = true;
	scene_init(&s, &ours, 1);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
adopted_route_of_link_that_goes_down_is_gone(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);

	assert_status(&s, "10.1.0.0/16", "none");
	fib_free(s.fib);
}

static void
adoption_is_of_the_first_dump_only(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_dump(&s, &ours, 1);

	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

static void
adoption_lets_new_prefixes_in_at_once(void **state)
{
	const struct kernel_route ours =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, &ours, 1);
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

/* ---- the view ---- */

static void
walk_shows_each_entry_once(void **state)
{
	struct fib_view v;
	struct scene s;
	uint32_t cursor = 0;
	int n = 0;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.3.0.0/16", via("10.0.0.2", ETH0));
	scene_unwant(&s, "10.2.0.0/16");
	while ((cursor = fib_walk(s.fib, FAMILY_IPV4, cursor, &v)) != 0)
		n++;

	assert_int_equal(n, 2);
	fib_free(s.fib);
}

static void
counts_follow_the_status(void **state)
{
	struct fib_counts counts;
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	fib_counts(s.fib, FAMILY_IPV4, &counts);

	assert_int_equal(counts.by_status[FIB_IN_SYNC], 1);
	assert_int_equal(counts.by_status[FIB_PENDING], 1);
	assert_int_equal(counts.added, 1);
	fib_free(s.fib);
}

static void
settle_many(struct scene *s, enum family family, uint32_t count)
{
	struct fib_wish w =
	    family == FAMILY_IPV4 ? via("10.0.0.2", ETH0) : via("fd::2", ETH0);
	struct prefix p = prefix(family == FAMILY_IPV4 ? "0.0.0.0/0" : "::/0");
	uint32_t i;

	for (i = 0; i < count; i++) {
		p = prefix_of(&p.address, family_bits(family));
		p.address.bytes[1] = (uint8_t)(i >> 16);
		p.address.bytes[2] = (uint8_t)(i >> 8);
		p.address.bytes[3] = (uint8_t)i;
		fib_want(s->fib, &p, &w);
	}
	while (scene_batch(s, family) > 0)
		fib_finished(s->fib, family, 0, s->now);
}

/* The worst place of the hash: it has just grown. */
static void
memory_of_a_settled_route_is_within_48_bytes(void **state)
{
	const uint32_t count = 98400;
	struct fib_counts counts;
	enum family family;
	struct scene s;

	(void)state;
	for (family = 0; family < FAMILY_MAX; family++) {
		scene_init(&s, NULL, 0);
		settle_many(&s, family, count);
		fib_counts(s.fib, family, &counts);

		assert_int_equal(counts.by_status[FIB_IN_SYNC], count);
		assert_in_range(fib_bytes(s.fib) / count, 1, 48);
		fib_free(s.fib);
	}
}

/* The event outran the result of the replacement that it is about. */
static void
path_gone_of_a_replacement_in_flight_is_believed(void **state)
{
	const struct kernel_route first =
	    route("fd01::/64", OURS, via("fd00::2", ETH0));
	const struct kernel_route second =
	    route("fd01::/64", OURS, via("fd00::3", ETH1));
	struct scene s;

	(void)state;
	scene_init(&s, &first, 1);
	fib_release(s.fib, FAMILY_IPV6);
	scene_want(&s, "fd01::/64", via("fd00::3", ETH1));
	assert_int_equal(scene_batch(&s, FAMILY_IPV6), 1);
	fib_route(s.fib, &second, true, s.now);
	scene_want(&s, "fd01::/64", via("fd00::2", ETH0));
	fib_finished(s.fib, FAMILY_IPV6, 0, s.now);

	assert_int_equal(scene_batch(&s, FAMILY_IPV6), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_ADD);
	fib_free(s.fib);
}

/* ---- next hop objects ---- */

static void
scene_with_objects(struct scene *s)
{
	struct fib_config with = config;

	memset(s, 0, sizeof(*s));
	with.objects = true;
	s->fib = fib_new(&with);
	s->now = 1000000;
	scene_dump(s, NULL, 0);
}

static void
object_is_made_once_in_front_of_its_routes(void **state)
{
	struct scene s;

	(void)state;
	scene_with_objects(&s);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 3);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_ADD);
	assert_int_equal(s.changes[1].verb, KERNEL_ADD);
	assert_int_equal(s.changes[1].route.object, s.changes[0].object.id);
	assert_int_equal(s.changes[2].route.object, s.changes[0].object.id);
	fib_free(s.fib);
}

static void
object_goes_behind_its_last_route(void **state)
{
	struct scene s;
	uint32_t id;

	(void)state;
	scene_with_objects(&s);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	id = s.changes[0].object.id;
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 0);
	scene_unwant(&s, "10.1.0.0/16");
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_DELETE);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_DELETE);
	assert_int_equal(s.changes[0].object.id, id);
	fib_free(s.fib);
}

/* The route is told that its object is not there; that helps nobody. */
static void
object_refused_gives_its_routes_the_reason(void **state)
{
	struct scene s;
	struct fib_view v;
	struct prefix p = prefix("10.1.0.0/16");

	(void)state;
	scene_with_objects(&s);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[0].cookie, ENETUNREACH, s.now);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[1].cookie, EINVAL, s.now);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_true(fib_find(s.fib, &p, &v));
	assert_int_equal(v.status, FIB_FAILED);
	assert_int_equal(v.error, ENETUNREACH);
	fib_free(s.fib);
}

static void
kernel_without_objects_gets_paths(void **state)
{
	struct scene s;

	(void)state;
	scene_with_objects(&s);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[0].cookie, EOPNOTSUPP, s.now);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[1].cookie, EINVAL, s.now);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_ADD);
	assert_int_equal(s.changes[0].route.object, 0);
	assert_int_equal(s.changes[0].route.count, 1);
	fib_free(s.fib);
}

static void
carrier_lost_takes_routes_by_objects_only(void **state)
{
	const struct kernel_route inline_route =
	    route("10.2.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with_objects(&s);
	fib_route(s.fib, &inline_route, false, s.now);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_batch(&s, FAMILY_IPV4);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	fib_link(s.fib, ETH0, FIB_LINK_DARK);

	assert_status(&s, "10.1.0.0/16", "failed");
	assert_status(&s, "10.2.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
group_that_lost_a_link_is_what_is_left(void **state)
{
	struct scene s;

	(void)state;
	scene_with_objects(&s);
	scene_want(
	    &s, "10.1.0.0/16", via_two("10.0.0.2", ETH0, "10.0.1.2", ETH1));
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 4);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	fib_link(s.fib, ETH0, FIB_LINK_DOWN);
	scene_want(&s, "10.1.0.0/16", via("10.0.1.2", ETH1));

	assert_status(&s, "10.1.0.0/16", "in-sync");
	assert_int_equal(scene_batch(&s, FAMILY_IPV4), 0);
	fib_free(s.fib);
}

/* ---- who waits for a route ---- */

static enum fib_verdict
await(struct scene *s, const char *text)
{
	struct prefix p = prefix(text);

	return fib_await(s->fib, &p);
}

/* Just this one is named, once. */
static void
assert_arrived(struct scene *s, const char *text)
{
	struct prefix p, expected = prefix(text);

	assert_true(fib_awaited(s->fib, expected.address.family, &p));
	assert_true(prefix_equal(&p, &expected));
	assert_false(fib_awaited(s->fib, expected.address.family, &p));
	assert_int_equal(fib_awaits(s->fib, expected.address.family), 0);
}

static void
await_of_what_is_there_or_not_wanted_is_good(void **state)
{
	struct scene s;
	struct prefix p;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));

	assert_int_equal(await(&s, "10.1.0.0/16"), FIB_GOOD);
	assert_int_equal(await(&s, "10.2.0.0/16"), FIB_GOOD);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.3", ETH0));
	assert_int_equal(await(&s, "10.1.0.0/16"), FIB_GOOD);
	assert_false(fib_awaited(s.fib, FAMILY_IPV4, &p));
	fib_free(s.fib);
}

static void
awaited_route_is_named_when_it_is_there(void **state)
{
	struct scene s;
	struct prefix p;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	assert_int_equal(await(&s, "10.1.0.0/16"), FIB_NO_VERDICT);
	assert_int_equal(await(&s, "10.1.0.0/16"), FIB_NO_VERDICT);
	assert_int_equal(fib_awaits(s.fib, FAMILY_IPV4), 1);
	assert_false(fib_awaited(s.fib, FAMILY_IPV4, &p));

	scene_result(&s, KERNEL_ADD, 0);

	assert_arrived(&s, "10.1.0.0/16");
	fib_free(s.fib);
}

static void
awaited_route_that_is_refused_has_a_verdict(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "fd00:1::/64", via("fd00::2", ETH0));
	assert_int_equal(await(&s, "fd00:1::/64"), FIB_NO_VERDICT);

	scene_result(&s, KERNEL_ADD, ENOMEM);
	assert_int_equal(await(&s, "fd00:1::/64"), FIB_REFUSED);
	assert_int_equal(fib_awaits(s.fib, FAMILY_IPV6), 0);
	s.now += 1000;
	scene_result(&s, KERNEL_ADD, 0);

	assert_arrived(&s, "fd00:1::/64");
	fib_free(s.fib);
}

static void
awaited_route_of_a_foreign_prefix_is_named_behind_its_owner(void **state)
{
	struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	assert_int_equal(await(&s, "10.1.0.0/16"), FIB_REFUSED);
	scene_tell(&s, &theirs, true);
	assert_int_equal(fib_awaits(s.fib, FAMILY_IPV4), 1);

	scene_result(&s, KERNEL_ADD, 0);

	assert_arrived(&s, "10.1.0.0/16");
	fib_free(s.fib);
}

static void
awaited_route_that_is_wanted_no_more_ends_the_waiting(void **state)
{
	struct scene s;
	struct prefix p;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	await(&s, "10.1.0.0/16");

	scene_unwant(&s, "10.1.0.0/16");
	while (fib_awaited(s.fib, FAMILY_IPV4, &p))
		;

	assert_int_equal(fib_awaits(s.fib, FAMILY_IPV4), 0);
	fib_free(s.fib);
}

/* ---- audits ---- */

#define OLD 60000 /* ms: nothing is fresh any more */

static uint64_t
audited(const struct scene *s)
{
	struct fib_counts counts;

	fib_counts(s->fib, FAMILY_IPV4, &counts);
	return counts.audited;
}

/* A whole one, that shows this route, or none. */
static void
scene_audit(struct scene *s, const struct kernel_route *r)
{
	assert_true(fib_audit_begin(s->fib, s->now));
	if (r != NULL)
		fib_audit_route(s->fib, r, s->now);
	fib_audit_end(s->fib, true, s->now);
	while (fib_sweep(s->fib, 1, s->now))
		;
	assert_false(fib_is_auditing(s->fib));
}

static void
audit_of_what_is_right_changes_nothing(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	s.now += OLD;

	scene_audit(&s, &r);

	assert_idle(&s);
	assert_int_equal(audited(&s), 0);
	fib_free(s.fib);
}

static void
audit_puts_back_what_went_without_a_word(void **state)
{
	struct fib_counts counts;
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	s.now += OLD;

	scene_audit(&s, NULL);

	assert_int_equal(audited(&s), 1);
	scene_result(&s, KERNEL_ADD, 0);
	fib_counts(s.fib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.repaired, 1);
	fib_free(s.fib);
}

static void
audit_that_took_a_route_for_lost_asks_for_a_dump(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	s.now += OLD;
	scene_audit(&s, NULL);

	scene_result(&s, KERNEL_ADD, EEXIST);
	assert_true(fib_wants_dump(s.fib));
	scene_dump(&s, &r, 1);

	assert_status(&s, "10.1.0.0/16", "in-sync");
	fib_free(s.fib);
}

static void
audit_puts_right_what_was_changed_without_a_word(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	s.now += OLD;

	scene_audit(&s, &r);

	assert_int_equal(audited(&s), 1);
	scene_result(&s, KERNEL_REPLACE, 0);
	fib_free(s.fib);
}

static void
audit_removes_what_came_without_a_word(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);

	scene_audit(&s, &r);

	assert_int_equal(audited(&s), 1);
	scene_result(&s, KERNEL_DELETE, 0);
	fib_free(s.fib);
}

/* What it was told is of the time before. */
static void
audit_leaves_alone_what_has_changed_since(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct kernel_route other =
	    route("10.2.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_want(&s, "10.2.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, 0);
	assert_true(fib_audit_begin(s.fib, s.now));
	scene_want(&s, "10.1.0.0/16", via("10.0.0.9", ETH0));
	scene_result(&s, KERNEL_REPLACE, 0);
	scene_unwant(&s, "10.2.0.0/16");
	scene_result(&s, KERNEL_DELETE, 0);

	fib_audit_route(s.fib, &r, s.now);
	fib_audit_route(s.fib, &other, s.now);
	fib_audit_end(s.fib, true, s.now);
	while (fib_sweep(s.fib, 1, s.now))
		;

	assert_idle(&s);
	assert_int_equal(audited(&s), 0);
	fib_free(s.fib);
}

/* Deleted since it was read, and wanted again: told is the one deleted. */
static void
audit_believes_nothing_of_a_prefix_that_came_since(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	assert_true(fib_audit_begin(s.fib, s.now));
	scene_unwant(&s, "10.1.0.0/16");
	scene_result(&s, KERNEL_DELETE, 0);
	assert_status(&s, "10.1.0.0/16", "none");
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));

	fib_audit_route(s.fib, &r, s.now);

	assert_int_equal(audited(&s), 0);
	assert_status(&s, "10.1.0.0/16", "pending");
	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
audit_ends_a_conflict_whose_owner_has_gone(void **state)
{
	struct kernel_route theirs =
	    route("10.1.0.0/16", THEIRS, via("10.0.0.9", ETH0));
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_tell(&s, &theirs, false);
	s.now += OLD;
	scene_audit(&s, &theirs);
	assert_status(&s, "10.1.0.0/16", "conflict");

	scene_audit(&s, NULL);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static void
audit_that_was_cut_short_concludes_nothing(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	struct scene s;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	s.now += OLD;

	assert_true(fib_audit_begin(s.fib, s.now));
	fib_audit_end(s.fib, false, s.now);
	assert_false(fib_sweep(s.fib, 1, s.now));
	assert_true(fib_audit_begin(s.fib, s.now));
	fib_dump_begin(s.fib);
	assert_false(fib_is_auditing(s.fib));
	assert_false(fib_audit_begin(s.fib, s.now));
	fib_route(s.fib, &r, false, s.now);
	fib_dump_end(s.fib, s.now);
	while (fib_sweep(s.fib, 1, s.now))
		;

	assert_idle(&s);
	assert_int_equal(audited(&s), 0);
	fib_free(s.fib);
}

/* ---- others, again and again; and ways that come ---- */

static void
fight_is_counted_once_and_named(void **state)
{
	struct kernel_route r =
	    route("10.1.0.0/16", OURS, via("10.0.0.2", ETH0));
	const struct prefix p = prefix("10.1.0.0/16");
	struct fib_counts counts;
	struct scene s;
	int i;

	(void)state;
	scene_with(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	for (i = 0; i < 8; i++) {
		scene_tell(&s, &r, true);
		if (fib_next_retry(s.fib) > 0)
			s.now = fib_next_retry(s.fib);
		scene_result(&s, KERNEL_ADD, 0);
	}

	fib_counts(s.fib, FAMILY_IPV4, &counts);
	assert_int_equal(counts.fights, 1);
	assert_int_equal(counts.repaired, 8);
	assert_true(prefix_equal(&counts.fight_last, &p));
	fib_free(s.fib);
}

static void
refused_for_want_of_a_way_is_tried_when_one_comes(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, NULL, 0);
	scene_want(&s, "10.1.0.0/16", via("10.0.0.2", ETH0));
	scene_result(&s, KERNEL_ADD, ENETUNREACH);
	assert_idle(&s);

	fib_link_reaches(s.fib, ETH1);
	assert_idle(&s);
	fib_link_reaches(s.fib, ETH0);

	scene_result(&s, KERNEL_ADD, 0);
	fib_free(s.fib);
}

static int
changes_run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    path_gone_of_a_replacement_in_flight_is_believed),
		cmocka_unit_test(object_is_made_once_in_front_of_its_routes),
		cmocka_unit_test(object_goes_behind_its_last_route),
		cmocka_unit_test(object_refused_gives_its_routes_the_reason),
		cmocka_unit_test(kernel_without_objects_gets_paths),
		cmocka_unit_test(carrier_lost_takes_routes_by_objects_only),
		cmocka_unit_test(group_that_lost_a_link_is_what_is_left),
		cmocka_unit_test(wish_new_is_added),
		cmocka_unit_test(batch_finished_is_in_sync),
		cmocka_unit_test(wish_changed_is_replaced),
		cmocka_unit_test(wish_same_again_costs_nothing),
		cmocka_unit_test(wish_gone_is_deleted_and_forgotten),
		cmocka_unit_test(
		    wish_taken_back_before_it_was_sent_costs_nothing),
		cmocka_unit_test(wish_changed_in_flight_is_sent_afterwards),
		cmocka_unit_test(wish_gone_in_flight_is_deleted_afterwards),
		cmocka_unit_test(deletions_go_first),
		cmocka_unit_test(families_do_not_wait_for_each_other),
		cmocka_unit_test(batches_in_flight_end_in_order),
		cmocka_unit_test(batches_in_flight_are_few),
		cmocka_unit_test(changes_unsent_are_sent_again),
		cmocka_unit_test(nothing_is_sent_before_the_first_dump),
		cmocka_unit_test(nothing_is_sent_during_a_dump),
		cmocka_unit_test(blackhole_is_sent_without_paths),
		cmocka_unit_test(flush_deletes_all_of_ours),
		cmocka_unit_test(refusal_has_status_and_next_verb),
		cmocka_unit_test(refusal_repeated_doubles_the_wait_to_a_minute),
		cmocka_unit_test(refusal_of_another_wish_is_forgotten),
		cmocka_unit_test(refusal_keeps_its_time),
		cmocka_unit_test(batch_lost_is_sent_again_later_and_looked_at),
		cmocka_unit_test(retry_waits_for_what_must_be_told_first),
		cmocka_unit_test(retry_waits_for_a_family_that_is_backed_off),
		cmocka_unit_test(conflict_of_unknown_owner_asks_for_a_dump),
		cmocka_unit_test(conflict_is_left_alone_until_it_goes),
		cmocka_unit_test(conflict_ends_when_a_dump_does_not_show_it),
		cmocka_unit_test(
		    conflict_ends_silently_with_the_link_of_the_other),
		cmocka_unit_test(conflict_that_nobody_explains_is_tried_again),
		cmocka_unit_test(conflict_unwanted_is_forgotten),
		cmocka_unit_test(foreign_route_of_no_wish_is_not_kept),
		cmocka_unit_test(
		    foreign_route_of_other_metric_or_table_is_no_conflict),
		cmocka_unit_test(
		    foreign_replacement_is_conflict_and_never_replaced),
		cmocka_unit_test(
		    foreign_route_beside_ours_is_conflict_without_replace),
		cmocka_unit_test(foreign_replacement_in_flight_is_looked_at),
		cmocka_unit_test(path_lost_in_flight_is_looked_at),
		cmocka_unit_test(path_lost_of_what_was_in_flight_is_looked_at),
		cmocka_unit_test(
		    link_lost_in_flight_leaves_what_was_not_replaced),
		cmocka_unit_test(link_that_flaps_in_flight_is_looked_at),
		cmocka_unit_test(await_of_what_is_there_or_not_wanted_is_good),
		cmocka_unit_test(awaited_route_is_named_when_it_is_there),
		cmocka_unit_test(awaited_route_that_is_refused_has_a_verdict),
		cmocka_unit_test(
		    awaited_route_of_a_foreign_prefix_is_named_behind_its_owner),
		cmocka_unit_test(
		    awaited_route_that_is_wanted_no_more_ends_the_waiting),
		cmocka_unit_test(audit_of_what_is_right_changes_nothing),
		cmocka_unit_test(audit_puts_back_what_went_without_a_word),
		cmocka_unit_test(
		    audit_that_took_a_route_for_lost_asks_for_a_dump),
		cmocka_unit_test(
		    audit_puts_right_what_was_changed_without_a_word),
		cmocka_unit_test(audit_removes_what_came_without_a_word),
		cmocka_unit_test(audit_leaves_alone_what_has_changed_since),
		cmocka_unit_test(
		    audit_believes_nothing_of_a_prefix_that_came_since),
		cmocka_unit_test(audit_ends_a_conflict_whose_owner_has_gone),
		cmocka_unit_test(audit_that_was_cut_short_concludes_nothing),
		cmocka_unit_test(fight_is_counted_once_and_named),
		cmocka_unit_test(
		    refused_for_want_of_a_way_is_tried_when_one_comes),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}

static int
events_run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_deleted_by_others_is_put_back_at_once),
		cmocka_unit_test(route_changed_by_others_is_put_right),
		cmocka_unit_test(route_of_ours_that_nobody_wants_is_swept),
		cmocka_unit_test(route_deleted_in_flight_is_added_again),
		cmocka_unit_test(route_deleted_again_and_again_is_backed_off),
		cmocka_unit_test(
		    route_deleted_now_and_then_is_put_back_each_time),
		cmocka_unit_test(ipv6_route_loses_one_path_and_is_replaced),
		cmocka_unit_test(ipv6_metric_zero_is_1024_in_the_kernel),
		cmocka_unit_test(dump_without_our_route_puts_it_back),
		cmocka_unit_test(dump_with_our_route_changes_nothing),
		cmocka_unit_test(dump_during_flight_leaves_it_to_the_result),
		cmocka_unit_test(link_down_takes_ipv4_routes_silently),
		cmocka_unit_test(link_down_leaves_ipv6_routes_to_their_events),
		cmocka_unit_test(link_down_leaves_other_links),
		cmocka_unit_test(link_down_leaves_routes_with_another_path),
		cmocka_unit_test(
		    link_removed_takes_routes_with_any_path_over_it),
		cmocka_unit_test(link_down_leaves_blackholes),
		cmocka_unit_test(link_flap_in_flight_is_not_believed_in_sync),
		cmocka_unit_test(link_flushed_of_ipv4_takes_its_ipv4_routes),
		cmocka_unit_test(link_up_ends_the_wait_for_an_event),
		cmocka_unit_test(link_down_is_no_deletion_by_others),
		cmocka_unit_test(adopted_route_is_held),
		cmocka_unit_test(adopted_route_confirmed_causes_no_change),
		cmocka_unit_test(adopted_route_differing_is_held_then_replaced),
		cmocka_unit_test(adopted_route_unconfirmed_is_swept_at_release),
		cmocka_unit_test(
		    adopted_route_is_released_when_its_gateway_is_done),
		cmocka_unit_test(adopted_route_of_an_absent_gateway_is_held_on),
		cmocka_unit_test(adopted_route_of_another_link_is_not_released),
		cmocka_unit_test(adopted_route_of_two_gateways_waits_for_both),
		cmocka_unit_test(adopted_route_with_dead_next_hop_is_not_held),
		cmocka_unit_test(adopted_route_of_link_that_goes_down_is_gone),
		cmocka_unit_test(adoption_is_of_the_first_dump_only),
		cmocka_unit_test(adoption_lets_new_prefixes_in_at_once),
		cmocka_unit_test(walk_shows_each_entry_once),
		cmocka_unit_test(counts_follow_the_status),
		cmocka_unit_test(memory_of_a_settled_route_is_within_48_bytes),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}

int
main(void)
{
	return changes_run() + events_run();
}
