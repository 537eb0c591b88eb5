/* SPDX-License-Identifier: ISC */
/* digest.c - the one use of OpenSSL outside TLS */
/*
 * In comes a node's name, out goes a number: the first four octets of its
 * SHA-256, so that a node without an IPv4 address has the same router-id
 * after every restart, and two names hardly ever share one.  The first octet
 * is brought into 1-223, where it could be a unicast IPv4 address; some
 * speakers refuse an identifier that could not (RFC 4271 4.2, RFC 6286).
 *
 * BFD packets are signed with SHA-1, some thousand times a second.
 *
 * OpenSSL is not called by a daemon that never gets here.
 */
#include "bgpd/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_OCTETS 223 /* 1 to 223 */

uint32_t
digest_router_id(const char *node)
{
	unsigned char hash[EVP_MAX_MD_SIZE];

	/* It fails only without memory, which is fatal everywhere. */
	if (EVP_Digest(node, strlen(node), hash, NULL, EVP_sha256(), NULL) != 1)
		abort();
	return ((uint32_t)hash[0] % FIRST_OCTETS + 1) << 24 |
	    (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

void
digest_base64(const void *bytes, size_t length, char text[DIGEST_BASE64_STRLEN])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int size;

	if (EVP_Digest(bytes, length, hash, &size, EVP_sha256(), NULL) != 1)
		abort();
	EVP_EncodeBlock((unsigned char *)text, hash, (int)size);
}

void
digest_sha1(const void *bytes, size_t length, uint8_t digest[20])
{
	if (EVP_Digest(bytes, length, digest, NULL, EVP_sha1(), NULL) != 1)
		abort();
}
