/* SPDX-License-Identifier: ISC */
/* neighbors.c - all peers, found by address and by name */
/*
 * The one owner of every peer.  Peers sit in numbered slots, so that a walk
 * survives what comes and goes meanwhile; a slot is used again only after
 * its peer has gone.  Connections ask for an address, thousands of times a
 * second in a restarting mesh, so addresses have a hash table of chains
 * threaded through the slots; names are asked for by people and are searched.
 *
 * Several peers may have one link-local address on different links; the rib's
 * source of each says on which.
 *
 * Guests, who came from a range of the config, are in neighbors_guest.c.
 */
#include "bgpd/neighbors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/neighbors_private.h"
#include "rib/mem.h"

struct neighbors *
neighbors_new(struct peer_host *host)
{
	struct neighbors *ns = xcalloc(1, sizeof(*ns));

	ns->host = host;
	ns->room = 16;
	ns->slots = xcalloc(ns->room, sizeof(*ns->slots));
	ns->nslots = 1;
	ns->nheads = 16;
	ns->heads = xcalloc(ns->nheads, sizeof(*ns->heads));
	ns->look = host->io->ops->timer_new(host->io, guests_look, ns);
	return ns;
}

void
neighbors_free(struct neighbors *ns)
{
	uint32_t i;

	if (ns == NULL)
		return;
	for (i = 1; i < ns->nslots; i++) {
		peer_free(ns->slots[i].peer);
		conf_guest_free(ns->slots[i].guest);
	}
	ns->host->io->ops->timer_free(ns->look);
	free(ns->slots);
	free(ns->heads);
	free(ns->by_source);
	free(ns);
}

/* Addresses stand in the config: nobody else fills a bucket. */
static uint32_t *
bucket_of(const struct neighbors *ns, const struct address *a)
{
	return &ns->heads[address_hash(0, a) & (ns->nheads - 1)];
}

static void
chain_add(struct neighbors *ns, uint32_t at)
{
	uint32_t *head = bucket_of(ns, &peer_conf(ns->slots[at].peer)->address);

	ns->slots[at].next = *head;
	*head = at;
}

/* Twice the buckets; a chain is one slot long on average. */
static void
buckets_grow(struct neighbors *ns)
{
	uint32_t i;

	free(ns->heads);
	ns->nheads *= 2;
	ns->heads = xcalloc(ns->nheads, sizeof(*ns->heads));
	for (i = 1; i < ns->nslots; i++) {
		if (ns->slots[i].peer != NULL)
			chain_add(ns, i);
	}
}

static uint32_t
slot_take(struct neighbors *ns)
{
	uint32_t at = ns->free;

	if (at != 0) {
		ns->free = ns->slots[at].next;
		return at;
	}
	if (ns->nslots >= ns->room) {
		ns->room *= 2;
		ns->slots =
		    xreallocarray(ns->slots, ns->room, sizeof(*ns->slots));
	}
	return ns->nslots++;
}

static void
source_set(struct neighbors *ns, uint32_t source, uint32_t at)
{
	size_t n = ns->nsources;

	if (source >= n) {
		ns->nsources = (size_t)source * 2 + 16;
		ns->by_source = xreallocarray(
		    ns->by_source, ns->nsources, sizeof(*ns->by_source));
		memset(ns->by_source + n, 0,
		    (ns->nsources - n) * sizeof(*ns->by_source));
	}
	ns->by_source[source] = at;
}

struct peer *
neighbors_add(struct neighbors *ns, const struct conf_neighbor *conf)
{
	struct peer *p = peer_new(ns->host, conf);
	uint32_t at = slot_take(ns);

	ns->slots[at] = (struct slot){ .peer = p };
	source_set(ns, peer_source(p), at);
	chain_add(ns, at);
	if (++ns->count > ns->nheads)
		buckets_grow(ns);
	peer_start(p);
	return p;
}

void
neighbors_remove(struct neighbors *ns, struct peer *p)
{
	uint32_t at = ns->by_source[peer_source(p)];
	uint32_t *link = bucket_of(ns, &peer_conf(p)->address);

	struct conf_neighbor *guest = ns->slots[at].guest;

	assert(ns->slots[at].peer == p);
	ns->host->forget(ns->host->arg, p);
	while (*link != at)
		link = &ns->slots[*link].next;
	*link = ns->slots[at].next;
	ns->slots[at] = (struct slot){ .next = ns->free };
	ns->free = at;
	ns->by_source[peer_source(p)] = 0;
	ns->count--;
	peer_stop(p, CEASE_DECONFIGURED, NULL);
	peer_free(p);
	conf_guest_free(guest);
}

/* On that link, as far as either side says which. */
static bool
is_on_link(const struct neighbors *ns, const struct peer *p, uint32_t scope)
{
	uint32_t link = rib_source_get(ns->host->rib, peer_source(p))->scope;

	return link == 0 || scope == 0 || link == scope;
}

struct peer *
neighbors_find(
    const struct neighbors *ns, const struct address *a, uint32_t scope)
{
	bool link_local = address_is_link_local(a);
	struct peer *p;
	uint32_t at;

	for (at = *bucket_of(ns, a); at != 0; at = ns->slots[at].next) {
		p = ns->slots[at].peer;
		if (address_equal(&peer_conf(p)->address, a) &&
		    (!link_local || is_on_link(ns, p, scope)))
			return p;
	}
	return NULL;
}

struct peer *
neighbors_find_conf(
    const struct neighbors *ns, const struct conf_neighbor *conf)
{
	const struct conf_neighbor *other;
	uint32_t at;

	for (at = *bucket_of(ns, &conf->address); at != 0;
	     at = ns->slots[at].next) {
		other = peer_conf(ns->slots[at].peer);
		if (address_equal(&other->address, &conf->address) &&
		    strcmp(other->name, conf->name) == 0 &&
		    strcmp(other->zone, conf->zone) == 0)
			return ns->slots[at].peer;
	}
	return NULL;
}

/* "fe80::1%eth1", "10.0.0.2" */
static bool
is_address_text(const struct conf_neighbor *conf, const char *word)
{
	char text[ADDRESS_STRLEN];
	size_t length;

	address_format(&conf->address, text);
	length = strlen(text);
	if (strncmp(word, text, length) != 0)
		return false;
	return word[length] == '\0' ||
	    (word[length] == '%' && strcmp(word + length + 1, conf->zone) == 0);
}

struct peer *
neighbors_match(const struct neighbors *ns, const char *word, uint32_t *cursor)
{
	const struct conf_neighbor *conf;
	struct peer *p;

	while ((p = neighbors_walk(ns, cursor)) != NULL) {
		conf = peer_conf(p);
		if (strcmp(conf->name, word) == 0 ||
		    is_address_text(conf, word))
			return p;
	}
	return NULL;
}

struct peer *
neighbors_walk(const struct neighbors *ns, uint32_t *cursor)
{
	while (++*cursor < ns->nslots) {
		if (ns->slots[*cursor].peer != NULL)
			return ns->slots[*cursor].peer;
	}
	return NULL;
}

uint32_t
neighbors_restart_time(const struct neighbors *ns)
{
	const struct conf *conf = ns->host->conf;
	uint32_t longest = 0, time;
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		time = conf->neighbors[i].settings.restart_time;
		if (time > longest)
			longest = time;
	}
	return longest;
}

struct peer *
neighbors_by_source(const struct neighbors *ns, uint32_t source)
{
	if (source >= ns->nsources)
		return NULL;
	return ns->slots[ns->by_source[source]].peer;
}

size_t
neighbors_bytes(const struct neighbors *ns)
{
	size_t bytes = mem_bytes(ns) + mem_bytes(ns->slots) +
	    mem_bytes(ns->heads) + mem_bytes(ns->by_source);
	uint32_t i;

	for (i = 1; i < ns->nslots; i++)
		bytes += conf_guest_bytes(ns->slots[i].guest);
	return bytes;
}

size_t
neighbors_count(const struct neighbors *ns)
{
	return ns->count;
}
