/* SPDX-License-Identifier: ISC */
/* bfd.c - the setting `bfd` and its block, as one value */
/*
 * The words of the block are rows of the schema with fields of their own; but
 * what is compared, shown and inherited is all of them together, so that one
 * line says how a neighbor is watched, and nothing where it is not.
 */
#include <string.h>

#include "bgpd/conf/value.h"
#include "bgpd/conf/way.h"

/* A block without a word in front switches it on. */
static void
bfd_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_bfd *bfd = f.at;

	bfd->on = count == 0 || strcmp(v[0].word->text, "off") != 0;
}

static bool
files_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

/* The number and kind of no key say nothing. */
static bool
keys_equal(const struct conf_bfd *a, const struct conf_bfd *b)
{
	return files_equal(a->key_file, b->key_file) &&
	    (a->key_file == NULL ||
		(a->key_id == b->key_id && a->meticulous == b->meticulous));
}

static bool
bfd_equal(struct conf_field left, struct conf_field right)
{
	const struct conf_bfd *a = left.at, *b = right.at;

	if (!a->on || !b->on)
		return a->on == b->on;
	return a->interval == b->interval && a->multiplier == b->multiplier &&
	    a->multihop == b->multihop && keys_equal(a, b);
}

static void
bfd_print(struct conf_field f, FILE *out)
{
	const struct conf_bfd *bfd = f.at;
	char interval[16];

	if (!bfd->on) {
		fputs("off", out);
		return;
	}
	fprintf(out, "{ interval %s; multiplier %u",
	    conf_time_format(bfd->interval, interval), bfd->multiplier);
	if (bfd->multihop)
		fputs("; multihop", out);
	if (bfd->key_file != NULL) {
		fputs("; auth ", out);
		conf_name_print(bfd->key_file, out);
		fprintf(out, "; auth-id %u; auth-meticulous %s", bfd->key_id,
		    bfd->meticulous ? "on" : "off");
	}
	fputs(" }", out);
}

const struct conf_way conf_way_bfd = { 0, NULL, bfd_set, bfd_equal, NULL,
	bfd_print };
