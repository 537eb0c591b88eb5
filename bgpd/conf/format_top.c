/* SPDX-License-Identifier: ISC */
/* format_top.c - what a config says of the node and the daemon, as text */

/*
 * The part of `show config` that is about no neighbor: single values in the
 * order of the schema, lists, and the blocks of the top level.
 */

#include "bgpd/conf/format_private.h"
#include "bgpd/conf/learn.h"
#include "bgpd/conf/print.h"
#include "bgpd/conf/tunnel.h"

#define PREFIXES_PER_LINE 4u

void
conf_format_prefixes(const char *indent, const char *word,
    const struct prefix *list, size_t count, FILE *out)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i % PREFIXES_PER_LINE == 0)
			fprintf(
			    out, "%s%s%s", i == 0 ? "" : "\n", indent, word);
		putc(' ', out);
		conf_print_prefix(&list[i], out);
	}
	if (count > 0)
		putc('\n', out);
}

void
conf_format_row(const struct conf_keyword *row, const char *indent,
    const void *base, FILE *out)
{
	fprintf(out, "%s%s ", indent, row->word);
	conf_field_print(row, base, out);
	putc('\n', out);
}

/* All single values of one scope. */
static void
fields_format(const struct conf *conf, FILE *out, enum conf_scope scope,
    const char *indent)
{
	const struct conf_keyword *row;

	for (row = conf_schema; row < conf_schema + conf_schema_count; row++)
		if (row->base == CONF_BASE_CONF &&
		    (row->scopes & 1u << scope) != 0 &&
		    conf_field_given(row, conf))
			conf_format_row(row, indent, conf, out);
}

/* Those of runtime commands stand behind those of the file. */
static void
blocks_format(const struct conf *conf, FILE *out)
{
	char text[PREFIX_STRLEN];
	size_t i;

	conf_format_prefixes(
	    "", "blocks", conf->blocks, conf->nblocks - conf->ncommanded, out);
	for (i = 0; i < conf->ncommanded; i++)
		fprintf(out, "blocks %s # by bgpctl\n",
		    prefix_format(&conf->commanded[i], text));
	for (i = 0; i < conf->nremoved; i++)
		fprintf(out, "# blocks %s # removed by bgpctl\n",
		    prefix_format(&conf->removed[i], text));
}

/*
 * Without pools there is nobody to ask whether a guard is wanted.  Those with
 * a tunnel stand in the block.
 */
static void
pools_format(const struct conf *conf, FILE *out)
{
	const struct conf_tunnel *tunnel;
	char text[PREFIX_STRLEN];
	size_t i;

	if (conf->npools == 0)
		return;
	fputs("pools", out);
	for (i = 0; i < conf->npools; i++) {
		tunnel = conf_tunnel_find(conf, &conf->pools[i]);
		if (tunnel == NULL ||
		    !prefix_equal(&tunnel->prefix, &conf->pools[i]))
			fprintf(
			    out, " %s", prefix_format(&conf->pools[i], text));
	}
	fputs(" {\n", out);
	for (i = 0; i < conf->ntunnels; i++) {
		fputs("    ", out);
		conf_tunnel_print(&conf->tunnels[i], out);
		putc('\n', out);
	}
	fields_format(conf, out, CONF_SCOPE_POOLS, "    ");
	fputs("}\n", out);
}

static void
lists_format(const struct conf *conf, FILE *out)
{
	enum family family;
	size_t i;

	for (family = 0; family < FAMILY_MAX; family++)
		for (i = 0; i < conf->nrules[family]; i++) {
			fputs("address ", out);
			conf_print_rule(family, &conf->rules[family][i], out);
			putc('\n', out);
		}
	blocks_format(conf, out);
	pools_format(conf, out);
	for (i = 0; i < conf->nannounce; i++) {
		fputs("announce ", out);
		conf_print_announce(&conf->announce[i], out);
		putc('\n', out);
	}
	for (i = 0; i < conf->nlearn; i++) {
		fputs("learn {\n", out);
		conf_learn_print(&conf->learn[i], "    ", "\n", out);
		fputs("\n}\n", out);
	}
	for (i = 0; i < conf->nlisten; i++) {
		fputs("listen ", out);
		conf_print_listen(&conf->listen[i], out);
		putc('\n', out);
	}
	if (conf->nlisten == 0)
		fputs("listen none\n", out);
}

static void
fib_format(const struct conf *conf, FILE *out)
{
	size_t i;

	if (conf->fib.off) {
		fputs("fib off\n", out);
		return;
	}
	fputs("fib {\n", out);
	fields_format(conf, out, CONF_SCOPE_FIB, "    ");
	for (i = 0; i < conf->fib.nonlink; i++) {
		fputs("    device ", out);
		conf_device_print(conf->fib.onlink[i], out);
		putc('\n', out);
	}
	fputs("}\n", out);
}

static void
decision_format(const struct conf *conf, FILE *out)
{
	fputs("decision {\n", out);
	fields_format(conf, out, CONF_SCOPE_DECISION, "    ");
	fputs("}\n", out);
}

static void
control_format(const struct conf *conf, FILE *out)
{
	if (conf->control == NULL)
		return;
	fputs("control ", out);
	conf_print_word(conf->control, out);
	fputs(" {\n", out);
	fields_format(conf, out, CONF_SCOPE_CONTROL, "    ");
	fputs("}\n", out);
}

static void
metrics_format(const struct conf *conf, FILE *out)
{
	size_t i;

	if (conf->nmetrics == 0)
		return;
	fputs("metrics", out);
	for (i = 0; i < conf->nmetrics; i++) {
		putc(' ', out);
		conf_print_endpoint(&conf->metrics[i], out);
	}
	fputs(" {\n", out);
	fields_format(conf, out, CONF_SCOPE_METRICS, "    ");
	fputs("}\n", out);
}

void
conf_format_top(const struct conf *conf, FILE *out)
{
	fields_format(conf, out, CONF_SCOPE_TOP, "");
	lists_format(conf, out);
	fib_format(conf, out);
	decision_format(conf, out);
	control_format(conf, out);
	metrics_format(conf, out);
}
