/* SPDX-License-Identifier: ISC */
/* ears.h - members of update groups that write down what they hear */
/*
 * A crowd is a rib with update groups behind it.  Its sources speak and its
 * ears listen: an ear is a member of one family, decodes every UPDATE that it
 * is sent as its peer would, and knows at any time what that peer has.
 * crowd_expects says what it should have, from the rib and export_route alone.
 */
#ifndef TESTS_EARS_H
#define TESTS_EARS_H

#include "bgpd/group/group.h"

#define CROWD_PREFIXES	2048u	/* of each family, at most */
#define CROWD_SOURCES	8u
#define CROWD_IDS	3u	/* path identifiers that a source uses */
#define CROWD_VARIANTS	6u	/* of attributes; the last is a long path */

struct crowd {
	struct rib		*rib;
	struct groups		*groups;
	struct policy_env	 env;
	struct attr_table	*seen;		/* attributes as they arrive */
	struct update_scratch	*scratch;
	struct export_scratch	*room;
	uint32_t		 source[CROWD_SOURCES];	/* 0: gone */
	uint64_t		 touched[FAMILY_MAX][CROWD_PREFIXES];
	uint64_t		 clock;		/* of touched */
	size_t			 prefixes;	/* in use: 24, or what a test sets */
};

/* What an ear with ADD-PATH has. */
struct heard {
	size_t		prefix;
	uint32_t	path_id;
	uint32_t	attrs;		/* in seen */
	bool		stale;		/* see below */
};
#define EAR_PATHS	1024u

struct ear {
	struct crowd		*crowd;
	uint32_t		 source;	/* its peer's id in the rib */
	enum family		 family;
	struct group_key	 key;
	bool			 joined;
	bool			 blocked;	/* its queue is full */
	bool			 joining;	/* inside of groups_join */
	uint64_t		 joined_at;	/* of the crowd's clock */
	uint32_t		 has[CROWD_PREFIXES];	/* ids in seen, or 0 */
	unsigned int		 sends, messages, announced, withdrawn;
	unsigned int		 synced;	/* End-of-RIBs */
	unsigned int		 refreshed;	/* refreshes that have ended */
	bool			 refreshing;
	bool			 stale[CROWD_PREFIXES];	/* not said again yet */
	struct heard		 path[EAR_PATHS];	/* has, with ADD-PATH */
	size_t			 npaths;
	size_t			 bytes;
	const struct chunk	*chunk;		/* the last one, by name only */
};

void	crowd_init(struct crowd *);
void	crowd_clear(struct crowd *);
/* The kind of source i: internal, client and external in turn. */
enum source_kind crowd_kind(size_t i);
struct prefix crowd_prefix(enum family, size_t i);
/* Source i (or this node itself) says a variant of a prefix, or no more. */
void	crowd_say(struct crowd *, uint32_t source, enum family, size_t prefix,
	    unsigned int variant);
void	crowd_unsay(struct crowd *, uint32_t source, enum family,
	    size_t prefix);
/* The same under a path identifier; the others use 0. */
void	crowd_say_path(struct crowd *, uint32_t source, enum family,
	    size_t prefix, uint32_t path_id, unsigned int variant);
void	crowd_unsay_path(struct crowd *, uint32_t source, enum family,
	    size_t prefix, uint32_t path_id);
/* Decides all, tells the groups, and nothing is sent. */
void	crowd_decide(struct crowd *);
/* The same, and all output that can be had now. */
void	crowd_settle(struct crowd *);
/* The entry of a prefix, 0: none. */
uint32_t crowd_entry(struct crowd *, enum family, size_t prefix);

/* The key of a plain peer of that kind, AS and messages of that size. */
struct group_key ear_key(enum source_kind, enum family, uint32_t as,
	    size_t max_size);
void	ear_init(struct ear *, struct crowd *, uint32_t source, enum family);
/* Joins, or moves when it is a member already. */
void	ear_join(struct ear *, const struct group_key *);
void	ear_leave(struct ear *);
/* Has it what it should of a prefix now? */
void	ear_check_prefix(struct ear *, size_t prefix);
/* Of all prefixes, nothing more and nothing less. */
void	ear_check(struct ear *);

#endif
