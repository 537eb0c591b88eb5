/* SPDX-License-Identifier: ISC */
/* secret.c - files that hold a password, or keys */

/*
 * In comes a config whose neighbors name their password files; out go the
 * passwords, as text in the settings that own it.  A password is the one line
 * of its file, without the newline, as editors and secret stores write it;
 * spaces count.  The keys of TCP-AO have a line each, which is ao.c's matter.
 * A secret never gets into a finding, a difference or the text of a config.
 *
 * A secret that all users of the machine can read is none, so the mode of the
 * file is judged; the group may read it, since that is how a cluster mounts
 * secrets.  The file is looked at through its descriptor: what was judged is
 * what is read.  RFC 2385; 80 octets are what kernels take.
 */
#include "bgpd/conf/secret.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/conf/ao.h"
#include "bgpd/conf/load.h"
#include "bgpd/conf/message.h"
#include "rib/mem.h"

#define PASSWORD_MAX 80
#define BFD_KEY_MAX  20 /* RFC 5880 4.4 */
#define FILE_MAX     4096

/* What a file is read as. */
enum kind {
	KIND_PASSWORD,
	KIND_BFD,
	KIND_AO,
};

/* A file that some statement names. */
struct secret {
	const char *file; /* of the statement */
	enum kind kind;
	bool good; /* or a finding says why not */
	char *password;
	struct conf_ao ao;
};

struct secrets {
	struct secret *at;
	size_t count;
};

/* What keeps a file from holding it, or NULL. */
static const char *
mode_refusal(const struct stat *st, size_t max, bool secret)
{
	if (!S_ISREG(st->st_mode))
		return "it is no regular file";
	if (secret && (st->st_mode & (S_IROTH | S_IWOTH)) != 0)
		return "all users can read or write it: chmod o= mends that";
	if ((uintmax_t)st->st_size > max)
		return "it is too long";
	return NULL;
}

/* Cuts the text to its only line. */
static const char *
line_refusal(char *text, size_t length)
{
	size_t line = strcspn(text, "\r\n");

	if (strlen(text) != length)
		return "there is an octet NUL in it";
	if (line == 0)
		return "its first line is empty";
	if (text[line + strspn(text + line, "\r\n")] != '\0')
		return "it has more than one line";
	if (line > PASSWORD_MAX)
		return "its line has more than 80 octets";
	text[line] = '\0';
	return NULL;
}

char *
conf_file_text(
    const char *file, size_t max, bool secret, size_t *length, const char **why)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		*why = strerror(errno);
	} else if ((*why = mode_refusal(&st, max, secret)) == NULL) {
		text = conf_text_read(fd, (size_t)st.st_size, length);
		if (text == NULL)
			*why = strerror(errno);
	}
	if (fd != -1)
		close(fd);
	return text;
}

/* What is wrong with it, or NULL: the secret owns the text. */
static const char *
secret_parse(struct secret *s, char *text, size_t length)
{
	const char *why;

	if (s->kind == KIND_AO) {
		why = strlen(text) != length ? "there is an octet NUL in it"
					     : conf_ao_parse(text, &s->ao);
		free(text);
		return why;
	}
	s->password = text;
	why = line_refusal(text, length);
	if (why == NULL && s->kind == KIND_BFD && strlen(text) > BFD_KEY_MAX)
		why = "its line has more than 20 octets";
	return why;
}

static const char *
secret_read(struct secret *s)
{
	const char *why = NULL;
	size_t length;
	char *text;

	if (s->file[0] != '/')
		return "its name has to begin with a '/'";
	text = conf_file_text(s->file, FILE_MAX, true, &length, &why);
	return text == NULL ? why : secret_parse(s, text, length);
}

static const struct secret *
secret_find(const struct secrets *secrets, enum kind kind, const char *file)
{
	size_t i;

	for (i = 0; i < secrets->count; i++)
		if (secrets->at[i].kind == kind &&
		    strcmp(secrets->at[i].file, file) == 0)
			return &secrets->at[i];
	return NULL;
}

static enum kind
kind_of(const struct conf_keyword *row)
{
	if ((row->scopes & 1u << CONF_SCOPE_BFD) != 0)
		return KIND_BFD;
	return strcmp(row->word, "tcp-ao") == 0 ? KIND_AO : KIND_PASSWORD;
}

static void
statement_take(struct secrets *secrets, struct conf_messages *messages,
    const struct conf_statement *s)
{
	static const char *const what[] = { [KIND_PASSWORD] = "password",
		[KIND_BFD] = "key",
		[KIND_AO] = "key" };
	const struct conf_word *word = s->values[0].word;
	enum kind kind = kind_of(s->row);
	const char *why = kind == KIND_AO ? conf_ao_refusal() : NULL;
	struct secret *secret;

	if (why != NULL)
		conf_error(messages, &s->words[0], "%s", why);
	if (secret_find(secrets, kind, word->text) != NULL)
		return;
	secrets->at =
	    conf_grow(secrets->at, secrets->count, sizeof(*secrets->at));
	secret = &secrets->at[secrets->count++];
	*secret = (struct secret){ .file = word->text, .kind = kind };
	why = secret_read(secret);
	secret->good = why == NULL;
	if (why != NULL)
		conf_error(messages, word, "no %s in '%s': %s", what[kind],
		    word->text, why);
}

/* All that the statements name, blocks within blocks. */
static void
statements_take(struct secrets *secrets, struct conf_messages *messages,
    const struct conf_statement *s)
{
	for (; s != NULL; s = s->next) {
		if (s->bad)
			continue;
		if (s->row->store == CONF_STORE_FILE &&
		    s->values[0].type != CONF_TYPE_LITERAL)
			statement_take(secrets, messages, s);
		statements_take(secrets, messages, s->first);
	}
}

/* What the settings hold of a kind: the file's name, or NULL. */
static const char *
settings_file(const struct conf_settings *set, enum kind kind)
{
	switch (kind) {
	case KIND_PASSWORD: return set->password_file;
	case KIND_BFD: return set->bfd.key_file;
	case KIND_AO: return set->tcp_ao_file;
	}
	return NULL;
}

/* Neighbors mostly stand where they stood; NULL: nobody names that file. */
static const struct conf_settings *
settings_with(
    const struct conf *conf, enum kind kind, const char *file, size_t guess)
{
	size_t i, n = conf->nneighbors;
	const struct conf_settings *set;
	const char *name;

	for (i = 0; i < n && file != NULL; i++) {
		set = &conf->neighbors[(guess + i) % n].settings;
		name = settings_file(set, kind);
		if (name != NULL && strcmp(name, file) == 0)
			return set;
	}
	return NULL;
}

static char *
password_copy(const char *password)
{
	return password == NULL ? NULL : xstrdup(password);
}

static struct conf_ao *
ao_copy(const struct conf_ao *ao)
{
	return ao == NULL ? NULL : xmemdup(ao, sizeof(*ao));
}

void
conf_secrets_keep(struct conf *conf, const struct conf *from)
{
	const struct conf_settings *kept;
	struct conf_settings *set;
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		set = &conf->neighbors[i].settings;
		kept =
		    settings_with(from, KIND_PASSWORD, set->password_file, i);
		free(set->password);
		set->password =
		    kept == NULL ? NULL : password_copy(kept->password);
		kept = settings_with(from, KIND_BFD, set->bfd.key_file, i);
		free(set->bfd.key);
		set->bfd.key =
		    kept == NULL ? NULL : password_copy(kept->bfd.key);
		kept = settings_with(from, KIND_AO, set->tcp_ao_file, i);
		free(set->tcp_ao);
		set->tcp_ao = kept == NULL ? NULL : ao_copy(kept->tcp_ao);
	}
}

static const struct secret *
secret_of(const struct secrets *secrets, enum kind kind,
    const struct conf_settings *set)
{
	const char *file = settings_file(set, kind);
	const struct secret *s =
	    file == NULL ? NULL : secret_find(secrets, kind, file);

	return s != NULL && s->good ? s : NULL;
}

static void
settings_fill(struct conf_settings *set, const struct secrets *secrets)
{
	const struct secret *s;

	s = secret_of(secrets, KIND_PASSWORD, set);
	set->password = s == NULL ? NULL : xstrdup(s->password);
	s = secret_of(secrets, KIND_BFD, set);
	set->bfd.key = s == NULL ? NULL : xstrdup(s->password);
	s = secret_of(secrets, KIND_AO, set);
	set->tcp_ao = s == NULL ? NULL : ao_copy(&s->ao);
}

void
conf_secrets_read(struct conf_build *b)
{
	struct secrets secrets = { .at = NULL };
	size_t i;

	statements_take(&secrets, b->messages, b->root);
	for (i = 0; i < b->conf->nneighbors; i++)
		settings_fill(&b->conf->neighbors[i].settings, &secrets);
	for (i = 0; i < secrets.count; i++)
		free(secrets.at[i].password);
	free(secrets.at);
}
