/* SPDX-License-Identifier: ISC */
/* reload.c - old config, new config, difference, actions */
/*
 * The running daemon changes in this one way.  A config comes in that was
 * parsed and checked; it is compared with the one in use, and either all of
 * the difference is applied or none: not when there are errors, nor when
 * more than half of the neighbours would go and nobody insisted.
 *
 * Runtime commands come the same way (runtime.c): what they change is put over
 * every config that the file gives, before the comparison.
 *
 * Neighbours borrow their settings from the config, so each that stays is
 * handed its new ones, even if they are equal, before the old config goes.
 * A session is reset only where the difference says so, or where all of them
 * carry something in their OPEN that changed: AS, router-id, cluster-id.
 *
 * The kernel's table, protocol and metric cannot change while routes are
 * installed by them; the running ones stay, and the log says so each time
 * until the next start.
 */
#include <stdio.h>
#include <unistd.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/runtime.h"

#define LOGGED_CHANGES 100u

static unsigned int
effects_of(const struct conf_changes *changes)
{
	unsigned int effects = 0;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		if (changes->at[i].subject == CONF_GLOBAL)
			effects |= changes->at[i].effect;
	}
	return effects;
}

static void
changes_log(struct log *log, const char *by, const struct conf_changes *changes)
{
	const struct conf_change *c;
	size_t i;

	for (i = 0; i < changes->count && i < LOGGED_CHANGES; i++) {
		c = &changes->at[i];
		log_info(
		    log, "%s: %s [%s]", by, c->text, conf_cost_word(c->cost));
	}
	if (i < changes->count)
		log_info(
		    log, "%s: and %zu more changes", by, changes->count - i);
	if (changes->count == 0)
		log_info(log, "%s: nothing changed", by);
}

/* What the kernel's routes are known by stays as it is. */
static void
fib_keep(struct bgpd *b, struct conf *next)
{
	const struct conf_fib *now = &b->conf->fib;
	struct conf_fib *fib = &next->fib;

	/* Whoever takes the word out wants no more of it to happen. */
	if (b->fib != NULL && fib->adopt[0] == 0)
		fib_forget_relics(b->fib);
	if (fib->off == now->off && fib->table == now->table &&
	    fib->metric == now->metric && fib->protocol == now->protocol)
		return;
	log_warn(b->log,
	    "reload: off, table, metric and protocol of `fib` "
	    "change at the next start");
	fib->off = now->off;
	fib->table = now->table;
	fib->metric = now->metric;
	fib->protocol = now->protocol;
}

static void
neighbors_drop(struct bgpd *b, const struct conf_changes *changes)
{
	struct peer *p;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		if (changes->at[i].subject != CONF_NEIGHBOR_REMOVED)
			continue;
		p = neighbors_find_conf(b->neighbors, changes->at[i].before);
		if (p != NULL)
			neighbors_remove(b->neighbors, p);
	}
}

/* Everyone who stays, and everyone who is new, lives by the new config. */
static void
neighbors_hand_over(struct bgpd *b, const struct conf *next, bool reset)
{
	const struct conf_neighbor *conf;
	struct peer *p;
	size_t i;

	for (i = 0; i < next->nneighbors; i++) {
		conf = &next->neighbors[i];
		if (conf_neighbor_is_pattern(conf))
			continue;
		p = neighbors_find_conf(b->neighbors, conf);
		if (p != NULL) {
			peer_configure(
			    p, conf, reset ? CONF_COST_RESET : CONF_COST_NONE);
			continue;
		}
		p = neighbors_add(b->neighbors, conf);
		restart_event(b->restart, p);
	}
}

static void
neighbors_change(struct bgpd *b, const struct conf_changes *changes)
{
	const struct conf_change *c;
	struct peer *p;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		c = &changes->at[i];
		if (c->subject != CONF_NEIGHBOR_CHANGED ||
		    conf_neighbor_is_pattern(c->after) ||
		    c->cost == CONF_COST_NONE)
			continue;
		p = neighbors_find_conf(b->neighbors, c->after);
		peer_configure(p, c->after, c->cost);
		restart_event(b->restart, p);
	}
}

/* The rib has the same paths, and the kernel is to have others. */
static bool
blackholes_differ(const struct conf_changes *changes)
{
	const struct conf_change *c;
	size_t i;

	for (i = 0; i < changes->count; i++) {
		c = &changes->at[i];
		if (c->subject == CONF_NEIGHBOR_CHANGED &&
		    c->before->settings.blackhole !=
			c->after->settings.blackhole)
			return true;
	}
	return false;
}

static void
policy_change(struct bgpd *b)
{
	struct peer *p;
	uint32_t cursor = 0;

	groups_policy(b->groups, &b->policy);
	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL)
		peer_reimport(p);
}

static bool
identity_differs(const struct conf *before, const struct conf *after)
{
	return before->as != after->as ||
	    before->cluster_id != after->cluster_id ||
	    before->router_id != after->router_id;
}

/* Parts that are there before the first dump. */
static void
apply_parts(struct bgpd *b, unsigned int effects)
{
	const struct conf *conf = b->conf;

	if (effects & CONF_EFFECT_LOG)
		log_set(b->log, conf->log_level, conf->log_form);
	node_configure(b->node, conf);
	b->peers.router_id = node_router_id(b->node);
	b->peers.conf = conf;
	owners_free(b->peers.owners);
	b->peers.owners = owners_new(conf);
	b->peers.memory_limit = limits_memory(conf);
	if (effects & CONF_EFFECT_DECISION)
		rib_set_decision(b->rib, &conf->decision);
	filters_env(b);
	encap_configure(b->encap, conf);
	credentials_configure(b->credentials, conf);
	if (b->control != NULL && b->control_configure != NULL &&
	    (effects & CONF_EFFECT_CONTROL))
		b->control_configure(b->control, conf);
	if (b->http != NULL && b->http_configure != NULL &&
	    (effects & (CONF_EFFECT_METRICS | CONF_EFFECT_CONTROL)))
		b->http_configure(b->http, conf);
}

/* What no rule meant so far is not known. */
static void
relearn(struct bgpd *b, unsigned int effects)
{
	learn_configure(b->learn, b->conf, bgpd_now(b));
	if (effects & CONF_EFFECT_LEARN) {
		kernel_feed_tables(b);
		b->kernel->ops->dump(b->kernel);
	}
}

static void
apply(struct bgpd *b, struct conf *next, const struct conf_changes *changes)
{
	unsigned int effects = effects_of(changes);
	bool reset = identity_differs(b->conf, next);

	fib_keep(b, next);
	conf_adopt(next, b->conf);
	filters_use(b, next);
	b->conf = next;
	apply_parts(b, effects);
	if (!b->synced) {
		relearn(b, effects);
		return;
	}
	neighbors_drop(b, changes);
	neighbors_follow(b->neighbors, changes, reset);
	neighbors_hand_over(b, next, reset);
	if (!reset)
		neighbors_change(b, changes);
	if (effects & CONF_EFFECT_POLICY)
		policy_change(b);
	if (effects & CONF_EFFECT_DRAIN)
		groups_drain(b->groups, next->drain);
	filters_settle(b);
	gate_configure(b);
	audit_configure(b);
	pods_configure(b);
	origin_configure(b->origin, next, bgpd_now(b));
	relearn(b, effects);
	if ((effects & CONF_EFFECT_FIB) || blackholes_differ(changes))
		install_all(b);
	else if (effects & CONF_EFFECT_ORIGIN)
		install_own(b);
	listeners_configure(b->loop->listeners, next);
	unnumbered_configure(b->loop->unnumbered, next);
	bgpd_wake(b);
}

static bool
is_leaving(const struct bgpd *b, struct bgpd_reload *r)
{
	if (b->loop->stop_by == 0)
		return false;
	snprintf(r->sentence, sizeof(r->sentence), "bgpd was told to end");
	return true;
}

static bool
too_many_removed(const struct bgpd *b, struct bgpd_reload *r)
{
	size_t all = b->conf->nneighbors;

	if (r->changes.removed * 2 <= all)
		return false;
	snprintf(r->sentence, sizeof(r->sentence),
	    "would drop %zu of %zu "
	    "neighbors (more than half); use --force",
	    r->changes.removed, all);
	return true;
}

static void
refuse(struct bgpd *b, struct bgpd_reload *r, bool dry_run)
{
	r->refused = r->sentence;
	if (dry_run)
		return;
	b->reloads_refused++;
	b->reload_refused = true;
	log_error(
	    b->log, "reload refused: %s; the config in use stays", r->sentence);
}

static void
message_log(struct log *log, const struct conf_message *m)
{
	const struct conf_place *at = &m->place;
	const char *help = m->help != NULL ? m->help : "";
	const char *gap = m->help != NULL ? "; " : "";
	char place[32] = "";

	if (at->line != 0)
		snprintf(place, sizeof(place), "%u:%u:", at->line, at->column);
	if (m->level == CONF_ERROR)
		log_error(
		    log, "%s:%s %s%s%s", at->file, place, m->text, gap, help);
	else
		log_warn(
		    log, "%s:%s %s%s%s", at->file, place, m->text, gap, help);
}

void
bgpd_log_messages(struct log *log, const struct conf_messages *messages)
{
	size_t i;

	for (i = 0; i < messages->count; i++)
		message_log(log, &messages->at[i]);
}

/* next is the one in use from here on. */
static void
take(struct bgpd *b, struct conf *next, const char *by, struct bgpd_reload *r)
{
	r->other = b->conf;
	changes_log(b->log, by, &r->changes);
	apply(b, next, &r->changes);
	r->applied = true;
}

void
bgpd_change(
    struct bgpd *b, struct conf *next, const char *by, struct bgpd_reload *r)
{
	r->other = next;
	conf_diff(b->conf, next, &r->changes);
	if (is_leaving(b, r))
		r->refused = r->sentence;
	else
		take(b, next, by, r);
}

/* next is taken. */
static void
change(struct bgpd *b, struct conf *next, bool dry_run, bool force,
    struct bgpd_reload *r)
{
	r->other = next;
	conf_diff(b->conf, next, &r->changes);
	if (is_leaving(b, r) || (!force && too_many_removed(b, r))) {
		refuse(b, r, dry_run);
		return;
	}
	if (dry_run)
		return;
	take(b, next, "reload", r);
	runtime_took(b->runtime);
	b->reloads++;
	b->reload_refused = false;
}

struct conf *
bgpd_read_conf(const char *path, conf_identity_judge *judge,
    struct conf_messages *messages)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	return conf_load(path, host, judge, messages);
}

void
bgpd_reload(struct bgpd *b, bool dry_run, bool force, struct bgpd_reload *r)
{
	struct conf *next = NULL;

	if (b->conf_path != NULL)
		next = bgpd_read_conf(b->conf_path,
		    b->io->ops->tls == NULL ? NULL : b->io->ops->tls->judge,
		    &r->messages);
	if (next != NULL)
		runtime_cover(b->runtime, next, &r->messages);
	if (!dry_run)
		bgpd_log_messages(b->log, &r->messages);
	if (next == NULL) {
		snprintf(r->sentence, sizeof(r->sentence), "%s",
		    b->conf_path == NULL ? "there is no config file"
					 : "there are errors in the config");
		refuse(b, r, dry_run);
		return;
	}
	change(b, next, dry_run, force, r);
}

void
bgpd_reload_clear(struct bgpd_reload *r)
{
	conf_changes_clear(&r->changes);
	conf_messages_clear(&r->messages);
	if (r->other != NULL)
		conf_free(r->other);
	*r = (struct bgpd_reload){ .applied = false };
}
