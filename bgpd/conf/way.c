/* SPDX-License-Identifier: ISC */
/* way.c - the ways of keeping a value that are more than a number */

/*
 * Each way is four functions and a row: set the field from typed values,
 * compare it, tell whether it is there at all, print it as a config has it.
 * A field may be more than one member of its struct (a remote AS and how it
 * is meant, a policy and whether it was given); then the functions look at
 * the whole struct, whose type the row's base tells.
 *
 * Values come checked by match.c.  Text is copied and owned by the struct.
 */

#include "bgpd/conf/way.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/wire/msg.h"
#include "rib/mem.h"

bool
conf_octets_equal(struct conf_field a, struct conf_field b)
{
	return memcmp(a.at, b.at, a.way->size) == 0;
}

static const struct symbol log_levels[] = {
	{ "error", CONF_ERROR },
	{ "warn", CONF_WARN },
	{ "info", CONF_INFO },
	{ "debug", CONF_DEBUG },
	{ NULL, 0 },
};

static const struct symbol log_forms[] = {
	{ "text", CONF_LOG_TEXT },
	{ "logfmt", CONF_LOG_LOGFMT },
	{ "json", CONF_LOG_JSON },
	{ NULL, 0 },
};

static const struct symbol remotes[] = {
	{ "internal", CONF_REMOTE_INTERNAL },
	{ "external", CONF_REMOTE_EXTERNAL },
	{ NULL, 0 },
};

static void
keep_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf *conf = f.base;

	(void)count;
	conf->fib.keep = v[0].type != CONF_TYPE_LITERAL;
	conf->fib.keep_time = conf->fib.keep ? v[0].is.number : 0;
}

static bool
keep_equal(struct conf_field a, struct conf_field b)
{
	const struct conf *left = a.base, *right = b.base;

	return left->fib.keep == right->fib.keep &&
	    left->fib.keep_time == right->fib.keep_time;
}

static void
keep_print(struct conf_field f, FILE *out)
{
	const struct conf *conf = f.base;
	char buf[16];

	fputs(
	    conf->fib.keep ? conf_time_format(conf->fib.keep_time, buf) : "off",
	    out);
}

const struct conf_way conf_way_keep = { 0, NULL, keep_set, keep_equal, NULL,
	keep_print };

static void
text_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	char **text = f.at;

	(void)count;
	free(*text);
	*text = xstrdup(v[0].word->text);
}

static bool
text_equal(struct conf_field a, struct conf_field b)
{
	const char *left = *(char **)a.at, *right = *(char **)b.at;

	if (left == NULL || right == NULL)
		return left == right;
	return strcmp(left, right) == 0;
}

static bool
text_given(struct conf_field f)
{
	return *(char **)f.at != NULL;
}

static void
text_print(struct conf_field f, FILE *out)
{
	const char *text = *(char **)f.at;

	if (text == NULL)
		fputs("none", out);
	else
		conf_name_print(text, out);
}

static void
file_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	char **text = f.at;

	if (v[0].type != CONF_TYPE_LITERAL) {
		text_set(f, v, count);
		return;
	}
	free(*text);
	*text = NULL;
}

static void
file_print(struct conf_field f, FILE *out)
{
	if (text_given(f))
		text_print(f, out);
	else
		fputs("off", out);
}

const struct conf_way conf_way_file = { 0, NULL, file_set, text_equal, NULL,
	file_print };

const struct conf_way conf_way_text = { 0, NULL, text_set, text_equal,
	text_given, text_print };

static void
address_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	(void)count;
	*(struct address *)f.at = v[0].is.address;
}

static bool
address_given(struct conf_field f)
{
	return !address_is_unset(f.at);
}

static void
address_print(struct conf_field f, FILE *out)
{
	char buf[ADDRESS_STRLEN];

	fputs(address_given(f) ? address_format(f.at, buf) : "auto", out);
}

const struct conf_way conf_way_address = { sizeof(struct address), NULL,
	address_set, conf_octets_equal, address_given, address_print };

static void
families_set(
    struct conf_field f, const struct conf_value *v, unsigned int count)
{
	bool *family = f.at;
	unsigned int i;

	memset(family, 0, FAMILY_MAX * sizeof(*family));
	for (i = 0; i < count; i++)
		family[v[i].is.number] = true;
}

static bool
families_given(struct conf_field f)
{
	const bool *family = f.at;

	return family[FAMILY_IPV4] || family[FAMILY_IPV6];
}

static void
families_print(struct conf_field f, FILE *out)
{
	const bool *carried = f.at;
	const char *blank = "";
	enum family family;

	for (family = 0; family < FAMILY_MAX; family++)
		if (carried[family]) {
			fprintf(out, "%s%s", blank, family_name(family));
			blank = " ";
		}
}

const struct conf_way conf_way_families = { FAMILY_MAX * sizeof(bool), NULL,
	families_set, conf_octets_equal, families_given, families_print };

/* A chain that is too long, or a name of no filter, was an error before. */
static void
policy_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_settings *settings = f.base;
	struct policy *policy = f.at;
	unsigned int i;

	*policy = (struct policy){ 0 };
	for (i = 0; i < count && policy->count < POLICY_CHAIN; i++)
		if (v[i].is.filter != NULL)
			policy->chain[policy->count++] = v[i].is.filter;
	*(policy == &settings->import ? &settings->import_given
				      : &settings->export_given) = true;
}

static bool
policy_given(struct conf_field f)
{
	const struct conf_settings *settings = f.base;

	return f.at == &settings->import ? settings->import_given
					 : settings->export_given;
}

static bool
chain_equal(struct conf_field a, struct conf_field b)
{
	const struct policy *left = a.at, *right = b.at;
	unsigned int i;

	if (left->count != right->count)
		return false;
	for (i = 0; i < left->count; i++)
		if (!filter_equal(left->chain[i], right->chain[i]))
			return false;
	return true;
}

static void
policy_print(struct conf_field f, FILE *out)
{
	const struct policy *policy = f.at;
	unsigned int i;

	for (i = 0; i < policy->count; i++) {
		if (i > 0)
			putc(' ', out);
		conf_name_print(policy->chain[i]->name, out);
	}
}

const struct conf_way conf_way_policy = { 0, NULL, policy_set, chain_equal,
	policy_given, policy_print };

static void
remote_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_settings *settings = f.base;
	int remote = CONF_REMOTE_AS;

	(void)count;
	settings->remote_as = 0;
	if (v[0].type == CONF_TYPE_LITERAL)
		symbol_value(remotes, v[0].word->text, &remote);
	else
		settings->remote_as = v[0].is.number;
	settings->remote = (enum conf_remote)remote;
}

static bool
remote_given(struct conf_field f)
{
	const struct conf_settings *settings = f.base;

	return settings->remote != CONF_REMOTE_UNSET;
}

static bool
remote_equal(struct conf_field a, struct conf_field b)
{
	const struct conf_settings *left = a.base, *right = b.base;

	return left->remote == right->remote &&
	    left->remote_as == right->remote_as;
}

static void
remote_print(struct conf_field f, FILE *out)
{
	const struct conf_settings *settings = f.base;

	if (settings->remote == CONF_REMOTE_AS)
		fprintf(out, "%u", settings->remote_as);
	else
		fputs(symbol_word(remotes, (int)settings->remote), out);
}

const struct conf_way conf_way_remote = { 0, NULL, remote_set, remote_equal,
	remote_given, remote_print };

static const struct symbol add_path_words[] = {
	{ "off", 0 },
	{ "receive", ADD_PATH_RECEIVE },
	{ "send", ADD_PATH_SEND },
	{ "both", ADD_PATH_BOTH },
	{ NULL, 0 },
};

static void
add_path_set(
    struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_settings *settings = f.base;
	int bits = 0;

	symbol_value(add_path_words, v[0].word->text, &bits);
	settings->add_path = (uint8_t)bits;
	settings->add_path_max =
	    count > 1 ? (uint8_t)v[count - 1].is.number : 0;
}

static bool
add_path_equal(struct conf_field a, struct conf_field b)
{
	const struct conf_settings *left = a.base, *right = b.base;

	return left->add_path == right->add_path &&
	    left->add_path_max == right->add_path_max;
}

static void
add_path_print(struct conf_field f, FILE *out)
{
	const struct conf_settings *settings = f.base;

	fputs(symbol_word(add_path_words, settings->add_path), out);
	if (settings->add_path_max > 0)
		fprintf(out, " max %u", settings->add_path_max);
}

const struct conf_way conf_way_add_path = { 0, NULL, add_path_set,
	add_path_equal, NULL, add_path_print };

static const struct symbol capability_states[] = {
	{ "off", CONF_CAPABILITY_OFF },
	{ "on", CONF_CAPABILITY_ON },
	{ "require", CONF_CAPABILITY_REQUIRE },
	{ NULL, 0 },
};

static void
capabilities_set(
    struct conf_field f, const struct conf_value *v, unsigned int count)
{
	uint8_t *capability = f.at;
	int state = CONF_CAPABILITY_UNSET;

	symbol_value(capability_states, v[count - 1].word->text, &state);
	capability[v[0].is.number] = (uint8_t)state;
}

const struct conf_way conf_way_capabilities = { CONF_CAPABILITY_MAX *
	    sizeof(uint8_t),
	NULL, capabilities_set, conf_octets_equal, NULL, NULL };

static void
capability_print(struct conf_field f, FILE *out)
{
	fputs(symbol_word(capability_states, *(const uint8_t *)f.at), out);
}

const struct conf_way conf_way_capability = { sizeof(uint8_t), NULL, NULL,
	conf_octets_equal, NULL, capability_print };

static void
size_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	*(size_t *)f.at = v[count - 1].is.size;
}

static bool
size_given(struct conf_field f)
{
	return *(size_t *)f.at != 0;
}

static void
size_print(struct conf_field f, FILE *out)
{
	size_t size = *(size_t *)f.at;
	static const char suffixes[] = "KMGT";
	size_t i;

	if (size == 0) {
		fputs("auto", out);
		return;
	}
	for (i = 0; i < 4 && size % 1024 == 0; i++)
		size /= 1024;
	fprintf(out, "limit %zu", size);
	if (i > 0)
		putc(suffixes[i - 1], out);
}

const struct conf_way conf_way_size = { sizeof(size_t), NULL, size_set,
	conf_octets_equal, size_given, size_print };

static void
log_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf *conf = f.base;
	unsigned int i;
	int number;

	for (i = 0; i < count; i++) {
		if (symbol_value(log_levels, v[i].word->text, &number))
			conf->log_level = (enum conf_level)number;
		if (symbol_value(log_forms, v[i].word->text, &number))
			conf->log_form = (enum conf_log_form)number;
	}
}

static bool
log_equal(struct conf_field a, struct conf_field b)
{
	const struct conf *left = a.base, *right = b.base;

	return left->log_level == right->log_level &&
	    left->log_form == right->log_form;
}

static void
log_print(struct conf_field f, FILE *out)
{
	const struct conf *conf = f.base;

	fprintf(out, "%s %s", symbol_word(log_levels, (int)conf->log_level),
	    symbol_word(log_forms, (int)conf->log_form));
}

const struct conf_way conf_way_log = { 0, NULL, log_set, log_equal, NULL,
	log_print };
