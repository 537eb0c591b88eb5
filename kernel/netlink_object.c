/* SPDX-License-Identifier: ISC */
/* netlink_object.c - rtnetlink bytes <-> next hop objects */

/*
 * The part of netlink_route.c that is about objects: RTM_NEWNEXTHOP and
 * RTM_DELNEXTHOP of Linux 5.3 and later.  An object has an id and either a
 * gateway and a link, or members by their ids; other kinds (blackholes,
 * encapsulations, a bridge's, resilient groups) are nobody's business here.
 */

#include "kernel/netlink_object.h"

#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* ---- reading ---- */

static bool
group_read(const struct nlattr *a, struct kernel_object *out)
{
	struct nexthop_grp member;
	int i, count = nla_len(a) / (int)sizeof(member);

	if (count == 0)
		return false;
	for (i = 0; i < count && i < KERNEL_PATHS; i++) {
		memcpy(&member,
		    (const char *)nla_data(a) + (size_t)i * sizeof(member),
		    sizeof(member));
		out->member[i].id = member.id;
		out->member[i].weight = member.weight < UINT8_MAX
		    ? (uint8_t)(member.weight + 1)
		    : UINT8_MAX;
	}
	out->count = (uint8_t)i;
	return true;
}

static bool
path_read(const struct nhmsg *info, struct nlattr *const *a,
    struct kernel_nexthop *path)
{
	enum family family =
	    info->nh_family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4;
	const struct nlattr *gateway = a[NHA_GATEWAY];

	path->weight = 1;
	path->onlink = info->nh_flags & RTNH_F_ONLINK;
	path->dead = info->nh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN);
	if (a[NHA_OIF] != NULL)
		path->index = nla_get_u32(a[NHA_OIF]);
	if (gateway == NULL)
		return true;
	if (nla_len(gateway) < (int)family_octets(family))
		return false;
	path->gateway = address_from(family, nla_data(gateway));
	return true;
}

enum netlink_told
netlink_object_decode(struct nlmsghdr *h, struct kernel_object *out)
{
	static const struct nla_policy policy[NHA_MAX + 1] = {
		[NHA_ID] = { .type = NLA_U32 },
		[NHA_OIF] = { .type = NLA_U32 },
	};
	const struct nhmsg *info = nlmsg_data(h);
	struct nlattr *a[NHA_MAX + 1];

	if (nlmsg_parse(h, sizeof(*info), a, NHA_MAX, policy) < 0 ||
	    a[NHA_ID] == NULL || nla_get_u32(a[NHA_ID]) == 0)
		return NETLINK_TOLD_MALFORMED;
	out->id = nla_get_u32(a[NHA_ID]);
	out->protocol = info->nh_protocol;
	if (a[NHA_FDB] != NULL || a[NHA_BLACKHOLE] != NULL)
		return NETLINK_TOLD_NOTHING;
	if (a[NHA_GROUP] != NULL ? !group_read(a[NHA_GROUP], out)
				 : !path_read(info, a, &out->path))
		return NETLINK_TOLD_MALFORMED;
	return NETLINK_TOLD_OBJECT;
}

/* ---- writing ---- */

static int
group_put(struct nl_msg *m, const struct kernel_object *o)
{
	struct nexthop_grp group[KERNEL_PATHS] = { 0 };
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		group[i].id = o->member[i].id;
		if (o->member[i].weight > 1)
			group[i].weight = (uint8_t)(o->member[i].weight - 1);
	}
	return nla_put(m, NHA_GROUP, (int)(o->count * sizeof(*group)), group);
}

int
netlink_object_put(struct nl_msg *m, const struct kernel_change *c)
{
	const struct kernel_object *o = &c->object;
	const struct address *gateway = &o->path.gateway;
	bool makes = c->verb != KERNEL_OBJECT_DELETE;
	struct nhmsg info = { .nh_family = AF_UNSPEC };

	if (makes)
		info.nh_protocol = o->protocol;
	if (makes && o->count == 0) {
		info.nh_family =
		    gateway->family == FAMILY_IPV6 ? AF_INET6 : AF_INET;
		info.nh_flags = o->path.onlink ? RTNH_F_ONLINK : 0;
	}
	if (nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
	    nla_put_u32(m, NHA_ID, o->id) < 0)
		return -1;
	if (!makes)
		return 0;
	if (o->count > 0)
		return group_put(m, o);
	if (nla_put_u32(m, NHA_OIF, o->path.index) < 0)
		return -1;
	return nla_put(m, NHA_GATEWAY, (int)family_octets(gateway->family),
	    gateway->bytes);
}
