/* SPDX-License-Identifier: ISC */
/* tunnel.c - devices that routes go by: `via-device` and `device .. onlink` */

/*
 * A pool may say that its routes leave by a tunnel.  Such a line in the block
 * of `pools` declares the pool too, so that no prefix has to be written twice;
 * to say it in front of the block as well changes nothing.
 *
 * The lines are kept in the order of their prefixes, with a link from each to
 * the next one around it: prefixes nest or are apart, so the last one that is
 * not behind a prefix contains it, or one of those around does.
 *
 * That a device is there is not asked: it may come later, and the daemon says
 * so as long as it is missing.
 */

#include "bgpd/conf/tunnel.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/form.h"
#include "bgpd/conf/match.h"
#include "bgpd/conf/message.h"
#include "rib/mem.h"

/* ---- from statements --------------------------------------------------- */

static bool
device_take(struct conf_build *b, const struct conf_word *word, char *device)
{
	int length = snprintf(device, KERNEL_IFNAME, "%s", word->text);

	if (length < KERNEL_IFNAME)
		return true;
	conf_error(b->messages, word, "interface names have at most %d letters",
	    KERNEL_IFNAME - 1);
	return false;
}

static void
tunnel_take(struct conf_build *b, const struct conf_statement *s)
{
	struct conf *conf = b->conf;
	struct conf_tunnel made = { .onlink = false };
	struct conf_value prefix;
	unsigned int i;

	if (!conf_form_entry(b->messages, s, CONF_TYPE_PREFIX, &prefix) ||
	    !device_take(b, s->values[1].word, made.device))
		return;
	made.prefix = prefix.is.prefix;
	for (i = 2; i < s->nvalues; i++) {
		made.onlink |= strcmp(s->values[i].word->text, "onlink") == 0;
		made.other_subnet |=
		    strcmp(s->values[i].word->text, "other-subnet") == 0;
	}
	conf->tunnels = conf_grow(conf->tunnels, conf->ntunnels, sizeof(made));
	conf->tunnels[conf->ntunnels++] = made;
	conf_mark_add(&b->tunnels, &prefix, NULL);
	conf_prefix_add(&conf->pools, &conf->npools, &made.prefix);
	conf_mark_add(&b->pools, &prefix, NULL);
}

void
conf_tunnels_take(struct conf_build *b, const struct conf_statement *pools)
{
	const struct conf_statement *s;
	bool any = pools->nvalues > 0;

	for (s = pools->first; s != NULL; s = s->next) {
		any |= s->bad || s->row->store == CONF_STORE_TUNNEL;
		if (!s->bad && s->row->store == CONF_STORE_TUNNEL)
			tunnel_take(b, s);
	}
	if (!any)
		conf_help(conf_error(b->messages, &pools->words[0],
			      "'pools' names no prefix"),
		    "as in: pools 10.244.0.0/16");
}

static int
tunnel_compare(const void *left, const void *right)
{
	const struct conf_tunnel *a = left, *b = right;

	return prefix_compare(&a->prefix, &b->prefix);
}

/* From one of them, or none (0), outwards to one that contains a prefix. */
static size_t
around(const struct conf *conf, size_t at, const struct prefix *prefix)
{
	while (
	    at != 0 && !prefix_contains(&conf->tunnels[at - 1].prefix, prefix))
		at = conf->tunnels[at - 1].outer;
	return at;
}

void
conf_tunnels_settle(struct conf *conf)
{
	struct conf_tunnel *t;
	size_t i;

	if (conf->ntunnels > 0)
		qsort(conf->tunnels, conf->ntunnels, sizeof(*conf->tunnels),
		    tunnel_compare);
	for (i = 0; i < conf->ntunnels; i++) {
		t = &conf->tunnels[i];
		t->outer = around(conf, i, &t->prefix);
	}
}

const struct conf_tunnel *
conf_tunnel_find(const struct conf *conf, const struct prefix *prefix)
{
	size_t low = 0, high = conf->ntunnels, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (prefix_compare(&conf->tunnels[middle].prefix, prefix) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	low = around(conf, low, prefix);
	return low == 0 ? NULL : &conf->tunnels[low - 1];
}

void
conf_devices_take(struct conf_build *b, const struct conf_statement *fib)
{
	struct conf_fib *f = &b->conf->fib;
	const struct conf_statement *s;
	unsigned int i;

	for (s = fib->first; s != NULL; s = s->next) {
		if (s->bad || s->row->store != CONF_STORE_DEVICES)
			continue;
		for (i = 0; i < s->nvalues; i++) {
			if (s->values[i].type != CONF_TYPE_GLOB)
				continue;
			f->onlink = conf_grow(
			    f->onlink, f->nonlink, sizeof(*f->onlink));
			snprintf(f->onlink[f->nonlink++], KERNEL_IFNAME, "%s",
			    s->values[i].word->text);
		}
	}
}

bool
conf_device_is_onlink(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->fib.nonlink; i++)
		if (symbol_glob(conf->fib.onlink[i], name))
			return true;
	return false;
}

/* ---- checks ------------------------------------------------------------ */

void
conf_tunnels_check(struct conf_build *b)
{
	const struct conf_mark *m;
	enum family family;
	size_t i;

	for (i = 0; i < b->tunnels.count; i++) {
		m = &b->tunnels.at[i];
		family = m->prefix.address.family;
		if (b->conf->fib.off)
			conf_warn(b->messages, m->word,
			    "'via-device' has no effect: there is 'fib off'");
		else if (b->conf->address_none[family])
			conf_warn(b->messages, m->word,
			    "'via-device' has no effect: there is"
			    " 'address %s none'",
			    family_name(family));
	}
}

/* ---- to text ----------------------------------------------------------- */

void
conf_tunnel_print(const struct conf_tunnel *t, FILE *out)
{
	const char *form = conf_schema_type(CONF_SCOPE_POOLS)->form;

	conf_print_prefix(&t->prefix, out);
	fputs(" via-device ", out);
	if (conf_form_has_word(form, t->device))
		conf_text_print(t->device, out);
	else
		conf_name_print(t->device, out);
	if (t->onlink)
		fputs(" onlink", out);
	if (t->other_subnet)
		fputs(" when other-subnet", out);
}

void
conf_device_print(const char *pattern, FILE *out)
{
	conf_print_free(
	    conf_schema_find(CONF_SCOPE_FIB, "device")->form, pattern, out);
	fputs(" onlink", out);
}

struct conf_texts
conf_tunnels_texts(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->ntunnels; i++) {
		conf_text_open(&text);
		conf_tunnel_print(&conf->tunnels[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}

struct conf_texts
conf_devices_texts(const struct conf *conf)
{
	struct conf_texts texts = { .at = NULL };
	struct conf_text text;
	size_t i;

	for (i = 0; i < conf->fib.nonlink; i++) {
		conf_text_open(&text);
		conf_device_print(conf->fib.onlink[i], text.out);
		conf_texts_add(&texts, &text);
	}
	return texts;
}
