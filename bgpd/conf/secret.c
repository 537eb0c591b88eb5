/* SPDX-License-Identifier: ISC */
/* secret.c - files that hold a password */

/*
 * In comes a config whose neighbors name their password files; out go the
 * passwords, as text in the settings that own it.  A password is the one line
 * of its file, without the newline, as editors and secret stores write it;
 * spaces count.  A password never gets into a finding, a difference or the
 * text of a config.
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

#include "bgpd/conf/load.h"
#include "bgpd/conf/message.h"
#include "rib/mem.h"

#define PASSWORD_MAX 80
#define BFD_KEY_MAX  20 /* RFC 5880 4.4 */
#define FILE_MAX     4096

/* A file that some statement names. */
struct secret {
	const char *file; /* of the statement */
	char *password;   /* NULL: a finding says why */
};

struct secrets {
	struct secret *at;
	size_t count;
};

/* What keeps a file from holding a secret, or NULL. */
static const char *
mode_refusal(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is no regular file";
	if ((st->st_mode & (S_IROTH | S_IWOTH)) != 0)
		return "all users can read or write it: chmod o= mends that";
	if (st->st_size > FILE_MAX)
		return "it is too long for a password";
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

/* The password, or NULL and why not. */
static char *
secret_read(const char *file, const char **why)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;
	size_t length;

	if (fd == -1 || fstat(fd, &st) == -1) {
		*why = strerror(errno);
	} else if ((*why = mode_refusal(&st)) == NULL) {
		text = conf_text_read(fd, (size_t)st.st_size, &length);
		*why =
		    text == NULL ? strerror(errno) : line_refusal(text, length);
	}
	if (fd != -1)
		close(fd);
	if (*why == NULL)
		return text;
	free(text);
	return NULL;
}

static const struct secret *
secret_find(const struct secrets *secrets, const char *file)
{
	size_t i;

	for (i = 0; i < secrets->count; i++)
		if (strcmp(secrets->at[i].file, file) == 0)
			return &secrets->at[i];
	return NULL;
}

static const struct secret *
secret_take(struct secrets *secrets, struct conf_messages *messages,
    const struct conf_word *word, const char *what)
{
	const char *why = "its name has to begin with a '/'";
	const struct secret *known = secret_find(secrets, word->text);
	struct secret *s;

	if (known != NULL)
		return known;
	secrets->at =
	    conf_grow(secrets->at, secrets->count, sizeof(*secrets->at));
	s = &secrets->at[secrets->count++];
	*s = (struct secret){ .file = word->text };
	if (word->text[0] == '/')
		s->password = secret_read(word->text, &why);
	if (s->password == NULL)
		conf_error(
		    messages, word, "no %s in '%s': %s", what, word->text, why);
	return s;
}

static bool
is_of_bfd(const struct conf_keyword *row)
{
	return (row->scopes & 1u << CONF_SCOPE_BFD) != 0;
}

static void
statement_take(struct secrets *secrets, struct conf_messages *messages,
    const struct conf_statement *s)
{
	const struct conf_word *word = s->values[0].word;
	const struct secret *found = secret_take(
	    secrets, messages, word, is_of_bfd(s->row) ? "key" : "password");

	if (is_of_bfd(s->row) && found->password != NULL &&
	    strlen(found->password) > BFD_KEY_MAX)
		conf_error(messages, word,
		    "no key in '%s': its line has more than %d octets",
		    word->text, BFD_KEY_MAX);
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

/* Neighbors mostly stand where they stood. */
static const char *
secret_of(const struct conf *conf, const char *file, size_t guess)
{
	const struct conf_settings *set;
	size_t i, n = conf->nneighbors;

	for (i = 0; i < n; i++) {
		set = &conf->neighbors[(guess + i) % n].settings;
		if (set->password_file != NULL &&
		    strcmp(set->password_file, file) == 0)
			return set->password;
		if (set->bfd.key_file != NULL &&
		    strcmp(set->bfd.key_file, file) == 0)
			return set->bfd.key;
	}
	return NULL;
}

/* In place of one that was read from the file just now. */
static void
secret_keep(
    char **secret, const char *file, const struct conf *from, size_t guess)
{
	const char *kept;

	if (file == NULL)
		return;
	kept = secret_of(from, file, guess);
	free(*secret);
	*secret = kept == NULL ? NULL : xstrdup(kept);
}

void
conf_secrets_keep(struct conf *conf, const struct conf *from)
{
	struct conf_settings *set;
	size_t i;

	for (i = 0; i < conf->nneighbors; i++) {
		set = &conf->neighbors[i].settings;
		secret_keep(&set->password, set->password_file, from, i);
		secret_keep(&set->bfd.key, set->bfd.key_file, from, i);
	}
}

static char *
secret_copy(const struct secrets *secrets, const char *file)
{
	const struct secret *s =
	    file == NULL ? NULL : secret_find(secrets, file);

	return s == NULL || s->password == NULL ? NULL : xstrdup(s->password);
}

void
conf_secrets_read(struct conf_build *b)
{
	struct secrets secrets = { .at = NULL };
	struct conf_settings *set;
	size_t i;

	statements_take(&secrets, b->messages, b->root);
	for (i = 0; i < b->conf->nneighbors; i++) {
		set = &b->conf->neighbors[i].settings;
		set->password = secret_copy(&secrets, set->password_file);
		set->bfd.key = secret_copy(&secrets, set->bfd.key_file);
	}
	for (i = 0; i < secrets.count; i++)
		free(secrets.at[i].password);
	free(secrets.at);
}
