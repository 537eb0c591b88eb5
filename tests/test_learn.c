/* SPDX-License-Identifier: ISC */
/* test_learn.c - kernel routes to learned paths of a rib */
/*
 * Events of a kernel go in, and a real rib is asked what came of them.  The
 * links are the test's own.
 */
#include "bgpd/learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "tests/testing.h"

#define NODE                                                  \
	"as 64512\nneighbor a 10.0.0.9 { remote-as 64512 }\n" \
	"blocks 10.244.1.0/26 fd00:10:244:1::/122\n"
#define LEARN    "learn { interface cali*; within 10.244.0.0/16 fd00::/16 }\n"
#define LENT     "10.244.7.5/32"
#define LENT6    "fd00:10:244:7::5/128"
#define LINKS    8u
#define BOOT     3
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct fixture {
	struct rib *rib;
	struct origin *origin;
	struct learn *learn;
	struct conf *conf;
	struct kernel_link links[LINKS]; /* by index; "": none */
};

static const struct kernel_link *
link_of(const void *arg, uint32_t index)
{
	const struct fixture *f = arg;

	if (index >= LINKS || f->links[index].name[0] == '\0')
		return NULL;
	return &f->links[index];
}

static struct conf *
conf_of(const char *rules)
{
	struct conf_messages messages = { 0 };
	char *text = xasprintf("%s%s", NODE, rules);
	struct conf *conf = conf_parse("learn.conf", text, "host", &messages);

	if (conf == NULL)
		conf_messages_print(&messages, stderr);
	assert_non_null(conf);
	conf_messages_clear(&messages);
	free(text);
	return conf;
}

static void
link_set(
    struct fixture *f, uint32_t index, const char *name, bool up, bool running)
{
	struct kernel_link *l = &f->links[index];

	*l = (struct kernel_link){
		.index = index, .up = up, .running = running
	};
	snprintf(l->name, sizeof(l->name), "%s", name);
}

/* eth0 is 2, cali1 to cali5 are 3 to 7; all are up. */
static void
setup_with(struct fixture *f, const char *rules)
{
	struct learn_host host = { .link = link_of, .arg = f };
	uint32_t i;
	char name[KERNEL_IFNAME];

	memset(f, 0, sizeof(*f));
	link_set(f, 2, "eth0", true, true);
	for (i = 3; i < LINKS; i++) {
		snprintf(name, sizeof(name), "cali%u", i - 2);
		link_set(f, i, name, true, true);
	}
	f->conf = conf_of(rules);
	f->rib = rib_new(1);
	f->origin = host.origin = origin_new(f->rib);
	f->learn = learn_new(&host, f->conf);
}

static void
setup(struct fixture *f)
{
	setup_with(f, LEARN);
}

static void
teardown(struct fixture *f)
{
	learn_free(f->learn);
	origin_free(f->origin);
	rib_free(f->rib);
	conf_free(f->conf);
}

static struct kernel_route
route(const char *prefix, uint32_t index)
{
	struct kernel_route r = { .table = KERNEL_TABLE_MAIN,
		.protocol = BOOT,
		.type = KERNEL_UNICAST,
		.count = 1,
		.path = { { .index = index, .weight = 1 } } };

	assert_true(prefix_parse(prefix, &r.prefix, NULL));
	return r;
}

static bool
told(struct fixture *f, const struct kernel_route *r)
{
	return learn_route(f->learn, r, false, 1000);
}

static bool
gone(struct fixture *f, const struct kernel_route *r)
{
	return learn_route(f->learn, r, true, 1000);
}

/* What the rib has of the prefix, in a word; "nothing": no path. */
static const char *
verdict(struct fixture *f, const char *text)
{
	struct rib_path path;
	struct prefix p;
	uint32_t entry;

	assert_true(prefix_parse(text, &p, NULL));
	entry = rib_find(f->rib, &p);
	if (entry == 0 ||
	    rib_path_next(f->rib, p.address.family, entry, 0, &path) == 0)
		return "nothing";
	assert_int_equal(path.source, RIB_LEARNED);
	assert_int_equal(path.accepted != 0, path.refusal == RIB_ACCEPTED);
	return rib_refusal_word(path.refusal);
}

static void
assert_verdict(struct fixture *f, const char *prefix, const char *word)
{
	assert_string_equal(verdict(f, prefix), word);
}

/* The device of the route that is announced, 0: of none. */
static uint32_t
device(struct fixture *f, const char *text)
{
	struct learn_view view;
	struct prefix p;

	assert_true(prefix_parse(text, &p, NULL));
	if (!learn_find(f->learn, &p, &view) || view.verdict != RIB_ACCEPTED)
		return 0;
	return view.index;
}

/* ---- what is meant, and what is let in ---- */

static void
route_alone_follows_its_row(void **state)
{
	static const struct {
		const char *rules;
		const char *prefix;
		const char *word;
	} rows[] = {
		{ LEARN, LENT, "accepted" },
		{ LEARN, LENT6, "accepted" },
		{ LEARN, "10.244.7.0/28", "accepted" },
		{ LEARN, "10.1.0.0/16", "nothing" },
		{ LEARN, "10.244.1.5/32", "own-block" },
		{ LEARN, "fd00:10:244:1::5/128", "own-block" },
		{ LEARN, "10.244.1.0/26", "own-block" },
		{ LEARN, "10.244.1.0/25", "accepted" },
		{ "", LENT, "nothing" },
		{ "learn { interface eth* }", LENT, "nothing" },
		{ "learn { interface * }", "0.0.0.0/0", "default-route" },
		{ "learn { interface *; within ::/0 }", "0.0.0.0/0",
		    "nothing" },
		{ "learn { interface *; within ::/0 }", "::/0", "accepted" },
		{ "learn { interface * }", "fe80::/64", "not-global" },
		{ "learn { interface * }", "127.1.0.0/16", "not-global" },
		{ "learn { interface * }", "239.0.0.0/8", "not-global" },
		{ "learn { protocol boot }", LENT, "accepted" },
		{ "learn { protocol static 80 }", LENT, "nothing" },
		{ "learn { table 7; interface * }", LENT, "nothing" },
		{ "learn { table 7 main; interface * }", LENT, "accepted" },
		{ "learn { interface eth* }; learn { within 10.0.0.0/8 }", LENT,
		    "accepted" },
	};
	struct kernel_route r;
	struct fixture f;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		setup_with(&f, rows[i].rules);
		r = route(rows[i].prefix, 3);
		assert_true(told(&f, &r));
		assert_verdict(&f, rows[i].prefix, rows[i].word);
		assert_true(gone(&f, &r));
		assert_verdict(&f, rows[i].prefix, "nothing");
		teardown(&f);
	}
}

static void
protocol_of_its_own_is_never_learned(void **state)
{
	static const char *const rules[] = { "learn { interface * }",
		"learn { protocol static; within ::/0 0.0.0.0/0 }",
		"fib off; learn { within 0.0.0.0/0 ::/0 }" };
	struct kernel_route r = route(LENT, 3);
	struct fixture f;
	size_t i;

	r.protocol = 186;
	for (i = 0; i < COUNT(rules); i++) {
		setup_with(&f, rules[i]);
		assert_true(told(&f, &r));
		assert_verdict(&f, LENT, "nothing");
		teardown(&f);
	}
}

static void
protocol_that_is_adopted_is_not_learned(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct fixture f;

	r.protocol = 12;
	setup_with(&f, "fib { adopt zebra bird }\n" LEARN);
	told(&f, &r);
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);

	setup_with(&f, LEARN);
	told(&f, &r);
	assert_verdict(&f, LENT, "accepted");
	teardown(&f);
}

static void
protocol_of_the_kernel_is_learned_where_it_is_named(void **state)
{
	struct kernel_route r = route("10.9.0.0/24", 3);
	struct fixture f;

	r.protocol = 2;
	setup_with(&f, "learn { interface * }");
	told(&f, &r);
	assert_verdict(&f, "10.9.0.0/24", "nothing");
	teardown(&f);

	setup_with(&f, "learn { protocol kernel }");
	told(&f, &r);
	assert_verdict(&f, "10.9.0.0/24", "accepted");
	teardown(&f);
}

static void
route_to_nowhere_is_refused_where_no_link_is_asked_for(void **state)
{
	static const enum kernel_route_type types[] = { KERNEL_BLACKHOLE,
		KERNEL_UNREACHABLE, KERNEL_PROHIBIT };
	struct kernel_route r = route("10.9.0.0/24", 0);
	struct fixture f;
	size_t i;

	r.count = 0;
	for (i = 0; i < COUNT(types); i++) {
		r.type = types[i];
		setup_with(&f, "learn { within 10.0.0.0/8 }");
		told(&f, &r);
		assert_verdict(&f, "10.9.0.0/24", "nowhere");
		teardown(&f);

		setup_with(&f, "learn { interface * }");
		told(&f, &r);
		assert_verdict(&f, "10.9.0.0/24", "nothing");
		teardown(&f);
	}
}

static void
route_by_an_object_that_is_not_shown_is_refused(void **state)
{
	struct kernel_route r = route(LENT, 0);
	struct fixture f;

	setup(&f);
	r.object = 7;
	r.count = 0;

	told(&f, &r);

	assert_verdict(&f, LENT, "no-link");
	teardown(&f);
}

static void
paths_have_all_to_be_meant_and_one_to_carry(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct fixture f;

	setup(&f);
	r.count = 2;
	r.path[1].index = 2;
	told(&f, &r);
	assert_verdict(&f, LENT, "other-links");

	r.path[1].index = 4;
	r.replaces = true;
	told(&f, &r);
	assert_verdict(&f, LENT, "accepted");

	link_set(&f, 3, "cali1", true, false);
	learn_link(f.learn, 3, NULL, 1000);
	assert_verdict(&f, LENT, "accepted");

	link_set(&f, 4, "cali2", true, false);
	learn_link(f.learn, 4, NULL, 1000);
	assert_verdict(&f, LENT, "link-down");
	teardown(&f);
}

/* ---- several routes of one prefix ---- */

static void
metric_lowest_is_announced_and_the_next_takes_over(void **state)
{
	struct kernel_route first = route(LENT, 3), second = route(LENT, 4);
	struct kernel_route third = route(LENT, 5);
	struct fixture f;

	setup_with(&f, "learn { interface cali*; table main 7 }");
	second.metric = 50;
	third.metric = 50;
	third.table = 7;
	told(&f, &third);
	told(&f, &second);
	told(&f, &first);
	assert_int_equal(device(&f, LENT), 3);

	gone(&f, &first);
	assert_int_equal(device(&f, LENT), 5);
	gone(&f, &third);
	assert_int_equal(device(&f, LENT), 4);
	gone(&f, &second);
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

static void
refused_route_does_not_hide_one_that_is_let_in(void **state)
{
	struct kernel_route dead = route(LENT, 3), alive = route(LENT, 4);
	struct fixture f;

	setup(&f);
	link_set(&f, 3, "cali1", true, false);
	alive.metric = 50;
	told(&f, &dead);
	assert_verdict(&f, LENT, "link-down");

	told(&f, &alive);
	assert_verdict(&f, LENT, "accepted");
	assert_int_equal(device(&f, LENT), 4);
	gone(&f, &alive);
	assert_verdict(&f, LENT, "link-down");
	teardown(&f);
}

/* ip route append */
static void
routes_of_one_key_are_told_apart_by_a_dump(void **state)
{
	struct kernel_route one = route(LENT, 3), other = route(LENT, 4);
	struct fixture f;

	setup(&f);
	told(&f, &one);
	told(&f, &other);

	assert_false(gone(&f, &other));
	assert_verdict(&f, LENT, "accepted");
	learn_dump_begin(f.learn);
	told(&f, &one);
	learn_dump_end(f.learn, 1000);
	assert_int_equal(device(&f, LENT), 3);
	assert_true(gone(&f, &one));
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

static void
routes_of_one_key_in_a_dump_are_remembered(void **state)
{
	struct kernel_route one = route(LENT, 3), other = route(LENT, 4);
	struct fixture f;

	setup(&f);
	learn_dump_begin(f.learn);
	told(&f, &one);
	told(&f, &other);
	learn_dump_end(f.learn, 1000);

	assert_false(gone(&f, &one));
	assert_verdict(&f, LENT, "accepted");
	teardown(&f);
}

/* IPv6 says which path has gone, and not what is left. */
static void
path_of_several_that_goes_asks_for_a_dump(void **state)
{
	struct kernel_route r = route(LENT6, 3);
	struct fixture f;

	setup(&f);
	r.count = 2;
	r.path[1].index = 4;
	told(&f, &r);
	r.count = 1;

	assert_false(gone(&f, &r));
	assert_verdict(&f, LENT6, "accepted");
	teardown(&f);
}

static void
replacement_by_what_is_not_meant_withdraws(void **state)
{
	struct kernel_route r = route(LENT, 3), ours, elsewhere;
	struct fixture f;

	setup(&f);
	told(&f, &r);
	elsewhere = route(LENT, 2);
	elsewhere.replaces = true;
	told(&f, &elsewhere);
	assert_verdict(&f, LENT, "nothing");

	told(&f, &r);
	ours = r;
	ours.protocol = 186;
	ours.replaces = true;
	told(&f, &ours);
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

/* ---- links ---- */

static void
link_down_takes_its_routes_and_no_others(void **state)
{
	struct kernel_route r = route(LENT, 3), six = route(LENT6, 3);
	struct kernel_route other = route("10.244.7.6/32", 4);
	struct fixture f;

	setup(&f);
	told(&f, &r);
	told(&f, &six);
	told(&f, &other);
	link_set(&f, 3, "cali1", false, false);

	assert_true(learn_link(f.learn, 3, NULL, 1000));

	assert_verdict(&f, LENT, "nothing");
	assert_verdict(&f, LENT6, "nothing");
	assert_verdict(&f, "10.244.7.6/32", "accepted");
	link_set(&f, 3, "cali1", true, true);
	learn_link(f.learn, 3, NULL, 1000);
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

static void
link_gone_takes_its_routes(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct fixture f;

	setup(&f);
	told(&f, &r);
	link_set(&f, 3, "", false, false);

	learn_link(f.learn, 3, NULL, 1000);

	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

static void
carrier_lost_refuses_until_it_is_back(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct fixture f;

	setup(&f);
	told(&f, &r);
	link_set(&f, 3, "cali1", true, false);
	learn_link(f.learn, 3, NULL, 1000);
	assert_verdict(&f, LENT, "link-down");

	link_set(&f, 3, "cali1", true, true);
	learn_link(f.learn, 3, NULL, 1000);
	assert_verdict(&f, LENT, "accepted");
	teardown(&f);
}

static void
link_renamed_is_judged_by_its_new_name(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct kernel_link before;
	struct fixture f;

	setup(&f);
	told(&f, &r);
	before = f.links[3];
	link_set(&f, 3, "cali9", true, true);
	assert_true(learn_link(f.learn, 3, &before, 1000));
	assert_verdict(&f, LENT, "accepted");

	before = f.links[3];
	link_set(&f, 3, "pod9", true, true);
	assert_false(learn_link(f.learn, 3, &before, 1000));
	assert_verdict(&f, LENT, "nothing");
	teardown(&f);
}

static void
paths_several_over_one_link_go_together(void **state)
{
	struct kernel_route r = route(LENT, 3),
			    other = route("10.244.7.6/32", 3);
	struct fixture f;

	setup(&f);
	told(&f, &other);
	r.count = 3;
	r.path[1] = r.path[2] = r.path[0];
	assert_true(address_parse("10.244.7.1", &r.path[1].gateway));
	assert_true(address_parse("10.244.7.2", &r.path[2].gateway));
	told(&f, &r);
	other = route("10.244.7.7/32", 3);
	told(&f, &other);
	link_set(&f, 3, "cali1", false, false);

	learn_link(f.learn, 3, NULL, 1000);

	assert_verdict(&f, LENT, "nothing");
	assert_verdict(&f, "10.244.7.6/32", "nothing");
	assert_verdict(&f, "10.244.7.7/32", "nothing");
	teardown(&f);
}

/* A preferred source that goes takes IPv4 routes along silently. */
static void
address_gone_asks_for_a_dump_where_a_route_prefers_one(void **state)
{
	struct kernel_route r = route(LENT, 3);
	struct fixture f;
	struct address a;

	setup(&f);
	assert_true(address_parse("10.0.0.1", &a));
	assert_true(learn_address_gone(f.learn, &a));

	r.source = a;
	told(&f, &r);
	assert_false(learn_address_gone(f.learn, &a));
	gone(&f, &r);
	assert_true(learn_address_gone(f.learn, &a));
	teardown(&f);
}

/* ---- dumps and configs ---- */

static void
dump_forgets_what_it_does_not_show(void **state)
{
	struct kernel_route stays = route(LENT, 3), lost = route(LENT6, 3);
	struct kernel_route new = route("10.244.7.6/32", 4);
	struct fixture f;

	setup(&f);
	told(&f, &stays);
	told(&f, &lost);
	learn_dump_begin(f.learn);
	told(&f, &stays);
	learn_dump_begin(f.learn); /* once more, from its beginning */
	told(&f, &stays);
	told(&f, &new);
	learn_dump_end(f.learn, 1000);

	assert_verdict(&f, LENT, "accepted");
	assert_verdict(&f, LENT6, "nothing");
	assert_verdict(&f, "10.244.7.6/32", "accepted");
	teardown(&f);
}

static void
conf_use(struct fixture *f, const char *rules)
{
	struct conf *old = f->conf;

	f->conf = conf_of(rules);
	learn_configure(f->learn, f->conf, 1000);
	conf_free(old);
}

static void
config_changed_judges_again(void **state)
{
	struct kernel_route r = route(LENT, 3), own = route("10.244.1.5/32", 4);
	struct fixture f;

	setup(&f);
	told(&f, &r);
	told(&f, &own);
	conf_use(&f, LEARN "blocks 10.244.7.0/26\n");
	assert_verdict(&f, LENT, "own-block");
	conf_use(&f, LEARN);
	assert_verdict(&f, LENT, "accepted");
	conf_use(&f, "learn { interface cali2 }");
	assert_verdict(&f, LENT, "nothing");
	assert_verdict(&f, "10.244.1.5/32", "own-block");
	conf_use(&f, "");
	assert_verdict(&f, "10.244.1.5/32", "nothing");
	teardown(&f);
}

/* ---- anything, against a list that is searched from end to end ---- */

#define KEYS  12u
#define STEPS 40000u

struct model {
	bool there;
	uint32_t index;
	uint32_t metric;
	unsigned int prefix;
};

static uint32_t
dice(uint32_t below)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 33) % below;
}

static const char *
model_verdict(struct fixture *f, const struct model *m, unsigned int prefix)
{
	const struct model *best = NULL;
	const struct kernel_link *link;
	bool usable = false;
	size_t i;

	for (i = 0; i < KEYS; i++) {
		if (!m[i].there || m[i].prefix != prefix)
			continue;
		link = link_of(f, m[i].index);
		usable |= link->running;
		best = &m[i];
	}
	return best == NULL ? "nothing" : usable ? "accepted" : "link-down";
}

static void
model_link(struct fixture *f, struct model *m, uint32_t index)
{
	struct kernel_link before = f->links[index];
	bool up = dice(4) != 0;
	size_t i;

	link_set(f, index, before.name, up, up && dice(3) != 0);
	for (i = 0; i < KEYS && !up; i++)
		m[i].there &= m[i].index != index;
	assert_true(learn_link(f->learn, index, &before, 1000));
}

static void
model_route(struct fixture *f, struct model *m, const char *prefix)
{
	struct kernel_route r = route(prefix, m->index);

	r.metric = m->metric;
	if (m->there) {
		m->there = false;
		assert_true(gone(f, &r));
		return;
	}
	m->index = 3 + dice(5);
	if (!f->links[m->index].up)
		return;
	m->there = true;
	r.path[0].index = m->index;
	told(f, &r);
}

static void
random_events_end_as_a_search_finds(void **state)
{
	static const char *const prefixes[] = { LENT, LENT6, "10.244.9.0/24" };
	struct model m[KEYS] = { { .there = false } };
	struct fixture f;
	uint32_t i, at;

	setup(&f);
	for (i = 0; i < KEYS; i++) {
		m[i].prefix = i % COUNT(prefixes);
		m[i].metric = i;
	}
	for (i = 0; i < STEPS; i++) {
		at = dice(KEYS);
		if (dice(3) == 0)
			model_link(&f, m, 3 + dice(5));
		else
			model_route(&f, &m[at], prefixes[m[at].prefix]);
		for (at = 0; at < COUNT(prefixes); at++)
			assert_verdict(
			    &f, prefixes[at], model_verdict(&f, m, at));
	}
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_alone_follows_its_row),
		cmocka_unit_test(protocol_of_its_own_is_never_learned),
		cmocka_unit_test(protocol_that_is_adopted_is_not_learned),
		cmocka_unit_test(
		    protocol_of_the_kernel_is_learned_where_it_is_named),
		cmocka_unit_test(
		    route_to_nowhere_is_refused_where_no_link_is_asked_for),
		cmocka_unit_test(
		    route_by_an_object_that_is_not_shown_is_refused),
		cmocka_unit_test(paths_have_all_to_be_meant_and_one_to_carry),
		cmocka_unit_test(
		    metric_lowest_is_announced_and_the_next_takes_over),
		cmocka_unit_test(
		    refused_route_does_not_hide_one_that_is_let_in),
		cmocka_unit_test(routes_of_one_key_are_told_apart_by_a_dump),
		cmocka_unit_test(routes_of_one_key_in_a_dump_are_remembered),
		cmocka_unit_test(path_of_several_that_goes_asks_for_a_dump),
		cmocka_unit_test(replacement_by_what_is_not_meant_withdraws),
		cmocka_unit_test(link_down_takes_its_routes_and_no_others),
		cmocka_unit_test(link_gone_takes_its_routes),
		cmocka_unit_test(carrier_lost_refuses_until_it_is_back),
		cmocka_unit_test(link_renamed_is_judged_by_its_new_name),
		cmocka_unit_test(paths_several_over_one_link_go_together),
		cmocka_unit_test(
		    address_gone_asks_for_a_dump_where_a_route_prefers_one),
		cmocka_unit_test(dump_forgets_what_it_does_not_show),
		cmocka_unit_test(config_changed_judges_again),
		cmocka_unit_test(random_events_end_as_a_search_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
