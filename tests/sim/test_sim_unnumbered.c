/* SPDX-License-Identifier: ISC */
/* test_sim_unnumbered.c - routers found on a link, by a clock of our own */
/*
 * One daemon, whose door to neighbour discovery is a fake: what it sends is
 * counted, and what it hears is what a test says.
 */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/testing.h"

#include "bgpd/nd.h"
#include "bgpd/wire/advert.h"
#include "tests/sim/sim.h"

#define CONFIG                                          \
	"as 64512\nneighbors uplinks interface eth* { " \
	"remote-as external; import all; export all }\n"
#define MOMENT 1000 /* ms of virtual time */

/* Lives longer than the daemon that opened it. */
struct door {
	struct nd nd;
	int fd;
	bool waits; /* message is to be received */
	struct nd_message message;
	unsigned int sent[ADVERT_KIND_MAX];
	bool joined;
};

struct scene {
	struct sim *sim;
	struct sim_node *node;
	struct door door;
};

static int
door_fd(const struct nd *nd)
{
	return ((const struct door *)nd)->fd;
}

static bool
door_receive(struct nd *nd, struct nd_message *m)
{
	struct door *d = (struct door *)nd;
	uint64_t count;

	if (!d->waits)
		return false;
	assert_int_equal(read(d->fd, &count, sizeof(count)), sizeof(count));
	d->waits = false;
	*m = d->message;
	return true;
}

static int
door_send(struct nd *nd, uint32_t link, const struct address *from,
    enum nd_group group, struct span bytes)
{
	struct door *d = (struct door *)nd;
	struct advert_header header = { *from, ADVERT_HOP_LIMIT };
	enum advert_kind kind;

	assert_int_equal(link, SIM_LINK);
	assert_null(advert_decode(bytes, &header, &kind));
	assert_int_equal(
	    group, kind == ADVERT_ROUTER ? ND_ALL_NODES : ND_ALL_ROUTERS);
	d->sent[kind]++;
	return 0;
}

static int
door_join(struct nd *nd, uint32_t link, bool join)
{
	assert_int_equal(link, SIM_LINK);
	((struct door *)nd)->joined = join;
	return 0;
}

static void
door_close(struct nd *nd)
{
	(void)nd;
}

static const struct nd_ops ops = { .fd = door_fd,
	.receive = door_receive,
	.send = door_send,
	.join = door_join,
	.close = door_close };

static struct nd *
door_open(void *arg)
{
	struct scene *s = arg;

	return &s->door.nd;
}

static void
hear(struct scene *s, enum advert_kind kind, const char *from,
    unsigned int hop_limit)
{
	struct nd_message *m = &s->door.message;
	struct wr w = wr_of(m->bytes, sizeof(m->bytes));
	uint64_t one = 1;

	advert_encode(&w, kind);
	m->length = wr_length(&w);
	m->link = SIM_LINK;
	m->hop_limit = hop_limit;
	m->cut = false;
	assert_true(address_parse(from, &m->from));
	s->door.waits = true;
	assert_int_equal(write(s->door.fd, &one, sizeof(one)), sizeof(one));
	sim_run(s->sim, 50);
}

/* How many there are; the last of them. */
static unsigned int
peers(struct scene *s, struct peer **last)
{
	unsigned int count = 0;
	uint32_t cursor = 0;
	struct peer *p;

	while ((p = neighbors_walk(sim_bgpd(s->node)->neighbors, &cursor)) !=
	    NULL) {
		*last = p;
		count++;
	}
	return count;
}

static struct peer *
only_peer(struct scene *s)
{
	struct peer *p = NULL;

	assert_int_equal(peers(s, &p), 1);
	assert_string_equal(peer_conf(p)->name, "uplinks/eth0");
	return p;
}

static void
assert_nobody(struct scene *s)
{
	assert_string_equal(peer_reason_word(only_peer(s)), "not-found");
}

static int
scene_setup(void **state)
{
	static struct scene scene;
	struct scene *s = &scene;

	memset(s, 0, sizeof(*s));
	s->door.nd.ops = &ops;
	s->door.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->sim = sim_new(1);
	s->node = sim_node(s->sim, "node-1", NULL, "fe80::1", CONFIG);
	sim_nd(s->node, door_open, s);
	sim_start(s->node);
	sim_run(s->sim, 10);
	*state = s;
	return 0;
}

static int
scene_teardown(void **state)
{
	struct scene *s = *state;

	sim_free(s->sim);
	close(s->door.fd);
	return 0;
}

static void
start_advertises_quickly_then_slower(void **state)
{
	struct scene *s = *state;

	sim_run(s->sim, 3 * MOMENT);

	assert_true(s->door.joined);
	assert_int_equal(s->door.sent[ADVERT_ROUTER], 3);
	assert_int_equal(s->door.sent[ADVERT_SOLICIT], 3);
	sim_run(s->sim, 60 * MOMENT);
	assert_in_range(s->door.sent[ADVERT_ROUTER], 3 + 5, 3 + 7);
}

static void
advertisement_makes_a_neighbor(void **state)
{
	struct scene *s = *state;
	char text[ADDRESS_STRLEN];

	assert_nobody(s);
	hear(s, ADVERT_ROUTER, "fe80::2", 255);

	assert_string_equal(
	    address_format(&peer_conf(only_peer(s))->address, text), "fe80::2");
	assert_string_not_equal(peer_reason_word(only_peer(s)), "not-found");
}

static void
silent_neighbor_is_forgotten(void **state)
{
	struct scene *s = *state;

	hear(s, ADVERT_ROUTER, "fe80::2", 255);
	sim_run(s->sim, 40 * MOMENT);
	assert_string_not_equal(peer_reason_word(only_peer(s)), "not-found");
	hear(s, ADVERT_ROUTER, "fe80::2", 255);
	sim_run(s->sim, 40 * MOMENT);
	assert_string_not_equal(peer_reason_word(only_peer(s)), "not-found");

	sim_run(s->sim, 10 * MOMENT);

	assert_nobody(s);
}

static void
advertisement_from_afar_is_ignored(void **state)
{
	struct scene *s = *state;

	hear(s, ADVERT_ROUTER, "fe80::2", 64);
	hear(s, ADVERT_ROUTER, "fd00::2", 255);

	assert_nobody(s);
}

static void
own_advertisement_is_ignored(void **state)
{
	struct scene *s = *state;

	hear(s, ADVERT_ROUTER, "fe80::1", 255);

	assert_nobody(s);
}

static void
neighbors_of_a_link_are_limited(void **state)
{
	struct scene *s = *state;
	char from[] = "fe80::2";
	struct peer *last;

	for (; from[6] <= '9'; from[6]++)
		hear(s, ADVERT_ROUTER, from, 255);

	assert_int_equal(peers(s, &last), 4);
}

static void
solicitations_are_answered_at_most_every_three_seconds(void **state)
{
	struct scene *s = *state;
	unsigned int before;
	int i;

	sim_run(s->sim, 6 * MOMENT);
	before = s->door.sent[ADVERT_ROUTER];
	hear(s, ADVERT_SOLICIT, "fe80::2", 255);
	sim_run(s->sim, MOMENT);
	assert_int_equal(s->door.sent[ADVERT_ROUTER], before + 1);

	for (i = 0; i < 600; i++)
		hear(s, ADVERT_SOLICIT, "fe80::2", 255);

	assert_in_range(s->door.sent[ADVERT_ROUTER], before + 9, before + 11);
	assert_nobody(s);
}

static void
link_down_stops_advertising(void **state)
{
	struct kernel_link eth = { SIM_LINK, "eth0", false, false, false };
	struct scene *s = *state;
	unsigned int before;

	fake_link(sim_kernel(s->node), &eth);
	sim_run(s->sim, MOMENT);
	before = s->door.sent[ADVERT_ROUTER];
	sim_run(s->sim, 60 * MOMENT);

	assert_int_equal(s->door.sent[ADVERT_ROUTER], before);
	assert_string_equal(peer_reason(only_peer(s)), "eth0 is down");
	eth.up = eth.running = true;
	fake_link(sim_kernel(s->node), &eth);
	sim_address_add(s->node, "fe80::1"); /* which went with it */
	sim_run(s->sim, 5 * MOMENT);
	assert_in_range(s->door.sent[ADVERT_ROUTER], before + 3, before + 4);
}

static void
tentative_address_is_waited_for(void **state)
{
	struct scene *s = *state;
	struct kernel_address a = {
		.index = SIM_LINK, .length = 64, .flags = KERNEL_TENTATIVE
	};

	assert_true(address_parse("fe80::1", &a.address));
	fake_address(sim_kernel(s->node), &a);
	sim_run(s->sim, MOMENT);
	assert_string_equal(
	    peer_reason(only_peer(s)), "no link-local address on eth0 yet");

	a.flags = 0;
	fake_address(sim_kernel(s->node), &a);
	sim_run(s->sim, MOMENT);

	assert_non_null(
	    strstr(peer_reason(only_peer(s)), "nobody has advertised itself"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(start_advertises_quickly_then_slower),
		TEST(advertisement_makes_a_neighbor),
		TEST(silent_neighbor_is_forgotten),
		TEST(advertisement_from_afar_is_ignored),
		TEST(own_advertisement_is_ignored),
		TEST(neighbors_of_a_link_are_limited),
		TEST(solicitations_are_answered_at_most_every_three_seconds),
		TEST(link_down_stops_advertising),
		TEST(tentative_address_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
