/* SPDX-License-Identifier: ISC */
/* complete.h - what may stand next on a line, for the shell */
#ifndef BGPCTL_COMPLETE_H
#define BGPCTL_COMPLETE_H

#include <stdio.h>

#include "bgpctl/invocation.h"

/*
 * Prints what the last word of a line behind `bgpctl` may become, a line each:
 * keywords, and names that the daemon knows, if it answers.  A line `@file`
 * stands for the names of files.  Nothing for a line that makes no sense.
 */
void	complete_print(FILE *, const struct word *tree, unsigned int count,
	    const char *const *line, const char *socket);
/* `bgpctl completion SHELL`: the script that asks for the above. */
int	complete_script(const struct invocation *);

#endif
