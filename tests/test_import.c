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
		    .local_as = OUR_AS,
		    .remote_as = THEIR_AS,
		    .identifier = OUR_ID,
		    .cluster_id = OUR_CLUSTER,
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
	return import_attrs(&b->terms, &b->attrs, &b->changed);
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
		cmocka_unit_test(route_that_we_brought_in_is_a_loop),
		cmocka_unit_test(route_of_another_originator_is_none),
		cmocka_unit_test(route_that_passed_our_cluster_is_a_loop),
		cmocka_unit_test(cluster_without_a_number_is_our_identifier),
		cmocka_unit_test(marked_route_from_a_customer_is_a_leak),
		cmocka_unit_test(route_from_a_provider_is_marked_with_its_as),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
