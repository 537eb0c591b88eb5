/* SPDX-License-Identifier: ISC */
/* show_tls.c - who has proved to be whom, and how long that lasts */

/*
 * Of a neighbor: is its session encrypted, by what, whose certificate that was
 * and how long it is valid; or why not.  Of the daemon: its own certificates,
 * and a problem for each that ends soon or could not be read again.  Reads
 * only.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bgpd/control/explain.h"
#include "rib/text.h"

static void
show_expiry(json_t *row, int64_t at)
{
	int64_t left = at - time(NULL);
	time_t t = at;
	char date[16];
	struct tm tm;

	if (at == 0 || gmtime_r(&t, &tm) == NULL)
		return;
	strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	record_string(row, "expires", date);
	record_seconds(row, "expires_in", left * 1000);
}

static const char *
state_of(const struct peer *p)
{
	if (peer_established_at(p) == 0)
		return "down";
	return peer_why_plain(p) != NULL ? "plain" : "encrypted";
}

void
show_neighbor_tls(json_t *record, const struct peer *p)
{
	const struct session *s = peer_session(p);
	const struct io_tls_view *view = session_tls(s);
	const struct session_counters *counters = session_counters(s);
	json_t *row;

	if (!peer_conf(p)->settings.tls.on)
		return;
	row = record_new(NULL);
	record_string(row, "state", state_of(p));
	record_number(row, "failed", counters->tls_failed);
	record_number(row, "fallbacks", counters->tls_fallbacks);
	record_number(row, "plain_refused", peer_counters(p)->plain_refused);
	record_text(row, "reason", peer_why_plain(p));
	if (view != NULL && view->failure != IO_TLS_NONE)
		record_text(row, "failure", session_tls_word(view->failure));
	if (view != NULL) {
		record_text(row, "version", view->version);
		record_text(row, "cipher", view->cipher);
		record_text(row, "subject", view->subject);
		show_expiry(row, view->expires);
	}
	if (view != NULL && view->up)
		record_flag(row, "resumed", view->resumed);
	record_push(record, "tls", row);
}

/* What would help, by the failure. */
static const struct {
	enum io_tls_failure failure;
	const char *hint;
} hints[] = {
	{ IO_TLS_PLAIN_BGP,
	    "on the neighbor: is tls configured for this node, with this "
	    "port?" },
	{ IO_TLS_HUNG_UP, "on the neighbor: bgpctl show neighbors; its log" },
	{ IO_TLS_UNKNOWN_CA,
	    "do both nodes have the CA of the other one's certificate in "
	    "`ca`?" },
	{ IO_TLS_EXPIRED, "on the neighbor: renew its certificate" },
	{ IO_TLS_NOT_YET, "compare the clocks: date -u" },
	{ IO_TLS_REVOKED, "on the neighbor: a new certificate" },
	{ IO_TLS_NO_CRL, "renew the file that `crl` names" },
	{ IO_TLS_OTHER_NAME,
	    "does `identity` say what its certificate names, and has the node "
	    "the right one?" },
	{ IO_TLS_REFUSED,
	    "on the neighbor: bgpctl explain neighbor, for this node" },
};

const char *
explain_tls_hint(const struct session *s)
{
	const struct io_tls_view *view = session_tls(s);
	size_t i;

	for (i = 0; view != NULL && i < sizeof(hints) / sizeof(*hints); i++)
		if (hints[i].failure == view->failure)
			return hints[i].hint;
	return "openssl s_client -connect ADDRESS:PORT -alpn botls, with this "
	       "node's certificate";
}

enum explain_result
explain_tls(const struct peer *p, struct text *t)
{
	const struct io_tls_view *view = session_tls(peer_session(p));
	const char *why = peer_why_plain(p);
	char date[16] = "";
	struct tm tm;
	time_t at;

	if (!peer_conf(p)->settings.tls.on)
		return EXPLAIN_SKIP;
	if (why != NULL) {
		text_add(t, "not encrypted: %s", why);
		return EXPLAIN_NOTE;
	}
	if (view == NULL || !view->up)
		return EXPLAIN_SKIP;
	at = view->expires;
	if (gmtime_r(&at, &tm) != NULL)
		strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	text_add(t, "%s, %s; it is %s, until %s", view->version, view->cipher,
	    view->subject, date);
	return EXPLAIN_OK;
}

static void
certificate_problem(const struct credentials_view *v, struct text *t)
{
	if (v->fault != NULL)
		text_add(t, "%s", v->fault);
	else if (v->expires_soon && v->left < 0)
		text_add(t, "%s has expired", v->file);
	else if (v->expires_soon)
		text_add(t, "%s expires in %lld days", v->file,
		    (long long)(v->left / (24 * 3600)));
}

/* Of all connections, and of who is on the way in. */
static void
show_handshakes(json_t *record, const struct bgpd *b)
{
	struct io_counters c;

	b->io->ops->counters(b->io, &c);
	if (c.handshakes == 0)
		return;
	record_number(record, "handshakes", c.handshakes);
	record_number(record, "handshakes_failed", c.handshakes_failed);
}

void
show_certificates(json_t *record, const struct bgpd *b)
{
	struct credentials_view view;
	char buf[256], problem[272];
	struct text t;
	size_t cursor = 0;
	json_t *row;

	show_handshakes(record, b);
	while (credentials_walk(b->credentials, &cursor, &view)) {
		row = record_new(NULL);
		record_string(row, "file", view.file);
		record_number(row, "loads", view.loads);
		if (view.loaded) {
			record_text(row, "subject", view.own.subject);
			show_expiry(row, view.own.expires);
		}
		t = text_of(buf, sizeof(buf));
		certificate_problem(&view, &t);
		record_text(row, "problem", buf);
		record_push(record, "certificates", row);
		if (buf[0] == '\0')
			continue;
		snprintf(problem, sizeof(problem), "tls: %s", buf);
		record_push(record, "problems", record_value(problem));
	}
}
