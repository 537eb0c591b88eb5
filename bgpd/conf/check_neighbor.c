/* SPDX-License-Identifier: ISC */
/* check_neighbor.c - what the settings of one neighbor mean together */
/*
 * For contradictions within one neighbor that show only when all that it
 * inherits is settled.  What concerns several neighbors, or who a neighbor
 * is, stands in check.c.
 */

#include "bgpd/conf/check.h"
#include "bgpd/conf/message.h"

/* To its eyes the session would be internal, and to ours it is not. */
static void
local_as_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	if (s->remote != CONF_REMOTE_AS || s->remote_as == b->conf->as ||
	    s->local_as != s->remote_as)
		return;
	conf_help(conf_error(b->messages, e->name,
		      "local-as of '%s' is its own AS, %u", n->name,
		      s->remote_as),
	    "local-as is what this node calls itself towards that neighbor");
}

void
conf_check_neighbor(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	if (e->spoilt || b->incomplete)
		return;
	local_as_check(b, e, n);
}
