/* SPDX-License-Identifier: ISC */
/* drain.h - what is told while traffic is asked to go elsewhere */
/*
 * A node that leaves for a while says so first (RFC 8326): everything it
 * tells carries GRACEFUL_SHUTDOWN, and inside the AS the lowest LOCAL_PREF,
 * so that whoever has another way takes it while this one still works.  Then
 * it tells nothing.
 */
#ifndef RIB_DRAIN_H
#define RIB_DRAIN_H

#include "rib/attr.h"

enum drain {
	DRAIN_OFF,
	DRAIN_TELL,		/* as a last resort */
	DRAIN_WITHDRAW,		/* nothing at all */
	DRAIN_MAX
};

/* "off", "draining", "drained" */
const char	*drain_word(enum drain);
bool		 drain_find(const char *, enum drain *);

/*
 * Marks attributes that go out, for a target outside or inside the AS.  The
 * list of communities grows into room; false when it does not fit there.
 */
bool		 drain_mark(struct attrs *out, bool external, uint8_t *room,
		    size_t size);

#endif
