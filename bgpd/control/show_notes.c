/* SPDX-License-Identifier: ISC */
/* show_notes.c - what a neighbour said or was told that was no good */

/*
 * Two tables of the detail of a neighbour: its routes that are not let in,
 * counted by why, and the last NOTIFICATION each way with its bytes, which is
 * what the other side's log has to be compared with.  Reads only.
 */

#include "bgpd/control/explain.h"
#include "rib/text.h"

#define BYTES_SHOWN 64u

void
show_refusals(json_t *record, const struct bgpd *b, const struct peer *p)
{
	enum rib_refusal refusal;
	enum family f;
	uint32_t count;
	json_t *row;

	for (f = 0; f < FAMILY_MAX; f++)
		for (refusal = RIB_ACCEPTED + 1; refusal < RIB_REFUSAL_MAX;
		     refusal++) {
			count = rib_source_refused(
			    b->rib, peer_source(p), f, refusal);
			if (count == 0)
				continue;
			row = record_new(NULL);
			record_string(
			    row, "refused", rib_refusal_word(refusal));
			record_family(row, f);
			record_number(row, "routes", count);
			record_push(record, "refusals", row);
		}
}

static void
show_bytes(json_t *row, const struct peer_note *note)
{
	char buf[3 * BYTES_SHOWN + 16];
	struct text t = text_of(buf, sizeof(buf));
	unsigned int i;

	text_add(&t, "%02x %02x", note->code, note->subcode);
	for (i = 0; i < note->length && i < BYTES_SHOWN; i++)
		text_add(&t, "%s%02x", i == 0 ? " " : "", note->data[i]);
	if (i < note->length)
		text_add(&t, "...");
	record_string(row, "bytes", buf);
}

void
show_notifications(json_t *record, const struct peer *p, int64_t now)
{
	static const char *const directions[] = { "received", "sent" };
	struct msg_notification message;
	const struct peer_note *note;
	char buf[512];
	json_t *row;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		note = peer_note(p, i == 1);
		if (note == NULL)
			continue;
		message = (struct msg_notification){ note->code, note->subcode,
			{ note->data, note->length } };
		row = record_new(NULL);
		record_string(row, "notification", directions[i]);
		record_seconds(row, "age", now - note->at);
		show_bytes(row, note);
		record_string(row, "meaning",
		    msg_notification_format(&message, buf, sizeof(buf)));
		record_push(record, "notifications", row);
	}
}

void
explain_note(const struct peer *p, bool sent, int64_t now, struct text *t)
{
	const struct peer_note *note = peer_note(p, sent);
	struct msg_notification message;
	char buf[512];

	/* Of two connections one has to go: that is no news. */
	if (note == NULL ||
	    (note->code == ERR_CEASE && note->subcode == CEASE_COLLISION))
		return;
	message = (struct msg_notification){ note->code, note->subcode,
		{ note->data, note->length } };
	text_add(
	    t, "%s%s ", t->length > 0 ? "; " : "", sent ? "sent" : "received");
	explain_duration(t, now - note->at);
	text_add(
	    t, " ago: %s", msg_notification_format(&message, buf, sizeof(buf)));
}
