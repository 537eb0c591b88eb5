/* SPDX-License-Identifier: ISC */
/* peer_note.c - the last NOTIFICATION each way, byte by byte */
/*
 * The reason says in a sentence what ended a session; who compares two sides,
 * or doubts the sentence, wants the bytes.  Of each direction the last one is
 * kept, over all sessions of the peer and for as long as the peer is there;
 * a peer without trouble has none and pays a pointer each.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"
#include "rib/mem.h"

void
peer_notification(
    void *arg, struct session *s, bool sent, const struct msg_error *error)
{
	struct peer *p = arg;
	struct peer_note *note;

	(void)s;
	note = xmalloc(sizeof(*note) + error->length);
	note->at = p->host->io->ops->now(p->host->io);
	note->code = error->code;
	note->subcode = error->subcode;
	note->length = error->length;
	if (error->length > 0)
		memcpy(note->data, error->data, error->length);
	free(p->notes[sent]);
	p->notes[sent] = note;
}

const struct peer_note *
peer_note(const struct peer *p, bool sent)
{
	return p->notes[sent];
}

void
peer_notes_clear(struct peer *p)
{
	free(p->notes[false]);
	free(p->notes[true]);
}
