/* SPDX-License-Identifier: ISC */
/* tls.c - TLS over a socket that never blocks */

/*
 * A handshake is a sequence of steps, each of which goes as far as the socket
 * lets it.  Before the first one that would read, the first octet is looked at
 * without taking it: a speaker of plain BGP is told from one of TLS by that,
 * and garbage never reaches the library.
 *
 * The peer's certificate is verified by the library, then its names are held
 * against the neighbor's (rib/identity.h), inside of the handshake, so that
 * the peer is told by an alert.  A resumed session brings the certificate of
 * the one before: its names and its time are looked at again.
 *
 * Records hold up to 16 KiB.  Small messages are gathered into one; what was
 * gathered counts as taken, and when the socket is full it waits here, since
 * a record that has begun cannot be taken back.  Nothing is read ahead: what
 * the socket has is told by the loop, so only the rest of a decrypted record
 * can be forgotten, and `more` says when there is one.  A turn reads records
 * until the caller's buffer is full or the socket is empty; what is no data
 * (a ticket, new keys) ends it, so that nobody keeps us busy with that.
 *
 * The end of the connection without a goodbye is taken for one: BGP messages
 * have lengths of their own, and whoever can forge a FIN can cut the line.
 */
#include "bgpd/session/tls.h"

#include <openssl/err.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "bgpd/session/tls_private.h"
#include "rib/mem.h"

#define RECORD_SIZE 16384 /* RFC 8446 5.1 */

/* First octets: RFC 8446 5.1, RFC 4271 4.1. */
enum { FIRST_ALERT = 21, FIRST_HANDSHAKE = 22, FIRST_MARKER = 0xff };

struct tls *
tls_new(const struct io_tls *with, int fd, const struct io_endpoint *remote)
{
	struct tls *t = xcalloc(1, sizeof(*t));

	t->credentials = tls_credentials_ref(with->credentials);
	t->fd = fd;
	t->dialled = remote != NULL;
	t->end = IO_AGAIN;
	if (t->dialled)
		t->remote = *remote;
	t->peer.address = with->peer.address;
	t->peer.name = xstrdup(with->peer.name);
	if (with->peer.pattern != NULL)
		t->peer.pattern = xstrdup(with->peer.pattern);
	return t;
}

static void
peer_forget(struct tls *t)
{
	free((char *)(uintptr_t)t->peer.name);
	free((char *)(uintptr_t)t->peer.pattern);
	t->peer = (struct identity){ .name = NULL };
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	ERR_clear_error();
	if (t->ssl != NULL && t->done && !t->broken)
		SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	ERR_clear_error();
	tls_credentials_unref(t->credentials);
	peer_forget(t);
	free(t->unsent);
	free(t->subject);
	free(t->detail);
	free(t);
}

struct tls *
tls_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

void
tls_fail(struct tls *t, enum io_tls_failure failure)
{
	t->broken = true;
	if (t->failure == IO_TLS_NONE)
		t->failure = failure;
}

/* ---- the handshake ----------------------------------------------------- */

/* True when the other side has begun to speak TLS; else *step says more. */
static bool
has_begun(struct tls *t, enum tls_step *step)
{
	uint8_t first;
	ssize_t n = recv(t->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT);

	*step = TLS_WANTS_READ;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	*step = TLS_FAILED;
	if (n <= 0)
		tls_fail(t, IO_TLS_HUNG_UP);
	else if (first == FIRST_MARKER)
		tls_fail(t, IO_TLS_PLAIN_BGP);
	else if (first != FIRST_HANDSHAKE &&
	    (first != FIRST_ALERT || t->ssl == NULL))
		tls_fail(t, IO_TLS_NOT_TLS);
	else
		return t->heard = true;
	return false;
}

static bool
begin(struct tls *t)
{
	t->ssl = tls_credentials_begin(
	    t->credentials, t->dialled ? &t->remote : NULL);
	if (t->ssl == NULL || SSL_set_fd(t->ssl, t->fd) != 1) {
		tls_reason_take(t, SSL_ERROR_SSL, 0);
		return false;
	}
	SSL_set_app_data(t->ssl, t);
	if (t->dialled)
		SSL_set_connect_state(t->ssl);
	else
		SSL_set_accept_state(t->ssl);
	return true;
}

static bool
is_for_bgp(const SSL *ssl)
{
	const unsigned char *name;
	unsigned int length;

	SSL_get0_alpn_selected(ssl, &name, &length);
	return length == tls_alpn[0] && memcmp(name, &tls_alpn[1], length) == 0;
}

/* What a ticket brings along was judged when it was given out. */
static bool
holds_still(struct tls *t, const X509 *certificate)
{
	if (t->expires != 0 && t->expires < time(NULL)) {
		tls_fail(t, IO_TLS_EXPIRED);
		return false;
	}
	return tls_is_peer(t, certificate);
}

static enum tls_step
finish(struct tls *t)
{
	X509 *certificate = SSL_get0_peer_certificate(t->ssl);

	t->resumed = SSL_session_reused(t->ssl);
	if (certificate == NULL) {
		tls_fail(t, IO_TLS_NO_CERTIFICATE);
		return TLS_FAILED;
	}
	free(t->subject);
	t->subject = tls_subject(certificate);
	t->expires = tls_time(X509_get0_notAfter(certificate));
	if (!is_for_bgp(t->ssl)) {
		tls_fail(t, IO_TLS_NO_ALPN);
		return TLS_FAILED;
	}
	if (t->resumed && !holds_still(t, certificate)) {
		t->broken = true;
		return TLS_FAILED;
	}
	peer_forget(t);
	SSL_free_buffers(t->ssl); /* as far as they are not in use */
	t->done = true;
	return TLS_DONE;
}

enum tls_step
tls_shake(struct tls *t)
{
	enum tls_step step;
	int result;

	if (!t->heard && (t->ssl != NULL || !t->dialled) &&
	    !has_begun(t, &step))
		return step;
	if (t->ssl == NULL && !begin(t))
		return TLS_FAILED;
	ERR_clear_error();
	errno = 0;
	result = SSL_do_handshake(t->ssl);
	if (result == 1)
		return finish(t);
	result = SSL_get_error(t->ssl, result);
	if (result == SSL_ERROR_WANT_READ)
		return TLS_WANTS_READ;
	if (result == SSL_ERROR_WANT_WRITE)
		return TLS_WANTS_WRITE;
	tls_reason_take(t, result, errno);
	return TLS_FAILED;
}

/* ---- records ----------------------------------------------------------- */

/* Neither data nor a reason to wait: closed, or broken. */
static void
read_ended(struct tls *t, int result, int error)
{
	bool unsaid = result == SSL_ERROR_SSL &&
	    ERR_GET_REASON(ERR_peek_error()) ==
		SSL_R_UNEXPECTED_EOF_WHILE_READING;

	t->broken = result != SSL_ERROR_ZERO_RETURN;
	t->end = IO_ERROR;
	t->end_error = EPROTO;
	if (result == SSL_ERROR_ZERO_RETURN || unsaid) {
		t->end = IO_CLOSED;
		t->end_error = 0;
	} else if (result == SSL_ERROR_SYSCALL) {
		t->end_error = error != 0 ? error : ECONNRESET;
	} else {
		tls_reason_take(t, result, error);
	}
}

/* One record at most; false: no data. */
static bool
record_read(struct tls *t, uint8_t *to, size_t size, size_t *n)
{
	int result;

	ERR_clear_error();
	errno = 0;
	if (SSL_read_ex(t->ssl, to, size, n) == 1)
		return true;
	result = SSL_get_error(t->ssl, 0);
	if (result != SSL_ERROR_WANT_READ && result != SSL_ERROR_WANT_WRITE)
		read_ended(t, result, errno);
	return false;
}

enum io_read
tls_read(struct tls *t, void *buf, size_t size, size_t *length, bool *more,
    int *error)
{
	size_t n = 0;

	*length = 0;
	*error = 0;
	while (t->end == IO_AGAIN && *length < size &&
	    record_read(t, (uint8_t *)buf + *length, size - *length, &n))
		*length += n;
	/* Its end waits for the next call, as does the rest of a record. */
	*more = *length > 0 && (t->end != IO_AGAIN || SSL_pending(t->ssl) > 0);
	if (*length > 0)
		return IO_BYTES;
	*error = t->end_error;
	return t->end;
}

size_t
tls_unsent(const struct tls *t)
{
	return t->unsent_length;
}

/* True: taken, if need be to be sent later. */
static bool
record_write(struct tls *t, const uint8_t *bytes, size_t length)
{
	size_t n;
	int result;

	ERR_clear_error();
	errno = 0;
	if (SSL_write_ex(t->ssl, bytes, length, &n) == 1)
		return true;
	result = SSL_get_error(t->ssl, 0);
	if (result == SSL_ERROR_WANT_WRITE || result == SSL_ERROR_WANT_READ) {
		if (t->unsent == NULL)
			t->unsent = xmemdup(bytes, length);
		t->unsent_length = length;
		return true;
	}
	if (errno == 0)
		errno = EPIPE;
	t->broken = true;
	return false;
}

bool
tls_flush(struct tls *t)
{
	size_t length = t->unsent_length;

	if (length == 0)
		return true;
	t->unsent_length = 0;
	if (!record_write(t, t->unsent, length))
		return false;
	if (t->unsent_length == 0) {
		free(t->unsent);
		t->unsent = NULL;
	}
	return true;
}

/* Where a gathering of slices has got to. */
struct gather {
	const struct iovec *iov;
	int count;
	size_t offset; /* in the first */
};

static size_t
gather_record(struct gather *g, uint8_t *record)
{
	size_t length = 0, n;

	while (g->count > 0 && length < RECORD_SIZE) {
		n = g->iov->iov_len - g->offset;
		if (n > RECORD_SIZE - length)
			n = RECORD_SIZE - length;
		memcpy(record + length,
		    (const uint8_t *)g->iov->iov_base + g->offset, n);
		length += n;
		g->offset += n;
		if (g->offset == g->iov->iov_len) {
			g->iov++;
			g->count--;
			g->offset = 0;
		}
	}
	return length;
}

ssize_t
tls_write(struct tls *t, const struct iovec *iov, int count)
{
	struct gather g = { iov, count, 0 };
	uint8_t record[RECORD_SIZE];
	size_t length, taken = 0;

	if (t->broken) {
		errno = EPIPE;
		return -1;
	}
	if (!tls_flush(t))
		return -1;
	while (
	    t->unsent_length == 0 && (length = gather_record(&g, record)) > 0) {
		if (!record_write(t, record, length))
			return -1;
		taken += length;
	}
	return (ssize_t)taken;
}

static void
text_take(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : from);
}

void
tls_view(const struct tls *t, struct io_tls_view *v)
{
	int64_t own;

	*v = (struct io_tls_view){ .failure = t->failure,
		.up = t->done,
		.resumed = t->resumed,
		.expires = t->expires };
	text_take(v->subject, sizeof(v->subject), t->subject);
	text_take(v->detail, sizeof(v->detail), t->detail);
	if (!t->done)
		return;
	own = tls_time(X509_get0_notAfter(SSL_get_certificate(t->ssl)));
	v->own_first = own < t->expires;
	v->valid_for = (v->own_first ? own : t->expires) - time(NULL);
	text_take(v->version, sizeof(v->version), SSL_get_version(t->ssl));
	text_take(v->cipher, sizeof(v->cipher), SSL_get_cipher_name(t->ssl));
}
