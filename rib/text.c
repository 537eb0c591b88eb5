/* SPDX-License-Identifier: ISC */
/* text.c - writing text into a bounded buffer, reading numbers strictly */

/*
 * What a peer sends can be long: a path of thousands of AS numbers must end
 * up in a log line or a table cell without being cut through the middle of a
 * number, for 645... is a different AS than 64512.  So the unit of cutting is
 * the piece that a caller adds, and a cut always shows.
 *
 * Numbers in a config are read more strictly than strtoul reads them: no
 * sign, no blank, and no leading zero, which some programs take for octal
 * and others do not.  One number has one spelling.
 *
 * The buffer is the caller's and nothing is allocated here.
 */

#include "rib/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ELLIPSIS "..."

struct text
text_of(char *buf, size_t size)
{
	assert(size > 0);
	buf[0] = '\0';
	return (struct text){ .buf = buf, .size = size };
}

static void
text_cut(struct text *t)
{
	const char *dots = ELLIPSIS;

	t->cut = true;
	t->length = t->safe;
	while (*dots != '\0' && t->length + 1 < t->size)
		t->buf[t->length++] = *dots++;
	t->buf[t->length] = '\0';
}

void
text_add(struct text *t, const char *format, ...)
{
	size_t room = t->size - t->length;
	va_list args;
	int n;

	if (t->cut)
		return;
	va_start(args, format);
	n = vsnprintf(t->buf + t->length, room, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room) {
		text_cut(t);
		return;
	}
	t->length += (size_t)n;
	if (t->length + strlen(ELLIPSIS) < t->size)
		t->safe = t->length;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
text_number(const char **cursor, uint32_t max, uint32_t *number)
{
	const char *p = *cursor;
	uint64_t n = 0;

	if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
		return false;
	for (; is_digit(*p); p++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > max)
			return false;
	}
	*cursor = p;
	*number = (uint32_t)n;
	return true;
}
