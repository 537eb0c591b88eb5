/* SPDX-License-Identifier: ISC */
/* peer_restart.c - helper of a neighbour's graceful restart, RFC 4724 4.2 */
/*
 * When a session is lost without a NOTIFICATION, or with one and the N bit
 * (RFC 8538), and both sides had announced restart, the neighbour's routes stay
 * as stale, family by family, for the time it asked for and never longer than
 * ours.  They are dropped at once when it comes back without the family or
 * without the forwarding bit.  Those that it has not sent again are swept at
 * its End-of-RIB; since it may wait for others itself before it speaks, our own
 * restart time bounds that, counted from its return.
 *
 * Where the time passes, long-lived restart may follow (peer_long_lived.c).
 * A second restart inside the window keeps what is there: marking is
 * idempotent, and the deadline starts anew.  RFC 4724 4.2 has it deleted, so
 * that nobody keeps routes for ever by never finishing; here that is bounded
 * by twice the time, counted from the first loss.
 */
#include "bgpd/peer/peer_private.h"

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
}

void
peer_stale_over(struct peer *p, enum family f)
{
	p->family[f].stale = false;
	p->family[f].long_lived = false;
}

/* So long from now, but see above. */
static int64_t
stale_end(const struct peer *p, enum family f, uint32_t time)
{
	int64_t last = p->family[f].stale_since + 2 * (int64_t)time;
	int64_t end = peer_now(p) + time;

	return end < last ? end : last;
}

/* since: when an earlier restart began that has not ended, or 0. */
static void
keep_family(struct peer *p, enum family f, uint32_t time, int64_t since)
{
	struct peer_rib *r = &p->family[f];
	char key[PEER_LOG_KEY];

	rib_mark_stale(p->host->rib, p->source, f);
	r->stale = true;
	r->stale_since = since != 0 ? since : peer_now(p);
	r->stale_until = stale_end(p, f, time);
	log_limited(p->host->log, CONF_INFO,
	    peer_log_key(p, family_name(f), key), peer_now(p),
	    "peer %s: %s routes kept as stale for %us", p->conf->name,
	    family_name(f), time / 1000);
}

void
peer_keep_routes(struct peer *p)
{
	const struct open *open = session_received(p->main);
	uint32_t ours = p->conf->settings.restart_time;
	uint32_t theirs = open->restart_time * 1000u;
	uint32_t time = theirs < ours ? theirs : ours;
	enum family f;
	int64_t since;
	bool restart;

	for (f = 0; f < FAMILY_MAX; f++) {
		restart = open->family[f].restart;
		since = p->family[f].stale ? p->family[f].stale_since : 0;
		peer_stale_over(p, f);
		p->family[f].long_lived_time = peer_long_lived_time(p, f);
		if (session_common(p->main)->family[f] &&
		    (restart || p->family[f].long_lived_time > 0))
			keep_family(p, f, restart ? time : 0, since);
		else
			rib_flush(p->host->rib, p->source, f);
	}
	peer_turn_soon(p);
}

void
peer_drop_routes(struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_flush(p->host->rib, p->source, f);
		peer_stale_over(p, f);
	}
	p->host->wake(p->host->arg);
}

/* Is what we kept still there?  In the longer time the other F bit counts. */
static bool
has_kept(const struct peer *p, enum family f)
{
	const struct open_family *theirs =
	    &session_received(p->main)->family[f];

	if (!session_common(p->main)->family[f])
		return false;
	return p->family[f].long_lived
	    ? theirs->long_lived && theirs->long_lived_forwarding
	    : theirs->restart && theirs->forwarding;
}

void
peer_check_restart(struct peer *p)
{
	char key[PEER_LOG_KEY];
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!p->family[f].stale)
			continue;
		if (has_kept(p, f)) {
			p->family[f].stale_until =
			    stale_end(p, f, p->conf->settings.restart_time);
			continue;
		}
		rib_flush(p->host->rib, p->source, f);
		peer_stale_over(p, f);
		log_limited(p->host->log, CONF_INFO,
		    peer_log_key(p, "returned", key), peer_now(p),
		    "peer %s: %s routes dropped: "
		    "it came back without its forwarding state",
		    p->conf->name, family_name(f));
	}
}

static void
peer_sweep(struct peer *p, enum family f)
{
	if (!p->family[f].stale)
		return;
	rib_sweep_stale(p->host->rib, p->source, f);
	peer_stale_over(p, f);
	p->host->wake(p->host->arg);
}

void
peer_end_of_rib(struct peer *p, enum family f)
{
	peer_sweep(p, f);
	if (p->family[f].end_of_rib_received)
		return;
	p->family[f].end_of_rib_received = true;
	p->host->event(p->host->arg, p);
}

static void
stale_overdue(struct peer *p, enum family f)
{
	const struct peer_rib *r = &p->family[f];

	if (!p->up && !r->long_lived && r->long_lived_time > 0) {
		peer_long_lived_begin(p, f);
		return;
	}
	log_info(p->host->log,
	    "peer %s: stale %s routes dropped: %s time passed", p->conf->name,
	    family_name(f), r->long_lived ? "long-lived restart" : "restart");
	peer_sweep(p, f);
}

int64_t
peer_stale_deadline(struct peer *p, int64_t now)
{
	const struct peer_rib *r;
	int64_t next = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		r = &p->family[f];
		if (r->stale && r->stale_until <= now)
			stale_overdue(p, f);
		if (r->stale && (next == 0 || r->stale_until < next))
			next = r->stale_until;
	}
	return next;
}
