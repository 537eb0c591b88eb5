/* SPDX-License-Identifier: ISC */
/* test_group_paths.c - groups that tell several paths of a prefix */
/*
 * One fact a test; what holds in any order of events is test_group_model.c's,
 * where some members speak ADD-PATH, too.
 */
#include <string.h>

#include "tests/ears.h"
#include "tests/testing.h"

#define IPV4 FAMILY_IPV4

/* Sources 1, 4 and 7 of the crowd are clients. */
struct fixture {
	struct crowd crowd;
	struct ear ear[3]; /* of sources that say nothing, and IPv4 */
	uint32_t client[3];
};

static int
setup(void **state)
{
	static struct fixture f;
	const struct rib_source who = { .kind = SOURCE_CLIENT, .as = 64512 };
	size_t i;

	memset(&f, 0, sizeof(f));
	crowd_init(&f.crowd);
	for (i = 0; i < 3; i++) {
		f.client[i] = f.crowd.source[1 + 3 * i];
		ear_init(&f.ear[i], &f.crowd, rib_source_add(f.crowd.rib, &who),
		    IPV4);
	}
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	crowd_clear(&f->crowd);
	return 0;
}

static struct group_key
paths_key(unsigned int most)
{
	struct group_key k = ear_key(SOURCE_CLIENT, IPV4, 64512, 4096);

	k.context.add_path[IPV4] = true;
	k.paths = most;
	return k;
}

static void
join(struct ear *e, struct group_key k)
{
	ear_join(e, &k);
}

/* All three clients say prefix 0, the first one best. */
static void
clients_say(struct fixture *f)
{
	crowd_say(&f->crowd, f->client[0], IPV4, 0, 0);
	crowd_say(&f->crowd, f->client[1], IPV4, 0, 1);
	crowd_say(&f->crowd, f->client[2], IPV4, 0, 3);
	crowd_settle(&f->crowd);
}

/* The identifier under which an ear was told the path of a source, or 0. */
static uint32_t
id_of(struct fixture *f, const struct ear *e, uint32_t source)
{
	const struct group_asked asked = { IPV4, e->source,
		crowd_entry(&f->crowd, IPV4, 0) };
	struct group_told told;
	uint32_t cursor = 0;

	while (
	    (cursor = groups_told(f->crowd.groups, &asked, cursor, &told)) != 0)
		if (told.source == source)
			return told.path_id;
	return 0;
}

static void
each_path_is_told_under_its_own_id(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(0));
	clients_say(f);

	assert_int_equal(f->ear[0].npaths, 3);
	ear_check(&f->ear[0]);
}

static void
ids_of_one_source_are_paths_of_their_own(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(0));
	crowd_say_path(&f->crowd, f->client[0], IPV4, 0, 7, 0);
	crowd_say_path(&f->crowd, f->client[0], IPV4, 0, 8, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].npaths, 2);
	ear_check(&f->ear[0]);
}

static void
plain_member_hears_the_best_alone(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(0));
	join(&f->ear[1], ear_key(SOURCE_CLIENT, IPV4, 64512, 4096));
	clients_say(f);
	crowd_say(&f->crowd, f->client[2], IPV4, 0, 4);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 4);
	assert_int_equal(f->ear[1].announced, 1);
	ear_check(&f->ear[1]);
}

static void
withdrawal_takes_one_path(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	crowd_unsay(&f->crowd, f->client[1], IPV4, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 1);
	assert_int_equal(f->ear[0].announced, 3);
	ear_check(&f->ear[0]);
}

static void
best_path_that_goes_leaves_the_others_untold(void **state)
{
	struct fixture *f = *state;
	uint32_t second;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	second = id_of(f, &f->ear[0], f->client[1]);
	crowd_unsay(&f->crowd, f->client[0], IPV4, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 3);
	assert_int_equal(f->ear[0].withdrawn, 1);
	assert_int_equal(id_of(f, &f->ear[0], f->client[1]), second);
	ear_check(&f->ear[0]);
}

static void
path_that_changes_keeps_its_id(void **state)
{
	struct fixture *f = *state;
	uint32_t id;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	id = id_of(f, &f->ear[0], f->client[2]);
	crowd_say(&f->crowd, f->client[2], IPV4, 0, 4);
	crowd_settle(&f->crowd);

	assert_int_not_equal(id, 0);
	assert_int_equal(id_of(f, &f->ear[0], f->client[2]), id);
	assert_int_equal(f->ear[0].withdrawn, 0);
	assert_int_equal(f->ear[0].npaths, 3);
}

static void
number_tells_the_best_ones(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(2));
	clients_say(f);

	assert_int_not_equal(id_of(f, &f->ear[0], f->client[0]), 0);
	assert_int_not_equal(id_of(f, &f->ear[0], f->client[1]), 0);
	assert_int_equal(id_of(f, &f->ear[0], f->client[2]), 0);
	ear_check(&f->ear[0]);
}

static void
number_is_filled_up_when_one_goes(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(2));
	clients_say(f);
	crowd_unsay(&f->crowd, f->client[0], IPV4, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].npaths, 2);
	assert_int_not_equal(id_of(f, &f->ear[0], f->client[2]), 0);
	ear_check(&f->ear[0]);
}

/* Variant 2 is not for those outside; the two others are. */
static void
number_counts_what_may_be_told(void **state)
{
	struct fixture *f = *state;
	struct group_key k = ear_key(SOURCE_EXTERNAL, IPV4, 65009, 4096);

	k.context.add_path[IPV4] = true;
	k.paths = 2;
	join(&f->ear[0], k);
	crowd_say(&f->crowd, f->client[0], IPV4, 0, 2);
	crowd_say(&f->crowd, f->client[1], IPV4, 0, 3);
	crowd_say(&f->crowd, f->client[2], IPV4, 0, 4);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].npaths, 2);
	ear_check(&f->ear[0]);
}

static void
source_hears_the_paths_of_others(void **state)
{
	struct fixture *f = *state;
	uint32_t own = f->ear[0].source;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	crowd_say(&f->crowd, own, IPV4, 0, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].npaths, 3);
	assert_int_equal(f->ear[0].withdrawn, 0);
	ear_check(&f->ear[0]);
}

static void
ids_are_the_same_in_all_groups(void **state)
{
	struct fixture *f = *state;
	size_t i;

	join(&f->ear[0], paths_key(0));
	join(&f->ear[1], paths_key(2));
	clients_say(f);

	assert_int_equal(groups_count(f->crowd.groups), 2);
	for (i = 0; i < 2; i++)
		assert_int_equal(id_of(f, &f->ear[0], f->client[i]),
		    id_of(f, &f->ear[1], f->client[i]));
}

/* It has what both groups tell: the third path is all that goes. */
static void
member_that_changes_group_loses_the_difference(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	join(&f->ear[0], paths_key(2));
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 1);
	assert_int_equal(f->ear[0].npaths, 2);
	ear_check(&f->ear[0]);
}

static void
late_member_is_told_all_paths(void **state)
{
	struct fixture *f = *state;

	clients_say(f);
	join(&f->ear[0], paths_key(0));
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].npaths, 3);
	ear_check(&f->ear[0]);
}

/* Its id and that of a path are given out again: nobody holds them. */
static void
entry_goes_when_its_last_withdrawal_was_told(void **state)
{
	struct fixture *f = *state;
	uint32_t entry;
	size_t i;

	join(&f->ear[0], paths_key(0));
	clients_say(f);
	entry = crowd_entry(&f->crowd, IPV4, 0);
	for (i = 0; i < 3; i++)
		crowd_unsay(&f->crowd, f->client[i], IPV4, 0);
	crowd_settle(&f->crowd);
	assert_int_equal(f->ear[0].npaths, 0);
	crowd_say(&f->crowd, f->client[0], IPV4, 1, 0);
	crowd_settle(&f->crowd);

	assert_int_equal(crowd_entry(&f->crowd, IPV4, 1), entry);
	assert_in_range(f->ear[0].path[0].path_id, 1, 3);
	ear_check(&f->ear[0]);
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FACT(each_path_is_told_under_its_own_id),
		FACT(ids_of_one_source_are_paths_of_their_own),
		FACT(plain_member_hears_the_best_alone),
		FACT(withdrawal_takes_one_path),
		FACT(best_path_that_goes_leaves_the_others_untold),
		FACT(path_that_changes_keeps_its_id),
		FACT(number_tells_the_best_ones),
		FACT(number_is_filled_up_when_one_goes),
		FACT(number_counts_what_may_be_told),
		FACT(source_hears_the_paths_of_others),
		FACT(ids_are_the_same_in_all_groups),
		FACT(member_that_changes_group_loses_the_difference),
		FACT(late_member_is_told_all_paths),
		FACT(entry_goes_when_its_last_withdrawal_was_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
