/* SPDX-License-Identifier: ISC */
/* difference.c - a sentence about what differs, and lists in it */

/*
 * A change is told in one sentence of parts with commas between; each part
 * may raise what the change costs.  Lists (blocks, pools, listeners) are told
 * by what one side has and the other lacks, a few elements by name and the
 * rest by number, for a cluster's pools or a node's blocks may be thousands.
 * Elements are compared as the text that a config would have for them, sorted,
 * so that their order in a file does not count.
 */

#include "bgpd/conf/difference.h"

#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define LISTED_MAX 8u /* elements that a sentence names */

FILE *
conf_part_start(struct conf_difference *d, enum conf_cost cost)
{
	if (d->text.out == NULL) {
		conf_text_open(&d->text);
		d->begin(d->subject, d->text.out);
	}
	if (d->any)
		fputs(", ", d->text.out);
	d->any = true;
	if (cost > d->cost)
		d->cost = cost;
	return d->text.out;
}

void
conf_texts_add(struct conf_texts *list, struct conf_text *text)
{
	list->at = conf_grow(list->at, list->count, sizeof(*list->at));
	list->at[list->count++] = conf_text_take(text);
}

static int
text_compare(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void
texts_sort(struct conf_texts *list)
{
	if (list->count > 0)
		qsort(list->at, list->count, sizeof(*list->at), text_compare);
}

static void
texts_clear(struct conf_texts *list)
{
	while (list->count > 0)
		free(list->at[--list->count]);
	free(list->at);
}

/* Names what the first list has and the second lacks. */
static void
texts_missing(struct conf_difference *d, enum conf_cost cost,
    const struct conf_texts *from, const struct conf_texts *in,
    const char *verb)
{
	size_t i, j = 0, missing = 0;
	int order = -1;

	for (i = 0; i < from->count; i++) {
		while (j < in->count &&
		    (order = strcmp(in->at[j], from->at[i])) < 0)
			j++;
		if (j < in->count && order == 0)
			continue;
		if (missing == 0)
			fputs(verb, conf_part_start(d, cost));
		if (missing++ < LISTED_MAX)
			fprintf(d->text.out, " %s", from->at[i]);
	}
	if (missing > LISTED_MAX)
		fprintf(d->text.out, " and %zu more", missing - LISTED_MAX);
}

void
conf_texts_diff(struct conf_difference *d, enum conf_cost cost,
    struct conf_texts *before, struct conf_texts *after)
{
	texts_sort(before);
	texts_sort(after);
	texts_missing(d, cost, before, after, "removed");
	texts_missing(d, cost, after, before, "added");
	texts_clear(before);
	texts_clear(after);
}

struct conf_texts
conf_texts_of_prefixes(const struct prefix *list, size_t count)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < count; i++) {
		conf_text_open(&text);
		conf_print_prefix(&list[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

struct conf_texts
conf_texts_of_announce(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->nannounce; i++) {
		conf_text_open(&text);
		conf_print_announce(&conf->announce[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

struct conf_texts
conf_texts_of_listen(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->nlisten; i++) {
		conf_text_open(&text);
		conf_print_listen(&conf->listen[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

struct conf_texts
conf_texts_of_endpoints(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->nmetrics; i++) {
		conf_text_open(&text);
		conf_print_endpoint(&conf->metrics[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

struct conf_texts
conf_texts_of_own(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	char buf[ADDRESS_STRLEN];
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->nown; i++) {
		conf_text_open(&text);
		fputs(address_format(&conf->own[i], buf), text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}
