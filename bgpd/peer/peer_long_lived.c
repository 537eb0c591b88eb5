/* SPDX-License-Identifier: ISC */
/* peer_long_lived.c - routes of a dead neighbour as the last resort, RFC 9494
 */
/*
 * When the restart time of a lost neighbour has passed (peer_restart.c) and
 * both sides had announced long-lived restart for the family, its routes are
 * not swept yet: those that ask for it (NO_LLGR) go, the others are given
 * the community LLGR_STALE and stay for the longer time that the neighbour
 * asked for, never longer than ours.  The rib ranks a path with LLGR_STALE
 * behind all others, and export shows it to nobody who has not announced that
 * it understands; both go by the community, whoever put it there.
 *
 * The mark is part of what import makes of a path, so that a policy that
 * changes meanwhile keeps it; the neighbour's own words, when it comes back,
 * replace the path and have none.
 */
#include "bgpd/peer/peer_private.h"
#include "rib/community.h"

uint32_t
peer_long_lived_time(const struct peer *p, enum family f)
{
	uint32_t ours = p->conf->settings.long_lived;
	uint32_t theirs = session_received(p->main)->family[f].long_lived_time;

	if (!session_common(p->main)->long_lived[f])
		return 0;
	return theirs < ours / 1000 ? theirs * 1000 : ours;
}

uint32_t
peer_mark_long_lived(struct peer *p, uint32_t id)
{
	struct attr_table *table = rib_attrs(p->host->rib);
	uint8_t *room = p->host->scratch->bytes;
	struct attrs attrs;
	uint32_t marked;
	size_t length;

	if (id == 0)
		return 0;
	attr_get(table, id, &attrs);
	if (community_has(attrs.communities, COMMUNITY_LLGR_STALE) ||
	    !community_add(attrs.communities, COMMUNITY_LLGR_STALE, room,
		sizeof(p->host->scratch->bytes), &length))
		return id;
	attrs.communities = (struct span){ room, length };
	marked = attr_intern(table, &attrs);
	attr_unref(table, id);
	return marked;
}

static bool
is_unwilling(const struct peer *p, const struct rib_path *path)
{
	struct attrs attrs;

	attr_get(rib_attrs(p->host->rib), path->received, &attrs);
	return community_has(attrs.communities, COMMUNITY_NO_LLGR);
}

/* A path that goes is withdrawn once the walk has left it. */
static void
stale_walk(struct peer *p, enum family f)
{
	struct rib *rib = p->host->rib;
	struct prefix prefix, gone = { .length = 0 };
	uint32_t cursor = 0, gone_id = 0;
	struct rib_path path;
	bool any = false;

	while ((cursor = rib_source_next(
		    rib, p->source, f, cursor, &prefix, &path)) != 0) {
		if (any)
			rib_withdraw(rib, &gone, p->source, gone_id);
		any = path.stale && is_unwilling(p, &path);
		gone = prefix;
		gone_id = path.path_id;
		if (path.stale && !any)
			peer_reimport_path(p, &prefix, &path);
	}
	if (any)
		rib_withdraw(rib, &gone, p->source, gone_id);
}

void
peer_long_lived_begin(struct peer *p, enum family f)
{
	struct peer_rib *r = &p->family[f];
	char key[PEER_LOG_KEY];

	r->long_lived = true;
	r->stale_until += r->long_lived_time;
	stale_walk(p, f);
	log_limited(p->host->log, CONF_INFO, peer_log_key(p, "long-lived", key),
	    p->host->io->ops->now(p->host->io),
	    "peer %s: stale %s routes kept as a last resort for %us",
	    p->conf->name, family_name(f), r->long_lived_time / 1000);
	p->host->wake(p->host->arg);
}
