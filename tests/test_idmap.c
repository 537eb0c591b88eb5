/* SPDX-License-Identifier: ISC */
/* test_idmap.c - ids of records, found by a hash */

#include "rib/idmap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tests/testing.h"

#define MOST 30000u

/* All ids of a block of eight collide, and blocks run into one another. */
static uint32_t
crowded(const void *arg, uint32_t id)
{
	(void)arg;
	return id / 8 * 0x9e3779b1u;
}

static bool
has(const struct idmap *m, uint32_t id)
{
	uint32_t at, found;

	for (found = idmap_first(m, crowded(NULL, id), &at); found != 0;
	     found = idmap_next(m, crowded(NULL, id), &at))
		if (found == id)
			return true;
	return false;
}

static void
idmap_empty_has_nothing(void **state)
{
	struct idmap m;

	(void)state;

	idmap_init(&m, crowded, NULL);

	assert_false(has(&m, 1));
	assert_int_equal(idmap_bytes(&m), 0);
}

static void
idmap_random_changes_match_a_set(void **state)
{
	bool in[MOST] = { false };
	unsigned int round;
	struct idmap m;
	uint32_t id;

	(void)state;

	srand(1);
	idmap_init(&m, crowded, NULL);
	for (round = 0; round < 600000; round++) {
		/* grows at first, shrinks in the end */
		id = 1 + (uint32_t)rand() % (MOST - 1);
		if (!in[id] && (uint32_t)rand() % 600000 > round) {
			idmap_insert(&m, crowded(NULL, id), id);
			in[id] = true;
		} else if (in[id] && (uint32_t)rand() % 600000 < round) {
			idmap_remove(&m, id);
			in[id] = false;
		}
		if (round % 5000 == 0)
			for (id = 1; id < MOST; id++)
				assert_int_equal(has(&m, id), in[id]);
	}
	for (id = 1; id < MOST; id++)
		assert_int_equal(has(&m, id), in[id]);
	idmap_clear(&m);
}

/* Further than a step can count: it must grow, and lose none. */
static uint32_t
clustered(const void *arg, uint32_t id)
{
	(void)arg;
	return id * 0x00040000u;
}

static void
idmap_with_a_long_run_grows(void **state)
{
	uint32_t at, id, found;
	struct idmap m;

	(void)state;

	idmap_init(&m, clustered, NULL);
	for (id = 1; id <= 2000; id++)
		idmap_insert(&m, clustered(NULL, id), id);

	for (id = 1; id <= 2000; id++) {
		found = idmap_first(&m, clustered(NULL, id), &at);
		while (found != id && found != 0)
			found = idmap_next(&m, clustered(NULL, id), &at);
		assert_int_equal(found, id);
	}
	assert_true(m.now.room > 2 * m.used);
	idmap_clear(&m);
}

static void
idmap_of_many_stays_small(void **state)
{
	struct idmap m;
	uint32_t id;

	(void)state;

	idmap_init(&m, crowded, NULL);
	for (id = 1; id <= 100000; id++)
		idmap_insert(&m, crowded(NULL, id), id);

	assert_in_range(idmap_bytes(&m), 100000 * 5 * 8 / 7, 100000 * 9);
	idmap_clear(&m);
}

/* Whatever grows, a call does a little: none reads more records than that. */
static unsigned int calls;

static uint32_t
counted(const void *arg, uint32_t id)
{
	(void)arg;
	calls++;
	return id * 0x9e3779b1u;
}

static void
idmap_grows_a_little_at_a_time(void **state)
{
	unsigned int most = 0;
	struct idmap m;
	uint32_t id, at;

	(void)state;

	idmap_init(&m, counted, NULL);
	for (id = 1; id <= 300000; id++) {
		calls = 0;
		idmap_insert(&m, counted(NULL, id), id);
		most = calls > most ? calls : most;
		if (id % 3 == 0)
			idmap_remove(&m, id / 3);
	}

	assert_in_range(most, 2, 5000);
	for (id = 1; id <= 300000; id++) {
		uint32_t hash = counted(NULL, id);
		uint32_t found = idmap_first(&m, hash, &at);

		while (found != id && found != 0)
			found = idmap_next(&m, hash, &at);
		assert_int_equal(found, id <= 100000 ? 0 : id);
	}
	idmap_clear(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idmap_empty_has_nothing),
		cmocka_unit_test(idmap_random_changes_match_a_set),
		cmocka_unit_test(idmap_with_a_long_run_grows),
		cmocka_unit_test(idmap_of_many_stays_small),
		cmocka_unit_test(idmap_grows_a_little_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
