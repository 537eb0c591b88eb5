/* SPDX-License-Identifier: ISC */
/* metrics_node.c - what is counted of this node, row by row */

/*
 * A reader a row, beside what the row is called; the table is at the end.
 * Values of labels are the words that bgpctl uses.
 */

#include "bgpd/health.h"
#include "bgpd/http/metrics.h"
#include "bgpd/latency.h"
#include "bgpd/runtime.h"

static void
read_build(const struct metrics_source *s, struct exposition *x)
{
	(void)s;
	exposition_sample(x, 1, "version", PACKAGE_VERSION, NULL);
}

static void
read_node(const struct metrics_source *s, struct exposition *x)
{
	const struct conf *conf = s->bgpd->conf;
	uint32_t id = node_router_id(s->bgpd->node);
	struct address router_id = address_v4(id);
	char as[16], text[ADDRESS_STRLEN];

	snprintf(as, sizeof(as), "%u", (unsigned int)conf->as);
	exposition_sample(x, 1, "node", conf->node, "as", as, "router_id",
	    id == 0 ? "" : address_format(&router_id, text), NULL);
}

static void
read_ready(const struct metrics_source *s, struct exposition *x)
{
	char reason[HEALTH_STRLEN];
	enum health_check i;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < HEALTH_CHECK_MAX; i++)
			if (s->bgpd->conf->expected[f])
				exposition_sample(x,
				    health_ask(s->bgpd, f, i, reason), "family",
				    family_name(f), "check", health_word(i),
				    NULL);
}

static void
read_drain(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(
	    x, runtime_state(s->bgpd->runtime)->drain != DRAIN_OFF, NULL);
}

static void
read_reloads(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(
	    x, (double)s->bgpd->reloads, "result", "applied", NULL);
	exposition_sample(
	    x, (double)s->bgpd->reloads_refused, "result", "refused", NULL);
}

static void
read_reload_success(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(x, !s->bgpd->reload_refused, NULL);
}

static void
read_neighbors(const struct metrics_source *s, struct exposition *x)
{
	enum fsm_state state;
	unsigned int type;

	for (type = 0; type < METRICS_TYPES; type++) {
		for (state = 0; state < FSM_STATE_MAX; state++)
			exposition_sample(x, s->census.states[type][state],
			    "type", metrics_types[type], "state",
			    fsm_state_word(state), NULL);
		exposition_sample(x, s->census.disabled[type], "type",
		    metrics_types[type], "state", "disabled", NULL);
	}
}

static void
read_stale(const struct metrics_source *s, struct exposition *x)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		exposition_sample(
		    x, s->census.stale[f], "family", family_name(f), NULL);
}

static void
read_routes(const struct metrics_source *s, struct exposition *x)
{
	struct rib_counts c;
	enum family f;
	size_t i;

	for (f = 0; f < FAMILY_MAX; f++) {
		rib_counts(s->bgpd->rib, f, &c);
		const struct {
			const char *kind;
			uint32_t count;
		} rows[] = {
			{ "prefixes", c.entries },
			{ "paths", c.paths },
			{ "best", c.best },
			{ "unreachable", c.without_way },
		};
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			exposition_sample(x, rows[i].count, "family",
			    family_name(f), "kind", rows[i].kind, NULL);
	}
}

static void
read_refused(const struct metrics_source *s, struct exposition *x)
{
	enum rib_refusal r;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		for (r = RIB_ACCEPTED + 1; r < RIB_REFUSAL_MAX; r++)
			exposition_sample(x, (double)s->census.refused[f][r],
			    "family", family_name(f), "reason",
			    rib_refusal_word(r), NULL);
}

static void
read_fib(const struct metrics_source *s, struct exposition *x)
{
	struct fib_counts c;
	enum fib_status i;
	enum family f;

	for (f = 0; s->bgpd->fib != NULL && f < FAMILY_MAX; f++) {
		fib_counts(s->bgpd->fib, f, &c);
		for (i = 0; i < FIB_STATUS_MAX; i++)
			exposition_sample(x, c.by_status[i], "family",
			    family_name(f), "status", fib_status_word(i), NULL);
	}
}

static void
read_fib_operations(const struct metrics_source *s, struct exposition *x)
{
	struct fib_counts c;
	enum family f;
	size_t i;

	for (f = 0; s->bgpd->fib != NULL && f < FAMILY_MAX; f++) {
		fib_counts(s->bgpd->fib, f, &c);
		const struct {
			const char *operation;
			uint64_t count;
		} rows[] = {
			{ "add", c.added },
			{ "replace", c.replaced },
			{ "delete", c.deleted },
			{ "repair", c.repaired },
		};
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			exposition_sample(x, (double)rows[i].count, "family",
			    family_name(f), "operation", rows[i].operation,
			    NULL);
	}
}

static void
read_fib_failures(const struct metrics_source *s, struct exposition *x)
{
	struct fib_counts c;
	enum family f;

	for (f = 0; s->bgpd->fib != NULL && f < FAMILY_MAX; f++) {
		fib_counts(s->bgpd->fib, f, &c);
		exposition_sample(
		    x, (double)c.failed, "family", family_name(f), NULL);
	}
}

static void
read_latency(const struct metrics_source *s, struct exposition *x)
{
	enum family f;

	for (f = 0; s->bgpd->fib != NULL && f < FAMILY_MAX; f++)
		exposition_histogram(x, latency_of(s->bgpd->latency, f),
		    "family", family_name(f));
}

static void
read_address(const struct metrics_source *s, struct exposition *x)
{
	struct address chosen;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		if (!s->bgpd->conf->expected[f])
			continue;
		chosen = node_chosen(s->bgpd->node, f);
		exposition_sample(x, !address_is_unset(&chosen), "family",
		    family_name(f), NULL);
	}
}

static void
read_restart(const struct metrics_source *s, struct exposition *x)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		exposition_sample(x, restart_deferring(s->bgpd->restart, f),
		    "family", family_name(f), "phase", "deferring", NULL);
		exposition_sample(x, restart_holding(s->bgpd->restart, f),
		    "family", family_name(f), "phase", "holding", NULL);
	}
}

static void
read_groups(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(x, (double)groups_count(s->bgpd->groups), NULL);
}

static void
read_memory(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(x, (double)bgpd_memory(s->bgpd), NULL);
}

static void
read_memory_limit(const struct metrics_source *s, struct exposition *x)
{
	if (s->bgpd->peers.memory_limit != 0)
		exposition_sample(x, (double)s->bgpd->peers.memory_limit, NULL);
}

static void
read_held(const struct metrics_source *s, struct exposition *x)
{
	const struct io *io = s->bgpd->io;

	exposition_histogram(x, &io->ops->lag(io)->held, NULL, NULL);
}

static void
read_late(const struct metrics_source *s, struct exposition *x)
{
	const struct io *io = s->bgpd->io;

	exposition_histogram(x, &io->ops->lag(io)->late, NULL, NULL);
}

static void
read_accepted(const struct metrics_source *s, struct exposition *x)
{
	struct io_counters c;

	s->bgpd->io->ops->counters(s->bgpd->io, &c);
	exposition_sample(x, (double)c.accepted, "result", "accepted", NULL);
	exposition_sample(
	    x, (double)c.refused_unknown, "result", "unknown", NULL);
	exposition_sample(x, (double)c.accept_failed, "result", "failed", NULL);
}

static void
read_signatures(const struct metrics_source *s, struct exposition *x)
{
	struct io_counters c;

	s->bgpd->io->ops->counters(s->bgpd->io, &c);
	exposition_sample(
	    x, (double)c.signature_wrong, "reason", "wrong", NULL);
	exposition_sample(
	    x, (double)c.signature_unexpected, "reason", "unexpected", NULL);
}

static void
read_tls_sessions(const struct metrics_source *s, struct exposition *x)
{
	exposition_sample(x, s->census.encrypted, "state", "encrypted", NULL);
	exposition_sample(x, s->census.plain, "state", "plain", NULL);
}

static void
read_handshakes(const struct metrics_source *s, struct exposition *x)
{
	struct io_counters c;

	s->bgpd->io->ops->counters(s->bgpd->io, &c);
	exposition_sample(x, (double)c.handshakes, NULL);
}

static void
read_handshakes_failed(const struct metrics_source *s, struct exposition *x)
{
	struct io_counters c;

	s->bgpd->io->ops->counters(s->bgpd->io, &c);
	exposition_sample(x, (double)c.handshakes_failed, NULL);
}

static void
read_certificates(const struct metrics_source *s, struct exposition *x)
{
	struct credentials_view view;
	size_t cursor = 0;

	while (credentials_walk(s->bgpd->credentials, &cursor, &view))
		if (view.loaded)
			exposition_sample(x, (double)view.own.expires, "file",
			    view.file, NULL);
}

/* clang-format off */
const struct metric metrics_of_node[] = {
{ { "bgpd_build", METRIC_INFO, NULL, "Version of the daemon." },
    read_build, NULL },
{ { "bgpd_node", METRIC_INFO, NULL, "Name, AS and router-id of this node." },
    read_node, NULL },
{ { "bgpd_ready", METRIC_GAUGE, NULL,
    "Whether a condition of being ready holds, as /readyz asks it." },
    read_ready, NULL },
{ { "bgpd_drained", METRIC_GAUGE, NULL,
    "Whether an operator drained this node." }, read_drain, NULL },
{ { "bgpd_config_reloads", METRIC_COUNTER, NULL,
    "Reloads of the configuration by their result." }, read_reloads, NULL },
{ { "bgpd_config_reload_success", METRIC_GAUGE, NULL,
    "Whether the last reload was applied." }, read_reload_success, NULL },
{ { "bgpd_neighbors", METRIC_GAUGE, NULL,
    "Sessions by type and state." }, read_neighbors, NULL },
{ { "bgpd_neighbors_stale", METRIC_GAUGE, NULL,
    "Sessions whose routes are kept from before a restart, by family." },
    read_stale, NULL },
{ { "bgpd_routes", METRIC_GAUGE, NULL,
    "Prefixes, paths, prefixes with a usable path and without one." },
    read_routes, NULL },
{ { "bgpd_routes_rejected", METRIC_GAUGE, NULL,
    "Paths that are kept and not let in, by the reason." },
    read_refused, NULL },
{ { "bgpd_fib_routes", METRIC_GAUGE, NULL,
    "Routes wanted or found in the kernel, by status." }, read_fib, NULL },
{ { "bgpd_fib_operations", METRIC_COUNTER, NULL,
    "Changes that the kernel took; repair: after somebody else's change." },
    read_fib_operations, NULL },
{ { "bgpd_fib_failures", METRIC_COUNTER, NULL,
    "Changes that the kernel refused." }, read_fib_failures, NULL },
{ { "bgpd_convergence_seconds", METRIC_HISTOGRAM, "seconds",
    "From the UPDATE that was read to the kernel's answer, of a sample of "
    "routes, to a millisecond." }, read_latency, NULL },
{ { "bgpd_address_detected", METRIC_GAUGE, NULL,
    "Whether this node has an address of a family that the config uses." },
    read_address, NULL },
{ { "bgpd_restarting", METRIC_GAUGE, NULL,
    "Whether announcements are deferred or kernel routes held after a "
    "restart of this node." }, read_restart, NULL },
{ { "bgpd_update_groups", METRIC_GAUGE, NULL,
    "Groups of neighbors that are told the same." }, read_groups, NULL },
{ { "bgpd_memory_bytes", METRIC_GAUGE, "bytes",
    "What routes cost, as the memory limit counts it." }, read_memory, NULL },
{ { "bgpd_memory_limit_bytes", METRIC_GAUGE, "bytes",
    "The memory limit." }, read_memory_limit, NULL },
{ { "bgpd_event_loop_held_seconds", METRIC_HISTOGRAM, "seconds",
    "How long each callback held the event loop." }, read_held, NULL },
{ { "bgpd_event_loop_lag_seconds", METRIC_HISTOGRAM, "seconds",
    "How late each timer came." }, read_late, NULL },
{ { "bgpd_connections", METRIC_COUNTER, NULL,
    "BGP connections that came in, by what became of them." },
    read_accepted, NULL },
{ { "bgpd_tcp_signatures_dropped", METRIC_COUNTER, NULL,
    "TCP segments that the kernel dropped for their MD5 signature." },
    read_signatures, NULL },
{ { "bgpd_tls_sessions", METRIC_GAUGE, NULL,
    "Established sessions of neighbors with tls, encrypted or not." },
    read_tls_sessions, NULL },
{ { "bgpd_tls_handshakes", METRIC_COUNTER, NULL,
    "TLS handshakes that were begun, both ways." }, read_handshakes, NULL },
{ { "bgpd_tls_handshake_failures", METRIC_COUNTER, NULL,
    "TLS handshakes that failed." }, read_handshakes_failed, NULL },
{ { "bgpd_tls_certificate_expiry_timestamp_seconds", METRIC_GAUGE, "seconds",
    "When a certificate of this node expires, since 1970." },
    read_certificates, NULL },
{ { NULL, METRIC_GAUGE, NULL, NULL }, NULL, NULL }
};
/* clang-format on */
