/* SPDX-License-Identifier: ISC */
/* watch.c - BFD and its neighbours, joined */
/*
 * The daemon's sockets for BFD come from main.c, the digest from digest.c, and
 * a change of state goes to the peer that owns the watch.  Nothing is opened
 * before a neighbour of the config wants it.
 */
#include <errno.h>
#include <string.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/digest.h"

static void
watch_changed(void *arg, struct bfd_watch *w, enum bfd_state was)
{
	struct bgpd *b = arg;

	peer_bfd_changed(bfd_owner(w), was);
	bgpd_wake(b);
}

static void
watch_deaf(void *arg, enum family f, bool multihop, int error)
{
	struct bgpd *b = arg;

	log_error(b->log,
	    "bfd: no packets of %s at UDP port %u: %s; tried again%s",
	    family_name(f), multihop ? 4784 : 3784, strerror(error),
	    error == EADDRINUSE ? " (is another BFD daemon running?)" : "");
}

void
watch_init(struct bgpd *b, const struct bgpd_setup *setup)
{
	const struct bfd_host host = { .io = b->io,
		.random = setup->random,
		.random_arg = setup->random_arg,
		.changed = watch_changed,
		.deaf = watch_deaf,
		.arg = b };

	if (setup->bfd == NULL)
		return;
	b->peers.bfd = bfd_new(&host, setup->bfd);
	b->peers.sha1 = digest_sha1;
}
