/* SPDX-License-Identifier: ISC */
/* peer_private.h - what the peer_*.c files share */
#ifndef BGPD_PEER_PEER_PRIVATE_H
#define BGPD_PEER_PEER_PRIVATE_H

#include "bgpd/peer/peer.h"
#include "rib/import.h"
#include "rib/rib.h"

/* How much of max-prefix is used. */
enum peer_level {
	LEVEL_BELOW,
	LEVEL_NEAR,			/* 80 per cent */
	LEVEL_OVER			/* and it is let go on */
};

/* One family of a peer. */
struct peer_rib {
	bool	joined;			/* hears its update group */
	bool	end_of_rib_sent;
	bool	end_of_rib_received;
	bool	stale;			/* RFC 4724 4.2: kept, not confirmed */
	int64_t	stale_until;
	int64_t	stale_since;		/* the first loss since End-of-RIB */
	uint32_t long_lived_time;	/* ms, behind that; 0: none */
	bool	long_lived;		/* RFC 9494: stale_until is its end */
	/* RFC 7313: between BoRR and EoRR, so long at most; 0: not. */
	int64_t	refresh_until;
	enum peer_level	level;		/* that was said */
	uint64_t exceeded;		/* times that the session was closed */
};

/* Why a peer is kept down for its prefixes (peer_limit.c). */
struct peer_overrun {
	bool	holds;
	int64_t	since;
	int64_t	until;			/* 0: an operator decides */
	char	text[64];		/* "ipv4 prefix limit 100 exceeded" */
};

/* Whether its host is still there, see peer_silent.c.  0: not. */
struct peer_silence {
	int64_t		since;		/* in doubt */
	uint64_t	heard;		/* bytes, until then */
	bool		failed;		/* the kernel has, since then */
	int64_t		ask_at;
	int64_t		dead_at;	/* the last verdict */
	bool		dropped;	/* routes, for it */
};

/* What watches it, and what that has seen (peer_bfd.c). */
struct peer_bfd {
	struct bfd_watch	*watch;		/* or NULL */
	bool			 failed;	/* it took the session down */
	bool			 was_up;
	uint64_t		 flaps;		/* Up, and then not */
	int64_t			 changed_at;	/* 0: never */
	char			 reason[96];	/* why it is not up, or "" */
};

struct peer {
	struct peer_host		*host;
	const struct conf_neighbor	*conf;	/* of the current config */
	uint32_t			 source;
	/*
	 * main dials or waits and is the one that gets established; second
	 * is an accepted connection while main has one of its own.
	 */
	struct session			*main;
	struct session			*second;
	bool				 second_is_late; /* main was up then */
	struct session			*retired;	/* freed next turn */
	struct io_timer			*timer;	/* own turn, stale deadlines */
	bool				 keeps;	/* its routes, whatever ends it */
	bool				 stopped;	/* until peer_start */
	bool				 up;
	bool				 left_out; /* routes, for memory */
	bool				 rejudges; /* its paths are to be */
	bool				 internal;
	uint32_t			 remote_as;
	int64_t				 up_at;
	bool				 unflushed;	/* in the host's list */
	struct peer			*next_unflushed;
	struct peer_rib			 family[FAMILY_MAX];
	struct peer_overrun		 overrun;
	int64_t				 watched_until;	/* it has erred */
	int64_t				 hold_off_until; /* no connections */
	struct peer_silence		 silence;
	struct peer_bfd			 bfd;
	struct peer_counters		 counters;
	char				 last_error[160];
	char				 last_notification[160];
	int64_t				 last_notification_at;	/* 0: never */
	struct peer_note		*notes[2];	/* received, sent; or NULL */
};

/* The rows that the sessions call (peer_session.c). */
extern const struct session_ops peer_session_ops;

/* peer_setup.c: what a session, import and a group are made of. */
uint32_t peer_local_as(const struct peer *);	/* ours, towards it */
void	peer_session_config(const struct peer *, struct session_config *);
void	peer_import_terms(const struct peer *, struct import_terms *);
void	peer_group_key(const struct peer *, enum family, struct group_key *);
void	peer_context(const struct peer *, bool incoming,
	    struct update_context *);
/* Where our end of a session is to be; unset: the kernel chooses. */
struct address peer_source_address(const struct peer *);
/* The link that its config names, as it is now; 0: none. */
bool	peer_is_internal(const struct conf *, const struct conf_settings *);
/* Where TLS is due: is there what it takes? */
bool	peer_has_credentials(const struct peer *);
bool	peer_has_address(const struct peer *);
bool	peer_is_us(const struct peer *);

/* peer_capability.c: our OPEN; returns what the other one must have. */
uint32_t peer_capabilities(const struct peer *, struct open *);
enum role peer_role(const struct peer *);	/* ours, that counts */

/* peer_session.c */
void	peer_join(struct peer *, enum family);
void	peer_leave(struct peer *, enum family);
void	peer_turn_soon(struct peer *);
/* Queues a slice of a chunk (whole messages), to leave in this turn. */
void	peer_send(struct peer *, struct chunk *, size_t offset, size_t length);
/* "10.0.0.2 established": what lines of a peer are limited by. */
#define PEER_LOG_KEY	64
char	*peer_log_key(const struct peer *, const char *what,
	    char buf[PEER_LOG_KEY]);

/* peer_note.c */
void	peer_notification(void *arg, struct session *, bool sent,
	    const struct msg_error *);
void	peer_notes_clear(struct peer *);

/* peer_refresh.c: RFC 2918 and 7313, both ways. */
void	peer_hear_refresh(void *arg, struct session *,
	    const struct msg_refresh *);
void	peer_say_refresh(struct peer *, enum family, enum msg_refresh_kind);
void	peer_forget_refresh(struct peer *);	/* the session was lost */
/* Sweeps what is overdue; the next deadline, or 0. */
int64_t	peer_refresh_deadline(struct peer *, int64_t now);

/* peer_update.c: the input turn. */
bool	peer_update(void *arg, struct session *, struct span body,
	    struct msg_error *);

/* Judges a path again that is in the rib. */
void	peer_reimport_path(struct peer *, const struct prefix *,
	    const struct rib_path *);

/* The path that it has in the rib. */
bool	peer_path_find(const struct peer *, const struct prefix *,
	    uint32_t path_id, struct rib_path *);

/* peer_limit.c: max-prefix. */
/* May the path be stored?  To be asked before it is. */
bool	peer_limit_admits(const struct peer *, const struct prefix *,
	    const struct rib_input *);
/* It may not: what the session is to be closed with. */
void	peer_limit_exceed(struct peer *, enum family, struct msg_error *);
/* Says what there is to say now that counts have changed. */
void	peer_limit_look(struct peer *);
/* Closes the session if it has more than it may have by now. */
void	peer_limit_enforce(struct peer *);
/* Another config: what an old limit did is forgotten. */
void	peer_limit_configure(struct peer *, const struct conf_settings *before);
void	peer_limit_forget(struct peer *);
/* Lets it go when its time has passed; the next deadline, or 0. */
int64_t	peer_limit_deadline(struct peer *, int64_t now);

/* peer_guard.c: is what import let in another node's? */
void	peer_guard(struct peer *, const struct prefix *, struct rib_input *);

/* peer_long_lived.c: helper of RFC 9494. */
/* How long a family is kept beyond the restart time, 0: not at all. */
uint32_t peer_long_lived_time(const struct peer *, enum family);
/* The restart time has passed: what is stale becomes the last resort. */
void	peer_long_lived_begin(struct peer *, enum family);
/* Attributes with LLGR_STALE in place of those; takes and gives a reference. */
uint32_t peer_mark_long_lived(struct peer *, uint32_t attrs);

/* peer_restart.c: helper of RFC 4724. */
void	peer_keep_routes(struct peer *);	/* the session was lost */
void	peer_drop_routes(struct peer *);	/* at once */
void	peer_check_restart(struct peer *);	/* it came back: does it hold? */
void	peer_end_of_rib(struct peer *, enum family);
void	peer_stale_over(struct peer *, enum family);	/* none is left */
/* Sweeps what is overdue; the next deadline, or 0. */
int64_t	peer_stale_deadline(struct peer *, int64_t now);

/* peer_bfd.c */
/* Watches it, or does not, by what it is now. */
void	peer_bfd_follow(struct peer *);
void	peer_bfd_stop(struct peer *);

/* peer_silent.c: is its host still there? */
void	peer_unheard(void *arg, struct session *);
/* Asks the kernel when it is time to; the next time, or 0. */
int64_t	peer_silence_deadline(struct peer *, int64_t now);
/* NULL: its host is not what ails it, as far as is known. */
const char *peer_silence_reason(const struct peer *);
void	peer_silence_over(struct peer *);	/* it is up */

#endif
