/* SPDX-License-Identifier: ISC */
/* group.h - update groups: encode once, tell many */
/*
 * Peers whose output is shaped alike (struct group_key equal) share a group:
 * one adj-rib-out (rib/adjout.h), one export of each change, one encoding.
 * In the run turn the rib's changes come in through groups_change; in the
 * output turn groups_output builds windows of messages and hands slices of
 * one counted chunk to every member in step.  A member with a full queue is
 * passed over until its session has drained; it loses nothing but history.
 *
 * A group with ADD-PATH (RFC 7911, its context says so) is told all usable
 * paths of a prefix, or the best of them up to a number.
 */
#ifndef BGPD_GROUP_GROUP_H
#define BGPD_GROUP_GROUP_H

#include "bgpd/wire/update.h"
#include "rib/adjout.h"
#include "rib/rib.h"

struct chunk;
struct groups;

/* All that shapes output; compared field by field. */
struct group_key {
	struct export_target	target;
	struct update_context	context;
	struct prefix		subnet;		/* shared with it; length 0: none */
	unsigned int		paths;		/* ADD-PATH: at most; 0: all */
	uint32_t		limit;		/* prefixes told at most; 0: any */
};

/* May a prefix be told that this node is to forward? */
enum group_gate {
	GROUP_GATE_OPEN,
	GROUP_GATE_WAITS,		/* no verdict yet */
	GROUP_GATE_REFUSED
};
struct groups_gate {
	/* Unless it is open: groups_opened follows when it is. */
	enum group_gate	(*judge)(void *arg, const struct prefix *);
	/* Is any of what was asked for without a verdict? */
	bool		(*waits)(void *arg, enum family);
	void		*arg;
};

struct group_member_ops {
	/* Queue a slice of a chunk; takes its own reference. */
	void	(*send)(void *arg, struct chunk *, size_t offset,
		    size_t length);
	/* May more be queued now? */
	bool	(*ready)(void *arg);
	/* All that was there at join has been sent: send End-of-RIB. */
	void	(*synced)(void *arg, enum family);
	/*
	 * Behind this (BEGIN) and before this (END) stands all that there is
	 * to tell: the answer to a refresh, RFC 7313 4.
	 */
	void	(*refresh)(void *arg, enum family, enum msg_refresh_kind);
};

struct groups	*groups_new(struct rib *, const struct policy_env *);
void		 groups_free(struct groups *);
/* Borrowed until changed again; makes every group judge its routes again. */
void		 groups_policy(struct groups *, const struct policy_env *);
/* NULL, as at first: nothing waits.  Judges again likewise. */
void		 groups_set_gate(struct groups *, const struct groups_gate *);
/* This node drains from now on, or no more: likewise. */
void		 groups_drain(struct groups *, enum drain);

/*
 * A peer (by its rib source id) hears a family from now on, from the
 * beginning; a member of another group of the family leaves it first and is
 * sent the difference only.
 */
void	groups_join(struct groups *, enum family, uint32_t source,
	    const struct group_key *, const struct group_member_ops *,
	    void *arg);
void	groups_leave(struct groups *, enum family, uint32_t source);
/*
 * ROUTE-REFRESH: everything again, but not before the first time is over;
 * asked for while it is under way, once more behind it.
 */
void	groups_refresh(struct groups *, enum family, uint32_t source);

/* The rib's sink. */
void	groups_change(struct groups *, const struct rib_change *);
/* The gate has opened for a prefix that may have waited. */
void	groups_opened(struct groups *, enum family, uint32_t entry,
	    const struct prefix *);
/* Holds all output of a family back, or lets it go (restart deferral). */
void	groups_defer(struct groups *, enum family, bool);
/*
 * One slice of work: feeds new groups from the rib, encodes, queues.  True
 * when there is more that could be done now.
 */
bool	groups_output(struct groups *);

/* A member of a family, and an entry of it. */
struct group_asked {
	enum family	family;
	uint32_t	source;
	uint32_t	entry;
};

/* One path that is announced to a member. */
struct group_told {
	uint32_t	attrs;
	uint32_t	source;		/* whose path it is */
	uint32_t	received_id;	/* that one's path identifier, */
	uint32_t	path_id;	/* and ours; both 0 without ADD-PATH */
};
/* What a member is told of an entry; cursor 0 begins, 0 ends; for one turn. */
uint32_t groups_told(const struct groups *, const struct group_asked *,
	    uint32_t cursor, struct group_told *);
/* Why an entry is not told to a member now, EXPORT_OK when it is. */
enum export_reason groups_explain(struct groups *, enum family,
	    uint32_t source, uint32_t entry);
/* How a member stands; the key is borrowed until it changes or leaves. */
struct group_view {
	const struct group_key	*key;
	bool			 deferred;	/* its family: nothing goes out */
	bool			 feeding;	/* the group is not complete yet */
	bool			 in_step;	/* it was sent all that there is */
};
/* False when it hears nothing of the family. */
bool	 groups_view(const struct groups *, enum family, uint32_t source,
	    struct group_view *);
/* Prefixes, or with ADD-PATH paths. */
/* What its policy said when groups_explain asked; good until it asks again. */
const struct filter_outcome *groups_outcome(const struct groups *);
uint32_t groups_told_count(const struct groups *, enum family,
	    uint32_t source);
/* Is something left out because the limit of its group is reached? */
bool	 groups_is_full(const struct groups *, enum family, uint32_t source);
size_t	 groups_count(const struct groups *);
size_t	 groups_bytes(const struct groups *);
/* Of that, messages as they are encoded now. */
size_t	 groups_buffers(const struct groups *);

#endif
