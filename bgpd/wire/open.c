/* SPDX-License-Identifier: ISC */
/* open.c - the OPEN message and its capabilities */
/*
 * Bytes of an OPEN come in, a struct open goes out, and the other way round.
 * RFC 4271 4.2 frames optional parameters, RFC 9072 frames them again when
 * 255 octets are too few; inside a parameter of type 2 stand capabilities
 * (RFC 5492), as many as the sender liked, in as many parameters as it
 * liked.  Each layer is a reader of its own that cannot see past its length;
 * what is left over in one is an error of the message (2/0).
 *
 * A capability is a row: number, name, the length that its RFC gives it and
 * a hook that reads the value.  Numbers without a hook are known by name
 * only, all others not at all; both are passed over, as RFC 5492 3 asks.
 * A known one of the wrong length is passed over too, unless the session
 * would misread the peer without it: those two reset it.
 *
 * Nothing here knows our config: what an OPEN must say is open_judge.c's
 * business.  Text of the peer is escaped on its way in.
 */

#include "bgpd/wire/open.h"

#include <assert.h>
#include <string.h>

#include "rib/aspath.h"

#define PARAMETER_CAPABILITY 2   /* RFC 5492 4 */
#define PARAMETER_EXTENDED   255 /* RFC 9072 2 */
#define AFI_IPV6             2   /* of a next hop, RFC 8950 4 */
#define RESTART_R            0x8 /* RFC 4724 3 */
#define RESTART_N            0x4 /* RFC 8538 2 */
#define RESTART_TIME_BITS    12
#define RESTART_F            0x80
#define ADD_PATH_BOTH        3 /* RFC 7911 4: 1, 2 or 3 */

struct capability_row {
	const char *name;
	/* The length is base + n * unit; a unit of 0 means base exactly. */
	uint8_t base;
	uint8_t unit;
	bool vital; /* a wrong length resets the session */
	void (*decode)(struct open *, struct rd *);
};

static void
decode_multiprotocol(struct open *open, struct rd *r)
{
	uint16_t afi = rd_u16(r);
	uint8_t reserved = rd_u8(r);
	enum family family = msg_family(afi, rd_u8(r));

	(void)reserved;
	open->has |= OPEN_HAS_MULTIPROTOCOL;
	if (family != FAMILY_MAX)
		open->family[family].multiprotocol = true;
}

static void
decode_refresh(struct open *open, struct rd *r)
{
	(void)r;
	open->has |= OPEN_HAS_REFRESH;
}

static void
decode_enhanced_refresh(struct open *open, struct rd *r)
{
	(void)r;
	open->has |= OPEN_HAS_ENHANCED_REFRESH;
}

static void
decode_extended_message(struct open *open, struct rd *r)
{
	(void)r;
	open->has |= OPEN_HAS_EXTENDED_MESSAGE;
}

/* RFC 8950 4: AFI and SAFI (two octets here) of the NLRI, AFI of the hop. */
static void
decode_extended_next_hop(struct open *open, struct rd *r)
{
	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r), safi = rd_u16(r);
		uint16_t hop_afi = rd_u16(r);

		if (safi == SAFI_UNICAST && hop_afi == AFI_IPV6 &&
		    msg_family(afi, SAFI_UNICAST) == FAMILY_IPV4)
			open->family[FAMILY_IPV4].extended_next_hop = true;
	}
}

static void
decode_role(struct open *open, struct rd *r)
{
	open->role = rd_u8(r);
	open->has |= OPEN_HAS_ROLE;
}

/* RFC 4724 3: of several only the last counts. */
static void
decode_restart(struct open *open, struct rd *r)
{
	uint16_t head = rd_u16(r);
	unsigned int flags = head >> RESTART_TIME_BITS, i;

	for (i = 0; i < FAMILY_MAX; i++)
		open->family[i].restart = open->family[i].forwarding = false;
	open->has |= OPEN_HAS_RESTART;
	open->restart_time = head & ((1u << RESTART_TIME_BITS) - 1);
	open->restarting = (flags & RESTART_R) != 0;
	open->restart_notification = (flags & RESTART_N) != 0;
	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r);
		enum family family = msg_family(afi, rd_u8(r));
		uint8_t bits = rd_u8(r);

		if (family == FAMILY_MAX)
			continue;
		open->family[family].restart = true;
		open->family[family].forwarding = (bits & RESTART_F) != 0;
	}
}

static void
decode_four_octet_as(struct open *open, struct rd *r)
{
	open->as = rd_u32(r);
	open->has |= OPEN_HAS_FOUR_OCTET_AS;
}

static void
decode_add_path(struct open *open, struct rd *r)
{
	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r);
		enum family family = msg_family(afi, rd_u8(r));
		uint8_t mode = rd_u8(r);

		if (family != FAMILY_MAX && mode > 0 && mode <= ADD_PATH_BOTH)
			open->family[family].add_path = mode;
	}
}

/* The host name; the domain behind it, in the same form, is not used. */
static void
decode_fqdn(struct open *open, struct rd *r)
{
	struct span host = rd_span(r, rd_u8(r));

	rd_span(r, rd_u8(r));
	if (!rd_done(r))
		return;
	msg_escape(host, open->host, sizeof(open->host));
	open->has |= OPEN_HAS_FQDN;
}

static void
decode_software_version(struct open *open, struct rd *r)
{
	struct span version = rd_span(r, rd_u8(r));

	if (!rd_done(r))
		return;
	msg_escape(version, open->software, sizeof(open->software));
	open->has |= OPEN_HAS_SOFTWARE_VERSION;
}

static const struct capability_row rows[] = {
	[CAP_MULTIPROTOCOL] = { "multiprotocol", 4, 0, true,
	    decode_multiprotocol },
	[CAP_ROUTE_REFRESH] = { "route-refresh", 0, 0, false, decode_refresh },
	[CAP_EXTENDED_NEXT_HOP] = { "extended-next-hop", 0, 6, false,
	    decode_extended_next_hop },
	[CAP_EXTENDED_MESSAGE] = { "extended-message", 0, 0, false,
	    decode_extended_message },
	[CAP_ROLE] = { "role", 1, 0, false, decode_role },
	[CAP_GRACEFUL_RESTART] = { "graceful-restart", 2, 4, false,
	    decode_restart },
	[CAP_FOUR_OCTET_AS] = { "four-octet-as", 4, 0, true,
	    decode_four_octet_as },
	[CAP_ADD_PATH] = { "add-path", 0, 4, false, decode_add_path },
	[CAP_ENHANCED_REFRESH] = { "enhanced-route-refresh", 0, 0, false,
	    decode_enhanced_refresh },
	[CAP_LONG_LIVED] = { "long-lived-graceful-restart", 0, 7, false, NULL },
	[CAP_FQDN] = { "fqdn", 2, 1, false, decode_fqdn },
	[CAP_SOFTWARE_VERSION] = { "software-version", 1, 1, false,
	    decode_software_version },
};

const char *
capability_name(uint8_t code)
{
	return code < sizeof(rows) / sizeof(*rows) ? rows[code].name : NULL;
}

static bool
length_fits(const struct capability_row *row, size_t length)
{
	if (row->unit == 0)
		return length == row->base;
	return length >= row->base && (length - row->base) % row->unit == 0;
}

static bool
malformed(struct msg_error *error, const char *text)
{
	msg_error_set(error, SEVERITY_RESET, ERR_OPEN, OPEN_UNSPECIFIC, text);
	return false;
}

static bool
capability_decode(
    struct open *open, uint8_t code, struct rd *value, struct msg_error *error)
{
	const struct capability_row *row;

	if (capability_name(code) == NULL)
		return true;
	row = &rows[code];
	if (!length_fits(row, rd_left(value)))
		return !row->vital ||
		    malformed(error, "a capability has the wrong length");
	if (row->decode != NULL)
		row->decode(open, value);
	return true;
}

static bool
capabilities_decode(struct open *open, struct rd *r, struct msg_error *error)
{
	while (rd_left(r) > 0) {
		uint8_t code = rd_u8(r);
		struct rd value = rd_sub(r, rd_u8(r));

		if (r->failed)
			return malformed(
			    error, "a capability runs past its parameter");
		if (!capability_decode(open, code, &value, error))
			return false;
	}
	return true;
}

static bool
parameters_decode(
    struct open *open, struct rd *r, bool extended, struct msg_error *error)
{
	while (rd_left(r) > 0) {
		uint8_t type = rd_u8(r);
		size_t length = extended ? rd_u16(r) : rd_u8(r);
		struct rd value = rd_sub(r, length);

		if (r->failed)
			return malformed(
			    error, "an optional parameter runs past the end");
		if (type != PARAMETER_CAPABILITY) {
			msg_error_set(error, SEVERITY_RESET, ERR_OPEN,
			    OPEN_BAD_PARAMETER, "unknown optional parameter");
			return false;
		}
		if (!capabilities_decode(open, &value, error))
			return false;
	}
	return true;
}

/*
 * RFC 9072 2: a first parameter of type 255 says that the real length, and
 * those of the parameters, have two octets; the length before it is ignored.
 */
static bool
optional_decode(struct open *open, struct rd *r, struct msg_error *error)
{
	size_t length = rd_u8(r);
	struct rd ahead = *r;
	bool extended = length > 0 && rd_u8(&ahead) == PARAMETER_EXTENDED;

	if (extended) {
		*r = ahead;
		length = rd_u16(r);
	}
	if (r->failed || length != rd_left(r))
		return malformed(
		    error, "length of the optional parameters is wrong");
	return parameters_decode(open, r, extended, error);
}

bool
open_decode(struct span body, struct open *open, struct msg_error *error)
{
	static const uint8_t version[] = { 0, BGP_VERSION };
	struct rd r = rd_of(body);

	memset(open, 0, sizeof(*open));
	memset(error, 0, sizeof(*error));
	if (rd_u8(&r) != BGP_VERSION) {
		msg_error_set(error, SEVERITY_RESET, ERR_OPEN, OPEN_BAD_VERSION,
		    "not BGP version 4");
		msg_error_data(
		    error, (struct span){ version, sizeof(version) });
		return false;
	}
	open->my_as = rd_u16(&r);
	open->as = open->my_as;
	open->hold_time = rd_u16(&r);
	open->identifier = rd_u32(&r);
	return optional_decode(open, &r, error);
}

static void
encode_head(struct wr *w, enum capability code, size_t length)
{
	wr_u8(w, (uint8_t)code);
	wr_u8(w, (uint8_t)length);
}

static void
encode_flag(struct wr *w, const struct open *open, enum open_has bit,
    enum capability code)
{
	if (open->has & bit)
		encode_head(w, code, 0);
}

static void
encode_multiprotocol(struct wr *w, const struct open *open)
{
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		if (!open->family[i].multiprotocol)
			continue;
		encode_head(w, CAP_MULTIPROTOCOL, 4);
		wr_u16(w, msg_afi(i));
		wr_u8(w, 0);
		wr_u8(w, SAFI_UNICAST);
	}
}

static void
encode_extended_next_hop(struct wr *w, const struct open *open)
{
	if (!open->family[FAMILY_IPV4].extended_next_hop)
		return;
	encode_head(w, CAP_EXTENDED_NEXT_HOP, 6);
	wr_u16(w, msg_afi(FAMILY_IPV4));
	wr_u16(w, SAFI_UNICAST);
	wr_u16(w, AFI_IPV6);
}

static void
encode_restart(struct wr *w, const struct open *open)
{
	unsigned int flags = (open->restarting ? RESTART_R : 0) |
	    (open->restart_notification ? RESTART_N : 0);
	size_t length;
	unsigned int i;

	if ((open->has & OPEN_HAS_RESTART) == 0)
		return;
	wr_u8(w, CAP_GRACEFUL_RESTART);
	length = wr_reserve(w, 1);
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
	wr_patch_u8(w, length, (uint8_t)(wr_length(w) - length - 1));
}

static void
encode_add_path(struct wr *w, const struct open *open)
{
	unsigned int i, count = 0;

	for (i = 0; i < FAMILY_MAX; i++)
		count += open->family[i].add_path != 0;
	if (count == 0)
		return;
	encode_head(w, CAP_ADD_PATH, 4 * count);
	for (i = 0; i < FAMILY_MAX; i++) {
		if (open->family[i].add_path == 0)
			continue;
		wr_u16(w, msg_afi(i));
		wr_u8(w, SAFI_UNICAST);
		wr_u8(w, open->family[i].add_path);
	}
}

static void
encode_text(struct wr *w, const char *text)
{
	wr_u8(w, (uint8_t)strlen(text));
	wr_bytes(w, text, strlen(text));
}

/* In ascending order of their numbers. */
static void
capabilities_encode(struct wr *w, const struct open *open)
{
	encode_multiprotocol(w, open);
	encode_flag(w, open, OPEN_HAS_REFRESH, CAP_ROUTE_REFRESH);
	encode_extended_next_hop(w, open);
	encode_flag(w, open, OPEN_HAS_EXTENDED_MESSAGE, CAP_EXTENDED_MESSAGE);
	if (open->has & OPEN_HAS_ROLE) {
		encode_head(w, CAP_ROLE, 1);
		wr_u8(w, open->role);
	}
	encode_restart(w, open);
	if (open->has & OPEN_HAS_FOUR_OCTET_AS) {
		encode_head(w, CAP_FOUR_OCTET_AS, 4);
		wr_u32(w, open->as);
	}
	encode_add_path(w, open);
	encode_flag(w, open, OPEN_HAS_ENHANCED_REFRESH, CAP_ENHANCED_REFRESH);
	if (open->has & OPEN_HAS_FQDN) {
		encode_head(w, CAP_FQDN, strlen(open->host) + 2);
		encode_text(w, open->host);
		encode_text(w, "");
	}
	if (open->has & OPEN_HAS_SOFTWARE_VERSION) {
		encode_head(
		    w, CAP_SOFTWARE_VERSION, strlen(open->software) + 1);
		encode_text(w, open->software);
	}
}

/*
 * All that we can say is far below 253 octets, so one parameter holds it and
 * RFC 9072's form is never written.
 */
static void
parameters_encode(struct wr *w, const struct open *open)
{
	size_t optional = wr_reserve(w, 1), parameter;

	wr_u8(w, PARAMETER_CAPABILITY);
	parameter = wr_reserve(w, 1);
	capabilities_encode(w, open);
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
