/* SPDX-License-Identifier: ISC */
/* test_adjout.c - who was told what */

#include "rib/adjout.h"

#include <stdlib.h>
#include <string.h>

#include "rib/attr.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define ENTRIES      300u /* ids below this */
#define MEMBERS      6u
#define SOURCES      9u /* some are no members */
#define FORMS        5u /* distinct attributes */

/* A group, and beside it what each member has been told. */
struct bench {
	struct attr_table *attrs;
	struct adjout *adjout;
	uint32_t form[FORMS];
	unsigned int holds[ENTRIES];

	/* the naive model */
	uint32_t said[ENTRIES];
	uint32_t source[ENTRIES];
	bool joined[MEMBERS];
	uint32_t told[MEMBERS][ENTRIES];
	bool owed[MEMBERS][ENTRIES]; /* was there at join */
	bool untold[MEMBERS];        /* heard a withdrawal of nothing */
};

static void
on_hold(void *arg, uint32_t entry)
{
	struct bench *b = arg;

	b->holds[entry]++;
}

static void
on_release(void *arg, uint32_t entry)
{
	struct bench *b = arg;

	assert_int_equal(b->holds[entry], 1);
	b->holds[entry]--;
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const struct adjout_hooks hooks = { on_hold, on_release, b };
	struct attrs a = { .has = ATTR_HAS_MED };
	uint32_t i;

	b->attrs = attr_table_new(0);
	b->adjout = adjout_new(b->attrs, &hooks);
	for (i = 0; i < FORMS; i++) {
		a.med = i;
		b->form[i] = attr_intern(b->attrs, &a);
	}
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	uint32_t i;

	adjout_free(b->adjout);
	for (i = 0; i < ENTRIES; i++)
		assert_int_equal(b->holds[i], 0);
	for (i = 0; i < FORMS; i++)
		attr_unref(b->attrs, b->form[i]);
	assert_int_equal(attr_table_count(b->attrs), 0);
	attr_table_free(b->attrs);
	free(b);
	return 0;
}

static bool
set(struct bench *b, uint32_t entry, uint32_t attrs, uint32_t source)
{
	b->said[entry] = attrs;
	b->source[entry] = source;
	return adjout_set(b->adjout, entry, attrs, source);
}

static void
join(struct bench *b, uint32_t member)
{
	uint32_t e;

	adjout_join(b->adjout, member);
	b->joined[member] = true;
	memset(b->told[member], 0, sizeof(b->told[member]));
	for (e = 1; e < ENTRIES; e++)
		b->owed[member][e] = b->said[e] != 0;
}

/* What a caller does with a record, for one member. */
static void
hear(struct bench *b, uint32_t member, const struct adjout_record *r)
{
	uint32_t *told = &b->told[member][r->entry];
	uint32_t attrs = r->attrs;

	b->owed[member][r->entry] = false;
	if (r->source == member) {
		if (!r->recall)
			return;
		attrs = 0;
	}
	if (*told == 0 && attrs == 0)
		b->untold[member] = true;
	*told = attrs;
}

/* One window of at most max records. */
static size_t
step(struct bench *b, uint32_t member, size_t max)
{
	struct adjout_record r[ENTRIES];
	uint64_t last;
	size_t n, i;

	assert_true(max <= COUNT(r));
	n = adjout_window(b->adjout, adjout_cursor(b->adjout, member),
	    adjout_since(b->adjout, member), r, max, &last);
	for (i = 0; i < n; i++)
		hear(b, member, &r[i]);
	adjout_advance(b->adjout, member, last);
	return n;
}

static void
drain(struct bench *b, uint32_t member)
{
	while (!adjout_in_step(b->adjout, member))
		step(b, member, 7);
}

static uint32_t
should_be_told(const struct bench *b, uint32_t member, uint32_t entry)
{
	return b->source[entry] == member ? 0 : b->said[entry];
}

static void
set_again_changes_nothing(void **state)
{
	struct bench *b = *state;

	assert_true(set(b, 1, b->form[0], 8));
	assert_false(set(b, 1, b->form[0], 8));
	assert_true(set(b, 1, b->form[1], 8));
	assert_true(set(b, 1, b->form[1], 7));
}

static void
set_withdrawal_of_nothing_changes_nothing(void **state)
{
	struct bench *b = *state;

	assert_false(set(b, 1, 0, 0));
	assert_int_equal(b->holds[1], 0);
}

static void
find_says_what_was_set(void **state)
{
	struct bench *b = *state;
	uint32_t source;

	set(b, 1, b->form[2], 8);

	assert_int_equal(adjout_find(b->adjout, 1, &source), b->form[2]);
	assert_int_equal(source, 8);
	assert_int_equal(adjout_find(b->adjout, 2, &source), 0);
}

static void
join_hears_what_is_there(void **state)
{
	struct bench *b = *state;

	set(b, 1, b->form[0], 8);
	join(b, 1);

	assert_false(adjout_in_step(b->adjout, 1));
	assert_int_equal(step(b, 1, 10), 1);
	assert_int_equal(b->told[1][1], b->form[0]);
	assert_true(adjout_in_step(b->adjout, 1));
}

static void
join_to_nothing_is_caught_up(void **state)
{
	struct bench *b = *state;

	join(b, 1);

	assert_true(adjout_in_step(b->adjout, 1));
	assert_true(adjout_caught_up(b->adjout, 1));
}

static void
join_hears_no_older_withdrawal(void **state)
{
	struct bench *b = *state;

	join(b, 1); /* keeps the tombstone */
	set(b, 1, b->form[0], 8);
	set(b, 1, 0, 0);
	join(b, 2);

	assert_true(adjout_in_step(b->adjout, 2));
	assert_int_equal(step(b, 2, 10), 0);
}

static void
source_is_not_told_its_own(void **state)
{
	struct bench *b = *state;

	set(b, 1, b->form[0], 1);
	join(b, 1);
	join(b, 2);
	drain(b, 1);
	drain(b, 2);

	assert_int_equal(b->told[1][1], 0);
	assert_int_equal(b->told[2][1], b->form[0]);
	assert_int_equal(adjout_told(b->adjout, 1), 0);
	assert_int_equal(adjout_told(b->adjout, 2), 1);
}

static void
source_is_not_told_that_its_own_is_gone(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 1);
	drain(b, 1);
	set(b, 1, 0, 0);
	drain(b, 1);

	assert_false(b->untold[1]);
}

static void
source_is_recalled_from_another(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	drain(b, 1);
	set(b, 1, b->form[1], 1);
	drain(b, 1);

	assert_int_equal(b->told[1][1], 0);
}

static void
source_is_recalled_once(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	drain(b, 1);
	set(b, 1, b->form[1], 1);
	drain(b, 1);
	set(b, 1, b->form[2], 1);
	drain(b, 1);

	assert_false(b->untold[1]);
}

static void
source_is_recalled_though_it_said_more_since(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	drain(b, 1);
	set(b, 1, b->form[1], 1);
	set(b, 1, b->form[2], 1);
	set(b, 1, 0, 0);
	drain(b, 1);

	assert_int_equal(b->told[1][1], 0);
}

static void
laggard_hears_the_last_state_only(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	set(b, 2, b->form[0], 8);
	set(b, 1, b->form[1], 8);
	set(b, 1, b->form[2], 8);

	assert_int_equal(step(b, 1, 10), 2);
	assert_int_equal(b->told[1][1], b->form[2]);
}

static void
tombstone_stays_until_all_have_passed(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	join(b, 2);
	set(b, 1, b->form[0], 8);
	drain(b, 1);
	drain(b, 2);
	set(b, 1, 0, 0);
	drain(b, 1);
	assert_int_equal(b->holds[1], 1);
	drain(b, 2);

	assert_int_equal(b->holds[1], 0);
}

static void
tombstone_goes_with_the_last_who_waits(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	join(b, 2);
	set(b, 1, b->form[0], 8);
	drain(b, 1);
	set(b, 1, 0, 0);
	drain(b, 1);
	adjout_leave(b->adjout, 2);

	assert_int_equal(b->holds[1], 0);
}

static void
tombstone_for_nobody_is_none(void **state)
{
	struct bench *b = *state;

	set(b, 1, b->form[0], 8);
	set(b, 1, 0, 0);

	assert_int_equal(b->holds[1], 0);
}

static void
rewind_tells_all_again(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	set(b, 2, b->form[0], 8);
	drain(b, 1);
	adjout_rewind(b->adjout, 1);

	assert_false(adjout_caught_up(b->adjout, 1));
	assert_int_equal(step(b, 1, 10), 2);
	assert_true(adjout_caught_up(b->adjout, 1));
}

static void
rewind_does_not_lose_a_withdrawal(void **state)
{
	struct bench *b = *state;

	join(b, 1);
	set(b, 1, b->form[0], 8);
	set(b, 2, b->form[0], 8);
	drain(b, 1);
	set(b, 1, 0, 0);
	adjout_rewind(b->adjout, 1);
	drain(b, 1);

	assert_int_equal(b->told[1][1], 0);
}

static void
caught_up_is_not_put_off_by_new_prefixes(void **state)
{
	struct bench *b = *state;

	set(b, 1, b->form[0], 8);
	join(b, 1);
	set(b, 2, b->form[0], 8);
	step(b, 1, 1);

	assert_false(adjout_in_step(b->adjout, 1));
	assert_true(adjout_caught_up(b->adjout, 1));
}

static void
caught_up_waits_for_a_prefix_that_moved(void **state)
{
	struct bench *b = *state;

	set(b, 1, b->form[0], 8);
	set(b, 2, b->form[0], 8);
	join(b, 1);
	set(b, 1, b->form[1], 8);
	step(b, 1, 1); /* hears 2 */

	assert_false(adjout_caught_up(b->adjout, 1));
	step(b, 1, 1);
	assert_true(adjout_caught_up(b->adjout, 1));
}

static void
window_is_sorted_so_that_it_packs(void **state)
{
	struct bench *b = *state;
	struct adjout_record r[ENTRIES];
	uint64_t last;
	uint32_t e;
	size_t n, i;

	srand(1);
	for (e = 1; e < ENTRIES; e++)
		set(b, e, b->form[rand() % (int)FORMS],
		    1 + (uint32_t)rand() % SOURCES);
	n = adjout_window(b->adjout, 0, 0, r, COUNT(r), &last);

	assert_int_equal(n, ENTRIES - 1);
	for (i = 1; i < n; i++)
		assert_true(r[i - 1].source < r[i].source ||
		    (r[i - 1].source == r[i].source &&
			r[i - 1].attrs <= r[i].attrs));
}

static void
window_is_cut_at_its_greatest_size(void **state)
{
	struct bench *b = *state;
	struct adjout_record r[ENTRIES];
	uint64_t last, end;
	uint32_t e;

	for (e = 1; e < ENTRIES; e++)
		set(b, e, b->form[0], 8);

	assert_int_equal(adjout_window(b->adjout, 0, 0, r, 100, &last), 100);
	assert_int_equal(last, 100);
	assert_int_equal(
	    adjout_window(b->adjout, last, 0, r, ENTRIES, &end), 199);
	assert_int_equal(end, 299);
}

static void
window_after_any_number_begins_behind_it(void **state)
{
	struct bench *b = *state;
	struct adjout_record r;
	uint64_t after, last;
	uint32_t e, round;

	srand(1);
	for (round = 0; round < 4000; round++)
		set(b, 1 + (uint32_t)rand() % (ENTRIES - 1),
		    b->form[rand() % (int)FORMS], 8);
	for (after = 0; after < 4000; after++) {
		if (adjout_window(b->adjout, after, 0, &r, 1, &last) == 0)
			break;
		assert_true(r.sequence > after);
		/* nothing lies between */
		if (after + 1 < r.sequence)
			assert_int_equal(adjout_window(b->adjout, after + 1, 0,
					     &r, 1, &last),
			    1);
		assert_int_equal(r.sequence, last);
	}
	for (e = 1; e < ENTRIES; e++)
		set(b, e, 0, 0);
	assert_int_equal(adjout_count(b->adjout), 0);
}

static void
memory_of_a_record_is_small(void **state)
{
	struct bench *b = *state;
	uint32_t e, n = ENTRIES - 1;

	for (e = 1; e <= n; e++)
		set(b, e, b->form[0], 8);

	print_message("%zu bytes for a record\n", adjout_bytes(b->adjout) / n);
	assert_in_range(adjout_bytes(b->adjout), 0, 30 * (size_t)n);
}

/* Every prefix that was there at join and still is has been heard of. */
static void
assert_nothing_owed(const struct bench *b, uint32_t member)
{
	uint32_t e;

	for (e = 1; e < ENTRIES; e++)
		if (b->owed[member][e] && b->said[e] != 0)
			fail_msg("member %u: %u was not heard", member, e);
}

static void
assert_told_all(const struct bench *b, uint32_t member)
{
	unsigned int count = 0;
	uint32_t e;

	for (e = 1; e < ENTRIES; e++) {
		assert_int_equal(
		    b->told[member][e], should_be_told(b, member, e));
		count += b->told[member][e] != 0;
	}
	assert_int_equal(adjout_told(b->adjout, member), count);
}

static void
random_step(struct bench *b)
{
	uint32_t m = 1 + (uint32_t)rand() % (MEMBERS - 1);
	uint32_t e = 1 + (uint32_t)rand() % (ENTRIES - 1);
	int what = rand() % 100;

	if (what < 50)
		set(b, e, b->form[rand() % (int)FORMS],
		    1 + (uint32_t)rand() % SOURCES);
	else if (what < 75)
		set(b, e, 0, 0);
	else if (what < 95 && b->joined[m])
		step(b, m, 1 + (size_t)rand() % 20);
	else if (what < 97 && !b->joined[m])
		join(b, m);
	else if (what == 97 && b->joined[m]) {
		adjout_leave(b->adjout, m);
		b->joined[m] = false;
	} else if (what == 98 && b->joined[m]) {
		adjout_rewind(b->adjout, m);
		for (e = 1; e < ENTRIES; e++)
			b->owed[m][e] = b->said[e] != 0;
	} else if (what == 99 && b->joined[m]) {
		drain(b, m);
		assert_told_all(b, m);
	}
}

static void
random_changes_match_the_model(void **state)
{
	struct bench *b = *state;
	unsigned int round;
	uint32_t m, e;

	srand(1);
	for (round = 0; round < 60000; round++) {
		random_step(b);
		for (m = 1; m < MEMBERS; m++)
			if (b->joined[m] && adjout_caught_up(b->adjout, m))
				assert_nothing_owed(b, m);
	}
	for (m = 1; m < MEMBERS; m++) {
		if (!b->joined[m])
			join(b, m);
		drain(b, m);
		assert_told_all(b, m);
	}
	for (e = 1; e < ENTRIES; e++)
		assert_int_equal(b->holds[e], b->said[e] != 0);
}

#define FACT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(set_again_changes_nothing),
		FACT(set_withdrawal_of_nothing_changes_nothing),
		FACT(find_says_what_was_set),
		FACT(join_hears_what_is_there),
		FACT(join_to_nothing_is_caught_up),
		FACT(join_hears_no_older_withdrawal),
		FACT(source_is_not_told_its_own),
		FACT(source_is_not_told_that_its_own_is_gone),
		FACT(source_is_recalled_from_another),
		FACT(source_is_recalled_once),
		FACT(source_is_recalled_though_it_said_more_since),
		FACT(laggard_hears_the_last_state_only),
		FACT(tombstone_stays_until_all_have_passed),
		FACT(tombstone_goes_with_the_last_who_waits),
		FACT(tombstone_for_nobody_is_none),
		FACT(rewind_tells_all_again),
		FACT(rewind_does_not_lose_a_withdrawal),
		FACT(caught_up_is_not_put_off_by_new_prefixes),
		FACT(caught_up_waits_for_a_prefix_that_moved),
		FACT(window_is_sorted_so_that_it_packs),
		FACT(window_is_cut_at_its_greatest_size),
		FACT(window_after_any_number_begins_behind_it),
		FACT(memory_of_a_record_is_small),
		FACT(random_changes_match_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
