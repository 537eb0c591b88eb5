/* SPDX-License-Identifier: ISC */
/* msg.c - BGP messages: errors, framing, KEEPALIVE, ROUTE-REFRESH */
/*
 * In come the bytes of a connection, out goes one message at a time: its
 * type, and its body as a borrowed span (RFC 4271 4.1, 6.1).  What a type
 * asks of its length is a row of a table: the least and the greatest size,
 * where the greatest is that of the session when the row has none (RFC 8654
 * leaves OPEN and KEEPALIVE at 4096).
 *
 * A header is judged as soon as it is here, so that a peer whose stream is
 * out of step is told at once and not when some imagined message is whole.
 *
 * Errors are values with an order: of all that is wrong with a message the
 * worst is kept, and among equals the first, for that is where a person
 * starts to look.  Nobody logs here and nobody sends; the session does.
 */

#include "bgpd/wire/msg.h"

#include <assert.h>
#include <string.h>

#define MARKER_SIZE 16

static const struct {
	size_t min;
	size_t max; /* 0: the session's */
} sizes[MSG_TYPE_MAX] = {
	[MSG_OPEN] = { MSG_OPEN_MIN, MSG_MAX_SIZE },
	[MSG_UPDATE] = { MSG_UPDATE_MIN, 0 },
	[MSG_NOTIFICATION] = { MSG_NOTIFICATION_MIN, 0 },
	[MSG_KEEPALIVE] = { MSG_HEADER_SIZE, MSG_HEADER_SIZE },
	[MSG_ROUTE_REFRESH] = { MSG_REFRESH_SIZE, MSG_REFRESH_SIZE },
};

/* Address family identifiers, IANA. */
static const uint16_t afis[FAMILY_MAX] = {
	[FAMILY_IPV4] = 1,
	[FAMILY_IPV6] = 2,
};

bool
msg_error_set(struct msg_error *error, enum msg_severity severity,
    unsigned int code, unsigned int subcode, const char *text)
{
	if (severity <= error->severity)
		return false;
	error->severity = severity;
	error->code = (uint8_t)code;
	error->subcode = (uint8_t)subcode;
	error->length = 0;
	error->text = text;
	return true;
}

void
msg_error_data(struct msg_error *error, struct span data)
{
	if (data.length > sizeof(error->data))
		data.length = sizeof(error->data);
	if (data.length > 0)
		memcpy(error->data, data.data, data.length);
	error->length = (uint16_t)data.length;
}

uint16_t
msg_afi(enum family family)
{
	return afis[family];
}

enum family
msg_family(uint16_t afi, uint8_t safi)
{
	unsigned int family;

	for (family = 0; family < FAMILY_MAX; family++)
		if (afis[family] == afi && safi == SAFI_UNICAST)
			break;
	return (enum family)family;
}

static bool
marker_is_sound(struct span marker)
{
	size_t i;

	for (i = 0; i < marker.length; i++)
		if (marker.data[i] != 0xff)
			return false;
	return true;
}

static enum msg_frame
frame_bad(struct msg_error *error, unsigned int subcode, const char *text,
    struct span data)
{
	if (msg_error_set(error, SEVERITY_RESET, ERR_HEADER, subcode, text))
		msg_error_data(error, data);
	return FRAME_BAD;
}

/* RFC 4271 6.1 judges the length by the type only where it knows the type. */
static bool
length_is_sound(unsigned int type, size_t length, size_t max)
{
	if (length < MSG_HEADER_SIZE || length > max)
		return false;
	if (type >= MSG_TYPE_MAX || sizes[type].min == 0)
		return true;
	if (sizes[type].max != 0 && length > sizes[type].max)
		return false;
	return length >= sizes[type].min;
}

/* What came in its place; RFC 8446 5.1, 4: a handshake, its first message. */
static const char *
marker_fault(struct span marker)
{
	const uint8_t *at = marker.data;

	return at[0] == 22 && at[1] == 3 && at[5] == 1
	    ? "the peer speaks TLS, which has a port of its own (8179)"
	    : "marker is not all ones";
}

enum msg_frame
msg_frame(struct span bytes, size_t max, struct msg_header *header,
    struct msg_error *error)
{
	struct rd r = rd_of(bytes), mark;
	struct span marker = rd_span(&r, MARKER_SIZE), length, type;

	if (bytes.length < MSG_HEADER_SIZE)
		return FRAME_MORE;
	mark = r;
	header->length = rd_u16(&r);
	length = rd_since(&mark, &r);
	mark = r;
	header->type = rd_u8(&r);
	type = rd_since(&mark, &r);
	header->body = (struct span){ NULL, 0 };

	if (!marker_is_sound(marker))
		return frame_bad(error, HEADER_NOT_SYNC, marker_fault(marker),
		    (struct span){ NULL, 0 });
	if (!length_is_sound(header->type, header->length, max))
		return frame_bad(error, HEADER_BAD_LENGTH,
		    "length does not suit the message", length);
	if (header->type >= MSG_TYPE_MAX || sizes[header->type].min == 0)
		return frame_bad(
		    error, HEADER_BAD_TYPE, "unknown message type", type);
	if (bytes.length < header->length)
		return FRAME_MORE;
	header->body = rd_span(&r, header->length - MSG_HEADER_SIZE);
	return FRAME_WHOLE;
}

void
msg_frame_refresh_error(
    struct span bytes, const struct msg_header *header, struct msg_error *error)
{
	if (header->type != MSG_ROUTE_REFRESH || error->code != ERR_HEADER ||
	    error->subcode != HEADER_BAD_LENGTH)
		return;
	if (bytes.length > header->length)
		bytes.length = header->length;
	error->code = ERR_REFRESH;
	error->subcode = REFRESH_BAD_LENGTH;
	msg_error_data(error, bytes);
}

size_t
msg_begin(struct wr *w, enum msg_type type)
{
	static const uint8_t marker[MARKER_SIZE] = { 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff };
	size_t start = wr_length(w);

	wr_bytes(w, marker, sizeof(marker));
	wr_reserve(w, 2);
	wr_u8(w, (uint8_t)type);
	return start;
}

void
msg_end(struct wr *w, size_t start)
{
	size_t length = wr_length(w) - start;

	assert(length <= MSG_MAX_SIZE_EXTENDED);
	wr_patch_u16(w, start + MARKER_SIZE, (uint16_t)length);
}

void
msg_keepalive_encode(struct wr *w)
{
	msg_end(w, msg_begin(w, MSG_KEEPALIVE));
}

/* RFC 2918 3, RFC 7313 3.2 */
void
msg_refresh_encode(struct wr *w, enum family family, enum msg_refresh_kind kind)
{
	size_t start = msg_begin(w, MSG_ROUTE_REFRESH);

	wr_u16(w, msg_afi(family));
	wr_u8(w, (uint8_t)kind);
	wr_u8(w, SAFI_UNICAST);
	msg_end(w, start);
}

void
msg_refresh_decode(struct span body, struct msg_refresh *refresh)
{
	struct rd r = rd_of(body);

	refresh->afi = rd_u16(&r);
	refresh->subtype = rd_u8(&r);
	refresh->safi = rd_u8(&r);
}
