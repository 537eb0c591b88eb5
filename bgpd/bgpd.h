/* SPDX-License-Identifier: ISC */
/* bgpd.h - the circuit diagram: what is joined to what */
#ifndef BGPD_BGPD_H
#define BGPD_BGPD_H

#include "bgpd/credentials.h"
#include "bgpd/encap.h"
#include "bgpd/filters.h"
#include "bgpd/group/group.h"
#include "bgpd/learn.h"
#include "bgpd/neighbors.h"
#include "bgpd/node.h"
#include "bgpd/origin.h"
#include "bgpd/restart.h"
#include "kernel/fib.h"

struct control;
struct health;
struct http;
struct latency;
struct nd;
struct runtime;

/* Everything there is; control reads it, bgpd.c and reload.c change it. */
struct bgpd {
	struct io		*io;
	struct kernel		*kernel;
	struct log		*log;
	struct conf		*conf;
	const char		*conf_path;
	struct rib		*rib;
	struct fib		*fib;		/* NULL with `fib off` */
	struct node		*node;
	struct origin		*origin;
	struct learn		*learn;
	struct groups		*groups;
	struct encap		*encap;
	struct neighbors	*neighbors;
	struct credentials	*credentials;
	struct restart		*restart;
	struct runtime		*runtime;
	/* Made by main.c, which sets the hook too; NULL in simulations. */
	struct control		*control;
	void			(*control_configure)(struct control *,
				    const struct conf *);
	struct http		*http;		/* the same of these two */
	void			(*http_configure)(struct http *,
				    const struct conf *);
	struct health		*health;
	struct latency		*latency;
	struct peer_host	 peers;
	struct policy_env	 policy;
	struct filters		 filters;
	int64_t			 started;
	bool			 synced;	/* first kernel dump is in */
	uint64_t		 reloads, reloads_refused;
	bool			 reload_refused;	/* the last one */
	/* The rest belongs to bgpd.c. */
	struct bgpd_loop	*loop;
};

/* What the outside hands in; conf is taken. */
struct bgpd_setup {
	struct io	*io;
	struct log	*log;
	struct conf	*conf;
	const char	*conf_path;	/* or NULL */
	/* For runtime commands, if the config names none; or NULL. */
	const char	*state_directory;
	uint32_t	(*random)(void *arg);
	void		*random_arg;
	uint64_t	 hash_seed;	/* random, and a secret */
	/* Opens the kernel: netlink_open, or the simulation's. */
	struct kernel	*(*kernel)(void *arg, const struct conf *,
			    const struct kernel_events *, void *events_arg);
	void		*kernel_arg;
	/* Taken; NULL: BFD is not to be had. */
	struct bfd_io	*bfd;
	/* Opens neighbour discovery: nd_open, or the simulation's; or NULL. */
	struct nd	*(*nd)(void *arg);
	void		*nd_arg;
	/*
	 * From the loop: neighbours are being dialled; and what bgpd_stop
	 * began is over.  Each may be NULL.
	 */
	void		(*started)(void *arg);
	void		(*stopped)(void *arg);
	void		*hook_arg;
};

/* NULL when the kernel cannot be opened (errno). */
struct bgpd	*bgpd_new(const struct bgpd_setup *);
/* Asks for the first dump; all else follows from events. */
void		 bgpd_start(struct bgpd *);
/*
 * Leaves as a restart would (DESIGN 4): sessions are just closed, except
 * where restart is off: Cease/6.2.  With `keep-on-exit off` the kernel's
 * routes are removed, unless none of them goes for two seconds; then
 * stopped().
 */
void		 bgpd_stop(struct bgpd *);
void		 bgpd_free(struct bgpd *);
/* Bytes that routes cost: what `memory limit` is held against (memory.c). */
size_t		 bgpd_memory(const struct bgpd *);
/* Work waits: run the turns soon.  Cheap when already woken. */
void		 bgpd_wake(struct bgpd *);

/* All zero to begin with. */
struct bgpd_reload {
	struct conf_messages	 messages;
	struct conf_changes	 changes;
	bool			 applied;
	const char		*refused;	/* a sentence, or NULL */
	/* What refused and changes point into. */
	char			 sentence[160];
	struct conf		*other;		/* the config not in use */
};
/* Parses, compares, applies whole or not at all (reload.c). */
void		 bgpd_reload(struct bgpd *, bool dry_run, bool force,
		    struct bgpd_reload *);
void		 bgpd_reload_clear(struct bgpd_reload *);
/*
 * Reads a config; the host's name is the default of `node`.  Or NULL.  judge:
 * of certificates; may be NULL.
 */
struct conf	*bgpd_read_conf(const char *path, conf_identity_judge *judge,
		    struct conf_messages *);
/* What was found in a config, one line each. */
void		 bgpd_log_messages(struct log *, const struct conf_messages *);

#endif
