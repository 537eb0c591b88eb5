/* SPDX-License-Identifier: ISC */
/* peer_guard.c - a node of the mesh that announces what is another's */
/*
 * Two nodes that announce one pod block, or a node that announces a part of
 * another's, take each other's traffic.  Where the config says whose a block
 * is, that counts; for any other prefix it is who announced it first, of those
 * who announce it now.  `pools { guard warn }` says so and lets it in, `guard
 * refuse` keeps the path as refused.  A line in the log for each prefix and
 * node, at most as often as any line that a peer can cause.
 *
 * Only the mesh is judged: a reflector or a router says what others announced.
 *
 * A path that was refused because another node was first is judged again when
 * that one has gone: rib changes of prefixes with such paths are noted in the
 * run turn, when the rib may not be touched, and seen to behind it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"
#include "rib/mem.h"

/* Another node of the mesh whose path that is, or this one; else NULL. */
static const char *
node_of(const struct peer *p, const struct rib_path *path)
{
	const struct peer *other;

	if (path->source == RIB_LOCAL || path->source == RIB_LEARNED)
		return p->host->conf->node;
	other = p->host->peer_of(p->host->arg, path->source);
	if (other == NULL || other->conf->kind != CONF_MESH ||
	    strcmp(other->conf->name, p->conf->name) == 0)
		return NULL;
	return other->conf->name;
}

/*
 * The name of another node that announced just this before, and was let in.
 * Paths stand in the order of their arrival: those behind its own came later.
 */
static const char *
first_announcer(const struct peer *p, const struct prefix *prefix)
{
	const struct rib *rib = p->host->rib;
	enum family f = prefix->address.family;
	uint32_t entry = rib_find(rib, prefix), cursor = 0;
	const char *node;
	struct rib_path path;

	while (entry != 0 &&
	    (cursor = rib_path_next(rib, f, entry, cursor, &path)) != 0) {
		if (path.source == p->source && path.accepted != 0)
			return NULL;
		node = path.accepted != 0 ? node_of(p, &path) : NULL;
		if (node != NULL)
			return node;
	}
	return NULL;
}

static void
guard_log(struct peer *p, const struct prefix *prefix, const char *owner,
    bool refused)
{
	char text[PREFIX_STRLEN], what[PREFIX_STRLEN + 8], key[PEER_LOG_KEY];

	snprintf(what, sizeof(what), "guard %s", prefix_format(prefix, text));
	log_limited(p->host->log, CONF_WARN, peer_log_key(p, what, key),
	    p->host->io->ops->now(p->host->io),
	    "peer %s: announces %s, which is of %s%s", p->conf->name, text,
	    owner, refused ? ": refused" : " (pools: guard warn)");
}

void
peer_guard(struct peer *p, const struct prefix *prefix, struct rib_input *in)
{
	struct peer_host *host = p->host;
	const char *owner;
	bool refuse = host->conf->guard == CONF_GUARD_REFUSE;

	if (in->accepted == 0 || p->conf->kind != CONF_MESH ||
	    host->conf->guard == CONF_GUARD_OFF)
		return;
	if (owners_ask(host->owners, prefix, p->conf->name, &owner) ==
	    OWNERS_NOBODY)
		owner = first_announcer(p, prefix);
	if (owner == NULL)
		return;
	p->counters.foreign_blocks++;
	guard_log(p, prefix, owner, refuse);
	if (!refuse)
		return;
	attr_unref(rib_attrs(host->rib), in->accepted);
	in->accepted = 0;
	in->refusal = RIB_FOREIGN_BLOCK;
	host->guarded.any = true;
}

void
peers_guard_note(struct peer_host *host, const struct rib_change *change)
{
	struct peer_guarded *g = &host->guarded;
	struct rib_path path;
	uint32_t cursor = 0;

	while (g->any &&
	    (cursor = rib_path_next(host->rib, change->family, change->entry,
		 cursor, &path)) != 0) {
		if (path.refusal != RIB_FOREIGN_BLOCK)
			continue;
		g->at = xreallocarray(g->at, g->count + 1, sizeof(*g->at));
		g->at[g->count++] = change->prefix;
		return;
	}
}

static void
guard_again(struct peer_host *host, const struct prefix *prefix)
{
	enum family f = prefix->address.family;
	uint32_t entry = rib_find(host->rib, prefix), cursor = 0;
	struct rib_path path;
	struct peer *p;

	while (entry != 0 &&
	    (cursor = rib_path_next(host->rib, f, entry, cursor, &path)) != 0) {
		if (path.refusal != RIB_FOREIGN_BLOCK)
			continue;
		p = host->peer_of(host->arg, path.source);
		if (p != NULL)
			peer_reimport_path(p, prefix, &path);
	}
}

void
peers_guard_run(struct peer_host *host)
{
	struct peer_guarded noted = host->guarded;
	size_t i;

	if (noted.count == 0)
		return;
	host->guarded = (struct peer_guarded){ .any = true };
	for (i = 0; i < noted.count; i++)
		guard_again(host, &noted.at[i]);
	free(noted.at);
}
