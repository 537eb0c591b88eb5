/* SPDX-License-Identifier: ISC */
/* test_peer_refresh.c - route refresh both ways, RFC 2918 and 7313 */
/*
 * A whole daemon and the far end of its only neighbor: what comes when it
 * asks for a refresh, and what becomes of its routes when it sends one.
 */
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define BLOCK   "10.244.1.0/26"
#define ROUTE   "10.9.0.0/24"
#define OTHER   "10.9.1.0/24"
#define SECONDS 1000
#define AFI     1

/* Up with both routes, with enhanced refresh or not. */
static struct far_line *
up_with_routes(struct pair *p, bool enhanced)
{
	struct far_line *l;

	if (enhanced)
		p->far.open.has |= OPEN_HAS_ENHANCED_REFRESH;
	l = pair_up(p);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	assert_true(pair_has(p, ROUTE) && pair_has(p, OTHER));
	return l;
}

/* ---- they ask ---------------------------------------------------------- */

static void
request_is_answered_between_begin_and_end(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);
	unsigned int before = far_heard_route(l, BLOCK, false);

	far_say_refresh(l, AFI, REFRESH_REQUEST);

	assert_int_equal(far_heard_route(l, BLOCK, false), before + 1);
	assert_int_equal(far_heard_refresh(l, REFRESH_BEGIN), 1);
	assert_int_equal(far_heard_refresh(l, REFRESH_END), 1);
	assert_int_equal(far_heard_end_of_rib(l, FAMILY_IPV4), 1);
}

static void
request_without_enhanced_is_answered_without(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, false);
	unsigned int before = far_heard_route(l, BLOCK, false);

	far_say_refresh(l, AFI, REFRESH_REQUEST);

	assert_int_equal(far_heard_route(l, BLOCK, false), before + 1);
	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 0);
}

static void
request_for_another_family_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, 2, REFRESH_REQUEST);
	far_say_refresh(l, 25, REFRESH_REQUEST);

	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 0);
	pair_assert_up(p, true);
}

static void
unknown_subtype_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);
	unsigned int before = far_heard_route(l, BLOCK, false);

	far_say_refresh(l, AFI, 3);
	far_say_refresh(l, AFI, 255);

	assert_int_equal(far_heard_route(l, BLOCK, false), before);
	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
}

/* ---- they send one ----------------------------------------------------- */

static void
end_drops_what_was_not_said_again(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_route(l, OTHER);
	assert_true(pair_has(p, ROUTE));
	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
}

static void
end_without_begin_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
	pair_assert_up(p, true);
}

static void
begin_without_enhanced_is_ignored(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, false);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
}

/* The hold time is 90 s, so it speaks meanwhile. */
static void
begin_without_end_ends_by_itself(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_route(l, OTHER);
	pair_run(p, 80 * SECONDS);
	far_say_keepalive(l);
	pair_run(p, 39 * SECONDS);
	assert_true(pair_has(p, ROUTE));
	pair_run(p, 2 * SECONDS);

	assert_false(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
	pair_assert_up(p, true);
}

static void
second_begin_starts_anew(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_route(l, ROUTE);
	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_route(l, OTHER);
	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
}

static void
end_of_rib_within_a_refresh_drops_nothing(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 50);

	assert_true(pair_has(p, ROUTE));
}

/* What is kept after a restart waits for End-of-RIB, not for this. */
static void
refresh_within_a_restart_changes_nothing(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_restarts(&p->far, 60, true);
	far_hang_up(up_with_routes(p, true));
	l = pair_up(p);
	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_say_route(l, OTHER);
	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 50);
	assert_true(pair_has(p, ROUTE));
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 50);

	assert_false(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
}

/* A session that ends takes its refresh along. */
static void
refresh_is_not_remembered_by_the_next_session(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	far_say_refresh(l, AFI, REFRESH_BEGIN);
	far_hang_up(l);
	l = up_with_routes(p, true);
	far_say_refresh(l, AFI, REFRESH_END);
	pair_run(p, 200);

	assert_true(pair_has(p, ROUTE));
	assert_true(pair_has(p, OTHER));
}

/* ---- we ask ------------------------------------------------------------ */

static void
refresh_asks_for_each_family(void **state)
{
	struct pair *p = *state;
	struct far_line *l = up_with_routes(p, true);

	assert_int_equal(peer_refresh(pair_peer(p)), 1);
	pair_run(p, 50);

	assert_int_equal(far_heard_refresh(l, REFRESH_REQUEST), 1);
}

static void
refresh_needs_a_session_and_the_capability(void **state)
{
	struct pair *p = *state;

	assert_int_equal(peer_refresh(pair_peer(p)), 0);
	p->far.open.has &= ~(uint32_t)OPEN_HAS_REFRESH;
	pair_up(p);

	assert_int_equal(peer_refresh(pair_peer(p)), 0);
}

#define TEST(test) \
	cmocka_unit_test_setup_teardown(test, pair_setup, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(request_is_answered_between_begin_and_end),
		TEST(request_without_enhanced_is_answered_without),
		TEST(request_for_another_family_is_ignored),
		TEST(unknown_subtype_is_ignored),
		TEST(end_drops_what_was_not_said_again),
		TEST(end_without_begin_is_ignored),
		TEST(begin_without_enhanced_is_ignored),
		TEST(begin_without_end_ends_by_itself),
		TEST(second_begin_starts_anew),
		TEST(end_of_rib_within_a_refresh_drops_nothing),
		TEST(refresh_within_a_restart_changes_nothing),
		TEST(refresh_is_not_remembered_by_the_next_session),
		TEST(refresh_asks_for_each_family),
		TEST(refresh_needs_a_session_and_the_capability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
