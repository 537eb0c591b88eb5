/* SPDX-License-Identifier: ISC */
/* far.c - the far end of a neighbor's connections, one message at a time */
/*
 * Messages are made by the encoders that the daemon has itself; bytes that
 * these would not write go through far_say.
 */
#include "tests/sim/far.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "rib/mem.h"
#include "tests/testing.h"

#define PATIENCE (600 * 1000)
#define MOMENT   20 /* ms: some round trips */

static void
line_closed(struct far_line *l)
{
	l->far->io->ops->close(l->conn);
	l->conn = NULL;
}

static void
line_read(struct far_line *l)
{
	uint8_t bytes[4096];
	size_t length = 0;
	bool more = false;
	int error = 0;

	if (l->deaf)
		return;
	switch (l->far->io->ops->read(
	    l->conn, bytes, sizeof(bytes), &length, &more, &error)) {
	case IO_BYTES:
		l->bytes = xreallocarray(l->bytes, l->length + length, 1);
		memcpy(l->bytes + l->length, bytes, length);
		l->length += length;
		break;
	case IO_AGAIN: break;
	case IO_CLOSED:
	case IO_ERROR: line_closed(l); break;
	}
}

static void
line_event(void *arg, enum io_event event, int error)
{
	struct far_line *l = arg;

	(void)error;
	switch (event) {
	case IO_CONNECTED: l->up = true; break;
	case IO_FAILED: line_closed(l); break;
	case IO_READABLE: line_read(l); break;
	case IO_WRITABLE: break;
	}
}

static struct far_line *
line_new(struct far *far)
{
	struct far_line *l = &far->line[far->lines++];

	assert_true(far->lines <= FAR_LINES);
	*l = (struct far_line){ .far = far };
	return l;
}

static bool
far_knows(void *arg, const struct io_endpoint *remote)
{
	const struct far *far = arg;

	return address_equal(&far->daemon, &remote->address);
}

static void
far_accepts(void *arg, struct io_conn *conn, const struct io_endpoint *remote,
    const struct io_endpoint *local)
{
	struct far *far = arg;
	struct far_line *l = line_new(far);

	(void)remote;
	(void)local;
	l->conn = conn;
	l->up = true;
	far->io->ops->attach(conn, line_event, l);
}

void
far_init(struct far *far, struct fake_net *net, const char *address,
    const char *daemon)
{
	struct io_endpoint at = { .port = BGP_PORT };

	*far = (struct far){ .net = net };
	assert_true(address_parse(address, &far->address));
	assert_true(address_parse(daemon, &far->daemon));
	far->io = fake_net_node(net);
	fake_node_add(far->io, &far->address);
	at.address = far->address;
	far->listener =
	    far->io->ops->listen(far->io, &at, far_knows, far_accepts, far);
	far->open = (struct open){ .as = 65001,
		.my_as = 65001,
		.hold_time = 90,
		.identifier = 0x0a000002 };
	far->open.has =
	    OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_FOUR_OCTET_AS | OPEN_HAS_REFRESH;
	far->open.family[FAMILY_IPV4].multiprotocol = true;
	far->context = (struct update_context){ .four_octet_as = true,
		.family = { true, true },
		.max_size = MSG_MAX_SIZE };
}

void
far_clear(struct far *far)
{
	far_reset(far);
}

void
far_reset(struct far *far)
{
	unsigned int i;

	for (i = 0; i < far->lines; i++) {
		if (far->line[i].conn != NULL)
			line_closed(&far->line[i]);
		free(far->line[i].bytes);
	}
	far->lines = far->looked = 0;
}

void
far_restarts(struct far *far, unsigned int seconds, bool forwarding)
{
	far->open.has |= OPEN_HAS_RESTART;
	far->open.restart_time = (uint16_t)seconds;
	far->open.family[FAMILY_IPV4].restart = true;
	far->open.family[FAMILY_IPV4].forwarding = forwarding;
}

void
far_lives_long(struct far *far, uint32_t seconds, bool forwarding)
{
	far->open.has |= OPEN_HAS_LONG_LIVED;
	far->open.family[FAMILY_IPV4].long_lived = true;
	far->open.family[FAMILY_IPV4].long_lived_forwarding = forwarding;
	far->open.family[FAMILY_IPV4].long_lived_time = seconds;
}

static bool
line_is_up(void *arg)
{
	const struct far_line *l = arg;

	return l->up || l->conn == NULL;
}

struct far_line *
far_dial(struct far *far)
{
	struct io_target to = { .remote = { far->daemon, BGP_PORT, 0 },
		.source = { far->address, 0, 0 } };
	struct far_line *l = line_new(far);

	l->dialled = true;
	l->conn = far->io->ops->connect(far->io, &to, line_event, l);
	assert_non_null(l->conn);
	assert_true(fake_net_wait(far->net, line_is_up, l, PATIENCE));
	assert_non_null(l->conn);
	fake_net_run(far->net, MOMENT);
	return l;
}

static bool
far_has_one_more(void *arg)
{
	struct far *far = arg;

	while (far->looked < far->lines && far->line[far->looked].dialled)
		far->looked++;
	return far->looked < far->lines;
}

struct far_line *
far_accepted(struct far *far)
{
	assert_true(fake_net_wait(far->net, far_has_one_more, far, PATIENCE));
	fake_net_run(far->net, MOMENT);
	return &far->line[far->looked++];
}

void
far_hang_up(struct far_line *l)
{
	if (l->conn != NULL)
		line_closed(l);
	fake_net_run(l->far->net, MOMENT);
}

void
far_say(struct far_line *l, struct span bytes)
{
	uint8_t *copy = xmemdup(bytes.data, bytes.length);
	struct iovec iov = { .iov_base = copy, .iov_len = bytes.length };
	ssize_t written = -1;

	if (l->conn != NULL)
		written = l->far->io->ops->write(l->conn, &iov, 1);
	free(copy);
	assert_int_equal(written, bytes.length);
	fake_net_run(l->far->net, MOMENT);
}

void
far_say_open(struct far_line *l)
{
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	open_encode(&w, &l->far->open);
	far_say(l, wr_written(&w));
}

void
far_say_keepalive(struct far_line *l)
{
	uint8_t bytes[MSG_HEADER_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	msg_keepalive_encode(&w);
	far_say(l, wr_written(&w));
}

void
far_say_notification(
    struct far_line *l, unsigned int code, unsigned int subcode)
{
	struct msg_error error = { .severity = SEVERITY_OK };
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));

	msg_error_set(&error, SEVERITY_RESET, code, subcode, NULL);
	msg_notification_encode(&w, &error);
	far_say(l, wr_written(&w));
}

void
far_say_refresh(struct far_line *l, uint16_t afi, uint8_t subtype)
{
	uint8_t bytes[MSG_REFRESH_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_ROUTE_REFRESH);

	wr_u16(&w, afi);
	wr_u8(&w, subtype);
	wr_u8(&w, SAFI_UNICAST);
	msg_end(&w, start);
	far_say(l, wr_written(&w));
}

void
far_say_end_of_rib(struct far_line *l, enum family f)
{
	uint8_t bytes[64];
	struct wr w = wr_of(bytes, sizeof(bytes));

	update_end_of_rib_encode(&w, f);
	far_say(l, wr_written(&w));
}

static void
say_update(struct far_line *l, const char *text, const struct attrs *attrs)
{
	struct update_route route = { .path_id = 0 };
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct update_writer u;

	assert_true(prefix_parse(text, &route.prefix, NULL));
	assert_true(update_begin(
	    &u, &w, &l->far->context, route.prefix.address.family, attrs));
	assert_true(update_add(&u, &route));
	update_end(&u);
	far_say(l, wr_written(&w));
}

void
far_say_route(struct far_line *l, const char *prefix)
{
	uint8_t path[6] = { 2, 1 };
	struct attrs a = { .has = ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH |
		    ATTR_HAS_NEXT_HOP };

	path[4] = (uint8_t)(l->far->open.as >> 8);
	path[5] = (uint8_t)l->far->open.as;
	a.as_path = (struct span){ path, sizeof(path) };
	a.next_hop = l->far->address;
	if (!address_is_unset(&l->far->hop))
		a.next_hop = l->far->hop;
	if (l->far->originator != 0) {
		a.has |= ATTR_HAS_ORIGINATOR | ATTR_HAS_LOCAL_PREF;
		a.originator = l->far->originator;
		a.local_pref = LOCAL_PREF_DEFAULT;
		a.as_path.length = 0;
	}
	if (l->far->otc != 0)
		a.has |= ATTR_HAS_OTC;
	a.otc = l->far->otc;
	a.communities = l->far->communities;
	say_update(l, prefix, &a);
}

void
far_say_withdraw(struct far_line *l, const char *prefix)
{
	say_update(l, prefix, NULL);
}

void
far_greet(struct far_line *l)
{
	far_say_open(l);
	far_say_keepalive(l);
}

/* The next whole message; false at the end. */
static bool
line_next(const struct far_line *l, size_t *at, struct msg_header *header)
{
	struct msg_error error = { .severity = SEVERITY_OK };
	struct span rest;

	if (*at == l->length)
		return false;
	rest = (struct span){ l->bytes + *at, l->length - *at };
	if (msg_frame(rest, MSG_MAX_SIZE_EXTENDED, header, &error) !=
	    FRAME_WHOLE)
		return false;
	*at += header->length;
	return true;
}

struct open
far_heard_open(const struct far_line *l)
{
	struct msg_header header;
	struct msg_error error;
	struct open open;
	size_t at = 0;

	assert_true(line_next(l, &at, &header));
	assert_int_equal(header.type, MSG_OPEN);
	assert_true(open_decode(header.body, &open, &error));
	return open;
}

unsigned int
far_heard(const struct far_line *l, enum msg_type type)
{
	struct msg_header header;
	unsigned int n = 0;
	size_t at = 0;

	while (line_next(l, &at, &header))
		n += header.type == type;
	return n;
}

unsigned int
far_heard_refresh(const struct far_line *l, enum msg_refresh_kind kind)
{
	struct msg_refresh refresh;
	struct msg_header header;
	unsigned int n = 0;
	size_t at = 0;

	while (line_next(l, &at, &header)) {
		if (header.type != MSG_ROUTE_REFRESH)
			continue;
		msg_refresh_decode(header.body, &refresh);
		n += refresh.subtype == kind;
	}
	return n;
}

static struct span
last_notification(const struct far_line *l)
{
	struct span last = { NULL, 0 };
	struct msg_header header;
	size_t at = 0;

	while (line_next(l, &at, &header))
		if (header.type == MSG_NOTIFICATION)
			last = header.body;
	return last;
}

unsigned int
far_notified(const struct far_line *l)
{
	struct rd body = rd_of(last_notification(l));

	return rd_u16(&body);
}

struct span
far_notified_data(const struct far_line *l)
{
	struct rd body = rd_of(last_notification(l));

	rd_u16(&body);
	return rd_rest(&body);
}

static void
line_decode(const struct far_line *l, const struct msg_header *header,
    struct update_scratch *scratch, struct update *u)
{
	update_decode(&l->far->context, header->body, scratch, u);
	assert_int_equal(u->error.severity, SEVERITY_OK);
}

static unsigned int
count_prefix(const struct far_line *l, const struct update_nlri *field,
    const struct prefix *wanted)
{
	struct rd cursor = rd_of(field->bytes);
	struct update_route route;
	unsigned int n = 0;

	while (field->present &&
	    update_next(&l->far->context, field->family, &cursor, &route))
		n += prefix_equal(&route.prefix, wanted);
	return n;
}

unsigned int
far_heard_route(const struct far_line *l, const char *prefix, bool withdrawn)
{
	struct update_scratch *scratch = xmalloc(sizeof(*scratch));
	struct msg_header header;
	struct prefix wanted;
	unsigned int n = 0;
	struct update u;
	size_t at = 0;

	assert_true(prefix_parse(prefix, &wanted, NULL));
	while (line_next(l, &at, &header)) {
		if (header.type != MSG_UPDATE)
			continue;
		line_decode(l, &header, scratch, &u);
		n += count_prefix(l,
		    &u.field[withdrawn ? UPDATE_WITHDRAWN : UPDATE_NLRI],
		    &wanted);
		n += count_prefix(l,
		    &u.field[withdrawn ? UPDATE_MP_UNREACH : UPDATE_MP_REACH],
		    &wanted);
	}
	free(scratch);
	return n;
}

const char *
far_heard_hop(
    const struct far_line *l, const char *prefix, char buf[ADDRESS_STRLEN])
{
	struct update_scratch *scratch = xmalloc(sizeof(*scratch));
	struct msg_header header;
	struct prefix wanted;
	struct update u;
	size_t at = 0;

	buf[0] = '\0';
	assert_true(prefix_parse(prefix, &wanted, NULL));
	while (line_next(l, &at, &header)) {
		if (header.type != MSG_UPDATE)
			continue;
		line_decode(l, &header, scratch, &u);
		if (count_prefix(l, &u.field[UPDATE_NLRI], &wanted) > 0)
			address_format(&u.attrs.next_hop, buf);
		if (count_prefix(l, &u.field[UPDATE_MP_REACH], &wanted) > 0)
			address_format(&u.mp_next_hop, buf);
	}
	free(scratch);
	return buf;
}

unsigned int
far_heard_end_of_rib(const struct far_line *l, enum family f)
{
	struct update_scratch *scratch = xmalloc(sizeof(*scratch));
	struct msg_header header;
	unsigned int n = 0;
	struct update u;
	size_t at = 0;

	while (line_next(l, &at, &header)) {
		if (header.type != MSG_UPDATE)
			continue;
		line_decode(l, &header, scratch, &u);
		n += u.end_of_rib == f;
	}
	free(scratch);
	return n;
}

static bool
line_is_closed(void *arg)
{
	return ((const struct far_line *)arg)->conn == NULL;
}

void
far_wait_closed(struct far_line *l)
{
	assert_true(fake_net_wait(l->far->net, line_is_closed, l, PATIENCE));
}
