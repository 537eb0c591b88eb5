/* SPDX-License-Identifier: ISC */
/* msg.h - BGP messages: constants, errors, header, NOTIFICATION, ROUTE-REFRESH */
#ifndef BGPD_WIRE_MSG_H
#define BGPD_WIRE_MSG_H

#include <stdbool.h>

#include "bgpd/wire/buf.h"
#include "rib/address.h"

#define BGP_PORT		179
#define BGP_VERSION		4
#define MSG_HEADER_SIZE		19	/* RFC 4271 4.1 */
#define MSG_MAX_SIZE		4096
#define MSG_MAX_SIZE_EXTENDED	65535	/* RFC 8654 */
#define MSG_OPEN_MIN		29
#define MSG_UPDATE_MIN		23
#define MSG_NOTIFICATION_MIN	21
#define MSG_REFRESH_SIZE	23

enum msg_type {
	MSG_OPEN = 1,
	MSG_UPDATE = 2,
	MSG_NOTIFICATION = 3,
	MSG_KEEPALIVE = 4,
	MSG_ROUTE_REFRESH = 5,		/* RFC 2918 */
	MSG_TYPE_MAX
};

/* Error codes, RFC 4271 4.5, 7313, 9687. */
enum msg_code {
	ERR_HEADER = 1,
	ERR_OPEN = 2,
	ERR_UPDATE = 3,
	ERR_HOLD_TIMER = 4,
	ERR_FSM = 5,
	ERR_CEASE = 6,
	ERR_REFRESH = 7,
	ERR_SEND_HOLD = 8
};

/* Subcodes, named after their code. */
enum { REFRESH_BAD_LENGTH = 1 };			/* RFC 7313 5 */
enum { HEADER_NOT_SYNC = 1, HEADER_BAD_LENGTH = 2, HEADER_BAD_TYPE = 3 };
enum {
	OPEN_UNSPECIFIC = 0, OPEN_BAD_VERSION = 1, OPEN_BAD_PEER_AS = 2,
	OPEN_BAD_IDENTIFIER = 3, OPEN_BAD_PARAMETER = 4, OPEN_BAD_HOLD = 6,
	OPEN_BAD_CAPABILITY = 7, OPEN_ROLE_MISMATCH = 11
};
enum {
	UPDATE_MALFORMED_LIST = 1, UPDATE_UNRECOGNIZED = 2,
	UPDATE_MISSING = 3, UPDATE_BAD_FLAGS = 4, UPDATE_BAD_LENGTH = 5,
	UPDATE_BAD_ORIGIN = 6, UPDATE_BAD_NEXT_HOP = 8,
	UPDATE_BAD_OPTIONAL = 9, UPDATE_BAD_NETWORK = 10,
	UPDATE_BAD_AS_PATH = 11
};
enum { FSM_UNSPECIFIC = 0, FSM_IN_OPENSENT = 1, FSM_IN_OPENCONFIRM = 2,
	FSM_IN_ESTABLISHED = 3 };			/* RFC 6608 */
enum {						/* RFC 4486, 8538, 9384 */
	CEASE_MAX_PREFIXES = 1, CEASE_ADMIN_SHUTDOWN = 2,
	CEASE_DECONFIGURED = 3, CEASE_ADMIN_RESET = 4, CEASE_REJECTED = 5,
	CEASE_CONFIG_CHANGE = 6, CEASE_COLLISION = 7, CEASE_RESOURCES = 8,
	CEASE_HARD_RESET = 9, CEASE_BFD_DOWN = 10
};

/* How bad: RFC 7606 section 2, ordered; the worst of a message wins. */
enum msg_severity {
	SEVERITY_OK,
	SEVERITY_DISCARD,		/* the attribute only */
	SEVERITY_WITHDRAW,		/* treat as withdraw */
	SEVERITY_RESET			/* NOTIFICATION and close */
};

#define MSG_ERROR_DATA	258	/* 1 + 255 of RFC 9003, in 2 of RFC 8538 */

/*
 * What was wrong with a peer's message, as a value.  `text` is a constant
 * sentence without full stop ("hold time is 1 or 2 seconds"); data is what a
 * NOTIFICATION would carry, never more than was received.
 */
struct msg_error {
	enum msg_severity	 severity;
	uint8_t			 code;
	uint8_t			 subcode;
	uint16_t		 length;
	uint8_t			 data[MSG_ERROR_DATA];
	const char		*text;
};

/*
 * Keeps the worse of *error and the new one (the first of equals), without
 * data; true when that is the new one.  msg_error_data gives it data, cut to
 * what there is room for.
 */
bool	msg_error_set(struct msg_error *, enum msg_severity, unsigned int code,
	    unsigned int subcode, const char *text);
void	msg_error_data(struct msg_error *, struct span);

/* The AFI (RFC 4760) of a family; SAFI is 1, unicast, throughout. */
#define SAFI_UNICAST	1
uint16_t msg_afi(enum family);
/* FAMILY_MAX when we do not speak it. */
enum family msg_family(uint16_t afi, uint8_t safi);

/* Bits of the Send/Receive field of ADD-PATH: RFC 7911 4. */
enum add_path {
	ADD_PATH_RECEIVE = 1,
	ADD_PATH_SEND = 2,
	ADD_PATH_BOTH = ADD_PATH_RECEIVE | ADD_PATH_SEND
};

enum msg_frame {
	FRAME_MORE,		/* not all here yet */
	FRAME_WHOLE,
	FRAME_BAD		/* error says why */
};

struct msg_header {
	enum msg_type	type;
	size_t		length;		/* of the whole message */
	struct span	body;		/* behind the header */
};

/*
 * Judges the first message in the bytes: marker, length against type and
 * max (4096, or 65535 once RFC 8654 is in use), type.  FRAME_WHOLE only when
 * all of it is there; FRAME_BAD as soon as the header can be judged, with
 * type and length as they came.
 */
enum msg_frame	msg_frame(struct span bytes, size_t max, struct msg_header *,
		    struct msg_error *);
/*
 * For a FRAME_BAD while enhanced refresh is in use: a ROUTE-REFRESH of the
 * wrong length is a ROUTE-REFRESH error then, with the message, as far as it
 * is in the bytes, as data (RFC 7313 5).  Other messages keep their error.
 */
void	msg_frame_refresh_error(struct span bytes, const struct msg_header *,
	    struct msg_error *);

enum msg_refresh_kind {		/* RFC 7313 3.2 */
	REFRESH_REQUEST = 0,
	REFRESH_BEGIN = 1,
	REFRESH_END = 2
};

/* Each writes one whole message; the writer's failure says it did not fit. */
size_t	msg_begin(struct wr *, enum msg_type);	/* returns its start */
void	msg_end(struct wr *, size_t start);	/* patches the length */
void	msg_keepalive_encode(struct wr *);
void	msg_notification_encode(struct wr *, const struct msg_error *);
void	msg_refresh_encode(struct wr *, enum family, enum msg_refresh_kind);

struct msg_notification {
	uint8_t		code;
	uint8_t		subcode;
	struct span	data;
};
void	msg_notification_decode(struct span body, struct msg_notification *);
/*
 * "hold timer expired (4/0)", "Cease: administrative shutdown (6/2):
 * \"maintenance\""; a shutdown communication (RFC 9003) is escaped and
 * shortened.  Always NUL terminated; returns buf.
 */
char	*msg_notification_format(const struct msg_notification *, char *buf,
	    size_t size);
/* Wraps it into a hard reset, RFC 8538 3.1: code, subcode and data inside. */
void	 msg_hard_reset(struct msg_error *);
/* The data field of a Cease with a shutdown communication, cut to 255. */
void	 msg_shutdown_text(struct msg_error *, const char *text);

struct msg_refresh {
	uint16_t	afi;
	uint8_t		safi;
	uint8_t		subtype;	/* enum msg_refresh_kind, or unknown */
};
void	msg_refresh_decode(struct span body, struct msg_refresh *);

/* Text of a peer for the log: printable ASCII and valid UTF-8 kept. */
char	*msg_escape(struct span, char *buf, size_t size);

#endif
