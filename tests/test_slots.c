/* SPDX-License-Identifier: ISC */
/* test_slots.c - path identifiers that we announce */

#include "rib/slots.h"

#include <stdlib.h>

#include "tests/testing.h"

#define ENTRIES 40u
#define SOURCES 4u
#define IDS     3u
#define PATHS   (ENTRIES * SOURCES * IDS)

struct bench {
	struct slots *slots;
	unsigned int holds[ENTRIES];
	/* the naive model */
	uint32_t id[PATHS];
	unsigned int refs[PATHS];
};

static void
on_hold(void *arg, uint32_t entry)
{
	struct bench *b = arg;

	assert_int_equal(b->holds[entry], 0);
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

	b->slots = slots_new(&hooks, 1);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	slots_free(b->slots);
	free(b);
	return 0;
}

static uint32_t
take(struct bench *b, uint32_t entry, uint32_t source, uint32_t path_id)
{
	const struct slot slot = { entry, source, path_id };

	return slots_take(b->slots, &slot);
}

static void
slot_of_a_path_is_one_for_all(void **state)
{
	struct bench *b = *state;
	uint32_t id = take(b, 3, 1, 0);

	assert_int_not_equal(id, 0);
	assert_int_equal(take(b, 3, 1, 0), id);
	assert_int_equal(slots_count(b->slots), 1);
	assert_int_equal(slots_get(b->slots, id)->entry, 3);
	assert_int_equal(slots_get(b->slots, id)->source, 1);

	slots_give(b->slots, id);
	slots_give(b->slots, id);
}

static void
slots_of_other_paths_are_others(void **state)
{
	struct bench *b = *state;
	uint32_t id[] = { take(b, 3, 1, 0), take(b, 3, 1, 1), take(b, 3, 2, 0),
		take(b, 4, 1, 0) };
	unsigned int i, j;

	for (i = 0; i < 4; i++)
		for (j = 0; j < i; j++)
			assert_int_not_equal(id[i], id[j]);

	for (i = 0; i < 4; i++)
		slots_give(b->slots, id[i]);
}

static void
entry_is_held_while_it_has_a_slot(void **state)
{
	struct bench *b = *state;
	uint32_t first = take(b, 3, 1, 0), second = take(b, 3, 2, 0);

	assert_int_equal(b->holds[3], 1);
	slots_give(b->slots, second);
	assert_int_equal(b->holds[3], 1);
	slots_give(b->slots, first);

	assert_int_equal(b->holds[3], 0);
	assert_int_equal(slots_count(b->slots), 0);
}

static void
mark_is_taken_off_once(void **state)
{
	struct bench *b = *state;
	uint32_t id = take(b, 3, 1, 0);

	assert_false(slots_unmark(b->slots, id));
	slots_mark(b->slots, id);

	assert_true(slots_unmark(b->slots, id));
	assert_false(slots_unmark(b->slots, id));
	slots_give(b->slots, id);
}

static void
do_take(struct bench *b, unsigned int path)
{
	uint32_t id =
	    take(b, path % ENTRIES, path / ENTRIES % SOURCES, path / ENTRIES);

	if (b->refs[path]++ > 0)
		assert_int_equal(b->id[path], id);
	b->id[path] = id;
}

static void
do_give(struct bench *b, unsigned int path)
{
	if (b->refs[path] == 0)
		return;
	b->refs[path]--;
	slots_give(b->slots, b->id[path]);
}

/* Each slot of each entry, and no other. */
static void
check(struct bench *b)
{
	unsigned int entry, path, alive = 0, walked = 0;
	uint32_t id;

	for (path = 0; path < PATHS; path++)
		alive += b->refs[path] > 0;
	for (entry = 0; entry < ENTRIES; entry++) {
		assert_int_equal(
		    b->holds[entry], slots_next(b->slots, entry, 0) != 0);
		for (id = slots_next(b->slots, entry, 0); id != 0;
		     id = slots_next(b->slots, entry, id)) {
			assert_int_equal(slots_get(b->slots, id)->entry, entry);
			walked++;
		}
	}
	assert_int_equal(walked, alive);
	assert_int_equal(slots_count(b->slots), alive);
}

static void
random_use_matches_a_naive_table(void **state)
{
	struct bench *b = *state;
	unsigned int step, path;

	srand(1);
	for (step = 0; step < 50000; step++) {
		path = (unsigned int)rand() % PATHS;
		if (rand() % 2 == 0)
			do_take(b, path);
		else
			do_give(b, path);
		if (step % 500 == 0)
			check(b);
	}
	for (path = 0; path < PATHS; path++)
		while (b->refs[path] > 0)
			do_give(b, path);
	check(b);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(slot_of_a_path_is_one_for_all),
		FACT(slots_of_other_paths_are_others),
		FACT(entry_is_held_while_it_has_a_slot),
		FACT(mark_is_taken_off_once),
		FACT(random_use_matches_a_naive_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
