/* SPDX-License-Identifier: ISC */
/* show_nexthops.c - where routes lead, as they were told and as installed */

/*
 * Two kinds of records.  First the next hops that neighbors named, each with
 * the way that it was resolved to, or why there is none, and the object that
 * stands for it.  Then what the kernel has: one record for each next hop object
 * of ours, for each set of gateways that routes carry by themselves, and for
 * each that routes wait for.  Walked by id; reads only.
 */

#include <string.h>

#include "bgpd/control/show.h"
#include "bgpd/shadow.h"
#include "rib/text.h"

enum stage { STAGE_NAMED, STAGE_KERNEL, STAGE_END };

/* ---- as they were told ---- */

static void
show_address(json_t *record, const struct bgpd *b, const struct nexthop_view *v)
{
	const struct kernel_link *link = node_find_link(b->node, v->scope);
	char buf[ADDRESS_STRLEN + KERNEL_IFNAME + 1], address[ADDRESS_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	text_add(&t, "%s", address_format(&v->address, address));
	if (v->scope != 0 && link != NULL)
		text_add(&t, "%%%s", link->name);
	record_text(record, "address", buf);
}

static void
show_way(json_t *record, const struct bgpd *b, const struct nexthop_result *way)
{
	const struct kernel_nexthop hop = {
		.gateway = way->gateway,
		.index = way->index,
		.onlink = way->onlink,
	};
	char buf[256];
	struct text t = text_of(buf, sizeof(buf));
	enum family f;
	uint32_t id;

	shadow_hop_text(b, &hop, &t);
	record_text(record, "via", buf);
	record_number(record, "metric", way->metric);
	record_flag(record, "connected", way->connected);
	record_flag(record, "recursive", way->recursive);
	for (f = 0; f < FAMILY_MAX && b->fib != NULL; f++) {
		id = fib_way_object(b->fib, f, &hop);
		if (id != 0)
			record_push(record, "objects", json_integer(id));
	}
}

static void
emit_named(struct request *r, const struct nexthop_view *v)
{
	json_t *record = record_new("bgp_nexthop");

	show_address(record, r->bgpd, v);
	record_family(record, v->address.family);
	record_text(record, "status", nexthop_state_word(v->result.state));
	if (v->result.state == NEXTHOP_RESOLVED)
		show_way(record, r->bgpd, &v->result);
	else
		record_text(
		    record, "reason", nexthop_state_text(v->result.state));
	record_number(record, "paths", v->users);
	request_emit(r, record);
}

/* ---- as they are installed ---- */

static const char *
kind_of(const struct fib_way *way)
{
	if (way->hops.type != KERNEL_UNICAST)
		return "blackhole";
	if (way->object == 0)
		return "gateways";
	return way->group ? "group" : "single";
}

static void
show_status(json_t *record, const struct fib_way *way)
{
	record_text(record, "status", fib_status_word(way->status));
	if (way->status == FIB_FAILED) {
		record_text(record, "error", strerrorname_np(way->error));
		record_text(record, "reason", strerror(way->error));
	} else if (way->object != 0 && way->hops.count == 0) {
		record_text(record, "reason", "the kernel is asked");
	}
}

static void
emit_way(struct request *r, const struct fib_way *way)
{
	json_t *record = record_new("nexthop");
	unsigned int i;
	struct text t;
	char buf[256];

	if (way->object != 0)
		record_number(record, "id", way->object);
	record_text(record, "kind", kind_of(way));
	if (way->hops.type == KERNEL_UNICAST)
		record_family(record, way->family);
	for (i = 0; i < way->hops.count; i++) {
		t = text_of(buf, sizeof(buf));
		shadow_hop_text(r->bgpd, &way->hops.path[i], &t);
		record_push(record, "via", record_value(buf));
	}
	for (i = 0; i < way->members; i++)
		record_push(record, "members", json_integer(way->member[i]));
	record_number(record, "routes", way->routes);
	record_number(record, "wanted", way->wanted);
	show_status(record, way);
	request_emit(r, record);
}

static uint32_t
named_next(struct request *r)
{
	struct nexthop_view view;
	uint32_t cursor =
	    nexthop_walk(rib_nexthops(r->bgpd->rib), r->cursor, &view);

	if (cursor != 0)
		emit_named(r, &view);
	return cursor;
}

static uint32_t
kernel_next(struct request *r)
{
	struct fib_way way;
	uint32_t cursor;

	if (r->bgpd->fib == NULL)
		return 0;
	cursor = fib_way_walk(r->bgpd->fib, r->cursor, &way);
	if (cursor != 0)
		emit_way(r, &way);
	return cursor;
}

bool
show_nexthops_next(struct request *r)
{
	if (r->stage == STAGE_END)
		return false;
	r->cursor = r->stage == STAGE_NAMED ? named_next(r) : kernel_next(r);
	if (r->cursor == 0)
		r->stage++;
	return true;
}
