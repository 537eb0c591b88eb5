/* SPDX-License-Identifier: ISC */
/* resolve.c - the mesh, the groups and the neighbors, fully settled */

/*
 * Out of the blocks `mesh`, `group` and `neighbor` come conf_neighbors, one
 * for each session to be, in which every setting has its last value:
 *
 *	built-in < top level < group or mesh < neighbor or node
 *
 * by copying the outer settings and applying the inner statements, whatever
 * their order in the text.  A mesh node gives one neighbor per address, each
 * carrying the family of its address and nothing else; the top level's
 * `families` does not touch them.  The entry of this node itself, told by its
 * name or by an address that `address` fixes, gives none, but its addresses
 * are kept in conf->own; where the address is detected, the daemon sees to it
 * that no session to itself comes up.
 *
 * Last come the defaults that depend on who the neighbor is: families, and
 * the filters of RFC 8212.  What is missing or contradicts is check.c's.
 */

#include "bgpd/conf/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/capability.h"
#include "bgpd/conf/check.h"
#include "bgpd/conf/limit.h"
#include "bgpd/conf/links.h"
#include "bgpd/conf/message.h"
#include "rib/mem.h"

void
conf_setting_set(struct conf_settings *settings, const struct conf_statement *s)
{
	const struct conf_statement *inner;

	conf_field_set(s->row, settings, s->values, s->nvalues);
	for (inner = s->first; inner != NULL; inner = inner->next)
		if (!inner->bad)
			conf_field_set(inner->row, settings, inner->values,
			    inner->nvalues);
}

/* What is said of one family comes behind what is said of all. */
static void
settings_set(struct conf_settings *settings, const struct conf_statement *s,
    bool of_family)
{
	for (; s != NULL; s = s->next)
		if (!s->bad && s->row->base == CONF_BASE_SETTINGS &&
		    conf_names_family(s) == of_family)
			conf_setting_set(settings, s);
}

static void
settings_apply(struct conf_build *b, struct conf_settings *settings,
    const struct conf_statement *list)
{
	settings_set(settings, list, false);
	settings_set(settings, list, true);
	conf_check_settings(b->messages, settings, list);
	conf_check_limits(b->messages, list);
}

/* Whether a setting was refused, so that what is missing may be it. */
static bool
is_spoilt(const struct conf_statement *s)
{
	for (; s != NULL; s = s->next)
		if (s->bad &&
		    (s->row == NULL ||
			(s->row->store != CONF_STORE_NEIGHBOR &&
			    s->row->store != CONF_STORE_RANGE)))
			return true;
	return false;
}

static struct conf_entry *
entry_add(struct conf_build *b, const struct conf_statement *s)
{
	struct conf_entry *e;

	b->entries = conf_grow(b->entries, b->nentries, sizeof(*b->entries));
	e = &b->entries[b->nentries++];
	*e = (struct conf_entry){
		.s = s,
		.name = s->values[0].word,
		.first = b->conf->nneighbors,
		.spoilt = is_spoilt(s->first),
	};
	return e;
}

/* The zone of `fe80::1%eth1`; value.c saw that it fits. */
static void
zone_copy(char *zone, const char *text)
{
	const char *percent = strchr(text, '%');

	if (percent != NULL)
		memcpy(zone, percent + 1, strlen(percent + 1) + 1);
}

static struct conf_neighbor *
neighbor_add(struct conf_build *b, struct conf_entry *e,
    const struct conf_value *address, const struct conf_settings *settings)
{
	struct conf *conf = b->conf;
	struct conf_neighbor *n;

	conf->neighbors = conf_grow(
	    conf->neighbors, conf->nneighbors, sizeof(*conf->neighbors));
	n = &conf->neighbors[conf->nneighbors++];
	*n = (struct conf_neighbor){
		.name = xstrdup(e->name->text),
		.address = address->is.address,
	};
	zone_copy(n->zone, address->word->text);
	conf_settings_copy(&n->settings, settings);
	e->count++;
	return n;
}

/* ---- defaults by kind -------------------------------------------------- */

static bool
is_internal(const struct conf *conf, const struct conf_settings *settings)
{
	return settings->remote == CONF_REMOTE_INTERNAL ||
	    (settings->remote == CONF_REMOTE_AS &&
		settings->remote_as == conf->as);
}

static void
policy_default(struct policy *policy, bool given, enum policy_builtin filter)
{
	if (given)
		return;
	policy->count = 1;
	policy->chain[0] = policy_builtin(filter);
}

static void
neighbor_defaults(const struct conf *conf, struct conf_neighbor *n)
{
	struct conf_settings *s = &n->settings;
	enum policy_builtin in = POLICY_NONE, out = POLICY_NONE;

	if (n->kind == CONF_MESH) {
		in = conf->npools > 0 ? POLICY_POOLS : POLICY_NOT_DEFAULT;
		out = POLICY_ALL;
	} else if (is_internal(conf, s))
		in = out = POLICY_ALL;
	policy_default(&s->import, s->import_given, in);
	policy_default(&s->export, s->export_given, out);
	if (!s->family[FAMILY_IPV4] && !s->family[FAMILY_IPV6])
		s->family[n->address.family] = true;
	if (s->source.family != n->address.family || n->kind == CONF_LINKS)
		s->source = (struct address){ 0 };
	conf_capabilities_settle(s);
}

/* ---- the mesh ---------------------------------------------------------- */

/* An address that `address FAMILY ADDR` says is ours. */
static bool
is_fixed_own(const struct conf *conf, const struct address *address)
{
	size_t i;

	for (i = 0; i < conf->nrules[address->family]; i++)
		if (address_equal(
			&conf->rules[address->family][i].fixed, address))
			return true;
	return false;
}

static bool
node_is_us(const struct conf *conf, const struct conf_statement *s)
{
	unsigned int i;

	if (strcmp(s->values[0].word->text, conf->node) == 0)
		return true;
	for (i = 1; i < s->nvalues; i++)
		if (is_fixed_own(conf, &s->values[i].is.address))
			return true;
	return false;
}

/* At most one address of each family, and one that all nodes can reach. */
static bool
node_addresses(struct conf_build *b, struct conf_entry *e)
{
	const struct conf_value *v;
	bool good = true;
	unsigned int i;

	for (i = 1; i < e->s->nvalues; i++) {
		v = &e->s->values[i];
		if (address_is_martian(&v->is.address) ||
		    address_is_link_local(&v->is.address) ||
		    address_is_multicast(&v->is.address))
			conf_error(b->messages, v->word,
			    "'%s' is no address that other nodes can reach",
			    v->word->text);
		else if (e->address[v->is.address.family] != NULL)
			conf_error(b->messages, v->word,
			    "node '%s' has two %s addresses", e->name->text,
			    family_name(v->is.address.family));
		else {
			e->address[v->is.address.family] = v->word;
			continue;
		}
		good = false;
	}
	return good;
}

static void
own_take(struct conf_build *b, struct conf_entry *e)
{
	struct conf *conf = b->conf;
	unsigned int i;

	if (conf->mesh_has_us)
		conf_help(conf_error(b->messages, e->name,
			      "'%s' is this node too, by its name or its "
			      "address",
			      e->name->text),
		    "one `node` line holds the addresses of both families");
	e->again = conf->mesh_has_us;
	conf->mesh_has_us = true;
	for (i = 1; i < e->s->nvalues; i++) {
		conf->own =
		    conf_grow(conf->own, conf->nown, sizeof(*conf->own));
		conf->own[conf->nown++] = e->s->values[i].is.address;
	}
}

/* `blocks` of a mesh node: who may announce what. */
static void
node_blocks(struct conf_neighbor *n, const struct conf_statement *s)
{
	unsigned int i;

	for (; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_PREFIXES)
			for (i = 0; i < s->nvalues; i++)
				conf_prefix_add(&n->blocks, &n->nblocks,
				    &s->values[i].is.prefix);
}

static void
node_marks(struct conf_build *b, const struct conf_entry *e, bool ours)
{
	const struct conf_statement *s;
	unsigned int i;

	for (s = e->s->first; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_PREFIXES)
			for (i = 0; i < s->nvalues; i++)
				conf_mark_add(
				    &b->blocks, &s->values[i], e->name->text)
				    ->ours = ours;
}

static void
node_take(struct conf_build *b, const struct conf_statement *s,
    const struct conf_settings *mesh)
{
	struct conf_entry *e = entry_add(b, s);
	struct conf_settings settings;
	struct conf_neighbor *n;
	unsigned int i;
	bool ours;

	if (!node_addresses(b, e)) {
		b->nentries--;
		return;
	}
	ours = node_is_us(b->conf, s);
	node_marks(b, e, ours);
	if (ours) {
		own_take(b, e);
		return;
	}
	conf_settings_copy(&settings, mesh);
	settings_apply(b, &settings, s->first);
	for (i = 1; i < s->nvalues; i++) {
		n = neighbor_add(b, e, &s->values[i], &settings);
		n->kind = CONF_MESH;
		n->settings.family[n->address.family] = true;
		node_blocks(n, s->first);
	}
	conf_settings_clear(&settings);
}

static void
mesh_take(struct conf_build *b, const struct conf_statement *mesh)
{
	struct conf_settings settings;
	const struct conf_statement *s;

	conf_settings_copy(&settings, &b->global);
	settings.remote = CONF_REMOTE_INTERNAL;
	memset(settings.family, 0, sizeof(settings.family));
	settings_apply(b, &settings, mesh->first);
	b->conf->mesh = true;
	for (s = mesh->first; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_NODE)
			node_take(b, s, &settings);
	conf_settings_clear(&settings);
}

/* ---- neighbors --------------------------------------------------------- */

static bool
neighbor_address(struct conf_build *b, const struct conf_value *v)
{
	const struct address *a = &v->is.address;

	if (address_is_unset(a) || address_is_multicast(a)) {
		conf_error(b->messages, v->word,
		    "'%s' is no neighbor's"
		    " address",
		    v->word->text);
		return false;
	}
	if (a->family == FAMILY_IPV6 && address_is_link_local(a) &&
	    strchr(v->word->text, '%') == NULL) {
		conf_help(conf_error(b->messages, v->word,
			      "the link-local address '%s' needs an interface",
			      v->word->text),
		    "as in: %s%%eth0", v->word->text);
		return false;
	}
	return true;
}

/* What a group gives to its neighbors. */
struct group {
	const char *name; /* NULL: the top level */
	struct conf_settings settings;
	bool spoilt;
};

static void
neighbor_take(struct conf_build *b, const struct conf_statement *s,
    const struct group *group)
{
	struct conf_settings settings;
	struct conf_neighbor *n;
	struct conf_entry *e;

	if (!neighbor_address(b, &s->values[1]))
		return;
	e = entry_add(b, s);
	e->address[s->values[1].is.address.family] = s->values[1].word;
	e->spoilt |= group->spoilt;
	conf_settings_copy(&settings, &group->settings);
	settings_apply(b, &settings, s->first);
	n = neighbor_add(b, e, &s->values[1], &settings);
	conf_settings_clear(&settings);
	n->kind = CONF_NEIGHBOR;
	if (group->name != NULL)
		n->group = xstrdup(group->name);
}

/* Many neighbors to be: see links.c. */
static void
pattern_take(struct conf_build *b, const struct conf_statement *s,
    const struct group *group)
{
	struct conf_value address = { .word = s->values[0].word };
	struct conf_neighbor made = { .kind = CONF_RANGE };
	struct conf_settings settings;
	struct conf_neighbor *n;
	struct conf_entry *e;

	if (!conf_pattern_take(b, s, &made))
		return;
	e = entry_add(b, s);
	if (made.kind == CONF_RANGE)
		e->address[made.address.family] = s->values[0].word;
	e->spoilt |= group->spoilt;
	conf_settings_copy(&settings, &group->settings);
	settings_apply(b, &settings, s->first);
	settings.passive |= made.kind == CONF_RANGE;
	address.is.address = made.address;
	n = neighbor_add(b, e, &address, &settings);
	conf_settings_clear(&settings);
	b->conf->ranges = conf_grow(
	    b->conf->ranges, b->conf->nranges, sizeof(*b->conf->ranges));
	b->conf->ranges[b->conf->nranges++] = b->conf->nneighbors - 1;
	made.settings = n->settings;
	free(n->name);
	*n = made;
	if (group->name != NULL)
		n->group = xstrdup(group->name);
}

static void
group_take(struct conf_build *b, const struct conf_statement *list)
{
	struct group group = { .name = list->values[0].word->text };
	const struct conf_statement *s;

	conf_settings_copy(&group.settings, &b->global);
	settings_apply(b, &group.settings, list->first);
	group.spoilt = is_spoilt(list->first);
	for (s = list->first; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_NEIGHBOR)
			neighbor_take(b, s, &group);
		else if (!s->bad && s->row->store == CONF_STORE_RANGE)
			pattern_take(b, s, &group);
	conf_settings_clear(&group.settings);
}

/* Used by blocks, by our entry of the mesh, or by a neighbor. */
static void
families_expect(struct conf *conf)
{
	const struct conf_neighbor *n;
	enum family family;
	size_t i;

	for (i = 0; i < conf->nblocks; i++)
		conf->expected[conf->blocks[i].address.family] = true;
	for (i = 0; i < conf->nown; i++)
		conf->expected[conf->own[i].family] = true;
	for (i = 0; i < conf->nneighbors; i++) {
		n = &conf->neighbors[i];
		if (n->kind == CONF_MESH && conf->mesh_has_us)
			continue;
		for (family = 0; family < FAMILY_MAX; family++)
			conf->expected[family] |= n->settings.family[family];
	}
	for (family = 0; family < FAMILY_MAX; family++)
		conf->expected[family] &= !conf->address_none[family];
}

void
conf_resolve(struct conf_build *b, const char *host)
{
	const struct conf_statement *s;
	struct group top = { .name = NULL };
	size_t i;

	conf_resolve_global(b, host);
	conf_check_settings(b->messages, &b->global, b->root);
	top.settings = b->global;
	for (s = b->root; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_MESH)
			mesh_take(b, s);
	for (s = b->root; s != NULL; s = s->next) {
		if (s->bad)
			continue;
		if (s->row->store == CONF_STORE_GROUP)
			group_take(b, s);
		else if (s->row->store == CONF_STORE_NEIGHBOR)
			neighbor_take(b, s, &top);
		else if (s->row->store == CONF_STORE_RANGE)
			pattern_take(b, s, &top);
	}
	for (i = 0; i < b->conf->nneighbors; i++)
		neighbor_defaults(b->conf, &b->conf->neighbors[i]);
	families_expect(b->conf);
}

void
conf_build_clear(struct conf_build *b)
{
	conf_settings_clear(&b->global);
	free(b->entries);
	free(b->blocks.at);
	free(b->pools.at);
	free(b->tunnels.at);
	free(b->announced.at);
	free(b->used);
	free(b->named);
}
