/* SPDX-License-Identifier: ISC */
/* overlap.c - prefixes of a config that lie in one another */

/*
 * Blocks belong to one node each, so no two may be equal or overlap, whoever
 * they are of; a neighbor's address inside an own block would be a pod's; and
 * a block outside of all pools will be refused by the other nodes, whose mesh
 * imports `pools`.
 *
 * There may be a hundred thousand prefixes.  Sorted by address and length,
 * prefixes that contain others stand before them, and any two either nest or
 * are apart; so one pass that remembers the last outermost prefix finds what
 * nests, and the outermost ones, in order, answer by bisection which of them
 * covers an address.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/message.h"
#include "rib/mem.h"

/* Same prefixes: in the order of the text. */
static int
mark_compare(const void *left, const void *right)
{
	const struct conf_mark *a = left, *b = right;
	int order = prefix_compare(&a->prefix, &b->prefix);

	if (order != 0)
		return order;
	if (a->word->place.line != b->word->place.line)
		return a->word->place.line < b->word->place.line ? -1 : 1;
	return a->word->place.column < b->word->place.column ? -1 : 1;
}

static void
marks_sort(struct conf_marks *marks)
{
	if (marks->count > 0)
		qsort(
		    marks->at, marks->count, sizeof(*marks->at), mark_compare);
}

/* Sorted: drops what lies in another one. */
static void
marks_outermost(struct conf_marks *marks)
{
	size_t i, kept = 0;

	for (i = 0; i < marks->count; i++)
		if (kept == 0 ||
		    !prefix_contains(
			&marks->at[kept - 1].prefix, &marks->at[i].prefix))
			marks->at[kept++] = marks->at[i];
	marks->count = kept;
}

/* Outermost: the one that contains the prefix, or NULL. */
static const struct conf_mark *
marks_find(const struct conf_marks *marks, const struct prefix *prefix)
{
	size_t low = 0, high = marks->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (prefix_compare(&marks->at[middle].prefix, prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !prefix_contains(&marks->at[low - 1].prefix, prefix))
		return NULL;
	return &marks->at[low - 1];
}

static void
pair_report(struct conf_messages *messages, const struct conf_mark *outer,
    const struct conf_mark *inner)
{
	bool equal = prefix_equal(&outer->prefix, &inner->prefix);
	char text[PREFIX_STRLEN];
	struct conf_message *m;

	if (equal)
		m = conf_error(messages, inner->word, "'%s' is given twice",
		    inner->word->text);
	else
		m = conf_error(messages, inner->word, "'%s' lies in %s",
		    inner->word->text, prefix_format(&outer->prefix, text));
	if (outer->owner != NULL)
		conf_help(m, "which node '%s' has at %s:%u", outer->owner,
		    outer->word->place.file, outer->word->place.line);
	else
		conf_help(m, "%s at %s:%u", equal ? "first" : "which stands",
		    outer->word->place.file, outer->word->place.line);
}

/* `blocks` and our entry in the mesh may say the same. */
static bool
is_same_claim(const struct conf_mark *a, const struct conf_mark *b)
{
	return (a->ours && b->owner == NULL) || (b->ours && a->owner == NULL);
}

/* Sorted: reports what is doubled and, if asked, what nests. */
static void
marks_check(
    struct conf_messages *messages, const struct conf_marks *marks, bool nested)
{
	const struct conf_mark *outer = NULL, *mark;
	size_t i;

	for (i = 0; i < marks->count; i++) {
		mark = &marks->at[i];
		if (outer == NULL ||
		    !(nested ? prefix_contains(&outer->prefix, &mark->prefix)
			     : prefix_equal(&outer->prefix, &mark->prefix)))
			outer = mark;
		else if (!is_same_claim(outer, mark))
			pair_report(messages, outer, mark);
	}
}

static void
pools_check(struct conf_build *b)
{
	const struct conf_mark *block;
	size_t i;

	if (b->pools.count == 0 || b->incomplete)
		return;
	for (i = 0; i < b->blocks.count; i++) {
		block = &b->blocks.at[i];
		if (!block->ours &&
		    marks_find(&b->pools, &block->prefix) == NULL)
			conf_warn(b->messages, block->word,
			    "'%s' lies outside of all pools",
			    block->word->text);
	}
}

/* Neighbors against our own blocks. */
static void
inside_check(struct conf_build *b, const struct conf_marks *own)
{
	const struct conf_entry *e;
	const struct conf_neighbor *n;
	const struct conf_mark *block;
	struct prefix host;
	char text[PREFIX_STRLEN];
	size_t i, j;

	for (i = 0; i < b->nentries; i++) {
		e = &b->entries[i];
		for (j = e->first; j < e->first + e->count; j++) {
			n = &b->conf->neighbors[j];
			host = prefix_of(
			    &n->address, family_bits(n->address.family));
			block = marks_find(own, &host);
			if (block == NULL)
				continue;
			conf_error(b->messages, e->address[n->address.family],
			    "neighbor '%s' lies in the own block %s", n->name,
			    prefix_format(&block->prefix, text));
		}
	}
}

static struct conf_marks
own_blocks(const struct conf_build *b)
{
	struct conf_marks own = { 0 };
	size_t i;

	own.at = xcalloc(b->blocks.count + 1, sizeof(*own.at));
	for (i = 0; i < b->blocks.count; i++)
		if (b->blocks.at[i].owner == NULL)
			own.at[own.count++] = b->blocks.at[i];
	return own;
}

/* A block of a family that has no address here. */
static void
blocks_families_check(struct conf_build *b, const struct conf_marks *own)
{
	const char *family;
	size_t i;

	for (i = 0; i < own->count; i++) {
		if (!b->conf->address_none[own->at[i].prefix.address.family])
			continue;
		family = family_name(own->at[i].prefix.address.family);
		conf_warn(b->messages, own->at[i].word,
		    "'%s' has no next hop: there is 'address %s none'",
		    own->at[i].word->text, family);
	}
}

/* Is there a mesh neighbor that takes what the defaults let in? */
static bool
mesh_is_open(const struct conf *conf)
{
	const struct conf_neighbor *n;
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		n = &conf->neighbors[i];
		if (n->kind == CONF_MESH && !n->settings.import_given)
			return true;
	}
	return false;
}

static void
mesh_pools_check(struct conf_build *b)
{
	const struct conf_statement *s = b->root;

	while (
	    s != NULL && (s->row == NULL || strcmp(s->row->word, "mesh") != 0))
		s = s->next;
	if (b->messages->errors > 0 || s == NULL || b->incomplete ||
	    b->pools.count > 0 || !mesh_is_open(b->conf))
		return;
	conf_help(conf_warn(b->messages, &s->words[0],
		      "without 'pools' all is accepted from the mesh but "
		      "default routes"),
	    "pools says where pod blocks come from, as in: pools "
	    "10.244.0.0/16");
}

/*
 * What a range asks of all who come from there the kernel cannot waive, and
 * within one prefix keys have one scheme, and KeyIDs one meaning.
 */
static const char *
range_demand(
    const struct conf_settings *range, const struct conf_settings *inside)
{
	if (range->tcp_ao_file != NULL)
		return inside->tcp_ao_file != NULL &&
			strcmp(inside->tcp_ao_file, range->tcp_ao_file) == 0
		    ? NULL
		    : "tcp-ao: it needs the same file";
	return range->password_file != NULL && inside->password_file == NULL
	    ? "a password-file: it needs one, too"
	    : NULL;
}

static void
range_check(struct conf_build *b, const struct conf_neighbor *range)
{
	const struct prefix prefix = { range->address, range->length };
	const struct conf_neighbor *n;
	const struct conf_entry *e;
	const char *demand;
	struct prefix from;
	size_t i;

	for (e = b->entries; e < b->entries + b->nentries; e++)
		for (i = 0; i < e->count; i++) {
			n = &b->conf->neighbors[e->first + i];
			from = prefix_of(&n->address,
			    n->kind == CONF_RANGE ? n->length : 128);
			demand = range_demand(&range->settings, &n->settings);
			if (demand != NULL && prefix_contains(&prefix, &from))
				conf_error(b->messages, e->name,
				    "'%s' lies in %s, which has %s", n->name,
				    range->name, demand);
		}
}

static bool
range_signs(const struct conf_neighbor *n)
{
	return n->kind == CONF_RANGE &&
	    (n->settings.password_file != NULL ||
		n->settings.tcp_ao_file != NULL);
}

static void
ranges_check(struct conf_build *b)
{
	const struct conf_neighbor *n;
	size_t i;

	for (i = 0; i < b->conf->nneighbors; i++) {
		n = &b->conf->neighbors[i];
		if (range_signs(n))
			range_check(b, n);
	}
}

void
conf_check_prefixes(struct conf_build *b)
{
	struct conf_marks own;

	mesh_pools_check(b);
	ranges_check(b);
	marks_sort(&b->announced);
	marks_check(b->messages, &b->announced, false);
	marks_sort(&b->blocks);
	marks_check(b->messages, &b->blocks, true);
	marks_sort(&b->pools);
	marks_outermost(&b->pools);
	pools_check(b);
	marks_sort(&b->tunnels);
	marks_check(b->messages, &b->tunnels, false);
	own = own_blocks(b);
	blocks_families_check(b, &own);
	marks_outermost(&own);
	inside_check(b, &own);
	free(own.at);
}
