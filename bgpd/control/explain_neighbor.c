/* SPDX-License-Identifier: ISC */
/* explain_neighbor.c - how far a session has come, and what stops it */
/*
 * `explain neighbor NAME`: the way of a session in its order, from the
 * configuration over the addresses, the route and the connection to OPEN and
 * the families.  Where it is not established, the reason of its last attempt
 * belongs to one of these steps, by a table: all before that one held, it
 * failed, and nothing behind it is known.  Each session of the name has its
 * steps and its verdict.  One step of the request, for a session may change
 * between two.  Reads only.
 */

#include "bgpd/control/explain.h"

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

enum place {
	AT_ENABLED,
	AT_LOCAL,
	AT_ROUTE,
	AT_CONNECT,
	AT_TLS,
	AT_OPEN,
	AT_SESSION,
	AT_NOWHERE /* it is established */
};

struct question {
	struct explain e;
	const struct bgpd *b;
	const struct peer *p;
	const struct conf_neighbor *conf;
	const struct session *s;
	enum place broken; /* where the reason belongs */
	bool waits;        /* and nobody has failed */
	int64_t now;
	char address[SHOW_ADDRESS_STRLEN];
	char next[EXPLAIN_TEXT];
};

/* Which step a reason belongs to; what is not here, to the session. */
static const struct {
	const char *word;
	enum place place;
	bool waits;
} places[] = {
	{ "none", AT_NOWHERE, false },
	{ "starting", AT_CONNECT, true },
	{ "passive", AT_CONNECT, true },
	{ "connect-failed", AT_CONNECT, false },
	{ "tls", AT_TLS, false },
	{ "closed", AT_OPEN, false },
	{ "collision", AT_OPEN, true },
	{ "admin", AT_ENABLED, false },
	{ "prefix-limit", AT_ENABLED, false },
	{ "no-local-address", AT_LOCAL, false },
	{ "own-address", AT_LOCAL, false },
	{ "no-route", AT_ROUTE, false },
	{ "not-found", AT_ROUTE, true },
};

/* Did the NOTIFICATION come, or go, before the session was up? */
static bool
is_about_open(const struct session *s)
{
	unsigned int code = session_reason_code(s);

	return code == ERR_HEADER || code == ERR_OPEN ||
	    session_received(s) == NULL;
}

static void
place_find(struct question *q)
{
	const char *word = peer_reason_word(q->p);
	size_t i;

	q->waits = false;
	q->broken = AT_SESSION;
	for (i = 0; i < COUNT(places); i++)
		if (strcmp(places[i].word, word) == 0) {
			q->broken = places[i].place;
			q->waits = places[i].waits;
			return;
		}
	if (is_about_open(q->s))
		q->broken = AT_OPEN;
}

__attribute__((format(printf, 2, 3))) static void
hint(struct question *q, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(q->next, sizeof(q->next), format, args);
	va_end(args);
}

/* The reason, how old it is, how often, and when it is tried again. */
static enum explain_result
broken(const struct question *q, struct text *t)
{
	int64_t since = peer_reason_since(q->p);
	int64_t at = session_timer_at(q->s, SESSION_CONNECT_RETRY);

	if (at == 0)
		at = session_timer_at(q->s, SESSION_IDLE_HOLD);
	if (at == 0)
		at = peer_overrun_until(q->p);
	text_add(t, "%s", peer_reason(q->p));
	if (since != 0) {
		text_add(t, " (");
		explain_duration(t, q->now - since);
		text_add(t, " ago");
		if (peer_attempts(q->p) > 1)
			text_add(t, ", %u tries", peer_attempts(q->p));
		text_add(t, ")");
	}
	if (at > q->now) {
		text_add(t, "; next try in ");
		explain_duration(t, at - q->now);
	}
	return q->waits ? EXPLAIN_WAIT : EXPLAIN_FAIL;
}

/* ---- the steps --------------------------------------------------------- */

static enum explain_result
check_configured(void *arg, struct text *t)
{
	struct question *q = arg;
	const struct conf_settings *set = &q->conf->settings;

	text_add(t, "%s, ",
	    q->conf->kind == CONF_MESH     ? "of the mesh"
		: q->conf->group != NULL   ? q->conf->group
		: q->conf->pattern != NULL ? q->conf->pattern
		: q->conf->guest           ? "by a range"
					   : "a neighbor");
	if (set->remote == CONF_REMOTE_AS)
		text_add(t, "AS %u", set->remote_as);
	else
		text_add(t,
		    set->remote == CONF_REMOTE_EXTERNAL ? "any external AS"
							: "our own AS");
	text_add(t, ", for");
	explain_families(set, t);
	return EXPLAIN_OK;
}

static enum explain_result
check_enabled(void *arg, struct text *t)
{
	struct question *q = arg;

	if (q->broken != AT_ENABLED)
		return EXPLAIN_SKIP;
	if (q->conf->settings.disabled)
		hint(q,
		    "remove `disabled` from its configuration, then: "
		    "bgpctl reload");
	else if (q->conf->commanded_down)
		hint(q, "bgpctl neighbor %s enable", q->conf->name);
	else
		hint(q,
		    "if it may send so many, a higher max-prefix; then: "
		    "bgpctl neighbor %s clear",
		    q->conf->name);
	return broken(q, t);
}

static enum explain_result
check_local(void *arg, struct text *t)
{
	struct question *q = arg;
	struct io_endpoint local = session_local(q->s);
	const struct address *source = &q->conf->settings.source;
	struct address chosen =
	    node_chosen(q->b->node, q->conf->address.family);
	char buf[ADDRESS_STRLEN];

	if (q->broken == AT_LOCAL) {
		hint(q, "bgpctl explain address %s",
		    family_name(q->conf->address.family));
		return broken(q, t);
	}
	if (!address_is_unset(&local.address))
		text_add(t, "from %s port %u",
		    address_format(&local.address, buf), local.port);
	else if (!address_is_unset(source))
		text_add(t, "from %s, as `source` says",
		    address_format(source, buf));
	else if (peer_internal(q->p) && !address_is_unset(&chosen))
		text_add(t, "from %s, this node's address",
		    address_format(&chosen, buf));
	else
		text_add(t, "from an address that the kernel chooses");
	return EXPLAIN_OK;
}

/* The link of an address with a zone. */
static enum explain_result
check_zone(struct question *q, struct text *t)
{
	const char *zone = q->conf->zone;
	const struct kernel_link *link =
	    node_find_link(q->b->node, node_link_index(q->b->node, zone));

	hint(q, "ip link show dev %s", zone);
	if (link == NULL)
		text_add(t, "there is no interface %s", zone);
	else if (!link->up)
		text_add(t, "%s is down", zone);
	else if (!link->running)
		text_add(t, "%s has no carrier", zone);
	else {
		text_add(t, "on link, dev %s", zone);
		return EXPLAIN_OK;
	}
	return EXPLAIN_FAIL;
}

static enum explain_result
check_way(struct question *q, struct text *t)
{
	const struct nexthop_result way =
	    nexthop_lookup(rib_nexthops(q->b->rib), &q->conf->address);
	const struct kernel_link *link = node_find_link(q->b->node, way.index);
	const struct conf_settings *set = &q->conf->settings;

	if (way.state != NEXTHOP_RESOLVED) {
		text_add(t, "no route to %s that is known here", q->address);
		return EXPLAIN_NOTE;
	}
	explain_way(q->b, &way, t);
	if (link != NULL && !link->running) {
		text_add(t, ", and %s has no carrier", link->name);
		return EXPLAIN_NOTE;
	}
	if (peer_internal(q->p) || way.connected || set->multihop > 1 ||
	    set->ttl_security > 1)
		return EXPLAIN_OK;
	text_add(t, "; behind a router, and there is no `multihop`");
	return EXPLAIN_NOTE;
}

static enum explain_result
check_route(void *arg, struct text *t)
{
	struct question *q = arg;
	enum explain_result result;

	if (q->broken == AT_ROUTE) {
		if (address_is_unset(&q->conf->address))
			hint(q, "tcpdump -nvi %s icmp6", q->conf->zone);
		else
			hint(q, "ip route get %s", q->address);
		return broken(q, t);
	}
	result = q->conf->zone[0] != '\0' ? check_zone(q, t) : check_way(q, t);
	return q->broken == AT_NOWHERE && result != EXPLAIN_OK ? EXPLAIN_NOTE
							       : result;
}

static enum explain_result
check_connect(void *arg, struct text *t)
{
	struct question *q = arg;
	unsigned int port = session_dial_port(q->s);

	if (q->broken == AT_CONNECT) {
		if (q->conf->settings.passive)
			hint(q,
			    "on the neighbor: does it connect to this "
			    "node, and is it no passive either?");
		else
			hint(q, "ping %s; on the neighbor: ss -ltn sport = :%u",
			    q->address, port);
		return broken(q, t);
	}
	text_add(t,
	    session_dialled(q->s) ? "we connected to port %u"
				  : "the neighbor connected",
	    port);
	return EXPLAIN_OK;
}

static enum explain_result
check_tls(void *arg, struct text *t)
{
	struct question *q = arg;

	if (q->broken != AT_TLS)
		return explain_tls(q->p, t);
	hint(q, "%s", explain_tls_hint(q->s));
	return broken(q, t);
}

/* What was said at the end of a session before is worth knowing always. */
static enum explain_result
check_notifications(void *arg, struct text *t)
{
	const struct question *q = arg;

	explain_note(q->p, false, q->now, t);
	explain_note(q->p, true, q->now, t);
	return t->length > 0 ? EXPLAIN_NOTE : EXPLAIN_SKIP;
}

static enum explain_result
check_open(void *arg, struct text *t)
{
	struct question *q = arg;
	const struct open *open = session_received(q->s);
	uint32_t id;

	if (q->broken == AT_OPEN) {
		hint(q,
		    "bgpctl show neighbors %s detail, and the "
		    "neighbor's side: AS, address of this node",
		    q->conf->name);
		return broken(q, t);
	}
	if (open == NULL)
		return EXPLAIN_SKIP;
	id = open->identifier;
	text_add(t, "it is AS %u, router-id %u.%u.%u.%u", open->as, id >> 24,
	    id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff);
	if (open->host[0] != '\0')
		text_add(t, ", host %s", open->host);
	text_add(t, ", hold time %us", session_common(q->s)->hold_time);
	return EXPLAIN_OK;
}

static enum explain_result
check_capabilities(void *arg, struct text *t)
{
	struct question *q = arg;

	if (session_received(q->s) == NULL || session_sent(q->s) == NULL)
		return EXPLAIN_SKIP;
	text_add(t, "used:");
	show_capabilities_used(q->s, t);
	return EXPLAIN_OK;
}

/* Somebody there wanted it; nothing here is wrong. */
static bool
is_shut_there(const struct session *s)
{
	return session_reason(s) == REASON_RECEIVED &&
	    session_reason_code(s) == ERR_CEASE &&
	    (session_reason_subcode(s) == CEASE_ADMIN_SHUTDOWN ||
		session_reason_subcode(s) == CEASE_DECONFIGURED);
}

static enum explain_result
check_session(void *arg, struct text *t)
{
	struct question *q = arg;
	int64_t at;

	if (q->broken != AT_NOWHERE) {
		hint(q, "bgpctl show neighbors %s detail", q->conf->name);
		if (is_shut_there(q->s))
			hint(q, "on the neighbor: who shut it down, and why?");
		return broken(q, t);
	}
	text_add(t, "established for ");
	explain_duration(t, q->now - peer_established_at(q->p));
	at = session_timer_at(q->s, SESSION_HOLD);
	if (at > q->now) {
		text_add(t, ", hold timer at ");
		explain_duration(t, at - q->now);
	}
	return EXPLAIN_OK;
}

static enum explain_result
check_family(struct question *q, enum family f, struct text *t)
{
	struct peer_family view;

	peer_family(q->p, f, &view);
	if (!view.configured)
		return EXPLAIN_SKIP;
	if (!view.negotiated) {
		text_add(t, "the neighbor does not speak %s", family_name(f));
		hint(q, "on the neighbor: is %s configured for this node?",
		    family_name(f));
		return EXPLAIN_FAIL;
	}
	text_add(t, "%u received, %u let in, %u told; End-of-RIB %s and %s",
	    view.received, view.accepted, view.sent,
	    view.end_of_rib_received ? "received" : "not yet received",
	    view.end_of_rib_sent ? "sent" : "not yet sent");
	if (view.stale) {
		text_add(t, "; stale routes of before are kept for ");
		explain_duration(t, view.stale_until - q->now);
	}
	return view.stale || !view.end_of_rib_received ? EXPLAIN_NOTE
						       : EXPLAIN_OK;
}

static enum explain_result
check_ipv4(void *arg, struct text *t)
{
	return check_family(arg, FAMILY_IPV4, t);
}

static enum explain_result
check_ipv6(void *arg, struct text *t)
{
	return check_family(arg, FAMILY_IPV6, t);
}

static enum explain_result
check_bfd(void *arg, struct text *t)
{
	const struct question *q = arg;

	return explain_bfd(q->p, q->now, t);
}

static const struct explain_check checks[] = {
	{ "configured", check_configured },
	{ "enabled", check_enabled },
	{ "local-address", check_local },
	{ "route", check_route },
	{ "connect", check_connect },
	{ "tls", check_tls },
	{ "notification", check_notifications },
	{ "bfd", check_bfd },
	{ "open", check_open },
	{ "capabilities", check_capabilities },
	{ "session", check_session },
	{ "ipv4", check_ipv4 },
	{ "ipv6", check_ipv6 },
};

/* ---- the command ------------------------------------------------------- */

static void
answer(struct question *q, const struct peer *p, bool several)
{
	char buf[EXPLAIN_TEXT];
	struct text t = text_of(buf, sizeof(buf));
	bool good;

	q->p = p;
	q->conf = peer_conf(p);
	q->s = peer_session(p);
	q->next[0] = '\0';
	show_peer_address(p, q->address);
	q->e.of = several ? q->address : NULL;
	place_find(q);
	good = explain_checks(&q->e, checks, COUNT(checks), q);
	text_add(&t, "%s%s%s is %sestablished", q->conf->name,
	    q->conf->guest ? "" : " ", q->conf->guest ? "" : q->address,
	    q->broken == AT_NOWHERE ? "" : "not ");
	if (!good)
		text_add(&t, "%s: %s",
		    q->broken == AT_NOWHERE ? ", but not for all families" : "",
		    q->e.evidence);
	explain_verdict(&q->e, good, buf, good ? NULL : q->next);
}

bool
explain_neighbor_next(struct request *r)
{
	const struct neighbors *all = r->bgpd->neighbors;
	const char *name = request_text(r, "name");
	struct question q = {
		.e = { .r = r },
		.b = r->bgpd,
		.now = show_now(r),
	};
	const struct peer *p;
	unsigned int count = 0;
	uint32_t cursor;

	if (r->stage++ > 0 || !show_peer_exists(r, name))
		return false;
	for (cursor = 0; neighbors_match(all, name, &cursor) != NULL;)
		count++;
	for (cursor = 0; (p = neighbors_match(all, name, &cursor)) != NULL;)
		answer(&q, p, count > 1);
	explain_end(&q.e);
	return true;
}
