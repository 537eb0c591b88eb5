/* SPDX-License-Identifier: ISC */
/* rib.h - prefixes, their paths, and the best of them */
/*
 * The room where values become routes.  Input (a path from a source, a
 * withdrawal, a flush) marks entries dirty; rib_run decides them in slices
 * and tells each change to a sink.  Everything is named by 32-bit ids:
 *
 *	entry   a prefix of one family with all its paths
 *	path    what one source says of it: attributes as received and after
 *	        import (0: rejected, with the reason)
 *	source  who says it: a neighbour's session, this node (RIB_LOCAL), or
 *	        its kernel (RIB_LEARNED)
 *
 * A walk of entries survives any change in between.  Pure: no socket, clock or
 * log; now is monotonic milliseconds.
 */
#ifndef RIB_RIB_H
#define RIB_RIB_H

#include "rib/attr.h"
#include "rib/decide_loss.h"
#include "rib/export.h"
#include "rib/nexthop.h"
#include "rib/prefix.h"

struct rib;

#define RIB_LOCAL	1u	/* the source id of this node's own routes */
#define RIB_LEARNED	2u	/* and of those that its kernel says */

/*
 * The rib makes and owns the attribute and next-hop tables.  The seed is that
 * of all their hashes: random, and a secret (see bytes_hash.h).
 */
struct rib		*rib_new(uint64_t seed);
void			 rib_free(struct rib *);
struct attr_table	*rib_attrs(struct rib *);
struct nexthop_table	*rib_nexthops(struct rib *);
/* For tables beside it that are fed by peers, too. */
uint64_t		 rib_seed(const struct rib *);

struct rib_source {
	enum source_kind	kind;
	uint32_t		as;
	uint32_t		identifier;	/* of its OPEN */
	struct address		address;	/* of the session's far end */
	uint32_t		scope;		/* its link, for link-local hops */
};
uint32_t rib_source_add(struct rib *, const struct rib_source *);
void	 rib_source_set(struct rib *, uint32_t id, const struct rib_source *);
const struct rib_source *rib_source_get(const struct rib *, uint32_t id);
/* Is the address the far end of any of them? */
bool	 rib_source_is_at(const struct rib *, const struct address *);
/* Flushes both families first. */
void	 rib_source_remove(struct rib *, uint32_t id);

/* Why a path was not let in; stays with the path. */
enum rib_refusal {
	RIB_ACCEPTED,
	RIB_FILTERED,		/* import policy: rule says which */
	RIB_AS_LOOP,		/* our AS in AS_PATH */
	RIB_ORIGINATOR_LOOP,	/* RFC 4456 8: our identifier */
	RIB_CLUSTER_LOOP,	/* our cluster id */
	RIB_ROUTE_LEAK,		/* RFC 9234 5: it went down before */
	RIB_AS_SET,		/* RFC 9774: a set in AS_PATH */
	RIB_FIRST_AS,		/* RFC 4271 6.3: not the neighbor's */
	RIB_FOREIGN_BLOCK,	/* a pod block of another node */
	/* Of routes that the kernel says. */
	RIB_OWN_BLOCK,		/* in a block of this node */
	RIB_LINK_DOWN,		/* no link that it leads over carries */
	RIB_OTHER_LINKS,	/* it leads over other links, too */
	RIB_NO_LINK,		/* the kernel does not say where it leads */
	RIB_NOWHERE,		/* a blackhole */
	RIB_DEFAULT_ROUTE,	/* not asked for by name */
	RIB_NOT_GLOBAL,		/* loopback, link-local, multicast */
	RIB_REFUSAL_MAX
};
const char *rib_refusal_word(enum rib_refusal);
/* The same in a sentence, for "it was not let in: ...". */
const char *rib_refusal_text(enum rib_refusal);

struct rib_input {
	uint32_t		source;
	uint32_t		path_id;	/* RFC 7911, 0 without */
	uint32_t		received;	/* attrs id; a reference is taken */
	uint32_t		accepted;	/* after import, or 0; likewise */
	enum rib_refusal	refusal;
	uint16_t		rule;		/* policy_rule */
};
/*
 * Paths of one prefix that a source may have (RFC 7911): they are searched one
 * after the other, and their identifiers are free to choose.
 */
#define RIB_PATHS_MAX	255u
/* False, and nothing done: it would be one more than that. */
bool	rib_update(struct rib *, const struct prefix *, const struct rib_input *,
	    int64_t now);
/* False when the source had said nothing of it. */
bool	rib_withdraw(struct rib *, const struct prefix *, uint32_t source,
	    uint32_t path_id);
/*
 * Judges a path again: accepted, refusal and rule are replaced, its age and
 * its stale mark stay.  Nothing happens when the path is not there.
 */
void	rib_reimport(struct rib *, const struct prefix *,
	    const struct rib_input *);
void	rib_flush(struct rib *, uint32_t source, enum family);
/* Graceful restart, RFC 4724 4.2: mark, and sweep what is still marked. */
void	rib_mark_stale(struct rib *, uint32_t source, enum family);
void	rib_sweep_stale(struct rib *, uint32_t source, enum family);

/* One change of an entry. */
struct rib_change {
	enum family	 family;
	uint32_t	 entry;
	struct prefix	 prefix;
	bool		 best;	/* of what is best; else of other paths only */
};
typedef void rib_sink(void *arg, const struct rib_change *);

/*
 * Decides up to budget dirty entries and tells the sink of those whose best
 * path, its attributes, its next hop's resolution or its equal set changed.
 * True when more are dirty.
 */
bool	rib_run(struct rib *, unsigned int budget, rib_sink *, void *arg);
bool	rib_is_dirty(const struct rib *);
/*
 * As long as somebody watches, the sink is told of all other changes of the
 * family, too (change.best says which is which); each watch has its end.
 */
void	rib_watch(struct rib *, enum family);
void	rib_unwatch(struct rib *, enum family);
/*
 * By which rules is decided from now on; decide_default_rules at first.  Where
 * they differ from those before, every entry is decided again, in slices.
 */
void	rib_set_decision(struct rib *, const struct decide_rules *);
/* Next hops changed: marks the entries that depend on them. */
void	rib_nexthops_changed(struct rib *);
/*
 * The import of a source asks by which link its next hops are reached: those
 * of paths that it filters are followed as well.  rib_take_moved then gives
 * each source of which one leads elsewhere by the kernel's routes, once; 0:
 * none.  What leads through routes of our own is no reason, or a filter could
 * keep us busy with its own doing.
 */
void	rib_source_track(struct rib *, uint32_t id, bool on);
uint32_t rib_take_moved(struct rib *);

struct rib_path {
	uint32_t		source;
	uint32_t		path_id;
	uint32_t		received;	/* attrs ids, borrowed */
	uint32_t		accepted;	/* or 0 */
	uint32_t		nexthop;	/* id, or 0 */
	enum rib_refusal	refusal;
	uint16_t		rule;		/* policy_rule */
	enum decide_step	step;		/* of the last decision */
	bool			best;
	bool			multipath;	/* in the equal set, best too */
	bool			stale;
	int64_t			since;		/* ms */
};

/* 0 when the rib has no path for it. */
uint32_t rib_find(const struct rib *, const struct prefix *);
/* The longest entry with a best path that covers an address, or 0. */
uint32_t rib_cover(const struct rib *, const struct address *);
void	 rib_prefix(const struct rib *, enum family, uint32_t entry,
	    struct prefix *);
/* False when nothing is usable. */
bool	 rib_best(const struct rib *, enum family, uint32_t entry,
	    struct rib_path *);
/*
 * The usable paths of an entry, one after the other, false behind the last:
 * in order of preference where `ranked`, which costs a decision each, and
 * cheaply in no order without.  One walk at a time; for one turn.
 */
void	 rib_usable(struct rib *, enum family, uint32_t entry, bool ranked);
bool	 rib_usable_next(struct rib *, struct rib_path *);
/*
 * Paths in order of arrival; cursor 0 begins, 0 ends.  For one turn: a path
 * that goes meanwhile ends the walk, or sends it astray.
 */
uint32_t rib_path_next(const struct rib *, enum family, uint32_t entry,
	    uint32_t cursor, struct rib_path *);
/* Likewise all paths of a source and a family, whatever their entry. */
uint32_t rib_source_next(const struct rib *, uint32_t source, enum family,
	    uint32_t cursor, struct prefix *, struct rib_path *);
/*
 * What each path of an entry lost by, in the order of rib_path_next, decided
 * anew; returns how many paths there are, of which at most max are filled.
 */
unsigned int rib_explain(struct rib *, enum family, uint32_t entry,
	    struct decide_loss *, unsigned int max);
/* The next entry with a path behind a cursor (0 begins); 0 ends. */
uint32_t rib_walk(const struct rib *, enum family, uint32_t cursor,
	    struct prefix *);

/* Keeps the id of an entry although it has no path (see adjout.h). */
void	 rib_entry_hold(struct rib *, enum family, uint32_t entry);
void	 rib_entry_release(struct rib *, enum family, uint32_t entry);

struct rib_counts {
	uint32_t	entries;
	uint32_t	paths;
	uint32_t	best;		/* entries with a usable path */
	uint32_t	without_way;	/* with paths whose next hops all fail */
};
void	 rib_counts(const struct rib *, enum family, struct rib_counts *);
/* Paths of one source: received, and let in. */
void	 rib_source_counts(const struct rib *, uint32_t source, enum family,
	    uint32_t *received, uint32_t *accepted);
/* The same without those that are stale. */
void	 rib_source_fresh(const struct rib *, uint32_t source, enum family,
	    uint32_t *received, uint32_t *accepted);
/* Those that are not let in for that reason. */
uint32_t rib_source_refused(const struct rib *, uint32_t source, enum family,
	    enum rib_refusal);
/* Bytes by what they are spent on. */
struct rib_memory {
	size_t	prefixes;	/* entries, and how they are found */
	size_t	paths;
	size_t	attributes;
	size_t	next_hops;
	size_t	sources;
};
void	 rib_memory(const struct rib *, struct rib_memory *);
/* All of that. */
size_t	 rib_bytes(const struct rib *);
/* Of that, what paths that have gone leave for new ones. */
size_t	 rib_bytes_idle(const struct rib *);

#endif
