/* SPDX-License-Identifier: ISC */
/* test_group_model.c - members of update groups, beside a naive model */
/*
 * Sources speak, members join, leave, move between groups, ask for a refresh
 * and fill their queues, in random order and with the turns in between.  When
 * all has come to rest each member has what export_route says for it, no more
 * and no less.  A run is named by its seed.
 */
#include <string.h>

#include "tests/ears.h"
#include "tests/testing.h"

#define RUNS  300u
#define STEPS 250u

struct run {
	struct crowd crowd;
	struct ear ear[FAMILY_MAX][CROWD_SOURCES];
	struct prefix pool;
	uint64_t random;
};

static unsigned int
pick(struct run *r, size_t below)
{
	r->random = r->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)((r->random >> 33) % below);
}

static enum family
pick_family(struct run *r)
{
	return pick(r, FAMILY_MAX);
}

static struct ear *
pick_ear(struct run *r)
{
	enum family f = pick_family(r);

	return &r->ear[f][pick(r, CROWD_SOURCES)];
}

/*
 * Its kind is its own, and so is ADD-PATH; policy, next hop and the number of
 * paths change under it.
 */
static struct group_key
pick_key(struct run *r, const struct ear *e)
{
	static const enum policy_builtin policies[] = { POLICY_ALL, POLICY_ALL,
		POLICY_POOLS, POLICY_NONE };
	size_t i = (size_t)(e - r->ear[e->family]);
	struct group_key k = ear_key(crowd_kind(i), e->family,
	    i % 3 == 2 ? 65002 : 64512, i < 6 ? 4096 : 200);

	k.context.add_path[e->family] = i >= 3;
	if (i >= 3)
		k.paths = pick(r, 4);

	k.target.policy.chain[0] = policy_builtin(policies[pick(r, 4)]);
	if (pick(r, 2) == 0)
		k.target.self.bytes[3] = 77;
	return k;
}

static void
do_say(struct run *r)
{
	uint32_t source = r->crowd.source[pick(r, CROWD_SOURCES)];

	if (pick(r, 8) == 0)
		source = RIB_LOCAL;
	crowd_say_path(&r->crowd, source, pick_family(r),
	    pick(r, r->crowd.prefixes), pick(r, CROWD_IDS),
	    pick(r, CROWD_VARIANTS));
}

static void
do_unsay(struct run *r)
{
	uint32_t source = r->crowd.source[pick(r, CROWD_SOURCES)];

	crowd_unsay_path(&r->crowd, source, pick_family(r),
	    pick(r, r->crowd.prefixes), pick(r, CROWD_IDS));
}

static void
do_decide(struct run *r)
{
	crowd_decide(&r->crowd);
}

static void
do_output(struct run *r)
{
	groups_output(r->crowd.groups);
}

static void
do_join(struct run *r)
{
	struct ear *e = pick_ear(r);
	struct group_key k = pick_key(r, e);

	crowd_decide(&r->crowd);
	ear_join(e, &k);
}

static void
do_leave(struct run *r)
{
	struct ear *e = pick_ear(r);

	if (e->joined)
		ear_leave(e);
}

static void
do_refresh(struct run *r)
{
	struct ear *e = pick_ear(r);

	groups_refresh(r->crowd.groups, e->family, e->source);
}

static void
do_block(struct run *r)
{
	struct ear *e = pick_ear(r);

	e->blocked = !e->blocked;
}

static void
do_policy(struct run *r)
{
	size_t i;

	r->crowd.env.pools = &r->pool;
	r->crowd.env.npools = 1 - r->crowd.env.npools;
	groups_policy(r->crowd.groups, &r->crowd.env);
	r->crowd.clock++;
	for (i = 0; i < r->crowd.prefixes; i++)
		r->crowd.touched[FAMILY_IPV4][i] =
		    r->crowd.touched[FAMILY_IPV6][i] = r->crowd.clock;
}

/* The more often one stands here the more often it is done. */
static void (*const deeds[])(struct run *) = { do_say, do_say, do_say, do_say,
	do_unsay, do_unsay, do_decide, do_decide, do_output, do_output,
	do_output, do_join, do_join, do_leave, do_refresh, do_block, do_block,
	do_policy };

static void
run_init(struct run *r, unsigned int seed)
{
	enum family f;
	size_t i;

	memset(r, 0, sizeof(*r));
	r->random = seed;
	r->pool = (struct prefix){ address_v4(0x0a000000), 20 };
	crowd_init(&r->crowd);
	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < CROWD_SOURCES; i++)
			ear_init(
			    &r->ear[f][i], &r->crowd, r->crowd.source[i], f);
}

static void
run_check(struct run *r)
{
	enum family f;
	size_t i;

	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < CROWD_SOURCES; i++)
			r->ear[f][i].blocked = false;
	crowd_settle(&r->crowd);
	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < CROWD_SOURCES; i++)
			if (r->ear[f][i].joined)
				ear_check(&r->ear[f][i]);
}

static void
members_have_what_export_says(void **state)
{
	struct run r;
	unsigned int seed, step;

	for (seed = 1; seed <= RUNS; seed++) {
		run_init(&r, seed);

		for (step = 0; step < STEPS; step++)
			deeds[pick(&r, sizeof(deeds) / sizeof(deeds[0]))](&r);

		run_check(&r);
		crowd_clear(&r.crowd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_have_what_export_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
