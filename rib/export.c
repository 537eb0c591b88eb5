/* SPDX-License-Identifier: ISC */
/* export.c - what of a route is told to a kind of peer, and in which form */

/*
 * In come the best route of a prefix as import left it, who it came from and
 * who would hear it; out go the attributes to send, or the one reason why
 * nothing is sent.  The result borrows the route's spans and the scratch, and
 * lives as long as both; nothing is kept and nothing is allocated.
 *
 * First the rules that forbid: internal routes stay with us unless we reflect
 * (RFC 4456 6), the well-known communities (RFC 1997, 9494), the export policy.
 * Whether the path is a loop for the other side is that side's to say: it may
 * take paths with its AS in them.  Then the attributes, in one of two forms.
 * Outside: our AS in front, no confederation behind it (RFC 5065 4.1), without
 * private AS and the target's own where that is asked for, no LOCAL_PREF, no
 * reflection marks, no MED but our own (RFC 4271 5.1.4), no non-transitive
 * extended community (RFC 4360 6), the mark of a route that only goes down
 * (RFC 9234 5).  Inside: LOCAL_PREF always there, and what is passed from one
 * internal peer to another is marked with ORIGINATOR_ID and CLUSTER_LIST.
 *
 * What the policy's rules changed is the start of both forms: a path that they
 * prepended to gets our AS in front, a MED that they set is our own.
 *
 * Then the next hop, by one rule for both: what we originate is reached
 * through us, inside nothing changes, outside it is us again unless the next
 * hop is a neighbour of the target (RFC 4271 5.1.3); a setting says otherwise,
 * and a rule of the policy has the last word.
 * AIGP is the distance to the next hop: it goes with it, and never outside
 * (RFC 7311 3.4).
 * A link-local address says nothing to who is not on that link (RFC 2545 3).
 *
 * Last, if this node drains, all of that is marked (drain.h).
 *
 * That a peer does not hear its own routes is the adj-rib-out's business;
 * how wide an AS number is on the wire, and whether it all fits one message,
 * is the encoder's.
 */

#include "rib/export.h"

#include <string.h>

#include "rib/aspath.h"
#include "rib/bytes.h"
#include "rib/community.h"

/* What a target outside is never told. */
#define INTERNAL_ATTRS (ATTR_HAS_LOCAL_PREF | ATTR_HAS_ORIGINATOR)

static bool
is_internal(enum source_kind kind)
{
	return kind == SOURCE_INTERNAL || kind == SOURCE_CLIENT;
}

/* RFC 4456 6: what a non-client said goes to clients only. */
static bool
is_reflected(enum source_kind from, enum source_kind to)
{
	return is_internal(from) && is_internal(to);
}

static enum export_reason
forbidden(const struct export_target *target,
    const struct export_source *source, const struct attrs *attrs)
{
	bool external = target->kind == SOURCE_EXTERNAL;

	if (source->kind == SOURCE_INTERNAL && target->kind == SOURCE_INTERNAL)
		return EXPORT_INTERNAL_ONLY;
	if (community_has(attrs->communities, COMMUNITY_NO_ADVERTISE))
		return EXPORT_NO_ADVERTISE;
	if (!target->long_lived &&
	    community_has(attrs->communities, COMMUNITY_LLGR_STALE))
		return EXPORT_LONG_LIVED_STALE;
	/* Without a confederation the two mean the same. */
	if (external &&
	    (community_has(attrs->communities, COMMUNITY_NO_EXPORT) ||
		community_has(
		    attrs->communities, COMMUNITY_NO_EXPORT_SUBCONFED)))
		return EXPORT_NO_EXPORT;
	return EXPORT_OK;
}

/* Ours in front of what the settings leave; false when it does not fit. */
static bool
path_to_external(const struct export_target *target,
    struct export_scratch *scratch, struct span *path)
{
	uint8_t *old = scratch->old_path;
	const size_t room = sizeof(scratch->old_path);
	bool ok = true;

	if (target->remove_private_as) {
		path->length = aspath_strip_private(
		    *path, target->remote_as, old, room, &ok);
		path->data = old;
	}
	if (ok && target->as_override) {
		path->length = aspath_replace(
		    *path, target->remote_as, target->local_as, old, room, &ok);
		path->data = old;
	}
	if (!ok)
		return false;
	path->length = aspath_prepend(*path, target->local_as, 1,
	    scratch->as_path, sizeof(scratch->as_path), &ok);
	path->data = scratch->as_path;
	if (!ok)
		return false;
	path->length = aspath_strip_confed(
	    *path, scratch->as_path, sizeof(scratch->as_path), &ok);
	return ok;
}

static enum export_reason
to_external(const struct export_target *target,
    const struct export_source *source, struct export_scratch *scratch,
    struct attrs *out)
{
	if (!role_export(target->role, target->local_as, out))
		return EXPORT_ONLY_TO_CUSTOMER;
	out->has &= ~(uint32_t)INTERNAL_ATTRS;
	out->cluster_list = (struct span){ NULL, 0 };
	out->aigp = (struct span){ NULL, 0 };
	if (!source_is_here(source->kind) &&
	    !(scratch->outcome.changed & FILTER_CHANGED_MED))
		out->has &= ~(uint32_t)ATTR_HAS_MED;
	if (!path_to_external(target, scratch, &out->as_path) ||
	    out->ext_communities.length > sizeof(scratch->ext_communities))
		return EXPORT_TOO_BIG;
	out->ext_communities.length = community_ext_transitive(
	    out->ext_communities, scratch->ext_communities);
	out->ext_communities.data = scratch->ext_communities;
	return EXPORT_OK;
}

/* RFC 4456 8: who brought it in, and that it passed through us. */
static enum export_reason
mark_reflected(const struct export_target *target,
    const struct export_source *source, struct export_scratch *scratch,
    struct attrs *out)
{
	const struct span old = out->cluster_list;
	uint32_t cluster = target->cluster_id;

	if (!(out->has & ATTR_HAS_ORIGINATOR)) {
		out->has |= ATTR_HAS_ORIGINATOR;
		out->originator = source->identifier;
	}
	if (old.length > sizeof(scratch->cluster_list) - sizeof(cluster))
		return EXPORT_TOO_BIG;
	if (cluster == 0)
		cluster = target->identifier;
	bytes_put_u32(scratch->cluster_list, cluster);
	if (old.length > 0)
		memcpy(scratch->cluster_list + sizeof(cluster), old.data,
		    old.length);
	out->cluster_list.data = scratch->cluster_list;
	out->cluster_list.length = old.length + sizeof(cluster);
	return EXPORT_OK;
}

static enum export_reason
to_internal(const struct export_target *target,
    const struct export_source *source, struct export_scratch *scratch,
    struct attrs *out)
{
	if (!(out->has & ATTR_HAS_LOCAL_PREF)) {
		out->has |= ATTR_HAS_LOCAL_PREF;
		out->local_pref = LOCAL_PREF_DEFAULT;
	}
	if (is_reflected(source->kind, target->kind))
		return mark_reflected(target, source, scratch, out);
	return EXPORT_OK;
}

/* RFC 8950 is about IPv4 behind IPv6 and nothing else. */
static bool
hop_fits(const struct export_target *target, const struct address *hop)
{
	return hop->family == target->family ||
	    (target->family == FAMILY_IPV4 && target->extended_next_hop);
}

/* May the next hop of the route stay as it is? */
static bool
keeps_next_hop(const struct export_target *target,
    const struct export_source *source, const struct attrs *attrs,
    bool third_party)
{
	if (source_is_here(source->kind) || target->hop == EXPORT_HOP_SELF ||
	    address_is_unset(&attrs->next_hop))
		return false;
	if (attrs->next_hop.family == FAMILY_IPV6 &&
	    address_is_link_local(&attrs->next_hop) && !third_party)
		return false;
	if (target->hop == EXPORT_HOP_KEEP)
		return hop_fits(target, &attrs->next_hop);
	if (target->kind == SOURCE_EXTERNAL)
		return third_party && target->shared_subnet_ok;
	return true;
}

/* The policy's word on the next hop comes before all rules. */
static bool
hop_stays(const struct export_target *target,
    const struct export_source *source, const struct attrs *attrs,
    bool third_party, enum filter_hop hop)
{
	const struct address *a = &attrs->next_hop;

	switch (hop) {
	case FILTER_HOP_SELF: return false;
	case FILTER_HOP_ADDRESS: return true;
	case FILTER_HOP_KEEP:
		return !address_is_unset(a) &&
		    (third_party || a->family == FAMILY_IPV4 ||
			!address_is_link_local(a));
	case FILTER_HOP_UNSET: break;
	}
	return keeps_next_hop(target, source, attrs, third_party);
}

static enum export_reason
set_next_hop(const struct export_target *target,
    const struct export_source *source, bool third_party, enum filter_hop hop,
    struct attrs *out)
{
	if (!hop_stays(target, source, out, third_party, hop)) {
		out->next_hop = target->self;
		out->link_local = target->self_link_local;
		out->aigp = (struct span){ NULL, 0 };
	} else if (!third_party || hop == FILTER_HOP_ADDRESS) {
		out->link_local = (struct address){ .family = 0 };
	}
	if (address_is_unset(&out->next_hop) ||
	    !hop_fits(target, &out->next_hop))
		return EXPORT_NO_NEXT_HOP;
	return EXPORT_OK;
}

static enum export_reason
apply_policy(const struct export_target *target,
    const struct export_source *source, const struct policy_env *env,
    const struct policy_route *route, struct export_scratch *scratch,
    struct attrs *out)
{
	const struct filter_route judged = {
		.prefix = route->prefix,
		.source = { source->kind, route->neighbor, route->group },
		.session = { target->kind, target->neighbor, target->group },
		.interface = route->interface,
	};

	*out = *route->attrs;
	policy_judge(&target->policy, env, &judged, out, &scratch->filter,
	    route->counts, &scratch->outcome);
	if (scratch->outcome.changed & FILTER_TOO_BIG)
		return EXPORT_TOO_BIG;
	return scratch->outcome.verdict == FILTER_ACCEPT ? EXPORT_OK
							 : EXPORT_FILTERED;
}

enum export_reason
export_route(const struct export_target *target,
    const struct export_source *source, const struct policy_env *env,
    const struct policy_route *route, bool third_party,
    struct export_scratch *scratch, struct attrs *out)
{
	enum export_reason reason;

	if (target->drain == DRAIN_WITHDRAW)
		return EXPORT_DRAINED;
	reason = forbidden(target, source, route->attrs);
	if (reason != EXPORT_OK)
		return reason;
	reason = apply_policy(target, source, env, route, scratch, out);
	if (reason != EXPORT_OK)
		return reason;
	out->has |= ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP;
	reason = target->kind == SOURCE_EXTERNAL
	    ? to_external(target, source, scratch, out)
	    : to_internal(target, source, scratch, out);
	if (reason != EXPORT_OK)
		return reason;
	if (target->drain == DRAIN_TELL &&
	    !drain_mark(out, target->kind == SOURCE_EXTERNAL,
		scratch->communities, sizeof(scratch->communities)))
		return EXPORT_TOO_BIG;
	return set_next_hop(
	    target, source, third_party, scratch->outcome.hop, out);
}

const char *
export_reason_word(enum export_reason reason)
{
	static const char *const words[EXPORT_REASON_MAX] = {
		[EXPORT_OK] = "ok",
		[EXPORT_NO_ROUTE] = "no-route",
		[EXPORT_SPLIT_HORIZON] = "split-horizon",
		[EXPORT_INTERNAL_ONLY] = "internal-only",
		[EXPORT_NO_ADVERTISE] = "no-advertise",
		[EXPORT_NO_EXPORT] = "no-export",
		[EXPORT_FILTERED] = "filtered",
		[EXPORT_NO_NEXT_HOP] = "no-next-hop",
		[EXPORT_LONG_LIVED_STALE] = "long-lived-stale",
		[EXPORT_ONLY_TO_CUSTOMER] = "only-to-customer",
		[EXPORT_TOO_BIG] = "too-big",
		[EXPORT_OUT_LIMIT] = "out-limit",
		[EXPORT_DRAINED] = "drained",
		[EXPORT_NOT_INSTALLED] = "not-installed",
		[EXPORT_KERNEL_REFUSED] = "kernel-refused",
	};

	return words[reason];
}

const char *
export_reason_text(enum export_reason reason)
{
	static const char *const texts[EXPORT_REASON_MAX] = {
		[EXPORT_OK] = "nothing forbids it",
		[EXPORT_NO_ROUTE] = "none of its paths can be used",
		[EXPORT_SPLIT_HORIZON] = "it has the route itself",
		[EXPORT_INTERNAL_ONLY] = "internal routes are reflected only "
					 "from or to a client",
		[EXPORT_NO_ADVERTISE] = "the route may be told to nobody",
		[EXPORT_NO_EXPORT] = "the route may not leave our AS",
		[EXPORT_FILTERED] = "the export policy rejects it",
		[EXPORT_NO_NEXT_HOP] = "there is no next hop to give it",
		[EXPORT_LONG_LIVED_STALE] = "the route is a last resort, and "
					    "it did not announce RFC 9494",
		[EXPORT_ONLY_TO_CUSTOMER] = "the route may only go down, "
					    "RFC 9234",
		[EXPORT_TOO_BIG] = "it does not fit one of its messages",
		[EXPORT_OUT_LIMIT] = "max-prefix-out others are told",
		[EXPORT_DRAINED] = "this node is drained",
		[EXPORT_NOT_INSTALLED] = "it waits for the kernel",
		[EXPORT_KERNEL_REFUSED] = "the kernel refused it",
	};

	return texts[reason] != NULL ? texts[reason]
				     : export_reason_word(reason);
}
