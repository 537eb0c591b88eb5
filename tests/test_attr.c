/* SPDX-License-Identifier: ISC */
/* test_attr.c - the table of path attributes */

/*
 * Views are made with an address for every span of its own, so that equality
 * can only come from the bytes.  What a set costs is measured on many of the
 * kind that an Internet table brings.
 */

#include "rib/attr.h"

#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

/* clang-format off */
static const uint8_t path[] = {
	0x02, 0x01,			/* sequence of 1 */
	0x00, 0x00, 0xfc, 0x00,		/* 64512 */
};

static const uint8_t list[] = {
	0xfc, 0x00, 0x00, 0x09,		/* 64512:9 */
};
/* clang-format on */

static int
setup(void **state)
{
	*state = attr_table_new(0);
	return 0;
}

static int
teardown(void **state)
{
	attr_table_free(*state);
	return 0;
}

/* As a node announces a pod block inside its AS. */
static struct attrs
pod_block(void)
{
	struct attrs a = { 0 };

	a.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
	    ATTR_HAS_LOCAL_PREF;
	a.local_pref = 100;
	a.next_hop = address_v4(0x0a000001);
	return a;
}

/* All bits that say so. */
#define PARTIAL                                                             \
	(ATTR_PARTIAL_AGGREGATOR | ATTR_PARTIAL_COMMUNITIES |               \
	    ATTR_PARTIAL_EXT_COMMUNITIES | ATTR_PARTIAL_LARGE_COMMUNITIES | \
	    ATTR_PARTIAL_OTC)

static struct attrs
everything(void)
{
	const uint8_t global[16] = { 0xfd, 0x00, [15] = 0x01 };
	const uint8_t local[16] = { 0xfe, 0x80, [15] = 0x01 };
	struct attrs a = { 0 };

	a.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
	    ATTR_HAS_MED | ATTR_HAS_LOCAL_PREF | ATTR_HAS_ATOMIC |
	    ATTR_HAS_AGGREGATOR | ATTR_HAS_ORIGINATOR | ATTR_HAS_OTC | PARTIAL;
	a.origin = ORIGIN_INCOMPLETE;
	a.med = 1;
	a.local_pref = 0xffffffff;
	a.originator = 3;
	a.aggregator_as = 4;
	a.aggregator_id = 5;
	a.otc = 6;
	a.next_hop = address_from(FAMILY_IPV6, global);
	a.link_local = address_from(FAMILY_IPV6, local);
	a.as_path = SPAN(path);
	a.communities = SPAN(list);
	a.ext_communities = (struct span){ path, 1 };
	a.large_communities = (struct span){ path, 2 };
	a.cluster_list = (struct span){ path, 3 };
	a.aigp = (struct span){ path + 1, 4 };
	a.unknown = (struct span){ path, 4 };
	return a;
}

static void
assert_span(struct span have, struct span want)
{
	assert_int_equal(have.length, want.length);
	if (want.length > 0)
		assert_memory_equal(have.data, want.data, want.length);
}

static void
assert_attrs(const struct attrs *have, const struct attrs *want)
{
	assert_int_equal(have->has, want->has);
	assert_int_equal(have->origin, want->origin);
	assert_int_equal(have->med, want->med);
	assert_int_equal(have->local_pref, want->local_pref);
	assert_int_equal(have->originator, want->originator);
	assert_int_equal(have->aggregator_as, want->aggregator_as);
	assert_int_equal(have->aggregator_id, want->aggregator_id);
	assert_int_equal(have->otc, want->otc);
	assert_true(address_equal(&have->next_hop, &want->next_hop));
	assert_true(address_equal(&have->link_local, &want->link_local));
	assert_span(have->as_path, want->as_path);
	assert_span(have->communities, want->communities);
	assert_span(have->ext_communities, want->ext_communities);
	assert_span(have->large_communities, want->large_communities);
	assert_span(have->cluster_list, want->cluster_list);
	assert_span(have->aigp, want->aigp);
	assert_span(have->unknown, want->unknown);
}

static void
assert_comes_back(struct attr_table *t, const struct attrs *a)
{
	struct attrs back;

	attr_get(t, attr_intern(t, a), &back);

	assert_attrs(&back, a);
}

static void
table_new_is_empty(void **state)
{
	assert_int_equal(attr_table_count(*state), 0);
}

static void
attrs_of_every_kind_come_back(void **state)
{
	struct attrs none = { 0 };
	struct attrs pod = pod_block();
	struct attrs all = everything();

	assert_comes_back(*state, &none);
	assert_comes_back(*state, &pod);
	assert_comes_back(*state, &all);
}

static void
attrs_with_one_attribute_come_back(void **state)
{
	uint32_t bit;

	for (bit = ATTR_HAS_ORIGIN; bit <= ATTR_HAS_OTC; bit <<= 1) {
		struct attrs a = { .has = bit };

		assert_comes_back(*state, &a);
	}
}

static void
span_of_every_size_comes_back(void **state)
{
	static const size_t sizes[] = { 1, 2, 127, 128, 129, 16383, 16384,
		65535, 200000 };
	uint8_t *bytes = malloc(200000);
	struct attrs a = pod_block();
	size_t i;

	memset(bytes, 0xa5, 200000);

	for (i = 0; i < COUNT(sizes); i++) {
		a.as_path = (struct span){ bytes, sizes[i] };
		assert_comes_back(*state, &a);
		a.unknown = a.as_path;
		assert_comes_back(*state, &a);
	}
	free(bytes);
}

static void
spans_are_copied(void **state)
{
	uint8_t bytes[sizeof(path)];
	struct attrs a = pod_block(), back;
	uint32_t id;

	memcpy(bytes, path, sizeof(path));
	a.as_path = SPAN(bytes);
	id = attr_intern(*state, &a);
	memset(bytes, 0, sizeof(bytes));

	attr_get(*state, id, &back);

	assert_span(back.as_path, SPAN(path));
}

static void
intern_of_equals_is_one_set(void **state)
{
	struct attrs a = everything();
	struct attrs b = everything();
	uint8_t copy[sizeof(path)];

	memcpy(copy, path, sizeof(path));
	b.as_path = SPAN(copy);

	assert_int_equal(attr_intern(*state, &a), attr_intern(*state, &b));
	assert_int_equal(attr_table_count(*state), 1);
}

static void
partial_without_the_attribute_makes_no_difference(void **state)
{
	struct attrs a = { .has = ATTR_HAS_ORIGIN };
	struct attrs b = { .has = ATTR_HAS_ORIGIN | PARTIAL };

	assert_int_equal(attr_intern(*state, &a), attr_intern(*state, &b));
}

static void
partial_makes_two_sets(void **state)
{
	struct attrs a = everything();
	struct attrs b = everything();

	b.has &= ~(uint32_t)ATTR_PARTIAL_COMMUNITIES;

	assert_int_not_equal(attr_intern(*state, &a), attr_intern(*state, &b));
}

static void
intern_of_its_own_view_is_the_same_set(void **state)
{
	struct attrs a = everything(), view;
	uint32_t id = attr_intern(*state, &a);

	attr_get(*state, id, &view);

	assert_int_equal(attr_intern(*state, &view), id);
}

static void
intern_of_an_edited_view_is_another_set(void **state)
{
	struct attrs a = everything(), view;
	uint32_t id = attr_intern(*state, &a);

	attr_get(*state, id, &view);
	view.local_pref = 7;

	assert_int_not_equal(attr_intern(*state, &view), id);
	a.local_pref = 7;
	assert_comes_back(*state, &a);
}

static void
intern_ignores_fields_without_their_bit(void **state)
{
	struct attrs all = everything();
	struct attrs plain = { 0 };
	struct attrs noisy = all;
	uint32_t id;

	plain.communities = all.communities;
	plain.ext_communities = all.ext_communities;
	plain.large_communities = all.large_communities;
	plain.cluster_list = all.cluster_list;
	plain.aigp = all.aigp;
	plain.unknown = all.unknown;
	noisy.has = 0;

	id = attr_intern(*state, &plain);

	assert_int_equal(attr_intern(*state, &noisy), id);
}

static void
intern_tells_absent_from_zero(void **state)
{
	struct attrs absent = { 0 };
	uint32_t bit, id = attr_intern(*state, &absent);

	for (bit = ATTR_HAS_ORIGIN; bit <= ATTR_HAS_OTC; bit <<= 1) {
		struct attrs zero = { .has = bit };

		assert_int_not_equal(attr_intern(*state, &zero), id);
	}
	assert_int_equal(attr_table_count(*state), 10);
}

/* Copies the full set with one thing changed; false when all were. */
static bool
variant(size_t i, struct attrs *a)
{
	struct span s = { path, 5 };

	*a = everything();
	switch (i) {
	case 0: a->origin = ORIGIN_EGP; break;
	case 1: a->med = 99; break;
	case 2: a->local_pref = 99; break;
	case 3: a->originator = 99; break;
	case 4: a->aggregator_as = 99; break;
	case 5: a->aggregator_id = 99; break;
	case 6: a->otc = 99; break;
	case 7: a->next_hop = address_v4(99); break;
	case 8: a->next_hop.bytes[15] = 99; break;
	case 9: a->link_local.bytes[15] = 99; break;
	case 10: a->link_local = (struct address){ 0 }; break;
	case 11: a->as_path = s; break;
	case 12: a->communities = s; break;
	case 13: a->ext_communities = s; break;
	case 14: a->large_communities = s; break;
	case 15: a->cluster_list = s; break;
	case 16: a->unknown = s; break;
	case 17: a->communities.length = 0; break;
	case 18: a->has &= ~(uint32_t)ATTR_HAS_ATOMIC; break;
	case 19: a->unknown.length = 0; break;
	case 20: a->aigp = s; break;
	default: return false;
	}
	return true;
}

static void
intern_tells_every_field(void **state)
{
	struct attrs a = everything();
	size_t i;

	attr_intern(*state, &a);
	for (i = 0; variant(i, &a); i++)
		attr_intern(*state, &a);

	assert_int_equal(attr_table_count(*state), 1 + i);
}

static void
intern_tells_lists_that_share_their_bytes(void **state)
{
	struct attrs a = pod_block(), b = pod_block();

	a.communities = (struct span){ path, 2 };
	a.cluster_list = (struct span){ path + 2, 4 };
	b.communities = (struct span){ path, 4 };
	b.cluster_list = (struct span){ path + 4, 2 };

	assert_int_not_equal(attr_intern(*state, &a), attr_intern(*state, &b));
}

static void
next_hop_zero_of_other_family_is_another_set(void **state)
{
	struct attrs a = pod_block(), b = pod_block();

	a.next_hop = (struct address){ .family = FAMILY_IPV4 };
	b.next_hop = (struct address){ .family = FAMILY_IPV6 };

	assert_int_not_equal(attr_intern(*state, &a), attr_intern(*state, &b));
	assert_comes_back(*state, &b);
}

static void
unref_of_the_last_frees_the_set(void **state)
{
	struct attrs a = everything();
	uint32_t id = attr_intern(*state, &a);

	attr_unref(*state, id);

	assert_int_equal(attr_table_count(*state), 0);
}

static void
unref_keeps_what_others_hold(void **state)
{
	struct attrs a = everything(), back;
	uint32_t id = attr_intern(*state, &a);

	assert_int_equal(attr_ref(*state, id), id);
	assert_int_equal(attr_intern(*state, &a), id);

	attr_unref(*state, id);
	attr_unref(*state, id);

	attr_get(*state, id, &back);
	assert_attrs(&back, &a);
}

static void
unref_of_none_is_ignored(void **state)
{
	attr_unref(*state, 0);

	assert_int_equal(attr_table_count(*state), 0);
}

static void
set_freed_and_interned_again_is_found(void **state)
{
	struct attrs a = everything();
	uint32_t id = attr_intern(*state, &a);

	attr_unref(*state, id);
	id = attr_intern(*state, &a);

	assert_int_equal(attr_intern(*state, &a), id);
	assert_comes_back(*state, &a);
}

#define MANY 20000u

/* The i-th of many sets that differ in little. */
static uint32_t
intern_nth(struct attr_table *t, uint32_t i)
{
	struct attrs a = pod_block();

	a.has |= ATTR_HAS_MED;
	a.med = i;
	return attr_intern(t, &a);
}

static void
many_sets_are_all_found(void **state)
{
	uint32_t *ids = calloc(MANY, sizeof(*ids));
	uint32_t i;

	for (i = 0; i < MANY; i++)
		ids[i] = intern_nth(*state, i);

	assert_int_equal(attr_table_count(*state), MANY);
	for (i = 0; i < MANY; i++)
		assert_int_equal(intern_nth(*state, i), ids[i]);
	free(ids);
}

/* Removal moves others; none may get lost, whatever the order. */
static void
many_sets_survive_the_removal_of_others(void **state)
{
	uint32_t *ids = calloc(MANY, sizeof(*ids));
	uint32_t i, k;

	for (i = 0; i < MANY; i++)
		ids[i] = intern_nth(*state, i);

	for (i = 0, k = 0; i < MANY; i++, k = (k + 7919) % MANY)
		if (k % 3 != 0)
			attr_unref(*state, ids[k]);

	for (i = 0; i < MANY; i += 3) {
		assert_int_equal(intern_nth(*state, i), ids[i]);
		attr_unref(*state, ids[i]);
	}
	assert_int_equal(attr_table_count(*state), (MANY + 2) / 3);
	free(ids);
}

static void
many_rounds_do_not_use_more_memory(void **state)
{
	size_t bytes = 0;
	uint32_t round, i;

	for (round = 0; round < 10; round++) {
		for (i = 0; i < 1000; i++)
			intern_nth(*state, round * 1000 + i);
		for (i = 0; i < 1000; i++) {
			uint32_t id = intern_nth(*state, round * 1000 + i);

			attr_unref(*state, id);
			attr_unref(*state, id);
		}
		if (round == 0)
			bytes = attr_table_bytes(*state);
	}

	assert_int_equal(attr_table_count(*state), 0);
	assert_int_equal(attr_table_bytes(*state), bytes);
}

static void
set_costs_little_beside_its_content(void **state)
{
	const size_t sets = 200000;
	/* Next hop, MED, a path of 4, 6 communities. */
	const size_t content = 4 + 4 + 2 + 4 * 4 + 4 * 6;
	uint8_t bytes[24];
	struct attrs a = pod_block();
	size_t i, cost;

	a.has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
	    ATTR_HAS_MED;
	memset(bytes, 0x5a, sizeof(bytes));
	a.as_path = (struct span){ bytes, 18 };
	a.communities = SPAN(bytes);
	for (i = 0; i < sets; i++) {
		a.med = (uint32_t)i;
		attr_intern(*state, &a);
	}

	cost = attr_table_bytes(*state) / sets - content;

	assert_true(cost <= 56);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(table_new_is_empty),
		TEST(attrs_of_every_kind_come_back),
		TEST(attrs_with_one_attribute_come_back),
		TEST(span_of_every_size_comes_back),
		TEST(spans_are_copied),
		TEST(intern_of_equals_is_one_set),
		TEST(partial_without_the_attribute_makes_no_difference),
		TEST(partial_makes_two_sets),
		TEST(intern_of_its_own_view_is_the_same_set),
		TEST(intern_of_an_edited_view_is_another_set),
		TEST(intern_ignores_fields_without_their_bit),
		TEST(intern_tells_absent_from_zero),
		TEST(intern_tells_every_field),
		TEST(intern_tells_lists_that_share_their_bytes),
		TEST(next_hop_zero_of_other_family_is_another_set),
		TEST(unref_of_the_last_frees_the_set),
		TEST(unref_keeps_what_others_hold),
		TEST(unref_of_none_is_ignored),
		TEST(set_freed_and_interned_again_is_found),
		TEST(many_sets_are_all_found),
		TEST(many_sets_survive_the_removal_of_others),
		TEST(many_rounds_do_not_use_more_memory),
		TEST(set_costs_little_beside_its_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
