/* SPDX-License-Identifier: ISC */
/* fuzz_import.c - any bytes from a neighbor, through a whole daemon */

/*
 * One daemon and six machines around it, over memory pipes: four that speak
 * (external, external with two-octet AS numbers, internal, internal with
 * ADD-PATH, which is told all of it, too) and two that listen (a reflector
 * client and an external neighbor).  An input is a new session of one speaker;
 * its first byte says whose, and how the rest is cut:
 *
 *	as the body of one UPDATE, as several with two octets of length
 *	before each, or as the stream of bytes behind the KEEPALIVE
 *
 * Framing, decoding, import, decision, next hops, the FIB, update groups and
 * encoding are the daemon's own.  What must hold:
 *
 *  - its counters are what a recount of the rib gives;
 *  - a listener has exactly what the daemon thinks that it was told, prefix by
 *    prefix, and its attributes, decoded and interned, are the same value;
 *  - once the speaker has gone, the rib, the attributes, the kernel and the
 *    listeners are as they were before it came.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "tests/sim/far.h"
#include "tests/sim/sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SPEAKERS  4u
#define LISTENERS 2u
#define BUCKETS   1024u
#define TURN      40 /* ms of virtual time: all turns of the daemon */

/* What a listener was told of a prefix and not told to forget. */
struct heard {
	struct prefix prefix;
	uint32_t attrs; /* id in the daemon's own table, a reference */
	struct heard *next;
};

struct listener {
	struct far far;
	struct far_line *line;
	struct heard *heads[FAMILY_MAX][BUCKETS];
	uint32_t count[FAMILY_MAX];
};

static struct stage {
	struct sim *sim;
	struct sim_node *node;
	struct far speaker[SPEAKERS];
	struct listener listener[LISTENERS];
	struct update_scratch scratch;
	/* How it is without a speaker. */
	struct rib_counts counts[FAMILY_MAX];
	size_t attrs, kernel;
	uint32_t told[LISTENERS][FAMILY_MAX];
} * stage;

static const char config[] =
    "as 64512\nnode ours\nrouter-id 10.0.0.1\ncluster-id 10.0.0.250\n"
    "blocks 10.244.1.0/26 fd00:10:244:1::/122\n"
    "passive\nhold-time 0s\nidle-hold 0s\nimport all\nexport all\n"
    "graceful-restart off\n"
    "neighbor s0 10.0.0.2 { remote-as 65001; families ipv4 ipv6 }\n"
    "neighbor s1 10.0.0.3 { remote-as 65002; families ipv4 ipv6 }\n"
    "neighbor s2 10.0.0.4 { remote-as 64512; families ipv4 ipv6 }\n"
    "neighbor s3 10.0.0.7 { remote-as 64512; families ipv4 ipv6\n"
    "add-path both }\n"
    "neighbor l0 10.0.0.5 { remote-as 64512; families ipv4 ipv6\n"
    "reflector-client }\n"
    "neighbor l1 10.0.0.6 { remote-as 65009; families ipv4 ipv6 }\n";

static struct rib *
rib_of(void)
{
	return sim_bgpd(stage->node)->rib;
}

static uint32_t
source_of(const struct far *far)
{
	const struct peer *peer =
	    neighbors_find(sim_bgpd(stage->node)->neighbors, &far->address, 0);

	assert(peer != NULL);
	return peer_source(peer);
}

/* ---- the stage ---- */

static void
far_make(struct far *far, const char *address, uint32_t as)
{
	far_init(far, sim_net(stage->sim), address, "10.0.0.1");
	far->open.as = as;
	far->open.my_as = (uint16_t)as;
	far->open.hold_time = 0;
	far->open.identifier = 0x0a000000u + far->address.bytes[3];
	far->open.family[FAMILY_IPV6].multiprotocol = true;
	far->context.internal = as == 64512;
}

static struct far_line *
far_up(struct far *far)
{
	struct far_line *line = far_dial(far);

	far_greet(line);
	assert(line->conn != NULL);
	return line;
}

static void listeners_hear(void);

static void
remember(void)
{
	enum family f;
	size_t i;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_counts(rib_of(), f, &stage->counts[f]);
		for (i = 0; i < LISTENERS; i++)
			stage->told[i][f] = stage->listener[i].count[f];
	}
	stage->attrs = attr_table_count(rib_attrs(rib_of()));
	stage->kernel = sim_routes(stage->node);
}

static void
stage_make(void)
{
	stage = xcalloc(1, sizeof(*stage));
	stage->sim = sim_new(7);
	stage->node =
	    sim_node(stage->sim, "ours", "10.0.0.1", "fd00::1", config);
	far_make(&stage->speaker[0], "10.0.0.2", 65001);
	far_make(&stage->speaker[1], "10.0.0.3", 65002);
	far_make(&stage->speaker[2], "10.0.0.4", 64512);
	far_make(&stage->speaker[3], "10.0.0.7", 64512);
	stage->speaker[3].open.has |= OPEN_HAS_ADD_PATH;
	stage->speaker[3].open.family[FAMILY_IPV4].add_path = 3;
	stage->speaker[3].open.family[FAMILY_IPV6].add_path = 3;
	stage->speaker[1].open.has &= ~(uint32_t)OPEN_HAS_FOUR_OCTET_AS;
	far_make(&stage->listener[0].far, "10.0.0.5", 64512);
	far_make(&stage->listener[1].far, "10.0.0.6", 65009);
	sim_start(stage->node);
	sim_run(stage->sim, 100);
	stage->listener[0].line = far_up(&stage->listener[0].far);
	stage->listener[1].line = far_up(&stage->listener[1].far);
	sim_run(stage->sim, 1000);
	listeners_hear();
	remember();
}

/* ---- listening ---- */

static struct heard **
heard_find(struct listener *l, const struct prefix *prefix)
{
	const uint8_t *bytes = prefix->address.bytes;
	struct heard **at;
	uint32_t hash = prefix->length;
	size_t i;

	for (i = 0; i < sizeof(prefix->address.bytes); i++)
		hash = hash * 31 + bytes[i];
	at = &l->heads[prefix->address.family][hash % BUCKETS];
	while (*at != NULL && !prefix_equal(&(*at)->prefix, prefix))
		at = &(*at)->next;
	return at;
}

/* attrs: a reference, or 0 to forget. */
static void
hear_route(struct listener *l, const struct prefix *prefix, uint32_t attrs)
{
	struct heard **at = heard_find(l, prefix), *h = *at;

	if (h == NULL && attrs == 0)
		return;
	if (h == NULL) {
		h = *at = xcalloc(1, sizeof(*h));
		h->prefix = *prefix;
		l->count[prefix->address.family]++;
	}
	attr_unref(rib_attrs(rib_of()), h->attrs);
	h->attrs = attrs;
	if (attrs != 0)
		return;
	*at = h->next;
	l->count[prefix->address.family]--;
	free(h);
}

static void
hear_field(struct listener *l, const struct update *u, enum update_field which)
{
	const struct update_nlri *field = &u->field[which];
	struct attr_table *table = rib_attrs(rib_of());
	struct rd cursor = rd_of(field->bytes);
	struct attrs attrs = u->attrs;
	struct update_route route;
	uint32_t id = 0;

	if (which == UPDATE_MP_REACH) {
		attrs.next_hop = u->mp_next_hop;
		attrs.link_local = u->mp_link_local;
		attrs.has |= ATTR_HAS_NEXT_HOP;
	}
	if (which == UPDATE_MP_REACH || which == UPDATE_NLRI)
		id = attr_intern(table, &attrs);
	while (update_next(&l->far.context, field->family, &cursor, &route))
		hear_route(l, &route.prefix, id != 0 ? attr_ref(table, id) : 0);
	attr_unref(table, id);
}

static void
hear_update(struct listener *l, struct span body)
{
	enum update_field f;
	struct update u;

	update_decode(&l->far.context, body, &stage->scratch, &u);
	assert(u.error.severity == SEVERITY_OK && u.discarded == 0);
	for (f = 0; f < UPDATE_FIELD_MAX; f++)
		if (u.field[f].present)
			hear_field(l, &u, f);
}

/* All whole messages that came; the rest stays. */
static void
listener_hear(struct listener *l)
{
	struct msg_error error = { .severity = SEVERITY_OK };
	struct far_line *line = l->line;
	struct msg_header header;
	struct span rest = { line->bytes, line->length };

	assert(line->conn != NULL); /* nothing of theirs ends it */
	while (msg_frame(rest, MSG_MAX_SIZE, &header, &error) == FRAME_WHOLE) {
		assert(header.type != MSG_NOTIFICATION);
		if (header.type == MSG_UPDATE)
			hear_update(l, header.body);
		rest.data += header.length;
		rest.length -= header.length;
	}
	assert(error.severity == SEVERITY_OK);
	memmove(line->bytes, rest.data, rest.length);
	line->length = rest.length;
}

static void
listeners_hear(void)
{
	size_t i;

	for (i = 0; i < LISTENERS; i++)
		listener_hear(&stage->listener[i]);
}

/* ---- what must hold ---- */

static void
listener_check(struct listener *l, enum family f)
{
	const struct groups *groups = sim_bgpd(stage->node)->groups;
	struct group_asked asked = { f, source_of(&l->far), 0 };
	struct group_told told;
	struct prefix prefix;
	struct heard **at;
	uint32_t count = 0;
	bool any;

	while ((asked.entry = rib_walk(rib_of(), f, asked.entry, &prefix))) {
		any = groups_told(groups, &asked, 0, &told) != 0;
		at = heard_find(l, &prefix);
		assert(any == (*at != NULL));
		assert(!any || told.attrs == (*at)->attrs);
		count += any;
	}
	assert(count == l->count[f]);
	assert(count == groups_told_count(groups, f, asked.source));
}

static void
source_recount(uint32_t source, enum family f)
{
	uint32_t cursor = 0, received = 0, accepted = 0, all, let_in;
	const struct rib *rib = rib_of();
	struct prefix prefix;
	struct rib_path path;

	while ((cursor = rib_source_next(
		    rib, source, f, cursor, &prefix, &path)) != 0) {
		received++;
		accepted += path.accepted != 0;
		assert((path.accepted != 0) == (path.refusal == RIB_ACCEPTED));
	}
	rib_source_counts(rib, source, f, &all, &let_in);
	assert(all == received && let_in == accepted);
	rib_source_fresh(rib, source, f, &all, &let_in);
	assert(all == received && let_in == accepted);
}

static void
recount(enum family f)
{
	const struct rib *rib = rib_of();
	uint32_t entry = 0, cursor, i;
	struct rib_counts counts, again = { 0 };
	struct prefix prefix;
	struct rib_path path;

	while ((entry = rib_walk(rib, f, entry, &prefix)) != 0) {
		again.entries++;
		again.best += rib_best(rib, f, entry, &path);
		cursor = 0;
		while ((cursor = rib_path_next(rib, f, entry, cursor, &path)))
			again.paths++;
	}
	rib_counts(rib, f, &counts);
	assert(counts.entries == again.entries);
	assert(counts.paths == again.paths);
	assert(counts.best == again.best);
	for (i = 0; i < SPEAKERS; i++)
		source_recount(source_of(&stage->speaker[i]), f);
}

static void
settled_check(void)
{
	enum family f;
	size_t i;

	listeners_hear();
	assert(!rib_is_dirty(rib_of()));
	for (f = 0; f < FAMILY_MAX; f++) {
		recount(f);
		for (i = 0; i < LISTENERS; i++)
			listener_check(&stage->listener[i], f);
	}
}

static void
left_check(void)
{
	struct rib_counts counts;
	enum family f;
	size_t i;

	settled_check();
	for (f = 0; f < FAMILY_MAX; f++) {
		rib_counts(rib_of(), f, &counts);
		assert(counts.entries == stage->counts[f].entries);
		assert(counts.paths == stage->counts[f].paths);
		assert(counts.best == stage->counts[f].best);
		for (i = 0; i < LISTENERS; i++)
			assert(
			    stage->listener[i].count[f] == stage->told[i][f]);
	}
	assert(attr_table_count(rib_attrs(rib_of())) == stage->attrs);
	assert(sim_routes(stage->node) == stage->kernel);
}

/* ---- speaking ---- */

/* A session that was ended hears nothing any more. */
static void
say(struct far_line *line, struct span bytes)
{
	if (line->conn != NULL && bytes.length > 0)
		far_say(line, bytes);
}

static void
say_update(struct far_line *line, struct span body)
{
	static uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_UPDATE);

	if (body.length > wr_left(&w))
		body.length = wr_left(&w);
	wr_span(&w, body);
	msg_end(&w, start);
	say(line, wr_written(&w));
}

static void
say_updates(struct far_line *line, struct span input)
{
	struct rd r = rd_of(input);
	size_t length;

	while (rd_left(&r) > 2) {
		length = rd_u16(&r);
		if (length > rd_left(&r))
			length = rd_left(&r);
		say_update(line, rd_span(&r, length));
	}
}

static void (*const ways[])(struct far_line *, struct span) = { say_update,
	say_update, say_updates, say };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { data + 1, size - 1 };
	struct far *far;

	if (size < 2 || size > MSG_MAX_SIZE)
		return 0;
	if (stage == NULL)
		stage_make();
	far = &stage->speaker[(data[0] & 0x3fu) % SPEAKERS];
	ways[data[0] >> 6](far_up(far), input);
	sim_run(stage->sim, TURN);
	settled_check();

	far_reset(far);
	sim_run(stage->sim, TURN);
	left_check();
	return 0;
}
