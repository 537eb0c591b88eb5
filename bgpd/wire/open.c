/* SPDX-License-Identifier: ISC */
/* open.c - the OPEN message and its capabilities, from bytes to values */
/*
 * Bytes of an OPEN come in, a struct open goes out; open_encode.c goes the
 * other way.  RFC 4271 4.2 frames optional parameters, RFC 9072 frames them
 * again when 255 octets are too few; inside a parameter of type 2 stand
 * capabilities (RFC 5492), as many as the sender liked, in as many parameters
 * as it liked.  Each layer is a reader of its own that cannot see past its
 * length; what is left over in one is an error of the message (2/0).
 *
 * A capability is a row: number, name, the length that its RFC gives it, its
 * bit in open.has and, where it has a value, a hook that reads it and says
 * whether there is anything in it for us.  Numbers without a row are passed
 * over, as RFC 5492 3 asks.  A known one of the wrong length is passed over
 * too, unless the session would misread the peer without it: those two reset
 * it.
 *
 * Nothing here knows our config: what an OPEN must say is open_judge.c's
 * business.  Text of the peer is escaped on its way in.
 */

#include "bgpd/wire/open.h"

#include <assert.h>
#include <string.h>

#include "bgpd/wire/open_private.h"

#define PARAMETER_CAPABILITY 2   /* RFC 5492 4 */
#define PARAMETER_EXTENDED   255 /* RFC 9072 2 */

struct capability_row {
	const char *name;
	/* The length is base + n * unit; a unit of 0 means base exactly. */
	uint8_t base;
	uint8_t unit;
	bool vital; /* a wrong length resets the session */
	enum open_has has;
	/* False: nothing that we understand.  NULL: being there is all. */
	bool (*decode)(struct open *, struct rd *);
	const char *required;
};

static bool
decode_multiprotocol(struct open *open, struct rd *r)
{
	uint16_t afi = rd_u16(r);
	uint8_t reserved = rd_u8(r);
	enum family family = msg_family(afi, rd_u8(r));

	(void)reserved;
	if (family != FAMILY_MAX)
		open->family[family].multiprotocol = true;
	return true; /* a foreign one counts: IPv4 no longer goes by itself */
}

/* RFC 8950 4: AFI and SAFI (two octets here) of the NLRI, AFI of the hop. */
static bool
decode_extended_next_hop(struct open *open, struct rd *r)
{
	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r), safi = rd_u16(r);
		uint16_t hop_afi = rd_u16(r);

		if (safi == SAFI_UNICAST && hop_afi == AFI_IPV6 &&
		    msg_family(afi, SAFI_UNICAST) == FAMILY_IPV4)
			open->family[FAMILY_IPV4].extended_next_hop = true;
	}
	return open->family[FAMILY_IPV4].extended_next_hop;
}

static bool
decode_role(struct open *open, struct rd *r)
{
	uint8_t role = rd_u8(r);

	if ((open->has & OPEN_HAS_ROLE) != 0 && role != open->role)
		open->role_conflict = true;
	open->role = role;
	return true;
}

/* RFC 4724 3: of several only the last counts. */
static bool
decode_restart(struct open *open, struct rd *r)
{
	uint16_t head = rd_u16(r);
	unsigned int flags = head >> RESTART_TIME_BITS, i;

	for (i = 0; i < FAMILY_MAX; i++)
		open->family[i].restart = open->family[i].forwarding = false;
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
	return true;
}

static bool
decode_four_octet_as(struct open *open, struct rd *r)
{
	open->as = rd_u32(r);
	return true;
}

static bool
decode_add_path(struct open *open, struct rd *r)
{
	bool any = false;

	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r);
		enum family family = msg_family(afi, rd_u8(r));
		uint8_t mode = rd_u8(r);

		if (family == FAMILY_MAX || mode == 0 || mode > ADD_PATH_BOTH)
			continue;
		open->family[family].add_path = mode;
		any = true;
	}
	return any;
}

/* RFC 9494 3; as with restart, of several only the last counts. */
static bool
decode_long_lived(struct open *open, struct rd *r)
{
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		open->family[i].long_lived = false;
		open->family[i].long_lived_forwarding = false;
		open->family[i].long_lived_time = 0;
	}
	while (rd_left(r) > 0) {
		uint16_t afi = rd_u16(r);
		enum family family = msg_family(afi, rd_u8(r));
		uint32_t tail = rd_u32(r);
		unsigned int flags = tail >> LONG_LIVED_TIME_BITS;

		if (family == FAMILY_MAX)
			continue;
		open->family[family].long_lived = true;
		open->family[family].long_lived_forwarding =
		    (flags & LONG_LIVED_F) != 0;
		open->family[family].long_lived_time =
		    tail & ((1u << LONG_LIVED_TIME_BITS) - 1);
	}
	return true;
}

/* The host name; the domain behind it, in the same form, is not used. */
static bool
decode_fqdn(struct open *open, struct rd *r)
{
	struct span host = rd_span(r, rd_u8(r));

	rd_span(r, rd_u8(r));
	if (rd_done(r))
		msg_escape(host, open->host, sizeof(open->host));
	return rd_done(r);
}

static bool
decode_software_version(struct open *open, struct rd *r)
{
	struct span version = rd_span(r, rd_u8(r));

	if (rd_done(r))
		msg_escape(version, open->software, sizeof(open->software));
	return rd_done(r);
}

#define NAMED(word) .name = word, .required = "capability " word " is required"

static const struct capability_row rows[] = {
	[CAP_MULTIPROTOCOL] = { NAMED("multiprotocol"), .base = 4,
	    .vital = true, .has = OPEN_HAS_MULTIPROTOCOL,
	    .decode = decode_multiprotocol },
	[CAP_ROUTE_REFRESH] = { NAMED("route-refresh"),
	    .has = OPEN_HAS_REFRESH },
	[CAP_EXTENDED_NEXT_HOP] = { NAMED("extended-next-hop"), .unit = 6,
	    .has = OPEN_HAS_EXTENDED_NEXT_HOP,
	    .decode = decode_extended_next_hop },
	[CAP_EXTENDED_MESSAGE] = { NAMED("extended-message"),
	    .has = OPEN_HAS_EXTENDED_MESSAGE },
	[CAP_ROLE] = { NAMED("role"), .base = 1, .has = OPEN_HAS_ROLE,
	    .decode = decode_role },
	[CAP_GRACEFUL_RESTART] = { NAMED("graceful-restart"), .base = 2,
	    .unit = 4, .has = OPEN_HAS_RESTART, .decode = decode_restart },
	[CAP_FOUR_OCTET_AS] = { NAMED("four-octet-as"), .base = 4,
	    .vital = true, .has = OPEN_HAS_FOUR_OCTET_AS,
	    .decode = decode_four_octet_as },
	[CAP_ADD_PATH] = { NAMED("add-path"), .unit = 4,
	    .has = OPEN_HAS_ADD_PATH, .decode = decode_add_path },
	[CAP_ENHANCED_REFRESH] = { NAMED("enhanced-route-refresh"),
	    .has = OPEN_HAS_ENHANCED_REFRESH },
	[CAP_LONG_LIVED] = { NAMED("long-lived-graceful-restart"), .unit = 7,
	    .has = OPEN_HAS_LONG_LIVED, .decode = decode_long_lived },
	[CAP_FQDN] = { NAMED("fqdn"), .base = 2, .unit = 1,
	    .has = OPEN_HAS_FQDN, .decode = decode_fqdn },
	[CAP_SOFTWARE_VERSION] = { NAMED("software-version"), .base = 1,
	    .unit = 1, .has = OPEN_HAS_SOFTWARE_VERSION,
	    .decode = decode_software_version },
};

#define NROWS (sizeof(rows) / sizeof(*rows))

const char *
capability_name(uint8_t code)
{
	return code < NROWS ? rows[code].name : NULL;
}

const char *
open_required_text(uint32_t missing)
{
	size_t i = 0;

	while (i < NROWS && (rows[i].has & missing) == 0)
		i++;
	assert(i < NROWS);
	return rows[i].required;
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
	if (row->decode == NULL || row->decode(open, value))
		open->has |= row->has;
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
