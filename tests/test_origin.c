/* SPDX-License-Identifier: ISC */
/* test_origin.c - from blocks and `announce` to local paths of a rib */
/*
 * Each test hands one config or two to an origin and asks a real rib what
 * came of it.
 */
#include "bgpd/origin.h"

#include <string.h>

#include "rib/community.h"
#include "tests/testing.h"

#define BLOCK   "10.244.1.0/26"
#define BLOCK6  "fd00:10:244:1::/122"
#define SERVICE "10.96.0.0/12"

struct fixture {
	struct rib *rib;
	struct origin *origin;
	struct conf conf;
	struct prefix blocks[4];
	struct conf_announce announce[4];
	uint32_t communities[2];
	unsigned int changes;
};

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

static void
count_change(void *arg, const struct rib_change *change)
{
	struct fixture *f = arg;

	f->changes++;
}

static void
setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->rib = rib_new(0);
	f->origin = origin_new(f->rib);
	f->conf.blocks = f->blocks;
	f->conf.announce = f->announce;
}

static void
teardown(struct fixture *f)
{
	origin_free(f->origin);
	rib_free(f->rib);
}

static void
block_add(struct fixture *f, const char *text)
{
	f->blocks[f->conf.nblocks++] = prefix(text);
}

static void
announce_add(struct fixture *f, const char *text, uint32_t community)
{
	struct conf_announce *a = &f->announce[f->conf.nannounce++];

	a->prefix = prefix(text);
	a->communities = f->communities;
	a->ncommunities = community != 0;
	f->communities[0] = community;
}

/* Applies the config; how many best paths changed by it. */
static unsigned int
configure(struct fixture *f)
{
	f->changes = 0;
	origin_configure(f->origin, &f->conf, 1000);
	while (rib_run(f->rib, 100, count_change, f))
		;
	return f->changes;
}

static bool
best(struct fixture *f, const char *text, struct attrs *attrs)
{
	struct prefix p = prefix(text);
	uint32_t entry = rib_find(f->rib, &p);
	struct rib_path path;

	if (entry == 0 || !rib_best(f->rib, p.address.family, entry, &path))
		return false;
	assert_int_equal(path.source, RIB_LOCAL);
	attr_get(rib_attrs(f->rib), path.accepted, attrs);
	return true;
}

static void
block_is_a_local_path(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	block_add(&f, BLOCK);
	configure(&f);

	assert_true(best(&f, BLOCK, &a));
	assert_int_equal(a.origin, ORIGIN_IGP);
	assert_int_equal(a.as_path.length, 0);
	assert_true(address_is_unset(&a.next_hop));
	teardown(&f);
}

static void
block_ipv6_is_a_local_path(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	block_add(&f, BLOCK6);
	configure(&f);

	assert_true(best(&f, BLOCK6, &a));
	teardown(&f);
}

static void
announce_carries_its_communities(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	announce_add(&f, SERVICE, 64512u << 16 | 9);
	configure(&f);

	assert_true(best(&f, SERVICE, &a));
	assert_true(community_has(a.communities, 64512u << 16 | 9));
	teardown(&f);
}

static void
configure_again_changes_nothing(void **state)
{
	struct fixture f;

	setup(&f);
	block_add(&f, BLOCK);
	announce_add(&f, SERVICE, 1);
	configure(&f);

	assert_int_equal(configure(&f), 0);
	teardown(&f);
}

static void
block_removed_is_withdrawn_alone(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	block_add(&f, BLOCK);
	block_add(&f, BLOCK6);
	configure(&f);
	f.blocks[0] = f.blocks[1];
	f.conf.nblocks = 1;

	assert_int_equal(configure(&f), 1);
	assert_false(best(&f, BLOCK, &a));
	assert_true(best(&f, BLOCK6, &a));
	teardown(&f);
}

static void
announce_with_another_community_replaces(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	announce_add(&f, SERVICE, 1);
	configure(&f);
	f.communities[0] = 2;

	assert_int_equal(configure(&f), 1);
	assert_true(best(&f, SERVICE, &a));
	assert_true(community_has(a.communities, 2));
	teardown(&f);
}

static void
block_announced_too_is_both(void **state)
{
	struct fixture f;
	struct attrs a;

	setup(&f);
	block_add(&f, BLOCK);
	announce_add(&f, BLOCK, 7);
	configure(&f);

	assert_true(best(&f, BLOCK, &a));
	assert_true(community_has(a.communities, 7));
	assert_true(origin_is_block(f.origin, &f.blocks[0]));
	teardown(&f);
}

static void
is_block_is_for_blocks_of_many(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{ BLOCK, true }, { BLOCK6, true },
		{ "10.244.9.9/32", false }, /* a host */
		{ "fd00:10:244:9::9/128", false },
		{ SERVICE, false },         /* announced only */
		{ "10.244.1.0/27", false }, /* not configured */
	};
	struct fixture f;
	struct prefix p;
	size_t i;

	setup(&f);
	for (i = 0; i < 4; i++)
		block_add(&f, rows[i].text);
	announce_add(&f, SERVICE, 0);
	configure(&f);

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = prefix(rows[i].text);
		assert_int_equal(origin_is_block(f.origin, &p), rows[i].is);
	}
	teardown(&f);
}

static void
config_emptied_leaves_nothing(void **state)
{
	struct fixture f;
	struct rib_counts counts;

	setup(&f);
	block_add(&f, BLOCK);
	announce_add(&f, SERVICE, 1);
	configure(&f);
	f.conf.nblocks = f.conf.nannounce = 0;
	configure(&f);
	rib_counts(f.rib, FAMILY_IPV4, &counts);

	assert_int_equal(counts.paths, 0);
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
						block_is_a_local_path),
		cmocka_unit_test(block_ipv6_is_a_local_path),
		cmocka_unit_test(announce_carries_its_communities),
		cmocka_unit_test(configure_again_changes_nothing),
		cmocka_unit_test(block_removed_is_withdrawn_alone),
		cmocka_unit_test(announce_with_another_community_replaces),
		cmocka_unit_test(block_announced_too_is_both),
		cmocka_unit_test(is_block_is_for_blocks_of_many),
		cmocka_unit_test(config_emptied_leaves_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
