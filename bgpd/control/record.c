/* SPDX-License-Identifier: ISC */
/* record.c - writing the records of schema.h */

/*
 * Thin over jansson, so that producers read like the rows of the schema.
 * Text may be anything (a link's name is any bytes but a slash): jansson
 * takes sound UTF-8 only, so the rest is escaped here and no record is lost
 * because of one odd byte.
 *
 * Seconds are reals on the socket, milliseconds in the daemon.
 */

#include "bgpd/control/record.h"

#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"
#include "rib/text.h"

json_t *
record_new(const char *record)
{
	json_t *object = json_object();

	if (record != NULL)
		record_string(object, "record", record);
	return object;
}

static json_t *
value_escaped(const char *bytes)
{
	size_t size = 4 * strlen(bytes) + 4;
	char *buf = xmalloc(size);
	struct text t = text_of(buf, size);
	json_t *value;

	for (; *bytes != '\0'; bytes++) {
		if ((unsigned char)*bytes < 0x80)
			text_add(&t, "%c", *bytes);
		else
			text_add(&t, "\\x%02x", (unsigned char)*bytes);
	}
	value = json_string(buf);
	free(buf);
	return value;
}

json_t *
record_value(const char *text)
{
	json_t *value = json_string(text);

	return value != NULL ? value : value_escaped(text);
}

void
record_string(json_t *r, const char *key, const char *text)
{
	json_object_set_new(r, key, record_value(text));
}

void
record_text(json_t *r, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		record_string(r, key, text);
}

void
record_number(json_t *r, const char *key, uint64_t number)
{
	json_object_set_new(r, key, json_integer((json_int_t)number));
}

void
record_flag(json_t *r, const char *key, bool flag)
{
	json_object_set_new(r, key, json_boolean(flag));
}

void
record_seconds(json_t *r, const char *key, int64_t ms)
{
	if (ms >= 0)
		json_object_set_new(r, key, json_real((double)ms / 1000));
}

void
record_microseconds(json_t *r, const char *key, uint64_t us)
{
	json_object_set_new(r, key, json_real((double)us / 1e6));
}

void
record_address(json_t *r, const char *key, const struct address *a)
{
	char buf[ADDRESS_STRLEN];

	if (!address_is_unset(a))
		record_string(r, key, address_format(a, buf));
}

void
record_id(json_t *r, const char *key, uint32_t id)
{
	struct address a = address_v4(id);

	record_address(r, key, &a);
}

void
record_prefix(json_t *r, const char *key, const struct prefix *prefix)
{
	char buf[PREFIX_STRLEN];

	record_string(r, key, prefix_format(prefix, buf));
}

void
record_family(json_t *r, enum family f)
{
	record_string(r, "family", family_name(f));
}

void
record_push(json_t *r, const char *key, json_t *value)
{
	json_t *array = json_object_get(r, key);

	if (array == NULL) {
		array = json_array();
		json_object_set_new(r, key, array);
	}
	json_array_append_new(array, value);
}
