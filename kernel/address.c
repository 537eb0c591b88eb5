/* SPDX-License-Identifier: ISC */
/* address.c - the verdict on each candidate for the node's own address */

/*
 * All addresses of one family come in, with the links they are on, the rules
 * of the config and what is known about the cluster; one verdict per address
 * goes out.  Nothing is kept and nobody is asked: whoever hears of a change
 * that may matter judges everything again, which costs microseconds.
 *
 * An address is tried against each rule in turn, and the first rule that
 * takes it counts.  Where none does, the reason told is that of the rule that
 * came nearest, i.e. of the test furthest down the order of enum
 * address_reason: an address that one rule excludes by its interface and
 * another would have taken but for its prefix is "outside-prefix".
 *
 * A fixed address is an order, not a search: nothing counts against it but
 * what makes it unusable now (its link is down, its DAD failed or is not
 * over), and any other address is outside of what was asked for.
 *
 * There is no test whose failure goes untold: the story that started this
 * daemon was a node agent that refused every address and never said why.
 * RFC 3879 (site-local), 4193 (unique-local), 4862 (tentative), 8981.
 */

#include "kernel/address.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/symbol.h"

/* Where a container host keeps bridges, tunnels and pods' ends. */
static const char *const excluded[] = {
	"lo?*",
	"docker*",
	"cbr*",
	"dummy*",
	"podman*",
	"virbr*",
	"lxcbr*",
	"veth*",
	"br-*",
	"cali*",
	"tunl*",
	"flannel*",
	"kube-ipvs*",
	"cni*",
	"vxlan.calico",
	"vxlan-v6.calico",
	"wireguard.cali",
	"wg-v6.cali",
	"nodelocaldns*",
	NULL,
};

/* One candidate on its way through the tests. */
struct trial {
	const struct address_input *input;
	const struct kernel_address *address;
	const struct kernel_link *link; /* NULL: not known */
	const struct address_rule *rule;
};

typedef bool trial_fails(const struct trial *);

static bool
rule_is_fixed(const struct address_rule *rule)
{
	return !address_is_unset(&rule->fixed);
}

static bool
glob_any(
    const char globs[][KERNEL_IFNAME], unsigned int count, const char *name)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (symbol_glob(globs[i], name))
			return true;
	}
	return false;
}

static bool
is_family_disabled(const struct trial *t)
{
	return t->rule->none;
}

static bool
is_loopback(const struct trial *t)
{
	return (t->link != NULL && t->link->loopback) ||
	    address_is_loopback(&t->address->address);
}

static bool
is_link_local(const struct trial *t)
{
	return address_is_link_local(&t->address->address);
}

static bool
is_multicast(const struct trial *t)
{
	return address_is_multicast(&t->address->address);
}

static bool
is_interface_excluded(const struct trial *t)
{
	const char *name = t->link == NULL ? "" : t->link->name;
	const char *const *glob;

	if (glob_any(t->rule->skip, t->rule->nskip, name))
		return true;
	if (t->rule->ninterface > 0)
		return !glob_any(t->rule->interface, t->rule->ninterface, name);
	for (glob = excluded; *glob != NULL; glob++) {
		if (symbol_glob(*glob, name))
			return true;
	}
	return false;
}

static bool
is_interface_down(const struct trial *t)
{
	return t->link == NULL || !t->link->up;
}

static bool
has_no_carrier(const struct trial *t)
{
	return !t->link->running;
}

static bool
has_failed_dad(const struct trial *t)
{
	return t->address->flags & KERNEL_DAD_FAILED;
}

static bool
is_tentative(const struct trial *t)
{
	return t->address->flags & KERNEL_TENTATIVE;
}

static bool
is_deprecated(const struct trial *t)
{
	return t->address->flags & KERNEL_DEPRECATED;
}

static bool
is_temporary(const struct trial *t)
{
	return t->address->flags & KERNEL_TEMPORARY;
}

static bool
is_host_prefix(const struct trial *t)
{
	return t->address->length == family_bits(t->input->family);
}

static bool
is_inside_pod_pool(const struct trial *t)
{
	size_t i;

	for (i = 0; i < t->input->npools; i++) {
		if (prefix_covers(&t->input->pools[i], &t->address->address))
			return true;
	}
	return false;
}

static bool
is_outside_prefix(const struct trial *t)
{
	unsigned int i;

	if (rule_is_fixed(t->rule))
		return !address_equal(&t->rule->fixed, &t->address->address);
	for (i = 0; i < t->rule->nwithin; i++) {
		if (prefix_covers(&t->rule->within[i], &t->address->address))
			return false;
	}
	return t->rule->nwithin > 0;
}

static bool
is_not_reachable(const struct trial *t)
{
	if (address_is_unset(&t->rule->reach))
		return false;
	if (t->rule->reach_index != t->address->index)
		return true;
	return !address_is_unset(&t->rule->reach_source) &&
	    !address_equal(&t->rule->reach_source, &t->address->address);
}

/* One row a reason.  fails: NULL where the ranking says it. */
static const struct {
	const char *word;
	const char *text;
	trial_fails *fails;
	bool fixed; /* counts for a fixed address too */
} reasons[ADDRESS_REASON_MAX] = {
	[ADDRESS_CHOSEN] = { "chosen", "this is the node's address", NULL,
	    false },
	[ADDRESS_LOWER_RANK] = { "lower-rank",
	    "nothing is wrong with it, but another address ranks higher; "
	    "an `address` line that names this one would choose it",
	    NULL, false },
	[ADDRESS_FAMILY_DISABLED] = { "family-disabled",
	    "the config says `none` for the addresses of this family",
	    is_family_disabled, true },
	[ADDRESS_LOOPBACK] = { "loopback",
	    "other nodes cannot reach an address of the loopback interface; "
	    "if routing makes it reachable, name it in an `address` line",
	    is_loopback, false },
	[ADDRESS_LINK_LOCAL] = { "link-local",
	    "a link-local address means nothing beyond its own link; "
	    "give the interface a global or a unique-local address",
	    is_link_local, false },
	[ADDRESS_MULTICAST] = { "multicast",
	    "a multicast address names a group, never one node", is_multicast,
	    false },
	[ADDRESS_INTERFACE_EXCLUDED] = { "interface-excluded",
	    "the interface is skipped, by the config or as one that serves "
	    "containers; `interface NAME` in the `address` line takes it",
	    is_interface_excluded, false },
	[ADDRESS_INTERFACE_DOWN] = { "interface-down",
	    "the interface is down; `ip link set NAME up` brings it up",
	    is_interface_down, true },
	[ADDRESS_NO_CARRIER] = { "no-carrier",
	    "the interface is up but has no carrier; look at the cable or at "
	    "the other end",
	    has_no_carrier, false },
	[ADDRESS_DAD_FAILED] = { "dad-failed",
	    "another host on the link has the same address (duplicate address "
	    "detection failed); one of the two has to change",
	    has_failed_dad, true },
	[ADDRESS_TENTATIVE] = { "tentative",
	    "duplicate address detection is not over; this takes about two "
	    "seconds and mends itself",
	    is_tentative, true },
	[ADDRESS_DEPRECATED] = { "deprecated",
	    "its preferred lifetime has passed, so it is about to go; look at "
	    "the router advertisements or at DHCP",
	    is_deprecated, false },
	[ADDRESS_TEMPORARY] = { "temporary",
	    "a privacy address is replaced every day (RFC 8981); a node needs "
	    "one that stays",
	    is_temporary, false },
	[ADDRESS_HOST_PREFIX] = { "host-prefix",
	    "an address with a full-length prefix is mostly a virtual one that "
	    "moves between nodes; if it is the node's own, name it in an "
	    "`address` line",
	    is_host_prefix, false },
	[ADDRESS_INSIDE_POD_POOL] = { "inside-pod-pool",
	    "the address lies in `pools` or `blocks`, whose addresses belong "
	    "to pods",
	    is_inside_pod_pool, false },
	[ADDRESS_OUTSIDE_PREFIX] = { "outside-prefix",
	    "the config asks for another address, or for one within other "
	    "prefixes",
	    is_outside_prefix, true },
	[ADDRESS_NOT_REACHABLE] = { "not-reachable",
	    "the way to the `reach` destination does not leave from this "
	    "address",
	    is_not_reachable, false },
};

/* ADDRESS_LOWER_RANK: this rule takes it. */
static enum address_reason
trial_judge(const struct trial *t)
{
	enum address_reason reason;

	for (reason = 0; reason < ADDRESS_REASON_MAX; reason++) {
		if (reasons[reason].fails == NULL)
			continue;
		if (rule_is_fixed(t->rule) && !reasons[reason].fixed)
			continue;
		if (reasons[reason].fails(t))
			return reason;
	}
	return ADDRESS_LOWER_RANK;
}

static int
link_compare(const void *a, const void *b)
{
	const struct kernel_link *x = a;
	const struct kernel_link *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* NULL: not known. */
static const struct kernel_link *
link_find(const struct address_input *in, uint32_t index)
{
	const struct kernel_link key = { .index = index };

	if (in->nlinks == 0)
		return NULL;
	return bsearch(&key, in->links, in->nlinks, sizeof(key), link_compare);
}

static void
candidate_judge(const struct address_input *in, struct address_verdict *v)
{
	static const struct address_rule any;
	const struct address_rule *rules = in->nrules > 0 ? in->rules : &any;
	struct trial t = { in, &v->candidate, NULL, NULL };
	enum address_reason reason;
	size_t i;

	t.link = link_find(in, v->candidate.index);
	if (t.link != NULL)
		memcpy(v->interface, t.link->name, sizeof(v->interface));
	for (i = 0; i == 0 || i < in->nrules; i++) {
		t.rule = &rules[i];
		reason = trial_judge(&t);
		if (reason != ADDRESS_LOWER_RANK && reason <= v->reason)
			continue;
		v->reason = reason;
		v->rule = (unsigned int)i;
		if (reason == ADDRESS_LOWER_RANK)
			break;
	}
	v->site_local = v->reason == ADDRESS_LOWER_RANK &&
	    address_is_site_local(&v->candidate.address);
}

static bool
is_listed(const struct address_input *in, const struct address *a)
{
	size_t i;

	for (i = 0; i < in->nlisted; i++) {
		if (address_equal(&in->listed[i], a))
			return true;
	}
	return false;
}

/* Lower is better: global, unique-local (fc00::/7), site-local. */
static int
scope_rank(const struct address *a)
{
	if (address_is_site_local(a))
		return 2;
	return a->family == FAMILY_IPV6 && (a->bytes[0] & 0xfe) == 0xfc;
}

/* True when a is better than b; both were taken, a stands after b. */
static bool
is_better(const struct address_input *in, const struct address_verdict *a,
    const struct address_verdict *b)
{
	const struct address *x = &a->candidate.address;
	const struct address *y = &b->candidate.address;
	bool current = !address_is_unset(&in->current);
	const int order[][2] = {
		{ !(current && address_equal(x, &in->current)),
		    !(current && address_equal(y, &in->current)) },
		{ !is_listed(in, x), !is_listed(in, y) },
		{ (int)a->rule, (int)b->rule },
		{ scope_rank(x), scope_rank(y) },
	};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (order[i][0] != order[i][1])
			return order[i][0] < order[i][1];
	}
	return false; /* the order of the verdicts is the last word */
}

static int
verdict_compare(const void *a, const void *b)
{
	const struct address_verdict *x = a;
	const struct address_verdict *y = b;

	if (x->candidate.index != y->candidate.index)
		return x->candidate.index < y->candidate.index ? -1 : 1;
	return address_compare(&x->candidate.address, &y->candidate.address);
}

int
address_judge(const struct address_input *in, struct address_verdict *verdicts,
    size_t max, size_t *count)
{
	size_t i, n = 0;
	int best = -1;

	for (i = 0; i < in->naddresses && n < max; i++) {
		if (in->addresses[i].address.family != in->family)
			continue;
		verdicts[n] =
		    (struct address_verdict){ .candidate = in->addresses[i] };
		candidate_judge(in, &verdicts[n++]);
	}
	qsort(verdicts, n, sizeof(*verdicts), verdict_compare);
	for (i = 0; i < n; i++) {
		if (verdicts[i].reason == ADDRESS_LOWER_RANK &&
		    (best < 0 || is_better(in, &verdicts[i], &verdicts[best])))
			best = (int)i;
	}
	if (best >= 0)
		verdicts[best].reason = ADDRESS_CHOSEN;
	*count = n;
	return best;
}

const char *
address_reason_word(enum address_reason reason)
{
	assert(reason < ADDRESS_REASON_MAX);
	return reasons[reason].word;
}

const char *
address_reason_text(enum address_reason reason)
{
	assert(reason < ADDRESS_REASON_MAX);
	return reasons[reason].text;
}
