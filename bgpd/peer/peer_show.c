/* SPDX-License-Identifier: ISC */
/* peer_show.c - what there is to know of a neighbour */
/*
 * Read only.  The reason is never empty while a peer is not established:
 * what stands in the way before a session can even try (disabled, no address
 * of the family) comes first, then what its session last met.
 */
#include <string.h>

#include "bgpd/peer/peer_private.h"
#include "rib/mem.h"

const struct conf_neighbor *
peer_conf(const struct peer *p)
{
	return p->conf;
}

uint32_t
peer_source(const struct peer *p)
{
	return p->source;
}

bool
peer_internal(const struct peer *p)
{
	return p->internal;
}

uint32_t
peer_remote_as(const struct peer *p)
{
	return p->remote_as;
}

bool
peer_is_kept(const struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (p->family[f].stale)
			return true;
	return p->overrun.holds;
}

bool
peer_has_gone(const struct peer *p)
{
	return p->second == NULL && session_state(p->main) <= FSM_ACTIVE &&
	    session_timer_at(p->main, SESSION_IDLE_HOLD) == 0 &&
	    !peer_is_kept(p);
}

const struct session *
peer_session(const struct peer *p)
{
	if (p->second != NULL &&
	    session_state(p->second) > session_state(p->main))
		return p->second;
	return p->main;
}

enum fsm_state
peer_state(const struct peer *p)
{
	return session_state(peer_session(p));
}

/* It may only wait, and whoever connects cannot prove to be it. */
static bool
peer_is_shut_out(const struct peer *p)
{
	return p->conf->settings.passive && p->host->deaf != NULL &&
	    p->host->deaf(p->host->arg, &p->conf->address);
}

/* What keeps it from trying at all, or NULL. */
static const char *
peer_obstacle(const struct peer *p, enum session_reason *word)
{
	const char *problem;

	*word = REASON_PREFIX_LIMIT;
	if (p->overrun.holds)
		return p->overrun.text;
	*word = REASON_ADMIN;
	if (p->conf->settings.disabled)
		return "disabled in the configuration";
	if (p->conf->commanded_down)
		return "disabled by bgpctl";
	if (p->stopped)
		return NULL;
	if (address_is_unset(&p->conf->address)) {
		*word = REASON_NOT_FOUND;
		return p->host->awaits == NULL
		    ? "nobody was found there"
		    : p->host->awaits(p->host->arg, p->conf->zone);
	}
	if (peer_is_us(p)) {
		*word = REASON_OWN_ADDRESS;
		return "its address is one of this node: is `node` right?";
	}
	if (peer_is_shut_out(p))
		return "the kernel has no room for its password, and passive "
		       "forbids to dial it: raise net.core.optmem_max";
	*word = REASON_TLS;
	if (!peer_has_credentials(p))
		return "TLS: this node's certificate or key cannot be used: "
		       "see the log";
	*word = REASON_HOST_SILENT;
	if (peer_has_address(p))
		return peer_silence_reason(p);
	*word = REASON_NO_LOCAL_ADDRESS;
	problem = p->host->problem == NULL
	    ? ""
	    : p->host->problem(p->host->arg, p->conf->address.family);
	if (problem[0] != '\0')
		return problem;
	return p->conf->address.family == FAMILY_IPV4
	    ? "no IPv4 address on this node"
	    : "no IPv6 address on this node";
}

/* No attempt has ended yet: how far is this one? */
static const char *const underway[FSM_STATE_MAX] = {
	[FSM_CONNECT] = "connecting: no answer yet",
	[FSM_ACTIVE] = "waits a moment: the peer may connect first",
	[FSM_OPENSENT] = "connected: no OPEN from the peer yet",
	[FSM_OPENCONFIRM] = "OPEN received: no KEEPALIVE from the peer yet"
};

const char *
peer_reason(const struct peer *p)
{
	enum session_reason word;
	const char *text;

	if (p->up)
		return "";
	text = peer_obstacle(p, &word);
	if (text == NULL && session_reason(p->main) == REASON_STARTING)
		text = underway[peer_state(p)];
	return text != NULL ? text : session_reason_text(p->main);
}

const char *
peer_reason_word(const struct peer *p)
{
	enum session_reason word;

	if (p->up)
		return session_reason_word(REASON_NONE);
	if (peer_obstacle(p, &word) == NULL)
		word = session_reason(p->main);
	return session_reason_word(word);
}

const char *
peer_why_plain(const struct peer *p)
{
	const char *why;

	if (!p->up || !p->conf->settings.tls.on || session_tls(p->main) != NULL)
		return NULL;
	why = session_why_plain(p->main);
	return why != NULL ? why : "the peer connected without TLS";
}

int64_t
peer_reason_since(const struct peer *p)
{
	enum session_reason word;

	if (p->up)
		return 0;
	if (peer_obstacle(p, &word) != NULL)
		return word == REASON_PREFIX_LIMIT ? p->overrun.since
		    : word == REASON_HOST_SILENT   ? p->silence.dead_at
						   : 0;
	return session_reason_since(p->main);
}

int64_t
peer_overrun_until(const struct peer *p)
{
	return p->overrun.holds ? p->overrun.until : 0;
}

unsigned int
peer_attempts(const struct peer *p)
{
	return session_attempts(p->main);
}

int64_t
peer_established_at(const struct peer *p)
{
	return p->up ? p->up_at : 0;
}

void
peer_family(const struct peer *p, enum family f, struct peer_family *out)
{
	const struct peer_rib *r = &p->family[f];

	memset(out, 0, sizeof(*out));
	out->configured = p->conf->settings.family[f];
	out->negotiated = p->up && session_common(p->main)->family[f];
	out->end_of_rib_sent = p->up && r->end_of_rib_sent;
	out->end_of_rib_received = p->up && r->end_of_rib_received;
	out->stale = r->stale;
	out->long_lived = r->stale && r->long_lived;
	out->stale_until = r->stale ? r->stale_until : 0;
	out->near_limit = r->level == LEVEL_NEAR;
	out->over_limit = r->level == LEVEL_OVER;
	out->limit_exceeded = r->exceeded;
	rib_source_counts(
	    p->host->rib, p->source, f, &out->received, &out->accepted);
	out->left_out = groups_is_full(p->host->groups, f, p->source);
	out->sent = groups_told_count(p->host->groups, f, p->source);
}

const struct peer_counters *
peer_counters(const struct peer *p)
{
	return &p->counters;
}

const char *
peer_last_notification(const struct peer *p, int64_t *at)
{
	*at = p->last_notification_at;
	return *at == 0 ? NULL : p->last_notification;
}

const char *
peer_last_error(const struct peer *p)
{
	return p->last_error[0] == '\0' ? NULL : p->last_error;
}

size_t
peer_bytes(const struct peer *p, size_t *buffers)
{
	return mem_bytes(p) + session_bytes(p->main, buffers) +
	    session_bytes(p->second, buffers) +
	    session_bytes(p->retired, buffers) + mem_bytes(p->notes[false]) +
	    mem_bytes(p->notes[true]);
}
