/* SPDX-License-Identifier: ISC */
/* packet.h - BFD control packets, RFC 5880 4: bytes to values and back */
/*
 * Decoding does the checks of RFC 5880 6.8.6 that need no session, in their
 * order; the session does the rest.  Each check that fails has a word of its
 * own, by which it is counted and shown.  Intervals are microseconds, as on
 * the wire.
 */
#ifndef BGPD_BFD_PACKET_H
#define BGPD_BFD_PACKET_H

#include "bgpd/wire/buf.h"

#define BFD_PACKET_SIZE	24u	/* without authentication */
#define BFD_AUTH_SIZE	28u	/* a section of keyed SHA-1, RFC 5880 4.4 */
#define BFD_PACKET_MAX	(BFD_PACKET_SIZE + BFD_AUTH_SIZE)
#define BFD_DIGEST_SIZE	20u
#define BFD_DIGEST_AT	(BFD_PACKET_SIZE + 8u)

enum bfd_state {
	BFD_ADMIN_DOWN = 0,
	BFD_DOWN = 1,
	BFD_INIT = 2,
	BFD_UP = 3,
	BFD_STATE_MAX
};

enum bfd_diag {
	BFD_DIAG_NONE = 0,
	BFD_DIAG_EXPIRED = 1,
	BFD_DIAG_ECHO_FAILED = 2,
	BFD_DIAG_NEIGHBOR_DOWN = 3,
	BFD_DIAG_FORWARDING_RESET = 4,
	BFD_DIAG_PATH_DOWN = 5,
	BFD_DIAG_CONCATENATED_DOWN = 6,
	BFD_DIAG_ADMIN_DOWN = 7,
	BFD_DIAG_REVERSE_DOWN = 8,
	BFD_DIAG_MAX
};

enum bfd_auth_type {
	BFD_AUTH_NONE = 0,
	BFD_AUTH_PASSWORD = 1,
	BFD_AUTH_MD5 = 2,
	BFD_AUTH_METICULOUS_MD5 = 3,
	BFD_AUTH_SHA1 = 4,
	BFD_AUTH_METICULOUS_SHA1 = 5
};

/* Why a packet was not taken; the order is that of the checks. */
enum bfd_discard {
	BFD_TAKEN,
	BFD_BAD_HOPS,		/* RFC 5881 5: its TTL was not 255 */
	BFD_BAD_VERSION,
	BFD_TOO_SHORT,		/* its length field, or what came */
	BFD_TOO_LONG,		/* its length field: beyond what came */
	BFD_NO_MULTIPLIER,
	BFD_MULTIPOINT,
	BFD_NO_DISCRIMINATOR,	/* of its sender */
	BFD_NO_SESSION,
	BFD_BAD_STATE,		/* knows nobody, and is not down */
	BFD_AUTH_UNEXPECTED,
	BFD_AUTH_MISSING,
	BFD_BAD_AUTH_TYPE,
	BFD_BAD_AUTH_LENGTH,
	BFD_BAD_KEY_ID,
	BFD_BAD_SEQUENCE,
	BFD_BAD_DIGEST,
	BFD_DISCARD_MAX
};

struct bfd_section {
	uint8_t		type;		/* enum bfd_auth_type, or any other */
	uint8_t		length;
	uint8_t		key_id;
	uint32_t	sequence;
	uint8_t		digest[BFD_DIGEST_SIZE];
};

struct bfd_packet {
	enum bfd_state	state;
	uint8_t		diag;		/* enum bfd_diag, or any other */
	bool		poll, final;
	bool		independent;	/* C: it outlives its control plane */
	bool		authenticated;
	bool		demand;
	uint8_t		multiplier;
	uint32_t	mine, yours;	/* discriminators, by its sender */
	uint32_t	min_tx, min_rx, min_echo;
	struct bfd_section auth;	/* sequence and digest: of SHA-1 only */
};

enum bfd_discard bfd_packet_decode(struct span, struct bfd_packet *);
/* A section of SHA-1 follows when it is authenticated; the digest as it is. */
void		 bfd_packet_encode(struct wr *, const struct bfd_packet *);

/* "admin-down", "down", "init", "up" */
const char	*bfd_state_word(enum bfd_state);
/* "control detection time expired"; of any octet. */
const char	*bfd_diag_text(uint8_t);
/* "bad-hops", ..; of BFD_TAKEN "taken". */
const char	*bfd_discard_word(enum bfd_discard);

#endif
