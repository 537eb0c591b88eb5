/* SPDX-License-Identifier: ISC */
/* show_fib.c - the routes wanted beside the routes in the kernel */

/*
 * One row for each prefix that the daemon wants in the kernel or has there,
 * by id over both families, or one prefix.  A row that is not in sync says
 * why: the errno, the protocol that owns the prefix, when it is tried again.
 * So does one that is in the kernel and of no use, because the route of
 * somebody else with a lower metric is beside it (shadow.c).  Where pools have
 * tunnels, a row says whether its paths go by one, and why not.
 * A route is text as ip-route(8) would have it, a list with one element for
 * each next hop.  Reads only; the kernel is not asked.
 */

#include <errno.h>
#include <string.h>

#include "bgpd/control/show.h"
#include "bgpd/encap.h"
#include "bgpd/shadow.h"
#include "bgpd/trouble.h"
#include "rib/mem.h"
#include "rib/text.h"

static const char *const types[] = {
	[KERNEL_BLACKHOLE] = "blackhole",
	[KERNEL_UNREACHABLE] = "unreachable",
	[KERNEL_PROHIBIT] = "prohibit",
	[KERNEL_OTHER] = "other",
};

/* One way that packets take; the owner is named when it is somebody else. */
static json_t *
way_text(const struct bgpd *b, const struct fib_wish *wish, unsigned int i,
    uint8_t owner)
{
	char protocol[CONF_PROTOCOL_STRLEN], buf[256];
	struct text t = text_of(buf, sizeof(buf));

	if (wish->type != KERNEL_UNICAST)
		text_add(&t, "%s", types[wish->type]);
	else
		shadow_hop_text(b, &wish->path[i], &t);
	if (owner != 0)
		text_add(&t, " proto %s", conf_protocol_name(owner, protocol));
	return record_value(buf);
}

static void
show_wish(json_t *record, const char *key, const struct bgpd *b,
    const struct fib_wish *wish, uint8_t owner)
{
	unsigned int i, count = wish->type == KERNEL_UNICAST ? wish->count : 1;

	for (i = 0; i < count && i < KERNEL_PATHS; i++)
		record_push(record, key, way_text(b, wish, i, owner));
}

/* The status, and what is not as it should be. */
static void
show_trouble(json_t *record, const struct bgpd *b, const struct fib_view *view)
{
	const struct nexthop_route *other;
	char owner[CONF_PROTOCOL_STRLEN], buf[256];
	bool beats = false;

	other = shadow_find(b, view, &beats);
	record_string(record, "status",
	    beats ? "shadowed" : fib_status_word(view->status));
	if (view->status == FIB_FAILED)
		record_text(record, "error", strerrorname_np(view->error));
	else if (view->status == FIB_CONFLICT && view->owner != 0)
		record_text(
		    record, "owner", conf_protocol_name(view->owner, owner));
	else if (other != NULL)
		record_text(record, "owner",
		    conf_protocol_name(other->protocol, owner));
	if (other != NULL)
		shadow_text(b, other, beats, buf, sizeof(buf));
	else
		trouble_text(view, buf, sizeof(buf));
	record_text(record, "reason", buf);
}

/* Why its paths go by the tunnel of their pool or not, each verdict once. */
static void
show_tunnel(json_t *record, const struct bgpd *b, const struct prefix *prefix)
{
	enum family f = prefix->address.family;
	uint32_t entry = rib_find(b->rib, prefix), cursor = 0;
	struct encap_way way;
	struct rib_path path;
	unsigned int seen = 1u << ENCAP_NONE;

	if (b->conf->ntunnels == 0 || entry == 0)
		return;
	while ((cursor = rib_path_next(b->rib, f, entry, cursor, &path)) != 0) {
		if (!path.multipath || path.nexthop == 0)
			continue;
		encap_way(b->encap, prefix, path.nexthop, &way);
		if ((seen & 1u << way.verdict) == 0)
			record_push(record, "tunnel",
			    record_value(encap_word(way.verdict)));
		seen |= 1u << way.verdict;
	}
}

static void
emit_view(struct request *r, const struct fib_view *view)
{
	json_t *record = record_new("fib");
	int64_t now = show_now(r);

	record_prefix(record, "prefix", &view->prefix);
	record_family(record, view->prefix.address.family);
	if (view->wanted)
		show_wish(record, "wanted", r->bgpd, &view->wish, 0);
	if (view->installed || view->foreign)
		show_wish(
		    record, "kernel", r->bgpd, &view->kernel, view->owner);
	show_tunnel(record, r->bgpd, &view->prefix);
	record_seconds(
	    record, "age", now > view->since ? now - view->since : 0);
	show_trouble(record, r->bgpd, view);
	if (view->retry_at > now)
		record_seconds(record, "retry_in", view->retry_at - now);
	request_emit(r, record);
}

/* The entry of that prefix; for an address the longest that covers it. */
static bool
entry_find(const struct bgpd *b, bool cover, struct prefix *prefix)
{
	struct address address = prefix->address;
	struct fib_view view;
	bool found = fib_find(b->fib, prefix, &view);

	while (!found && cover && prefix->length > 0) {
		*prefix = prefix_of(&address, prefix->length - 1u);
		found = fib_find(b->fib, prefix, &view);
	}
	return found;
}

void
show_fib_begin(struct request *r)
{
	r->state = xcalloc(1, sizeof(struct show_prefixes));
	if (r->bgpd->fib == NULL)
		request_fail(r, SCHEMA_FAILED, NULL,
		    "this node installs no routes: fib off");
	else
		show_prefixes(
		    r, r->state, entry_find, "FIB entry", "bgpctl show fib");
}

/* cursor is the entry, stage the family; or cursor the prefix asked about. */
bool
show_fib_next(struct request *r)
{
	const struct show_prefixes *asked = r->state;
	struct fib_view view;

	if (asked->given) {
		if (r->cursor == asked->count)
			return false;
		if (fib_find(r->bgpd->fib, &asked->at[r->cursor++], &view))
			emit_view(r, &view);
		return true;
	}
	if (r->stage == FAMILY_MAX)
		return false;
	r->cursor = fib_walk(r->bgpd->fib, r->stage, r->cursor, &view);
	if (r->cursor == 0)
		r->stage++;
	else
		emit_view(r, &view);
	return true;
}
