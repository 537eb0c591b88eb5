/* SPDX-License-Identifier: ISC */
/* work.c - fixed pieces of work, for counting the instructions they take */
/*
 *	work NAME
 *
 * Each is a whole daemon, or a part, in one process on a virtual clock, fed
 * with the same bytes every time.  What counts happens inside of measured();
 * tests/bench/counts runs this under callgrind and compares.  The fakes are
 * counted with it, so a change of theirs shows as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/sim/sim_mesh.h"
#include "tests/testing.h"

#define ROUTES    20000u /* of the table, five to a set of attributes */
#define TURN      8u     /* messages said at once */
#define NEIGHBORS 2000u  /* of the config */
#define NODES     30u    /* of the mesh */
#define LONG      60000  /* ms of virtual time */

struct work {
	struct pair pair;
	struct far_line *line;
	struct sim_mesh mesh;
	char *text;
};

static uint8_t *
put(uint8_t *p, unsigned int size, uint32_t value)
{
	while (size-- > 0)
		*p++ = (uint8_t)(value >> 8 * size);
	return p;
}

/* Five /24 of set i, or their withdrawal. */
static size_t
message_make(uint8_t *m, uint32_t set, bool withdraw)
{
	uint8_t *p, *length;
	uint32_t i;

	memset(m, 0xff, 16);
	p = put(m + 18, 1, MSG_UPDATE);
	p = put(p, 2, withdraw ? 20 : 0);
	length = p;
	if (!withdraw) {
		p = put(p, 2, 4 + 5 + 8 + 7 + 7);
		p = put(p, 4, 0x40010100);
		p = put(p, 3, 0x40020a);
		p = put(p, 2, 0x0202);
		p = put(p, 4, 65001);
		p = put(p, 4, 100000 + set % 50000);
		p = put(p, 3, 0x400304);
		p = put(p, 4, 0x0a000002);
		p = put(p, 3, 0xc00804);
		p = put(p, 4, 65001u << 16 | (set & 0xffff));
	}
	for (i = 0; i < 5; i++) {
		p = put(p, 1, 24);
		p = put(p, 3, 0x140000 + 5 * set + i);
	}
	if (withdraw)
		p = put(p, 2, 0);
	else
		put(length, 2, (uint32_t)(p - length) - 2 - 20);
	put(m + 16, 2, (uint32_t)(p - m));
	return (size_t)(p - m);
}

static void
table_say(struct work *w, bool withdraw)
{
	uint8_t bytes[TURN * 128];
	size_t length = 0;
	uint32_t set;

	for (set = 0; set < ROUTES / 5; set++) {
		length += message_make(bytes + length, set, withdraw);
		if ((set + 1) % TURN != 0)
			continue;
		far_say(w->line, (struct span){ bytes, length });
		sim_run(w->pair.sim, 1);
		length = 0;
	}
}

static uint32_t
installed(const struct work *w)
{
	struct fib_counts counts;

	fib_counts(sim_bgpd(w->pair.node)->fib, FAMILY_IPV4, &counts);
	return counts.by_status[FIB_IN_SYNC] + counts.by_status[FIB_REMOVING];
}

/* Beside the own block. */
static bool
table_is_installed(void *arg)
{
	return installed(arg) == ROUTES + 1;
}

static bool
table_has_gone(void *arg)
{
	return installed(arg) == 1;
}

/* ---- a table from one neighbor into the kernel ---- */

static void
table_begin(struct work *w)
{
	pair_init(&w->pair, PAIR_USUAL);
	w->line = pair_up(&w->pair);
}

static void
table_do(struct work *w)
{
	table_say(w, false);
	assert_true(sim_wait(w->pair.sim, table_is_installed, w, LONG));
}

/* ---- the same, taken back, and its session lost ---- */

static void
gone_begin(struct work *w)
{
	table_begin(w);
	table_do(w);
}

static void
withdraw_do(struct work *w)
{
	table_say(w, true);
	assert_true(sim_wait(w->pair.sim, table_has_gone, w, LONG));
}

static void
lost_do(struct work *w)
{
	far_hang_up(w->line);
	assert_true(sim_wait(w->pair.sim, table_has_gone, w, LONG));
}

/* ---- the same through filters ---- */

static void
filter_begin(struct work *w)
{
	pair_init(&w->pair,
	    "remote-as 65001\nexport all\nimport f\n}\nfilter f {\n"
	    "reject community 65001:9999, 65002:*\n"
	    "reject 0.0.0.0/0 ge 25\n"
	    "continue 20.1.0.0/16 le 24 set med 10\n"
	    "reject as-path origin 64999\n"
	    "continue not 20.0.0.0/14 le 24 set pref 50\n"
	    "accept 20.0.0.0/8 le 24 set community add 64512:1\n");
	w->line = pair_up(&w->pair);
}

/* ---- nodes that find each other ---- */

static void
mesh_begin(struct work *w)
{
	sim_mesh_init(&w->mesh, NODES, 7);
}

static void
mesh_do(struct work *w)
{
	sim_mesh_start(&w->mesh);
	assert_true(sim_wait(w->mesh.sim, sim_mesh_whole, &w->mesh, LONG));
}

/* ---- a large config, read and compared ---- */

static void
config_begin(struct work *w)
{
	size_t size = 0;
	FILE *f = open_memstream(&w->text, &size);
	unsigned int i;

	fprintf(f, "as 64512\nnode ours\nmesh {\n");
	for (i = 1; i <= NEIGHBORS; i++)
		fprintf(f, "node n-%u 10.%u.%u.1 fd00::%x\n", i, 1 + i / 200,
		    i % 200, i);
	fprintf(f, "}\n");
	fclose(f);
}

static void
config_do(struct work *w)
{
	struct conf_messages messages = { .count = 0 };
	struct conf_changes changes = { .count = 0 };
	struct conf *a, *b;

	a = conf_parse("a", w->text, "ours", &messages);
	b = conf_parse("b", w->text, "ours", &messages);
	assert_non_null(a);
	conf_diff(a, b, &changes);
	assert_int_equal(changes.count, 0);
}

static const struct {
	const char *name;
	void (*begin)(struct work *);
	void (*does)(struct work *);
} works[] = {
	{ "table", table_begin, table_do },
	{ "withdraw", gone_begin, withdraw_do },
	{ "lost", gone_begin, lost_do },
	{ "filter", filter_begin, table_do },
	{ "mesh", mesh_begin, mesh_do },
	{ "config", config_begin, config_do },
};

/* What is counted; callgrind knows it by its name. */
void measured(void (*)(struct work *), struct work *);

__attribute__((noinline)) void
measured(void (*does)(struct work *), struct work *w)
{
	does(w);
	__asm__ volatile(""); /* no jump: it is to return here */
}

int
main(int argc, char **argv)
{
	static struct work work;
	size_t i, n = sizeof(works) / sizeof(works[0]);

	for (i = 0; argc == 2 && i < n; i++) {
		if (strcmp(works[i].name, argv[1]) != 0)
			continue;
		works[i].begin(&work);
		measured(works[i].does, &work);
		return 0;
	}
	for (i = 0; i < n; i++)
		puts(works[i].name);
	return argc == 1 ? 0 : 2;
}
