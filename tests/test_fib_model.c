/* SPDX-License-Identifier: ISC */
/* test_fib_model.c - whatever happens, the kernel ends as it was wished */

/*
 * Wishes, administrators, cables, overruns, refusals and restarts in random
 * order against the fake kernel.  Two things must hold: no route of another
 * owner ever changes by a batch of ours, and when the world comes to rest, the
 * kernel holds exactly what was wished, save where another owner was first.
 *
 * One race is left out, since no daemon can win it: somebody replaces our
 * route while our own REPLACE of it is on its way.  So strangers act when the
 * worker is idle and the fib has heard of everything.
 *
 * In a third of the worlds another daemon left routes that are adopted; it may
 * run again, and those are its own.
 *
 * MODEL_SEED=N runs one seed, MODEL_STEPS=N as many steps.  At most one pick
 * in an expression without an order, so that a seed is the same world to every
 * compiler.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fib.h"
#include "tests/sim/fake_kernel.h"
#include "tests/testing.h"

#define OURS       186
#define BIRD       12
#define TABLE      254
#define METRIC     1024
#define LINKS      3
#define PREFIXES   24 /* of each family */
#define SEEDS      40
#define STEPS      1500
#define ROUTES_MAX 512

struct model {
	uint64_t random;
	int64_t now;
	struct fake_kernel *machine;
	struct kernel *kernel;
	struct fib *fib;
	int ipv4_addresses[LINKS + 2]; /* by link index, as told */
	bool wanted[FAMILY_MAX][PREFIXES];
	struct fib_wish wish[FAMILY_MAX][PREFIXES];
	unsigned int batches;
	bool objects;
	bool adopts;
	bool crowds; /* few ways, and who goes one goes it with others */
	size_t acts; /* how many of the acts may happen */
	bool auditing;
	int64_t audited_at; /* the last slice */
	bool muted;         /* something happened without a word */
};

static unsigned int
pick(struct model *m, unsigned int limit)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (unsigned int)(m->random >> 33) % limit;
}

/* ---- values ---- */

/* 10.0.LINK.HOST, fd00::LINK:HOST */
static struct address
host(enum family family, uint32_t link, uint8_t number)
{
	struct address a = { .family = (uint8_t)family };

	a.bytes[0] = family == FAMILY_IPV4 ? 10 : 0xfd;
	a.bytes[family == FAMILY_IPV4 ? 2 : 13] = (uint8_t)link;
	a.bytes[family_octets(family) - 1] = number;
	return a;
}

/* 10.1.N.0/24, fd01:N::/32 */
static struct prefix
block(enum family family, unsigned int n)
{
	struct address a = { .family = (uint8_t)family };

	a.bytes[0] = family == FAMILY_IPV4 ? 10 : 0xfd;
	a.bytes[1] = 1;
	a.bytes[2] = (uint8_t)n;
	return prefix_of(&a, family == FAMILY_IPV4 ? 24 : 32);
}

static struct kernel_nexthop
random_path(struct model *m, enum family family, uint32_t link)
{
	struct kernel_nexthop path = { .index = link, .weight = 1 };

	path.gateway =
	    host(family, link, (uint8_t)(2 + pick(m, m->crowds ? 1 : 3)));
	return path;
}

static struct fib_wish
random_wish(struct model *m, enum family family)
{
	struct fib_wish w = { .type = KERNEL_BLACKHOLE };
	uint32_t link = 2 + pick(m, LINKS);

	if (pick(m, 8) == 0)
		return w;
	w.type = KERNEL_UNICAST;
	w.path[w.count++] = random_path(m, family, link);
	if (pick(m, 3) == 0)
		w.path[w.count++] =
		    random_path(m, family, 2 + (link - 1) % LINKS);
	return w;
}

static struct kernel_route
random_route(struct model *m, uint8_t protocol)
{
	enum family family = pick(m, 2);
	struct fib_wish w = random_wish(m, family);
	unsigned int n = pick(m, PREFIXES);
	struct kernel_route r = {
		.prefix = block(family, n),
		.table = TABLE,
		.metric = pick(m, 8) == 0 ? 77 : METRIC,
		.protocol = protocol,
		.type = w.type,
		.count = w.count,
	};

	memcpy(r.path, w.path, sizeof(w.path));
	return r;
}

/* ---- the daemon ---- */

static void
on_link(void *arg, const struct kernel_link *link, bool gone)
{
	struct model *m = arg;

	fib_link(m->fib, link->index, fib_link_state(link, gone));
}

static void
on_address(void *arg, const struct kernel_address *a, bool gone)
{
	struct model *m = arg;

	if (a->address.family != FAMILY_IPV4)
		return;
	m->ipv4_addresses[a->index] = !gone;
	if (gone)
		fib_link_flushed(m->fib, a->index);
}

static void
on_route(void *arg, const struct kernel_route *r, bool gone)
{
	struct model *m = arg;

	fib_route(m->fib, r, gone, m->now);
}

static void
on_object(void *arg, const struct kernel_object *o, bool gone)
{
	struct model *m = arg;

	fib_object(m->fib, o, gone, m->now);
}

static void
on_dump_begin(void *arg, bool lost)
{
	struct model *m = arg;

	(void)lost;
	fib_dump_begin(m->fib);
}

static void
on_dump_end(void *arg)
{
	struct model *m = arg;

	fib_dump_end(m->fib, m->now);
}

static void
on_audited(void *arg, const struct kernel_route *r)
{
	struct model *m = arg;

	fib_audit_route(m->fib, r, m->now);
}

static void
on_failed(void *arg, enum family family, uint32_t cookie, int error)
{
	struct model *m = arg;

	fib_failed(m->fib, family, cookie, error, m->now);
}

static void
on_finished(void *arg, enum family family, int error)
{
	struct model *m = arg;

	fib_finished(m->fib, family, error, m->now);
}

static void
on_silent(void *arg, uint32_t index, const struct address *host)
{
	(void)arg;
	(void)index;
	(void)host;
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

static void
daemon_start(struct model *m)
{
	const struct fib_config config = { .table = TABLE,
		.metric = METRIC,
		.protocol = OURS,
		.objects = m->objects,
		.adopt = { m->adopts ? BIRD : 0 } };

	m->fib = fib_new(&config);
	m->kernel = fake_kernel_open(m->machine, TABLE, &events, m);
	m->kernel->ops->dump(m->kernel);
	memset(m->wanted, 0, sizeof(m->wanted));
	m->auditing = false;
}

static void
daemon_stop(struct model *m)
{
	m->kernel->ops->close(m->kernel);
	fib_free(m->fib);
}

static void
daemon_submit(struct model *m, enum family family)
{
	struct kernel_change changes[16];
	size_t taken, count;

	if (!fib_has_work(m->fib, family, m->now))
		return;
	count = fib_batch(m->fib, family, changes, 1 + pick(m, 16), m->now);
	taken = m->kernel->ops->submit(m->kernel, family, changes, count);
	fib_unsent(m->fib, family, changes + taken, count - taken);
	m->batches += taken > 0;
}

/* Left by the other daemon before ours began: late ones have a source. */
static bool
is_relic(const struct model *m, const struct kernel_route *r)
{
	return m->adopts && r->protocol == BIRD && address_is_unset(&r->source);
}

static size_t
foreign_copy(const struct model *m, struct kernel_route *copy)
{
	const struct kernel_route *routes[ROUTES_MAX];
	size_t i, n = 0, count;

	count = fake_routes(m->machine, TABLE, routes, ROUTES_MAX);
	for (i = 0; i < count; i++) {
		if (routes[i]->protocol != OURS && !is_relic(m, routes[i]))
			copy[n++] = *routes[i];
	}
	return n;
}

static bool
is_wished(const struct kernel_route *r, const struct fib_wish *w)
{
	unsigned int i, j;

	if (r->protocol != OURS || r->type != w->type || r->count != w->count)
		return false;
	for (i = 0; i < w->count; i++) {
		for (j = 0; j < r->count; j++) {
			if (address_equal(
				&w->path[i].gateway, &r->path[j].gateway) &&
			    w->path[i].index == r->path[j].index)
				break;
		}
		if (j == r->count)
			return false;
	}
	return true;
}

/* Everything is told: what the fib believes in sync is in the kernel. */
static void
belief_judge(const struct model *m, enum family family)
{
	struct kernel_route key = { .table = TABLE, .metric = METRIC };
	const struct kernel_route *r;
	struct fib_view v;
	uint32_t cursor = 0;

	while ((cursor = fib_walk(m->fib, family, cursor, &v)) != 0) {
		if (v.status != FIB_IN_SYNC)
			continue;
		key.prefix = v.prefix;
		r = fake_route_find(m->machine, &key);
		assert_non_null(r);
		assert_true(is_wished(r, &v.wish));
	}
}

/* The worker and the loop take a turn: strangers' routes stay as they are. */
static void
daemon_turn(struct model *m)
{
	static struct kernel_route before[ROUTES_MAX], after[ROUTES_MAX];
	size_t count = foreign_copy(m, before);
	bool sweeps;

	m->kernel->ops->ready(m->kernel);
	if (fib_wants_dump(m->fib))
		m->kernel->ops->dump(m->kernel);
	sweeps = fib_sweep(m->fib, 1 + pick(m, 2 * PREFIXES), m->now);
	if (!sweeps && !m->muted && !fake_kernel_pending(m->machine)) {
		belief_judge(m, FAMILY_IPV4);
		belief_judge(m, FAMILY_IPV6);
	}
	daemon_submit(m, FAMILY_IPV4);
	daemon_submit(m, FAMILY_IPV6);
	if (m->muted)
		return; /* who took a route without a word loses it again */
	assert_int_equal(foreign_copy(m, after), count);
	assert_memory_equal(before, after, count * sizeof(*before));
}

/* ---- what happens ---- */

static bool
wish_equal(const struct fib_wish *a, const struct fib_wish *b)
{
	unsigned int i;

	if (a->type != b->type || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (a->path[i].index != b->path[i].index ||
		    !address_equal(&a->path[i].gateway, &b->path[i].gateway))
			return false;
	}
	return true;
}

/* A next hop leads elsewhere: so do all routes that had what one had. */
static void
do_move(struct model *m)
{
	enum family family = pick(m, 2);
	struct fib_wish from = m->wish[family][pick(m, PREFIXES)];
	struct fib_wish to = random_wish(m, family);
	bool most = pick(m, 4) == 0;
	struct prefix p;
	unsigned int n;

	for (n = 0; n < PREFIXES; n++) {
		if (!m->wanted[family][n] ||
		    !wish_equal(&m->wish[family][n], &from))
			continue;
		if (most && pick(m, 8) == 0)
			continue;
		p = block(family, n);
		m->wish[family][n] = to;
		fib_want(m->fib, &p, &to);
	}
}

/* All of a family want the same, as behind one router. */
static void
do_flood(struct model *m)
{
	enum family family = pick(m, 2);
	struct fib_wish w = random_wish(m, family);
	struct prefix p;
	unsigned int n;

	for (n = 0; n < PREFIXES; n++) {
		p = block(family, n);
		m->wish[family][n] = w;
		m->wanted[family][n] = true;
		fib_want(m->fib, &p, &w);
	}
}

static void
do_want(struct model *m)
{
	enum family family = pick(m, 2);
	unsigned int n = pick(m, PREFIXES);
	struct prefix p = block(family, n);

	if (m->crowds && pick(m, 4) != 0) {
		do_move(m);
		return;
	}
	m->wish[family][n] = random_wish(m, family);
	m->wanted[family][n] = true;
	fib_want(m->fib, &p, &m->wish[family][n]);
}

static void
do_expect(struct model *m)
{
	fib_expect(m->fib, pick(m, 2), m->now);
}

static void
do_unwant(struct model *m)
{
	enum family family = pick(m, 2);
	unsigned int n = pick(m, PREFIXES);
	struct prefix p = block(family, n);

	m->wanted[family][n] = false;
	fib_unwant(m->fib, &p);
}

/* Until nothing is on its way: see above about the race. */
static void
calm(struct model *m)
{
	while (fake_kernel_pending(m->machine))
		m->kernel->ops->ready(m->kernel);
}

static void
do_stranger(struct model *m)
{
	struct kernel_route r = random_route(m, 4);
	enum kernel_verb verb = pick(m, KERNEL_VERB_MAX);

	if (verb != KERNEL_DELETE)
		calm(m);
	(void)fake_route(m->machine, verb, &r);
	if (verb != KERNEL_DELETE)
		calm(m);
}

/* The other daemon runs while it should not, or its routes are meddled with. */
static void
do_bird(struct model *m)
{
	struct kernel_route r = random_route(m, BIRD);
	enum kernel_verb verb = pick(m, KERNEL_OBJECT_ADD);

	r.source = host(r.prefix.address.family, 2, 1);
	if (verb != KERNEL_DELETE)
		calm(m);
	(void)fake_route(m->machine, verb, &r);
	if (verb != KERNEL_DELETE)
		calm(m);
}

/* Somebody meddles with routes of ours, or makes some up. */
static void
do_meddler(struct model *m)
{
	struct kernel_route r = random_route(m, OURS);
	enum kernel_verb verb = pick(m, KERNEL_VERB_MAX);
	const struct kernel_route *have;

	if (verb != KERNEL_DELETE)
		calm(m);
	have = fake_route_find(m->machine, &r);
	if (r.metric == METRIC && (have == NULL || have->protocol == OURS))
		(void)fake_route(m->machine, verb, &r);
}

static void
addresses_give(struct model *m, uint32_t link)
{
	struct kernel_address a = { .index = link };
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		a.address = host(family, link, 1);
		a.length = family == FAMILY_IPV4 ? 24 : 112;
		fake_address(m->machine, &a);
	}
}

static void
do_link_flip(struct model *m)
{
	uint32_t link = 2 + pick(m, LINKS);
	bool up = pick(m, 2);

	fake_link_set(m->machine, link, up);
	if (up)
		addresses_give(m, link);
}

/* Too short for the daemon to see it in the middle. */
static void
do_link_flap(struct model *m)
{
	uint32_t link = 2 + pick(m, LINKS);

	fake_kernel_work(m->machine);
	fake_link_set(m->machine, link, false);
	fake_link_set(m->machine, link, true);
	addresses_give(m, link);
}

static void
light(struct model *m, uint32_t index, bool carrier)
{
	struct kernel_link link = { .index = index, .up = true };

	snprintf(link.name, sizeof(link.name), "eth%u", index - 2);
	link.running = carrier;
	fake_link(m->machine, &link);
}

/* Only the carrier. */
static void
do_dark(struct model *m)
{
	uint32_t link = 2 + pick(m, LINKS);

	light(m, link, pick(m, 2));
}

/* Somebody deletes an object, or makes one of an id that we may want. */
static void
do_object_meddler(struct model *m)
{
	const struct kernel_object *all;
	struct kernel_object o = { .protocol = 4 };
	enum family family;
	size_t count;

	calm(m);
	count = fake_objects(m->machine, &all);
	if (count > 0 && pick(m, 2)) {
		o = all[pick(m, (unsigned int)count)];
		if (o.count == 0 && pick(m, 2)) {
			if (pick(m, 2))
				o.protocol = 4;
			o.path = random_path(
			    m, o.path.gateway.family, 2 + pick(m, LINKS));
			(void)fake_object(
			    m->machine, KERNEL_OBJECT_REPLACE, &o);
			return;
		}
		(void)fake_object(m->machine, KERNEL_OBJECT_DELETE, &o);
		return;
	}
	o.id = 179000000u + 500000u * pick(m, 2);
	o.id += pick(m, 200);
	family = pick(m, 2);
	o.path = random_path(m, family, 2 + pick(m, LINKS));
	(void)fake_object(m->machine, KERNEL_OBJECT_ADD, &o);
}

static void
do_address_loss(struct model *m)
{
	uint32_t link = 2 + pick(m, LINKS);
	struct address a = host(pick(m, 2), link, 1);

	fake_address_remove(m->machine, link, &a);
	if (pick(m, 2))
		addresses_give(m, link);
}

static void
do_overrun(struct model *m)
{
	fake_kernel_overrun(m->machine);
}

/* What was told at the slice before, judged now. */
static void
do_audit(struct model *m)
{
	enum kernel_audit result;
	bool anew = !m->auditing;

	if (anew && !fib_audit_begin(m->fib, m->now))
		return;
	if (!fib_is_auditing(m->fib) ||
	    (!anew && m->now - m->audited_at > 1000)) {
		m->auditing = false;
		fib_audit_end(m->fib, false, m->now);
		return;
	}
	m->audited_at = m->now;
	calm(m); /* nothing is told behind its time */
	result = m->kernel->ops->audit(m->kernel, anew);
	m->auditing = result == KERNEL_AUDIT_MORE;
	if (!m->auditing)
		fib_audit_end(m->fib, pick(m, 8) > 0, m->now);
}

/* A stranger or a meddler, and no event tells. */
static void
do_silently(struct model *m)
{
	struct kernel_route r = random_route(m, pick(m, 2) ? OURS : 4);
	const struct kernel_route *have;

	calm(m);
	r.metric = METRIC;
	have = fake_route_find(m->machine, &r);
	if (have != NULL && have->protocol != OURS && r.protocol == OURS)
		return;
	fake_kernel_mute(m->machine, true);
	(void)fake_route(m->machine, pick(m, KERNEL_DELETE + 1), &r);
	fake_kernel_mute(m->machine, false);
	m->muted = true;
}

static void
do_refuse(struct model *m)
{
	static const int errors[] = { ENOBUFS, ENOMEM, EINVAL, EPERM };

	int error = errors[pick(m, 4)];

	fake_kernel_refuse(m->machine, error, 1 + pick(m, 4));
}

static void
do_lose_batch(struct model *m)
{
	fake_kernel_lose_batch(m->machine, ENOBUFS, pick(m, 2));
}

static void
do_work(struct model *m)
{
	fake_kernel_work(m->machine);
}

static void
do_wait(struct model *m)
{
	m->now += pick(m, 3000);
}

/* Somebody waits for a route, or hears of those that came. */
static void
do_await(struct model *m)
{
	enum family family = pick(m, 2);
	struct prefix p = block(family, pick(m, PREFIXES));

	(void)fib_await(m->fib, &p);
	while (pick(m, 4) > 0 && fib_awaited(m->fib, family, &p))
		assert_int_equal(p.address.family, family);
}

static void
do_release(struct model *m)
{
	enum family family = pick(m, 2);
	uint32_t link = 2 + pick(m, LINKS);
	struct address gateway = host(family, link, (uint8_t)(2 + pick(m, 3)));

	if (pick(m, 4) == 0)
		fib_release(m->fib, pick(m, 2));
	else
		fib_gateway_done(m->fib, &gateway, 0);
}

/* The other daemon had its turn; what it leaves has no source. */
static void
relics_leave(struct model *m)
{
	static const uint32_t metrics[] = { METRIC, 32, 5000 };
	const struct kernel_route *routes[ROUTES_MAX];
	struct kernel_route r;
	size_t i, count = fake_routes(m->machine, TABLE, routes, ROUTES_MAX);

	for (i = 0; i < count; i++) {
		r = *routes[i];
		r.source = (struct address){ .family = r.source.family };
		/* Not over a link without carrier. */
		if (r.protocol == BIRD &&
		    fake_route(m->machine, KERNEL_REPLACE, &r) != 0)
			(void)fake_route(m->machine, KERNEL_DELETE, &r);
	}
	for (i = 0; i < PREFIXES; i++) {
		r = random_route(m, BIRD);
		r.metric = metrics[pick(m, 3)];
		(void)fake_route(m->machine, KERNEL_ADD, &r);
	}
}

static void
do_restart(struct model *m)
{
	daemon_stop(m);
	relics_leave(m);
	daemon_start(m);
}

static const struct {
	void (*act)(struct model *);
	unsigned int weight;
} acts[] = {
	{ daemon_turn, 40 },
	{ do_want, 30 },
	{ do_unwant, 10 },
	{ do_move, 8 },
	{ do_flood, 5 },
	{ do_expect, 2 },
	{ do_work, 10 },
	{ do_wait, 10 },
	{ do_stranger, 8 },
	{ do_meddler, 8 },
	{ do_bird, 4 },
	{ do_link_flip, 4 },
	{ do_link_flap, 3 },
	{ do_address_loss, 2 },
	{ do_dark, 2 },
	{ do_object_meddler, 2 },
	{ do_await, 6 },
	{ do_release, 2 },
	{ do_audit, 6 },
	{ do_refuse, 2 },
	/* These repair what went wrong before: only half of the worlds. */
	{ do_overrun, 1 },
	{ do_lose_batch, 1 },
	{ do_restart, 1 },
	/* And this is for an audit to repair: a quarter. */
	{ do_silently, 2 },
};

#define ACTS_ALL    (sizeof(acts) / sizeof(*acts))
#define ACTS_LOUD   (ACTS_ALL - 1)
#define ACTS_GENTLE (ACTS_ALL - 4)

static void
step(struct model *m)
{
	unsigned int i, n, sum = 0;

	for (i = 0; i < m->acts; i++)
		sum += acts[i].weight;
	n = pick(m, sum);
	for (i = 0; n >= acts[i].weight; i++)
		n -= acts[i].weight;
	acts[i].act(m);
}

/* ---- rest ---- */

static uint64_t
audited(const struct model *m)
{
	struct fib_counts four, six;

	fib_counts(m->fib, FAMILY_IPV4, &four);
	fib_counts(m->fib, FAMILY_IPV6, &six);
	return four.audited + six.audited;
}

/* From the beginning to the end; where all was told, it finds nothing. */
static void
audit(struct model *m)
{
	uint64_t before = audited(m);
	int i;

	assert_true(fib_audit_begin(m->fib, m->now));
	for (i = 0;
	     m->kernel->ops->audit(m->kernel, i == 0) == KERNEL_AUDIT_MORE; i++)
		;
	fib_audit_end(m->fib, true, m->now);
	for (i = 0; i < 200; i++) {
		daemon_turn(m);
		m->now += 1000;
	}
	assert_false(fib_is_auditing(m->fib));
	if (!m->muted)
		assert_int_equal(audited(m), before);
	m->muted = false;
}

static void
rest(struct model *m)
{
	uint32_t link;
	int i;

	fake_kernel_refuse(m->machine, 0, 0);
	fake_kernel_lose_batch(m->machine, 0, false);
	for (link = 2; link < 2 + LINKS; link++) {
		light(m, link, true);
		addresses_give(m, link);
	}
	fib_expect(m->fib, false, m->now);
	fib_release(m->fib, FAMILY_IPV4);
	fib_release(m->fib, FAMILY_IPV6);
	for (i = 0; i < 400; i++) {
		daemon_turn(m);
		m->now += 1000;
	}
	audit(m);
	audit(m);
	fib_release(m->fib, FAMILY_IPV4);
	fib_release(m->fib, FAMILY_IPV6);
	for (i = 0; i < 100; i++)
		daemon_turn(m);
	assert_false(fake_kernel_pending(m->machine));
	assert_false(fib_has_work(m->fib, FAMILY_IPV4, m->now));
	assert_false(fib_has_work(m->fib, FAMILY_IPV6, m->now));
}

/* Ours is there, so nothing of what others left is, at whatever metric. */
static void
relics_judge(const struct model *m, struct kernel_route *key)
{
	static const uint32_t metrics[] = { 32, 77, 5000 };
	const struct kernel_route *r;
	size_t i;

	for (i = 0; i < 3; i++) {
		key->metric = metrics[i];
		r = fake_route_find(m->machine, key);
		assert_true(r == NULL || !is_relic(m, r));
	}
}

static void
judge(struct model *m, enum family family, unsigned int n)
{
	struct kernel_route key = { .table = TABLE, .metric = METRIC };
	const struct kernel_route *r;
	struct fib_view v;
	bool found;

	key.prefix = block(family, n);
	r = fake_route_find(m->machine, &key);
	assert_true(r == NULL || !is_relic(m, r));
	found = fib_find(m->fib, &key.prefix, &v);
	if (!m->wanted[family][n]) {
		relics_judge(m, &key);
		assert_true(r == NULL || r->protocol != OURS);
		assert_false(found);
		return;
	}
	assert_true(found);
	assert_non_null(r);
	if (r->protocol != OURS) {
		assert_string_equal(fib_status_word(v.status), "conflict");
		assert_int_equal(v.owner, r->protocol);
		return;
	}
	relics_judge(m, &key);
	assert_true(is_wished(r, &m->wish[family][n]));
	assert_string_equal(fib_status_word(v.status), "in-sync");
}

/* Whoever waited has heard of it, and only what is not there is waited for. */
static void
awaits_judge(struct model *m, enum family family)
{
	struct fib_view v;
	struct prefix p;
	uint32_t cursor = 0;

	while (fib_awaited(m->fib, family, &p))
		;
	assert_int_equal(fib_awaits(m->fib, family), 0);
	while ((cursor = fib_walk(m->fib, family, cursor, &v)) != 0)
		assert_int_equal(fib_await(m->fib, &v.prefix),
		    v.status == FIB_IN_SYNC ? FIB_GOOD : FIB_REFUSED);
}

/* None but those that routes of ours name, and nobody else's is touched. */
static void
objects_judge(struct model *m)
{
	const struct kernel_route *routes[ROUTES_MAX];
	const struct kernel_object *all;
	size_t i, j, n, count = fake_objects(m->machine, &all);
	unsigned int k;

	n = fake_routes(m->machine, TABLE, routes, ROUTES_MAX);
	for (i = 0; i < count; i++) {
		if (all[i].protocol != OURS)
			continue;
		for (j = 0; j < n && routes[j]->object != all[i].id; j++)
			;
		if (j < n)
			continue;
		for (j = 0; j < count; j++) {
			for (k = 0; k < all[j].count &&
			     all[j].member[k].id != all[i].id;
			     k++)
				;
			if (k < all[j].count)
				break;
		}
		assert_true(j < count);
	}
}

static void
counts_judge(struct model *m, enum family family)
{
	uint32_t seen[FIB_STATUS_MAX] = { 0 };
	struct fib_counts counts;
	struct fib_view v;
	uint32_t cursor = 0;

	while ((cursor = fib_walk(m->fib, family, cursor, &v)) != 0)
		seen[v.status]++;
	fib_counts(m->fib, family, &counts);
	assert_memory_equal(seen, counts.by_status, sizeof(seen));
}

static void
model_run(uint64_t seed, unsigned int steps)
{
	struct kernel_link link = { .up = true, .running = true };
	struct model m = { .random = seed * 0x9e3779b97f4a7c15u + 1 };
	unsigned int i, n;
	enum family family;

	m.now = 1000000;
	m.objects = seed % 4 >= 2;
	m.adopts = seed % 3 == 0;
	m.crowds = m.objects && seed % 8 >= 4;
	m.acts = seed % 2 == 0 ? ACTS_GENTLE
	    : seed % 4 == 1    ? ACTS_LOUD
			       : ACTS_ALL;
	m.machine = fake_kernel_new(NULL, NULL);
	for (i = 0; i < LINKS; i++) {
		link.index = 2 + i;
		snprintf(link.name, sizeof(link.name), "eth%u", i);
		fake_link(m.machine, &link);
		addresses_give(&m, link.index);
	}
	relics_leave(&m);
	daemon_start(&m);
	for (i = 0; i < steps; i++) {
		step(&m);
		if (i % 64 == 0)
			counts_judge(&m, i / 64 % 2);
	}
	rest(&m);
	for (family = 0; family < FAMILY_MAX; family++) {
		for (n = 0; n < PREFIXES; n++)
			judge(&m, family, n);
		awaits_judge(&m, family);
		counts_judge(&m, family);
	}
	objects_judge(&m);
	daemon_stop(&m);
	fake_kernel_free(m.machine);
}

static void
fib_random_world_ends_as_wished(void **state)
{
	const char *one = getenv("MODEL_SEED");
	const char *long_run = getenv("MODEL_STEPS");
	unsigned int steps =
	    long_run == NULL ? STEPS : (unsigned int)atoi(long_run);
	unsigned int seed;

	(void)state;
	if (one != NULL) {
		model_run((uint64_t)atoi(one), steps);
		return;
	}
	for (seed = 1; seed <= SEEDS; seed++) {
		if (seed % 50 == 0)
			print_message("seed %u\n", seed);
		model_run(seed, steps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fib_random_world_ends_as_wished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
