/* SPDX-License-Identifier: ISC */
/* group_encode.h - a window of an adj-rib-out as messages */
#ifndef BGPD_GROUP_GROUP_ENCODE_H
#define BGPD_GROUP_GROUP_ENCODE_H

#include "bgpd/wire/update.h"
#include "rib/adjout.h"
#include "rib/rib.h"
#include "rib/slots.h"

struct chunk;

#define WINDOW_RECORDS	1024u

/* Messages of one source, contiguous in the chunk. */
struct window_slice {
	uint32_t	source;
	uint32_t	offset;
	uint32_t	length;
};

/*
 * One encoding of the records behind a cursor.  Owned by its group and kept
 * until another window is asked for, because members in step ask for the
 * same one, or nobody is behind any more.  All zero: nothing is kept.
 */
struct window {
	uint64_t		 after;
	uint64_t		 since;		/* older tombstones: left out */
	uint64_t		 last;		/* where a cursor then stands */
	/* Without what that group had said up to there; 0: with all. */
	uint64_t		 besides;
	uint64_t		 said;
	struct chunk		*chunk;		/* NULL: nothing to say */
	struct window_slice	*slices;	/* ascending by source */
	size_t			 nslices;
	struct adjout_record	*records;
	size_t			 nrecords;
};

/* What records mean and how they are written. */
struct window_form {
	struct rib			*rib;
	struct slots			*slots;	/* NULL: entries */
	const struct update_context	*context;
	enum family			 family;
};

struct window_encoder;
struct window_encoder	*window_encoder_new(void);
void			 window_encoder_free(struct window_encoder *);

/* Would a message with these attributes have room for a prefix? */
bool	window_fits(struct window_encoder *, const struct window_form *,
	    const struct attrs *);
/* Room for records and slices, at first. */
void	window_prepare(struct window *);
/* Its records become bytes, in place of those it held. */
void	window_encode(struct window_encoder *, struct window *,
	    const struct window_form *);
/* Withdrawals of some records, in the encoder's own chunk; NULL: none. */
struct chunk	*window_encode_withdrawals(struct window_encoder *,
		    const struct window_form *, const struct adjout_record *,
		    size_t count);
void	window_clear(struct window *);
/* Of a chunk that sessions hold as well, its share. */
size_t	window_bytes(const struct window *);
size_t	window_encoder_bytes(const struct window_encoder *);

#endif
