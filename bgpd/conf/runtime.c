/* SPDX-License-Identifier: ISC */
/* runtime.c - runtime commands, the second producer of the config */

/*
 * Names are kept sorted, so that one pass over the neighbors finds those that
 * are disabled; there may be thousands of both after an outage of a rack.
 * Blocks are few and are searched.
 *
 * A block that a command added and that the file names later belongs to the
 * file from then on, and one that a command removed and that the file no
 * longer names is gone anyway: both keep their entry, for a file may change
 * back, and only the warning tells.
 */

#include "bgpd/conf/runtime.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/resolve.h"
#include "rib/mem.h"

/* ---- the overlay ------------------------------------------------------- */

static void
prefixes_copy(
    struct prefix **to, size_t *count, const struct prefix *from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		conf_prefix_add(to, count, &from[i]);
}

void
conf_runtime_copy(struct conf_runtime *to, const struct conf_runtime *from)
{
	size_t i;

	*to = (struct conf_runtime){ .drain = from->drain };
	to->disabled = xcalloc(from->ndisabled + 1, sizeof(*to->disabled));
	for (i = 0; i < from->ndisabled; i++)
		to->disabled[to->ndisabled++] = xstrdup(from->disabled[i]);
	prefixes_copy(&to->added, &to->nadded, from->added, from->nadded);
	prefixes_copy(
	    &to->removed, &to->nremoved, from->removed, from->nremoved);
}

void
conf_runtime_clear(struct conf_runtime *r)
{
	size_t i;

	for (i = 0; i < r->ndisabled; i++)
		free(r->disabled[i]);
	free(r->disabled);
	free(r->added);
	free(r->removed);
	*r = (struct conf_runtime){ .disabled = NULL };
}

bool
conf_runtime_is_empty(const struct conf_runtime *r)
{
	return r->ndisabled == 0 && r->drain == DRAIN_OFF && r->nadded == 0 &&
	    r->nremoved == 0;
}

/* Where the name is, or would be. */
static size_t
name_index(const struct conf_runtime *r, const char *name, bool *found)
{
	size_t low = 0, high = r->ndisabled, middle;
	int order;

	*found = false;
	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(r->disabled[middle], name);
		*found |= order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
conf_runtime_is_disabled(const struct conf_runtime *r, const char *name)
{
	bool found;

	name_index(r, name, &found);
	return found;
}

bool
conf_runtime_disable(struct conf_runtime *r, const char *name)
{
	bool found;
	size_t at = name_index(r, name, &found);

	if (found)
		return false;
	r->disabled =
	    xreallocarray(r->disabled, r->ndisabled + 1, sizeof(*r->disabled));
	memmove(r->disabled + at + 1, r->disabled + at,
	    (r->ndisabled - at) * sizeof(*r->disabled));
	r->disabled[at] = xstrdup(name);
	r->ndisabled++;
	return true;
}

bool
conf_runtime_enable(struct conf_runtime *r, const char *name)
{
	bool found;
	size_t at = name_index(r, name, &found);

	if (!found)
		return false;
	free(r->disabled[at]);
	r->ndisabled--;
	memmove(r->disabled + at, r->disabled + at + 1,
	    (r->ndisabled - at) * sizeof(*r->disabled));
	return true;
}

/* ---- blocks ------------------------------------------------------------ */

/* count where there is none such. */
static size_t
prefix_index(const struct prefix *list, size_t count, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < count && !prefix_equal(&list[i], p); i++)
		continue;
	return i;
}

static bool
prefix_drop(struct prefix *list, size_t *count, const struct prefix *p)
{
	size_t i = prefix_index(list, *count, p);

	if (i == *count)
		return false;
	--*count;
	memmove(list + i, list + i + 1, (*count - i) * sizeof(*list));
	return true;
}

bool
conf_has_block(const struct conf *conf, const struct prefix *p)
{
	return prefix_index(conf->blocks, conf->nblocks, p) < conf->nblocks;
}

bool
conf_runtime_block_add(
    struct conf_runtime *r, const struct conf *conf, const struct prefix *p)
{
	bool removed = prefix_drop(r->removed, &r->nremoved, p);

	if (removed &&
	    prefix_index(conf->removed, conf->nremoved, p) < conf->nremoved)
		return true;
	if (conf_has_block(conf, p) ||
	    prefix_index(r->added, r->nadded, p) < r->nadded)
		return removed;
	conf_prefix_add(&r->added, &r->nadded, p);
	return true;
}

bool
conf_runtime_block_remove(
    struct conf_runtime *r, const struct conf *conf, const struct prefix *p)
{
	bool added = prefix_drop(r->added, &r->nadded, p);

	if (added &&
	    prefix_index(conf->commanded, conf->ncommanded, p) <
		conf->ncommanded)
		return true;
	if (!conf_has_block(conf, p))
		return added;
	conf_prefix_add(&r->removed, &r->nremoved, p);
	return true;
}

bool
conf_runtime_is_removed(const struct conf_runtime *r, const struct prefix *p)
{
	return prefix_index(r->removed, r->nremoved, p) < r->nremoved;
}

static bool
is_apart(const struct prefix *a, const struct prefix *b)
{
	return !prefix_contains(a, b) && !prefix_contains(b, a);
}

/* One that is not apart from p, or NULL. */
static const struct prefix *
overlap_find(const struct prefix *list, size_t count, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!is_apart(&list[i], p))
			return &list[i];
	return NULL;
}

const char *
conf_block_problem(
    const struct conf *conf, const struct prefix *p, char *buf, size_t size)
{
	const struct prefix *other =
	    overlap_find(conf->blocks, conf->nblocks, p);
	const struct conf_neighbor *n;
	char text[PREFIX_STRLEN];
	size_t i;

	if (other != NULL) {
		snprintf(buf, size, "it overlaps this node's block %s",
		    prefix_format(other, text));
		return buf;
	}
	for (i = 0; i < conf->nneighbors; i++) {
		n = &conf->neighbors[i];
		other = overlap_find(n->blocks, n->nblocks, p);
		if (other != NULL) {
			snprintf(buf, size, "it overlaps %s of node %s",
			    prefix_format(other, text), n->name);
			return buf;
		}
		if (prefix_covers(p, &n->address)) {
			snprintf(buf, size, "neighbor %s lies in it", n->name);
			return buf;
		}
	}
	return NULL;
}

/* ---- over a config ----------------------------------------------------- */

/* Whoever is found on an interface is named after that: uplinks/eth0. */
static bool
link_shut_out(struct conf *conf, const char *name)
{
	const char *interface = strrchr(name, '/') + 1;
	const struct conf_neighbor *n = conf_links_find(conf, interface);
	size_t length;

	if (n == NULL)
		return false;
	length = strlen(n->name);
	if (strncmp(n->name, name, length) != 0 ||
	    name + length + 1 != interface)
		return false;
	conf->shut_links = conf_grow(
	    conf->shut_links, conf->nshut_links, sizeof(*conf->shut_links));
	conf->shut_links[conf->nshut_links++] = xstrdup(name);
	return true;
}

/* Whoever comes from a range has its address for a name. */
static bool
guest_shut_out(struct conf *conf, const char *name)
{
	struct address a;
	struct prefix host;

	if (strchr(name, '/') != NULL)
		return link_shut_out(conf, name);
	if (!address_parse(name, &a) || conf_range_find(conf, &a) == NULL)
		return false;
	host = prefix_of(&a, family_bits(a.family));
	conf_prefix_add(&conf->shut_out, &conf->nshut_out, &host);
	return true;
}

static void
disabled_apply(const struct conf_runtime *r, struct conf *conf,
    const struct conf_word *word, struct conf_messages *messages)
{
	bool *met = xcalloc(r->ndisabled + 1, sizeof(*met)), found;
	size_t i, at;

	for (i = 0; i < conf->nneighbors; i++) {
		at = name_index(r, conf->neighbors[i].name, &found);
		if (found)
			met[at] = conf->neighbors[i].commanded_down = true;
	}
	for (i = 0; i < r->ndisabled; i++)
		if (!met[i] && !guest_shut_out(conf, r->disabled[i]))
			conf_help(conf_warn(messages, word,
				      "no neighbor '%s', which was disabled "
				      "by bgpctl",
				      r->disabled[i]),
			    "bgpctl neighbor %s enable", r->disabled[i]);
	free(met);
}

static void
removed_apply(const struct conf_runtime *r, struct conf *conf,
    const struct conf_word *word, struct conf_messages *messages)
{
	char text[PREFIX_STRLEN];
	size_t i;

	for (i = 0; i < r->nremoved; i++)
		if (prefix_drop(conf->blocks, &conf->nblocks, &r->removed[i]))
			conf_prefix_add(
			    &conf->removed, &conf->nremoved, &r->removed[i]);
		else
			conf_warn(messages, word,
			    "block '%s', which was removed by bgpctl, is not "
			    "in the configuration",
			    prefix_format(&r->removed[i], text));
}

/* What the config's own check would warn of (overlap.c). */
static void
block_judge(const struct conf *conf, const struct prefix *p,
    const struct conf_word *word, struct conf_messages *messages)
{
	enum family family = p->address.family;
	char text[PREFIX_STRLEN];
	size_t i;

	if (conf->address_none[family])
		conf_warn(messages, word,
		    "block '%s' has no next hop: there is 'address %s none'",
		    prefix_format(p, text), family_name(family));
	for (i = 0; i < conf->npools; i++)
		if (prefix_contains(&conf->pools[i], p))
			return;
	if (conf->npools > 0)
		conf_help(conf_warn(messages, word,
			      "block '%s' lies outside of all pools",
			      prefix_format(p, text)),
		    "other nodes will refuse it");
}

static void
added_apply(const struct conf_runtime *r, struct conf *conf,
    const struct conf_word *word, struct conf_messages *messages)
{
	char text[PREFIX_STRLEN], why[160];
	const struct prefix *p;
	enum family family;
	size_t i;

	for (i = 0; i < r->nadded; i++) {
		p = &r->added[i];
		if (conf_block_problem(conf, p, why, sizeof(why)) != NULL) {
			conf_warn(messages, word,
			    "block '%s', which was added by bgpctl, is left "
			    "out: %s",
			    prefix_format(p, text), why);
			continue;
		}
		block_judge(conf, p, word, messages);
		family = p->address.family;
		conf->expected[family] |= !conf->address_none[family];
		conf_prefix_add(&conf->blocks, &conf->nblocks, p);
		conf_prefix_add(&conf->commanded, &conf->ncommanded, p);
	}
}

void
conf_runtime_apply(const struct conf_runtime *r, struct conf *conf,
    const char *name, struct conf_messages *messages)
{
	const struct conf_word word = { .place = { .file = name } };

	conf->drain = r->drain;
	disabled_apply(r, conf, &word, messages);
	removed_apply(r, conf, &word, messages);
	added_apply(r, conf, &word, messages);
}
