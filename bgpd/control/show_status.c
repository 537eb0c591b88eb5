/* SPDX-License-Identifier: ISC */
/* show_status.c - the whole daemon on one screen */

/*
 * One record.  The neighbours are counted one a step, for there may be
 * thousands; the rest are counts that their owners keep.  What is wrong is a
 * list of sentences, each with the command that explains it: `status
 * --check` fails when there is any.
 *
 * Not a problem: a family that nobody uses and that has no address; a
 * neighbour that is disabled; a restart that still waits.  Reads only.
 */

#include "bgpd/control/show.h"
#include "rib/mem.h"
#include "rib/text.h"

/* Owned by the request. */
struct status {
	uint32_t sessions, established, disabled;
};

static const struct {
	enum fib_status status;
	const char *key;
	const char *problem; /* or NULL */
} fib_rows[] = {
	{ FIB_IN_SYNC, "fib_in_sync", NULL },
	{ FIB_PENDING, "fib_pending", NULL },
	{ FIB_HELD, "fib_held", NULL },
	{ FIB_CONFLICT, "fib_conflict", "belong to somebody else" },
	{ FIB_FAILED, "fib_failed", "are refused by the kernel" },
	{ FIB_REMOVING, "fib_removing", NULL },
};

static void
problem_add(json_t *record, const char *text)
{
	record_push(record, "problems", record_value(text));
}

static void
show_fib_counts(
    json_t *record, json_t *row, const struct bgpd *b, enum family f)
{
	struct fib_counts counts;
	char buf[160];
	struct text t;
	size_t i;

	if (b->fib == NULL)
		return;
	fib_counts(b->fib, f, &counts);
	for (i = 0; i < sizeof(fib_rows) / sizeof(fib_rows[0]); i++) {
		uint32_t n = counts.by_status[fib_rows[i].status];

		record_number(row, fib_rows[i].key, n);
		if (n == 0 || fib_rows[i].problem == NULL)
			continue;
		t = text_of(buf, sizeof(buf));
		text_add(&t, "%s: %u routes %s (bgpctl show fib)",
		    family_name(f), (unsigned int)n, fib_rows[i].problem);
		problem_add(record, buf);
	}
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

static void
show_family(json_t *record, const struct bgpd *b, enum family f)
{
	struct address chosen = node_chosen(b->node, f);
	const char *problem = node_problem(b->node, f);
	json_t *row = record_new(NULL);
	struct rib_counts counts;
	char buf[512];
	struct text t = text_of(buf, sizeof(buf));

	rib_counts(b->rib, f, &counts);
	record_family(row, f);
	record_address(row, "address", &chosen);
	record_number(row, "routes", counts.best);
	record_number(row, "paths", counts.paths);
	show_restart(row, b, f);
	if (address_is_unset(&chosen) && b->conf->expected[f]) {
		record_text(row, "problem", problem);
		text_add(&t, "%s: %s (bgpctl explain address %s)",
		    family_name(f),
		    problem[0] == '\0' ? "no node address" : problem,
		    family_name(f));
		problem_add(record, buf);
	}
	show_fib_counts(record, row, b, f);
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
	if (down == 0)
		return;
	text_add(&t, "%u of %u sessions %s down (bgpctl show neighbors)",
	    (unsigned int)down, (unsigned int)s->sessions,
	    down == 1 ? "is" : "are");
	problem_add(record, buf);
}

static json_t *
status_record(const struct request *r, const struct status *s)
{
	const struct bgpd *b = r->bgpd;
	json_t *record = record_new("status");
	enum family f;
	size_t memory;

	record_string(record, "node", b->conf->node);
	record_string(record, "version", PACKAGE_VERSION);
	record_number(record, "as", b->conf->as);
	record_id(record, "router_id", node_router_id(b->node));
	record_seconds(record, "uptime", show_now(r) - b->started);
	record_text(record, "config", b->conf_path);
	record_number(record, "reloads", b->reloads);
	record_number(record, "reloads_refused", b->reloads_refused);
	memory = rib_bytes(b->rib) + groups_bytes(b->groups) +
	    (b->fib == NULL ? 0 : fib_bytes(b->fib));
	record_number(record, "memory", memory);
	if (b->peers.memory_limit != 0)
		record_number(record, "memory_limit", b->peers.memory_limit);
	record_flag(record, "synced", b->synced);
	record_flag(record, "fib_off", b->fib == NULL);
	show_sessions(record, s);
	for (f = 0; f < FAMILY_MAX; f++)
		show_family(record, b, f);
	return record;
}

bool
show_status_next(struct request *r)
{
	struct status *s = r->state;
	const struct peer *p;

	if (s == NULL)
		s = r->state = xcalloc(1, sizeof(*s));
	p = show_next_peer(r, NULL);
	if (p == NULL) {
		request_emit(r, status_record(r, s));
		return false;
	}
	s->sessions++;
	if (peer_state(p) == FSM_ESTABLISHED)
		s->established++;
	else if (peer_conf(p)->settings.disabled)
		s->disabled++;
	return true;
}
