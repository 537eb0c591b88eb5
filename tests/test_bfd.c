/* SPDX-License-Identifier: ISC */
/* test_bfd.c - a thousand watches against a wire of memory */
#include "tests/testing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/bfd/bfd.h"
#include "bgpd/digest.h"
#include "tests/sim/fake_io.h"

#define COUNT 1000
#define QUEUE 8192

/* Two engines; what one sends, the other is handed when it reads. */
struct side {
	struct bfd_io io; /* first */
	struct world *world;
	struct bfd *bfd;
	struct bfd_watch *watch[COUNT];
	unsigned int ups, downs;
	bool cut;  /* what it sends is lost */
	bool late; /* what it is sent waits until it reads by itself */
	int hops;
	uint64_t sent;
	int64_t sent_at[COUNT], gap;
};

struct packet {
	struct side *to;
	struct bfd_path path; /* of the sender */
	uint8_t bytes[BFD_PACKET_MAX];
	size_t length;
};

struct world {
	struct fake_net *net;
	struct io *loop;
	struct side side[2];
	struct packet queue[QUEUE];
	size_t nqueue;
	int64_t stalled; /* whoever reads is late by then */
};

struct bfd_port {
	struct side *side;
	struct bfd_path path;
};

static struct side *
other(struct side *s)
{
	return &s->world->side[s == &s->world->side[0]];
}

static void
deliver(struct world *w, struct side *to, const struct packet *p)
{
	const struct bfd_datagram d = { .bytes = { p->bytes, p->length },
		.local = p->path.remote,
		.remote = p->path.local,
		.hops = other(to)->hops,
		.multihop = p->path.multihop };

	(void)w;
	to->io.receive(to->io.arg, &d);
}

static void
side_read(struct bfd_io *io)
{
	struct side *s = (struct side *)io;
	struct world *w = s->world;
	size_t i, kept = 0;
	struct packet p;

	for (i = 0; i < w->nqueue; i++) {
		p = w->queue[i];
		if (p.to == s)
			deliver(w, s, &p);
		else
			w->queue[kept++] = p;
	}
	w->nqueue = kept;
}

static int
side_listen(struct bfd_io *io, enum family f, bool multihop)
{
	(void)io, (void)f, (void)multihop;
	return 0;
}

static struct bfd_port *
side_open(struct bfd_io *io, const struct bfd_path *path)
{
	struct bfd_port *p = malloc(sizeof(*p));

	*p = (struct bfd_port){ (struct side *)io, *path };
	return p;
}

static int
side_send(struct bfd_port *port, struct span bytes)
{
	struct side *s = port->side;
	struct packet p = { .to = other(s), .path = port->path };
	size_t i =
	    port->path.remote.bytes[2] * 256u + port->path.remote.bytes[3];
	int64_t now = fake_net_now(s->world->net);

	s->sent++;
	if (s->sent_at[i] != 0 && now - s->sent_at[i] > s->gap)
		s->gap = now - s->sent_at[i];
	s->sent_at[i] = now;
	if (s->cut)
		return 0;
	if (s->world->nqueue == QUEUE) {
		errno = ENOBUFS;
		return -1;
	}
	memcpy(p.bytes, bytes.data, bytes.length);
	p.length = bytes.length;
	s->world->queue[s->world->nqueue++] = p;
	return 0;
}

static void
side_close(struct bfd_port *p)
{
	free(p);
}

static void
side_free(struct bfd_io *io)
{
	(void)io;
}

static const struct bfd_io_ops side_ops = { .listen = side_listen,
	.open = side_open,
	.send = side_send,
	.close = side_close,
	.read = side_read,
	.free = side_free };

static void
changed(void *arg, struct bfd_watch *w, enum bfd_state was)
{
	struct side *s = arg;

	s->ups += bfd_session_of(w)->state == BFD_UP;
	s->downs += was == BFD_UP;
}

static void
deaf(void *arg, enum family f, bool multihop, int error)
{
	(void)arg, (void)f, (void)multihop;
	fail_msg("deaf: %s", strerror(error));
}

static const struct bfd_terms terms = {
	.interval = 300000, .multiplier = 3, .sha1 = digest_sha1
};

/* 10.0.x.y on one side, 10.1.x.y on the other. */
static struct bfd_path
path_of(int side, unsigned int i)
{
	uint32_t low = i >> 8 << 8 | (i & 0xff);

	return (struct bfd_path){ .local = address_v4(0x0a000000u +
				      ((uint32_t)side << 16) + low),
		.remote =
		    address_v4(0x0a000000u + ((uint32_t)!side << 16) + low) };
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct bfd_host host = {
		.random = fake_net_random, .changed = changed, .deaf = deaf
	};
	struct side *s;

	w->net = fake_net_new(1);
	w->loop = fake_net_node(w->net);
	for (s = w->side; s < w->side + 2; s++) {
		s->io.ops = &side_ops;
		s->world = w;
		s->hops = BFD_HOPS;
		host.io = w->loop;
		host.random_arg = w->net;
		host.arg = s;
		s->bfd = bfd_new(&host, &s->io);
	}
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	bfd_free(w->side[0].bfd);
	bfd_free(w->side[1].bfd);
	fake_net_free(w->net);
	free(w);
	return 0;
}

static void
start(struct world *w, unsigned int count)
{
	unsigned int i;
	struct bfd_path path;
	int side;

	for (side = 0; side < 2; side++)
		for (i = 0; i < count; i++) {
			path = path_of(side, i);
			w->side[side].watch[i] = bfd_start(
			    w->side[side].bfd, &path, &terms, &w->side[side]);
		}
}

/* A loop that reads whenever there is something. */
static void
run(struct world *w, int64_t ms)
{
	int64_t until = fake_net_now(w->net) + ms;
	int i;

	while (fake_net_now(w->net) < until) {
		fake_net_run(w->net, 1);
		for (i = 0; i < 2; i++)
			if (!w->side[i].late)
				side_read(&w->side[i].io);
	}
}

static void
thousand_come_up_and_hold_steady(void **state)
{
	struct world *w = *state;

	start(w, COUNT);
	run(w, 5000);
	assert_int_equal(w->side[0].ups, COUNT);
	assert_int_equal(w->side[1].ups, COUNT);
	w->side[0].gap = 0;
	w->side[0].sent = 0;

	run(w, 30000);

	assert_int_equal(w->side[0].downs + w->side[1].downs, 0);
	assert_in_range(w->side[0].gap, 225, 301);
	assert_in_range(w->side[0].sent, COUNT * 100, COUNT * 134);
}

static void
thousand_are_missed_in_time(void **state)
{
	struct world *w = *state;

	start(w, COUNT);
	run(w, 5000);
	w->side[0].cut = true;

	run(w, 599);
	assert_int_equal(w->side[1].downs, 0);
	run(w, 302);

	assert_int_equal(w->side[1].downs, COUNT);
}

/* A busy daemon must not take its own delay for the silence of others. */
static void
late_reader_loses_nobody(void **state)
{
	struct world *w = *state;

	start(w, 10);
	run(w, 5000);
	w->side[1].late = true;

	run(w, 3000);

	assert_int_equal(w->side[1].downs, 0);
}

static void
wrong_hops_are_counted_and_change_nothing(void **state)
{
	struct world *w = *state;

	w->side[0].hops = 254;
	start(w, 1);
	run(w, 5000);

	assert_int_equal(w->side[1].ups, 0);
	assert_int_equal(bfd_last_discard(w->side[1].watch[0]), BFD_BAD_HOPS);
	assert_true(
	    bfd_counters_of(w->side[1].watch[0])->discarded[BFD_BAD_HOPS] >= 5);
	assert_true(bfd_discards(w->side[1].bfd, BFD_BAD_HOPS) >= 5);
}

static void
stopped_is_no_failure_to_the_other_side(void **state)
{
	struct world *w = *state;

	start(w, 1);
	run(w, 5000);

	bfd_stop(w->side[0].watch[0]);
	run(w, 10);

	assert_int_equal(
	    bfd_session_of(w->side[1].watch[0])->cause, BFD_SAID_ADMIN_DOWN);
	assert_int_equal(w->side[0].downs, 0);
}

/* While the old one takes its leave. */
static void
started_again_comes_up_at_once(void **state)
{
	struct world *w = *state;
	struct bfd_path path = path_of(0, 0);

	start(w, 1);
	run(w, 5000);
	bfd_stop(w->side[0].watch[0]);
	w->side[0].watch[0] =
	    bfd_start(w->side[0].bfd, &path, &terms, &w->side[0]);

	run(w, 2500);

	assert_int_equal(bfd_session_of(w->side[1].watch[0])->state, BFD_UP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    thousand_come_up_and_hold_steady, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    thousand_are_missed_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    late_reader_loses_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    wrong_hops_are_counted_and_change_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    stopped_is_no_failure_to_the_other_side, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    started_again_comes_up_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
