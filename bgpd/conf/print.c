/* SPDX-License-Identifier: ISC */
/* print.c - parts of a typed config as the text of a config */

/*
 * What `show config` writes and what a reload's difference quotes is the same
 * text: the arguments of a statement as the parser reads them.  Single fields
 * are field.c's; here are the lists' elements.  A word that the parser would
 * take for something else is put in quotes.
 *
 * Texts are made in memory streams; they fail only when memory is out, which
 * ends the process like everywhere else.
 */

#include "bgpd/conf/print.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/match.h"
#include "bgpd/wire/msg.h"
#include "rib/community.h"

#define COMMUNITY_STRLEN 32u

void
conf_text_open(struct conf_text *t)
{
	*t = (struct conf_text){ .out = NULL };
	t->out = open_memstream(&t->text, &t->size);
	if (t->out == NULL)
		abort();
}

char *
conf_text_take(struct conf_text *t)
{
	if (fclose(t->out) != 0)
		abort();
	return t->text;
}

void
conf_print_word(const char *word, FILE *out)
{
	const char *at = word;

	while (isalnum((unsigned char)*at) ||
	    (*at != '\0' && strchr("._-:/%*?@+=", *at) != NULL))
		at++;
	if (*at == '\0' && at > word)
		fputs(word, out);
	else
		conf_text_print(word, out);
}

void
conf_print_free(const char *form, const char *word, FILE *out)
{
	if (conf_form_has_word(form, word))
		conf_text_print(word, out);
	else
		conf_print_word(word, out);
}

void
conf_print_prefix(const struct prefix *prefix, FILE *out)
{
	char buf[PREFIX_STRLEN];

	fputs(prefix_format(prefix, buf), out);
}

static void
globs_print(const char *clause, const char (*globs)[KERNEL_IFNAME],
    unsigned int count, FILE *out)
{
	const char *form = conf_schema_find(CONF_SCOPE_TOP, "address")->form;
	unsigned int i;

	if (count > 0)
		fprintf(out, " %s", clause);
	for (i = 0; i < count; i++) {
		putc(' ', out);
		conf_print_free(form, globs[i], out);
	}
}

void
conf_print_rule(enum family family, const struct address_rule *rule, FILE *out)
{
	char buf[ADDRESS_STRLEN];
	unsigned int i;

	fputs(family_name(family), out);
	if (rule->none)
		fputs(" none", out);
	else if (!address_is_unset(&rule->fixed))
		fprintf(out, " %s", address_format(&rule->fixed, buf));
	else if (rule->ninterface + rule->nskip + rule->nwithin == 0 &&
	    address_is_unset(&rule->reach))
		fputs(" auto", out);
	globs_print("interface", rule->interface, rule->ninterface, out);
	globs_print("skip", rule->skip, rule->nskip, out);
	if (rule->nwithin > 0)
		fputs(" within", out);
	for (i = 0; i < rule->nwithin; i++) {
		putc(' ', out);
		conf_print_prefix(&rule->within[i], out);
	}
	if (!address_is_unset(&rule->reach))
		fprintf(out, " reach %s", address_format(&rule->reach, buf));
}

void
conf_print_announce(const struct conf_announce *announce, FILE *out)
{
	char buf[COMMUNITY_STRLEN];
	uint8_t wire[4];
	uint32_t number;
	size_t i;

	conf_print_prefix(&announce->prefix, out);
	if (announce->ncommunities > 0)
		fputs(" community", out);
	for (i = 0; i < announce->ncommunities; i++) {
		number = announce->communities[i];
		wire[0] = (uint8_t)(number >> 24);
		wire[1] = (uint8_t)(number >> 16);
		wire[2] = (uint8_t)(number >> 8);
		wire[3] = (uint8_t)number;
		fprintf(out, " %s",
		    community_format(
			(struct span){ wire, 4 }, buf, sizeof(buf)));
	}
}

void
conf_print_listen(const struct conf_listen *listen, FILE *out)
{
	char buf[ADDRESS_STRLEN];

	fputs(address_format(&listen->address, buf), out);
	if (listen->port != BGP_PORT)
		fprintf(out, " port %u", listen->port);
}

void
conf_print_endpoint(const struct conf_endpoint *at, FILE *out)
{
	char buf[ADDRESS_STRLEN];

	if (at->path != NULL)
		conf_print_word(at->path, out);
	else if (at->address.family == FAMILY_IPV6)
		fprintf(out, "[%s]:%u", address_format(&at->address, buf),
		    at->port);
	else
		fprintf(
		    out, "%s:%u", address_format(&at->address, buf), at->port);
}

void
conf_print_address(const struct conf_neighbor *n, FILE *out)
{
	char word[ADDRESS_STRLEN + KERNEL_IFNAME + 1];
	char buf[ADDRESS_STRLEN];

	snprintf(word, sizeof(word), "%s%s%s", address_format(&n->address, buf),
	    n->zone[0] == '\0' ? "" : "%", n->zone);
	conf_print_word(word, out);
}
