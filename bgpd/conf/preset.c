/* SPDX-License-Identifier: ISC */
/* preset.c - the built-in values, and settings as a whole */

/*
 * A built-in value is written in the schema as the words that a config would
 * say, so that the manual, `show config` and the code agree; here those words
 * go through the lexer, the matcher and the setter like any others.  What the
 * schema says about its own rows is ours, so a preset that does not fit its
 * row is an assertion, not a finding.
 *
 * Settings are copied when a group or a neighbor inherits them; the texts
 * they own are copied with them.
 */

#include <assert.h>
#include <stdlib.h>

#include "bgpd/conf/field.h"
#include "bgpd/conf/match.h"
#include "rib/mem.h"

#define PRESET_WORDS 4u

static void
row_preset(const struct conf_keyword *row, void *base,
    struct conf_matcher *matcher, struct conf_arena *arena)
{
	struct conf_word words[PRESET_WORDS];
	struct conf_statement s = { .words = words, .nwords = 1, .row = row };
	struct conf_lexer lexer;

	conf_lexer_init(&lexer, "", row->preset, arena, matcher->messages);
	words[0] = (struct conf_word){ .text = row->word };
	for (;;) {
		struct conf_word word = conf_lexer_next(&lexer);

		if (word.token == CONF_TOKEN_EOF)
			break;
		assert(s.nwords < PRESET_WORDS);
		words[s.nwords++] = word;
	}
	if (!conf_match(matcher, &s))
		assert(!"a preset fits its row");
	if (row->base != CONF_BASE_NONE)
		conf_field_set(
		    row, base, matcher->values, (unsigned int)matcher->count);
}

void
conf_fields_preset(enum conf_base base, void *at)
{
	struct conf_messages messages = { 0 };
	struct conf_matcher matcher = { .messages = &messages };
	struct conf_arena arena = { 0 };
	const struct conf_keyword *row;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if (row->base == base && row->preset != NULL)
			row_preset(row, at, &matcher, &arena);
	conf_messages_clear(&messages);
	conf_arena_clear(&arena);
	free(matcher.values);
}

static void
text_copy(char **to, const char *from)
{
	*to = from == NULL ? NULL : xstrdup(from);
}

static void
tls_copy(struct conf_tls *to, const struct conf_tls *from)
{
	text_copy(&to->ca, from->ca);
	text_copy(&to->certificate, from->certificate);
	text_copy(&to->key, from->key);
	text_copy(&to->crl, from->crl);
	text_copy(&to->identity, from->identity);
}

void
conf_settings_copy(struct conf_settings *to, const struct conf_settings *from)
{
	*to = *from;
	if (from->description != NULL)
		to->description = xstrdup(from->description);
	if (from->password_file != NULL)
		to->password_file = xstrdup(from->password_file);
	if (from->password != NULL)
		to->password = xstrdup(from->password);
	if (from->tcp_ao_file != NULL)
		to->tcp_ao_file = xstrdup(from->tcp_ao_file);
	if (from->tcp_ao != NULL)
		to->tcp_ao = xmemdup(from->tcp_ao, sizeof(*from->tcp_ao));
	if (from->bfd.key_file != NULL)
		to->bfd.key_file = xstrdup(from->bfd.key_file);
	if (from->bfd.key != NULL)
		to->bfd.key = xstrdup(from->bfd.key);
	tls_copy(&to->tls, &from->tls);
}

void
conf_settings_clear(struct conf_settings *settings)
{
	free(settings->description);
	free(settings->password_file);
	free(settings->password);
	free(settings->tcp_ao_file);
	free(settings->tcp_ao);
	free(settings->bfd.key_file);
	free(settings->bfd.key);
	free(settings->tls.ca);
	free(settings->tls.certificate);
	free(settings->tls.key);
	free(settings->tls.crl);
	free(settings->tls.identity);
	*settings = (struct conf_settings){ 0 };
}
