/* SPDX-License-Identifier: ISC */
/* show_fib.c - the routes wanted beside the routes in the kernel */

/*
 * One row for each prefix that the daemon wants in the kernel or has there,
 * by id over both families, or one prefix.  A row that is not in sync says
 * why: the errno, the protocol that owns the prefix, when it is tried again.
 * A route is text as ip-route(8) would have it, a list with one element for
 * each next hop.  Reads only; the kernel is not asked.
 */

#include <errno.h>
#include <string.h>

#include "bgpd/control/show.h"
#include "bgpd/trouble.h"
#include "rib/text.h"

static const char *const types[] = {
	[KERNEL_BLACKHOLE] = "blackhole",
	[KERNEL_UNREACHABLE] = "unreachable",
	[KERNEL_PROHIBIT] = "prohibit",
	[KERNEL_OTHER] = "other",
};

/* "via 10.0.0.2 dev eth0 weight 2 onlink" */
static json_t *
hop_text(const struct bgpd *b, const struct kernel_nexthop *hop)
{
	const struct kernel_link *link = node_find_link(b->node, hop->index);
	char address[ADDRESS_STRLEN], buf[256];
	struct text t = text_of(buf, sizeof(buf));

	if (!address_is_unset(&hop->gateway))
		text_add(&t, "via %s ", address_format(&hop->gateway, address));
	if (link != NULL)
		text_add(&t, "dev %s", link->name);
	else
		text_add(&t, "dev #%u", (unsigned int)hop->index);
	if (hop->weight > 1)
		text_add(&t, " weight %u", hop->weight);
	if (hop->onlink)
		text_add(&t, " onlink");
	if (hop->dead)
		text_add(&t, " dead");
	return record_value(buf);
}

static void
show_wish(json_t *record, const char *key, const struct bgpd *b,
    const struct fib_wish *wish)
{
	unsigned int i;

	if (wish->type != KERNEL_UNICAST) {
		record_push(record, key, record_value(types[wish->type]));
		return;
	}
	for (i = 0; i < wish->count && i < KERNEL_PATHS; i++)
		record_push(record, key, hop_text(b, &wish->path[i]));
}

static void
show_trouble(json_t *record, const struct fib_view *view, int64_t now)
{
	char owner[16], buf[256];

	if (view->status == FIB_FAILED)
		record_text(record, "error", strerrorname_np(view->error));
	else if (view->status == FIB_CONFLICT && view->owner != 0)
		record_text(
		    record, "owner", trouble_owner(view->owner, owner));
	trouble_text(view, buf, sizeof(buf));
	record_text(record, "reason", buf);
	if (view->retry_at > now)
		record_seconds(record, "retry_in", view->retry_at - now);
}

static void
emit_view(struct request *r, const struct fib_view *view)
{
	json_t *record = record_new("fib");
	int64_t now = show_now(r);

	record_prefix(record, "prefix", &view->prefix);
	record_family(record, view->prefix.address.family);
	if (view->wanted)
		show_wish(record, "wanted", r->bgpd, &view->wish);
	if (view->installed)
		show_wish(record, "kernel", r->bgpd, &view->kernel);
	record_string(record, "status", fib_status_word(view->status));
	record_seconds(
	    record, "age", now > view->since ? now - view->since : 0);
	show_trouble(record, view, now);
	request_emit(r, record);
}

void
show_fib_begin(struct request *r)
{
	struct prefix prefix;
	struct fib_view view;
	char buf[PREFIX_STRLEN];
	enum show_prefix given = show_prefix(r, &prefix);

	if (r->bgpd->fib == NULL)
		request_fail(r, SCHEMA_FAILED, NULL,
		    "this node installs no routes: fib off");
	else if (given != SHOW_PREFIX_NONE && given != SHOW_PREFIX_BAD &&
	    !fib_find(r->bgpd->fib, &prefix, &view))
		request_fail(r, SCHEMA_NO_SUCH, "bgpctl show fib",
		    "no FIB entry for %s", prefix_format(&prefix, buf));
}

/* cursor is the entry, stage the family. */
bool
show_fib_next(struct request *r)
{
	struct prefix prefix;
	struct fib_view view;

	if (show_prefix(r, &prefix) != SHOW_PREFIX_NONE) {
		if (fib_find(r->bgpd->fib, &prefix, &view))
			emit_view(r, &view);
		return false;
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
