/* SPDX-License-Identifier: ISC */
/* session_output.c - a session's queue of chunks, and how they get out */

/*
 * In come references to encoded messages, from the FSM (OPEN, KEEPALIVE)
 * and from the owner (UPDATE, ROUTE-REFRESH); out go bytes, many slices to a
 * system call.  Nothing is copied: the queue is a ring of slices that grows
 * when it must and is given back when it is empty.
 *
 * The FSM's own messages are queued from read callbacks, which never write,
 * so they ask io for a call when the socket has room.  The owner queues many
 * and flushes once a turn.  On a full socket io is asked in both cases.
 *
 * The send hold timer (RFC 9687) runs while something is queued and starts
 * anew with every byte that the socket takes.  Last words are the exception
 * to all of this: the connection is about to be closed, so the NOTIFICATION
 * is tried at once, behind the rest of a message that is partly out.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

#include "bgpd/session/session_private.h"
#include "rib/mem.h"

#define SLICES_PER_WRITE 64

static struct session_slice *
slice_at(const struct session *s, uint32_t i)
{
	return &s->queue[(s->queue_first + i) & (s->queue_size - 1)];
}

/* The size is a power of two, so that positions wrap by masking. */
static void
queue_grow(struct session *s)
{
	uint32_t size = s->queue_size == 0 ? 8 : s->queue_size * 2;
	struct session_slice *bigger =
	    xreallocarray(NULL, size, sizeof(*bigger));
	uint32_t i;

	for (i = 0; i < s->queue_count; i++)
		bigger[i] = *slice_at(s, i);
	free(s->queue);
	s->queue = bigger;
	s->queue_size = size;
	s->queue_first = 0;
}

static void
queue_drop_first(struct session *s)
{
	struct session_slice *slice = slice_at(s, 0);

	s->unsent -= slice->length;
	chunk_unref(slice->chunk);
	s->queue_first = (s->queue_first + 1) & (s->queue_size - 1);
	s->queue_count--;
	s->started = false;
}

static void
queue_drop_last(struct session *s)
{
	struct session_slice *slice = slice_at(s, s->queue_count - 1);

	s->unsent -= slice->length;
	chunk_unref(slice->chunk);
	s->queue_count--;
}

static void
queue_free(struct session *s)
{
	free(s->queue);
	s->queue = NULL;
	s->queue_first = s->queue_count = s->queue_size = 0;
}

static void
count_messages(struct session *s, struct span bytes)
{
	struct rd r = rd_of(bytes), body;
	uint16_t length;
	uint8_t type;

	while (rd_left(&r) > 0) {
		rd_span(&r, MSG_HEADER_SIZE - 3);
		length = rd_u16(&r);
		type = rd_u8(&r);
		body = rd_sub(&r, (size_t)length - MSG_HEADER_SIZE);
		assert(!r.failed && !body.failed && type < MSG_TYPE_MAX);
		s->counters.out[type]++;
	}
}

/* Takes over the reference. */
static void
queue_add(struct session *s, struct chunk *chunk, size_t offset, size_t length)
{
	if (s->queue_count == s->queue_size)
		queue_grow(s);
	*slice_at(s, s->queue_count++) = (struct session_slice){ .chunk = chunk,
		.offset = (uint32_t)offset,
		.length = (uint32_t)length };
	s->unsent += length;
	count_messages(s, (struct span){ chunk->bytes + offset, length });
}

static void
want_write(struct session *s, bool wanted)
{
	if (s->wants_write != wanted)
		s->host->io->ops->want_write(s->conn, wanted);
	s->wants_write = wanted;
}

static void
queue_advance(struct session *s, size_t written)
{
	struct session_slice *first;

	s->counters.bytes_out += written;
	while (written > 0) {
		first = slice_at(s, 0);
		if (written < first->length) {
			first->offset += (uint32_t)written;
			first->length -= (uint32_t)written;
			s->unsent -= written;
			s->started = true;
			return;
		}
		written -= first->length;
		queue_drop_first(s);
	}
}

/* One call into io: false when the socket is full or broken. */
static bool
write_some(struct session *s)
{
	struct iovec iov[SLICES_PER_WRITE];
	size_t wanted = 0;
	ssize_t written;
	uint32_t i;

	for (i = 0; i < SLICES_PER_WRITE && i < s->queue_count; i++) {
		struct session_slice *slice = slice_at(s, i);

		iov[i].iov_base = slice->chunk->bytes + slice->offset;
		iov[i].iov_len = slice->length;
		wanted += slice->length;
	}
	written = s->host->io->ops->write(s->conn, iov, (int)i);
	if (written < 0) {
		/* Told in the next turn: the owner may be in its own loop. */
		s->io_error = errno;
		s->cause = REASON_CLOSED;
		session_next_turn(s, DEADLINE_TCP_FAILED);
		return false;
	}
	queue_advance(s, (size_t)written);
	return (size_t)written == wanted;
}

static void
run_send_hold(struct session *s, bool progress)
{
	if (s->queue_count == 0)
		session_timer_start(s, SESSION_SEND_HOLD, 0);
	else if (progress || s->at[SESSION_SEND_HOLD] == 0)
		session_timer_start(s, SESSION_SEND_HOLD, session_send_hold(s));
}

size_t
session_unacked(const struct session *s)
{
	return s->conn == NULL ? 0 : s->host->io->ops->unacked(s->conn);
}

void
session_flush(struct session *s)
{
	size_t before = s->unsent;

	if (s->conn == NULL || before == 0 || s->at[DEADLINE_TCP_FAILED] != 0)
		return;
	while (s->queue_count > 0 && write_some(s))
		;
	if (s->queue_count == 0)
		queue_free(s);
	/* A broken socket is always writable; its failure is on the way. */
	want_write(s, s->queue_count > 0 && s->at[DEADLINE_TCP_FAILED] == 0);
	run_send_hold(s, s->unsent < before);
	session_timer_arm(s);
	if (before >= SESSION_LOW_MARK && s->unsent < SESSION_LOW_MARK)
		s->ops->drained(s->arg, s);
}

void
session_send(
    struct session *s, struct chunk *chunk, size_t offset, size_t length)
{
	assert(s->state == FSM_ESTABLISHED);
	assert(offset + length <= chunk->length);
	if (length > 0)
		queue_add(s, chunk_ref(chunk), offset, length);
}

size_t
session_unsent(const struct session *s)
{
	return s->unsent;
}

void
session_say(
    struct session *s, void (*encode)(const struct session *, struct wr *))
{
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct chunk *chunk;

	encode(s, &w);
	assert(!w.failed);
	chunk = chunk_copy(wr_written(&w));
	queue_add(s, chunk, 0, chunk->length);
	run_send_hold(s, false);
	want_write(s, true);
}

void
session_last_words(struct session *s, const struct msg_error *error)
{
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct chunk *chunk;

	if (s->conn == NULL || s->at[DEADLINE_TCP_FAILED] != 0)
		return;
	while (s->queue_count > (s->started ? 1 : 0))
		queue_drop_last(s);
	msg_notification_encode(&w, error);
	assert(!w.failed);
	if (s->ops->notification != NULL)
		s->ops->notification(s->arg, s, true, error);
	chunk = chunk_copy(wr_written(&w));
	queue_add(s, chunk, 0, chunk->length);
	write_some(s);
}

size_t
session_bytes(const struct session *s, size_t *buffers)
{
	const struct chunk *chunk;
	uint32_t i;

	if (s == NULL)
		return 0;
	*buffers += mem_bytes(s->rest) + mem_bytes(s->queue);
	for (i = 0; i < s->queue_count; i++) {
		chunk = slice_at(s, i)->chunk;
		*buffers += mem_bytes(chunk) / chunk->refs;
	}
	return mem_bytes(s) + mem_bytes(s->reason_text) + mem_bytes(s->verdict);
}

void
session_output_clear(struct session *s)
{
	while (s->queue_count > 0)
		queue_drop_last(s);
	queue_free(s);
	s->started = false;
	s->wants_write = false;
}
