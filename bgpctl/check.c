/* SPDX-License-Identifier: ISC */
/* check.c - a configuration checked by the daemon's own program */

/*
 * Only the daemon knows its language, so `bgpctl check FILE` becomes `bgpd -n
 * -f FILE` and its exit code.  The bgpd meant is the one that was installed
 * with this bgpctl: beside it, or in the folder beside that of a build; then
 * where installing puts it, and only then the first in PATH, which may be
 * another daemon of that name.
 */

#include "bgpctl/check.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

int
check_run(const struct invocation *i)
{
	const char *file;

	file = json_string_value(json_object_get(i->arguments, "file"));
	become_beside("/bgpd", file);
	become_beside("/../bgpd/bgpd", file); /* not yet installed */
	become(BGPD_SBINDIR "/bgpd", file);
	become("bgpd", file);
	fprintf(stderr, "bgpctl: cannot run bgpd: %s\n", strerror(errno));
	return SCHEMA_FAILED;
}
