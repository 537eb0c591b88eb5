/* SPDX-License-Identifier: ISC */
/* fuzz_conf.c - any text as a config */

/*
 * The text must be refused with at least one error, or become a config whose
 * own text is accepted again, without a difference, and comes out the same.
 * Nothing is read from disk: include is refused in a text from memory.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int what)
{
	if (!what)
		abort();
}

static void
messages_show(const struct conf_messages *messages)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(out != NULL);
	conf_messages_print(messages, out);
	fclose(out);
	must((messages->count == 0) == (size == 0));
	free(text);
}

static void
conf_try(const struct conf *conf)
{
	struct conf_messages messages = { 0 };
	struct conf_changes changes;
	char *text = conf_format(conf);
	char *again;
	struct conf *copy;

	copy = conf_parse("again", text, "other-host", &messages);
	must(copy != NULL);
	conf_diff(conf, copy, &changes);
	must(changes.count == 0);
	again = conf_format(copy);
	must(strcmp(text, again) == 0);
	conf_changes_clear(&changes);
	conf_messages_clear(&messages);
	conf_free(copy);
	free(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_messages messages = { 0 };
	char *text = malloc(size + 1);
	struct conf *conf;

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	conf = conf_parse("fuzz.conf", text, "fuzz-host", &messages);
	must((conf == NULL) == (messages.errors > 0));
	messages_show(&messages);
	if (conf != NULL)
		conf_try(conf);
	conf_free(conf);
	conf_messages_clear(&messages);
	free(text);
	return 0;
}
