/* SPDX-License-Identifier: ISC */
/* fuzz_runtime.c - any bytes as the file of runtime commands */

/*
 * The bytes must be refused with a reason, and leave nothing behind, or become
 * an overlay whose own text is accepted and comes out the same; that goes over
 * a config without losing it, and the config that results has a text that is a
 * config again.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/runtime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] =
    "as 1\nblocks 10.244.1.0/26 fd00:1::/122\npools 10.244.0.0/16\n"
    "neighbor tor-1 10.0.0.254 { remote-as 2; import all; export all }\n";

static void
must(int what)
{
	if (!what)
		abort();
}

static void
format_try(const struct conf_runtime *r)
{
	char *text = conf_runtime_format(r), *again, why[160];
	struct conf_runtime copy;

	must(conf_runtime_parse(text, strlen(text), &copy, why, sizeof(why)));
	again = conf_runtime_format(&copy);
	must(strcmp(text, again) == 0);
	conf_runtime_clear(&copy);
	free(again);
	free(text);
}

static void
apply_try(const struct conf_runtime *r)
{
	struct conf_messages messages = { 0 };
	struct conf *conf = conf_parse("base", base, "host", &messages);
	struct conf *again;
	char *text;

	must(conf != NULL);
	conf_runtime_apply(r, conf, "runtime.json", &messages);
	must(messages.errors == 0);
	text = conf_format(conf);
	again = conf_parse("again", text, "host", &messages);
	must(again != NULL);
	conf_free(again);
	conf_free(conf);
	conf_messages_clear(&messages);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_runtime r;
	char why[160] = "";

	if (conf_runtime_parse(
		(const char *)data, size, &r, why, sizeof(why))) {
		format_try(&r);
		apply_try(&r);
	} else {
		must(why[0] != '\0' && conf_runtime_is_empty(&r));
	}
	conf_runtime_clear(&r);
	return 0;
}
