/* SPDX-License-Identifier: ISC */
/* usage.c - the schema's rows and scopes as people may read them */
#include <string.h>

#include "bgpd/conf/schema.h"
#include "rib/text.h"

char *
conf_scopes_text(unsigned int scopes, char *buf, size_t size)
{
	struct text text = text_of(buf, size);
	const unsigned int later = 1u << CONF_SCOPE_NEIGHBORS;
	unsigned int scope;

	if ((scopes & ~later) != 0)
		scopes &= ~later;
	for (scope = 0; scopes != 0; scope++) {
		if ((scopes & 1u << scope) == 0)
			continue;
		scopes &= ~(1u << scope);
		text_add(&text, "%s%s", conf_scope_name(scope),
		    scopes == 0                        ? ""
			: (scopes & (scopes - 1)) == 0 ? " or "
						       : ", ");
	}
	return buf;
}

char *
conf_usage_text(const struct conf_keyword *row, char *buf, size_t size)
{
	struct text text = text_of(buf, size);
	const char *at;

	text_add(&text, "%s%s", row->word, row->form[0] == '\0' ? "" : " ");
	for (at = row->form; *at != '\0'; at++)
		if (strchr("()", *at) == NULL)
			text_add(&text, "%c", *at);
	if ((row->flags & CONF_NEEDS_BLOCK) != 0)
		text_add(&text, " { ... }");
	else if (row->opens != CONF_SCOPE_MAX)
		text_add(&text, " [{ ... }]");
	return buf;
}
