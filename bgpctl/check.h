/* SPDX-License-Identifier: ISC */
/* check.h - a configuration checked by the daemon's own program */
#ifndef BGPCTL_CHECK_H
#define BGPCTL_CHECK_H

struct invocation;

/*
 * Becomes `bgpd -n -f FILE`; returns only when there is no bgpd to become, or
 * with -j, when an object with its findings was printed; an exit code.
 */
int	check_run(const struct invocation *);

#endif
