/* SPDX-License-Identifier: ISC */
/* open_encode.c - the OPEN message and its capabilities, from values to bytes
 */
/*
 * A struct open comes in, one message goes out.  Which capabilities it has is
 * said by the bits of open.has alone; what stands in them is in the other
 * fields.  They are written in ascending order of their numbers, all in one
 * parameter, for all that we can say is far below 253 octets; so RFC 9072's
 * form is never written.
 *
 * A capability that the peer lacks and must have is written the same way
 * into the data of a NOTIFICATION (RFC 5492 5), hence by itself.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/wire/open_private.h"
#include "rib/aspath.h"

#define PARAMETER_CAPABILITY 2   /* RFC 5492 4 */
#define PARAMETER_EXTENDED   255 /* RFC 9072 2 */

static void
encode_multiprotocol(struct wr *w, const struct open *open)
{
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		if (!open->family[i].multiprotocol)
			continue;
		wr_u8(w, CAP_MULTIPROTOCOL);
		wr_u8(w, 4);
		wr_u16(w, msg_afi(i));
		wr_u8(w, 0);
		wr_u8(w, SAFI_UNICAST);
	}
}

static void
encode_extended_next_hop(struct wr *w, const struct open *open)
{
	(void)open;
	wr_u16(w, msg_afi(FAMILY_IPV4));
	wr_u16(w, SAFI_UNICAST);
	wr_u16(w, AFI_IPV6);
}

static void
encode_role(struct wr *w, const struct open *open)
{
	wr_u8(w, open->role);
}

static void
encode_restart(struct wr *w, const struct open *open)
{
	unsigned int flags = (open->restarting ? RESTART_R : 0) |
	    (open->restart_notification ? RESTART_N : 0);
	unsigned int i;

	wr_u16(w,
	    (uint16_t)(flags << RESTART_TIME_BITS |
		(open->restart_time & ((1u << RESTART_TIME_BITS) - 1))));
	for (i = 0; i < FAMILY_MAX; i++) {
		if (!open->family[i].restart)
			continue;
		wr_u16(w, msg_afi(i));
		wr_u8(w, SAFI_UNICAST);
		wr_u8(w, open->family[i].forwarding ? RESTART_F : 0);
	}
}

static void
encode_four_octet_as(struct wr *w, const struct open *open)
{
	wr_u32(w, open->as);
}

static void
encode_add_path(struct wr *w, const struct open *open)
{
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		if (open->family[i].add_path == 0)
			continue;
		wr_u16(w, msg_afi(i));
		wr_u8(w, SAFI_UNICAST);
		wr_u8(w, open->family[i].add_path);
	}
}

static void
encode_long_lived(struct wr *w, const struct open *open)
{
	const struct open_family *f;
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		f = &open->family[i];
		if (!f->long_lived)
			continue;
		wr_u16(w, msg_afi(i));
		wr_u8(w, SAFI_UNICAST);
		wr_u32(w,
		    (f->long_lived_forwarding ? (uint32_t)LONG_LIVED_F : 0)
			    << LONG_LIVED_TIME_BITS |
			(f->long_lived_time &
			    ((1u << LONG_LIVED_TIME_BITS) - 1)));
	}
}

static void
encode_text(struct wr *w, const char *text)
{
	wr_u8(w, (uint8_t)strlen(text));
	wr_bytes(w, text, strlen(text));
}

/* The host name and an empty domain. */
static void
encode_fqdn(struct wr *w, const struct open *open)
{
	encode_text(w, open->host);
	encode_text(w, "");
}

static void
encode_software_version(struct wr *w, const struct open *open)
{
	encode_text(w, open->software);
}

static const struct encoder {
	enum capability code;
	enum open_has has;
	void (*encode)(struct wr *, const struct open *); /* its value */
} encoders[] = {
	{ CAP_ROUTE_REFRESH, OPEN_HAS_REFRESH, NULL },
	{ CAP_EXTENDED_NEXT_HOP, OPEN_HAS_EXTENDED_NEXT_HOP,
	    encode_extended_next_hop },
	{ CAP_EXTENDED_MESSAGE, OPEN_HAS_EXTENDED_MESSAGE, NULL },
	{ CAP_ROLE, OPEN_HAS_ROLE, encode_role },
	{ CAP_GRACEFUL_RESTART, OPEN_HAS_RESTART, encode_restart },
	{ CAP_FOUR_OCTET_AS, OPEN_HAS_FOUR_OCTET_AS, encode_four_octet_as },
	{ CAP_ADD_PATH, OPEN_HAS_ADD_PATH, encode_add_path },
	{ CAP_ENHANCED_REFRESH, OPEN_HAS_ENHANCED_REFRESH, NULL },
	{ CAP_LONG_LIVED, OPEN_HAS_LONG_LIVED, encode_long_lived },
	{ CAP_FQDN, OPEN_HAS_FQDN, encode_fqdn },
	{ CAP_SOFTWARE_VERSION, OPEN_HAS_SOFTWARE_VERSION,
	    encode_software_version },
};

static void
encode_one(struct wr *w, const struct open *open, const struct encoder *e)
{
	size_t length;

	wr_u8(w, (uint8_t)e->code);
	length = wr_reserve(w, 1);
	if (e->encode != NULL)
		e->encode(w, open);
	if (!w->failed)
		wr_patch_u8(w, length, (uint8_t)(wr_length(w) - length - 1));
}

void
open_capabilities_encode(struct wr *w, const struct open *open, uint32_t which)
{
	size_t i;

	which &= open->has;
	/* One of them for each family. */
	if (which & OPEN_HAS_MULTIPROTOCOL)
		encode_multiprotocol(w, open);
	for (i = 0; i < sizeof(encoders) / sizeof(*encoders); i++)
		if (which & encoders[i].has)
			encode_one(w, open, &encoders[i]);
}

static void
parameters_encode(struct wr *w, const struct open *open)
{
	size_t optional = wr_reserve(w, 1), parameter;

	wr_u8(w, PARAMETER_CAPABILITY);
	parameter = wr_reserve(w, 1);
	open_capabilities_encode(w, open, open->has);
	if (w->failed)
		return;
	if (wr_length(w) == parameter + 1) {
		wr_rewind(w, optional + 1); /* nothing to say */
		return;
	}
	assert(wr_length(w) - optional - 1 < PARAMETER_EXTENDED);
	wr_patch_u8(w, parameter, (uint8_t)(wr_length(w) - parameter - 1));
	wr_patch_u8(w, optional, (uint8_t)(wr_length(w) - optional - 1));
}

void
open_encode(struct wr *w, const struct open *open)
{
	size_t start = msg_begin(w, MSG_OPEN);

	wr_u8(w, BGP_VERSION);
	wr_u16(w, (uint16_t)(open->as > UINT16_MAX ? AS_TRANS : open->as));
	wr_u16(w, open->hold_time);
	wr_u32(w, open->identifier);
	parameters_encode(w, open);
	msg_end(w, start);
}
