/* SPDX-License-Identifier: ISC */
/* golden.c - texts that must not change unnoticed */

/*
 * What a person reads (tables, errors, dumps) is compared whole with a file in
 * tests/golden/. The comparing is diff(1)'s: the text goes in through a pipe,
 * the difference comes out where the test's own messages go, so that a failure
 * reads like a review. Nothing is ever written unless GOLDEN=write asks for it,
 * for the source folder may be read-only.
 */

#include "tests/golden.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/testing.h"

static bool
writing(void)
{
	const char *mode = getenv("GOLDEN");

	return mode != NULL && strcmp(mode, "write") == 0;
}

static bool
text_write(FILE *file, const char *text)
{
	return fputs(text, file) >= 0;
}

static void
golden_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool good;

	if (file == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	good = text_write(file, text);
	if (fclose(file) != 0 || !good)
		fail_msg("%s: %s", path, strerror(errno));
}

static void
golden_compare(const char *path, const char *text)
{
	char command[PATH_MAX + 64];
	FILE *diff;

	snprintf(command, sizeof(command), "diff -u -- '%s' - >&2", path);
	diff = popen(command, "w");
	if (diff == NULL)
		fail_msg("diff: %s", strerror(errno));
	text_write(diff, text);
	if (pclose(diff) != 0)
		fail_msg("%s differs; `make golden` if that is wanted", path);
}

void
golden_check(const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/golden/%s", TESTDATA, name);
	if (writing())
		golden_write(path, text);
	else
		golden_compare(path, text);
}
