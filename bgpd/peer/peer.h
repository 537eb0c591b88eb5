/* SPDX-License-Identifier: ISC */
/* peer.h - one neighbour: at most two sessions, import, restart, counters */
/*
 * A peer owns a session that dials (or waits, when passive) and, while two
 * connections exist, one that was accepted; RFC 4271 6.8 decides between
 * them.  What it learns goes through import into the rib under its source
 * id; what it is told comes from its update groups.  As helper of a graceful
 * restart (RFC 4724) it keeps the neighbour's routes as stale for a time.
 */
#ifndef BGPD_PEER_PEER_H
#define BGPD_PEER_PEER_H

#include "bgpd/bfd/bfd.h"
#include "bgpd/conf/conf.h"
#include "bgpd/group/group.h"
#include "bgpd/log.h"
#include "bgpd/owners.h"
#include "bgpd/session/session.h"

struct peer;

/* What the memory limit leaves. */
enum peer_room {
	ROOM_FOR_ALL,
	ROOM_FOR_CHANGES,	/* of paths that are there already */
	ROOM_FOR_NONE
};

/* Prefixes whose paths peer_guard.c may judge otherwise by now. */
struct peer_guarded {
	bool		 any;	/* a path was refused as another's, once */
	struct prefix	*at;
	size_t		 count;
};

/* What all peers share; filled once by bgpd.c. */
struct peer_host {
	struct session_host	 session;
	struct io		*io;
	struct log		*log;
	struct rib		*rib;
	struct groups		*groups;
	struct update_scratch	*scratch;
	struct import_scratch	*import_scratch;
	struct filter_scratch	*filter;
	const struct conf	*conf;		/* replaced by a reload */
	uint32_t		 router_id;
	struct address		 self[FAMILY_MAX];	/* node addresses */
	struct address		 self_link_local;
	struct peer		*unflushed;	/* peers_flush's list */
	struct owners		*owners;	/* of the config, too */
	struct peer_guarded	 guarded;
	bool			 restarting;	/* R bit, until deferral ends */
	bool			 forwarding[FAMILY_MAX];	/* F bit, from the start */
	size_t			 memory_limit;	/* bytes, 0: none */
	struct bfd		*bfd;		/* NULL: there are no sockets */
	bfd_sha1		*sha1;		/* for its keys */
	/* The rib has work, or output waits: wake the turns. */
	void	(*wake)(void *arg);
	/* Up, down, End-of-RIB received, attempt failed: restart.c listens. */
	void	(*event)(void *arg, struct peer *);
	/* Who that source of the rib is, or NULL. */
	struct peer *(*peer_of)(void *arg, uint32_t source);
	/* It is about to be freed. */
	void	(*forget)(void *arg, struct peer *);
	/* The link of a name, 0: none; and the subnet of one of our addresses. */
	uint32_t (*link_index)(void *arg, const char *name);
	bool	(*subnet)(void *arg, const struct address *, struct prefix *);
	/* Is the address ours?  A link-local one: on the link of that index. */
	bool	(*owns)(void *arg, const struct address *, uint32_t index);
	/* Had the kernel no room for the key of who connects from there? */
	bool	(*deaf)(void *arg, const struct address *);
	/* Why a family has no address, for REASON; "" when it has. */
	const char *(*problem)(void *arg, enum family);
	/* Our own address on a link, unset: none. */
	struct address (*link_local)(void *arg, uint32_t index);
	/* Why nobody is found on a link, for REASON. */
	const char *(*awaits)(void *arg, const char *link);
	/* Ask the kernel whether its host answers, if that is on a link. */
	void	(*probe)(void *arg, const struct address *, uint32_t scope);
	enum peer_room (*room)(void *arg);
	/* Some peers want peer_rejudge for all their paths, then the other. */
	void	(*rejudge)(void *arg);
	/* Certificate and key by those settings; NULL: there are none. */
	struct io_credentials *(*credentials)(void *arg,
		    const struct conf_tls *);
	/* The name of a link, or NULL. */
	const char *(*link)(void *arg, uint32_t index);
	void	*arg;
};

struct peer	*peer_new(struct peer_host *, const struct conf_neighbor *);
/* Flushes its routes at once; a session must have been stopped before. */
void		 peer_free(struct peer *);

/* (Re)starts by its config and the node's addresses; idempotent. */
void	peer_start(struct peer *);
/* Cease with a subcode and an optional text; stays down when `final`. */
void	peer_stop(struct peer *, unsigned int subcode, const char *text);
/* Leaves as a restart would, without NOTIFICATION; why is a constant. */
void	peer_abandon(struct peer *, const char *why);
/*
 * The daemon ends: as a restart would where that was announced, with a Cease
 * that keeps routes where both sides have the N bit; for good elsewhere.
 */
void	peer_depart(struct peer *);
/* `bgpctl neighbor NAME clear`: 6/4, and again; nothing when it is stopped. */
void	peer_clear(struct peer *, const char *text);
/*
 * Asks for all of its routes again; how many families that was, 0 when it is
 * not up or has not announced route refresh.
 */
unsigned int peer_refresh(struct peer *);
/* Another config of the same neighbour; resets only when cost says so. */
void	peer_configure(struct peer *, const struct conf_neighbor *,
	    enum conf_cost);
/* The node's address of a family changed: restart or regroup as needed. */
void	peer_address_changed(struct peer *, enum family);
/*
 * Asks for what was received to be judged again (a policy or pool changed):
 * the host walks, and hands in each path that it meets.
 */
void	peer_reimport(struct peer *);
void	peer_rejudge(struct peer *, const struct prefix *,
	    const struct rib_path *);
void	peer_rejudged(struct peer *);	/* that was all */
/* 6/8, and again after the penalty for an error. */
void	peer_shed(struct peer *);
/* peer_refresh, if routes of it were left out for want of memory. */
void	peer_ask_again(struct peer *);
/* The kernel has asked its host, and got no answer. */
void		 peer_silent(struct peer *);
/* The state of what watches it was another before. */
void		 peer_bfd_changed(struct peer *, enum bfd_state was);
/* What BFD has seen has this word: the session has to go (RFC 9384). */
void		 peer_bfd_down(struct peer *, const char *why);
/* A connection came from its address. */
void	peer_accept(struct peer *, struct io_conn *);
/* One that did not get through the handshake, or came without TLS. */
void	peer_tls_refused(struct peer *, const struct io_tls_view *);
void	peer_tls_missed(struct peer *);
/* Limits, key and TLS towards a neighbor; names in it are borrowed. */
void	peer_target(const struct peer_host *, const struct conf_neighbor *,
	    struct io_target *);
/* Writes what was queued in this turn, for all that have something. */
void	peers_flush(struct peer_host *);

/* What signs the segments of a neighbor with these settings. */
struct io_key	peer_key(const struct conf_settings *);

/* The run turn and behind it: see peer_guard.c. */
void	peers_guard_note(struct peer_host *, const struct rib_change *);
void	peers_guard_run(struct peer_host *);

/* What there is to know; borrowed until the peer changes. */
const struct conf_neighbor *peer_conf(const struct peer *);
uint32_t	 peer_source(const struct peer *);	/* rib source id */
/* The link of its link-local address; 0: it has none, or the link has gone. */
uint32_t	 peer_scope(const struct peer *);
bool		 peer_internal(const struct peer *);
uint32_t	 peer_remote_as(const struct peer *);	/* 0: not yet known */
/* Is something of it kept for a return: routes, or too many prefixes? */
bool		 peer_is_kept(const struct peer *);
/* Down, and neither its routes nor a penalty are kept for a return. */
bool		 peer_has_gone(const struct peer *);
/* The session worth showing: established, else the further one. */
const struct session *peer_session(const struct peer *);
enum fsm_state	 peer_state(const struct peer *);
/* Why it is not established, in a sentence; "" when it is. */
const char	*peer_reason(const struct peer *);
/* Its short stable word, for JSON and tests. */
const char	*peer_reason_word(const struct peer *);
/* Established without TLS that it might have: why, or NULL. */
const char	*peer_why_plain(const struct peer *);
int64_t		 peer_reason_since(const struct peer *);	/* 0: unknown */
/* When it may be up again after too many prefixes; 0: when told, or not so. */
int64_t		 peer_overrun_until(const struct peer *);
unsigned int	 peer_attempts(const struct peer *);
int64_t		 peer_established_at(const struct peer *);	/* 0: not */

struct peer_family {
	bool		configured;
	bool		negotiated;
	bool		end_of_rib_sent;
	bool		end_of_rib_received;
	bool		stale;		/* routes kept from before a restart */
	bool		long_lived;	/* and as a last resort only */
	int64_t		stale_until;
	bool		near_limit;	/* 80 per cent of max-prefix or more */
	bool		over_limit;	/* of it, with `warn` */
	bool		left_out;	/* for max-prefix-out */
	uint64_t	limit_exceeded;	/* times the session was closed */
	uint32_t	received, accepted, sent;
};
void	peer_family(const struct peer *, enum family, struct peer_family *);

struct peer_bfd_view {
	const struct bfd_watch	*watch;		/* NULL: it is not watched */
	const char		*reason;	/* why it is not up; "" when it is */
	uint64_t		 flaps;
	int64_t			 changed_at;	/* 0: never */
};
/* False when its config wants none. */
bool	peer_bfd_view(const struct peer *, struct peer_bfd_view *);

struct peer_counters {
	uint64_t	established;		/* times */
	uint64_t	resets;			/* by us: error or silence */
	uint64_t	refused;		/* connections: held off, or down */
	uint64_t	plain_refused;		/* the same, without TLS */
	uint64_t	treated_as_withdraw;	/* RFC 7606 */
	uint64_t	attributes_discarded;
	uint64_t	paths_refused;		/* too many of one prefix */
	uint64_t	foreign_blocks;		/* announced, of other nodes */
};
const struct peer_counters *peer_counters(const struct peer *);
/* The last NOTIFICATION, either way, in a sentence; NULL: none yet. */
const char	*peer_last_notification(const struct peer *, int64_t *at);
/* The last NOTIFICATION that came, or went, as it was; NULL: none yet. */
struct peer_note {
	int64_t		at;
	uint8_t		code, subcode;
	uint16_t	length;
	uint8_t		data[];
};
/* Memory of it and its sessions; their buffers are added to *buffers. */
size_t	peer_bytes(const struct peer *, size_t *buffers);
const struct peer_note *peer_note(const struct peer *, bool sent);
/* The text of the last UPDATE error, or NULL. */
const char	*peer_last_error(const struct peer *);

#endif
