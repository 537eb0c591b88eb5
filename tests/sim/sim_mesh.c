/* SPDX-License-Identifier: ISC */
/* sim_mesh.c - a mesh of N nodes, the same text on each */
#include "tests/sim/sim_mesh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

char *
sim_mesh_config(size_t i, size_t count, size_t missing, const char *more)
{
	size_t size = 4096 + count * 128, j;
	char *text = xmalloc(size);
	int used;

	used = snprintf(text, size,
	    "as 64512\nnode node-%zu\n"
	    "blocks 10.244.%zu.0/26 fd00:10:244:%zx::/122\n"
	    "pools 10.244.0.0/16 fd00:10:244::/48\n%s\nmesh {\n",
	    i, i, i, more);
	for (j = 1; j <= count; j++)
		if (j != missing)
			used += snprintf(text + used, size - used,
			    "node node-%zu 10.0.0.%zu fd00::%zx\n", j, j, j);
	snprintf(text + used, size - used, "}\n");
	return text;
}

void
sim_mesh_init(struct sim_mesh *m, size_t count, uint32_t seed)
{
	char name[16], v4[16], v6[16], *text;
	size_t i;

	memset(m, 0, sizeof(*m));
	m->sim = sim_new(seed);
	m->count = count;
	for (i = 1; i <= count; i++) {
		snprintf(name, sizeof(name), "node-%zu", i);
		snprintf(v4, sizeof(v4), "10.0.0.%zu", i);
		snprintf(v6, sizeof(v6), "fd00::%zx", i);
		text = sim_mesh_config(i, count, 0, "");
		m->node[i] = sim_node(m->sim, name, v4, v6, text);
		free(text);
	}
}

void
sim_mesh_start(struct sim_mesh *m)
{
	size_t i;

	for (i = 1; i <= m->count; i++)
		sim_start(m->node[i]);
}

bool
sim_mesh_whole(void *arg)
{
	struct sim_mesh *m = arg;
	size_t i, running = 0;

	for (i = 1; i <= m->count; i++)
		if (sim_bgpd(m->node[i]) != NULL)
			running++;
	for (i = 1; i <= m->count; i++) {
		if (sim_bgpd(m->node[i]) == NULL)
			continue;
		if (sim_established(m->node[i]) != 2 * (running - 1) ||
		    sim_routes(m->node[i]) != 2 * m->count)
			return false;
	}
	return true;
}

void
sim_mesh_clear(struct sim_mesh *m)
{
	sim_free(m->sim);
}
