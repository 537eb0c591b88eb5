/* SPDX-License-Identifier: ISC */
/* listen.c - where neighbours may connect to */
/*
 * The config's `listen` lines come in, or both wildcards at port 179 without
 * any; listening sockets go out.  One that cannot be opened (the port is in
 * use, the address is not there yet) is said once, with address and port, and
 * tried again every two seconds; the others work meanwhile.  A reload leaves
 * alone what stays.
 *
 * A connection from an address that no neighbour has is refused before
 * anything is allocated for it; any other is handed to its peer, which owns
 * it from then on.  Where neighbors speak TLS, the same addresses are listened
 * on at its port, and the lobby comes between (lobby.h).  A reload may have
 * changed who is to be let in, so whoever is in the lobby then has to begin
 * again.
 *
 * Neighbors with a password are folded into rules (keys.h), and each listener
 * is given those of its family.  New ones come before old ones go, so that at
 * no moment anybody can connect without a key.
 */
#include "bgpd/listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/keys.h"
#include "bgpd/lobby.h"
#include "rib/mem.h"

#define BGP_PORT   179
#define RETRY_TIME 2000 /* ms */

struct item {
	struct listeners *all;
	struct io_endpoint at;
	struct io_listener *open; /* or NULL: to be tried again */
	int error;                /* already said */
	bool tls;
	bool wanted;
	struct keys_rule *rules; /* that it was given, by prefix */
	size_t nrules;
	size_t refused; /* of them */
};

struct listeners {
	struct io *io;
	struct log *log;
	struct neighbors *neighbors;
	struct io_timer *retry;
	struct lobby *lobby;
	struct item **items;
	size_t count;
	struct keys_rule *rules; /* of the config, by prefix */
	size_t nrules;
};

static bool
is_neighbor(void *arg, const struct io_endpoint *remote)
{
	const struct item *item = arg;

	return neighbors_expect(
	    item->all->neighbors, &remote->address, remote->scope, item->tls);
}

static void
accepted(void *arg, struct io_conn *conn, const struct io_endpoint *remote,
    const struct io_endpoint *local)
{
	const struct item *item = arg;
	struct listeners *ls = item->all;
	struct peer *p;

	(void)local;
	if (item->tls) {
		lobby_enter(ls->lobby, conn, remote);
		return;
	}
	p = neighbors_welcome(ls->neighbors, &remote->address, remote->scope);
	if (p == NULL)
		ls->io->ops->close(conn);
	else
		peer_accept(p, conn);
}

static int
rule_compare(const void *left, const void *right)
{
	const struct keys_rule *a = left, *b = right;

	return prefix_compare(&a->prefix, &b->prefix);
}

static struct keys_rule *
rule_find(struct keys_rule *rules, size_t count, const struct keys_rule *like)
{
	return count == 0
	    ? NULL
	    : bsearch(like, rules, count, sizeof(*rules), rule_compare);
}

/* A key that the kernel took; what it refused is asked for again. */
static const struct io_key *
key_before(const struct item *item, const struct keys_rule *rule)
{
	static const struct io_key none = { .scheme = IO_UNSIGNED };
	const struct keys_rule *old =
	    rule_find(item->rules, item->nrules, rule);

	return old == NULL || old->refused ? &none : &old->key;
}

/* All, or what was refused once more; returns how many are refused. */
static size_t
rules_set(struct listeners *ls, struct item *item, bool again)
{
	size_t i, refused = 0;

	for (i = 0; i < ls->nrules; i++) {
		struct keys_rule *rule = &ls->rules[i];

		if (again && !rule->refused)
			continue;
		rule->refused =
		    rule->prefix.address.family == item->at.address.family &&
		    ls->io->ops->sign(item->open, &rule->prefix, &rule->key,
			key_before(item, rule)) != 0;
		refused += rule->refused;
	}
	return refused;
}

/* Takes back what is no rule any more; true when that made room. */
static bool
rules_unset(struct listeners *ls, struct item *item)
{
	static const struct io_key none = { .scheme = IO_UNSIGNED };
	const struct keys_rule *rule;
	bool any = false;
	size_t i;

	for (i = 0; i < item->nrules; i++) {
		rule = &item->rules[i];
		if (!rule->refused &&
		    rule_find(ls->rules, ls->nrules, rule) == NULL)
			any |= ls->io->ops->sign(item->open, &rule->prefix,
				   &none, &rule->key) == 0;
	}
	return any;
}

static void
item_sign(struct listeners *ls, struct item *item)
{
	size_t refused = rules_set(ls, item, false);

	if (rules_unset(ls, item) && refused > 0)
		refused = rules_set(ls, item, true);
	if (refused > item->refused)
		log_warn(ls->log,
		    "no room in the kernel for %zu of %zu keys: those "
		    "neighbors cannot connect, only be dialled; "
		    "raise net.core.optmem_max and restart",
		    refused, ls->nrules);
	item->refused = refused;
	free(item->rules);
	item->rules = NULL;
	item->nrules = ls->nrules;
	if (ls->nrules > 0)
		item->rules =
		    xmemdup(ls->rules, ls->nrules * sizeof(*ls->rules));
}

static void
rules_make(struct listeners *ls, const struct conf *conf)
{
	struct keys_neighbor *list =
	    xcalloc(conf->nneighbors + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		list[i].from = prefix_of(&conf->neighbors[i].address,
		    conf->neighbors[i].kind == CONF_RANGE
			? conf->neighbors[i].length
			: 128);
		list[i].key = peer_key(&conf->neighbors[i].settings);
	}
	free(ls->rules);
	ls->rules = xcalloc(conf->nneighbors + 1, sizeof(*ls->rules));
	ls->nrules = keys_fold(list, conf->nneighbors, ls->rules);
	free(list);
}

bool
listeners_are_deaf(const struct listeners *ls, const struct address *a)
{
	const struct item *item;
	size_t i, n;

	for (n = 0; n < ls->count; n++) {
		item = ls->items[n];
		for (i = 0; i < item->nrules && item->refused > 0; i++)
			if (item->rules[i].refused &&
			    prefix_covers(&item->rules[i].prefix, a))
				return true;
	}
	return false;
}

static void
item_open(struct listeners *ls, struct item *item)
{
	char text[ADDRESS_STRLEN];

	address_format(&item->at.address, text);
	item->open =
	    ls->io->ops->listen(ls->io, &item->at, is_neighbor, accepted, item);
	if (item->open != NULL) {
		item_sign(ls, item);
		log_info(ls->log, "listening on %s port %u%s", text,
		    item->at.port, item->tls ? " for TLS" : "");
		item->error = 0;
	} else if (errno != item->error) {
		item->error = errno;
		log_error(ls->log,
		    "cannot listen on %s port %u: %s; "
		    "trying again every %d s",
		    text, item->at.port, strerror(errno), RETRY_TIME / 1000);
	}
}

static void
items_open(void *arg)
{
	struct listeners *ls = arg;
	bool all = true;
	size_t i;

	for (i = 0; i < ls->count; i++) {
		if (ls->items[i]->open == NULL)
			item_open(ls, ls->items[i]);
		all &= ls->items[i]->open != NULL;
	}
	if (!all)
		ls->io->ops->timer_set(
		    ls->retry, ls->io->ops->now(ls->io) + RETRY_TIME);
}

struct listeners *
listeners_new(struct io *io, struct log *log, struct neighbors *neighbors)
{
	struct listeners *ls = xcalloc(1, sizeof(*ls));

	ls->io = io;
	ls->log = log;
	ls->neighbors = neighbors;
	ls->retry = io->ops->timer_new(io, items_open, ls);
	ls->lobby = lobby_new(io, log, neighbors);
	return ls;
}

static void
item_close(struct listeners *ls, struct item *item)
{
	if (item->open != NULL)
		ls->io->ops->unlisten(item->open);
	free(item->rules);
	free(item);
}

void
listeners_free(struct listeners *ls)
{
	size_t i;

	if (ls == NULL)
		return;
	for (i = 0; i < ls->count; i++)
		item_close(ls, ls->items[i]);
	lobby_free(ls->lobby);
	ls->io->ops->timer_free(ls->retry);
	free(ls->items);
	free(ls->rules);
	free(ls);
}

static void
item_want(
    struct listeners *ls, const struct address *a, uint16_t port, bool tls)
{
	struct item *item;
	size_t i;

	for (i = 0; i < ls->count; i++) {
		item = ls->items[i];
		if (item->at.port == port && item->tls == tls &&
		    address_equal(&item->at.address, a)) {
			item->wanted = true;
			return;
		}
	}
	item = xcalloc(1, sizeof(*item));
	*item = (struct item){ .all = ls,
		.at = { .address = *a, .port = port },
		.tls = tls,
		.wanted = true };
	ls->items = xreallocarray(ls->items, ls->count + 1, sizeof(*ls->items));
	ls->items[ls->count++] = item;
}

/* Wherever plain ones are taken; `listen` says where, `tls` the port. */
static void
items_want_tls(struct listeners *ls, const struct conf *conf, uint16_t port)
{
	struct address any;
	enum family f;
	size_t i;

	for (i = 0; i < conf->nlisten; i++)
		item_want(ls, &conf->listen[i].address, port, true);
	for (f = 0; f < FAMILY_MAX && !conf->listen_given; f++) {
		any = (struct address){ .family = (uint8_t)f };
		item_want(ls, &any, port, true);
	}
}

static void
items_want(struct listeners *ls, const struct conf *conf)
{
	const struct conf_tls *tls;
	struct address any;
	enum family f;
	size_t i;

	/* First those for TLS: who finds a plain one open could have it. */
	for (i = 0; i < conf->nneighbors; i++) {
		tls = &conf->neighbors[i].settings.tls;
		if (tls->on &&
		    (i == 0 || !conf->neighbors[i - 1].settings.tls.on ||
			conf->neighbors[i - 1].settings.tls.port != tls->port))
			items_want_tls(ls, conf, tls->port);
	}
	for (i = 0; i < conf->nlisten; i++)
		item_want(
		    ls, &conf->listen[i].address, conf->listen[i].port, false);
	for (f = 0; f < FAMILY_MAX && !conf->listen_given; f++) {
		any = (struct address){ .family = (uint8_t)f };
		item_want(ls, &any, BGP_PORT, false);
	}
}

const struct lobby *
listeners_lobby(const struct listeners *ls)
{
	return ls->lobby;
}

/* What goes is closed first: what comes may want the same port. */
void
listeners_configure(struct listeners *ls, const struct conf *conf)
{
	size_t i, n = 0;

	rules_make(ls, conf);
	lobby_clear(ls->lobby);
	for (i = 0; i < ls->count; i++)
		ls->items[i]->wanted = false;
	items_want(ls, conf);
	for (i = 0; i < ls->count; i++) {
		if (!ls->items[i]->wanted) {
			item_close(ls, ls->items[i]);
			continue;
		}
		if (ls->items[i]->open != NULL)
			item_sign(ls, ls->items[i]);
		ls->items[n++] = ls->items[i];
	}
	ls->count = n;
	ls->io->ops->timer_stop(ls->retry);
	items_open(ls);
}
