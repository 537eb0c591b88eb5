/* SPDX-License-Identifier: ISC */
/* tls_reason.c - what the library says, as one of our reasons */

/*
 * The library has some hundred errors, of which a person wants to know a
 * dozen apart: each of these tells another one what to do.  The rest keep the
 * library's words.  An alert of the peer is what it thinks of us.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/tls_private.h"
#include "rib/mem.h"
#include "rib/text.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define ALERT_BASE   SSL_AD_REASON_OFFSET

static const struct {
	int error;
	enum io_tls_failure failure;
} verdicts[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED, IO_TLS_EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, IO_TLS_NOT_YET },
	{ X509_V_ERR_CERT_REVOKED, IO_TLS_REVOKED },
	{ X509_V_ERR_UNABLE_TO_GET_CRL, IO_TLS_NO_CRL },
	{ X509_V_ERR_CRL_HAS_EXPIRED, IO_TLS_NO_CRL },
	{ X509_V_ERR_CRL_NOT_YET_VALID, IO_TLS_NO_CRL },
	{ X509_V_ERR_CRL_SIGNATURE_FAILURE, IO_TLS_NO_CRL },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, IO_TLS_UNKNOWN_CA },
	{ X509_V_ERR_CERT_UNTRUSTED, IO_TLS_UNKNOWN_CA },
};

enum io_tls_failure
tls_reason_verify(int error)
{
	size_t i;

	for (i = 0; i < COUNT(verdicts); i++)
		if (verdicts[i].error == error)
			return verdicts[i].failure;
	return IO_TLS_UNSUITED;
}

static const struct {
	int reason;
	enum io_tls_failure failure;
} reasons[] = {
	{ SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, IO_TLS_NO_CERTIFICATE },
	{ SSL_R_UNSUPPORTED_PROTOCOL, IO_TLS_VERSION },
	{ SSL_R_WRONG_SSL_VERSION, IO_TLS_VERSION },
	{ SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, IO_TLS_VERSION },
	{ SSL_R_NO_APPLICATION_PROTOCOL, IO_TLS_NO_ALPN },
	{ SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, IO_TLS_NO_ALPN },
	{ SSL_R_WRONG_VERSION_NUMBER, IO_TLS_NOT_TLS },
	{ SSL_R_HTTP_REQUEST, IO_TLS_NOT_TLS },
	{ SSL_R_HTTPS_PROXY_REQUEST, IO_TLS_NOT_TLS },
	{ SSL_R_UNEXPECTED_EOF_WHILE_READING, IO_TLS_HUNG_UP },
};

/* RFC 8446 6.2: what the peer says of us. */
static const struct {
	int alert;
	const char *text;
} alerts[] = {
	{ TLS1_AD_UNKNOWN_CA, "it does not trust the CA of our certificate" },
	{ SSL3_AD_CERTIFICATE_EXPIRED, "to it our certificate has expired" },
	{ SSL3_AD_CERTIFICATE_REVOKED, "to it our certificate is revoked" },
	{ SSL3_AD_BAD_CERTIFICATE,
	    "our certificate is not the one that it expects" },
	{ SSL3_AD_UNSUPPORTED_CERTIFICATE,
	    "our certificate is not for this purpose" },
	{ SSL3_AD_CERTIFICATE_UNKNOWN, "it did not take our certificate" },
	{ TLS1_AD_ACCESS_DENIED, "it has no use for this node" },
	{ TLS13_AD_CERTIFICATE_REQUIRED, "it saw no certificate of ours" },
	{ SSL3_AD_HANDSHAKE_FAILURE, "the two have no parameters in common" },
};

static void
fill(struct tls *t, enum io_tls_failure failure, const char *detail)
{
	t->failure = failure;
	free(t->detail);
	t->detail = detail == NULL ? NULL : xstrdup(detail);
}

static void
alert_take(struct tls *t, int alert)
{
	size_t i;

	for (i = 0; i < COUNT(alerts); i++)
		if (alerts[i].alert == alert) {
			fill(t, IO_TLS_REFUSED, alerts[i].text);
			return;
		}
	fill(t, IO_TLS_REFUSED, SSL_alert_desc_string_long(alert));
}

void
tls_reason_take(struct tls *t, int ssl_error, int error)
{
	int reason = ERR_GET_REASON(ERR_peek_error());
	const char *text = ERR_reason_error_string(ERR_peek_error());
	size_t i;

	t->broken = true;
	if (t->failure != IO_TLS_NONE)
		return; /* said by the verification */
	if (ssl_error != SSL_ERROR_SSL) {
		fill(t, IO_TLS_HUNG_UP, error == 0 ? NULL : strerror(error));
		return;
	}
	for (i = 0; i < COUNT(reasons); i++)
		if (reasons[i].reason == reason) {
			fill(t, reasons[i].failure, NULL);
			return;
		}
	if (reason >= ALERT_BASE && reason < ALERT_BASE + 256)
		alert_take(t, reason - ALERT_BASE);
	else
		fill(t, IO_TLS_BROKEN, text);
	ERR_clear_error();
}

/* ---- names ------------------------------------------------------------- */

/* False: it is of a kind that names no node. */
static bool
name_take(const GENERAL_NAME *from, struct identity_name *name)
{
	const ASN1_STRING *text;

	switch (from->type) {
	case GEN_DNS:
		name->kind = IDENTITY_DNS;
		text = from->d.dNSName;
		break;
	case GEN_IPADD:
		name->kind = IDENTITY_IP;
		text = from->d.iPAddress;
		break;
	case GEN_URI:
		name->kind = IDENTITY_URI;
		text = from->d.uniformResourceIdentifier;
		break;
	default: return false;
	}
	name->value.data = ASN1_STRING_get0_data(text);
	name->value.length = (size_t)ASN1_STRING_length(text);
	return true;
}

static bool
names_judge(const struct tls *t, const GENERAL_NAMES *names, struct text *seen)
{
	struct identity_name name;
	int i;

	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		if (!name_take(sk_GENERAL_NAME_value(names, i), &name))
			continue;
		if (identity_matches(&t->peer, &name))
			return true;
		text_add(seen, "%s", seen->length > 0 ? ", " : "");
		identity_name_add_text(&name, seen);
	}
	return false;
}

bool
tls_is_peer(struct tls *t, const X509 *certificate)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	char names_text[80], wanted[64], buf[160];
	struct text seen = text_of(names_text, sizeof(names_text));
	struct text text = text_of(wanted, sizeof(wanted));
	bool good = names != NULL && names_judge(t, names, &seen);

	GENERAL_NAMES_free(names);
	if (good)
		return true;
	identity_add_text(&t->peer, &text);
	snprintf(buf, sizeof(buf), "for %s, not %s",
	    seen.length > 0 ? names_text : "nobody", wanted);
	fill(t, IO_TLS_OTHER_NAME, buf);
	return false;
}
