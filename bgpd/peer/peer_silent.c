/* SPDX-License-Identifier: ISC */
/* peer_silent.c - is the neighbour's host still there? */
/*
 * A host without power says nothing, and the hold timer hears that late.  The
 * kernel knows sooner where the host is on one of our links: it leaves the
 * questions of the kernel (ARP, neighbour discovery) unanswered.
 *
 * Kept routes.  While the session is down and routes are kept for a restart,
 * the kernel is asked every second; the first failure ends it, for a host that
 * does not answer does not forward either.  Once only the longer time of RFC
 * 9494 runs nobody is asked, but who fails is still heard.
 *
 * An established session.  It takes two witnesses: the host has not confirmed
 * our KEEPALIVE in a second (session_timer.c), and the kernel failed to reach
 * it, for us or for whoever had traffic there.  The first one raises doubt and
 * has the other one asked.  Any byte that is heard meanwhile ends the doubt; a
 * host that has another link address now is found, and confirms, within the
 * second.  A quiet neighbour costs nothing.
 *
 * What goes is what leads to that host.  Routes that a reflector or a route
 * server has from others do not pass it; they stay for the restart time.
 */
#include <errno.h>

#include "bgpd/peer/peer_private.h"

#define ASK_INTERVAL 1000u  /* ms between two questions */
#define DOUBT_TIME   10000u /* ms: by then the host has answered */

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
}

static uint64_t
bytes_heard(const struct peer *p)
{
	return session_counters(p->main)->bytes_in;
}

static bool
is_doubted(const struct peer *p, int64_t now)
{
	return p->up && p->silence.since != 0 &&
	    now - p->silence.since < DOUBT_TIME &&
	    bytes_heard(p) == p->silence.heard;
}

static bool
has_kept(const struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (p->family[f].stale)
			return true;
	return false;
}

/* While the restart time runs. */
static bool
is_kept(const struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (!p->up && p->family[f].stale && !p->family[f].long_lived)
			return true;
	return false;
}

static void
doubt_begin(struct peer *p, int64_t now)
{
	p->silence.since = now;
	p->silence.heard = bytes_heard(p);
	p->silence.failed = false;
	p->silence.ask_at = now;
	peer_turn_soon(p);
}

int64_t
peer_silence_deadline(struct peer *p, int64_t now)
{
	if (!is_doubted(p, now) && !is_kept(p))
		return 0;
	if (p->silence.ask_at <= now) {
		p->host->probe(p->host->arg, &p->conf->address, peer_scope(p));
		p->silence.ask_at = now + ASK_INTERVAL;
	}
	return p->silence.ask_at;
}

/* Does it lead to the neighbour's host, as far as can be told? */
static bool
is_its_own(const struct peer *p, const struct rib_path *path)
{
	const struct address *address = &p->conf->address;
	struct attrs attrs;

	attr_get(rib_attrs(p->host->rib), path->received, &attrs);
	if (attrs.has & ATTR_HAS_ORIGINATOR)
		return false;
	return p->internal || address_is_link_local(address) ||
	    attrs.next_hop.family != address->family ||
	    address_equal(&attrs.next_hop, address);
}

/* A path is withdrawn once the walk has left it; true when there was one. */
static bool
drop_own(struct peer *p, enum family f)
{
	struct rib *rib = p->host->rib;
	struct prefix prefix, gone = { .length = 0 };
	uint32_t cursor = 0, gone_id = 0;
	struct rib_path path;
	bool found = false, any = false;

	while ((cursor = rib_source_next(
		    rib, p->source, f, cursor, &prefix, &path)) != 0) {
		if (any)
			rib_withdraw(rib, &gone, p->source, gone_id);
		any = path.stale && is_its_own(p, &path);
		found |= any;
		gone = prefix;
		gone_id = path.path_id;
	}
	if (any)
		rib_withdraw(rib, &gone, p->source, gone_id);
	return found;
}

static void
keeping_ends(struct peer *p)
{
	uint32_t received, accepted;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!p->family[f].stale || !drop_own(p, f))
			continue;
		p->silence.dropped = true;
		log_info(p->host->log,
		    "peer %s: stale %s routes dropped: host does not answer "
		    "(neighbor table)",
		    p->conf->name, family_name(f));
		rib_source_counts(
		    p->host->rib, p->source, f, &received, &accepted);
		if (received == 0)
			peer_stale_over(p, f);
	}
	p->host->wake(p->host->arg);
}

/* As after a restart, for what others have said through it. */
static void
session_dies(struct peer *p, int64_t now)
{
	p->keeps = true;
	session_host_silent(p->main);
	p->keeps = false;
	p->silence.dead_at = now;
	keeping_ends(p);
}

void
peer_unheard(void *arg, struct session *s)
{
	struct peer *p = arg;
	int64_t now = peer_now(p);

	if (!p->up || s != p->main)
		return;
	if (!is_doubted(p, now))
		doubt_begin(p, now);
	else if (p->silence.failed)
		session_dies(p, now);
}

static void
session_failed(struct peer *p, int64_t now)
{
	bool doubted = is_doubted(p, now);

	if (!doubted)
		doubt_begin(p, now);
	p->silence.failed = true;
	if (!doubted)
		session_ask(p->main);
	else if (now - p->silence.since >= ASK_INTERVAL &&
	    session_unacked(p->main) > 0)
		session_dies(p, now);
}

void
peer_silent(struct peer *p)
{
	int64_t now = peer_now(p);

	if (p->up) {
		session_failed(p, now);
		return;
	}
	/* A neighbour that was not there before has a reason of its own. */
	if (p->silence.dead_at == 0 && !has_kept(p))
		return;
	p->silence.dead_at = now;
	keeping_ends(p);
}

/* Does a dial since then say only that nobody answers? */
static bool
is_same(const struct session *s)
{
	enum session_reason reason = session_reason(s);
	int error = session_reason_errno(s);

	return (reason == REASON_CONNECT_FAILED || reason == REASON_NO_ROUTE) &&
	    (error == EHOSTUNREACH || error == ETIMEDOUT);
}

const char *
peer_silence_reason(const struct peer *p)
{
	const struct peer_silence *s = &p->silence;

	if (s->dead_at == 0 ||
	    (session_reason_since(p->main) > s->dead_at && !is_same(p->main)))
		return NULL;
	return s->dropped
	    ? "routes dropped: host does not answer (neighbor table)"
	    : "host does not answer (neighbor table)";
}

void
peer_silence_over(struct peer *p)
{
	p->silence = (struct peer_silence){ .since = 0 };
}
