/* SPDX-License-Identifier: ISC */
/* open.h - the OPEN message and its capabilities */
/*
 * RFC 4271 4.2 and 6.2, 5492 (capabilities), 4760 (multiprotocol), 6793
 * (4-octet AS), 2918 and 7313 (refresh), 4724, 8538 and 9494 (restart), 7911
 * (ADD-PATH), 8654 (extended messages), 8950 (extended next hop), 9072 (long
 * OPEN), 9234 (role).  Decoding says what came; whether it suits our config
 * is open_judge's business, and what both sides use is open_negotiate's.
 */
#ifndef BGPD_WIRE_OPEN_H
#define BGPD_WIRE_OPEN_H

#include "bgpd/wire/msg.h"

enum capability {		/* IANA's numbers */
	CAP_MULTIPROTOCOL = 1,
	CAP_ROUTE_REFRESH = 2,
	CAP_EXTENDED_NEXT_HOP = 5,
	CAP_EXTENDED_MESSAGE = 6,
	CAP_ROLE = 9,
	CAP_GRACEFUL_RESTART = 64,
	CAP_FOUR_OCTET_AS = 65,
	CAP_ADD_PATH = 69,
	CAP_ENHANCED_REFRESH = 70,
	CAP_LONG_LIVED = 71,
	CAP_FQDN = 73,
	CAP_SOFTWARE_VERSION = 75
};

/* Bits of open.has. */
enum open_has {
	OPEN_HAS_MULTIPROTOCOL = 1 << 0,	/* at least one, even foreign */
	OPEN_HAS_REFRESH = 1 << 1,
	OPEN_HAS_ENHANCED_REFRESH = 1 << 2,
	OPEN_HAS_FOUR_OCTET_AS = 1 << 3,
	OPEN_HAS_RESTART = 1 << 4,
	OPEN_HAS_EXTENDED_MESSAGE = 1 << 5,
	OPEN_HAS_FQDN = 1 << 6,
	OPEN_HAS_ROLE = 1 << 7,
	OPEN_HAS_SOFTWARE_VERSION = 1 << 8,
	OPEN_HAS_EXTENDED_NEXT_HOP = 1 << 9,	/* for IPv4 */
	OPEN_HAS_ADD_PATH = 1 << 10,		/* for a family of ours */
	OPEN_HAS_LONG_LIVED = 1 << 11
};

struct open_family {
	bool	multiprotocol;
	bool	restart;		/* named in the restart capability */
	bool	forwarding;		/* its F bit, RFC 4724 3 */
	uint8_t	add_path;		/* enum add_path bits */
	bool	extended_next_hop;	/* IPv4 with an IPv6 next hop */
	bool	long_lived;		/* in the capability of RFC 9494 3 */
	bool	long_lived_forwarding;	/* its F bit */
	uint32_t long_lived_time;	/* seconds, 24 bits */
};

struct open {
	uint32_t		as;		/* from capability 65 if there */
	uint16_t		my_as;		/* the 2-octet field */
	uint16_t		hold_time;	/* seconds */
	uint32_t		identifier;	/* as a number */
	uint32_t		has;		/* enum open_has bits */
	struct open_family	family[FAMILY_MAX];
	uint16_t		restart_time;	/* seconds, 12 bits */
	bool			restarting;	/* R bit */
	bool			restart_notification;	/* N bit, RFC 8538 */
	uint8_t			role;		/* see role_of_code */
	bool			role_conflict;	/* several, not alike */
	char			host[64];	/* escaped FQDN host name */
	char			software[65];	/* escaped */
};

/* Body of an OPEN. False: *error holds the NOTIFICATION to send. */
bool	open_decode(struct span body, struct open *, struct msg_error *);
/* A whole message, with the capabilities whose bits are in has. */
void	open_encode(struct wr *, const struct open *);

/* What we ask of a peer's OPEN. */
struct open_terms {
	uint32_t	as;		/* 0: any but our own (external) */
	uint32_t	local_as;
	uint32_t	identifier;	/* ours */
	bool		internal;
	uint32_t	need;		/* enum open_has bits, of those sent */
	bool		families[FAMILY_MAX];	/* ours */
};
/*
 * RFC 4271 6.2, 6286, 7607; a needed capability that was sent and is not
 * there, and no common family, are OPEN_BAD_CAPABILITY with data.
 */
bool	open_judge(const struct open *received, const struct open *sent,
	    const struct open_terms *, struct msg_error *);

/* What a session uses: the common part of what was sent and received. */
struct open_common {
	uint16_t	hold_time;	/* the smaller; 0: no timers */
	bool		four_octet_as;
	bool		refresh;
	bool		enhanced_refresh;
	bool		extended_message;
	bool		restart;	/* both announced it */
	bool		restart_notification;	/* and the N bit, RFC 8538 */
	bool		long_lived[FAMILY_MAX];	/* and RFC 9494's */
	bool		family[FAMILY_MAX];
	bool		add_path_receive[FAMILY_MAX];
	bool		add_path_send[FAMILY_MAX];
	bool		extended_next_hop;
};
void	open_negotiate(const struct open *sent, const struct open *received,
	    struct open_common *);

/* "multiprotocol", ...; NULL when we have no name for it. */
const char	*capability_name(uint8_t);

#endif
