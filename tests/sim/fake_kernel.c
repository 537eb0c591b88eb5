/* SPDX-License-Identifier: ISC */
/* fake_kernel.c - a kernel in memory, behind kernel.h */

/*
 * The daemon's side of the fake: requests in, events out.  The machine itself
 * is fake_world.c.
 *
 * Order is what this file is about.  Events are told in the order in which
 * they happened.  A batch is carried out between two of them, when the worker
 * gets to it, and the echoes of its changes are not told.  Its results come
 * after all events that happened before they were read, and those may be of
 * before or after the change: just as with the two sockets of the real one.
 * A dump begins when nothing is in flight, and what is submitted meanwhile is
 * not taken.  An overrun loses all events not told, and leads to a dump.
 *
 * Callbacks may call any request; what they cause is told in the same ready.
 */

#include "tests/sim/fake_kernel.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/fake_world.h"

#define BATCH_BYTES 16384
#define ROUTE_BYTES 72
#define PATH_BYTES  28
#define AUDIT_SLICE 4 /* routes */

/* A batch on its way. */
struct fake_batch {
	struct kernel_change *changes;
	int *errors;
	size_t count;
	bool done;
	int error; /* of the whole */
};

/* Of a family, oldest first. */
struct fake_batches {
	struct fake_batch at[KERNEL_BATCHES];
	size_t count;
};

struct fake_kernel {
	struct kernel kernel; /* what the daemon holds */
	struct fake_world world;
	void (*wake)(void *arg);
	void *wake_arg;

	/* The daemon's view, while it is open. */
	const struct kernel_events *events; /* NULL: closed */
	void *arg;
	uint32_t table;
	uint32_t asked[KERNEL_TABLES];
	size_t nasked;
	struct fake_event *queue;
	size_t count, room;
	struct fake_batches batches[FAMILY_MAX];
	struct kernel_address *dead; /* hosts: link and address */
	size_t ndead;
	bool listening; /* since the first dump */
	bool wants_dump;
	bool lost;
	struct kernel_counters counters;

	void (*removed)(void *arg, const struct kernel_route *);
	void *removed_arg;

	/* Faults. */
	int refuse_error, lose_error;
	unsigned int refuse_count;
	bool lose_done, no_objects;
	bool held, muted;

	/* What the next slice of an audit tells. */
	struct kernel_route audited[AUDIT_SLICE];
	size_t naudited;
	uint32_t audit_id;
};

static struct fake_kernel *
fake_of(struct kernel *k)
{
	/* kernel is its first member */
	return (struct fake_kernel *)(void *)k;
}

static void
wake(struct fake_kernel *k)
{
	if (k->wake != NULL)
		k->wake(k->wake_arg);
}

static bool
is_told_of(const struct fake_kernel *k, uint32_t table)
{
	size_t i;

	for (i = 0; i < k->nasked; i++) {
		if (k->asked[i] == table)
			return true;
	}
	return table == k->table || table == KERNEL_TABLE_MAIN;
}

void
fake_tell(struct fake_world *w, const struct fake_event *event)
{
	struct fake_kernel *k = (struct fake_kernel *)(void *)((char *)w -
	    offsetof(struct fake_kernel, world));

	if (k->events == NULL || !k->listening || k->lost || k->muted)
		return;
	if (event->kind == FAKE_ROUTE && !is_told_of(k, event->route.table))
		return;
	if (k->count == k->room) {
		k->room = k->room == 0 ? 16 : 2 * k->room;
		k->queue = xreallocarray(k->queue, k->room, sizeof(*k->queue));
	}
	k->queue[k->count++] = *event;
	wake(k);
}

/* ---- changes ---- */

static void
route_remove(struct fake_kernel *k, uint32_t id)
{
	struct kernel_route r = *fake_world_route(&k->world, id);

	fake_world_drop(&k->world, id);
	if (k->removed != NULL)
		k->removed(k->removed_arg, &r);
}

/* create: REPLACE may add.  An actor of 0 protocol deletes anybody's. */
static int
route_change(struct fake_kernel *k, enum kernel_verb verb, bool create,
    const struct kernel_route *r)
{
	struct fake_world *w = &k->world;
	uint32_t id = fake_world_find(w, r);
	int error;

	if (verb == KERNEL_DELETE) {
		if (id == 0 ||
		    (r->protocol != 0 &&
			fake_world_route(w, id)->protocol != r->protocol))
			return ESRCH;
		route_remove(k, id);
		return 0;
	}
	error = fake_world_judge(w, r);
	if (error != 0)
		return error;
	if (verb == KERNEL_ADD && id != 0)
		return EEXIST;
	if (verb == KERNEL_REPLACE && id == 0 && !create)
		return ENOENT;
	if (id != 0)
		fake_world_drop(w, id);
	fake_world_put(w, r);
	return 0;
}

int
fake_route(
    struct fake_kernel *k, enum kernel_verb verb, const struct kernel_route *r)
{
	struct fake_event event = { .kind = FAKE_ROUTE,
		.gone = verb == KERNEL_DELETE };
	uint32_t id = fake_world_find(&k->world, r);
	bool replaces = id != 0;
	int error;

	if (id != 0)
		event.route = *fake_world_route(&k->world, id);
	error = route_change(k, verb, true, r);
	if (error != 0)
		return error;
	if (!event.gone) {
		event.route = *r;
		event.route.replaces = replaces;
	}
	fake_tell(&k->world, &event);
	return 0;
}

static void
batch_clear(struct fake_batch *b)
{
	free(b->changes);
	free(b->errors);
	memset(b, 0, sizeof(*b));
}

static void
batches_clear(struct fake_batches *all)
{
	while (all->count > 0)
		batch_clear(&all->at[--all->count]);
}

static int
change_do(struct fake_kernel *k, const struct kernel_change *c)
{
	if (k->refuse_count > 0) {
		k->refuse_count--;
		return k->refuse_error;
	}
	if (k->no_objects && kernel_verb_is_object(c->verb))
		return EOPNOTSUPP;
	if (kernel_verb_is_object(c->verb))
		return fake_object_change(
		    &k->world, c->verb, &c->object, false);
	return route_change(k, c->verb, false, &c->route);
}

static void
batch_work(struct fake_kernel *k, struct fake_batch *b)
{
	size_t i;

	b->done = true;
	b->error = k->lose_error;
	k->lose_error = 0;
	for (i = 0; i < b->count; i++) {
		if (b->error == 0 || k->lose_done)
			b->errors[i] = change_do(k, &b->changes[i]);
	}
}

void
fake_kernel_work(struct fake_kernel *k)
{
	struct fake_batches *b;
	size_t i;

	for (b = k->batches; b < k->batches + FAMILY_MAX; b++) {
		for (i = 0; i < b->count; i++) {
			if (!b->at[i].done)
				batch_work(k, &b->at[i]);
		}
	}
}

/* ---- telling ---- */

static void
event_tell(struct fake_kernel *k, const struct fake_event *e)
{
	switch (e->kind) {
	case FAKE_LINK: k->events->link(k->arg, &e->link, e->gone); break;
	case FAKE_ADDRESS:
		k->events->address(k->arg, &e->address, e->gone);
		break;
	case FAKE_ROUTE: k->events->route(k->arg, &e->route, e->gone); break;
	case FAKE_SILENT:
		k->events->silent(k->arg, e->host.index, &e->host.address);
		break;
	case FAKE_OBJECT: k->events->object(k->arg, &e->object, e->gone); break;
	}
}

static void
events_tell(struct fake_kernel *k)
{
	struct fake_event *queue = k->queue;
	size_t i, count = k->count;

	k->queue = NULL;
	k->count = k->room = 0;
	for (i = 0; i < count && k->events != NULL; i++)
		event_tell(k, &queue[i]);
	free(queue);
}

static void
result_tell(struct fake_kernel *k, enum family family, struct fake_batch *b)
{
	size_t i;

	for (i = 0; i < b->count && b->error == 0 && k->events != NULL; i++) {
		if (b->errors[i] != 0)
			k->events->failed(
			    k->arg, family, b->changes[i].cookie, b->errors[i]);
	}
	if (k->events != NULL)
		k->events->finished(k->arg, family, b->error);
	batch_clear(b);
}

static void
results_tell(struct fake_kernel *k, enum family family)
{
	struct fake_batches *all = &k->batches[family];
	struct fake_batch oldest;

	while (all->count > 0 && all->at[0].done) {
		oldest = all->at[0];
		all->count--;
		memmove(all->at, all->at + 1, all->count * sizeof(*all->at));
		result_tell(k, family, &oldest);
	}
}

static void
dump_tell(struct fake_kernel *k)
{
	struct fake_world *w = &k->world;
	struct kernel_route r;
	uint32_t id;
	size_t i;

	k->wants_dump = false;
	k->listening = true;
	k->counters.dumps++;
	k->events->dump_begin(k->arg, k->lost);
	k->lost = false;
	for (i = 0; i < w->nlinks; i++)
		k->events->link(k->arg, &w->links[i], false);
	for (i = 0; i < w->naddresses; i++)
		k->events->address(k->arg, &w->addresses[i], false);
	for (i = 0; i < w->nobjects; i++)
		k->events->object(k->arg, &w->objects[i], false);
	for (id = 1; id < w->routes.high; id++) {
		if (fake_world_route(w, id) == NULL)
			continue;
		fake_world_show(w, id, &r);
		if (is_told_of(k, r.table))
			k->events->route(k->arg, &r, false);
	}
	k->events->dump_end(k->arg);
}

static bool
is_flying(const struct fake_kernel *k)
{
	return k->batches[FAMILY_IPV4].count > 0 ||
	    k->batches[FAMILY_IPV6].count > 0;
}

/* ---- what the daemon asks ---- */

static int
ops_fds(struct kernel *kernel, int fds[4])
{
	(void)kernel;
	(void)fds;
	return 0;
}

static void
ops_ready(struct kernel *kernel)
{
	struct fake_kernel *k = fake_of(kernel);

	if (!k->held)
		fake_kernel_work(k);
	events_tell(k);
	if (k->events != NULL)
		results_tell(k, FAMILY_IPV4);
	if (k->events != NULL)
		results_tell(k, FAMILY_IPV6);
	if (k->events != NULL && k->wants_dump && !is_flying(k))
		dump_tell(k);
	if (!k->held && fake_kernel_pending(k))
		wake(k);
}

static void
ops_tables(struct kernel *kernel, const uint32_t *tables, size_t count)
{
	struct fake_kernel *k = fake_of(kernel);

	assert(count <= KERNEL_TABLES);
	k->nasked = count;
	if (count > 0)
		memcpy(k->asked, tables, count * sizeof(*tables));
}

static void
ops_dump(struct kernel *kernel)
{
	struct fake_kernel *k = fake_of(kernel);

	k->wants_dump = true;
	wake(k);
}

static size_t
ops_submit(struct kernel *kernel, enum family family,
    const struct kernel_change *changes, size_t count)
{
	struct fake_kernel *k = fake_of(kernel);
	struct fake_batches *all = &k->batches[family];
	struct fake_batch *b = &all->at[all->count];
	size_t bytes = 0, n = 0;

	if (all->count == KERNEL_BATCHES || k->wants_dump || !k->listening)
		return 0;
	while (n < count && bytes < BATCH_BYTES) {
		bytes += ROUTE_BYTES;
		if (!kernel_verb_is_object(changes[n].verb))
			bytes += PATH_BYTES * changes[n].route.count;
		n += bytes <= BATCH_BYTES;
	}
	if (n == 0)
		return 0;
	*b = (struct fake_batch){
		.changes = xmemdup(changes, n * sizeof(*changes)),
		.errors = xcalloc(n, sizeof(*b->errors)),
		.count = n,
	};
	all->count++;
	k->counters.batches++;
	k->counters.changes += n;
	wake(k);
	return n;
}

static struct kernel_address *
dead_find(struct fake_kernel *k, uint32_t index, const struct address *host)
{
	size_t i;

	for (i = 0; i < k->ndead; i++) {
		if (k->dead[i].index == index &&
		    address_equal(&k->dead[i].address, host))
			return &k->dead[i];
	}
	return NULL;
}

/* The three seconds of the real one are none here. */
static void
ops_probe(struct kernel *kernel, uint32_t index, const struct address *host)
{
	struct fake_kernel *k = fake_of(kernel);
	const struct kernel_address *dead = dead_find(k, index, host);
	struct fake_event event = { .kind = FAKE_SILENT };

	if (dead == NULL)
		return;
	event.host = *dead;
	fake_tell(&k->world, &event);
}

/* As they are now, for the next slice; false: there are none left. */
static bool
audit_look(struct fake_kernel *k)
{
	const struct fake_world *w = &k->world;

	k->naudited = 0;
	while (k->naudited < AUDIT_SLICE && ++k->audit_id < w->routes.high) {
		if (fake_world_route(w, k->audit_id) == NULL)
			continue;
		fake_world_show(w, k->audit_id, &k->audited[k->naudited]);
		k->naudited += k->audited[k->naudited].table == k->table;
	}
	return k->audit_id < w->routes.high;
}

/* All is told: it may be. */
static void
ops_interest(struct kernel *kernel, const struct kernel_interest *interest)
{
	(void)kernel;
	(void)interest;
}

static enum kernel_audit
ops_audit(struct kernel *kernel, bool anew)
{
	struct fake_kernel *k = fake_of(kernel);
	size_t i;

	if (anew)
		k->audit_id = k->naudited = 0;
	for (i = 0; i < k->naudited; i++)
		k->events->audited(k->arg, &k->audited[i]);
	return audit_look(k) || k->naudited > 0 ? KERNEL_AUDIT_MORE
						: KERNEL_AUDIT_DONE;
}

static void
ops_close(struct kernel *kernel)
{
	struct fake_kernel *k = fake_of(kernel);

	fake_kernel_work(k); /* the real worker ends its batch too */
	batches_clear(&k->batches[FAMILY_IPV4]);
	batches_clear(&k->batches[FAMILY_IPV6]);
	free(k->queue);
	k->queue = NULL;
	k->count = k->room = 0;
	k->events = NULL;
}

/* It is the machine's, not the daemon's. */
static size_t
ops_bytes(const struct kernel *k)
{
	(void)k;
	return 0;
}

static const struct kernel_ops fake_ops = {
	.fds = ops_fds,
	.ready = ops_ready,
	.tables = ops_tables,
	.dump = ops_dump,
	.submit = ops_submit,
	.probe = ops_probe,
	.interest = ops_interest,
	.audit = ops_audit,
	.bytes = ops_bytes,
	.close = ops_close,
};

/* ---- making one ---- */

struct fake_kernel *
fake_kernel_new(void (*wake_cb)(void *arg), void *arg)
{
	struct fake_kernel *k = xcalloc(1, sizeof(*k));

	k->kernel.ops = &fake_ops;
	k->wake = wake_cb;
	k->wake_arg = arg;
	fake_world_init(&k->world);
	return k;
}

void
fake_kernel_free(struct fake_kernel *k)
{
	if (k == NULL)
		return;
	if (k->events != NULL)
		ops_close(&k->kernel);
	fake_world_clear(&k->world);
	free(k->dead);
	free(k);
}

struct kernel *
fake_kernel_open(struct fake_kernel *k, uint32_t table,
    const struct kernel_events *events, void *arg)
{
	assert(k->events == NULL);
	k->events = events;
	k->arg = arg;
	k->table = table;
	k->nasked = 0;
	k->listening = k->wants_dump = k->lost = false;
	memset(&k->counters, 0, sizeof(k->counters));
	return &k->kernel;
}

bool
fake_kernel_pending(const struct fake_kernel *k)
{
	return k->events != NULL &&
	    (k->count > 0 || k->wants_dump || is_flying(k));
}

void
fake_kernel_counters(const struct fake_kernel *k, struct kernel_counters *c)
{
	*c = k->counters;
}

void
fake_kernel_watch(struct fake_kernel *k,
    void (*removed)(void *arg, const struct kernel_route *), void *arg)
{
	k->removed = removed;
	k->removed_arg = arg;
}

void
fake_kernel_overrun(struct fake_kernel *k)
{
	if (k->events == NULL || !k->listening)
		return;
	k->count = 0;
	k->lost = k->wants_dump = true;
	k->counters.overruns++;
	wake(k);
}

void
fake_kernel_refuse(struct fake_kernel *k, int error, unsigned int count)
{
	k->refuse_error = error;
	k->refuse_count = count;
}

void
fake_kernel_mute(struct fake_kernel *k, bool muted)
{
	k->muted = muted;
}

void
fake_kernel_hold(struct fake_kernel *k, bool held)
{
	k->held = held;
	wake(k);
}

void
fake_kernel_lose_batch(struct fake_kernel *k, int error, bool done)
{
	k->lose_error = error;
	k->lose_done = done;
}

/* ---- the world ---- */

void
fake_link(struct fake_kernel *k, const struct kernel_link *link)
{
	fake_world_link(&k->world, link);
}

void
fake_link_set(struct fake_kernel *k, uint32_t index, bool up)
{
	fake_world_link_set(&k->world, index, up);
}

void
fake_link_remove(struct fake_kernel *k, uint32_t index)
{
	fake_world_link_remove(&k->world, index);
}

void
fake_address(struct fake_kernel *k, const struct kernel_address *a)
{
	fake_world_address(&k->world, a);
}

void
fake_address_remove(
    struct fake_kernel *k, uint32_t index, const struct address *a)
{
	fake_world_address_remove(&k->world, index, a);
}

void
fake_host(struct fake_kernel *k, uint32_t index, const struct address *host,
    bool dead, bool traffic)
{
	struct kernel_address *have = dead_find(k, index, host);

	if (have != NULL && !dead)
		*have = k->dead[--k->ndead];
	if (have == NULL && dead) {
		k->dead =
		    xreallocarray(k->dead, k->ndead + 1, sizeof(*k->dead));
		k->dead[k->ndead++] = (struct kernel_address){
			.index = index,
			.address = *host,
		};
		if (traffic)
			ops_probe(&k->kernel, index, host);
	}
}

size_t
fake_routes(const struct fake_kernel *k, uint32_t table,
    const struct kernel_route **routes, size_t max)
{
	const struct kernel_route *r;
	uint32_t id;
	size_t n = 0;

	for (id = 1; id < k->world.routes.high; id++) {
		r = fake_world_route(&k->world, id);
		if (r == NULL || r->table != table)
			continue;
		if (n < max)
			routes[n] = r;
		n++;
	}
	return n;
}

const struct kernel_route *
fake_route_find(const struct fake_kernel *k, const struct kernel_route *key)
{
	uint32_t id = fake_world_find(&k->world, key);

	return id == 0 ? NULL : fake_world_route(&k->world, id);
}

int
fake_object(
    struct fake_kernel *k, enum kernel_verb verb, const struct kernel_object *o)
{
	return fake_object_change(&k->world, verb, o, true);
}

size_t
fake_objects(const struct fake_kernel *k, const struct kernel_object **objects)
{
	*objects = k->world.objects;
	return k->world.nobjects;
}

void
fake_kernel_without_objects(struct fake_kernel *k)
{
	k->no_objects = true;
}
