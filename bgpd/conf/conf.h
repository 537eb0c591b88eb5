/* SPDX-License-Identifier: ISC */
/* conf.h - the typed configuration, from text and to differences */
/*
 * Text goes through the lexer (words and punctuation with file:line:col), the
 * parser (statements into a tree), the schema (one row per keyword: scope,
 * type, range, place in the struct, what a reload of it costs, whether this
 * version has it, one line of help) and the checks of meaning; out comes a
 * struct conf in which every neighbour has all its settings resolved
 * (built-in < global < group or mesh < neighbour), or a list of all errors.
 * A conf is immutable and self-contained.  Nothing here knows the daemon.
 */
#ifndef BGPD_CONF_CONF_H
#define BGPD_CONF_CONF_H

#include <stdio.h>

#include "kernel/address.h"
#include "rib/decide.h"
#include "rib/drain.h"
#include "rib/identity.h"
#include "rib/policy.h"
#include "rib/role.h"
#include "rib/symbol.h"

struct conf_place {
	const char	*file;		/* owned by the conf */
	unsigned int	 line;		/* from 1; 0: a default */
	unsigned int	 column;
};

enum conf_level {			/* of the log, and of messages */
	CONF_ERROR,
	CONF_WARN,
	CONF_INFO,
	CONF_DEBUG
};
enum conf_log_form { CONF_LOG_TEXT, CONF_LOG_LOGFMT, CONF_LOG_JSON };

/* One finding; text is "unknown setting 'remote-is' in neighbor". */
struct conf_message {
	enum conf_level		 level;		/* ERROR or WARN */
	char			*file;
	struct conf_place	 place;		/* its file is the one above */
	unsigned int		 indent;	/* column within source, from 1 */
	unsigned int		 width;		/* letters under the caret */
	char			*text;
	char			*help;		/* "did you mean ...", or NULL */
	char			*source;	/* (part of) the line, or NULL */
};
struct conf_messages {
	struct conf_message	*at;
	size_t			 count;
	size_t			 errors;	/* of them */
};

enum conf_remote {
	CONF_REMOTE_UNSET,
	CONF_REMOTE_AS,			/* remote_as */
	CONF_REMOTE_INTERNAL,
	CONF_REMOTE_EXTERNAL		/* any AS but ours */
};

enum conf_next_hop {
	CONF_NEXT_HOP_AUTO,
	CONF_NEXT_HOP_SELF,
	CONF_NEXT_HOP_KEEP
};

enum conf_capability {
	CONF_MULTIPROTOCOL,
	CONF_ROUTE_REFRESH,
	CONF_ENHANCED_REFRESH,
	CONF_FOUR_OCTET_AS,
	CONF_GRACEFUL_RESTART,
	CONF_EXTENDED_MESSAGE,
	CONF_FQDN,
	CONF_EXTENDED_NEXT_HOP,
	CONF_ADD_PATH,
	CONF_LONG_LIVED,
	CONF_ROLE,
	CONF_SOFTWARE_VERSION,
	CONF_CAPABILITY_MAX
};
enum conf_capability_state {
	CONF_CAPABILITY_UNSET,		/* never after conf_load */
	CONF_CAPABILITY_OFF,		/* whatever its setting says */
	CONF_CAPABILITY_ON,
	CONF_CAPABILITY_REQUIRE
};

/* What to do with a neighbour that sends more prefixes than expected. */
enum conf_limit_action {
	CONF_LIMIT_NONE,		/* no limit */
	CONF_LIMIT_WARN,
	CONF_LIMIT_RESTART,		/* Cease, and again after restart */
	CONF_LIMIT_DISABLE		/* Cease, and an operator's turn */
};
struct conf_limit {
	enum conf_limit_action	 action;
	uint32_t		 count;		/* more than that is too many */
	uint32_t		 restart;	/* ms */
	bool			 accepted;	/* those let in count, not all */
};

/* RFC 5880; off: the rest does not count. */
struct conf_bfd {
	bool		on;
	bool		multihop;
	bool		meticulous;
	uint32_t	interval;		/* ms */
	uint8_t		multiplier;
	uint8_t		key_id;
	char		*key_file;		/* or NULL */
	char		*key;			/* its line, or NULL */
};

/* Keys of TCP-AO, RFC 5925; the first is asked for.  No padding: see diff. */
enum conf_mac {				/* RFC 5926 */
	CONF_MAC_HMAC_SHA1,
	CONF_MAC_AES_128_CMAC,
	CONF_MAC_MAX
};
#define CONF_AO_MAX	2
struct conf_ao_key {
	uint8_t		id;			/* both ways */
	uint8_t		mac;			/* enum conf_mac */
	char		secret[80 + 1];
};
struct conf_ao {
	uint8_t		count;
	struct conf_ao_key keys[CONF_AO_MAX];	/* zero behind count */
};

/* Encrypted and authenticated by certificates; off: the rest does not count. */
struct conf_tls {
	bool		on;
	bool		preferred;		/* plain will do, if it must */
	bool		expiry_closes;		/* a certificate's: the session */
	uint16_t	port;			/* of both sides */
	char		*ca;			/* files; on: never NULL */
	char		*certificate;
	char		*key;
	char		*crl;			/* or NULL */
	char		*identity;		/* pattern, or NULL: identity.h */
};

/* All settings of one neighbour; times in milliseconds. */
struct conf_settings {
	enum conf_remote remote;
	uint32_t	remote_as;
	uint32_t	local_as;		/* 0: this node's */
	bool		family[FAMILY_MAX];	/* carried by the session */
	bool		passive;
	bool		disabled;
	bool		reflector_client;
	uint16_t	port;
	struct address	source;			/* unset: by the rule */
	char		*description;		/* or NULL */
	uint32_t	hold_time;		/* 0: none */
	uint32_t	keepalive;		/* 0: a third */
	uint32_t	connect_retry;
	uint32_t	idle_hold;
	uint32_t	send_hold;		/* 0: RFC 9687's */
	uint32_t	restart_time;		/* graceful-restart; 0: off */
	uint32_t	long_lived;		/* ms, 0: off */
	uint8_t		role;			/* enum role, ours */
	uint8_t		add_path;		/* enum add_path bits, or 0 */
	uint8_t		add_path_max;		/* paths sent; 0: all */
	char		*password_file;		/* or NULL */
	char		*password;		/* its line, or NULL */
	char		*tcp_ao_file;		/* or NULL */
	struct conf_ao	*tcp_ao;		/* its lines, or NULL */
	uint8_t		ttl_security;		/* hops; 0: off */
	struct conf_bfd	bfd;
	struct conf_tls	tls;
	uint8_t		multihop;		/* hops; 0: off */
	uint8_t		capability[CONF_CAPABILITY_MAX];
	struct conf_limit max_prefix[FAMILY_MAX];
	uint32_t	max_prefix_out[FAMILY_MAX];	/* 0: no limit */
	uint8_t		next_hop;		/* enum conf_next_hop */
	uint8_t		allow_own_as;		/* times */
	bool		as_override;
	bool		remove_private_as;
	bool		reject_as_set;
	bool		enforce_first_as;
	bool		blackhole;		/* RFC 7999 is obeyed */
	struct policy	import;		/* of the conf's own filters */
	struct policy	export;
	bool		import_given;
	bool		export_given;
};

enum conf_kind {
	CONF_MESH,
	CONF_NEIGHBOR,		/* of a group when group is set */
	CONF_RANGE,		/* the same: whoever connects from there */
	CONF_LINKS,		/* the same: whoever is found on interfaces */
	CONF_FOUND		/* never in a config: one of those, as a guest */
};

/*
 * One session to be: a mesh node of two addresses makes two of these.  A range
 * is named by its prefix, whose address is here, and is a pattern for many; so
 * is one of interfaces, which has a name and no address.
 */
struct conf_neighbor {
	enum conf_kind		 kind;
	char			*name;
	char			*group;		/* or NULL */
	struct address		 address;
	char			 zone[KERNEL_IFNAME];	/* link-local, or "" */
	uint8_t			 length;	/* range: of the prefix */
	uint32_t		 limit;	/* of a range, or on one interface */
	char			(*interface)[KERNEL_IFNAME];	/* patterns */
	size_t			 ninterface;
	char			*pattern;	/* found: its name, or NULL */
	bool			 guest;		/* made by conf_guest_new */
	struct conf_settings	 settings;
	bool			 commanded_down;	/* runtime.h */
	struct prefix		*blocks;	/* mesh: who may announce what */
	size_t			 nblocks;
};

struct conf_announce {
	struct prefix		 prefix;
	uint32_t		*communities;
	size_t			 ncommunities;
};

/* Routes of the kernel to announce; empty lists hold for all but as said. */
struct conf_learn {
	char			(*interface)[KERNEL_IFNAME];	/* patterns */
	size_t			 ninterface;
	struct prefix		*within;
	size_t			 nwithin;
	uint8_t			*protocols;	/* none: not the kernel's own */
	size_t			 nprotocols;
	uint32_t		*tables;	/* none: main */
	size_t			 ntables;
};
#define CONF_LEARN_TABLES 16	/* of all blocks together, at most */

struct conf_listen {
	struct address		 address;
	uint16_t		 port;
	struct conf_place	 place;
};

/* Sets that filters name, in the order of the text. */
struct conf_prefix_set {
	char			*name;
	struct prefix_set	*set;		/* a reference */
};
struct conf_community_set {
	char			*name;
	struct community_set	*set;		/* a reference */
};

enum conf_guard {			/* against foreign pod blocks */
	CONF_GUARD_OFF,
	CONF_GUARD_WARN,
	CONF_GUARD_REFUSE
};

#define CONF_ADOPT_MAX	8
#define CONF_PROTOCOL_STRLEN	16

/*
 * How routes inside of a pool leave this node.  Of those that nest, the
 * innermost counts.
 */
struct conf_tunnel {
	struct prefix		 prefix;
	char			 device[KERNEL_IFNAME];
	bool			 onlink;	/* the BGP next hop is gateway */
	bool			 other_subnet;	/* only to next hops in others */
	size_t			 outer;		/* the next around it, plus 1 */
};

/* Where metrics and health are served. */
struct conf_endpoint {
	char		*path;		/* a unix socket; NULL: TCP */
	struct address	 address;
	uint16_t	 port;
};

/* Metrics that are told of each neighbor. */
enum conf_per_neighbor {
	CONF_PER_NEIGHBOR_OFF,		/* totals only */
	CONF_PER_NEIGHBOR_DOWN,		/* of the mesh, only those down */
	CONF_PER_NEIGHBOR_ALL
};

struct conf_fib {
	bool		off;
	uint32_t	table;
	uint32_t	metric;
	uint8_t		protocol;
	uint8_t		ecmp;
	bool		keep;			/* keep-on-exit */
	uint32_t	keep_time;		/* ms */
	bool		objects;		/* nexthop-objects */
	bool		after_install;		/* advertise-after */
	uint8_t		adopt[CONF_ADOPT_MAX];	/* protocols; 0: no more */
	char		(*onlink)[KERNEL_IFNAME];	/* patterns of devices */
	size_t		nonlink;
	uint32_t	audit;			/* ms; 0: off */
};

struct conf {
	uint32_t		 as;
	char			*node;		/* never NULL after conf_load */
	uint32_t		 router_id;	/* 0: auto */
	uint32_t		 cluster_id;	/* 0: none given */
	bool			 address_none[FAMILY_MAX];
	struct address_rule	*rules[FAMILY_MAX];
	size_t			 nrules[FAMILY_MAX];
	struct prefix		*blocks;
	size_t			 nblocks;
	struct prefix		*pools;
	size_t			 npools;
	struct conf_tunnel	*tunnels;	/* in order; of pools */
	size_t			 ntunnels;
	uint8_t			 guard;		/* enum conf_guard */
	struct conf_announce	*announce;
	size_t			 nannounce;
	struct conf_learn	*learn;
	size_t			 nlearn;
	struct conf_listen	*listen;	/* none with `listen none` */
	size_t			 nlisten;
	bool			 listen_given;
	struct conf_neighbor	*neighbors;	/* without this node itself */
	size_t			 nneighbors;
	size_t			*ranges;	/* those that are patterns */
	size_t			 nranges;
	struct address		*own;		/* mesh addresses of this node */
	size_t			 nown;
	bool			 mesh;		/* a mesh block is there */
	bool			 mesh_has_us;
	struct conf_prefix_set	*prefix_sets;
	size_t			 nprefix_sets;
	struct conf_community_set *community_sets;
	size_t			 ncommunity_sets;
	struct filter		**filters;	/* a reference each */
	size_t			 nfilters;
	struct conf_fib		 fib;
	struct decide_rules	 decision;
	char			*control;	/* socket path, or NULL */
	char			*control_group;		/* may read, or NULL */
	char			*control_write_group;	/* may write, or NULL */
	struct conf_endpoint	*metrics;	/* none: not served */
	size_t			 nmetrics;
	uint8_t			 per_neighbor;	/* enum conf_per_neighbor */
	enum conf_level		 log_level;
	enum conf_log_form	 log_form;
	size_t			 memory_limit;	/* bytes; 0: by the cgroup */
	char			*state_directory;	/* or NULL */
	uint32_t		 drain_time;	/* ms */
	/* By runtime commands, see runtime.h. */
	enum drain		 drain;
	struct prefix		*commanded;	/* of the blocks */
	size_t			 ncommanded;
	struct prefix		*removed;	/* blocks of the file */
	size_t			 nremoved;
	struct prefix		*shut_out;	/* hosts that are no guests */
	size_t			 nshut_out;
	char			**shut_links;	/* names of guests on links */
	size_t			 nshut_links;
	bool			 expected[FAMILY_MAX];	/* DESIGN 4 */
	/* Owned text. */
	char			**files;
	size_t			 nfiles;
};

/* Whether certificate, key and the rest prove anything; false: the fault. */
typedef bool	 conf_identity_judge(const struct identity_texts *,
		    struct identity_fault *);
/*
 * Reads, parses and checks a file and what it includes.  NULL when there is
 * any error.  host is the default of `node`.  All findings are appended to
 * *messages, warnings too.  Without a judge the contents of certificates are
 * not looked at.
 */
struct conf	*conf_load(const char *path, const char *host,
		    conf_identity_judge *, struct conf_messages *);
/*
 * The same from memory; name stands for the file in messages.  Nothing is
 * read from disk, so `include` is an error and no password is known.
 */
struct conf	*conf_parse(const char *name, const char *text,
		    const char *host, struct conf_messages *);
void		 conf_free(struct conf *);
/* Memory of it, and of a guest's settings; of what is large in there. */
size_t		 conf_bytes(const struct conf *);
size_t		 conf_guest_bytes(const struct conf_neighbor *);
/* Does it stand for neighbors to come, rather than for one? */
static inline bool
conf_neighbor_is_pattern(const struct conf_neighbor *n)
{
	return n->kind == CONF_RANGE || n->kind == CONF_LINKS;
}
/* What filters call it by. */
static inline const char *
conf_neighbor_known_as(const struct conf_neighbor *n)
{
	return n->pattern != NULL ? n->pattern : n->name;
}
/* May it speak without TLS? */
static inline bool
conf_takes_plain(const struct conf_neighbor *n)
{
	return !n->settings.tls.on || n->settings.tls.preferred;
}
/* The first that takes an interface of that name, or NULL. */
const struct conf_neighbor *conf_links_find(const struct conf *,
		    const char *name);
/* The innermost that a prefix lies in, or NULL. */
const struct conf_tunnel *conf_tunnel_find(const struct conf *,
		    const struct prefix *);
/* Is `device .. onlink` said of an interface of that name? */
bool		 conf_device_is_onlink(const struct conf *, const char *name);
/*
 * Reads the files that it names; false and what is wrong with one.  To be
 * cleared in any case, which wipes them.
 */
bool		 conf_tls_read(const struct conf_tls *,
		    struct identity_texts *, struct identity_fault *);
void		 conf_tls_texts_clear(struct identity_texts *);
bool		 conf_tls_same_files(const struct conf_tls *,
		    const struct conf_tls *);
/*
 * The passwords that the second has from its files, in the first for the same
 * files: no file is read.
 */
void		 conf_secrets_keep(struct conf *, const struct conf *);
/* The longest range that covers an address, or NULL. */
const struct conf_neighbor *conf_range_find(const struct conf *,
		    const struct address *);
/* Is who comes from there, or is found there, no guest, by bgpctl? */
bool		 conf_guest_is_shut_out(const struct conf *,
		    const struct conf_neighbor *pattern,
		    const struct address *, const char *interface);
/*
 * Who connects from a range, as a neighbor of its own that is named by its
 * address, or who is found on an interface, named after that: uplinks/eth0;
 * the caller's, to be freed.  An unset address is somebody to be found.
 */
struct conf_neighbor *conf_guest_new(const struct conf *,
		    const struct conf_neighbor *pattern,
		    const struct address *, const char *interface);
void		 conf_guest_free(struct conf_neighbor *);	/* or NULL */
/*
 * Filters of the first that are equal to ones of the second, the one in use,
 * become the very same; see rib/filter.h.
 */
void		 conf_adopt(struct conf *, const struct conf *);
/* Neighbors as people count them: the sessions of one name are one. */
size_t		 conf_neighbor_names(const struct conf *);
/* By the config, or by a runtime command. */
bool		 conf_neighbor_is_disabled(const struct conf_neighbor *);
void		 conf_messages_clear(struct conf_messages *);
/* Each as `file:line:col: error: text`, the line, a caret, the help. */
void		 conf_messages_print(const struct conf_messages *, FILE *);

/* The effective configuration as text that conf_parse reads back the same. */
char		*conf_format(const struct conf *);

/* What a change costs, in order. */
enum conf_cost {
	CONF_COST_NONE,
	CONF_COST_REEVALUATE,	/* policy: routes are judged again */
	CONF_COST_REBIND,	/* a listener */
	CONF_COST_RESET,	/* the session */
	CONF_COST_RESTART	/* only at the next start of the daemon */
};

enum conf_subject {
	CONF_GLOBAL,			/* `effect` says which part */
	CONF_NEIGHBOR_ADDED,
	CONF_NEIGHBOR_REMOVED,
	CONF_NEIGHBOR_CHANGED
};

/* Parts of the daemon that a global change concerns; bits. */
enum conf_effect {
	CONF_EFFECT_IDENTITY = 1 << 0,	/* as, router-id, cluster-id, node */
	CONF_EFFECT_ADDRESS = 1 << 1,	/* address rules, pools, own entry */
	CONF_EFFECT_ORIGIN = 1 << 2,	/* blocks, announce */
	CONF_EFFECT_POLICY = 1 << 3,	/* pools */
	CONF_EFFECT_LISTEN = 1 << 4,
	CONF_EFFECT_FIB = 1 << 5,
	CONF_EFFECT_CONTROL = 1 << 6,
	CONF_EFFECT_LOG = 1 << 7,
	CONF_EFFECT_MEMORY = 1 << 8,
	CONF_EFFECT_DECISION = 1 << 9,
	CONF_EFFECT_DRAIN = 1 << 10,
	CONF_EFFECT_METRICS = 1 << 11,
	CONF_EFFECT_LEARN = 1 << 12
};

struct conf_change {
	enum conf_subject		 subject;
	enum conf_cost			 cost;
	unsigned int			 effect;	/* of CONF_GLOBAL */
	const struct conf_neighbor	*before;	/* or NULL */
	const struct conf_neighbor	*after;		/* or NULL */
	/* "neighbor tor-1: hold-time 90s -> 30s" */
	char				*text;
};
struct conf_changes {
	struct conf_change	*at;
	size_t			 count;
	size_t			 removed;	/* neighbours */
};
/*
 * Borrows both; a neighbour is itself by (name, address, zone).  No change at
 * all means the same daemon: places and the order of lists do not count.
 * Globals come first, then the neighbours by name, one change for each.
 */
void		 conf_diff(const struct conf *before, const struct conf *after,
		    struct conf_changes *);
void		 conf_changes_clear(struct conf_changes *);
/* "session reset", "re-evaluate", ... as printed in brackets. */
const char	*conf_cost_word(enum conf_cost);

/* "90s", "300ms", "4h" and back; false when it is no time. */
bool		 conf_time_parse(const char *, uint32_t *ms);
char		*conf_time_format(uint32_t ms, char buf[16]);

/* "static", "186"; who made a route of the kernel, as ip-route(8) has it. */
const char	*conf_protocol_name(uint8_t protocol,
		    char buf[CONF_PROTOCOL_STRLEN]);

#endif
