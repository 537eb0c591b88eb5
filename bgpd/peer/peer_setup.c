/* SPDX-License-Identifier: ISC */
/* peer_setup.c - from settings and node to sessions and groups */
/*
 * What a neighbour's settings and this node's addresses mean for a session
 * (where it dials from, what it asks of the other OPEN), for what is made of
 * its routes (the terms of import) and for what the neighbour is told (its
 * group's key); what our OPEN says is made in peer_capability.c.  Values in,
 * values out; nothing is changed here.
 *
 * In the mesh, and where both sides have found each other on a link, the side
 * with the lower address waits before it dials, so that two nodes which start
 * together rarely collide; a neighbor that does not dial at all is still
 * dialled.
 */
#include <string.h>

#include "bgpd/peer/peer_private.h"

#define MESH_DIAL_DELAY 2000u   /* ms */
#define MESH_IDLE_HOLD  60000u  /* ms, at most */
#define OPEN_HOLD       240000u /* ms, RFC 4271 8.2.2 */

/* Where our end of the session is, as far as we choose it. */
struct address
peer_source_address(const struct peer *p)
{
	const struct conf_settings *set = &p->conf->settings;
	enum family f = p->conf->address.family;
	struct address none = { .family = f };

	if (!address_is_unset(&set->source))
		return set->source;
	if (address_is_link_local(&p->conf->address))
		return none;
	return p->internal ? p->host->self[f] : none;
}

uint32_t
peer_scope(const struct peer *p)
{
	if (p->host->link_index == NULL || p->conf->zone[0] == '\0')
		return 0;
	return p->host->link_index(p->host->arg, p->conf->zone);
}

bool
peer_has_address(const struct peer *p)
{
	struct address source = peer_source_address(p);

	return !p->internal || !address_is_unset(&source) ||
	    address_is_link_local(&p->conf->address);
}

/* A node that does not know its own entry in the mesh would dial itself. */
bool
peer_is_us(const struct peer *p)
{
	return p->host->owns != NULL &&
	    p->host->owns(p->host->arg, &p->conf->address, peer_scope(p));
}

/* What this node calls itself there; inside of our AS it has one name. */
uint32_t
peer_local_as(const struct peer *p)
{
	uint32_t other = p->conf->settings.local_as;

	return p->internal || other == 0 ? p->host->conf->as : other;
}

/* Do both sides dial, and is it the other one's turn to be first? */
static bool
peer_dials_second(const struct peer *p, const struct address *source)
{
	const struct address *other = &p->conf->address;
	struct address own;

	if (p->conf->kind == CONF_MESH)
		return address_compare(source, other) < 0;
	if (p->conf->kind != CONF_FOUND || p->host->link_local == NULL)
		return false;
	own = p->host->link_local(p->host->arg, peer_scope(p));
	return address_compare(&own, other) < 0;
}

static void
session_times(
    const struct peer *p, const struct address *source, struct session_times *t)
{
	const struct conf_settings *set = &p->conf->settings;

	t->connect_retry = set->connect_retry;
	t->idle_hold = set->idle_hold;
	if (p->conf->kind == CONF_MESH && t->idle_hold > MESH_IDLE_HOLD)
		t->idle_hold = MESH_IDLE_HOLD;
	t->hold = set->hold_time;
	t->open_hold = OPEN_HOLD;
	t->keepalive = set->keepalive;
	t->send_hold = set->send_hold;
	t->dial_delay = 0;
	if (peer_dials_second(p, source))
		t->dial_delay = MESH_DIAL_DELAY;
}

static const enum io_mac macs[CONF_MAC_MAX] = {
	[CONF_MAC_HMAC_SHA1] = IO_HMAC_SHA1_96,
	[CONF_MAC_AES_128_CMAC] = IO_AES_128_CMAC_96,
};

static void
key_add(struct io_key *key, const char *text, uint8_t id, uint8_t mac)
{
	struct io_secret *secret = &key->secrets[key->count++];

	secret->id = id;
	secret->mac = mac;
	secret->length = (uint8_t)strnlen(text, sizeof(secret->bytes));
	memcpy(secret->bytes, text, secret->length);
}

struct io_key
peer_key(const struct conf_settings *set)
{
	struct io_key key = { .scheme = IO_UNSIGNED };
	size_t i;

	if (set->tcp_ao != NULL) {
		key.scheme = IO_AO;
		for (i = 0; i < set->tcp_ao->count; i++)
			key_add(&key, set->tcp_ao->keys[i].secret,
			    set->tcp_ao->keys[i].id,
			    macs[set->tcp_ao->keys[i].mac]);
	} else if (set->password != NULL) {
		key.scheme = IO_MD5;
		key_add(&key, set->password, 0, 0);
	}
	return key;
}

bool
peer_is_internal(const struct conf *conf, const struct conf_settings *set)
{
	return set->remote == CONF_REMOTE_INTERNAL ||
	    (set->remote == CONF_REMOTE_AS && set->remote_as == conf->as);
}

bool
peer_has_credentials(const struct peer *p)
{
	const struct conf_tls *tls = &p->conf->settings.tls;

	return !tls->on ||
	    (p->host->credentials != NULL &&
		p->host->credentials(p->host->arg, tls) != NULL);
}

static void
target_tls(const struct peer_host *host, const struct conf_neighbor *conf,
    struct io_tls *tls)
{
	const struct conf_tls *set = &conf->settings.tls;

	if (!set->on || host->credentials == NULL)
		return;
	tls->credentials = host->credentials(host->arg, set);
	tls->peer.pattern = set->identity;
	tls->peer.name = conf->name;
	tls->peer.address = conf->address;
}

/* RFC 4271 5.1.3: external ones are on the link; RFC 5082 3 says how far. */
void
peer_target(const struct peer_host *host, const struct conf_neighbor *conf,
    struct io_target *target)
{
	const struct conf_settings *set = &conf->settings;

	memset(target, 0, sizeof(*target));
	target->remote.address = conf->address;
	target->remote.port = set->port;
	target->key = peer_key(set);
	target_tls(host, conf, &target->tls);
	if (!peer_is_internal(host->conf, set))
		target->ttl = set->multihop != 0 ? set->multihop : 1;
	if (set->ttl_security == 0)
		return;
	target->ttl = UINT8_MAX;
	target->ttl_least = (uint8_t)(UINT8_MAX + 1 - set->ttl_security);
}

void
peer_session_config(const struct peer *p, struct session_config *c)
{
	const struct conf_settings *set = &p->conf->settings;
	const struct conf *conf = p->host->conf;
	struct address source = peer_source_address(p);
	enum family f;

	memset(c, 0, sizeof(*c));
	peer_target(p->host, p->conf, &c->target);
	c->target.source.address = source;
	c->target.remote.scope = peer_scope(p);
	c->tls_port = set->tls.port;
	c->plain_will_do = set->tls.preferred;
	c->expiry_closes = set->tls.expiry_closes;
	session_times(p, &source, &c->times);
	c->terms.as = set->remote == CONF_REMOTE_INTERNAL ? conf->as
	    : set->remote == CONF_REMOTE_AS               ? set->remote_as
							  : 0;
	c->terms.local_as = peer_local_as(p);
	c->terms.identifier = p->host->router_id;
	c->terms.internal = p->internal;
	for (f = 0; f < FAMILY_MAX; f++)
		c->terms.families[f] = set->family[f];
	c->passive = set->passive;
	c->terms.need = peer_capabilities(p, &c->open);
}

void
peer_context(const struct peer *p, bool incoming, struct update_context *c)
{
	const struct open_common *common = session_common(p->main);
	enum family f;

	memset(c, 0, sizeof(*c));
	c->four_octet_as = common->four_octet_as;
	c->internal = p->internal;
	c->extended_next_hop = common->extended_next_hop;
	c->max_size =
	    common->extended_message ? MSG_MAX_SIZE_EXTENDED : MSG_MAX_SIZE;
	for (f = 0; f < FAMILY_MAX; f++) {
		c->family[f] = common->family[f];
		c->add_path[f] = incoming ? common->add_path_receive[f]
					  : common->add_path_send[f];
	}
}

/* RFC 8950: IPv4 over IPv6 goes through our IPv6 address, too. */
static enum family
hop_family(
    const struct peer *p, enum family family, const struct address *local)
{
	if (session_common(p->main)->extended_next_hop &&
	    family == FAMILY_IPV4 && local->family == FAMILY_IPV6)
		return FAMILY_IPV6;
	return family;
}

/* Our next hop: our end of the session where the family fits. */
static void
target_self(const struct peer *p, enum family family, struct export_target *t)
{
	struct address local = session_local(p->main).address;
	enum family hop = hop_family(p, family, &local);

	t->self = p->host->self[hop];
	if (local.family != hop)
		return;
	if (!address_is_link_local(&local))
		t->self = local;
	else if (address_is_unset(&t->self))
		t->self = local; /* there is no other */
	else if (hop == FAMILY_IPV6)
		t->self_link_local = local;
}

void
peer_import_terms(const struct peer *p, struct import_terms *t)
{
	const struct conf_settings *set = &p->conf->settings;
	const struct conf *conf = p->host->conf;

	memset(t, 0, sizeof(*t));
	t->external = !p->internal;
	t->local_as = conf->as;
	t->session_as = peer_local_as(p);
	t->remote_as = p->remote_as;
	t->own_as = set->allow_own_as;
	t->reject_as_set = set->reject_as_set;
	t->enforce_first_as = set->enforce_first_as;
	t->identifier = p->host->router_id;
	t->cluster_id = conf->cluster_id;
	t->role = peer_role(p);
}

static enum source_kind
target_kind(const struct peer *p)
{
	if (!p->internal)
		return SOURCE_EXTERNAL;
	return p->conf->settings.reflector_client ? SOURCE_CLIENT
						  : SOURCE_INTERNAL;
}

static const enum export_hop hops[] = { [CONF_NEXT_HOP_AUTO] = EXPORT_HOP_AUTO,
	[CONF_NEXT_HOP_SELF] = EXPORT_HOP_SELF,
	[CONF_NEXT_HOP_KEEP] = EXPORT_HOP_KEEP };

void
peer_group_key(const struct peer *p, enum family family, struct group_key *k)
{
	const struct conf_settings *set = &p->conf->settings;
	const struct conf *conf = p->host->conf;
	struct export_target *t = &k->target;

	memset(k, 0, sizeof(*k));
	t->kind = target_kind(p);
	t->family = family;
	t->local_as = peer_local_as(p);
	t->remote_as = p->internal ? conf->as : p->remote_as;
	t->identifier = p->host->router_id;
	t->cluster_id = conf->cluster_id;
	t->reflector = conf->cluster_id != 0;
	t->self.family = family;
	t->self_link_local.family = FAMILY_IPV6;
	target_self(p, family, t);
	t->extended_next_hop = session_common(p->main)->extended_next_hop;
	t->role = peer_role(p);
	t->long_lived =
	    (session_received(p->main)->has & OPEN_HAS_LONG_LIVED) != 0;
	t->drain = conf->drain;
	t->hop = hops[set->next_hop];
	t->as_override = set->as_override;
	t->remove_private_as = set->remove_private_as;
	t->policy = set->export;
	if (policy_needs(&t->policy) & FILTER_READS_SESSION) {
		t->neighbor = conf_neighbor_known_as(p->conf);
		t->group = p->conf->group;
	}
	if (!p->internal && p->host->subnet != NULL)
		t->shared_subnet_ok =
		    p->host->subnet(p->host->arg, &t->self, &k->subnet) &&
		    prefix_covers(&k->subnet, &p->conf->address);
	k->limit = p->conf->settings.max_prefix_out[family];
	peer_context(p, false, &k->context);
	if (k->context.add_path[family])
		k->paths = p->conf->settings.add_path_max;
}
