/* SPDX-License-Identifier: ISC */
/* test_fib_move.c - one change for all routes that share a way */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/fib.h"
#include "tests/testing.h"

#define MAX    64
#define ROUTES 6
#define ETH0   2
#define ETH1   3

struct scene {
	struct fib *fib;
	int64_t now;
	struct kernel_change changes[MAX];
	size_t count;
};

static struct kernel_nexthop
hop(uint8_t host, uint32_t index)
{
	struct kernel_nexthop h = { .index = index, .weight = 1 };

	h.gateway.family = FAMILY_IPV4;
	h.gateway.bytes[0] = 10;
	h.gateway.bytes[3] = host;
	return h;
}

static struct fib_wish
one(uint8_t host, uint32_t index)
{
	struct fib_wish w = { .type = KERNEL_UNICAST, .count = 1 };

	w.path[0] = hop(host, index);
	return w;
}

static struct fib_wish
two(void)
{
	struct fib_wish w = one(2, ETH0);

	w.path[w.count++] = hop(3, ETH1);
	return w;
}

/* 10.1.N.0/24 */
static struct prefix
block(unsigned int n)
{
	struct address a = { .family = FAMILY_IPV4 };

	a.bytes[0] = 10;
	a.bytes[1] = 1;
	a.bytes[2] = (uint8_t)n;
	return prefix_of(&a, 24);
}

static void
want(struct scene *s, unsigned int first, unsigned int count, struct fib_wish w)
{
	struct prefix p;
	unsigned int n;

	for (n = first; n < first + count; n++) {
		p = block(n);
		fib_want(s->fib, &p, &w);
	}
}

static size_t
batch(struct scene *s)
{
	s->count = fib_batch(s->fib, FAMILY_IPV4, s->changes, MAX, s->now);
	return s->count;
}

static void
finish(struct scene *s)
{
	fib_finished(s->fib, FAMILY_IPV4, 0, s->now);
}

/* All are sent and done, whatever they are. */
static void
run(struct scene *s)
{
	while (batch(s) > 0)
		finish(s);
}

static void
scene_init(struct scene *s, struct fib_wish w)
{
	static const struct fib_config config = {
		.table = 254, .metric = 1024, .protocol = 186, .objects = true
	};

	memset(s, 0, sizeof(*s));
	s->fib = fib_new(&config);
	s->now = 1000000;
	fib_dump_begin(s->fib);
	fib_dump_end(s->fib, s->now);
	want(s, 0, ROUTES, w);
	run(s);
}

static unsigned int
verbs(const struct scene *s, enum kernel_verb verb)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < s->count; i++)
		n += s->changes[i].verb == verb;
	return n;
}

static enum fib_status
status(const struct scene *s, unsigned int n)
{
	struct prefix p = block(n);
	struct fib_view v;

	return fib_find(s->fib, &p, &v) ? v.status : FIB_STATUS_MAX;
}

static void
assert_in_sync(struct scene *s, unsigned int count)
{
	unsigned int n;

	for (n = 0; n < count; n++)
		assert_int_equal(status(s, n), FIB_IN_SYNC);
	assert_int_equal(batch(s), 0);
	fib_free(s->fib);
}

static void
gateway_of_all_is_one_change(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));

	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_REPLACE);
	assert_int_equal(s.changes[0].object.path.gateway.bytes[3], 3);
	assert_int_equal(s.changes[0].object.path.index, ETH1);
	assert_int_equal(status(&s, 0), FIB_PENDING);
	assert_int_equal(batch(&s), 0);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
member_lost_and_back_is_one_change_each(void **state)
{
	struct scene s;
	uint32_t group;

	(void)state;
	scene_init(&s, two());
	want(&s, 0, ROUTES, one(3, ETH1));
	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_REPLACE);
	assert_int_equal(s.changes[0].object.count, 1);
	group = s.changes[0].object.id;
	finish(&s);
	run(&s); /* nobody needs the member any more */
	want(&s, 0, ROUTES, two());

	assert_int_equal(batch(&s), 2);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_ADD);
	assert_int_equal(s.changes[1].verb, KERNEL_OBJECT_REPLACE);
	assert_int_equal(s.changes[1].object.id, group);
	assert_int_equal(s.changes[1].object.count, 2);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
one_that_stays_keeps_the_object(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 1, ROUTES - 1, one(3, ETH1));
	batch(&s);

	assert_int_equal(verbs(&s, KERNEL_OBJECT_REPLACE), 0);
	assert_int_equal(verbs(&s, KERNEL_REPLACE), ROUTES - 1);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
those_that_go_do_not_hold_up_the_rest(void **state)
{
	struct scene s;
	struct prefix p = block(ROUTES - 1);

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES - 1, one(3, ETH1));
	fib_unwant(s.fib, &p);

	assert_int_equal(batch(&s), 2);
	assert_int_equal(s.changes[0].verb, KERNEL_DELETE);
	assert_int_equal(s.changes[1].verb, KERNEL_OBJECT_REPLACE);
	finish(&s);
	assert_in_sync(&s, ROUTES - 1);
}

static void
member_of_a_group_moves_with_nobody(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, ROUTES, 1, two());
	run(&s);
	want(&s, 0, ROUTES, one(4, ETH0));
	batch(&s);

	assert_int_equal(verbs(&s, KERNEL_OBJECT_REPLACE), 0);
	assert_int_equal(verbs(&s, KERNEL_REPLACE), ROUTES);
	finish(&s);
	assert_in_sync(&s, ROUTES + 1);
}

static void
single_becomes_no_group(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, two());
	batch(&s);

	assert_int_equal(verbs(&s, KERNEL_OBJECT_REPLACE), 0);
	assert_int_equal(verbs(&s, KERNEL_REPLACE), ROUTES);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
moves_wait_while_more_wishes_come(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, 3, one(3, ETH1));
	fib_expect(s.fib, true, s.now);
	assert_int_equal(batch(&s), 0);
	assert_false(fib_has_work(s.fib, FAMILY_IPV4, s.now));
	want(&s, 3, ROUTES - 3, one(3, ETH1));
	fib_expect(s.fib, false, s.now);
	assert_int_equal(batch(&s), 0);
	s.now = fib_next_retry(s.fib);
	fib_expect(s.fib, false, s.now);

	assert_true(fib_has_work(s.fib, FAMILY_IPV4, s.now));
	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_REPLACE);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
moves_do_not_wait_for_long(void **state)
{
	struct scene s;
	int64_t end;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, 3, one(3, ETH1));
	for (end = s.now + 100; s.now <= end; s.now++) {
		fib_expect(s.fib, true, s.now);
		if (s.now < end)
			assert_int_equal(batch(&s), 0);
	}
	batch(&s);

	assert_int_equal(verbs(&s, KERNEL_REPLACE), 3);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

static void
first_installs_do_not_wait(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	fib_expect(s.fib, true, s.now);
	want(&s, ROUTES, 1, one(2, ETH0));

	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_ADD);
	finish(&s);
	assert_in_sync(&s, ROUTES + 1);
}

static void
refusal_leaves_it_to_the_routes(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));
	batch(&s);
	fib_failed(s.fib, FAMILY_IPV4, s.changes[0].cookie, EINVAL, s.now);
	finish(&s);
	assert_int_equal(status(&s, 0), FIB_PENDING);
	batch(&s);

	assert_int_equal(verbs(&s, KERNEL_OBJECT_REPLACE), 0);
	assert_int_equal(verbs(&s, KERNEL_REPLACE), ROUTES);
	finish(&s);
	run(&s);
	assert_in_sync(&s, ROUTES);
}

static void
unsent_change_is_sent_again(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));
	batch(&s);
	fib_unsent(s.fib, FAMILY_IPV4, s.changes, 1);

	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_REPLACE);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

/* Nobody knows whether it was done. */
static void
lost_batch_is_looked_at(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));
	batch(&s);
	(void)fib_wants_dump(s.fib);
	fib_finished(s.fib, FAMILY_IPV4, ENOBUFS, s.now);

	assert_true(fib_wants_dump(s.fib));
	assert_int_equal(status(&s, 0), FIB_PENDING);
	s.now += 5000;
	batch(&s);
	assert_int_equal(verbs(&s, KERNEL_REPLACE), ROUTES);
	finish(&s);
	run(&s);
	assert_in_sync(&s, ROUTES);
}

/* The kernel takes it with its link, before or after it was replaced. */
static void
link_lost_on_the_way_is_a_doubt(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));
	batch(&s);
	fib_link(s.fib, ETH1, FIB_LINK_DARK);
	fib_link(s.fib, ETH1, FIB_LINK_UP);
	(void)fib_wants_dump(s.fib);
	finish(&s);

	assert_true(fib_wants_dump(s.fib));
	assert_int_equal(status(&s, 0), FIB_PENDING);
	run(&s);
	assert_in_sync(&s, ROUTES);
}

static void
wish_changed_on_the_way_is_sent_afterwards(void **state)
{
	struct scene s;

	(void)state;
	scene_init(&s, one(2, ETH0));
	want(&s, 0, ROUTES, one(3, ETH1));
	batch(&s);
	want(&s, 0, ROUTES, one(2, ETH0));
	finish(&s);

	assert_int_equal(batch(&s), 1);
	assert_int_equal(s.changes[0].verb, KERNEL_OBJECT_REPLACE);
	assert_int_equal(s.changes[0].object.path.gateway.bytes[3], 2);
	finish(&s);
	assert_in_sync(&s, ROUTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gateway_of_all_is_one_change),
		cmocka_unit_test(member_lost_and_back_is_one_change_each),
		cmocka_unit_test(one_that_stays_keeps_the_object),
		cmocka_unit_test(those_that_go_do_not_hold_up_the_rest),
		cmocka_unit_test(member_of_a_group_moves_with_nobody),
		cmocka_unit_test(single_becomes_no_group),
		cmocka_unit_test(moves_wait_while_more_wishes_come),
		cmocka_unit_test(moves_do_not_wait_for_long),
		cmocka_unit_test(first_installs_do_not_wait),
		cmocka_unit_test(refusal_leaves_it_to_the_routes),
		cmocka_unit_test(unsent_change_is_sent_again),
		cmocka_unit_test(lost_batch_is_looked_at),
		cmocka_unit_test(link_lost_on_the_way_is_a_doubt),
		cmocka_unit_test(wish_changed_on_the_way_is_sent_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
