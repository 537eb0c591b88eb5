/* SPDX-License-Identifier: ISC */
/* neighbors.h - all peers, found by address and by name */
#ifndef BGPD_NEIGHBORS_H
#define BGPD_NEIGHBORS_H

#include "bgpd/peer/peer.h"

struct neighbors;

struct neighbors *neighbors_new(struct peer_host *);
void		  neighbors_free(struct neighbors *);

/*
 * Somebody connects from there, to speak TLS or not: is it a neighbor of the
 * config, a guest (one that came from a range) or may it become one?  Nothing
 * is made yet.
 */
bool		  neighbors_expect(struct neighbors *, const struct address *,
		    uint32_t scope, bool encrypted);
/*
 * Begins TLS on what such a one connected by, held against the name that it
 * has here; false when that cannot be.
 */
bool		  neighbors_encrypt(struct neighbors *, struct io_conn *,
		    const struct io_endpoint *remote);
/* The same; a new guest is made, so that it can be told. */
struct peer	*neighbors_welcome(struct neighbors *,
		    const struct address *, uint32_t scope);
/*
 * A router advertised itself on a link: if a pattern of interfaces takes the
 * link and has room for one more, it is a guest from then on, and is dialled.
 * True when it is new.
 */
bool		  neighbors_found(struct neighbors *, const struct address *,
		    uint32_t scope);
/* Somebody stands for whoever will be found on a link of the pattern. */
void		  neighbors_await(struct neighbors *,
		    const struct conf_neighbor *pattern, const char *link);
/* The link is none of a pattern any more: nobody is a guest there. */
void		  neighbors_leave(struct neighbors *, const char *link);
/* Is a session with a neighbor on that link established? */
bool		  neighbors_is_up_on(const struct neighbors *,
		    const char *link);
/* Something happened to a peer: a guest that has gone is freed, later. */
void		  neighbors_heed(struct neighbors *, struct peer *);
/* May somebody of whom only the range is known come and carry that family? */
bool		  neighbors_may_come(const struct neighbors *, enum family);
/* The longest restart time that neighbors and ranges announce, ms. */
uint32_t	  neighbors_restart_time(const struct neighbors *);
/*
 * A reload, before neighbors of the config are added: guests get what their
 * range is by now, at the cost of its change or by a reset, and go with it or
 * when the config names them.
 */
void		  neighbors_follow(struct neighbors *,
		    const struct conf_changes *, bool reset);

/* Adds and starts. */
struct peer	*neighbors_add(struct neighbors *, const struct conf_neighbor *);
/* Stops with Cease 6/3 (de-configured), flushes and frees. */
void		 neighbors_remove(struct neighbors *, struct peer *);
struct peer	*neighbors_find(const struct neighbors *,
		    const struct address *, uint32_t scope);
/* The same neighbour: by name, address and zone. */
struct peer	*neighbors_find_conf(const struct neighbors *,
		    const struct conf_neighbor *);
/* Every peer of that name or address text, one call after another. */
struct peer	*neighbors_match(const struct neighbors *, const char *word,
		    uint32_t *cursor);
/* By id in stable order; cursor 0 begins, NULL ends. */
struct peer	*neighbors_walk(const struct neighbors *, uint32_t *cursor);
struct peer	*neighbors_by_source(const struct neighbors *, uint32_t source);
/*
 * Memory of the list with the settings of guests, without the peers; how many
 * of these there are.
 */
size_t		 neighbors_bytes(const struct neighbors *);
size_t		 neighbors_count(const struct neighbors *);

#endif
