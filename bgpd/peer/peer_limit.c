/* SPDX-License-Identifier: ISC */
/* peer_limit.c - a neighbour that sends more prefixes than it may */
/*
 * max-prefix bounds what a neighbour may have in the rib: all of its paths of
 * a family, or those that import let in.  It is judged before a path is
 * stored, so nobody makes the rib grow beyond it by sending faster.  Paths that
 * are kept as stale do not count: a neighbour that comes back with others has
 * not doubled.
 *
 * At 80 per cent a line is logged, once until it is below.  Beyond the limit
 * `warn` says so and lets it go on.  The others close the session with Cease
 * 6/1 and the limit (RFC 4486 4), as a hard reset where both sides would keep
 * routes otherwise (RFC 8538 3.1): the neighbour is wrong, not restarting.  It
 * is down for the time of `restart`, or until an operator clears it or a
 * reload changes the limit.
 *
 * A Cease ends the session and so both families that it carries; there is no
 * way in BGP to end one of them.  Who wants them apart has two sessions, as
 * the mesh does, or says `warn`.
 */
#include <stdio.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"

#define NEAR 80u /* per cent */

static const struct conf_limit *
limit_of(const struct peer *p, enum family f)
{
	return &p->conf->settings.max_prefix[f];
}

static bool
closes(const struct conf_limit *limit)
{
	return limit->action == CONF_LIMIT_RESTART ||
	    limit->action == CONF_LIMIT_DISABLE;
}

/* What counts of a family. */
static uint32_t
count_of(const struct peer *p, enum family f)
{
	uint32_t received, accepted;

	rib_source_fresh(p->host->rib, p->source, f, &received, &accepted);
	return limit_of(p, f)->accepted ? accepted : received;
}

bool
peer_limit_admits(const struct peer *p, const struct prefix *prefix,
    const struct rib_input *in)
{
	enum family f = prefix->address.family;
	const struct conf_limit *limit = limit_of(p, f);
	struct rib_path path;

	if (!closes(limit) || count_of(p, f) < limit->count)
		return true;
	if (limit->accepted && in->accepted == 0)
		return true;
	/* One that counts already is only changed. */
	return peer_path_find(p, prefix, in->path_id, &path) && !path.stale &&
	    (!limit->accepted || path.accepted != 0);
}

/* RFC 4486 4: AFI, SAFI, and the bound. */
static void
error_fill(const struct peer *p, enum family f, struct msg_error *error)
{
	uint8_t bytes[7];
	struct wr w = wr_of(bytes, sizeof(bytes));

	*error = (struct msg_error){ .severity = SEVERITY_OK };
	msg_error_set(error, SEVERITY_RESET, ERR_CEASE, CEASE_MAX_PREFIXES,
	    p->overrun.text);
	wr_u16(&w, msg_afi(f));
	wr_u8(&w, SAFI_UNICAST);
	wr_u32(&w, limit_of(p, f)->count);
	msg_error_data(error, wr_written(&w));
	if (session_common(p->main)->restart_notification)
		msg_hard_reset(error);
}

static void
overrun_log(const struct peer *p, const struct conf_limit *limit)
{
	char key[PEER_LOG_KEY], time[16];

	if (limit->action == CONF_LIMIT_RESTART)
		log_limited(p->host->log, CONF_WARN,
		    peer_log_key(p, "max-prefix", key), p->overrun.since,
		    "peer %s: %s: down for %s", p->conf->name, p->overrun.text,
		    conf_time_format(limit->restart, time));
	else
		log_limited(p->host->log, CONF_ERROR,
		    peer_log_key(p, "max-prefix", key), p->overrun.since,
		    "peer %s: %s: down until `bgpctl neighbor %s clear`",
		    p->conf->name, p->overrun.text, p->conf->name);
}

void
peer_limit_exceed(struct peer *p, enum family f, struct msg_error *error)
{
	const struct conf_limit *limit = limit_of(p, f);
	struct peer_overrun *over = &p->overrun;

	over->holds = true;
	over->since = p->host->io->ops->now(p->host->io);
	over->until = limit->action == CONF_LIMIT_RESTART
	    ? over->since + limit->restart
	    : 0;
	snprintf(over->text, sizeof(over->text), "%s prefix limit %u exceeded",
	    family_name(f), limit->count);
	p->family[f].exceeded++;
	error_fill(p, f, error);
	overrun_log(p, limit);
}

static enum peer_level
level_of(const struct conf_limit *limit, uint32_t count)
{
	if (limit->action == CONF_LIMIT_NONE)
		return LEVEL_BELOW;
	if (count > limit->count)
		return LEVEL_OVER;
	return (uint64_t)count * 100 >= (uint64_t)limit->count * NEAR
	    ? LEVEL_NEAR
	    : LEVEL_BELOW;
}

static void
family_look(struct peer *p, enum family f)
{
	const struct conf_limit *limit = limit_of(p, f);
	uint32_t count = count_of(p, f);
	enum peer_level was = p->family[f].level, level;
	char key[PEER_LOG_KEY];

	level = level_of(limit, count);
	p->family[f].level = level;
	if (level <= was)
		return;
	log_limited(p->host->log, CONF_WARN,
	    peer_log_key(p, level == LEVEL_OVER ? "over" : "near", key),
	    p->host->io->ops->now(p->host->io),
	    "peer %s: %u %s prefixes%s, %s max-prefix %u", p->conf->name, count,
	    family_name(f), limit->accepted ? " accepted" : "",
	    level == LEVEL_OVER ? "over" : "80% or more of", limit->count);
}

void
peer_limit_look(struct peer *p)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (limit_of(p, f)->action != CONF_LIMIT_NONE ||
		    p->family[f].level != LEVEL_BELOW)
			family_look(p, f);
}

void
peer_limit_enforce(struct peer *p)
{
	struct msg_error error;
	enum family f;

	peer_limit_look(p);
	for (f = 0; f < FAMILY_MAX && p->up; f++) {
		if (!closes(limit_of(p, f)) ||
		    count_of(p, f) <= limit_of(p, f)->count)
			continue;
		peer_limit_exceed(p, f, &error);
		session_fail(p->main, &error);
	}
}

static bool
limit_equal(const struct conf_limit *a, const struct conf_limit *b)
{
	return a->action == b->action && a->count == b->count &&
	    a->restart == b->restart && a->accepted == b->accepted;
}

void
peer_limit_configure(struct peer *p, const struct conf_settings *before)
{
	bool same = true;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		same =
		    same && limit_equal(&before->max_prefix[f], limit_of(p, f));
	if (same)
		return;
	if (p->overrun.holds)
		peer_turn_soon(p);
	peer_limit_forget(p);
	peer_limit_enforce(p);
}

void
peer_limit_forget(struct peer *p)
{
	p->overrun.holds = false;
}

int64_t
peer_limit_deadline(struct peer *p, int64_t now)
{
	if (!p->overrun.holds)
		return 0;
	/* Its idle hold ended in nothing: it waits for us. */
	session_abandon(p->main, p->overrun.text);
	if (p->overrun.until == 0 || p->overrun.until > now)
		return p->overrun.until;
	peer_limit_forget(p);
	/* The Cease was an error too, and that is served by now. */
	p->hold_off_until = 0;
	return 0;
}
