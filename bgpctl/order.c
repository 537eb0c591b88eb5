/* SPDX-License-Identifier: ISC */
/* order.c - the order in which people look for rows */

/*
 * The daemon walks its tables by id, so that a walk survives any change; that
 * order means nothing to a reader.  Routes and entries of the FIB are sorted
 * by family, address and length; sessions by name (node-2 before node-10),
 * family and address.  Rows that are equal so far, as the paths of a prefix,
 * stay as they came.
 *
 * Only tables for people are sorted; -j passes on what comes.
 */

#include "bgpctl/order.h"

#include <stdio.h>
#include <string.h>

#include "rib/mem.h"

bool
order_is_of(const struct schema_record *schema)
{
	static const char *const kinds[] = { "neighbor", "route", "fib" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(schema->name, kinds[i]) == 0)
			return true;
	return false;
}

static const char *
text_of_key(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text == NULL ? "" : text;
}

void
order_read(struct order *o, const json_t *record, size_t number)
{
	const char *text = text_of_key(record, "prefix");
	char address[64];

	memset(o, 0, sizeof(*o));
	o->number = number;
	o->name = xstrdup(text_of_key(record, "name"));
	snprintf(
	    o->family, sizeof(o->family), "%s", text_of_key(record, "family"));
	if (text[0] == '\0')
		text = text_of_key(record, "address");
	/* The zone of an address is no part of the value. */
	snprintf(
	    address, sizeof(address), "%.*s", (int)strcspn(text, "%"), text);
	prefix_parse(address, &o->prefix, NULL);
}

int
order_compare(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int c = strverscmp(x->name, y->name);

	if (c == 0)
		c = strcmp(x->family, y->family);
	if (c == 0)
		c = prefix_compare(&x->prefix, &y->prefix);
	if (c == 0)
		c = x->number < y->number ? -1 : 1;
	return c;
}
