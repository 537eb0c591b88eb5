/* SPDX-License-Identifier: ISC */
/* packet.c - BFD control packets, RFC 5880 4: bytes to values and back */
/*
 * The length field counts, not what came: octets behind it are nobody's.  A
 * section of an authentication that we do not speak is read as far as its
 * type, so that the refusal can name it.
 */
#include "bgpd/bfd/packet.h"

#include <string.h>

#define PROTOCOL      1u
#define SECTION_LEAST 2u /* type and length */

/* The second octet. */
#define POLL          0x20u
#define FINAL         0x10u
#define INDEPENDENT   0x08u
#define AUTHENTICATED 0x04u
#define DEMAND        0x02u
#define MULTIPOINT    0x01u

static void
section_decode(struct rd *rd, struct bfd_section *auth)
{
	auth->type = rd_u8(rd);
	auth->length = rd_u8(rd);
	if (auth->length != BFD_AUTH_SIZE ||
	    rd_left(rd) != BFD_AUTH_SIZE - SECTION_LEAST) {
		auth->length = 0; /* not what its digest is made of */
		return;
	}
	auth->key_id = rd_u8(rd);
	rd_u8(rd);
	auth->sequence = rd_u32(rd);
	rd_copy(rd, auth->digest, sizeof(auth->digest));
}

static enum bfd_discard
packet_judge(
    const struct bfd_packet *p, uint8_t flags, uint8_t length, size_t came)
{
	size_t least = BFD_PACKET_SIZE;

	if (p->authenticated)
		least += SECTION_LEAST;
	if (length < least)
		return BFD_TOO_SHORT;
	if (length > came)
		return BFD_TOO_LONG;
	if (p->multiplier == 0)
		return BFD_NO_MULTIPLIER;
	if ((flags & MULTIPOINT) != 0)
		return BFD_MULTIPOINT;
	if (p->mine == 0)
		return BFD_NO_DISCRIMINATOR;
	if (p->yours == 0 && p->state > BFD_DOWN)
		return BFD_BAD_STATE;
	return BFD_TAKEN;
}

enum bfd_discard
bfd_packet_decode(struct span bytes, struct bfd_packet *p)
{
	struct rd rd = rd_of(bytes);
	uint8_t first, flags, length;
	enum bfd_discard discard;

	memset(p, 0, sizeof(*p));
	first = rd_u8(&rd);
	flags = rd_u8(&rd);
	p->diag = first & 0x1f;
	p->state = (enum bfd_state)(flags >> 6);
	p->poll = (flags & POLL) != 0;
	p->final = (flags & FINAL) != 0;
	p->independent = (flags & INDEPENDENT) != 0;
	p->authenticated = (flags & AUTHENTICATED) != 0;
	p->demand = (flags & DEMAND) != 0;
	p->multiplier = rd_u8(&rd);
	length = rd_u8(&rd);
	p->mine = rd_u32(&rd);
	p->yours = rd_u32(&rd);
	p->min_tx = rd_u32(&rd);
	p->min_rx = rd_u32(&rd);
	p->min_echo = rd_u32(&rd);
	if (bytes.length > 0 && first >> 5 != PROTOCOL)
		return BFD_BAD_VERSION;
	if (rd.failed)
		return BFD_TOO_SHORT;
	discard = packet_judge(p, flags, length, bytes.length);
	if (discard == BFD_TAKEN && p->authenticated) {
		rd = rd_sub(&rd, length - BFD_PACKET_SIZE);
		section_decode(&rd, &p->auth);
	}
	return discard;
}

void
bfd_packet_encode(struct wr *wr, const struct bfd_packet *p)
{
	unsigned int flags = (unsigned int)p->state << 6;
	size_t length = BFD_PACKET_SIZE;

	flags |= p->poll ? POLL : 0;
	flags |= p->final ? FINAL : 0;
	flags |= p->independent ? INDEPENDENT : 0;
	flags |= p->authenticated ? AUTHENTICATED : 0;
	flags |= p->demand ? DEMAND : 0;
	if (p->authenticated)
		length += BFD_AUTH_SIZE;
	wr_u8(wr, (uint8_t)(PROTOCOL << 5 | p->diag));
	wr_u8(wr, (uint8_t)flags);
	wr_u8(wr, p->multiplier);
	wr_u8(wr, (uint8_t)length);
	wr_u32(wr, p->mine);
	wr_u32(wr, p->yours);
	wr_u32(wr, p->min_tx);
	wr_u32(wr, p->min_rx);
	wr_u32(wr, p->min_echo);
	if (!p->authenticated)
		return;
	wr_u8(wr, p->auth.type);
	wr_u8(wr, BFD_AUTH_SIZE);
	wr_u8(wr, p->auth.key_id);
	wr_u8(wr, 0);
	wr_u32(wr, p->auth.sequence);
	wr_bytes(wr, p->auth.digest, sizeof(p->auth.digest));
}

const char *
bfd_state_word(enum bfd_state state)
{
	static const char *const words[BFD_STATE_MAX] = {
		[BFD_ADMIN_DOWN] = "admin-down",
		[BFD_DOWN] = "down",
		[BFD_INIT] = "init",
		[BFD_UP] = "up",
	};

	return words[state];
}

const char *
bfd_diag_text(uint8_t diag)
{
	static const char *const texts[BFD_DIAG_MAX] = {
		[BFD_DIAG_NONE] = "no diagnostic",
		[BFD_DIAG_EXPIRED] = "control detection time expired",
		[BFD_DIAG_ECHO_FAILED] = "echo function failed",
		[BFD_DIAG_NEIGHBOR_DOWN] = "neighbor signaled session down",
		[BFD_DIAG_FORWARDING_RESET] = "forwarding plane reset",
		[BFD_DIAG_PATH_DOWN] = "path down",
		[BFD_DIAG_CONCATENATED_DOWN] = "concatenated path down",
		[BFD_DIAG_ADMIN_DOWN] = "administratively down",
		[BFD_DIAG_REVERSE_DOWN] = "reverse concatenated path down",
	};

	return diag < BFD_DIAG_MAX ? texts[diag] : "unknown diagnostic";
}

const char *
bfd_discard_word(enum bfd_discard discard)
{
	static const char *const words[BFD_DISCARD_MAX] = {
		[BFD_TAKEN] = "taken",
		[BFD_BAD_HOPS] = "bad-hops",
		[BFD_BAD_VERSION] = "bad-version",
		[BFD_TOO_SHORT] = "too-short",
		[BFD_TOO_LONG] = "too-long",
		[BFD_NO_MULTIPLIER] = "no-multiplier",
		[BFD_MULTIPOINT] = "multipoint",
		[BFD_NO_DISCRIMINATOR] = "no-discriminator",
		[BFD_NO_SESSION] = "no-session",
		[BFD_BAD_STATE] = "bad-state",
		[BFD_AUTH_UNEXPECTED] = "auth-unexpected",
		[BFD_AUTH_MISSING] = "auth-missing",
		[BFD_BAD_AUTH_TYPE] = "bad-auth-type",
		[BFD_BAD_AUTH_LENGTH] = "bad-auth-length",
		[BFD_BAD_KEY_ID] = "bad-key-id",
		[BFD_BAD_SEQUENCE] = "bad-sequence",
		[BFD_BAD_DIGEST] = "bad-digest",
	};

	return words[discard];
}
