/* SPDX-License-Identifier: ISC */
/* metrics_neighbor.c - what is counted of each neighbor, row by row */

/*
 * Every sample bears the neighbor's name and address, so that a name with a
 * session of each family is two; what else there is to know of it, and does
 * not change, stands in bgpd_neighbor_info.  A state is a label and never a
 * number: readers would have to know ours.
 */

#include "bgpd/control/show.h"
#include "bgpd/http/metrics.h"

/* The labels that all have. */
#define WHO(n) "neighbor", (n)->name, "address", (n)->address

static bool
is_up(const struct metrics_neighbor *n)
{
	return peer_established_at(n->peer) != 0;
}

static void
read_info(const struct metrics_neighbor *n, struct exposition *x)
{
	const struct conf_neighbor *conf = peer_conf(n->peer);
	uint32_t as = peer_remote_as(n->peer);
	char text[16] = "";

	if (as == 0)
		as = conf->settings.remote_as;
	if (as != 0)
		snprintf(text, sizeof(text), "%u", (unsigned int)as);
	exposition_sample(x, 1, WHO(n), "remote_as", text, "type",
	    show_peer_type(n->peer), "group",
	    conf->group == NULL ? "" : conf->group, NULL);
}

static void
read_up(const struct metrics_neighbor *n, struct exposition *x)
{
	exposition_sample(x, is_up(n), WHO(n), NULL);
}

static void
read_state(const struct metrics_neighbor *n, struct exposition *x)
{
	enum fsm_state now = peer_state(n->peer), state;

	for (state = 0; state < FSM_STATE_MAX; state++)
		exposition_sample(x, state == now, WHO(n), "state",
		    fsm_state_word(state), NULL);
}

static void
read_reason(const struct metrics_neighbor *n, struct exposition *x)
{
	const char *word = peer_reason_word(n->peer);

	if (!is_up(n) && word != NULL && word[0] != '\0')
		exposition_sample(x, 1, WHO(n), "reason", word, NULL);
}

static void
read_since(const struct metrics_neighbor *n, struct exposition *x)
{
	int64_t age = n->source->now - peer_established_at(n->peer);

	if (is_up(n))
		exposition_sample(
		    x, n->source->wall - (double)age / 1e3, WHO(n), NULL);
}

static void
read_established(const struct metrics_neighbor *n, struct exposition *x)
{
	exposition_sample(
	    x, (double)peer_counters(n->peer)->established, WHO(n), NULL);
}

static void
read_resets(const struct metrics_neighbor *n, struct exposition *x)
{
	exposition_sample(
	    x, (double)peer_counters(n->peer)->resets, WHO(n), NULL);
}

static void
read_messages(const struct metrics_neighbor *n, struct exposition *x)
{
	static const char *const words[MSG_TYPE_MAX] = {
		[MSG_OPEN] = "open",
		[MSG_UPDATE] = "update",
		[MSG_NOTIFICATION] = "notification",
		[MSG_KEEPALIVE] = "keepalive",
		[MSG_ROUTE_REFRESH] = "route-refresh",
	};
	const struct session_counters *c =
	    session_counters(peer_session(n->peer));
	unsigned int i;

	for (i = MSG_OPEN; i < MSG_TYPE_MAX; i++) {
		exposition_sample(x, (double)c->in[i], WHO(n), "direction",
		    "received", "type", words[i], NULL);
		exposition_sample(x, (double)c->out[i], WHO(n), "direction",
		    "sent", "type", words[i], NULL);
	}
}

static void
read_bytes(const struct metrics_neighbor *n, struct exposition *x)
{
	const struct session_counters *c =
	    session_counters(peer_session(n->peer));

	exposition_sample(
	    x, (double)c->bytes_in, WHO(n), "direction", "received", NULL);
	exposition_sample(
	    x, (double)c->bytes_out, WHO(n), "direction", "sent", NULL);
}

static void
read_errors(const struct metrics_neighbor *n, struct exposition *x)
{
	const struct peer_counters *c = peer_counters(n->peer);

	exposition_sample(x, (double)c->treated_as_withdraw, WHO(n), "action",
	    "withdraw", NULL);
	exposition_sample(x, (double)c->attributes_discarded, WHO(n), "action",
	    "discard", NULL);
}

static void
read_prefixes(const struct metrics_neighbor *n, struct exposition *x)
{
	struct peer_family view;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		peer_family(n->peer, f, &view);
		if (!view.configured)
			continue;
		exposition_sample(x, view.received, WHO(n), "family",
		    family_name(f), "stage", "received", NULL);
		exposition_sample(x, view.accepted, WHO(n), "family",
		    family_name(f), "stage", "accepted", NULL);
		exposition_sample(x, view.sent, WHO(n), "family",
		    family_name(f), "stage", "sent", NULL);
	}
}

static void
read_limit(const struct metrics_neighbor *n, struct exposition *x)
{
	const struct conf_limit *limits =
	    peer_conf(n->peer)->settings.max_prefix;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (limits[f].action != CONF_LIMIT_NONE)
			exposition_sample(x, limits[f].count, WHO(n), "family",
			    family_name(f), NULL);
}

static void
read_queue(const struct metrics_neighbor *n, struct exposition *x)
{
	exposition_sample(
	    x, (double)session_unsent(peer_session(n->peer)), WHO(n), NULL);
}

static void
read_bfd(const struct metrics_neighbor *n, struct exposition *x)
{
	struct peer_bfd_view view;

	if (peer_bfd_view(n->peer, &view) && view.watch != NULL)
		exposition_sample(x, view.reason[0] == '\0', WHO(n), NULL);
}

/* clang-format off */
const struct metric metrics_of_neighbors[] = {
{ { "bgpd_neighbor", METRIC_INFO, NULL,
    "What is known of a neighbor and does not change." },
    NULL, read_info },
{ { "bgpd_neighbor_up", METRIC_GAUGE, NULL,
    "Whether the session is established." }, NULL, read_up },
{ { "bgpd_neighbor_state", METRIC_GAUGE, NULL,
    "1 for the state that the session is in, 0 for the others." },
    NULL, read_state },
{ { "bgpd_neighbor_down_reason", METRIC_GAUGE, NULL,
    "Why the session is not established; only while it is not." },
    NULL, read_reason },
{ { "bgpd_neighbor_established_timestamp_seconds", METRIC_GAUGE, "seconds",
    "Since when the session has been established, since 1970." },
    NULL, read_since },
{ { "bgpd_neighbor_establishments", METRIC_COUNTER, NULL,
    "Times that the session came up." }, NULL, read_established },
{ { "bgpd_neighbor_resets", METRIC_COUNTER, NULL,
    "Times that this node ended the session, for an error or silence." },
    NULL, read_resets },
{ { "bgpd_neighbor_messages", METRIC_COUNTER, NULL,
    "BGP messages by direction and type." }, NULL, read_messages },
{ { "bgpd_neighbor_bytes", METRIC_COUNTER, NULL,
    "Bytes of BGP messages by direction." }, NULL, read_bytes },
{ { "bgpd_neighbor_update_errors", METRIC_COUNTER, NULL,
    "Errors in UPDATE messages by what was done (RFC 7606)." },
    NULL, read_errors },
{ { "bgpd_neighbor_prefixes", METRIC_GAUGE, NULL,
    "Prefixes received, accepted and sent." }, NULL, read_prefixes },
{ { "bgpd_neighbor_max_prefixes", METRIC_GAUGE, NULL,
    "The limit on prefixes received." }, NULL, read_limit },
{ { "bgpd_neighbor_output_queue_bytes", METRIC_GAUGE, "bytes",
    "What waits for the neighbor to read." }, NULL, read_queue },
{ { "bgpd_bfd_up", METRIC_GAUGE, NULL,
    "Whether BFD sees the neighbor." }, NULL, read_bfd },
{ { NULL, METRIC_GAUGE, NULL, NULL }, NULL, NULL }
};
/* clang-format on */
