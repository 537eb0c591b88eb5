/* SPDX-License-Identifier: ISC */
/* adjout.h - who was told what: one record per prefix for a group of peers */
/*
 * Peers whose output is shaped alike share a group.  A group keeps one record
 * for each prefix that is or was announced, in a list ordered by sequence; a
 * change moves the record to the tail:
 *
 *	head                                     tail
 *	 3:A   7:B   8:-(C)   12:D   15:E
 *	              ^               ^
 *	              laggard         members in step
 *
 * What a member was told is: all records up to its cursor, minus those that
 * it sourced.  A withdrawal stays as a tombstone until every cursor is past
 * it, and keeps the source of what it withdraws: who was not told need not be
 * told that it is gone.  A laggard walks from its own cursor, so that it hears
 * only the last state of a prefix and needs no queue of its own.  Records hold
 * references on attribute ids; prefixes are named by the rib's entry ids,
 * which the rib keeps while hold() says so.
 */
#ifndef RIB_ADJOUT_H
#define RIB_ADJOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct attr_table;
struct adjout;

struct adjout_hooks {
	/* A record for the entry exists from now on, or no more. */
	void	(*hold)(void *arg, uint32_t entry);
	void	(*release)(void *arg, uint32_t entry);
	void	*arg;
};

struct adjout	*adjout_new(struct attr_table *, const struct adjout_hooks *);
void		 adjout_free(struct adjout *);

/*
 * The group now says attrs for the entry (a reference is taken), 0 to
 * withdraw; source is who it came from, who is not told, and is ignored by a
 * withdrawal.  Saying the same again changes nothing and returns false.
 */
bool	adjout_set(struct adjout *, uint32_t entry, uint32_t attrs,
	    uint32_t source);

/* Members are named by their source id, which is never 0. */
void	adjout_join(struct adjout *, uint32_t member);	/* cursor at the head */
void	adjout_leave(struct adjout *, uint32_t member);
/* From the head again: ROUTE-REFRESH. */
void	adjout_rewind(struct adjout *, uint32_t member);
/* True when the member has heard everything. */
bool	adjout_in_step(const struct adjout *, uint32_t member);
/*
 * True once what was there at join or rewind has been heard, be it as it was
 * or as it is by now: End-of-RIB.
 */
bool	adjout_caught_up(const struct adjout *, uint32_t member);
uint64_t adjout_cursor(const struct adjout *, uint32_t member);
/* Moves a cursor after a window was queued for that member. */
void	adjout_advance(struct adjout *, uint32_t member, uint64_t sequence);

struct adjout_record {
	uint32_t	entry;
	uint32_t	attrs;		/* 0: withdrawn */
	uint32_t	source;
	/* The source itself may have been told another: take it back. */
	bool		recall;
	uint64_t	sequence;
};
/*
 * Up to max records behind a sequence, sorted by (source, attrs) so that
 * they pack; *last is the sequence that a cursor then moves to.  Tombstones
 * at or below `since` are left out (a member that joined later never heard
 * of them).
 */
size_t	adjout_window(const struct adjout *, uint64_t after, uint64_t since,
	    struct adjout_record *, size_t max, uint64_t *last);
/*
 * Was the same said, of the same source, and no later than that?  Asked of the
 * group that a member comes from.
 */
bool	adjout_said(const struct adjout *, uint64_t up_to,
	    const struct adjout_record *);
/* What was withdrawn up to there it never heard of, or heard it is gone. */
uint64_t adjout_since(const struct adjout *, uint32_t member);

/* What the group says of an entry now: attrs id, or 0. */
uint32_t adjout_find(const struct adjout *, uint32_t entry, uint32_t *source);
/* Live records, minus those the member sourced. */
uint32_t adjout_told(const struct adjout *, uint32_t member);
size_t	 adjout_count(const struct adjout *);	/* live records */
size_t	 adjout_bytes(const struct adjout *);

#endif
