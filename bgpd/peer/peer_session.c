/* SPDX-License-Identifier: ISC */
/* peer_session.c - what a neighbour does when its sessions speak */
/*
 * Sessions call in through peer_session_ops.  At most two of them are alive:
 * `main`, which dials, and `second`, a connection that the peer made while
 * main had one.  RFC 4271 6.8 and 6286 say which of two in OpenConfirm stays;
 * an established one stays, unless both sides announced graceful restart:
 * then the newer connection replaces it and its routes are kept as stale
 * (RFC 4724 5).  Whichever is established becomes main.
 *
 * A session may not be freed or started from inside its own call, so both
 * are put off to the peer's own turn, a timer that fires at once.
 */
#include <stdio.h>

#include "bgpd/peer/peer_private.h"

#define QUEUE_MARK (4u * SESSION_LOW_MARK) /* unsent, then wait */
#define WATCHED    (60 * 1000)             /* ms, after an error */

void
peer_turn_soon(struct peer *p)
{
	struct io *io = p->host->io;

	io->ops->timer_set(p->timer, io->ops->now(io));
}

/*
 * An earlier one that still waits to be freed is out of its calls by now:
 * nobody retires two sessions from inside the first.
 */
static void
peer_retire(struct peer *p, struct session *s)
{
	if (p->retired != NULL)
		session_free(p->retired);
	p->retired = s;
	peer_turn_soon(p);
}

/* Updates groups: members of them hear us through these. */

static void
unflushed_add(struct peer *p)
{
	if (p->unflushed)
		return;
	p->unflushed = true;
	p->next_unflushed = p->host->unflushed;
	p->host->unflushed = p;
	p->host->wake(p->host->arg);
}

void
peer_send(struct peer *p, struct chunk *chunk, size_t offset, size_t length)
{
	session_send(p->main, chunk, offset, length);
	unflushed_add(p);
}

static void
member_send(void *arg, struct chunk *chunk, size_t offset, size_t length)
{
	peer_send(arg, chunk, offset, length);
}

static bool
member_ready(void *arg)
{
	struct peer *p = arg;

	return session_unsent(p->main) < QUEUE_MARK;
}

static void
member_synced(void *arg, enum family family)
{
	struct peer *p = arg;
	uint8_t bytes[MSG_HEADER_SIZE + 32];
	struct wr wr = wr_of(bytes, sizeof(bytes));
	struct chunk *c;

	update_end_of_rib_encode(&wr, family);
	c = chunk_copy(wr_written(&wr));
	peer_send(p, c, 0, c->length);
	chunk_unref(c);
	p->family[family].end_of_rib_sent = true;
}

static void
member_refresh(void *arg, enum family family, enum msg_refresh_kind kind)
{
	struct peer *p = arg;

	if (session_common(p->main)->enhanced_refresh)
		peer_say_refresh(p, family, kind);
}

static const struct group_member_ops member_ops = { .send = member_send,
	.ready = member_ready,
	.synced = member_synced,
	.refresh = member_refresh };

void
peer_join(struct peer *p, enum family family)
{
	struct group_key key;

	peer_group_key(p, family, &key);
	groups_join(p->host->groups, family, p->source, &key, &member_ops, p);
	p->family[family].joined = true;
	p->host->wake(p->host->arg);
}

void
peer_leave(struct peer *p, enum family family)
{
	if (!p->family[family].joined)
		return;
	groups_leave(p->host->groups, family, p->source);
	p->family[family].joined = false;
}

void
peers_flush(struct peer_host *host)
{
	struct peer *p;

	while ((p = host->unflushed) != NULL) {
		host->unflushed = p->next_unflushed;
		p->unflushed = false;
		if (p->up)
			session_flush(p->main);
	}
}

void
peer_shed(struct peer *p)
{
	struct msg_error error = { .severity = SEVERITY_OK };

	msg_error_set(&error, SEVERITY_RESET, ERR_CEASE, CEASE_RESOURCES, NULL);
	session_fail(p->main, &error);
}

void
peer_ask_again(struct peer *p)
{
	bool wanted = p->left_out && p->up;

	p->left_out = false;
	if (wanted && peer_refresh(p) == 0)
		log_warn(p->host->log,
		    "peer %s: it knows no route refresh, so routes that were "
		    "not taken are missing until it says them again",
		    p->conf->name);
}

/* Sessions: they call these. */

/*
 * Does the newcomer stay beside another one that is in OpenConfirm?  Both are
 * the peer's own only when main was accepted; it would not have made second
 * if main were alive.
 */
static bool
collision_wins(const struct peer *p, const struct session *s,
    const struct session *other, const struct open *open)
{
	bool ours;

	if (session_dialled(s) == session_dialled(other))
		return s == p->second;
	ours = fsm_collision_keeps_dialled(
	    p->host->router_id, peer_local_as(p), open->identifier, open->as);
	return session_dialled(s) == ours;
}

/*
 * RFC 4724 5: a connection made after the other was established says that
 * the peer restarted.  One made before is a late collision, and there the
 * established one stays (RFC 4271 6.8).
 */
static bool
peer_came_back(const struct peer *p, const struct session *s,
    const struct session *established)
{
	return s == p->second && p->second_is_late &&
	    session_common(established)->restart;
}

static bool
peer_open(void *arg, struct session *s, const struct open *open)
{
	struct peer *p = arg;
	struct session *other = s == p->main ? p->second : p->main;

	if (other == NULL || session_state(other) < FSM_OPENCONFIRM)
		return true;
	if (session_state(other) == FSM_OPENCONFIRM) {
		if (!collision_wins(p, s, other, open))
			return false;
		session_stop(other, CEASE_COLLISION, NULL);
		return true;
	}
	if (!peer_came_back(p, s, other))
		return false;
	p->keeps = true;
	session_abandon(other, "the peer came back on a newer connection");
	p->keeps = false;
	return true;
}

/* The second one counts from now on: it takes the place of main. */
static void
peer_promote(struct peer *p)
{
	struct session *old = p->main;

	p->main = p->second;
	p->second = old;
	if (session_state(old) >= FSM_OPENSENT)
		session_stop(old, CEASE_COLLISION, NULL);
	else
		session_abandon(old, "the peer connected first");
	if (p->second == old) {
		p->second = NULL;
		peer_retire(p, old);
	}
}

static void
peer_up(void *arg, struct session *s)
{
	struct peer *p = arg;
	const struct open *open = session_received(s);
	struct rib_source source;
	enum family f;

	if (s == p->second)
		peer_promote(p);
	p->up = true;
	p->up_at = p->host->io->ops->now(p->host->io);
	p->remote_as = open->as;
	p->counters.established++;
	source = *rib_source_get(p->host->rib, p->source);
	source.as = open->as;
	source.identifier = open->identifier;
	source.scope = peer_scope(p);
	rib_source_set(p->host->rib, p->source, &source);
	peer_silence_over(p);
	peer_check_restart(p);
	for (f = 0; f < FAMILY_MAX; f++) {
		p->family[f].end_of_rib_sent = false;
		p->family[f].end_of_rib_received = false;
		if (session_common(s)->family[f])
			peer_join(p, f);
	}
	peer_bfd_follow(p);
	p->host->event(p->host->arg, p);
}

/* What ended it was said by one side about the other. */
static const bool is_verdict[REASON_MAX] = {
	[REASON_RECEIVED] = true, [REASON_SENT] = true
};

/* We ended it, for an error of theirs or their silence. */
static const bool is_reset[REASON_MAX] = { [REASON_SENT] = true,
	[REASON_HOLD_EXPIRED] = true,
	[REASON_SEND_HOLD_EXPIRED] = true,
	[REASON_HOST_SILENT] = true,
	[REASON_BFD_DOWN] = true };

/* With the N bit on both sides these do not end the forwarding: 8538 4. */
static const bool is_survived[REASON_MAX] = { [REASON_RECEIVED] = true,
	[REASON_SENT] = true,
	[REASON_HOLD_EXPIRED] = true,
	[REASON_SEND_HOLD_EXPIRED] = true };

/* RFC 4724 4.2: a close without a word does not end it in any case. */
static bool
loss_keeps_routes(const struct session *s, enum session_reason reason)
{
	const struct open_common *common = session_common(s);

	if (!common->restart || reason == REASON_CLOSED || reason == REASON_TLS)
		return common->restart;
	return common->restart_notification && is_survived[reason] &&
	    (session_reason_code(s) != ERR_CEASE ||
		session_reason_subcode(s) != CEASE_HARD_RESET);
}

static void
peer_lost(struct peer *p, const struct session *s, enum session_reason reason)
{
	enum family f;

	p->up = false;
	p->left_out = false;
	p->counters.resets += is_reset[reason];
	for (f = 0; f < FAMILY_MAX; f++)
		peer_leave(p, f);
	peer_forget_refresh(p);
	if (loss_keeps_routes(s, reason) ||
	    (p->keeps && session_common(s)->restart))
		peer_keep_routes(p);
	else
		peer_drop_routes(p);
	peer_limit_look(p);
	p->host->wake(p->host->arg);
}

/*
 * A verdict on a connection of theirs tells more than that ours is still
 * being dialled: it is the reason, and its idle hold is the peer's.
 */
static bool
second_tells_more(const struct peer *p, enum session_reason reason)
{
	return is_verdict[reason] && session_state(p->main) < FSM_OPENSENT;
}

/*
 * Wrong OPENs, UPDATEs and the like; not silence, and not what somebody
 * decided.
 */
static const bool is_fault[] = { [ERR_HEADER] = true,
	[ERR_OPEN] = true,
	[ERR_UPDATE] = true,
	[ERR_FSM] = true,
	[ERR_REFRESH] = true };

static bool
erred(const struct session *s, enum session_reason reason)
{
	unsigned int code = session_reason_code(s);

	return reason == REASON_SENT ||
	    (reason == REASON_RECEIVED &&
		code < sizeof(is_fault) / sizeof(*is_fault) && is_fault[code]);
}

/*
 * After an error our own session rests for its idle hold, and a peer that
 * dials meanwhile is welcome: once.  One that errs again before it was good for
 * a minute cannot shorten the idle hold by dialling; which doubles, and goes
 * with the peer, whichever of its connections it was.
 */
static void
peer_watch(struct peer *p, const struct session *s)
{
	int64_t now = p->host->io->ops->now(p->host->io);
	int64_t until = session_timer_at(s, SESSION_IDLE_HOLD);

	if (now < p->watched_until)
		p->hold_off_until = until;
	p->watched_until = (until > now ? until : now) + WATCHED;
	session_share_penalty(p->main, s);
}

static void
peer_down(void *arg, struct session *s, enum fsm_state was,
    enum session_reason reason)
{
	struct peer *p = arg;

	if (is_verdict[reason]) {
		snprintf(p->last_notification, sizeof(p->last_notification),
		    "%s", session_reason_text(s));
		p->last_notification_at = session_reason_since(s);
	}
	if (erred(s, reason))
		peer_watch(p, s);
	if (was == FSM_ESTABLISHED)
		peer_lost(p, s, reason);
	if (s != p->second) {
		peer_turn_soon(p);
	} else if (second_tells_more(p, reason)) {
		peer_promote(p);
	} else {
		p->second = NULL;
		peer_retire(p, s);
	}
	p->host->event(p->host->arg, p);
}

static void
peer_drained(void *arg, struct session *s)
{
	struct peer *p = arg;

	p->host->wake(p->host->arg);
}

char *
peer_log_key(const struct peer *p, const char *what, char buf[PEER_LOG_KEY])
{
	char text[ADDRESS_STRLEN];

	snprintf(buf, PEER_LOG_KEY, "%s %s",
	    address_format(&p->conf->address, text), what);
	return buf;
}

/* A peer can connect and hang up all day. */
static void
peer_log(void *arg, struct session *s, const char *line)
{
	struct peer *p = arg;
	char text[ADDRESS_STRLEN], key[PEER_LOG_KEY];
	struct io *io = p->host->io;

	log_limited(p->host->log, CONF_INFO,
	    peer_log_key(p, fsm_state_word(session_state(s)), key),
	    io->ops->now(io), "peer %s (%s): %s", p->conf->name,
	    address_format(&p->conf->address, text), line);
}

const struct session_ops peer_session_ops = { .open = peer_open,
	.up = peer_up,
	.down = peer_down,
	.update = peer_update,
	.refresh = peer_hear_refresh,
	.drained = peer_drained,
	.unheard = peer_unheard,
	.notification = peer_notification,
	.log = peer_log };
