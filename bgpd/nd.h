/* SPDX-License-Identifier: ISC */
/* nd.h - the narrow door to neighbour discovery: one raw ICMPv6 socket */
/*
 * Router advertisements and solicitations, in and out, on the links that were
 * joined.  Implementations: nd_socket.c on a raw socket, and the fake of
 * tests/sim.  The kernel makes and checks the checksum, and has dropped every
 * other kind of message; nothing else of one is known to be true.
 */
#ifndef BGPD_ND_H
#define BGPD_ND_H

#include "rib/address.h"
#include "rib/span.h"

#define ND_SIZE	2048	/* of one message, at most; longer ones are cut */

struct nd_message {
	uint32_t	link;		/* that it came by; 0: not known */
	struct address	from;
	unsigned int	hop_limit;
	bool		cut;
	size_t		length;
	uint8_t		bytes[ND_SIZE];
};

enum nd_group {
	ND_ALL_NODES,			/* ff02::1 */
	ND_ALL_ROUTERS			/* ff02::2 */
};

struct nd_ops;
struct nd {
	const struct nd_ops	*ops;	/* first member of implementations */
};

struct nd_ops {
	/* To be watched for reading. */
	int	(*fd)(const struct nd *);
	/* False when there is none left. */
	bool	(*receive)(struct nd *, struct nd_message *);
	/* With hop limit 255; -1 and errno. */
	int	(*send)(struct nd *, uint32_t link, const struct address *from,
		    enum nd_group, struct span);
	/*
	 * Hears what is for all routers on a link, or no longer; a link that
	 * goes takes that with it.  -1 and errno.
	 */
	int	(*join)(struct nd *, uint32_t link, bool);
	void	(*close)(struct nd *);
};

/* The real one; NULL and errno (EPERM: without CAP_NET_RAW). */
struct nd	*nd_open(void);

#endif
