/* SPDX-License-Identifier: ISC */
/* update.h - the UPDATE message: bytes to routes and back */
/*
 * Decoding follows RFC 7606: errors have a severity, the worst one stands in
 * update.error, and with SEVERITY_WITHDRAW the caller withdraws every prefix
 * that update_each yields.  Nothing is allocated: spans borrow the message or
 * the scratch, which must outlive the update.  Encoding is the mirror: the
 * caller names attributes once and adds prefixes until the message is full.
 * RFC 4271 4.3, 4760, 2545, 6793, 7911, 8950.
 */
#ifndef BGPD_WIRE_UPDATE_H
#define BGPD_WIRE_UPDATE_H

#include "bgpd/wire/msg.h"
#include "rib/attr.h"
#include "rib/prefix.h"

/* What the session negotiated, as far as an UPDATE's form depends on it. */
struct update_context {
	bool		four_octet_as;
	bool		internal;		/* the peer is in our AS */
	bool		family[FAMILY_MAX];	/* negotiated */
	bool		add_path[FAMILY_MAX];	/* in this direction */
	bool		extended_next_hop;	/* RFC 8950 */
	size_t		max_size;		/* of a message */
};

/* Scratch for attributes that change form: rewritten paths, unknown TLVs. */
struct update_scratch {
	uint8_t		bytes[3 * MSG_MAX_SIZE_EXTENDED];
};

/* NLRI of one field of the message. */
struct update_nlri {
	bool		present;
	enum family	family;
	struct span	bytes;
};

enum update_field {		/* in the order in which they take effect */
	UPDATE_WITHDRAWN,	/* IPv4, classic */
	UPDATE_MP_UNREACH,
	UPDATE_NLRI,		/* IPv4, classic */
	UPDATE_MP_REACH,
	UPDATE_FIELD_MAX
};

struct update {
	struct update_nlri	field[UPDATE_FIELD_MAX];
	struct attrs		attrs;		/* next_hop: the classic one */
	struct address		mp_next_hop;
	struct address		mp_link_local;
	struct msg_error	error;		/* severity OK when flawless */
	unsigned int		discarded;	/* attributes dropped */
	enum family		end_of_rib;	/* FAMILY_MAX when it is none */
};

/*
 * Decodes a body.  With SEVERITY_RESET nothing else in the update may be
 * used.  Fields of families that were not negotiated are not present.
 */
void	update_decode(const struct update_context *, struct span body,
	    struct update_scratch *, struct update *);

/* One prefix of a field; the bytes were checked by update_decode. */
struct update_route {
	struct prefix	prefix;
	uint32_t	path_id;	/* 0 without ADD-PATH */
};
/* False at the end. The cursor starts as rd_of(field.bytes). */
bool	update_next(const struct update_context *, enum family,
	    struct rd *cursor, struct update_route *);

/*
 * Writes messages of one kind.  Announce: attrs are written once, prefixes
 * follow.  IPv4 with an IPv4 next hop goes into the classic fields,
 * everything else into MP attributes.  Withdraw: attrs is NULL.
 * update_add returns false, with nothing written, when the message is full;
 * then update_end it and begin the next.  A message without prefixes is
 * taken back by update_end, which returns the bytes that the message has.
 * update_begin returns false, with nothing written, when the attributes leave
 * no room for a prefix in a message or in the writer; so the first update_add
 * after it always succeeds.  Between the two nobody else may use the writer.
 */
struct update_writer {
	struct wr			*wr;
	const struct update_context	*context;
	enum family			 family;
	bool				 withdraw;
	bool				 classic;
	size_t				 start;		/* of the message */
	size_t				 limit;		/* its greatest end */
	size_t				 total;		/* offset: list length */
	size_t				 length;	/* offset: MP, withdrawn */
	size_t				 body;		/* offset: prefixes */
	size_t				 tail;		/* bytes parked */
	unsigned int			 count;		/* prefixes */
};
bool	update_begin(struct update_writer *, struct wr *,
	    const struct update_context *, enum family, const struct attrs *);
bool	update_add(struct update_writer *, const struct update_route *);
size_t	update_end(struct update_writer *);

/* RFC 4724 2: an empty UPDATE, or an empty MP_UNREACH. */
void	update_end_of_rib_encode(struct wr *, enum family);

#endif
