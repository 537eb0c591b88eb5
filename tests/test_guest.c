/* SPDX-License-Identifier: ISC */
/* test_guest.c - neighbors that come from a range */

/*
 * A whole daemon whose config has a range and one neighbor elsewhere; the far
 * end connects from inside of the range.
 */
#include <stdio.h>
#include <string.h>

#include "bgpd/runtime.h"
#include "tests/sim/pair.h"
#include "tests/testing.h"

#define SECONDS 1000
#define GUEST   "10.0.0.2"
#define RANGE   "10.0.0.0/24"
#define ELSE    "neighbor else 10.1.0.9 { remote-as 65009 }\n"
#define USUAL   "remote-as 65001; import all; export all"
#define SHUT    (ERR_CEASE * 256 + CEASE_ADMIN_SHUTDOWN)

static void
configure(struct pair *p, const char *settings, const char *more)
{
	struct bgpd_reload r = { .applied = false };
	char text[512];

	snprintf(text, sizeof(text),
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\n"
	    "blocks 10.244.1.0/26\nneighbors " RANGE " { %s }\n" ELSE "%s\n",
	    settings, more);
	sim_config(p->node, text);
	bgpd_reload(sim_bgpd(p->node), false, true, &r);
	assert_true(r.applied);
	bgpd_reload_clear(&r);
	pair_run(p, 5);
}

static int
setup(void **state)
{
	static struct pair pair;

	pair_init(&pair, PAIR_USUAL);
	far_accepted(&pair.far);
	configure(&pair, USUAL, "");
	*state = &pair;
	return 0;
}

/* NULL: it is not there. */
static struct peer *
guest(struct pair *p)
{
	return neighbors_find(sim_bgpd(p->node)->neighbors, &p->far.address, 0);
}

static struct far_line *
come(struct pair *p)
{
	struct far_line *l = far_dial(&p->far);

	if (l->conn != NULL)
		far_greet(l);
	return l;
}

static void
command(struct pair *p, const char *name, bool down)
{
	struct bgpd *b = sim_bgpd(p->node);
	struct bgpd_reload r = { .applied = false };
	struct conf_runtime next;

	conf_runtime_copy(&next, runtime_state(b->runtime));
	assert_true(down ? conf_runtime_disable(&next, name)
			 : conf_runtime_enable(&next, name));
	assert_true(runtime_change(b, &next, &r));
	assert_int_equal(r.messages.count, 0);
	assert_int_equal(r.changes.count, 1);
	bgpd_reload_clear(&r);
	pair_run(p, 5);
}

static void
guest_comes_and_is_forgotten(void **state)
{
	struct pair *p = *state;
	struct far_line *l = come(p);

	pair_assert_up(p, true);
	assert_string_equal(peer_conf(guest(p))->name, GUEST);
	far_hang_up(l);
	pair_run(p, 2 * SECONDS);

	assert_null(guest(p));
}

static void
disabled_guest_is_sent_away_until_it_is_enabled(void **state)
{
	struct pair *p = *state;
	struct far_line *l = come(p);

	command(p, GUEST, true);
	assert_int_equal(far_notified(l), SHUT);
	pair_run(p, 2 * SECONDS);
	assert_null(come(p)->conn);
	assert_null(guest(p));
	configure(p, USUAL, "hold-time 60s");
	assert_null(come(p)->conn);

	command(p, GUEST, false);
	come(p);

	pair_assert_up(p, true);
}

static void
disabled_range_sends_all_away(void **state)
{
	struct pair *p = *state;
	struct far_line *l = come(p);

	command(p, RANGE, true);
	assert_int_equal(far_notified(l), SHUT);
	pair_run(p, 2 * SECONDS);
	assert_null(come(p)->conn);

	command(p, RANGE, false);
	come(p);

	pair_assert_up(p, true);
}

/* The file has the last word on what exists. */
static void
disabled_guest_without_its_range_is_a_warning(void **state)
{
	struct pair *p = *state;
	struct conf_messages messages = { .at = NULL };
	struct conf *conf;

	command(p, GUEST, true);
	conf = conf_parse("x", "as 64512\n" ELSE, "ours", &messages);
	conf_messages_clear(&messages);
	conf_runtime_apply(runtime_state(sim_bgpd(p->node)->runtime), conf,
	    "runtime.json", &messages);

	assert_int_equal(messages.count, 1);
	assert_string_equal(messages.at[0].text,
	    "no neighbor '" GUEST "', which was disabled by bgpctl");
	conf_free(conf);
	conf_messages_clear(&messages);
}

/* ---- the daemon's own restart ---- */

/* It knows from its config whom it does not know yet. */
static void
restart_waits_for_guests_to_come(void **state)
{
	struct pair *p = *state;
	struct far_line *l = come(p);

	far_say_route(l, "10.9.1.0/24");
	far_say_route(l, "10.9.2.0/24");
	assert_true(pair_has(p, "10.9.2.0/24"));
	sim_kill(p->node);
	far_reset(&p->far);
	sim_start(p->node);
	pair_run(p, 30 * SECONDS);
	assert_true(pair_has(p, "10.9.1.0/24"));
	assert_true(pair_has(p, "10.9.2.0/24"));

	l = come(p);
	far_say_route(l, "10.9.1.0/24");
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 1 * SECONDS);

	assert_true(pair_has(p, "10.9.1.0/24"));
	assert_false(pair_has(p, "10.9.2.0/24"));
}

static void
restart_waits_for_guests_no_longer_than_it_asks_for(void **state)
{
	struct pair *p = *state;

	far_say_route(come(p), "10.9.1.0/24");
	sim_kill(p->node);
	far_reset(&p->far);
	sim_start(p->node);
	pair_run(p, 119 * SECONDS);
	assert_true(pair_has(p, "10.9.1.0/24"));
	pair_run(p, 2 * SECONDS);

	assert_false(pair_has(p, "10.9.1.0/24"));
}

/* Who comes first may not hear that there is nothing else. */
static void
restart_announces_no_end_before_others_could_come(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	far_restarts(&p->far, 120, true);
	far_say_route(come(p), "10.9.1.0/24");
	sim_kill(p->node);
	far_reset(&p->far);
	sim_start(p->node);
	pair_run(p, 100);
	l = come(p);
	far_say_end_of_rib(l, FAMILY_IPV4);
	pair_run(p, 4 * SECONDS);
	assert_int_equal(far_heard_end_of_rib(l, FAMILY_IPV4), 0);
	pair_run(p, 2 * SECONDS);

	assert_int_equal(far_heard_end_of_rib(l, FAMILY_IPV4), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(guest_comes_and_is_forgotten),
		TEST(disabled_guest_is_sent_away_until_it_is_enabled),
		TEST(disabled_range_sends_all_away),
		TEST(disabled_guest_without_its_range_is_a_warning),
		TEST(restart_waits_for_guests_to_come),
		TEST(restart_waits_for_guests_no_longer_than_it_asks_for),
		TEST(restart_announces_no_end_before_others_could_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
