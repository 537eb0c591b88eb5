/* SPDX-License-Identifier: ISC */
/* test_sim_runtime.c - what is commanded at run time, between whole daemons */

/*
 * A mesh of three, whose first node has a state directory of the test.  What
 * the others hear of its block is looked at in their ribs, and by the gateway
 * in their kernels; time is virtual, so both parts of a drain take none.
 */
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bgpd/runtime.h"
#include "rib/community.h"
#include "tests/sim/sim_mesh.h"

#define LONG  60000 /* ms of virtual time */
#define BLOCK "10.244.1.0/26"
#define OTHER "10.244.2.0/26"

struct lab {
	struct sim_mesh mesh;
	char folder[64];
	char path[96];
	char key[96];
};

static int
lab_setup(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));
	char more[128], *text;

	strcpy(l->folder, "/tmp/test_sim_runtime.XXXXXX");
	assert_non_null(mkdtemp(l->folder));
	snprintf(l->path, sizeof(l->path), "%s/runtime.json", l->folder);
	snprintf(l->key, sizeof(l->key), "%s/key", l->folder);
	snprintf(more, sizeof(more), "state-directory %s", l->folder);
	sim_mesh_init(&l->mesh, 3, 71);
	text = sim_mesh_config(1, 3, 0, more);
	sim_config(l->mesh.node[1], text);
	free(text);
	sim_mesh_start(&l->mesh);
	assert_true(sim_wait(l->mesh.sim, sim_mesh_whole, &l->mesh, LONG));
	*state = l;
	return 0;
}

static int
lab_teardown(void **state)
{
	struct lab *l = *state;
	char bad[112];

	sim_mesh_clear(&l->mesh);
	snprintf(bad, sizeof(bad), "%s.bad", l->path);
	unlink(l->path);
	unlink(bad);
	unlink(l->key);
	assert_int_equal(rmdir(l->folder), 0);
	free(l);
	return 0;
}

/* ---- commands ---------------------------------------------------------- */

static void
change(struct lab *l, struct conf_runtime *next)
{
	struct bgpd_reload r = { .applied = false };

	assert_true(runtime_change(sim_bgpd(l->mesh.node[1]), next, &r));
	bgpd_reload_clear(&r);
}

static struct conf_runtime
state_now(struct lab *l)
{
	struct conf_runtime next;

	conf_runtime_copy(
	    &next, runtime_state(sim_bgpd(l->mesh.node[1])->runtime));
	return next;
}

static void
drain(struct lab *l, enum drain how)
{
	struct conf_runtime next = state_now(l);

	next.drain = how;
	change(l, &next);
}

static void
disable(struct lab *l, const char *name)
{
	struct conf_runtime next = state_now(l);

	assert_true(conf_runtime_disable(&next, name));
	change(l, &next);
}

static void
enable(struct lab *l, const char *name)
{
	struct conf_runtime next = state_now(l);

	assert_true(conf_runtime_enable(&next, name));
	change(l, &next);
}

/* ---- looking ----------------------------------------------------------- */

/* How the second node holds a prefix of the first: false, not at all. */
static bool
heard(struct lab *l, const char *text, struct attrs *a)
{
	struct rib *rib = sim_bgpd(l->mesh.node[2])->rib;
	struct rib_path path;
	struct prefix prefix;
	uint32_t entry;

	assert_true(prefix_parse(text, &prefix, NULL));
	entry = rib_find(rib, &prefix);
	if (entry == 0 || !rib_best(rib, prefix.address.family, entry, &path))
		return false;
	attr_get(rib_attrs(rib), path.received, a);
	return true;
}

static bool
is_told_as_last_resort(struct lab *l)
{
	struct attrs a;

	return heard(l, BLOCK, &a) &&
	    community_has(a.communities, COMMUNITY_GRACEFUL_SHUTDOWN) &&
	    a.local_pref == 0;
}

static bool
is_told_as_ever(struct lab *l)
{
	struct attrs a;

	return heard(l, BLOCK, &a) && a.communities.length == 0 &&
	    a.local_pref == LOCAL_PREF_DEFAULT;
}

static bool
is_installed(struct lab *l, size_t node)
{
	char gateway[64];

	return sim_route(l->mesh.node[node], BLOCK, gateway, sizeof(gateway));
}

static const char *
reason_of(struct lab *l, const char *name)
{
	uint32_t cursor = 0;
	struct peer *p = neighbors_match(
	    sim_bgpd(l->mesh.node[1])->neighbors, name, &cursor);

	return peer_reason(p);
}

static void
start_again(struct lab *l)
{
	sim_kill(l->mesh.node[1]);
	sim_run(l->mesh.sim, 1000);
	sim_start(l->mesh.node[1]);
	sim_run(l->mesh.sim, 10000);
}

/* ---- drain ------------------------------------------------------------- */

static void
drain_warns_first_and_withdraws_after_its_time(void **state)
{
	struct lab *l = *state;
	struct attrs a;

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 29000);
	assert_true(is_told_as_last_resort(l));
	assert_true(is_installed(l, 2));

	sim_run(l->mesh.sim, 2000);

	assert_false(heard(l, BLOCK, &a));
	assert_false(is_installed(l, 2));
	assert_false(is_installed(l, 3));
	assert_int_equal(sim_established(l->mesh.node[1]), 4);
}

/* What this node learned it uses as before. */
static void
drain_leaves_own_routes_alone(void **state)
{
	struct lab *l = *state;
	char gateway[64];

	drain(l, DRAIN_WITHDRAW);
	sim_run(l->mesh.sim, 1000);

	assert_true(
	    sim_route(l->mesh.node[1], OTHER, gateway, sizeof(gateway)));
	assert_string_equal(gateway, "10.0.0.2");
}

static void
drain_undone_brings_all_back_in_either_part(void **state)
{
	struct lab *l = *state;

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 1000);
	drain(l, DRAIN_OFF);
	sim_run(l->mesh.sim, 1000);
	assert_true(is_told_as_ever(l));
	sim_run(l->mesh.sim, LONG);
	assert_true(is_told_as_ever(l));

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 31000);
	assert_false(is_installed(l, 2));
	drain(l, DRAIN_OFF);
	sim_run(l->mesh.sim, 1000);

	assert_true(is_told_as_ever(l));
	assert_true(sim_mesh_whole(&l->mesh));
	assert_int_equal(access(l->path, F_OK), -1);
}

static void
drain_explains_what_is_not_told(void **state)
{
	struct lab *l = *state;
	struct bgpd *b = sim_bgpd(l->mesh.node[1]);
	struct prefix prefix;
	uint32_t cursor = 0, entry;
	struct peer *p = neighbors_match(b->neighbors, "10.0.0.2", &cursor);

	drain(l, DRAIN_WITHDRAW);
	sim_run(l->mesh.sim, 1000);

	assert_true(prefix_parse(BLOCK, &prefix, NULL));
	entry = rib_find(b->rib, &prefix);
	assert_int_equal(
	    groups_explain(b->groups, FAMILY_IPV4, peer_source(p), entry),
	    EXPORT_DRAINED);
}

static void
drained_node_that_is_killed_comes_back_drained(void **state)
{
	struct lab *l = *state;
	struct attrs a;

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 31000);
	start_again(l);

	assert_int_equal(sim_established(l->mesh.node[1]), 4);
	assert_false(heard(l, BLOCK, &a));
	drain(l, DRAIN_OFF);
	sim_run(l->mesh.sim, 1000);
	assert_true(is_told_as_ever(l));
}

/* Nobody heard the rest of the warning: the time begins anew. */
static void
draining_node_that_is_killed_warns_again(void **state)
{
	struct lab *l = *state;
	struct attrs a;

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 25000);
	start_again(l);

	assert_true(is_told_as_last_resort(l));
	sim_run(l->mesh.sim, 25000);
	assert_false(heard(l, BLOCK, &a));
}

static void
drain_survives_a_reload(void **state)
{
	struct lab *l = *state;

	drain(l, DRAIN_TELL);
	sim_run(l->mesh.sim, 1000);
	assert_true(sim_reload(l->mesh.node[1]));
	sim_run(l->mesh.sim, 1000);
	assert_true(is_told_as_last_resort(l));
	sim_run(l->mesh.sim, 31000);

	assert_false(is_installed(l, 2));
	drain(l, DRAIN_OFF);
}

/* All nodes sign with the word in a file. */
static void
sign_all(struct lab *l)
{
	char more[256], *text;
	FILE *key = fopen(l->key, "w");
	size_t i;

	assert_non_null(key);
	fputs("a secret\n", key);
	fclose(key);
	assert_int_equal(chmod(l->key, 0600), 0);
	snprintf(more, sizeof(more), "state-directory %s\npassword-file %s",
	    l->folder, l->key);
	for (i = 1; i <= 3; i++) {
		text = sim_mesh_config(i, 3, 0, more);
		sim_config(l->mesh.node[i], text);
		free(text);
		assert_true(sim_reload(l->mesh.node[i]));
	}
	assert_true(sim_wait(l->mesh.sim, sim_mesh_whole, &l->mesh, LONG));
}

/* The file may be out of reach by then. */
static void
commands_leave_passwords_as_they_are(void **state)
{
	struct lab *l = *state;

	sign_all(l);
	assert_int_equal(unlink(l->key), 0);
	drain(l, DRAIN_TELL);
	drain(l, DRAIN_OFF);
	sim_run(l->mesh.sim, 4 * LONG);
	assert_true(sim_mesh_whole(&l->mesh));

	disable(l, "node-2");
	sim_run(l->mesh.sim, LONG);
	enable(l, "node-2");

	assert_true(sim_wait(l->mesh.sim, sim_mesh_whole, &l->mesh, LONG));
}

/* ---- disable ----------------------------------------------------------- */

static void
disable_ends_all_sessions_of_a_name_for_good(void **state)
{
	struct lab *l = *state;

	disable(l, "node-2");
	sim_run(l->mesh.sim, LONG);

	assert_int_equal(sim_established(l->mesh.node[1]), 2);
	assert_string_equal(reason_of(l, "node-2"), "disabled by bgpctl");
	/* Final: the other side keeps nothing as stale. */
	assert_false(is_installed(l, 2));
	assert_true(is_installed(l, 3));
}

static void
disable_outlives_clear_reload_and_death(void **state)
{
	struct lab *l = *state;
	struct bgpd *b = sim_bgpd(l->mesh.node[1]);
	uint32_t cursor = 0;

	disable(l, "node-2");
	peer_clear(neighbors_match(b->neighbors, "node-2", &cursor), NULL);
	sim_run(l->mesh.sim, LONG);
	assert_int_equal(sim_established(l->mesh.node[1]), 2);
	assert_true(sim_reload(l->mesh.node[1]));
	sim_run(l->mesh.sim, LONG);
	assert_int_equal(sim_established(l->mesh.node[1]), 2);
	start_again(l);
	sim_run(l->mesh.sim, LONG);

	assert_int_equal(sim_established(l->mesh.node[1]), 2);
	assert_string_equal(reason_of(l, "node-2"), "disabled by bgpctl");
	enable(l, "node-2");
	assert_true(sim_wait(l->mesh.sim, sim_mesh_whole, &l->mesh, LONG));
}

/* ---- blocks ------------------------------------------------------------ */

static void
block_added_is_announced_and_survives(void **state)
{
	struct lab *l = *state;
	struct conf_runtime next = state_now(l);
	struct prefix p;
	struct attrs a;

	assert_true(prefix_parse("10.244.77.0/26", &p, NULL));
	assert_true(
	    conf_runtime_block_add(&next, sim_bgpd(l->mesh.node[1])->conf, &p));
	change(l, &next);
	sim_run(l->mesh.sim, 1000);
	assert_true(heard(l, "10.244.77.0/26", &a));
	start_again(l);
	assert_true(heard(l, "10.244.77.0/26", &a));
	assert_true(sim_reload(l->mesh.node[1]));
	sim_run(l->mesh.sim, 1000);
	assert_true(heard(l, "10.244.77.0/26", &a));

	next = state_now(l);
	assert_true(conf_runtime_block_remove(
	    &next, sim_bgpd(l->mesh.node[1])->conf, &p));
	change(l, &next);
	sim_run(l->mesh.sim, 1000);
	assert_false(heard(l, "10.244.77.0/26", &a));
}

/* ---- the file ---------------------------------------------------------- */

static void
file_that_is_corrupt_is_set_aside(void **state)
{
	struct lab *l = *state;
	char bad[112];
	FILE *f;

	drain(l, DRAIN_WITHDRAW);
	f = fopen(l->path, "w");
	assert_non_null(f);
	fputs("{\"schema\":1,", f);
	fclose(f);
	start_again(l);

	assert_true(is_told_as_ever(l));
	snprintf(bad, sizeof(bad), "%s.bad", l->path);
	assert_int_equal(access(bad, F_OK), 0);
	assert_int_equal(access(l->path, F_OK), -1);
}

static void
file_is_a_folder_is_set_aside(void **state)
{
	struct lab *l = *state;
	char bad[112];

	assert_int_equal(mkdir(l->path, 0700), 0);
	start_again(l);

	assert_true(is_told_as_ever(l));
	snprintf(bad, sizeof(bad), "%s.bad", l->path);
	assert_int_equal(rmdir(bad), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(drain_warns_first_and_withdraws_after_its_time),
		TEST(drain_leaves_own_routes_alone),
		TEST(drain_undone_brings_all_back_in_either_part),
		TEST(drain_explains_what_is_not_told),
		TEST(drained_node_that_is_killed_comes_back_drained),
		TEST(draining_node_that_is_killed_warns_again),
		TEST(drain_survives_a_reload),
		TEST(commands_leave_passwords_as_they_are),
		TEST(disable_ends_all_sessions_of_a_name_for_good),
		TEST(disable_outlives_clear_reload_and_death),
		TEST(block_added_is_announced_and_survives),
		TEST(file_that_is_corrupt_is_set_aside),
		TEST(file_is_a_folder_is_set_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
