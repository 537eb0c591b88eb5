/* SPDX-License-Identifier: ISC */
/* show_bfd.c - who is watched by BFD, and how that goes */

/*
 * `show bfd`: a row for each neighbor that is to be watched, also before its
 * BGP session is there; then the reason says so.  Packets that were not taken
 * are counted by reason under the neighbor of that address.  The line of `show
 * neighbors detail` and the step of `explain neighbor` are made here too, of
 * the same facts.  Reads only.
 */

#include "bgpd/control/explain.h"

static void
show_discards(json_t *record, const struct bfd_counters *counters)
{
	enum bfd_discard why;
	char buf[64];
	struct text t;

	for (why = BFD_TAKEN + 1; why < BFD_DISCARD_MAX; why++) {
		if (counters->discarded[why] == 0)
			continue;
		t = text_of(buf, sizeof(buf));
		text_add(&t, "%s %ju", bfd_discard_word(why),
		    (uintmax_t)counters->discarded[why]);
		record_push(record, "discards", record_value(buf));
	}
}

static void
show_remote(json_t *record, const struct bfd_session *s)
{
	record_text(record, "remote_state", bfd_state_word(s->remote_state));
	record_text(record, "remote_diag", bfd_diag_text(s->remote_diag));
	record_number(record, "remote_multiplier", s->remote_multiplier);
	record_number(record, "remote_discriminator", s->remote);
	record_seconds(record, "remote_min_tx", s->remote_tx / 1000);
	record_seconds(record, "remote_min_rx", s->remote_rx / 1000);
	record_flag(record, "independent", s->independent);
	record_seconds(record, "detection", bfd_session_detection(s));
}

static void
show_watch(json_t *record, const struct bfd_watch *watch, int64_t now)
{
	const struct bfd_session *s = bfd_session_of(watch);
	const struct bfd_counters *counters = bfd_counters_of(watch);

	record_address(record, "local_address", &bfd_path_of(watch)->local);
	record_text(record, "diag", bfd_diag_text(s->diag));
	record_number(record, "discriminator", s->local);
	record_seconds(record, "interval", bfd_session_interval(s));
	record_seconds(record, "min_tx", s->min_tx / 1000);
	record_seconds(record, "min_rx", s->min_rx / 1000);
	record_flag(record, "polling", s->polling);
	record_number(record, "received", counters->in);
	record_number(record, "sent", counters->out);
	record_number(record, "send_failed", counters->send_failed);
	if (s->heard_at != 0) {
		show_remote(record, s);
		record_seconds(record, "heard_age", now - s->heard_at);
	}
	show_discards(record, counters);
}

static const char *
state_word(const struct peer_bfd_view *view)
{
	return view->watch == NULL
	    ? "waiting"
	    : bfd_state_word(bfd_session_of(view->watch)->state);
}

bool
show_bfd_next(struct request *r)
{
	const struct peer *p = show_next_peer(r, request_text(r, "name"));
	int64_t now = show_now(r);
	const struct conf_bfd *set;
	struct peer_bfd_view view;
	char buf[SHOW_ADDRESS_STRLEN];
	json_t *record;

	if (p == NULL)
		return false;
	if (!peer_bfd_view(p, &view))
		return true;
	set = &peer_conf(p)->settings.bfd;
	record = record_new("bfd");
	record_string(record, "name", peer_conf(p)->name);
	record_string(record, "address", show_peer_address(p, buf));
	record_string(record, "state", state_word(&view));
	record_flag(record, "multihop", set->multihop);
	record_flag(record, "authenticated", set->key != NULL);
	record_number(record, "multiplier", set->multiplier);
	record_number(record, "flaps", view.flaps);
	if (view.changed_at != 0)
		record_seconds(record, "age", now - view.changed_at);
	if (view.watch != NULL)
		show_watch(record, view.watch, now);
	record_text(record, "reason", view.reason);
	request_emit(r, record);
	return true;
}

void
show_bfd_begin(struct request *r)
{
	const char *name = request_text(r, "name");

	if (name != NULL)
		show_peer_exists(r, name);
}

/* "up for 2m10s, detection in 900ms, 1 flap" */
static bool
bfd_text(const struct peer *p, int64_t now, struct text *t)
{
	struct peer_bfd_view view;
	char detection[16];

	if (!peer_bfd_view(p, &view))
		return false;
	text_add(t, "%s", state_word(&view));
	if (view.changed_at != 0) {
		text_add(t, " for ");
		explain_duration(t, now - view.changed_at);
	}
	if (view.watch != NULL && view.reason[0] == '\0')
		text_add(t, ", detection in %s",
		    conf_time_format(
			bfd_session_detection(bfd_session_of(view.watch)),
			detection));
	if (view.flaps > 0)
		text_add(t, ", %ju flap%s", (uintmax_t)view.flaps,
		    view.flaps == 1 ? "" : "s");
	if (view.reason[0] != '\0')
		text_add(t, ": %s", view.reason);
	return true;
}

void
show_bfd_line(json_t *record, const struct peer *p, int64_t now)
{
	char buf[256];
	struct text t = text_of(buf, sizeof(buf));

	if (bfd_text(p, now, &t))
		record_string(record, "bfd", buf);
}

/* It may end a session, and never hinders one. */
enum explain_result
explain_bfd(const struct peer *p, int64_t now, struct text *t)
{
	struct peer_bfd_view view;

	if (!bfd_text(p, now, t))
		return EXPLAIN_SKIP;
	peer_bfd_view(p, &view);
	return view.reason[0] == '\0' ? EXPLAIN_OK : EXPLAIN_NOTE;
}
