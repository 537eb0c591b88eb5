/* SPDX-License-Identifier: ISC */
/* schema.c - the table of all keywords */

/*
 * THE table: one row for each word of the language, with the form of its
 * arguments, where it may stand, its range, the place in the typed config,
 * the built-in value, what a change of it costs in a reload, and one line of
 * help.  The checker (form.c), the setter, comparison and formatting of
 * fields (field.c), the manual page's test and the suggestions all read it;
 * a new setting is a row here, a field in conf.h, and its description in
 * man/bgpd.conf.5.
 *
 * Words of later versions stand in the second half: they are parsed and
 * checked for form like the others, and then refused, so that a config never
 * claims what the daemon does not do.  A later word that comes to work moves
 * up.  How a value of a type looks is value.c's.
 *
 * Rows of one word in several scopes are several rows where the form differs.
 */

#include "bgpd/conf/schema.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "bgpd/conf/value.h"

static const char *const scope_names[CONF_SCOPE_MAX] = {
	[CONF_SCOPE_TOP] = "the top level",
	[CONF_SCOPE_MESH] = "mesh",
	[CONF_SCOPE_NODE] = "a mesh node",
	[CONF_SCOPE_GROUP] = "group",
	[CONF_SCOPE_NEIGHBOR] = "neighbor",
	[CONF_SCOPE_NEIGHBORS] = "neighbors",
	[CONF_SCOPE_FIB] = "fib",
	[CONF_SCOPE_CONTROL] = "control",
	[CONF_SCOPE_POOLS] = "pools",
	[CONF_SCOPE_LEARN] = "learn",
	[CONF_SCOPE_FILTER] = "filter",
	[CONF_SCOPE_BFD] = "bfd",
	[CONF_SCOPE_TLS] = "tls",
	[CONF_SCOPE_METRICS] = "metrics",
	[CONF_SCOPE_DECISION] = "decision",
	[CONF_SCOPE_PREFIX_SET] = "prefix-set",
	[CONF_SCOPE_COMMUNITY_SET] = "community-set",
};

#define IN(scope) (1u << CONF_SCOPE_##scope)
/* Neighbor settings: where one neighbor is meant, where several, or all. */
#define SINGLE (IN(NODE) | IN(GROUP) | IN(NEIGHBOR) | IN(NEIGHBORS))
#define MANY   (IN(MESH) | SINGLE)
#define ANY    (IN(TOP) | MANY)
/* The mesh has one session per address: families are not its business. */
#define BY_FAMILY  (IN(TOP) | IN(GROUP) | IN(NEIGHBOR) | IN(NEIGHBORS))
#define EVERYWHERE ((1u << CONF_SCOPE_MAX) - 1)

#define NOTHING    CONF_SCOPE_MAX /* opens no block */
#define PLAIN      CONF_STORE_NONE, CONF_BASE_NONE, 0
#define LIST(kind) CONF_STORE_##kind, CONF_BASE_NONE, 0
#define CONF(kind, field) \
	CONF_STORE_##kind, CONF_BASE_CONF, offsetof(struct conf, field)
#define SETTING(kind, field)                   \
	CONF_STORE_##kind, CONF_BASE_SETTINGS, \
	    offsetof(struct conf_settings, field)
#define COST(cost, effect) CONF_COST_##cost, CONF_EFFECT_##effect
#define SESSION(cost)      CONF_COST_##cost, 0
#define LATER(word, form, scopes, opens)                                   \
	{                                                                  \
		word, form, scopes, opens, CONF_LATER | CONF_REPEAT, 0, 0, \
		    PLAIN, NULL, CONF_COST_NONE, 0,                        \
		    "reserved for a later version"                         \
	}

#define SECOND 1000u
#define HOUR   (3600u * SECOND)

/* clang-format off */
const struct conf_keyword conf_schema[] = {
{ "include", "FILE", EVERYWHERE, NOTHING, CONF_REPEAT, 0, 0, PLAIN, NULL,
    CONF_COST_NONE, 0,
    "the statements of other files, relative to this one" },

/* The node. */
{ "as", "AS", IN(TOP), NOTHING, 0, 0, 0, CONF(U32, as), NULL,
    COST(RESET, IDENTITY), "this node's AS number, needed" },
{ "node", "NAME", IN(TOP), NOTHING, 0, 0, 0, CONF(TEXT, node), NULL,
    COST(NONE, IDENTITY), "this node's name; default: the host name" },
{ "router-id", "auto|IPV4", IN(TOP), NOTHING, 0, 0, 0,
    CONF(ID, router_id), "auto", COST(RESET, IDENTITY),
    "BGP identifier" },
{ "cluster-id", "IPV4", IN(TOP), NOTHING, 0, 0, 0, CONF(ID, cluster_id),
    NULL, COST(RESET, IDENTITY), "reflector's cluster" },
{ "address", "FAMILY [auto|none|ADDRESS] ([interface GLOB..] [skip GLOB..] "
    "[within PREFIX..] [reach ADDRESS])", IN(TOP), NOTHING, CONF_REPEAT,
    0, 0, LIST(RULE), NULL, COST(NONE, ADDRESS),
    "how this node's own address is found" },
{ "blocks", "PREFIX..", IN(TOP), NOTHING, CONF_REPEAT, 0, 0,
    LIST(PREFIXES), NULL, COST(NONE, ORIGIN), "this node's pod blocks" },
{ "pools", "[PREFIX..]", IN(TOP), CONF_SCOPE_POOLS,
    CONF_REPEAT, 0, 0, LIST(PREFIXES), NULL,
    CONF_COST_REEVALUATE, CONF_EFFECT_POLICY | CONF_EFFECT_ADDRESS,
    "where pod blocks come from" },
{ "guard", "off|warn|refuse", IN(POOLS), NOTHING, 0, 0, 0,
    CONF(GUARD, guard), "warn", CONF_COST_REEVALUATE, CONF_EFFECT_POLICY,
    "a node that announces another's block" },
{ "PREFIX", "via-device NAME [onlink] [when other-subnet]", IN(POOLS),
    NOTHING, CONF_REPEAT, 0, 0, LIST(TUNNEL), NULL, COST(REEVALUATE, FIB),
    "a pool whose routes go through a tunnel" },
{ "announce", "PREFIX [community COMMUNITY..]", IN(TOP), NOTHING,
    CONF_REPEAT, 0, 0, LIST(ANNOUNCE), NULL, COST(NONE, ORIGIN),
    "another prefix that this node originates" },
{ "learn", "", IN(TOP), CONF_SCOPE_LEARN, CONF_REPEAT | CONF_NEEDS_BLOCK,
    0, 0, LIST(LEARN), NULL, COST(NONE, LEARN),
    "routes of the kernel to announce: statements AND, values OR" },
{ "interface", "GLOB..", IN(LEARN), NOTHING, 0, 0, 0, PLAIN, NULL,
    COST(NONE, LEARN), "they lead over one of these links" },
{ "within", "PREFIX..", IN(LEARN), NOTHING, 0, 0, 0, PLAIN, NULL,
    COST(NONE, LEARN), "they lie in one of these prefixes" },
{ "protocol", "PROTOCOL..", IN(LEARN), NOTHING, 0, 1, UINT8_MAX, PLAIN,
    NULL, COST(NONE, LEARN),
    "who made them; default: anyone but the kernel itself" },
{ "table", "main|N..", IN(LEARN), NOTHING, 0, 1, UINT32_MAX, PLAIN, NULL,
    COST(NONE, LEARN), "the routing tables; default: main" },
{ "listen", "none|ADDRESS [port N]", IN(TOP), NOTHING, CONF_REPEAT,
    1, UINT16_MAX, LIST(LISTEN), NULL, COST(REBIND, LISTEN),
    "where BGP connections are accepted" },

/* Neighbors. */
{ "mesh", "", IN(TOP), CONF_SCOPE_MESH, CONF_NEEDS_BLOCK, 0, 0,
    LIST(MESH), NULL, COST(NONE, ADDRESS), "all nodes of the cluster" },
{ "node", "NAME ADDRESS..", IN(MESH), CONF_SCOPE_NODE, CONF_REPEAT, 0, 0,
    LIST(NODE), NULL, SESSION(RESET), "one node and where it is reached" },
{ "blocks", "PREFIX..", IN(NODE), NOTHING, CONF_REPEAT, 0, 0,
    LIST(PREFIXES), NULL, SESSION(REEVALUATE),
    "the pod blocks that the node may announce" },
{ "group", "NAME", IN(TOP), CONF_SCOPE_GROUP,
    CONF_REPEAT | CONF_NEEDS_BLOCK, 0, 0, LIST(GROUP), NULL,
    SESSION(NONE), "neighbors that share settings" },
{ "neighbor", "NAME ADDR", IN(TOP) | IN(GROUP), CONF_SCOPE_NEIGHBOR,
    CONF_REPEAT, 0, 0, LIST(NEIGHBOR), NULL, SESSION(RESET),
    "one BGP neighbor" },

{ "neighbors", "PREFIX|NAME ([interface GLOB..] [limit N])",
    IN(TOP) | IN(GROUP), CONF_SCOPE_NEIGHBORS, CONF_REPEAT, 1, 100000,
    LIST(RANGE), NULL, SESSION(RESET),
    "whoever connects from there, or is found on these interfaces" },

/* Settings of neighbors. */
{ "remote-as", "AS|internal|external", MANY, NOTHING, 0, 0, 0,
    SETTING(REMOTE, remote), NULL, SESSION(RESET),
    "the neighbor's AS, needed outside the mesh" },
{ "local-as", "AS", ANY, NOTHING, 0, 0, 0, SETTING(U32, local_as), NULL,
    SESSION(RESET), "our AS towards an external neighbor" },
{ "families", "FAMILY..", BY_FAMILY, NOTHING, 0, 0, 0,
    SETTING(FAMILIES, family), NULL, SESSION(RESET),
    "families carried; default: the one of the address" },
{ "passive", "[on|off]", ANY, NOTHING, 0, 0, 0, SETTING(FLAG, passive),
    "off", SESSION(NONE), "wait for the neighbor to connect" },
{ "disabled", "[on|off]", MANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, disabled), "off", SESSION(RESET), "no session" },
{ "reflector-client", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, reflector_client), "off", SESSION(RESET),
    "internal routes are reflected to and from it" },
{ "port", "N", MANY, NOTHING, 0, 1, UINT16_MAX, SETTING(U16, port), "179",
    SESSION(RESET), "the port that the neighbor listens on" },
{ "source", "ADDRESS", MANY, NOTHING, 0, 0, 0, SETTING(ADDRESS, source),
    NULL, SESSION(RESET), "local address of the session" },
{ "description", "TEXT", SINGLE, NOTHING, 0, 0, 0,
    SETTING(TEXT, description), NULL, SESSION(NONE), "text for people" },
{ "hold-time", "TIME", ANY, NOTHING, CONF_OR_ZERO | CONF_WHOLE,
    3 * SECOND, 65535 * SECOND, SETTING(TIME, hold_time), "90s",
    SESSION(RESET), "silence that ends the session; 0s: never" },
{ "keepalive", "TIME|auto", ANY, NOTHING, CONF_WHOLE, 1 * SECOND,
    21845 * SECOND, SETTING(TIME, keepalive), "auto", SESSION(RESET),
    "between keepalives; auto: a third of the hold time" },
{ "connect-retry", "TIME", ANY, NOTHING, 0, 100, HOUR,
    SETTING(TIME, connect_retry), "5s", SESSION(NONE),
    "between attempts to connect, jittered" },
{ "idle-hold", "TIME", ANY, NOTHING, CONF_OR_ZERO, 100, HOUR,
    SETTING(TIME, idle_hold), "2s", SESSION(NONE),
    "rest after an error" },
{ "send-hold", "TIME|auto", ANY, NOTHING, 0, 1 * SECOND, 24 * HOUR,
    SETTING(TIME, send_hold), "auto", SESSION(RESET),
    "blocked sending that ends the session (RFC 9687)" },
{ "graceful-restart", "TIME|off", ANY, NOTHING, CONF_WHOLE, 1 * SECOND,
    4095 * SECOND, SETTING(TIME, restart_time), "120s", SESSION(RESET),
    "how long the neighbor keeps our routes while we restart" },
{ "long-lived", "TIME|off", ANY, NOTHING, CONF_WHOLE, 1 * SECOND,
    720 * HOUR, SETTING(TIME, long_lived), "off", SESSION(RESET),
    "how long routes stay as a last resort after that (RFC 9494)" },
{ "role", "none|provider|rs|rs-client|customer|peer", BY_FAMILY, NOTHING,
    0, 0, 0, SETTING(ROLE, role), "none", SESSION(RESET),
    "what this node is to the external neighbor (RFC 9234)" },
{ "add-path", "off|receive|send|both [max N]", ANY, NOTHING, 0, 1,
    UINT8_MAX, SETTING(ADD_PATH, add_path), "off", SESSION(RESET),
    "several paths of a prefix, and how many are sent (RFC 7911)" },
{ "capability", "CAPABILITY on|off|require", ANY, NOTHING, CONF_REPEAT,
    0, 0, SETTING(CAPABILITIES, capability), NULL, SESSION(RESET),
    "what is announced and used, and what the neighbor must have" },
{ "max-prefix", "[FAMILY] off|N [received|accepted] [warn|disable] "
    "[restart TIME]", ANY, NOTHING, CONF_REPEAT, 1, UINT32_MAX,
    SETTING(LIMITS, max_prefix), NULL, SESSION(NONE),
    "more prefixes from the neighbor than that are too many" },
{ "max-prefix-out", "[FAMILY] off|N", ANY, NOTHING, CONF_REPEAT, 1,
    UINT32_MAX, SETTING(COUNTS, max_prefix_out), NULL, SESSION(REEVALUATE),
    "more prefixes than that are not announced to the neighbor" },
{ "next-hop", "auto|self|keep", ANY, NOTHING, 0, 0, 0,
    SETTING(NEXT_HOP, next_hop), "auto", SESSION(REEVALUATE),
    "next hop of announced routes" },
{ "allow-own-as", "N", ANY, NOTHING, 0, 0, 10, SETTING(U8, allow_own_as),
    "0", SESSION(REEVALUATE),
    "how often our AS may stand in a path that is taken" },
{ "enforce-first-as", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, enforce_first_as), "on", SESSION(REEVALUATE),
    "paths of an external neighbor must begin with its AS" },
{ "blackhole", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, blackhole), "off", SESSION(REEVALUATE),
    "what is marked as blackhole is dropped here (RFC 7999)" },
{ "reject-as-set", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, reject_as_set), "on", SESSION(REEVALUATE),
    "paths with sets are not taken (RFC 9774)" },
{ "as-override", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, as_override), "off", SESSION(REEVALUATE),
    "its own AS is ours in what an external neighbor is told" },
{ "remove-private-as", "[on|off]", ANY, NOTHING, 0, 0, 0,
    SETTING(FLAG, remove_private_as), "off", SESSION(REEVALUATE),
    "an external neighbor sees no private AS but ours" },
{ "import", "FILTER..", ANY, NOTHING, 0, 0, 0, SETTING(POLICY, import),
    NULL, SESSION(REEVALUATE), "filters for routes received" },
{ "export", "FILTER..", ANY, NOTHING, 0, 0, 0, SETTING(POLICY, export),
    NULL, SESSION(REEVALUATE), "filters for routes announced" },

{ "password-file", "off|FILE", ANY, NOTHING, 0, 0, 0,
    SETTING(FILE, password_file), "off", SESSION(RESET),
    "the password of TCP MD5 signatures (RFC 2385), absolute" },
{ "tcp-ao", "off|FILE", ANY, NOTHING, 0, 0, 0,
    SETTING(FILE, tcp_ao_file), "off", SESSION(RESET),
    "keys of the TCP Authentication Option (RFC 5925), absolute" },
{ "ttl-security", "off|N", ANY, NOTHING, 0, 1, 254,
    SETTING(U8, ttl_security), "off", SESSION(RESET),
    "hops to the neighbor; packets from further are dropped (RFC 5082)" },
{ "multihop", "off|N", ANY, NOTHING, 0, 1, 255, SETTING(U8, multihop),
    "off", SESSION(RESET), "hops to an external neighbor; off: 1" },

/* Filters; what their rules are made of is rule.c's. */
{ "filter", "NAME", IN(TOP), CONF_SCOPE_FILTER,
    CONF_REPEAT | CONF_NEEDS_BLOCK, 0, 0, LIST(FILTER), NULL,
    COST(NONE, POLICY), "rules for import and export; first match ends" },
{ "accept", "[CONDITION..] [set ACTION..]", IN(FILTER), NOTHING,
    CONF_REPEAT, 0, 0, PLAIN, NULL, SESSION(REEVALUATE),
    "lets the route through" },
{ "reject", "[CONDITION..]", IN(FILTER), NOTHING, CONF_REPEAT, 0, 0, PLAIN,
    NULL, SESSION(REEVALUATE), "keeps the route out" },
{ "continue", "[CONDITION..] set ACTION..", IN(FILTER), NOTHING,
    CONF_REPEAT, 0, 0, PLAIN, NULL, SESSION(REEVALUATE),
    "changes the route, and goes on to the next rule" },
{ "prefix-set", "NAME", IN(TOP), CONF_SCOPE_PREFIX_SET,
    CONF_REPEAT | CONF_NEEDS_BLOCK, 0, 0, LIST(PREFIX_SET), NULL,
    COST(NONE, POLICY), "prefixes that rules name" },
{ "PREFIX", "([le N] [ge N])", IN(PREFIX_SET), NOTHING, CONF_REPEAT, 0, 0,
    PLAIN, NULL, SESSION(REEVALUATE), "one of them, exact or by length" },
{ "community-set", "NAME", IN(TOP), CONF_SCOPE_COMMUNITY_SET,
    CONF_REPEAT | CONF_NEEDS_BLOCK, 0, 0, LIST(COMMUNITY_SET), NULL,
    COST(NONE, POLICY), "communities that rules name" },
{ "PATTERN", "", IN(COMMUNITY_SET), NOTHING, CONF_REPEAT, 0, 0, PLAIN,
    NULL, SESSION(REEVALUATE), "one of them, of any kind" },

/* RFC 5880; all of it is one setting, see conf_way_bfd. */
{ "bfd", "[on|off]", ANY, CONF_SCOPE_BFD, 0, 0, 0, SETTING(BFD, bfd),
    "off", SESSION(NONE), "fast detection of a dead neighbor or way" },
{ "interval", "TIME", IN(BFD), NOTHING, 0, 10, 60 * SECOND,
    SETTING(TIME, bfd.interval), "300ms", SESSION(NONE),
    "between packets, sent and expected" },
{ "multiplier", "N", IN(BFD), NOTHING, 0, 1, UINT8_MAX,
    SETTING(U8, bfd.multiplier), "3", SESSION(NONE),
    "intervals without a packet that are a failure" },
{ "multihop", "[on|off]", IN(BFD), NOTHING, 0, 0, 0,
    SETTING(FLAG, bfd.multihop), "off", SESSION(NONE),
    "there are routers in between (RFC 5883)" },
{ "auth", "off|FILE", IN(BFD), NOTHING, 0, 0, 0,
    SETTING(FILE, bfd.key_file), "off", SESSION(NONE),
    "the key of SHA-1, absolute" },
{ "auth-id", "N", IN(BFD), NOTHING, 0, 0, UINT8_MAX,
    SETTING(U8, bfd.key_id), "1", SESSION(NONE),
    "the number of that key" },
{ "auth-meticulous", "[on|off]", IN(BFD), NOTHING, 0, 0, 0,
    SETTING(FLAG, bfd.meticulous), "on", SESSION(NONE),
    "each packet has another number, which stops replays" },

/* RFC 8446; see tls.c for what is one setting of it. */
{ "tls", "[on|off]", ANY, CONF_SCOPE_TLS, 0, 0, 0, SETTING(TLS, tls),
    "off", SESSION(RESET), "encryption, and proof of who the neighbor is" },
{ "ca", "FILE", IN(TLS), NOTHING, 0, 0, 0, SETTING(TLS_FILE, tls.ca), NULL,
    SESSION(RESET), "certificates of whom to trust, absolute" },
{ "certificate", "FILE", IN(TLS), NOTHING, 0, 0, 0,
    SETTING(TLS_FILE, tls.certificate), NULL, SESSION(NONE),
    "this node's certificate, and what it was signed by, absolute" },
{ "key", "FILE", IN(TLS), NOTHING, 0, 0, 0, SETTING(TLS_FILE, tls.key),
    NULL, SESSION(NONE), "the key of that certificate, absolute" },
{ "crl", "off|FILE", IN(TLS), NOTHING, 0, 0, 0, SETTING(TLS_FILE, tls.crl),
    "off", SESSION(NONE), "lists of revoked certificates, absolute" },
{ "port", "N", IN(TLS), NOTHING, 0, 1, UINT16_MAX, SETTING(U16, tls.port),
    "8179", SESSION(RESET), "the port for TLS, on both sides" },
{ "identity", "auto|TEXT", IN(TLS), NOTHING, 0, 0, 0,
    SETTING(TLS_FILE, tls.identity), "auto", SESSION(RESET),
    "what the neighbor's certificate has to name; auto: name or address" },
{ "expiry", "keep|close", IN(TLS), NOTHING, 0, 0, 0,
    SETTING(TLS_EXPIRY, tls.expiry_closes), "keep", SESSION(NONE),
    "whether a session ends when a certificate does that it was made with" },
{ "required", "", IN(TLS), NOTHING, 0, 0, 0,
    SETTING(TLS_MODE, tls.preferred), NULL, SESSION(RESET),
    "never without TLS, which is the default" },
{ "preferred", "", IN(TLS), NOTHING, 0, 0, 0,
    SETTING(TLS_MODE, tls.preferred), NULL, SESSION(RESET),
    "without TLS where the neighbor does not have it" },

/* The kernel. */
{ "fib", "[off]", IN(TOP), CONF_SCOPE_FIB, 0, 0, 0, LIST(FIB), NULL,
    COST(RESTART, FIB), "routes of the kernel" },
{ "table", "main|N|NAME", IN(FIB), NOTHING, 0, 1, UINT32_MAX,
    CONF(TABLE, fib.table), "main", COST(RESTART, FIB),
    "routing table written to" },
{ "metric", "N", IN(FIB), NOTHING, 0, 1, UINT32_MAX,
    CONF(U32, fib.metric), "1024", COST(RESTART, FIB),
    "metric of installed routes" },
{ "protocol", "bgp|N", IN(FIB), NOTHING, 0, 5, UINT8_MAX,
    CONF(PROTOCOL, fib.protocol), "bgp", COST(RESTART, FIB),
    "protocol number that marks our routes" },
{ "ecmp", "N", IN(FIB), NOTHING, 0, 1, 16, CONF(U8, fib.ecmp), "16",
    COST(REEVALUATE, FIB), "next hops of one route, at most" },
{ "keep-on-exit", "TIME|off", IN(FIB), NOTHING, 0, 1 * SECOND, 24 * HOUR,
    CONF(KEEP, fib.keep), "10m", COST(NONE, FIB),
    "routes stay at exit, and how long the next start holds them" },
{ "nexthop-objects", "[on|off]", IN(FIB), NOTHING, 0, 0, 0,
    CONF(FLAG, fib.objects), "on", COST(RESTART, FIB),
    "routes share the kernel's next hop objects" },
{ "advertise-after", "install|decision", IN(FIB), NOTHING, 0, 0, 0,
    CONF(AFTER, fib.after_install), "install", COST(REEVALUATE, FIB),
    "routes are told once the kernel has them, or at once" },
{ "adopt", "PROTOCOL..", IN(FIB), NOTHING, 0, 0, 0,
    CONF(ADOPT, fib.adopt), NULL, COST(RESTART, FIB),
    "take over what another daemon left in the kernel" },
{ "device", "GLOB.. onlink", IN(FIB), NOTHING, CONF_REPEAT, 0, 0,
    LIST(DEVICES), NULL, COST(REEVALUATE, FIB),
    "interfaces where the kernel is to believe in any gateway" },
{ "audit", "TIME|off", IN(FIB), NOTHING, 0, 1 * SECOND, 24 * HOUR,
    CONF(TIME, fib.audit), "5m", COST(NONE, FIB),
    "how often the kernel's routes are looked through" },

/* The choice among routes. */
{ "decision", "", IN(TOP), CONF_SCOPE_DECISION, CONF_NEEDS_BLOCK, 0, 0,
    LIST(DECISION), NULL, COST(REEVALUATE, DECISION),
    "how the best of several routes is chosen" },
{ "always-compare-med", "[on|off]", IN(DECISION), NOTHING, 0, 0, 0,
    CONF(FLAG, decision.always_compare_med), "off",
    COST(REEVALUATE, DECISION), "compare MED of different AS too" },
{ "multipath", "[on|off]", IN(DECISION), NOTHING, 0, 0, 0,
    CONF(FLAG, decision.multipath), "on", COST(REEVALUATE, DECISION),
    "use all routes that are equally good" },

/* The daemon. */
{ "control", "FILE", IN(TOP), CONF_SCOPE_CONTROL, 0, 0, 0,
    LIST(CONTROL), NULL, COST(REBIND, CONTROL), "control socket" },
{ "group", "NAME", IN(CONTROL), NOTHING, 0, 0, 0,
    CONF(TEXT, control_group), NULL, COST(REBIND, CONTROL),
    "who may ask" },
{ "write-group", "NAME", IN(CONTROL), NOTHING, 0, 0, 0,
    CONF(TEXT, control_write_group), NULL, COST(REBIND, CONTROL),
    "who may change" },
{ "metrics", "ENDPOINT..", IN(TOP), CONF_SCOPE_METRICS, 0, 0, 0,
    LIST(METRICS), NULL, COST(REBIND, METRICS),
    "where metrics, health and a page to look at are served" },
{ "per-neighbor", "off|down|all", IN(METRICS), NOTHING, 0, 0, 0,
    CONF(PER_NEIGHBOR, per_neighbor), "down", COST(NONE, METRICS),
    "which neighbors have metrics of their own" },
{ "log", "error|warn|info|debug [text|logfmt|json]", IN(TOP), NOTHING,
    0, 0, 0, CONF(LOG, log_level), "info text", COST(NONE, LOG),
    "level and form of the log" },
{ "memory", "limit SIZE", IN(TOP), NOTHING, 0, 0, 0,
    CONF(SIZE, memory_limit), NULL, COST(NONE, MEMORY),
    "no new paths above that" },
{ "state-directory", "FILE", IN(TOP), NOTHING, 0, 0, 0,
    CONF(TEXT, state_directory), NULL, CONF_COST_RESTART, 0,
    "where runtime commands are kept" },
{ "drain-time", "TIME", IN(TOP), NOTHING, CONF_OR_ZERO, 1 * SECOND, HOUR,
    CONF(TIME, drain_time), "30s", COST(NONE, DRAIN),
    "between the warning and the withdrawal when this node drains" },

/* Words of later versions. */
LATER("device", "NAME", SINGLE, NOTHING),
LATER("keep-filtered", "on|off", ANY, NOTHING),
LATER("bmp", "ANY..", IN(TOP), NOTHING),
LATER("mrt", "ANY..", IN(TOP), NOTHING),
LATER("daemon-user", "NAME", IN(TOP), NOTHING),
};
/* clang-format on */

const size_t conf_schema_count = sizeof(conf_schema) / sizeof(*conf_schema);
static_assert(sizeof(conf_schema) / sizeof(*conf_schema) < CONF_SCHEMA_MAX,
    "CONF_SCHEMA_MAX is too small");

const char *
conf_scope_name(enum conf_scope scope)
{
	return scope_names[scope];
}

/* A row whose word is a type takes every value of that type. */
static bool
row_takes(const struct conf_keyword *row, const char *word)
{
	if (strcmp(row->word, word) == 0)
		return true;
	return isupper((unsigned char)row->word[0]) &&
	    conf_value_may_be(row->word, word);
}

const struct conf_keyword *
conf_schema_find(enum conf_scope scope, const char *word)
{
	const struct conf_keyword *row;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if ((row->scopes & 1u << scope) != 0 && row_takes(row, word))
			return row;
	return NULL;
}

const struct conf_keyword *
conf_schema_type(enum conf_scope scope)
{
	const struct conf_keyword *row;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if ((row->scopes & 1u << scope) != 0 &&
		    isupper((unsigned char)row->word[0]))
			return row;
	return NULL;
}

const struct conf_keyword *
conf_schema_nearest(enum conf_scope scope, const char *word)
{
	const struct conf_keyword *row, *best = NULL;
	const char *nearest = NULL, *before;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++) {
		if ((row->scopes & 1u << scope) == 0 ||
		    isupper((unsigned char)row->word[0]))
			continue;
		before = nearest;
		symbol_nearest(word, row->word, &nearest);
		if (nearest != before)
			best = row;
	}
	return best;
}

unsigned int
conf_schema_scopes(const char *word)
{
	const struct conf_keyword *row;
	unsigned int scopes = 0;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if (strcmp(row->word, word) == 0)
			scopes |= row->scopes;
	return scopes;
}
