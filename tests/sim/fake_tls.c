/* SPDX-License-Identifier: ISC */
/* fake_tls.c - TLS over memory pipes, without a library */

/*
 * Bytes pass as they are; what is kept of TLS is what a session can tell: the
 * connection is up only when both ends have judged each other, and if not, why
 * not.  A certificate is a text, the name of who signed it and then what it
 * names, as in "ca1 dns:node-a ip:10.0.0.1"; `expired` may stand there, too,
 * or `ended`: that it is expired is noticed only later.
 * Whom to trust is a list of such signers.  An end that is plain is found out
 * by its first byte, one that says nothing by the time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "rib/text.h"
#include "tests/sim/fake_private.h"

#define TEXT_MAX 256
static const int64_t look_again = 10;

struct io_credentials {
	unsigned int refs;
	bool loaded;
	char trusted[TEXT_MAX];
	char own[TEXT_MAX];
};

struct fake_tls {
	struct io_credentials *credentials;
	char *pattern, *name;
	struct address address;
	bool shaking, up;
	bool refused; /* by the other end, which will say so */
	int64_t until;
	enum io_tls_failure failure;
	char own[TEXT_MAX]; /* as it was when it began */
	char seen[TEXT_MAX];
};

static struct io_credentials *
credentials_new(void)
{
	struct io_credentials *c = xcalloc(1, sizeof(*c));

	c->refs = 1;
	return c;
}

static void
credentials_unref(struct io_credentials *c)
{
	if (c != NULL && --c->refs == 0)
		free(c);
}

static void
text_take(char to[TEXT_MAX], const struct span *from)
{
	snprintf(
	    to, TEXT_MAX, "%.*s", (int)from->length, (const char *)from->data);
	to[strcspn(to, "\n")] = '\0';
}

static bool
judge(const struct identity_texts *texts, struct identity_fault *fault)
{
	const struct span *own = &texts->file[IDENTITY_CERTIFICATE];
	char text[TEXT_MAX];

	text_take(text, own);
	if (strchr(text, ':') != NULL && strstr(text, "expired") == NULL)
		return true;
	fault->file = IDENTITY_CERTIFICATE;
	snprintf(fault->text, sizeof(fault->text), "it is none");
	return false;
}

static bool
credentials_load(struct io_credentials *c, const struct identity_texts *texts,
    struct identity_fault *fault)
{
	if (!judge(texts, fault))
		return false;
	text_take(c->trusted, &texts->file[IDENTITY_CA]);
	text_take(c->own, &texts->file[IDENTITY_CERTIFICATE]);
	c->loaded = true;
	return true;
}

static bool
credentials_show(
    const struct io_credentials *c, struct io_certificate *certificate)
{
	*certificate = (struct io_certificate){ .expires = INT64_MAX / 2 };
	snprintf(certificate->subject, sizeof(certificate->subject), "%.100s",
	    c->own);
	return c->loaded;
}

void
fake_tls_begin(struct io_conn *conn, const struct io_tls *with)
{
	struct fake_tls *t = xcalloc(1, sizeof(*t));

	t->credentials = with->credentials;
	t->credentials->refs++;
	t->name = xstrdup(with->peer.name);
	if (with->peer.pattern != NULL)
		t->pattern = xstrdup(with->peer.pattern);
	t->address = with->peer.address;
	snprintf(t->own, sizeof(t->own), "%s", t->credentials->own);
	t->shaking = true;
	conn->tls = t;
}

void
fake_tls_free(struct io_conn *conn)
{
	struct fake_tls *t = conn->tls;

	if (t == NULL)
		return;
	credentials_unref(t->credentials);
	free(t->name);
	free(t->pattern);
	free(t);
	conn->tls = NULL;
}

bool
fake_tls_is_shaking(const struct io_conn *conn)
{
	return conn->tls != NULL && conn->tls->shaking;
}

/* Does that word of a certificate name whom we expect? */
static bool
word_matches(const struct fake_tls *t, const char *word)
{
	const struct identity id = { t->pattern, t->name, t->address };
	struct identity_name name = { .kind = IDENTITY_DNS };
	struct address a;

	if (strncmp(word, "ip:", 3) == 0 && address_parse(word + 3, &a)) {
		name.kind = IDENTITY_IP;
		name.value = (struct span){ a.bytes, family_octets(a.family) };
		return identity_matches(&id, &name);
	}
	if (strncmp(word, "uri:", 4) == 0)
		name.kind = IDENTITY_URI;
	else if (strncmp(word, "dns:", 4) != 0)
		return false;
	name.value =
	    (struct span){ (const uint8_t *)word + 4, strlen(word + 4) };
	return identity_matches(&id, &name);
}

static enum io_tls_failure
certificate_judge(const struct fake_tls *t, const char *certificate)
{
	char copy[TEXT_MAX], *at = copy, *word;
	bool trusted = false, named = false, expired = false;

	snprintf(copy, sizeof(copy), "%s", certificate);
	while ((word = strsep(&at, " ")) != NULL) {
		trusted |= strcmp(word, t->credentials->trusted) == 0;
		expired |= strcmp(word, "expired") == 0;
		named |= word_matches(t, word);
	}
	return !trusted ? IO_TLS_UNKNOWN_CA
	    : expired   ? IO_TLS_EXPIRED
	    : named     ? IO_TLS_NONE
			: IO_TLS_OTHER_NAME;
}

static void
shake_end(struct io_conn *conn, enum io_tls_failure failure)
{
	struct fake_tls *t = conn->tls;

	t->shaking = false;
	t->failure = failure;
	t->up = failure == IO_TLS_NONE;
	if (t->up)
		conn->cb(conn->arg, IO_CONNECTED, 0);
	else
		conn->cb(conn->arg, IO_FAILED, EPROTO);
}

static bool
both_are_there(const struct io_conn *conn)
{
	const struct io_conn *other = conn->peer;

	return other != NULL && other->tls != NULL && other->cb != NULL &&
	    (other->tls->shaking || other->tls->up);
}

void
fake_tls_step(struct io_conn *conn)
{
	struct fake_clock *clock = &conn->node->net->clock;
	struct fake_tls *t = conn->tls;
	enum io_tls_failure mine, theirs;

	if (conn->cb == NULL)
		return;
	if (t->until == 0)
		t->until = clock->now + IO_TLS_TIME;
	fake_conn_arrive(conn);
	if (conn->arrived > 0 &&
	    (conn->peer == NULL || !both_are_there(conn))) {
		shake_end(conn, IO_TLS_PLAIN_BGP);
	} else if (conn->fin_arrived) {
		shake_end(conn, t->refused ? IO_TLS_REFUSED : IO_TLS_HUNG_UP);
	} else if (both_are_there(conn) &&
	    !fake_is_cut(conn->node->net, conn)) {
		snprintf(t->seen, sizeof(t->seen), "%s", conn->peer->tls->own);
		mine = certificate_judge(t, t->seen);
		theirs = certificate_judge(conn->peer->tls, t->own);
		fake_conn_wake(conn->peer);
		t->refused = mine == IO_TLS_NONE && theirs != IO_TLS_NONE;
		if (t->refused)
			fake_conn_wake(conn);
		else
			shake_end(conn, mine);
	} else if (clock->now >= t->until) {
		shake_end(conn, IO_TLS_SLOW);
	} else if (conn->event.slot == 0) {
		fake_clock_set(clock, &conn->event, clock->now + look_again);
	}
}

static bool
view(const struct io_conn *conn, struct io_tls_view *v)
{
	if (conn->tls == NULL)
		return false;
	*v = (struct io_tls_view){ .failure = conn->tls->failure,
		.up = conn->tls->up,
		.version = "fake",
		.cipher = "none",
		.valid_for = INT32_MAX,
		.own_first = strstr(conn->tls->own, "ended") != NULL };
	if (v->own_first || strstr(conn->tls->seen, "ended") != NULL)
		v->valid_for = -1;
	snprintf(v->subject, sizeof(v->subject), "%.100s", conn->tls->seen);
	return true;
}

const struct io_tls_ops fake_tls_ops = {
	.judge = judge,
	.credentials_new = credentials_new,
	.credentials_unref = credentials_unref,
	.credentials_load = credentials_load,
	.credentials_show = credentials_show,
	.encrypt = fake_tls_begin,
	.view = view,
};
