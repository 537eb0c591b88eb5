/* SPDX-License-Identifier: ISC */
/* lobby.c - who connected, and has yet to prove who it is */
/*
 * Between a listener for TLS and the peers: a connection waits here until its
 * handshake is over, so that sessions, collisions and guests only ever meet
 * connections whose other end is known.  Anybody who can send from a
 * neighbor's address can open one, so there are only so many: two of an
 * address (one may be dead and not know it) and some hundred in all.  One more
 * takes the place of the oldest, which has had the most time; so whoever
 * floods the lobby keeps out nobody whose handshake takes a few milliseconds.
 * How long one may take, and how much of a turn all of them, is io's business
 * (io_event_tls.c).
 */
#include "bgpd/lobby.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "rib/mem.h"
#include "rib/text.h"

#define INSIDE_MAX     512u
#define OF_ONE_ADDRESS 2u

struct entry {
	TAILQ_ENTRY(entry) next; /* the oldest first */
	struct lobby *lobby;
	struct io_conn *conn;
	struct io_endpoint remote;
};

struct lobby {
	struct io *io;
	struct log *log;
	struct neighbors *neighbors;
	TAILQ_HEAD(, entry) entries;
	struct lobby_counters counters;
};

struct lobby *
lobby_new(struct io *io, struct log *log, struct neighbors *neighbors)
{
	struct lobby *l = xcalloc(1, sizeof(*l));

	l->io = io;
	l->log = log;
	l->neighbors = neighbors;
	TAILQ_INIT(&l->entries);
	return l;
}

/* Its connection goes on without it. */
static void
entry_free(struct entry *e)
{
	TAILQ_REMOVE(&e->lobby->entries, e, next);
	e->lobby->counters.inside--;
	free(e);
}

static void
entry_close(struct entry *e)
{
	e->lobby->io->ops->close(e->conn);
	entry_free(e);
}

void
lobby_clear(struct lobby *l)
{
	while (!TAILQ_EMPTY(&l->entries))
		entry_close(TAILQ_FIRST(&l->entries));
}

void
lobby_free(struct lobby *l)
{
	if (l == NULL)
		return;
	lobby_clear(l);
	free(l);
}

static void
entry_passes(struct entry *e)
{
	struct lobby *l = e->lobby;
	struct io_conn *conn = e->conn;
	struct peer *p = neighbors_welcome(
	    l->neighbors, &e->remote.address, e->remote.scope);

	entry_free(e);
	if (p != NULL)
		peer_accept(p, conn);
	else
		l->io->ops->close(conn);
}

/* Somebody at that address can do it all day. */
static void
entry_fails(struct entry *e)
{
	struct lobby *l = e->lobby;
	struct peer *p =
	    neighbors_find(l->neighbors, &e->remote.address, e->remote.scope);
	char address[ADDRESS_STRLEN], why[320];
	struct text t = text_of(why, sizeof(why));
	struct io_tls_view view;

	l->counters.failed++;
	if (l->io->ops->tls->view(e->conn, &view)) {
		address_format(&e->remote.address, address);
		session_tls_explain(&view, &t);
		log_limited(l->log, CONF_WARN, address, l->io->ops->now(l->io),
		    "connection from %s refused: %s", address, why);
		if (p != NULL)
			peer_tls_refused(p, &view);
	}
	entry_close(e);
}

static void
entry_event(void *arg, enum io_event event, int error)
{
	(void)error;
	if (event == IO_CONNECTED)
		entry_passes(arg);
	else if (event == IO_FAILED)
		entry_fails(arg);
}

/* Makes room for one more from there. */
static void
make_room(struct lobby *l, const struct io_endpoint *remote)
{
	struct entry *e, *oldest = NULL;
	unsigned int count = 0;

	TAILQ_FOREACH(e, &l->entries, next)
	if (address_equal(&e->remote.address, &remote->address) &&
	    e->remote.scope == remote->scope) {
		oldest = oldest == NULL ? e : oldest;
		count++;
	}
	if (count < OF_ONE_ADDRESS)
		oldest = l->counters.inside < INSIDE_MAX
		    ? NULL
		    : TAILQ_FIRST(&l->entries);
	if (oldest == NULL)
		return;
	l->counters.crowded_out++;
	entry_close(oldest);
}

void
lobby_enter(
    struct lobby *l, struct io_conn *conn, const struct io_endpoint *remote)
{
	struct entry *e;

	make_room(l, remote);
	if (!neighbors_encrypt(l->neighbors, conn, remote)) {
		l->io->ops->close(conn);
		return;
	}
	e = xcalloc(1, sizeof(*e));
	e->lobby = l;
	e->conn = conn;
	e->remote = *remote;
	TAILQ_INSERT_TAIL(&l->entries, e, next);
	l->counters.inside++;
	l->counters.entered++;
	l->io->ops->attach(conn, entry_event, e);
}

void
lobby_counters(const struct lobby *l, struct lobby_counters *out)
{
	*out = l->counters;
}
