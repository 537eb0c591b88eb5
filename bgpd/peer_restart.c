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
 * A second restart inside the window keeps what is there: marking is
 * idempotent, and the deadline starts anew.
 */
#include "bgpd/peer_private.h"

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
}

void
peer_keep_routes(struct peer *p)
{
	const struct open *open = session_received(p->main);
	uint32_t ours = p->conf->settings.restart_time;
	uint32_t theirs = open->restart_time * 1000u;
	uint32_t time = theirs < ours ? theirs : ours;
	char key[PEER_LOG_KEY];
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		p->family[f].stale = session_common(p->main)->family[f] &&
		    open->family[f].restart;
		if (!p->family[f].stale) {
			rib_flush(p->host->rib, p->source, f);
			continue;
		}
		rib_mark_stale(p->host->rib, p->source, f);
		p->family[f].stale_until = peer_now(p) + time;
		log_limited(p->host->log, CONF_INFO,
		    peer_log_key(p, family_name(f), key), peer_now(p),
		    "peer %s: %s routes kept as stale for %us", p->conf->name,
		    family_name(f), time / 1000);
	}
	peer_turn_soon(p);
}

void
peer_drop_routes(struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_flush(p->host->rib, p->source, f);
		p->family[f].stale = false;
	}
	p->host->wake(p->host->arg);
}

void
peer_check_restart(struct peer *p)
{
	const struct open *open = session_received(p->main);
	char key[PEER_LOG_KEY];
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!p->family[f].stale)
			continue;
		if (session_common(p->main)->family[f] &&
		    open->family[f].restart && open->family[f].forwarding) {
			p->family[f].stale_until =
			    peer_now(p) + p->conf->settings.restart_time;
			continue;
		}
		rib_flush(p->host->rib, p->source, f);
		p->family[f].stale = false;
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
	p->family[f].stale = false;
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

int64_t
peer_stale_deadline(struct peer *p, int64_t now)
{
	int64_t next = 0;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!p->family[f].stale)
			continue;
		if (p->family[f].stale_until <= now) {
			log_info(p->host->log,
			    "peer %s: stale %s routes "
			    "dropped: restart time passed",
			    p->conf->name, family_name(f));
			peer_sweep(p, f);
		} else if (next == 0 || p->family[f].stale_until < next) {
			next = p->family[f].stale_until;
		}
	}
	return next;
}
