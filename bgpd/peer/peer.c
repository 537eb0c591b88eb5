/* SPDX-License-Identifier: ISC */
/* peer.c - one neighbour: its life from config to removal */
/*
 * A peer exists as long as the config names it.  It starts when it is
 * enabled and, if it is internal, when this node has an address in the
 * family of the session; until then REASON says what is missing and nothing
 * is dialled.  Operators stop and clear it; a reload hands it another
 * conf_neighbor; the node tells it of its addresses; the listener brings it
 * connections.  What the sessions say is peer_session.c's business.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"
#include "rib/mem.h"

static int64_t
peer_now(const struct peer *p)
{
	return p->host->io->ops->now(p->host->io);
}

static void
session_refit(struct peer *p, struct session *s)
{
	struct session_config config;

	peer_session_config(p, &config);
	session_configure(s, &config);
}

/* Whichever of two stays lives by the settings of now; keys are among them. */
static void
sessions_refit(struct peer *p)
{
	session_refit(p, p->main);
	if (p->second != NULL)
		session_refit(p, p->second);
}

static bool
peer_may_run(const struct peer *p)
{
	return !p->stopped && !conf_neighbor_is_disabled(p->conf) &&
	    !p->overrun.holds && !address_is_unset(&p->conf->address) &&
	    peer_has_address(p) && peer_has_credentials(p) && !peer_is_us(p);
}

static void
peer_run(struct peer *p)
{
	if (!peer_may_run(p))
		return;
	session_refit(p, p->main);
	session_start(p->main);
}

/* Is main Idle, with neither a timer nor another connection to wait for? */
static bool
main_is_forgotten(const struct peer *p)
{
	return p->second == NULL && session_state(p->main) == FSM_IDLE &&
	    session_timer_at(p->main, SESSION_IDLE_HOLD) == 0;
}

/* Links come and go, and come back as another. */
static void
peer_follow_link(struct peer *p)
{
	struct rib_source identity = *rib_source_get(p->host->rib, p->source);

	if (p->conf->zone[0] == '\0' || session_state(p->main) >= FSM_OPENSENT)
		return;
	session_refit(p, p->main);
	identity.scope = peer_scope(p);
	rib_source_set(p->host->rib, p->source, &identity);
}

/* Of two deadlines, 0 being none. */
static int64_t
sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

/* The peer's own turn: nothing of it is on the stack. */
static void
peer_turn(void *arg)
{
	struct peer *p = arg;
	int64_t next;

	session_free(p->retired);
	p->retired = NULL;
	peer_follow_link(p);
	next = peer_limit_deadline(p, peer_now(p));
	if (main_is_forgotten(p))
		peer_run(p);
	next = sooner(next, peer_stale_deadline(p, peer_now(p)));
	next = sooner(next, peer_refresh_deadline(p, peer_now(p)));
	next = sooner(next, peer_silence_deadline(p, peer_now(p)));
	peer_bfd_follow(p);
	if (next != 0)
		p->host->io->ops->timer_set(p->timer, next);
}

/* What the rib must know of a source before its OPEN. */
static struct rib_source
peer_identity(struct peer *p)
{
	struct rib_source s;

	memset(&s, 0, sizeof(s));
	p->internal = peer_is_internal(p->host->conf, &p->conf->settings);
	p->remote_as =
	    p->internal ? p->host->conf->as : p->conf->settings.remote_as;
	s.kind = !p->internal                    ? SOURCE_EXTERNAL
	    : p->conf->settings.reflector_client ? SOURCE_CLIENT
						 : SOURCE_INTERNAL;
	s.as = p->remote_as;
	s.address = p->conf->address;
	s.scope = peer_scope(p);
	return s;
}

/* Its import may ask where next hops lead. */
static void
import_follow(const struct peer *p)
{
	rib_source_track(p->host->rib, p->source,
	    (policy_needs(&p->conf->settings.import) &
		FILTER_READS_INTERFACE) != 0);
}

struct peer *
peer_new(struct peer_host *host, const struct conf_neighbor *conf)
{
	struct peer *p = xcalloc(1, sizeof(*p));
	struct rib_source identity;

	p->host = host;
	p->conf = conf;
	identity = peer_identity(p);
	p->source = rib_source_add(host->rib, &identity);
	import_follow(p);
	p->main = session_new(&host->session, &peer_session_ops, p);
	p->timer = host->io->ops->timer_new(host->io, peer_turn, p);
	return p;
}

static void
unflushed_remove(struct peer *p)
{
	struct peer **at = &p->host->unflushed;

	if (!p->unflushed)
		return;
	while (*at != p)
		at = &(*at)->next_unflushed;
	*at = p->next_unflushed;
}

void
peer_free(struct peer *p)
{
	enum family f;

	if (p == NULL)
		return;
	for (f = 0; f < FAMILY_MAX; f++)
		peer_leave(p, f);
	peer_bfd_stop(p);
	unflushed_remove(p);
	session_free(p->main);
	session_free(p->second);
	session_free(p->retired);
	p->host->io->ops->timer_free(p->timer);
	rib_source_remove(p->host->rib, p->source);
	p->host->wake(p->host->arg);
	peer_notes_clear(p);
	free(p);
}

/* Whatever it did before: from now on it may run. */
static void
peer_pardon(struct peer *p)
{
	p->stopped = false;
	p->watched_until = p->hold_off_until = 0;
	peer_limit_forget(p);
}

void
peer_start(struct peer *p)
{
	peer_pardon(p);
	peer_run(p);
}

/* Nobody shall keep our routes for a return: RFC 8538 5.1. */
static bool
is_final(unsigned int subcode)
{
	return subcode == CEASE_ADMIN_SHUTDOWN || subcode == CEASE_DECONFIGURED;
}

/* Both sessions end; nothing dials before the next start. */
static void
peer_halt(struct peer *p, unsigned int subcode, const char *text)
{
	void (*halt)(struct session *, unsigned int, const char *) =
	    is_final(subcode) ? session_end : session_stop;

	p->stopped = true;
	if (p->second != NULL)
		halt(p->second, subcode, text);
	halt(p->main, subcode, text);
}

void
peer_stop(struct peer *p, unsigned int subcode, const char *text)
{
	peer_halt(p, subcode, text);
	peer_drop_routes(p);
}

void
peer_abandon(struct peer *p, const char *why)
{
	p->stopped = true;
	if (p->second != NULL)
		session_abandon(p->second, why);
	session_abandon(p->main, why);
}

void
peer_depart(struct peer *p)
{
	peer_bfd_stop(p);
	if ((session_sent(p->main)->has & OPEN_HAS_RESTART) == 0)
		peer_stop(p, CEASE_ADMIN_SHUTDOWN, NULL);
	else if (session_common(p->main)->restart_notification)
		peer_halt(p, CEASE_ADMIN_RESET, NULL);
	else
		peer_abandon(p, "this node leaves for a while");
}

/* Halted a moment ago, and to start again in the own turn. */
static void
peer_start_soon(struct peer *p)
{
	peer_pardon(p);
	peer_turn_soon(p);
}

void
peer_clear(struct peer *p, const char *text)
{
	if (p->stopped)
		return;
	peer_stop(p, CEASE_ADMIN_RESET, text);
	peer_start_soon(p);
}

/* Groups again: next hop or policy changed, the session did not. */
static void
peer_regroup(struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (p->family[f].joined)
			peer_join(p, f);
}

void
peer_configure(
    struct peer *p, const struct conf_neighbor *conf, enum conf_cost cost)
{
	const struct conf_settings *before = &p->conf->settings;
	struct rib_source identity;

	p->conf = conf;
	import_follow(p);
	if (cost >= CONF_COST_RESET) {
		peer_stop(p,
		    conf_neighbor_is_disabled(conf) ? CEASE_ADMIN_SHUTDOWN
						    : CEASE_CONFIG_CHANGE,
		    NULL);
		identity = peer_identity(p);
		rib_source_set(p->host->rib, p->source, &identity);
		peer_start_soon(p);
		return;
	}
	sessions_refit(p);
	peer_limit_configure(p, before);
	peer_bfd_follow(p);
	if (cost >= CONF_COST_REEVALUATE) {
		peer_regroup(p);
		peer_reimport(p);
	}
}

/* Does its own end stand elsewhere than it would be made now? */
static bool
end_has_moved(const struct peer *p)
{
	struct address source = peer_source_address(p);
	struct io_endpoint local = session_local(p->main);

	if (session_state(p->main) < FSM_OPENSENT || !peer_has_address(p))
		return true;
	return !address_is_unset(&source) &&
	    !address_equal(&local.address, &source);
}

void
peer_address_changed(struct peer *p, enum family family)
{
	if (p->stopped || conf_neighbor_is_disabled(p->conf))
		return;
	if (!p->internal || family != p->conf->address.family ||
	    !end_has_moved(p)) {
		peer_regroup(p);
		return;
	}
	/* As after a restart. */
	p->keeps = true;
	peer_abandon(p,
	    peer_has_address(p) ? "this node's address is another one now"
				: "this node's address is gone");
	p->keeps = false;
	/* That it is held down for what it sent has not changed. */
	p->stopped = false;
	peer_turn_soon(p);
}

/*
 * A peer that erred again and again is held off (peer_session.c); in any other
 * case a connection is welcome although we are Idle, so that nodes which
 * restart together do not wait for each other.
 */
static bool
peer_holds_off(const struct peer *p)
{
	return !p->up && p->hold_off_until > peer_now(p);
}

void
peer_accept(struct peer *p, struct io_conn *conn)
{
	bool was_up = p->up;

	/* A peer that closed and dials again: its close came first. */
	session_read(p->main);
	if (!peer_may_run(p) || peer_holds_off(p)) {
		p->counters.refused++;
		p->host->io->ops->close(conn);
		return;
	}
	if (p->second == NULL &&
	    (session_state(p->main) == FSM_IDLE ||
		session_state(p->main) == FSM_ACTIVE)) {
		session_refit(p, p->main);
		session_accept(p->main, conn);
		return;
	}
	/* The newest of its connections is the one that can be alive. */
	if (p->second != NULL)
		session_abandon(p->second, "the peer connected once more");
	p->second = session_new(&p->host->session, &peer_session_ops, p);
	p->second_is_late = was_up;
	session_share_penalty(p->second, p->main);
	session_refit(p, p->second);
	session_accept(p->second, conn);
}

void
peer_tls_refused(struct peer *p, const struct io_tls_view *view)
{
	session_tls_refused(p->main, view);
}

void
peer_tls_missed(struct peer *p)
{
	static const struct io_tls_view view = { .failure = IO_TLS_PLAIN_BGP };
	char text[ADDRESS_STRLEN], key[PEER_LOG_KEY];

	p->counters.plain_refused++;
	log_limited(p->host->log, CONF_WARN,
	    peer_log_key(p, "plain refused", key), peer_now(p),
	    "peer %s (%s): it connected without TLS, which is required",
	    p->conf->name, address_format(&p->conf->address, text));
	peer_tls_refused(p, &view);
}
