/* SPDX-License-Identifier: ISC */
/* tls_files.c - the files that `tls` names */

/*
 * Neighbors mostly share their files, so each set of them is looked at once:
 * are they there, may they be read, is the key a secret, and, if whoever loads
 * the config can tell, do they prove anything.  What is wrong is found at the
 * words that name the file.  Their contents are not kept: the daemon reads
 * them again when it needs them, and whenever they change.
 */
#include <stdlib.h>
#include <string.h>

#include "bgpd/conf/check.h"
#include "bgpd/conf/message.h"
#include "bgpd/conf/secret.h"
#include "rib/mem.h"

#define TEXT_MAX ((size_t)4 << 20)

static const char *
file_name(const struct conf_tls *tls, enum identity_file file)
{
	switch (file) {
	case IDENTITY_CA: return tls->ca;
	case IDENTITY_CERTIFICATE: return tls->certificate;
	case IDENTITY_KEY: return tls->key;
	case IDENTITY_CRL: return tls->crl;
	case IDENTITY_FILE_MAX: break;
	}
	return NULL;
}

static bool
file_take(const char *name, enum identity_file file,
    struct identity_texts *texts, struct identity_fault *fault)
{
	const char *why = "its name has to begin with a '/'";
	struct span *span = &texts->file[file];
	char *text = NULL;

	if (name[0] == '/')
		text = conf_file_text(
		    name, TEXT_MAX, file == IDENTITY_KEY, &span->length, &why);
	span->data = (const uint8_t *)text;
	if (text != NULL && span->length > 0)
		return true;
	fault->file = file;
	snprintf(fault->text, sizeof(fault->text), "%s",
	    text != NULL ? "it is empty" : why);
	return false;
}

bool
conf_tls_read(const struct conf_tls *tls, struct identity_texts *texts,
    struct identity_fault *fault)
{
	enum identity_file file;
	const char *name;

	*texts = (struct identity_texts){ .file = { { NULL, 0 } } };
	for (file = 0; file < IDENTITY_FILE_MAX; file++) {
		name = file_name(tls, file);
		if (name != NULL && !file_take(name, file, texts, fault))
			return false;
	}
	return true;
}

void
conf_tls_texts_clear(struct identity_texts *texts)
{
	enum identity_file file;
	char *text;

	for (file = 0; file < IDENTITY_FILE_MAX; file++) {
		text = (char *)(uintptr_t)texts->file[file].data;
		if (text != NULL)
			explicit_bzero(text, texts->file[file].length);
		free(text);
	}
	*texts = (struct identity_texts){ .file = { { NULL, 0 } } };
}

static bool
names_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
conf_tls_same_files(const struct conf_tls *a, const struct conf_tls *b)
{
	enum identity_file file;

	for (file = 0; file < IDENTITY_FILE_MAX; file++)
		if (!names_equal(file_name(a, file), file_name(b, file)))
			return false;
	return true;
}

/* ---- while a config is loaded ------------------------------------------ */

/* The word that names a file in a block `tls`, wherever that stands. */
static const struct conf_word *
word_find(const struct conf_statement *s, const char *row, const char *file)
{
	const struct conf_word *found = NULL;

	for (; s != NULL && found == NULL; s = s->next) {
		if (s->bad)
			continue;
		if ((s->row->scopes & 1u << CONF_SCOPE_TLS) != 0 &&
		    strcmp(s->row->word, row) == 0 &&
		    strcmp(s->words[1].text, file) == 0)
			found = &s->words[1];
		else
			found = word_find(s->first, row, file);
	}
	return found;
}

/* Of two sets that share the file, for one. */
static bool
is_said(const struct conf_messages *messages, const struct conf_word *word)
{
	const struct conf_message *m;
	size_t i;

	for (i = 0; i < messages->count; i++) {
		m = &messages->at[i];
		if (m->level == CONF_ERROR &&
		    m->place.line == word->place.line &&
		    m->place.column == word->place.column &&
		    strcmp(m->file, word->place.file) == 0)
			return true;
	}
	return false;
}

static void
fault_report(struct conf_build *b, const struct conf_tls *tls,
    const struct identity_fault *fault)
{
	static const char *const rows[IDENTITY_FILE_MAX] = {
		[IDENTITY_CA] = "ca",
		[IDENTITY_CERTIFICATE] = "certificate",
		[IDENTITY_KEY] = "key",
		[IDENTITY_CRL] = "crl",
	};
	const char *name = file_name(tls, fault->file);
	const struct conf_word *word =
	    word_find(b->root, rows[fault->file], name);

	if (word != NULL && !is_said(b->messages, word))
		conf_error(b->messages, word, "no %s in '%s': %s",
		    rows[fault->file], name, fault->text);
}

static bool
is_known(const struct conf *conf, size_t n)
{
	const struct conf_tls *tls = &conf->neighbors[n].settings.tls;
	size_t i;

	/* Mostly all have the same ones: the first look is enough. */
	for (i = 0; i < n; i++)
		if (conf->neighbors[i].settings.tls.on &&
		    conf_tls_same_files(&conf->neighbors[i].settings.tls, tls))
			return true;
	return false;
}

/* As conf_tls_read, but all that is wrong is said. */
static void
files_check(struct conf_build *b, const struct conf_tls *tls,
    conf_identity_judge *judge)
{
	struct identity_texts texts = { .file = { { NULL, 0 } } };
	struct identity_fault fault;
	enum identity_file file;
	bool good = true;

	for (file = 0; file < IDENTITY_FILE_MAX; file++)
		if (file_name(tls, file) != NULL &&
		    !file_take(file_name(tls, file), file, &texts, &fault)) {
			fault_report(b, tls, &fault);
			good = false;
		}
	if (good && judge != NULL && !judge(&texts, &fault))
		fault_report(b, tls, &fault);
	conf_tls_texts_clear(&texts);
}

void
conf_tls_files_check(struct conf_build *b, conf_identity_judge *judge)
{
	const struct conf_tls *tls;
	size_t i;

	for (i = 0; i < b->conf->nneighbors; i++) {
		tls = &b->conf->neighbors[i].settings.tls;
		if (tls->on && tls->ca != NULL && tls->certificate != NULL &&
		    tls->key != NULL && !is_known(b->conf, i))
			files_check(b, tls, judge);
	}
}
