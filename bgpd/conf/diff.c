/* SPDX-License-Identifier: ISC */
/* diff.c - the typed difference of two configs, with its costs */

/*
 * The daemon changes in one way only: old config, new config, difference,
 * actions.  Each change says what it is about, which parts of the daemon it
 * concerns, what it costs (the schema's column, the highest where one change
 * has several causes), and in a sentence what a person will read before it is
 * applied:
 *
 *	neighbor tor-1: hold-time 90s -> 30s
 *
 * Globals come first, in the order of the schema, then the neighbors by name:
 * one change for each that differs.  A neighbor is itself by name, address
 * and zone; one that moved to another address is removed and added.  Two
 * configs without a difference lead to the same daemon: places, the way in
 * which a value came about, and the order of lists do not count.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/ao.h"
#include "bgpd/conf/difference.h"
#include "bgpd/conf/filter.h"
#include "bgpd/conf/learn.h"
#include "bgpd/conf/links.h"
#include "bgpd/conf/tunnel.h"
#include "rib/mem.h"

static const char *const cost_words[] = {
	[CONF_COST_NONE] = "none",
	[CONF_COST_REEVALUATE] = "re-evaluate",
	[CONF_COST_REBIND] = "rebind",
	[CONF_COST_RESET] = "session reset",
	[CONF_COST_RESTART] = "restart",
};

const char *
conf_cost_word(enum conf_cost cost)
{
	return cost_words[cost];
}

static struct conf_change *
change_add(struct conf_changes *changes, enum conf_subject subject,
    enum conf_cost cost, char *text)
{
	struct conf_change *change;

	changes->at =
	    conf_grow(changes->at, changes->count, sizeof(*changes->at));
	change = &changes->at[changes->count++];
	*change = (struct conf_change){
		.subject = subject, .cost = cost, .text = text
	};
	return change;
}

static void
global_add(struct conf_changes *changes, const struct conf_keyword *row,
    struct conf_difference *d)
{
	char *text = conf_text_take(&d->text);

	if (d->any)
		change_add(changes, CONF_GLOBAL, row->cost, text)->effect =
		    row->effect;
	else
		free(text);
}

/* row: the word that stands for the list. */
static void
row_diff(struct conf_changes *changes, const struct conf_keyword *row,
    const char *what, struct conf_texts before, struct conf_texts after)
{
	struct conf_difference d = { .any = false };
	char *text;

	conf_text_open(&d.text);
	conf_texts_diff(&d, row->cost, &before, &after);
	text = conf_text_take(&d.text);
	if (d.any)
		change_add(changes, CONF_GLOBAL, d.cost,
		    xasprintf("%s: %s", what, text))
		    ->effect = row->effect;
	free(text);
}

/* The same for a word of the top level. */
static void
list_diff(struct conf_changes *changes, const char *word, const char *what,
    struct conf_texts before, struct conf_texts after)
{
	row_diff(changes, conf_schema_find(CONF_SCOPE_TOP, word), what, before,
	    after);
}

/* ---- globals ----------------------------------------------------------- */

/* All lines of a family in their order, which counts. */
static char *
rules_text(const struct conf *conf, enum family family)
{
	struct conf_text text;
	size_t i;

	conf_text_open(&text);
	for (i = 0; i < conf->nrules[family]; i++) {
		if (i > 0)
			fputs("; ", text.out);
		conf_print_rule(family, &conf->rules[family][i], text.out);
	}
	if (conf->nrules[family] == 0)
		fprintf(text.out, "%s auto", family_name(family));
	return conf_text_take(&text);
}

static void
rules_diff(struct conf_changes *changes, const struct conf *before,
    const struct conf *after)
{
	const struct conf_keyword *row =
	    conf_schema_find(CONF_SCOPE_TOP, "address");
	struct conf_difference d;
	enum family family;
	char *old, *new;

	for (family = 0; family < FAMILY_MAX; family++) {
		d = (struct conf_difference){ .any = false };
		conf_text_open(&d.text);
		old = rules_text(before, family);
		new = rules_text(after, family);
		if (strcmp(old, new) != 0)
			fprintf(conf_part_start(&d, row->cost),
			    "address: %s -> %s", old, new);
		free(old);
		free(new);
		global_add(changes, row, &d);
	}
}

static void
fields_diff(struct conf_changes *changes, const struct conf *before,
    const struct conf *after)
{
	const struct conf_keyword *row;
	struct conf_difference d;
	enum conf_scope scope;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++) {
		if (row->base != CONF_BASE_CONF ||
		    conf_field_equal(row, before, after))
			continue;
		d = (struct conf_difference){ .any = true };
		conf_text_open(&d.text);
		for (scope = CONF_SCOPE_TOP + 1; scope < CONF_SCOPE_MAX;
		     scope++)
			if (row->scopes == 1u << scope)
				fprintf(
				    d.text.out, "%s: ", conf_scope_name(scope));
		fprintf(d.text.out, "%s ", row->word);
		conf_field_print(row, before, d.text.out);
		fputs(" -> ", d.text.out);
		conf_field_print(row, after, d.text.out);
		global_add(changes, row, &d);
	}
}

/* A word of the top level that is there or not, or has one of two values. */
static void
word_diff(struct conf_changes *changes, const char *word, const char *before,
    const char *after)
{
	struct conf_difference d = { .any = strcmp(before, after) != 0 };

	conf_text_open(&d.text);
	fprintf(d.text.out, "%s %s -> %s", word, before, after);
	global_add(changes, conf_schema_find(CONF_SCOPE_TOP, word), &d);
}

/* No word of the language: a runtime command. */
static void
drain_diff(struct conf_changes *changes, enum drain before, enum drain after)
{
	if (before != after)
		change_add(changes, CONF_GLOBAL, CONF_COST_REEVALUATE,
		    xasprintf("drain: %s -> %s", drain_word(before),
			drain_word(after)))
		    ->effect = CONF_EFFECT_DRAIN;
}

/* conf_filter_change */
static void
filter_change(void *changes, enum conf_cost cost, char *text)
{
	change_add(changes, CONF_GLOBAL, cost, text);
}

static void
globals_diff(struct conf_changes *changes, const struct conf *before,
    const struct conf *after)
{
	fields_diff(changes, before, after);
	word_diff(changes, "fib", before->fib.off ? "off" : "on",
	    after->fib.off ? "off" : "on");
	word_diff(changes, "control",
	    before->control == NULL ? "default" : before->control,
	    after->control == NULL ? "default" : after->control);
	word_diff(changes, "mesh", before->mesh ? "on" : "off",
	    after->mesh ? "on" : "off");
	rules_diff(changes, before, after);
	list_diff(changes, "blocks", "blocks",
	    conf_texts_of_prefixes(before->blocks, before->nblocks),
	    conf_texts_of_prefixes(after->blocks, after->nblocks));
	list_diff(changes, "pools", "pools",
	    conf_texts_of_prefixes(before->pools, before->npools),
	    conf_texts_of_prefixes(after->pools, after->npools));
	row_diff(changes, conf_schema_type(CONF_SCOPE_POOLS), "pools",
	    conf_tunnels_texts(before), conf_tunnels_texts(after));
	row_diff(changes, conf_schema_find(CONF_SCOPE_FIB, "device"),
	    "fib: device", conf_devices_texts(before),
	    conf_devices_texts(after));
	list_diff(changes, "announce", "announce",
	    conf_texts_of_announce(before), conf_texts_of_announce(after));
	list_diff(changes, "learn", "learn", conf_learn_texts(before),
	    conf_learn_texts(after));
	list_diff(changes, "listen", "listen", conf_texts_of_listen(before),
	    conf_texts_of_listen(after));
	list_diff(changes, "metrics", "metrics",
	    conf_texts_of_endpoints(before), conf_texts_of_endpoints(after));
	list_diff(changes, "mesh", "mesh: this node", conf_texts_of_own(before),
	    conf_texts_of_own(after));
	drain_diff(changes, before->drain, after->drain);
	list_diff(changes, "neighbors", "disabled by bgpctl",
	    conf_texts_of_prefixes(before->shut_out, before->nshut_out),
	    conf_texts_of_prefixes(after->shut_out, after->nshut_out));
	conf_filters_diff(before, after, filter_change, changes);
}

/* ---- neighbors --------------------------------------------------------- */

static int
neighbor_compare(const void *left, const void *right)
{
	const struct conf_neighbor *a =
	    *(const struct conf_neighbor *const *)left;
	const struct conf_neighbor *b =
	    *(const struct conf_neighbor *const *)right;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = address_compare(&a->address, &b->address);
	return order != 0 ? order : strcmp(a->zone, b->zone);
}

/* Borrowed, in the order of their identity. */
static const struct conf_neighbor **
neighbors_sorted(const struct conf *conf)
{
	const struct conf_neighbor **list =
	    xcalloc(conf->nneighbors + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < conf->nneighbors; i++)
		list[i] = &conf->neighbors[i];
	qsort(list, conf->nneighbors, sizeof(*list), neighbor_compare);
	return list;
}

/* A mesh node has two sessions of one name. */
static void
neighbor_begin(const void *neighbor, FILE *out)
{
	const struct conf_neighbor *n = neighbor;

	fprintf(out, "neighbor %s", n->name);
	if (n->kind == CONF_MESH) {
		putc(' ', out);
		conf_print_address(n, out);
	}
	fputs(": ", out);
}

static void
neighbor_whole(struct conf_changes *changes, const struct conf_neighbor *before,
    const struct conf_neighbor *after)
{
	struct conf_difference d = { .begin = neighbor_begin,
		.subject = before != NULL ? before : after };
	struct conf_change *change;

	fputs(before != NULL ? "removed" : "added",
	    conf_part_start(&d, CONF_COST_NONE));
	change = change_add(changes,
	    before != NULL ? CONF_NEIGHBOR_REMOVED : CONF_NEIGHBOR_ADDED,
	    before != NULL ? CONF_COST_RESET : CONF_COST_NONE,
	    conf_text_take(&d.text));
	change->before = before;
	change->after = after;
	changes->removed += before != NULL;
}

static char *
value_text(const struct conf_keyword *row, const struct conf_settings *settings)
{
	struct conf_text text;

	conf_text_open(&text);
	conf_field_print(row, settings, text.out);
	return conf_text_take(&text);
}

/* A filter of the same name may do something else. */
static void
setting_diff(struct conf_difference *d, const struct conf_keyword *row,
    const struct conf_settings *before, const struct conf_settings *after)
{
	FILE *out = conf_part_start(d, row->cost);
	char *old, *new;

	if (row->store == CONF_STORE_FLAG &&
	    strcmp(row->word, "disabled") == 0) {
		fputs(after->disabled ? "disabled" : "enabled", out);
		return;
	}
	old = value_text(row, before);
	new = value_text(row, after);
	if (strcmp(old, new) == 0)
		fprintf(out, "%s %s has changed", row->word, new);
	else
		fprintf(out, "%s %s -> %s", row->word, old, new);
	free(old);
	free(new);
}

static void
settings_diff(struct conf_difference *d, const struct conf_settings *before,
    const struct conf_settings *after)
{
	/* What stands in these, their own rows compare and print. */
	const unsigned int blocks = 1u << CONF_SCOPE_BFD | 1u << CONF_SCOPE_TLS;
	const struct conf_keyword *row;
	struct conf_keyword one;
	unsigned int i;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++) {
		if (row->base != CONF_BASE_SETTINGS ||
		    (row->scopes & blocks) != 0)
			continue;
		for (i = 0; i < conf_field_parts(row); i++) {
			one = conf_field_part(row, i);
			if (row->store == CONF_STORE_TLS)
				one.cost =
				    conf_tls_cost(&before->tls, &after->tls);
			if (!conf_field_equal(&one, before, after))
				setting_diff(d, &one, before, after);
		}
	}
}

/* The same file with another line in it: the session goes on with that. */
static void
password_diff(struct conf_difference *d, const struct conf_settings *before,
    const struct conf_settings *after)
{
	if (before->password != NULL && after->password != NULL &&
	    strcmp(before->password, after->password) != 0)
		fputs("password changed", conf_part_start(d, CONF_COST_NONE));
	if (before->tcp_ao != NULL && after->tcp_ao != NULL &&
	    !conf_ao_equal(before->tcp_ao, after->tcp_ao))
		fputs(
		    "tcp-ao: keys changed", conf_part_start(d, CONF_COST_NONE));
	if (before->bfd.key != NULL && after->bfd.key != NULL &&
	    strcmp(before->bfd.key, after->bfd.key) != 0)
		fputs("bfd: key changed", conf_part_start(d, CONF_COST_NONE));
}

/* What is not a setting: where it stands, and what it may announce. */
static void
standing_diff(struct conf_difference *d, const struct conf_neighbor *before,
    const struct conf_neighbor *after)
{
	const char *old = before->group != NULL ? before->group : "none";
	const char *new = after->group != NULL ? after->group : "none";
	struct conf_texts old_blocks, new_blocks;

	if (before->kind != after->kind)
		fputs(after->kind == CONF_MESH ? "joins the mesh"
					       : "leaves the mesh",
		    conf_part_start(d, CONF_COST_RESET));
	if (before->commanded_down != after->commanded_down)
		fputs(after->commanded_down ? "disabled by bgpctl"
					    : "no longer disabled by bgpctl",
		    conf_part_start(d, CONF_COST_RESET));
	if (strcmp(old, new) != 0)
		fprintf(conf_part_start(d, CONF_COST_NONE), "group %s -> %s",
		    old, new);
	if (before->limit != after->limit)
		fprintf(conf_part_start(d, CONF_COST_NONE), "limit %u -> %u",
		    before->limit, after->limit);
	conf_links_diff(d, before, after);
	old_blocks = conf_texts_of_prefixes(before->blocks, before->nblocks);
	new_blocks = conf_texts_of_prefixes(after->blocks, after->nblocks);
	conf_texts_diff(d, CONF_COST_REEVALUATE, &old_blocks, &new_blocks);
}

static void
neighbor_diff(struct conf_changes *changes, const struct conf_neighbor *before,
    const struct conf_neighbor *after)
{
	struct conf_difference d = { .begin = neighbor_begin,
		.subject = after };
	struct conf_change *change;

	settings_diff(&d, &before->settings, &after->settings);
	password_diff(&d, &before->settings, &after->settings);
	standing_diff(&d, before, after);
	if (!d.any)
		return;
	change = change_add(
	    changes, CONF_NEIGHBOR_CHANGED, d.cost, conf_text_take(&d.text));
	change->before = before;
	change->after = after;
}

static void
neighbors_diff(struct conf_changes *changes, const struct conf *before,
    const struct conf *after)
{
	const struct conf_neighbor **old = neighbors_sorted(before);
	const struct conf_neighbor **new = neighbors_sorted(after);
	size_t i = 0, j = 0;
	int order;

	while (i < before->nneighbors || j < after->nneighbors) {
		if (i == before->nneighbors)
			order = 1;
		else if (j == after->nneighbors)
			order = -1;
		else
			order = neighbor_compare(&old[i], &new[j]);
		if (order < 0)
			neighbor_whole(changes, old[i++], NULL);
		else if (order > 0)
			neighbor_whole(changes, NULL, new[j++]);
		else
			neighbor_diff(changes, old[i++], new[j++]);
	}
	free(old);
	free(new);
}

void
conf_diff(const struct conf *before, const struct conf *after,
    struct conf_changes *changes)
{
	*changes = (struct conf_changes){ .at = NULL };
	globals_diff(changes, before, after);
	neighbors_diff(changes, before, after);
}

void
conf_changes_clear(struct conf_changes *changes)
{
	size_t i;

	for (i = 0; i < changes->count; i++)
		free(changes->at[i].text);
	free(changes->at);
	*changes = (struct conf_changes){ .at = NULL };
}
