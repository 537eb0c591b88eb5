/* SPDX-License-Identifier: ISC */
/* blocks.c - who owns which pod block, for the page */

/*
 * Records as `show routes` has them: this node's own blocks, then of each
 * neighbor the first routes that it was let in with and that lie in a pool, or
 * any where there are no pools.  At most SHOWN of a neighbor, and at most
 * LOOKED are looked at for them: a router of the rack may have a million.
 * One neighbor is a step.
 */

#include "bgpd/http/blocks.h"

#include "bgpd/control/show.h"

#define SHOWN  16u
#define LOOKED 256u

static bool
is_in_pool(const struct conf *conf, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < conf->npools; i++)
		if (prefix_contains(&conf->pools[i], prefix))
			return true;
	return conf->npools == 0;
}

static void
emit_own(struct request *r)
{
	const struct bgpd *b = r->bgpd;
	struct rib_path path;
	uint32_t entry;
	size_t i;

	for (i = 0; i < b->conf->nblocks; i++) {
		const struct prefix *block = &b->conf->blocks[i];

		entry = rib_find(b->rib, block);
		if (entry != 0 &&
		    rib_best(b->rib, block->address.family, entry, &path))
			show_route(r, block, &path);
	}
}

static void
emit_of(struct request *r, const struct peer *p, enum family f)
{
	const struct bgpd *b = r->bgpd;
	unsigned int shown = 0, looked = 0;
	struct prefix prefix;
	struct rib_path path;
	uint32_t cursor = 0;

	while (shown < SHOWN && looked++ < LOOKED &&
	    (cursor = rib_source_next(
		 b->rib, peer_source(p), f, cursor, &prefix, &path)) != 0) {
		if (path.accepted == 0 || !is_in_pool(b->conf, &prefix))
			continue;
		show_route(r, &prefix, &path);
		shown++;
	}
}

static bool
blocks_next(struct request *r)
{
	const struct peer *p;
	enum family f;

	if (r->stage == 0) {
		emit_own(r);
		r->stage = 1;
		return true;
	}
	p = neighbors_walk(r->bgpd->neighbors, &r->cursor);
	for (f = 0; p != NULL && f < FAMILY_MAX; f++)
		emit_of(r, p, f);
	return p != NULL;
}

static const struct argument no_arguments[] = { { NULL, false, false } };

const struct command blocks_command = { "blocks", COMMAND_READ, no_arguments,
	NULL, blocks_next, NULL };
