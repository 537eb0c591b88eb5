/* SPDX-License-Identifier: ISC */
/* peer_bfd.c - a neighbour that BFD watches */
/*
 * The watch begins when the BGP session is established, from the address that
 * it has, and goes on while the neighbour's routes are kept for its restart.
 * A neighbour that never speaks BFD keeps its session: nothing was lost.  Nor
 * does one that says AdminDown lose it (RFC 5882 4.2).
 *
 * Once up, a watch that goes down takes the session with it at once, and the
 * routes, restart or not: no packet came while TCP thought that all is well,
 * so what is down is the way there (RFC 5882 4.3.2.2).  When the session was
 * lost before, and routes are kept, it depends on who speaks BFD over there:
 * one that says with the C bit that it outlives its control plane tells of
 * its forwarding, which ends the keeping; any other went with the daemon that
 * is restarting, and is no news (RFC 5882 4.3.1).
 *
 * After a failure the watch stays, so that the other side goes on to hear of
 * it and people see when the way is good again, until the neighbour is
 * stopped or its session ends in another way.
 */
#include <stdio.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
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

static bool
is_wanted(const struct peer *p)
{
	if (p->host->bfd == NULL || !p->conf->settings.bfd.on || p->stopped)
		return false;
	return p->up || has_kept(p) || p->bfd.failed;
}

static struct bfd_path
path_of(const struct peer *p)
{
	struct bfd_path path = { .remote = p->conf->address,
		.local = session_local(p->main).address,
		.multihop = p->conf->settings.bfd.multihop };

	if (address_is_link_local(&path.remote))
		path.scope = peer_scope(p);
	return path;
}

static struct bfd_terms
terms_of(const struct peer *p)
{
	const struct conf_bfd *set = &p->conf->settings.bfd;
	struct bfd_terms t = { .interval = set->interval * 1000,
		.multiplier = set->multiplier,
		.sha1 = p->host->sha1 };

	if (set->key == NULL)
		return t;
	t.key.length = (uint8_t)strlen(set->key);
	t.key.id = set->key_id;
	t.key.meticulous = set->meticulous;
	memcpy(t.key.bytes, set->key, t.key.length);
	return t;
}

static bool
has_moved(const struct peer *p, const struct bfd_path *path)
{
	const struct bfd_path *old = bfd_path_of(p->bfd.watch);

	return old->multihop != path->multihop || old->scope != path->scope ||
	    !address_equal(&old->local, &path->local);
}

void
peer_bfd_stop(struct peer *p)
{
	if (p->bfd.watch != NULL)
		bfd_stop(p->bfd.watch);
	p->bfd.watch = NULL;
	p->bfd.failed = p->bfd.was_up = false;
	p->bfd.reason[0] = '\0';
}

void
peer_bfd_follow(struct peer *p)
{
	struct bfd_terms terms;
	struct bfd_path path;

	if (!is_wanted(p)) {
		peer_bfd_stop(p);
		return;
	}
	terms = terms_of(p);
	path = path_of(p);
	if (p->up && p->bfd.watch != NULL && has_moved(p, &path))
		peer_bfd_stop(p);
	if (p->bfd.watch != NULL)
		bfd_configure(p->bfd.watch, &terms);
	else if (p->up)
		p->bfd.watch = bfd_start(p->host->bfd, &path, &terms, p);
	p->bfd.failed &= !p->up;
}

/* Why it is not up any more; true when that is the end of a session. */
static bool
loss_explain(const struct bfd_session *s, char *buf, size_t size)
{
	switch (s->cause) {
	case BFD_EXPIRED:
		snprintf(buf, size, "no packet for %ums", s->silence);
		return true;
	case BFD_SAID_DOWN:
		snprintf(buf, size, "the neighbor says it is down: %s",
		    bfd_diag_text(s->remote_diag));
		return true;
	case BFD_SAID_ADMIN_DOWN:
		snprintf(buf, size, "switched off by the neighbor");
		return false;
	case BFD_STOPPED:
	case BFD_NEVER_UP: snprintf(buf, size, "never up"); return false;
	}
	return false;
}

void
peer_bfd_down(struct peer *p, const char *why)
{
	if (p->up) {
		p->bfd.failed = true;
		session_bfd_down(p->main, why);
		return;
	}
	if (!has_kept(p))
		return;
	log_info(p->host->log, "peer %s: stale routes dropped: bfd: %s",
	    p->conf->name, why);
	p->bfd.failed = true;
	peer_drop_routes(p);
}

/* A neighbour may flap all day. */
static void
change_log(const struct peer *p, enum bfd_state was, enum bfd_state is)
{
	char key[PEER_LOG_KEY], text[ADDRESS_STRLEN];

	if (was != BFD_UP && is != BFD_UP)
		return;
	log_limited(p->host->log, CONF_INFO, peer_log_key(p, "bfd", key),
	    peer_now(p), "peer %s (%s): bfd %s -> %s%s%s", p->conf->name,
	    address_format(&p->conf->address, text), bfd_state_word(was),
	    bfd_state_word(is), is == BFD_UP ? "" : ": ", p->bfd.reason);
}

void
peer_bfd_changed(struct peer *p, enum bfd_state was)
{
	const struct bfd_session *s = bfd_session_of(p->bfd.watch);
	bool failed = false;

	p->bfd.changed_at = peer_now(p);
	p->bfd.was_up |= s->state == BFD_UP;
	if (s->state == BFD_UP)
		p->bfd.reason[0] = '\0';
	else if (was == BFD_UP)
		failed = loss_explain(s, p->bfd.reason, sizeof(p->bfd.reason));
	change_log(p, was, s->state);
	p->bfd.flaps += was == BFD_UP;
	if (failed && (p->up || s->independent))
		peer_bfd_down(p, p->bfd.reason);
}

/* What hinders it, if anything is known. */
static const char *
hindrance(const struct bfd_watch *watch)
{
	enum bfd_discard discard = bfd_last_discard(watch);
	const struct bfd_session *s = bfd_session_of(watch);

	if (bfd_send_error(watch) != 0)
		return strerror(bfd_send_error(watch));
	if (discard != BFD_TAKEN)
		return bfd_discard_word(discard);
	if (s->cause == BFD_SAID_ADMIN_DOWN)
		return "switched off by the neighbor";
	return s->heard_at == 0 ? "never up: nothing heard" : "never up";
}

bool
peer_bfd_view(const struct peer *p, struct peer_bfd_view *view)
{
	*view = (struct peer_bfd_view){ .watch = p->bfd.watch,
		.reason = p->bfd.reason,
		.flaps = p->bfd.flaps,
		.changed_at = p->bfd.changed_at };
	if (!p->conf->settings.bfd.on)
		return false;
	if (p->host->bfd == NULL)
		view->reason = "this daemon has no sockets for it";
	else if (p->bfd.watch == NULL)
		view->reason = "waits for the BGP session";
	else if (!p->bfd.was_up)
		view->reason = hindrance(p->bfd.watch);
	return true;
}
