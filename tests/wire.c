/* SPDX-License-Identifier: ISC */
/* wire.c - UPDATE messages for tests, written as hex text */

/*
 * A message in a test is read by a person beside an RFC, so it is text in
 * fields. The lengths of the three parts of an UPDATE are counted here, those
 * of attributes are not: getting them wrong is what most tests are about.
 */

#include "tests/wire.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

int
wire_setup(void **state)
{
	struct wire *wire = calloc(1, sizeof(*wire));

	wire->context = (struct update_context){ .four_octet_as = true,
		.family = { true, true },
		.max_size = MSG_MAX_SIZE };
	*state = wire;
	return 0;
}

int
wire_teardown(void **state)
{
	struct wire *wire = *state;

	free(wire->body);
	free(wire);
	return 0;
}

static unsigned int
digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	if (c == '\0' || at == NULL)
		fail_msg("not hex: '%c'", c);
	return (unsigned int)(at - digits);
}

size_t
wire_hex(const char *text, uint8_t *buf, size_t size)
{
	size_t length = 0;

	while (*text != '\0') {
		if (isspace((unsigned char)*text)) {
			text++;
			continue;
		}
		if (length == size)
			fail_msg("no room for %s", text);
		buf[length++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
	return length;
}

static const struct update *
decode(struct wire *wire, const uint8_t *body, size_t length)
{
	free(wire->body);
	wire->body = malloc(length);
	if (length > 0)
		memcpy(wire->body, body, length);
	update_decode(&wire->context, (struct span){ wire->body, length },
	    &wire->scratch, &wire->update);
	return &wire->update;
}

const struct update *
wire_decode(struct wire *wire, const char *withdrawn, const char *attributes,
    const char *nlri)
{
	uint8_t body[MSG_MAX_SIZE], part[MSG_MAX_SIZE];
	struct wr w = wr_of(body, sizeof(body));
	size_t length;

	length = wire_hex(withdrawn, part, sizeof(part));
	wr_u16(&w, (uint16_t)length);
	wr_bytes(&w, part, length);
	length = wire_hex(attributes, part, sizeof(part));
	wr_u16(&w, (uint16_t)length);
	wr_bytes(&w, part, length);
	length = wire_hex(nlri, part, sizeof(part));
	wr_bytes(&w, part, length);
	return decode(wire, body, wr_length(&w));
}

const struct update *
wire_decode_body(struct wire *wire, const char *text)
{
	uint8_t body[MSG_MAX_SIZE];

	return decode(wire, body, wire_hex(text, body, sizeof(body)));
}

void
wire_assert(struct span bytes, const char *text)
{
	uint8_t wanted[MSG_MAX_SIZE];
	size_t length = wire_hex(text, wanted, sizeof(wanted));

	assert_int_equal(bytes.length, length);
	if (length > 0)
		assert_memory_equal(bytes.data, wanted, length);
}

const char *
wire_prefixes(const struct wire *wire, enum update_field which)
{
	static char text[1024];
	const struct update_nlri *field = &wire->update.field[which];
	struct rd cursor = rd_of(field->bytes);
	char prefix[PREFIX_STRLEN];
	struct update_route route;
	size_t n = 0;

	text[0] = '\0';
	while (update_next(&wire->context, field->family, &cursor, &route)) {
		if (n > 0)
			n += (size_t)snprintf(text + n, sizeof(text) - n, " ");
		if (wire->context.add_path[field->family])
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, "%u:", route.path_id);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s",
		    prefix_format(&route.prefix, prefix));
	}
	return text;
}
