/* SPDX-License-Identifier: ISC */
/* learn.c - `learn`: which routes of the kernel are announced */

/*
 * One block is one row of conf->learn: the values of each of its statements,
 * an empty list where there is none.  A route is learned by any block of which
 * all statements hold.
 *
 * Three things are errors because they cannot be meant: a block that takes
 * every route there is; the protocol of our own routes, which are never
 * learned; and the table of this node's own addresses.  What our protocol is
 * another statement may say, so that is looked at when all are read.
 */

#include "bgpd/conf/learn.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/message.h"
#include "rib/mem.h"

#define TABLE_MAIN  254u
#define TABLE_LOCAL 255u
#define REDIRECT    1u /* RTPROT_REDIRECT */

static bool
is_statement(const struct conf_statement *s, const char *word)
{
	return !s->bad && strcmp(s->row->word, word) == 0;
}

static void
interface_add(struct conf_learn *l, const struct conf_value *v)
{
	l->interface =
	    conf_grow(l->interface, l->ninterface, sizeof(*l->interface));
	snprintf(
	    l->interface[l->ninterface++], KERNEL_IFNAME, "%s", v->word->text);
}

static void
within_add(struct conf_learn *l, const struct conf_value *v)
{
	conf_prefix_add(&l->within, &l->nwithin, &v->is.prefix);
}

static void
protocol_add(struct conf_learn *l, const struct conf_value *v)
{
	l->protocols =
	    conf_grow(l->protocols, l->nprotocols, sizeof(*l->protocols));
	l->protocols[l->nprotocols++] = (uint8_t)v->is.number;
}

static void
table_add(struct conf_learn *l, const struct conf_value *v)
{
	l->tables = conf_grow(l->tables, l->ntables, sizeof(*l->tables));
	l->tables[l->ntables++] =
	    v->type == CONF_TYPE_LITERAL ? TABLE_MAIN : v->is.number;
}

static const struct {
	const char *word;
	void (*add)(struct conf_learn *, const struct conf_value *);
} clauses[] = {
	{ "interface", interface_add },
	{ "within", within_add },
	{ "protocol", protocol_add },
	{ "table", table_add },
};

#define CLAUSES (sizeof(clauses) / sizeof(clauses[0]))

static void
clause_take(struct conf_learn *l, const struct conf_statement *s)
{
	unsigned int i;
	size_t c;

	for (c = 0; c < CLAUSES; c++)
		for (i = 0; is_statement(s, clauses[c].word) && i < s->nvalues;
		     i++)
			clauses[c].add(l, &s->values[i]);
}

void
conf_learn_take(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	const struct conf_statement *inner;
	struct conf_learn *l;

	conf->learn = conf_grow(conf->learn, conf->nlearn, sizeof(*l));
	l = &conf->learn[conf->nlearn++];
	*l = (struct conf_learn){ .interface = NULL };
	for (inner = s->first; inner != NULL; inner = inner->next)
		clause_take(l, inner);
}

void
conf_learn_clear(struct conf_learn *l)
{
	free(l->interface);
	free(l->within);
	free(l->protocols);
	free(l->tables);
}

/* ---- meaning ----------------------------------------------------------- */

/* Something has to say which routes are meant; a table does not. */
static void
scope_check(struct conf_build *b, const struct conf_statement *s)
{
	const struct conf_statement *inner;

	for (inner = s->first; inner != NULL; inner = inner->next)
		if (inner->bad || strcmp(inner->row->word, "table") != 0)
			return;
	conf_help(conf_error(b->messages, &s->words[0],
		      "'learn' would announce every route of this node"),
	    "say which, as in: learn { interface cali* }");
}

static bool
is_adopted(const struct conf_fib *fib, uint32_t protocol)
{
	unsigned int i;

	for (i = 0; i < CONF_ADOPT_MAX && fib->adopt[i] != 0; i++)
		if (fib->adopt[i] == protocol)
			return true;
	return false;
}

static void
protocol_check(struct conf_build *b, const struct conf_value *v)
{
	const char *word = v->word->text;

	if (v->is.number == b->conf->fib.protocol)
		conf_help(conf_error(b->messages, v->word,
			      "'%s' marks the routes that this daemon installs:"
			      " they are never learned",
			      word),
		    "`fib { protocol N }` says how they are marked");
	else if (is_adopted(&b->conf->fib, v->is.number))
		conf_error(b->messages, v->word,
		    "routes of '%s' are adopted by `fib`: they are this "
		    "daemon's own and never learned",
		    word);
	else if (v->is.number == REDIRECT)
		conf_error(b->messages, v->word,
		    "redirects are for this node alone, and not for long");
}

static void
table_check(struct conf_build *b, const struct conf_value *v)
{
	if (v->type != CONF_TYPE_LITERAL && v->is.number == TABLE_LOCAL)
		conf_error(b->messages, v->word,
		    "table 255 holds this node's own addresses, which are no "
		    "routes to others");
}

/* Blocks come and go at run time, so this is only worth a warning. */
static void
within_check(struct conf_build *b, const struct conf_value *v)
{
	const struct prefix *blocks = b->conf->blocks;
	char text[PREFIX_STRLEN];
	size_t i;

	for (i = 0; i < b->conf->nblocks; i++) {
		if (!prefix_contains(&blocks[i], &v->is.prefix))
			continue;
		conf_warn(b->messages, v->word,
		    "'%s' lies in this node's block %s, which is announced "
		    "as a whole: nothing will be learned",
		    v->word->text, prefix_format(&blocks[i], text));
		return;
	}
}

static const struct {
	const char *word;
	void (*check)(struct conf_build *, const struct conf_value *);
} checks[] = {
	{ "protocol", protocol_check },
	{ "table", table_check },
	{ "within", within_check },
};

#define CHECKS (sizeof(checks) / sizeof(checks[0]))

static void
tables_count_check(struct conf_build *b, const struct conf_statement *s)
{
	size_t i, count = 0;

	for (i = 0; i < b->conf->nlearn; i++)
		count += b->conf->learn[i].ntables;
	if (count > CONF_LEARN_TABLES)
		conf_error(b->messages, &s->words[0],
		    "at most %d tables are possible, in all blocks of 'learn'",
		    CONF_LEARN_TABLES);
}

static void
clause_check(struct conf_build *b, const struct conf_statement *s)
{
	unsigned int i;
	size_t c;

	for (c = 0; c < CHECKS; c++)
		for (i = 0; is_statement(s, checks[c].word) && i < s->nvalues;
		     i++)
			checks[c].check(b, &s->values[i]);
}

void
conf_learn_check(struct conf_build *b)
{
	const struct conf_statement *s, *inner, *last = NULL;

	for (s = b->root; s != NULL; s = s->next) {
		if (s->bad || s->row->store != CONF_STORE_LEARN)
			continue;
		last = s;
		scope_check(b, s);
		for (inner = s->first; inner != NULL; inner = inner->next)
			clause_check(b, inner);
	}
	if (last != NULL)
		tables_count_check(b, last);
}

/* ---- printing ---------------------------------------------------------- */

static void
interfaces_print(const struct conf_learn *l, FILE *out)
{
	size_t i;

	fputs("interface", out);
	for (i = 0; i < l->ninterface; i++) {
		putc(' ', out);
		conf_print_word(l->interface[i], out);
	}
}

static void
within_print(const struct conf_learn *l, FILE *out)
{
	size_t i;

	fputs("within", out);
	for (i = 0; i < l->nwithin; i++) {
		putc(' ', out);
		conf_print_prefix(&l->within[i], out);
	}
}

static void
protocols_print(const struct conf_learn *l, FILE *out)
{
	char buf[CONF_PROTOCOL_STRLEN];
	size_t i;

	fputs("protocol", out);
	for (i = 0; i < l->nprotocols; i++)
		fprintf(out, " %s", conf_protocol_name(l->protocols[i], buf));
}

static void
tables_print(const struct conf_learn *l, FILE *out)
{
	size_t i;

	fputs("table", out);
	for (i = 0; i < l->ntables; i++)
		if (l->tables[i] == TABLE_MAIN)
			fputs(" main", out);
		else
			fprintf(out, " %u", l->tables[i]);
}

void
conf_learn_print(const struct conf_learn *l, const char *before,
    const char *between, FILE *out)
{
	const struct {
		size_t count;
		void (*print)(const struct conf_learn *, FILE *);
	} parts[] = {
		{ l->ninterface, interfaces_print },
		{ l->nwithin, within_print },
		{ l->nprotocols, protocols_print },
		{ l->ntables, tables_print },
	};
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].count == 0)
			continue;
		fprintf(out, "%s%s", any ? between : "", before);
		parts[i].print(l, out);
		any = true;
	}
}

struct conf_texts
conf_learn_texts(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->nlearn; i++) {
		conf_text_open(&text);
		conf_learn_print(&conf->learn[i], "", "; ", text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}
