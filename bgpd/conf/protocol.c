/* SPDX-License-Identifier: ISC */
/* protocol.c - who makes a route of the kernel, by number and name */

/*
 * The kernel marks each route with the protocol of its maker, rtnetlink(7);
 * the names are those of iproute2, which operators see in `ip route`.  They
 * are read in `fib { adopt NAME.. }` and written wherever somebody else's
 * route is spoken of.
 *
 * Adopted are the routes of a daemon that does not run any more.  What the
 * kernel makes by itself, what an administrator or a DHCP client wrote, never
 * is: nobody would put it back.  Our own protocol may be: see fib_relic.c.
 */

#include "bgpd/conf/protocol.h"

#include <string.h>

#include "bgpd/conf/message.h"
#include "rib/text.h"

static const struct symbol names[] = {
	{ "redirect", 1 },
	{ "kernel", 2 },
	{ "boot", 3 },
	{ "static", 4 },
	{ "gated", 8 },
	{ "ra", 9 },
	{ "mrt", 10 },
	{ "zebra", 11 },
	{ "bird", 12 },
	{ "dnrouted", 13 },
	{ "xorp", 14 },
	{ "ntk", 15 },
	{ "dhcp", 16 },
	{ "mrouted", 17 },
	{ "keepalived", 18 },
	{ "babel", 42 },
	{ "bgp", 186 },
	{ "isis", 187 },
	{ "ospf", 188 },
	{ "rip", 189 },
	{ "eigrp", 192 },
	{ NULL, 0 },
};

/* Of no routing daemon, by name. */
static const char *const nobodys[] = { "redirect", "kernel", "boot", "static",
	"ra", "dhcp" };

const char *
conf_protocol_name(uint8_t protocol, char buf[CONF_PROTOCOL_STRLEN])
{
	struct text t = text_of(buf, CONF_PROTOCOL_STRLEN);
	const struct symbol *row;

	for (row = names; row->word != NULL; row++) {
		if (row->value == protocol)
			return row->word;
	}
	text_add(&t, "%u", protocol);
	return buf;
}

bool
conf_protocol_parse(const char *text, uint32_t *number)
{
	int value;

	if (symbol_value(names, text, &value)) {
		*number = (uint32_t)value;
		return true;
	}
	return text_number(&text, UINT8_MAX, number) && *text == '\0' &&
	    *number > 0;
}

const char *
conf_protocol_nearest(const char *text)
{
	const char *nearest = NULL;
	const struct symbol *row;

	for (row = names; row->word != NULL; row++)
		symbol_nearest(text, row->word, &nearest);
	return nearest;
}

/* ---- fib { adopt NAME.. } ---- */

static void
adopt_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	uint8_t *adopt = f.at;
	unsigned int i;

	memset(adopt, 0, CONF_ADOPT_MAX);
	for (i = 0; i < count && i < CONF_ADOPT_MAX; i++)
		adopt[i] = (uint8_t)v[i].is.number;
}

static bool
adopt_given(struct conf_field f)
{
	return *(const uint8_t *)f.at != 0;
}

static void
adopt_print(struct conf_field f, FILE *out)
{
	const uint8_t *adopt = f.at;
	char buf[CONF_PROTOCOL_STRLEN];
	unsigned int i;

	for (i = 0; i < CONF_ADOPT_MAX && adopt[i] != 0; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "",
		    conf_protocol_name(adopt[i], buf));
	if (i == 0)
		fputs("none", out);
}

const struct conf_way conf_way_adopt = { CONF_ADOPT_MAX, NULL, adopt_set,
	conf_octets_equal, adopt_given, adopt_print };

static bool
is_nobodys(uint32_t protocol)
{
	char buf[CONF_PROTOCOL_STRLEN];
	const char *name = conf_protocol_name((uint8_t)protocol, buf);
	size_t i;

	for (i = 0; i < sizeof(nobodys) / sizeof(*nobodys); i++) {
		if (strcmp(name, nobodys[i]) == 0)
			return true;
	}
	return false;
}

static void
protocol_check(struct conf_build *b, const struct conf_value *v)
{
	if (is_nobodys(v->is.number))
		conf_error(b->messages, v->word,
		    "routes of protocol '%.60s' are not of a routing daemon",
		    v->word->text);
}

void
conf_adopt_check(struct conf_build *b, const struct conf_statement *s)
{
	unsigned int i;

	for (; s != NULL; s = s->next) {
		if (s->bad || s->row->store != CONF_STORE_ADOPT)
			continue;
		for (i = 0; i < s->nvalues; i++)
			protocol_check(b, &s->values[i]);
		if (s->nvalues > CONF_ADOPT_MAX)
			conf_error(b->messages, s->values[CONF_ADOPT_MAX].word,
			    "more than %d protocols", CONF_ADOPT_MAX);
	}
}
