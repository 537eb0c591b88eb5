/* SPDX-License-Identifier: ISC */
/* tls_credentials.c - PEM texts to what connections are made with */

/*
 * In come four texts: whom to trust, our certificate with what it was signed
 * by, its key, the lists of revoked ones.  Out comes one context of the
 * library, which all connections by these credentials share, or the text that
 * is at fault and why.  A new set of texts is a new context; who has the old
 * one keeps it.
 *
 * Tickets (tls_ticket.c) are forgotten with their context: so a new CA or list
 * of revoked ones means that everybody shows their certificates again.
 */
#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bgpd/session/tls_private.h"
#include "rib/mem.h"

#define CHAIN_MAX 8     /* certificates beside our own */
#define DEPTH_MAX 4     /* between a peer's and whom we trust */
#define SHOWN_MAX 32768 /* octets of certificates that a peer shows */

struct io_credentials {
	unsigned int refs;
	SSL_CTX *context; /* NULL: not loaded */
	struct io_certificate own;
	struct tls_tickets tickets;
};

SSL *
tls_credentials_begin(
    struct io_credentials *c, const struct io_endpoint *remote)
{
	SSL *ssl = c->context == NULL ? NULL : SSL_new(c->context);

	if (ssl != NULL && remote != NULL)
		tls_tickets_use(&c->tickets, remote, ssl);
	return ssl;
}

/* A callback of the library; those of a context that is gone are no use. */
static int
ticket_came(SSL *ssl, SSL_SESSION *session)
{
	struct tls *t = tls_of(ssl);

	return t != NULL && t->dialled &&
	    SSL_get_SSL_CTX(ssl) == t->credentials->context &&
	    tls_session_mark(session, time(NULL)) &&
	    tls_tickets_keep(&t->credentials->tickets, &t->remote, session);
}

/* The same of the one that listens, before a ticket is made ... */
static int
ticket_goes(SSL *ssl, void *arg)
{
	(void)arg;
	return tls_session_mark(SSL_get_session(ssl), time(NULL));
}

/* ... and when somebody comes with it. */
static SSL_TICKET_RETURN
ticket_shown(SSL *ssl, SSL_SESSION *session, const unsigned char *key,
    size_t length, SSL_TICKET_STATUS status, void *arg)
{
	(void)ssl;
	(void)key;
	(void)length;
	(void)arg;
	if ((status != SSL_TICKET_SUCCESS &&
		status != SSL_TICKET_SUCCESS_RENEW) ||
	    !tls_session_is_fresh(session, time(NULL)))
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	return SSL_TICKET_RETURN_USE_RENEW;
}

/* ---- texts ------------------------------------------------------------- */

/* What a load is about; the first fault counts. */
struct load {
	SSL_CTX *context;
	struct io_certificate own;
	struct identity_fault *fault;
};

/* In the words of the library, if there are none of ours. */
static bool
refuse(struct load *l, enum identity_file file, const char *why)
{
	unsigned long error = ERR_peek_last_error();

	if (why == NULL)
		why = ERR_reason_error_string(error);
	l->fault->file = file;
	snprintf(l->fault->text, sizeof(l->fault->text), "%s",
	    why == NULL ? "the library does not take it" : why);
	ERR_clear_error();
	return false;
}

static BIO *
text_open(const struct identity_texts *texts, enum identity_file file)
{
	const struct span *text = &texts->file[file];

	if (text->length == 0 || text->length > INT_MAX)
		return NULL;
	return BIO_new_mem_buf(text->data, (int)text->length);
}

/* Is what stopped the reading of a list its end? */
static bool
is_at_end(void)
{
	unsigned long error = ERR_peek_last_error();
	bool end = error == 0 ||
	    (ERR_GET_LIB(error) == ERR_LIB_PEM &&
		ERR_GET_REASON(error) == PEM_R_NO_START_LINE);

	if (end)
		ERR_clear_error();
	return end;
}

static bool
ca_load(struct load *l, const struct identity_texts *texts)
{
	X509_STORE *store = SSL_CTX_get_cert_store(l->context);
	BIO *text = text_open(texts, IDENTITY_CA);
	unsigned int count = 0;
	X509 *certificate;
	bool good = true;

	while (text != NULL && good &&
	    (certificate = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL) {
		good = X509_STORE_add_cert(store, certificate) == 1;
		X509_free(certificate);
		count++;
	}
	BIO_free(text);
	if (!good || !is_at_end())
		return refuse(l, IDENTITY_CA, NULL);
	return count > 0 ||
	    refuse(l, IDENTITY_CA, "there is no certificate in it");
}

static bool
crl_load(struct load *l, const struct identity_texts *texts)
{
	X509_STORE *store = SSL_CTX_get_cert_store(l->context);
	BIO *text = text_open(texts, IDENTITY_CRL);
	unsigned int count = 0;
	X509_CRL *crl;
	bool good = true;

	if (text == NULL)
		return true;
	while (good &&
	    (crl = PEM_read_bio_X509_CRL(text, NULL, NULL, NULL)) != NULL) {
		good = X509_STORE_add_crl(store, crl) == 1;
		X509_CRL_free(crl);
		count++;
	}
	BIO_free(text);
	if (!good || !is_at_end())
		return refuse(l, IDENTITY_CRL, NULL);
	if (count == 0)
		return refuse(l, IDENTITY_CRL, "there is no list in it");
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	return true;
}

int64_t
tls_time(const ASN1_TIME *at)
{
	struct tm tm;

	if (at == NULL || ASN1_TIME_to_tm(at, &tm) != 1)
		return 0;
	return timegm(&tm);
}

char *
tls_subject(const X509 *certificate)
{
	X509_NAME *name = X509_get_subject_name(certificate);
	BIO *text = BIO_new(BIO_s_mem());
	char *out = NULL, *bytes;
	long length;

	if (text == NULL)
		return NULL;
	/* Escapes what is no plain text. */
	if (X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253) >= 0) {
		length = BIO_get_mem_data(text, &bytes);
		out = xcalloc((size_t)length + 1, 1);
		memcpy(out, bytes, (size_t)length);
	}
	BIO_free(text);
	return out;
}

static bool
refuse_date(struct load *l, const char *format, time_t at)
{
	char why[64];
	struct tm tm;

	strftime(why, sizeof(why), format, gmtime_r(&at, &tm));
	return refuse(l, IDENTITY_CERTIFICATE, why);
}

static bool
own_judge(struct load *l, const X509 *certificate)
{
	char *subject = tls_subject(certificate);
	time_t now = time(NULL);

	l->own.begins = tls_time(X509_get0_notBefore(certificate));
	l->own.expires = tls_time(X509_get0_notAfter(certificate));
	snprintf(l->own.subject, sizeof(l->own.subject), "%s",
	    subject == NULL ? "" : subject);
	free(subject);
	if (l->own.expires < now)
		return refuse_date(l, "it expired on %Y-%m-%d", l->own.expires);
	if (l->own.begins > now)
		return refuse_date(
		    l, "it is valid from %Y-%m-%d on", l->own.begins);
	return true;
}

static bool
chain_load(struct load *l, BIO *text)
{
	unsigned int count = 0;
	X509 *certificate;
	bool good = true;

	while (good &&
	    (certificate = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL) {
		good = count++ < CHAIN_MAX &&
		    SSL_CTX_add1_chain_cert(l->context, certificate) == 1;
		X509_free(certificate);
	}
	if (count > CHAIN_MAX)
		return refuse(l, IDENTITY_CERTIFICATE,
		    "there are too many certificates in it");
	return (good && is_at_end()) || refuse(l, IDENTITY_CERTIFICATE, NULL);
}

static bool
certificate_load(struct load *l, const struct identity_texts *texts)
{
	BIO *text = text_open(texts, IDENTITY_CERTIFICATE);
	X509 *own =
	    text == NULL ? NULL : PEM_read_bio_X509(text, NULL, NULL, NULL);
	bool good;

	if (own == NULL) {
		BIO_free(text);
		return refuse(l, IDENTITY_CERTIFICATE,
		    is_at_end() ? "there is no certificate in it" : NULL);
	}
	good = own_judge(l, own) &&
	    (SSL_CTX_use_certificate(l->context, own) == 1 ||
		refuse(l, IDENTITY_CERTIFICATE, NULL)) &&
	    chain_load(l, text);
	X509_free(own);
	BIO_free(text);
	return good;
}

/* There is nobody to ask for a passphrase. */
static int
no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	*(bool *)arg = true;
	return -1;
}

static bool
key_load(struct load *l, const struct identity_texts *texts)
{
	BIO *text = text_open(texts, IDENTITY_KEY);
	bool asked = false;
	EVP_PKEY *key = text == NULL
	    ? NULL
	    : PEM_read_bio_PrivateKey(text, NULL, no_passphrase, &asked);
	bool good;

	BIO_free(text);
	if (key == NULL)
		return refuse(l, IDENTITY_KEY,
		    asked ? "it is encrypted, and nobody is here to say the "
			    "passphrase"
			  : "there is no private key in it");
	good = SSL_CTX_use_PrivateKey(l->context, key) == 1 &&
	    SSL_CTX_check_private_key(l->context) == 1;
	EVP_PKEY_free(key);
	return good ||
	    refuse(l, IDENTITY_KEY, "it is not the certificate's key");
}

/* ---- the context ------------------------------------------------------- */

/* A callback of the library: out_data points into their list, or ours. */
static int
alpn_choose(SSL *ssl, const unsigned char **out, unsigned char *length,
    const unsigned char *theirs, unsigned int size, void *arg)
{
	unsigned int i;

	(void)ssl;
	(void)arg;
	for (i = 0; i + sizeof(tls_alpn) <= size; i += theirs[i] + 1u)
		if (memcmp(theirs + i, tls_alpn, sizeof(tls_alpn)) == 0) {
			*out = theirs + i + 1;
			*length = tls_alpn[0];
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int
verify(int good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    store, SSL_get_ex_data_X509_STORE_CTX_idx());
	X509 *certificate = X509_STORE_CTX_get_current_cert(store);
	struct tls *t = tls_of(ssl);

	if (certificate != NULL) {
		free(t->subject);
		t->subject = tls_subject(certificate);
		t->expires = tls_time(X509_get0_notAfter(certificate));
	}
	if (!good) {
		t->failure = tls_reason_verify(X509_STORE_CTX_get_error(store));
		free(t->detail);
		t->detail = xstrdup(X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(store)));
		return 0;
	}
	if (X509_STORE_CTX_get_error_depth(store) > 0 ||
	    tls_is_peer(t, certificate))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
	return 0;
}

static void
context_set(SSL_CTX *c)
{
	static const unsigned char name[] = "bgpd";

	SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION);
	SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION);
	SSL_CTX_set_verify(
	    c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify);
	SSL_CTX_set_verify_depth(c, DEPTH_MAX);
	SSL_CTX_set_max_cert_list(c, SHOWN_MAX);
	SSL_CTX_set_mode(
	    c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* A read that met no data returns: see the essay of tls.c. */
	SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_alpn_protos(c, tls_alpn, sizeof(tls_alpn));
	SSL_CTX_set_alpn_select_cb(c, alpn_choose, NULL);
	SSL_CTX_set_session_id_context(c, name, sizeof(name) - 1);
	SSL_CTX_set_session_cache_mode(
	    c, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(c, ticket_came);
	SSL_CTX_set_session_ticket_cb(c, ticket_goes, ticket_shown, NULL);
	SSL_CTX_set_timeout(c, TLS_TICKET_LASTS);
	SSL_CTX_set_num_tickets(c, 1);
}

/* A context, or NULL and the fault. */
static SSL_CTX *
context_new(const struct identity_texts *texts, struct identity_fault *fault,
    struct io_certificate *own)
{
	struct load l = { .fault = fault };

	ERR_clear_error();
	l.context = SSL_CTX_new(TLS_method());
	if (l.context == NULL) {
		refuse(&l, IDENTITY_CERTIFICATE, NULL);
		return NULL;
	}
	context_set(l.context);
	if (!ca_load(&l, texts) || !certificate_load(&l, texts) ||
	    !key_load(&l, texts) || !crl_load(&l, texts)) {
		SSL_CTX_free(l.context);
		return NULL;
	}
	*own = l.own;
	return l.context;
}

bool
tls_judge(const struct identity_texts *texts, struct identity_fault *fault)
{
	struct io_certificate own;
	SSL_CTX *context = context_new(texts, fault, &own);

	SSL_CTX_free(context);
	return context != NULL;
}

struct io_credentials *
tls_credentials_new(void)
{
	struct io_credentials *c = xcalloc(1, sizeof(*c));

	c->refs = 1;
	return c;
}

struct io_credentials *
tls_credentials_ref(struct io_credentials *c)
{
	c->refs++;
	return c;
}

void
tls_credentials_unref(struct io_credentials *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	tls_tickets_clear(&c->tickets);
	SSL_CTX_free(c->context);
	free(c);
}

bool
tls_credentials_load(struct io_credentials *c,
    const struct identity_texts *texts, struct identity_fault *fault)
{
	struct io_certificate own;
	SSL_CTX *context = context_new(texts, fault, &own);

	if (context == NULL)
		return false;
	tls_tickets_clear(&c->tickets);
	SSL_CTX_free(c->context);
	c->context = context;
	c->own = own;
	return true;
}

bool
tls_credentials_show(
    const struct io_credentials *c, struct io_certificate *certificate)
{
	*certificate = c->own;
	return c->context != NULL;
}
