/* SPDX-License-Identifier: ISC */
/* digest.h - the one use of OpenSSL outside TLS */
#ifndef BGPD_DIGEST_H
#define BGPD_DIGEST_H

#include <stdint.h>

/*
 * A router-id for a node without an IPv4 address: the first four octets of
 * SHA-256 of its name, the first one brought into 1-223.
 */
uint32_t	digest_router_id(const char *node);

#endif
