/* SPDX-License-Identifier: ISC */
/* notification.c - the NOTIFICATION message: bytes, and words for people */
/*
 * RFC 4271 4.5 and 6, 4486 and 8538 (Cease), 6608 (FSM errors), 7313, 9003
 * (shutdown communication), 9384, 9687.
 *
 * A received NOTIFICATION is two numbers and data; the numbers become words
 * by a table per code, so that a person never has to look one up, and stand
 * behind the words, so that he can.  Of the data only that of two kinds of
 * Cease is text: what the other operator wrote, and the NOTIFICATION that a
 * hard reset wraps.  Both come from a stranger.  No length in them is
 * trusted (RFC 9003 2 allows 255 octets, older speakers 128, and bad ones
 * claim more than they send), and what is not printable is escaped before it
 * reaches a terminal or a log: control characters of both ranges, characters
 * that turn the direction of the text, and all that is not UTF-8.
 *
 * A NOTIFICATION is never answered with another one, so decoding cannot
 * fail: what is missing is zero.
 */

#include <string.h>

#include "bgpd/wire/msg.h"
#include "rib/text.h"

#define SHUTDOWN_MAX 255 /* RFC 9003 2 */

static const char *const header_words[] = {
	[HEADER_NOT_SYNC] = "connection not synchronized",
	[HEADER_BAD_LENGTH] = "bad message length",
	[HEADER_BAD_TYPE] = "bad message type",
};

static const char *const open_words[] = {
	[OPEN_BAD_VERSION] = "unsupported version number",
	[OPEN_BAD_PEER_AS] = "bad peer AS",
	[OPEN_BAD_IDENTIFIER] = "bad BGP identifier",
	[OPEN_BAD_PARAMETER] = "unsupported optional parameter",
	[OPEN_BAD_HOLD] = "unacceptable hold time",
	[OPEN_BAD_CAPABILITY] = "unsupported capability",
	[OPEN_ROLE_MISMATCH] = "role mismatch",
};

static const char *const update_words[] = {
	[UPDATE_MALFORMED_LIST] = "malformed attribute list",
	[UPDATE_UNRECOGNIZED] = "unrecognized well-known attribute",
	[UPDATE_MISSING] = "missing well-known attribute",
	[UPDATE_BAD_FLAGS] = "attribute flags error",
	[UPDATE_BAD_LENGTH] = "attribute length error",
	[UPDATE_BAD_ORIGIN] = "invalid ORIGIN attribute",
	[UPDATE_BAD_NEXT_HOP] = "invalid NEXT_HOP attribute",
	[UPDATE_BAD_OPTIONAL] = "optional attribute error",
	[UPDATE_BAD_NETWORK] = "invalid network field",
	[UPDATE_BAD_AS_PATH] = "malformed AS_PATH",
};

static const char *const fsm_words[] = {
	[FSM_IN_OPENSENT] = "unexpected message in OpenSent",
	[FSM_IN_OPENCONFIRM] = "unexpected message in OpenConfirm",
	[FSM_IN_ESTABLISHED] = "unexpected message in Established",
};

static const char *const cease_words[] = {
	[CEASE_MAX_PREFIXES] = "maximum number of prefixes reached",
	[CEASE_ADMIN_SHUTDOWN] = "administrative shutdown",
	[CEASE_DECONFIGURED] = "peer de-configured",
	[CEASE_ADMIN_RESET] = "administrative reset",
	[CEASE_REJECTED] = "connection rejected",
	[CEASE_CONFIG_CHANGE] = "other configuration change",
	[CEASE_COLLISION] = "connection collision resolution",
	[CEASE_RESOURCES] = "out of resources",
	[CEASE_HARD_RESET] = "hard reset",
	[CEASE_BFD_DOWN] = "BFD down",
};

static const char *const refresh_words[] = {
	[REFRESH_BAD_LENGTH] = "invalid message length",
};

#define WORDS(table) table, sizeof(table) / sizeof(*(table))

static const struct code {
	const char *word;
	const char *const *subcodes;
	size_t count;
} codes[] = {
	[ERR_HEADER] = { "message header error", WORDS(header_words) },
	[ERR_OPEN] = { "OPEN message error", WORDS(open_words) },
	[ERR_UPDATE] = { "UPDATE message error", WORDS(update_words) },
	[ERR_HOLD_TIMER] = { "hold timer expired", NULL, 0 },
	[ERR_FSM] = { "finite state machine error", WORDS(fsm_words) },
	[ERR_CEASE] = { "Cease", WORDS(cease_words) },
	[ERR_REFRESH] = { "ROUTE-REFRESH message error", WORDS(refresh_words) },
	[ERR_SEND_HOLD] = { "send hold timer expired", NULL, 0 },
};

/* Harmless in UTF-8 and not in a log: zero width, line ends, direction. */
static const struct {
	uint32_t first;
	uint32_t last;
} unprintable[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0xd800, 0xdfff }, /* RFC 3629 3: no surrogates */
	{ 0xfeff, 0xfeff },
	{ 0xfff9, 0xffff },
	{ 0xe0000, 0xe007f },
};

static bool
is_printable(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof(unprintable) / sizeof(*unprintable); i++)
		if (c >= unprintable[i].first && c <= unprintable[i].last)
			return false;
	return c <= 0x10ffff;
}

/* RFC 3629 4: what a first octet says of its character; 0: it is none. */
static size_t
announced_length(uint8_t first)
{
	static const struct {
		uint8_t below;
		uint8_t length;
	} rows[] = { { 0x80, 1 }, { 0xc2, 0 }, { 0xe0, 2 }, { 0xf0, 3 },
		{ 0xf5, 4 } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (first < rows[i].below)
			return rows[i].length;
	return 0;
}

/*
 * The octets of the printable character that starts at an offset; 0 when
 * what starts there is none, or is longer than it needs to be.
 */
static size_t
character_length(struct span s, size_t offset)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = s.data[offset];
	size_t length = announced_length(first), i;
	uint32_t c;

	if (length == 0 || length > s.length - offset)
		return 0;
	c = length == 1 ? first : first & (0xffu >> (length + 1));
	for (i = offset + 1; i < offset + length; i++) {
		if ((s.data[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s.data[i] & 0x3f);
	}
	return c >= least[length] && is_printable(c) ? length : 0;
}

static void
add_escaped(struct text *text, struct span s)
{
	size_t i = 0, length;

	while (i < s.length && !text->cut) {
		length = character_length(s, i);
		if (length == 0)
			text_add(text, "\\x%02x", s.data[i++]);
		else if (s.data[i] == '"' || s.data[i] == '\\')
			text_add(text, "\\%c", s.data[i++]);
		else {
			text_add(text, "%.*s", (int)length,
			    (const char *)&s.data[i]);
			i += length;
		}
	}
}

char *
msg_escape(struct span s, char *buf, size_t size)
{
	struct text text = text_of(buf, size);

	add_escaped(&text, s);
	return buf;
}

void
msg_notification_encode(struct wr *w, const struct msg_error *error)
{
	size_t start = msg_begin(w, MSG_NOTIFICATION);

	wr_u8(w, error->code);
	wr_u8(w, error->subcode);
	wr_bytes(w, error->data, error->length);
	msg_end(w, start);
}

void
msg_notification_decode(struct span body, struct msg_notification *n)
{
	struct rd r = rd_of(body);

	n->code = rd_u8(&r);
	n->subcode = rd_u8(&r);
	n->data = rd_rest(&r);
}

static void
add_words(struct text *text, const struct msg_notification *n)
{
	static const struct code unknown = { "unknown error", NULL, 0 };
	const struct code *code = &unknown;
	const char *detail = NULL;

	if (n->code < sizeof(codes) / sizeof(*codes) &&
	    codes[n->code].word != NULL)
		code = &codes[n->code];
	if (n->subcode < code->count)
		detail = code->subcodes[n->subcode];
	text_add(text, "%s", code->word);
	if (detail != NULL)
		text_add(text, ": %s", detail);
	text_add(text, " (%u/%u)", n->code, n->subcode);
}

/* RFC 9003 2: only these two carry text. */
static bool
has_communication(const struct msg_notification *n)
{
	return n->code == ERR_CEASE &&
	    (n->subcode == CEASE_ADMIN_SHUTDOWN ||
		n->subcode == CEASE_ADMIN_RESET);
}

static void
add_communication(struct text *text, const struct msg_notification *n)
{
	struct rd r = rd_of(n->data);
	size_t length = rd_u8(&r);

	if (length > rd_left(&r))
		length = rd_left(&r);
	if (length == 0 || !has_communication(n))
		return;
	text_add(text, ": \"");
	add_escaped(text, rd_span(&r, length));
	text_add(text, "\"");
}

char *
msg_notification_format(
    const struct msg_notification *n, char *buf, size_t size)
{
	struct text text = text_of(buf, size);
	struct msg_notification inner;

	add_words(&text, n);
	add_communication(&text, n);
	/* RFC 8538 3.1; a reset inside a reset is not looked into. */
	if (n->code == ERR_CEASE && n->subcode == CEASE_HARD_RESET &&
	    n->data.length >= 2) {
		msg_notification_decode(n->data, &inner);
		text_add(&text, ": ");
		add_words(&text, &inner);
		add_communication(&text, &inner);
	}
	return buf;
}

void
msg_hard_reset(struct msg_error *error)
{
	struct msg_error inner = *error;
	size_t length = inner.length, room = sizeof(error->data) - 2;
	struct wr w = wr_of(error->data, sizeof(error->data));

	wr_u8(&w, inner.code);
	wr_u8(&w, inner.subcode);
	wr_bytes(&w, inner.data, length < room ? length : room);
	error->code = ERR_CEASE;
	error->subcode = CEASE_HARD_RESET;
	error->length = (uint16_t)wr_length(&w);
}

void
msg_shutdown_text(struct msg_error *error, const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);
	struct wr w = wr_of(error->data, sizeof(error->data));

	if (length > SHUTDOWN_MAX) {
		length = SHUTDOWN_MAX;
		while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
			length--; /* whole characters only */
	}
	if (length > 0) {
		wr_u8(&w, (uint8_t)length);
		wr_bytes(&w, text, length);
	}
	error->length = (uint16_t)wr_length(&w);
}
