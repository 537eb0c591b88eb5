/* SPDX-License-Identifier: ISC */
/* peer_capability.c - what our OPEN says, and what the other one must say */
/*
 * A neighbour's settings and this node come in, a struct open goes out, with
 * the set of capabilities that the neighbour must have.  One row for each:
 * the word of the config, the bit of the wire, and a hook that fills in its
 * value and says whether there is anything to announce at all (no restart
 * time, no graceful restart).  What is not announced is not demanded either,
 * so `require` may stand at the top level for neighbours of all kinds.
 *
 * What both sides then use is open_negotiate's business, what a capability
 * means for routes is that of peer_restart.c and the groups.
 */
#include <assert.h>
#include <string.h>

#include "bgpd/peer/peer_private.h"
#include "rib/aspath.h"

#define RESTART_TIME_MAX 4095u /* seconds, 12 bits */

static bool
fill_families(const struct peer *p, struct open *open)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		open->family[f].multiprotocol = p->conf->settings.family[f];
	return true;
}

/*
 * RFC 4724 3, the F bit: what this neighbour may know of our forwarding is
 * still there.  After the first session with it, it is: only a reboot empties
 * the kernel.
 */
static bool
keeps_forwarding(const struct peer *p, enum family f)
{
	return p->host->forwarding[f] || p->counters.established > 0;
}

static bool
fill_restart(const struct peer *p, struct open *open)
{
	const struct conf_settings *set = &p->conf->settings;
	uint32_t seconds = set->restart_time / 1000;
	enum family f;

	open->restart_time =
	    seconds < RESTART_TIME_MAX ? seconds : RESTART_TIME_MAX;
	open->restarting = p->host->restarting;
	/*
	 * RFC 8538: keep routes over a NOTIFICATION, too.  Not in the mesh,
	 * where silence means that a node is dead.
	 */
	open->restart_notification = p->conf->kind != CONF_MESH;
	for (f = 0; f < FAMILY_MAX; f++) {
		open->family[f].restart = set->family[f];
		open->family[f].forwarding =
		    set->family[f] && keeps_forwarding(p, f);
	}
	return seconds > 0;
}

/* It means nothing beside an OPEN without graceful restart: RFC 9494 4.1. */
static bool
fill_long_lived(const struct peer *p, struct open *open)
{
	const struct conf_settings *set = &p->conf->settings;
	enum family f;

	if ((open->has & OPEN_HAS_RESTART) == 0 || set->long_lived == 0)
		return false;
	for (f = 0; f < FAMILY_MAX; f++) {
		if (!set->family[f])
			continue;
		open->family[f].long_lived = true;
		open->family[f].long_lived_forwarding =
		    open->family[f].forwarding;
		open->family[f].long_lived_time = set->long_lived / 1000;
	}
	return true;
}

static bool
fill_add_path(const struct peer *p, struct open *open)
{
	const struct conf_settings *set = &p->conf->settings;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (set->family[f])
			open->family[f].add_path = set->add_path;
	return set->add_path != 0;
}

/* IPv4 routes through IPv6: of use only where IPv6 is what we share. */
static bool
fill_next_hop(const struct peer *p, struct open *open)
{
	bool wanted = p->conf->settings.family[FAMILY_IPV4] &&
	    p->conf->address.family == FAMILY_IPV6;

	open->family[FAMILY_IPV4].extended_next_hop = wanted;
	return wanted;
}

static bool
fill_role(const struct peer *p, struct open *open)
{
	enum role role = peer_role(p);

	if (role != ROLE_NONE)
		open->role = role_code(role);
	return role != ROLE_NONE;
}

/* Of a name that is too long the first whole characters. */
static bool
fill_fqdn(const struct peer *p, struct open *open)
{
	const char *node = p->host->conf->node;
	size_t length = strlen(node);

	if (length >= sizeof(open->host)) {
		length = sizeof(open->host) - 1;
		while (length > 0 && ((uint8_t)node[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(open->host, node, length);
	return length > 0;
}

static bool
fill_software(const struct peer *p, struct open *open)
{
	static const char software[] = PACKAGE_NAME "/" PACKAGE_VERSION;

	(void)p;
	static_assert(
	    sizeof(software) <= sizeof(open->software), "no room for it");
	memcpy(open->software, software, sizeof(software));
	return true;
}

static const struct row {
	enum conf_capability word;
	enum open_has has;
	bool (*fill)(const struct peer *, struct open *); /* NULL: no value */
} rows[] = {
	{ CONF_MULTIPROTOCOL, OPEN_HAS_MULTIPROTOCOL, fill_families },
	{ CONF_ROUTE_REFRESH, OPEN_HAS_REFRESH, NULL },
	{ CONF_EXTENDED_NEXT_HOP, OPEN_HAS_EXTENDED_NEXT_HOP, fill_next_hop },
	{ CONF_EXTENDED_MESSAGE, OPEN_HAS_EXTENDED_MESSAGE, NULL },
	{ CONF_ENHANCED_REFRESH, OPEN_HAS_ENHANCED_REFRESH, NULL },
	{ CONF_ROLE, OPEN_HAS_ROLE, fill_role },
	{ CONF_FOUR_OCTET_AS, OPEN_HAS_FOUR_OCTET_AS, NULL },
	{ CONF_GRACEFUL_RESTART, OPEN_HAS_RESTART, fill_restart },
	{ CONF_ADD_PATH, OPEN_HAS_ADD_PATH, fill_add_path },
	{ CONF_LONG_LIVED, OPEN_HAS_LONG_LIVED, fill_long_lived },
	{ CONF_FQDN, OPEN_HAS_FQDN, fill_fqdn },
	{ CONF_SOFTWARE_VERSION, OPEN_HAS_SOFTWARE_VERSION, fill_software },
};

/* RFC 9234 is about other AS; `off` beats the setting. */
enum role
peer_role(const struct peer *p)
{
	const struct conf_settings *set = &p->conf->settings;

	if (p->internal || set->capability[CONF_ROLE] < CONF_CAPABILITY_ON)
		return ROLE_NONE;
	return (enum role)set->role;
}

uint32_t
peer_capabilities(const struct peer *p, struct open *open)
{
	const struct conf_settings *set = &p->conf->settings;
	const struct row *row;
	uint32_t need = 0;

	memset(open, 0, sizeof(*open));
	open->as = peer_local_as(p);
	open->my_as = open->as > UINT16_MAX ? AS_TRANS : open->as;
	open->hold_time = set->hold_time / 1000;
	open->identifier = p->host->router_id;
	for (row = rows; row < rows + sizeof(rows) / sizeof(*rows); row++) {
		if (set->capability[row->word] < CONF_CAPABILITY_ON)
			continue;
		if (row->fill == NULL || row->fill(p, open))
			open->has |= row->has;
		if (set->capability[row->word] == CONF_CAPABILITY_REQUIRE)
			need |= row->has;
	}
	return need;
}
