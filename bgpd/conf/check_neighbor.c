/* SPDX-License-Identifier: ISC */
/* check_neighbor.c - what the settings of one neighbor mean together */
/*
 * For contradictions within one neighbor that show only when all that it
 * inherits is settled.  What concerns several neighbors, or who a neighbor
 * is, stands in check.c.
 */

#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/links.h"
#include "bgpd/conf/message.h"

static bool
is_internal(const struct conf *conf, const struct conf_settings *s)
{
	return s->remote == CONF_REMOTE_INTERNAL ||
	    (s->remote == CONF_REMOTE_AS && s->remote_as == conf->as);
}

/* To its eyes the session would be internal, and to ours it is not. */
static void
local_as_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	if (s->remote != CONF_REMOTE_AS || is_internal(b->conf, s) ||
	    s->local_as != s->remote_as)
		return;
	conf_help(
	    conf_error(b->messages, e->name,
		"local-as of '%s' is its own AS, %u", n->name, s->remote_as),
	    "local-as is what this node calls itself towards that neighbor");
}

static bool
is_about_external(const char *word)
{
	static const char *const words[] = { "local-as", "enforce-first-as",
		"as-override", "remove-private-as" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* Said of the neighbor itself, not of all that inherit a setting. */
static void
external_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_statement *s;

	if (!is_internal(b->conf, &n->settings))
		return;
	for (s = e->s->first; s != NULL; s = s->next)
		if (!s->bad && is_about_external(s->row->word))
			conf_warn(b->messages, &s->words[0],
			    "'%s' has no effect: '%s' is internal",
			    s->row->word, n->name);
}

/* A segment has room for one signature. */
static void
signature_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	if (n->settings.password_file != NULL &&
	    n->settings.tcp_ao_file != NULL)
		conf_help(conf_error(b->messages, e->name,
			      "'%s' has a password-file and tcp-ao", n->name),
		    "say `password-file off` or `tcp-ao off`");
}

static bool
is_listened_on(const struct conf *conf, uint16_t port)
{
	size_t i;

	for (i = 0; i < conf->nlisten; i++)
		if (conf->listen[i].port == port)
			return true;
	return !conf->listen_given && port == 179;
}

/* What a connection speaks is told by its port. */
static void
tls_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_tls *tls = &n->settings.tls;

	if (!tls->on)
		return;
	if (is_listened_on(b->conf, tls->port))
		conf_error(b->messages, e->name,
		    "'%s' has TLS on port %u, which this node listens on for "
		    "BGP without",
		    n->name, tls->port);
	if (n->kind == CONF_LINKS && tls->identity == NULL)
		conf_help(
		    conf_error(b->messages, e->name,
			"'%s' has tls and no `identity`: nobody knows the "
			"name of who will be found there",
			n->name),
		    "as in: identity *.routers.example");
}

void
conf_check_neighbor(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	if (e->spoilt || b->incomplete)
		return;
	conf_links_check(b, e, n);
	local_as_check(b, e, n);
	external_check(b, e, n);
	signature_check(b, e, n);
	tls_check(b, e, n);
}
