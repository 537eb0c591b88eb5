/* SPDX-License-Identifier: ISC */
/* global.c - the typed config but its neighbors */

/*
 * Statements of the top level become fields and lists of struct conf.  Single
 * values go through field.c by their row; the lists (own address, blocks,
 * pools, announced prefixes, listeners) and the blocks `fib`, `decision` and
 * `control` are written out here.  Settings of neighbors at the top level are
 * collected as the start for all neighbors, which resolve.c makes.
 *
 * Input has the form that the schema wants; what is wrong beyond the form of
 * one word, but still within one statement, is reported here.  What several
 * statements mean together is check.c's.  All lists are owned by the conf.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/filter.h"
#include "bgpd/conf/learn.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/protocol.h"
#include "bgpd/conf/resolve.h"
#include "bgpd/conf/tunnel.h"
#include "bgpd/wire/msg.h"
#include "rib/mem.h"

#define LISTEN_MAX 64u

typedef void handler(struct conf_build *, const struct conf_statement *);

void
conf_prefix_add(struct prefix **list, size_t *count, const struct prefix *p)
{
	*list = conf_grow(*list, *count, sizeof(**list));
	(*list)[(*count)++] = *p;
}

struct conf_mark *
conf_mark_add(
    struct conf_marks *marks, const struct conf_value *value, const char *owner)
{
	marks->at = conf_grow(marks->at, marks->count, sizeof(*marks->at));
	marks->at[marks->count++] = (struct conf_mark){
		.prefix = value->is.prefix,
		.word = value->word,
		.owner = owner,
	};
	return &marks->at[marks->count - 1];
}

static bool
is_word(const struct conf_value *value, const char *word)
{
	return value->type == CONF_TYPE_LITERAL &&
	    strcmp(value->word->text, word) == 0;
}

void
conf_fields_take(struct conf *conf, const struct conf_statement *list)
{
	const struct conf_statement *s;

	for (s = list; s != NULL; s = s->next)
		if (!s->bad && s->row->base == CONF_BASE_CONF)
			conf_field_set(s->row, conf, s->values, s->nvalues);
}

static void
take_prefixes(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	bool blocks = strcmp(s->row->word, "blocks") == 0;
	unsigned int i;

	for (i = 0; i < s->nvalues; i++)
		if (blocks) {
			conf_prefix_add(&conf->blocks, &conf->nblocks,
			    &s->values[i].is.prefix);
			conf_mark_add(&b->blocks, &s->values[i], NULL);
		} else {
			conf_prefix_add(&conf->pools, &conf->npools,
			    &s->values[i].is.prefix);
			conf_mark_add(&b->pools, &s->values[i], NULL);
		}
	if (!blocks)
		conf_tunnels_take(b, s);
	conf_fields_take(conf, s->first);
}

/* ---- address ----------------------------------------------------------- */

/* A rule in the making. */
struct rule {
	struct conf_build *build;
	enum family family;
	struct address_rule *rule;
	const char *clause; /* the word before the values */
};

static void
glob_add(struct rule *r, const struct conf_value *v)
{
	bool skip = strcmp(r->clause, "skip") == 0;
	unsigned int *count = skip ? &r->rule->nskip : &r->rule->ninterface;
	char(*globs)[KERNEL_IFNAME] = skip ? r->rule->skip : r->rule->interface;

	if (*count == ADDRESS_GLOBS)
		conf_error(r->build->messages, v->word,
		    "at most %d interface patterns are possible",
		    ADDRESS_GLOBS);
	else
		memcpy(globs[(*count)++], v->word->text,
		    strlen(v->word->text) + 1);
}

static void
within_add(struct rule *r, const struct conf_value *v)
{
	if (v->is.prefix.address.family != r->family)
		conf_error(r->build->messages, v->word, "'%.60s' is not %s",
		    v->word->text, family_name(r->family));
	else if (r->rule->nwithin == ADDRESS_WITHIN)
		conf_error(r->build->messages, v->word,
		    "at most %d prefixes are possible", ADDRESS_WITHIN);
	else
		r->rule->within[r->rule->nwithin++] = v->is.prefix;
}

/* An address alone, or the one behind `reach`. */
static void
rule_address(struct rule *r, const struct conf_value *v)
{
	const struct address *a = &v->is.address;
	const char *word = v->word->text;

	if (a->family != r->family)
		conf_error(r->build->messages, v->word, "'%.60s' is not %s",
		    word, family_name(r->family));
	else if (strcmp(r->clause, "reach") == 0)
		r->rule->reach = *a;
	else if (address_is_martian(a) || address_is_loopback(a) ||
	    address_is_multicast(a) || address_is_link_local(a))
		conf_error(r->build->messages, v->word,
		    "'%.60s' is no address that other nodes can reach", word);
	else
		r->rule->fixed = *a;
}

static void
rule_take(struct rule *r, const struct conf_value *v)
{
	if (v->type == CONF_TYPE_GLOB)
		glob_add(r, v);
	else if (v->type == CONF_TYPE_PREFIX)
		within_add(r, v);
	else if (v->type == CONF_TYPE_ADDRESS)
		rule_address(r, v);
	else
		r->clause = v->word->text;
}

/* `none` and an address stand alone; `auto` may have clauses. */
static bool
rule_is_odd(const struct conf_statement *s)
{
	if (s->nvalues < 2 || is_word(&s->values[1], "auto"))
		return s->nvalues < 2;
	return s->nvalues > 2 &&
	    (is_word(&s->values[1], "none") ||
		s->values[1].type == CONF_TYPE_ADDRESS);
}

static void
take_rule(struct conf_build *b, const struct conf_statement *s)
{
	enum family family = (enum family)s->values[0].is.number;
	struct address_rule made = { .none = false };
	struct rule r = { b, family, &made, "" };
	struct conf *conf = b->conf;
	unsigned int i;

	if (rule_is_odd(s)) {
		conf_help(
		    conf_error(b->messages, &s->words[0],
			"'address' takes auto, none, an address or clauses"),
		    "as in: address %s interface eth*", family_name(family));
		return;
	}
	for (i = 1; i < s->nvalues; i++)
		rule_take(&r, &s->values[i]);
	made.none = is_word(&s->values[1], "none");
	if (conf->nrules[family] > 0 &&
	    (made.none || conf->address_none[family]))
		conf_error(b->messages, &s->words[0],
		    "'address %s none' allows no other line for %s",
		    family_name(family), family_name(family));
	conf->address_none[family] |= made.none;
	conf->rules[family] =
	    conf_grow(conf->rules[family], conf->nrules[family], sizeof(made));
	conf->rules[family][conf->nrules[family]++] = made;
}

/* ---- other lists ------------------------------------------------------- */

static void
take_announce(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	struct conf_announce made = {
		.prefix = s->values[0].is.prefix,
	};
	unsigned int i;

	for (i = 1; i < s->nvalues; i++) {
		if (s->values[i].type != CONF_TYPE_COMMUNITY)
			continue;
		made.communities = conf_grow(made.communities,
		    made.ncommunities, sizeof(*made.communities));
		made.communities[made.ncommunities++] = s->values[i].is.number;
	}
	conf->announce =
	    conf_grow(conf->announce, conf->nannounce, sizeof(made));
	conf->announce[conf->nannounce++] = made;
	conf_mark_add(&b->announced, &s->values[0], NULL);
}

static void
listen_add(struct conf *conf, const struct conf_listen *listen)
{
	conf->listen =
	    conf_grow(conf->listen, conf->nlisten, sizeof(*conf->listen));
	conf->listen[conf->nlisten++] = *listen;
}

static bool
listen_is_odd(struct conf_build *b, const struct conf_statement *s)
{
	bool none = is_word(&s->values[0], "none");

	if (none && s->nvalues > 1)
		conf_error(b->messages, &s->words[0],
		    "'listen none' takes nothing else");
	else if (b->conf->listen_given && (none || b->conf->nlisten == 0))
		conf_error(b->messages, &s->words[0],
		    "'listen none' allows no other 'listen'");
	else if (b->conf->nlisten == LISTEN_MAX)
		conf_error(b->messages, &s->words[0],
		    "at most %u 'listen' are possible", LISTEN_MAX);
	else if (!none && address_is_multicast(&s->values[0].is.address))
		conf_error(b->messages, s->values[0].word,
		    "'%.60s' is a multicast address", s->values[0].word->text);
	else
		return false;
	return true;
}

static void
take_listen(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	struct conf_listen made = {
		.address = s->values[0].is.address,
		.port = s->nvalues > 2 ? (uint16_t)s->values[2].is.number
				       : BGP_PORT,
		.place = s->words[0].place,
	};
	size_t i;

	if (listen_is_odd(b, s))
		return;
	conf->listen_given = true;
	if (is_word(&s->values[0], "none"))
		return;
	for (i = 0; i < conf->nlisten; i++)
		if (address_equal(&conf->listen[i].address, &made.address) &&
		    conf->listen[i].port == made.port) {
			conf_help(conf_error(b->messages, s->values[0].word,
				      "'%s' is listened on twice",
				      s->values[0].word->text),
			    "first at %s:%u", conf->listen[i].place.file,
			    conf->listen[i].place.line);
			return;
		}
	listen_add(conf, &made);
}

/* Both wildcards, unless the config says something. */
static void
listen_default(struct conf *conf)
{
	struct conf_listen made = { .port = BGP_PORT };

	if (conf->listen_given)
		return;
	for (made.address.family = 0; made.address.family < FAMILY_MAX;
	     made.address.family++)
		listen_add(conf, &made);
}

static void
take_fib(struct conf_build *b, const struct conf_statement *s)
{
	b->conf->fib.off = s->nvalues > 0;
	if (b->conf->fib.off == s->block)
		conf_error(
		    b->messages, &s->words[0], "'fib' takes either off or { }");
	conf_devices_take(b, s);
	conf_fields_take(b->conf, s->first);
	conf_adopt_check(b, s->first);
}

static void
take_decision(struct conf_build *b, const struct conf_statement *s)
{
	conf_fields_take(b->conf, s->first);
}

static void
take_control(struct conf_build *b, const struct conf_statement *s)
{
	free(b->conf->control);
	b->conf->control = xstrdup(s->values[0].word->text);
	conf_fields_take(b->conf, s->first);
}

static handler *const handlers[CONF_STORE_MAX] = {
	[CONF_STORE_PREFIXES] = take_prefixes,
	[CONF_STORE_RULE] = take_rule,
	[CONF_STORE_ANNOUNCE] = take_announce,
	[CONF_STORE_LEARN] = conf_learn_take,
	[CONF_STORE_LISTEN] = take_listen,
	[CONF_STORE_FIB] = take_fib,
	[CONF_STORE_DECISION] = take_decision,
	[CONF_STORE_CONTROL] = take_control,
	[CONF_STORE_METRICS] = conf_take_metrics,
};

void
conf_resolve_global(struct conf_build *b, const char *host)
{
	const struct conf_statement *s;

	conf_fields_preset(CONF_BASE_CONF, b->conf);
	conf_fields_preset(CONF_BASE_SETTINGS, &b->global);
	conf_filters_take(b);
	for (s = b->root; s != NULL; s = s->next) {
		if (s->bad)
			continue;
		if (s->row->base == CONF_BASE_CONF)
			conf_field_set(s->row, b->conf, s->values, s->nvalues);
		else if (s->row->base == CONF_BASE_SETTINGS)
			conf_setting_set(&b->global, s);
		else if (handlers[s->row->store] != NULL)
			handlers[s->row->store](b, s);
	}
	if (b->conf->node == NULL)
		b->conf->node = xstrdup(host);
	listen_default(b->conf);
	conf_tunnels_settle(b->conf);
}
