/* SPDX-License-Identifier: ISC */
/* check.c - a configuration checked by the daemon's own program */

/*
 * Only the daemon knows its language, so `bgpctl check FILE` becomes `bgpd -n
 * -f FILE` and its exit code.  The bgpd meant is the one that was installed
 * with this bgpctl: beside it, or in the folder beside that of a build; then
 * where installing puts it, and only then the first in PATH, which may be
 * another daemon of that name.  With -j it runs as a child, and what it says
 * becomes lines of an object.
 */

#include "bgpctl/check.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bgpctl/cell.h"
#include "bgpctl/invocation.h"

static void
become(const char *program, const char *file)
{
	execlp(program, "bgpd", "-n", "-f", file, (char *)NULL);
}

/* Becomes the one at that place, seen from the folder of this program. */
static void
become_beside(const char *place, const char *file)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (length <= 0)
		return;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL ||
	    (size_t)(slash - path) + strlen(place) + 1 > sizeof(path))
		return;
	strcpy(slash, place);
	become(path, file);
}

/* Returns only when there is none. */
static void
become_bgpd(const char *file)
{
	become_beside("/bgpd", file);
	become_beside("/../bgpd/bgpd", file); /* not yet installed */
	become(BGPD_SBINDIR "/bgpd", file);
	become("bgpd", file);
	fprintf(stderr, "bgpctl: cannot run bgpd: %s\n", strerror(errno));
}

/* What it prints, line by line. */
static json_t *
lines_read(int fd)
{
	json_t *lines = json_array();
	FILE *in = fdopen(fd, "r");
	char *line = NULL, *safe;
	size_t size = 0;

	while (in != NULL && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		safe = cell_safe(line);
		json_array_append_new(lines, json_string(safe));
		free(safe);
	}
	free(line);
	if (in != NULL)
		fclose(in);
	return lines;
}

/* The same as an object: its lines, and whether it found the file good. */
static int
check_json(const struct invocation *i, const char *file)
{
	json_t *object = json_object();
	int ends[2], status;
	pid_t child;

	if (pipe(ends) == -1 || (child = fork()) == -1)
		return SCHEMA_FAILED;
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		become_bgpd(file);
		_exit(SCHEMA_FAILED);
	}
	close(ends[1]);
	json_object_set_new(object, "schema", json_integer(SCHEMA_VERSION));
	json_object_set_new(object, "file", json_string(file));
	json_object_set_new(object, "output", lines_read(ends[0]));
	if (waitpid(child, &status, 0) == -1 || !WIFEXITED(status))
		status = SCHEMA_FAILED << 8;
	json_object_set_new(
	    object, "good", json_boolean(WEXITSTATUS(status) == 0));
	json_dumpf(object, i->style.out, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', i->style.out);
	json_decref(object);
	return WEXITSTATUS(status);
}

int
check_run(const struct invocation *i)
{
	const char *file;

	file = json_string_value(json_object_get(i->arguments, "file"));
	if (i->json)
		return check_json(i, file);
	become_bgpd(file);
	return SCHEMA_FAILED;
}
