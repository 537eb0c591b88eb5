/* SPDX-License-Identifier: ISC */
/* node.c - this node: its links and addresses, the ones it peers from, its id
 */
/*
 * Two sorted arrays hold what the kernel told: links by index, addresses by
 * index and address.  node_judge.c hears what changed in them; another config
 * always has both families judged again.  Who asks finds the outcome here.
 *
 * An expected family without an address is what this daemon was started for:
 * each candidate is logged with the reason against it, and again when a
 * reason changes.  Nothing else depends on the outcome; the other family and
 * the process go on.
 *
 * Our own addresses are told to the next-hop table, without the link-local
 * ones, which name us on their own link only (pods' ends mostly share one).
 * Never done here: a look into the kernel, a socket, a clock.
 */
#include "bgpd/node.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/node_private.h"
#include "rib/mem.h"

static void
dirty_all(struct node *n)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		n->family[f].dirty = true;
}

/* xmemdup of an array that may be empty. */
static void *
array_copy(const void *at, size_t count, size_t size)
{
	return count > 0 ? xmemdup(at, count * size) : NULL;
}

static void
conf_forget(struct node *n)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		free(n->rules[f]);
	free(n->own);
	free(n->pools);
	free(n->name);
}

/* `address FAMILY none` is a rule like another. */
static void
rules_copy(struct node *n, const struct conf *conf, enum family f)
{
	if (conf->address_none[f]) {
		n->rules[f] = xcalloc(1, sizeof(*n->rules[f]));
		n->rules[f]->none = true;
		n->nrules[f] = 1;
		return;
	}
	n->nrules[f] = conf->nrules[f];
	n->rules[f] = array_copy(
	    conf->rules[f], conf->nrules[f], sizeof(*conf->rules[f]));
}

/* Does the mesh list other addresses for this node than before? */
static bool
is_relisted(const struct node *n, const struct conf *conf)
{
	size_t i;

	if (n->nown != conf->nown)
		return true;
	for (i = 0; i < n->nown; i++) {
		if (!address_equal(&n->own[i], &conf->own[i]))
			return true;
	}
	return false;
}

void
node_configure(struct node *n, const struct conf *conf)
{
	bool relisted = is_relisted(n, conf);
	enum family f;
	bool other_id;

	conf_forget(n);
	for (f = 0; f < FAMILY_MAX; f++) {
		rules_copy(n, conf, f);
		if (conf->expected[f] && !n->expected[f])
			n->family[f].report.due = true;
		n->expected[f] = conf->expected[f];
		n->family[f].relisted |= relisted;
	}
	n->nown = conf->nown;
	n->own = array_copy(conf->own, conf->nown, sizeof(*conf->own));
	n->npools = conf->npools + conf->nblocks;
	n->pools = xreallocarray(NULL, n->npools, sizeof(*n->pools));
	if (conf->npools > 0)
		memcpy(n->pools, conf->pools, conf->npools * sizeof(*n->pools));
	if (conf->nblocks > 0)
		memcpy(n->pools + conf->npools, conf->blocks,
		    conf->nblocks * sizeof(*n->pools));
	n->name = xstrdup(conf->node);
	other_id = n->given_id != conf->router_id;
	n->given_id = conf->router_id;
	if (other_id && n->router_id != 0)
		node_settle_id(n);
	dirty_all(n);
}

struct node *
node_new(const struct node_host *host, const struct conf *conf)
{
	struct node *n = xcalloc(1, sizeof(*n));
	enum family f;

	n->host = *host;
	for (f = 0; f < FAMILY_MAX; f++)
		n->family[f].chosen.family = (uint8_t)f;
	n->link_local.family = FAMILY_IPV6;
	node_configure(n, conf);
	return n;
}

void
node_free(struct node *n)
{
	enum family f;

	if (n == NULL)
		return;
	conf_forget(n);
	for (f = 0; f < FAMILY_MAX; f++)
		free(n->family[f].verdicts);
	free(n->links);
	free(n->addresses);
	free(n);
}

/* Where the link stands, or where it would. */
static size_t
link_place(const struct node *n, uint32_t index)
{
	size_t low = 0, high = n->nlinks, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (n->links[middle].kernel.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct link *
link_find(const struct node *n, uint32_t index)
{
	size_t at = link_place(n, index);

	if (at == n->nlinks || n->links[at].kernel.index != index)
		return NULL;
	return &n->links[at];
}

static bool
link_same(const struct kernel_link *a, const struct kernel_link *b)
{
	return a->up == b->up && a->running == b->running &&
	    a->loopback == b->loopback && strcmp(a->name, b->name) == 0;
}

void
node_link(struct node *n, const struct kernel_link *kernel, bool gone)
{
	size_t at = link_place(n, kernel->index);
	struct link *l = link_find(n, kernel->index);

	if (gone) {
		if (l == NULL)
			return;
		memmove(l, l + 1, (--n->nlinks - at) * sizeof(*l));
	} else if (l == NULL) {
		n->links = xreallocarray(n->links, n->nlinks + 1, sizeof(*l));
		l = &n->links[at];
		memmove(l + 1, l, (n->nlinks++ - at) * sizeof(*l));
		*l = (struct link){ .kernel = *kernel };
	} else {
		l->stale = false;
		if (link_same(&l->kernel, kernel))
			return;
		l->kernel = *kernel;
	}
	node_heed_link(n, kernel->index);
}

int
node_address_order(
    const struct kernel_address *a, const struct kernel_address *b)
{
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return address_compare(&a->address, &b->address);
}

static size_t
address_place(const struct node *n, const struct kernel_address *kernel)
{
	size_t low = 0, high = n->naddresses, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (node_address_order(&n->addresses[middle].kernel, kernel) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct kernel_address *
address_find(const struct node *n, const struct address *a)
{
	size_t i;

	for (i = 0; i < n->naddresses; i++) {
		if (address_equal(&n->addresses[i].kernel.address, a))
			return &n->addresses[i].kernel;
	}
	return NULL;
}

/* One of ours came or went; is it still ours, on another link? */
static void
nexthops_tell(struct node *n, const struct address *a, bool gone)
{
	if (address_is_link_local(a) || address_find(n, a) != NULL)
		return;
	if (gone)
		nexthop_local_remove(n->host.nexthops, a);
	else
		nexthop_local_add(n->host.nexthops, a);
}

static void
address_remove(struct node *n, size_t at)
{
	struct held *h = &n->addresses[at];
	struct kernel_address gone = h->kernel;

	memmove(h, h + 1, (--n->naddresses - at) * sizeof(*h));
	nexthops_tell(n, &gone.address, true);
	node_heed_address(n, &gone);
}

static void
address_insert(struct node *n, size_t at, const struct kernel_address *kernel)
{
	struct held *h;

	nexthops_tell(n, &kernel->address, false);
	n->addresses =
	    xreallocarray(n->addresses, n->naddresses + 1, sizeof(*h));
	h = &n->addresses[at];
	memmove(h + 1, h, (n->naddresses++ - at) * sizeof(*h));
	*h = (struct held){ .kernel = *kernel };
	node_heed_address(n, kernel);
}

void
node_address(struct node *n, const struct kernel_address *kernel, bool gone)
{
	size_t at = address_place(n, kernel);
	struct held *h;

	if (at == n->naddresses ||
	    node_address_order(&n->addresses[at].kernel, kernel) != 0) {
		if (!gone)
			address_insert(n, at, kernel);
		return;
	}
	h = &n->addresses[at];
	if (gone) {
		address_remove(n, at);
		return;
	}
	h->stale = false;
	if (h->kernel.flags == kernel->flags &&
	    h->kernel.length == kernel->length)
		return;
	h->kernel = *kernel;
	node_heed_address(n, kernel);
}

void
node_dump_begin(struct node *n)
{
	size_t i;

	for (i = 0; i < n->nlinks; i++)
		n->links[i].stale = true;
	for (i = 0; i < n->naddresses; i++)
		n->addresses[i].stale = true;
}

void
node_dump_end(struct node *n)
{
	struct kernel_link gone;
	size_t i;

	for (i = n->nlinks; i-- > 0;) {
		if (!n->links[i].stale)
			continue;
		gone = n->links[i].kernel;
		node_link(n, &gone, true);
	}
	for (i = n->naddresses; i-- > 0;) {
		if (n->addresses[i].stale)
			address_remove(n, i);
	}
}

void
node_routes_changed(struct node *n)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (node_minds_routes(n, f))
			n->family[f].dirty = true;
	}
}

const struct kernel_link *
node_find_link(const struct node *n, uint32_t index)
{
	const struct link *l = link_find(n, index);

	return l == NULL ? NULL : &l->kernel;
}

uint32_t
node_link_index(const struct node *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->nlinks; i++) {
		if (strcmp(n->links[i].kernel.name, name) == 0)
			return n->links[i].kernel.index;
	}
	return 0;
}

const char *
node_link_name(const struct node *n, uint32_t index)
{
	size_t i;

	for (i = 0; i < n->nlinks; i++)
		if (n->links[i].kernel.index == index)
			return n->links[i].kernel.name;
	return NULL;
}

const struct kernel_link *
node_link_at(const struct node *n, size_t at)
{
	return at < n->nlinks ? &n->links[at].kernel : NULL;
}

struct address
node_link_local_on(const struct node *n, uint32_t index)
{
	const struct kernel_address *k;
	size_t i;

	for (i = 0; i < n->naddresses; i++) {
		k = &n->addresses[i].kernel;
		if (k->index == index && k->address.family == FAMILY_IPV6 &&
		    address_is_link_local(&k->address) &&
		    (k->flags & (KERNEL_TENTATIVE | KERNEL_DAD_FAILED)) == 0)
			return k->address;
	}
	return (struct address){ .family = FAMILY_IPV6 };
}

size_t
node_link_addresses(const struct node *n, uint32_t index, enum family f)
{
	size_t i, count = 0;

	for (i = 0; i < n->naddresses; i++) {
		count += n->addresses[i].kernel.index == index &&
		    n->addresses[i].kernel.address.family == f;
	}
	return count;
}

/* The first address of a link, or where it would stand. */
static size_t
link_addresses(const struct node *n, uint32_t index)
{
	const struct kernel_address first = { .index = index };

	return address_place(n, &first);
}

static bool
is_on(const struct node *n, size_t at, uint32_t index)
{
	return at < n->naddresses && n->addresses[at].kernel.index == index;
}

const struct held *
node_held_on(const struct node *n, uint32_t index, size_t *count)
{
	size_t first = link_addresses(n, index), end = first;

	while (is_on(n, end, index))
		end++;
	*count = end - first;
	return *count == 0 ? NULL : &n->addresses[first];
}

bool
node_is_within(
    const struct node *n, uint32_t index, const struct prefix *prefix)
{
	size_t i;

	for (i = link_addresses(n, index); is_on(n, i, index); i++)
		if (prefix_covers(prefix, &n->addresses[i].kernel.address))
			return true;
	return false;
}

bool
node_has_subnet(const struct node *n, const struct kernel_address *a)
{
	const struct prefix wanted = prefix_of(&a->address, a->length);
	const struct kernel_address *k;
	struct prefix subnet;
	size_t i;

	for (i = link_addresses(n, a->index); is_on(n, i, a->index); i++) {
		k = &n->addresses[i].kernel;
		subnet = prefix_of(&k->address, k->length);
		if (prefix_equal(&subnet, &wanted))
			return true;
	}
	return false;
}

bool
node_owns(const struct node *n, const struct address *a, uint32_t index)
{
	const struct kernel_address key = { .index = index, .address = *a };
	size_t at;

	if (a->family != FAMILY_IPV6 || !address_is_link_local(a))
		return address_find(n, a) != NULL;
	at = address_place(n, &key);
	return is_on(n, at, index) &&
	    address_equal(&n->addresses[at].kernel.address, a);
}

bool
node_subnet(const struct node *n, const struct address *a,
    struct prefix *subnet, uint32_t *index)
{
	const struct kernel_address *k;

	if (address_is_unset(a) || (k = address_find(n, a)) == NULL)
		return false;
	*subnet = prefix_of(&k->address, k->length);
	*index = k->index;
	return true;
}
