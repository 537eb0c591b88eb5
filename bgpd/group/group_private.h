/* SPDX-License-Identifier: ISC */
/* group_private.h - what the group*.c files share */
#ifndef BGPD_GROUP_GROUP_PRIVATE_H
#define BGPD_GROUP_GROUP_PRIVATE_H

#include <sys/queue.h>

#include "bgpd/group/group.h"
#include "bgpd/group/group_encode.h"
#include "rib/slots.h"

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
	uint64_t		 number;	/* from 1, never used again */
	struct group_key	 key;
	enum family		 family;
	struct window_form	 form;		/* has slots: ADD-PATH */
	struct adjout		*adjout;	/* of slots then */
	TAILQ_HEAD(, member)	 members;	/* who joined first is first */
	unsigned int		 ghosts;
	bool			 feeding;
	uint32_t		 feed;		/* rib cursor */
	bool			 waiting;	/* left out: key.limit is told */
	uint32_t		 fill;		/* rib cursor: who is next */
	bool			 lap;		/* fill began at the head */
	bool			 dirty;		/* somebody may be behind */
	struct window		 window;
	bool			 window_valid;
	struct group		*next;
};

/* Of all groups of a family with ADD-PATH. */
struct group_slots {
	struct rib	*rib;
	enum family	 family;
	struct slots	*slots;		/* NULL until there is one */
};

struct groups {
	struct rib			*rib;
	const struct policy_env		*policy;
	struct group			*list;
	uint64_t			 made;	/* so many, so far */
	struct member			**members[FAMILY_MAX];	/* by source */
	size_t				 nmembers[FAMILY_MAX];
	bool				 deferred[FAMILY_MAX];
	struct groups_gate		 gate;
	struct group_slots		 slots[FAMILY_MAX];
	struct window_encoder		*encoder;
	struct export_scratch		*scratch;
};

/* Of a family, by its source, or NULL. */
struct member *group_member(const struct groups *, enum family,
	    uint32_t source);
/* Begins the answer to a refresh. */
void	 member_refresh(struct member *);
/* Exports and sets one entry. */
void	 group_change(struct group *, uint32_t entry, const struct prefix *);
/* Takes the reference on the attributes; 0 withdraws. */
void	 group_set(struct group *, uint32_t id, uint32_t attrs,
	    uint32_t source);
/* What is exported of; its rules are counted, or it is a question. */
struct group_route {
	uint32_t		 entry;
	const struct prefix	*prefix;
	bool			 counts;
};
/* The attributes of a path as the group says them; 0 and the reason. */
uint32_t group_export_path(struct group *, const struct group_route *,
	    const struct rib_path *, enum export_reason *);

/* group_paths.c: groups with ADD-PATH. */
bool	 group_has_paths(const struct group *);
void	 group_paths_begin(struct group *);	/* before its adjout is made */
void	 group_paths_end(struct group *);
void	 group_paths_change(struct group *, uint32_t entry,
	    const struct prefix *);
/* EXPORT_OK when a member is told one of them at least. */
enum export_reason group_paths_explain(struct group *, uint32_t member,
	    uint32_t entry, const struct prefix *);

/* group_gate.c: what is said of a path, if it may be said. */
enum export_reason group_gate_judge(struct group *, const struct group_route *,
	    enum source_kind from, const struct attrs *out);
/* Rules count when the route is told, not when it begins to wait. */
bool	 group_gate_counts(struct group *, const struct group_route *);
/* Has something that End-of-RIB stands behind no verdict? */
bool	 group_gate_waits(const struct group *);

/* Do both write a route in the same octets? */
bool	 group_writes_like(const struct group *, const struct group *);
/* What the group says of an entry now, interned; 0 and the reason. */
uint32_t group_export(struct group *, const struct group_route *,
	    uint32_t *source, enum export_reason *);
/* Would it be one more than the group may tell? */
bool	 group_is_full_for(const struct group *, uint32_t entry);
/*
 * Withdraws what only the old group told; the ghost is gone afterwards, its
 * group stays until it is reaped.
 */
void	 member_settle(struct member *);
/* Frees the groups in which neither member nor ghost is left. */
void	 groups_reap(struct groups *);

#endif
