/* SPDX-License-Identifier: ISC */
/* learn.c - routes of the kernel that this node announces */
/*
 * Each route that a rule means is a record (learn_store.c).  Those of one
 * prefix are one path of the rib: that of the first that is let in, or the
 * refusal of the first when none is.  An event leads to the routes of its
 * prefix or of its link, and no others are looked at.
 *
 * Much is lost in the kernel without a word (kernel_feed.c).  A link that is
 * taken down takes the routes along that have no other; one without a carrier
 * keeps them, of no use until it is back.  And some words say too little: two
 * routes of one key may differ in where they lead (`ip route append`), so when
 * one of them is deleted, or one in a form that is not the one we know, the
 * kernel is asked for all that is left.
 *
 * What we installed cannot come back as something to announce: routes of our
 * protocol are turned away before anything else is looked at.
 */
#include "bgpd/learn.h"

#include <assert.h>
#include <stdlib.h>

#include "bgpd/learn_judge.h"
#include "bgpd/learn_store.h"

static_assert(CONF_LEARN_TABLES <= KERNEL_TABLES,
    "the kernel is asked for all tables that a config may name");

struct learn {
	struct learn_host host;
	const struct conf *conf;
	struct learn_rules *rules;
	struct learn_store store;
	uint32_t dump; /* number of the one that runs, or ran last */
	bool dumping;
};

/* A route that the kernel tells, and what is thought of it. */
struct telling {
	const struct kernel_route *route;
	bool meant;
	enum rib_refusal verdict; /* if it is */
};

struct learn *
learn_new(const struct learn_host *host, const struct conf *conf)
{
	struct learn *l = xcalloc(1, sizeof(*l));

	l->host = *host;
	l->conf = conf;
	l->rules = learn_rules_new(conf);
	learn_store_init(&l->store, host->seed);
	return l;
}

void
learn_free(struct learn *l)
{
	if (l == NULL)
		return;
	learn_rules_free(l->rules);
	learn_store_clear(&l->store);
	free(l);
}

static const struct kernel_link *
link_now(const struct learn *l, uint32_t index)
{
	return l->host.link(l->host.arg, index);
}

static struct learn_known *
known_at(const struct learn *l, uint32_t id)
{
	return learn_known_at(&l->store, id);
}

/* ---- the path of a prefix ---- */

/* The record that it is about, or 0. */
static uint32_t
chosen_of(const struct learn *l, const struct prefix *prefix)
{
	uint32_t first = learn_row(&l->store, prefix), id;

	for (id = first; id != 0; id = known_at(l, id)->next) {
		if (known_at(l, id)->verdict == RIB_ACCEPTED)
			return id;
	}
	return first;
}

/* RIB_REFUSAL_MAX: there is none. */
static enum rib_refusal
verdict_of(const struct learn *l, const struct prefix *prefix)
{
	uint32_t id = chosen_of(l, prefix);

	return id != 0 ? known_at(l, id)->verdict : RIB_REFUSAL_MAX;
}

/* Something has changed since `was` held. */
static void
path_tell(struct learn *l, const struct prefix *prefix, enum rib_refusal was,
    int64_t now)
{
	enum rib_refusal is = verdict_of(l, prefix);

	if (is == was)
		return;
	if (is == RIB_REFUSAL_MAX)
		origin_forget(l->host.origin, prefix);
	else
		origin_learn(l->host.origin, prefix, is, now);
}

static void
known_drop(struct learn *l, uint32_t id, int64_t now)
{
	const struct prefix prefix = known_at(l, id)->prefix;
	enum rib_refusal was = verdict_of(l, &prefix);

	learn_known_drop(&l->store, id);
	path_tell(l, &prefix, was, now);
}

/* The rules or its links have changed. */
static void
known_judge(struct learn *l, uint32_t id, int64_t now)
{
	struct learn_known *k = known_at(l, id);
	struct learn_subject s = { .prefix = k->prefix,
		.table = k->table,
		.protocol = k->protocol,
		.type = k->type };
	enum rib_refusal was = verdict_of(l, &k->prefix), verdict;
	const struct learn_member *m;
	uint32_t at;

	for (at = k->members; at != 0; at = m->of_route) {
		m = learn_member_at(&l->store, at);
		s.link[s.count++] =
		    link_now(l, learn_member_index(&l->store, m));
	}
	if (!learn_judge(l->rules, &s, &verdict)) {
		known_drop(l, id, now);
		return;
	}
	k->verdict = (uint8_t)verdict;
	path_tell(l, &s.prefix, was, now);
}

/* ---- routes ---- */

static struct telling
telling_of(const struct learn *l, const struct kernel_route *r)
{
	struct telling t = { .route = r };
	struct learn_subject s = { .prefix = r->prefix,
		.table = r->table,
		.protocol = r->protocol,
		.type = r->type,
		.count = r->count };
	unsigned int i;

	for (i = 0; i < r->count; i++)
		s.link[i] = link_now(l, r->path[i].index);
	t.meant = learn_judge(l->rules, &s, &t.verdict);
	return t;
}

/* A new record, or one that is told in another shape. */
static void
known_put(struct learn *l, uint32_t id, const struct telling *t, int64_t now)
{
	const struct prefix *prefix = &t->route->prefix;
	enum rib_refusal was = verdict_of(l, prefix);

	assert(!learn_rules_is_own(l->rules, t->route->protocol));
	if (id == 0)
		id = learn_known_add(&l->store, t->route);
	else
		learn_known_set(&l->store, id, t->route);
	known_at(l, id)->dump = l->dump;
	known_at(l, id)->verdict = (uint8_t)t->verdict;
	path_tell(l, prefix, was, now);
}

/*
 * The key is known.  In a dump the first to be told is the one that we know,
 * in whatever shape, and any other stands beside it; so does one that comes
 * and takes nobody's place.
 */
static void
known_told(struct learn *l, uint32_t id, const struct telling *t, int64_t now)
{
	struct learn_known *k = known_at(l, id);
	bool first = l->dumping && k->dump != l->dump;

	if (k->shape == learn_shape(&l->store, t->route)) {
		k->dump = l->dump;
		k->several &= !first;
		return;
	}
	if (!t->route->replaces)
		k->several = !first;
	if (t->meant)
		known_put(l, id, t, now);
	else if (t->route->replaces)
		known_drop(l, id, now);
}

static void
route_told(struct learn *l, const struct kernel_route *r, int64_t now)
{
	uint32_t id = learn_known_find(&l->store, r);
	struct telling t = telling_of(l, r);

	if (id != 0)
		known_told(l, id, &t, now);
	else if (t.meant)
		known_put(l, 0, &t, now);
}

static bool
route_gone(struct learn *l, const struct kernel_route *r, int64_t now)
{
	uint32_t id = learn_known_find(&l->store, r);

	if (id == 0)
		return true;
	if (known_at(l, id)->several ||
	    known_at(l, id)->shape != learn_shape(&l->store, r))
		return false;
	known_drop(l, id, now);
	return true;
}

bool
learn_route(
    struct learn *l, const struct kernel_route *r, bool gone, int64_t now)
{
	if (l->conf->nlearn == 0)
		return true;
	if (gone)
		return route_gone(l, r, now);
	route_told(l, r, now);
	return true;
}

/* ---- links and addresses ---- */

/* A link that is taken down takes a route along if it has no other. */
static bool
is_lost(const struct learn *l, const struct learn_known *k)
{
	const struct kernel_link *link;
	const struct learn_member *m;
	uint32_t id;

	for (id = k->members; id != 0; id = m->of_route) {
		m = learn_member_at(&l->store, id);
		link = link_now(l, learn_member_index(&l->store, m));
		if (link != NULL && link->up)
			return false;
	}
	return true;
}

/* The next route of the link; one may have several paths over it. */
static uint32_t
next_route(const struct learn *l, uint32_t id)
{
	const struct learn_member *m = learn_member_at(&l->store, id);
	uint32_t known = m->known;

	while (m->known == known && (id = m->after) != 0)
		m = learn_member_at(&l->store, id);
	return id;
}

bool
learn_link(struct learn *l, uint32_t index, const struct kernel_link *before,
    int64_t now)
{
	const struct kernel_link *after = link_now(l, index);
	uint32_t id, next, known;

	for (id = learn_members(&l->store, index); id != 0; id = next) {
		next = next_route(l, id);
		known = learn_member_at(&l->store, id)->known;
		if (is_lost(l, known_at(l, known)))
			known_drop(l, known, now);
		else
			known_judge(l, known, now);
	}
	return before == NULL || after == NULL ||
	    !learn_rules_tell_apart(l->rules, before->name, after->name);
}

bool
learn_address_gone(const struct learn *l, const struct address *address)
{
	return address->family != FAMILY_IPV4 || l->store.sourced == 0;
}

/* ---- all of them ---- */

void
learn_configure(struct learn *l, const struct conf *conf, int64_t now)
{
	uint32_t id;

	learn_rules_free(l->rules);
	l->rules = learn_rules_new(conf);
	l->conf = conf;
	for (id = 1; id < l->store.known.high; id++) {
		if (known_at(l, id)->used)
			known_judge(l, id, now);
	}
}

size_t
learn_tables(const struct conf *conf, uint32_t tables[KERNEL_TABLES])
{
	const struct conf_learn *rule;
	size_t i, j, n = 0;

	for (i = 0; i < conf->nlearn; i++) {
		rule = &conf->learn[i];
		for (j = 0; j < rule->ntables; j++) {
			assert(n < KERNEL_TABLES);
			tables[n++] = rule->tables[j];
		}
	}
	return n;
}

void
learn_dump_begin(struct learn *l)
{
	l->dumping = true;
	l->dump++;
}

void
learn_dump_end(struct learn *l, int64_t now)
{
	uint32_t id;

	l->dumping = false;
	for (id = 1; id < l->store.known.high; id++) {
		if (known_at(l, id)->used && known_at(l, id)->dump != l->dump)
			known_drop(l, id, now);
	}
}

/* ---- who asks ---- */

static void
view_fill(const struct learn *l, uint32_t id, struct learn_view *view)
{
	const struct learn_known *k = known_at(l, id);
	const struct learn_member *m;
	uint32_t at;

	*view = (struct learn_view){ .prefix = k->prefix,
		.table = k->table,
		.metric = k->metric,
		.protocol = k->protocol,
		.type = k->type,
		.verdict = k->verdict,
		.gateway = k->gateway };
	for (at = k->members; at != 0; at = m->of_route) {
		m = learn_member_at(&l->store, at);
		if (view->count++ == 0)
			view->index = learn_member_index(&l->store, m);
	}
}

uint32_t
learn_next(const struct learn *l, const struct prefix *prefix, uint32_t cursor,
    struct learn_view *view)
{
	uint32_t id = cursor == 0 ? learn_row(&l->store, prefix)
				  : known_at(l, cursor)->next;

	if (id != 0)
		view_fill(l, id, view);
	return id;
}

bool
learn_find(
    const struct learn *l, const struct prefix *prefix, struct learn_view *view)
{
	uint32_t id = chosen_of(l, prefix);

	if (id != 0)
		view_fill(l, id, view);
	return id != 0;
}

const struct prefix *
learn_block(const struct learn *l, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < l->conf->nblocks; i++) {
		if (prefix_contains(&l->conf->blocks[i], prefix))
			return &l->conf->blocks[i];
	}
	return NULL;
}

size_t
learn_bytes(const struct learn *l)
{
	return learn_store_bytes(&l->store);
}
