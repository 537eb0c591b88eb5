/* SPDX-License-Identifier: ISC */
/* fuzz_exposition.c - any bytes as an Accept header and as a label */

/*
 * The header may be anything.  A label's value may be anything too, and what
 * is written for it has to be read back: one line, quotes closed, no byte
 * that is no letter.
 */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/http/exposition.h"
#include "rib/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *line, size_t length)
{
	static const char begin[] = "m{a=\"", end[] = "\"} 1\n";
	size_t i = sizeof(begin) - 1, last = length - (sizeof(end) - 1);

	assert(length >= sizeof(begin) + sizeof(end) - 2);
	assert(memcmp(line, begin, sizeof(begin) - 1) == 0);
	assert(memcmp(line + last, end, sizeof(end) - 1) == 0);
	for (; i < last; i++) {
		assert(line[i] != '"' && line[i] != '\n');
		if (line[i] != '\\')
			continue;
		i++;
		assert(i < last && strchr("\\\"n", line[i]) != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct metric_name metric = { "m", METRIC_GAUGE, NULL,
		"Help." };
	struct outbox out;
	struct exposition x = { .out = &out };
	char *text = xmalloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	assert(exposition_choose(text) < EXPOSITION_MAX);
	outbox_init(&out);
	exposition_begin(&x, &metric);
	x.headed = 1;
	exposition_sample(&x, 1, "a", text, NULL);
	check_line(outbox_unsent(&out), out.length);
	outbox_clear(&out);
	free(text);
	return 0;
}
