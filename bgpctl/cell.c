/* SPDX-License-Identifier: ISC */
/* cell.c - one value of a record as a person reads it */

/*
 * JSON in, text out, by the kind that the schema gives.  What the daemon sent
 * may hold what a peer sent it, so no byte reaches a terminal unseen: control
 * characters, C1 ones too, become '?'.  jansson has made sure that text is
 * sound UTF-8.
 *
 * Durations have two units at most, for nobody wants the seconds of a session
 * that is up for two days; below a second they are counted in milliseconds,
 * below one of these in microseconds.  Colour is for state words only and is
 * decided by one table; a word that is not in it has none.
 */

#include "bgpctl/cell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "rib/text.h"

#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define RED    "\033[31m"

static const struct colour {
	const char *key;
	const char *word; /* of the state, up to a ',' or ':' */
	const char *sequence;
} colours[] = {
	{ "state", "established", GREEN },
	{ "state", "idle", RED },
	{ "state", "connect", YELLOW },
	{ "state", "active", YELLOW },
	{ "state", "opensent", YELLOW },
	{ "state", "openconfirm", YELLOW },
	{ "status", "best", GREEN },
	{ "status", "filtered", YELLOW },
	{ "status", "unreachable", RED },
	{ "status", "in-sync", GREEN },
	{ "status", "pending", YELLOW },
	{ "status", "held", YELLOW },
	{ "status", "conflict", RED },
	{ "status", "failed", RED },
	{ "status", "shadowed", RED },
	{ "result", "ok", GREEN },
	{ "result", "wait", YELLOW },
	{ "result", "warn", YELLOW },
	{ "result", "fail", RED },
	{ "verdict", "chosen", GREEN },
	{ "verdict", "rejected", YELLOW },
	{ "level", "error", RED },
	{ "level", "warning", YELLOW },
};

const char *
cell_colour(const struct schema_field *field, const char *text)
{
	size_t i, length = strcspn(text, ",:");

	if (field->kind != SCHEMA_WORD)
		return NULL;
	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
		if (strcmp(colours[i].key, field->key) == 0 &&
		    strlen(colours[i].word) == length &&
		    strncmp(colours[i].word, text, length) == 0)
			return colours[i].sequence;
	return NULL;
}

char *
cell_safe(const char *text)
{
	char *safe = xstrdup(text);
	char *in, *out = safe;

	for (in = safe; *in != '\0'; in++) {
		if ((unsigned char)in[0] == 0xc2 &&
		    (unsigned char)in[1] >= 0x80 &&
		    (unsigned char)in[1] < 0xa0) { /* U+0080..9F */
			*out++ = '?';
			in++;
		} else if (*in == '\t')
			*out++ = ' ';
		else if ((unsigned char)*in < 0x20 || *in == 0x7f)
			*out++ = '?';
		else
			*out++ = *in;
	}
	*out = '\0';
	return safe;
}

char *
cell_text(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return cell_safe(text == NULL ? "" : text);
}

/* "300ms", "50us" */
static void
duration_short(double seconds, char buf[32])
{
	unsigned int us = (unsigned int)(seconds * 1e6 + 0.5);

	if (us < 1000)
		snprintf(buf, 32, "%uus", us);
	else
		snprintf(buf, 32, "%ums", us / 1000);
}

char *
cell_duration(double seconds, char buf[32])
{
	static const struct {
		unsigned int whole, part; /* in seconds */
		const char *format;
	} units[] = {
		{ 86400, 3600, "%" PRIu64 "d%02" PRIu64 "h" },
		{ 3600, 60, "%" PRIu64 "h%02" PRIu64 "m" },
		{ 60, 1, "%" PRIu64 "m%02" PRIu64 "s" },
	};
	uint64_t s;
	size_t i;

	if (seconds > 0 && seconds < 1) {
		duration_short(seconds, buf);
		return buf;
	}
	/* Not a number is not at least 0 either. */
	s = seconds >= 0 && seconds < 1e15 ? (uint64_t)seconds : 0;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (s < units[i].whole)
			continue;
		snprintf(buf, 32, units[i].format, s / units[i].whole,
		    s % units[i].whole / units[i].part);
		return buf;
	}
	snprintf(buf, 32, "%" PRIu64 "s", s);
	return buf;
}

static char *
bytes_format(json_int_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t i = 0;

	if (bytes < 1024)
		return xasprintf("%" JSON_INTEGER_FORMAT, bytes);
	for (value /= 1024; value >= 1024 && i < 3; i++)
		value /= 1024;
	return xasprintf("%.1f %s", value, units[i]);
}

/* "; 2 stale routes kept for 1m43s" */
static void
stale_add(struct text *t, const json_t *record)
{
	const json_t *left = json_object_get(record, "stale_left");
	json_int_t routes;
	char when[32];

	if (left == NULL)
		return;
	routes = json_integer_value(json_object_get(record, "received"));
	text_add(t, "; %" JSON_INTEGER_FORMAT " stale route%s kept for %s",
	    routes, routes == 1 ? "" : "s",
	    cell_duration(json_number_value(left), when));
}

/* " (4s ago, 31 tries)", or " (restarts in 4m)" */
static void
age_add(struct text *t, const json_t *record)
{
	const json_t *age = json_object_get(record, "reason_age");
	const json_t *left = json_object_get(record, "restart_left");
	json_int_t tries;
	char when[32];

	tries = json_integer_value(json_object_get(record, "attempts"));
	if (left != NULL) {
		text_add(t, " (restarts in %s)",
		    cell_duration(json_number_value(left), when));
	} else if (age != NULL) {
		text_add(
		    t, " (%s ago", cell_duration(json_number_value(age), when));
		if (tries > 1)
			text_add(t, ", %" JSON_INTEGER_FORMAT " tries", tries);
		text_add(t, ")");
	}
}

/* "idle hold: 12s left after sent ... (4s ago)" */
static char *
reason_format(const json_t *record, const char *reason)
{
	const json_t *rest = json_object_get(record, "idle_hold_left");
	char *safe = cell_safe(reason);
	char buf[1024], when[32];
	struct text t = text_of(buf, sizeof(buf));

	if (rest != NULL)
		text_add(&t, "idle hold: %s left after ",
		    cell_duration(json_number_value(rest), when));
	text_add(&t, "%s", safe);
	free(safe);
	age_add(&t, record);
	stale_add(&t, record);
	return xstrdup(buf);
}

static char *
share_format(const json_t *record, json_int_t part)
{
	json_int_t all;

	all = json_integer_value(json_object_get(record, "sessions"));
	return xasprintf(
	    "%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT, part, all);
}

static char *
list_format(const json_t *list)
{
	char buf[4096];
	struct text t = text_of(buf, sizeof(buf));
	const json_t *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		text_add(&t, i == 0 ? "" : ", ");
		if (json_is_integer(one))
			text_add(&t, "%" JSON_INTEGER_FORMAT,
			    json_integer_value(one));
		else
			text_add(&t, "%s",
			    json_is_string(one) ? json_string_value(one) : "?");
	}
	return cell_safe(buf);
}

static char *
text_format(const json_t *value)
{
	const char *text = json_string_value(value);

	return cell_safe(text == NULL ? "?" : text);
}

char *
cell_format(const json_t *record, const struct schema_field *field)
{
	const json_t *value = json_object_get(record, field->key);
	char buf[32];

	if (value == NULL)
		return xstrdup(field->flags & SCHEMA_BLANK ? "" : "-");
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_WORD: return text_format(value);
	case SCHEMA_REASON:
		return reason_format(record,
		    json_is_string(value) ? json_string_value(value) : "?");
	case SCHEMA_NUMBER:
		return xasprintf(
		    "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	case SCHEMA_BYTES: return bytes_format(json_integer_value(value));
	case SCHEMA_SHARE:
		return share_format(record, json_integer_value(value));
	case SCHEMA_SECONDS:
		return xstrdup(cell_duration(json_number_value(value), buf));
	case SCHEMA_BOOLEAN: return xstrdup(json_is_true(value) ? "yes" : "no");
	case SCHEMA_LIST: return list_format(value);
	case SCHEMA_ROWS:
	case SCHEMA_KIND_MAX: break;
	}
	return xstrdup("");
}

size_t
cell_width(const char *text)
{
	size_t width = 0;

	/* A byte 10xxxxxx goes on with the character before it. */
	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
