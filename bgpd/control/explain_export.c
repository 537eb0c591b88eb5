/* SPDX-License-Identifier: ISC */
/* explain_export.c - why a neighbour is told a prefix, or is not */

/*
 * `explain export PREFIX to NEIGHBOR`: the session, the route, then each rule
 * of export in the order in which rib/export.h has them, and at last whether
 * it has gone out, and with which attributes.
 *
 * The rules are not judged a second time: the group says which one forbids it,
 * so all before that one were passed, and the rows here only say what each of
 * them looked at.  A reason that has no row is said with its own sentence.
 *
 * A name with several sessions is asked about those that carry the family of
 * the prefix.  One step of the request.  Reads only.
 */

#include "bgpd/control/explain.h"

#include <string.h>

#include "rib/community.h"
#include "rib/mem.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct question {
	struct explain e;
	struct bgpd *b;
	const struct peer *p;
	const char *peer; /* its name */
	struct prefix prefix;
	char name[PREFIX_STRLEN];
	enum family family;
	uint32_t entry;
	struct rib_path best;
	struct attrs attrs; /* as import left them */
	enum source_kind from;
	struct group_view view;
	enum export_reason reason; /* EXPORT_OK: it is told */
	char next[EXPLAIN_TEXT];
};

/* ---- before the rules ---- */

static enum explain_result
check_session(void *arg, struct text *t)
{
	struct question *q = arg;

	if (peer_established_at(q->p) == 0) {
		text_add(t, "not established: %s", peer_reason(q->p));
		snprintf(q->next, sizeof(q->next), "bgpctl explain neighbor %s",
		    q->peer);
		return EXPLAIN_FAIL;
	}
	text_add(t, "established");
	return EXPLAIN_OK;
}

static enum explain_result
check_family(void *arg, struct text *t)
{
	struct question *q = arg;
	struct peer_family view;

	peer_family(q->p, q->family, &view);
	if (view.negotiated) {
		text_add(t, "%s is negotiated", family_name(q->family));
		return EXPLAIN_OK;
	}
	text_add(t,
	    view.configured ? "the neighbor does not speak %s"
			    : "%s is not among its families here",
	    family_name(q->family));
	snprintf(q->next, sizeof(q->next), "bgpctl show neighbors %s detail",
	    q->peer);
	return EXPLAIN_FAIL;
}

static enum explain_result
check_route(void *arg, struct text *t)
{
	struct question *q = arg;

	snprintf(q->next, sizeof(q->next), "bgpctl explain route %s", q->name);
	if (q->entry == 0) {
		text_add(t, "nobody says this prefix");
		return EXPLAIN_FAIL;
	}
	if (!rib_best(q->b->rib, q->family, q->entry, &q->best)) {
		text_add(t, "none of its paths can be used");
		return EXPLAIN_FAIL;
	}
	q->from = rib_source_get(q->b->rib, q->best.source)->kind;
	attr_get(rib_attrs(q->b->rib), q->best.accepted, &q->attrs);
	text_add(t, "best from %s: ", explain_source(q->b, q->best.source));
	explain_attrs(t, &q->attrs);
	return EXPLAIN_OK;
}

static const struct explain_check before[] = {
	{ "session", check_session },
	{ "family", check_family },
	{ "route", check_route },
};

/* ---- the rules: what each of them looks at ---- */

static bool
is_external(const struct question *q)
{
	return q->view.key->target.kind == SOURCE_EXTERNAL;
}

static void
add_origin(const struct question *q, struct text *t)
{
	if (source_is_here(q->from))
		text_add(t, "no neighbor said it");
	else
		text_add(
		    t, "it came from %s", explain_source(q->b, q->best.source));
}

static void
add_kinds(const struct question *q, struct text *t)
{
	static const char *const kinds[] = {
		[SOURCE_LOCAL] = "this node",
		[SOURCE_LEARNED] = "this node's kernel",
		[SOURCE_INTERNAL] = "an internal neighbor",
		[SOURCE_CLIENT] = "a client",
		[SOURCE_EXTERNAL] = "an external neighbor",
	};

	text_add(t, "from %s to %s", kinds[q->from],
	    kinds[q->view.key->target.kind]);
}

static void
add_communities(const struct question *q, struct text *t)
{
	char buf[512];

	if (q->attrs.communities.length == 0)
		text_add(t, "it has no communities");
	else
		text_add(t, "communities %s",
		    community_format(q->attrs.communities, buf, sizeof(buf)));
}

static void
add_policy(const struct question *q, struct text *t)
{
	const struct filter_outcome *out = groups_outcome(q->b->groups);
	const struct conf_settings *set = &peer_conf(q->p)->settings;

	if (show_is_unnamed(&set->export, set->export_given)) {
		text_add(t, "`export` names no filter (RFC 8212)");
		return;
	}
	if (out->filter == NULL) {
		show_policy(&q->view.key->target.policy, "export", t);
		return;
	}
	text_add(t, "export");
	show_rule(out->filter, out->rule, t);
}

static void
add_role(const struct question *q, struct text *t)
{
	text_add(t, "towards it we are %s",
	    symbol_word(role_words, (int)q->view.key->target.role));
}

static void
add_self(const struct question *q, struct text *t)
{
	const struct export_target *target = &q->view.key->target;
	char buf[ADDRESS_STRLEN];

	if (address_is_unset(&target->self))
		text_add(
		    t, "this node has no %s address", family_name(q->family));
	else
		text_add(t, "our address is %s%s",
		    address_format(&target->self, buf),
		    target->extended_next_hop ? ", extended next hop" : "");
}

static void
add_size(const struct question *q, struct text *t)
{
	text_add(t, "its messages take %u bytes",
	    (unsigned int)q->view.key->context.max_size);
}

static void
add_limit(const struct question *q, struct text *t)
{
	text_add(t, "%u of at most %u are told",
	    groups_told_count(q->b->groups, q->family, peer_source(q->p)),
	    (unsigned int)q->view.key->limit);
}

static bool
has_limit(const struct question *q)
{
	return q->view.key->limit != 0;
}

/* Told to draw traffic here, which the kernel has to forward. */
static bool
is_gated(const struct question *q)
{
	return q->b->fib != NULL && q->b->conf->fib.after_install &&
	    !source_is_here(q->from) &&
	    (is_external(q) || q->view.key->target.hop == EXPORT_HOP_SELF);
}

/* The row behind it speaks of what holds. */
static bool
never(const struct question *q)
{
	(void)q;
	return false;
}

static void
add_kernel(const struct question *q, struct text *t)
{
	explain_kernel(q->b, &q->prefix, t);
}

static bool
is_inside(const struct question *q)
{
	return q->from == SOURCE_INTERNAL || q->from == SOURCE_CLIENT;
}

static bool
is_reflection(const struct question *q)
{
	return is_inside(q) && !is_external(q);
}

static bool
is_long_stale(const struct question *q)
{
	return community_has(q->attrs.communities, COMMUNITY_LLGR_STALE);
}

static bool
has_role(const struct question *q)
{
	return q->view.key->target.role != ROLE_NONE;
}

static bool
is_draining(const struct question *q)
{
	return q->view.key->target.drain != DRAIN_OFF;
}

static void
add_drain(const struct question *q, struct text *t)
{
	text_add(t,
	    q->view.key->target.drain == DRAIN_TELL
		? "this node drains: told as a last resort"
		: "nothing is announced");
}

/* In the order of export.c; applies NULL: always. */
static const struct rule {
	enum export_reason reason;
	const char *step;
	bool (*applies)(const struct question *);
	void (*add)(const struct question *, struct text *);
	const char *next; /* or NULL */
} rules[] = {
	{ EXPORT_SPLIT_HORIZON, "split-horizon", NULL, add_origin, NULL },
	{ EXPORT_DRAINED, "drain", is_draining, add_drain,
	    "bgpctl drain --undo" },
	{ EXPORT_INTERNAL_ONLY, "reflection", is_reflection, add_kinds,
	    "bgpctl show config (reflector-client makes it a client)" },
	{ EXPORT_NO_ADVERTISE, "no-advertise", NULL, add_communities, NULL },
	{ EXPORT_LONG_LIVED_STALE, "long-lived", is_long_stale, add_communities,
	    NULL },
	{ EXPORT_NO_EXPORT, "no-export", is_external, add_communities, NULL },
	{ EXPORT_FILTERED, "policy", NULL, add_policy, "bgpctl show config" },
	{ EXPORT_ONLY_TO_CUSTOMER, "role", has_role, add_role,
	    "bgpctl show config" },
	{ EXPORT_NO_NEXT_HOP, "next-hop", NULL, add_self,
	    "bgpctl show addresses" },
	{ EXPORT_TOO_BIG, "size", NULL, add_size, NULL },
	{ EXPORT_NOT_INSTALLED, "kernel", never, add_kernel,
	    "bgpctl show fib" },
	{ EXPORT_KERNEL_REFUSED, "kernel", is_gated, add_kernel,
	    "bgpctl show fib" },
	{ EXPORT_OUT_LIMIT, "limit", has_limit, add_limit,
	    "bgpctl show config (max-prefix-out)" },
};

static void
step_rule(struct question *q, const struct rule *rule, bool holds)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	enum explain_result result = EXPLAIN_FAIL;

	if (rule->reason == EXPORT_NOT_INSTALLED)
		result = EXPLAIN_WAIT;
	if (!holds)
		text_add(&t, "%s: ", export_reason_text(rule->reason));
	rule->add(q, &t);
	explain_step(&q->e, rule->step, holds ? EXPLAIN_OK : result, buf);
	if (!holds)
		snprintf(q->next, sizeof(q->next), "%s",
		    rule->next == NULL ? "" : rule->next);
}

static bool
has_row(enum export_reason reason)
{
	size_t i;

	for (i = 0; i < COUNT(rules); i++)
		if (rules[i].reason == reason)
			return true;
	return reason == EXPORT_OK;
}

static bool
steps_of_rules(struct question *q)
{
	size_t i;

	if (!has_row(q->reason)) {
		explain_step(&q->e, export_reason_word(q->reason), EXPLAIN_FAIL,
		    export_reason_text(q->reason));
		q->next[0] = '\0';
		return false;
	}
	for (i = 0; i < COUNT(rules); i++) {
		if (rules[i].reason == q->reason) {
			step_rule(q, &rules[i], false);
			return false;
		}
		if (rules[i].applies == NULL || rules[i].applies(q))
			step_rule(q, &rules[i], true);
	}
	return true;
}

/* ---- behind them ---- */

/* The first of its paths that the neighbour is told. */
static bool
told_find(const struct question *q, struct group_told *told)
{
	const struct group_asked asked = { q->family, peer_source(q->p),
		q->entry };

	return groups_told(q->b->groups, &asked, 0, told) != 0;
}

static enum explain_result
check_sent(void *arg, struct text *t)
{
	struct question *q = arg;
	const struct peer *waits = restart_waits_for(q->b->restart, q->family);
	struct group_told told;

	snprintf(q->next, sizeof(q->next), "bgpctl status");
	if (q->view.deferred) {
		text_add(t, "held back: this node has restarted");
		if (waits != NULL)
			text_add(t, " and waits for End-of-RIB of %s",
			    peer_conf(waits)->name);
		return EXPLAIN_WAIT;
	}
	if (q->view.feeding || !told_find(q, &told)) {
		text_add(t, "about to be told: the table is being walked");
		return EXPLAIN_WAIT;
	}
	if (!q->view.in_step) {
		text_add(t, "told or in its queue: %zu bytes wait for it",
		    session_unsent(peer_session(q->p)));
		snprintf(q->next, sizeof(q->next),
		    "bgpctl show neighbors %s detail", q->peer);
		return EXPLAIN_WAIT;
	}
	text_add(t, "told, as all that there is");
	return EXPLAIN_OK;
}

static enum explain_result
check_attrs(void *arg, struct text *t)
{
	struct question *q = arg;
	struct group_told told;
	struct attrs a;

	if (!told_find(q, &told))
		return EXPLAIN_SKIP;
	attr_get(rib_attrs(q->b->rib), told.attrs, &a);
	explain_attrs(t, &a);
	if (told.path_id != 0)
		text_add(t, ", path-id %u", told.path_id);
	return EXPLAIN_OK;
}

static const struct explain_check behind[] = {
	{ "sent", check_sent },
	{ "attributes", check_attrs },
};

/* ---- the command ---- */

static bool
steps_of_peer(struct question *q)
{
	struct bgpd *b = q->b;

	if (!explain_checks(&q->e, before, COUNT(before), q))
		return false;
	if (!groups_view(b->groups, q->family, peer_source(q->p), &q->view)) {
		explain_step(&q->e, "sent", EXPLAIN_WAIT,
		    "the session has only just come up");
		return false;
	}
	q->reason =
	    groups_explain(b->groups, q->family, peer_source(q->p), q->entry);
	return steps_of_rules(q) &&
	    explain_checks(&q->e, behind, COUNT(behind), q);
}

static void
answer(struct question *q, const struct peer *p, bool several)
{
	char buf[EXPLAIN_TEXT], address[SHOW_ADDRESS_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	bool told;

	q->p = p;
	q->peer = peer_conf(p)->name;
	q->next[0] = '\0';
	q->e.of = several ? show_peer_address(p, address) : NULL;
	told = steps_of_peer(q);
	text_add(
	    &t, "%s is %stold to %s", q->name, told ? "" : "not ", q->peer);
	if (!told)
		text_add(&t, ": %s", q->e.evidence);
	else
		snprintf(q->next, sizeof(q->next),
		    "bgpctl show routes %s out %s", q->name, q->peer);
	explain_verdict(&q->e, told, buf, q->next);
}

/* Those of a name that carry the family, or all when none does. */
static void
answer_all(struct question *q, const char *name)
{
	const struct neighbors *all = q->b->neighbors;
	unsigned int carry = 0, count = 0;
	const struct peer *p;
	uint32_t cursor;

	for (cursor = 0; (p = neighbors_match(all, name, &cursor)) != NULL;) {
		count++;
		carry += peer_conf(p)->settings.family[q->family];
	}
	for (cursor = 0; (p = neighbors_match(all, name, &cursor)) != NULL;)
		if (carry == 0 || peer_conf(p)->settings.family[q->family])
			answer(q, p, carry == 0 ? count > 1 : carry > 1);
}

bool
explain_export_next(struct request *r)
{
	const char *name = request_text(r, "to");
	struct question q = { .e = { .r = r }, .b = r->bgpd };
	bool is_address;

	if (r->stage++ > 0 || !explain_prefix(r, &q.prefix, &is_address) ||
	    !show_peer_exists(r, name))
		return false;
	q.family = q.prefix.address.family;
	q.entry = is_address ? rib_cover(q.b->rib, &q.prefix.address)
			     : rib_find(q.b->rib, &q.prefix);
	if (q.entry != 0)
		rib_prefix(q.b->rib, q.family, q.entry, &q.prefix);
	prefix_format(&q.prefix, q.name);
	answer_all(&q, name);
	explain_end(&q.e);
	return true;
}
