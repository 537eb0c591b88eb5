/* SPDX-License-Identifier: ISC */
/* judge_kernel.c - what the kernel of this node is told to do with packets */

/*
 * Settings, links, addresses and packet filters.  Only links that lead to other
 * nodes or to pods of this node count; what holds for those of another kind is
 * nobody's trouble.  A fix is a line for a shell, with names quoted: whoever
 * named a link is not to be trusted with that.
 */

#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "bgpctl/doctor/judge.h"

#define DAY 86400u /* seconds */

/* "net.ipv6.conf.eth0.forwarding"; with slashes where the name has a dot. */
static const char *
sysctl_of(const char *family, const struct facts_link *link, const char *key,
    char buf[WORD_SIZE])
{
	const char *format = strchr(link->name, '.') == NULL
	    ? "net.%s.conf.%s.%s"
	    : "net/%s/conf/%s/%s";
	char path[64];

	snprintf(path, sizeof(path), format, family, link->name, key);
	return shell_word(path, buf);
}

static bool
is_concerned(const struct facts_link *link)
{
	return link->up && !link->loopback && (link->uplink || link->pod);
}

static const char *
side_of(const struct facts_link *link)
{
	return link->pod ? "a pod's side" : "the uplink";
}

void
judge_v6_disabled(const struct facts *f, struct report *r)
{
	const struct facts_family *six = &f->family[FAMILY_IPV6];
	const struct facts_link *link;
	unsigned int bad = 0, links = 0;
	char key[WORD_SIZE];

	if (!six->expected) {
		report_tell(r, FINDING_SKIP, "nothing here wants IPv6");
		return;
	}
	if (!f->exists_ipv6) {
		report_fix(r, "grep -o 'ipv6.disable=[01]' /proc/cmdline");
		report_tell(r, FINDING_FAIL,
		    "this kernel has no IPv6: it was booted without, or the "
		    "module is not loaded");
		return;
	}
	for (link = f->links; link < f->links + f->nlinks; link++) {
		links += is_concerned(link);
		if (!is_concerned(link) || link->disable_ipv6 != 1)
			continue;
		bad++;
		report_fix(r, "sysctl -w %s=0",
		    sysctl_of("ipv6", link, "disable_ipv6", key));
		report_tell(r, FINDING_FAIL, "IPv6 is off on %s, %s",
		    link->name, side_of(link));
	}
	if (six->disabled_default == 1) {
		report_fix(r, "sysctl -w net.ipv6.conf.default.disable_ipv6=0");
		report_tell(r, FINDING_WARN,
		    "IPv6 is off on each link that is made from now on, those "
		    "of new pods too");
	} else if (bad == 0)
		report_tell(r, FINDING_OK, "IPv6 is on, on %u links", links);
}

static unsigned int
forwarding_links(const struct facts *f, enum family family, struct report *r)
{
	const char *name = family_name(family);
	const struct facts_link *link;
	unsigned int bad = 0;
	char key[WORD_SIZE];

	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (!is_concerned(link) || link->forwarding[family] != 0)
			continue;
		bad++;
		report_fix(r, "sysctl -w %s=1",
		    sysctl_of(name, link, "forwarding", key));
		/* IPv6 looks at the one for all links. */
		report_tell(r,
		    family == FAMILY_IPV4 ? FINDING_FAIL : FINDING_WARN,
		    "%s: %s does not forward, %s", name, link->name,
		    side_of(link));
	}
	return bad;
}

void
judge_forwarding(const struct facts *f, struct report *r)
{
	static const char *const keys[FAMILY_MAX] = {
		[FAMILY_IPV4] = "net.ipv4.ip_forward",
		[FAMILY_IPV6] = "net.ipv6.conf.all.forwarding",
	};
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		if (!f->family[family].expected)
			continue;
		if (f->family[family].forwarding == 0) {
			report_fix(r, "sysctl -w %s=1", keys[family]);
			report_tell(r, FINDING_FAIL, "%s: %s is 0",
			    family_name(family), keys[family]);
		} else if (f->family[family].forwarding == FACTS_UNKNOWN)
			report_tell(r, FINDING_SKIP, "%s: cannot read %s",
			    family_name(family), keys[family]);
		else if (forwarding_links(f, family, r) == 0)
			report_tell(r, FINDING_OK, "%s: %s is %ld",
			    family_name(family), keys[family],
			    f->family[family].forwarding);
	}
}

/* Does the link owe something to router advertisements? */
static const char *
needs_ra(const struct facts *f, const struct facts_link *link)
{
	size_t i;

	for (i = 0; i < f->nroutes; i++) {
		if (f->routes[i].link == link->index &&
		    f->routes[i].protocol == RTPROT_RA &&
		    f->routes[i].prefix.length == 0)
			return "its default route";
	}
	for (i = 0; i < f->naddresses; i++) {
		if (f->addresses[i].link == link->index &&
		    f->addresses[i].address.family == FAMILY_IPV6 &&
		    f->addresses[i].valid != UINT32_MAX)
			return "an address of it";
	}
	return NULL;
}

void
judge_accept_ra(const struct facts *f, struct report *r)
{
	const struct facts_link *link;
	unsigned int bad = 0;
	const char *what;
	char key[WORD_SIZE];

	if (!f->family[FAMILY_IPV6].expected) {
		report_tell(r, FINDING_SKIP, "nothing here wants IPv6");
		return;
	}
	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (!is_concerned(link) || link->accept_ra != 1 ||
		    (what = needs_ra(f, link)) == NULL)
			continue;
		bad++;
		report_fix(r, "sysctl -w %s=2",
		    sysctl_of("ipv6", link, "accept_ra", key));
		report_tell(r, FINDING_FAIL,
		    "%s takes %s from router advertisements, and accept_ra is "
		    "1",
		    link->name, what);
	}
	if (bad == 0)
		report_tell(r, FINDING_OK,
		    "no link needs advertisements that it would ignore");
}

void
judge_rp_filter(const struct facts *f, struct report *r)
{
	const struct facts_link *link;
	unsigned int uplinks = 0, strict = 0;
	char key[WORD_SIZE];

	for (link = f->links; link < f->links + f->nlinks; link++)
		uplinks += is_concerned(link) && link->uplink;
	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (!is_concerned(link) || !link->uplink || uplinks < 2 ||
		    (link->rp_filter != 1 &&
			!(link->rp_filter == 0 && f->rp_filter_all == 1)))
			continue;
		strict++;
		report_fix(r, "sysctl -w %s=2",
		    sysctl_of("ipv4", link, "rp_filter", key));
		report_tell(r, FINDING_WARN,
		    "%s, one of %u uplinks, takes no packet whose answer would "
		    "go by another link",
		    link->name, uplinks);
	}
	if (strict == 0)
		report_tell(r, FINDING_OK, "%s",
		    uplinks < 2 ? "one uplink: no packet comes by another"
				: "no uplink is strict about it");
}

void
judge_dad(const struct facts *f, struct report *r)
{
	const struct facts_address *a;
	const struct facts_link *link;
	unsigned int bad = 0;
	char text[ADDRESS_STRLEN], name[FACTS_NAME], word[WORD_SIZE];

	for (a = f->addresses; a < f->addresses + f->naddresses; a++) {
		link = facts_link(f, a->link);
		if (link == NULL || !is_concerned(link) ||
		    (!a->dad_failed && !a->tentative))
			continue;
		bad++;
		address_format(&a->address, text);
		facts_link_name(f, a->link, name);
		if (a->dad_failed)
			report_fix(r,
			    "ip -6 address del %s/%u dev %s && "
			    "ip -6 address add %s/%u dev %s",
			    text, a->length, shell_word(name, word), text,
			    a->length, word);
		report_tell(r, a->dad_failed ? FINDING_FAIL : FINDING_WARN,
		    a->dad_failed
			? "%s on %s: another host has it (find that one "
			  "first: ip -6 neigh)"
			: "%s on %s is being tested: two seconds, usually",
		    text, name);
	}
	if (bad == 0)
		report_tell(r, FINDING_OK, "no address is in doubt");
}

static void
stable_judge(const struct facts_address *a, const struct facts_link *link,
    struct report *r)
{
	char text[ADDRESS_STRLEN], word[WORD_SIZE];
	const char *name = link->name;

	address_format(&a->address, text);
	if (a->temporary) {
		report_fix(r, "sysctl -w %s=0",
		    sysctl_of("ipv6", link, "use_tempaddr", word));
		report_tell(r, FINDING_WARN,
		    "%s on %s is a temporary address, another one tomorrow",
		    text, name);
	} else if (a->deprecated || a->valid < DAY) {
		report_fix(r,
		    "ip address change %s/%u dev %s valid_lft forever "
		    "preferred_lft forever",
		    text, a->length, shell_word(name, word));
		report_tell(r, FINDING_WARN,
		    a->deprecated
			? "%s on %s is deprecated: it is on its way out"
			: "%s on %s expires within a day",
		    text, name);
	} else
		report_tell(r, FINDING_OK, "%s on %s stays", text, name);
}

void
judge_addr_stable(const struct facts *f, struct report *r)
{
	const struct facts_address *a;
	const struct facts_link *link;
	unsigned int found = 0;

	for (a = f->addresses; a < f->addresses + f->naddresses; a++) {
		link = facts_link(f, a->link);
		if (link == NULL ||
		    !address_equal(
			&a->address, &f->family[a->address.family].node))
			continue;
		found++;
		stable_judge(a, link, r);
	}
	if (found == 0)
		report_tell(r, FINDING_SKIP, "this node has chosen no address");
}

static bool
is_of_use(const struct facts *f, const struct address *a)
{
	size_t i;

	for (i = 0; i < f->npeers; i++) {
		if (address_equal(&f->peers[i].address, a))
			return true;
	}
	for (i = 0; i < f->nroutes; i++) {
		if (address_equal(&f->routes[i].gateway, a))
			return true;
	}
	return false;
}

void
judge_neigh(const struct facts *f, struct report *r)
{
	const struct facts_family *family;
	const struct facts_neighbor *n;
	unsigned int bad = 0;
	enum family i;
	char text[ADDRESS_STRLEN], name[FACTS_NAME], word[WORD_SIZE];

	for (n = f->failed; n < f->failed + f->nfailed; n++) {
		if (!is_of_use(f, &n->address))
			continue;
		bad++;
		address_format(&n->address, text);
		facts_link_name(f, n->link, name);
		report_fix(r, "ip neigh flush to %s dev %s", text,
		    shell_word(name, word));
		report_tell(r, FINDING_FAIL,
		    "%s on %s answers no question for its link address: is "
		    "the host there?",
		    text, name);
	}
	for (i = 0; i < FAMILY_MAX; i++) {
		family = &f->family[i];
		if (family->gc_thresh3 <= 0 ||
		    (long)family->neighbors * 5 < family->gc_thresh3 * 4)
			continue;
		bad++;
		report_fix(r, "sysctl -w net.%s.neigh.default.gc_thresh3=%ld",
		    family_name(i), 4 * (long)family->neighbors);
		report_tell(r, FINDING_WARN,
		    "%s: %zu hosts are in a table for %ld", family_name(i),
		    family->neighbors, family->gc_thresh3);
	}
	if (bad == 0)
		report_tell(r, FINDING_OK,
		    "hosts in the table: %zu, and none is missing",
		    f->family[FAMILY_IPV4].neighbors +
			f->family[FAMILY_IPV6].neighbors);
}

#define IPV6_MTU 1280u /* RFC 8200 5 */

static uint32_t
uplink_mtu(const struct facts *f)
{
	const struct facts_link *link;
	uint32_t least = UINT32_MAX;

	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (is_concerned(link) && link->uplink && link->mtu < least)
			least = link->mtu;
	}
	return least;
}

void
judge_mtu(const struct facts *f, struct report *r)
{
	uint32_t least = uplink_mtu(f);
	const struct facts_link *link;
	unsigned int bad = 0;
	char word[WORD_SIZE];

	if (least == UINT32_MAX) {
		report_tell(r, FINDING_SKIP, "no uplink is known");
		return;
	}
	for (link = f->links; link < f->links + f->nlinks; link++) {
		if (!is_concerned(link))
			continue;
		if (f->family[FAMILY_IPV6].expected && link->mtu < IPV6_MTU) {
			bad++;
			report_fix(r, "ip link set dev %s mtu %u",
			    shell_word(link->name, word), IPV6_MTU);
			report_tell(r, FINDING_FAIL,
			    "%s has MTU %u, and IPv6 needs %u", link->name,
			    link->mtu, IPV6_MTU);
		} else if (link->pod && !link->uplink && link->mtu > least) {
			bad++;
			report_fix(r, "ip link set dev %s mtu %u",
			    shell_word(link->name, word), least);
			report_tell(r, FINDING_WARN,
			    "%s has MTU %u and the uplink %u; so has the pod's "
			    "end, probably",
			    link->name, link->mtu, least);
		}
	}
	if (bad == 0)
		report_tell(
		    r, FINDING_OK, "pods' links take no more than %u", least);
}

/* The accept rules of a chain for the pools, both ways, as lines of nft. */
static void
drop_judge(const struct facts *f, const struct facts_chain *chain,
    enum family family, struct report *r)
{
	static const char *const words[FAMILY_MAX] = {
		[FAMILY_IPV4] = "ip", [FAMILY_IPV6] = "ip6"
	};
	char fix[sizeof(r->next.fix)] = "", text[PREFIX_STRLEN];
	char table[WORD_SIZE], name[WORD_SIZE];
	size_t i, used = 0;
	unsigned int way;

	for (i = 0; i < f->npools; i++) {
		if (f->pools[i].address.family != family)
			continue;
		for (way = 0; way < 2 && used < sizeof(fix); way++)
			used += (size_t)snprintf(fix + used, sizeof(fix) - used,
			    "%snft insert rule %s %s %s %s %s %s accept",
			    used > 0 ? " && " : "", chain->family,
			    shell_word(chain->table, table),
			    shell_word(chain->name, name), words[family],
			    way == 0 ? "saddr" : "daddr",
			    prefix_format(&f->pools[i], text));
	}
	if (used > 0 && used < sizeof(fix))
		report_fix(r, "%s", fix);
	report_tell(r, FINDING_FAIL,
	    "%s: chain %s of table %s %s has policy drop, and no rule of it "
	    "accepts the pools",
	    family_name(family), chain->name, chain->family, chain->table);
}

void
judge_forward_drop(const struct facts *f, struct report *r)
{
	const struct facts_chain *chain;
	unsigned int bad = 0;
	enum family i;

	for (chain = f->chains; chain < f->chains + f->nchains; chain++) {
		for (i = 0; i < FAMILY_MAX; i++) {
			if (!f->family[i].expected || !chain->drops[i])
				continue;
			bad++;
			drop_judge(f, chain, i, r);
		}
	}
	if (bad > 0)
		return;
	if (f->no_chains[0] != '\0')
		report_tell(r, FINDING_SKIP,
		    "%s; look yourself: nft list ruleset", f->no_chains);
	else
		report_tell(r, FINDING_OK,
		    "no chain of nftables drops what is forwarded to pods, by "
		    "its policy");
}

void
judge_v6_route_limit(const struct facts *f, struct report *r)
{
	const struct facts_family *six = &f->family[FAMILY_IPV6];

	if (six->route_limit == FACTS_UNKNOWN)
		report_tell(r, FINDING_SKIP, "this kernel tells no limit");
	else if (six->route_limit >= INT_MAX)
		report_tell(r, FINDING_OK, "%zu route%s, and no limit",
		    six->routes, six->routes == 1 ? "" : "s");
	else if ((long)six->routes * 5 < six->route_limit * 4)
		report_tell(r, FINDING_OK, "%zu route%s, %ld may be",
		    six->routes, six->routes == 1 ? "" : "s", six->route_limit);
	else {
		report_fix(r, "sysctl -w net.ipv6.route.max_size=%ld",
		    (long)six->routes * 4);
		report_tell(r, FINDING_WARN, "%zu routes of at most %ld",
		    six->routes, six->route_limit);
	}
}
