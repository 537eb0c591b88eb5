/* SPDX-License-Identifier: ISC */
/* test_import.c - what import makes of the attributes of a route */

#include "rib/import.h"

#include "rib/aspath.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

#define OUR_AS      64512u
#define THEIR_AS    65001u
#define OUR_ID      0x0a000001u
#define OUR_CLUSTER 0x0a0000fau

/* One import: tests change what they are about, then run it. */
struct bench {
	struct import_terms terms;
	struct attrs attrs;
	bool changed;
};

/* Too big for a stack frame that is instrumented; every test uses it anew. */
static struct import_scratch scratch;

/* A route of an external neighbor, with the path "65001 65007". */
static struct bench
bench(void)
{
	static const uint8_t path[] = {
		0x02, 0x02,             /* AS_SEQUENCE of two */
		0x00, 0x00, 0xfd, 0xe9, /* 65001 */
		0x00, 0x00, 0xfd, 0xef, /* 65007 */
	};

	return (struct bench){
		.terms = {
		    .external = true,
		    .local_as = OUR_AS,
		    .session_as = OUR_AS,
		    .remote_as = THEIR_AS,
		    .identifier = OUR_ID,
		    .cluster_id = OUR_CLUSTER,
		    .reject_as_set = true,
		    .enforce_first_as = true,
		},
		.attrs = {
		    .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
			ATTR_HAS_NEXT_HOP,
		    .as_path = SPAN(path),
		},
	};
}

static enum rib_refusal
run(struct bench *b)
{
	return import_attrs(&b->terms, &scratch, &b->attrs, &b->changed);
}

static void
sound_route_passes_unchanged(void **state)
{
	struct bench b = bench();

	(void)state;

	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_false(b.changed);
}

/* ---- loops ------------------------------------------------------------- */

static void
path_with_our_as_is_a_loop(void **state)
{
	struct bench b = bench();

	(void)state;
	b.terms.local_as = 65007;

	assert_int_equal(run(&b), RIB_AS_LOOP);
}

static void
own_as_is_taken_as_often_as_allowed(void **state)
{
	static const uint8_t path[] = {
		0x02, 0x04,             /* AS_SEQUENCE of four */
		0x00, 0x00, 0xfd, 0xe9, /* 65001 */
		0x00, 0x00, 0xfc, 0x00, /* 64512, ours */
		0x00, 0x00, 0xfd, 0xe9, /* 65001 */
		0x00, 0x00, 0xfc, 0x00, /* 64512, ours */
	};
	static const struct {
		unsigned int own_as;
		enum rib_refusal refusal;
	} rows[] = {
		{ 0, RIB_AS_LOOP },
		{ 1, RIB_AS_LOOP },
		{ 2, RIB_ACCEPTED },
		{ 10, RIB_ACCEPTED },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench();
		b.attrs.as_path = SPAN(path);
		b.terms.own_as = rows[i].own_as;
		assert_int_equal(run(&b), rows[i].refusal);
	}
}

/* With local-as both are ours, and counted together. */
static void
either_of_our_two_as_is_a_loop(void **state)
{
	static const struct {
		uint32_t local_as;
		uint32_t session_as;
		unsigned int own_as;
		enum rib_refusal refusal;
	} rows[] = {
		{ OUR_AS, 64999, 0, RIB_ACCEPTED },
		{ 65007, 64999, 0, RIB_AS_LOOP },
		{ OUR_AS, 65007, 0, RIB_AS_LOOP },
		{ OUR_AS, 65007, 1, RIB_ACCEPTED },
		{ 65001, 65007, 1, RIB_AS_LOOP },
		{ 65001, 65007, 2, RIB_ACCEPTED },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench();
		b.terms.local_as = rows[i].local_as;
		b.terms.session_as = rows[i].session_as;
		b.terms.own_as = rows[i].own_as;
		assert_int_equal(run(&b), rows[i].refusal);
	}
}

static void
route_that_we_brought_in_is_a_loop(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.has |= ATTR_HAS_ORIGINATOR;
	b.attrs.originator = OUR_ID;

	assert_int_equal(run(&b), RIB_ORIGINATOR_LOOP);
}

static void
route_of_another_originator_is_none(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.has |= ATTR_HAS_ORIGINATOR;
	b.attrs.originator = OUR_CLUSTER;

	assert_int_equal(run(&b), RIB_ACCEPTED);
}

static const uint8_t clusters[] = {
	0x0a, 0x00, 0x00, 0xfb, /* another reflector */
	0x0a, 0x00, 0x00, 0xfa, /* us */
};

static void
route_that_passed_our_cluster_is_a_loop(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.cluster_list = SPAN(clusters);

	assert_int_equal(run(&b), RIB_CLUSTER_LOOP);
}

static void
cluster_without_a_number_is_our_identifier(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.cluster_list = SPAN(clusters);
	b.terms.cluster_id = 0;

	assert_int_equal(run(&b), RIB_ACCEPTED);
	b.terms.identifier = OUR_CLUSTER;
	assert_int_equal(run(&b), RIB_CLUSTER_LOOP);
}

/* ---- paths that are no good -------------------------------------------- */

static const uint8_t path_with_set[] = {
	0x02, 0x01,             /* AS_SEQUENCE of one */
	0x00, 0x00, 0xfd, 0xe9, /* 65001 */
	0x01, 0x01,             /* AS_SET of one */
	0x00, 0x00, 0xfd, 0xef, /* 65007 */
};

/* RFC 9774 3 */
static void
path_with_a_set_is_refused_unless_that_is_off(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.as_path = SPAN(path_with_set);

	assert_int_equal(run(&b), RIB_AS_SET);
	b.terms.external = false;
	assert_int_equal(run(&b), RIB_AS_SET);
	b.terms.reject_as_set = false;
	assert_int_equal(run(&b), RIB_ACCEPTED);
}

/* RFC 4271 6.3; 7947 2.2.2.1 for the route server */
static void
first_as_is_that_of_an_external_neighbor(void **state)
{
	static const struct {
		bool external;
		bool enforced;
		enum role role;
		uint32_t remote_as;
		enum rib_refusal refusal;
	} rows[] = {
		{ true, true, ROLE_NONE, THEIR_AS, RIB_ACCEPTED },
		{ true, true, ROLE_NONE, 65002, RIB_FIRST_AS },
		{ true, true, ROLE_CUSTOMER, 65002, RIB_FIRST_AS },
		{ true, true, ROLE_RS_CLIENT, 65002, RIB_ACCEPTED },
		{ true, false, ROLE_NONE, 65002, RIB_ACCEPTED },
		{ false, true, ROLE_NONE, OUR_AS, RIB_ACCEPTED },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench();
		b.terms.external = rows[i].external;
		b.terms.enforce_first_as = rows[i].enforced;
		b.terms.role = rows[i].role;
		b.terms.remote_as = rows[i].remote_as;
		assert_int_equal(run(&b), rows[i].refusal);
	}
}

static void
path_that_begins_with_a_set_has_no_first_as(void **state)
{
	struct bench b = bench();

	(void)state;
	b.attrs.as_path = (struct span){ path_with_set + 6, 6 };
	b.terms.remote_as = 65007;
	b.terms.reject_as_set = false;

	assert_int_equal(run(&b), RIB_FIRST_AS);
}

/* ---- communities that ask for something -------------------------------- */

static const uint8_t graceful_shutdown[] = { 0xff, 0xff, 0x00, 0x00 };
static const uint8_t blackhole[] = {
	0xfd, 0xe9, 0x00, 0x01, /* 65001:1 */
	0xff, 0xff, 0x02, 0x9a, /* BLACKHOLE */
};

/* RFC 8326 4.1 */
static void
graceful_shutdown_makes_the_route_the_last_choice(void **state)
{
	static const bool external[] = { true, false };
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(external); i++) {
		b = bench();
		b.terms.external = external[i];
		b.attrs.communities = SPAN(graceful_shutdown);
		b.attrs.local_pref = 200;
		if (!external[i])
			b.attrs.has |= ATTR_HAS_LOCAL_PREF;
		assert_int_equal(run(&b), RIB_ACCEPTED);
		assert_true(b.changed);
		assert_true(b.attrs.has & ATTR_HAS_LOCAL_PREF);
		assert_int_equal(b.attrs.local_pref, 0);
	}
}

static void
graceful_shutdown_of_the_last_choice_changes_nothing(void **state)
{
	struct bench b = bench();

	(void)state;
	b.terms.external = false;
	b.attrs.communities = SPAN(graceful_shutdown);
	b.attrs.has |= ATTR_HAS_LOCAL_PREF;

	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_false(b.changed);
}

/* RFC 7999 3.2 */
static void
blackhole_from_outside_stays_inside(void **state)
{
	static const uint8_t marked[] = {
		0xfd, 0xe9, 0x00, 0x01, /* 65001:1 */
		0xff, 0xff, 0x02, 0x9a, /* BLACKHOLE */
		0xff, 0xff, 0xff, 0x01, /* NO_EXPORT */
	};
	struct bench b = bench();

	(void)state;
	b.attrs.communities = SPAN(blackhole);

	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_true(b.changed);
	assert_int_equal(b.attrs.communities.length, sizeof(marked));
	assert_memory_equal(b.attrs.communities.data, marked, sizeof(marked));

	/* Once is enough. */
	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_false(b.changed);
}

/* One of ours is on its way to who shall drop the traffic. */
static void
blackhole_from_inside_passes_unchanged(void **state)
{
	struct bench b = bench();

	(void)state;
	b.terms.external = false;
	b.attrs.communities = SPAN(blackhole);

	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_false(b.changed);
}

/* ---- roles ------------------------------------------------------------- */

static void
marked_route_from_a_customer_is_a_leak(void **state)
{
	struct bench b = bench();

	(void)state;
	b.terms.role = ROLE_PROVIDER;
	b.attrs.has |= ATTR_HAS_OTC;
	b.attrs.otc = 65007;

	assert_int_equal(run(&b), RIB_ROUTE_LEAK);
}

static void
route_from_a_provider_is_marked_with_its_as(void **state)
{
	struct bench b = bench();

	(void)state;
	b.terms.role = ROLE_CUSTOMER;

	assert_int_equal(run(&b), RIB_ACCEPTED);
	assert_true(b.changed);
	assert_int_equal(b.attrs.otc, THEIR_AS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_route_passes_unchanged),
		cmocka_unit_test(path_with_our_as_is_a_loop),
		cmocka_unit_test(own_as_is_taken_as_often_as_allowed),
		cmocka_unit_test(either_of_our_two_as_is_a_loop),
		cmocka_unit_test(route_that_we_brought_in_is_a_loop),
		cmocka_unit_test(route_of_another_originator_is_none),
		cmocka_unit_test(route_that_passed_our_cluster_is_a_loop),
		cmocka_unit_test(cluster_without_a_number_is_our_identifier),
		cmocka_unit_test(path_with_a_set_is_refused_unless_that_is_off),
		cmocka_unit_test(first_as_is_that_of_an_external_neighbor),
		cmocka_unit_test(path_that_begins_with_a_set_has_no_first_as),
		cmocka_unit_test(
		    graceful_shutdown_makes_the_route_the_last_choice),
		cmocka_unit_test(
		    graceful_shutdown_of_the_last_choice_changes_nothing),
		cmocka_unit_test(blackhole_from_outside_stays_inside),
		cmocka_unit_test(blackhole_from_inside_passes_unchanged),
		cmocka_unit_test(marked_route_from_a_customer_is_a_leak),
		cmocka_unit_test(route_from_a_provider_is_marked_with_its_as),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
