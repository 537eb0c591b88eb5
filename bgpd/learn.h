/* SPDX-License-Identifier: ISC */
/* learn.h - routes of the kernel that this node announces */
/*
 * The kernel's routes come in by event and dump, as they come to everybody;
 * those that a `learn` of the config means are kept, and become paths of the
 * rib (origin.h), let in or refused with the reason.  No event looks at more
 * than the routes of its prefix or of its link.  Pure: what a link is like is
 * asked of whoever knows the links.
 */
#ifndef BGPD_LEARN_H
#define BGPD_LEARN_H

#include "bgpd/origin.h"
#include "kernel/kernel.h"

struct learn;

struct learn_host {
	struct origin		*origin;
	/* A link that is there, or NULL. */
	const struct kernel_link *(*link)(const void *arg, uint32_t index);
	const void		*arg;
	uint64_t		 seed;		/* see bytes_hash.h */
};

/* The config is borrowed until the next one. */
struct learn	*learn_new(const struct learn_host *, const struct conf *);
void		 learn_free(struct learn *);	/* NULL is ignored */

/*
 * Judges what is known by another config.  What none of the rules before meant
 * is not known: where these differ, a dump of the kernel is needed.
 */
void		 learn_configure(struct learn *, const struct conf *,
		    int64_t now);

/* The tables that the rules of a config name; how many. */
size_t		 learn_tables(const struct conf *, uint32_t[KERNEL_TABLES]);

/*
 * These three are false when it cannot be told from the event what is left,
 * so that a dump is needed; nothing was forgotten then.
 */
bool		 learn_route(struct learn *, const struct kernel_route *,
		    bool gone, int64_t now);
/* Has changed, or is new (before is NULL) or gone; asks for it as it is. */
bool		 learn_link(struct learn *, uint32_t index,
		    const struct kernel_link *before, int64_t now);
bool		 learn_address_gone(const struct learn *,
		    const struct address *);

/* What is not told between these two has gone. */
void		 learn_dump_begin(struct learn *);
void		 learn_dump_end(struct learn *, int64_t now);

struct learn_view {
	struct prefix		 prefix;
	uint32_t		 table;
	uint32_t		 metric;
	uint8_t			 protocol;
	enum kernel_route_type	 type;
	enum rib_refusal	 verdict;
	unsigned int		 count;		/* of paths; the first is: */
	uint32_t		 index;		/* 0: the kernel does not say */
	struct address		 gateway;
};
/* Routes known of a prefix, cursor 0 begins and 0 ends; borrowed. */
uint32_t	 learn_next(const struct learn *, const struct prefix *,
		    uint32_t cursor, struct learn_view *);
/* The one that the rib's path is about; false: there is none. */
bool		 learn_find(const struct learn *, const struct prefix *,
		    struct learn_view *);
/* The block of the config that holds the prefix, or NULL. */
const struct prefix *learn_block(const struct learn *, const struct prefix *);
size_t		 learn_bytes(const struct learn *);

#endif
