/* SPDX-License-Identifier: ISC */
/* group_private.h - what group.c and group_output.c share */
#ifndef BGPD_GROUP_PRIVATE_H
#define BGPD_GROUP_PRIVATE_H

#include <sys/queue.h>

#include "bgpd/group.h"
#include "bgpd/group_encode.h"

struct member {
	uint32_t			 source;
	struct group			*group;
	struct group			*ghost;	/* the group it comes from */
	const struct group_member_ops	*ops;
	void				*arg;
	bool				 early;	/* joined while it was fed */
	bool				 synced;
	bool				 refreshing;	/* told BEGIN, not END */
	bool				 again;		/* and asked once more */
	TAILQ_ENTRY(member)		 next;
};

struct group {
	struct groups		*groups;
	struct group_key	 key;
	enum family		 family;
	struct adjout		*adjout;
	TAILQ_HEAD(, member)	 members;	/* who joined first is first */
	unsigned int		 ghosts;
	bool			 feeding;
	uint32_t		 feed;		/* rib cursor */
	bool			 dirty;		/* somebody may be behind */
	struct window		 window;
	bool			 window_valid;
	struct group		*next;
};

struct groups {
	struct rib			*rib;
	const struct policy_env		*policy;
	struct group			*list;
	struct member			**members[FAMILY_MAX];	/* by source */
	size_t				 nmembers[FAMILY_MAX];
	bool				 deferred[FAMILY_MAX];
	struct window_encoder		*encoder;
	struct export_scratch		*scratch;
};

/* Begins the answer to a refresh. */
void	 member_refresh(struct member *);
/* Exports and sets one entry. */
void	 group_change(struct group *, uint32_t entry, const struct prefix *);
/* What the group says of an entry now, interned; 0 and the reason. */
uint32_t group_export(struct group *, uint32_t entry, const struct prefix *,
	    uint32_t *source, enum export_reason *);
/*
 * Withdraws what only the old group told; the ghost is gone afterwards, its
 * group stays until it is reaped.
 */
void	 member_settle(struct member *);
/* Frees the groups in which neither member nor ghost is left. */
void	 groups_reap(struct groups *);

#endif
