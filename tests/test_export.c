/* SPDX-License-Identifier: ISC */
/* test_export.c - what of a route is told to a kind of peer */

#include "rib/export.h"

#include <string.h>

#include "rib/aspath.h"
#include "rib/community.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define SPAN(bytes)  ((struct span){ bytes, sizeof(bytes) })

#define OUR_AS         64512u
#define THEIR_AS       65001u
#define OUR_ID         0x0a000001u
#define OUR_CLUSTER    0x0a0000fau
#define THE_SOURCES_ID 0x0a000007u

/* One export: tests change what they are about, then run it. */
struct bench {
	struct export_target target;
	struct export_source source;
	struct attrs in;
	bool third_party;
	struct attrs out;
};

/* Too big for a stack frame that is instrumented; every test uses it anew. */
static struct export_scratch scratch;

static struct address
address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

/* An IPv4 route with the path "65007" and the next hop 192.0.2.7. */
static struct bench
bench(enum source_kind from, enum source_kind to)
{
	static const uint8_t path[] = {
		0x02, 0x01,             /* AS_SEQUENCE of one */
		0x00, 0x00, 0xfd, 0xef, /* 65007 */
	};

	return (struct bench){
		.target = {
		    .kind = to,
		    .family = FAMILY_IPV4,
		    .local_as = OUR_AS,
		    .remote_as = to == SOURCE_EXTERNAL ? THEIR_AS : OUR_AS,
		    .identifier = OUR_ID,
		    .self = address("10.0.0.1"),
		    .policy = { .count = 1, .chain = { policy_builtin(POLICY_ALL) } },
		},
		.source = { .kind = from, .identifier = THE_SOURCES_ID },
		.in = {
		    .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
			ATTR_HAS_NEXT_HOP,
		    .next_hop = address("192.0.2.7"),
		    .as_path = SPAN(path),
		},
	};
}

static enum export_reason
run(struct bench *b)
{
	const struct policy_env env = { .npools = 0 };
	struct address network = b->target.family == FAMILY_IPV4
	    ? address("10.244.1.0")
	    : address("fd00:10:244:1::");
	struct prefix prefix = prefix_of(&network, 26);
	const struct policy_route route = {
		.prefix = &prefix,
		.attrs = &b->in,
	};

	return export_route(&b->target, &b->source, &env, &route,
	    b->third_party, &scratch, &b->out);
}

static void
assert_path(struct span path, const char *text)
{
	char buf[256];

	assert_int_equal(aspath_check(path, 4), ASPATH_OK);
	assert_string_equal(aspath_format(path, buf, sizeof(buf)), text);
}

static void
assert_hop(const struct address *a, const char *text)
{
	char buf[ADDRESS_STRLEN];

	assert_string_equal(address_format(a, buf), text);
}

static void
export_each_source_to_each_target_follows_its_row(void **state)
{
	static const struct {
		enum source_kind from;
		enum source_kind to;
		enum export_reason reason;
		bool local_pref;  /* is told */
		bool med;         /* is told */
		bool reflected;   /* marked as such */
		const char *path; /* told */
		const char *hop;  /* told */
	} rows[] = {
		{ SOURCE_LOCAL, SOURCE_INTERNAL, EXPORT_OK, true, true, false,
		    "65007", "10.0.0.1" },
		{ SOURCE_LOCAL, SOURCE_CLIENT, EXPORT_OK, true, true, false,
		    "65007", "10.0.0.1" },
		{ SOURCE_LOCAL, SOURCE_EXTERNAL, EXPORT_OK, false, true, false,
		    "64512 65007", "10.0.0.1" },
		{ SOURCE_LEARNED, SOURCE_INTERNAL, EXPORT_OK, true, true, false,
		    "65007", "10.0.0.1" },
		{ SOURCE_LEARNED, SOURCE_CLIENT, EXPORT_OK, true, true, false,
		    "65007", "10.0.0.1" },
		{ SOURCE_LEARNED, SOURCE_EXTERNAL, EXPORT_OK, false, true,
		    false, "64512 65007", "10.0.0.1" },
		{ SOURCE_INTERNAL, SOURCE_INTERNAL, EXPORT_INTERNAL_ONLY, false,
		    false, false, NULL, NULL },
		{ SOURCE_INTERNAL, SOURCE_CLIENT, EXPORT_OK, true, true, true,
		    "65007", "192.0.2.7" },
		{ SOURCE_INTERNAL, SOURCE_EXTERNAL, EXPORT_OK, false, false,
		    false, "64512 65007", "10.0.0.1" },
		{ SOURCE_CLIENT, SOURCE_INTERNAL, EXPORT_OK, true, true, true,
		    "65007", "192.0.2.7" },
		{ SOURCE_CLIENT, SOURCE_CLIENT, EXPORT_OK, true, true, true,
		    "65007", "192.0.2.7" },
		{ SOURCE_CLIENT, SOURCE_EXTERNAL, EXPORT_OK, false, false,
		    false, "64512 65007", "10.0.0.1" },
		{ SOURCE_EXTERNAL, SOURCE_INTERNAL, EXPORT_OK, true, true,
		    false, "65007", "192.0.2.7" },
		{ SOURCE_EXTERNAL, SOURCE_CLIENT, EXPORT_OK, true, true, false,
		    "65007", "192.0.2.7" },
		{ SOURCE_EXTERNAL, SOURCE_EXTERNAL, EXPORT_OK, false, false,
		    false, "64512 65007", "10.0.0.1" },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench(rows[i].from, rows[i].to);
		b.in.has |= ATTR_HAS_MED;
		assert_int_equal(run(&b), rows[i].reason);
		if (rows[i].reason != EXPORT_OK)
			continue;
		assert_int_equal(
		    (b.out.has & ATTR_HAS_LOCAL_PREF) != 0, rows[i].local_pref);
		assert_int_equal((b.out.has & ATTR_HAS_MED) != 0, rows[i].med);
		assert_int_equal(
		    (b.out.has & ATTR_HAS_ORIGINATOR) != 0, rows[i].reflected);
		assert_int_equal(
		    b.out.cluster_list.length, rows[i].reflected ? 4 : 0);
		assert_path(b.out.as_path, rows[i].path);
		assert_hop(&b.out.next_hop, rows[i].hop);
	}
}

static void
export_mandatory_attributes_are_always_there(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_INTERNAL);

	(void)state;

	b.in = (struct attrs){ .has = 0 };

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.has,
	    ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
		ATTR_HAS_LOCAL_PREF);
	assert_path(b.out.as_path, "");
}

static void
local_pref_absent_is_100_inside(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.local_pref, 100);
}

static void
local_pref_given_is_kept_inside(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;

	b.in.has |= ATTR_HAS_LOCAL_PREF;
	b.in.local_pref = 0;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.local_pref, 0);
}

static void
local_pref_given_is_not_told_outside(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_EXTERNAL);

	(void)state;

	b.in.has |= ATTR_HAS_LOCAL_PREF;
	b.in.local_pref = 200;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_false(b.out.has & ATTR_HAS_LOCAL_PREF);
}

static void
as_path_full_segment_gets_a_new_one_in_front(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);
	uint8_t path[2 + 255 * 4];

	(void)state;

	memset(path, 1, sizeof(path));
	path[0] = ASPATH_SEQUENCE;
	path[1] = 255;
	b.in.as_path = SPAN(path);

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(aspath_check(b.out.as_path, 4), ASPATH_OK);
	assert_int_equal(aspath_hops(b.out.as_path), 256);
	assert_int_equal(aspath_first(b.out.as_path), OUR_AS);
}

static void
as_path_confederation_is_not_told_outside(void **state)
{
	static const uint8_t path[] = {
		0x03, 0x02,             /* AS_CONFED_SEQUENCE of two */
		0x00, 0x00, 0xfe, 0x01, /* 65025 */
		0x00, 0x00, 0xfe, 0x02, /* 65026 */
		0x02, 0x01,             /* AS_SEQUENCE of one */
		0x00, 0x00, 0xfd, 0xef, /* 65007 */
		0x04, 0x01,             /* AS_CONFED_SET of one */
		0x00, 0x00, 0xfe, 0x03, /* 65027 */
	};
	struct bench outside = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);
	struct bench inside = bench(SOURCE_INTERNAL, SOURCE_CLIENT);

	(void)state;
	outside.in.as_path = inside.in.as_path = SPAN(path);

	assert_int_equal(run(&outside), EXPORT_OK);
	assert_int_equal(run(&inside), EXPORT_OK);

	assert_path(outside.out.as_path, "64512 65007");
	assert_int_equal(inside.out.as_path.length, sizeof(path));
}

/* Whether that is a loop is the target's to say: it may allow its own AS. */
static void
as_path_with_the_targets_as_is_told(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.remote_as = 65007;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_path(b.out.as_path, "64512 65007");
}

static void
as_path_follows_the_settings_outside(void **state)
{
	static const uint8_t path[] = {
		0x02, 0x04,             /* AS_SEQUENCE of four */
		0x00, 0x00, 0xfd, 0xe9, /* 65001, the target's, private */
		0x00, 0x00, 0xfd, 0xef, /* 65007, private */
		0x00, 0x00, 0x00, 0x07, /* 7 */
		0xfa, 0x56, 0xea, 0x00, /* 4200000000, private */
	};
	static const struct {
		enum source_kind to;
		bool remove;
		bool override;
		const char *path;
	} rows[] = {
		{ SOURCE_EXTERNAL, false, false,
		    "64512 65001 65007 7 4200000000" },
		{ SOURCE_EXTERNAL, true, false, "64512 65001 7" },
		{ SOURCE_EXTERNAL, false, true,
		    "64512 64512 65007 7 4200000000" },
		{ SOURCE_EXTERNAL, true, true, "64512 64512 7" },
		{ SOURCE_INTERNAL, true, true, "65001 65007 7 4200000000" },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench(SOURCE_EXTERNAL, rows[i].to);
		b.in.as_path = SPAN(path);
		b.target.remove_private_as = rows[i].remove;
		b.target.as_override = rows[i].override;
		assert_int_equal(run(&b), EXPORT_OK);
		assert_path(b.out.as_path, rows[i].path);
	}
}

/* All private: what is left is our own AS, which is private itself. */
static void
as_path_of_private_ones_is_ours_alone(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.remove_private_as = true;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_path(b.out.as_path, "64512");
}

static void
as_path_without_room_is_too_big(void **state)
{
	/* 64 full segments, and one of 31: no room for one AS more. */
	static uint8_t path[64 * (2 + 255 * 4) + 2 + 31 * 4];
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);
	size_t i;

	(void)state;

	memset(path, 1, sizeof(path));
	for (i = 0; i < sizeof(path); i += 2 + 255 * 4) {
		path[i] = ASPATH_SEQUENCE;
		path[i + 1] = i + 2 + 255 * 4 <= sizeof(path) ? 255 : 31;
	}
	b.in.as_path = SPAN(path);

	assert_int_equal(run(&b), EXPORT_TOO_BIG);
}

static void
reflection_puts_the_sources_identifier(void **state)
{
	struct bench b = bench(SOURCE_CLIENT, SOURCE_INTERNAL);

	(void)state;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.originator, THE_SOURCES_ID);
}

static void
reflection_keeps_an_originator(void **state)
{
	struct bench b = bench(SOURCE_CLIENT, SOURCE_INTERNAL);

	(void)state;

	b.in.has |= ATTR_HAS_ORIGINATOR;
	b.in.originator = 0x0a000009;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.originator, 0x0a000009);
}

static void
reflection_puts_the_cluster_in_front(void **state)
{
	static const uint8_t before[] = {
		0x0a, 0x00, 0x00, 0xfb, /* the reflector before us */
	};
	static const uint8_t after[] = {
		0x0a, 0x00, 0x00, 0xfa, /* us */
		0x0a, 0x00, 0x00, 0xfb, /* the reflector before us */
	};
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_CLIENT);

	(void)state;

	b.target.cluster_id = OUR_CLUSTER;
	b.in.cluster_list = SPAN(before);

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.cluster_list.length, sizeof(after));
	assert_memory_equal(b.out.cluster_list.data, after, sizeof(after));
}

static void
reflection_without_cluster_id_puts_our_identifier(void **state)
{
	static const uint8_t after[] = {
		0x0a, 0x00, 0x00, 0x01, /* us */
	};
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_CLIENT);

	(void)state;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_memory_equal(b.out.cluster_list.data, after, sizeof(after));
}

static void
reflection_marks_are_not_told_outside(void **state)
{
	static const uint8_t list[] = { 0x0a, 0x00, 0x00, 0xfb };
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.in.has |= ATTR_HAS_ORIGINATOR;
	b.in.cluster_list = SPAN(list);

	assert_int_equal(run(&b), EXPORT_OK);
	assert_false(b.out.has & ATTR_HAS_ORIGINATOR);
	assert_int_equal(b.out.cluster_list.length, 0);
}

static void
reflection_without_room_is_too_big(void **state)
{
	static const uint8_t list[sizeof(scratch.cluster_list)];
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_CLIENT);

	(void)state;

	b.in.cluster_list = SPAN(list);

	assert_int_equal(run(&b), EXPORT_TOO_BIG);
}

static void
communities_well_known_are_obeyed(void **state)
{
	static const struct {
		uint8_t list[4];
		enum export_reason inside;
		enum export_reason outside;
	} rows[] = {
		{ { 0xff, 0xff, 0xff, 0x01 }, EXPORT_OK, EXPORT_NO_EXPORT },
		{ { 0xff, 0xff, 0xff, 0x02 }, EXPORT_NO_ADVERTISE,
		    EXPORT_NO_ADVERTISE },
		{ { 0xff, 0xff, 0xff, 0x03 }, EXPORT_OK, EXPORT_NO_EXPORT },
		{ { 0xff, 0xff, 0x02, 0x9a }, EXPORT_OK, EXPORT_OK },
		{ { 0xfc, 0x00, 0x00, 0x09 }, EXPORT_OK, EXPORT_OK },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench(SOURCE_LOCAL, SOURCE_INTERNAL);
		b.in.communities = SPAN(rows[i].list);
		assert_int_equal(run(&b), rows[i].inside);
		b = bench(SOURCE_LOCAL, SOURCE_EXTERNAL);
		b.in.communities = SPAN(rows[i].list);
		assert_int_equal(run(&b), rows[i].outside);
	}
}

static const uint8_t ext[] = {
	/* route target 64512:1 */
	0x00,
	0x02,
	0xfc,
	0x00,
	0x00,
	0x00,
	0x00,
	0x01,
	/* link bandwidth, non-transitive */
	0x40,
	0x04,
	0xfc,
	0x00,
	0x4e,
	0x6e,
	0x6b,
	0x28,
};

static void
ext_communities_not_transitive_stay_inside(void **state)
{
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.in.ext_communities = SPAN(ext);

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.ext_communities.length, 8);
	assert_memory_equal(b.out.ext_communities.data, ext, 8);
}

static void
ext_communities_are_all_told_inside(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;

	b.in.ext_communities = SPAN(ext);

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.ext_communities.length, sizeof(ext));
}

static void
policy_own_blocks_lets_out_what_is_ours(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.policy.chain[0] = policy_builtin(POLICY_OWN_BLOCKS);

	assert_int_equal(run(&b), EXPORT_OK);
}

static void
policy_own_blocks_holds_back_what_is_not(void **state)
{
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.policy.chain[0] = policy_builtin(POLICY_OWN_BLOCKS);

	assert_int_equal(run(&b), EXPORT_FILTERED);
}

static void
policy_missing_outside_lets_out_nothing(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.policy.count = 0;

	assert_int_equal(run(&b), EXPORT_FILTERED); /* RFC 8212 */
}

static void
next_hop_third_party_is_kept_on_a_shared_subnet(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.third_party = true;
	b.target.shared_subnet_ok = true;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "192.0.2.7");
}

static void
next_hop_third_party_is_us_when_not_allowed(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.third_party = true;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "10.0.0.1");
}

static void
next_hop_follows_the_setting(void **state)
{
	static const struct {
		enum source_kind from;
		enum source_kind to;
		enum export_hop hop;
		const char *told;
	} rows[] = {
		{ SOURCE_CLIENT, SOURCE_CLIENT, EXPORT_HOP_SELF, "10.0.0.1" },
		{ SOURCE_EXTERNAL, SOURCE_INTERNAL, EXPORT_HOP_SELF,
		    "10.0.0.1" },
		{ SOURCE_EXTERNAL, SOURCE_EXTERNAL, EXPORT_HOP_KEEP,
		    "192.0.2.7" },
		{ SOURCE_INTERNAL, SOURCE_EXTERNAL, EXPORT_HOP_KEEP,
		    "192.0.2.7" },
		{ SOURCE_EXTERNAL, SOURCE_INTERNAL, EXPORT_HOP_KEEP,
		    "192.0.2.7" },
		{ SOURCE_LOCAL, SOURCE_EXTERNAL, EXPORT_HOP_KEEP, "10.0.0.1" },
		{ SOURCE_LOCAL, SOURCE_INTERNAL, EXPORT_HOP_KEEP, "10.0.0.1" },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench(rows[i].from, rows[i].to);
		b.target.hop = rows[i].hop;
		assert_int_equal(run(&b), EXPORT_OK);
		assert_hop(&b.out.next_hop, rows[i].told);
	}
}

/* On a shared subnet, too. */
static void
next_hop_self_holds_for_a_third_party(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.third_party = true;
	b.target.shared_subnet_ok = true;
	b.target.hop = EXPORT_HOP_SELF;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "10.0.0.1");
}

static void
next_hop_that_cannot_be_kept_is_us(void **state)
{
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.hop = EXPORT_HOP_KEEP;
	b.in.next_hop = address("fd00::7");

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "10.0.0.1");
	b.target.extended_next_hop = true;
	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "fd00::7"); /* RFC 8950 */
}

static void
next_hop_self_without_an_address_is_not_told(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_INTERNAL);

	(void)state;

	b.target.self = (struct address){ .family = 0 };

	assert_int_equal(run(&b), EXPORT_NO_NEXT_HOP);
}

static void
next_hop_of_the_other_family_needs_the_capability(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_INTERNAL);

	(void)state;

	b.target.self = address("fd00::1");

	assert_int_equal(run(&b), EXPORT_NO_NEXT_HOP);
	b.target.extended_next_hop = true;
	assert_int_equal(run(&b), EXPORT_OK); /* RFC 8950 */
}

static void
next_hop_of_ipv4_never_serves_ipv6(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_INTERNAL);

	(void)state;

	b.target.family = FAMILY_IPV6;
	b.target.extended_next_hop = true;

	assert_int_equal(run(&b), EXPORT_NO_NEXT_HOP);
}

/* An IPv6 route with both next hops of RFC 2545. */
static struct bench
bench_v6(enum source_kind from, enum source_kind to)
{
	struct bench b = bench(from, to);

	b.target.family = FAMILY_IPV6;
	b.target.self = address("fd00::1");
	b.in.next_hop = address("fd00::7");
	b.in.link_local = address("fe80::7");
	return b;
}

static void
link_local_is_dropped_off_the_link(void **state)
{
	struct bench b = bench_v6(SOURCE_CLIENT, SOURCE_CLIENT);

	(void)state;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "fd00::7");
	assert_true(address_is_unset(&b.out.link_local));
}

static void
link_local_is_kept_on_the_link(void **state)
{
	struct bench b = bench_v6(SOURCE_CLIENT, SOURCE_CLIENT);

	(void)state;

	b.third_party = true;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.link_local, "fe80::7");
}

static void
link_local_of_us_goes_with_next_hop_self(void **state)
{
	struct bench b = bench_v6(SOURCE_LOCAL, SOURCE_EXTERNAL);

	(void)state;

	b.target.self_link_local = address("fe80::1");

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "fd00::1");
	assert_hop(&b.out.link_local, "fe80::1");
}

static void
link_local_alone_becomes_us_off_the_link(void **state)
{
	struct bench b = bench_v6(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;

	b.in.next_hop = address("fe80::7");

	assert_int_equal(run(&b), EXPORT_OK);
	assert_hop(&b.out.next_hop, "fd00::1");
}

static void
reason_words_are_all_there(void **state)
{
	enum export_reason reason;

	(void)state;

	for (reason = EXPORT_OK; reason < EXPORT_REASON_MAX; reason++) {
		assert_non_null(export_reason_word(reason));
		/* The word stands in for a sentence that is not there. */
		assert_string_not_equal(
		    export_reason_text(reason), export_reason_word(reason));
	}
	assert_string_equal(
	    export_reason_word(EXPORT_SPLIT_HORIZON), "split-horizon");
}

/* ---- AIGP, RFC 7311 3.4 ------------------------------------------------ */

static void
aigp_goes_with_its_next_hop_and_never_outside(void **state)
{
	static const uint8_t aigp[] = {
		0x01, 0x00, 0x0b,                              /* the metric */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14 /* 20 */
	};
	static const struct {
		enum source_kind to;
		enum export_hop hop;
		size_t told;
	} rows[] = {
		{ SOURCE_CLIENT, EXPORT_HOP_AUTO, sizeof(aigp) },
		{ SOURCE_CLIENT, EXPORT_HOP_SELF, 0 },
		{ SOURCE_EXTERNAL, EXPORT_HOP_AUTO, 0 },
		{ SOURCE_EXTERNAL, EXPORT_HOP_KEEP, 0 },
	};
	struct bench b;
	size_t i;

	(void)state;

	for (i = 0; i < COUNT(rows); i++) {
		b = bench(SOURCE_CLIENT, rows[i].to);
		b.in.aigp = SPAN(aigp);
		b.target.hop = rows[i].hop;
		assert_int_equal(run(&b), EXPORT_OK);
		assert_int_equal(b.out.aigp.length, rows[i].told);
	}
}

/* ---- long-lived stale -------------------------------------------------- */

/* RFC 9494 4.3 */
static void
last_resort_goes_to_those_who_know_what_it_is(void **state)
{
	static const uint8_t stale[] = { 0xff, 0xff, 0x00, 0x06 };
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;
	b.in.communities = SPAN(stale);
	assert_int_equal(run(&b), EXPORT_LONG_LIVED_STALE);
	b.target.long_lived = true;

	assert_int_equal(run(&b), EXPORT_OK);
}

/* ---- roles ------------------------------------------------------------- */

static void
marked_route_stays_away_from_a_provider(void **state)
{
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;
	b.target.role = ROLE_CUSTOMER;
	b.in.has |= ATTR_HAS_OTC;
	b.in.otc = 65007;

	assert_int_equal(run(&b), EXPORT_ONLY_TO_CUSTOMER);
}

static void
route_to_a_customer_is_marked_with_our_as(void **state)
{
	struct bench b = bench(SOURCE_INTERNAL, SOURCE_EXTERNAL);

	(void)state;
	b.target.role = ROLE_PROVIDER;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_true(b.out.has & ATTR_HAS_OTC);
	assert_int_equal(b.out.otc, OUR_AS);
}

static void
mark_passes_unchanged_without_a_role(void **state)
{
	struct bench b = bench(SOURCE_EXTERNAL, SOURCE_INTERNAL);

	(void)state;
	b.in.has |= ATTR_HAS_OTC;
	b.in.otc = 65007;

	assert_int_equal(run(&b), EXPORT_OK);
	assert_int_equal(b.out.otc, 65007);
}

/* ---- a node that drains ------------------------------------------------ */

/* RFC 8326 4.2: whatever it tells, and whoever it tells. */
static void
drain_marks_all_that_is_told(void **state)
{
	static const enum source_kind from[] = { SOURCE_LOCAL, SOURCE_CLIENT,
		SOURCE_EXTERNAL };
	static const enum source_kind to[] = { SOURCE_INTERNAL, SOURCE_CLIENT,
		SOURCE_EXTERNAL };
	struct bench b;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(from); i++)
		for (j = 0; j < COUNT(to); j++) {
			b = bench(from[i], to[j]);
			b.target.drain = DRAIN_TELL;
			assert_int_equal(run(&b), EXPORT_OK);
			assert_true(community_has(
			    b.out.communities, COMMUNITY_GRACEFUL_SHUTDOWN));
			if (to[j] == SOURCE_EXTERNAL)
				assert_false(b.out.has & ATTR_HAS_LOCAL_PREF);
			else
				assert_int_equal(b.out.local_pref, 0);
		}
}

static void
drain_at_last_tells_nothing(void **state)
{
	struct bench b = bench(SOURCE_LOCAL, SOURCE_EXTERNAL);

	(void)state;
	b.target.drain = DRAIN_WITHDRAW;

	assert_int_equal(run(&b), EXPORT_DRAINED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    export_each_source_to_each_target_follows_its_row),
		cmocka_unit_test(export_mandatory_attributes_are_always_there),
		cmocka_unit_test(local_pref_absent_is_100_inside),
		cmocka_unit_test(local_pref_given_is_kept_inside),
		cmocka_unit_test(local_pref_given_is_not_told_outside),
		cmocka_unit_test(as_path_full_segment_gets_a_new_one_in_front),
		cmocka_unit_test(as_path_confederation_is_not_told_outside),
		cmocka_unit_test(as_path_with_the_targets_as_is_told),
		cmocka_unit_test(as_path_follows_the_settings_outside),
		cmocka_unit_test(as_path_of_private_ones_is_ours_alone),
		cmocka_unit_test(as_path_without_room_is_too_big),
		cmocka_unit_test(reflection_puts_the_sources_identifier),
		cmocka_unit_test(reflection_keeps_an_originator),
		cmocka_unit_test(reflection_puts_the_cluster_in_front),
		cmocka_unit_test(
		    reflection_without_cluster_id_puts_our_identifier),
		cmocka_unit_test(reflection_marks_are_not_told_outside),
		cmocka_unit_test(reflection_without_room_is_too_big),
		cmocka_unit_test(communities_well_known_are_obeyed),
		cmocka_unit_test(ext_communities_not_transitive_stay_inside),
		cmocka_unit_test(ext_communities_are_all_told_inside),
		cmocka_unit_test(policy_own_blocks_lets_out_what_is_ours),
		cmocka_unit_test(policy_own_blocks_holds_back_what_is_not),
		cmocka_unit_test(policy_missing_outside_lets_out_nothing),
		cmocka_unit_test(
		    next_hop_third_party_is_kept_on_a_shared_subnet),
		cmocka_unit_test(next_hop_third_party_is_us_when_not_allowed),
		cmocka_unit_test(next_hop_follows_the_setting),
		cmocka_unit_test(next_hop_self_holds_for_a_third_party),
		cmocka_unit_test(next_hop_that_cannot_be_kept_is_us),
		cmocka_unit_test(next_hop_self_without_an_address_is_not_told),
		cmocka_unit_test(
		    next_hop_of_the_other_family_needs_the_capability),
		cmocka_unit_test(aigp_goes_with_its_next_hop_and_never_outside),
		cmocka_unit_test(last_resort_goes_to_those_who_know_what_it_is),
		cmocka_unit_test(marked_route_stays_away_from_a_provider),
		cmocka_unit_test(route_to_a_customer_is_marked_with_our_as),
		cmocka_unit_test(mark_passes_unchanged_without_a_role),
		cmocka_unit_test(next_hop_of_ipv4_never_serves_ipv6),
		cmocka_unit_test(link_local_is_dropped_off_the_link),
		cmocka_unit_test(link_local_is_kept_on_the_link),
		cmocka_unit_test(link_local_of_us_goes_with_next_hop_self),
		cmocka_unit_test(link_local_alone_becomes_us_off_the_link),
		cmocka_unit_test(reason_words_are_all_there),
		cmocka_unit_test(drain_marks_all_that_is_told),
		cmocka_unit_test(drain_at_last_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
