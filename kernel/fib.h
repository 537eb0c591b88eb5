/* SPDX-License-Identifier: ISC */
/* fib.h - the routes wanted against the routes installed */
/*
 * Pure: wishes, kernel events, results and time go in; batches of changes
 * come out.  Rules (DESIGN 6): only routes of our protocol in our table with
 * our metric are ever changed; a first install is ADD (CREATE|EXCL), REPLACE
 * only where the installed route is known to be ours; EEXIST is a conflict
 * with a foreign owner: left alone, reported, retried when that owner's
 * route goes.  IPv4 routes vanish without an event when their link goes
 * down, so fib_link takes what depended on it as gone.  A route that
 * somebody else deletes is pending again at once; one that keeps being
 * deleted (5 times in 10 s) is backed off.
 *
 * Results and events come by different ways and have no common order.  What
 * an event says of a route while a change of it is in flight is believed; if
 * that was the past, the next change fails harmlessly and says so.  Where even
 * that leaves a doubt (EEXIST, and no event told who owns the route), the fib
 * asks for a dump.  Nothing is sent before the end of the first dump, nor
 * between begin and end of a later one.
 *
 * Who tells others of a route may want it in the kernel first: fib_await asks,
 * and fib_awaited names each prefix whose route came, once.
 *
 * Adoption: routes of ours found by the first dump are held, neither changed
 * nor swept, until fib_release (per family), or until their gateway's
 * neighbour has finished, or their next hop is dead.  A wish for the same
 * route confirms an adopted one without any change in the kernel.
 *
 * So are routes of the protocols of `adopt`, whatever their metric: relics of
 * another daemon.  A confirmed one is replaced in one step where its metric
 * is ours; elsewhere ours is added and then it is deleted.
 */
#ifndef KERNEL_FIB_H
#define KERNEL_FIB_H

#include "kernel/kernel.h"

struct fib;

#define FIB_ADOPT_MAX	8

struct fib_config {
	uint32_t	table;
	uint32_t	metric;
	uint8_t		protocol;
	uint64_t	seed;		/* of its hashes, see rib/bytes_hash.h */
	bool		objects;	/* next hop objects, where there are */
	uint8_t		adopt[FIB_ADOPT_MAX];	/* protocols; 0: no more */
};

/* What is wanted for a prefix. */
struct fib_wish {
	enum kernel_route_type	type;		/* UNICAST or BLACKHOLE */
	uint8_t			count;
	struct kernel_nexthop	path[KERNEL_PATHS];
};

enum fib_status {
	FIB_IN_SYNC,		/* the kernel acknowledged just this */
	FIB_PENDING,		/* to be sent, or in flight */
	FIB_HELD,		/* adopted; the wish differs or is missing */
	FIB_CONFLICT,		/* a foreign route owns the prefix */
	FIB_FAILED,		/* refused: errno and next retry */
	FIB_REMOVING,		/* a deletion is pending or in flight */
	FIB_STATUS_MAX
};

enum fib_link_state {
	FIB_LINK_UP,
	FIB_LINK_DARK,		/* up, without carrier: objects do not live */
	FIB_LINK_DOWN,		/* nothing does */
	FIB_LINK_GONE
};

static inline enum fib_link_state
fib_link_state(const struct kernel_link *link, bool gone)
{
	if (gone)
		return FIB_LINK_GONE;
	if (!link->up)
		return FIB_LINK_DOWN;
	return link->running ? FIB_LINK_UP : FIB_LINK_DARK;
}

struct fib *fib_new(const struct fib_config *);
void	 fib_free(struct fib *);

/* Wishes. */
void	fib_want(struct fib *, const struct prefix *, const struct fib_wish *);
void	fib_unwant(struct fib *, const struct prefix *);

/*
 * Are more wishes on their way?  To be said before fib_batch: routes that move
 * are held back for a moment, since many may turn out to move together.
 */
void	fib_expect(struct fib *, bool more, int64_t now);

/* Events from the kernel, in their order. now in ms. */
void	fib_route(struct fib *, const struct kernel_route *, bool gone,
	    int64_t now);
void	fib_link(struct fib *, uint32_t index, enum fib_link_state);
void	fib_object(struct fib *, const struct kernel_object *, bool gone,
	    int64_t now);
/*
 * A route of somebody else's over the link has come: what was refused for want
 * of a way may be tried again.
 */
void	fib_link_reaches(struct fib *, uint32_t index);
/* The last IPv4 address of a link went, and silently its IPv4 routes. */
void	fib_link_flushed(struct fib *, uint32_t index);
void	fib_dump_begin(struct fib *);
/* All is told; what was not told goes, by fib_sweep, unless it is the first. */
void	fib_dump_end(struct fib *, int64_t now);
/*
 * So many entries of what a dump or an audit comes to at its end; true while
 * there are more.  Behind a dump nothing is sent before.
 */
bool	fib_sweep(struct fib *, uint32_t entries, int64_t now);

/*
 * An audit: all routes of our table are told slowly, while changes go on, and
 * what is not as it was believed is put right as if an event had told of it.
 * Where an entry has changed since, it is believed.  False: a dump runs, which
 * also ends an audit.
 */
bool	fib_audit_begin(struct fib *, int64_t now);
bool	fib_is_auditing(const struct fib *);
void	fib_audit_route(struct fib *, const struct kernel_route *, int64_t now);
/* All was told, and fib_sweep does the rest; or not, and that was it. */
void	fib_audit_end(struct fib *, bool complete, int64_t now);

/* Adoption: the first dump adopts; afterwards these end the hold. */
/* index: the link of a link-local gateway, else 0, for it is the same on all. */
void	fib_gateway_done(struct fib *, const struct address *gateway,
	    uint32_t index);
void	fib_release(struct fib *, enum family);
/* All but unwanted ones that lead to these gateways and nowhere else. */
void	fib_release_but(struct fib *, enum family, const struct address *,
	    size_t count);
/* True for a route that another daemon left and that is not yet ours. */
bool	fib_is_relic(const struct fib *, const struct kernel_route *);
/* Relics that are not yet taken over are their owner's again. */
void	fib_forget_relics(struct fib *);

/*
 * The next changes of a family, at most max; they are in flight from now on,
 * as one batch of KERNEL_BATCHES.  Call fib_unsent for those that the kernel
 * did not take.  Deletions come first, so that a full table has room.
 */
size_t	fib_batch(struct fib *, enum family, struct kernel_change *, size_t max,
	    int64_t now);
void	fib_unsent(struct fib *, enum family, const struct kernel_change *,
	    size_t count);
void	fib_failed(struct fib *, enum family, uint32_t cookie, int error,
	    int64_t now);
/* The oldest batch in flight is over; what was not failed is in sync. */
void	fib_finished(struct fib *, enum family, int error, int64_t now);
/* True while changes wait and another batch may go. */
bool	fib_has_work(const struct fib *, enum family, int64_t now);
/* When something is to be retried, or 0. */
int64_t	fib_next_retry(const struct fib *);
/* True once for each doubt: ask the kernel for a dump. */
bool	fib_wants_dump(struct fib *);

/*
 * Is a route of ours in the kernel for a prefix that is wanted there?  Unless
 * it is, fib_awaited will name the prefix when it is, or is not wanted any
 * more.  GOOD also for what is not wanted.
 */
enum fib_verdict {
	FIB_GOOD,
	FIB_NO_VERDICT,		/* the kernel has not said */
	FIB_REFUSED		/* it has, or somebody else's is there */
};
enum fib_verdict fib_await(struct fib *, const struct prefix *);
/* The same, and nobody waits. */
enum fib_verdict fib_verdict(const struct fib *, const struct prefix *);
/* The next of them; some may have been named before.  False: none. */
bool	fib_awaited(struct fib *, enum family, struct prefix *);
/* How many are asked for and without a verdict. */
uint32_t fib_awaits(const struct fib *, enum family);

/* All of ours out of the kernel, and no relics: `keep-on-exit off`. */
void	fib_flush(struct fib *);

struct fib_view {
	struct prefix		prefix;
	enum fib_status		status;
	bool			wanted;
	bool			installed;
	struct fib_wish		wish;		/* when wanted */
	bool			foreign;	/* kernel is theirs: CONFLICT, relic */
	struct fib_wish		kernel;		/* when installed or foreign */
	int			error;		/* errno of FAILED */
	uint8_t			owner;		/* protocol of the foreign, or 0 */
	int64_t			retry_at;	/* 0: by an event */
	int64_t			since;		/* the status, to 1/4 s */
	unsigned int		taken;		/* how often others took it lately */
};

bool	 fib_find(const struct fib *, const struct prefix *, struct fib_view *);
/* The first entry behind a cursor (0 to begin); 0 at the end. */
uint32_t fib_walk(const struct fib *, enum family, uint32_t cursor,
	    struct fib_view *);

/* How the kernel has a set of next hops, or is to have it. */
struct fib_way {
	uint32_t		object;		/* its id; 0: none */
	bool			group;		/* of objects */
	enum family		family;		/* of the object's routes */
	struct fib_wish		hops;		/* count 0: unclear */
	uint32_t		member[KERNEL_PATHS];	/* ids, of a group */
	uint8_t			members;
	uint32_t		routes;		/* in the kernel by it */
	uint32_t		wanted;		/* routes that want the set */
	enum fib_status		status;		/* IN_SYNC, PENDING or FAILED */
	int			error;		/* errno of FAILED */
};
/* The first one behind a cursor (0 to begin); 0 at the end. */
uint32_t fib_way_walk(const struct fib *, uint32_t cursor, struct fib_way *);
/* The object of a single next hop, for routes of a family, or 0. */
uint32_t fib_way_object(const struct fib *, enum family,
	    const struct kernel_nexthop *);

struct fib_counts {
	uint32_t	by_status[FIB_STATUS_MAX];
	uint64_t	added, replaced, deleted, failed;
	uint64_t	audited;	/* that an audit found wrong */
	uint64_t	fights;		/* that others took again and again */
	struct prefix	fight_last;
	uint64_t	repaired;	/* put back after somebody else's change */
	struct prefix	repaired_last;
};
void	fib_counts(const struct fib *, enum family, struct fib_counts *);
size_t	fib_bytes(const struct fib *);
const char *fib_status_word(enum fib_status);

#endif
