/* SPDX-License-Identifier: ISC */
/* peer_update.c - the input turn: an UPDATE into the rib */
/*
 * In comes the body of an UPDATE; it is decoded into the shared scratch, and
 * every prefix it names ends as one call of the rib: withdrawn, or a path
 * with its attributes as received and after import.  Attributes are interned
 * once per message, not per prefix.
 *
 * RFC 7606: with SEVERITY_WITHDRAW all that the message announces is
 * withdrawn and the session stays; with SEVERITY_RESET the caller sends the
 * NOTIFICATION and nothing is taken from the message.  What rib/import.c and
 * the import policy refuse is not dropped: such a path is kept with the
 * reason and is not eligible.
 *
 * The memory limit is judged before a path is stored (memory.c): over it no
 * new one is taken, and those that are there go on changing.  So is the limit
 * of the neighbor (peer_limit.c), which ends the session.
 */
#include <stdio.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"

/* One field of an UPDATE on its way into the rib. */
struct import {
	struct peer *peer;
	struct attrs attrs;       /* as the policy sees them */
	uint32_t received;        /* attrs ids */
	uint32_t accepted;        /* of attrs, unless refused */
	enum rib_refusal refusal; /* of all its prefixes */
	int64_t now;
	bool over; /* one more than max-prefix: nothing is taken any more */
};

/*
 * What import makes of the attributes that came as `received`, before any
 * policy: an id of its own, or 0 and why not.
 */
static uint32_t
import_intern(const struct peer *p, struct attrs *attrs, uint32_t received,
    enum rib_refusal *refusal)
{
	struct attr_table *table = rib_attrs(p->host->rib);
	struct import_terms terms;
	bool changed;

	peer_import_terms(p, &terms);
	*refusal =
	    import_attrs(&terms, p->host->import_scratch, attrs, &changed);
	if (*refusal != RIB_ACCEPTED)
		return 0;
	return changed ? attr_intern(table, attrs) : attr_ref(table, received);
}

/* The link that the route would leave by now, for filters that ask. */
static const char *
import_interface(const struct peer *p, const struct attrs *attrs)
{
	const struct rib_source *source =
	    rib_source_get(p->host->rib, p->source);
	struct nexthop_result way;

	if ((policy_needs(&p->conf->settings.import) &
		FILTER_READS_INTERFACE) == 0 ||
	    p->host->link == NULL)
		return NULL;
	if (address_is_link_local(&attrs->next_hop))
		return p->host->link(p->host->arg, source->scope);
	way = nexthop_lookup(rib_nexthops(p->host->rib), &attrs->next_hop);
	return way.state == NEXTHOP_RESOLVED
	    ? p->host->link(p->host->arg, way.index)
	    : NULL;
}

/*
 * The policy's word on one prefix whose attributes are let in by the id: the
 * verdict, the rule, and what it makes of them, which is a reference.
 */
static void
import_policy(const struct peer *p, const struct prefix *prefix,
    const struct attrs *attrs, uint32_t id, struct rib_input *in)
{
	const struct policy_env env = {
		.pools = p->host->conf->pools,
		.npools = p->host->conf->npools,
	};
	const struct filter_who who = {
		.kind = rib_source_get(p->host->rib, p->source)->kind,
		.neighbor = conf_neighbor_known_as(p->conf),
		.group = p->conf->group,
	};
	const struct filter_route route = {
		.prefix = prefix,
		.source = who,
		.session = who,
		.interface = import_interface(p, attrs),
	};
	struct attr_table *table = rib_attrs(p->host->rib);
	struct attrs judged = *attrs;
	struct filter_outcome out;

	policy_judge(&p->conf->settings.import, &env, &route, &judged,
	    p->host->filter, true, &out);
	in->rule = policy_rule(&out);
	if (out.verdict != FILTER_ACCEPT)
		in->refusal = RIB_FILTERED;
	else if (out.changed & FILTER_CHANGED)
		in->accepted = attr_intern(table, &judged);
	else
		in->accepted = attr_ref(table, id);
}

/* Nobody has so many ways to one prefix: an error of theirs, or worse. */
static void
too_many_paths(struct peer *p, const struct prefix *prefix, int64_t now)
{
	char key[PEER_LOG_KEY], text[PREFIX_STRLEN];

	p->counters.paths_refused++;
	log_limited(p->host->log, CONF_WARN, peer_log_key(p, "paths", key), now,
	    "peer %s: more than %u paths of %s: the others are not taken",
	    p->conf->name, RIB_PATHS_MAX, prefix_format(prefix, text));
}

static void
import_route(struct import *im, const struct update_route *r)
{
	struct peer *p = im->peer;
	struct rib_input in;

	memset(&in, 0, sizeof(in));
	in.source = p->source;
	in.path_id = r->path_id;
	in.received = im->received;
	in.refusal = im->refusal;
	if (in.refusal == RIB_ACCEPTED)
		import_policy(p, &r->prefix, &im->attrs, im->accepted, &in);
	peer_guard(p, &r->prefix, &in);
	im->over = !peer_limit_admits(p, &r->prefix, &in);
	if (!im->over && !rib_update(p->host->rib, &r->prefix, &in, im->now))
		too_many_paths(p, &r->prefix, im->now);
	attr_unref(rib_attrs(p->host->rib), in.accepted);
}

static void
withdraw_field(struct peer *p, const struct update_context *context,
    const struct update_nlri *field)
{
	struct rd cursor = rd_of(field->bytes);
	struct update_route r;

	while (update_next(context, field->family, &cursor, &r))
		rib_withdraw(p->host->rib, &r.prefix, p->source, r.path_id);
}

bool
peer_path_find(const struct peer *p, const struct prefix *prefix,
    uint32_t path_id, struct rib_path *path)
{
	const struct rib *rib = p->host->rib;
	enum family f = prefix->address.family;
	uint32_t entry = rib_find(rib, prefix), cursor = 0;

	if (entry == 0)
		return false;
	while ((cursor = rib_path_next(rib, f, entry, cursor, path)) != 0)
		if (path->source == p->source && path->path_id == path_id)
			return true;
	return false;
}

static enum peer_room
room_left(struct peer *p)
{
	enum peer_room room = p->host->room(p->host->arg);

	if (room == ROOM_FOR_ALL)
		return room;
	log_limited(p->host->log, CONF_ERROR, "memory",
	    p->host->io->ops->now(p->host->io),
	    "memory limit reached: new routes of %s are not taken",
	    p->conf->name);
	return room;
}

/* At the limit; beyond it even a change is a withdrawal. */
static void
import_scarce(
    struct import *im, const struct update_route *r, enum peer_room room)
{
	struct peer *p = im->peer;
	struct rib_path path;

	if (room == ROOM_FOR_CHANGES &&
	    peer_path_find(p, &r->prefix, r->path_id, &path)) {
		import_route(im, r);
		return;
	}
	p->left_out = true;
	rib_withdraw(p->host->rib, &r->prefix, p->source, r->path_id);
}

/* False when the rest is more than the neighbor may have. */
static bool
announce_field(struct peer *p, const struct update_context *context,
    const struct update *u, enum update_field which)
{
	const struct update_nlri *field = &u->field[which];
	struct rd cursor = rd_of(field->bytes);
	enum peer_room room = room_left(p);
	struct update_route r;
	struct import im;

	memset(&im, 0, sizeof(im));
	im.peer = p;
	im.now = p->host->io->ops->now(p->host->io);
	im.attrs = u->attrs;
	if (which == UPDATE_MP_REACH) {
		im.attrs.next_hop = u->mp_next_hop;
		im.attrs.link_local = u->mp_link_local;
		im.attrs.has |= ATTR_HAS_NEXT_HOP;
	}
	im.received = attr_intern(rib_attrs(p->host->rib), &im.attrs);
	im.accepted = import_intern(p, &im.attrs, im.received, &im.refusal);
	while (!im.over && update_next(context, field->family, &cursor, &r)) {
		if (room == ROOM_FOR_ALL)
			import_route(&im, &r);
		else
			import_scarce(&im, &r, room);
	}
	attr_unref(rib_attrs(p->host->rib), im.received);
	attr_unref(rib_attrs(p->host->rib), im.accepted);
	return !im.over;
}

/*
 * Withdrawals first, so that NLRI of the same prefix wins (RFC 4271 4.3).  The
 * family of which there is more than it may have, or FAMILY_MAX.
 */
static enum family
update_apply(struct peer *p, const struct update_context *context,
    const struct update *u)
{
	bool withdraw = u->error.severity >= SEVERITY_WITHDRAW;
	enum update_field f;

	for (f = 0; f < UPDATE_FIELD_MAX; f++) {
		if (!u->field[f].present)
			continue;
		if (withdraw || f == UPDATE_WITHDRAWN || f == UPDATE_MP_UNREACH)
			withdraw_field(p, context, &u->field[f]);
		else if (!announce_field(p, context, u, f))
			return u->field[f].family;
	}
	peer_limit_look(p);
	return FAMILY_MAX;
}

static const char *const consequences[] = { [SEVERITY_DISCARD] =
						"attribute discarded",
	[SEVERITY_WITHDRAW] = "treated as withdraw",
	[SEVERITY_RESET] = "session reset" };

static void
update_trouble(struct peer *p, const struct update *u)
{
	char key[PEER_LOG_KEY];

	if (u->error.severity == SEVERITY_WITHDRAW)
		p->counters.treated_as_withdraw++;
	if (u->error.severity != SEVERITY_RESET)
		p->counters.attributes_discarded += u->discarded;
	snprintf(p->last_error, sizeof(p->last_error), "%s: %s",
	    consequences[u->error.severity], u->error.text);
	log_limited(p->host->log, CONF_WARN, peer_log_key(p, "bad UPDATE", key),
	    p->host->io->ops->now(p->host->io), "peer %s: bad UPDATE: %s",
	    p->conf->name, p->last_error);
}

bool
peer_update(
    void *arg, struct session *s, struct span body, struct msg_error *error)
{
	struct peer *p = arg;
	struct update_context context;
	enum family over;
	struct update u;

	peer_context(p, true, &context);
	update_decode(&context, body, p->host->scratch, &u);
	if (u.error.severity != SEVERITY_OK)
		update_trouble(p, &u);
	if (u.error.severity == SEVERITY_RESET) {
		*error = u.error;
		return false;
	}
	over = update_apply(p, &context, &u);
	if (over != FAMILY_MAX) {
		peer_limit_exceed(p, over, error);
		return false;
	}
	if (u.end_of_rib != FAMILY_MAX)
		peer_end_of_rib(p, u.end_of_rib);
	p->host->wake(p->host->arg);
	return true;
}

/* A policy or pool changed: what was received is judged again. */

void
peer_reimport_path(
    struct peer *p, const struct prefix *prefix, const struct rib_path *path)
{
	enum family f = prefix->address.family;
	struct rib_input in;
	struct attrs attrs;
	uint32_t accepted;

	attr_get(rib_attrs(p->host->rib), path->received, &attrs);
	memset(&in, 0, sizeof(in));
	in.source = p->source;
	in.path_id = path->path_id;
	in.received = path->received;
	accepted = import_intern(p, &attrs, path->received, &in.refusal);
	if (in.refusal == RIB_ACCEPTED)
		import_policy(p, prefix, &attrs, accepted, &in);
	peer_guard(p, prefix, &in);
	if (path->stale && p->family[f].long_lived)
		in.accepted = peer_mark_long_lived(p, in.accepted);
	rib_reimport(p->host->rib, prefix, &in);
	attr_unref(rib_attrs(p->host->rib), in.accepted);
	attr_unref(rib_attrs(p->host->rib), accepted);
}

void
peer_reimport(struct peer *p)
{
	p->rejudges = true;
	p->host->rejudge(p->host->arg);
}

void
peer_rejudge(
    struct peer *p, const struct prefix *prefix, const struct rib_path *path)
{
	if (p->rejudges)
		peer_reimport_path(p, prefix, path);
}

void
peer_rejudged(struct peer *p)
{
	if (!p->rejudges)
		return;
	p->rejudges = false;
	peer_limit_enforce(p);
}
