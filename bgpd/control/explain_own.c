/* SPDX-License-Identifier: ISC */
/* explain_own.c - paths that this node says itself, and where it has them from
 */

/*
 * Own blocks and announced prefixes are the config's.  A learned route is the
 * kernel's: the evidence is the route as ip-route(8) would have it, and where
 * the kernel has several of the prefix, how many more.  Reads only.
 */

#include "bgpd/control/explain.h"
#include "bgpd/shadow.h"

/* "via 10.0.0.3 dev eth0 proto static metric 100 table 7" */
static void
add_route(const struct bgpd *b, const struct learn_view *view, struct text *t)
{
	const struct kernel_nexthop hop = { .gateway = view->gateway,
		.index = view->index };
	static const char *const nowhere[] = {
		[KERNEL_BLACKHOLE] = "blackhole",
		[KERNEL_UNREACHABLE] = "unreachable",
		[KERNEL_PROHIBIT] = "prohibit",
	};
	char protocol[CONF_PROTOCOL_STRLEN];

	if (view->type != KERNEL_UNICAST)
		text_add(t, "%s", nowhere[view->type]);
	else if (view->count == 0)
		text_add(t, "by a next hop object");
	else
		shadow_hop_text(b, &hop, t);
	if (view->count > 1)
		text_add(t, " and %u more", view->count - 1);
	text_add(t, " proto %s metric %u",
	    conf_protocol_name(view->protocol, protocol), view->metric);
	if (view->table != KERNEL_TABLE_MAIN)
		text_add(t, " table %u", view->table);
}

static unsigned int
count_others(const struct bgpd *b, const struct prefix *prefix)
{
	struct learn_view view;
	unsigned int count = 0;
	uint32_t cursor = 0;

	while ((cursor = learn_next(b->learn, prefix, cursor, &view)) != 0)
		count++;
	return count - 1;
}

static void
step_kernel(
    struct explain *e, const struct bgpd *b, const struct learn_view *view)
{
	unsigned int others = count_others(b, &view->prefix);
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));

	text_add(&t, "the kernel has it: ");
	add_route(b, view, &t);
	if (others > 0)
		text_add(&t, "; and %u more route%s that `learn` means", others,
		    others == 1 ? "" : "s");
	explain_step(e, "received", EXPLAIN_OK, buf);
}

/* What lies in a block is announced by that, so it is no failure. */
static void
step_learn(
    struct explain *e, const struct bgpd *b, const struct learn_view *view)
{
	const struct prefix *block = learn_block(b->learn, &view->prefix);
	char buf[EXPLAIN_TEXT], name[PREFIX_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	text_add(&t, "%s: ", rib_refusal_word(view->verdict));
	if (view->verdict == RIB_OWN_BLOCK && block != NULL)
		text_add(&t,
		    "it lies in %s, a block of this node, which is "
		    "announced as a whole",
		    prefix_format(block, name));
	else
		text_add(&t, "%s", rib_refusal_text(view->verdict));
	explain_step(e, "learn",
	    view->verdict == RIB_OWN_BLOCK ? EXPLAIN_NOTE : EXPLAIN_FAIL, buf);
}

bool
explain_own(struct explain *e, const struct bgpd *b,
    const struct prefix *prefix, const struct rib_path *path)
{
	struct learn_view view;

	if (path->source == RIB_LOCAL) {
		explain_step(e, "received", EXPLAIN_OK,
		    "this node originates it: blocks or announce");
		return true;
	}
	if (!learn_find(b->learn, prefix, &view))
		return false;
	step_kernel(e, b, &view);
	if (view.verdict != RIB_ACCEPTED) {
		step_learn(e, b, &view);
		return false;
	}
	explain_step(e, "learn", EXPLAIN_OK, "`learn` of the config means it");
	return true;
}

const char *
explain_own_fib(uint32_t source)
{
	switch (source) {
	case RIB_LOCAL: return "announced only: no block, so no route for it";
	case RIB_LEARNED: return "the kernel's own route: nothing to install";
	default: return NULL;
	}
}

void
explain_used(
    const struct bgpd *b, const char *name, uint32_t source, struct text *t)
{
	if (source == RIB_LOCAL)
		text_add(t, "%s is this node's own", name);
	else if (source == RIB_LEARNED)
		text_add(t, "%s is learned from the kernel", name);
	else
		text_add(
		    t, "%s is used, from %s", name, explain_source(b, source));
}

void
show_learned(json_t *record, const struct bgpd *b, const struct prefix *prefix)
{
	const struct kernel_link *link;
	char protocol[CONF_PROTOCOL_STRLEN];
	struct learn_view view;

	if (!learn_find(b->learn, prefix, &view))
		return;
	link = node_find_link(b->node, view.index);
	if (link != NULL)
		record_string(record, "device", link->name);
	record_string(
	    record, "protocol", conf_protocol_name(view.protocol, protocol));
	record_number(record, "metric", view.metric);
	record_number(record, "table", view.table);
}
