/* SPDX-License-Identifier: ISC */
/* runtime_file.c - where runtime commands survive a restart */

/*
 * A file is replaced whole: written beside itself, brought to the disk,
 * renamed, and the folder brought to the disk as well.  A daemon that is
 * killed, or a host that loses power, leaves the old one or the new one.
 *
 * That takes a few milliseconds in the loop, at a person's command or when a
 * drain goes on to its second part: never while routes come in.
 *
 * Nothing here ends or blocks the daemon: no link is followed, nothing but a
 * regular file is read, and not more than a mebibyte.
 */

#include "bgpd/runtime_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rib/mem.h"

#define SIZE_LIMIT  ((size_t)1 << 20)
#define FOLDER_MODE 0755
#define FILE_MODE   0644

/* errno, and what it was about; false, for the callers. */
static bool
fail(struct runtime_why *why, const char *what)
{
	snprintf(why->text, sizeof(why->text), "%s: %s", what, strerror(errno));
	return false;
}

/* ---- reading ----------------------------------------------------------- */

static bool
bytes_read(int fd, char *text, size_t size, size_t *length)
{
	ssize_t n;

	for (*length = 0; *length < size; *length += (size_t)n) {
		n = read(fd, text + *length, size - *length);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return false;
		else if (n == 0)
			break;
	}
	text[*length] = '\0';
	return true;
}

/* What keeps it from being ours, or NULL. */
static const char *
odd_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is no regular file";
	if ((uintmax_t)st.st_size > SIZE_LIMIT)
		return "it has more than 1 MiB";
	return NULL;
}

enum runtime_read
runtime_file_read(
    const char *path, char **text, size_t *length, struct runtime_why *why)
{
	int fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	const char *odd;
	bool ok;

	*text = NULL;
	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return RUNTIME_NONE;
	if (fd == -1) {
		snprintf(why->text, sizeof(why->text), "%s",
		    errno == ELOOP ? "it is a symbolic link" : strerror(errno));
		return RUNTIME_UNREADABLE;
	}
	odd = odd_file(fd);
	*text = xmalloc(SIZE_LIMIT + 1);
	ok = odd == NULL && bytes_read(fd, *text, SIZE_LIMIT, length);
	if (!ok) {
		snprintf(why->text, sizeof(why->text), "%s",
		    odd != NULL ? odd : strerror(errno));
		free(*text);
		*text = NULL;
	}
	close(fd);
	return ok ? RUNTIME_TEXT : RUNTIME_UNREADABLE;
}

/* ---- writing ----------------------------------------------------------- */

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = xstrdup(path);

	if (slash == NULL)
		strcpy(folder, ".");
	else
		folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

/* Its parents are somebody else's to make. */
static bool
folder_make(const char *folder, struct runtime_why *why)
{
	if (mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST)
		return true;
	return fail(why, folder);
}

static bool
bytes_write(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	for (; left > 0; left -= (size_t)n, text += n) {
		n = write(fd, text, left);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return false;
	}
	return fsync(fd) == 0;
}

/* A rename is on the disk when its folder is. */
static bool
folder_sync(const char *folder, struct runtime_why *why)
{
	int fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	bool ok;

	if (fd == -1)
		return fail(why, folder);
	/* Some file systems know no such thing. */
	ok = fsync(fd) == 0 || errno == EINVAL || fail(why, folder);
	close(fd);
	return ok;
}

static bool
new_write(const char *name, const char *text, struct runtime_why *why)
{
	int fd, saved;
	bool ok;

	unlink(name);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    FILE_MODE);
	if (fd == -1)
		return fail(why, name);
	ok = bytes_write(fd, text) || fail(why, name);
	saved = errno;
	close(fd);
	if (!ok)
		unlink(name);
	errno = saved;
	return ok;
}

static bool
replace(const char *path, const char *text, struct runtime_why *why)
{
	char *name = xasprintf("%s.new", path);
	bool ok = new_write(name, text, why);

	if (ok && rename(name, path) == -1) {
		ok = fail(why, path);
		unlink(name);
	}
	free(name);
	return ok;
}

bool
runtime_file_write(const char *path, const char *text, struct runtime_why *why)
{
	char *folder = folder_of(path);
	bool ok;

	if (text == NULL)
		ok = unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR ||
		    fail(why, path);
	else
		ok = folder_make(folder, why) && replace(path, text, why);
	if (ok && (text != NULL || access(folder, F_OK) == 0))
		ok = folder_sync(folder, why);
	free(folder);
	return ok;
}

bool
runtime_file_set_aside(const char *path, struct runtime_why *why)
{
	char *name = xasprintf("%s.bad", path);
	bool ok = rename(path, name) == 0 || fail(why, name);

	free(name);
	return ok;
}
