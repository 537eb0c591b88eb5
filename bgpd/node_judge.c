/* SPDX-License-Identifier: ISC */
/* node_judge.c - the verdict on this node's addresses, and who hears of it */
/*
 * What the kernel told (node.c) and the rules of the config become the input
 * of kernel/address, family by family; the outcome is compared with the last
 * one.  A family that has another address now, or one at last, or none any
 * more, is told to the owner after both families were judged, so that it sees
 * one state.
 *
 * All candidates of a family are judged together, and on a node with thousands
 * of pods most are link-local addresses of the pods' ends; so that is done
 * only where the choice may be another.  A chosen address gives way to no
 * better one: while nothing happens on its link, it stays.  A family that has
 * none and is not missed waits for one that a rule takes.  All else outdates
 * the verdicts, which are brought up to date for who asks.
 *
 * The router-id is settled with the first verdict: as configured, else the
 * IPv4 address, else a hash of the node's name.  Afterwards only another
 * `router-id` in the config changes it, for sessions carry it in their OPEN.
 */
#include "bgpd/node.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/digest.h"
#include "bgpd/node_private.h"
#include "rib/mem.h"

/* Where the packets to `reach` would leave. */
static void
rule_resolve(const struct node *n, struct address_rule *rule)
{
	struct nexthop_result way;
	const struct nexthop_route *route;

	rule->reach_index = 0;
	rule->reach_source = (struct address){ .family = rule->reach.family };
	if (address_is_unset(&rule->reach))
		return;
	way = nexthop_lookup(n->host.nexthops, &rule->reach);
	if (way.state != NEXTHOP_RESOLVED)
		return;
	rule->reach_index = way.index;
	route = nexthop_cover(n->host.nexthops, &rule->reach);
	if (route != NULL && route->index == way.index)
		rule->reach_source = route->source;
}

/* The index of the chosen one of some addresses, or -1. */
static int
judge(struct node *n, enum family f, const struct kernel_link *links,
    size_t nlinks, const struct held *held, size_t nheld,
    struct address_verdict *verdicts, size_t *count)
{
	struct address_input in = { .family = f,
		.rules = n->rules[f],
		.nrules = n->nrules[f],
		.listed = n->own,
		.nlisted = n->nown,
		.pools = n->pools,
		.npools = n->npools,
		.links = links,
		.nlinks = nlinks,
		.naddresses = nheld,
		.current = n->family[f].chosen };
	struct kernel_address *addresses;
	size_t i;
	int chosen;

	addresses = xreallocarray(NULL, nheld, sizeof(*addresses));
	for (i = 0; i < nheld; i++)
		addresses[i] = held[i].kernel;
	for (i = 0; i < n->nrules[f]; i++)
		rule_resolve(n, &n->rules[f][i]);
	in.addresses = addresses;
	chosen = address_judge(&in, verdicts, nheld, count);
	free(addresses);
	return chosen;
}

/* Verdicts by the present state. */
static int
judge_all(struct node *n, enum family f, struct address_verdict *verdicts,
    size_t *count)
{
	struct kernel_link *links;
	size_t i;
	int chosen;

	links = xreallocarray(NULL, n->nlinks, sizeof(*links));
	for (i = 0; i < n->nlinks; i++)
		links[i] = n->links[i].kernel;
	chosen = judge(n, f, links, n->nlinks, n->addresses, n->naddresses,
	    verdicts, count);
	free(links);
	return chosen;
}

/* Would a rule take an address on that link? */
static bool
has_usable(struct node *n, enum family f, uint32_t index)
{
	const struct kernel_link *link = node_find_link(n, index);
	struct address_verdict *verdicts;
	const struct held *held;
	size_t nheld, count;
	int chosen;

	held = node_held_on(n, index, &nheld);
	verdicts = xreallocarray(NULL, nheld, sizeof(*verdicts));
	chosen = judge(
	    n, f, link, link == NULL ? 0 : 1, held, nheld, verdicts, &count);
	free(verdicts);
	return chosen >= 0;
}

static bool
verdicts_same(
    const struct judgement *j, const struct address_verdict *v, size_t count)
{
	size_t i;

	if (j->verdicts == NULL || count != j->count)
		return false;
	for (i = 0; i < count; i++) {
		if (v[i].reason != j->verdicts[i].reason ||
		    node_address_order(
			&v[i].candidate, &j->verdicts[i].candidate) != 0)
			return false;
	}
	return true;
}

/*
 * Is the address in use still there, on a link that carries nothing now?
 * Then it is kept while there is no better one: a flap shorter than the hold
 * time costs no session.
 */
static bool
is_waiting(
    const struct judgement *j, const struct address_verdict *v, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (address_equal(&v[i].candidate.address, &j->chosen) &&
		    (v[i].reason == ADDRESS_INTERFACE_DOWN ||
			v[i].reason == ADDRESS_NO_CARRIER))
			return true;
	}
	return false;
}

/* True when the chosen address is another one, or none, or one at last. */
static bool
judgement_update(struct node *n, enum family f)
{
	struct judgement *j = &n->family[f];
	struct address chosen = { .family = (uint8_t)f };
	struct address_verdict *verdicts;
	size_t count;
	bool changed, same, kept;
	int at;

	verdicts = xreallocarray(NULL, n->naddresses, sizeof(*verdicts));
	at = judge_all(n, f, verdicts, &count);
	kept = at < 0 && is_waiting(j, verdicts, count);
	if (kept)
		chosen = j->chosen;
	else if (at >= 0)
		chosen = verdicts[at].candidate.address;
	same = verdicts_same(j, verdicts, count);
	changed = !address_equal(&chosen, &j->chosen);
	free(j->verdicts);
	j->verdicts = verdicts;
	j->count = count;
	j->chosen = chosen;
	j->dirty = false;
	j->outdated = false;
	node_report_problem(&j->report, f, verdicts, count);
	node_report_due(&j->report,
	    at < 0 && !kept && n->expected[f] && (j->report.due || !same),
	    verdicts, count);
	if (kept)
		node_report_kept(&j->report, &chosen, verdicts, count);
	if (kept && !j->kept)
		log_warn(n->host.log, "address %s: %s", family_name(f),
		    j->report.problem);
	j->kept = kept;
	if (changed)
		node_report_change(n->host.log, f,
		    at < 0 ? NULL : &verdicts[at], n->own, n->nown);
	else if (at >= 0 && j->relisted)
		node_report_mesh(n->host.log, f, &chosen, n->own, n->nown);
	j->relisted = false;
	return changed;
}

/* The link-local address beside the chosen one; true when it changed. */
static bool
link_local_update(struct node *n)
{
	struct address found = { .family = FAMILY_IPV6 };
	const struct kernel_address *k;
	struct prefix subnet;
	uint32_t index;
	bool changed;
	size_t i;

	if (node_subnet(n, &n->family[FAMILY_IPV6].chosen, &subnet, &index)) {
		for (i = 0; i < n->naddresses; i++) {
			k = &n->addresses[i].kernel;
			if (k->index == index &&
			    k->address.family == FAMILY_IPV6 &&
			    address_is_link_local(&k->address))
				found = k->address;
		}
	}
	changed = !address_equal(&found, &n->link_local);
	n->link_local = found;
	return changed;
}

/* True when there is something to tell. */
static bool
family_judge(struct node *n, enum family f)
{
	bool changed = judgement_update(n, f);

	if (f == FAMILY_IPV6 && link_local_update(n))
		changed = true;
	return changed;
}

bool
node_minds_routes(const struct node *n, enum family f)
{
	size_t i;

	for (i = 0; i < n->nrules[f]; i++) {
		if (!address_is_unset(&n->rules[f][i].reach))
			return true;
	}
	return false;
}

/* Something changed on that link: may the choice? */
static bool
is_concerned(struct node *n, enum family f, uint32_t index)
{
	const struct judgement *j = &n->family[f];
	struct prefix chosen;

	if (j->kept || node_minds_routes(n, f))
		return true;
	if (address_is_unset(&j->chosen))
		return n->expected[f] || has_usable(n, f, index);
	chosen = prefix_of(&j->chosen, family_bits(f));
	return node_is_within(n, index, &chosen);
}

/* Routes may have gone with the link without a word. */
void
node_heed_link(struct node *n, uint32_t index)
{
	struct judgement *j;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		j = &n->family[f];
		j->outdated = true;
		j->dirty = j->dirty || is_concerned(n, f, index);
	}
}

void
node_heed_address(struct node *n, const struct kernel_address *a)
{
	enum family f = a->address.family;
	struct judgement *j = &n->family[f];

	j->outdated = true;
	j->dirty = j->dirty || address_equal(&a->address, &j->chosen) ||
	    is_concerned(n, f, a->index);
}

void
node_settle_id(struct node *n)
{
	const struct address *ipv4 = &n->family[FAMILY_IPV4].chosen;

	if (n->given_id != 0)
		n->router_id = n->given_id;
	else if (!address_is_unset(ipv4))
		n->router_id = address_v4_number(ipv4);
	else
		n->router_id = digest_router_id(n->name);
}

static void
family_report(struct node *n, enum family f, int64_t now)
{
	struct judgement *j = &n->family[f];

	if (j->report.due && now >= j->report.next)
		node_report_table(
		    &j->report, n->host.log, f, j->verdicts, j->count, now);
}

void
node_judge(struct node *n, int64_t now)
{
	bool changed[FAMILY_MAX] = { false };
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (n->family[f].dirty)
			changed[f] = family_judge(n, f);
	}
	if (n->router_id == 0)
		node_settle_id(n);
	for (f = 0; f < FAMILY_MAX; f++) {
		family_report(n, f, now);
		if (changed[f])
			n->host.changed(n->host.arg, f);
	}
}

int64_t
node_next(const struct node *n)
{
	int64_t next = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		const struct node_report *r = &n->family[f].report;

		if (r->due && (next == 0 || r->next < next))
			next = r->next;
	}
	return next;
}

struct address
node_chosen(const struct node *n, enum family f)
{
	return n->family[f].chosen;
}

struct address
node_link_local(const struct node *n)
{
	return n->link_local;
}

uint32_t
node_router_id(const struct node *n)
{
	return n->router_id;
}

/* The choice is not touched by it; if it might be, node_judge comes anyway. */
static void
verdicts_refresh(struct node *n, enum family f)
{
	if (n->family[f].outdated && !n->family[f].dirty)
		judgement_update(n, f);
}

const struct address_verdict *
node_verdicts(struct node *n, enum family f, size_t *count)
{
	verdicts_refresh(n, f);
	*count = n->family[f].count;
	return n->family[f].verdicts;
}

const char *
node_problem(struct node *n, enum family f)
{
	const struct judgement *j = &n->family[f];

	if (!address_is_unset(&j->chosen) && !j->kept)
		return "";
	verdicts_refresh(n, f);
	return j->report.problem;
}
