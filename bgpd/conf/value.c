/* SPDX-License-Identifier: ISC */
/* value.c - a word as a value of a type */

/*
 * One row for each type that a form of the schema may name, with the words
 * that say in an error what was expected.  A parser answers one of three
 * things: the word fits; it is something else altogether, so that another
 * alternative of the form may take it; or it is of this type but wrong (host
 * bits, out of range), and then the fault says how, and no other alternative
 * is asked.
 *
 * The words are foreign text of at most CONF_WORD_SIZE octets.  What a value
 * means beside others is check.c's; what becomes of it is resolve.c's.  Times
 * are milliseconds, sizes octets.
 */

#include "bgpd/conf/value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "bgpd/conf/capability.h"
#include "bgpd/conf/protocol.h"
#include "bgpd/wire/msg.h"
#include "rib/aspath.h"
#include "rib/community.h"
#include "rib/text.h"

#define NAME_SIZE 253u /* of a DNS name */

/* What a parser is given and fills in. */
struct parsing {
	const char *text;
	bool quoted;
	const struct conf_keyword *row; /* NULL: no range */
	struct conf_value *value;
	struct conf_fault *fault;
};

/* May it stand without quotes? */
static bool
name_is_plain(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name != '\0'; name++)
		if (!isalnum((unsigned char)*name) &&
		    strchr("_.-", *name) == NULL)
			return false;
	return true;
}

void
conf_text_print(const char *text, FILE *out)
{
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
	putc('"', out);
}

void
conf_name_print(const char *name, FILE *out)
{
	if (name_is_plain(name))
		fputs(name, out);
	else
		conf_text_print(name, out);
}

__attribute__((format(printf, 2, 3))) static enum conf_fit
wrong(const struct parsing *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->fault->text, sizeof(p->fault->text), format, arguments);
	va_end(arguments);
	return CONF_WRONG;
}

__attribute__((format(printf, 2, 3))) static enum conf_fit
mend(const struct parsing *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->fault->help, sizeof(p->fault->help), format, arguments);
	va_end(arguments);
	return CONF_WRONG;
}

static enum conf_fit
parse_address(const struct parsing *p)
{
	struct prefix prefix;

	if (address_parse(p->text, &p->value->is.address))
		return CONF_FIT;
	if (strchr(p->text, '/') != NULL &&
	    prefix_parse(p->text, &prefix, NULL)) {
		wrong(p, "'%.60s' is a prefix, not an address", p->text);
		return mend(p, "did you mean %.*s?", (int)strcspn(p->text, "/"),
		    p->text);
	}
	if (strchr(p->text, '%') != NULL)
		return wrong(p, "'%.60s': no zone is possible here", p->text);
	return CONF_NO_FIT;
}

static enum conf_fit
parse_zoned(const struct parsing *p)
{
	size_t length = strcspn(p->text, "%");
	char text[ADDRESS_STRLEN];
	struct address *address = &p->value->is.address;
	const char *zone = p->text + length;

	if (*zone == '\0')
		return parse_address(p);
	if (length >= sizeof(text))
		return CONF_NO_FIT;
	memcpy(text, p->text, length);
	text[length] = '\0';
	if (!address_parse(text, address))
		return CONF_NO_FIT;
	if (address->family != FAMILY_IPV6 || !address_is_link_local(address))
		return wrong(p,
		    "a zone is only for link-local addresses"
		    " (fe80::/10)");
	zone++;
	if (*zone == '\0' || strlen(zone) >= KERNEL_IFNAME ||
	    strpbrk(zone, "/%") != NULL)
		return wrong(p, "'%.60s' is no interface name", zone);
	return CONF_FIT;
}

static enum conf_fit
parse_any(const struct parsing *p)
{
	(void)p;
	return CONF_FIT;
}

static enum conf_fit
parse_as(const struct parsing *p)
{
	if (as_parse(p->text, &p->value->is.number))
		return CONF_FIT;
	if (p->text[strspn(p->text, "0123456789.")] == '\0')
		return wrong(p, "an AS number is 1 to 4294967295, or asdot");
	return CONF_NO_FIT;
}

static enum conf_fit
parse_capability(const struct parsing *p)
{
	const char *nearest = NULL;
	enum conf_capability i;

	for (i = 0; i < CONF_CAPABILITY_MAX; i++) {
		if (strcmp(conf_capability_name(i), p->text) == 0) {
			p->value->is.number = i;
			return CONF_FIT;
		}
		symbol_nearest(p->text, conf_capability_name(i), &nearest);
	}
	if (nearest == NULL)
		return CONF_NO_FIT;
	wrong(p, "there is no capability '%.60s'", p->text);
	return mend(p, "did you mean '%s'?", nearest);
}

static enum conf_fit
parse_community(const struct parsing *p)
{
	return community_parse(p->text, &p->value->is.number) ? CONF_FIT
							      : CONF_NO_FIT;
}

static enum conf_fit
parse_pattern(const struct parsing *p)
{
	return community_pattern_parse(p->text, &p->value->is.pattern)
	    ? CONF_FIT
	    : CONF_NO_FIT;
}

/* "10.0.0.1:9179", "[::1]:9179", or the path of a unix socket. */
static enum conf_fit
parse_endpoint(const struct parsing *p)
{
	const char *colon = strrchr(p->text, ':');
	char text[ADDRESS_STRLEN + 2];
	uint32_t port;
	size_t length;

	if (p->text[0] == '/')
		return CONF_FIT;
	if (colon == NULL || (length = (size_t)(colon - p->text)) < 2 ||
	    length >= sizeof(text))
		return CONF_NO_FIT;
	memcpy(text, p->text, length);
	text[length] = '\0';
	if (text[0] == '[' && text[length - 1] == ']') {
		text[length - 1] = '\0';
		memmove(text, text + 1, length - 1);
	} else if (strchr(text, ':') != NULL)
		return CONF_NO_FIT;
	colon++;
	if (!address_parse(text, &p->value->is.endpoint.address) ||
	    !text_number(&colon, UINT16_MAX, &port) || *colon != '\0' ||
	    port == 0)
		return CONF_NO_FIT;
	p->value->is.endpoint.port = (uint16_t)port;
	return CONF_FIT;
}

static enum conf_fit
parse_family(const struct parsing *p)
{
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++)
		if (strcmp(p->text, family_name(family)) == 0) {
			p->value->is.number = family;
			return CONF_FIT;
		}
	return CONF_NO_FIT;
}

static enum conf_fit
parse_file(const struct parsing *p)
{
	return *p->text != '\0' ? CONF_FIT : CONF_NO_FIT;
}

static enum conf_fit
parse_name(const struct parsing *p)
{
	struct address address;

	if (!p->quoted && address_parse(p->text, &address)) {
		wrong(p, "'%.60s' is an address, not a name", p->text);
		return mend(
		    p, "a name comes first, as in: tor-1 %.60s", p->text);
	}
	if (p->quoted ? *p->text == '\0' : !name_is_plain(p->text)) {
		wrong(p, "'%.60s' is no name", p->text);
		return mend(p,
		    "letters, digits and _.- after a letter, or"
		    " in quotes");
	}
	if (strlen(p->text) > NAME_SIZE)
		return wrong(p, "this name is too long");
	return CONF_FIT;
}

static enum conf_fit
parse_filter(const struct parsing *p)
{
	p->value->is.filter = policy_builtin_find(p->text);
	return p->value->is.filter != NULL ? CONF_FIT : parse_name(p);
}

static enum conf_fit
parse_glob(const struct parsing *p)
{
	if (*p->text == '\0' || strchr(p->text, '/') != NULL)
		return CONF_NO_FIT;
	if (strlen(p->text) >= KERNEL_IFNAME)
		return wrong(p, "interface names have at most %d letters",
		    KERNEL_IFNAME - 1);
	return CONF_FIT;
}

static enum conf_fit
parse_ipv4(const struct parsing *p)
{
	struct address address;

	if (!address_parse(p->text, &address) || address.family != FAMILY_IPV4)
		return CONF_NO_FIT;
	p->value->is.number = address_v4_number(&address);
	if (p->value->is.number == 0)
		return wrong(p, "'%s' may not be 0.0.0.0", p->row->word);
	return CONF_FIT;
}

static enum conf_fit
parse_number(const struct parsing *p)
{
	const struct conf_keyword *row = p->row;
	const char *at = p->text;
	uint32_t number;

	if (!isdigit((unsigned char)*at) || at[strspn(at, "0123456789")] != 0)
		return CONF_NO_FIT;
	if (!text_number(&at, UINT32_MAX, &number) || *at != '\0')
		return row == NULL || row->max == 0
		    ? wrong(p, "'%.60s' is out of range", p->text)
		    : wrong(p, "%.60s is not within %u to %u", p->text,
			  row->min, row->max);
	p->value->is.number = number;
	if (row == NULL || row->max == 0 ||
	    (number >= row->min && number <= row->max))
		return CONF_FIT;
	return wrong(
	    p, "%u is not within %u to %u", number, row->min, row->max);
}

static enum conf_fit
parse_time(const struct parsing *p)
{
	const struct conf_keyword *row = p->row;
	uint32_t *ms = &p->value->is.number;
	char low[16], high[16];

	if (!conf_time_parse(p->text, ms)) {
		if (!isdigit((unsigned char)*p->text))
			return CONF_NO_FIT;
		wrong(p, "'%.60s' is no time", p->text);
		if (p->text[strspn(p->text, "0123456789")] == '\0')
			return mend(p, "did you mean %.60ss?", p->text);
		return mend(p, "a number with ms, s, m, h or d");
	}
	if (row == NULL || row->max == 0 ||
	    (*ms == 0 && (row->flags & CONF_OR_ZERO) != 0))
		return CONF_FIT;
	if (*ms < row->min || *ms > row->max) {
		return wrong(p, "'%s' is %s%s to %s, not %.60s", row->word,
		    (row->flags & CONF_OR_ZERO) != 0 ? "0s or " : "",
		    conf_time_format(row->min, low),
		    conf_time_format(row->max, high), p->text);
	}
	if ((row->flags & CONF_WHOLE) != 0 && *ms % 1000 != 0)
		return wrong(p, "'%s' counts whole seconds", row->word);
	return CONF_FIT;
}

static enum conf_fit
parse_prefix(const struct parsing *p)
{
	char masked[PREFIX_STRLEN];
	bool host_bits;

	if (!prefix_parse(p->text, &p->value->is.prefix, &host_bits))
		return CONF_NO_FIT;
	if (!host_bits)
		return CONF_FIT;
	wrong(p, "'%.60s' has bits behind its length", p->text);
	return mend(
	    p, "did you mean %s?", prefix_format(&p->value->is.prefix, masked));
}

static enum conf_fit
parse_protocol(const struct parsing *p)
{
	const char *nearest;

	if (conf_protocol_parse(p->text, &p->value->is.number))
		return CONF_FIT;
	nearest = conf_protocol_nearest(p->text);
	if (nearest == NULL)
		return CONF_NO_FIT;
	wrong(p, "there is no protocol '%.60s'", p->text);
	return mend(p, "did you mean '%s'?", nearest);
}

static enum conf_fit
parse_size(const struct parsing *p)
{
	static const char suffixes[] = "KMGT"; /* each 1024 of the one before */
	const char *suffix;
	unsigned int shift = 0;
	uintmax_t number;
	char *end;

	if (!isdigit((unsigned char)*p->text))
		return CONF_NO_FIT;
	errno = 0;
	number = strtoumax(p->text, &end, 10);
	if (*end != '\0') {
		suffix = strchr(suffixes, *end);
		if (suffix == NULL || end[1] != '\0')
			return CONF_NO_FIT;
		shift = 10 * (unsigned int)(suffix - suffixes + 1);
	}
	if (errno != 0 || number == 0 || number > SIZE_MAX >> shift)
		return wrong(p, "'%.60s' is no possible size", p->text);
	p->value->is.size = (size_t)number << shift;
	return CONF_FIT;
}

static const struct {
	const char *name;
	const char *what;
	enum conf_fit (*parse)(const struct parsing *);
	bool open; /* takes nearly any word */
} types[CONF_TYPE_MAX] = {
	[CONF_TYPE_LITERAL] = { "", "a word", parse_any, false },
	[CONF_TYPE_ACTION] = { "ACTION", "an action", parse_any, true },
	[CONF_TYPE_ADDRESS] = { "ADDRESS", "an address", parse_address, false },
	[CONF_TYPE_ANY] = { "ANY", "a word", parse_any, true },
	[CONF_TYPE_AS] = { "AS", "an AS number", parse_as, false },
	[CONF_TYPE_CAPABILITY] = { "CAPABILITY", "a capability",
	    parse_capability, false },
	[CONF_TYPE_COMMUNITY] = { "COMMUNITY", "a community such as 64512:9",
	    parse_community, false },
	[CONF_TYPE_CONDITION] = { "CONDITION", "a condition", parse_any, true },
	[CONF_TYPE_ENDPOINT] = { "ENDPOINT",
	    "an address and port such as 127.0.0.1:9179,"
	    " or an absolute path",
	    parse_endpoint, false },
	[CONF_TYPE_FAMILY] = { "FAMILY", "ipv4 or ipv6", parse_family, false },
	[CONF_TYPE_FILE] = { "FILE", "a file name", parse_file, true },
	[CONF_TYPE_FILTER] = { "FILTER", "a filter", parse_filter, true },
	[CONF_TYPE_GLOB] = { "GLOB", "an interface pattern such as eth*",
	    parse_glob, true },
	[CONF_TYPE_IPV4] = { "IPV4", "an IPv4 address", parse_ipv4, false },
	[CONF_TYPE_N] = { "N", "a number", parse_number, false },
	[CONF_TYPE_NAME] = { "NAME", "a name", parse_name, true },
	[CONF_TYPE_PATTERN] = { "PATTERN",
	    "a community such as 64512:9, 64512:1:* or rt:64512:9",
	    parse_pattern, false },
	[CONF_TYPE_PREFIX] = { "PREFIX", "a prefix such as 10.244.1.0/26",
	    parse_prefix, false },
	[CONF_TYPE_PROTOCOL] = { "PROTOCOL",
	    "a protocol of routes such as bird, or its number", parse_protocol,
	    false },
	[CONF_TYPE_SIZE] = { "SIZE", "a size such as 512M", parse_size, false },
	[CONF_TYPE_TEXT] = { "TEXT", "a text", parse_any, true },
	[CONF_TYPE_TIME] = { "TIME", "a time such as 30s", parse_time, false },
	[CONF_TYPE_ZONED] = { "ADDR", "an address", parse_zoned, false },
};

enum conf_type
conf_type_find(const char *name, size_t length)
{
	enum conf_type type;

	for (type = 1; type < CONF_TYPE_MAX; type++)
		if (strncmp(types[type].name, name, length) == 0 &&
		    types[type].name[length] == '\0')
			return type;
	return CONF_TYPE_MAX;
}

const char *
conf_type_what(enum conf_type type)
{
	return types[type].what;
}

bool
conf_type_is_open(enum conf_type type)
{
	return types[type].open;
}

enum conf_fit
conf_value_parse(enum conf_type type, const struct conf_keyword *row,
    const struct conf_word *word, struct conf_value *value,
    struct conf_fault *fault)
{
	struct parsing p = {
		.text = word->text,
		.quoted = word->token == CONF_TOKEN_TEXT,
		.row = row,
		.value = value,
		.fault = fault,
	};

	*value = (struct conf_value){ .type = type, .word = word };
	*fault = (struct conf_fault){ .text = "" };
	return types[type].parse(&p);
}

bool
conf_value_may_be(const char *type, const char *text)
{
	struct conf_word word = { .text = text, .token = CONF_TOKEN_WORD };
	struct conf_value value;
	struct conf_fault fault;

	return conf_value_parse(conf_type_find(type, strlen(type)), NULL, &word,
		   &value, &fault) != CONF_NO_FIT;
}
