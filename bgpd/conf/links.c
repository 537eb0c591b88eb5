/* SPDX-License-Identifier: ISC */
/* links.c - `neighbors` by prefix and by interface */

/*
 * One word has two forms: a prefix, from which anyone may connect, and a name
 * with interfaces, on which routers are looked for.  The form in the schema
 * takes both; here they are told apart, and what belongs to one is refused to
 * the other.
 *
 * Somebody found on an interface has a link-local address, which says nothing
 * about who it is and is the same on many cables.  So a password, which the
 * kernel keeps by address, cannot be had there.
 */

#include "bgpd/conf/links.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/print.h"
#include "rib/mem.h"

#define RANGE_LIMIT 100 /* sessions, unless the range says another */
#define LINK_LIMIT  4   /* the same, on one interface */

static void
interface_add(struct conf_neighbor *n, const char *text)
{
	n->interface =
	    conf_grow(n->interface, n->ninterface, sizeof(*n->interface));
	snprintf(n->interface[n->ninterface++], KERNEL_IFNAME, "%s", text);
}

static void
clauses_take(const struct conf_statement *s, struct conf_neighbor *n)
{
	const struct conf_value *v;

	for (v = s->values + 1; v < s->values + s->nvalues; v++)
		if (v->type == CONF_TYPE_GLOB)
			interface_add(n, v->word->text);
		else if (v->type == CONF_TYPE_N)
			n->limit = v->is.number;
}

bool
conf_pattern_take(struct conf_build *b, const struct conf_statement *s,
    struct conf_neighbor *n)
{
	const struct conf_value *who = &s->values[0];
	char name[PREFIX_STRLEN];

	clauses_take(s, n);
	if (who->type == CONF_TYPE_PREFIX && n->ninterface == 0) {
		n->kind = CONF_RANGE;
		n->address = who->is.prefix.address;
		n->length = who->is.prefix.length;
		n->name = xstrdup(prefix_format(&who->is.prefix, name));
		n->limit = n->limit != 0 ? n->limit : RANGE_LIMIT;
		return true;
	}
	if (who->type != CONF_TYPE_PREFIX && n->ninterface > 0) {
		n->kind = CONF_LINKS;
		n->address.family = FAMILY_IPV6;
		n->name = xstrdup(who->word->text);
		n->limit = n->limit != 0 ? n->limit : LINK_LIMIT;
		return true;
	}
	conf_help(conf_error(b->messages, who->word,
		      n->ninterface > 0
			  ? "'%.60s' is a prefix, and interfaces want a name"
			  : "'%.60s' is no prefix, and names no interfaces",
		      who->word->text),
	    "as in: neighbors 10.0.1.0/24, or neighbors uplinks interface "
	    "eth*");
	free(n->interface);
	return false;
}

void
conf_links_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	bool ao = n->settings.tcp_ao_file != NULL;
	const char *word = ao ? "tcp-ao" : "password-file";

	if (n->kind == CONF_LINKS && (ao || n->settings.password_file != NULL))
		conf_help(conf_error(b->messages, e->name,
			      "'%s' has %s: link-local addresses cannot have "
			      "keys of their own",
			      n->name, word),
		    "say `%s off`; `ttl-security 1` keeps others out", word);
}

static void
interfaces_print(const struct conf_neighbor *n, FILE *out)
{
	const char *form = conf_schema_find(CONF_SCOPE_TOP, "neighbors")->form;
	size_t i;

	fputs("interface", out);
	for (i = 0; i < n->ninterface; i++) {
		putc(' ', out);
		conf_print_free(form, n->interface[i], out);
	}
}

void
conf_pattern_print(const struct conf_neighbor *n, FILE *out)
{
	if (n->kind == CONF_RANGE) {
		fputs(n->name, out);
	} else {
		conf_name_print(n->name, out);
		putc(' ', out);
		interfaces_print(n, out);
	}
	fprintf(out, " limit %u", n->limit);
}

static char *
interfaces_text(const struct conf_neighbor *n)
{
	struct conf_text text;

	conf_text_open(&text);
	interfaces_print(n, text.out);
	return conf_text_take(&text);
}

void
conf_links_diff(struct conf_difference *d, const struct conf_neighbor *before,
    const struct conf_neighbor *after)
{
	char *old, *new;

	if (before->ninterface == 0 && after->ninterface == 0)
		return;
	old = interfaces_text(before);
	new = interfaces_text(after);
	if (strcmp(old, new) != 0)
		fprintf(
		    conf_part_start(d, CONF_COST_NONE), "%s -> %s", old, new);
	free(old);
	free(new);
}

const struct conf_neighbor *
conf_links_find(const struct conf *conf, const char *name)
{
	const struct conf_neighbor *n;
	size_t i, j;

	for (i = 0; i < conf->nranges; i++) {
		n = &conf->neighbors[conf->ranges[i]];
		for (j = 0; j < n->ninterface; j++)
			if (symbol_glob(n->interface[j], name))
				return n;
	}
	return NULL;
}
