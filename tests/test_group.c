/* SPDX-License-Identifier: ISC */
/* test_group.c - update groups: who hears what, how often, in which bytes */
/*
 * One fact a test, over a rib of its own and ears as members; what holds in
 * any order of events is test_group_model.c's.
 */
#include <string.h>

#include "tests/ears.h"
#include "tests/testing.h"

struct fixture {
	struct crowd crowd;
	struct ear ear[40]; /* of sources that say nothing, and IPv4 */
};

static int
setup(void **state)
{
	static struct fixture f;
	const struct rib_source who = { .kind = SOURCE_CLIENT, .as = 64512 };
	size_t i;

	memset(&f, 0, sizeof(f));
	crowd_init(&f.crowd);
	for (i = 0; i < sizeof(f.ear) / sizeof(f.ear[0]); i++)
		ear_init(&f.ear[i], &f.crowd, rib_source_add(f.crowd.rib, &who),
		    FAMILY_IPV4);
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
client_key(void)
{
	return ear_key(SOURCE_CLIENT, FAMILY_IPV4, 64512, 4096);
}

/* Another group, that tells the same with another next hop. */
static struct group_key
other_key(void)
{
	struct group_key k = client_key();

	k.target.self = address_v4(0xc0000242);
	return k;
}

static struct group_key
silent_key(void)
{
	struct group_key k = client_key();

	k.target.policy.chain[0] = policy_builtin(POLICY_NONE);
	return k;
}

static void
join(struct ear *e, struct group_key k)
{
	ear_join(e, &k);
}

/* Our own routes: each group tells them with its own next hop. */
static void
originate(struct fixture *f, size_t from, size_t to)
{
	for (; from < to; from++)
		crowd_say(&f->crowd, RIB_LOCAL, FAMILY_IPV4, from, 0);
}

/* Next hops. */

/* The next hop that an ear on the subnet was told of prefix 0. */
static struct address
told_next_hop(struct fixture *f, uint32_t source)
{
	struct group_key k = ear_key(SOURCE_EXTERNAL, FAMILY_IPV4, 65009, 4096);
	const struct address net = address_v4(0xc0000200);
	struct attrs a;

	k.subnet = prefix_of(&net, 24);
	k.target.shared_subnet_ok = true;
	join(&f->ear[0], k);
	crowd_say(&f->crowd, source, FAMILY_IPV4, 0, 1);
	crowd_settle(&f->crowd);
	attr_get(f->crowd.seen, f->ear[0].has[0], &a);
	return a.next_hop;
}

static void
next_hop_on_the_subnet_is_kept(void **state)
{
	struct fixture *f = *state;
	uint32_t source = f->crowd.source[2];
	struct address hop = told_next_hop(f, source);

	assert_int_equal(address_v4_number(&hop), 0xc0000200 + source);
}

static void
next_hop_that_is_another_neighbor_is_not_kept(void **state)
{
	struct fixture *f = *state;
	uint32_t source = f->crowd.source[2];
	struct rib_source who = { .kind = SOURCE_EXTERNAL,
		.address = address_v4(0xc0000200 + source) };
	struct address hop;

	rib_source_add(f->crowd.rib, &who);
	hop = told_next_hop(f, source);

	assert_int_equal(address_v4_number(&hop), 0xc0000201);
}

static void
next_hop_that_was_a_neighbor_is_kept(void **state)
{
	struct fixture *f = *state;
	uint32_t source = f->crowd.source[2];
	struct rib_source who = { .kind = SOURCE_EXTERNAL,
		.address = address_v4(0xc0000200 + source) };
	struct address hop;

	rib_source_remove(f->crowd.rib, rib_source_add(f->crowd.rib, &who));
	hop = told_next_hop(f, source);

	assert_int_equal(address_v4_number(&hop), 0xc0000200 + source);
}

/* Sharing. */

static void
members_in_step_share_one_encoding(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 40; i++)
		join(&f->ear[i], client_key());
	crowd_settle(&f->crowd);
	originate(f, 0, 5);
	crowd_settle(&f->crowd);

	assert_int_equal(groups_count(f->crowd.groups), 1);
	for (i = 0; i < 40; i++) {
		assert_int_equal(f->ear[i].messages, 1);
		assert_int_equal(f->ear[i].announced, 5);
		assert_ptr_equal(f->ear[i].chunk, f->ear[0].chunk);
	}
}

/* They join one after the other while a restart holds all output back. */
static void
members_that_waited_together_share_one_encoding(void **state)
{
	struct fixture *f = *state;
	size_t i;

	groups_defer(f->crowd.groups, FAMILY_IPV4, true);
	for (i = 0; i < 20; i++) {
		originate(f, i, i + 1);
		crowd_settle(&f->crowd);
		join(&f->ear[i], client_key());
	}
	crowd_unsay(&f->crowd, RIB_LOCAL, FAMILY_IPV4, 3);
	groups_defer(f->crowd.groups, FAMILY_IPV4, false);
	crowd_settle(&f->crowd);

	for (i = 0; i < 20; i++) {
		ear_check(&f->ear[i]);
		assert_ptr_equal(f->ear[i].chunk, f->ear[0].chunk);
	}
}

/* 1024 prefixes of 4 octets each are more than a plain message holds. */
static void
members_with_extended_messages_hear_longer_ones(void **state)
{
	struct fixture *f = *state;
	struct group_key long_key = client_key();

	long_key.context.max_size = 65535;
	join(&f->ear[0], client_key());
	join(&f->ear[1], long_key);
	originate(f, 0, 1024);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 1024);
	assert_int_equal(f->ear[0].messages, 2);
	assert_int_equal(f->ear[1].announced, 1024);
	assert_int_equal(f->ear[1].messages, 1);
}

static void
source_is_sent_the_rest_of_the_chunk(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 3; i++)
		join(&f->ear[i], client_key());
	crowd_settle(&f->crowd);
	for (i = 0; i < 3; i++)
		crowd_say(&f->crowd, f->ear[i].source, FAMILY_IPV4, i, 0);
	crowd_settle(&f->crowd);

	for (i = 0; i < 3; i++) {
		assert_int_equal(f->ear[i].announced, 2);
		assert_ptr_equal(f->ear[i].chunk, f->ear[0].chunk);
		ear_check(&f->ear[i]);
	}
	assert_int_equal(f->ear[0].sends, 1);
	assert_int_equal(f->ear[1].sends, 2);
}

static void
members_of_other_keys_have_other_groups(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	join(&f->ear[1], other_key());
	join(&f->ear[2], client_key());

	assert_int_equal(groups_count(f->crowd.groups), 2);
}

static void
group_goes_with_its_last_member(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	join(&f->ear[1], client_key());
	ear_leave(&f->ear[0]);
	assert_int_equal(groups_count(f->crowd.groups), 1);

	ear_leave(&f->ear[1]);

	assert_int_equal(groups_count(f->crowd.groups), 0);
}

/* A group at rest keeps its records and nothing else. */
static void
group_at_rest_keeps_no_window(void **state)
{
	struct fixture *f = *state;
	size_t without = groups_bytes(f->crowd.groups);

	join(&f->ear[0], client_key());
	originate(f, 0, 2);
	crowd_settle(&f->crowd);

	assert_in_range(groups_bytes(f->crowd.groups), without, without + 8192);
}

/* Changes. */

static void
change_while_a_member_is_blocked_is_told_once(void **state)
{
	struct fixture *f = *state;
	unsigned int variant;

	join(&f->ear[0], client_key());
	join(&f->ear[1], client_key());
	crowd_settle(&f->crowd);
	f->ear[0].blocked = true;
	for (variant = 0; variant < 5; variant++) {
		crowd_say(
		    &f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, variant);
		crowd_settle(&f->crowd);
	}
	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 1);
	assert_int_equal(f->ear[1].announced, 5);
	ear_check(&f->ear[0]);
}

static void
route_taken_over_by_its_hearer_is_taken_back(void **state)
{
	struct fixture *f = *state;
	size_t i;

	join(&f->ear[0], client_key());
	for (i = 0; i < 10; i++)
		crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, i, 3);
	crowd_settle(&f->crowd);
	for (i = 0; i < 10; i++)
		crowd_say(&f->crowd, f->ear[0].source, FAMILY_IPV4, i, 1);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 10);
	assert_int_equal(f->ear[0].messages, 2);
	ear_check(&f->ear[0]);
}

/*
 * Two asked for a refresh, one before and one after a route was withdrawn.
 * The window that suits the latter leaves out what the former must hear.
 */
static void
withdrawal_between_two_refreshes_is_told_to_the_first(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	join(&f->ear[1], client_key());
	originate(f, 0, 4);
	crowd_settle(&f->crowd);
	f->ear[1].blocked = true;
	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[1].source);
	crowd_unsay(&f->crowd, RIB_LOCAL, FAMILY_IPV4, 2);
	crowd_settle(&f->crowd);
	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	f->ear[1].blocked = false;
	crowd_settle(&f->crowd);

	ear_check(&f->ear[0]);
	ear_check(&f->ear[1]);
}

static void
refresh_tells_everything_again_and_no_end_of_rib(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 7);
	crowd_settle(&f->crowd);
	f->ear[0].announced = 0;

	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 7);
	assert_int_equal(f->ear[0].synced, 1);
}

static void
refresh_has_one_beginning_and_one_end(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 7);
	crowd_settle(&f->crowd);

	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	assert_true(f->ear[0].refreshing);
	crowd_settle(&f->crowd);

	assert_false(f->ear[0].refreshing);
	assert_int_equal(f->ear[0].refreshed, 1);
	ear_check(&f->ear[0]);
}

/* However often it is asked for meanwhile, it is done once more. */
static void
refreshes_asked_for_meanwhile_are_one_more(void **state)
{
	struct fixture *f = *state;
	size_t i;

	join(&f->ear[0], client_key());
	originate(f, 0, 7);
	crowd_settle(&f->crowd);
	f->ear[0].announced = 0;

	for (i = 0; i < 50; i++)
		groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].refreshed, 2);
	assert_int_equal(f->ear[0].announced, 14);
}

/* RFC 7313 4: End-of-RIB stands before any beginning. */
static void
refresh_before_end_of_rib_waits_for_it(void **state)
{
	struct fixture *f = *state;

	groups_defer(f->crowd.groups, FAMILY_IPV4, true);
	join(&f->ear[0], client_key());
	originate(f, 0, 7);
	crowd_settle(&f->crowd);
	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	assert_false(f->ear[0].refreshing);
	groups_defer(f->crowd.groups, FAMILY_IPV4, false);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].refreshed, 1);
	ear_check(&f->ear[0]);
}

static void
refresh_without_any_route_ends_at_once(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	crowd_settle(&f->crowd);
	groups_refresh(f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].refreshed, 1);
}

static void
policy_that_changes_withdraws_what_it_forbids(void **state)
{
	struct fixture *f = *state;
	struct prefix pool = { address_v4(0x0a000000), 23 };
	struct group_key k = client_key();

	k.target.policy.chain[0] = policy_builtin(POLICY_POOLS);
	f->crowd.env = (struct policy_env){ .pools = &pool, .npools = 1 };
	join(&f->ear[0], k);
	originate(f, 0, 4);
	crowd_settle(&f->crowd);
	assert_int_equal(f->ear[0].announced, 2);

	pool.length = 24;
	groups_policy(f->crowd.groups, &f->crowd.env);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 1);
	ear_check(&f->ear[0]);
}

/* End-of-RIB. */

static void
end_of_rib_is_sent_without_any_route(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].synced, 1);
	assert_int_equal(f->ear[0].sends, 0);
}

/* More than is fed in a turn, and more than a window holds. */
static void
end_of_rib_comes_after_a_large_table(void **state)
{
	struct fixture *f = *state;
	size_t i;

	f->crowd.prefixes = 2000;
	originate(f, 0, 2000);
	crowd_decide(&f->crowd);
	f->ear[2].blocked = true;
	join(&f->ear[0], client_key());
	join(&f->ear[2], client_key());
	groups_output(f->crowd.groups);
	join(&f->ear[1], client_key());
	crowd_settle(&f->crowd);
	f->ear[2].blocked = false;
	crowd_settle(&f->crowd);

	for (i = 0; i < 3; i++) {
		ear_check(&f->ear[i]);
		assert_int_equal(f->ear[i].announced, 2000);
	}
}

static void
end_of_rib_waits_for_a_blocked_member(void **state)
{
	struct fixture *f = *state;

	originate(f, 0, 3);
	f->ear[0].blocked = true;
	join(&f->ear[0], client_key());
	crowd_settle(&f->crowd);
	assert_int_equal(f->ear[0].synced, 0);

	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	ear_check(&f->ear[0]);
}

static void
end_of_rib_waits_for_deferral(void **state)
{
	struct fixture *f = *state;

	groups_defer(f->crowd.groups, FAMILY_IPV4, true);
	originate(f, 0, 3);
	join(&f->ear[0], client_key());
	crowd_settle(&f->crowd);
	assert_int_equal(f->ear[0].synced, 0);
	assert_int_equal(f->ear[0].sends, 0);

	groups_defer(f->crowd.groups, FAMILY_IPV4, false);
	crowd_settle(&f->crowd);

	ear_check(&f->ear[0]);
}

static void
deferral_of_one_family_leaves_the_other_alone(void **state)
{
	struct fixture *f = *state;
	struct ear *e = &f->ear[0];

	ear_init(e, &f->crowd, e->source, FAMILY_IPV6);
	groups_defer(f->crowd.groups, FAMILY_IPV4, true);
	crowd_say(&f->crowd, RIB_LOCAL, FAMILY_IPV6, 0, 0);
	join(e, ear_key(SOURCE_CLIENT, FAMILY_IPV6, 64512, 4096));
	crowd_settle(&f->crowd);

	ear_check(e);
}

/* A node that drains. */

static void
drain_withdraws_from_all_with_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	size_t i;

	originate(f, 0, 20);
	for (i = 0; i < 3; i++)
		join(&f->ear[i], client_key());
	crowd_settle(&f->crowd);
	groups_drain(f->crowd.groups, DRAIN_WITHDRAW);
	crowd_settle(&f->crowd);

	for (i = 0; i < 3; i++) {
		assert_int_equal(f->ear[i].withdrawn, 20);
		assert_int_equal(f->ear[i].has[0], 0);
		assert_ptr_equal(f->ear[i].chunk, f->ear[0].chunk);
	}
	assert_int_equal(groups_count(f->crowd.groups), 1);
}

static void
drain_undone_tells_all_again(void **state)
{
	struct fixture *f = *state;

	originate(f, 0, 20);
	join(&f->ear[0], client_key());
	crowd_settle(&f->crowd);
	groups_drain(f->crowd.groups, DRAIN_WITHDRAW);
	crowd_settle(&f->crowd);
	groups_drain(f->crowd.groups, DRAIN_OFF);
	crowd_settle(&f->crowd);

	ear_check(&f->ear[0]);
	assert_int_equal(f->ear[0].announced, 40);
}

/* Attributes that do not fit. */

static struct group_key
narrow_key(void)
{
	return ear_key(SOURCE_CLIENT, FAMILY_IPV4, 64512, 200);
}

static void
route_too_big_for_a_message_is_not_told(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], narrow_key());
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 5);
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 1, 1);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 1);
	ear_check(&f->ear[0]);
}

static void
route_that_grows_too_big_is_withdrawn(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], narrow_key());
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 1);
	crowd_settle(&f->crowd);
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 5);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 1);
	ear_check(&f->ear[0]);
}

static void
route_too_big_says_so(void **state)
{
	struct fixture *f = *state;
	uint32_t entry;

	join(&f->ear[0], narrow_key());
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 5);
	crowd_settle(&f->crowd);
	entry = crowd_entry(&f->crowd, FAMILY_IPV4, 0);

	assert_int_equal(groups_explain(f->crowd.groups, FAMILY_IPV4,
			     f->ear[0].source, entry),
	    EXPORT_TOO_BIG);
	assert_int_equal(
	    groups_told_count(f->crowd.groups, FAMILY_IPV4, f->ear[0].source),
	    0);
}

/* RFC 7311 bounds no list of elements; ours is told on as it came. */
static void
route_too_big_by_its_aigp_is_not_told(void **state)
{
	static const uint8_t aigp[4050] = { 2, 4050 >> 8, 4050 & 0xff };
	struct fixture *f = *state;
	struct crowd *c = &f->crowd;
	struct rib_input in = { .source = c->source[0] };
	struct prefix p = crowd_prefix(FAMILY_IPV4, 0);
	struct attrs a = { .has = ATTR_HAS_NEXT_HOP,
		.next_hop = address_v4(0xc0000209),
		.aigp = { aigp, sizeof(aigp) } };

	join(&f->ear[0], client_key());
	in.received = in.accepted = attr_intern(rib_attrs(c->rib), &a);
	rib_update(c->rib, &p, &in, 1000);
	attr_unref(rib_attrs(c->rib), in.received);
	crowd_settle(c);

	assert_int_not_equal(crowd_entry(c, FAMILY_IPV4, 0), 0);
	assert_int_equal(f->ear[0].announced, 0);
	assert_int_equal(groups_explain(c->groups, FAMILY_IPV4,
			     f->ear[0].source, crowd_entry(c, FAMILY_IPV4, 0)),
	    EXPORT_TOO_BIG);
}

/* No more than so many. */

static struct group_key
limited_key(uint32_t limit)
{
	struct group_key key = client_key();

	key.limit = limit;
	return key;
}

static enum export_reason
explain(struct fixture *f, size_t prefix)
{
	return groups_explain(f->crowd.groups, FAMILY_IPV4, f->ear[0].source,
	    crowd_entry(&f->crowd, FAMILY_IPV4, prefix));
}

static uint32_t
told(struct fixture *f)
{
	return groups_told_count(
	    f->crowd.groups, FAMILY_IPV4, f->ear[0].source);
}

static void
limit_leaves_out_who_comes_late(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], limited_key(3));
	originate(f, 0, 3);
	crowd_settle(&f->crowd);
	assert_false(
	    groups_is_full(f->crowd.groups, FAMILY_IPV4, f->ear[0].source));
	originate(f, 3, 5);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 3);
	assert_int_equal(told(f), 3);
	assert_int_equal(explain(f, 0), EXPORT_OK);
	assert_int_equal(explain(f, 4), EXPORT_OUT_LIMIT);
	assert_true(
	    groups_is_full(f->crowd.groups, FAMILY_IPV4, f->ear[0].source));
	assert_string_equal(export_reason_word(EXPORT_OUT_LIMIT), "out-limit");
}

static void
limit_reached_lets_changes_pass(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], limited_key(1));
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 1);
	crowd_settle(&f->crowd);
	crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, 0, 2);
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 2);
	ear_check(&f->ear[0]);
}

static void
withdrawal_makes_room_for_who_waits(void **state)
{
	struct fixture *f = *state;
	size_t i;

	join(&f->ear[0], limited_key(3));
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	for (i = 0; i < 2; i++) {
		crowd_unsay(&f->crowd, RIB_LOCAL, FAMILY_IPV4, i);
		crowd_settle(&f->crowd);
		assert_int_equal(told(f), 3);
	}

	ear_check(&f->ear[0]);
	assert_int_equal(explain(f, 4), EXPORT_OK);
}

static void
limit_raised_tells_the_rest_only(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], limited_key(3));
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	join(&f->ear[0], limited_key(0));
	crowd_settle(&f->crowd);

	assert_int_equal(told(f), 5);
	assert_int_equal(f->ear[0].withdrawn, 0);
	ear_check(&f->ear[0]);
}

static void
limit_lowered_takes_back_the_difference(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], limited_key(0));
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	join(&f->ear[0], limited_key(2));
	crowd_settle(&f->crowd);

	assert_int_equal(told(f), 2);
	assert_int_equal(f->ear[0].withdrawn, 3);
}

/* Moving. */

static void
move_replaces_without_a_withdrawal(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	join(&f->ear[0], other_key());
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 10);
	assert_int_equal(f->ear[0].withdrawn, 0);
	assert_int_equal(groups_count(f->crowd.groups), 1);
	ear_check(&f->ear[0]);
}

/* Another group, that tells others' routes just as the first one does. */
static void
move_tells_the_difference_only(void **state)
{
	struct fixture *f = *state;
	size_t i;

	join(&f->ear[0], client_key());
	originate(f, 0, 2);
	for (i = 2; i < 10; i++)
		crowd_say(&f->crowd, f->crowd.source[1], FAMILY_IPV4, i, 0);
	crowd_settle(&f->crowd);
	assert_int_equal(f->ear[0].announced, 10);

	join(&f->ear[0], other_key());
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 12);
	assert_int_equal(f->ear[0].withdrawn, 0);
	ear_check(&f->ear[0]);
}

/* What changed while it had not heard of it is told. */
static void
move_tells_what_the_old_group_had_not_told_yet(void **state)
{
	struct fixture *f = *state;
	uint32_t source = f->crowd.source[1];

	join(&f->ear[0], client_key());
	crowd_say(&f->crowd, source, FAMILY_IPV4, 0, 0);
	crowd_say(&f->crowd, source, FAMILY_IPV4, 1, 0);
	crowd_settle(&f->crowd);
	f->ear[0].blocked = true;
	crowd_say(&f->crowd, source, FAMILY_IPV4, 0, 1);
	crowd_settle(&f->crowd);
	join(&f->ear[0], other_key());
	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].announced, 3);
	ear_check(&f->ear[0]);
}

/* They share one encoding of the difference, too. */
static void
members_that_move_together_share_one_encoding(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 4; i++)
		join(&f->ear[i], client_key());
	originate(f, 0, 3);
	crowd_settle(&f->crowd);
	for (i = 0; i < 4; i++)
		join(&f->ear[i], other_key());
	crowd_settle(&f->crowd);

	for (i = 1; i < 4; i++) {
		assert_ptr_equal(f->ear[i].chunk, f->ear[0].chunk);
		ear_check(&f->ear[i]);
	}
}

static void
move_to_a_silent_group_withdraws_all(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	join(&f->ear[0], silent_key());
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 5);
	ear_check(&f->ear[0]);
}

static void
move_of_a_blocked_member_is_finished_later(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	f->ear[0].blocked = true;
	join(&f->ear[0], silent_key());
	crowd_settle(&f->crowd);
	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	ear_check(&f->ear[0]);
}

static void
move_back_before_the_first_is_finished(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	f->ear[0].blocked = true;
	join(&f->ear[0], silent_key());
	crowd_settle(&f->crowd);
	join(&f->ear[0], client_key());
	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	assert_int_equal(groups_count(f->crowd.groups), 1);
	ear_check(&f->ear[0]);
}

static void
leave_in_the_midst_of_a_move_frees_both_groups(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	join(&f->ear[0], other_key());

	ear_leave(&f->ear[0]);

	assert_int_equal(groups_count(f->crowd.groups), 0);
}

/* A route that went while its hearer was on the move. */
static void
move_withdraws_what_goes_meanwhile(void **state)
{
	struct fixture *f = *state;

	join(&f->ear[0], client_key());
	originate(f, 0, 5);
	crowd_settle(&f->crowd);
	f->ear[0].blocked = true;
	join(&f->ear[0], other_key());
	crowd_unsay(&f->crowd, RIB_LOCAL, FAMILY_IPV4, 1);
	crowd_settle(&f->crowd);
	f->ear[0].blocked = false;
	crowd_settle(&f->crowd);

	assert_int_equal(f->ear[0].withdrawn, 1);
	ear_check(&f->ear[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(next_hop_on_the_subnet_is_kept),
		TEST(next_hop_that_is_another_neighbor_is_not_kept),
		TEST(next_hop_that_was_a_neighbor_is_kept),
		TEST(members_in_step_share_one_encoding),
		TEST(members_that_waited_together_share_one_encoding),
		TEST(members_with_extended_messages_hear_longer_ones),
		TEST(source_is_sent_the_rest_of_the_chunk),
		TEST(members_of_other_keys_have_other_groups),
		TEST(group_goes_with_its_last_member),
		TEST(group_at_rest_keeps_no_window),
		TEST(change_while_a_member_is_blocked_is_told_once),
		TEST(route_taken_over_by_its_hearer_is_taken_back),
		TEST(withdrawal_between_two_refreshes_is_told_to_the_first),
		TEST(refresh_tells_everything_again_and_no_end_of_rib),
		TEST(refresh_has_one_beginning_and_one_end),
		TEST(refreshes_asked_for_meanwhile_are_one_more),
		TEST(refresh_before_end_of_rib_waits_for_it),
		TEST(refresh_without_any_route_ends_at_once),
		TEST(policy_that_changes_withdraws_what_it_forbids),
		TEST(end_of_rib_is_sent_without_any_route),
		TEST(end_of_rib_comes_after_a_large_table),
		TEST(end_of_rib_waits_for_a_blocked_member),
		TEST(end_of_rib_waits_for_deferral),
		TEST(deferral_of_one_family_leaves_the_other_alone),
		TEST(drain_withdraws_from_all_with_the_same_bytes),
		TEST(drain_undone_tells_all_again),
		TEST(route_too_big_for_a_message_is_not_told),
		TEST(route_that_grows_too_big_is_withdrawn),
		TEST(route_too_big_says_so),
		TEST(route_too_big_by_its_aigp_is_not_told),
		TEST(limit_leaves_out_who_comes_late),
		TEST(limit_reached_lets_changes_pass),
		TEST(withdrawal_makes_room_for_who_waits),
		TEST(limit_raised_tells_the_rest_only),
		TEST(limit_lowered_takes_back_the_difference),
		TEST(move_replaces_without_a_withdrawal),
		TEST(move_tells_the_difference_only),
		TEST(move_tells_what_the_old_group_had_not_told_yet),
		TEST(members_that_move_together_share_one_encoding),
		TEST(move_to_a_silent_group_withdraws_all),
		TEST(move_of_a_blocked_member_is_finished_later),
		TEST(move_back_before_the_first_is_finished),
		TEST(leave_in_the_midst_of_a_move_frees_both_groups),
		TEST(move_withdraws_what_goes_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
