/* SPDX-License-Identifier: ISC */
/* sandbox.h - what this process can do no more once it is up */
#ifndef BGPD_SANDBOX_H
#define BGPD_SANDBOX_H

#include "bgpd/log.h"

/*
 * Gives up for good, before any thread is made, what a daemon that is up has
 * no use for: capabilities but two, new privileges, programs to be run,
 * system calls of other trades, and files to be written outside of these
 * folders.  What this kernel cannot do is said at `debug` and left out.
 */
void	sandbox_enter(struct log *, const char *const folders[], size_t count);

#endif
