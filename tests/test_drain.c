/* SPDX-License-Identifier: ISC */
/* test_drain.c - what is told while traffic is asked to go elsewhere */

#include "rib/drain.h"

#include "rib/community.h"
#include "tests/testing.h"

#define SPAN(bytes) ((struct span){ bytes, sizeof(bytes) })

static const uint8_t one[] = { 0xfc, 0x00, 0x00, 0x09 };    /* 64512:9 */
static const uint8_t marked[] = { 0xff, 0xff, 0x00, 0x00 }; /* 65535:0 */

static void
mark_outside_is_the_community_alone(void **state)
{
	struct attrs a = { .communities = SPAN(one) };
	uint8_t room[64];
	char buf[64];

	(void)state;
	assert_true(drain_mark(&a, true, room, sizeof(room)));

	assert_string_equal(community_format(a.communities, buf, sizeof(buf)),
	    "64512:9 graceful-shutdown");
	assert_false(a.has & ATTR_HAS_LOCAL_PREF);
}

static void
mark_inside_is_also_the_lowest_preference(void **state)
{
	struct attrs a = { .has = ATTR_HAS_LOCAL_PREF, .local_pref = 200 };
	uint8_t room[64];

	(void)state;
	assert_true(drain_mark(&a, false, room, sizeof(room)));

	assert_true(a.has & ATTR_HAS_LOCAL_PREF);
	assert_int_equal(a.local_pref, 0);
	assert_true(community_has(a.communities, COMMUNITY_GRACEFUL_SHUTDOWN));
}

static void
mark_that_is_there_is_not_doubled(void **state)
{
	struct attrs a = { .communities = SPAN(marked) };
	uint8_t room[64];

	(void)state;
	assert_true(drain_mark(&a, true, room, sizeof(room)));

	assert_ptr_equal(a.communities.data, marked);
	assert_int_equal(a.communities.length, sizeof(marked));
}

static void
mark_without_room_says_so(void **state)
{
	struct attrs a = { .communities = SPAN(one) };
	uint8_t room[7];

	(void)state;
	assert_false(drain_mark(&a, true, room, sizeof(room)));
}

static void
words_are_found_again(void **state)
{
	enum drain drain, found;

	(void)state;
	for (drain = DRAIN_OFF; drain < DRAIN_MAX; drain++) {
		assert_true(drain_find(drain_word(drain), &found));
		assert_int_equal(found, drain);
	}
	assert_false(drain_find("gone", &found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mark_outside_is_the_community_alone),
		cmocka_unit_test(mark_inside_is_also_the_lowest_preference),
		cmocka_unit_test(mark_that_is_there_is_not_doubled),
		cmocka_unit_test(mark_without_room_says_so),
		cmocka_unit_test(words_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
