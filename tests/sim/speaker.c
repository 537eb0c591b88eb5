/* SPDX-License-Identifier: ISC */
/* speaker.c - sessions on a fake net, and a peer that says what it likes */

/*
 * What tests of a session share: an owner that counts, configs that suit
 * each other, and the other side as bytes.  Every wait has a deadline of
 * virtual time, a generous one, for it costs nothing.
 */
#include "tests/sim/speaker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "rib/mem.h"
#include "tests/testing.h"

#define PATIENCE (600 * 1000)

/* ---- the owner ---- */

static bool
heard_open(void *arg, struct session *s, const struct open *open)
{
	struct speaker *sp = arg;

	assert_ptr_equal(session_received(s), open);
	sp->opens++;
	return !sp->collides;
}

static void
heard_up(void *arg, struct session *s)
{
	struct speaker *sp = arg;

	assert_int_equal(session_state(s), FSM_ESTABLISHED);
	sp->ups++;
}

static void
heard_down(void *arg, struct session *s, enum fsm_state was,
    enum session_reason reason)
{
	struct speaker *sp = arg;

	assert_int_not_equal(session_state(s), FSM_ESTABLISHED);
	assert_int_not_equal(session_reason_text(s)[0], '\0');
	sp->downs++;
	sp->was = was;
	sp->reason = reason;
}

static bool
heard_update(
    void *arg, struct session *s, struct span body, struct msg_error *error)
{
	struct speaker *sp = arg;

	sp->updates++;
	sp->update_bytes += body.length;
	*error = sp->verdict;
	if (sp->stops != 0)
		session_stop(s, sp->stops, NULL);
	return sp->verdict.code == 0;
}

static void
heard_refresh(void *arg, struct session *s, const struct msg_refresh *refresh)
{
	struct speaker *sp = arg;

	(void)s;
	assert_int_equal(refresh->afi, 1);
	sp->refreshes++;
}

static void
heard_drained(void *arg, struct session *s)
{
	struct speaker *sp = arg;

	assert_true(session_unsent(s) < SESSION_LOW_MARK);
	sp->drained++;
}

static void
heard_line(void *arg, struct session *s, const char *line)
{
	struct speaker *sp = arg;

	(void)s;
	sp->lines++;
	snprintf(sp->line, sizeof(sp->line), "%s", line);
}

static const struct session_ops ops = {
	.open = heard_open,
	.up = heard_up,
	.down = heard_down,
	.update = heard_update,
	.refresh = heard_refresh,
	.drained = heard_drained,
	.log = heard_line,
};

static struct open
suitable_open(unsigned int id, unsigned int hold)
{
	struct open open = { .as = 65000 + id, .hold_time = (uint16_t)hold };

	open.my_as = (uint16_t)open.as;
	open.identifier = id;
	open.has =
	    OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_FOUR_OCTET_AS | OPEN_HAS_REFRESH;
	open.family[FAMILY_IPV4].multiprotocol = true;
	return open;
}

void
speaker_init(struct speaker *sp, struct fake_net *net, const char *address,
    unsigned int id)
{
	*sp = (struct speaker){ .net = net, .known = true };
	assert_true(address_parse(address, &sp->address));
	sp->io = fake_net_node(net);
	fake_node_add(sp->io, &sp->address);
	sp->host = (struct session_host){
		.io = sp->io,
		.size = 2 * MSG_MAX_SIZE_EXTENDED,
		.random = fake_net_random,
		.arg = net,
	};
	sp->host.buffer = xmalloc(sp->host.size);
	sp->config.times = (struct session_times){
		.connect_retry = 5000,
		.idle_hold = 5000,
		.hold = 90000,
		.open_hold = 240000,
	};
	sp->config.open = suitable_open(id, 90);
	sp->config.terms.local_as = sp->config.open.as;
	sp->config.terms.identifier = id;
	sp->config.terms.families[FAMILY_IPV4] = true;
	sp->session = session_new(&sp->host, &ops, sp);
}

void
speaker_meet(struct speaker *sp, const struct address *other, uint32_t as)
{
	sp->config.target.remote.address = *other;
	sp->config.target.remote.port = BGP_PORT;
	sp->config.terms.as = as;
	speaker_configure(sp);
}

void
speaker_configure(struct speaker *sp)
{
	session_configure(sp->session, &sp->config);
}

static bool
speaker_knows(void *arg, const struct io_endpoint *remote)
{
	(void)remote;
	return ((struct speaker *)arg)->known;
}

static void
speaker_accepts(void *arg, struct io_conn *conn,
    const struct io_endpoint *remote, const struct io_endpoint *local)
{
	struct speaker *sp = arg;

	(void)remote;
	(void)local;
	session_accept(sp->session, conn);
}

void
speaker_listen(struct speaker *sp)
{
	struct io_endpoint at = { .address = sp->address, .port = BGP_PORT };

	sp->listener = sp->io->ops->listen(
	    sp->io, &at, speaker_knows, speaker_accepts, sp);
	assert_non_null(sp->listener);
}

void
speaker_clear(struct speaker *sp)
{
	session_free(sp->session);
	free(sp->host.buffer);
}

void
speakers_init(struct speaker *a, struct speaker *b, struct fake_net *net)
{
	speaker_init(a, net, "10.0.0.1", 1);
	speaker_init(b, net, "10.0.0.2", 2);
	b->config.passive = true;
	speaker_meet(a, &b->address, 65002);
	speaker_meet(b, &a->address, 65001);
	speaker_listen(b);
	session_start(b->session);
}

bool
speaker_is_up(void *arg)
{
	return session_state(((struct speaker *)arg)->session) ==
	    FSM_ESTABLISHED;
}

bool
speaker_is_idle(void *arg)
{
	return session_state(((struct speaker *)arg)->session) == FSM_IDLE;
}

void
speaker_wait_up(struct speaker *sp)
{
	assert_true(fake_net_wait(sp->net, speaker_is_up, sp, PATIENCE));
}

/* ---- the raw peer ---- */

static void
raw_read(struct raw *raw)
{
	bool more = false;
	size_t length = 0;
	int error = 0;

	if (raw->deaf)
		return;
	if (raw->length == sizeof(raw->bytes))
		raw->length = 0;
	switch (raw->io->ops->read(raw->conn, raw->bytes + raw->length,
	    sizeof(raw->bytes) - raw->length, &length, &more, &error)) {
	case IO_BYTES: raw->length += length; break;
	case IO_AGAIN: break;
	case IO_CLOSED:
	case IO_ERROR:
		raw->closed = true;
		raw->io->ops->close(raw->conn);
		raw->conn = NULL;
		break;
	}
}

static void
raw_event(void *arg, enum io_event event, int error)
{
	(void)error;
	assert_int_equal(event, IO_READABLE);
	raw_read(arg);
}

static bool
raw_knows(void *arg, const struct io_endpoint *remote)
{
	(void)remote;
	return ((struct raw *)arg)->conn == NULL;
}

static void
raw_accepts(void *arg, struct io_conn *conn, const struct io_endpoint *remote,
    const struct io_endpoint *local)
{
	struct raw *raw = arg;

	(void)remote;
	(void)local;
	raw->conn = conn;
	raw->closed = false;
	raw->length = 0;
	raw->accepted++;
	raw->io->ops->attach(conn, raw_event, raw);
}

void
raw_init(struct raw *raw, struct fake_net *net, const char *address)
{
	struct io_endpoint at = { .port = BGP_PORT };

	*raw = (struct raw){ .net = net };
	assert_true(address_parse(address, &raw->address));
	raw->io = fake_net_node(net);
	fake_node_add(raw->io, &raw->address);
	at.address = raw->address;
	raw->listener =
	    raw->io->ops->listen(raw->io, &at, raw_knows, raw_accepts, raw);
}

void
raw_clear(struct raw *raw)
{
	if (raw->conn != NULL)
		raw->io->ops->close(raw->conn);
}

void
raw_send(struct raw *raw, struct span bytes)
{
	uint8_t *copy = xmemdup(bytes.data, bytes.length);
	struct iovec iov = { .iov_base = copy, .iov_len = bytes.length };

	assert_non_null(raw->conn);
	assert_int_equal(raw->io->ops->write(raw->conn, &iov, 1), bytes.length);
	free(copy);
}

void
raw_send_open(struct raw *raw, unsigned int id, unsigned int hold)
{
	struct open open = suitable_open(id, hold);
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	open_encode(&w, &open);
	raw_send(raw, wr_written(&w));
}

void
raw_send_keepalive(struct raw *raw)
{
	uint8_t bytes[MSG_HEADER_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	msg_keepalive_encode(&w);
	raw_send(raw, wr_written(&w));
}

static bool
raw_is_closed(void *arg)
{
	return ((struct raw *)arg)->closed;
}

/* Walks what came; the last NOTIFICATION and how many of a type. */
static unsigned int
raw_walk(const struct raw *raw, enum msg_type type, unsigned int *notification)
{
	struct rd r = rd_of((struct span){ raw->bytes, raw->length });
	struct msg_error error = { .severity = SEVERITY_OK };
	struct msg_header header;
	unsigned int count = 0;
	struct rd copy = r;

	while (msg_frame(rd_rest(&copy), MSG_MAX_SIZE_EXTENDED, &header,
		   &error) == FRAME_WHOLE) {
		struct rd body = rd_of(header.body);

		count += header.type == type;
		if (header.type == MSG_NOTIFICATION)
			*notification = rd_u16(&body);
		rd_span(&r, header.length);
		copy = r;
	}
	return count;
}

unsigned int
raw_notification(struct raw *raw)
{
	unsigned int notification = 0;

	assert_true(fake_net_wait(raw->net, raw_is_closed, raw, PATIENCE));
	raw_walk(raw, MSG_NOTIFICATION, &notification);
	return notification;
}

unsigned int
raw_count(const struct raw *raw, enum msg_type type)
{
	unsigned int unused = 0;

	return raw_walk(raw, type, &unused);
}
