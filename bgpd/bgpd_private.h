/* SPDX-License-Identifier: ISC */
/* bgpd_private.h - what bgpd.c shares with the files it is made of */
#ifndef BGPD_BGPD_PRIVATE_H
#define BGPD_BGPD_PRIVATE_H

#include "bgpd/bgpd.h"
#include "bgpd/listen.h"
#include "bgpd/trouble.h"
#include "bgpd/unnumbered.h"
#include "kernel/kernel.h"
#include "rib/import.h"

#define KERNEL_FDS	4

/* Indexes of links, few, in no order. */
struct link_set {
	uint32_t		*at;
	size_t			 count;
};

/* Wishes that are made once more, by entry ids; see install.c. */
struct install_walk {
	bool			 walking;
	bool			 again;		/* once more, from the start */
	enum family		 family;
	uint32_t		 cursor;
};

/* What runs the turns; owned by struct bgpd. */
struct bgpd_loop {
	struct bgpd_setup	 setup;
	struct io_timer		*turn;
	bool			 woken;
	struct io_timer		*later;		/* a retry of the fib, a log */
	struct io_watch		*watches[KERNEL_FDS];
	int			 nwatches;
	struct listeners	*listeners;
	struct unnumbered	*unnumbered;
	struct kernel_change	*changes;	/* room for a batch */
	struct install_walk	 wishes;
	struct link_set		 dark, shared;	/* see kernel_feed.c */
	struct trouble		 trouble;	/* told of the fib */
	bool			 gated;		/* the groups wait for it */
	struct audit		*audit;
	struct kernel_interest	 pods;		/* as the kernel knows it */
	bool			 pods_told;
	bool			 pods_wanted;	/* by the config */
	bool			 short_of_memory; /* see memory.c */
	int64_t			 stop_by;	/* 0: not stopping */
	uint32_t		 left;		/* routes to be removed by then */
	bool			 stopped;
	struct update_scratch	 scratch;
	struct import_scratch	 import_scratch;
	struct filter_scratch	 filter;
};

/* bgpd.c: the first dump is in. */
void	bgpd_sync(struct bgpd *);
int64_t	bgpd_now(const struct bgpd *);

void	host_wake(void *bgpd);

/* host.c: what peers share and whom they ask. */
void	host_init(struct bgpd *, const struct bgpd_setup *);

/* watch.c: BFD, if the outside has sockets for it. */
void	watch_init(struct bgpd *, const struct bgpd_setup *);

/* kernel_feed.c: the kernel's events, told to whom they concern. */
extern const struct kernel_events kernel_feed;
/* It tells routes of the tables that the config learns from, too. */
void	kernel_feed_tables(struct bgpd *);
/* Asks about a neighbour's host; does nothing when a router is in between. */
void	kernel_feed_probe(void *bgpd, const struct address *, uint32_t scope);

/* install.c: best paths as wishes, and changes to the kernel. */
void	install_change(struct bgpd *, const struct rib_change *);
/*
 * Everything once more, in slices: what the wishes are made by has changed.
 * Where one comes out as it was, nothing happens.
 */
void	install_all(struct bgpd *);
/* True when there is more. */
bool	install_turn(struct bgpd *);
/* What we originate once more: it may be a block now, or none any more. */
void	install_own(struct bgpd *);
/* What waits to be changed, as far as the kernel takes it. */
void	install_submit(struct bgpd *);
/* How many changes of the kernel wait or are on their way. */
uint32_t install_left(const struct bgpd *);

/* audit.c: the kernel's routes are looked through now and then. */
void	audit_init(struct bgpd *);
/* By the config in use. */
void	audit_configure(struct bgpd *);
/* Looks for what was not told; true when there is more to look at. */
bool	audit_turn(struct bgpd *);
void	audit_free(struct bgpd *);

/* pods.c: whether the kernel is to tell of pods' interfaces. */
void	pods_configure(struct bgpd *);
void	pods_turn(struct bgpd *);

/* gate.c: what is told to others waits until the kernel has it. */
bool	gate_is_on(const struct bgpd *);
/* By the config in use. */
void	gate_configure(struct bgpd *);
/* Tells the groups of routes that have come; true when there are more. */
bool	gate_turn(struct bgpd *);

/*
 * reload.c: compares with the config in use and applies the difference, in
 * the name of `by`; takes next.  r->applied says whether it was.
 */
void	bgpd_change(struct bgpd *, struct conf *next, const char *by,
	    struct bgpd_reload *r);

/* memory.c: is there room for a path; and once a turn, what is done if not. */
enum peer_room	memory_room(struct bgpd *);
void	memory_turn(struct bgpd *);

/* limits.c: bytes for the rib, 0: none. */
size_t	limits_memory(const struct conf *);

#endif
