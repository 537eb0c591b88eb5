/* SPDX-License-Identifier: ISC */
/* show_status.c - the whole daemon on one screen */

/*
 * One record.  The neighbours are counted some a step, for there may be
 * thousands; so are the routes of others that beat one of ours, and the first
 * route that is in trouble is looked for, some a step, where the counts that
 * the owners keep say that there is one.  What is wrong is a list of
 * sentences, each with the command that explains it.  Whether this node is
 * ready is another question, health.h's: `status --check` fails when it is not.
 *
 * Not a problem: a family that nobody uses and that has no address; a
 * neighbour that is disabled; a restart that still waits.  Reads only.
 */

#include "bgpd/control/show.h"
#include "bgpd/encap.h"
#include "bgpd/health.h"
#include "bgpd/runtime.h"
#include "bgpd/shadow.h"
#include "rib/mem.h"
#include "rib/text.h"

#define STEP 64u /* neighbors or routes looked at in a step */

enum { STAGE_PEERS, STAGE_BEATEN, STAGE_FIRST, STAGE_END = 2 + FAMILY_MAX };

/* Routes of a kind, and the first one that was met. */
struct some {
	uint32_t count;
	bool met;
	struct prefix first;
};

/* Owned by the request. */
struct status {
	uint32_t sessions, established, disabled;
	struct some beaten[FAMILY_MAX];
	struct some by_status[FAMILY_MAX][FIB_STATUS_MAX];
};

static const struct {
	enum fib_status status;
	const char *key;
	const char *problem[2]; /* of one, of several; or NULL */
} fib_rows[] = {
	{ FIB_IN_SYNC, "fib_in_sync", { NULL, NULL } },
	{ FIB_PENDING, "fib_pending", { NULL, NULL } },
	{ FIB_HELD, "fib_held", { NULL, NULL } },
	{ FIB_CONFLICT, "fib_conflict",
	    { "belongs to somebody else", "belong to somebody else" } },
	{ FIB_FAILED, "fib_failed",
	    { "is refused by the kernel", "are refused by the kernel" } },
	{ FIB_REMOVING, "fib_removing", { NULL, NULL } },
};

static void
problem_add(json_t *record, const char *text)
{
	record_push(record, "problems", record_value(text));
}

/* "ipv6: 2 routes belong to somebody else: fd00::/122 and others" */
static void
routes_problem(json_t *record, enum family f, const struct some *some,
    const char *const problem[2])
{
	char buf[256], prefix[PREFIX_STRLEN];
	struct text t = text_of(buf, sizeof(buf));
	bool one = some->count == 1;

	if (some->count == 0)
		return;
	text_add(&t, "%s: %u route%s %s", family_name(f),
	    (unsigned int)some->count, one ? "" : "s", problem[!one]);
	/* It may have come after the walk. */
	if (some->met)
		text_add(&t, ": %s%s", prefix_format(&some->first, prefix),
		    one ? "" : " and others");
	text_add(&t, " (bgpctl show fib)");
	problem_add(record, buf);
}

static void
show_fib_counts(json_t *record, json_t *row, const struct bgpd *b,
    const struct status *s, enum family f)
{
	static const char *const beaten[2] = { "is beaten by somebody else's",
		"are beaten by somebody else's" };
	struct fib_counts counts;
	struct some some;
	size_t i;

	if (b->fib == NULL)
		return;
	fib_counts(b->fib, f, &counts);
	for (i = 0; i < sizeof(fib_rows) / sizeof(fib_rows[0]); i++) {
		some = s->by_status[f][fib_rows[i].status];
		some.count = counts.by_status[fib_rows[i].status];
		record_number(row, fib_rows[i].key, some.count);
		if (fib_rows[i].problem[0] != NULL)
			routes_problem(record, f, &some, fib_rows[i].problem);
	}
	record_number(row, "fib_shadowed", s->beaten[f].count);
	record_number(row, "fib_repaired", counts.repaired);
	record_number(row, "fib_fights", counts.fights);
	record_number(row, "fib_audited", counts.audited);
	routes_problem(record, f, &s->beaten[f], beaten);
}

/* Routes that were let in and that nobody can use. */
static void
show_without_way(json_t *record, json_t *row, enum family f, uint32_t count)
{
	char buf[160];
	struct text t = text_of(buf, sizeof(buf));

	record_number(row, "without_way", count);
	if (count == 0)
		return;
	text_add(&t,
	    "%s: %u route%s no way to %s next hop "
	    "(bgpctl show routes all)",
	    family_name(f), (unsigned int)count, count == 1 ? " has" : "s have",
	    count == 1 ? "its" : "their");
	problem_add(record, buf);
}

static void
show_restart(json_t *row, const struct bgpd *b, enum family f)
{
	const struct peer *waits;

	if (b->restart == NULL)
		return;
	if (restart_deferring(b->restart, f))
		record_string(row, "restart", "deferring");
	else if (restart_holding(b->restart, f))
		record_string(row, "restart", "holding");
	else
		return;
	waits = restart_waits_for(b->restart, f);
	if (waits != NULL)
		record_string(row, "waits_for", peer_conf(waits)->name);
}

/* May traffic come, by what health.h asks; and why not. */
static void
show_ready(json_t *record, const struct bgpd *b)
{
	char reason[2 * HEALTH_STRLEN];
	struct text why = text_of(reason, sizeof(reason));

	record_flag(record, "ready", health_ready(b, &why));
	record_text(record, "not_ready", reason);
}

static void
show_family_ready(json_t *row, const struct bgpd *b, enum family f)
{
	char reason[HEALTH_STRLEN];
	enum health_check i;
	bool ready = true;

	if (!b->conf->expected[f])
		return;
	for (i = 0; i < HEALTH_CHECK_MAX; i++)
		ready &= health_ask(b, f, i, reason);
	record_flag(row, "ready", ready);
}

/* The address is missing, or its link carries nothing. */
static void
show_address(json_t *record, json_t *row, const struct bgpd *b, enum family f)
{
	struct address chosen = node_chosen(b->node, f);
	const char *problem = node_problem(b->node, f);
	char buf[512];
	struct text t = text_of(buf, sizeof(buf));

	record_address(row, "address", &chosen);
	if (!b->conf->expected[f] || problem[0] == '\0')
		return;
	record_text(row, "problem", problem);
	text_add(&t, "%s: %s (bgpctl explain address %s)", family_name(f),
	    problem, family_name(f));
	problem_add(record, buf);
}

/* Routes of the kernel that `learn` means, and those it does not let in. */
static void
show_learned_counts(json_t *row, const struct bgpd *b, enum family f)
{
	uint32_t all, learned;

	rib_source_counts(b->rib, RIB_LEARNED, f, &all, &learned);
	record_number(row, "learned", learned);
	record_number(row, "learn_refused", all - learned);
}

static void
show_family(
    json_t *record, const struct bgpd *b, const struct status *s, enum family f)
{
	json_t *row = record_new(NULL);
	struct rib_counts counts;

	rib_counts(b->rib, f, &counts);
	record_family(row, f);
	record_number(row, "routes", counts.best);
	record_number(row, "paths", counts.paths);
	if (b->conf->nlearn > 0)
		show_learned_counts(row, b, f);
	show_family_ready(row, b, f);
	show_restart(row, b, f);
	show_address(record, row, b, f);
	show_without_way(record, row, f, counts.without_way);
	show_fib_counts(record, row, b, s, f);
	record_push(record, "families", row);
}

static void
show_sessions(json_t *record, const struct status *s)
{
	uint32_t down = s->sessions - s->established - s->disabled;
	char buf[128];
	struct text t = text_of(buf, sizeof(buf));

	record_number(record, "sessions", s->sessions);
	record_number(record, "established", s->established);
	if (s->disabled > 0)
		record_number(record, "disabled", s->disabled);
	if (down == 0)
		return;
	text_add(&t, "%u of %u sessions %s down (bgpctl show neighbors)",
	    (unsigned int)down, (unsigned int)s->sessions,
	    down == 1 ? "is" : "are");
	problem_add(record, buf);
}

/* Devices that pools want. */
static void
show_tunnels(json_t *record, const struct bgpd *b)
{
	enum encap_verdict state;
	size_t cursor = 0;
	const char *name;
	char buf[160];
	struct text t;

	while (b->fib != NULL &&
	    (name = encap_missed(b->encap, &cursor, &state)) != NULL) {
		t = text_of(buf, sizeof(buf));
		text_add(&t,
		    "pools: %s is %s: there is no way for routes that want it "
		    "(ip link show %s)",
		    name, state == ENCAP_MISSING ? "not there" : "down", name);
		problem_add(record, buf);
	}
}

/* What bgpctl changed, and whether that is safe. */
static void
show_runtime(json_t *record, const struct request *r)
{
	const struct runtime *rt = r->bgpd->runtime;
	const struct conf_runtime *state = runtime_state(rt);
	int64_t at = runtime_withdraws_at(rt);

	if (state->drain != DRAIN_OFF)
		record_string(record, "drain", drain_word(state->drain));
	if (at > show_now(r))
		record_seconds(record, "withdrawn_in", at - show_now(r));
	if (state->drain == DRAIN_WITHDRAW)
		problem_add(record,
		    "this node is drained: it announces nothing (bgpctl drain "
		    "--undo)");
	else if (state->drain == DRAIN_TELL)
		problem_add(record,
		    "this node is draining: others are to avoid it (bgpctl "
		    "drain --undo)");
	record_text(record, "unsaved", runtime_unsaved(rt));
}

/* Segments that the kernel dropped for their signature, of all connections. */
static void
show_signatures(json_t *record, struct io *io)
{
	struct io_counters c;

	io->ops->counters(io, &c);
	if (c.signature_wrong > 0)
		record_number(record, "signatures_wrong", c.signature_wrong);
	if (c.signature_unexpected > 0)
		record_number(
		    record, "signatures_unexpected", c.signature_unexpected);
}

static void
lag_row(json_t *record, const char *of, const struct histogram *h)
{
	static const struct {
		const char *key;
		uint32_t of_a_million;
	} quantiles[] = { { "p50", 500000 }, { "p99", 990000 },
		{ "p999", 999000 }, { "worst", 1000000 } };
	json_t *row = record_new(NULL);
	size_t i;

	record_string(row, "of", of);
	record_number(row, "count", h->count);
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		record_microseconds(row, quantiles[i].key,
		    histogram_quantile(h, quantiles[i].of_a_million));
	record_push(record, "lag", row);
}

/* What kept the loop busy at a stretch, and who had to wait for it. */
static void
show_lag(json_t *record, const struct io *io)
{
	const struct io_lag *lag = io->ops->lag(io);

	if (lag->held.count == 0)
		return;
	record_microseconds(record, "loop_held", lag->held.worst);
	record_microseconds(record, "timers_late", lag->late.worst);
	lag_row(record, "callbacks", &lag->held);
	lag_row(record, "timers", &lag->late);
}

static json_t *
status_record(const struct request *r, const struct status *s)
{
	const struct bgpd *b = r->bgpd;
	json_t *record = record_new("status");
	enum family f;

	record_string(record, "node", b->conf->node);
	record_string(record, "version", PACKAGE_VERSION);
	record_number(record, "as", b->conf->as);
	record_id(record, "router_id", node_router_id(b->node));
	record_seconds(record, "uptime", show_now(r) - b->started);
	record_text(record, "config", b->conf_path);
	record_number(record, "reloads", b->reloads);
	record_number(record, "reloads_refused", b->reloads_refused);
	record_number(record, "memory", bgpd_memory(b));
	if (b->peers.memory_limit != 0)
		record_number(record, "memory_limit", b->peers.memory_limit);
	show_lag(record, b->io);
	show_signatures(record, b->io);
	show_tunnels(record, b);
	record_flag(record, "synced", b->synced);
	record_flag(record, "fib_off", b->fib == NULL);
	show_ready(record, b);
	show_sessions(record, s);
	show_runtime(record, r);
	show_certificates(record, b);
	for (f = 0; f < FAMILY_MAX; f++)
		show_family(record, b, s, f);
	return record;
}

static void
some_add(struct some *some, const struct prefix *prefix)
{
	some->count++;
	if (!some->met)
		some->first = *prefix;
	some->met = true;
}

/* Each of these does one step of its stage; false when it is over. */

static bool
peers_count(struct request *r, struct status *s)
{
	const struct peer *p;
	unsigned int i;

	for (i = 0; i < STEP; i++) {
		p = show_next_peer(r, NULL);
		if (p == NULL)
			return false;
		s->sessions++;
		if (peer_state(p) == FSM_ESTABLISHED)
			s->established++;
		else if (conf_neighbor_is_disabled(peer_conf(p)))
			s->disabled++;
	}
	return true;
}

static bool
beaten_count(struct request *r, struct status *s)
{
	struct fib_view view;
	bool found;

	r->cursor = shadow_walk(r->bgpd, r->cursor, STEP, &view, &found);
	if (found)
		some_add(&s->beaten[view.prefix.address.family], &view.prefix);
	return r->cursor != 0;
}

/* Is there a route in trouble that the walk has not come to? */
static bool
first_is_missing(const struct bgpd *b, const struct status *s, enum family f)
{
	struct fib_counts counts;
	bool missing = false;
	size_t i;

	if (b->fib == NULL)
		return false;
	fib_counts(b->fib, f, &counts);
	for (i = 0; i < sizeof(fib_rows) / sizeof(fib_rows[0]); i++)
		missing |= fib_rows[i].problem[0] != NULL &&
		    counts.by_status[fib_rows[i].status] > 0 &&
		    !s->by_status[f][fib_rows[i].status].met;
	return missing;
}

static bool
first_find(struct request *r, struct status *s)
{
	enum family f = r->stage - STAGE_FIRST;
	struct fib_view view;
	unsigned int i;

	if (!first_is_missing(r->bgpd, s, f))
		return false;
	for (i = 0; i < STEP; i++) {
		r->cursor = fib_walk(r->bgpd->fib, f, r->cursor, &view);
		if (r->cursor == 0)
			return false;
		some_add(&s->by_status[f][view.status], &view.prefix);
	}
	return true;
}

bool
show_status_next(struct request *r)
{
	static bool (*const stages[])(struct request *, struct status *) = {
		[STAGE_PEERS] = peers_count,
		[STAGE_BEATEN] = beaten_count,
		[STAGE_FIRST + FAMILY_IPV4] = first_find,
		[STAGE_FIRST + FAMILY_IPV6] = first_find,
	};

	if (r->state == NULL)
		r->state = xcalloc(1, sizeof(struct status));
	if (r->stage == STAGE_END) {
		request_emit(r, status_record(r, r->state));
		return false;
	}
	if (!stages[r->stage](r, r->state)) {
		r->stage++;
		r->cursor = 0;
	}
	return true;
}
