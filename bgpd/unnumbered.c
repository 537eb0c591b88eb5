/* SPDX-License-Identifier: ISC */
/* unnumbered.c - routers that are found on a link, and told that we are there
 */
/*
 * A port is a link that a pattern of the config takes.  It can be used while
 * the link is up and carries something, and has a link-local address that is
 * past duplicate address detection; then
 *
 *	- it advertises this node: three times in quick succession, then every
 *	  ten seconds while no session is up there, and once a minute when one
 *	  is.  RFC 4861 6.2.4 wants more time between two of them; RFC 6275 7.5
 *	  lets routers for which haste matters be faster than we are.
 *	- it asks who else is there as often as it advertises without a session:
 *	  some routers are silent for ten minutes unless they are asked.
 *	- it answers who asks, and advertises at once to who is new, but never
 *	  sooner than three seconds after the last time (6.2.6).
 *
 * Advertisements have lifetime 0 and no options, so that hosts on the link
 * do not send us their packets.  A message that RFC 4861 6.1 forbids to be
 * believed is counted, and the log says so now and then.
 *
 * The socket is opened when a config first has such a pattern and kept from
 * then on.  Without the right to one nobody is found, but who connects is
 * still welcome; REASON says so.
 */
#include "bgpd/unnumbered.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/wire/advert.h"
#include "rib/mem.h"

#define QUICK_COUNT  3      /* advertisements of a port that came up */
#define QUICK_TIME   1000u  /* ms between them */
#define SEARCH_TIME  10000u /* ms, while nobody is up */
#define STEADY_TIME  60000u /* ms, while somebody is */
#define ANSWER_DELAY 500u   /* ms at most, RFC 4861 6.2.6 */
#define LEAST_TIME   3000u  /* ms between two that answer, likewise */
#define READ_BUDGET  32     /* messages of one turn */

struct port {
	struct kernel_link link; /* as last seen */
	struct address own;      /* link-local, or unset */
	bool usable;
	bool joined;
	bool seen;          /* by this look */
	unsigned int quick; /* advertisements still to come quickly */
	int64_t next;       /* advertisement; 0: none */
	int64_t sent_at;    /* the last; 0: never */
	uint64_t malformed;
	char reason[96];
};

struct unnumbered {
	struct unnumbered_host host;
	const struct conf *conf;
	struct nd *nd; /* or NULL */
	struct io_watch *watch;
	struct io_timer *timer;
	bool changed;
	struct port *ports;
	size_t nports;
	struct nd_message message; /* room for one */
};

static int64_t
now_of(const struct unnumbered *u)
{
	return u->host.io->ops->now(u->host.io);
}

static void
timer_arm(struct unnumbered *u)
{
	const struct port *p;
	int64_t at = 0;

	for (p = u->ports; p < u->ports + u->nports; p++)
		if (p->next != 0 && (at == 0 || p->next < at))
			at = p->next;
	if (at != 0)
		u->host.io->ops->timer_set(u->timer, at);
	else
		u->host.io->ops->timer_stop(u->timer);
}

/* ---- what is sent ------------------------------------------------------ */

static void
send_one(struct unnumbered *u, struct port *p, enum advert_kind kind)
{
	uint8_t bytes[ADVERT_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	char key[32 + KERNEL_IFNAME];

	advert_encode(&w, kind);
	if (u->nd->ops->send(u->nd, p->link.index, &p->own,
		kind == ADVERT_ROUTER ? ND_ALL_NODES : ND_ALL_ROUTERS,
		wr_written(&w)) == 0)
		return;
	snprintf(key, sizeof(key), "advertise %s", p->link.name);
	log_limited(u->host.log, CONF_WARN, key, now_of(u),
	    "%s: cannot advertise this node: %s", p->link.name,
	    strerror(errno));
}

/* A tenth more or less, so that routers do not keep step. */
static int64_t
jittered(const struct unnumbered *u, uint32_t time)
{
	uint32_t tenth = time / 10;

	return time - tenth + u->host.random(u->host.random_arg) % (2 * tenth);
}

static void
port_advertise(struct unnumbered *u, struct port *p)
{
	bool up = neighbors_is_up_on(u->host.neighbors, p->link.name);
	int64_t now = now_of(u);

	send_one(u, p, ADVERT_ROUTER);
	if (!up)
		send_one(u, p, ADVERT_SOLICIT);
	p->sent_at = now;
	if (p->quick > 0)
		p->quick--;
	p->next = now +
	    jittered(u,
		p->quick > 0 ? QUICK_TIME
		    : up     ? STEADY_TIME
			     : SEARCH_TIME);
}

static void
timer_fires(void *arg)
{
	struct unnumbered *u = arg;
	struct port *p;

	for (p = u->ports; p < u->ports + u->nports; p++)
		if (p->next != 0 && p->next <= now_of(u))
			port_advertise(u, p);
	timer_arm(u);
}

/* Sooner than it would be, for somebody waits for it. */
static void
port_hasten(struct unnumbered *u, struct port *p)
{
	int64_t at =
	    now_of(u) + u->host.random(u->host.random_arg) % ANSWER_DELAY;

	if (p->next == 0)
		return;
	if (p->sent_at != 0 && at < p->sent_at + LEAST_TIME)
		at = p->sent_at + LEAST_TIME;
	if (at < p->next)
		p->next = at;
}

/* ---- what is heard ----------------------------------------------------- */

static struct port *
port_find(const struct unnumbered *u, uint32_t index)
{
	struct port *p;

	for (p = u->ports; p < u->ports + u->nports; p++)
		if (p->link.index == index)
			return p;
	return NULL;
}

static void
port_complain(struct unnumbered *u, struct port *p, const char *wrong)
{
	char text[ADDRESS_STRLEN], key[32 + KERNEL_IFNAME];

	p->malformed++;
	snprintf(key, sizeof(key), "malformed %s", p->link.name);
	log_limited(u->host.log, CONF_WARN, key, now_of(u),
	    "%s: a router advertisement or solicitation of %s is ignored: %s "
	    "(%" PRIu64 " so far)",
	    p->link.name, address_format(&u->message.from, text), wrong,
	    p->malformed);
}

static void
port_hear(struct unnumbered *u, struct port *p)
{
	const struct nd_message *m = &u->message;
	const struct advert_header header = { m->from, m->hop_limit };
	enum advert_kind kind;
	const char *wrong;

	wrong = m->cut ? "it is too long"
		       : advert_decode((struct span){ m->bytes, m->length },
			     &header, &kind);
	if (wrong != NULL)
		port_complain(u, p, wrong);
	else if (kind == ADVERT_SOLICIT ||
	    neighbors_found(u->host.neighbors, &m->from, p->link.index))
		port_hasten(u, p);
}

void
unnumbered_ready(void *arg)
{
	struct unnumbered *u = arg;
	struct port *p;
	int i;

	for (i = 0; i < READ_BUDGET; i++) {
		if (!u->nd->ops->receive(u->nd, &u->message))
			break;
		p = port_find(u, u->message.link);
		if (p != NULL && p->usable)
			port_hear(u, p);
	}
	timer_arm(u);
}

void
unnumbered_heed(struct unnumbered *u, const struct peer *peer)
{
	const char *zone = peer_conf(peer)->zone;
	struct port *p;

	if (zone[0] == '\0' || peer_state(peer) == FSM_ESTABLISHED)
		return;
	for (p = u->ports; p < u->ports + u->nports; p++)
		if (strcmp(p->link.name, zone) == 0 &&
		    p->next > now_of(u) + SEARCH_TIME)
			port_hasten(u, p);
	timer_arm(u);
}

/* ---- ports come and go ------------------------------------------------- */

static void
port_join(struct unnumbered *u, struct port *p)
{
	if (u->nd == NULL || p->joined)
		return;
	p->joined = u->nd->ops->join(u->nd, p->link.index, true) == 0;
	if (!p->joined)
		log_warn(u->host.log,
		    "%s: cannot hear who asks for routers: %s", p->link.name,
		    strerror(errno));
}

/* What it can do, and it starts with that, or ends. */
static void
port_settle(struct unnumbered *u, struct port *p)
{
	struct address own = node_link_local_on(u->host.node, p->link.index);
	bool same = address_equal(&own, &p->own);

	p->own = own;
	p->usable = p->link.up && p->link.running && !address_is_unset(&own);
	if (!p->usable || u->nd == NULL) {
		p->next = 0;
		return;
	}
	port_join(u, p);
	if (p->next != 0 && same)
		return;
	p->quick = QUICK_COUNT;
	p->next = now_of(u);
}

static void
port_see(struct unnumbered *u, const struct kernel_link *link)
{
	struct port *p = port_find(u, link->index);

	if (p == NULL) {
		u->ports =
		    xreallocarray(u->ports, u->nports + 1, sizeof(*u->ports));
		p = &u->ports[u->nports++];
		*p = (struct port){ .own = { .family = FAMILY_IPV6 } };
	} else if (strcmp(p->link.name, link->name) != 0) {
		neighbors_leave(u->host.neighbors, p->link.name);
	}
	p->link = *link;
	p->seen = true;
	port_settle(u, p);
}

static void
port_leave(struct unnumbered *u, struct port *p)
{
	neighbors_leave(u->host.neighbors, p->link.name);
	if (p->joined)
		u->nd->ops->join(u->nd, p->link.index, false);
	*p = u->ports[--u->nports];
}

/* Else no link is looked at, of which there may be thousands. */
static bool
is_wanted(const struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->nranges; i++)
		if (conf->neighbors[conf->ranges[i]].kind == CONF_LINKS)
			return true;
	return false;
}

void
unnumbered_changed(struct unnumbered *u)
{
	u->changed = true;
}

void
unnumbered_turn(struct unnumbered *u)
{
	const struct conf_neighbor *pattern;
	const struct kernel_link *link;
	size_t i;

	if (!u->changed || u->conf == NULL)
		return;
	u->changed = false;
	if (u->nports == 0 && !is_wanted(u->conf))
		return;
	for (i = 0; i < u->nports; i++)
		u->ports[i].seen = false;
	for (i = 0; (link = node_link_at(u->host.node, i)) != NULL; i++)
		if (!link->loopback &&
		    conf_links_find(u->conf, link->name) != NULL)
			port_see(u, link);
	for (i = u->nports; i-- > 0;)
		if (!u->ports[i].seen)
			port_leave(u, &u->ports[i]);
	for (i = 0; i < u->nports; i++) {
		pattern = conf_links_find(u->conf, u->ports[i].link.name);
		neighbors_await(
		    u->host.neighbors, pattern, u->ports[i].link.name);
	}
	timer_arm(u);
}

/* ---- the whole --------------------------------------------------------- */

struct unnumbered *
unnumbered_new(const struct unnumbered_host *host)
{
	struct unnumbered *u = xcalloc(1, sizeof(*u));

	u->host = *host;
	u->ports = xcalloc(1, sizeof(*u->ports)); /* never NULL, for loops */
	u->timer = host->io->ops->timer_new(host->io, timer_fires, u);
	return u;
}

void
unnumbered_free(struct unnumbered *u)
{
	if (u == NULL)
		return;
	if (u->watch != NULL)
		u->host.io->ops->unwatch(u->watch);
	if (u->nd != NULL)
		u->nd->ops->close(u->nd);
	u->host.io->ops->timer_free(u->timer);
	free(u->ports);
	free(u);
}

static void
door_open(struct unnumbered *u)
{
	if (u->nd != NULL || u->host.nd == NULL || !is_wanted(u->conf))
		return;
	u->nd = u->host.nd(u->host.nd_arg);
	if (u->nd == NULL) {
		log_error(u->host.log,
		    "no raw ICMPv6 socket: %s: on interfaces nobody is found, "
		    "only who connects; start with CAP_NET_RAW",
		    strerror(errno));
		return;
	}
	u->watch = u->host.io->ops->watch(
	    u->host.io, u->nd->ops->fd(u->nd), unnumbered_ready, u);
}

void
unnumbered_configure(struct unnumbered *u, const struct conf *conf)
{
	u->conf = conf;
	u->changed = true;
	door_open(u);
}

const char *
unnumbered_reason(struct unnumbered *u, const char *link)
{
	struct port *p = u->ports;
	const char *before = "", *behind;

	while (p < u->ports + u->nports && strcmp(p->link.name, link) != 0)
		p++;
	if (p == u->ports + u->nports)
		return "its interface is gone";
	if (!p->link.up)
		behind = " is down";
	else if (!p->link.running)
		behind = " has no carrier";
	else if (address_is_unset(&p->own)) {
		before = "no link-local address on ";
		behind = " yet";
	} else if (u->nd == NULL) {
		before = "without CAP_NET_RAW nobody is found on ";
		behind = ", only who connects";
	} else {
		before = "nobody has advertised itself on ";
		behind = " (is it unnumbered there as well?)";
	}
	snprintf(p->reason, sizeof(p->reason), "%s%s%s", before, p->link.name,
	    behind);
	return p->reason;
}
