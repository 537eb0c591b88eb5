/* SPDX-License-Identifier: ISC */
/* netlink_route.c - rtnetlink bytes <-> links, addresses, routes */

/*
 * The one place that knows how the kernel writes down a route.  Bytes of one
 * message come in, a value of kernel.h goes out, or the other way round;
 * no socket, no state, nothing allocated that outlives a call.  The kernel is
 * trusted no more than a peer: each length is checked before it is used.
 *
 * Not told, because no route of ours can meet them: routes with a source
 * prefix or a type of service (another key), cached clones, families that are
 * neither IPv4 nor IPv6, the bridge's view of a link (whose RTM_DELLINK means
 * that it left the bridge).  A route that leads nowhere has no paths, though
 * IPv6 shows a device for it.  Of more than KERNEL_PATHS paths the rest is cut.
 *
 * Deletions name prefix, table, metric and protocol and nothing more, so
 * they take any form of ours and never a route of another owner.
 * rtnetlink(7); RFC 5549's IPv4 over IPv6 is RTA_VIA.
 */

#include "kernel/netlink_route.h"

#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "kernel/netlink_object.h"

/* ---- reading ---- */

/* False: not a family of ours. */
static bool
family_of(unsigned int af, enum family *family)
{
	*family = af == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;
	return af == AF_INET || af == AF_INET6;
}

/* An absent attribute leaves the address unset; false: too short. */
static bool
address_read(
    const struct nlattr *a, enum family family, struct address *address)
{
	if (a == NULL)
		return true;
	if (nla_len(a) < (int)family_octets(family))
		return false;
	*address = address_from(family, nla_data(a));
	return true;
}

/* RTA_VIA: a gateway of the other family. */
static bool
via_read(const struct nlattr *a, struct address *gateway)
{
	struct rtvia via;
	enum family family;

	if (a == NULL)
		return true;
	if (nla_len(a) < (int)sizeof(via))
		return false;
	memcpy(&via, nla_data(a), sizeof(via));
	if (!family_of(via.rtvia_family, &family))
		return true;
	if (nla_len(a) < (int)(sizeof(via) + family_octets(family)))
		return false;
	*gateway =
	    address_from(family, (const uint8_t *)nla_data(a) + sizeof(via));
	return true;
}

static enum netlink_told
link_decode(struct nlmsghdr *h, struct kernel_link *link)
{
	static const struct nla_policy policy[IFLA_MAX + 1] = {
		[IFLA_IFNAME] = { .type = NLA_STRING },
	};
	const struct ifinfomsg *info = nlmsg_data(h);
	struct nlattr *a[IFLA_MAX + 1];

	if (nlmsg_parse(h, sizeof(*info), a, IFLA_MAX, policy) < 0)
		return NETLINK_TOLD_MALFORMED;
	if (info->ifi_family != AF_UNSPEC)
		return NETLINK_TOLD_NOTHING;
	if (info->ifi_index <= 0 || a[IFLA_IFNAME] == NULL)
		return NETLINK_TOLD_MALFORMED;
	*link = (struct kernel_link){
		.index = (uint32_t)info->ifi_index,
		.up = info->ifi_flags & IFF_UP,
		.running = info->ifi_flags & IFF_LOWER_UP,
		.loopback = info->ifi_flags & IFF_LOOPBACK,
	};
	nla_strlcpy(link->name, a[IFLA_IFNAME], sizeof(link->name));
	return NETLINK_TOLD_LINK;
}

/* IPv4 uses the bit of "temporary" for "secondary". */
static uint32_t
address_flags(uint32_t flags, enum family family)
{
	static const struct {
		uint32_t theirs;
		uint32_t ours;
	} bits[] = {
		{ IFA_F_TENTATIVE, KERNEL_TENTATIVE },
		{ IFA_F_DADFAILED, KERNEL_DAD_FAILED },
		{ IFA_F_DEPRECATED, KERNEL_DEPRECATED },
		{ IFA_F_TEMPORARY, KERNEL_TEMPORARY },
	};
	uint32_t out = 0;
	size_t i;

	for (i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		if (flags & bits[i].theirs)
			out |= bits[i].ours;
	}
	return family == FAMILY_IPV6 ? out : out & ~(uint32_t)KERNEL_TEMPORARY;
}

static enum netlink_told
address_decode(struct nlmsghdr *h, struct kernel_address *out)
{
	static const struct nla_policy policy[IFA_MAX + 1] = {
		[IFA_FLAGS] = { .type = NLA_U32 },
	};
	const struct ifaddrmsg *info = nlmsg_data(h);
	struct nlattr *a[IFA_MAX + 1];
	enum family family;
	uint32_t flags;

	if (nlmsg_parse(h, sizeof(*info), a, IFA_MAX, policy) < 0)
		return NETLINK_TOLD_MALFORMED;
	if (!family_of(info->ifa_family, &family))
		return NETLINK_TOLD_NOTHING;
	flags =
	    a[IFA_FLAGS] != NULL ? nla_get_u32(a[IFA_FLAGS]) : info->ifa_flags;
	*out = (struct kernel_address){
		.index = info->ifa_index,
		.length = info->ifa_prefixlen,
		.flags = address_flags(flags, family),
	};
	/* On a point-to-point link IFA_ADDRESS is the other end. */
	if (!address_read(a[IFA_LOCAL] != NULL ? a[IFA_LOCAL] : a[IFA_ADDRESS],
		family, &out->address) ||
	    out->length > family_bits(family) ||
	    (a[IFA_LOCAL] == NULL && a[IFA_ADDRESS] == NULL))
		return NETLINK_TOLD_MALFORMED;
	return NETLINK_TOLD_ADDRESS;
}

static const struct nla_policy route_policy[RTA_MAX + 1] = {
	[RTA_OIF] = { .type = NLA_U32 },
	[RTA_PRIORITY] = { .type = NLA_U32 },
	[RTA_TABLE] = { .type = NLA_U32 },
	[RTA_NH_ID] = { .type = NLA_U32 },
};

static void
path_flags(struct kernel_nexthop *path, unsigned int flags)
{
	path->onlink = flags & RTNH_F_ONLINK;
	path->dead = flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN);
}

static bool
gateway_read(
    struct nlattr *const *a, enum family family, struct kernel_nexthop *path)
{
	return address_read(a[RTA_GATEWAY], family, &path->gateway) &&
	    via_read(a[RTA_VIA], &path->gateway);
}

static bool
multipath_read(const struct nlattr *list, struct kernel_route *r)
{
	enum family family = r->prefix.address.family;
	struct nlattr *a[RTA_MAX + 1];
	struct kernel_nexthop *path;
	struct rtnexthop *hop = nla_data(list);
	int left = nla_len(list);

	while (left > 0 && r->count < KERNEL_PATHS) {
		if (left < (int)sizeof(*hop) || hop->rtnh_len < sizeof(*hop) ||
		    hop->rtnh_len > left)
			return false;
		if (nla_parse(a, RTA_MAX, (struct nlattr *)(void *)(hop + 1),
			(int)(hop->rtnh_len - sizeof(*hop)), route_policy) < 0)
			return false;
		path = &r->path[r->count++];
		path->index = (uint32_t)hop->rtnh_ifindex;
		path->weight = hop->rtnh_hops < UINT8_MAX
		    ? (uint8_t)(hop->rtnh_hops + 1)
		    : UINT8_MAX;
		path_flags(path, hop->rtnh_flags);
		if (!gateway_read(a, family, path))
			return false;
		left -= (int)RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return r->count > 0;
}

static bool
paths_read(
    const struct rtmsg *info, struct nlattr *const *a, struct kernel_route *r)
{
	if (r->type != KERNEL_UNICAST)
		return true;
	if (a[RTA_NH_ID] != NULL)
		r->object = nla_get_u32(a[RTA_NH_ID]);
	if (a[RTA_MULTIPATH] != NULL)
		return multipath_read(a[RTA_MULTIPATH], r);
	if (r->object != 0 && a[RTA_OIF] == NULL)
		return true; /* net.ipv4.nexthop_compat_mode is off */
	r->count = 1;
	r->path[0].weight = 1;
	if (a[RTA_OIF] != NULL)
		r->path[0].index = nla_get_u32(a[RTA_OIF]);
	path_flags(&r->path[0], info->rtm_flags);
	return gateway_read(a, r->prefix.address.family, &r->path[0]);
}

static const struct {
	unsigned char theirs;
	enum kernel_route_type ours;
} types[] = {
	{ RTN_UNICAST, KERNEL_UNICAST },
	{ RTN_BLACKHOLE, KERNEL_BLACKHOLE },
	{ RTN_UNREACHABLE, KERNEL_UNREACHABLE },
	{ RTN_PROHIBIT, KERNEL_PROHIBIT },
};

#define NTYPES (sizeof(types) / sizeof(*types))

static enum kernel_route_type
type_of(unsigned char theirs)
{
	size_t i;

	for (i = 0; i < NTYPES; i++) {
		if (types[i].theirs == theirs)
			return types[i].ours;
	}
	return KERNEL_OTHER;
}

static bool
prefix_read(const struct rtmsg *info, const struct nlattr *a,
    enum family family, struct prefix *p)
{
	struct address address = { .family = (uint8_t)family };

	if (info->rtm_dst_len > family_bits(family) ||
	    (a == NULL && info->rtm_dst_len > 0) ||
	    !address_read(a, family, &address))
		return false;
	*p = prefix_of(&address, info->rtm_dst_len);
	return true;
}

static enum netlink_told
route_decode(struct nlmsghdr *h, struct kernel_route *r)
{
	const struct rtmsg *info = nlmsg_data(h);
	struct nlattr *a[RTA_MAX + 1];
	enum family family;

	if (nlmsg_parse(h, sizeof(*info), a, RTA_MAX, route_policy) < 0)
		return NETLINK_TOLD_MALFORMED;
	if (!family_of(info->rtm_family, &family) || info->rtm_src_len != 0 ||
	    info->rtm_tos != 0 || (info->rtm_flags & RTM_F_CLONED))
		return NETLINK_TOLD_NOTHING;
	*r = (struct kernel_route){
		.table = a[RTA_TABLE] != NULL ? nla_get_u32(a[RTA_TABLE])
					      : info->rtm_table,
		.metric =
		    a[RTA_PRIORITY] != NULL ? nla_get_u32(a[RTA_PRIORITY]) : 0,
		.protocol = info->rtm_protocol,
		.type = type_of(info->rtm_type),
		.replaces = h->nlmsg_type == RTM_NEWROUTE &&
		    (h->nlmsg_flags & NLM_F_REPLACE),
	};
	if (!prefix_read(info, a[RTA_DST], family, &r->prefix) ||
	    !address_read(a[RTA_PREFSRC], family, &r->source) ||
	    !paths_read(info, a, r))
		return NETLINK_TOLD_MALFORMED;
	return NETLINK_TOLD_ROUTE;
}

enum netlink_told
netlink_decode(void *message, size_t length, struct netlink_event *event)
{
	struct nlmsghdr *h = message;

	if (length < sizeof(*h) || h->nlmsg_len < sizeof(*h) ||
	    h->nlmsg_len > length)
		return NETLINK_TOLD_MALFORMED;
	memset(event, 0, sizeof(*event));
	switch (h->nlmsg_type) {
	case RTM_DELLINK:
		event->gone = true;
		/* FALLTHROUGH */
	case RTM_NEWLINK: return link_decode(h, &event->link);
	case RTM_DELADDR:
		event->gone = true;
		/* FALLTHROUGH */
	case RTM_NEWADDR: return address_decode(h, &event->address);
	case RTM_DELROUTE:
		event->gone = true;
		/* FALLTHROUGH */
	case RTM_NEWROUTE: return route_decode(h, &event->route);
	case RTM_DELNEXTHOP:
		event->gone = true;
		/* FALLTHROUGH */
	case RTM_NEWNEXTHOP: return netlink_object_decode(h, &event->object);
	}
	return NETLINK_TOLD_NOTHING;
}

/* ---- writing ---- */

static int
address_put(struct nl_msg *m, int type, const struct address *a)
{
	return nla_put(m, type, (int)family_octets(a->family), a->bytes);
}

static int
gateway_put(struct nl_msg *m, enum family family, const struct address *gateway)
{
	uint8_t via[sizeof(struct rtvia) + sizeof(gateway->bytes)];
	struct rtvia head = { .rtvia_family = AF_INET6 };

	if (address_is_unset(gateway))
		return 0;
	if (gateway->family == family)
		return address_put(m, RTA_GATEWAY, gateway);
	if (gateway->family == FAMILY_IPV4)
		head.rtvia_family = AF_INET;
	memcpy(via, &head, sizeof(head));
	memcpy(via + sizeof(head), gateway->bytes, sizeof(gateway->bytes));
	return nla_put(m, RTA_VIA,
	    (int)(sizeof(head) + family_octets(gateway->family)), via);
}

static int
multipath_put(struct nl_msg *m, const struct kernel_route *r)
{
	struct nlattr *list = nla_nest_start(m, RTA_MULTIPATH);
	const struct kernel_nexthop *path;
	struct rtnexthop *hop;
	int error = list == NULL;

	for (path = r->path; path < r->path + r->count && !error; path++) {
		hop = nlmsg_reserve(m, sizeof(*hop), NLMSG_ALIGNTO);
		if (hop == NULL)
			return -1;
		hop->rtnh_flags = path->onlink ? RTNH_F_ONLINK : 0;
		hop->rtnh_hops =
		    path->weight > 0 ? (unsigned char)(path->weight - 1) : 0;
		hop->rtnh_ifindex = (int)path->index;
		error =
		    gateway_put(m, r->prefix.address.family, &path->gateway);
		hop->rtnh_len =
		    (unsigned short)((char *)nlmsg_tail(nlmsg_hdr(m)) -
			(char *)hop);
	}
	if (error)
		return -1;
	return nla_nest_end(m, list);
}

static int
paths_put(struct nl_msg *m, const struct kernel_route *r)
{
	struct rtmsg *info = nlmsg_data(nlmsg_hdr(m));

	if (r->object != 0)
		return nla_put_u32(m, RTA_NH_ID, r->object);
	if (r->type != KERNEL_UNICAST)
		return 0;
	if (r->count != 1)
		return multipath_put(m, r);
	if (r->path[0].onlink)
		info->rtm_flags |= RTNH_F_ONLINK;
	if (address_is_unset(&r->path[0].gateway))
		info->rtm_scope = RT_SCOPE_LINK;
	if (nla_put_u32(m, RTA_OIF, r->path[0].index) < 0)
		return -1;
	return gateway_put(m, r->prefix.address.family, &r->path[0].gateway);
}

static unsigned char
type_for(enum kernel_route_type ours)
{
	size_t i;

	for (i = 0; i < NTYPES; i++) {
		if (types[i].ours == ours)
			return types[i].theirs;
	}
	return RTN_UNSPEC;
}

static int
change_put(struct nl_msg *m, const struct kernel_change *c)
{
	const struct kernel_route *r = &c->route;
	bool deletes = c->verb == KERNEL_DELETE;
	struct rtmsg info = {
		.rtm_family = r->prefix.address.family == FAMILY_IPV4
		    ? AF_INET
		    : AF_INET6,
		.rtm_dst_len = r->prefix.length,
		.rtm_table =
		    r->table < 256 ? (unsigned char)r->table : RT_TABLE_UNSPEC,
		.rtm_protocol = r->protocol,
		.rtm_scope = deletes ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE,
		.rtm_type = deletes ? RTN_UNSPEC : type_for(r->type),
	};

	if (nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    address_put(m, RTA_DST, &r->prefix.address) < 0 ||
	    nla_put_u32(m, RTA_PRIORITY, r->metric) < 0)
		return -1;
	if (r->table >= 256 && nla_put_u32(m, RTA_TABLE, r->table) < 0)
		return -1;
	if (deletes)
		return 0;
	if (!address_is_unset(&r->source) &&
	    address_put(m, RTA_PREFSRC, &r->source) < 0)
		return -1;
	return paths_put(m, r);
}

static const struct {
	unsigned short type;
	unsigned short flags;
} verbs[KERNEL_VERB_MAX] = {
	[KERNEL_ADD] = { RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL },
	[KERNEL_REPLACE] = { RTM_NEWROUTE, NLM_F_REPLACE },
	[KERNEL_DELETE] = { RTM_DELROUTE, 0 },
	[KERNEL_OBJECT_ADD] = { RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL },
	[KERNEL_OBJECT_REPLACE] = { RTM_NEWNEXTHOP, NLM_F_REPLACE },
	[KERNEL_OBJECT_DELETE] = { RTM_DELNEXTHOP, 0 },
};

struct nl_msg *
netlink_scratch_new(void)
{
	return nlmsg_alloc_size(NETLINK_MESSAGE_MAX);
}

void
netlink_scratch_free(struct nl_msg *scratch)
{
	nlmsg_free(scratch);
}

size_t
netlink_encode(struct nl_msg *m, const struct kernel_change *c, uint32_t seq,
    uint8_t *buf, size_t size)
{
	struct nlmsghdr *h = nlmsg_hdr(m);
	size_t length;
	int error;

	h->nlmsg_len = NLMSG_HDRLEN;
	h->nlmsg_type = verbs[c->verb].type;
	h->nlmsg_flags = NLM_F_REQUEST | verbs[c->verb].flags;
	h->nlmsg_seq = seq;
	error = kernel_verb_is_object(c->verb) ? netlink_object_put(m, c)
					       : change_put(m, c);
	length = NLMSG_ALIGN(h->nlmsg_len);
	if (error < 0 || length > size)
		return 0;
	memcpy(buf, h, length);
	return length;
}
