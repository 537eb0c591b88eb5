/* SPDX-License-Identifier: ISC */
/* test_restart.c - whom a restarting node waits for, and how long */
/*
 * restart.c asks its neighbours what they are; here the neighbours are
 * structs that a test sets, defined in place of peer.c, session.c and
 * neighbors.c, and fib and groups note what they are told.  Time is the
 * simulation's.
 */
#include "bgpd/restart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/sim/fake_io.h"
#include "tests/testing.h"

#define PEERS  3
#define HOLD   600000u /* ms */
#define SETTLE 5000    /* ms */
#define SILENT 120000  /* ms: the largest restart time */

struct session {
	enum fsm_state state;
	enum session_reason reason;
	int error;
	struct open_common common;
	struct open received;
};

struct peer {
	struct session session;
	struct conf_neighbor conf;
	struct peer_counters counters;
	uint32_t source;
	uint32_t scope;
	bool end_of_rib;
};

struct neighbors {
	struct peer peers[PEERS];
	uint32_t count;
};

struct fib {
	unsigned int released[FAMILY_MAX];
	unsigned int released_but[FAMILY_MAX];
	size_t kept; /* gateways */
	unsigned int gateways;
	uint32_t index; /* of the last one */
};

struct groups {
	unsigned int let_go[FAMILY_MAX];
};

struct fixture {
	struct neighbors neighbors;
	struct fib fib;
	struct groups groups;
	struct fake_net *net;
	struct log *log;
	struct restart *restart;
	unsigned int done[FAMILY_MAX];
	unsigned int wakes;
};

/* In place of the real ones. */

struct peer *
neighbors_walk(const struct neighbors *ns, uint32_t *cursor)
{
	if (*cursor == ns->count)
		return NULL;
	return (struct peer *)(uintptr_t)&ns->peers[(*cursor)++];
}

/* Ranges are whole daemons' business: test_guest.c. */
bool
neighbors_may_come(const struct neighbors *ns, enum family f)
{
	(void)ns;
	(void)f;
	return false;
}

uint32_t
neighbors_restart_time(const struct neighbors *ns)
{
	uint32_t i, longest = 0;

	for (i = 0; i < ns->count; i++)
		if (ns->peers[i].conf.settings.restart_time > longest)
			longest = ns->peers[i].conf.settings.restart_time;
	return longest;
}

const struct session *
peer_session(const struct peer *p)
{
	return &p->session;
}

const struct conf_neighbor *
peer_conf(const struct peer *p)
{
	return &p->conf;
}

const struct peer_counters *
peer_counters(const struct peer *p)
{
	return &p->counters;
}

uint32_t
peer_source(const struct peer *p)
{
	return p->source;
}

uint32_t
peer_scope(const struct peer *p)
{
	return p->scope;
}

int64_t
peer_established_at(const struct peer *p)
{
	return p->session.state == FSM_ESTABLISHED;
}

void
peer_family(const struct peer *p, enum family f, struct peer_family *out)
{
	memset(out, 0, sizeof(*out));
	out->configured = p->conf.settings.family[f];
	out->negotiated = p->session.common.family[f];
	out->end_of_rib_received = p->end_of_rib;
}

enum fsm_state
session_state(const struct session *s)
{
	return s->state;
}

enum session_reason
session_reason(const struct session *s)
{
	return s->reason;
}

int
session_reason_errno(const struct session *s)
{
	return s->error;
}

const struct open_common *
session_common(const struct session *s)
{
	return &s->common;
}

const struct open *
session_received(const struct session *s)
{
	return &s->received;
}

void
fib_release(struct fib *fib, enum family f)
{
	fib->released[f]++;
}

void
fib_release_but(
    struct fib *fib, enum family f, const struct address *at, size_t count)
{
	(void)at;
	fib->released_but[f]++;
	fib->kept = count;
}

void
fib_gateway_done(struct fib *fib, const struct address *gateway, uint32_t index)
{
	fib->gateways++;
	fib->index = index;
}

void
groups_defer(struct groups *gs, enum family f, bool deferred)
{
	gs->let_go[f] += !deferred;
}

/* What happens to a neighbour. */

static void
peer_init(struct peer *p, uint32_t source)
{
	memset(p, 0, sizeof(*p));
	p->source = source;
	p->session.reason = REASON_STARTING;
	p->conf.address = address_v4(0x0a000000 + source);
	p->conf.settings.family[FAMILY_IPV4] = true;
	p->conf.settings.restart_time = SILENT;
}

static void
peer_up(struct fixture *f, unsigned int i, bool restart)
{
	struct peer *p = &f->neighbors.peers[i];

	p->session.state = FSM_ESTABLISHED;
	p->session.common.family[FAMILY_IPV4] = true;
	p->session.common.restart = restart;
	p->session.received.family[FAMILY_IPV4].restart = restart;
	p->counters.established++;
	restart_event(f->restart, p);
}

static void
peer_down(struct fixture *f, unsigned int i, enum session_reason reason)
{
	struct peer *p = &f->neighbors.peers[i];

	p->session.state = FSM_IDLE;
	p->session.reason = reason;
	restart_event(f->restart, p);
}

static void
peer_end_of_rib(struct fixture *f, unsigned int i)
{
	f->neighbors.peers[i].end_of_rib = true;
	restart_event(f->restart, &f->neighbors.peers[i]);
}

static void
count_wake(void *arg)
{
	struct fixture *f = arg;

	f->wakes++;
}

static void
count_done(void *arg, enum family family)
{
	struct fixture *f = arg;

	f->done[family]++;
}

static void
setup(struct fixture *f, uint32_t peers, uint32_t adopted)
{
	const uint32_t counts[FAMILY_MAX] = { [FAMILY_IPV4] = adopted };
	struct restart_host host = {
		.wake = count_wake, .done = count_done, .arg = f
	};
	uint32_t i;

	memset(f, 0, sizeof(*f));
	f->neighbors.count = peers;
	for (i = 0; i < peers; i++)
		peer_init(&f->neighbors.peers[i], i + 2);
	f->net = fake_net_new(1);
	host.io = fake_net_node(f->net);
	host.log = f->log = log_new(STDERR_FILENO);
	log_set(f->log, CONF_ERROR, CONF_LOG_TEXT);
	host.fib = &f->fib;
	host.groups = &f->groups;
	host.neighbors = &f->neighbors;
	f->restart = restart_new(&host);
	restart_begin(f->restart, counts, HOLD);
	restart_run(f->restart);
}

static void
teardown(struct fixture *f)
{
	restart_free(f->restart);
	log_free(f->log);
	fake_net_free(f->net);
}

static bool
deferring(struct fixture *f)
{
	restart_run(f->restart);
	return restart_deferring(f->restart, FAMILY_IPV4);
}

static bool
holding(struct fixture *f)
{
	restart_run(f->restart);
	return restart_holding(f->restart, FAMILY_IPV4);
}

static void
begin_without_adopted_waits_for_nobody(void **state)
{
	struct fixture f;

	setup(&f, 1, 0);

	assert_false(deferring(&f));
	assert_false(holding(&f));
	assert_int_equal(f.fib.released[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
begin_without_neighbors_sweeps_at_once(void **state)
{
	struct fixture f;

	setup(&f, 0, 5);

	assert_false(holding(&f));
	assert_int_equal(f.fib.released[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
begin_with_adopted_waits_for_who_may_come(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);

	assert_true(deferring(&f));
	assert_true(holding(&f));
	assert_ptr_equal(
	    restart_waits_for(f.restart, FAMILY_IPV4), &f.neighbors.peers[0]);
	teardown(&f);
}

static void
end_of_rib_of_all_ends_both(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	peer_up(&f, 0, true);
	peer_up(&f, 1, true);
	peer_end_of_rib(&f, 0);
	assert_true(deferring(&f));
	peer_end_of_rib(&f, 1);

	assert_false(deferring(&f));
	assert_false(holding(&f));
	assert_int_equal(f.done[FAMILY_IPV4], 1);
	assert_int_equal(f.groups.let_go[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
end_of_rib_lets_nothing_go_before_the_run(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, true);
	f.wakes = 0;
	peer_end_of_rib(&f, 0);

	assert_int_equal(f.fib.released[FAMILY_IPV4], 0);
	assert_int_equal(f.fib.gateways, 0);
	assert_true(f.wakes > 0);
	teardown(&f);
}

static void
end_of_rib_releases_its_gateway(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	peer_up(&f, 0, true);
	peer_end_of_rib(&f, 0);

	assert_true(holding(&f));
	assert_int_equal(f.fib.gateways, 1);
	teardown(&f);
}

/* The address alone says nothing; without its link there is nothing left. */
static void
end_of_rib_releases_a_link_local_gateway_on_its_link(void **state)
{
	struct fixture f;
	unsigned int i;

	setup(&f, 3, 5);
	for (i = 0; i < 2; i++) {
		snprintf(f.neighbors.peers[i].conf.zone, KERNEL_IFNAME, "eth0");
		peer_up(&f, i, true);
	}
	f.neighbors.peers[0].scope = 7;
	peer_end_of_rib(&f, 0);
	assert_true(holding(&f));
	assert_int_equal(f.fib.gateways, 1);
	assert_int_equal(f.fib.index, 7);

	peer_end_of_rib(&f, 1);

	assert_true(holding(&f));
	assert_int_equal(f.fib.gateways, 1);
	teardown(&f);
}

static void
dead_host_releases_its_gateway(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	peer_up(&f, 0, true);
	peer_down(&f, 1, REASON_CONNECT_FAILED);
	restart_silent(f.restart, &f.neighbors.peers[1]);
	restart_run(f.restart);

	assert_true(holding(&f));
	assert_int_equal(f.fib.gateways, 1);
	teardown(&f);
}

/* Somebody else's question got lost; the session knows better. */
static void
dead_host_of_a_session_releases_nothing(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	peer_up(&f, 0, true);
	restart_silent(f.restart, &f.neighbors.peers[0]);
	restart_run(f.restart);

	assert_int_equal(f.fib.gateways, 0);
	teardown(&f);
}

static void
refused_neighbor_does_not_defer(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_down(&f, 0, REASON_CONNECT_FAILED);

	assert_false(deferring(&f));
	teardown(&f);
}

/* Its host is there, so its pods are; its daemon comes back later. */
static void
refused_neighbor_keeps_its_own_routes_only(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	f.neighbors.peers[1].session.error = ECONNREFUSED;
	peer_down(&f, 1, REASON_CONNECT_FAILED);
	peer_up(&f, 0, true);
	peer_end_of_rib(&f, 0);
	assert_true(holding(&f));
	assert_int_equal(f.fib.released_but[FAMILY_IPV4], 0);
	fake_net_run(f.net, SETTLE);

	assert_true(holding(&f));
	assert_false(deferring(&f));
	assert_int_equal(f.fib.released_but[FAMILY_IPV4], 1);
	assert_int_equal(f.fib.kept, 1);
	assert_int_equal(f.fib.released[FAMILY_IPV4], 0);
	teardown(&f);
}

static void
refused_neighbor_that_comes_up_ends_the_hold(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	f.neighbors.peers[0].session.error = ECONNREFUSED;
	peer_down(&f, 0, REASON_CONNECT_FAILED);
	fake_net_run(f.net, 4 * SETTLE);
	assert_true(holding(&f));
	peer_up(&f, 0, true);
	assert_true(holding(&f));
	peer_end_of_rib(&f, 0);

	assert_false(holding(&f));
	assert_int_equal(f.fib.released[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
refused_neighbor_is_given_up_after_its_time(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	f.neighbors.peers[0].session.error = ECONNREFUSED;
	peer_down(&f, 0, REASON_CONNECT_FAILED);
	fake_net_run(f.net, SILENT - 1);
	assert_true(holding(&f));
	fake_net_run(f.net, 1);

	assert_false(holding(&f));
	assert_int_equal(f.fib.released[FAMILY_IPV4], 1);
	teardown(&f);
}

static void
refused_neighbor_is_held_for_while_settling(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_down(&f, 0, REASON_CONNECT_FAILED);
	fake_net_run(f.net, SETTLE - 1);
	assert_true(holding(&f));
	fake_net_run(f.net, 1);

	assert_false(holding(&f));
	teardown(&f);
}

static void
refused_neighbor_that_comes_is_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 2, 5);
	peer_down(&f, 0, REASON_CONNECT_FAILED);
	peer_up(&f, 0, true);
	peer_down(&f, 1, REASON_CONNECT_FAILED);

	assert_true(holding(&f));
	assert_true(deferring(&f));
	teardown(&f);
}

static void
neighbor_lost_again_is_not_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, true);
	peer_down(&f, 0, REASON_STARTING);

	assert_false(holding(&f));
	teardown(&f);
}

static void
neighbor_disabled_is_not_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	f.neighbors.peers[0].conf.settings.disabled = true;
	restart_event(f.restart, &f.neighbors.peers[0]);

	assert_false(holding(&f));
	teardown(&f);
}

static void
neighbor_removed_is_not_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	restart_forget(f.restart, &f.neighbors.peers[0]);
	f.neighbors.count = 0;

	assert_false(holding(&f));
	assert_null(restart_waits_for(f.restart, FAMILY_IPV4));
	teardown(&f);
}

/* By a reload, in the middle of it. */
static void
neighbor_added_is_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, true);
	peer_init(&f.neighbors.peers[f.neighbors.count++], 9);
	restart_event(f.restart, &f.neighbors.peers[1]);

	peer_end_of_rib(&f, 0);
	assert_true(holding(&f));
	peer_up(&f, 1, true);
	peer_end_of_rib(&f, 1);
	assert_false(holding(&f));
	teardown(&f);
}

static void
silent_neighbor_stalls_deferral_for_seconds_only(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	fake_net_run(f.net, SETTLE - 1);
	assert_true(deferring(&f));
	fake_net_run(f.net, 1);

	assert_false(deferring(&f));
	assert_true(holding(&f));
	teardown(&f);
}

static void
silent_neighbor_has_failed_after_the_restart_time(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	fake_net_run(f.net, SILENT - 1);
	assert_true(holding(&f));
	fake_net_run(f.net, 1);

	assert_false(holding(&f));
	teardown(&f);
}

static void
neighbor_up_defers_beyond_the_settling(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, true);
	fake_net_run(f.net, SETTLE * 2);

	assert_true(deferring(&f));
	teardown(&f);
}

static void
neighbor_without_restart_does_not_defer(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, false);

	assert_false(deferring(&f));
	assert_true(holding(&f));
	teardown(&f);
}

static void
neighbor_that_restarts_too_does_not_defer(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	f.neighbors.peers[0].session.received.restarting = true;
	peer_up(&f, 0, true);

	assert_false(deferring(&f));
	assert_true(holding(&f));
	teardown(&f);
}

static void
neighbor_of_the_other_family_is_not_waited_for(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	f.neighbors.peers[0].conf.settings.family[FAMILY_IPV4] = false;
	f.neighbors.peers[0].conf.settings.family[FAMILY_IPV6] = true;
	restart_event(f.restart, &f.neighbors.peers[0]);

	assert_false(holding(&f));
	teardown(&f);
}

static void
hold_ends_after_its_time(void **state)
{
	struct fixture f;

	setup(&f, 1, 5);
	peer_up(&f, 0, true);
	fake_net_run(f.net, HOLD - 1);
	assert_true(holding(&f));
	fake_net_run(f.net, 1);

	assert_false(holding(&f));
	assert_int_equal(f.fib.released[FAMILY_IPV4], 1);
	teardown(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begin_without_adopted_waits_for_nobody),
		cmocka_unit_test(begin_without_neighbors_sweeps_at_once),
		cmocka_unit_test(begin_with_adopted_waits_for_who_may_come),
		cmocka_unit_test(end_of_rib_of_all_ends_both),
		cmocka_unit_test(end_of_rib_lets_nothing_go_before_the_run),
		cmocka_unit_test(end_of_rib_releases_its_gateway),
		cmocka_unit_test(
		    end_of_rib_releases_a_link_local_gateway_on_its_link),
		cmocka_unit_test(dead_host_releases_its_gateway),
		cmocka_unit_test(dead_host_of_a_session_releases_nothing),
		cmocka_unit_test(refused_neighbor_does_not_defer),
		cmocka_unit_test(refused_neighbor_keeps_its_own_routes_only),
		cmocka_unit_test(refused_neighbor_that_comes_up_ends_the_hold),
		cmocka_unit_test(refused_neighbor_is_given_up_after_its_time),
		cmocka_unit_test(refused_neighbor_is_held_for_while_settling),
		cmocka_unit_test(refused_neighbor_that_comes_is_waited_for),
		cmocka_unit_test(neighbor_lost_again_is_not_waited_for),
		cmocka_unit_test(neighbor_disabled_is_not_waited_for),
		cmocka_unit_test(neighbor_removed_is_not_waited_for),
		cmocka_unit_test(neighbor_added_is_waited_for),
		cmocka_unit_test(
		    silent_neighbor_stalls_deferral_for_seconds_only),
		cmocka_unit_test(
		    silent_neighbor_has_failed_after_the_restart_time),
		cmocka_unit_test(neighbor_up_defers_beyond_the_settling),
		cmocka_unit_test(neighbor_without_restart_does_not_defer),
		cmocka_unit_test(neighbor_that_restarts_too_does_not_defer),
		cmocka_unit_test(
		    neighbor_of_the_other_family_is_not_waited_for),
		cmocka_unit_test(hold_ends_after_its_time)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
