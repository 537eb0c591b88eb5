/* SPDX-License-Identifier: ISC */
/* load.c - the files of a config */

/*
 * Reads a file whole, hands its text to the parser, and does the same for
 * what an `include` names: relative to the file that says so, in the sorted
 * order of a pattern.  A pattern that matches nothing is a warning, a plain
 * name that is missing an error.  What could hang or eat the machine is
 * refused: anything but regular files, more than 64 MiB, octets NUL, files
 * that include themselves, too many or too deep.
 *
 * Texts live until conf_files_clear, for words and findings point into them;
 * names live as long as the conf.  Only this file and secret.c, of the
 * config's code, talk to the file system.
 */

#include "bgpd/conf/load.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/conf/message.h"
#include "rib/mem.h"

#define FILE_SIZE_MAX ((size_t)64 << 20)
#define FILES_MAX     10000u
#define DEPTH_MAX     8u

/* A file being read, and the one that includes it. */
struct conf_open {
	const struct conf_open *outer;
	const char *name;
	dev_t device;
	ino_t inode;
};

const char *
conf_files_name(struct conf *conf, const char *path)
{
	conf->files =
	    conf_grow(conf->files, conf->nfiles, sizeof(*conf->files));
	conf->files[conf->nfiles] = xstrdup(path);
	return conf->files[conf->nfiles++];
}

/* What keeps a file from being a config file, or NULL. */
static const char *
file_refusal(const struct conf_files *files, const struct stat *st)
{
	const struct conf_open *open;

	if (S_ISDIR(st->st_mode))
		return "it is a directory";
	if (!S_ISREG(st->st_mode))
		return "it is no regular file";
	if ((uintmax_t)st->st_size > FILE_SIZE_MAX)
		return "it has more than 64 MiB";
	if (files->conf->nfiles > FILES_MAX)
		return "there are too many files";
	for (open = files->open; open != NULL; open = open->outer)
		if (open->device == st->st_dev && open->inode == st->st_ino)
			return "it includes itself";
	return NULL;
}

/* Up to the size it had, for it may have grown. */
char *
conf_text_read(int fd, size_t size, size_t *length)
{
	char *text = xmalloc(size + 1);
	ssize_t n;

	*length = 0;
	while (*length < size) {
		n = read(fd, text + *length, size - *length);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			free(text);
			return NULL;
		}
		if (n == 0)
			break;
		*length += (size_t)n;
	}
	text[*length] = '\0';
	return text;
}

/* NULL with *why when it cannot be read; *file is filled in. */
static char *
file_read(const struct conf_files *files, struct conf_open *file,
    size_t *length, const char **why)
{
	char *text = NULL;
	struct stat st;
	int fd;

	fd = open(file->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1) {
		*why = strerror(errno);
		return NULL;
	}
	if (fstat(fd, &st) == -1)
		*why = strerror(errno);
	else if ((*why = file_refusal(files, &st)) == NULL) {
		file->device = st.st_dev;
		file->inode = st.st_ino;
		text = conf_text_read(fd, (size_t)st.st_size, length);
		if (text == NULL)
			*why = strerror(errno);
	}
	close(fd);
	return text;
}

/* The place of an octet that is no text. */
static struct conf_word
octet_word(const char *name, const char *text, size_t offset)
{
	struct conf_word word = {
		.line = text,
		.place = { .file = name, .line = 1, .column = 1 },
		.width = 1,
	};
	size_t i;

	for (i = 0; i < offset; i++) {
		word.place.column++;
		if (text[i] == '\n') {
			word.line = text + i + 1;
			word.place.line++;
			word.place.column = 1;
		}
	}
	return word;
}

/* The statements of a file; by: the word that names it, or NULL. */
static void
file_take(struct conf_files *files, const char *path,
    const struct conf_word *by, struct conf_list *list)
{
	struct conf_open file = { .outer = files->open };
	struct conf_messages *messages = files->parser.messages;
	struct conf_word word = { .text = "" };
	const char *why = "";
	size_t length;
	char *text;

	file.name = conf_files_name(files->conf, path);
	word.place.file = file.name;
	text = file_read(files, &file, &length, &why);
	if (text == NULL) {
		conf_error(messages, by != NULL ? by : &word,
		    "cannot read '%s': %s", path, why);
		files->parser.incomplete = true;
		return;
	}
	files->texts =
	    conf_grow(files->texts, files->ntexts, sizeof(*files->texts));
	files->texts[files->ntexts++] = text;
	if (strlen(text) < length) {
		word = octet_word(file.name, text, strlen(text));
		conf_error(messages, &word,
		    "there is an octet NUL here,"
		    " so this is no text");
		files->parser.incomplete = true;
		return;
	}
	files->open = &file;
	conf_parse_text(&files->parser, file.name, text, list);
	files->open = file.outer;
}

/* ---- include ----------------------------------------------------------- */

static bool
is_pattern(const char *name)
{
	return strpbrk(name, "*?[") != NULL;
}

/* The folder of a file with its slash, quoted if the name is a pattern. */
static void
folder_print(const char *file, bool pattern, FILE *out)
{
	const char *slash = strrchr(file, '/');
	const char *at;

	for (at = file; slash != NULL && at <= slash; at++) {
		if (pattern && strchr("*?[\\", *at) != NULL)
			putc('\\', out);
		putc(*at, out);
	}
}

static char *
path_make(const char *includer, const char *name)
{
	char *path = NULL;
	size_t size;
	FILE *out;

	if (name[0] == '/')
		return xstrdup(name);
	out = open_memstream(&path, &size);
	if (out == NULL)
		abort();
	folder_print(includer, is_pattern(name), out);
	fputs(name, out);
	fclose(out);
	return path;
}

static void
pattern_take(struct conf_files *files, const char *pattern,
    const struct conf_word *by, struct conf_list *list)
{
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found) != 0) {
		conf_warn(files->parser.messages, by, "no file matches '%s'",
		    pattern);
		return;
	}
	for (i = 0; i < found.gl_pathc; i++)
		file_take(files, found.gl_pathv[i], by, list);
	globfree(&found);
}

static unsigned int
depth_of(const struct conf_open *open)
{
	unsigned int depth = 0;

	for (; open != NULL; open = open->outer)
		depth++;
	return depth;
}

static void
include_take(struct conf_parser *parser, const struct conf_statement *s,
    struct conf_list *list)
{
	struct conf_files *files = (struct conf_files *)parser;
	const struct conf_word *by = &s->words[1];
	char *path;

	if (depth_of(files->open) > DEPTH_MAX) {
		conf_error(parser->messages, by,
		    "files are included more than %u deep", DEPTH_MAX);
		parser->incomplete = true;
		return;
	}
	path = path_make(by->place.file, by->text);
	if (is_pattern(by->text))
		pattern_take(files, path, by, list);
	else
		file_take(files, path, by, list);
	free(path);
}

void
conf_files_read(
    struct conf_files *files, const char *path, struct conf_list *list)
{
	files->parser.include = include_take;
	file_take(files, path, NULL, list);
}

void
conf_files_clear(struct conf_files *files)
{
	size_t i;

	for (i = 0; i < files->ntexts; i++)
		free(files->texts[i]);
	free(files->texts);
}
