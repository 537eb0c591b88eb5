/* SPDX-License-Identifier: ISC */
/* host.c - what the daemon is to its peers */
/*
 * Peers know nothing of the daemon but a struct peer_host: what all of them
 * share, and whom to ask.  Each question is handed on to the part that knows.
 */
#include "bgpd/bgpd_private.h"
#include "rib/mem.h"

static void
host_event(void *arg, struct peer *p)
{
	struct bgpd *b = arg;

	neighbors_heed(b->neighbors, p);
	unnumbered_heed(b->loop->unnumbered, p);
	restart_event(b->restart, p);
}

static struct peer *
host_peer_of(void *arg, uint32_t source)
{
	const struct bgpd *b = arg;

	return neighbors_by_source(b->neighbors, source);
}

static void
host_forget(void *arg, struct peer *p)
{
	struct bgpd *b = arg;

	restart_forget(b->restart, p);
}

static uint32_t
host_link_index(void *arg, const char *name)
{
	const struct bgpd *b = arg;

	return node_link_index(b->node, name);
}

static bool
host_subnet(void *arg, const struct address *a, struct prefix *subnet)
{
	const struct bgpd *b = arg;
	uint32_t index;

	return node_subnet(b->node, a, subnet, &index);
}

static bool
host_owns(void *arg, const struct address *a, uint32_t index)
{
	const struct bgpd *b = arg;

	return node_owns(b->node, a, index);
}

static bool
host_deaf(void *arg, const struct address *a)
{
	const struct bgpd *b = arg;

	return listeners_are_deaf(b->loop->listeners, a);
}

static struct address
host_link_local(void *arg, uint32_t index)
{
	const struct bgpd *b = arg;

	return node_link_local_on(b->node, index);
}

static const char *
host_awaits(void *arg, const char *link)
{
	const struct bgpd *b = arg;

	return unnumbered_reason(b->loop->unnumbered, link);
}

static const char *
host_problem(void *arg, enum family f)
{
	const struct bgpd *b = arg;

	return node_problem(b->node, f);
}

static enum peer_room
host_room(void *arg)
{
	return memory_room(arg);
}

static struct io_credentials *
host_credentials(void *arg, const struct conf_tls *tls)
{
	const struct bgpd *b = arg;

	return credentials_find(b->credentials, tls);
}

void
host_init(struct bgpd *b, const struct bgpd_setup *setup)
{
	enum family f;

	b->peers = (struct peer_host){ .session = { .io = b->io,
					   .buffer = xmalloc(
					       2 * MSG_MAX_SIZE_EXTENDED),
					   .size = 2 * MSG_MAX_SIZE_EXTENDED,
					   .random = setup->random,
					   .arg = setup->random_arg },
		.io = b->io,
		.log = b->log,
		.rib = b->rib,
		.groups = b->groups,
		.scratch = &b->loop->scratch,
		.filter = &b->loop->filter,
		.import_scratch = &b->loop->import_scratch,
		.conf = b->conf,
		.owners = owners_new(b->conf),
		.memory_limit = limits_memory(b->conf),
		.wake = host_wake,
		.event = host_event,
		.peer_of = host_peer_of,
		.forget = host_forget,
		.link_index = host_link_index,
		.subnet = host_subnet,
		.owns = host_owns,
		.deaf = host_deaf,
		.link_local = host_link_local,
		.awaits = host_awaits,
		.problem = host_problem,
		.room = host_room,
		.credentials = host_credentials,
		.rejudge = filters_rejudge,
		.link = b->policy.link,
		.probe = kernel_feed_probe,
		.arg = b };
	for (f = 0; f < FAMILY_MAX; f++)
		b->peers.self[f].family = (uint8_t)f;
	b->peers.self_link_local.family = FAMILY_IPV6;
}
