/* SPDX-License-Identifier: ISC */
/* judge_daemon.c - what the daemon wants, against what this node is */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bgpctl/doctor/judge.h"

#define BIRD_PROTOCOL 12
#define PENDING_LONG  10.0 /* seconds */
#define SAMPLES       8    /* findings of one kind; more are counted */

void
judge_daemon(const struct facts *f, struct report *r)
{
	if (f->daemon) {
		report_tell(r, FINDING_OK, "bgpd of %s answers", f->node);
		return;
	}
	report_fix(r, "systemctl start bgpd");
	report_tell(r, FINDING_FAIL, "%s", f->no_daemon);
}

/* The link of the node's address of the other family, or any uplink. */
static const char *
uplink_name(const struct facts *f)
{
	const struct facts_link *link;

	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (link->uplink && link->up)
			return link->name;
	}
	return NULL;
}

static void
address_fix(const struct facts *f, enum family family, struct report *r)
{
	const struct facts_family *of = &f->family[family];
	const char *link = uplink_name(f);
	char text[ADDRESS_STRLEN] = "ADDRESS", word[WORD_SIZE];

	if (!address_is_unset(&of->listed))
		address_format(&of->listed, text);
	report_fix(r, "ip address add %s/%u dev %s", text,
	    family == FAMILY_IPV6 ? 64u : 24u,
	    link == NULL ? "LINK" : shell_word(link, word));
}

void
judge_node_address(const struct facts *f, struct report *r)
{
	const struct facts_family *of;
	enum family i;
	char text[ADDRESS_STRLEN];

	for (i = 0; i < FAMILY_MAX; i++) {
		of = &f->family[i];
		if (!f->daemon || !of->expected)
			report_tell(r, FINDING_SKIP, "%s: %s", family_name(i),
			    f->daemon ? "not expected" : "bgpd knows, not we");
		else if (!address_is_unset(&of->node))
			report_tell(r, FINDING_OK, "%s: %s", family_name(i),
			    address_format(&of->node, text));
		else {
			address_fix(f, i, r);
			report_tell(r, FINDING_FAIL,
			    "%s: %s (bgpctl explain address %s says why of "
			    "each)",
			    family_name(i),
			    of->problem[0] != '\0' ? of->problem : "none",
			    family_name(i));
		}
	}
}

/* Is there a session of the same neighbor, of the other family, that is up? */
static bool
other_is_up(const struct facts *f, const struct facts_peer *peer)
{
	const struct facts_peer *other;

	for (other = f->peers; other < f->peers + f->npeers; other++) {
		if (other->family != peer->family && other->established &&
		    strcmp(other->name, peer->name) == 0)
			return true;
	}
	return false;
}

static unsigned int
peers_judge(const struct facts *f, struct report *r)
{
	const struct facts_peer *peer;
	unsigned int bad = 0;
	char word[WORD_SIZE];

	for (peer = f->peers; peer < f->peers + f->npeers; peer++) {
		if (peer->established || !other_is_up(f, peer))
			continue;
		if (bad++ >= SAMPLES)
			continue;
		report_fix(r, "%s explain neighbor %s", f->bgpctl,
		    shell_word(peer->name, word));
		report_tell(r, FINDING_FAIL, "%s: no session for %s: %s",
		    peer->name, family_name(peer->family), peer->reason);
	}
	if (bad > SAMPLES)
		report_tell(r, FINDING_FAIL, "and %u more", bad - SAMPLES);
	return bad;
}

void
judge_dual_stack(const struct facts *f, struct report *r)
{
	unsigned int bad;
	size_t i;
	char text[PREFIX_STRLEN];
	enum family family;

	if (!f->daemon) {
		report_tell(r, FINDING_SKIP, "bgpd knows, not we");
		return;
	}
	bad = peers_judge(f, r);
	for (i = 0; i < f->nblocks; i++) {
		family = f->blocks[i].address.family;
		if (!address_is_unset(&f->family[family].node))
			continue;
		bad++;
		address_fix(f, family, r);
		report_tell(r, FINDING_FAIL,
		    "pods of %s have %s addresses, and this node has none",
		    prefix_format(&f->blocks[i], text), family_name(family));
	}
	if (bad == 0)
		report_tell(r, FINDING_OK,
		    "no neighbor is up over one family and down over the "
		    "other");
}

static void
listen_judge(const struct facts_listen *l, struct report *r)
{
	char text[ADDRESS_STRLEN];

	address_format(&l->address, text);
	if (l->connects == 0 && l->ours != 0) {
		report_tell(r, FINDING_OK, "%s port %u answers", text, l->port);
		return;
	}
	report_fix(r, "ss -ltnp 'sport = :%u'", l->port);
	if (l->connects == 0)
		report_tell(r, FINDING_FAIL,
		    "another program than bgpd listens on %s port %u", text,
		    l->port);
	else if (l->connects == ECONNREFUSED)
		report_tell(r, FINDING_FAIL, "nothing listens on %s port %u",
		    text, l->port);
	else if (l->connects == ETIMEDOUT) {
		report_fix(r, "nft list ruleset | grep -n -B 9 -e %u -e drop",
		    l->port);
		report_tell(r, FINDING_FAIL,
		    "%s port %u does not answer this node itself: a packet "
		    "filter drops it",
		    text, l->port);
	} else
		report_tell(r, FINDING_WARN, "%s port %u: %s", text, l->port,
		    strerror((int)l->connects));
}

void
judge_port(const struct facts *f, struct report *r)
{
	const struct facts_listen *l;
	unsigned int judged = 0;

	for (l = f->listens; l < f->listens + f->nlistens; l++) {
		if (l->connects == FACTS_UNKNOWN)
			continue;
		judged++;
		listen_judge(l, r);
	}
	if (judged == 0)
		report_tell(
		    r, FINDING_SKIP, "no address of this node is listened on");
}

/* The route of somebody else that the kernel prefers, by the main table. */
static const struct facts_route *
rival_find(const struct facts *f, const struct prefix *prefix)
{
	const struct facts_route *route, *best = NULL;

	for (route = f->routes; route < f->routes + f->nroutes; route++) {
		if (prefix_equal(&route->prefix, prefix) &&
		    (best == NULL || route->metric < best->metric))
			best = route;
	}
	return best;
}

static void
rival_fix(const struct facts_route *route, struct report *r)
{
	char text[PREFIX_STRLEN];

	if (route != NULL)
		report_fix(r, "ip -%c route del %s proto %u metric %u",
		    route->prefix.address.family == FAMILY_IPV6 ? '6' : '4',
		    prefix_format(&route->prefix, text), route->protocol,
		    route->metric);
}

static bool
is_taken(const struct facts_entry *e)
{
	return strcmp(e->status, "conflict") == 0 ||
	    strcmp(e->status, "shadowed") == 0;
}

static unsigned int
entries_judge(const struct facts *f, struct report *r)
{
	const struct facts_entry *e;
	unsigned int bad = 0;
	char text[PREFIX_STRLEN];

	for (e = f->entries; e < f->entries + f->nentries; e++) {
		if (!is_taken(e) || bad++ >= SAMPLES)
			continue;
		rival_fix(rival_find(f, &e->prefix), r);
		report_tell(r, FINDING_FAIL, "%s: %s",
		    prefix_format(&e->prefix, text), e->reason);
	}
	if (bad > SAMPLES)
		report_tell(r, FINDING_FAIL, "and %u more: bgpctl show fib",
		    bad - SAMPLES);
	return bad;
}

static unsigned int
rules_judge(const struct facts *f, struct report *r)
{
	const struct facts_rule *rule;
	unsigned int bad = 0;
	char text[PREFIX_STRLEN];
	size_t i;

	for (rule = f->rules; rule < f->rules + f->nrules; rule++) {
		for (i = 0; i < f->npools && rule->to.length > 0; i++) {
			if (!prefix_contains(&f->pools[i], &rule->to) &&
			    !prefix_contains(&rule->to, &f->pools[i]))
				continue;
			bad++;
			report_fix(r, "ip -%c rule del priority %u",
			    rule->family == FAMILY_IPV6 ? '6' : '4',
			    rule->priority);
			report_tell(r, FINDING_WARN,
			    "rule %u sends %s to table %u, where no route of "
			    "bgpd is",
			    rule->priority, prefix_format(&rule->to, text),
			    rule->table);
			break;
		}
	}
	return bad;
}

/* Left by BIRD, and of nobody now. */
static unsigned int
leftovers_judge(const struct facts *f, struct report *r)
{
	size_t count[FAMILY_MAX] = { 0 }, i;
	unsigned int bad = 0;
	enum family family;

	for (i = 0; i < f->nroutes; i++)
		count[f->routes[i].prefix.address.family] +=
		    f->routes[i].protocol == BIRD_PROTOCOL;
	for (family = 0; family < FAMILY_MAX; family++) {
		if (count[family] == 0)
			continue;
		bad++;
		report_fix(r, "ip -%c route flush proto bird",
		    family == FAMILY_IPV6 ? '6' : '4');
		report_tell(r, FINDING_WARN,
		    "%s: routes of BIRD: %zu; if it does not run any more "
		    "they are of no use (to take them over: fib { adopt "
		    "bird })",
		    family_name(family), count[family]);
	}
	return bad;
}

void
judge_fib_conflict(const struct facts *f, struct report *r)
{
	unsigned int bad = entries_judge(f, r) + rules_judge(f, r);

	if (bad + leftovers_judge(f, r) == 0)
		report_tell(r, FINDING_OK,
		    "no route or rule of somebody else stands in the way");
}

void
judge_fib_drift(const struct facts *f, struct report *r)
{
	const struct facts_entry *e;
	unsigned int bad = 0;
	char text[PREFIX_STRLEN];
	bool fails;

	if (!f->daemon) {
		report_tell(r, FINDING_SKIP, "bgpd knows, not we");
		return;
	}
	for (e = f->entries; e < f->entries + f->nentries; e++) {
		fails = strcmp(e->status, "failed") == 0;
		if (is_taken(e) || (!fails && e->age < PENDING_LONG) ||
		    bad++ >= SAMPLES)
			continue;
		report_fix(r, "%s explain route %s", f->bgpctl,
		    prefix_format(&e->prefix, text));
		report_tell(r, fails ? FINDING_FAIL : FINDING_WARN,
		    "%s is %s since %.0f s: %s", text, e->status, e->age,
		    e->reason[0] != '\0' ? e->reason : "no reason is known");
	}
	if (bad > SAMPLES)
		report_tell(r, FINDING_WARN, "and %u more: bgpctl show fib",
		    bad - SAMPLES);
	if (!f->entries_known && f->entries_off > 0) {
		report_fix(r, "%s show fib", f->bgpctl);
		report_tell(r, FINDING_WARN,
		    "%zu of %zu routes are not in the kernel as they should be",
		    f->entries_off, f->entries_off + f->entries_in_sync);
	} else if (bad == 0)
		report_tell(r, FINDING_OK,
		    "%zu routes are in the kernel as they should be",
		    f->entries_in_sync);
}

static bool
is_in_pools(const struct facts *f, const struct prefix *block)
{
	size_t i;

	for (i = 0; i < f->npools; i++) {
		if (prefix_contains(&f->pools[i], block))
			return true;
	}
	return false;
}

static const struct facts_address *
subnet_within(const struct facts *f, const struct prefix *block)
{
	const struct facts_address *a;
	const struct facts_link *link;
	struct prefix subnet;

	for (a = f->addresses; a < f->addresses + f->naddresses; a++) {
		link = facts_link(f, a->link);
		if (link == NULL || !link->uplink ||
		    a->address.family != block->address.family)
			continue;
		subnet = prefix_of(&a->address, a->length);
		if (prefix_contains(&subnet, block) ||
		    prefix_contains(block, &subnet))
			return a;
	}
	return NULL;
}

void
judge_block_sanity(const struct facts *f, struct report *r)
{
	const struct facts_address *a;
	unsigned int bad = 0;
	size_t i;
	char text[PREFIX_STRLEN], other[ADDRESS_STRLEN];

	for (i = 0; i < f->nblocks; i++) {
		prefix_format(&f->blocks[i], text);
		if (f->npools > 0 && !is_in_pools(f, &f->blocks[i])) {
			bad++;
			report_fix(r,
			    "%s show config | grep -n -e ^pools -e ^blocks",
			    f->bgpctl);
			report_tell(r, FINDING_FAIL,
			    "block %s is in no pool: other nodes take only "
			    "what is",
			    text);
		}
		a = subnet_within(f, &f->blocks[i]);
		if (a == NULL)
			continue;
		bad++;
		report_fix(r, "%s block remove %s", f->bgpctl, text);
		report_tell(r, FINDING_FAIL,
		    "block %s overlaps the subnet of %s/%u, which hosts are in",
		    text, address_format(&a->address, other), a->length);
	}
	if (bad == 0)
		report_tell(r, f->daemon ? FINDING_OK : FINDING_SKIP,
		    f->daemon ? "%zu blocks, in the pools and in nobody's way"
			      : "bgpd knows, not we",
		    f->nblocks);
}
