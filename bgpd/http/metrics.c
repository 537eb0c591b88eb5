/* SPDX-License-Identifier: ISC */
/* metrics.c - a scrape: the tables of metrics, row by row, neighbor by neighbor
 */

/*
 * All samples of a metric stand together, so the walk goes over the rows, and
 * for those of neighbors over all neighbors each time; a few at a step.  First
 * one pass counts neighbors by state, for the totals.  In between neighbors
 * come and go: each sample is true when it is written.
 *
 * How many samples there are is bounded by the config: of nodes of the mesh
 * only those have samples of their own that are down, unless `per-neighbor
 * all` asks for more; a cluster of a thousand nodes scraped on each of them
 * is a million rows otherwise, for each metric.
 */

#include "bgpd/http/metrics.h"

#include <string.h>
#include <time.h>

#include "bgpd/control/show.h"
#include "rib/mem.h"

#define NEIGHBORS_PER_STEP 32u

const char *const metrics_types[METRICS_TYPES] = { "mesh", "ibgp", "client",
	"ebgp" };

static const struct metric *const tables[] = { metrics_of_node,
	metrics_of_process, metrics_of_neighbors };
#define TABLES (sizeof(tables) / sizeof(tables[0]))

struct metrics {
	struct metrics_source source;
	struct exposition x;
	bool counted;    /* the census is over */
	size_t table;    /* of tables */
	size_t row;      /* of that table */
	bool begun;      /* of that row */
	uint32_t cursor; /* of neighbors */
};

struct metrics *
metrics_new(const struct bgpd *b, const struct server *server,
    enum exposition_form form)
{
	struct metrics *m = xcalloc(1, sizeof(*m));
	struct timespec wall;

	clock_gettime(CLOCK_REALTIME, &wall);
	m->source.bgpd = b;
	m->source.server = server;
	m->source.now = b->io->ops->now(b->io);
	m->source.wall = (double)wall.tv_sec + (double)wall.tv_nsec / 1e9;
	m->x.form = form;
	return m;
}

static unsigned int
type_of(const struct peer *p)
{
	const char *word = show_peer_type(p);
	unsigned int i = 0;

	while (i + 1 < METRICS_TYPES && strcmp(metrics_types[i], word) != 0)
		i++;
	return i;
}

static void
count(struct metrics *m, const struct peer *p)
{
	struct metrics_census *c = &m->source.census;
	const struct rib *rib = m->source.bgpd->rib;
	struct peer_family view;
	enum rib_refusal r;
	enum family f;

	if (conf_neighbor_is_disabled(peer_conf(p)))
		c->disabled[type_of(p)]++;
	else
		c->states[type_of(p)][peer_state(p)]++;
	if (peer_conf(p)->settings.tls.on && peer_established_at(p) != 0) {
		c->plain += peer_why_plain(p) != NULL;
		c->encrypted += peer_why_plain(p) == NULL;
	}
	for (f = 0; f < FAMILY_MAX; f++) {
		peer_family(p, f, &view);
		c->stale[f] += view.stale;
		for (r = RIB_ACCEPTED + 1; r < RIB_REFUSAL_MAX; r++)
			c->refused[f][r] +=
			    rib_source_refused(rib, peer_source(p), f, r);
	}
}

static void
census_step(struct metrics *m)
{
	const struct peer *p;
	unsigned int i;

	for (i = 0; i < NEIGHBORS_PER_STEP; i++) {
		p = neighbors_walk(m->source.bgpd->neighbors, &m->cursor);
		if (p == NULL) {
			m->counted = true;
			m->cursor = 0;
			return;
		}
		count(m, p);
	}
}

/* Does it have samples of its own? */
static bool
is_told(const struct bgpd *b, const struct peer *p)
{
	switch ((enum conf_per_neighbor)b->conf->per_neighbor) {
	case CONF_PER_NEIGHBOR_OFF: return false;
	case CONF_PER_NEIGHBOR_ALL: return true;
	case CONF_PER_NEIGHBOR_DOWN: break;
	}
	return peer_conf(p)->kind != CONF_MESH ||
	    peer_state(p) != FSM_ESTABLISHED;
}

/* False when there are no more neighbors. */
static bool
neighbors_step(struct metrics *m, const struct metric *row)
{
	const struct bgpd *b = m->source.bgpd;
	char address[SHOW_ADDRESS_STRLEN];
	struct metrics_neighbor n = { .source = &m->source };
	unsigned int i;

	for (i = 0; i < NEIGHBORS_PER_STEP; i++) {
		n.peer = neighbors_walk(b->neighbors, &m->cursor);
		if (n.peer == NULL)
			return false;
		if (!is_told(b, n.peer))
			continue;
		n.name = peer_conf(n.peer)->name;
		n.address = show_peer_address(n.peer, address);
		row->neighbor(&n, &m->x);
	}
	return true;
}

/* False when the row is over. */
static bool
row_step(struct metrics *m, const struct metric *row)
{
	if (!m->begun)
		exposition_begin(&m->x, &row->name);
	m->begun = true;
	if (row->neighbor != NULL)
		return neighbors_step(m, row);
	row->node(&m->source, &m->x);
	return false;
}

bool
metrics_next(struct metrics *m, struct outbox *out)
{
	const struct metric *row;

	m->x.out = out;
	if (!m->counted) {
		census_step(m);
		return true;
	}
	if (m->table == TABLES) {
		exposition_end(&m->x);
		return false;
	}
	row = &tables[m->table][m->row];
	if (row->name.name == NULL) {
		m->table++;
		m->row = 0;
	} else if (!row_step(m, row)) {
		m->row++;
		m->begun = false;
		m->cursor = 0;
	}
	return true;
}
