/* SPDX-License-Identifier: ISC */
/* session_tls.c - with TLS, without it, and why */

/*
 * To the FSM a connection that is to be encrypted is up when it is; whatever
 * keeps it from that is a connection that failed.  What is decided here is
 * which port is dialled: that of TLS, unless plain will do and TLS has failed
 * a moment ago.  Then the plain one is dialled at once, in the same attempt,
 * and why is remembered for as long as the connection lives; the next attempt
 * begins with TLS again.
 *
 * In TLS 1.3 whoever dials believes the handshake to be over before the other
 * side has looked at his certificate; so an alert that ends a connection
 * before OPEN came is a handshake that failed, too.
 *
 * Where the config says so, a session ends with the first of the certificates
 * that it was made with, ours or the peer's.  They tell the time by a clock
 * that people set and timers do not follow; so it is looked at each hour.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bgpd/session/session_private.h"
#include "rib/mem.h"

static const int64_t look_time = 3600; /* s */

static bool
view_get(const struct session *s, struct io_tls_view *view)
{
	const struct io_tls_ops *tls = s->host->io->ops->tls;

	return s->conn != NULL && tls != NULL && tls->view(s->conn, view);
}

struct io_target
session_tls_target(struct session *s)
{
	struct io_target target = s->config.target;

	s->encrypting = target.tls.credentials != NULL &&
	    !(s->config.plain_will_do && s->tls_gave_up);
	s->tls_gave_up = false;
	if (s->encrypting)
		target.remote.port = s->config.tls_port;
	else
		target.tls.credentials = NULL;
	return target;
}

unsigned int
session_dial_port(const struct session *s)
{
	return s->encrypting ? s->config.tls_port
			     : s->config.target.remote.port;
}

static void
view_keep(struct session *s, const struct io_tls_view *view)
{
	if (s->tls == NULL)
		s->tls = xcalloc(1, sizeof(*s->tls));
	*s->tls = *view;
}

void
session_tls_up(struct session *s)
{
	struct io_tls_view view;

	if (view_get(s, &view)) {
		view_keep(s, &view);
		session_tls_forget(s);
		session_tls_watch(s);
		return;
	}
	free(s->tls);
	s->tls = NULL;
}

/* ---- certificates that expire ------------------------------------------ */

void
session_tls_watch(struct session *s)
{
	struct io_tls_view view;
	int64_t wait;

	s->at[DEADLINE_EXPIRY] = 0;
	if (s->config.expiry_closes && view_get(s, &view) && view.up) {
		/* It is valid for that second, too: RFC 5280 4.1.2.5. */
		wait =
		    view.valid_for < look_time ? view.valid_for + 1 : look_time;
		s->at[DEADLINE_EXPIRY] =
		    session_now(s) + (wait > 0 ? wait * 1000 : 0);
	}
	session_timer_arm(s);
}

void
session_tls_expire(struct session *s)
{
	struct msg_error error = { .severity = SEVERITY_OK };
	struct io_tls_view view;

	if (!view_get(s, &view) || view.valid_for >= 0) {
		session_tls_watch(s);
		return;
	}
	msg_error_set(
	    &error, SEVERITY_RESET, ERR_CEASE, CEASE_ADMIN_RESET, NULL);
	msg_shutdown_text(&error,
	    view.own_first ? "our certificate has expired"
			   : "your certificate has expired");
	session_fail(s, &error);
}

void
session_tls_forget(struct session *s)
{
	free(s->why_plain);
	s->why_plain = NULL;
}

/* Was it the encryption?  Then the view is kept. */
static bool
is_about_tls(struct session *s)
{
	struct io_tls_view view;

	if (!view_get(s, &view) || view.failure == IO_TLS_NONE)
		return false;
	view_keep(s, &view);
	return true;
}

/* The next dial does without. */
static void
give_up(struct session *s, enum session_reason cause)
{
	s->cause = cause;
	s->counters.tls_failed++;
	if (s->config.target.tls.credentials == NULL ||
	    !s->config.plain_will_do)
		return;
	session_tls_forget(s);
	s->why_plain = session_cause_text(s);
	s->tls_gave_up = true;
}

bool
session_tls_dial_failed(struct session *s)
{
	if (!s->encrypting)
		return false;
	give_up(s, is_about_tls(s) ? REASON_TLS : REASON_CONNECT_FAILED);
	if (s->tls_gave_up)
		s->counters.tls_fallbacks++;
	return s->tls_gave_up;
}

void
session_tls_dial_expired(struct session *s)
{
	if (s->conn != NULL && s->encrypting && s->config.plain_will_do) {
		give_up(s, REASON_CONNECT_FAILED);
		s->counters.tls_fallbacks++;
	}
}

bool
session_tls_lost(struct session *s)
{
	if (!is_about_tls(s))
		return false;
	if (!s->heard && s->dialled)
		give_up(s, REASON_TLS);
	return true;
}

void
session_tls_refused(struct session *s, const struct io_tls_view *view)
{
	s->counters.tls_failed++;
	if (s->state > FSM_ACTIVE ||
	    (session_reason(s) != REASON_TLS && !s->config.passive))
		return;
	view_keep(s, view);
	session_explain(s, REASON_TLS);
}

const struct io_tls_view *
session_tls(const struct session *s)
{
	return s->tls;
}

const char *
session_why_plain(const struct session *s)
{
	return s->why_plain;
}

/* ---- sentences --------------------------------------------------------- */

static const struct {
	const char *word;
	const char *text;
	bool certificate; /* whose: the subject helps */
	bool date;
	bool detail;
} failures[IO_TLS_FAILURE_MAX] = {
	[IO_TLS_NONE] = { "none", "nothing is wrong", false, false, false },
	[IO_TLS_PLAIN_BGP] = { "plain-bgp",
	    "the peer speaks plain BGP: is tls configured on it?", false, false,
	    false },
	[IO_TLS_NOT_TLS] = { "not-tls", "what answers there is no TLS", false,
	    false, false },
	[IO_TLS_HUNG_UP] = { "hung-up",
	    "the peer hung up in the handshake: is this node configured there, "
	    "with tls?",
	    false, false, false },
	[IO_TLS_SLOW] = { "slow", "the handshake was not over in time", false,
	    false, false },
	[IO_TLS_VERSION] = { "version", "the peer has no TLS 1.3", false, false,
	    false },
	[IO_TLS_NO_ALPN] = { "no-alpn",
	    "the peer does not say that its TLS is for BGP (ALPN botls)", false,
	    false, false },
	[IO_TLS_NO_CERTIFICATE] = { "no-certificate",
	    "the peer showed no certificate", false, false, false },
	[IO_TLS_UNKNOWN_CA] = { "unknown-ca",
	    "the peer's certificate is signed by nobody in our `ca`", true,
	    false, false },
	[IO_TLS_EXPIRED] = { "expired", "the peer's certificate has expired",
	    true, true, false },
	[IO_TLS_NOT_YET] = { "not-yet-valid",
	    "the peer's certificate is not valid yet: is a clock wrong?", true,
	    false, false },
	[IO_TLS_REVOKED] = { "revoked", "the peer's certificate is revoked",
	    true, false, false },
	[IO_TLS_NO_CRL] = { "no-crl",
	    "our `crl` has no list that is valid now for the CA of the peer's "
	    "certificate",
	    true, false, true },
	[IO_TLS_UNSUITED] = { "unsuited", "the peer's certificate will not do",
	    true, false, true },
	[IO_TLS_OTHER_NAME] = { "other-name",
	    "the peer's certificate is another's", false, false, true },
	[IO_TLS_REFUSED] = { "refused", "the peer refused us", false, false,
	    true },
	[IO_TLS_BROKEN] = { "broken", "the encryption failed", false, false,
	    true },
};

const char *
session_tls_word(enum io_tls_failure failure)
{
	return failures[failure].word;
}

void
session_tls_explain(const struct io_tls_view *view, struct text *t)
{
	time_t at = (time_t)view->expires;
	char date[32];
	struct tm tm;

	text_add(t, "TLS: %s", failures[view->failure].text);
	if (failures[view->failure].date && gmtime_r(&at, &tm) != NULL) {
		strftime(date, sizeof(date), "%Y-%m-%d", &tm);
		text_add(t, " on %s", date);
	}
	if (failures[view->failure].detail && view->detail[0] != '\0')
		text_add(t, ": %s", view->detail);
	if (failures[view->failure].certificate && view->subject[0] != '\0')
		text_add(t, " (%s)", view->subject);
}
