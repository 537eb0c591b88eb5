/* SPDX-License-Identifier: ISC */
/* check.c - a configuration checked by the daemon's own program */

/*
 * Only the daemon knows its language, so `bgpctl check FILE` becomes `bgpd -n
 * -f FILE` and its exit code.  The bgpd meant is the one that was installed
 * with this bgpctl: beside it, then where the build put it, and only then
 * the first in PATH, which may be another daemon of that name.
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

/* "/usr/sbin/bgpctl" -> "/usr/sbin/bgpd"; false when it cannot be known. */
static bool
beside(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	size_t folder;
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	folder = (size_t)(slash - path);
	return snprintf(slash, size - folder, "/bgpd") < (int)(size - folder);
}

int
check_run(const struct invocation *i)
{
	const char *file;
	char path[PATH_MAX];

	file = json_string_value(json_object_get(i->arguments, "file"));
	if (beside(path, sizeof(path)))
		become(path, file);
	become(BGPD_SBINDIR "/bgpd", file);
	become("bgpd", file);
	fprintf(stderr, "bgpctl: cannot run bgpd: %s\n", strerror(errno));
	return SCHEMA_FAILED;
}
