/* SPDX-License-Identifier: ISC */
/* message.c - findings about a config, in the making and in print */

/*
 * A finding is made at a word and keeps all it needs to be shown: its own
 * copies of the file's name, of the text and of the source line, so that it
 * outlives the reading, whether a conf came of it or not.  It is printed as
 *
 *	bgpd.conf:12:5: error: unknown setting 'remote-is' in neighbor
 *	     12 |     remote-is 65001
 *	        |     ^~~~~~~~~ did you mean 'remote-as'?
 *
 * The config is foreign text.  What is not printable is shown as `?`, so that
 * a terminal or a log line cannot be fooled; of a long line only the part
 * around the word is kept; and the number of findings is bounded, errors and
 * warnings each, for a file of rubbish has one error a word.
 */

#include "bgpd/conf/message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define ERRORS_MAX   1000u
#define WARNINGS_MAX 200u
#define TEXT_MAX     300u /* octets of a text */
#define BEFORE_MAX   100u /* letters of the source before the word */
#define AFTER_MAX    80u  /* and behind its start */

/* Replaces what is not printable; a tab may stay. */
static void
text_clean(char *text)
{
	unsigned int size;

	for (; *text != '\0'; text += size) {
		size = conf_letter_size(text);
		if (size > 0)
			continue;
		if (*text != '\t')
			*text = '?';
		size = 1;
	}
}

__attribute__((format(printf, 1, 0))) static char *
text_make(const char *format, va_list arguments)
{
	char buf[TEXT_MAX + 4];
	size_t length;
	int n;

	n = vsnprintf(buf, sizeof(buf), format, arguments);
	length = strlen(buf);
	if (n > (int)TEXT_MAX) {
		length = TEXT_MAX;
		while (
		    length > 0 && ((unsigned char)buf[length] & 0xc0) == 0x80)
			length--;
		memcpy(buf + length, "...", 4);
	}
	text_clean(buf);
	return xstrdup(buf);
}

/* Moves by so many letters, not over the end of the line. */
static const char *
letters_skip(const char *at, unsigned int count)
{
	while (*at != '\0' && *at != '\n' && *at != '\r') {
		if (((unsigned char)*at & 0xc0) != 0x80 && count-- == 0)
			break;
		at++;
	}
	return at;
}

/*
 * The source line, or the part around the word.  *indent is the column of the
 * word in the copy, from 1.
 */
static char *
source_copy(const struct conf_word *word, unsigned int *indent)
{
	unsigned int skipped = 0;
	const char *start, *end;
	char *copy;

	*indent = word->place.column;
	if (word->line == NULL || word->place.line == 0)
		return NULL;
	if (word->place.column > BEFORE_MAX)
		skipped = word->place.column - BEFORE_MAX;
	start = letters_skip(word->line, skipped);
	end = letters_skip(start, BEFORE_MAX + AFTER_MAX);
	*indent -= skipped;
	copy = xmalloc((size_t)(end - start) + 1);
	memcpy(copy, start, (size_t)(end - start));
	copy[end - start] = '\0';
	text_clean(copy);
	return copy;
}

static struct conf_message *
message_add(struct conf_messages *ms, enum conf_level level,
    const struct conf_word *word, char *text)
{
	struct conf_message *m;

	ms->at = conf_grow(ms->at, ms->count, sizeof(*ms->at));
	m = &ms->at[ms->count++];
	*m = (struct conf_message){
		.level = level,
		.file = xstrdup(word->place.file),
		.place = word->place,
		.width = word->width,
		.text = text,
	};
	m->place.file = m->file;
	text_clean(m->file);
	m->source = source_copy(word, &m->indent);
	if (level == CONF_ERROR)
		ms->errors++;
	return m;
}

/* The first finding over the limit says so, and is the last of its kind. */
__attribute__((format(printf, 4, 0))) static struct conf_message *
message_make(struct conf_messages *ms, enum conf_level level,
    const struct conf_word *word, const char *format, va_list arguments)
{
	size_t most = level == CONF_ERROR ? ERRORS_MAX : WARNINGS_MAX;
	size_t have = level == CONF_ERROR ? ms->errors : ms->count - ms->errors;

	if (have > most)
		return NULL;
	if (have < most)
		return message_add(
		    ms, level, word, text_make(format, arguments));
	message_add(ms, level, word,
	    xasprintf("more than %zu %s, no more are shown", most,
		level == CONF_ERROR ? "errors" : "warnings"));
	return NULL;
}

struct conf_message *
conf_error(struct conf_messages *ms, const struct conf_word *word,
    const char *format, ...)
{
	struct conf_message *m;
	va_list arguments;

	va_start(arguments, format);
	m = message_make(ms, CONF_ERROR, word, format, arguments);
	va_end(arguments);
	return m;
}

struct conf_message *
conf_warn(struct conf_messages *ms, const struct conf_word *word,
    const char *format, ...)
{
	struct conf_message *m;
	va_list arguments;

	va_start(arguments, format);
	m = message_make(ms, CONF_WARN, word, format, arguments);
	va_end(arguments);
	return m;
}

void
conf_help(struct conf_message *m, const char *format, ...)
{
	va_list arguments;

	if (m == NULL)
		return;
	free(m->help);
	va_start(arguments, format);
	m->help = text_make(format, arguments);
	va_end(arguments);
}

static int
message_compare(const void *left, const void *right)
{
	const struct conf_message *a = left, *b = right;
	int files = strcmp(a->place.file, b->place.file);

	if (files != 0)
		return files;
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	if (a->place.column != b->place.column)
		return a->place.column < b->place.column ? -1 : 1;
	return strcmp(a->text, b->text);
}

void
conf_messages_sort(struct conf_messages *ms, size_t from)
{
	if (ms->count > from)
		qsort(ms->at + from, ms->count - from, sizeof(*ms->at),
		    message_compare);
}

void
conf_messages_clear(struct conf_messages *ms)
{
	size_t i;

	for (i = 0; i < ms->count; i++) {
		free(ms->at[i].file);
		free(ms->at[i].text);
		free(ms->at[i].help);
		free(ms->at[i].source);
	}
	free(ms->at);
	*ms = (struct conf_messages){ 0 };
}

/* Blanks up to the word, tabs where the source has tabs, then ^~~~. */
static void
caret_print(const struct conf_message *m, FILE *out)
{
	const char *at = m->source;
	unsigned int i;

	for (i = 1; i < m->indent; i++) {
		putc(*at == '\t' ? '\t' : ' ', out);
		at = letters_skip(at, 1);
	}
	putc('^', out);
	for (i = 1; i < m->width && *(at = letters_skip(at, 1)) != '\0'; i++)
		putc('~', out);
}

static void
message_print(const struct conf_message *m, FILE *out)
{
	fputs(m->place.file, out);
	if (m->place.line > 0)
		fprintf(out, ":%u:%u", m->place.line, m->place.column);
	fprintf(out, ": %s: %s\n", m->level == CONF_ERROR ? "error" : "warning",
	    m->text);
	if (m->source != NULL) {
		fprintf(out, "%7u | %s\n        | ", m->place.line, m->source);
		caret_print(m, out);
		if (m->help != NULL)
			fprintf(out, " %s", m->help);
		putc('\n', out);
	} else if (m->help != NULL)
		fprintf(out, "        | %s\n", m->help);
}

void
conf_messages_print(const struct conf_messages *ms, FILE *out)
{
	size_t i;

	for (i = 0; i < ms->count; i++)
		message_print(&ms->at[i], out);
}
