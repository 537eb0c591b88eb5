/* SPDX-License-Identifier: ISC */
/* endpoint.c - where metrics, health and the page are served */

/*
 * `metrics` takes addresses with a port and paths of unix sockets.  What is
 * served there shows who the neighbors are and which routes there are, and
 * nobody is asked who he is: so nothing is served unless it is written, and
 * an address that strangers may reach is pointed out.
 */

#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/resolve.h"
#include "rib/mem.h"

#define ENDPOINTS_MAX 16u

/* Where the internet does not lead: RFC 1918, 3927, 4193, 6598 and so on. */
static const struct prefix private_prefixes[] = {
	{ { FAMILY_IPV4, { 10 } }, 8 },
	{ { FAMILY_IPV4, { 100, 64 } }, 10 },
	{ { FAMILY_IPV4, { 127 } }, 8 },
	{ { FAMILY_IPV4, { 169, 254 } }, 16 },
	{ { FAMILY_IPV4, { 172, 16 } }, 12 },
	{ { FAMILY_IPV4, { 192, 168 } }, 16 },
	{ { FAMILY_IPV6, { 0xfc } }, 7 },
	{ { FAMILY_IPV6, { 0xfe, 0x80 } }, 10 },
	{ { FAMILY_IPV6, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
	    128 },
};

static bool
is_private(const struct address *a)
{
	const struct prefix *p = private_prefixes;
	const struct prefix *end = p + sizeof(private_prefixes) / sizeof(*p);

	while (p < end && !prefix_covers(p, a))
		p++;
	return p < end;
}

/* It may be meant; but is it known? */
static void
endpoint_warn(
    struct conf_build *b, const struct conf_word *word, const struct address *a)
{
	struct conf_message *m;

	if (address_is_unset(a))
		m = conf_warn(b->messages, word,
		    "'%.60s' shows routes and neighbors to whoever reaches "
		    "any address of this node",
		    word->text);
	else if (!is_private(a))
		m = conf_warn(b->messages, word,
		    "'%.60s' is a public address: whoever reaches it sees "
		    "routes and neighbors",
		    word->text);
	else
		return;
	conf_help(m, "127.0.0.1:9179 keeps it on the node; or filter the port");
}

static bool
endpoint_is_twice(const struct conf *conf, const struct conf_value *v)
{
	const struct conf_endpoint *at;
	size_t i;

	for (i = 0; i < conf->nmetrics; i++) {
		at = &conf->metrics[i];
		if (v->is.endpoint.port == 0
			? at->path != NULL &&
			    strcmp(at->path, v->word->text) == 0
			: at->port == v->is.endpoint.port &&
			    address_equal(
				&at->address, &v->is.endpoint.address))
			return true;
	}
	return false;
}

static void
take_endpoint(struct conf_build *b, const struct conf_value *v)
{
	struct conf *conf = b->conf;
	struct conf_endpoint made = {
		.address = v->is.endpoint.address,
		.port = v->is.endpoint.port,
	};

	if (endpoint_is_twice(conf, v)) {
		conf_error(b->messages, v->word, "'%.60s' is named twice",
		    v->word->text);
		return;
	}
	if (conf->nmetrics == ENDPOINTS_MAX) {
		conf_error(b->messages, v->word,
		    "at most %u addresses are possible", ENDPOINTS_MAX);
		return;
	}
	if (made.port == 0)
		made.path = xstrdup(v->word->text);
	else
		endpoint_warn(b, v->word, &made.address);
	conf->metrics = conf_grow(conf->metrics, conf->nmetrics, sizeof(made));
	conf->metrics[conf->nmetrics++] = made;
}

void
conf_take_metrics(struct conf_build *b, const struct conf_statement *s)
{
	unsigned int i;

	for (i = 0; i < s->nvalues; i++)
		take_endpoint(b, &s->values[i]);
	conf_fields_take(b->conf, s->first);
}
