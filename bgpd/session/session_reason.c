/* SPDX-License-Identifier: ISC */
/* session_reason.c - why a session is not established, in a sentence */

/*
 * In comes what ended an attempt or a connection: an event of the FSM, the
 * errno of io, a NOTIFICATION sent or received.  Out comes the text of the
 * REASON column: lower case, no full stop, never empty unless established.
 * It says what a person would ask next: which AS number the peer claims,
 * whether a peer that hangs up knows this node at all.
 *
 * A reason stays until there is a better one: starting again does not wipe
 * out why the last attempt failed.  A text that did not change is not logged
 * again, for a dead peer fails the same way for hours.
 *
 * A daemon that rests after an error hangs up on who connects meanwhile, for
 * minutes: the NOTIFICATION before is then the reason, not the hanging up.
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session_private.h"
#include "rib/mem.h"
#include "rib/role.h"
#include "rib/text.h"

#define REASON_STRLEN 1536 /* a shutdown communication, escaped, fits */
#define VERDICT_LASTS (10 * 60 * 1000) /* ms; longer than others rest */

/* What the event of a row that gives something up says about why. */
static const enum session_reason by_event[FSM_EVENT_MAX] = {
	[FSM_START] = REASON_STARTING,
	[FSM_START_PASSIVE] = REASON_STARTING,
	[FSM_STOP] = REASON_ADMIN,
	[FSM_CONNECT_RETRY_EXPIRES] = REASON_CONNECT_FAILED,
	[FSM_HOLD_EXPIRES] = REASON_HOLD_EXPIRED,
	[FSM_KEEPALIVE_EXPIRES] = REASON_SENT,
	[FSM_SEND_HOLD_EXPIRES] = REASON_SEND_HOLD_EXPIRED,
	[FSM_OPEN_GOOD] = REASON_SENT,
	[FSM_OPEN_BAD] = REASON_SENT,
	[FSM_HEADER_BAD] = REASON_SENT,
	[FSM_COLLISION] = REASON_COLLISION,
	[FSM_NOTIFICATION] = REASON_RECEIVED,
	[FSM_KEEPALIVE] = REASON_SENT,
	[FSM_UPDATE_GOOD] = REASON_SENT,
	[FSM_UPDATE_BAD] = REASON_SENT,
	[FSM_REFRESH] = REASON_SENT,
};

static const struct {
	int error;
	const char *text;
} io_errors[] = {
	{ ECONNREFUSED, "connection refused" },
	{ ETIMEDOUT, "connection timed out" },
	{ EHOSTUNREACH, "no route to host" },
	{ ENETUNREACH, "network unreachable" },
	{ ECONNRESET, "connection reset by peer" },
	{ EPIPE, "connection reset by peer" },
	{ EMFILE, "out of file descriptors" },
	{ ENFILE, "out of file descriptors" },
};

/* What a peer's NOTIFICATION says about our side of the config. */
static const struct {
	uint8_t code, subcode;
	const char *text;
} refusals[] = {
	{ ERR_OPEN, OPEN_BAD_PEER_AS, "peer refused our AS" },
	{ ERR_OPEN, OPEN_BAD_IDENTIFIER, "peer refused our router id" },
	{ ERR_OPEN, OPEN_BAD_HOLD, "peer refused our hold time" },
	{ ERR_OPEN, OPEN_BAD_CAPABILITY, "peer refused our capabilities" },
	{ ERR_OPEN, OPEN_ROLE_MISMATCH, "peer refused our role" },
};

static void
add_io_error(const struct session *s, struct text *t)
{
	char *text, *p;
	size_t i;

	for (i = 0; i < sizeof(io_errors) / sizeof(io_errors[0]); i++)
		if (io_errors[i].error == s->io_error) {
			text_add(t, "%s", io_errors[i].text);
			return;
		}
	text = xstrdup(strerror(s->io_error));
	for (p = text; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	text_add(t, "%s", text);
	free(text);
}

/* What the errno of a dial means, where that is not plain. */
static const struct {
	int error;
	const char *hint;
	bool port;
} dial_hints[] = {
	{ ECONNREFUSED, "nothing listens there on port", true },
	{ EHOSTUNREACH, "nobody answers for this address", false },
	{ ETIMEDOUT, "nobody answers there", false },
	{ EACCES, "by a route or a packet filter here", false },
	{ EPERM, "by a route or a packet filter here", false },
};

/*
 * A segment with the wrong signature is dropped without a word, by either
 * side.  What this one drops is counted for all neighbours at once, so what
 * came since the last time nobody answered is a suspicion, no proof.
 */
static void
notice_drops(struct session *s)
{
	struct io_counters before = s->dropped;
	const struct io_counters *now = &s->dropped;

	s->host->io->ops->counters(s->host->io, &s->dropped);
	s->drops_wrong =
	    s->dropped_known && now->signature_wrong > before.signature_wrong;
	s->drops_unexpected = s->dropped_known &&
	    now->signature_unexpected > before.signature_unexpected;
	s->dropped_known = true;
}

static void
explain_silence(const struct session *s, struct text *t)
{
	bool signs = s->config.target.key.scheme != IO_UNSIGNED;

	if (s->config.target.ttl_least != 0)
		text_add(t, ", or from too far for ttl-security");
	if (signs && s->drops_wrong)
		text_add(t,
		    ", but segments without our password come in: "
		    "is it another one there?");
	else if (signs)
		text_add(t, ", or with another password");
	else if (s->drops_unexpected)
		text_add(t,
		    ", but signed segments come in: "
		    "is a password set there?");
}

static void
explain_dial(const struct session *s, struct text *t)
{
	size_t i;

	if (s->encrypting)
		text_add(t, "TLS: ");
	add_io_error(s, t);
	for (i = 0; i < sizeof(dial_hints) / sizeof(dial_hints[0]); i++) {
		if (dial_hints[i].error != s->io_error)
			continue;
		text_add(t, ": %s", dial_hints[i].hint);
		if (dial_hints[i].port)
			text_add(t, " %u", session_dial_port(s));
		if (s->io_error == ETIMEDOUT)
			explain_silence(s, t);
	}
}

static void
add_notification(const struct session *s, struct text *t)
{
	const struct msg_notification notification = { .code = s->error.code,
		.subcode = s->error.subcode,
		.data = { s->error.data, s->error.length } };
	char buf[REASON_STRLEN];

	msg_notification_format(&notification, buf, sizeof(buf));
	text_add(t, "%s", buf);
}

static void
explain_starting(const struct session *s, struct text *t)
{
	(void)s;
	text_add(t, "no attempt has ended yet");
}

static void
explain_passive(const struct session *s, struct text *t)
{
	(void)s;
	text_add(t, "waiting for the peer to connect");
}

static bool
rests_after_verdict(const struct session *s)
{
	return !s->heard && s->verdict != NULL &&
	    session_now(s) - s->verdict_at < VERDICT_LASTS;
}

static void
explain_closed(const struct session *s, struct text *t)
{
	bool rests = rests_after_verdict(s);

	if (rests)
		text_add(t, "%s; since then: ", s->verdict);
	if (s->io_error == 0)
		text_add(t, "peer closed the connection");
	else
		add_io_error(s, t);
	text_add(t, " in %s", fsm_state_name(s->was));
	/* A daemon that does not know us accepts, looks, and hangs up. */
	if (!s->heard && !rests)
		text_add(t,
		    " (is this node configured there, "
		    "or does it rest after an error?)");
}

static void
explain_received(const struct session *s, struct text *t)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].code != s->error.code ||
		    refusals[i].subcode != s->error.subcode)
			continue;
		text_add(t, "%s", refusals[i].text);
		if (s->error.code == ERR_OPEN &&
		    s->error.subcode == OPEN_BAD_PEER_AS)
			text_add(t, " %u", s->sent.as);
		text_add(t, ": ");
	}
	text_add(t, "received ");
	add_notification(s, t);
}

/* Did we refuse their OPEN with that subcode? */
static bool
refused_open(const struct session *s, unsigned int subcode)
{
	return s->heard && s->error.code == ERR_OPEN &&
	    s->error.subcode == subcode;
}

static const char *
their_role(const struct session *s)
{
	enum role role = role_of_code(s->received.role);

	return role < ROLE_MAX ? symbol_word(role_words, (int)role) : "unknown";
}

static void
explain_sent(const struct session *s, struct text *t)
{
	text_add(t, "sent ");
	add_notification(s, t);
	if (refused_open(s, OPEN_BAD_PEER_AS) && s->config.terms.as != 0 &&
	    s->received.as != s->config.terms.as)
		text_add(t, ": peer says AS %u, configured is %u",
		    s->received.as, s->config.terms.as);
	else if (s->error.text != NULL)
		text_add(t, ": %s", s->error.text);
	if (refused_open(s, OPEN_ROLE_MISMATCH) &&
	    (s->received.has & OPEN_HAS_ROLE) != 0)
		text_add(t, ": peer says it is %s, we are %s", their_role(s),
		    symbol_word(role_words, (int)role_of_code(s->sent.role)));
}

static void
explain_hold(const struct session *s, struct text *t)
{
	unsigned int seconds = s->common.hold_time;

	if (!s->heard)
		seconds = s->config.times.open_hold / 1000;
	text_add(t, "hold timer expired: nothing heard for %us", seconds);
}

static void
explain_send_hold(const struct session *s, struct text *t)
{
	text_add(t, "send hold timer expired: peer took nothing for %us",
	    (unsigned int)(session_send_hold(s) / 1000));
}

static void
explain_admin(const struct session *s, struct text *t)
{
	if (s->error.code == 0) {
		text_add(t, "%s",
		    s->error.text != NULL ? s->error.text
					  : "stopped by this node");
		return;
	}
	text_add(t, "sent ");
	add_notification(s, t);
}

static void
explain_no_address(const struct session *s, struct text *t)
{
	const struct io_target *target = &s->config.target;
	char buf[ADDRESS_STRLEN];

	if (address_is_unset(&target->source.address))
		text_add(t, "no local %s address",
		    target->remote.address.family == FAMILY_IPV6 ? "IPv6"
								 : "IPv4");
	else
		text_add(t, "no local address %s",
		    address_format(&target->source.address, buf));
}

static void
explain_collision(const struct session *s, struct text *t)
{
	(void)s;
	text_add(t, "collision: the peer's other connection was kept");
}

static void
explain_host_silent(const struct session *s, struct text *t)
{
	(void)s;
	text_add(t, "host does not answer (neighbor table)");
}

static void
explain_tls(const struct session *s, struct text *t)
{
	session_tls_explain(s->tls, t);
}

static void
explain_bfd_down(const struct session *s, struct text *t)
{
	text_add(t, "bfd: %s", s->error.text);
}

static const struct {
	const char *word;
	void (*explain)(const struct session *, struct text *);
} reasons[REASON_MAX] = {
	[REASON_NONE] = { "none", NULL },
	[REASON_STARTING] = { "starting", explain_starting },
	[REASON_PASSIVE] = { "passive", explain_passive },
	[REASON_CONNECT_FAILED] = { "connect-failed", explain_dial },
	[REASON_CLOSED] = { "closed", explain_closed },
	[REASON_RECEIVED] = { "received", explain_received },
	[REASON_SENT] = { "sent", explain_sent },
	[REASON_HOLD_EXPIRED] = { "hold-expired", explain_hold },
	[REASON_SEND_HOLD_EXPIRED] = { "send-hold-expired", explain_send_hold },
	[REASON_ADMIN] = { "admin", explain_admin },
	[REASON_NO_LOCAL_ADDRESS] = { "no-local-address", explain_no_address },
	[REASON_NO_ROUTE] = { "no-route", explain_dial },
	[REASON_COLLISION] = { "collision", explain_collision },
	[REASON_HOST_SILENT] = { "host-silent", explain_host_silent },
	[REASON_BFD_DOWN] = { "bfd-down", explain_bfd_down },
	[REASON_TLS] = { "tls", explain_tls },
	/* The owner's; no session gets as far. */
	[REASON_OWN_ADDRESS] = { "own-address", NULL },
	[REASON_NOT_FOUND] = { "not-found", NULL },
	[REASON_PREFIX_LIMIT] = { "prefix-limit", NULL },
};

/* Does it tell less than what a new start would say? */
static bool
is_mild(enum session_reason reason)
{
	return reason == REASON_NONE || reason == REASON_STARTING ||
	    reason == REASON_PASSIVE || reason == REASON_ADMIN;
}

/* A refusal that will still be true when the next attempt is cut short. */
static bool
is_verdict(const struct session *s, enum session_reason reason)
{
	return (reason == REASON_SENT || reason == REASON_RECEIVED) &&
	    (s->error.code == ERR_OPEN || s->error.code == ERR_CEASE);
}

void
session_forget_verdict(struct session *s)
{
	free(s->verdict);
	s->verdict = NULL;
}

static void
note_verdict(struct session *s, enum session_reason reason, const char *text)
{
	if (reason == REASON_NONE || is_verdict(s, reason))
		session_forget_verdict(s);
	if (!is_verdict(s, reason))
		return;
	s->verdict = xstrdup(text);
	s->verdict_at = session_now(s);
}

char *
session_cause_text(struct session *s)
{
	char buf[REASON_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	reasons[s->cause].explain(s, &t);
	return xstrdup(buf);
}

void
session_explain(struct session *s, enum session_reason reason)
{
	char buf[REASON_STRLEN];
	struct text t = text_of(buf, sizeof(buf));

	if (reason == REASON_CONNECT_FAILED && s->io_error == ETIMEDOUT)
		notice_drops(s);
	if (reasons[reason].explain != NULL)
		reasons[reason].explain(s, &t);
	note_verdict(s, reason, buf);
	s->reason = reason;
	s->reason_since = session_now(s);
	s->reason_errno = s->io_error;
	s->reason_code = s->error.code;
	s->reason_subcode = s->error.subcode;
	if (s->reason_text != NULL && strcmp(s->reason_text, buf) == 0)
		return;
	free(s->reason_text);
	s->reason_text = xstrdup(buf);
	s->reason_is_new = true;
}

void
session_explain_row(
    struct session *s, enum fsm_event event, const struct fsm_row *row)
{
	enum session_reason reason = by_event[event];

	if (event == FSM_TCP_FAILS)
		reason = s->cause;
	if (reason == REASON_SENT && s->error.code == ERR_CEASE &&
	    s->error.subcode == CEASE_BFD_DOWN)
		reason = REASON_BFD_DOWN;
	if (reason == REASON_STARTING && s->config.passive)
		reason = REASON_PASSIVE;
	/* Nobody heard of a Cease that was not sent. */
	if (reason == REASON_ADMIN && !(row->actions & FSM_DO_NOTIFY))
		s->error.code = s->error.subcode = 0;
	if (row->actions & FSM_DO_DOWN)
		session_explain(s, reason);
	else if (row->next != s->was && reason != REASON_NONE &&
	    is_mild(reason) && is_mild(s->reason))
		session_explain(s, reason);
}

enum session_reason
session_reason(const struct session *s)
{
	return s->reason;
}

const char *
session_reason_text(const struct session *s)
{
	return s->reason_text;
}

int64_t
session_reason_since(const struct session *s)
{
	return s->reason_since;
}

int
session_reason_errno(const struct session *s)
{
	return s->reason_errno;
}

unsigned int
session_reason_code(const struct session *s)
{
	return s->reason_code;
}

unsigned int
session_reason_subcode(const struct session *s)
{
	return s->reason_subcode;
}

const char *
session_reason_word(enum session_reason reason)
{
	assert(reason < REASON_MAX);
	return reasons[reason].word;
}
