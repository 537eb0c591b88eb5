/* SPDX-License-Identifier: ISC */
/* peer_refresh.c - everything once more, with a beginning and an end */
/*
 * RFC 2918: a neighbour that asks is told everything again by its group.
 * Where both sides have enhanced refresh (RFC 7313), the answer stands
 * between a BoRR and an EoRR; peer_session.c's member_refresh says them.
 *
 * The other way round a BoRR marks the neighbour's routes as stale, and what
 * it has not said again goes at the EoRR, or after two minutes when none
 * comes.  An EoRR without a BoRR, a subtype that nobody knows and a family
 * that the session does not carry are ignored (RFC 7313 5).
 *
 * The rib has one mark for routes that are not confirmed.  While a restart
 * is under way (peer_restart.c) it is that one's, and a BoRR changes nothing:
 * the End-of-RIB to come makes the same promise.  So of the two deadlines of
 * a family one at most is running.
 */
#include "bgpd/peer/peer_private.h"

#define REFRESH_TIME (120 * 1000) /* ms, from BoRR to EoRR */

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
}

static void
hear_request(struct peer *p, enum family f)
{
	groups_refresh(p->host->groups, f, p->source);
}

static void
hear_begin(struct peer *p, enum family f)
{
	if (!session_common(p->main)->enhanced_refresh || p->family[f].stale)
		return;
	rib_mark_stale(p->host->rib, p->source, f);
	p->family[f].refresh_until = peer_now(p) + REFRESH_TIME;
	peer_turn_soon(p);
}

static void
hear_end(struct peer *p, enum family f)
{
	if (p->family[f].refresh_until == 0)
		return;
	rib_sweep_stale(p->host->rib, p->source, f);
	p->family[f].refresh_until = 0;
}

static void (*const hear[])(struct peer *, enum family) = {
	[REFRESH_REQUEST] = hear_request,
	[REFRESH_BEGIN] = hear_begin,
	[REFRESH_END] = hear_end,
};

void
peer_hear_refresh(
    void *arg, struct session *s, const struct msg_refresh *refresh)
{
	struct peer *p = arg;
	enum family f = msg_family(refresh->afi, refresh->safi);

	(void)s;
	if (f == FAMILY_MAX || !p->family[f].joined ||
	    refresh->subtype >= sizeof(hear) / sizeof(*hear))
		return;
	hear[refresh->subtype](p, f);
	p->host->wake(p->host->arg);
}

void
peer_say_refresh(struct peer *p, enum family f, enum msg_refresh_kind kind)
{
	uint8_t bytes[MSG_REFRESH_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct chunk *c;

	msg_refresh_encode(&w, f, kind);
	c = chunk_copy(wr_written(&w));
	peer_send(p, c, 0, c->length);
	chunk_unref(c);
}

unsigned int
peer_refresh(struct peer *p)
{
	const struct open_common *common = session_common(p->main);
	unsigned int asked = 0;
	enum family f;

	if (!p->up || !common->refresh)
		return 0;
	for (f = 0; f < FAMILY_MAX; f++) {
		if (!common->family[f])
			continue;
		peer_say_refresh(p, f, REFRESH_REQUEST);
		asked++;
	}
	return asked;
}

void
peer_forget_refresh(struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		p->family[f].refresh_until = 0;
}

static void
refresh_overdue(struct peer *p, enum family f, int64_t now)
{
	char key[PEER_LOG_KEY];

	log_limited(p->host->log, CONF_INFO, peer_log_key(p, "refresh", key),
	    now,
	    "peer %s: %s refresh did not end: routes that were not sent again"
	    " are dropped",
	    p->conf->name, family_name(f));
	hear_end(p, f);
	p->host->wake(p->host->arg);
}

int64_t
peer_refresh_deadline(struct peer *p, int64_t now)
{
	int64_t next = 0, until;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		until = p->family[f].refresh_until;
		if (until != 0 && until <= now)
			refresh_overdue(p, f, now);
		else if (until != 0 && (next == 0 || until < next))
			next = until;
	}
	return next;
}
