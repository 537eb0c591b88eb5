/* SPDX-License-Identifier: ISC */
/* value.h - a word as a value of a type */
#ifndef BGPD_CONF_VALUE_H
#define BGPD_CONF_VALUE_H

#include "bgpd/conf/lex.h"
#include "bgpd/conf/schema.h"

enum conf_type {
	CONF_TYPE_LITERAL,	/* a word of the form itself */
	CONF_TYPE_ADDRESS,
	CONF_TYPE_ANY,
	CONF_TYPE_ACTION,	/* of a rule, see rule.h */
	CONF_TYPE_AS,
	CONF_TYPE_CAPABILITY,
	CONF_TYPE_COMMUNITY,
	CONF_TYPE_CONDITION,	/* likewise */
	CONF_TYPE_ENDPOINT,	/* ADDRESS:PORT or a path */
	CONF_TYPE_FAMILY,
	CONF_TYPE_FILE,
	CONF_TYPE_FILTER,
	CONF_TYPE_GLOB,		/* interface pattern */
	CONF_TYPE_IPV4,
	CONF_TYPE_N,
	CONF_TYPE_NAME,
	CONF_TYPE_PATTERN,	/* communities of all kinds, with wildcards */
	CONF_TYPE_PREFIX,
	CONF_TYPE_PROTOCOL,	/* who makes a route of the kernel */
	CONF_TYPE_SIZE,
	CONF_TYPE_TEXT,
	CONF_TYPE_TIME,
	CONF_TYPE_ZONED,	/* ADDR: with %ZONE where it is link-local */
	CONF_TYPE_MAX
};

struct conf_value {
	enum conf_type		 type;
	const struct conf_word	*word;
	union {
		uint32_t	 number;	/* AS, N, TIME, IPV4, FAMILY, .. */
		size_t		 size;
		struct address	 address;
		struct prefix	 prefix;
		struct {		/* port 0: the word is a path */
			struct address	address;
			uint16_t	port;
		} endpoint;
		struct community_pattern pattern;
		/* Built in, or NULL until conf_filters_take. */
		const struct filter *filter;
	} is;
};

enum conf_fit {
	CONF_NO_FIT,		/* a word of some other type */
	CONF_WRONG,		/* of that type, and wrong: see the fault */
	CONF_FIT
};

struct conf_fault {
	char	text[128];
	char	help[96];
};

/* The type named in a form, or CONF_TYPE_MAX. */
enum conf_type	 conf_type_find(const char *name, size_t length);
/* "a time such as 30s" */
const char	*conf_type_what(enum conf_type);
/* True when any word would do, so that words of the form go first. */
bool		 conf_type_is_open(enum conf_type);
/* The row gives the range. */
enum conf_fit	 conf_value_parse(enum conf_type, const struct conf_keyword *,
		    const struct conf_word *, struct conf_value *,
		    struct conf_fault *);
/* Whether the text is of a type named like this, though it may be wrong. */
bool		 conf_value_may_be(const char *type, const char *text);
/* A name as a word, in quotes where it needs them. */
void		 conf_name_print(const char *, FILE *);
/* Always in quotes. */
void		 conf_text_print(const char *, FILE *);

#endif
