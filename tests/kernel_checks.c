/* SPDX-License-Identifier: ISC */
/* kernel_checks.c - what every implementation of kernel.h must do */

/*
 * Each check opens a kernel on a machine that was put in order, makes a first
 * dump, and keeps a record of what it is told.  Waiting is always for a
 * condition with a deadline.  What must not be told is checked behind
 * something that is told later.
 */

#include "tests/kernel_checks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "tests/testing.h"

#define TOLD_MAX    256
#define OBJECTS_MAX 64
#define TURNS_MAX   2000
#define MANY        800

/* What was told since record_clear. */
struct record {
	struct world *world;
	struct kernel *kernel;
	struct {
		struct kernel_route route;
		bool gone;
	} told[TOLD_MAX];
	size_t ntold;
	struct {
		struct kernel_object object;
		bool gone;
	} objects[OBJECTS_MAX];
	size_t nobjects;
	struct kernel_link link; /* the first, as told last */
	uint32_t other;          /* table asked for, or 0 */
	unsigned int links, addresses, begins, lost, ends, finished, failures;
	uint32_t failed_cookie;
	int failed_error, finished_error;
	struct kernel_address silent[TOLD_MAX]; /* links and hosts */
	size_t nsilent;
};

static const enum family families[] = { FAMILY_IPV4, FAMILY_IPV6 };

/* ---- what is told ---- */

static void
on_link(void *arg, const struct kernel_link *link, bool gone)
{
	struct record *r = arg;

	(void)gone;
	r->links++;
	if (link->index == r->world->index[0])
		r->link = *link;
}

static void
on_address(void *arg, const struct kernel_address *address, bool gone)
{
	struct record *r = arg;

	(void)address;
	(void)gone;
	r->addresses++;
}

static void
on_route(void *arg, const struct kernel_route *route, bool gone)
{
	struct record *r = arg;

	if (route->table != r->other)
		assert_int_equal(route->table, WORLD_TABLE);
	if (r->ntold == TOLD_MAX)
		return;
	r->told[r->ntold].route = *route;
	r->told[r->ntold++].gone = gone;
}

static void
on_object(void *arg, const struct kernel_object *object, bool gone)
{
	struct record *r = arg;

	if (r->nobjects == OBJECTS_MAX)
		return;
	r->objects[r->nobjects].object = *object;
	r->objects[r->nobjects++].gone = gone;
}

static void
on_audited(void *arg, const struct kernel_route *route)
{
	on_route(arg, route, false);
}

static void
on_dump_begin(void *arg, bool lost)
{
	struct record *r = arg;

	r->nobjects = 0;
	r->begins++;
	r->lost += lost;
	r->ntold = 0;
}

static void
on_dump_end(void *arg)
{
	struct record *r = arg;

	r->ends++;
}

static void
on_failed(void *arg, enum family family, uint32_t cookie, int error)
{
	struct record *r = arg;

	(void)family;
	r->failures++;
	r->failed_cookie = cookie;
	r->failed_error = error;
}

static void
on_finished(void *arg, enum family family, int error)
{
	struct record *r = arg;

	(void)family;
	r->finished++;
	r->finished_error = error;
}

static void
on_silent(void *arg, uint32_t index, const struct address *host)
{
	struct record *r = arg;

	if (r->nsilent == TOLD_MAX)
		return;
	r->silent[r->nsilent].index = index;
	r->silent[r->nsilent++].address = *host;
}

static const struct kernel_events events = {
	.link = on_link,
	.address = on_address,
	.route = on_route,
	.object = on_object,
	.dump_begin = on_dump_begin,
	.dump_end = on_dump_end,
	.failed = on_failed,
	.finished = on_finished,
	.audited = on_audited,
	.silent = on_silent,
};

/* ---- acting and waiting ---- */

static void
wait_above(struct record *r, const unsigned int *counter, unsigned int value)
{
	int i;

	for (i = 0; i < TURNS_MAX && *counter <= value; i++)
		r->world->turn(r->world, r->kernel);
	assert_true(*counter > value);
}

static void
dump(struct record *r)
{
	unsigned int ends = r->ends;

	r->kernel->ops->dump(r->kernel);
	wait_above(r, &r->ends, ends);
}

static struct record *
open_again(struct world *w)
{
	struct record *r = xcalloc(1, sizeof(*r));

	r->world = w;
	r->kernel = w->open(w, &events, r);
	assert_non_null(r->kernel);
	dump(r);
	return r;
}

static struct record *
open_fresh(void **state)
{
	struct world *w = *state;

	w->reset(w);
	return open_again(w);
}

static void
record_close(struct record *r)
{
	r->kernel->ops->close(r->kernel);
	free(r);
}

static void
record_clear(struct record *r)
{
	r->nobjects = 0;
	r->ntold = 0;
	r->failures = 0;
}

/* One change, and its result: 0 or an errno. */
static int
change(
    struct record *r, enum kernel_verb verb, const struct kernel_route *route)
{
	struct kernel_change c = { verb, 77, { *route } };
	unsigned int finished = r->finished;
	enum family family = route->prefix.address.family;

	r->failures = 0;
	assert_int_equal(r->kernel->ops->submit(r->kernel, family, &c, 1), 1);
	wait_above(r, &r->finished, finished);
	assert_int_equal(r->finished_error, 0);
	if (r->failures == 0)
		return 0;
	assert_int_equal(r->failures, 1);
	assert_int_equal(r->failed_cookie, 77);
	return r->failed_error;
}

/* The last that was told of the route's key; NULL: nothing. */
static const struct kernel_route *
told(const struct record *r, const struct kernel_route *key, bool gone)
{
	size_t i = r->ntold;

	while (i-- > 0) {
		if (r->told[i].gone == gone &&
		    r->told[i].route.table == key->table &&
		    r->told[i].route.metric == key->metric &&
		    prefix_equal(&r->told[i].route.prefix, &key->prefix))
			return &r->told[i].route;
	}
	return NULL;
}

static void
wait_told(struct record *r, const struct kernel_route *key, bool gone)
{
	int i;

	for (i = 0; i < TURNS_MAX && told(r, key, gone) == NULL; i++)
		r->world->turn(r->world, r->kernel);
	assert_non_null(told(r, key, gone));
}

/* What the kernel has for the key, by a dump. */
static const struct kernel_route *
look(struct record *r, const struct kernel_route *key)
{
	dump(r);
	return told(r, key, false);
}

/* ---- values ---- */

struct address
world_address(enum family family, unsigned int link, unsigned int host)
{
	struct address a = { .family = (uint8_t)family };

	if (family == FAMILY_IPV4)
		return address_v4(0x0ac90000u + (link << 16) + host);
	a.bytes[0] = 0xfd;
	a.bytes[1] = (uint8_t)(1 + link);
	a.bytes[15] = (uint8_t)host;
	return a;
}

static struct kernel_nexthop
path(const struct record *r, enum family family, unsigned int link,
    unsigned int host)
{
	struct kernel_nexthop p = { .weight = 1 };

	p.gateway = world_address(family, link, host);
	p.index = r->world->index[link];
	return p;
}

/* 10.211.N.0/24, fd11:N::/64, by the given host of the first link */
static struct kernel_route
ours(const struct record *r, enum family family, unsigned int n,
    unsigned int host)
{
	struct kernel_route route = { .table = WORLD_TABLE,
		.metric = WORLD_METRIC,
		.protocol = WORLD_OURS,
		.type = KERNEL_UNICAST,
		.count = 1 };
	struct address a = { .family = (uint8_t)family };

	if (family == FAMILY_IPV4) {
		a = address_v4(0x0ad30000u + (n << 8));
	} else {
		a.bytes[0] = 0xfd;
		a.bytes[1] = 0x11;
		a.bytes[2] = (uint8_t)(n >> 8);
		a.bytes[3] = (uint8_t)n;
	}
	route.prefix = prefix_of(&a, family == FAMILY_IPV4 ? 24 : 64);
	route.path[0] = path(r, family, 0, host);
	return route;
}

static struct kernel_route
theirs(const struct record *r, enum family family, unsigned int n,
    unsigned int host)
{
	struct kernel_route route = ours(r, family, n, host);

	route.protocol = WORLD_THEIRS;
	return route;
}

static void
second_path(struct record *r, struct kernel_route *route, unsigned int host)
{
	route->path[1] = path(r, route->prefix.address.family, 1, host);
	route->count = 2;
}

static void
assert_same(const struct kernel_route *a, const struct kernel_route *b)
{
	unsigned int i, j;

	assert_non_null(a);
	assert_true(prefix_equal(&a->prefix, &b->prefix));
	assert_int_equal(a->metric, b->metric);
	assert_int_equal(a->protocol, b->protocol);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->count, b->count);
	for (i = 0; i < b->count; i++) {
		for (j = 0; j < a->count; j++) {
			if (address_equal(
				&a->path[j].gateway, &b->path[i].gateway))
				break;
		}
		assert_true(j < a->count);
		assert_int_equal(a->path[j].index, b->path[i].index);
		assert_int_equal(a->path[j].weight, b->path[i].weight);
		assert_int_equal(a->path[j].onlink, b->path[i].onlink);
		assert_false(a->path[j].dead);
	}
}

/* ---- the checks, each over both families where it says families ---- */

static void
dump_tells_links_addresses_and_their_routes(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route connected = ours(r, FAMILY_IPV4, 0, 2);
	struct address a = world_address(FAMILY_IPV4, 0, 0);

	connected.prefix = prefix_of(&a, 24);
	connected.metric = 0;

	assert_true(r->links >= WORLD_LINKS);
	assert_true(r->addresses >= 2 * WORLD_LINKS);
	assert_int_equal(r->begins, 1);
	assert_int_equal(r->lost, 0);
	assert_non_null(told(r, &connected, false));
	assert_int_equal(
	    told(r, &connected, false)->path[0].index, r->world->index[0]);
	record_close(r);
}

static void
dumps_asked_for_together_are_one(void **state)
{
	struct record *r = open_fresh(state);
	unsigned int begins = r->begins;

	r->kernel->ops->dump(r->kernel);
	r->kernel->ops->dump(r->kernel);
	dump(r);

	assert_int_equal(r->begins, begins + 1);
	record_close(r);
}

static void
submit_before_the_first_dump_takes_nothing(void **state)
{
	struct world *w = *state;
	struct record *r = xcalloc(1, sizeof(*r));
	struct kernel_change c = { KERNEL_ADD, 1, { { .count = 0 } } };

	w->reset(w);
	r->world = w;
	r->kernel = w->open(w, &events, r);
	assert_non_null(r->kernel);
	c.route = ours(r, FAMILY_IPV4, 1, 2);

	assert_int_equal(
	    r->kernel->ops->submit(r->kernel, FAMILY_IPV4, &c, 1), 0);
	record_close(r);
}

static void
add_installs_and_is_not_echoed(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, sign;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		sign = theirs(r, families[i], 2, 2);
		record_clear(r);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		r->world->route(r->world, KERNEL_ADD, &sign);
		wait_told(r, &sign, false);

		assert_null(told(r, &route, false));
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
add_over_another_owner_is_eexist_and_changes_nothing(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, other;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		other = theirs(r, families[i], 1, 3);
		r->world->route(r->world, KERNEL_ADD, &other);

		assert_int_equal(change(r, KERNEL_ADD, &route), EEXIST);
		assert_same(look(r, &route), &other);
	}
	record_close(r);
}

static void
add_beside_another_metric_is_taken(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, other;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		other = theirs(r, families[i], 1, 3);
		other.metric = 77;
		r->world->route(r->world, KERNEL_ADD, &other);

		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		assert_same(look(r, &other), &other);
	}
	record_close(r);
}

static void
replace_changes_what_is_there(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		route = ours(r, families[i], 1, 3);

		assert_int_equal(change(r, KERNEL_REPLACE, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
replace_of_nothing_is_enoent(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);

		assert_int_equal(change(r, KERNEL_REPLACE, &route), ENOENT);
		assert_null(look(r, &route));
	}
	record_close(r);
}

static void
delete_takes_ours_in_any_form(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		second_path(r, &route, 2);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		route.count = 0;

		assert_int_equal(change(r, KERNEL_DELETE, &route), 0);
		assert_null(look(r, &route));
	}
	record_close(r);
}

static void
delete_of_another_owner_is_esrch(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, other;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		other = theirs(r, families[i], 1, 2);
		r->world->route(r->world, KERNEL_ADD, &other);

		assert_int_equal(change(r, KERNEL_DELETE, &route), ESRCH);
		assert_same(look(r, &route), &other);
	}
	record_close(r);
}

static void
paths_two_are_installed_and_told(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		second_path(r, &route, 2);

		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
paths_sixteen_are_installed_and_told(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	unsigned int n;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		for (n = 0; n < KERNEL_PATHS; n++)
			route.path[n] = path(r, families[i], 0, 2 + n);
		route.count = KERNEL_PATHS;

		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
replace_goes_between_one_and_two_paths(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		second_path(r, &route, 2);
		assert_int_equal(change(r, KERNEL_REPLACE, &route), 0);
		assert_same(look(r, &route), &route);
		route = ours(r, families[i], 1, 3);

		assert_int_equal(change(r, KERNEL_REPLACE, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
weights_are_kept(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		second_path(r, &route, 2);
		route.path[1].weight = 7;

		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
blackhole_is_installed_without_paths(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		route.type = KERNEL_BLACKHOLE;
		route.count = 0;

		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		assert_same(look(r, &route), &route);
	}
	record_close(r);
}

static void
replace_goes_between_blackhole_and_path(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, hole;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		hole = route;
		hole.type = KERNEL_BLACKHOLE;
		hole.count = 0;
		assert_int_equal(change(r, KERNEL_ADD, &hole), 0);
		assert_int_equal(change(r, KERNEL_REPLACE, &route), 0);
		assert_same(look(r, &route), &route);

		assert_int_equal(change(r, KERNEL_REPLACE, &hole), 0);
		assert_same(look(r, &hole), &hole);
	}
	record_close(r);
}

static void
gateway_on_link_is_installed(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;

	route = ours(r, FAMILY_IPV4, 1, 2);
	route.path[0].gateway = address_v4(0xc0000201u);
	route.path[0].onlink = true;

	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	assert_same(look(r, &route), &route);
	record_close(r);
}

static void
gateway_of_ipv6_carries_ipv4(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV4, 1, 2);

	route.path[0].gateway = world_address(FAMILY_IPV6, 0, 2);

	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	assert_same(look(r, &route), &route);
	record_close(r);
}

static void
gateway_off_link_is_unreachable(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;

	route = ours(r, FAMILY_IPV4, 1, 2);
	route.path[0].gateway = address_v4(0xc0000201u);
	assert_int_equal(change(r, KERNEL_ADD, &route), ENETUNREACH);
	route = ours(r, FAMILY_IPV6, 1, 2);
	route.path[0].gateway = world_address(FAMILY_IPV6, 7, 2);

	assert_int_equal(change(r, KERNEL_ADD, &route), EHOSTUNREACH);
	record_close(r);
}

static void
link_unknown_refuses_its_routes(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;

	route = ours(r, FAMILY_IPV4, 1, 2);
	route.path[0].index = 30000;
	assert_int_equal(change(r, KERNEL_ADD, &route), ENETUNREACH);
	route.path[0].onlink = true;
	assert_int_equal(change(r, KERNEL_ADD, &route), ENODEV);
	route = ours(r, FAMILY_IPV6, 1, 2);
	route.path[0].index = 30000;

	assert_int_equal(change(r, KERNEL_ADD, &route), ENODEV);
	record_close(r);
}

static void
failure_in_a_batch_is_told_alone(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_change c[5];
	unsigned int finished;
	uint32_t i;

	for (i = 0; i < 5; i++)
		c[i] = (struct kernel_change){ KERNEL_ADD, 100 + i,
			{ ours(r, FAMILY_IPV4, i, 2) } };
	c[2].route.path[0].gateway = address_v4(0xc0000201u);
	finished = r->finished;
	assert_int_equal(
	    r->kernel->ops->submit(r->kernel, FAMILY_IPV4, c, 5), 5);
	wait_above(r, &r->finished, finished);

	assert_int_equal(r->failures, 1);
	assert_int_equal(r->failed_cookie, 102);
	assert_same(look(r, &c[1].route), &c[1].route);
	assert_same(look(r, &c[3].route), &c[3].route);
	record_close(r);
}

static void
failure_of_the_last_is_told(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_change c[2];
	unsigned int finished = r->finished;

	c[0] = (struct kernel_change){ KERNEL_ADD, 1,
		{ ours(r, FAMILY_IPV6, 1, 2) } };
	c[1] = (struct kernel_change){ KERNEL_REPLACE, 2,
		{ ours(r, FAMILY_IPV6, 2, 2) } };
	assert_int_equal(
	    r->kernel->ops->submit(r->kernel, FAMILY_IPV6, c, 2), 2);
	wait_above(r, &r->finished, finished);

	assert_int_equal(r->failures, 1);
	assert_int_equal(r->failed_cookie, 2);
	assert_int_equal(r->failed_error, ENOENT);
	record_close(r);
}

static void
failures_of_a_whole_batch_are_all_told(void **state)
{
	static struct kernel_change c[MANY];
	struct record *r = open_fresh(state);
	unsigned int finished = r->finished;
	uint32_t i;
	size_t n;

	for (i = 0; i < MANY; i++)
		c[i] = (struct kernel_change){ KERNEL_DELETE, i,
			{ ours(r, FAMILY_IPV4, i % 256, 2) } };
	n = r->kernel->ops->submit(r->kernel, FAMILY_IPV4, c, MANY);
	assert_in_range(n, 100, MANY);
	wait_above(r, &r->finished, finished);

	assert_int_equal(r->finished_error, 0);
	assert_int_equal(r->failures, n);
	record_close(r);
}

static void
batches_in_flight_are_carried_out_in_order(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV4, 1, 2);
	struct kernel_change c[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		c[i] = (struct kernel_change){ KERNEL_REPLACE, i, { route } };
	c[0].verb = KERNEL_ADD;
	c[2].route.path[0] = path(r, FAMILY_IPV4, 0, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(
		    r->kernel->ops->submit(r->kernel, FAMILY_IPV4, &c[i], 1),
		    1);
	wait_above(r, &r->finished, 2);

	assert_int_equal(r->failures, 0);
	assert_same(look(r, &route), &c[2].route);
	record_close(r);
}

static void
batches_in_flight_are_few(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_change c4 = { KERNEL_ADD, 1,
		{ ours(r, FAMILY_IPV4, 1, 2) } };
	struct kernel_change c6 = { KERNEL_ADD, 2,
		{ ours(r, FAMILY_IPV6, 1, 2) } };
	const struct kernel_ops *ops = r->kernel->ops;
	unsigned int i;

	for (i = 0; i < KERNEL_BATCHES; i++) {
		c4.verb = i == 0 ? KERNEL_ADD : KERNEL_REPLACE;
		assert_int_equal(
		    ops->submit(r->kernel, FAMILY_IPV4, &c4, 1), 1);
	}
	assert_int_equal(ops->submit(r->kernel, FAMILY_IPV4, &c4, 1), 0);
	assert_int_equal(ops->submit(r->kernel, FAMILY_IPV6, &c6, 1), 1);
	wait_above(r, &r->finished, KERNEL_BATCHES);

	assert_int_equal(r->failures, 0);
	record_close(r);
}

static void
routes_many_take_few_batches(void **state)
{
	static struct kernel_change c[MANY];
	struct record *r = open_fresh(state);
	unsigned int finished, batches = 0;
	size_t i, taken, sent = 0;

	for (i = 0; i < MANY; i++)
		c[i] = (struct kernel_change){ KERNEL_ADD, (uint32_t)i,
			{ ours(r, FAMILY_IPV6, (unsigned int)i, 2) } };
	while (sent < MANY) {
		finished = r->finished;
		taken = r->kernel->ops->submit(
		    r->kernel, FAMILY_IPV6, c + sent, MANY - sent);
		assert_true(taken > 0);
		wait_above(r, &r->finished, finished);
		sent += taken;
		batches++;
	}

	assert_int_equal(r->failures, 0);
	assert_in_range(batches, 1, 8);
	record_close(r);
}

static void
others_deletion_of_ours_is_told(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		r->world->route(r->world, KERNEL_DELETE, &route);
		wait_told(r, &route, true);

		assert_int_equal(told(r, &route, true)->protocol, WORLD_OURS);
	}
	record_close(r);
}

static void
others_replacement_of_ours_is_told_as_one(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route, other;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		other = theirs(r, families[i], 1, 3);
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		record_clear(r);
		r->world->route(r->world, KERNEL_REPLACE, &other);
		wait_told(r, &other, false);

		assert_true(told(r, &other, false)->replaces);
		assert_int_equal(
		    told(r, &other, false)->protocol, WORLD_THEIRS);
	}
	record_close(r);
}

static void
others_new_route_replaces_nothing(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route other;
	size_t i;

	for (i = 0; i < 2; i++) {
		other = theirs(r, families[i], 1, 3);
		r->world->route(r->world, KERNEL_ADD, &other);
		wait_told(r, &other, false);

		assert_false(told(r, &other, false)->replaces);
	}
	record_close(r);
}

static void
tables_asked_for_are_told_and_only_those(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route before, after;
	size_t i;

	for (i = 0; i < 2; i++) {
		before = theirs(r, families[i], 1, 3);
		after = theirs(r, families[i], 2, 3);
		before.table = after.table = WORLD_OTHER_TABLE;
		r->world->route(r->world, KERNEL_ADD, &before);
		assert_null(look(r, &before));

		r->other = WORLD_OTHER_TABLE;
		r->kernel->ops->tables(r->kernel, &r->other, 1);
		assert_non_null(look(r, &before));
		r->world->route(r->world, KERNEL_ADD, &after);
		wait_told(r, &after, false);
		r->world->route(r->world, KERNEL_DELETE, &before);
		wait_told(r, &before, true);

		r->other = 0;
		r->kernel->ops->tables(r->kernel, NULL, 0);
		assert_null(look(r, &after));
	}
	record_close(r);
}

static void
link_down_is_told_and_ipv4_routes_are_not(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route four = ours(r, FAMILY_IPV4, 1, 2);
	struct kernel_route six = ours(r, FAMILY_IPV6, 1, 2);

	assert_int_equal(change(r, KERNEL_ADD, &four), 0);
	assert_int_equal(change(r, KERNEL_ADD, &six), 0);
	record_clear(r);
	r->world->link_set(r->world, 0, false);
	wait_told(r, &six, true);

	assert_false(r->link.up);
	assert_null(told(r, &four, true));
	assert_null(look(r, &four));
	record_close(r);
}

static void
link_down_refuses_its_routes(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	unsigned int links = r->links;

	r->world->link_set(r->world, 0, false);
	wait_above(r, &r->links, links);

	route = ours(r, FAMILY_IPV4, 1, 2);
	assert_int_equal(change(r, KERNEL_ADD, &route), ENETUNREACH);
	route.path[0].onlink = true;
	assert_int_equal(change(r, KERNEL_ADD, &route), ENETDOWN);
	route = ours(r, FAMILY_IPV6, 1, 2);
	assert_int_equal(change(r, KERNEL_ADD, &route), EHOSTUNREACH);
	route.path[0].gateway.bytes[0] = 0xfe;
	route.path[0].gateway.bytes[1] = 0x80;
	assert_int_equal(change(r, KERNEL_ADD, &route), ENETDOWN);
	record_close(r);
}

static void
link_down_leaves_routes_with_another_path(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route[2];
	unsigned int links;
	size_t i;

	for (i = 0; i < 2; i++) {
		route[i] = ours(r, families[i], 1, 2);
		second_path(r, &route[i], 2);
		assert_int_equal(change(r, KERNEL_ADD, &route[i]), 0);
	}
	links = r->links;
	r->world->link_set(r->world, 0, false);
	wait_above(r, &r->links, links);

	assert_non_null(look(r, &route[0]));
	assert_non_null(look(r, &route[1]));
	record_close(r);
}

static void
link_up_again_takes_its_routes(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	unsigned int links = r->links;

	r->world->link_set(r->world, 0, false);
	wait_above(r, &r->links, links);
	links = r->links;
	r->world->link_set(r->world, 0, true);
	wait_above(r, &r->links, links);

	route = ours(r, FAMILY_IPV4, 1, 2);
	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	record_close(r);
}

static void
address_last_of_ipv4_takes_its_routes_silently(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV4, 1, 2);
	unsigned int addresses;

	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	record_clear(r);
	addresses = r->addresses;
	r->world->address_set(r->world, 0, FAMILY_IPV4, false);
	wait_above(r, &r->addresses, addresses);

	assert_null(told(r, &route, true));
	assert_null(look(r, &route));
	record_close(r);
}

static void
address_of_ipv6_leaves_its_routes(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV6, 1, 2);
	unsigned int addresses;

	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	addresses = r->addresses;
	r->world->address_set(r->world, 0, FAMILY_IPV6, false);
	wait_above(r, &r->addresses, addresses);

	assert_same(look(r, &route), &route);
	record_close(r);
}

static void
routes_outlive_the_daemon(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		route[i] = ours(r, families[i], 1, 2);
		assert_int_equal(change(r, KERNEL_ADD, &route[i]), 0);
	}
	record_close(r);
	r = open_again(*state);

	for (i = 0; i < 2; i++)
		assert_same(told(r, &route[i], false), &route[i]);
	record_close(r);
}

static void
overrun_leads_to_a_dump(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route other = theirs(r, FAMILY_IPV4, 1, 2);
	unsigned int ends = r->ends;

	r->world->route(r->world, KERNEL_ADD, &other);
	r->world->overrun(r->world, r->kernel);
	wait_above(r, &r->ends, ends);

	assert_true(r->lost >= 1);
	assert_same(told(r, &other, false), &other);
	record_close(r);
}

/* Of the first link. */
static bool
told_silent(const struct record *r, enum family family, unsigned int host)
{
	struct address a = world_address(family, 0, host);
	size_t i;

	for (i = 0; i < r->nsilent; i++) {
		if (r->silent[i].index == r->world->index[0] &&
		    address_equal(&r->silent[i].address, &a))
			return true;
	}
	return false;
}

static void
probe(struct record *r, unsigned int host)
{
	struct address a;
	size_t i;

	for (i = 0; i < FAMILY_MAX; i++) {
		a = world_address(families[i], 0, host);
		r->kernel->ops->probe(r->kernel, r->world->index[0], &a);
	}
}

/* Asked after all others, so these have had their time as well. */
static void
wait_silent(struct record *r, unsigned int host)
{
	int i;

	for (i = 0; i < TURNS_MAX &&
	     !(told_silent(r, FAMILY_IPV4, host) &&
		 told_silent(r, FAMILY_IPV6, host));
	     i++)
		r->world->turn(r->world, r->kernel);
	assert_true(told_silent(r, FAMILY_IPV4, host));
	assert_true(told_silent(r, FAMILY_IPV6, host));
}

static void
probe_of_a_host_that_is_not_there_is_told(void **state)
{
	struct record *r = open_fresh(state);

	probe(r, WORLD_DEAD);
	wait_silent(r, WORLD_DEAD);
	/* And anew, of an entry that has failed. */
	r->nsilent = 0;
	probe(r, WORLD_DEAD);
	wait_silent(r, WORLD_DEAD);

	record_close(r);
}

static void
probe_of_a_host_that_answers_is_told_nothing(void **state)
{
	struct record *r = open_fresh(state);

	probe(r, WORLD_ALIVE);
	probe(r, WORLD_ALIVE);
	probe(r, WORLD_DEAD);
	wait_silent(r, WORLD_DEAD);

	assert_false(told_silent(r, FAMILY_IPV4, WORLD_ALIVE));
	assert_false(told_silent(r, FAMILY_IPV6, WORLD_ALIVE));
	record_close(r);
}

/* It would be lost to whoever made it. */
static void
probe_of_a_permanent_entry_leaves_it_alone(void **state)
{
	struct record *r = open_fresh(state);
	const unsigned int host = WORLD_DEAD + 1;
	size_t i;

	for (i = 0; i < FAMILY_MAX; i++)
		r->world->permanent(r->world, 0, families[i], host, true);
	probe(r, host);
	probe(r, WORLD_DEAD);
	wait_silent(r, WORLD_DEAD);

	assert_false(told_silent(r, FAMILY_IPV4, host));
	assert_false(told_silent(r, FAMILY_IPV6, host));
	for (i = 0; i < FAMILY_MAX; i++)
		r->world->permanent(r->world, 0, families[i], host, false);
	record_close(r);
}

/* ---- next hop objects ---- */

/* One change, and its result: 0 or an errno. */
static int
object_change(struct record *r, enum family family, enum kernel_verb verb,
    const struct kernel_object *o)
{
	struct kernel_change c = { .verb = verb, .cookie = 77, .object = *o };
	unsigned int finished = r->finished;

	r->failures = 0;
	assert_int_equal(r->kernel->ops->submit(r->kernel, family, &c, 1), 1);
	wait_above(r, &r->finished, finished);
	assert_int_equal(r->finished_error, 0);
	return r->failures == 0 ? 0 : r->failed_error;
}

static struct kernel_object
single(const struct record *r, enum family family, uint32_t id,
    unsigned int link, unsigned int host)
{
	struct kernel_object o = { .id = id, .protocol = WORLD_OURS };

	o.path = path(r, family, link, host);
	return o;
}

static struct kernel_object
group(uint32_t id, uint32_t one, uint32_t two, uint8_t weight)
{
	struct kernel_object o = { .id = id,
		.protocol = WORLD_OURS,
		.count = 2,
		.member = { { one, 1 }, { two, weight } } };

	return o;
}

/* The last that was told of an object. */
static const struct kernel_object *
object_told(const struct record *r, uint32_t id, bool gone)
{
	size_t i = r->nobjects;

	while (i-- > 0) {
		if (r->objects[i].object.id == id && r->objects[i].gone == gone)
			return &r->objects[i].object;
	}
	return NULL;
}

static const struct kernel_object *
object_look(struct record *r, uint32_t id)
{
	dump(r);
	return object_told(r, id, false);
}

static void
wait_object(struct record *r, uint32_t id, bool gone)
{
	int i;

	for (i = 0; i < TURNS_MAX && object_told(r, id, gone) == NULL; i++)
		r->world->turn(r->world, r->kernel);
	assert_non_null(object_told(r, id, gone));
}

/* 101 and 102 over the links, 201 both of them, and two routes by 201. */
static void
objects_make(struct record *r, enum family family, struct kernel_route *route)
{
	struct kernel_object one = single(r, family, 101, 0, 2);
	struct kernel_object two = single(r, family, 102, 1, 2);
	struct kernel_object both = group(201, 101, 102, 7);
	enum kernel_verb add = KERNEL_OBJECT_ADD;

	assert_int_equal(object_change(r, family, add, &one), 0);
	assert_int_equal(object_change(r, family, add, &two), 0);
	assert_int_equal(object_change(r, family, add, &both), 0);
	*route = ours(r, family, 1, 2);
	second_path(r, route, 2);
	route->path[1].weight = 7;
	route->object = 201;
	assert_int_equal(change(r, KERNEL_ADD, route), 0);
}

static void
object_is_made_told_in_dumps_and_deleted(void **state)
{
	struct record *r = open_fresh(state);
	const struct kernel_object *have;
	struct kernel_object o;
	size_t i;

	for (i = 0; i < 2; i++) {
		o = single(r, families[i], 101, 0, 2);
		o.path.onlink = i == 0;
		assert_int_equal(
		    object_change(r, families[i], KERNEL_OBJECT_ADD, &o), 0);
		assert_null(object_told(r, 101, false));

		have = object_look(r, 101);
		assert_non_null(have);
		assert_int_equal(have->protocol, WORLD_OURS);
		assert_int_equal(have->count, 0);
		assert_int_equal(have->path.index, o.path.index);
		assert_int_equal(have->path.onlink, o.path.onlink);
		assert_true(
		    address_equal(&have->path.gateway, &o.path.gateway));
		assert_int_equal(
		    object_change(r, families[i], KERNEL_OBJECT_DELETE, &o), 0);
		assert_null(object_look(r, 101));
		assert_int_equal(
		    object_change(r, families[i], KERNEL_OBJECT_DELETE, &o),
		    ENOENT);
	}
	record_close(r);
}

static void
object_of_a_taken_id_is_eexist(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_object o = single(r, FAMILY_IPV4, 101, 0, 2);
	struct kernel_object other = single(r, FAMILY_IPV4, 101, 0, 3);

	other.protocol = WORLD_THEIRS;
	r->world->object(r->world, KERNEL_OBJECT_ADD, &other);
	wait_object(r, 101, false);
	assert_int_equal(object_told(r, 101, false)->protocol, WORLD_THEIRS);

	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_ADD, &o), EEXIST);
	record_close(r);
}

static void
object_refused_says_why(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_object o;
	unsigned int links;

	o = single(r, FAMILY_IPV4, 101, 0, 2);
	o.path.gateway = address_v4(0xc0000201u);
	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_ADD, &o), ENETUNREACH);
	o = single(r, FAMILY_IPV6, 101, 0, 2);
	o.path.gateway = world_address(FAMILY_IPV6, 7, 2);
	assert_int_equal(
	    object_change(r, FAMILY_IPV6, KERNEL_OBJECT_ADD, &o), EHOSTUNREACH);
	o = group(201, 101, 102, 1);
	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_ADD, &o), EINVAL);
	links = r->links;
	r->world->link_set(r->world, 0, false);
	wait_above(r, &r->links, links);
	o = single(r, FAMILY_IPV4, 101, 0, 2);

	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_ADD, &o), ENETDOWN);
	record_close(r);
}

static void
route_by_no_object_is_einval(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	size_t i;

	for (i = 0; i < 2; i++) {
		route = ours(r, families[i], 1, 2);
		route.object = 999;

		assert_int_equal(change(r, KERNEL_ADD, &route), EINVAL);
	}
	record_close(r);
}

static void
route_by_an_object_tells_its_paths(void **state)
{
	struct kernel_route route;
	struct record *r;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);

		assert_same(look(r, &route), &route);
		assert_int_equal(told(r, &route, false)->object, 201);
		assert_int_equal(object_told(r, 201, false)->count, 2);
		record_close(r);
	}
}

static void
replace_goes_between_object_and_paths(void **state)
{
	struct kernel_route route, inline_route;
	struct record *r;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);
		inline_route = ours(r, families[i], 1, 3);
		assert_int_equal(change(r, KERNEL_REPLACE, &inline_route), 0);
		assert_same(look(r, &inline_route), &inline_route);
		assert_int_equal(told(r, &inline_route, false)->object, 0);

		assert_int_equal(change(r, KERNEL_REPLACE, &route), 0);
		assert_same(look(r, &route), &route);
		second_path(r, &inline_route, 3);
		assert_int_equal(change(r, KERNEL_REPLACE, &inline_route), 0);
		assert_same(look(r, &inline_route), &inline_route);
		assert_int_equal(change(r, KERNEL_DELETE, &route), 0);
		assert_null(look(r, &route));
		record_close(r);
	}
}

/* A group loses a member and has it back, and its route is not touched. */
static void
group_replaced_is_replaced_for_its_routes(void **state)
{
	struct kernel_object both = group(201, 101, 102, 7);
	struct kernel_object second = { .id = 201, .protocol = WORLD_OURS };
	struct kernel_route route, left;
	struct record *r;
	size_t i;

	second.count = 1;
	second.member[0].id = 102;
	second.member[0].weight = 1;
	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);
		left = route;
		left.count = 1;
		left.path[0] = path(r, families[i], 1, 2);
		record_clear(r);

		assert_int_equal(object_change(r, families[i],
				     KERNEL_OBJECT_REPLACE, &second),
		    0);
		assert_null(told(r, &route, false));
		assert_null(told(r, &route, true));
		assert_same(look(r, &left), &left);
		assert_int_equal(
		    object_change(r, families[i], KERNEL_OBJECT_REPLACE, &both),
		    0);
		assert_same(look(r, &route), &route);
		record_close(r);
	}
}

static void
single_replaced_is_replaced_for_its_routes(void **state)
{
	struct kernel_object other;
	struct kernel_route route;
	struct record *r;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);
		route = ours(r, families[i], 2, 2);
		route.object = 101;
		assert_int_equal(change(r, KERNEL_ADD, &route), 0);
		other = single(r, families[i], 101, 1, 3);
		route.path[0] = other.path;

		assert_int_equal(object_change(r, families[i],
				     KERNEL_OBJECT_REPLACE, &other),
		    0);
		assert_same(look(r, &route), &route);
		record_close(r);
	}
}

static void
object_not_there_or_of_another_kind_is_not_replaced(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_object o = single(r, FAMILY_IPV4, 101, 0, 2);
	struct kernel_object both = group(101, 102, 103, 1);
	enum kernel_verb add = KERNEL_OBJECT_ADD;

	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_REPLACE, &o), ENOENT);
	assert_int_equal(object_change(r, FAMILY_IPV4, add, &o), 0);
	o.id = 102;
	assert_int_equal(object_change(r, FAMILY_IPV4, add, &o), 0);
	o.id = 103;
	assert_int_equal(object_change(r, FAMILY_IPV4, add, &o), 0);

	assert_int_equal(
	    object_change(r, FAMILY_IPV4, KERNEL_OBJECT_REPLACE, &both),
	    EINVAL);
	record_close(r);
}

static void
delete_takes_a_route_by_an_object(void **state)
{
	struct kernel_route route;
	struct record *r;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);

		assert_int_equal(change(r, KERNEL_DELETE, &route), 0);
		assert_null(look(r, &route));
		record_close(r);
	}
}

static void
link_down_takes_its_objects_silently(void **state)
{
	struct kernel_route route, alone;
	struct record *r;
	unsigned int links;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);
		alone = ours(r, families[i], 2, 2);
		alone.object = 101;
		assert_int_equal(change(r, KERNEL_ADD, &alone), 0);
		record_clear(r);
		links = r->links;
		r->world->link_set(r->world, 0, false);
		wait_above(r, &r->links, links);

		if (families[i] == FAMILY_IPV6)
			wait_told(r, &alone, true);
		assert_null(object_told(r, 101, true));
		assert_null(object_told(r, 201, false));
		assert_null(object_look(r, 101));
		assert_int_equal(object_told(r, 201, false)->count, 1);
		assert_int_equal(object_told(r, 201, false)->member[0].id, 102);
		assert_null(told(r, &alone, false));
		route.path[0] = route.path[1];
		route.count = 1;
		assert_non_null(told(r, &route, false));
		assert_int_equal(told(r, &route, false)->object, 201);
		assert_int_equal(told(r, &route, false)->count, 1);
		record_close(r);
	}
}

static void
address_last_of_ipv4_leaves_objects(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route;
	unsigned int addresses;

	objects_make(r, FAMILY_IPV4, &route);
	addresses = r->addresses;
	r->world->address_set(r->world, 0, FAMILY_IPV4, false);
	wait_above(r, &r->addresses, addresses);

	assert_same(look(r, &route), &route);
	record_close(r);
}

static void
others_deletion_of_an_object_is_told(void **state)
{
	struct kernel_object one;
	struct kernel_route route;
	struct record *r;
	size_t i;

	for (i = 0; i < 2; i++) {
		r = open_fresh(state);
		objects_make(r, families[i], &route);
		record_clear(r);
		one = single(r, families[i], 101, 0, 2);
		r->world->object(r->world, KERNEL_OBJECT_DELETE, &one);
		wait_object(r, 101, true);
		wait_object(r, 201, false);

		assert_int_equal(object_told(r, 201, false)->count, 1);
		one = single(r, families[i], 102, 1, 2);
		r->world->object(r->world, KERNEL_OBJECT_DELETE, &one);
		wait_object(r, 201, true);
		assert_null(look(r, &route));
		record_close(r);
	}
}

/* ---- audits ---- */

static void
audit(struct record *r)
{
	enum kernel_audit result;
	int i;

	record_clear(r);
	for (i = 0; i < TURNS_MAX; i++) {
		result = r->kernel->ops->audit(r->kernel, i == 0);
		if (result != KERNEL_AUDIT_MORE)
			break;
	}
	assert_int_equal(result, KERNEL_AUDIT_DONE);
}

static void
audit_tells_all_routes_without_a_dump(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route four = ours(r, FAMILY_IPV4, 1, 2);
	struct kernel_route six = theirs(r, FAMILY_IPV6, 1, 2);
	unsigned int begins = r->begins;

	assert_int_equal(change(r, KERNEL_ADD, &four), 0);
	r->world->route(r->world, KERNEL_ADD, &six);
	wait_told(r, &six, false);

	audit(r);

	assert_non_null(told(r, &four, false));
	assert_int_equal(told(r, &four, false)->protocol, WORLD_OURS);
	assert_non_null(told(r, &six, false));
	assert_int_equal(r->begins, begins);
	record_close(r);
}

/* Also from its midst. */
static void
audit_begins_anew(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV6, 1, 2);

	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	r->kernel->ops->audit(r->kernel, true);
	r->kernel->ops->audit(r->kernel, false);

	audit(r);
	assert_non_null(told(r, &route, false));
	audit(r);
	assert_non_null(told(r, &route, false));
	record_close(r);
}

/* Changes are taken while it goes on. */
static void
audit_holds_up_nobody(void **state)
{
	struct record *r = open_fresh(state);
	struct kernel_route route = ours(r, FAMILY_IPV4, 1, 2);

	r->kernel->ops->audit(r->kernel, true);
	assert_int_equal(change(r, KERNEL_ADD, &route), 0);
	r->kernel->ops->audit(r->kernel, false);
	assert_int_equal(change(r, KERNEL_DELETE, &route), 0);
	record_close(r);
}

int
kernel_checks_run(struct world *w)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(dump_tells_links_addresses_and_their_routes),
		cmocka_unit_test(dumps_asked_for_together_are_one),
		cmocka_unit_test(submit_before_the_first_dump_takes_nothing),
		cmocka_unit_test(add_installs_and_is_not_echoed),
		cmocka_unit_test(
		    add_over_another_owner_is_eexist_and_changes_nothing),
		cmocka_unit_test(add_beside_another_metric_is_taken),
		cmocka_unit_test(replace_changes_what_is_there),
		cmocka_unit_test(replace_of_nothing_is_enoent),
		cmocka_unit_test(delete_takes_ours_in_any_form),
		cmocka_unit_test(delete_of_another_owner_is_esrch),
		cmocka_unit_test(paths_two_are_installed_and_told),
		cmocka_unit_test(paths_sixteen_are_installed_and_told),
		cmocka_unit_test(replace_goes_between_one_and_two_paths),
		cmocka_unit_test(weights_are_kept),
		cmocka_unit_test(blackhole_is_installed_without_paths),
		cmocka_unit_test(replace_goes_between_blackhole_and_path),
		cmocka_unit_test(gateway_on_link_is_installed),
		cmocka_unit_test(gateway_of_ipv6_carries_ipv4),
		cmocka_unit_test(gateway_off_link_is_unreachable),
		cmocka_unit_test(link_unknown_refuses_its_routes),
		cmocka_unit_test(failure_in_a_batch_is_told_alone),
		cmocka_unit_test(failure_of_the_last_is_told),
		cmocka_unit_test(failures_of_a_whole_batch_are_all_told),
		cmocka_unit_test(batches_in_flight_are_carried_out_in_order),
		cmocka_unit_test(batches_in_flight_are_few),
		cmocka_unit_test(routes_many_take_few_batches),
		cmocka_unit_test(others_deletion_of_ours_is_told),
		cmocka_unit_test(others_replacement_of_ours_is_told_as_one),
		cmocka_unit_test(others_new_route_replaces_nothing),
		cmocka_unit_test(tables_asked_for_are_told_and_only_those),
		cmocka_unit_test(link_down_is_told_and_ipv4_routes_are_not),
		cmocka_unit_test(link_down_refuses_its_routes),
		cmocka_unit_test(link_down_leaves_routes_with_another_path),
		cmocka_unit_test(link_up_again_takes_its_routes),
		cmocka_unit_test(
		    address_last_of_ipv4_takes_its_routes_silently),
		cmocka_unit_test(address_of_ipv6_leaves_its_routes),
		cmocka_unit_test(routes_outlive_the_daemon),
		cmocka_unit_test(overrun_leads_to_a_dump),
		cmocka_unit_test(probe_of_a_host_that_is_not_there_is_told),
		cmocka_unit_test(probe_of_a_host_that_answers_is_told_nothing),
		cmocka_unit_test(probe_of_a_permanent_entry_leaves_it_alone),
		cmocka_unit_test(object_is_made_told_in_dumps_and_deleted),
		cmocka_unit_test(object_of_a_taken_id_is_eexist),
		cmocka_unit_test(object_refused_says_why),
		cmocka_unit_test(route_by_no_object_is_einval),
		cmocka_unit_test(route_by_an_object_tells_its_paths),
		cmocka_unit_test(replace_goes_between_object_and_paths),
		cmocka_unit_test(group_replaced_is_replaced_for_its_routes),
		cmocka_unit_test(single_replaced_is_replaced_for_its_routes),
		cmocka_unit_test(
		    object_not_there_or_of_another_kind_is_not_replaced),
		cmocka_unit_test(delete_takes_a_route_by_an_object),
		cmocka_unit_test(link_down_takes_its_objects_silently),
		cmocka_unit_test(address_last_of_ipv4_leaves_objects),
		cmocka_unit_test(others_deletion_of_an_object_is_told),
		cmocka_unit_test(audit_tells_all_routes_without_a_dump),
		cmocka_unit_test(audit_begins_anew),
		cmocka_unit_test(audit_holds_up_nobody),
	};
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tests[i].initial_state = w;
	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
