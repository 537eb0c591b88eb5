/* SPDX-License-Identifier: ISC */
/* digest.h - the one use of OpenSSL outside TLS */
#ifndef BGPD_DIGEST_H
#define BGPD_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * A router-id for a node without an IPv4 address: the first four octets of
 * SHA-256 of its name, the first one brought into 1-223.
 */
uint32_t	digest_router_id(const char *node);
/* SHA-256 in base64, for HTTP. */
#define DIGEST_BASE64_STRLEN	45
void		digest_base64(const void *, size_t,
		    char text[DIGEST_BASE64_STRLEN]);
/* SHA-1, which RFC 5880 6.7.4 has BFD sign with. */
void		digest_sha1(const void *, size_t, uint8_t digest[20]);

#endif
