/* SPDX-License-Identifier: ISC */
/* read_kernel.c - links, addresses, routes, rules and hosts, from the kernel */

/*
 * Then the sysctls of each link, and what the link is good for: one with an
 * address that the daemon has chosen, or that leads to a neighbor, or by which
 * the default route goes, is an uplink (without a daemon, one with a subnet);
 * one with a host route of ours into a block, or named as pods' links are, is a
 * pod's.
 */

#include <limits.h>
#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bgpctl/doctor/facts.h"
#include "bgpctl/doctor/rtnl.h"
#include "rib/symbol.h"

#define PODS_MAX 256u

static bool
family_of(unsigned int af, enum family *family)
{
	*family = af == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;
	return af == AF_INET || af == AF_INET6;
}

static struct address
address_of(enum family family, const struct rtattr *a)
{
	struct address none = { .family = (uint8_t)family };

	if (a == NULL || a->rta_len < RTA_LENGTH(family_octets(family)))
		return none;
	return address_from(family, rtnl_data(a));
}

static struct prefix
prefix_read(enum family family, const struct rtattr *a, unsigned int length)
{
	struct address address = address_of(family, a);

	if (length > 8 * family_octets(family))
		length = 0;
	return prefix_of(&address, length);
}

static void
link_take(void *arg, const struct nlmsghdr *h, const struct rtattr *const *a)
{
	const struct ifinfomsg *info = rtnl_header(h);
	struct facts *f = arg;
	struct facts_link *link;

	if (info->ifi_family != AF_UNSPEC || a[IFLA_IFNAME] == NULL)
		return;
	link = FACTS_ADD(f->links, f->nlinks);
	link->index = (uint32_t)info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	link->loopback = info->ifi_flags & IFF_LOOPBACK;
	link->mtu = rtnl_number(a[IFLA_MTU]);
	snprintf(link->name, sizeof(link->name), "%.*s",
	    (int)RTA_PAYLOAD(a[IFLA_IFNAME]),
	    (const char *)rtnl_data(a[IFLA_IFNAME]));
}

static void
address_take(void *arg, const struct nlmsghdr *h, const struct rtattr *const *a)
{
	const struct ifaddrmsg *info = rtnl_header(h);
	struct facts *f = arg;
	struct facts_address *out;
	enum family family;
	unsigned int flags = info->ifa_flags;

	if (!family_of(info->ifa_family, &family))
		return;
	if (a[IFA_FLAGS] != NULL)
		flags = rtnl_number(a[IFA_FLAGS]);
	out = FACTS_ADD(f->addresses, f->naddresses);
	out->link = info->ifa_index;
	out->address = address_of(
	    family, a[IFA_LOCAL] != NULL ? a[IFA_LOCAL] : a[IFA_ADDRESS]);
	out->length = info->ifa_prefixlen;
	out->valid = UINT32_MAX;
	if (a[IFA_CACHEINFO] != NULL &&
	    RTA_PAYLOAD(a[IFA_CACHEINFO]) >= sizeof(struct ifa_cacheinfo))
		out->valid =
		    ((const struct ifa_cacheinfo *)rtnl_data(a[IFA_CACHEINFO]))
			->ifa_valid;
	out->deprecated = flags & IFA_F_DEPRECATED;
	if (family != FAMILY_IPV6)
		return; /* other meanings there */
	out->tentative = flags & IFA_F_TENTATIVE;
	out->dad_failed = flags & IFA_F_DADFAILED;
	out->temporary = flags & IFA_F_TEMPORARY;
}

static void
route_take(void *arg, const struct nlmsghdr *h, const struct rtattr *const *a)
{
	const struct rtmsg *info = rtnl_header(h);
	unsigned int table = info->rtm_table;
	struct facts *f = arg;
	struct facts_route *r;
	enum family family;

	if (a[RTA_TABLE] != NULL)
		table = rtnl_number(a[RTA_TABLE]);
	if (!family_of(info->rtm_family, &family) || table != RT_TABLE_MAIN ||
	    (info->rtm_flags & RTM_F_CLONED))
		return;
	f->family[family].routes++;
	if (info->rtm_protocol == RTPROT_BGP)
		return; /* a million of them would tell no more */
	r = FACTS_ADD(f->routes, f->nroutes);
	r->prefix = prefix_read(family, a[RTA_DST], info->rtm_dst_len);
	r->gateway = address_of(family, a[RTA_GATEWAY]);
	r->metric = rtnl_number(a[RTA_PRIORITY]);
	r->protocol = info->rtm_protocol;
	if (info->rtm_type == RTN_UNICAST)
		r->link = rtnl_number(a[RTA_OIF]);
}

static void
rule_take(void *arg, const struct nlmsghdr *h, const struct rtattr *const *a)
{
	const struct fib_rule_hdr *info = rtnl_header(h);
	struct facts *f = arg;
	struct facts_rule *r;
	enum family family;
	unsigned int table = info->table;

	if (a[FRA_TABLE] != NULL)
		table = rtnl_number(a[FRA_TABLE]);
	if (!family_of(info->family, &family) || table == RT_TABLE_LOCAL ||
	    table == RT_TABLE_MAIN || table == RT_TABLE_DEFAULT)
		return;
	r = FACTS_ADD(f->rules, f->nrules);
	r->family = family;
	r->table = table;
	r->priority = rtnl_number(a[FRA_PRIORITY]);
	r->from = prefix_read(family, a[FRA_SRC], info->src_len);
	r->to = prefix_read(family, a[FRA_DST], info->dst_len);
}

static void
neighbor_take(
    void *arg, const struct nlmsghdr *h, const struct rtattr *const *a)
{
	const struct ndmsg *info = rtnl_header(h);
	struct facts *f = arg;
	struct facts_neighbor *n;
	enum family family;

	if (!family_of(info->ndm_family, &family) ||
	    (info->ndm_state & NUD_NOARP))
		return;
	f->family[family].neighbors++;
	if (!(info->ndm_state & NUD_FAILED))
		return;
	n = FACTS_ADD(f->failed, f->nfailed);
	n->link = (uint32_t)info->ndm_ifindex;
	n->address = address_of(family, a[NDA_DST]);
}

/* ---- sysctls ---- */

/* A number of a file; FACTS_UNKNOWN when there is none. */
static long
number_read(const char *path)
{
	FILE *file = fopen(path, "re");
	long number = FACTS_UNKNOWN;

	if (file == NULL)
		return FACTS_UNKNOWN;
	if (fscanf(file, "%ld", &number) != 1)
		number = FACTS_UNKNOWN;
	fclose(file);
	return number;
}

static long
sysctl(const char *family, const char *of, const char *key)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/sys/net/%s/%s/%s", family, of, key);
	return number_read(path);
}

static void
link_sysctls(struct facts_link *link)
{
	char of[FACTS_NAME + 8];

	snprintf(of, sizeof(of), "conf/%s", link->name);
	link->disable_ipv6 = sysctl("ipv6", of, "disable_ipv6");
	link->forwarding[FAMILY_IPV4] = sysctl("ipv4", of, "forwarding");
	link->forwarding[FAMILY_IPV6] = sysctl("ipv6", of, "forwarding");
	link->accept_ra = sysctl("ipv6", of, "accept_ra");
	link->rp_filter = sysctl("ipv4", of, "rp_filter");
}

static void
sysctls_read(struct facts *f)
{
	struct facts_family *four = &f->family[FAMILY_IPV4];
	struct facts_family *six = &f->family[FAMILY_IPV6];
	size_t i;

	four->forwarding = number_read("/proc/sys/net/ipv4/ip_forward");
	four->gc_thresh3 = sysctl("ipv4", "neigh/default", "gc_thresh3");
	f->rp_filter_all = sysctl("ipv4", "conf/all", "rp_filter");
	six->forwarding = sysctl("ipv6", "conf/all", "forwarding");
	six->disabled_all = sysctl("ipv6", "conf/all", "disable_ipv6");
	six->disabled_default = sysctl("ipv6", "conf/default", "disable_ipv6");
	six->gc_thresh3 = sysctl("ipv6", "neigh/default", "gc_thresh3");
	six->route_limit = sysctl("ipv6", "route", "max_size");
	f->exists_ipv6 = six->disabled_all != FACTS_UNKNOWN;
	for (i = 0; i < f->nlinks; i++)
		link_sysctls(&f->links[i]);
}

/* ---- what links are good for ---- */

static struct facts_link *
link_at(struct facts *f, uint32_t index)
{
	size_t i;

	for (i = 0; i < f->nlinks; i++) {
		if (f->links[i].index == index)
			return &f->links[i];
	}
	return NULL;
}

static void
uplink_set(struct facts *f, uint32_t index)
{
	struct facts_link *link = link_at(f, index);

	if (link != NULL && !link->loopback)
		link->uplink = true;
}

/* By an address of it: ours, or in the subnet of a neighbor. */
static void
uplinks_by_address(struct facts *f, const struct facts_address *a)
{
	struct prefix subnet = prefix_of(&a->address, a->length);
	size_t i;

	if (address_equal(&a->address, &f->family[a->address.family].node) ||
	    (!f->daemon && !address_is_link_local(&a->address) &&
		a->length < 8 * family_octets(a->address.family)))
		uplink_set(f, a->link);
	for (i = 0; i < f->npeers; i++) {
		if (f->peers[i].address.family == a->address.family &&
		    !address_is_link_local(&a->address) &&
		    prefix_covers(&subnet, &f->peers[i].address))
			uplink_set(f, a->link);
	}
}

static bool
is_host(const struct prefix *p)
{
	return p->length == 8 * family_octets(p->address.family);
}

static bool
is_in_block(const struct facts *f, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < f->nblocks; i++) {
		if (prefix_contains(&f->blocks[i], p))
			return true;
	}
	return false;
}

static void
roles_by_route(struct facts *f, const struct facts_route *r)
{
	struct facts_link *link = link_at(f, r->link);
	struct facts_pod *pod;

	if (link == NULL || link->loopback)
		return;
	if (r->prefix.length == 0)
		link->uplink = true;
	if (!is_host(&r->prefix) || !address_is_unset(&r->gateway) ||
	    !is_in_block(f, &r->prefix))
		return;
	link->pod = true;
	if (f->npods == PODS_MAX)
		return;
	pod = FACTS_ADD(f->pods, f->npods);
	pod->address = r->prefix.address;
	pod->pinged = FACTS_UNKNOWN;
}

static void
roles_judge(struct facts *f)
{
	size_t i;

	for (i = 0; i < f->naddresses; i++)
		uplinks_by_address(f, &f->addresses[i]);
	for (i = 0; i < f->nroutes; i++)
		roles_by_route(f, &f->routes[i]);
	for (i = 0; i < f->nlinks; i++)
		f->links[i].pod |= symbol_glob("cali*", f->links[i].name) ||
		    symbol_glob("lxc*", f->links[i].name);
}

void
facts_read_kernel(struct facts *f)
{
	rtnl_dump(
	    RTM_GETLINK, sizeof(struct ifinfomsg), IFLA_MTU, link_take, f);
	rtnl_dump(
	    RTM_GETADDR, sizeof(struct ifaddrmsg), IFA_FLAGS, address_take, f);
	rtnl_dump(RTM_GETROUTE, sizeof(struct rtmsg), RTA_TABLE, route_take, f);
	rtnl_dump(
	    RTM_GETRULE, sizeof(struct fib_rule_hdr), FRA_TABLE, rule_take, f);
	rtnl_dump(
	    RTM_GETNEIGH, sizeof(struct ndmsg), NDA_DST, neighbor_take, f);
	sysctls_read(f);
	roles_judge(f);
}
