/* SPDX-License-Identifier: ISC */
/* tls.c - the setting `tls` and its block */
/*
 * As with `bfd`, all that the block says is one value.  Whether there is TLS,
 * on which port, whom to trust and whom to expect: a change of that ends the
 * session.  Where our own certificate, its key and the list of revoked ones
 * come from does not, since a session that is up needs them no more, nor does
 * what becomes of it when they expire.  Where there is no TLS, nothing in the
 * block says anything.
 */
#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/difference.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/way.h"

/* A block without a word in front switches it on. */
static void
tls_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_tls *tls = f.at;

	tls->on = count == 0 || strcmp(v[0].word->text, "off") != 0;
}

static bool
texts_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

/* Of what a session is made that is up. */
static bool
sessions_equal(const struct conf_tls *a, const struct conf_tls *b)
{
	if (!a->on || !b->on)
		return a->on == b->on;
	return a->preferred == b->preferred && a->port == b->port &&
	    texts_equal(a->ca, b->ca) && texts_equal(a->identity, b->identity);
}

enum conf_cost
conf_tls_cost(const struct conf_tls *a, const struct conf_tls *b)
{
	return sessions_equal(a, b) ? CONF_COST_NONE : CONF_COST_RESET;
}

static bool
tls_equal(struct conf_field left, struct conf_field right)
{
	const struct conf_tls *a = left.at, *b = right.at;

	return sessions_equal(a, b) &&
	    (!a->on ||
		(texts_equal(a->certificate, b->certificate) &&
		    texts_equal(a->key, b->key) &&
		    a->expiry_closes == b->expiry_closes &&
		    texts_equal(a->crl, b->crl)));
}

static void
file_print(const char *word, const char *file, FILE *out)
{
	if (file == NULL)
		return;
	fprintf(out, "%s ", word);
	conf_name_print(file, out);
	fputs("; ", out);
}

static void
tls_print(struct conf_field f, FILE *out)
{
	const struct conf_tls *tls = f.at;

	if (!tls->on) {
		fputs("off", out);
		return;
	}
	fputs("{ ", out);
	file_print("ca", tls->ca, out);
	file_print("certificate", tls->certificate, out);
	file_print("key", tls->key, out);
	file_print("crl", tls->crl, out);
	if (tls->identity != NULL) {
		fputs("identity ", out);
		conf_text_print(tls->identity, out);
		fputs("; ", out);
	}
	if (tls->expiry_closes)
		fputs("expiry close; ", out);
	fprintf(out, "port %u; %s }", tls->port,
	    tls->preferred ? "preferred" : "required");
}

const struct conf_way conf_way_tls = { 0, NULL, tls_set, tls_equal, NULL,
	tls_print };

/* `required` and `preferred` are two words for one field. */
static void
mode_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	(void)v;
	(void)count;
	*(bool *)f.at = strcmp(f.row->word, "preferred") == 0;
}

const struct conf_way conf_way_tls_mode = { sizeof(bool), NULL, mode_set,
	conf_octets_equal, NULL, NULL };

/* ---- what it means ----------------------------------------------------- */

static const struct conf_statement *
statement_find(const struct conf_statement *s, const char *word)
{
	const struct conf_statement *found = NULL;

	for (; s != NULL; s = s->next)
		if (!s->bad && strcmp(s->row->word, word) == 0)
			found = s;
	return found;
}

/* A statement that was refused may have been the one that is missed. */
static bool
is_spoilt(const struct conf_statement *s)
{
	for (; s != NULL; s = s->next)
		if (s->bad)
			return true;
	return false;
}

static void
files_check(struct conf_messages *messages, const struct conf_tls *tls,
    const struct conf_statement *s)
{
	const char *missing = tls->ca == NULL ? "ca"
	    : tls->certificate == NULL        ? "certificate"
	    : tls->key == NULL                ? "key"
					      : NULL;

	if (tls->on && missing != NULL && !is_spoilt(s->first))
		conf_help(conf_error(messages, &s->words[0],
			      "tls needs `%s FILE`", missing),
		    "`ca` holds whom to trust, `certificate` and `key` prove "
		    "who this node is");
}

void
conf_check_tls(struct conf_messages *messages,
    const struct conf_settings *settings, const struct conf_statement *list)
{
	const struct conf_statement *s = statement_find(list, "tls"), *inner;
	const char *fault;

	if (s == NULL)
		return;
	files_check(messages, &settings->tls, s);
	inner = statement_find(s->first, "identity");
	if (inner != NULL && settings->tls.identity != NULL) {
		fault = identity_pattern_fault(settings->tls.identity);
		if (fault != NULL)
			conf_error(messages, &inner->words[1],
			    "no certificate can be held against '%.60s': %s",
			    inner->words[1].text, fault);
	}
	inner = statement_find(s->first, "preferred");
	if (inner != NULL && statement_find(s->first, "required") != NULL)
		conf_error(messages, &inner->words[0],
		    "'required' and 'preferred' contradict each other");
}
