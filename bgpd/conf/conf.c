/* SPDX-License-Identifier: ISC */
/* conf.c - text to a typed configuration, or all that is wrong with it */

/*
 * The way of a config: files or a text (load.c) to words (lex.c) to a tree of
 * statements (parse.c), each statement against the schema (form.c, match.c,
 * value.c), checked statements into the typed struct with every neighbor's
 * settings settled (global.c, resolve.c), and the checks of what they mean
 * together (check.c, overlap.c).  A stage works on what the one before found
 * good, so that one run reports every mistake once.
 *
 * Out comes an immutable struct conf that owns all it points to, or NULL with
 * at least one error among the findings.  The tree and the texts are freed
 * before returning.  The difference of two confs is diff.c's, the text of one
 * format.c's.
 */

#include "bgpd/conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/form.h"
#include "bgpd/conf/learn.h"
#include "bgpd/conf/load.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/secret.h"
#include "bgpd/conf/table.h"
#include "rib/mem.h"

/* The statements become the conf. */
static void
conf_fill(struct conf *conf, struct conf_files *files, struct conf_list *list,
    const char *host, conf_identity_judge *judge)
{
	struct conf_build build = {
		.conf = conf,
		.messages = files->parser.messages,
		.root = list->first,
		.incomplete = files->parser.incomplete,
	};

	conf_form_check(list->first, files->parser.arena, build.messages);
	conf_resolve(&build, host);
	conf_table_settle(&build, files->from_disk);
	if (files->from_disk) {
		conf_secrets_read(&build);
		conf_tls_files_check(&build, judge);
	}
	conf_check(&build);
	conf_build_clear(&build);
}

/* text: instead of the file's, or NULL. */
static struct conf *
conf_make(const char *name, const char *text, const char *host,
    conf_identity_judge *judge, struct conf_messages *messages)
{
	struct conf_arena arena = { 0 };
	struct conf *conf = xcalloc(1, sizeof(*conf));
	struct conf_files files = {
		.parser = { .arena = &arena, .messages = messages },
		.conf = conf,
	};
	struct conf_list list = { .first = NULL };
	size_t before = messages->count;
	size_t errors = messages->errors;

	files.from_disk = text == NULL;
	if (files.from_disk)
		conf_files_read(&files, name, &list);
	else
		conf_parse_text(
		    &files.parser, conf_files_name(conf, name), text, &list);
	if (!files.parser.broken)
		conf_fill(conf, &files, &list, host, judge);
	conf_messages_sort(messages, before);
	conf_files_clear(&files);
	conf_arena_clear(&arena);
	if (messages->errors == errors)
		return conf;
	conf_free(conf);
	return NULL;
}

struct conf *
conf_load(const char *path, const char *host, conf_identity_judge *judge,
    struct conf_messages *messages)
{
	return conf_make(path, NULL, host, judge, messages);
}

struct conf *
conf_parse(const char *name, const char *text, const char *host,
    struct conf_messages *messages)
{
	return conf_make(name, text, host, NULL, messages);
}

static void
neighbor_clear(struct conf_neighbor *n)
{
	free(n->name);
	free(n->group);
	free(n->blocks);
	free(n->interface);
	free(n->pattern);
	conf_settings_clear(&n->settings);
}

static void
neighbors_free(struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->nneighbors; i++)
		neighbor_clear(&conf->neighbors[i]);
	free(conf->neighbors);
	free(conf->ranges);
}

const struct conf_neighbor *
conf_range_find(const struct conf *conf, const struct address *a)
{
	const struct conf_neighbor *n, *found = NULL;
	struct prefix prefix;
	size_t i;

	for (i = 0; i < conf->nranges; i++) {
		n = &conf->neighbors[conf->ranges[i]];
		prefix = (struct prefix){ n->address, n->length };
		if (n->kind == CONF_RANGE && prefix_covers(&prefix, a) &&
		    (found == NULL || n->length > found->length))
			found = n;
	}
	return found;
}

/* The name of who is found there is that of the pattern and the interface. */
static bool
is_name_of(const char *name, const struct conf_neighbor *pattern,
    const char *interface)
{
	size_t length = strlen(pattern->name);

	return strncmp(name, pattern->name, length) == 0 &&
	    name[length] == '/' && strcmp(name + length + 1, interface) == 0;
}

bool
conf_guest_is_shut_out(const struct conf *conf,
    const struct conf_neighbor *pattern, const struct address *a,
    const char *interface)
{
	size_t i;

	if (pattern->commanded_down)
		return true;
	if (pattern->kind == CONF_RANGE) {
		for (i = 0; i < conf->nshut_out; i++)
			if (address_equal(&conf->shut_out[i].address, a))
				return true;
		return false;
	}
	for (i = 0; i < conf->nshut_links; i++)
		if (is_name_of(conf->shut_links[i], pattern, interface))
			return true;
	return false;
}

struct conf_neighbor *
conf_guest_new(const struct conf *conf, const struct conf_neighbor *pattern,
    const struct address *address, const char *interface)
{
	struct conf_neighbor *n = xcalloc(1, sizeof(*n));
	char name[ADDRESS_STRLEN];

	n->guest = true;
	n->group = pattern->group == NULL ? NULL : xstrdup(pattern->group);
	n->address = *address;
	n->commanded_down =
	    conf_guest_is_shut_out(conf, pattern, address, interface);
	conf_settings_copy(&n->settings, &pattern->settings);
	if (pattern->kind == CONF_RANGE) {
		n->kind = CONF_NEIGHBOR;
		n->name = xstrdup(address_format(address, name));
		return n;
	}
	n->kind = CONF_FOUND;
	n->name = xasprintf("%s/%s", pattern->name, interface);
	n->pattern = xstrdup(pattern->name);
	snprintf(n->zone, sizeof(n->zone), "%s", interface);
	return n;
}

void
conf_guest_free(struct conf_neighbor *n)
{
	if (n == NULL)
		return;
	neighbor_clear(n);
	free(n);
}

static size_t
neighbor_texts(const struct conf_neighbor *n)
{
	const struct conf_settings *s = &n->settings;

	return mem_bytes(n->name) + mem_bytes(n->group) + mem_bytes(n->blocks) +
	    mem_bytes(n->interface) + mem_bytes(n->pattern) +
	    mem_bytes(s->description) + mem_bytes(s->password_file) +
	    mem_bytes(s->password) + mem_bytes(s->bfd.key_file) +
	    mem_bytes(s->bfd.key);
}

size_t
conf_guest_bytes(const struct conf_neighbor *n)
{
	return n == NULL ? 0 : mem_bytes(n) + neighbor_texts(n);
}

size_t
conf_bytes(const struct conf *conf)
{
	size_t i,
	    bytes = mem_bytes(conf) + mem_bytes(conf->neighbors) +
	    mem_bytes(conf->blocks) + mem_bytes(conf->pools) +
	    mem_bytes(conf->announce);

	for (i = 0; i < conf->nneighbors; i++)
		bytes += neighbor_texts(&conf->neighbors[i]);
	for (i = 0; i < conf->nprefix_sets; i++)
		bytes += prefix_set_bytes(conf->prefix_sets[i].set);
	for (i = 0; i < conf->ncommunity_sets; i++)
		bytes += community_set_bytes(conf->community_sets[i].set);
	return bytes;
}

/* Those of one name, from one line of the mesh, stand together. */
size_t
conf_neighbor_names(const struct conf *conf)
{
	const struct conf_neighbor *n = conf->neighbors;
	size_t i, count = 0;

	for (i = 0; i < conf->nneighbors; i++)
		count += i == 0 || strcmp(n[i].name, n[i - 1].name) != 0;
	return count;
}

bool
conf_neighbor_is_disabled(const struct conf_neighbor *n)
{
	return n->settings.disabled || n->commanded_down;
}

static void
filters_free(struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->nfilters; i++)
		filter_unref(conf->filters[i]);
	for (i = 0; i < conf->nprefix_sets; i++) {
		prefix_set_unref(conf->prefix_sets[i].set);
		free(conf->prefix_sets[i].name);
	}
	for (i = 0; i < conf->ncommunity_sets; i++) {
		community_set_unref(conf->community_sets[i].set);
		free(conf->community_sets[i].name);
	}
	free(conf->filters);
	free(conf->prefix_sets);
	free(conf->community_sets);
}

static void
policy_replace(
    struct policy *policy, const struct filter *old, const struct filter *new)
{
	unsigned int i;

	for (i = 0; i < policy->count; i++)
		if (policy->chain[i] == old)
			policy->chain[i] = new;
}

static void
filter_adopt(struct conf *conf, struct filter **at, struct filter *now)
{
	size_t i;

	filter_places_swap(*at, now);
	for (i = 0; i < conf->nneighbors; i++) {
		policy_replace(&conf->neighbors[i].settings.import, *at, now);
		policy_replace(&conf->neighbors[i].settings.export, *at, now);
	}
	filter_unref(*at);
	*at = filter_ref(now);
}

void
conf_adopt(struct conf *conf, const struct conf *now)
{
	size_t i, j;

	for (i = 0; i < conf->nfilters; i++)
		for (j = 0; j < now->nfilters; j++)
			if (filter_equal(conf->filters[i], now->filters[j])) {
				filter_adopt(
				    conf, &conf->filters[i], now->filters[j]);
				break;
			}
}

void
conf_free(struct conf *conf)
{
	enum family family;
	size_t i;

	if (conf == NULL)
		return;
	neighbors_free(conf);
	filters_free(conf);
	for (i = 0; i < conf->nfiles; i++)
		free(conf->files[i]);
	for (i = 0; i < conf->nannounce; i++)
		free(conf->announce[i].communities);
	for (i = 0; i < conf->nlearn; i++)
		conf_learn_clear(&conf->learn[i]);
	for (family = 0; family < FAMILY_MAX; family++)
		free(conf->rules[family]);
	free(conf->files);
	free(conf->announce);
	free(conf->learn);
	free(conf->listen);
	free(conf->blocks);
	free(conf->pools);
	free(conf->tunnels);
	free(conf->fib.onlink);
	free(conf->own);
	free(conf->node);
	for (i = 0; i < conf->nmetrics; i++)
		free(conf->metrics[i].path);
	free(conf->metrics);
	free(conf->control);
	free(conf->control_group);
	free(conf->control_write_group);
	free(conf->state_directory);
	free(conf->commanded);
	free(conf->removed);
	for (i = 0; i < conf->nshut_links; i++)
		free(conf->shut_links[i]);
	free(conf->shut_links);
	free(conf->shut_out);
	free(conf);
}
