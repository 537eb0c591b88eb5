/* SPDX-License-Identifier: ISC */
/* field.c - the fields of the typed config that a schema row names */

/*
 * A row of the schema says where its value lives (base and offset) and how it
 * is kept (enum conf_store).  For each way of keeping there is one row here:
 * set it from typed values, compare it, tell whether it is there at all,
 * print it as a config has it; numbers in this file, the rest in way.c.
 * Setting, reload differences and `show config` all go through this table, so
 * they cannot disagree.
 *
 * Text is owned by the struct it stands in.  The ways that keep nothing
 * (lists and blocks) have no row here; resolve.c, diff.c and format.c know
 * them.  Presets go the same way as the words of a file: they are text.
 */

#include "bgpd/conf/field.h"

#include <assert.h>
#include <string.h>

#include "bgpd/conf/capability.h"
#include "bgpd/conf/protocol.h"
#include "bgpd/conf/way.h"

static const struct symbol no_words[] = { { NULL, 0 } };

static const struct symbol number_words[] = {
	{ "on", 1 },
	{ "off", 0 },
	{ "auto", 0 },
	{ NULL, 0 },
};

static const struct symbol per_neighbors[] = {
	{ "off", CONF_PER_NEIGHBOR_OFF },
	{ "down", CONF_PER_NEIGHBOR_DOWN },
	{ "all", CONF_PER_NEIGHBOR_ALL },
	{ NULL, 0 },
};

static const struct symbol guards[] = {
	{ "off", CONF_GUARD_OFF },
	{ "warn", CONF_GUARD_WARN },
	{ "refuse", CONF_GUARD_REFUSE },
	{ NULL, 0 },
};

static const struct symbol moments[] = {
	{ "install", true },
	{ "decision", false },
	{ NULL, 0 },
};

static const struct symbol expiries[] = {
	{ "close", true },
	{ "keep", false },
	{ NULL, 0 },
};

static const struct symbol tables[] = {
	{ "main", 254 }, /* RT_TABLE_MAIN */
	{ NULL, 0 },
};

static const struct symbol protocols[] = {
	{ "bgp", 186 }, /* RTPROT_BGP */
	{ NULL, 0 },
};

static const struct symbol next_hops[] = {
	{ "auto", CONF_NEXT_HOP_AUTO },
	{ "self", CONF_NEXT_HOP_SELF },
	{ "keep", CONF_NEXT_HOP_KEEP },
	{ NULL, 0 },
};

/* Numbers: of 1, 2 or 4 octets, with words for some of them. */
static uint32_t
number_get(struct conf_field f)
{
	switch (f.way->size) {
	case 1: return *(const uint8_t *)f.at;
	case 2: return *(const uint16_t *)f.at;
	default: return *(const uint32_t *)f.at;
	}
}

/* A flag comes without an argument, too. */
static void
number_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	uint32_t number = 1;
	int word;

	if (count > 0)
		number = v[0].is.number;
	if (count > 0 && v[0].type == CONF_TYPE_LITERAL &&
	    symbol_value(f.way->words, v[0].word->text, &word))
		number = (uint32_t)word;
	switch (f.way->size) {
	case 1: *(uint8_t *)f.at = (uint8_t)number; break;
	case 2: *(uint16_t *)f.at = (uint16_t)number; break;
	default: *(uint32_t *)f.at = number;
	}
}

/* The word for the number, if the form has one, or NULL. */
static const char *
number_word(struct conf_field f)
{
	const struct symbol *symbol;
	uint32_t number = number_get(f);

	for (symbol = f.way->words; symbol->word != NULL; symbol++)
		if ((uint32_t)symbol->value == number &&
		    strstr(f.row->form, symbol->word) != NULL)
			return symbol->word;
	return NULL;
}

/* 0 is no value unless it is the preset or the form has a word for it. */
static bool
number_given(struct conf_field f)
{
	return number_get(f) != 0 || f.row->preset != NULL ||
	    number_word(f) != NULL;
}

static void
number_print(struct conf_field f, FILE *out)
{
	const char *word = number_word(f);
	uint32_t number = number_get(f);
	struct address address;
	char buf[ADDRESS_STRLEN];

	if (word != NULL)
		fputs(word, out);
	else if (f.row->store == CONF_STORE_TIME)
		fputs(conf_time_format(number, buf), out);
	else if (f.row->store == CONF_STORE_ID && number == 0)
		fputs("none", out);
	else if (f.row->store == CONF_STORE_ID) {
		address = address_v4(number);
		fputs(address_format(&address, buf), out);
	} else
		fprintf(out, "%u", number);
}

#define NUMBER(type, words)                                         \
	&(const struct conf_way)                                    \
	{                                                           \
		sizeof(type), words, number_set, conf_octets_equal, \
		    number_given, number_print                      \
	}

static const struct conf_way *const ways[CONF_STORE_PREFIXES] = {
	[CONF_STORE_FLAG] = NUMBER(bool, number_words),
	[CONF_STORE_U8] = NUMBER(uint8_t, number_words),
	[CONF_STORE_U16] = NUMBER(uint16_t, no_words),
	[CONF_STORE_U32] = NUMBER(uint32_t, number_words),
	[CONF_STORE_TIME] = NUMBER(uint32_t, number_words),
	[CONF_STORE_ID] = NUMBER(uint32_t, number_words),
	[CONF_STORE_TABLE] = NUMBER(uint32_t, tables),
	[CONF_STORE_PROTOCOL] = NUMBER(uint8_t, protocols),
	[CONF_STORE_KEEP] = &conf_way_keep,
	[CONF_STORE_ADOPT] = &conf_way_adopt,
	[CONF_STORE_TEXT] = &conf_way_text,
	[CONF_STORE_FILE] = &conf_way_file,
	[CONF_STORE_ADDRESS] = &conf_way_address,
	[CONF_STORE_FAMILIES] = &conf_way_families,
	[CONF_STORE_POLICY] = &conf_way_policy,
	[CONF_STORE_REMOTE] = &conf_way_remote,
	[CONF_STORE_ROLE] = NUMBER(uint8_t, role_words),
	[CONF_STORE_GUARD] = NUMBER(uint8_t, guards),
	[CONF_STORE_AFTER] = NUMBER(bool, moments),
	[CONF_STORE_PER_NEIGHBOR] = NUMBER(uint8_t, per_neighbors),
	[CONF_STORE_ADD_PATH] = &conf_way_add_path,
	[CONF_STORE_NEXT_HOP] = NUMBER(uint8_t, next_hops),
	[CONF_STORE_CAPABILITIES] = &conf_way_capabilities,
	[CONF_STORE_CAPABILITY] = &conf_way_capability,
	[CONF_STORE_LIMITS] = &conf_way_limits,
	[CONF_STORE_LIMIT] = &conf_way_limit,
	[CONF_STORE_COUNTS] = &conf_way_counts,
	[CONF_STORE_BFD] = &conf_way_bfd,
	[CONF_STORE_TLS] = &conf_way_tls,
	[CONF_STORE_TLS_MODE] = &conf_way_tls_mode,
	[CONF_STORE_TLS_FILE] = &conf_way_file,
	[CONF_STORE_TLS_EXPIRY] = NUMBER(bool, expiries),
	[CONF_STORE_SIZE] = &conf_way_size,
	[CONF_STORE_LOG] = &conf_way_log,
};

/* The tables are const, the fields of a const struct are only read. */
static struct conf_field
field_of(const struct conf_keyword *row, const void *base)
{
	char *at = (char *)(uintptr_t)base;

	assert(row->base != CONF_BASE_NONE);
	return (
	    struct conf_field){ row, ways[row->store], at, at + row->offset };
}

static const char *
capability_part(const struct conf_keyword *row, unsigned int part)
{
	(void)row;
	return conf_capability_statement((enum conf_capability)part);
}

/* A family each: the word in the row, and the family. */
static const char *
family_part(const struct conf_keyword *row, unsigned int part)
{
	static const char *const words[][FAMILY_MAX] = {
		{ "max-prefix ipv4", "max-prefix ipv6" },
		{ "max-prefix-out ipv4", "max-prefix-out ipv6" },
	};

	return words[row->store == CONF_STORE_COUNTS][part];
}

/* Fields that several statements say together. */
static const struct {
	unsigned int count;
	size_t size;
	enum conf_store store;
	const char *(*word)(const struct conf_keyword *, unsigned int);
} parts[CONF_STORE_MAX] = {
	[CONF_STORE_CAPABILITIES] = { CONF_CAPABILITY_MAX, sizeof(uint8_t),
	    CONF_STORE_CAPABILITY, capability_part },
	[CONF_STORE_LIMITS] = { FAMILY_MAX, sizeof(struct conf_limit),
	    CONF_STORE_LIMIT, family_part },
	[CONF_STORE_COUNTS] = { FAMILY_MAX, sizeof(uint32_t), CONF_STORE_U32,
	    family_part },
};

unsigned int
conf_field_parts(const struct conf_keyword *row)
{
	return parts[row->store].count > 0 ? parts[row->store].count : 1;
}

struct conf_keyword
conf_field_part(const struct conf_keyword *row, unsigned int part)
{
	struct conf_keyword one = *row;

	if (parts[row->store].count == 0)
		return one;
	one.word = parts[row->store].word(row, part);
	one.store = parts[row->store].store;
	one.offset += part * parts[row->store].size;
	return one;
}

void
conf_field_set(const struct conf_keyword *row, void *base,
    const struct conf_value *values, unsigned int count)
{
	ways[row->store]->set(field_of(row, base), values, count);
}

bool
conf_field_equal(const struct conf_keyword *row, const void *a, const void *b)
{
	return ways[row->store]->equal(field_of(row, a), field_of(row, b));
}

bool
conf_field_given(const struct conf_keyword *row, const void *base)
{
	const struct conf_way *way = ways[row->store];

	return way->given == NULL || way->given(field_of(row, base));
}

void
conf_field_print(const struct conf_keyword *row, const void *base, FILE *out)
{
	ways[row->store]->print(field_of(row, base), out);
}
