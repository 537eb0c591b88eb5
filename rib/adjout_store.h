/* SPDX-License-Identifier: ISC */
/* adjout_store.h - the records of a group and the order they changed in */
/*
 * For adjout.c alone.  A record is named by its entry, so it needs no hash and
 * does not hold what it is named by: 24 bytes.
 */
#ifndef RIB_ADJOUT_STORE_H
#define RIB_ADJOUT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record {
	uint32_t	attrs;		/* 0: withdrawn */
	uint32_t	source;
	uint32_t	before;		/* in its order: entries, or 0 */
	uint32_t	behind;
	uint64_t	sequence : 62;	/* 0: there is no record */
	uint64_t	recall : 1;	/* see struct adjout_record */
	uint64_t	milestone : 1;
};

struct milestone {
	uint64_t	sequence;
	uint32_t	entry;
};

/* Records by ascending sequence; the first is always a milestone. */
struct order {
	uint32_t		 first;
	uint32_t		 last;
	size_t			 count;
	unsigned int		 plain;		/* behind the last milestone */
	struct milestone	*stones;	/* from start on */
	size_t			 start;
	size_t			 nstones;
	size_t			 room;
};

struct page;
struct store {
	struct page	**pages;
	size_t		  npages;	/* room for pointers */
	size_t		  used;		/* pages there are */
};

void	 store_clear(struct store *);
/* NULL when there is none. */
struct record *store_find(const struct store *, uint32_t entry);
/* A new one; its sequence is to be set before anything else is done. */
struct record *store_make(struct store *, uint32_t entry);
void	 store_free(struct store *, uint32_t entry);
size_t	 store_bytes(const struct store *);

/* Puts a record at the end; its sequence is the greatest so far. */
void	 order_append(struct order *, const struct store *, uint32_t entry);
void	 order_remove(struct order *, const struct store *, uint32_t entry);
/* The first with a greater sequence, or 0. */
uint32_t order_after(const struct order *, const struct store *,
	    uint64_t sequence);
/* The sequence of the last, or 0. */
uint64_t order_end(const struct order *, const struct store *);
void	 order_clear(struct order *);
size_t	 order_bytes(const struct order *);

#endif
