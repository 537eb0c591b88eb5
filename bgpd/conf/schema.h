/* SPDX-License-Identifier: ISC */
/* schema.h - the table of all keywords */
#ifndef BGPD_CONF_SCHEMA_H
#define BGPD_CONF_SCHEMA_H

#include "bgpd/conf/conf.h"

/* Where a statement may stand: at the top, or in the block of a word. */
enum conf_scope {
	CONF_SCOPE_TOP,
	CONF_SCOPE_MESH,
	CONF_SCOPE_NODE,		/* of the mesh */
	CONF_SCOPE_GROUP,
	CONF_SCOPE_NEIGHBOR,
	CONF_SCOPE_NEIGHBORS,
	CONF_SCOPE_FIB,
	CONF_SCOPE_CONTROL,
	CONF_SCOPE_POOLS,
	CONF_SCOPE_LEARN,
	CONF_SCOPE_FILTER,
	CONF_SCOPE_BFD,
	CONF_SCOPE_TLS,
	CONF_SCOPE_METRICS,
	CONF_SCOPE_DECISION,
	CONF_SCOPE_PREFIX_SET,
	CONF_SCOPE_COMMUNITY_SET,
	CONF_SCOPE_MAX			/* none */
};

/* Bits of conf_keyword.flags. */
enum conf_flag {
	CONF_REPEAT = 1 << 0,		/* may stand more than once */
	CONF_NEEDS_BLOCK = 1 << 1,
	CONF_OR_ZERO = 1 << 2,		/* 0 is fine though below min */
	CONF_WHOLE = 1 << 3,		/* whole seconds */
	CONF_LATER = 1 << 4		/* not available in this version */
};

/* What becomes of the arguments; the lists are resolve.c's, see field.c. */
enum conf_store {
	CONF_STORE_NONE,
	CONF_STORE_FLAG,		/* bool; on without argument */
	CONF_STORE_U8,
	CONF_STORE_U16,
	CONF_STORE_U32,
	CONF_STORE_TIME,		/* uint32_t, ms; off is 0 */
	CONF_STORE_ID,			/* uint32_t as IPv4; auto is 0 */
	CONF_STORE_TABLE,		/* uint32_t; main */
	CONF_STORE_PROTOCOL,		/* uint8_t; bgp */
	CONF_STORE_KEEP,		/* struct conf_fib's keep, keep_time */
	CONF_STORE_ADOPT,		/* uint8_t[CONF_ADOPT_MAX] */
	CONF_STORE_TEXT,		/* char *, owned */
	CONF_STORE_FILE,		/* the same; off is NULL */
	CONF_STORE_ADDRESS,
	CONF_STORE_FAMILIES,		/* bool[FAMILY_MAX] */
	CONF_STORE_POLICY,		/* struct policy and its _given */
	CONF_STORE_REMOTE,		/* struct conf_settings */
	CONF_STORE_ROLE,		/* uint8_t */
	CONF_STORE_GUARD,		/* the same */
	CONF_STORE_AFTER,		/* bool; install is true */
	CONF_STORE_PER_NEIGHBOR,	/* the same */
	CONF_STORE_ADD_PATH,		/* uint8_t and its _max */
	CONF_STORE_NEXT_HOP,		/* uint8_t */
	CONF_STORE_CAPABILITIES,	/* uint8_t[CONF_CAPABILITY_MAX] */
	CONF_STORE_CAPABILITY,		/* one of them, see capability.h */
	CONF_STORE_LIMITS,		/* struct conf_limit[FAMILY_MAX] */
	CONF_STORE_LIMIT,		/* one of them */
	CONF_STORE_COUNTS,		/* uint32_t[FAMILY_MAX]; off is 0 */
	CONF_STORE_BFD,			/* struct conf_bfd; its block too */
	CONF_STORE_TLS,			/* struct conf_tls; its block too */
	CONF_STORE_TLS_MODE,		/* bool; by the word itself */
	CONF_STORE_TLS_FILE,		/* char *, owned; a word is NULL */
	CONF_STORE_TLS_EXPIRY,		/* bool; close is true */
	CONF_STORE_SIZE,		/* size_t */
	CONF_STORE_LOG,			/* struct conf's log_level, log_form */
	CONF_STORE_PREFIXES,		/* from here on: lists and blocks */
	CONF_STORE_RULE,
	CONF_STORE_ANNOUNCE,
	CONF_STORE_LEARN,
	CONF_STORE_LISTEN,
	CONF_STORE_TUNNEL,
	CONF_STORE_DEVICES,
	CONF_STORE_FIB,
	CONF_STORE_DECISION,
	CONF_STORE_CONTROL,
	CONF_STORE_METRICS,
	CONF_STORE_PREFIX_SET,
	CONF_STORE_COMMUNITY_SET,
	CONF_STORE_FILTER,
	CONF_STORE_MESH,
	CONF_STORE_NODE,
	CONF_STORE_GROUP,
	CONF_STORE_NEIGHBOR,
	CONF_STORE_RANGE,
	CONF_STORE_MAX
};

/* The struct that `offset` counts from. */
enum conf_base {
	CONF_BASE_NONE,
	CONF_BASE_CONF,
	CONF_BASE_SETTINGS
};

struct conf_keyword {
	const char	*word;	/* in upper case: any value of that type */
	/*
	 * The arguments: `word` stands for itself, `TYPE` for a value (see
	 * value.c), `a|b` for one of them, `a..` for one or more, `[ ]` is
	 * optional, `( )` holds optional ones in any order.
	 */
	const char	*form;
	unsigned int	 scopes;	/* bits: 1 << enum conf_scope */
	enum conf_scope	 opens;		/* by its block, or CONF_SCOPE_MAX */
	unsigned int	 flags;
	uint32_t	 min, max;	/* of its N or TIME (ms); max 0: any */
	enum conf_store	 store;
	enum conf_base	 base;
	size_t		 offset;
	const char	*preset;	/* built-in value, or NULL */
	enum conf_cost	 cost;		/* of changing it in a reload */
	unsigned int	 effect;	/* enum conf_effect bits */
	const char	*help;
};

#define CONF_SCHEMA_MAX	128u

extern const struct conf_keyword conf_schema[];
extern const size_t conf_schema_count;	/* < CONF_SCHEMA_MAX */

/* "mesh"; "the top level". */
const char	*conf_scope_name(enum conf_scope);

/* The row of a word in a scope, or NULL. */
const struct conf_keyword *conf_schema_find(enum conf_scope, const char *);
/* The row that takes values of a type in the place of words, or NULL. */
const struct conf_keyword *conf_schema_type(enum conf_scope);
/* The row that was probably meant, or NULL. */
const struct conf_keyword *conf_schema_nearest(enum conf_scope, const char *);
/* Scopes that know the word, as bits. */
unsigned int	 conf_schema_scopes(const char *);
/* "mesh, group or neighbor", for bits of scopes. */
char		*conf_scopes_text(unsigned int scopes, char *, size_t);
/* "hold-time TIME", as a person may read it. */
char		*conf_usage_text(const struct conf_keyword *, char *, size_t);

#endif
