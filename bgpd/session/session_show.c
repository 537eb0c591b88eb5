/* SPDX-License-Identifier: ISC */
/* session_show.c - what there is to know of a session */
/*
 * Read only: of the connection there is, or of the last one.  Why it is not
 * established is session_reason.c's to say, when a timer fires is
 * session_timer.c's.
 */
#include "bgpd/session/session_private.h"

enum fsm_state
session_state(const struct session *s)
{
	return s->state;
}

const struct open_common *
session_common(const struct session *s)
{
	return &s->common;
}

const struct open *
session_received(const struct session *s)
{
	return s->heard ? &s->received : NULL;
}

const struct open *
session_sent(const struct session *s)
{
	return &s->sent;
}

bool
session_dialled(const struct session *s)
{
	return s->dialled;
}

const struct session_counters *
session_counters(const struct session *s)
{
	return &s->counters;
}

unsigned int
session_attempts(const struct session *s)
{
	return s->attempts;
}

int64_t
session_since(const struct session *s)
{
	return s->since;
}

struct io_endpoint
session_local(const struct session *s)
{
	struct io_endpoint local = { .port = 0 };

	if (s->conn != NULL)
		s->host->io->ops->local(s->conn, &local);
	return local;
}
