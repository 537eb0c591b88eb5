/* SPDX-License-Identifier: ISC */
/* test_peer_filter.c - filters between a daemon and its only neighbor */
/*
 * What a reload of filters does is judged here: routes come and go without a
 * reset, without a ROUTE-REFRESH, and each path cites the rule that decided.
 */
#include <stdio.h>
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/testing.h"

#define BLOCK "10.244.1.0/26"
#define ROUTE "10.9.0.0/24"
#define OTHER "10.10.0.0/24"
#define MANY  3000u

/* The braces of the neighbor's block end before these filters. */
#define WITH(in, out)                                 \
	"remote-as 65001\nimport in\nexport out\n}\n" \
	"filter in {\n" in "\n}\nfilter out {\n" out "\n"

static struct filters *
filters_of(struct pair *p)
{
	return &sim_bgpd(p->node)->filters;
}

static const struct filter *
filter_named(struct pair *p, const char *name)
{
	const struct conf *conf = sim_bgpd(p->node)->conf;
	size_t i;

	for (i = 0; i < conf->nfilters; i++)
		if (strcmp(conf->filters[i]->name, name) == 0)
			return conf->filters[i];
	return NULL;
}

/* The neighbor's path. */
static bool
path_of(struct pair *p, const char *text, struct rib_path *path)
{
	struct rib *rib = sim_bgpd(p->node)->rib;
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix, NULL));
	return rib_path_next(
		   rib, FAMILY_IPV4, rib_find(rib, &prefix), 0, path) != 0;
}

/* Nothing was reset, and nobody was asked for anything. */
static void
assert_undisturbed(struct pair *p, const struct far_line *l)
{
	pair_assert_up(p, true);
	assert_int_equal(peer_counters(pair_peer(p))->established, 1);
	assert_int_equal(far_notified(l), 0);
	assert_int_equal(far_heard(l, MSG_ROUTE_REFRESH), 0);
	assert_int_equal(far_heard(l, MSG_OPEN), 1);
}

static void
import_filter_decides_changes_and_is_cited(void **state)
{
	const struct filter *f;
	struct rib_path path;
	struct far_line *l;
	struct attrs attrs;
	struct pair p;
	size_t rule;

	(void)state;
	pair_init(&p,
	    WITH(
		"reject ipv6\naccept 10.9.0.0/16 le 24 set pref 50", "accept"));
	l = pair_up(&p);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	pair_run(&p, 1000);

	assert_true(pair_has(&p, ROUTE));
	assert_false(pair_has(&p, OTHER));
	assert_true(path_of(&p, ROUTE, &path));
	attr_get(rib_attrs(sim_bgpd(p.node)->rib), path.accepted, &attrs);
	assert_int_equal(attrs.local_pref, 50);
	f = filters_find(filters_of(&p), path.rule, &rule);
	assert_ptr_equal(f, filter_named(&p, "in"));
	assert_int_equal(rule, 1);
	assert_int_equal(f->hits[0], 0);
	assert_int_equal(f->hits[1], 1);
	assert_true(path_of(&p, OTHER, &path));
	assert_int_equal(path.refusal, RIB_FILTERED);
	assert_int_equal(path.rule, 0);
	pair_clear(&p);
}

static void
reload_of_import_filter_judges_again_without_asking(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, WITH("accept", "accept"));
	l = pair_up(&p);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	pair_run(&p, 1000);
	assert_true(pair_has(&p, ROUTE));

	pair_reload(&p, WITH("reject 10.9.0.0/24\naccept", "accept"));
	pair_run(&p, 1000);
	assert_false(pair_has(&p, ROUTE));
	assert_true(pair_has(&p, OTHER));
	assert_int_equal(filter_named(&p, "in")->hits[0], 1);
	assert_int_equal(filter_named(&p, "in")->hits[1], 1);

	pair_reload(&p, WITH("accept", "accept"));
	pair_run(&p, 1000);
	assert_true(pair_has(&p, ROUTE));
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

static void
reload_of_export_filter_tells_the_difference(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, WITH("accept", "accept source local"));
	l = pair_up(&p);
	pair_run(&p, 1000);
	assert_int_equal(far_heard_route(l, BLOCK, false), 1);

	pair_reload(&p, WITH("accept", "reject " BLOCK));
	pair_run(&p, 1000);
	assert_int_equal(far_heard_route(l, BLOCK, true), 1);
	assert_int_equal(pair_explain(&p, BLOCK), EXPORT_FILTERED);
	assert_int_equal(filter_named(&p, "out")->hits[0], 1);

	pair_reload(&p, WITH("accept", "accept source local"));
	pair_run(&p, 1000);
	assert_int_equal(far_heard_route(l, BLOCK, false), 2);
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

static void
reload_leaves_an_equal_filter_as_it_was(void **state)
{
	const struct filter *in;
	struct far_line *l;
	unsigned int line;
	struct pair p;
	uint16_t base;

	(void)state;
	pair_init(&p, WITH("accept 10.9.0.0/24", "accept"));
	l = pair_up(&p);
	far_say_route(l, ROUTE);
	pair_run(&p, 1000);
	in = filter_named(&p, "in");
	base = in->base;
	line = in->rules[0].line;

	pair_reload(&p, WITH("\n\n accept 10.9.0.0/24", "accept"));
	pair_run(&p, 1000);

	assert_ptr_equal(filter_named(&p, "in"), in);
	assert_int_equal(in->base, base);
	assert_int_equal(in->hits[0], 1); /* and not judged again */
	assert_int_equal(in->rules[0].line, line + 2);
	assert_int_equal(filters_of(&p)->count, 2);
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

/* More than a slice of them, and a second reload before the walk is over. */
static void
reload_of_many_routes_ends_with_the_last_filter(void **state)
{
	uint32_t received, accepted;
	struct far_line *l;
	struct pair p;
	char text[32];
	unsigned int i;

	(void)state;
	pair_init(&p, WITH("accept", "reject"));
	l = pair_up(&p);
	for (i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "10.%u.%u.0/24", 100 + i / 256,
		    i % 256);
		far_say_route(l, text);
	}
	pair_run(&p, 2000);
	rib_source_counts(sim_bgpd(p.node)->rib, peer_source(pair_peer(&p)),
	    FAMILY_IPV4, &received, &accepted);
	assert_int_equal(accepted, MANY);

	pair_reload(&p, WITH("reject", "reject"));
	assert_true(filters_of(&p)->walking);
	pair_reload(&p, WITH("accept 10.100.0.0/16 le 24", "reject"));
	pair_run(&p, 2000);

	rib_source_counts(sim_bgpd(p.node)->rib, peer_source(pair_peer(&p)),
	    FAMILY_IPV4, &received, &accepted);
	assert_int_equal(received, MANY);
	assert_int_equal(accepted, 256);
	assert_false(filters_of(&p)->walking);
	assert_int_equal(filters_of(&p)->count, 2);
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

static void
reload_that_changes_a_set_judges_again(void **state)
{
#define SET "}\nprefix-set s {\n"
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, WITH("accept prefix-set s", "reject") SET ROUTE "\n");
	l = pair_up(&p);
	far_say_route(l, ROUTE);
	far_say_route(l, OTHER);
	pair_run(&p, 1000);
	assert_true(pair_has(&p, ROUTE));

	pair_reload(&p, WITH("accept prefix-set s", "reject") SET OTHER "\n");
	pair_run(&p, 1000);

	assert_false(pair_has(&p, ROUTE));
	assert_true(pair_has(&p, OTHER));
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

static void
session_filter_reads_whom_it_stands_before(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(
	    &p, WITH("accept", "accept source local session neighbor nobody"));
	l = pair_up(&p);
	pair_run(&p, 1000);
	assert_int_equal(far_heard_route(l, BLOCK, false), 0);

	pair_reload(&p,
	    WITH("accept", "accept source local not session neighbor nobody"));
	pair_run(&p, 1000);

	assert_int_equal(far_heard_route(l, BLOCK, false), 1);
	assert_undisturbed(&p, l);
	pair_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(import_filter_decides_changes_and_is_cited),
		cmocka_unit_test(
		    reload_of_import_filter_judges_again_without_asking),
		cmocka_unit_test(reload_of_export_filter_tells_the_difference),
		cmocka_unit_test(reload_leaves_an_equal_filter_as_it_was),
		cmocka_unit_test(
		    reload_of_many_routes_ends_with_the_last_filter),
		cmocka_unit_test(reload_that_changes_a_set_judges_again),
		cmocka_unit_test(session_filter_reads_whom_it_stands_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
