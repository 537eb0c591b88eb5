/* SPDX-License-Identifier: ISC */
/* fuzz_main.c - replays a corpus through a fuzz target, without libFuzzer */

/*
 * A fuzz target is one function, LLVMFuzzerTestOneInput. libFuzzer brings its
 * own main; any other build links this one, which hands the target every file
 * named on the command line and every file below every directory named there.
 * Each input is a heap block of exactly its size, so that a sanitizer sees the
 * first byte read too far. A crash names its file: the path is printed before
 * the input runs. Options (-runs=0) are libFuzzer's and are ignored.
 */

#include <sys/stat.h>
#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
input_run(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(size);

	if (file == NULL || (data == NULL && size > 0))
		err(1, "%s", path);
	if (fread(data, 1, size, file) != size)
		errx(1, "%s: shorter than its size", path);
	fclose(file);
	printf("%s: %zu bytes\n", path, size);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static unsigned int
inputs_run(char *const *paths)
{
	FTS *tree;
	FTSENT *entry;
	unsigned int count = 0;

	tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	if (tree == NULL)
		err(1, "%s", paths[0]);
	while ((entry = fts_read(tree)) != NULL) {
		switch (entry->fts_info) {
		case FTS_F:
			input_run(entry->fts_path, entry->fts_statp->st_size);
			count++;
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			errno = entry->fts_errno;
			err(1, "%s", entry->fts_path);
		}
	}
	fts_close(tree);
	return count;
}

int
main(int argc, char **argv)
{
	unsigned int count;

	(void)argc;
	do
		argv++;
	while (*argv != NULL && **argv == '-');
	if (*argv == NULL)
		errx(2, "usage: fuzz_TARGET FILE|DIRECTORY ...");
	count = inputs_run(argv);
	printf("%u inputs\n", count);
	return count == 0;
}
