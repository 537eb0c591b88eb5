/* SPDX-License-Identifier: ISC */
/* test_sim_gate.c - routes are told when the kernel has them */
/*
 * Whole daemons in a row: a node announces a prefix, the one in the middle has
 * a kernel that takes its time or says no, and the last one listens, outside
 * or as a client of a reflector.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/sim.h"
#include "tests/testing.h"

#define FIRST  "10.9.0.0/24"
#define SECOND "10.9.1.0/24"
#define MOMENT 1000 /* ms of virtual time */
#define LONG   60000

struct row {
	struct sim *sim;
	struct sim_node *first, *middle, *last;
	const char *prefix; /* that is waited for */
	bool there;
};

static const char first[] =
    "as 65001\nnode first\nannounce " FIRST "\n"
    "neighbor middle 10.0.0.2 { remote-as 64512; export all }\n";

static void
middle_config(struct row *r, const char *last, const char *more)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "as 64512\nnode middle\n%s\n"
	    "neighbor first 10.0.0.1 { remote-as 65001; import all }\n"
	    "neighbor last 10.0.0.3 { %s }\n",
	    more, last);
	sim_config(r->middle, text);
}

static void
row_init(struct row *r, const char *last, const char *last_as)
{
	char text[256];

	memset(r, 0, sizeof(*r));
	r->sim = sim_new(7);
	r->first = sim_node(r->sim, "first", "10.0.0.1", NULL, first);
	r->middle = sim_node(r->sim, "middle", "10.0.0.2", NULL, "");
	snprintf(text, sizeof(text),
	    "as %s\nnode last\nfib off\n"
	    "neighbor middle 10.0.0.2 { remote-as 64512; import all }\n",
	    last_as);
	r->last = sim_node(r->sim, "last", "10.0.0.3", NULL, text);
	middle_config(r, last, "");
}

static void
hold(struct row *r, bool held)
{
	fake_kernel_hold(sim_kernel(r->middle), held);
}

/* All sessions are up, and the middle's kernel takes its time from then on. */
static void
row_start(struct row *r, bool held)
{
	sim_start(r->middle);
	sim_start(r->last);
	sim_run(r->sim, LONG);
	assert_int_equal(sim_established(r->last), 1);
	hold(r, held);
	sim_start(r->first);
}

/* They share a subnet, where the next hop would stay. */
#define OUTSIDE "remote-as 65003; export all; next-hop self"

static bool
has_route(struct sim_node *n, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix, NULL));
	return rib_find(sim_bgpd(n)->rib, &prefix) != 0;
}

static bool
last_is_as_wanted(void *arg)
{
	struct row *r = arg;

	return has_route(r->last, r->prefix) == r->there;
}

static bool
middle_knows(void *arg)
{
	struct row *r = arg;

	return has_route(r->middle, r->prefix);
}

static void
wait_last(struct row *r, const char *prefix, bool there)
{
	r->prefix = prefix;
	r->there = there;
	assert_true(sim_wait(r->sim, last_is_as_wanted, r, LONG));
}

static void
wait_middle(struct row *r, const char *prefix)
{
	r->prefix = prefix;
	assert_true(sim_wait(r->sim, middle_knows, r, LONG));
}

static struct peer *
peer_of(struct sim_node *n, const char *address)
{
	struct address a;
	struct peer *p;

	assert_true(address_parse(address, &a));
	p = neighbors_find(sim_bgpd(n)->neighbors, &a, 0);
	assert_non_null(p);
	return p;
}

/* Why the last one is not told. */
static enum export_reason
why_not(struct row *r, const char *text)
{
	struct bgpd *b = sim_bgpd(r->middle);
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix, NULL));
	return groups_explain(b->groups, FAMILY_IPV4,
	    peer_source(peer_of(r->middle, "10.0.0.3")),
	    rib_find(b->rib, &prefix));
}

static void
route_is_told_when_the_kernel_has_it(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	row_start(&r, true);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_int_equal(sim_routes(r.middle), 0);
	assert_false(has_route(r.last, FIRST));
	assert_int_equal(why_not(&r, FIRST), EXPORT_NOT_INSTALLED);
	hold(&r, false);
	wait_last(&r, FIRST, true);
	assert_int_equal(sim_routes(r.middle), 1);
	assert_int_equal(why_not(&r, FIRST), EXPORT_OK);
	sim_free(r.sim);
}

static void
route_is_told_at_once_where_the_decision_is_enough(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	middle_config(&r, OUTSIDE, "fib { advertise-after decision }");
	row_start(&r, true);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_true(has_route(r.last, FIRST));
	assert_int_equal(sim_routes(r.middle), 0);
	sim_free(r.sim);
}

static void
reload_lets_go_what_waited(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	row_start(&r, true);
	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_false(has_route(r.last, FIRST));

	middle_config(&r, OUTSIDE, "fib { advertise-after decision }");
	assert_true(sim_reload(r.middle));

	sim_run(r.sim, MOMENT);
	assert_true(has_route(r.last, FIRST));
	sim_free(r.sim);
}

/* It keeps the next hop, and so draws nothing. */
static void
reflected_route_never_waits(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, "remote-as internal; reflector-client", "64512");
	row_start(&r, true);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_true(has_route(r.last, FIRST));
	assert_int_equal(sim_routes(r.middle), 0);
	sim_free(r.sim);
}

static void
internal_route_with_next_hop_self_waits(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, "remote-as internal; next-hop self", "64512");
	row_start(&r, true);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_false(has_route(r.last, FIRST));
	hold(&r, false);
	wait_last(&r, FIRST, true);
	assert_int_equal(sim_routes(r.middle), 1);
	sim_free(r.sim);
}

static void
path_with_an_identifier_waits_as_well(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE "; add-path send", "65003");
	sim_config(r.last,
	    "as 65003\nnode last\nfib off\nneighbor middle 10.0.0.2 "
	    "{ remote-as 64512; import all; add-path receive }\n");
	row_start(&r, true);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT);
	assert_false(has_route(r.last, FIRST));
	assert_int_equal(why_not(&r, FIRST), EXPORT_NOT_INSTALLED);
	hold(&r, false);
	wait_last(&r, FIRST, true);
	assert_int_equal(sim_routes(r.middle), 1);
	sim_free(r.sim);
}

/* Another one, meanwhile, does. */
static void
withdrawal_does_not_wait(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	row_start(&r, false);
	wait_last(&r, FIRST, true);
	hold(&r, true);

	sim_config(r.first,
	    "as 65001\nnode first\nannounce " SECOND "\n"
	    "neighbor middle 10.0.0.2 { remote-as 64512; export all }\n");
	assert_true(sim_reload(r.first));

	sim_run(r.sim, MOMENT);
	assert_false(has_route(r.last, FIRST));
	assert_true(has_route(r.middle, SECOND));
	assert_false(has_route(r.last, SECOND));
	assert_int_equal(sim_routes(r.middle), 1);
	sim_free(r.sim);
}

static void
route_that_is_refused_is_told_when_it_is_mended(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	fake_kernel_refuse(sim_kernel(r.middle), ENOMEM, 3);
	row_start(&r, false);

	wait_middle(&r, FIRST);
	sim_run(r.sim, MOMENT / 2);
	assert_false(has_route(r.last, FIRST));
	assert_int_equal(why_not(&r, FIRST), EXPORT_KERNEL_REFUSED);
	wait_last(&r, FIRST, true);
	assert_int_equal(sim_routes(r.middle), 1);
	sim_free(r.sim);
}

static bool
last_heard_end(void *arg)
{
	struct row *r = arg;
	struct peer_family view;

	if (!sim_bgpd(r->last)->synced)
		return false;
	peer_family(peer_of(r->last, "10.0.0.2"), FAMILY_IPV4, &view);
	return view.end_of_rib_received;
}

static void
end_of_rib_comes_behind_what_waits(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	sim_start(r.middle);
	sim_run(r.sim, LONG);
	hold(&r, true);
	sim_start(r.first);
	wait_middle(&r, FIRST);

	sim_start(r.last);
	sim_run(r.sim, MOMENT);
	assert_int_equal(sim_established(r.last), 1);
	assert_false(last_heard_end(&r));
	hold(&r, false);

	assert_true(sim_wait(r.sim, last_heard_end, &r, LONG));
	assert_true(has_route(r.last, FIRST));
	assert_int_equal(sim_routes(r.middle), 1);
	sim_free(r.sim);
}

static void
end_of_rib_does_not_wait_for_what_is_refused(void **state)
{
	struct row r;

	(void)state;
	row_init(&r, OUTSIDE, "65003");
	sim_start(r.middle);
	sim_run(r.sim, LONG);
	fake_kernel_refuse(sim_kernel(r.middle), ENOMEM, 100);
	sim_start(r.first);
	wait_middle(&r, FIRST);

	sim_start(r.last);

	assert_true(sim_wait(r.sim, last_heard_end, &r, LONG));
	assert_false(has_route(r.last, FIRST));
	sim_free(r.sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_is_told_when_the_kernel_has_it),
		cmocka_unit_test(
		    route_is_told_at_once_where_the_decision_is_enough),
		cmocka_unit_test(reload_lets_go_what_waited),
		cmocka_unit_test(reflected_route_never_waits),
		cmocka_unit_test(internal_route_with_next_hop_self_waits),
		cmocka_unit_test(path_with_an_identifier_waits_as_well),
		cmocka_unit_test(withdrawal_does_not_wait),
		cmocka_unit_test(
		    route_that_is_refused_is_told_when_it_is_mended),
		cmocka_unit_test(end_of_rib_comes_behind_what_waits),
		cmocka_unit_test(end_of_rib_does_not_wait_for_what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
