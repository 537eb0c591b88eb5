/* SPDX-License-Identifier: ISC */
/* fib_store.c - the records of the fib, and what follows from their facts */

/*
 * An entry is a handful of facts: the set that is wanted, the set of ours
 * that the kernel has, whether a change is in flight, whether the route was
 * adopted, whether somebody else's route stands there, what went wrong.
 * Nothing else is remembered.  What is shown (status), what is to be sent
 * (verb) and where the entry waits (queue) follows from the facts, and
 * fib_settle is the one place that draws the conclusions; so no order of
 * events can leave an entry in a state that nobody thought of.
 *
 * Queues hold ids and are lazy: an entry stands at most once in each, is
 * judged when it is taken out, and is freed only then.  They cost memory only
 * while there is something to do; a settled route costs its record and its
 * slots in the map (36 and 5 to 8 bytes for IPv6).
 */

#include "kernel/fib_store.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fib_move.h"
#include "kernel/fib_relic.h"

#define IPV6_METRIC 1024  /* the kernel's IP6_RT_PRIO_USER */
#define QUEUE_KEEP  1024u /* a larger one is freed when it is empty */

void
fib_entry_prefix(
    const struct fib *f, enum family family, uint32_t id, struct prefix *p)
{
	const struct fib_entry *e = fib_entry(f, family, id);

	memset(p, 0, sizeof(*p));
	p->address.family = (uint8_t)family;
	memcpy(p->address.bytes, e->bytes, family_octets(family));
	p->length = e->length;
}

static uint32_t
hash_ipv4(const void *arg, uint32_t id)
{
	const struct fib *f = arg;
	struct prefix p;

	fib_entry_prefix(f, FAMILY_IPV4, id, &p);
	return prefix_hash(f->config.seed, &p);
}

static uint32_t
hash_ipv6(const void *arg, uint32_t id)
{
	const struct fib *f = arg;
	struct prefix p;

	fib_entry_prefix(f, FAMILY_IPV6, id, &p);
	return prefix_hash(f->config.seed, &p);
}

static idmap_hash *const hash_of[FAMILY_MAX] = { hash_ipv4, hash_ipv6 };

void
fib_store_init(struct fib *f)
{
	enum family family;

	hops_table_init(&f->hops, f->config.seed);
	slab_init(&f->troubles, sizeof(struct fib_trouble));
	slab_init(&f->relics, sizeof(struct fib_relic));
	fib_objects_init(f);
	for (family = 0; family < FAMILY_MAX; family++) {
		slab_init(&f->side[family].entries,
		    offsetof(struct fib_entry, bytes) + family_octets(family));
		idmap_init(&f->side[family].ids, hash_of[family], f);
	}
}

void
fib_store_clear(struct fib *f)
{
	struct fib_side *side;
	unsigned int i;

	for (side = f->side; side < f->side + FAMILY_MAX; side++) {
		for (i = 0; i < KERNEL_BATCHES; i++)
			free(side->batches[i].at);
		free(side->timers);
		free(side->moves.ids);
		free(side->writes.ids);
		free(side->deletes.ids);
		free(side->arrived.ids);
		idmap_clear(&side->ids);
		slab_clear(&side->entries);
	}
	fib_objects_clear(f);
	free(f->down);
	slab_clear(&f->relics);
	slab_clear(&f->troubles);
	hops_table_clear(&f->hops);
}

/* ---- entries ---- */

static uint32_t
entry_search(const struct fib *f, const struct prefix *p, uint32_t hash)
{
	enum family family = p->address.family;
	const struct fib_entry *e;
	const struct idmap *ids = &f->side[family].ids;
	uint32_t id, at;

	for (id = idmap_first(ids, hash, &at); id != 0;
	     id = idmap_next(ids, hash, &at)) {
		e = fib_entry(f, family, id);
		if (e->length == p->length &&
		    memcmp(e->bytes, p->address.bytes, family_octets(family)) ==
			0)
			return id;
	}
	return 0;
}

uint32_t
fib_entry_find(const struct fib *f, const struct prefix *p)
{
	return entry_search(f, p, prefix_hash(f->config.seed, p));
}

uint32_t
fib_entry_take(struct fib *f, const struct prefix *p)
{
	enum family family = p->address.family;
	struct fib_side *side = &f->side[family];
	struct fib_entry *e;
	uint32_t hash = prefix_hash(f->config.seed, p);
	uint32_t id = entry_search(f, p, hash);

	if (id != 0)
		return id;
	id = slab_take(&side->entries);
	e = fib_entry(f, family, id);
	e->flags = FIB_IN_USE;
	if (f->auditing)
		e->flags |= FIB_SEEN; /* told is what was before it */
	e->status = FIB_STATUS_MAX;
	e->length = p->length;
	memcpy(e->bytes, p->address.bytes, family_octets(family));
	idmap_insert(&side->ids, hash, id);
	return id;
}

struct fib_trouble *
fib_trouble_find(const struct fib *f, const struct fib_entry *e)
{
	return e->trouble == 0 ? NULL : slab_at(&f->troubles, e->trouble);
}

struct fib_trouble *
fib_trouble_take(struct fib *f, struct fib_entry *e)
{
	if (e->trouble == 0)
		e->trouble = slab_take(&f->troubles);
	return slab_at(&f->troubles, e->trouble);
}

void
fib_trouble_reset(struct fib *f, struct fib_entry *e)
{
	struct fib_trouble *t = fib_trouble_find(f, e);

	e->flags &= (uint16_t)~FIB_FOREIGN;
	if (t == NULL)
		return;
	hops_unref(&f->hops, t->hops);
	*t = (struct fib_trouble){ .relic = t->relic };
}

static void
trouble_give(struct fib *f, struct fib_entry *e)
{
	if (e->trouble == 0)
		return;
	fib_trouble_reset(f, e);
	slab_give(&f->troubles, e->trouble);
	e->trouble = 0;
}

static void
entry_give(struct fib *f, enum family family, uint32_t id)
{
	struct fib_side *side = &f->side[family];
	struct fib_entry *e = fib_entry(f, family, id);

	assert(e->wish == 0 && e->kernel == 0);
	assert(fib_relic_first(f, e) == NULL);
	trouble_give(f, e);
	idmap_remove(&side->ids, id);
	e->flags = 0;
	slab_give(&side->entries, id);
}

/* One route more, or less, has the form. */
static void
routes_count(struct fib *f, const struct fib_entry *e, uint32_t by)
{
	struct hops *form;

	if (e->kernel == 0)
		return;
	form = hops_at(&f->hops, e->kernel);
	form->routes += by;
	if (e->flags & FIB_FLIGHT)
		form->flying += by;
}

void
fib_set_kernel(struct fib *f, struct fib_entry *e, uint32_t set)
{
	fib_move_leave(f, e);
	routes_count(f, e, UINT32_MAX);
	hops_unref(&f->hops, e->kernel);
	e->kernel = set;
	routes_count(f, e, 1);
	if (f->auditing)
		e->flags |= FIB_SEEN;
}

void
fib_set_wish(struct fib *f, struct fib_entry *e, uint32_t set)
{
	fib_move_leave(f, e);
	if (set != 0)
		hops_at(&f->hops, set)->wishes++;
	if (e->wish != 0)
		hops_at(&f->hops, e->wish)->wishes--;
	hops_unref(&f->hops, e->wish);
	e->wish = set;
}

void
fib_set_flight(struct fib *f, struct fib_entry *e, bool flying)
{
	fib_move_leave(f, e);
	routes_count(f, e, UINT32_MAX);
	e->flags &= (uint16_t)~FIB_FLIGHT;
	if (flying)
		e->flags |= FIB_FLIGHT;
	routes_count(f, e, 1);
}

/* ---- queues ---- */

static void
queue_grow(struct fib_queue *q)
{
	uint32_t room = q->room == 0 ? 64 : 2 * q->room;
	uint32_t *ids = xreallocarray(NULL, room, sizeof(*ids));
	uint32_t i;

	for (i = 0; i < q->count; i++)
		ids[i] = q->ids[(q->head + i) & (q->room - 1)];
	free(q->ids);
	q->ids = ids;
	q->room = room;
	q->head = 0;
}

void
fib_queue_put(struct fib_queue *q, uint32_t id)
{
	if (q->count == q->room)
		queue_grow(q);
	q->ids[(q->head + q->count++) & (q->room - 1)] = id;
}

uint32_t
fib_queue_pull(struct fib_queue *q)
{
	uint32_t id;

	if (q->count == 0) {
		if (q->room > QUEUE_KEEP) {
			free(q->ids);
			*q = (struct fib_queue){ NULL, 0, 0, 0 };
		}
		return 0;
	}
	id = q->ids[q->head];
	q->head = (q->head + 1) & (q->room - 1);
	q->count--;
	return id;
}

static struct fib_queue *
queue_of(struct fib_side *side, enum fib_flag queue)
{
	if (queue == FIB_TO_MOVE)
		return &side->moves;
	return queue == FIB_TO_DELETE ? &side->deletes : &side->writes;
}

uint32_t
fib_queue_take(struct fib *f, enum family family, enum fib_flag queue)
{
	uint32_t id = fib_queue_pull(queue_of(&f->side[family], queue));

	if (id != 0)
		fib_entry(f, family, id)->flags &= (uint16_t)~queue;
	return id;
}

/* ---- what follows ---- */

uint32_t
fib_metric(const struct fib *f, enum family family)
{
	if (family == FAMILY_IPV6 && f->config.metric == 0)
		return IPV6_METRIC;
	return f->config.metric;
}

bool
fib_is_same(const struct fib *f, const struct fib_entry *e)
{
	return e->wish == e->kernel ||
	    e->wish == hops_plain(&f->hops, e->kernel);
}

/* What follows from the facts, first come; FIB_STATUS_MAX for a rest. */
static enum fib_status
status_of(const struct fib *f, const struct fib_entry *e)
{
	const struct fib_trouble *t = fib_trouble_find(f, e);
	bool flying = e->flags & FIB_FLIGHT;
	bool relic = fib_relic_first(f, e) != NULL;

	if (e->wish == 0 && e->kernel == 0 && !relic)
		return flying ? FIB_REMOVING : FIB_STATUS_MAX;
	if (e->flags & FIB_ADOPTED)
		return FIB_HELD;
	if (e->wish != 0 && (e->flags & FIB_FOREIGN))
		return FIB_CONFLICT;
	if (t != NULL && t->error != 0)
		return FIB_FAILED;
	if (e->wish == 0)
		return FIB_REMOVING;
	if (flying || relic)
		return FIB_PENDING;
	if (fib_is_same(f, e))
		return FIB_IN_SYNC;
	return fib_hops_down(f, e->wish) ? FIB_FAILED : FIB_PENDING;
}

bool
fib_next_verb(
    const struct fib *f, const struct fib_entry *e, enum kernel_verb *verb)
{
	const struct fib_trouble *t = fib_trouble_find(f, e);
	bool same = fib_is_same(f, e);

	if (e->flags & (FIB_FLIGHT | FIB_ADOPTED))
		return false;
	if (t != NULL && t->at != 0)
		return false;
	*verb = KERNEL_DELETE;
	if (same || e->wish == 0)
		return !same || fib_relic_first(f, e) != NULL;
	*verb = e->kernel != 0 || fib_relic_in_place(f, e) ? KERNEL_REPLACE
							   : KERNEL_ADD;
	return !(e->flags & FIB_FOREIGN) && !fib_hops_down(f, e->wish) &&
	    !fib_move_is_coming(f, e);
}

enum fib_flag
fib_next_queue(
    const struct fib *f, const struct fib_entry *e, enum kernel_verb verb)
{
	if (verb == KERNEL_DELETE)
		return FIB_TO_DELETE;
	if (verb == KERNEL_REPLACE && fib_move_fits(f, e))
		return FIB_TO_MOVE;
	return FIB_TO_WRITE;
}

static void
status_set(struct fib *f, enum family family, struct fib_entry *e)
{
	uint32_t *by_status = f->side[family].counts.by_status;
	enum fib_status status = status_of(f, e);

	if (status == e->status)
		return;
	fib_await_count(&f->side[family], e, status);
	if (e->status != FIB_STATUS_MAX)
		by_status[e->status]--;
	if (status != FIB_STATUS_MAX)
		by_status[status]++;
	e->status = (uint8_t)status & 0xf;
	e->since = (uint32_t)(f->now >> FIB_TICK_BITS);
}

static void
enqueue(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	enum fib_flag queue;
	enum kernel_verb verb;

	if (!fib_next_verb(f, e, &verb)) {
		fib_move_leave(f, e);
		return;
	}
	queue = fib_next_queue(f, e, verb);
	if (queue == FIB_TO_MOVE)
		fib_move_join(f, e);
	if (e->flags & queue)
		return;
	e->flags |= (uint16_t)queue;
	fib_queue_put(queue_of(&f->side[family], queue), id);
}

/* A trouble that says nothing any more goes. */
static void
trouble_judge(struct fib *f, struct fib_entry *e)
{
	const struct fib_trouble *t = fib_trouble_find(f, e);

	if (t == NULL || t->relic != 0 ||
	    (e->flags & (FIB_FLIGHT | FIB_FOREIGN)))
		return;
	if (fib_is_same(f, e) || (t->at == 0 && t->error == 0))
		trouble_give(f, e);
}

void
fib_settle(struct fib *f, enum family family, uint32_t id)
{
	struct fib_entry *e = fib_entry(f, family, id);
	uint32_t used = fib_used(f, family, e);

	if (used == 0 || e->wish == hops_plain(&f->hops, used))
		e->flags &= (uint16_t)~FIB_ADOPTED;
	if (e->wish == 0 && e->kernel == 0)
		e->flags &= (uint16_t) ~(FIB_FOREIGN | FIB_REPAIR);
	trouble_judge(f, e);
	status_set(f, family, e);
	fib_await_judge(f, family, id);
	enqueue(f, family, id);
	if (e->status == FIB_STATUS_MAX &&
	    !(e->flags & (FIB_TO_DELETE | FIB_TO_WRITE | FIB_TO_MOVE)))
		entry_give(f, family, id);
}
