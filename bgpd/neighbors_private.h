/* SPDX-License-Identifier: ISC */
/* neighbors_private.h - what neighbors.c and neighbors_guest.c share */
#ifndef BGPD_NEIGHBORS_PRIVATE_H
#define BGPD_NEIGHBORS_PRIVATE_H

#include "bgpd/neighbors.h"

struct slot {
	struct peer			*peer;	/* NULL: free */
	uint32_t			 next;	/* chain, or free list; 0 ends */
	/* Of a guest: its own settings, and whom it came by. */
	struct conf_neighbor		*guest;
	const struct conf_neighbor	*pattern;
	/* Found on a link: the last sign of life, and is one given now? */
	int64_t				 heard;
	bool				 was_up;
};

struct neighbors {
	struct peer_host	*host;
	struct slot		*slots;		/* slot 0 stays empty */
	uint32_t		 nslots;
	uint32_t		 room;
	uint32_t		 free;
	uint32_t		*heads;		/* hash buckets: slots */
	uint32_t		 nheads;	/* a power of two */
	uint32_t		*by_source;	/* rib source id -> slot */
	size_t			 nsources;
	size_t			 count;
	struct io_timer		*look;		/* while a guest is leaving */
};

/* Frees the guests that have gone; the timer's. */
void	guests_look(void *neighbors);

#endif
