/* SPDX-License-Identifier: ISC */
/* drain.c - what is told while traffic is asked to go elsewhere */

/*
 * RFC 8326 4.1 and 4.2: GRACEFUL_SHUTDOWN on every route, so that receivers
 * prefer any other; towards internal peers, who need not know the community,
 * LOCAL_PREF 0 says the same.  Own routes and those that are passed on are
 * marked alike.  A route that carries the community already keeps its list.
 */

#include "rib/drain.h"

#include <string.h>

#include "rib/community.h"

static const char *const words[DRAIN_MAX] = {
	[DRAIN_OFF] = "off",
	[DRAIN_TELL] = "draining",
	[DRAIN_WITHDRAW] = "drained",
};

const char *
drain_word(enum drain drain)
{
	return words[drain];
}

bool
drain_find(const char *word, enum drain *drain)
{
	unsigned int i;

	for (i = 0; i < DRAIN_MAX; i++)
		if (strcmp(words[i], word) == 0) {
			*drain = (enum drain)i;
			return true;
		}
	return false;
}

bool
drain_mark(struct attrs *out, bool external, uint8_t *room, size_t size)
{
	size_t length;

	if (!external) {
		out->has |= ATTR_HAS_LOCAL_PREF;
		out->local_pref = 0;
	}
	if (community_has(out->communities, COMMUNITY_GRACEFUL_SHUTDOWN))
		return true;
	if (!community_add(out->communities, COMMUNITY_GRACEFUL_SHUTDOWN, room,
		size, &length))
		return false;
	out->communities = (struct span){ room, length };
	return true;
}
