/* SPDX-License-Identifier: ISC */
/* fib_store.h - the records of the fib, and what follows from their facts */
/*
 * Inside of fib only.  fib.c (wishes, batches, results) and fib_event.c (what
 * the kernel tells) change facts of an entry and then call fib_settle, which
 * alone derives the rest: status, counts, queue, end of the entry.
 */
#ifndef KERNEL_FIB_STORE_H
#define KERNEL_FIB_STORE_H

#include "kernel/fib.h"
#include "kernel/fib_hops.h"
#include "kernel/fib_object.h"
#include "rib/idmap.h"
#include "rib/mem.h"

enum fib_flag {
	FIB_IN_USE = 1 << 0,
	FIB_FLIGHT = 1 << 1,		/* a change is with the kernel */
	FIB_TOLD = 1 << 2,		/* an event said what the kernel has
					 * while the change was in flight */
	FIB_TO_DELETE = 1 << 3,		/* stands in the queue of deletions */
	FIB_TO_WRITE = 1 << 4,		/* stands in the queue of the others */
	FIB_ADOPTED = 1 << 5,		/* held, see fib.h */
	FIB_FOREIGN = 1 << 6,		/* somebody else's route is there */
	FIB_SEEN = 1 << 7,		/* in this dump: ours */
	FIB_SEEN_FOREIGN = 1 << 8,	/* in this dump: theirs */
	FIB_REPAIR = 1 << 9,		/* somebody else undid it */
	FIB_AWAITED = 1 << 10,		/* somebody waits until it is there */
	FIB_TO_MOVE = 1 << 11,		/* stands in the queue of moves */
	FIB_MOVER = 1 << 12		/* counted by its form, see fib_move.h */
};

/*
 * One prefix: 24 bytes for IPv4, 36 for IPv6.  It lives while it is wanted,
 * installed, queued or in flight.  wish is the id of a set, kernel of its form.
 */
struct fib_entry {
	uint32_t	wish;		/* 0: not wanted */
	uint32_t	kernel;		/* of ours in the kernel; 0: none */
	uint32_t	since;		/* the status, in ticks */
	uint32_t	trouble;	/* id; 0: none */
	uint16_t	flags;
	uint8_t		length;
	uint8_t		status : 4;	/* FIB_STATUS_MAX: no more than a rest */
	uint8_t		taken : 4;	/* times others took it lately */
	uint8_t		bytes[];	/* of the address */
};

#define FIB_TICK_BITS	8		/* a tick is 256 ms */
#define FIB_TAKEN_TICKS	8		/* about 2 s: taken again at once */
#define FIB_TAKEN_LIMIT	5		/* so often in turn, and it is backed off */
#define FIB_TAKEN_MAX	15

/* What only an entry in trouble needs, or one with relics. */
struct fib_trouble {
	int64_t		at;		/* not before; 0: not by the clock */
	int32_t		error;		/* errno; 0: none */
	uint8_t		tries;
	uint8_t		owner;		/* protocol of FOREIGN; 0: unknown */
	uint32_t	hops;		/* its set, since IPv4 loses it silently */
	uint32_t	relic;		/* of others, see fib_relic.h; 0: none */
};

/* Ids in a ring. */
struct fib_queue {
	uint32_t	*ids;
	uint32_t	 room;		/* a power of two, or 0 */
	uint32_t	 head;
	uint32_t	 count;
};

struct fib_timer {
	int64_t		at;
	uint32_t	id;		/* stale unless its trouble says at too */
};

struct fib_flight {
	uint32_t	id;		/* of an entry, or FIB_OBJECT_COOKIE */
	uint32_t	set;		/* its form, counted; 0: no route */
	int		error;
	uint32_t	metric;	/* of a route that is deleted: whose */
	uint8_t		protocol;
	bool		lost;		/* its links took it, or were before it */
	enum kernel_verb verb;
};

/* In the order of sending. */
struct fib_batch {
	struct fib_flight *at;
	uint32_t	   count, room;
};

struct fib_down {
	uint32_t		index;
	enum fib_link_state	state;
};

struct fib_side {
	struct slab		 entries;
	struct fib_objects	 objects;
	struct idmap		 ids;		/* by prefix */
	struct fib_queue	 deletes, writes, moves;
	struct fib_queue	 arrived;	/* were awaited; may be stale */
	uint32_t		 awaits;	/* AWAITED and PENDING */
	struct fib_timer	*timers;	/* a heap, soonest first */
	uint32_t		 ntimers, timers_room;
	struct fib_batch	 batches[KERNEL_BATCHES];	/* in flight */
	unsigned int		 oldest, nbatches;
	bool			 follows;	/* forms are marked, see fib_link.c */
	int64_t			 blocked_until;	/* batches were not taken */
	uint32_t		 ended;		/* the last batch, in ticks */
	uint8_t			 tries;
	struct fib_counts	 counts;
};

struct fib {
	struct fib_config	 config;
	struct fib_side		 side[FAMILY_MAX];
	struct hops_table	 hops;
	struct slab		 troubles, relics;
	struct fib_down		*down;		/* links that are not up */
	uint32_t		 ndown, down_room;
	int64_t			 now;		/* the last that was heard */
	int64_t			 expect_since;	/* more wishes; 0: none */
	int64_t			 expect_until;
	uint32_t		 moved, moved_before;	/* joins of moves */
	bool			 dumping;	/* to the end of its sweep */
	bool			 auditing;	/* likewise */
	bool			 sweeping;	/* all was told */
	enum family		 sweep_family;
	uint32_t		 sweep_id;
	bool			 adopted;	/* the first dump is over */
	bool			 wants_dump;
};

void	 fib_store_init(struct fib *);
void	 fib_store_clear(struct fib *);

static inline struct fib_entry *
fib_entry(const struct fib *f, enum family family, uint32_t id)
{
	return slab_at(&f->side[family].entries, id);
}

/* 0 when there is none; fib_entry_take makes one. */
uint32_t fib_entry_find(const struct fib *, const struct prefix *);
uint32_t fib_entry_take(struct fib *, const struct prefix *);
void	 fib_entry_prefix(const struct fib *, enum family, uint32_t id,
	    struct prefix *);
/* NULL while the entry has none. */
struct fib_trouble *fib_trouble_find(const struct fib *,
	    const struct fib_entry *);
struct fib_trouble *fib_trouble_take(struct fib *, struct fib_entry *);
/* Forgets what went wrong and who else was there; relics stay. */
void	 fib_trouble_reset(struct fib *, struct fib_entry *);

/* Sets the fact; the set's reference becomes the entry's. */
void	 fib_set_kernel(struct fib *, struct fib_entry *, uint32_t set);
void	 fib_set_wish(struct fib *, struct fib_entry *, uint32_t set);

/* A change of it is in flight from now on, or no longer. */
void	 fib_set_flight(struct fib *, struct fib_entry *, bool);
/* The set of a route as the kernel tells it, counted. */
uint32_t fib_route_hops(struct fib *, const struct kernel_route *);
bool	 fib_route_is_dead(const struct kernel_route *);
/*
 * What is left of a set, counted, when the kernel tells that this has gone: 0,
 * but for IPv6, which may lose a route of paths of its own path by path.
 */
uint32_t fib_hops_left(struct fib *, uint32_t set, const struct kernel_route *);

/* True when the kernel has what is wanted, in whatever form. */
bool	 fib_is_same(const struct fib *, const struct fib_entry *);
/* False when nothing is to be sent now. */
bool	 fib_next_verb(const struct fib *, const struct fib_entry *,
	    enum kernel_verb *);
/* The queue where that change waits for its turn. */
enum fib_flag fib_next_queue(const struct fib *, const struct fib_entry *,
	    enum kernel_verb);
/* True when a path of the set is over a link that can carry none. */
bool	 fib_hops_down(const struct fib *, uint32_t set);

struct fib_flight *fib_flight_put(struct fib_batch *);
/* The batch in flight that is so many younger than the oldest. */
static inline struct fib_batch *
fib_batch_at(struct fib_side *side, unsigned int age)
{
	return &side->batches[(side->oldest + age) % KERNEL_BATCHES];
}

/* One after the other; the visitor may free the entry. */
typedef void fib_visit(struct fib *, enum family, uint32_t id);
void	 fib_visit_all(struct fib *, enum family, fib_visit *);
/* Marks of sets, for one walk; 0 has none. */
bool	 fib_is_marked(const struct fib *, uint32_t set);
void	 fib_unmark_all(struct fib *);
/* The routes follow the marks: what was marked is lost, or another set. */
void	 fib_marks_follow(struct fib *, enum family);

/* The metric as the kernel tells it: IPv6 makes 1024 of 0. */
uint32_t fib_metric(const struct fib *, enum family);
/* True for an errno that an event may mend. */
bool	 fib_error_is_of_event(int error);

/* Facts have changed: brings all that follows from them up to date. */
void	 fib_settle(struct fib *, enum family, uint32_t id);
/* The next of the queue, or 0; it no longer stands there. */
uint32_t fib_queue_take(struct fib *, enum family, enum fib_flag queue);
void	 fib_queue_put(struct fib_queue *, uint32_t id);
/* 0 when it is empty; then one that was large is freed. */
uint32_t fib_queue_pull(struct fib_queue *);

/* A dump is being told, and what it does not show may be there. */
static inline bool
fib_is_reading(const struct fib *f)
{
	return f->dumping && !f->sweeping;
}

/* fib_event.c: the form that the kernel has, counted. */
uint32_t fib_form_of_route(struct fib *, const struct kernel_route *);
/* Whoever it was is not there; when to try again stays. */
void	 fib_foreign_forget(struct fib *, struct fib_entry *);

/* fib_await.c: the status is about to become another. */
void	 fib_await_count(struct fib_side *, const struct fib_entry *,
	    enum fib_status next);
/* Whoever waits for the entry is to be told, if it has come to that. */
void	 fib_await_judge(struct fib *, enum family, uint32_t id);

/* Not before some time that doubles with each try, 1 s to 60 s. */
void	 fib_back_off(struct fib *, enum family, uint32_t id,
	    unsigned int tries);
int64_t	 fib_delay(unsigned int tries);
/* Ends the waiting of all whose time has come. */
void	 fib_timers_run(struct fib *, enum family);

#endif
