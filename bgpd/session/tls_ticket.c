/* SPDX-License-Identifier: ISC */
/* tls_ticket.c - what makes the next handshake a short one */

/*
 * A peer that was dialled gives out a ticket, with which the next handshake
 * needs no signatures.  The last one of each address is kept here, used once
 * and thrown away.  RFC 8446 2.2, C.4.
 *
 * Each short handshake brings a new ticket, with an hour of its own; without
 * the mark, two that meet often enough would never again hold a certificate
 * against a list of revoked ones that has become too old, or a CA that has
 * expired.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bgpd/session/tls_private.h"
#include "rib/mem.h"

#define TICKETS_MAX 8192

struct tls_ticket {
	LIST_ENTRY(tls_ticket) next;
	struct io_endpoint from;
	SSL_SESSION *session;
};

static struct tls_ticket *
ticket_find(struct tls_tickets *all, const struct io_endpoint *from)
{
	uint32_t hash = address_hash(0, &from->address);
	struct tls_ticket *ticket;

	LIST_FOREACH(ticket, &all->heads[hash & (TLS_TICKET_HEADS - 1)], next)
	if (address_equal(&ticket->from.address, &from->address) &&
	    ticket->from.port == from->port &&
	    ticket->from.scope == from->scope)
		return ticket;
	return NULL;
}

static struct tls_ticket *
ticket_new(struct tls_tickets *all, const struct io_endpoint *from)
{
	uint32_t hash = address_hash(0, &from->address);
	struct tls_ticket *ticket;

	if (all->count >= TICKETS_MAX)
		return NULL;
	ticket = xcalloc(1, sizeof(*ticket));
	ticket->from = *from;
	LIST_INSERT_HEAD(
	    &all->heads[hash & (TLS_TICKET_HEADS - 1)], ticket, next);
	all->count++;
	return ticket;
}

static void
ticket_free(struct tls_tickets *all, struct tls_ticket *ticket)
{
	LIST_REMOVE(ticket, next);
	all->count--;
	SSL_SESSION_free(ticket->session);
	free(ticket);
}

void
tls_tickets_clear(struct tls_tickets *all)
{
	unsigned int i;

	for (i = 0; i < TLS_TICKET_HEADS; i++)
		while (!LIST_EMPTY(&all->heads[i]))
			ticket_free(all, LIST_FIRST(&all->heads[i]));
}

bool
tls_tickets_keep(struct tls_tickets *all, const struct io_endpoint *from,
    SSL_SESSION *session)
{
	struct tls_ticket *ticket = ticket_find(all, from);

	if (ticket == NULL)
		ticket = ticket_new(all, from);
	if (ticket == NULL)
		return false;
	SSL_SESSION_free(ticket->session);
	ticket->session = session;
	return true;
}

/* It brings its certificate along: the peer may have a newer one by now. */
static bool
is_good_still(const SSL_SESSION *session)
{
	/* The library only reads it. */
	X509 *certificate =
	    SSL_SESSION_get0_peer((SSL_SESSION *)(uintptr_t)session);

	return certificate != NULL &&
	    tls_time(X509_get0_notAfter(certificate)) >= time(NULL);
}

void
tls_tickets_use(struct tls_tickets *all, const struct io_endpoint *to, SSL *ssl)
{
	struct tls_ticket *ticket = ticket_find(all, to);

	if (ticket == NULL)
		return;
	if (is_good_still(ticket->session) &&
	    tls_session_is_fresh(ticket->session, time(NULL)))
		SSL_set_session(ssl, ticket->session);
	ticket_free(all, ticket);
}

static bool
mark_get(SSL_SESSION *session, int64_t *at)
{
	void *data = NULL;
	size_t length = 0;

	if (SSL_SESSION_get0_ticket_appdata(session, &data, &length) != 1 ||
	    data == NULL || length != sizeof(*at))
		return false;
	memcpy(at, data, sizeof(*at));
	return true;
}

bool
tls_session_mark(SSL_SESSION *session, int64_t now)
{
	int64_t at;

	return mark_get(session, &at) ||
	    SSL_SESSION_set1_ticket_appdata(session, &now, sizeof(now)) == 1;
}

bool
tls_session_is_fresh(SSL_SESSION *session, int64_t now)
{
	int64_t at;

	return mark_get(session, &at) && now >= at &&
	    now - at <= TLS_TICKET_LASTS;
}
