/* SPDX-License-Identifier: ISC */
/* session_input.c - bytes become messages, messages become events */

/*
 * One turn is one read into the buffer that all sessions share, behind the
 * fraction of a message that the last turn left over.  All whole messages in
 * it are handled before the turn ends, so no message is ever copied; only
 * the next fraction is, to memory that exists while there is one.  The buffer
 * has room for the longest message behind the longest fraction, but a turn
 * reads no more than TURN_BYTES, some thousand routes: a loud peer waits for
 * the next turn like everybody else.
 *
 * A message is framed, decoded as far as the FSM needs it, and raised as an
 * event.  OPEN is judged here (wire knows how); of an UPDATE only the length
 * is known, its body goes to the owner as it came.  A second OPEN is not
 * looked into: whatever it says, the FSM refuses it.
 *
 * Any event may end the connection, so the loop watches its serial number.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session_private.h"
#include "rib/mem.h"

#define TURN_BYTES 16384u

static void
input_open(struct session *s, struct span body)
{
	struct msg_error error = { .severity = SEVERITY_OK };

	if (s->heard) {
		session_raise(s, FSM_OPEN_GOOD, NULL);
		return;
	}
	if (!open_decode(body, &s->received, &error)) {
		session_raise(s, FSM_OPEN_BAD, &error);
		return;
	}
	s->heard = true;
	if (!open_judge(&s->received, &s->sent, &s->config.terms, &error)) {
		session_raise(s, FSM_OPEN_BAD, &error);
		return;
	}
	open_negotiate(&s->sent, &s->received, &s->common);
	if (!s->ops->open(s->arg, s, &s->received)) {
		session_raise(s, FSM_COLLISION, NULL);
		return;
	}
	if (s->common.extended_message)
		s->max_size = MSG_MAX_SIZE_EXTENDED;
	session_raise(s, FSM_OPEN_GOOD, NULL);
}

static void
input_update(struct session *s, struct span body)
{
	(void)body;
	session_raise(s, FSM_UPDATE_GOOD, NULL);
}

/* The error carries what was received; the row never sends it back. */
static void
input_notification(struct session *s, struct span body)
{
	struct msg_error error = { .severity = SEVERITY_RESET };
	struct msg_notification notification;

	msg_notification_decode(body, &notification);
	error.code = notification.code;
	error.subcode = notification.subcode;
	msg_error_data(&error, notification.data);
	if (s->ops->notification != NULL)
		s->ops->notification(s->arg, s, false, &error);
	session_raise(s, FSM_NOTIFICATION, &error);
}

static void
input_keepalive(struct session *s, struct span body)
{
	(void)body;
	session_raise(s, FSM_KEEPALIVE, NULL);
}

static void
input_refresh(struct session *s, struct span body)
{
	(void)body;
	session_raise(s, FSM_REFRESH, NULL);
}

static void (*const inputs[MSG_TYPE_MAX])(struct session *, struct span) = {
	[MSG_OPEN] = input_open,
	[MSG_UPDATE] = input_update,
	[MSG_NOTIFICATION] = input_notification,
	[MSG_KEEPALIVE] = input_keepalive,
	[MSG_ROUTE_REFRESH] = input_refresh,
};

void
session_deliver_update(struct session *s)
{
	struct msg_error error = { .severity = SEVERITY_OK };

	if (!s->ops->update(s->arg, s, s->message->body, &error))
		session_raise(s, FSM_UPDATE_BAD, &error);
}

void
session_deliver_refresh(struct session *s)
{
	struct msg_refresh refresh;

	msg_refresh_decode(s->message->body, &refresh);
	s->ops->refresh(s->arg, s, &refresh);
}

static struct span
peek(const struct rd *r)
{
	struct rd copy = *r;

	return rd_rest(&copy);
}

/* Keeps the fraction; gives the memory back when there is none. */
static void
keep_rest(struct session *s, struct span rest)
{
	if (rest.length != s->rest_length) {
		free(s->rest);
		s->rest = rest.length > 0 ? xmalloc(rest.length) : NULL;
	}
	if (rest.length > 0)
		memcpy(s->rest, rest.data, rest.length);
	s->rest_length = rest.length;
}

static void
consume(struct session *s, struct span bytes)
{
	struct msg_error error = { .severity = SEVERITY_OK };
	struct rd r = rd_of(bytes);
	uint32_t serial = s->serial;
	enum msg_frame frame = FRAME_MORE;
	struct msg_header header;

	while (s->serial == serial) {
		frame = msg_frame(peek(&r), s->max_size, &header, &error);
		if (frame != FRAME_WHOLE)
			break;
		rd_span(&r, header.length);
		s->counters.in[header.type]++;
		s->message = &header;
		inputs[header.type](s, header.body);
		s->message = NULL;
	}
	if (s->serial != serial)
		return;
	if (frame == FRAME_MORE) {
		keep_rest(s, peek(&r));
		return;
	}
	if (s->common.enhanced_refresh)
		msg_frame_refresh_error(peek(&r), &header, &error);
	session_raise(s, FSM_HEADER_BAD, &error);
}

void
session_input_clear(struct session *s)
{
	keep_rest(s, (struct span){ NULL, 0 });
}

void
session_input(struct session *s)
{
	struct wr w = wr_of(s->host->buffer, s->host->size);
	uint32_t serial = s->serial;
	size_t length = 0, room;
	bool more = false;
	int error = 0;

	if (s->conn == NULL)
		return;
	wr_bytes(&w, s->rest, s->rest_length);
	room = wr_left(&w) < TURN_BYTES ? wr_left(&w) : TURN_BYTES;
	switch (s->host->io->ops->read(
	    s->conn, w.pos, room, &length, &more, &error)) {
	case IO_BYTES:
		s->counters.bytes_in += length;
		wr_commit(&w, length);
		consume(s, wr_written(&w));
		if (more && s->serial == serial)
			session_next_turn(s, DEADLINE_READ);
		break;
	case IO_AGAIN: break;
	case IO_CLOSED: session_lost(s, 0); break;
	case IO_ERROR: session_lost(s, error); break;
	}
}
