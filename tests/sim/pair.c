/* SPDX-License-Identifier: ISC */
/* pair.c - one whole daemon and the far end of its only neighbor */
#include "tests/sim/pair.h"

#include <stdio.h>

#include "tests/testing.h"

static void
config_write(
    char *text, size_t size, const char *neighbor, const char *settings)
{
	snprintf(text, size,
	    "as 64512\nnode ours\nrouter-id 10.0.0.1\n"
	    "blocks 10.244.1.0/26\nneighbor far %s {\n%s\n}\n",
	    neighbor, settings);
}

static void
start(struct pair *p, const char *v4, const char *v6, const char *text)
{
	p->sim = sim_new(5);
	p->node = sim_node(p->sim, "ours", v4, v6, text);
}

void
pair_init(struct pair *p, const char *settings)
{
	char text[1024];

	config_write(text, sizeof(text), "10.0.0.2", settings);
	start(p, "10.0.0.1", "fd00::1", text);
	far_init(&p->far, sim_net(p->sim), "10.0.0.2", "10.0.0.1");
	sim_start(p->node);
	pair_run(p, 5);
}

void
pair_init_ipv6(
    struct pair *p, const char *v4, const char *v6, const char *settings)
{
	char text[1024];

	config_write(text, sizeof(text), "fd00::2", settings);
	start(p, v4, v6, text);
	far_init(&p->far, sim_net(p->sim), "fd00::2", v6);
	sim_start(p->node);
	pair_run(p, 5);
}

void
pair_clear(struct pair *p)
{
	far_clear(&p->far);
	sim_free(p->sim);
}

int
pair_setup(void **state)
{
	static struct pair pair;

	pair_init(&pair, PAIR_USUAL);
	*state = &pair;
	return 0;
}

int
pair_teardown(void **state)
{
	pair_clear(*state);
	return 0;
}

void
pair_reload(struct pair *p, const char *settings)
{
	char text[1024];

	config_write(text, sizeof(text), "10.0.0.2", settings);
	sim_config(p->node, text);
	assert_true(sim_reload(p->node));
}

struct peer *
pair_peer(struct pair *p)
{
	struct peer *peer =
	    neighbors_find(sim_bgpd(p->node)->neighbors, &p->far.address, 0);

	assert_non_null(peer);
	return peer;
}

enum fsm_state
pair_state(struct pair *p)
{
	return peer_state(pair_peer(p));
}

const char *
pair_word(struct pair *p)
{
	return peer_reason_word(pair_peer(p));
}

struct peer_family
pair_family(struct pair *p)
{
	struct peer_family f;

	peer_family(pair_peer(p), FAMILY_IPV4, &f);
	return f;
}

void
pair_run(struct pair *p, int64_t ms)
{
	sim_run(p->sim, ms);
}

struct far_line *
pair_up(struct pair *p)
{
	struct far_line *l = far_accepted(&p->far);

	far_greet(l);
	pair_assert_up(p, true);
	return l;
}

void
pair_assert_up(struct pair *p, bool up)
{
	assert_int_equal(pair_state(p) == FSM_ESTABLISHED, up);
	assert_int_equal(peer_established_at(pair_peer(p)) != 0, up);
	assert_int_equal(peer_reason(pair_peer(p))[0] == '\0', up);
}

bool
pair_has(struct pair *p, const char *prefix)
{
	char gateway[64];

	return sim_route(p->node, prefix, gateway, sizeof(gateway));
}

enum export_reason
pair_explain(struct pair *p, const char *text)
{
	struct bgpd *b = sim_bgpd(p->node);
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix, NULL));
	return groups_explain(b->groups, prefix.address.family,
	    peer_source(pair_peer(p)), rib_find(b->rib, &prefix));
}
