/* SPDX-License-Identifier: ISC */
/* runtime_file.h - where runtime commands survive a restart */
#ifndef BGPD_RUNTIME_FILE_H
#define BGPD_RUNTIME_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum runtime_read {
	RUNTIME_NONE,		/* there is no such file */
	RUNTIME_TEXT,
	RUNTIME_UNREADABLE	/* see why */
};

/* Room for a sentence about what went wrong. */
struct runtime_why {
	char	text[256];
};

/* The text is the caller's, ends in NUL, and is NULL unless RUNTIME_TEXT. */
enum runtime_read runtime_file_read(const char *path, char **text,
	    size_t *length, struct runtime_why *);
/*
 * Replaces the file in one step, and returns when the disk has it; makes the
 * folder when it is missing.  NULL: there shall be no file.
 */
bool	 runtime_file_write(const char *path, const char *text,
	    struct runtime_why *);
/* Renames it to PATH.bad. */
bool	 runtime_file_set_aside(const char *path, struct runtime_why *);

#endif
