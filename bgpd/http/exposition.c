/* SPDX-License-Identifier: ISC */
/* exposition.c - samples as the text that Prometheus reads */

/*
 * Values of labels come from configs and from peers: a backslash, a quote and
 * a line feed are escaped, and what is no letter of ASCII or well-formed
 * UTF-8 becomes a question mark.  A number is written with as many digits as
 * it takes to read the same one back.
 *
 * The two forms differ in the names behind TYPE, in UNIT, in the types that
 * there are, and in the mark at the end.
 */

#include "bgpd/http/exposition.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE 512u

static const struct {
	const char *suffix;                /* of samples */
	const char *words[EXPOSITION_MAX]; /* behind TYPE */
} types[METRIC_TYPE_MAX] = {
	[METRIC_GAUGE] = { "", { "gauge", "gauge" } },
	[METRIC_COUNTER] = { "_total", { "counter", "counter" } },
	[METRIC_HISTOGRAM] = { "", { "histogram", "histogram" } },
	[METRIC_INFO] = { "_info", { "gauge", "info" } },
};

static const char *const content_types[EXPOSITION_MAX] = {
	[EXPOSITION_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
	[EXPOSITION_OPENMETRICS] =
	    "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const char *
exposition_type(enum exposition_form form)
{
	return content_types[form];
}

/* ---- what is asked for ---- */

struct piece {
	const char *text;
	size_t length;
};

/* Cuts the text up to a separator off, without blanks around. */
static struct piece
piece_take(const char **text, const char *separators)
{
	struct piece p;
	size_t length;

	*text += strspn(*text, " \t");
	length = strcspn(*text, separators);
	p = (struct piece){ *text, length };
	*text += length;
	while (p.length > 0 && strchr(" \t", p.text[p.length - 1]) != NULL)
		p.length--;
	return p;
}

static bool
piece_is(struct piece p, const char *word)
{
	return p.length == strlen(word) &&
	    strncasecmp(p.text, word, p.length) == 0;
}

/* "q=0.75" in thousandths; 1000 when it is none. */
static int
quality_of(struct piece p)
{
	int q, i, digit = 100;

	if (p.length < 3 || strncasecmp(p.text, "q=", 2) != 0 ||
	    !isdigit((unsigned char)p.text[2]))
		return 1000;
	q = p.text[2] == '0' ? 0 : 1000;
	for (i = 4; i < (int)p.length && q < 1000 && digit > 0; i++) {
		if (!isdigit((unsigned char)p.text[i]))
			break;
		q += (p.text[i] - '0') * digit;
		digit /= 10;
	}
	return q;
}

/* One range: its form, and how much it is liked; 0: none of ours. */
static int
range_judge(const char **text, enum exposition_form *form)
{
	struct piece kind = piece_take(text, ",;"), parameter;
	bool open = piece_is(kind, "application/openmetrics-text");
	int q = 1000;

	*form = open ? EXPOSITION_OPENMETRICS : EXPOSITION_TEXT;
	if (!open && !piece_is(kind, "text/plain") &&
	    !piece_is(kind, "text/*") && !piece_is(kind, "*/*"))
		q = 0;
	while (**text == ';') {
		++*text;
		parameter = piece_take(text, ",;");
		if (quality_of(parameter) < q)
			q = quality_of(parameter);
		if (open && parameter.length > 8 &&
		    strncasecmp(parameter.text, "version=", 8) == 0 &&
		    !piece_is(parameter, "version=1.0.0"))
			q = 0;
	}
	return q;
}

enum exposition_form
exposition_choose(const char *accept)
{
	enum exposition_form best = EXPOSITION_TEXT, form;
	int most = 0, q;

	while (accept != NULL && *accept != '\0') {
		q = range_judge(&accept, &form);
		if (q > most) {
			most = q;
			best = form;
		}
		if (*accept == ',')
			accept++;
	}
	return best;
}

/* ---- what is written ---- */

static void
add(struct exposition *x, const char *text)
{
	outbox_add(x->out, text, strlen(text));
}

static void __attribute__((format(printf, 2, 3)))
addf(struct exposition *x, const char *format, ...)
{
	char line[LINE];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (length >= (int)sizeof(line))
		length = (int)sizeof(line) - 1;
	outbox_add(x->out, line, (size_t)length);
}

void
exposition_begin(struct exposition *x, const struct metric_name *metric)
{
	x->metric = metric;
	x->headed = 0;
}

static void
head(struct exposition *x)
{
	const struct metric_name *m = x->metric;
	const char *suffix =
	    x->form == EXPOSITION_TEXT ? types[m->type].suffix : "";

	if (x->headed)
		return;
	x->headed = 1;
	addf(x, "# HELP %s%s %s\n", m->name, suffix, m->help);
	addf(x, "# TYPE %s%s %s\n", m->name, suffix,
	    types[m->type].words[x->form]);
	if (x->form == EXPOSITION_OPENMETRICS && m->unit != NULL)
		addf(x, "# UNIT %s %s\n", m->name, m->unit);
}

/* How many octets a letter of UTF-8 has; 0 when it is none. */
static size_t
letter_size(const unsigned char *s)
{
	size_t i,
	    size = s[0] < 0x80            ? 1
	    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
	    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
	    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
					  : 0;

	for (i = 1; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for what it says, a surrogate, beyond the last one. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return size;
}

static void
add_value(struct exposition *x, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;
	size_t size;

	for (; *s != '\0'; s += size == 0 ? 1 : size) {
		size = letter_size(s);
		if (*s == '\n')
			add(x, "\\n");
		else if (*s == '"' || *s == '\\')
			addf(x, "\\%c", *s);
		else if (size == 0)
			add(x, "?");
		else
			outbox_add(x->out, (const char *)s, size);
	}
}

/* The first label follows a brace, the others a comma. */
static void
add_label(struct exposition *x, bool first, const char *name, const char *value)
{
	add(x, first ? "{" : ",");
	add(x, name);
	add(x, "=\"");
	add_value(x, value);
	add(x, "\"");
}

static void
add_number(struct exposition *x, double value)
{
	char text[32];

	if (value > -1e15 && value < 1e15 && (double)(int64_t)value == value) {
		addf(x, "%.0f", value);
		return;
	}
	snprintf(text, sizeof(text), "%.12g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	add(x, text);
}

void
exposition_sample(struct exposition *x, double value, ...)
{
	const char *name, *text;
	bool first = true;
	va_list labels;

	head(x);
	addf(x, "%s%s", x->metric->name, types[x->metric->type].suffix);
	va_start(labels, value);
	while ((name = va_arg(labels, const char *)) != NULL) {
		text = va_arg(labels, const char *);
		add_label(x, first, name, text);
		first = false;
	}
	va_end(labels);
	add(x, first ? " " : "} ");
	add_number(x, value);
	add(x, "\n");
}

static void
add_part(struct exposition *x, const char *part, const char *label,
    const char *value, const char *bound)
{
	addf(x, "%s_%s", x->metric->name, part);
	if (label != NULL)
		add_label(x, true, label, value);
	if (bound != NULL)
		add_label(x, label == NULL, "le", bound);
	add(x, label == NULL && bound == NULL ? " " : "} ");
}

void
exposition_histogram(struct exposition *x, const struct histogram *h,
    const char *label, const char *value)
{
	char bound[32];
	uint64_t count = 0;
	unsigned int i;

	head(x);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		count += h->buckets[i];
		if (histogram_bound(i) == UINT64_MAX)
			snprintf(bound, sizeof(bound), "+Inf");
		else
			snprintf(bound, sizeof(bound), "%.12g",
			    (double)histogram_bound(i) / 1e6);
		/* OpenMetrics wants 1.0 where the other takes 1 as well. */
		if (bound[strspn(bound, "0123456789")] == '\0')
			snprintf(bound, sizeof(bound), "%.1f",
			    (double)histogram_bound(i) / 1e6);
		add_part(x, "bucket", label, value, bound);
		addf(x, "%" PRIu64 "\n", count);
	}
	add_part(x, "sum", label, value, NULL);
	add_number(x, (double)h->sum / 1e6);
	add(x, "\n");
	add_part(x, "count", label, value, NULL);
	addf(x, "%" PRIu64 "\n", h->count);
}

void
exposition_end(struct exposition *x)
{
	if (x->form == EXPOSITION_OPENMETRICS)
		add(x, "# EOF\n");
}
