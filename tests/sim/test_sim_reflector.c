/* SPDX-License-Identifier: ISC */
/* test_sim_reflector.c - whole daemons around route reflectors, RFC 4456 */
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

#define CLIENTS 12
#define LONG    60000 /* ms of virtual time */

struct star {
	struct sim *sim;
	struct sim_node *reflector[2];
	size_t nreflectors;
	struct sim_node *client[CLIENTS + 1]; /* from 1 */
};

static void
reflector_config(char *text, size_t size, size_t self, size_t nreflectors)
{
	size_t i, used;

	used = snprintf(text, size,
	    "as 64512\nnode rr-%zu\n"
	    "cluster-id 10.0.9.%zu\nfib off\ngroup clients {\n"
	    "remote-as 64512\nreflector-client\n",
	    self, self);
	for (i = 1; i <= CLIENTS; i++)
		used += snprintf(text + used, size - used,
		    "neighbor c4-%zu 10.0.0.%zu\nneighbor c6-%zu fd00::%zx\n",
		    i, i, i, i);
	/* Each is the other's client: only CLUSTER_LIST ends the loop. */
	for (i = 1; i <= nreflectors; i++)
		if (i != self)
			used += snprintf(text + used, size - used,
			    "neighbor rr-%zu 10.0.9.%zu\n", i, i);
	snprintf(text + used, size - used, "}\n");
}

static void
client_config(char *text, size_t size, size_t self, size_t nreflectors)
{
	size_t i, used;

	used = snprintf(text, size,
	    "as 64512\nnode node-%zu\n"
	    "blocks 10.244.%zu.0/26 fd00:10:244:%zx::/122\n",
	    self, self, self);
	for (i = 1; i <= nreflectors; i++)
		used += snprintf(text + used, size - used,
		    "neighbor r4-%zu 10.0.9.%zu { remote-as internal }\n"
		    "neighbor r6-%zu fd00::9:%zu { remote-as internal }\n",
		    i, i, i, i);
}

static void
star_init(struct star *s, size_t nreflectors)
{
	char text[8192], name[16], v4[16], v6[16];
	size_t i;

	memset(s, 0, sizeof(*s));
	s->sim = sim_new(21);
	s->nreflectors = nreflectors;
	for (i = 1; i <= nreflectors; i++) {
		reflector_config(text, sizeof(text), i, nreflectors);
		snprintf(name, sizeof(name), "rr-%zu", i);
		snprintf(v4, sizeof(v4), "10.0.9.%zu", i);
		snprintf(v6, sizeof(v6), "fd00::9:%zu", i);
		s->reflector[i - 1] = sim_node(s->sim, name, v4, v6, text);
		sim_start(s->reflector[i - 1]);
	}
	for (i = 1; i <= CLIENTS; i++) {
		client_config(text, sizeof(text), i, nreflectors);
		snprintf(name, sizeof(name), "node-%zu", i);
		snprintf(v4, sizeof(v4), "10.0.0.%zu", i);
		snprintf(v6, sizeof(v6), "fd00::%zx", i);
		s->client[i] = sim_node(s->sim, name, v4, v6, text);
		sim_start(s->client[i]);
	}
}

static bool
star_whole(void *arg)
{
	struct star *s = arg;
	size_t i;

	for (i = 1; i <= CLIENTS; i++)
		if (sim_routes(s->client[i]) != 2 * CLIENTS)
			return false;
	return true;
}

static void
assert_route(struct sim_node *n, const char *prefix, const char *gateway)
{
	char found[64] = "none";

	sim_route(n, prefix, found, sizeof(found));
	assert_string_equal(found, gateway);
}

static void
reflector_passes_blocks_with_their_next_hop(void **state)
{
	struct star s;

	star_init(&s, 1);

	assert_true(sim_wait(s.sim, star_whole, &s, LONG));
	assert_route(s.client[1], "10.244.7.0/26", "10.0.0.7");
	assert_route(s.client[1], "fd00:10:244:c::/122", "fd00::c");
	sim_free(s.sim);
}

/* UPDATEs sent by all daemons. */
static uint64_t
updates_sent(struct star *s)
{
	uint64_t sum = 0;
	struct peer *p;
	uint32_t cursor;
	size_t i;

	for (i = 0; i < s->nreflectors; i++) {
		cursor = 0;
		while ((p = neighbors_walk(sim_bgpd(s->reflector[i])->neighbors,
			    &cursor)) != NULL)
			sum +=
			    session_counters(peer_session(p))->out[MSG_UPDATE];
	}
	return sum;
}

static void
reflectors_of_each_other_fall_silent(void **state)
{
	struct star s;
	uint64_t before;

	star_init(&s, 2);
	assert_true(sim_wait(s.sim, star_whole, &s, LONG));
	sim_run(s.sim, 20000);
	before = updates_sent(&s);

	sim_run(s.sim, 60000);

	assert_int_equal(updates_sent(&s), before);
	sim_free(s.sim);
}

static bool
client_2_is_forgotten(void *arg)
{
	struct star *s = arg;
	char gateway[64];
	size_t i;

	for (i = 1; i <= CLIENTS; i++)
		if (i != 2 &&
		    sim_route(s->client[i], "10.244.2.0/26", gateway,
			sizeof(gateway)))
			return false;
	return true;
}

static void
client_that_stays_away_is_withdrawn_everywhere(void **state)
{
	struct star s;

	star_init(&s, 1);
	assert_true(sim_wait(s.sim, star_whole, &s, LONG));

	sim_kill(s.client[2]);

	assert_true(sim_wait(s.sim, client_2_is_forgotten, &s, 130000));
	sim_free(s.sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reflector_passes_blocks_with_their_next_hop),
		cmocka_unit_test(reflectors_of_each_other_fall_silent),
		cmocka_unit_test(
		    client_that_stays_away_is_withdrawn_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
