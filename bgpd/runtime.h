/* SPDX-License-Identifier: ISC */
/* runtime.h - runtime commands: kept, and put over every config */
/*
 * What bgpctl was told to disable, drain, add or remove (conf/runtime.h) is
 * held here, written to the state directory with every change, and laid over
 * each config before the daemon takes it, at the start and at a reload.  A
 * command changes the daemon like a reload does (reload.c), with the config
 * that the file gave last: a file that is being edited is not looked at.
 */
#ifndef BGPD_RUNTIME_H
#define BGPD_RUNTIME_H

#include "bgpd/bgpd.h"
#include "bgpd/conf/runtime.h"

struct runtime;

/*
 * Reads what is kept in the config's state directory, or in `folder` when it
 * names none; both NULL: nothing is kept.  Puts it over bgpd's config, which
 * is as the file gave it.  Never NULL: what is unreadable is said, set aside
 * and left out.
 */
struct runtime	*runtime_new(struct bgpd *, const char *folder);
void		 runtime_free(struct runtime *);

/* A reload's config, before it is compared; runtime_took when it was taken. */
void		 runtime_cover(struct runtime *, struct conf *next,
		    struct conf_messages *);
void		 runtime_took(struct runtime *);

/* Borrowed until the next change. */
const struct conf_runtime *runtime_state(const struct runtime *);
/*
 * The state from now on; taken in any case.  False when nothing was changed,
 * and then *r says why.  The caller clears *r.
 */
bool		 runtime_change(struct bgpd *, struct conf_runtime *next,
		    struct bgpd_reload *r);
/* Why the state would not survive a restart, "" when it would. */
const char	*runtime_unsaved(const struct runtime *);
/* When a node that drains withdraws everything; 0: it does not drain. */
int64_t		 runtime_withdraws_at(const struct runtime *);

#endif
