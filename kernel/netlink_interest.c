/* SPDX-License-Identifier: ISC */
/* netlink_interest.c - the monitor's filter, and what it rests on */

/*
 * The filter (netlink_filter.c) drops what is of no interest by the index of a
 * link, so here is kept which links matter: all but those with a pod's name,
 * and of these the ones that have a subnet, or a route to more than one host,
 * for names prove nothing.  Each link that comes to matter makes a new filter.
 * If the link was there before, a dump follows, for what was dropped of it.
 *
 * Dumps are not filtered by the kernel, and are judged here by the same rules,
 * so that nothing is told of which the end would not be.  The links of pods are
 * put aside while a dump runs, until something says that one of them matters.
 */

#include <sys/socket.h>

#include <assert.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/interest.h"
#include "kernel/netlink_private.h"
#include "rib/mem.h"

static void
filter_attach(struct netlink *n)
{
	struct sock_filter code[NETLINK_FILTER_CODE];
	struct sock_fprog program = { .filter = code };
	struct netlink_filter *f = &n->filter;
	size_t i;

	n->links.changed = false;
	f->nlinks = n->links.count;
	for (i = 0; i < f->nlinks && i < NETLINK_FILTER_LINKS; i++)
		f->links[i] = n->links.at[i].index;
	program.len = (unsigned short)netlink_filter_write(&n->filter, code);
	/* Without it more is sent, and judged here. */
	(void)setsockopt(nl_socket_get_fd(n->monitor), SOL_SOCKET,
	    SO_ATTACH_FILTER, &program, sizeof(program));
}

/* Ours, the main one, and these; each of them once. */
static void
tables_set(struct netlink *n, const uint32_t *tables, size_t count)
{
	struct netlink_filter *f = &n->filter;
	size_t i;

	assert(count <= KERNEL_TABLES);
	f->ntables = 0;
	f->tables[f->ntables++] = n->table;
	if (n->table != KERNEL_TABLE_MAIN)
		f->tables[f->ntables++] = KERNEL_TABLE_MAIN;
	for (i = 0; i < count; i++) {
		if (!netlink_filter_hears(f, tables[i]))
			f->tables[f->ntables++] = tables[i];
	}
}

void
netlink_interest_init(struct netlink *n)
{
	struct netlink_filter *f = &n->filter;
	enum family family;

	f->port = n->monitor_port;
	for (family = 0; family < FAMILY_MAX; family++)
		f->ignored[f->nignored++] =
		    nl_socket_get_local_port(n->request[family]);
	tables_set(n, NULL, 0);
	f->interest.pods = true;
	filter_attach(n);
}

void
netlink_interest_clear(struct netlink *n)
{
	free(n->links.at);
	free(n->links.aside);
}

void
netlink_interest_tables(struct netlink *n, const uint32_t *tables, size_t count)
{
	tables_set(n, tables, count);
	filter_attach(n);
}

void
netlink_interest_set(struct netlink *n, const struct kernel_interest *interest)
{
	n->filter.interest = *interest;
	filter_attach(n);
}

/* ---- the links that matter ---- */

static size_t
link_place(const struct links *l, uint32_t index)
{
	size_t low = 0, high = l->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (l->at[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Notes that it is there, for the end of a dump. */
static bool
link_saw(struct links *l, uint32_t index)
{
	size_t at = link_place(l, index);

	if (at == l->count || l->at[at].index != index)
		return false;
	l->at[at].seen = true;
	return true;
}

static bool
link_matters(const struct links *l, uint32_t index)
{
	size_t at = link_place(l, index);

	return at < l->count && l->at[at].index == index;
}

static void
link_drop(struct links *l, uint32_t index)
{
	size_t at = link_place(l, index);

	if (at == l->count || l->at[at].index != index)
		return;
	memmove(l->at + at, l->at + at + 1, (--l->count - at) * sizeof(*l->at));
	l->changed = true;
}

static void
link_keep(struct netlink *n, uint32_t index)
{
	struct links *l = &n->links;
	size_t at = link_place(l, index);

	l->at = xreallocarray(l->at, l->count + 1, sizeof(*l->at));
	memmove(l->at + at + 1, l->at + at, (l->count++ - at) * sizeof(*l->at));
	l->at[at] = (struct link_kept){ index, true };
	l->changed = true;
	if (n->dump.running && n->dump.step == 0)
		return; /* there are more to come */
	filter_attach(n);
}

/* A pod's link is none: it is told now, or read with all the rest. */
static void
link_promote(struct netlink *n, uint32_t index)
{
	struct links *l = &n->links;
	size_t i;

	link_keep(n, index);
	for (i = l->naside; i-- > 0;) {
		if (l->aside[i].index != index)
			continue;
		n->events->link(n->arg, &l->aside[i], false);
		return;
	}
	netlink_dump_want(n);
}

static void
link_aside(struct links *l, const struct kernel_link *link)
{
	l->aside = xreallocarray(l->aside, l->naside + 1, sizeof(*l->aside));
	l->aside[l->naside++] = *link;
}

/* ---- is it to be told? ---- */

static bool
takes_link(struct netlink *n, const struct netlink_event *e)
{
	if (e->gone) {
		link_drop(&n->links, e->link.index);
		return true;
	}
	if (link_saw(&n->links, e->link.index))
		return true;
	if (!interest_is_pod(e->link.name)) {
		link_keep(n, e->link.index);
		/* Its first events were dropped. */
		if (!n->dump.running && !n->filter.interest.pods)
			netlink_dump_want(n);
		return true;
	}
	if (n->dump.running && !n->filter.interest.pods)
		link_aside(&n->links, &e->link);
	return n->filter.interest.pods;
}

static bool
takes_address(struct netlink *n, const struct netlink_event *e)
{
	const struct kernel_address *a = &e->address;

	if (n->filter.interest.pods || e->gone ||
	    link_matters(&n->links, a->index))
		return true;
	if (address_is_link_local(&a->address) ||
	    a->length == family_bits(a->address.family))
		return false;
	link_promote(n, a->index);
	return true;
}

static bool
takes_route(struct netlink *n, const struct netlink_event *e)
{
	const struct kernel_route *r = &e->route;

	if (n->filter.interest.pods || r->count != 1 || r->path[0].index == 0 ||
	    link_matters(&n->links, r->path[0].index))
		return true;
	if (interest_is_pod_host(&n->filter.interest, &r->prefix) ||
	    address_is_link_local(&r->prefix.address) ||
	    address_is_multicast(&r->prefix.address))
		return false;
	if (!e->gone)
		link_promote(n, r->path[0].index);
	return true;
}

bool
netlink_interest_takes(
    struct netlink *n, enum netlink_told told, const struct netlink_event *e)
{
	switch (told) {
	case NETLINK_TOLD_LINK: return takes_link(n, e);
	case NETLINK_TOLD_ADDRESS: return takes_address(n, e);
	case NETLINK_TOLD_ROUTE: return takes_route(n, e);
	case NETLINK_TOLD_NOTHING:
	case NETLINK_TOLD_MALFORMED:
	case NETLINK_TOLD_OBJECT: break;
	}
	return true;
}

/* ---- dumps ---- */

void
netlink_interest_dump_begin(struct netlink *n)
{
	size_t i;

	for (i = 0; i < n->links.count; i++)
		n->links.at[i].seen = false;
	n->links.naside = 0;
}

void
netlink_interest_dump_links(struct netlink *n)
{
	struct links *l = &n->links;
	size_t i, kept = 0;

	for (i = 0; i < l->count; i++) {
		if (l->at[i].seen)
			l->at[kept++] = l->at[i];
	}
	l->changed |= kept != l->count;
	l->count = kept;
	if (l->changed)
		filter_attach(n);
}

void
netlink_interest_dump_end(struct netlink *n)
{
	free(n->links.aside);
	n->links.aside = NULL;
	n->links.naside = 0;
}
