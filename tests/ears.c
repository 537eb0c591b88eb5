/* SPDX-License-Identifier: ISC */
/* ears.c - members of update groups that write down what they hear */
/*
 * What an ear hears is decoded, its attributes are interned in a table of the
 * test's own; what it should hear is encoded alone and decoded the same way.
 * So two ids are equal when a peer could not tell the difference.
 */
#include "tests/ears.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session.h"
#include "rib/mem.h"
#include "tests/testing.h"

#define AS 64512u

enum source_kind
crowd_kind(size_t i)
{
	static const enum source_kind kinds[] = { SOURCE_INTERNAL,
		SOURCE_CLIENT, SOURCE_EXTERNAL };

	return kinds[i % 3];
}

struct prefix
crowd_prefix(enum family f, size_t i)
{
	struct prefix p = { { .family = (uint8_t)f }, 24 };

	assert_true(i < CROWD_PREFIXES);
	if (f == FAMILY_IPV4) {
		p.address = address_v4(0x0a000000u + ((uint32_t)i << 8));
		return p;
	}
	p.address.bytes[0] = 0xfd;
	p.address.bytes[4] = (uint8_t)(i >> 8);
	p.address.bytes[5] = (uint8_t)i;
	p.length = 48;
	return p;
}

static size_t
prefix_number(const struct prefix *p)
{
	size_t last = p->address.family == FAMILY_IPV4 ? 2 : 5;

	return p->address.bytes[last - 1] * 256u + p->address.bytes[last];
}

/* 192.0.2.N, fd00:ffff::N */
static struct address
host(enum family f, uint32_t n)
{
	struct address a = { .family = FAMILY_IPV6 };

	if (f == FAMILY_IPV4)
		return address_v4(0xc0000200u + n);
	a.bytes[0] = 0xfd;
	a.bytes[2] = 0xff;
	a.bytes[3] = 0xff;
	a.bytes[15] = (uint8_t)n;
	return a;
}

static void
add_link(struct crowd *c, enum family f)
{
	const struct address net = host(f, 0);
	struct nexthop_route route = { .index = 2 };

	route.prefix = prefix_of(&net, f == FAMILY_IPV4 ? 24 : 64);
	route.gateway.family = (uint8_t)f;
	route.source.family = (uint8_t)f;
	nexthop_route_add(rib_nexthops(c->rib), &route);
}

void
crowd_init(struct crowd *c)
{
	struct rib_source who = { .as = AS };
	size_t i;

	memset(c, 0, sizeof(*c));
	c->prefixes = 24;
	c->rib = rib_new(0);
	c->seen = attr_table_new(0);
	c->groups = groups_new(c->rib, &c->env);
	c->scratch = xmalloc(sizeof(*c->scratch));
	c->room = xmalloc(sizeof(*c->room));
	add_link(c, FAMILY_IPV4);
	add_link(c, FAMILY_IPV6);
	for (i = 0; i < CROWD_SOURCES; i++) {
		who.kind = crowd_kind(i);
		who.as = who.kind == SOURCE_EXTERNAL ? 65000 + (uint32_t)i : AS;
		who.identifier = 100 + (uint32_t)i;
		who.address = host(FAMILY_IPV4, 100 + (uint32_t)i);
		c->source[i] = rib_source_add(c->rib, &who);
	}
}

void
crowd_clear(struct crowd *c)
{
	groups_free(c->groups);
	rib_free(c->rib);
	attr_table_free(c->seen);
	free(c->scratch);
	free(c->room);
}

static void
touch(struct crowd *c, enum family f, size_t prefix)
{
	c->touched[f][prefix] = ++c->clock;
}

/* An AS_SEQUENCE of so many; 255 at most. */
static struct span
path_of(uint8_t *bytes, unsigned int hops)
{
	unsigned int i;

	bytes[0] = 2;
	bytes[1] = (uint8_t)hops;
	for (i = 0; i < hops; i++)
		memcpy(bytes + 2 + 4 * i, "\0\0\xfe\0", 4); /* 65024 */
	return (struct span){ bytes, hops > 0 ? 2 + 4 * hops : 0 };
}

static void
variant_attrs(unsigned int variant, enum family f, uint32_t source,
    uint8_t *path, struct attrs *a)
{
	static const uint8_t no_export[] = { 0xff, 0xff, 0xff, 0x01 };
	static const unsigned int hops[CROWD_VARIANTS] = { 0, 1, 1, 2, 3, 60 };

	*a = (struct attrs){ .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
		    ATTR_HAS_NEXT_HOP | ATTR_HAS_LOCAL_PREF,
		.local_pref = 100,
		.next_hop = host(f, source) };
	a->as_path = path_of(path, hops[variant]);
	if (variant == 2)
		a->communities = (struct span){ no_export, sizeof(no_export) };
	if (variant == 4) {
		a->has |= ATTR_HAS_MED;
		a->med = 7;
	}
}

void
crowd_say_path(struct crowd *c, uint32_t source, enum family f, size_t prefix,
    uint32_t path_id, unsigned int variant)
{
	struct prefix p = crowd_prefix(f, prefix);
	struct rib_input in = { .source = source, .path_id = path_id };
	uint8_t path[2 + 4 * 255];
	struct attrs a;

	variant_attrs(variant, f, source, path, &a);
	in.received = attr_intern(rib_attrs(c->rib), &a);
	in.accepted = in.received;
	rib_update(c->rib, &p, &in, 1000);
	attr_unref(rib_attrs(c->rib), in.received);
	touch(c, f, prefix);
}

void
crowd_unsay_path(struct crowd *c, uint32_t source, enum family f, size_t prefix,
    uint32_t path_id)
{
	struct prefix p = crowd_prefix(f, prefix);

	if (rib_withdraw(c->rib, &p, source, path_id))
		touch(c, f, prefix);
}

void
crowd_say(struct crowd *c, uint32_t source, enum family f, size_t prefix,
    unsigned int variant)
{
	crowd_say_path(c, source, f, prefix, 0, variant);
}

void
crowd_unsay(struct crowd *c, uint32_t source, enum family f, size_t prefix)
{
	crowd_unsay_path(c, source, f, prefix, 0);
}

static void
sink(void *arg, const struct rib_change *change)
{
	struct crowd *c = arg;

	groups_change(c->groups, change);
}

void
crowd_decide(struct crowd *c)
{
	while (rib_run(c->rib, 1000, sink, c))
		;
}

void
crowd_settle(struct crowd *c)
{
	crowd_decide(c);
	while (groups_output(c->groups))
		;
}

uint32_t
crowd_entry(struct crowd *c, enum family f, size_t prefix)
{
	struct prefix p = crowd_prefix(f, prefix);

	return rib_find(c->rib, &p);
}

/* Ears. */

struct group_key
ear_key(enum source_kind kind, enum family f, uint32_t as, size_t max_size)
{
	struct group_key k = { .target = { .kind = kind,
				   .family = f,
				   .local_as = AS,
				   .remote_as = as,
				   .identifier = 1,
				   .cluster_id = 1,
				   .reflector = true } };

	k.target.self = host(f, 1);
	k.target.self_link_local.family = FAMILY_IPV6;
	k.target.policy.count = 1;
	k.target.policy.chain[0] = policy_builtin(POLICY_ALL);
	k.context.four_octet_as = true;
	k.context.internal = kind != SOURCE_EXTERNAL;
	k.context.family[f] = true;
	k.context.max_size = max_size;
	return k;
}

/* Both next hops where the rest looks for one. */
static uint32_t
seen_attrs(struct crowd *c, const struct update *u, enum update_field field)
{
	struct attrs a = u->attrs;

	if (field == UPDATE_MP_REACH) {
		a.next_hop = u->mp_next_hop;
		a.link_local = u->mp_link_local;
		a.has |= ATTR_HAS_NEXT_HOP;
	}
	return attr_intern(c->seen, &a);
}

static bool
hears_paths(const struct ear *e)
{
	return e->key.context.add_path[e->family];
}

/* Replaces what it has under that identifier; attrs 0 takes it away. */
static void
hear_path(struct ear *e, const struct update_route *route, uint32_t attrs)
{
	size_t prefix = prefix_number(&route->prefix), i;

	for (i = 0; i < e->npaths; i++)
		if (e->path[i].prefix == prefix &&
		    e->path[i].path_id == route->path_id)
			break;
	if (attrs != 0) {
		assert_true(i < EAR_PATHS);
		assert_int_not_equal(route->path_id, 0);
		e->path[i] =
		    (struct heard){ prefix, route->path_id, attrs, false };
		e->npaths += i == e->npaths;
	} else if (i < e->npaths)
		e->path[i] = e->path[--e->npaths];
}

static void
hear_field(struct ear *e, const struct update *u, enum update_field which)
{
	const struct update_nlri *field = &u->field[which];
	bool announced = which == UPDATE_NLRI || which == UPDATE_MP_REACH;
	struct rd cursor = rd_of(field->bytes);
	struct update_route route;
	uint32_t attrs;

	assert_int_equal(field->family, e->family);
	while (update_next(&e->key.context, e->family, &cursor, &route)) {
		attrs = announced ? seen_attrs(e->crowd, u, which) : 0;
		if (hears_paths(e))
			hear_path(e, &route, attrs);
		else {
			e->has[prefix_number(&route.prefix)] = attrs;
			e->stale[prefix_number(&route.prefix)] = false;
		}
		e->announced += announced;
		e->withdrawn += !announced;
	}
}

static void
hear_message(struct ear *e, struct span body)
{
	enum update_field f;
	struct update u;

	update_decode(&e->key.context, body, e->crowd->scratch, &u);
	assert_int_equal(u.error.severity, SEVERITY_OK);
	assert_int_equal(u.end_of_rib, FAMILY_MAX);
	for (f = 0; f < UPDATE_FIELD_MAX; f++)
		if (u.field[f].present)
			hear_field(e, &u, f);
	e->messages++;
}

static void
ear_send(void *arg, struct chunk *chunk, size_t offset, size_t length)
{
	struct ear *e = arg;
	struct span rest = { chunk->bytes + offset, length };
	struct msg_error error = { .severity = SEVERITY_OK };
	struct msg_header header;

	assert_true(e->joined);
	assert_true(!e->blocked || e->joining);
	assert_true(length > 0 && offset + length <= chunk->length);
	while (rest.length > 0) {
		assert_int_equal(
		    msg_frame(rest, e->key.context.max_size, &header, &error),
		    FRAME_WHOLE);
		hear_message(e, header.body);
		rest.data += header.length;
		rest.length -= header.length;
	}
	e->sends++;
	e->bytes += length;
	e->chunk = chunk;
}

static bool
ear_ready(void *arg)
{
	struct ear *e = arg;

	return !e->blocked;
}

/* Of what has not changed since it joined, all must be there. */
static void
ear_synced(void *arg, enum family f)
{
	struct ear *e = arg;
	size_t i;

	assert_int_equal(f, e->family);
	assert_int_equal(e->synced, 0);
	e->synced++;
	for (i = 0; i < e->crowd->prefixes; i++)
		if (e->crowd->touched[f][i] <= e->joined_at)
			ear_check_prefix(e, i);
}

/* What was not said again between the two is gone: RFC 7313 4. */
static void
ear_refresh(void *arg, enum family f, enum msg_refresh_kind kind)
{
	struct ear *e = arg;
	size_t i;

	assert_int_equal(f, e->family);
	assert_int_equal(e->synced, 1);
	assert_int_equal(e->refreshing, kind == REFRESH_END);
	e->refreshing = kind == REFRESH_BEGIN;
	e->refreshed += kind == REFRESH_END;
	for (i = 0; i < CROWD_PREFIXES; i++) {
		if (kind == REFRESH_END && e->stale[i])
			e->has[i] = 0;
		e->stale[i] = kind == REFRESH_BEGIN;
	}
	for (i = e->npaths; i-- > 0;) {
		if (kind == REFRESH_END && e->path[i].stale)
			e->path[i] = e->path[--e->npaths];
		else
			e->path[i].stale = kind == REFRESH_BEGIN;
	}
}

static const struct group_member_ops ear_ops = { .send = ear_send,
	.ready = ear_ready,
	.synced = ear_synced,
	.refresh = ear_refresh };

void
ear_init(struct ear *e, struct crowd *c, uint32_t source, enum family f)
{
	*e = (struct ear){ .crowd = c, .source = source, .family = f };
}

void
ear_join(struct ear *e, const struct group_key *key)
{
	struct crowd *c = e->crowd;

	if (!e->joined)
		e->joined_at = c->clock;
	e->key = *key;
	e->joined = true;
	e->joining = true;
	groups_join(c->groups, e->family, e->source, key, &ear_ops, e);
	e->joining = false;
}

/* Its session is gone, and with it all that it had. */
void
ear_leave(struct ear *e)
{
	groups_leave(e->crowd->groups, e->family, e->source);
	e->joined = false;
	e->refreshing = false;
	e->synced = 0;
	memset(e->has, 0, sizeof(e->has));
	e->npaths = 0;
}

/* Through the wire and back, alone in a message; 0: it does not fit. */
static uint32_t
through_wire(struct ear *e, const struct attrs *a, const struct prefix *p)
{
	struct update_route route = { .prefix = *p };
	uint8_t bytes[MSG_MAX_SIZE];
	struct update_writer writer;
	struct span body;
	struct update u;
	struct wr w;

	w = wr_of(bytes, sizeof(bytes));
	if (!update_begin(&writer, &w, &e->key.context, e->family, a))
		return 0;
	assert_true(update_add(&writer, &route));
	update_end(&writer);
	body = wr_since(&w, MSG_HEADER_SIZE);
	update_decode(&e->key.context, body, e->crowd->scratch, &u);
	assert_int_equal(u.error.severity, SEVERITY_OK);
	return seen_attrs(e->crowd, &u,
	    u.field[UPDATE_NLRI].present ? UPDATE_NLRI : UPDATE_MP_REACH);
}

/* What the ear would hear of a path, or 0. */
static uint32_t
path_said(
    struct ear *e, const struct prefix *prefix, const struct rib_path *path)
{
	struct crowd *c = e->crowd;
	const struct rib_source *who = rib_source_get(c->rib, path->source);
	const struct export_source from = { who->kind, who->identifier };
	struct policy_route route = { .prefix = prefix };
	struct attrs in, out;

	attr_get(rib_attrs(c->rib), path->accepted, &in);
	route.attrs = &in;
	if (export_route(&e->key.target, &from, &c->env, &route, false, c->room,
		&out) != EXPORT_OK)
		return 0;
	return through_wire(e, &out, prefix);
}

/* What it should have of a prefix now: ids in seen; returns how many. */
static size_t
expected(struct ear *e, size_t prefix, uint32_t *attrs)
{
	struct rib *rib = e->crowd->rib;
	uint32_t entry = crowd_entry(e->crowd, e->family, prefix), said;
	struct prefix p = crowd_prefix(e->family, prefix);
	size_t most = hears_paths(e) ? e->key.paths : 1, n = 0, counted = 0;
	struct rib_path path;

	if (entry == 0)
		return 0;
	if (!hears_paths(e)) {
		if (!rib_best(rib, e->family, entry, &path) ||
		    path.source == e->source)
			return 0;
		attrs[0] = path_said(e, &p, &path);
		return attrs[0] != 0;
	}
	rib_usable(rib, e->family, entry, true);
	while ((most == 0 || counted < most) && rib_usable_next(rib, &path)) {
		said = path_said(e, &p, &path);
		counted += said != 0;
		if (said != 0 && path.source != e->source)
			attrs[n++] = said;
	}
	return n;
}

/* What it has: ids in seen. */
static size_t
has(const struct ear *e, size_t prefix, uint32_t *attrs)
{
	size_t i, n = 0;

	attrs[0] = e->has[prefix];
	if (!hears_paths(e))
		return attrs[0] != 0;
	for (i = 0; i < e->npaths; i++)
		if (e->path[i].prefix == prefix)
			attrs[n++] = e->path[i].attrs;
	return n;
}

static int
id_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
ear_check_prefix(struct ear *e, size_t prefix)
{
	uint32_t should[EAR_PATHS], is[EAR_PATHS];
	size_t n = expected(e, prefix, should);

	assert_int_equal(has(e, prefix, is), n);
	qsort(should, n, sizeof(*should), id_compare);
	qsort(is, n, sizeof(*is), id_compare);
	assert_memory_equal(is, should, n * sizeof(*is));
}

/* What the groups say that it was told; returns how many. */
static size_t
check_told(struct ear *e, size_t prefix, uint32_t entry)
{
	const struct group_asked asked = { e->family, e->source, entry };
	uint32_t is[EAR_PATHS], cursor = 0;
	size_t n = has(e, prefix, is), told = 0;
	struct group_told one;

	while ((cursor = groups_told(e->crowd->groups, &asked, cursor, &one)) !=
	    0) {
		assert_int_not_equal(one.attrs, 0);
		assert_int_not_equal(one.source, e->source);
		assert_int_equal(one.path_id != 0, hears_paths(e));
		told++;
	}
	assert_int_equal(told, n);
	assert_int_equal(groups_explain(e->crowd->groups, e->family, e->source,
			     entry) == EXPORT_OK,
	    n > 0);
	return n;
}

void
ear_check(struct ear *e)
{
	uint32_t entry;
	size_t i, told = 0;

	for (i = 0; i < e->crowd->prefixes; i++) {
		ear_check_prefix(e, i);
		entry = crowd_entry(e->crowd, e->family, i);
		if (entry != 0)
			told += check_told(e, i, entry);
	}
	assert_int_equal(
	    groups_told_count(e->crowd->groups, e->family, e->source), told);
	assert_int_equal(e->synced, 1);
}
