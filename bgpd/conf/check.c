/* SPDX-License-Identifier: ISC */
/* check.c - what the statements of a config mean together */

/*
 * The checks that need more than one statement: what is missing, what is
 * given twice, what contradicts something else.  An error is what cannot be
 * meant, a warning what works but surprises; the text that all nodes of a
 * mesh share only ever gets warnings for what concerns one of them, and one
 * family's trouble does not refuse a config that is fine for the other.
 *
 * A statement that was refused before is not complained about again: where a
 * setting of a neighbor was refused (`spoilt`) or an include failed, nothing
 * is called missing.  Nothing here is quadratic; doubles are found by
 * sorting.  RFC 8212 for neighbors without filters.
 */

#include "bgpd/conf/check.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/filter.h"
#include "bgpd/conf/learn.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/tunnel.h"
#include "rib/mem.h"

/* Something that may stand only once. */
struct once {
	const char *text;
	const struct conf_word *word;
	size_t order;
};

static int
once_compare(const void *left, const void *right)
{
	const struct once *a = left, *b = right;
	int order = strcmp(a->text, b->text);

	if (order != 0)
		return order;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void
once_check(struct conf_messages *messages, struct once *list, size_t count,
    const char *what)
{
	size_t i, first = 0;

	qsort(list, count, sizeof(*list), once_compare);
	for (i = 1; i < count; i++) {
		if (strcmp(list[i].text, list[first].text) != 0) {
			first = i;
			continue;
		}
		conf_help(conf_error(messages, list[i].word,
			      "%s '%s' is given twice", what, list[i].text),
		    "first at %s:%u", list[first].word->place.file,
		    list[first].word->place.line);
	}
}

static void
names_check(struct conf_build *b)
{
	struct once *names = xcalloc(b->nentries + 1, sizeof(*names));
	size_t i, count = 0;

	for (i = 0; i < b->nentries; i++)
		if (!b->entries[i].again)
			names[count++] =
			    (struct once){ b->entries[i].name->text,
				    b->entries[i].name, i };
	once_check(b->messages, names, count, "neighbor");
	free(names);
}

/* As text in one spelling, with the zone behind it. */
static char *
address_key(struct conf_arena *arena, const struct conf_word *word)
{
	char text[ADDRESS_STRLEN + KERNEL_IFNAME + 1];
	size_t length = strcspn(word->text, "%");
	struct address address;

	snprintf(text, sizeof(text), "%.*s", (int)length, word->text);
	if (address_parse(text, &address))
		address_format(&address, text);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
	    word->text + length);
	return conf_arena_text(arena, text, strlen(text));
}

static void
addresses_check(struct conf_build *b)
{
	struct once *list =
	    xcalloc(FAMILY_MAX * b->nentries + 1, sizeof(*list));
	struct conf_arena arena = { 0 };
	const struct conf_word *word;
	enum family family;
	size_t count = 0, i;

	for (i = 0; i < b->nentries; i++)
		for (family = 0; family < FAMILY_MAX; family++) {
			word = b->entries[i].address[family];
			if (word == NULL || b->entries[i].again)
				continue;
			list[count] = (struct once){ address_key(&arena, word),
				word, count };
			count++;
		}
	once_check(b->messages, list, count, "address");
	conf_arena_clear(&arena);
	free(list);
}

/* Statements of the top level that define a name. */
static void
definitions_check(struct conf_build *b, enum conf_store store, const char *what)
{
	const struct conf_statement *s;
	struct once *list = NULL;
	size_t count = 0;

	for (s = b->root; s != NULL; s = s->next) {
		if (s->bad || s->row->store != store)
			continue;
		list = conf_grow(list, count, sizeof(*list));
		list[count] = (struct once){ s->values[0].word->text,
			s->values[0].word, count };
		count++;
	}
	if (count > 0)
		once_check(b->messages, list, count, what);
	free(list);
}

/* ---- what is missing --------------------------------------------------- */

/* Refused ones count: they are there. */
static const struct conf_statement *
top_find(const struct conf_build *b, const char *word)
{
	const struct conf_statement *s;

	for (s = b->root; s != NULL; s = s->next)
		if (s->row != NULL && strcmp(s->row->word, word) == 0)
			return s;
	return NULL;
}

static void
as_check(struct conf_build *b)
{
	struct conf_word file = { .place = { .file = b->conf->files[0] } };

	if (b->incomplete || top_find(b, "as") != NULL)
		return;
	conf_help(conf_error(b->messages, &file, "'as' is missing"),
	    "this node's AS number, as in: as 64512");
}

/* A daemon that has nobody to speak to and nothing to say. */
static void
idle_check(struct conf_build *b)
{
	const struct conf *conf = b->conf;
	const struct conf_statement *as = top_find(b, "as");

	if (b->messages->errors > 0 || b->incomplete || as == NULL ||
	    conf->nneighbors > 0 || b->nentries > 0)
		return;
	conf_help(conf_warn(b->messages, &as->words[0],
		      "there is no neighbor: this daemon speaks to nobody"),
	    "name one, as in: neighbor tor-1 10.0.0.254 { remote-as 65001 }");
}

static void
mesh_check(struct conf_build *b)
{
	const struct conf_statement *mesh = top_find(b, "mesh");
	const char *nearest = NULL;
	struct conf_message *m;
	size_t i;

	if (b->incomplete || mesh == NULL || mesh->bad || b->conf->mesh_has_us)
		return;
	m = conf_warn(b->messages, &mesh->words[0],
	    "the mesh does not list this node, '%s'", b->conf->node);
	for (i = 0; i < b->nentries; i++)
		symbol_nearest(
		    b->conf->node, b->entries[i].name->text, &nearest);
	if (nearest != NULL)
		conf_help(m, "did you mean '%s'?", nearest);
	else
		conf_help(m, "`node NAME` says who this node is");
}

/* The first entry that is a reflector's client, or NULL. */
static const struct conf_entry *
client_find(const struct conf_build *b)
{
	const struct conf_entry *e;
	size_t i;

	for (i = 0; i < b->nentries; i++) {
		e = &b->entries[i];
		if (e->count > 0 &&
		    b->conf->neighbors[e->first].settings.reflector_client)
			return e;
	}
	return NULL;
}

/* A cluster and its clients: one without the other does nothing. */
static void
cluster_check(struct conf_build *b)
{
	const struct conf_statement *cluster = top_find(b, "cluster-id");
	const struct conf_entry *client = client_find(b);
	size_t i;

	if (b->incomplete || (cluster != NULL && cluster->bad))
		return;
	for (i = 0; i < b->nentries; i++)
		if (b->entries[i].spoilt)
			return;
	if (cluster != NULL && client == NULL)
		conf_warn(b->messages, &cluster->words[0],
		    "'cluster-id' without any reflector-client has no effect");
	if (cluster == NULL && client != NULL)
		conf_warn(b->messages, client->name,
		    "reflector-client '%s' without 'cluster-id' has no effect",
		    client->name->text);
}

/* ---- neighbors --------------------------------------------------------- */

static bool
is_external(const struct conf *conf, const struct conf_settings *s)
{
	return s->remote == CONF_REMOTE_EXTERNAL ||
	    (s->remote == CONF_REMOTE_AS && s->remote_as != conf->as);
}

static void
filters_missing(struct conf_build *b, const struct conf_entry *e,
    const struct conf_settings *s)
{
	if (!s->import_given)
		conf_warn(b->messages, e->name,
		    "nothing is accepted from %s"
		    " until import names a filter (RFC 8212)",
		    e->name->text);
	if (!s->export_given)
		conf_warn(b->messages, e->name,
		    "nothing is announced to %s"
		    " until export names a filter (RFC 8212)",
		    e->name->text);
}

static void
remote_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	if (e->spoilt || b->incomplete)
		return;
	if (s->remote == CONF_REMOTE_UNSET)
		conf_help(conf_error(b->messages, e->name,
			      "neighbor '%s' has no remote-as", n->name),
		    "remote-as is a number, internal or external");
	else if (b->conf->as == 0 || !is_external(b->conf, s))
		return;
	else if (s->reflector_client)
		conf_error(b->messages, e->name,
		    "reflector-client '%s' is not internal", n->name);
	else if (n->kind != CONF_MESH && !s->disabled)
		filters_missing(b, e, s);
}

/* A source that the neighbor itself names, not one that it inherits. */
static void
source_check(struct conf_build *b, const struct conf_entry *e)
{
	const struct conf_statement *s;
	const struct address *source;

	for (s = e->s->first; s != NULL; s = s->next) {
		if (s->bad || s->row->store != CONF_STORE_ADDRESS)
			continue;
		source = &s->values[0].is.address;
		if (e->address[source->family] == NULL)
			conf_error(b->messages, s->values[0].word,
			    "source '%s' is %s, '%s' has no such address",
			    s->values[0].word->text,
			    family_name(source->family), e->name->text);
	}
}

/* A family that `address FAMILY none` leaves without an address. */
static void
families_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++)
		if (n->settings.family[family] && b->conf->address_none[family])
			conf_error(b->messages, e->name,
			    "neighbor '%s' carries %s, and there is"
			    " 'address %s none'",
			    n->name, family_name(family), family_name(family));
}

/* Without multiprotocol only IPv4 is carried: RFC 4760 8. */
static void
multiprotocol_check(struct conf_build *b, const struct conf_entry *e,
    const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	if (s->capability[CONF_MULTIPROTOCOL] == CONF_CAPABILITY_OFF &&
	    s->family[FAMILY_IPV6])
		conf_error(b->messages, e->name,
		    "neighbor '%s' carries ipv6, and there is"
		    " 'capability multiprotocol off'",
		    n->name);
}

/* Where the mesh first lists an address of that family, or NULL. */
static const struct conf_word *
mesh_family_find(const struct conf_build *b, enum family family)
{
	size_t i;

	for (i = 0; i < b->nentries; i++)
		if (b->entries[i].s->row->store == CONF_STORE_NODE &&
		    b->entries[i].address[family] != NULL)
			return b->entries[i].address[family];
	return NULL;
}

/* The text is shared, so this is said once a family, and no error. */
static void
mesh_families_check(struct conf_build *b)
{
	const struct conf_word *word;
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++) {
		word = mesh_family_find(b, family);
		if (word == NULL || !b->conf->address_none[family])
			continue;
		conf_warn(b->messages, word,
		    "'address %s none' leaves the mesh without %s",
		    family_name(family), family_name(family));
	}
}

static void
neighbors_check(struct conf_build *b)
{
	const struct conf_entry *e;
	const struct conf_neighbor *n;
	size_t i;

	for (i = 0; i < b->nentries; i++) {
		e = &b->entries[i];
		source_check(b, e);
		if (e->count == 0)
			continue;
		n = &b->conf->neighbors[e->first];
		remote_check(b, e, n);
		conf_check_neighbor(b, e, n);
		if (n->kind == CONF_MESH)
			continue;
		families_check(b, e, n);
		multiprotocol_check(b, e, n);
	}
	mesh_families_check(b);
}

/* ---- entry points ------------------------------------------------------ */

void
conf_check(struct conf_build *b)
{
	as_check(b);
	names_check(b);
	addresses_check(b);
	definitions_check(b, CONF_STORE_GROUP, "group");
	definitions_check(b, CONF_STORE_FILTER, "filter");
	definitions_check(b, CONF_STORE_PREFIX_SET, "prefix-set");
	definitions_check(b, CONF_STORE_COMMUNITY_SET, "community-set");
	mesh_check(b);
	cluster_check(b);
	neighbors_check(b);
	conf_filters_check(b);
	conf_check_prefixes(b);
	conf_tunnels_check(b);
	conf_learn_check(b);
	idle_check(b);
}
