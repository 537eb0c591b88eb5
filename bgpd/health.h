/* SPDX-License-Identifier: ISC */
/* health.h - is this node ready to carry traffic, and if not, why not */
/*
 * Asked by probes, `status --check` and metrics, family by family, for those
 * that the config uses.  Four questions, each with its reason in words:
 *
 *	kernel		its links, addresses and routes have been read
 *	address		this node has one to be reached at
 *	routes		once, all that was learned at first was installed
 *	neighbors	all are established, or have been, or had ALL_TIME
 *			since the start; from then on one is enough
 *
 * So a new node takes traffic when it is whole, and does not stop because
 * others die.  A node that is drained is not ready.
 */
#ifndef BGPD_HEALTH_H
#define BGPD_HEALTH_H

#include "rib/address.h"
#include "rib/text.h"

struct bgpd;

enum health_check {
	HEALTH_KERNEL,
	HEALTH_ADDRESS,
	HEALTH_ROUTES,
	HEALTH_NEIGHBORS,
	HEALTH_CHECK_MAX
};
const char	*health_word(enum health_check);

/* What has been so once; owned by struct bgpd, all zero to begin with. */
struct health {
	bool	installed[FAMILY_MAX];
	bool	complete[FAMILY_MAX];
};

#define HEALTH_STRLEN	512

/* False with a sentence in reason; else that is empty. */
bool	health_ask(const struct bgpd *, enum family, enum health_check,
	    char reason[HEALTH_STRLEN]);
/* All families and checks; adds "ipv6: no address: ...; ..." to why. */
bool	health_ready(const struct bgpd *, struct text *why);
/*
 * Does the daemon work?  Nothing about the network: who restarts it because
 * of that would only make it worse.
 */
bool	health_alive(const struct bgpd *, char reason[HEALTH_STRLEN]);

#endif
