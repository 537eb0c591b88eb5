/* SPDX-License-Identifier: ISC */
/* rib_private.h - the records of the rib */
/*
 * For rib*.c alone.  A path of a /24 and its entry take 64 bytes and a share
 * of a hash; that is why links are ids, ages are seconds, and nothing is kept
 * about what sinks were told but two bits: what a path was in the last
 * decision, and that something of it was touched since.
 */
#ifndef RIB_RIB_PRIVATE_H
#define RIB_RIB_PRIVATE_H

#include "rib/idmap.h"
#include "rib/mem.h"
#include "rib/rib.h"

/* A prefix.  It lives while it has a path, is held, or is to be decided. */
struct entry {
	uint32_t	dirty_next;	/* in the list of those to decide */
	uint32_t	paths;		/* the oldest; 0: none, or free */
	uint32_t	best;		/* path, or 0 */
	uint16_t	holds;
	uint8_t		length;
	bool		dirty : 1;	/* to be decided */
	bool		touched : 1;	/* and told, whatever comes out */
	bool		cut_off : 1;	/* counted in without_way */
	unsigned int	news : 3;	/* of it, see nexthop_best_changed */
	uint8_t		bytes[];	/* of the prefix, as its family has */
};

struct path {
	uint32_t	next;		/* younger one of the entry */
	uint32_t	entry;		/* 0: the record is free */
	uint32_t	before;		/* of the same source */
	uint32_t	behind;
	uint32_t	source;
	uint32_t	path_id;
	uint32_t	received;	/* attrs, a reference each, or 0 */
	uint32_t	accepted;
	uint32_t	nexthop;	/* a reference, or 0 */
	uint32_t	since;		/* seconds */
	unsigned int	rule : 16;	/* policy_rule */
	unsigned int	refusal : 4;	/* enum rib_refusal */
	unsigned int	step : 4;	/* enum decide_step */
	unsigned int	multipath : 1;
	unsigned int	stale : 1;	/* RFC 4724 */
	unsigned int	long_stale : 1;	/* RFC 9494, by its community */
};

/* Where a path is in its entry, or would be. */
struct path_place {
	uint32_t	entry;
	uint32_t	id;		/* 0: it is not there */
	uint32_t	last;		/* of all, if it is not there */
	unsigned int	count;		/* of its source, if it is not there */
};

/* All of one family. */
struct table {
	enum family	family;
	uint64_t	seed;		/* of the index */
	struct slab	entries;
	struct slab	paths;
	struct idmap	index;		/* of entries, by prefix */
	uint32_t	lengths[129];	/* entries of each length */
	uint32_t	dirty_first;
	uint32_t	dirty_last;
	uint32_t	again;		/* all from here are to be decided; 0: none */
	uint32_t	with_path;	/* entries */
	uint32_t	with_best;
	uint32_t	without_way;	/* let in, but no next hop leads on */
};

/*
 * What one source says.  Stale paths come before all others, so that to mark
 * and to sweep cost what changes by it and not what is there: a neighbour may
 * ask for either as often as it likes.
 */
struct source_list {
	uint32_t	first;
	uint32_t	last;
	uint32_t	received;	/* paths */
	uint32_t	accepted;
	uint32_t	stale;		/* of the received */
	uint32_t	stale_accepted;	/* and of the accepted */
	uint32_t	refused[RIB_REFUSAL_MAX];	/* by why; not accepted */
};

struct source {
	struct rib_source	identity;
	struct source_list	of[FAMILY_MAX];
	bool			tracked;	/* see rib_source_track */
	bool			moved;
};

/* See rib_usable. */
struct usable {
	const struct table	*table;
	uint32_t		 entry;
	unsigned int		 count;		/* candidates, where ranked */
	int			 winner;	/* -1: not ranked, or the end */
	uint32_t		 next;		/* path, where not ranked */
};

struct rib {
	struct table		 of[FAMILY_MAX];
	struct slab		 sources;
	struct idmap		 by_address;	/* sources that have one */
	struct attr_table	*attrs;
	struct nexthop_table	*nexthops;
	enum family		 turn;		/* whose entry is next */
	uint32_t		 nmoved;	/* sources */
	unsigned int		 watches[FAMILY_MAX];
	struct usable		 usable;
	struct decide_rules	 rules;
	struct candidate	*candidates;	/* scratch of the decision */
	unsigned int		 ncandidates;
};

static inline struct entry *
entry_at(const struct table *t, uint32_t id)
{
	return slab_at(&t->entries, id);
}

static inline struct path *
path_at(const struct table *t, uint32_t id)
{
	return slab_at(&t->paths, id);
}

static inline struct source *
source_at(const struct rib *rib, uint32_t id)
{
	return slab_at(&rib->sources, id);
}

/* rib_store.c */
void	 table_init(struct table *, enum family, uint64_t seed);
void	 table_clear(struct table *);
/* With a path or without, 0 when there is none. */
uint32_t entry_find(const struct table *, const struct prefix *);
uint32_t entry_make(struct table *, const struct prefix *);
void	 entry_prefix(const struct table *, uint32_t id, struct prefix *);
/* Frees an entry that nothing needs any more. */
void	 entry_reap(struct table *, uint32_t id);
void	 entry_set_best(struct table *, uint32_t id, uint32_t path);
void	 entry_dirty(struct table *, uint32_t id, unsigned int news);
/* Takes the first of those to decide; 0: none. */
uint32_t entry_take_dirty(struct table *);
/* The longest with a best path, of at most that length, or 0. */
uint32_t entry_cover(const struct table *, const struct address *,
	    unsigned int at_most);

/* rib_path.c */
uint32_t path_find(const struct table *, uint32_t entry, uint32_t source,
	    uint32_t path_id);
/* The same for who may want a new one: all in one walk, for it may be long. */
struct path_place path_look(const struct table *, uint32_t entry,
	    uint32_t source, uint32_t path_id);
/* At a place that has none. */
uint32_t path_new(struct rib *, struct table *, const struct path_place *,
	    const struct rib_input *);
void	 path_remove(struct rib *, struct table *, uint32_t id);
/* The entry is to be decided again because of this path. */
void	 path_touch(struct table *, uint32_t id, unsigned int news);
void	 path_fill(const struct table *, uint32_t id, struct rib_path *);
/* Replaces what came in; false when it is the same. */
bool	 path_set_received(struct rib *, struct path *, uint32_t attrs);
/* Replaces what import made of it, and sees to the decision. */
void	 path_set_accepted(struct rib *, struct table *, uint32_t id,
	    const struct rib_input *);
/* Said again, or not confirmed any more. */
void	 path_set_stale(struct rib *, struct table *, uint32_t id, bool stale);
/* Who it came from has changed. */
void	 path_set_source(struct rib *, struct table *, uint32_t id);

/* rib_candidate.c */
/* Does its next hop lead anywhere, and not through this very prefix? */
bool	 path_is_reachable(const struct rib *, const struct table *,
	    const struct path *);
/* Candidates of an entry, in the order of its paths. */
unsigned int candidates_fill(struct rib *, const struct table *,
	    uint32_t entry);

#endif
