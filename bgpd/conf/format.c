/* SPDX-License-Identifier: ISC */
/* format.c - a typed config as text that reads back the same */

/*
 * `bgpctl show config` prints the effective config: what the daemon goes by,
 * from whatever files, defaults and inheritance it came.  The text is a config
 * itself; parsing it gives a conf without a difference (diff.c) to this one.
 *
 * The top level names every value, the built-in ones too, so that all
 * defaults can be read there.  A mesh, group or neighbor names what differs
 * from them: once for the block where all its members agree, else for each
 * member.  Filters that nobody named are shown as comments, since they follow
 * from the kind of neighbor.  A member that has the built-in value while the
 * others agree on something else makes each member name its own, so that no
 * word is needed that takes an inherited value back.
 *
 * What runtime commands put over the file is marked by a comment.  A drain is
 * nothing but a comment, for the language has no word for it.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/capability.h"
#include "bgpd/conf/filter.h"
#include "bgpd/conf/format_private.h"
#include "bgpd/conf/links.h"
#include "bgpd/conf/print.h"
#include "rib/mem.h"

struct format {
	const struct conf *conf;
	struct conf_settings preset;
	FILE *out;
};

/* Neighbors of one block: [first, end), and the rows where they agree. */
struct members {
	const struct conf_neighbor *first;
	const struct conf_neighbor *end;
	bool common[CONF_SCHEMA_MAX];
};

static void
capabilities_format(const struct format *f, const struct conf_keyword *row)
{
	struct conf_keyword one;
	unsigned int i;

	for (i = 0; i < conf_field_parts(row); i++) {
		one = conf_field_part(row, i);
		if (conf_capability_is_preset((enum conf_capability)i))
			conf_format_row(&one, "", &f->preset, f->out);
	}
}

/* The built-in settings, where a reader looks for them. */
static void
presets_format(const struct format *f)
{
	const struct conf_keyword *row;

	fputs("\n# Of all neighbors, unless they say otherwise.\n", f->out);
	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if (row->store == CONF_STORE_CAPABILITIES)
			capabilities_format(f, row);
		else if (row->base == CONF_BASE_SETTINGS &&
		    row->preset != NULL && row->store != CONF_STORE_FLAG &&
		    (row->scopes & 1u << CONF_SCOPE_TOP) != 0)
			conf_format_row(row, "", &f->preset, f->out);
}

/* ---- settings of neighbors --------------------------------------------- */

static bool
capability_is_default(
    const struct conf_keyword *row, const struct conf_settings *s)
{
	size_t i = row->offset - offsetof(struct conf_settings, capability);

	return s->capability[i] ==
	    conf_capability_default((enum conf_capability)i, s);
}

/* Whether the neighbor has the value also when nothing is said. */
static bool
is_default(const struct format *f, const struct conf_keyword *row,
    const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	if (row->store == CONF_STORE_POLICY)
		return !conf_field_given(row, s);
	if (row->store == CONF_STORE_FAMILIES)
		return s->family[n->address.family] &&
		    !s->family[FAMILY_MAX - 1 - n->address.family];
	if (row->store == CONF_STORE_REMOTE && n->kind == CONF_MESH)
		return s->remote == CONF_REMOTE_INTERNAL;
	if (row->store == CONF_STORE_CAPABILITY)
		return capability_is_default(row, s);
	return conf_field_equal(row, s, &f->preset);
}

static bool
is_common(const struct conf_keyword *row, const struct members *m)
{
	const struct conf_neighbor *n;

	for (n = m->first + 1; n < m->end; n++)
		if (conf_field_given(row, &n->settings) !=
			conf_field_given(row, &m->first->settings) ||
		    !conf_field_equal(row, &n->settings, &m->first->settings))
			return false;
	return true;
}

/* A member that has to name its value, or NULL. */
static const struct conf_neighbor *
speaker_find(const struct format *f, const struct conf_keyword *row,
    const struct members *m)
{
	const struct conf_neighbor *n;

	for (n = m->first; n < m->end; n++)
		if (!is_default(f, row, n))
			return n;
	return NULL;
}

static void
setting_format(const struct format *f, const struct conf_keyword *row,
    const struct members *m, const char *indent)
{
	const struct conf_neighbor *n;
	struct conf_keyword one;
	unsigned int i;

	for (i = 0; i < conf_field_parts(row); i++) {
		one = conf_field_part(row, i);
		n = speaker_find(f, &one, m);
		if (n != NULL)
			conf_format_row(&one, indent, &n->settings, f->out);
		else if (row->store == CONF_STORE_POLICY) {
			fprintf(f->out, "%s# ", indent);
			conf_format_row(row, "", &m->first->settings, f->out);
		}
	}
}

static struct members
members_of(const struct conf_neighbor *first, const struct conf_neighbor *end,
    enum conf_scope scope)
{
	struct members m = { .first = first, .end = end };
	size_t i;

	for (i = 0; i < conf_schema_count; i++)
		m.common[i] = conf_schema[i].base == CONF_BASE_SETTINGS &&
		    (conf_schema[i].scopes & 1u << scope) != 0 &&
		    is_common(&conf_schema[i], &m);
	return m;
}

/* What all members of a block agree on. */
static void
common_format(const struct format *f, const struct members *m)
{
	size_t i;

	for (i = 0; i < conf_schema_count; i++)
		if (m->common[i])
			setting_format(f, &conf_schema[i], m, "    ");
}

/* What is left for one of them, whose own rows have that scope. */
static void
own_format(const struct format *f, const struct members *m,
    const struct members *outer, enum conf_scope scope)
{
	const char *indent = outer == NULL ? "    " : "        ";
	size_t i;

	for (i = 0; i < conf_schema_count; i++)
		if (conf_schema[i].base == CONF_BASE_SETTINGS &&
		    (conf_schema[i].scopes & 1u << scope) != 0 &&
		    (outer == NULL || !outer->common[i]))
			setting_format(f, &conf_schema[i], m, indent);
	if (m->first->commanded_down && !m->first->settings.disabled)
		fprintf(f->out, "%sdisabled on # by bgpctl\n", indent);
	conf_format_prefixes(
	    indent, "blocks", m->first->blocks, m->first->nblocks, f->out);
}

/* How a statement of its kind begins, and the scope of its block. */
static const struct {
	const char *word;
	enum conf_scope scope;
} member_kinds[] = {
	[CONF_MESH] = { "node", CONF_SCOPE_NODE },
	[CONF_NEIGHBOR] = { "neighbor", CONF_SCOPE_NEIGHBOR },
	[CONF_RANGE] = { "neighbors", CONF_SCOPE_NEIGHBORS },
	[CONF_LINKS] = { "neighbors", CONF_SCOPE_NEIGHBORS },
};

/* Its name and, unless that says it all, its addresses. */
static void
member_title(const struct members *m, FILE *out)
{
	const struct conf_neighbor *n = m->first;

	fprintf(out, "%s ", member_kinds[n->kind].word);
	if (conf_neighbor_is_pattern(n)) {
		conf_pattern_print(n, out);
		return;
	}
	conf_name_print(n->name, out);
	for (; n < m->end; n++) {
		putc(' ', out);
		conf_print_address(n, out);
	}
}

/* A mesh node or a neighbor; outer: its mesh or group, or NULL. */
static void
member_format(const struct format *f, const struct members *m,
    const struct members *outer)
{
	const char *indent = outer == NULL ? "" : "    ";
	struct conf_text block;
	struct format inner = *f;
	char *text;

	fputs(indent, f->out);
	member_title(m, f->out);
	conf_text_open(&block);
	inner.out = block.out;
	own_format(&inner, m, outer, member_kinds[m->first->kind].scope);
	text = conf_text_take(&block);
	if (text[0] != '\0')
		fprintf(f->out, " {\n%s%s}", text, indent);
	putc('\n', f->out);
	free(text);
}

/* ---- blocks ------------------------------------------------------------ */

/* The end of the run that belongs to the same node. */
static const struct conf_neighbor *
node_end(const struct conf_neighbor *n, const struct conf_neighbor *end)
{
	const struct conf_neighbor *first = n;

	while (n < end && strcmp(n->name, first->name) == 0)
		n++;
	return n;
}

/* They come first. */
static size_t
mesh_count(const struct conf *conf)
{
	size_t i = 0;

	while (i < conf->nneighbors && conf->neighbors[i].kind == CONF_MESH)
		i++;
	return i;
}

static void
own_node_format(const struct format *f)
{
	char buf[ADDRESS_STRLEN];
	size_t i;

	if (!f->conf->mesh_has_us)
		return;
	fputs("    node ", f->out);
	conf_name_print(f->conf->node, f->out);
	for (i = 0; i < f->conf->nown; i++)
		fprintf(f->out, " %s", address_format(&f->conf->own[i], buf));
	putc('\n', f->out);
}

static void
nodes_format(const struct format *f, const struct members *all)
{
	struct members node = { .first = all->first };

	for (; node.first < all->end; node.first = node.end) {
		node.end = node_end(node.first, all->end);
		member_format(f, &node, all);
	}
}

static void
mesh_format(const struct format *f, size_t count)
{
	const struct conf_neighbor *list = f->conf->neighbors;
	struct members all;

	if (!f->conf->mesh)
		return;
	fputs("\nmesh {\n", f->out);
	if (count == 0)
		own_node_format(f);
	else {
		all = members_of(list, list + count, CONF_SCOPE_MESH);
		common_format(f, &all);
		own_node_format(f);
		nodes_format(f, &all);
	}
	fputs("}\n", f->out);
}

static void
group_format(const struct format *f, const struct members *group)
{
	struct members one = { .first = group->first };

	fputs("group ", f->out);
	conf_name_print(one.first->group, f->out);
	fputs(" {\n", f->out);
	common_format(f, group);
	for (; one.first < group->end; one.first = one.end) {
		one.end = one.first + 1;
		member_format(f, &one, group);
	}
	fputs("}\n", f->out);
}

/* One group, or one neighbor outside of all groups; returns how many. */
static size_t
neighbors_format(const struct format *f, size_t first)
{
	const struct conf_neighbor *n = &f->conf->neighbors[first];
	const struct conf_neighbor *list = f->conf->neighbors;
	struct members m = { .first = n, .end = n + 1 };
	size_t i = first + 1;

	putc('\n', f->out);
	if (n->group == NULL) {
		member_format(f, &m, NULL);
		return 1;
	}
	while (i < f->conf->nneighbors && list[i].group != NULL &&
	    strcmp(list[i].group, n->group) == 0)
		i++;
	m = members_of(n, list + i, CONF_SCOPE_GROUP);
	group_format(f, &m);
	return i - first;
}

char *
conf_format(const struct conf *conf)
{
	struct format f = { .conf = conf };
	struct conf_text text;
	size_t i = mesh_count(conf);

	conf_text_open(&text);
	f.out = text.out;
	conf_fields_preset(CONF_BASE_SETTINGS, &f.preset);
	conf_capabilities_settle(&f.preset);
	if (conf->drain != DRAIN_OFF)
		fprintf(f.out, "# %s by bgpctl\n", drain_word(conf->drain));
	conf_format_top(conf, f.out);
	conf_filters_format(conf, f.out);
	presets_format(&f);
	mesh_format(&f, i);
	while (i < conf->nneighbors)
		i += neighbors_format(&f, i);
	conf_settings_clear(&f.preset);
	return conf_text_take(&text);
}
